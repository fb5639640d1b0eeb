//! What pages are grouped by in lists, and filtered by in searches.

/// A way to group pages. A new one stands here, in
/// [`Page::on`](crate::library::Page::on), which says what a page has of it,
/// and in the interface's words under `axis` and `axis-name`.
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

/// The facet of a page's type. Types have no lists beside their sections, so
/// that they are no [`Axis`].
pub const TYPE_FACET: &str = "type";

impl Axis {
    /// All of them, in the order in which lists and filters are offered.
    pub const ALL: [Self; 7] = [
        Self::Responsibility,
        Self::Stage,
        Self::Role,
        Self::Region,
        Self::Organ,
        Self::Topic,
        Self::Year,
    ];

    /// Its key among the facets of the search, the key of its name among the
    /// interface's words, and the first part of the addresses of its lists.
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

    /// Its name where programs read it, and its key among the facets.
    pub fn slug(self) -> &'static str {
        self.row().0
    }

    /// The key of its name among the interface's words: 地区.
    pub fn word(self) -> &'static str {
        self.row().1
    }

    /// First part of the addresses of its lists.
    pub fn folder(self) -> &'static str {
        self.row().2
    }

    /// The list's address within the site.
    pub fn file(self, slug: &str) -> String {
        format!("{}/{slug}/index.html", self.folder())
    }
}

/// Keys of the facets by which results can be filtered, and of their names
/// among the interface's words, in the order in which readers see them.
pub fn facets() -> impl Iterator<Item = (&'static str, &'static str)> {
    let axes = Axis::ALL.into_iter().map(|axis| (axis.slug(), axis.word()));
    std::iter::once((TYPE_FACET, "axis.type")).chain(axes)
}
