//! Exports the static index from tantivy's.
//!
//! Postings, frequencies and lengths of texts are read from tantivy's own
//! files, so that the browser ranks as tantivy does; those of titles are
//! computed from the names in the corpus. The search crate defines the format.

mod names;
mod options;
pub mod script;
pub mod sounding;
mod sounds;
mod terms;

use std::collections::BTreeSet;

use anyhow::Context as _;
use rayon::prelude::*;
use search::analysis::Analyzer;
use search::analysis::fold::Folder;
use search::format::boot::{Boot, Weights, shard_path};
use search::format::docs::{self, PagePart};
use search::format::facets::{self, Facet, FacetValue};
use search::format::fold;
use search::format::postings::UnitId;
use search::format::{SHARDS_PER_GROUP, ShardId, ShardKind, frame};
use sha2::{Digest, Sha256};

use crate::digest::sha256;
use crate::extract::Corpus;
use crate::index::BuiltIndex;
use crate::output::{Audience, OutputSet};
pub use options::PackOptions;
use script::Script;

/// Folder of the index in the site. It contains nothing else except the search
/// page.
pub const FOLDER: &str = "search/";

/// The static index: its files below `search/`.
#[derive(Debug)]
pub struct PackedIndex {
    /// The files, including their copies for `file://`.
    pub files: OutputSet,
    /// Content of the boot file.
    pub boot: Boot,
}

/// Exports the static index.
///
/// # Errors
/// When tantivy's index cannot be read.
pub fn pack(
    built: &BuiltIndex,
    corpus: &Corpus,
    weights: Weights,
    options: &PackOptions,
) -> anyhow::Result<PackedIndex> {
    let chars = corpus_chars(corpus, &mut Analyzer::new(&built.folder));
    let typed_chars = facet_chars(corpus, &built.folder);
    let exported =
        terms::export(built, corpus, &chars, options).context("无法读取 tantivy 索引")?;
    let documents = document_shards(corpus, options.sizes.document_shard);
    let facets = facet_payloads(corpus);

    let (name_bounds, names): (Vec<String>, Vec<Vec<u8>>) =
        names::shards(corpus, &built.folder, options.sizes.names_shard)
            .into_iter()
            .unzip();

    let fold = built
        .folder
        .table()
        .restricted(|ch| chars.contains(&ch) || typed_chars.contains(&ch));
    let folded: Vec<char> = fold.rows().iter().map(|(from, _)| *from).collect();
    let payloads: [Vec<Vec<u8>>; 6] = [
        exported.term_shards,
        exported.posting_shards,
        documents
            .iter()
            .map(|(_, payload)| payload.clone())
            .collect(),
        facets,
        names,
        if folded.is_empty() {
            Vec::new()
        } else {
            vec![fold::encode(&fold)]
        },
    ];
    let longest = payloads.iter().flatten().map(Vec::len).max().unwrap_or(0);
    anyhow::ensure!(
        longest <= frame::MAX_PAYLOAD,
        "检索索引有文件达 {} MB，超过浏览器读取的上限 {} MB；有段落文字过长，请分为多段",
        longest >> 20,
        frame::MAX_PAYLOAD >> 20
    );
    let mut files = OutputSet::default();
    let mut groups: [Vec<[u8; 5]>; 6] = Default::default();
    for ((kind, payloads), groups) in ShardKind::SHARDED
        .into_iter()
        .zip(payloads)
        .zip(&mut groups)
    {
        *groups = seal(kind, &payloads, &mut files);
    }

    let mut boot = Boot {
        index_hash: 0,
        units: exported.units,
        pages: corpus.pages.len() as u32,
        average_body: exported.average_body,
        average_heading: exported.average_heading,
        impact_bits: exported.impact_bits,
        weights,
        cited: corpus.cited.clone(),
        term_bounds: exported.term_bounds,
        document_bounds: documents.iter().map(|(first, _)| *first).collect(),
        posting_shards: exported.posting_shard_count,
        name_bounds,
        repealed_from: corpus.repealed_from,
        aids_from: corpus.aids_from,
        superseded_from: corpus.superseded_from,
        successions: corpus.successions.iter().map(|s| s.indexed()).collect(),
        facets: corpus
            .facets
            .iter()
            // Names are only compared with queries, which are folded.
            .map(|facet| (facet.key.to_owned(), built.folder.fold_str(&facet.label)))
            .collect(),
        groups,
        folded,
    };
    let hash = sha256(boot.encode());
    boot.index_hash = u64::from_le_bytes(hash[..8].try_into().expect("eight of 32 bytes"));
    let file = boot.encode();
    insert_script(&mut files, "boot", Script::of("boot", &file));
    insert(&mut files, "boot", file);
    Ok(PackedIndex { files, boot })
}

