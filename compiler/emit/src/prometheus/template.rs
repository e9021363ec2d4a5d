//! Texts of alerts as Go templates, which Prometheus expands when they fire.

use laud_plan::{Part, Plan, Text, ValueFormat};
use std::borrow::Cow;

/// A text as a template whose expansion is that text.
pub(super) fn template<'a>(text: &'a Text, plan: &Plan) -> Cow<'a, str> {
    if let Some(text) = text.as_literal() {
        return literal(text);
    }
    let mut out = String::new();
    for (index, part) in text.parts.iter().enumerate() {
        let before_action = text.parts.get(index + 1).is_some_and(is_action);
        match part {
            Part::Literal(literal) => push_literal(&mut out, literal, before_action),
            Part::AlertLabel(label) => push_label(&mut out, label),
            Part::AlertValue(format) => out.push_str(value(*format)),
            Part::Host(service) => push_literal(&mut out, &plan.service(*service).name, before_action),
            Part::Port(_, number) => out.push_str(&number.to_string()),
            Part::SecretFile(secret) => {
                out.push_str("/run/secrets/");
                push_literal(&mut out, &plan.secret(*secret).name, before_action);
            }
            // Refused by `check`; were it not, the name is all that may be shown.
            Part::Secret(secret) => push_literal(&mut out, &plan.secret(*secret).variable, before_action),
            Part::Setting(setting) => push_literal(&mut out, &plan.setting(*setting).variable, before_action),
        }
    }
    Cow::Owned(out)
}

/// A plain text as a template, for the labels of alerts: they are expanded too.
pub(super) fn literal(text: &str) -> Cow<'_, str> {
    if !text.contains('{') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    push_literal(&mut out, text, false);
    Cow::Owned(out)
}

fn is_action(part: &Part) -> bool {
    matches!(part, Part::AlertLabel(_) | Part::AlertValue(_))
}

/// Quotes runs of `{` that would open an action: two or more, or any right
/// before an action, which would otherwise open one character too early.
fn push_literal(out: &mut String, literal: &str, before_action: bool) {
    let mut rest = literal;
    while let Some(at) = rest.find('{') {
        let run = rest[at..].bytes().take_while(|byte| *byte == b'{').count();
        let end = at + run;
        out.push_str(&rest[..at]);
        if run > 1 || (before_action && end == rest.len()) {
            out.push_str("{{\"");
            out.push_str(&rest[at..end]);
            out.push_str("\"}}");
        } else {
            out.push('{');
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
}

fn push_label(out: &mut String, label: &str) {
    if is_identifier(label) {
        out.push_str("{{ $labels.");
        out.push_str(label);
    } else {
        out.push_str("{{ index $labels \"");
        out.push_str(&label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
        out.push('"');
    }
    out.push_str(" }}");
}

fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte == b'_' || byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

fn value(format: ValueFormat) -> &'static str {
    match format {
        ValueFormat::Number => "{{ $value | humanize }}",
        ValueFormat::Percent => "{{ $value | humanizePercentage }}",
        ValueFormat::Bytes => "{{ $value | humanize1024 }}B",
        ValueFormat::Duration => "{{ $value | humanizeDuration }}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_stay_what_they_are() {
        assert_eq!(literal("plain {a} }} text"), "plain {a} }} text");
        assert_eq!(literal("{{ .Foo }}"), "{{\"{{\"}} .Foo }}");
        assert_eq!(literal("{{{"), "{{\"{{{\"}}");
    }

    #[test]
    fn a_brace_before_an_action_is_quoted() {
        let mut text = Text::literal("{");
        text.push(Part::AlertLabel(Box::new("instance".into())));
        text.push(Part::Literal("}".into()));
        let expected = "{{\"{\"}}{{ $labels.instance }}}";
        assert_eq!(template(&text, &Plan::default()), expected);
    }

    #[test]
    fn labels_and_values_are_actions() {
        let mut text = Text::default();
        text.push(Part::AlertLabel(Box::new("a-b".into())));
        text.push(Part::AlertValue(ValueFormat::Percent));
        let expected = "{{ index $labels \"a-b\" }}{{ $value | humanizePercentage }}";
        assert_eq!(template(&text, &Plan::default()), expected);
    }
}
