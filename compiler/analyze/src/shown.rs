//! Values as people read them, much as they would write them.

use crate::eval::Eval;
use crate::types::Type;
use crate::value::{ImageSource, Piece, RecordValue, Value};
use laud_syntax::literal::{render_bytes, render_duration};

/// So many characters of a value are shown, and then an ellipsis.
const MOST: usize = 120;

/// A name with its article: a `route`, an `alert`.
pub(crate) fn a(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} `{name}`")
}

/// The first paragraph of a doc comment, in one line.
pub(crate) fn paragraph(doc: &str) -> String {
    doc.split("\n\n").next().unwrap_or_default().replace('\n', " ")
}

/// A value of one word, as it would be written; `None` if it is none, or not known.
pub(crate) fn scalar(value: &Value<'_>) -> Option<String> {
    Some(match value {
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Bytes(bytes) => render_bytes(*bytes),
        Value::Duration(millis) => render_duration(*millis),
        Value::Percent(percent) => format!("{percent}%"),
        Value::Rate { count, per } => rate(*count, *per),
        Value::Cpu(millis) => (f64::from(*millis) / 1000.0).to_string(),
        Value::Variant(variant) if variant.fields.is_none() => variant.name().to_owned(),
        Value::Error
        | Value::Unknown(_)
        | Value::None
        | Value::Text(_)
        | Value::Pieces(_)
        | Value::Image(_)
        | Value::Query(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Record(_)
        | Value::Variant(_)
        | Value::Instance(_)
        | Value::Metrics(_)
        | Value::Kind(_)
        | Value::App
        | Value::Environment
        | Value::Itself(_) => return None,
    })
}

/// A rate as it is written: `10/s`.
fn rate(count: u64, per: u64) -> String {
    let unit = match per {
        60_000 => "m",
        3_600_000 => "h",
        86_400_000 => "d",
        604_800_000 => "w",
        _ => "s",
    };
    format!("{count}/{unit}")
}

/// A value of a type, as far as there is something to show. What is secret is
/// named and never shown.
pub(crate) fn shown<'p>(eval: &mut Eval<'_, 'p>, value: &Value<'p>, ty: &Type<'p>) -> Option<String> {
    let mut text = if is_secret(ty) { secret(eval, value)? } else { whole(eval, value)? };
    if let Some((cut, _)) = text.char_indices().nth(MOST) {
        text.truncate(cut);
        text.push('…');
    }
    Some(text)
}

fn is_secret(ty: &Type<'_>) -> bool {
    match ty {
        Type::Secret(_) => true,
        Type::Optional(inner) => is_secret(inner),
        _ => false,
    }
}

/// A text that is secret as a whole: what it refers to may be seen, and what was written out may not.
fn secret<'p>(eval: &mut Eval<'_, 'p>, value: &Value<'p>) -> Option<String> {
    match value {
        Value::Pieces(_) | Value::None | Value::Error => whole(eval, value),
        _ => Some("<secret>".to_owned()),
    }
}

fn whole<'p>(eval: &mut Eval<'_, 'p>, value: &Value<'p>) -> Option<String> {
    if let Some(word) = scalar(value) {
        return Some(word);
    }
    Some(match value {
        Value::None => "none".to_owned(),
        Value::Text(text) => quoted(text),
        Value::Pieces(pieces) => {
            let pieces: Option<String> = pieces.iter().map(|piece| self::piece(eval, piece)).collect();
            quoted(&pieces?)
        }
        Value::Image(image) => match &image.source {
            ImageSource::Pulled(reference) => quoted(reference),
            ImageSource::Built(_) => format!("the image of {}", eval.deployed_name(image.service)),
        },
        Value::Query(query) => query.text.clone(),
        Value::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| whole(eval, item)).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Map(map) => {
            let entry =
                |(key, (value, _)): (_, &(Value<'p>, _))| Some(format!("{key} = {}", whole(eval, value)?));
            braces(map.iter().map(entry).collect::<Option<Vec<String>>>()?)
        }
        Value::Record(record) => fields(eval, record)?,
        Value::Variant(variant) => match &variant.fields {
            Some(record) => format!("{} {}", variant.name(), fields(eval, record)?),
            None => variant.name().to_owned(),
        },
        Value::Instance(id) => eval.instance(*id).name().to_string(),
        Value::Error
        | Value::Unknown(_)
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Bytes(_)
        | Value::Duration(_)
        | Value::Percent(_)
        | Value::Rate { .. }
        | Value::Cpu(_)
        | Value::Metrics(_)
        | Value::Kind(_)
        | Value::App
        | Value::Environment
        | Value::Itself(_) => return None,
    })
}

/// The fields of a record that hold something.
fn fields<'p>(eval: &mut Eval<'_, 'p>, record: &RecordValue<'p>) -> Option<String> {
    let mut shown = Vec::with_capacity(record.fields.len());
    for (field, value) in record.ty.fields.iter().zip(&record.fields) {
        if !matches!(value, Value::None) {
            let value = if is_secret(&field.ty) { secret(eval, value)? } else { whole(eval, value)? };
            shown.push(format!("{} = {value}", field.name));
        }
    }
    Some(braces(shown))
}

#[expect(clippy::needless_pass_by_value, reason = "it is made for it")]
fn braces(entries: Vec<String>) -> String {
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}

fn piece(eval: &mut Eval<'_, '_>, piece: &Piece) -> Option<String> {
    Some(match piece {
        Piece::Literal(text) => text.to_string(),
        Piece::Host(id) => eval.deployed_name(*id).to_string(),
        Piece::Port(_, number) => number.to_string(),
        Piece::Secret(id) => format!("<secret {}>", eval.full_name(*id)),
        Piece::SecretFile(id) => format!("/run/secrets/{}", eval.full_name(*id)),
        Piece::Setting(id) => format!("<setting {}>", eval.full_name(*id)),
        Piece::AlertLabel(name) => format!("<label {name}>"),
        Piece::AlertValue(_) => "<value>".to_owned(),
        Piece::Unknown | Piece::UnknownSecret => return None,
    })
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
