//! Makes the analysis of the search crate available as a tantivy tokenizer.

use std::sync::Arc;

use search::analysis::Analyzer;
use search::analysis::fold::Folder;
use tantivy::tokenizer::{RawTokenizer, Token, TokenStream, Tokenizer, TokenizerManager};

/// Name under which the analysis is registered.
pub const TOKENIZER: &str = "zhize";

/// All tokenizers that the schema uses.
pub fn manager(folder: &Arc<Folder>) -> TokenizerManager {
    let manager = TokenizerManager::new();
    manager.register(
        TOKENIZER,
        ZhizeTokenizer {
            folder: Arc::clone(folder),
        },
    );
    manager.register("raw", RawTokenizer::default());
    // The writer looks up this one for every field without text.
    manager.register("default", RawTokenizer::default());
    manager
}

#[derive(Clone)]
struct ZhizeTokenizer {
    folder: Arc<Folder>,
}

impl Tokenizer for ZhizeTokenizer {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let mut tokens = Tokens::default();
        Analyzer::new(&self.folder).for_each_token(text, |term, _, position, (start, end)| {
            tokens.terms.push_str(term);
            tokens.places.push(Place {
                term_end: tokens.terms.len(),
                position: position as usize,
                offsets: (start as usize, end as usize),
            });
        });
        tokens
    }
}

/// Tokens of one text: the terms end to end in one buffer, and where each ends.
#[derive(Default)]
struct Tokens {
    terms: String,
    places: Vec<Place>,
    next: usize,
    token: Token,
}

struct Place {
    term_end: usize,
    position: usize,
    offsets: (usize, usize),
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        let Some(place) = self.places.get(self.next) else {
            return false;
        };
        let start = match self.next {
            0 => 0,
            next => self.places[next - 1].term_end,
        };
        self.token.text.clear();
        self.token.text.push_str(&self.terms[start..place.term_end]);
        self.token.position = place.position;
        self.token.position_length = 1;
        (self.token.offset_from, self.token.offset_to) = place.offsets;
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
