//! Parts of a file that belong together: to fold, and to select.

use laud_syntax::lexer::{Token, TokenKind, lex};
use laud_syntax::{Parsed, Span, ast};

/// A part that an editor can fold away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From its opening to its end.
    pub span: Span,
    /// Why it is one.
    pub sort: FoldSort,
}

/// What sort of part it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldSort {
    /// What stands between brackets or quotes.
    Brackets,
    /// Comments below each other.
    Comments,
    /// The `use` lines.
    Uses,
}

/// What can be folded: brackets, texts, comments and `use`s of more than one line.
pub fn folds(text: &str, parsed: &Parsed) -> Vec<Fold> {
    let tokens = lex(parsed.file.id, text).tokens;
    let brackets = pairs(&tokens).into_iter().map(|span| Fold { span, sort: FoldSort::Brackets });
    let comments = comment_runs(text, parsed).into_iter().map(|span| Fold { span, sort: FoldSort::Comments });
    let mut found: Vec<Fold> = brackets.chain(comments).collect();
    let is_use = |entry: &&ast::Entry| matches!(entry.node, ast::Node::Use(_));
    let uses: Vec<&ast::Entry> = parsed.file.entries.iter().filter(is_use).collect();
    if let (Some(first), Some(last)) = (uses.first(), uses.last()) {
        found.push(Fold { span: first.span.to(last.span), sort: FoldSort::Uses });
    }
    found.retain(|fold| text.get(fold.span.range()).is_some_and(|part| part.contains('\n')));
    found.sort_by_key(|fold| (fold.span.start(), fold.span.end()));
    found
}

/// The parts around a place, each in the next: token, brackets, entries, file.
pub fn selection(text: &str, parsed: &Parsed, offset: u32) -> Vec<Span> {
    let tokens = lex(parsed.file.id, text).tokens;
    let mut around: Vec<Span> = tokens.iter().map(|token| token.span).collect();
    for outer in pairs(&tokens) {
        around.push(outer);
        // What is between the brackets, without them.
        let (start, end) = (outer.start() + 1, outer.end().saturating_sub(1).max(outer.start() + 1));
        around.push(outer.with(start, end));
    }
    entry_spans(&parsed.file.entries, &mut around);
    around.push(parsed.file.span);
    around.retain(|span| {
        span.touches(offset) && span.start() < span.end() && (span.end() as usize) <= text.len()
    });
    around.sort_by_key(|span| (span.end() - span.start(), span.start()));
    let mut chain: Vec<Span> = Vec::new();
    for span in around {
        let is_around =
            |inner: &Span| span.start() <= inner.start() && inner.end() <= span.end() && span != *inner;
        if chain.last().is_none_or(is_around) {
            chain.push(span);
        }
    }
    chain
}

/// From each opening bracket or quote to its closing one.
pub(crate) fn pairs(tokens: &[Token]) -> Vec<Span> {
    let mut open: Vec<Span> = Vec::new();
    let mut found = Vec::new();
    for token in tokens {
        if token.kind.opens() {
            open.push(token.span);
        } else if token.kind.closes() && token.kind != TokenKind::MissingClose {
            found.extend(open.pop().map(|start| start.to(token.span)));
        }
    }
    found
}

/// Comments on lines of their own that follow each other without an empty line.
fn comment_runs(text: &str, parsed: &Parsed) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    for comment in parsed.comments.iter().filter(|comment| comment.own_line) {
        match runs.last_mut() {
            Some(run)
                if !comment.blank_before
                    && text
                        .get(run.end() as usize..comment.span.start() as usize)
                        .is_some_and(|between| between.trim().is_empty()) =>
            {
                *run = run.with_end(comment.span.end());
            }
            _ => runs.push(comment.span),
        }
    }
    runs
}

fn entry_spans(entries: &[ast::Entry], found: &mut Vec<Span>) {
    for entry in entries {
        found.push(entry.span);
        match &entry.node {
            ast::Node::Kind(kind) => entry_spans(&kind.body.entries, found),
            ast::Node::Environment(environment) => entry_spans(&environment.body.entries, found),
            ast::Node::Decl(decl) => decl.body.iter().for_each(|body| entry_spans(&body.entries, found)),
            ast::Node::Field(field) => {
                found.push(field.value.span);
                value_spans(&field.value, found);
            }
            ast::Node::Block(block) => entry_spans(&block.body.entries, found),
            ast::Node::If(branch) => {
                entry_spans(&branch.then.entries, found);
                branch.otherwise.iter().for_each(|body| entry_spans(&body.entries, found));
            }
            ast::Node::For(each) => entry_spans(&each.body.entries, found),
            ast::Node::Raw(raw) => entry_spans(&raw.body.entries, found),
            ast::Node::Let(value) => {
                found.push(value.value.span);
                value_spans(&value.value, found);
            }
            ast::Node::Out(out) => out.value.iter().for_each(|value| {
                found.push(value.span);
                value_spans(value, found);
            }),
            ast::Node::Param(param) => {
                found.push(param.ty.span);
                found.extend(param.default.iter().map(|default| default.span));
            }
            ast::Node::App(_)
            | ast::Node::Use(_)
            | ast::Node::Type(_)
            | ast::Node::Metrics(_)
            | ast::Node::Spread(_)
            | ast::Node::Drop(_)
            | ast::Node::Error => {}
        }
    }
}

/// The entries of the record that a value is.
fn value_spans(value: &ast::Expr, found: &mut Vec<Span>) {
    if let ast::ExprNode::Record(body) = &value.node {
        entry_spans(&body.entries, found);
    }
    if let ast::ExprNode::Tagged(tagged) = &value.node {
        entry_spans(&tagged.body.entries, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{FileId, parse};

    #[test]
    fn brackets_comments_and_uses_fold() {
        let text = "use ./a\nuse ./b\n// one\n// two\n\n// three\nservice w {\n  x = [\n    1\n  ]\n}\nlet y = { a = 1 }\n";
        let found = folds(text, &parse(FileId(0), text));
        let shown: Vec<_> = found.iter().map(|fold| (fold.sort, &text[fold.span.range()])).collect();
        assert_eq!(shown.len(), 4, "{shown:?}");
        assert_eq!(shown[0], (FoldSort::Uses, "use ./a\nuse ./b"));
        assert_eq!(shown[1], (FoldSort::Comments, "// one\n// two"));
        assert_eq!(shown[3], (FoldSort::Brackets, "[\n    1\n  ]"));
    }

    #[test]
    fn a_selection_grows() {
        let text = "service w {\n  x = { a = 12 }\n}\n";
        let chain = selection(text, &parse(FileId(0), text), 24);
        let shown: Vec<&str> = chain.iter().map(|span| &text[span.range()]).collect();
        assert_eq!(
            shown,
            [
                "12",
                "a = 12",
                " a = 12 ",
                "{ a = 12 }",
                "x = { a = 12 }",
                "\n  x = { a = 12 }\n",
                "{\n  x = { a = 12 }\n}",
                text.trim_end(),
                text
            ]
        );
        assert!(!selection(text, &parse(FileId(0), text), 9999).iter().any(|span| span.end() > 40));
    }
}
