//! Splits a body into lines: finds where the paragraphs of a regulation begin
//! and end.
//!
//! People paste paragraphs separated by blank lines or only by line breaks, or
//! with bold labels. From here on, each paragraph is one line without
//! surrounding space.

use crate::body::text::How;
use crate::body::tree::{Block, Inline, WrittenLink};
use crate::diag::{FileId, Span};

use crate::chinese::han::{compact, is_space};
use crate::structure::label::{self, Label, LabelKind};

/// A line, or a block that isn't one: a table, a quotation.
#[derive(Debug)]
pub enum Piece {
    /// A line of text.
    Line(Line),
    /// Anything else.
    Block(Block<WrittenLink>),
}

/// One paragraph of the regulation, or a heading.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its inline content.
    pub content: Vec<Inline<WrittenLink>>,
    /// Its text.
    pub text: String,
    /// Level and anchor, if it was a Markdown heading.
    pub heading: Option<(u8, String)>,
    /// Its location in the source.
    pub span: Span,
}

impl Line {
    fn new(
        mut content: Vec<Inline<WrittenLink>>,
        heading: Option<(u8, String)>,
        span: Span,
    ) -> Self {
        trim_start(&mut content);
        trim_end(&mut content);
        let text = How::WRITTEN.inline(&content).into_owned();
        Self {
            content,
            text,
            heading,
            span,
        }
    }

    /// Its text without any spaces: 总　则 becomes 总则.
    pub fn compact(&self) -> String {
        compact(&self.text)
    }

    /// Number of bytes of its text that may contain a label: those before any
    /// link or image.
    pub fn lead(&self) -> usize {
        fn lead(content: &[Inline<WrittenLink>]) -> (usize, bool) {
            let mut length = 0;
            for inline in content {
                match inline {
                    Inline::Text(text) => length += text.len(),
                    Inline::SoftBreak | Inline::HardBreak => length += 1,
                    Inline::Strong(inner) | Inline::Emphasis(inner) => {
                        let (inside, whole) = lead(inner);
                        length += inside;
                        if !whole {
                            return (length, false);
                        }
                    }
                    _ => return (length, false),
                }
            }
            (length, true)
        }
        lead(&self.content).0
    }

    /// The label at its beginning.
    pub fn label(&self) -> Option<Label> {
        let lead = self.lead();
        label::read(&self.text).filter(|label| label.length <= lead)
    }

    /// Removes the first bytes of its text and the space after them.
    pub fn take(&mut self, length: usize) -> String {
        let taken = self.text[..length].to_owned();
        strip(&mut self.content, length);
        self.text.drain(..length);
        trim_start(&mut self.content);
        let space = self.text.len() - self.text.trim_start_matches(is_space).len();
        self.text.drain(..space);
        taken
    }
}

/// Splits blocks into lines. `source` is the whole file's text, for locating
/// lines within a paragraph.
pub fn cut(blocks: Vec<Block<WrittenLink>>, source: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(blocks.len());
    for block in blocks {
        match block {
            Block::Paragraph { content, span } => paragraph(content, span, source, &mut pieces),
            Block::Heading {
                level,
                anchor,
                content,
                span,
            } => {
                let line = Line::new(content, Some((level, anchor)), span);
                pieces.push(Piece::Line(line));
            }
            other => pieces.push(Piece::Block(other)),
        }
    }
    pieces
}

fn paragraph(content: Vec<Inline<WrittenLink>>, span: Span, source: &str, pieces: &mut Vec<Piece>) {
    let places = Places::new(&span, source);
    for (content, span) in rows(content, &places) {
        let line = Line::new(content, None, span);
        if !line.text.is_empty() {
            pieces.push(Piece::Line(line));
        } else if !line.content.is_empty() {
            // An image, or marks alone, are not a paragraph of the regulation.
            pieces.push(Piece::Block(Block::Paragraph {
                content: line.content,
                span: line.span,
            }));
        }
    }
}

/// Splits a paragraph at its breaks, and joins rows again where a soft break is
/// purely visual.
fn rows(
    content: Vec<Inline<WrittenLink>>,
    places: &Places<'_>,
) -> Vec<(Vec<Inline<WrittenLink>>, Span)> {
    let mut cut = vec![(Vec::new(), false)];
    for inline in content {
        match inline {
            Inline::SoftBreak => cut.push((Vec::new(), true)),
            Inline::HardBreak => cut.push((Vec::new(), false)),
            other => cut.last_mut().expect("begins with one").0.push(other),
        }
    }
    let words: Vec<String> = cut
        .iter()
        .map(|(row, _)| How::WRITTEN.inline(row).into_owned())
        .collect();
    // In a table of contents, each row is one entry.
    let each = is_contents(&words[0]) || one_paragraph_each(&words);
    let mut rows: Vec<(Vec<Inline<WrittenLink>>, Span)> = Vec::new();
    let mut first = 0;
    let mut article = None;
    for (number, (row, soft)) in cut.into_iter().enumerate() {
        let label = label::read(words[number].trim_start_matches(is_space));
        let label = label.filter(|label| label.kind == LabelKind::Article);
        // 第三条 after 第二条 begins an article, whatever stands between them.
        let next_article = label.as_ref().is_some_and(|label| {
            label.with_space > label.length
                && article.is_some_and(|last| label.number.follows(last))
        });
        article = label.map(|label| label.number).or(article);
        match rows.last_mut() {
            Some((joined, span))
                if soft
                    && !each
                    && !next_article
                    && !breaks(&words[number - 1], &words[number]) =>
            {
                joined.push(Inline::SoftBreak);
                joined.extend(row);
                *span = places.rows(first, number + 1);
            }
            _ => {
                first = number;
                rows.push((row, places.rows(number, number + 1)));
            }
        }
    }
    rows
}

