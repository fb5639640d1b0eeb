//! Turns the body of a page from Markdown into our own blocks.
//!
//! The syntax is CommonMark with tables and heading attributes, as in Zola.
//! Everything that CommonMark accepts is accepted; what an editor should look
//! at becomes a diagnostic.

pub mod characters;
mod flat;
mod habits;
mod inline;
mod lint;
mod mark;

use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Options, Parser, Tag, TagEnd};

use super::page::ParsedBody;
use super::table::PLACEHOLDER;
use crate::body::anchor::Anchors;
use crate::body::tree::{Block, Inline, WrittenLink};
use crate::chinese::unseen;
use crate::diag::{Diagnostic, FileId, Severity, Span, Spanned};
use flat::FlatText;
use habits::{Paragraph, cells};
pub use lint::Demands;
use lint::{Lints, Place, unmarked};

/// Maximum nesting of quotations, lists and emphasis. Deeper text is kept
/// without its form, so that no input can exhaust the stack.
const DEEPEST: usize = 40;

/// Characters of a body beyond which its page is slow to open; the longest codes
/// of law have a third of it.
const LONGEST_BODY: usize = 300_000;

/// Lowers the body that begins at byte `base` of `file`.
pub fn lower(
    file: FileId,
    base: usize,
    body: &str,
    demands: Demands,
    diagnostics: &mut Vec<Diagnostic>,
) -> ParsedBody {
    let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut lowering = Lowering {
        file,
        base,
        body,
        events: Parser::new_ext(body, options).into_offset_iter().peekable(),
        flat: FlatText::default(),
        run: None,
        anchors: Anchors::default(),
        lints: Lints::new(file, base, demands),
        parsed: ParsedBody::default(),
        diagnostics: Vec::new(),
        demands,
    };
    lowering.search_source();
    let blocks = lowering.blocks(0);
    let Lowering {
        flat,
        anchors,
        lints,
        mut parsed,
        diagnostics: found,
        ..
    } = lowering;
    parsed.blocks = blocks;
    parsed.anchors = anchors.into_order();
    parsed.locators.extend(lints.locators.iter().cloned());
    diagnostics.extend(found);
    diagnostics.extend(lints.finish(&flat));
    parsed
}

struct Lowering<'s> {
    file: FileId,
    base: usize,
    body: &'s str,
    events: Peekable<OffsetIter<'s>>,
    /// All running text so far.
    flat: FlatText,
    /// Where the run that is not yet split begins in `flat`.
    run: Option<usize>,
    anchors: Anchors,
    lints: Lints,
    parsed: ParsedBody,
    diagnostics: Vec<Diagnostic>,
    demands: Demands,
}

