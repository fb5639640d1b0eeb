//! What to do with a query that finds nothing whole: whether it may have been
//! misspelt, and whether another was meant.

use crate::analysis::Analyzer;
use crate::plan::{Level, Plan};
use crate::present::{Reason, Suggestion};
use crate::query::{Node, Query};
use crate::request::Request;
use crate::sound::{self, Guess, Piece};

/// Whether a query of which nothing fulfils a stricter level than this may have
/// been misspelt. A sentence is found by the rest of its words.
pub fn may_be_misspelt(plan: &Plan, strictest: Option<Level>) -> bool {
    let has_letters = plan.terms.iter().any(|term| {
        let mut chars = term.term.chars();
        term.is_typed && chars.all(|ch| ch.is_ascii_lowercase())
    });
    // 无必谈 falls into words, 无 and 必谈, but 无必 stands nowhere.
    let is_right = match strictest {
        Some(Level::All) => true,
        Some(Level::Words) => !plan.has_unknown,
        _ => false,
    };
    !is_right && (has_letters || !plan.is_sentence())
}

/// Whether what was found holds all words of the query.
fn is_whole(strictest: Option<Level>) -> bool {
    matches!(strictest, Some(Level::All | Level::Words))
}

/// Whether what was found holds most of the query.
fn is_close(strictest: Option<Level>) -> bool {
    is_whole(strictest) || strictest == Some(Level::Most)
}

/// A query without operators in pieces that sound.
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
        // Several names share the initials: the pages that bear them.
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

/// What to say of a guess, by the strictest levels that anything fulfils of
/// what was typed and of what was guessed. The guess must find something whole.
/// It is used at once when what was typed is pinyin, or stands nowhere near;
/// else it is only offered.
pub fn suggestion(
    request: &Request,
    typed: Option<Level>,
    meant: Option<Level>,
    guess: Guess,
) -> Option<Suggestion> {
    let reason = if guess.is_pinyin {
        Reason::Pinyin
    } else {
        Reason::Homophone
    };
    let mut texts = guess.texts.into_iter();
    let query = texts.next().filter(|text| *text != request.query)?;
    is_whole(meant).then(|| Suggestion {
        query,
        reason,
        used: reason == Reason::Pinyin || !is_close(typed),
        alternatives: texts.collect(),
    })
}
