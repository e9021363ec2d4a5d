//! What the files declare, by name: kinds, types, values, metrics and
//! declarations, and which file sees which of them.

mod collect;
mod foreign;
mod known;
mod misplaced;
mod narrowed;
mod resolve;
mod said;
mod union;

pub(crate) use collect::{bad_name, bad_written_name};
pub(crate) use resolve::{check_metrics, is_closed, made_of, standard_module_of, type_of};

use crate::load::{Loaded, ModuleId, PRELUDE};
use crate::types::Type;
use crate::value::Value;
use known::Known;
use laud_syntax::{Diagnostic, FileId, Span, ast};
use lean_string::LeanStr;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{OnceCell, RefCell};
use std::num::NonZeroU32;

/// A kind, by its index in [`World::kinds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KindId(pub(crate) u32);

/// A set of metrics, by its index in [`World::metrics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct MetricsId(pub(crate) u32);

/// A file-level `let`, by its index in [`World::lets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LetId(pub(crate) u32);

/// A `type`, by its index in [`World::aliases`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AliasId(pub(crate) u32);

/// A declaration of a file, by its index in [`World::decls`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DeclId(pub(crate) u32);

/// A declaration as evaluated in one environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct InstanceId(NonZeroU32);

impl InstanceId {
    /// The id of the instance at that index.
    pub(crate) fn new(index: usize) -> Self {
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        Self(number.expect("fewer instances than a spec has bytes"))
    }

    pub(crate) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// What a name of a file stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Def {
    Kind(KindId),
    Alias(AliasId),
    Let(LetId),
    Metrics(MetricsId),
    Decl(DeclId),
}

/// Everything that is declared.
pub(crate) struct World<'p> {
    pub(crate) loaded: &'p Loaded,
    pub(crate) kinds: Vec<Kind<'p>>,
    pub(crate) aliases: Vec<Alias<'p>>,
    pub(crate) lets: Vec<&'p ast::Let>,
    pub(crate) metrics: Vec<&'p ast::Metrics>,
    pub(crate) decls: Vec<Decl<'p>>,
    pub(crate) environments: Vec<&'p ast::Environment>,
    pub(crate) raws: Vec<&'p ast::Raw>,
    pub(crate) app: Option<(&'p ast::Ident, &'p str)>,
    /// By module: its own names, each with the place that declares it.
    names: Vec<FxHashMap<LeanStr, (Def, Span)>>,
    /// By file: the names that it takes from others.
    imports: Vec<FxHashMap<LeanStr, (Def, Span)>>,
    /// By file: the names that it takes from where they are not, which was
    /// reported. `*` stands for every name of a module that is not there.
    missing: Vec<FxHashSet<LeanStr>>,
    /// By module: whether something in it is declared without its name, which was reported.
    nameless: Vec<bool>,
    /// The kinds that contain themselves, which was reported.
    endless: RefCell<FxHashSet<KindId>>,
    known: Known,
    /// The kinds of what kinds make, as far as they were asked for.
    made_kinds: RefCell<FxHashMap<*const ast::Ident, KindId>>,
    pub(crate) primitives: Primitives,
    pub(crate) diagnostics: RefCell<Vec<Diagnostic>>,
}

/// A declaration at the top of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decl<'p> {
    pub(crate) decl: &'p ast::Decl,
    /// With what is said of it.
    pub(crate) entry: &'p ast::Entry,
}

/// A type alias, resolved on first use.
pub(crate) struct Alias<'p> {
    pub(crate) ast: &'p ast::TypeAlias,
    ty: OnceCell<Type<'p>>,
}

