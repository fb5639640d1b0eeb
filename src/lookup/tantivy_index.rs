//! The same plan as queries of tantivy's: the oracle of the static engine.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use search::analysis::{Analyzer, distinct_terms};
use search::correct::{self, Attempt as _};
use search::format::boot::Weights;
use search::format::docs::{PageCard, UnitText};
use search::format::facets::{Facet, FacetValue};
use search::format::postings::UnitId;
use search::format::terms::LexiconEntry;
use search::in_force::InForce;
use search::plan::{
    Analysed, Condition, Count, Knowledge, Level, Phrase, Plan, PlanTerm, Requirement, TermKind,
    is_common_character,
};
use search::present::{self, Explanation, Marker, Results, Suggestion};
use search::query::Query;
use search::rank::{self, FoundUnit, ListedUnit, Pinned, RankedPage, Ranking, TitleMatch};
use search::refine;
use search::request::Request;
use search::score;
use search::sound;
use search::verbatim;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query as TantivyQuery,
    RegexQuery, TermQuery,
};
use tantivy::schema::{Facet as FacetPath, Field, IndexRecordOption, Value as _};
use tantivy::{DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyDocument, Term};

use super::{Lookup, UnitHit};
use crate::extract::{Corpus, IndexPage};
use crate::index::{self, BuiltIndex};
use crate::pack::sounding::Sounding;

/// tantivy's index with what looking up needs beside it.
#[derive(Debug)]
pub struct TantivyEngine {
    built: BuiltIndex,
    searcher: SearcherHandle,
    weights: Weights,
    /// First document of each page.
    page_starts: Vec<DocId>,
    /// Page of each document.
    pages: Vec<u32>,
    /// For each page the terms of each of its names.
    names: Vec<Vec<BTreeSet<String>>>,
    cards: Vec<PageCard>,
    sounding: OnceCell<Sounding>,
}

/// A searcher, which tantivy gives no `Debug`.
struct SearcherHandle(Searcher);

impl std::fmt::Debug for SearcherHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Searcher")
    }
}

type BoxedQuery = Box<dyn TantivyQuery>;

