//! Search over the bundled site: what must come first, and that hits lead
//! somewhere.

use std::fs;

use search::request::Request;
use zhize::lookup::{Lookup, StaticEngine, TantivyEngine};
use zhize::output::OutputSet;
use zhize::progress::Progress;
use zhize::site::{self, SiteOptions};

use crate::support::{copy_into, repository};

struct Built {
    folder: tempfile::TempDir,
    files: OutputSet,
}

/// The bundled site, built from a copy so that tests don't share an index.
fn built() -> Built {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for part in ["content", "data"] {
        copy_into(&repository(part), &folder.path().join(part));
    }
    fs::create_dir(folder.path().join("search-index")).expect("writable");
    for file in ["config.toml", "search-index/lexicon.toml"] {
        fs::copy(repository(file), folder.path().join(file)).expect("readable");
    }
    let options = SiteOptions {
        root: folder.path().to_owned(),
        base_url: None,
    };
    let outcome = site::build(&options, &Progress::silent()).expect("the environment is well");
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
    Built { folder, files }
}

fn misses(engine: &mut dyn Lookup, name: &str) -> Vec<String> {
    let queries = include_str!("queries/seed.tsv");
    let mut misses = Vec::new();
    for line in queries.lines().filter(|line| !line.starts_with('#')) {
        let [query, expected, reason] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("a row has three columns: {line}");
        };
        let results = engine.search(&Request::new(query)).expect("it answers");
        let found: Vec<_> = results
            .hits
            .iter()
            .map(|hit| hit.card.key.as_str())
            .collect();
        if found.first() != Some(&expected) {
            let first = &found[..found.len().min(3)];
            misses.push(format!(
                "{name}: {query} ({reason}): {first:?}, not {expected}"
            ));
        }
    }
    misses
}

#[test]
fn what_must_come_first_does_with_both_engines() {
    let built = built();
    let site = built.folder.path().join("public");
    let mut statically = StaticEngine::open(&site).expect("the site has an index");
    let mut tantivy = TantivyEngine::open(built.folder.path()).expect("the site has an index");
    let mut missed = misses(&mut statically, "static");
    missed.extend(misses(&mut tantivy, "tantivy"));
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_place_of_the_index_is_a_place_of_a_page() {
    let built = built();
    let site = built.folder.path().join("public");
    let mut engine = StaticEngine::open(&site).expect("the site has an index");
    let mut request = Request::new("");
    // Queries of one character reach nearly everything; the page's own words
    // reach the rest.
    let mut places = std::collections::BTreeSet::new();
    for query in ["责", "来", "的", "数", "党", "本"] {
        request.query = query.to_owned();
        for hit in engine.units(&request, usize::MAX).expect("it answers") {
            places.insert((hit.page, hit.anchor));
        }
    }
    assert!(places.len() > 150, "only {} places", places.len());
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

/// The list of a year and the filter by it hold the same pages: both count
/// the years of figures.
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

/// What a first query downloads stays small.
#[test]
fn a_first_query_reads_little() {
    let built = built();
    let site = built.folder.path().join("public");
    for query in ["五必谈", "监督责任", "领导干部的责任和权力是对等的"] {
        let mut engine = StaticEngine::open(&site).expect("the site has an index");
        engine.search(&Request::new(query)).expect("it answers");
        // Engine and script have a budget of 80 KB, all together 120 KB.
        assert!(
            engine.bytes_read < 90_000,
            "{query} reads {} bytes in {} files",
            engine.bytes_read,
            engine.files_read
        );
    }
}
