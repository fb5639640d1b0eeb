//! Splits long lists into several pages, each plain HTML with its own address.
//!
//! The first page keeps the list's address; the others lie below it, named as
//! Zola does: `regions/120000/page/2/`.

use std::ops::Range;

use super::address::Here;
use super::views::{PagerLinkView, PagerView};

/// How many one-line entries take the room of one card.
const LINES_PER_CARD: usize = 4;

/// How many pages on either side of the current one have a link.
const NEAR: usize = 2;

/// How many entries of a list stand on one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measure(usize);

impl Measure {
    /// This many cards per page.
    pub fn cards(per_page: usize) -> Self {
        Self(per_page)
    }

    /// As many lines per page as take the room of this many cards.
    pub fn lines(per_page: usize) -> Self {
        Self(per_page.saturating_mul(LINES_PER_CARD))
    }

    /// All entries on one page.
    pub fn unlimited() -> Self {
        Self(usize::MAX)
    }

    /// How many pages a list needs; an empty list has one page, too. A last
    /// page less than a tenth full is merged into the one before.
    fn pages(self, total: usize) -> usize {
        total
            .saturating_sub(self.0 / 10)
            .div_ceil(self.0.max(1))
            .max(1)
    }

    /// The pages of a list.
    pub fn parts(self, total: usize) -> impl Iterator<Item = Part> {
        let of = self.pages(total);
        (1..=of).map(move |number| Part {
            number,
            of,
            range: self.0.saturating_mul(number - 1)..if number == of {
                total
            } else {
                self.0 * number
            },
            total,
        })
    }

    /// The number of the page that has the entry at this position.
    pub fn page_of(self, position: usize, total: usize) -> usize {
        (position / self.0.max(1) + 1).min(self.pages(total))
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The page's number, from 1.
    pub number: usize,
    /// The number of pages.
    pub of: usize,
    /// Positions of its entries in the whole list.
    pub range: Range<usize>,
    /// The number of entries in the whole list.
    pub total: usize,
}

impl Part {
    /// The only page of something that is not a list.
    pub fn whole() -> Self {
        Self {
            number: 1,
            of: 1,
            range: 0..usize::MAX,
            total: 0,
        }
    }

    /// Whether it is the page at the list's own address.
    pub fn is_first(&self) -> bool {
        self.number == 1
    }

    /// The entries that stand on this page.
    pub fn of<'e, T>(&self, entries: &'e [T]) -> &'e [T] {
        let end = self.range.end.min(entries.len());
        &entries[self.range.start.min(end)..end]
    }

    /// The file of this page, if the list's file is `first`.
    pub fn file(&self, first: &str) -> String {
        file(first, self.number)
    }

    /// Links to the other pages; `None` for a list of one page. `counted` says
    /// how many things the list contains, which is fewer than its entries if a
    /// thing is listed under several headings.
    pub fn pager(&self, here: Here<'_>, first: &str, counted: &str) -> Option<PagerView> {
        if self.of == 1 {
            return None;
        }
        let href = |number| here.to(&file(first, number));
        let mut pages: Vec<PagerLinkView> = Vec::new();
        for number in 1..=self.of {
            let is_near = number.abs_diff(self.number) <= NEAR;
            if !is_near && number != 1 && number != self.of {
                continue;
            }
            let before = pages.last().map_or(0, |page| page.number);
            pages.push(PagerLinkView {
                number,
                href: href(number),
                current: number == self.number,
                gap: number > before + 1,
            });
        }
        Some(PagerView {
            number: self.number,
            of: self.of,
            counted: counted.to_owned(),
            previous: (self.number > 1).then(|| href(self.number - 1)),
            next: (self.number < self.of).then(|| href(self.number + 1)),
            pages,
        })
    }
}

/// The file of one page of a list.
pub(super) fn file(first: &str, number: usize) -> String {
    match number {
        1 => first.to_owned(),
        _ => {
            let folder = first.strip_suffix("index.html").unwrap_or(first);
            format!("{folder}page/{number}/index.html")
        }
    }
}

