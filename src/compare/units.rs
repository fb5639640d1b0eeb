//! Splits a text into the units that are compared: articles, points, headings,
//! and the text around them.

use crate::body::text::{Breaks, How};
use crate::body::tree::{self, Block, Provision};
use crate::chinese::han::{compact, is_space};
use search::anchor::{ProvisionKind, Step};

/// A part of a text that is compared as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its kind: a unit can only become one of the same kind.
    pub kind: UnitKind,
    /// Its anchor; empty if it has none.
    pub anchor: String,
    /// Its name for readers: 第七条, 附件2第一条, 一、（二）, 第二章, 落款.
    pub name: String,
    /// Its text without its number, one line for each paragraph, item or row.
    pub lines: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    /// An article (条).
    Article,
    /// A point of the document form: 一、 or （一）.
    Point,
    /// The heading of a 编, 章 or 节, or of an annex, and the text below it that
    /// belongs to no article.
    Heading,
    /// The text around the articles: passage note, preamble, signature.
    Text,
}

impl Unit {
    /// Its words without spaces, as a key for finding equal units. The width of
    /// digits and punctuation is ignored: it depends on how a text was typed,
    /// not on what an amendment changed.
    pub(super) fn key(&self) -> String {
        let chars = self.lines.iter().flat_map(|line| line.chars());
        chars.filter(|c| !is_space(*c)).map(narrow).collect()
    }
}

/// Deeper points belong to the one above: 1. and （1） are lines of it.
const DEEPEST_POINT: usize = 2;

/// The units of a body, in order.
pub fn units<L>(body: &[Block<L>]) -> Vec<Unit> {
    let mut collector = Collector {
        units: Vec::new(),
        way: Vec::new(),
        points: Vec::new(),
    };
    collector.blocks(body);
    collector.units
}

struct Collector {
    units: Vec<Unit>,
    /// The path of provisions above.
    way: Vec<Step>,
    /// Labels of the points above.
    points: Vec<String>,
}

impl Collector {
    fn blocks<L>(&mut self, blocks: &[Block<L>]) {
        for block in blocks {
            match block {
                Block::Provision(provision) => self.provision(provision),
                other => {
                    let mut lines = Vec::new();
                    push_lines(other, &mut lines);
                    self.add(lines);
                }
            }
        }
    }

    fn provision<L>(&mut self, provision: &Provision<L>) {
        self.way.push(Step {
            kind: provision.kind,
            number: provision.number,
        });
        match provision.kind {
            // The contents only repeat the headings.
            ProvisionKind::Contents => {}
            ProvisionKind::Opening => self.whole(provision, UnitKind::Text, "题注".to_owned()),
            ProvisionKind::Preamble => self.whole(provision, UnitKind::Text, "序言".to_owned()),
            ProvisionKind::Signature => self.whole(provision, UnitKind::Text, "落款".to_owned()),
            ProvisionKind::Article => {
                let name = match search::anchor::words(&self.way, true) {
                    name if name.is_empty() => compact(&provision.label),
                    name => name,
                };
                self.whole(provision, UnitKind::Article, name);
            }
            ProvisionKind::Point if self.points.len() < DEEPEST_POINT => {
                self.points.push(compact(&provision.label));
                let name = self.points.concat();
                let name = name.trim_end_matches('、').to_owned();
                self.open(UnitKind::Point, &provision.anchor, name);
                self.add(vec![own_line(provision, false)]);
                self.blocks(&provision.children);
                self.points.pop();
            }
            ProvisionKind::Part
            | ProvisionKind::Subpart
            | ProvisionKind::Chapter
            | ProvisionKind::Section
            | ProvisionKind::Heading
            | ProvisionKind::Annex => {
                let name = compact(&provision.label);
                let name = name.trim_end_matches(['：', ':']).to_owned();
                self.open(UnitKind::Heading, &provision.anchor, name);
                self.add(vec![own_line(provision, false)]);
                let points = std::mem::take(&mut self.points);
                self.blocks(&provision.children);
                self.points = points;
            }
            ProvisionKind::Paragraph
            | ProvisionKind::Item
            | ProvisionKind::Subitem
            | ProvisionKind::Point => {
                self.add(vec![own_line(provision, true)]);
                self.blocks(&provision.children);
            }
        }
        self.way.pop();
    }

    /// Adds a unit that holds everything below the provision.
    fn whole<L>(&mut self, provision: &Provision<L>, kind: UnitKind, name: String) {
        self.open(kind, &provision.anchor, name);
        let mut lines = vec![own_line(provision, false)];
        for block in &provision.children {
            push_lines(block, &mut lines);
        }
        // 第一条【目的】 and its first paragraph share a line on paper.
        if provision.kind == ProvisionKind::Article && lines.len() > 1 {
            let title = lines.remove(0);
            lines[0].insert_str(0, &title);
        }
        self.add(lines);
    }

    fn open(&mut self, kind: UnitKind, anchor: &str, name: String) {
        self.units.push(Unit {
            kind,
            anchor: anchor.to_owned(),
            name,
            lines: Vec::new(),
        });
    }

    /// Adds lines to the open unit, leaving out empty ones.
    fn add(&mut self, lines: Vec<String>) {
        let mut lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            return;
        }
        if self.units.is_empty() {
            self.open(UnitKind::Text, "", "正文".to_owned());
        }
        let unit = self.units.last_mut().expect("one was opened");
        unit.lines.append(&mut lines);
    }
}

/// How text is extracted for comparison: words only, without line breaks.
const COMPARED: How = How {
    cells: Some(" | "),
    ..How::READ.breaks(Breaks::Nothing)
};

/// Adds the lines of a block, including labels.
fn push_lines<L>(block: &Block<L>, lines: &mut Vec<String>) {
    if let Block::Provision(provision) = block {
        lines.push(own_line(provision, true));
        for block in &provision.children {
            push_lines(block, lines);
        }
        return;
    }
    COMPARED.lines(std::slice::from_ref(block), &mut |line| {
        lines.push(line.trim_matches(is_space).to_owned());
    });
}

/// The own text of a provision, after its label if `labelled`.
fn own_line<L>(provision: &Provision<L>, labelled: bool) -> String {
    let label = if labelled {
        compact(&provision.label)
    } else {
        String::new()
    };
    let title = COMPARED.inline(&provision.title);
    // Padding belongs to the print: 总　则 is 总则.
    let title = if provision.kind.is_division() {
        tree::heading_text(&title)
    } else {
        title.trim_matches(is_space).to_owned()
    };
    let text = format!("{label}{title}{}", COMPARED.inline(&provision.content));
    text.trim_matches(is_space).to_owned()
}

/// Full-width to half-width: ： becomes :, １ becomes 1.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => {
            let offset = u32::from('！') - u32::from('!');
            char::from_u32(u32::from(c) - offset).expect("ASCII is below")
        }
        other => other,
    }
}
