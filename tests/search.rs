//! Search on the bundled site: what must come first, and that hits lead
//! somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use search::request::Request;
use zhize::diag::Severity;
use zhize::findings::Findings;
use zhize::lookup::{Lookup as _, StaticEngine};
use zhize::output::OutputSet;
use zhize::progress::Silent;
use zhize::site::{self, SiteOptions};
use zhize::source::GOLDEN_FILE;

use crate::support::{copy_into, repository, site};

/// A built site in a folder of its own.
pub struct Built {
    /// The site's root; it is built into `public`.
    pub folder: tempfile::TempDir,
    files: OutputSet,
    /// The findings of golden queries, as editors see them.
    missed: String,
}

/// The bundled site, built from a copy so that tests don't share an index.
pub fn built() -> Built {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for part in ["content", "data"] {
        copy_into(&repository(part), &folder.path().join(part));
    }
    fs::create_dir(folder.path().join("search-index")).expect("writable");
    for file in ["config.toml", zhize::source::LEXICON_FILE, GOLDEN_FILE] {
        fs::copy(repository(file), folder.path().join(file)).expect("readable");
    }
    let options = SiteOptions::of(folder.path());
    let outcome = site::build(&options, &Silent).expect("the environment is well");
    let found = outcome.findings.diagnostics();
    let missed = if found.iter().any(|found| found.code == "golden-miss") {
        outcome.findings.text(false)
    } else {
        String::new()
    };
    let files = match outcome.product {
        Ok(files) => files,
        Err(_) => panic!(
            "the bundled content has errors:\n{}",
            outcome.findings.text(false)
        ),
    };
    for (path, file) in files.iter() {
        let path = folder.path().join("public").join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("writable");
        fs::write(path, &file.bytes).expect("writable");
    }
    Built {
        folder,
        files,
        missed,
    }
}

/// The golden queries of the bundled site, which `build` runs on both engines.
#[test]
fn what_must_come_first_does_with_both_engines() {
    let built = built();
    assert!(built.missed.is_empty(), "{}", built.missed);
    let golden = fs::read_to_string(repository(GOLDEN_FILE)).expect("it is in the project");
    let queries = golden.matches("[[golden]]").count();
    assert!(queries >= 120, "only {queries} golden queries");
}

/// A check runs them too, and leaves nothing behind; a build goes on after a
/// miss.
#[test]
fn a_golden_query_that_misses_stops_a_check_and_not_a_build() {
    let folder = site("diagnostics-base", "diagnostics/golden-miss");
    let options = SiteOptions::of(folder.path());
    let before = files_below(folder.path());
    let checked = site::check(&options, &Silent).expect("the environment is well");
    assert!(checked.product.is_err());
    assert_eq!(files_below(folder.path()), before);

    let severities = |findings: &Findings| -> Vec<Severity> {
        let all = findings.diagnostics();
        all.iter().map(|found| found.severity).collect()
    };
    // A page that must not be found may be one that was newly added.
    let missed = severities(&checked.findings);
    assert_eq!(
        missed,
        [Severity::Warning, Severity::Error, Severity::Error]
    );
    let built = site::build(&options, &Silent).expect("the environment is well");
    assert!(built.product.is_ok());
    assert_eq!(
        severities(&built.findings),
        vec![Severity::Warning; missed.len()]
    );
    let preview = site::preview(&options, &Silent).expect("the environment is well");
    assert!(preview.product.is_ok() && preview.findings.is_empty());
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter();
    entries
        .map(|entry| entry.expect("readable").into_path())
        .collect()
}

