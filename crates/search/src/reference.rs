//! References to provisions, 问责条例第七条第二款, 民法典54条, 第１２０条之三, and to
//! documents by their numbers, 中办发〔2020〕10号.
//!
//! References are parsed, not ranked: no term weights would find 第五十四条 for
//! 54条.

use crate::anchor::ProvisionKind::{Article, Item, Paragraph};
use crate::anchor::{Anchor, Number, Step};
use crate::numerals;

/// A reference to an article, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Folded characters before the reference, back to the previous reference
    /// or the beginning of the query. They end with the name of the regulation.
    pub before: Vec<Vec<char>>,
    /// Number of the article.
    pub article: Number,
    /// Number of the 款.
    pub paragraph: Option<u32>,
    /// Number of the 项.
    pub item: Option<u32>,
    /// Whether the query is this reference and nothing else.
    pub is_alone: bool,
    /// Whether the query is one reference, with or without a name, and ends with
    /// it.
    pub is_last: bool,
}

impl Reference {
    /// Whether the words before the reference only say that it is one within
    /// the same text (本法第七条), which says nothing in a query.
    fn is_to_itself(&self) -> bool {
        let name: String = self.before.last().into_iter().flatten().collect();
        let ends = |kind: &str| {
            let rest = name.strip_suffix(kind);
            rest.is_some_and(|rest| rest.ends_with('本') && !rest.ends_with("基本"))
        };
        ["法", "条例", "规定", "办法", "细则", "规则"]
            .into_iter()
            .any(ends)
    }

    /// Whether the query is this reference and the name before it is one of a
    /// page's `names`, as it is or after the state or the party that it is a
    /// regulation of. `folded` folds a name.
    pub fn is_query(&self, names: &[String], folded: impl Fn(&str) -> String) -> bool {
        let [name] = &self.before[..] else {
            return self.is_alone;
        };
        let name: String = name.iter().collect();
        let is_it = |full: &String| {
            let full = folded(full);
            let rest = full.strip_suffix(&name);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['国', '党']))
        };
        self.is_last && names.iter().any(is_it)
    }

    /// The 款 and the 项, if the reference has them.
    fn parts(&self) -> impl Iterator<Item = Step> {
        let paragraph = self.paragraph.map(|n| Step::plain(Paragraph, n));
        let item = self.item.map(|n| Step::plain(Item, n));
        paragraph.into_iter().chain(item)
    }

    /// The term under which the article is indexed.
    pub fn key(&self) -> String {
        article_key(self.article)
    }

    /// Whether an anchor is the article's own.
    pub fn is_to(&self, anchor: &str) -> bool {
        anchor == Anchor("").child(Article, Some(self.article))
    }

    /// Selects the anchor that the reference means from those of an article;
    /// the article's own if there is no such paragraph or item.
    pub fn anchor<'a>(&self, article: &'a str, places: &'a [(u32, String)]) -> &'a str {
        // References to an item of the article's only list omit the 款.
        let mut wanted = String::new();
        for step in self.parts() {
            wanted = Anchor(&wanted).child(step.kind, step.number);
        }
        if wanted.is_empty() {
            return article;
        }
        let is_wanted = |anchor: &str| {
            let below = anchor.strip_prefix(article);
            let above = below.and_then(|below| below.strip_suffix(wanted.as_str()));
            above.is_some_and(|above| above.ends_with('-'))
        };
        let place = places.iter().find(|(_, anchor)| is_wanted(anchor));
        place.map_or(article, |(_, anchor)| anchor)
    }

    /// The reference as citations write it: 第七条第二款第三项.
    pub fn label(&self) -> String {
        let article = Some(self.article);
        let article = Step {
            kind: Article,
            number: article,
        };
        let steps = std::iter::once(article).chain(self.parts());
        steps.map(|step| step.words()).collect()
    }
}

/// First character of the keys for articles by number.
const ARTICLE_MARK: char = '#';

/// The key under which an article with this number is indexed.
pub fn article_key(number: Number) -> String {
    let mut key = String::from(ARTICLE_MARK);
    key += &number.anchor();
    key
}

/// The maximum number of references in a query that are looked up.
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
            if references.len() < MAX_REFERENCES && !reference.is_to_itself() {
                references.push(reference);
            }
            // Continue after the reference, perhaps in a later run: 第（三）项.
            run = cursor.run;
            i = cursor.at;
            start = i;
        }
        if let Some(current) = runs.get(run) {
            before.push(current[start.min(current.len())..].to_vec());
        }
        run += 1;
    }
    if let [only] = &mut references[..] {
        only.is_last = before.iter().all(Vec::is_empty);
        only.is_alone = only.before.is_empty() && only.is_last;
    }
    references
}

