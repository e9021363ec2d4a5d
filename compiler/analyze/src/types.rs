//! Types, as the checker sees them.

use crate::world::KindId;
use laud_syntax::{Span, ast};
use lean_string::LeanStr;
use std::fmt;
use std::rc::Rc;

/// A type. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) enum Type<'p> {
    /// Anything; where an error was reported, or nothing is asked.
    Any,
    Bool,
    Int,
    Float,
    Bytes,
    Duration,
    Percent,
    Rate,
    Cpu,
    Port,
    /// A text, perhaps of a special form.
    Text(TextForm),
    Image,
    /// A query of Prometheus.
    PromQl,
    /// A text of an alert, which may speak of the series that fires.
    AlertText,
    /// What an environment variable may hold: any scalar, secrets and settings among them.
    EnvValue,
    /// A tree of plain data.
    Data,
    /// A set of exported metrics.
    Metrics,
    List(Rc<Type<'p>>),
    /// A map from texts.
    Map(Rc<Type<'p>>),
    Optional(Rc<Type<'p>>),
    Secret(Rc<Type<'p>>),
    Enum(Rc<Enum<'p>>),
    Record(Rc<Record<'p>>),
    /// A reference to a declaration of one of these kinds.
    Kinds(Rc<[(KindId, LeanStr)]>),
    Range(Rc<Range<'p>>),
    Matching(Rc<Matching<'p>>),
}

/// The special forms of text, each with a check of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextForm {
    Plain,
    Name,
    Path,
    SourcePath,
    HttpPath,
    Url,
    Domain,
    Cidr,
    Cron,
    Email,
}

/// An enum.
#[derive(Debug)]
pub(crate) struct Enum<'p> {
    pub(crate) name: Option<LeanStr>,
    pub(crate) variants: Vec<Variant<'p>>,
}

impl Enum<'_> {
    /// What it may be, as help.
    pub(crate) fn choice(&self) -> String {
        let shown = |variant: &Variant<'_>| match variant.fields {
            Some(_) => format!("{} {{ … }}", variant.name),
            None => variant.name.to_string(),
        };
        let all: Vec<String> = self.variants.iter().map(shown).collect();
        format!("It is one of: {}.", all.join(", "))
    }
}

/// A variant, perhaps with fields.
#[derive(Debug)]
pub(crate) struct Variant<'p> {
    pub(crate) ast: &'p ast::Variant,
    pub(crate) name: LeanStr,
    pub(crate) fields: Option<Rc<Record<'p>>>,
}

/// A record.
#[derive(Debug)]
pub(crate) struct Record<'p> {
    pub(crate) name: Option<LeanStr>,
    pub(crate) fields: Vec<Field<'p>>,
}

/// A field of a record.
#[derive(Debug)]
pub(crate) struct Field<'p> {
    pub(crate) ast: &'p ast::Param,
    pub(crate) doc: &'p str,
    pub(crate) name: LeanStr,
    pub(crate) ty: Type<'p>,
    pub(crate) default: Option<&'p ast::Expr>,
}

impl Field<'_> {
    /// Whether a record must set it.
    pub(crate) fn is_needed(&self) -> bool {
        self.default.is_none() && !self.ty.is_optional()
    }
}

/// A type narrowed to a range, both ends included.
#[derive(Debug)]
pub(crate) struct Range<'p> {
    pub(crate) base: Type<'p>,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// The range as written: `14..18`.
    pub(crate) text: String,
}

/// A text type narrowed to a pattern.
#[derive(Debug)]
pub(crate) struct Matching<'p> {
    pub(crate) base: Type<'p>,
    pub(crate) pattern: LeanStr,
    /// Where the pattern is written.
    pub(crate) written: Span,
    pub(crate) regex: std::cell::OnceCell<Option<regex_lite::Regex>>,
    /// The text that was found to match last: what a kind sets is the same in each of its declarations.
    pub(crate) matched: std::cell::RefCell<Option<LeanStr>>,
}

impl<'p> Type<'p> {
    pub(crate) const TEXT: Self = Self::Text(TextForm::Plain);

    /// The built-in type of that name.
    pub(crate) fn builtin(name: &str) -> Option<Self> {
        Some(match name {
            "Bool" => Self::Bool,
            "Int" => Self::Int,
            "Float" => Self::Float,
            "Bytes" => Self::Bytes,
            "Duration" => Self::Duration,
            "Percent" => Self::Percent,
            "Rate" => Self::Rate,
            "Cpu" => Self::Cpu,
            "Port" => Self::Port,
            "Text" => Self::TEXT,
            "Name" => Self::Text(TextForm::Name),
            "Path" => Self::Text(TextForm::Path),
            "SourcePath" => Self::Text(TextForm::SourcePath),
            "HttpPath" => Self::Text(TextForm::HttpPath),
            "Url" => Self::Text(TextForm::Url),
            "Domain" => Self::Text(TextForm::Domain),
            "Cidr" => Self::Text(TextForm::Cidr),
            "Cron" => Self::Text(TextForm::Cron),
            "Email" => Self::Text(TextForm::Email),
            "Image" => Self::Image,
            "PromQL" => Self::PromQl,
            "AlertText" => Self::AlertText,
            "EnvValue" => Self::EnvValue,
            "Data" => Self::Data,
            "Metrics" => Self::Metrics,
            _ => return None,
        })
    }

