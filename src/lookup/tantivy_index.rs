//! Runs plans as tantivy queries, as the reference for the static engine.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use search::analysis::{Analyzer, distinct_terms};
use search::answer::{self, Index, Need, Outline};
use search::cited::Cited;
use search::format::boot::Weights;
use search::format::docs::{PageCard, UnitText};
use search::format::facets::{Facet, FacetValue};
use search::format::postings::UnitId;
use search::format::terms::LexiconEntry;
use search::in_force::{InForce, Succession};
use search::plan::{
    Condition, Count, Knowledge, Level, Phrase, Plan, PlanTerm, Requirement, TermKind,
    is_common_character,
};
use search::present::{Results, TermPoints};
use search::rank::{self, FoundUnit, ListedUnit, TitleMatch};
use search::request::Request;
use search::score;
use search::sound::Sounds;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query as TantivyQuery,
    RegexQuery, TermQuery,
};
use tantivy::schema::{Facet as FacetPath, Field, IndexRecordOption, Value as _};
use tantivy::{DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyDocument, Term};

use super::engine::{Lookup, UnitHit};
use crate::extract::{Corpus, IndexPage};
use crate::index::{self, BuiltIndex};
use crate::pack::sounding::Sounding;

/// tantivy's index and the additional data needed for lookup.
#[derive(Debug)]
pub struct TantivyEngine {
    built: BuiltIndex,
    searcher: SearcherHandle,
    weights: Weights,
    /// First document of each page.
    page_starts: Vec<DocId>,
    /// Page of each document.
    pages: Vec<u32>,
    /// Names of each page.
    names: Vec<Vec<NameOfPage>>,
    cards: Vec<PageCard>,
    successions: Vec<Succession>,
    cited: Cited,
    facet_names: Vec<(String, String)>,
    facets: OnceCell<Vec<Facet>>,
    sounding: OnceCell<Sounding>,
}

/// A name of a page.
#[derive(Debug)]
struct NameOfPage {
    terms: BTreeSet<String>,
    /// How many terms it counts as: one more than it has if it is only a search
    /// term that nobody uses as a name.
    length: u32,
}

/// Wraps a searcher, which doesn't implement `Debug` in tantivy.
struct SearcherHandle(Searcher);

impl std::fmt::Debug for SearcherHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Searcher")
    }
}

type BoxedQuery = Box<dyn TantivyQuery>;

