//! Full-text search for Chinese on static hosting, without any I/O.
//!
//! One implementation serves the indexer, the command line and the browser:
//! text [`analysis`], the static index's [`format`] with encoder and decoder
//! side by side, the [`query`] language and its [`plan`], [`score`] and
//! [`rank`], the [`answer`] made of them over any index, and the [`engine`], a
//! state machine to which a query goes in and out of which comes either the list
//! of shards that it needs next or results.
//!
//! The crate reads no file and opens no connection. Native code feeds the
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
