//! The grammar, walked to find the first token that does not fit and to note
//! what is asked where. Nothing is built here: `promql-parser` does that, and
//! is only given what this walk has let through.

use crate::query::{Asked, LabelUse, MatchOp, Matcher, MetricType, MetricUse, PromqlError, Taken};
use crate::scan::{Kind, Token};
use crate::{duration, regex, unquote};
use lean_string::LeanStr;
use std::ops::Range;

/// How deep expressions may nest. The parser's tree is walked by recursion.
const DEEPEST: u32 = 100;

/// Functions that are for one type of metrics, with those that do the like for the other.
/// <https://prometheus.io/docs/prometheus/latest/querying/functions/>
const OF_ONE_TYPE: [(&str, MetricType, &str); 6] = [
    ("rate", MetricType::Counter, "deriv"),
    ("irate", MetricType::Counter, "idelta"),
    ("increase", MetricType::Counter, "delta"),
    ("deriv", MetricType::Gauge, "rate"),
    ("idelta", MetricType::Gauge, "irate"),
    ("delta", MetricType::Gauge, "increase"),
];

/// How many operators may follow one another, for the same reason.
const LONGEST_CHAIN: u32 = 500;

/// What was noted on the walk.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// What is asked.
    pub(crate) asked: Asked,
    /// Where parts stand that are expressions in themselves, inner before outer.
    pub(crate) parts: Vec<Range<usize>>,
}

/// Walks the tokens of a text.
pub(crate) fn walk(text: &str, tokens: &[Token]) -> Result<Notes, PromqlError> {
    let mut walk = Walk { text, tokens, at: 0, depth: 0, notes: Notes::default() };
    walk.expect_expression(0)?;
    if walk.kind() != Kind::End {
        return Err(walk.unexpected("an operator or the end"));
    }
    Ok(walk.notes)
}

/// Verbs: `expect_` fails where its form is missing, `maybe_` does not.
struct Walk<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: u32,
    notes: Notes,
}

type Step<T = ()> = Result<T, PromqlError>;

impl<'a> Walk<'a> {
    fn token(&self) -> &Token {
        // The scan ends with `End`, which nothing steps over.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn kind(&self) -> Kind {
        self.token().kind
    }

