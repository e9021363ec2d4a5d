//! The nginx target: `nginx/<gateway>/` for each gateway of the plan.
//!
//! # In a container
//!
//! The folder is mounted read-only over `/etc/nginx`; it holds the whole of
//! `nginx.conf`. What the service must bring:
//!
//! | what | where |
//! |---|---|
//! | a writable folder in memory | `/tmp`, for the pid and for bodies; a body larger than a quarter of it is passed on unbuffered |
//! | certificates that laud manages | `/etc/nginx/tls/<domain>/fullchain.pem` and `privkey.pem`, a volume mounted over `/etc/nginx/tls`, for which the folder has a place; there before the first start, if only a self-signed one |
//! | certificates of the host | each file mounted at the path that it has on the host |
//! | the ACME webroot | `/var/www/acme`, a volume shared with the ACME client |
//! | ports | `http_port`, `https_port` published; `status_port` not: `/healthz` and `/stub_status` |
//! | DNS | Docker's, at 127.0.0.11 |
//!
//! nginx runs in the foreground by its command (`nginx -g 'daemon off;'`),
//! as any user; it logs to standard output and standard error. It starts
//! whether or not its upstreams resolve. After a change, here or of a certificate,
//! the service reloads it (`nginx -s reload`).
//!
//! # On the host
//!
//! The folder holds one file for `/etc/nginx/conf.d/`, of the `http` context.
//! Upstreams are ports published on loopback. Certificates lie where they are
//! said to, where certbot puts them (`/etc/letsencrypt/live/<domain>/`), or,
//! self-signed, below `/etc/nginx/tls/<domain>/`; the webroot is `/var/www/acme`.

mod check;
mod directive;
mod headers;
mod http;
mod mime;
mod rate;
mod raw;
mod route;
mod server;
mod site;
mod tls;
mod units;

pub use check::check;

use crate::page::Page;
use crate::sink::Nowhere;
use crate::{Context, File, Sink, WRITTEN};
use directive::{Block, Writer};
use laud_plan::{Gateway, Plan, RunsOn};
use site::Site;
use std::collections::BTreeSet;

/// Where it writes.
pub fn places(plan: &Plan) -> BTreeSet<String> {
    plan.gateways.iter().map(|gateway| format!("nginx/{}/", gateway.name)).collect()
}

/// Its files.
pub fn emit(plan: &Plan, _context: Context<'_>, sink: &mut dyn Sink) {
    for gateway in &plan.gateways {
        let site = Site::new(plan, gateway);
        match gateway.runs_on {
            RunsOn::Container(service) => {
                let has_dollar = has_dollar(&site, |out| http::whole(&site, service, false, out));
                write(gateway, "nginx.conf", sink, |out| http::whole(&site, service, has_dollar, out));
                write(gateway, "mime.types", sink, |out| out.put([mime::types(gateway.origin)]));
                if gateway.certificate.is_some() {
                    mount_point(gateway).give(sink);
                }
            }
            RunsOn::Host => {
                let name = format!("{}-{}.conf", plan.project(), gateway.name);
                let has_dollar = has_dollar(&site, |out| http::snippet(&site, false, out));
                write(gateway, &name, sink, |out| http::snippet(&site, has_dollar, out));
            }
        }
    }
}

/// Writes a file of a gateway.
fn write(gateway: &Gateway, name: &str, sink: &mut dyn Sink, fill: impl FnOnce(&mut Block<'_, '_>)) {
    let path = format!("nginx/{}/{name}", gateway.name);
    let mut writer = Writer::new(Page::new(sink, &path, WRITTEN, Some(gateway.origin)));
    fill(&mut writer.top());
    writer.finish();
}

/// Whether a file has a literal `$` in a text of the spec, which must be known
/// before it is written: such a text is rare, and only then is the file written
/// twice, once to nowhere.
fn has_dollar(site: &Site<'_>, fill: impl FnOnce(&mut Block<'_, '_>)) -> bool {
    if !site.texts().any(|text| text.contains('$')) {
        return false;
    }
    let mut sink = Nowhere;
    let mut writer = Writer::new(Page::new(&mut sink, "", "", None));
    fill(&mut writer.top());
    writer.finish()
}

/// A volume cannot be mounted below a read-only folder that has no place for it.
fn mount_point(gateway: &Gateway) -> File {
    File {
        path: format!("nginx/{}/tls/README.md", gateway.name),
        content: "The volume of certificates is mounted over this folder.\n".to_owned(),
        origins: vec![(0, gateway.origin)],
    }
}

#[cfg(test)]
mod tests;
