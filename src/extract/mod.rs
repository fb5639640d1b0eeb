//! Extracts the searchable content from the parsed tree, never from HTML.
//!
//! A page becomes units: its beginning (summary, and text before the first
//! heading), one for each heading, and one for its figures. The units of a
//! regulation are its articles.
//!
//! Facts beside the text are added to the first unit, and the site's own notes
//! to the unit that contains them. They are found and weigh as much as
//! headings, but are never shown as a place or snippet. So 天津 or 39.2万人 is
//! found wherever the page shows it.

mod cited;
mod frames;
mod regions;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use search::cited::Cited;
use search::format::docs::{PageCard, UnitText};
use search::in_force::Validity;
use search::refine::DATE_FACET;

use crate::body::text::{self, How};
use crate::body::tree::{self, Block, Inline, Mark, Provision};
use crate::chinese::han::compact;
use crate::citation::title::{normalise, shorter_forms};
use crate::dates;
use crate::facts::{Facts, Subject, Value};
use crate::library::axis::{Axis, TYPE_FACET, closed, facets};
use crate::library::lexicon::Lexicon;
use crate::library::{Library, Page};
use crate::model::{Date, Details, Figure, Known, PageId, PageType, Status, Vocabulary};
use crate::render::FunctionPage;
use crate::words::Words;
use search::anchor::ProvisionKind;

pub use cited::OthersWords;

pub use crate::body::anchor::FIGURES_ANCHOR;

/// Everything that the index ranks and shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corpus {
    /// Pages in order; the position is the page's number in the index.
    pub pages: Vec<IndexPage>,
    /// Facets with their values, in display order.
    pub facets: Vec<FacetDefinition>,
    /// The editors' lexicon.
    pub lexicon: Lexicon,
    /// Number of the first page that is no longer in force. Pages in force come
    /// first, then repealed ones, then old versions.
    pub repealed_from: u32,
    /// Number of the first page that is not an entry of the site: comparisons
    /// and pages that the program generates. They follow the repealed pages.
    pub aids_from: u32,
    /// Number of the first page that is another text of a regulation, either
    /// older or not yet in force.
    pub superseded_from: u32,
    /// For regulations with several texts: each text and the one after it.
    pub successions: Vec<Succession>,
    /// How much each page is cited.
    pub cited: Cited,
}

/// A text of a regulation and the one that replaces it.
///
/// On a given day, the text in force is the newer one of the last succession
/// whose `from` is not after that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Succession {
    /// Number of the page with the older text.
    pub older: u32,
    /// Number of the page with the newer text.
    pub newer: u32,
    /// The first day of the newer text.
    pub from: Date,
}

impl Succession {
    /// The form stored in the index.
    pub fn indexed(&self) -> search::in_force::Succession {
        search::in_force::Succession {
            older: self.older,
            newer: self.newer,
            from: dates::number(self.from),
        }
    }
}

/// A page to be indexed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexPage {
    /// Its type; `None` for plain pages and those that the program generates.
    pub page_type: Option<PageType>,
    /// What search results show about it.
    pub card: PageCard,
    /// Its validity as shown to readers; empty if it has none.
    pub status_label: String,
    /// Names that readers may know it by, best known first: its title, its
    /// other names, its mechanism. Search terms are not names.
    pub names: Vec<String>,
    /// Facet keys and values, without duplicates.
    pub facets: BTreeSet<(&'static str, String)>,
    /// Its units, in order; at least one.
    pub units: Vec<UnitText>,
    /// What other pages say about its units, by ordinal.
    pub said: BTreeMap<usize, OthersWords>,
}

impl IndexPage {
    /// How many extra terms a name counts: 1 if it is only a search term, so
    /// that pages that really have the name rank first.
    pub fn is_search_term(&self, name: &String) -> u32 {
        u32::from(!self.names.contains(name))
    }
}

/// A facet and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetDefinition {
    /// Key in addresses and filters.
    pub key: &'static str,
    /// Name for readers.
    pub label: String,
    /// Value and name for readers.
    pub values: Vec<(String, String)>,
}

