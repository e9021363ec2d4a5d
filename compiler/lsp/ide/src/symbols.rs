//! The outline of a file.

use laud_syntax::{Parsed, Span, ast};
use lean_string::LeanStr;

/// Something that a file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name, or the path that it changes.
    pub name: String,
    /// What it is, in a word or two; may be empty.
    pub detail: String,
    /// What sort of thing it is.
    pub sort: Sort,
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
    /// What it declares in turn.
    pub children: Vec<Symbol>,
}

/// What sort of thing has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// `app shop`
    App,
    /// `environment production`
    Environment,
    /// `kind web`
    Kind,
    /// `type Limits`
    Type,
    /// `let x`
    Let,
    /// `metrics shop_metrics`
    Metrics,
    /// One metric of these.
    Metric,
    /// `service web`
    Declaration,
    /// A parameter of a kind, or a field of a record.
    Parameter,
    /// `out url`
    Output,
    /// What an environment changes.
    Change,
}

/// What a file declares, in order.
pub fn symbols(text: &str, parsed: &Parsed) -> Vec<Symbol> {
    Outline { text }.entries(&parsed.file.entries, false)
}

struct Outline<'t> {
    text: &'t str,
}

impl Outline<'_> {
    /// The symbols of a body; the `changes` to fields are of interest in environments alone.
    fn entries(&self, entries: &[ast::Entry], changes: bool) -> Vec<Symbol> {
        entries.iter().flat_map(|entry| self.entry(entry, changes)).collect()
    }

    fn entry(&self, entry: &ast::Entry, changes: bool) -> Vec<Symbol> {
        let named = |name: &ast::Ident, sort, detail: &str, children| {
            vec![Symbol {
                name: name.text.to_string(),
                detail: detail.to_owned(),
                sort,
                span: entry.span,
                name_span: name.span,
                children,
            }]
        };
        let found = match &entry.node {
            ast::Node::App(name) => named(name, Sort::App, "app", Vec::new()),
            ast::Node::Kind(kind) => {
                named(&kind.name, Sort::Kind, "kind", self.entries(&kind.body.entries, false))
            }
            ast::Node::Type(alias) => named(&alias.name, Sort::Type, "type", self.fields(&alias.ty)),
            ast::Node::Let(value) => named(&value.name, Sort::Let, "let", Vec::new()),
            ast::Node::Metrics(metrics) => named(
                &metrics.name,
                Sort::Metrics,
                "metrics",
                metrics.entries.iter().filter_map(metric).collect(),
            ),
            ast::Node::Environment(environment) => named(
                &environment.name,
                Sort::Environment,
                "environment",
                self.entries(&environment.body.entries, true),
            ),
            ast::Node::Decl(decl) => vec![self.declaration(entry.span, decl)],
            ast::Node::Param(param) => {
                named(&param.name, Sort::Parameter, self.slice(param.ty.span), Vec::new())
            }
            ast::Node::Out(out) => {
                let ty = out.ty.as_ref().map_or("out", |ty| self.slice(ty.span));
                named(&out.name, Sort::Output, ty, Vec::new())
            }
            ast::Node::Field(field) if changes => {
                self.change(entry.span, &field.path, self.slice(field.value.span))
            }
            ast::Node::Block(block) if changes => self.change(entry.span, &block.path, ""),
            ast::Node::If(branch) => {
                let otherwise = branch.otherwise.iter().flat_map(|body| self.entries(&body.entries, changes));
                self.entries(&branch.then.entries, changes).into_iter().chain(otherwise).collect()
            }
            ast::Node::For(each) => self.entries(&each.body.entries, changes),
            ast::Node::Use(_)
            | ast::Node::Field(_)
            | ast::Node::Block(_)
            | ast::Node::Spread(_)
            | ast::Node::Drop(_)
            | ast::Node::Raw(_)
            | ast::Node::Error => Vec::new(),
        };
        // What has no name yet cannot be shown.
        found.into_iter().filter(|symbol| !symbol.name.trim().is_empty()).collect()
    }

    fn declaration(&self, span: Span, decl: &ast::Decl) -> Symbol {
        let entries = decl.body.as_ref().map_or(&[][..], |body| &body.entries);
        Symbol {
            name: self.slice(decl.name_span()).trim_matches('"').to_owned(),
            detail: decl.kind.text.to_string(),
            sort: Sort::Declaration,
            span,
            name_span: decl.name_span(),
            children: self.entries(entries, false),
        }
    }

    fn change(&self, span: Span, path: &[ast::Ident], detail: &str) -> Vec<Symbol> {
        let (Some(first), Some(last)) = (path.first(), path.last()) else { return Vec::new() };
        let names: Vec<&str> = path.iter().map(|name| name.text.as_str()).collect();
        let one_line: &str = detail.lines().next().unwrap_or_default();
        vec![Symbol {
            name: names.join("."),
            detail: one_line.to_owned(),
            sort: Sort::Change,
            span,
            name_span: first.span.to(last.span),
            children: Vec::new(),
        }]
    }

    /// The fields of a record type, as written.
    fn fields(&self, ty: &ast::TypeExpr) -> Vec<Symbol> {
        match &ty.node {
            ast::TypeNode::Record(body) => self.entries(&body.entries, false),
            ast::TypeNode::Optional(inner) => self.fields(inner),
            ast::TypeNode::Named(_)
            | ast::TypeNode::Generic(..)
            | ast::TypeNode::Enum(_)
            | ast::TypeNode::Union(_)
            | ast::TypeNode::Range { .. }
            | ast::TypeNode::Matching { .. }
            | ast::TypeNode::Error => Vec::new(),
        }
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

fn metric(entry: &ast::MetricEntry) -> Option<Symbol> {
    let ast::MetricEntry::Metric { name, ty, span, .. } = entry else { return None };
    let detail: &LeanStr = &ty.text;
    Some(Symbol {
        name: name.text.to_string(),
        detail: detail.to_string(),
        sort: Sort::Metric,
        span: *span,
        name_span: name.span,
        children: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{FileId, parse};

    fn shown(symbols: &[Symbol], depth: usize) -> String {
        let line = |one: &Symbol| {
            let head = format!("{}{:?} {} ({})\n", "  ".repeat(depth), one.sort, one.name, one.detail);
            head + &shown(&one.children, depth + 1)
        };
        symbols.iter().map(line).collect()
    }

    #[test]
    fn a_file_has_an_outline() {
        let text = "app shop\nuse ./team\nkind web {\n  port : Port = 80\n  if port > 1 { out url : Text = \"a\" }\n}\n\
                    gateway edge { route \"/a\" -> b }\nenvironment local {\n  edge.domain = \"localhost\"\n}\nlet\n";
        let found = symbols(text, &parse(FileId(0), text));
        let expected = "App shop (app)\nKind web (kind)\n  Parameter port (Port)\n  Output url (Text)\n\
                        Declaration edge (gateway)\n  Declaration /a (route)\nEnvironment local (environment)\n  \
                        Change edge.domain (\"localhost\")\n";
        assert_eq!(shown(&found, 0), expected);
    }
}
