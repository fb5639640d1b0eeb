//! Moves those of the first results to the top that contain the query verbatim.
//!
//! If a unit contains all pairs of a run, they are mostly consecutive, but not
//! always: 资金的管理 also finds units in which 资金的 and 的管理 are far
//! apart. Posting lists can't tell, but texts can, and those of the first
//! results are loaded anyway. So among the first [`WINDOW`] pages that contain
//! all terms, those with the exact characters come first. Texts beyond those
//! displayed are only loaded if one of the first doesn't contain them.

use crate::format::postings::UnitId;
use crate::plan::{Level, Plan};
use crate::rank::{Group, RankedPage};
use crate::request::{Request, Sort};

/// How many pages are compared with each other.
pub const WINDOW: usize = 12;

/// The same for text without spaces, as long as fewer than [`ENOUGH`] of the
/// pages contain it: pages with its pairs in other places may be many, and
/// readers of a pasted text expect where it came from.
const WIDE_WINDOW: usize = 96;

/// The same if its punctuation matters: the pairs of 县（市、区）人民政府 are in
/// every regulation, and the text is in many, but not in those that rank first.
const WIDEST_WINDOW: usize = 512;

/// How many pages are compared before giving up a text whose punctuation
/// matters, if it can only have been copied.
const PATIENCE: usize = 256;

/// How many pages with the whole text are enough to look no further than
/// [`WINDOW`].
const ENOUGH: usize = 5;

/// The minimum number of further pages that are checked together.
const RESERVE: usize = 5;

/// How many places of a page are checked.
pub const PLACES: usize = 3;

/// The same for text whose punctuation matters.
const LITERAL_PLACES: usize = 8;

/// How far a unit contains what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// All of it.
    Whole,
    /// Its letters and digits, but with other punctuation or in other words.
    Runs,
    /// Not in one piece.
    No,
}

/// Reads texts.
pub trait Reader {
    /// Why reading stops.
    type Stop;

    /// Ensures that the texts of these units can be read.
    ///
    /// # Errors
    /// When they have to be loaded first.
    fn require(&mut self, units: &[UnitId]) -> Result<(), Self::Stop>;

    /// How far a unit contains the plan's [`literal`](Plan::literal) text or one
    /// of its [`verbatim`](Plan::verbatim) variants.
    ///
    /// # Errors
    /// When its text cannot be read.
    fn holds(&mut self, unit: UnitId, plan: &Plan) -> Result<Holding, Self::Stop>;

    /// Whether a reference to the unit's page, by its whole name, is all that
    /// was typed.
    ///
    /// # Errors
    /// When its text cannot be read.
    fn is_query(&mut self, unit: UnitId, plan: &Plan) -> Result<bool, Self::Stop>;
}

/// The pages that a request displays, starting at its offset. In each page, the
/// place with the verbatim query comes first.
///
/// `ranked` must be ordered by relevance. The result doesn't depend on how the
/// pages are split by offset and limit.
///
/// # Errors
/// Errors of the reader.
pub fn shown<R: Reader>(
    ranked: &[&RankedPage],
    plan: &Plan,
    request: &Request,
    reader: &mut R,
) -> Result<Vec<RankedPage>, R::Stop> {
    let end = ranked
        .len()
        .min(request.offset.saturating_add(request.limit));
    let mut order: Vec<(usize, usize)> = (0..ranked.len()).map(|at| (at, 0)).collect();
    let is_verbatim = !plan.verbatim.is_empty() || !plan.literal.is_empty();
    if is_verbatim && request.sort == Sort::Relevance {
        let is_literal = !plan.literal.is_empty() && !plan.literal.contains(char::is_whitespace);
        // Nobody writes the frame of a question in a text.
        let is_one_text = is_literal
            || plan.stopped == 0 && plan.verbatim.iter().all(|phrases| phrases.len() == 1);
        let from = staying(ranked, plan, is_one_text, reader)?;
        let competes = |page: &&&RankedPage| page.level == Level::All || page.group == Group::Title;
        let most = match (is_one_text, is_literal) {
            (_, true) => WIDEST_WINDOW,
            (true, false) => WIDE_WINDOW,
            (false, false) => WINDOW,
        };
        let window = ranked[from..]
            .iter()
            .take(most)
            .take_while(competes)
            .count();
        let wanted = end.saturating_sub(from).min(window);
        if wanted > 0 {
            let sorted = sort(&ranked[from..from + window], wanted, plan, reader)?;
            for (slot, (at, place)) in order[from..].iter_mut().zip(sorted) {
                *slot = (from + at, place);
            }
        }
    }
    let shown = order.into_iter().take(end).skip(request.offset);
    let shown = shown.map(|(at, place)| {
        let mut page = ranked[at].clone();
        page.places[..=place].rotate_right(1);
        page
    });
    Ok(shown.collect())
}

