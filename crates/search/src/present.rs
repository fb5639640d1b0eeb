//! Results as people see them: snippets, marks, notices, JSON.
//!
//! Shared by both engines, so that `zhize search` and the page say the same.

use crate::analysis::{Analyzer, TokenKind};
use crate::format::docs::{PageCard, UnitText};
use crate::format::names::{Name, NameEntry};
use crate::format::terms::LexiconKind;
use crate::json::JsonWriter;
use crate::order;
use crate::plan::{Level, Plan, PlanTerm, TermKind};
use crate::rank::RankedPage;
use crate::reference::Reference;
use crate::request::Request;

/// About how long a snippet is, in characters.
const SNIPPET_CHARS: usize = 110;
/// How many characters stand before the first mark of a snippet.
const LEAD_CHARS: usize = 24;
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
    match request.more {
        true => MORE_PLACES,
        false if units <= SMALL_INDEX => MORE_PLACES_UNASKED,
        false => 0,
    }
}

/// Everything that a query found, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// The query as typed.
    pub query: String,
    /// How many pages fulfil the strictest level that any fulfils.
    pub total: usize,
    /// How many more pages hold a part of the query; they come after.
    pub looser: usize,
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

/// Something that the reader should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A stable word for scripts.
    pub kind: &'static str,
    /// A sentence for readers.
    pub text: String,
    /// What of the query or the index is in the sentence, in its order, for who
    /// says it in another language.
    pub values: Vec<String>,
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

/// Something to choose while typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// As readers see it.
    pub text: String,
    /// What of it was typed, in UTF-16 code units.
    pub marks: Vec<(usize, usize)>,
    /// Address relative to the site's root; empty for another query.
    pub url: String,
    /// What it is, as readers see it.
    pub label: String,
    /// A stable word for scripts: `name`, `article`, `query`.
    pub kind: &'static str,
}

impl Proposal {
    /// An article that the query refers to.
    pub fn article(hit: &Hit) -> Self {
        let title = hit.card.names.first().map_or("", String::as_str);
        Self {
            text: format!("《{title}》{}", hit.place.label),
            marks: Vec::new(),
            url: format!("{}#{}", hit.card.url, hit.place.anchor),
            label: "条文".to_owned(),
            kind: "article",
        }
    }

    /// Another query.
    pub fn query(suggestion: Suggestion) -> Self {
        Self {
            text: suggestion.query,
            marks: Vec::new(),
            url: String::new(),
            label: "查找".to_owned(),
            kind: "query",
        }
    }

    /// As JSON.
    pub fn write(&self, w: &mut JsonWriter) {
        w.key("text").string(&self.text);
        w.key("marks").ranges(&self.marks);
        w.key("url").string(&self.url);
        w.key("label").string(&self.label);
        w.key("kind").string(self.kind);
    }
}

/// Names with the entries that lead to them, each name once.
pub fn proposals(named: &[(&Name, &NameEntry)], key: &str) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = Vec::new();
    for (name, entry) in named {
        // One page is proposed once, by its best name.
        let is_known = |known: &Proposal| known.text == name.text || known.url == name.url;
        if proposals.iter().any(is_known) {
            continue;
        }
        // What was typed in characters stands in the name; letters don't.
        let at = entry.start as usize;
        let before: String = name.text.chars().take(at).collect();
        let rest = &name.text[before.len()..];
        let marks = match rest.starts_with(key) {
            true => vec![(utf16_len(&before), utf16_len(&before) + utf16_len(key))],
            false => Vec::new(),
        };
        proposals.push(Proposal {
            text: name.text.clone(),
            marks,
            url: name.url.clone(),
            label: name.label.clone(),
            kind: "name",
        });
    }
    proposals
}

/// Proposals as JSON.
pub fn proposals_to_json(query: &str, proposals: &[Proposal]) -> String {
    let mut w = JsonWriter::default();
    w.object(|w| {
        w.key("query").string(query);
        w.key("suggestions").array(|w| {
            for proposal in proposals {
                w.object(|w| proposal.write(w));
            }
        });
    });
    w.finish()
}

/// What a score is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// They add up to the score.
    pub parts: Vec<Part>,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is for.
    pub kind: PartKind,
    /// The term, of a part for one; else empty.
    pub term: String,
    /// Points.
    pub points: f32,
}

/// What a part of a score is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A term in the text.
    Body,
    /// A term in the headings above.
    Heading,
    /// Other hits of the page.
    Page,
    /// A name that the query holds a share of.
    Title,
    /// A name that is what was typed.
    Navigation,
    /// Taken off a page that is not in force.
    Repealed,
}

