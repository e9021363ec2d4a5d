//! From trees to plans: names, types, evaluation, and the rules of a system.
//!
//! [`analyze`] reads and checks a program; [`Program::plan`] evaluates one of
//! its environments; [`analyze_and_plan`] does both at once. All give all the
//! diagnostics they can, and none does I/O but through [`Files`].

mod again;
mod eval;
mod files;
mod follows;
mod given;
mod load;
mod lower;
mod names;
mod overlay;
mod patterns;
mod shown;
mod together;
mod told;
mod types;
mod unused;
mod value;
mod world;

pub use again::{Found, Judge, Kept, analyze_again};
pub use eval::{FUNCTIONS, Function};
pub use files::{FileKind, Files, Memory, ReadError, normal};
pub use laud_syntax::parallel::on_large_stack;
pub use names::{
    Body, BodyField, Export, Fill, Form, Names, Offer, OfferSort, Sample, SampleField, Symbol, SymbolSort,
    offers,
};
pub use together::{Claims, check_together};
pub use told::{SetBy, Told, ToldField};

use camino::Utf8Path;
use eval::Eval;
use laud_plan::Plan;
use laud_syntax::{Diagnostic, FileId, Parsed, Sources, Span, ast, code, has_errors, parallel};
use lean_string::LeanStr;
use load::Loaded;
use lower::{Lower, Lowered, Shared, Shares};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use world::{KindId, World};

/// A program: its files, parsed and checked.
#[derive(Debug)]
pub struct Program {
    loaded: Loaded,
    checked: OnceLock<Checked>,
    /// Whether someone is at the check, or was.
    is_check_begun: AtomicBool,
}

/// What the check of a program gives.
#[derive(Debug)]
struct Checked {
    /// What is wrong, of its syntax too.
    diagnostics: Vec<Diagnostic>,
    /// Where the values of secrets stand.
    hidden: Vec<Span>,
}

/// What came of planning an environment.
#[derive(Debug)]
pub struct Planned {
    /// The plan, if there was no error.
    pub plan: Option<Plan>,
    /// Everything that was found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a program and checks all that does not depend on an environment.
/// `main` is a file, or a folder with a `main.laud`.
pub fn analyze(files: &dyn Files, main: &Utf8Path) -> Program {
    analyze_and_plan(files, main, |_| Vec::new(), |_, _| ()).0
}

/// Reads a program, checks it, and plans those of its environments that `choose`
/// takes of them all, at once. Gives what `work` makes of each plan.
pub fn analyze_and_plan<R: Send>(
    files: &dyn Files,
    main: &Utf8Path,
    choose: impl FnOnce(&[LeanStr]) -> Vec<LeanStr>,
    work: impl Fn(&str, Planned) -> R + Sync,
) -> (Program, Vec<R>) {
    let loaded = load::load(files, main);
    let mut program = Program { loaded, checked: OnceLock::new(), is_check_begun: AtomicBool::new(false) };
    let chosen = choose(&program.environments());
    let planned = parallel::map(&chosen, |name| work(name, program.plan(files, name)));
    if chosen.is_empty() {
        on_large_stack(|| {
            program.checked(files);
        });
    }
    for span in program.checked.get().map_or(&[][..], |checked| &checked.hidden) {
        program.loaded.sources.hide(*span);
    }
    (program, planned)
}

/// Reads what every program needs, which is work that may be done beside other
/// work. Without it that is read with the first program.
pub fn read_ahead() {
    load::read_ahead();
}

impl Program {
    /// Reads a program, and checks nothing but its syntax: that was done, and
    /// found where the values stand that nobody may see.
    pub fn read(files: &dyn Files, main: &Utf8Path, hidden: &[Span]) -> Self {
        let mut loaded = load::load_known(files, main);
        hidden.iter().for_each(|span| loaded.sources.hide(*span));
        let checked = Checked { diagnostics: loaded.diagnostics.clone(), hidden: hidden.to_vec() };
        Self { loaded, checked: OnceLock::from(checked), is_check_begun: AtomicBool::new(true) }
    }

