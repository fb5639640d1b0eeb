//! Notices for the reader about how a query was interpreted.

use crate::format::docs::PageCard;
use crate::format::terms::LexiconKind;
use crate::plan::{Level, Plan};
use crate::reference::Reference;

/// Something that the reader should know. Its text is in the interface's
/// tables, under `engine.` and its [key](Self::key).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A stable word for scripts.
    pub kind: &'static str,
    /// The parts of the query or the index that it is about.
    pub values: Vec<String>,
}

/// Characters with which names of regulations end.
const KINDS_OF_LAW: [char; 7] = ['法', '典', '例', '则', '定', '章', '程'];

impl Notice {
    /// Creates a notice that this site lacks an article which the query names.
    /// The regulation may still have the article, if its full text is not on
    /// this site.
    pub fn missing_provision(card: &PageCard, reference: &Reference) -> Self {
        let title = card.names.first().cloned().unwrap_or_default();
        Self {
            kind: "missing-provision",
            values: vec![title, reference.label()],
        }
    }

    /// Creates a notice that no page has the name before a reference, if that
    /// looks like the name of a regulation.
    pub fn missing_law(reference: &Reference) -> Option<Self> {
        let name: String = reference.before.last()?.iter().collect();
        name.ends_with(KINDS_OF_LAW).then(|| Self {
            kind: "missing-law",
            values: vec![name, reference.label()],
        })
    }

    /// All kinds.
    pub const KINDS: [&str; 14] = [
        "truncated",
        "plain",
        "missing-provision",
        "missing-law",
        "missing-number",
        "absent",
        "not-excluded",
        "words",
        "cut",
        "sentence",
        "also-searched",
        "superseded",
        "left-out",
        "empty-query",
    ];
}

/// Collects the notices about how a query was interpreted, the most important
/// first; each kind says all that it has to say at once. `level` is the
/// strictest level that any page fulfils, `missing` the notices about missing
/// provisions. That pages hold only a part of the query is said by the counts.
pub fn notices(plan: &Plan, level: Option<Level>, missing: Vec<Notice>) -> Vec<Notice> {
    let mut notices = missing;
    let mut say = |kind, values: Vec<String>| notices.push(Notice { kind, values });
    let mut left_out: Vec<String> = plan.left_out.iter().map(char::to_string).collect();
    if plan.truncated {
        say("truncated", Vec::new());
    }
    if plan.malformed {
        say("plain", Vec::new());
    }
    if !level.is_some_and(Level::is_whole) && !plan.absent.is_empty() {
        say("absent", plan.absent.clone());
    }
    for said in &plan.lexicon {
        let kind = match said.kind {
            LexiconKind::Synonym => "also-searched",
            LexiconKind::Superseded => "superseded",
            LexiconKind::Stop => {
                left_out.push(said.word.clone());
                continue;
            }
            LexiconKind::Weighted(_) | LexiconKind::Region => continue,
        };
        let word = std::iter::once(&said.word);
        say(kind, word.chain(&said.texts).cloned().collect());
    }
    if !plan.not_excluded.is_empty() {
        say("not-excluded", plan.not_excluded.clone());
    }
    if level.is_none() && !plan.numbers.is_empty() {
        say("missing-number", plan.numbers.clone());
    }
    match level {
        // A query of only qualifiers has a level, too.
        None if plan.is_empty() => say("empty-query", Vec::new()),
        Some(Level::Sentence) => say("sentence", Vec::new()),
        Some(Level::Words) if plan.words.len() > 1 => say("cut", plan.words.clone()),
        Some(Level::Words) => say("words", Vec::new()),
        _ => {}
    }
    if !left_out.is_empty() {
        say("left-out", left_out);
    }
    notices
}
