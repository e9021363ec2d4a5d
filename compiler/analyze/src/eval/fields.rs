//! From an instance's layers to its fields, items and children.

use super::children::Condition;
use super::instance::{FieldPart, FieldSlot, FieldState, Layer, LayerSource, Overlay, Progress};
use super::slots::Params;
use super::{Eval, Scope};
use crate::shown::a;
use crate::types::Type;
use crate::value::Value;
use crate::world::{InstanceId, Kind, Member};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;

/// Where an entry comes from while fields are collected.
#[derive(Clone, Copy)]
struct Place {
    scope: Scope,
    /// Which layer.
    layer: usize,
    /// Whether what the body declares is collected: the first time alone.
    structure: bool,
    /// Whether the fields that it sets are collected.
    values: bool,
    /// Whether it is an external, whose outputs are set as fields are.
    external: bool,
}

impl Place {
    /// Whether fields under one name are looked at: with the values, unless
    /// they may be outputs, which are known from the first.
    fn looks_at_plain(self) -> bool {
        self.values || self.external
    }
}

impl<'p> Eval<'_, 'p> {
    /// Works out which fields are set and what the body declares.
    #[inline]
    pub(crate) fn collect_fields(&mut self, id: InstanceId) {
        self.note_fields(id);
        self.collect_shown(id);
    }

    /// The same for what shows its values to all.
    #[inline]
    pub(super) fn collect_shown(&mut self, id: InstanceId) {
        let instance = self.instance(id);
        if instance.progress < Progress::CollectingFields || instance.released {
            self.collect_values(id);
        }
    }

    #[inline(never)]
    fn collect_values(&mut self, id: InstanceId) {
        let is_new = self.is_new(id);
        self.instance_mut(id).released = false;
        self.note_collected(id);
        self.collect(id, is_new, true);
    }

    /// Works out what the body declares, and leaves the fields for when someone asks.
    pub(crate) fn collect_structure(&mut self, id: InstanceId) {
        if self.is_new(id) {
            self.instance_mut(id).released = true;
            self.collect(id, true, false);
        }
    }

    fn collect(&mut self, id: InstanceId, structure: bool, values: bool) {
        self.on_behalf_of(id, |eval| eval.collect_layers(id, structure, values));
    }

    fn collect_layers(&mut self, id: InstanceId, structure: bool, values: bool) {
        if structure {
            self.instance_mut(id).progress = Progress::CollectingFields;
        }
        let external = self.instance(id).external;
        let mut layer = 0;
        while let Some(Layer { source, scope }) = self.instance(id).layer(layer) {
            let scope = Scope { body: Some(id), ..scope };
            let place = Place { scope, layer, structure, values, external };
            // A field may be set once in each layer.
            let mut set = Params::default();
            match source {
                LayerSource::Decl(decl) => self.collect_decl(id, decl, place, &mut set),
                LayerSource::Body(body) => self.collect_body(id, body, place, &mut set),
                LayerSource::Entry(entry, skip) => self.collect_entry(id, entry, skip, place, &mut set),
                LayerSource::Dropped => {}
            }
            layer += 1;
        }
        if structure {
            self.instance_mut(id).progress = Progress::Fields;
        }
    }

    fn collect_decl(&mut self, id: InstanceId, decl: &'p ast::Decl, place: Place, set: &mut Params) {
        let kind = self.instance(id).kind;
        if decl.external && self.world.kind(kind).ast.primitive && Some(kind) != self.world.primitives.service
        {
            let message = format!("{} cannot be external", a(&decl.kind.text));
            self.report(
                Diagnostic::new(&code::MISPLACED, decl.kind.span, message)
                    .help("Only a service, and what is made of services, can run elsewhere."),
            );
        }
        if let Some(ty) = &decl.ty
            && Some(self.instance(id).kind) != self.world.primitives.setting
        {
            let message = format!("{} has no type of its own", a(&decl.kind.text));
            self.report(
                Diagnostic::new(&code::MISPLACED, ty.span, message)
                    .help("Only a setting has one; leave it out."),
            );
        }
        if let Some(text) = &decl.description {
            self.set_by_name(
                id,
                "description",
                text.span,
                FieldPart::Text(text, place.scope),
                decl.because.as_deref(),
                place,
                set,
            );
        }
        if let Some(target) = &decl.target {
            let part = FieldPart::Assign(target, place.scope);
            self.set_by_name(id, "target", target.span, part, decl.because.as_deref(), place, set);
        }
        if let Some(value) = &decl.value
            && Some(self.instance(id).kind) != self.world.primitives.setting
        {
            let part = FieldPart::Assign(value, place.scope);
            self.set_by_name(id, "value", value.span, part, decl.because.as_deref(), place, set);
        }
        if let Some(body) = &decl.body {
            if place.values {
                self.instance_mut(id).fields.reserve(body.entries.len());
            }
            self.collect_body(id, body, place, set);
        }
    }

    fn collect_body(&mut self, id: InstanceId, body: &'p ast::Body, place: Place, set: &mut Params) {
        if place.looks_at_plain() || !body.plain {
            for entry in &body.entries {
                self.collect_entry(id, entry, 0, place, set);
            }
        }
    }

    fn collect_entry(
        &mut self,
        id: InstanceId,
        entry: &'p ast::Entry,
        skip: u32,
        place: Place,
        set: &mut Params,
    ) {
        match &entry.node {
            ast::Node::Field(field) if !place.looks_at_plain() && skip as usize + 1 == field.path.len() => {}
            ast::Node::Field(field) => {
                let because = field.because.as_deref();
                self.collect_path(id, entry, &field.path, skip, because, place, set);
            }
            ast::Node::Block(block) => self.collect_path(id, entry, &block.path, skip, None, place, set),
            ast::Node::Decl(_) | ast::Node::Raw(_) if !place.structure => {}
            ast::Node::Spread(_) if !place.values => {}
            ast::Node::Decl(decl) => self.collect_nested(id, entry, decl, place),
            ast::Node::Spread(expr) => self.collect_spread(id, expr, place, set),
            ast::Node::Drop(drop) if (skip as usize) + 1 < drop.path.len() => {
                self.collect_path(id, entry, &drop.path, skip, None, place, set);
            }
            ast::Node::Drop(drop) => self.collect_drop(id, drop, skip, place),
            ast::Node::If(branch) => match self.condition(&branch.condition, place.scope) {
                Condition::Holds => self.collect_body(id, &branch.then, place, set),
                Condition::Fails => {
                    if let Some(body) = &branch.otherwise {
                        self.collect_body(id, body, place, set);
                    }
                }
                Condition::Error => {
                    let bodies = std::iter::once(&branch.then).chain(&branch.otherwise);
                    bodies.for_each(|body| self.collect_lost(id, body, place));
                }
                Condition::Unknown => {
                    let scope = self.narrow(&branch.condition, place.scope);
                    self.collect_body(id, &branch.then, Place { scope, ..place }, set);
                    if let Some(otherwise) = &branch.otherwise {
                        self.collect_body(id, otherwise, place, &mut Params::default());
                    }
                }
            },
            ast::Node::For(each) => {
                match self.turns(&each.list, &each.variable, each.value.as_ref(), place.scope) {
                    Some(turns) => {
                        for scope in turns {
                            self.collect_body(id, &each.body, Place { scope, ..place }, set);
                        }
                    }
                    None => self.collect_lost(id, &each.body, place),
                }
            }
            ast::Node::Raw(raw) => self.instance_mut(id).push_raw(raw),
            ast::Node::Error => {}
            ast::Node::App(_)
            | ast::Node::Use(_)
            | ast::Node::Kind(_)
            | ast::Node::Type(_)
            | ast::Node::Let(_)
            | ast::Node::Metrics(_)
            | ast::Node::Environment(_)
            | ast::Node::Param(_)
            | ast::Node::Out(_) => self.report_misplaced(entry),
        }
    }

    /// What stands under a condition or in a loop that has an error, which was
    /// reported: its fields have it too, and what it declares may be missing.
    fn collect_lost(&mut self, id: InstanceId, body: &'p ast::Body, place: Place) {
        let kind = self.world.kind(self.instance(id).kind);
        for entry in &body.entries {
            match &entry.node {
                ast::Node::Field(ast::Field { path, .. }) | ast::Node::Block(ast::Block { path, .. }) => {
                    let Some(name) = path.first() else { continue };
                    if let Some(Member::Param(index)) = kind.members.get(&name.text).copied() {
                        let part = FieldPart::Value(Value::Error, name.span);
                        self.set_param(id, index, name.span, part, None, place, &mut Params::default());
                    }
                }
                ast::Node::Decl(decl) => {
                    self.instance_mut(id).lose_parts();
                    if let ast::DeclName::Ident(name) = &decl.name {
                        self.lost.insert(name.text.clone());
                    }
                }
                ast::Node::Spread(_) => self.collect_lost_spread(id, entry.span, place),
                ast::Node::If(branch) => {
                    let bodies = std::iter::once(&branch.then).chain(&branch.otherwise);
                    bodies.for_each(|body| self.collect_lost(id, body, place));
                }
                ast::Node::For(each) => self.collect_lost(id, &each.body, place),
                ast::Node::App(_)
                | ast::Node::Use(_)
                | ast::Node::Kind(_)
                | ast::Node::Type(_)
                | ast::Node::Let(_)
                | ast::Node::Metrics(_)
                | ast::Node::Environment(_)
                | ast::Node::Param(_)
                | ast::Node::Out(_)
                | ast::Node::Drop(_)
                | ast::Node::Raw(_)
                | ast::Node::Error => {}
            }
        }
    }

    fn collect_lost_spread(&mut self, id: InstanceId, span: Span, place: Place) {
        for index in 0..self.world.kind(self.instance(id).kind).params.len() {
            let part = FieldPart::Value(Value::Error, span);
            self.set_param(id, index, span, part, None, place, &mut Params::default());
        }
    }

    pub(super) fn report_misplaced(&mut self, entry: &ast::Entry) {
        let help = match &entry.node {
            ast::Node::Param(param) => format!("To set the field, write `{} = …`.", param.name.text),
            ast::Node::Let(_) => "Move the `let` out of the declaration.".to_owned(),
            _ => "It stands at the top of a file, or in a kind.".to_owned(),
        };
        if let ast::Node::Let(value) = &entry.node {
            self.lost.insert(value.name.text.clone());
        }
        self.report(
            Diagnostic::new(&code::MISPLACED, entry.span, "this does not belong in a declaration's body")
                .help(help),
        );
    }

    #[expect(clippy::too_many_arguments, reason = "one walk, whose state is these")]
    fn collect_path(
        &mut self,
        id: InstanceId,
        entry: &'p ast::Entry,
        path: &'p [ast::Ident],
        skip: u32,
        because: Option<&'p ast::Text>,
        place: Place,
        set: &mut Params,
    ) {
        let Some(name) = path.get(skip as usize) else { return };
        let last = skip as usize + 1 == path.len();
        let kind = self.world.kind(self.instance(id).kind);
        // Where no value could be read, that was reported, and the name may be none either.
        let unread = matches!(&entry.node, ast::Node::Field(field) if matches!(field.value.node, ast::ExprNode::Error));
        if unread && !kind.members.contains_key(&name.text) {
            return;
        }
        let part = match &entry.node {
            ast::Node::Field(field) if last => FieldPart::Assign(&field.value, place.scope),
            ast::Node::Block(block) if last => FieldPart::Body(&block.body, place.scope),
            _ => FieldPart::Path(entry, skip + 1, place.scope),
        };
        // That a kind has no such parameter is seen when a field is looked at, which
        // with a plain one is with the values.
        let looks = match &part {
            FieldPart::Assign(..) if !place.external => place.values,
            _ => place.structure,
        };
        match kind.members.get(&name.text).copied() {
            Some(Member::Param(index)) => self.set_param(id, index, name.span, part, because, place, set),
            Some(Member::Out(_) | Member::Let(_) | Member::Child(_)) | None if !looks => {}
            Some(Member::Out(index)) if self.instance(id).external => match part {
                FieldPart::Assign(expr, scope) => {
                    self.instance_mut(id).rare_mut().given.push((index as u32, expr, scope))
                }
                _ => self.unknown_field(id, name),
            },
            Some(Member::Child(_)) if !matches!(part, FieldPart::Assign(..)) => {
                let source = match &entry.node {
                    ast::Node::Block(block) if last => LayerSource::Body(&block.body),
                    _ => LayerSource::Entry(entry, skip + 1),
                };
                let layer = Layer { source, scope: place.scope };
                let overlay = Overlay { name: name.text.clone(), span: name.span, layer, used: false };
                self.instance_mut(id).rare_mut().overlays.push(overlay);
            }
            Some(Member::Out(_) | Member::Let(_) | Member::Child(_)) | None => {
                match self.item_named(id, &name.text) {
                    Some(item) if !matches!(part, FieldPart::Assign(..)) => {
                        let source = match &entry.node {
                            ast::Node::Block(block) if last => LayerSource::Body(&block.body),
                            _ => LayerSource::Entry(entry, skip + 1),
                        };
                        self.instance_mut(item).push_layer(Layer { source, scope: place.scope });
                    }
                    Some(_) | None => self.unknown_field(id, name),
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one walk, whose state is these")]
    fn set_by_name(
        &mut self,
        id: InstanceId,
        name: &'static str,
        span: Span,
        part: FieldPart<'p>,
        because: Option<&'p ast::Text>,
        place: Place,
        set: &mut Params,
    ) {
        let kind = self.world.kind(self.instance(id).kind);
        match kind.params.iter().position(|param| param.name == name) {
            Some(index) => self.set_param(id, index, span, part, because, place, set),
            None => self.unknown_head(id, name, span),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one walk, whose state is these")]
    fn set_param(
        &mut self,
        id: InstanceId,
        index: usize,
        span: Span,
        part: FieldPart<'p>,
        because: Option<&'p ast::Text>,
        place: Place,
        set: &mut Params,
    ) {
        if !place.values {
            return;
        }
        let whole = matches!(part, FieldPart::Assign(..) | FieldPart::Text(..));
        let at = self.instance(id).fields.find(index);
        if whole && set.contains(index) {
            let first = at.map(|at| self.instance(id).fields[at].span);
            let name = self.world.kind(self.instance(id).kind).params[index].name.clone();
            let mut diagnostic =
                Diagnostic::new(&code::DUPLICATE_FIELD, span, format!("`{name}` is set twice"))
                    .label("again here")
                    .help("Keep one of them.");
            if let Some(first) = first {
                diagnostic = diagnostic.related(first, "first here");
            }
            self.report(diagnostic);
            return;
        }
        if !matches!(part, FieldPart::Value(..)) {
            set.insert(index);
        }
        let fields = &mut self.instance_mut(id).fields;
        match at.map(|at| &mut fields[at]) {
            Some(field) if whole => {
                *field = FieldSlot { param: index as u32, span, because, state: FieldState::Set(part) };
            }
            Some(field) => {
                field.state = match std::mem::replace(&mut field.state, FieldState::Busy) {
                    FieldState::Set(first) => FieldState::Layered(vec![first, part]),
                    FieldState::Layered(mut parts) => {
                        parts.push(part);
                        FieldState::Layered(parts)
                    }
                    // It was asked for while a condition of the body was worked out.
                    state @ (FieldState::Busy | FieldState::Done(_)) => state,
                };
                field.because = because.or(field.because);
                field.span = span;
            }
            None => {
                let slot = FieldSlot { param: index as u32, span, because, state: FieldState::Set(part) };
                fields.push(slot);
            }
        }
    }

    fn collect_spread(&mut self, id: InstanceId, expr: &'p ast::Expr, place: Place, set: &mut Params) {
        let entries: Vec<(LeanStr, Value<'p>, Span)> = match self.eval_spread(expr, place.scope) {
            Value::Map(map) => {
                map.iter().map(|(key, (value, span))| (key.clone(), value.clone(), *span)).collect()
            }
            Value::Record(record) => {
                let names = record.ty.fields.iter().map(|field| field.name.clone());
                names
                    .zip(record.fields.iter().cloned())
                    .map(|(name, value)| (name, value, expr.span))
                    .collect()
            }
            Value::Unknown(Type::Record(record)) => {
                let unknown = |field: &crate::types::Field<'p>| Value::Unknown(field.ty.clone());
                record.fields.iter().map(|field| (field.name.clone(), unknown(field), expr.span)).collect()
            }
            // Whichever fields it sets, they are not missing.
            value @ (Value::Error | Value::Unknown(_)) => {
                let params = &self.world.kind(self.instance(id).kind).params;
                let all = params
                    .iter()
                    .map(|param| (param.name.clone(), super::body::unknown_as(&value, &param.ty)));
                all.map(|(name, value)| (name, value, expr.span)).collect()
            }
            other => {
                let message = format!("expected a record to spread, found {other}");
                self.report(Diagnostic::new(&code::WRONG_TYPE, expr.span, message));
                return;
            }
        };
        let kind = self.world.kind(self.instance(id).kind);
        for (name, value, span) in entries {
            match kind.params.iter().position(|param| param.name == name) {
                Some(index) => {
                    self.set_param(id, index, expr.span, FieldPart::Value(value, span), None, place, set)
                }
                None => self.unknown_field(id, &ast::Ident { text: name, span }),
            }
        }
    }

    /// A declaration in a body: a change to what the kind makes, or an item for a parameter.
    fn collect_nested(&mut self, id: InstanceId, entry: &'p ast::Entry, decl: &'p ast::Decl, place: Place) {
        let kind = self.world.kind(self.instance(id).kind);
        let decl_kind = match self.world.kind_of(&decl.kind) {
            Ok(kind) => kind,
            Err(None) => return,
            Err(Some(unknown)) => return self.unknown_kind_here(id, decl, unknown),
        };
        if decl.is_nameless() {
            self.instance_mut(id).lose_names();
            return;
        }
        let Some(name) = self.decl_name(decl_kind, decl, place.scope) else { return };
        let made = match kind.members.get(&name) {
            Some(Member::Child(child)) => child.kind.text == decl.kind.text,
            Some(Member::Param(_) | Member::Out(_) | Member::Let(_)) | None => false,
        };
        if made || makes_label(kind, decl, &name) {
            let layer = Layer { source: LayerSource::Decl(decl), scope: place.scope };
            let overlay = Overlay { name, span: decl.name_span(), layer, used: false };
            self.instance_mut(id).rare_mut().overlays.push(overlay);
            return;
        }
        let Some((_, index)) = kind.slots.iter().find(|(slot, _)| *slot == decl_kind).copied() else {
            self.report_no_slot(id, decl, &name);
            return;
        };
        let before = self.item_named(id, &name);
        match before {
            Some(item) if place.layer > 0 && !self.declared_in(item, id, place.layer) => {
                self.instance_mut(item)
                    .push_layer(Layer { source: LayerSource::Decl(decl), scope: place.scope });
            }
            Some(item) => {
                let first = self.instance(item).span();
                let (code, help) = match Some(decl_kind) == self.world.primitives.route {
                    true => (&code::DUPLICATE_ROUTE, "Keep one of them, or give one another path."),
                    false => (&code::DUPLICATE_NAME, "Give one of them another name."),
                };
                let message = format!("the {} `{name}` is declared twice", decl.kind.text);
                self.report(Diagnostic::new(code, decl.name_span(), message).again(first).help(help));
            }
            None => {
                let item = self.add_instance(decl_kind, name, Some(id), entry, place.scope);
                self.add_item(id, index as u32, item);
            }
        }
    }

    /// Whether the item was first declared in that same layer of its owner.
    fn declared_in(&self, item: InstanceId, owner: InstanceId, layer: usize) -> bool {
        let span = self.instance(item).span();
        let within = match self.instance(owner).layer(layer).map(|layer| layer.source) {
            Some(LayerSource::Decl(decl)) => decl.body.as_ref().map(|body| body.span),
            Some(LayerSource::Body(body)) => Some(body.span),
            Some(LayerSource::Entry(entry, _)) => Some(entry.span),
            Some(LayerSource::Dropped) | None => None,
        };
        within.is_some_and(|body| body.contains(span))
    }

    fn collect_drop(&mut self, id: InstanceId, drop: &'p ast::Drop, skip: u32, place: Place) {
        let path = drop.path.get(skip as usize..).unwrap_or_default();
        let Some(last) = path.last() else { return };
        let (name, span) = match &drop.name {
            Some(ast::DeclName::Ident(name)) => (name.text.clone(), name.span),
            Some(ast::DeclName::Label(text)) => (text.literal().unwrap_or_default(), text.span),
            None => (last.text.clone(), last.span),
        };
        if let Some(item) = self.item_named(id, &name).filter(|_| place.structure) {
            return self.drop_item(id, item);
        }
        let kind = self.world.kind(self.instance(id).kind);
        match kind.members.get(&name).copied() {
            Some(Member::Param(index)) => {
                self.instance_mut(id).fields.remove(index);
            }
            _ if !place.structure => {}
            Some(Member::Child(_)) => self.drop_child(id, name, span),
            Some(Member::Out(_) | Member::Let(_)) | None => {
                let has_label = self.world.kind(self.instance(id).kind).ast.body.entries.iter().any(|entry| {
                    matches!(&entry.node, ast::Node::Decl(made) if matches!(&made.name, ast::DeclName::Label(text) if text.literal().is_some_and(|text| text == name)))
                });
                if has_label {
                    self.drop_child(id, name, span);
                    return;
                }
                let message = format!("`{}` has no `{name}` to drop", self.instance(id).name());
                let mut names: Vec<&str> = kind.members.keys().map(LeanStr::as_str).collect();
                names.sort_unstable();
                let items =
                    self.instance(id).items.iter().map(|(_, item)| self.instance(*item).name().as_str());
                let items: Vec<&str> = items.collect();
                let has = (!items.is_empty()).then(|| format!("It has: {}.", items.join(", ")));
                let diagnostic = Diagnostic::new(&code::UNKNOWN_PATH, span, message).maybe_help(has).near(
                    &name,
                    span,
                    names.into_iter().chain(items),
                );
                self.report(diagnostic);
            }
        }
    }

    fn drop_child(&mut self, id: InstanceId, name: LeanStr, span: Span) {
        let layer = Layer { source: LayerSource::Dropped, scope: Scope::default() };
        self.instance_mut(id).rare_mut().overlays.push(Overlay { name, span, layer, used: false });
    }
}

/// Whether a kind makes a declaration of that kind and label.
fn makes_label(kind: &Kind<'_>, decl: &ast::Decl, name: &str) -> bool {
    kind.labelled.iter().any(|made| {
        made.kind.text == decl.kind.text
            && match &made.name {
                ast::DeclName::Label(text) => text.literal().is_some_and(|text| text == name),
                ast::DeclName::Ident(_) => false,
            }
    })
}
