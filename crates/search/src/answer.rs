//! Answers a request with any [`Index`].
//!
//! An [`Index`] finds and scores. Everything else (parsing the query,
//! correction, pinned provisions, filters, order, presentation) happens here,
//! once. So two indexes can only differ in what they find and how they score
//! it.

use std::ops::Deref;

use crate::analysis::Analyzer;
use crate::cited::Cited;
use crate::correct;
use crate::format::boot::Weights;
use crate::format::docs::{PageCard, UnitText};
use crate::format::facets::Facet;
use crate::format::postings::UnitId;
use crate::format::terms::LexiconKind;
use crate::in_force::{InForce, Succession};
use crate::plan::{Analysed, Condition, Knowledge, Level, Phrase, Plan, Said, is_literally_in};
use crate::present::{self, Explanation, Hit, Marker, Notice, Results, Suggestion, TermPoints};
use crate::query::Query;
use crate::rank::{self, FoundUnit, Group, ListedUnit, Pinned, RankedPage, Ranking, TitleMatch};
use crate::refine;
use crate::request::Request;
use crate::sound::{self, Sounds};
use crate::verbatim::{self, Holding, Reader as _};

/// Data that must be loaded before it can be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// The values of a facet, by its number in [`Index::facet_names`].
    Facet(usize),
    /// A term's entry.
    Term(String),
    /// The entries of all terms that begin with a character.
    Prefix(char),
    /// The names whose keys begin with this string.
    Name(String),
    /// A unit's text and its page's card.
    Text(UnitId),
}

/// Properties of an index as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Outline<'a> {
    /// Number of pages.
    pub pages: u32,
    /// First page that is no longer in force.
    pub repealed_from: u32,
    /// First page that is not an entry of the site, but a comparison or a
    /// function.
    pub aids_from: u32,
    /// First page that is an old version of another.
    pub superseded_from: u32,
    /// Which version of a regulation follows which.
    pub successions: &'a [Succession],
    /// Ranking weights.
    pub weights: &'a Weights,
    /// How often each page is cited.
    pub cited: &'a Cited,
}

impl Outline<'_> {
    /// Whether a page counts as an entry of the site.
    fn is_entry(&self, page: u32) -> bool {
        page < self.aids_from || page >= self.superseded_from
    }
}

/// An index: it looks things up and scores them, nothing else.
///
/// [`Knowledge`] and [`sounds`](Self::sounds) only read what was requested
/// through [`require`](Self::require) before.
pub trait Index: Knowledge {
    /// Why a look-up stops: missing files, or an error.
    type Stop;

    /// The matches of a plan, kept for further look-ups.
    type Matches;

    /// A unit's text, borrowed or owned.
    type Text<'t>: Deref<Target = UnitText>
    where
        Self: 't;

    /// Properties of the corpus as a whole.
    fn outline(&self) -> Outline<'_>;

    /// Key and folded name of each facet.
    fn facet_names(&self) -> &[(String, String)];

    /// An analyser that folds `text` and the index's own texts as they were
    /// indexed.
    ///
    /// # Errors
    /// When the fold table has to be loaded first.
    fn analyzer(&self, text: &str) -> Result<Analyzer<'_>, Self::Stop>;

    /// Ensures that `needs` can be looked up.
    ///
    /// # Errors
    /// When some have to be loaded first. The error lists everything that is
    /// missing.
    fn require(&self, needs: &[Need]) -> Result<(), Self::Stop>;

    /// Knowledge of pronunciation.
    ///
    /// # Errors
    /// When it cannot be read.
    fn sounds(&self) -> Result<&dyn Sounds, Self::Stop>;

    /// The facets that are loaded.
    ///
    /// # Errors
    /// When they cannot be read.
    fn facets(&self) -> Result<Vec<&Facet>, Self::Stop>;

    /// Looks up the terms of a plan.
    ///
    /// # Errors
    /// When lists have to be loaded first.
    fn matches(&self, plan: &Plan) -> Result<Self::Matches, Self::Stop>;

