//! The `laud` binary; everything is in the library.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Most of the work is to make many small values on several threads.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    laud::main()
}
