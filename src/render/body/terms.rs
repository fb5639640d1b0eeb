//! Explains terms where they occur: finds the names of terms in a text.
//!
//! The first occurrence of each term on a page links to the term. What it means
//! stands at the end of the text, and the link's description points there, so
//! that it can be reached by keyboard and touch, on paper and without scripts.
//! Regulations stay as they were issued.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::{Here, page_file};
use crate::library::Library;
use crate::model::{Details, PageId, PageType};

/// Minimum length of other names; shorter ones are everyday words.
const SHORTEST_OTHER_NAME: usize = 3;

/// Minimum length of titles.
const SHORTEST_TITLE: usize = 2;

/// A term: what a page is about, or one of its subentries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Term {
    /// The page that explains it.
    pub page: PageId,
    /// Index among the page's subentries; `None` for the page itself.
    pub subentry: Option<usize>,
}

impl Term {
    /// The page as a term.
    pub fn page(page: PageId) -> Self {
        let subentry = None;
        Self { page, subentry }
    }

    /// Its name.
    pub fn title(self, library: &Library) -> &str {
        let page = library.page(self.page);
        match self.subentry {
            Some(place) => &page.subentries[place].name,
            None => &page.title,
        }
    }

    /// Its meaning: the stated one without a final stop, or else the page's
    /// summary.
    pub fn meaning(self, library: &Library) -> &str {
        let page = library.page(self.page);
        let meaning = match (self.subentry, &page.details) {
            (Some(place), _) => page.subentries[place].meaning.as_ref(),
            (None, Details::Term(term)) => term.meaning.as_ref(),
            _ => None,
        };
        meaning.map_or(&page.description, |meaning| &meaning.text)
    }

    /// The meaning of a subentry, or else the page's own description.
    pub fn summary(self, library: &Library) -> &str {
        match self.subentry {
            Some(_) => self.meaning(library),
            None => &library.page(self.page).description,
        }
    }

    /// The address of the place that explains it.
    pub fn href(self, library: &Library, here: Here<'_>) -> String {
        let page = library.page(self.page);
        let subentry = self.subentry.map(|place| &page.subentries[place]);
        here.to_anchor(
            &page_file(&page.key),
            subentry.map(|subentry| subentry.anchor.as_str()),
        )
    }

    /// The anchor of its explanation on a page that uses it.
    pub fn anchor(self, library: &Library) -> String {
        let page = library.page(self.page);
        let key = page.key.replace('/', "-");
        match self.subentry.map(|place| &page.subentries[place].anchor) {
            Some(anchor) => format!("term--{key}-{anchor}"),
            None => format!("term--{key}"),
        }
    }
}

/// Names of terms, by first character.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    /// Longest first.
    names: BTreeMap<char, Vec<(String, Term)>>,
}

impl Terms {
    /// Collects the names of all terms. A name that two terms share is left
    /// out.
    pub fn of(library: &Library) -> Self {
        let mut owners: BTreeMap<String, BTreeSet<Term>> = BTreeMap::new();
        let mut add = |term: Term, title: &str, others: &[String]| {
            let others = others.iter().map(|n| (n.as_str(), SHORTEST_OTHER_NAME));
            for (name, shortest) in others.chain([(title, SHORTEST_TITLE)]) {
                let name = name.trim_matches(['“', '”', '「', '」']);
                if name.chars().count() >= shortest {
                    owners.entry(name.to_owned()).or_default().insert(term);
                }
            }
        };
        for page in library.pages.iter().filter(|page| page.public) {
            if page.page_type() == Some(PageType::Term) {
                add(Term::page(page.id), &page.title, &page.other_names);
            }
            for (place, subentry) in page.subentries.iter().enumerate() {
                if subentry.meaning.is_some() {
                    let term = Term {
                        page: page.id,
                        subentry: Some(place),
                    };
                    add(term, &subentry.name, &subentry.other_names);
                }
            }
        }
        let mut names: BTreeMap<char, Vec<(String, Term)>> = BTreeMap::new();
        for (name, owners) in owners {
            if let (Some(first), [owner]) = (
                name.chars().next(),
                owners.into_iter().collect::<Vec<_>>().as_slice(),
            ) {
                names.entry(first).or_default().push((name, *owner));
            }
        }
        for sharing in names.values_mut() {
            sharing.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
        Self { names }
    }

    /// The term that a link target means: the subentry at this heading, or else
    /// the page if it is a term.
    pub fn at(library: &Library, page: PageId, anchor: Option<&str>) -> Option<Term> {
        let target = library.page(page);
        let subentry = target.subentries.iter().position(|subentry| {
            subentry.meaning.is_some() && Some(subentry.anchor.as_str()) == anchor
        });
        let is_term = subentry.is_some() || target.page_type() == Some(PageType::Term);
        is_term.then_some(Term { page, subentry })
    }

    /// Splits a text at the terms in it: each piece comes with the term that it
    /// names. Text inside 《》 is a title and names no term. A term counts only
    /// if `wanted` accepts it. The words of a rejected term are skipped as a
    /// whole, so that no shorter name in them is taken for another term.
    pub fn cut<'t>(
        &self,
        text: &'t str,
        mut wanted: impl FnMut(Term) -> bool,
    ) -> Vec<(&'t str, Option<Term>)> {
        let mut pieces = Vec::new();
        let (mut done, mut at, mut titles) = (0, 0, 0_usize);
        while let Some(character) = text[at..].chars().next() {
            match character {
                '《' => titles += 1,
                '》' => titles = titles.saturating_sub(1),
                _ => {}
            }
            let names = self.names.get(&character).filter(|_| titles == 0);
            let found = names.and_then(|names| {
                let rest = &text[at..];
                names
                    .iter()
                    .find(|(name, _)| rest.starts_with(name.as_str()))
            });
            let Some((name, term)) = found else {
                at += character.len_utf8();
                continue;
            };
            let end = at + name.len();
            if wanted(*term) {
                if done < at {
                    pieces.push((&text[done..at], None));
                }
                pieces.push((&text[at..end], Some(*term)));
                done = end;
            }
            at = end;
        }
        if done < text.len() {
            pieces.push((&text[done..], None));
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(id: u32) -> Term {
        Term::page(PageId(id))
    }

    fn terms(names: &[(&str, u32)]) -> Terms {
        let mut terms = Terms::default();
        for (name, id) in names {
            let first = name.chars().next().expect("a name");
            let sharing = terms.names.entry(first).or_default();
            sharing.push(((*name).to_owned(), term(*id)));
            sharing.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
        terms
    }

    #[test]
    fn the_longest_name_is_the_term() {
        let terms = terms(&[("责任", 1), ("责任链条", 2)]);
        assert_eq!(
            terms.cut("健全责任链条，压实责任。", |_| true),
            [
                ("健全", None),
                ("责任链条", Some(term(2))),
                ("，压实", None),
                ("责任", Some(term(1))),
                ("。", None),
            ]
        );
    }

    #[test]
    fn what_is_not_wanted_is_passed_over_whole() {
        let terms = terms(&[("责任链条", 2), ("链条", 3)]);
        let text = "责任链条";
        assert_eq!(terms.cut(text, |id| id == term(3)), [(text, None)]);
    }

    #[test]
    fn titles_are_left_alone() {
        let terms = terms(&[("责任", 1)]);
        assert_eq!(
            terms.cut("《责任规定》的责任", |_| true),
            [("《责任规定》的", None), ("责任", Some(term(1)))]
        );
    }

    #[test]
    fn no_text_has_no_pieces() {
        assert_eq!(terms(&[]).cut("", |_| true), []);
    }
}
