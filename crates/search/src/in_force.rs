//! Which of a regulation's texts is in force on a day.
//!
//! A build knows no clock, so the index holds days, and the reader's own day
//! decides. Without a day the page that stands for the regulation counts.

use crate::request::Request;

/// A text of a regulation and the one that takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Succession {
    /// Page of the older text.
    pub older: u32,
    /// Page of the newer text.
    pub newer: u32,
    /// First day of the newer, as 20261122.
    pub from: u32,
}

/// The pages that a request looks at, and how the texts of regulations with
/// several stand on its day.
#[derive(Clone, Debug, Default)]
pub struct InForce {
    /// Pages of the whole index, or those before old versions.
    limit: u32,
    all: bool,
    /// Texts of regulations with several, by page, when the day is known.
    texts: Vec<(u32, Standing)>,
}

/// How a text stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Past,
    Current,
    Future,
}

impl InForce {
    /// What a request looks at in an index of `pages` pages, of which those
    /// from `superseded_from` on are other texts of regulations. Of several
    /// successions in one regulation each begins where the one before ends.
    pub fn new(
        successions: &[Succession],
        superseded_from: u32,
        pages: u32,
        request: &Request,
    ) -> Self {
        let mut texts = Vec::new();
        if let Some(today) = request.today {
            for chain in successions.chunk_by(|a, b| a.newer == b.older) {
                let begun = chain.iter().take_while(|s| s.from <= today).count();
                let standing = |place: usize| match place.cmp(&begun) {
                    std::cmp::Ordering::Less => Standing::Past,
                    std::cmp::Ordering::Equal => Standing::Current,
                    std::cmp::Ordering::Greater => Standing::Future,
                };
                texts.push((chain[0].older, standing(0)));
                for (place, succession) in chain.iter().enumerate() {
                    texts.push((succession.newer, standing(place + 1)));
                }
            }
            crate::order::sort_by(&mut texts, |a, b| a.0.cmp(&b.0));
        }
        Self {
            limit: if request.versions {
                pages
            } else {
                pages.min(superseded_from)
            },
            all: request.versions,
            texts,
        }
    }

    fn standing(&self, page: u32) -> Option<Standing> {
        let at = self.texts.binary_search_by_key(&page, |text| text.0).ok()?;
        Some(self.texts[at].1)
    }

    /// Whether the request looks at a page.
    pub fn holds(&self, page: u32) -> bool {
        match self.standing(page) {
            Some(standing) if !self.all => standing == Standing::Current,
            _ => page < self.limit,
        }
    }

    /// Whether a page from `repealed_from` on is in force all the same, being
    /// the text of the day; or one before isn't.
    pub fn is_repealed(&self, page: u32, repealed_from: u32) -> bool {
        match self.standing(page) {
            Some(standing) => standing != Standing::Current,
            None => page >= repealed_from,
        }
    }

    /// A page's [validity](Validity): what the index says, put right by the day.
    pub fn status<'s>(&self, page: u32, said: &'s str) -> &'s str {
        match self.standing(page) {
            Some(Standing::Past) => Validity::AMENDED,
            Some(Standing::Future) => Validity::FUTURE,
            Some(Standing::Current) if [Validity::AMENDED, Validity::FUTURE].contains(&said) => {
                Validity::IN_FORCE
            }
            _ => said,
        }
    }
}

/// Stable words for whether a regulation is in force. Their words for readers
/// stand in the interface's tables under `engine.state-` and these.
#[derive(Debug)]
pub struct Validity;

impl Validity {
    /// It is.
    pub const IN_FORCE: &str = "in-force";
    /// A newer text has taken its place.
    pub const AMENDED: &str = "amended";
    /// It was repealed.
    pub const REPEALED: &str = "repealed";
    /// Its day has not yet come.
    pub const FUTURE: &str = "future";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(today: Option<u32>, versions: bool) -> InForce {
        // Page 0 stands for the regulation of the texts 5, 0 and 6; 3 for that of 7.
        let successions = [(5, 0, 20190601), (0, 6, 20270101), (7, 3, 20200101)];
        let successions = successions.map(|(older, newer, from)| Succession { older, newer, from });
        let request = Request {
            today,
            versions,
            ..Request::new("")
        };
        InForce::new(&successions, 5, 8, &request)
    }

    fn held(in_force: &InForce) -> Vec<u32> {
        (0..8).filter(|page| in_force.holds(*page)).collect()
    }

    #[test]
    fn the_text_of_the_day_is_looked_at() {
        assert_eq!(held(&on(None, false)), [0, 1, 2, 3, 4]);
        assert_eq!(held(&on(Some(20261122), false)), [0, 1, 2, 3, 4]);
        assert_eq!(held(&on(Some(20270101), false)), [1, 2, 3, 4, 6]);
        assert_eq!(held(&on(Some(20190531), false)), [1, 2, 4, 5, 7]);
        assert_eq!(held(&on(Some(20190601), true)), [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn status_follows_the_day() {
        let before = on(Some(20261122), false);
        assert_eq!(before.status(6, "amended"), "future");
        assert_eq!(before.status(0, "in-force"), "in-force");
        assert_eq!(before.status(5, "amended"), "amended");
        assert_eq!(before.status(1, "repealed"), "repealed");
        let after = on(Some(20270101), false);
        assert_eq!(after.status(6, "future"), "in-force");
        assert_eq!(after.status(0, "in-force"), "amended");
        assert!(!after.is_repealed(6, 4) && after.is_repealed(0, 4) && after.is_repealed(4, 4));
        assert!(on(None, false).is_repealed(6, 4));
    }
}
