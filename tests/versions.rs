//! Regulations with several texts: order, validity, search, comparison.

use std::fs;
use std::path::Path;

use time::macros::date;
use zhize::extract;
use zhize::library::{Details, Library, Page};
use zhize::versions::{DatedBy, Ending};

use crate::support::{check, copy_into, example, repository};

fn library(root: &Path) -> Library {
    let checked = check(root);
    checked
        .library
        .unwrap_or_else(|| panic!("{}", checked.text))
}

fn page<'l>(library: &'l Library, key: &str) -> &'l Page {
    let found = library.pages.iter().find(|page| page.key == key);
    found.unwrap_or_else(|| panic!("no page {key}"))
}

/// A site with a regulation of some texts: name of the file, further fields,
/// body.
fn with_texts(texts: &[(&str, &str, &str)]) -> tempfile::TempDir {
    let site = tempfile::tempdir().expect("a temporary folder");
    copy_into(&repository("tests/fixtures/diagnostics-base"), site.path());
    for (name, fields, body) in texts {
        let text = format!(
            "+++\ntitle = \"示例办法\"\ndescription = \"虚构示例\"\ndate = 2026-11-22\n[extra]\n{fields}\n\
             kind = \"办法\"\nissuer = [\"cpc-central\"]\nlevel = \"其他\"\nbody_form = \"clause\"\npublic = true\n\
             integrity = {{ state = \"clean\" }}\n[[extra.sources]]\nid = \"seed\"\nlocator = \"P9\"\n+++\n\n{body}\n"
        );
        let path = site.path().join(format!("content/regulations/{name}.md"));
        fs::write(path, text).expect("the folder is writable");
    }
    site
}

const BODY: &str = "第一条　甲。\n\n第二条　乙。\n";

#[test]
fn texts_are_ordered_by_date_and_each_ends_where_the_next_begins() {
    let site = with_texts(&[
        (
            "x",
            "effective = 2020-01-01\nrepealed = 2030-01-01\nstatus = \"有效\"",
            BODY,
        ),
        (
            "x-2010",
            "version_of = \"@/regulations/x.md\"\npromulgated = 2010-01-01\nstatus = \"已修改\"",
            BODY,
        ),
        (
            "x-2015",
            "version_of = \"@/regulations/x.md\"\neffective = 2015-01-01\nstatus = \"已修改\"",
            BODY,
        ),
        (
            "x-2027",
            "version_of = \"@/regulations/x.md\"\neffective = 2027-05-01\nstatus = \"尚未生效\"",
            BODY,
        ),
    ]);
    let library = library(site.path());
    let identity = page(&library, "regulations/x");
    let (chain, place) = library.versions.of(identity.id).expect("it has texts");
    let keys: Vec<&str> = chain
        .texts
        .iter()
        .map(|text| library.page(text.page).key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "regulations/x-2010",
            "regulations/x-2015",
            "regulations/x",
            "regulations/x-2027"
        ]
    );
    assert_eq!((place, chain.current()), (2, 2));
    assert_eq!(chain.texts[0].dated_by, DatedBy::Promulgated);
    let validity = |key: &str| {
        let page = page(&library, key);
        let Details::Regulation(regulation) = &page.details else {
            panic!("it is a regulation");
        };
        library.versions.validity(page.id, regulation)
    };
    let first = validity("regulations/x-2010");
    assert_eq!(first.from, None, "promulgated is not in force");
    assert_eq!(
        first.until,
        Some((date!(2015 - 01 - 01), Ending::Superseded))
    );
    let now = validity("regulations/x");
    assert_eq!(now.from, Some(date!(2020 - 01 - 01)));
    assert_eq!(now.until, Some((date!(2027 - 05 - 01), Ending::Superseded)));
    assert_eq!(validity("regulations/x-2027").until, None);
}

#[test]
fn a_regulation_is_listed_and_cited_once() {
    let library = library(&example());
    let old = page(&library, "regulations/shili-banfa-2019");
    assert!(library.versions.is_other_text(old.id));
    assert!(!library.sections["regulations"].pages.contains(&old.id));
    let cited = library.backlinks.values().flatten();
    assert!(cited.clone().all(|backlink| backlink.from != old.id));
    // 《示例办法》 is a name of both texts, and means the regulation.
    assert!(!library.backlinks.contains_key(&old.id));
    let current = page(&library, "regulations/shili-banfa");
    assert!(library.backlinks[&current.id].len() > 3);
}