    /// The units of `pages` that fulfil the plan at any level, ascending, each
    /// with its strictest level and its score over text and headings. Phrases
    /// are checked; excluded words are not.
    ///
    /// # Errors
    /// When texts have to be loaded first.
    fn fulfilling(
        &self,
        plan: &Plan,
        matches: &Self::Matches,
        pages: &InForce,
        analyzer: &mut Analyzer,
    ) -> Result<Vec<FoundUnit>, Self::Stop>;

    /// Removes the units that contain something that the plan excludes.
    ///
    /// # Errors
    /// When texts have to be loaded first.
    fn without_excluded(
        &self,
        units: Vec<FoundUnit>,
        plan: &Plan,
        analyzer: &mut Analyzer,
    ) -> Result<Vec<FoundUnit>, Self::Stop>;

    /// How the names of a page match.
    fn title_match(&self, plan: &Plan, matches: &Self::Matches, page: u32) -> TitleMatch;

    /// Pages with a name that contains some of the terms in `among` (a bit
    /// mask), and [how strongly](rank::name_strength) each matches: strongest
    /// first, ties in corpus order.
    fn named(&self, plan: &Plan, matches: &Self::Matches, among: u64) -> Vec<(u32, f32)>;

    /// The articles under a [key](Reference::key), ascending.
    ///
    /// # Errors
    /// When the index is damaged.
    fn articles(&self, key: &str) -> Result<Vec<UnitId>, Self::Stop>;

    /// The points that each term of the plan gives a unit.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn points(
        &self,
        plan: &Plan,
        matches: &Self::Matches,
        unit: UnitId,
    ) -> Result<Vec<TermPoints>, Self::Stop>;

    /// A unit's text and the card of its page.
    ///
    /// # Errors
    /// When it cannot be read.
    fn text(&self, unit: UnitId) -> Result<(&PageCard, Self::Text<'_>), Self::Stop>;
}

/// What a request finds, before filters are applied and texts are read.
#[derive(Debug)]
pub struct Found<M> {
    /// The request; its filters include the query's qualifiers.
    pub request: Request,
    /// The plan that was looked up.
    pub plan: Plan,
    /// The index's matches for the plan.
    pub matches: M,
    /// The pages that the request searches.
    pub in_force: InForce,
    /// Pages, best first.
    pub ranked: Vec<RankedPage>,
    /// Whether the query had nothing to look up.
    is_empty: bool,
    /// Pages without the article that a reference names: page, index of the
    /// reference.
    missing: Vec<(u32, usize)>,
    /// Indexes of references whose name belongs to no page.
    unknown: Vec<usize>,
}

impl<M> Found<M> {
    fn strictest(&self) -> Option<Level> {
        self.ranked.iter().map(|page| page.level).min()
    }
}

/// Answers a request.
///
/// # Errors
/// Errors of the index.
pub fn answer<I: Index>(index: &I, request: &Request) -> Result<Results, I::Stop> {
    let mut analyzer = index.analyzer(&request.query)?;
    let (found, suggestion) = find_meant(index, request, &mut analyzer)?;
    let mut results = results(index, found, &mut analyzer)?;
    results.query = request.query.clone();
    results.suggestion = suggestion;
    Ok(results)
}

/// All units that a request finds, ordered by score, for evaluation.
///
/// # Errors
/// Errors of the index.
pub fn list<I: Index>(index: &I, request: &Request) -> Result<Vec<ListedUnit>, I::Stop> {
    let mut analyzer = index.analyzer(&request.query)?;
    let (found, _) = find_meant(index, request, &mut analyzer)?;
    let facets = index.facets()?;
    let shown = refine::filtered(&found.ranked, &found.request, &facets, None);
    Ok(rank::flat(&shown))
}

/// What was found, and the correction that was offered or used.
pub type Meant<M> = (Found<M>, Option<Suggestion>);

