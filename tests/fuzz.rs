//! Mutated input of every kind that others write: no input makes the program
//! panic.
//!
//! The targets are those of the package in `fuzz/`, which mutates for as long as
//! it is told and looks for inputs that reach new code (`cargo xtask fuzz`).
//! Here each target reads its seeds in `fuzz/seeds/`, which hold all inputs that
//! once caused a panic, and 150 mutations of them, the same in every run.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::support;

#[path = "../fuzz/src/targets.rs"]
mod targets;

use targets::{Reader, TARGETS};

/// Mutations per target.
const MUTATIONS: usize = 150;

/// Inputs are no longer than this: longer ones take more time, and inputs that
/// cause a panic are usually small.
const LONGEST: usize = 64 << 10;

/// A small random number generator, the same in every run.
struct Random {
    state: u64,
    /// Words that mean something to one of the readers.
    words: Vec<String>,
}

impl Random {
    fn new(seed: u64) -> Self {
        let words = fs::read(support::repository("fuzz/words.json")).expect("a list");
        Self {
            state: 0x5eed_f0bb ^ seed,
            words: serde_json::from_slice(&words).expect("strings"),
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % limit.max(1) as u64).expect("below a limit")
    }

    /// A piece of some bytes.
    fn piece<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let start = self.below(bytes.len() + 1);
        let length = 1 << self.below(9);
        &bytes[start..bytes.len().min(start + self.below(length + 1))]
    }

    fn word(&mut self) -> Vec<u8> {
        let at = self.below(self.words.len());
        self.words[at].clone().into_bytes()
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
                2 | 3 => self.word(),
                4 => self.word().repeat(self.below(64)),
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

fn hash(value: impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = support::repository("fuzz/seeds").join(target);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    let seeds = paths.iter().map(|path| fs::read(path).expect("readable"));
    seeds.collect()
}

/// Reads an input. If it causes a panic, the input is saved and named.
fn read(target: &str, reader: &Reader, input: &[u8]) {
    catch_unwind(AssertUnwindSafe(|| reader(input))).unwrap_or_else(|_| {
        let folder = support::repository("target/fuzz/found").join(target);
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join(format!("{:016x}", hash(input)));
        fs::write(&path, input).expect("written");
        panic!(
            "{} makes it panic; once mended, move it to fuzz/seeds/{target}/",
            path.display()
        )
    });
}

fn mutate(target: &str) {
    let reader = targets::reader(target, &support::repository(""));
    let seeds = seeds(target);
    assert!(!seeds.is_empty(), "{target} has no seeds");
    for seed in &seeds {
        read(target, &reader, seed);
    }
    let mut random = Random::new(hash(target));
    for _ in 0..MUTATIONS {
        let [one, other] = [
            &seeds[random.below(seeds.len())],
            &seeds[random.below(seeds.len())],
        ];
        let input = random.mutated(one, other);
        read(target, &reader, &input);
    }
}

macro_rules! targets {
    ($($target:ident)*) => {
        $(
            #[test]
            fn $target() {
                mutate(stringify!($target));
            }
        )*

        #[test]
        fn every_target_is_here() {
            assert_eq!([$(stringify!($target)),*], TARGETS);
            // libFuzzer's programs.
            let programs = fs::read_dir(support::repository("fuzz/fuzz_targets"));
            let mut names: Vec<String> = programs
                .expect("a folder")
                .map(|entry| entry.expect("readable").path())
                .map(|path| path.file_stem().expect("a name").display().to_string())
                .collect();
            names.sort();
            assert_eq!(names, TARGETS);
        }
    };
}

targets! { citation docx html index markdown mht page picture query shard svg text zip }
