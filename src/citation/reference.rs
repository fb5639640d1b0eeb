//! A written reference to a provision, 第七条第二款第（三）项, and its anchor.

use std::collections::BTreeSet;

use crate::body::number::Number;
use crate::body::tree::{ProvisionKind, Step};
use crate::chinese::han::is_space;
use crate::chinese::numerals;
use crate::structure::label::{self, LabelKind};

/// Reads a reference that names provisions and nothing else, outermost first.
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
            // Annexes come last in the order of kinds, and first in references.
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

/// 一、（二）3. of the document form, the last point's mark left out or not.
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

/// The step at the beginning of a text, and its length in bytes.
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
    let rest = text.strip_prefix('第')?;
    let mut at = '第'.len_utf8();
    let open = rest.chars().next().filter(|c| "（(".contains(*c));
    at += open.map_or(0, char::len_utf8);
    let (numeral, length) = numerals::parse_prefix(&text[at..])?;
    at += length;
    if open.is_some() {
        let close = text[at..].chars().next().filter(|c| "）)".contains(*c))?;
        at += close.len_utf8();
    }
    use ProvisionKind::{Article, Chapter, Item, Paragraph, Part, Section, Subitem, Subpart};
    let (word, kind) = [
        ("分编", Subpart),
        ("编", Part),
        ("章", Chapter),
        ("节", Section),
        ("条", Article),
        ("款", Paragraph),
        ("项", Item),
        ("目", Subitem),
    ]
    .into_iter()
    .find(|(word, _)| text[at..].starts_with(word))?;
    at += word.len();
    let mut number = Number::plain(numeral.value);
    if let Some(behind) = text[at..].strip_prefix('之')
        && let Some((inserted, length)) = numerals::parse_prefix(behind)
    {
        number.insertion = Some(inserted.value);
        at += '之'.len_utf8() + length;
    }
    let step = Step {
        kind,
        number: Some(number),
    };
    (numeral.value > 0).then_some((step, at))
}

