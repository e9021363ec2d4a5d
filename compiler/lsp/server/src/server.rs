//! The loop: a message after the other, and findings when none waits.

use crate::answer::Failure;
use crate::capabilities::capabilities;
use crate::documents::Documents;
use crate::findings::Published;
use crate::library::Library;
use crate::position::Encoding;
use crate::uri;
use crossbeam_channel::TryRecvError;
use laud_analyze::Files;
use laud_ide::Workspace;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{InitializeParams, InitializeResult, ResourceOperationKind, ServerInfo};
use serde_json::Value;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a client left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As it should: `shutdown`, then `exit`.
    Well,
    /// Without a word, or with `exit` alone.
    Abruptly,
}

/// Serves one client, until it leaves.
pub fn serve(connection: &Connection, disk: &dyn Files, library: Option<Library>) -> Ended {
    let mut server = Server::new(connection, disk, library);
    let mut waiting: VecDeque<Message> = VecDeque::new();
    loop {
        waiting.extend(connection.receiver.try_iter());
        if waiting.is_empty() {
            match server.next() {
                Some(message) => waiting.push_back(message),
                None => return Ended::Abruptly,
            }
            continue;
        }
        match waiting.pop_front() {
            Some(Message::Request(request)) if is_cancelled(&request.id, &waiting) => {
                let words = "the client needs no answer any more".to_owned();
                server.send(Response::new_err(request.id, ErrorCode::RequestCanceled as i32, words));
            }
            Some(Message::Request(request)) => server.request(request),
            Some(Message::Notification(notification)) if notification.method == "exit" => {
                return if server.state == State::Stopped { Ended::Well } else { Ended::Abruptly };
            }
            Some(Message::Notification(notification)) => server.notification(notification),
            // An answer to what was asked of the client, which changes nothing.
            Some(Message::Response(_)) | None => {}
        }
    }
}

/// Whether the client took a request back that was not yet looked at.
fn is_cancelled(id: &RequestId, waiting: &VecDeque<Message>) -> bool {
    waiting.iter().any(|message| match message {
        Message::Notification(one) if one.method == "$/cancelRequest" => {
            let cancelled = one.params.get("id").cloned().map(serde_json::from_value::<RequestId>);
            cancelled.is_some_and(|cancelled| cancelled.is_ok_and(|cancelled| cancelled == *id))
        }
        Message::Notification(_) | Message::Request(_) | Message::Response(_) => false,
    })
}

/// What the client may do by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing but `initialize`.
    New,
    /// All.
    Running,
    /// Nothing but `exit`.
    Stopped,
}

/// All that is known of a client.
pub(crate) struct Server<'c> {
    connection: &'c Connection,
    state: State,
    /// What is open, as the protocol knows it.
    pub(crate) documents: Documents,
    /// What is open, as the features know it.
    pub(crate) workspace: Workspace<'c>,
    /// Where the standard library can be read.
    pub(crate) library: Option<Library>,
    /// What columns count.
    pub(crate) encoding: Encoding,
    /// What the client can do, and what it asks for.
    pub(crate) client: Client,
    /// Which findings the client has.
    pub(crate) published: Published,
    /// Whether findings may have changed since they were published.
    pub(crate) stale: bool,
}

/// What a client can do, and what it asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    /// Whether it understands several places of a finding.
    pub(crate) related: bool,
    /// Whether it can be asked to watch files.
    pub(crate) watches: bool,
    /// Whether it takes snippets in completions.
    pub(crate) snippets: bool,
    /// Where the pages of diagnostics are, as the initialization option `pages` says.
    pub(crate) pages: Option<String>,
    /// Whether it makes files where an edit says so.
    pub(crate) creates: bool,
    /// The commands that it carries out itself.
    pub(crate) commands: Vec<String>,
}

impl<'c> Server<'c> {
    fn new(connection: &'c Connection, disk: &'c dyn Files, library: Option<Library>) -> Self {
        Self {
            connection,
            state: State::New,
            documents: Documents::default(),
            workspace: Workspace::new(disk),
            library,
            encoding: Encoding::default(),
            client: Client::default(),
            published: Published::default(),
            stale: false,
        }
    }

    /// The next message, with the findings published first if none is there;
    /// `None` when the client is gone.
    fn next(&mut self) -> Option<Message> {
        match self.connection.receiver.try_recv() {
            Ok(message) => return Some(message),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => {}
        }
        if self.state == State::Running && catch_unwind(AssertUnwindSafe(|| self.publish())).is_err() {
            eprintln!("laud lsp: the findings could not be published");
            self.workspace.touch_all();
        }
        self.connection.receiver.recv().ok()
    }

