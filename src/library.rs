//! The resolved, immutable library: what every later stage reads.
//!
//! A [`Page`] here has everything it will ever have. Nothing is an `Option`
//! that means "not yet": `Option` says that the author gave nothing, and
//! [`Known::Unknown`] that the author says the source is silent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cited::CitedProvisions;
use crate::config::Config;
use crate::diag::Span;
use crate::lexicon::Lexicon;
use crate::parse::block::Block;
use crate::versions::Versions;
use crate::words::Words;

/// Anchor of the card of facts on a page.
pub const FACTS_ANCHOR: &str = "record-title";
/// Anchor of the table of figures on a page.
pub const FIGURES_ANCHOR: &str = "data";

/// Number of a page in [`Library::pages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub u32);

/// A value, or the statement that no source gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// Given by a source.
    Known(T),
    /// Written `unknown`: the source is silent.
    Unknown,
}

/// A calendar date that exists.
pub type Date = time::Date;

/// The whole resolved content.
#[derive(Debug)]
pub struct Library {
    /// The site's settings, as meant.
    pub config: Config,
    /// Every page, ordered by `key`. `PageId` is the position.
    pub pages: Vec<Page>,
    /// Sections by key (`practices`); the root section's key is empty.
    pub sections: BTreeMap<String, Section>,
    /// Organs, by id.
    pub organs: BTreeMap<String, Organ>,
    /// Regions, by GB/T 2260 code; `CN` is the whole country.
    pub regions: BTreeMap<String, Region>,
    /// Sources, by id.
    pub sources: BTreeMap<String, Source>,
    /// For each page that others refer to: who does, and how. Ordered by the
    /// referring page's key. Regulations' other texts refer to nothing.
    pub backlinks: BTreeMap<PageId, Vec<Backlink>>,
    /// Every reference to a document or provision, in the order of the pages
    /// and of their text.
    pub citations: Vec<Citation>,
    /// The same turned round, with typed links: who refers to a provision.
    pub cited: CitedProvisions,
    /// Documents that are cited and not held, by id: `data/external.toml`.
    pub externals: BTreeMap<String, ExternalDocument>,
    /// The texts of regulations that have several.
    pub versions: Versions,
    /// What editors say of words.
    pub lexicon: Lexicon,
    /// What searches must find, in written order.
    pub golden: Vec<GoldenQuery>,
}

impl Library {
    /// What the interface says.
    pub fn words(&self) -> &Words {
        &self.config.words
    }

    /// The page with this number.
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id.0 as usize]
    }

    /// The citations in a page, in the order of its text.
    pub fn citations_in(&self, page: PageId) -> &[Citation] {
        let from = self.citations.partition_point(|c| c.page < page);
        let until = self.citations.partition_point(|c| c.page <= page);
        &self.citations[from..until]
    }
}

/// A query and what it must find.
#[derive(Clone, Debug)]
pub struct GoldenQuery {
    /// The query, as a reader types it.
    pub query: String,
    /// Where it is written.
    pub span: Span,
    /// Facet key and value, each with its place.
    pub filters: Vec<(String, String, Span)>,
    /// What must be found.
    pub expected: Expected,
    /// Why, as editors put it.
    pub reason: String,
}

/// What a query must find.
#[derive(Clone, Debug)]
pub enum Expected {
    /// Nothing at all.
    Nothing,
    /// These pages.
    Pages {
        /// One of them comes first; not asked for when empty.
        first: Vec<GoldenPlace>,
        /// All of them are among the first `within`.
        also: Vec<GoldenPlace>,
        /// How many places count for `also`.
        within: usize,
    },
}

/// A page that must be found, and perhaps the place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldenPlace {
    /// The page.
    pub page: PageId,
    /// Anchor without `#`.
    pub anchor: Option<String>,
}

/// A folder with `_index.md`.
#[derive(Debug)]
pub struct Section {
    /// Path below `content/`, without slashes at its ends; empty for the root.
    pub key: String,
    /// Title.
    pub title: String,
    /// Description; empty when not given.
    pub description: String,
    /// The type that its pages have; `None` for plain pages.
    pub page_type: Option<PageType>,
    /// Entries on one page of its list, where it says so (Zola's
    /// `paginate_by`); 0 for all of them.
    pub paginate_by: Option<usize>,
    /// Body of `_index.md`.
    pub body: Vec<Block<ResolvedLink>>,
    /// Pages directly in it, in reading order (weight, then key).
    pub pages: Vec<PageId>,
    /// The whole `_index.md`.
    pub span: Span,
}

