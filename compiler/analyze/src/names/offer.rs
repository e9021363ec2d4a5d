//! What could stand at a place: the names that an editor offers there.

mod entries;
mod modules;
mod values;

use super::base::Base;
use super::body::Shape;
use super::sample::{Form, Sample};
use super::scope::{Scope, Walker};
use super::{Symbol, SymbolSort};
use crate::again::Kept;
use crate::files::Files;
use crate::load;
use crate::types::Type;
use crate::world::World;
use camino::Utf8Path;
use laud_syntax::{FileId, Span, ast};

/// Something that could stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What would be written.
    pub name: String,
    /// What it is.
    pub sort: OfferSort,
    /// Its type, or a declaration's kind; may be empty.
    pub ty: String,
    /// Its default, as written.
    pub default: Option<String>,
    /// What an environment would change by it, as written.
    pub now: Option<String>,
    /// Its documentation.
    pub doc: String,
    /// How likely it is: the less, the likelier. What must be set is
    /// 0, a value of the type that is due 1.
    pub rank: u8,
    /// Whether it opens an entry that sets it.
    pub sets: bool,
    /// What could be filled in where it is written.
    pub fill: Fill,
    /// The module that it is taken from, where the file has not taken it yet.
    pub module: Option<String>,
}

/// What could be filled in where an offer is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fill {
    /// Nothing.
    #[default]
    Nothing,
    /// The value of a field, or the fields of a variant.
    Value(Sample),
    /// The parts of a declaration.
    Declaration(Form),
}

/// What an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferSort {
    /// Something that the program declares.
    Symbol(SymbolSort),
    /// A field or a part that takes a body of its own.
    Block,
    /// A word of the language.
    Keyword,
    /// A function.
    Function,
    /// A module.
    Module,
    /// A type that is built in.
    Builtin,
    /// A number with a unit.
    Unit,
    /// A file.
    File,
    /// A folder.
    Folder,
    /// What a text may say.
    Word,
    /// A metric.
    Metric,
    /// A label of a metric, or a value of one.
    Label,
    /// Several fields at once.
    Fields,
}

impl Offer {
    /// An offer of a name, of which nothing more is known.
    pub fn new(name: &str, sort: OfferSort, rank: u8) -> Self {
        plain(name, sort, rank)
    }
}

/// A place that is asked about.
pub(crate) struct Probe<'p> {
    file: FileId,
    offset: u32,
    found: Option<Here<'p>>,
    /// The innermost body around the place.
    pub(super) body: Option<Around<'p>>,
}

/// A body around a place.
#[derive(Clone)]
pub(super) struct Around<'p> {
    /// From `{` to `}`.
    pub(super) span: Span,
    pub(super) shape: Shape<'p>,
    pub(super) entries: &'p [ast::Entry],
}