    /// Looks for what is wrong in all environments in a world that nobody has used, unless someone does.
    /// That must not share its work out to threads: others may wait for it on theirs.
    fn begin_check(&self, files: &dyn Files, world: &World<'_>) {
        if !self.is_check_begun.swap(true, Ordering::Relaxed) {
            self.checked.get_or_init(|| check(&self.loaded, files, world));
        }
    }

    /// What is wrong in all environments, once whoever looks for it knows.
    fn checked(&self, files: &dyn Files) -> &Checked {
        self.checked.get_or_init(|| check(&self.loaded, files, &World::new(&self.loaded)))
    }
}

/// What is wrong whatever the environment is, in a world that nobody has used.
fn check(loaded: &Loaded, files: &dyn Files, world: &World<'_>) -> Checked {
    world::check_metrics(world, |standard| !standard);
    let mut diagnostics = check_kinds(world, files, |standard| !standard);
    for decl in &world.decls {
        if let Err(Some(unknown)) = world.kind_of(&decl.decl.kind) {
            diagnostics.push(unknown);
        }
    }
    let main = loaded.main.map(|main| &loaded.files[main.0 as usize]);
    if let (true, Some(main)) = (world.environments.is_empty(), main)
        && !main.file.entries.is_empty()
        && !world.is_misspelt("environment")
    {
        let end = main.file.span.at_end();
        diagnostics.push(
            Diagnostic::new(&code::NO_ENVIRONMENT, end, "the system has no environment")
                .help("Declare one: `environment production {}`."),
        );
    }
    diagnostics.extend(unused::unused(world));
    diagnostics.extend(world.diagnostics.take());
    dedup(&mut diagnostics);
    diagnostics.splice(0..0, loaded.diagnostics.iter().cloned());
    Checked { diagnostics, hidden: given::given_to_secrets(world) }
}

/// Checks kinds by themselves: those of which `pass` holds, by whether they are standard.
fn check_kinds(world: &World<'_>, files: &dyn Files, pass: impl Fn(bool) -> bool) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (index, kind) in world.kinds.iter().enumerate() {
        if pass(kind.standard) && !world.is_endless(KindId(index as u32)) {
            let mut eval = Eval::new(world, files, None);
            eval.check_kind(KindId(index as u32));
            diagnostics.append(&mut eval.diagnostics);
        }
    }
    diagnostics
}

impl Program {
    /// The files.
    pub fn sources(&self) -> &Sources {
        &self.loaded.sources
    }

    /// A file's tree and comments.
    pub fn parsed(&self, file: FileId) -> &Parsed {
        &self.loaded.files[file.0 as usize]
    }

