//! References to documents and provisions: found in running text, and parsed.

pub mod reference;
pub mod scan;
