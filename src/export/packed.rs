//! Files of the whole library in packed form.
//!
//! Each consists of parts that are compressed on their own, one for each page:
//! pages are packed on all cores, and whoever compares two releases finds the
//! parts of unchanged pages byte for byte.

use std::io::{Cursor, Write as _};

use flate2::{Compression, GzBuilder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// The level at which the largest files stop getting noticeably smaller.
const LEVEL: u32 = 6;

const IN_MEMORY: &str = "memory takes every byte";

/// Compresses a text as a gzip member. Members in a row are a gzip file of all
/// their texts.
pub fn member(text: &[u8]) -> Vec<u8> {
    if text.is_empty() {
        return Vec::new();
    }
    // No name and no time: the same input must give the same bytes.
    let mut encoder = GzBuilder::new()
        .mtime(0)
        .write(Vec::with_capacity(text.len() / 4), Compression::new(LEVEL));
    encoder
        .write_all(text)
        .and_then(|()| encoder.finish())
        .expect(IN_MEMORY)
}

/// Packs a file as a zip archive of its own, for [`archive`].
pub fn entry(path: &str, text: &[u8]) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL.into()))
        .last_modified_time(DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::with_capacity(text.len() / 4)));
    archive.start_file(path, options).expect(IN_MEMORY);
    archive.write_all(text).expect(IN_MEMORY);
    archive.finish().expect(IN_MEMORY).into_inner()
}

/// Joins entries with different paths into one archive, without compressing
/// them again.
pub fn archive(entries: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let entry = ZipArchive::new(Cursor::new(entry)).expect("an entry is an archive");
        archive.merge_archive(entry).expect(IN_MEMORY);
    }
    archive.finish().expect(IN_MEMORY).into_inner()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn members_in_a_row_are_one_file() {
        let packed = [
            member("甲\n".as_bytes()),
            member(b""),
            member("乙\n".as_bytes()),
        ]
        .concat();
        let mut text = String::new();
        let mut reader = flate2::read::MultiGzDecoder::new(&packed[..]);
        reader.read_to_string(&mut text).expect("a gzip file");
        assert_eq!(text, "甲\n乙\n");
    }

    #[test]
    fn entries_keep_their_bytes_in_an_archive() {
        let pages = [
            ("a/akn.xml", "甲".repeat(900)),
            ("b/akn.xml", "乙".repeat(900)),
        ];
        let entries = pages
            .clone()
            .map(|(path, text)| entry(path, text.as_bytes()));
        let packed = archive(entries.clone().into_iter());
        let mut opened = ZipArchive::new(Cursor::new(&packed)).expect("an archive");
        assert_eq!(opened.len(), 2);
        for (path, text) in &pages {
            let mut read = String::new();
            let mut file = opened.by_name(path).expect("it is there");
            file.read_to_string(&mut read).expect("it is whole");
            assert_eq!(&read, text);
        }
        // What stands before the list of entries, which is the archive's own.
        let local = 30 + "a/akn.xml".len();
        let head = &entries[1][..local];
        assert!(packed.windows(local).any(|part| part == head));
    }
}