    /// What was found that does not depend on an environment.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        self.checked.get().map_or(&[], |checked| &checked.diagnostics)
    }

    /// The environments, in order of the spec.
    pub fn environments(&self) -> Vec<LeanStr> {
        self.loaded.environments()
    }

    /// The spec's folder.
    pub fn root(&self) -> &Utf8Path {
        &self.loaded.root
    }

    /// The files of the program's own, in the order in which they were read;
    /// not those of the standard library.
    pub fn own_files(&self) -> impl Iterator<Item = FileId> {
        let own = self.loaded.modules.iter().filter(|module| !module.standard);
        own.flat_map(|module| module.files.iter().copied())
    }

    /// Checks of the standard library what every build takes for granted: the
    /// kinds that the program uses, and what they make in its environments.
    pub fn check_standard(&self, files: &dyn Files) -> Vec<Diagnostic> {
        on_large_stack(|| {
            let world = World::new(&self.loaded);
            world::check_metrics(&world, |standard| standard);
            let mut diagnostics = check_kinds(&world, files, |standard| standard);
            let is_standard = |one: &Diagnostic| one.span.is_some_and(|span| world.is_standard(span.file()));
            diagnostics.extend(world.diagnostics.take().into_iter().filter(is_standard));
            for environment in world.environments.iter().copied() {
                let mut eval = Eval::new(&world, files, Some(environment));
                eval.thorough = true;
                let Lowered { found, missed, .. } = lower_alone(&mut eval, environment);
                let found = eval.diagnostics.into_iter().chain(found).chain(missed);
                diagnostics.extend(found.filter(is_standard));
            }
            dedup(&mut diagnostics);
            diagnostics
        })
    }

    /// Evaluates an environment. Without an error, there is a plan.
    pub fn plan(&self, files: &dyn Files, environment: &str) -> Planned {
        on_large_stack(|| {
            let shares = |declarations| Shares::new(declarations, parallel::cores());
            self.plan_here(files, environment, shares)
        })
    }

    /// Evaluates an environment that has no error, so that the plan knows where
    /// each of its parts comes from. `None` if it has errors.
    pub fn plan_to_ask(&self, files: &dyn Files, environment: &str) -> Option<Plan> {
        on_large_stack(|| {
            let world = World::new(&self.loaded);
            let environment = environment_of(&world, environment)?;
            let mut eval = Eval::new(&world, files, Some(environment));
            eval.trace = Some(Box::default());
            let lowered = lower_alone(&mut eval, environment);
            let found = [&eval.diagnostics, &lowered.found, &lowered.missed];
            let good = !has_errors(self.diagnostics()) && found.into_iter().all(|found| !has_errors(found));
            good.then_some(lowered.plan)
        })
    }

    /// Evaluates an environment, with so many declarations shared out as `shares` says.
    fn plan_here(
        &self,
        files: &dyn Files,
        environment: &str,
        shares: impl FnOnce(usize) -> Shares,
    ) -> Planned {
        let world = World::new(&self.loaded);
        self.begin_check(files, &world);
        let Some(environment) = environment_of(&world, environment) else {
            return Planned { plan: None, diagnostics: vec![self.no_environment(environment)] };
        };
        let mut eval = Eval::once(&world, files, environment);
        let shares = shares(world.decls.len());
        let name = environment.name.text.as_str();
        let share = |thread| self.plan_shares(files, name, &shares, thread);
        let ((mut lower, own), others) = parallel::with_others(1..shares.threads(), share, || {
            make_instances(&mut eval, environment);
            Lower::shared(&mut eval, environment, &shares, 0)
        });
        lower.absorb(&shares, own, others.into_iter().flatten());
        // The rules of the graph are asked even of what has errors, so that one
        // does not hide the other; what only follows from an error is left out.
        let Lowered { plan, found, missed } = lower.finish(environment);
        let values = std::mem::take(&mut eval.diagnostics);
        let checked = &self.checked(files).diagnostics;
        let (mut diagnostics, known) = sift(values, found, missed, checked, &world, environment);
        for diagnostic in &mut diagnostics {
            diagnostic.environments = vec![environment.name.text.to_string()];
        }
        let plan = Some(plan).filter(|_| !known && !has_errors(&diagnostics));
        Planned { plan, diagnostics }
    }

    fn no_environment(&self, name: &str) -> Diagnostic {
        let all = self.environments();
        let names = all.iter().map(LeanStr::as_str);
        let message = format!("there is no environment `{name}`");
        let diagnostic = Diagnostic::without_place(&code::UNKNOWN_ENVIRONMENT, message);
        match laud_syntax::near::nearest(name, names.clone()) {
            Some(near) => diagnostic.help(format!("There is `{near}`, which is near.")),
            None => diagnostic.help(format!("There are: {}.", names.collect::<Vec<_>>().join(", "))),
        }
    }

    /// Lowers what is left of an environment's declarations, on a thread beside the first.
    fn plan_shares(
        &self,
        files: &dyn Files,
        environment: &str,
        shares: &Shares,
        thread: usize,
    ) -> Option<Shared> {
        let world = World::new(&self.loaded);
        let environment = environment_of(&world, environment)?;
        let mut eval = Eval::once(&world, files, environment);
        // As the first thread does it: what is made in the same order has the same ids.
        make_instances(&mut eval, environment);
        Some(Lower::shared(&mut eval, environment, shares, thread).1)
    }
}

fn environment_of<'p>(world: &World<'p>, name: &str) -> Option<&'p ast::Environment> {
    world.environments.iter().copied().find(|environment| environment.name.text == name)
}

