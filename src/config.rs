//! The site's settings: `config.toml` in Zola's form, ours under `[extra]`.

use std::collections::BTreeSet;

use search::format::boot::Weights;

use crate::model::Vocabulary;
use crate::words::Words;

/// The settings as meant.
#[derive(Clone, Debug)]
pub struct Config {
    /// Title of the site.
    pub title: String,
    /// Description of the site.
    pub description: String,
    /// What the interface says, in the language that `default_language`
    /// chooses: the program's words, until the theme that lays others over
    /// them is loaded.
    pub words: Words,
    /// Public address with a trailing slash, when a real one (`https://…`) is
    /// given; `None` when `base_url` is `/`.
    pub base_url: Option<String>,
    /// Name of the theme, a folder under `themes/` or the built-in `default`.
    pub theme: String,
    /// The organ that publishes the site, if known.
    pub organization: Option<String>,
    /// Whether raw HTML in Markdown is passed through.
    pub allow_html: bool,
    /// How the site is searched.
    pub search: SearchSettings,
    /// What is exported besides the pages: `[extra.export] formats`, all of
    /// them where the settings say nothing.
    pub export: BTreeSet<ExportFormat>,
    /// On which terms the data may be used: a licence's name or address.
    pub license: Option<String>,
    /// Whether readers' browsers may keep pages for times without a
    /// connection: `[extra.offline] enabled`.
    pub offline: bool,
    /// Meta tags as portals of public bodies have them, when they are wanted.
    pub government: Option<GovernmentMeta>,
    /// How many entries of a list stand on one page: `[extra.lists] per_page`.
    pub per_page: usize,
    /// Files and folders in the output that stay although they are not of the
    /// site, as paths below it: `[extra] preserve`.
    pub preserve: Vec<String>,
}

/// Entries of a list on one page where the settings say nothing: some 50 KB
/// of HTML, and ten to twenty screens.
pub const PER_PAGE: usize = 100;

/// `[extra.government]`: meta tags such as `SiteName` and `ArticleTitle`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GovernmentMeta {
    /// `SiteDomain`.
    pub domain: Option<String>,
    /// `SiteIDCode`.
    pub id_code: Option<String>,
}

/// A form in which the library's content is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExportFormat {
    /// JSON of each page and of the library.
    Json,
    /// Tables of documents, provisions and citations.
    Csv,
    /// Akoma Ntoso 3.0 of each regulation whose text is held.
    AkomaNtoso,
    /// Markdown of each page and section.
    Markdown,
    /// `llms.txt`.
    Llms,
}

impl Vocabulary for ExportFormat {
    const ALL: &'static [Self] = &[
        Self::Json,
        Self::Csv,
        Self::AkomaNtoso,
        Self::Markdown,
        Self::Llms,
    ];
    fn label(self) -> &'static str {
        self.slug()
    }
    fn slug(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::AkomaNtoso => "akoma-ntoso",
            Self::Markdown => "markdown",
            Self::Llms => "llms",
        }
    }
}

/// `[extra.search]`: how the site is searched.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SearchSettings {
    /// How much context counts.
    pub weights: Weights,
    /// Sizes of the index's files.
    pub sizes: IndexSizes,
}

/// At how many bytes before compression a file of the static index is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexSizes {
    /// Terms with their short lists.
    pub term_shard: usize,
    /// Long lists.
    pub posting_shard: usize,
    /// Texts.
    pub document_shard: usize,
    /// Names that are suggested while typing.
    pub names_shard: usize,
}

impl Default for IndexSizes {
    fn default() -> Self {
        Self {
            // Measured on 2,690 laws: half of 8 and 12 KiB saves a third of what a
            // query downloads; still less costs more on disk than it saves.
            term_shard: 4 << 10,
            posting_shard: 8 << 10,
            document_shard: 8 << 10,
            names_shard: 16 << 10,
        }
    }
}
