//! What the standard library lacks: exchanging two folders, and taking turns.

use camino::Utf8Path;
use std::fs::File;
use std::io;

/// Exchanges two paths in one step.
///
/// # Errors
/// If the system or the file system cannot, besides the usual reasons.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn exchange(a: &Utf8Path, b: &Utf8Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a.as_std_path(), CWD, b.as_std_path(), RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn exchange(_: &Utf8Path, _: &Utf8Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Waits for the turn in a folder; it ends when the value is dropped, or the process is.
#[cfg(unix)]
pub(super) fn lock(folder: &Utf8Path) -> io::Result<Option<File>> {
    use rustix::fs::{FlockOperation, flock};
    let handle = File::open(folder)?;
    match flock(&handle, FlockOperation::LockExclusive) {
        Ok(()) => Ok(Some(handle)),
        // Some network file systems have no locks; builds there must not meet.
        Err(rustix::io::Errno::NOLCK | rustix::io::Errno::NOTSUP | rustix::io::Errno::INVAL) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
pub(super) fn lock(_: &Utf8Path) -> io::Result<Option<File>> {
    Ok(None)
}
