//! The engine: a state machine over an index whose files somebody else loads.
//!
//! A request goes in; out comes either the list of shards that it needs next
//! or the results. [`Engine::search`] is a function of the request and the
//! shards held, so going on after supplying shards is calling it again, and a
//! newer keystroke simply calls it with another request.

mod evaluate;

use crate::analysis::Analyzer;
use crate::analysis::fold::Folder;
use crate::correct::{self, Attempt as _};
use crate::format::boot::Boot;
use crate::format::docs::{self, PageCard, PagePart, UnitText};
use crate::format::facets::{self, Facet};
use crate::format::fold;
use crate::format::names::{MAX_KEY_CHARS, Name, NameEntry, NameShard};
use crate::format::postings::{self, UnitId};
use crate::format::terms::{self, BodyList, LexiconEntry, TermEntry};
use crate::format::{FormatError, ShardId, ShardKind, frame};
use crate::in_force::InForce;
use crate::order;
use crate::plan::{Analysed, Knowledge, Level, Phrase, Plan, TermKind};
use crate::present::{self, Explanation, Hit, Marker, Proposal, Results, Suggestion};
use crate::query::Query;
use crate::rank::{self, FoundUnit, Group, ListedUnit, Pinned, RankedPage, Ranking, ScoredUnit};
use crate::reference;
use crate::refine;
use crate::request::Request;
use crate::score;
use crate::sound::{self, Sounds};
use crate::verbatim;
use evaluate::{Matches, TermLists};

/// Decoded shards are dropped between requests once they are larger than
/// this, in bytes of payload.
const MAX_HELD: usize = 48 << 20;

/// The one shard of its kind.
const FOLD_SHARD: ShardId = ShardId {
    kind: ShardKind::Fold,
    number: 0,
};

/// What the engine knows of the fold table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fold {
    /// No text supplied so far holds a character that it has a row for.
    NotNeeded,
    /// One does.
    Needed,
    /// It was supplied.
    Held,
}

/// What [`Engine::search`] gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<T> {
    /// These shards are needed first.
    Need(Vec<ShardId>),
    /// Done.
    Done(Box<T>),
}

impl<T> Step<T> {
    /// The same step with another product.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Step<U> {
        match self {
            Self::Need(shards) => Step::Need(shards),
            Self::Done(product) => Step::Done(Box::new(make(*product))),
        }
    }
}

