//! Instances: the declarations of an environment, and their fields.

use super::reads::Owner;
use super::slots::Slots;
use super::{Asked, Eval, Scope};
use crate::value::Value;
use crate::world::{InstanceId, KindId, Member};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use rustc_hash::FxHashMap;
use std::rc::Rc;
use thin_vec::ThinVec;

/// A declaration of one environment.
#[derive(Debug)]
pub(crate) struct Instance<'p> {
    /// The declaration that it is of; `None` for a kind that is checked by itself.
    entry: Option<&'p ast::Entry>,
    /// Where the names of the declaration's body are looked up.
    scope: Scope,
    pub(crate) kind: KindId,
    /// The instance in whose kind or body it is declared.
    pub(crate) parent: Option<InstanceId>,
    /// Whether it is declared in its parent's body, for a parameter, rather
    /// than made by its parent's kind.
    pub(crate) item: bool,
    pub(crate) external: bool,
    pub(crate) progress: Progress,
    /// Whether its fields are not there, or not any more: they are read if someone asks.
    pub(crate) released: bool,
    /// The fields that are set, by parameter.
    pub(super) fields: Slots<'p>,
    /// What its body declares for its parameters, with the parameter.
    pub(crate) items: ThinVec<(u32, InstanceId)>,
    /// What its kind makes.
    pub(crate) children: ThinVec<InstanceId>,
    rare: Option<Box<Rare<'p>>>,
}

/// What few instances have. There are many instances, so that each byte of one counts.
#[derive(Debug, Default)]
pub(super) struct Rare<'p> {
    /// Its name, where that is not written as it is.
    name: Option<LeanStr>,
    /// Where its name stands, if not where it is declared first.
    span: Option<Span>,
    /// What is said of it, if not where it is declared first.
    doc: Option<&'p str>,
    /// What sets its fields after the first layer, later over earlier.
    layers: Vec<Layer<'p>>,
    /// For an external: the outputs that it gives.
    pub(super) given: Vec<(u32, &'p ast::Expr, Scope)>,
    /// The items by name, if they are many.
    item_names: FxHashMap<LeanStr, InstanceId>,
    /// What the body changes in what the kind makes.
    pub(super) overlays: Vec<Overlay<'p>>,
    raws: Vec<&'p ast::Raw>,
    /// Whether what decides about some of its parts has an error.
    lacks_parts: bool,
    /// Whether a part of whatever name may be missing because of an error.
    pub(super) lacks_names: bool,
    /// The parameters that were set under names that its kind does not have.
    pub(super) meant: Vec<u32>,
}

/// The output that is the image of a service, whether it is built or pulled.
pub(crate) const BUILT: &str = "built";

/// So many items are found faster by a table.
const MANY_ITEMS: usize = 16;

impl<'p> Instance<'p> {
    pub(super) fn new(kind: KindId, entry: Option<&'p ast::Entry>, scope: Scope) -> Self {
        Self {
            entry,
            scope,
            kind,
            parent: None,
            item: false,
            external: false,
            progress: Progress::New,
            released: false,
            fields: Slots::default(),
            items: ThinVec::new(),
            children: ThinVec::new(),
            rare: None,
        }
    }

    /// The instance of a kind that is checked by itself.
    pub(super) fn unknown(kind: KindId, name: &ast::Ident) -> Self {
        let mut instance = Self::new(kind, None, Scope::default());
        let rare = instance.rare_mut();
        (rare.name, rare.span) = (Some(name.text.clone()), Some(name.span));
        instance
    }

