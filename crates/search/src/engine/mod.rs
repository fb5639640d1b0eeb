//! The engine: a state machine over an index whose files somebody else loads.
//!
//! A request goes in; out comes either the list of shards that it needs next
//! or the results. [`Engine::search`] is a function of the request and the
//! shards held, so going on after supplying shards is calling it again, and a
//! newer keystroke simply calls it with another request.

mod evaluate;

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Analyzer;
use crate::analysis::fold::Folder;
use crate::format::boot::Boot;
use crate::format::docs::{self, PageCard, PagePart, UnitText};
use crate::format::facets::{self, Facet};
use crate::format::postings::{self, UnitId};
use crate::format::terms::{self, BodyList, TermEntry};
use crate::format::{FormatError, ShardId, ShardKind, frame};
use crate::plan::{Analysed, Level, Phrase, Plan, TermKind};
use crate::present::{self, Hit, Marker, Results};
use crate::query::Query;
use crate::rank::{self, RankedPage, ScoredUnit};
use crate::refine;
use crate::request::Request;
use crate::score;
use evaluate::{Matches, TermLists};

/// Decoded shards are dropped between requests once they are larger than
/// this, in bytes of payload.
const MAX_HELD: usize = 48 << 20;

/// What [`Engine::search`] gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// These shards are needed first.
    Need(Vec<ShardId>),
    /// Done.
    Done(Box<Results>),
}

/// Why a step cannot be taken.
enum Stop {
    Need(BTreeSet<ShardId>),
    Bad(FormatError),
}

impl From<FormatError> for Stop {
    fn from(error: FormatError) -> Self {
        Self::Bad(error)
    }
}

/// An opened index and the shards that were supplied so far.
#[derive(Debug)]
pub struct Engine {
    boot: Boot,
    folder: Folder,
    terms: BTreeMap<u32, Vec<TermEntry>>,
    postings: BTreeMap<u32, Vec<u8>>,
    documents: BTreeMap<u32, Vec<PagePart>>,
    facets: BTreeMap<u32, Facet>,
    held: usize,
}

impl Engine {
    /// Opens an index by its boot file.
    ///
    /// # Errors
    /// When the file is damaged or made by another version.
    pub fn open(boot: &[u8]) -> Result<Self, FormatError> {
        let boot = Boot::decode(boot)?;
        Ok(Self {
            folder: Folder::new(boot.fold.clone()),
            boot,
            terms: BTreeMap::new(),
            postings: BTreeMap::new(),
            documents: BTreeMap::new(),
            facets: BTreeMap::new(),
            held: 0,
        })
    }

    /// The boot file's content.
    pub fn boot(&self) -> &Boot {
        &self.boot
    }

    /// Path of a shard below `search/`, without ending.
    pub fn path(&self, id: ShardId) -> Option<String> {
        self.boot.path(id)
    }

    /// Takes a shard's file.
    ///
    /// # Errors
    /// When the bytes are not that shard.
    pub fn supply(&mut self, id: ShardId, file: &[u8]) -> Result<(), FormatError> {
        if id.number >= self.boot.shards(id.kind) {
            return Err(FormatError::WrongShard);
        }
        let payload = frame::open(id, file)?;
        self.held += payload.len();
        match id.kind {
            ShardKind::Terms => {
                self.terms.insert(id.number, terms::decode(&payload)?);
            }
            ShardKind::Postings => {
                self.postings.insert(id.number, payload);
            }
            ShardKind::Documents => {
                self.documents.insert(id.number, docs::decode(&payload)?);
            }
            ShardKind::Facets => {
                self.facets.insert(id.number, facets::decode(&payload)?);
            }
            ShardKind::Boot => return Err(FormatError::WrongShard),
        }
        Ok(())
    }

    /// Drops decoded shards when they have become many. To be called between
    /// requests, never while one is going on.
    pub fn trim(&mut self) {
        if self.held > MAX_HELD {
            self.terms.clear();
            self.postings.clear();
            self.documents.clear();
            self.held = 0;
        }
    }