/// One content file, resolved.
#[derive(Debug)]
pub struct Page {
    /// Its number.
    pub id: PageId,
    /// Permanent identity and path: `practices/tianjin-wubitan`.
    pub key: String,
    /// Key of its section.
    pub section: String,
    /// Title, Simplified Chinese.
    pub title: String,
    /// Summary, at most 120 characters for typed pages.
    pub description: String,
    /// First published on this site.
    pub published: Option<Date>,
    /// Last changed on this site.
    pub updated: Option<Date>,
    /// Old addresses that lead here (Zola's `aliases`), without slashes at the ends.
    pub redirects: Vec<String>,
    /// Short titles and other names, searched with the title.
    pub other_names: Vec<String>,
    /// Words that a reader may type and the page does not hold.
    pub search_terms: Vec<String>,
    /// State of the text.
    pub integrity: Option<Integrity>,
    /// Responsibilities, with provenance.
    pub responsibility: Vec<Tag<Responsibility>>,
    /// Stages of the chain of responsibility, with provenance.
    pub stage: Vec<Tag<Stage>>,
    /// Readers whom it concerns, with provenance.
    pub role: Vec<Tag<Role>>,
    /// Topics (a Zola taxonomy).
    pub topics: Vec<String>,
    /// Where its facts come from.
    pub sources: Vec<SourceReference>,
    /// Figures as data.
    pub figures: Vec<Figure>,
    /// For a comparison, a plain page: the practices that it sets side by side.
    pub compared: Vec<PageId>,
    /// Typed links to other pages, in written order.
    pub related: Vec<Relation>,
    /// What belongs to its type.
    pub details: Details,
    /// Body.
    pub body: Vec<Block<ResolvedLink>>,
    /// The whole file.
    pub span: Span,
}

impl Page {
    /// Its type; `None` for a plain page such as "about".
    pub fn page_type(&self) -> Option<PageType> {
        match self.details {
            Details::Regulation(_) => Some(PageType::Regulation),
            Details::Practice(_) => Some(PageType::Practice),
            Details::Case(_) => Some(PageType::Case),
            Details::Term(_) => Some(PageType::Term),
            Details::Plain => None,
        }
    }

    /// Its organs: those that issued, did or were the subject of it.
    pub fn organs(&self) -> &[String] {
        match &self.details {
            Details::Regulation(regulation) => &regulation.issuer,
            Details::Practice(practice) => &practice.organ,
            Details::Case(case) => &case.organ,
            Details::Term(term) => &term.organ,
            Details::Plain => &[],
        }
    }

    /// Its region.
    pub fn region(&self) -> Option<&RegionReference> {
        match &self.details {
            Details::Regulation(regulation) => regulation.region.as_ref(),
            Details::Practice(practice) => Some(&practice.region),
            Details::Case(case) => case.region.as_ref(),
            Details::Term(_) | Details::Plain => None,
        }
    }

    /// The years that its matter concerns, its figures' among them; not when
    /// it came onto this site. Lists by year and the search facet both go by
    /// them.
    pub fn years(&self) -> BTreeSet<i32> {
        let mut years = BTreeSet::new();
        match &self.details {
            Details::Regulation(regulation) => {
                for date in [
                    &regulation.adopted,
                    &regulation.promulgated,
                    &regulation.effective,
                    &regulation.repealed,
                ] {
                    if let Some(Known::Known(date)) = date {
                        years.insert(date.year());
                    }
                }
            }
            Details::Practice(practice) => {
                if let Some(Known::Known(year)) = practice.start_year {
                    years.insert(year);
                }
            }
            Details::Case(case) => {
                if let Some(Known::Known(period)) = &case.period {
                    add_period(&mut years, &format!("{}–{}", period.from, period.to));
                }
            }
            Details::Term(_) | Details::Plain => {}
        }
        for figure in &self.figures {
            if let Known::Known(period) = &figure.period {
                add_period(&mut years, period);
            }
        }
        years
    }
}

