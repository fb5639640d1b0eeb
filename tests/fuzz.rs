//! Mutated input of every kind that others write: no input makes the program
//! panic.
//!
//! Each target has a folder of seeds in `fuzz/`, which also holds inputs that
//! once caused a panic. The usual tests take each seed, and 150 mutations per
//! target, the same in every run. `cargo xtask fuzz TARGET` goes on for as long
//! as it is told. If an input has a new outcome (other findings, another
//! result, another size of the result), it becomes a seed for the rest of the
//! run.

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use ::search::analysis::fold::Folder;
use ::search::format::{ShardId, ShardKind, frame};
use ::search::query::Query;
use tempfile::TempDir;
use zhize::citation::scan::scan;
use zhize::diag::FileId;
use zhize::import::report::Outcome;
use zhize::import::{self as importer, Options};
use zhize::source::SourceFile;
use zhize::{parse, source};

use crate::support;

/// Mutations per target in the usual tests.
const USUAL: usize = 150;

/// Inputs are no longer than this: longer ones take more time, and inputs that
/// cause a panic are usually small.
const LONGEST: usize = 16 << 10;

/// Words that mean something to one of the readers.
const WORDS: [&str; 44] = [
    "+++\n",
    "[extra]\n",
    "draft = true\n",
    "第一条　",
    "第十条第二款",
    "（一）",
    "附件1\n\n",
    "《示例办法》",
    "（以下简称《办法》）",
    "〔P1〕",
    "〔推断：P1〕",
    "〔2026〕1号",
    "本办法",
    "前款",
    "# ",
    "## 标题 {#a}\n\n",
    "| a | b |\n|---|---|\n",
    "> ",
    "- ",
    "```\n",
    "![a](b.png)",
    "[a](@/terms/x.md#b)",
    "<div>",
    "</div>",
    "<table><tr><td rowspan=9>",
    "<p>",
    "</x>",
    "<!--",
    "&amp;",
    "&#x110000;",
    "<w:p><w:r><w:t>甲</w:t></w:r></w:p>",
    "</w:p>",
    "<w:tbl>",
    "<w:tab/>",
    "<w:numPr><w:ilvl w:val=\"9\"/><w:numId w:val=\"1\"/></w:numPr>",
    "\"",
    "(",
    " OR ",
    "-",
    "标题:",
    "\u{202e}",
    "\u{0}",
    "\u{feff}",
    "𠀀",
];

/// A small random number generator, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).expect("below a limit")
    }

    /// A piece of some bytes.
    fn piece<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let start = self.below(bytes.len() + 1);
        let length = 1 << self.below(9);
        &bytes[start..bytes.len().min(start + self.below(length + 1))]
    }

    /// Bytes with a few changes, some of them taken from another input.
    fn mutated(&mut self, bytes: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..1 << self.below(4) {
            let at = self.below(bytes.len() + 1);
            let removed = at + self.piece(&bytes[at..]).len();
            let put: Vec<u8> = match self.below(8) {
                0 => Vec::new(),
                1 => vec![u8::try_from(self.below(256)).expect("a byte")],
                2 | 3 => WORDS[self.below(WORDS.len())].as_bytes().to_vec(),
                4 => WORDS[self.below(WORDS.len())]
                    .as_bytes()
                    .repeat(self.below(64)),
                5 => self.piece(other).to_vec(),
                _ => self.piece(&bytes.clone()).to_vec(),
            };
            let end = [at, removed][self.below(2)];
            bytes.splice(at..end, put);
        }
        bytes.truncate(LONGEST);
        bytes
    }
}

/// A function that reads an input. Its result tells one outcome from another.
type Reader = Box<dyn FnMut(&[u8]) -> u64>;

fn hash(outcome: impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    outcome.hash(&mut hasher);
    hasher.finish()
}

/// The number of doublings in a number, which groups sizes.
fn size(number: usize) -> u32 {
    usize::BITS - number.leading_zeros()
}

fn reader(target: &str) -> Reader {
    match target {
        "shard" => Box::new(|bytes| {
            let mut outcomes = Vec::new();
            for kind in ShardKind::SHARDED {
                let id = ShardId { kind, number: 0 };
                let sealed = frame::seal(id, bytes);
                assert_eq!(frame::open(id, &sealed).as_deref(), Ok(bytes));
                outcomes.push(frame::open(id, bytes).is_ok());
            }
            let boot = frame::seal(frame::BOOT, bytes);
            hash((
                outcomes,
                ::search::format::boot::Boot::decode(&boot).is_ok(),
            ))
        }),
        "query" => Box::new(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            let facets = [("地区".to_owned(), "地区".to_owned())];
            let query = Query::parse(&text, &facets, &Folder::algorithmic());
            hash(size(format!("{query:?}").len()))
        }),
        "citation" => Box::new(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            hash(size(scan(&text).len()))
        }),
        "page" => page_reader(),
        "markdown" => import_reader("a.md", |bytes| bytes.to_vec()),
        "html" => import_reader("a.html", |bytes| bytes.to_vec()),
        "text" => import_reader("a.txt", |bytes| bytes.to_vec()),
        "docx" => import_reader("a.docx", |bytes| {
            crate::import::archive(&[("word/document.xml", bytes)])
        }),
        _ => panic!("no such target: {target}"),
    }
}

