//! The manifest: what an index was built from, and by which version.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail, ensure};
use search::analysis::ANALYZER_VERSION;
use search::cited::Cited;
use search::format::FORMAT_VERSION;
use search::format::boot::Weights;
use search::format::terms::LexiconKind;
use search::in_force::Succession;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::fold_table::full_fold_table;
use crate::digest::hex;
use crate::disk::{Folder, Kind};
use crate::explain::explain;
use crate::extract::Corpus;
use crate::library::lexicon::LexiconRow;

const FILE: &str = "manifest.json";
const WORDS: &str = "words.txt";
const FACETS: &str = "facets.json";
const LEXICON: &str = "lexicon.json";

/// Names of the files that we store beside those of tantivy.
pub(super) const NAMES: [&str; 4] = [FILE, WORDS, FACETS, LEXICON];

/// Maximum size in bytes of a manifest.
const LARGEST: u64 = 64 << 20;

/// Version of tantivy's schema and of the stored data.
const SCHEMA_VERSION: u32 = 8;

/// `search-index/manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Number of pages.
    pub pages: usize,
    /// Number of units.
    pub units: usize,
    /// Number of words in the word list.
    pub words: usize,
    /// Number of the first page that is no longer in force.
    pub repealed_from: u32,
    /// Number of the first page that is not an entry of the site.
    pub aids_from: u32,
    /// Number of the first page that is an old version of another.
    pub superseded_from: u32,
    /// Successions of the texts of regulations: older page, newer page, first
    /// day of the newer as 20261122.
    successions: Vec<[u32; 3]>,
    /// How much each page is cited: the size of a step, and one digit for each
    /// page.
    cited: (f32, String),
    /// Ranking weights.
    #[serde(with = "StoredWeights")]
    pub weights: Weights,
}

/// A facet whose values are terms of the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexedFacet {
    /// Key in addresses and filters.
    pub key: String,
    /// Name for readers.
    pub label: String,
    /// Values and their names for readers.
    pub values: Vec<(String, String)>,
}

/// Ranking weights in their stored form.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Weights", deny_unknown_fields)]
struct StoredWeights {
    heading: f32,
    page: f32,
    title: f32,
    navigation: f32,
    names: f32,
    sentences: f32,
    share: f32,
    cited: f32,
    repealed: f32,
}

impl Manifest {
    /// Creates the manifest of a corpus.
    pub fn new(corpus: &Corpus, words: &[String], weights: Weights) -> Self {
        Self {
            format: u32::from(FORMAT_VERSION),
            schema: SCHEMA_VERSION,
            analyzer: analyzer_fingerprint(),
            corpus: corpus_hash(corpus),
            pages: corpus.pages.len(),
            units: corpus.pages.iter().map(|page| page.units.len()).sum(),
            words: words.len(),
            repealed_from: corpus.repealed_from,
            aids_from: corpus.aids_from,
            superseded_from: corpus.superseded_from,
            successions: corpus
                .successions
                .iter()
                .map(|s| s.indexed())
                .map(|s| [s.older, s.newer, s.from])
                .collect(),
            cited: (
                corpus.cited.step,
                corpus.cited.steps.iter().map(u8::to_string).collect(),
            ),
            weights,
        }
    }

    /// How much each page is cited.
    pub fn cited(&self) -> Cited {
        let (step, digits) = &self.cited;
        Cited {
            step: *step,
            steps: digits
                .bytes()
                .map(|digit| digit.wrapping_sub(b'0'))
                .collect(),
        }
    }

    /// Successions of the texts of regulations.
    pub fn successions(&self) -> Vec<Succession> {
        let stored = self.successions.iter();
        stored
            .map(|&[older, newer, from]| Succession { older, newer, from })
            .collect()
    }

    fn json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).expect("a manifest always serialises");
        json.push('\n');
        json
    }

    /// Writes the manifest beside the folder, for people and other tools.
    pub(super) fn write_beside(&self, parent: &Folder) -> anyhow::Result<()> {
        let path = parent.path().join(FILE);
        let is_ours = match parent.kind(FILE) {
            None => true,
            Some(Kind::File) => parent
                .read(FILE, LARGEST)
                .is_ok_and(|text| is_manifest(&text)),
            Some(Kind::Folder | Kind::Other) => false,
        };
        ensure!(
            is_ours,
            "{} 不是 zhize 生成的，不予覆盖；请将其移走",
            path.display()
        );
        parent
            .replace(FILE, self.json().as_bytes())
            .map_err(|error| anyhow!("无法写入 {}：{}", path.display(), explain(&error)))
    }
}

/// Whether a file is a manifest of any version.
fn is_manifest(text: &[u8]) -> bool {
    let json: Option<serde_json::Value> = serde_json::from_slice(text).ok();
    json.is_some_and(|json| json.get("analyzer").is_some() && json.get("corpus").is_some())
}