/// Collects the searchable content of a library.
pub fn corpus(library: &Library) -> Corpus {
    let is_repealed = |page: &Page| match &page.details {
        Details::Regulation(regulation) => regulation.status == Status::Repealed,
        _ => false,
    };
    let (others, regular): (Vec<&Page>, Vec<&Page>) = library
        .pages
        .iter()
        .filter(|page| page.public)
        .partition(|page| library.versions.is_other_text(page.id));
    let (entries, aids): (Vec<&Page>, Vec<&Page>) =
        regular.iter().partition(|page| page.page_type().is_some());
    let (repealed, in_force): (Vec<&Page>, Vec<&Page>) =
        entries.iter().partition(|page| is_repealed(page));
    let order: Vec<&Page> = in_force
        .iter()
        .chain(&repealed)
        .chain(&aids)
        .chain(&others)
        .copied()
        .collect();
    let mut short = short_names(library);
    let mut pages: Vec<IndexPage> = order
        .iter()
        .map(|page| index_page(library, page, short.remove(&page.id).unwrap_or_default()))
        .collect();
    let units: Vec<&[UnitText]> = pages.iter().map(|page| &page.units[..]).collect();
    let said = cited::others_words(library, &order, &units);
    for (page, said) in pages.iter_mut().zip(said) {
        page.said = said;
    }
    let facets = facet_definitions(library, &pages);
    let counts = pages.iter().map(|page| page.card.cited).collect();
    let cited = cited::importance(&order, counts);
    Corpus {
        repealed_from: in_force.len() as u32,
        aids_from: entries.len() as u32,
        superseded_from: regular.len() as u32,
        successions: successions(library, &order),
        facets,
        lexicon: Lexicon {
            frames: own_frames(&pages),
            regions: regions::names(library),
            ..library.lexicon.clone()
        },
        pages,
        cited,
    }
}

/// The shorter forms of the names of regulations, which people use instead of
/// them (民法典 for 中华人民共和国民法典), if only one regulation can be meant.
fn short_names(library: &Library) -> BTreeMap<PageId, Vec<String>> {
    let names = |page: &Page| -> Vec<String> {
        let names = std::iter::once(&page.title).chain(&page.other_names);
        names.map(|name| normalise(name)).collect()
    };
    // All texts of a regulation have the same names.
    let identity = |page: &Page| match library.versions.of(page.id) {
        Some((chain, _)) => chain.identity,
        None => page.id,
    };
    let mut meant: HashMap<String, Option<PageId>> = HashMap::new();
    let mut mean = |name: String, page: &Page| {
        let known = meant.entry(name).or_insert(Some(identity(page)));
        if *known != Some(identity(page)) {
            *known = None;
        }
    };
    let mut forms: Vec<(&Page, String)> = Vec::new();
    for page in library.pages.iter().filter(|page| page.public) {
        for name in names(page) {
            if page.page_type() == Some(PageType::Regulation) {
                for form in shorter_forms(&name) {
                    mean(form.clone(), page);
                    forms.push((page, form));
                }
            }
            mean(name, page);
        }
    }
    let mut short: BTreeMap<PageId, Vec<String>> = BTreeMap::new();
    for (page, form) in forms {
        if meant[&form].is_some() && !names(page).contains(&form) {
            short.entry(page.id).or_default().push(form);
        }
    }
    short
}

/// The frames of questions that these pages don't use.
fn own_frames(pages: &[IndexPage]) -> BTreeSet<String> {
    let names: Vec<&str> = pages
        .iter()
        .flat_map(|page| &page.names)
        .map(String::as_str)
        .collect();
    let units = pages.iter().flat_map(|page| &page.units);
    let texts: Vec<&str> = units.map(|unit| unit.text.as_str()).collect();
    frames::unused(&names, &texts)
}

