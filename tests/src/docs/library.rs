//! The page of the standard library, from the doc comments of its kinds.

use laud_syntax::ast::{self, Entry, ExprNode, MetricEntry, Node, TypeExpr, TypeNode};
use laud_syntax::{FileId, parse};

/// The page, in Markdown.
pub(super) fn page() -> String {
    let mut page = String::from(
        "# The standard library\n\n\
         Every kind, type and set of metrics, from the doc comments of the files in `stdlib/`. The kinds are written in\n\
         laud: what one does, its file says. This page is generated; `LAUD_BLESS=1 cargo test -p laud-tests docs` makes it anew.\n",
    );
    page.push_str("\n## Without a `use`\n");
    page.push_str(&module(laud_stdlib::PRELUDE.text));
    let mut folder = "";
    for laud_stdlib::File { path, text, .. } in laud_stdlib::MODULES {
        let this = path.split('/').next().unwrap_or_default();
        if this != folder {
            folder = this;
            page.push_str(&format!("\n## `std/{folder}`\n"));
        }
        page.push_str(&module(text));
    }
    page
}

fn module(text: &str) -> String {
    let parsed = parse(FileId(0), text);
    let page = Page { text };
    parsed.file.entries.iter().map(|entry| page.entry(entry)).collect()
}

/// What a page is made from.
struct Page<'t> {
    text: &'t str,
}

/// A row of a table: name, type, default, words.
type Row = [String; 4];

