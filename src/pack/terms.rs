//! Reads terms and postings from tantivy's dictionaries.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use search::analysis::Analyzer;
use search::format::postings::{self, BodyPosting, HeadingRun, TitlePosting, UnitId};
use search::format::terms::{self, BodyList, LexiconEntry, Piece, TermEntry};
use search::plan::is_common_character;
use search::score::{self, ImpactBits};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings as _;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::TermStreamer;
use tantivy::{DocSet as _, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use super::options::PackOptions;
use super::sounds;
use crate::extract::Corpus;
use crate::index::BuiltIndex;
use crate::index::schema::Fields;
use crate::library::lexicon::LexiconRow;

/// Payloads of term and posting shards, and what the boot file says about them.
pub struct ExportedTerms {
    pub term_shards: Vec<Vec<u8>>,
    pub term_bounds: Vec<String>,
    pub posting_shards: Vec<Vec<u8>>,
    pub posting_shard_count: u32,
    pub units: u32,
    pub average_body: f32,
    pub average_heading: f32,
    pub impact_bits: ImpactBits,
}

/// The dictionary of a field, and what its impacts need.
struct FieldReader {
    inverted: Arc<InvertedIndexReader>,
    norms: Option<FieldNormReader>,
    average: f32,
}

impl FieldReader {
    fn open(segment: &SegmentReader, field: Field, scored: bool) -> anyhow::Result<Self> {
        let inverted = segment.inverted_index(field)?;
        // As tantivy's BM25 computes it: tokens of the field divided by
        // documents.
        let average = inverted.total_num_tokens() as f32 / segment.num_docs().max(1) as f32;
        let norms = scored
            .then(|| segment.get_fieldnorms_reader(field))
            .transpose()?;
        Ok(Self {
            inverted,
            norms,
            average,
        })
    }

    fn impact(&self, doc: u32, frequency: u32) -> f32 {
        let length = self.norms.as_ref().map_or(1, |norms| norms.fieldnorm(doc));
        score::impact(frequency, length, self.average)
    }
}

/// The stream of a dictionary, positioned on a term or at its end.
struct Stream<'a> {
    field: &'a FieldReader,
    streamer: TermStreamer<'a>,
    on_term: bool,
}

impl<'a> Stream<'a> {
    fn new(field: &'a FieldReader) -> anyhow::Result<Self> {
        let mut streamer = field.inverted.terms().stream()?;
        let on_term = streamer.advance();
        Ok(Self {
            field,
            streamer,
            on_term,
        })
    }

    fn key(&self) -> Option<&[u8]> {
        self.on_term.then(|| self.streamer.key())
    }

    /// If the stream is on `term`, visits its postings with their frequencies
    /// and advances the stream.
    fn take(
        &mut self,
        term: &[u8],
        mut visit: impl FnMut(u32, u32),
    ) -> anyhow::Result<Option<u32>> {
        if self.key() != Some(term) {
            return Ok(None);
        }
        let info = self.streamer.value().clone();
        let option = match self.field.norms {
            Some(_) => IndexRecordOption::WithFreqs,
            None => IndexRecordOption::Basic,
        };
        let mut list = (self.field.inverted).read_postings_from_terminfo(&info, option)?;
        let mut doc = list.doc();
        while doc != TERMINATED {
            visit(doc, list.term_freq());
            doc = list.advance();
        }
        self.on_term = self.streamer.advance();
        Ok(Some(info.doc_freq))
    }
}

/// The fields whose terms are exported.
struct Readers {
    body: FieldReader,
    heading: FieldReader,
    /// Names that others give a unit, and their sentences about it.
    others: [FieldReader; 2],
    title: FieldReader,
    edge: FieldReader,
    article: FieldReader,
}

impl Readers {
    fn open(segment: &SegmentReader, fields: &Fields) -> anyhow::Result<Self> {
        let open = |field, scored| FieldReader::open(segment, field, scored);
        Ok(Self {
            body: open(fields.body, true)?,
            heading: open(fields.heading, true)?,
            others: [open(fields.called, true)?, open(fields.said, true)?],
            title: open(fields.title, true)?,
            edge: open(fields.edge, false)?,
            article: open(fields.article, false)?,
        })
    }
}

