//! What a regulation's page says about its other texts: when each is in force,
//! which one to read on a given day, where an old article went.
//!
//! A page doesn't know the day on which it is read. It gives dates, which stay
//! right; the theme's script derives from them what is in force now.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::{Here, page_file};
use crate::body::tree;
use crate::compare::{Comparison, Unit, UnitKind};
use crate::dates::iso;
use crate::library::Page;
use crate::library::versions::{DatedText, VersionChain};
use crate::markup::escape;
use crate::model::{Date, Details, PageId};
use crate::words::Words;

use crate::render::material::Material;
use crate::render::validity::{ending_slug, ending_words};
use crate::render::views::{GoneView, LinkView, OtherTextView, VersionRowView, VersionsView};

/// All texts of a page's regulation, newest first; `None` if there is only one.
pub(crate) fn versions(
    material: &Material<'_>,
    here: Here<'_>,
    page: &Page,
) -> Option<VersionsView> {
    let words = material.words();
    let (chain, own) = material.library.versions.of(page.id)?;
    let rows = chain.texts.iter().enumerate().rev().map(|(place, text)| {
        let other = material.page(text.page);
        let validity = match &other.details {
            Details::Regulation(regulation) => {
                material.library.versions.validity(other.id, regulation)
            }
            _ => unreachable!("only regulations have texts"),
        };
        let before = place.checked_sub(1).map(|before| &chain.texts[before]);
        let compare = before.and_then(|before| {
            compare_link(
                material,
                here,
                chain,
                before,
                text,
                "versions.compare_before",
            )
        });
        let identity = &chain.texts[chain.current()];
        // For neighbours, the newer text's link to the one before is the same
        // comparison.
        let is_neighbour = place + 1 == chain.current();
        let compare_now = if text.from < identity.from && !is_neighbour {
            compare_link(
                material,
                here,
                chain,
                text,
                identity,
                "versions.compare_now",
            )
        } else {
            None
        };
        VersionRowView {
            from: material.date(text.from),
            dated: dated(words, "dated", text),
            ended: validity.until.map_or_else(String::new, |(until, ending)| {
                ending_words(words, until, ending)
            }),
            until: validity.until.map(|(date, _)| material.date(date)),
            ending: ending_slug(validity.until),
            name: name(material, text),
            href: here.to(&page_file(&other.key)),
            here: place == own,
            identity: other.id == chain.identity,
            compare,
            compare_now,
        }
    });
    Some(VersionsView {
        rows: rows.collect(),
    })
}

/// The text before a page's own, if the two are compared.
pub(crate) fn before<'a>(material: &Material<'a>, page: &Page) -> Option<&'a DatedText> {
    let (chain, own) = material.library.versions.of(page.id)?;
    let before = &chain.texts[own.checked_sub(1)?];
    material.comparisons.get(before.page, page.id)?;
    Some(before)
}

/// The name of a text: 2026年修订, or 2026年3月1日施行的文本.
pub(crate) fn name(material: &Material<'_>, text: &DatedText) -> String {
    let version = match &material.page(text.page).details {
        Details::Regulation(regulation) => regulation.version.clone(),
        _ => None,
    };
    version.unwrap_or_else(|| dated_name(material.words(), text))
}

/// The name of a text by its date: 2026年3月1日施行的文本.
pub(crate) fn dated_name(words: &Words, text: &DatedText) -> String {
    dated(words, "dated-text", text)
}

/// A text's date, worded by a section of the interface's words.
fn dated(words: &Words, section: &str, text: &DatedText) -> String {
    let key = format!("{section}.{}", text.dated_by.slug());
    words.say(&key, &[("date", &words.date(text.from))])
}

/// The file of a comparison: below the regulation's page, named by the texts'
/// dates.
pub(crate) fn compare_file(
    material: &Material<'_>,
    chain: &VersionChain,
    old: &DatedText,
    new: &DatedText,
) -> String {
    let identity = &material.page(chain.identity).key;
    let day = |date: Date| iso(date).replace('-', "");
    page_file(&format!(
        "{identity}/compare/{}-{}",
        day(old.from),
        day(new.from)
    ))
}

fn compare_link(
    material: &Material<'_>,
    here: Here<'_>,
    chain: &VersionChain,
    old: &DatedText,
    new: &DatedText,
    title: &str,
) -> Option<LinkView> {
    material.comparisons.get(old.page, new.page)?;
    Some(LinkView {
        title: material.text(title),
        href: here.to(&compare_file(material, chain, old, new)),
    })
}

/// The notice at the top of a page that is not its regulation's own.
pub(crate) fn other_text(
    material: &Material<'_>,
    here: Here<'_>,
    page: &Page,
) -> Option<OtherTextView> {
    let (chain, place) = material.library.versions.of(page.id)?;
    if chain.identity == page.id {
        return None;
    }
    let own = &chain.texts[place];
    let identity = &chain.texts[chain.current()];
    let (old, new) = if own.from < identity.from {
        (own, identity)
    } else {
        (identity, own)
    };
    Some(OtherTextView {
        name: dated_name(material.words(), own),
        newer: own.from > identity.from,
        identity: LinkView {
            title: dated_name(material.words(), identity),
            href: here.to(&page_file(&material.page(chain.identity).key)),
        },
        compare: compare_link(material, here, chain, old, new, "versions.compare_articles"),
    })
}

