//! Compressed copies of a site's files, for servers that can be configured to
//! send them (`gzip_static`). They are smaller than what a server compresses on
//! the fly, and compressed only once.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard};

use anyhow::ensure;
use bytes::Bytes;
use flate2::{Compression, GzBuilder};

use crate::output::{Audience, Receipts, Sink};

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

/// Passes files on to another sink, with gzip and Brotli copies, `x.html.gz` and
/// `x.html.br`, of all that they make smaller. The same file always gives the
/// same bytes.
///
/// Script copies of the index for `file://` are skipped: no server sends them.
pub struct Compressing<'s> {
    sink: &'s dyn Sink,
    made: Mutex<Made>,
}

/// What was passed on so far.
#[derive(Default)]
struct Made {
    /// Paths of the files themselves.
    originals: BTreeSet<String>,
    copies: Receipts,
}

impl<'s> Compressing<'s> {
    /// Passes files on to `sink`.
    pub fn to(sink: &'s dyn Sink) -> Self {
        Self {
            sink,
            made: Mutex::default(),
        }
    }

    /// The receipts of the copies.
    pub fn copies(self) -> Receipts {
        let made = self.made.into_inner();
        made.expect("whoever held it has not panicked").copies
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().expect("whoever held it has not panicked")
    }
}

impl Sink for Compressing<'_> {
    fn begin(&self) -> anyhow::Result<()> {
        self.sink.begin()
    }

    fn put(&self, path: &str, bytes: Bytes, audience: Audience) -> anyhow::Result<()> {
        {
            let mut made = self.made();
            ensure!(made.copies.get(path).is_none(), taken(path));
            made.originals.insert(path.to_owned());
        }
        self.sink.put(path, bytes.clone(), audience)?;
        if audience == Audience::Disk || !is_text(path) || bytes.len() < LEAST {
            return Ok(());
        }
        let most = (bytes.len() as f64 * PAYS) as usize;
        for (ending, copy) in [("gz", gzip(&bytes)), ("br", brotli(&bytes))] {
            if copy.len() > most {
                continue;
            }
            let path = format!("{path}.{ending}");
            {
                let mut made = self.made();
                ensure!(!made.originals.contains(&path), taken(&path));
                made.copies.add(&path, &copy, audience);
            }
            self.sink.put(&path, copy.into(), audience)?;
        }
        Ok(())
    }
}

fn taken(path: &str) -> String {
    format!("--precompress 需写出的 {path} 已经存在；请从 content/ 或 static/ 中移走同名文件")
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
    use crate::output::{Nowhere, OutputSet};
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
        let copies = || {
            let set = Mutex::new(OutputSet::default());
            let compressing = Compressing::to(&set);
            for (path, file) in site.iter() {
                let put = compressing.put(path, file.bytes.clone(), file.audience);
                put.expect("memory takes every file");
            }
            (
                compressing.copies(),
                set.into_inner().expect("not poisoned"),
            )
        };
        let (receipts, made) = copies();
        let paths: Vec<&str> = receipts.iter().map(|(path, _)| path).collect();
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
        let (_, again) = copies();
        assert!(
            made.iter()
                .map(|(p, f)| (p, &f.bytes))
                .eq(again.iter().map(|(p, f)| (p, &f.bytes)))
        );
    }

    #[test]
    fn a_copy_takes_no_file_s_place() {
        let page = Bytes::from("<p>第一条</p>\n".repeat(200));
        for order in [["a.html", "a.html.gz"], ["a.html.gz", "a.html"]] {
            let compressing = Compressing::to(&Nowhere);
            let [first, second] =
                order.map(|path| compressing.put(path, page.clone(), Audience::Readers));
            first.expect("nothing is there");
            let error = second.expect_err("it is taken").to_string();
            assert!(error.contains("a.html.gz 已经存在"), "{error}");
        }
    }
}
