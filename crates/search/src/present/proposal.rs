//! Proposals while the reader types.

use super::marks::utf16_len;
use super::results::{Hit, Suggestion};
use crate::format::names::{Name, NameEntry};
use crate::json::JsonWriter;

/// Something that the reader can choose while typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The text as shown to readers.
    pub text: String,
    /// The parts of the text that were typed, in UTF-16 code units.
    pub marks: Vec<(usize, usize)>,
    /// URL relative to the site's root; empty for another query.
    pub url: String,
    /// For a name, the type of what it names, as shown to readers; otherwise
    /// empty.
    pub label: String,
    /// A stable word for scripts: `name`, `article`, `query`.
    pub kind: &'static str,
}

impl Proposal {
    /// Proposes an article that the query refers to.
    pub fn article(hit: &Hit) -> Self {
        let title = hit.card.names.first().map_or("", String::as_str);
        Self {
            text: ["《", title, "》", &hit.place.label].concat(),
            marks: Vec::new(),
            url: [&hit.card.url, "#", &hit.place.anchor].concat(),
            label: String::new(),
            kind: "article",
        }
    }

    /// Proposes another query.
    pub fn query(suggestion: Suggestion) -> Self {
        Self {
            text: suggestion.query,
            marks: Vec::new(),
            url: String::new(),
            label: String::new(),
            kind: "query",
        }
    }

    /// Writes the proposal's members as JSON.
    pub fn write(&self, w: &mut JsonWriter) {
        w.key("text").string(&self.text);
        w.key("marks").ranges(&self.marks);
        w.key("url").string(&self.url);
        w.key("label").string(&self.label);
        w.key("kind").string(self.kind);
    }
}

/// Proposes the names of these entries, each name once.
pub fn proposals(named: &[(&Name, &NameEntry)], key: &str) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = Vec::new();
    for (name, entry) in named {
        // A page is proposed only once, with its best name.
        let is_known = |known: &Proposal| known.text == name.text || known.url == name.url;
        if proposals.iter().any(is_known) {
            continue;
        }
        // A name contains what was typed in characters, but not what was typed
        // in letters.
        let at = entry.start as usize;
        let before: String = name.text.chars().take(at).collect();
        let rest = &name.text[before.len()..];
        let marks = if rest.starts_with(key) {
            vec![(utf16_len(&before), utf16_len(&before) + utf16_len(key))]
        } else {
            Vec::new()
        };
        proposals.push(Proposal {
            text: name.text.clone(),
            marks,
            url: name.url.clone(),
            label: name.label.clone(),
            kind: "name",
        });
    }
    proposals
}

/// Writes proposals as JSON.
pub fn proposals_to_json(query: &str, proposals: &[Proposal]) -> String {
    let mut w = JsonWriter::default();
    w.object(|w| {
        w.key("query").string(query);
        w.key("suggestions").array(|w| {
            for proposal in proposals {
                w.object(|w| proposal.write(w));
            }
        });
    });
    w.finish()
}
