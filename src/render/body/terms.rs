//! Terms explained where they occur: which words of a text are a term's name.
//!
//! The first occurrence of each term in a page is a link to the term, and what
//! the term means stands at the end of the text, to which the link's
//! description points: by keyboard, touch, on paper and without script.
//! Regulations stay as they were issued.

use std::collections::{BTreeMap, BTreeSet};

use crate::library::Library;
use crate::model::{PageId, PageType};

/// Shorter other names are words of everyday language.
const SHORTEST_OTHER_NAME: usize = 3;

/// Shorter titles too.
const SHORTEST_TITLE: usize = 2;

/// Names of terms, by their first character.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    /// The longest first.
    names: BTreeMap<char, Vec<(String, PageId)>>,
}

impl Terms {
    /// The names of all terms. One that two terms have explains nothing.
    pub fn of(library: &Library) -> Self {
        let mut owners: BTreeMap<String, BTreeSet<PageId>> = BTreeMap::new();
        for page in &library.pages {
            if page.page_type() != Some(PageType::Term) {
                continue;
            }
            let others = page.other_names.iter().map(|n| (n, SHORTEST_OTHER_NAME));
            for (name, shortest) in others.chain([(&page.title, SHORTEST_TITLE)]) {
                let name = name.trim_matches(['“', '”', '「', '」']);
                if name.chars().count() >= shortest {
                    owners.entry(name.to_owned()).or_default().insert(page.id);
                }
            }
        }
        let mut names: BTreeMap<char, Vec<(String, PageId)>> = BTreeMap::new();
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

    /// Cuts a text at the terms in it: each piece, and the term that it names.
    /// What stands in 《》 is somebody's title. A term is taken when `wanted`
    /// says so; the words of one that isn't are passed over whole, so that no
    /// shorter name in them is taken for another term.
    pub fn cut<'t>(
        &self,
        text: &'t str,
        mut wanted: impl FnMut(PageId) -> bool,
    ) -> Vec<(&'t str, Option<PageId>)> {
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

/// Where the explanation of a term stands on a page that uses it.
pub(crate) fn anchor(key: &str) -> String {
    format!("term--{}", key.replace('/', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(names: &[(&str, u32)]) -> Terms {
        let mut terms = Terms::default();
        for (name, id) in names {
            let first = name.chars().next().expect("a name");
            let sharing = terms.names.entry(first).or_default();
            sharing.push(((*name).to_owned(), PageId(*id)));
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
                ("责任链条", Some(PageId(2))),
                ("，压实", None),
                ("责任", Some(PageId(1))),
                ("。", None),
            ]
        );
    }

    #[test]
    fn what_is_not_wanted_is_passed_over_whole() {
        let terms = terms(&[("责任链条", 2), ("链条", 3)]);
        let text = "责任链条";
        assert_eq!(terms.cut(text, |id| id == PageId(3)), [(text, None)]);
    }

    #[test]
    fn titles_are_left_alone() {
        let terms = terms(&[("责任", 1)]);
        assert_eq!(
            terms.cut("《责任规定》的责任", |_| true),
            [("《责任规定》的", None), ("责任", Some(PageId(1)))]
        );
    }

    #[test]
    fn no_text_has_no_pieces() {
        assert_eq!(terms(&[]).cut("", |_| true), []);
    }
}