/// The anchor that a reference leads to, among those of a page.
///
/// A paragraph that is left out (第七条第三项) is the one that has the item, if
/// only one has it; a division that is left out (第三章) is any, if only one
/// has the number.
pub fn anchor(steps: &[Step], anchors: &BTreeSet<String>) -> Option<String> {
    match candidates("", steps, anchors).as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

/// Every anchor that a reference may mean, counted from the provision with the
/// anchor `above`; from the document when that is empty.
pub fn candidates(above: &str, steps: &[Step], anchors: &BTreeSet<String>) -> Vec<String> {
    try_candidates(above, steps, anchors).unwrap_or_default()
}

fn try_candidates(above: &str, steps: &[Step], anchors: &BTreeSet<String>) -> Option<Vec<String>> {
    let mut prefix = above.to_owned();
    let mut found: Vec<String> = vec![prefix.clone()];
    for step in steps {
        let slug = match step.kind {
            ProvisionKind::Preamble => "preamble".to_owned(),
            ProvisionKind::Point if !prefix.is_empty() => step.number?.anchor(),
            kind => format!("{}-{}", slug(kind)?, step.number?.anchor()),
        };
        // An article is named by its number alone, within its annex.
        if step.kind == ProvisionKind::Article && !prefix.starts_with("annex-") {
            prefix.clear();
            found = vec![String::new()];
        } else if step.kind == ProvisionKind::Article {
            let end = prefix.find("-chap").unwrap_or(prefix.len());
            prefix.truncate(end);
            found = vec![prefix.clone()];
        }
        let mut next: Vec<String> = found
            .iter()
            .map(|above| join(above, &slug))
            .filter(|anchor| anchors.contains(anchor))
            .collect();
        if next.is_empty() {
            next = found
                .iter()
                .flat_map(|above| below(above, &slug, step.kind, anchors))
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

/// The words for the article, division or annex with an anchor, as citations
/// have them: 第七条 of `art-7`, 附件1第三条 of `annex-1-art-3`; or for what is
/// below an article: 第二款 of `para-2`. `None` for other anchors.
pub fn words(anchor: &str) -> Option<String> {
    let mut words = String::new();
    let mut parts = anchor.split('-').peekable();
    while let Some(name) = parts.next() {
        let mut number = || {
            parts
                .next_if(|part| part.parse::<u32>().is_ok())
                .and_then(|part| part.parse().ok())
        };
        match name {
            "preamble" => words.push_str("序言"),
            "annex" => words.push_str(&format!("附件{}", number()?)),
            "sec" if words.is_empty() => {
                words.push_str(&Number::plain(number()?).label("部分"));
                // （二） and 3 below 第一部分.
                for level in 1.. {
                    let Some(number) = number() else { break };
                    match level {
                        1 => words.push_str(&format!("（{}）", numerals::to_chinese(number))),
                        2 => words.push_str(&number.to_string()),
                        _ => words.push_str(&format!("（{number}）")),
                    }
                }
            }
            _ => {
                let unit = match name {
                    "part" => "编",
                    "subpart" => "分编",
                    "chap" => "章",
                    "sec" => "节",
                    "art" => "条",
                    "para" => "款",
                    "item" => "项",
                    "sub" => "目",
                    _ => return None,
                };
                let base = number()?;
                let insertion = number();
                words.push_str(&Number { base, insertion }.label(unit));
            }
        }
    }
    (!words.is_empty()).then_some(words)
}

fn join(above: &str, slug: &str) -> String {
    match above {
        "" => slug.to_owned(),
        above => format!("{above}-{slug}"),
    }
}

/// Anchors that end in `slug` with one level between it and `above`.
fn below<'a>(
    above: &'a str,
    slug: &'a str,
    kind: ProvisionKind,
    anchors: &'a BTreeSet<String>,
) -> impl Iterator<Item = String> + 'a {
    let start = match above {
        "" => String::new(),
        above => format!("{above}-"),
    };
    let ending = format!("-{slug}");
    let between: &[&str] = match kind {
        ProvisionKind::Item => &["para-"],
        ProvisionKind::Section => &["chap-", "part-", "subpart-"],
        ProvisionKind::Chapter | ProvisionKind::Subpart => &["part-", "subpart-"],
        _ => &[],
    };
    anchors
        .range(start.clone()..)
        .take_while({
            let start = start.clone();
            move |anchor| anchor.starts_with(&start)
        })
        .filter(move |anchor| {
            let middle = anchor[start.len()..].strip_suffix(&ending);
            middle.is_some_and(|middle| {
                between.iter().any(|word| middle.starts_with(word)) && !middle.contains("annex")
            })
        })
        .cloned()
}

fn slug(kind: ProvisionKind) -> Option<&'static str> {
    Some(match kind {
        ProvisionKind::Part => "part",
        ProvisionKind::Subpart => "subpart",
        ProvisionKind::Chapter => "chap",
        ProvisionKind::Section => "sec",
        ProvisionKind::Article => "art",
        ProvisionKind::Paragraph => "para",
        ProvisionKind::Item => "item",
        ProvisionKind::Subitem => "sub",
        ProvisionKind::Annex => "annex",
        ProvisionKind::Point => "sec",
        _ => return None,
    })
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
    fn anchors_are_put_into_words() {
        for (anchor, said) in [
            ("art-7", Some("第七条")),
            ("art-133-1", Some("第一百三十三条之一")),
            ("part-2-chap-1", Some("第二编第一章")),
            ("chap-2-sec-1", Some("第二章第一节")),
            ("annex-1-art-3", Some("附件1第三条")),
            ("sec-2", Some("第二部分")),
            ("sec-2-1-3", Some("第二部分（一）3")),
            ("preamble", Some("序言")),
            ("para-2-item-3", Some("第二款第三项")),
            ("wu-zhong-qing-xing", None),
            ("art", None),
            ("", None),
        ] {
            assert_eq!(words(anchor).as_deref(), said, "{anchor}");
        }
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in ["", "总则", "第七", "第七条的规定", "第二款第七条"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
