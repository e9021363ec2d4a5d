//! The `laud` binary, for the tests of this package.

use mimalloc::MiMalloc;

/// As in the binary that people have.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    laud::main()
}
