//! What could be filled in: a value to start from, of the type that is due.

use super::scope::Walker;
use crate::types::{Enum, Record, Type};
use crate::world::{Def, KindId};
use laud_syntax::FileId;
use lean_string::LeanStr;

/// How deep required fields are filled in.
const DEEPEST: u32 = 3;

/// The most names that are offered to choose from.
const MOST_CHOICES: usize = 24;

/// A value to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sample {
    /// As it is written.
    Value(String),
    /// What stands between the quotes of a text.
    Quoted(String),
    /// What stands between the back-quotes of a query.
    Query(String),
    /// One of these words.
    Choice(Vec<String>),
    /// A record or map.
    Fields(Vec<SampleField>),
    /// A variant with its fields.
    Variant(String, Vec<SampleField>),
}

/// A field that must be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleField {
    /// Its name.
    pub name: String,
    /// Whether it is opened, `limits { … }`, or set, `image = …`.
    pub opens: bool,
    /// What it could be.
    pub value: Sample,
}

/// What a declaration of a kind needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The label that stands in place of a name; `None` where there is a name.
    pub label: Option<&'static str>,
    /// What stands after `->`.
    pub target: Option<Sample>,
    /// What stands after `=`.
    pub value: Option<Sample>,
    /// The fields that must be set.
    pub fields: Vec<SampleField>,
}

impl<'p> Walker<'_, 'p> {
    /// What a declaration of a kind needs, written in a file.
    pub(super) fn form(&mut self, kind: KindId, file: FileId) -> Form {
        let primitives = self.world.primitives;
        let label = match Some(kind) {
            route if route == primitives.route => Some("/"),
            panel if panel == primitives.panel => Some("title"),
            _ => None,
        };
        let world = self.world;
        let params = &world.kind(kind).params;
        let mut form = Form { label, target: None, value: None, fields: Vec::new() };
        for param in params {
            let is_needed = param.ast.default.is_none() && !param.ty.is_optional();
            let is_route = Some(kind) == primitives.route;
            match param.name.as_str() {
                "target" if is_needed || is_route => form.target = Some(self.sample(&param.ty, file, 0)),
                "value" if is_needed => form.value = Some(self.sample(&param.ty, file, 0)),
                _ if is_needed => form.fields.push(self.sample_field(&param.name, &param.ty, file, 0)),
                _ => {}
            }
        }
        form
    }

    /// A field with a value to start from.
    pub(super) fn sample_field(
        &mut self,
        name: &str,
        ty: &Type<'p>,
        file: FileId,
        depth: u32,
    ) -> SampleField {
        let opens = matches!(ty.bare(), Type::Record(_) | Type::Map(_));
        SampleField { name: name.to_owned(), opens, value: self.sample(ty, file, depth) }
    }

    /// A value to start from, of a type.
    pub(super) fn sample(&mut self, ty: &Type<'p>, file: FileId, depth: u32) -> Sample {
        let value = |text: &str| Sample::Value(text.to_owned());
        let quoted = |text: &str| Sample::Quoted(text.to_owned());
        match ty {
            Type::Optional(inner) => self.sample(inner, file, depth),
            Type::Range(range) => {
                let low = range.text.split("..").next().unwrap_or_default();
                match range.base.bare() {
                    // The least is seldom enough.
                    Type::Bytes => value("256MiB"),
                    _ => value(low),
                }
            }
            Type::Matching(matching) => self.sample(&matching.base, file, depth),
            Type::Bool => Sample::Choice(vec!["true".to_owned(), "false".to_owned()]),
            Type::Int => value("1"),
            Type::Float => value("1.0"),
            Type::Bytes => value("256MiB"),
            Type::Duration => value("30s"),
            Type::Percent => value("99%"),
            Type::Rate => value("10/s"),
            Type::Cpu => value("0.5"),
            Type::Port => value("8080"),
            Type::Text(form) => quoted(form.sample()),
            Type::Image => quoted("example.org/image:1.0"),
            Type::PromQl => Sample::Query("up == 0".to_owned()),
            Type::AlertText | Type::EnvValue => quoted(""),
            Type::List(_) => value("[]"),
            Type::Map(_) | Type::Data => Sample::Fields(Vec::new()),
            Type::Enum(ty) => self.sample_variant(ty, file, depth),
            Type::Record(record) => Sample::Fields(self.sample_fields(record, file, depth + 1)),
            Type::Kinds(_) | Type::Metrics | Type::Secret(_) | Type::Any => self.sample_name(ty, file),
        }
    }

    /// The fields of a record that must be set.
    pub(super) fn sample_fields(
        &mut self,
        record: &Record<'p>,
        file: FileId,
        depth: u32,
    ) -> Vec<SampleField> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let needed = record.fields.iter().filter(|field| field.is_needed());
        needed.map(|field| self.sample_field(&field.name, &field.ty, file, depth)).collect()
    }

    fn sample_variant(&mut self, ty: &Enum<'p>, file: FileId, depth: u32) -> Sample {
        let is_plain = |record: &Record<'_>| record.fields.iter().all(|field| field.default.is_some());
        let plain =
            ty.variants.iter().filter(|one| one.fields.as_ref().is_none_or(|fields| is_plain(fields)));
        let plain: Vec<String> = plain.map(|one| one.name.to_string()).collect();
        // What needs no more than its name is chosen; where all need more, the first is filled in.
        match ty.variants.first() {
            Some(first) if first.fields.as_ref().is_some_and(|fields| !is_plain(fields)) => {
                let fields = first.fields.as_ref().map(|fields| self.sample_fields(fields, file, depth + 1));
                Sample::Variant(first.name.to_string(), fields.unwrap_or_default())
            }
            _ if plain.is_empty() => Sample::Value(String::new()),
            _ => Sample::Choice(plain.into_iter().take(MOST_CHOICES).collect()),
        }
    }

    /// A name of the type, if the file sees one.
    fn sample_name(&mut self, ty: &Type<'p>, file: FileId) -> Sample {
        let names: Vec<LeanStr> = self
            .world
            .visible(file, |def| matches!(def, Def::Decl(_) | Def::Let(_) | Def::Metrics(_)))
            .into_iter()
            .map(LeanStr::from)
            .collect();
        let mut fitting = Vec::new();
        for name in names {
            let Some(meaning) = self.world.lookup(file, &name).and_then(|def| self.definition(def)) else {
                continue;
            };
            if self.fits(&meaning.ty, ty) {
                fitting.push(name.to_string());
            }
        }
        fitting.truncate(MOST_CHOICES);
        if fitting.is_empty() { Sample::Value(String::new()) } else { Sample::Choice(fitting) }
    }
}