/// Whether each row is a paragraph of its own, pasted without blank lines: then
/// most rows end like sentences. In text wrapped to a page width, few do.
fn one_paragraph_each(rows: &[String]) -> bool {
    let whole = rows
        .iter()
        .filter(|row| ends_sentence(row) || is_heading_row(row))
        .count();
    rows.len() >= 4 && whole * 10 >= rows.len() * 8
}

fn is_heading_row(row: &str) -> bool {
    let row = row.trim_matches(is_space);
    let division = label::read(row)
        .is_some_and(|label| !matches!(label.kind, LabelKind::Article | LabelKind::Item(_)));
    (division && !row.ends_with(['。', '；', '，', '：', '”'])) || is_bare_heading(row)
}

/// Whether a soft break between two rows ends a paragraph of the regulation.
///
/// A break within a sentence only reflects the width of someone's window. It
/// ends a paragraph if the next row is indented as Chinese paragraphs are, or
/// if a numbered row follows the end of a sentence or a heading.
fn breaks(before: &str, after: &str) -> bool {
    if after.starts_with('\u{3000}') {
        return true;
    }
    let before = before.trim_matches(is_space);
    let after = after.trim_start_matches(is_space);
    is_heading_row(before)
        || ((label::read(after).is_some() || is_bare_heading(after))
            && (ends_sentence(before) || before.is_empty()))
}

/// Whether a text is 目录, the heading of a table of contents.
pub fn is_contents(text: &str) -> bool {
    matches!(compact(text).as_str(), "目录" | "目次")
}

/// Whether a text is a heading that laws have without a number, alone on its
/// line.
pub fn is_bare_heading(text: &str) -> bool {
    text.len() <= 60
        && matches!(
            compact(text).as_str(),
            "序言" | "前言" | "引言" | "总则" | "分则" | "附则"
        )
}

/// Whether a text ends like a sentence, an item or a note.
pub fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(is_space);
    text.ends_with([
        '。', '；', '：', '！', '？', '…', '”', '）', '.', ';', ':', ')', '】',
    ])
}

/// Locates the rows of a paragraph in its source.
struct Places<'s> {
    file: FileId,
    start: usize,
    text: &'s str,
    starts: Vec<usize>,
}

impl<'s> Places<'s> {
    fn new(span: &Span, source: &'s str) -> Self {
        let text = source.get(span.range.clone()).unwrap_or_default();
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        Self {
            file: span.file,
            start: span.range.start,
            text,
            starts,
        }
    }

    /// The span of some rows, without the space around them.
    fn rows(&self, from: usize, to: usize) -> Span {
        let at = |row: usize| self.starts.get(row).copied().unwrap_or(self.text.len());
        let (from, to) = (at(from), at(to).max(at(from)));
        let rows = &self.text[from..to];
        let start = from + rows.len() - rows.trim_start_matches(is_space).len();
        let end = from + rows.trim_end_matches(is_space).len();
        Span::new(self.file, self.start + start..self.start + end.max(start))
    }
}

fn trim_start(content: &mut Vec<Inline<WrittenLink>>) {
    while let Some(first) = content.first_mut() {
        match first {
            Inline::SoftBreak | Inline::HardBreak => {
                content.remove(0);
                continue;
            }
            Inline::Text(text) => {
                let length = text.len() - text.trim_start_matches(is_space).len();
                text.drain(..length);
                if text.is_empty() {
                    content.remove(0);
                    continue;
                }
            }
            Inline::Strong(inner) | Inline::Emphasis(inner) => {
                trim_start(inner);
                if inner.is_empty() {
                    content.remove(0);
                    continue;
                }
            }
            _ => {}
        }
        break;
    }
}

fn trim_end(content: &mut Vec<Inline<WrittenLink>>) {
    while let Some(last) = content.last_mut() {
        match last {
            Inline::SoftBreak | Inline::HardBreak => {
                content.pop();
                continue;
            }
            Inline::Text(text) => {
                text.truncate(text.trim_end_matches(is_space).len());
                if text.is_empty() {
                    content.pop();
                    continue;
                }
            }
            Inline::Strong(inner) | Inline::Emphasis(inner) => {
                trim_end(inner);
                if inner.is_empty() {
                    content.pop();
                    continue;
                }
            }
            _ => {}
        }
        break;
    }
}

/// Removes the first `length` bytes of text.
fn strip(content: &mut Vec<Inline<WrittenLink>>, mut length: usize) {
    while length > 0 {
        let Some(first) = content.first_mut() else {
            return;
        };
        match first {
            Inline::Text(text) if text.len() > length => {
                text.drain(..length);
                return;
            }
            Inline::Text(text) => length -= text.len(),
            Inline::Strong(inner) | Inline::Emphasis(inner) => {
                let before = How::WRITTEN.inline(inner).len();
                strip(inner, length);
                if !inner.is_empty() {
                    return;
                }
                length = length.saturating_sub(before);
            }
            Inline::SoftBreak | Inline::HardBreak => length -= 1,
            // A label consists only of these; anything else is left alone.
            _ => return,
        }
        content.remove(0);
    }
}
