//! Write: puts an output set on disk, whole or not at all.
//!
//! The new site grows in a work folder beside the old one, on the same file
//! system, and takes its place in one step. A build that fails or is killed
//! therefore leaves the old site as it was; what a killed build left behind is
//! cleared by the next one.
//!
//! Files whose names hold a hash of their content (shards, assets) live for
//! one release longer than the pages that name them: a page that a reader
//! opened before the release still finds them. See [`marker`].

pub mod destination;
pub mod marker;
mod swap;

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use rayon::prelude::*;

pub use destination::Destination;
use marker::Marker;
use swap::WorkFolder;

use crate::output::OutputSet;

/// What the caller decides about a write.
#[derive(Clone, Copy, Debug)]
pub struct WriteOptions {
    /// Keep the previous release's shards and assets beside the new ones.
    pub keep_previous: bool,
    /// Wait until the bytes have reached the disk before the new site takes
    /// its place, so that a power cut can't leave empty files.
    pub durable: bool,
}

/// What a write did.
#[derive(Debug)]
pub struct WriteSummary {
    /// Files of the new site, kept ones not counted.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Shard folders and assets kept from the previous release.
    pub kept: Vec<String>,
    /// The old site, when it could not be removed; the next build tries again.
    pub leftover: Option<PathBuf>,
}

/// Replaces the destination by exactly the files of `set`, those kept from the
/// previous release and the marker file.
///
/// # Errors
/// When the file system refuses; the old site is then as it was. The message
/// is one line and ends in a remedy.
pub fn write(
    set: &OutputSet,
    destination: &Destination,
    options: WriteOptions,
) -> anyhow::Result<WriteSummary> {
    ensure!(
        set.get(marker::FILE_NAME).is_none(),
        "{} 是 zhize 自己写的标记文件，内容里不能有同名文件；请给它改名",
        marker::FILE_NAME
    );
    let work = WorkFolder::prepare(destination)?;
    // Looked at again under the lock: the folder may have changed since the
    // destination was checked.
    let previous = destination.previous()?;

    let site = work.new_site();
    let mut marker = Marker::of(set);
    if let Some(previous) = previous.filter(|_| options.keep_previous) {
        marker.keep_from(&previous);
    }
    write_files(set, &site).with_context(|| destination.describe_failure())?;
    marker.kept.retain(|unit| {
        // A unit that somebody deleted by hand is no longer there to be kept.
        destination.path().join(unit).exists()
    });
    for unit in &marker.kept {
        link_tree(&destination.path().join(unit), &site.join(unit))
            .with_context(|| destination.describe_failure())?;
    }
    write_file(&site.join(marker::FILE_NAME), &marker.to_bytes())
        .with_context(|| destination.describe_failure())?;
    if options.durable {
        work.sync()
            .map_err(at(destination.path()))
            .with_context(|| destination.describe_failure())?;
    }
    let leftover = work.take_over(destination)?;
    Ok(WriteSummary {
        files: set.len() + 1,
        bytes: set.iter().map(|(_, file)| file.bytes.len() as u64).sum(),
        kept: marker.kept,
        leftover,
    })
}

/// Writes all files, on all cores.
fn write_files(set: &OutputSet, site: &Path) -> Result<(), FileError> {
    let files: Vec<_> = set.iter().collect();
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    for (path, _) in &files {
        assert!(
            path.split('/').all(|part| !matches!(part, "" | "." | "..")),
            "an output path has only ordinary parts: {path:?}"
        );
        let mut rest = *path;
        while let Some((folder, _)) = rest.rsplit_once('/') {
            if !folders.insert(folder) {
                break;
            }
            rest = folder;
        }
    }
    // In order, so that parents come before their children.
    create_folder(site)?;
    for folder in folders {
        create_folder(&site.join(folder))?;
    }
    files
        .par_iter()
        .try_for_each(|(path, file)| write_file(&site.join(path), &file.bytes))
}

/// A failure of one file operation, with the remedy that fits its cause.
#[derive(Debug)]
struct FileError {
    path: PathBuf,
    source: io::Error,
}

impl std::fmt::Display for FileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}：{}",
            self.path.display(),
            crate::explain::explain(&self.source)
        )
    }
}

impl std::error::Error for FileError {}

/// Names the path in a failure.
fn at(path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError { path, source }
}

/// Creates one folder that anybody may read, whatever the umask.
fn create_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir(path).map_err(at(path))?;
    make_readable(path, 0o755).map_err(at(path))
}

/// Writes one new file that anybody may read, whatever the umask.
fn write_file(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let create = || -> io::Result<()> {
        let mut file: File = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        make_readable(path, 0o644)
    };
    create().map_err(at(path))
}

/// Hard-links a file or a folder's files to a new place; copies where links
/// are not to be had.
///
/// A link costs no space and can't differ: nothing ever writes into a file of
/// a finished site.
fn link_tree(from: &Path, to: &Path) -> Result<(), FileError> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(at(parent))?;
    }
    if !from.is_dir() {
        if fs::hard_link(from, to).is_err() {
            fs::copy(from, to).map_err(at(to))?;
        }
        return Ok(());
    }
    create_folder(to)?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        link_tree(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(unix)]
fn make_readable(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn make_readable(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