impl TantivyEngine {
    /// Opens the index below a site's root.
    ///
    /// # Errors
    /// When there is none, or it was made by another version.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let built = index::open(root)?;
        let weights = built.weights;
        Self::new(built, weights)
    }

    /// Looks up in an open index.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn new(built: BuiltIndex, weights: Weights) -> anyhow::Result<Self> {
        let searcher = built.index.reader()?.searcher();
        let mut page_starts: Vec<DocId> = Vec::new();
        let mut pages = Vec::new();
        let mut names = Vec::new();
        let mut cards = Vec::new();
        if let Some(segment) = searcher.segment_readers().first() {
            let column = segment.fast_fields().u64("page")?;
            let mut analyzer = Analyzer::new(&built.folder);
            for doc in 0..segment.max_doc() {
                let page = column.first(doc).context("every unit has a page")? as u32;
                pages.push(page);
                if page as usize == page_starts.len() {
                    page_starts.push(doc);
                    let stored: TantivyDocument = searcher.doc(tantivy::DocAddress::new(0, doc))?;
                    let card = index::schema::card_from_json(text(&stored, built.fields.card))?;
                    names.push(
                        card.names
                            .iter()
                            .map(|name| distinct_terms(name, &mut analyzer))
                            .collect(),
                    );
                    cards.push(card);
                }
            }
        }
        Ok(Self {
            built,
            searcher: SearcherHandle(searcher),
            weights,
            page_starts,
            pages,
            names,
            cards,
            sounding: OnceCell::new(),
        })
    }

    fn unit_of(&self, doc: DocId) -> UnitId {
        let page = self.pages[doc as usize];
        UnitId {
            page,
            ordinal: doc - self.page_starts[page as usize],
        }
    }

    /// A request as it is looked up: with the query's qualifiers among its
    /// filters, the facets that it needs, and the plan.
    fn taken(&self, request: &Request) -> anyhow::Result<Taken> {
        self.taken_as(request, Query::parse(&request.query, &self.facet_names()))
    }

    fn taken_as(&self, request: &Request, mut query: Query) -> anyhow::Result<Taken> {
        let facets = self.facets(request, &query)?;
        let held: Vec<&Facet> = facets.iter().collect();
        query.reject_qualifiers(|qualifier| refine::is_known(qualifier, &held));
        let mut filters = request.filters.clone();
        refine::add_qualifiers(&mut filters, &query.qualifiers, &held);
        Ok(Taken {
            plan: self.plan(&query),
            only_filters: !query.qualifiers.is_empty(),
            request: Request {
                filters,
                ..request.clone()
            },
            facets,
        })
    }

    /// What a request finds, or what it means when as typed it finds nothing
    /// whole: pinyin and homophones put right.
    fn find_meant(&self, request: &Request) -> anyhow::Result<(Found, Option<Suggestion>)> {
        let typed = self.find(self.taken(request)?)?;
        if request.plain || !typed.may_be_misspelt() {
            return Ok((typed, None));
        }
        let mut analyzer = Analyzer::new(&self.built.folder);
        let query = Query::parse(&request.query, &self.facet_names());
        let Some(pieces) = correct::pieces(&query, &mut analyzer) else {
            return Ok((typed, None));
        };
        let Some(guess) = sound::guess(&pieces, self.sounding()?) else {
            return Ok((typed, None));
        };
        let meant = self.find(self.taken_as(request, correct::query(&guess))?)?;
        Ok(correct::choose(request, typed, meant, guess))
    }

    fn find(&self, taken: Taken) -> anyhow::Result<Found> {
        let (ranked, missing) = self.ranked(&taken)?;
        Ok(Found {
            taken,
            ranked,
            missing,
        })
    }

    /// Sounds and names, derived when they are first wanted.
    fn sounding(&self) -> anyhow::Result<&Sounding> {
        if let Some(sounding) = self.sounding.get() {
            return Ok(sounding);
        }
        let mut corpus = Corpus {
            repealed_from: self.built.manifest.repealed_from,
            superseded_from: self.built.manifest.superseded_from,
            ..Corpus::default()
        };
        let fields = &self.built.fields;
        for doc in 0..self.pages.len() as DocId {
            let stored: TantivyDocument = self.searcher.0.doc(tantivy::DocAddress::new(0, doc))?;
            let UnitId { page, ordinal } = self.unit_of(doc);
            if ordinal == 0 {
                let names = text(&stored, fields.names).lines();
                corpus.pages.push(IndexPage {
                    card: self.cards[page as usize].clone(),
                    names: names.map(str::to_owned).collect(),
                    ..IndexPage::default()
                });
            }
            let page = corpus.pages.last_mut().expect("a page begins with a unit");
            page.units.push(UnitText {
                heading: text(&stored, fields.heading).to_owned(),
                ..UnitText::default()
            });
        }
        let mut chars = BTreeSet::new();
        for segment in self.searcher.0.segment_readers() {
            for field in [fields.body, fields.heading, fields.title] {
                let inverted = segment.inverted_index(field)?;
                let mut terms = inverted.terms().stream()?;
                while terms.advance() {
                    chars.extend(String::from_utf8_lossy(terms.key()).chars());
                }
            }
        }
        let derived = Sounding::derive(&self.built, &corpus, &chars)?;
        Ok(self.sounding.get_or_init(|| derived))
    }

    fn plan(&self, query: &Query) -> Plan {
        let mut analyzer = Analyzer::new(&self.built.folder);
        let mut analysed = Analysed::new(query, &mut analyzer);
        analysed.consult(self);
        analysed.leave_out_common(self);
        analysed.plan(self)
    }

    fn facet_names(&self) -> Vec<(String, String)> {
        let facets = self.built.facets.iter();
        facets.map(|f| (f.key.clone(), f.label.clone())).collect()
    }

    /// The pages that a request looks at.
    fn in_force(&self, request: &Request) -> InForce {
        let manifest = &self.built.manifest;
        let pages = self.cards.len() as u32;
        InForce::new(
            &manifest.successions(),
            manifest.superseded_from,
            pages,
            request,
        )
    }

    /// Documents that hold an excluded phrase.
    ///
    /// A query of their own instead of a `MustNot` clause: tantivy 0.27 asks a
    /// phrase to go back in its list there, and a debug build of it panics.
    fn excluded(&self, plan: &Plan) -> anyhow::Result<BTreeSet<DocId>> {
        let mut excluded = BTreeSet::new();
        for phrase in &plan.excluded {
            let query = self.phrase_query(phrase)?;
            let docs = self.searcher.0.search(&query, &AllScores)?;
            excluded.extend(docs.into_iter().map(|(doc, _)| doc));
        }
        Ok(excluded)
    }

    /// Ranked pages, and the references that name an article which isn't there.
    fn ranked(&self, taken: &Taken) -> anyhow::Result<(Vec<RankedPage>, Vec<Missing>)> {
        let plan = &taken.plan;
        let in_force = self.in_force(&taken.request);
        if plan.is_empty() {
            let all = match taken.only_filters {
                true => rank::everything(self.cards.len() as u32, &in_force),
                false => Vec::new(),
            };
            return Ok((all, Vec::new()));
        }
        let excluded = self.excluded(plan)?;
        let levels = plan.levels();
        let loosest = *levels.last().expect("a plan has a level");
        // Scores do not depend on the level; which documents fulfil it does.
        let mut found: BTreeMap<DocId, FoundUnit> = self
            .searcher
            .0
            .search(&self.scoring_query(plan, loosest)?, &AllScores)?
            .into_iter()
            .filter(|(doc, _)| !excluded.contains(doc))
            .map(|(doc, score)| {
                let found = FoundUnit {
                    unit: self.unit_of(doc),
                    score,
                    level: loosest,
                };
                (doc, found)
            })
            // A page found by its names alone is found by its beginning.
            .filter(|(_, found)| found.score > 0.0 || found.unit.ordinal == 0)
            .filter(|(_, found)| in_force.holds(found.unit.page))
            .collect();
        for &level in levels.iter().rev() {
            let stricter = self.condition_query(plan, level)?;
            for (doc, _) in self.searcher.0.search(&stricter, &AllScores)? {
                if let Some(found) = found.get_mut(&doc) {
                    found.level = level;
                }
            }
        }
        let (pinned, missing) = self.pinned(taken)?;
        for pin in &pinned {
            let doc = self.page_starts[pin.unit.page as usize] + pin.unit.ordinal;
            if !excluded.contains(&doc) {
                found.entry(doc).or_insert(FoundUnit {
                    unit: pin.unit,
                    score: 0.0,
                    level: Level::All,
                });
            }
        }
        let mut units: Vec<FoundUnit> = found.into_values().collect();
        units.sort_by_key(|found| found.unit);
        let titles = self.titles(plan, &units);
        let title = |page| titles.get(&page).copied().unwrap_or_default();
        let repealed_from = self.built.manifest.repealed_from;
        let ranking = Ranking {
            title: &title,
            weights: &self.weights,
            is_repealed: &|page| in_force.is_repealed(page, repealed_from),
            pinned: &pinned,
        };
        Ok((ranking.rank(&units), missing))
    }

    /// For each of some terms its idf over the pages' names.
    fn name_idf(&self, terms: &[&str]) -> Vec<f32> {
        let pages = self.names.len() as u32;
        let holds =
            |names: &Vec<BTreeSet<String>>, term: &str| names.iter().any(|n| n.contains(term));
        terms
            .iter()
            .map(|term| {
                let df = self.names.iter().filter(|names| holds(names, term)).count();
                score::idf(pages, df as u32)
            })
            .collect()
    }

    /// How the names of the pages that were found match.
    fn titles(&self, plan: &Plan, units: &[FoundUnit]) -> BTreeMap<u32, TitleMatch> {
        // A single character counts where a name holds it alone: 解释（二）.
        let exact: Vec<&PlanTerm> = plan.terms.iter().collect();
        let terms: Vec<&str> = exact.iter().map(|term| term.term.as_str()).collect();
        let idf = self.name_idf(&terms);
        let typed = exact.iter().filter(|term| term.is_typed).count() as u32;
        let of_name = |name: &BTreeSet<String>| {
            let held: Vec<usize> = (0..exact.len())
                .filter(|&at| name.contains(terms[at]))
                .collect();
            TitleMatch::of_name(
                held.len() as u32,
                name.len() as u32,
                held.iter().filter(|&&at| exact[at].is_typed).count() as u32,
                typed,
                held.iter().map(|&at| idf[at]).sum(),
            )
        };
        let pages: BTreeSet<u32> = units.iter().map(|found| found.unit.page).collect();
        pages
            .into_iter()
            .map(|page| {
                let names = &self.names[page as usize];
                let best = names
                    .iter()
                    .map(of_name)
                    .fold(TitleMatch::default(), TitleMatch::max);
                (page, best)
            })
            .collect()
    }

    /// The provisions that a plan refers to, and the references without one.
    fn pinned(&self, taken: &Taken) -> anyhow::Result<(Vec<Pinned>, Vec<Missing>)> {
        let plan = &taken.plan;
        let pages = self.in_force(&taken.request);
        let (mut pinned, mut missing): (Vec<Pinned>, _) = (Vec::new(), Vec::new());
        for (reference, wanted) in plan.references.iter().enumerate() {
            let query = exact(
                self.built.fields.article,
                &wanted.key(),
                IndexRecordOption::Basic,
            );
            let docs = self.searcher.0.search(&*query, &AllScores)?;
            let units: BTreeSet<UnitId> = docs
                .into_iter()
                .map(|(doc, _)| self.unit_of(doc))
                .filter(|unit| pages.holds(unit.page))
                .collect();
            let mut pin = |unit: UnitId, strength| {
                if pinned.iter().all(|known| known.unit != unit) {
                    pinned.push(Pinned {
                        unit,
                        reference,
                        strength,
                    });
                }
            };
            let before = plan.terms_of(&wanted.before);
            if before == 0 {
                if plan.is_only(wanted) {
                    let some = units.iter().take(rank::MAX_BARE);
                    some.for_each(|unit| pin(*unit, 0.0));
                }
                continue;
            }
            let terms: Vec<&str> = plan
                .terms
                .iter()
                .enumerate()
                .filter(|(at, _)| before >> at & 1 == 1)
                .map(|(_, term)| term.term.as_str())
                .collect();
            let idf = self.name_idf(&terms);
            let strength = |name: &BTreeSet<String>| {
                let held: Vec<usize> = (0..terms.len())
                    .filter(|&at| name.contains(terms[at]))
                    .collect();
                rank::name_strength(
                    held.len() as u32,
                    name.len() as u32,
                    terms.len() as u32,
                    held.iter().map(|&at| idf[at]).sum(),
                )
            };
            let named: Vec<(u32, f32)> = (0..self.cards.len() as u32)
                .filter(|page| pages.holds(*page))
                .map(|page| {
                    let names = self.names[page as usize].iter();
                    (page, names.map(strength).fold(0.0, f32::max))
                })
                .collect();
            let best = named
                .iter()
                .map(|(_, strength)| *strength)
                .fold(0.0, f32::max);
            let strongest = || {
                let pages = named.iter().map(|(page, strength)| (*page, *strength));
                pages.filter(|(_, strength)| *strength == best && best > 0.0)
            };
            let mut is_there = false;
            for (page, strength) in strongest() {
                for unit in units.iter().filter(|unit| unit.page == page) {
                    pin(*unit, strength);
                    is_there = true;
                }
            }
            if let (false, Some((page, _))) = (is_there, strongest().next()) {
                missing.push((page, reference));
            }
        }
        Ok((pinned, missing))
    }

    /// What fulfils a plan at a level, with the scores of all its terms.
    fn scoring_query(&self, plan: &Plan, level: Level) -> anyhow::Result<BooleanQuery> {
        let condition = self.condition_query(plan, level)?;
        let mut clauses: Vec<(Occur, BoxedQuery)> = vec![(Occur::Must, condition)];
        for (at, term) in plan.terms.iter().enumerate() {
            if plan.skipped >> at & 1 == 0 {
                clauses.push((Occur::Should, self.scored_term(term)?));
            }
        }
        Ok(BooleanQuery::new(clauses))
    }

    /// What fulfils a plan at a level, without scores.
    fn condition_query(&self, plan: &Plan, level: Level) -> anyhow::Result<BoxedQuery> {
        let mut clauses = vec![self.condition(plan, &plan.fixed)?];
        let Requirement(counts) = plan.requirement(level);
        if !counts.is_empty() {
            let any: Vec<BoxedQuery> = counts
                .iter()
                .map(|count| self.count(plan, count))
                .collect::<anyhow::Result<_>>()?;
            clauses.push(Box::new(BooleanQuery::union(any)));
        }
        let all = Box::new(BooleanQuery::intersection(clauses));
        Ok(Box::new(ConstScoreQuery::new(all, 0.0)))
    }

    fn condition(&self, plan: &Plan, condition: &Condition) -> anyhow::Result<BoxedQuery> {
        let several = |all: &[Condition]| -> anyhow::Result<Vec<BoxedQuery>> {
            all.iter().map(|c| self.condition(plan, c)).collect()
        };
        Ok(match condition {
            Condition::Terms(mask) => self.all_of(plan, *mask)?,
            Condition::Names(mask) => {
                let terms = terms_of(plan, *mask).map(|term| self.in_names(term));
                let clauses = terms.collect::<anyhow::Result<_>>()?;
                Box::new(BooleanQuery::intersection(clauses))
            }
            Condition::Phrase(number) => self.phrase_query(&plan.phrases[*number])?,
            Condition::All(all) if all.is_empty() => Box::new(AllQuery),
            Condition::All(all) => Box::new(BooleanQuery::intersection(several(all)?)),
            Condition::Any(any) => Box::new(BooleanQuery::union(several(any)?)),
        })
    }

    fn all_of(&self, plan: &Plan, mask: u64) -> anyhow::Result<BoxedQuery> {
        let terms = terms_of(plan, mask).map(|term| self.anywhere(term));
        let clauses: Vec<BoxedQuery> = terms.collect::<anyhow::Result<_>>()?;
        Ok(match clauses.is_empty() {
            true => Box::new(AllQuery),
            false => Box::new(BooleanQuery::intersection(clauses)),
        })
    }

    fn count(&self, plan: &Plan, count: &Count) -> anyhow::Result<BoxedQuery> {
        let required = self.all_of(plan, count.required)?;
        if count.minimum == 0 {
            return Ok(required);
        }
        let counted: Vec<BoxedQuery> = terms_of(plan, count.counted)
            .map(|term| self.anywhere(term))
            .collect::<anyhow::Result<_>>()?;
        let minimum = count.minimum as usize;
        let enough = BooleanQuery::union_with_minimum_required_clauses(counted, minimum);
        Ok(Box::new(BooleanQuery::intersection(vec![
            required,
            Box::new(enough),
        ])))
    }

    /// A term in body or headings, scored.
    fn scored_term(&self, term: &PlanTerm) -> anyhow::Result<BoxedQuery> {
        let fields = &self.built.fields;
        Ok(match term.kind {
            TermKind::Exact => Box::new(BooleanQuery::union(vec![
                self.in_field(term, fields.body, 1.0),
                self.in_field(term, fields.heading, self.weights.heading),
            ])),
            TermKind::Prefix => {
                let anywhere = self.prefix_queries(&term.term, &[fields.body, fields.heading])?;
                let union = BooleanQuery::union(anywhere);
                Box::new(ConstScoreQuery::new(Box::new(union), term.weight))
            }
        })
    }

    fn in_field(&self, term: &PlanTerm, field: Field, factor: f32) -> BoxedQuery {
        let query = exact(field, &term.term, IndexRecordOption::WithFreqs);
        Box::new(BoostQuery::new(query, term.weight * factor))
    }

    /// A term in body, headings or names.
    fn anywhere(&self, term: &PlanTerm) -> anyhow::Result<BoxedQuery> {
        Ok(Box::new(BooleanQuery::union(vec![
            self.scored_term(term)?,
            self.in_names(term)?,
        ])))
    }

    /// A term in the names of the page.
    fn in_names(&self, term: &PlanTerm) -> anyhow::Result<BoxedQuery> {
        let title = self.built.fields.title;
        Ok(match term.kind {
            TermKind::Exact => exact(title, &term.term, IndexRecordOption::Basic),
            TermKind::Prefix => {
                // A name may hold the character alone: 解释（二）.
                let pattern = format!("{}.?", term.term);
                Box::new(RegexQuery::from_pattern(&pattern, title)?)
            }
        })
    }

    /// What the score of a page's best place is made of.
    fn explain(&self, page: &RankedPage, plan: &Plan) -> anyhow::Result<Explanation> {
        let unit = page.places[0].unit;
        let doc = self.page_starts[unit.page as usize] + unit.ordinal;
        let address = tantivy::DocAddress::new(0, doc);
        let points = |query: &dyn TantivyQuery| {
            // tantivy calls it an error when the document doesn't match.
            let explanation = query.explain(&self.searcher.0, address);
            explanation.map_or(0.0, |explanation| explanation.value())
        };
        let fields = &self.built.fields;
        let mut terms = Vec::new();
        for (at, term) in plan.terms.iter().enumerate() {
            let (body, heading) = match term.kind {
                _ if plan.skipped >> at & 1 == 1 => (0.0, 0.0),
                TermKind::Exact => (
                    points(&*self.in_field(term, fields.body, 1.0)),
                    points(&*self.in_field(term, fields.heading, self.weights.heading)),
                ),
                TermKind::Prefix => (points(&*self.scored_term(term)?), 0.0),
            };
            terms.push((term, body, heading));
        }
        Ok(Explanation::new(terms.into_iter(), page))
    }

    /// Pairs that begin with a character in these fields, and the ends of runs.
    fn prefix_queries(&self, ch: &str, fields: &[Field]) -> anyhow::Result<Vec<BoxedQuery>> {
        let mut queries: Vec<BoxedQuery> =
            vec![exact(self.built.fields.edge, ch, IndexRecordOption::Basic)];
        for &field in fields {
            // Only letters and digits are terms, so nothing is to be escaped.
            let pattern = format!("{ch}.?");
            queries.push(Box::new(RegexQuery::from_pattern(&pattern, field)?));
        }
        Ok(queries)
    }

    fn phrase_query(&self, phrase: &Phrase) -> anyhow::Result<BoxedQuery> {
        let fields = &self.built.fields;
        let scored = [fields.body, fields.heading, fields.title];
        if let [(term, _)] = &phrase.terms[..] {
            if term.chars().count() == 1 {
                return Ok(Box::new(BooleanQuery::union(
                    self.prefix_queries(term, &scored)?,
                )));
            }
            return Ok(Box::new(BooleanQuery::union(
                scored
                    .map(|field| exact(field, term, IndexRecordOption::Basic))
                    .into(),
            )));
        }
        let in_field = |field| -> BoxedQuery {
            let terms = phrase
                .terms
                .iter()
                .map(|(term, at)| (*at as usize, Term::from_field_text(field, term)))
                .collect();
            Box::new(PhraseQuery::new_with_offset(terms))
        };
        Ok(Box::new(BooleanQuery::union(scored.map(in_field).into())))
    }

    /// The facets that a request needs, with their pages.
    fn facets(&self, request: &Request, query: &Query) -> anyhow::Result<Vec<Facet>> {
        self.built
            .facets
            .iter()
            .filter(|facet| refine::is_needed(&facet.key, request, query))
            .map(|facet| {
                let values = facet
                    .values
                    .iter()
                    .map(|(value, label)| {
                        let path = FacetPath::from_path([facet.key.as_str(), value.as_str()]);
                        let term = Term::from_facet(self.built.fields.facets, &path);
                        let query = TermQuery::new(term, IndexRecordOption::Basic);
                        let docs = self.searcher.0.search(&query, &AllScores)?;
                        let pages: BTreeSet<u32> = docs
                            .into_iter()
                            .map(|(doc, _)| self.unit_of(doc).page)
                            .collect();
                        Ok(FacetValue {
                            value: value.clone(),
                            label: label.clone(),
                            pages: pages.into_iter().collect(),
                        })
                    })
                    .collect::<tantivy::Result<_>>()?;
                Ok(Facet {
                    key: facet.key.clone(),
                    label: facet.label.clone(),
                    values,
                })
            })
            .collect()
    }

    fn unit_text(&self, unit: UnitId) -> anyhow::Result<UnitText> {
        let doc = self.page_starts[unit.page as usize] + unit.ordinal;
        let stored: TantivyDocument = self.searcher.0.doc(tantivy::DocAddress::new(0, doc))?;
        let fields = &self.built.fields;
        Ok(UnitText {
            anchor: text(&stored, fields.anchor).to_owned(),
            label: text(&stored, fields.label).to_owned(),
            heading: text(&stored, fields.heading).to_owned(),
            text: text(&stored, fields.body).to_owned(),
            places: index::schema::places_from_text(text(&stored, fields.places))?,
            cited: stored
                .get_first(fields.cited)
                .and_then(|value| value.as_u64())
                .unwrap_or(0) as u32,
        })
    }

    /// Units of a request with their scores, best first, and no look at texts.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn scored_units(&self, request: &Request) -> anyhow::Result<Vec<ListedUnit>> {
        let (found, _) = self.find_meant(request)?;
        let Found { taken, ranked, .. } = &found;
        let facets: Vec<&Facet> = taken.facets.iter().collect();
        Ok(rank::flat(&refine::filtered(
            ranked,
            &taken.request,
            &facets,
            None,
        )))
    }

    /// How far a score of the static engine may be from tantivy's for this
    /// request: the quantisation of impacts, through the context as well.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn tolerance(&self, request: &Request, bits: score::ImpactBits) -> anyhow::Result<f32> {
        let (found, _) = self.find_meant(request)?;
        let plan = &found.taken.plan;
        let units = self.pages.len() as u32;
        let terms: f32 = terms_of(plan, !plan.skipped)
            .filter(|term| term.kind == TermKind::Exact)
            .map(|term| {
                let df = |field| {
                    let term = Term::from_field_text(field, &term.term);
                    self.searcher.0.doc_freq(&term).unwrap_or(0) as u32
                };
                let idf = |df| score::idf(units, df);
                let fields = &self.built.fields;
                let body = idf(df(fields.body)) * bits.tolerance();
                let heading = idf(df(fields.heading))
                    * score::ImpactBits::Eight.tolerance()
                    * self.weights.heading;
                term.weight * (body + heading)
            })
            .sum();
        // A unit's own score, and as much of it again as its page adds.
        // Rounding of sums in different orders is far below.
        Ok(terms * (1.0 + self.weights.page) + 1e-3)
    }
}

