//! `raw nginx`: directives of the server with the routes, in nginx's own words.
//!
//! A map's keys are directives, with further arguments after blanks
//! (`"location = /x"`), quoted as nginx quotes them. A text is one argument, a list several, a list of lists
//! several directives, a bool `on` or `off`, `null` none, a map a block. `$name`
//! is a variable here. Names, places and numbers of arguments are checked
//! against nginx's own; what would undo a safeguard is refused.

mod table;
mod words;

use super::directive::Directive;
use super::site::Site;
use laud_plan::{Data, Location, Origin, Part, Plan, Raw, Text};
use laud_syntax::{Diagnostic, code};
use table::{Context, Known, Shape};

/// Directives that would undo what the model does, and what to use instead.
const UNDOES: &[(&str, &str)] = &[
    ("absolute_redirect", "Redirects are relative, so that they keep the public port."),
    ("access_log", "The log is one, without query strings."),
    ("add_header", "Use `headers` of the gateway or the route: one more here would drop all others."),
    ("add_header_inherit", "Use `headers` of the gateway or the route."),
    ("aio", "The gateway serves no files."),
    ("autoindex", "The gateway serves no files."),
    ("client_max_body_size", "Use `body` of the route."),
    ("error_log", "Errors go to standard error."),
    ("expires", "Use `cache` of the route."),
    ("gzip", "Compression is on already."),
    ("http2", "HTTP/2 is on already."),
    ("ignore_invalid_headers", "Invalid headers are dropped."),
    ("include", "What a file includes cannot be checked. Write the directives themselves."),
    ("limit_conn", "Use `connections` of the gateway."),
    ("limit_conn_status", "The status is 429."),
    ("limit_req", "Use `rate` of the route."),
    ("limit_req_dry_run", "Use `rate` of the route."),
    ("limit_conn_dry_run", "Use `connections` of the gateway."),
    ("limit_req_status", "The status is 429."),
    ("listen", "Use the ports of the gateway."),
    ("merge_slashes", "Paths are compared with single slashes."),
    ("port_in_redirect", "Redirects are relative, so that they keep the public port."),
    ("proxy_hide_header", "It would let other headers of the upstream through."),
    ("proxy_http_version", "It is 1.1 already."),
    ("proxy_pass_header", "It would let hidden headers of the upstream through."),
    ("proxy_redirect", "It is off already."),
    ("proxy_set_header", "It would drop what the upstream is told of the client."),
    ("real_ip_header", "Use `trusted_proxies` of the gateway."),
    ("real_ip_recursive", "Use `trusted_proxies` of the gateway."),
    ("resolver", "Names are resolved by Docker already."),
    ("return", "It would answer before every route. Use a route with `respond` or `redirect`."),
    ("satisfy", "It would open routes that have an allow list."),
    ("server_name", "Use `domain` and `aliases` of the gateway."),
    ("server_name_in_redirect", "Redirects are relative, so that they keep the public port."),
    ("server_tokens", "The version of nginx is nobody's business."),
    ("set_real_ip_from", "Use `trusted_proxies` of the gateway."),
    ("stub_status", "It is on the status port already."),
    ("underscores_in_headers", "Headers with underscores could be taken for others."),
];

/// Beginnings of such names.
const UNDOES_ALL: &[(&str, &str)] = &[("ssl_", "TLS follows Mozilla's guideline. Use `tls` and `profile`.")];

/// What is refused where it stands: a directive's words, and what they stand in.
#[derive(Clone, Copy)]
struct Place<'a> {
    site: &'a Site<'a>,
    origin: Origin,
    context: Context,
}

/// A directive that the author wrote, as it is checked.
struct Written {
    name: String,
    args: Vec<String>,
    block: Option<Vec<Written>>,
    origin: Origin,
}

impl From<Written> for Directive {
    fn from(Written { name, args, block, origin }: Written) -> Self {
        let directive = args.iter().fold(Self::entry(&name, origin), Self::word);
        match block {
            Some(block) => directive.block(block.into_iter().map(Self::from).collect()),
            None => directive,
        }
    }
}

