//! What the standard library lacks: exchanging two folders, taking turns, and
//! who may read what is written.

use camino::Utf8Path;
use std::fs::{self, File};
use std::io::{self, ErrorKind};

/// Makes a file that everyone may read, whatever the umask: containers read what
/// is mounted as users of their own, and nothing that laud writes is secret.
pub(super) fn create_file(path: &Utf8Path) -> io::Result<File> {
    let file = File::create(path)?;
    allow(&file, 0o644)?;
    Ok(file)
}

/// Makes a folder, and those around it that are not there, for everyone to read.
pub(super) fn create_folders(path: &Utf8Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Ok(()) => allow(&File::open(path)?, 0o755),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            create_folders(path.parent().ok_or(error)?)?;
            create_folders(path)
        }
        Err(_) if path.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

/// Opens what is at a path, if that is a file; a link is none.
#[cfg(unix)]
pub(super) fn open_file(path: &Utf8Path) -> Option<(File, fs::Metadata)> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    // A pipe would wait for whoever writes into it.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = fs::OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path).ok()?;
    let about = file.metadata().ok()?;
    about.is_file().then_some((file, about))
}

#[cfg(not(unix))]
pub(super) fn open_file(path: &Utf8Path) -> Option<(File, fs::Metadata)> {
    let about = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((File::open(path).ok()?, about))
}

/// Whether everyone may read a file.
#[cfg(unix)]
pub(super) fn is_for_all(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o444 == 0o444
}

#[cfg(not(unix))]
pub(super) fn is_for_all(_: &fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn allow(what: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    match what.set_permissions(fs::Permissions::from_mode(mode)) {
        // A file system without permissions, such as one of Windows that is mounted.
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::Unsupported) => Ok(()),
        done => done,
    }
}

#[cfg(not(unix))]
fn allow(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

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
