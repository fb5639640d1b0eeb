//! Splits running text into marks, titles in 《》 and plain text.

use std::ops::Range;

use super::flat::FlatText;
use super::mark::{self, Bracketed};
use crate::body::text::joined;
use crate::body::tree::{Inline, Mark, WrittenLink};
use crate::chinese::han::title_end;
use crate::diag::{Diagnostic, FileId, Span, Spanned};

/// Maximum length of a mark in 〔〕, in characters.
const LONGEST_MARK: usize = 60;

/// The result of splitting a run of text.
#[derive(Debug, Default)]
pub struct Run {
    /// The text, split.
    pub inlines: Vec<Inline<WrittenLink>>,
    /// Locators of its marks.
    pub locators: Vec<Spanned<String>>,
    /// Malformed marks.
    pub diagnostics: Vec<Diagnostic>,
}

/// Splits the flat text from `start` on. Line ends in it become soft breaks.
///
/// A title in 《》 becomes a link whose destination is the title itself; only the
/// whole corpus can tell whether there is such a page. Inside links and
/// headings titles are left alone (`titles` is false).
pub fn cut(flat: &FlatText, start: usize, file: FileId, base: usize, titles: bool) -> Run {
    let text = flat.since(start);
    let place = |range: Range<usize>| {
        let source = flat.source(start + range.start..start + range.end);
        Span::new(file, base + source.start..base + source.end)
    };
    let mut run = Run::default();
    let mut plain_from = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(['〔', '《']) {
        let open = at + found;
        let inside = open + '《'.len_utf8();
        at = inside;
        if text[open..].starts_with('《') {
            let Some(end) = title_end(text, open).filter(|_| titles) else {
                continue;
            };
            push_text(&mut run.inlines, &text[plain_from..open]);
            run.inlines.push(title(&text[open..end], place(open..end)));
            at = end;
            plain_from = end;
        } else if let Some(length) = bounded_find(&text[inside..], '〕', LONGEST_MARK) {
            let end = inside + length + '〕'.len_utf8();
            match mark::read(&text[inside..inside + length]) {
                Bracketed::Mark(mark) => {
                    push_text(&mut run.inlines, &text[plain_from..open]);
                    let span = place(open..end);
                    run.locators.extend(locators(&mark, &span));
                    run.inlines.push(Inline::Mark(mark));
                    at = end;
                    plain_from = end;
                }
                Bracketed::Malformed => {
                    let meant = mark::meant(&text[inside..inside + length]);
                    run.locators
                        .extend(meant_locators(meant.as_deref(), &place(open..end)));
                    let found = malformed(place(open..end), &text[open..end], meant);
                    run.diagnostics.push(found);
                }
                Bracketed::Text => {}
            }
        }
    }
    push_text(&mut run.inlines, &text[plain_from..]);
    run
}

fn locators(mark: &Mark, span: &Span) -> Vec<Spanned<String>> {
    match mark {
        Mark::Stated(list) | Mark::Inferred(list) => list
            .iter()
            .map(|locator| Spanned::new(locator.clone(), span.clone()))
            .collect(),
        Mark::Editorial => Vec::new(),
    }
}

/// The locators of a mark that was meant, so that one run tells both that the
/// mark is malformed and that the source has no such paragraph.
pub fn meant_locators(meant: Option<&str>, span: &Span) -> Vec<Spanned<String>> {
    match meant.map(mark::read) {
        Some(Bracketed::Mark(mark)) => locators(&mark, span),
        _ => Vec::new(),
    }
}

/// The error for a mark that isn't one; `meant` is what it should be.
pub fn malformed(span: Span, was: &str, meant: Option<String>) -> Diagnostic {
    let found = Diagnostic::error("invalid-mark", span, "来源标记写法有误");
    match meant {
        Some(meant) => found
            .hint(format!("写作〔{meant}〕"))
            .replace(was, format!("〔{meant}〕")),
        None => found.hint(
            "写作〔P8〕、〔P4、P6〕、〔推断：P8〕或〔编注〕：字母 P 大写，以顿号分隔，冒号用全角，不加空格",
        ),
    }
}

fn bounded_find(text: &str, wanted: char, longest: usize) -> Option<usize> {
    text.char_indices()
        .take(longest + 1)
        .find(|(_, c)| *c == wanted)
        .map(|(at, _)| at)
}

/// A title is a single text, even if the source breaks its line.
fn title(text: &str, span: Span) -> Inline<WrittenLink> {
    let destination = joined(text);
    Inline::Link {
        content: vec![Inline::Text(destination.clone())],
        target: WrittenLink { destination, span },
    }
}

/// Adds text with its line ends as soft breaks.
fn push_text(inlines: &mut Vec<Inline<WrittenLink>>, text: &str) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            inlines.push(Inline::SoftBreak);
        }
        if !line.is_empty() {
            inlines.push(Inline::Text(line.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_text(text: &str) -> Run {
        let mut flat = FlatText::default();
        flat.push(text, 0..text.len());
        cut(&flat, 0, FileId(0), 100, true)
    }

    #[test]
    fn marks_titles_and_text_are_told_apart() {
        let run = cut_text("依据《关于〈五必谈〉的\n意见》（中发〔2019〕5号）谈话。〔P8〕");
        let shapes: Vec<String> = run
            .inlines
            .iter()
            .map(|inline| match inline {
                Inline::Text(text) => text.clone(),
                Inline::Link { target, content } => {
                    format!("{}/{}", target.destination, content.len())
                }
                Inline::Mark(Mark::Stated(list)) => format!("mark {}", list.join(" ")),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(
            shapes,
            [
                "依据",
                "《关于〈五必谈〉的意见》/1",
                "（中发〔2019〕5号）谈话。",
                "mark P8"
            ]
        );
        assert_eq!(run.locators[0].value, "P8");
        assert!(run.diagnostics.is_empty());
    }

    #[test]
    fn a_malformed_mark_stays_text_and_is_reported() {
        let run = cut_text("谈话。〔p8〕");
        assert_eq!(run.inlines, [Inline::Text("谈话。〔p8〕".to_owned())]);
        assert_eq!(run.diagnostics[0].span.range, 109..117);
    }
}