fn exact(field: Field, term: &str, option: IndexRecordOption) -> BoxedQuery {
    Box::new(TermQuery::new(Term::from_field_text(field, term), option))
}

fn text(document: &TantivyDocument, field: Field) -> &str {
    document
        .get_first(field)
        .and_then(|value| value.as_str())
        .unwrap_or("")
}

/// A page that lacks the article which a reference names, and the reference's
/// number.
type Missing = (u32, usize);

/// The terms of a plan that are in a mask.
fn terms_of(plan: &Plan, mask: u64) -> impl Iterator<Item = &PlanTerm> {
    let terms = plan.terms.iter().enumerate();
    terms
        .filter(move |(at, _)| mask >> at & 1 == 1)
        .map(|(_, term)| term)
}

/// A request as it is looked up.
struct Taken {
    /// With the query's qualifiers among its filters.
    request: Request,
    plan: Plan,
    facets: Vec<Facet>,
    /// Whether the query brought filters of its own.
    only_filters: bool,
}

/// What a request finds, before filters and texts.
struct Found {
    taken: Taken,
    ranked: Vec<RankedPage>,
    missing: Vec<Missing>,
}

impl Found {
    fn strictest(&self) -> Option<Level> {
        self.ranked.iter().map(|page| page.level).min()
    }
}