impl PartKind {
    /// A stable word for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Heading => "heading",
            Self::Page => "page",
            Self::Title => "title",
            Self::Navigation => "navigation",
            Self::Repealed => "repealed",
        }
    }
}

impl Part {
    /// For readers.
    pub fn label(&self) -> String {
        let words = match self.kind {
            PartKind::Body => return format!("正文中的“{}”", self.term),
            PartKind::Heading => return format!("标题中的“{}”", self.term),
            PartKind::Page => "本篇其他命中",
            PartKind::Title => "篇名与查询相符",
            PartKind::Navigation => "查询就是篇名",
            PartKind::Repealed => "已失效，得分打折",
        };
        words.to_owned()
    }
}

impl Explanation {
    /// Of a page's best place: for each term its points in text and headings,
    /// then what the page adds.
    pub fn new<'a>(
        terms: impl Iterator<Item = (&'a PlanTerm, f32, f32)>,
        page: &RankedPage,
    ) -> Self {
        let mut parts = Vec::new();
        let mut add = |kind, term: &str, points: f32| {
            if points != 0.0 {
                let term = term.to_owned();
                parts.push(Part { kind, term, points });
            }
        };
        for (term, body, heading) in terms {
            add(PartKind::Body, &term.term, body);
            add(PartKind::Heading, &term.term, heading);
        }
        let context = &page.context;
        add(PartKind::Page, "", context.page);
        add(PartKind::Title, "", context.title);
        add(PartKind::Navigation, "", context.navigation);
        let total: f32 = parts.iter().map(|part| part.points).sum();
        if context.factor != 1.0 {
            parts.push(Part {
                kind: PartKind::Repealed,
                term: String::new(),
                points: total * (context.factor - 1.0),
            });
        }
        Self { parts }
    }
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
#[derive(Clone, Debug, PartialEq)]
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

/// What to mark in texts.
#[derive(Clone, Debug)]
pub struct Marker<'a> {
    plan: &'a Plan,
    /// Whether the query has words, and not only pairs across borders.
    has_words: bool,
}

impl<'a> Marker<'a> {
    /// Marks what `plan` looks up.
    pub fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            has_words: plan.terms.iter().any(|t| t.is_word),
        }
    }

    /// Byte ranges to mark, ascending and apart, each with its weight.
    ///
    /// A pair across the border of two words joins their marks, but is no mark
    /// by itself: in 监督责任 the pair 督责 belongs, in 履责、督责 it is another
    /// word.
    fn ranges(&self, text: &str, analyzer: &mut Analyzer) -> Vec<(usize, usize, f32)> {
        let mut ranges: Vec<(usize, usize, f32, bool)> = Vec::new();
        let mut push = |(start, end): (u32, u32), weight: f32, is_word: bool| {
            let (start, end) = (start as usize, end as usize);
            match ranges.last_mut() {
                Some(last) if start <= last.1 => {
                    last.0 = last.0.min(start);
                    last.1 = last.1.max(end);
                    last.2 += weight;
                    last.3 |= is_word;
                }
                _ => ranges.push((start, end, weight, is_word)),
            }
        };
        // A pair that holds a looked-up character marks only that character.
        let first_char = |range: (u32, u32)| {
            let rest = &text[range.0 as usize..];
            let len = rest.chars().next().map_or(0, char::len_utf8);
            (range.0, range.0 + len as u32)
        };
        let last_char = |range: (u32, u32)| {
            let rest = &text[..range.1 as usize];
            let len = rest.chars().next_back().map_or(0, char::len_utf8);
            (range.1 - len as u32, range.1)
        };
        analyzer.for_each_token(text, |term, kind, _, range| {
            if kind == TokenKind::Word {
                return;
            }
            for (at, wanted) in self.plan.terms.iter().enumerate() {
                // Too common to be looked up is too common to be marked.
                if self.plan.skipped >> at & 1 == 1 {
                    continue;
                }
                match wanted.kind {
                    TermKind::Exact if wanted.term == term => {
                        push(range, wanted.weight.max(0.1), wanted.is_word);
                    }
                    TermKind::Prefix if term.starts_with(wanted.term.as_str()) => {
                        push(first_char(range), wanted.weight, true);
                    }
                    TermKind::Prefix
                        if kind == TokenKind::Pair && term.ends_with(wanted.term.as_str()) =>
                    {
                        push(last_char(range), wanted.weight, true);
                    }
                    _ => {}
                }
            }
        });
        ranges
            .into_iter()
            .filter(|(.., is_word)| *is_word || !self.has_words)
            .map(|(start, end, weight, _)| (start, end, weight))
            .collect()
    }
}

fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn to_utf16(text: &str, ranges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut at = (0, 0);
    let mut units = |byte: usize| {
        at = (byte, at.1 + utf16_len(&text[at.0..byte]));
        at.1
    };
    ranges
        .iter()
        .map(|&(start, end)| (units(start), units(end)))
        .collect()
}

/// A part of `text` around its best marks, with the marks and where in `text`
/// the first of them stands.
///
/// The part begins at the start of a sentence when one is near.
fn snippet(
    text: &str,
    ranges: &[(usize, usize, f32)],
) -> (String, Vec<(usize, usize)>, Option<usize>) {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let char_at = |byte: usize| starts.partition_point(|&start| start < byte);
    let byte_at = |index: usize| starts.get(index).copied().unwrap_or(text.len());
    let mut first = 0;
    if starts.len() > SNIPPET_CHARS {
        // The window that begins before a mark and holds the most weight; of
        // equals the first.
        let mut best = -1.0;
        for (i, &(start, _, _)) in ranges.iter().enumerate() {
            let from = char_at(start).saturating_sub(LEAD_CHARS);
            let to = byte_at(from + SNIPPET_CHARS);
            let weight: f32 = ranges[i..]
                .iter()
                .take_while(|r| r.1 <= to)
                .map(|r| r.2)
                .sum();
            if weight > best {
                best = weight;
                first = from;
            }
        }
        first = first.min(starts.len() - SNIPPET_CHARS.min(starts.len()));
        // Begin after the nearest full stop within the lead, if there is one.
        let lead = &text[byte_at(first)..byte_at(first + LEAD_CHARS)];
        if first > 0
            && let Some((at, stop)) = lead
                .char_indices()
                .rfind(|(_, ch)| matches!(ch, '。' | '；' | '\n' | '：'))
        {
            first = char_at(byte_at(first) + at + stop.len_utf8());
        }
    }
    let from = byte_at(first);
    let mut to = byte_at(first + SNIPPET_CHARS);
    // Don't end inside a mark: a few characters more say more.
    if let Some(cut) = ranges.iter().find(|r| r.0 < to && r.1 > to) {
        to = cut.1;
    }
    let mut out = String::new();
    if from > 0 {
        out.push('…');
    }
    let shift = out.len();
    // Line breaks become spaces of the same length in bytes.
    out.extend(text[from..to].chars().map(|ch| match ch {
        '\n' | '\t' => ' ',
        ch => ch,
    }));
    if to < text.len() {
        out.push('…');
    }
    let first_mark = ranges
        .iter()
        .map(|r| r.0)
        .find(|at| (from..to).contains(at));
    let marks: Vec<_> = ranges
        .iter()
        .filter(|r| r.0 < to && r.1 > from)
        .map(|r| (r.0.max(from) - from + shift, r.1.min(to) - from + shift))
        .collect();
    let marks = to_utf16(&out, &marks);
    (out, marks, first_mark)
}

/// Presents a place. Its anchor is that of the paragraph or item in which the
/// first mark of the snippet stands, or the one that the query refers to.
pub fn place(unit: &UnitText, score: f32, marker: &Marker, analyzer: &mut Analyzer) -> Place {
    let mut ranges = marker.ranges(&unit.text, analyzer);
    let (mut anchor, mut label) = (unit.anchor.as_str(), unit.label.clone());
    let refers = |reference: &&Reference| {
        let number = anchor.strip_prefix("art-");
        number == Some(&reference.article)
    };
    let reference = marker.plan.references.iter().find(refers);
    let mut text = unit.text.as_str();
    if let Some(reference) = reference {
        anchor = reference.anchor(anchor, &unit.places);
        let at = unit.places.iter().find(|(_, known)| known == anchor);
        if let Some((at, _)) = at {
            // The part that was meant is what is shown.
            let at = *at as usize;
            text = text.get(at..).unwrap_or_default();
            ranges.retain(|range| range.0 >= at);
            ranges.iter_mut().for_each(|range| {
                range.0 -= at;
                range.1 -= at;
            });
            label = reference.label();
        }
    }
    let (snippet, marks, first_mark) = snippet(text, &ranges);
    if let (None, Some(first_mark)) = (reference, first_mark) {
        let place = unit.anchor_at(first_mark);
        // An article's first paragraph is where the article is.
        let is_first = place.strip_prefix(anchor) == Some("-para-1");
        anchor = if is_first { anchor } else { place };
    }
    Place {
        anchor: anchor.to_owned(),
        label,
        cited: unit.cited,
        score,
        snippet,
        marks,
    }
}

