//! Reverse references: which texts and page fields refer to a provision.
//!
//! They are grouped by article (or point, chapter, annex), since that is where
//! readers look for them: 第七条 also shows what cites 第七条第二款.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use search::anchor::Anchor;

use crate::model::{Citation, CitationTarget, PageId, Relation, RelationKind};

/// References to provisions, by the page and unit that they lead to.
#[derive(Debug, Default)]
pub struct CitedProvisions {
    pages: BTreeMap<PageId, BTreeMap<Box<str>, Vec<ProvisionReference>>>,
}

/// Finds earlier references by the same place, so that each place counts once
/// however often it refers to a unit.
#[derive(Default)]
struct Known {
    /// Position in the unit's list, by the cited page and unit and by what
    /// cites them: page, kind and unit.
    places: HashMap<Reference, usize>,
    /// The anchors that each reference leads to.
    anchors: HashSet<(Reference, Box<str>)>,
}

type Reference = (
    (PageId, Box<str>),
    (PageId, Option<RelationKind>, Option<Box<str>>),
);

/// One place that refers to a provision: an article, a point, the text below a
/// heading, or a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvisionReference {
    /// The page that refers.
    pub from: PageId,
    /// The provision or heading in it, the first of its article; `None` for the
    /// page's fields and beginning.
    pub place: Option<Arc<str>>,
    /// The anchors that it leads to: the unit's own, or those within it.
    pub to: Vec<Box<str>>,
    /// The kind of the typed link; `None` for a citation in the text.
    pub kind: Option<RelationKind>,
}

impl CitedProvisions {
    /// Reverses the references of a library. Citations by a text that another
    /// has replaced count only on its own page.
    ///
    /// An article's citations of itself are left out: 前款 within an article says
    /// nothing that the article doesn't show.
    ///
    /// `relations` are the typed links of all pages. Both inputs are in the
    /// order of the referring pages.
    pub fn new<'r>(
        citations: &[Citation],
        relations: impl Iterator<Item = (PageId, &'r Relation)>,
        is_other_text: impl Fn(PageId) -> bool,
    ) -> Self {
        let mut cited = Self::default();
        let mut known = Known::default();
        let mut relations = relations.peekable();
        let mut add_relations = |cited: &mut Self, known: &mut Known, until: Option<PageId>| {
            while let Some((from, relation)) =
                relations.next_if(|(from, _)| until.is_none_or(|until| *from <= until))
            {
                if let Some(anchor) = relation.anchor.as_deref()
                    && !is_other_text(from)
                {
                    let reference = ProvisionReference {
                        from,
                        place: None,
                        to: vec![anchor.into()],
                        kind: Some(relation.kind),
                    };
                    cited.add(relation.to, reference, known);
                }
            }
        };
        // Both are in the order of the referring pages, and fields come first.
        for citation in citations {
            add_relations(&mut cited, &mut known, Some(citation.page));
            let CitationTarget::Provision { page, anchor } = &citation.target else {
                continue;
            };
            let own = *page == citation.page;
            let place = citation.anchor.as_deref();
            if (own && place.map(|place| Anchor(place).unit()) == Some(Anchor(anchor).unit()))
                || (!own && is_other_text(citation.page))
            {
                continue;
            }
            let reference = ProvisionReference {
                from: citation.page,
                place: citation.anchor.clone(),
                to: vec![anchor.clone()],
                kind: None,
            };
            cited.add(*page, reference, &mut known);
        }
        add_relations(&mut cited, &mut known, None);
        cited
    }

    fn add(&mut self, page: PageId, reference: ProvisionReference, known: &mut Known) {
        let [to] = &reference.to[..] else {
            unreachable!("one citation leads to one provision")
        };
        let to = to.clone();
        let unit: Box<str> = Anchor(&to).unit().into();
        let place = reference
            .place
            .as_deref()
            .map(|at| Anchor(at).unit().into());
        let key = (
            (page, unit.clone()),
            (reference.from, reference.kind, place),
        );
        let references = self.pages.entry(page).or_default().entry(unit).or_default();
        let is_new = known.anchors.insert((key.clone(), to.clone()));
        match known.places.get(&key) {
            Some(at) if is_new => references[*at].to.push(to),
            Some(_) => {}
            None => {
                known.places.insert(key, references.len());
                references.push(reference);
            }
        }
    }

    /// The places that refer to an article (or point, chapter, annex) or to
    /// anything within it, ordered by page and position.
    pub fn of(&self, page: PageId, unit: &str) -> &[ProvisionReference] {
        let units = self.pages.get(&page);
        units
            .and_then(|units| units.get(unit))
            .map_or(&[], Vec::as_slice)
    }

    /// All cited units of a page and the references to them, in the order of
    /// the units' anchors.
    pub fn units(&self, page: PageId) -> impl Iterator<Item = (&str, &[ProvisionReference])> {
        let units = self.pages.get(&page).into_iter().flatten();
        units.map(|(unit, references)| (&**unit, references.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{FileId, Span};

    fn citation(from: u32, place: &str, page: u32, to: &str) -> Citation {
        Citation {
            page: PageId(from),
            anchor: Some(place.into()),
            span: Span::start_of(FileId(0)),
            text: "".into(),
            target: CitationTarget::Provision {
                page: PageId(page),
                anchor: to.into(),
            },
        }
    }

    #[test]
    fn places_are_counted_once_and_an_article_does_not_cite_itself() {
        let citations = [
            citation(0, "art-1-para-2", 0, "art-1-para-1"),
            citation(0, "art-2-para-1", 0, "art-1-para-1"),
            citation(1, "art-9", 0, "art-1"),
            citation(1, "art-9", 0, "art-1-para-2"),
            citation(2, "art-1", 0, "art-1"),
        ];
        let cited = CitedProvisions::new(&citations, std::iter::empty(), |page| page == PageId(2));
        let places: Vec<(u32, Option<&str>)> = cited
            .of(PageId(0), "art-1")
            .iter()
            .map(|r| (r.from.0, r.place.as_deref()))
            .collect();
        assert_eq!(places, [(0, Some("art-2-para-1")), (1, Some("art-9"))]);
        let led_to = &cited.of(PageId(0), "art-1")[1].to;
        assert_eq!(**led_to, ["art-1".into(), "art-1-para-2".into()]);
        assert!(cited.of(PageId(1), "art-9").is_empty());
    }
}
