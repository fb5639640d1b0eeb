//! Write: puts an output set on disk, whole or not at all.
//!
//! The new site is written beside the old one and replaces it in one step
//! ([`Replacement`]). So a build that fails or is killed leaves the old site
//! unchanged; the next build clears what a killed one left. Files of others in
//! the output folder are kept, or stop the build ([`Destination`]).
//!
//! Files whose names contain a hash of their content (shards, assets) are kept
//! for one release longer than the pages that refer to them, so that a page
//! that a reader opened before the release still finds them. See [`marker`].

pub mod destination;
pub mod marker;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail, ensure};
use bytes::Bytes;
use rayon::prelude::*;

pub use destination::Destination;
use marker::Marker;

use crate::disk::{BeginError, Finished, Folder, Listing, Remains, Replacement, Rules, is_held};
use crate::explain::explain;
use crate::output::OutputSet;

/// Options of a write.
#[derive(Clone, Copy, Debug)]
pub struct WriteOptions {
    /// Keep the previous release's shards and assets beside the new ones.
    pub keep_previous: bool,
    /// Wait until the data has reached the disk before the new site replaces
    /// the old one, so that a power cut can't leave empty files.
    pub durable: bool,
}

/// The result of a write.
#[derive(Debug)]
pub struct WriteSummary {
    /// Number of files of the new site, without kept ones.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// Shard folders and assets kept from the previous release.
    pub kept: Vec<String>,
    /// Parts of an old site that could not be removed, or whose origin is
    /// unknown.
    pub leftovers: Vec<Remains>,
    /// The version of zhize that wrote the old site, if it was another one.
    pub written_before_by: Option<String>,
}

/// Replaces the destination. It then contains exactly the files of `set`, those
/// kept from the previous release, the marker file, and files of others that
/// are kept.
///
/// # Errors
/// When the file system refuses, or somebody else's files would be lost; the
/// old site is then unchanged. The message is one line and ends with a remedy.
pub fn write(
    set: &OutputSet,
    destination: &Destination,
    options: WriteOptions,
) -> anyhow::Result<WriteSummary> {
    ensure!(
        set.get(marker::FILE_NAME).is_none(),
        "{} 是 zhize 写入的标记文件，内容中不得有同名文件；请将该文件改名",
        marker::FILE_NAME
    );
    let (parent, name) = destination.place()?;
    let describe = || destination.describe_failure();
    let holder = Folder::open_or_make(parent)
        .map_err(at(parent))
        .with_context(describe)?;
    // In a site without a list, only the units are known to be ours.
    let known = holder.folder(name).ok();
    let known = known.and_then(|folder| marker::read(&folder));
    let units = known.filter(|marker| marker.files.is_none());
    let rules = Rules {
        ours: &|path| units.as_ref().is_some_and(|units| units.has_unit_of(path)),
        keeps: &|path| destination.keeps(path),
        keeps_below: &|path| destination.keeps_below(path),
    };
    let replacement = Replacement::begin(holder, name, rules).map_err(|error| match error {
        BeginError::Held => anyhow!(
            "另一 zhize 进程正在写入 {}；请待其结束后重试",
            destination.shown().display()
        ),
        BeginError::Io(error) => {
            anyhow::Error::from(at(parent)(error)).context(destination.describe_failure())
        }
    })?;
    // Checked again under the lock: the folder may have changed since the
    // destination was checked.
    let previous = destination.previous()?;

    let written_before_by = previous
        .as_ref()
        .map(|previous| previous.version.clone())
        .filter(|version| version != marker::VERSION);

    let mut marker = Marker::of(set);
    if let Some(previous) = previous.filter(|_| options.keep_previous) {
        marker.keep_from(&previous);
    }
    let listing = grow(set, &replacement, &mut marker, destination).with_context(describe)?;
    let finished = replacement
        .finish(&listing, options.durable)
        .map_err(|error| match error.kind() {
            _ if is_held(&error) => anyhow!(
                "{} 正由其他程序使用（网页服务器、杀毒软件、命令窗口或已打开的文件）；\
                 请关闭该程序后重试，或用 --output 指定其他目录，生成后再行复制",
                destination.held().display()
            ),
            io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => anyhow!(
                "{} 是挂载点，不能整体替换；请用 --output 指定其中的目录",
                destination.shown().display()
            ),
            _ => at(destination.path())(error).into(),
        })
        .with_context(describe)?;
    match finished {
        Finished::Clash(path) => bail!(
            "输出目录 {} 中的 {path} 不是 zhize 生成的，与本次生成的文件同名；\
             请移走输出目录中的文件，或从知识库中移走同名文件",
            destination.shown().display()
        ),
        Finished::Done(leftovers) => Ok(WriteSummary {
            files: set.len() + 1,
            bytes: set.iter().map(|(_, file)| file.bytes.len() as u64).sum(),
            kept: marker.kept,
            leftovers,
            written_before_by,
        }),
    }
}

/// Writes the new site with its marker, and returns the list of its files.
fn grow(
    set: &OutputSet,
    replacement: &Replacement<'_>,
    marker: &mut Marker,
    destination: &Destination,
) -> Result<Listing, FileError> {
    let site = replacement.new_folder().map_err(at(destination.path()))?;
    write_files(set, &site)?;
    let mut taken = Vec::new();
    let mut kept = Vec::new();
    for unit in &marker.kept {
        let files = replacement
            .take_over(&site, unit)
            .map_err(at(&site.path().join(unit)))?;
        // A unit that somebody deleted by hand can't be kept.
        if !files.is_empty() {
            kept.push(unit.clone());
        }
        taken.extend(files);
    }
    marker.kept = kept;
    let made = set.iter().map(|(path, _)| path.to_owned());
    let listing = Listing::of(made.chain(taken));
    marker.list(&listing);
    site.create_readable(marker::FILE_NAME, &marker.to_bytes())
        .map_err(at(&site.path().join(marker::FILE_NAME)))?;
    Ok(listing)
}

/// Writes all files, on all cores.
fn write_files(set: &OutputSet, site: &Folder) -> Result<(), FileError> {
    let mut folders: BTreeMap<&str, Vec<(&str, &Bytes)>> = BTreeMap::new();
    for (path, file) in set.iter() {
        assert!(
            path.split('/').all(|part| !matches!(part, "" | "." | "..")),
            "an output path has only ordinary parts: {path:?}"
        );
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut rest = folder;
        while let Some((above, _)) = rest.rsplit_once('/') {
            folders.entry(above).or_default();
            rest = above;
        }
        folders.entry(folder).or_default().push((name, &file.bytes));
    }
    // Sorted, so that parents come before their children.
    for path in folders.keys().filter(|path| !path.is_empty()) {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        site.below(above)
            .and_then(|above| above.new_folder(name))
            .map_err(at(&site.path().join(path)))?;
    }
    folders.par_iter().try_for_each(|(path, files)| {
        let folder = site.below(path).map_err(at(&site.path().join(path)))?;
        files.par_iter().try_for_each(|(name, bytes)| {
            folder
                .create_readable(name, bytes)
                .map_err(at(&folder.path().join(name)))
        })
    })
}

/// A failure of one file operation, with the remedy that fits its cause.
#[derive(Debug)]
struct FileError {
    path: PathBuf,
    source: io::Error,
}

impl std::fmt::Display for FileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}：{}", self.path.display(), explain(&self.source))
    }
}

impl std::error::Error for FileError {}

/// Adds the path to an I/O error.
fn at(path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError { path, source }
}
