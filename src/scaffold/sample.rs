//! What new pages and new sites get for each type of page.

use crate::model::PageType;

/// The texts for a type of page.
pub struct Sample {
    /// The section's folder in a new site.
    pub folder: &'static str,
    /// The file name of the sample page, without `.md`.
    pub name: &'static str,
    /// The sample page, with `{date}`.
    pub page: &'static str,
    /// The template of a new page: its fields, a line of dashes, its body.
    pub template: &'static str,
}

impl Sample {
    pub fn of(page_type: PageType) -> Self {
        match page_type {
            PageType::Regulation => Self {
                folder: "regulations",
                name: "shili-jiedai-banfa",
                page: include_str!("start/regulation.md"),
                template: include_str!("regulation.md"),
            },
            PageType::Practice => Self {
                folder: "practices",
                name: "shili-jiedai",
                page: include_str!("start/practice.md"),
                template: include_str!("practice.md"),
            },
            PageType::Case => Self {
                folder: "cases",
                name: "shili-yuqi",
                page: include_str!("start/case.md"),
                template: include_str!("case.md"),
            },
            PageType::Term => Self {
                folder: "terms",
                name: "gongkai-jiedai",
                page: include_str!("start/term.md"),
                template: include_str!("term.md"),
            },
        }
    }
}
