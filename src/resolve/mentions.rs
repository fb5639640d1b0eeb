//! Looks up ids and locators in the registers.

use std::collections::{BTreeMap, HashSet};

use super::targets::Problem;
use crate::diag::nearest::nearest;
use crate::diag::{Diagnostic, Span, Spanned};
use crate::model::{Locators, Source, SourceReference};
use crate::parse::page::{ParsedBody, ParsedPage, RegionMention, Registers};

/// Looks up everything that a page mentions.
pub fn check(page: &ParsedPage, registers: &Registers) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mentions = &page.mentions;
    for organ in &mentions.organs {
        if !registers.organs.contains_key(&organ.value)
            && !registers.unread.contains("data/organs.toml")
        {
            found.push(unknown_id(
                organ,
                "机关",
                "data/organs.toml",
                &registers.organs,
            ));
        }
    }
    for region in &mentions.regions {
        found.extend(check_region(region, registers));
    }
    if registers.unread.contains("data/sources.toml") {
        found.extend(check_own_anchors(page));
        return found;
    }
    let mut sources = Vec::new();
    for (id, locators) in &mentions.sources {
        match registers.sources.get(&id.value) {
            Some(source) => {
                found.extend(check_locators(locators, &[&source.value]));
                sources.push(&source.value);
            }
            None => found.push(unknown_id(
                id,
                "来源",
                "data/sources.toml",
                &registers.sources,
            )),
        }
    }
    if sources.is_empty() {
        sources = all_sources(registers);
    }
    found.extend(check_locators(&mentions.locators, &sources));
    found.extend(check_locators(&mentions.aside, &sources));
    found.extend(check_locators(&page.body.locators, &sources));
    found.extend(check_own_anchors(page));
    found
}

/// Looks up the headings that the front matter names. A text that may not be
/// public has none.
fn check_own_anchors(page: &ParsedPage) -> impl Iterator<Item = Diagnostic> {
    let known = &page.body.anchors;
    let missing = page.mentions.anchors.iter();
    let missing = missing.filter(|anchor| page.metadata.public && !known.contains(&anchor.value));
    missing.filter_map(|anchor| {
        let near = nearest(&anchor.value, known.iter().map(String::as_str));
        Problem::NoAnchor(near.map(str::to_owned))
            .into_diagnostic(&format!("#{}", anchor.value), anchor.span.clone())
    })
}

/// The paragraphs that a page relies on: for each of its sources, those that
/// its marks and fields name, in the order of the source. The locators in the
/// page's own list apply if nothing else names a paragraph of the source, or if
/// the source's paragraphs aren't registered and therefore can't be told apart.
pub fn relied_on(page: &ParsedPage, registers: &Registers) -> Vec<SourceReference> {
    let used: HashSet<&str> = page
        .mentions
        .locators
        .iter()
        .chain(&page.body.locators)
        .map(|locator| locator.value.as_str())
        .collect();
    let mut taken: HashSet<&str> = HashSet::new();
    let mut relied_on = Vec::new();
    for reference in &page.sources {
        let segments = registers.sources.get(&reference.source);
        let segments = segments.map_or(&[][..], |source| &source.value.segments);
        let segments = segments.iter().map(|segment| segment.locator.as_str());
        let own: Vec<&str> = segments
            .filter(|locator| used.contains(locator) && taken.insert(locator))
            .collect();
        if own.is_empty() {
            relied_on.push(reference.clone());
            continue;
        }
        let own = own.into_iter().map(str::to_owned);
        relied_on.push(SourceReference {
            source: reference.source.clone(),
            locators: Locators(own.collect()),
        });
    }
    relied_on
}

/// Looks up the marks of a section's body, which names no sources of its own.
pub fn check_body(body: &ParsedBody, registers: &Registers) -> Vec<Diagnostic> {
    if registers.unread.contains("data/sources.toml") {
        return Vec::new();
    }
    check_locators(&body.locators, &all_sources(registers))
}

