//! Parses a written reference to a provision, 第七条第二款第三项, and finds the anchor
//! that it leads to.

use std::collections::BTreeSet;

use super::numbered::{inserted, number, unit};
use crate::chinese::han::is_space;
use crate::structure::label::{self, LabelKind};
use search::anchor::{Anchor, Number, ProvisionKind, Step};
use search::numerals;

/// Parses a reference that consists only of provisions, outermost first.
pub fn read(text: &str) -> Option<Vec<Step>> {
    let compact: String = text.chars().filter(|c| !is_space(*c)).collect();
    let mut rest = compact.as_str();
    if let Some(points) = points(rest) {
        return Some(points);
    }
    let mut steps: Vec<Step> = Vec::new();
    while !rest.is_empty() {
        let (step, length) = step(rest)?;
        if steps.last().is_some_and(|above| above.kind >= step.kind)
            && step.kind != ProvisionKind::Annex
        {
            // Annexes are the last of the kinds but come first in references.
            let below_annex = steps.last().is_some_and(|a| a.kind == ProvisionKind::Annex);
            if !below_annex {
                return None;
            }
        }
        steps.push(step);
        rest = &rest[length..];
    }
    (!steps.is_empty()).then_some(steps)
}

/// Parses 一、（二）3. of the document form; the mark after the last point is
/// optional.
fn points(text: &str) -> Option<Vec<Step>> {
    let mut rest = text;
    let mut steps = Vec::new();
    // 第一部分（二）3, as pages cite it.
    if let Some(behind) = text.strip_prefix('第')
        && let Some((numeral, length)) = numerals::parse_prefix(behind)
        && let Some(below) = behind[length..].strip_prefix("部分")
    {
        steps.push(Step {
            kind: ProvisionKind::Point,
            number: Some(Number::plain(numeral.value)),
        });
        rest = below;
    }
    while !rest.is_empty() {
        let (number, length) = match label::read(rest) {
            Some(label) if matches!(label.kind, LabelKind::Item(_)) => {
                (label.number, label.with_space)
            }
            Some(_) => return None,
            // 一（二）3
            None => {
                let (numeral, length) = numerals::parse_prefix(rest)?;
                (Number::plain(numeral.value), length)
            }
        };
        steps.push(Step {
            kind: ProvisionKind::Point,
            number: Some(number),
        });
        rest = &rest[length..];
    }
    (!steps.is_empty()).then_some(steps)
}

/// Parses the step at the beginning of a text, and returns its length in bytes.
fn step(text: &str) -> Option<(Step, usize)> {
    for (word, kind) in [
        ("序言", ProvisionKind::Preamble),
        ("附件", ProvisionKind::Annex),
        ("附录", ProvisionKind::Annex),
        ("附表", ProvisionKind::Annex),
    ] {
        if let Some(behind) = text.strip_prefix(word) {
            let numeral = numerals::parse_prefix(behind);
            let number = match kind {
                ProvisionKind::Preamble => None,
                _ => Some(Number::plain(numeral.map_or(1, |(n, _)| n.value))),
            };
            let length = match number {
                Some(_) => word.len() + numeral.map_or(0, |(_, length)| length),
                None => word.len(),
            };
            return Some((Step { kind, number }, length));
        }
    }
    let (number, end) = number(text, 0).filter(|_| text.starts_with('第'))?;
    let (kind, length) = unit(&text[end..])?;
    let (number, end) = inserted(text, number, kind, end + length);
    let number = Some(number);
    Some((Step { kind, number }, end))
}

