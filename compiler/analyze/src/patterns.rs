//! The patterns of texts, each compiled once for all environments.

use laud_syntax::Span;
use regex_lite::Regex;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The patterns that a text was compared with, by where they are written: to
/// compile one takes longer than all comparisons of a system with it.
#[derive(Debug, Default)]
pub(crate) struct Patterns(Mutex<FxHashMap<Span, Arc<OnceLock<Option<Regex>>>>>);

impl Patterns {
    /// The pattern that is written there, as one of a whole text; `None` for what is none.
    pub(crate) fn whole(&self, written: Span, pattern: &str) -> Option<Regex> {
        let known = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(written).or_default().clone()
        };
        known.get_or_init(|| Regex::new(&format!("^(?:{pattern})$")).ok()).clone()
    }
}

/// Why a text is no pattern.
pub(crate) fn fault(pattern: &str) -> Option<String> {
    // By itself: what is put around it could make one of what is none.
    Regex::new(pattern).err().map(|error| error.to_string())
}
