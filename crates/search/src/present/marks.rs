//! Marks and snippets: where in a text the query occurs.

use crate::analysis::words::WORD_WEIGHT;
use crate::analysis::{Analyzer, TokenKind};
use crate::anchor::{Anchor, ProvisionKind, Step};
use crate::format::docs::UnitText;
use crate::order;
use crate::plan::{Plan, TermKind};

/// Approximate length of a snippet, in characters.
const SNIPPET_CHARS: usize = 110;

/// Number of characters before the first mark of a snippet.
const LEAD_CHARS: usize = 24;

/// Finds what to mark in texts.
#[derive(Clone, Debug)]
pub struct Marker<'a> {
    plan: &'a Plan,
    /// Whether the query has words, not just pairs across word boundaries.
    has_words: bool,
    /// Bit mask of terms that are not marked on their own: terms too common to
    /// be looked up, and terms of phrases, which are marked as a whole.
    unmarked: u64,
}

impl<'a> Marker<'a> {
    /// Creates a marker for the terms of `plan`.
    pub fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            has_words: plan.terms.iter().any(|t| t.is_word),
            unmarked: plan.skipped | plan.terms_of_long_phrases(),
        }
    }

    /// Non-overlapping byte ranges to mark, ascending, each with its weight.
    ///
    /// A pair across the boundary of two words joins their marks, but is not
    /// marked on its own: in 监督责任 the pair 督责 belongs to the match, in
    /// 履责、督责 it is a different word. Parts of a phrase aren't marked on
    /// their own either.
    pub(super) fn ranges(&self, text: &str, analyzer: &mut Analyzer) -> Vec<(usize, usize, f32)> {
        let mut marks: Vec<Mark> = Vec::new();
        let mut push = |(start, end): (u32, u32), weight: f32, is_word: bool| {
            let (start, end) = (start as usize, end as usize);
            marks.push(Mark {
                start,
                end,
                weight,
                is_word,
            });
        };
        for phrase in self
            .plan
            .phrases
            .iter()
            .filter(|phrase| !phrase.is_one_term())
        {
            for range in phrase.places_in(text, analyzer) {
                push(range, WORD_WEIGHT as f32, true);
            }
        }
        // If a pair was found by a single character, only mark that character.
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
                if self.unmarked >> at & 1 == 1 {
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
        joined(marks)
            .into_iter()
            .filter(|mark| mark.is_word || !self.has_words)
            .map(|mark| (mark.start, mark.end, mark.weight))
            .collect()
    }
}

/// A part of a text to be marked, as a byte range.
#[derive(Clone)]
struct Mark {
    start: usize,
    end: usize,
    weight: f32,
    /// Whether it is more than a pair across a word boundary.
    is_word: bool,
}

/// Sorts marks and joins those that touch.
fn joined(mut marks: Vec<Mark>) -> Vec<Mark> {
    order::sort_by(&mut marks, |a, b| a.start.cmp(&b.start));
    let mut joined: Vec<Mark> = Vec::new();
    for mark in marks {
        match joined.last_mut() {
            Some(last) if mark.start <= last.end => {
                last.end = last.end.max(mark.end);
                last.weight += mark.weight;
                last.is_word |= mark.is_word;
            }
            _ => joined.push(mark),
        }
    }
    joined
}

pub(super) fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

pub(super) fn to_utf16(text: &str, ranges: &[(usize, usize)]) -> Vec<(usize, usize)> {
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

/// The part of `text` around its best marks, the marks in that part, and the
/// offset in `text` of the first of them.
///
/// The part begins at the start of a sentence if one is near.
fn snippet(
    text: &str,
    ranges: &[(usize, usize, f32)],
) -> (String, Vec<(usize, usize)>, Option<usize>) {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let char_at = |byte: usize| starts.partition_point(|&start| start < byte);
    let byte_at = |index: usize| starts.get(index).copied().unwrap_or(text.len());
    let mut first = 0;
    if starts.len() > SNIPPET_CHARS {
        // Choose the window that starts before a mark and contains the most
        // weight; the first one if several do.
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
    // Don't end inside a mark: rather add a few characters.
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

/// A place in a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Anchor; empty for the beginning of the page.
    pub anchor: String,
    /// Name of the place.
    pub label: String,
    /// Number of places that refer to the unit.
    pub cited: u32,
    /// Score.
    pub score: f32,
    /// An excerpt of its text.
    pub snippet: String,
    /// Marks in the snippet, in UTF-16 code units.
    pub marks: Vec<(usize, usize)>,
}

/// Presents a place. Its anchor is the paragraph or item that the query refers
/// to, or the one that contains the first mark of the snippet.
pub fn place(unit: &UnitText, score: f32, marker: &Marker, analyzer: &mut Analyzer) -> Place {
    // A place without text shows its heading instead.
    let mut text = unit.text.as_str();
    if text.is_empty() {
        text = &unit.heading;
    }
    let mut ranges = marker.ranges(text, analyzer);
    let (mut anchor, mut label) = (unit.anchor.as_str(), unit.label.clone());
    let references = &marker.plan.references;
    let reference = references.iter().find(|reference| reference.is_to(anchor));
    if let Some(reference) = reference {
        anchor = reference.anchor(anchor, &unit.places);
        let at = unit.places.iter().find(|(_, known)| known == anchor);
        if let Some((at, _)) = at {
            // Show the part that the query refers to.
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
        // The first paragraph of an article is where the article's own anchor
        // is.
        let first = Step::plain(ProvisionKind::Paragraph, 1);
        let is_first = place == Anchor(anchor).child(first.kind, first.number);
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
        let analysed = Analysed::new(&Query::parse(query, &[], &folder), &mut analyzer);
        let consulted = analysed.consult(&Words(&words));
        let plan = consulted
            .leave_out_common(&Words(&words))
            .plan(&Words(&words));
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
    fn a_phrase_is_marked_alone_and_whole() {
        let text = "监督责任与责任，监督、责任";
        assert_eq!(marked(&present("“监督责任”", text)), ["监督责任"]);
        let place = present("“监督责任” 责任", text);
        assert_eq!(marked(&place), ["监督责任", "责任", "责任"]);
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
