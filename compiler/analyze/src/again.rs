//! The analysis of a program that is edited, again after each edit: what the
//! edit does not reach is taken from the time before, and what is found is
//! what a fresh analysis would find.
//!
//! Three things are kept. The trees: a file is parsed where it was edited, and
//! laid out with room between its declarations, so that no place in the others
//! moves (`laud_syntax::parse_again`). By environment and declaration, what
//! lowering gave and what it read (`lower/again.rs`). And the files' names and
//! what else may say something of anything, to see whether it is as it was: if
//! not, a kind or a `use` was edited, say, all is lowered anew.

use crate::eval::Eval;
use crate::eval::reads::Reads;
use crate::files::Files;
use crate::load::{self, Loaded, ModuleId};
use crate::lower::{Again, Change, ChangedName, KeptPlan, Lower, Lowered};
use crate::together::{Claims, check_together};
use crate::world::World;
use crate::{Checked, check, environment_of, make_instances, sift};
use camino::{Utf8Path, Utf8PathBuf};
use laud_plan::{Alert, Plan};
use laud_syntax::{Diagnostic, FileId, Span, ast, code, gather, has_errors, parallel};
use lean_string::LeanStr;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What is kept of an analysis for the next.
#[derive(Default)]
pub struct Kept {
    loaded: Loaded,
    plans: Vec<KeptPlan>,
    /// Whether the plans are those of other files than there are.
    outdated: bool,
    /// What the files declare, by name, in order.
    names: Vec<Name>,
}

/// What an analysis found.
#[derive(Debug)]
pub struct Found {
    /// In order of place, each once, in every environment.
    pub diagnostics: Vec<Diagnostic>,
    /// The environments, in order of the spec.
    pub environments: Vec<LeanStr>,
    /// Where values stand that nobody may see.
    pub hidden: Vec<Span>,
    /// The files of the program's own, by number.
    pub files: Vec<(FileId, Utf8PathBuf, LeanStr)>,
}

/// What a plan is checked with once it is made.
pub type Judge<'j> = &'j (dyn Fn(&Plan) -> Vec<Diagnostic> + Sync);

/// Analyses a program of which something may be kept. `judge` finds what is
/// wrong with the plans of environments that have no errors.
pub fn analyze_again(files: &dyn Files, main: &Utf8Path, kept: &mut Kept, judge: Judge<'_>) -> Found {
    crate::on_large_stack(|| {
        let Kept { loaded, plans, outdated, names } = std::mem::take(kept);
        let before = Outside::of(&loaded);
        let mut loaded = load::load_again(files, main, loaded);
        let Checked { diagnostics: checked, hidden } = check(&loaded, files, &World::new(&loaded));
        let environments = loaded.environments();
        hidden.iter().for_each(|span| loaded.sources.hide(*span));
        let now = names_of(&loaded);
        let (change, same) = change(&loaded, &before, &names, &now);
        let plans = if same && !outdated { plans } else { Vec::new() };
        let planned = plan_all(&loaded, files, &environments, plans, &change, &checked, judge);
        let mut all = checked;
        let (mut plans, mut claims) = (Vec::new(), Vec::new());
        for (found, plan, claimed) in planned {
            all.extend(found);
            plans.extend(plan);
            claims.extend(claimed);
        }
        all.extend(check_together(&claims));
        if is_module(&loaded, main) {
            all.retain(|one| ![&code::MISSING_APP, &code::NO_ENVIRONMENT].contains(&one.code));
        }
        let mut diagnostics = gather(all, &loaded.sources);
        let files = own_files(&loaded);
        *kept = Kept { loaded, plans, outdated: false, names: now };
        diagnostics.iter_mut().for_each(|one| one.relocate(|span| kept.place(span)));
        let hidden = hidden.into_iter().map(|span| kept.place(span)).collect();
        Found { diagnostics, environments, hidden, files }
    })
}

impl Kept {
    /// What is known of the files.
    pub(crate) fn files(&self) -> Loaded {
        self.loaded.known()
    }

    /// Where a place that the analysis gave stands in the text as it is.
    pub fn place(&self, span: Span) -> Span {
        match self.loaded.rooms.get(span.file().0 as usize) {
            Some(Some(room)) => room.roomy.place(span),
            Some(None) | None => span,
        }
    }

