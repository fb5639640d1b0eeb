//! `config.toml`: Zola's form as written, [`Config`] as meant.

use super::front_matter::{common, with_table};
use crate::config::Config;
use crate::diag::Diagnostic;
use crate::source::SourceFile;

/// Zola's settings that are allowed and mean nothing here: they steer Zola's
/// own build, and whoever runs both needs them.
const ZOLA_ONLY: &[&str] = &[
    "author",
    "build_search_index",
    "compile_sass",
    "default_language",
    "exclude_paginated_pages_in_sitemap",
    "feed_filenames",
    "feed_limit",
    "generate_feeds",
    "generate_robots_txt",
    "generate_sitemap",
    "hard_link_static",
    "ignored_content",
    "ignored_static",
    "languages",
    "link_checker",
    "markdown",
    "minify_html",
    "mode",
    "output_dir",
    "preserve_dotfiles_in_output",
    "search",
    "slugify",
    "taxonomies",
    "translations",
];

/// Reads the settings.
pub fn read(file: &SourceFile, diagnostics: &mut Vec<Diagnostic>) -> Option<Config> {
    with_table(file, 0..file.text.len(), diagnostics, |table| {
        let mut config = Config {
            title: common::text_of(&table.field("title").required("站点名称")),
            description: table.field("description").note(),
            base_url: None,
            theme: table
                .field("theme")
                .text()
                .map_or_else(|| "default".to_owned(), |theme| theme.value),
            organization: None,
            allow_html: false,
        };
        let base_url = table
            .field("base_url")
            .required("公开网址；只在内网或磁盘上用就写 \"/\"");
        if let Some(url) = base_url.text()
            && url.value != "/"
        {
            if url.value.starts_with("https://") || url.value.starts_with("http://") {
                config.base_url = Some(format!("{}/", url.value.trim_end_matches('/')));
            } else {
                let message = format!("`base_url`“{}”不是网址", url.value);
                table
                    .report(Diagnostic::error("invalid-value", url.span, message).hint(
                        "写完整的网址，如 \"https://example.gov.cn/zhize/\"；没有就写 \"/\"",
                    ));
            }
        }
        for key in ZOLA_ONLY {
            table.field(key);
        }
        if let Some(extra) = table.field("extra").table() {
            config.organization = extra.field("organization").text().map(|text| text.value);
            config.allow_html = extra.field("allow_html").boolean().unwrap_or(false);
            if let Some(theme) = extra.field("theme").text() {
                config.theme = theme.value;
            }
            extra.finish();
        }
        table.finish();
        config
    })
}