/// Why a step cannot be taken.
enum Stop {
    Need(Vec<ShardId>),
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
    // Decoded shards by number.
    terms: Vec<Option<Vec<TermEntry>>>,
    postings: Vec<Option<Vec<u8>>>,
    documents: Vec<Option<Vec<PagePart>>>,
    facets: Vec<Option<Facet>>,
    names: Vec<Option<NameShard>>,
    /// Whether the fold table is held, or not needed by anything supplied.
    fold: Fold,
    /// Bytes of payload behind them.
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
            folder: Folder::algorithmic(),
            fold: Fold::NotNeeded,
            terms: slots(boot.shards(ShardKind::Terms)),
            postings: slots(boot.shards(ShardKind::Postings)),
            documents: slots(boot.shards(ShardKind::Documents)),
            facets: slots(boot.shards(ShardKind::Facets)),
            names: slots(boot.shards(ShardKind::Names)),
            boot,
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
        let at = id.number as usize;
        match id.kind {
            ShardKind::Terms => self.terms[at] = Some(terms::decode(&payload)?),
            ShardKind::Postings => self.postings[at] = Some(payload),
            ShardKind::Documents => {
                let parts = docs::decode(&payload)?;
                let texts = parts.iter().flat_map(PagePart::texts);
                self.note_folded(texts);
                self.documents[at] = Some(parts);
            }
            ShardKind::Facets => self.facets[at] = Some(facets::decode(&payload)?),
            ShardKind::Names => {
                let shard = NameShard::decode(&payload)?;
                self.note_folded(shard.names.iter().map(|name| name.text.as_str()));
                self.names[at] = Some(shard);
            }
            ShardKind::Fold => {
                self.folder = Folder::new(fold::decode(&self.boot.folded, &payload)?);
                self.fold = Fold::Held;
            }
            ShardKind::Boot => return Err(FormatError::WrongShard),
        }
        Ok(())
    }

    /// Whoever analyses one of these texts may need the fold table.
    fn note_folded<'t>(&mut self, mut texts: impl Iterator<Item = &'t str>) {
        if self.fold == Fold::NotNeeded && texts.any(|text| self.boot.is_folded(text)) {
            self.fold = Fold::Needed;
        }
    }

    /// Stops for the fold table if a query needs it.
    fn require_fold(&self, query: &str) -> Result<(), Stop> {
        match self.fold != Fold::Held && self.boot.is_folded(query) {
            true => Err(Stop::Need(vec![FOLD_SHARD])),
            false => Ok(()),
        }
    }

    /// Drops decoded shards when they have become many. To be called between
    /// requests, never while one is going on.
    pub fn trim(&mut self) {
        if self.held > MAX_HELD {
            self.terms.fill(None);
            self.postings.fill(None);
            self.documents.fill(None);
            self.held = 0;
        }
    }

    /// Takes a request as far as the shards held allow.
    ///
    /// # Errors
    /// When a supplied shard's content makes no sense.
    pub fn search(&self, request: &Request) -> Result<Step<Results>, FormatError> {
        match self.try_search(request) {
            Ok(results) => Ok(Step::Done(Box::new(results))),
            Err(Stop::Need(shards)) => Ok(Step::Need(shards)),
            Err(Stop::Bad(error)) => Err(error),
        }
    }

    /// What a request finds, before filters and texts.
    fn find(&self, request: &Request, analyzer: &mut Analyzer) -> Result<Found, Stop> {
        let query = Query::parse(&request.query, &self.boot.facets);
        self.find_query(request, query, analyzer)
    }

    fn find_query(
        &self,
        request: &Request,
        mut query: Query,
        analyzer: &mut Analyzer,
    ) -> Result<Found, Stop> {
        let mut first = self.filter_facets(request, &query);
        // Only a facet's values tell whether a qualifier is one.
        if query.qualifiers.is_empty() {
            first.extend(self.term_shards(&Analysed::new(&query, analyzer)));
        }
        self.require(&first)?;
        let facets = self.facets();
        query.reject_qualifiers(|qualifier| refine::is_known(qualifier, &facets));
        let mut filters = request.filters.clone();
        refine::add_qualifiers(&mut filters, &query.qualifiers, &facets);

        let mut analysed = Analysed::new(&query, analyzer);
        self.require(&self.term_shards(&analysed))?;
        if analysed.consult(self) {
            self.require(&self.term_shards(&analysed))?;
        }
        analysed.leave_out_common(self);
        self.require(&self.prefix_shards(&analysed))?;
        let plan = analysed.plan(self);
        let is_empty = plan.is_empty();
        let lists = self.load_lists(&plan)?;
        let matches = evaluate::evaluate(&lists, plan.typed(), self.boot.pages);
        let mut found = Found {
            request: Request {
                filters,
                ..request.clone()
            },
            plan,
            lists,
            is_empty,
            in_force: self.in_force(request),
            ranked: Vec::new(),
            missing: Vec::new(),
        };
        if is_empty {
            if !query.qualifiers.is_empty() {
                // Only qualifiers: everything that they let pass.
                found.is_empty = false;
                found.ranked = rank::everything(self.boot.pages, &found.in_force);
            }
            return Ok(found);
        }
        let excluded = self.excluded(&found.plan)?;
        let mut units = matches.select(&found.plan);
        units.retain(|unit| found.in_force.holds(unit.unit.page));
        let mut units = self.with_phrases(units, &found.plan, &matches, analyzer)?;
        let pinned = self.pinned(&mut found)?;
        for pin in &pinned {
            let at = units.binary_search_by_key(&pin.unit, |found| found.unit);
            if let Err(at) = at {
                units.insert(
                    at,
                    FoundUnit {
                        unit: pin.unit,
                        score: 0.0,
                        level: Level::All,
                    },
                );
            }
        }
        let units = self.without_excluded(units, &excluded, analyzer)?;
        found.ranked = Ranking {
            title: &|page| matches.title_match(page),
            weights: &self.boot.weights,
            is_repealed: &|page| found.in_force.is_repealed(page, self.boot.repealed_from),
            pinned: &pinned,
        }
        .rank(&units);
        Ok(found)
    }

    /// The pages that a request looks at.
    fn in_force(&self, request: &Request) -> InForce {
        let Boot {
            successions,
            superseded_from,
            pages,
            ..
        } = &self.boot;
        InForce::new(successions, *superseded_from, *pages, request)
    }

    /// The provisions that a plan refers to.
    fn pinned(&self, found: &mut Found) -> Result<Vec<Pinned>, FormatError> {
        let mut pinned: Vec<Pinned> = Vec::new();
        let pages = &found.in_force;
        for (number, reference) in found.plan.references.iter().enumerate() {
            let units = self.articles(&reference.key())?;
            let mut pin = |unit, strength| {
                if pinned.iter().all(|known| known.unit != unit) {
                    pinned.push(Pinned {
                        unit,
                        reference: number,
                        strength,
                    });
                }
            };
            let before = found.plan.terms_of(&reference.before);
            if before == 0 {
                // Nothing but an article's number: whoever has one.
                if found.plan.is_only(reference) {
                    let in_force = units.iter().filter(|u| pages.holds(u.page));
                    in_force
                        .take(rank::MAX_BARE)
                        .for_each(|unit| pin(*unit, 0.0));
                }
                continue;
            }
            let named = evaluate::named(&found.lists, before, self.boot.pages);
            let mut named = named.into_iter().filter(|(page, _)| pages.holds(*page));
            let Some((first, best)) = named.next() else {
                continue;
            };
            // Several may be called so: a law and its amendments.
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

    /// The articles with a number.
    fn articles(&self, key: &str) -> Result<Vec<UnitId>, FormatError> {
        let units = self.entry(key).and_then(|entry| entry.edge.as_ref());
        units.map_or_else(|| Ok(Vec::new()), |bytes| postings::decode_units(bytes))
    }

    fn try_search(&self, request: &Request) -> Result<Results, Stop> {
        self.require_fold(&request.query)?;
        let mut analyzer = Analyzer::new(&self.folder);
        let (found, suggestion) = self.find_meant(request, &mut analyzer)?;
        let mut results = self.results(found, &mut analyzer)?;
        results.suggestion = suggestion;
        Ok(results)
    }

    /// What a request finds, or what it means when as typed it finds nothing
    /// whole: pinyin and homophones put right.
    fn find_meant(
        &self,
        request: &Request,
        analyzer: &mut Analyzer,
    ) -> Result<(Found, Option<Suggestion>), Stop> {
        let found = self.find(request, analyzer)?;
        if request.plain || !found.may_be_misspelt() {
            return Ok((found, None));
        }
        let query = Query::parse(&request.query, &self.boot.facets);
        let Some(pieces) = correct::pieces(&query, analyzer) else {
            return Ok((found, None));
        };
        let characters = sound::typed_characters(&pieces);
        let mut needed: Vec<ShardId> = Vec::new();
        let mut keys: Vec<String> = characters.into_iter().map(sound::reading_key).collect();
        self.term_shards_of(&keys, &mut needed);
        for key in sound::name_keys(&pieces) {
            needed.extend(self.name_shard(&key));
        }
        self.require(&needed)?;
        keys = sound::pair_keys(&pieces, self);
        needed.clear();
        self.term_shards_of(&keys, &mut needed);
        self.require(&needed)?;
        let Some(guess) = sound::guess(&pieces, self) else {
            return Ok((found, None));
        };
        let meant = self.find_query(request, correct::query(&guess), analyzer)?;
        Ok(correct::choose(request, found, meant, guess))
    }

    fn term_shards_of(&self, terms: &[String], shards: &mut Vec<ShardId>) {
        let numbers = terms.iter().filter_map(|term| self.boot.term_shard(term));
        shards.extend(numbers.map(|number| ShardId {
            kind: ShardKind::Terms,
            number,
        }));
    }

    /// The names shard that answers for keys that begin with `key`.
    fn name_shard(&self, key: &str) -> Option<ShardId> {
        let bounds = &self.boot.name_bounds;
        let after = bounds.partition_point(|bound| bound.as_str() <= key);
        let number = after.checked_sub(1)? as u32;
        Some(ShardId {
            kind: ShardKind::Names,
            number,
        })
    }

    /// Names that begin with what was typed, for suggestions while typing.
    ///
    /// # Errors
    /// When a supplied shard's content makes no sense.
    pub fn suggest(&self, request: &Request) -> Result<Step<Vec<Proposal>>, FormatError> {
        match self.try_suggest(request) {
            Ok(proposals) => Ok(Step::Done(Box::new(proposals))),
            Err(Stop::Need(shards)) => Ok(Step::Need(shards)),
            Err(Stop::Bad(error)) => Err(error),
        }
    }

    fn try_suggest(&self, request: &Request) -> Result<Vec<Proposal>, Stop> {
        self.require_fold(&request.query)?;
        let mut analyzer = Analyzer::new(&self.folder);
        let runs = analyzer.runs(&request.query);
        let typed: Vec<Vec<char>> = runs.into_iter().map(|run| run.chars).collect();
        let mut proposals = Vec::new();
        // An article of a regulation.
        if !reference::find(&typed).is_empty() {
            let mut articles = request.clone();
            articles.plain = true;
            let found = self.find(&articles, &mut analyzer)?;
            let pinned = found.ranked.iter().filter(|p| p.group == Group::Reference);
            let pages: Vec<&RankedPage> = pinned.take(MAX_ARTICLES).collect();
            self.require_documents(&mut pages.iter().map(|page| page.places[0].unit))?;
            let marker = Marker::new(&found.plan);
            for page in pages {
                let hit = self.present(page, &found, &marker, &mut analyzer)?;
                proposals.push(Proposal::article(&hit));
            }
        }
        let key: String = typed.iter().flatten().take(MAX_KEY_CHARS).collect();
        if key.is_empty() || typed.iter().map(Vec::len).sum::<usize>() > MAX_KEY_CHARS {
            return Ok(proposals);
        }
        self.require(self.name_shard(&key).as_slice())?;
        let named = self.names_with(&key);
        proposals.extend(present::proposals(&named, &key));
        proposals.truncate(request.limit);
        if proposals.is_empty() && key.len() > 2 {
            let (_, suggestion) = self.find_meant(request, &mut analyzer)?;
            proposals.extend(suggestion.map(Proposal::query));
        }
        Ok(proposals)
    }

    /// Entries whose key begins with `key`, in order of importance.
    fn names_with(&self, key: &str) -> Vec<(&Name, &NameEntry)> {
        let id = self.name_shard(key);
        let shard = id.and_then(|id| self.names[id.number as usize].as_ref());
        shard.map_or_else(Vec::new, |shard| shard.with(key))
    }

    /// Filters, orders and presents what was found.
    fn results(&self, found: Found, analyzer: &mut Analyzer) -> Result<Results, Stop> {
        let request = &found.request;
        if found.is_empty {
            return Ok(Results {
                query: request.query.clone(),
                notices: present::notices(&found.plan, None, &[]),
                ..Results::default()
            });
        }
        let facets = self.facets();
        let shown = refine::filtered(&found.ranked, request, &facets, None);
        let level = found.strictest();
        let total = shown.iter().filter(|p| Some(p.level) == level).count();
        let looser = shown.len() - total;
        let sorted = refine::sorted(shown, request, &facets);
        let mut texts = Texts {
            engine: self,
            analyzer,
        };
        let page = verbatim::shown(&sorted, &found.plan, request, &mut texts)?;
        let places = 1 + present::more_places(request, self.boot.units);
        let mut shown_units = page
            .iter()
            .flat_map(|page| page.places.iter().take(places).map(|place| place.unit))
            .chain(found.missing.iter().map(|(page, _)| UnitId {
                page: *page,
                ordinal: 0,
            }));
        self.require_documents(&mut shown_units)?;
        let marker = Marker::new(&found.plan);
        let hits = page
            .iter()
            .map(|page| self.present(page, &found, &marker, analyzer))
            .collect::<Result<_, _>>()?;
        let missing: Vec<(String, String)> = found
            .missing
            .iter()
            .filter_map(|(page, reference)| {
                let unit = UnitId {
                    page: *page,
                    ordinal: 0,
                };
                let (card, _) = self.unit(unit)?;
                let reference = &found.plan.references[*reference];
                Some(present::no_provision(card, reference))
            })
            .collect();
        Ok(Results {
            query: request.query.clone(),
            total,
            looser,
            level,
            notices: present::notices(&found.plan, level, &missing),
            suggestion: None,
            hits,
            facets: request
                .facets
                .then(|| refine::counts(&found.ranked, request, &facets)),
        })
    }

    /// Every hit of a request as units in order of their scores, for judging.
    ///
    /// # Errors
    /// As [`search`](Self::search); the list of needed shards comes first.
    pub fn search_units(
        &self,
        request: &Request,
    ) -> Result<Result<Vec<ListedUnit>, Vec<ShardId>>, FormatError> {
        let mut analyzer = Analyzer::new(&self.folder);
        let found = self.require_fold(&request.query);
        match found.and_then(|()| self.find_meant(request, &mut analyzer)) {
            Ok((found, _)) => {
                let shown = refine::filtered(&found.ranked, &found.request, &self.facets(), None);
                Ok(Ok(rank::flat(&shown)))
            }
            Err(Stop::Need(shards)) => Ok(Err(shards)),
            Err(Stop::Bad(error)) => Err(error),
        }
    }

    /// Key and anchor of a unit whose document shard is held.
    pub fn unit(&self, unit: UnitId) -> Option<(&PageCard, &UnitText)> {
        let shard = self.boot.document_shard(unit)?;
        docs::find(self.documents.get(shard as usize)?.as_ref()?, unit)
    }

    /// The shard that holds a unit's text.
    pub fn unit_shard(&self, unit: UnitId) -> Option<ShardId> {
        Some(ShardId {
            kind: ShardKind::Documents,
            number: self.boot.document_shard(unit)?,
        })
    }

    fn holds(&self, id: ShardId) -> bool {
        let at = id.number as usize;
        match id.kind {
            ShardKind::Boot => true,
            ShardKind::Terms => self.terms.get(at).is_some_and(Option::is_some),
            ShardKind::Postings => self.postings.get(at).is_some_and(Option::is_some),
            ShardKind::Documents => self.documents.get(at).is_some_and(Option::is_some),
            ShardKind::Facets => self.facets.get(at).is_some_and(Option::is_some),
            ShardKind::Names => self.names.get(at).is_some_and(Option::is_some),
            ShardKind::Fold => self.fold == Fold::Held,
        }
    }

    /// Stops for those of `shards` that are not held.
    fn require(&self, shards: &[ShardId]) -> Result<(), Stop> {
        let mut missing = Vec::new();
        for &id in shards {
            // Neighbours repeat most; the rest are few.
            if !self.holds(id) && missing.last() != Some(&id) && !missing.contains(&id) {
                missing.push(id);
            }
        }
        if self.fold == Fold::Needed {
            missing.push(FOLD_SHARD);
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Stop::Need(missing))
        }
    }

    fn require_documents(&self, units: &mut dyn Iterator<Item = UnitId>) -> Result<(), Stop> {
        let mut shards = Vec::new();
        for unit in units {
            if let Some(id) = self.unit_shard(unit)
                && shards.last() != Some(&id)
            {
                shards.push(id);
            }
        }
        self.require(&shards)
    }

    /// The term shards that a query needs, but for its single characters.
    fn term_shards(&self, analysed: &Analysed) -> Vec<ShardId> {
        let mut shards = Vec::new();
        self.term_shards_of(&analysed.exact_terms(), &mut shards);
        shards
    }

    /// The term shards that single characters of a query need.
    fn prefix_shards(&self, analysed: &Analysed) -> Vec<ShardId> {
        let ranges = analysed.prefixes().into_iter();
        let numbers = ranges.flat_map(|ch| {
            let (from, to) = self.prefix_range(ch);
            from..to
        });
        numbers
            .map(|number| ShardId {
                kind: ShardKind::Terms,
                number,
            })
            .collect()
    }

    /// The range of term shards that can hold terms beginning with `ch`.
    fn prefix_range(&self, ch: char) -> (u32, u32) {
        let from = self.boot.term_shard(ch.encode_utf8(&mut [0; 4]));
        let to = self
            .boot
            .term_bounds
            .partition_point(|bound| bound.chars().next().is_none_or(|c| c <= ch));
        (from.unwrap_or(0), to as u32)
    }

    /// Shards of facets that filters, counts and sorting need.
    fn filter_facets(&self, request: &Request, query: &Query) -> Vec<ShardId> {
        self.boot
            .facets
            .iter()
            .enumerate()
            .filter(|(_, (key, _))| refine::is_needed(key, request, query))
            .map(|(number, _)| ShardId {
                kind: ShardKind::Facets,
                number: number as u32,
            })
            .collect()
    }

    fn entry(&self, term: &str) -> Option<&TermEntry> {
        let shard = self.boot.term_shard(term)?;
        let entries = self.terms.get(shard as usize)?.as_ref()?;
        let at = entries
            .binary_search_by(|entry| entry.term.as_str().cmp(term))
            .ok()?;
        Some(&entries[at])
    }

    fn entries_with_prefix(&self, ch: char) -> Vec<&TermEntry> {
        let (from, to) = self.prefix_range(ch);
        let mut found = Vec::new();
        for entries in self.terms[from as usize..to as usize].iter().flatten() {
            for entry in entries {
                // Whole words are looked up whole.
                if entry.term.starts_with(ch) && entry.term.chars().count() <= 2 {
                    found.push(entry);
                }
            }
        }
        found
    }

    /// Adds the posting shards of an entry's body list to `needed`.
    fn pieces(&self, entry: &TermEntry, needed: &mut Vec<ShardId>) {
        if let Some((_, BodyList::Pieces(pieces))) = &entry.body {
            for piece in pieces {
                needed.push(ShardId {
                    kind: ShardKind::Postings,
                    number: piece.shard,
                });
            }
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
                        .get(piece.shard as usize)
                        .and_then(Option::as_ref)
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

    /// What each term of a plan contributes.
    fn load_lists(&self, plan: &Plan) -> Result<Vec<TermLists>, Stop> {
        let mut needed = Vec::new();
        for (at, term) in plan.terms.iter().enumerate() {
            if plan.skipped >> at & 1 == 0 {
                for entry in self.entries_of(&term.term, term.kind) {
                    self.pieces(entry, &mut needed);
                }
            }
        }
        for (term, kind) in plan.excluded.iter().flat_map(excluded_terms) {
            for entry in self.entries_of(term, kind) {
                self.pieces(entry, &mut needed);
            }
        }
        self.require(&needed)?;
        let lists = plan.terms.iter().enumerate().map(|(at, term)| {
            if plan.skipped >> at & 1 == 1 {
                return self.title_list(&term.term);
            }
            self.lists(&term.term, term.kind, term.weight)
        });
        Ok(lists.collect::<Result<Vec<_>, _>>()?)
    }

    /// Only the names that hold a term.
    fn title_list(&self, term: &str) -> Result<TermLists, FormatError> {
        let mut lists = TermLists::default();
        if let Some(bytes) = self.entry(term).and_then(|entry| entry.title.as_ref()) {
            lists.title = postings::decode_title(bytes)?;
        }
        Ok(lists)
    }

    fn entries_of(&self, term: &str, kind: TermKind) -> Vec<&TermEntry> {
        match kind {
            TermKind::Exact => self.entry(term).into_iter().collect(),
            TermKind::Prefix => match term.chars().next() {
                Some(ch) => self.entries_with_prefix(ch),
                None => Vec::new(),
            },
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
                let mut units: Vec<UnitId> = Vec::new();
                let mut pages: Vec<u32> = Vec::new();
                // A name may hold the character alone: 解释（二）.
                let alone = entries.iter().find(|entry| entry.term == term);
                let title = alone.and_then(|entry| entry.title.as_ref());
                let title = match title {
                    Some(bytes) => postings::decode_title(bytes)?,
                    None => Vec::new(),
                };
                for entry in entries {
                    for posting in self.body_list(entry)? {
                        units.push(posting.unit);
                    }
                    if let Some((_, bytes)) = &entry.heading {
                        let runs = postings::decode_heading(bytes)?;
                        for scored in evaluate::expand(&runs, 0.0) {
                            units.push(scored.unit);
                        }
                    }
                    if let Some(bytes) = &entry.edge {
                        units.extend(postings::decode_units(bytes)?);
                    }
                    // The names of a page that end with the character are at
                    // the edge of its first unit.
                    if let Some(bytes) = &entry.title
                        && entry.term.chars().count() == 2
                    {
                        for posting in postings::decode_title(bytes)? {
                            pages.push(posting.page);
                        }
                    }
                }
                order::sort_by(&mut units, UnitId::cmp);
                units.dedup();
                order::sort_by(&mut pages, u32::cmp);
                pages.dedup();
                Ok(TermLists {
                    body: units
                        .into_iter()
                        .map(|unit| ScoredUnit {
                            unit,
                            score: weight,
                        })
                        .collect(),
                    title,
                    title_pages: pages,
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
                    matches: evaluate::evaluate(&lists, 0, 0),
                })
            })
            .collect::<Result<Vec<_>, FormatError>>()
            .map_err(Stop::Bad)
    }

    /// Keeps the units that hold the wanted phrases, checked in their texts.
    fn with_phrases(
        &self,
        mut units: Vec<FoundUnit>,
        plan: &Plan,
        matches: &Matches,
        analyzer: &mut Analyzer,
    ) -> Result<Vec<FoundUnit>, Stop> {
        if plan.phrases.iter().all(Phrase::is_one_term) {
            return Ok(units);
        }
        // Those that fulfil the plan without its phrases need no look.
        let is_sure = |unit: UnitId| {
            let mut is_easy = |number: usize| plan.phrases[number].is_one_term();
            plan.fixed.is_met(matches.held(unit), &mut is_easy)
        };
        let doubtful = units.iter().filter(|u| !is_sure(u.unit));
        self.require_documents(&mut doubtful.map(|u| u.unit))?;
        units.retain(|u| {
            let mut is_there = |number: usize| {
                let phrase = &plan.phrases[number];
                phrase.is_one_term() || self.unit_holds(u.unit, phrase, analyzer)
            };
            is_sure(u.unit) || plan.fixed.is_met(matches.held(u.unit), &mut is_there)
        });
        Ok(units)
    }

    fn without_excluded(
        &self,
        mut units: Vec<FoundUnit>,
        excluded: &[ExcludedPhrase],
        analyzer: &mut Analyzer,
    ) -> Result<Vec<FoundUnit>, Stop> {
        for phrase in excluded {
            let doubtful = |u: &FoundUnit| phrase.matches.held(u.unit).terms == phrase.all;
            if phrase.phrase.is_one_term() {
                units.retain(|u| !doubtful(u));
                continue;
            }
            self.require_documents(&mut units.iter().filter(|u| doubtful(u)).map(|u| u.unit))?;
            units.retain(|u| !(doubtful(u) && self.unit_holds(u.unit, &phrase.phrase, analyzer)));
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

    /// What the score of a page's best place is made of.
    fn explain(&self, page: &RankedPage, found: &Found) -> Explanation {
        let unit = page.places[0].unit;
        let points = |list: &[ScoredUnit]| {
            let at = list.binary_search_by_key(&unit, |scored| scored.unit);
            at.map_or(0.0, |at| list[at].score)
        };
        let terms = found.plan.terms.iter().zip(&found.lists);
        Explanation::new(
            terms.map(|(term, lists)| (term, points(&lists.body), points(&lists.heading))),
            page,
        )
    }

    /// The facets that are held.
    fn facets(&self) -> Vec<&Facet> {
        self.facets.iter().flatten().collect()
    }

    fn present(
        &self,
        page: &RankedPage,
        found: &Found,
        marker: &Marker,
        analyzer: &mut Analyzer,
    ) -> Result<Hit, Stop> {
        let mut card = None;
        let mut places: Vec<(&UnitText, f32)> = Vec::new();
        let count = 1 + present::more_places(&found.request, self.boot.units);
        for place in page.places.iter().take(count) {
            let (page_card, text) = self
                .unit(place.unit)
                .ok_or(FormatError::Content("unit without text"))?;
            card = Some(page_card);
            places.push((text, place.score));
        }
        let card = card.ok_or(FormatError::Content("page without places"))?;
        let explain = found.request.explain.then(|| self.explain(page, found));
        let status = found.in_force.status(page.page, &card.status);
        Ok(present::hit(
            card, status, page, &places, marker, explain, analyzer,
        ))
    }
}

fn slots<T: Clone>(count: u32) -> Vec<Option<T>> {
    vec![None; count as usize]
}

/// The most articles that are proposed while typing.
const MAX_ARTICLES: usize = 3;

/// What a request finds, before filters and texts.
struct Found {
    /// The request, with the query's qualifiers among its filters.
    request: Request,
    plan: Plan,
    /// What each term contributes.
    lists: Vec<TermLists>,
    /// Whether there was nothing to look up.
    is_empty: bool,
    /// The pages that the request looks at.
    in_force: InForce,
    ranked: Vec<RankedPage>,
    /// Pages that lack the article which a reference names: page, reference.
    missing: Vec<(u32, usize)>,
}

impl Found {
    fn strictest(&self) -> Option<Level> {
        self.ranked.iter().map(|page| page.level).min()
    }
}

impl correct::Attempt for Found {
    fn may_be_misspelt(&self) -> bool {
        correct::may_be_misspelt(&self.plan, self.strictest())
    }

    fn is_whole(&self) -> bool {
        correct::is_whole(self.strictest())
    }

    fn is_close(&self) -> bool {
        correct::is_close(self.strictest())
    }
}

/// Reads the texts of units for [`verbatim`].
struct Texts<'a, 'b> {
    engine: &'a Engine,
    analyzer: &'a mut Analyzer<'b>,
}

impl verbatim::Reader for Texts<'_, '_> {
    type Stop = Stop;

    fn require(&mut self, units: &[UnitId]) -> Result<(), Stop> {
        self.engine.require_documents(&mut units.iter().copied())
    }

    fn holds(&mut self, unit: UnitId, plan: &Plan) -> Result<bool, Stop> {
        let mut is_there = |phrase: &Phrase| self.engine.unit_holds(unit, phrase, self.analyzer);
        let mut variants = plan.verbatim.iter();
        Ok(variants.any(|phrases| phrases.iter().all(&mut is_there)))
    }
}

impl Sounds for Engine {
    fn readings(&self, ch: char) -> Vec<String> {
        let entry = self.entry(&sound::reading_key(ch));
        let sounds = entry.map_or(&[][..], |entry| &entry.sounds);
        sounds.iter().map(|(text, _)| text.clone()).collect()
    }

    fn alike(&self, key: &str) -> Vec<(String, u8)> {
        self.entry(key)
            .map_or_else(Vec::new, |entry| entry.sounds.clone())
    }

    fn names(&self, key: &str) -> Vec<(Name, bool)> {
        let named = self.names_with(key).into_iter();
        named
            .map(|(name, entry)| (name.clone(), entry.key == key))
            .collect()
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

impl Knowledge for Engine {
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

    fn frequency(&self, term: &str) -> u32 {
        let body = self.entry(term).and_then(|entry| entry.body.as_ref());
        body.map_or(0, |(df, _)| *df)
    }

    fn units(&self) -> u32 {
        self.boot.units
    }

    fn is_common(&self, ch: char) -> bool {
        self.entry(ch.encode_utf8(&mut [0; 4]))
            .is_some_and(|entry| entry.is_common)
    }

    fn lexicon(&self, pair: &str) -> Vec<LexiconEntry> {
        self.entry(pair)
            .map_or_else(Vec::new, |entry| entry.lexicon.clone())
    }
}
