//! Results: hits with their places, facets, and what else is said of a query.

use super::explain::Explanation;
use super::marks::{self, Marker, Place, place};
use super::notice::Notice;
use crate::analysis::Analyzer;
use crate::format::docs::{PageCard, UnitText};
use crate::in_force::Validity;
use crate::order;
use crate::plan::Level;
use crate::rank::{Group, RankedPage};
use crate::request::Request;

/// The maximum number of strings in a link that are to be marked on its page.
const MAX_LINK_TERMS: usize = 8;

/// How many further places of a page are listed below its hit on request.
const MORE_PLACES: usize = 8;

/// How many further places are listed by default in a small index.
const MORE_PLACES_UNASKED: usize = 2;

/// The maximum number of units in a small index. Its texts are in so few files
/// that further places cost almost nothing; elsewhere each would cost a file.
const SMALL_INDEX: u32 = 2_000;

/// How many further places of each page are presented in an index of `units`
/// units.
pub fn more_places(request: &Request, units: u32) -> usize {
    if request.more {
        MORE_PLACES
    } else if units <= SMALL_INDEX {
        MORE_PLACES_UNASKED
    } else {
        0
    }
}

/// Everything that a query found, ready to be displayed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// The query as typed.
    pub query: String,
    /// Number of entries of the site that contain all words of the query, at
    /// the strictest level that any page fulfils; 0 if there are none.
    pub total: usize,
    /// Number of further entries that contain a part of the query; they are
    /// listed after the others.
    pub looser: usize,
    /// Number of further entries whose matching part has so little weight that
    /// they are only listed if all are requested.
    pub rest: usize,
    /// Number of listed pages, including pages that are not entries.
    pub listed: usize,
    /// The strictest level that any page fulfils; `None` if nothing was looked
    /// up.
    pub level: Option<Level>,
    /// Notices about how the query was interpreted.
    pub notices: Vec<Notice>,
    /// Another query that may have been meant.
    pub suggestion: Option<Suggestion>,
    /// Pages, best first.
    pub hits: Vec<Hit>,
    /// Facets with counts, if requested.
    pub facets: Option<Vec<FacetCounts>>,
}

/// Why another query may have been meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The query is pinyin or initials.
    Pinyin,
    /// Other characters with the same pronunciation occur in the corpus.
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
    /// The suggested query.
    pub query: String,
    /// The reason for the suggestion.
    pub reason: Reason,
    /// Whether the results are already those for `query`.
    pub used: bool,
    /// Other queries that may have been meant.
    pub alternatives: Vec<String>,
}

/// A page that was found, with its best place.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The page's card.
    pub card: PageCard,
    /// A stable word for why the page is ranked here; see
    /// [`Group`](crate::rank::Group).
    pub group: &'static str,
    /// The strictest level that the page fulfils.
    pub level: Level,
    /// If the page is ranked first because of a name other than its title, this
    /// name.
    pub alias: String,
    /// Marks in the title, in UTF-16 code units.
    pub title_marks: Vec<(usize, usize)>,
    /// The best place.
    pub place: Place,
    /// Literal strings to mark on the page.
    pub terms: Vec<String>,
    /// Number of further places found on the page.
    pub further: usize,
    /// The best of the further places; [`more_places`] limits their number.
    pub more: Vec<Place>,
    /// The composition of the best place's score, if requested.
    pub explain: Option<Explanation>,
}

/// A facet with counts over pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCounts {
    /// Key.
    pub key: String,
    /// Name shown to readers.
    pub label: String,
    /// Value, name shown to readers, count.
    pub values: Vec<(String, String, usize)>,
}

/// Presents a page with its places, best first.
///
/// `validity` is that of the page on the day of the request.
pub fn hit(
    card: &PageCard,
    validity: Option<Validity>,
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
        // Headings are searched too: what accompanies the place is marked
        // there.
        for text in [&unit.text, &unit.label, &unit.heading] {
            for (start, end, _) in marker.ranges(text, analyzer) {
                let term = &text[start..end];
                if !terms.iter().any(|known| known == term) {
                    terms.push(term.to_owned());
                }
            }
        }
    }
    // Longest first: the whole phrase should be marked, not its halves.
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
            validity,
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

/// The name because of which a page is ranked first, if it isn't the title:
/// among the other names, the one with the longest marks.
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
