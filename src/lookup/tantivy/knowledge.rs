//! What planning asks of tantivy's index.

use search::format::terms::LexiconEntry;
use search::plan::{Knowledge, is_common_character};
use tantivy::Term;

use super::engine::TantivyEngine;

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
