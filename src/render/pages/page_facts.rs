//! The facts about a page, as views.

use std::fmt::Display;

use crate::facts::{Facts, Subject, Value};
use crate::library::Page;
use crate::library::axis::Axis;
use crate::model::{
    Basis, Details, IntegrityState, Known, Locators, PageType, Regulation, RelationKind, Source,
    Status, Vocabulary,
};
use crate::words::Words;

use crate::address::{Here, page_file};
use crate::render::body::provenance::Provenance;
use crate::render::material::Material;
use crate::render::views::{FactValueView, FactView, Html, IntegrityView, TagView, html};

/// What the page shows as tags.
pub(crate) const TAGS: [Subject; 4] = [
    Subject::Axis(Axis::Responsibility),
    Subject::Axis(Axis::Stage),
    Subject::Axis(Axis::Role),
    Subject::Axis(Axis::Topic),
];

/// What the head of a case shows, in this order.
const OF_CASE: [Subject; 5] = [
    Subject::Result,
    Subject::Axis(Axis::Organ),
    Subject::Axis(Axis::Region),
    Subject::Period,
    Subject::Category,
];

/// What the head of a regulation shows, in this order.
const OF_REGULATION: [Subject; 5] = [
    Subject::Validity,
    Subject::Effective,
    Subject::DocumentNumber,
    Subject::Issuer,
    Subject::Promulgated,
];

/// The same for a regulation whose first day in force is known.
const OF_DATED_REGULATION: [Subject; 3] = [
    Subject::DocumentNumber,
    Subject::Issuer,
    Subject::Promulgated,
];

/// Fewer facts about how a practice is carried out are not set apart.
const ENOUGH: usize = 3;

/// Whether enough is known about how a practice is carried out.
fn is_told(procedure: &Facts<'_>) -> bool {
    procedure.filled() >= ENOUGH
}

/// Writes the facts about one page.
pub(crate) struct Writer<'a> {
    pub material: &'a Material<'a>,
    pub here: Here<'a>,
    pub page: &'a Page,
    pub provenance: Provenance<'a>,
}

