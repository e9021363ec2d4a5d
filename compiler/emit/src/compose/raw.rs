//! Content in compose's own words, merged into the file.
//!
//! Maps merge; what laud writes stays. A key that is a safeguard, or that the
//! language has a field for, is refused here; a value that would change one of
//! laud's is found when the two are printed together, by the same printer that
//! writes the file, so that the check and the file cannot disagree.

use super::document::document;
use super::fault::Fault;
use super::frame::Frame;
use super::schema::{Key, Rule, SERVICE, TOP, shape_of};
use super::words::Interpolated;
use crate::Context;
use crate::sink::Nowhere;
use crate::text::{Tree, texts};
use crate::yaml::{self, Content, Over, Overlay};
use laud_plan::{Data, Origin, Plan, Raw, RunsOn, ServiceId};
use laud_syntax::near::nearest;
use lean_string::LeanStr;
use std::collections::BTreeSet;

/// The name by which authors ask for this target.
const TARGET: &str = "compose";

/// What authors add.
pub(super) struct Additions<'a> {
    /// To the file.
    pub(super) overlay: Overlay<Tree<'a, Interpolated<'a>>>,
    /// What is wrong with it.
    pub(super) faults: Vec<Fault<'a>>,
    /// The services that it is about.
    services: BTreeSet<u32>,
}

/// What of the raw content cannot stand.
pub(super) fn faults(plan: &Plan) -> Vec<Fault<'_>> {
    let additions = overlay(plan);
    let mut faults = additions.faults;
    if !additions.overlay.is_empty() {
        let frame = Frame::new(plan, Context { spec_root: "." }).only(additions.services);
        let document = document(frame);
        let clashes = yaml::print_over(&mut Nowhere, "", "", &document, &additions.overlay);
        faults.extend(clashes.into_iter().map(|(path, origin)| Fault::RawChanges { path, origin }));
    }
    faults
}

/// All of the raw content of this target, as one overlay.
pub(super) fn overlay(plan: &Plan) -> Additions<'_> {
    let mut additions =
        Additions { overlay: Overlay::default(), faults: Vec::new(), services: BTreeSet::new() };
    for raw in plan.raws.iter().filter(|raw| raw.target == TARGET) {
        add(plan, raw, &mut additions);
    }
    additions
}

/// What the content is about.
enum Subject {
    File,
    Service(ServiceId),
    /// A gateway that has no container.
    HostGateway,
}

fn subject(plan: &Plan, raw: &Raw) -> Subject {
    let gateway = raw.gateway.and_then(|id| plan.gateways.get(id as usize));
    match (raw.service, gateway.map(|gateway| gateway.runs_on)) {
        (Some(service), _) | (None, Some(RunsOn::Container(service))) => Subject::Service(service),
        (None, Some(RunsOn::Host)) => Subject::HostGateway,
        (None, None) => Subject::File,
    }
}

fn add<'a>(plan: &'a Plan, raw: &'a Raw, additions: &mut Additions<'a>) {
    let origin = raw.origin;
    texts(&raw.content, &mut |text| {
        additions.faults.extend(text.secrets().map(|id| Fault::SecretShown {
            secret: &plan.secret(id).variable,
            place: "raw content",
            origin,
        }));
    });
    let (path, keys, networks): (Vec<&str>, _, _) = match subject(plan, raw) {
        Subject::HostGateway => return additions.faults.push(Fault::RawWithoutContainer { origin }),
        Subject::File => (Vec::new(), TOP, None),
        Subject::Service(id) => {
            additions.services.insert(id.0);
            let service = plan.service(id);
            (vec!["services", &service.name], SERVICE, Some(&*service.networks))
        }
    };
    let mut merge = Merge { plan, origin, networks, additions };
    match &raw.content {
        Data::Map(entries) => merge.map(&path, entries, Level::Keys(keys)),
        other => merge.fault(Fault::RawShape {
            path: TARGET.to_owned(),
            takes: "a map".to_owned(),
            found: shape_of(other),
            origin,
        }),
    }
}

