//! What people see when laud itself is wrong.

use std::io::Write;
use std::panic::PanicHookInfo;

/// Makes a panic say whose fault it is and what to do.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|info| {
        // Standard error may be closed, and a panic in here would abort.
        let _ = std::io::stderr().write_all(words(info).as_bytes());
    }));
}

fn words(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
    format!(
        "\nThis is a bug in laud, not in your spec: {message}{place}\n\
         Please report it with these two lines, the spec that shows it, and this: laud {}, {}.\n\
         Nothing that was built before is lost.\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
    )
}