/// The directives of every raw block of the gateway, in order.
pub(super) fn directives(site: &Site<'_>) -> impl Iterator<Item = Directive> {
    written(site).map(Directive::from)
}

/// Whether raw content of the gateway has a say on this setting of the server.
pub(super) fn sets(site: &Site<'_>, name: &str) -> bool {
    written(site).any(|directive| directive.name == name)
}

fn written(site: &Site<'_>) -> impl Iterator<Item = Written> {
    raws(site).flat_map(|raw| block(site.plan, &raw.content, raw.origin))
}

/// What of them nginx does not take, or would undo a safeguard.
pub(super) fn check(site: &Site<'_>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for raw in raws(site) {
        let place = Place { site, origin: raw.origin, context: Context::Server };
        out.extend(texts(&raw.content, raw.origin));
        match &raw.content {
            Data::Map(_) => {}
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::List(_) => {
                out.push(bad(raw.origin, "raw nginx is a map of directives".to_owned()));
            }
        }
        let tree = block(site.plan, &raw.content, raw.origin);
        out.extend(tree.iter().flat_map(|directive| refuse(place, directive)));
        out.extend(repeated(raw.origin, &tree));
        out.extend(taken_locations(site, &tree));
    }
    out
}

/// Raw nginx that stands in no gateway.
pub(super) fn homeless(plan: &Plan) -> Vec<Diagnostic> {
    let lost = |raw: &&Raw| {
        raw.target == "nginx"
            && raw.gateway.is_none_or(|gateway| plan.gateways.get(gateway as usize).is_none())
    };
    let message = "raw nginx that stands in no gateway";
    let diagnostic =
        |raw: &Raw| bad(raw.origin, message.to_owned()).help("Write it in the gateway that it is for.");
    plan.raws.iter().filter(lost).map(diagnostic).collect()
}

fn raws<'a>(site: &Site<'a>) -> impl Iterator<Item = &'a Raw> {
    let (plan, gateway) = (site.plan, site.gateway);
    plan.raws.iter().filter(move |raw| {
        let owner = raw.gateway.and_then(|index| plan.gateways.get(index as usize));
        raw.target == "nginx" && owner.is_some_and(|owner| std::ptr::eq(owner, gateway))
    })
}

fn bad(origin: Origin, message: String) -> Diagnostic {
    Diagnostic::new(&code::BAD_RAW, origin, message)
}

/// The directives of a map.
fn block(plan: &Plan, content: &Data, origin: Origin) -> Vec<Written> {
    let Data::Map(entries) = content else { return Vec::new() };
    let mut out = Vec::new();
    for (key, value) in entries {
        match value {
            Data::List(items) if items.iter().any(|item| matches!(item, Data::List(_))) => {
                out.extend(items.iter().map(|item| directive(plan, key, item, origin)));
            }
            Data::Null
            | Data::Bool(_)
            | Data::Int(_)
            | Data::Float(_)
            | Data::Text(_)
            | Data::List(_)
            | Data::Map(_) => out.push(directive(plan, key, value, origin)),
        }
    }
    out
}

fn directive(plan: &Plan, key: &str, value: &Data, origin: Origin) -> Written {
    let (name, rest) = key.split_once(' ').unwrap_or((key, ""));
    // Quotes that do not match are refused by `texts`.
    let args = words::split(rest).unwrap_or_default();
    let mut directive = Written { name: name.to_owned(), args, block: None, origin };
    match value {
        Data::Map(_) => directive.block = Some(block(plan, value, origin)),
        Data::List(items) => directive.args.extend(items.iter().map(|item| word(plan, item))),
        Data::Null => {}
        Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) => {
            directive.args.push(word(plan, value));
        }
    }
    directive
}

