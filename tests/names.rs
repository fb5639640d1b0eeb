//! What both indexes make of a site's lexicon and settings, and the names and
//! sounds beside the terms.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use search::format::boot::{Boot, Weights};
use search::format::names::NameShard;
use search::format::postings;
use search::format::terms::{self, LexiconKind, TermEntry};
use search::format::{ShardId, ShardKind, frame};
use search::request::Request;
use zhize::config::IndexSizes;
use zhize::lookup::{Lookup as _, TantivyEngine};
use zhize::output::OutputSet;
use zhize::progress::Silent;
use zhize::site::{self, SiteOptions};

use crate::support::{repository, site as fixture};

struct Built {
    folder: tempfile::TempDir,
    files: OutputSet,
    findings: String,
}

fn built() -> Built {
    let folder = fixture("diagnostics-base", "sites/lexicon");
    let options = SiteOptions::of(folder.path());
    let outcome = site::build(&options, &Silent).expect("the environment is well");
    let findings = outcome.findings.text(false);
    let files = outcome.product.unwrap_or_else(|_| panic!("{findings}"));
    Built {
        folder,
        files,
        findings,
    }
}

fn payloads(files: &OutputSet, kind: ShardKind, count: u32, boot: &Boot) -> Vec<Vec<u8>> {
    (0..count)
        .map(|number| {
            let id = ShardId { kind, number };
            let path = boot.path(id).expect("the boot file knows its shards");
            let file = files.get(&format!("search/{path}.bin")).expect("a shard");
            frame::open(id, &file.bytes).expect("a whole shard")
        })
        .collect()
}

fn boot(files: &OutputSet) -> Boot {
    let file = files.get("search/boot.bin").expect("a boot file");
    Boot::decode(&file.bytes).expect("a whole boot file")
}

fn all_terms(files: &OutputSet) -> BTreeMap<String, TermEntry> {
    let boot = boot(files);
    payloads(
        files,
        ShardKind::Terms,
        boot.shards(ShardKind::Terms),
        &boot,
    )
    .iter()
    .flat_map(|payload| terms::decode(payload).expect("terms"))
    .map(|entry| (entry.term.clone(), entry))
    .collect()
}

#[test]
fn the_lexicon_reaches_both_indexes() {
    let built = built();
    let index = zhize::index::open(built.folder.path()).expect("an index");
    let synonym = |word: &str| (LexiconKind::Synonym, vec![word.to_owned()]);
    let rows: Vec<_> = index
        .lexicon
        .iter()
        .map(|(word, kind, texts)| (word.as_str(), (*kind, texts.clone())))
        .collect();
    // Regions and the frames of questions, which no lexicon file lists.
    let (collected, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(word, (kind, _))| {
        *kind == LexiconKind::Region || (*kind == LexiconKind::Stop && *word != "怎么")
    });
    for wanted in [("天津", LexiconKind::Region), ("要不要", LexiconKind::Stop)] {
        assert!(
            collected
                .iter()
                .any(|(word, (kind, _))| (*word, *kind) == wanted)
        );
    }
    assert_eq!(
        rows,
        [
            ("一把手", synonym("主要负责人")),
            ("一把手", (LexiconKind::Weighted(8), vec![])),
            ("主要负责人", synonym("一把手")),
            ("怎么", (LexiconKind::Stop, vec![])),
        ]
    );
    let terms = all_terms(&built.files);
    let said = |pair: &str| -> Vec<(&str, LexiconKind)> {
        let said = terms[pair].lexicon.iter();
        said.map(|entry| (&entry.rest[..], entry.kind)).collect()
    };
    assert_eq!(
        said("一把"),
        [
            ("手", LexiconKind::Synonym),
            ("手", LexiconKind::Weighted(8))
        ]
    );
    // No text contains these pairs.
    assert_eq!(said("主要"), [("负责人", LexiconKind::Synonym)]);
    assert_eq!(said("怎么")[0], ("", LexiconKind::Stop));
    assert!(terms["怎么"].body.is_none());
}

