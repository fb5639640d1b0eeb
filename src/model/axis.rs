//! The axes by which lists group pages and searches filter them.

/// A way to group pages. To add one, add it here, in
/// [`Page::on`](crate::library::Page::on), which gives the values of a page,
/// and in the texts of the interface under `axis` and `axis-name`.
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
