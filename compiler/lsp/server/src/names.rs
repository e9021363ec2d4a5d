//! Requests about names: what could stand at a place, and what stands there.

use crate::answer::Failure;
use crate::position::Lines;
use crate::server::Server;
use crate::uri;
use laud_analyze::{OfferSort, SymbolSort};
use laud_ide::{Completion, Edit, System};
use laud_syntax::{FileId, Span};
use lsp_server::ErrorCode;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionResponse, CompletionTextEdit, DocumentHighlight,
    DocumentLink, Documentation, GotoDefinitionResponse, Hover, HoverContents, InsertTextFormat, Location,
    MarkupContent, MarkupKind, PrepareRenameResponse, RenameParams, TextDocumentPositionParams, TextEdit,
    Uri,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A place in a file of a system.
struct Place {
    system: Arc<System>,
    file: FileId,
    offset: u32,
}

impl Server<'_> {
    /// The place that a request is about; nothing if there is none.
    fn place(&mut self, asked: &TextDocumentPositionParams) -> Option<Place> {
        let path = uri::path(&asked.text_document.uri);
        let offset = self.documents.get(&path)?.lines.offset(asked.position)?;
        let (system, file) = self.workspace.file(&path)?;
        Some(Place { system, file, offset })
    }

    pub(crate) fn completion(&mut self, asked: &TextDocumentPositionParams) -> Option<CompletionResponse> {
        let path = uri::path(&asked.text_document.uri);
        let document =
            self.documents.get(&path).filter(|document| document.lines.text.len() <= laud_ide::LIMIT)?;
        let offset = document.lines.offset(asked.position)?;
        let found = laud_ide::completions(&mut self.workspace, &path, offset);
        let lines = &self.documents.get(&path)?.lines;
        let items = found.into_iter().map(|one| item(one, lines, self.client.snippets));
        Some(CompletionResponse::Array(items.collect()))
    }

    pub(crate) fn hover(&mut self, asked: &TextDocumentPositionParams) -> Option<Hover> {
        let Place { system, file, offset } = self.place(asked)?;
        let found = laud_ide::hover(&system, file, offset)?;
        let range = self.lines(&system, file).range(found.span);
        Some(Hover { contents: HoverContents::Markup(markdown(found.text)), range: Some(range) })
    }

    pub(crate) fn definition(
        &mut self,
        asked: &TextDocumentPositionParams,
    ) -> Option<GotoDefinitionResponse> {
        let Place { system, file, offset } = self.place(asked)?;
        let span = laud_ide::definition(&system, file, offset)?;
        self.location(&system, span).map(GotoDefinitionResponse::Scalar)
    }

    pub(crate) fn references(
        &mut self,
        asked: &TextDocumentPositionParams,
        declaration: bool,
    ) -> Option<Vec<Location>> {
        let Place { system, file, offset } = self.place(asked)?;
        let places = laud_ide::references(&system, file, offset, declaration);
        Some(places.into_iter().filter_map(|span| self.location(&system, span)).collect())
    }

    pub(crate) fn highlights(
        &mut self,
        asked: &TextDocumentPositionParams,
    ) -> Option<Vec<DocumentHighlight>> {
        let Place { system, file, offset } = self.place(asked)?;
        let lines = self.lines(&system, file);
        let places = laud_ide::references(&system, file, offset, true).into_iter();
        let here = places.filter(|place| place.file == file);
        Some(here.map(|span| DocumentHighlight { range: lines.range(span), kind: None }).collect())
    }

    pub(crate) fn links(&mut self, uri: &Uri) -> Option<Vec<DocumentLink>> {
        let (system, file) = self.workspace.file(&uri::path(uri))?;
        let lines = self.lines(&system, file);
        let link = |(span, module): (Span, FileId)| DocumentLink {
            range: lines.range(span),
            target: system.path(module).and_then(|path| self.documents.uri(&path)),
            tooltip: None,
            data: None,
        };
        Some(laud_ide::links(&system, file).into_iter().map(link).collect())
    }

    pub(crate) fn renamable(
        &mut self,
        asked: &TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>, Failure> {
        let Some(Place { system, file, offset }) = self.place(asked) else { return Ok(None) };
        let span = laud_ide::renamable(&system, file, offset).map_err(refusal)?;
        Ok(Some(PrepareRenameResponse::Range(self.lines(&system, file).range(span))))
    }

    pub(crate) fn rename(&mut self, asked: &RenameParams) -> Result<Value, Failure> {
        let Some(place) = self.place(&asked.text_document_position) else { return Ok(Value::Null) };
        let Place { system, file, offset } = place;
        let edits =
            laud_ide::rename(&self.workspace, &system, file, offset, &asked.new_name).map_err(refusal)?;
        let mut changes: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
        for Edit { span, text } in edits {
            let Some(Location { uri, range }) = self.location(&system, span) else { continue };
            changes.entry(uri.as_str().to_owned()).or_default().push(TextEdit { range, new_text: text });
        }
        Ok(json!({ "changes": changes }))
    }

    /// A place in a file of the user's.
    fn location(&self, system: &System, span: Span) -> Option<Location> {
        let uri = self.documents.uri(&system.path(span.file)?)?;
        Some(Location { uri, range: self.lines(system, span.file).range(span) })
    }

    fn lines(&self, system: &System, file: FileId) -> Lines {
        Lines::new(system.program.sources().get(file).text.clone(), self.encoding)
    }
}

fn refusal(words: String) -> Failure {
    Failure::new(ErrorCode::RequestFailed, words)
}

fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

fn item(completion: Completion, lines: &Lines, snippets: bool) -> CompletionItem {
    let Completion { offer, span, text, snippet } = completion;
    let is_snippet = snippets && snippet != text;
    let default = offer.default.as_ref().map_or_else(String::new, |default| format!(" = {default}"));
    let detail = Some(format!("{}{default}", offer.ty)).filter(|detail| !detail.is_empty());
    CompletionItem {
        kind: Some(item_kind(offer.sort)),
        detail,
        documentation: Some(offer.doc)
            .filter(|doc| !doc.is_empty())
            .map(|doc| Documentation::MarkupContent(markdown(doc))),
        sort_text: Some(format!("{}{}", offer.rank, offer.name)),
        insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit {
            range: lines.range(span),
            new_text: if is_snippet { snippet } else { text },
        })),
        label: offer.name,
        ..CompletionItem::default()
    }
}

fn item_kind(sort: OfferSort) -> CompletionItemKind {
    match sort {
        OfferSort::Block => CompletionItemKind::STRUCT,
        OfferSort::Keyword => CompletionItemKind::KEYWORD,
        OfferSort::Function => CompletionItemKind::FUNCTION,
        OfferSort::Module => CompletionItemKind::MODULE,
        OfferSort::Builtin => CompletionItemKind::TYPE_PARAMETER,
        OfferSort::Symbol(sort) => match sort {
            SymbolSort::Kind => CompletionItemKind::CLASS,
            SymbolSort::Type => CompletionItemKind::INTERFACE,
            SymbolSort::Variant => CompletionItemKind::ENUM_MEMBER,
            SymbolSort::Let => CompletionItemKind::CONSTANT,
            SymbolSort::Metrics | SymbolSort::Environment => CompletionItemKind::MODULE,
            SymbolSort::Declaration => CompletionItemKind::REFERENCE,
            SymbolSort::Parameter | SymbolSort::Field => CompletionItemKind::FIELD,
            SymbolSort::Output => CompletionItemKind::PROPERTY,
            SymbolSort::Variable => CompletionItemKind::VARIABLE,
        },
    }
}
