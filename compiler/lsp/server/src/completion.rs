//! What could stand at a place, and more of it for the one that is looked at.

use crate::names::markdown;
use crate::position::Lines;
use crate::server::Server;
use crate::uri;
use laud_analyze::{OfferSort, SymbolSort};
use laud_ide::Completion;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionResponse, CompletionTextEdit,
    Documentation, InsertTextFormat, TextDocumentPositionParams, TextEdit, Uri,
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The longest documentation that is sent along, in bytes; a longer one is sent
/// when it is looked at.
const LONGEST: usize = 160;

/// Where the documentation of an item is kept.
#[derive(Debug, Deserialize, Serialize)]
struct Kept {
    uri: String,
    index: usize,
}

impl Server<'_> {
    pub(crate) fn completion(&mut self, asked: &TextDocumentPositionParams) -> Option<CompletionResponse> {
        let path = uri::path(&asked.text_document.uri);
        let document =
            self.documents.get(&path).filter(|document| document.lines.text.len() <= laud_ide::LIMIT)?;
        let offset = document.lines.offset(asked.position)?;
        let found = laud_ide::completions(&mut self.workspace, &path, offset);
        let document = self.documents.get_mut(&path)?;
        document.offered.clear();
        let mut items = Vec::with_capacity(found.len());
        for mut one in found {
            let doc = std::mem::take(&mut one.offer.doc);
            let mut item = item(one, &document.lines, self.client.snippets);
            if doc.len() > LONGEST {
                let kept = Kept { uri: document.uri.as_str().to_owned(), index: document.offered.len() };
                document.offered.push(doc);
                item.data = serde_json::to_value(kept).ok();
            } else if !doc.is_empty() {
                item.documentation = Some(Documentation::MarkupContent(markdown(doc)));
            }
            items.push(item);
        }
        Some(CompletionResponse::Array(items))
    }

    /// An item with its documentation, if it was kept back.
    pub(crate) fn resolve(&self, mut item: CompletionItem) -> CompletionItem {
        let kept = item.data.clone().and_then(|data| serde_json::from_value::<Kept>(data).ok());
        let document = kept.and_then(|kept| {
            let uri = Uri::from_str(&kept.uri).ok()?;
            self.documents.get(&uri::path(&uri))?.offered.get(kept.index).cloned()
        });
        if let Some(doc) = document {
            item.documentation = Some(Documentation::MarkupContent(markdown(doc)));
        }
        item
    }
}

fn item(completion: Completion, lines: &Lines, snippets: bool) -> CompletionItem {
    let Completion { offer, span, text, snippet, edits } = completion;
    let is_snippet = snippets && snippet != text;
    let default = offer.default.as_ref().map_or_else(String::new, |default| format!(" = {default}"));
    let detail = match &offer.now {
        Some(now) if offer.ty.is_empty() => format!("now {now}"),
        Some(now) => format!("{}, now {now}", offer.ty),
        None => format!("{}{default}", offer.ty),
    };
    let description = offer.module.clone();
    let more = edits.into_iter().map(|edit| crate::convert::edit(edit, lines));
    let more: Vec<TextEdit> = more.collect();
    CompletionItem {
        kind: Some(item_kind(offer.sort)),
        label_details: description
            .map(|description| CompletionItemLabelDetails { description: Some(description), detail: None }),
        detail: Some(detail).filter(|detail| !detail.is_empty()),
        sort_text: Some(format!("{:02}{}", offer.rank, offer.name)),
        insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit {
            range: lines.range(span),
            new_text: if is_snippet { snippet } else { text },
        })),
        additional_text_edits: (!more.is_empty()).then_some(more),
        label: offer.name,
        ..CompletionItem::default()
    }
}

fn item_kind(sort: OfferSort) -> CompletionItemKind {
    match sort {
        OfferSort::Block => CompletionItemKind::STRUCT,
        OfferSort::Keyword | OfferSort::Word => CompletionItemKind::KEYWORD,
        OfferSort::Function => CompletionItemKind::FUNCTION,
        OfferSort::Module => CompletionItemKind::MODULE,
        OfferSort::Builtin => CompletionItemKind::TYPE_PARAMETER,
        OfferSort::Unit => CompletionItemKind::UNIT,
        OfferSort::File => CompletionItemKind::FILE,
        OfferSort::Folder => CompletionItemKind::FOLDER,
        OfferSort::Metric => CompletionItemKind::VALUE,
        OfferSort::Label => CompletionItemKind::PROPERTY,
        OfferSort::Fields => CompletionItemKind::SNIPPET,
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
