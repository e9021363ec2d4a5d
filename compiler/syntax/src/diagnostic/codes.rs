//! Every diagnostic code: its number, level, title and page, declared once.
//!
//! Numbers are grouped by stage and never reused: `L00` reading files, `L01`
//! syntax, `L02` names and modules, `L03` types, `L04` values, `L05` the
//! system as a graph, `L06` environments, `L07` what a target cannot express,
//! `L08` output.

use super::Level;

/// A diagnostic's code.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `L0101`
    pub id: &'static str,
    /// The name that the code base uses, and services show: `UNKNOWN_FIELD`.
    pub name: &'static str,
    /// The level, unless the one who reports says otherwise.
    pub level: Level,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// The page that `laud explain` prints, in Markdown.
    pub page: &'static str,
}

/// The code with that id, in any case: `l0101` is `L0101`.
pub fn find(id: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(id))
}

macro_rules! codes {
    ($($name:ident $id:literal $level:ident $title:literal)*) => {
        /// Every code, by the name that the code base uses.
        pub mod code {
            use super::{Code, Level};
            $(
                #[doc = concat!("`", $id, "`: ", $title, ".")]
                pub static $name: Code = Code {
                    id: $id,
                    name: stringify!($name),
                    level: Level::$level,
                    title: $title,
                    page: include_str!(concat!("../../../../docs/diagnostics/", $id, ".md")),
                };
            )*
        }

        /// Every code, in order of number.
        pub static ALL: &[&Code] = &[$(&code::$name),*];
    };
}

