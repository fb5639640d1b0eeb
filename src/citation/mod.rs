//! References to documents and provisions: found in running text, and parsed.

mod numbered;
pub mod reference;
pub mod scan;