impl correct::Attempt for Found {
    fn may_be_misspelt(&self) -> bool {
        correct::may_be_misspelt(&self.taken.plan, self.strictest())
    }

    fn is_whole(&self) -> bool {
        correct::is_whole(self.strictest())
    }

    fn is_close(&self) -> bool {
        correct::is_close(self.strictest())
    }
}

impl Knowledge for TantivyEngine {
    fn is_word(&self, chars: &[char]) -> bool {
        let word: String = chars.iter().collect();
        self.built.words.binary_search(&word).is_ok()
    }

    fn frequency(&self, term: &str) -> u32 {
        let term = Term::from_field_text(self.built.fields.body, term);
        self.searcher.0.doc_freq(&term).unwrap_or(0) as u32
    }

    fn units(&self) -> u32 {
        self.pages.len() as u32
    }

    fn is_common(&self, ch: char) -> bool {
        let pair = |term: &[u8]| String::from_utf8_lossy(term).chars().count() == 2;
        let mut postings = 0;
        for segment in self.searcher.0.segment_readers() {
            let Ok(body) = segment.inverted_index(self.built.fields.body) else {
                continue;
            };
            let range = body.terms().range().ge(ch.to_string());
            let Ok(mut terms) = range.into_stream() else {
                continue;
            };
            while let Some((term, info)) = terms.next() {
                if !term.starts_with(ch.encode_utf8(&mut [0; 4]).as_bytes()) {
                    break;
                }
                if pair(term) {
                    postings += u64::from(info.doc_freq);
                }
            }
        }
        is_common_character(postings, self.pages.len() as u32)
    }