    /// The entry that declares it.
    pub(crate) fn entry(&self) -> Option<&'p ast::Entry> {
        self.entry
    }

    /// Whether it is of a turn of a loop, which gives it values.
    pub(crate) fn is_of_turn(&self) -> bool {
        self.scope.locals.is_some()
    }

    /// The fields that are set, as far as they are collected.
    pub(crate) fn fields(&self) -> &[FieldSlot<'p>] {
        &self.fields
    }

    /// The declaration that it is of.
    pub(crate) fn decl(&self) -> Option<&'p ast::Decl> {
        debug_assert!(self.entry.is_some() || self.rare.is_some(), "looked at before it was worked out");
        self.entry.and_then(ast::Entry::decl)
    }

    /// Its own name or label.
    pub(crate) fn name(&self) -> &LeanStr {
        static NAMELESS: LeanStr = LeanStr::from_static_str("");
        let rare = self.rare.as_ref().and_then(|rare| rare.name.as_ref());
        rare.or_else(|| written_name(self.decl()?)).unwrap_or(&NAMELESS)
    }

    /// Where its name stands.
    pub(crate) fn span(&self) -> Span {
        let rare = self.rare.as_ref().and_then(|rare| rare.span);
        rare.or_else(|| self.decl().map(ast::Decl::name_span)).unwrap_or_default()
    }

    /// What is said of it.
    pub(crate) fn doc(&self) -> &'p str {
        let rare = self.rare.as_ref().and_then(|rare| rare.doc);
        rare.or_else(|| self.entry.map(|entry| &*entry.doc)).unwrap_or_default()
    }

    /// It is declared again, as what runs elsewhere.
    pub(crate) fn make_external(&mut self, decl: &'p ast::Decl, doc: &'p str) {
        self.external = true;
        let rare = self.rare_mut();
        rare.span = Some(decl.name_span());
        rare.doc = Some(doc).filter(|doc| !doc.is_empty()).or(rare.doc);
        rare.layers.push(Layer { source: LayerSource::Decl(decl), scope: Scope::default() });
    }

    /// Gives back the room that nothing more is put into.
    pub(crate) fn fit(&mut self) {
        self.fields.shrink_to_fit();
        self.items.shrink_to_fit();
        self.children.shrink_to_fit();
    }

    pub(super) fn rare_mut(&mut self) -> &mut Rare<'p> {
        self.rare.get_or_insert_default()
    }

    /// What sets its fields, later over earlier.
    pub(crate) fn layer(&self, index: usize) -> Option<Layer<'p>> {
        match index.checked_sub(1) {
            None => self.decl().map(|decl| Layer { source: LayerSource::Decl(decl), scope: self.scope }),
            Some(index) => self.rare.as_ref()?.layers.get(index).copied(),
        }
    }

    pub(crate) fn push_layer(&mut self, layer: Layer<'p>) {
        self.rare_mut().layers.push(layer);
    }

    /// What an external gives for an output.
    pub(super) fn given(&self, index: usize) -> Option<(&'p ast::Expr, Scope)> {
        let given = &self.rare.as_ref()?.given;
        given.iter().find(|(out, ..)| *out as usize == index).map(|(_, expr, scope)| (*expr, *scope))
    }

    pub(super) fn overlays(&self) -> &[Overlay<'p>] {
        self.rare.as_ref().map_or(&[], |rare| &rare.overlays)
    }

    /// Notes that what decides about some of its parts has an error, which was reported.
    pub(super) fn lose_parts(&mut self) {
        self.rare_mut().lacks_parts = true;
    }

    /// Notes that a part of it may have any name: it has an error, which was reported.
    pub(super) fn lose_names(&mut self) {
        let rare = self.rare_mut();
        (rare.lacks_parts, rare.lacks_names) = (true, true);
    }

    /// Whether a part of whatever name may be missing because of an error.
    pub(super) fn lacks_names(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.lacks_names)
    }

    /// Whether parts of it may be missing because of an error: then it says nothing that they are.
    pub(crate) fn may_lack_parts(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.lacks_parts)
    }

    /// Whether a parameter was set under another name, which was reported.
    pub(super) fn is_meant(&self, param: usize) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.meant.contains(&(param as u32)))
    }

    /// Whether it is as its declaration says, and nothing more.
    pub(super) fn is_plain(&self) -> bool {
        self.rare.is_none()
    }

    /// Takes fields over in which names mean what they mean in an instance of a kind.
    pub(super) fn take_over(
        &mut self,
        owner: InstanceId,
        parent: Option<InstanceId>,
        fields: impl Iterator<Item = FieldSlot<'p>>,
    ) {
        self.parent = parent.or(self.parent);
        self.scope.of = Some(owner);
        self.released = false;
        self.fields.refill(fields);
    }

    pub(super) fn push_raw(&mut self, raw: &'p ast::Raw) {
        self.rare_mut().raws.push(raw);
    }

    pub(crate) fn raws(&self) -> &[&'p ast::Raw] {
        self.rare.as_ref().map_or(&[], |rare| &rare.raws)
    }
}

