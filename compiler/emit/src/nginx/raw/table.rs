//! nginx's own directives: where each may stand, and what it takes.

use laud_plan::NginxVersion;

/// One line each; `directives.txt` says how to read it.
static TABLE: &str = include_str!("directives.txt");

/// Where a directive stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// In the server.
    Server,
    /// In a location.
    Location,
    /// In an `if` of the server.
    ServerIf,
    /// In an `if` of a location.
    LocationIf,
    /// In a `limit_except`.
    LimitExcept,
    /// In `types`, where names are media types.
    Types,
}

impl Context {
    /// The context in the block of a directive that stands in this one.
    pub(super) fn inside(self, name: &str) -> Self {
        match (name, self) {
            ("if", Self::Server) => Self::ServerIf,
            ("if", _) => Self::LocationIf,
            ("limit_except", _) => Self::LimitExcept,
            ("types", _) => Self::Types,
            _ => Self::Location,
        }
    }

    /// `in a location`
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Server => "in a server",
            Self::Location => "in a location",
            Self::ServerIf => "in an `if` of a server",
            Self::LocationIf => "in an `if` of a location",
            Self::LimitExcept => "in `limit_except`",
            Self::Types => "in `types`",
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Server => 'S',
            Self::Location => 'L',
            Self::ServerIf => 's',
            Self::LocationIf => 'l',
            Self::LimitExcept => 'm',
            Self::Types => 't',
        }
    }
}

/// What a directive takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything, and again.
    Many,
    /// Anything, once.
    Once,
    /// `on` or `off`.
    Flag,
    /// An amount.
    Amount(Amount),
    /// A block.
    Block,
}

/// What an amount is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    /// Bytes: `8k`, `1m`.
    Size,
    /// Bytes, of files: `1g` too.
    Offset,
    /// Time, of milliseconds.
    Milliseconds,
    /// Time, of whole seconds.
    Seconds,
    /// A whole number.
    Number,
    /// A number and a size.
    Buffers,
}

impl Amount {
    /// Whether nginx reads these as such an amount.
    pub(super) fn takes(self, words: &[&str]) -> bool {
        match (self, words) {
            (Self::Number, [word]) => number(word),
            (Self::Size, [word]) => size(word, "kKmM"),
            (Self::Offset, [word]) => size(word, "kKmMgG"),
            (Self::Milliseconds, [word]) => time(word, &["ms", "s", "m", "h", "d", "w", "M", "y"]),
            (Self::Seconds, [word]) => time(word, &["s", "m", "h", "d", "w", "M", "y"]),
            (Self::Buffers, [count, each]) => number(count) && size(each, "kKmM"),
            // Such as `keepalive_timeout 75s 60s`.
            (
                Self::Number | Self::Size | Self::Offset | Self::Milliseconds | Self::Seconds | Self::Buffers,
                _,
            ) => true,
        }
    }
}

fn number(word: &str) -> bool {
    !word.is_empty() && word.len() < 10 && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn size(word: &str, units: &str) -> bool {
    number(word.strip_suffix(|c| units.contains(c)).unwrap_or(word))
}

fn time(word: &str, units: &[&str]) -> bool {
    number(word) || units.iter().any(|unit| word.strip_suffix(unit).is_some_and(number))
}

/// A directive of nginx.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    /// Its name.
    pub(super) name: &'a str,
    contexts: &'a str,
    /// How many arguments it takes at least.
    pub(super) least: usize,
    /// How many at most, if there is a bound.
    pub(super) most: Option<usize>,
    /// What it takes beside them.
    pub(super) shape: Shape,
    /// The first version that has it.
    pub(super) since: NginxVersion,
}

impl Known<'_> {
    /// Whether it may stand there.
    pub(super) fn stands_in(&self, context: Context) -> bool {
        self.contexts.contains(context.letter())
    }
}

/// The directive of that name.
pub(super) fn find(name: &str) -> Option<Known<'static>> {
    all().find(|known| known.name == name)
}

/// The names of all that may stand there.
pub(super) fn names(context: Context) -> impl Iterator<Item = &'static str> {
    all().filter(move |known| known.stands_in(context)).map(|known| known.name)
}

fn all() -> impl Iterator<Item = Known<'static>> {
    TABLE.lines().filter_map(read)
}

fn read(line: &'static str) -> Option<Known<'static>> {
    let mut fields = line.split(' ');
    let mut field = || fields.next();
    let (name, contexts, least, most, shape, since) =
        (field()?, field()?, field()?, field()?, field()?, field()?);
    Some(Known {
        name,
        contexts,
        least: least.parse().ok()?,
        most: most.parse().ok(),
        shape: match shape {
            "block" => Shape::Block,
            "flag" => Shape::Flag,
            "many" => Shape::Many,
            "size" => Shape::Amount(Amount::Size),
            "offset" => Shape::Amount(Amount::Offset),
            "milliseconds" => Shape::Amount(Amount::Milliseconds),
            "seconds" => Shape::Amount(Amount::Seconds),
            "number" => Shape::Amount(Amount::Number),
            "buffers" => Shape::Amount(Amount::Buffers),
            _ => Shape::Once,
        },
        since: match since {
            "1.22" => NginxVersion::V1_22,
            "1.28" => NginxVersion::V1_28,
            _ => NginxVersion::V1_30,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_line_of_the_table() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert!(lines > 400 && all().count() == lines, "{lines}");
        assert!(find("alias").is_some_and(|known| known.shape == Shape::Once));
        assert!(find("proxy_pass").is_some_and(|known| !known.stands_in(Context::Server)));
    }

    #[test]
    fn reads_amounts_as_nginx_does() {
        let good = [
            (Amount::Size, "8k"),
            (Amount::Offset, "2g"),
            (Amount::Milliseconds, "5ms"),
            (Amount::Seconds, "1d"),
        ];
        let bad = [
            (Amount::Size, "8KB"),
            (Amount::Size, "2g"),
            (Amount::Milliseconds, "5min"),
            (Amount::Seconds, "5ms"),
        ];
        assert!(good.iter().all(|(amount, word)| amount.takes(&[word])));
        assert!(bad.iter().all(|(amount, word)| !amount.takes(&[word])));
        assert!(Amount::Buffers.takes(&["8", "16k"]) && !Amount::Buffers.takes(&["8", "banana"]));
    }
}