fn word(plan: &Plan, value: &Data) -> String {
    match value {
        Data::Bool(true) => "on".to_owned(),
        Data::Bool(false) => "off".to_owned(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Text(text) => text.parts.iter().map(|part| known(plan, part)).collect(),
        // Refused by `texts`.
        Data::Null | Data::List(_) | Data::Map(_) => String::new(),
    }
}

/// A part of a text that the compiler knows; `texts` refuses the others.
fn known(plan: &Plan, part: &Part) -> String {
    match part {
        Part::Literal(text) => text.to_string(),
        Part::Host(service) => plan.service(*service).name.to_string(),
        Part::Port(_, port) => port.to_string(),
        Part::SecretFile(secret) => format!("/run/secrets/{}", plan.secret(*secret).name),
        Part::Secret(_) | Part::Setting(_) | Part::AlertLabel(_) | Part::AlertValue(_) => String::new(),
    }
}

/// Values that have no place in a file, wherever they stand.
fn texts(content: &Data, origin: Origin) -> Vec<Diagnostic> {
    match content {
        Data::Text(text) => unknown(text, origin).into_iter().collect(),
        Data::List(items) => items.iter().flat_map(|item| texts(item, origin)).collect(),
        Data::Map(entries) => {
            let wrong = entries
                .iter()
                .filter(|(key, _)| key.chars().any(char::is_control) || words::split(key).is_none());
            let message = |key: &str| format!("`{}` cannot be split into words", key.escape_debug());
            let keys = wrong.map(|(key, _)| bad(origin, message(key)));
            keys.chain(entries.iter().flat_map(|(_, value)| texts(value, origin))).collect()
        }
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) => Vec::new(),
    }
}

fn unknown(text: &Text, origin: Origin) -> Option<Diagnostic> {
    let deploy_time = text.parts.iter().any(|part| match part {
        Part::Secret(_) | Part::Setting(_) | Part::AlertLabel(_) | Part::AlertValue(_) => true,
        Part::Literal(_) | Part::Host(_) | Part::Port(..) | Part::SecretFile(_) => false,
    });
    if deploy_time {
        let message = "a value that is known only at deploy time cannot stand in an nginx file";
        return Some(bad(origin, message.to_owned()));
    }
    text.parts.iter().find_map(|part| match part {
        Part::Literal(literal) => super::check::one_line(literal, "a raw value", origin),
        Part::Host(_)
        | Part::Port(..)
        | Part::Secret(_)
        | Part::SecretFile(_)
        | Part::Setting(_)
        | Part::AlertLabel(_)
        | Part::AlertValue(_) => None,
    })
}

fn refuse(place: Place<'_>, directive: &Written) -> Vec<Diagnostic> {
    if place.context == Context::Types {
        let entry = directive.block.is_none() && !directive.args.is_empty();
        let message = "in `types` stand media types with their extensions";
        return if entry { Vec::new() } else { vec![bad(place.origin, message.to_owned())] };
    }
    let name = directive.name.as_str();
    if let Some(reason) = undone(place, name) {
        let message = format!("`{name}` would undo a safeguard");
        return vec![Diagnostic::new(&code::RAW_UNDOES, place.origin, message).help(reason)];
    }
    let Some(known) = table::find(name) else {
        let message = format!("nginx has no directive `{}`", name.escape_debug());
        let near = laud_syntax::near::nearest(name, table::names(place.context));
        let help = near.map(|near| format!("There is `{near}`, which is near."));
        return vec![bad(place.origin, message).maybe_help(help)];
    };
    let mut out: Vec<Diagnostic> =
        wrong(place, directive, &known).map(|message| bad(place.origin, message)).into_iter().collect();
    out.extend(never_reached(place, directive));
    let inside = Place { context: place.context.inside(name), ..place };
    let inner = directive.block.as_deref().unwrap_or_default();
    out.extend(inner.iter().flat_map(|inner| refuse(inside, inner)));
    out.extend(repeated(place.origin, inner));
    out
}

