//! The facts of a page as lines of label and value, for formats that people
//! read. What no source gives is said to be unknown, as the page says it.

use crate::dates::in_words;
use crate::library::{Basis, Details, Known, Library, Page, Tag, Vocabulary};

/// Shown for what the source does not say.
const UNKNOWN: &str = "来源未给出";

/// Label and value.
pub type Fact = (&'static str, String);

/// All facts of a page, in the order in which the page shows them.
pub fn of(library: &Library, page: &Page) -> Vec<Fact> {
    let mut facts = Vec::new();
    let organs = || {
        let names = page.organs().iter().map(|id| organ(library, id));
        match names.clone().next() {
            None => UNKNOWN.to_owned(),
            Some(_) => names.collect::<Vec<_>>().join("、"),
        }
    };
    let region = page.region().map(|reference| {
        let region = library.regions.get(&reference.code);
        let name = region.map_or(reference.code.as_str(), |region| region.name.as_str());
        format!("{name}{}", inferred(reference.basis))
    });
    match &page.details {
        Details::Regulation(regulation) => {
            facts.push(("种类", regulation.kind.clone()));
            facts.push(("制定机关", organs()));
            facts.push(("层级", regulation.level.clone()));
            facts.extend(region.map(|region| ("地区", region)));
            known(
                &mut facts,
                "发文字号",
                &regulation.document_number,
                |number| number.clone(),
            );
            for (label, date) in [
                ("通过日期", &regulation.adopted),
                ("公布日期", &regulation.promulgated),
                ("施行日期", &regulation.effective),
                ("废止日期", &regulation.repealed),
            ] {
                known(&mut facts, label, date, |date| in_words(*date));
            }
            facts.push(("时效", regulation.status.clone()));
        }
        Details::Practice(practice) => {
            facts.extend(practice.mechanism.clone().map(|name| ("简称", name)));
            facts.push(("单位", organs()));
            facts.extend(region.map(|region| ("地区", region)));
            facts.push(("层级", practice.level.clone()));
            known(&mut facts, "起始年份", &practice.start_year, |year| {
                format!("{year}年")
            });
            known(&mut facts, "成效", &practice.outcome, |outcome| {
                outcome.text.clone()
            });
        }
        Details::Case(case) => {
            facts.push(("类别", case.kind.clone()));
            facts.push(("单位", organs()));
            facts.extend(region.map(|region| ("地区", region)));
            known(&mut facts, "时间", &case.period, |period| {
                match period.from == period.to {
                    true => period.from.clone(),
                    false => format!("{}–{}", period.from, period.to),
                }
            });
            known(&mut facts, "结果", &case.outcome, |outcome| {
                outcome.text.clone()
            });
        }
        Details::Term(term) => {
            facts.push(("类别", term.kind.clone()));
            if !term.organ.is_empty() {
                facts.push(("单位", organs()));
            }
        }
        Details::Plain => {}
    }
    if !page.other_names.is_empty() {
        facts.push(("又称", page.other_names.join("、")));
    }
    tags(&mut facts, "责任", &page.responsibility);
    tags(&mut facts, "环节", &page.stage);
    tags(&mut facts, "角色", &page.role);
    if !page.topics.is_empty() {
        facts.push(("主题", page.topics.join("、")));
    }
    facts
}

/// The name of an organ of the register.
pub fn organ(library: &Library, id: &str) -> String {
    let organ = library.organs.get(id);
    organ.map_or_else(|| id.to_owned(), |organ| organ.name.clone())
}

fn tags<V: Vocabulary>(facts: &mut Vec<Fact>, label: &'static str, tags: &[Tag<V>]) {
    if tags.is_empty() {
        return;
    }
    let values = tags
        .iter()
        .map(|tag| format!("{}{}", tag.value.label(), inferred(tag.basis)));
    facts.push((label, values.collect::<Vec<_>>().join("、")));
}

fn inferred(basis: Basis) -> &'static str {
    match basis {
        Basis::Stated => "",
        Basis::Inferred => "（编者推断）",
    }
}

fn known<T>(
    facts: &mut Vec<Fact>,
    label: &'static str,
    value: &Option<Known<T>>,
    show: impl FnOnce(&T) -> String,
) {
    match value {
        Some(Known::Known(value)) => facts.push((label, show(value))),
        Some(Known::Unknown) => facts.push((label, UNKNOWN.to_owned())),
        None => {}
    }
}
