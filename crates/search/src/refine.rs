//! Filters, counts and order by facets, over pages that were found.
//!
//! Shared by both engines; where a facet's values come from is theirs.

use crate::format::facets::Facet;
use crate::order;
use crate::present::FacetCounts;
use crate::rank::RankedPage;
use crate::request::{Request, Sort};

/// Key of the facet that holds dates for sorting. It is not shown.
pub const DATE_FACET: &str = "date";

/// Whether a request needs the values of a facet.
pub fn is_needed(key: &str, request: &Request) -> bool {
    if key == DATE_FACET {
        request.sort == Sort::Date
    } else {
        request.facets || request.filters.iter().any(|(k, _)| k == key)
    }
}

/// Pages that pass all filters, except those on the facet `but`. Values of one
/// facet are alternatives, facets add up. A filter on a facet or a value that
/// doesn't exist lets nothing pass.
pub fn filtered<'a>(
    ranked: &'a [RankedPage],
    request: &Request,
    facets: &[&Facet],
    but: Option<&str>,
) -> Vec<&'a RankedPage> {
    let filters: Vec<&(String, String)> = request
        .filters
        .iter()
        .filter(|(key, _)| Some(key.as_str()) != but)
        .collect();
    // For each filter the pages that pass it.
    let passing: Vec<(&str, &[u32])> = filters
        .iter()
        .map(|(key, value)| {
            let facet = facets.iter().find(|facet| facet.key == *key);
            let values = facet.map_or(&[][..], |facet| &facet.values);
            // A value may be given as readers see it: 天津市 for 120000.
            let known = values
                .iter()
                .find(|known| known.value == *value || known.label == *value);
            (
                key.as_str(),
                known.map_or(&[][..], |known| &known.pages[..]),
            )
        })
        .collect();
    let passes = |page: u32, key: &str| {
        passing
            .iter()
            .any(|(k, pages)| *k == key && pages.binary_search(&page).is_ok())
    };
    ranked
        .iter()
        .filter(|ranked| passing.iter().all(|(key, _)| passes(ranked.page, key)))
        .collect()
}

/// Pages in the order that a request wants.
pub fn sorted<'a>(
    pages: Vec<&'a RankedPage>,
    request: &Request,
    facets: &[&Facet],
) -> Vec<&'a RankedPage> {
    let dates = facets.iter().find(|facet| facet.key == DATE_FACET);
    let (Sort::Date, Some(dates)) = (request.sort, dates) else {
        return pages;
    };
    let mut day_of: Vec<(u32, &str)> = Vec::new();
    for value in &dates.values {
        for &page in &value.pages {
            day_of.push((page, &value.value));
        }
    }
    order::sort_by(&mut day_of, |a, b| a.cmp(b));
    let day = |page: &RankedPage| {
        let at = day_of.binary_search_by_key(&page.page, |(page, _)| *page);
        // Pages without a date come last.
        at.map_or("", |at| day_of[at].1)
    };
    // Pages of one day keep their relevance.
    let mut pages = pages;
    order::sort_by(&mut pages, |a, b| day(b).cmp(day(a)));
    pages
}

/// Counts of every shown facet's values over the pages that were found. A
/// facet's own filter doesn't count, so that its other values stay to be
/// chosen.
pub fn counts(ranked: &[RankedPage], request: &Request, facets: &[&Facet]) -> Vec<FacetCounts> {
    facets
        .iter()
        .filter(|facet| facet.key != DATE_FACET)
        .map(|facet| {
            let found = filtered(ranked, request, facets, Some(&facet.key));
            let mut pages: Vec<u32> = found.iter().map(|page| page.page).collect();
            order::sort_by(&mut pages, u32::cmp);
            let is_chosen = |value: &str| {
                request
                    .filters
                    .iter()
                    .any(|(k, v)| *k == facet.key && v == value)
            };
            FacetCounts {
                key: facet.key.clone(),
                label: facet.label.clone(),
                values: facet
                    .values
                    .iter()
                    .map(|v| {
                        let count = v
                            .pages
                            .iter()
                            .filter(|page| pages.binary_search(page).is_ok());
                        let count = count.count();
                        (v.value.clone(), v.label.clone(), count)
                    })
                    .filter(|(value, _, count)| *count > 0 || is_chosen(value))
                    .collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::facets::FacetValue;

    fn facet(key: &str, values: &[(&str, &[u32])]) -> Facet {
        Facet {
            key: key.into(),
            label: key.into(),
            values: values
                .iter()
                .map(|(value, pages)| FacetValue {
                    value: value.to_string(),
                    label: format!("{value}市"),
                    pages: pages.to_vec(),
                })
                .collect(),
        }
    }

    fn ranked(pages: &[u32]) -> Vec<RankedPage> {
        pages
            .iter()
            .map(|&page| RankedPage {
                page,
                score: 1.0,
                places: Vec::new(),
            })
            .collect()
    }

    fn numbers(pages: Vec<&RankedPage>) -> Vec<u32> {
        pages.into_iter().map(|page| page.page).collect()
    }

    #[test]
    fn values_are_alternatives_and_facets_add_up() {
        let region = facet("region", &[("a", &[1, 2]), ("b", &[3])]);
        let stage = facet("stage", &[("x", &[2, 3])]);
        let facets = [&region, &stage];
        let ranked = ranked(&[3, 2, 1, 0]);
        let mut request = Request::new("");
        request.filters = vec![
            ("region".into(), "a市".into()),
            ("region".into(), "b".into()),
            ("stage".into(), "x".into()),
        ];
        assert_eq!(numbers(filtered(&ranked, &request, &facets, None)), [3, 2]);
        let counts = counts(&ranked, &request, &facets);
        assert_eq!(counts[0].values[0].2, 1);
        request.filters = vec![("planet".into(), "a".into())];
        assert!(filtered(&ranked, &request, &facets, None).is_empty());
    }

    #[test]
    fn newest_first_and_undated_last() {
        let dates = facet(DATE_FACET, &[("2021-01-01", &[1, 4]), ("2026-01-01", &[2])]);
        let ranked = ranked(&[0, 1, 2, 4]);
        let mut request = Request::new("");
        request.sort = Sort::Date;
        let order = sorted(ranked.iter().collect(), &request, &[&dates]);
        assert_eq!(numbers(order), [2, 1, 4, 0]);
    }
}