/// Finds the anchor that a reference leads to among those of a page.
///
/// If the paragraph is left out (第七条第三项), the reference means the only
/// paragraph that has the item. If the division is left out (第三章), it means the
/// only one with that number.
pub fn anchor(steps: &[Step], anchors: &BTreeSet<String>) -> Option<String> {
    match candidates("", steps, anchors).as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

/// Every anchor that a reference may mean, counted from the provision with the
/// anchor `above`, or from the document if `above` is empty.
pub fn candidates(above: &str, steps: &[Step], anchors: &BTreeSet<String>) -> Vec<String> {
    try_candidates(above, steps, anchors).unwrap_or_default()
}

fn try_candidates(above: &str, steps: &[Step], anchors: &BTreeSet<String>) -> Option<Vec<String>> {
    let mut prefix = above.to_owned();
    let mut found: Vec<String> = vec![prefix.clone()];
    for step in steps {
        // Its number alone identifies an article within its annex.
        if step.kind == ProvisionKind::Article {
            prefix = Anchor(&prefix).annex().unwrap_or_default().to_owned();
            found = vec![prefix.clone()];
        }
        let below_point = step.kind == ProvisionKind::Point && !prefix.is_empty();
        let child = |above: &String| match step.number {
            Some(number) if below_point => Anchor(above).deeper(number),
            number => Anchor(above).child(step.kind, number),
        };
        let mut next: Vec<String> = found.iter().map(child).collect();
        next.retain(|anchor| anchors.contains(anchor));
        if next.is_empty() {
            next = found
                .iter()
                .flat_map(|above| below(above, *step, anchors))
                .collect();
        }
        match next.as_slice() {
            [] => return None,
            [one] => prefix = one.clone(),
            _ => {}
        }
        found = next;
    }
    Some(found)
}

/// Anchors that match such a step below `above`, with levels in between that
/// references leave out.
fn below<'a>(
    above: &'a str,
    step: Step,
    anchors: &'a BTreeSet<String>,
) -> impl Iterator<Item = String> + 'a {
    use ProvisionKind::{Annex, Chapter, Item, Paragraph, Part, Section, Subpart};
    let between: &[ProvisionKind] = match step.kind {
        Item => &[Paragraph],
        Section => &[Chapter, Part, Subpart],
        Chapter | Subpart => &[Part, Subpart],
        _ => &[],
    };
    let start = Anchor(above).join("");
    let ending = Anchor("").child(step.kind, step.number);
    anchors
        .range(start.clone()..)
        .take_while(move |anchor| anchor.starts_with(&start))
        .filter(move |anchor| {
            let way = Anchor(anchor).below(above);
            let way = way.filter(|way| way.0.ends_with(&ending));
            way.and_then(Anchor::steps)
                .is_some_and(|steps| match steps.as_slice() {
                    [first, middle @ .., last] => {
                        let annex = middle.iter().any(|step| step.kind == Annex);
                        *last == step && between.contains(&first.kind) && !annex
                    }
                    _ => false,
                })
        })
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(text: &str, anchors: &[&str]) -> Option<String> {
        let anchors = anchors.iter().map(|a| (*a).to_owned()).collect();
        anchor(&read(text)?, &anchors)
    }

    #[test]
    fn references_lead_to_their_anchors() {
        let anchors = [
            "part-1",
            "part-1-chap-2",
            "part-1-chap-2-sec-1",
            "art-7",
            "art-7-para-1",
            "art-7-para-2",
            "art-7-para-2-item-3",
            "art-7-para-2-item-3-sub-1",
            "art-133-1",
            "annex-1",
            "annex-1-art-3",
        ];
        for (text, anchor) in [
            ("第七条", "art-7"),
            ("第7条", "art-7"),
            ("第 七 条第二款", "art-7-para-2"),
            ("第七条第二款第三项", "art-7-para-2-item-3"),
            ("第七条第二款第（三）项", "art-7-para-2-item-3"),
            ("第七条第三项", "art-7-para-2-item-3"),
            ("第七条第三项第1目", "art-7-para-2-item-3-sub-1"),
            ("第一百三十三条之一", "art-133-1"),
            ("第一编第二章第七条", "art-7"),
            ("第一编第二章", "part-1-chap-2"),
            ("第二章", "part-1-chap-2"),
            ("第二章第一节", "part-1-chap-2-sec-1"),
            ("附件1第三条", "annex-1-art-3"),
            ("附件", "annex-1"),
        ] {
            assert_eq!(lead(text, &anchors).as_deref(), Some(anchor), "{text}");
        }
        for text in ["第八条", "第七条第三款", "第七条第一款第三项", "第三章"]
        {
            assert_eq!(lead(text, &anchors), None, "{text}");
        }
    }

    #[test]
    fn points_of_documents_are_named_by_their_numbering() {
        let anchors = ["sec-1", "sec-1-2", "sec-1-2-3"];
        for (text, anchor) in [
            ("一", "sec-1"),
            ("一、", "sec-1"),
            ("一、（二）", "sec-1-2"),
            ("一（二）3", "sec-1-2-3"),
            ("第一部分（二）3", "sec-1-2-3"),
            ("第一部分", "sec-1"),
        ] {
            assert_eq!(lead(text, &anchors).as_deref(), Some(anchor), "{text}");
        }
    }

    #[test]
    fn an_item_that_two_paragraphs_have_is_ambiguous() {
        let anchors = ["art-1", "art-1-para-1-item-1", "art-1-para-2-item-1"];
        assert_eq!(lead("第一条第一项", &anchors), None);
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in ["", "总则", "第七", "第七条的规定", "第二款第七条"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
