//! What a client tells: what is open, what changed, what is gone.

use crate::server::Server;
use crate::uri;
use lsp_server::Request;
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument,
    DidOpenTextDocument, DidSaveTextDocument, Initialized, Notification,
};
use lsp_types::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, Registration,
    RegistrationParams,
};
use serde_json::Value;

type Result = std::result::Result<(), serde_json::Error>;

impl Server<'_> {
    /// Follows what a client tells. What is not known changes nothing.
    pub(crate) fn notice(&mut self, method: &str, params: Value) -> Result {
        match method {
            Initialized::METHOD => self.watch(),
            DidOpenTextDocument::METHOD => self.opened(read::<DidOpenTextDocument>(params)?),
            DidChangeTextDocument::METHOD => self.changed(read::<DidChangeTextDocument>(params)?),
            DidCloseTextDocument::METHOD => self.closed(read::<DidCloseTextDocument>(params)?),
            DidSaveTextDocument::METHOD => {
                // What a spec names on disk, such as a Dockerfile, is not watched.
                self.workspace.touch_all();
                self.stale = true;
            }
            DidChangeWatchedFiles::METHOD => {
                for change in read::<DidChangeWatchedFiles>(params)?.changes {
                    self.workspace.touch(&uri::path(&change.uri));
                }
                self.stale = true;
            }
            DidChangeWorkspaceFolders::METHOD => {
                let event = read::<DidChangeWorkspaceFolders>(params)?.event;
                event.removed.iter().for_each(|folder| self.workspace.remove_root(&uri::path(&folder.uri)));
                event.added.iter().for_each(|folder| self.workspace.add_root(&uri::path(&folder.uri)));
                self.stale = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn opened(&mut self, params: lsp_types::DidOpenTextDocumentParams) {
        let document = params.text_document;
        let path = self.documents.open(&document.uri, document.version, document.text, self.encoding);
        self.changed_text(&path);
    }

    fn changed(&mut self, params: lsp_types::DidChangeTextDocumentParams) {
        let path = uri::path(&params.text_document.uri);
        let encoding = self.encoding;
        let Some(document) = self.documents.get_mut(&path) else { return };
        for change in &params.content_changes {
            document.change(change, encoding);
        }
        document.version = params.text_document.version;
        self.changed_text(&path);
    }

    fn closed(&mut self, params: lsp_types::DidCloseTextDocumentParams) {
        let path = uri::path(&params.text_document.uri);
        self.documents.close(&path);
        self.workspace.close(&path);
        self.stale = true;
    }

    fn changed_text(&mut self, path: &camino::Utf8Path) {
        if let Some(document) = self.documents.get(path) {
            self.workspace.set(path, document.lines.text.clone());
        }
        self.stale = true;
    }

    /// Asks the client to tell of specs that change on disk.
    fn watch(&self) {
        if !self.client.watches {
            return;
        }
        let watchers =
            vec![FileSystemWatcher { glob_pattern: GlobPattern::String("**/*.laud".to_owned()), kind: None }];
        let options = DidChangeWatchedFilesRegistrationOptions { watchers };
        let registration = Registration {
            id: "specs".to_owned(),
            method: DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        let params = RegistrationParams { registrations: vec![registration] };
        self.send(Request::new("watch".to_owned().into(), "client/registerCapability".to_owned(), params));
    }
}

fn read<N: Notification>(params: Value) -> std::result::Result<N::Params, serde_json::Error> {
    serde_json::from_value(params)
}
