//! Work folders, in which files are prepared.
//!
//! They are named `.zhize-<target>-<16 digits>` and lie beside the target. The
//! marker says which target a work folder is for, and stays locked while the
//! run lives.

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::folder::{Folder, PRIVATE_FOLDER};
use super::random::random_name;

/// Where new files are written. Everything in it is unfinished and ours.
pub(super) const NEW: &str = "new";

const MARKER: &str = "zhize-work.json";

/// Number of digits after the target's name.
const DIGITS: usize = 16;

/// How often and how long to wait for a run that is just beginning.
const TRIES: u32 = 250;
const PAUSE: Duration = Duration::from_millis(20);

impl Folder {
    /// Writes a file, whole or not at all, in place of an old one. A link of
    /// this name is replaced, not followed.
    ///
    /// # Errors
    /// When the name is a folder's, or the disk refuses; the old file is then
    /// unchanged.
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
    /// Another run has a work folder for the same target.
    Held,
    /// The disk refuses.
    Io(io::Error),
}

impl From<io::Error> for WorkError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A work folder of ours. When it is dropped, unfinished files are removed, and
/// the folder too, unless it contains something else.
#[derive(Debug)]
pub struct WorkFolder {
    parent: Folder,
    name: String,
    /// `None` once it is removed: Windows can't remove what is open.
    own: Option<Folder>,
    /// `None` where the file system has no locks.
    lock: Option<File>,
}

impl WorkFolder {
    /// Makes a work folder for files that are to be placed in `parent` and in
    /// folders below it. Clears such folders that killed runs left.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn for_files(parent: &Folder, target: &str) -> io::Result<Self> {
        let target = match target.len() {
            // The target's name may already be as long as names can be.
            0..=100 => target,
            _ => "files",
        };
        match Self::prepare(parent, target, false) {
            // The folders of killed runs are cleared when they are dropped.
            Ok((work, _left)) => Ok(work),
            Err(WorkError::Io(error)) => Err(error),
            Err(WorkError::Held) => unreachable!("several may place files"),
        }
    }

    /// Makes a work folder for `target` in `parent`, and takes over those that
    /// killed runs left.
    pub(super) fn prepare(
        parent: &Folder,
        target: &str,
        alone: bool,
    ) -> Result<(Self, Vec<Self>), WorkError> {
        // Only one run at a time may look for others and make its own folder.
        let beginning = beginning(parent)?;
        let (left, others_live) = others(parent, target, &[])?;
        if others_live && alone {
            return Err(WorkError::Held);
        }
        let name = format!(".zhize-{target}-{}", random_name()?);
        let own = parent.new_folder_with(OsStr::new(&name), PRIVATE_FOLDER)?;
        let mut work = Self {
            parent: parent.again()?,
            name,
            own: Some(own),
            lock: None,
        };
        let purpose = serde_json::to_vec(&purpose(target)).expect("strings are JSON");
        let marker = work.folder().new_file(OsStr::new(MARKER), &purpose)?;
        let marker = marker.into_std();
        work.lock = marker.try_lock().is_ok().then_some(marker);
        // Windows doesn't lock folders. Whichever of two runs locked its marker
        // last sees the other one now, so that never both go on.
        let mut held: Vec<&str> = left.iter().map(|dead| dead.name.as_str()).collect();
        held.push(&work.name);
        if alone && beginning.is_none() && others(parent, target, &held)?.1 {
            return Err(WorkError::Held);
        }
        Ok((work, left))
    }

    /// The folder itself.
    pub(super) fn folder(&self) -> &Folder {
        self.own.as_ref().expect("open until it is removed")
    }

    /// Its path, for messages.
    pub(super) fn path(&self) -> PathBuf {
        self.parent.path().join(&self.name)
    }

    /// Writes a file, whole or not at all, in place of an old one.
    ///
    /// # Errors
    /// When the disk refuses; the old file is then unchanged.
    pub fn place(&self, bytes: &[u8], folder: &Folder, name: &str) -> io::Result<()> {
        let new = OsStr::new(NEW);
        let own = self.folder();
        own.remove_all(new)?;
        own.new_file(new, bytes)?.sync_data()?;
        own.rename(new, folder, OsStr::new(name))
    }

    /// Removes unfinished files, and the folder if it contains nothing else.
    pub(super) fn clear(&mut self) -> io::Result<bool> {
        let Some(own) = &self.own else {
            return Ok(true);
        };
        own.remove_all(OsStr::new(NEW))?;
        let entries = own.entries()?;
        if entries.iter().any(|entry| entry.name != MARKER) {
            return Ok(false);
        }
        if cfg!(windows) {
            // Windows can't remove a locked file.
            self.lock = None;
        }
        own.remove_all(OsStr::new(MARKER))?;
        self.own = None;
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

/// Whether this is the name of a work folder for this target.
fn is_for(name: &str, target: &str) -> bool {
    name.strip_prefix(".zhize-")
        .and_then(|rest| rest.strip_prefix(target))
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|digits| {
            digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit())
        })
}

