//! zhize (知责) turns a tree of regulations, practices and cases into a static,
//! searchable knowledge base.
//!
//! A site is a folder with `config.toml` and `content/`. [`build`] makes all
//! its files in memory, [`write()`] puts them into a folder, and [`check`] only
//! reports what is wrong. The [`Outcome`] of [`build`] and [`check`] contains
//! the problems found in the content: an `Err` means that the environment
//! failed, never that an author made a mistake.
//!
//! ```
//! # fn main() -> anyhow::Result<()> {
//! use zhize::{Silent, SiteOptions, build};
//!
//! let root = tempfile::tempdir()?;
//! # let root = root.path();
//! std::fs::create_dir(root.join("content"))?;
//! std::fs::write(root.join("config.toml"), "title = \"样站\"\nbase_url = \"/\"\n")?;
//! std::fs::write(root.join("content/_index.md"), "+++\ntitle = \"样站\"\n+++\n")?;
//!
//! let outcome = build(&SiteOptions::of(root), &Silent)?;
//! assert!(outcome.findings.is_empty(), "{}", outcome.findings.text(false));
//! let site = outcome.product.expect("a site without errors");
//! assert!(site.get("index.html").is_some());
//! # Ok(())
//! # }
//! ```
//!
//! To search a built site, use [`StaticEngine`], as its pages do, or
//! [`TantivyEngine`]; both answer a `search::request::Request` ([`Lookup`]).
//! [`new_page`] makes the file of a new page, [`import()`] makes pages from
//! other people's files, and [`serve()`] shows a site while it is being
//! written.
//!
//! The modules are public for the program and its tests; their interfaces are
//! not stable.

pub use config::Medium;
pub use diag::{Diagnostic, Failed, Repair, Severity};
pub use disk::UserCache;
pub use findings::Findings;
pub use import::{Options as ImportOptions, run as import};
pub use lookup::{Lookup, StaticEngine, TantivyEngine};
pub use model::PageType;
pub use output::{Audience, OutputFile, OutputPaths, OutputSet, Receipt, Receipts, Sink};
pub use progress::{Progress, Silent};
pub use repair::{Change, Repairs};
pub use scaffold::create as new_page;
pub use serve::{Notice, Review, ServeOptions, serve};
pub use site::{Outcome, SiteOptions, Step, build, build_into, check, inspect, preview};
pub use write::{
    Changes, Destination, Manifest, Verified, WriteOptions, WriteSummary, Writing, verify,
};

#[doc(hidden)]
pub mod address;
#[doc(hidden)]
pub mod attachments;
#[doc(hidden)]
pub mod body;
#[doc(hidden)]
pub mod browser_engine;
#[doc(hidden)]
pub mod chinese;
#[doc(hidden)]
pub mod citation;
#[doc(hidden)]
pub mod commonmark;
#[doc(hidden)]
pub mod compare;
#[doc(hidden)]
pub mod config;
#[doc(hidden)]
pub mod dates;
#[doc(hidden)]
pub mod diag;
#[doc(hidden)]
pub mod digest;
#[doc(hidden)]
pub mod disk;
#[doc(hidden)]
pub mod explain;
#[doc(hidden)]
pub mod export;
#[doc(hidden)]
pub mod extract;
#[doc(hidden)]
pub mod facts;
#[doc(hidden)]
pub mod fields;
#[doc(hidden)]
pub mod findings;
#[doc(hidden)]
pub mod golden;
#[doc(hidden)]
pub mod import;
#[doc(hidden)]
pub mod index;
#[doc(hidden)]
pub mod library;
#[doc(hidden)]
pub mod lookup;
#[doc(hidden)]
pub mod markup;
#[doc(hidden)]
pub mod mime;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod offline;
#[doc(hidden)]
pub mod output;
#[doc(hidden)]
pub mod pack;
#[doc(hidden)]
pub mod parse;
#[doc(hidden)]
pub mod pictures;
#[doc(hidden)]
pub mod precompress;
#[doc(hidden)]
pub mod progress;
#[doc(hidden)]
pub mod published;
#[doc(hidden)]
pub mod related;
#[doc(hidden)]
pub mod render;
#[doc(hidden)]
pub mod repair;
#[doc(hidden)]
pub mod resolve;
#[doc(hidden)]
pub mod scaffold;
#[doc(hidden)]
pub mod serve;
#[doc(hidden)]
pub mod site;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod structure;
#[doc(hidden)]
pub mod words;
#[doc(hidden)]
pub mod write;
#[doc(hidden)]
pub mod xml;
