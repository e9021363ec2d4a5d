//! The command line: commands, options, and the help that people read.

use camino::Utf8PathBuf;
use clap::builder::styling::{AnsiColor, Style, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

/// The command line, read.
#[derive(Debug, Parser)]
#[command(
    name = "laud",
    bin_name = "laud",
    version,
    about = "Describe a system once; get the files that run it",
    long_about = "\
Describe a system once; get the files that run it.

A .laud spec says what your services are, what they need and who may reach them.
laud checks that all of it holds together, and writes the files that run it: compose,
nginx, Prometheus and Grafana, one folder for each environment.",
    after_help = "\
Start here:
  laud init hello          write a small spec that works
  laud check hello         say what is wrong with it
  laud build hello         write its files to hello/deploy/

Exit codes: 0 all is well; 1 the spec has errors, or fmt found differences;
2 wrong usage, or something cannot be read or written.",
    styles = STYLES,
    disable_help_subcommand = true,
    infer_subcommands = false,
    propagate_version = false,
)]
pub(crate) struct Cli {
    /// What is the same for every command.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const HEAD: Style = AnsiColor::Green.on_default().bold();
const NAME: Style = AnsiColor::Cyan.on_default().bold();
const STYLES: Styles = Styles::styled()
    .header(HEAD)
    .usage(HEAD)
    .literal(NAME)
    .placeholder(AnsiColor::Cyan.on_default())
    .error(AnsiColor::Red.on_default().bold())
    .valid(NAME)
    .invalid(AnsiColor::Yellow.on_default().bold());

/// Options that every command takes.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Global {
    /// How to show what is wrong: human, short (a line each), json, sarif, github or gitlab
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(crate) format: Format,
    /// When to use colours: auto, always or never; NO_COLOR is honoured
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(crate) color: ColorChoice,
    /// Show errors alone: no warnings, no summary, no progress
    #[arg(long, short, global = true, help_heading = "Output")]
    pub(crate) quiet: bool,
}

/// How diagnostics are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the source and what to do about it
    #[default]
    Human,
    /// `path:line:column: error[CODE]: message`
    Short,
    /// One JSON document, on standard output
    Json,
    /// One SARIF 2.1.0 log, on standard output
    Sarif,
    /// Annotations of a GitHub job
    Github,
    /// One report of GitLab's Code Quality, on standard output
    Gitlab,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what is wrong with a spec, in every environment
    Check(Check),
    /// Write the files of each environment
    Build(Build),
    /// Lay specs out in the one canonical way
    Fmt(Fmt),
    /// Draw the system: services, networks, routes, who waits for whom
    Graph(Graph),
    /// Say which place of the spec causes an emitted line, and the other way round
    Where(Where),
    /// Tell all about a diagnostic code, or list them
    Explain(Explain),
    /// Write a first spec that works into an empty folder
    Init(Init),
    /// Serve an editor over standard input and output
    Lsp(Lsp),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page
    #[command(hide = true)]
    Man,
}

/// `laud check`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  laud check                      the spec in this folder
  laud check shop/main.laud       a spec by its file
  laud check --format short       one line for each finding, for editors
  laud check --format github      annotations, in a job of GitHub's
  laud check - < main.laud        standard input")]
pub(crate) struct Check {
    /// A spec, a folder with a main.laud, or `-` for standard input
    #[arg(default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(crate) path: Utf8PathBuf,
}

/// `laud build`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  laud build                      every environment, to deploy/ beside the spec
  laud build --env production     one environment
  laud build --out /srv/shop      to another folder

What was built before stays whole until all of the new output is there. Files of yours in
the folder (.env, secrets/, certificates) are left alone, and a file that you edited is not
overwritten without --force.")]
pub(crate) struct Build {
    /// A spec, or a folder with a main.laud
    #[arg(default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(crate) path: Utf8PathBuf,
    /// An environment to build; may be repeated, or several with commas [default: all]
    #[arg(long = "env", short = 'e', value_name = "NAME", value_delimiter = ',')]
    pub(crate) environments: Vec<String>,
    /// Where to: a folder for each environment is made in it [default: deploy/ beside the spec]
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<Utf8PathBuf>,
    /// Overwrite files that were edited, or that laud did not write
    #[arg(long)]
    pub(crate) force: bool,
}

/// `laud fmt`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  laud fmt                        every .laud file in this folder and below
  laud fmt --check                change nothing; exit code 1 if something would change
  laud fmt --diff main.laud       show what would change
  laud fmt - < main.laud          standard input to standard output")]
pub(crate) struct Fmt {
    /// Files, folders with all .laud files in them, or `-` for standard input
    #[arg(default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// Change nothing; name the files that would change
    #[arg(long)]
    pub(crate) check: bool,
    /// Change nothing; show what would change
    #[arg(long)]
    pub(crate) diff: bool,
}

/// `laud graph`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  laud graph | dot -Tsvg > system.svg
  laud graph --env production --as mermaid")]
pub(crate) struct Graph {
    /// A spec, a folder with a main.laud, or `-` for standard input
    #[arg(default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(crate) path: Utf8PathBuf,
    /// The environment to draw; the first if none is named
    #[arg(long = "env", short = 'e', value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// The language to draw in: dot or mermaid
    #[arg(long = "as", value_enum, default_value_t, value_name = "LANGUAGE", hide_possible_values = true)]
    pub(crate) language: GraphLanguage,
}

/// The language of a drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphLanguage {
    /// For Graphviz
    #[default]
    Dot,
    /// For Markdown, as on GitHub
    Mermaid,
}

/// `laud where`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  laud where deploy/production/compose.yaml:42   the place of the spec that causes the line
  laud where main.laud:16:22                     the lines that the field there causes
  laud where main.laud:16 --env production       in one environment, of what starts the line")]
pub(crate) struct Where {
    /// A line of an emitted file, FILE:LINE, or a place of a spec, FILE:LINE:COLUMN
    #[arg(value_name = "PLACE")]
    pub(crate) place: String,
    /// Of a place of the spec: an environment; may be repeated, or several with commas [default: all]
    #[arg(long = "env", short = 'e', value_name = "NAME", value_delimiter = ',')]
    pub(crate) environments: Vec<String>,
    /// The spec, or a folder with a main.laud [default: the nearest main.laud above]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) spec: Option<Utf8PathBuf>,
}

/// `laud explain`
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A code, such as L0204; without one, all are listed
    pub(crate) code: Option<String>,
}

/// `laud init`
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder; it is made if it is not there, and must be empty
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub(crate) folder: Utf8PathBuf,
}

/// `laud lsp`
#[derive(Debug, Args)]
pub(crate) struct Lsp {
    /// Nothing else is served; it is taken because many clients say it
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
}

/// `laud completions`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  laud completions bash > ~/.local/share/bash-completion/completions/laud
  laud completions zsh  > ~/.zfunc/_laud
  laud completions fish > ~/.config/fish/completions/laud.fish")]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds() {
        Cli::command().debug_assert();
    }
}
