//! Windows refuses to rename what another program holds open: a web server that
//! sends a file, a virus scanner that reads a new one. Most of them let go
//! within seconds, so the step is tried again for a while. Removals don't wait:
//! what can't be removed is reported, and the next run clears it.

use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use walkdir::WalkDir;

/// How often a step is tried, and how long to wait in between: ten seconds.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// Repeats a step as long as another program prevents it.
///
/// # Errors
/// The step's last error.
pub(super) fn patiently<T>(step: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    repeated(step, is_held, || thread::sleep(PAUSE))
}

/// Whether the error says that another program holds the file or the folder.
/// Only Windows has such errors.
pub fn is_held(error: &io::Error) -> bool {
    /// Access denied: a file below the folder is open.
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    let held = [ACCESS_DENIED, SHARING_VIOLATION, LOCK_VIOLATION];
    cfg!(windows)
        && error
            .raw_os_error()
            .is_some_and(|code| held.contains(&code))
}

/// A file or folder below, or the folder itself, that another program holds so
/// that it can't be moved; its path begins with `folder`. For messages: whoever
/// is told which file it is finds out which program.
pub fn held_in(folder: &Path) -> Option<PathBuf> {
    // Files first: a folder can't be moved either when a file in it is held.
    let found = WalkDir::new(folder).contents_first(true).into_iter();
    found
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .find(|path| can_be_moved(path).is_err_and(|error| is_held(&error)))
}

/// Asks Windows for the right to move or delete a file or folder.
#[cfg(windows)]
fn can_be_moved(path: &Path) -> io::Result<()> {
    use std::os::windows::fs::OpenOptionsExt as _;
    const DELETE: u32 = 0x0001_0000;
    const BACKUP_SEMANTICS: u32 = 0x0200_0000;
    const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    let mut options = std::fs::OpenOptions::new();
    options
        .access_mode(DELETE)
        .custom_flags(BACKUP_SEMANTICS | OPEN_REPARSE_POINT);
    options.open(path).map(drop)
}

/// No other system prevents it.
#[cfg(not(windows))]
#[allow(clippy::unnecessary_wraps)]
fn can_be_moved(_: &Path) -> io::Result<()> {
    Ok(())
}

fn repeated<T>(
    mut step: impl FnMut() -> io::Result<T>,
    is_held: impl Fn(&io::Error) -> bool,
    mut pause: impl FnMut(),
) -> io::Result<T> {
    for _ in 1..TRIES {
        match step() {
            Err(error) if is_held(&error) => pause(),
            result => return result,
        }
    }
    step()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELD: io::ErrorKind = io::ErrorKind::ResourceBusy;

    fn run(failures: u32, kind: io::ErrorKind) -> (io::Result<u32>, u32, u32) {
        let (mut tries, mut pauses) = (0, 0);
        let result = repeated(
            || {
                tries += 1;
                if tries <= failures {
                    Err(kind.into())
                } else {
                    Ok(tries)
                }
            },
            |error| error.kind() == HELD,
            || pauses += 1,
        );
        (result, tries, pauses)
    }

    #[test]
    fn waits_until_the_other_program_lets_go() {
        let (result, tries, pauses) = run(7, HELD);
        assert_eq!((result.unwrap(), tries, pauses), (8, 8, 7));
    }

    #[test]
    fn gives_up_in_the_end() {
        let (result, tries, pauses) = run(u32::MAX, HELD);
        assert_eq!(result.unwrap_err().kind(), HELD);
        assert_eq!((tries, pauses), (TRIES, TRIES - 1));
    }

    #[test]
    fn other_failures_are_final() {
        let (result, tries, _) = run(u32::MAX, io::ErrorKind::StorageFull);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(tries, 1);
    }
}
