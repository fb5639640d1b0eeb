//! zhize (知责): from a tree of regulations, practices and cases to a static,
//! searchable knowledge base.

pub mod address;
pub mod browser_engine;
pub mod cited;
pub mod compare;
pub mod config;
pub mod dates;
pub mod diag;
pub mod explain;
pub mod export;
pub mod extract;
pub mod findings;
pub mod golden;
pub mod import;
pub mod index;
pub mod lexicon;
pub mod library;
pub mod lookup;
pub mod offline;
pub mod output;
pub mod pack;
pub mod parse;
pub mod pictures;
pub mod precompress;
pub mod progress;
pub mod provision;
pub mod related;
pub mod render;
pub mod resolve;
pub mod scaffold;
pub mod serve;
pub mod site;
pub mod source;
pub mod versions;
pub mod words;
pub mod write;
