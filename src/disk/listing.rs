//! The list of files that a finished folder was made with, by which it is known
//! again and taken away again.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

use super::folder::Folder;

/// Name of the file that holds the list, in the folder itself.
pub const FILE_NAME: &str = "zhize.json";

/// Who writes such files.
const GENERATOR: &str = "zhize";

/// Largest marker that is read: one of a million files is smaller.
const LARGEST: u64 = 64 << 20;

/// Longest list that is unpacked.
const LONGEST: u64 = 1 << 30;

/// What a folder was made with: paths of files, `/`-separated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Listing {
    /// A list of these files. The marker itself needs no mention.
    pub fn of(files: impl IntoIterator<Item = String>) -> Self {
        let mut listing = Self::default();
        for file in files {
            let mut rest = &*file;
            while let Some((folder, _)) = rest.rsplit_once('/') {
                if !listing.folders.insert(folder.to_owned()) {
                    break;
                }
                rest = folder;
            }
            listing.files.insert(file);
        }
        listing.files.insert(FILE_NAME.to_owned());
        listing
    }

    /// The list of all regular files of a folder that we are making.
    pub(super) fn of_folder(folder: &Folder) -> std::io::Result<Self> {
        let mut files = Vec::new();
        for entry in folder.entries()? {
            files.push(entry.name.to_string_lossy().into_owned());
        }
        Ok(Self::of(files))
    }

    /// Whether this file is listed.
    pub fn has_file(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// Whether a listed file lies below this folder.
    pub fn has_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// The files, in order.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// The list as it is stored: compressed, since 40,000 paths are a megabyte
    /// and say little.
    pub fn to_packed(&self) -> String {
        let paths: Vec<&str> = self.files().filter(|path| *path != FILE_NAME).collect();
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
        let packed = packed
            .write_all(paths.join("\n").as_bytes())
            .and_then(|()| packed.finish())
            .expect("memory takes what is written to it");
        BASE64.encode(packed)
    }

    /// The list that [`Listing::to_packed`] stored; `None` where it is damaged.
    pub fn from_packed(packed: &str) -> Option<Self> {
        let packed = BASE64.decode(packed).ok()?;
        let mut paths = String::new();
        DeflateDecoder::new(&packed[..])
            .take(LONGEST)
            .read_to_string(&mut paths)
            .ok()?;
        let paths = paths.split('\n').filter(|path| !path.is_empty());
        Some(Self::of(paths.map(str::to_owned)))
    }

    /// What a folder's marker says.
    pub(super) fn read(folder: &Folder) -> Marked {
        let Some(mark) = marker(folder).and_then(|text| serde_json::from_slice::<Mark>(&text).ok())
        else {
            return Marked::Not;
        };
        match mark.files.as_deref().map(Self::from_packed) {
            _ if mark.generator != GENERATOR => Marked::Not,
            // A list that can't be read vouches for nothing.
            Some(None) => Marked::Not,
            Some(Some(listing)) => Marked::Listed(listing),
            None => Marked::Unlisted,
        }
    }

    /// Writes a marker that holds nothing but the list.
    pub(super) fn write(&self, folder: &Folder) -> std::io::Result<()> {
        let mark = Mark {
            generator: GENERATOR.to_owned(),
            files: Some(self.to_packed()),
        };
        let text = serde_json::to_vec_pretty(&mark).expect("strings are JSON");
        folder.create_readable(FILE_NAME, &text)
    }
}

/// The bytes of the marker in a folder.
pub fn marker(folder: &Folder) -> Option<Vec<u8>> {
    folder.read(FILE_NAME, LARGEST).ok()
}

/// What the marker of a folder says of it.
#[derive(Debug)]
pub(super) enum Marked {
    /// We made it, of these files.
    Listed(Listing),
    /// A version made it that listed no files.
    Unlisted,
    /// Nothing says that we made it.
    Not,
}

/// What every marker holds; the output's holds more.
#[derive(Serialize, Deserialize)]
struct Mark {
    generator: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    files: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_back_and_is_small() {
        let paths = (0..10_000).flat_map(|page| {
            let stem = format!("practices/section-{}/page-{page}", page % 30);
            ["index.html", "index.md", "data.json", "figure-1.png"]
                .map(|name| format!("{stem}/{name}"))
        });
        let listing = Listing::of(paths);
        let packed = listing.to_packed();
        assert!(packed.len() < 200_000, "{} bytes", packed.len());
        assert_eq!(Listing::from_packed(&packed), Some(listing.clone()));
        assert!(listing.has_folder("practices/section-3/page-3"));
        assert!(listing.has_folder("practices"));
        assert!(!listing.has_folder("practices/section-3/page-4"));
        assert!(listing.has_file("zhize.json"));
    }

    #[test]
    fn damage_vouches_for_nothing() {
        for packed in ["", "%%%", "AAAA", "////"] {
            let read = Listing::from_packed(packed);
            assert!(
                read.is_none_or(|listing| listing.files().eq(["zhize.json"])),
                "{packed}"
            );
        }
    }
}
