//! Turns the tree of a body into text. No other code walks the tree for this.

use std::borrow::Cow;

use super::tree::{Block, Inline, Mark, Provision};
use crate::chinese::han::{compact, is_wide};

/// A piece of running text, in reading order.
#[derive(Debug)]
pub enum Piece<'t, L> {
    /// Plain words.
    Words(&'t str),
    /// The text of inline code.
    Code(&'t str),
    /// The alternative text of an image.
    Alt(&'t str),
    /// Raw HTML.
    Html(&'t str),
    /// A mark of provenance.
    Mark(&'t Mark),
    /// The start of a link.
    Link(&'t L),
    /// The end of the link that began last.
    LinkEnd,
    /// A line break in the source.
    SoftBreak,
    /// A hard line break, which the author asked for.
    HardBreak,
}

/// Calls `tell` with each piece of running text; emphasis is unwrapped.
pub fn pieces<'t, L>(content: &'t [Inline<L>], tell: &mut impl FnMut(Piece<'t, L>)) {
    for inline in content {
        match inline {
            Inline::Text(text) => tell(Piece::Words(text)),
            Inline::Strong(content) | Inline::Emphasis(content) => pieces(content, tell),
            Inline::Code(text) => tell(Piece::Code(text)),
            Inline::Link { target, content } => {
                tell(Piece::Link(target));
                pieces(content, tell);
                tell(Piece::LinkEnd);
            }
            Inline::Image { alt, .. } => tell(Piece::Alt(alt)),
            Inline::Mark(mark) => tell(Piece::Mark(mark)),
            Inline::SoftBreak => tell(Piece::SoftBreak),
            Inline::HardBreak => tell(Piece::HardBreak),
            Inline::Html(html) => tell(Piece::Html(html)),
            Inline::FormerAnchor(_) => {}
        }
    }
}

/// Calls `tell` with each piece of all running text in some blocks, and with
/// raw HTML blocks.
pub fn pieces_of_blocks<'t, L>(blocks: &'t [Block<L>], tell: &mut impl FnMut(Piece<'t, L>)) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph { content, .. } => {
                pieces(content, tell);
            }
            Block::List { items, .. } => {
                items.iter().for_each(|item| pieces_of_blocks(item, tell));
            }
            Block::Quote(blocks) => pieces_of_blocks(blocks, tell),
            Block::Table { header, rows } => {
                let cells = header.iter().chain(rows.iter().flatten());
                cells.for_each(|cell| pieces(cell, tell));
            }
            Block::Html(html) => tell(Piece::Html(html)),
            Block::Code(_) | Block::Rule => {}
            Block::Provision(provision) => {
                pieces(&provision.title, tell);
                pieces(&provision.content, tell);
                pieces_of_blocks(&provision.children, tell);
            }
        }
    }
}

/// What to do with the parts of a tree that aren't words. Marks of provenance
/// are never part of the text.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// Which line breaks end a line; the others are dropped.
    pub breaks: Breaks,
    /// Whether raw HTML is part of the text.
    pub html: bool,
    /// Whether the labels of provisions are included.
    pub labels: bool,
    /// The separator between the cells of a row; `None` puts each cell on its
    /// own line.
    pub cells: Option<&'static str>,
}

/// Which line breaks in running text end a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaks {
    Nothing,
    /// Only hard breaks.
    Hard,
    /// All breaks.
    All,
}

impl How {
    /// Everything that is written, one line for each line of the source.
    pub const WRITTEN: Self = Self {
        breaks: Breaks::All,
        html: true,
        labels: true,
        cells: None,
    };
    /// What a reader of the page sees.
    pub const READ: Self = Self {
        breaks: Breaks::Hard,
        html: false,
        labels: true,
        cells: Some(" "),
    };

    /// The same with other breaks.
    pub const fn breaks(self, breaks: Breaks) -> Self {
        Self { breaks, ..self }
    }