impl Corpus {
    /// Adds pages that the program generates. They are found but aren't entries
    /// of the site.
    #[must_use]
    pub fn with_functions(mut self, functions: Vec<FunctionPage>) -> Self {
        let more = functions.len() as u32;
        let first = self.superseded_from;
        let pages = functions.into_iter().map(|function| IndexPage {
            card: PageCard {
                key: function.file.trim_end_matches("/index.html").to_owned(),
                url: function.file,
                names: function.names.clone(),
                type_label: function.label,
                ..PageCard::default()
            },
            names: function.names,
            units: vec![UnitText {
                heading: function.description,
                ..UnitText::default()
            }],
            ..IndexPage::default()
        });
        self.pages
            .splice(first as usize..first as usize, pages)
            .for_each(drop);
        self.superseded_from += more;
        // Nobody cites these pages; the pages after them keep their values.
        let steps = &mut self.cited.steps;
        if steps.len() > first as usize {
            let none = std::iter::repeat_n(0, more as usize);
            steps
                .splice(first as usize..first as usize, none)
                .for_each(drop);
        }
        for succession in &mut self.successions {
            for number in [&mut succession.older, &mut succession.newer] {
                if *number >= first {
                    *number += more;
                }
            }
        }
        self
    }
}

/// Which texts replaced, or will replace, which others.
fn successions(library: &Library, order: &[&Page]) -> Vec<Succession> {
    let mut numbers = vec![0; library.pages.len()];
    for (number, page) in order.iter().enumerate() {
        numbers[page.id.0 as usize] = number as u32;
    }
    let chains = library.versions.chains().iter();
    chains
        .flat_map(|chain| chain.texts.windows(2))
        .filter(|pair| pair.iter().all(|text| library.page(text.page).public))
        .map(|pair| Succession {
            older: numbers[pair[0].page.0 as usize],
            newer: numbers[pair[1].page.0 as usize],
            from: pair[1].from,
        })
        .collect()
}

fn index_page(library: &Library, page: &Page, short_names: Vec<String>) -> IndexPage {
    let aliases = library.lexicon.aliases.get(&page.id);
    let subentries = page.subentries.iter();
    let subentries = subentries
        .flat_map(|subentry| std::iter::once(&subentry.name).chain(&subentry.other_names));
    let other_names = page.other_names.iter().chain(subentries);
    let other_names = other_names.chain(aliases.into_iter().flatten());
    let mechanism = match &page.details {
        Details::Practice(practice) => practice.mechanism.as_ref(),
        _ => None,
    };
    let called = std::iter::once(&page.title)
        .chain(other_names)
        .chain(mechanism);
    let names = each_once(called.clone().chain(&page.search_terms));
    // The short names are only typed: as names of the index they would make
    // titles that are much shorter than the others weigh more.
    let called = each_once(called.chain(&short_names));
    let card = PageCard {
        key: page.key.clone(),
        url: format!("{}/index.html", page.key),
        names,
        page_type: page.page_type().map_or("", PageType::slug).to_owned(),
        type_label: page
            .page_type()
            .map_or_else(String::new, |kind| library.words().label("type", kind)),
        meta: meta(library, page),
        date: page.published.map_or(String::new(), |d| d.to_string()),
        validity: match &page.details {
            Details::Regulation(regulation) => validity(regulation.status),
            _ => None,
        },
        cited: cited::cited_by(library, page),
    };
    let mut units = units(library, page);
    count_references(library, page, &mut units);
    IndexPage {
        page_type: page.page_type(),
        status_label: match &page.details {
            Details::Regulation(regulation) if card.validity.is_some() => library
                .words()
                .written(regulation.status.label())
                .to_owned(),
            _ => String::new(),
        },
        card,
        names: called,
        facets: facets_of(page),
        units,
        said: BTreeMap::new(),
    }
}

/// Counts the references to each unit or to anything within it, without an
/// article's references to itself.
fn count_references(library: &Library, page: &Page, units: &mut [UnitText]) {
    let places: HashMap<String, usize> = units
        .iter()
        .zip(0..)
        .map(|(unit, place)| (unit.anchor.clone(), place))
        .collect();
    for (anchor, references) in library.cited.units(page.id) {
        // A point without a heading belongs to the unit above it.
        let mut above = Some(anchor);
        while let Some(anchor) = above {
            if let Some(place) = places.get(anchor) {
                let count = u32::try_from(references.len()).unwrap_or(u32::MAX);
                let cited = &mut units[*place].cited;
                *cited = cited.saturating_add(count);
                break;
            }
            above = anchor.rsplit_once('-').map(|(above, _)| above);
        }
    }
}

fn each_once<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.contains(name) {
            once.push(name.clone());
        }
    }
    once
}