/// Adds the years of `2018–2020` or `2021`; of a longer span than a lifetime
/// only the ends, since that is a slip of the pen.
fn add_period(years: &mut BTreeSet<i32>, period: &str) {
    let numbers: Vec<i32> = period
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .collect();
    match (numbers.first(), numbers.last()) {
        (Some(&from), Some(&to)) if from <= to && to - from <= 100 => years.extend(from..=to),
        _ => years.extend(numbers),
    }
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolvedLink {
    /// A page of this site, and an anchor in it.
    Page {
        /// The page.
        page: PageId,
        /// Anchor without `#`.
        anchor: Option<String>,
    },
    /// A section of this site.
    Section {
        /// Its key.
        key: String,
    },
    /// A place in the same page.
    Anchor(String),
    /// Another site (`https://…`, `mailto:…`).
    External(String),
}

/// The types of typed pages, in the order in which the site lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PageType {
    /// 法规制度.
    Regulation,
    /// 地方与单位实践.
    Practice,
    /// 案例.
    Case,
    /// 机制与术语.
    Term,
}

/// A closed list of values: label as written in content, ASCII slug for
/// addresses.
pub trait Vocabulary: Copy + Ord + 'static {
    /// All values, in their order.
    const ALL: &'static [Self];
    /// As written in content and shown to readers.
    fn label(self) -> &'static str;
    /// ASCII, lower case.
    fn slug(self) -> &'static str;
    /// The value with this label.
    fn from_label(label: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|v| v.label() == label)
    }
}

macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $label:literal, $slug:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* #[doc = $label] $variant,)* }
        impl Vocabulary for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];
            fn label(self) -> &'static str { match self { $(Self::$variant => $label,)* } }
            fn slug(self) -> &'static str { match self { $(Self::$variant => $slug,)* } }
        }
    };
}

impl Vocabulary for PageType {
    const ALL: &'static [Self] = &[Self::Regulation, Self::Practice, Self::Case, Self::Term];
    fn label(self) -> &'static str {
        match self {
            Self::Regulation => "法规制度",
            Self::Practice => "实践做法",
            Self::Case => "案例与整治",
            Self::Term => "机制与术语",
        }
    }
    fn slug(self) -> &'static str {
        match self {
            Self::Regulation => "regulation",
            Self::Practice => "practice",
            Self::Case => "case",
            Self::Term => "term",
        }
    }
}

vocabulary! {
    /// The kinds of responsibility.
    Responsibility {
        Principal = "主体责任", "zhuti-zeren";
        Supervisory = "监督责任", "jiandu-zeren";
        FirstResponsible = "第一责任人责任", "diyi-zerenren-zeren";
        DualDuty = "一岗双责", "yigang-shuangze";
    }
}

vocabulary! {
    /// The stages of the chain of responsibility.
    Stage {
        Define = "明责", "mingze";
        Fulfil = "履责", "lvze";
        Supervise = "督责", "duze";
        Account = "问责", "wenze";
    }
}

vocabulary! {
    /// The readers for whom the site has doors.
    Role {
        PartyCommittee = "党委（党组）", "dangwei-dangzu";
        FirstResponsiblePerson = "第一责任人", "diyi-zerenren";
        LeadingGroupMember = "班子成员", "banzi-chengyuan";
        DisciplineBody = "纪委监委", "jiwei-jianwei";
        FunctionalDepartment = "职能部门", "zhineng-bumen";
        GrassrootsOrganisation = "基层党组织", "jiceng-dangzuzhi";
    }
}

/// Whether a source states something or we infer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The source states it.
    Stated,
    /// Our inference, to be confirmed by an editor.
    Inferred,
}

/// One or more places in the source, as written: `P8`, `P4、P6`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locators(pub Vec<String>);

/// A tag with its provenance.
#[derive(Clone, Debug)]
pub struct Tag<V> {
    /// The value.
    pub value: V,
    /// Stated or inferred.
    pub basis: Basis,
    /// Where.
    pub locators: Locators,
    /// Remark; empty when none.
    pub note: String,
}

/// Where a page's facts come from.
#[derive(Clone, Debug)]
pub struct SourceReference {
    /// Id in [`Library::sources`].
    pub source: String,
    /// Where in it.
    pub locators: Locators,
}

/// State of a page's text against its source.
#[derive(Clone, Debug)]
pub struct Integrity {
    /// Clean, repaired or doubtful.
    pub state: IntegrityState,
    /// What was repaired or is in doubt; empty when clean.
    pub note: String,
}

vocabulary! {
    /// State of a text against its source.
    IntegrityState {
        Clean = "clean", "clean";
        Repaired = "repaired", "repaired";
        Doubtful = "doubtful", "doubtful";
    }
}