/// Makes what an environment has, and works out what no declaration asks for.
fn make_instances<'p>(eval: &mut Eval<'_, 'p>, environment: &'p ast::Environment) {
    overlay::instantiate(eval, environment);
    eval.force_lets();
    eval.environment_field(environment, "host");
}

/// Lowers an environment on this thread.
fn lower_alone<'p>(eval: &mut Eval<'_, 'p>, environment: &'p ast::Environment) -> Lowered {
    make_instances(eval, environment);
    Lower::alone(eval, environment).finish(environment)
}

/// What is found in an environment, without what was found by the check or only
/// follows from what is wrong elsewhere; and whether values or the check have errors.
fn sift(
    mut values: Vec<Diagnostic>,
    mut found: Vec<Diagnostic>,
    missed: Vec<Diagnostic>,
    checked: &[Diagnostic],
    world: &World<'_>,
    environment: &ast::Environment,
) -> (Vec<Diagnostic>, bool) {
    let known: Vec<Diagnostic> =
        checked.iter().chain(&values).filter(|one| one.is_error()).cloned().collect();
    let is_checked =
        |one: &Diagnostic| checked.iter().any(|other| (other.code, other.span) == (one.code, one.span));
    values.retain(|one| !is_checked(one) && !follows::of_syntax(one, &known, world, environment));
    if !follows::hides_parts(&known) {
        // A probe may lead to a route that is in no plan, because of an error in it.
        let is_whole = known.is_empty() && !found.iter().any(Diagnostic::is_error);
        found.extend(missed.into_iter().filter(|one| is_whole || one.code.id != code::PROBE_TURNED_AWAY.id));
    }
    values.extend(found.into_iter().filter(|one| !follows::of_known(one, &known, world, environment)));
    dedup(&mut values);
    (values, !known.is_empty())
}

