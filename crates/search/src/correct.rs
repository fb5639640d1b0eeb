//! Correction of queries without a complete match: whether the query may be
//! misspelt, and whether another one was meant.

use crate::analysis::{Analyzer, is_han};
use crate::plan::{Knowledge, Level, Plan};
use crate::present::{Reason, Suggestion};
use crate::query::{Node, Query};
use crate::request::Request;
use crate::sound::{self, Guess, Piece};

/// Whether a query may be misspelt whose best match is at level `strictest`. A
/// sentence is found by its other words, so it only counts as misspelt if it
/// has Latin letters.
pub fn may_be_misspelt(plan: &Plan, strictest: Option<Level>) -> bool {
    let has_letters = plan.terms.iter().any(|term| {
        let mut chars = term.term.chars();
        term.is_typed && chars.all(|ch| ch.is_ascii_lowercase())
    });
    // 无必谈 splits into the words 无 and 必谈, but 无必 occurs nowhere.
    let is_right = match strictest {
        Some(Level::All) => true,
        Some(Level::Words) => !plan.has_unknown,
        _ => false,
    };
    !is_right && (has_letters || !plan.is_sentence())
}

/// Splits a query without operators into pieces with a pronunciation.
pub fn pieces(query: &Query, analyzer: &mut Analyzer) -> Option<Vec<Piece>> {
    let [Node::Words(text)] = &query.parts[..] else {
        return None;
    };
    let runs: Vec<Vec<char>> = analyzer.runs(text).into_iter().map(|r| r.chars).collect();
    sound::pieces(&runs)
}

/// The query that looks up a guess.
pub fn query(guess: &Guess) -> Query {
    let parts = match &guess.texts[..] {
        [text] => vec![Node::Words(text.clone())],
        // Several names share the initials: find the pages with these names.
        texts => {
            let titles = texts.iter().map(|text| vec![Node::Title(text.clone())]);
            vec![Node::Any(titles.collect())]
        }
    };
    Query {
        parts,
        ..Query::default()
    }
}

/// The pairs of characters in a guess, for [`parted`].
pub fn pairs(guess: &Guess) -> Vec<String> {
    let [text] = &guess.texts[..] else {
        return Vec::new();
    };
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

/// Inserts a space into a guess wherever two adjacent characters never occur
/// together in the corpus, since pinyin has no spaces between words. `None` if
/// that would leave a single character on its own.
pub fn parted(mut guess: Guess, index: &dyn Knowledge) -> Option<Guess> {
    let [text] = &mut guess.texts[..] else {
        return Some(guess);
    };
    // Text that was typed in characters keeps its own spaces.
    if guess.is_pinyin {
        let chars: Vec<char> = text.chars().collect();
        let mut parted = String::new();
        let mut len = 0;
        for (at, &ch) in chars.iter().enumerate() {
            let is_border = at > 0
                && is_han(ch)
                && is_han(chars[at - 1])
                && !index.stands(&chars[at - 1..=at].iter().collect::<String>());
            if is_border {
                if len < 2 {
                    return None;
                }
                parted.push(' ');
            }
            len = if is_border || !is_han(ch) { 0 } else { len } + 1;
            parted.push(ch);
        }
        if parted.len() > text.len() && len < 2 {
            return None;
        }
        *text = parted;
    }
    Some(guess)
}

/// Whether a guess keeps all words that the lexicon knows.
pub fn is_allowed(guess: &Guess, typed: &Plan) -> bool {
    let keeps = |text: &String| typed.lexicon.iter().all(|said| text.contains(&said.word));
    guess.texts.iter().all(keeps)
}

/// The suggestion for a guess that occurs in the corpus. It is used immediately
/// if the query is pinyin or `finds_nothing`; otherwise it is only offered.
pub fn suggestion(request: &Request, finds_nothing: bool, guess: Guess) -> Option<Suggestion> {
    let reason = if guess.is_pinyin {
        Reason::Pinyin
    } else {
        Reason::Homophone
    };
    let mut texts = guess.texts.into_iter();
    let query = texts.next().filter(|text| *text != request.query)?;
    Some(Suggestion {
        query,
        reason,
        used: reason == Reason::Pinyin || finds_nothing,
        alternatives: texts.collect(),
    })
}