    fn word(&self) -> &'a str {
        &self.text[self.token().range.clone()]
    }

    fn next_word(&self) -> &'a str {
        self.tokens.get(self.at + 1).map_or("", |token| &self.text[token.range.clone()])
    }

    /// The end of the last token that was taken.
    fn end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.tokens[last].range.end)
    }

    fn is(&self, symbol: &str) -> bool {
        self.kind() == Kind::Symbol && self.word() == symbol
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        self.kind() == Kind::Word && self.word().eq_ignore_ascii_case(keyword)
    }

    fn maybe(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        self.at += usize::from(found);
        found
    }

    fn maybe_keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(keyword);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Step {
        if self.maybe(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn unexpected(&self, expected: &str) -> PromqlError {
        let found = match self.kind() {
            Kind::End => "the end".to_owned(),
            Kind::Word | Kind::Number | Kind::Duration | Kind::Quoted | Kind::Symbol => {
                format!("`{}`", self.word())
            }
        };
        PromqlError::new(self.token().range.clone(), format!("expected {expected}, found {found}"))
    }

    /// Operands and operators, those that bind tighter than `least` first.
    fn expect_expression(&mut self, least: u8) -> Step {
        self.enter()?;
        let start = self.token().range.start;
        let metrics = self.notes.asked.metrics.len();
        self.expect_operand()?;
        let mut chain = 0;
        while let Some(power) = self.operator().filter(|power| *power > least) {
            chain += 1;
            if chain > LONGEST_CHAIN {
                return Err(PromqlError::new(self.token().range.clone(), "too many operators in a row"));
            }
            let right_associative = self.is("^");
            self.at += 1;
            let labels = self.notes.asked.labels.len();
            self.maybe_matching()?;
            self.expect_expression(if right_associative { power - 1 } else { power })?;
            let below = metrics..self.notes.asked.metrics.len();
            self.about(labels, below);
            self.notes.parts.push(start..self.end());
        }
        self.depth -= 1;
        Ok(())
    }

    fn enter(&mut self) -> Step {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(PromqlError::new(self.token().range.clone(), "expressions nest too deep"));
        }
        Ok(())
    }

    /// Labels noted since `first` that are about nothing yet are about these.
    fn about(&mut self, first: usize, metrics: Range<usize>) {
        for label in &mut self.notes.asked.labels[first..] {
            if label.metrics == UNSETTLED {
                label.metrics = metrics.clone();
            }
        }
    }

    /// How tightly the operator here binds, if there is one.
    fn operator(&self) -> Option<u8> {
        let word = self.word();
        match self.kind() {
            Kind::Symbol => match word {
                "==" | "!=" | ">" | "<" | ">=" | "<=" => Some(3),
                "+" | "-" => Some(4),
                "*" | "/" | "%" => Some(5),
                "^" => Some(7),
                _other => None,
            },
            Kind::Word if word.eq_ignore_ascii_case("or") => Some(1),
            Kind::Word if word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("unless") => Some(2),
            Kind::Word if word.eq_ignore_ascii_case("atan2") => Some(5),
            Kind::Word | Kind::Number | Kind::Duration | Kind::Quoted | Kind::End => None,
        }
    }

    /// `bool`, `on (…)`, `group_left (…)` after an operator.
    fn maybe_matching(&mut self) -> Step {
        self.maybe_keyword("bool");
        if self.maybe_keyword("on") || self.maybe_keyword("ignoring") {
            self.expect_labels()?;
            let group = self.maybe_keyword("group_left") || self.maybe_keyword("group_right");
            if group && self.is("(") {
                self.expect_labels()?;
            }
        }
        let fill = ["fill", "fill_left", "fill_right"].into_iter().any(|word| self.is_keyword(word));
        if fill && self.next_word() == "(" {
            let range = self.token().range.clone();
            return Err(PromqlError::new(range, format!("`{}` is an experiment of Prometheus", self.word())));
        }
        Ok(())
    }

    fn expect_operand(&mut self) -> Step {
        let start = self.token().range.start;
        let mut signs = 0;
        while self.maybe("+") || self.maybe("-") {
            signs += 1;
            if signs > DEEPEST {
                return Err(PromqlError::new(self.token().range.clone(), "too many signs in a row"));
            }
        }
        if signs > 0 {
            // A sign binds weaker than `^` and tighter than `*`.
            self.expect_expression(5)?;
            self.notes.parts.push(start..self.end());
            return Ok(());
        }
        match self.kind() {
            Kind::Number => self.expect_number()?,
            Kind::Duration => drop(self.expect_duration()?),
            Kind::Quoted => drop(self.expect_text()?),
            Kind::Word => self.expect_named()?,
            Kind::Symbol if self.is("{") => self.expect_selector(None)?,
            Kind::Symbol if self.maybe("(") => {
                self.expect_expression(0)?;
                self.expect(")")?;
            }
            Kind::Symbol | Kind::End => return Err(self.unexpected("an expression")),
        }
        self.notes.parts.push(start..self.end());
        self.maybe_modifiers(start)
    }

    /// An aggregation, a call, or a selector that starts with its metric.
    fn expect_named(&mut self) -> Step {
        let word = self.word();
        let by =
            self.next_word().eq_ignore_ascii_case("by") || self.next_word().eq_ignore_ascii_case("without");
        let aggregation = AGGREGATIONS.iter().any(|name| name.eq_ignore_ascii_case(word));
        if aggregation && (by || self.next_word() == "(") {
            return self.expect_aggregation();
        }
        if self.next_word() == "(" {
            if is_reserved(word) {
                return Err(self.unexpected("an expression"));
            }
            let function = self.token().range.clone();
            self.at += 1;
            let (metrics, first) = (self.notes.asked.metrics.len(), self.at + 1);
            self.expect_arguments()?;
            self.note_taken(word, function, first, metrics);
            return Ok(());
        }
        if CONSTANTS.iter().any(|name| name.eq_ignore_ascii_case(word)) {
            self.at += 1;
            return Ok(());
        }
        if NO_METRICS.iter().any(|name| name.eq_ignore_ascii_case(word)) {
            return Err(self.unexpected("an expression"));
        }
        let name = self.token().range.clone();
        self.at += 1;
        self.expect_selector(Some(name))
    }

    /// Notes for what type of metrics a function is, if its first argument, which begins with the
    /// token `first`, is a selector.
    fn note_taken(&mut self, word: &str, function: Range<usize>, first: usize, metrics: usize) {
        let of_one_type = OF_ONE_TYPE.iter().find(|(name, ..)| *name == word);
        let (Some((name, what, other)), Some(metric)) =
            (of_one_type, self.notes.asked.metrics.get_mut(metrics))
        else {
            return;
        };
        if self.tokens[first].range.start == metric.range.start {
            metric.taken = Some(Taken { name, what: *what, range: function, other });
        }
    }

    fn expect_aggregation(&mut self) -> Step {
        if EXPERIMENTAL_AGGREGATIONS.iter().any(|name| self.is_keyword(name)) {
            let range = self.token().range.clone();
            return Err(PromqlError::new(range, format!("`{}` is an experiment of Prometheus", self.word())));
        }
        self.at += 1;
        let labels = self.notes.asked.labels.len();
        let metrics = self.notes.asked.metrics.len();
        let before = self.maybe_grouping()?;
        self.expect_arguments()?;
        if !before {
            self.maybe_grouping()?;
        }
        let below = metrics..self.notes.asked.metrics.len();
        self.about(labels, below);
        Ok(())
    }

    fn maybe_grouping(&mut self) -> Step<bool> {
        if self.maybe_keyword("by") || self.maybe_keyword("without") {
            self.expect_labels()?;
            return Ok(true);
        }
        Ok(false)
    }

    fn expect_arguments(&mut self) -> Step {
        self.expect("(")?;
        if self.maybe(")") {
            return Ok(());
        }
        loop {
            self.expect_expression(0)?;
            if self.maybe(")") {
                return Ok(());
            }
            if !self.maybe(",") {
                return Err(self.unexpected("an operator, `,` or `)`"));
            }
        }
    }

    /// `(a, b)`: labels, which may be named like keywords.
    fn expect_labels(&mut self) -> Step {
        self.expect("(")?;
        while !self.maybe(")") {
            if self.kind() != Kind::Word || self.word().contains(':') {
                return Err(self.unexpected("a label or `)`"));
            }
            let range = self.token().range.clone();
            self.notes.asked.labels.push(LabelUse {
                name: LeanStr::from(self.word()),
                range,
                metrics: UNSETTLED,
            });
            self.at += 1;
            if !self.is(")") && !self.maybe(",") {
                return Err(self.unexpected("`,` or `)`"));
            }
        }
        Ok(())
    }

    /// The matchers of a selector, and the selector as a whole.
    fn expect_selector(&mut self, name: Option<Range<usize>>) -> Step {
        let start = name.as_ref().map_or(self.token().range.start, |name| name.start);
        let mut matchers = Vec::new();
        if self.maybe("{") {
            while !self.maybe("}") {
                matchers.push(self.expect_matcher()?);
                if self.is_keyword("or") {
                    let range = self.token().range.clone();
                    return Err(PromqlError::new(range, "Prometheus has no `or` between matchers"));
                }
                if !self.is("}") && !self.maybe(",") {
                    return Err(self.unexpected("`,` or `}`"));
                }
            }
        }
        let range = start..self.end();
        let by_matcher = matchers.iter().find(|matcher| matcher.label == "__name__");
        if let (Some(name), Some(matcher)) = (&name, by_matcher) {
            let message = format!("the metric is named already: `{}`", &self.text[name.clone()]);
            return Err(PromqlError::new(matcher.label_range.clone(), message));
        }
        let by_matcher = by_matcher.filter(|matcher| matcher.op == MatchOp::Equal);
        let written = name.as_ref().map(|name| LeanStr::from(&self.text[name.clone()]));
        let metric = MetricUse {
            name: written.or_else(|| by_matcher.map(|matcher| LeanStr::from(&matcher.value))),
            name_range: name
                .or_else(|| by_matcher.map(|matcher| matcher.value_range.clone()))
                .unwrap_or_else(|| range.clone()),
            matchers,
            range,
            taken: None,
        };
        self.notes.asked.metrics.push(metric);
        Ok(())
    }

    fn expect_matcher(&mut self) -> Step<Matcher> {
        if self.kind() != Kind::Word || self.word().contains(':') {
            return Err(self.unexpected("a label or `}`"));
        }
        let label = LeanStr::from(self.word());
        let label_range = self.token().range.clone();
        self.at += 1;
        let op = match self.word() {
            "=" => MatchOp::Equal,
            "!=" => MatchOp::NotEqual,
            "=~" => MatchOp::Regex,
            "!~" => MatchOp::NotRegex,
            _other => return Err(self.unexpected("`=`, `!=`, `=~` or `!~`")),
        };
        self.at += 1;
        if self.kind() != Kind::Quoted {
            return Err(self.unexpected("a text in quotes"));
        }
        let value_range = self.token().range.clone();
        let value = self.expect_text()?;
        if matches!(op, MatchOp::Regex | MatchOp::NotRegex)
            && let Err(message) = regex::check(&value)
        {
            return Err(PromqlError::new(value_range, message));
        }
        Ok(Matcher { label, label_range, op, value, value_range })
    }

    fn expect_text(&mut self) -> Step<String> {
        let range = self.token().range.clone();
        let text = unquote::unquote(&self.text[range.clone()]).map_err(|(within, message)| {
            PromqlError::new(range.start + within.start..range.start + within.end, message)
        })?;
        self.at += 1;
        Ok(text)
    }

    fn expect_number(&mut self) -> Step {
        let word = self.word();
        let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
        let good = match digits {
            Some(digits) => i64::from_str_radix(digits, 16).is_ok(),
            // Prometheus reads `010` as eight; nobody means that.
            None => {
                !(word.len() > 1 && word.bytes().all(|b| b.is_ascii_digit()) && word.starts_with('0'))
                    && word.parse::<f64>().is_ok_and(f64::is_finite)
            }
        };
        if !good {
            return Err(PromqlError::new(self.token().range.clone(), format!("`{word}` is no number")));
        }
        self.at += 1;
        Ok(())
    }

    fn expect_duration(&mut self) -> Step<u64> {
        let word = self.word();
        let value = if self.kind() == Kind::Duration { duration::parse(word) } else { None };
        let Some(value) = value else {
            if self.kind() == Kind::Duration || self.kind() == Kind::Number {
                let message = format!("`{word}` is no duration: write it like `5m` or `1h30m`");
                return Err(PromqlError::new(self.token().range.clone(), message));
            }
            return Err(self.unexpected("a duration"));
        };
        self.notes.asked.durations = self.notes.asked.durations.saturating_add(value);
        self.at += 1;
        Ok(value)
    }

    /// Ranges, `offset` and `@`, in any order.
    fn maybe_modifiers(&mut self, start: usize) -> Step {
        let mut count = 0;
        loop {
            if self.maybe("[") {
                self.expect_range()?;
            } else if self.maybe_keyword("offset") {
                let _sign = self.maybe("-") || self.maybe("+");
                self.expect_duration()?;
            } else if self.maybe("@") {
                self.expect_moment()?;
            } else {
                return Ok(());
            }
            count += 1;
            if count > 8 {
                return Err(PromqlError::new(self.token().range.clone(), "too many modifiers"));
            }
            self.notes.parts.push(start..self.end());
        }
    }

    fn expect_range(&mut self) -> Step {
        self.expect_positive()?;
        if self.maybe(":") && !self.is("]") {
            self.expect_positive()?;
        }
        self.expect("]")
    }

    fn expect_positive(&mut self) -> Step {
        let range = self.token().range.clone();
        match self.expect_duration()? {
            0 => Err(PromqlError::new(range, "a range must be longer than nothing")),
            _longer => Ok(()),
        }
    }

    fn expect_moment(&mut self) -> Step {
        if self.maybe_keyword("start") || self.maybe_keyword("end") {
            self.expect("(")?;
            return self.expect(")");
        }
        let _sign = self.maybe("-") || self.maybe("+");
        match self.kind() {
            // Seconds of the Unix epoch: beyond 1e11 a reader overflows.
            Kind::Number if self.word().parse().is_ok_and(|seconds: f64| seconds < 1e11) => {
                self.expect_number()
            }
            Kind::Number | Kind::Word | Kind::Duration | Kind::Quoted | Kind::Symbol | Kind::End => {
                Err(self.unexpected("a time in seconds, `start()` or `end()`"))
            }
        }
    }
}

/// The mark of a label that is about nothing yet.
const UNSETTLED: Range<usize> = usize::MAX..usize::MAX;

/// Operators that take the values of many series together.
pub(crate) const AGGREGATIONS: [&str; 14] = [
    "avg",
    "bottomk",
    "count",
    "count_values",
    "group",
    "max",
    "min",
    "quantile",
    "stddev",
    "stdvar",
    "sum",
    "topk",
    "limitk",
    "limit_ratio",
];

const EXPERIMENTAL_AGGREGATIONS: [&str; 2] = ["limitk", "limit_ratio"];

/// Names of numbers.
const CONSTANTS: [&str; 2] = ["inf", "nan"];

/// Keywords that no metric can be named like.
const NO_METRICS: [&str; 7] = ["bool", "group_left", "group_right", "ignoring", "on", "atan2", "offset"];

/// Keywords that cannot be called.
fn is_reserved(word: &str) -> bool {
    ["and", "or", "unless", "by", "without"]
        .iter()
        .chain(&NO_METRICS)
        .any(|name| name.eq_ignore_ascii_case(word))
}