    /// Takes a request as far as the shards held allow.
    ///
    /// # Errors
    /// When a supplied shard's content makes no sense.
    pub fn search(&self, request: &Request) -> Result<Step, FormatError> {
        match self.try_search(request) {
            Ok(results) => Ok(Step::Done(Box::new(results))),
            Err(Stop::Need(shards)) => Ok(Step::Need(shards.into_iter().collect())),
            Err(Stop::Bad(error)) => Err(error),
        }
    }

    fn try_search(&self, request: &Request) -> Result<Results, Stop> {
        let mut analyzer = Analyzer::new(&self.folder);
        let query = Query::parse(&request.query);
        let analysed = Analysed::new(&query, &mut analyzer);
        let filter_facets = self.filter_facets(request);
        self.require(self.term_shards(&analysed).chain(filter_facets))?;

        let plan = analysed.plan(|chars| self.is_word(chars));
        if plan.is_empty() {
            return Ok(Results {
                query: request.query.clone(),
                notices: present::notices(&plan, None, true),
                ..Results::default()
            });
        }
        let matches = self.evaluate(&plan)?;
        let excluded = self.excluded(&plan)?;
        let (level, units) = self.first_level(&plan, &matches, &excluded, &mut analyzer)?;
        let ranked = rank::rank(&units, &matches.coverage, &self.boot.weights);

        let facets = self.facets();
        let shown = refine::filtered(&ranked, request, &facets, None);
        let total = shown.len();
        let shown = refine::sorted(shown, request, &facets);
        let page: Vec<&RankedPage> = shown
            .into_iter()
            .skip(request.offset)
            .take(request.limit)
            .collect();
        let shown_units = page.iter().flat_map(|page| {
            page.places
                .iter()
                .take(1 + present::MORE_PLACES)
                .map(|place| place.unit)
        });
        self.require_documents(shown_units)?;
        let marker = Marker::new(&plan, level);
        let hits = page
            .into_iter()
            .map(|page| self.present(page, &marker, &mut analyzer))
            .collect::<Result<_, _>>()?;
        Ok(Results {
            query: request.query.clone(),
            total,
            level: Some(level),
            notices: present::notices(&plan, Some(level), ranked.is_empty()),
            hits,
            facets: request
                .facets
                .then(|| refine::counts(&ranked, request, &facets)),
        })
    }

    /// Every hit of a request as units in order of their scores, for judging.
    ///
    /// # Errors
    /// As [`search`](Self::search); the list of needed shards comes first.
    pub fn search_units(
        &self,
        request: &Request,
    ) -> Result<Result<Vec<ScoredUnit>, Vec<ShardId>>, FormatError> {
        let mut analyzer = Analyzer::new(&self.folder);
        let result = (|| {
            let query = Query::parse(&request.query);
            let analysed = Analysed::new(&query, &mut analyzer);
            self.require(self.term_shards(&analysed).chain(self.filter_facets(request)))?;
            let plan = analysed.plan(|chars| self.is_word(chars));
            if plan.is_empty() {
                return Ok(Vec::new());
            }
            let matches = self.evaluate(&plan)?;
            let excluded = self.excluded(&plan)?;
            let (_, units) = self.first_level(&plan, &matches, &excluded, &mut analyzer)?;
            let ranked = rank::rank(&units, &matches.coverage, &self.boot.weights);
            let shown = refine::filtered(&ranked, request, &self.facets(), None);
            Ok(rank::flat(&shown))
        })();
        match result {
            Ok(units) => Ok(Ok(units)),
            Err(Stop::Need(shards)) => Ok(Err(shards.into_iter().collect())),
            Err(Stop::Bad(error)) => Err(error),
        }
    }

    /// Key and anchor of a unit whose document shard is held.
    pub fn unit(&self, unit: UnitId) -> Option<(&PageCard, &UnitText)> {
        let shard = self.boot.document_shard(unit)?;
        docs::find(self.documents.get(&shard)?, unit)
    }

    /// The shard that holds a unit's text.
    pub fn unit_shard(&self, unit: UnitId) -> Option<ShardId> {
        Some(ShardId {
            kind: ShardKind::Documents,
            number: self.boot.document_shard(unit)?,
        })
    }