/// What is at a place.
pub(super) enum Here<'p> {
    /// An entry of a body, or a step of a path in one.
    Entry { shape: Shape<'p>, entries: &'p [ast::Entry], base: Option<Base<'p>> },
    /// What is taken away.
    Dropped { shape: Shape<'p>, base: Option<Base<'p>> },
    /// A value, of which the type is due.
    Value(Type<'p>, Scope<'p>),
    /// A number, of which the type is due.
    Number(Type<'p>),
    /// The text of a path, up to the place.
    Path(String),
    /// How a measured value is shown.
    Format,
    /// A part of a value of that type; where a declaration is named, of what that declares too.
    Part(Type<'p>, Option<Span>),
    /// A type.
    Type,
    /// The type of a metric.
    MetricType,
    /// A set of metrics that is taken over.
    MetricSet,
    /// A name that is made up.
    New,
    /// The path of a module, up to the place.
    Module(String),
    /// A name that is taken from a module.
    Taken(&'p ast::Use),
}

impl<'p> Probe<'p> {
    pub(super) fn new(file: FileId, offset: u32) -> Self {
        Self { file, offset, found: None, body: None }
    }

    /// The place is within a body, if it is between its braces.
    pub(super) fn enter(&mut self, around: Around<'p>, base: Option<Base<'p>>) {
        let body = around.span;
        if body.file() == self.file && body.start() < self.offset && self.offset < body.end() {
            let Around { shape, entries, .. } = around.clone();
            self.found = Some(Here::Entry { shape, entries, base });
            self.body = Some(around);
        }
    }

    /// The place is at a name, if it touches it.
    pub(super) fn touch(&mut self, name: Span, here: impl FnOnce() -> Here<'p>) {
        if self.touches(name) {
            self.found = Some(here());
        }
    }

    pub(super) fn touches(&self, name: Span) -> bool {
        name.file() == self.file && name.touches(self.offset)
    }

    /// How much of a part of the file is before the place.
    pub(super) fn before(&self, part: Span) -> u32 {
        self.offset.clamp(part.start(), part.end()) - part.start()
    }
}

/// What could stand at a byte of a file of the program of that main file. The
/// file's text should have some name at the place, so that it can be told what
/// it is part of. In order of likelihood, then of name. What is kept of the
/// program need not be parsed once more.
pub fn offers(files: &dyn Files, main: &Utf8Path, file: &Utf8Path, offset: u32, kept: &Kept) -> Vec<Offer> {
    crate::on_large_stack(|| {
        let loaded = load::load_again(files, main, kept.files());
        let named = loaded.sources.iter().find(|(_, source)| crate::files::normal(&source.name) == file);
        let Some((id, _)) = named else { return Vec::new() };
        let offset = loaded.rooms[id.0 as usize].as_ref().map_or(offset, |room| room.roomy.inside(offset));
        let world = World::new(&loaded);
        let tree = &loaded.files[id.0 as usize].file;
        let top = Here::Entry { shape: Shape::File, entries: &tree.entries, base: None };
        let probe = Probe { found: Some(top), ..Probe::new(id, offset) };
        let mut walker = Walker::new(&world, Some(probe));
        walker.walk_at(tree, offset);
        let Some(here) = walker.probe.take().and_then(|probe| probe.found) else { return Vec::new() };
        let mut offers = match here {
            Here::Module(typed) => modules::modules(files, &loaded, id, &typed),
            Here::Path(typed) => modules::paths(files, &loaded, &typed),
            here => walker.offers(here, id),
        };
        offers.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.name.cmp(&b.name)));
        let mut seen = std::collections::BTreeSet::new();
        offers.retain(|offer| seen.insert(offer.name.clone()));
        offers
    })
}

impl<'p> Walker<'_, 'p> {
    fn offers(&mut self, here: Here<'p>, file: FileId) -> Vec<Offer> {
        match here {
            Here::Entry { shape, entries, base } => self.entries(&shape, entries, base.as_ref(), file),
            Here::Dropped { shape, base } => self.dropped(&shape, base.as_ref(), file),
            Here::Value(ty, scope) => self.values(&ty, &scope, file),
            Here::Number(ty) => values::units(&ty),
            Here::Part(of, owner) => {
                let items = owner.and_then(|owner| self.body_of(owner)).unwrap_or_default();
                let items = declarations(items).filter_map(|decl| self.declaration(decl, ""));
                let items: Vec<Offer> = items.map(|item| offer(item.symbol, 0)).collect();
                self.parts(&of).into_iter().chain(items).collect()
            }
            Here::Format => {
                let formats = ["number", "percent", "bytes", "duration"];
                formats.iter().map(|name| plain(name, OfferSort::Word, 1)).collect()
            }
            Here::Type => self.types(file),
            Here::MetricType => {
                let types = ["counter", "gauge", "histogram", "summary"];
                types.iter().map(|name| plain(name, OfferSort::Builtin, 1)).collect()
            }
            Here::MetricSet => self.visible(file, |def| matches!(def, crate::world::Def::Metrics(_)), 1),
            Here::Taken(used) => self.taken(used),
            // The first has no name to offer, and the others are asked of the disk.
            Here::New | Here::Module(_) | Here::Path(_) => Vec::new(),
        }
    }
}

fn words(words: &[&str]) -> Vec<Offer> {
    words.iter().map(|word| plain(word, OfferSort::Keyword, 6)).collect()
}

fn plain(name: &str, sort: OfferSort, rank: u8) -> Offer {
    Offer {
        name: name.to_owned(),
        sort,
        ty: String::new(),
        default: None,
        now: None,
        doc: String::new(),
        rank,
        sets: false,
        fill: Fill::Nothing,
        module: None,
    }
}

fn offer(symbol: Symbol, rank: u8) -> Offer {
    let Symbol { name, sort, ty, default, doc, .. } = symbol;
    Offer { ty, default, doc, ..plain(&name, OfferSort::Symbol(sort), rank) }
}

fn declarations(entries: &[ast::Entry]) -> impl Iterator<Item = &ast::Decl> {
    entries.iter().filter_map(|entry| match &entry.node {
        ast::Node::Decl(decl) => Some(&**decl),
        _ => None,
    })
}