/// For each article of a text that is not its regulation's own: where it is in
/// the regulation's own text. HTML, by anchor.
pub(crate) fn notes(
    material: &Material<'_>,
    here: Here<'_>,
    page: &Page,
) -> BTreeMap<String, String> {
    let Some((chain, place)) = material.library.versions.of(page.id) else {
        return BTreeMap::new();
    };
    let own = &chain.texts[place];
    let identity = &chain.texts[chain.current()];
    let newer = own.from > identity.from;
    let (old, new) = if newer {
        (identity, own)
    } else {
        (own, identity)
    };
    let Some(comparison) = material.comparisons.get(old.page, new.page) else {
        return BTreeMap::new();
    };
    let compare = here.to(&compare_file(material, chain, old, new));
    let target = here.to(&page_file(&material.page(chain.identity).key));
    let words = material.words();
    // Notes for an article missing there, one that is the same (links to it),
    // and one that changed (links to it and to the comparison).
    let [none, same, changed] = if newer {
        ["note.old_none", "note.old_same", "note.old_changed"]
    } else {
        ["note.new_none", "note.new_same", "note.new_changed"]
    };
    let mut notes = BTreeMap::new();
    for matched in comparison.matches {
        let (older, newer_unit) = comparison.sides(matched);
        let (this, other) = if newer {
            (newer_unit, older)
        } else {
            (older, newer_unit)
        };
        let Some(this) = this.filter(|unit| has_note(unit)) else {
            continue;
        };
        let note = match other {
            None => escape(words.text(none)),
            Some(other) => {
                let link = format!(
                    "<a href=\"{}#{}\">{}</a>",
                    escape(&target),
                    escape(&other.anchor),
                    escape(&other.name)
                );
                if this.says_the_same(other) {
                    words.say(same, &[("place", &link)])
                } else {
                    let shown = format!(
                        "<a href=\"{}#{}\">{}</a>",
                        escape(&compare),
                        escape(newer_unit.map_or("", |unit| &unit.anchor)),
                        escape(words.text("compare.changed"))
                    );
                    words.say(changed, &[("place", &link), ("changed", &shown)])
                }
            }
        };
        notes.insert(this.anchor.clone(), note);
    }
    notes
}

/// Whether a unit gets a note. Headings and text around articles are plain to
/// see.
fn has_note(unit: &Unit) -> bool {
    matches!(unit.kind, UnitKind::Article | UnitKind::Point) && !unit.anchor.is_empty()
}

/// Article numbers that only older texts have. A link to one must still lead
/// somewhere and say what became of the article.
pub(crate) fn gone(material: &Material<'_>, here: Here<'_>, page: &Page) -> Vec<GoneView> {
    let Some((chain, own)) = material.library.versions.of(page.id) else {
        return Vec::new();
    };
    if chain.identity != page.id {
        return Vec::new();
    }
    let mut known: BTreeSet<String> = BTreeSet::new();
    tree::walk(&page.body, &mut |_, provision| {
        known.insert(provision.anchor.clone());
    });
    let mut gone = Vec::new();
    // The newest text that had the number knows best.
    for text in chain.texts[..own].iter().rev() {
        let Some(comparison) = material.comparisons.get(text.page, page.id) else {
            continue;
        };
        let old_page = here.to(&page_file(&material.page(text.page).key));
        for (unit, now) in old_units(comparison) {
            if unit.anchor.is_empty() || !known.insert(unit.anchor.clone()) {
                continue;
            }
            gone.push(GoneView {
                anchor: unit.anchor.clone(),
                name: if unit.name.is_empty() {
                    unit.lines.first().cloned().unwrap_or_default()
                } else {
                    unit.name.clone()
                },
                text: LinkView {
                    title: dated_name(material.words(), text),
                    href: format!("{old_page}#{}", unit.anchor),
                },
                now: now
                    .filter(|now| !now.anchor.is_empty())
                    .map(|now| LinkView {
                        title: if now.name.is_empty() {
                            now.lines.first().cloned().unwrap_or_default()
                        } else {
                            now.name.clone()
                        },
                        href: format!("#{}", now.anchor),
                    }),
            });
        }
    }
    gone
}

fn old_units(comparison: Comparison<'_>) -> impl Iterator<Item = (&Unit, Option<&Unit>)> {
    let mut sides: Vec<(usize, Option<&Unit>)> = comparison
        .matches
        .iter()
        .filter_map(|matched| Some((matched.old?, comparison.sides(matched).1)))
        .collect();
    sides.sort_by_key(|(old, _)| *old);
    sides
        .into_iter()
        .map(move |(old, now)| (&comparison.old[old], now))
}

/// Both texts of a comparison, with their chain.
pub(crate) fn pair<'a>(
    material: &Material<'a>,
    old: PageId,
    new: PageId,
) -> (&'a VersionChain, &'a DatedText, &'a DatedText) {
    let versions = &material.library.versions;
    let (chain, first) = versions.of(old).expect("what is compared is in a chain");
    let (_, second) = versions.of(new).expect("what is compared is in a chain");
    (chain, &chain.texts[first], &chain.texts[second])
}
