//! Runs plans as tantivy queries, as the reference for the static engine.

mod answers;
mod engine;
mod knowledge;
mod queries;
mod scores;

pub use engine::TantivyEngine;
