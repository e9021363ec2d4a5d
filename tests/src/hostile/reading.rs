//! The output as those read it for whom it is: YAML and JSON by parsers of
//! their own, and what a target makes of a text undone as that target does it.

use super::nginx;
use crate::system::emitted;
use laud_plan::Plan;
use serde_json::Value;
use std::collections::BTreeMap;

/// A place where a user's text ends up.
pub(super) struct Place {
    /// Its mark in the spec.
    pub(super) name: &'static str,
    /// The text that is there, where this one was written.
    pub(super) read: fn(&Output, &str) -> Result<String, String>,
}

/// The emitted files.
pub(super) struct Output {
    files: BTreeMap<String, String>,
    compose: Value,
}

/// Every place of the spec.
pub(super) const PLACES: &[Place] = &[
    Place { name: "setting_description", read: |out, text| out.comment_of("DESCRIBED", text) },
    Place { name: "setting_default", read: |out, _| out.default_of("GREETING") },
    Place { name: "secret_description", read: |out, text| out.comment_of("KEY", text) },
    Place { name: "entrypoint", read: |out, _| out.compose("/services/web/entrypoint/1") },
    Place { name: "command", read: |out, _| out.compose("/services/web/command/1") },
    Place { name: "env", read: |out, _| out.compose("/services/web/environment/PLAIN") },
    Place { name: "mixed", read: |out, _| out.after_secret("/services/web/environment/MIXED") },
    Place { name: "label", read: |out, _| out.compose("/services/web/labels/com.example.label") },
    Place { name: "health_exec", read: |out, _| out.compose("/services/web/healthcheck/test/2") },
    Place { name: "scrape_param", read: |out, _| out.scrape_param() },
    Place { name: "file_text", read: |out, _| out.file("files/web/text/text").map(str::to_owned) },
    Place { name: "yaml_value", read: |out, _| string(&out.yaml("files/web/yaml/yaml.yml")?, "/value") },
    Place { name: "yaml_key", read: |out, _| only_key(&out.yaml("files/web/yaml/yaml.yml")?) },
    Place { name: "json_value", read: |out, _| string(&out.json("files/web/json/json.json")?, "/value") },
    Place { name: "json_key", read: |out, _| only_key(&out.json("files/web/json/json.json")?) },
    Place { name: "because", read: |out, text| out.reason(text) },
    Place { name: "health_shell", read: |out, _| out.compose("/services/web-shell/healthcheck/test/1") },
    Place { name: "raw_compose", read: |out, _| out.compose("/services/web-shell/hostname") },
    Place { name: "build_arg", read: |out, _| out.compose("/services/web-built/build/args/ARGUMENT") },
    Place { name: "recording_label", read: |out, _| out.rule("own:rate", "/labels/team") },
    Place {
        name: "alert_summary",
        read: |out, _| Ok(untemplated(&out.rule("WebFailing", "/annotations/summary")?)),
    },
    Place {
        name: "alert_description",
        read: |out, _| Ok(untemplated(&out.rule("WebFailing", "/annotations/description")?)),
    },
    Place { name: "promql_label", read: |out, _| out.promql_label() },
    Place { name: "panel_title", read: |out, _| Ok(out.panel("/title")?[2..].to_owned()) },
    Place { name: "panel_description", read: |out, _| out.panel("/description") },
    Place { name: "legend", read: |out, _| out.panel("/targets/0/legendFormat") },
    Place { name: "header", read: |out, _| out.directive("add_header", "X-Hostile") },
    Place { name: "respond", read: |out, _| out.directive("return", "200") },
    Place { name: "route_header", read: |out, _| out.directive("add_header", "X-Route") },
];

impl Output {
    pub(super) fn new(plan: &Plan) -> Self {
        let files = emitted(plan);
        let compose = files.get("compose.yaml").map(String::as_str).unwrap_or_default();
        let compose = serde_yaml::from_str(compose).unwrap_or_else(|error| panic!("{error} in {compose}"));
        Self { files, compose }
    }

    fn file(&self, path: &str) -> Result<&str, String> {
        let known = || format!("there is no `{path}` among {:?}", self.files.keys());
        self.files.get(path).map(String::as_str).ok_or_else(known)
    }

