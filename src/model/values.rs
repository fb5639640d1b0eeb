//! The values of a page: dates, figures, tags and the details of its type.

use std::collections::BTreeSet;

use serde::Serialize;

use super::vocabulary::{
    BodyForm, CaseKind, Comparator, IntegrityState, PageType, PracticeLevel, RegulationKind,
    RegulationLevel, Status,
};

/// What authors write for [`Known::Unknown`].
pub const UNKNOWN: &str = "unknown";

/// A value, or the statement that no source gives it; `null` in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Known<T> {
    /// Given by a source.
    Known(T),
    /// Written as `unknown`: the source is silent.
    Unknown,
}

impl<T> Known<T> {
    /// The value, if a source gives it.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }

    /// The value, if the page has the field and a source gives it.
    pub fn given(said: &Option<Self>) -> Option<&T> {
        said.as_ref()?.value()
    }
}

/// A valid calendar date.
pub type Date = time::Date;

/// Whether a source states something or the editors infer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The source states it.
    Stated,
    /// Inferred; an editor should confirm it.
    Inferred,
}

/// One or more places in the source, as written: `P8`, `P4、P6`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Locators(pub Vec<String>);

/// A tag with its provenance.
#[derive(Clone, Debug, Serialize)]
pub struct Tag<V> {
    pub value: V,
    /// Whether it is stated or inferred.
    pub basis: Basis,
    pub locators: Locators,
    /// Remark; empty if there is none.
    pub note: String,
}

/// A source of a page's facts.
#[derive(Clone, Debug, Serialize)]
pub struct SourceReference {
    /// Id in [`Library::sources`].
    pub source: String,
    pub locators: Locators,
}

/// How well a page's text matches its source.
#[derive(Clone, Debug, Serialize)]
pub struct Integrity {
    /// Clean, repaired or doubtful.
    pub state: IntegrityState,
    /// What was repaired or is in doubt; empty if clean.
    pub note: String,
}

/// A figure as data.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What it counts.
    pub label: String,
    /// Decimal text as in the source, without unit: `39.2`.
    pub value: String,
    /// Unit, including its scale: `万人`, `%`, `项`.
    pub unit: String,
    /// How the figure relates to `value`.
    pub comparator: Comparator,
    /// Period that the figure covers.
    pub period: Known<String>,
    /// Whom or what the figure covers.
    pub scope: String,
    /// Where the source gives it.
    pub locators: Locators,
    /// Remark; empty if there is none.
    pub note: String,
}

/// A region and where its assignment comes from.
#[derive(Clone, Debug, Serialize)]
pub struct RegionReference {
    /// Code in [`Library::regions`].
    pub code: String,
    /// Whether it is stated or inferred.
    pub basis: Basis,
    /// Where it is stated; may be empty.
    pub locators: Locators,
    /// Remark; empty if there is none.
    #[serde(skip)]
    pub note: String,
}

/// The fields specific to a page's type.
#[derive(Debug)]
pub enum Details {
    Regulation(Regulation),
    Practice(Box<Practice>),
    /// A case or campaign.
    Case(Case),
    /// A mechanism or term.
    Term(Term),
    /// A plain page.
    Plain,
}

impl Details {
    /// The type of page with these fields; `None` for a plain page.
    pub fn page_type(&self) -> Option<PageType> {
        match self {
            Self::Regulation(_) => Some(PageType::Regulation),
            Self::Practice(_) => Some(PageType::Practice),
            Self::Case(_) => Some(PageType::Case),
            Self::Term(_) => Some(PageType::Term),
            Self::Plain => None,
        }
    }

    /// The organs that issued it, carried it out or were its subject.
    pub fn organs(&self) -> &[String] {
        match self {
            Self::Regulation(regulation) => &regulation.issuer,
            Self::Practice(practice) => &practice.organ,
            Self::Case(case) => &case.organ,
            Self::Term(term) => &term.organ,
            Self::Plain => &[],
        }
    }

    pub fn region(&self) -> Option<&RegionReference> {
        match self {
            Self::Regulation(regulation) => regulation.region.as_ref(),
            Self::Practice(practice) => practice.region.value(),
            Self::Case(case) => case.region.as_ref(),
            Self::Term(_) | Self::Plain => None,
        }
    }

    /// The years that these fields name.
    pub fn years(&self) -> BTreeSet<i32> {
        match self {
            Self::Regulation(regulation) => {
                let dates = [
                    &regulation.adopted,
                    &regulation.promulgated,
                    &regulation.effective,
                    &regulation.repealed,
                ];
                let given = dates.into_iter().filter_map(Known::given);
                given.map(|date| date.year()).collect()
            }
            Self::Practice(practice) => {
                let year = Known::given(&practice.start_year);
                year.into_iter().copied().collect()
            }
            Self::Case(case) => {
                let period = Known::given(&case.period);
                let period = period.map(|period| format!("{}–{}", period.from, period.to));
                period.as_deref().map(years_in).unwrap_or_default()
            }
            Self::Term(_) | Self::Plain => BTreeSet::new(),
        }
    }

    /// Clears what repeats the page's text, for a text that may not be public.
    pub fn withhold(&mut self) {
        let mut region = None;
        match self {
            Self::Practice(practice) => {
                practice.outcome = None;
                practice.components.clear();
                practice.procedure = Procedure::default();
                if let Known::Known(own) = &mut practice.region {
                    region = Some(own);
                }
            }
            Self::Case(case) => {
                case.outcome = None;
                case.findings.clear();
                region = case.region.as_mut();
            }
            Self::Term(term) => term.meaning = None,
            Self::Regulation(_) | Self::Plain => {}
        }
        if let Some(region) = region {
            region.note.clear();
        }
    }
}