/// Short facts shown with a hit: region, then responsibilities and stages.
fn meta(library: &Library, page: &Page) -> Vec<String> {
    let facts = Facts::of(library, page);
    let shown = [
        Subject::Axis(Axis::Region),
        Subject::Axis(Axis::Responsibility),
        Subject::Axis(Axis::Stage),
    ]
    .into_iter();
    let shown = shown.flat_map(|subject| facts.values(subject));
    text_of(library, page)
        .into_iter()
        .chain(shown.map(|value| value.short(library.words()).into_owned()))
        .collect()
}

/// The label of a text of a regulation: 2019年6月1日施行的文本. `None` for the page
/// that represents the regulation.
fn text_of(library: &Library, page: &Page) -> Option<String> {
    let (chain, place) = library.versions.of(page.id)?;
    let text = chain.texts[place];
    (chain.identity != page.id).then(|| {
        let key = format!("dated-text.{}", text.dated_by.slug());
        let words = library.words();
        words.say(&key, &[("date", &words.date(text.from))])
    })
}

fn facets_of(page: &Page) -> BTreeSet<(&'static str, String)> {
    let mut facets = BTreeSet::new();
    if let Some(page_type) = page.page_type() {
        facets.insert((TYPE_FACET, page_type.slug().to_owned()));
    }
    for axis in Axis::ALL {
        let values = axis.of(page).into_iter();
        facets.extend(values.map(|value| (axis.slug(), value.key.into_owned())));
    }
    if let Some(date) = page.changed() {
        facets.insert((DATE_FACET, date.to_string()));
    }
    facets
}

fn facet_definitions(library: &Library, pages: &[IndexPage]) -> Vec<FacetDefinition> {
    let words = library.words();
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, value) in pages.iter().flat_map(|page| &page.facets) {
        used.entry(key).or_default().insert(value);
    }
    let none = BTreeSet::new();
    let values_of = |key: &str| {
        let used = used.get(key).unwrap_or(&none);
        match Axis::ALL.into_iter().find(|axis| axis.slug() == key) {
            Some(axis) => axis.values(library, used),
            None if key == TYPE_FACET => closed::<PageType>(words, TYPE_FACET),
            None => used
                .iter()
                .map(|v| (v.to_string(), v.to_string()))
                .collect(),
        }
    };
    let shown = facets().map(|(key, word)| (key, words.text(word)));
    let definitions = shown.chain([(DATE_FACET, "")]);
    definitions
        .map(|(key, label)| {
            let mut values = values_of(key);
            let used = used.get(key);
            values.retain(|(value, _)| used.is_some_and(|used| used.contains(value.as_str())));
            FacetDefinition {
                key,
                label: label.to_owned(),
                values,
            }
        })
        .filter(|facet| !facet.values.is_empty())
        .collect()
}

fn units(library: &Library, page: &Page) -> Vec<UnitText> {
    let mut units = vec![UnitText {
        text: lines([page.description.clone()]),
        ..UnitText::default()
    }];
    // Headings above the current position, by level.
    let mut path: Vec<(u8, String)> = Vec::new();
    let mut text = Vec::new();
    let mut notes = Vec::new();
    let flush = |units: &mut Vec<UnitText>, text: &mut Vec<String>, notes: &mut Vec<String>| {
        let unit = units.last_mut().expect("a page begins with a unit");
        add_lines(&mut unit.text, std::mem::take(text));
        add_lines(&mut unit.heading, std::mem::take(notes));
    };
    if tree::has_provisions(&page.body) {
        provision_units(page, &mut units);
    } else {
        for block in &page.body {
            if let Block::Heading {
                level,
                anchor,
                content,
                ..
            } = block
            {
                flush(&mut units, &mut text, &mut notes);
                path.retain(|(above, _)| above < level);
                let heading = How::READ.inline(content).into_owned();
                path.push((*level, heading.clone()));
                units.push(UnitText {
                    anchor: anchor.clone(),
                    label: heading,
                    heading: path
                        .iter()
                        .map(|(_, heading)| heading.as_str())
                        .collect::<Vec<_>>()
                        .join("\n"),
                    ..UnitText::default()
                });
            } else if is_note(block) {
                push_lines(block, &mut notes);
            } else {
                push_lines(block, &mut text);
            }
        }
    }
    flush(&mut units, &mut text, &mut notes);
    let words = library.words();
    let facts = fact_lines(words, &Facts::of(library, page));
    add_lines(&mut units[0].heading, facts);
    if !page.figures.is_empty() {
        units.push(UnitText {
            anchor: FIGURES_ANCHOR.to_owned(),
            label: words.text("fact.figures").to_owned(),
            heading: words.text("fact.figures").to_owned(),
            text: lines(page.figures.iter().map(|figure| figure_text(words, figure))),
            ..UnitText::default()
        });
    }
    units
}

