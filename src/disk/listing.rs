//! The list of a finished folder's files. It shows that we made the folder, and
//! which files we may remove from it.

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

/// The generator that these files name.
const GENERATOR: &str = "zhize";

/// Size in bytes of the largest marker that is read; a marker for a million
/// files is smaller.
const LARGEST: u64 = 64 << 20;

/// Size in bytes of the longest list that is unpacked.
const LONGEST: u64 = 1 << 30;

/// The files of a finished folder, as `/`-separated paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Listing {
    /// Makes a list of these files; the marker itself may be omitted.
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

    /// Lists all regular files of a folder that we are making.
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

    /// Whether the list has a file below this folder.
    pub fn has_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// The files, in order.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// The list as it is stored. It is compressed: 40,000 paths take a megabyte
    /// and are highly redundant.
    pub fn to_packed(&self) -> String {
        let paths: Vec<&str> = self.files().filter(|path| *path != FILE_NAME).collect();
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
        let packed = packed
            .write_all(paths.join("\n").as_bytes())
            .and_then(|()| packed.finish())
            .expect("memory takes what is written to it");
        BASE64.encode(packed)
    }

    /// Reads a list that [`Listing::to_packed`] wrote; `None` if it is damaged.
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

    /// Reads a folder's marker.
    pub(super) fn read(folder: &Folder) -> Marked {
        let Some(mark) = marker(folder).and_then(|text| serde_json::from_slice::<Mark>(&text).ok())
        else {
            return Marked::Not;
        };
        match mark.files.as_deref().map(Self::from_packed) {
            _ if mark.generator != GENERATOR => Marked::Not,
            // A list that can't be read proves nothing.
            Some(None) => Marked::Not,
            Some(Some(listing)) => Marked::Listed(listing),
            None => Marked::Unlisted,
        }
    }

    /// Writes a marker that contains only the list.
    pub(super) fn write(&self, folder: &Folder) -> std::io::Result<()> {
        let mark = Mark {
            generator: GENERATOR.to_owned(),
            files: Some(self.to_packed()),
        };
        let text = serde_json::to_vec_pretty(&mark).expect("strings are JSON");
        folder.create_readable(FILE_NAME, &text)
    }
}

/// The bytes of the folder's marker.
pub fn marker(folder: &Folder) -> Option<Vec<u8>> {
    folder.read(FILE_NAME, LARGEST).ok()
}

/// What a folder's marker says about the folder.
#[derive(Debug)]
pub(super) enum Marked {
    /// We made the folder, with these files.
    Listed(Listing),
    /// An early version that kept no list made the folder.
    Unlisted,
    /// Nothing shows that we made the folder.
    Not,
}

/// The fields of every marker; the marker of the output folder has more.
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