codes! {
    UNREADABLE_FILE        "L0001" Error   "a file cannot be read"
    NOT_UTF8               "L0002" Error   "a file is not UTF-8"
    FILE_TOO_LARGE         "L0003" Error   "a file or a program is too large"
    EMPTY_FILE             "L0004" Error   "a file holds no declaration"
    CONTROL_CHARACTER      "L0005" Error   "a control character in the source"

    UNEXPECTED_TOKEN       "L0101" Error   "something else was expected here"
    UNKNOWN_CHARACTER      "L0102" Error   "a character that laud has no use for"
    UNCLOSED_TEXT          "L0103" Error   "a text is not closed"
    UNCLOSED_BRACKET       "L0104" Error   "a bracket is not closed"
    BAD_ESCAPE             "L0105" Error   "an unknown escape in a text"
    BAD_NUMBER             "L0106" Error   "a number that cannot be read"
    UNKNOWN_UNIT           "L0107" Error   "an unknown unit"
    TOO_DEEP               "L0108" Error   "nesting is too deep"
    CHAINED_COMPARISON     "L0109" Error   "comparisons do not chain"
    UNCLOSED_COMMENT       "L0110" Error   "a block comment, which laud does not have"
    OUTDENTED_TEXT         "L0111" Error   "a line of a text stands left of its end"

    UNKNOWN_NAME           "L0201" Error   "an unknown name"
    UNKNOWN_KIND           "L0202" Error   "an unknown kind"
    UNKNOWN_TYPE           "L0203" Error   "an unknown type"
    UNKNOWN_FIELD          "L0204" Error   "an unknown field"
    UNKNOWN_MEMBER         "L0205" Error   "an unknown member"
    UNKNOWN_FUNCTION       "L0206" Error   "an unknown function"
    UNKNOWN_MODULE         "L0207" Error   "a module that is not there"
    NOT_IN_MODULE          "L0208" Error   "a module has no such name"
    DUPLICATE_NAME         "L0209" Error   "a name is declared twice"
    DUPLICATE_FIELD        "L0210" Error   "a field is set twice"
    IMPORT_CYCLE           "L0211" Error   "modules use each other in a circle"
    MISPLACED              "L0212" Error   "an entry that does not belong here"
    UNUSED_IMPORT          "L0213" Warning "a name is taken from a module and never used"
    UNUSED_LET             "L0214" Warning "a value is never used"
    KIND_CYCLE             "L0215" Error   "a kind contains itself"
    MISSING_APP            "L0216" Error   "the system has no name"
    BAD_NAME               "L0217" Error   "a name that a target cannot carry"

    WRONG_TYPE             "L0301" Error   "a value of another type"
    MISSING_FIELD          "L0302" Error   "a required field is missing"
    UNKNOWN_VARIANT        "L0303" Error   "an unknown variant"
    WRONG_ARGUMENTS        "L0304" Error   "a function is called with other arguments than it takes"
    SECRET_SHOWN           "L0305" Error   "a secret where text is shown"
    WRONG_OPERANDS         "L0306" Error   "an operator does not take these values"
    DEPLOY_TIME_VALUE      "L0307" Error   "a value that is known only at deploy time"
    MAYBE_NONE             "L0308" Error   "a value that may be none"

    BAD_IMAGE              "L0401" Error   "an image reference that is malformed or not pinned"
    BAD_DOMAIN             "L0402" Error   "an invalid domain"
    BAD_CRON               "L0403" Error   "an invalid cron schedule"
    BAD_CIDR               "L0404" Error   "an invalid network range"
    BAD_PATH               "L0405" Error   "an invalid path"
    BAD_URL                "L0406" Error   "an invalid URL"
    OUT_OF_RANGE           "L0407" Error   "a value out of its range"
    NO_MATCH               "L0408" Error   "a text that does not match its pattern"
    BAD_TEXT               "L0409" Error   "a text that a target cannot carry"
    BAD_PROMQL             "L0410" Error   "a PromQL expression that does not parse"
    UNKNOWN_METRIC         "L0411" Error   "a metric that nothing exports"
    UNKNOWN_LABEL          "L0412" Error   "a label that a metric does not have"
    ARITHMETIC             "L0413" Error   "a calculation without a result"
    MISSING_SOURCE         "L0414" Error   "a file or folder that is not there"
    BAD_TEMPLATE           "L0415" Error   "an alert text that Prometheus could not expand"
    BAD_ENV_NAME           "L0416" Error   "a name that no environment variable can have"
    BAD_EMAIL              "L0417" Error   "an invalid mail address"
    BAD_PATTERN            "L0418" Error   "a pattern that is none"
    WRONG_METRIC_TYPE      "L0419" Warning "a function of a metric of another type"
    NO_SUCH_TARGET         "L0420" Warning "a service or job of which nothing is measured"

    REFERENCE_CYCLE        "L0501" Error   "values that need each other"
    START_CYCLE            "L0502" Error   "services that wait for each other"
    PORT_CLASH             "L0503" Error   "two services on one host port"
    DUPLICATE_ROUTE        "L0504" Error   "a route is declared twice"
    UNREASONED             "L0505" Error   "a safeguard is given up without a reason"
    LIMITS_EXCEED_HOST     "L0506" Error   "the limits are more than the host has"
    RETENTION_TOO_SHORT    "L0507" Error   "Prometheus forgets what is asked of it"
    NOT_DEPLOYED           "L0509" Error   "a reference to what this environment does not have"
    NAME_CLASH             "L0510" Error   "two things would have one name in a target"
    NO_SCRAPER             "L0512" Warning "alerts or dashboards that nothing evaluates"
    CAN_NEVER_FIRE         "L0513" Error   "an alert that can never fire"
    EMPTY_GATEWAY          "L0514" Error   "a gateway without a route"
    SHARED_DATA            "L0515" Error   "replicas that would share one data folder"
    UNAWAITED_JOB          "L0516" Warning "a job before the start that nothing waits for"
    REDIRECT_CIRCLE        "L0517" Error   "a redirect that leads back to itself"
    PROBE_TURNED_AWAY      "L0518" Warning "a probe that is always turned away"
    SHARED_DOMAIN          "L0519" Warning "two environments that answer for one domain"
    UNEVEN_HOST            "L0520" Error   "a host of two sizes"
    NAMED_IN_TEXT          "L0521" Warning "a service that is named in a text"

    UNKNOWN_PATH           "L0601" Error   "an environment changes what is not there"
    UNKNOWN_ENVIRONMENT    "L0602" Error   "an unknown environment"
    REDECLARED             "L0603" Error   "an environment declares what the base has"
    NO_ENVIRONMENT         "L0604" Error   "no environment is declared"

    TARGET_LACKS           "L0701" Error   "the target version lacks this"
    BAD_RAW                "L0702" Error   "raw content that the target does not take"
    RAW_UNDOES             "L0703" Error   "raw content that would undo a safeguard"

    FOREIGN_FILE           "L0801" Error   "a file in the way was not written by laud"
    EDITED_FILE            "L0802" Error   "an emitted file was edited since"
    UNWRITABLE             "L0803" Error   "the output cannot be written"
}
