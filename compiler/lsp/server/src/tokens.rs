//! Colours: of a file, of a part of it, and what changed since they were last asked for.

use crate::convert;
use crate::documents::Document;
use crate::server::Server;
use crate::uri;
use lsp_types::{
    Range, SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensEdit,
    SemanticTokensFullDeltaResult, Uri,
};

/// The colours that a client has of a document.
#[derive(Default)]
pub(crate) struct Given {
    /// How often they were given.
    count: u64,
    tokens: Vec<SemanticToken>,
}

impl Server<'_> {
    /// The colours of a file.
    pub(crate) fn tokens(&mut self, uri: &Uri) -> Option<SemanticTokens> {
        let document = self.documents.get_mut(&uri::path(uri))?;
        let data = tokens(document, None)?;
        let result_id = Some(document.given.keep(data.clone()));
        Some(SemanticTokens { result_id, data })
    }

    /// The colours in a part of a file.
    pub(crate) fn tokens_in(&mut self, uri: &Uri, part: Range) -> Option<SemanticTokens> {
        let document = self.documents.get_mut(&uri::path(uri))?;
        Some(SemanticTokens { result_id: None, data: tokens(document, Some(part))? })
    }

    /// What changed in the colours of a file since those of that name were
    /// given, or all of them, if others were given since.
    pub(crate) fn tokens_since(&mut self, uri: &Uri, before: &str) -> Option<SemanticTokensFullDeltaResult> {
        let document = self.documents.get_mut(&uri::path(uri))?;
        let data = tokens(document, None)?;
        if document.given.name() != before {
            let result_id = Some(document.given.keep(data.clone()));
            return Some(SemanticTokens { result_id, data }.into());
        }
        let edits = change(&document.given.tokens, &data).into_iter().collect();
        Some(SemanticTokensDelta { result_id: Some(document.given.keep(data)), edits }.into())
    }
}

impl Given {
    fn name(&self) -> String {
        self.count.to_string()
    }

    /// Keeps what is given; its name.
    fn keep(&mut self, tokens: Vec<SemanticToken>) -> String {
        *self = Self { count: self.count + 1, tokens };
        self.name()
    }
}

fn tokens(document: &mut Document, part: Option<Range>) -> Option<Vec<SemanticToken>> {
    let (lines, parsed) = document.parsed()?;
    let mut pieces = laud_ide::pieces(&lines.text, parsed);
    if let Some(part) = part {
        let (start, end) = (lines.offset_or_end(part.start), lines.offset_or_end(part.end));
        pieces.retain(|piece| start < piece.span.end() as usize && (piece.span.start() as usize) < end);
    }
    Some(convert::tokens(&pieces, lines))
}

/// How many numbers the protocol packs a token into.
const NUMBERS: usize = 5;

/// The one part in which the tokens differ; nothing if they do not.
fn change(old: &[SemanticToken], new: &[SemanticToken]) -> Option<SemanticTokensEdit> {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[same..], &new[same..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (gone, come) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let count = |tokens: usize| u32::try_from(tokens * NUMBERS).unwrap_or(u32::MAX);
    (!gone.is_empty() || !come.is_empty()).then(|| SemanticTokensEdit {
        start: count(same),
        delete_count: count(gone.len()),
        data: Some(come.to_vec()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_given() {
        let tokens = |lengths: &[u32]| -> Vec<SemanticToken> {
            lengths
                .iter()
                .map(|length| SemanticToken { length: *length, ..SemanticToken::default() })
                .collect()
        };
        let edit = |old: &[u32], new: &[u32]| {
            let edit = change(&tokens(old), &tokens(new))?;
            let lengths: Vec<u32> = edit.data.iter().flatten().map(|token| token.length).collect();
            Some((edit.start, edit.delete_count, lengths))
        };
        assert_eq!(edit(&[1, 2], &[1, 2]), None);
        assert_eq!(edit(&[1, 2, 3], &[1, 9, 8, 3]), Some((5, 5, vec![9, 8])));
        assert_eq!(edit(&[1, 1], &[1, 1, 1]), Some((10, 0, vec![1])));
        assert_eq!(edit(&[1, 2], &[]), Some((0, 10, vec![])));
    }
}
