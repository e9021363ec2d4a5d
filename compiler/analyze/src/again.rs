//! The analysis of a program that is edited, again after each edit: what the
//! edit does not reach is taken from the time before, and what is found is
//! what a fresh analysis would find.
//!
//! Three things are kept. The trees: a file is parsed where it was edited, and
//! laid out with room between its declarations, so that no place in the others
//! moves (`laud_syntax::parse_again`). By environment and declaration, what
//! lowering gave and what it read (`lower/again.rs`). And the files' names and
//! whatever else is not a declaration, to see whether it is as it was: if not,
//! a kind or a `use` was edited, say, all is lowered anew.

use crate::eval::Eval;
use crate::eval::reads::Reads;
use crate::files::Files;
use crate::load::{self, Loaded};
use crate::lower::{Again, Change, KeptPlan, Lower, Lowered};
use crate::world::World;
use crate::{check, environment_of, overlay, sift};
use camino::{Utf8Path, Utf8PathBuf};
use laud_plan::Plan;
use laud_syntax::{Diagnostic, FileId, Span, ast, code, gather, has_errors, parallel};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::Arc;

/// What is kept of an analysis for the next.
#[derive(Default)]
pub struct Kept {
    loaded: Loaded,
    plans: Vec<KeptPlan>,
    /// What the files declare, by name, in order.
    names: Vec<Name>,
}

/// What an analysis found.
#[derive(Debug)]
pub struct Found {
    /// In order of place, each once, in every environment.
    pub diagnostics: Vec<Diagnostic>,
    /// The environments, in order of the spec.
    pub environments: Vec<SmolStr>,
    /// Where values stand that nobody may see.
    pub hidden: Vec<Span>,
    /// The files of the program's own, by number.
    pub files: Vec<(FileId, Utf8PathBuf, Arc<str>)>,
}

/// What a plan is checked with once it is made.
pub type Judge<'j> = &'j (dyn Fn(&Plan) -> Vec<Diagnostic> + Sync);

/// Analyses a program of which something may be kept. `judge` finds what is
/// wrong with the plans of environments that have no errors.
pub fn analyze_again(files: &dyn Files, main: &Utf8Path, kept: &mut Kept, judge: Judge<'_>) -> Found {
    crate::on_large_stack(|| {
        let Kept { loaded, plans, names } = std::mem::take(kept);
        let before = Outside::of(&loaded);
        let mut loaded = load::load_again(files, main, loaded);
        let (found, environments, hidden) = check(&loaded, files);
        let mut checked = std::mem::take(&mut loaded.diagnostics);
        checked.extend(found);
        hidden.iter().for_each(|span| loaded.sources.hide(*span));
        let now = names_of(&loaded);
        let (change, same) = change(&loaded, &before, &names, &now);
        let plans = if same { plans } else { Vec::new() };
        let planned = plan_all(&loaded, files, &environments, plans, &change, &checked, judge);
        let mut all = checked;
        let mut plans = Vec::new();
        for (found, plan) in planned {
            all.extend(found);
            plans.extend(plan);
        }
        if is_module(&loaded, main) {
            all.retain(|one| ![&code::MISSING_APP, &code::NO_ENVIRONMENT].contains(&one.code));
        }
        let mut diagnostics = gather(all, &loaded.sources);
        let files = own_files(&loaded);
        *kept = Kept { loaded, plans, names: now };
        diagnostics.iter_mut().for_each(|one| one.relocate(|span| kept.place(span)));
        let hidden = hidden.into_iter().map(|span| kept.place(span)).collect();
        Found { diagnostics, environments, hidden, files }
    })
}

impl Kept {
    /// Where a place that the analysis gave stands in the text as it is.
    pub fn place(&self, span: Span) -> Span {
        match self.loaded.rooms.get(span.file.0 as usize) {
            Some(Some(room)) => room.roomy.place(span),
            Some(None) | None => span,
        }
    }

    /// Lets go of what depends on files that are no specs.
    pub fn forget_plans(&mut self) {
        self.plans = Vec::new();
    }
}

/// What of a program is outside of its declarations: where a change may reach anything.
struct Outside {
    /// Which files there are.
    files: Vec<Utf8PathBuf>,
    /// By file: how many entries are outside.
    others: Vec<usize>,
    /// By file: which entries are declarations.
    decls: Vec<Vec<bool>>,
}

impl Outside {
    fn of(loaded: &Loaded) -> Self {
        let decls: Vec<Vec<bool>> = loaded
            .files
            .iter()
            .map(|parsed| parsed.file.entries.iter().map(|entry| entry.decl().is_some()).collect())
            .collect();
        let count = |entries: &[ast::Entry]| entries.iter().filter(|entry| is_outside(entry)).count();
        let others = loaded.files.iter().map(|parsed| count(&parsed.file.entries)).collect();
        let files = loaded.sources.iter().map(|(_, source)| source.name.clone()).collect();
        Self { files, others, decls }
    }
}

