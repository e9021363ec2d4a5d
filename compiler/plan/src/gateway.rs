//! Gateways: what the world reaches, and how it gets to the services.

use crate::{Origin, Origins, ServiceId};
use lean_string::LeanStr;
use thin_vec::ThinVec;

/// An nginx before the services.
#[derive(Clone, Debug, PartialEq)]
pub struct Gateway {
    /// Its name: `edge`.
    pub name: LeanStr,
    /// Where its nginx runs.
    pub runs_on: RunsOn,
    /// The nginx version that must take the configuration.
    pub version: NginxVersion,
    /// Whether its OpenSSL is 3.5 or newer, which knows X25519MLKEM768.
    pub post_quantum: bool,
    /// The domain: `laudator.example`. A literal; never from the request.
    pub domain: LeanStr,
    /// Where the domain is set.
    pub domain_origin: Origin,
    /// Whether a reason stands beside it, so that other environments may have it too.
    pub shares_domain: bool,
    /// Further names, which are redirected to the domain.
    pub aliases: Vec<LeanStr>,
    /// Where they are set.
    pub aliases_origin: Origin,
    /// The certificate; `None` serves plain HTTP.
    pub certificate: Option<Certificate>,
    /// Which TLS guideline.
    pub profile: TlsProfile,
    /// The container's port for HTTP.
    pub http_port: u16,
    /// The container's port for HTTPS.
    pub https_port: u16,
    /// The port that the world uses for HTTPS: 443, or another that goes into redirects.
    pub public_https_port: u16,
    /// The internal port of `stub_status` and the health check.
    pub status_port: u16,
    /// Security headers, on every response of every route.
    pub headers: Vec<Header>,
    /// Proxies whose `X-Forwarded-For` is believed (CIDR).
    pub trusted_proxies: Vec<LeanStr>,
    /// Connections that one client may hold at once; 0 for no limit.
    pub connections: u32,
    /// Routes, in order of the spec, paths unique.
    pub routes: Vec<Route>,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

/// Where an nginx runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunsOn {
    /// In this service's container; upstreams are reached by service name.
    Container(ServiceId),
    /// On the host; upstreams are reached at ports published on loopback.
    Host,
}

/// A version of nginx that laud writes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NginxVersion {
    /// 1.22, as in Debian 12.
    V1_22,
    /// 1.28, stable since April 2025.
    V1_28,
    /// 1.30, stable since April 2026.
    V1_30,
}

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Certificate {
    /// Made at deploy time, for places without a public name.
    SelfSigned,
    /// From an ACME authority by http-01.
    Acme {
        /// The account's mail address.
        email: LeanStr,
    },
    /// Files that the host keeps, as absolute paths.
    Files {
        /// The chain, leaf first.
        certificate: LeanStr,
        /// The private key.
        key: LeanStr,
    },
}

/// A TLS guideline (Mozilla server-side TLS, version 5.8 and 6.0 of 2026-04-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsProfile {
    /// TLS 1.2 and 1.3.
    Intermediate,
    /// TLS 1.3 alone.
    Modern,
}

/// A response header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: LeanStr,
    /// Its value, in one line.
    pub value: LeanStr,
}

/// A path and what answers there.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// What it matches.
    pub location: Location,
    /// What answers.
    pub action: Action,
    /// The path prefix that is taken off before the upstream sees it.
    pub strip_prefix: Option<LeanStr>,
    /// How often one client may ask.
    pub rate: Option<RateLimit>,
    /// The largest request body, in bytes.
    pub body: u64,
    /// Time to connect to the upstream.
    pub connect_timeout: u64,
    /// Time between two reads from, or two writes to, the upstream.
    pub timeout: u64,
    /// What browsers may keep.
    pub cache: Option<Cache>,
    /// Whether connections may be upgraded.
    pub websocket: bool,
    /// Whether answers are buffered; off for streams.
    pub buffering: bool,
    /// Who may come (CIDR); empty for everyone.
    pub allow: ThinVec<LeanStr>,
    /// Headers of this route: a name of the gateway's takes its place.
    pub headers: ThinVec<Header>,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

/// What a route matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// Everything below: a path that ends in `/`.
    Prefix(LeanStr),
    /// This path alone.
    Exact(LeanStr),
}

impl Location {
    /// The path that it matches, or below which it does.
    pub fn path(&self) -> &LeanStr {
        match self {
            Self::Prefix(path) | Self::Exact(path) => path,
        }
    }
}

/// What answers on a route.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A service.
    Proxy(Upstream),
    /// Another place, for good (308) or for now (307).
    Redirect {
        /// An absolute URL or path, literal.
        to: LeanStr,
        /// Whether for good.
        permanent: bool,
    },
    /// A fixed answer.
    Respond {
        /// The status.
        status: u16,
        /// The body, as text/plain.
        body: LeanStr,
    },
}

/// A port of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// The service.
    pub service: ServiceId,
    /// The number of a port that it declares.
    pub port: u16,
}

/// How often one client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests.
    pub count: u64,
    /// Per how many milliseconds.
    pub per: u64,
    /// How many may come at once beyond the rate.
    pub burst: u32,
}

/// What browsers may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// For so many milliseconds, and it never changes.
    Immutable(u64),
    /// For so many milliseconds.
    For(u64),
    /// Not at all.
    Never,
}
