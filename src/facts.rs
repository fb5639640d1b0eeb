//! The facts of a page, collected in one place.
//!
//! A page's header, its Markdown, the tables, the search index, cards and
//! comparisons all render these facts; each chooses which ones to show, in what
//! form and with which links.

use std::borrow::Cow;

use crate::dates::iso;
use crate::library::axis::Axis;
use crate::library::{Library, Page};
use crate::model::{
    Basis, Component, Date, Details, Known, Located, Locators, Organ, Period, Practice, Region,
    RegionReference, Regulation, Statement, Tag, Vocabulary,
};
use crate::words::Words;

/// The subject of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Kind of a regulation: 条例, 规定.
    Kind,
    /// Kind of a case or a term.
    Category,
    /// The organs that issued a regulation.
    Issuer,
    /// What puts a page on an axis: its organs or its region.
    Axis(Axis),
    /// Level: 中央, 省级.
    Level,
    /// Document number (发文字号).
    DocumentNumber,
    /// Date of adoption.
    Adopted,
    /// Date of promulgation.
    Promulgated,
    /// First day in force.
    Effective,
    /// First day no longer in force.
    Repealed,
    /// Status of a regulation.
    Validity,
    /// The occasion of a practice.
    When,
    /// Who carries it out.
    Who,
    /// To whom or on what it is done.
    Whom,
    /// What is done.
    How,
    /// The record that is kept.
    Record,
    /// Short name of a practice.
    ShortName,
    /// Year in which a practice started.
    StartYear,
    /// Result of a practice.
    Outcome,
    /// Parts of a practice, in order.
    Components,
    /// Period of a case.
    Period,
    /// Result of a case.
    Result,
    /// Findings of a case.
    Findings,
    /// Names other than the title and the short name.
    OtherNames,
}

impl Subject {
    /// The key of its label in the texts of the interface.
    fn word(self) -> &'static str {
        match self {
            Self::Kind => "fact.kind",
            Self::Category => "fact.category",
            Self::Issuer => "fact.issuer",
            Self::Axis(axis) => axis.word(),
            Self::Level => "fact.level",
            Self::DocumentNumber => "fact.document_number",
            Self::Adopted => "fact.adopted",
            Self::Promulgated => "fact.promulgated",
            Self::Effective => "fact.effective",
            Self::Repealed => "fact.repealed",
            Self::Validity => "fact.validity",
            Self::When => "procedure.when",
            Self::Who => "procedure.who",
            Self::Whom => "procedure.whom",
            Self::How => "procedure.how",
            Self::Record => "procedure.record",
            Self::ShortName => "fact.short_name",
            Self::StartYear => "fact.start_year",
            Self::Outcome => "fact.outcome",
            Self::Components => "document.components",
            Self::Period => "fact.period",
            Self::Result => "fact.result",
            Self::Findings => "document.findings",
            Self::OtherNames => "fact.other_names",
        }
    }

    /// Its label for readers.
    pub fn label(self, words: &Words) -> &str {
        words.text(self.word())
    }

    /// Its name for programs: the field of the front matter, if there is one.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Result => Self::Outcome.slug(),
            other => other.word().split_once('.').map_or("", |(_, name)| name),
        }
    }
}

/// A fact: a subject and its values.
#[derive(Clone, Debug)]
pub struct Fact<'a> {
    /// The subject.
    pub subject: Subject,
    /// The values; empty if no source gives any.
    pub values: Vec<Value<'a>>,
}

