//! The axes by which lists group pages and searches filter them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Library, Page};
use crate::model::{Basis, Locators, Responsibility, Role, Stage, Tag, Vocabulary};
use crate::words::Words;

/// A way to group pages. To add one, add it in this file, and its name to the
/// texts of the interface under `axis` and `axis-name`: lists, facets, the help
/// of the command line and the browser's order follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// By kind of responsibility.
    Responsibility,
    /// By stage of the chain of responsibility.
    Stage,
    /// By the reader's role.
    Role,
    /// By region.
    Region,
    /// By organ.
    Organ,
    /// By topic.
    Topic,
    /// By year.
    Year,
}

/// The facet of a page's type. It is not an [`Axis`] because types have no
/// lists other than their sections.
pub const TYPE_FACET: &str = "type";

impl Axis {
    /// All axes, in the order in which lists and filters are offered.
    pub const ALL: [Self; 7] = [
        Self::Responsibility,
        Self::Stage,
        Self::Role,
        Self::Region,
        Self::Organ,
        Self::Topic,
        Self::Year,
    ];

    /// Its key among the search facets, the key of its name in the texts of the
    /// interface, and the first part of the addresses of its lists.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Responsibility => ("responsibility", "axis.responsibility", "responsibilities"),
            Self::Stage => ("stage", "axis.stage", "stages"),
            Self::Role => ("role", "axis.role", "roles"),
            Self::Region => ("region", "axis.region", "regions"),
            Self::Organ => ("organ", "axis.organ", "organs"),
            Self::Topic => ("topic", "axis.topic", "topics"),
            Self::Year => ("year", "axis.year", "years"),
        }
    }

    /// Its name for programs, which is also its key among the facets.
    pub fn slug(self) -> &'static str {
        self.row().0
    }

    /// The key of its name in the texts of the interface: 地区.
    pub fn word(self) -> &'static str {
        self.row().1
    }

    /// First part of the addresses of its lists.
    pub fn folder(self) -> &'static str {
        self.row().2
    }

    /// The values of a page, in the page's order.
    pub fn of(self, page: &Page) -> Vec<OnAxis<'_>> {
        match self {
            Self::Responsibility => OnAxis::tags(&page.responsibility),
            Self::Stage => OnAxis::tags(&page.stage),
            Self::Role => OnAxis::tags(&page.role),
            Self::Region => {
                let region = page.region().map(|region| OnAxis {
                    key: region.code.as_str().into(),
                    origin: Some((region.basis, &region.locators)),
                });
                region.into_iter().collect()
            }
            Self::Organ => page.organs().iter().map(OnAxis::plain).collect(),
            Self::Topic => page.topics.iter().map(OnAxis::plain).collect(),
            Self::Year => {
                let years = page.years().into_iter();
                years.map(|year| OnAxis::plain(year.to_string())).collect()
            }
        }
    }

    /// All its values with their names for readers, in the order in which they
    /// are offered. Where values are not registered, `used` are all.
    pub fn values(self, library: &Library, used: &BTreeSet<&str>) -> Vec<(String, String)> {
        let words = library.words();
        let same = |value: &&str| ((*value).to_owned(), (*value).to_owned());
        match self {
            Self::Responsibility => closed::<Responsibility>(words, self.slug()),
            Self::Stage => closed::<Stage>(words, self.slug()),
            Self::Role => closed::<Role>(words, self.slug()),
            Self::Region => {
                let regions = library.regions.values();
                regions.map(|r| (r.code.clone(), r.name.clone())).collect()
            }
            Self::Organ => {
                let organs = library.organs.values();
                organs.map(|o| (o.id.clone(), o.name.clone())).collect()
            }
            Self::Year => used.iter().rev().map(same).collect(),
            Self::Topic => used.iter().map(same).collect(),
        }
    }

    /// Whether every value has a list, even without pages: a reader who looks
    /// for 督责 must be told that there is nothing.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Responsibility | Self::Stage | Self::Role)
    }

    /// The address of a list within the site.
    pub fn file(self, slug: &str) -> String {
        format!("{}/{slug}/index.html", self.folder())
    }
}

/// Keys of the facets that filter results, each with the key of its name in the
/// texts of the interface, in display order.
pub fn facets() -> impl Iterator<Item = (&'static str, &'static str)> {
    let axes = Axis::ALL.into_iter().map(|axis| (axis.slug(), axis.word()));
    std::iter::once((TYPE_FACET, "axis.type")).chain(axes)
}

/// The values of a closed list, with their names under `section`.
pub fn closed<V: Vocabulary>(words: &Words, section: &str) -> Vec<(String, String)> {
    let values = V::ALL.iter();
    values
        .map(|value| (value.slug().to_owned(), words.label(section, *value)))
        .collect()
}

/// One value that a page has on an axis.
#[derive(Clone, Debug)]
pub struct OnAxis<'a> {
    /// Slug, code or id; for a topic, the topic itself.
    pub key: Cow<'a, str>,
    /// How it is known and where it is stated; `None` if that doesn't apply.
    pub origin: Option<(Basis, &'a Locators)>,
}

impl<'a> OnAxis<'a> {
    fn plain(key: impl Into<Cow<'a, str>>) -> Self {
        Self {
            key: key.into(),
            origin: None,
        }
    }

    fn tags<V: Vocabulary>(tags: &'a [Tag<V>]) -> Vec<Self> {
        let value = |tag: &'a Tag<V>| Self {
            key: tag.value.slug().into(),
            origin: Some((tag.basis, &tag.locators)),
        };
        tags.iter().map(value).collect()
    }
}
