//! Tests of the syntax crate from the outside: what every text must survive,
//! and what every valid one must keep.

mod depth;
mod formatting;
mod generate;
mod layout;
mod literals;
mod meaning;
mod north_star;
mod pages;
mod parsing;
mod recovery;
mod shapes;
