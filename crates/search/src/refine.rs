//! Filters, counts and order by facets, for pages that were found.
//!
//! The index supplies the values of facets.

use crate::analysis::fold::Folder;
use crate::format::facets::{Facet, FacetValue};
use crate::order;
use crate::present::FacetCounts;
use crate::query::{Qualifier, Query};
use crate::rank::RankedPage;
use crate::request::{Request, Sort};

/// Key of the facet with dates for sorting. It is not displayed.
pub const DATE_FACET: &str = "date";

/// Whether a request and its query need the values of a facet.
pub fn is_needed(key: &str, request: &Request, query: &Query) -> bool {
    let is_listed = if key == DATE_FACET {
        request.sort == Sort::Date
    } else {
        request.facets
    };
    is_listed
        || request.filters.iter().any(|(k, _)| k == key)
        || query.qualifiers.iter().any(|q| q.key == key)
}

/// The values of a facet that a qualifier selects: one by its value or name, or
/// those in a range.
fn meant<'a>(qualifier: &Qualifier, facets: &[&'a Facet], folder: &Folder) -> Vec<&'a str> {
    let facet = facets.iter().find(|facet| facet.key == qualifier.key);
    let values = facet.map_or(&[][..], |facet| &facet.values);
    let wanted = folder.fold_str(qualifier.value.trim());
    let wanted = wanted.as_str();
    if let Some((from, to)) = wanted.split_once("..") {
        let (from, to) = (from.trim(), to.trim());
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if (from.is_empty() && to.is_empty()) || !is_number(from) || !is_number(to) {
            return Vec::new();
        }
        // Years and dates are compared as text; a range that ends with 2021
        // includes that whole year.
        let inside = |value: &str| {
            (from.is_empty() || value >= from)
                && (to.is_empty() || value <= to || value.starts_with(to))
        };
        let values = values.iter().map(|known| known.value.as_str());
        return values.filter(|value| inside(value)).collect();
    }
    let is_meant = |known: &&FacetValue| {
        let label = folder.fold_str(&known.label);
        // 天津 for 天津市, 2021年 for 2021.
        known.value == wanted
            || label == wanted
            || (wanted.chars().count() > 1 && label.starts_with(wanted))
            || wanted.strip_suffix('年') == Some(&known.value)
    };
    let values = values.iter().filter(is_meant);
    values.map(|known| known.value.as_str()).collect()
}

/// Whether a qualifier selects anything.
pub fn is_known(qualifier: &Qualifier, facets: &[&Facet], folder: &Folder) -> bool {
    !meant(qualifier, facets, folder).is_empty()
}

/// Adds the query's qualifiers to the filters and exclusions of a request.
pub fn add_qualifiers(
    request: &mut Request,
    qualifiers: &[Qualifier],
    facets: &[&Facet],
    folder: &Folder,
) {
    for qualifier in qualifiers {
        let list = if qualifier.is_excluded {
            &mut request.without
        } else {
            &mut request.filters
        };
        for value in meant(qualifier, facets, folder) {
            let filter = (qualifier.key.clone(), value.to_owned());
            if !list.contains(&filter) {
                list.push(filter);
            }
        }
    }
}

/// The key of a filter and the pages with its value, which may be given as
/// shown to readers: 天津市 for 120000.
fn pages_of<'f>((key, value): &'f (String, String), facets: &[&'f Facet]) -> (&'f str, &'f [u32]) {
    let facet = facets.iter().find(|facet| facet.key == *key);
    let values = facet.map_or(&[][..], |facet| &facet.values);
    let known = values
        .iter()
        .find(|known| known.value == *value || known.label == *value);
    (key, known.map_or(&[][..], |known| &known.pages[..]))
}

/// Pages that pass all filters, except filters on the facet `but`. Values of
/// one facet are alternatives; different facets must all match. A filter on an
/// unknown facet or value matches nothing.
pub fn filtered<'a>(
    ranked: &'a [RankedPage],
    request: &Request,
    facets: &[&Facet],
    but: Option<&str>,
) -> Vec<&'a RankedPage> {
    let pages_of = |filter| pages_of(filter, facets);
    let filters = request.filters.iter();
    let filters = filters.filter(|(key, _)| Some(key.as_str()) != but);
    let passing: Vec<(&str, &[u32])> = filters.map(pages_of).collect();
    let excluded: Vec<(&str, &[u32])> = request.without.iter().map(pages_of).collect();
    let passes = |page: u32, key: &str| {
        passing
            .iter()
            .any(|(k, pages)| *k == key && pages.binary_search(&page).is_ok())
    };
    ranked
        .iter()
        .filter(|ranked| passing.iter().all(|(key, _)| passes(ranked.page, key)))
        .filter(|ranked| {
            let mut excluded = excluded.iter();
            excluded.all(|(_, pages)| pages.binary_search(&ranked.page).is_err())
        })
        .collect()
}

/// Sorts pages in the order that the request asks for.
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
    // Pages that contain the whole query stay first; pages of the same day keep
    // their order by relevance.
    let mut pages = pages;
    order::sort_by(&mut pages, |a, b| {
        (a.level.cmp(&b.level)).then_with(|| day(b).cmp(day(a)))
    });
    pages
}

/// Counts the values of every displayed facet over the listed pages. The
/// facet's own filter is ignored, so that its other values remain available.
pub fn counts(listed: &[RankedPage], request: &Request, facets: &[&Facet]) -> Vec<FacetCounts> {
    facets
        .iter()
        .filter(|facet| facet.key != DATE_FACET)
        .map(|facet| {
            let found = filtered(listed, request, facets, Some(&facet.key));
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
    use crate::plan::Level;
    use crate::rank::{Context, Group};

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
                group: Group::Text,
                level: Level::All,
                score: 1.0,
                context: Context::default(),
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
    fn qualifiers_mean_values_and_ranges() {
        let region = facet("region", &[("120000", &[1]), ("310000", &[2])]);
        let year = facet(
            "year",
            &[
                ("2021", &[1]),
                ("2020", &[1]),
                ("2018", &[2]),
                ("2016", &[3]),
            ],
        );
        let meant = |key: &str, value: &str| {
            let qualifier = Qualifier {
                key: key.into(),
                value: value.into(),
                is_excluded: false,
                typed: String::new(),
            };
            let mut request = Request::new("");
            let folder = Folder::algorithmic();
            add_qualifiers(&mut request, &[qualifier], &[&region, &year], &folder);
            let values = request.filters.into_iter().map(|(_, value)| value);
            values.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(meant("region", "120000市"), "120000");
        assert_eq!(meant("region", "12"), "120000");
        assert_eq!(meant("region", "1"), "");
        assert_eq!(meant("year", "2018..2021"), "2021 2020 2018");
        assert_eq!(meant("year", "..2018"), "2018 2016");
        assert_eq!(meant("year", "2020.."), "2021 2020");
        assert_eq!(meant("year", "2021年"), "2021");
        assert_eq!(meant("year", ".."), "");
        assert_eq!(meant("year", "去年.."), "");
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

    #[test]
    fn what_has_an_excluded_value_is_left_out() {
        let region = facet("region", &[("120000", &[1]), ("310000", &[2])]);
        let request = Request {
            without: vec![("region".into(), "120000".into())],
            ..Request::new("")
        };
        let found = ranked(&[1, 2, 3]);
        let pages = filtered(&found, &request, &[&region], None);
        assert_eq!(pages.iter().map(|p| p.page).collect::<Vec<_>>(), [2, 3]);
    }
}