/// How many pages that a name or a reference put first stay there, whatever
/// other texts contain. For words with spaces between them, these are all whose
/// name lacks nothing of what was typed; for one text, only those that it names
/// and nothing else: a longer text is to be found where it stands.
fn staying<R: Reader>(
    ranked: &[&RankedPage],
    plan: &Plan,
    is_one_text: bool,
    reader: &mut R,
) -> Result<usize, R::Stop> {
    let stays = |page: &&&RankedPage| match page.group {
        Group::Reference => true,
        Group::Title if is_one_text => page.context.is_query,
        Group::Title => page.level == Level::All,
        Group::Text => false,
    };
    let count = ranked.iter().take_while(stays).count();
    let is_reference = |page: &&&RankedPage| page.group == Group::Reference;
    let references = ranked.iter().take_while(is_reference);
    if is_one_text && !plan.references.iter().all(|reference| reference.is_alone) {
        let first: Vec<UnitId> = references.map(|page| page.places[0].unit).collect();
        reader.require(&first)?;
        for (at, unit) in first.into_iter().enumerate() {
            if !reader.is_query(unit, plan)? {
                return Ok(at);
            }
        }
    }
    Ok(count)
}

/// Indexes of the window's pages, each with its leading place: pages with the
/// verbatim query first, then those with its runs, then the others. Stops as
/// soon as the first `wanted` are certain, and beyond [`WINDOW`] after the page
/// that makes [`ENOUGH`], however many are read at once.
fn sort<R: Reader>(
    window: &[&RankedPage],
    wanted: usize,
    plan: &Plan,
    reader: &mut R,
) -> Result<Vec<(usize, usize)>, R::Stop> {
    let mut held: Vec<(usize, usize)> = Vec::new();
    let mut in_runs: Vec<(usize, usize)> = Vec::new();
    let mut others: Vec<(usize, usize)> = Vec::new();
    let places = if plan.literal.is_empty() {
        PLACES
    } else {
        LITERAL_PLACES
    };
    let patience = if is_cut(&plan.literal) {
        PATIENCE
    } else {
        WIDE_WINDOW
    };
    let mut looked = 0;
    'pages: while held.len() < wanted && looked < window.len() {
        let missing = wanted - held.len();
        // If some pages don't contain it, others may not either: check several
        // at once to save rounds, the more the longer it takes.
        let count = if looked == 0 {
            missing
        } else {
            missing.max(RESERVE).max(looked / 2)
        };
        let next = (looked + count).min(window.len());
        let pages = &window[looked..next];
        let first: Vec<UnitId> = pages.iter().map(|page| page.places[0].unit).collect();
        reader.require(&first)?;
        let mut leading: Vec<(Holding, usize)> = Vec::new();
        let mut further: Vec<UnitId> = Vec::new();
        for page in pages {
            let holding = reader.holds(page.places[0].unit, plan)?;
            if holding != Holding::Whole {
                further.extend(whole_places(page, places).skip(1));
            }
            leading.push((holding, 0));
        }
        reader.require(&further)?;
        for ((at, page), (mut holding, mut leading)) in (looked..).zip(pages).zip(leading) {
            for (place, unit) in whole_places(page, places).enumerate().skip(1) {
                if holding == Holding::Whole {
                    break;
                }
                match (reader.holds(unit, plan)?, holding) {
                    (better @ Holding::Whole, _) | (better @ Holding::Runs, Holding::No) => {
                        (holding, leading) = (better, place);
                    }
                    _ => {}
                }
            }
            match holding {
                Holding::Whole => held.push((at, leading)),
                Holding::Runs => in_runs.push((at, leading)),
                Holding::No => others.push((at, 0)),
            }
            let is_enough = at + 1 >= WINDOW && held.len() >= ENOUGH;
            if is_enough || (at + 1 >= patience && held.is_empty()) {
                break 'pages;
            }
        }
        looked = next;
    }
    held.append(&mut in_runs);
    held.append(&mut others);
    Ok(held)
}

