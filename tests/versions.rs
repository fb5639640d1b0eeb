//! Regulations with several texts: order, validity, search, comparison.

use std::fs;
use std::path::Path;

use snapbox::Data;
use time::macros::date;
use zhize::compare::{Comparisons, UnitKind};
use zhize::extract;
use zhize::library::versions::{DatedBy, Ending};
use zhize::library::{Library, Page};
use zhize::model::Details;

use crate::support::{check, copy_into, example, rendered_page, repository};

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

/// A site with a regulation of several texts: file name, further fields, body.
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
    assert_eq!(card.validity, Some(search::in_force::Validity::Amended));
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

/// A thousand regulations, each of which replaces the next, in a circle.
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

/// `SNAPSHOTS=overwrite` rewrites the expected pages; read the diff.
#[test]
fn pages_of_old_texts_and_comparisons_are_as_they_were() {
    for (path, name) in [
        ("regulations/shili-banfa-2019", "old"),
        (
            "regulations/shili-banfa/compare/20190601-20260301",
            "compare",
        ),
    ] {
        let page = rendered_page(&example(), &format!("{path}/index.html"));
        let (_, main) = page.split_once("<main").expect("a page has its main part");
        let (main, _) = main.split_once("</main>").expect("it ends");
        let golden = repository("tests/golden/versions").join(format!("{name}.html"));
        snapbox::assert_data_eq!(
            format!("<main{main}</main>\n"),
            Data::read_from(&golden, None).raw()
        );
    }
}

/// An old number on the current page is an anchor that says what became of it,
/// and occurs only once.
#[test]
fn old_numbers_have_a_place_on_the_current_page() {
    let page = rendered_page(&example(), "regulations/shili-banfa/index.html");
    let old = rendered_page(&example(), "regulations/shili-banfa-2019/index.html");
    for part in old.split("<div class=\"law-article\" id=\"").skip(1) {
        let (anchor, _) = part.split_once('"').expect("it ends");
        let id = format!("id=\"{anchor}\"");
        assert_eq!(page.matches(&id).count(), 1, "{anchor}");
    }
    assert!(page.contains(
        "<li id=\"art-11\"><a href=\"../shili-banfa-2019/index.html#art-11\">第十一条</a>（2019年6月1日施行的文本）：现为<a href=\"#art-10\">第十条</a></li>"
    ));
    // Without a script the page says nothing about today.
    assert!(page.contains("data-validity-state hidden></span>自2026年3月1日起施行"));
}

/// What a text changed in the one before is news: on its page, with the way to
/// the comparison, and on the page of news.
#[test]
fn what_a_new_text_changed_is_said() {
    let said = "与2019年6月1日施行的文本相比，有改动 9 处，新增 2 处，删去 1 处，位置调整 1 处";
    let page = rendered_page(&example(), "regulations/shili-banfa/index.html");
    assert!(page.contains(&format!(
        "<li><time datetime=\"2026-03-01\">2026年3月1日</time>：<a href=\"compare/20190601-20260301/index.html\">{said}</a>。</li>"
    )));
    let old = rendered_page(&example(), "regulations/shili-banfa-2019/index.html");
    assert!(!old.contains("相比"), "nothing came before it");
    for file in ["new/index.html", "feed.xml"] {
        assert!(rendered_page(&example(), file).contains(said), "{file}");
    }
}

/// Texts that aren't in force yet are compared with today's, and link back.
#[test]
fn a_text_that_is_not_in_force_yet_stands_behind_the_current_one() {
    let site = with_texts(&[
        ("x", "effective = 2020-01-01\nstatus = \"有效\"", BODY),
        (
            "x-2027",
            "version_of = \"@/regulations/x.md\"\neffective = 2027-05-01\nstatus = \"尚未生效\"",
            "第一条　丙丁。\n\n第二条　甲。\n\n第三条　乙。\n",
        ),
    ]);
    let page = rendered_page(site.path(), "regulations/x-2027/index.html");
    assert!(page.contains("晚于<a href=\"../x/index.html\">2020年1月1日施行的文本</a>"));
    assert!(page.contains("此前文本：<a href=\"../x/index.html#art-1\">第一条</a>，文字相同"));
    assert!(page.contains("此前文本无此内容"));
    let current = rendered_page(site.path(), "regulations/x/index.html");
    assert!(current.contains("自2020年1月1日起施行，2027年5月1日起由新文本代替"));
    assert!(!current.contains("id=\"law-gone\""), "nothing is gone");
    rendered_page(
        site.path(),
        "regulations/x/compare/20200101-20270501/index.html",
    );
}

/// A law of 1,260 articles, of which every tenth was changed and every
/// twentieth inserted; the matching must find exactly that.
#[test]
fn a_long_law_is_matched_as_it_was_made() {
    let words = |n: usize| {
        // Words that repeat in every article, and some that don't.
        let own: String = (0..6)
            .map(|k| {
                char::from_u32(0x4e00 + ((n * 7919 + k * 104_729) % 20_000) as u32).expect("Han")
            })
            .collect();
        format!("有关机关应当依照本法的规定，对{own}的事项作出决定，并在示例期限内告知当事人。")
    };
    let (mut old, mut new) = (String::new(), String::new());
    let mut expected = Vec::new();
    let mut number = 0;
    for n in 1..=1260 {
        old.push_str(&format!("第{n}条　{}\n\n", words(n)));
        if n % 20 == 0 {
            number += 1;
            new.push_str(&format!("第{number}条　{}\n\n", words(n + 5_003)));
        }
        number += 1;
        let text = match n % 10 {
            0 => words(n).replace("告知当事人", "书面告知当事人和利害关系人"),
            _ => words(n),
        };
        new.push_str(&format!("第{number}条　{text}\n\n"));
        expected.push((format!("art-{n}"), format!("art-{number}")));
    }
    let site = with_texts(&[
        ("x", "effective = 2020-01-01\nstatus = \"有效\"", &new),
        (
            "x-2015",
            "version_of = \"@/regulations/x.md\"\neffective = 2015-01-01\nstatus = \"已修改\"",
            &old,
        ),
    ]);
    let library = library(site.path());
    let comparisons = Comparisons::of(&library);
    let (first, second) = comparisons.pairs().next().expect("two texts");
    let comparison = comparisons.get(first, second).expect("they are compared");
    let mut found = Vec::new();
    let mut added = 0;
    for matched in comparison.matches {
        assert!(!matched.moved);
        match comparison.sides(matched) {
            (Some(old), Some(new)) if old.kind == UnitKind::Article => {
                found.push((old.anchor.clone(), new.anchor.clone()));
            }
            (None, Some(_)) => added += 1,
            (_, None) => panic!("nothing was taken out"),
            _ => {}
        }
    }
    assert_eq!(added, 63);
    let wrong: Vec<_> = found
        .iter()
        .zip(&expected)
        .filter(|(a, b)| a != b)
        .collect();
    assert!(wrong.is_empty(), "{:?}", wrong.first());
    assert_eq!(found.len(), expected.len());
}