#[test]
fn aliases_are_names() {
    let built = built();
    assert!(
        built
            .findings
            .contains("别名“样本工作规则”已经是该页的名称"),
        "{}",
        built.findings
    );
    let mut engine = TantivyEngine::open(built.folder.path()).expect("an index");
    let found = engine.search(&Request::new("样规")).expect("it answers");
    assert_eq!(found.hits[0].card.key, "regulations/guize");

    let boot = boot(&built.files);
    let count = boot.shards(ShardKind::Names);
    let mut names = Vec::new();
    for payload in payloads(&built.files, ShardKind::Names, count, &boot) {
        let shard = NameShard::decode(&payload).expect("names");
        for entry in shard.entries {
            let name = &shard.names[entry.name as usize];
            names.push((entry.key, name.text.clone(), name.url.clone()));
        }
    }
    for (key, text, page) in [
        ("样规", "《样规》", "regulations/guize"),
        ("yg", "《样规》", "regulations/guize"),
        ("五必谈", "五必谈", "practices/wubitan"),
        ("wbt", "五必谈", "practices/wubitan"),
    ] {
        let url = format!("{page}/index.html");
        let wanted = (key.to_owned(), text.to_owned(), url);
        assert!(names.contains(&wanted), "{wanted:?} in {names:?}");
    }
}

#[test]
fn settings_reach_both_indexes() {
    let built = built();
    let expected = Weights {
        title: 20.0,
        repealed: 0.0,
        ..Weights::default()
    };
    let index = zhize::index::open(built.folder.path()).expect("an index");
    assert_eq!(index.weights, expected);
    let boot = boot(&built.files);
    assert_eq!(boot.weights, expected);
    // The bundled site's shards are larger, and there are fewer of them for
    // their content.
    let count = boot.shards(ShardKind::Terms);
    let shards = payloads(&built.files, ShardKind::Terms, count, &boot);
    assert!(shards.len() > 30);
    assert!(shards.iter().all(|shard| shard.len() < 2_000));
}

/// The manual states the defaults, which are tuned now and then.
#[test]
fn the_manual_has_the_default_settings() {
    let manual = fs::read_to_string(repository("docs/authoring.md")).expect("it exists");
    let Weights {
        heading,
        page,
        title,
        navigation,
        names,
        sentences,
        share,
        cited,
        repealed,
    } = Weights::default();
    let sizes = IndexSizes::default();
    for (key, default) in [
        ("heading", heading),
        ("page", page),
        ("title", title),
        ("navigation", navigation),
        ("names", names),
        ("sentences", sentences),
        ("share", share),
        ("cited", cited),
        ("repealed", repealed),
    ] {
        let row = format!("| `{key}` | {default} |");
        assert!(manual.contains(&row), "{row}");
        let example = format!("{key} = {default}");
        assert!(manual.contains(&example), "{example}");
    }
    for (key, default) in [
        ("term_shard", sizes.term_shard),
        ("posting_shard", sizes.posting_shard),
        ("document_shard", sizes.document_shard),
        ("names_shard", sizes.names_shard),
    ] {
        let example = format!("{key} = {default}");
        assert!(manual.contains(&example), "{example}");
    }
}

#[test]
fn articles_have_keys_before_all_terms() {
    let built = built();
    let terms = all_terms(&built.files);
    let keys: Vec<&str> = terms.keys().take(2).map(String::as_str).collect();
    assert_eq!(keys, ["#7", "#7-1"]);
    let units = |key: &str| {
        let list = terms[key].edge.as_ref().expect("units");
        postings::decode_units(list).expect("units")
    };
    let (first, second) = (units("#7"), units("#7-1"));
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(first[0].page, second[0].page);
    assert_eq!(first[0].ordinal + 1, second[0].ordinal);
}

#[test]
fn what_sounds_alike_stands_together() {
    let terms = all_terms(&built().files);
    let sounds = |key: &str| -> Vec<&str> {
        let sounds = terms[key].sounds.iter();
        sounds.map(|(text, _)| &text[..]).collect()
    };
    // A character that does not occur on the site, for 无必谈.
    assert_eq!(sounds("'无"), ["wu"]);
    assert!(sounds("'wu'bi").contains(&"五必"));
    assert!(sounds("'bi'tan").contains(&"必谈"));
    assert_eq!(sounds("'会"), ["hui", "kuai"]);
}

/// Editors may copy from the bundled lexicon.
#[test]
fn the_bundled_lexicon_is_read() {
    let text = fs::read_to_string(repository("search-index/lexicon.toml")).expect("it exists");
    assert!(Path::new(zhize::source::LEXICON_FILE).ends_with("lexicon.toml"));
    let groups = text.matches("[[synonym]]").count();
    let sources = zhize::source::read(&repository("")).expect("readable");
    let parsed = zhize::parse::parse(&sources.value);
    assert_eq!(parsed.value.lexicon.synonyms.len(), groups);
    assert!(groups > 0);
}
