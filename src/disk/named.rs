//! Files that a person names on the command line.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use super::folder::Folder;
use crate::explain::Refusal;

/// Writes to the path that a person gave: to a file whole or not at all, to a
/// pipe or device (`/dev/stdout`) directly.
///
/// # Errors
/// When the path is a link to a file, or the disk refuses.
pub fn write_where_told(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let stands = path.metadata().ok();
    if stands.is_some_and(|found| !found.is_file() && !found.is_dir()) {
        return OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    if path.is_symlink() {
        return Err(Refusal::error("该路径是符号链接；请写链接所指的路径"));
    }
    let Some(name) = path.file_name().and_then(OsStr::to_str) else {
        return Err(io::ErrorKind::InvalidFilename.into());
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    Folder::open(folder)?.replace(name, bytes)
}