    /// The words of running text.
    pub fn inline<L>(self, content: &[Inline<L>]) -> Cow<'_, str> {
        // Most texts of a law are a single piece.
        if let [Inline::Text(text)] = content {
            return Cow::Borrowed(text);
        }
        let mut words = String::new();
        pieces(content, &mut |piece| match piece {
            Piece::Words(text) | Piece::Code(text) | Piece::Alt(text) => words.push_str(text),
            Piece::Html(html) if self.html => words.push_str(html),
            Piece::SoftBreak if self.breaks == Breaks::All => words.push('\n'),
            Piece::HardBreak if self.breaks != Breaks::Nothing => words.push('\n'),
            _ => {}
        });
        Cow::Owned(words)
    }

    /// Calls `tell` with each line of some blocks: one for each paragraph,
    /// heading, row and provision.
    pub fn lines<L>(self, blocks: &[Block<L>], tell: &mut impl FnMut(Cow<'_, str>)) {
        for block in blocks {
            match block {
                Block::Heading { content, .. } | Block::Paragraph { content, .. } => {
                    tell(self.inline(content));
                }
                Block::List { items, .. } => {
                    items.iter().for_each(|item| self.lines(item, tell));
                }
                Block::Quote(blocks) => self.lines(blocks, tell),
                Block::Table { header, rows } => {
                    for row in std::iter::once(header).chain(rows) {
                        let cells = row.iter().map(|cell| self.inline(cell));
                        match self.cells {
                            Some(between) => {
                                tell(cells.collect::<Vec<_>>().join(between).into());
                            }
                            None => cells.for_each(&mut *tell),
                        }
                    }
                }
                Block::Code(text) => text.lines().for_each(|line| tell(line.into())),
                Block::Html(html) if self.html => tell(html.trim_end().into()),
                Block::Html(_) | Block::Rule => {}
                Block::Provision(provision) => {
                    let label = if self.labels { &*provision.label } else { "" };
                    let (title, content) = (&provision.title, &provision.content);
                    tell(
                        [label, &self.inline(title), &self.inline(content)]
                            .concat()
                            .into(),
                    );
                    self.lines(&provision.children, tell);
                }
            }
        }
    }

    /// The lines of some blocks, each terminated by a line feed.
    pub fn text<L>(self, blocks: &[Block<L>]) -> String {
        let mut text = String::new();
        self.lines(blocks, &mut |line| {
            text.push_str(&line);
            text.push('\n');
        });
        text
    }
}

/// The words of running text as a reader sees them, on one line.
pub fn plain<L>(content: &[Inline<L>]) -> Cow<'_, str> {
    How::READ.breaks(Breaks::Nothing).inline(content)
}

/// Resolves all soft breaks: a break becomes a space between two letters or
/// digits of scripts that separate words, and nothing next to Chinese text or
/// its punctuation.
pub fn settle_breaks<L>(blocks: &mut [Block<L>]) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph { content, .. } => settle(content),
            Block::List { items, .. } => {
                items.iter_mut().for_each(|item| settle_breaks(item));
            }
            Block::Quote(blocks) => settle_breaks(blocks),
            Block::Table { header, rows } => {
                std::iter::once(header)
                    .chain(rows)
                    .flatten()
                    .for_each(settle);
            }
            Block::Code(_) | Block::Html(_) | Block::Rule => {}
            Block::Provision(provision) => {
                settle(&mut provision.title);
                settle(&mut provision.content);
                settle_breaks(&mut provision.children);
            }
        }
    }
}

