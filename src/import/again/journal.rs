//! Writes into the site in such a way that an import can be undone.
//!
//! Before a file is written, an entry in `.zhize/import/undo/` records the old
//! content and the hash of the new. Undoing restores the old content unless
//! somebody has changed the file since. The entries are those of the last run
//! that wrote anything.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::digest::{hex, sha256};
use crate::disk::{Folder, Kind, WorkFolder};
use crate::explain::explain;

/// The folder of the entries, relative to the site's root.
const FOLDER: &str = ".zhize/import/undo";

/// Size in bytes of the largest file that is replaced or restored.
const LARGEST: u64 = 256 << 20;

/// One step of an import.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "made", rename_all = "lowercase")]
enum Step {
    /// A file was written.
    File {
        /// Relative to the site's root.
        path: String,
        /// The old content, in base64; `None` when there was no file.
        before: Option<String>,
        /// SHA-256 of what was written, in hexadecimal digits.
        after: String,
    },
    /// A folder was made.
    Folder {
        /// Relative to the site's root.
        path: String,
    },
}

/// Writes the files of one import.
#[derive(Debug)]
pub struct Journal {
    root: PathBuf,
    /// The folder of the entries; made with the first file.
    entries: Option<Folder>,
    count: usize,
    /// Open folders that were written into, each with its work folder.
    desks: BTreeMap<String, (Folder, WorkFolder)>,
}

impl Journal {
    /// A journal for the site at `root`. Nothing is written yet.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            entries: None,
            count: 0,
            desks: BTreeMap::new(),
        }
    }

    /// Writes a file of the site, whole or not at all, and makes missing
    /// folders above it. `path` is relative to the site's root.
    ///
    /// # Errors
    /// When the disk refuses; the old file is then unchanged.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        self.place(path, bytes).map_err(|error| {
            let path = self.root.join(path);
            anyhow!("无法写入 {}：{}", path.display(), explain(&error))
        })
    }

    fn place(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !self.desks.contains_key(folder) {
            let opened = self.folder(folder)?;
            let work = WorkFolder::for_files(&opened, "import")?;
            self.desks.insert(folder.to_owned(), (opened, work));
        }
        let before = match self.desks[folder].0.read(name, LARGEST) {
            Ok(before) => Some(STANDARD.encode(before)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        self.note(&Step::File {
            path: path.to_owned(),
            before,
            after: hex(sha256(bytes)),
        })?;
        let (folder, work) = &self.desks[folder];
        work.place(bytes, folder, name)
    }

    /// Opens a folder of the site, and makes it and its parents if missing.
    fn folder(&mut self, path: &str) -> io::Result<Folder> {
        let mut at = Folder::open(&self.root)?;
        let mut made = String::new();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            made.push_str(name);
            at = match at.below(name) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.note(&Step::Folder { path: made.clone() })?;
                    at.folder_or_new(name)?
                }
                opened => opened?,
            };
            made.push('/');
        }
        Ok(at)
    }

    fn note(&mut self, step: &Step) -> io::Result<()> {
        if self.entries.is_none() {
            let folder = open_entries(&self.root, true)?;
            for name in names(&folder)? {
                folder.remove_if(&name, is_step)?;
            }
            self.entries = Some(folder);
        }
        self.count += 1;
        let bytes = serde_json::to_vec(step).expect("texts are JSON");
        let entries = self.entries.as_ref().expect("they were opened just now");
        entries.create(format!("{:06}.json", self.count), &bytes)
    }
}

fn open_entries(root: &Path, makes: bool) -> io::Result<Folder> {
    let mut at = Folder::open(root)?;
    for name in FOLDER.split('/') {
        at = if makes {
            at.folder_or_new(name)?
        } else {
            at.folder(name)?
        };
    }
    Ok(at)
}

/// Names of the entries, in order.
fn names(folder: &Folder) -> io::Result<Vec<String>> {
    let entries = folder.entries()?;
    let files = entries.into_iter().filter(|entry| entry.kind == Kind::File);
    let mut names: Vec<String> = files
        .filter_map(|entry| entry.name.into_string().ok())
        .filter(|name| name.ends_with(".json"))
        .collect();
    names.sort_unstable();
    Ok(names)
}

/// The steps with the names of their entries, in order.
fn steps(entries: &Folder) -> io::Result<Vec<(String, Step)>> {
    let mut steps = Vec::new();
    for name in names(entries)? {
        let bytes = entries.read(&name, LARGEST * 2)?;
        // A truncated entry belongs to a file that was never written.
        if let Ok(step) = serde_json::from_slice(&bytes) {
            steps.push((name, step));
        }
    }
    Ok(steps)
}

fn is_step(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Step>(bytes).is_ok()
}

/// What undoing an import did; paths are relative to the site's root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// Files that were restored to their old content.
    pub restored: Vec<String>,
    /// Files that the import had made and that were removed.
    pub removed: Vec<String>,
    /// Files that somebody changed since the import; they were left alone.
    pub left: Vec<String>,
}

/// Undoes the last import: restores every file to the byte, except those that
/// somebody changed since.
///
/// # Errors
/// When there is nothing to undo, or the disk fails.
pub fn undo(root: &Path) -> anyhow::Result<Undone> {
    let opened = || io::Result::Ok((Folder::open(root)?, open_entries(root, false)?));
    let read = opened().and_then(|(site, entries)| Ok((steps(&entries)?, site, entries)));
    let (steps, site, entries) = match read {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!("没有可撤销的导入操作"),
        Err(error) => bail!(
            "无法读取 {}：{}",
            root.join(FOLDER).display(),
            explain(&error)
        ),
    };
    if steps.is_empty() {
        bail!("没有可撤销的导入操作");
    }
    let mut undone = Undone::default();
    for (name, step) in steps.iter().rev() {
        let finished = take_back(&site, step, &mut undone)
            .map_err(|error| anyhow!("撤销未完成：{}；处理后请再次撤销", explain(&error)))?;
        if finished {
            entries
                .remove_if(name, is_step)
                .map_err(|error| anyhow!("无法删去撤销记录：{}", explain(&error)))?;
        }
    }
    Ok(undone)
}

/// Undoes one step. Returns `false` when somebody changed the file since.
fn take_back(site: &Folder, step: &Step, undone: &mut Undone) -> io::Result<bool> {
    let (Step::File { path, .. } | Step::Folder { path }) = step;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = match site.below(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        folder => folder?,
    };
    let Step::File { before, after, .. } = step else {
        // The folder stays if others have put something into it.
        let _ = folder.remove_if_empty(name);
        return Ok(true);
    };
    let now = match folder.read(name, LARGEST) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        now => Some(now?),
    };
    let before = before.as_ref().and_then(|text| STANDARD.decode(text).ok());
    if now == before {
        return Ok(true);
    }
    let is_ours = |bytes: &[u8]| hex(sha256(bytes)) == *after;
    // Files that only importing uses aren't reported.
    let is_shown = !path.starts_with(".zhize/");
    if !now.as_deref().is_some_and(is_ours) {
        undone.left.extend(is_shown.then(|| path.clone()));
        return Ok(false);
    }
    let list = match before {
        Some(before) => {
            folder.replace(name, &before)?;
            &mut undone.restored
        }
        None => {
            folder.remove_if(name, is_ours)?;
            &mut undone.removed
        }
    };
    list.extend(is_shown.then(|| path.clone()));
    Ok(true)
}