    /// The alerts of every environment, of which a plan is kept; their places are those that the analysis gave.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.plans.iter().flat_map(KeptPlan::alerts)
    }

    /// What depends on files that are no specs is another from now on.
    pub fn forget_plans(&mut self) {
        self.outdated = true;
    }
}

/// What of a program is outside of its declarations.
struct Outside {
    /// Which files there are.
    files: Vec<Utf8PathBuf>,
    /// By file: how many entries are outside where a change may reach anything.
    others: Vec<usize>,
    /// The `let`s, in order: their names, and in which files.
    lets: Vec<(FileId, LeanStr)>,
    /// The names of the environments, in order.
    environments: Vec<LeanStr>,
    /// By file and entry: the name, if it is a declaration.
    decls: Vec<Vec<Option<LeanStr>>>,
}

impl Outside {
    fn of(loaded: &Loaded) -> Self {
        let own = loaded.rooms.iter().zip(&loaded.files);
        let decls = own.map(|(room, parsed)| match room {
            Some(_) => parsed.file.entries.iter().map(decl_name).collect(),
            None => Vec::new(),
        });
        let decls = decls.collect();
        let files = loaded.sources.iter().map(|(_, source)| source.name.clone()).collect();
        let mut outside =
            Self { files, others: Vec::new(), lets: Vec::new(), environments: Vec::new(), decls };
        for (file, (room, parsed)) in loaded.rooms.iter().zip(&loaded.files).enumerate() {
            outside.others.push(0);
            if room.is_some() {
                for entry in &parsed.file.entries {
                    outside.note(FileId(file as u32), entry);
                }
            }
        }
        outside
    }

    fn note(&mut self, file: FileId, entry: &ast::Entry) {
        match &entry.node {
            ast::Node::Let(value) => self.lets.push((file, value.name.text.clone())),
            ast::Node::Environment(environment) => self.environments.push(environment.name.text.clone()),
            _ if is_outside(entry) => self.others[file.0 as usize] += 1,
            _ => {}
        }
    }
}

/// The name of a declaration, or nothing for one with a label.
fn decl_name(entry: &ast::Entry) -> Option<LeanStr> {
    Some(match &entry.decl()?.name {
        ast::DeclName::Ident(name) => name.text.clone(),
        ast::DeclName::Label(_) => LeanStr::default(),
    })
}

/// Whether an entry may say something of anything. What reads a `let`, and
/// what an environment changes, is known; `raw` content is that of the whole.
fn is_outside(entry: &ast::Entry) -> bool {
    match &entry.node {
        ast::Node::App(_)
        | ast::Node::Use(_)
        | ast::Node::Kind(_)
        | ast::Node::Type(_)
        | ast::Node::Metrics(_) => true,
        // What stands there by mistake says nothing.
        ast::Node::Let(_)
        | ast::Node::Environment(_)
        | ast::Node::Raw(_)
        | ast::Node::Decl(_)
        | ast::Node::Param(_)
        | ast::Node::Out(_)
        | ast::Node::Field(_)
        | ast::Node::Block(_)
        | ast::Node::Spread(_)
        | ast::Node::Drop(_)
        | ast::Node::If(_)
        | ast::Node::For(_)
        | ast::Node::Error => false,
    }
}

