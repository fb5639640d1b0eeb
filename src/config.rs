//! The site's settings: `config.toml` in Zola's form, ours under `[extra]`.

use std::collections::BTreeSet;

use search::format::boot::Weights;

use crate::model::{ExportFormat, Vocabulary as _};
use crate::words::{Language, Words};

/// The settings as they are written, with the usual value where `config.toml`
/// says nothing.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Title of the site.
    pub title: String,
    /// Description of the site.
    pub description: String,
    /// `default_language`: the language of the interface.
    pub language: Language,
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

/// The settings as meant: what is written, under the circumstances of a build.
#[derive(Clone, Debug)]
pub struct Config {
    /// Title of the site.
    pub title: String,
    /// Description of the site.
    pub description: String,
    /// What the interface says.
    pub words: Words,
    /// Public address with a trailing slash, if there is one.
    pub base_url: Option<String>,
    /// The organ that publishes the site, if known.
    pub organization: Option<String>,
    /// Whether raw HTML in Markdown is passed through.
    pub allow_html: bool,
    /// How the site is searched.
    pub search: SearchSettings,
    /// What is exported besides the pages.
    pub export: BTreeSet<ExportFormat>,
    /// On which terms the data may be used: a licence's name or address.
    pub license: Option<String>,
    /// Whether readers' browsers may keep pages.
    pub offline: bool,
    /// Meta tags as portals of public bodies have them, when they are wanted.
    pub government: Option<GovernmentMeta>,
    /// How many entries of a list stand on one page.
    pub per_page: usize,
}

impl Config {
    /// The public address of a file of the site, where the site has one.
    pub fn address(&self, file: &str) -> Option<String> {
        let base = self.base_url.as_ref()?;
        Some(format!("{base}{file}"))
    }

    /// The public address of a file, or its path from the site's root where
    /// the site has none.
    pub fn address_or_path(&self, file: &str) -> String {
        self.address(file).unwrap_or_else(|| file.to_owned())
    }
}

/// What a build knows besides the settings.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// What the interface says, as the theme has it.
    pub words: Words,
    /// The public address that the command line gives in place of the
    /// settings'.
    pub base_url: Option<String>,
    /// Whether an editor looks at unfinished work: it must not come from a
    /// cache.
    pub is_preview: bool,
}

impl Circumstances {
    /// Those of a build for readers that changes nothing.
    pub fn usual(words: Words) -> Self {
        Self {
            words,
            base_url: None,
            is_preview: false,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            title: String::new(),
            description: String::new(),
            language: Language::SimplifiedChinese,
            base_url: None,
            theme: "default".to_owned(),
            organization: None,
            allow_html: false,
            search: SearchSettings::default(),
            export: ExportFormat::ALL.iter().copied().collect(),
            license: None,
            offline: true,
            government: None,
            per_page: PER_PAGE,
            preserve: Vec::new(),
        }
    }
}

impl Settings {
    /// What they mean in a build.
    pub fn meant(self, circumstances: Circumstances) -> Config {
        Config {
            title: self.title,
            description: self.description,
            words: circumstances.words,
            base_url: circumstances.base_url.or(self.base_url),
            organization: self.organization,
            allow_html: self.allow_html,
            search: self.search,
            export: self.export,
            license: self.license,
            offline: self.offline && !circumstances.is_preview,
            government: self.government,
            per_page: self.per_page,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circumstances_go_before_what_is_written() {
        let written = Settings {
            base_url: Some("https://example.org/".to_owned()),
            ..Settings::default()
        };
        let words = Words::built_in(Language::English);
        let usual = written.clone().meant(Circumstances::usual(words.clone()));
        assert_eq!(usual.base_url, written.base_url);
        assert!(usual.offline);
        assert_eq!(usual.words.language(), Language::English);
        let preview = written.meant(Circumstances {
            words,
            base_url: Some("https://example.com/kb/".to_owned()),
            is_preview: true,
        });
        let address = preview.base_url.as_deref();
        assert_eq!(address, Some("https://example.com/kb/"));
        assert!(!preview.offline);
    }
}
