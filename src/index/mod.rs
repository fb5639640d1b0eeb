//! Index: tantivy's index of a corpus, the truth that the static index is
//! exported from and measured against.
//!
//! The index is derived: it may be deleted at any time. It is written by one
//! thread into one segment, so that document numbers follow the corpus, and
//! swapped into place when it is whole.

mod fold_table;
pub mod manifest;
pub mod schema;
mod tokenizer;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use search::analysis::Analyzer;
use search::analysis::fold::Folder;
use search::format::boot::Weights;
use tantivy::schema::Facet;
use tantivy::{Index, IndexBuilder, TantivyDocument};

use crate::extract::{Corpus, IndexPage};
use crate::library::lexicon::LexiconRow;
use crate::model::{PageType, Vocabulary as _};
pub use manifest::IndexedFacet;
use manifest::{Beside, Manifest};
use schema::Fields;

pub use fold_table::full_fold_table;
pub use tokenizer::TOKENIZER;
pub use words::{common_chars, cut, is_word};

/// Memory that indexing may use before it would begin a second segment, which
/// a single-segment writer never does; it sizes the term table.
const WRITER_MEMORY: usize = 256 << 20;

/// A finished index, open for reading.
#[derive(Debug)]
pub struct BuiltIndex {
    /// The index.
    pub index: Index,
    /// Its fields.
    pub fields: Fields,
    /// The analyser's folding, complete.
    pub folder: Arc<Folder>,
    /// Words of the corpus, ascending: they weigh, nothing more.
    pub words: Vec<String>,
    /// Facets with their values, in the order in which readers see them.
    pub facets: Vec<IndexedFacet>,
    /// What editors say of words: folded words, ascending.
    pub lexicon: Vec<LexiconRow>,
    /// How the site wants its results ranked.
    pub weights: Weights,
    /// What the index was made of.
    pub manifest: Manifest,
}

/// The folder of tantivy's files below a site's root.
pub fn folder(root: &Path) -> PathBuf {
    root.join("search-index").join("tantivy")
}

/// Indexes a corpus into `search-index/` below `root`, in place of any older
/// index.
///
/// # Errors
/// When the folder cannot be written.
pub fn build(corpus: &Corpus, weights: Weights, root: &Path) -> anyhow::Result<BuiltIndex> {
    let parent = root.join("search-index");
    let finished = folder(root);
    let growing = parent.join(".zhize-tantivy-new");
    fs::create_dir_all(&parent)
        .and_then(|()| remove_folder(&growing))
        .and_then(|()| fs::create_dir_all(&growing))
        .with_context(|| {
            format!(
                "无法写入索引目录 {}，请检查权限和磁盘空间",
                parent.display()
            )
        })?;

    let folder = Arc::new(Folder::new(full_fold_table()));
    let (schema, fields) = schema::schema();
    // What jieba and tantivy do needs nothing of each other, and takes about
    // the same time.
    let (words, index) = rayon::join(
        || words::derive(corpus, &folder),
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
    beside.write(&growing)?;
    remove_folder(&finished)
        .and_then(|()| fs::rename(&growing, &finished))
        .with_context(|| format!("无法替换索引目录 {}", finished.display()))?;
    beside.manifest.write_beside(&parent)?;
    open(root)
}

/// Opens the index below a site's root.
///
/// # Errors
/// When there is none, or it was made by another version.
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

fn remove_folder(path: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// tantivy's documents of a page: one for each unit.
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
            if page.card.page_type == PageType::Regulation.slug()
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
                document.add_text(fields.card, schema::card_to_json(&page.card));
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