    /// The names of all built-in types, for near names.
    pub(crate) const BUILTIN_NAMES: [&'static str; 29] = [
        "Bool",
        "Int",
        "Float",
        "Bytes",
        "Duration",
        "Percent",
        "Rate",
        "Cpu",
        "Port",
        "Text",
        "Name",
        "Path",
        "SourcePath",
        "HttpPath",
        "Url",
        "Domain",
        "Cidr",
        "Cron",
        "Email",
        "Image",
        "PromQL",
        "AlertText",
        "EnvValue",
        "Data",
        "Metrics",
        "List",
        "Map",
        "Secret",
        "enum",
    ];

    /// The type without `?`.
    pub(crate) fn required(&self) -> &Self {
        match self {
            Self::Optional(inner) => inner.required(),
            other => other,
        }
    }

    /// The type without `?`, ranges and patterns.
    pub(crate) fn bare(&self) -> &Self {
        match self {
            Self::Optional(inner) => inner.bare(),
            Self::Range(range) => range.base.bare(),
            Self::Matching(matching) => matching.base.bare(),
            other => other,
        }
    }

    /// How a value of a quantity is written.
    pub(crate) fn how_written(&self) -> Option<&'static str> {
        Some(match self {
            Self::Bytes => "A size is written as `512MiB` or `2GiB`.",
            Self::Duration => "A time is written as `500ms`, `30s` or `5m`.",
            Self::Percent => "A share is written as `99.9%`.",
            Self::Rate => "A rate is written as `10/s` or `600/m`.",
            _ => return None,
        })
    }

    /// The type as help names it: one of a choice with what there is to choose from.
    pub(crate) fn with_choice(&self) -> String {
        match self.bare() {
            Self::Enum(of) if of.name.is_some() => {
                let names: Vec<&str> = of.variants.iter().map(|variant| variant.name.as_str()).collect();
                format!("{self}: {}", names.join(", "))
            }
            _ => self.to_string(),
        }
    }

    pub(crate) fn is_optional(&self) -> bool {
        matches!(self, Self::Optional(_))
    }
}

impl TextForm {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "Text",
            Self::Name => "Name",
            Self::Path => "Path",
            Self::SourcePath => "SourcePath",
            Self::HttpPath => "HttpPath",
            Self::Url => "Url",
            Self::Domain => "Domain",
            Self::Cidr => "Cidr",
            Self::Cron => "Cron",
            Self::Email => "Email",
        }
    }

    /// A text of the form; of plain text, the empty one.
    pub(crate) fn sample(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Name => "name",
            Self::Path => "/data",
            Self::SourcePath => "./",
            Self::HttpPath => "/",
            Self::Url => "https://example.org",
            Self::Domain => "example.org",
            Self::Cidr => "10.0.0.0/8",
            Self::Cron => "@daily",
            Self::Email => "ops@example.org",
        }
    }
}

impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::Bool => f.write_str("Bool"),
            Self::Int => f.write_str("Int"),
            Self::Float => f.write_str("Float"),
            Self::Bytes => f.write_str("Bytes"),
            Self::Duration => f.write_str("Duration"),
            Self::Percent => f.write_str("Percent"),
            Self::Rate => f.write_str("Rate"),
            Self::Cpu => f.write_str("Cpu"),
            Self::Port => f.write_str("Port"),
            Self::Text(form) => f.write_str(form.name()),
            Self::Image => f.write_str("Image"),
            Self::PromQl => f.write_str("PromQL"),
            Self::AlertText => f.write_str("AlertText"),
            Self::EnvValue => f.write_str("EnvValue"),
            Self::Data => f.write_str("Data"),
            Self::Metrics => f.write_str("Metrics"),
            Self::List(item) => write!(f, "List<{item}>"),
            Self::Map(value) => write!(f, "Map<{value}>"),
            Self::Optional(inner) => write!(f, "{inner}?"),
            Self::Secret(inner) => write!(f, "Secret<{inner}>"),
            Self::Enum(ty) => match &ty.name {
                Some(name) => f.write_str(name),
                None => {
                    let names: Vec<&str> = ty.variants.iter().map(|variant| variant.name.as_str()).collect();
                    write!(f, "enum {{ {} }}", names.join(", "))
                }
            },
            Self::Record(record) => match &record.name {
                Some(name) => f.write_str(name),
                None => {
                    f.write_str("{ ")?;
                    for (index, field) in record.fields.iter().enumerate() {
                        let comma = if index == 0 { "" } else { ", " };
                        write!(f, "{comma}{} : {}", field.name, field.ty)?;
                    }
                    f.write_str(" }")
                }
            },
            Self::Kinds(kinds) => {
                for (index, (_, name)) in kinds.iter().enumerate() {
                    let bar = if index == 0 { "" } else { " | " };
                    write!(f, "{bar}{name}")?;
                }
                Ok(())
            }
            Self::Range(range) => write!(f, "{} in {}", range.base, range.text),
            Self::Matching(matching) => write!(f, "{} matching \"{}\"", matching.base, matching.pattern),
        }
    }
}
