//! One error is never the last.
