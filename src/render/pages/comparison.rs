//! The page that shows two texts of a regulation side by side, article by
//! article. Articles that are the same are only named, so that the page is
//! never longer than the changes.

use crate::address::{Here, page_file};
use crate::compare::{Comparison, Line, Match, Piece, Unit, UnitKind};
use crate::library::Page;
use crate::markup::push_escaped;
use crate::model::{Date, PageId};
use crate::words::Words;

use super::versions::{self, compare_file, dated_name, name, pair};
use crate::render::material::Material;
use crate::render::planned::Planned;
use crate::render::views::{
    ChangeCountView, ChangeView, CompareView, ComparedTextView, LinkView, UnchangedView, html,
};

/// With more links than this to changes of one kind, the list is folded.
const LONG_LIST: usize = 24;

/// Plans a page for each pair of compared texts, if the theme has a template
/// for it.
pub(crate) fn plan<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
    let material = *material;
    let pairs = material.comparisons.pairs();
    let pairs = pairs.filter(move |_| material.theme.has("compare.html"));
    pairs.map(move |(old, new)| {
        let words = material.words();
        let (chain, first, second) = pair(&material, old, new);
        let page = material.page(chain.identity);
        let file = compare_file(&material, chain, first, second);
        let [older, newer] = [first, second].map(|text| dated_name(words, text));
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("title", &page.title), ("older", &older), ("newer", &newer)];
        Planned::new(
            ("compare", "compare.html"),
            file,
            page.origin().beside("的文本比较"),
            "compare",
            move |m, here, _| compare(m, here, old, new),
        )
        .titled(
            words.say("compare.page", &[("title", &page.title)]),
            words.say("compare.description", &values),
        )
        .below(material.way_below(page))
        // Its words are already in the two texts.
        .unlisted()
    })
}

/// The comparison of two texts, the older first.
fn compare(material: &Material<'_>, here: Here<'_>, old: PageId, new: PageId) -> CompareView {
    let (chain, first, second) = pair(material, old, new);
    let comparison = material
        .comparisons
        .get(old, new)
        .expect("only pairs that are compared have a page");
    let text = |page: PageId, text| ComparedTextView {
        name: name(material, text),
        dated: dated_name(material.words(), text),
        from: material.date(text.from),
        href: here.to(&page_file(&material.page(page).key)),
    };
    let texts = [text(old, first), text(new, second)];
    let mut writer = Writer {
        comparison,
        old_href: &texts[0].href,
        new_href: &texts[1].href,
        entries: Vec::new(),
        unchanged: Vec::new(),
    };
    for matched in comparison.matches {
        writer.matched(matched);
    }
    writer.flush();
    let entries = writer.entries;
    let [older, newer] = texts;
    CompareView {
        title: material.page(chain.identity).title.clone(),
        counts: counts(material.words(), comparison, &entries),
        older,
        newer,
        entries,
    }
}

/// What is new about a page that changed or was added on a day, without a full
/// stop: what its editors wrote, or what a newly added text changes in the one
/// before.
pub(crate) fn news(material: &Material<'_>, page: &Page, day: Date) -> Option<String> {
    let change = page.changes.iter().find(|change| change.date == day);
    match change {
        Some(change) => Some(change.text.clone()),
        None if page.published == Some(day) => since_before(material, page),
        None => None,
    }
}

/// How a text differs from the one before it, in a sentence without a full
/// stop: 与2019年6月1日施行的文本相比，有改动 3 处，新增 1 处. `None` if they
/// aren't compared.
pub(crate) fn since_before(material: &Material<'_>, page: &Page) -> Option<String> {
    let before = versions::before(material, page)?;
    let words = material.words();
    let counts = compare(material, Here::at(""), before.page, page.id).counts;
    // What stayed the same has no links.
    let changed: Vec<String> = counts
        .iter()
        .filter(|count| !count.links.is_empty())
        .map(|count| {
            words.say(
                "compare.count",
                &[("label", &count.label), ("n", &count.count)],
            )
        })
        .collect();
    if changed.is_empty() {
        return None;
    }
    Some(words.say(
        "compare.since",
        &[
            ("text", &dated_name(words, before)),
            ("changes", &changed.join(words.text("mark.clause"))),
        ],
    ))
}

struct Writer<'c> {
    comparison: Comparison<'c>,
    old_href: &'c str,
    new_href: &'c str,
    entries: Vec<ChangeView>,
    /// Consecutive units that say the same in both texts.
    unchanged: Vec<(&'c Unit, &'c Unit)>,
}

impl<'c> Writer<'c> {
    fn matched(&mut self, matched: &Match) {
        match self.comparison.sides(matched) {
            (Some(old), Some(new)) if !matched.moved && old.says_the_same(new) => {
                // A run contains either only renumbered units or none.
                let breaks = self
                    .unchanged
                    .last()
                    .is_some_and(|(a, b)| (a.name == b.name) != (old.name == new.name));
                if breaks {
                    self.flush();
                }
                self.unchanged.push((old, new));
            }
            (old, new) => {
                self.flush();
                let entry = self.change(matched, old, new);
                self.entries.push(entry);
            }
        }
    }

