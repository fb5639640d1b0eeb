//! The work folder beside the output, and the step in which the new site
//! takes the old one's place.
//!
//! The folder is `.zhize-<name of the output>`. Whoever holds its lock may
//! write; finding files in it after taking the lock means that a build was
//! killed, and they are cleared. The old site is moved into it and removed
//! last.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};

use super::destination::Destination;
use crate::explain::explain;

const NEW: &str = "new";
const OLD: &str = "old";

/// The locked work folder; removed with all that is in it when dropped.
pub(super) struct WorkFolder {
    path: PathBuf,
    /// Holds the lock for as long as it is open; `None` where folders have no
    /// locks.
    handle: Option<File>,
    /// Whether the new site has taken its place.
    done: bool,
}

impl WorkFolder {
    /// Makes or takes over the work folder, and clears what a killed build
    /// left in it.
    pub(super) fn prepare(destination: &Destination) -> anyhow::Result<Self> {
        let (Some(parent), Some(name)) = (
            destination.path().parent(),
            destination.path().file_name().and_then(|n| n.to_str()),
        ) else {
            bail!(
                "输出目录 {} 没有可用的名称；请用 --output 指定另一个目录",
                destination.shown().display()
            );
        };
        let failure = |error: io::Error| {
            anyhow!("{}：{}", parent.display(), explain(&error))
                .context(destination.describe_failure())
        };
        fs::create_dir_all(parent).map_err(failure)?;
        let path = parent.join(format!(".zhize-{name}"));
        let handle = lock(&path).map_err(|error| match error {
            LockError::Held => anyhow!(
                "另一个 zhize 正在写入 {}；请等它结束后再试",
                destination.shown().display()
            ),
            LockError::Io(error) => failure(error),
        })?;
        let work = Self {
            path,
            handle,
            done: false,
        };
        // Where two renames had to do for the exchange, a build killed between
        // them left the old site here and nothing in its place.
        let old = work.path.join(OLD);
        if old.exists() && !destination.path().exists() {
            fs::rename(&old, destination.path()).map_err(failure)?;
        }
        work.clear().map_err(failure)?;
        Ok(work)
    }

    /// Where the new site is to be written; does not exist yet.
    pub(super) fn new_site(&self) -> PathBuf {
        self.path.join(NEW)
    }

    /// Waits until everything written so far is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        // One call for the whole file system: measured faster than one fsync
        // for each of thousands of small files.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Some(handle) = &self.handle {
            rustix::fs::syncfs(handle)?;
        }
        Ok(())
    }

    /// Puts the new site in the old one's place and removes the old one.
    ///
    /// Returns the old site's folder when it could not be removed.
    pub(super) fn take_over(
        mut self,
        destination: &Destination,
    ) -> anyhow::Result<Option<PathBuf>> {
        let (new, old, target) = (self.new_site(), self.path.join(OLD), destination.path());
        let swap = || -> io::Result<()> {
            if !target.exists() {
                return fs::rename(&new, target);
            }
            if exchange(&new, target)? {
                return Ok(());
            }
            fs::rename(target, &old)?;
            fs::rename(&new, target).inspect_err(|_| {
                // Put the old site back; when even that fails, the next build
                // finds it in the work folder.
                let _ = fs::rename(&old, target);
            })
        };
        swap()
            .map_err(|error| match error.kind() {
                io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => anyhow!(
                    "{} 是一个挂载点，不能整体替换；请用 --output 指定它里面的一个目录",
                    destination.shown().display()
                ),
                _ => anyhow!("{}：{}", target.display(), explain(&error)),
            })
            .with_context(|| destination.describe_failure())?;

        self.done = true;
        let removed = self.clear().and_then(|()| fs::remove_dir(&self.path));
        Ok(removed.is_err().then(|| self.path.clone()))
    }

    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        if !self.done {
            // After a failure, so that a full disk has room again. Never the
            // old site, should it be here; what can't be removed now is
            // cleared by the next build.
            let _ = fs::remove_dir_all(self.new_site());
            let _ = fs::remove_dir(&self.path);
        }
    }
}

enum LockError {
    Held,
    Io(io::Error),
}

impl From<io::Error> for LockError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Creates the folder if need be and takes its lock.
#[cfg(unix)]
fn lock(path: &Path) -> Result<Option<File>, LockError> {
    use rustix::fs::{FlockOperation, flock};
    use std::os::unix::fs::MetadataExt as _;

    loop {
        match fs::create_dir(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        let handle = match File::open(path) {
            // The build that held it has just removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            handle => handle?,
        };
        match flock(&handle, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(LockError::Held),
            // Some network file systems have no locks: go on without.
            Err(
                rustix::io::Errno::NOTSUP | rustix::io::Errno::NOLCK | rustix::io::Errno::NOSYS,
            ) => {}
            Err(error) => return Err(io::Error::from(error).into()),
        }
        // The lock is only worth something if the name still leads here.
        let held = handle.metadata()?;
        match fs::metadata(path) {
            Ok(named) if (named.dev(), named.ino()) == (held.dev(), held.ino()) => {
                return Ok(Some(handle));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(not(unix))]
fn lock(path: &Path) -> Result<Option<File>, LockError> {
    // A folder can't be opened and locked here; the marker file of a second
    // build in the same place would be the only trace.
    fs::create_dir_all(path)?;
    Ok(None)
}

/// Exchanges two folders in one step; `false` where the system can't.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn exchange(a: &Path, b: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn exchange(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}