#[test]
fn other_texts_stand_last_in_the_corpus_with_their_successors() {
    let library = library(&example());
    let corpus = extract::corpus(&library);
    let keys: Vec<&str> = corpus
        .pages
        .iter()
        .map(|page| page.card.key.as_str())
        .collect();
    let at = |key: &str| {
        keys.iter()
            .position(|known| *known == key)
            .expect("it is there") as u32
    };
    let old = at("regulations/shili-banfa-2019");
    assert_eq!(corpus.superseded_from, old);
    assert_eq!(corpus.repealed_from, at("regulations/shili-zanxing"));
    let [succession] = corpus.successions[..] else {
        panic!("one regulation has two texts");
    };
    assert_eq!(
        (succession.older, succession.newer, succession.from),
        (old, at("regulations/shili-banfa"), date!(2026 - 03 - 01))
    );
    let card = &corpus.pages[old as usize].card;
    assert_eq!(card.meta[0], "2019年6月1日施行的文本");
    assert_eq!(card.status, "已修改");
}

#[test]
fn two_texts_in_force_contradict_each_other() {
    let site = with_texts(&[
        ("x", "effective = 2020-01-01\nstatus = \"有效\"", BODY),
        (
            "x-2015",
            "version_of = \"@/regulations/x.md\"\neffective = 2015-01-01\nstatus = \"有效\"",
            BODY,
        ),
    ]);
    let found = check(site.path()).diagnostics;
    let codes: Vec<&str> = found.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["status-contradiction"]);
}

#[test]
fn only_regulations_have_texts_and_take_places() {
    let site = with_texts(&[
        (
            "x",
            "effective = 2020-01-01\nstatus = \"有效\"\nreplaces = [\"@/practices/p.md\", \"@/regulations/x-2015.md\"]",
            BODY,
        ),
        (
            "x-2015",
            "version_of = \"@/regulations/x.md\"\neffective = 2015-01-01\nstatus = \"已修改\"",
            BODY,
        ),
        (
            "y",
            "version_of = \"@/practices/p.md\"\neffective = 2015-01-01\nstatus = \"有效\"",
            BODY,
        ),
        (
            "z",
            "version_of = \"@/regulations/z.md\"\neffective = 2015-01-01\nstatus = \"有效\"",
            BODY,
        ),
    ]);
    fs::write(
        site.path().join("content/practices/p.md"),
        "+++\ntitle = \"做法\"\ndescription = \"虚构\"\ndate = 2026-11-22\n[extra]\norgan = [\"tianjin\"]\n\
         region = { code = \"120000\", name = \"天津市\" }\nlevel = \"省级\"\nintegrity = { state = \"clean\" }\n\
         [[extra.sources]]\nid = \"seed\"\nlocator = \"P8\"\n+++\n\n甲。〔P8〕\n",
    )
    .expect("the folder is writable");
    let found = check(site.path()).diagnostics;
    let mut codes: Vec<&str> = found.iter().map(|found| found.code).collect();
    codes.retain(|code| *code != "ambiguous-title");
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "self-reference",
            "wrong-target",
            "wrong-target",
            "wrong-target"
        ]
    );
}

/// A thousand regulations that each took the place of the next, in a circle.
#[test]
fn a_long_circle_is_found_once_and_soon() {
    let names: Vec<String> = (0..1000).map(|n| format!("x{n:04}")).collect();
    let fields: Vec<String> = (0..1000)
        .map(|n| {
            format!(
                "status = \"未知\"\nreplaces = [\"@/regulations/x{:04}.md\"]",
                (n + 1) % 1000
            )
        })
        .collect();
    let texts: Vec<(&str, &str, &str)> = names
        .iter()
        .zip(&fields)
        .map(|(name, fields)| (name.as_str(), fields.as_str(), BODY))
        .collect();
    let found = check(with_texts(&texts).path()).diagnostics;
    let circles: Vec<_> = found
        .iter()
        .filter(|found| found.code == "replaces-cycle")
        .collect();
    assert_eq!(circles.len(), 1);
    assert!(
        circles[0].message.chars().count() < 300,
        "it names the first few: {}",
        circles[0].message
    );
}