impl<'s> Lowering<'s> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start + self.base..range.end + self.base)
    }

    /// The span of a block without the line ends after it.
    fn block_span(&self, range: Range<usize>) -> Span {
        let text = self.body[range.clone()].trim_end();
        self.span(range.start..range.start + text.len())
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Finds what Zola would read as a template call, and placeholders that
    /// were never filled in.
    fn search_source(&mut self) {
        for opening in ["{{", "{%"] {
            if let Some(at) = self.body.find(opening) {
                let span = self.span(at..at + opening.len());
                self.report(
                    Diagnostic::error("shortcode", span, "正文不能使用模板语法")
                        .hint("删去 {{ … }} 或 {% … %}；需要显示花括号的，用全角 ｛｛"),
                );
            }
        }
        let length = self.body.chars().count();
        if length > LONGEST_BODY {
            let start = self.body.len() - self.body.trim_start().len();
            let line = self.body[start..].find('\n').unwrap_or(0);
            let span = self.span(start..start + line);
            let message = format!("正文共 {} 万字，页面过大，打开较慢", length / 10_000);
            self.report(
                Diagnostic::warning("too-long", span, message)
                    .hint("按章节分为多页，或作为附件发布"),
            );
        }
        for (at, _) in self.body.match_indices(PLACEHOLDER) {
            let length = self.body[at..]
                .find('】')
                .map_or(PLACEHOLDER.len(), |n| n + 3);
            let span = self.span(at..at + length);
            self.report(
                Diagnostic::error("placeholder", span, "正文中有尚未填写的内容")
                    .hint("填写内容，或删去该段"),
            );
        }
    }

    /// Reads blocks up to the end of their container.
    fn blocks(&mut self, depth: usize) -> Vec<Block<WrittenLink>> {
        let mut blocks = Vec::new();
        while let Some((event, _)) = self.events.peek() {
            match event {
                Event::End(_) => {
                    self.events.next();
                    break;
                }
                Event::Start(tag) if is_block(tag) => {}
                Event::Rule | Event::Html(_) => {}
                // A tight list item contains its text without a paragraph.
                _ => {
                    blocks.extend(self.tight_paragraph(depth));
                    continue;
                }
            }
            let Some((event, range)) = self.events.next() else {
                break;
            };
            match event {
                Event::Start(Tag::List(Some(_))) if self.demands.provisions && depth < DEEPEST => {
                    self.numbered_lines(depth, &mut blocks);
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))
                    if self.demands.provisions =>
                {
                    self.indented_lines(depth, range, &mut blocks);
                }
                Event::Start(tag) => blocks.extend(self.block(tag, range, depth)),
                Event::Html(html) => {
                    blocks.extend(self.html(&html, range).map(Block::Html));
                }
                _ => blocks.push(Block::Rule),
            }
        }
        blocks
    }

    fn block(
        &mut self,
        tag: Tag<'_>,
        range: Range<usize>,
        depth: usize,
    ) -> Option<Block<WrittenLink>> {
        if depth >= DEEPEST {
            return Some(self.too_deep(range));
        }
        Some(match tag {
            Tag::Paragraph => {
                let start = self.flat.len();
                let content = self.inlines(depth + 1, true);
                let place = self.habits(&range);
                self.lints.text(&self.flat, start, &content, place);
                Block::Paragraph {
                    content,
                    span: self.block_span(range),
                }
            }
            Tag::Heading { level, id, .. } => {
                let id = id.map(pulldown_cmark::CowStr::into_string);
                self.heading(level as u8, id, range, depth)
            }
            Tag::BlockQuote(_) => Block::Quote(self.blocks(depth + 1)),
            Tag::List(start) => {
                let mut items = Vec::new();
                while let Some((Event::Start(Tag::Item), _)) = self.events.next() {
                    items.push(self.blocks(depth + 2));
                }
                Block::List { start, items }
            }
            Tag::Table(_) => self.table(depth),
            Tag::CodeBlock(kind) => {
                if matches!(kind, CodeBlockKind::Indented) {
                    let span = self.block_span(range);
                    self.report(indented(span));
                }
                Block::Code(self.verbatim())
            }
            Tag::HtmlBlock => {
                let html = self.verbatim();
                return self.html(&html, range).map(Block::Html);
            }
            // The enabled options yield no other block.
            _ => {
                self.verbatim();
                return None;
            }
        })
    }

    fn paragraph(&self, range: &Range<usize>) -> Paragraph<'s> {
        Paragraph {
            file: self.file,
            base: self.base + range.start,
            text: self.body[range.clone()].trim_end(),
        }
    }

    /// Reports what a paragraph was meant to be, and slips in it.
    fn habits(&mut self, range: &Range<usize>) -> Place {
        // Pasted text is as it is.
        if self.demands.provisions {
            return Place::Paragraph;
        }
        let paragraph = self.paragraph(range);
        if let Some(mistaken) = paragraph.mistaken() {
            if mistaken.code == "list-syntax" && self.demands.locators {
                for last in paragraph.unmarked_items() {
                    let last = range.start + last.start..range.start + last.end;
                    self.report(unmarked(self.span(last), "列表项"));
                }
            }
            self.report(mistaken);
            return Place::Mistaken;
        }
        self.diagnostics.extend(paragraph.slips());
        Place::Paragraph
    }

    /// Reads an ordered list as the pasted lines, each with its number as
    /// written: Markdown would renumber 1. 3. as one and two.
    fn numbered_lines(&mut self, depth: usize, blocks: &mut Vec<Block<WrittenLink>>) {
        while let Some((Event::Start(Tag::Item), range)) = self.events.next() {
            let source = &self.body[range.clone()];
            let marker: String = source
                .trim_start()
                .chars()
                .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ')'))
                .collect();
            let at = range.start + source.len() - source.trim_start().len();
            let span = self.span(at..at + marker.len());
            let mut item = self.blocks(depth + 2);
            let text = Inline::Text(format!("{marker} "));
            if let Some(Block::Paragraph { content, span: own }) = item.first_mut() {
                content.insert(0, text);
                own.range.start = span.range.start;
            } else {
                let content = vec![text];
                item.insert(0, Block::Paragraph { content, span });
            }
            blocks.append(&mut item);
        }
    }

    /// Reads lines indented with spaces as one paragraph each.
    fn indented_lines(
        &mut self,
        depth: usize,
        range: Range<usize>,
        blocks: &mut Vec<Block<WrittenLink>>,
    ) {
        let end = range.end;
        while let Some((event, range)) = self.events.next() {
            let Event::Text(text) = event else {
                break;
            };
            // An event may contain several lines; each has its own location.
            let mut at = range.start;
            for line in text.split_inclusive('\n') {
                let place = at..(at + line.len()).min(end);
                at += line.len();
                let start = self.flat.len();
                let mut content = Vec::new();
                let words = line.trim_end_matches('\n');
                self.inline(
                    Event::Text(words.into()),
                    place.clone(),
                    depth + 1,
                    true,
                    &mut content,
                );
                self.flush(true, &mut content);
                self.lints
                    .text(&self.flat, start, &content, Place::Paragraph);
                self.flat.push("\n", 0..0);
                if !words.trim().is_empty() {
                    let span = self.block_span(place);
                    blocks.push(Block::Paragraph { content, span });
                }
            }
        }
    }

    fn heading(
        &mut self,
        level: u8,
        id: Option<String>,
        range: Range<usize>,
        depth: usize,
    ) -> Block<WrittenLink> {
        let is_underlined = !self.body[range.clone()].trim_start().starts_with('#');
        let span = self.block_span(range.clone());
        if level == 1 {
            self.report(
                Diagnostic::error("level-one-heading", span.clone(), "正文不使用一级标题")
                    .hint("页面标题写入 title；正文标题从 ## 开始"),
            );
        }
        if level == 2 && is_underlined {
            self.report(
                Diagnostic::warning(
                    "underlined-heading",
                    span.clone(),
                    "下一行为 ---，本段被识别为标题",
                )
                .hint("需要分隔线的，在 --- 之前空一行；需要标题的，在行首写 ##，删去 ---"),
            );
        }
        if id.is_none() {
            self.wide_anchor(&range);
        }
        let start = self.flat.len();
        let mut content = self.inlines(depth + 1, false);
        self.lints.text(&self.flat, start, &content, Place::Heading);
        let anchor = match id {
            Some(id) => {
                let (anchor, found) = self.anchors.explicit(&id, &span);
                self.diagnostics.extend(found);
                anchor
            }
            // Anchors of provisions are built from their numbers.
            None if self.demands.provisions => String::new(),
            None => {
                let text = self.flat.since(start);
                let (anchor, former) = self.anchors.generated(text, &span);
                content.splice(..0, former.map(Inline::FormerAnchor));
                anchor
            }
        };
        self.flat.push("\n", 0..0);
        Block::Heading {
            level: level.max(2),
            anchor,
            content,
            span,
        }
    }

    /// Reports an anchor in full-width signs, which stays text.
    fn wide_anchor(&mut self, heading: &Range<usize>) {
        let Some((at, meant)) = habits::wide_anchor(&self.body[heading.clone()]) else {
            return;
        };
        let at = heading.start + at.start..heading.start + at.end;
        let was = self.body[at.clone()].to_owned();
        let hint = format!("写作 {}，花括号和井号是半角的", meant.trim());
        let message = "标题的锚点没有识别，会原样显示";
        let found = Diagnostic::warning("heading-syntax", self.span(at), message);
        self.report(found.hint(hint).replace(was, meant));
    }

    fn table(&mut self, depth: usize) -> Block<WrittenLink> {
        let mut header = Vec::new();
        let mut rows = Vec::new();
        while let Some((Event::Start(tag), range)) = self.events.next() {
            let is_header = matches!(tag, Tag::TableHead);
            let start = self.flat.len();
            let mut cells = Vec::new();
            while let Some((Event::Start(_), _)) = self.events.next() {
                cells.push(self.inlines(depth + 1, true));
                self.flat.push("\n", 0..0);
            }
            if is_header {
                header = cells;
            } else {
                let all: Vec<_> = cells.iter().flatten().cloned().collect();
                let place = if self.check_row(&range, header.len()) {
                    Place::TableRow
                } else {
                    Place::Mistaken
                };
                self.lints.text(&self.flat, start, &all, place);
                rows.push(cells);
            }
        }
        Block::Table { header, rows }
    }

    /// Reports a row that is longer or shorter than the head of its table.
    /// Markdown drops what is too much.
    fn check_row(&mut self, range: &Range<usize>, columns: usize) -> bool {
        let row = self.body[range.clone()].trim_end();
        let count = cells(row);
        if count == columns {
            return true;
        }
        let span = self.span(range.start..range.start + row.len());
        let message = format!("本行有 {count} 个单元格，表头有 {columns} 个");
        let found = if count > columns {
            Diagnostic::error("table-shape", span, message)
                .label("多出的单元格不显示")
                .hint("在表头补充单元格，或删去多出的单元格；单元格内容含有竖线的，竖线写作 \\|")
        } else {
            Diagnostic::warning("table-shape", span, message).hint("补全单元格；空单元格也须写竖线")
        };
        self.report(found);
        false
    }

    /// Reads the text of a tight list item, up to the next block.
    fn tight_paragraph(&mut self, depth: usize) -> Option<Block<WrittenLink>> {
        let start = self.flat.len();
        let mut content = Vec::new();
        let mut covered: Option<Range<usize>> = None;
        while let Some((event, range)) = self.events.peek() {
            let ends = match event {
                Event::End(_) | Event::Rule | Event::Html(_) => true,
                Event::Start(tag) => is_block(tag),
                _ => false,
            };
            if ends {
                break;
            }
            covered = Some(match covered {
                Some(so_far) => so_far.start..range.end,
                None => range.clone(),
            });
            let (event, range) = self.events.next().expect("peeked");
            self.inline(event, range, depth + 1, true, &mut content);
        }
        self.flush(true, &mut content);
        self.lints
            .text(&self.flat, start, &content, Place::ListItem);
        self.flat.push("\n", 0..0);
        let covered = covered?;
        if !self.demands.provisions {
            let item = self.paragraph(&covered);
            self.diagnostics.extend(item.continued_item());
            self.diagnostics.extend(item.slips_within_lines());
        }
        Some(Block::Paragraph {
            content,
            span: self.block_span(covered),
        })
    }

    /// Reads inlines up to the end of their container.
    fn inlines(&mut self, depth: usize, titles: bool) -> Vec<Inline<WrittenLink>> {
        let mut inlines = Vec::new();
        while let Some((event, range)) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            self.inline(event, range, depth, titles, &mut inlines);
        }
        self.flush(titles, &mut inlines);
        inlines
    }

    fn inline(
        &mut self,
        event: Event<'_>,
        range: Range<usize>,
        depth: usize,
        titles: bool,
        out: &mut Vec<Inline<WrittenLink>>,
    ) {
        match event {
            Event::Text(text) => self.text(&text, range),
            Event::SoftBreak => self.text("\n", range),
            other => {
                self.flush(titles, out);
                match other {
                    Event::HardBreak => {
                        self.flat.push("\n", range);
                        out.push(Inline::HardBreak);
                    }
                    Event::Code(code) => out.push(Inline::Code(code.into_string())),
                    Event::InlineHtml(html) | Event::Html(html) => {
                        out.extend(self.html(&html, range).map(Inline::Html));
                    }
                    Event::Start(tag) => out.push(self.span_of_text(tag, range, depth, titles)),
                    // The enabled options yield nothing else.
                    _ => {}
                }
            }
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        let start = self.flat.len();
        self.run.get_or_insert(start);
        // Entities can stand for characters that nobody sees: `&shy;`.
        let found = unseen::cleaned(text);
        if text != "\n" {
            let warnings = found.warnings(|_| self.span(range.clone()));
            self.diagnostics.extend(warnings);
        }
        self.flat.push(&found.text, range);
    }

    /// Splits the run of text collected so far.
    fn flush(&mut self, titles: bool, out: &mut Vec<Inline<WrittenLink>>) {
        if let Some(start) = self.run.take() {
            let run = inline::cut(&self.flat, start, self.file, self.base, titles);
            out.extend(run.inlines);
            self.parsed.locators.extend(run.locators);
            let malformed = run.diagnostics.into_iter();
            // Pasted text may use such brackets for reasons of its own.
            self.diagnostics.extend(malformed.map(|found| {
                if self.demands.provisions {
                    Diagnostic {
                        severity: Severity::Warning,
                        ..found.hint("法规原文如此的，无需修改")
                    }
                } else {
                    found
                }
            }));
        }
    }

    fn span_of_text(
        &mut self,
        tag: Tag<'_>,
        range: Range<usize>,
        depth: usize,
        titles: bool,
    ) -> Inline<WrittenLink> {
        if depth >= DEEPEST {
            let text = self.verbatim();
            self.flat.push(&text, range.clone());
            self.report(deep(self.span(range)));
            return Inline::Text(text);
        }
        match tag {
            Tag::Link { .. } if self.body[range.clone()].starts_with("[^") => {
                let text = self.body[range.clone()].to_owned();
                self.verbatim();
                self.flat.push(&text, range);
                return Inline::Text(text);
            }
            Tag::Strong | Tag::Emphasis if self.is_formula(&range) => {
                let found = Diagnostic::warning(
                    "stray-emphasis",
                    self.span(range.clone()),
                    "此处的 * 或 _ 识别为强调，符号本身不显示",
                );
                let hint = "属于乘号的写 × 或 \\*；属于下划线的写 \\_；需要强调的写作 **文字**";
                self.report(found.hint(hint));
            }
            _ => {}
        }
        match tag {
            Tag::Strong => Inline::Strong(self.inlines(depth + 1, titles)),
            Tag::Link { dest_url, .. } => Inline::Link {
                target: WrittenLink {
                    destination: dest_url.into_string(),
                    span: self.span(range),
                },
                content: self.inlines(depth + 1, false),
            },
            Tag::Image { dest_url, .. } => {
                let source = dest_url.into_string();
                let alt = self.verbatim();
                let span = self.span(range);
                if alt.trim().is_empty() {
                    let hint = format!("写作 ![图片的文字说明]({source})，供不能看图的读者阅读");
                    self.report(
                        Diagnostic::error("missing-alt", span.clone(), "图片缺少文字说明")
                            .hint(hint),
                    );
                }
                let image = Spanned::new(source.clone(), span.clone());
                self.parsed.images.push(image);
                Inline::Image { source, alt, span }
            }
            _ => Inline::Emphasis(self.inlines(depth + 1, titles)),
        }
    }

    /// Whether emphasis was probably meant as signs of multiplication or as
    /// underscores: single marks in a text pasted as it is, or marks between
    /// digits.
    fn is_formula(&self, range: &Range<usize>) -> bool {
        let source = &self.body[range.clone()];
        let before = self.body[..range.start].chars().next_back();
        let after = self.body[range.end..].chars().next();
        let is_number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let single = !source.starts_with("**") && !source.starts_with("__");
        (is_number(before) && is_number(after))
            || (self.demands.provisions && single && is_inside(before) && is_inside(after))
    }

    /// Removes HTML comments, which are notes among editors; `None` if nothing
    /// else is left.
    fn html(&mut self, html: &str, range: Range<usize>) -> Option<String> {
        let written = html;
        let html = without_comments(written);
        if html != written {
            self.comment(written, range.clone());
        }
        if html.trim().is_empty() {
            return None;
        }
        // Of a pair of tags, only the opening one is reported.
        if self.demands.html || html.starts_with("</") {
            return Some(html);
        }
        let span = self.block_span(range);
        self.report(
            Diagnostic::warning("raw-html", span, "正文中的 HTML 标签不起作用，将原样显示").hint(
                "改用 Markdown 写法，如 **加粗**、[文字](网址)、表格；需要显示尖括号的，用全角 ＜＞",
            ),
        );
        Some(html)
    }

    /// Notes a comment among editors. `<!-- more -->` is a sign for Zola.
    fn comment(&mut self, html: &str, range: Range<usize>) {
        let inside = html.trim().strip_prefix("<!--");
        let inside = inside.and_then(|rest| rest.strip_suffix("-->"));
        if inside.is_some_and(|words| words.trim() == "more") {
            return;
        }
        let span = self.block_span(range);
        self.report(
            Diagnostic::note("html-comment", span, "注释不发布")
                .hint("留给编辑的话可以不动；要给读者看的，去掉 <!-- 和 -->"),
        );
    }

    fn verbatim(&mut self) -> String {
        let mut text = String::new();
        let mut depth = 1_usize;
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Text(t) | Event::Code(t) | Event::Html(t) | Event::InlineHtml(t) => {
                    text.push_str(&t);
                }
                Event::SoftBreak | Event::HardBreak => text.push('\n'),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        text
    }

    fn too_deep(&mut self, range: Range<usize>) -> Block<WrittenLink> {
        let span = self.block_span(range);
        self.report(deep(span.clone()));
        Block::Paragraph {
            content: vec![Inline::Text(self.verbatim())],
            span,
        }
    }
}

fn deep(span: Span) -> Diagnostic {
    Diagnostic::error("too-deep", span, format!("嵌套超过 {DEEPEST} 层"))
        .hint("减少引用、列表或强调的层次")
}

fn indented(span: Span) -> Diagnostic {
    Diagnostic::warning(
        "indented-text",
        span,
        "行首有四个以上空格，本段将显示为代码",
    )
    .hint("删去行首的空格；段首空两格由版式处理，无需输入")
}

/// Removes `<!-- … -->`; an unclosed comment extends to the end.
fn without_comments(html: &str) -> String {
    let mut rest = html;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Whether a tag starts a block.
fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag.to_end(),
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}
