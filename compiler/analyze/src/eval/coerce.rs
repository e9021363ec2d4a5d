//! From the value that is there to the type that is expected.

use super::Eval;
use super::text::Form;
use crate::shown::a;
use crate::types::{Enum, Record, Type};
use crate::value::{Map, Piece, RecordValue, Value, VariantValue};
use crate::world::{InstanceId, KindId};
use laud_syntax::{Diagnostic, Span, code};
use lean_string::LeanStr;
use std::rc::Rc;

impl<'p> Eval<'_, 'p> {
    /// The value as one of the type, or an error that was reported at `span`.
    pub(crate) fn coerce(&mut self, value: Value<'p>, ty: &Type<'p>, span: Span) -> Value<'p> {
        match (ty, value) {
            (_, Value::Error) => Value::Error,
            (Type::Any, value) => value,
            (Type::Optional(_), Value::None) => Value::None,
            (_, Value::Unknown(from)) => self.coerce_unknown(&from, ty, span),
            (Type::Optional(inner), value) => self.coerce(value, inner, span),
            (Type::Range(range), value) => {
                let value = self.coerce(value, &range.base, span);
                self.check_range(value, range, span)
            }
            (Type::Matching(matching), value) => {
                let value = self.coerce(value, &matching.base, span);
                self.check_pattern(value, matching, span)
            }
            (Type::Kinds(kinds), Value::Instance(id) | Value::Itself(id)) => {
                self.coerce_instance(id, kinds, ty, span)
            }
            (_, Value::Instance(id)) => self.coerce_part(id, ty, span),
            (Type::Secret(inner), value @ (Value::Text(_) | Value::Pieces(_))) => {
                self.coerce_secret(value, inner, span)
            }
            (Type::Text(form), Value::Text(text)) => {
                self.check_form(Form::Text(*form), Value::Text(text), span)
            }
            (Type::Text(form), value @ Value::Pieces(_)) => match self.shown(value, ty, span) {
                Value::Pieces(pieces) => self.check_form(Form::Text(*form), Value::Pieces(pieces), span),
                other => other,
            },
            (Type::Image, value @ (Value::Text(_) | Value::Pieces(_))) => match self.shown(value, ty, span) {
                Value::Error => Value::Error,
                value => self.check_form(Form::Image, value, span),
            },
            (Type::AlertText, value @ Value::Text(_)) => value,
            (Type::AlertText, value @ Value::Pieces(_)) => self.shown(value, ty, span),
            (Type::EnvValue, value) => self.coerce_env(value, span),
            (Type::Data, value) => self.coerce_data(value, span),
            (Type::Cpu, value) => self.coerce_cpu(value, span),
            (Type::Port, value) => self.coerce_port(value, span),
            (Type::Float, Value::Int(value)) => Value::Float(value as f64),
            (Type::List(item), Value::List(items)) => self.coerce_list(&items, item, span),
            (Type::Map(inner), Value::Map(map)) => self.coerce_map(&map, inner),
            (Type::Map(inner), Value::Record(record)) => {
                let map = as_map(&record);
                self.coerce_map(&map, inner)
            }
            (Type::Record(wanted), Value::Record(record)) if Rc::ptr_eq(wanted, &record.ty) => {
                Value::Record(record)
            }
            (Type::Record(wanted), Value::Record(record)) => {
                self.coerce_record(&as_map(&record), wanted, span)
            }
            (Type::Record(wanted), Value::Map(map)) => self.coerce_record(&map, wanted, span),
            (Type::Enum(wanted), Value::Variant(variant)) => self.coerce_variant(variant, wanted, ty, span),
            (Type::Bool, value @ Value::Bool(_))
            | (Type::Int, value @ Value::Int(_))
            | (Type::Float, value @ Value::Float(_))
            | (Type::Bytes, value @ Value::Bytes(_))
            | (Type::Duration, value @ Value::Duration(_))
            | (Type::Percent, value @ Value::Percent(_))
            | (Type::Rate, value @ Value::Rate { .. })
            | (Type::Image, value @ Value::Image(_))
            | (Type::PromQl, value @ Value::Query(_))
            | (Type::Metrics, value @ Value::Metrics(_)) => value,
            (ty, value) => self.wrong_type(&value, ty, span),
        }
    }

    fn check_range(&mut self, value: Value<'p>, range: &crate::types::Range<'p>, span: Span) -> Value<'p> {
        let number = match &value {
            Value::Int(value) => *value as f64,
            Value::Float(value) | Value::Percent(value) => *value,
            Value::Bytes(value) | Value::Duration(value) => *value as f64,
            Value::Cpu(millis) => f64::from(*millis) / 1000.0,
            _ => return value,
        };
        if number < range.low || number > range.high {
            let found = self.world.loaded.sources.slice(span);
            let message = format!("`{found}` is not in `{}`", range.text);
            self.report(
                Diagnostic::new(&code::OUT_OF_RANGE, span, message)
                    .label(format!("must be `{}` in `{}`", range.base, range.text)),
            );
            return Value::Error;
        }
        value
    }

    fn check_pattern(
        &mut self,
        value: Value<'p>,
        matching: &crate::types::Matching<'p>,
        span: Span,
    ) -> Value<'p> {
        let text = match &value {
            Value::Text(text) => text.clone(),
            _ => return value,
        };
        if matching.matched.borrow().as_ref() == Some(&text) || self.is_trusted_text(&text, span) {
            return value;
        }
        let patterns = &self.world.loaded.patterns;
        match matching.regex.get_or_init(|| patterns.whole(matching.written, &matching.pattern)) {
            Some(regex) if !regex.is_match(&text) => {
                let shown = if text.is_empty() { "an empty text" } else { &format!("`{text}`") };
                let message = format!("{shown} does not match the pattern that it must have");
                let help = self.pattern_help(matching, &text);
                self.report(Diagnostic::new(&code::NO_MATCH, span, message).help(help));
                Value::Error
            }
            Some(_) | None => {
                matching.matched.replace(Some(text));
                value
            }
        }
    }

    /// Whether a text stands in the standard library as it is.
    fn is_trusted_text(&self, text: &str, span: Span) -> bool {
        let written = || self.world.loaded.sources.slice(span);
        self.trusts(span.file())
            && written().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) == Some(text)
    }

    fn coerce_instance(
        &mut self,
        id: InstanceId,
        kinds: &[(KindId, LeanStr)],
        ty: &Type<'p>,
        span: Span,
    ) -> Value<'p> {
        let kind = self.instance(id).kind;
        if kinds.iter().any(|(wanted, _)| *wanted == kind) {
            return Value::Instance(id);
        }
        if self.wants_service(kinds) {
            if let Some(service) = self.primary_service(id) {
                return Value::Instance(service);
            }
            if self.instance(id).external {
                return Value::None;
            }
            if self.instance(id).may_lack_parts() {
                return Value::Error;
            }
        }
        let name = self.world.kind(kind).name.clone();
        let wanted = a(&ty.to_string());
        let mut diagnostic =
            Diagnostic::new(&code::WRONG_TYPE, span, format!("expected {wanted}, found {}", a(&name)))
                .label(format!("must be {wanted}"))
                .related(self.instance(id).span(), format!("declared as `{name}` here"));
        let takes_service = kinds.iter().any(|(wanted, _)| Some(*wanted) == self.world.primitives.service);
        if takes_service && let Some(service) = self.primary_service(id) {
            let (of, service) = (self.instance(id).name(), self.instance(service).name());
            diagnostic = diagnostic
                .help(format!("If it will do all the same, say so: `{of}.{service}` is its service."));
        }
        let wants_port = kinds.iter().any(|(wanted, _)| Some(*wanted) == self.world.primitives.port);
        if wants_port {
            let (ports, own) = (self.port_members(id), self.instance(id).name());
            diagnostic = match ports.as_slice() {
                [] if self.is_service(id) => {
                    diagnostic.help("It has no port: declare one in it, `port http = 8080`.")
                }
                [] => diagnostic,
                ports => {
                    let shown: Vec<String> = ports.iter().map(|port| format!("`{own}.{port}`")).collect();
                    diagnostic.help(format!("Say which port: {}.", shown.join(", ")))
                }
            };
            if let [port] = ports.as_slice() {
                diagnostic = diagnostic.fix(format!("Add `.{port}`"), span.at_end(), format!(".{port}"));
            }
        }
        if diagnostic.help.is_none() && !wants_port {
            diagnostic = self.offer_of_kind(diagnostic, kinds, span);
        }
        self.report(diagnostic);
        Value::Error
    }

    /// Whether any declaration will do that makes a service. Where `service` is
    /// one of several, the others say what it should be, and not every kind that
    /// makes a service is that.
    fn wants_service(&self, kinds: &[(KindId, LeanStr)]) -> bool {
        matches!(kinds, [(kind, _)] if Some(*kind) == self.world.primitives.service)
    }

    /// The ports of a declaration, by the names under which others refer to them.
    fn port_members(&mut self, id: InstanceId) -> Vec<LeanStr> {
        self.collect_fields(id);
        let port = self.world.primitives.port;
        let mut found: Vec<LeanStr> = Vec::new();
        for (_, item) in self.instance(id).items.clone() {
            if Some(self.instance(item).kind) == port {
                found.push(self.instance(item).name().clone());
            }
        }
        let world = self.world;
        for (index, out) in world.kind(self.instance(id).kind).outs.iter().enumerate() {
            if let Value::Instance(target) = self.out(id, index)
                && Some(self.instance(target).kind) == port
            {
                found.push(out.ast.name.text.clone());
            }
        }
        found
    }

    /// Ports, secrets and settings stand for what they hold.
    fn coerce_part(&mut self, id: InstanceId, ty: &Type<'p>, span: Span) -> Value<'p> {
        let kind = Some(self.instance(id).kind);
        let primitives = self.world.primitives;
        if kind == primitives.port {
            let piece = self.port_piece(id);
            // Of what runs elsewhere it is a number, and no reference.
            if let (Piece::Literal(number), false) = (&piece, matches!(ty, Type::Text(_) | Type::AlertText)) {
                return self.coerce(Value::Int(number.parse().unwrap_or(0)), ty, span);
            }
            let pieces = Value::pieces(vec![piece]);
            return match (ty, &pieces) {
                (Type::Port | Type::EnvValue | Type::Data, _) => pieces,
                (Type::Int, Value::Pieces(parts)) => match parts.first() {
                    Some(Piece::Port(_, number)) => Value::Int(i64::from(*number)),
                    Some(_) | None => Value::Unknown(Type::Int),
                },
                (Type::Text(_) | Type::AlertText, _) => {
                    self.report(
                        Diagnostic::new(&code::WRONG_TYPE, span, format!("expected `{ty}`, found a port"))
                            .help("Put it in a text: `\"{port}\"`."),
                    );
                    Value::Error
                }
                _ => self.wrong_instance(id, ty, span),
            };
        }
        if kind == primitives.secret {
            let value = Value::pieces(vec![Piece::Secret(id)]);
            return match ty {
                Type::Secret(_) | Type::EnvValue => self.coerce(value, ty, span),
                _ => self.secret_shown(Some(id), ty, span),
            };
        }
        if kind == primitives.setting {
            let value = Value::pieces(vec![Piece::Setting(id)]);
            return match ty {
                Type::EnvValue | Type::Secret(_) | Type::Text(_) => self.coerce(value, ty, span),
                _ => self.deploy_time(ty, span),
            };
        }
        self.wrong_instance(id, ty, span)
    }

    pub(super) fn port_piece(&mut self, id: InstanceId) -> Piece {
        let number = match self.get(id, "value") {
            Value::Int(number) => u16::try_from(number).unwrap_or(0),
            Value::Pieces(pieces) => match pieces.first() {
                Some(Piece::Port(_, number)) => *number,
                Some(_) | None => return Piece::Unknown,
            },
            _ => return Piece::Unknown,
        };
        match self.instance(id).parent {
            Some(service) if !self.instance(service).external => Piece::Port(service, number),
            Some(_) | None => Piece::Literal(LeanStr::from(number.to_string())),
        }
    }

    pub(super) fn wrong_instance(&mut self, id: InstanceId, ty: &Type<'p>, span: Span) -> Value<'p> {
        let world = self.world;
        let kind = world.kind(self.instance(id).kind);
        let outs: Vec<String> = kind
            .outs
            .iter()
            .map(|out| format!("`{}.{}`", self.instance(id).name(), out.ast.name.text))
            .collect();
        let help = (!outs.is_empty()).then(|| format!("It offers: {}.", outs.join(", ")));
        let message = format!("expected `{ty}`, found a declaration of kind `{}`", kind.name);
        let diagnostic = Diagnostic::new(&code::WRONG_TYPE, span, message).label(format!("must be `{ty}`"));
        let takes_it = |kinds: &[(KindId, LeanStr)]| {
            self.wants_service(kinds) || kinds.iter().any(|(wanted, _)| *wanted == self.instance(id).kind)
        };
        let diagnostic = match ty.bare() {
            Type::List(item) if matches!(item.bare(), Type::Kinds(kinds) if takes_it(kinds)) => {
                let list = format!("[{}]", world.loaded.sources.slice(span));
                diagnostic.help(format!("Write a list: `{list}`.")).fix("Put it in a list", span, list)
            }
            _ => diagnostic.maybe_help(help),
        };
        self.report(diagnostic);
        Value::Error
    }

    fn secret_shown(&mut self, secret: Option<InstanceId>, ty: &Type<'p>, span: Span) -> Value<'p> {
        let what = match secret.map(|id| (self.instance(id).name().clone(), self.instance(id).parent)) {
            Some((name, Some(owner))) => format!("the secret `{}.{name}`", self.instance(owner).name()),
            Some((name, None)) => format!("the secret `{name}`"),
            None => "a secret".to_owned(),
        };
        self.report(
            Diagnostic::new(&code::SECRET_SHOWN, span, format!("{what} where text is shown: expected `{ty}`"))
                .label("holds a secret")
                .help("A secret goes to an environment variable, or as a file: `NAME.file` is its path in the container."),
        );
        Value::Error
    }

    fn deploy_time(&mut self, ty: &Type<'p>, span: Span) -> Value<'p> {
        self.report(
            Diagnostic::new(&code::DEPLOY_TIME_VALUE, span, format!("a setting cannot be {}: its value is not known yet", a(&ty.to_string())))
                .help("Settings go to environment variables and commands; what is known now is a `let`, or differs by environment."),
        );
        Value::Error
    }

    /// A text that is shown: without secrets.
    fn shown(&mut self, value: Value<'p>, ty: &Type<'p>, span: Span) -> Value<'p> {
        let Value::Pieces(pieces) = &value else { return value };
        let secret = pieces.iter().find_map(|piece| match piece {
            Piece::Secret(id) => Some(Some(*id)),
            Piece::UnknownSecret => Some(None),
            _ => None,
        });
        if let Some(secret) = secret {
            return self.secret_shown(secret, ty, span);
        }
        let plain = matches!(ty, Type::Text(crate::types::TextForm::Plain));
        if !plain && pieces.iter().any(|piece| matches!(piece, Piece::Setting(_))) {
            return self.deploy_time(ty, span);
        }
        let of_alert =
            pieces.iter().any(|piece| matches!(piece, Piece::AlertLabel(_) | Piece::AlertValue(_)));
        if of_alert && !matches!(ty, Type::AlertText) {
            self.report(
                Diagnostic::new(
                    &code::WRONG_TYPE,
                    span,
                    format!("expected `{ty}`, found a text of an alert"),
                )
                .help("`label` and `measured` are known only when an alert fires or a panel is drawn."),
            );
            return Value::Error;
        }
        value
    }

    fn coerce_secret(&mut self, value: Value<'p>, inner: &Type<'p>, span: Span) -> Value<'p> {
        let is_url = matches!(inner.bare(), Type::Text(crate::types::TextForm::Url));
        self.note_url(&value, is_url);
        match inner.bare() {
            Type::Text(form) => self.check_form(Form::Text(*form), value, span),
            _ => value,
        }
    }

    /// Notes the secrets that become part of a URL, whose characters mean something there:
    /// those of a text that is one, or that stand behind the scheme of one.
    fn note_url(&mut self, value: &Value<'p>, is_url: bool) {
        let Value::Pieces(pieces) = value else { return };
        let mut in_url = is_url;
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => in_url |= text.contains("://"),
                Piece::Secret(secret) if in_url => self.note_in_url(*secret),
                _ => {}
            }
        }
    }

    fn coerce_env(&mut self, value: Value<'p>, span: Span) -> Value<'p> {
        self.note_url(&value, false);
        match value {
            Value::Text(_) | Value::Pieces(_) => match self.no_alert_parts(value, span) {
                Some(value) => value,
                None => Value::Error,
            },
            Value::Int(value) => Value::text(value.to_string()),
            Value::Float(value) => Value::text(value.to_string()),
            Value::Bool(value) => Value::text(value.to_string()),
            Value::Cpu(millis) => Value::text((f64::from(millis) / 1000.0).to_string()),
            Value::Variant(variant) if variant.fields.is_none() => Value::text(variant.name()),
            Value::Bytes(_) | Value::Duration(_) | Value::Percent(_) | Value::Rate { .. } => {
                let message = format!("an environment variable has no unit, and this is {value}");
                let diagnostic = Diagnostic::new(&code::WRONG_TYPE, span, message);
                self.report(match value {
                    Value::Bytes(_) => diagnostic.help("Say in which unit: `bytes(x)` or `mebibytes(x)`."),
                    Value::Duration(_) => {
                        diagnostic.help("Say in which unit: `seconds(x)` or `milliseconds(x)`.")
                    }
                    _ => {
                        let help = "Write in quotes what the program reads, as in `\"99.9\"`.";
                        self.in_quotes(diagnostic.help(help), span)
                    }
                });
                Value::Error
            }
            Value::List(_) => {
                let message = "an environment variable holds text, and this is a list";
                self.report(
                    Diagnostic::new(&code::WRONG_TYPE, span, message).help("Join it: `join(list, \",\")`."),
                );
                Value::Error
            }
            Value::Map(_) | Value::Record(_) => {
                let message = "an environment variable holds text, and this is a record";
                self.report(
                    Diagnostic::new(&code::WRONG_TYPE, span, message)
                        .help("Set a variable for each of its fields."),
                );
                Value::Error
            }
            other => self.wrong_type(&other, &Type::EnvValue, span),
        }
    }

    fn no_alert_parts(&mut self, value: Value<'p>, span: Span) -> Option<Value<'p>> {
        let Value::Pieces(pieces) = &value else { return Some(value) };
        if pieces.iter().any(|piece| matches!(piece, Piece::AlertLabel(_) | Piece::AlertValue(_))) {
            let message = "`label` and `measured` belong in the texts of alerts and panels";
            self.report(Diagnostic::new(&code::WRONG_TYPE, span, message));
            return None;
        }
        Some(value)
    }

    fn coerce_data(&mut self, value: Value<'p>, span: Span) -> Value<'p> {
        match value {
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => value,
            Value::Text(_) => value,
            Value::Pieces(_) => self.shown(value, &Type::Data, span),
            Value::Cpu(millis) => Value::Float(f64::from(millis) / 1000.0),
            Value::Variant(variant) if variant.fields.is_none() => Value::text(variant.name()),
            Value::List(items) => self.coerce_list(&items, &Type::Data, span),
            Value::Map(map) => self.coerce_map(&map, &Type::Data),
            Value::Record(record) => self.coerce_map(&as_map(&record), &Type::Data),
            other => self.wrong_type(&other, &Type::Data, span),
        }
    }

    fn coerce_cpu(&mut self, value: Value<'p>, span: Span) -> Value<'p> {
        let cores = match value {
            Value::Cpu(_) => return value,
            Value::Int(value) => value as f64,
            Value::Float(value) => value,
            other => return self.wrong_type(&other, &Type::Cpu, span),
        };
        let millis = (cores * 1000.0).round();
        if !(1.0..=4_096_000.0).contains(&millis) {
            let message = format!("`{cores}` is no number of cores");
            self.report(
                Diagnostic::new(&code::OUT_OF_RANGE, span, message)
                    .help("Give cores, from 0.001 to 4096: `0.5`, `2`."),
            );
            return Value::Error;
        }
        Value::Cpu(millis as u32)
    }

    fn coerce_port(&mut self, value: Value<'p>, span: Span) -> Value<'p> {
        match value {
            Value::Int(1..=65535) => value,
            Value::Int(number) => {
                let message = format!("`{number}` is no port");
                self.report(
                    Diagnostic::new(&code::OUT_OF_RANGE, span, message).help("Ports go from 1 to 65535."),
                );
                Value::Error
            }
            Value::Pieces(ref pieces) if matches!(pieces.as_slice(), [Piece::Port(..) | Piece::Unknown]) => {
                value
            }
            other => self.wrong_type(&other, &Type::Port, span),
        }
    }

    fn coerce_list(&mut self, items: &Rc<Vec<Value<'p>>>, item: &Type<'p>, span: Span) -> Value<'p> {
        if matches!(item, Type::Any) {
            return Value::List(items.clone());
        }
        let mut values = Vec::with_capacity(items.len());
        for value in items.iter() {
            match self.coerce(value.clone(), item, span) {
                Value::None if matches!(item, Type::Kinds(_)) => {}
                value => values.push(value),
            }
        }
        Value::List(Rc::new(values))
    }

    fn coerce_map(&mut self, map: &Map<'p>, inner: &Type<'p>) -> Value<'p> {
        let mut out = Map::default();
        for (key, (value, span)) in map {
            out.insert(key.clone(), (self.coerce(value.clone(), inner, *span), *span));
        }
        Value::Map(Rc::new(out))
    }

    fn coerce_record(&mut self, map: &Map<'p>, wanted: &Rc<Record<'p>>, span: Span) -> Value<'p> {
        let mut fields = Vec::with_capacity(wanted.fields.len());
        for field in &wanted.fields {
            let value = match (map.get(&field.name), &field.default) {
                (Some((value, at)), _) => self.coerce(value.clone(), &field.ty, *at),
                (None, Some(default)) => self.eval(default, &field.ty, super::Scope::default()),
                (None, None) if field.ty.is_optional() => Value::None,
                (None, None) => {
                    let message = format!("`{}` is missing", field.name);
                    self.report(Diagnostic::new(&code::MISSING_FIELD, span, message).help(format!(
                        "`{}` needs `{} = …` ({}).",
                        Type::Record(wanted.clone()),
                        field.name,
                        field.ty
                    )));
                    Value::Error
                }
            };
            fields.push(value);
        }
        for (key, (_, at)) in map {
            if !wanted.fields.iter().any(|field| field.name == *key) {
                let names = wanted.fields.iter().map(|field| field.name.as_str());
                let message = format!("`{}` has no field `{key}`", Type::Record(wanted.clone()));
                let diagnostic = Diagnostic::new(&code::UNKNOWN_FIELD, *at, message).near(key, *at, names);
                self.report(diagnostic);
            }
        }
        let origin =
            |field: &crate::types::Field<'p>| map.get(&field.name).map_or(field.ast.name.span, |(_, at)| *at);
        let origins = self.is_traced().then(|| wanted.fields.iter().map(origin).collect());
        let origins = origins.unwrap_or_default();
        Value::Record(Rc::new(RecordValue { ty: wanted.clone(), fields, span, origins }))
    }

    fn coerce_variant(
        &mut self,
        variant: Rc<VariantValue<'p>>,
        wanted: &Rc<Enum<'p>>,
        ty: &Type<'p>,
        span: Span,
    ) -> Value<'p> {
        if Rc::ptr_eq(&variant.ty, wanted) {
            return Value::Variant(variant);
        }
        // Two enums of the same words: a parameter handed on to one written out again.
        let index = wanted.variants.iter().position(|other| other.name == variant.name());
        match index {
            Some(index) if wanted.variants[index].fields.is_none() && variant.fields.is_none() => {
                Value::Variant(Rc::new(VariantValue { ty: wanted.clone(), index, fields: None, span }))
            }
            Some(_) | None => self.wrong_type(&Value::Variant(variant), ty, span),
        }
    }

    /// A value of which only the type is known: whether it can be one of the other type.
    fn coerce_unknown(&mut self, from: &Type<'p>, to: &Type<'p>, span: Span) -> Value<'p> {
        if let (Type::Optional(inner), false) = (from, to.is_optional()) {
            if matches!(to, Type::Any) {
                return Value::Unknown(from.clone());
            }
            let message = format!("this may be `none`, and `{to}` is needed");
            self.report(
                Diagnostic::new(&code::MAYBE_NONE, span, message)
                    .help("Ask first: `if x != none then … else …`, or give a value for it: `x ?? …`."),
            );
            return self.coerce_unknown(inner, to, span);
        }
        match self.fits(from.bare(), to.bare()) {
            Fit::Yes => {}
            Fit::Secret => return self.secret_shown(None, to, span),
            Fit::No => return self.wrong_type(&Value::Unknown(from.clone()), to, span),
        }
        match (from.bare(), to.bare()) {
            (_, Type::Secret(_)) => Value::pieces(vec![Piece::UnknownSecret]),
            (from, Type::EnvValue) if self.is_secret(from) => Value::pieces(vec![Piece::UnknownSecret]),
            (Type::Kinds(_), Type::Kinds(_)) | (_, Type::Any) => Value::Unknown(from.clone()),
            _ => Value::Unknown(to.clone()),
        }
    }

    fn is_kind(&self, ty: &Type<'p>, kind: Option<KindId>) -> bool {
        matches!(ty, Type::Kinds(kinds) if kinds.iter().all(|(one, _)| Some(*one) == kind))
    }

    pub(super) fn is_secret(&self, ty: &Type<'p>) -> bool {
        matches!(ty, Type::Secret(_)) || self.is_kind(ty, self.world.primitives.secret)
    }

    fn fits(&self, from: &Type<'p>, to: &Type<'p>) -> Fit {
        let primitives = self.world.primitives;
        let yes = match (from, to) {
            (Type::Any, _) | (_, Type::Any) => true,
            (from, Type::Secret(_)) => {
                self.is_secret(from)
                    || matches!(from, Type::Text(_))
                    || self.is_kind(from, primitives.setting)
            }
            (from, Type::EnvValue) => {
                self.is_secret(from)
                    || self.is_kind(from, primitives.setting)
                    || self.is_kind(from, primitives.port)
                    || matches!(
                        from,
                        Type::Text(_)
                            | Type::Int
                            | Type::Float
                            | Type::Bool
                            | Type::Cpu
                            | Type::Port
                            | Type::EnvValue
                            | Type::Enum(_)
                    )
            }
            (from, _) if self.is_secret(from) && !matches!(to, Type::Kinds(_)) => return Fit::Secret,
            (Type::Text(_), Type::Text(_) | Type::AlertText | Type::Image | Type::Data)
            | (Type::Int, Type::Int | Type::Float | Type::Cpu | Type::Port | Type::Data)
            | (Type::Float, Type::Float | Type::Cpu | Type::Data)
            | (Type::Bool, Type::Bool | Type::Data)
            | (Type::Cpu, Type::Cpu | Type::Data)
            | (Type::Port, Type::Port | Type::Int | Type::Data)
            | (Type::AlertText, Type::AlertText)
            | (Type::EnvValue, Type::Text(_))
            | (Type::Image, Type::Image)
            | (Type::PromQl, Type::PromQl)
            | (Type::Metrics, Type::Metrics)
            | (Type::Bytes, Type::Bytes)
            | (Type::Duration, Type::Duration)
            | (Type::Percent, Type::Percent)
            | (Type::Rate, Type::Rate)
            | (Type::Data, Type::Data)
            | (Type::List(_) | Type::Map(_) | Type::Record(_) | Type::Enum(_), Type::Data)
            | (Type::Map(_), Type::Record(_)) => true,
            (from, Type::Port | Type::Int | Type::Data) if self.is_kind(from, primitives.port) => true,
            (from, Type::Text(_)) if self.is_kind(from, primitives.setting) => true,
            (Type::List(a), Type::List(b)) | (Type::Map(a), Type::Map(b)) => {
                return self.fits(a.bare(), b.bare());
            }
            (Type::Enum(a), Type::Enum(b)) => {
                Rc::ptr_eq(a, b)
                    || a.variants.iter().all(|one| b.variants.iter().any(|other| other.name == one.name))
            }
            (Type::Record(a), Type::Record(b)) => {
                Rc::ptr_eq(a, b)
                    || b.fields.iter().all(|wanted| {
                        wanted.default.is_some()
                            || wanted.ty.is_optional()
                            || a.fields.iter().any(|field| field.name == wanted.name)
                    })
            }
            (Type::Kinds(a), Type::Kinds(b)) => {
                let wants_service = self.wants_service(b);
                a.iter().all(|(one, _)| {
                    b.iter().any(|(other, _)| one == other)
                        || wants_service
                            && primitives
                                .service
                                .is_some_and(|service| Self::contains(self.world, *one, service))
                })
            }
            _ => false,
        };
        if yes { Fit::Yes } else { Fit::No }
    }
}

enum Fit {
    Yes,
    No,
    /// It would show a secret.
    Secret,
}

fn as_map<'p>(record: &Rc<RecordValue<'p>>) -> Map<'p> {
    let names = record.ty.fields.iter().map(|field| field.name.clone());
    names.zip(record.fields.iter().map(|value| (value.clone(), record.span))).collect()
}