/// One value of a fact.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// Text from the content.
    Text(&'a str),
    /// A value of a closed list, as written in the content.
    Listed(&'a str),
    /// A date.
    Date(Date),
    Year(i32),
    Period(&'a Period),
    /// An organ: its id, and its entry in the register.
    Organ(&'a str, Option<&'a Organ>),
    /// A region: the reference to it, and its entry in the register.
    Region(&'a RegionReference, Option<&'a Region>),
    /// A statement, and where the source makes it.
    Statement(&'a Located),
    /// A sentence and its basis.
    Sentence(&'a Statement),
    /// A part of a practice.
    Component(&'a Component),
    /// A tag with its provenance.
    Tag(TagValue<'a>),
    Topic(&'a str),
}

/// A tag from any of the lists.
#[derive(Clone, Copy, Debug)]
pub struct TagValue<'a> {
    /// The axis that it belongs to.
    pub axis: Axis,
    /// Its value in addresses.
    pub slug: &'static str,
    /// Whether it is stated or inferred.
    pub basis: Basis,
    pub locators: &'a Locators,
    /// Its remark; empty if there is none.
    pub note: &'a str,
}

impl<'a> Value<'a> {
    /// The text that readers see.
    pub fn text(&self, words: &Words) -> Cow<'a, str> {
        match *self {
            Self::Listed(value) => words.written(value).to_owned().into(),
            Self::Date(date) => words.date(date).into(),
            Self::Year(year) => words.year(year).into(),
            Self::Tag(tag) => {
                let word = format!("{}.{}", tag.axis.slug(), tag.slug);
                words.text(&word).to_owned().into()
            }
            ref other => other.data(),
        }
    }

    /// The value in data files, in the language of the content.
    pub fn data(&self) -> Cow<'a, str> {
        match *self {
            Self::Text(text) | Self::Listed(text) | Self::Topic(text) => text.into(),
            Self::Date(date) => iso(date).into(),
            Self::Year(year) => year.to_string().into(),
            Self::Period(period) if period.from == period.to => period.from.as_str().into(),
            Self::Period(period) => format!("{}–{}", period.from, period.to).into(),
            Self::Organ(id, organ) => organ.map_or(id, |organ| &organ.name).into(),
            Self::Region(reference, region) => region
                .map_or(&*reference.code, |region| &region.name)
                .into(),
            Self::Statement(located) => located.text.as_str().into(),
            Self::Sentence(statement) => statement.text.as_str().into(),
            Self::Component(component) => component.name.as_str().into(),
            Self::Tag(tag) => tag.slug.into(),
        }
    }

    /// The text that readers see where space is short.
    pub fn short(&self, words: &Words) -> Cow<'a, str> {
        match *self {
            Self::Region(_, Some(region)) => region.short.as_str().into(),
            ref other => other.text(words),
        }
    }

    /// Whether a source states it or the editors infer it.
    pub fn basis(&self) -> Basis {
        match self {
            Self::Region(reference, _) => reference.basis,
            Self::Tag(tag) => tag.basis,
            Self::Sentence(statement) => statement.basis,
            _ => Basis::Stated,
        }
    }

    /// Where the source states it, for values that name their place.
    pub fn locators(&self) -> Option<&'a Locators> {
        match *self {
            Self::Region(reference, _) => Some(&reference.locators),
            Self::Statement(located) => Some(&located.locators),
            Self::Sentence(statement) => Some(&statement.locators),
            Self::Component(component) => Some(&component.locators),
            Self::Tag(tag) => Some(tag.locators),
            _ => None,
        }
    }

    /// Its remark; empty if there is none.
    pub fn note(&self) -> &'a str {
        match *self {
            Self::Organ(_, organ) => organ.map_or("", |organ| &organ.note),
            Self::Region(reference, _) => &reference.note,
            Self::Component(component) => &component.detail,
            _ => "",
        }
    }
}

/// The facts of a page, in display order.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a>(Vec<Fact<'a>>);

impl<'a> Facts<'a> {
    /// Collects the facts of a page. A fact missing from the front matter is
    /// left out; a fact marked as unknown has no values.
    pub fn of(library: &'a Library, page: &'a Page) -> Self {
        let mut facts = Self::default();
        let mut short_name = None;
        match &page.details {
            Details::Regulation(regulation) => facts.regulation(library, page, regulation),
            Details::Practice(practice) => {
                short_name = practice.mechanism.as_ref();
                facts.some(Subject::ShortName, short_name.map(|name| Value::Text(name)));
                facts.organs(library, page, Subject::Axis(Axis::Organ));
                match practice.region {
                    Known::Known(_) => facts.region(library, page),
                    Known::Unknown => facts.push(Subject::Axis(Axis::Region), Vec::new()),
                }
                let level = practice.level.value();
                let level = level.map(|level| Value::Listed(level.label()));
                facts.push(Subject::Level, level.into_iter().collect());
                facts.known(Subject::StartYear, &practice.start_year, |y| {
                    Value::Year(*y)
                });
                facts.known(Subject::Outcome, &practice.outcome, Value::Statement);
                let components = practice.components.iter().map(Value::Component);
                facts.some(Subject::Components, components);
            }
            Details::Case(case) => {
                facts.one(Subject::Category, Value::Listed(case.kind.label()));
                facts.organs(library, page, Subject::Axis(Axis::Organ));
                facts.region(library, page);
                facts.known(Subject::Period, &case.period, Value::Period);
                facts.known(Subject::Result, &case.outcome, Value::Statement);
                let findings = case.findings.iter().map(Value::Statement);
                facts.some(Subject::Findings, findings);
            }
            Details::Term(term) => {
                facts.one(Subject::Category, Value::Listed(&term.kind));
                if !term.organ.is_empty() {
                    facts.organs(library, page, Subject::Axis(Axis::Organ));
                }
            }
            Details::Plain => {}
        }
        let names = page.other_names.iter();
        let names = names.filter(|name| **name != page.title && Some(*name) != short_name);
        facts.some(Subject::OtherNames, names.map(|name| Value::Text(name)));
        facts.tags(Axis::Responsibility, &page.responsibility);
        facts.tags(Axis::Stage, &page.stage);
        facts.tags(Axis::Role, &page.role);
        facts.some(
            Subject::Axis(Axis::Topic),
            page.topics.iter().map(|t| Value::Topic(t)),
        );
        facts
    }

    /// How a practice is carried out, its outcome last. Points that no source
    /// covers have no values.
    pub fn procedure(practice: &'a Practice) -> Self {
        let procedure = &practice.procedure;
        let points = [
            (Subject::When, &procedure.when),
            (Subject::Who, &procedure.who),
            (Subject::Whom, &procedure.whom),
            (Subject::How, &procedure.how),
            (Subject::Record, &procedure.record),
        ];
        let mut facts = Self::default();
        for (subject, point) in points {
            facts.push(subject, point.iter().map(Value::Sentence).collect());
        }
        let outcome = match &practice.outcome {
            Some(Known::Known(outcome)) => vec![Value::Statement(outcome)],
            Some(Known::Unknown) | None => Vec::new(),
        };
        facts.push(Subject::Outcome, outcome);
        facts
    }

    /// How many facts have values.
    pub fn filled(&self) -> usize {
        self.0.iter().filter(|fact| !fact.values.is_empty()).count()
    }

    /// Iterates over all facts.
    pub fn iter(&self) -> std::slice::Iter<'_, Fact<'a>> {
        self.0.iter()
    }

    /// The values of a subject; empty if there are none.
    pub fn values(&self, subject: Subject) -> &[Value<'a>] {
        let fact = self.0.iter().find(|fact| fact.subject == subject);
        fact.map_or(&[], |fact| &fact.values)
    }

    fn regulation(&mut self, library: &'a Library, page: &'a Page, regulation: &'a Regulation) {
        self.one(Subject::Kind, Value::Listed(regulation.kind.label()));
        self.organs(library, page, Subject::Issuer);
        self.one(Subject::Level, Value::Listed(regulation.level.label()));
        self.region(library, page);
        let number = &regulation.document_number;
        self.known(Subject::DocumentNumber, number, |text| Value::Text(text));
        for (subject, date) in [
            (Subject::Adopted, &regulation.adopted),
            (Subject::Promulgated, &regulation.promulgated),
            (Subject::Effective, &regulation.effective),
            (Subject::Repealed, &regulation.repealed),
        ] {
            self.known(subject, date, |date| Value::Date(*date));
        }
        self.one(Subject::Validity, Value::Listed(regulation.status.label()));
    }

    fn push(&mut self, subject: Subject, values: Vec<Value<'a>>) {
        self.0.push(Fact { subject, values });
    }

    fn one(&mut self, subject: Subject, value: Value<'a>) {
        self.push(subject, vec![value]);
    }

    /// Adds a fact unless it has no values.
    fn some(&mut self, subject: Subject, values: impl IntoIterator<Item = Value<'a>>) {
        let values: Vec<_> = values.into_iter().collect();
        if !values.is_empty() {
            self.push(subject, values);
        }
    }

    fn known<T>(
        &mut self,
        subject: Subject,
        given: &'a Option<Known<T>>,
        value: impl FnOnce(&'a T) -> Value<'a>,
    ) {
        match given {
            Some(Known::Known(known)) => self.one(subject, value(known)),
            Some(Known::Unknown) => self.push(subject, Vec::new()),
            None => {}
        }
    }

    /// Adds the organs of a page whose type has organs; no values means that
    /// none is known.
    fn organs(&mut self, library: &'a Library, page: &'a Page, subject: Subject) {
        let organ = |id: &'a String| Value::Organ(id, library.organs.get(id));
        self.push(subject, page.organs().iter().map(organ).collect());
    }

    fn region(&mut self, library: &'a Library, page: &'a Page) {
        let region = |reference: &'a RegionReference| {
            Value::Region(reference, library.regions.get(&reference.code))
        };
        self.some(Subject::Axis(Axis::Region), page.region().map(region));
    }

    fn tags<V: Vocabulary>(&mut self, axis: Axis, tags: &'a [Tag<V>]) {
        let tag = |tag: &'a Tag<V>| {
            Value::Tag(TagValue {
                axis,
                slug: tag.value.slug(),
                basis: tag.basis,
                locators: &tag.locators,
                note: &tag.note,
            })
        };
        self.some(Subject::Axis(axis), tags.iter().map(tag));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_said_in_one_way() {
        let period = |from: &str, to: &str| Period {
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let of_years = period("2018", "2020");
        let of_one_year = period("2021", "2021");
        assert_eq!(Value::Period(&of_years).data(), "2018–2020");
        assert_eq!(Value::Period(&of_one_year).data(), "2021");
    }
}
