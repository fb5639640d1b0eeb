//! Pictures that were made before: decoding and scaling one takes up to some
//! seconds, and content rarely changes its pictures.
//!
//! One file for each, named after the picture's content and the version of
//! what makes it, safe to delete. A file that is not as it was written counts
//! as absent; a folder that can't be written to only costs time.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::raster::{Made, Version};
use crate::digest::{hex, sha256};

/// To be raised whenever other bytes are made of the same picture.
const VERSION: u32 = 1;

/// The folder, and which of its files were asked for.
#[derive(Debug, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
    writes: bool,
    used: Mutex<BTreeSet<String>>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    given: (u32, u32),
    width: u32,
    height: u32,
    base: Option<usize>,
    /// Width, whether it is a JPEG, bytes.
    versions: Vec<(u32, bool, usize)>,
}

impl Cache {
    /// The cache of the site at `root`. `writes` says whether new pictures may
    /// be left there.
    pub fn of(root: &Path, writes: bool) -> Self {
        Self {
            folder: Some(root.join(".zhize-picture-cache")),
            writes,
            used: Mutex::default(),
        }
    }

    fn file(&self, key: &str) -> Option<PathBuf> {
        let name = format!("{key}.{VERSION}");
        let file = self.folder.as_ref()?.join(&name);
        let mut used = self.used.lock().unwrap_or_else(|held| held.into_inner());
        used.insert(name);
        Some(file)
    }

    /// What was made of the picture with this hash.
    pub(super) fn get(&self, key: &str) -> Option<Made> {
        let bytes = Bytes::from(fs::read(self.file(key)?).ok()?);
        let sum = bytes.get(..64)?;
        (sum == hex(sha256(&bytes[64..])).as_bytes()).then_some(())?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(&bytes[64..end]).ok()?;
        let mut at = end + 1;
        let mut take = |length: usize| {
            let end = at.checked_add(length).filter(|end| *end <= bytes.len())?;
            let part = bytes.slice(at..end);
            at = end;
            Some(part)
        };
        let base = match head.base {
            Some(length) => Some(take(length)?),
            None => None,
        };
        let versions: Option<Vec<Version>> = head
            .versions
            .into_iter()
            .map(|(width, jpeg, length)| {
                Some(Version {
                    width,
                    ending: if jpeg { "jpg" } else { "png" },
                    bytes: take(length)?,
                })
            })
            .collect();
        Some(Made {
            given: head.given,
            width: head.width,
            height: head.height,
            base,
            versions: versions?,
        })
    }

    /// Keeps what was made, unless making it again costs next to nothing.
    pub(super) fn put(&self, key: &str, made: &Made) {
        if !self.writes || (made.base.is_none() && made.versions.is_empty()) {
            return;
        }
        let Some(file) = self.file(key) else { return };
        let head = Head {
            given: made.given,
            width: made.width,
            height: made.height,
            base: made.base.as_ref().map(Bytes::len),
            versions: made
                .versions
                .iter()
                .map(|version| (version.width, version.ending == "jpg", version.bytes.len()))
                .collect(),
        };
        let mut content = serde_json::to_vec(&head).expect("numbers can be written");
        content.push(b'\n');
        let parts = made
            .base
            .iter()
            .chain(made.versions.iter().map(|v| &v.bytes));
        parts.for_each(|part| content.extend_from_slice(part));
        let mut whole = hex(sha256(&content)).into_bytes();
        whole.append(&mut content);
        // Renamed into place, so that a killed build leaves no half; what fails
        // here fails silently, since the picture itself is made.
        let half = file.with_extension("half");
        let folder = file.parent().expect("it is in the cache's folder");
        let _ = fs::create_dir_all(folder)
            .and_then(|()| fs::write(&half, whole))
            .and_then(|()| fs::rename(&half, &file));
    }

    /// Removes what no picture of the site asked for.
    pub fn prune(&self) {
        let Some(folder) = self.folder.as_ref().filter(|_| self.writes) else {
            return;
        };
        let used = self.used.lock().unwrap_or_else(|held| held.into_inner());
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !used.contains(&name) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_comes_back_and_damage_counts_as_absence() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = Made {
            given: (4_000, 3_000),
            width: 2_560,
            height: 1_920,
            base: Some(Bytes::from_static(b"base\n")),
            versions: vec![Version {
                width: 640,
                ending: "jpg",
                bytes: Bytes::from_static(b"small"),
            }],
        };
        let cache = Cache::of(folder.path(), true);
        assert_eq!(cache.get("a"), None);
        cache.put("a", &made);
        assert_eq!(cache.get("a"), Some(made.clone()));
        let file = cache.file("a").expect("a folder");
        let mut bytes = fs::read(&file).expect("it is there");
        *bytes.last_mut().expect("not empty") ^= 1;
        fs::write(&file, bytes).expect("it can be written");
        assert_eq!(cache.get("a"), None);
        Cache::of(folder.path(), true).prune();
        assert!(!file.exists());
        let reading = Cache::of(folder.path(), false);
        reading.put("b", &made);
        assert_eq!(reading.get("b"), None);
    }
}