/// How far an instance is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Progress {
    New,
    CollectingFields,
    Fields,
    MakingChildren,
    /// But for what is left for later.
    Children,
    AllChildren,
}

/// One source of an instance's fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layer<'p> {
    pub(crate) source: LayerSource<'p>,
    pub(crate) scope: Scope,
}

/// What a layer is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LayerSource<'p> {
    /// A declaration: its body, and what stands before it.
    Decl(&'p ast::Decl),
    /// A body.
    Body(&'p ast::Body),
    /// One entry, of whose path the first names are used up.
    Entry(&'p ast::Entry, u32),
    /// A field's value, where a field is set to a record of fields.
    Dropped,
}

/// A change to something that the kind makes.
#[derive(Clone, Debug)]
pub(crate) struct Overlay<'p> {
    pub(crate) name: LeanStr,
    pub(crate) span: Span,
    pub(crate) layer: Layer<'p>,
    pub(crate) used: bool,
}

/// A field that is set.
#[derive(Debug)]
pub(crate) struct FieldSlot<'p> {
    pub(crate) param: u32,
    /// Where it was last set.
    pub(crate) span: Span,
    pub(crate) because: Option<&'p ast::Text>,
    pub(crate) state: FieldState<'p>,
}

/// How far a field is worked out. What it was made from is not kept with the value.
#[derive(Debug)]
pub(crate) enum FieldState<'p> {
    Set(FieldPart<'p>),
    /// Set, and changed by more.
    Layered(Vec<FieldPart<'p>>),
    Busy,
    Done(Value<'p>),
}

/// One setting of a field; later ones change what earlier ones gave.
#[derive(Clone, Debug)]
pub(crate) enum FieldPart<'p> {
    /// `field = expr`
    Assign(&'p ast::Expr, Scope),
    /// A text before the body: the description.
    Text(&'p ast::Text, Scope),
    /// `field { … }`
    Body(&'p ast::Body, Scope),
    /// `field.a.b = expr`, `field.a { … }`: an entry, and how many names of its path are used up.
    Path(&'p ast::Entry, u32, Scope),
    /// From a spread.
    Value(Value<'p>, Span),
}

impl<'p> FieldPart<'p> {
    /// The same, where names mean what they mean in an instance of a kind.
    pub(super) fn of(&self, owner: InstanceId) -> Self {
        let of = |scope: &Scope| Scope { of: Some(owner), ..*scope };
        match self {
            Self::Assign(expr, scope) => Self::Assign(expr, of(scope)),
            Self::Text(text, scope) => Self::Text(text, of(scope)),
            Self::Body(body, scope) => Self::Body(body, of(scope)),
            Self::Path(entry, skip, scope) => Self::Path(entry, *skip, of(scope)),
            Self::Value(value, span) => Self::Value(value.clone(), *span),
        }
    }
}

/// Whether a field needs nothing but what is written there.
fn is_written_out(parts: &[FieldPart<'_>]) -> bool {
    let [FieldPart::Assign(expr, _)] = parts else { return false };
    match &expr.node {
        ast::ExprNode::Bool(_)
        | ast::ExprNode::Int(_)
        | ast::ExprNode::Float(_)
        | ast::ExprNode::Quantity(_) => true,
        ast::ExprNode::Text(text) => text.only_literal().is_some(),
        _ => false,
    }
}

/// The name of a declaration, if it stands there as it is.
fn written_name(decl: &ast::Decl) -> Option<&LeanStr> {
    match &decl.name {
        ast::DeclName::Ident(name) => Some(&name.text),
        ast::DeclName::Label(text) => text.only_literal().map(|(text, _)| text),
    }
}

impl<'p> Eval<'_, 'p> {
    /// Makes an instance of a declaration.
    pub(crate) fn add_instance(
        &mut self,
        kind: KindId,
        name: LeanStr,
        parent: Option<InstanceId>,
        entry: &'p ast::Entry,
        scope: Scope,
    ) -> InstanceId {
        let mut instance = Instance::new(kind, Some(entry), scope);
        instance.parent = parent;
        instance.external = instance.decl().is_some_and(|decl| decl.external);
        if *instance.name() != name {
            instance.rare_mut().name = Some(name);
        }
        let owner = parent.map_or(self.top.len() as Owner, |parent| self.owner_of(parent));
        self.place_instance(instance, owner)
    }

    /// Adds an item to what a body declares.
    pub(super) fn add_item(&mut self, id: InstanceId, param: u32, item: InstanceId) {
        self.instance_mut(item).item = true;
        self.instance_mut(id).items.push((param, item));
        let instance = self.instance(id);
        if instance.items.len() < MANY_ITEMS {
            return;
        }
        let of = |(_, item): &(u32, InstanceId)| (self.instance(*item).name().clone(), *item);
        let new = if instance.items.len() == MANY_ITEMS { 0 } else { instance.items.len() - 1 };
        let names: Vec<(LeanStr, InstanceId)> = instance.items[new..].iter().map(of).collect();
        self.instance_mut(id).rare_mut().item_names.extend(names);
    }

    /// The item of that name.
    pub(super) fn item_named(&self, id: InstanceId, name: &str) -> Option<InstanceId> {
        let instance = self.instance(id);
        if let Some(rare) = instance.rare.as_ref().filter(|rare| !rare.item_names.is_empty()) {
            return rare.item_names.get(name).copied();
        }
        instance.items.iter().map(|(_, item)| *item).find(|item| self.instance(*item).name() == name)
    }

    /// Takes an item away.
    pub(super) fn drop_item(&mut self, id: InstanceId, item: InstanceId) {
        let name = self.instance(item).name().clone();
        let instance = self.instance_mut(id);
        instance.items.retain(|(_, other)| *other != item);
        if let Some(rare) = &mut instance.rare {
            rare.item_names.remove(&name);
        }
    }

    /// Lets go of the values of an instance's fields. What it is made of stays.
    pub(crate) fn release(&mut self, id: InstanceId) {
        let instance = self.instance_mut(id);
        if instance.progress >= Progress::Fields {
            instance.released = true;
            instance.fields = Slots::default();
        }
    }

    /// Lets go of what is in the plan now, but for the ports: whoever leads to
    /// one asks for its number.
    pub(crate) fn release_all(&mut self, ids: impl IntoIterator<Item = InstanceId>) {
        let port = self.world.primitives.port;
        for id in ids {
            match Some(self.instance(id).kind) == port {
                true => self.instance_mut(id).fit(),
                false => self.release(id),
            }
        }
    }

    /// The value of what a name of the kind stands for, in an instance of it.
    pub(crate) fn member_value(&mut self, id: InstanceId, member: Member<'p>, span: Span) -> Value<'p> {
        match member {
            Member::Param(index) => self.param(id, index),
            Member::Out(index) => self.out(id, index),
            Member::Let(value) => self.remember_let(id, value),
            Member::Child(decl) => match &decl.name {
                ast::DeclName::Ident(name) => self.child(id, &name.text, span),
                ast::DeclName::Label(_) => Value::Error,
            },
        }
    }

    /// Whether a part of that name may be missing because of an error, which was reported.
    fn may_be_lost(&mut self, id: InstanceId, name: &str) -> bool {
        let lacks_names = self.lacks_names(id);
        let instance = self.instance(id);
        let of_kind = self.world.kind(instance.kind).lost.iter().any(|lost| lost == name);
        of_kind || lacks_names || instance.may_lack_parts() && self.lost.contains(name)
    }

    /// Whether a part of whatever name may be missing because of an error: one without
    /// its name, or one in the list of which it would be an item.
    pub(super) fn lacks_names(&mut self, id: InstanceId) -> bool {
        let kind = self.world.kind(self.instance(id).kind);
        self.collect_fields(id);
        let fields = self.instance(id).fields.iter();
        let lists = fields.filter(|field| {
            kind.params[field.param as usize].takes && !matches!(field.state, FieldState::Busy)
        });
        let lists: Vec<usize> = lists.map(|field| field.param as usize).collect();
        self.instance(id).lacks_names()
            || lists.into_iter().any(|index| match self.param(id, index) {
                Value::List(items) => items.iter().any(Value::is_error),
                value => value.is_error(),
            })
    }

    /// `instance.name`
    pub(crate) fn member(&mut self, id: InstanceId, name: &ast::Ident) -> Value<'p> {
        let kind = self.instance(id).kind;
        if let Some(member) = self.world.kind(kind).members.get(&name.text).copied()
            && !matches!(member, Member::Let(_))
        {
            return self.member_value(id, member, name.span);
        }
        self.collect_structure(id);
        if let Some(item) = self.item_named(id, &name.text) {
            return Value::Instance(item);
        }
        if name.text == "name" {
            return Value::Text(self.deployed_name(id));
        }
        if name.text.is_empty() || self.may_be_lost(id, &name.text) {
            return Value::Error;
        }
        let kind = self.world.kind(kind);
        let mut names: Vec<&str> = kind.public_members().collect();
        names.extend(self.instance(id).items.iter().map(|(_, item)| self.instance(*item).name().as_str()));
        names.sort_unstable();
        let outs: Vec<&str> = kind.outs.iter().map(|out| out.ast.name.text.as_str()).collect();
        let message =
            format!("`{}` of kind `{}` has no `{}`", self.instance(id).name(), kind.name, name.text);
        let takes_port = kind.slots.iter().any(|(slot, _)| Some(*slot) == self.world.primitives.port);
        let offers = match outs.is_empty() {
            true => format!("It has: {}.", names.join(", ")),
            false if takes_port => {
                format!("It offers: {}; a port is declared in it, as in `port http = 8080`.", outs.join(", "))
            }
            false => format!("It offers: {}.", outs.join(", ")),
        };
        let diagnostic = Diagnostic::new(&code::UNKNOWN_MEMBER, name.span, message).help(offers);
        self.report(match outs.contains(&BUILT) && name.text == "image" {
            true => diagnostic.fix(format!("Change to `{BUILT}`"), name.span, BUILT),
            false => diagnostic.near(&name.text, name.span, names),
        });
        Value::Error
    }

    /// The value of a parameter: what is set, or the default.
    pub(crate) fn param(&mut self, id: InstanceId, index: usize) -> Value<'p> {
        self.note_shared(id);
        match self.reads.is_some() && self.is_port(id) {
            true => self.collect_shown(id),
            false => self.collect_fields(id),
        }
        let fields = &self.instance(id).fields;
        match fields.find(index) {
            Some(at) => match &fields[at].state {
                FieldState::Done(value) => value.clone(),
                FieldState::Set(_) | FieldState::Layered(_) | FieldState::Busy => self.set_field(id, at),
            },
            None => self.default_of(id, index),
        }
    }

    /// Works out a field that is set, if that was not done.
    pub(super) fn work_out(&mut self, id: InstanceId, at: usize) {
        if !matches!(self.instance(id).fields[at].state, FieldState::Done(_)) {
            self.set_field(id, at);
        }
    }

    /// The value of a parameter, by name; for primitive kinds, whose parameters are known.
    pub(crate) fn get(&mut self, id: InstanceId, name: &'static str) -> Value<'p> {
        let param = self.world.known_param(self.instance(id).kind, name);
        param.map_or(Value::Error, |index| self.param(id, index))
    }

    /// The field, if it is set.
    pub(crate) fn field(&mut self, id: InstanceId, name: &'static str) -> Option<&FieldSlot<'p>> {
        self.note_shared(id);
        self.collect_fields(id);
        let index = self.world.known_param(self.instance(id).kind, name)?;
        let fields = &self.instance(id).fields;
        fields.find(index).map(|at| &fields[at])
    }

    /// Where a field is set, or where the declaration's name stands.
    pub(crate) fn span_of(&mut self, id: InstanceId, name: &'static str) -> Span {
        let span = self.instance(id).span();
        self.field(id, name).map_or(span, |field| field.span)
    }

    fn set_field(&mut self, id: InstanceId, at: usize) -> Value<'p> {
        let field = &self.instance(id).fields[at];
        let (param, span) = (field.param as usize, field.span);
        let state = std::mem::replace(&mut self.instance_mut(id).fields[at].state, FieldState::Busy);
        let parts = match &state {
            FieldState::Set(part) => std::slice::from_ref(part),
            FieldState::Layered(parts) => parts,
            FieldState::Busy | FieldState::Done(_) => {
                let name = self.asked_name(Asked::Field(id, param));
                return self.cycle(span, &name);
            }
        };
        let world = self.world;
        let info = &world.kind(self.instance(id).kind).params[param];
        let work_out = |eval: &mut Self| {
            let has_default =
                info.ast.default.is_some() || eval.is_check() && eval.instance(id).parent.is_none();
            let default = |eval: &mut Self| match has_default {
                true => eval.default_of(id, param),
                false => Value::None,
            };
            let found = eval.diagnostics.len();
            let value = eval.eval_parts(parts, &info.ty, span, default);
            if eval.diagnostics.len() > found {
                eval.say_what_it_is(found, info);
            }
            if info.takes { eval.with_items(id, param, value) } else { value }
        };
        let value = match self.reads.is_none() && is_written_out(parts) {
            true => work_out(self),
            false => self.guard(span, Asked::Field(id, param), work_out),
        };
        self.instance_mut(id).fields[at].state = FieldState::Done(value.clone());
        self.trace_field(id, param, parts, span);
        value
    }

    /// The default of a parameter, with what the body declares for it.
    fn default_of(&mut self, id: InstanceId, index: usize) -> Value<'p> {
        let world = self.world;
        let instance = self.instance(id);
        let param = &world.kind(instance.kind).params[index];
        let checked = self.is_check() && instance.parent.is_none();
        let value = match (&param.ast.default, param.constant.get()) {
            // Set under another name, which was reported: not what it would be without.
            _ if instance.is_meant(index) => Value::Error,
            // Of the parameters of a kind that is checked, the type alone is known.
            _ if checked => Value::Unknown(param.ty.clone()),
            (_, Some(value)) => value.clone(),
            (Some(default), None) if param.closed => {
                let value = self.eval(default, &param.ty, Scope::default());
                param.constant.get_or_init(|| value).clone()
            }
            (Some(default), None) => {
                // Remembered as if it had been set, so that it is evaluated once.
                let scope = Scope::of(id);
                let field = FieldSlot {
                    param: index as u32,
                    span: param.ast.name.span,
                    because: None,
                    state: FieldState::Set(FieldPart::Assign(default, scope)),
                };
                let at = self.instance_mut(id).fields.push(field);
                self.note_late_default(id);
                return self.set_field(id, at);
            }
            (None, None) if param.ty.is_optional() => Value::None,
            // Reported where all fields are gone through, unless the body declares some.
            (None, None) => Value::Error,
        };
        if param.takes { self.with_items(id, index, value) } else { value }
    }

    /// The value of a parameter with what the body declares for it.
    fn with_items(&self, id: InstanceId, index: usize, value: Value<'p>) -> Value<'p> {
        let of_param = |(param, _): &&(u32, InstanceId)| *param as usize == index;
        let items = &self.instance(id).items;
        if !items.iter().any(|item| of_param(&item)) {
            return value;
        }
        let mut all = match value {
            Value::List(list) => list.as_ref().clone(),
            _ => Vec::new(),
        };
        all.extend(items.iter().filter(of_param).map(|(_, item)| Value::Instance(*item)));
        Value::List(Rc::new(all))
    }
}
