//! A folder that is held open: what it holds is reached by plain names.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, OpenOptions};

use crate::explain::Refusal;

/// Permissions of what is made, where a system has such.
pub(super) const READABLE_FOLDER: u32 = 0o755;
pub(super) const READABLE_FILE: u32 = 0o644;
pub(super) const PRIVATE_FOLDER: u32 = 0o700;

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    Folder,
    /// A link, a pipe, a device.
    Other,
}

/// An entry of a folder.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: OsString,
    /// What it is; a link is not what it leads to.
    pub kind: Kind,
}

/// An open folder. Names that its functions take are those of its own
/// entries, and links of those names are not followed.
#[derive(Debug)]
pub struct Folder {
    dir: Dir,
    path: PathBuf,
}

impl Folder {
    /// Opens the folder at a path that a person gave, through links too.
    ///
    /// # Errors
    /// When there is none, or it can't be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let dir = Dir::open_ambient_dir(path, ambient_authority())?;
        let path = path.to_owned();
        Ok(Self { dir, path })
    }

    /// Opens the folder at a path that a person gave, and makes it and those
    /// above it if need be.
    ///
    /// # Errors
    /// When it can be neither made nor opened.
    pub fn open_or_make(path: &Path) -> io::Result<Self> {
        Dir::create_ambient_dir_all(path, ambient_authority())?;
        Self::open(path)
    }

    /// Opens a folder some levels below. Links may lead there, but not out of
    /// this folder.
    ///
    /// # Errors
    /// When there is none, or the way leads out.
    pub fn below(&self, path: &str) -> io::Result<Self> {
        let dir = match path {
            "" => self.dir.try_clone()?,
            _ => self.dir.open_dir(path)?,
        };
        let path = self.path.join(path);
        Ok(Self { dir, path })
    }

    /// The same folder once more.
    ///
    /// # Errors
    /// When too much is open.
    pub fn again(&self) -> io::Result<Self> {
        self.below("")
    }

    /// Opens a folder in this one.
    ///
    /// # Errors
    /// When it is none; a [`Refusal`] when it is a link.
    pub fn folder(&self, name: impl AsRef<OsStr>) -> io::Result<Self> {
        let name = name.as_ref();
        let path = self.path.join(name);
        match self.dir.open_dir_nofollow(name) {
            Ok(dir) => Ok(Self { dir, path }),
            Err(_) if self.is_link(name) => Err(link_refused(&path)),
            Err(error) => Err(error),
        }
    }

    /// Opens a folder in this one, or makes it.
    ///
    /// # Errors
    /// As [`Folder::folder`], or when it can't be made.
    pub fn folder_or_new(&self, name: impl AsRef<OsStr>) -> io::Result<Self> {
        let name = name.as_ref();
        match self.folder(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.new_folder(name),
            result => result,
        }
    }

    /// Makes a folder that anybody may read, whatever the umask.
    ///
    /// # Errors
    /// When the name is taken, or the disk refuses.
    pub fn new_folder(&self, name: impl AsRef<OsStr>) -> io::Result<Self> {
        self.new_folder_with(name.as_ref(), READABLE_FOLDER)
    }

    pub(super) fn new_folder_with(&self, name: &OsStr, mode: u32) -> io::Result<Self> {
        self.dir.create_dir(name)?;
        let made = self.folder(name)?;
        made.set_mode(mode)?;
        Ok(made)
    }

    #[cfg(unix)]
    pub(super) fn set_mode(&self, mode: u32) -> io::Result<()> {
        // Not by the handle itself, which is one for finding things alone.
        let flags = rustix::fs::AtFlags::empty();
        Ok(rustix::fs::chmodat(&self.dir, ".", mode.into(), flags)?)
    }

    #[cfg(not(unix))]
    pub(super) fn set_mode(&self, _: u32) -> io::Result<()> {
        Ok(())
    }

    /// The folder's permissions.
    #[cfg(unix)]
    pub(super) fn mode(&self) -> io::Result<u32> {
        use cap_std::fs::MetadataExt as _;
        Ok(self.dir.dir_metadata()?.mode() & 0o7777)
    }

    #[cfg(not(unix))]
    pub(super) fn mode(&self) -> io::Result<u32> {
        Ok(READABLE_FOLDER)
    }

    /// The number of the user to whom it belongs.
    #[cfg(unix)]
    pub(super) fn owner(&self) -> io::Result<u32> {
        use cap_std::fs::MetadataExt as _;
        Ok(self.dir.dir_metadata()?.uid())
    }

    /// Where it was when it was opened: for messages, and for libraries that
    /// want a path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        let entry = |entry: io::Result<cap_std::fs::DirEntry>| {
            let entry = entry?;
            let name = entry.file_name();
            let kind = kind_of(entry.file_type()?);
            Ok(Entry { name, kind })
        };
        self.dir.entries()?.map(entry).collect()
    }

    /// What stands at a name, if anything does.
    pub fn kind(&self, name: impl AsRef<OsStr>) -> Option<Kind> {
        let found = self.dir.symlink_metadata(name.as_ref()).ok()?;
        Some(kind_of(found.file_type()))
    }

    fn is_link(&self, name: &OsStr) -> bool {
        let found = self.dir.symlink_metadata(name);
        found.is_ok_and(|found| found.is_symlink())
    }

    /// Reads a regular file of at most so many bytes.
    ///
    /// # Errors
    /// When it is none, is larger, or can't be read.
    pub fn read(&self, name: impl AsRef<OsStr>, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = self.open_file(name.as_ref(), false)?;
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes)
    }

    /// Opens a regular file. Not waiting, as opening a pipe would.
    pub(super) fn open_file(&self, name: &OsStr, writing: bool) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(writing);
        options.follow(FollowSymlinks::No).nonblock(true);
        let path = self.path.join(name);
        let file = match self.dir.open_with(name, &options) {
            Err(_) if self.is_link(name) => return Err(link_refused(&path)),
            file => file?,
        };
        if !file.metadata()?.is_file() {
            return Err(not_regular(&path));
        }
        Ok(file)
    }

    /// Makes a file that anybody may read, whatever the umask.
    ///
    /// # Errors
    /// As [`Folder::create`].
    pub fn create_readable(&self, name: impl AsRef<OsStr>, bytes: &[u8]) -> io::Result<()> {
        let file = self.new_file(name.as_ref(), bytes)?;
        set_file_mode(&file, READABLE_FILE)
    }

    /// Makes a file with the permissions that the umask leaves.
    ///
    /// # Errors
    /// When the name is taken, or the disk refuses; nothing is left then.
    pub fn create(&self, name: impl AsRef<OsStr>, bytes: &[u8]) -> io::Result<()> {
        self.new_file(name.as_ref(), bytes).map(drop)
    }

    pub(super) fn new_file(&self, name: &OsStr, bytes: &[u8]) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        options.follow(FollowSymlinks::No);
        let mut file = self.dir.open_with(name, &options)?;
        if let Err(error) = file.write_all(bytes) {
            // Half a file is worse than none, and this one is ours.
            let _ = self.dir.remove_file(name);
            return Err(error);
        }
        Ok(file)
    }

    /// Waits until everything on this file system is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        // One call for the whole file system: measured faster than one fsync
        // for each of thousands of small files.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        rustix::fs::syncfs(self.handle()?)?;
        Ok(())
    }

    pub(super) fn remove_file(&self, name: &OsStr) -> io::Result<()> {
        self.dir.remove_file_or_symlink(name)
    }

    pub(super) fn remove_empty_folder(&self, name: &OsStr) -> io::Result<()> {
        self.dir.remove_dir(name)
    }

    /// Removes a file whose bytes the caller knows as its own; `false` when it
    /// is another, or nothing is there.
    ///
    /// # Errors
    /// When it can't be read or removed.
    pub fn remove_if(
        &self,
        name: impl AsRef<OsStr>,
        is_own: impl FnOnce(&[u8]) -> bool,
    ) -> io::Result<bool> {
        let name = name.as_ref();
        match self.read(name, u64::MAX) {
            Ok(bytes) if is_own(&bytes) => self.remove_file(name).map(|()| true),
            Ok(_) => Ok(false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes a folder in which nothing is.
    ///
    /// # Errors
    /// When something is in it, or the disk refuses.
    pub fn remove_if_empty(&self, name: impl AsRef<OsStr>) -> io::Result<()> {
        self.remove_empty_folder(name.as_ref())
    }

    /// Removes whatever stands at the name, with all that is in it.
    pub(super) fn remove_all(&self, name: &OsStr) -> io::Result<()> {
        match self.kind(name) {
            None => Ok(()),
            Some(Kind::Folder) => self.dir.remove_dir_all(name),
            Some(Kind::File | Kind::Other) => self.remove_file(name),
        }
    }

    /// Moves an entry to another folder, in place of a file that is there.
    pub(super) fn rename(&self, name: &OsStr, to: &Self, new: &OsStr) -> io::Result<()> {
        self.dir.rename(name, &to.dir, new)
    }

    /// Gives a file a second name.
    pub(super) fn hard_link(&self, name: &OsStr, to: &Self, new: &OsStr) -> io::Result<()> {
        self.dir.hard_link(name, &to.dir, new)
    }

    /// Lets two entries change places in one step; `false` where the system
    /// can't.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) fn exchange(&self, name: &OsStr, with: &Self, other: &OsStr) -> io::Result<bool> {
        use rustix::fs::{RenameFlags, renameat_with};
        use rustix::io::Errno;

        match renameat_with(&self.dir, name, &with.dir, other, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) fn exchange(&self, _: &OsStr, _: &Self, _: &OsStr) -> io::Result<bool> {
        Ok(false)
    }

    /// Whether two entries are one file under two names.
    #[cfg(unix)]
    pub(super) fn is_same(&self, name: &OsStr, other: &Self, new: &OsStr) -> bool {
        use cap_std::fs::MetadataExt as _;
        let identity = |folder: &Self, name| {
            let found = folder.dir.symlink_metadata(name).ok()?;
            Some((found.dev(), found.ino()))
        };
        let own = identity(self, name);
        own.is_some() && own == identity(other, new)
    }

    #[cfg(not(unix))]
    pub(super) fn is_same(&self, _: &OsStr, _: &Self, _: &OsStr) -> bool {
        false
    }

    /// A handle of its own, for a lock.
    #[cfg(unix)]
    pub(super) fn handle(&self) -> io::Result<std::fs::File> {
        use rustix::fs::{Mode, OFlags, openat};
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(openat(&self.dir, ".", flags, Mode::empty())?.into())
    }

    #[cfg(not(unix))]
    pub(super) fn handle(&self) -> io::Result<std::fs::File> {
        Ok(self.dir.try_clone()?.into_std_file())
    }
}

fn kind_of(file_type: cap_std::fs::FileType) -> Kind {
    if file_type.is_file() {
        Kind::File
    } else if file_type.is_dir() {
        Kind::Folder
    } else {
        Kind::Other
    }
}

#[cfg(unix)]
fn set_file_mode(file: &File, mode: u32) -> io::Result<()> {
    Ok(rustix::fs::fchmod(file, mode.into())?)
}

#[cfg(not(unix))]
fn set_file_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

fn link_refused(path: &Path) -> io::Error {
    let path = path.display();
    Refusal::error(format!(
        "{path} 是符号链接，zhize 不沿链接读写；请把链接换成真正的文件或目录"
    ))
}

fn not_regular(path: &Path) -> io::Error {
    let path = path.display();
    Refusal::error(format!(
        "{path} 不是普通文件（是管道、设备或目录）；请移走它"
    ))
}

/// Checks that reading the file at a path ends: that it is no pipe and no
/// device. Links are followed.
///
/// # Errors
/// When there is nothing, or something else.
pub fn regular_file(path: &Path) -> io::Result<()> {
    match std::fs::metadata(path)? {
        found if found.is_file() => Ok(()),
        _ => Err(not_regular(path)),
    }
}
