//! The manifest of a site: the SHA-256 of every file, kept in its marker.
//!
//! It tells what a new build changes, and whether a copy of the site is whole.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use anyhow::{anyhow, bail};

use super::destination::is_kept;
use super::marker::{self, FILE_NAME, Marker};
use crate::address::PAGE_LIST;
use crate::digest::{hex, sha256};
use crate::disk::{Folder, Kind, Listing};
use crate::explain::explain;
use crate::output::Receipts;

/// Hexadecimal digits of a hash.
const DIGITS: usize = 64;

/// The files of a site with their hashes, in hexadecimal digits. The marker is
/// not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    files: BTreeMap<String, String>,
}

/// What differs between two sites: paths of files, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that only the new site has.
    pub new: Vec<String>,
    /// Files whose content differs.
    pub changed: Vec<String>,
    /// Files that only the old site has.
    pub gone: Vec<String>,
    /// The titles of pages of either site, by their files. Pages that aren't
    /// listed for readers, such as old addresses, may have none.
    pub titles: BTreeMap<String, String>,
}

impl Changes {
    /// Whether the sites are the same.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.gone.is_empty()
    }
}

/// How a folder differs from the manifest in it: paths of files, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many files are as they were made.
    pub whole: usize,
    /// Files that aren't there.
    pub missing: Vec<String>,
    /// Files with another content, and what is no file.
    pub altered: Vec<String>,
    /// Files that zhize didn't make and wasn't told to keep.
    pub extra: Vec<String>,
}

impl Verified {
    /// Whether the folder holds the site and nothing else.
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.altered.is_empty() && self.extra.is_empty()
    }
}

impl Manifest {
    /// The manifest of a site that is being written into `site`. Files of the
    /// previous release are read there; the others have receipts.
    pub(super) fn of(made: &Receipts, listing: &Listing, site: &Folder) -> io::Result<Self> {
        let paths = listing.files().filter(|path| *path != FILE_NAME);
        let hashed = paths.map(|path| {
            let hash = match made.get(path) {
                Some(receipt) => receipt.hash,
                None => sha256(file_below(site, path)?),
            };
            Ok((path.to_owned(), hex(hash)))
        });
        let files = hashed.collect::<io::Result<_>>()?;
        Ok(Self { files })
    }

    /// The manifest in a marker; `None` if an earlier version wrote it.
    pub(super) fn of_marker(marker: &Marker) -> Option<Self> {
        let listing = Listing::from_packed(marker.files.as_ref()?)?;
        let hashes = marker.hashes.as_ref()?;
        let paths = listing.files().filter(|path| *path != FILE_NAME);
        let paths: Vec<&str> = paths.collect();
        if !hashes.is_ascii() || hashes.len() != paths.len() * DIGITS {
            return None;
        }
        let hash = |number: usize| hashes[number * DIGITS..(number + 1) * DIGITS].to_owned();
        let files = paths.into_iter().enumerate();
        let files = files.map(|(number, path)| (path.to_owned(), hash(number)));
        let files = files.collect();
        Some(Self { files })
    }

    /// The hashes, in the order of the paths.
    pub(super) fn to_packed(&self) -> String {
        self.files.values().map(String::as_str).collect()
    }

    /// The manifest of the site in a folder.
    ///
    /// # Errors
    /// When there is no site of this version of zhize.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        Ok(opened(folder)?.2)
    }

    /// The files and their hashes.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter();
        files.map(|(path, hash)| (path.as_str(), hash.as_str()))
    }

    /// What changed since another manifest.
    pub fn changes_since(&self, before: &Self) -> Changes {
        let mut changes = Changes::default();
        for (path, hash) in &self.files {
            match before.files.get(path) {
                None => changes.new.push(path.clone()),
                Some(old) if old != hash => changes.changed.push(path.clone()),
                Some(_) => {}
            }
        }
        let gone = before.files.keys();
        let gone = gone.filter(|path| !self.files.contains_key(*path));
        changes.gone.extend(gone.cloned());
        changes
    }
}

/// The titles that a site lists, by the files of their pages.
pub(super) fn titles(site: &Folder) -> BTreeMap<String, String> {
    let list = file_below(site, PAGE_LIST).ok();
    let titles = list.and_then(|list| serde_json::from_slice::<Vec<(String, String)>>(&list).ok());
    titles.into_iter().flatten().collect()
}

/// Opens the site in a folder.
fn opened(folder: &Path) -> anyhow::Result<(Folder, Marker, Manifest)> {
    let shown = folder.display();
    let site = Folder::open(folder)
        .map_err(|error| anyhow!("无法打开 {shown}：{}；请核对目录", explain(&error)))?;
    let Some(marker) = marker::read(&site) else {
        bail!(
            "{shown} 中没有可用的 {FILE_NAME}，不能核对；请核对目录，\
             或将生成的文件夹连同 {FILE_NAME} 重新复制"
        );
    };
    let Some(manifest) = Manifest::of_marker(&marker) else {
        bail!("{shown} 的 {FILE_NAME} 没有完整的校验值，不能核对；请重新生成网站");
    };
    Ok((site, marker, manifest))
}

/// Compares the site in a folder with its manifest: a copy that broke off, a
/// file that somebody changed, files that were added.
///
/// Files that a build would keep are not extra: names that begin with a dot,
/// `[extra] preserve`, and what systems leave in folders.
///
/// # Errors
/// When there is no site with a manifest, or the folder can't be read.
pub fn verify(folder: &Path) -> anyhow::Result<Verified> {
    let (site, marker, manifest) = opened(folder)?;
    let mut there = BTreeMap::new();
    walk(&site, "", &mut there)
        .map_err(|error| anyhow!("无法读取 {}：{}", folder.display(), explain(&error)))?;
    let mut found = Verified::default();
    for (path, hash) in manifest.files() {
        match there.remove(path) {
            None => found.missing.push(path.to_owned()),
            Some(own) if own == hash => found.whole += 1,
            Some(_) => found.altered.push(path.to_owned()),
        }
    }
    there.remove(FILE_NAME);
    let extra = there
        .into_keys()
        .filter(|path| !is_kept(&marker.preserve, path));
    found.extra = extra.collect();
    Ok(found)
}

/// Collects the files below a folder with their hashes. What is no regular file
/// has none.
fn walk(folder: &Folder, path: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in folder.entries()? {
        let own = format!("{path}{}", entry.name.to_string_lossy());
        match entry.kind {
            Kind::Folder => walk(&folder.folder(&entry.name)?, &format!("{own}/"), files)?,
            Kind::File => {
                let bytes = folder.read(&entry.name, u64::MAX)?;
                files.insert(own, hex(sha256(bytes)));
            }
            _ => {
                files.insert(own, String::new());
            }
        }
    }
    Ok(())
}

/// Reads the file at a path below a folder.
pub(super) fn file_below(folder: &Folder, path: &str) -> io::Result<Vec<u8>> {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    folder.below(above)?.read(name, u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(files: &[(&str, &str)]) -> Manifest {
        let files = files.iter();
        let files = files.map(|(path, text)| ((*path).to_owned(), hex(sha256(text))));
        let files = files.collect();
        Manifest { files }
    }

    #[test]
    fn what_is_new_changed_and_gone_is_told() {
        let before = manifest(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let after = manifest(&[("b", "2"), ("c", "1"), ("d", "1")]);
        let changes = after.changes_since(&before);
        assert_eq!(changes.new, ["d"]);
        assert_eq!(changes.changed, ["b"]);
        assert_eq!(changes.gone, ["a"]);
        assert!(after.changes_since(&after).is_empty());
    }
}