/// Finds what a request asks for. If the query as typed finds no complete
/// match, tries corrections of pinyin and homophones.
///
/// # Errors
/// Errors of the index.
pub fn find_meant<I: Index>(
    index: &I,
    request: &Request,
    analyzer: &mut Analyzer,
) -> Result<Meant<I::Matches>, I::Stop> {
    let mut typed = find(index, request, analyzer)?;
    if request.plain || !correct::may_be_misspelt(&typed.plan, typed.strictest()) {
        return Ok((typed, None));
    }
    let query = Query::parse(&request.query, index.facet_names(), analyzer.folder());
    let Some(pieces) = correct::pieces(&query, analyzer) else {
        return Ok((typed, None));
    };
    let characters = sound::typed_characters(&pieces).into_iter();
    let readings = characters.map(|ch| Need::Term(sound::reading_key(ch)));
    let names = sound::name_keys(&pieces).into_iter();
    let names = names.chain(sound::near_keys(&pieces)).map(Need::Name);
    index.require(&readings.chain(names).collect::<Vec<_>>())?;
    let sounds = index.sounds()?;
    let pairs = sound::pair_keys(&pieces, sounds).into_iter();
    index.require(&pairs.map(Need::Term).collect::<Vec<_>>())?;
    let by_sound = sound::guess(&pieces, sounds);
    let by_name = sound::near_name(&pieces, sounds);
    for guess in by_sound.into_iter().chain(by_name) {
        let pairs = correct::pairs(&guess).into_iter();
        index.require(&pairs.map(Need::Term).collect::<Vec<_>>())?;
        let guess = correct::parted(guess, index);
        let Some(guess) = guess.filter(|guess| correct::is_allowed(guess, &typed.plan)) else {
            continue;
        };
        let meant = find_query(index, request, correct::query(&guess), analyzer)?;
        if stands(index, &meant, analyzer)? {
            let suggestion = correct::suggestion(request, typed.ranked.is_empty(), guess);
            if suggestion.as_ref().is_some_and(|meant| meant.used) {
                return Ok((meant, suggestion));
            }
            let named = meant
                .ranked
                .first()
                .filter(|page| page.group == Group::Title);
            if let Some(named) = named {
                rank::put_first(&mut typed.ranked, named.page);
            }
            return Ok((typed, suggestion));
        }
    }
    Ok((typed, None))
}

/// How many pages are read at once when checking whether a guess occurs
/// verbatim.
const PAGES_AT_ONCE: usize = 12;

