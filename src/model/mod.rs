//! The values that pages consist of; all stages use them.
//!
//! `None` means that the author gave nothing, [`Known::Unknown`] that the
//! author says the source is silent.

mod divisions;
mod links;
mod metadata;
mod registers;
mod values;
mod vocabulary;

pub use divisions::{division, divisions};
pub use links::*;
pub use metadata::*;
pub use registers::*;
pub use values::*;
pub use vocabulary::*;
