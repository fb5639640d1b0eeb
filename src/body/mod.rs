//! The body of a page: its tree, its numbers and anchors.

pub mod anchor;
pub mod number;
pub mod tree;
