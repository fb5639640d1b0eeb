//! A folder that is held open; its entries are reached by plain names.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, OpenOptions};

use super::patience::patiently;
use crate::explain::Refusal;

/// Permissions of new files and folders, on systems that have them.
pub(super) const READABLE_FOLDER: u32 = 0o755;
pub(super) const READABLE_FILE: u32 = 0o644;
pub(super) const PRIVATE_FOLDER: u32 = 0o700;

/// The kind of a folder's entry.
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
    /// A symbolic link has its own kind, not that of its target.
    pub kind: Kind,
}

/// An open folder. Its functions take names of its own entries, and don't
/// follow links of those names.
#[derive(Debug)]
pub struct Folder {
    dir: Dir,
    path: PathBuf,
}

impl Folder {
    /// Opens the folder at a path that a person gave; links are followed.
    ///
    /// # Errors
    /// When there is no folder, or it can't be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let dir = Dir::open_ambient_dir(path, ambient_authority())?;
        let path = path.to_owned();
        Ok(Self { dir, path })
    }

    /// Opens the folder at a path that a person gave. Makes it and its parents
    /// where they are missing.
    ///
    /// # Errors
    /// When it can be neither made nor opened.
    pub fn open_or_make(path: &Path) -> io::Result<Self> {
        Dir::create_ambient_dir_all(path, ambient_authority())?;
        Self::open(path)
    }

    /// Opens a folder any number of levels below. Links on the way are followed
    /// inside this folder only.
    ///
    /// # Errors
    /// When there is no folder, or the path leads out of this one.
    pub fn below(&self, path: &str) -> io::Result<Self> {
        let dir = match path {
            "" => self.dir.try_clone()?,
            _ => self.dir.open_dir(path)?,
        };
        let path = self.path.join(path);
        Ok(Self { dir, path })
    }

    /// A second handle to the same folder.
    ///
    /// # Errors
    /// When too many files are open.
    pub fn again(&self) -> io::Result<Self> {
        self.below("")
    }

    /// Opens a folder in this one.
    ///
    /// # Errors
    /// When the name isn't a folder's; a [`Refusal`] when it is a link.
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
        // Not on the handle itself, which can only be used for lookups.
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

    /// The id of the user who owns the folder.
    #[cfg(unix)]
    pub(super) fn owner(&self) -> io::Result<u32> {
        use cap_std::fs::MetadataExt as _;
        Ok(self.dir.dir_metadata()?.uid())
    }

    /// The path at which the folder was opened, for messages and for libraries
    /// that need a path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder's entries.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        let entry = |entry: io::Result<cap_std::fs::DirEntry>| {
            let entry = entry?;
            let name = entry.file_name();
            let kind = kind_of(entry.file_type()?);
            Ok(Entry { name, kind })
        };
        self.dir.entries()?.map(entry).collect()
    }

    /// The kind of the entry with this name; `None` if there is none.
    pub fn kind(&self, name: impl AsRef<OsStr>) -> Option<Kind> {
        let found = self.dir.symlink_metadata(name.as_ref()).ok()?;
        Some(kind_of(found.file_type()))
    }

    fn is_link(&self, name: &OsStr) -> bool {
        let found = self.dir.symlink_metadata(name);
        found.is_ok_and(|found| found.is_symlink())
    }

    /// Reads a regular file of at most `most` bytes.
    ///
    /// # Errors
    /// When it isn't a regular file, is larger, or can't be read.
    pub fn read(&self, name: impl AsRef<OsStr>, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = self.open_file(name.as_ref(), false)?;
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes)
    }

    /// Opens a regular file. Doesn't block, as opening a pipe otherwise would.
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

    /// Gives the files of this folder the permissions that
    /// [`Folder::create_readable`] gives.
    ///
    /// # Errors
    /// When a file can't be opened, or belongs to another user.
    pub fn make_readable(&self) -> io::Result<()> {
        for entry in self.entries()? {
            if entry.kind == Kind::File {
                set_file_mode(&self.open_file(&entry.name, false)?, READABLE_FILE)?;
            }
        }
        Ok(())
    }

    /// Makes a file with the permissions that the umask leaves.
    ///
    /// # Errors
    /// When the name is taken, or the disk refuses; no partial file is left.
    pub fn create(&self, name: impl AsRef<OsStr>, bytes: &[u8]) -> io::Result<()> {
        self.new_file(name.as_ref(), bytes).map(drop)
    }

    pub(super) fn new_file(&self, name: &OsStr, bytes: &[u8]) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        options.follow(FollowSymlinks::No);
        let mut file = self.dir.open_with(name, &options)?;
        if let Err(error) = file.write_all(bytes) {
            // Removes the partial file, which this function made.
            let _ = self.dir.remove_file(name);
            return Err(error);
        }
        Ok(file)
    }

    /// Waits until all data of this file system is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        // One call for the whole file system, which was measured to be faster
        // than one fsync for each of thousands of small files.
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

    /// Removes a file if the caller recognises its bytes as its own. Returns
    /// `false` when the file is another one, or missing.
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

    /// Removes an empty folder.
    ///
    /// # Errors
    /// When it isn't empty, or the disk refuses.
    pub fn remove_if_empty(&self, name: impl AsRef<OsStr>) -> io::Result<()> {
        self.remove_empty_folder(name.as_ref())
    }

    /// Removes the entry of this name, with everything in it.
    pub(super) fn remove_all(&self, name: &OsStr) -> io::Result<()> {
        match self.kind(name) {
            None => Ok(()),
            Some(Kind::Folder) => self.dir.remove_dir_all(name),
            Some(Kind::File | Kind::Other) => self.remove_file(name),
        }
    }

    /// Moves an entry to another folder; replaces a file of that name.
    pub(super) fn rename(&self, name: &OsStr, to: &Self, new: &OsStr) -> io::Result<()> {
        patiently(|| self.dir.rename(name, &to.dir, new))
    }

    /// Hard-links a file into another folder.
    pub(super) fn hard_link(&self, name: &OsStr, to: &Self, new: &OsStr) -> io::Result<()> {
        self.dir.hard_link(name, &to.dir, new)
    }

    /// Swaps two entries in one step. Returns `false` where the system can't.
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

    /// Whether two entries are hard links to the same file.
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

    /// A separate handle, for locking.
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
        "{path} 是符号链接，zhize 不通过链接读写；请以实际的文件或目录代替链接"
    ))
}

fn not_regular(path: &Path) -> io::Error {
    let path = path.display();
    Refusal::error(format!(
        "{path} 不是普通文件（是管道、设备或目录）；请将其移走"
    ))
}

/// Checks that the path leads to a regular file, not to a pipe or device, so
/// that reading it ends. Links are followed.
///
/// # Errors
/// When there is nothing at the path, or something other than a regular file.
pub fn regular_file(path: &Path) -> io::Result<()> {
    match std::fs::metadata(path)? {
        found if found.is_file() => Ok(()),
        _ => Err(not_regular(path)),
    }
}
