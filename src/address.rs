//! Addresses: paths of output files, and links from one file to another.
//!
//! Pages and exported data both use them. Every link of the site is relative
//! and ends in a file name, so the folder works under any prefix, on servers
//! without directory indexes, and from a disk.

/// The list of the site's pages: file and title of each.
pub const PAGE_LIST: &str = "search/pages.json";

/// Returns the file of the page or section with this key:
/// `practices/x/index.html` for `practices/x`, `index.html` for the root
/// section.
pub fn page_file(key: &str) -> String {
    if key.is_empty() {
        "index.html".to_owned()
    } else {
        format!("{key}/index.html")
    }
}

/// Returns the file at an old address, as Zola places it: `lao/ye` is a folder,
/// as for a page; `lao/ye.html` is the file itself, and so are the other names
/// that programs gave to pages.
pub fn alias_file(alias: &str) -> String {
    let ending = alias.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_page = ["html", "htm", "shtml"]
        .iter()
        .any(|own| ending.eq_ignore_ascii_case(own));
    if is_page {
        alias.to_owned()
    } else {
        page_file(alias)
    }
}

/// Whether `text` can be a path of the site on every server and disk: non-empty
/// parts of `a-z`, `0-9`, `-`, `_` and `.`.
pub fn is_path(text: &str) -> bool {
    text.split('/').all(|part| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
        !part.is_empty() && !is_impossible_on_windows(part) && part.bytes().all(plain)
    })
}

/// Whether `text` can be an old address: as [`is_path`], with capitals, which
/// other programs use.
pub fn is_old_address(text: &str) -> bool {
    is_path(&text.to_ascii_lowercase())
}

/// Returns the site path of a file that the text at `page` (below `content/`)
/// names, either relative to that text or from the root.
pub fn beside(page: &str, written: &str) -> String {
    let folder = page.rfind('/').map_or("", |slash| &page[..=slash]);
    match written.strip_prefix('/') {
        Some(path) => path.to_owned(),
        None => format!("{folder}{}", written.trim_start_matches("./")),
    }
}

/// The anchor of a paragraph of a source: `p8` for `P8`.
pub fn locator_anchor(locator: &str) -> String {
    locator.to_ascii_lowercase()
}

/// The file that links start from.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    file: &'a str,
}

impl<'a> Here<'a> {
    /// Links from this output file.
    pub fn at(file: &'a str) -> Self {
        Self { file }
    }

    /// The path of this file.
    pub fn file(self) -> &'a str {
        self.file
    }

    /// The relative path to the site's root: empty, or `../` repeated.
    pub fn root(self) -> String {
        "../".repeat(self.file.matches('/').count())
    }

    /// A link to another output file.
    pub fn to(self, file: &str) -> String {
        if file == self.file {
            let name = file.rsplit('/').next().unwrap_or(file);
            return name.to_owned();
        }
        let (own, other): (Vec<_>, Vec<_>) =
            (self.file.split('/').collect(), file.split('/').collect());
        let shared = own[..own.len() - 1]
            .iter()
            .zip(&other[..other.len() - 1])
            .take_while(|(a, b)| a == b)
            .count();
        let mut link = "../".repeat(own.len() - 1 - shared);
        link.push_str(&other[shared..].join("/"));
        link
    }

    /// A link to a place in a file; only the anchor if it is the same file.
    pub fn to_anchor(self, file: &str, anchor: Option<&str>) -> String {
        match anchor {
            Some(anchor) if file == self.file => format!("#{anchor}"),
            Some(anchor) => format!("{}#{anchor}", self.to(file)),
            None => self.to(file),
        }
    }
}

/// Whether a link destination in the content is allowed.
///
/// Allowed are relative addresses and three schemes. Browsers drop tabs and
/// line breaks inside a scheme, so anything that could be a scheme is compared
/// as a whole and refused unless it is on the list.
pub fn is_safe_link(destination: &str) -> bool {
    let trimmed = destination.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let before_path = trimmed.split(['/', '?', '#']).next().unwrap_or_default();
    match before_path.split_once(':') {
        None => !trimmed.contains('\\'),
        Some((scheme, _)) => ["http", "https", "mailto"]
            .iter()
            .any(|allowed| scheme.eq_ignore_ascii_case(allowed)),
    }
}