/// A figure as data.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it counts.
    pub label: String,
    /// Decimal text as the source has it, without unit: `39.2`.
    pub value: String,
    /// Unit, with its scale: `万人`, `%`, `项`.
    pub unit: String,
    /// `=`, `≥`, `≤` or `≈`.
    pub comparator: String,
    /// Period that it covers.
    pub period: Known<String>,
    /// Whom or what it covers.
    pub scope: String,
    /// Where the source says it.
    pub locators: Locators,
    /// Remark; empty when none.
    pub note: String,
}

impl Figure {
    /// What stands before the value: 不低于, 约; nothing before an exact one.
    pub fn comparator_in<'w>(&self, words: &'w Words) -> &'w str {
        match self.comparator.as_str() {
            "≥" => words.text("figures.at_least"),
            "≤" => words.text("figures.at_most"),
            "≈" => words.text("figures.about"),
            _ => "",
        }
    }

    /// As readers see it: `不低于10%`, `39.2万人`.
    pub fn display(&self, words: &Words) -> String {
        let comparator = self.comparator_in(words);
        format!("{comparator}{}{}", self.value, self.unit)
    }
}

vocabulary! {
    /// Kinds of typed links between pages.
    RelationKind {
        Implements = "implements", "implements";
        Applies = "applies", "applies";
        PartOf = "part-of", "part-of";
        SeeAlso = "see-also", "see-also";
        Lesson = "lesson", "lesson";
        Replaces = "replaces", "replaces";
    }
}

/// A typed link to another page.
#[derive(Clone, Debug)]
pub struct Relation {
    /// The other page.
    pub to: PageId,
    /// Anchor in it.
    pub anchor: Option<String>,
    /// Kind of link.
    pub kind: RelationKind,
    /// Provision as written (`第七条第二款`); `None` when not given or unknown.
    pub provision: Option<String>,
    /// Stated or inferred.
    pub basis: Basis,
    /// Where; may be empty for `see-also`.
    pub locators: Locators,
    /// Remark; empty when none.
    pub note: String,
}

/// Somebody's reference to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlink {
    /// The page that refers.
    pub from: PageId,
    /// The typed link's kind, or `None` for a link in the body.
    pub kind: Option<RelationKind>,
    /// Heading anchor of the section that holds a body link, where there is one.
    pub anchor: Option<String>,
}

/// A reference to a document or a provision, as it is written in a page.
///
/// A list (第十、十八条) is one citation for each provision that it names. A
/// range (第三条至第七条) is one for each provision in it; all of them have the
/// text and the span of the whole range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The page that it stands in.
    pub page: PageId,
    /// The provision or heading that it stands in.
    pub anchor: Option<Arc<str>>,
    /// Where it is written.
    pub span: Span,
    /// As written: 《甲条例》, 第七条第二款, 前款.
    pub text: Box<str>,
    /// What it refers to.
    pub target: CitationTarget,
}

/// What a citation refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CitationTarget {
    /// A document of this site.
    Page(PageId),
    /// A provision whose text this site holds.
    Provision {
        /// The document.
        page: PageId,
        /// Anchor of the provision, without `#`.
        anchor: Box<str>,
    },
    /// A document that is declared not to be held: its id in
    /// [`Library::externals`].
    External(Box<str>),
    /// A document or provision that this site doesn't have.
    Unresolved,
}

/// A document that pages cite and that this site doesn't hold, declared in
/// `data/external.toml`.
#[derive(Clone, Debug)]
pub struct ExternalDocument {
    /// ASCII id.
    pub id: String,
    /// Title, without 《》.
    pub title: String,
    /// Short titles and other names.
    pub other_names: Vec<String>,
    /// Where it can be read; `None` when not given.
    pub url: Option<String>,
    /// Remark; empty when none.
    pub note: String,
}

/// A region with the provenance of its assignment.
#[derive(Clone, Debug)]
pub struct RegionReference {
    /// Code in [`Library::regions`].
    pub code: String,
    /// Stated or inferred.
    pub basis: Basis,
    /// Where; may be empty.
    pub locators: Locators,
    /// Remark; empty when none.
    pub note: String,
}

/// What belongs to a page's type.
#[derive(Debug)]
pub enum Details {
    /// A regulation.
    Regulation(Regulation),
    /// A practice.
    Practice(Practice),
    /// A case or campaign.
    Case(Case),
    /// A mechanism or term.
    Term(Term),
    /// A plain page.
    Plain,
}