/// A kind: its parameters, outputs, and what it is made of.
pub(crate) struct Kind<'p> {
    pub(crate) ast: &'p ast::Kind,
    pub(crate) doc: &'p str,
    pub(crate) name: LeanStr,
    pub(crate) standard: bool,
    pub(crate) params: Vec<Param<'p>>,
    pub(crate) outs: Vec<Out<'p>>,
    /// What each name in the kind stands for.
    pub(crate) members: FxHashMap<LeanStr, Member<'p>>,
    /// What it declares with a label rather than a name.
    pub(crate) labelled: Vec<&'p ast::Decl>,
    /// For each kind of which it takes declarations, the parameter that takes them.
    pub(crate) slots: Vec<(KindId, usize)>,
    /// The parameters that must be set.
    pub(crate) required: Vec<usize>,
    /// The names of what stands in it and does not belong there, which was reported.
    pub(crate) lost: Vec<LeanStr>,
}

impl Kind<'_> {
    /// What those who refer to a declaration of the kind may name: all but its own values.
    pub(crate) fn public_members(&self) -> impl Iterator<Item = &str> {
        let names = self.members.iter().filter(|(_, member)| !matches!(member, Member::Let(_)));
        names.map(|(name, _)| name.as_str())
    }

    /// The names of what it makes of another kind.
    pub(crate) fn made_of(&self, other: &str) -> impl Iterator<Item = &str> {
        self.members.iter().filter_map(move |(name, member)| match member {
            Member::Child(child) if child.kind.text == other => Some(name.as_str()),
            Member::Param(_) | Member::Out(_) | Member::Let(_) | Member::Child(_) => None,
        })
    }
}

/// A parameter of a kind.
pub(crate) struct Param<'p> {
    pub(crate) ast: &'p ast::Param,
    pub(crate) doc: &'p str,
    pub(crate) name: LeanStr,
    pub(crate) ty: Type<'p>,
    /// The default's value, where it depends on nothing.
    pub(crate) constant: OnceCell<Value<'p>>,
    /// Whether the default names nothing but variants.
    pub(crate) closed: bool,
    /// Whether what the body declares may become a part of it.
    pub(crate) takes: bool,
}

/// An output of a kind.
pub(crate) struct Out<'p> {
    pub(crate) ast: &'p ast::Out,
    pub(crate) doc: &'p str,
    pub(crate) ty: Option<Type<'p>>,
}

/// What a name in a kind stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Member<'p> {
    Param(usize),
    Out(usize),
    Let(&'p ast::Let),
    /// A declaration that the kind makes.
    Child(&'p ast::Decl),
}

/// The kinds of the prelude that the compiler gives meaning.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Primitives {
    pub(crate) service: KindSlot,
    pub(crate) port: KindSlot,
    pub(crate) scrape: KindSlot,
    pub(crate) volume: KindSlot,
    pub(crate) file: KindSlot,
    pub(crate) secret: KindSlot,
    pub(crate) setting: KindSlot,
    pub(crate) route: KindSlot,
    pub(crate) proxy: KindSlot,
    pub(crate) alert: KindSlot,
    pub(crate) recording: KindSlot,
    pub(crate) panel: KindSlot,
    pub(crate) query: KindSlot,
    pub(crate) scraper: KindSlot,
    pub(crate) prober: KindSlot,
    pub(crate) probe: KindSlot,
    pub(crate) viewer: KindSlot,
}

/// A primitive kind; always set once the prelude is read.
pub(crate) type KindSlot = Option<KindId>;

