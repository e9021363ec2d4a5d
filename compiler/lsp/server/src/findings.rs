//! Findings as the protocol shows them: published when they change, taken back
//! when they are gone, each with the edits that mend it.

use crate::position::Lines;
use crate::server::Server;
use camino::{Utf8Path, Utf8PathBuf};
use laud_ide::System;
use laud_syntax::{Diagnostic, FileId, Level, Span, code};
use lsp_server::Notification;
use lsp_types::notification::{Notification as _, PublishDiagnostics};
use lsp_types::{
    CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, PublishDiagnosticsParams, TextEdit, Uri,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;

/// The findings that the client has, by file.
pub(crate) type Published = BTreeMap<Utf8PathBuf, Vec<lsp_types::Diagnostic>>;

/// What mends a finding, kept in the finding's `data` for when the client asks.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Mend {
    /// What it does.
    pub(crate) title: String,
    /// The edits, by file.
    pub(crate) edits: BTreeMap<String, Vec<TextEdit>>,
}

impl Server<'_> {
    /// Publishes the findings of every file in which they changed.
    pub(crate) fn publish(&mut self) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        let mut now = Published::new();
        for system in self.workspace.systems() {
            // Its files are no specs, and nobody at an editor can mend them.
            if self.library.as_ref().is_some_and(|library| library.has(&system.main)) {
                continue;
            }
            let shown = Shown { server: self, system: &system, lines: BTreeMap::new() };
            for (path, finding) in shown.all() {
                let here = now.entry(path).or_default();
                // A module of two systems may show the same in both.
                if !here.contains(&finding) {
                    here.push(finding);
                }
            }
        }
        let gone: Vec<Utf8PathBuf> =
            self.published.keys().filter(|path| !now.contains_key(*path)).cloned().collect();
        for path in gone {
            self.send_findings(&path, Vec::new());
        }
        for (path, findings) in &now {
            if self.published.get(path) != Some(findings) {
                self.send_findings(path, findings.clone());
            }
        }
        self.published = now;
    }

    fn send_findings(&self, path: &Utf8Path, diagnostics: Vec<lsp_types::Diagnostic>) {
        let Some(uri) = self.documents.uri(path) else { return };
        let version = self.documents.get(path).map(|document| document.version);
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.send(Notification::new(PublishDiagnostics::METHOD.to_owned(), params));
    }
}

/// The findings of a system on their way to the client.
struct Shown<'s> {
    server: &'s Server<'s>,
    system: &'s System,
    lines: BTreeMap<FileId, Cow<'s, Lines>>,
}

impl Shown<'_> {
    fn all(mut self) -> Vec<(Utf8PathBuf, lsp_types::Diagnostic)> {
        let findings = self.system.findings.iter();
        findings.map(|finding| (self.path(finding), self.finding(finding))).collect()
    }

    /// The file at which a finding is shown.
    fn path(&self, finding: &Diagnostic) -> Utf8PathBuf {
        let place = self.system.place(finding).and_then(|span| self.system.path(span.file()));
        place.unwrap_or_else(|| self.system.main.clone())
    }

    fn finding(&mut self, finding: &Diagnostic) -> lsp_types::Diagnostic {
        let place = self.system.place(finding);
        let range = place.map(|span| self.lines(span.file()).range(span)).unwrap_or_default();
        let related: Vec<_> =
            finding.related.iter().filter_map(|(span, words)| self.related(*span, words)).collect();
        let mends: Vec<Mend> = finding.fixes.iter().filter_map(|fix| self.mend(fix)).collect();
        lsp_types::Diagnostic {
            range,
            severity: Some(match finding.level {
                Level::Error => DiagnosticSeverity::ERROR,
                Level::Warning => DiagnosticSeverity::WARNING,
            }),
            code: Some(NumberOrString::String(finding.code.id.to_owned())),
            code_description: self.page(finding.code.id).map(|href| CodeDescription { href }),
            source: Some("laud".to_owned()),
            message: finding.text(),
            related_information: (self.server.client.related && !related.is_empty()).then_some(related),
            tags: tags(finding),
            data: (!mends.is_empty()).then(|| serde_json::to_value(mends).unwrap_or_default()),
        }
    }

    fn related(&mut self, span: Span, words: &str) -> Option<DiagnosticRelatedInformation> {
        let uri = self.uri(span.file())?;
        let range = self.lines(span.file()).range(span);
        Some(DiagnosticRelatedInformation { location: Location { uri, range }, message: words.to_owned() })
    }

    /// An edit, if it is of files that can be edited.
    fn mend(&mut self, fix: &laud_syntax::Fix) -> Option<Mend> {
        let mut edits: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
        for (span, text) in &fix.edits {
            let uri = self.uri(span.file())?;
            let range = self.lines(span.file()).range(*span);
            edits
                .entry(uri.as_str().to_owned())
                .or_default()
                .push(TextEdit { range, new_text: text.clone() });
        }
        Some(Mend { title: fix.title.clone(), edits })
    }

    fn uri(&self, file: FileId) -> Option<Uri> {
        self.server.documents.uri(&self.system.path(file)?)
    }

    fn page(&self, code: &str) -> Option<Uri> {
        let pages = self.server.client.pages.as_deref()?;
        Uri::from_str(&pages.replace("{code}", code)).ok()
    }

    fn lines(&mut self, file: FileId) -> &Lines {
        self.lines.entry(file).or_insert_with(|| {
            let text = self.system.text(file).unwrap_or_default();
            let path = self.system.path(file).unwrap_or_default();
            let open = self.server.documents.get(&path).map(|document| &document.lines);
            match open.filter(|lines| lines.text == text) {
                Some(lines) => Cow::Borrowed(lines),
                None => Cow::Owned(Lines::new(text, self.server.encoding)),
            }
        })
    }
}

/// What is not used can be shown faintly.
fn tags(finding: &Diagnostic) -> Option<Vec<DiagnosticTag>> {
    let unused = [&code::UNUSED_IMPORT, &code::UNUSED_LET].contains(&finding.code);
    unused.then(|| vec![DiagnosticTag::UNNECESSARY])
}
