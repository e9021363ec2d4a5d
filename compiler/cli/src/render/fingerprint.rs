//! What stays the same of a finding while its line moves, so that a service
//! knows it again.

use laud_syntax::{Diagnostic, Sources};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Gives out fingerprints; among findings that are alike, they count.
#[derive(Default)]
pub(super) struct Fingerprints {
    given: BTreeMap<String, u32>,
}

impl Fingerprints {
    /// The fingerprint of a finding that is shown in this file: 32 digits, made of the code, the message, the file and
    /// the words of the line, however they are spaced.
    pub(super) fn of(&mut self, diagnostic: &Diagnostic, path: &str, sources: &Sources) -> String {
        let line = diagnostic.place(sources).map_or_else(String::new, |span| {
            let source = sources.get(span.file());
            let from = source.line_starts()[source.position(span.start()).line as usize - 1] as usize;
            let line = source.shown_text()[from..].lines().next().unwrap_or_default();
            line.split_whitespace().collect()
        });
        let mut hash = Sha256::new();
        for part in [diagnostic.code.id, &diagnostic.message, path, &line] {
            hash.update(part);
            hash.update([0]);
        }
        let alike: String = hash.finalize().iter().take(15).map(|byte| format!("{byte:02x}")).collect();
        let count = self.given.entry(alike.clone()).or_insert(0);
        let fingerprint = format!("{alike}{count:02x}");
        *count += 1;
        fingerprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{Span, code};

    fn fingerprints(text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let file = sources.add("main.laud", text);
        let places = text.match_indices("nme");
        let mut given = Fingerprints::default();
        places
            .map(|(at, _)| {
                let span = Span::new(file, at as u32, at as u32 + 3);
                let found = Diagnostic::new(&code::UNKNOWN_NAME, span, "unknown name `nme`");
                given.of(&found, "main.laud", &sources)
            })
            .collect()
    }

    #[test]
    fn a_finding_is_known_again_where_it_moves() {
        let before = fingerprints("let a = nme\nlet b = nme\n");
        let after = fingerprints("app x\n\nlet a   = nme\n\nlet b = nme\n");
        assert_eq!(before, after);
        assert_ne!(before[0], before[1]);
    }

    #[test]
    fn findings_that_are_alike_are_told_apart() {
        let twice = fingerprints("let a = nme + nme\n");
        assert_ne!(twice[0], twice[1]);
        assert!(twice.iter().all(|one| one.len() == 32));
    }
}
