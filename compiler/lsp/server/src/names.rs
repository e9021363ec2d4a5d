//! Requests about names: what could stand at a place, and what stands there.

use crate::answer::Failure;
use crate::position::Lines;
use crate::server::Server;
use crate::uri;
use laud_ide::{Edit, Link, System, Target};
use laud_syntax::{FileId, Span};
use lsp_server::ErrorCode;
use lsp_types::{
    DocumentHighlight, DocumentLink, GotoDefinitionResponse, Hover, HoverContents, InlayHint, InlayHintLabel,
    InlayHintParams, InlayHintTooltip, Location, MarkupContent, MarkupKind, PrepareRenameResponse,
    RenameParams, TextDocumentPositionParams, TextEdit, Uri,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

/// A place in a file of a system.
pub(crate) struct Place {
    pub(crate) system: Arc<System>,
    pub(crate) file: FileId,
    pub(crate) offset: u32,
}

impl Server<'_> {
    /// The place that a request is about; nothing if there is none.
    pub(crate) fn place(&mut self, asked: &TextDocumentPositionParams) -> Option<Place> {
        let path = uri::path(&asked.text_document.uri);
        let offset = self.documents.get(&path)?.lines.offset(asked.position)?;
        let (system, file) = self.workspace.file(&path)?;
        Some(Place { system, file, offset })
    }

    pub(crate) fn hover(&mut self, asked: &TextDocumentPositionParams) -> Option<Hover> {
        let Place { system, file, offset } = self.place(asked)?;
        let mut found = laud_ide::hover(&system, file, offset)?;
        if let Some(values) = self.workspace.values(&system, file, offset) {
            found.text.push_str(&format!("\n{values}"));
        }
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
        let here = places.filter(|place| place.file() == file);
        Some(here.map(|span| DocumentHighlight { range: lines.range(span), kind: None }).collect())
    }

    pub(crate) fn links(&mut self, uri: &Uri) -> Option<Vec<DocumentLink>> {
        let (system, file) = self.workspace.file(&uri::path(uri))?;
        let lines = self.lines(&system, file);
        let link = |Link { span, target }: Link| {
            let target = match target {
                Target::File(module) => system.path(module).and_then(|path| self.documents.uri(&path)),
                Target::Path(path) => self.documents.uri(&path),
                Target::Page(page) => Uri::from_str(&page).ok(),
            };
            let target = Some(target?);
            Some(DocumentLink { range: lines.range(span), target, tooltip: None, data: None })
        };
        let found = laud_ide::document_links(&self.workspace, &system, file);
        Some(found.into_iter().filter_map(link).collect())
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

    /// What is not written in a range of a file.
    pub(crate) fn hints(&mut self, asked: &InlayHintParams) -> Option<Vec<InlayHint>> {
        let path = uri::path(&asked.text_document.uri);
        let lines = &self.documents.get(&path)?.lines;
        let range = lines.offset(asked.range.start)?..lines.offset_or_end(asked.range.end) as u32;
        let (system, file) = self.workspace.file(&path)?;
        let lines = self.lines(&system, file);
        let hint = |hint: laud_ide::Hint| InlayHint {
            position: lines.position(hint.offset),
            label: InlayHintLabel::String(hint.text),
            kind: None,
            text_edits: None,
            tooltip: Some(InlayHintTooltip::MarkupContent(markdown(hint.more))),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        };
        Some(self.workspace.hints(&system, file, range).into_iter().map(hint).collect())
    }

    /// A place in a file of the user's or of the standard library.
    pub(crate) fn location(&self, system: &System, span: Span) -> Option<Location> {
        let of_library = || self.library.as_ref()?.path(&system.program().sources().get(span.file()).name);
        let uri = self.documents.uri(&system.path(span.file()).or_else(of_library)?)?;
        Some(Location { uri, range: self.lines(system, span.file()).range(span) })
    }

    pub(crate) fn lines(&self, system: &System, file: FileId) -> Lines {
        Lines::new(system.program().sources().get(file).text.clone(), self.encoding)
    }
}

fn refusal(words: String) -> Failure {
    Failure::new(ErrorCode::RequestFailed, words)
}

pub(crate) fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}
