//! References to provisions: 问责条例第七条第二款, 民法典54条, 第１２０条之三.
//!
//! References are parsed, not ranked: no weight of words finds 第五十四条 for
//! 54条.

use crate::format::terms::ARTICLE_MARK;
use crate::numerals;

/// A reference to an article, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// Folded characters before it, back to the beginning of the query or to
    /// the reference before: the name of a regulation stands at their end.
    pub before: Vec<Vec<char>>,
    /// Number of the article: `7`, `133-1`.
    pub article: String,
    /// Number of the 款.
    pub paragraph: Option<u32>,
    /// Number of the 项.
    pub item: Option<u32>,
}

impl Reference {
    /// The term under which the article is indexed.
    pub fn key(&self) -> String {
        article_key(&self.article)
    }

    /// Of an article's anchors the one that is meant: its own when it has no
    /// such part.
    pub fn anchor<'a>(&self, article: &'a str, places: &'a [(u32, String)]) -> &'a str {
        let item = self.item.map_or(String::new(), |n| format!("-item-{n}"));
        let paragraph = match self.paragraph {
            Some(n) => format!("-para-{n}"),
            // An item of the article's only list.
            None if self.item.is_some() => String::new(),
            None => return article,
        };
        let wanted = |anchor: &str| {
            let below = anchor.strip_prefix(article);
            below.is_some_and(|rest| rest.starts_with(&paragraph) && rest.ends_with(&item))
        };
        let place = places.iter().find(|(_, anchor)| wanted(anchor));
        place.map_or(article, |(_, anchor)| anchor)
    }

    /// As readers write it: 第七条第二款第（三）项.
    pub fn label(&self) -> String {
        let (main, of) = self.article.split_once('-').unwrap_or((&self.article, ""));
        let number = |text: &str| text.parse().map_or(String::new(), numerals::chinese);
        let mut label = format!("第{}条", number(main));
        if !of.is_empty() {
            label += &format!("之{}", number(of));
        }
        if let Some(paragraph) = self.paragraph {
            label += &format!("第{}款", numerals::chinese(paragraph));
        }
        if let Some(item) = self.item {
            label += &format!("第（{}）项", numerals::chinese(item));
        }
        label
    }
}

/// The key under which an article's number is indexed.
pub fn article_key(number: &str) -> String {
    format!("{ARTICLE_MARK}{number}")
}

/// The most references of one query that are looked up.
const MAX_REFERENCES: usize = 4;

/// Finds the references in a query's runs.
pub fn find(runs: &[Vec<char>]) -> Vec<Reference> {
    let mut references = Vec::new();
    let mut before: Vec<Vec<char>> = Vec::new();
    let mut run = 0;
    while run < runs.len() {
        let mut start = 0;
        let mut i = 0;
        while i < runs[run].len() {
            let mut cursor = Cursor { runs, run, at: i };
            let Some((mut reference, name_end)) = article(&mut cursor, i) else {
                i += 1;
                continue;
            };
            before.push(runs[run][start..name_end].to_vec());
            reference.before = std::mem::take(&mut before);
            reference.before.retain(|run| !run.is_empty());
            if references.len() < MAX_REFERENCES {
                references.push(reference);
            }
            // Going on after it, perhaps in a later run: 第（三）项.
            run = cursor.run;
            i = cursor.at;
            start = i;
        }
        if let Some(current) = runs.get(run) {
            before.push(current[start.min(current.len())..].to_vec());
        }
        run += 1;
    }
    references
}

/// A place in a sequence of runs.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    runs: &'a [Vec<char>],
    run: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a [char] {
        self.runs
            .get(self.run)
            .map_or(&[][..], |run| &run[self.at.min(run.len())..])
    }

    /// Takes `ch` if it stands here.
    fn take(&mut self, ch: char) -> bool {
        let here = self.rest().first() == Some(&ch);
        self.at += usize::from(here);
        here
    }

    /// Takes a number, in brackets or not: brackets have cut the runs.
    fn number(&mut self) -> Option<u32> {
        let rest = self.rest();
        let digits = numerals::digits_len(rest);
        if digits > 0 {
            self.at += digits;
            return (digits <= 4)
                .then(|| rest[..digits].iter().collect::<String>().parse().ok())?;
        }
        let len = numerals::chinese_len(rest);
        self.at += len;
        numerals::value(&rest[..len])
    }

    /// Goes to the next run when this one is at its end.
    fn over_border(&mut self) {
        if self.rest().is_empty() && self.run + 1 < self.runs.len() {
            self.run += 1;
            self.at = 0;
        }
    }

    /// Takes `第 n unit`, across brackets: 第（三）项.
    fn part(&mut self, unit: char) -> Option<u32> {
        let mut probe = *self;
        probe.over_border();
        if !probe.take('第') {
            // 第 may be left out before a bracket only after another part.
            return None;
        }
        probe.over_border();
        let number = probe.number().filter(|n| *n > 0)?;
        probe.over_border();
        if !probe.take(unit) {
            return None;
        }
        *self = probe;
        Some(number)
    }
}