/// The streams of all fields, side by side.
struct Streams<'a> {
    body: Stream<'a>,
    heading: Stream<'a>,
    others: [Stream<'a>; 2],
    title: Stream<'a>,
    edge: Stream<'a>,
    article: Stream<'a>,
    /// The unit of each document.
    units: &'a [UnitId],
    bits: ImpactBits,
    list: Vec<BodyPosting>,
}

impl<'a> Streams<'a> {
    fn new(readers: &'a Readers, units: &'a [UnitId], bits: ImpactBits) -> anyhow::Result<Self> {
        let [called, said] = &readers.others;
        Ok(Self {
            body: Stream::new(&readers.body)?,
            heading: Stream::new(&readers.heading)?,
            others: [Stream::new(called)?, Stream::new(said)?],
            title: Stream::new(&readers.title)?,
            edge: Stream::new(&readers.edge)?,
            article: Stream::new(&readers.article)?,
            units,
            bits,
            list: Vec::new(),
        })
    }

    /// The terms on which the streams are.
    fn keys(&self) -> impl Iterator<Item = &[u8]> {
        [
            &self.body,
            &self.heading,
            &self.title,
            &self.edge,
            &self.article,
        ]
        .into_iter()
        .chain(&self.others)
        .filter_map(Stream::key)
    }

    /// Adds the postings of a term to its entry and passes over the term.
    /// `names` are its postings in the names of pages.
    fn take(
        &mut self,
        term: &[u8],
        names: &[TitlePosting],
        entry: &mut TermEntry,
        shards: &mut ShardBuilder,
    ) -> anyhow::Result<()> {
        let Self {
            units, bits, list, ..
        } = self;
        let field = self.body.field;
        list.clear();
        let df = self.body.take(term, |doc, frequency| {
            list.push(BodyPosting {
                unit: units[doc as usize],
                impact: bits.quantise(field.impact(doc, frequency)),
            });
        })?;
        if let Some(df) = df {
            entry.body = Some((df, shards.body_list(list)));
        }

        let field = self.heading.field;
        let mut runs: Vec<HeadingRun> = Vec::new();
        let df = self.heading.take(term, |doc, frequency| {
            let impact = ImpactBits::Eight.quantise(field.impact(doc, frequency));
            push_run(&mut runs, units[doc as usize], impact);
        })?;
        if let Some(df) = df {
            entry.heading = Some((df, postings::encode_heading(&runs)));
        }

        for (stream, entry) in self.others.iter_mut().zip(&mut entry.others) {
            let field = stream.field;
            list.clear();
            let df = stream.take(term, |doc, frequency| {
                list.push(BodyPosting {
                    unit: units[doc as usize],
                    impact: score::quantise_small(field.impact(doc, frequency)),
                });
            })?;
            *entry = df.map(|df| (df, postings::encode_body(list, ImpactBits::Eight)));
        }

        let mut pages = BTreeSet::new();
        self.title.take(term, |doc, _| {
            pages.insert(units[doc as usize].page);
        })?;
        if !pages.is_empty() {
            debug_assert!(
                names.iter().map(|p| p.page).collect::<BTreeSet<_>>() == pages,
                "names were indexed as they are analysed"
            );
            entry.title = Some(postings::encode_title(names));
        }

        let mut ends = Vec::new();
        self.edge
            .take(term, |doc, _| ends.push(units[doc as usize]))?;
        // Keys of articles begin with a mark, so no run ends in one.
        self.article
            .take(term, |doc, _| ends.push(units[doc as usize]))?;
        if !ends.is_empty() {
            entry.edge = Some(postings::encode_units(&ends));
        }
        Ok(())
    }
}

/// The units of a corpus, in the order of tantivy's documents.
fn units_of(corpus: &Corpus) -> Vec<UnitId> {
    let units = (0..).zip(&corpus.pages).flat_map(|(page, content)| {
        (0..content.units.len() as u32).map(move |ordinal| UnitId { page, ordinal })
    });
    units.collect()
}