const TARGETS: [&str; 8] = [
    "shard", "query", "citation", "page", "markdown", "html", "text", "docx",
];

/// A page of regulations: its fields, its text, its provisions, its citations.
fn page_reader() -> Reader {
    let site = support::site("diagnostics-base", "../fixtures/diagnostics-base");
    let sources = source::read(site.path()).expect("a site").value;
    Box::new(move |bytes| {
        let mut sources = sources.clone();
        let text = String::from_utf8_lossy(bytes).into_owned();
        sources.files.push(SourceFile {
            id: FileId(u32::try_from(sources.files.len()).expect("few")),
            path: "content/regulations/a.md".to_owned(),
            text,
        });
        let parsed = parse::parse(&sources);
        let mut codes: BTreeSet<&str> = parsed.diagnostics.iter().map(|d| d.code).collect();
        let resolved = support::resolved(parsed.value, &sources);
        codes.extend(resolved.diagnostics.iter().map(|d| d.code));
        let citations = resolved.value.citations.len();
        hash((codes, size(citations)))
    })
}

/// An imported file. Import catches and reports a panic, because one file must
/// not stop the others.
fn import_reader(name: &'static str, whole: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Reader {
    let site: TempDir = crate::import::site();
    Box::new(move |bytes| {
        let path = site.path().join("in").join(name);
        fs::write(path, whole(bytes)).expect("written");
        let options = Options {
            dry_run: true,
            ..crate::import::options(&site, "regulations")
        };
        let mut outcome = 0;
        importer::run(&options, |report, _| {
            let is_panic = report.outcome == Outcome::Failed && report.reason.contains("程序读");
            assert!(!is_panic, "a panic while it was read");
            let notes = report.notes.len();
            let length = report.text.as_deref().map_or(0, str::len);
            outcome = hash((report.outcome.name(), notes, size(length)));
            Ok(())
        })
        .expect("the site is in order");
        outcome
    })
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = support::repository("fuzz").join(target);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    let seeds = paths.iter().map(|path| fs::read(path).expect("readable"));
    seeds.collect()
}

/// Reads an input. If it causes a panic, the input is saved and named.
fn read(target: &str, reader: &mut Reader, input: &[u8]) -> u64 {
    catch_unwind(AssertUnwindSafe(|| reader(input))).unwrap_or_else(|_| {
        let folder = support::repository("target/fuzz").join(target);
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join(format!("{:016x}", hash(input)));
        fs::write(&path, input).expect("written");
        panic!(
            "{} makes it panic; once mended, move it to fuzz/{target}/",
            path.display()
        )
    })
}

fn mutate(target: &str, mut goes_on: impl FnMut(usize) -> bool) -> (usize, usize) {
    let mut reader = reader(target);
    let mut pool = seeds(target);
    assert!(!pool.is_empty(), "{target} has no seeds");
    let mut seen = BTreeSet::new();
    for seed in &pool {
        seen.insert(read(target, &mut reader, seed));
    }
    let mut random = Random(0x5eed_f0bb ^ hash(target));
    let mut round = 0;
    while goes_on(round) {
        round += 1;
        let input = {
            let [one, other] = [
                &pool[random.below(pool.len())],
                &pool[random.below(pool.len())],
            ];
            random.mutated(one, other)
        };
        if seen.insert(read(target, &mut reader, &input)) {
            pool.push(input);
        }
    }
    (round, seen.len())
}

macro_rules! targets {
    ($($target:ident)*) => {
        mod usual {
            $(
                #[test]
                fn $target() {
                    super::mutate(stringify!($target), |round| round < super::USUAL);
                }
            )*

            #[test]
            fn every_target_is_here() {
                assert_eq!([$(stringify!($target)),*], super::TARGETS);
            }
        }
    };
}

targets! { shard query citation page markdown html text docx }

/// Runs the target in `FUZZ_TARGET` for the seconds in `FUZZ_SECONDS`.
#[test]
#[ignore = "cargo xtask fuzz runs it"]
fn for_a_while() {
    let target = std::env::var("FUZZ_TARGET").expect("cargo xtask fuzz names a target");
    let seconds = std::env::var("FUZZ_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let end = Instant::now() + Duration::from_secs(seconds.expect("a number of seconds"));
    let (inputs, outcomes) = mutate(&target, |_| Instant::now() < end);
    eprintln!("{target}: {inputs} inputs, {outcomes} outcomes, no panic");
}