    fn lexicon(&self, pair: &str) -> Vec<LexiconEntry> {
        let rows = &self.built.lexicon;
        let from = rows.partition_point(|(word, ..)| word.as_str() < pair);
        rows[from..]
            .iter()
            .map_while(|(word, kind, texts)| {
                Some(LexiconEntry {
                    rest: word.strip_prefix(pair)?.to_owned(),
                    kind: *kind,
                    texts: texts.clone(),
                })
            })
            .collect()
    }
}

impl Lookup for TantivyEngine {
    fn search(&mut self, request: &Request) -> anyhow::Result<Results> {
        let query = request.query.clone();
        let (found, suggestion) = self.find_meant(request)?;
        let Found {
            taken,
            ranked,
            missing,
        } = &found;
        let Taken {
            request,
            plan,
            facets,
            ..
        } = taken;
        if plan.is_empty() && !taken.only_filters {
            return Ok(Results {
                query,
                notices: present::notices(plan, None, &[]),
                ..Results::default()
            });
        }
        let facets: Vec<&Facet> = facets.iter().collect();
        let shown = refine::filtered(ranked, request, &facets, None);
        let level = found.strictest();
        let total = shown.iter().filter(|p| Some(p.level) == level).count();
        let looser = shown.len() - total;
        let marker = Marker::new(plan);
        let mut analyzer = Analyzer::new(&self.built.folder);
        let units = Knowledge::units(self);
        let in_force = self.in_force(request);
        let sorted = refine::sorted(shown, request, &facets);
        let mut texts = Texts {
            engine: self,
            analyzer: Analyzer::new(&self.built.folder),
        };
        let hits = verbatim::shown(&sorted, plan, request, &mut texts)?
            .iter()
            .map(|page| {
                let places = page
                    .places
                    .iter()
                    .take(1 + present::more_places(request, units))
                    .map(|place| Ok((self.unit_text(place.unit)?, place.score)))
                    .collect::<anyhow::Result<Vec<_>>>()?;
                let places: Vec<_> = places.iter().map(|(text, score)| (text, *score)).collect();
                let card = &self.cards[page.page as usize];
                let explain = match request.explain {
                    true => Some(self.explain(page, plan)?),
                    false => None,
                };
                let status = in_force.status(page.page, &card.status);
                Ok(present::hit(
                    card,
                    status,
                    page,
                    &places,
                    &marker,
                    explain,
                    &mut analyzer,
                ))
            })
            .collect::<anyhow::Result<_>>()?;
        let missing: Vec<(String, String)> = missing
            .iter()
            .map(|(page, reference)| {
                let card = &self.cards[*page as usize];
                present::no_provision(card, &plan.references[*reference])
            })
            .collect();
        Ok(Results {
            query,
            total,
            looser,
            level,
            notices: present::notices(plan, level, &missing),
            suggestion,
            hits,
            facets: request
                .facets
                .then(|| refine::counts(ranked, request, &facets)),
        })
    }

