//! Golden queries: what searches must find, checked with both engines.
//!
//! Editors write them into `search-index/golden.toml`. A miss is a finding like
//! any other, with its location and the results found instead.

use search::anchor::Anchor;
use search::present::{Hit, Results};
use search::request::Request;

use crate::diag::nearest::nearest;
use crate::diag::{Diagnostic, Severity};
use crate::extract::Corpus;
use crate::library::{Expected, GoldenPlace, GoldenQuery, Library};
use crate::lookup::Lookup;

/// How many of the pages found instead are named.
const SHOWN: usize = 3;

/// How many results are searched for a page that must not be found.
const FAR: usize = 50;

/// Runs every golden query on both engines. The findings get the given
/// severity, except for filters that don't exist, which are errors.
///
/// # Errors
/// When an index cannot be read.
pub fn misses(
    library: &Library,
    corpus: &Corpus,
    tantivy: &mut dyn Lookup,
    statically: &mut dyn Lookup,
    severity: Severity,
) -> anyhow::Result<Vec<Diagnostic>> {
    let mut found = Vec::new();
    for golden in &library.golden {
        let unknown: Vec<_> = unknown_filters(golden, corpus).collect();
        if !unknown.is_empty() {
            found.extend(unknown);
            continue;
        }
        let request = request(golden);
        let answers = [
            ("tantivy", tantivy.search(&request)?),
            ("static", statically.search(&request)?),
        ];
        found.extend(missed(golden, library, &answers, severity));
    }
    Ok(found)
}

fn request(golden: &GoldenQuery) -> Request {
    let within = match &golden.expected {
        Expected::Nothing => 0,
        Expected::Pages { within, .. } => *within,
    };
    let filters = golden.filters.iter();
    Request {
        limit: within.max(if golden.not.is_empty() { SHOWN } else { FAR }),
        filters: filters
            .map(|(key, value, _)| (key.clone(), value.clone()))
            .collect(),
        ..Request::new(&golden.query)
    }
}

/// Reports filters that no page can match.
fn unknown_filters<'g>(
    golden: &'g GoldenQuery,
    corpus: &'g Corpus,
) -> impl Iterator<Item = Diagnostic> + 'g {
    golden.filters.iter().filter_map(|(key, value, span)| {
        let error = |message| Diagnostic::error("invalid-value", span.clone(), message);
        let readable = |facet: &&crate::extract::FacetDefinition| !facet.label.is_empty();
        let Some(facet) = corpus.facets.iter().find(|facet| facet.key == key) else {
            let keys = corpus.facets.iter().filter(readable).map(|facet| facet.key);
            let keys: Vec<&str> = keys.collect();
            let message = format!("没有“{key}”这一筛选条件");
            return Some(error(message).hint(format!("可用的字段为 {}", keys.join("、"))));
        };
        if facet.values.iter().any(|(known, _)| known == value) {
            return None;
        }
        let message = format!("筛选条件 {key} 没有“{value}”这一值");
        let slugs = facet.values.iter().map(|(slug, _)| slug.as_str());
        let by_label = facet.values.iter().find(|(_, label)| label == value);
        let near = by_label.map(|(slug, _)| slug.as_str());
        Some(match near.or_else(|| nearest(value, slugs.clone())) {
            Some(near) => error(message).hint(format!("可能应为“{near}”，核对后改正")),
            None => {
                let some: Vec<&str> = slugs.take(20).collect();
                error(message).hint(format!("可用的值为 {}", some.join("、")))
            }
        })
    })
}

/// What is wrong with the answers to one query; `None` if nothing is.
fn missed(
    golden: &GoldenQuery,
    library: &Library,
    answers: &[(&str, Results); 2],
    severity: Severity,
) -> Option<Diagnostic> {
    let faults = answers
        .iter()
        .map(|(engine, results)| (*engine, fault(golden, library, results)));
    let faults: Vec<(&str, String)> = faults
        .filter_map(|(engine, fault)| Some((engine, fault?)))
        .collect();
    let label = match &faults[..] {
        [] => return None,
        [(_, one), (_, other)] if one == other => format!("两个引擎的结果相同：{one}"),
        each => {
            let each = each
                .iter()
                .map(|(engine, fault)| format!("{engine} {fault}"));
            each.collect::<Vec<_>>().join("；")
        }
    };
    let wanted = wanted(golden, library);
    let message = format!("检索“{}”，结果与样例不符：{wanted}", golden.query);
    let remedy = match golden.expected {
        Expected::Nothing => {
            "核对检索到的页面是否相关：相关的（本站已收录此类文本），删去本条样例；不相关的，\
             修改词表（search-index/lexicon.toml）或该页的 search_terms"
        }
        Expected::Pages { .. } => {
            "在应检索到的页面补充别名（other_names）或附加检索词（search_terms），\
             或在 search-index/lexicon.toml 中补充同义词、别名；排列本无不当的，修改本条样例"
        }
    };
    // A query that used to find nothing may rightly find something: a text may
    // have been added.
    let severity = match golden.expected {
        Expected::Nothing => Severity::Warning,
        Expected::Pages { .. } => severity,
    };
    Some(Diagnostic {
        severity,
        ..Diagnostic::error("golden-miss", golden.span.clone(), message)
            .label(label)
            .hint(format!("本条样例的理由是“{}”", golden.reason))
            .hint(remedy)
    })
}

