//! TLS by Mozilla's server-side guideline, version 5.8 and 6.0 of 2026-04-06,
//! for the nginx and the OpenSSL at hand.

use super::directive::{Directive, lines};
use super::site::Site;
use laud_plan::{NginxVersion, Origin, TlsProfile};

/// The TLS 1.2 suites of the intermediate guideline, in its order.
const INTERMEDIATE: [&str; 6] = [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
];
const CURVES: &str = "X25519:prime256v1:secp384r1";

/// The settings of every HTTPS server. Nothing without a certificate.
pub(super) fn settings(site: &Site<'_>) -> Vec<Directive> {
    let (gateway, origin) = (site.gateway, site.gateway.origin);
    if gateway.certificate.is_none() {
        return Vec::new();
    }
    let mut out = match gateway.profile {
        TlsProfile::Modern => lines(gateway.at("profile"), &[("ssl_protocols", "TLSv1.3")]),
        TlsProfile::Intermediate => lines(
            gateway.at("profile"),
            &[("ssl_protocols", "TLSv1.2 TLSv1.3"), ("ssl_ciphers", &INTERMEDIATE.join(":"))],
        ),
    };
    let hybrid = if gateway.post_quantum { "X25519MLKEM768:" } else { "" };
    out.extend(lines(
        origin,
        &[
            ("ssl_ecdh_curve", &format!("{hybrid}{CURVES}")),
            ("ssl_prefer_server_ciphers", "off"),
            ("ssl_session_timeout", "1d"),
            ("ssl_session_cache", &format!("shared:{}:10m", site.name("tls"))),
        ],
    ));
    // Until 1.23.2 nginx never changed the key of its tickets.
    match gateway.version {
        NginxVersion::V1_22 => out.extend(lines(origin, &[("ssl_session_tickets", "off")])),
        NginxVersion::V1_28 | NginxVersion::V1_30 => {}
    }
    out
}

/// `listen` with TLS and HTTP/2, as the version writes it.
pub(super) fn listen(site: &Site<'_>, flags: &str, origin: Origin) -> Vec<Directive> {
    match site.gateway.version {
        NginxVersion::V1_22 => {
            super::server::listen(site, site.gateway.https_port, &format!("ssl http2 {flags}"))
        }
        NginxVersion::V1_28 | NginxVersion::V1_30 => {
            let mut out = super::server::listen(site, site.gateway.https_port, &format!("ssl {flags}"));
            out.extend(lines(origin, &[("http2", "on")]));
            out
        }
    }
}
