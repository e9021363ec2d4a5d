//! Words that stand without what makes them one value: dashes, domains, rates.

use super::expr::unnamed;
use super::{Eval, Scope};
use crate::types::{TextForm, Type};
use laud_syntax::{Diagnostic, Span, ast, code, literal, time_unit};

impl<'p> Eval<'_, 'p> {
    /// Whether a difference is a word with dashes, of whose parts none is a name, which is
    /// reported: `unless-stopped`, which the formatter takes for a difference as well.
    pub(super) fn is_dashed(
        &mut self,
        binary: &'p ast::Binary,
        span: Span,
        ty: &Type<'p>,
        scope: Scope,
    ) -> bool {
        let mut names = Vec::new();
        if binary.op != ast::BinaryOp::Subtract || !dashed_parts(binary, &mut names) || names.len() < 2 {
            return false;
        }
        if names.into_iter().any(|(name, at)| self.name(name, at, scope).is_some()) {
            return false;
        }
        let written = self.world.loaded.sources.slice(span);
        let word: String = written.chars().filter(|c| !c.is_whitespace()).collect();
        match ty.bare() {
            Type::Enum(wanted) => self.report_unknown_variant(wanted, &word, span),
            wanted => self.report_unknown_name(&word, span, scope, &unnamed(wanted, &word)),
        }
        true
    }

    /// Whether names with dots between them are a domain without its quotes, which is reported.
    pub(super) fn is_bare_domain(&mut self, expr: &'p ast::Expr, ty: &Type<'p>, scope: Scope) -> bool {
        if !matches!(ty.bare(), Type::Text(TextForm::Domain)) {
            return false;
        }
        let mut root = expr;
        while let ast::ExprNode::Member(member) = &root.node {
            root = &member.of;
        }
        let ast::ExprNode::Name(name) = &root.node else { return false };
        let written = self.world.loaded.sources.slice(expr.span);
        if literal::domain(written).is_err() || self.name(name, root.span, scope).is_some() {
            return false;
        }
        let quoted = format!("\"{written}\"");
        self.report(
            Diagnostic::new(&code::UNKNOWN_NAME, expr.span, format!("nothing here is named `{name}`"))
                .help("A domain stands in quotes.")
                .fix(format!("Change to `{quoted}`"), expr.span, quoted),
        );
        true
    }

    /// The rate that a count, `/` and a name are, as in `20/min` and `20 / s`.
    pub(super) fn rate_before(&self, name: &str, span: Span) -> Option<(Span, String)> {
        let unit = time_unit(name)?;
        let before = &self.world.loaded.sources.get(span.file()).text[..span.start() as usize];
        let count = before.trim_end_matches(' ').strip_suffix('/')?.trim_end_matches(' ');
        let digits = count.len() - count.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let place = span.with_start((count.len() - digits) as u32);
        (digits > 0).then(|| (place, format!("{}/{unit}", &count[count.len() - digits..])))
    }
}

/// Collects the names of a difference; `false` if it is made of more than names and whole numbers.
fn dashed_parts<'p>(binary: &'p ast::Binary, names: &mut Vec<(&'p str, Span)>) -> bool {
    let part = |expr: &'p ast::Expr, names: &mut Vec<(&'p str, Span)>| match &expr.node {
        ast::ExprNode::Name(name) if !name.is_empty() => {
            names.push((name, expr.span));
            true
        }
        ast::ExprNode::Int(_) => true,
        ast::ExprNode::Binary(inner) => inner.op == ast::BinaryOp::Subtract && dashed_parts(inner, names),
        _ => false,
    };
    part(&binary.left, names) && part(&binary.right, names)
}
