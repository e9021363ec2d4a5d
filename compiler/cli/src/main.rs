//! The `laud` binary; everything is in the library.

use mimalloc::MiMalloc;

/// Most of the work is to make many small values on several threads.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    laud::main()
}
