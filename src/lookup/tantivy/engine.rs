//! What tantivy's index consists of, and reading from it.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use search::analysis::{Analyzer, distinct_terms};
use search::cited::Cited;
use search::format::boot::Weights;
use search::format::docs::{PageCard, UnitText};
use search::format::facets::{Facet, FacetValue};
use search::format::postings::UnitId;
use search::in_force::Succession;
use tantivy::query::TermQuery;
use tantivy::schema::{Facet as FacetPath, Field, IndexRecordOption, Value as _};
use tantivy::{DocId, Searcher, TantivyDocument, Term};

use crate::extract::{Corpus, IndexPage};
use crate::index::{self, BuiltIndex};
use crate::pack::sounding::Sounding;

use super::scores::AllScores;

/// tantivy's index and the additional data needed for lookup.
#[derive(Debug)]
pub struct TantivyEngine {
    pub(super) built: BuiltIndex,
    pub(super) searcher: SearcherHandle,
    pub(super) weights: Weights,
    /// First document of each page.
    pub(super) page_starts: Vec<DocId>,
    /// Page of each document.
    pub(super) pages: Vec<u32>,
    /// Names of each page.
    pub(super) names: Vec<Vec<NameOfPage>>,
    pub(super) cards: Vec<PageCard>,
    pub(super) successions: Vec<Succession>,
    pub(super) cited: Cited,
    pub(super) facet_names: Vec<(String, String)>,
    pub(super) facets: OnceCell<Vec<Facet>>,
    pub(super) sounding: OnceCell<Sounding>,
}

/// A name of a page.
#[derive(Debug)]
pub(super) struct NameOfPage {
    pub(super) terms: BTreeSet<String>,
    /// How many terms it counts as: one more than it has if it is only a search
    /// term that nobody uses as a name.
    pub(super) length: u32,
}

/// Wraps a searcher, which doesn't implement `Debug` in tantivy.
pub(super) struct SearcherHandle(pub(super) Searcher);

impl std::fmt::Debug for SearcherHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Searcher")
    }
}

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

    pub(super) fn unit_of(&self, doc: DocId) -> UnitId {
        let page = self.pages[doc as usize];
        UnitId {
            page,
            ordinal: doc - self.page_starts[page as usize],
        }
    }

    pub(super) fn doc_of(&self, unit: UnitId) -> DocId {
        self.page_starts[unit.page as usize] + unit.ordinal
    }

    /// Sounds and names, computed on first use.
    pub(super) fn sounding(&self) -> anyhow::Result<&Sounding> {
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

    /// The facets with their pages, read on first use.
    pub(super) fn all_facets(&self) -> anyhow::Result<&[Facet]> {
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

    pub(super) fn unit_text(&self, unit: UnitId) -> anyhow::Result<UnitText> {
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
}

fn text(document: &TantivyDocument, field: Field) -> &str {
    document
        .get_first(field)
        .and_then(|value| value.as_str())
        .unwrap_or("")
}
