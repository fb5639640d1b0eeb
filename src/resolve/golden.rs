//! Looks up the pages of the golden queries.

use super::lexicon::Names;
use super::targets::Targets;
use crate::body::anchor::FIGURES_ANCHOR;
use crate::diag::{Diagnostic, Spanned};
use crate::library::{Expected, GoldenPlace, GoldenQuery};
use crate::parse::page::{ParsedGolden, ParsedPage};

/// Resolves the pages named by the golden queries. A query that names a missing
/// page or place is reported and left out.
pub fn resolve(
    parsed: Vec<ParsedGolden>,
    pages: &[ParsedPage],
    targets: &Targets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<GoldenQuery> {
    if parsed.is_empty() {
        return Vec::new();
    }
    let names = Names::new(pages);
    let mut places = |written: &[Spanned<String>]| -> Option<Vec<GoldenPlace>> {
        let mut all = Some(Vec::new());
        for written in written {
            match place(written, &names, targets) {
                Ok(place) => all = all.map(|all| [all, vec![place]].concat()),
                Err(found) => {
                    diagnostics.extend(found);
                    all = None;
                }
            }
        }
        all
    };
    parsed
        .into_iter()
        .filter_map(|entry| {
            let (first, also) = (places(&entry.first), places(&entry.also));
            let not = places(&entry.not)?;
            let filters = entry.filters.into_iter();
            Some(GoldenQuery {
                query: entry.query.value,
                span: entry.query.span,
                filters: filters
                    .map(|filter| (filter.value.0, filter.value.1, filter.span))
                    .collect(),
                expected: if entry.nothing {
                    Expected::Nothing
                } else {
                    Expected::Pages {
                        first: first?,
                        also: also?,
                        within: entry.within,
                    }
                },
                not: not.into_iter().map(|place| place.page).collect(),
                as_typed: entry.as_typed,
                reason: entry.reason,
            })
        })
        .collect()
}

/// Looks up `practices/x#art-7`: the page by key, path or title, then its
/// anchor.
fn place(
    written: &Spanned<String>,
    names: &Names,
    targets: &Targets,
) -> Result<GoldenPlace, Option<Diagnostic>> {
    let (page, anchor) = match written.value.split_once('#') {
        Some((page, anchor)) => (page, Some(anchor)),
        None => (written.value.as_str(), None),
    };
    let page = Spanned::new(page.to_owned(), written.span.clone());
    let page = names.page(&page, targets)?;
    if let Some(anchor) = anchor
        // Any page may have this table; it isn't a heading of the text.
        && anchor != FIGURES_ANCHOR
    {
        targets
            .check_anchor(page, anchor)
            .map_err(|problem| problem.into_diagnostic(&written.value, written.span.clone()))?;
    }
    Ok(GoldenPlace {
        page,
        anchor: anchor.map(str::to_owned),
    })
}
