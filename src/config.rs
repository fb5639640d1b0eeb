//! The site's settings: `config.toml` in Zola's form, with our own under
//! `[extra]`.

use std::collections::BTreeSet;
use std::ops::Deref;

use search::format::boot::Weights;

use crate::diag::{Policy, Spanned};
use crate::model::{ExportFormat, Vocabulary as _, Withdrawn};
use crate::words::{Language, Words};

/// The settings that a build takes as they are written, with default values for
/// what `config.toml` leaves out.
#[derive(Clone, Debug)]
pub struct SiteSettings {
    /// Title of the site.
    pub title: String,
    /// Description of the site.
    pub description: String,
    /// The body that publishes the site, if known.
    pub organization: Option<String>,
    /// Whether raw HTML in Markdown is passed through.
    pub allow_html: bool,
    /// How the site is searched.
    pub search: SearchSettings,
    /// What is exported besides the pages (`[extra.export] formats`);
    /// everything by default.
    pub export: BTreeSet<ExportFormat>,
    /// The formats in which each page has a file of its own
    /// (`[extra.export] each_page`); `None` decides by the size of the library.
    pub export_each_page: Option<BTreeSet<ExportFormat>>,
    /// Licence of the data: a name or an address.
    pub license: Option<String>,
    /// Meta tags as on portals of public bodies, if wanted.
    pub government: Option<GovernmentMeta>,
    /// A few words beside the title on every page: `[extra] tagline`.
    pub tagline: Option<String>,
    /// What the foot of every page says about the publisher: `[extra.footer]`.
    pub footer: FooterSettings,
    /// Number of list entries per page: `[extra.lists] per_page`.
    pub per_page: usize,
    /// Addresses whose pages were withdrawn: `[[extra.withdrawn]]`.
    pub withdrawn: Vec<Withdrawn>,
}

/// `[extra.footer]`: what sites of public bodies must state on every page. What
/// is not given is not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FooterSettings {
    /// How to reach the publisher: an address, a telephone number.
    pub contact: Option<String>,
    /// Number of the registration with the ministry (ICP 备案号).
    pub icp: Option<String>,
    /// Number of the registration with the police (公安备案号).
    pub police: Option<String>,
    /// Code of the site of a public body (网站标识码).
    pub id_code: Option<String>,
    /// The statement on accessibility: a path in the site, or an address.
    pub accessibility: Option<String>,
}

/// All settings as written.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Those that a build takes as they are.
    pub site: SiteSettings,
    /// `default_language`: the language of the interface.
    pub language: Language,
    /// Public address with a trailing slash if `base_url` is a real one
    /// (`https://…`); `None` if it is `/`.
    pub base_url: Option<String>,
    /// Name of the theme, a folder under `themes/` or a built-in theme; if there
    /// is none, `default`.
    pub theme: Option<Spanned<String>>,
    /// Whether readers' browsers may store pages for offline use:
    /// `[extra.offline] enabled`.
    pub offline: bool,
    /// Files and folders in the output that are kept although they don't belong
    /// to the site, as paths below it: `[extra] preserve`.
    pub preserve: Vec<String>,
    /// What is said of findings: `[extra.check]`.
    pub check: Policy,
}

/// The effective settings: the written ones, applied to the circumstances of a
/// build.
#[derive(Clone, Debug)]
pub struct Config {
    /// Those that are used as written.
    pub site: SiteSettings,
    /// The texts of the interface.
    pub words: Words,
    /// Public address with a trailing slash, if there is one.
    pub base_url: Option<String>,
    /// Whether readers' browsers may store pages for offline use.
    pub offline: bool,
}

impl Deref for Config {
    type Target = SiteSettings;

    fn deref(&self) -> &SiteSettings {
        &self.site
    }
}

impl Config {
    /// The public address of a file of the site, if the site has one.
    pub fn address(&self, file: &str) -> Option<String> {
        let base = self.base_url.as_ref()?;
        Some(format!("{base}{file}"))
    }

    /// The public address of a file, or its path from the root if the site has
    /// no public address.
    pub fn address_or_path(&self, file: &str) -> String {
        self.address(file).unwrap_or_else(|| file.to_owned())
    }
}

/// What a build knows besides the settings.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// The texts of the interface, from the theme.
    pub words: Words,
    /// The public address from the command line, which replaces the one in the
    /// settings.
    pub base_url: Option<String>,
    /// Whether an editor is previewing unfinished work, which must not come
    /// from a cache.
    pub is_preview: bool,
    /// What the site is read from.
    pub medium: Medium,
}

/// What a site is read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Medium {
    /// A web server; a copy of the folder can be opened from a disk as well.
    #[default]
    Server,
    /// Only a disk, such as a USB stick: what only browsers on a network or
    /// other programs read one by one is left out, because every file takes at
    /// least a cluster, often 128 KB.
    Disk,
}

impl Circumstances {
    /// The circumstances of an ordinary build for readers.
    pub fn usual(words: Words) -> Self {
        Self {
            words,
            base_url: None,
            is_preview: false,
            medium: Medium::Server,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            site: SiteSettings {
                title: String::new(),
                description: String::new(),
                organization: None,
                allow_html: false,
                search: SearchSettings::default(),
                export: ExportFormat::ALL.iter().copied().collect(),
                export_each_page: None,
                license: None,
                government: None,
                tagline: None,
                footer: FooterSettings::default(),
                per_page: PER_PAGE,
                withdrawn: Vec::new(),
            },
            language: Language::SimplifiedChinese,
            base_url: None,
            theme: None,
            offline: true,
            preserve: Vec::new(),
            check: Policy::default(),
        }
    }
}

impl Settings {
    /// The effective settings of a build. Every field is named here, so that
    /// a new one can't be forgotten.
    pub fn meant(self, circumstances: Circumstances) -> Config {
        let Self {
            mut site,
            base_url,
            offline,
            // The theme's words are made for the language.
            language: _,
            theme: _,
            // Only writing asks for these.
            preserve: _,
            // Findings were reported under it.
            check: _,
        } = self;
        let Circumstances {
            words,
            base_url: from_command_line,
            is_preview,
            medium,
        } = circumstances;
        let is_for_disk = medium == Medium::Disk;
        if is_for_disk {
            site.export_each_page = Some(BTreeSet::new());
        }
        Config {
            site,
            words,
            base_url: from_command_line.or(base_url),
            offline: offline && !is_preview && !is_for_disk,
        }
    }
}

/// Default number of list entries per page: some 50 KB of HTML, ten to twenty
/// screens.
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
    /// How much context contributes to the ranking.
    pub weights: Weights,
    /// Sizes of the index's files.
    pub sizes: IndexSizes,
}

/// Size limits in bytes before compression at which a file of the static index
/// is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexSizes {
    /// Terms with their short posting lists.
    pub term_shard: usize,
    /// Long posting lists.
    pub posting_shard: usize,
    /// Texts.
    pub document_shard: usize,
    /// Names suggested while typing.
    pub names_shard: usize,
}

impl Default for IndexSizes {
    fn default() -> Self {
        Self {
            // Measured on 2,690 laws: half of 8 and 12 KiB saves a third of
            // what a query downloads; smaller files cost more on disk than they
            // save. A quarter more than 4 and 8 KiB saves 2,500 files.
            term_shard: 5_240,
            posting_shard: 10_480,
            document_shard: 10_480,
            names_shard: 20 << 10,
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
            medium: Medium::Server,
        });
        let address = preview.base_url.as_deref();
        assert_eq!(address, Some("https://example.com/kb/"));
        assert!(!preview.offline);
    }
}
