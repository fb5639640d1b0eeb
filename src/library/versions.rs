//! The dated texts of a regulation, and the period in which each is in force.
//!
//! A regulation has one identity, its page, although its text changes. Its
//! other texts, older ones and ones not yet in force, are pages of their own
//! that say `version_of`. Which text is in force depends on the day, and no
//! stage of a build knows the day: this module deals only with dates.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Date, Known, PageId, Regulation};

/// All regulations that have more than one text.
#[derive(Debug, Default)]
pub struct Versions {
    chains: Vec<VersionChain>,
    /// The chain of each text, and the text's index in it.
    places: BTreeMap<PageId, (usize, usize)>,
}

/// The texts of one regulation.
#[derive(Debug)]
pub struct VersionChain {
    /// The page that represents the regulation; lists, citations and addresses
    /// refer to it.
    pub identity: PageId,
    /// All its texts including the identity's own, by date; no two have the
    /// same date.
    pub texts: Vec<DatedText>,
}

/// A text and its position in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatedText {
    /// The page that holds it.
    pub page: PageId,
    /// The day from which it replaces the text before it.
    pub from: Date,
    /// The kind of that date.
    pub dated_by: DatedBy,
}

/// Which date of a text determines its order: the best one known.
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

/// The period in which a text is in force, as far as its dates tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// First day; `None` if no date tells it.
    pub from: Option<Date>,
    /// The first day on which it is no longer in force, and why.
    pub until: Option<(Date, Ending)>,
}

/// Why a text is no longer in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The regulation was repealed: 已废止.
    Repealed,
    /// A newer text replaced it: 已修改.
    Superseded,
}

impl DatedBy {
    /// Its key in the texts of the interface.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::Promulgated => "promulgated",
            Self::Adopted => "adopted",
        }
    }
}

impl Versions {
    /// Indexes chains whose texts are in order of their dates.
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

    /// The chain of a page, and the page's index among its texts; `None` for a
    /// page without other texts.
    pub fn of(&self, page: PageId) -> Option<(&VersionChain, usize)> {
        let (chain, place) = self.places.get(&page)?;
        Some((&self.chains[*chain], *place))
    }

    /// Whether a page is a text of a regulation that another page represents.
    /// Lists leave it out because they contain the regulation already.
    pub fn is_other_text(&self, page: PageId) -> bool {
        self.of(page)
            .is_some_and(|(chain, _)| chain.identity != page)
    }

    /// The period in which a text of a regulation is in force.
    pub fn validity(&self, page: PageId, regulation: &Regulation) -> Validity {
        let next = self
            .of(page)
            .and_then(|(chain, place)| chain.texts.get(place + 1));
        let superseded = next.map(|next| (next.from, Ending::Superseded));
        let repealed = Known::given(&regulation.repealed).map(|date| (*date, Ending::Repealed));
        Validity {
            from: Known::given(&regulation.effective).copied(),
            // On a tie the text counts as superseded: the newer text may itself
            // be repealed on that day.
            until: [superseded, repealed]
                .into_iter()
                .flatten()
                .min_by_key(|(date, _)| *date),
        }
    }
}

impl VersionChain {
    /// The index of the identity among its texts.
    pub fn current(&self) -> usize {
        self.texts
            .iter()
            .position(|text| text.page == self.identity)
            .expect("the identity is one of its texts")
    }
}

/// The date that determines the order of a text, and its kind.
pub fn dated(regulation: &Regulation) -> Option<(Date, DatedBy)> {
    [
        (&regulation.effective, DatedBy::Effective),
        (&regulation.promulgated, DatedBy::Promulgated),
        (&regulation.adopted, DatedBy::Adopted),
    ]
    .into_iter()
    .find_map(|(given, by)| Some((*Known::given(given)?, by)))
}