/// The files stored beside those of tantivy in the index folder.
#[derive(Debug)]
pub(super) struct Beside {
    pub manifest: Manifest,
    pub words: Vec<String>,
    pub facets: Vec<IndexedFacet>,
    pub lexicon: Vec<LexiconRow>,
}

impl Beside {
    pub(super) fn write(&self, folder: &Folder) -> anyhow::Result<()> {
        let facets = serde_json::to_string(&self.facets).expect("facets always serialise");
        let files = [
            (FILE, self.manifest.json()),
            (WORDS, self.words.join("\n")),
            (FACETS, facets),
            (LEXICON, lexicon_to_json(&self.lexicon)),
        ];
        for (name, text) in files {
            let path = folder.path().join(name);
            folder
                .create(name, text.as_bytes())
                .map_err(|error| anyhow!("无法写入 {}：{}", path.display(), explain(&error)))?;
        }
        Ok(())
    }

    /// Reads the files; fails if another version wrote them.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("未找到索引 {}；请先运行 zhize build", folder.display()))?;
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
            bail!(super::schema::OTHER_VERSION);
        }
        let words = fs::read_to_string(folder.join(WORDS)).with_context(damaged)?;
        let facets = fs::read_to_string(folder.join(FACETS)).with_context(damaged)?;
        let lexicon = fs::read_to_string(folder.join(LEXICON)).with_context(damaged)?;
        Ok(Self {
            manifest,
            words: words.lines().map(str::to_owned).collect(),
            facets: serde_json::from_str(&facets).with_context(damaged)?,
            lexicon: lexicon_from_json(&lexicon).with_context(damaged)?,
        })
    }
}

/// A lexicon entry in its stored form: the word, the number of its kind, and
/// the words it leads to.
type StoredRow = (String, u8, Vec<String>);

fn lexicon_to_json(rows: &[LexiconRow]) -> String {
    let rows: Vec<StoredRow> = rows
        .iter()
        .map(|(word, kind, texts)| (word.clone(), kind.code(), texts.clone()))
        .collect();
    serde_json::to_string(&rows).expect("strings and numbers always serialise")
}

fn lexicon_from_json(json: &str) -> anyhow::Result<Vec<LexiconRow>> {
    let rows: Vec<StoredRow> = serde_json::from_str(json)?;
    rows.into_iter()
        .map(|(word, number, texts)| {
            let kind = LexiconKind::from_code(number);
            Ok((word, kind.context("an unknown kind of word")?, texts))
        })
        .collect()
}

/// A hash of the version and the table of the analysis.
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
    // Lengths precede parts, so that no two corpora give the same stream.
    let mut add = |part: &[u8]| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    for page in &corpus.pages {
        add(&page.card.to_bytes());
        page.names.iter().for_each(|name| add(name.as_bytes()));
        for (key, value) in &page.facets {
            add(key.as_bytes());
            add(value.as_bytes());
        }
        for unit in &page.units {
            for part in [&unit.anchor, &unit.label, &unit.heading, &unit.text] {
                add(part.as_bytes());
            }
            add(super::schema::places_to_text(&unit.places).as_bytes());
            add(unit.cited.to_string().as_bytes());
        }
        for (ordinal, said) in &page.said {
            add(ordinal.to_string().as_bytes());
            add(said.names.as_bytes());
            add(said.sentences.as_bytes());
        }
    }
    add(format!("{:?}", corpus.cited).as_bytes());
    add(lexicon_to_json(&corpus.lexicon.rows(str::to_owned)).as_bytes());
    for succession in &corpus.successions {
        add(format!("{:?}", succession.indexed()).as_bytes());
    }
    for facet in &corpus.facets {
        add(facet.key.as_bytes());
        for (value, label) in &facet.values {
            add(value.as_bytes());
            add(label.as_bytes());
        }
    }
    hex(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_round_trips() {
        let rows: Vec<LexiconRow> = vec![
            (
                "一把手".into(),
                LexiconKind::Synonym,
                vec!["主要负责人".into()],
            ),
            ("怎么".into(), LexiconKind::Stop, vec![]),
        ];
        assert_eq!(lexicon_from_json(&lexicon_to_json(&rows)).unwrap(), rows);
        assert!(lexicon_from_json("[[\"词\", 99, []]]").is_err());
    }

    #[test]
    fn weights_are_kept_to_the_last_bit() {
        let mut manifest = Manifest::new(&Corpus::default(), &[], Weights::default());
        manifest.weights.page = 0.1 + 0.2;
        let read: Manifest = serde_json::from_str(&manifest.json()).unwrap();
        assert_eq!(read, manifest);
    }
}
