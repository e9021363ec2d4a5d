//! Texts in a dashboard, and what Grafana would read into them.
//!
//! Grafana has no escape for its variables and legend holes, so that a text
//! which holds one by accident is refused before anything is written.

use laud_plan::{Part, Plan, Text};
use std::borrow::Cow;
use std::ops::Range;

/// A legend: labels as `{{label}}`, and how Grafana names series itself when
/// the text is empty.
pub(super) fn legend(text: &Text, plan: &Plan) -> Cow<'static, str> {
    let is_empty = |part: &Part| matches!(part, Part::Literal(literal) if literal.is_empty());
    if text.parts.iter().all(is_empty) {
        return Cow::Borrowed(AUTOMATIC);
    }
    legend_parts(text, plan).map(|part| part.into_text()).collect()
}

/// The legend with which Grafana names series itself.
pub(super) const AUTOMATIC: &str = "__auto";

enum LegendPart<'a> {
    Literal(&'a str),
    Port(u16),
    Label(&'a str),
}

impl LegendPart<'_> {
    fn into_text(self) -> String {
        match self {
            Self::Literal(text) => text.to_owned(),
            Self::Port(number) => number.to_string(),
            Self::Label(label) => format!("{{{{{label}}}}}"),
        }
    }
}

fn legend_parts<'a>(text: &'a Text, plan: &'a Plan) -> impl Iterator<Item = LegendPart<'a>> {
    text.parts.iter().map(|part| match part {
        Part::Literal(literal) => LegendPart::Literal(literal),
        Part::AlertLabel(label) => LegendPart::Label(label),
        Part::Host(service) => LegendPart::Literal(&plan.service(*service).name),
        Part::Port(_, number) => LegendPart::Port(*number),
        // Refused by `check`; were they not, the name is all that may be shown.
        Part::Secret(secret) | Part::SecretFile(secret) => {
            LegendPart::Literal(&plan.secret(*secret).variable)
        }
        Part::Setting(setting) => LegendPart::Literal(&plan.setting(*setting).variable),
        // A series' value stands beside its name already.
        Part::AlertValue(_) => LegendPart::Literal(""),
    })
}

/// What in a legend Grafana would replace although it is meant as it stands.
pub(super) fn misread_in_legend(text: &Text, plan: &Plan) -> Option<String> {
    let mut printed = String::new();
    let mut meant = Vec::new();
    for part in legend_parts(text, plan) {
        let start = printed.len();
        let is_label = matches!(part, LegendPart::Label(_));
        printed.push_str(&part.into_text());
        if is_label {
            meant.push(start..printed.len());
        }
    }
    let stray = holes(&printed).find(|hole| !meant.contains(hole));
    if let Some(hole) = stray {
        return Some(printed[hole].to_owned());
    }
    if printed == AUTOMATIC {
        return Some(printed);
    }
    variable(&printed).map(str::to_owned)
}

/// The ranges that Grafana takes for labels: from `{{` to the next `}}`, with
/// something between.
fn holes(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let mut braces = text[from..].match_indices('{').map(|(at, _)| from + at);
        let open = braces.find(|at| text[at + 1..].starts_with('{'))?;
        // `\{\{\s*(.+?)\s*\}\}`: at least one character before the close.
        let body = open + 2;
        let skip = text[body..].chars().next().map_or(0, char::len_utf8);
        let close = text[body + skip..].find("}}").map(|at| body + skip + at)?;
        from = close + 2;
        Some(open..from)
    })
}

/// The first variable of Grafana's own in a text: `$__interval`, `${__from}`,
/// `[[__to]]`, `$timeFilter`. Dashboards of laud declare none, so that any
/// other `$name` stays as it is.
pub(super) fn variable(text: &str) -> Option<&str> {
    // Most texts have neither, which their bytes tell at once.
    if !text.bytes().fold(false, |any, byte| any | matches!(byte, b'$' | b'[')) {
        return None;
    }
    text.match_indices(['$', '[']).find_map(|(at, _)| {
        let opening = ["${", "[[", "$"].into_iter().find(|opening| text[at..].starts_with(opening))?;
        let name = &text[at + opening.len()..];
        let length = name.bytes().take_while(|byte| is_word(*byte)).count();
        let built_in = name.starts_with("__") || &name[..length] == "timeFilter";
        built_in.then(|| &text[at..at + opening.len() + length])
    })
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_variables_are_found() {
        assert_eq!(variable("per $__interval"), Some("$__interval"));
        assert_eq!(variable("é ${__from:date}"), Some("${__from"));
        assert_eq!(variable("[[__to]]"), Some("[[__to"));
        assert_eq!(variable("$5, $name, ${env}, [[x]], a$, $é"), None);
    }

    #[test]
    fn only_labels_are_holes_in_a_legend() {
        let plan = Plan::default();
        let mut good = Text::literal("} {");
        good.push(Part::AlertLabel(Box::new("instance".into())));
        // `} {{{instance}}`: Grafana would look for a label `{instance`.
        assert!(misread_in_legend(&good, &plan).is_some());

        let mut good = Text::literal("at { ");
        good.push(Part::AlertLabel(Box::new("instance".into())));
        good.push(Part::Literal(" }} {{".into()));
        assert_eq!(misread_in_legend(&good, &plan), None);
        assert_eq!(legend(&good, &plan), "at { {{instance}} }} {{");

        assert!(misread_in_legend(&Text::literal("{{ job }}"), &plan).is_some());
        assert_eq!(legend(&Text::default(), &plan), "__auto");
    }
}
