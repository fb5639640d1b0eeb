//! Explains how a score is composed.

use crate::plan::Plan;
use crate::rank::RankedPage;

/// The composition of a score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// Parts whose points add up to the score.
    pub parts: Vec<Part>,
}

/// The points that a term gives a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TermPoints {
    /// For occurrences in its text.
    pub body: f32,
    /// For occurrences in the headings above it.
    pub heading: f32,
    /// For occurrences in what others say about it.
    pub others: f32,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What the points are for.
    pub kind: PartKind,
    /// The term, if the part is for one; the number of citing regulations, if
    /// it is for citations; otherwise empty.
    pub term: String,
    /// Points.
    pub points: f32,
}

/// Kinds of parts of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A term in the text.
    Body,
    /// A term in the headings above.
    Heading,
    /// A term in what others say about the unit: in the names they give it, or
    /// in sentences that cite it.
    Others,
    /// Other hits on the page.
    Page,
    /// A name of which the query contains a share.
    Title,
    /// A name that matches what was typed.
    Navigation,
    /// Citations; the part's term is the number of citing regulations.
    Cited,
    /// Deduction for a page that is not in force.
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

    /// A stable word for scripts; the label is under `engine.part-` and this
    /// word.
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
    /// Explains the score of a page's best place: `points` for each term of the
    /// plan, then what the page contributes. `cited` is the number of
    /// regulations that cite the page.
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