/// The years of `2018–2020` or `2021`. Of a span longer than a lifetime only
/// the ends count, since such a span is a typing error.
pub fn years_in(period: &str) -> BTreeSet<i32> {
    let numbers: Vec<i32> = period
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .collect();
    match (numbers.first(), numbers.last()) {
        (Some(&from), Some(&to)) if from <= to && to - from <= 100 => (from..=to).collect(),
        _ => numbers.into_iter().collect(),
    }
}

/// Metadata of a regulation.
#[derive(Debug, Serialize)]
pub struct Regulation {
    /// 条例, 规定, …
    pub kind: RegulationKind,
    /// Ids of issuing bodies.
    pub issuer: Vec<String>,
    /// 中央, 省级, …
    pub level: RegulationLevel,
    /// Mandatory for provincial regulations.
    #[serde(skip)]
    pub region: Option<RegionReference>,
    /// Document number (发文字号).
    pub document_number: Option<Known<String>>,
    /// Date of adoption.
    pub adopted: Option<Known<Date>>,
    /// Date of promulgation.
    pub promulgated: Option<Known<Date>>,
    /// Date from which it is in force.
    pub effective: Option<Known<Date>>,
    /// Date from which it is no longer in force.
    pub repealed: Option<Known<Date>>,
    /// Whether it was in force when the page last changed.
    pub status: Status,
    /// Name of this text if the regulation has several: 2026年修订.
    pub version: Option<String>,
    pub body_form: BodyForm,
    /// Whether the text may be published; unknown if no source tells.
    #[serde(skip)]
    pub public: Known<bool>,
    /// Whether the title is only the source's name for the regulation because
    /// the full title is unknown.
    #[serde(skip)]
    pub short_title: bool,
}

/// Metadata of a practice.
#[derive(Debug, Serialize)]
pub struct Practice {
    /// Organ ids.
    pub organ: Vec<String>,
    #[serde(skip)]
    pub region: Known<RegionReference>,
    /// 省级, 中央单位, …
    pub level: Known<PracticeLevel>,
    /// Short name such as 五必谈.
    pub mechanism: Option<String>,
    /// Year in which the practice started.
    pub start_year: Option<Known<i32>>,
    /// Outcome, and where the source states it.
    pub outcome: Option<Known<Located>>,
    /// Parts in order: the five occasions, the four responsibilities.
    pub components: Vec<Component>,
    /// What has to be done, as far as the source tells; its effect is in
    /// `outcome`.
    pub procedure: Procedure,
}

/// How a practice is carried out; points that the source doesn't cover are
/// `None`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Procedure {
    /// 时机: the occasion.
    pub when: Option<Statement>,
    /// 主体: who acts.
    pub who: Option<Statement>,
    /// 对象: to whom, or on what.
    pub whom: Option<Statement>,
    /// 方式: what is done.
    pub how: Option<Statement>,
    /// 形成材料: the record that is kept.
    pub record: Option<Statement>,
}

/// A sentence and its basis.
#[derive(Clone, Debug, Serialize)]
pub struct Statement {
    /// The sentence, without a full stop at the end.
    pub text: String,
    /// Whether it is stated or inferred.
    pub basis: Basis,
    /// Where in the source.
    pub locators: Locators,
}

/// Metadata of a case or campaign.
#[derive(Debug, Serialize)]
pub struct Case {
    /// 问责案例, 专项治理, …
    pub kind: CaseKind,
    /// Organ ids.
    pub organ: Vec<String>,
    #[serde(skip)]
    pub region: Option<RegionReference>,
    pub period: Option<Known<Period>>,
    pub findings: Vec<Located>,
    pub outcome: Option<Known<Located>>,
}

/// Metadata of a mechanism or term.
#[derive(Debug, Serialize)]
pub struct Term {
    /// 概念, 机制, …
    pub kind: String,
    /// Organ ids.
    pub organ: Vec<String>,
    /// What it means, in one sentence.
    pub meaning: Option<Statement>,
}

/// A term or case that a heading on the page of another entry describes.
#[derive(Clone, Debug, Serialize)]
pub struct Subentry {
    /// Name.
    pub name: String,
    /// Further names.
    pub other_names: Vec<String>,
    /// Anchor of the heading, without `#`.
    pub anchor: String,
    /// What it means, in one sentence. A subentry with a meaning is a term.
    pub meaning: Option<Statement>,
}

/// What changed on a page, as readers are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// When.
    pub date: Date,
    /// What, in one sentence without a full stop at the end.
    pub text: String,
}

/// A statement and where the source makes it.
#[derive(Clone, Debug, Serialize)]
pub struct Located {
    /// The statement.
    pub text: String,
    pub locators: Locators,
}

/// One part of a practice.
#[derive(Clone, Debug, Serialize)]
pub struct Component {
    pub name: String,
    /// Detail; empty if there is none.
    pub detail: String,
    /// Where the source names it.
    pub locators: Locators,
}

/// A period of years or dates, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// First year or date.
    pub from: String,
    /// Last year or date.
    pub to: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn years_of(period: &str) -> Vec<i32> {
        years_in(period).into_iter().collect()
    }

    #[test]
    fn a_period_covers_each_of_its_years() {
        assert_eq!(years_of("2018–2020"), [2018, 2019, 2020]);
        assert_eq!(years_of("2021"), [2021]);
        assert_eq!(years_of("2021-03-05–2021-04-01"), [2021]);
        assert_eq!(years_of("1018–2020"), [1018, 2020]);
        assert!(years_of("十九大以来").is_empty());
    }
}