impl Writer<'_> {
    pub fn words(&self) -> &Words {
        self.material.words()
    }

    /// A mark beside a badge that already says stated or inferred.
    pub fn places(&self, locators: &Locators) -> Html {
        html(self.provenance.places(self.here, locators))
    }

    pub fn tag(&self, value: &Value<'_>) -> Option<TagView> {
        let view = self.value(value);
        let (basis, note) = match value {
            Value::Tag(tag) => (Some(self.material.basis_view(tag.basis)), tag.note),
            _ => (None, ""),
        };
        Some(TagView {
            title: view.text,
            href: view.href?,
            basis,
            mark: view.mark,
            note: note.to_owned(),
        })
    }

    pub fn page_facts(&self) -> Facts<'_> {
        Facts::of(self.material.library, self.page)
    }

    /// The facts shown beside the text. Tags, components and findings are shown
    /// elsewhere.
    pub fn facts(&self) -> Vec<FactView> {
        let facts = self.page_facts();
        let elsewhere = [Subject::Components, Subject::Findings];
        let at_the_head = self.heading_subjects();
        let shown = facts.iter().filter(|fact| {
            !TAGS.contains(&fact.subject)
                && !elsewhere.contains(&fact.subject)
                && !at_the_head.contains(&fact.subject)
        });
        shown
            .map(|fact| match fact.subject {
                Subject::Validity => self.validity(&fact.values),
                subject => self.fact(subject, &fact.values),
            })
            .collect()
    }

    /// What the head of the page already shows.
    fn heading_subjects(&self) -> &'static [Subject] {
        match &self.page.details {
            Details::Case(_) => &OF_CASE,
            // A separate sentence says when the text is in force.
            Details::Regulation(Regulation {
                effective: Some(Known::Known(_)),
                ..
            }) => &OF_DATED_REGULATION,
            Details::Regulation(_) => &OF_REGULATION,
            Details::Practice(practice) if is_told(&Facts::procedure(practice)) => {
                &[Subject::Outcome]
            }
            _ => &[],
        }
    }

    /// How a practice is carried out; empty where too little is known.
    pub fn procedure(&self) -> Vec<FactView> {
        let Details::Practice(practice) = &self.page.details else {
            return Vec::new();
        };
        let facts = Facts::procedure(practice);
        if !is_told(&facts) {
            return Vec::new();
        }
        let facts = facts.iter();
        facts
            .map(|fact| self.fact(fact.subject, &fact.values))
            .collect()
    }

    /// The key facts of a case or a regulation.
    pub fn strip(&self) -> Vec<FactView> {
        if !matches!(self.page.details, Details::Case(_) | Details::Regulation(_)) {
            return Vec::new();
        }
        let facts = self.page_facts();
        let wanted = self.heading_subjects().iter();
        let given = wanted.filter_map(|subject| facts.iter().find(|f| f.subject == *subject));
        given
            .map(|fact| match fact.subject {
                Subject::Validity => self.validity(&fact.values),
                subject => self.fact(subject, &fact.values),
            })
            .collect()
    }

    pub fn fact(&self, subject: Subject, values: &[Value<'_>]) -> FactView {
        FactView {
            label: subject.label(self.words()).to_owned(),
            values: values.iter().map(|value| self.value(value)).collect(),
        }
    }

    /// A text's validity, with the day on which it was recorded: it changes by
    /// itself.
    pub fn validity(&self, values: &[Value<'_>]) -> FactView {
        let known = values
            .iter()
            .filter(|value| value.data() != Status::Unknown.label())
            .cloned();
        let mut fact = self.fact(Subject::Validity, &known.collect::<Vec<_>>());
        if let Some(date) = self.page.changed() {
            let note = [("date", &self.words().date(date) as &dyn Display)];
            for value in &mut fact.values {
                value.note = self.words().say("fact.recorded", &note);
            }
        }
        fact
    }

    /// A value, with a link to the other pages that share it.
    pub fn value(&self, value: &Value<'_>) -> FactValueView {
        let file = match value {
            Value::Organ(id, _) => Some(Axis::Organ.file(id)),
            Value::Region(region, _) => Some(Axis::Region.file(&region.code.to_ascii_lowercase())),
            Value::Tag(tag) => Some(tag.axis.file(tag.slug)),
            Value::Topic(topic) => {
                let slug = self.material.catalogue.topic_slug(topic);
                slug.map(|slug| Axis::Topic.file(slug))
            }
            _ => None,
        };
        FactValueView {
            href: file.map(|file| self.here.to(&file)),
            // Facts are stated as a rule, so only inferences are marked.
            basis: (value.basis() == Basis::Inferred)
                .then(|| self.material.basis_view(value.basis())),
            mark: match value.locators() {
                Some(locators) => self.places(locators),
                None => html(String::new()),
            },
            note: value.note().to_owned(),
            ..plain(value.text(self.words()).into_owned())
        }
    }

    pub fn compared_facts(&self) -> Vec<FactView> {
        let page = self.page;
        let words = self.words();
        let facts = self.page_facts();
        let of = |subject| self.fact(subject, facts.values(subject));
        let figures = page.figures.iter().map(|figure| {
            let period = figure.period.value().map(String::as_str);
            let period = period.unwrap_or(words.text("figures.period_unknown"));
            FactValueView {
                mark: self.places(&figure.locators),
                note: format!("{}{}{period}", figure.scope, words.text("mark.clause")),
                ..plain(words.labelled(&figure.label, &words.figure(figure)))
            }
        });
        let regulations = page.related.iter().filter_map(|relation| {
            let other = self.material.page(relation.to);
            // A page that is only meant for comparison is not a basis.
            let basis = matches!(
                relation.kind,
                RelationKind::Implements | RelationKind::Applies
            );
            (basis && other.page_type() == Some(PageType::Regulation)).then(|| FactValueView {
                text: match &relation.provision {
                    Some(provision) => format!("{}{provision}", other.title),
                    None => other.title.clone(),
                },
                href: Some(
                    self.here
                        .to_anchor(&page_file(&other.key), relation.anchor.as_deref()),
                ),
                basis: (relation.basis == Basis::Inferred)
                    .then(|| self.material.basis_view(relation.basis)),
                mark: self.places(&relation.locators),
                note: relation.note.clone(),
            })
        });
        let mut rows: Vec<FactView> = Vec::new();
        if let Details::Practice(practice) = &page.details {
            let procedure = Facts::procedure(practice);
            let points = procedure.iter();
            rows.extend(points.map(|point| self.fact(point.subject, &point.values)));
        }
        rows.extend([
            of(Subject::Components),
            fact(words, "fact.basis", regulations),
            fact(words, "fact.figures", figures),
            of(Subject::Axis(Axis::Organ)),
            of(Subject::Axis(Axis::Region)),
            of(Subject::Level),
            of(Subject::Axis(Axis::Responsibility)),
            of(Subject::Axis(Axis::Stage)),
            of(Subject::Axis(Axis::Role)),
            of(Subject::StartYear),
        ]);
        rows
    }
}

/// What a comparison shows of a practice: always the same labels in the same
/// order.
pub(crate) fn compared_facts(
    material: &Material<'_>,
    here: Here<'_>,
    page: &Page,
) -> Vec<FactView> {
    Writer {
        material,
        here,
        page,
        provenance: Provenance::of(material.library, page),
    }
    .compared_facts()
}

/// Title, author and so on of a source; unknown ones have no value.
pub(crate) fn source_facts(words: &Words, source: &Source) -> Vec<FactView> {
    [
        ("fact.title", &source.title),
        ("fact.author", &source.author),
        ("fact.publisher", &source.publisher),
        ("fact.date", &source.date),
        ("fact.url", &source.url),
    ]
    .into_iter()
    .map(|(label, value)| known(words, label, value, |text| plain(text.clone())))
    .collect()
}

/// The state of a source's paragraph, or of a page.
pub(crate) fn integrity_view(
    material: &Material<'_>,
    state: IntegrityState,
    note: &str,
) -> IntegrityView {
    IntegrityView {
        slug: state.slug(),
        label: material.integrity_label(state),
        note: note.to_owned(),
    }
}

pub(crate) fn plain(text: String) -> FactValueView {
    FactValueView {
        text,
        href: None,
        basis: None,
        mark: html(String::new()),
        note: String::new(),
    }
}

/// Makes a fact; `label` is a key of the interface's words.
pub(crate) fn fact(
    words: &Words,
    label: &str,
    values: impl IntoIterator<Item = FactValueView>,
) -> FactView {
    FactView {
        label: words.text(label).to_owned(),
        values: values.into_iter().collect(),
    }
}

pub(crate) fn known<T>(
    words: &Words,
    label: &str,
    value: &Known<T>,
    show: impl FnOnce(&T) -> FactValueView,
) -> FactView {
    match value {
        Known::Known(value) => fact(words, label, [show(value)]),
        Known::Unknown => fact(words, label, []),
    }
}