    fn holds(&self, id: ShardId) -> bool {
        match id.kind {
            ShardKind::Boot => true,
            ShardKind::Terms => self.terms.contains_key(&id.number),
            ShardKind::Postings => self.postings.contains_key(&id.number),
            ShardKind::Documents => self.documents.contains_key(&id.number),
            ShardKind::Facets => self.facets.contains_key(&id.number),
        }
    }

    fn require(&self, shards: impl IntoIterator<Item = ShardId>) -> Result<(), Stop> {
        let missing: BTreeSet<ShardId> =
            shards.into_iter().filter(|&id| !self.holds(id)).collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Stop::Need(missing))
        }
    }

    fn require_documents(&self, units: impl IntoIterator<Item = UnitId>) -> Result<(), Stop> {
        self.require(
            units
                .into_iter()
                .filter_map(|unit| self.unit_shard(unit))
                .collect::<BTreeSet<_>>(),
        )
    }

    fn term_shards(&self, analysed: &Analysed) -> impl Iterator<Item = ShardId> + use<> {
        let mut numbers = BTreeSet::new();
        for term in analysed.exact_terms() {
            numbers.extend(self.boot.term_shard(&term));
        }
        for ch in analysed.prefixes() {
            let first = ch.to_string();
            // The shard after the last that can hold a term with this prefix
            // begins with a greater character.
            let from = self.boot.term_shard(&first).unwrap_or(0);
            let to = self
                .boot
                .term_bounds
                .partition_point(|bound| bound.chars().next().is_none_or(|c| c <= ch));
            numbers.extend(from..to as u32);
        }
        numbers.into_iter().map(|number| ShardId {
            kind: ShardKind::Terms,
            number,
        })
    }

    /// Shards of facets that filters, counts and sorting need.
    fn filter_facets(&self, request: &Request) -> Vec<ShardId> {
        self.boot
            .facets
            .iter()
            .enumerate()
            .filter(|(_, (key, _))| refine::is_needed(key, request))
            .map(|(number, _)| ShardId {
                kind: ShardKind::Facets,
                number: number as u32,
            })
            .collect()
    }

    fn entry(&self, term: &str) -> Option<&TermEntry> {
        let entries = self.terms.get(&self.boot.term_shard(term)?)?;
        let at = entries
            .binary_search_by(|entry| entry.term.as_str().cmp(term))
            .ok()?;
        Some(&entries[at])
    }

    fn entries_with_prefix(&self, prefix: &str) -> impl Iterator<Item = &TermEntry> {
        let from = self.boot.term_shard(prefix).unwrap_or(0);
        self.terms
            .range(from..)
            .flat_map(|(_, entries)| entries)
            .skip_while(move |entry| entry.term.as_str() < prefix)
            .take_while(move |entry| entry.term.starts_with(prefix))
            // Whole words are looked up whole.
            .filter(|entry| entry.term.chars().count() <= 2)
    }

    fn is_word(&self, chars: &[char]) -> bool {
        let pair: String = chars[..2].iter().collect();
        let Some(entry) = self.entry(&pair) else {
            return false;
        };
        if chars.len() == 2 {
            return entry.is_word;
        }
        entry
            .longer_words
            .iter()
            .any(|rest| rest.chars().eq(chars[2..].iter().copied()))
    }

    /// Adds the posting shards of an entry's body list to `needed`.
    fn pieces(&self, entry: &TermEntry, needed: &mut BTreeSet<ShardId>) {
        if let Some((_, BodyList::Pieces(pieces))) = &entry.body {
            needed.extend(pieces.iter().map(|piece| ShardId {
                kind: ShardKind::Postings,
                number: piece.shard,
            }));
        }
    }

    fn body_list(&self, entry: &TermEntry) -> Result<Vec<postings::BodyPosting>, FormatError> {
        let bits = self.boot.impact_bits;
        let mut list = Vec::new();
        match &entry.body {
            None => {}
            Some((df, BodyList::Inline(bytes))) => {
                postings::decode_body(bytes, *df as usize, bits, &mut list)?;
            }
            Some((_, BodyList::Pieces(pieces))) => {
                for piece in pieces {
                    let shard = self
                        .postings
                        .get(&piece.shard)
                        .ok_or(FormatError::Content("posting shard"))?;
                    let start = piece.start as usize;
                    let bytes = start
                        .checked_add(piece.len as usize)
                        .and_then(|end| shard.get(start..end))
                        .ok_or(FormatError::Length)?;
                    postings::decode_body(bytes, piece.count as usize, bits, &mut list)?;
                }
                if !list.is_sorted_by_key(|posting| posting.unit) {
                    return Err(FormatError::Content("units out of order"));
                }
            }
        }
        Ok(list)
    }

    fn evaluate(&self, plan: &Plan) -> Result<Matches, Stop> {
        let mut needed = BTreeSet::new();
        for term in &plan.terms {
            for entry in self.entries_of(&term.term, term.kind) {
                self.pieces(entry, &mut needed);
            }
        }
        for (term, kind) in plan.excluded.iter().flat_map(excluded_terms) {
            for entry in self.entries_of(term, kind) {
                self.pieces(entry, &mut needed);
            }
        }
        self.require(needed)?;
        let lists = plan
            .terms
            .iter()
            .map(|term| self.lists(&term.term, term.kind, term.weight))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(evaluate::evaluate(&lists))
    }

    fn entries_of(&self, term: &str, kind: TermKind) -> Vec<&TermEntry> {
        match kind {
            TermKind::Exact => self.entry(term).into_iter().collect(),
            TermKind::Prefix => self.entries_with_prefix(term).collect(),
        }
    }

    /// What a term contributes to which unit, and the names that hold it.
    fn lists(&self, term: &str, kind: TermKind, weight: f32) -> Result<TermLists, FormatError> {
        let entries = self.entries_of(term, kind);
        match kind {
            TermKind::Exact => {
                let mut lists = TermLists::default();
                let Some(entry) = entries.first() else {
                    return Ok(lists);
                };
                let units = self.boot.units;
                if let Some((df, _)) = entry.body {
                    let factor = weight * score::idf(units, df);
                    let bits = self.boot.impact_bits;
                    lists.body = self
                        .body_list(entry)?
                        .into_iter()
                        .map(|p| ScoredUnit {
                            unit: p.unit,
                            score: factor * bits.value(p.impact),
                        })
                        .collect();
                }
                if let Some((df, bytes)) = &entry.heading {
                    let factor = self.boot.weights.heading * weight * score::idf(units, *df);
                    lists.heading = evaluate::expand(&postings::decode_heading(bytes)?, factor);
                }
                if let Some(bytes) = &entry.title {
                    lists.title = postings::decode_title(bytes)?;
                }
                Ok(lists)
            }
            TermKind::Prefix => {
                let mut units = BTreeSet::new();
                let mut pages = BTreeSet::new();
                for entry in entries {
                    units.extend(self.body_list(entry)?.into_iter().map(|p| p.unit));
                    if let Some((_, bytes)) = &entry.heading {
                        let runs = postings::decode_heading(bytes)?;
                        units.extend(evaluate::expand(&runs, 0.0).into_iter().map(|u| u.unit));
                    }
                    if let Some(bytes) = &entry.edge {
                        units.extend(postings::decode_units(bytes)?);
                    }
                    if let Some(bytes) = &entry.title {
                        pages.extend(postings::decode_title(bytes)?.into_iter().map(|t| t.page));
                    }
                }
                Ok(TermLists {
                    body: units
                        .into_iter()
                        .map(|unit| ScoredUnit {
                            unit,
                            score: weight,
                        })
                        .collect(),
                    title_pages: pages.into_iter().collect(),
                    ..TermLists::default()
                })
            }
        }
    }

    /// For each excluded phrase the units and pages that may hold it.
    fn excluded(&self, plan: &Plan) -> Result<Vec<ExcludedPhrase>, Stop> {
        plan.excluded
            .iter()
            .map(|phrase| {
                let lists = excluded_terms(phrase)
                    .map(|(term, kind)| self.lists(term, kind, 1.0))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(ExcludedPhrase {
                    phrase: phrase.clone(),
                    all: (1u64 << lists.len()) - 1,
                    matches: evaluate::evaluate(&lists),
                })
            })
            .collect::<Result<Vec<_>, FormatError>>()
            .map_err(Stop::Bad)
    }

    /// Tries the plan's levels, strictest first.
    fn first_level(
        &self,
        plan: &Plan,
        matches: &Matches,
        excluded: &[ExcludedPhrase],
        analyzer: &mut Analyzer,
    ) -> Result<(Level, Vec<ScoredUnit>), Stop> {
        let levels = plan.levels();
        let mut last = (levels[0], Vec::new());
        for level in levels {
            let units = matches.select(plan.requirement(level));
            let units = self.with_phrases(units, &plan.phrases, analyzer)?;
            let units = self.without_excluded(units, excluded, analyzer)?;
            last = (level, units);
            if !last.1.is_empty() {
                break;
            }
        }
        Ok(last)
    }

    /// Keeps the units that hold every phrase, checked in their texts.
    fn with_phrases(
        &self,
        mut units: Vec<ScoredUnit>,
        phrases: &[Phrase],
        analyzer: &mut Analyzer,
    ) -> Result<Vec<ScoredUnit>, Stop> {
        let phrases: Vec<_> = phrases.iter().filter(|p| !p.is_one_term()).collect();
        if phrases.is_empty() {
            return Ok(units);
        }
        self.require_documents(units.iter().map(|u| u.unit))?;
        units.retain(|u| {
            phrases
                .iter()
                .all(|phrase| self.unit_holds(u.unit, phrase, analyzer))
        });
        Ok(units)
    }

    fn without_excluded(
        &self,
        mut units: Vec<ScoredUnit>,
        excluded: &[ExcludedPhrase],
        analyzer: &mut Analyzer,
    ) -> Result<Vec<ScoredUnit>, Stop> {
        for phrase in excluded {
            let doubtful = |u: &ScoredUnit| phrase.matches.terms_of(u.unit) == phrase.all;
            if phrase.phrase.is_one_term() {
                units.retain(|u| !doubtful(u));
                continue;
            }
            self.require_documents(units.iter().filter(|u| doubtful(u)).map(|u| u.unit))?;
            units.retain(|u| {
                !(doubtful(u) && self.unit_holds(u.unit, &phrase.phrase, analyzer))
            });
        }
        Ok(units)
    }

    fn unit_holds(&self, unit: UnitId, phrase: &Phrase, analyzer: &mut Analyzer) -> bool {
        let Some((card, text)) = self.unit(unit) else {
            return false;
        };
        phrase.is_in(&text.text, analyzer)
            || phrase.is_in(&text.heading, analyzer)
            || card.names.iter().any(|name| phrase.is_in(name, analyzer))
    }

    /// The facets that are held.
    fn facets(&self) -> Vec<&Facet> {
        self.facets.values().collect()
    }

    fn present(
        &self,
        page: &RankedPage,
        marker: &Marker,
        analyzer: &mut Analyzer,
    ) -> Result<Hit, Stop> {
        let mut card = None;
        let mut places: Vec<(&UnitText, f32)> = Vec::new();
        for place in page.places.iter().take(1 + present::MORE_PLACES) {
            let (page_card, text) = self
                .unit(place.unit)
                .ok_or(FormatError::Content("unit without text"))?;
            card = Some(page_card);
            places.push((text, place.score));
        }
        let card = card.ok_or(FormatError::Content("page without places"))?;
        Ok(present::hit(card, &places, marker, analyzer))
    }
}

/// An excluded phrase with the units that may hold it.
struct ExcludedPhrase {
    phrase: Phrase,
    /// All of its terms, as bits of `matches`.
    all: u64,
    matches: Matches,
}

/// The terms of an excluded phrase: a single character is every pair that
/// begins with it.
fn excluded_terms(phrase: &Phrase) -> impl Iterator<Item = (&str, TermKind)> {
    phrase.terms.iter().take(63).map(|(term, _)| {
        let kind = if term.chars().count() == 1 {
            TermKind::Prefix
        } else {
            TermKind::Exact
        };
        (term.as_str(), kind)
    })
}
