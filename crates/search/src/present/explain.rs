//! What a score is made of.

use crate::plan::Plan;
use crate::rank::RankedPage;

/// What a score is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// They add up to the score.
    pub parts: Vec<Part>,
}

/// The points that a term gives a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TermPoints {
    /// For its text.
    pub body: f32,
    /// For the headings above.
    pub heading: f32,
    /// For what others say of it.
    pub others: f32,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is for.
    pub kind: PartKind,
    /// The term, of a part for one; the number of a part for citations; else
    /// empty.
    pub term: String,
    /// Points.
    pub points: f32,
}

/// What a part of a score is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A term in the text.
    Body,
    /// A term in the headings above.
    Heading,
    /// A term in what others say of the unit: the names that they give it, their
    /// sentences that cite it.
    Others,
    /// Other hits of the page.
    Page,
    /// A name that the query holds a share of.
    Title,
    /// A name that is what was typed.
    Navigation,
    /// The regulations that cite the page; how many, its term says.
    Cited,
    /// Taken off a page that is not in force.
    Repealed,
}

impl PartKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Body,
        Self::Heading,
        Self::Others,
        Self::Page,
        Self::Title,
        Self::Navigation,
        Self::Cited,
        Self::Repealed,
    ];

    /// A stable word for scripts; its words stand under `engine.part-` and this.
    pub fn code(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Heading => "heading",
            Self::Others => "others",
            Self::Page => "page",
            Self::Title => "title",
            Self::Navigation => "navigation",
            Self::Cited => "cited",
            Self::Repealed => "repealed",
        }
    }
}

impl Explanation {
    /// Of a page's best place: `points` are those of each term of the plan; then comes what the page adds, which `cited` regulations
    /// cite.
    pub fn new(plan: &Plan, points: &[TermPoints], page: &RankedPage, cited: u32) -> Self {
        let mut parts = Vec::new();
        let mut add = |kind, term: &str, points: f32| {
            if points != 0.0 {
                let term = term.to_owned();
                parts.push(Part { kind, term, points });
            }
        };
        for (term, points) in plan.terms.iter().zip(points) {
            add(PartKind::Body, &term.term, points.body);
            add(PartKind::Heading, &term.term, points.heading);
            add(PartKind::Others, &term.term, points.others);
        }
        let context = &page.context;
        add(PartKind::Page, "", context.page);
        add(PartKind::Title, "", context.title);
        add(PartKind::Navigation, "", context.navigation);
        add(PartKind::Cited, &cited.to_string(), context.cited);
        let total: f32 = parts.iter().map(|part| part.points).sum();
        if context.factor != 1.0 {
            parts.push(Part {
                kind: PartKind::Repealed,
                term: String::new(),
                points: total * (context.factor - 1.0),
            });
        }
        Self { parts }
    }
}