/// Mistakes in the file itself, each reported at its line.
#[test]
fn a_golden_query_says_what_is_wrong_with_it() {
    let folder = site("diagnostics-base", "diagnostics/golden-miss");
    let golden = |text: &str| {
        fs::write(folder.path().join(GOLDEN_FILE), text).expect("writable");
        let options = SiteOptions::of(folder.path());
        let outcome = site::check(&options, &Silent).expect("it can be indexed");
        let found = outcome.findings.json();
        let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
        let found = found.as_array().expect("a list").iter().map(|found| {
            assert_eq!(found["file"], GOLDEN_FILE);
            assert_eq!(found["severity"], "error");
            format!(
                "{} {}",
                found["code"].as_str().expect("text"),
                found["line"]
            )
        });
        found.collect::<Vec<_>>()
    };
    let page = "first = \"practices/wubitan\"";
    let reason = "reason = \"名称\"";
    let entry = |lines: &[&str]| format!("[[golden]]\n{}\n", lines.join("\n"));
    let query = "query = \"五必谈\"";
    assert_eq!(golden(&entry(&[query, page])), ["missing-field 1"]);
    assert_eq!(golden(&entry(&[page, reason])), ["missing-field 1"]);
    assert_eq!(golden(&entry(&[query, reason])), ["missing-field 1"]);
    for (line, code) in [
        ("first = \"practices/wubitan#meiyou\"", "broken-anchor"),
        ("first = \"practices/liubitan\"", "unknown-page"),
        ("first = \"@/practices/liubitan.md\"", "broken-link"),
        ("first = 5", "wrong-type"),
    ] {
        let found = golden(&entry(&[query, reason, line]));
        assert_eq!(found, [format!("{code} 4")], "{line}");
    }
    for (line, code) in [
        ("within = 3", "invalid-value"),
        ("filter = [\"practice\"]", "invalid-value"),
        ("filter = [\"leixing=practice\"]", "invalid-value"),
        ("filter = [\"type=地方与单位实践\"]", "invalid-value"),
        ("none = true", "golden-conflict"),
        ("not = \"practices/liubitan\"", "unknown-page"),
        ("note = \"\"", "unknown-key"),
    ] {
        let found = golden(&entry(&[query, reason, page, line]));
        assert_eq!(found, [format!("{code} 5")], "{line}");
    }
    let twice = entry(&[query, reason, page]).repeat(2);
    assert_eq!(golden(&twice), ["golden-conflict 6"]);
    for sound in [
        "first = \"@/practices/wubitan.md\"",
        "first = [\"practices/yuetan\", \"practices/wubitan\"]",
        "first = \"practices/wubitan#data\"",
        "also = [\"practices/wubitan\"]\nwithin = 1",
        "not = [\"practices/yuetan\"]\nas_typed = true",
    ] {
        let found = golden(&entry(&["query = \"五必谈 机制\"", reason, sound]));
        assert!(
            found.iter().all(|found| found.starts_with("golden-miss")),
            "{sound}: {found:?}"
        );
    }
}

#[test]
fn every_place_of_the_index_is_a_place_of_a_page() {
    let built = built();
    let site = built.folder.path().join("public");
    let mut engine = StaticEngine::open(&site).expect("the site has an index");
    let mut request = Request::new("");
    // Queries of one character reach nearly everything; words of the page reach
    // the rest.
    let mut places = std::collections::BTreeSet::new();
    for query in ["责", "来", "的", "数", "党", "本"] {
        request.query = query.to_owned();
        for hit in engine.units(&request, usize::MAX).expect("it answers") {
            places.insert((hit.page, hit.anchor));
        }
    }
    assert!(places.len() > 100, "only {} places", places.len());
    for (page, anchor) in places {
        let file = built
            .files
            .get(&format!("{page}/index.html"))
            .unwrap_or_else(|| panic!("{page} is a page"));
        let html = std::str::from_utf8(&file.bytes).expect("pages are UTF-8");
        assert!(
            anchor.is_empty() || html.contains(&format!("id=\"{anchor}\"")),
            "{page} has no place {anchor}"
        );
    }
}

/// The list of a year and the filter by that year hold the same pages: both
/// count the years of figures.
#[test]
fn the_filter_by_year_finds_what_the_list_of_the_year_names() {
    let built = built();
    let mut engine =
        StaticEngine::open(&built.folder.path().join("public")).expect("the site has an index");
    let list = built
        .files
        .get("years/2021/index.html")
        .expect("a year has a list");
    let list = std::str::from_utf8(&list.bytes).expect("pages are UTF-8");
    let mut request = Request::new("形态");
    request.filters = vec![("year".to_owned(), "2021".to_owned())];
    let found = engine.search(&request).expect("it answers");
    assert!(found.total > 0);
    for hit in found.hits {
        assert!(
            list.contains(&hit.card.url),
            "{} is not listed",
            hit.card.url
        );
    }
}

