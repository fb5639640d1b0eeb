//! A cache of processed pictures: decoding and scaling takes up to some
//! seconds, and pictures rarely change.
//!
//! Each picture has an entry in the user's cache, named after the hash of its
//! content and the version of this code. A damaged entry is treated as missing;
//! without a cache, a build only takes longer.

use std::path::Path;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::raster::{Made, Version};
use crate::digest::{hex, sha256};
use crate::disk::UserCache;

/// Must be raised whenever the same picture yields other bytes.
const VERSION: u32 = 2;

/// The cache of processed pictures; the default one is empty and stores
/// nothing.
#[derive(Debug, Default)]
pub struct Cache {
    kept: Option<UserCache>,
    writes: bool,
}

#[derive(Serialize, Deserialize)]
struct Head {
    key: String,
    version: u32,
    given: (u32, u32),
    width: u32,
    height: u32,
    base: Option<usize>,
    /// Width, whether it is a JPEG, size in bytes.
    versions: Vec<(u32, bool, usize)>,
}

impl Cache {
    /// Opens the cache at `place` for the site at `root`. With `writes`, new
    /// entries may be stored.
    pub fn open(place: &Path, root: &Path, writes: bool) -> Self {
        Self {
            kept: UserCache::open(place, "pictures", root, writes),
            writes,
        }
    }

    /// The result for the picture with this hash.
    pub(super) fn get(&self, key: &str) -> Option<Made> {
        let bytes = Bytes::from(self.kept.as_ref()?.get(&entry(key))?);
        let sum = bytes.get(..64)?;
        (sum == hex(sha256(&bytes[64..])).as_bytes()).then_some(())?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(bytes.get(64..end)?).ok()?;
        (head.key == key && head.version == VERSION).then_some(())?;
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

    /// Stores a result, unless it is cheap to compute again.
    pub(super) fn put(&self, key: &str, made: &Made) {
        if !self.writes || (made.base.is_none() && made.versions.is_empty()) {
            return;
        }
        let Some(kept) = &self.kept else { return };
        let head = Head {
            key: key.to_owned(),
            version: VERSION,
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
        kept.put(&entry(key), &whole);
    }

    /// Removes entries that no site has used for a long time.
    pub fn prune(&self) {
        if let Some(kept) = self.kept.as_ref().filter(|_| self.writes) {
            kept.prune();
        }
    }
}

fn entry(key: &str) -> String {
    format!("{key}.{VERSION}")
}

#[cfg(test)]
mod tests {
    // Tests damage cached files.
    #![allow(clippy::disallowed_methods)]

    use std::fs;

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
        let place = folder.path().join("cache");
        let open = |writes| Cache::open(&place, Path::new("/nowhere"), writes);
        let cache = open(true);
        assert_eq!(cache.get("a"), None);
        cache.put("a", &made);
        assert_eq!(cache.get("a"), Some(made.clone()));
        // Entries of another picture or version are not used for this one.
        let file = place.join("pictures").join(entry("a"));
        fs::copy(&file, place.join("pictures").join(entry("b"))).expect("copied");
        assert_eq!(cache.get("b"), None);
        let mut bytes = fs::read(&file).expect("it is there");
        *bytes.last_mut().expect("not empty") ^= 1;
        fs::write(&file, bytes).expect("it can be written");
        assert_eq!(cache.get("a"), None);
        let reading = open(false);
        reading.put("c", &made);
        assert_eq!(reading.get("c"), None);
        let none = Cache::default();
        none.put("a", &made);
        assert_eq!(none.get("a"), None);
    }
}