impl<'p> World<'p> {
    /// Collects what the files declare. Diagnostics are in [`World::diagnostics`].
    pub(crate) fn new(loaded: &'p Loaded) -> Self {
        let mut world = Self {
            loaded,
            kinds: Vec::new(),
            aliases: Vec::new(),
            lets: Vec::new(),
            metrics: Vec::new(),
            decls: Vec::new(),
            environments: Vec::new(),
            raws: Vec::new(),
            app: None,
            names: vec![FxHashMap::default(); loaded.modules.len()],
            imports: vec![FxHashMap::default(); loaded.files.len()],
            missing: vec![FxHashSet::default(); loaded.files.len()],
            nameless: vec![false; loaded.modules.len()],
            endless: RefCell::default(),
            known: Known::default(),
            made_kinds: RefCell::default(),
            primitives: Primitives::default(),
            diagnostics: RefCell::default(),
        };
        collect::collect(&mut world);
        resolve::resolve(&mut world);
        world
    }

    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    pub(crate) fn kind(&self, id: KindId) -> &Kind<'p> {
        &self.kinds[id.0 as usize]
    }

    pub(crate) fn decl(&self, id: DeclId) -> Decl<'p> {
        self.decls[id.0 as usize]
    }

    /// The parameter of a name that the compiler has.
    #[inline]
    pub(crate) fn known_param(&self, kind: KindId, name: &'static str) -> Option<usize> {
        self.known.find(kind, name, || match self.kind(kind).members.get(name) {
            Some(Member::Param(index)) => Some(*index),
            Some(Member::Out(_) | Member::Let(_) | Member::Child(_)) | None => None,
        })
    }

    fn module_of(&self, file: FileId) -> ModuleId {
        self.loaded.module_of[file.0 as usize]
    }

    /// The type that an alias stands for.
    pub(crate) fn alias_type(&self, id: AliasId) -> Type<'p> {
        resolve::alias_type(self, id)
    }

    /// Whether the file is of the standard library.
    pub(crate) fn is_standard(&self, file: FileId) -> bool {
        self.loaded.modules[self.module_of(file).0 as usize].standard
    }

    /// What a name stands for in a file.
    pub(crate) fn lookup(&self, file: FileId, name: &str) -> Option<Def> {
        let own = &self.names[self.module_of(file).0 as usize];
        let found = own.get(name).or_else(|| self.imports[file.0 as usize].get(name));
        found.or_else(|| self.names[PRELUDE.0 as usize].get(name)).map(|(def, _)| *def)
    }

    /// What the module of a file declares, in order of name.
    pub(crate) fn own_names(&self, file: FileId) -> Vec<Def> {
        let own = &self.names[self.module_of(file).0 as usize];
        let mut all: Vec<(&LeanStr, Def)> = own.iter().map(|(name, (def, _))| (name, *def)).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all.into_iter().map(|(_, def)| def).collect()
    }

    /// All names that a file sees and that pass, for near names.
    pub(crate) fn visible(&self, file: FileId, pass: impl Fn(Def) -> bool) -> Vec<&str> {
        let own = self.names[self.module_of(file).0 as usize].iter();
        let all = own.chain(&self.imports[file.0 as usize]).chain(&self.names[PRELUDE.0 as usize]);
        let mut names: Vec<&str> =
            all.filter(|(_, (def, _))| pass(*def)).map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The names of what is declared of some kinds, as a file sees them.
    pub(crate) fn declared_of(&self, file: FileId, pass: impl Fn(KindId) -> bool) -> Vec<&str> {
        self.visible(file, |def| match def {
            Def::Decl(id) => self.kind_of(&self.decl(id).decl.kind).is_ok_and(&pass),
            Def::Kind(_) | Def::Alias(_) | Def::Let(_) | Def::Metrics(_) => false,
        })
    }

    /// The kind of that name in a file.
    pub(crate) fn lookup_kind(&self, file: FileId, name: &str) -> Option<KindId> {
        match self.lookup(file, name) {
            Some(Def::Kind(kind)) => Some(kind),
            Some(Def::Alias(_) | Def::Let(_) | Def::Metrics(_) | Def::Decl(_)) | None => None,
        }
    }

    /// Whether the file takes the name from where it is not, which was reported.
    pub(crate) fn is_missing(&self, file: FileId, name: &str) -> bool {
        let missing = &self.missing[file.0 as usize];
        missing.contains(name) || missing.contains("*")
    }

    /// Whether something in the file's module is declared without its name, which was
    /// reported: any name may be its.
    pub(crate) fn is_nameless(&self, file: FileId) -> bool {
        self.nameless[self.module_of(file).0 as usize]
    }

    /// Whether the kind contains itself, which was reported.
    pub(crate) fn is_endless(&self, kind: KindId) -> bool {
        self.endless.borrow().contains(&kind)
    }

    /// The kind of which a declaration can be made, or what is wrong with it
    /// where that was not reported before.
    pub(crate) fn kind_of(&self, name: &ast::Ident) -> Result<KindId, Option<Diagnostic>> {
        match self.lookup_kind(name.span.file(), &name.text) {
            Some(kind) if self.is_endless(kind) => Err(None),
            Some(kind) => Ok(kind),
            None if self.is_missing(name.span.file(), &name.text) => Err(None),
            None => Err(Some(self.unknown_kind(name))),
        }
    }

    /// As [`Self::kind_of`], for a declaration in a kind: each declaration of
    /// the kind asks for the same ones.
    pub(crate) fn made_kind(&self, name: &'p ast::Ident) -> Result<KindId, Option<Diagnostic>> {
        if let Some(kind) = self.made_kinds.borrow().get(&std::ptr::from_ref(name)) {
            return Ok(*kind);
        }
        let kind = self.kind_of(name)?;
        self.made_kinds.borrow_mut().insert(name, kind);
        Ok(kind)
    }

    /// Reports a kind that is not there.
    pub(crate) fn unknown_kind(&self, name: &ast::Ident) -> Diagnostic {
        let diagnostic = Diagnostic::new(
            &laud_syntax::code::UNKNOWN_KIND,
            name.span,
            format!("there is no kind `{}`", name.text),
        );
        let kinds = self.visible(name.span.file(), |def| matches!(def, Def::Kind(_)));
        let is_own = |kind: &&str| {
            self.lookup_kind(name.span.file(), kind).is_some_and(|kind| !self.kind(kind).standard)
        };
        let own = kinds.iter().copied().filter(is_own);
        if let Some(help) = foreign::kind(&name.text)
            && laud_syntax::near::nearest(&name.text, own).is_none()
        {
            let diagnostic = diagnostic.help(help);
            return match foreign::our_word(&name.text) {
                Some(ours) => diagnostic.fix(format!("Change to `{ours}`"), name.span, ours),
                None => diagnostic,
            };
        }
        let words = resolve::OPENING_WORDS.into_iter().filter(|word| *word != name.text);
        let diagnostic = diagnostic.near(&name.text, name.span, kinds.into_iter().chain(words));
        if let Some(module) = standard_module_of(&name.text) {
            return diagnostic
                .help(format!("Add `use {module} {{ {} }}` at the top of the file.", name.text));
        }
        if diagnostic.help.is_some() {
            return diagnostic;
        }
        diagnostic.help(match resolve::near_standard_kind(&name.text) {
            Some((kind, module)) => {
                format!("There is `{kind}`, which is near: add `use {module} {{ {kind} }}`.")
            }
            None => {
                format!(
                    "What the standard library has no kind for is a `service` with its `image`, or a kind of your own: `kind {} {{ … }}`.",
                    name.text
                )
            }
        })
    }

    /// Whether the main file seems to have that word, and misspelt or unfinished.
    pub(crate) fn is_misspelt(&self, word: &str) -> bool {
        let main = self.loaded.main.map(|main| &self.loaded.files[main.0 as usize].file);
        let entries = main.map_or(&[][..], |main| &main.entries);
        let is_word = |name: &ast::Ident| {
            foreign::our_word(&name.text) == Some(word)
                || laud_syntax::near::nearest(&name.text, [word]).is_some()
        };
        entries.iter().any(|entry| match &entry.node {
            ast::Node::Decl(decl) => {
                self.lookup_kind(decl.kind.span.file(), &decl.kind.text).is_none() && is_word(&decl.kind)
            }
            ast::Node::Field(field) => field.path.first().is_some_and(is_word),
            ast::Node::Block(block) => block.path.first().is_some_and(is_word),
            _ => false,
        })
    }
}
