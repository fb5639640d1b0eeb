//! The same plan as queries of tantivy's: the oracle of the static engine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use search::analysis::{Analyzer, distinct_terms};
use search::format::boot::Weights;
use search::format::docs::{PageCard, UnitText};
use search::format::facets::{Facet, FacetValue};
use search::format::postings::UnitId;
use search::plan::{Analysed, Level, Need, Phrase, Plan, PlanTerm, Requirement, TermKind};
use search::present::{self, Marker, Results};
use search::query::Query;
use search::rank::{self, RankedPage, ScoredUnit, TitleMatch};
use search::refine;
use search::request::Request;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query as TantivyQuery,
    RegexQuery, TermQuery,
};
use tantivy::schema::{Facet as FacetPath, Field, IndexRecordOption, Value as _};
use tantivy::{DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyDocument, Term};

use super::{Lookup, UnitHit};
use crate::index::{self, BuiltIndex};

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
        })
    }

    fn unit_of(&self, doc: DocId) -> UnitId {
        let page = self.pages[doc as usize];
        UnitId {
            page,
            ordinal: doc - self.page_starts[page as usize],
        }
    }

    fn plan(&self, request: &Request) -> Plan {
        let mut analyzer = Analyzer::new(&self.built.folder);
        let query = Query::parse(&request.query);
        Analysed::new(&query, &mut analyzer).plan(|chars| {
            let word: String = chars.iter().collect();
            self.built.words.binary_search(&word).is_ok()
        })
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

    /// Ranked pages of the first level that finds any.
    fn ranked(&self, plan: &Plan) -> anyhow::Result<(Level, Vec<RankedPage>)> {
        let excluded = self.excluded(plan)?;
        let mut found = (Level::All, Vec::new());
        for level in plan.levels() {
            let query = self.query(plan, plan.requirement(level))?;
            let mut units: Vec<ScoredUnit> = self
                .searcher
                .0
                .search(&query, &AllScores)?
                .into_iter()
                .filter(|(doc, _)| !excluded.contains(doc))
                .map(|(doc, score)| ScoredUnit {
                    unit: self.unit_of(doc),
                    score,
                })
                // A page found by its names alone is found by its beginning.
                .filter(|scored| scored.score > 0.0 || scored.unit.ordinal == 0)
                .collect();
            units.sort_by_key(|scored| scored.unit);
            found = (level, units);
            if !found.1.is_empty() {
                break;
            }
        }
        let (level, units) = found;
        let titles = self.titles(plan, &units);
        let title = |page| titles.get(&page).copied().unwrap_or_default();
        Ok((level, rank::rank(&units, &title, &self.weights)))
    }

    /// How the names of the pages that were found match.
    fn titles(&self, plan: &Plan, units: &[ScoredUnit]) -> BTreeMap<u32, TitleMatch> {
        let exact = |wanted: bool| -> BTreeSet<&str> {
            plan.terms
                .iter()
                .filter(|term| term.kind == TermKind::Exact && (!wanted || term.need > Need::Never))
                .map(|term| &term.term[..])
                .collect()
        };
        let (all, wanted) = (exact(false), exact(true));
        let pages: BTreeSet<u32> = units.iter().map(|scored| scored.unit.page).collect();
        let of_name = |terms: &BTreeSet<String>| {
            let held = |set: &BTreeSet<&str>| terms.iter().filter(|t| set.contains(&t[..])).count();
            TitleMatch::of_name(
                held(&all) as u32,
                terms.len() as u32,
                held(&wanted) as u32,
                wanted.len() as u32,
            )
        };
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

    fn query(&self, plan: &Plan, requirement: Requirement) -> anyhow::Result<BooleanQuery> {
        let mut clauses: Vec<(Occur, BoxedQuery)> = Vec::new();
        let mut counted: Vec<BoxedQuery> = Vec::new();
        for (i, term) in plan.terms.iter().enumerate() {
            let query = self.term_query(term)?;
            if requirement.required >> i & 1 == 1 {
                clauses.push((Occur::Must, query));
            } else if requirement.counted >> i & 1 == 1 {
                counted.push(query);
            } else {
                clauses.push((Occur::Should, query));
            }
        }
        if !counted.is_empty() {
            let minimum = requirement.minimum as usize;
            let occur = if minimum == 0 {
                Occur::Should
            } else {
                Occur::Must
            };
            let group = BooleanQuery::union_with_minimum_required_clauses(counted, minimum.max(1));
            clauses.push((occur, Box::new(group)));
        }
        for phrase in plan.phrases.iter().filter(|phrase| !phrase.is_one_term()) {
            let query = self.phrase_query(phrase)?;
            clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(query, 0.0))));
        }
        Ok(BooleanQuery::new(clauses))
    }

    /// A term in body or headings, scored, or in the names, not scored.
    fn term_query(&self, term: &PlanTerm) -> anyhow::Result<BoxedQuery> {
        debug_assert!(term.weight > 0.0 || term.need == Need::Never);
        let fields = &self.built.fields;
        let in_names: BoxedQuery;
        let mut clauses: Vec<BoxedQuery>;
        match term.kind {
            TermKind::Exact => {
                let scored = |field, factor: f32| -> BoxedQuery {
                    let query = exact(field, &term.term, IndexRecordOption::WithFreqs);
                    Box::new(BoostQuery::new(query, term.weight * factor))
                };
                clauses = vec![
                    scored(fields.body, 1.0),
                    scored(fields.heading, self.weights.heading),
                ];
                in_names = exact(fields.title, &term.term, IndexRecordOption::Basic);
            }
            TermKind::Prefix => {
                let anywhere = self.prefix_queries(&term.term, &[fields.body, fields.heading])?;
                let union = BooleanQuery::union(anywhere);
                clauses = vec![Box::new(ConstScoreQuery::new(Box::new(union), term.weight))];
                in_names = Box::new(RegexQuery::from_pattern(
                    &format!("{}.", term.term),
                    fields.title,
                )?);
            }
        }
        clauses.push(Box::new(ConstScoreQuery::new(in_names, 0.0)));
        Ok(Box::new(BooleanQuery::union(clauses)))
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
    fn facets(&self, request: &Request) -> anyhow::Result<Vec<Facet>> {
        self.built
            .facets
            .iter()
            .filter(|facet| refine::is_needed(&facet.key, request))
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
        })
    }

    /// Units of a request with their scores, best first, and no look at texts.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn scored_units(&self, request: &Request) -> anyhow::Result<Vec<ScoredUnit>> {
        let plan = self.plan(request);
        if plan.is_empty() {
            return Ok(Vec::new());
        }
        let (_, ranked) = self.ranked(&plan)?;
        let facets = self.facets(request)?;
        let facets: Vec<&Facet> = facets.iter().collect();
        Ok(rank::flat(&refine::filtered(
            &ranked, request, &facets, None,
        )))
    }

    /// How far a score of the static engine may be from tantivy's for this
    /// request: the quantisation of impacts, through the context as well.
    pub fn tolerance(&self, request: &Request, bits: search::score::ImpactBits) -> f32 {
        let plan = self.plan(request);
        let units = self.pages.len() as u32;
        let terms: f32 = plan
            .terms
            .iter()
            .filter(|term| term.kind == TermKind::Exact)
            .map(|term| {
                let df = |field| {
                    let term = Term::from_field_text(field, &term.term);
                    self.searcher.0.doc_freq(&term).unwrap_or(0) as u32
                };
                let idf = |df| search::score::idf(units, df);
                let fields = &self.built.fields;
                let body = idf(df(fields.body)) * bits.tolerance();
                let heading = idf(df(fields.heading))
                    * search::score::ImpactBits::Eight.tolerance()
                    * self.weights.heading;
                term.weight * (body + heading)
            })
            .sum();
        // A unit's own score, and as much of it again as its page adds.
        // Rounding of sums in different orders is far below.
        terms * (1.0 + self.weights.page) + 1e-3
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

impl Lookup for TantivyEngine {
    fn search(&mut self, request: &Request) -> anyhow::Result<Results> {
        let plan = self.plan(request);
        let query = request.query.clone();
        if plan.is_empty() {
            return Ok(Results {
                query,
                notices: present::notices(&plan, None, true),
                ..Results::default()
            });
        }
        let (level, ranked) = self.ranked(&plan)?;
        let facets = self.facets(request)?;
        let facets: Vec<&Facet> = facets.iter().collect();
        let shown = refine::filtered(&ranked, request, &facets, None);
        let total = shown.len();
        let marker = Marker::new(&plan);
        let mut analyzer = Analyzer::new(&self.built.folder);
        let hits = refine::sorted(shown, request, &facets)
            .into_iter()
            .skip(request.offset)
            .take(request.limit)
            .map(|page| {
                let places = page
                    .places
                    .iter()
                    .take(1 + present::MORE_PLACES)
                    .map(|place| Ok((self.unit_text(place.unit)?, place.score)))
                    .collect::<anyhow::Result<Vec<_>>>()?;
                let places: Vec<_> = places.iter().map(|(text, score)| (text, *score)).collect();
                let card = &self.cards[page.page as usize];
                Ok(present::hit(card, &places, &marker, &mut analyzer))
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Results {
            query,
            total,
            level: Some(level),
            notices: present::notices(&plan, Some(level), ranked.is_empty()),
            hits,
            facets: request
                .facets
                .then(|| refine::counts(&ranked, request, &facets)),
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