/// Adds the shards of one kind to the files, and returns the hash of each
/// group of them.
fn seal(kind: ShardKind, payloads: &[Vec<u8>], files: &mut OutputSet) -> Vec<[u8; 5]> {
    let mut sealed: Vec<(ShardId, Vec<u8>)> = payloads
        .par_iter()
        .enumerate()
        .map(|(number, payload)| {
            let number = number as u32;
            let id = ShardId { kind, number };
            (id, frame::seal(id, payload))
        })
        .collect();
    let groups = sealed.chunks_mut(SHARDS_PER_GROUP as usize).map(|group| {
        let mut hash = Sha256::new();
        group.iter().for_each(|(_, file)| hash.update(file));
        let hash: [u8; 5] = hash.finalize()[..5].try_into().expect("five of 32 bytes");
        for shards in group.chunks_mut(script::SHARDS_PER_SCRIPT as usize) {
            let first = shard_path(shards[0].0, &hash);
            let mut script = Script::default();
            for (id, file) in shards {
                frame::bind(file, &hash);
                let path = shard_path(*id, &hash);
                script.add(&path, file);
                insert(files, &path, std::mem::take(file));
            }
            insert_script(files, &first, script);
        }
        hash
    });
    groups.collect()
}

fn insert(files: &mut OutputSet, path: &str, file: Vec<u8>) {
    files.insert(format!("{FOLDER}{path}.bin"), file, Audience::Readers);
}

fn insert_script(files: &mut OutputSet, path: &str, script: Script) {
    let path = format!("{FOLDER}{path}.js");
    files.insert(path, script.into_bytes(), Audience::Disk);
}

/// The characters that the corpus contains, folded.
fn corpus_chars(corpus: &Corpus, analyzer: &mut Analyzer) -> BTreeSet<char> {
    let mut chars = BTreeSet::new();
    let mut collect = |text: &str| {
        for run in analyzer.runs(text) {
            chars.extend(run.chars);
        }
    };
    for page in &corpus.pages {
        page.card.names.iter().for_each(|name| collect(name));
        for unit in &page.units {
            collect(&unit.heading);
            collect(&unit.text);
        }
    }
    chars
}

/// Payloads of document shards, each with its first unit.
fn document_shards(corpus: &Corpus, limit: usize) -> Vec<(UnitId, Vec<u8>)> {
    let mut shards = Vec::new();
    let mut parts: Vec<PagePart> = Vec::new();
    let mut size = 0;
    let mut close = |parts: &mut Vec<PagePart>, size: &mut usize| {
        if let Some(first) = parts.first() {
            let first = UnitId {
                page: first.page,
                ordinal: first.first_ordinal,
            };
            shards.push((first, docs::encode(parts)));
        }
        parts.clear();
        *size = 0;
    };
    for (number, page) in corpus.pages.iter().enumerate() {
        for (ordinal, unit) in page.units.iter().enumerate() {
            let bytes = unit.text.len() + unit.heading.len() + unit.label.len() + 16;
            if size > 0 && size + bytes > limit {
                close(&mut parts, &mut size);
            }
            if parts.last().is_none_or(|part| part.page != number as u32) {
                size += page.card.names.iter().map(String::len).sum::<usize>() + 128;
                parts.push(PagePart {
                    page: number as u32,
                    card: page.card.clone(),
                    first_ordinal: ordinal as u32,
                    units: Vec::new(),
                });
            }
            let part = parts.last_mut().expect("a part was just put there");
            part.units.push(unit.clone());
            size += bytes;
        }
    }
    close(&mut parts, &mut size);
    shards
}

/// The folded characters of facet names and values, which readers type in
/// queries, and of the word for titles.
fn facet_chars(corpus: &Corpus, folder: &Folder) -> BTreeSet<char> {
    let labels = corpus.facets.iter().flat_map(|facet| {
        let values = facet.values.iter().map(|(_, label)| label.as_str());
        values.chain([facet.label.as_str()])
    });
    let labels = labels.chain(["标题"]);
    labels
        .flat_map(|label| folder.fold_str(label).chars().collect::<Vec<_>>())
        .collect()
}

fn facet_payloads(corpus: &Corpus) -> Vec<Vec<u8>> {
    corpus
        .facets
        .iter()
        .map(|definition| {
            let values = definition
                .values
                .iter()
                .map(|(value, label)| {
                    let has = (definition.key, value.clone());
                    FacetValue {
                        value: value.clone(),
                        label: label.clone(),
                        pages: corpus
                            .pages
                            .iter()
                            .enumerate()
                            .filter(|(_, page)| page.facets.contains(&has))
                            .map(|(number, _)| number as u32)
                            .collect(),
                    }
                })
                .collect();
            facets::encode(&Facet {
                key: definition.key.to_owned(),
                label: definition.label.to_owned(),
                values,
            })
        })
        .collect()
}
