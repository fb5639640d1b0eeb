//! Parse: from source text to typed pages; a function of one file.

pub mod block;
