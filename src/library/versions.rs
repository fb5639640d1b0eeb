//! The dated texts of a regulation, and from when to when each is in force.
//!
//! A regulation is one identity, its page, though its text changes. The other
//! texts, older ones and such as are not in force yet, are pages of their own
//! that say `version_of`. What is in force depends on the day, and no stage of
//! a build knows the day: here are dates only.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Date, Known, PageId, Regulation};

/// All regulations that have more than one text.
#[derive(Debug, Default)]
pub struct Versions {
    chains: Vec<VersionChain>,
    /// For each text its chain and its place there.
    places: BTreeMap<PageId, (usize, usize)>,
}

/// The texts of one regulation.
#[derive(Debug)]
pub struct VersionChain {
    /// The page that stands for the regulation: lists, citations and addresses
    /// mean it.
    pub identity: PageId,
    /// All its texts, the identity's among them, by date; no two of one date.
    pub texts: Vec<DatedText>,
}

/// A text and its place in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatedText {
    /// The page that holds it.
    pub page: PageId,
    /// The day from which it takes the place of the one before.
    pub from: Date,
    /// What day that is.
    pub dated_by: DatedBy,
}

/// Which date of a text puts it in order: the best that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DatedBy {
    /// It is in force from that day.
    Effective,
    /// Only its promulgation is known.
    Promulgated,
    /// Only its adoption is known.
    Adopted,
}

/// From when to when a text is in force, as far as its dates say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// First day; `None` when no date says it.
    pub from: Option<Date>,
    /// First day on which it is no longer in force, and why.
    pub until: Option<(Date, Ending)>,
}

/// Why a text is no longer in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The regulation was repealed: 已废止.
    Repealed,
    /// A newer text took its place: 已修改.
    Superseded,
}

impl DatedBy {
    /// Its name among the interface's words.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::Promulgated => "promulgated",
            Self::Adopted => "adopted",
        }
    }
}

impl Versions {
    /// Puts chains together. Their texts are in order of their dates.
    pub fn new(chains: Vec<VersionChain>) -> Self {
        let mut places = BTreeMap::new();
        for (number, chain) in chains.iter().enumerate() {
            for (place, text) in chain.texts.iter().enumerate() {
                places.insert(text.page, (number, place));
            }
        }
        Self { chains, places }
    }

    /// All chains, in order of their identities.
    pub fn chains(&self) -> &[VersionChain] {
        &self.chains
    }

    /// The chain that a page belongs to, and the page's place in its texts;
    /// `None` for a page without other texts.
    pub fn of(&self, page: PageId) -> Option<(&VersionChain, usize)> {
        let (chain, place) = self.places.get(&page)?;
        Some((&self.chains[*chain], *place))
    }

    /// Whether a page is a text of a regulation that another page stands for.
    /// Lists leave it out: the regulation is in them already.
    pub fn is_other_text(&self, page: PageId) -> bool {
        self.of(page)
            .is_some_and(|(chain, _)| chain.identity != page)
    }

    /// From when to when a regulation's text is in force.
    pub fn validity(&self, page: PageId, regulation: &Regulation) -> Validity {
        let next = self
            .of(page)
            .and_then(|(chain, place)| chain.texts.get(place + 1));
        let superseded = next.map(|next| (next.from, Ending::Superseded));
        let repealed = Known::given(&regulation.repealed).map(|date| (*date, Ending::Repealed));
        Validity {
            from: Known::given(&regulation.effective).copied(),
            // A newer text may itself be repealed on the day.
            until: [superseded, repealed]
                .into_iter()
                .flatten()
                .min_by_key(|(date, _)| *date),
        }
    }
}

impl VersionChain {
    /// The place of the identity in its texts.
    pub fn current(&self) -> usize {
        self.texts
            .iter()
            .position(|text| text.page == self.identity)
            .expect("the identity is one of its texts")
    }
}

/// The date that puts a text in order, and what it is.
pub fn dated(regulation: &Regulation) -> Option<(Date, DatedBy)> {
    [
        (&regulation.effective, DatedBy::Effective),
        (&regulation.promulgated, DatedBy::Promulgated),
        (&regulation.adopted, DatedBy::Adopted),
    ]
    .into_iter()
    .find_map(|(given, by)| Some((*Known::given(given)?, by)))
}