/// A position in a sequence of runs.
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

    /// Consumes `ch` if it is next.
    fn take(&mut self, ch: char) -> bool {
        let here = self.rest().first() == Some(&ch);
        self.at += usize::from(here);
        here
    }

    /// Consumes a number. Brackets around it have already split the runs.
    fn number(&mut self) -> Option<u32> {
        let rest = self.rest();
        let digits = numerals::digits_len(rest);
        if digits > 0 {
            self.at += digits;
            return (digits <= 4)
                .then(|| rest[..digits].iter().collect::<String>().parse().ok())?;
        }
        let is_numeral = |ch: &&char| numerals::is_numeral(**ch);
        let len = rest.iter().take_while(is_numeral).count();
        self.at += len;
        numerals::value(&rest[..len])
    }

    /// Moves to the next run if this one is at its end.
    fn over_border(&mut self) {
        if self.rest().is_empty() && self.run + 1 < self.runs.len() {
            self.run += 1;
            self.at = 0;
        }
    }

    /// Consumes `第 n unit`, even across brackets: 第（三）项.
    fn part(&mut self, unit: char) -> Option<u32> {
        let mut probe = *self;
        probe.over_border();
        if !probe.take('第') {
            // 第 may be missing before a bracket, but only after another part.
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

/// Parses a reference at the current position. Also returns where the name
/// before it ends.
fn article(cursor: &mut Cursor, start: usize) -> Option<(Reference, usize)> {
    let mut probe = *cursor;
    // Without 第, only numbers in digits are references, like 54条: 三条 may be
    // a count.
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
    let mut number = Number::plain(main);
    let mut with_of = probe;
    if with_of.take('之')
        && let Some(of) = with_of.number().filter(|n| *n > 0)
    {
        probe = with_of;
        number.insertion = Some(of);
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
            is_alone: false,
            is_last: false,
        },
        start,
    ))
}

/// Brackets that open around the year of a document number.
pub const OPENING: [char; 6] = ['〔', '[', '［', '（', '(', '【'];

/// Brackets that close around it, in the same order.
pub const CLOSING: [char; 6] = ['〕', ']', '］', '）', ')', '】'];

/// Words before a document number that don't belong to it.
const LEADS: [&str; 6] = ["根据", "依据", "按照", "依照", "参照", "关于"];

/// The range of a document number, including the letters or characters before
/// the year: 中办发〔2020〕10号. Brackets may be of any kind.
pub fn document_number(chars: &[char]) -> Option<(usize, usize)> {
    let is_digit = |ch: &char| ch.is_ascii_digit() || ('０'..='９').contains(ch);
    let digits = |from: usize| chars[from..].iter().take_while(|ch| is_digit(ch)).count();
    let open = (0..chars.len()).find(|&at| {
        OPENING.contains(&chars[at])
            && digits(at + 1) == 4
            && chars.get(at + 5).is_some_and(|ch| CLOSING.contains(ch))
    })?;
    let mut end = open + 6;
    end += usize::from(chars.get(end) == Some(&'第'));
    let number = digits(end.min(chars.len()));
    end += number;
    let before = &chars[..open];
    let letters = before.iter().rev().take_while(|ch| ch.is_alphanumeric());
    let mut from = open - letters.count();
    for lead in LEADS {
        if before[from..].iter().take(2).copied().eq(lead.chars()) {
            from += 2;
        }
    }
    (number > 0 && chars.get(end) == Some(&'号') && open - from > 1).then_some((from, end + 1))
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
    fn a_reference_by_a_whole_name_is_all_that_was_typed() {
        let names = ["中华人民共和国公证法".to_owned()];
        let is_query = |text: &str| {
            let found = references(text);
            found.iter().any(|r| r.is_query(&names, str::to_owned))
        };
        for text in ["公证法第三十九条", "《中华人民共和国公证法》第39条第二款"]
        {
            assert!(is_query(text), "{text}");
        }
        // Cut out of a text: at its beginning, at its end, behind other words.
        for text in [
            "证法第三十九条",
            "公证法第三十九条规",
            "依照公证法第三十九条",
        ] {
            assert!(!is_query(text), "{text}");
        }
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
            "民法典第伍拾肆条",
        ] {
            assert_eq!(labels(text), ["民法典|第五十四条"], "{text}");
        }
        assert_eq!(labels("刑法第一百二十条之三"), ["刑法|第一百二十条之三"]);
        assert_eq!(
            labels("《纪律处分条例》85条第二款第（三）项"),
            ["纪律处分条例|第八十五条第二款第三项"]
        );
        assert_eq!(labels("第七条第三项"), ["|第七条第三项"]);
        assert_eq!(
            labels("民法典第54条和刑法第7条的区别"),
            ["民法典|第五十四条", "和刑法|第七条"]
        );
    }

    #[test]
    fn a_reference_within_a_text_says_nothing_in_a_query() {
        for text in ["本法第51条的规定", "违反本条例第二十条", "依照本办法第7条"]
        {
            assert_eq!(labels(text), [""; 0], "{text}");
        }
        assert_eq!(labels("澳门基本法第5条"), ["澳门基本法|第五条"]);
    }

    #[test]
    fn a_reference_is_alone_if_nothing_else_is_typed() {
        let alone = |text: &str| references(text)[0].is_alone;
        assert!(alone("第7条第2款") && alone("《第7条》") && alone("54条"));
        assert!(!alone("例第59条") && !alone("第7条的规定") && !alone("第7条 第8条"));
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
