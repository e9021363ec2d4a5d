//! Tokens and comments: what the lexer makes of a file.

use crate::span::Span;

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Whether a line break stands between it and the token before.
    pub newline_before: bool,
    /// Where.
    pub span: Span,
}

/// What a token is.
///
/// A text is a run of tokens: its opening quote, chunks and interpolations in
/// turn, and its closing quote. Brackets always pair up: the lexer closes texts
/// and interpolations itself, and the parser's balance closes the rest with
/// [`TokenKind::MissingClose`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A name or a keyword; which of them depends on where it stands.
    Ident,
    /// A number with its unit: `42`, `1h30m`, `10/s`.
    Number,
    /// `"`
    TextOpen,
    /// `"""`
    BlockTextOpen,
    /// The back-quote after a language's name.
    EmbeddedOpen,
    /// Text between quotes and interpolations, escapes as written.
    Chunk,
    /// `{` in a text, `${` in an embedded language.
    HoleOpen,
    /// The `}` of an interpolation; empty where it is missing.
    HoleClose,
    /// The closing quote of a text; empty where it is missing.
    TextClose,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `=`
    Equal,
    /// `==`
    EqualEqual,
    /// `!=`
    BangEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `...`
    Ellipsis,
    /// `?`
    Question,
    /// `??`
    QuestionQuestion,
    /// `->`
    Arrow,
    /// `|`
    Pipe,
    /// `'…'`, which laud does not have.
    SingleQuoted,
    /// Characters that laud has no use for.
    Unknown,
    /// A closing bracket that closes nothing.
    StrayClose,
    /// The empty place where a closing bracket is missing.
    MissingClose,
    /// The end of the file.
    End,
}

/// A comment, doc comments included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the first slash to the last character that is no space.
    pub span: Span,
    /// Whether it opens with exactly three slashes.
    pub doc: bool,
    /// Whether nothing but space stands before it on its line.
    pub own_line: bool,
    /// Whether an empty line stands before it.
    pub blank_before: bool,
}

impl Comment {
    /// What stands after the slashes, without the space that follows them; of
    /// the file in which the comment is.
    pub fn text<'t>(&self, file: &'t str) -> &'t str {
        &file[self.text_span(file).range()]
    }

    /// Where that stands.
    pub(crate) fn text_span(&self, file: &str) -> Span {
        let written = &file[self.span.range()];
        let text = match written.as_bytes() {
            // What others write for comments.
            [b'#', ..] => written[1..].trim_start(),
            [b'/', b'*', ..] => &written[2..],
            _ => {
                let text = &written[if self.doc { 3 } else { 2 }..];
                text.strip_prefix(' ').unwrap_or(text)
            }
        };
        self.span.with_start(self.span.end() - text.len() as u32)
    }
}

impl TokenKind {
    /// Whether it opens what a later token closes.
    pub fn opens(self) -> bool {
        matches!(
            self,
            Self::LeftBrace
                | Self::LeftBracket
                | Self::LeftParen
                | Self::TextOpen
                | Self::BlockTextOpen
                | Self::EmbeddedOpen
                | Self::HoleOpen
        )
    }

    /// Whether it closes what an earlier token opened.
    pub fn closes(self) -> bool {
        matches!(
            self,
            Self::RightBrace
                | Self::RightBracket
                | Self::RightParen
                | Self::TextClose
                | Self::HoleClose
                | Self::MissingClose
        )
    }

    /// Whether a text starts here, of whichever quotes.
    pub fn opens_text(self) -> bool {
        matches!(self, Self::TextOpen | Self::BlockTextOpen)
    }
}
