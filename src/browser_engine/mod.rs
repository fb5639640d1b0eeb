//! The search engine for browsers: the compiled module of `crates/search-wasm`.
//! It is committed so that a build needs no second compiler target.

use crate::digest::{hex, sha256};
use crate::output::{Audience, Origin, OutputPlan, OutputSet};
use crate::pack::script::Script;

const MODULE: &[u8] = include_bytes!("engine.wasm");
/// The module, compressed with zlib.
const PACKED: &[u8] = include_bytes!("engine.bin");

/// Stem of the names of the engine's files: `engine.1f3a9c22`.
pub fn stem() -> String {
    format!("engine.{}", hex(&sha256(MODULE)[..4]))
}

/// Registers the engine's files in the output plan.
pub fn claim(plan: &mut OutputPlan) {
    for path in paths(&stem()) {
        plan.file(path, Origin::program("检索引擎"));
    }
}

/// Paths of the packed module, of the same for browsers that can't unpack it,
/// and of its copy for `file://`.
fn paths(stem: &str) -> [String; 3] {
    ["bin", "plain.bin", "js"].map(|ending| format!("assets/{stem}.{ending}"))
}

/// The files of the engine that belongs to this program.
pub fn files() -> OutputSet {
    let stem = stem();
    let mut files = OutputSet::default();
    // Most hosts don't compress wasm, so it is shipped compressed, and the page
    // lets the browser unpack it.
    let [packed, plain, disk] = paths(&stem);
    files.insert(packed, PACKED.to_vec(), Audience::Readers);
    files.insert(plain, MODULE.to_vec(), Audience::Readers);
    // A disk is fast enough for the whole.
    let script = Script::of(&stem, MODULE).into_bytes();
    files.insert(disk, script, Audience::Disk);
    files
}
