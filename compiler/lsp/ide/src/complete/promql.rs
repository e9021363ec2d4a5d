//! What could be written in a query: metrics that something exports, their
//! labels, and the functions and words of PromQL.

use laud_analyze::{Export, Offer, OfferSort, Program};
use laud_promql::{AGGREGATIONS, FUNCTIONS, Known, WORDS};

/// Ranges that queries look back.
const RANGES: [&str; 6] = ["5m", "1m", "15m", "1h", "6h", "1d"];

/// The functions that want a counter.
const OF_COUNTERS: [&str; 4] = ["rate", "increase", "irate", "resets"];

/// The words behind which labels stand in parentheses.
const OF_LABELS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];

/// A bracket that is open.
enum Open<'q> {
    /// `(`, with the word before it.
    Paren(&'q str),
    /// `{`, with the metric before it.
    Brace(&'q str),
    /// `[`
    Bracket,
}

/// What could follow a query that is written so far, before what stands behind
/// it. `names` are those by which the system's services are labelled.
pub(super) fn offers(query: &str, after: &str, exports: &[Export], names: &[String]) -> Vec<Offer> {
    let (open, text) = scan(query);
    let word_start = query.len() - word_at_end(query).len();
    if let Some(start) = text {
        return label_values(&query[..start], open.last(), names);
    }
    match open.last() {
        Some(Open::Bracket) => RANGES
            .iter()
            .enumerate()
            .map(|(at, range)| Offer::new(range, OfferSort::Unit, rank(at)))
            .collect(),
        Some(Open::Brace(metric)) => {
            // Behind a comparison stands a text.
            let before = query[..word_start].trim_end();
            if before.ends_with(['=', '~']) { Vec::new() } else { labels(&[metric], exports) }
        }
        Some(Open::Paren(word)) if OF_LABELS.contains(word) => {
            let words: Vec<&str> = words(query).chain(words(after)).collect();
            labels(&words, exports)
        }
        Some(Open::Paren(function)) => queries(exports, OF_COUNTERS.contains(function)),
        None => queries(exports, false),
    }
}

/// The labels that a text may show of the series of some queries.
pub(super) fn shown_labels(queries: &str, exports: &[Export]) -> Vec<Offer> {
    labels(&words(queries).collect::<Vec<_>>(), exports)
}

/// The name that a query ends with.
pub(super) fn word_at_end(query: &str) -> &str {
    let length = query.bytes().rev().take_while(|byte| is_word(*byte)).count();
    &query[query.len() - length..]
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':'
}

fn words(query: &str) -> impl Iterator<Item = &str> {
    query.split(|letter: char| !u8::try_from(letter).is_ok_and(is_word)).filter(|word| !word.is_empty())
}

fn rank(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}

/// The brackets that are open at a query's end, and where the text starts that is open there.
fn scan(query: &str) -> (Vec<Open<'_>>, Option<usize>) {
    let mut open = Vec::new();
    let mut text: Option<(char, usize)> = None;
    let mut escaped = false;
    for (at, letter) in query.char_indices() {
        if let Some((quote, _)) = text {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if letter == quote => text = None,
                _ => {}
            }
            continue;
        }
        let before = query[..at].trim_end();
        match letter {
            '"' | '\'' => text = Some((letter, at)),
            '(' => open.push(Open::Paren(word_at_end(before))),
            '{' => open.push(Open::Brace(word_at_end(before))),
            '[' => open.push(Open::Bracket),
            ')' | '}' | ']' => drop(open.pop()),
            _ => {}
        }
    }
    (open, text.map(|(_, at)| at))
}

/// The labels of metrics, and those of every series.
fn labels(metrics: &[&str], exports: &[Export]) -> Vec<Offer> {
    let about = exports.iter().filter(|export| metrics.contains(&export.name.as_str()));
    let mut found: Vec<Offer> = Vec::new();
    for export in about {
        found.extend(
            export
                .labels
                .iter()
                .map(|label| Offer { ty: export.name.to_string(), ..Offer::new(label, OfferSort::Label, 1) }),
        );
    }
    let common = Program::common_labels().iter().filter(|label| **label != "__name__");
    found.extend(common.map(|label| Offer::new(label, OfferSort::Label, 2)));
    found
}

/// What a label is compared with.
fn label_values(before: &str, open: Option<&Open<'_>>, names: &[String]) -> Vec<Offer> {
    let label = before.trim_end().trim_end_matches(['=', '~', '!']);
    match (open, word_at_end(label.trim_end())) {
        (Some(Open::Brace(_)), "service") => {
            names.iter().map(|name| Offer::new(name, OfferSort::Label, 1)).collect()
        }
        _ => Vec::new(),
    }
}

/// Metrics, functions and words.
fn queries(exports: &[Export], counters: bool) -> Vec<Offer> {
    let metrics = exports.iter().map(|export| {
        let is_due = counters && matches!(export.ty.as_str(), "counter" | "histogram" | "summary");
        let rank = match (export.exported, is_due) {
            (true, true) => 0,
            (true, false) => 1,
            // Nothing would answer, by what is declared now.
            (false, _) => 6,
        };
        let labels: Vec<&str> = export.labels.iter().map(AsRef::as_ref).collect();
        let shown = if labels.is_empty() { String::new() } else { format!(" {{ {} }}", labels.join(", ")) };
        let ty = format!("{}{shown}", export.ty);
        Offer { ty, doc: export.doc.clone(), ..Offer::new(&export.name, OfferSort::Metric, rank) }
    });
    let known = |all: &'static [Known], sort, rank| {
        all.iter().map(move |one| Offer {
            ty: one.signature.to_owned(),
            doc: one.doc.to_owned(),
            ..Offer::new(one.name, sort, rank)
        })
    };
    metrics
        .chain(known(FUNCTIONS, OfferSort::Function, 3))
        .chain(known(AGGREGATIONS, OfferSort::Function, 2))
        .chain(known(WORDS, OfferSort::Keyword, 4))
        .collect()
}