/// Takes out what was found again, by another way, at the same place.
fn dedup(diagnostics: &mut Vec<Diagnostic>) {
    let mut seen = rustc_hash::FxHashSet::default();
    diagnostics.retain(|one| seen.insert((one.code.id, one.span, one.message.clone())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    /// A system that is large enough to be shared out, whose declarations refer
    /// forwards and backwards, and have a secret in a URL. `more` is its
    /// last declaration.
    fn large(more: &str) -> Memory {
        const COUNT: u32 = 700;
        let mut spec = String::from(
            r#"app large

secret key

kind guarded {
  secret token
  service main {
    image  = "web:1.0"
    port http = 80
    health = off because "a test"
    limits { memory = 64MiB }
    env { URL = "http://x:{token}@{main.host}" }
  }
  out addr = "{main.host}:{main.http}"
}
"#,
        );
        for index in 0..COUNT {
            let (before, after) =
                (index.max(1) - 1, if index < COUNT / 2 { index + COUNT / 2 } else { index });
            write!(
                spec,
                r#"
service s{index} {{
  image = "web:1.0"
  port http = 80
  health = off because "a test"
  limits {{ memory = 64MiB }}
  env {{ URL = "http://x:{{key}}@{{s{after}.host}}" }}
}}
alert late_{index} {{ when = promql`up == 0`, severity = warning, summary = "Late: {{s{before}.host}}" }}
"#
            )
            .expect("a string takes all");
            if index % 100 == 0 {
                writeln!(spec, "guarded g{index} {{}}").expect("a string takes all");
            }
        }
        // What this asks of it is made before all else.
        spec.push_str("let far = g600.addr\n");
        spec.push_str(more);
        spec.push_str("scraper prometheus { server = s0, port = s0.http }\nenvironment production {}\n");
        Memory::from_iter([("main.laud", spec.as_str())])
    }

    #[test]
    fn shares_make_the_same_plan() {
        for (more, errors) in [("", false), ("service bare {}\n", true)] {
            let files = large(more);
            let program = analyze(&files, "main.laud".into());
            let shares = |cores| move |declarations| Shares::new(declarations, cores);
            let plan = |cores| on_large_stack(|| program.plan_here(&files, "production", shares(cores)));
            let (alone, shared) = (plan(1), plan(2));
            assert_eq!(has_errors(&alone.diagnostics), errors);
            assert_eq!(alone.diagnostics, shared.diagnostics);
            assert_eq!(alone.plan, shared.plan);
            let size = alone.plan.map(|plan| {
                let in_url = plan.secrets.iter().filter(|secret| secret.in_url).count();
                (plan.services.len(), plan.alerts.len(), in_url)
            });
            assert_eq!(size, (!errors).then_some((707, 700, 8)));
        }
    }

    /// The specs under a folder, each with its files.
    fn specs(folder: &std::path::Path, found: &mut Vec<Memory>) {
        let entries = std::fs::read_dir(folder).expect("a folder of the project");
        let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        if paths.iter().any(|path| path.ends_with("main.laud")) {
            let mut memory = Memory::new();
            read_all(folder, folder, &mut memory);
            found.push(memory);
        }
        paths.iter().filter(|path| path.is_dir()).for_each(|path| specs(path, found));
    }

    fn read_all(folder: &std::path::Path, root: &std::path::Path, memory: &mut Memory) {
        for entry in std::fs::read_dir(folder).expect("a folder of the project").flatten() {
            let path = entry.path();
            if path.is_dir() {
                read_all(&path, root, memory);
            } else if let (Some(name), Ok(content)) =
                (path.strip_prefix(root).ok().and_then(std::path::Path::to_str), std::fs::read(&path))
            {
                memory.insert(name, content);
            }
        }
    }

    /// The plan of an environment, and what was found, with nothing left for later.
    fn plan_whole(program: &Program, files: &Memory, environment: &str) -> (Plan, Vec<Diagnostic>) {
        let world = World::new(&program.loaded);
        let environment = environment_of(&world, environment).expect("an environment of the program");
        let mut eval = Eval::new(&world, files, Some(environment));
        let lowered = lower_alone(&mut eval, environment);
        (lowered.plan, eval.diagnostics)
    }

    #[test]
    fn what_is_left_for_later_is_in_its_order() {
        let spec = r#"
app late
use std/monitoring { monitoring }
use std/service { plain }

monitoring watch {}

kind inner {
  plain main { image = "web:1.0", port = 80, with = wget, limits { memory = 64MiB } }
  alert deep { when = promql`up == 0`, severity = warning, summary = "Deep" }
}

kind watched {
  more : Bool = false
  alert first { when = promql`up == 0`, severity = warning, summary = "First of {self.name}" }
  inner part {}
  alert second { when = promql`up == 0`, severity = warning, summary = "Second" }
  if more {
    alert third { when = promql`up == 0`, severity = warning, summary = "Third" }
  }
  for turn in ["x", "y"] {
    alert "a_{turn}" { when = promql`up == 0`, severity = warning, summary = "A" }
    alert "b_{turn}" { when = promql`up == 0`, severity = warning, summary = "B" }
  }
  alert strange {
    when     = promql`up == 0`
    severity = warning
    summary  = "Strange"
    raw prometheus { global { external_labels { a = "b" } } } because "a test"
  }
  alert last { when = promql`up == 0`, severity = warning, summary = "Last" }
  panel "Of {self.name}" {
    description = "What is up."
    query up    = promql`up`
  }
}

watched a { more = true }
watched b { first.severity = critical }
watched c {}
plain told {
  image = "web:1.0", port = 80, with = wget, limits { memory = 64MiB }
  env { ALERT = asked }
}

let asked = c.last.name

environment production { drop a.second }
"#;
        let files = Memory::from_iter([("main.laud", spec)]);
        let program = analyze(&files, "main.laud".into());
        assert_eq!(program.diagnostics(), []);
        let (whole, found) = on_large_stack(|| plan_whole(&program, &files, "production"));
        assert_eq!(found, []);
        for threads in [1, 3] {
            let shares = |_| Shares::small(threads);
            let planned = on_large_stack(|| program.plan_here(&files, "production", shares));
            assert_eq!(planned.plan.as_ref(), Some(&whole), "{:?}", planned.diagnostics);
        }
        let of = |name: char| {
            let alerts = whole.alerts.iter().filter_map(|alert| alert.name.strip_prefix(name));
            alerts.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of('A'), "First PartDeep Third AX BX AY BY Strange Last");
        assert_eq!(of('C'), "First PartDeep Second AX BX AY BY Strange Last");
    }

    /// Declarations of a kind, each with what comes of it in its alerts and panels.
    const MANY: &str = r#"
app many
use std/monitoring { monitoring }
use std/service { plain }

monitoring watch {}

kind watched {
  limit  : Int
  within : Duration     = 5m
  shown  : Text         = "watched"
  tags   : Map<Text>    = {}
  grave  : Severity     = warning
  wanted : Bool         = true
  let far = limit * 2

  plain main { image = "web:1.0", port = 80, with = wget, limits { memory = 64MiB } }
  alert "high" {
    when        = promql`up{service="${self.name}"} > ${far}`
    for         = within
    severity    = grave
    summary     = "{self.name}: over {limit}"
    description = "As it is written."
    labels { team = "one", of = shown }
    enabled     = wanted
  }
  alert low {
    when     = promql`up{service=~"${shown}"} < 1`
    severity = critical
    summary  = "Low"
    labels   = tags
  }
  panel "Up" "What of {shown} is up." {
    critical    = limit
    query up    = promql`up{service="${self.name}"}`
    query least = promql`min(up) - ${limit}`
  }
}

watched a { limit = 1 }
watched b { limit = 2, within = 1m, tags { x = "y" } }
watched c { limit = 3, grave = critical, shown = "c of {a.name}" }
watched d { limit = 4, wanted = false }
watched e { limit = 5, low.severity = info }
watched f { limit = 6, tags { z = f.low.name } }
watched g { limit = 7, shown = "g" }
watched h { limit = 8 }

environment production { drop h.low }
"#;

    #[test]
    fn what_is_taken_over_is_as_if_it_were_made() {
        let wrong = MANY.replace("shown = \"g\"", "shown = g.main").replace("limit = 8", "limit = \"8\"");
        for (spec, alerts) in [(MANY, Some(14)), (wrong.as_str(), None)] {
            let files = Memory::from_iter([("main.laud", spec)]);
            let program = analyze(&files, "main.laud".into());
            assert_eq!(program.diagnostics(), []);
            let (whole, found) = on_large_stack(|| plan_whole(&program, &files, "production"));
            assert_eq!(found.is_empty(), alerts.is_some());
            let of_kind = |plan: &Plan| {
                let names = plan.alerts.iter().map(|alert| alert.name.get(1..));
                names.filter(|name| [Some("High"), Some("Low")].contains(name)).count()
            };
            for threads in [1, 3] {
                let shares = |_| Shares::small(threads);
                let planned = on_large_stack(|| program.plan_here(&files, "production", shares));
                assert_eq!(planned.plan.as_ref().map(of_kind), alerts, "{:?}", planned.diagnostics);
                match &planned.plan {
                    Some(plan) => assert_eq!(*plan, whole),
                    None => assert!(found.iter().all(|one| {
                        planned
                            .diagnostics
                            .iter()
                            .any(|other| (one.code, one.span) == (other.code, other.span))
                    })),
                }
            }
        }
    }

    #[test]
    fn specs_are_the_same_shared_out() {
        let mut found = Vec::new();
        for folder in ["golden", "examples"] {
            specs(&std::path::Path::new("../..").join(folder), &mut found);
        }
        let mut planned = 0;
        for files in &found {
            let program = analyze(files, "main.laud".into());
            for environment in program.environments() {
                let plan = |shares: fn(usize) -> Shares| {
                    let plan = on_large_stack(|| program.plan_here(files, &environment, shares));
                    (plan.plan, laud_syntax::gather(plan.diagnostics, program.sources()))
                };
                let alone = plan(|declarations| Shares::new(declarations, 1));
                let shared = plan(|declarations| Shares::small(declarations.min(3)));
                assert_eq!(alone, shared, "{environment} of {:?}", files.iter().next());
                let Some(plan) = alone.0 else { continue };
                let whole = on_large_stack(|| plan_whole(&program, files, &environment).0);
                assert_eq!(whole, plan, "{environment} of {:?}", files.iter().next());
                planned += 1;
            }
        }
        assert!(planned > 90, "only {planned} were planned");
    }
}