/// Presents a page with its places, best first.
///
/// `status` is the page's validity on the day of the request.
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
        for text in [&unit.text, &unit.label] {
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
    Hit {
        title_marks: to_utf16(title, &title_ranges),
        card: PageCard {
            status: status.to_owned(),
            ..card.clone()
        },
        group: page.group.code(),
        level: page.level,
        explain,
        place: first,
        terms,
        further: page.places.len() - 1,
        more: places.collect(),
    }
}

/// A page's title and the article that a query names and this site has not:
/// whether the regulation has it is another matter, its text may not be held.
pub fn no_provision(card: &PageCard, reference: &Reference) -> (String, String) {
    let title = card.names.first().cloned().unwrap_or_default();
    (title, reference.label())
}

/// What a reader should know about how a query was taken: `level` is the
/// strictest that any page fulfils, `missing` are provisions that do not exist:
/// title and label.
pub fn notices(plan: &Plan, level: Option<Level>, missing: &[(String, String)]) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut say = |kind, text: String, values: Vec<String>| {
        notices.push(Notice { kind, text, values });
    };
    if plan.truncated {
        let text = "查询很长，只用了开头的一部分。";
        say("truncated", text.to_owned(), Vec::new());
    }
    if plan.malformed {
        let text = "括号、引号、OR 不成对，或没有这个筛选值，已按普通文字查找。";
        say("plain", text.to_owned(), Vec::new());
    }
    for ch in &plan.left_out {
        let text = format!("“{ch}”太常见，没有参加查找。");
        say("too-common", text, vec![ch.to_string()]);
    }
    for (title, label) in missing {
        let text = format!("本站没有收录《{title}》{label}。");
        say(
            "missing-provision",
            text,
            vec![title.clone(), label.clone()],
        );
    }
    for said in &plan.lexicon {
        let texts = said.texts.join("、");
        let (kind, text) = match said.kind {
            LexiconKind::Synonym => (
                "also-searched",
                format!("也查找了与“{}”同义的：{texts}。", said.word),
            ),
            LexiconKind::Superseded => (
                "superseded",
                format!("“{}”现称“{texts}”，已一并查找。", said.word),
            ),
            LexiconKind::Stop | LexiconKind::Weighted(_) => continue,
        };
        say(kind, text, vec![said.word.clone(), texts]);
    }
    // Qualifiers alone are a query too: they have a level.
    if plan.is_empty() && level.is_none() {
        let text = "请输入要查找的文字。";
        say("empty-query", text.to_owned(), Vec::new());
    }
    let relaxed = match level {
        None | Some(Level::All) => return notices,
        Some(Level::Words) => {
            "没有一处含有连在一起的全部文字，已拆成词语查找，排在前面的含有每个词。"
        }
        Some(Level::Most) => "没有一处含有全部词语，排在前面的含有其中大部分。",
        Some(Level::Any) => "没有一处含有大部分词语，下列结果只含有其中一部分。",
        Some(Level::Sentence) => {
            let text = "按长句查找：结果按相关程度排列，不要求含有全部词语。";
            say("sentence", text.to_owned(), Vec::new());
            return notices;
        }
    };
    say("relaxed", relaxed.to_owned(), Vec::new());
    notices
}

impl Results {
    /// As JSON, the form that `window.zhize.search` and `--json` give.
    pub fn to_json(&self) -> String {
        let mut w = JsonWriter::default();
        w.object(|w| {
            w.key("query").string(&self.query);
            w.key("total").integer(self.total);
            w.key("looser").integer(self.looser);
            w.key("mode").string(self.level.map_or("none", Level::code));
            w.key("notices").array(|w| {
                for notice in &self.notices {
                    w.object(|w| {
                        w.key("kind").string(notice.kind);
                        w.key("text").string(&notice.text);
                        w.key("values").array(|w| {
                            notice.values.iter().for_each(|value| w.string(value));
                        });
                    });
                }
            });
            if let Some(suggestion) = &self.suggestion {
                w.key("suggestion").object(|w| {
                    w.key("query").string(&suggestion.query);
                    w.key("reason").string(suggestion.reason.code());
                    w.key("used").boolean(suggestion.used);
                    w.key("alternatives").array(|w| {
                        for query in &suggestion.alternatives {
                            w.string(query);
                        }
                    });
                });
            }
            w.key("hits").array(|w| {
                for hit in &self.hits {
                    w.object(|w| hit.write(w));
                }
            });
            if let Some(facets) = &self.facets {
                w.key("facets").array(|w| {
                    for facet in facets {
                        w.object(|w| facet.write(w));
                    }
                });
            }
        });
        w.finish()
    }
}

