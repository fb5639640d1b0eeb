//! Determines which version of a regulation is in force on a given day.
//!
//! A build doesn't know the current date, so the index stores days and the
//! reader's date decides. Without a date, the page that represents the
//! regulation is used.

use crate::request::Request;

/// Two consecutive versions of a regulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Succession {
    /// Page of the older version.
    pub older: u32,
    /// Page of the newer version.
    pub newer: u32,
    /// First day of the newer version, in the form 20261122.
    pub from: u32,
}

/// The pages that a request searches, and the standing of regulations with
/// several versions on the day of the request.
#[derive(Clone, Debug, Default)]
pub struct InForce {
    /// Number of pages to search: all, or those before old versions.
    limit: u32,
    all: bool,
    /// Pages of regulations with several versions, ascending, with their
    /// standing; empty if the day is unknown.
    texts: Vec<(u32, Standing)>,
}

/// Standing of a version on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Past,
    Current,
    Future,
}

impl InForce {
    /// Selects the pages to search in an index of `pages` pages, where those
    /// from `superseded_from` on are other versions of regulations. In the
    /// successions of one regulation, each must begin where the previous one
    /// ends.
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

    /// Whether the request searches a page.
    pub fn holds(&self, page: u32) -> bool {
        match self.standing(page) {
            Some(standing) if !self.all => standing == Standing::Current,
            _ => page < self.limit,
        }
    }

    /// Whether a page is not in force. If the regulation has several versions,
    /// the day decides; otherwise pages from `repealed_from` on are not in
    /// force.
    pub fn is_repealed(&self, page: u32, repealed_from: u32) -> bool {
        match self.standing(page) {
            Some(standing) => standing != Standing::Current,
            None => page >= repealed_from,
        }
    }

    /// The validity of a page: `said` is the value in the index, which the day
    /// may override.
    pub fn validity(&self, page: u32, said: Option<Validity>) -> Option<Validity> {
        match (self.standing(page), said) {
            (Some(Standing::Past), _) => Some(Validity::Amended),
            (Some(Standing::Future), _) => Some(Validity::Future),
            (Some(Standing::Current), Some(Validity::Amended | Validity::Future)) => {
                Some(Validity::InForce)
            }
            _ => said,
        }
    }
}

/// Whether a regulation is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// In force.
    InForce,
    /// Replaced by a newer version.
    Amended,
    /// Repealed.
    Repealed,
    /// Not yet in force.
    Future,
}

impl Validity {
    /// Its stable word. The text for readers is in the interface's tables,
    /// under `engine.state-` and this word.
    pub fn code(self) -> &'static str {
        match self {
            Self::InForce => "in-force",
            Self::Amended => "amended",
            Self::Repealed => "repealed",
            Self::Future => "future",
        }
    }

    /// The validity with this word.
    pub fn of_code(code: &str) -> Option<Self> {
        let all = [Self::InForce, Self::Amended, Self::Repealed, Self::Future];
        all.into_iter().find(|validity| validity.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(today: Option<u32>, versions: bool) -> InForce {
        // Page 0 represents the regulation of versions 5, 0 and 6; page 3 that
        // of 7.
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
        let of = |in_force: &InForce, page, code| {
            let validity = in_force.validity(page, Validity::of_code(code));
            validity.map_or("", Validity::code)
        };
        assert_eq!(of(&before, 6, "amended"), "future");
        assert_eq!(of(&before, 0, "in-force"), "in-force");
        assert_eq!(of(&before, 5, "amended"), "amended");
        assert_eq!(of(&before, 1, "repealed"), "repealed");
        assert_eq!(of(&before, 1, ""), "");
        let after = on(Some(20270101), false);
        assert_eq!(of(&after, 6, "future"), "in-force");
        assert_eq!(of(&after, 0, "in-force"), "amended");
        assert!(!after.is_repealed(6, 4) && after.is_repealed(0, 4) && after.is_repealed(4, 4));
        assert!(on(None, false).is_repealed(6, 4));
    }
}
