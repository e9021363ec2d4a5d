//! Annotations of GitHub's jobs: a line each, which the runner takes out of the log and shows at the place.

use super::{Checkout, visible};
use laud_syntax::{Diagnostic, Level, Sources};

/// `::error file=main.laud,line=3,endLine=3,col=15,endColumn=21,title=L0204::what is wrong`, a line each.
pub fn github(diagnostics: &[Diagnostic], sources: &Sources, checkout: &Checkout) -> String {
    diagnostics.iter().map(|diagnostic| line(diagnostic, sources, checkout)).collect()
}

fn line(diagnostic: &Diagnostic, sources: &Sources, checkout: &Checkout) -> String {
    let command = match diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    let mut properties = Vec::new();
    if let Some(span) = diagnostic.place(sources) {
        let source = sources.get(span.file());
        let (start, end) = (source.position(span.start()), source.position(span.end()));
        properties.push(("file", checkout.path(&source.name)));
        properties.push(("line", start.line.to_string()));
        properties.push(("endLine", end.line.to_string()));
        // Columns are for what stands on one line; elsewhere they are refused.
        if start.line == end.line {
            properties.push(("col", start.column.to_string()));
            properties.push(("endColumn", end.column.to_string()));
        }
    }
    properties.push(("title", format!("{}: {}", diagnostic.code.id, diagnostic.code.title)));
    annotation(command, &properties, &diagnostic.text())
}

/// A command to the runner, with a line break at its end.
pub(crate) fn annotation(command: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{command} {}::{}\n", properties.join(","), data(message))
}

/// A text that stays within its command.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\n', "%0A")
}

/// A text that stays within its property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{Span, code};

    #[test]
    fn a_line_each() {
        let mut sources = Sources::default();
        let file = sources.add("a,b.laud", "app a\nlet ü = nme\nlet b = 1\n");
        let one = Diagnostic::new(&code::UNKNOWN_NAME, Span::new(file, 15, 18), "100% wrong: `nme`")
            .help("Write\nit::error::\r\u{1b}[0m.");
        let across = Diagnostic::new(&code::UNUSED_LET, Span::new(file, 6, 22), "`ü`");
        let nowhere = Diagnostic::without_place(&code::UNREADABLE_FILE, "gone");
        assert_eq!(
            github(&[one, across, nowhere], &sources, &Checkout::default()),
            "::error file=a%2Cb.laud,line=2,endLine=2,col=9,endColumn=12,title=L0201%3A an unknown name\
             ::100%25 wrong: `nme`%0Ahelp: Write%0Ait::error::\\u{d}\\u{1b}[0m.\n\
             ::warning file=a%2Cb.laud,line=2,endLine=3,title=L0214%3A a value is never used::`ü`\n\
             ::error title=L0001%3A a file cannot be read::gone\n"
        );
    }
}
