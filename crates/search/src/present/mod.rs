//! Results as readers see them: snippets, marks and notices.
//!
//! Used by both engines, so that `zhize search` and the web page show the same.

mod explain;
mod json;
mod marks;
mod notice;
mod proposal;
mod results;

pub use explain::{Explanation, Part, PartKind, TermPoints};
pub use json::Say;
pub use marks::{Marker, Place, place};
pub use notice::{Notice, notices};
pub use proposal::{Proposal, proposals, proposals_to_json};
pub use results::{FacetCounts, Hit, Reason, Results, Suggestion, hit, more_places};
