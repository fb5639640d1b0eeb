//! Finds things an editor should look at in a body that is formally correct.

use super::flat::FlatText;
use super::table::PLACEHOLDER;
use crate::body::tree::{Inline, WrittenLink};
use crate::chinese::damage::{self, Brackets, Damage};
use crate::diag::{Diagnostic, FileId, Span};

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
}

/// The findings of one body.
pub struct Lints {
    file: FileId,
    base: usize,
    demands: Demands,
    brackets: Brackets,
    damage: Vec<Damage>,
    diagnostics: Vec<Diagnostic>,
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
        if let Some(at) = text.find("**") {
            let span = self.span(flat, start + at, start + at + 2);
            self.diagnostics.push(
                Diagnostic::warning("stray-emphasis", span, "这里的 ** 没有成为加粗，会原样显示")
                    .hint("把引号、括号等标点放到 ** 外面，如 “**五必谈**”；不要加粗就删去 **"),
            );
        }
        if self.demands.soundness {
            let found = damage::traces(text)
                .into_iter()
                .map(|damage| damage.moved(start));
            self.damage.extend(found);
            self.damage.extend(self.brackets.paragraph(text, start));
        }
        if self.demands.locators && place != Place::Heading {
            self.locator(flat, start, content, place);
        }
    }

    fn locator(
        &mut self,
        flat: &FlatText,
        start: usize,
        content: &[Inline<WrittenLink>],
        place: Place,
    ) {
        let text = flat.since(start).trim_end();
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
        self.diagnostics.push(
            Diagnostic::warning("missing-locator", span, format!("这个{what}没有注明出处"))
                .label("在这里写来源标记")
                .hint("原文载明的写〔P8〕；本站推断的写〔推断：P8〕；关于本站自身的话写〔编注〕"),
        );
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
