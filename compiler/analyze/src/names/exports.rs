//! What can be asked of Prometheus: the metrics that something in the program exports.

use crate::Program;
use crate::lower::{COMMON_LABELS, SYNTHETIC, series_of};
use crate::world::{Def, KindId, MetricsId, World};
use laud_syntax::lexer::{TokenKind, lex};
use laud_syntax::{FileId, Span, ast};
use lean_string::LeanStr;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// A metric that a query may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The series' name.
    pub name: LeanStr,
    /// `counter`, `gauge`, `histogram`, `summary`, or `recording`; empty for
    /// what Prometheus adds itself.
    pub ty: LeanStr,
    /// Its documentation.
    pub doc: String,
    /// Its labels, those of every series left out.
    pub labels: Vec<LeanStr>,
    /// Whether something that the program declares exports it.
    pub exported: bool,
}

impl Program {
    /// The metrics that a query may ask for, in order of name. What a kind exports
    /// counts wherever the kind is used, whatever its conditions say.
    pub fn exports(&self) -> Vec<Export> {
        crate::on_large_stack(|| {
            let world = World::new(&self.loaded);
            let mut exports = Exports { world: &world, found: BTreeMap::new(), seen: BTreeSet::new() };
            exports.synthetic();
            let reached = exports.reach(self.own_files().collect());
            for set in reached {
                exports.add_set(set, true);
            }
            for index in 0..world.metrics.len() {
                exports.add_set(MetricsId(index as u32), false);
            }
            exports.found.into_values().collect()
        })
    }

    /// Labels that every series has.
    pub fn common_labels() -> &'static [&'static str] {
        &COMMON_LABELS
    }
}

struct Exports<'w, 'p> {
    world: &'w World<'p>,
    found: BTreeMap<LeanStr, Export>,
    /// The sets that were added.
    seen: BTreeSet<u32>,
}

