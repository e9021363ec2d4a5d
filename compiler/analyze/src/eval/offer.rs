//! What an instance offers: outputs, what its kind makes, and its names.

use super::instance::BUILT;
use super::instance::{LayerSource, Progress};
use super::{Asked, Eval, Scope, Slot};
use crate::types::Type;
use crate::value::{ImageSource, ImageValue, Piece, Value};
use crate::world::{InstanceId, Member};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use std::rc::Rc;

impl<'p> Eval<'_, 'p> {
    /// The value of an output, as far as it was asked for.
    pub(crate) fn known_out(&self, id: InstanceId, index: usize) -> Option<&Slot<'p>> {
        self.outs.get(&(id, index as u32))
    }

    /// The value of an output.
    pub(crate) fn out(&mut self, id: InstanceId, index: usize) -> Value<'p> {
        self.note_shared(id);
        let key = (id, index as u32);
        let world = self.world;
        let out = &world.kind(self.instance(id).kind).outs[index];
        match self.outs.get(&key) {
            Some(Slot::Done(value)) => return value.clone(),
            Some(Slot::Busy) => return self.cycle(out.ast.name.span, &out.ast.name.text),
            None => {}
        }
        self.outs.insert(key, Slot::Busy);
        self.collect_structure(id);
        let ty = out.ty.clone().unwrap_or(Type::Any);
        let given = self.instance(id).given(index);
        if given.is_none() && self.instance(id).external {
            self.note_late(id, true);
        }
        let own = out.ast.value.as_ref().map(|expr| (expr, Scope::of(id)));
        let value = match given.or(own) {
            Some((expr, scope)) => {
                let asked = Asked::Named(self.owner_of(id), &out.ast.name.text);
                self.guard(out.ast.name.span, asked, |eval| eval.eval(expr, &ty, scope))
            }
            None => self.native_out(id, &out.ast.name.text),
        };
        self.outs.insert(key, Slot::Done(value.clone()));
        value
    }

    /// The outputs of primitive kinds.
    fn native_out(&mut self, id: InstanceId, name: &str) -> Value<'p> {
        let kind = Some(self.instance(id).kind);
        let primitives = self.world.primitives;
        if kind == primitives.service && self.instance(id).external {
            let (own, span) = (self.instance(id).name().clone(), self.instance(id).span());
            self.report(not_given(&own, name, span));
            return Value::Error;
        }
        if kind == primitives.service && name == "host" {
            return Value::pieces(vec![Piece::Host(id)]);
        }
        if kind == primitives.service && name == BUILT {
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
            Value::Record(build) => image_of(id, ImageSource::Built(build)),
            Value::Unknown(_) => Value::Unknown(Type::Image),
            Value::Error => Value::Error,
            _ => match self.get(id, "image") {
                Value::None => Value::Error,
                Value::Unknown(_) => Value::Unknown(Type::Image),
                Value::Text(reference) => image_of(id, ImageSource::Pulled(reference)),
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
        // The gateway's own rules report it.
        if domain.starts_with("*.") {
            return Value::Error;
        }
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
        let named = |eval: &Self| {
            let children = &eval.instance(id).children;
            children.iter().copied().find(|child| eval.instance(*child).name() == name)
        };
        if let Some(child) = named(self).or_else(|| if self.keep_late(id) { named(self) } else { None }) {
            return Value::Instance(child);
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
        if self.instance(id).may_lack_parts() {
            return Value::Error;
        }
        let owner = self.instance(id).name().clone();
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
        let (name, span) = (instance.name().clone(), instance.span());
        let diagnostic = match asked.map(|(_, out)| self.asked_name(*out)) {
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
        if let Some(known) = self.primary.get(&id) {
            return *known;
        }
        self.make_children(id);
        let children = self.instance(id).children.clone();
        let own = children.iter().copied().find(|child| self.is_service(*child) && !self.is_job(*child));
        let found = own.or_else(|| {
            let services: Vec<InstanceId> =
                children.into_iter().filter_map(|child| self.primary_service(child)).collect();
            let running = services.iter().copied().find(|service| !self.is_job(*service));
            running.or(services.first().copied())
        });
        if self.instance(id).progress >= Progress::Children {
            self.primary.insert(id, found);
        }
        found
    }

    /// Whether a service runs and ends.
    fn is_job(&mut self, id: InstanceId) -> bool {
        self.may_set(id, "job") && self.field(id, "job").is_some()
    }

    /// Whether something may set the field: a look at what is written, which
    /// works nothing out.
    fn may_set(&self, id: InstanceId, name: &str) -> bool {
        let is_first = |path: &[ast::Ident]| path.first().is_some_and(|first| first.text == name);
        let may = |entry: &ast::Entry| match &entry.node {
            ast::Node::Field(field) => is_first(&field.path),
            ast::Node::Block(block) => is_first(&block.path),
            ast::Node::Spread(_) | ast::Node::If(_) | ast::Node::For(_) => true,
            _ => false,
        };
        let mut layers = (0..).map_while(|index| self.instance(id).layer(index));
        layers.any(|layer| match layer.source {
            LayerSource::Decl(decl) => decl.body.iter().flat_map(|body| body.entries.iter()).any(may),
            LayerSource::Body(body) => body.entries.iter().any(may),
            LayerSource::Entry(..) => true,
            LayerSource::Dropped => false,
        })
    }

    /// The name in the environment: `db`, `db_exporter`. What a kind's first
    /// service is called does not count: it carries the name of its owner.
    pub(crate) fn full_name(&mut self, id: InstanceId) -> LeanStr {
        let (parent, name, item) =
            (self.instance(id).parent, self.instance(id).name().clone(), self.instance(id).item);
        let Some(parent) = parent else { return name };
        let outer = self.full_name(parent);
        if !item && self.is_service(id) && self.primary_service(parent) == Some(id) {
            return outer;
        }
        LeanStr::from(format!("{outer}_{name}"))
    }

    /// What `self.name` is: the name under which targets know it, as its first
    /// service's host name and its label `service` are. A part of a declaration
    /// has its own.
    pub(crate) fn deployed_name(&mut self, id: InstanceId) -> LeanStr {
        if self.world.kind(self.instance(id).kind).ast.primitive && !self.is_service(id) {
            return self.instance(id).name().clone();
        }
        if let Some((_, name)) = self.last_deployed.as_ref().filter(|(last, _)| *last == id) {
            let name = name.clone();
            self.note_named(id);
            return name;
        }
        let name = LeanStr::from(self.full_name(id).replace('_', "-"));
        // Which service carries the name of its owner is known once all that the owner makes is.
        let parent = self.instance(id).parent.map(|parent| self.instance(parent).progress);
        if parent.is_none_or(|progress| progress >= Progress::Children) {
            self.last_deployed = Some((id, name.clone()));
        }
        name
    }

    pub(crate) fn is_service(&self, id: InstanceId) -> bool {
        Some(self.instance(id).kind) == self.world.primitives.service
    }
}

fn image_of<'p>(service: InstanceId, source: ImageSource<'p>) -> Value<'p> {
    Value::Image(Rc::new(ImageValue { service, source }))
}

/// What an external does not say, and only a running one could tell.
fn not_given(name: &str, out: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&code::MISSING_FIELD, span, format!("the external `{name}` does not say its `{out}`"))
        .help(format!("Nothing of it runs here, so write `{out} = …` in its body."))
}