/// Exports all terms of an index that was built from `corpus`.
pub fn export(
    built: &BuiltIndex,
    corpus: &Corpus,
    chars: &BTreeSet<char>,
    options: &PackOptions,
) -> anyhow::Result<ExportedTerms> {
    let searcher = built.index.reader()?.searcher();
    ensure!(
        searcher.segment_readers().len() <= 1,
        "the index has one segment"
    );
    let units = units_of(corpus);
    ensure!(
        searcher.num_docs() as usize == units.len(),
        "the index holds the corpus' units"
    );
    let Some(segment) = searcher.segment_readers().first() else {
        return Ok(ShardBuilder::new(ImpactBits::Eight, *options).finish(0, 1.0, 1.0));
    };
    let fields = &built.fields;
    let readers = Readers::open(segment, fields)?;
    let Readers { body, heading, .. } = &readers;
    let bits = options.impact_bits(body.inverted.total_num_tokens());
    let names = name_postings(corpus, &mut Analyzer::new(&built.folder));
    let words = words_by_pair(&built.words);
    let mut lexicon = lexicon_by_pair(&built.lexicon).into_iter().peekable();
    let sounds = sounds::keys(corpus, built, chars, |pair| {
        let body_term = Term::from_field_text(fields.body, pair);
        let heading_term = Term::from_field_text(fields.heading, pair);
        Ok(body.inverted.doc_freq(&body_term)? + heading.inverted.doc_freq(&heading_term)?)
    })?;
    let mut sounds = sounds.into_iter().peekable();
    let common = common_characters(body, units.len() as u32)?;
    let mut common = common.iter().peekable();

    let mut shards = ShardBuilder::new(bits, *options);
    let mut streams = Streams::new(&readers, &units, bits)?;
    while let Some(term) = streams
        .keys()
        // Editors may have an entry for a word that occurs in no text.
        .chain(lexicon.peek().map(|(pair, _)| pair.as_bytes()))
        .chain(sounds.peek().map(|(key, _)| key.as_bytes()))
        .chain(common.peek().map(|ch| ch.as_bytes()))
        .min()
        .map(<[u8]>::to_vec)
    {
        let text = std::str::from_utf8(&term).context("a term is text")?;
        let mut entry = TermEntry::new(text);
        let names = names.get(text).map_or(&[][..], Vec::as_slice);
        streams.take(&term, names, &mut entry, &mut shards)?;
        if let Some(words) = words.get(text) {
            entry.is_word = words.is_word;
            entry.longer_words = words.longer.iter().map(|w| w.to_string()).collect();
        }
        entry.is_common = common.next_if(|ch| *ch == text).is_some();
        if let Some((_, said)) = lexicon.next_if(|(pair, _)| *pair == text) {
            entry.lexicon = said;
        }
        if let Some((_, alike)) = sounds.next_if(|(key, _)| key == text) {
            entry.sounds = alike;
        }
        shards.push(entry);
    }
    Ok(shards.finish(units.len() as u32, body.average, heading.average))
}

/// Common characters, judged by the length of their pairs' posting lists.
fn common_characters(body: &FieldReader, units: u32) -> anyhow::Result<BTreeSet<String>> {
    let mut postings: BTreeMap<String, u64> = BTreeMap::new();
    let mut terms = body.inverted.terms().stream()?;
    while let Some((term, info)) = terms.next() {
        let mut chars = std::str::from_utf8(term).context("a term is text")?.chars();
        if let (Some(first), Some(_), None) = (chars.next(), chars.next(), chars.next()) {
            *postings.entry(first.to_string()).or_default() += u64::from(info.doc_freq);
        }
    }
    postings.retain(|_, postings| is_common_character(*postings, units));
    Ok(postings.into_keys().collect())
}

fn push_run(runs: &mut Vec<HeadingRun>, unit: UnitId, impact: u8) {
    if let Some(run) = runs.last_mut()
        && run.first.page == unit.page
        && run.first.ordinal + run.len == unit.ordinal
        && run.impact == impact
    {
        run.len += 1;
        return;
    }
    runs.push(HeadingRun {
        first: unit,
        len: 1,
        impact,
    });
}

/// For each term, the names that contain it.
fn name_postings(corpus: &Corpus, analyzer: &mut Analyzer) -> BTreeMap<String, Vec<TitlePosting>> {
    let mut postings: BTreeMap<String, Vec<TitlePosting>> = BTreeMap::new();
    for (page, content) in corpus.pages.iter().enumerate() {
        for (name, text) in content.card.names.iter().enumerate() {
            let terms = search::analysis::distinct_terms(text, analyzer);
            let posting = TitlePosting {
                page: page as u32,
                name: name as u32,
                terms: terms.len() as u32 + content.is_search_term(text),
            };
            for term in terms {
                postings.entry(term).or_default().push(posting);
            }
        }
    }
    postings
}

