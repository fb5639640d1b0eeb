//! Provisions: a regulation's body as 编, 章, 节, 条, 款, 项 and 目.
//!
//! Pure functions from blocks to a tree. Nothing here fails: what isn't
//! understood stays text, and what looks wrong is reported.

pub mod citation;
pub mod label;
mod lines;
mod numbering;
pub mod numerals;
mod outline;
pub mod reference;
pub mod structure;
pub mod tree;
