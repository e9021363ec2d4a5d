//! Services that are named in texts, by their host name and port, where no
//! reference is: they may be started later, be on no common network, or be
//! called otherwise one day.

use super::Lower;
use crate::value::{Piece, Value};
use crate::world::InstanceId;
use laud_plan::{MountSource, Part, Service, ServiceId, Text};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

/// A service that another one names in a text.
struct Named {
    by: ServiceId,
    service: ServiceId,
    /// Which of its ports.
    port: usize,
    /// What causes the text.
    origin: Span,
    /// What it is called there: `cache:6379`.
    address: String,
}

impl Lower<'_, '_, '_> {
    /// Warns of services that are named in texts alone.
    pub(super) fn check_addresses(&mut self) {
        let named = self.named_in_texts();
        for named in named {
            if !self.eval.world.is_standard(named.origin.file()) {
                self.report_named(&named);
            }
        }
    }

    /// The services that are named in texts of others which do not refer to them, each once.
    fn named_in_texts(&self) -> Vec<Named> {
        let services = &self.plan.services;
        let mut found: Vec<Named> = Vec::new();
        // Few texts hold an address, and then most often in braces.
        let names: OnceCell<FxHashMap<&str, ServiceId>> = OnceCell::new();
        let files: OnceCell<FxHashMap<&str, &laud_plan::File>> = OnceCell::new();
        for (index, service) in services.iter().enumerate() {
            let (by, first) = (ServiceId(index as u32), found.len());
            let mut look = |text: &Text, origin: Span| {
                for (host, number) in text.parts.iter().flat_map(literal_addresses) {
                    let names = names.get_or_init(|| by_name(services));
                    let Some(named) = names.get(host).copied().filter(|named| *named != by) else { continue };
                    let ports = &services[named.0 as usize].ports;
                    let Some(port) = ports.iter().position(|port| port.number == number) else { continue };
                    let is_known = service.needs.iter().any(|need| need.service == named)
                        || found[first..].iter().any(|known| known.service == named);
                    if !is_known && !self.waits_for(named, by) {
                        let address = format!("{host}:{number}");
                        found.push(Named { by, service: named, port, origin, address });
                    }
                }
            };
            service.env.iter().for_each(|(_, text, origin)| look(text, *origin));
            let author = self.stated_needs[index].author;
            let words = [&service.command, &service.entrypoint];
            words.into_iter().flatten().flatten().for_each(|text| look(text, author));
            for mount in &service.mounts {
                let MountSource::Generated(path) = &mount.source else { continue };
                let files = files
                    .get_or_init(|| self.plan.files.iter().map(|file| (file.path.as_str(), file)).collect());
                if let Some(file) = files.get(path.as_str()) {
                    file.content.each_text(&mut |text| look(text, file.origin));
                }
            }
        }
        found
    }

    fn report_named(&mut self, named: &Named) {
        let Named { by, service, port, origin, address } = named;
        let (by, service, port, origin) = (*by, *service, *port, *origin);
        let name = self.service(service).name.clone();
        self.eval.warm(self.service_instances[by.0 as usize]);
        let place = self.place_of(by, origin, address);
        let message = format!("`{address}` names a service in a text, which is no reference to it");
        let diagnostic = Diagnostic::new(&code::NAMED_IN_TEXT, place.unwrap_or(origin), message)
            .label(format!("nobody waits for `{name}` here"));
        let why = "what is referred to is started first, and is on a network with who refers to it";
        let diagnostic =
            match (self.reference(service, port, origin), place) {
                (Some(reference), Some(place)) => diagnostic
                    .help(format!("Write `{reference}`: {why}."))
                    .fix(format!("Change to `{reference}`"), place, reference),
                (Some(reference), None) => diagnostic.help(format!("Write `{reference}`: {why}.")),
                (None, _) => diagnostic.help(format!("Refer to it, by an output or by a parameter: {why}.")),
            };
        self.report(diagnostic);
    }

    /// Where an address is written, if it is once in what the author declares.
    fn place_of(&self, by: ServiceId, origin: Span, address: &str) -> Option<Span> {
        let sources = &self.eval.world.loaded.sources;
        let service = self.service_instances[by.0 as usize];
        let around = std::iter::successors(Some(service), |id| self.eval.instance(*id).parent);
        let declared = around.filter_map(|id| Some(self.eval.instance(id).entry()?.span));
        std::iter::once(origin).chain(declared.filter(|span| span.contains(origin))).find_map(|span| {
            let mut at = sources.slice(span).match_indices(address).map(|(at, _)| at as u32);
            let start = span.start() + at.next().filter(|_| at.next().is_none())?;
            Some(span.with(start, start + address.len() as u32))
        })
    }

    /// How a text at a place refers to a service and one of its ports, if it can by a name.
    fn reference(&mut self, service: ServiceId, port: usize, place: Span) -> Option<String> {
        let id = self.service_instances[service.0 as usize];
        let mut owner = id;
        while let Some(parent) = self.eval.instance(owner).parent {
            owner = parent;
        }
        // Another module has it under another name or none, and a kind is of many declarations.
        let entries = &self.eval.world.loaded.files[place.file().0 as usize].file.entries;
        let in_kind = entries
            .iter()
            .any(|entry| matches!(entry.node, ast::Node::Kind(_)) && entry.span.contains(place));
        if in_kind || self.eval.instance(owner).span().file() != place.file() {
            return None;
        }
        let port = self.instances_field(id, "ports").get(port).copied()?;
        if owner == id {
            let (name, port) = (self.eval.instance(id).name(), self.eval.instance(port).name());
            return Some(format!("{{{name}.host}}:{{{name}.{port}}}"));
        }
        let host = self.out_that(owner, |value| leads_to(value, id, None))?;
        let port = self.out_that(owner, |value| leads_to(value, id, Some(port)))?;
        let name = self.eval.instance(owner).name();
        Some(format!("{{{name}.{host}}}:{{{name}.{port}}}"))
    }

    /// The name of a declaration's first output that is something.
    fn out_that(&mut self, id: InstanceId, is_it: impl Fn(&Value<'_>) -> bool) -> Option<LeanStr> {
        let outs = &self.eval.world.kind(self.eval.instance(id).kind).outs;
        let found = (0..outs.len()).find(|index| is_it(&self.eval.out(id, *index)))?;
        Some(outs[found].ast.name.text.clone())
    }
}