impl<'p> Exports<'_, 'p> {
    fn synthetic(&mut self) {
        for name in SYNTHETIC.into_iter().chain(["ALERTS"]) {
            self.add(Export {
                name: LeanStr::from_static_str(name),
                ty: LeanStr::default(),
                doc: "Added by Prometheus itself.".to_owned(),
                labels: if name == "ALERTS" {
                    ["alertname", "alertstate", "severity"].map(LeanStr::from_static_str).to_vec()
                } else {
                    Vec::new()
                },
                exported: true,
            });
        }
    }

    fn add(&mut self, export: Export) {
        self.found.entry(export.name.clone()).or_insert(export);
    }

    /// The sets of metrics that files name, and the kinds that they use, and so on.
    fn reach(&mut self, files: Vec<FileId>) -> Vec<MetricsId> {
        let mut tokens: FxHashMap<FileId, Vec<Span>> = FxHashMap::default();
        let mut parts: Vec<Span> =
            files.iter().map(|file| self.world.loaded.files[file.0 as usize].file.span).collect();
        let mut kinds: BTreeSet<KindId> = BTreeSet::new();
        let mut sets = Vec::new();
        while let Some(part) = parts.pop() {
            self.recordings(part);
            let text = &self.world.loaded.sources.get(part.file()).text;
            let words = tokens.entry(part.file()).or_insert_with(|| {
                let words =
                    lex(part.file(), text).tokens.into_iter().filter(|token| token.kind == TokenKind::Ident);
                words.map(|token| token.span).collect()
            });
            let first = words.partition_point(|word| word.start() < part.start());
            for word in words[first..].iter().take_while(|word| word.end() <= part.end()) {
                match self.world.lookup(part.file(), &text[word.range()]) {
                    Some(Def::Metrics(set)) if !self.is_declared_or_taken(*word) => sets.push(set),
                    Some(Def::Kind(kind)) if kinds.insert(kind) => {
                        parts.push(self.world.kind(kind).ast.body.span);
                    }
                    Some(Def::Metrics(_) | Def::Kind(_) | Def::Alias(_) | Def::Let(_) | Def::Decl(_))
                    | None => {}
                }
            }
        }
        sets
    }

    /// Whether a name of a set stands where that is declared, taken from a module or into another.
    fn is_declared_or_taken(&self, word: Span) -> bool {
        let entries = &self.world.loaded.files[word.file().0 as usize].file.entries;
        let after = entries.partition_point(|entry| entry.span.start() <= word.start());
        let around = after.checked_sub(1).map(|index| &entries[index].node);
        matches!(around, Some(ast::Node::Use(_) | ast::Node::Metrics(_)))
    }

    /// The recordings in a part of a file.
    fn recordings(&mut self, part: Span) {
        let entries = &self.world.loaded.files[part.file().0 as usize].file.entries;
        let mut names = Vec::new();
        self.recordings_in(entries, part, &mut names);
        for (name, doc) in names {
            let ty = LeanStr::from_static_str("recording");
            self.add(Export { name, ty, doc, labels: Vec::new(), exported: true });
        }
    }

    fn recordings_in(&self, entries: &[ast::Entry], part: Span, found: &mut Vec<(LeanStr, String)>) {
        let apart = |span: Span| span.end() < part.start() || part.end() < span.start();
        for entry in entries.iter().filter(|entry| !apart(entry.span)) {
            match &entry.node {
                ast::Node::Decl(decl) => {
                    let kind = self.world.lookup_kind(decl.kind.span.file(), &decl.kind.text);
                    let body = decl.body.iter().flat_map(|body| &body.entries);
                    if kind.is_some() && kind == self.world.primitives.recording {
                        found.extend(body.filter_map(metric_of).map(|name| (name, entry.doc.to_string())));
                    }
                }
                ast::Node::Kind(kind) => self.recordings_in(&kind.body.entries, part, found),
                ast::Node::Environment(environment) => {
                    self.recordings_in(&environment.body.entries, part, found);
                }
                ast::Node::If(branch) => {
                    self.recordings_in(&branch.then.entries, part, found);
                    branch.otherwise.iter().for_each(|body| self.recordings_in(&body.entries, part, found));
                }
                ast::Node::For(each) => self.recordings_in(&each.body.entries, part, found),
                _ => {}
            }
        }
    }

    fn add_set(&mut self, set: MetricsId, exported: bool) {
        if !self.seen.insert(set.0) {
            return;
        }
        let world = self.world;
        for entry in &world.metrics[set.0 as usize].entries {
            match entry {
                ast::MetricEntry::Metric { doc, name, ty, labels, .. } => {
                    let labels: Vec<LeanStr> = labels.iter().map(|label| label.text.clone()).collect();
                    for series in series_of(&name.text, &ty.text) {
                        let (ty, doc, labels) = (ty.text.clone(), doc.to_string(), labels.clone());
                        self.add(Export { name: series, ty, doc, labels, exported });
                    }
                }
                ast::MetricEntry::Spread(name) => {
                    if let Some(Def::Metrics(other)) = world.lookup(name.span.file(), &name.text) {
                        self.add_set(other, exported);
                    }
                }
            }
        }
    }
}

/// The name that a recording gives its metric.
fn metric_of(entry: &ast::Entry) -> Option<LeanStr> {
    let ast::Node::Field(field) = &entry.node else { return None };
    let ast::ExprNode::Text(text) = &field.value.node else { return None };
    if matches!(&*field.path, [name] if name.text == "metric") { text.literal() } else { None }
}

#[cfg(test)]
mod tests {
    use crate::{Memory, analyze};

    #[test]
    fn what_is_declared_exports_its_metrics() {
        let main = "app a\nuse std/data { postgres }\nuse ./team { ours, others }\npostgres db {}\n\
                    service web { port http = 80, scrape main { port = http, exports = [ours] } }\n\
                    /// By country.\nrecording r { metric = \"orders:rate\", value = promql`sum(x)` }\nenvironment e {}\n";
        let team = "metrics base { base_total : counter }\n\
                    metrics ours {\n...base\n/// Time.\norder_seconds : histogram { country } }\nmetrics others { other : gauge }\n";
        let files = Memory::from_iter([("main.laud", main), ("team.laud", team)]);
        let exports = analyze(&files, "main.laud".into()).exports();
        let find =
            |name: &str| exports.iter().find(|export| export.name == name).cloned().expect("it is there");
        let bucket = find("order_seconds_bucket");
        assert_eq!((bucket.ty.as_str(), bucket.doc.as_str(), bucket.exported), ("histogram", "Time.", true));
        assert_eq!(bucket.labels, ["country"]);
        assert!(find("base_total").exported && find("pg_up").exported && find("up").exported);
        assert!(!find("other").exported);
        assert_eq!(
            (find("orders:rate").ty.as_str(), find("orders:rate").doc.as_str()),
            ("recording", "By country.")
        );
        assert!(!exports.iter().any(|export| export.name == "redis_up"));
    }
}