/// The units of a regulation's body: one for each article, or, in the document
/// form, one for each section that has a heading and text of its own.
fn provision_units(page: &Page, units: &mut Vec<UnitText>) {
    let mut writer = ProvisionUnits {
        title: compact(&page.title),
        units,
        headings: Vec::new(),
        points: 0,
    };
    writer.blocks(&page.body);
    // A division whose text is all in its articles is not a unit of its own.
    units.retain(|unit| unit.anchor.is_empty() || !unit.text.is_empty());
}

struct ProvisionUnits<'u> {
    /// The title of the page without spaces.
    title: String,
    units: &'u mut Vec<UnitText>,
    /// Headings above, without their numbers.
    headings: Vec<String>,
    /// Number of open points.
    points: usize,
}

impl ProvisionUnits<'_> {
    fn blocks<L>(&mut self, blocks: &[Block<L>]) {
        for block in blocks {
            match block {
                Block::Provision(provision) => self.provision(provision),
                other => {
                    let mut text = Vec::new();
                    push_lines(other, &mut text);
                    self.text(&lines(text), None);
                }
            }
        }
    }

    fn provision<L>(&mut self, provision: &Provision<L>) {
        let title = tree::title_text(&How::READ.inline(&provision.title));
        let titled = !title.is_empty();
        match provision.kind {
            // The contents only repeat the headings.
            ProvisionKind::Contents => {}
            ProvisionKind::Opening => {
                for block in text::opening(provision, &self.title) {
                    let mut text = Vec::new();
                    push_lines(block, &mut text);
                    self.text(&lines(text), None);
                }
            }
            ProvisionKind::Preamble => self.unit(provision, first_of(title, "序言")),
            ProvisionKind::Signature => self.unit(provision, "落款".to_owned()),
            ProvisionKind::Article => self.unit(provision, label_and(provision, &title)),
            ProvisionKind::Paragraph | ProvisionKind::Item | ProvisionKind::Subitem => {
                self.within(provision);
            }
            // A point without a heading belongs to the section above.
            ProvisionKind::Point if !titled && self.is_in_open_point(&provision.anchor) => {
                self.within(provision);
            }
            _ => {
                let label = label_and(provision, &title);
                self.open(provision, label);
                // An opening sentence goes with its text.
                let content = How::READ.inline(&provision.content);
                self.text(&content, None);
                let point = usize::from(provision.kind == ProvisionKind::Point);
                self.points += point;
                self.headings.push(title);
                self.blocks(&provision.children);
                self.headings.pop();
                self.points -= point;
            }
        }
    }

    fn unit<L>(&mut self, provision: &Provision<L>, label: String) {
        self.open(provision, label);
        self.blocks(&provision.children);
    }

    fn open<L>(&mut self, provision: &Provision<L>, label: String) {
        let headings = self.headings.iter().filter(|heading| !heading.is_empty());
        self.units.push(UnitText {
            anchor: provision.anchor.clone(),
            label,
            heading: headings.cloned().collect::<Vec<_>>().join("\n"),
            ..UnitText::default()
        });
    }

    /// Adds a provision to the open unit: its text, and its anchor.
    fn within<L>(&mut self, provision: &Provision<L>) {
        let own = format!(
            "{}{}{}",
            provision.label,
            How::READ.inline(&provision.title),
            How::READ.inline(&provision.content)
        );
        self.text(&own, Some(&provision.anchor));
        self.blocks(&provision.children);
    }

    /// Whether the open unit is the point above the one with this anchor: the
    /// anchor of a point begins with that of the point above.
    fn is_in_open_point(&self, anchor: &str) -> bool {
        let open = self.units.last().map_or("", |unit| unit.anchor.as_str());
        self.points > 0
            && anchor
                .strip_prefix(open)
                .is_some_and(|rest| rest.starts_with('-'))
    }

    /// Adds a line to the open unit.
    fn text(&mut self, text: &str, anchor: Option<&str>) {
        let unit = self.units.last_mut().expect("a page begins with a unit");
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !unit.text.is_empty() {
            unit.text.push('\n');
        }
        if let Some(anchor) = anchor {
            let at = u32::try_from(unit.text.len()).expect("texts are shorter than 4 GiB");
            unit.places.push((at, anchor.to_owned()));
        }
        unit.text.push_str(text);
    }
}

