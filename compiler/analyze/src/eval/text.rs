//! Texts: interpolation, and the special forms.

use super::{Eval, Scope};
use crate::files::FileKind;
use crate::types::{TextForm, Type};
use crate::value::{Piece, Value};
use camino::{Utf8Path, Utf8PathBuf};
use laud_syntax::{Code, Diagnostic, Span, ast, code, literal};
use lean_string::LeanStr;

/// A form that a text is checked for.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Text(TextForm),
    Image,
}

impl<'p> Eval<'_, 'p> {
    /// A text with its interpolations filled in.
    pub(crate) fn eval_text(&mut self, text: &'p ast::Text, ty: &Type<'p>, scope: Scope) -> Value<'p> {
        if let Type::Text(TextForm::SourcePath) = ty.bare() {
            return self.eval_source_path(text, scope);
        }
        if let Some(literal) = text.literal() {
            return Value::Text(literal);
        }
        let mut pieces: Vec<Piece> = Vec::with_capacity(text.parts().count());
        let mut whole = true;
        for part in text.parts() {
            match part {
                ast::TextPart::Literal { text, .. } => push(&mut pieces, Piece::Literal(text.clone())),
                ast::TextPart::Value(expr) => {
                    let value = self.eval(expr, &Type::Any, scope);
                    whole &= self.push_value(&mut pieces, value, expr.span);
                }
            }
        }
        if whole { Value::pieces(pieces) } else { Value::Error }
    }

    /// Adds a value to a text; `false` if it cannot stand in one.
    pub(super) fn push_value(&mut self, pieces: &mut Vec<Piece>, value: Value<'p>, span: Span) -> bool {
        match value {
            Value::Error => return false,
            Value::Text(text) => push(pieces, Piece::Literal(text)),
            Value::Pieces(more) => more.iter().for_each(|piece| push(pieces, piece.clone())),
            Value::Int(value) => push(pieces, Piece::Literal(LeanStr::from(value.to_string()))),
            Value::Float(value) => push(pieces, Piece::Literal(LeanStr::from(value.to_string()))),
            Value::Bool(value) => push(pieces, Piece::Literal(LeanStr::from(value.to_string()))),
            Value::Cpu(millis) => {
                push(pieces, Piece::Literal(LeanStr::from((f64::from(millis) / 1000.0).to_string())));
            }
            Value::Variant(variant) if variant.fields.is_none() => {
                push(pieces, Piece::Literal(LeanStr::from(variant.name())));
            }
            Value::Instance(id) => {
                let kind = Some(self.instance(id).kind);
                let primitives = self.world.primitives;
                if kind == primitives.port {
                    let piece = self.port_piece(id);
                    push(pieces, piece);
                } else if kind == primitives.secret {
                    push(pieces, Piece::Secret(id));
                } else if kind == primitives.setting {
                    push(pieces, Piece::Setting(id));
                } else {
                    self.wrong_instance(id, &Type::TEXT, span);
                    return false;
                }
            }
            Value::Unknown(Type::Optional(_)) | Value::None => {
                self.report(
                    Diagnostic::new(&code::MAYBE_NONE, span, "this may be `none`, which is no text")
                        .help("Ask first: `if x != none then … else …`, or give a value for it: `x ?? …`."),
                );
                return false;
            }
            Value::Unknown(ty) if self.is_secret(&ty) => push(pieces, Piece::UnknownSecret),
            Value::Unknown(ty) if self.is_shown(&ty) => push(pieces, Piece::Unknown),
            other => {
                self.not_in_text(&other, span);
                return false;
            }
        }
        true
    }

    /// Whether a value of the type is a text, or can be one without being asked how.
    pub(super) fn is_shown(&self, ty: &Type<'p>) -> bool {
        let primitives = self.world.primitives;
        match ty.bare() {
            Type::Bytes
            | Type::Duration
            | Type::Percent
            | Type::Rate
            | Type::List(_)
            | Type::Map(_)
            | Type::Record(_)
            | Type::Metrics => false,
            Type::Kinds(kinds) => {
                let parts = [primitives.port, primitives.secret, primitives.setting];
                kinds.iter().all(|(kind, _)| parts.contains(&Some(*kind)))
            }
            _ => true,
        }
    }

    fn not_in_text(&mut self, value: &Value<'p>, span: Span) {
        let ty = super::operate::type_of_value(value);
        let help = match ty.bare() {
            Type::Bytes => "Say in which unit: `bytes(x)`, `mebibytes(x)`.",
            Type::Duration => "Say in which unit: `seconds(x)`, `milliseconds(x)`.",
            Type::Percent => "Say how: `ratio(x)` is 0.5 for `50%`.",
            Type::List(_) => "Join it: `join(list, \",\")`.",
            _ => "A text takes texts, numbers, truth values, ports, secrets and settings.",
        };
        let message = format!("a text does not take {value}");
        self.report(Diagnostic::new(&code::WRONG_TYPE, span, message).help(help));
    }

    /// Checks a text for a form.
    pub(super) fn check_form(&mut self, form: Form, value: Value<'p>, span: Span) -> Value<'p> {
        if matches!(form, Form::Text(TextForm::Plain)) {
            return value;
        }
        let text = match &value {
            Value::Text(text) => text.clone(),
            // What is not known yet stands for one letter or digit, which fits every form.
            Value::Pieces(pieces) if pieces.iter().all(|piece| matches!(piece, Piece::Literal(_))) => {
                LeanStr::from(stand_in(pieces))
            }
            Value::Pieces(pieces) if pieces.iter().any(|piece| matches!(piece, Piece::Unknown)) => {
                return value;
            }
            Value::Pieces(pieces) => match form {
                Form::Text(TextForm::Url) => LeanStr::from(stand_in(pieces)),
                Form::Text(_) | Form::Image => return value,
            },
            _ => return value,
        };
        let (code, fault) = check_text(form, &text);
        let Some(fault) = fault else { return value };
        let name = match form {
            Form::Text(form) => form.name(),
            Form::Image => "Image",
        };
        let at = self.within(span, &text, fault.range);
        let mut diagnostic =
            Diagnostic::new(code, at, fault.problem).label(format!("in this `{name}`")).help(fault.expected);
        let written_here = self.world.loaded.sources.slice(span).starts_with('"');
        if let Some(offer) =
            fault.offer.filter(|offer| written_here && !offer.contains(['"', '\\', '{', '}']))
        {
            diagnostic = diagnostic.fix(format!("Write `{offer}`"), span, format!("\"{offer}\""));
        }
        self.report(diagnostic);
        Value::Error
    }

    /// The place of a part of a text, where the text stands in the source as it is.
    fn within(&self, span: Span, text: &str, range: std::ops::Range<usize>) -> Span {
        let source = self.world.loaded.sources.slice(span);
        let plain =
            source.len() == text.len() + 2 && source.starts_with('"') && source[1..].starts_with(text);
        if !plain || range.end > text.len() {
            return span;
        }
        span.with(span.start() + 1 + range.start as u32, span.start() + 1 + range.end as u32)
    }

    /// A path beside the spec: relative to the file that names it, which must be there.
    fn eval_source_path(&mut self, text: &'p ast::Text, scope: Scope) -> Value<'p> {
        let written = match self.eval_text(text, &Type::TEXT, scope) {
            Value::Text(written) => written,
            Value::Pieces(_) if self.is_check() => return Value::Unknown(Type::Text(TextForm::SourcePath)),
            Value::Error => return Value::Error,
            _ => {
                let message = "a path beside the spec must be known when the spec is compiled";
                self.report(Diagnostic::new(&code::DEPLOY_TIME_VALUE, text.span, message));
                return Value::Error;
            }
        };
        let relative = written == "." || written.starts_with("./") || written.starts_with("../");
        if !relative || written.contains('\\') || written.chars().any(char::is_control) {
            self.report(
                Diagnostic::new(
                    &code::BAD_PATH,
                    text.span,
                    format!("`{written}` is no path beside the spec"),
                )
                .help("Start it with `./`: it is looked up from this file."),
            );
            return Value::Error;
        }
        let here = &self.world.loaded.sources.get(text.span.file()).name;
        let path = crate::files::normal(&here.parent().unwrap_or(Utf8Path::new("")).join(written.as_str()));
        if !self.is_check() && self.files.kind(&path).is_none() {
            let beside = self.beside(&written, here);
            let diagnostic = Diagnostic::new(
                &code::MISSING_SOURCE,
                text.span,
                format!("there is no file or folder `{written}`"),
            )
            .help("It is looked up from the file that names it.");
            let near = laud_syntax::near::nearest(&written, beside.iter().map(String::as_str));
            self.report(match near {
                Some(near) => diagnostic.help(format!("There is `{near}`, which is near.")).fix(
                    format!("Change to `{near}`"),
                    text.span,
                    format!("\"{near}\""),
                ),
                None => diagnostic,
            });
            return Value::Error;
        }
        Value::text(from_root(&self.world.loaded.root, &path).into_string())
    }

    /// What is in the folder of a path beside the spec, as one would write it.
    fn beside(&self, written: &str, here: &Utf8Path) -> Vec<String> {
        let Some((folder, _)) = written.trim_end_matches('/').rsplit_once('/') else { return Vec::new() };
        let place = crate::files::normal(&here.parent().unwrap_or(Utf8Path::new("")).join(folder));
        let place = if place.as_str().is_empty() { Utf8PathBuf::from(".") } else { place };
        let names = self.files.list(&place).unwrap_or_default();
        names.iter().map(|name| format!("{folder}/{name}")).collect()
    }

    /// What is at a path that is given relative to the spec's folder.
    pub(crate) fn source_kind(&self, path: &str) -> Option<FileKind> {
        self.files.kind(&self.world.loaded.root.join(path))
    }

    /// What a file holds whose path is given relative to the spec's folder, if it can be read.
    pub(crate) fn source_content(&self, path: &str) -> Option<Vec<u8>> {
        let is_file = self.source_kind(path) == Some(FileKind::File);
        is_file.then(|| self.files.read(&self.world.loaded.root.join(path)).ok()).flatten()
    }
}

/// The path from the spec's folder.
fn from_root(root: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let root = crate::files::normal(root);
    if let Ok(inside) = path.strip_prefix(&root) {
        return if inside.as_str().is_empty() { Utf8PathBuf::from(".") } else { inside.to_owned() };
    }
    let mut up = Utf8PathBuf::new();
    for ancestor in root.ancestors() {
        if let Ok(inside) = path.strip_prefix(ancestor) {
            return up.join(inside);
        }
        up.push("..");
    }
    path.to_owned()
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Literal(last)), Piece::Literal(next)) => *last = LeanStr::from(format!("{last}{next}")),
        (_, piece) => pieces.push(piece),
    }
}

