//! Builds the tree of a regulation's provisions (编, 章, 节, 条, 款, 项 and 目) from
//! the lines of its body. All functions are pure; what isn't understood stays
//! text.
//!
//! It takes one pass with a stack of open provisions. Each kind has a rank; a
//! line closes every open provision of its own rank and below, and becomes a
//! child of what is left. Nothing is dropped: a line that isn't a provision
//! becomes a paragraph, and a paragraph outside of articles stays a block.

mod anchors;
pub mod dates;
pub mod label;
mod lines;
pub mod names;
mod node;
mod numbering;
pub mod official;
mod outline;

use std::collections::BTreeMap;

use crate::body::anchor;
use crate::body::tree::{Block, Inline, Provision, WrittenLink};
use crate::diag::{Diagnostic, Span};
use search::anchor::{Anchor, Number, ProvisionKind};

use anchors::Anchors;
use label::{Label, LabelKind, Style};
use lines::{Line, Piece, ends_sentence};
use node::{Node, provision, rank};
use numbering::{Before, Findings, Name};
use outline::{Role, TitleStyle};

/// Maximum length of a run-in title of a point in a document, in characters:
/// （一）指导思想。
const LONGEST_RUN_IN: usize = 25;

/// The body to structure, and its context.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The page's title, which the text may repeat at its top.
    pub title: &'c str,
    /// The text of the whole file, for locating lines.
    pub source: &'c str,
    /// Whether the text has the document form: 一、（一）1.（1）.
    pub document: bool,
}

/// A structured body.
#[derive(Debug, Default)]
pub struct Structured {
    /// Its blocks, including provisions.
    pub blocks: Vec<Block<WrittenLink>>,
    /// Anchors of provisions and headings, in order.
    pub anchors: Vec<String>,
    /// What looks wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Structures a body. Never fails; every word of the input is in the output.
pub fn structure(blocks: Vec<Block<WrittenLink>>, context: Context<'_>) -> Structured {
    let pieces = lines::cut(blocks, context.source);
    let outline = outline::outline(&pieces, context.title);
    let next = next_labelled(&outline.roles);
    let articles = outline
        .roles
        .iter()
        .any(|role| matches!(role, Role::Article(_)));
    let first = pieces.iter().find_map(|piece| match piece {
        Piece::Line(line) => Some(line.span.clone()),
        Piece::Block(_) => None,
    });
    let mut builder = Builder {
        context,
        roles: &outline.roles,
        titles: outline.titles,
        next,
        open: vec![Node::root()],
        anchors: Anchors::default(),
        findings: Findings::default(),
        annexes: 0,
        last_words: String::new(),
        points: BTreeMap::new(),
    };
    for (at, piece) in pieces.into_iter().enumerate() {
        match piece {
            Piece::Line(line) => builder.line(at, line),
            Piece::Block(block) => builder.block(block, at),
        }
    }
    if !context.document
        && !articles
        && let Some(first) = first
    {
        builder.findings.report(
            Diagnostic::warning("form-mismatch", first, "正文登记为条文体，但未能识别条文").hint(
                "属于公文体（一、（一）1.）的，写 body_form = \"document\"；\
                    属于条文体的，每条另起一段，如“第一条　……”",
            ),
        );
    }
    builder.finish()
}

/// For each line, the next numbered one, up to the next article or heading.
fn next_labelled(roles: &[Role]) -> Vec<Option<usize>> {
    let mut next = vec![None; roles.len()];
    let mut seen = None;
    for at in (0..roles.len()).rev() {
        next[at] = seen;
        match &roles[at] {
            Role::Item(_) => seen = Some(at),
            Role::Text | Role::Quoted | Role::AnnexList => {}
            _ => seen = None,
        }
    }
    next
}

struct Builder<'b> {
    context: Context<'b>,
    roles: &'b [Role],
    titles: TitleStyle,
    next: Vec<Option<usize>>,
    open: Vec<Node>,
    anchors: Anchors,
    findings: Findings,
    annexes: u32,
    /// The end of the line before.
    last_words: String,
    /// The last point of each style outside of articles: documents continue the
    /// count under the next heading.
    points: BTreeMap<Style, Number>,
}

