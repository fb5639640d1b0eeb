//! `zhize.json`: the file by which zhize recognises its own output.
//!
//! It lists every file that the build made ([`Listing`]); everything else in
//! the output belongs to somebody else.
//!
//! It also lists the *units* of the site: shard folders (`search/<group>`) and
//! assets (`assets/<file>`), whose names contain a hash of their content. Units
//! of the previous release are kept for one more release, as `kept`, because a
//! page that a reader opened before the release still requests them.
//!
//! The rule: everything under `current` is a function of the input. `kept` are
//! the units that are in `current` of the previous output but not of the new
//! one. If both have the same `current`, it is no new release, and `kept` stays
//! as it was. `zhize build --clean` writes no kept units, so that its whole
//! output is a function of the input.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

use crate::digest::hex;
use crate::disk::{self, Folder, Listing};
use crate::output::Receipts;

/// Name of the marker in the output folder.
pub const FILE_NAME: &str = disk::MARKER;

const GENERATOR: &str = "zhize";

/// The version of this program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Content of the marker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    generator: String,
    /// Version of zhize that wrote the site.
    pub version: String,
    /// SHA-256 over the search index: paths and hashes of everything under
    /// `search/`.
    pub index: String,
    /// Units that this build made, sorted.
    pub current: Vec<String>,
    /// Units of the previous release, sorted.
    pub kept: Vec<String>,
    /// All files but the marker, packed like a [`Listing`]; `None` if an early version
    /// without lists wrote the marker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<String>,
    /// The SHA-256 of these files in hexadecimal digits, one after the other in
    /// the order of their paths; `None` if an earlier version wrote the marker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hashes: Option<String>,
    /// Files and folders of others that the settings keep in the output.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preserve: Vec<String>,
}

impl Marker {
    /// The marker for a site's files, without kept units.
    pub(super) fn of(files: &Receipts) -> Self {
        let mut index = Sha256::new();
        let mut current = BTreeSet::new();
        for (path, file) in files.iter() {
            current.extend(unit_of(path));
            if path.starts_with("search/") {
                // Hashing the lengths makes the boundaries part of the hash.
                index.update((path.len() as u64).to_le_bytes());
                index.update(path);
                index.update(file.hash);
            }
        }
        Self {
            generator: GENERATOR.to_owned(),
            version: VERSION.to_owned(),
            index: hex(index.finalize()),
            current: current.into_iter().map(str::to_owned).collect(),
            kept: Vec::new(),
            files: None,
            hashes: None,
            preserve: Vec::new(),
        }
    }

    /// Whether a file belongs to one of the units.
    pub(super) fn has_unit_of(&self, path: &str) -> bool {
        unit_of(path).is_some_and(|unit| {
            self.current
                .iter()
                .chain(&self.kept)
                .any(|known| known == unit)
        })
    }

    /// Decides which units of the previous release are kept.
    pub(super) fn keep_from(&mut self, previous: &Self) {
        let candidates = if previous.current == self.current {
            &previous.kept
        } else {
            &previous.current
        };
        self.kept = candidates
            .iter()
            .filter(|unit| unit_of(unit) == Some(unit) && !self.current.contains(unit))
            .cloned()
            .collect();
    }

    /// Adds the list of the site's files.
    pub(super) fn list(&mut self, files: &Listing) {
        self.files = Some(files.to_packed());
    }

    /// The file's bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut text = serde_json::to_string_pretty(self)
            .expect("a struct of strings and lists of strings is JSON");
        text.push('\n');
        text.into_bytes()
    }
}

/// Reads the marker in `folder`, if it is one of ours.
pub(super) fn read(folder: &Folder) -> Option<Marker> {
    let text = disk::marker(folder)?;
    let marker: Marker = serde_json::from_slice(&text).ok()?;
    (marker.generator == GENERATOR).then_some(marker)
}

/// The unit to which a file belongs, if its name contains a hash.
///
/// Also applied to the units in a marker on disk, so that an edited marker
/// can't lead out of the folder.
fn unit_of(path: &str) -> Option<&str> {
    let (folder, rest) = path.split_once('/')?;
    let end = rest.find('/');
    let name = &rest[..end.unwrap_or(rest.len())];
    let plain = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && !name.starts_with('.')
        && !name.is_empty();
    match folder {
        _ if !plain => None,
        "search" if end.is_some() || !name.contains('.') => Some(&path[..7 + name.len()]),
        "assets" if end.is_none() => Some(path),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_shard_folders_and_assets() {
        assert_eq!(unit_of("search/t-1f/07.bin"), Some("search/t-1f"));
        assert_eq!(unit_of("search/t-1f"), Some("search/t-1f"));
        assert_eq!(unit_of("assets/site.0a.css"), Some("assets/site.0a.css"));
        for path in [
            "search/index.html",
            "search/boot.bin",
            "index.html",
            "practices/x/index.html",
            "search/../x",
            "search/",
            "assets/../x",
            "assets/..",
            "/etc",
        ] {
            assert_eq!(unit_of(path), None, "{path}");
        }
    }

    #[test]
    fn keeps_one_release() {
        let marker = |current: &[&str], kept: &[&str]| Marker {
            generator: GENERATOR.to_owned(),
            version: String::new(),
            index: String::new(),
            current: current.iter().map(ToString::to_string).collect(),
            kept: kept.iter().map(ToString::to_string).collect(),
            files: None,
            hashes: None,
            preserve: Vec::new(),
        };
        let first = marker(&["search/a", "search/b"], &["search/z"]);
        let mut second = marker(&["search/a", "search/c"], &[]);
        second.keep_from(&first);
        assert_eq!(second.kept, ["search/b"], "what the release replaced");
        let mut again = marker(&["search/a", "search/c"], &[]);
        again.keep_from(&second);
        assert_eq!(again.kept, ["search/b"], "the same again is no release");
    }
}