/// Whether an entry says something of more than itself.
fn is_outside(entry: &ast::Entry) -> bool {
    match &entry.node {
        ast::Node::App(_)
        | ast::Node::Use(_)
        | ast::Node::Kind(_)
        | ast::Node::Type(_)
        | ast::Node::Let(_)
        | ast::Node::Metrics(_)
        | ast::Node::Environment(_)
        | ast::Node::Raw(_) => true,
        // What else stands there by mistake says nothing.
        ast::Node::Decl(_)
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

/// What changed; and whether that is within declarations.
fn change(loaded: &Loaded, before: &Outside, old: &[Name], new: &[Name]) -> (Change, bool) {
    let mut same = loaded.sources.iter().map(|(_, source)| &source.name).eq(&before.files);
    let mut entries = FxHashMap::default();
    for (index, room) in loaded.rooms.iter().enumerate() {
        let Some(room) = room else { continue };
        let file = FileId(index as u32);
        let mut others = 0;
        for (at, (entry, was)) in loaded.files[index].file.entries.iter().zip(&room.before).enumerate() {
            if is_outside(entry) {
                others += 1;
                same &= was.is_some();
            }
            let known =
                was.filter(|was| before.decls.get(index).and_then(|decls| decls.get(*was)) == Some(&true));
            let id = ((file, at), known.map(|was| (file, was)));
            entries.insert(std::ptr::from_ref(entry) as usize, id);
        }
        same &= before.others.get(index) == Some(&others);
    }
    let names = if old == new { Vec::new() } else { changed_names(old, new) };
    same = same && !names.iter().any(|name| outside_names(loaded, name));
    (Change { entries, names }, same)
}

/// A declaration as others see it who only name it: its file, its name and its kind's.
type Name = (FileId, SmolStr, SmolStr);

/// The names that are not in both, as often.
fn changed_names(old: &[Name], new: &[Name]) -> Vec<SmolStr> {
    let mut counts: FxHashMap<&Name, i64> = FxHashMap::default();
    old.iter().for_each(|name| *counts.entry(name).or_default() -= 1);
    new.iter().for_each(|name| *counts.entry(name).or_default() += 1);
    let mut names: Vec<SmolStr> =
        counts.into_iter().filter(|(_, count)| *count != 0).map(|((_, name, _), _)| name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether a name may stand in anything of the program's own that is no declaration.
fn outside_names(loaded: &Loaded, name: &str) -> bool {
    let own = loaded.rooms.iter().zip(&loaded.files).filter(|(room, _)| room.is_some());
    let mut others = own.flat_map(|(_, parsed)| &parsed.file.entries).filter(|entry| is_outside(entry));
    others.any(|entry| load::has_word(loaded.sources.slice(entry.span), name))
}

/// The declarations of the program's own files that have names.
fn names_of(loaded: &Loaded) -> Vec<Name> {
    let own = loaded.rooms.iter().zip(&loaded.files).filter(|(room, _)| room.is_some());
    let entries = own.flat_map(|(_, parsed)| &parsed.file.entries);
    let name = |entry: &ast::Entry| {
        let decl = entry.decl()?;
        match &decl.name {
            ast::DeclName::Ident(name) => Some((name.span.file, name.text.clone(), decl.kind.text.clone())),
            ast::DeclName::Label(_) => None,
        }
    };
    entries.filter_map(name).collect()
}

fn own_files(loaded: &Loaded) -> Vec<(FileId, Utf8PathBuf, Arc<str>)> {
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

/// What is found in an environment, and what is kept of it.
type Planned = (Vec<Diagnostic>, Option<KeptPlan>);

/// Plans the environments, several at once.
fn plan_all(
    loaded: &Loaded,
    files: &dyn Files,
    environments: &[SmolStr],
    mut kept: Vec<KeptPlan>,
    change: &Change,
    checked: &[Diagnostic],
    judge: Judge<'_>,
) -> Vec<Planned> {
    let mut take = |name: &SmolStr| {
        let at = kept.iter().position(|plan| plan.environment() == name)?;
        Some(kept.swap_remove(at))
    };
    let plan =
        |name: &SmolStr, kept: Option<KeptPlan>| plan_one(loaded, files, name, kept, change, checked, judge);
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
    name: &SmolStr,
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
        overlay::instantiate(&mut eval, environment);
        eval.force_lets();
        eval.environment_field(environment, "host");
        let mut lower = Lower::outlined(&mut eval, environment, true);
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
    let kept = kept.map(|mut kept| {
        kept.keep_plan(plan);
        kept
    });
    for one in &mut found {
        if one.environments.is_empty() {
            one.environments.push(name.to_string());
        }
    }
    (found, kept)
}
