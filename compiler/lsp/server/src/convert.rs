//! Plain data in the protocol's words.

use crate::position::Lines;
use laud_ide::{Edit, Fold, FoldSort, Piece, PieceSort, Sort, Symbol};
use lsp_types::{
    DocumentSymbol, FoldingRange, FoldingRangeKind, Position, SelectionRange, SemanticToken,
    SemanticTokenModifier, SemanticTokenType, SymbolKind, TextEdit,
};

pub(crate) fn edit(edit: Edit, lines: &Lines) -> TextEdit {
    TextEdit { range: lines.range(edit.span), new_text: edit.text }
}

#[expect(deprecated, reason = "the type has no way round its deprecated field")]
pub(crate) fn symbol(symbol: &Symbol, lines: &Lines) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> =
        symbol.children.iter().map(|child| self::symbol(child, lines)).collect();
    DocumentSymbol {
        name: symbol.name.clone(),
        detail: (!symbol.detail.is_empty()).then(|| symbol.detail.clone()),
        kind: symbol_kind(symbol.sort),
        tags: None,
        deprecated: None,
        range: lines.range(symbol.span),
        selection_range: lines.range(symbol.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

pub(crate) fn symbol_kind(sort: Sort) -> SymbolKind {
    match sort {
        Sort::App => SymbolKind::PACKAGE,
        Sort::Environment => SymbolKind::NAMESPACE,
        Sort::Kind => SymbolKind::CLASS,
        Sort::Type => SymbolKind::STRUCT,
        Sort::Let => SymbolKind::CONSTANT,
        Sort::Metrics => SymbolKind::ARRAY,
        Sort::Metric => SymbolKind::NUMBER,
        Sort::Declaration => SymbolKind::OBJECT,
        Sort::Parameter => SymbolKind::FIELD,
        Sort::Output => SymbolKind::PROPERTY,
        Sort::Change => SymbolKind::KEY,
    }
}

pub(crate) fn fold(fold: Fold, lines: &Lines) -> FoldingRange {
    let range = lines.range(fold.span);
    FoldingRange {
        start_line: range.start.line,
        start_character: Some(range.start.character),
        // The closing bracket stays in sight.
        end_line: match fold.sort {
            FoldSort::Brackets => range.end.line.saturating_sub(1).max(range.start.line),
            FoldSort::Comments | FoldSort::Uses => range.end.line,
        },
        end_character: None,
        kind: match fold.sort {
            FoldSort::Brackets => None,
            FoldSort::Comments => Some(FoldingRangeKind::Comment),
            FoldSort::Uses => Some(FoldingRangeKind::Imports),
        },
        collapsed_text: None,
    }
}

pub(crate) fn selection(parts: &[laud_syntax::Span], at: Position, lines: &Lines) -> SelectionRange {
    let innermost = SelectionRange { range: lsp_types::Range::new(at, at), parent: None };
    let outer = parts.iter().rev().fold(None, |parent: Option<SelectionRange>, span| {
        Some(SelectionRange { range: lines.range(*span), parent: parent.map(Box::new) })
    });
    outer.unwrap_or(innermost)
}

/// The sorts of pieces that the server speaks of; a token has its place in here.
pub(crate) const TOKEN_TYPES: [SemanticTokenType; 14] = [
    SemanticTokenType::COMMENT,
    SemanticTokenType::KEYWORD,
    SemanticTokenType::STRING,
    SemanticTokenType::NUMBER,
    SemanticTokenType::OPERATOR,
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::CLASS,
    SemanticTokenType::TYPE,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::MACRO,
];

/// What may be said of a piece besides.
pub(crate) const TOKEN_MODIFIERS: [SemanticTokenModifier; 2] =
    [SemanticTokenModifier::DOCUMENTATION, SemanticTokenModifier::DECLARATION];

fn token(sort: PieceSort) -> (u32, u32) {
    match sort {
        PieceSort::Comment => (0, 0),
        PieceSort::Documentation => (0, 1),
        PieceSort::Keyword => (1, 0),
        PieceSort::Text => (2, 0),
        PieceSort::Number => (3, 0),
        PieceSort::Operator => (4, 0),
        PieceSort::Scope => (5, 0),
        PieceSort::Kind => (6, 0),
        PieceSort::Type => (7, 0),
        PieceSort::Variant => (8, 0),
        PieceSort::Value => (9, 0),
        PieceSort::Declaration => (9, 2),
        PieceSort::Parameter => (10, 2),
        PieceSort::Field => (11, 0),
        PieceSort::Function => (12, 0),
        PieceSort::Language => (13, 0),
    }
}

/// Pieces as the protocol packs them: each relative to the one before, on one line.
pub(crate) fn tokens(pieces: &[Piece], lines: &Lines) -> Vec<SemanticToken> {
    let mut before = Position::default();
    let mut found = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let (token_type, token_modifiers_bitset) = token(piece.sort);
        for part in lines.split(piece.span) {
            let start = lines.position(part.start());
            let same_line = start.line == before.line;
            found.push(SemanticToken {
                delta_line: start.line - before.line,
                delta_start: if same_line { start.character - before.character } else { start.character },
                length: lines.units(part),
                token_type,
                token_modifiers_bitset,
            });
            before = start;
        }
    }
    found
}
