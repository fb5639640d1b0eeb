//! Finds references to documents and provisions in running text, and parses
//! them.

mod numbered;
pub mod reference;
pub mod scan;
pub mod title;
