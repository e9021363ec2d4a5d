//! What a spec becomes, beside it: requests of laud's own, whose shapes
//! `editors/README.md` gives.

use crate::answer::Failure;
use crate::server::Server;
use crate::uri;
use laud_ide::{NoPreview, Preview, Wanted};
use lsp_types::{Location, Position, Range, TextDocumentIdentifier};
use serde::{Deserialize, Serialize};

/// The method that gives an emitted file.
pub(crate) const PREVIEW: &str = "laud/preview";

/// The method that gives the place of the spec behind an emitted line.
pub(crate) const ORIGIN: &str = "laud/origin";

/// What is asked for with [`PREVIEW`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewParams {
    text_document: TextDocumentIdentifier,
    position: Option<Position>,
    environment: Option<String>,
    path: Option<String>,
}

/// What is asked for with [`ORIGIN`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OriginParams {
    text_document: TextDocumentIdentifier,
    environment: String,
    path: String,
    line: u32,
}

/// The answer to [`PREVIEW`].
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum PreviewAnswer {
    /// A file.
    Shown {
        environment: String,
        environments: Vec<String>,
        path: String,
        language: &'static str,
        content: String,
        ranges: Vec<Range>,
        files: Vec<PreviewFile>,
    },
    /// Why there is none.
    None { environment: Option<String>, environments: Vec<String>, reason: String },
}

/// One of the files of an environment.
#[derive(Serialize)]
pub(crate) struct PreviewFile {
    path: String,
    ranges: Vec<Range>,
}

impl Server<'_> {
    pub(crate) fn preview(&mut self, asked: &PreviewParams) -> Option<PreviewAnswer> {
        let path = uri::path(&asked.text_document.uri);
        let offset = match asked.position {
            Some(position) => Some(self.documents.get(&path)?.lines.offset(position)?),
            None => None,
        };
        let (system, file) = self.workspace.file(&path)?;
        let environments: Vec<String> =
            system.program().environments().iter().map(ToString::to_string).collect();
        let (environment, path) = (asked.environment.as_deref(), asked.path.as_deref());
        let found = self.workspace.preview(&system, Wanted { file, offset, environment, path });
        Some(match found {
            Ok(Preview { emitted, shown, lines }) => {
                let ranges = |lines: &[std::ops::Range<u32>]| lines.iter().map(whole_lines).collect();
                let file = &emitted.files[shown];
                let files = emitted.files.iter().zip(&lines);
                let files =
                    files.map(|(file, lines)| PreviewFile { path: file.path.clone(), ranges: ranges(lines) });
                PreviewAnswer::Shown {
                    environment: emitted.environment.clone(),
                    environments,
                    path: file.path.clone(),
                    language: language(&file.path),
                    content: file.content.clone(),
                    ranges: ranges(&lines[shown]),
                    files: files.collect(),
                }
            }
            Err(NoPreview { environment, reason }) => {
                PreviewAnswer::None { environment, environments, reason }
            }
        })
    }

    pub(crate) fn origin(&mut self, asked: &OriginParams) -> Option<Location> {
        let (system, _) = self.workspace.file(&uri::path(&asked.text_document.uri))?;
        let place = self.workspace.origin(&system, &asked.environment, &asked.path, asked.line)?;
        self.location(&system, place)
    }
}

/// Lines from the start of the first to the start of the one after the last.
fn whole_lines(lines: &std::ops::Range<u32>) -> Range {
    Range::new(Position::new(lines.start, 0), Position::new(lines.end, 0))
}

/// The language of an emitted file, as editors name it.
fn language(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path.starts_with("nginx/") && !name.ends_with(".md") {
        return "nginx";
    }
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "yaml" | "yml" => "yaml",
        "json" => "json",
        "service" | "timer" | "ini" => "ini",
        "example" => "dotenv",
        "md" => "markdown",
        "sh" => "shellscript",
        _ => "plaintext",
    }
}

/// Reads the parameters of one of these methods, and writes what it gives.
pub(crate) fn with<P: for<'de> Deserialize<'de>, R: Serialize>(
    params: serde_json::Value,
    give: impl FnOnce(&P) -> R,
) -> Result<serde_json::Value, Failure> {
    let params = serde_json::from_value(params).map_err(Failure::params)?;
    serde_json::to_value(give(&params)).map_err(Failure::result)
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn files_have_the_languages_that_editors_know() {
        let all = [
            ("compose.yaml", "yaml"),
            (".env.example", "dotenv"),
            ("nginx/edge/nginx.conf", "nginx"),
            ("nginx/edge/tls/README.md", "markdown"),
            ("prometheus/rules/health.yml", "yaml"),
            ("grafana/dashboards/overview.json", "json"),
            ("systemd/shop-production-report.timer", "ini"),
            ("files/db-setup/script/setup.sh", "shellscript"),
            ("files/db-setup/script/setup.sql", "plaintext"),
        ];
        for (path, expected) in all {
            assert_eq!(language(path), expected, "{path}");
        }
    }
}
