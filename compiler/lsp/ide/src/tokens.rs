//! What each piece of a file is, for colours: from the tokens, and for names
//! from the tree, which alone knows a keyword from a field of the same letters.

use crate::walk::{Role, walk};
use laud_syntax::lexer::{TokenKind, lex};
use laud_syntax::{Parsed, Span};
use std::collections::BTreeMap;

/// A piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where.
    pub span: Span,
    /// What it is.
    pub sort: PieceSort,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceSort {
    /// A comment that documents what follows.
    Documentation,
    /// Any other comment.
    Comment,
    /// A word of the language.
    Keyword,
    /// A text, or a part of one.
    Text,
    /// A number with its unit.
    Number,
    /// An operator.
    Operator,
    /// An app, an environment or a module.
    Scope,
    /// A kind.
    Kind,
    /// A type.
    Type,
    /// A variant of an enum.
    Variant,
    /// The name of a declaration.
    Declaration,
    /// A parameter of a kind or a field of a record type.
    Parameter,
    /// A field that is set or read, or a metric.
    Field,
    /// The name of a value.
    Value,
    /// A function.
    Function,
    /// The name of an embedded language.
    Language,
}

/// The pieces of a file, in order; none overlaps another.
pub fn pieces(text: &str, parsed: &Parsed) -> Vec<Piece> {
    let lexed = lex(parsed.file.id, text);
    let mut roles: BTreeMap<u32, (Span, Role)> = BTreeMap::new();
    walk(&parsed.file.entries, &mut |span, role| {
        if span.start() < span.end() {
            roles.insert(span.start(), (span, role));
        }
    });
    let comments = lexed.comments.iter().map(|comment| Piece {
        span: comment.span,
        sort: if comment.doc { PieceSort::Documentation } else { PieceSort::Comment },
    });
    let modules = roles.values().filter(|(_, role)| *role == Role::Module);
    let modules: Vec<Span> = modules.map(|(span, _)| *span).collect();
    let in_module =
        |span: Span| modules.iter().any(|path| path.start() <= span.start() && span.end() <= path.end());
    let tokens = lexed.tokens.iter().filter(|token| !in_module(token.span)).filter_map(|token| {
        let sort = match (token.kind, roles.get(&token.span.start())) {
            (TokenKind::Ident, Some((_, role))) => of_role(*role),
            (kind, _) => of_token(kind)?,
        };
        Some(Piece { span: token.span, sort })
    });
    let paths = modules.iter().map(|span| Piece { span: *span, sort: PieceSort::Scope });
    let mut found: Vec<Piece> = comments.chain(tokens).chain(paths).collect();
    found.retain(|piece| piece.span.start() < piece.span.end());
    found.sort_by_key(|piece| (piece.span.start(), piece.span.end()));
    found.dedup_by(|next, before| next.span.start() < before.span.end());
    found
}

fn of_role(role: Role) -> PieceSort {
    match role {
        Role::Scope | Role::Module => PieceSort::Scope,
        Role::Imported | Role::Kind => PieceSort::Kind,
        Role::Type => PieceSort::Type,
        Role::Variant => PieceSort::Variant,
        Role::Declaration => PieceSort::Declaration,
        Role::Parameter => PieceSort::Parameter,
        Role::Field | Role::Metric => PieceSort::Field,
        Role::Value => PieceSort::Value,
        Role::Function => PieceSort::Function,
        Role::Language => PieceSort::Language,
    }
}

/// What a token is that is no name.
fn of_token(kind: TokenKind) -> Option<PieceSort> {
    use TokenKind as Kind;
    Some(match kind {
        Kind::Ident => PieceSort::Keyword,
        Kind::Number => PieceSort::Number,
        Kind::TextOpen
        | Kind::BlockTextOpen
        | Kind::EmbeddedOpen
        | Kind::Chunk
        | Kind::TextClose
        | Kind::SingleQuoted => PieceSort::Text,
        Kind::Equal
        | Kind::EqualEqual
        | Kind::BangEqual
        | Kind::Less
        | Kind::LessEqual
        | Kind::Greater
        | Kind::GreaterEqual
        | Kind::Plus
        | Kind::Minus
        | Kind::Star
        | Kind::Slash
        | Kind::DotDot
        | Kind::Ellipsis
        | Kind::Question
        | Kind::QuestionQuestion
        | Kind::Arrow
        | Kind::Pipe => PieceSort::Operator,
        Kind::HoleOpen
        | Kind::HoleClose
        | Kind::LeftBrace
        | Kind::RightBrace
        | Kind::LeftBracket
        | Kind::RightBracket
        | Kind::LeftParen
        | Kind::RightParen
        | Kind::Comma
        | Kind::Colon
        | Kind::Dot
        | Kind::Unknown
        | Kind::StrayClose
        | Kind::MissingClose
        | Kind::End => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{FileId, parse};

    fn shown(text: &str) -> Vec<(PieceSort, &str)> {
        pieces(text, &parse(FileId(0), text)).iter().map(|one| (one.sort, &text[one.span.range()])).collect()
    }

    #[test]
    fn a_word_is_what_its_place_makes_it() {
        use PieceSort::{Field, Keyword, Kind, Scope, Type, Value};
        assert_eq!(shown("app a"), [(Keyword, "app"), (Scope, "a")]);
        assert_eq!(shown("use std/data { redis }"), [(Keyword, "use"), (Scope, "std/data"), (Kind, "redis")]);
        assert!(shown("type T = Int?").contains(&(Type, "Int")));
        let found = shown("service w { app = x.use }");
        assert!(
            found.contains(&(Field, "app"))
                && found.contains(&(Value, "x"))
                && found.contains(&(Field, "use"))
        );
    }

    #[test]
    fn texts_have_holes() {
        use PieceSort::{Text, Value};
        let found = shown("let a = \"b{c}d\" // e");
        let texts: Vec<&str> =
            found.iter().filter(|(sort, _)| *sort == Text).map(|(_, text)| *text).collect();
        assert_eq!(texts, ["\"", "b", "d", "\""]);
        assert!(found.contains(&(Value, "c")));
    }
}