/// Pages with a function are found by their names, but never counted as
/// entries: a search for all types of entries counts as many as the site
/// states.
#[test]
fn functions_are_found_and_entries_counted() {
    let built = built();
    let site = built.folder.path().join("public");
    let mut engine = StaticEngine::open(&site).expect("the site has an index");
    let mut answer = |query: &str| {
        let request = Request {
            limit: 100,
            facets: true,
            ..Request::new(query)
        };
        engine.search(&request).expect("it answers")
    };
    for (query, page) in [
        ("责任矩阵", "matrix"),
        ("最近更新", "new"),
        ("离线使用", "offline"),
        ("拼音索引", "a-z"),
        ("开放数据", "data"),
    ] {
        let found = answer(query);
        let first = &found.hits[0].card;
        assert_eq!(first.key, page, "{query}");
        assert!(built.files.get(&first.url).is_some(), "{}", first.url);
        assert_eq!(first.type_label, "功能");
    }
    // Readers say who they are and ask what to do.
    let role = answer("我是村书记要做什么");
    assert_eq!(role.hits[0].card.type_label, "角色");
    // A title that no page has is not a list of whatever has a word of it.
    let titled = answer("《玛瑙条例》");
    assert!(titled.listed == 0 && titled.rest > 0, "{}", titled.listed);
    let all = answer("类型:法规制度|做法|案例|机制与术语");
    let library = built
        .files
        .get("data/library.json")
        .expect("the site has data");
    let library: serde_json::Value = serde_json::from_slice(&library.bytes).expect("JSON");
    let entries = library["documents"].as_array().expect("a list").iter();
    let types = ["regulation", "practice", "case", "term"];
    let is_entry = |page: &&serde_json::Value| types.iter().any(|kind| page["type"] == *kind);
    let entries = entries.filter(is_entry).count();
    assert_eq!((all.total, all.looser, all.listed), (entries, 0, entries));
    // Whatever the query, only entries are counted, and facets count what is
    // listed.
    for query in [
        "责任",
        "责任清单 问责",
        "党委書記是第一責任人，班子成員一崗雙責",
    ] {
        let found = answer(query);
        assert!(
            found.total + found.looser + found.rest <= entries,
            "{query}"
        );
        assert_eq!(found.hits.len(), found.listed, "{query}");
        let facets = found.facets.expect("they are asked for");
        let types = facets.iter().find(|facet| facet.key == "type");
        let counted: usize = types
            .expect("it is a facet")
            .values
            .iter()
            .map(|v| v.2)
            .sum();
        assert_eq!(counted, found.total + found.looser, "{query}");
    }
}

/// Facts and notes beside the text are found, but are neither a hit nor a
/// snippet.
#[test]
fn facts_and_notes_lead_no_hit() {
    let corpus = crate::oracle::own_corpus();
    let units = corpus.pages.iter().flat_map(|page| &page.units);
    for unit in units {
        assert_ne!(unit.anchor, "record-title");
        assert!(!unit.text.contains("原文未载明。\n环节："), "{}", unit.text);
    }
    let page = corpus
        .pages
        .iter()
        .find(|page| page.card.key == "practices/tianjin-wubitan");
    let first = &page.expect("it is bundled").units[0];
    assert!(first.heading.contains("天津市") && !first.text.contains("简称"));
}

/// Two builds give the same bytes, the search index among them.
#[test]
fn the_same_input_gives_the_same_bytes() {
    let (first, second) = (built(), built());
    let paths = |built: &Built| -> Vec<String> {
        built
            .files
            .iter()
            .map(|(path, _)| path.to_owned())
            .collect()
    };
    assert_eq!(paths(&first), paths(&second));
    for ((path, a), (_, b)) in first.files.iter().zip(second.files.iter()) {
        assert!(a.bytes == b.bytes, "{path} differs");
    }
}

/// The download of a first query stays small.
#[test]
fn a_first_query_reads_little() {
    let built = built();
    let site = built.folder.path().join("public");
    for query in ["五必谈", "监督责任", "领导干部的责任和权力是对等的"] {
        let mut engine = StaticEngine::open(&site).expect("the site has an index");
        engine.search(&Request::new(query)).expect("it answers");
        // Engine and script have a budget of 80 KB, everything together 120 KB.
        assert!(
            engine.bytes_read < 90_000,
            "{query} reads {} bytes in {} files",
            engine.bytes_read,
            engine.files_read
        );
    }
}
