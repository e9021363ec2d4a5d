//! Evaluation: one environment's values, or the check of a kind.
//!
//! There is one evaluator for both. To check a kind, its parameters are taken
//! as [`Value::Unknown`], of which only the type is known; conditions that
//! depend on them take both ways. So the rules of typing stand once.
//!
//! Everything is lazy and remembered: a field, an output or a `let` is
//! evaluated when it is first asked for, and a value that needs itself is a
//! [`REFERENCE_CYCLE`](code::REFERENCE_CYCLE). Each declaration is an
//! [`Instance`], which holds the layers that set its fields: the declaration
//! itself, then what environments and outer declarations change in it.

mod bare;
mod body;
mod call;
mod children;
mod coerce;
mod cold;
mod expr;
mod fields;
mod force;
mod instance;
mod late;
mod mismatch;
mod mould;
mod offer;
mod operate;
mod outside;
mod pages;
mod present;
mod query;
pub(crate) mod reads;
mod slots;
mod text;
mod trace;
mod unknown;

pub use call::{FUNCTIONS, Function};
pub(crate) use cold::ColdPart;
pub(crate) use instance::{BUILT, FieldState, Instance, Layer, LayerSource};
pub(crate) use late::LatePart;
pub(crate) use query::{Template, Templates};
pub(crate) use trace::Trace;

use crate::files::Files;
use crate::overlay::tell_drop;
use crate::types::Type;
use crate::value::Value;
use crate::world::{Def, InstanceId, KindId, LetId, World};
use cold::Cold;
use late::Late;
use laud_syntax::{Diagnostic, FileId, Span, ast, code, parallel};
use lean_string::LeanStr;
use pages::Pages;
use reads::{LETS, Owner, Reads};
use rustc_hash::{FxHashMap, FxHashSet};
use std::num::NonZeroU32;
use std::sync::Arc;

/// How deep values may need one another before the evaluator gives up.
const DEPTH_LIMIT: u32 = 4_000;

/// The evaluation of one environment, or of the check.
pub(crate) struct Eval<'w, 'p> {
    pub(crate) world: &'w World<'p>,
    pub(crate) files: &'w dyn Files,
    /// `None` in the check of kinds.
    pub(crate) environment: Option<&'p ast::Environment>,
    /// Whether the standard library, too, is asked what its tests have asked of it.
    pub(crate) thorough: bool,
    /// Whether anything of a primitive kind is there, once it was asked for.
    present: FxHashMap<KindId, Slot<'p>>,
    instances: Pages<Instance<'p>>,
    /// The declarations that are as they were, if someone keeps them.
    cold: Cold,
    /// What is left for later, in a plan that is made once.
    late: Option<Late<'p>>,
    /// The declarations of the files, in order, as far as the environment has them.
    pub(crate) top: Vec<InstanceId>,
    pub(crate) by_decl: FxHashMap<*const ast::Decl, InstanceId>,
    /// What the environment declares itself.
    pub(crate) added: FxHashMap<LeanStr, InstanceId>,
    locals: Vec<Local<'p>>,
    lets: FxHashMap<(Option<InstanceId>, Span), Slot<'p>>,
    outs: FxHashMap<(InstanceId, u32), Slot<'p>>,
    templates: FxHashMap<Span, Arc<Template>>,
    /// The services that stand for instances, as far as they were asked for.
    primary: FxHashMap<InstanceId, Option<InstanceId>>,
    /// The name that was asked for last: what a declaration is made of asks for one name again and again.
    last_deployed: Option<(InstanceId, LeanStr)>,
    /// The names of what could not be made, which was reported.
    pub(crate) lost: FxHashSet<LeanStr>,
    /// Whether the environment declares something without its name, which was reported.
    pub(crate) nameless: bool,
    /// Secrets that become part of a URL.
    pub(crate) in_url: FxHashSet<InstanceId>,
    /// Where values come from, if someone asks.
    pub(crate) trace: Option<Box<Trace>>,
    /// What each declaration reads, if someone asks.
    pub(crate) reads: Option<Box<Reads>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    depth: u32,
    /// How deep values may need one another on this machine.
    depth_limit: u32,
    /// What is being evaluated, for the path of a cycle.
    busy: Vec<(Span, Asked<'p>)>,
}

/// Where the names of an expression are looked up, besides its file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scope {
    /// The declaration in whose kind it stands.
    pub(crate) of: Option<InstanceId>,
    /// The loop variables around it.
    pub(crate) locals: Option<LocalId>,
    /// The declaration in whose body it stands, whose ports and the like it sees.
    pub(crate) body: Option<InstanceId>,
}

