//! Plans: what a query looks up, what it requires, and how much each term
//! counts. The static engine and tantivy use the same plan.

mod analysed;
mod parts;
mod phrase;
#[cfg(test)]
pub(crate) mod tests;
mod weigh;

pub use analysed::{Analysed, Consulted, Settled};
pub use parts::{
    Condition, Count, Exclusion, Held, Knowledge, Level, MAX_TERMS, Plan, PlanTerm, Requirement,
    Said, TermKind, Variant, is_common_character,
};
pub use phrase::{Phrase, is_literally_in};
