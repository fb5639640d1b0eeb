//! From the tree of a body to its words: the only walk that does it.

use std::borrow::Cow;

use super::tree::{Block, Inline, Mark, Provision};
use crate::chinese::han::{compact, is_wide};

/// A piece of running text, in the order of reading.
#[derive(Debug)]
pub enum Piece<'t, L> {
    /// Words as they are.
    Words(&'t str),
    /// Words that are code.
    Code(&'t str),
    /// The words that stand for an image.
    Alt(&'t str),
    /// Raw HTML.
    Html(&'t str),
    /// A mark of provenance.
    Mark(&'t Mark),
    /// A link begins.
    Link(&'t L),
    /// The link that began last ends.
    LinkEnd,
    /// A line break of the source.
    SoftBreak,
    /// A line break that the author asked for.
    HardBreak,
}

/// Tells the pieces of running text, emphasis opened.
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

/// Tells the pieces of all running text in some blocks, and raw HTML beside it.
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

/// What becomes of the parts of a tree that aren't words. Marks of provenance
/// are never words.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// What line breaks are, those of the source and those asked for: nothing,
    /// or a line's end.
    pub breaks: Breaks,
    /// Whether raw HTML is words.
    pub html: bool,
    /// Whether provisions have their labels.
    pub labels: bool,
    /// What stands between the cells of a row; `None` for a line each.
    pub cells: Option<&'static str>,
}

/// What line breaks in running text are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaks {
    Nothing,
    /// Those that the author asked for end a line.
    Hard,
    /// All of them end a line.
    All,
}

impl How {
    /// All that is written, a line for every line of the source.
    pub const WRITTEN: Self = Self {
        breaks: Breaks::All,
        html: true,
        labels: true,
        cells: None,
    };
    /// What a reader reads.
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
        // Most texts of a law are one piece.
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

    /// Tells the lines of some blocks: one for each paragraph, heading, row and
    /// provision.
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

    /// The lines of some blocks, each with its end.
    pub fn text<L>(self, blocks: &[Block<L>]) -> String {
        let mut text = String::new();
        self.lines(blocks, &mut |line| {
            text.push_str(&line);
            text.push('\n');
        });
        text
    }
}

/// The words of running text as a reader reads them, on one line.
pub fn plain<L>(content: &[Inline<L>]) -> Cow<'_, str> {
    How::READ.breaks(Breaks::Nothing).inline(content)
}

/// Decides what the line breaks of the source are: a space between two letters
/// or digits of scripts that part their words, and nothing where Chinese or
/// its punctuation stands on either side. None are left.
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

/// The lines of a text as one, joined as [`settle_breaks`] would.
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
            // Of several breaks in a row the first is the space.
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

/// Puts a space or nothing in place of each soft break.
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

/// Adds text to the text before it, so that no reader finds a seam.
pub fn push_text<L>(content: &mut Vec<Inline<L>>, text: &str) {
    match content.last_mut() {
        _ if text.is_empty() => {}
        Some(Inline::Text(before)) => before.push_str(text),
        _ => content.push(Inline::Text(text.to_owned())),
    }
}

/// Whether a line break between two characters parts words.
fn parts_words(before: Option<char>, after: Option<char>) -> bool {
    let parts = |c: char| !is_wide(c) && !c.is_whitespace();
    before.is_some_and(parts) && after.is_some_and(parts)
}

/// What stands at the top of a text, without the lines of the title, which the
/// page has already.
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
