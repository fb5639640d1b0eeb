//! Finds citations of repealed regulations.

use super::targets::Targets;
use crate::diag::{Diagnostic, Span};
use crate::model::{Citation, CitationTarget, PageId, PageType};

/// Reports the repealed regulations that a page relies on, once each. A
/// regulation may cite what it repeals, and a case what was in force then.
pub fn cited(
    citations: &[Citation],
    implemented: &[(PageId, Span)],
    targets: &Targets,
    of: Option<PageType>,
) -> Vec<Diagnostic> {
    if matches!(of, Some(PageType::Regulation | PageType::Case)) {
        return Vec::new();
    }
    let in_text = citations
        .iter()
        .filter_map(|citation| match citation.target {
            CitationTarget::Page(page) | CitationTarget::Provision { page, .. } => {
                Some((page, citation.span.clone()))
            }
            _ => None,
        });
    let mut seen: Vec<PageId> = Vec::new();
    let mut found = Vec::new();
    for (page, span) in implemented.iter().cloned().chain(in_text) {
        let Some(title) = targets.repealed(page) else {
            continue;
        };
        if seen.contains(&page) {
            continue;
        }
        seen.push(page);
        let message = match title.since.as_deref() {
            Some(day) => format!("《{}》已经废止（{day}）", title.name),
            None => format!("《{}》已经废止", title.name),
        };
        found.push(
            Diagnostic::warning("repealed-citation", span, message)
                .hint("改为引用现行制度；叙述当时情况的，写明“当时施行的”，本条可不处理"),
        );
    }
    found
}
