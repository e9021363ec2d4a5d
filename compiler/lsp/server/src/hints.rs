//! What is said beside the text: what is being filled in, and what leads to a
//! declaration.

use crate::names::{Place, markdown};
use crate::position::Encoding;
use crate::server::Server;
use crate::uri;
use laud_ide::{Lens, LensAction, Signature, System};
use lsp_types::{
    CodeLens, Command, Documentation, Location, ParameterInformation, ParameterLabel, SignatureHelp,
    SignatureInformation, TextDocumentPositionParams, Uri,
};
use serde_json::{Value, json};

/// Shows places.
const REFERENCES: &str = "laud.references";
/// Shows what an environment becomes.
const PREVIEW: &str = "laud.preview";

impl Server<'_> {
    pub(crate) fn signature(&mut self, asked: &TextDocumentPositionParams) -> Option<SignatureHelp> {
        let Place { system, file, offset } = self.place(asked)?;
        let Signature { label, doc, parts, active } = laud_ide::signature(&system, file, offset)?;
        // Offsets in labels are counted in UTF-16, whatever columns count.
        let units = |at: usize| Encoding::Utf16.len(&label[..at]);
        let parameters = parts.into_iter().map(|(bytes, doc)| ParameterInformation {
            label: ParameterLabel::LabelOffsets([units(bytes.start), units(bytes.end)]),
            documentation: documentation(doc),
        });
        let parameters = Some(parameters.collect());
        let active_parameter = active.and_then(|active| u32::try_from(active).ok());
        let signature =
            SignatureInformation { label, documentation: documentation(doc), parameters, active_parameter };
        Some(SignatureHelp { signatures: vec![signature], active_signature: Some(0), active_parameter })
    }

    pub(crate) fn lenses(&mut self, asked: &Uri) -> Option<Vec<CodeLens>> {
        let (system, file) = self.workspace.file(&uri::path(asked))?;
        let lines = self.lines(&system, file);
        let watched = self.workspace.watched(&system.main);
        let found = laud_ide::lenses(&system, &watched, file).into_iter();
        Some(
            found
                .filter_map(|lens| {
                    let range = lines.range(lens.span);
                    let command = self.command(&system, asked, lens, range.start)?;
                    Some(CodeLens { range, command: Some(command), data: None })
                })
                .collect(),
        )
    }

    /// What a lens does, with what the client can do; nothing if it would be pointless.
    fn command(&self, system: &System, uri: &Uri, lens: Lens, place: lsp_types::Position) -> Option<Command> {
        let has = |command: &str| self.client.commands.iter().any(|known| known == command);
        let (command, arguments): (&str, Vec<Value>) = match lens.action {
            LensAction::Preview(environment) if has(PREVIEW) => {
                let document = json!({ "uri": uri });
                let params =
                    json!({ "textDocument": document, "position": place, "environment": environment });
                (PREVIEW, vec![params])
            }
            LensAction::Preview(_) => return None,
            LensAction::Places(places) if has(REFERENCES) => {
                let places = places.into_iter().filter_map(|span| self.location(system, span));
                let places: Vec<Location> = places.collect();
                (REFERENCES, vec![json!(uri), json!(place), json!(places)])
            }
            // It says something all the same.
            LensAction::Places(_) | LensAction::Nothing => ("", Vec::new()),
        };
        let arguments = (!arguments.is_empty()).then_some(arguments);
        Some(Command { title: lens.title, command: command.to_owned(), arguments })
    }
}

fn documentation(text: String) -> Option<Documentation> {
    (!text.is_empty()).then(|| Documentation::MarkupContent(markdown(text)))
}