/// What changed; and whether it is known what that reaches.
fn change(loaded: &Loaded, before: &Outside, old: &[Name], new: &[Name]) -> (Change, bool) {
    let now = Outside::of(loaded);
    let mut known = now.files == before.files && now.others == before.others && now.lets == before.lets;
    let mut change = Change::default();
    if now.environments != before.environments {
        change.environments.extend(now.environments);
    }
    for (index, room) in loaded.rooms.iter().enumerate() {
        let Some(room) = room else { continue };
        let file = FileId(index as u32);
        let decls = before.decls.get(index).map_or(&[][..], Vec::as_slice);
        let mut gone = gone(decls, &room.before);
        for (at, (entry, was)) in loaded.files[index].file.entries.iter().zip(&room.before).enumerate() {
            match &entry.node {
                ast::Node::Let(value) if was.is_none() => {
                    change.lets.push(std::ptr::from_ref::<ast::Let>(value) as usize);
                }
                ast::Node::Environment(environment) if was.is_none() => {
                    change.environments.push(environment.name.text.clone());
                }
                _ => known &= was.is_some() || !is_outside(entry),
            }
            let mut decl = was.filter(|was| decls.get(*was).is_some_and(Option::is_some));
            if was.is_none()
                && !gone.is_empty()
                && let Some(old) = decl_name(entry).and_then(|name| gone.remove(&name))
            {
                decl = Some(old);
                change.edited.insert((file, at));
            }
            let id = ((file, at), decl.map(|was| (file, was)));
            change.entries.insert(std::ptr::from_ref(entry) as usize, id);
        }
    }
    // With other files, all is lowered anew.
    if known && old != new {
        change.names = changed_names(loaded, old, new);
    }
    known = known && !change.names.iter().any(|name| is_outside_word(loaded, name));
    (change, known)
}

/// The declarations that are not there as they were, by name, if there is one of it.
fn gone<'d>(decls: &'d [Option<LeanStr>], before: &[Option<usize>]) -> FxHashMap<&'d LeanStr, usize> {
    let there: FxHashSet<usize> = before.iter().flatten().copied().collect();
    let names = decls.iter().enumerate().filter(|(index, _)| !there.contains(index));
    names.filter_map(|(index, name)| Some((name.as_ref()?, index))).collect()
}

/// A declaration as others see it who only name it: its file, its name and its kind's.
type Name = (FileId, LeanStr, LeanStr);

/// The names that are not in both, as often.
fn changed_names(loaded: &Loaded, old: &[Name], new: &[Name]) -> Vec<ChangedName> {
    let mut counts: FxHashMap<&Name, i64> = FxHashMap::default();
    old.iter().for_each(|name| *counts.entry(name).or_default() -= 1);
    new.iter().for_each(|name| *counts.entry(name).or_default() += 1);
    let changed = counts.into_iter().filter(|(_, count)| *count != 0);
    let mut names: Vec<(ModuleId, &LeanStr)> =
        changed.map(|((file, name, _), _)| (loaded.module_of[file.0 as usize], name)).collect();
    names.sort_unstable();
    names.dedup();
    let mut seen_from: FxHashMap<ModuleId, Arc<FxHashSet<FileId>>> = FxHashMap::default();
    let mut seen_from = |module: ModuleId| {
        let files = seen_from.entry(module).or_insert_with(|| Arc::new(loaded.sees(module)));
        Some(files.clone())
    };
    names
        .into_iter()
        .map(|(module, name)| ChangedName { name: name.clone(), seen_from: seen_from(module) })
        .collect()
}

/// Whether a name may stand in anything of the program's own that may say
/// something of anything. A `use` of it says no more than its uses do, and what
/// has the name itself does not speak of another.
fn is_outside_word(loaded: &Loaded, name: &ChangedName) -> bool {
    let own = loaded.rooms.iter().zip(&loaded.files).filter(|(room, _)| room.is_some());
    let others = own.flat_map(|(_, parsed)| &parsed.file.entries).filter(|entry| is_outside(entry));
    let mut said = others.filter_map(|entry| match &entry.node {
        ast::Node::Kind(kind) => Some(kind.body.span),
        ast::Node::Type(alias) => Some(alias.ty.span),
        ast::Node::Metrics(metrics) => Some(metrics.span),
        ast::Node::App(_) | ast::Node::Use(_) => None,
        _ => Some(entry.span),
    });
    said.any(|span| name.may_stand(&loaded.sources, span))
}

