//! The one YAML printer.
