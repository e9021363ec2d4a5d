//! What a client asks, and what it is answered.

use crate::convert;
use crate::position::Lines;
use crate::preview;
use crate::server::Server;
use crate::uri;
use laud_syntax::{Parsed, Span};
use lsp_server::ErrorCode;
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentHighlightRequest, DocumentLinkRequest, DocumentSymbolRequest,
    FoldingRangeRequest, Formatting, GotoDefinition, HoverRequest, InlayHintRequest, OnTypeFormatting,
    PrepareRenameRequest, RangeFormatting, References, Rename, Request, ResolveCompletionItem,
    SelectionRangeRequest, SemanticTokensFullDeltaRequest, SemanticTokensFullRequest,
    SemanticTokensRangeRequest,
};
use lsp_types::{DocumentSymbolResponse, SelectionRange, SelectionRangeParams, TextEdit, Uri};
use serde_json::Value;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: ErrorCode,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The parameters are not those of the method.
    #[expect(clippy::needless_pass_by_value, reason = "it is for `map_err`")]
    pub(crate) fn params(error: serde_json::Error) -> Self {
        Self::new(ErrorCode::InvalidParams, error.to_string())
    }

    /// The answer cannot be written.
    #[expect(clippy::needless_pass_by_value, reason = "it is for `map_err`")]
    pub(crate) fn result(error: serde_json::Error) -> Self {
        Self::new(ErrorCode::InternalError, error.to_string())
    }
}

pub(crate) type Answer = Result<Value, Failure>;

/// Reads the parameters of a method, and writes what it gives.
pub(crate) fn with<R: Request>(params: Value, give: impl FnOnce(R::Params) -> R::Result) -> Answer {
    let params = serde_json::from_value(params).map_err(Failure::params)?;
    serde_json::to_value(give(params)).map_err(Failure::result)
}

impl Server<'_> {
    /// The answer to a request.
    pub(crate) fn answer(&mut self, method: &str, params: Value) -> Answer {
        match method {
            Formatting::METHOD => with::<Formatting>(params, |asked| {
                self.of_file(&asked.text_document.uri, |lines, parsed| {
                    edits(laud_ide::formatting(&lines.text, parsed), lines)
                })
            }),
            RangeFormatting::METHOD => with::<RangeFormatting>(params, |asked| {
                self.of_file(&asked.text_document.uri, |lines, parsed| {
                    let start = lines.offset(asked.range.start)?;
                    let end = lines.offset_or_end(asked.range.end).max(start as usize);
                    let part = Span::new(parsed.file.id, start, u32::try_from(end).ok()?);
                    Some(edits(laud_ide::range_formatting(&lines.text, parsed, part), lines))
                })?
            }),
            DocumentSymbolRequest::METHOD => with::<DocumentSymbolRequest>(params, |asked| {
                self.of_file(&asked.text_document.uri, |lines, parsed| {
                    let symbols = laud_ide::symbols(&lines.text, parsed);
                    DocumentSymbolResponse::Nested(
                        symbols.iter().map(|one| convert::symbol(one, lines)).collect(),
                    )
                })
            }),
            FoldingRangeRequest::METHOD => with::<FoldingRangeRequest>(params, |asked| {
                self.of_file(&asked.text_document.uri, |lines, parsed| {
                    let folds = laud_ide::folds(&lines.text, parsed);
                    folds.into_iter().map(|fold| convert::fold(fold, lines)).collect()
                })
            }),
            SelectionRangeRequest::METHOD => {
                with::<SelectionRangeRequest>(params, |asked| self.selections(&asked))
            }
            OnTypeFormatting::METHOD => with::<OnTypeFormatting>(params, |asked| {
                let place = &asked.text_document_position;
                self.of_file(&place.text_document.uri, |lines, parsed| {
                    let offset = lines.offset(place.position)?;
                    let format = match asked.ch.as_str() {
                        "}" => laud_ide::format_closed,
                        "\n" => laud_ide::format_broken,
                        _ => return None,
                    };
                    Some(edits(format(&lines.text, parsed, offset), lines))
                })?
            }),
            SemanticTokensFullRequest::METHOD => with::<SemanticTokensFullRequest>(params, |asked| {
                self.tokens(&asked.text_document.uri).map(Into::into)
            }),
            SemanticTokensRangeRequest::METHOD => with::<SemanticTokensRangeRequest>(params, |asked| {
                self.tokens_in(&asked.text_document.uri, asked.range).map(Into::into)
            }),
            SemanticTokensFullDeltaRequest::METHOD => {
                with::<SemanticTokensFullDeltaRequest>(params, |asked| {
                    self.tokens_since(&asked.text_document.uri, &asked.previous_result_id)
                })
            }
            CodeActionRequest::METHOD => {
                with::<CodeActionRequest>(params, |asked| Some(self.actions(&asked)))
            }
            _ => self.answer_of_names(method, params),
        }
    }

    /// The answer to a request about names, which need the whole system.
    fn answer_of_names(&mut self, method: &str, params: Value) -> Answer {
        match method {
            Completion::METHOD => {
                with::<Completion>(params, |asked| self.completion(&asked.text_document_position))
            }
            ResolveCompletionItem::METHOD => with::<ResolveCompletionItem>(params, |item| self.resolve(item)),
            HoverRequest::METHOD => {
                with::<HoverRequest>(params, |asked| self.hover(&asked.text_document_position_params))
            }
            GotoDefinition::METHOD => {
                with::<GotoDefinition>(params, |asked| self.definition(&asked.text_document_position_params))
            }
            References::METHOD => with::<References>(params, |asked| {
                self.references(&asked.text_document_position, asked.context.include_declaration)
            }),
            DocumentHighlightRequest::METHOD => with::<DocumentHighlightRequest>(params, |asked| {
                self.highlights(&asked.text_document_position_params)
            }),
            DocumentLinkRequest::METHOD => {
                with::<DocumentLinkRequest>(params, |asked| self.links(&asked.text_document.uri))
            }
            PrepareRenameRequest::METHOD => {
                let asked = serde_json::from_value(params).map_err(Failure::params)?;
                serde_json::to_value(self.renamable(&asked)?).map_err(Failure::result)
            }
            InlayHintRequest::METHOD => with::<InlayHintRequest>(params, |asked| self.hints(&asked)),
            preview::PREVIEW => preview::with(params, |asked| self.preview(asked)),
            preview::ORIGIN => preview::with(params, |asked| self.origin(asked)),
            Rename::METHOD => {
                let asked = serde_json::from_value(params).map_err(Failure::params)?;
                self.rename(&asked)
            }
            _ => self.answer_across(method, params),
        }
    }

    /// What an open file says by itself; nothing if it is not open.
    fn of_file<T>(&mut self, uri: &Uri, say: impl FnOnce(&Lines, &Parsed) -> T) -> Option<T> {
        let (lines, parsed) = self.documents.get_mut(&uri::path(uri))?.parsed()?;
        Some(say(lines, parsed))
    }

    fn selections(&mut self, asked: &SelectionRangeParams) -> Option<Vec<SelectionRange>> {
        self.of_file(&asked.text_document.uri, |lines, parsed| {
            let one = |at: &lsp_types::Position| {
                let parts = lines.offset(*at).map(|offset| laud_ide::selection(&lines.text, parsed, offset));
                convert::selection(&parts.unwrap_or_default(), *at, lines)
            };
            asked.positions.iter().map(one).collect()
        })
    }
}

fn edits(edits: Vec<laud_ide::Edit>, lines: &Lines) -> Vec<TextEdit> {
    edits.into_iter().map(|edit| convert::edit(edit, lines)).collect()
}
