//! Full-text search for Chinese on static hosting, without any I/O.
//!
//! The same code serves the indexer, the command line and the browser: text
//! [`analysis`], the [`format`] of the static index (encoders and decoders side
//! by side), the [`query`] language and its [`plan`], [`score`] and [`rank`],
//! the [`answer`] to a request over any index, and the [`engine`], a state
//! machine that takes a query and returns either the shards it needs next or
//! the results.
//!
//! The crate reads no files and opens no connections. Native code feeds the
//! engine from disk, the browser's script from `fetch` or script tags.

pub mod analysis;
pub mod anchor;
pub mod answer;
pub mod cited;
pub mod correct;
pub mod engine;
pub mod format;
pub mod in_force;
pub mod json;
pub mod numerals;
pub mod order;
pub mod plan;
pub mod present;
pub mod query;
pub mod rank;
pub mod reference;
pub mod refine;
pub mod request;
pub mod score;
pub mod sound;
pub mod verbatim;