impl Scope {
    /// The scope of a kind's own body, for an instance of it.
    pub(crate) fn of(id: InstanceId) -> Self {
        Self { of: Some(id), ..Self::default() }
    }
}

/// A loop variable, by its index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalId(NonZeroU32);

impl LocalId {
    fn new(index: usize) -> Self {
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        Self(number.expect("fewer turns of loops than there is memory for"))
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

struct Local<'p> {
    outer: Option<LocalId>,
    name: LeanStr,
    value: Value<'p>,
}

/// What an evaluation is for.
#[derive(Clone, Copy, Debug)]
enum Asked<'p> {
    /// A field of an instance, by its parameter.
    Field(InstanceId, usize),
    /// An output or a `let`, of an instance or of a file.
    Named(Owner, &'p str),
}

/// A value that is evaluated once.
#[derive(Clone, Debug)]
pub(crate) enum Slot<'p> {
    Busy,
    Done(Value<'p>),
}

impl<'w, 'p> Eval<'w, 'p> {
    pub(crate) fn new(
        world: &'w World<'p>,
        files: &'w dyn Files,
        environment: Option<&'p ast::Environment>,
    ) -> Self {
        Self {
            world,
            files,
            environment,
            thorough: environment.is_none(),
            present: FxHashMap::default(),
            instances: Pages::default(),
            cold: Cold::default(),
            late: None,
            top: Vec::new(),
            by_decl: FxHashMap::default(),
            added: FxHashMap::default(),
            locals: Vec::new(),
            lets: FxHashMap::default(),
            outs: FxHashMap::default(),
            templates: FxHashMap::default(),
            primary: FxHashMap::default(),
            last_deployed: None,
            lost: FxHashSet::default(),
            nameless: false,
            in_url: FxHashSet::default(),
            trace: None,
            reads: None,
            diagnostics: Vec::new(),
            depth: 0,
            depth_limit: parallel::depth(DEPTH_LIMIT),
            busy: Vec::new(),
        }
    }

    /// The evaluation of an environment for a plan that is made once.
    pub(crate) fn once(
        world: &'w World<'p>,
        files: &'w dyn Files,
        environment: &'p ast::Environment,
    ) -> Self {
        Self { late: Some(Late::default()), ..Self::new(world, files, Some(environment)) }
    }

    /// Whether this is the check of a kind, in which values are unknown.
    pub(crate) fn is_check(&self) -> bool {
        self.environment.is_none()
    }

    /// Whether what stands in a file is known to be good by itself: it is of the
    /// standard library, and its tests say so ([`Program::check_standard`](crate::Program::check_standard)).
    pub(crate) fn trusts(&self, file: FileId) -> bool {
        !self.thorough && self.world.is_standard(file)
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    #[inline]
    pub(crate) fn instance(&self, id: InstanceId) -> &Instance<'p> {
        if let Some(reads) = &self.reads {
            reads.touch(id);
        }
        &self.instances[id.index()]
    }

    pub(crate) fn instance_mut(&mut self, id: InstanceId) -> &mut Instance<'p> {
        &mut self.instances[id.index()]
    }

    /// The scope in which a loop variable has a value.
    pub(crate) fn with_local(&mut self, scope: Scope, name: LeanStr, value: Value<'p>) -> Scope {
        let id = LocalId::new(self.locals.len());
        self.locals.push(Local { outer: scope.locals, name, value });
        Scope { locals: Some(id), ..scope }
    }

