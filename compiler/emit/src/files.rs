//! Files with content of their own.

use crate::text::{Resolved, Said, Tree, texts};
use crate::yaml::Marked;
use crate::{Context, File, Sink, json, yaml};
use laud_plan::{Content, Origin, Part, Plan, Text};
use laud_syntax::{Diagnostic, code};
use std::collections::BTreeSet;

/// What of the plan it cannot express.
pub(crate) fn check(plan: &Plan) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for file in &plan.files {
        let mut visit = |text: &Text| {
            diagnostics.extend(text.parts.iter().filter_map(|part| refuse(plan, part, file.origin)));
        };
        match &file.content {
            Content::Text(text) => visit(text),
            Content::Yaml(data) | Content::Json(data) => texts(data, &mut visit),
        }
    }
    diagnostics
}

/// What is wrong with a part of a text in a file, which is written before the
/// deploy and read by anyone who may read the output.
fn refuse(plan: &Plan, part: &Part, origin: Origin) -> Option<Diagnostic> {
    match part {
        Part::Literal(_) | Part::Host(_) | Part::Port(..) | Part::SecretFile(_) => None,
        Part::Secret(id) => {
            let message = format!("the secret `{}` in a file", plan.secret(*id).variable);
            let help = "Name the secret's file instead, or pass the secret in `env`.";
            Some(Diagnostic::new(&code::SECRET_SHOWN, origin, message).help(help))
        }
        Part::Setting(id) => {
            let message = format!("the setting `{}` in a file", plan.setting(*id).variable);
            let help = "Pass the setting in `env`, or give the value in the spec.";
            Some(Diagnostic::new(&code::DEPLOY_TIME_VALUE, origin, message).help(help))
        }
        Part::AlertLabel(_) | Part::AlertValue(_) => {
            let message = "a text of an alert in a file";
            let help = "Labels and values of alerts are known only where alerts are written.";
            Some(Diagnostic::new(&code::BAD_TEXT, origin, message).help(help))
        }
    }
}

/// Where it writes.
pub(crate) fn places(plan: &Plan) -> BTreeSet<String> {
    plan.files.iter().map(|file| file.path.to_string()).collect()
}

/// Its files, each caused by one declaration in all of its lines.
pub(crate) fn emit(plan: &Plan, _context: Context<'_>, sink: &mut dyn Sink) {
    let words = Resolved(plan);
    for file in &plan.files {
        match &file.content {
            Content::Text(text) => {
                let content = Said { text, words }.to_string();
                File { path: file.path.to_string(), content, origins: vec![(0, file.origin)] }.give(sink);
            }
            Content::Yaml(data) => {
                yaml::print(sink, &file.path, "", &Marked::new(file.origin, Tree { data, words }));
            }
            Content::Json(data) => json::print(sink, &file.path, file.origin, &Tree { data, words }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Whole;
    use crate::fixture::{self, API_KEY, DB, SMTP_HOST, at, text};
    use laud_plan::{Data, File as PlanFile, ValueFormat};

    fn with(content: Content) -> Plan {
        Plan { files: vec![PlanFile { path: "files/x".into(), content, origin: at(1) }], ..fixture::plan() }
    }

    fn emitted(plan: &Plan) -> File {
        let mut files = Vec::new();
        emit(plan, Context { spec_root: ".." }, &mut Whole::new(|file| files.push(file)));
        files.remove(0)
    }

    fn parts() -> Text {
        text([
            Part::Literal("at ".into()),
            Part::Host(DB),
            Part::Literal(":".into()),
            Part::Port(DB, 5432),
            Part::Literal(" $x\n\"".into()),
            Part::SecretFile(API_KEY),
        ])
    }

    fn tree() -> Data {
        let entries = [
            ("no", Data::Null),
            ("bool", Data::Bool(true)),
            ("int", Data::Int(-1)),
            ("float", Data::Float(1.0)),
            ("text", Data::Text(parts())),
            ("list", Data::List(vec![Data::Map(Vec::new())])),
        ];
        Data::Map(entries.map(|(key, data)| (key.into(), data)).to_vec())
    }

    #[test]
    fn a_text_is_as_it_is_with_names_for_references() {
        let file = emitted(&with(Content::Text(parts())));
        assert_eq!(file.path, "files/x");
        assert_eq!(file.content, "at db:5432 $x\n\"/run/secrets/api_key");
        assert_eq!(file.origins, [(0, at(1))]);
    }

    #[test]
    fn trees_say_the_same_in_both_formats() {
        let yaml = emitted(&with(Content::Yaml(tree()))).content;
        let json = emitted(&with(Content::Json(tree()))).content;
        let expected = serde_json::json!({
            "no": null,
            "bool": true,
            "int": -1,
            "float": 1.0,
            "text": "at db:5432 $x\n\"/run/secrets/api_key",
            "list": [{}],
        });
        let read: serde_json::Value = serde_yaml::from_str(&yaml).expect("YAML");
        assert_eq!(read, expected, "{yaml}");
        let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(read, expected, "{json}");
    }

    #[test]
    fn what_only_the_deploy_or_an_alert_knows_is_refused() {
        let cases = [
            (Part::Secret(API_KEY), "L0305"),
            (Part::Setting(SMTP_HOST), "L0307"),
            (Part::AlertLabel(Box::new("job".into())), "L0409"),
            (Part::AlertValue(ValueFormat::Bytes), "L0409"),
        ];
        for (part, code) in cases {
            let inside = Data::List(vec![Data::Text(text([part.clone()]))]);
            for content in
                [Content::Text(text([part.clone()])), Content::Yaml(inside.clone()), Content::Json(inside)]
            {
                let found = check(&with(content));
                assert_eq!(found.iter().map(|each| each.code.id).collect::<Vec<_>>(), [code]);
                assert_eq!(found[0].span, Some(at(1)));
            }
        }
        assert_eq!(check(&fixture::plan()), []);
    }
}
