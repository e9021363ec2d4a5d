//! The `laud` binary; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    laud::main()
}