    /// Sends a message. When nobody reads, the input ends as well, which the loop sees.
    pub(crate) fn send(&self, message: impl Into<Message>) {
        let _ = self.connection.sender.send(message.into());
    }

    fn request(&mut self, request: Request) {
        let id = request.id.clone();
        let answer = match (self.state, request.method.as_str()) {
            (State::New, "initialize") => self.initialize(request.params),
            (State::New, _) => Err(Failure::new(ErrorCode::ServerNotInitialized, "`initialize` comes first")),
            (State::Running, "initialize") => {
                Err(Failure::new(ErrorCode::InvalidRequest, "`initialize` comes once"))
            }
            (State::Running, "shutdown") => {
                self.state = State::Stopped;
                Ok(Value::Null)
            }
            (State::Running, method) => {
                let method = method.to_owned();
                let answer = catch_unwind(AssertUnwindSafe(|| self.answer(&method, request.params)));
                answer.unwrap_or_else(|_| {
                    eprintln!("laud lsp: `{method}` could not be answered");
                    Err(Failure::new(ErrorCode::InternalError, "a bug in laud: see the server's log"))
                })
            }
            (State::Stopped, _) => {
                Err(Failure::new(ErrorCode::InvalidRequest, "after `shutdown` comes `exit`"))
            }
        };
        self.send(match answer {
            Ok(value) => Response::new_ok(id, value),
            Err(failure) => Response::new_err(id, failure.code as i32, failure.message),
        });
    }

    fn notification(&mut self, notification: Notification) {
        if self.state != State::Running {
            return;
        }
        let Notification { method, params } = notification;
        match catch_unwind(AssertUnwindSafe(|| self.notice(&method, params))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => eprintln!("laud lsp: `{method}` is not understood: {error}"),
            Err(_) => eprintln!("laud lsp: `{method}` could not be followed"),
        }
    }

    #[expect(deprecated, reason = "clients from before workspace folders have a root alone")]
    fn initialize(&mut self, params: Value) -> Result<Value, Failure> {
        let params: InitializeParams = serde_json::from_value(params).map_err(Failure::params)?;
        let folders = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
        let roots: Vec<_> = folders.collect();
        let roots = if roots.is_empty() { params.root_uri.iter().collect() } else { roots };
        for root in roots {
            self.workspace.add_root(&uri::path(root));
        }
        let general = params.capabilities.general.as_ref();
        let encodings = general.and_then(|general| general.position_encodings.as_deref());
        self.encoding = Encoding::agree(encodings.unwrap_or_default());
        self.client = Client::of(&params);
        self.state = State::Running;
        self.stale = true;
        let name = "laud".to_owned();
        let result = InitializeResult {
            capabilities: capabilities(self.encoding),
            server_info: Some(ServerInfo { name, version: Some(env!("CARGO_PKG_VERSION").to_owned()) }),
        };
        serde_json::to_value(result).map_err(Failure::result)
    }
}

impl Client {
    fn of(params: &InitializeParams) -> Self {
        let document = params.capabilities.text_document.as_ref();
        let workspace = params.capabilities.workspace.as_ref();
        let published = document.and_then(|document| document.publish_diagnostics.as_ref());
        let completion = document.and_then(|document| document.completion.as_ref()?.completion_item.as_ref());
        let watched = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let pages = params.initialization_options.as_ref().and_then(|options| options.get("pages"));
        Self {
            related: published.and_then(|published| published.related_information).unwrap_or(false),
            watches: watched.and_then(|watched| watched.dynamic_registration).unwrap_or(false),
            snippets: completion.and_then(|item| item.snippet_support).unwrap_or(false),
            pages: pages.and_then(Value::as_str).map(str::to_owned),
            creates: creates(params),
            commands: commands(params),
        }
    }
}

/// The commands that a client carries out itself, as it says under `experimental`.
fn commands(params: &InitializeParams) -> Vec<String> {
    let said = params.capabilities.experimental.as_ref();
    let commands = said.and_then(|said| said.pointer("/commands/commands")?.as_array());
    commands.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Whether a client makes files where an edit says so.
fn creates(params: &InitializeParams) -> bool {
    let edits =
        params.capabilities.workspace.as_ref().and_then(|workspace| workspace.workspace_edit.as_ref());
    let operations = edits.and_then(|edits| edits.resource_operations.as_ref());
    edits.and_then(|edits| edits.document_changes).unwrap_or(false)
        && operations.is_some_and(|operations| operations.contains(&ResourceOperationKind::Create))
}