/// Whether a text can only have been copied: it begins or ends with
/// punctuation, or with a single character next to punctuation.
fn is_cut(literal: &str) -> bool {
    let is_mark = |ch: char| !ch.is_alphanumeric();
    let mut chars = literal.chars();
    chars.clone().take(2).any(is_mark) || chars.by_ref().rev().take(2).any(is_mark)
}

/// The first places of a page that contain all terms, `most` at most.
pub fn whole_places(page: &RankedPage, most: usize) -> impl Iterator<Item = UnitId> {
    let places = page.places.iter().take(most);
    let whole = places.take_while(|place| place.level == Level::All);
    whole.map(|place| place.unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Phrase;
    use crate::rank::{Context, FoundUnit};

    /// Knows which units match, and records which are read.
    struct Known {
        holding: Vec<UnitId>,
        read: Vec<UnitId>,
    }

    impl Reader for Known {
        type Stop = ();

        fn require(&mut self, units: &[UnitId]) -> Result<(), ()> {
            self.read.extend(units);
            Ok(())
        }

        fn holds(&mut self, unit: UnitId, _: &Plan) -> Result<Holding, ()> {
            assert!(self.read.contains(&unit), "{unit:?} was not asked for");
            Ok(if self.holding.contains(&unit) {
                Holding::Whole
            } else {
                Holding::No
            })
        }

        fn is_query(&mut self, _: UnitId, _: &Plan) -> Result<bool, ()> {
            Ok(true)
        }
    }

    fn unit(page: u32, ordinal: u32) -> UnitId {
        UnitId { page, ordinal }
    }

    fn page(number: u32, group: Group, level: Level) -> RankedPage {
        RankedPage {
            page: number,
            group,
            level,
            score: 1.0,
            context: Context {
                is_query: group == Group::Title && level == Level::All,
                ..Context::default()
            },
            places: (0..2)
                .map(|ordinal| FoundUnit {
                    unit: unit(number, ordinal),
                    score: 1.0,
                    level,
                })
                .collect(),
        }
    }

    fn shown_of(pages: &[RankedPage], holding: &[UnitId], offset: usize) -> (Vec<UnitId>, usize) {
        let plan = Plan {
            verbatim: vec![vec![Phrase {
                text: "资金的管理".into(),
                terms: Vec::new(),
            }]],
            ..Plan::default()
        };
        let request = Request {
            offset,
            limit: 2,
            ..Request::new("资金的管理")
        };
        let mut reader = Known {
            holding: holding.to_vec(),
            read: Vec::new(),
        };
        let pages: Vec<&RankedPage> = pages.iter().collect();
        let shown = shown(&pages, &plan, &request, &mut reader).unwrap();
        let leading = shown.iter().map(|page| page.places[0].unit).collect();
        (leading, reader.read.len())
    }

    #[test]
    fn what_holds_it_comes_first_whatever_the_portion() {
        let pages: Vec<_> = (0..8)
            .map(|number| match number {
                0 => page(0, Group::Title, Level::All),
                7 => page(7, Group::Text, Level::Most),
                _ => page(number, Group::Text, Level::All),
            })
            .collect();
        let holding = [unit(3, 0), unit(5, 1), unit(7, 0)];
        let mut all = Vec::new();
        for offset in [0, 2, 4, 6] {
            all.extend(shown_of(&pages, &holding, offset).0);
        }
        let expected = [
            (0, 0),
            (3, 0),
            (5, 1),
            (1, 0),
            (2, 0),
            (4, 0),
            (6, 0),
            (7, 0),
        ];
        assert_eq!(all, expected.map(|(page, ordinal)| unit(page, ordinal)));
    }

    #[test]
    fn a_name_that_lacks_a_part_comes_after_what_holds_everything() {
        let pages = [
            page(0, Group::Title, Level::All),
            page(1, Group::Title, Level::Most),
            page(2, Group::Text, Level::All),
        ];
        let (shown, _) = shown_of(&pages, &[unit(2, 0)], 0);
        assert_eq!(shown, [unit(0, 0), unit(2, 0)]);
        let (shown, _) = shown_of(&pages, &[], 0);
        assert_eq!(shown, [unit(0, 0), unit(1, 0)]);
    }

    #[test]
    fn a_name_that_is_not_the_query_gives_way_to_what_holds_it() {
        let mut pages = [
            page(0, Group::Title, Level::All),
            page(1, Group::Text, Level::All),
            page(2, Group::Text, Level::All),
        ];
        pages[0].context.is_query = false;
        assert_eq!(
            shown_of(&pages, &[unit(2, 0)], 0).0,
            [unit(2, 0), unit(0, 0)]
        );
        assert_eq!(shown_of(&pages, &[], 0).0, [unit(0, 0), unit(1, 0)]);
    }

    /// The order of pages whose first units hold the text as `holding` says.
    fn order_of(holding: &[Holding], literal: &str) -> Vec<u32> {
        struct Graded<'a>(&'a [Holding]);
        impl Reader for Graded<'_> {
            type Stop = ();
            fn require(&mut self, _: &[UnitId]) -> Result<(), ()> {
                Ok(())
            }
            fn holds(&mut self, unit: UnitId, _: &Plan) -> Result<Holding, ()> {
                Ok(match unit.ordinal {
                    0 => self.0[unit.page as usize],
                    _ => Holding::No,
                })
            }
            fn is_query(&mut self, _: UnitId, _: &Plan) -> Result<bool, ()> {
                Ok(true)
            }
        }
        let pages: Vec<_> = (0..holding.len() as u32)
            .map(|n| page(n, Group::Text, Level::All))
            .collect();
        let pages: Vec<&RankedPage> = pages.iter().collect();
        let plan = Plan {
            literal: literal.into(),
            ..Plan::default()
        };
        let request = Request {
            limit: 3,
            ..Request::new(literal)
        };
        let shown = shown(&pages, &plan, &request, &mut Graded(holding)).unwrap();
        shown.iter().map(|page| page.page).collect()
    }

    #[test]
    fn punctuation_as_typed_comes_before_other_punctuation() {
        let mut holding = vec![Holding::No; 700];
        holding[4] = Holding::Runs;
        holding[7] = Holding::Whole;
        assert_eq!(order_of(&holding, "保障，维护"), [7, 4, 0]);
        // What can only have been copied is looked for further than what
        // somebody may have typed.
        holding[7] = Holding::No;
        holding[200] = Holding::Whole;
        assert_eq!(order_of(&holding, "，维护权益"), [200, 4, 0]);
        assert_eq!(order_of(&holding, "护，维护权益"), [200, 4, 0]);
        assert_eq!(order_of(&holding, "保障，维护"), [4, 0, 1]);
    }

    #[test]
    fn what_holds_it_is_looked_for_further_until_there_is_enough() {
        let pages: Vec<_> = (0..120).map(|n| page(n, Group::Text, Level::All)).collect();
        let (shown, _) = shown_of(&pages, &[unit(80, 1), unit(100, 0)], 0);
        assert_eq!(shown, [unit(80, 1), unit(0, 0)]);
        // The sixth page that holds it stays where it is, whatever the portion.
        let holding: Vec<_> = (4..10).map(|n| unit(n * 4, 0)).collect();
        let leading = |offset| shown_of(&pages, &holding, offset).0;
        assert_eq!(leading(4), [unit(32, 0), unit(0, 0)]);
        assert_eq!(leading(36), [unit(36, 0), unit(37, 0)]);
    }

    #[test]
    fn texts_are_read_only_as_far_as_the_answer_needs() {
        let pages: Vec<_> = (0..12).map(|n| page(n, Group::Text, Level::All)).collect();
        let holding: Vec<_> = (0..12).map(|n| unit(n, 0)).collect();
        let (shown, read) = shown_of(&pages, &holding, 0);
        assert_eq!(shown, [unit(0, 0), unit(1, 0)]);
        assert_eq!(read, 2);
    }
}
