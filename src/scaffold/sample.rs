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
    /// The body of a new page.
    pub body: &'static str,
}

impl Sample {
    pub fn of(page_type: PageType) -> Self {
        match page_type {
            PageType::Regulation => Self {
                folder: "regulations",
                name: "shili-jiedai-banfa",
                page: include_str!("start/regulation.md"),
                body: "## 原文记述的内容 {#shuoming}\n",
            },
            PageType::Practice => Self {
                folder: "practices",
                name: "shili-jiedai",
                page: include_str!("start/practice.md"),
                body: "## 做法 {#zuofa}\n",
            },
            PageType::Case => Self {
                folder: "cases",
                name: "shili-yuqi",
                page: include_str!("start/case.md"),
                body: "## 经过 {#jingguo}\n",
            },
            PageType::Term => Self {
                folder: "terms",
                name: "gongkai-jiedai",
                page: include_str!("start/term.md"),
                body: "## 含义 {#hanyi}\n",
            },
        }
    }
}
