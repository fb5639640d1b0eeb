//! Parses the query language.
//!
//! | typed | means |
//! |---|---|
//! | `词1 词2` | words in any order |
//! | `"短语"` (also “”, 「」, 『』), set apart by spaces | exactly so |
//! | `-词`, `-"短语"`, `-(甲 乙)`, `-标题:甲`, `-地区:天津`, `NOT 词` | not that |
//! | `甲 OR 乙`, `甲 \| 乙` | one of its neighbours |
//! | `甲 AND 乙` | both, as without it |
//! | `(甲 乙) OR 丙` | groups |
//! | `标题:甲` | in a name of the page |
//! | `地区:天津`, `年份:2018..2021`, `地区:天津\|山东` | a facet's value, a range of them, one of several |
//! | `中发〔2019〕5号` | a document number, exactly so, with any brackets |
//!
//! Names of facets may be in Simplified or Traditional characters, and
//! operators may be full-width. Malformed syntax is plain text: an unbalanced
//! quote or parenthesis is an ordinary character, and the reader is told.

mod exclusion;
mod grammar;
mod marks;
mod nodes;
mod numbers;
#[cfg(test)]
mod tests;

pub use grammar::MAX_CHARS;
pub use nodes::{Node, Qualifier, Query, Unwanted};