/// The declarations of the program's own files that have names, but for those
/// whose name means something else: what was first to have it.
fn names_of(loaded: &Loaded) -> Vec<Name> {
    let mut names = Vec::new();
    for module in loaded.modules.iter().filter(|module| !module.standard) {
        let mut taken: FxHashMap<&str, bool> = FxHashMap::default();
        let entries = module.files.iter().flat_map(|file| &loaded.files[file.0 as usize].file.entries);
        for entry in entries {
            let (name, kind) = match &entry.node {
                ast::Node::Decl(decl) => match &decl.name {
                    ast::DeclName::Ident(name) => (name, Some(&decl.kind.text)),
                    ast::DeclName::Label(_) => continue,
                },
                ast::Node::Kind(kind) => (&kind.name, None),
                ast::Node::Type(alias) => (&alias.name, None),
                ast::Node::Let(value) => (&value.name, None),
                ast::Node::Metrics(metrics) => (&metrics.name, None),
                _ => continue,
            };
            let is_decl = *taken.entry(&name.text).or_insert(kind.is_some());
            if let Some(kind) = kind.filter(|_| is_decl) {
                names.push((name.span.file(), name.text.clone(), kind.clone()));
            }
        }
    }
    names
}

fn own_files(loaded: &Loaded) -> Vec<(FileId, Utf8PathBuf, LeanStr)> {
    let own = loaded.modules.iter().filter(|module| !module.standard).flat_map(|module| &module.files);
    own.filter_map(|file| {
        let room = loaded.rooms[file.0 as usize].as_ref()?;
        Some((*file, loaded.sources.get(*file).name.clone(), room.roomy.plain.clone()))
    })
    .collect()
}

/// Whether the main file is none: it is not called so, and names no system.
fn is_module(loaded: &Loaded, main: &Utf8Path) -> bool {
    let entries = loaded.main.map_or(&[][..], |main| &loaded.files[main.0 as usize].file.entries);
    let names_one =
        entries.iter().any(|entry| matches!(entry.node, ast::Node::App(_) | ast::Node::Environment(_)));
    main != "main.laud" && !names_one
}

/// What is found in an environment, what is kept of it, and what it claims if it has no errors.
type Planned = (Vec<Diagnostic>, Option<KeptPlan>, Option<Claims>);

/// Plans the environments, several at once.
fn plan_all(
    loaded: &Loaded,
    files: &dyn Files,
    environments: &[LeanStr],
    mut kept: Vec<KeptPlan>,
    change: &Change,
    checked: &[Diagnostic],
    judge: Judge<'_>,
) -> Vec<Planned> {
    let mut take = |name: &LeanStr| {
        let at = kept.iter().position(|plan| plan.environment() == name)?;
        Some(kept.swap_remove(at))
    };
    let plan =
        |name: &LeanStr, kept: Option<KeptPlan>| plan_one(loaded, files, name, kept, change, checked, judge);
    let Some((first, others)) = environments.split_first() else { return Vec::new() };
    let known = take(first);
    let others = others.iter().map(|name| (name, take(name)));
    let (first, others) =
        parallel::with_others(others, |(name, kept)| plan(name, kept), || plan(first, known));
    std::iter::once(first).chain(others).collect()
}

fn plan_one(
    loaded: &Loaded,
    files: &dyn Files,
    name: &LeanStr,
    kept: Option<KeptPlan>,
    change: &Change,
    checked: &[Diagnostic],
    judge: Judge<'_>,
) -> Planned {
    let world = World::new(loaded);
    let Some(environment) = environment_of(&world, name) else { return Planned::default() };
    let lower = |kept: Option<KeptPlan>| {
        let mut eval = Eval::new(&world, files, Some(environment));
        eval.reads = Some(Box::<Reads>::default());
        make_instances(&mut eval, environment);
        let mut lower = Lower::new(&mut eval, environment);
        match lower.again(name, kept, change) {
            Again::Done(kept) => {
                let lowered = lower.finish(environment);
                Some((lowered, std::mem::take(&mut eval.diagnostics), kept))
            }
            Again::Order => None,
        }
    };
    let Some((lowered, values, kept)) = lower(kept).or_else(|| lower(None)) else {
        return Planned::default();
    };
    let Lowered { plan, found, missed } = lowered;
    let (mut found, is_known) = sift(values, found, missed, checked, &world, environment);
    if !is_known && !has_errors(&found) {
        found.extend(judge(&plan));
    }
    let claims = (!is_known && !has_errors(&found)).then(|| Claims::of(&plan));
    let kept = kept.map(|mut kept| {
        kept.keep_plan(plan);
        kept
    });
    for one in &mut found {
        if one.environments.is_empty() {
            one.environments.push(name.to_string());
        }
    }
    (found, kept, claims)
}
