//! Addresses: paths of output files, and links from one file to another.
//!
//! Every link of the site is relative and ends in a file name, so that the
//! folder works under any prefix, on servers without directory indexes, and
//! from a disk.

/// The file of the page or section with this key: `practices/x` is
/// `practices/x/index.html`, the root section is `index.html`.
pub fn page_file(key: &str) -> String {
    if key.is_empty() {
        "index.html".to_owned()
    } else {
        format!("{key}/index.html")
    }
}

/// The anchor of a source's paragraph: `P8` is `p8`.
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

    /// This file's path.
    pub fn file(self) -> &'a str {
        self.file
    }

    /// The way up to the site's root: empty, or `../` repeated.
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

    /// A link to a place in a file; within the same file only the anchor.
    pub fn to_anchor(self, file: &str, anchor: Option<&str>) -> String {
        match anchor {
            Some(anchor) if file == self.file => format!("#{anchor}"),
            Some(anchor) => format!("{}#{anchor}", self.to(file)),
            None => self.to(file),
        }
    }
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
}
