//! Texts, and the values in them.

use super::{Expr, ExprNode};
use crate::packed;
use crate::span::Span;
use lean_string::LeanStr;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;
use thin_vec::ThinVec;

/// A text with its interpolations: `"postgres:{version}"`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Text {
    /// Where, quotes included.
    pub span: Span,
    content: Content,
}

/// A part of a text or of an embedded language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TextPart<'t> {
    /// Text as it is.
    Literal {
        /// The text, escapes resolved.
        text: &'t LeanStr,
        /// Where it stands in the source.
        span: Span,
    },
    /// `{expr}` in a text, `${expr}` in an embedded language.
    Value(&'t Expr),
}

/// What stands between the quotes. Most texts are one literal between two
/// quotes of one character each: where it stands follows from where the text
/// does, and it takes no memory besides. There is one content for the same parts.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
enum Content {
    Literal(#[serde(deserialize_with = "packed::text")] LeanStr),
    Parts(ThinVec<Part>),
}

/// A part as a parser reads it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum Part {
    Literal {
        #[serde(deserialize_with = "packed::text")]
        text: LeanStr,
        span: Span,
    },
    Value(Expr),
}

impl Text {
    /// A text of these parts.
    pub(crate) fn new(span: Span, mut parts: impl ExactSizeIterator<Item = Part>) -> Self {
        let count = parts.len();
        let content = match parts.next() {
            Some(Part::Literal { text, span: place }) if count == 1 && place == inside(span) => {
                Content::Literal(text)
            }
            first => {
                let mut all = ThinVec::with_capacity(count);
                all.extend(first);
                all.extend(parts);
                Content::Parts(all)
            }
        };
        Self { span, content }
    }

    /// The parts. A text without interpolation has one or none.
    pub fn parts(&self) -> impl Iterator<Item = TextPart<'_>> {
        let (literal, parts) = match &self.content {
            Content::Literal(text) => (Some(TextPart::Literal { text, span: inside(self.span) }), &[][..]),
            Content::Parts(parts) => (None, &**parts),
        };
        literal.into_iter().chain(parts.iter().map(Part::shown))
    }

    /// The literal pieces around the values, one more than there are values,
    /// each with where it starts in its file's text if it stands there as it is.
    pub fn pieces(&self, source: &str) -> (Vec<String>, Vec<Option<u32>>) {
        let (mut pieces, mut starts) = (vec![String::new()], vec![None]);
        for part in self.parts() {
            match part {
                TextPart::Literal { text, span } => {
                    if let (Some(piece), Some(start)) = (pieces.last_mut(), starts.last_mut()) {
                        *start = (source[span.range()] == **text).then_some(span.start());
                        piece.push_str(text);
                    }
                }
                TextPart::Value(_) => {
                    pieces.push(String::new());
                    starts.push(None);
                }
            }
        }
        (pieces, starts)
    }

    /// Whether something in it could not be read, its end among it. That was reported.
    pub fn is_lost(&self) -> bool {
        let is_error = |part| matches!(part, TextPart::Value(expr) if expr.node == ExprNode::Error);
        self.parts().any(is_error)
    }

    /// The only part and where it stands, if that is a literal.
    pub fn only_literal(&self) -> Option<(&LeanStr, Span)> {
        let mut parts = self.parts();
        match (parts.next(), parts.next()) {
            (Some(TextPart::Literal { text, span }), None) => Some((text, span)),
            _ => None,
        }
    }

    /// What stands in a text that is not closed, if nothing is interpolated in it before its end.
    pub fn unclosed(&self) -> Option<&str> {
        let is_end = |expr: &Expr| expr.node == ExprNode::Error && expr.span == self.span.at_end();
        let mut parts = self.parts();
        match (parts.next(), parts.next(), parts.next()) {
            (Some(TextPart::Value(expr)), None, _) => is_end(expr).then_some(""),
            (Some(TextPart::Literal { text, .. }), Some(TextPart::Value(expr)), None) => {
                is_end(expr).then_some(text.as_str())
            }
            _ => None,
        }
    }

    /// The text, if nothing is interpolated in it.
    pub fn literal(&self) -> Option<LeanStr> {
        match self.only_literal() {
            Some((text, _)) => Some(text.clone()),
            None => self.parts().next().is_none().then(LeanStr::default),
        }
    }

    /// Where bytes `range` of the text's value stand in the source: the very
    /// characters when it is one literal without escapes, or else all of it.
    pub fn place(&self, range: Range<usize>) -> Span {
        let bytes = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        match self.only_literal() {
            Some((text, span))
                if bytes(text.len()) == span.end() - span.start() && range.end <= text.len() =>
            {
                span.with(span.start() + bytes(range.start), span.start() + bytes(range.end))
            }
            _ => self.span,
        }
    }
}

impl fmt::Debug for Text {
    /// By its parts, however they are held.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<TextPart<'_>> = self.parts().collect();
        f.debug_struct("Text").field("span", &self.span).field("parts", &parts).finish()
    }
}

impl Part {
    fn shown(&self) -> TextPart<'_> {
        match self {
            Self::Literal { text, span } => TextPart::Literal { text, span: *span },
            Self::Value(value) => TextPart::Value(value),
        }
    }
}

/// What stands between the first character of a span and the last.
fn inside(span: Span) -> Span {
    span.with(span.start() + 1, span.end().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::FileId;

    #[test]
    fn a_text_has_the_parts_it_was_made_of() {
        let span = |start, end| Span::new(FileId(0), start, end);
        let literal = |start, end| Part::Literal { text: "x".into(), span: span(start, end) };
        let value = || Part::Value(Expr { span: span(3, 4), node: ExprNode::None });
        let made = [
            vec![],
            vec![literal(1, 8)],
            vec![literal(3, 6)],
            vec![literal(1, 9)],
            vec![value()],
            vec![literal(1, 2), value(), literal(5, 8)],
        ];
        for parts in made {
            let text = Text::new(span(0, 9), parts.clone().into_iter());
            let shown: Vec<TextPart<'_>> = text.parts().collect();
            assert_eq!(shown, parts.iter().map(Part::shown).collect::<Vec<_>>());
        }
    }
}
