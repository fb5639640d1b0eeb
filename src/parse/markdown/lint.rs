//! Finds things an editor should look at in a body that is formally correct.

use std::ops::Range;

use super::super::table::PLACEHOLDER;
use super::characters;
use super::flat::FlatText;
use super::inline::{malformed, meant_locators};
use super::mark;
use crate::body::tree::{Inline, WrittenLink};
use crate::chinese::damage::{self, Brackets, Damage};
use crate::diag::{Diagnostic, FileId, Span, Spanned};

/// What is required of a body beyond its form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// Every paragraph must state where it comes from.
    pub locators: bool,
    /// The text must show no trace of damage.
    pub soundness: bool,
    /// HTML is passed through, so it is no mistake.
    pub html: bool,
    /// The body is a regulation pasted as plain paragraphs: what Markdown would
    /// read as ordered lists and indented code is text as written.
    pub provisions: bool,
}

/// The kind of a stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Paragraph,
    /// The text of a tight list item.
    ListItem,
    /// All cells of a table row.
    TableRow,
    Heading,
    /// A paragraph that was meant to be something else: whether it has a mark
    /// can't be said.
    Mistaken,
}

/// Most bytes in brackets that are taken for a mark.
const LONGEST_ATTEMPT: usize = 60;

/// The findings of one body.
pub struct Lints {
    file: FileId,
    base: usize,
    demands: Demands,
    brackets: Brackets,
    damage: Vec<Damage>,
    diagnostics: Vec<Diagnostic>,
    /// Locators of marks in wrong brackets.
    pub locators: Vec<Spanned<String>>,
}

impl Lints {
    /// Creates the lints for the body that begins at byte `base` of `file`.
    pub fn new(file: FileId, base: usize, demands: Demands) -> Self {
        Self {
            file,
            base,
            demands,
            brackets: Brackets::default(),
            damage: Vec::new(),
            diagnostics: Vec::new(),
            locators: Vec::new(),
        }
    }

    /// Checks the text that begins at `start` of the flat text.
    pub fn text(
        &mut self,
        flat: &FlatText,
        start: usize,
        content: &[Inline<WrittenLink>],
        place: Place,
    ) {
        let text = flat.since(start);
        self.stray(flat, start);
        if self.demands.soundness {
            let found = damage::traces(text)
                .into_iter()
                .map(|damage| damage.moved(start));
            self.damage.extend(found);
            self.damage.extend(self.brackets.paragraph(text, start));
        } else {
            let found = damage::unknown(text).into_iter();
            self.damage.extend(found.map(|damage| damage.moved(start)));
        }
        if self.demands.locators {
            let attempts = self.attempts(flat, start);
            self.characters(flat, start, &attempts, place);
            if !matches!(place, Place::Heading | Place::Mistaken) {
                self.locator(flat, start, content, place, &attempts);
            }
        }
    }