impl Hit {
    fn write(&self, w: &mut JsonWriter) {
        let card = &self.card;
        w.key("id").string(&card.key);
        w.key("url").string(&card.url);
        w.key("title")
            .string(card.names.first().map_or("", String::as_str));
        w.key("titleMarks").ranges(&self.title_marks);
        w.key("type").string(&card.page_type);
        w.key("typeLabel").string(&card.type_label);
        w.key("meta").array(|w| {
            for fact in &card.meta {
                w.string(fact);
            }
        });
        w.key("date").string(&card.date);
        w.key("status").string(&card.status);
        w.key("group").string(self.group);
        w.key("level").string(self.level.code());
        self.place.write(w);
        w.key("terms").array(|w| {
            for term in &self.terms {
                w.string(term);
            }
        });
        w.key("further").integer(self.further);
        w.key("more").array(|w| {
            for place in &self.more {
                w.object(|w| place.write(w));
            }
        });
        if let Some(explanation) = &self.explain {
            // To the bit, for those who compare engines.
            w.key("scoreBits")
                .integer(self.place.score.to_bits() as usize);
            w.key("explain").array(|w| {
                for part in &explanation.parts {
                    w.object(|w| {
                        w.key("label").string(&part.label());
                        w.key("kind").string(part.kind.code());
                        w.key("term").string(&part.term);
                        w.key("points").score(part.points);
                    });
                }
            });
        }
    }
}

impl Place {
    fn write(&self, w: &mut JsonWriter) {
        w.key("anchor").string(&self.anchor);
        w.key("label").string(&self.label);
        w.key("cited").integer(self.cited as usize);
        w.key("score").score(self.score);
        w.key("snippet").string(&self.snippet);
        w.key("marks").ranges(&self.marks);
    }
}

impl FacetCounts {
    fn write(&self, w: &mut JsonWriter) {
        w.key("key").string(&self.key);
        w.key("label").string(&self.label);
        w.key("values").array(|w| {
            for (value, label, count) in &self.values {
                w.object(|w| {
                    w.key("value").string(value);
                    w.key("label").string(label);
                    w.key("count").integer(*count);
                });
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fold::Folder;
    use crate::plan::Analysed;
    use crate::plan::tests::Words;
    use crate::query::Query;

    fn present(query: &str, text: &str) -> Place {
        let folder = Folder::algorithmic();
        let mut analyzer = Analyzer::new(&folder);
        let words = ["监督", "责任", "巡视", "整改"];
        let plan = Analysed::new(&Query::parse(query, &[]), &mut analyzer).plan(&Words(&words));
        let unit = UnitText {
            text: text.into(),
            ..UnitText::default()
        };
        place(&unit, 1.0, &Marker::new(&plan), &mut analyzer)
    }

    fn marked(place: &Place) -> Vec<String> {
        let units: Vec<u16> = place.snippet.encode_utf16().collect();
        place
            .marks
            .iter()
            .map(|&(a, b)| String::from_utf16(&units[a..b]).unwrap())
            .collect()
    }

    #[test]
    fn neighbouring_pairs_are_one_mark() {
        let place = present("五必谈", "天津市建立“五必谈”制度，五必谈。");
        assert_eq!(marked(&place), ["五必谈", "五必谈"]);
    }

    #[test]
    fn a_pair_across_a_border_joins_but_is_no_mark() {
        let place = present("监督责任", "履责、督责，监督责任与责任");
        assert_eq!(marked(&place), ["监督责任", "责任"]);
    }

    #[test]
    fn a_single_character_is_marked_wherever_it_stands() {
        let place = present("责", "明责、履责与责任");
        assert_eq!(marked(&place), ["责", "责", "责"]);
    }

    #[test]
    fn long_texts_are_cut_around_the_best_marks() {
        let text = format!(
            "{}。𠀀前一句。巡视整改必谈，{}",
            "无关文字".repeat(80),
            "后文".repeat(100)
        );
        let place = present("巡视整改", &text);
        assert!(place.snippet.starts_with("…巡视整改"), "{}", place.snippet);
        assert!(place.snippet.ends_with('…'));
        assert_eq!(marked(&place), ["巡视整改"]);
    }

    #[test]
    fn a_snippet_does_not_end_inside_a_mark() {
        let text = format!("监督责任{}监督责任{}", "文".repeat(104), "文".repeat(90));
        let place = present("监督责任", &text);
        assert_eq!(marked(&place), ["监督责任", "监督责任"]);
    }

    #[test]
    fn marks_count_utf16_units() {
        let place = present("责任", "𠀀𠀀责任");
        assert_eq!(place.marks, [(4, 6)]);
    }
}
