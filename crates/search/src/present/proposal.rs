//! What may be chosen while typing.

use super::marks::utf16_len;
use super::{Hit, Suggestion};
use crate::format::names::{Name, NameEntry};
use crate::json::JsonWriter;

/// Something to choose while typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// As readers see it.
    pub text: String,
    /// What of it was typed, in UTF-16 code units.
    pub marks: Vec<(usize, usize)>,
    /// Address relative to the site's root; empty for another query.
    pub url: String,
    /// What a name is the name of, as readers see it; empty for other kinds.
    pub label: String,
    /// A stable word for scripts: `name`, `article`, `query`.
    pub kind: &'static str,
}

impl Proposal {
    /// An article that the query refers to.
    pub fn article(hit: &Hit) -> Self {
        let title = hit.card.names.first().map_or("", String::as_str);
        Self {
            text: format!("《{title}》{}", hit.place.label),
            marks: Vec::new(),
            url: format!("{}#{}", hit.card.url, hit.place.anchor),
            label: String::new(),
            kind: "article",
        }
    }

    /// Another query.
    pub fn query(suggestion: Suggestion) -> Self {
        Self {
            text: suggestion.query,
            marks: Vec::new(),
            url: String::new(),
            label: String::new(),
            kind: "query",
        }
    }

    /// As JSON.
    pub fn write(&self, w: &mut JsonWriter) {
        w.key("text").string(&self.text);
        w.key("marks").ranges(&self.marks);
        w.key("url").string(&self.url);
        w.key("label").string(&self.label);
        w.key("kind").string(self.kind);
    }
}

/// Names with the entries that lead to them, each name once.
pub fn proposals(named: &[(&Name, &NameEntry)], key: &str) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = Vec::new();
    for (name, entry) in named {
        // One page is proposed once, by its best name.
        let is_known = |known: &Proposal| known.text == name.text || known.url == name.url;
        if proposals.iter().any(is_known) {
            continue;
        }
        // What was typed in characters stands in the name; letters don't.
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

/// Proposals as JSON.
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
