//! The `laud` binary, for the tests of this package.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// As in the binary that people have.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    laud::main()
}