/// 第七条, 第七条 适用范围, 一、总体要求.
fn label_and<L>(provision: &Provision<L>, title: &str) -> String {
    tree::labelled(&compact(&provision.label), title, " ")
}

fn first_of(text: String, otherwise: &str) -> String {
    if text.is_empty() {
        otherwise.to_owned()
    } else {
        text
    }
}

fn lines(texts: impl IntoIterator<Item = String>) -> String {
    let texts: Vec<String> = texts
        .into_iter()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    texts.join("\n")
}

/// The status of a regulation as the engine has it; `None` if unknown.
fn validity(status: Status) -> Option<Validity> {
    match status {
        Status::InForce => Some(Validity::InForce),
        Status::Amended => Some(Validity::Amended),
        Status::Repealed => Some(Validity::Repealed),
        Status::NotYet => Some(Validity::Future),
        Status::Unknown => None,
    }
}

/// The facts of a page as lines of text, without unknown ones and without those
/// not worth searching as text: dates, and names, which are indexed as names.
fn fact_lines(words: &Words, facts: &Facts<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for fact in facts.iter() {
        let label = fact.subject.label(words);
        match fact.subject {
            Subject::Level
            | Subject::Adopted
            | Subject::Promulgated
            | Subject::Effective
            | Subject::Repealed
            | Subject::Validity
            | Subject::StartYear
            | Subject::OtherNames => {}
            // Sentences.
            Subject::Findings => {
                let findings = fact.values.iter().map(|value| value.text(words));
                lines.extend(findings.map(|text| words.labelled(label, &text)));
            }
            _ if fact.values.is_empty() => {}
            _ => {
                let values = fact.values.iter().map(|value| match value {
                    Value::Component(component) if !component.detail.is_empty() => {
                        let detail = words.say("mark.brackets", &[("text", &component.detail)]);
                        format!("{}{detail}", component.name)
                    }
                    other => other.text(words).into_owned(),
                });
                lines.push(words.labelled(label, &words.list(values)));
            }
        }
    }
    lines
}

fn figure_text(words: &Words, figure: &Figure) -> String {
    let period = match &figure.period {
        Known::Known(period) => format!("{}{period}", words.text("mark.clause")),
        Known::Unknown => String::new(),
    };
    let scope = if figure.scope.is_empty() {
        String::new()
    } else {
        words.say(
            "mark.brackets",
            &[("text", &format!("{}{period}", figure.scope))],
        )
    };
    let value = words.labelled(&figure.label, &words.figure(figure));
    format!("{value}{scope}")
}

/// Whether a paragraph is a remark of the site: it ends with 〔编注〕.
fn is_note<L>(block: &Block<L>) -> bool {
    let Block::Paragraph { content, .. } = block else {
        return false;
    };
    let is_blank =
        |inline: &&Inline<L>| matches!(inline, Inline::Text(text) if text.trim().is_empty());
    let last = content.iter().rev().find(|inline| !is_blank(inline));
    matches!(last, Some(Inline::Mark(Mark::Editorial)))
}

/// Appends lines to a text.
fn add_lines(text: &mut String, more: Vec<String>) {
    let more = lines(more);
    if !text.is_empty() && !more.is_empty() {
        text.push('\n');
    }
    text.push_str(&more);
}

fn push_lines<L>(block: &Block<L>, lines: &mut Vec<String>) {
    How::READ.lines(std::slice::from_ref(block), &mut |line| {
        lines.push(line.into_owned());
    });
}
