//! Diagnostics: what is wrong in the content, where, and how to fix it.
//!
//! Three kinds of failure are never mixed. An author's mistake is a
//! [`Diagnostic`]: these are collected, so that one run reports all of them. A
//! failure of the environment (disk, permissions) is an `anyhow::Error`. A bug
//! of ours is a panic whose message states the broken invariant.
//!
//! Messages and hints are Chinese because editors are; codes are English words
//! that never change, listed in `docs/diagnostics.md`.

mod diagnostic;
pub mod manual;
pub mod nearest;
mod policy;
pub mod render;
mod report;
pub mod sarif;

pub use diagnostic::{Checked, Diagnostic, FileId, Repair, Severity, Span, Spanned};
pub use policy::{Kept, Policy};
pub use report::{Failed, Report, counted};
