//! The one JSON printer.
