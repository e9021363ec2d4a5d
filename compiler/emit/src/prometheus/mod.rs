//! The prometheus target.

use crate::{Context, File};
use laud_plan::Plan;
use laud_syntax::Diagnostic;

/// What of the plan it cannot express.
pub fn check(_plan: &Plan) -> Vec<Diagnostic> {
    Vec::new()
}

/// Its files.
pub fn emit(_plan: &Plan, _context: Context<'_>, _sink: &mut dyn FnMut(File)) {}