    fn local(&self, scope: Scope, name: &str) -> Option<Value<'p>> {
        let mut at = scope.locals;
        while let Some(id) = at {
            let local = &self.locals[id.index()];
            if local.name == name {
                return Some(local.value.clone());
            }
            at = local.outer;
        }
        None
    }

    /// The value of a name, or `None` where nothing has that name.
    pub(crate) fn name(&mut self, name: &str, span: Span, scope: Scope) -> Option<Value<'p>> {
        if let Some(value) = self.local(scope, name) {
            return Some(value);
        }
        if let Some(of) = scope.of {
            let kind = self.world.kind(self.instance(of).kind);
            // An instance of a kind's own file: names of the kind are seen from its body alone.
            if kind.ast.body.span.file() == span.file() {
                if let Some(member) = kind.members.get(name).copied() {
                    return Some(self.member_value(of, member, span));
                }
                if name == "self" {
                    return Some(Value::Itself(of));
                }
                if kind.lost.iter().any(|lost| lost == name) {
                    return Some(Value::Error);
                }
            }
        }
        if let Some(item) = self.item_around(scope, name) {
            return Some(Value::Instance(item));
        }
        if let Some(id) = self.added.get(name) {
            self.note_named(*id);
            return Some(Value::Instance(*id));
        }
        match self.world.lookup(span.file(), name) {
            Some(Def::Decl(decl)) => {
                let decl = self.world.decl(decl).decl;
                if self.is_check() {
                    // Which declarations there are, an environment says.
                    return Some(Value::Unknown(Type::Any));
                }
                Some(match self.by_decl.get(&std::ptr::from_ref(decl)) {
                    Some(id) => {
                        self.note_named(*id);
                        Value::Instance(*id)
                    }
                    None if self.world.kind_of(&decl.kind).is_err() => Value::Error,
                    None => self.not_deployed(name, span),
                })
            }
            Some(Def::Let(id)) => Some(self.file_let(id)),
            Some(Def::Metrics(id)) => Some(Value::Metrics(id)),
            Some(Def::Kind(id)) => Some(Value::Kind(id)),
            Some(Def::Alias(_)) | None => match name {
                "app" => Some(Value::App),
                "environment" => Some(Value::Environment),
                _ if self.lost.contains(name) || self.world.is_missing(span.file(), name) => {
                    Some(Value::Error)
                }
                _ if self.is_nameless(span) || self.lacks_name_around(scope) => Some(Value::Error),
                _ => None,
            },
        }
    }

    /// Whether something is declared without its name, which was reported, so that any name may be its.
    pub(crate) fn is_nameless(&self, span: Span) -> bool {
        self.nameless || self.world.is_nameless(span.file())
    }

    /// Whether one of the bodies around may declare any name, but for an error in it.
    fn lacks_name_around(&mut self, scope: Scope) -> bool {
        let mut around = scope.body;
        while let Some(id) = around {
            if self.lacks_names(id) {
                return true;
            }
            let instance = self.instance(id);
            around = instance.parent.filter(|_| instance.item);
        }
        false
    }

    /// What one of the bodies around declares under that name: a port of the service at hand.
    fn item_around(&mut self, scope: Scope, name: &str) -> Option<InstanceId> {
        let mut around = scope.body;
        let mut from = None;
        while let Some(id) = around {
            self.collect_structure(id);
            // Nothing is a value of itself, so its name means something further out; and a route has none, but a path.
            let is_meant = |item: &InstanceId| {
                Some(*item) != from && Some(self.instance(*item).kind) != self.world.primitives.route
            };
            if let Some(item) = self.item_named(id, name).filter(is_meant) {
                return Some(item);
            }
            let instance = self.instance(id);
            from = Some(id);
            around = instance.parent.filter(|_| instance.item);
        }
        None
    }

    fn not_deployed(&mut self, name: &str, span: Span) -> Value<'p> {
        let environment =
            self.environment.map_or("this environment", |environment| environment.name.text.as_str());
        let diagnostic =
            Diagnostic::new(&code::NOT_DEPLOYED, span, format!("`{name}` is not in `{environment}`"))
                .label("still referred to")
                .help(format!("Drop what refers to `{name}` there too, or keep it."));
        self.report(tell_drop(diagnostic, self.environment, name));
        Value::Error
    }

    /// The value of a file's `let`.
    pub(crate) fn file_let(&mut self, id: LetId) -> Value<'p> {
        self.note_read(LETS | id.0);
        let value = self.world.lets[id.0 as usize];
        self.remember(None, LETS | id.0, value, Scope::default())
    }

    /// The value of a kind's `let` for one of its declarations.
    pub(crate) fn remember_let(&mut self, of: InstanceId, value: &'p ast::Let) -> Value<'p> {
        self.note_shared(of);
        self.remember(Some(of), self.owner_of(of), value, Scope::of(of))
    }

    fn remember(
        &mut self,
        of: Option<InstanceId>,
        owner: Owner,
        value: &'p ast::Let,
        scope: Scope,
    ) -> Value<'p> {
        let key = (of, value.name.span);
        match self.lets.get(&key) {
            Some(Slot::Done(done)) => return done.clone(),
            Some(Slot::Busy) => return self.cycle(value.name.span, &value.name.text),
            None => {}
        }
        self.lets.insert(key, Slot::Busy);
        let result = self.guard(value.name.span, Asked::Named(owner, &value.name.text), |eval| {
            eval.eval(&value.value, &crate::types::Type::Any, scope)
        });
        self.lets.insert(key, Slot::Done(result.clone()));
        result
    }

    /// Runs one evaluation that others may wait for, within the depth limit.
    fn guard(&mut self, span: Span, asked: Asked<'p>, run: impl FnOnce(&mut Self) -> Value<'p>) -> Value<'p> {
        if self.depth >= self.depth_limit {
            self.report(
                Diagnostic::new(&code::TOO_DEEP, span, "values need one another too deep")
                    .help("Shorten the chain of values that build on each other."),
            );
            return Value::Error;
        }
        self.depth += 1;
        let owner = match asked {
            Asked::Field(id, _) => self.owner_of(id),
            Asked::Named(owner, _) => owner,
        };
        self.busy.push((span, asked));
        let value = self.on_behalf(owner, run);
        self.busy.pop();
        self.depth -= 1;
        value
    }

    /// Reports that a value needs itself, with the way it goes. A way round has
    /// no start: it is told from the first place that the author wrote.
    pub(crate) fn cycle(&mut self, span: Span, name: &str) -> Value<'p> {
        let start = self.busy.iter().position(|(at, _)| *at == span);
        let mut round: Vec<(Span, LeanStr)> = self.busy[start.unwrap_or(0)..]
            .iter()
            .map(|(at, asked)| (*at, self.asked_name(*asked)))
            .collect();
        let own = round.iter().position(|(at, _)| !self.world.is_standard(at.file()));
        let (span, name) = match own.filter(|_| start.is_some()) {
            Some(own) => {
                round.rotate_left(own);
                round[0].clone()
            }
            None => (span, LeanStr::from(name)),
        };
        if round.is_empty() {
            let message = format!("to tell whether there is a `{name}`, `{name}` is needed");
            self.report(
                Diagnostic::new(&code::REFERENCE_CYCLE, span, message)
                    .help("A condition cannot ask of what it decides about: ask of a parameter."),
            );
            return Value::Error;
        }
        let path: Vec<&str> = round.iter().map(|(_, name)| name.as_str()).chain([name.as_str()]).collect();
        let mut diagnostic = Diagnostic::new(
            &code::REFERENCE_CYCLE,
            span,
            format!("`{name}` needs itself: {}", path.join(" -> ")),
        )
        .help("Take one of these references out.");
        for (at, name) in &round[1..] {
            diagnostic = diagnostic.related(*at, format!("by way of `{name}`"));
        }
        self.report(diagnostic);
        Value::Error
    }

    fn asked_name(&self, asked: Asked<'p>) -> LeanStr {
        match asked {
            Asked::Field(id, param) => {
                let instance = self.instance(id);
                let param = &self.world.kind(instance.kind).params[param];
                LeanStr::from(format!("{}.{}", instance.name(), param.name))
            }
            Asked::Named(_, name) => LeanStr::from(name),
        }
    }
}
