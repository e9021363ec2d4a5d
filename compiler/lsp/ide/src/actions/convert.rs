//! The same quantity in another unit.

use super::{Action, ActionSort, Spec};
use crate::layout::Edit;
use laud_syntax::lexer::{TokenKind, lex};
use laud_syntax::{FileId, Span, ast, parse};

const BINARY: [(&str, u64); 5] =
    [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)];
const DECIMAL: [(&str, u64); 4] =
    [("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000)];
const TIME: [(&str, u64); 6] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

/// The largest number that is offered: what is longer is not read with ease.
const LARGEST: u64 = 99_999;

pub(super) fn actions(spec: &Spec<'_>, part: Span) -> Vec<Action> {
    let tokens = lex(spec.file, &spec.text).tokens;
    let number =
        tokens.iter().find(|token| token.kind == TokenKind::Number && super::touch(token.span, part));
    let Some(number) = number else { return Vec::new() };
    let written = spec.slice(number.span);
    let make = |text: String| {
        let edit = Edit { span: number.span, text: text.clone() };
        spec.action(format!("Write it as `{text}`"), ActionSort::Rewrite, vec![edit])
    };
    spellings(written).into_iter().map(make).collect()
}

/// Other ways to write a quantity, the shortest first.
fn spellings(written: &str) -> Vec<String> {
    let parsed = parse(FileId(0), &format!("let x = {written}"));
    let value = parsed.file.entries.first().and_then(|entry| match &entry.node {
        ast::Node::Let(value) => Some(&value.value.node),
        _ => None,
    });
    let mut found = match value {
        Some(ast::ExprNode::Quantity(ast::Quantity::Bytes(bytes))) => {
            [&BINARY[..], &DECIMAL[..]].into_iter().flat_map(|units| whole(*bytes, units)).collect()
        }
        Some(ast::ExprNode::Quantity(ast::Quantity::Duration(time))) => {
            let mut found = whole(*time, &TIME);
            found.push(mixed(*time));
            found
        }
        // A rate of another period is another rate to those who keep it, and a percentage has one way.
        _ => Vec::new(),
    };
    found.retain(|text| text != written);
    found.sort_by_key(|text| (text.len(), text.clone()));
    found.dedup();
    found
}

/// A quantity in each unit of which it has a whole number.
fn whole(value: u64, units: &[(&str, u64)]) -> Vec<String> {
    let fits = units
        .iter()
        .filter(|(_, factor)| value.is_multiple_of(*factor) && (1..=LARGEST).contains(&(value / factor)));
    fits.map(|(unit, factor)| format!("{}{unit}", value / factor)).collect()
}

/// A time as hours, minutes and so on: `1h30m`.
fn mixed(time: u64) -> String {
    let mut rest = time;
    let mut text = String::new();
    for (unit, factor) in TIME.iter().rev().filter(|(unit, _)| *unit != "w") {
        if rest / factor > 0 {
            text.push_str(&format!("{}{unit}", rest / factor));
        }
        rest %= factor;
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_has_several_spellings() {
        assert_eq!(spellings("1024MiB"), ["1GiB"]);
        assert_eq!(spellings("60s"), ["1m", "60000ms"]);
        assert_eq!(spellings("90m"), ["1h30m", "5400s"]);
        assert_eq!(spellings("1h30m"), ["90m", "5400s"]);
        assert_eq!(spellings("2000MB"), ["2GB"]);
        for one in ["10/s", "50%", "512", "1.5", "0s"] {
            assert_eq!(spellings(one), Vec::<String>::new(), "{one}");
        }
    }
}