/// Joins the lines of a text as [`settle_breaks`] would.
pub fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.split('\n') {
        if parts_words(joined.chars().next_back(), line.chars().next()) {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}

fn settle<L>(content: &mut Vec<Inline<L>>) {
    let mut spaces = Vec::new();
    let (mut last, mut open) = (None, 0);
    pieces(content, &mut |piece| match piece {
        Piece::SoftBreak => {
            spaces.push(false);
            open += 1;
        }
        Piece::Words(text) | Piece::Code(text) if !text.is_empty() => {
            // Of several breaks in a row, the first becomes the space.
            if open > 0 && parts_words(last, text.chars().next()) {
                let first = spaces.len() - open;
                spaces[first] = true;
            }
            (last, open) = (text.chars().next_back(), 0);
        }
        Piece::Alt(_) | Piece::HardBreak => (last, open) = (None, 0),
        _ => {}
    });
    if !spaces.is_empty() {
        replace(content, &mut spaces.into_iter());
    }
}

/// Replaces each soft break with a space or nothing.
fn replace<L>(content: &mut Vec<Inline<L>>, spaces: &mut impl Iterator<Item = bool>) {
    for mut inline in std::mem::take(content) {
        match &mut inline {
            Inline::SoftBreak => {
                if spaces.next().expect("one for each break") {
                    push_text(content, " ");
                }
                continue;
            }
            Inline::Text(text) => {
                push_text(content, text);
                continue;
            }
            Inline::Strong(inner)
            | Inline::Emphasis(inner)
            | Inline::Link { content: inner, .. } => replace(inner, spaces),
            _ => {}
        }
        content.push(inline);
    }
}

/// Appends text, merging it with a preceding text so that there is no seam
/// between them.
pub fn push_text<L>(content: &mut Vec<Inline<L>>, text: &str) {
    match content.last_mut() {
        _ if text.is_empty() => {}
        Some(Inline::Text(before)) => before.push_str(text),
        _ => content.push(Inline::Text(text.to_owned())),
    }
}

/// Whether a line break between two characters separates words.
fn parts_words(before: Option<char>, after: Option<char>) -> bool {
    let parts = |c: char| !is_wide(c) && !c.is_whitespace();
    before.is_some_and(parts) && after.is_some_and(parts)
}

/// Returns what stands at the top of a text without the lines of the title,
/// which the page shows already.
pub fn opening<'b, L>(
    opening: &'b Provision<L>,
    title: &str,
) -> impl Iterator<Item = &'b Block<L>> + use<'b, L> {
    let title = compact(title);
    opening.children.iter().filter(move |block| match block {
        Block::Paragraph { content, .. } => {
            let words = compact(&plain(content));
            words.is_empty() || !title.contains(&words)
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline<()> {
        Inline::Text(text.to_owned())
    }

    #[track_caller]
    fn assert_settled(content: Vec<Inline<()>>, expected: &str) {
        let mut blocks = vec![Block::Quote(vec![Block::Paragraph {
            content,
            span: crate::diag::Span::start_of(crate::diag::FileId(0)),
        }])];
        settle_breaks(&mut blocks);
        let Block::Quote(inner) = &blocks[0] else {
            unreachable!("it was one");
        };
        let Block::Paragraph { content, .. } = &inner[0] else {
            unreachable!("it was one");
        };
        assert_eq!(plain(content), expected);
        let left = How::WRITTEN.text(&blocks);
        assert_eq!(left.matches('\n').count(), 1, "a break is left in {left:?}");
    }

    #[test]
    fn a_line_break_is_a_space_between_words_that_are_parted() {
        let broken = |before, after| vec![text(before), Inline::SoftBreak, text(after)];
        for (before, after, expected) in [
            ("Akoma", "Ntoso", "Akoma Ntoso"),
            ("2019", "2020", "2019 2020"),
            ("the manual,", "as", "the manual, as"),
            ("한국", "사회", "한국 사회"),
            ("五种", "情形", "五种情形"),
            ("2021", "年", "2021年"),
            ("标准", "GB", "标准GB"),
            ("谈话，", "then", "谈话，then"),
            ("then", "“谈话”", "then“谈话”"),
            ("a ", "b", "a b"),
            ("", "b", "b"),
        ] {
            assert_settled(broken(before, after), expected);
        }
    }

    #[test]
    fn it_looks_through_emphasis_links_and_marks() {
        let strong = |content| Inline::Strong(content);
        assert_settled(
            vec![
                strong(vec![text("Akoma")]),
                Inline::SoftBreak,
                text("Ntoso"),
            ],
            "Akoma Ntoso",
        );
        assert_settled(
            vec![
                strong(vec![text("Akoma"), Inline::SoftBreak]),
                text("Ntoso"),
            ],
            "Akoma Ntoso",
        );
        assert_settled(
            vec![
                Inline::Code("a".to_owned()),
                Inline::Mark(Mark::Editorial),
                Inline::SoftBreak,
                Inline::Link {
                    target: (),
                    content: vec![text("b")],
                },
            ],
            "a b",
        );
        assert_settled(
            vec![
                text("a"),
                Inline::SoftBreak,
                Inline::SoftBreak,
                strong(vec![text("谈话")]),
                Inline::SoftBreak,
            ],
            "a谈话",
        );
    }

    #[test]
    fn marks_are_no_words_and_html_is_where_it_is_asked_for() {
        let content: Vec<Inline<()>> = vec![
            text("必谈"),
            Inline::Mark(Mark::Stated(vec!["P8".into()])),
            Inline::Html("<br>".into()),
            Inline::HardBreak,
            text("谈"),
        ];
        assert_eq!(plain(&content), "必谈谈");
        assert_eq!(How::READ.inline(&content), "必谈\n谈");
        assert_eq!(How::WRITTEN.inline(&content), "必谈<br>\n谈");
    }

    #[test]
    fn lines_of_a_title_are_joined_alike() {
        assert_eq!(joined("《Akoma\nNtoso\n标准》"), "《Akoma Ntoso标准》");
    }
}
