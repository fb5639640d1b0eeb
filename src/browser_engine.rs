//! The search engine as browsers get it: the compiled module of
//! `crates/search-wasm`, which is committed so that a build needs no second
//! compiler target.

use crate::digest::{hex, sha256};
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
    let stem = format!("engine.{}", hex(&sha256(MODULE)[..4]));
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