/// Whether a value is the host of a service, or one of its ports.
fn leads_to(value: &Value<'_>, service: InstanceId, port: Option<InstanceId>) -> bool {
    match (value, port) {
        (Value::Instance(id), Some(port)) => *id == port,
        (Value::Pieces(pieces), port) => match (pieces.as_slice(), port) {
            ([Piece::Host(of)], None) | ([Piece::Port(of, _)], Some(_)) => *of == service,
            _ => false,
        },
        _ => false,
    }
}

/// The services by the names under which others reach them.
fn by_name(services: &[Service]) -> FxHashMap<&str, ServiceId> {
    let numbered = services.iter().enumerate();
    let names = numbered.flat_map(|(index, service)| {
        let names = std::iter::once(&service.name).chain(&service.aliases);
        names.map(move |name| (name.as_str(), ServiceId(index as u32)))
    });
    names.collect()
}

fn literal_addresses(part: &Part) -> impl Iterator<Item = (&str, u16)> {
    let text = match part {
        Part::Literal(text) => text.as_str(),
        _ => "",
    };
    addresses(text)
}

/// What may be a service's host name and port in a text: `cache:6379` in `redis://cache:6379/0`.
fn addresses(text: &str) -> impl Iterator<Item = (&str, u16)> {
    text.match_indices(':').filter_map(|(colon, _)| {
        let (before, after) = (&text[..colon], &text[colon + 1..]);
        let is_of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let host = &before[before.trim_end_matches(is_of_name).len()..];
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let is_whole = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || "_.-".contains(c));
        let alone = is_whole(before[..before.len() - host.len()].chars().next_back())
            && is_whole(after[digits..].chars().next());
        let number = after[..digits].parse().ok()?;
        (!host.is_empty() && alone).then_some((host, number))
    })
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn finds_hosts_with_ports_and_nothing_else() {
        let found = |text| addresses(text).collect::<Vec<_>>();
        assert_eq!(found("redis://:secret@cache:6379/0"), [("cache", 6379)]);
        assert_eq!(found("a-b:1,c:2 --to=d:3"), [("a-b", 1), ("c", 2), ("d", 3)]);
        assert_eq!(found("cache:6379"), [("cache", 6379)]);
        for none in
            ["cache.example:80", "x_cache:80", "cache:", "cache:80a", "cache:99999", ":80", "nginx:1.27"]
        {
            assert_eq!(found(none), [], "{none}");
        }
    }
}