/// Whether one of the pages that match a guess contains it verbatim, without
/// gaps.
fn stands<I: Index>(
    index: &I,
    meant: &Found<I::Matches>,
    analyzer: &mut Analyzer,
) -> Result<bool, I::Stop> {
    let whole = |page: &&RankedPage| page.level == Level::All;
    let pages: Vec<&RankedPage> = meant.ranked.iter().take_while(whole).collect();
    // Two characters occur verbatim wherever their pair does; a page that was
    // found by its name has the guess in its name.
    let is_sure = |page: &&RankedPage| page.group == Group::Title;
    if pages.iter().any(is_sure) || (meant.plan.verbatim.is_empty() && !pages.is_empty()) {
        return Ok(true);
    }
    let mut texts = Texts { index, analyzer };
    // A long name is looked up like a sentence, of which pages need not contain
    // every word.
    let is_named = |page: &&RankedPage| page.group == Group::Title;
    let named = meant.ranked.iter().filter(is_named).take(PAGES_AT_ONCE);
    let named: Vec<UnitId> = named.map(|page| page.places[0].unit).collect();
    let whole = pages.chunks(PAGES_AT_ONCE).map(|pages| {
        let places = pages
            .iter()
            .flat_map(|page| verbatim::whole_places(page, verbatim::PLACES));
        places.collect()
    });
    for units in std::iter::once(named).chain(whole) {
        texts.require(&units)?;
        for unit in units {
            if texts.holds(unit, &meant.plan)? != Holding::No {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Finds a request as typed.
///
/// # Errors
/// Errors of the index.
pub fn find<I: Index>(
    index: &I,
    request: &Request,
    analyzer: &mut Analyzer,
) -> Result<Found<I::Matches>, I::Stop> {
    let query = Query::parse(&request.query, index.facet_names(), analyzer.folder());
    find_query(index, request, query, analyzer)
}

fn find_query<I: Index>(
    index: &I,
    request: &Request,
    mut query: Query,
    analyzer: &mut Analyzer,
) -> Result<Found<I::Matches>, I::Stop> {
    let names = index.facet_names().iter().enumerate();
    let mut first: Vec<Need> = names
        .filter(|(_, (key, _))| refine::is_needed(key, request, &query))
        .map(|(number, _)| Need::Facet(number))
        .collect();
    // Only the values of a facet tell whether a qualifier is valid.
    if query.qualifiers.is_empty() {
        let terms = Analysed::new(&query, analyzer).exact_terms();
        first.extend(terms.into_iter().map(Need::Term));
    }
    index.require(&first)?;
    let facets = index.facets()?;
    let folder = analyzer.folder();
    query.reject_qualifiers(|qualifier| refine::is_known(qualifier, &facets, folder));
    let mut filtering = request.clone();
    refine::add_qualifiers(&mut filtering, &query.qualifiers, &facets, folder);

    let plan = plan(index, &query, analyzer)?;
    let outline = index.outline();
    let mut found = Found {
        matches: index.matches(&plan)?,
        in_force: InForce::new(
            outline.successions,
            outline.superseded_from,
            outline.pages,
            request,
        ),
        request: filtering,
        is_empty: plan.is_empty(),
        plan,
        ranked: Vec::new(),
        missing: Vec::new(),
        unknown: Vec::new(),
    };
    if !found.is_empty {
        rank(index, &mut found, analyzer)?;
    } else if !query.qualifiers.is_empty() {
        // Only qualifiers: list all pages that they allow.
        found.is_empty = false;
        found.ranked = rank::everything(outline.pages, &found.in_force);
    }
    Ok(found)
}

/// Plans a query's look-ups.
fn plan<I: Index>(index: &I, query: &Query, analyzer: &mut Analyzer) -> Result<Plan, I::Stop> {
    let terms = |terms: Vec<String>| {
        let needs: Vec<Need> = terms.into_iter().map(Need::Term).collect();
        index.require(&needs)
    };
    let analysed = Analysed::new(query, analyzer);
    terms(analysed.exact_terms())?;
    let consulted = analysed.consult(index);
    terms(consulted.exact_terms())?;
    let settled = consulted.leave_out_common(index);
    let prefixes = settled.prefixes().into_iter().map(Need::Prefix);
    index.require(&prefixes.collect::<Vec<_>>())?;
    Ok(settled.plan(index))
}

/// Selects, pins and ranks the units that fulfil the plan of `found`.
fn rank<I: Index>(
    index: &I,
    found: &mut Found<I::Matches>,
    analyzer: &mut Analyzer,
) -> Result<(), I::Stop> {
    let mut units = index.fulfilling(&found.plan, &found.matches, &found.in_force, analyzer)?;
    let pinned = pinned(index, found)?;
    for pin in &pinned {
        if let Err(at) = units.binary_search_by_key(&pin.unit, |found| found.unit) {
            let pinned = FoundUnit {
                unit: pin.unit,
                score: 0.0,
                level: Level::All,
            };
            units.insert(at, pinned);
        }
    }
    let units = index.without_excluded(units, &found.plan, analyzer)?;
    let Outline {
        weights,
        repealed_from,
        cited,
        aids_from,
        superseded_from,
        ..
    } = index.outline();
    let factor = if asks_for_what_matters(found) {
        weights.cited * found.plan.weight(index)
    } else {
        0.0
    };
    let aids = aids_from..superseded_from;
    found.ranked = Ranking {
        title: &|page| index.title_match(&found.plan, &found.matches, page),
        weights,
        cited: &|page| factor * cited.of(page),
        is_repealed: &|page| {
            !aids.contains(&page) && found.in_force.is_repealed(page, repealed_from)
        },
        pinned: &pinned,
    }
    .rank(&units);
    Ok(())
}

/// Whether the query doesn't say which pages it wants. Then the most important
/// of the pages that contain the words come first. A query that names a region
/// wants that region's rules; one that names a page wants that page.
/// [`Ranking`] looks at names.
fn asks_for_what_matters<M>(found: &Found<M>) -> bool {
    let plan = &found.plan;
    let filters = &found.request.filters;
    let names_region = |said: &Said| said.kind == LexiconKind::Region;
    filters
        .iter()
        .all(|(key, _)| key != "region" && key != "organ")
        && plan.numbers.is_empty()
        && !plan.lexicon.iter().any(names_region)
        && !plan.fixed.asks_for_names()
        && plan.references.iter().all(|r| r.before.is_empty())
}

/// The provisions that a plan refers to.
fn pinned<I: Index>(index: &I, found: &mut Found<I::Matches>) -> Result<Vec<Pinned>, I::Stop> {
    let mut pinned: Vec<Pinned> = Vec::new();
    let (plan, pages) = (&found.plan, &found.in_force);
    for (number, reference) in plan.references.iter().enumerate() {
        let units = index.articles(&reference.key())?;
        let mut pin = |unit, strength| {
            if pinned.iter().all(|known| known.unit != unit) {
                pinned.push(Pinned {
                    unit,
                    reference: number,
                    strength,
                });
            }
        };
        let before = plan.terms_of(&reference.before);
        if before == 0 {
            // The query is only an article number: pin all pages that have this
            // article.
            if reference.is_alone && plan.fixed == Condition::All(Vec::new()) {
                let in_force = units.iter().filter(|unit| pages.holds(unit.page));
                let some = in_force.take(rank::MAX_BARE);
                some.for_each(|unit| pin(*unit, 0.0));
            }
            continue;
        }
        let named = index.named(plan, &found.matches, before).into_iter();
        let mut named = named.filter(|(page, _)| pages.holds(*page));
        let Some((first, best)) = named.next() else {
            found.unknown.push(number);
            continue;
        };
        // Several pages may have this name: a law and its amendments.
        let others = named.take_while(|(_, strength)| *strength == best);
        let mut is_there = false;
        for page in std::iter::once(first).chain(others.map(|(page, _)| page)) {
            for unit in units.iter().filter(|unit| unit.page == page) {
                pin(*unit, best);
                is_there = true;
            }
        }
        if !is_there {
            found.missing.push((first, number));
        }
    }
    Ok(pinned)
}

/// Filters, orders and presents what was found.
fn results<I: Index>(
    index: &I,
    found: Found<I::Matches>,
    analyzer: &mut Analyzer,
) -> Result<Results, I::Stop> {
    if found.is_empty {
        return Ok(Results {
            notices: present::notices(&found.plan, None, Vec::new()),
            ..Results::default()
        });
    }
    let request = &found.request;
    let outline = index.outline();
    let facets = index.facets()?;
    let noise_from = if request.all {
        found.ranked.len()
    } else {
        let asked = found.plan.asked(index);
        // What has only some words of a title is not what it names.
        let known = if found.plan.is_title {
            0.0
        } else {
            found.plan.weight(index) / asked
        };
        rank::noise_from(&found.ranked, known, asked + outline.weights.share)
    };
    let (kept, noise) = found.ranked.split_at(noise_from);
    let entries = |pages: &[&RankedPage]| {
        let entries = pages.iter().filter(|page| outline.is_entry(page.page));
        entries.count()
    };
    let rest = entries(&refine::filtered(noise, request, &facets, None));
    let shown = refine::filtered(kept, request, &facets, None);
    // The count and the level only consider pages that are listed.
    let level = kept.iter().map(|page| page.level).min();
    // If no page contains all words, none is counted as if it did.
    let is_total = |page: &&RankedPage| Some(page.level) == level && is_found(page.level);
    let of_total: Vec<&RankedPage> = shown.iter().copied().filter(is_total).collect();
    let total = entries(&of_total);
    let looser = entries(&shown) - total;
    let listed = shown.len();
    let sorted = refine::sorted(shown, request, &facets);
    let places = places(index, request);
    let beginning = |page| UnitId { page, ordinal: 0 };
    let require_texts = |pages: &mut dyn Iterator<Item = &RankedPage>| {
        let needs = pages
            .flat_map(|page| page.places.iter().take(places).map(|place| place.unit))
            .chain(found.missing.iter().map(|(page, _)| beginning(*page)))
            .map(Need::Text);
        index.require(&needs.collect::<Vec<_>>())
    };
    // Most of these pages stay where they are: all that will then be shown is
    // asked for at once, not first what is compared.
    let first = sorted.iter().skip(request.offset).take(request.limit);
    require_texts(&mut first.copied())?;
    let mut texts = Texts { index, analyzer };
    let page = verbatim::shown(&sorted, &found.plan, request, &mut texts)?;
    require_texts(&mut page.iter())?;
    let marker = Marker::new(&found.plan);
    let hits = page
        .iter()
        .map(|page| hit(index, page, &found, &marker, analyzer))
        .collect::<Result<_, _>>()?;
    let mut missing = Vec::new();
    for (page, number) in &found.missing {
        let reference = &found.plan.references[*number];
        let (card, _) = index.text(beginning(*page))?;
        missing.push(Notice::missing_provision(card, reference));
    }
    let unknown = found
        .unknown
        .iter()
        .map(|number| &found.plan.references[*number]);
    missing.extend(unknown.filter_map(Notice::missing_law));
    Ok(Results {
        query: String::new(),
        total,
        looser,
        rest,
        listed,
        level,
        notices: present::notices(&found.plan, level, missing),
        suggestion: None,
        hits,
        facets: request
            .facets
            .then(|| refine::counts(kept, request, &facets)),
    })
}

/// Whether a match at this level is what was asked for: all words of a query,
/// or as much of a sentence as can be expected.
fn is_found(level: Level) -> bool {
    level.is_whole() || level == Level::Sentence
}

/// How many places are presented for each page.
fn places<I: Index>(index: &I, request: &Request) -> usize {
    1 + present::more_places(request, index.units())
}

/// Presents a page whose texts are loaded.
///
/// # Errors
/// Errors of the index.
pub fn hit<I: Index>(
    index: &I,
    page: &RankedPage,
    found: &Found<I::Matches>,
    marker: &Marker,
    analyzer: &mut Analyzer,
) -> Result<Hit, I::Stop> {
    let count = places(index, &found.request);
    let (card, first) = index.text(page.places[0].unit)?;
    let mut places = vec![(first, page.places[0].score)];
    for place in page.places.iter().take(count).skip(1) {
        places.push((index.text(place.unit)?.1, place.score));
    }
    let explain = if found.request.explain {
        let points = index.points(&found.plan, &found.matches, page.places[0].unit)?;
        Some(Explanation::new(&found.plan, &points, page, card.cited))
    } else {
        None
    };
    let validity = found.in_force.validity(page.page, card.validity);
    let places: Vec<(&UnitText, f32)> = places.iter().map(|(text, s)| (&**text, *s)).collect();
    Ok(present::hit(
        card, validity, page, &places, marker, explain, analyzer,
    ))
}

/// Whether a unit contains a phrase in its text, its headings or the names of
/// its page.
pub fn holds(card: &PageCard, text: &UnitText, phrase: &Phrase, analyzer: &mut Analyzer) -> bool {
    phrase.is_in(&text.text, analyzer)
        || phrase.is_in(&text.heading, analyzer)
        || card.names.iter().any(|name| phrase.is_in(name, analyzer))
}

/// Reads the texts of units for [`verbatim`].
struct Texts<'a, 'b, I> {
    index: &'a I,
    analyzer: &'a mut Analyzer<'b>,
}

impl<I: Index> verbatim::Reader for Texts<'_, '_, I> {
    type Stop = I::Stop;

    fn require(&mut self, units: &[UnitId]) -> Result<(), I::Stop> {
        let needs: Vec<Need> = units.iter().copied().map(Need::Text).collect();
        self.index.require(&needs)
    }

    fn holds(&mut self, unit: UnitId, plan: &Plan) -> Result<Holding, I::Stop> {
        let (card, text) = self.index.text(unit)?;
        let mut texts = [&text.text, &text.heading].into_iter().chain(&card.names);
        if !plan.literal.is_empty()
            && texts.any(|text| is_literally_in(&plan.literal, text, self.analyzer))
        {
            return Ok(Holding::Whole);
        }
        let mut is_there = |phrase: &Phrase| holds(card, &text, phrase, self.analyzer);
        let mut variants = plan.verbatim.iter();
        Ok(
            if !variants.any(|phrases| phrases.iter().all(&mut is_there)) {
                Holding::No
            } else if plan.literal.is_empty() {
                Holding::Whole
            } else {
                Holding::Runs
            },
        )
    }

    fn is_query(&mut self, unit: UnitId, plan: &Plan) -> Result<bool, I::Stop> {
        let (card, _) = self.index.text(unit)?;
        let folded = |name: &str| self.analyzer.folder().fold_str(name);
        let mut references = plan.references.iter();
        Ok(references.any(|reference| reference.is_query(&card.names, folded)))
    }
}