/// Takes the lock for beginning in this folder; `None` where there are no
/// locks.
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

/// Looks for other runs' work folders for this target; `held` are those that
/// this run holds. Returns those that killed runs left, and whether another run
/// lives.
fn others(
    parent: &Folder,
    target: &str,
    held: &[&str],
) -> Result<(Vec<WorkFolder>, bool), WorkError> {
    let mut left = Vec::new();
    let mut others_live = false;
    for entry in parent.entries()? {
        let name = entry.name.to_str().filter(|name| is_for(name, target));
        let Some(name) = name.filter(|name| !held.contains(name)) else {
            continue;
        };
        match take_hold(parent, name, target)? {
            Hold::Taken(work) => left.push(work),
            Hold::Alive => others_live = true,
            Hold::Foreign => {}
        }
    }
    Ok((left, others_live))
}

enum Hold {
    /// Its maker is dead, and we took it over.
    Taken(WorkFolder),
    /// Its maker is still running.
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
            // Its maker was killed before making the marker or after removing
            // it. Then the folder is empty; others stay, since this removes
            // empty folders only.
            drop(own);
            let _ = parent.remove_empty_folder(OsStr::new(name));
            return Ok(Hold::Foreign);
        }
        Err(_) => return Ok(Hold::Foreign),
    };
    let is_locked = match marker.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => return Ok(Hold::Alive),
        Err(TryLockError::Error(_)) => false,
    };
    // On Windows, nobody can read a locked file but who locked it.
    let mut text = Vec::new();
    let read = (&marker).take(4_096).read_to_end(&mut text);
    text.truncate(read.unwrap_or(0));
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
        own: Some(own),
        lock: is_locked.then_some(marker),
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

    #[test]
    fn runs_see_each_other_but_not_themselves() {
        let place = tempfile::tempdir().expect("a folder");
        let parent = Folder::open(place.path()).expect("it is there");
        let lives = |held: &[&str]| others(&parent, "public", held).expect("readable").1;
        let (work, _) = WorkFolder::prepare(&parent, "public", true).expect("alone");
        assert!(lives(&[]));
        assert!(!lives(&[&work.name]));
        // A killed run's folder, which this run has taken over, isn't another
        // run's either.
        drop(work);
        let dead = ".zhize-public-0123456789abcdef";
        let folder = parent.new_folder(dead).expect("new");
        let marker = serde_json::to_vec(&purpose("public")).expect("strings are JSON");
        folder.create(MARKER, &marker).expect("new");
        drop(folder);
        let (left, others_live) = others(&parent, "public", &[]).expect("readable");
        assert!(!others_live && left.len() == 1);
        assert!(lives(&[]));
        assert!(!lives(&[dead]));
    }
}
