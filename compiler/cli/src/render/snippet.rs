//! The source with what is said of it, drawn by miette.

use super::excerpt::Excerpt;
use super::visible;
use crate::terminal::Style;
use laud_syntax::{Diagnostic, Level, Sources, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};

/// The boxes for a diagnostic's places; nothing if it has none.
pub(super) fn snippet(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let Some(primary) = diagnostic.span else {
        return String::new();
    };
    let related = diagnostic.related.iter().map(|(span, words)| (*span, words.as_str()));
    let all: Vec<(Span, &str)> =
        std::iter::once((primary, diagnostic.label.as_str())).chain(related).collect();
    boxes(Some(diagnostic.level), &all, sources, style)
}

/// The boxes for places with what is said of each, the first being what it is about.
pub(crate) fn places(places: &[(Span, &str)], sources: &Sources, style: Style) -> String {
    boxes(None, places, sources, style)
}

fn boxes(level: Option<Level>, places: &[(Span, &str)], sources: &Sources, style: Style) -> String {
    let (spans, words): (Vec<Span>, Vec<&str>) = places.iter().copied().unzip();
    let (excerpt, places) = Excerpt::new(&spans, sources, style.cut.map(|columns| columns.saturating_sub(8)));
    let mut labels = Vec::new();
    for (index, (place, words)) in places.into_iter().zip(words).enumerate() {
        let words = Some(visible(words).into_owned()).filter(|words| !words.is_empty());
        labels.push(match index {
            0 => LabeledSpan::new_primary_with_span(words, place),
            _ => LabeledSpan::new_with_span(words, place),
        });
    }
    labels.sort_by_key(LabeledSpan::offset);

    let handler = GraphicalReportHandler::new_themed(theme(level, &labels, style))
        .with_urls(false)
        .without_syntax_highlighting();
    let mut drawn = String::new();
    // Writing to a string does not fail.
    let _ = handler.render_report(&mut drawn, &Drawing { excerpt, labels });
    // The first line is miette's for the message, which stands elsewhere here.
    drawn.split_once('\n').map_or_else(String::new, |(_, boxes)| boxes.to_owned())
}

/// Characters and colours; those of the labels in the labels' order.
fn theme(level: Option<Level>, labels: &[LabeledSpan], style: Style) -> GraphicalTheme {
    let characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let mut styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let primary = match level {
        Some(Level::Error) => styles.error,
        Some(Level::Warning) => styles.warning,
        None => styles.advice,
    };
    let other = styles.advice;
    styles.highlights = labels.iter().map(|label| if label.primary() { primary } else { other }).collect();
    GraphicalTheme { characters, styles }
}

/// What miette needs to draw: places and their words.
struct Drawing {
    excerpt: Excerpt,
    labels: Vec<LabeledSpan>,
}

impl miette::Diagnostic for Drawing {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl std::error::Error for Drawing {}

impl std::fmt::Display for Drawing {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::fmt::Debug for Drawing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.labels).finish()
    }
}