/// Directives that stand twice where nginx takes them once.
fn repeated(origin: Origin, tree: &[Written]) -> Vec<Diagnostic> {
    let once = |name: &str| {
        table::find(name).is_some_and(|known| match known.shape {
            Shape::Once | Shape::Flag | Shape::Amount(_) => true,
            Shape::Many | Shape::Block => false,
        })
    };
    let again = tree.iter().enumerate().filter(|(index, directive)| {
        once(&directive.name) && tree[..*index].iter().any(|earlier| earlier.name == directive.name)
    });
    again.map(|(_, directive)| bad(origin, format!("`{}` is set twice", directive.name))).collect()
}

/// Why a name is refused. Inside a location `return` answers for that alone.
fn undone(place: Place<'_>, name: &str) -> Option<&'static str> {
    if name == "return" && place.context != Context::Server {
        return None;
    }
    let exact = UNDOES.iter().find(|(known, _)| *known == name);
    exact.or_else(|| UNDOES_ALL.iter().find(|(start, _)| name.starts_with(start))).map(|(_, reason)| *reason)
}

/// What nginx itself would say of the directive.
fn wrong(place: Place<'_>, directive: &Written, known: &Known<'_>) -> Option<String> {
    let name = &directive.name;
    if !known.stands_in(place.context) {
        return Some(format!("`{name}` cannot stand {}", place.context.words()));
    }
    if known.since > place.site.gateway.version {
        return Some(format!("the gateway's nginx does not have `{name}` yet"));
    }
    let count = directive.args.len();
    if count < known.least || known.most.is_some_and(|most| count > most) {
        return Some(format!("`{name}` does not take {count} arguments"));
    }
    let words: Vec<&str> = directive.args.iter().map(String::as_str).collect();
    match (known.shape, &directive.block) {
        (Shape::Block, None) => Some(format!("`{name}` takes a block")),
        (Shape::Many | Shape::Once | Shape::Flag | Shape::Amount(_), Some(_)) => {
            Some(format!("`{name}` takes no block"))
        }
        (Shape::Flag, None) if !matches!(words.as_slice(), ["on" | "off"]) => {
            Some(format!("`{name}` is `on` or `off`"))
        }
        (Shape::Amount(amount), None) if !amount.takes(&words) => Some(format!(
            "nginx does not read `{}` as an amount for `{name}`",
            words.join(" ").escape_debug()
        )),
        (Shape::Block, Some(_)) | (Shape::Many | Shape::Once | Shape::Flag | Shape::Amount(_), None) => None,
    }
}

/// A location by pattern: every prefix is `^~`, which comes first.
fn never_reached(place: Place<'_>, directive: &Written) -> Option<Diagnostic> {
    if directive.name == "location" && place.context == Context::Location {
        return Some(bad(place.origin, "locations stand side by side, not in one another".to_owned()));
    }
    let pattern =
        directive.name == "location" && directive.args.first().is_some_and(|arg| arg.starts_with('~'));
    pattern.then(|| {
        bad(place.origin, "a location by pattern is never reached".to_owned())
            .note("the gateway's own locations are `^~`, which come before patterns")
            .help("Use a prefix or an exact path.")
    })
}

/// Locations that a route has already.
fn taken_locations(site: &Site<'_>, tree: &[Written]) -> Vec<Diagnostic> {
    let mut taken: Vec<String> = site.gateway.routes.iter().map(|route| key(&route.location)).collect();
    taken.push(key(&Location::Prefix("/".into())));
    let mut out = Vec::new();
    for directive in tree.iter().filter(|directive| directive.name == "location") {
        let words: Vec<&str> = directive.args.iter().map(String::as_str).collect();
        let this = match words.as_slice() {
            ["=", path] => key(&Location::Exact((*path).into())),
            ["^~", path] | [path] => key(&Location::Prefix((*path).into())),
            _ => continue,
        };
        if taken.contains(&this) {
            out.push(bad(directive.origin, format!("`location {}` is there already", words.join(" "))));
        }
        taken.push(this);
    }
    out
}

fn key(location: &Location) -> String {
    match location {
        Location::Prefix(path) => format!("^~ {path}"),
        Location::Exact(path) => format!("= {path}"),
    }
}
