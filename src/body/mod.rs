//! The body of a page: its tree, its words and anchors.

pub mod anchor;
pub mod text;
pub mod tree;