/// What is known of the keys of a map.
#[derive(Clone, Copy)]
enum Level {
    /// They are these.
    Keys(&'static [Key]),
    /// They are names, of maps with these.
    Names(&'static [Key]),
    /// The tool knows.
    Unknown,
}

/// One piece of raw content on its way in.
struct Merge<'m, 'a> {
    plan: &'a Plan,
    origin: Origin,
    /// The networks of the service, if it is about one.
    networks: Option<&'a [LeanStr]>,
    additions: &'m mut Additions<'a>,
}

impl<'a> Merge<'_, 'a> {
    fn fault(&mut self, fault: Fault<'a>) {
        self.additions.faults.push(fault);
    }

    fn map(&mut self, path: &[&str], entries: &'a [(LeanStr, Data)], level: Level) {
        // A map without entries is there all the same.
        if self.additions.overlay.at(path, self.origin).is_none() {
            return self.fault(Fault::RawTwice { path: path.join("."), origin: self.origin });
        }
        for (key, data) in entries {
            let mut inner = path.to_vec();
            inner.push(key);
            if let Some(level) = self.judge(&inner, data, level) {
                self.put(&inner, data, level);
            }
        }
    }

    fn put(&mut self, path: &[&str], data: &'a Data, level: Level) {
        if let Data::Map(entries) = data {
            return self.map(path, entries, level);
        }
        let Some((key, folder)) = path.split_last() else { return };
        let leaf = Content::Leaf(Tree { data, words: Interpolated(self.plan) });
        let over = Over { path: path.join("."), origin: self.origin, content: leaf };
        let folder = self.additions.overlay.at(folder, self.origin);
        if folder.is_none_or(|folder| folder.put(&LeanStr::from(*key), over).is_err()) {
            self.fault(Fault::RawTwice { path: path.join("."), origin: self.origin });
        }
    }

    /// Whether an entry may go in, and what is known of what is inside it.
    fn judge(&mut self, path: &[&str], data: &Data, level: Level) -> Option<Level> {
        let key = path.last().copied().unwrap_or_default();
        match level {
            Level::Unknown => Some(Level::Unknown),
            Level::Names(keys) => self.judge_name(path, key, data).then_some(Level::Keys(keys)),
            Level::Keys(_) if key.starts_with("x-") => Some(Level::Unknown),
            Level::Keys(keys) => self.judge_key(path, key, data, keys),
        }
    }

    /// A name is anyone's, but a service stays off networks that the spec does
    /// not put it on.
    fn judge_name(&mut self, path: &[&str], name: &str, data: &Data) -> bool {
        let origin = self.origin;
        if self.networks.is_some_and(|networks| !networks.iter().any(|network| network == name)) {
            self.fault(Fault::RawForbidden { path: path.join("."), safeguard: true, origin });
            return false;
        }
        if !matches!(data, Data::Map(_)) {
            let (path, found) = (path.join("."), shape_of(data));
            self.fault(Fault::RawShape { path, takes: "a map".to_owned(), found, origin });
            return false;
        }
        true
    }

    fn judge_key(&mut self, path: &[&str], key: &str, data: &Data, keys: &'static [Key]) -> Option<Level> {
        let origin = self.origin;
        let Some(known) = keys.iter().find(|known| known.name == key) else {
            let near = nearest(key, keys.iter().map(|known| known.name));
            self.fault(Fault::RawUnknown { path: path.join("."), near, origin });
            return None;
        };
        let safeguard = matches!(known.rule, Rule::Safeguard);
        if safeguard || matches!(known.rule, Rule::Field) {
            self.fault(Fault::RawForbidden { path: path.join("."), safeguard, origin });
            return None;
        }
        if !known.takes.take(data) {
            let (path, found) = (path.join("."), shape_of(data));
            self.fault(Fault::RawShape { path, takes: known.takes.words(), found, origin });
            return None;
        }
        Some(match known.rule {
            Rule::Inside(keys) => Level::Keys(keys),
            Rule::Each(keys) => Level::Names(keys),
            Rule::Free | Rule::Safeguard | Rule::Field => Level::Unknown,
        })
    }
}
