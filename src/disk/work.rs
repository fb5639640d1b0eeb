//! Work folders: where everything is half made.
//!
//! `.zhize-<target>-<16 digits>`, in the folder in which the target stands. Its
//! marker says what it is for, and is locked for as long as the run lives.

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::folder::{Folder, PRIVATE_FOLDER};
use super::random::random_name;

/// Where things grow. Whatever lies here is half made and ours.
pub(super) const NEW: &str = "new";

const MARKER: &str = "zhize-work.json";

/// Digits after the target's name.
const DIGITS: usize = 16;

/// How often and how long to wait for a run that is just beginning.
const TRIES: u32 = 250;
const PAUSE: Duration = Duration::from_millis(20);

impl Folder {
    /// Puts a file in the place of what stands at the name, whole or not at
    /// all. A link there is replaced, not followed.
    ///
    /// # Errors
    /// When the name is a folder's, or the disk refuses; what stood there is
    /// as it was.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        WorkFolder::for_files(self, name)?.place(bytes, self, name)
    }
}

/// What the marker holds.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Purpose {
    generator: String,
    work: String,
}

/// Why there is no work folder.
#[derive(Debug)]
pub enum WorkError {
    /// Another run has one for the same target.
    Held,
    /// The disk refuses.
    Io(io::Error),
}

impl From<io::Error> for WorkError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A work folder of ours. What is half made in it goes when it is dropped, and
/// the folder too, unless something else lies there.
#[derive(Debug)]
pub struct WorkFolder {
    parent: Folder,
    name: String,
    own: Folder,
    /// `None` where the file system has no locks.
    lock: Option<File>,
}

impl WorkFolder {
    /// Makes one for files that are to be placed in `parent` and the folders
    /// below it; what killed runs left of that kind is cleared.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn for_files(parent: &Folder, target: &str) -> io::Result<Self> {
        let target = match target.len() {
            // The name of a file may be as long as names can be.
            0..=100 => target,
            _ => "files",
        };
        match Self::prepare(parent, target, false) {
            // Left ones are cleared as they are dropped.
            Ok((work, _left)) => Ok(work),
            Err(WorkError::Io(error)) => Err(error),
            Err(WorkError::Held) => unreachable!("several may place files"),
        }
    }

    /// Makes one for `target` in `parent`, and takes hold of those that killed
    /// runs left.
    pub(super) fn prepare(
        parent: &Folder,
        target: &str,
        alone: bool,
    ) -> Result<(Self, Vec<Self>), WorkError> {
        // Whoever looks for others and makes its own does so alone.
        let _beginning = beginning(parent)?;
        let mut left = Vec::new();
        for entry in parent.entries()? {
            let Some(name) = entry.name.to_str().filter(|name| is_for(name, target)) else {
                continue;
            };
            match take_hold(parent, name, target)? {
                Hold::Taken(work) => left.push(work),
                Hold::Alive if alone => return Err(WorkError::Held),
                Hold::Alive | Hold::Foreign => {}
            }
        }
        let name = format!(".zhize-{target}-{}", random_name()?);
        let own = parent.new_folder_with(OsStr::new(&name), PRIVATE_FOLDER)?;
        let mut work = Self {
            parent: parent.again()?,
            name,
            own,
            lock: None,
        };
        let purpose = serde_json::to_vec(&purpose(target)).expect("strings are JSON");
        let marker = work.own.new_file(OsStr::new(MARKER), &purpose)?;
        let marker = marker.into_std();
        work.lock = marker.try_lock().is_ok().then_some(marker);
        Ok((work, left))
    }

    /// The folder itself.
    pub(super) fn folder(&self) -> &Folder {
        &self.own
    }

    /// Where it is, for messages.
    pub(super) fn path(&self) -> PathBuf {
        self.own.path().to_owned()
    }

    /// Puts a file in the place of what stands at a name, whole or not at all.
    ///
    /// # Errors
    /// When the disk refuses; what stood there is as it was.
    pub fn place(&self, bytes: &[u8], folder: &Folder, name: &str) -> io::Result<()> {
        let new = OsStr::new(NEW);
        self.own.remove_all(new)?;
        self.own.new_file(new, bytes)?.sync_data()?;
        self.own.rename(new, folder, OsStr::new(name))
    }

    /// Removes what is half made, and the folder if nothing else is in it.
    pub(super) fn clear(&mut self) -> io::Result<bool> {
        self.own.remove_all(OsStr::new(NEW))?;
        let entries = self.own.entries()?;
        if entries.iter().any(|entry| entry.name != MARKER) {
            return Ok(false);
        }
        if cfg!(windows) {
            // What is locked can't be removed there.
            self.lock = None;
        }
        self.own.remove_all(OsStr::new(MARKER))?;
        self.parent.remove_empty_folder(OsStr::new(&self.name))?;
        Ok(true)
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        // What can't be removed now is cleared by the next run.
        let _ = self.clear();
    }
}

fn purpose(target: &str) -> Purpose {
    Purpose {
        generator: "zhize".to_owned(),
        work: target.to_owned(),
    }
}

/// Whether a name is that of a work folder for this target.
fn is_for(name: &str, target: &str) -> bool {
    name.strip_prefix(".zhize-")
        .and_then(|rest| rest.strip_prefix(target))
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|digits| {
            digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit())
        })
}

/// The right to begin in this folder; `None` where it has no locks.
fn beginning(parent: &Folder) -> Result<Option<File>, WorkError> {
    let handle = parent.handle()?;
    for _ in 0..TRIES {
        match handle.try_lock() {
            Ok(()) => return Ok(Some(handle)),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
    Err(WorkError::Held)
}

enum Hold {
    /// Its maker is dead, and now it is ours.
    Taken(WorkFolder),
    /// Its maker is at work.
    Alive,
    /// We did not make it.
    Foreign,
}

fn take_hold(parent: &Folder, name: &str, target: &str) -> io::Result<Hold> {
    let Ok(own) = parent.folder(name) else {
        return Ok(Hold::Foreign);
    };
    let marker = match own.open_file(OsStr::new(MARKER), true) {
        Ok(marker) => marker.into_std(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Killed before it had a marker, or after it had one: then it is
            // empty, and only then does this do anything.
            let _ = parent.remove_empty_folder(OsStr::new(name));
            return Ok(Hold::Foreign);
        }
        Err(_) => return Ok(Hold::Foreign),
    };
    let lock = match marker.try_lock() {
        Ok(()) => Some(marker),
        Err(TryLockError::WouldBlock) => return Ok(Hold::Alive),
        Err(TryLockError::Error(_)) => None,
    };
    let text = own.read(MARKER, 4_096).unwrap_or_default();
    let is_ours = match serde_json::from_slice::<Purpose>(&text) {
        Ok(said) => said == purpose(target),
        // Killed between making the marker and writing it.
        Err(_) => text.is_empty() && own.entries()?.len() == 1,
    };
    if !is_ours {
        return Ok(Hold::Foreign);
    }
    let name = name.to_owned();
    let parent = parent.again()?;
    Ok(Hold::Taken(WorkFolder {
        parent,
        name,
        own,
        lock,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_not_taken_for_another() {
        assert!(is_for(".zhize-public-0123456789abcdef", "public"));
        for other in [
            ".zhize-public",
            ".zhize-public-",
            ".zhize-public-2-0123456789abcdef",
            ".zhize-publi-0123456789abcdef",
            ".zhize-public-0123456789abcdeg",
            ".zhize-public-0123456789abcdef0",
        ] {
            assert!(!is_for(other, "public"), "{other}");
        }
    }
}
