//! Instances: the declarations of an environment, and access to their fields,
//! outputs and parts.

use super::{Eval, Scope, Slot};
use crate::types::Type;
use crate::value::{ImageValue, Piece, Value};
use crate::world::{InstanceId, KindId, Member};
use laud_syntax::{Diagnostic, Span, ast, code};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::rc::Rc;

/// A declaration of one environment.
#[derive(Debug)]
pub(crate) struct Instance<'p> {
    pub(crate) kind: KindId,
    /// Its own name or label.
    pub(crate) name: SmolStr,
    /// The instance in whose kind or body it is declared.
    pub(crate) parent: Option<InstanceId>,
    /// Whether it is declared in its parent's body, for a parameter, rather
    /// than made by its parent's kind.
    pub(crate) item: bool,
    pub(crate) external: bool,
    pub(crate) doc: &'p str,
    /// Where its name stands.
    pub(crate) span: Span,
    /// What sets its fields, later over earlier.
    pub(crate) layers: Vec<Layer<'p>>,
    pub(crate) progress: Progress,
    /// The fields that are set, by parameter.
    pub(crate) fields: Vec<FieldSlot<'p>>,
    /// For an external: the outputs that it gives.
    pub(crate) given: Vec<(u32, &'p ast::Expr, Scope)>,
    /// What its body declares for its parameters, with the parameter.
    pub(crate) items: Vec<(u32, InstanceId)>,
    /// The first item of each name.
    pub(crate) item_names: FxHashMap<SmolStr, InstanceId>,
    /// What its kind makes.
    pub(crate) children: Vec<InstanceId>,
    /// What the body changes in what the kind makes.
    pub(crate) overlays: Vec<Overlay<'p>>,
    pub(crate) raws: Vec<&'p ast::Raw>,
}

/// How far an instance is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Progress {
    New,
    CollectingFields,
    Fields,
    MakingChildren,
    Children,
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
    Entry(&'p ast::Entry, usize),
    /// A field's value, where a field is set to a record of fields.
    Dropped,
}

/// A change to something that the kind makes.
#[derive(Clone, Debug)]
pub(crate) struct Overlay<'p> {
    pub(crate) name: SmolStr,
    pub(crate) span: Span,
    pub(crate) layer: Layer<'p>,
    pub(crate) used: bool,
}