/// Words that begin with a given pair of characters.
#[derive(Default)]
struct PairWords<'a> {
    is_word: bool,
    longer: Vec<&'a str>,
}

fn words_by_pair(words: &[String]) -> BTreeMap<&str, PairWords<'_>> {
    let mut by_pair: BTreeMap<&str, PairWords> = BTreeMap::new();
    for word in words {
        let (pair, rest) = split_pair(word);
        let entry = by_pair.entry(pair).or_default();
        if rest.is_empty() {
            entry.is_word = true;
        } else {
            entry.longer.push(rest);
        }
    }
    by_pair
}

/// The lexicon entries of the words that begin with each pair.
fn lexicon_by_pair(rows: &[LexiconRow]) -> BTreeMap<&str, Vec<LexiconEntry>> {
    let mut by_pair: BTreeMap<&str, Vec<LexiconEntry>> = BTreeMap::new();
    for (word, kind, texts) in rows {
        let (pair, rest) = split_pair(word);
        by_pair.entry(pair).or_default().push(LexiconEntry {
            rest: rest.to_owned(),
            kind: *kind,
            texts: texts.clone(),
        });
    }
    by_pair
}

/// Splits a word into its first two characters and the rest.
fn split_pair(word: &str) -> (&str, &str) {
    let end = word.char_indices().nth(2).map_or(word.len(), |(at, _)| at);
    word.split_at(end)
}

/// Fills shards in the order of terms.
struct ShardBuilder {
    bits: ImpactBits,
    options: PackOptions,
    entries: Vec<TermEntry>,
    size: usize,
    term_shards: Vec<Vec<u8>>,
    term_bounds: Vec<String>,
    posting: Vec<u8>,
    posting_shards: Vec<Vec<u8>>,
}

impl ShardBuilder {
    fn new(bits: ImpactBits, options: PackOptions) -> Self {
        Self {
            bits,
            options,
            entries: Vec::new(),
            size: 0,
            term_shards: Vec::new(),
            term_bounds: Vec::new(),
            posting: Vec::new(),
            posting_shards: Vec::new(),
        }
    }

    /// Encodes a posting list of the body, either beside its term or in
    /// separate pieces.
    fn body_list(&mut self, list: &[BodyPosting]) -> BodyList {
        let bytes = postings::encode_body(list, self.bits);
        if bytes.len() <= self.options.inline_list() {
            return BodyList::Inline(bytes);
        }
        // A piece has about as many postings as fit into a shard.
        let pieces = bytes
            .len()
            .div_ceil(self.options.sizes.posting_shard)
            .max(1);
        let per_piece = list.len().div_ceil(pieces);
        BodyList::Pieces(
            list.chunks(per_piece)
                .map(|chunk| self.piece(chunk))
                .collect(),
        )
    }

    fn piece(&mut self, list: &[BodyPosting]) -> Piece {
        let bytes = postings::encode_body(list, self.bits);
        if !self.posting.is_empty()
            && self.posting.len() + bytes.len() > self.options.sizes.posting_shard
        {
            self.posting_shards.push(std::mem::take(&mut self.posting));
        }
        let piece = Piece {
            shard: self.posting_shards.len() as u32,
            start: self.posting.len() as u32,
            len: bytes.len() as u32,
            count: list.len() as u32,
        };
        self.posting.extend_from_slice(&bytes);
        piece
    }

    fn push(&mut self, entry: TermEntry) {
        let size = entry.size();
        if self.size > 0 && self.size + size > self.options.sizes.term_shard {
            self.close();
        }
        self.size += size;
        self.entries.push(entry);
    }

    fn close(&mut self) {
        if let Some(first) = self.entries.first() {
            self.term_bounds.push(first.term.clone());
            self.term_shards.push(terms::encode(&self.entries));
        }
        self.entries.clear();
        self.size = 0;
    }

    fn finish(mut self, units: u32, average_body: f32, average_heading: f32) -> ExportedTerms {
        self.close();
        if !self.posting.is_empty() {
            self.posting_shards.push(self.posting);
        }
        ExportedTerms {
            term_shards: self.term_shards,
            term_bounds: self.term_bounds,
            posting_shard_count: self.posting_shards.len() as u32,
            posting_shards: self.posting_shards,
            units,
            average_body,
            average_heading,
            impact_bits: self.bits,
        }
    }
}
