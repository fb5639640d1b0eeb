//! tantivy's index of a corpus. The static index is exported from it and
//! measured against it.
//!
//! The index is derived data: it may be deleted at any time. It is written by
//! one thread into one segment, so that document numbers follow the corpus, and
//! replaces the old index only once it is complete.

mod dictionary;
mod fold_table;
pub mod manifest;
pub mod schema;
mod tokenizer;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use search::analysis::Analyzer;
use search::analysis::fold::Folder;
use search::format::boot::Weights;
use tantivy::schema::Facet;
use tantivy::{Index, IndexBuilder, TantivyDocument};

use crate::disk::{self, BeginError, Finished, Replacement, Rules};
use crate::explain::explain;
use crate::extract::{Corpus, IndexPage};
use crate::library::lexicon::LexiconRow;
use crate::model::PageType;
pub use manifest::IndexedFacet;
use manifest::{Beside, Manifest};
use schema::Fields;

pub use dictionary::{common_chars, cut, is_word};
pub use fold_table::full_fold_table;
pub use tokenizer::TOKENIZER;

/// Memory in bytes for indexing. It sizes the term table; beyond it, tantivy
/// would begin a second segment, which a single-segment writer never does.
const WRITER_MEMORY: usize = 256 << 20;

/// A finished index, open for reading.
#[derive(Debug)]
pub struct BuiltIndex {
    pub index: Index,
    pub fields: Fields,
    /// The complete folding of the analyser.
    pub folder: Arc<Folder>,
    /// Words of the corpus, ascending. They only affect the ranking.
    pub words: Vec<String>,
    /// Facets with their values, in display order.
    pub facets: Vec<IndexedFacet>,
    /// The editors' lexicon: folded words, ascending.
    pub lexicon: Vec<LexiconRow>,
    /// The ranking weights of the site.
    pub weights: Weights,
    /// What the index was built from.
    pub manifest: Manifest,
}

/// The folder for the generated index and for the files that editors write for
/// it.
const PARENT: &str = "search-index";

/// tantivy's folder within it.
const NAME: &str = "tantivy";

/// The folder of tantivy's files in the site at `root`.
pub fn folder(root: &Path) -> PathBuf {
    root.join(PARENT).join(NAME)
}

/// Indexes a corpus into `search-index/` below `root`, replacing any older
/// index.
///
/// # Errors
/// When the folder cannot be written, or holds files that would be lost.
pub fn build(corpus: &Corpus, weights: Weights, root: &Path) -> anyhow::Result<BuiltIndex> {
    let finished = folder(root);
    let unwritable = |error: io::Error| {
        anyhow!(
            "无法写入索引目录 {}：{}",
            root.join(PARENT).display(),
            explain(&error)
        )
    };
    let parent = disk::Folder::open(root)
        .and_then(|root| root.folder_or_new(PARENT))
        .map_err(unwritable)?;
    refuse_strangers(&parent)?;
    let rules = Rules {
        ours: Box::new(is_made_by_tantivy_or_us),
        keeps: Box::new(|_| false),
        keeps_below: Box::new(|_| false),
    };
    let replacement = Replacement::begin(parent.again().map_err(unwritable)?, NAME, rules)
        .map_err(|error| match error {
            BeginError::Held => anyhow!("另一 zhize 进程正在为本知识库建立索引；请待其结束后重试"),
            BeginError::Io(error) => unwritable(error),
        })?;
    let new = replacement.new_folder().map_err(unwritable)?;
    let growing = new.path().to_owned();

    let folder = Arc::new(Folder::new(full_fold_table()));
    let (schema, fields) = schema::schema();
    // jieba and tantivy don't depend on each other and take about the same
    // time.
    let (words, index) = rayon::join(
        || dictionary::derive(corpus, &folder),
        || -> tantivy::Result<Index> {
            let mut writer = IndexBuilder::new()
                .schema(schema)
                .tokenizers(tokenizer::manager(&folder))
                .single_segment_index_writer(
                    tantivy::directory::MmapDirectory::open(&growing)?,
                    WRITER_MEMORY,
                )?;
            let mut analyzer = Analyzer::new(&folder);
            for (number, page) in corpus.pages.iter().enumerate() {
                for document in documents(page, number as u64, &fields, &mut analyzer) {
                    writer.add_document(document)?;
                }
            }
            writer.finalize()
        },
    );
    index.with_context(|| format!("无法建立索引 {}，请检查磁盘空间", growing.display()))?;
    let manifest = Manifest::new(corpus, &words, weights);
    let beside = Beside {
        manifest,
        words,
        lexicon: corpus.lexicon.rows(|word| folder.fold_str(word)),
        facets: corpus
            .facets
            .iter()
            .map(|facet| IndexedFacet {
                key: facet.key.to_owned(),
                label: facet.label.to_owned(),
                values: facet.values.clone(),
            })
            .collect(),
    };
    beside.write(&new)?;
    // tantivy leaves permissions to the umask, but searches trust these files.
    new.make_readable().map_err(unwritable)?;
    let listing = replacement.list(&new).map_err(unwritable)?;
    drop(new);
    let replaced = replacement.finish(&listing, false);
    match replaced.map_err(|error| anyhow!("无法替换索引目录：{}", explain(&error)))? {
        // The new index is in place; leftovers of the old one are removed next
        // time.
        Finished::Done(_) => {}
        Finished::Clash(path) => bail!("{}", would_be_lost(&finished.join(path))),
    }
    beside.manifest.write_beside(&parent)?;
    open(root)
}

