//! Write: puts a site on disk, whole or not at all.
//!
//! The new site is written beside the old one, each file as soon as it is made
//! ([`Writing`]), and replaces it in one step ([`Replacement`]). So a build that fails or is killed leaves the old site
//! unchanged; the next build clears what a killed one left. Files of others in
//! the output folder are kept, or stop the build ([`Destination`]).
//!
//! Files whose names contain a hash of their content (shards, assets) are kept
//! for one release longer than the pages that refer to them, so that a page
//! that a reader opened before the release still finds them. See [`marker`].

pub mod destination;
pub mod manifest;
pub mod marker;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use anyhow::{Context as _, anyhow, bail, ensure};
use bytes::Bytes;

pub use destination::Destination;
pub use manifest::{Changes, Manifest, Verified, verify};
use marker::Marker;

use crate::disk::{BeginError, Finished, Folder, Listing, Remains, Replacement, Rules, is_held};
use crate::explain::explain;
use crate::output::{Audience, Receipts, Sink};

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
    /// What changed since the old site; `None` if there was none, or none with
    /// a manifest.
    pub changes: Option<Changes>,
}

/// A new site that is being written beside the old one, file by file. If it is
/// dropped unfinished, what was written is removed.
pub struct Writing<'d> {
    destination: &'d Destination,
    options: WriteOptions,
    begun: OnceLock<Begun<'d>>,
}

/// The work folder of a new site.
struct Begun<'d> {
    /// Before the work folder, so that it is closed first: Windows removes no
    /// folder that is open.
    site: Folder,
    replacement: Replacement<'d>,
    /// The marker of the old site.
    previous: Option<Marker>,
    /// The folders that exist in the new site.
    folders: Mutex<HashSet<String>>,
}

impl<'d> Writing<'d> {
    /// A new site for a destination. Nothing is written yet.
    pub fn to(destination: &'d Destination, options: WriteOptions) -> Self {
        Self {
            destination,
            options,
            begun: OnceLock::new(),
        }
    }

    fn make_work_folder(&self) -> anyhow::Result<Begun<'d>> {
        let destination = self.destination;
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
            ours: Box::new(move |path| units.as_ref().is_some_and(|units| units.has_unit_of(path))),
            keeps: Box::new(|path| destination.keeps(path)),
            keeps_below: Box::new(|path| destination.keeps_below(path)),
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
        let site = replacement
            .new_folder()
            .map_err(at(destination.path()))
            .with_context(describe)?;
        Ok(Begun {
            replacement,
            site,
            previous,
            folders: Mutex::default(),
        })
    }

    /// Replaces the destination. It then contains exactly the files that were
    /// put, whose receipts are given, those kept from the previous release, the
    /// marker file, and files of others that are kept.
    ///
    /// # Errors
    /// When the file system refuses, or somebody else's files would be lost;
    /// the old site is then unchanged. The message is one line and ends with a
    /// remedy.
    pub fn finish(self, made: &Receipts) -> anyhow::Result<WriteSummary> {
        self.begin()?;
        let Self {
            destination,
            options,
            begun,
        } = self;
        let begun = begun.into_inner().expect("it has begun");
        let written_before_by = begun
            .previous
            .as_ref()
            .map(|previous| previous.version.clone())
            .filter(|version| version != marker::VERSION);
        let mut marker = Marker::of(made);
        if let Some(previous) = begun.previous.as_ref().filter(|_| options.keep_previous) {
            marker.keep_from(previous);
        }
        let describe = || destination.describe_failure();
        marker.preserve = destination.preserve().to_vec();
        let (listing, manifest) = begun.complete(made, &mut marker).with_context(describe)?;
        let changes = begun.changes(&manifest);
        let Begun {
            replacement, site, ..
        } = begun;
        // Windows renames no folder that is open.
        drop(site);
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
                files: made.len() + 1,
                bytes: made.size(),
                kept: marker.kept,
                leftovers,
                written_before_by,
                changes,
            }),
        }
    }
}

impl Sink for Writing<'_> {
    fn begin(&self) -> anyhow::Result<()> {
        if self.begun.get().is_none() {
            let begun = self.make_work_folder()?;
            // Whoever was faster has the folder; this one is removed.
            let _ = self.begun.set(begun);
        }
        Ok(())
    }

    fn put(&self, path: &str, bytes: Bytes, _: Audience) -> anyhow::Result<()> {
        ensure!(
            path != marker::FILE_NAME,
            "{} 是 zhize 写入的标记文件，内容中不得有同名文件；请将该文件改名",
            marker::FILE_NAME
        );
        self.begin()?;
        let begun = self.begun.get().expect("it has begun");
        begun
            .write(path, &bytes)
            .with_context(|| self.destination.describe_failure())
    }
}

impl Begun<'_> {
    fn write(&self, path: &str, bytes: &Bytes) -> Result<(), FileError> {
        assert!(
            path.split('/').all(|part| !matches!(part, "" | "." | "..")),
            "an output path has only ordinary parts: {path:?}"
        );
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.make_folder(folder)?;
        self.site
            .below(folder)
            .and_then(|folder| folder.create_readable(name, bytes))
            .map_err(at(&self.site.path().join(path)))
    }

    /// Makes a folder of the new site and those above it, unless they exist.
    fn make_folder(&self, path: &str) -> Result<(), FileError> {
        let mut folders = self.folders.lock().expect("whoever held it is alive");
        let ends = path.match_indices('/').map(|(end, _)| end);
        for end in ends.chain([path.len()]).filter(|end| *end > 0) {
            let path = &path[..end];
            if folders.contains(path) {
                continue;
            }
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            self.site
                .below(above)
                .and_then(|above| above.new_folder(name))
                .map_err(at(&self.site.path().join(path)))?;
            folders.insert(path.to_owned());
        }
        Ok(())
    }

    /// Adds what is kept of the previous release, and the marker; returns the
    /// list of the new site's files, and their hashes.
    fn complete(
        &self,
        made: &Receipts,
        marker: &mut Marker,
    ) -> Result<(Listing, Manifest), FileError> {
        let site = &self.site;
        let mut taken = Vec::new();
        let mut kept = Vec::new();
        for unit in &marker.kept {
            let files = self
                .replacement
                .take_over(site, unit)
                .map_err(at(&site.path().join(unit)))?;
            // A unit that somebody deleted by hand can't be kept.
            if !files.is_empty() {
                kept.push(unit.clone());
            }
            taken.extend(files);
        }
        marker.kept = kept;
        let paths = made.iter().map(|(path, _)| path.to_owned());
        let listing = Listing::of(paths.chain(taken));
        let manifest = Manifest::of(made, &listing, site).map_err(at(site.path()))?;
        marker.list(&listing);
        marker.hashes = Some(manifest.to_packed());
        site.create_readable(marker::FILE_NAME, &marker.to_bytes())
            .map_err(at(&site.path().join(marker::FILE_NAME)))?;
        Ok((listing, manifest))
    }

    /// What changes with the new site.
    fn changes(&self, manifest: &Manifest) -> Option<Changes> {
        let old = Manifest::of_marker(self.previous.as_ref()?)?;
        let mut changes = manifest.changes_since(&old);
        if let Ok(current) = self.replacement.current() {
            changes.titles = manifest::titles(&current);
        }
        changes.titles.extend(manifest::titles(&self.site));
        Some(changes)
    }
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
