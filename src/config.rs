//! The site's settings: `config.toml` in Zola's form, ours under `[extra]`.

/// The settings as meant.
#[derive(Clone, Debug)]
pub struct Config {
    /// Title of the site.
    pub title: String,
    /// Description of the site.
    pub description: String,
    /// Public address with a trailing slash, when a real one (`https://…`) is
    /// given; `None` when `base_url` is `/`.
    pub base_url: Option<String>,
    /// Name of the theme, a folder under `themes/` or the built-in `default`.
    pub theme: String,
    /// The organ that publishes the site, if known.
    pub organization: Option<String>,
    /// Whether raw HTML in Markdown is passed through.
    pub allow_html: bool,
}
