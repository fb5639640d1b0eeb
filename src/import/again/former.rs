//! The text that the last import wrote for a page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The folder, relative to the site's root. It belongs to the site like its
/// pages, so that whoever has the site can import again on any machine.
pub const FOLDER: &str = ".zhize/import/pages";

/// What the last import wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// Name of the input file.
    pub input: String,
    /// The page, as it was written.
    pub page: String,
    /// The pictures beside it: names, and SHA-256 in hexadecimal digits.
    pub pictures: BTreeMap<String, String>,
}

/// The path of this file, relative to the site's root, for the page at `page`
/// (`content/regulations/x.md`).
pub fn path(page: &str) -> String {
    let below = page.strip_prefix("content/").unwrap_or(page);
    let below = below.strip_suffix(".md").unwrap_or(below);
    format!("{FOLDER}/{below}.json")
}

impl Former {
    /// Parses the file; `None` when it is damaged, which is treated as missing.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("texts are JSON");
        bytes.push(b'\n');
        bytes
    }
}

/// The id of the first source that a page names.
pub fn source_of(page: &str) -> Option<String> {
    let fields = page.split("+++\n").nth(1)?;
    let table: toml::Table = fields.parse().ok()?;
    let first = table.get("extra")?.get("sources")?.get(0)?;
    Some(first.get("id")?.as_str()?.to_owned())
}