/// An article's number at a place, with what follows; and where the name
/// before it ends.
fn article(cursor: &mut Cursor, start: usize) -> Option<(Reference, usize)> {
    let mut probe = *cursor;
    // 54条 without 第 only counts in digits: 三条 may be a count.
    let has_mark = probe.take('第');
    if !has_mark {
        let before = start.checked_sub(1).map(|at| cursor.runs[cursor.run][at]);
        let is_digit = |ch: &char| ch.is_ascii_digit();
        if !probe.rest().first().is_some_and(is_digit) || before.as_ref().is_some_and(is_digit) {
            return None;
        }
    }
    let main = probe.number().filter(|n| *n > 0)?;
    if !probe.take('条') {
        return None;
    }
    let mut number = main.to_string();
    let mut with_of = probe;
    if with_of.take('之')
        && let Some(of) = with_of.number().filter(|n| *n > 0)
    {
        probe = with_of;
        number += &format!("-{of}");
    }
    let paragraph = probe.part('款');
    let item = probe.part('项');
    *cursor = probe;
    Some((
        Reference {
            before: Vec::new(),
            article: number,
            paragraph,
            item,
        },
        start,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;
    use crate::analysis::fold::Folder;

    fn references(text: &str) -> Vec<Reference> {
        let folder = Folder::algorithmic();
        let runs = Analyzer::new(&folder).runs(text);
        find(&runs.into_iter().map(|run| run.chars).collect::<Vec<_>>())
    }

    fn labels(text: &str) -> Vec<String> {
        let found = references(text);
        let name = |r: &Reference| -> String { r.before.iter().flatten().collect() };
        found
            .iter()
            .map(|r| format!("{}|{}", name(r), r.label()))
            .collect()
    }

    #[test]
    fn references_in_every_form() {
        for text in [
            "民法典第五十四条",
            "民法典第54条",
            "民法典54条",
            "民法典第５４条",
            "《民法典》第五十四条",
            "民法典 第54条",
        ] {
            assert_eq!(labels(text), ["民法典|第五十四条"], "{text}");
        }
        assert_eq!(labels("刑法第一百二十条之三"), ["刑法|第一百二十条之三"]);
        assert_eq!(
            labels("《纪律处分条例》85条第二款第（三）项"),
            ["纪律处分条例|第八十五条第二款第（三）项"]
        );
        assert_eq!(labels("第七条第三项"), ["|第七条第（三）项"]);
        assert_eq!(
            labels("民法典第54条和刑法第7条的区别"),
            ["民法典|第五十四条", "和刑法|第七条"]
        );
    }

    #[test]
    fn counts_are_no_references() {
        for text in [
            "三条措施",
            "第三章",
            "2018年54",
            "十条",
            "条例第",
            "第0条",
            "第99999条",
        ] {
            assert_eq!(labels(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn parts_of_an_article_have_anchors() {
        let places = ["art-7-para-1", "art-7-para-2", "art-7-para-2-item-3"];
        let places: Vec<(u32, String)> = places.iter().map(|p| (0, p.to_string())).collect();
        let anchor = |text: &str| {
            let reference = references(text).remove(0);
            reference.anchor("art-7", &places).to_owned()
        };
        assert_eq!(anchor("第7条"), "art-7");
        assert_eq!(anchor("第7条第2款"), "art-7-para-2");
        assert_eq!(anchor("第7条第二款第（三）项"), "art-7-para-2-item-3");
        assert_eq!(anchor("第7条第三项"), "art-7-para-2-item-3");
        assert_eq!(anchor("第7条第9款"), "art-7");
    }
}