impl TantivyEngine {
    /// Opens the index of the site at `root`.
    ///
    /// # Errors
    /// When there is no index, or another version made it.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let built = index::open(root)?;
        let weights = built.weights;
        Self::new(built, weights)
    }

    /// Creates an engine for an open index.
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
                    let card = stored.get_first(built.fields.card);
                    let card = card.and_then(|value| value.as_bytes()).unwrap_or_default();
                    let card = index::schema::card(card)?;
                    let called: Vec<&str> = text(&stored, built.fields.names).lines().collect();
                    let of_page = card.names.iter().map(|name| {
                        let terms = distinct_terms(name, &mut analyzer);
                        let more = usize::from(!called.contains(&name.as_str()));
                        NameOfPage {
                            length: (terms.len() + more) as u32,
                            terms,
                        }
                    });
                    names.push(of_page.collect());
                    cards.push(card);
                }
            }
        }
        let facets = built.facets.iter();
        Ok(Self {
            successions: built.manifest.successions(),
            cited: built.manifest.cited(),
            facet_names: facets
                .map(|f| (f.key.clone(), built.folder.fold_str(&f.label)))
                .collect(),
            built,
            searcher: SearcherHandle(searcher),
            weights,
            page_starts,
            pages,
            names,
            cards,
            facets: OnceCell::new(),
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

    fn doc_of(&self, unit: UnitId) -> DocId {
        self.page_starts[unit.page as usize] + unit.ordinal
    }

    /// Sounds and names, computed on first use.
    fn sounding(&self) -> anyhow::Result<&Sounding> {
        if let Some(sounding) = self.sounding.get() {
            return Ok(sounding);
        }
        let mut corpus = Corpus {
            repealed_from: self.built.manifest.repealed_from,
            aids_from: self.built.manifest.aids_from,
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

    /// Documents that contain all phrases of an exclusion.
    ///
    /// Uses a separate query instead of a `MustNot` clause: there, tantivy 0.27
    /// asks a phrase to go back in its list, and debug builds panic.
    fn excluded(&self, plan: &Plan) -> anyhow::Result<BTreeSet<DocId>> {
        let fields = &self.built.fields;
        let mut excluded = BTreeSet::new();
        for way in &plan.excluded {
            let mut of_way: Option<BTreeSet<DocId>> = None;
            for exclusion in way {
                let query = if exclusion.in_names {
                    self.phrase_in(&exclusion.phrase, &[fields.title])?
                } else {
                    self.phrase_query(&exclusion.phrase)?
                };
                let docs = self.searcher.0.search(&query, &AllScores)?;
                let docs: BTreeSet<DocId> = docs.into_iter().map(|(doc, _)| doc).collect();
                of_way = Some(match of_way {
                    Some(known) => &known & &docs,
                    None => docs,
                });
            }
            excluded.extend(of_way.into_iter().flatten());
        }
        Ok(excluded)
    }

    /// The idf of each term over the names of the pages.
    fn name_idf(&self, terms: &[&str]) -> Vec<f32> {
        let pages = self.names.len() as u32;
        let holds =
            |names: &Vec<NameOfPage>, term: &str| names.iter().any(|n| n.terms.contains(term));
        terms
            .iter()
            .map(|term| {
                let df = self.names.iter().filter(|names| holds(names, term)).count();
                score::idf(pages, df as u32)
            })
            .collect()
    }

    /// A query for what matches a plan at a level, with the scores of all its
    /// terms.
    fn scoring_query(&self, plan: &Plan, level: Level) -> anyhow::Result<BooleanQuery> {
        let condition = self.condition_query(plan, level)?;
        let mut clauses: Vec<(Occur, BoxedQuery)> = vec![(Occur::Must, condition)];
        let shares = plan.shares(self.weights.share, self);
        for (at, term) in plan.terms.iter().enumerate() {
            if plan.skipped >> at & 1 == 1 {
                continue;
            }
            clauses.push((Occur::Should, self.scored_term(term)?));
            if term.kind == TermKind::Exact {
                clauses.push((Occur::Should, self.in_sentences(term)));
                let body = self.in_field(term, self.built.fields.body, 1.0);
                let share = ConstScoreQuery::new(body, shares[at]);
                clauses.push((Occur::Should, Box::new(share)));
            }
        }
        Ok(BooleanQuery::new(clauses))
    }

    /// A query for a term in the names that others give a unit.
    fn in_calls(&self, term: &PlanTerm) -> BoxedQuery {
        self.in_field(term, self.built.fields.called, self.weights.names)
    }

    /// A query for a term in the sentences in which others cite a unit.
    fn in_sentences(&self, term: &PlanTerm) -> BoxedQuery {
        self.in_field(term, self.built.fields.said, self.weights.sentences)
    }

    /// A query for what matches a plan at a level, without scores.
    fn condition_query(&self, plan: &Plan, level: Level) -> anyhow::Result<BoxedQuery> {
        let mut clauses = vec![self.condition(plan, &plan.fixed)?];
        let Requirement(counts) = plan.requirement(level);
        if !counts.is_empty() {
            let any: Vec<BoxedQuery> = counts
                .iter()
                .map(|count| self.count(plan, count, level))
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
            Condition::Terms(mask) => self.all_of(plan, *mask, Level::All)?,
            Condition::Names(mask) => {
                let terms = terms_of(plan, *mask).map(|term| self.in_names(term));
                let clauses = terms.collect::<anyhow::Result<_>>()?;
                Box::new(BooleanQuery::intersection(clauses))
            }
            Condition::Phrase(number) => self.wanted_phrase(&plan.phrases[*number])?,
            Condition::All(all) if all.is_empty() => Box::new(AllQuery),
            Condition::All(all) => Box::new(BooleanQuery::intersection(several(all)?)),
            Condition::Any(any) => Box::new(BooleanQuery::union(several(any)?)),
        })
    }

    fn all_of(&self, plan: &Plan, mask: u64, level: Level) -> anyhow::Result<BoxedQuery> {
        let terms = terms_of(plan, mask).map(|term| self.anywhere(term, level));
        let clauses: Vec<BoxedQuery> = terms.collect::<anyhow::Result<_>>()?;
        Ok(if clauses.is_empty() {
            Box::new(AllQuery)
        } else {
            Box::new(BooleanQuery::intersection(clauses))
        })
    }

    fn count(&self, plan: &Plan, count: &Count, level: Level) -> anyhow::Result<BoxedQuery> {
        let required = self.all_of(plan, count.required, level)?;
        if count.minimum == 0 {
            return Ok(required);
        }
        let counted: Vec<BoxedQuery> = terms_of(plan, count.counted)
            .map(|term| self.anywhere(term, level))
            .collect::<anyhow::Result<_>>()?;
        let minimum = count.minimum as usize;
        let enough = BooleanQuery::union_with_minimum_required_clauses(counted, minimum);
        Ok(Box::new(BooleanQuery::intersection(vec![
            required,
            Box::new(enough),
        ])))
    }

    /// A scored query for a term in the body, the headings or the names that
    /// others give.
    fn scored_term(&self, term: &PlanTerm) -> anyhow::Result<BoxedQuery> {
        let fields = &self.built.fields;
        Ok(match term.kind {
            TermKind::Exact => Box::new(BooleanQuery::union(vec![
                self.in_field(term, fields.body, 1.0),
                self.in_field(term, fields.heading, self.weights.heading),
                self.in_calls(term),
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

    /// A query for a term in the body, headings or names; at some levels also
    /// in what others say about the unit.
    fn anywhere(&self, term: &PlanTerm, level: Level) -> anyhow::Result<BoxedQuery> {
        let mut queries = vec![self.scored_term(term)?, self.in_names(term)?];
        if level.is_about() && term.kind == TermKind::Exact {
            queries.push(self.in_sentences(term));
        }
        Ok(Box::new(BooleanQuery::union(queries)))
    }

    /// A query for a term in the names of the page.
    fn in_names(&self, term: &PlanTerm) -> anyhow::Result<BoxedQuery> {
        let title = self.built.fields.title;
        Ok(match term.kind {
            TermKind::Exact => exact(title, &term.term, IndexRecordOption::Basic),
            TermKind::Prefix => self.prefix_in_names(&term.term)?,
        })
    }

    /// A query for a character in the names of the page, also on its own:
    /// 解释（二）.
    fn prefix_in_names(&self, ch: &str) -> anyhow::Result<BoxedQuery> {
        let title = self.built.fields.title;
        Ok(Box::new(RegexQuery::from_pattern(
            &format!("{ch}.?"),
            title,
        )?))
    }

    /// Queries for pairs in these fields that begin with a character, and for
    /// the ends of runs.
    fn prefix_queries(&self, ch: &str, fields: &[Field]) -> anyhow::Result<Vec<BoxedQuery>> {
        let mut queries: Vec<BoxedQuery> =
            vec![exact(self.built.fields.edge, ch, IndexRecordOption::Basic)];
        for &field in fields {
            // Terms consist only of letters and digits, so nothing needs
            // escaping.
            let pattern = format!("{ch}.?");
            queries.push(Box::new(RegexQuery::from_pattern(&pattern, field)?));
        }
        Ok(queries)
    }

    /// A query for a required phrase; a phrase of two characters matches
    /// wherever its pair does.
    fn wanted_phrase(&self, phrase: &Phrase) -> anyhow::Result<BoxedQuery> {
        let own = self.phrase_query(phrase)?;
        let [(term, _)] = &phrase.terms[..] else {
            return Ok(own);
        };
        let called = exact(self.built.fields.called, term, IndexRecordOption::Basic);
        Ok(Box::new(BooleanQuery::union(vec![own, called])))
    }

    fn phrase_query(&self, phrase: &Phrase) -> anyhow::Result<BoxedQuery> {
        let fields = &self.built.fields;
        self.phrase_in(phrase, &[fields.body, fields.heading, fields.title])
    }

    /// A query for a phrase in any of the given fields.
    fn phrase_in(&self, phrase: &Phrase, fields: &[Field]) -> anyhow::Result<BoxedQuery> {
        let in_field = |&field: &Field| -> BoxedQuery {
            if let [(term, _)] = &phrase.terms[..] {
                return exact(field, term, IndexRecordOption::Basic);
            }
            let terms = phrase
                .terms
                .iter()
                .map(|(term, at)| (*at as usize, Term::from_field_text(field, term)))
                .collect();
            Box::new(PhraseQuery::new_with_offset(terms))
        };
        let is_names = fields == [self.built.fields.title];
        let queries = match &phrase.terms[..] {
            [(only, _)] if only.chars().count() == 1 && is_names => {
                vec![self.prefix_in_names(only)?]
            }
            [(only, _)] if only.chars().count() == 1 => self.prefix_queries(only, fields)?,
            _ => fields.iter().map(in_field).collect(),
        };
        Ok(Box::new(BooleanQuery::union(queries)))
    }

    /// The facets with their pages, read on first use.
    fn all_facets(&self) -> anyhow::Result<&[Facet]> {
        if let Some(facets) = self.facets.get() {
            return Ok(facets);
        }
        let facets = self
            .built
            .facets
            .iter()
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
            .collect::<anyhow::Result<_>>()?;
        Ok(self.facets.get_or_init(|| facets))
    }

    fn unit_text(&self, unit: UnitId) -> anyhow::Result<UnitText> {
        let address = tantivy::DocAddress::new(0, self.doc_of(unit));
        let stored: TantivyDocument = self.searcher.0.doc(address)?;
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

    /// The units of a request with their scores, best first, without reading
    /// texts.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn scored_units(&self, request: &Request) -> anyhow::Result<Vec<ListedUnit>> {
        answer::list(self, request)
    }

    /// How far a score of the static engine may differ from tantivy's for this
    /// request, because impacts are quantised, including those of the context.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn tolerance(&self, request: &Request, bits: score::ImpactBits) -> anyhow::Result<f32> {
        let mut analyzer = self.analyzer(&request.query)?;
        let (found, _) = answer::find_meant(self, request, &mut analyzer)?;
        let plan = &found.plan;
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
                let weights = &self.weights;
                let heading = idf(df(fields.heading)) * weights.heading;
                let others = idf(df(fields.called)) * weights.names
                    + idf(df(fields.said)) * weights.sentences;
                let heading = heading * score::ImpactBits::Eight.tolerance();
                term.weight * (body + heading + others * score::small_tolerance())
            })
            .sum();
        // A unit's own score plus the share of it that its page adds. The error
        // from summing in a different order is far smaller.
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

/// The terms of a plan that a mask selects.
fn terms_of(plan: &Plan, mask: u64) -> impl Iterator<Item = &PlanTerm> {
    let terms = plan.terms.iter().enumerate();
    terms
        .filter(move |(at, _)| mask >> at & 1 == 1)
        .map(|(_, term)| term)
}

impl Knowledge for TantivyEngine {
    fn is_word(&self, chars: &[char]) -> bool {
        let word: String = chars.iter().collect();
        self.built.words.binary_search(&word).is_ok()
    }

    fn stands(&self, term: &str) -> bool {
        let fields = &self.built.fields;
        [fields.body, fields.heading, fields.title]
            .into_iter()
            .map(|field| Term::from_field_text(field, term))
            .any(|term| self.searcher.0.doc_freq(&term).unwrap_or(0) > 0)
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

/// How a plan's terms occur in the names of pages.
#[derive(Debug)]
pub struct NameTerms {
    /// The idf of each term over the names of the pages.
    idf: Vec<f32>,
}

impl NameTerms {
    /// Of the plan's terms in `mask`, counts those that a name contains and
    /// those of them that were typed, and sums their idf.
    fn held(&self, plan: &Plan, mask: u64, name: &BTreeSet<String>) -> (u32, u32, f32) {
        let (mut held, mut typed, mut points) = (0, 0, 0.0);
        for (at, term) in plan.terms.iter().enumerate() {
            if mask >> at & 1 == 1 && name.contains(&term.term) {
                held += 1;
                typed += u32::from(term.is_typed);
                points += self.idf[at];
            }
        }
        (held, typed, points)
    }
}

impl Index for TantivyEngine {
    type Stop = anyhow::Error;
    type Matches = NameTerms;
    type Text<'t> = Box<UnitText>;

    fn outline(&self) -> Outline<'_> {
        let manifest = &self.built.manifest;
        Outline {
            pages: self.cards.len() as u32,
            repealed_from: manifest.repealed_from,
            aids_from: manifest.aids_from,
            superseded_from: manifest.superseded_from,
            successions: &self.successions,
            weights: &self.weights,
            cited: &self.cited,
        }
    }

    fn facet_names(&self) -> &[(String, String)] {
        &self.facet_names
    }

    fn analyzer(&self, _: &str) -> anyhow::Result<Analyzer<'_>> {
        Ok(Analyzer::new(&self.built.folder))
    }

    fn require(&self, _: &[Need]) -> anyhow::Result<()> {
        Ok(())
    }

    fn sounds(&self) -> anyhow::Result<&dyn Sounds> {
        Ok(self.sounding()?)
    }

    fn facets(&self) -> anyhow::Result<Vec<&Facet>> {
        Ok(self.all_facets()?.iter().collect())
    }

    fn matches(&self, plan: &Plan) -> anyhow::Result<NameTerms> {
        let terms: Vec<&str> = plan.terms.iter().map(|term| term.term.as_str()).collect();
        Ok(NameTerms {
            idf: self.name_idf(&terms),
        })
    }

    fn fulfilling(
        &self,
        plan: &Plan,
        _: &NameTerms,
        pages: &InForce,
        _: &mut Analyzer,
    ) -> anyhow::Result<Vec<FoundUnit>> {
        let levels = plan.levels();
        let loosest = *levels.last().expect("a plan has a level");
        // Scores do not depend on the level; which documents match it does.
        let mut found: BTreeMap<DocId, FoundUnit> = self
            .searcher
            .0
            .search(&self.scoring_query(plan, loosest)?, &AllScores)?
            .into_iter()
            .map(|(doc, score)| {
                let found = FoundUnit {
                    unit: self.unit_of(doc),
                    score,
                    level: loosest,
                };
                (doc, found)
            })
            // A page found only by its names is represented by its beginning.
            .filter(|(_, found)| found.score > 0.0 || found.unit.ordinal == 0)
            .filter(|(_, found)| pages.holds(found.unit.page))
            .collect();
        for &level in levels.iter().rev() {
            let stricter = self.condition_query(plan, level)?;
            for (doc, _) in self.searcher.0.search(&stricter, &AllScores)? {
                if let Some(found) = found.get_mut(&doc) {
                    found.level = level;
                }
            }
        }
        // Documents are numbered in the order of their units.
        Ok(found.into_values().collect())
    }

    fn without_excluded(
        &self,
        mut units: Vec<FoundUnit>,
        plan: &Plan,
        _: &mut Analyzer,
    ) -> anyhow::Result<Vec<FoundUnit>> {
        let excluded = self.excluded(plan)?;
        units.retain(|found| !excluded.contains(&self.doc_of(found.unit)));
        Ok(units)
    }

    fn title_match(&self, plan: &Plan, terms: &NameTerms, page: u32) -> TitleMatch {
        let of_query = plan.typed().count_ones();
        let of_name = |name: &NameOfPage| {
            let (held, typed, points) = terms.held(plan, !0, &name.terms);
            TitleMatch::of_name(held, name.length, typed, of_query, points)
        };
        let names = self.names[page as usize].iter().map(of_name);
        names.fold(TitleMatch::default(), TitleMatch::max)
    }

    fn named(&self, plan: &Plan, terms: &NameTerms, among: u64) -> Vec<(u32, f32)> {
        let strength = |name: &NameOfPage| {
            let (held, _, points) = terms.held(plan, among, &name.terms);
            rank::name_strength(held, name.length, among.count_ones(), points)
        };
        let best = |names: &Vec<NameOfPage>| names.iter().map(strength).fold(0.0, f32::max);
        let pages = (0..).zip(self.names.iter().map(best));
        let mut named: Vec<(u32, f32)> = pages.filter(|(_, strength)| *strength > 0.0).collect();
        named.sort_by(|a, b| b.1.total_cmp(&a.1));
        named
    }

    fn articles(&self, key: &str) -> anyhow::Result<Vec<UnitId>> {
        let query = exact(self.built.fields.article, key, IndexRecordOption::Basic);
        let docs = self.searcher.0.search(&*query, &AllScores)?;
        let units: BTreeSet<UnitId> = docs.iter().map(|(doc, _)| self.unit_of(*doc)).collect();
        Ok(units.into_iter().collect())
    }

    fn points(&self, plan: &Plan, _: &NameTerms, unit: UnitId) -> anyhow::Result<Vec<TermPoints>> {
        let shares = plan.shares(self.weights.share, self);
        let address = tantivy::DocAddress::new(0, self.doc_of(unit));
        let points = |query: &dyn TantivyQuery| {
            // tantivy returns an error if the document doesn't match.
            let explanation = query.explain(&self.searcher.0, address);
            explanation.map_or(0.0, |explanation| explanation.value())
        };
        let fields = &self.built.fields;
        let terms = plan.terms.iter().enumerate().map(|(at, term)| {
            Ok(match term.kind {
                _ if plan.skipped >> at & 1 == 1 => TermPoints::default(),
                TermKind::Exact => {
                    let body = self.in_field(term, fields.body, 1.0);
                    let share = ConstScoreQuery::new(body.box_clone(), shares[at]);
                    let heading = self.in_field(term, fields.heading, self.weights.heading);
                    TermPoints {
                        body: points(&*body) + points(&share),
                        heading: points(&*heading),
                        others: points(&*self.in_calls(term)) + points(&*self.in_sentences(term)),
                    }
                }
                TermKind::Prefix => TermPoints {
                    body: points(&*self.scored_term(term)?),
                    ..TermPoints::default()
                },
            })
        });
        terms.collect()
    }

    fn text(&self, unit: UnitId) -> anyhow::Result<(&PageCard, Box<UnitText>)> {
        let card = &self.cards[unit.page as usize];
        Ok((card, Box::new(self.unit_text(unit)?)))
    }
}

impl Lookup for TantivyEngine {
    fn search(&mut self, request: &Request) -> anyhow::Result<Results> {
        answer::answer(self, request)
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