/// Consecutive entries under one heading.
pub(super) struct Run<H, T> {
    /// The heading.
    pub head: H,
    /// The entries on this page.
    pub entries: Vec<T>,
    /// How many entries the whole list has under this heading.
    pub count: usize,
    /// Whether the heading continues from the page before.
    pub continued: bool,
}

/// Selects the entries that stand on a page from entries under headings.
/// Headings without any entry there are left out.
pub(super) fn cut<H, T>(
    part: &Part,
    groups: impl IntoIterator<Item = (H, Vec<T>)>,
) -> Vec<Run<H, T>> {
    let mut at = 0;
    let mut runs = Vec::new();
    for (head, entries) in groups {
        let (start, count) = (at, entries.len());
        at += count;
        let kept: Vec<T> = entries
            .into_iter()
            .enumerate()
            .filter(|(offset, _)| part.range.contains(&(start + offset)))
            .map(|(_, entry)| entry)
            .collect();
        if !kept.is_empty() {
            runs.push(Run {
                head,
                entries: kept,
                count,
                continued: start < part.range.start,
            });
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(per_page: usize, total: usize) -> Vec<(usize, usize)> {
        let parts = Measure::cards(per_page).parts(total);
        parts
            .map(|part| (part.range.start, part.range.end))
            .collect()
    }

    #[test]
    fn every_entry_stands_on_one_page() {
        assert_eq!(ranges(10, 0), [(0, 0)]);
        assert_eq!(ranges(10, 10), [(0, 10)]);
        assert_eq!(ranges(10, 25), [(0, 10), (10, 20), (20, 25)]);
        assert_eq!(Measure::unlimited().parts(5).count(), 1);
        for total in 0..250 {
            let measure = Measure::cards(20);
            let mut next = 0;
            for part in measure.parts(total) {
                assert_eq!(part.range.start, next);
                next = part.range.end;
                for position in part.range.clone() {
                    assert_eq!(measure.page_of(position, total), part.number);
                }
            }
            assert_eq!(next, total);
        }
    }

    #[test]
    fn a_few_entries_too_many_make_no_page() {
        assert_eq!(ranges(100, 110), [(0, 110)]);
        assert_eq!(ranges(100, 111), [(0, 100), (100, 111)]);
    }

    #[test]
    fn the_first_page_keeps_the_address() {
        assert_eq!(file("regions/cn/index.html", 1), "regions/cn/index.html");
        assert_eq!(
            file("regions/cn/index.html", 2),
            "regions/cn/page/2/index.html"
        );
    }

    #[test]
    fn first_last_and_near_pages_have_links() {
        let part = Measure::cards(10).parts(310).nth(14).expect("page 15");
        let pager = part
            .pager(Here::at("a/page/15/index.html"), "a/index.html", "310 篇")
            .expect("more than one page");
        let numbers: Vec<_> = pager.pages.iter().map(|p| (p.number, p.gap)).collect();
        let expected = [
            (1, false),
            (13, true),
            (14, false),
            (15, false),
            (16, false),
            (17, false),
            (31, true),
        ];
        assert_eq!(numbers, expected);
        assert_eq!(pager.pages[0].href, "../../index.html");
        assert_eq!(pager.previous.as_deref(), Some("../14/index.html"));
    }

    #[test]
    fn headings_go_on_over_pages() {
        let part = Measure::cards(4).parts(10).nth(1).expect("page 2");
        let runs = cut(
            &part,
            [("a", vec![0; 5]), ("b", vec![0; 1]), ("c", vec![0; 4])],
        );
        let shape: Vec<_> = runs
            .iter()
            .map(|run| (run.head, run.entries.len(), run.count, run.continued))
            .collect();
        assert_eq!(
            shape,
            [("a", 1, 5, true), ("b", 1, 1, false), ("c", 2, 4, false)]
        );
    }
}
