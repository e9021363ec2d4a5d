//! Interpolation: how a text stands in a value of `compose.yaml`.
//!
//! Compose replaces `${NAME}` in every value (never in keys) after it has read
//! the YAML, so a literal `$` is `$$` in all of them: in what authors write,
//! and in paths and names too.

use crate::text::{Said, Words};
use laud_plan::{Part, Plan, Secret, Setting, Text};
use serde::{Serialize, Serializer};
use std::fmt::{self, Display, Write};

/// The words of compose.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interpolated<'a>(pub(super) &'a Plan);

impl Words for Interpolated<'_> {
    fn write(&self, text: &Text, out: &mut dyn Write) -> fmt::Result {
        text.parts.iter().try_for_each(|part| match part {
            Part::Literal(literal) => write_literal(literal, out),
            Part::Host(service) => out.write_str(&self.0.service(*service).name),
            Part::Port(_, port) => write!(out, "{port}"),
            Part::Secret(secret) => write_secret(self.0.secret(*secret), out),
            Part::SecretFile(secret) => write!(out, "/run/secrets/{}", self.0.secret(*secret).name),
            Part::Setting(setting) => write_setting(self.0.setting(*setting), out),
            // They belong to alerts alone; `check` refuses them anywhere else.
            Part::AlertLabel(_) | Part::AlertValue(_) => Ok(()),
        })
    }
}

fn write_literal(literal: &str, out: &mut dyn Write) -> fmt::Result {
    let mut pieces = literal.split('$');
    out.write_str(pieces.next().unwrap_or_default())?;
    pieces.try_for_each(|piece| {
        out.write_str("$$")?;
        out.write_str(piece)
    })
}

/// Compose starts nothing while it is missing or empty.
fn write_secret(secret: &Secret, out: &mut dyn Write) -> fmt::Result {
    write_required(&secret.variable, out)
}

fn write_setting(setting: &Setting, out: &mut dyn Write) -> fmt::Result {
    let Some(default) = &setting.default else { return write_required(&setting.variable, out) };
    write!(out, "${{{}:-", setting.variable)?;
    // The default is interpolated in its turn.
    write_literal(default, out)?;
    out.write_str("}")
}

fn write_required(variable: &str, out: &mut dyn Write) -> fmt::Result {
    write!(out, "${{{variable}:?set {variable} in .env}}")
}

/// Whether the interpolation can carry a default: it ends at the closing brace
/// that its count of braces gives, and does not go over lines.
pub(super) fn can_be_default(default: &str) -> bool {
    !default.contains(['{', '}', '\n', '\r'])
}

/// A value of one text.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    /// As it is, without any `$`.
    Plain(&'a str),
    /// As it is, with a `$` somewhere.
    Dollars(&'a str),
    /// Made here, perhaps with a `$`.
    Made(String),
    /// With parts that refer to something.
    Parts(Said<'a, Interpolated<'a>>),
}

impl<'a> Value<'a> {
    /// A text of the plan.
    pub(super) fn new(plan: &'a Plan, text: &'a Text) -> Self {
        match text.as_literal() {
            Some(literal) => Self::literal(literal),
            None => Self::Parts(Said { text, words: Interpolated(plan) }),
        }
    }

    /// A literal text.
    pub(super) fn literal(literal: &'a str) -> Self {
        if literal.contains('$') { Self::Dollars(literal) } else { Self::Plain(literal) }
    }

    /// Texts of the plan.
    pub(super) fn list(plan: &'a Plan, texts: &'a [Text]) -> Vec<Self> {
        texts.iter().map(|text| Self::new(plan, text)).collect()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(text) => serializer.serialize_str(text),
            Self::Dollars(text) => serializer.collect_str(&Escaped(text)),
            Self::Made(text) => Value::literal(text).serialize(serializer),
            Self::Parts(said) => said.serialize(serializer),
        }
    }
}

/// What is formatted, with its `$` escaped.
pub(super) struct Escaped<T>(pub(super) T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Doubling<'a, 'f>(&'a mut fmt::Formatter<'f>);
        impl Write for Doubling<'_, '_> {
            fn write_str(&mut self, piece: &str) -> fmt::Result {
                write_literal(piece, self.0)
            }
        }
        write!(Doubling(f), "{}", self.0)
    }
}

impl<T: Display> Serialize for Escaped<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