    fn units(&mut self, request: &Request, limit: usize) -> anyhow::Result<Vec<UnitHit>> {
        self.scored_units(request)?
            .into_iter()
            .take(limit)
            .map(|scored| {
                Ok(UnitHit {
                    page: self.cards[scored.unit.page as usize].key.clone(),
                    anchor: self.unit_text(scored.unit)?.anchor,
                    score: scored.score,
                })
            })
            .collect()
    }
}

/// Reads the texts of units for [`verbatim`].
struct Texts<'a> {
    engine: &'a TantivyEngine,
    analyzer: Analyzer<'a>,
}

impl verbatim::Reader for Texts<'_> {
    type Stop = anyhow::Error;

    fn require(&mut self, _: &[UnitId]) -> anyhow::Result<()> {
        Ok(())
    }

    fn holds(&mut self, unit: UnitId, plan: &Plan) -> anyhow::Result<bool> {
        let read = self.engine.unit_text(unit)?;
        let names = &self.engine.cards[unit.page as usize].names;
        let mut is_there = |phrase: &Phrase| {
            let mut texts = [&read.text, &read.heading].into_iter().chain(names);
            texts.any(|text| phrase.is_in(text, &mut self.analyzer))
        };
        let mut variants = plan.verbatim.iter();
        Ok(variants.any(|phrases| phrases.iter().all(&mut is_there)))
    }
}

/// Collects every matching document with its score.
struct AllScores;

impl Collector for AllScores {
    type Fruit = Vec<(DocId, Score)>;
    type Child = SegmentScores;

    fn for_segment(&self, _: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<SegmentScores> {
        Ok(SegmentScores(Vec::new()))
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(fruits.into_iter().flatten().collect())
    }
}

struct SegmentScores(Vec<(DocId, Score)>);

impl SegmentCollector for SegmentScores {
    type Fruit = Vec<(DocId, Score)>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.0.push((doc, score));
    }

    fn harvest(self) -> Self::Fruit {
        self.0
    }
}