/// Metadata of a regulation.
#[derive(Debug)]
pub struct Regulation {
    /// 条例, 规定, … as written.
    pub kind: String,
    /// Ids of issuing bodies.
    pub issuer: Vec<String>,
    /// 中央, 省级, …
    pub level: String,
    /// Mandatory for provincial regulations.
    pub region: Option<RegionReference>,
    /// 发文字号.
    pub document_number: Option<Known<String>>,
    /// Date of adoption.
    pub adopted: Option<Known<Date>>,
    /// Date of promulgation.
    pub promulgated: Option<Known<Date>>,
    /// Date from which it is in force.
    pub effective: Option<Known<Date>>,
    /// Date from which it is no longer in force.
    pub repealed: Option<Known<Date>>,
    /// 有效, 已修改, 已废止, 尚未生效 or 未知, as written.
    pub status: String,
    /// What this text of the regulation is called, where there are several:
    /// 2026年修订.
    pub version: Option<String>,
    /// Form of the body.
    pub body_form: BodyForm,
    /// Whether the text may be published.
    pub public: bool,
}

vocabulary! {
    /// Form of a regulation's body.
    BodyForm {
        Clause = "clause", "clause";
        Document = "document", "document";
        None = "none", "none";
    }
}

/// Metadata of a practice.
#[derive(Debug)]
pub struct Practice {
    /// Organ ids.
    pub organ: Vec<String>,
    /// Region.
    pub region: RegionReference,
    /// 省级, 中央单位, …
    pub level: String,
    /// Short name such as 五必谈.
    pub mechanism: Option<String>,
    /// Year in which it began.
    pub start_year: Option<Known<i32>>,
    /// Outcome, with where the source says it.
    pub outcome: Option<Known<Located>>,
    /// Ordered parts: the five occasions, the four responsibilities.
    pub components: Vec<Component>,
}

/// Metadata of a case or campaign.
#[derive(Debug)]
pub struct Case {
    /// 问责案例, 专项治理, …
    pub kind: String,
    /// Organ ids.
    pub organ: Vec<String>,
    /// Region.
    pub region: Option<RegionReference>,
    /// Period.
    pub period: Option<Known<Period>>,
    /// Findings.
    pub findings: Vec<Located>,
    /// Outcome.
    pub outcome: Option<Known<Located>>,
}

/// Metadata of a mechanism or term.
#[derive(Debug)]
pub struct Term {
    /// 概念, 机制, …
    pub kind: String,
    /// Organ ids.
    pub organ: Vec<String>,
}

/// A statement and where the source makes it.
#[derive(Clone, Debug)]
pub struct Located {
    /// The statement.
    pub text: String,
    /// Where.
    pub locators: Locators,
}

/// One part of a practice.
#[derive(Clone, Debug)]
pub struct Component {
    /// Name.
    pub name: String,
    /// Detail; empty when none.
    pub detail: String,
    /// Where the source names it.
    pub locators: Locators,
}

/// A period of years or dates, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// First year or date.
    pub from: String,
    /// Last year or date.
    pub to: String,
}

/// An organ of the register `data/organs.toml`.
#[derive(Clone, Debug)]
pub struct Organ {
    /// ASCII id.
    pub id: String,
    /// Name as the source gives it.
    pub name: String,
    /// Region code.
    pub region: String,
    /// 党中央, 地方, 企业, …
    pub kind: String,
    /// Remark; empty when none.
    pub note: String,
}

/// A region of the register `data/regions.toml`.
#[derive(Clone, Debug)]
pub struct Region {
    /// GB/T 2260 code, or `CN`.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// ISO 3166-2 code.
    pub iso: String,
}

/// A source of the register `data/sources.toml`.
#[derive(Clone, Debug)]
pub struct Source {
    /// ASCII id.
    pub id: String,
    /// How this site names it.
    pub label: String,
    /// Title.
    pub title: Known<String>,
    /// Author.
    pub author: Known<String>,
    /// Publisher.
    pub publisher: Known<String>,
    /// Date, as text.
    pub date: Known<String>,
    /// Address.
    pub url: Known<String>,
    /// Remark; empty when none.
    pub note: String,
    /// Its paragraphs, in order.
    pub segments: Vec<SourceSegment>,
}

/// One paragraph of a source.
#[derive(Clone, Debug)]
pub struct SourceSegment {
    /// `P8`.
    pub locator: String,
    /// Whether it is a heading of the source.
    pub heading: bool,
    /// What it covers, in our own words.
    pub summary: String,
    /// State of its text.
    pub integrity: IntegrityState,
    /// Damage; empty when none.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn years_of(period: &str) -> Vec<i32> {
        let mut years = BTreeSet::new();
        add_period(&mut years, period);
        years.into_iter().collect()
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
