//! Compressed copies of a site's files, for servers that can be configured to
//! send them (`gzip_static`). They are smaller than what a server compresses on
//! the fly, and compressed only once.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use rayon::prelude::*;

use crate::output::{Audience, OutputSet};

/// Minimum size in bytes of a file to compress: a smaller one fits in one
/// packet either way.
const LEAST: usize = 1_024;

/// A copy is kept only if its size is at most this share of the original.
const PAYS: f64 = 0.9;

/// Extensions of files to compress; `.bin` files and pictures are compressed
/// already.
const ENDINGS: &[&str] = &[
    ".html",
    ".css",
    ".js",
    ".svg",
    ".json",
    ".jsonl",
    ".xml",
    ".txt",
    ".md",
    ".csv",
    ".webmanifest",
];

/// Returns gzip and Brotli copies, `x.html.gz` and `x.html.br`, of all files
/// that they make smaller. The same file always gives the same bytes.
///
/// Script copies of the index for `file://` are skipped: no server sends them.
pub fn copies(site: &OutputSet) -> OutputSet {
    let files: Vec<_> = site
        .iter()
        .filter(|(path, file)| file.audience != Audience::Disk && is_text(path))
        .filter(|(_, file)| file.bytes.len() >= LEAST)
        .collect();
    let made: Vec<_> = files
        .par_iter()
        .flat_map_iter(|(path, file)| {
            let most = (file.bytes.len() as f64 * PAYS) as usize;
            [
                (format!("{path}.gz"), gzip(&file.bytes), file.audience),
                (format!("{path}.br"), brotli(&file.bytes), file.audience),
            ]
            .into_iter()
            .filter(move |(_, bytes, _)| bytes.len() <= most)
        })
        .collect();
    let mut copies = OutputSet::default();
    for (path, bytes, audience) in made {
        copies.insert(path, bytes, audience);
    }
    copies
}

fn is_text(path: &str) -> bool {
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    // No name and no time: the same input must give the same bytes.
    let mut encoder = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("memory takes every byte")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params).expect("memory takes every byte");
    packed
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn copies_are_smaller_unpack_to_the_original_and_are_the_same_twice() {
        let page = "<p>第一条　为了示例，制定本办法。</p>\n".repeat(200);
        let noise: String = (0..3_000u32)
            .map(|n| char::from(33 + (n.wrapping_mul(2_654_435_761) >> 24) as u8 % 90))
            .collect();
        let mut site = OutputSet::default();
        for (path, text) in [
            ("index.html", page.as_str()),
            ("small.html", "<p>"),
            ("search/a/b.js", &page),
            ("search/a/b.bin", &page),
            ("noise.txt", &noise),
        ] {
            let audience = match path {
                "search/a/b.js" => Audience::Disk,
                _ => Audience::Readers,
            };
            site.insert(path, text.as_bytes().to_vec(), audience);
        }
        let made = copies(&site);
        let paths: Vec<&str> = made.iter().map(|(path, _)| path).collect();
        assert!(
            paths.starts_with(&["index.html.br", "index.html.gz"]),
            "{paths:?}"
        );
        assert!(paths.iter().all(|path| !path.starts_with("s")), "{paths:?}");
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(&made.get("index.html.gz").expect("made").bytes[..])
            .read_to_string(&mut unpacked)
            .expect("gzip");
        assert_eq!(unpacked, page);
        let mut unpacked = Vec::new();
        let packed = &made.get("index.html.br").expect("made").bytes;
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).expect("Brotli");
        assert_eq!(unpacked, page.as_bytes());
        let again = copies(&site);
        assert!(
            made.iter()
                .map(|(p, f)| (p, &f.bytes))
                .eq(again.iter().map(|(p, f)| (p, &f.bytes)))
        );
    }
}
