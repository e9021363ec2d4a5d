//! The one neutral diagnostic: what is wrong, where, why, and the way out.
//!
//! Every stage makes these and no stage prints them; renderers (for people,
//! short, JSON, and the editor's) only render.

mod codes;
mod gather;

pub use codes::{ALL, Code, code, find};
pub use gather::gather;

use crate::source::Sources;
use crate::span::Span;
use std::fmt::Write as _;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing is written while one stands.
    Error,
    /// Worth a look; does not stop the build.
    Warning,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: &'static Code,
    /// Its level; the code's own unless the caller changed it.
    pub level: Level,
    /// A short lower-case fragment with names in back-quotes, without a final dot.
    pub message: String,
    /// The token that is wrong; `None` when it is about no file of the compilation.
    pub span: Option<Span>,
    /// What to write under the token; may be empty.
    pub label: String,
    /// Other places that matter, each with its words.
    pub related: Vec<(Span, String)>,
    /// Facts that explain it.
    pub notes: Vec<String>,
    /// A whole sentence that says what to do.
    pub help: Option<String>,
    /// Edits that would mend it.
    pub fixes: Vec<Fix>,
    /// The environments that show it; empty when it does not depend on one.
    pub environments: Vec<String>,
}

/// An edit that mends a diagnostic.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, as a title: "Change to `memory`".
    pub title: String,
    /// The texts to put in place of spans, in order of position.
    pub edits: Vec<(Span, String)>,
}

impl Diagnostic {
    /// A diagnostic at a token.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self { span: Some(span), ..Self::without_place(code, message) }
    }

    /// Says that something stood elsewhere first and stands here again.
    pub fn again(self, first: Span) -> Self {
        self.label("again here").related(first, "first here")
    }

    /// A diagnostic about no file of the compilation: a missing path, say.
    pub fn without_place(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            level: code.level,
            message: message.into(),
            span: None,
            label: String::new(),
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
            environments: Vec::new(),
        }
    }

    /// Adds the words under the token.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds another place that matters.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do, when there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Adds an edit that replaces the text under `span`.
    #[must_use]
    pub fn fix(self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.fix_all(title, [(span, text.into())])
    }

    /// Adds edits that are made together, each of which replaces the text under its span.
    #[must_use]
    pub fn fix_all(mut self, title: impl Into<String>, edits: impl Into<Vec<(Span, String)>>) -> Self {
        self.fixes.push(Fix { title: title.into(), edits: edits.into() });
        self
    }

    /// For an unknown name: offers the nearest of `candidates` as help and as a fix.
    #[must_use]
    pub fn near<'a>(self, wrong: &str, span: Span, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match crate::near::nearest(wrong, candidates) {
            Some(name) => self.help(format!("There is `{name}`, which is near.")).fix(
                format!("Change to `{name}`"),
                span,
                name,
            ),
            None => self,
        }
    }

    /// Takes a text that nobody may see out of all its words, and the edits that hold it.
    pub(crate) fn conceal(&mut self, hidden: &str) {
        let words = [&mut self.message, &mut self.label].into_iter();
        let words = words.chain(self.related.iter_mut().map(|(_, words)| words));
        for text in words.chain(&mut self.notes).chain(&mut self.help) {
            if text.contains(hidden) {
                *text = text.replace(hidden, "***");
            }
        }
        let holds =
            |fix: &Fix| fix.title.contains(hidden) || fix.edits.iter().any(|(_, text)| text.contains(hidden));
        self.fixes.retain(|fix| !holds(fix));
    }

    /// Puts another place for each that it has.
    pub fn relocate(&mut self, place: impl Fn(Span) -> Span) {
        let related = self.related.iter_mut().map(|(span, _)| span);
        let edits = self.fixes.iter_mut().flat_map(|fix| &mut fix.edits).map(|(span, _)| span);
        self.span.iter_mut().chain(related).chain(edits).for_each(|span| *span = place(*span));
    }

    /// Whether it stops the build.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// Where it is shown to someone who can go to files of their own alone: at its place, or else at the first place
    /// in such a file that has to do with it.
    pub fn place(&self, sources: &Sources) -> Option<Span> {
        let places = self.span.into_iter().chain(self.related.iter().map(|(span, _)| *span));
        places.into_iter().find(|span| !sources.get(span.file()).standard)
    }

    /// All that it says, for what shows it as one plain text beside its place.
    pub fn text(&self) -> String {
        let mut text = self.message.clone();
        // Writing to memory does not fail.
        if !self.label.is_empty() {
            let _ = write!(text, ": {}", self.label);
        }
        for note in &self.notes {
            let _ = write!(text, "\nnote: {note}");
        }
        if let Some(help) = &self.help {
            let _ = write!(text, "\nhelp: {help}");
        }
        if !self.environments.is_empty() {
            let _ = write!(text, "\nin {}", self.environments.join(", "));
        }
        text
    }
}

/// Whether any of them stops the build.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
