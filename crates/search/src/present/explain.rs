//! What a score is made of.

use crate::plan::Plan;
use crate::rank::RankedPage;

/// What a score is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// They add up to the score.
    pub parts: Vec<Part>,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is for.
    pub kind: PartKind,
    /// The term, of a part for one; else empty.
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
    /// Other hits of the page.
    Page,
    /// A name that the query holds a share of.
    Title,
    /// A name that is what was typed.
    Navigation,
    /// Taken off a page that is not in force.
    Repealed,
}

impl PartKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Body,
        Self::Heading,
        Self::Page,
        Self::Title,
        Self::Navigation,
        Self::Repealed,
    ];

    /// A stable word for scripts; its words stand under `engine.part-` and this.
    pub fn code(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Heading => "heading",
            Self::Page => "page",
            Self::Title => "title",
            Self::Navigation => "navigation",
            Self::Repealed => "repealed",
        }
    }
}

impl Explanation {
    /// Of a page's best place: `points` are those of each term of the plan in
    /// text and headings; then comes what the page adds.
    pub fn new(plan: &Plan, points: &[(f32, f32)], page: &RankedPage) -> Self {
        let mut parts = Vec::new();
        let mut add = |kind, term: &str, points: f32| {
            if points != 0.0 {
                let term = term.to_owned();
                parts.push(Part { kind, term, points });
            }
        };
        for (term, (body, heading)) in plan.terms.iter().zip(points) {
            add(PartKind::Body, &term.term, *body);
            add(PartKind::Heading, &term.term, *heading);
        }
        let context = &page.context;
        add(PartKind::Page, "", context.page);
        add(PartKind::Title, "", context.title);
        add(PartKind::Navigation, "", context.navigation);
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