    fn yaml(&self, path: &str) -> Result<Value, String> {
        serde_yaml::from_str(self.file(path)?).map_err(|error| format!("{path}: {error}"))
    }

    fn json(&self, path: &str) -> Result<Value, String> {
        serde_json::from_str(self.file(path)?).map_err(|error| format!("{path}: {error}"))
    }

    /// A text of the compose file, after docker compose has put values in.
    fn compose(&self, at: &str) -> Result<String, String> {
        let text = string(&self.compose, at)?;
        undollared(&text, "$$")
    }

    /// A text of the compose file that stands after a secret.
    fn after_secret(&self, at: &str) -> Result<String, String> {
        let text = string(&self.compose, at)?;
        let rest = text
            .strip_prefix("${KEY:?set KEY in .env}")
            .ok_or_else(|| format!("{at}: {text:?} has no secret"))?;
        undollared(rest, "$$")
    }

    /// The default of a setting in the compose file.
    fn default_of(&self, variable: &str) -> Result<String, String> {
        let text = string(&self.compose, &format!("/services/web/environment/{variable}"))?;
        let inside = text.strip_prefix(&format!("${{{variable}:-")).and_then(|text| text.strip_suffix('}'));
        let inside = inside.ok_or_else(|| format!("{text:?} is no variable with a default"))?;
        // docker compose takes the first brace that closes for the end.
        if inside.contains('}') { Err(format!("{text:?} ends early")) } else { Ok(inside.replace("$$", "$")) }
    }

    /// The comment before a variable in the env file starts with a text; lines
    /// are wrapped in it, so that words are what counts.
    fn comment_of(&self, variable: &str, text: &str) -> Result<String, String> {
        let above =
            self.file(".env.example")?.lines().take_while(|line| !line.starts_with(&format!("{variable}=")));
        let above: Vec<&str> = above.collect();
        let from = above.iter().rposition(|line| !line.starts_with('#')).map_or(0, |at| at + 1);
        let lines = above[from..].iter().map(|line| line.strip_prefix('#').unwrap_or(line));
        same_words(&lines.collect::<Vec<_>>().join(" "), text)
    }

    /// The reason in the head of the compose file.
    fn reason(&self, text: &str) -> Result<String, String> {
        let head = self.file("compose.yaml")?.lines().take_while(|line| line.starts_with('#'));
        let line = head.filter_map(|line| line.strip_prefix("# - web: a user other than root: ")).next();
        same_words(line.ok_or("the head has no reason")?, text)
    }

    fn scrape_param(&self) -> Result<String, String> {
        let config = self.yaml("prometheus/prometheus.yml")?;
        let jobs = config["scrape_configs"].as_array().cloned().unwrap_or_default();
        let params = jobs.iter().filter_map(|job| job.pointer("/params/module/0").and_then(Value::as_str));
        params.map(str::to_owned).next().ok_or_else(|| "no job has the parameter".to_owned())
    }

    /// A text of the rule of that name.
    fn rule(&self, name: &str, at: &str) -> Result<String, String> {
        for path in self.files.keys().filter(|path| path.starts_with("prometheus/rules/")) {
            let file = self.yaml(path)?;
            for group in file["groups"].as_array().into_iter().flatten() {
                let mut rules = group["rules"].as_array().into_iter().flatten();
                if let Some(rule) = rules.find(|rule| rule["alert"] == name || rule["record"] == name) {
                    return string(rule, at);
                }
            }
        }
        Err(format!("there is no rule `{name}`"))
    }

    /// The value of the matcher in the rule's expression.
    fn promql_label(&self) -> Result<String, String> {
        let expression = self.rule("WebMatching", "/expr")?;
        let place = expression.find("state=").zip(expression.rfind("}[5m]"));
        let quoted = place.and_then(|(start, end)| expression.get(start + "state=".len()..end));
        unquoted(quoted.ok_or_else(|| format!("{expression:?} has no matcher"))?)
    }

    /// A text of the panel of our own.
    fn panel(&self, at: &str) -> Result<String, String> {
        let dashboard = self.json("grafana/dashboards/place.json")?;
        let panels = dashboard["panels"].as_array().cloned().unwrap_or_default();
        let panel = panels.iter().find(|panel| panel["type"] == "timeseries").ok_or("there is no panel")?;
        string(panel, at)
    }