/// Whether a link leads to another site.
pub fn is_external(destination: &str) -> bool {
    let start = destination.trim_start();
    start.starts_with("//")
        || start
            .split(['/', '?', '#'])
            .next()
            .is_some_and(|p| p.contains(':'))
}

/// The output file of an image: `/x.png` counts from the root, `x.png` from
/// the Markdown file's folder.
pub fn image_file(folder: &str, source: &str) -> String {
    let source = source.split(['?', '#']).next().unwrap_or(source);
    if let Some(from_root) = source.strip_prefix('/') {
        return from_root.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in source.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Whether Windows refuses this file name: it takes `con` and the like for
/// devices, whatever their extension, and drops a trailing dot. It must be
/// possible to copy a site to Windows.
pub fn is_impossible_on_windows(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let numbered = |device| {
        let number = stem.strip_prefix(device).map(str::as_bytes);
        matches!(number, Some([b'0'..=b'9']))
    };
    ["con", "prn", "aux", "nul"].contains(&stem.as_str())
        || numbered("com")
        || numbered("lpt")
        || name.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_and_end_in_a_file_name() {
        let here = Here::at("practices/tianjin/index.html");
        assert_eq!(here.root(), "../../");
        assert_eq!(here.to("index.html"), "../../index.html");
        assert_eq!(here.to("practices/index.html"), "../index.html");
        assert_eq!(
            here.to("practices/beijing/index.html"),
            "../beijing/index.html"
        );
        assert_eq!(here.to("practices/tianjin/index.html"), "index.html");
        assert_eq!(
            here.to_anchor("sources/seed/index.html", Some("p8")),
            "../../sources/seed/index.html#p8"
        );
        assert_eq!(here.to_anchor(here.file(), Some("p8")), "#p8");
        assert_eq!(Here::at("index.html").to("a/index.html"), "a/index.html");
    }

    #[test]
    fn paths_have_only_parts_that_every_disk_takes() {
        for path in ["a", "lao/ye.html", ".well-known/x", "a_b/c-1"] {
            assert!(is_path(path), "{path}");
        }
        for path in [
            "",
            ".",
            "..",
            "./x",
            "x/.",
            "a/./b",
            "a/../b",
            "a//b",
            "a./b",
            "A",
            "甲",
            "a/con.png",
        ] {
            assert!(!is_path(path), "{path}");
        }
    }

    #[test]
    fn an_old_address_is_a_folder_or_the_file_that_it_names() {
        assert_eq!(alias_file("lao/ye"), "lao/ye/index.html");
        assert_eq!(alias_file("lao/ye.html"), "lao/ye.html");
        assert_eq!(alias_file("Lao/Ye.SHTML"), "Lao/Ye.SHTML");
        assert!(is_old_address("art/2021/Art_1.HTM"));
        assert!(!is_old_address("a?id=1"));
    }

    #[test]
    fn only_three_schemes_and_relative_addresses_are_links() {
        for safe in [
            "https://example.org/a:b",
            "HTTP://x",
            "mailto:a@b",
            "a/b.pdf",
            "../x?y=a:b",
            "#a:b",
            "",
        ] {
            assert!(is_safe_link(safe), "{safe}");
        }
        for unsafe_link in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "\\\\server\\share",
        ] {
            assert!(!is_safe_link(unsafe_link), "{unsafe_link}");
        }
    }

    #[test]
    fn images_count_from_the_markdown_file_or_the_root() {
        assert_eq!(image_file("practices", "a.png"), "practices/a.png");
        assert_eq!(image_file("practices", "/img/a.png"), "img/a.png");
        assert_eq!(image_file("practices", "../../../a.png"), "a.png");
        assert_eq!(image_file("", "./a.png"), "a.png");
    }

    #[test]
    fn names_that_windows_cannot_have() {
        for name in [
            "con",
            "aux.png",
            "NUL.tar.gz",
            "com1.md",
            "lpt9",
            "trailing.",
        ] {
            assert!(is_impossible_on_windows(name), "{name}");
        }
        for name in ["console.md", "com10", "a.con", "lpt", "prn-1.png"] {
            assert!(!is_impossible_on_windows(name), "{name}");
        }
    }
}
