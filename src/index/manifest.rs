//! The manifest: what an index was made of, and by which version.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use search::analysis::ANALYZER_VERSION;
use search::format::FORMAT_VERSION;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::IndexedFacet;
use super::fold_table::full_fold_table;
use crate::extract::Corpus;

const FILE: &str = "manifest.json";
const WORDS: &str = "words.txt";
const FACETS: &str = "facets.json";

/// Version of tantivy's schema and of what is stored.
const SCHEMA_VERSION: u32 = 3;

/// `search-index/manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the static format.
    pub format: u32,
    /// Version of the schema.
    pub schema: u32,
    /// Fingerprint of the analysis: its version and its fold table.
    pub analyzer: String,
    /// SHA-256 of everything that was indexed.
    pub corpus: String,
    /// How many pages.
    pub pages: usize,
    /// How many units.
    pub units: usize,
    /// How many words weigh.
    pub words: usize,
}

impl Manifest {
    /// The manifest of a corpus.
    pub fn new(corpus: &Corpus, words: &[String]) -> Self {
        Self {
            format: u32::from(FORMAT_VERSION),
            schema: SCHEMA_VERSION,
            analyzer: analyzer_fingerprint(),
            corpus: corpus_hash(corpus),
            pages: corpus.pages.len(),
            units: corpus.pages.iter().map(|page| page.units.len()).sum(),
            words: words.len(),
        }
    }

    fn json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).expect("a manifest always serialises");
        json.push('\n');
        json
    }

    /// Writes it beside the folder, for people and other tools.
    pub(super) fn write_beside(&self, parent: &Path) -> anyhow::Result<()> {
        let path = parent.join(FILE);
        fs::write(&path, self.json()).with_context(|| format!("无法写入 {}", path.display()))
    }
}

/// What lies beside tantivy's files in the index's folder.
#[derive(Debug)]
pub(super) struct Beside {
    pub manifest: Manifest,
    pub words: Vec<String>,
    pub facets: Vec<IndexedFacet>,
}

impl Beside {
    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let facets = serde_json::to_string(&self.facets).expect("facets always serialise");
        fs::write(folder.join(FILE), self.manifest.json())
            .and_then(|()| fs::write(folder.join(WORDS), self.words.join("\n")))
            .and_then(|()| fs::write(folder.join(FACETS), facets))
            .with_context(|| format!("无法写入 {}，请检查磁盘空间", folder.display()))
    }

    /// Reads it, and refuses what another version made.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("没有找到索引 {}；请先运行 zhize build", folder.display()))?;
        let damaged = || {
            format!(
                "索引 {} 已损坏或由另一版本的 zhize 生成，请重新运行 zhize build",
                folder.display()
            )
        };
        let manifest: Manifest = serde_json::from_str(&text).with_context(damaged)?;
        if manifest.schema != SCHEMA_VERSION
            || manifest.format != u32::from(FORMAT_VERSION)
            || manifest.analyzer != analyzer_fingerprint()
        {
            bail!("索引由另一版本的 zhize 生成，请重新运行 zhize build");
        }
        let words = fs::read_to_string(folder.join(WORDS)).with_context(damaged)?;
        let facets = fs::read_to_string(folder.join(FACETS)).with_context(damaged)?;
        Ok(Self {
            manifest,
            words: words.lines().map(str::to_owned).collect(),
            facets: serde_json::from_str(&facets).with_context(damaged)?,
        })
    }
}

/// A hash of the analysis' version and table.
pub fn analyzer_fingerprint() -> String {
    let mut hash = Sha256::new();
    hash.update(ANALYZER_VERSION.to_le_bytes());
    for (from, to) in full_fold_table().rows() {
        hash.update(u32::from(*from).to_le_bytes());
        hash.update(to.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize()[..8])
}

fn corpus_hash(corpus: &Corpus) -> String {
    let mut hash = Sha256::new();
    // Lengths before texts, so that no two corpora give the same stream.
    let mut text = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    for page in &corpus.pages {
        text(&super::schema::card_to_json(&page.card));
        for (key, value) in &page.facets {
            text(key);
            text(value);
        }
        for unit in &page.units {
            for part in [&unit.anchor, &unit.label, &unit.heading, &unit.text] {
                text(part);
            }
            text(&super::schema::places_to_text(&unit.places));
        }
    }
    for facet in &corpus.facets {
        text(facet.key);
        for (value, label) in &facet.values {
            text(value);
            text(label);
        }
    }
    hex(&hash.finalize())
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