/// Describes how an answer differs from what is expected; `None` if it is
/// right.
fn fault(golden: &GoldenQuery, library: &Library, results: &Results) -> Option<String> {
    let hits = &results.hits;
    if let Some(suggestion) = results.suggestion.as_ref().filter(|_| golden.as_typed) {
        let done = if suggestion.used {
            "改按"
        } else {
            "建议改为"
        };
        return Some(format!("{done}“{}”检索", suggestion.query));
    }
    let unwanted = |hit: &&Hit| {
        let mut not = golden.not.iter();
        not.any(|page| library.page(*page).key == hit.card.key)
    };
    if let Some(hit) = hits.iter().find(unwanted) {
        let title = hit.card.names.first().map_or("", String::as_str);
        return Some(format!("检索到 {}", named(title, &hit.card.key, None)));
    }
    let Expected::Pages {
        first,
        also,
        within,
    } = &golden.expected
    else {
        return (!hits.is_empty()).then(|| format!("检索到 {}", in_words(hits)));
    };
    if hits.is_empty() && !(first.is_empty() && also.is_empty()) {
        return Some("未检索到任何页面".to_owned());
    }
    if !first.is_empty() && !first.iter().any(|place| is_at(&hits[0], place, library)) {
        return Some(format!("排在前面的为 {}", in_words(hits)));
    }
    let near = &hits[..hits.len().min(*within)];
    let absent = also
        .iter()
        .filter(|place| !near.iter().any(|hit| is_at(hit, place, library)));
    let absent: Vec<String> = absent.map(|place| place_in_words(place, library)).collect();
    (!absent.is_empty()).then(|| {
        format!(
            "前 {within} 名中没有 {}，排在前面的为 {}",
            absent.join("、"),
            in_words(hits)
        )
    })
}

/// Whether a hit is the expected page, and its best place the expected one or
/// within it.
fn is_at(hit: &Hit, place: &GoldenPlace, library: &Library) -> bool {
    let within = |anchor: &str| Anchor(&hit.place.anchor).is_within(anchor);
    hit.card.key == library.page(place.page).key && place.anchor.as_deref().is_none_or(within)
}

fn wanted(golden: &GoldenQuery, library: &Library) -> String {
    let not = golden.not.iter().map(|page| &library.page(*page).title);
    let not: Vec<String> = not.map(|title| format!("《{title}》")).collect();
    let not = (!not.is_empty()).then(|| format!("不应检索到{}", not.join("、")));
    let as_typed = golden.as_typed.then(|| "不应改动检索词".to_owned());
    let list = |places: &[GoldenPlace], between| {
        let words = places.iter().map(|place| place_in_words(place, library));
        words.collect::<Vec<_>>().join(between)
    };
    match &golden.expected {
        Expected::Nothing => {
            let nothing = "应无检索结果".to_owned();
            let parts = std::iter::once(nothing).chain(not).chain(as_typed);
            parts.collect::<Vec<_>>().join("，")
        }
        Expected::Pages {
            first,
            also,
            within,
        } => {
            let first = (!first.is_empty()).then(|| format!("第一名应为{}", list(first, "或")));
            let also =
                (!also.is_empty()).then(|| format!("前 {within} 名应有{}", list(also, "、")));
            let parts = first.into_iter().chain(also).chain(not).chain(as_typed);
            parts.collect::<Vec<_>>().join("，")
        }
    }
}

fn place_in_words(place: &GoldenPlace, library: &Library) -> String {
    let page = library.page(place.page);
    named(&page.title, &page.key, place.anchor.as_deref())
}

/// The first hits, numbered.
fn in_words(hits: &[Hit]) -> String {
    let shown = hits.iter().take(SHOWN).enumerate().map(|(number, hit)| {
        let title = hit.card.names.first().map_or("", String::as_str);
        let anchor = Some(hit.place.anchor.as_str()).filter(|anchor| !anchor.is_empty());
        format!("{}. {}", number + 1, named(title, &hit.card.key, anchor))
    });
    shown.collect::<Vec<_>>().join("，")
}

fn named(title: &str, key: &str, anchor: Option<&str>) -> String {
    let mark = anchor.map_or(String::new(), |anchor| format!("#{anchor}"));
    format!("《{title}》（{key}{mark}）")
}
