//! One line for each finding, as editors and `grep` take it.

use super::visible;
use laud_syntax::{Diagnostic, Level, Sources};

/// `main.laud:3:12: error[L0204]: unknown field`, a line each.
pub fn short(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    diagnostics.iter().map(|diagnostic| line(diagnostic, sources)).collect()
}

fn line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = diagnostic.span.map_or_else(String::new, |span| {
        let at = sources.position(span);
        format!("{}:{}:{}: ", sources.get(span.file()).name, at.line, at.column)
    });
    let environments = match diagnostic.environments.as_slice() {
        [] => String::new(),
        names => format!(" (in {})", names.join(", ")),
    };
    let line = format!(
        "{place}{}[{}]: {}{environments}",
        level(diagnostic.level),
        diagnostic.code.id,
        diagnostic.message
    );
    format!("{}\n", visible(&line).replace('\n', " "))
}

/// The level as it is written.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{Span, code};

    #[test]
    fn one_line_each() {
        let mut sources = Sources::default();
        let file = sources.add("main.laud", "app a\nlet ü = nme\n");
        let mut found = Diagnostic::new(&code::UNKNOWN_NAME, Span::new(file, 15, 18), "unknown name `nme`");
        found.environments = vec!["staging".to_owned(), "production".to_owned()];
        let placeless = Diagnostic::without_place(&code::UNUSED_LET, "two\nlines");
        assert_eq!(
            short(&[found, placeless], &sources),
            "main.laud:2:9: error[L0201]: unknown name `nme` (in staging, production)\nwarning[L0214]: two lines\n"
        );
    }
}
