//! Laud in Zed: where the language server is.

use zed_extension_api::{self as zed, Command, Extension, LanguageServerId, Result, Worktree};

struct Laud;

impl Extension for Laud {
    fn new() -> Self {
        Self
    }

    fn language_server_command(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let command = worktree.which("laud").ok_or("there is no `laud` in the path")?;
        Ok(Command { command, args: vec!["lsp".to_owned()], env: worktree.shell_env() })
    }
}

zed::register_extension!(Laud);
