//! Results as people see them: snippets, marks, what is said of them.
//!
//! Shared by both engines, so that `zhize search` and the page show the same.

mod explain;
mod json;
mod marks;
mod notice;
mod proposal;

pub use explain::{Explanation, Part, PartKind, TermPoints};
pub use json::Say;
pub use marks::{Marker, place};
pub use notice::{Notice, notices};
pub use proposal::{Proposal, proposals, proposals_to_json};

use crate::analysis::Analyzer;
use crate::format::docs::{PageCard, UnitText};
use crate::order;
use crate::plan::Level;
use crate::rank::{Group, RankedPage};
use crate::request::Request;

/// How many literal strings a link carries to be marked on its page.
const MAX_LINK_TERMS: usize = 8;

/// How many further places of a page are listed under its hit when asked for.
const MORE_PLACES: usize = 8;

/// How many of them are listed unasked in a small index.
const MORE_PLACES_UNASKED: usize = 2;

/// An index of no more units is small: its texts are in so few files that
/// further places cost next to nothing. Elsewhere each would cost a file.
const SMALL_INDEX: u32 = 2_000;

/// How many further places of each page are presented, in an index of `units`.
pub fn more_places(request: &Request, units: u32) -> usize {
    if request.more {
        MORE_PLACES
    } else if units <= SMALL_INDEX {
        MORE_PLACES_UNASKED
    } else {
        0
    }
}

/// Everything that a query found, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// The query as typed.
    pub query: String,
    /// How many entries of the site hold all words of the query, at the strictest
    /// level that any page fulfils. 0 where none does.
    pub total: usize,
    /// How many more entries hold a part of the query; they come after.
    pub looser: usize,
    /// How many further entries hold a part of so little weight that they are not
    /// listed, unless all are asked for.
    pub rest: usize,
    /// How many pages are listed: those entries, and pages that are none.
    pub listed: usize,
    /// The strictest level that any page fulfils; `None` when nothing was
    /// looked up.
    pub level: Option<Level>,
    /// What the reader should know about how the query was taken.
    pub notices: Vec<Notice>,
    /// What else may have been meant.
    pub suggestion: Option<Suggestion>,
    /// Pages, in order.
    pub hits: Vec<Hit>,
    /// Facets with counts, when asked for.
    pub facets: Option<Vec<FacetCounts>>,
}

/// Why another query may have been meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What was typed is pinyin or initials.
    Pinyin,
    /// Other characters with the same sound stand in the corpus.
    Homophone,
}

impl Reason {
    /// A stable word for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pinyin => "pinyin",
            Self::Homophone => "homophone",
        }
    }
}

/// A query that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The query.
    pub query: String,
    /// Why.
    pub reason: Reason,
    /// Whether the results are already those of `query`.
    pub used: bool,
    /// Other queries that may have been meant.
    pub alternatives: Vec<String>,
}

/// A page that was found, with its best place.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The page's card.
    pub card: PageCard,
    /// Why it stands where it does, a stable word: see [`Group`](crate::rank::Group).
    pub group: &'static str,
    /// The strictest level that it fulfils.
    pub level: Level,
    /// Of a page that stands first by a name, that name when it is not the title.
    pub alias: String,
    /// Marks in the title, in UTF-16 code units.
    pub title_marks: Vec<(usize, usize)>,
    /// The best place.
    pub place: Place,
    /// Literal strings to mark on the page.
    pub terms: Vec<String>,
    /// How many further places of the page were found.
    pub further: usize,
    /// The best of them; how many, [`more_places`] says.
    pub more: Vec<Place>,
    /// What the best place's score is made of, when asked for.
    pub explain: Option<Explanation>,
}

/// A place in a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Anchor; empty for the page's beginning.
    pub anchor: String,
    /// What the place is called.
    pub label: String,
    /// How many places refer to the unit.
    pub cited: u32,
    /// Score.
    pub score: f32,
    /// Part of its text.
    pub snippet: String,
    /// Marks in the snippet, in UTF-16 code units.
    pub marks: Vec<(usize, usize)>,
}

/// A facet with counts over pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCounts {
    /// Key.
    pub key: String,
    /// Name for readers.
    pub label: String,
    /// Value, name for readers, count.
    pub values: Vec<(String, String, usize)>,
}

/// Presents a page with its places, best first.
///
/// `status` is the [validity](crate::in_force::Validity) of the page on the day
/// of the request.
pub fn hit(
    card: &PageCard,
    status: &str,
    page: &RankedPage,
    places: &[(&UnitText, f32)],
    marker: &Marker,
    explain: Option<Explanation>,
    analyzer: &mut Analyzer,
) -> Hit {
    let title = card.names.first().map_or("", String::as_str);
    let plain = |ranges: Vec<(usize, usize, f32)>| -> Vec<(usize, usize)> {
        ranges.iter().map(|r| (r.0, r.1)).collect()
    };
    let title_ranges = plain(marker.ranges(title, analyzer));
    let mut terms: Vec<String> = Vec::new();
    for (unit, _) in places {
        // The heading is searched too: what accompanies the place is marked there.
        for text in [&unit.text, &unit.label, &unit.heading] {
            for (start, end, _) in marker.ranges(text, analyzer) {
                let term = &text[start..end];
                if !terms.iter().any(|known| known == term) {
                    terms.push(term.to_owned());
                }
            }
        }
    }
    // Longest first: a reader wants the phrase marked, not its halves.
    order::sort_by(&mut terms, |a, b| b.chars().count().cmp(&a.chars().count()));
    terms.truncate(MAX_LINK_TERMS);
    let mut places = places
        .iter()
        .map(|(unit, score)| place(unit, *score, marker, analyzer));
    let first = places.next().expect("a page is found by a place");
    let more = places.collect();
    Hit {
        title_marks: marks::to_utf16(title, &title_ranges),
        card: PageCard {
            status: status.to_owned(),
            ..card.clone()
        },
        group: page.group.code(),
        alias: alias(card, page, &title_ranges, marker, analyzer),
        level: page.level,
        explain,
        place: first,
        terms,
        further: page.places.len() - 1,
        more,
    }
}

/// The name by which a page stands first, when its title is another: of its
/// other names the one of which most is marked.
fn alias(
    card: &PageCard,
    page: &RankedPage,
    title_ranges: &[(usize, usize)],
    marker: &Marker,
    analyzer: &mut Analyzer,
) -> String {
    if page.group != Group::Title || !title_ranges.is_empty() {
        return String::new();
    }
    let mut best = (0, "");
    for name in card.names.iter().skip(1) {
        let marks = marker.ranges(name, analyzer).into_iter();
        let marked = 100 * marks.map(|(from, to, _)| to - from).sum::<usize>() / name.len().max(1);
        if marked > best.0 {
            best = (marked, name);
        }
    }
    best.1.to_owned()
}
