//! Suggestions while the reader types.

use super::state::{Engine, Stop};
use crate::answer::{self, Index as _, Need};
use crate::format::names::MAX_KEY_CHARS;
use crate::present::{self, Marker, Proposal};
use crate::rank::{Group, RankedPage};
use crate::reference;
use crate::request::Request;

/// The maximum number of articles suggested while typing.
const MAX_ARTICLES: usize = 3;

impl Engine {
    /// Names that begin with what was typed, to suggest while typing.
    ///
    /// # Errors
    /// See [`search`](Self::search).
    pub fn suggest(&self, request: &Request) -> Result<Vec<Proposal>, Stop> {
        let mut analyzer = self.analyzer(&request.query)?;
        let runs = analyzer.runs(&request.query);
        let typed: Vec<Vec<char>> = runs.into_iter().map(|run| run.chars).collect();
        let mut proposals = Vec::new();
        // The query refers to an article of a regulation.
        if !reference::find(&typed).is_empty() {
            let mut articles = request.clone();
            articles.plain = true;
            let found = answer::find(self, &articles, &mut analyzer)?;
            let pinned = found.ranked.iter().filter(|p| p.group == Group::Reference);
            let pages: Vec<&RankedPage> = pinned.take(MAX_ARTICLES).collect();
            let texts = pages.iter().map(|page| Need::Text(page.places[0].unit));
            self.require_for(&texts.collect::<Vec<_>>())?;
            let marker = Marker::new(&found.plan);
            for page in pages {
                let hit = answer::hit(self, page, &found, &marker, &mut analyzer)?;
                proposals.push(Proposal::article(&hit));
            }
        }
        let key: String = typed.iter().flatten().take(MAX_KEY_CHARS).collect();
        if key.is_empty() || typed.iter().map(Vec::len).sum::<usize>() > MAX_KEY_CHARS {
            return Ok(proposals);
        }
        self.require_for(&[Need::Name(key.clone())])?;
        let named = self.names_with(&key);
        proposals.extend(present::proposals(&named, &key));
        proposals.truncate(request.limit);
        if proposals.is_empty() && key.len() > 2 {
            let (_, suggestion) = answer::find_meant(self, request, &mut analyzer)?;
            proposals.extend(suggestion.map(Proposal::query));
        }
        Ok(proposals)
    }
}