    /// Finds marks in other brackets: [P8], （P8）, 【P8】. Returns the ranges of
    /// everything in the text that was meant as a mark.
    fn attempts(&mut self, flat: &FlatText, start: usize) -> Vec<Range<usize>> {
        let text = flat.since(start);
        let mut attempts = Vec::new();
        for (at, open) in text.match_indices(['[', '［', '(', '（', '【', '〔']) {
            let inside = at + open.len();
            let Some(length) = text[inside..].find([']', '］', ')', '）', '】', '〕']) else {
                continue;
            };
            let meant = mark::meant(&text[inside..inside + length]);
            let close = text[inside + length..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
            let range = at..inside + length + close;
            let Some(meant) = meant.filter(|_| length <= LONGEST_ATTEMPT) else {
                if open == "〔" && text[inside..inside + length].starts_with("推断") {
                    attempts.push(range);
                }
                continue;
            };
            // Malformed marks in the right brackets are found where text is
            // split.
            if open != "〔" {
                let span = self.span(flat, start + range.start, start + range.end);
                self.locators.extend(meant_locators(Some(&meant), &span));
                self.diagnostics
                    .push(malformed(span, &text[range.clone()], Some(meant)));
            }
            attempts.push(range);
        }
        attempts
    }

    /// Finds characters of the wrong width or script.
    fn characters(&mut self, flat: &FlatText, start: usize, except: &[Range<usize>], place: Place) {
        let text = flat.since(start);
        // The sign of an item is changed as a whole.
        let is_sign = |range: &Range<usize>| {
            let begins = text[..range.start].trim_end_matches([' ', '\u{3000}']);
            let follows = text[range.end..].starts_with(['、', '．', '）']);
            place == Place::Mistaken && follows && (begins.is_empty() || begins.ends_with('\n'))
        };
        // What may be damaged isn't only typed wrongly.
        let damaged = joined(damage::traces(text).into_iter().map(|damage| damage.range));
        let except = joined(except.iter().cloned());
        let garbled = !damaged.is_empty();
        for slip in characters::slips(text) {
            let Range {
                start: from,
                end: to,
            } = slip.range;
            let after = except.partition_point(|range| range.end <= from);
            let is_attempt = except.get(after).is_some_and(|range| range.start < to);
            let after = damaged.partition_point(|range| range.end < from);
            let is_damaged = damaged.get(after).is_some_and(|range| range.start <= to);
            let is_other = is_attempt || is_damaged;
            // Garbled text has rare characters of every kind.
            let is_garbled = garbled && slip.is_traditional();
            if !is_garbled && !is_other && !is_sign(&slip.range) {
                let span = self.span(flat, start + slip.range.start, start + slip.range.end);
                let was = text[slip.range.clone()].to_owned();
                self.diagnostics.push(slip.into_diagnostic(span, &was));
            }
        }
    }

    /// Markup that stayed text: it is shown as typed.
    fn stray(&mut self, flat: &FlatText, start: usize) {
        let text = flat.since(start);
        for (mark, is_stray, message, hint) in STRAY {
            let mut places = text.match_indices(mark).map(|(at, _)| at);
            let Some(at) = places.find(|at| is_stray(text, *at)) else {
                continue;
            };
            let span = self.span(flat, start + at, start + at + mark.len());
            self.diagnostics
                .push(Diagnostic::warning("stray-emphasis", span, message).hint(hint));
        }
    }

    fn locator(
        &mut self,
        flat: &FlatText,
        start: usize,
        content: &[Inline<WrittenLink>],
        place: Place,
        attempts: &[Range<usize>],
    ) {
        let text = flat.since(start).trim_end();
        let last = text.trim_end_matches(closes).len();
        if attempts
            .iter()
            .any(|range| range.end == last || place == Place::TableRow)
        {
            return;
        }
        let introduces = text.ends_with(['：', ':']);
        if text.is_empty() || introduces || text.contains(PLACEHOLDER) {
            return;
        }
        let marked = match place {
            // The mark of a row may be in any of its cells.
            Place::TableRow => content.iter().any(|c| matches!(c, Inline::Mark(_))),
            _ => ends_with_mark(content),
        };
        if marked {
            return;
        }
        let what = match place {
            Place::ListItem => "列表项",
            Place::TableRow => "表格行",
            _ => "段落",
        };
        let end = start + text.len();
        let last = text.chars().next_back().map_or(0, char::len_utf8);
        let span = self.span(flat, end - last, end);
        self.diagnostics.push(unmarked(span, what));
    }

    fn span(&self, flat: &FlatText, start: usize, end: usize) -> Span {
        let source = flat.source(start..end);
        Span::new(self.file, self.base + source.start..self.base + source.end)
    }

    /// All findings, including quotations that were never closed.
    pub fn finish(mut self, flat: &FlatText) -> Vec<Diagnostic> {
        let brackets = std::mem::take(&mut self.brackets);
        let mut damage = std::mem::take(&mut self.damage);
        damage.extend(brackets.finish());
        for one in damage {
            let span = self.span(flat, one.range.start, one.range.end);
            self.diagnostics
                .push(one.into_diagnostic(flat.since(0), span));
        }
        self.diagnostics
    }
}

/// The warning about a text without a mark; `what` it is.
pub fn unmarked(span: Span, what: &str) -> Diagnostic {
    Diagnostic::warning("missing-locator", span, format!("该{what}未注明出处"))
        .label("在此处写来源标记")
        .hint("原文载明的写〔P8〕；本站推断的写〔推断：P8〕；说明本站编排的写〔编注〕")
}

/// Whether a character may stand between a mark and the end of its text.
pub fn closes(c: char) -> bool {
    c.is_whitespace() || "。；，！？…”’".contains(c)
}

/// Whether a mark at this byte of a text is markup that went wrong.
type IsStray = fn(&str, usize) -> bool;

/// Markup that Markdown reads as text, with its message and remedy.
const STRAY: [(&str, IsStray, &str, &str); 11] = [
    (
        "**",
        |_, _| true,
        "此处的 ** 未能识别为加粗，将原样显示",
        "将引号、括号等标点移至 ** 之外，如 “**五必谈**”；不需要加粗的，删去 **",
    ),
    (
        "*",
        |text, at| {
            is_alone(text, at, "*")
                && is_beside_punctuation(text, at)
                && text.matches('*').count() > 1
        },
        "此处的 * 未能识别为强调，将原样显示",
        "删去 *；需要加粗的，写作 **文字**，引号等标点置于 ** 之外",
    ),
    (
        "__",
        |text, at| is_alone(text, at, "__") && text[at + 2..].contains("__"),
        "此处的 __ 未能识别为加粗，将原样显示",
        "加粗写作 **文字**；不需要加粗的，删去 __",
    ),
    (
        "~~",
        |text, at| is_alone(text, at, "~~"),
        "不支持删除线，~~ 将原样显示",
        "删去 ~~；已删除的文字另作文字说明",
    ),
    (
        "~",
        |text, at| surrounds(text, at, "~"),
        "不支持删除线，~ 将原样显示",
        "删去 ~；已删除的文字另作文字说明",
    ),
    (
        "==",
        |text, at| surrounds(text, at, "=="),
        "不支持高亮，== 将原样显示",
        "删去 ==；需要突出的，写作 **文字**",
    ),
    (
        "++",
        |text, at| surrounds(text, at, "++"),
        "不支持下划线，++ 将原样显示",
        "删去 ++；需要突出的，写作 **文字**",
    ),
    (
        "^",
        |text, at| {
            let rest = &text[at + 1..];
            let raised = rest.find('^').map(|end| &rest[..end]);
            raised.is_some_and(|raised| {
                !raised.is_empty() && raised.chars().all(|c| c.is_ascii_alphanumeric())
            })
        },
        "不支持上标，^ 将原样显示",
        "删去 ^，改用上标字符，如 m²",
    ),
    (
        ":",
        |text, at| {
            let rest = &text[at + 1..];
            let name = rest.find(':').map(|end| &rest[..end]);
            let before = text[..at].chars().next_back();
            !before.is_some_and(|c| c.is_ascii_alphanumeric())
                && name.is_some_and(|name| {
                    name.starts_with(|c: char| c.is_ascii_lowercase())
                        && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                })
        },
        "不支持表情代码，将原样显示",
        "删去该代码",
    ),
    (
        "[^",
        |text, at| text[at..].contains(']'),
        "不支持脚注，将原样显示",
        "将脚注内容写入正文，置于括号内或另起一段",
    ),
    (
        "[",
        |text, at| at == 0 && (text.starts_with("[ ] ") || text.starts_with("[x] ")),
        "不支持待办列表，将原样显示",
        "删去 [ ]，以文字写明已办或未办",
    ),
];

/// Whether a mark has no further copy of itself beside it: ____ is a blank to
/// be filled in.
fn is_alone(text: &str, at: usize, mark: &str) -> bool {
    let same = mark.chars().next();
    text[..at].chars().next_back() != same && text[at + mark.len()..].chars().next() != same
}

/// Whether a mark opens what another one closes, as in ==高亮==. Numbers and
/// ASCII words beside a mark make it a range or a name: 3~5, C++.
fn surrounds(text: &str, at: usize, mark: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace();
    let rest = &text[at + mark.len()..];
    let inside = rest.find(mark).map(|end| &rest[..end]);
    is_alone(text, at, mark)
        && !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
        && inside.is_some_and(|inside| {
            !inside.is_empty() && !inside.starts_with(is_word) && !inside.ends_with(is_word)
        })
}

/// Whether a mark of one byte is next to punctuation that pairs: there Markdown
/// doesn't read it as emphasis.
fn is_beside_punctuation(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + 1..].chars().next();
    let pairs = |c: char| "“”‘’《》〈〉（）【】「」".contains(c);
    before.is_some_and(pairs) || after.is_some_and(pairs)
}

/// Whether text ends in a mark, not counting closing punctuation.
fn ends_with_mark(content: &[Inline<WrittenLink>]) -> bool {
    for inline in content.iter().rev() {
        match inline {
            Inline::Mark(_) => return true,
            Inline::SoftBreak | Inline::HardBreak => {}
            Inline::Text(text) => {
                let closing = |c: char| c.is_whitespace() || "。；，！？…”’）".contains(c);
                if !text.chars().all(closing) {
                    return false;
                }
            }
            Inline::Strong(inner) | Inline::Emphasis(inner) => return ends_with_mark(inner),
            _ => return false,
        }
    }
    false
}

/// Ranges in order of their beginnings; those that overlap become one, so that
/// they can be searched.
fn joined(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}