fn all_sources(registers: &Registers) -> Vec<&Source> {
    registers.sources.values().map(|s| &s.value).collect()
}

fn check_locators(locators: &[Spanned<String>], sources: &[&Source]) -> Vec<Diagnostic> {
    // A source without registered paragraphs may have any.
    if sources.iter().any(|source| source.segments.is_empty()) {
        return Vec::new();
    }
    let known = || {
        let segments = sources.iter().flat_map(|source| &source.segments);
        segments.map(|segment| segment.locator.as_str())
    };
    let mut found = Vec::new();
    for locator in locators {
        if known().any(|known| known == locator.value) {
            continue;
        }
        let message = format!("来源中没有 {} 这一段", locator.value);
        let mut unknown = Diagnostic::error("unknown-locator", locator.span.clone(), message);
        if let (Some(first), Some(last)) = (known().next(), known().next_back()) {
            unknown = unknown.hint(format!(
                "已登记的段号为 {first} 至 {last}，见 data/sources.toml"
            ));
        } else {
            unknown = unknown.hint("先在 data/sources.toml 中登记来源和段落");
        }
        found.push(unknown);
    }
    found
}

fn unknown_id<T>(
    id: &Spanned<String>,
    what: &str,
    register: &str,
    entries: &BTreeMap<String, Spanned<T>>,
) -> Diagnostic {
    let message = format!("{what}“{}”尚未登记", id.value);
    let found = Diagnostic::error("unknown-id", id.span.clone(), message);
    let found = match nearest(&id.value, entries.keys().map(String::as_str)) {
        Some(near) => found.hint(format!("可能应为“{near}”，核对后改正")),
        None => found,
    };
    let known: Vec<_> = entries
        .keys()
        .take(MOST_IDS + 1)
        .map(String::as_str)
        .collect();
    let found = match known.as_slice() {
        [] => found,
        few if few.len() <= MOST_IDS => found.hint(format!("已登记的有 {}", few.join("、"))),
        _ => found.hint(format!("已登记的有 {} 等", known[..MOST_IDS].join("、"))),
    };
    found.hint(format!("新增的{what}，先在 {register} 中登记"))
}

/// How many registered ids a message names.
const MOST_IDS: usize = 8;

fn check_region(mention: &RegionMention, registers: &Registers) -> Option<Diagnostic> {
    let RegionMention { code, name } = mention;
    let by_name = || {
        let mut regions = registers.all_regions().into_values();
        regions.find(|region| [&region.name, &region.short].contains(&&name.value))
    };
    match registers.region(&code.value) {
        Some(region) if region.name == name.value => None,
        Some(region) => {
            let message = format!(
                "代码 {} 对应{}，不是{}",
                code.value, region.name, name.value
            );
            let mut found = mismatch(name.span.clone(), message)
                .label(format!("登记为“{}”", region.name))
                .related(code.span.clone(), "代码");
            if let Some(meant) = by_name().filter(|meant| meant.code != code.value) {
                let (name, code) = (&meant.name, &meant.code);
                found = found.hint(format!("{name}的代码为 \"{code}\""));
            }
            Some(found.hint("名称应写全称"))
        }
        None if registers.unread.contains("data/regions.toml") => None,
        None => {
            let message = format!("地区代码“{}”尚未登记", code.value);
            let found = Diagnostic::error("unknown-id", code.span.clone(), message);
            Some(match by_name() {
                Some(meant) => {
                    let (name, code) = (&meant.name, &meant.code);
                    found.hint(format!("{name}的代码为 \"{code}\""))
                }
                None => found.hint("省级地区已内置；市、县先在 data/regions.toml 中登记"),
            })
        }
    }
}

/// Reports a region whose name and code disagree.
pub fn mismatch(span: Span, message: String) -> Diagnostic {
    Diagnostic::error("region-mismatch", span, message)
}
