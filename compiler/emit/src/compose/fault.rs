//! What the compose target refuses, and the words for it.

use laud_plan::Origin;
use laud_syntax::{Code, Diagnostic, code};

/// A fact that stands in the way of the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fault<'a> {
    /// A secret's value where anyone who may list containers would read it.
    SecretShown { secret: &'a str, place: &'static str, origin: Origin },
    /// A part of an alert's text in a service.
    AlertPart { service: &'a str, origin: Origin },
    /// A default that compose's interpolation or the env file cannot carry.
    UnfitDefault { variable: &'a str, character: char, origin: Origin },
    /// A variable that means something else to compose or to the shell.
    TakenVariable { variable: &'a str, by: Taker, origin: Origin },
    /// A colon in a path where compose divides by it.
    Colon { what: &'static str, path: &'a str, origin: Origin },
    /// Something mounted where a container has what makes it one.
    OwnPlace { path: &'a str, origin: Origin },
    /// A service that waits for a job that no start runs.
    NeedsOnDemand { service: &'a str, job: &'a str, origin: Origin },
    /// A port or an alias of a service that is on no network.
    NoNetwork { service: &'a str, what: &'static str, origin: Origin },
    /// A published port of a service whose networks have no way out.
    InternalOnly { service: &'a str, port: u16, origin: Origin },
    /// A published port of a service with several containers.
    SharedPort { service: &'a str, port: u16, origin: Origin },
    /// A health check with a zero that docker takes for "not set".
    ZeroHealth { what: &'static str, origin: Origin },
    /// Raw content with a key that compose does not know.
    RawUnknown { path: String, near: Option<&'static str>, origin: Origin },
    /// Raw content of a shape that compose does not take.
    RawShape { path: String, takes: String, found: String, origin: Origin },
    /// Raw content for a key that is laud's.
    RawForbidden { path: String, safeguard: bool, origin: Origin },
    /// Raw content for a value that laud has set.
    RawChanges { path: String, origin: Origin },
    /// Raw content that says one thing twice.
    RawTwice { path: String, origin: Origin },
    /// Raw content of a gateway that has no container.
    RawWithoutContainer { origin: Origin },
}

/// Who else reads a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taker {
    /// laud, for the release.
    Release,
    /// Docker compose and its client, for themselves.
    Docker,
    /// The shell that deploys, whose value would win over `.env`.
    Shell,
}

impl Fault<'_> {
    /// The diagnostic.
    pub(super) fn into_diagnostic(self) -> Diagnostic {
        let origin = self.origin();
        let diagnostic = Diagnostic::new(self.code(), origin, self.message());
        let diagnostic = match self.note() {
            Some(note) => diagnostic.note(note),
            None => diagnostic,
        };
        diagnostic.maybe_help(self.help())
    }

    fn origin(&self) -> Origin {
        match self {
            Self::SecretShown { origin, .. }
            | Self::AlertPart { origin, .. }
            | Self::UnfitDefault { origin, .. }
            | Self::TakenVariable { origin, .. }
            | Self::Colon { origin, .. }
            | Self::OwnPlace { origin, .. }
            | Self::NeedsOnDemand { origin, .. }
            | Self::NoNetwork { origin, .. }
            | Self::InternalOnly { origin, .. }
            | Self::SharedPort { origin, .. }
            | Self::ZeroHealth { origin, .. }
            | Self::RawUnknown { origin, .. }
            | Self::RawShape { origin, .. }
            | Self::RawForbidden { origin, .. }
            | Self::RawChanges { origin, .. }
            | Self::RawTwice { origin, .. }
            | Self::RawWithoutContainer { origin } => *origin,
        }
    }

    fn code(&self) -> &'static Code {
        match self {
            Self::SecretShown { .. } => &code::SECRET_SHOWN,
            Self::AlertPart { .. } | Self::UnfitDefault { .. } => &code::BAD_TEXT,
            Self::TakenVariable { .. } => &code::NAME_CLASH,
            Self::Colon { .. } | Self::OwnPlace { .. } => &code::BAD_PATH,
            Self::NeedsOnDemand { .. } | Self::NoNetwork { .. } | Self::InternalOnly { .. } => {
                &code::TARGET_LACKS
            }
            Self::SharedPort { .. } => &code::PORT_CLASH,
            Self::ZeroHealth { .. } => &code::OUT_OF_RANGE,
            Self::RawUnknown { .. }
            | Self::RawShape { .. }
            | Self::RawTwice { .. }
            | Self::RawWithoutContainer { .. } => &code::BAD_RAW,
            Self::RawForbidden { .. } | Self::RawChanges { .. } => &code::RAW_UNDOES,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::SecretShown { secret, place, .. } => {
                format!("the secret `{secret}` would be shown in {place}")
            }
            Self::AlertPart { service, .. } => format!("a text of an alert in the service `{service}`"),
            Self::UnfitDefault { variable, character, .. } => {
                format!(
                    "the default of `{variable}` holds {character:?}, which `.env` and compose cannot carry"
                )
            }
            Self::TakenVariable { variable, by, .. } => match by {
                Taker::Release => format!("`{variable}` is the variable that names the release"),
                Taker::Docker => format!("`{variable}` is a variable that docker itself reads"),
                Taker::Shell => format!("`{variable}` is a variable that the shell sets"),
            },
            Self::Colon { what, path, .. } => format!("the {what} `{path}` holds a `:`"),
            Self::OwnPlace { path, .. } => format!("nothing can be mounted at `{path}`"),
            Self::NeedsOnDemand { service, job, .. } => {
                format!("`{service}` waits for the job `{job}`, which no start runs")
            }
            Self::NoNetwork { service, what, .. } => format!("`{service}` has {what} but is on no network"),
            Self::InternalOnly { service, port, .. } => {
                format!("port {port} of `{service}` is published, but its networks are all internal")
            }
            Self::SharedPort { service, port, .. } => {
                format!("port {port} of the host for several containers of `{service}`")
            }
            Self::ZeroHealth { what, .. } => format!("a health check with {what} of 0"),
            Self::RawUnknown { path, .. } => format!("compose has no `{path}`"),
            Self::RawShape { path, takes, found, .. } => format!("`{path}` takes {takes}, not {found}"),
            Self::RawForbidden { path, safeguard: true, .. } => format!("`{path}` is a safeguard"),
            Self::RawForbidden { path, safeguard: false, .. } => format!("`{path}` is written by laud"),
            Self::RawChanges { path, .. } => format!("`{path}` already has a value"),
            Self::RawTwice { path, .. } => format!("`{path}` is set twice in raw content"),
            Self::RawWithoutContainer { .. } => "a gateway on the host has nothing in compose".to_owned(),
        }
    }

    fn note(&self) -> Option<String> {
        let note = match self {
            Self::TakenVariable { by: Taker::Shell, .. } => {
                "Compose takes the shell's value before that of `.env`."
            }
            Self::InternalOnly { .. } => {
                "Docker publishes no port of a container that has no way out of the host."
            }
            Self::ZeroHealth { .. } => "Docker takes 0 for \"not set\" and uses its own default.",
            Self::SecretShown { .. } => "Whoever may list containers can read it there.",
            Self::OwnPlace { .. } => {
                "A container has its own root, /dev and /proc, and does not start without them."
            }
            Self::AlertPart { .. }
            | Self::UnfitDefault { .. }
            | Self::TakenVariable { .. }
            | Self::Colon { .. }
            | Self::NeedsOnDemand { .. }
            | Self::NoNetwork { .. }
            | Self::SharedPort { .. }
            | Self::RawUnknown { .. }
            | Self::RawShape { .. }
            | Self::RawForbidden { .. }
            | Self::RawChanges { .. }
            | Self::RawTwice { .. }
            | Self::RawWithoutContainer { .. } => return None,
        };
        Some(note.to_owned())
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::RawUnknown { near, .. } => {
                return near.map(|name| format!("There is `{name}`, which is near."));
            }
            Self::SecretShown { .. } => "Pass it in `env`, or as a file under `/run/secrets`.",
            Self::AlertPart { .. } => "Labels and values of alerts are known only where alerts are written.",
            Self::UnfitDefault { .. } => {
                "Leave the default out and document it, or put the value into a file."
            }
            Self::TakenVariable { .. } => "Choose another name.",
            Self::OwnPlace { .. } => "Mount it at a folder of its own.",
            Self::Colon { .. } => "Choose a path without one; compose divides by it there.",
            Self::NeedsOnDemand { .. } => "Make it a job that runs before the start, or do not wait for it.",
            Self::NoNetwork { .. } => "Refer to the service from another, or leave that out.",
            Self::InternalOnly { .. } => "Let it join a tier that has a way out, as by `joins = [app]`.",
            Self::SharedPort { .. } => "Publish the gateway instead, or run one container.",
            Self::ZeroHealth { .. } => "Give at least 1.",
            Self::RawShape { .. } => "Write it as compose takes it.",
            Self::RawForbidden { safeguard: true, .. } => {
                "Use the field of the service that gives this up, with its reason, where there is one."
            }
            Self::RawForbidden { safeguard: false, .. } => "Use the field of the language that is for it.",
            Self::RawChanges { .. } => "Change the field of the spec that gives the value.",
            Self::RawTwice { .. } => "Keep one of the two.",
            Self::RawWithoutContainer { .. } => "Write it at the top level or in a service.",
        };
        Some(help.to_owned())
    }
}
