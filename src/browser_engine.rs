//! The search engine as browsers get it: the compiled module of
//! `crates/search-wasm`, which is committed so that a build needs no second
//! compiler target.

use sha2::{Digest as _, Sha256};

use crate::output::OutputSet;
use crate::pack::script::twin;

const MODULE: &[u8] = include_bytes!("../crates/search-wasm/dist/engine.wasm");
/// The same, compressed (LZMA).
const PACKED: &[u8] = include_bytes!("../crates/search-wasm/dist/engine.bin");

/// The engine's files, and the name by which pages ask for them.
#[derive(Debug)]
pub struct BrowserEngine {
    /// Stem of its files in `assets/`: `engine.1f3a9c22`.
    pub stem: String,
    /// The module, compressed, and its twin for `file://`.
    pub files: OutputSet,
}

/// The engine that belongs to this program.
pub fn files() -> BrowserEngine {
    let hash = Sha256::digest(MODULE);
    let hash: String = hash[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    let stem = format!("engine.{hash}");
    let mut files = OutputSet::default();
    // Most hosts compress no wasm, so it comes compressed; the page's script
    // unpacks it.
    for (ending, bytes) in [("bin", PACKED.to_vec()), ("js", twin(&stem, PACKED))] {
        files
            .insert(format!("assets/{stem}.{ending}"), bytes, "检索引擎")
            .expect("the names differ");
    }
    BrowserEngine { stem, files }
}
