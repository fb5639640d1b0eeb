//! The body of a page: its tree, its words, numbers and anchors.

pub mod anchor;
pub mod number;
pub mod text;
pub mod tree;
