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

/// The kind of notice about matches for only a part of the query.
const RELAXED: &str = "relaxed";

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
    pub const KINDS: [&str; 13] = [
        "truncated",
        "plain",
        "too-common",
        "missing-provision",
        "missing-law",
        "missing-number",
        "absent",
        "not-excluded",
        "cut",
        "also-searched",
        "superseded",
        "empty-query",
        RELAXED,
    ];

    /// The key of the notice's text; `level` is the level of the results.
    pub fn key(&self, level: Option<Level>) -> &'static str {
        match level {
            Some(level) if self.kind == RELAXED => level.code(),
            _ => self.kind,
        }
    }
}

/// Collects the notices about how a query was interpreted. `level` is the
/// strictest level that any page fulfils, `missing` the notices about missing
/// provisions.
pub fn notices(plan: &Plan, level: Option<Level>, missing: Vec<Notice>) -> Vec<Notice> {
    let mut notices = missing;
    let mut say = |kind, values: Vec<String>| notices.push(Notice { kind, values });
    if plan.truncated {
        say("truncated", Vec::new());
    }
    if plan.malformed {
        say("plain", Vec::new());
    }
    for ch in &plan.left_out {
        say("too-common", vec![ch.to_string()]);
    }
    for said in &plan.lexicon {
        let kind = match said.kind {
            LexiconKind::Synonym => "also-searched",
            LexiconKind::Superseded => "superseded",
            LexiconKind::Stop | LexiconKind::Weighted(_) | LexiconKind::Region => continue,
        };
        let word = std::iter::once(&said.word);
        say(kind, word.chain(&said.texts).cloned().collect());
    }
    if !level.is_some_and(Level::is_whole) {
        for text in &plan.absent {
            say("absent", vec![text.clone()]);
        }
    }
    for text in &plan.not_excluded {
        say("not-excluded", vec![text.clone()]);
    }
    if level.is_none() {
        for number in &plan.numbers {
            say("missing-number", vec![number.clone()]);
        }
    }
    match level {
        // A query of only qualifiers has a level, too.
        None if plan.is_empty() => say("empty-query", Vec::new()),
        None | Some(Level::All) => {}
        Some(Level::Sentence) => say("sentence", Vec::new()),
        Some(Level::Words) => {
            say(RELAXED, Vec::new());
            if plan.words.len() > 1 {
                say("cut", plan.words.clone());
            }
        }
        Some(Level::Known | Level::Most | Level::Any) => say(RELAXED, Vec::new()),
    }
    notices
}