impl Builder<'_> {
    fn line(&mut self, at: usize, line: Line) {
        let end = line
            .text
            .char_indices()
            .rev()
            .nth(3)
            .map_or(0, |(at, _)| at);
        let last_words = line.text[end..].to_owned();
        match self.roles[at].clone() {
            Role::Opening => self.outside(ProvisionKind::Opening, line),
            Role::Contents => self.outside(ProvisionKind::Contents, line),
            Role::PreambleHeading => self.preamble_heading(line),
            Role::Signature => self.outside(ProvisionKind::Signature, line),
            Role::Division(label) => self.division(&label, line),
            Role::Heading => self.heading(line),
            Role::Article(label) => self.article(at, &label, line),
            Role::Item(label) => self.item(&label, line),
            Role::PointHeading(label) => self.point_heading(&label, line),
            Role::Annex(length, number) => self.annex(length, number, line),
            Role::AnnexTitle => self.annex_title(line),
            Role::AnnexList => {
                self.close(rank::OUTSIDE);
                self.attach(paragraph(line));
            }
            Role::Quoted | Role::Text => self.text(at, line),
        }
        self.last_words = last_words;
    }

    /// Closes a title, contents, preamble or signature: these contain only
    /// lines, so any provision ends them.
    fn close_outside(&mut self) {
        if matches!(
            self.top().provision.kind,
            ProvisionKind::Opening
                | ProvisionKind::Contents
                | ProvisionKind::Preamble
                | ProvisionKind::Signature
        ) {
            self.close(rank::OUTSIDE);
        }
    }

    /// Adds a block that isn't a line to the open provision.
    fn block(&mut self, block: Block<WrittenLink>, at: usize) {
        if self.roles[at] == Role::Contents {
            self.outside_node(
                ProvisionKind::Contents,
                Span::start_of(crate::diag::FileId(0)),
            );
        }
        self.attach(block);
    }

    fn top(&mut self) -> &mut Node {
        self.open.last_mut().expect("the root is never closed")
    }

    fn attach(&mut self, block: Block<WrittenLink>) {
        self.top().provision.children.push(block);
    }

    /// Closes everything of this rank and below.
    fn close(&mut self, rank: u32) {
        while self.open.len() > 1 && self.top().rank >= rank {
            self.close_one();
        }
    }

    fn close_one(&mut self) {
        let node = self
            .open
            .pop()
            .expect("only called with more than the root");
        self.attach(Block::Provision(node.provision));
    }

    fn push(&mut self, node: Node) {
        self.open.push(node);
    }

    /// Anchor of the open annex; empty in the body.
    fn annex_open(&self) -> Anchor<'_> {
        let annex = self
            .open
            .iter()
            .find(|node| node.provision.kind == ProvisionKind::Annex);
        Anchor(annex.map_or("", |node| &node.provision.anchor))
    }

    /// The root or the open annex, within which articles are numbered.
    fn context_node(&mut self) -> &mut Node {
        let at = self
            .open
            .iter()
            .position(|node| node.provision.kind == ProvisionKind::Annex)
            .unwrap_or(0);
        &mut self.open[at]
    }

    /// Adds a line outside of all provisions.
    fn outside(&mut self, kind: ProvisionKind, line: Line) {
        self.outside_node(kind, line.span.clone());
        self.attach(paragraph(line));
    }

    fn outside_node(&mut self, kind: ProvisionKind, span: Span) {
        if self.top().provision.kind == kind && self.open.len() > 1 {
            return;
        }
        self.close(rank::OUTSIDE);
        let wanted = self.annex_open().child(kind, None);
        let mut made = provision(kind, span.clone());
        made.anchor = self.anchors.take(&wanted, &span).0;
        self.push(Node::new(made, rank::OUTSIDE));
    }

    fn preamble_heading(&mut self, line: Line) {
        self.outside_node(ProvisionKind::Preamble, line.span.clone());
        if self.top().provision.title.is_empty() && self.top().provision.children.is_empty() {
            self.unused_anchor(&line, "preamble");
            self.top().provision.title = line.content;
        } else {
            self.attach(paragraph(line));
        }
    }

    /// Begins a 编, 分编, 章 or 节.
    fn division(&mut self, label: &Label, mut line: Line) {
        let (kind, rank) = match label.kind {
            LabelKind::Part => (ProvisionKind::Part, rank::PART),
            LabelKind::Subpart => (ProvisionKind::Subpart, rank::SUBPART),
            LabelKind::Chapter => (ProvisionKind::Chapter, rank::CHAPTER),
            _ => (ProvisionKind::Section, rank::SECTION),
        };
        let level = line.heading.as_ref().map(|(level, _)| *level);
        self.close_outside();
        self.close_division(rank, level);
        let number = label.number;
        let context = self.context_node();
        let before = Before {
            sibling: None,
            anywhere: context.divisions.get(&kind).copied(),
        };
        context.divisions.insert(kind, number);
        let sibling = match self.open.len() {
            // In the root itself, the siblings are those of the context.
            1 => before.anywhere,
            _ => self.top().divisions.get(&kind).copied(),
        };
        self.top().divisions.insert(kind, number);
        let before = Before { sibling, ..before };
        let wanted: Vec<String> = self
            .above_division(kind)
            .into_iter()
            .map(|above| above.child(kind, Some(number)))
            .collect();
        let name = Name::Kind(kind.name());
        let mut made = self.numbered(kind, label, before, &name, &wanted, &mut line);
        made.title = line.content;
        let mut node = Node::new(made, rank);
        node.level = level;
        self.push(node);
    }

    /// Closes what a division of this rank ends. An unnumbered heading ends at
    /// Markdown headings of its level or above; if it has no level, at any
    /// division.
    fn close_division(&mut self, rank: u32, level: Option<u8>) {
        while self.open.len() > 1 {
            let top = self.top();
            let ends_heading = top.provision.kind == ProvisionKind::Heading
                && match (top.level, level) {
                    (Some(open), Some(new)) => open >= new,
                    (None, _) => true,
                    (Some(_), None) => false,
                };
            if top.rank < rank && !ends_heading {
                return;
            }
            self.close_one();
        }
    }

    /// Anchors of what is above a division, the preferred one first. Chapters
    /// are usually counted on through 分编, so only their part is needed to name
    /// them, unless the count starts again.
    fn above_division(&self, kind: ProvisionKind) -> Vec<Anchor<'_>> {
        let above = |wanted: &[ProvisionKind]| {
            let node = self
                .open
                .iter()
                .rev()
                .find(|node| wanted.contains(&node.provision.kind));
            Anchor(node.map_or("", |node| &node.provision.anchor))
        };
        use ProvisionKind::{Annex, Chapter, Heading, Part, Subpart};
        match kind {
            Part => vec![above(&[Annex])],
            Subpart => vec![above(&[Part, Heading, Annex])],
            Chapter => vec![
                above(&[Part, Heading, Annex]),
                above(&[Subpart, Part, Heading, Annex]),
            ],
            _ => vec![above(&[Chapter, Subpart, Part, Heading, Annex])],
        }
    }

    fn heading(&mut self, line: Line) {
        let level = line.heading.as_ref().map(|(level, _)| *level);
        self.close_outside();
        let in_part = self
            .open
            .iter()
            .any(|node| node.provision.kind == ProvisionKind::Part);
        let rank = match level {
            // 附则 is one of the outermost divisions.
            None if in_part => rank::PART,
            None => rank::CHAPTER,
            // Below the last Markdown heading of a higher level.
            Some(level) => {
                let above = self
                    .open
                    .iter()
                    .rev()
                    .find(|node| node.level.is_some_and(|above| above < level));
                let context = match above {
                    Some(node) => node.rank,
                    None if self.annex_open().0.is_empty() => rank::HEADING,
                    None => rank::ANNEX + rank::HEADING,
                };
                context + u32::from(level)
            }
        };
        self.close_division(rank, level);
        let written = line.heading.as_ref().map_or("", |(_, anchor)| anchor);
        let (wanted, former) = if written.is_empty() {
            let annex = self.annex_open();
            let full = |slug: String| annex.join(if slug.is_empty() { "heading" } else { &slug });
            let (slug, former) = anchor::of_text(&line.text);
            (full(slug), former.map(full))
        } else {
            (written.to_owned(), None)
        };
        let mut made = provision(ProvisionKind::Heading, line.span.clone());
        made.anchor = self.anchors.take(&wanted, &line.span).0;
        made.title = line.content;
        // Repeated headings used to be numbered in the same way.
        let former = former.map(|former| format!("{former}{}", &made.anchor[wanted.len()..]));
        made.title.splice(..0, former.map(Inline::FormerAnchor));
        let mut node = Node::new(made, rank);
        node.level = level;
        self.push(node);
    }

    fn article(&mut self, at: usize, label: &Label, mut line: Line) {
        self.close_outside();
        self.close(rank::ARTICLE);
        let number = label.number;
        let context = self.context_node();
        let before = Before {
            sibling: context.last_article,
            anywhere: None,
        };
        context.last_article = Some(number);
        let kind = ProvisionKind::Article;
        let wanted = [self.annex_open().child(kind, Some(number))];
        let name = Name::Kind(kind.name());
        let mut made = self.numbered(kind, label, before, &name, &wanted, &mut line);
        if let Some(length) = self.article_title(at, &line) {
            made.title = vec![Inline::Text(line.take(length))];
        }
        self.push(Node::new(made, rank::ARTICLE));
        if line.text.is_empty() && line.content.is_empty() {
            return;
        }
        // 第四条 （一）…… begins with an item of a paragraph without text.
        match line.label() {
            Some(item) if matches!(item.kind, LabelKind::Item(_)) => self.item(&item, line),
            _ => self.open_paragraph(line.span, line.content),
        }
    }

    /// Length of the title at the beginning of an article's first line.
    fn article_title(&self, at: usize, line: &Line) -> Option<usize> {
        let text = &line.text;
        let bracketed = outline::bracketed_title(text).filter(|length| *length <= line.lead());
        if let Some(length) = bracketed
            && (self.titles == TitleStyle::Bracketed || text.starts_with('【'))
        {
            return Some(length);
        }
        let whole = line.heading.is_some() || self.titles == TitleStyle::OwnLine;
        let goes_on = matches!(self.roles.get(at + 1), Some(Role::Text | Role::Item(_)));
        (whole && goes_on && outline::is_own_line_title(text) && line.lead() == text.len())
            .then_some(text.len())
    }

    fn open_paragraph(&mut self, span: Span, content: Vec<Inline<WrittenLink>>) {
        self.close(rank::PARAGRAPH);
        let article = self.top();
        article.paragraphs += 1;
        let number = Some(Number::plain(article.paragraphs));
        let wanted = Anchor(&article.provision.anchor).child(ProvisionKind::Paragraph, number);
        let mut made = provision(ProvisionKind::Paragraph, span.clone());
        made.number = number;
        made.anchor = self.anchors.take(&wanted, &span).0;
        made.content = content;
        self.push(Node::new(made, rank::PARAGRAPH));
    }

    fn article_at(&self) -> Option<usize> {
        self.open.iter().position(|node| node.rank == rank::ARTICLE)
    }

    /// Adds a line without number: either a paragraph of the article, or a
    /// continuation of what is open.
    fn text(&mut self, at: usize, line: Line) {
        if self.article_at().is_none() {
            if self.open.len() == 1 && !self.begun() {
                self.outside(ProvisionKind::Preamble, line);
                return;
            }
            // Parts outside of the provisions end where text of another kind
            // begins.
            let kind = self.top().provision.kind;
            if matches!(kind, ProvisionKind::Opening | ProvisionKind::Contents) {
                self.outside(ProvisionKind::Preamble, line);
                return;
            }
            self.attach(paragraph(line));
            return;
        }
        let quotes = self.roles[at] == Role::Quoted
            || (line.text.starts_with('“') && self.last_words.ends_with('：'));
        let has_paragraph = self.top().rank >= rank::PARAGRAPH;
        if has_paragraph && (quotes || self.list_goes_on(at)) {
            self.attach(paragraph(line));
        } else {
            self.open_paragraph(line.span, line.content);
        }
    }

    fn begun(&self) -> bool {
        let before = &self.open[0].provision.children;
        before.iter().any(|block| {
            matches!(block, Block::Provision(p)
                if !matches!(p.kind, ProvisionKind::Opening | ProvisionKind::Contents))
        })
    }

    /// Whether the open list has its next item after this line. If so, the line
    /// belongs to the item above it; otherwise it is a new paragraph.
    fn list_goes_on(&self, at: usize) -> bool {
        let Some(Role::Item(label)) = self.next[at].map(|next| &self.roles[next]) else {
            return false;
        };
        let LabelKind::Item(style) = label.kind else {
            return false;
        };
        let mut nodes = self
            .open
            .iter()
            .rev()
            .take_while(|node| node.rank >= rank::PARAGRAPH);
        nodes.any(|node| {
            node.list
                .is_some_and(|(open, last)| open == style && label.number.follows(last))
        })
    }

    /// Begins an item of a paragraph, or a point of a document.
    fn item(&mut self, label: &Label, mut line: Line) {
        let LabelKind::Item(style) = label.kind else {
            unreachable!("only items come here");
        };
        let article = self.article_at();
        match article {
            Some(_) if self.top().rank < rank::PARAGRAPH => {
                self.open_paragraph(line.span.clone(), Vec::new());
            }
            None => self.close_outside(),
            Some(_) => {}
        }
        self.close_items(article.map_or(0, |at| at + 1), style, label.number);

        let number = label.number;
        let parent = self.top();
        let deeper = parent.style.is_some();
        let rank = match parent.rank {
            rank if deeper && rank >= rank::ENUMERATION => rank + 10,
            _ => rank::ENUMERATION,
        };
        let sibling = parent.counts(style, number);
        let above = Anchor(&parent.provision.anchor);
        let (kind, wanted) = match (article, deeper) {
            (Some(_), false) => {
                let kind = ProvisionKind::Item;
                (kind, above.child(kind, Some(number)))
            }
            (Some(_), true) => {
                let kind = ProvisionKind::Subitem;
                let first = parent.provision.kind == ProvisionKind::Item;
                let wanted = if first {
                    above.child(kind, Some(number))
                } else {
                    above.deeper(number)
                };
                (kind, wanted)
            }
            (None, _) => (ProvisionKind::Point, self.point_anchor(number)),
        };
        let before = Before {
            sibling,
            anywhere: match article {
                Some(_) => None,
                None => self.points.insert(style, number),
            },
        };
        let name = Name::Item(style);
        let mut made = self.numbered(kind, label, before, &name, &[wanted], &mut line);
        let title = match kind {
            ProvisionKind::Point => self.point_title(&line),
            _ => None,
        };
        if let Some(length) = title {
            if length == line.text.len() {
                made.title = std::mem::take(&mut line.content);
            } else {
                made.title = vec![Inline::Text(line.take(length))];
            }
        }
        made.content = line.content;
        let mut node = Node::new(made, rank);
        node.level = line.heading.map(|(level, _)| level);
        node.style = Some(style);
        self.push(node);
    }

    /// Closes the items that an item of this style ends, among those open at
    /// `from` and below.
    fn close_items(&mut self, from: usize, style: Style, number: Number) {
        let same = self.open[from.min(self.open.len())..]
            .iter()
            .position(|node| node.style == Some(style));
        if let Some(same) = same {
            while self.open.len() > from + same {
                self.close_one();
            }
            return;
        }
        // A list that begins right after “……：” is within that item, whatever
        // its style; otherwise the order of styles decides.
        if number == Number::plain(1) && self.last_words.ends_with(['：', ':']) {
            return;
        }
        while self.open.len() > from.max(1) && self.top().style.is_some_and(|open| open > style) {
            self.close_one();
        }
    }

    /// The anchor of a point within what is open.
    fn point_anchor(&self, number: Number) -> String {
        let top = self.open.last().expect("the root is never closed");
        if top.style.is_some() {
            return Anchor(&top.provision.anchor).deeper(number);
        }
        let above = self.open.iter().rev().find(|node| {
            node.provision.kind.is_division() || node.provision.kind == ProvisionKind::Annex
        });
        let above = Anchor(above.map_or("", |node| &node.provision.anchor));
        above.child(ProvisionKind::Point, Some(number))
    }

    /// Length of a point's heading: its whole line, or, in a document, its
    /// first sentence if that is short.
    fn point_title(&self, line: &Line) -> Option<usize> {
        let text = &line.text;
        if line.heading.is_some() {
            return Some(text.len());
        }
        let short = text.chars().take(61).count() <= 60;
        if !text.is_empty() && short && !ends_sentence(text) && !text.ends_with(['，', '、']) {
            return Some(text.len());
        }
        if !self.context.document {
            return None;
        }
        let stop = text
            .char_indices()
            .take(LONGEST_RUN_IN + 1)
            .find(|(_, c)| matches!(c, '。' | '；' | '：' | '，'))?;
        let end = stop.0 + stop.1.len_utf8();
        (stop.1 == '。' && end < text.len() && end <= line.lead()).then_some(end)
    }

    /// Opens a point that is a heading, such as 一、管辖 above articles.
    fn point_heading(&mut self, label: &Label, mut line: Line) {
        let LabelKind::Item(style) = label.kind else {
            unreachable!("only items come here");
        };
        self.close_outside();
        let rank = rank::POINT_HEADING + if style == Style::Comma { 0 } else { 10 };
        self.close(rank);
        let number = label.number;
        let before = Before {
            sibling: self.top().counts(style, number),
            anywhere: None,
        };
        let wanted = [self.point_anchor(number)];
        let name = Name::Item(style);
        let kind = ProvisionKind::Point;
        let mut made = self.numbered(kind, label, before, &name, &wanted, &mut line);
        made.title = line.content;
        let mut node = Node::new(made, rank);
        node.style = Some(style);
        node.level = line.heading.map(|(level, _)| level);
        self.push(node);
    }

    fn annex(&mut self, length: usize, number: Option<u32>, mut line: Line) {
        self.close(rank::ANNEX);
        self.points.clear();
        self.annexes += 1;
        let number = Number::plain(number.unwrap_or(self.annexes));
        self.annexes = self.annexes.max(number.base);
        let kind = ProvisionKind::Annex;
        let wanted = [Anchor("").child(kind, Some(number))];
        let shown = format!("附件{}", number.base);
        let mut made = provision(kind, line.span.clone());
        made.anchor = self.anchor(&wanted, &shown, false, &line);
        made.number = Some(number);
        made.label = line.take(length);
        made.title = line.content;
        self.push(Node::new(made, rank::ANNEX));
    }

    fn annex_title(&mut self, line: Line) {
        let annex = &mut self.top().provision;
        // The label's line may end in a colon; a line end separates the two.
        annex.title = line.content;
    }

    /// Begins a numbered provision: removes its label from the line, and
    /// reports what looks wrong with its number.
    fn numbered(
        &mut self,
        kind: ProvisionKind,
        label: &Label,
        before: Before,
        name: &Name<'_>,
        wanted: &[String],
        line: &mut Line,
    ) -> Provision<WrittenLink> {
        let number = label.number;
        self.findings.number(number, before, name, &line.span);
        let grave = kind == ProvisionKind::Article;
        let mut made = provision(kind, line.span.clone());
        made.anchor = self.anchor(wanted, &name.of(number), grave, line);
        made.number = Some(number);
        made.label = line.take(label.length);
        self.findings.label(label, &made.label, &line.span);
        made
    }

    /// Takes one of the preferred anchors for a provision; messages call it
    /// `shown`.
    fn anchor(&mut self, wanted: &[String], shown: &str, grave: bool, line: &Line) -> String {
        let (anchor, first) = self.anchors.take_one_of(wanted, &line.span);
        if let Some(first) = first {
            self.findings
                .repeat(shown, &anchor, grave, first, &line.span);
        }
        self.unused_anchor(line, &anchor);
        anchor
    }

    /// Reports an anchor written in a heading: anchors of provisions are built
    /// from their numbers, so another anchor would be lost.
    fn unused_anchor(&mut self, line: &Line, anchor: &str) {
        let Some((_, written)) = &line.heading else {
            return;
        };
        if written.is_empty() || written == anchor {
            return;
        }
        let message = format!("标题之后的锚点“{written}”不起作用");
        self.findings.report(
            Diagnostic::warning("unused-anchor", line.span.clone(), message).hint(format!(
                "章、节、条、款的锚点按编号生成，此处为 {anchor}；删去 {{#{written}}}，\
                 链接改用 #{anchor}"
            )),
        );
    }

    fn finish(mut self) -> Structured {
        while self.open.len() > 1 {
            self.close_one();
        }
        let root = self.open.pop().expect("the root is never closed");
        let blocks = root.provision.children;
        Structured {
            anchors: self.anchors.into_order(),
            blocks,
            diagnostics: self.findings.finish(),
        }
    }
}

fn paragraph(line: Line) -> Block<WrittenLink> {
    Block::Paragraph {
        content: line.content,
        span: line.span,
    }
}
