//! What could be done at a place: what mends its findings, and what writes it in
//! another way.

use crate::findings::Mend;
use crate::position::Lines;
use crate::server::Server;
use crate::uri;
use camino::Utf8Path;
use laud_ide::{Action, ActionSort, Change};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CreateFile, CreateFileOptions,
    Diagnostic, DocumentChangeOperation, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    Position, Range, ResourceOp, TextDocumentEdit, TextEdit, WorkspaceEdit,
};
use serde_json::json;

/// The sorts of actions, each with what a client calls it.
const SORTS: [(ActionSort, CodeActionKind); 6] = [
    (ActionSort::Fix, CodeActionKind::QUICKFIX),
    (ActionSort::Rewrite, CodeActionKind::REFACTOR_REWRITE),
    (ActionSort::Extract, CodeActionKind::REFACTOR_EXTRACT),
    (ActionSort::Move, MOVE),
    (ActionSort::Organise, CodeActionKind::SOURCE_ORGANIZE_IMPORTS),
    (ActionSort::FixAll, CodeActionKind::SOURCE_FIX_ALL),
];

const MOVE: CodeActionKind = CodeActionKind::new("refactor.move");

/// What a client may ask for.
pub(crate) fn kinds() -> Vec<CodeActionKind> {
    SORTS.into_iter().map(|(_, kind)| kind).collect()
}

impl Server<'_> {
    /// What could be done in a part of a file.
    pub(crate) fn actions(&mut self, asked: &CodeActionParams) -> Vec<CodeActionOrCommand> {
        self.publish();
        let path = uri::path(&asked.text_document.uri);
        let sorts: Vec<ActionSort> = SORTS
            .iter()
            .filter(|(_, kind)| wants(asked.context.only.as_ref(), kind))
            .map(|(sort, _)| *sort)
            .collect();
        let mut found = Vec::new();
        if sorts.contains(&ActionSort::Fix) {
            let findings = self.published.get(&path).into_iter().flatten();
            let touches = |finding: &&Diagnostic| touch(finding.range, asked.range);
            found.extend(findings.filter(touches).flat_map(mends));
        }
        found.extend(self.others(&path, asked.range, &sorts).unwrap_or_default());
        found
    }

    /// What could be done besides the fixes that findings bring.
    fn others(
        &mut self,
        path: &Utf8Path,
        range: Range,
        sorts: &[ActionSort],
    ) -> Option<Vec<CodeActionOrCommand>> {
        let lines =
            &self.documents.get(path).filter(|document| document.lines.text.len() <= laud_ide::LIMIT)?.lines;
        let start = lines.offset(range.start)?;
        let end = u32::try_from(lines.offset_or_end(range.end)).ok()?.max(start);
        if sorts.is_empty() {
            return None;
        }
        let found = laud_ide::actions(&mut self.workspace, path, start, end, sorts);
        Some(found.into_iter().filter_map(|action| self.action(path, action)).collect())
    }

    fn action(&self, path: &Utf8Path, action: Action) -> Option<CodeActionOrCommand> {
        let edit = self.edit(&action.changes)?;
        let kind = SORTS.iter().find(|(sort, _)| *sort == action.sort).map(|(_, kind)| kind.clone());
        let place = action.mends.zip(self.documents.get(path));
        let place = place.map(|(span, document)| document.lines.range(span));
        let findings = self.published.get(path).into_iter().flatten();
        let mended: Vec<Diagnostic> =
            findings.filter(|finding| place == Some(finding.range)).cloned().collect();
        let title = action.title;
        let diagnostics = (!mended.is_empty()).then_some(mended);
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title,
            kind,
            diagnostics,
            edit: Some(edit),
            ..CodeAction::default()
        }))
    }

    /// The edits of an action; nothing if the client cannot make them.
    fn edit(&self, changes: &[Change]) -> Option<WorkspaceEdit> {
        let makes_files = changes.iter().any(|change| change.text.is_none());
        if makes_files && !self.client.creates {
            return None;
        }
        let mut operations = Vec::new();
        let mut edits = serde_json::Map::new();
        for Change { path, text, edits: made } in changes {
            let uri = self.documents.uri(path)?;
            let lines = Lines::new(text.clone().unwrap_or_default(), self.encoding);
            let made: Vec<TextEdit> =
                made.iter().map(|edit| crate::convert::edit(edit.clone(), &lines)).collect();
            if text.is_none() {
                let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
                let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
                operations.push(DocumentChangeOperation::Op(ResourceOp::Create(create)));
            }
            edits.insert(uri.as_str().to_owned(), json!(made));
            let version = self.documents.get(path).map(|document| document.version);
            let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
            let edits = made.into_iter().map(OneOf::Left).collect();
            operations.push(DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits }));
        }
        // In order, where the client keeps one.
        if self.client.creates {
            let document_changes = Some(DocumentChanges::Operations(operations));
            return Some(WorkspaceEdit { document_changes, ..WorkspaceEdit::default() });
        }
        serde_json::from_value(json!({ "changes": edits })).ok()
    }
}

/// Whether two ranges have a place in common, be it an end.
fn touch(one: Range, other: Range) -> bool {
    let before = |a: Position, b: Position| (a.line, a.character) <= (b.line, b.character);
    before(one.start, other.end) && before(other.start, one.end)
}

/// Whether a client wants what it calls that: it asks by that name, by that of a
/// sort around it, or for all.
fn wants(only: Option<&Vec<CodeActionKind>>, kind: &CodeActionKind) -> bool {
    let is_around = |asked: &CodeActionKind| {
        let (asked, kind) = (asked.as_str(), kind.as_str());
        asked.is_empty()
            || asked == kind
            || kind.strip_prefix(asked).is_some_and(|rest| rest.starts_with('.'))
    };
    match only {
        Some(only) => only.iter().any(is_around),
        None => true,
    }
}

/// What mends a finding.
fn mends(finding: &Diagnostic) -> Vec<CodeActionOrCommand> {
    let mends: Vec<Mend> =
        serde_json::from_value(finding.data.clone().unwrap_or_default()).unwrap_or_default();
    let only = mends.len() == 1;
    let action = |mend: Mend| {
        CodeActionOrCommand::CodeAction(CodeAction {
            title: mend.title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![finding.clone()]),
            edit: serde_json::from_value(json!({ "changes": mend.edits })).ok(),
            is_preferred: Some(only),
            ..CodeAction::default()
        })
    };
    mends.into_iter().map(action).collect()
}
