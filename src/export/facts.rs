//! The facts of a page as lines of label and value, for formats that people
//! read. What no source gives is said to be unknown, as the page says it.

use crate::library::{Library, Page};
use crate::model::{Basis, Details, Known, Tag, Vocabulary};
use crate::words::Words;

/// The label's key among the interface's words, and the value.
pub type Fact = (&'static str, String);

/// All facts of a page, in the order in which the page shows them.
pub fn of(library: &Library, page: &Page) -> Vec<Fact> {
    let words = library.words();
    let mut facts = Vec::new();
    let organs = || {
        let names = page.organs().iter().map(|id| organ(library, id));
        match names.clone().next() {
            None => words.text("fact.unknown_short").to_owned(),
            Some(_) => words.list(names),
        }
    };
    let region = page.region().map(|reference| {
        let region = library.regions.get(&reference.code);
        let name = region.map_or(reference.code.as_str(), |region| region.name.as_str());
        format!("{name}{}", inferred(words, reference.basis))
    });
    match &page.details {
        Details::Regulation(regulation) => {
            facts.push(("fact.kind", words.written(&regulation.kind).to_owned()));
            facts.push(("fact.issuer", organs()));
            facts.push(("fact.level", words.written(&regulation.level).to_owned()));
            facts.extend(region.map(|region| ("fact.region", region)));
            known(
                words,
                &mut facts,
                "fact.document_number",
                &regulation.document_number,
                |number| number.clone(),
            );
            for (label, date) in [
                ("fact.adopted", &regulation.adopted),
                ("fact.promulgated", &regulation.promulgated),
                ("fact.effective", &regulation.effective),
                ("fact.repealed", &regulation.repealed),
            ] {
                known(words, &mut facts, label, date, |date| words.date(*date));
            }
            facts.push((
                "fact.validity",
                words.written(&regulation.status).to_owned(),
            ));
        }
        Details::Practice(practice) => {
            facts.extend(
                practice
                    .mechanism
                    .clone()
                    .map(|name| ("fact.short_name", name)),
            );
            facts.push(("fact.organ", organs()));
            facts.extend(region.map(|region| ("fact.region", region)));
            facts.push(("fact.level", words.written(&practice.level).to_owned()));
            known(
                words,
                &mut facts,
                "fact.start_year",
                &practice.start_year,
                |year| words.year(year),
            );
            known(
                words,
                &mut facts,
                "fact.outcome",
                &practice.outcome,
                |outcome| outcome.text.clone(),
            );
        }
        Details::Case(case) => {
            facts.push(("fact.category", words.written(&case.kind).to_owned()));
            facts.push(("fact.organ", organs()));
            facts.extend(region.map(|region| ("fact.region", region)));
            known(
                words,
                &mut facts,
                "fact.period",
                &case.period,
                |period| match period.from == period.to {
                    true => period.from.clone(),
                    false => format!("{}–{}", period.from, period.to),
                },
            );
            known(words, &mut facts, "fact.result", &case.outcome, |outcome| {
                outcome.text.clone()
            });
        }
        Details::Term(term) => {
            facts.push(("fact.category", words.written(&term.kind).to_owned()));
            if !term.organ.is_empty() {
                facts.push(("fact.organ", organs()));
            }
        }
        Details::Plain => {}
    }
    if !page.other_names.is_empty() {
        facts.push(("fact.other_names", words.list(&page.other_names)));
    }
    tags(
        words,
        &mut facts,
        "fact.responsibility",
        &page.responsibility,
    );
    tags(words, &mut facts, "fact.stage", &page.stage);
    tags(words, &mut facts, "fact.role", &page.role);
    if !page.topics.is_empty() {
        facts.push(("fact.topic", words.list(&page.topics)));
    }
    facts
}

/// The name of an organ of the register.
pub fn organ(library: &Library, id: &str) -> String {
    let organ = library.organs.get(id);
    organ.map_or_else(|| id.to_owned(), |organ| organ.name.clone())
}

fn tags<V: Vocabulary>(words: &Words, facts: &mut Vec<Fact>, label: &'static str, tags: &[Tag<V>]) {
    if tags.is_empty() {
        return;
    }
    let section = label.trim_start_matches("fact.");
    let values = tags.iter().map(|tag| {
        let value = words.label(section, tag.value);
        format!("{value}{}", inferred(words, tag.basis))
    });
    facts.push((label, words.list(values)));
}

fn inferred(words: &Words, basis: Basis) -> String {
    match basis {
        Basis::Stated => String::new(),
        Basis::Inferred => words.say("mark.brackets", &[("text", &words.text("basis.inferred"))]),
    }
}

fn known<T>(
    words: &Words,
    facts: &mut Vec<Fact>,
    label: &'static str,
    value: &Option<Known<T>>,
    show: impl FnOnce(&T) -> String,
) {
    match value {
        Some(Known::Known(value)) => facts.push((label, show(value))),
        Some(Known::Unknown) => facts.push((label, words.text("fact.unknown_short").to_owned())),
        None => {}
    }
}