/// Fails if tantivy's folder, or its place, contains anything that isn't ours.
fn refuse_strangers(parent: &disk::Folder) -> anyhow::Result<()> {
    let path = parent.path().join(NAME);
    let unreadable = |error: io::Error| anyhow!("无法读取索引目录：{}", explain(&error));
    let folder = match parent.folder(NAME) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        folder => folder.map_err(unreadable)?,
    };
    let rules = Rules {
        ours: Box::new(is_made_by_tantivy_or_us),
        keeps: Box::new(|_| false),
        keeps_below: Box::new(|_| false),
    };
    let strangers = disk::strangers(&folder, &rules).map_err(unreadable)?;
    match strangers.first() {
        None => Ok(()),
        Some(first) => bail!("{}", would_be_lost(&path.join(&first.path))),
    }
}

fn would_be_lost(path: &Path) -> String {
    format!(
        "{} 不是 zhize 生成的，重建索引时将丢失；请将其移出索引目录",
        path.display()
    )
}

/// Whether a file in tantivy's folder was made by tantivy or by us. Lock files
/// of readers are made after the list of files is written, and older folders
/// have no such list.
fn is_made_by_tantivy_or_us(path: &str) -> bool {
    let is_segment = path.split_once('.').is_some_and(|(stem, ending)| {
        stem.len() == 32
            && stem.bytes().all(|b| b.is_ascii_hexdigit())
            && ending
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'.')
    });
    let is_own = [
        "meta.json",
        ".managed.json",
        ".tantivy-meta.lock",
        ".tantivy-writer.lock",
    ]
    .contains(&path);
    is_segment || is_own || manifest::NAMES.contains(&path)
}

/// Opens the index of the site at `root`.
///
/// # Errors
/// When there is no index, or another version made it.
pub fn open(root: &Path) -> anyhow::Result<BuiltIndex> {
    let folder_path = folder(root);
    let Beside {
        manifest,
        words,
        facets,
        lexicon,
    } = Beside::read(&folder_path)?;
    let mut index = Index::open_in_dir(&folder_path).with_context(|| {
        format!(
            "无法打开索引 {}；可以删除该目录，再运行 zhize build",
            folder_path.display()
        )
    })?;
    let folder = Arc::new(Folder::new(full_fold_table()));
    index.set_tokenizers(tokenizer::manager(&folder));
    let fields = Fields::of(&index.schema())?;
    Ok(BuiltIndex {
        index,
        fields,
        folder,
        words,
        facets,
        lexicon,
        weights: manifest.weights,
        manifest,
    })
}

/// tantivy's documents for a page: one for each unit.
fn documents(
    page: &IndexPage,
    number: u64,
    fields: &Fields,
    analyzer: &mut Analyzer,
) -> Vec<TantivyDocument> {
    let names = page.card.names.join("\n");
    page.units
        .iter()
        .enumerate()
        .map(|(ordinal, unit)| {
            let mut document = TantivyDocument::default();
            document.add_u64(fields.page, number);
            document.add_u64(fields.ordinal, ordinal as u64);
            document.add_text(fields.key, &page.card.key);
            document.add_text(fields.title, &names);
            document.add_text(fields.heading, &unit.heading);
            document.add_text(fields.body, &unit.text);
            if let Some(said) = page.said.get(&ordinal) {
                document.add_text(fields.called, &said.names);
                document.add_text(fields.said, &said.sentences);
            }
            if page.page_type == Some(PageType::Regulation)
                && let Some(article) = schema::article_key(&unit.anchor)
            {
                document.add_text(fields.article, article);
            }
            document.add_text(fields.anchor, &unit.anchor);
            document.add_text(fields.label, &unit.label);
            if !unit.places.is_empty() {
                document.add_text(fields.places, schema::places_to_text(&unit.places));
            }
            if unit.cited > 0 {
                document.add_u64(fields.cited, u64::from(unit.cited));
            }
            let mut edges = BTreeSet::new();
            let mut collect = |text: &str| {
                analyzer.for_each_edge(text, |ch| {
                    edges.insert(ch);
                });
            };
            collect(&unit.text);
            collect(&unit.heading);
            if ordinal == 0 {
                collect(&names);
                document.add_bytes(fields.card, &page.card.to_bytes());
                document.add_text(fields.names, page.names.join("\n"));
            }
            for edge in edges {
                document.add_text(fields.edge, edge.to_string());
            }
            for (key, value) in &page.facets {
                document.add_facet(fields.facets, Facet::from_path([*key, value.as_str()]));
            }
            document
        })
        .collect()
}