    /// The argument after another one, of the first such directive.
    fn directive(&self, name: &str, first: &str) -> Result<String, String> {
        let config = nginx::read(self.file("nginx/edge/nginx.conf")?)?;
        let found = config.iter().find(|words| {
            words.first().is_some_and(|word| word == name)
                && words.get(1).is_some_and(|word| word == first)
                && words.len() > 2
                && words[2] != "ok"
        });
        let text =
            found.map(|words| words[2].clone()).ok_or_else(|| format!("there is no `{name} {first}`"))?;
        undollared(&text, "${laud_dollar}")
    }

    /// What holds for the files as a whole.
    pub(super) fn check(&self) -> Result<(), String> {
        for (path, content) in &self.files {
            if path.ends_with(".yml") || path.ends_with(".yaml") {
                // YAML's readers differ in what they make of these.
                let breaks = |letter: char| {
                    letter.is_control() && letter != '\n' || "\u{2028}\u{2029}\u{feff}".contains(letter)
                };
                if content.contains(breaks) {
                    return Err(format!("{path} has a character that breaks lines"));
                }
                self.yaml(path)?;
            } else if path.ends_with(".json") {
                self.json(path)?;
            }
        }
        let known = ["KEY", "DESCRIBED", "GREETING", "RELEASE"];
        for line in
            self.file(".env.example")?.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let variable = line.split('=').next().unwrap_or_default();
            if !known.contains(&variable) && !variable.ends_with("_PASSWORD") {
                return Err(format!(".env.example has the line {line:?}"));
            }
        }
        Ok(())
    }
}

/// A text in which dollar signs are written in another way; one that is not is of a variable.
fn undollared(text: &str, dollar: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split(dollar).collect();
    if parts.iter().any(|part| part.contains('$')) {
        return Err(format!("{text:?} has a variable"));
    }
    Ok(parts.join("$"))
}

/// The text itself, if what is read starts with its words. In a comment, what
/// could break a line is a space.
fn same_words(read: &str, text: &str) -> Result<String, String> {
    let is_space = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '\u{feff}';
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    let there = read.split(is_space).filter(|word| !word.is_empty()).take(words.len());
    if there.eq(words) {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} was written, and {read:?} is read"))
    }
}

fn string(value: &Value, at: &str) -> Result<String, String> {
    match value.pointer(at) {
        Some(Value::String(text)) => Ok(text.clone()),
        other => Err(format!("{at} is {other:?}, and no text")),
    }
}

fn only_key(value: &Value) -> Result<String, String> {
    let keys: Vec<&String> = value["keys"].as_object().into_iter().flat_map(serde_json::Map::keys).collect();
    match keys.as_slice() {
        [key] => Ok((*key).clone()),
        other => Err(format!("there are the keys {other:?}")),
    }
}

/// What PromQL makes of a quoted string; the escapes are Go's.
fn unquoted(quoted: &str) -> Result<String, String> {
    let wrong = || format!("{quoted:?} is no string");
    let inside = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).ok_or_else(wrong)?;
    let mut out = String::new();
    let mut rest = inside.chars();
    while let Some(letter) = rest.next() {
        let digits = match letter {
            '"' => return Err(wrong()),
            '\\' => match rest.next().ok_or_else(wrong)? {
                'n' => Err('\n'),
                't' => Err('\t'),
                'r' => Err('\r'),
                'x' => Ok(2),
                'u' => Ok(4),
                'U' => Ok(8),
                other @ ('"' | '\\') => Err(other),
                _ => return Err(wrong()),
            },
            other => Err(other),
        };
        out.push(match digits {
            Err(letter) => letter,
            Ok(count) => {
                let digits: String = rest.by_ref().take(count).collect();
                u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).ok_or_else(wrong)?
            }
        });
    }
    Ok(out)
}

/// What a Go template makes of a text in which nothing but runs of braces is escaped.
fn untemplated(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{\"") {
        let run = after.bytes().take_while(|byte| *byte == b'{').count();
        out.push_str(before);
        match after[run..].strip_prefix("\"}}") {
            Some(left) if run > 0 => {
                out.push_str(&after[..run]);
                rest = left;
            }
            Some(_) | None => {
                out.push_str("{{\"");
                rest = after;
            }
        }
    }
    out + rest
}