/// A field that is set.
#[derive(Debug)]
pub(crate) struct FieldSlot<'p> {
    pub(crate) param: u32,
    pub(crate) parts: Vec<FieldPart<'p>>,
    pub(crate) because: Option<&'p ast::Text>,
    /// Where it was last set.
    pub(crate) span: Span,
    pub(crate) slot: Option<Slot<'p>>,
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
    Path(&'p ast::Entry, usize, Scope),
    /// From a spread.
    Value(Value<'p>, Span),
}

impl<'p> Eval<'_, 'p> {
    /// Makes an instance of a declaration.
    pub(crate) fn add_instance(
        &mut self,
        kind: KindId,
        name: SmolStr,
        parent: Option<InstanceId>,
        decl: &'p ast::Decl,
        doc: &'p str,
        scope: Scope,
    ) -> InstanceId {
        let id = InstanceId(self.instances.len() as u32);
        self.instances.push(Instance {
            kind,
            name,
            parent,
            item: false,
            external: decl.external,
            doc,
            span: decl.name_span(),
            layers: vec![Layer { source: LayerSource::Decl(decl), scope }],
            progress: Progress::New,
            fields: Vec::new(),
            given: Vec::new(),
            items: Vec::new(),
            item_names: FxHashMap::default(),
            children: Vec::new(),
            overlays: Vec::new(),
            raws: Vec::new(),
        });
        id
    }

    /// The value of what a name of the kind stands for, in an instance of it.
    pub(crate) fn member_value(&mut self, id: InstanceId, member: Member<'p>, span: Span) -> Value<'p> {
        match member {
            Member::Param(index) => self.param(id, index),
            Member::Out(index) => self.out(id, index),
            Member::Let(value) => self.remember_let(Some(id), value, Scope::of(id)),
            Member::Child(decl) => match &decl.name {
                ast::DeclName::Ident(name) => self.child(id, &name.text, span),
                ast::DeclName::Label(_) => Value::Error,
            },
        }
    }

    /// `instance.name`
    pub(crate) fn member(&mut self, id: InstanceId, name: &ast::Ident) -> Value<'p> {
        let kind = self.instance(id).kind;
        if let Some(member) = self.world.kind(kind).members.get(&name.text).copied()
            && !matches!(member, Member::Let(_))
        {
            return self.member_value(id, member, name.span);
        }
        self.collect_fields(id);
        if let Some(item) = self.instance(id).item_names.get(&name.text) {
            return Value::Instance(*item);
        }
        if name.text == "name" {
            return Value::Text(self.deployed_name(id));
        }
        if name.text.is_empty() {
            return Value::Error;
        }
        let kind = self.world.kind(kind);
        let mut names: Vec<&str> = kind.public_members().collect();
        names.extend(self.instance(id).items.iter().map(|(_, item)| self.instance(*item).name.as_str()));
        names.sort_unstable();
        let outs: Vec<&str> = kind.outs.iter().map(|out| out.ast.name.text.as_str()).collect();
        let message = format!("`{}` of kind `{}` has no `{}`", self.instance(id).name, kind.name, name.text);
        let offers = match outs.is_empty() {
            true => format!("It has: {}.", names.join(", ")),
            false => format!("It offers: {}.", outs.join(", ")),
        };
        let diagnostic = Diagnostic::new(&code::UNKNOWN_MEMBER, name.span, message).help(offers);
        self.report(diagnostic.near(&name.text, name.span, names));
        Value::Error
    }

    /// The value of a parameter: what is set, or the default.
    pub(crate) fn param(&mut self, id: InstanceId, index: usize) -> Value<'p> {
        self.collect_fields(id);
        match self.instance(id).fields.iter().position(|field| field.param as usize == index) {
            Some(at) => self.set_field(id, at),
            None => self.default_of(id, index),
        }
    }

    /// The value of a parameter, by name; for primitive kinds, whose parameters are known.
    pub(crate) fn get(&mut self, id: InstanceId, name: &str) -> Value<'p> {
        let kind = self.world.kind(self.instance(id).kind);
        match kind.members.get(name) {
            Some(Member::Param(index)) => {
                let index = *index;
                self.param(id, index)
            }
            Some(Member::Out(_) | Member::Let(_) | Member::Child(_)) | None => Value::Error,
        }
    }

    /// The field, if it is set.
    pub(crate) fn field(&mut self, id: InstanceId, name: &str) -> Option<&FieldSlot<'p>> {
        self.collect_fields(id);
        let kind = self.world.kind(self.instance(id).kind);
        let Some(Member::Param(index)) = kind.members.get(name) else { return None };
        let index = *index as u32;
        self.instance(id).fields.iter().find(|field| field.param == index)
    }

    /// Where a field is set, or where the declaration's name stands.
    pub(crate) fn span_of(&mut self, id: InstanceId, name: &str) -> Span {
        let span = self.instance(id).span;
        self.field(id, name).map_or(span, |field| field.span)
    }

    fn set_field(&mut self, id: InstanceId, at: usize) -> Value<'p> {
        let field = &self.instance(id).fields[at];
        let (param, span) = (field.param as usize, field.span);
        match &field.slot {
            Some(Slot::Done(value)) => return value.clone(),
            Some(Slot::Busy) => {
                let name = self.world.kind(self.instance(id).kind).params[param].name.clone();
                let name = format!("{}.{name}", self.instance(id).name);
                return self.cycle(span, &name);
            }
            None => {}
        }
        let parts = std::mem::take(&mut self.instance_mut(id).fields[at].parts);
        self.instance_mut(id).fields[at].slot = Some(Slot::Busy);
        let world = self.world;
        let info = &world.kind(self.instance(id).kind).params[param];
        let name = SmolStr::from(format!("{}.{}", self.instance(id).name, info.name));
        let items = self.items_of(id, param);
        let value = self.guard(span, &name, |eval| {
            let value = eval.eval_parts(&parts, &info.ty, span, |eval| eval.default_of(id, param));
            eval.with_items(value, items)
        });
        // What it was made from is not asked for again.
        self.instance_mut(id).fields[at].slot = Some(Slot::Done(value.clone()));
        value
    }

    /// The default of a parameter, with what the body declares for it.
    fn default_of(&mut self, id: InstanceId, index: usize) -> Value<'p> {
        let world = self.world;
        let param = &world.kind(self.instance(id).kind).params[index];
        let items = self.items_of(id, index);
        let checked = self.is_check() && self.instance(id).parent.is_none();
        let value = match (&param.ast.default, param.constant.get()) {
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
                let slot = FieldSlot {
                    param: index as u32,
                    parts: vec![FieldPart::Assign(default, scope)],
                    because: None,
                    span: param.ast.name.span,
                    slot: None,
                };
                let at = self.instance(id).fields.len();
                self.instance_mut(id).fields.push(slot);
                return self.set_field(id, at);
            }
            (None, None) if param.ty.is_optional() => Value::None,
            (None, None) if !items.is_empty() => Value::List(Rc::new(Vec::new())),
            // Reported where all fields are gone through.
            (None, None) => Value::Error,
        };
        self.with_items(value, items)
    }

    fn items_of(&self, id: InstanceId, index: usize) -> Vec<InstanceId> {
        let of_param = self.instance(id).items.iter().filter(|(param, _)| *param as usize == index);
        of_param.map(|(_, item)| *item).collect()
    }

    fn with_items(&self, value: Value<'p>, items: Vec<InstanceId>) -> Value<'p> {
        if items.is_empty() {
            return value;
        }
        let mut all = match value {
            Value::List(list) => list.as_ref().clone(),
            _ => Vec::new(),
        };
        all.extend(items.into_iter().map(Value::Instance));
        Value::List(Rc::new(all))
    }

    /// The value of an output.
    pub(crate) fn out(&mut self, id: InstanceId, index: usize) -> Value<'p> {
        let key = (id, index as u32);
        let world = self.world;
        let out = &world.kind(self.instance(id).kind).outs[index];
        match self.outs.get(&key) {
            Some(Slot::Done(value)) => return value.clone(),
            Some(Slot::Busy) => return self.cycle(out.ast.name.span, &out.ast.name.text),
            None => {}
        }
        self.outs.insert(key, Slot::Busy);
        self.collect_fields(id);
        let ty = out.ty.clone().unwrap_or(Type::Any);
        let given = self.instance(id).given.iter().find(|(given, ..)| *given as usize == index).copied();
        let value = match (given, &out.ast.value) {
            (Some((_, expr, scope)), _) => {
                self.guard(out.ast.name.span, &out.ast.name.text, |eval| eval.eval(expr, &ty, scope))
            }
            (None, Some(expr)) => {
                let scope = Scope::of(id);
                self.guard(out.ast.name.span, &out.ast.name.text, |eval| eval.eval(expr, &ty, scope))
            }
            (None, None) => self.native_out(id, &out.ast.name.text),
        };
        self.outs.insert(key, Slot::Done(value.clone()));
        value
    }

    /// The outputs of primitive kinds.
    fn native_out(&mut self, id: InstanceId, name: &str) -> Value<'p> {
        let kind = Some(self.instance(id).kind);
        let primitives = self.world.primitives;
        if kind == primitives.service && self.instance(id).external {
            let (own, span) = (self.instance(id).name.clone(), self.instance(id).span);
            self.report(not_given(&own, name, span));
            return Value::Error;
        }
        if kind == primitives.service && name == "host" {
            return Value::pieces(vec![Piece::Host(id)]);
        }
        if kind == primitives.service && name == "built" {
            return self.built(id);
        }
        if kind == primitives.secret && name == "file" {
            return Value::pieces(vec![Piece::SecretFile(id)]);
        }
        if kind == primitives.proxy && name == "url" {
            return self.proxy_url(id);
        }
        Value::Error
    }

    fn built(&mut self, id: InstanceId) -> Value<'p> {
        match self.get(id, "build") {
            Value::Record(build) => Value::Image(Rc::new(ImageValue { service: id, build })),
            Value::Unknown(_) => Value::Unknown(Type::Image),
            _ => match self.get(id, "image") {
                Value::None => Value::Error,
                Value::Unknown(_) => Value::Unknown(Type::Image),
                image => image,
            },
        }
    }

    fn proxy_url(&mut self, id: InstanceId) -> Value<'p> {
        let domain = self.get(id, "domain");
        let tls = self.get(id, "tls");
        let port = self.get(id, "public_https_port");
        let (Value::Text(domain), Value::Variant(tls)) = (domain, tls) else {
            return if self.is_check() { Value::pieces(vec![Piece::Unknown]) } else { Value::Error };
        };
        let scheme = if tls.name() == "off" { "http" } else { "https" };
        match port {
            Value::Int(port) if port != 443 && scheme == "https" => {
                Value::text(format!("{scheme}://{domain}:{port}"))
            }
            _ => Value::text(format!("{scheme}://{domain}")),
        }
    }

    /// What the kind makes under that name.
    pub(crate) fn child(&mut self, id: InstanceId, name: &str, span: Span) -> Value<'p> {
        self.make_children(id);
        let found = self.instance(id).children.iter().find(|child| self.instance(**child).name == name);
        if let Some(child) = found {
            return Value::Instance(*child);
        }
        if self.instance(id).progress < Progress::Children {
            return self.cycle(span, name);
        }
        if self.instance(id).external {
            self.report_not_given(id, name, span);
            return Value::Error;
        }
        if let Some(Member::Child(decl)) = self.world.kind(self.instance(id).kind).members.get(name)
            && self.world.kind_of(&decl.kind).is_err()
        {
            return Value::Error;
        }
        let owner = self.instance(id).name.clone();
        self.report(
            Diagnostic::new(&code::NOT_DEPLOYED, span, format!("`{owner}` has no `{name}` here")).help(
                "It is declared under a condition that does not hold; refer to it under the same condition.",
            ),
        );
        Value::Error
    }

    /// An external that does not say what only a running one could tell.
    fn report_not_given(&mut self, id: InstanceId, child: &str, at: Span) {
        let instance = self.instance(id);
        let kind = self.world.kind(instance.kind);
        let outs = || kind.outs.iter().map(|out| &out.ast.name);
        let asked = self.busy.iter().rev().find(|(span, _)| outs().any(|out| out.span == *span));
        let (name, span) = (instance.name.clone(), instance.span);
        let diagnostic = match asked.map(|(_, out)| out.clone()) {
            Some(out) => not_given(&name, &out, span),
            None => {
                let outs: Vec<String> = outs().map(|out| format!("`{name}.{}`", out.text)).collect();
                Diagnostic::new(
                    &code::NOT_DEPLOYED,
                    at,
                    format!("`{name}` is external, so it has no `{child}` here"),
                )
                .related(span, "declared external here")
                .help(format!("It offers: {}.", outs.join(", ")))
            }
        };
        self.report(diagnostic);
    }

    /// The service that stands for an instance: itself; or the first that its
    /// kind makes, those that run on before jobs, its own before those of others.
    pub(crate) fn primary_service(&mut self, id: InstanceId) -> Option<InstanceId> {
        if self.is_service(id) {
            return Some(id);
        }
        self.make_children(id);
        let children = self.instance(id).children.clone();
        let own = children.iter().copied().find(|child| self.is_service(*child) && !self.is_job(*child));
        own.or_else(|| {
            let services: Vec<InstanceId> =
                children.into_iter().filter_map(|child| self.primary_service(child)).collect();
            let running = services.iter().copied().find(|service| !self.is_job(*service));
            running.or(services.first().copied())
        })
    }

    /// Whether a service runs and ends.
    fn is_job(&mut self, id: InstanceId) -> bool {
        self.field(id, "job").is_some()
    }

    /// The name in the environment: `db`, `db_exporter`. What a kind's first
    /// service is called does not count: it carries the name of its owner.
    pub(crate) fn full_name(&mut self, id: InstanceId) -> SmolStr {
        let (parent, name, item) =
            (self.instance(id).parent, self.instance(id).name.clone(), self.instance(id).item);
        let Some(parent) = parent else { return name };
        let outer = self.full_name(parent);
        if !item && self.is_service(id) && self.primary_service(parent) == Some(id) {
            return outer;
        }
        SmolStr::from(format!("{outer}_{name}"))
    }

    /// What `self.name` is: the name under which targets know it, as its first
    /// service's host name and its label `service` are. A part of a declaration
    /// has its own.
    pub(crate) fn deployed_name(&mut self, id: InstanceId) -> SmolStr {
        if self.world.kind(self.instance(id).kind).ast.primitive {
            return self.instance(id).name.clone();
        }
        SmolStr::from(self.full_name(id).replace('_', "-"))
    }

    pub(crate) fn is_service(&self, id: InstanceId) -> bool {
        Some(self.instance(id).kind) == self.world.primitives.service
    }
}

/// What an external does not say, and only a running one could tell.
fn not_given(name: &str, out: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&code::MISSING_FIELD, span, format!("the external `{name}` does not say its `{out}`"))
        .help(format!("Nothing of it runs here, so write `{out} = …` in its body."))
}