    /// Ends the current run of unchanged units and writes it.
    fn flush(&mut self) {
        let run = std::mem::take(&mut self.unchanged);
        let named = |side: fn(&(&'c Unit, &'c Unit)) -> &'c Unit| -> Vec<&'c Unit> {
            let units = run.iter().map(side);
            let named: Vec<_> = units.filter(|unit| !unit.name.is_empty()).collect();
            let articles = named.iter().filter(|unit| unit.kind != UnitKind::Heading);
            // 第一章 is implied by the articles in it.
            match articles.clone().count() {
                0 => named,
                _ => articles.copied().collect(),
            }
        };
        let (old, new) = (named(|pair| pair.0), named(|pair| pair.1));
        // Unchanged headings say only that something below them changed.
        let only_headings = new.iter().all(|unit| unit.kind == UnitKind::Heading);
        let shifted = old.iter().zip(&new).any(|(a, b)| a.name != b.name);
        if new.is_empty() || (only_headings && !shifted) {
            return;
        }
        let (old_range, new_range) = (range(&old), range(&new));
        self.entries.push(ChangeView {
            kind: "same",
            unchanged: Some(UnchangedView {
                count: new.len(),
                renumbered: old_range != new_range,
                older: old_range,
                newer: LinkView {
                    title: new_range,
                    href: format!("{}#{}", self.new_href, new[0].anchor),
                },
            }),
            ..ChangeView::default()
        });
    }

    fn change(&self, matched: &Match, old: Option<&Unit>, new: Option<&Unit>) -> ChangeView {
        let lines = match (old, new) {
            (Some(old), Some(new)) => old.changes(new),
            (Some(old), None) => whole(old, Piece::Removed),
            (None, Some(new)) => whole(new, Piece::Added),
            (None, None) => Vec::new(),
        };
        let changed = match (old, new) {
            (Some(old), Some(new)) => !old.says_the_same(new),
            _ => false,
        };
        let link = |unit: &Unit, page: &str| LinkView {
            title: if unit.name.is_empty() {
                unit.lines.first().cloned().unwrap_or_default()
            } else {
                unit.name.clone()
            },
            href: if unit.anchor.is_empty() {
                page.to_owned()
            } else {
                format!("{page}#{}", unit.anchor)
            },
        };
        let renumbered = matches!((old, new), (Some(a), Some(b)) if a.name != b.name);
        ChangeView {
            kind: match (old, new) {
                (None, _) => "added",
                (_, None) => "removed",
                _ if changed => "changed",
                _ => "moved",
            },
            anchor: match (old, new) {
                (_, Some(new)) => new.anchor.clone(),
                (Some(old), None) => format!("old-{}", old.anchor),
                (None, None) => String::new(),
            },
            older: old.map(|unit| link(unit, self.old_href)),
            newer: new.map(|unit| link(unit, self.new_href)),
            renumbered,
            moved: matched.moved,
            heading: old
                .or(new)
                .is_some_and(|unit| unit.kind == UnitKind::Heading),
            lines: lines.iter().map(|line| html(line_html(line))).collect(),
            unchanged: None,
        }
    }
}

fn whole(unit: &Unit, piece: fn(String) -> Piece) -> Vec<Line> {
    let lines = unit.lines.iter();
    lines.map(|line| Line(vec![piece(line.clone())])).collect()
}

/// 第一条—第三条: only the two ends.
fn range(units: &[&Unit]) -> String {
    match units {
        [] => String::new(),
        [only] => only.name.clone(),
        [first, .., last] => format!("{}—{}", first.name, last.name),
    }
}

fn line_html(line: &Line) -> String {
    let mut out = String::new();
    for piece in &line.0 {
        let tag = match piece {
            Piece::Same(_) => "",
            Piece::Removed(_) => "del",
            Piece::Added(_) => "ins",
        };
        if tag.is_empty() {
            push_escaped(&mut out, piece.text());
        } else {
            out.push_str(&format!("<{tag}>"));
            push_escaped(&mut out, piece.text());
            out.push_str(&format!("</{tag}>"));
        }
    }
    out
}

/// Counts of each kind of change, with links to the changes.
fn counts(
    words: &Words,
    comparison: Comparison<'_>,
    entries: &[ChangeView],
) -> Vec<ChangeCountView> {
    let of = |label, wanted: &dyn Fn(&ChangeView) -> bool| {
        let links: Vec<LinkView> = entries
            .iter()
            .filter(|entry| entry.unchanged.is_none() && !entry.heading && wanted(entry))
            .map(|entry| {
                let named = entry.newer.as_ref().or(entry.older.as_ref());
                LinkView {
                    title: named.map(|link| link.title.clone()).unwrap_or_default(),
                    href: format!("#{}", entry.anchor),
                }
            })
            .collect();
        ChangeCountView {
            label: words.text(label).to_owned(),
            count: links.len(),
            fold: links.len() > LONG_LIST,
            links,
        }
    };
    let sides = comparison.matches.iter().map(|m| comparison.sides(m));
    let same: Vec<_> = sides
        .filter_map(|(old, new)| Some((old?, new?)))
        .filter(|(old, new)| old.kind != UnitKind::Heading && old.says_the_same(new))
        .collect();
    let shifted = same
        .iter()
        .filter(|(old, new)| old.name != new.name)
        .count();
    let plain = |label, count| ChangeCountView {
        label: words.text(label).to_owned(),
        count,
        links: Vec::new(),
        fold: false,
    };
    let all = [
        of("compare.changed", &|entry| entry.kind == "changed"),
        of("compare.added", &|entry| entry.kind == "added"),
        of("compare.removed", &|entry| entry.kind == "removed"),
        of("compare.moved", &|entry| entry.moved),
        plain("compare.unchanged", same.len()),
        plain("compare.renumbered", shifted),
    ];
    all.into_iter().filter(|count| count.count > 0).collect()
}
