//! What a reader should know about how a query was taken.

use crate::format::terms::LexiconKind;
use crate::plan::{Level, Plan};

/// Something that the reader should know. The words for it are in the
/// interface's tables, under `engine.` and its [key](Self::key).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A stable word for scripts.
    pub kind: &'static str,
    /// What of the query or the index it is about.
    pub values: Vec<String>,
}

/// Kind of the notice that says how little of the query is held.
const RELAXED: &str = "relaxed";

impl Notice {
    /// All kinds.
    pub const KINDS: [&str; 8] = [
        "truncated",
        "plain",
        "too-common",
        "missing-provision",
        "also-searched",
        "superseded",
        "empty-query",
        RELAXED,
    ];

    /// Under which its words stand: `level` is that of the results.
    pub fn key(&self, level: Option<Level>) -> &'static str {
        match level {
            Some(level) if self.kind == RELAXED => level.code(),
            _ => self.kind,
        }
    }
}

/// What a reader should know about how a query was taken: `level` is the
/// strictest that any page fulfils, `missing` are provisions that do not exist:
/// title and label.
pub fn notices(plan: &Plan, level: Option<Level>, missing: &[(String, String)]) -> Vec<Notice> {
    let mut notices = Vec::new();
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
    for (title, label) in missing {
        say("missing-provision", vec![title.clone(), label.clone()]);
    }
    for said in &plan.lexicon {
        let kind = match said.kind {
            LexiconKind::Synonym => "also-searched",
            LexiconKind::Superseded => "superseded",
            LexiconKind::Stop | LexiconKind::Weighted(_) => continue,
        };
        let word = std::iter::once(&said.word);
        say(kind, word.chain(&said.texts).cloned().collect());
    }
    match level {
        // Qualifiers alone are a query too: they have a level.
        None if plan.is_empty() => say("empty-query", Vec::new()),
        None | Some(Level::All) => {}
        Some(Level::Sentence) => say("sentence", Vec::new()),
        Some(Level::Words | Level::Most | Level::Any) => say(RELAXED, Vec::new()),
    }
    notices
}