fn stand_in(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.as_str(),
            Piece::Port(..) | Piece::Unknown => "1",
            Piece::Host(_)
            | Piece::Secret(_)
            | Piece::SecretFile(_)
            | Piece::Setting(_)
            | Piece::AlertLabel(_)
            | Piece::AlertValue(_)
            | Piece::UnknownSecret => "x",
        })
        .collect()
}

/// The code for a form, and what is wrong with the text.
fn check_text(form: Form, text: &str) -> (&'static Code, Option<literal::Fault>) {
    match form {
        Form::Text(TextForm::Plain | TextForm::SourcePath) => (&code::BAD_PATH, None),
        Form::Text(TextForm::Name) => (&code::BAD_NAME, literal::name(text).err()),
        Form::Text(TextForm::Path) => (&code::BAD_PATH, literal::container_path(text).err()),
        Form::Text(TextForm::HttpPath) => (&code::BAD_PATH, literal::http_path(text).err()),
        Form::Text(TextForm::Url) => (&code::BAD_URL, literal::url(text).err()),
        Form::Text(TextForm::Domain) => (&code::BAD_DOMAIN, literal::domain(text).err()),
        Form::Text(TextForm::Cidr) => (&code::BAD_CIDR, literal::cidr(text).err()),
        Form::Text(TextForm::Cron) => (&code::BAD_CRON, literal::cron(text).err()),
        Form::Text(TextForm::Email) => (&code::BAD_EMAIL, literal::email(text).err()),
        Form::Image => (&code::BAD_IMAGE, literal::image(text).err()),
    }
}
