//! The one JSON printer.

use serde::Serialize;

/// A tree as JSON: two spaces of indentation, keys in the order of the tree,
/// and a line feed at the end.
pub(crate) fn print(value: &impl Serialize) -> String {
    // Serializing into memory fails for maps whose keys are no strings, and
    // no tree of this crate has such a map.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// The lines (from 0) on which the items of a top-level list start, in a text
/// that [`print`] made.
///
/// Indentation tells the depth: in JSON a text holds no raw line feed, so that
/// no line of it can look like the start of an item.
pub(crate) fn item_lines<'a>(text: &'a str, list: &str) -> impl Iterator<Item = u32> + 'a {
    let opening = format!("  \"{list}\": [");
    (0_u32..)
        .zip(text.lines())
        .skip_while(move |(_, line)| *line != opening)
        .skip(1)
        .take_while(|(_, line)| *line != "  ]," && *line != "  ]")
        .filter(|(_, line)| *line == "    {")
        .map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn items_are_found_by_their_indentation() {
        let text = print(&json!({
            "before": [{ "panels": [{}] }],
            "panels": [{ "a": [{ "b": 1 }] }, { "panels": "x\n    {" }],
            "after": [{ "a": 1 }],
        }));
        let lines: Vec<&str> = text.lines().collect();
        let found: Vec<u32> = item_lines(&text, "panels").collect();
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|line| lines[*line as usize] == "    {"));
        assert!(text.ends_with("}\n"));
    }
}
