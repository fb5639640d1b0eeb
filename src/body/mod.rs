//! The body of a page: its tree, text and anchors.

pub mod anchor;
pub mod text;
pub mod tree;