impl Page<'_> {
    fn entry(&self, entry: &Entry) -> String {
        match &entry.node {
            Node::Kind(kind) => self.kind(kind, &entry.doc),
            Node::Type(alias) => self.alias(alias, &entry.doc),
            Node::Metrics(metrics) => self.metrics(metrics, &entry.doc),
            Node::App(_)
            | Node::Use(_)
            | Node::Let(_)
            | Node::Environment(_)
            | Node::Decl(_)
            | Node::Param(_)
            | Node::Out(_)
            | Node::Field(_)
            | Node::Block(_)
            | Node::Spread(_)
            | Node::Drop(_)
            | Node::If(_)
            | Node::For(_)
            | Node::Raw(_)
            | Node::Error => String::new(),
        }
    }

    fn kind(&self, kind: &ast::Kind, doc: &str) -> String {
        let mut out = format!("\n### `{}`\n\n{}", kind.name.text, prose(doc));
        let mut rows = Vec::new();
        self.parameters(&kind.body.entries, "", &mut rows);
        out.push_str(&table(["Parameter", "Type", "Default", ""], &rows));
        let outs: Vec<Row> = kind.body.entries.iter().filter_map(|entry| self.out(entry)).collect();
        out.push_str(&table(["Output", "Type", "", ""], &outs));
        out
    }

    fn alias(&self, alias: &ast::TypeAlias, doc: &str) -> String {
        let mut out = format!("\n### `{}`\n\n{}", alias.name.text, prose(doc));
        match &alias.ty.node {
            TypeNode::Record(body) => {
                let mut rows = Vec::new();
                self.parameters(&body.entries, "", &mut rows);
                out.push_str(&table(["Field", "Type", "Default", ""], &rows));
            }
            TypeNode::Enum(variants) => {
                let mut rows = Vec::new();
                for variant in variants {
                    rows.push([code(&variant.name.text), String::new(), String::new(), line(&variant.doc)]);
                    let fields = variant.fields.iter().flat_map(|fields| &fields.entries);
                    let prefix = format!("{} ", variant.name.text);
                    for field in fields {
                        self.parameter(field, &prefix, &mut rows);
                    }
                }
                out.push_str(&table(["Variant", "Type", "Default", ""], &rows));
            }
            _ => out.push_str(&format!("{}\n", code(&self.slice(alias.ty.span)))),
        }
        out
    }

    fn metrics(&self, metrics: &ast::Metrics, doc: &str) -> String {
        let mut rows = Vec::new();
        for entry in &metrics.entries {
            match entry {
                MetricEntry::Metric { doc, name, ty, labels, .. } => {
                    let labels: Vec<&str> = labels.iter().map(|label| label.text.as_str()).collect();
                    rows.push([code(&name.text), ty.text.to_string(), code(&labels.join(", ")), line(doc)]);
                }
                MetricEntry::Spread(other) => {
                    rows.push([
                        code(&format!("...{}", other.text)),
                        String::new(),
                        String::new(),
                        String::new(),
                    ]);
                }
            }
        }
        format!(
            "\n### `{}`\n\n{}{}",
            metrics.name.text,
            prose(doc),
            table(["Metric", "Type", "Labels", ""], &rows)
        )
    }

    fn parameters(&self, entries: &[Entry], prefix: &str, rows: &mut Vec<Row>) {
        for entry in entries {
            self.parameter(entry, prefix, rows);
        }
    }

    fn parameter(&self, entry: &Entry, prefix: &str, rows: &mut Vec<Row>) {
        let Node::Param(param) = &entry.node else { return };
        let name = format!("{prefix}{}", param.name.text);
        let default = match &param.default {
            Some(default) if matches!(default.node, ExprNode::Record(ref body) if body.entries.is_empty()) => {
                String::new()
            }
            Some(default) => code(&self.slice(default.span)),
            None if matches!(param.ty.node, TypeNode::Optional(_)) => "none".to_owned(),
            None => "required".to_owned(),
        };
        let mut words = line(&entry.doc);
        for variant in variants(&param.ty).iter().filter(|variant| !variant.doc.is_empty()) {
            words.push_str(&format!(" {}: {}", code(&variant.name.text), line(&variant.doc)));
        }
        rows.push([code(&name), self.ty(&param.ty), default, words.trim().to_owned()]);
        if let TypeNode::Record(body) = &param.ty.node {
            self.parameters(&body.entries, &format!("{name}."), rows);
        }
    }

    fn out(&self, entry: &Entry) -> Option<Row> {
        let Node::Out(out) = &entry.node else { return None };
        let ty = out.ty.as_ref().map(|ty| self.ty(ty)).unwrap_or_default();
        Some([code(&out.name.text), ty, String::new(), line(&entry.doc)])
    }

    fn ty(&self, ty: &TypeExpr) -> String {
        match &ty.node {
            TypeNode::Enum(variants) => {
                variants.iter().map(|variant| code(&variant.name.text)).collect::<Vec<_>>().join(", ")
            }
            TypeNode::Record(_) => "record".to_owned(),
            TypeNode::Optional(inner) if matches!(inner.node, TypeNode::Enum(_) | TypeNode::Record(_)) => {
                self.ty(inner)
            }
            _ => code(&self.slice(ty.span)),
        }
    }

    /// The source of a span, in one line.
    fn slice(&self, span: laud_syntax::Span) -> String {
        self.text[span.range()].split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn variants(ty: &TypeExpr) -> &[ast::Variant] {
    match &ty.node {
        TypeNode::Enum(variants) => variants,
        TypeNode::Optional(inner) => variants(inner),
        _ => &[],
    }
}

/// A doc comment as paragraphs; what is indented in it becomes a block.
fn prose(doc: &str) -> String {
    let mut out = String::new();
    let mut in_block = false;
    let mut blank = 0;
    for line in doc.lines() {
        let indented = line.strip_prefix("    ");
        match (in_block, indented) {
            _ if line.trim().is_empty() => {
                blank += 1;
                continue;
            }
            (false, Some(_)) => {
                in_block = true;
                out.push_str("\n```text\n");
            }
            (true, None) => {
                in_block = false;
                out.push_str("```\n\n");
            }
            (true, Some(_)) | (false, None) if blank > 0 => out.push('\n'),
            (true, Some(_)) | (false, None) => {}
        }
        blank = 0;
        out.push_str(indented.unwrap_or(line));
        out.push('\n');
    }
    if in_block {
        out.push_str("```\n");
    }
    out
}

/// A doc comment in one line of a table.
fn line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "&lt;")
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", text.replace('|', "\\|").replace('`', "'")) }
}

fn table(head: [&str; 4], rows: &[Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    // A column that is empty in every row is left out, but for the first.
    let kept: Vec<usize> =
        (0..4).filter(|column| *column == 0 || rows.iter().any(|row| !row[*column].is_empty())).collect();
    let row = |cells: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = kept.iter().map(|column| cells(*column)).collect();
        format!("| {} |\n", cells.join(" | ").replace("  ", " "))
    };
    let mut out = String::from("\n");
    out.push_str(&row(&|column| head[column].to_owned()));
    out.push_str(&row(&|_| "---".to_owned()));
    for cells in rows {
        out.push_str(&row(&|column| cells[column].clone()));
    }
    out
}
