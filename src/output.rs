//! The files of a built site, before anything is written.
//!
//! An ordered map from path to bytes: order never depends on hashing, and two
//! producers that want one path are found out instead of overwriting.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use bytes::Bytes;

/// Every file of the site, by path relative to its root (`/`-separated, ASCII
/// lower case).
#[derive(Debug, Default)]
pub struct OutputSet {
    files: BTreeMap<String, OutputFile>,
}

/// One file.
#[derive(Debug)]
pub struct OutputFile {
    /// Its content. Files may share memory: one may be a part of another.
    pub bytes: Bytes,
    /// Who made it, for the message when two want one path: a content file's
    /// path, or words such as "the list of regions".
    pub origin: String,
}

/// Two producers want the same path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateOutput {
    /// The path.
    pub path: String,
    /// Who had it first.
    pub first: String,
    /// Who wanted it second.
    pub second: String,
}

impl OutputSet {
    /// Adds a file.
    ///
    /// # Errors
    /// When the path is taken; the first file stays.
    pub fn insert(
        &mut self,
        path: impl Into<String>,
        bytes: impl Into<Bytes>,
        origin: impl Into<String>,
    ) -> Result<(), DuplicateOutput> {
        let (path, bytes, origin) = (path.into(), bytes.into(), origin.into());
        match self.files.entry(path) {
            Entry::Vacant(place) => {
                place.insert(OutputFile { bytes, origin });
                Ok(())
            }
            Entry::Occupied(taken) => Err(DuplicateOutput {
                path: taken.key().clone(),
                first: taken.get().origin.clone(),
                second: origin,
            }),
        }
    }

    /// Moves all files of `other` into this set.
    ///
    /// # Errors
    /// Every path that both have; this set's file stays.
    pub fn join(&mut self, other: OutputSet) -> Result<(), Vec<DuplicateOutput>> {
        let clashes: Vec<_> = other
            .files
            .into_iter()
            .filter_map(|(path, file)| self.insert(path, file.bytes, file.origin).err())
            .collect();
        if clashes.is_empty() {
            Ok(())
        } else {
            Err(clashes)
        }
    }

    /// Files in order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OutputFile)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&OutputFile> {
        self.files.get(path)
    }

    /// How many files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
