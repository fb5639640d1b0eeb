//! Addresses: who gets which, what is reported to those who can't have one, and
//! that old ones keep working.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use zhize::output::{OutputPaths, OutputSet};
use zhize::progress::Silent;
use zhize::site::{self, Outcome, SiteOptions};

use crate::support::{copy_into, example, repository, site as fixture};

fn options(root: &Path) -> SiteOptions {
    SiteOptions::of(root)
}

/// A site of two terms, the first with old addresses and topics.
fn terms(aliases: &str, topics: &str) -> TempDir {
    let site = fixture("diagnostics-base", "diagnostics-base");
    for (name, more) in [
        ("a", format!("aliases = {aliases}\n")),
        ("b", String::new()),
    ] {
        let topics = match name {
            "a" => topics,
            _ => "[]",
        };
        term(&site, name, topics, &more);
    }
    site
}

fn term(site: &TempDir, name: &str, topics: &str, more: &str) {
    let text = format!(
        "+++\ntitle = \"词{name}\"\ndescription = \"一个词。\"\ndate = 2024-01-02\n{more}\
         [taxonomies]\ntopics = {topics}\n[extra]\nkind = \"概念\"\n\
         integrity = {{ state = \"clean\" }}\n[[extra.sources]]\nid = \"seed\"\n\
         locator = \"P8\"\n+++\n\n词的意思。〔P8〕\n"
    );
    fs::write(site.path().join(format!("content/terms/{name}.md")), text).expect("written");
}

fn add(site: &TempDir, path: &str) {
    let path = site.path().join(path);
    fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
    fs::write(path, "x").expect("written");
}

fn check(site: &TempDir) -> Outcome<OutputPaths> {
    site::check(&options(site.path()), &Silent).expect("the environment is well")
}

fn built(root: &Path) -> OutputSet {
    let outcome = site::build(&options(root), &Silent).expect("it can be built");
    let findings = outcome.findings.text(false);
    outcome.product.unwrap_or_else(|_| panic!("{findings}"))
}

/// The only finding: its code and its line.
#[track_caller]
fn only_finding(site: &TempDir) -> (&'static str, String) {
    let findings = check(site).findings;
    let json: serde_json::Value = serde_json::from_str(&findings.json()).expect("JSON");
    let found = findings.diagnostics();
    assert_eq!(found.len(), 1, "{}", findings.text(false));
    let place = format!(
        "{}:{}",
        json[0]["file"].as_str().expect("a file"),
        json[0]["line"]
    );
    (found[0].code, place)
}

/// A copy of a site, because a build writes into its folder.
fn copy(root: &Path) -> TempDir {
    let site = TempDir::new().expect("a temporary folder");
    for part in [
        "config.toml",
        "content",
        "data",
        "search-index/golden.toml",
        "search-index/lexicon.toml",
    ] {
        let (from, to) = (root.join(part), site.path().join(part));
        if from.is_dir() {
            copy_into(&from, &to);
        } else if from.exists() {
            fs::create_dir_all(to.parent().expect("in a folder")).expect("a folder");
            fs::copy(from, to).expect("it can be copied");
        }
    }
    site
}

#[test]
fn a_check_knows_every_path_that_a_build_writes() {
    for root in [repository("."), example()] {
        let site = copy(&root);
        let planned = check(&site).product.expect("the site has no errors");
        let made = built(site.path());
        for (path, _) in made.iter() {
            assert!(planned.allow(path), "{path} is not planned");
        }
        for path in planned.iter().filter(|path| *path != "zhize.json") {
            assert!(made.get(path).is_some(), "{path} is planned and not made");
        }
    }
}

#[test]
fn an_old_address_that_no_disk_takes_is_an_invalid_value() {
    for alias in [".", "./x", "x/.", "terms/./b", "x./y", "../x"] {
        let site = terms(&format!("[\"{alias}\"]"), "[]");
        let place = "content/terms/a.md:5".to_owned();
        assert_eq!(only_finding(&site), ("invalid-value", place), "{alias}");
    }
}

#[test]
fn an_old_address_that_another_file_needs_is_reported_at_its_line() {
    for alias in [
        "index.html",
        "404.html",
        "sw.js/x",
        "llms.txt/x.html",
        "zhize.json",
        "terms/b",
        "terms/b/index.html",
        "terms/a/index.json",
        "terms",
        "compare",
    ] {
        let site = terms(&format!("[\"{alias}\"]"), "[]");
        if alias == "compare" {
            // A site without practices has no page of comparisons.
            assert!(check(&site).product.is_ok());
            continue;
        }
        let place = "content/terms/a.md:5".to_owned();
        assert_eq!(only_finding(&site), ("duplicate-address", place), "{alias}");
    }
}

#[test]
fn an_address_of_the_program_is_reserved() {
    for alias in [
        "search/x",
        "topics/y",
        "offline",
        "new/old",
        "assets/z",
        "data/q.html",
    ] {
        let site = terms(&format!("[\"{alias}\"]"), "[]");
        let place = "content/terms/a.md:5".to_owned();
        assert_eq!(only_finding(&site), ("reserved-address", place), "{alias}");
    }
}

#[test]
fn an_address_that_is_too_long_is_reported_at_its_line() {
    for alias in ["a".repeat(251), vec!["a"; 600].join("/")] {
        let site = terms(&format!("[\"{alias}\"]"), "[]");
        let place = "content/terms/a.md:5".to_owned();
        assert_eq!(only_finding(&site), ("too-long", place));
    }
}

#[test]
fn a_file_at_a_path_of_the_program_is_reported_by_its_name() {
    for (path, code) in [
        ("static/llms.txt", "duplicate-address"),
        ("static/sw.js", "duplicate-address"),
        ("static/zhize.json", "duplicate-address"),
        ("static/data/library.json", "duplicate-address"),
        ("static/terms", "duplicate-address"),
        ("static/terms/a/index.json", "duplicate-address"),
        // A file that no page asks for takes no address.
        ("content/terms/a/index.json", "unused-attachment"),
        ("static/search/boot.bin", "reserved-address"),
        ("static/search/new.bin", "reserved-address"),
    ] {
        let site = terms("[]", "[]");
        add(&site, path);
        assert_eq!(only_finding(&site), (code, format!("{path}:1")));
    }
    let site = terms("[]", "[]");
    add(&site, "static/assets/logo.txt");
    add(&site, "static/data/more.txt");
    assert!(
        check(&site).findings.is_empty(),
        "files may lie beside the program's"
    );
}

#[test]
fn two_pages_of_one_address_are_one_finding() {
    let site = terms("[]", "[]");
    term(&site, "c", "[]", "slug = \"b\"\n");
    let place = "content/terms/c.md:5".to_owned();
    let (code, found) = only_finding(&site);
    assert_eq!(code, "duplicate-address");
    assert!(
        [place, "content/terms/b.md:1".to_owned()].contains(&found),
        "{found}"
    );
}

#[test]
fn a_page_and_a_section_of_one_address_are_one_finding() {
    let site = terms("[]", "[]");
    fs::create_dir_all(site.path().join("content/terms/a")).expect("a folder");
    fs::write(
        site.path().join("content/terms/a/_index.md"),
        "+++\ntitle = \"子栏目\"\n[extra]\ntype = \"term\"\n+++\n",
    )
    .expect("written");
    let (code, place) = only_finding(&site);
    assert_eq!(code, "duplicate-address");
    assert!(place.starts_with("content/terms/a"), "{place}");
}

#[test]
fn an_old_address_with_an_ending_is_that_file() {
    let site = terms("[\"lao/ye.html\", \"lao/ye\"]", "[]");
    let made = built(site.path());
    for (path, href) in [
        ("lao/ye.html", "../terms/a/index.html"),
        ("lao/ye/index.html", "../../terms/a/index.html"),
    ] {
        let file = made.get(path).unwrap_or_else(|| panic!("{path} is made"));
        let text = String::from_utf8_lossy(&file.bytes);
        assert!(text.contains(&format!("data-to=\"{href}\"")), "{text}");
        assert!(
            text.contains(&format!("url={href}")),
            "without script: {text}"
        );
    }
}

fn topic_of(made: &OutputSet, slug: &str) -> Option<String> {
    let file = made.get(&format!("topics/{slug}/index.html"))?;
    let text = String::from_utf8_lossy(&file.bytes);
    let (_, rest) = text.split_once("<h1>")?;
    Some(rest.split_once("</h1>")?.0.to_owned())
}

#[test]
fn a_topic_never_takes_the_address_of_another() {
    let site = terms("[]", "[\"监察\"]");
    let before = built(site.path());
    assert!(
        topic_of(&before, "jian-cha")
            .expect("a page")
            .contains("监察")
    );
    term(&site, "b", "[\"检查\"]", "");
    let after = built(site.path());
    let offered = topic_of(&after, "jian-cha").expect("the address goes on working");
    assert!(
        offered.contains("监察") && offered.contains("检查"),
        "{offered}"
    );
    let own = |topic: &str| -> Vec<String> {
        let paths = after.iter().map(|(path, _)| path);
        let slugs =
            paths.filter_map(|path| path.strip_prefix("topics/")?.strip_suffix("/index.html"));
        slugs
            .filter(|slug| *slug != "jian-cha")
            .filter(|slug| topic_of(&after, slug).is_some_and(|title| title.contains(topic)))
            .map(str::to_owned)
            .collect()
    };
    let [one, other] = [own("监察"), own("检查")];
    assert!(
        one.len() == 1 && other.len() == 1 && one != other,
        "{one:?} {other:?}"
    );
    // A third topic changes neither address.
    term(&site, "a", "[\"监察\", \"坚察\"]", "");
    let third = built(site.path());
    for (slug, topic) in [(&one[0], "监察"), (&other[0], "检查")] {
        assert!(topic_of(&third, slug).expect("it stays").contains(topic));
    }
}

#[test]
fn a_long_topic_has_an_address_that_disks_take() {
    let site = terms("[]", &format!("[\"{}\"]", "壮".repeat(80)));
    let made = built(site.path());
    let mut parts = made.iter().flat_map(|(path, _)| path.split('/'));
    assert!(parts.all(|part| part.len() <= 250));
}

/// Puts the first term into a section, and adds lines to its front matter.
fn with_section(site: &TempDir, more: &str) {
    let path = site.path().join("content/terms/a.md");
    let text = fs::read_to_string(&path).expect("it was written");
    let text = text.replace("[[extra.sources]]", &format!("{more}[[extra.sources]]"));
    let section = "\n## 丁香的颜色 {#yanse}\n\n丁香是紫色的。〔P8〕\n";
    fs::write(path, text + section).expect("written");
}

#[test]
fn an_old_address_can_lead_to_a_heading() {
    let site = terms("[\"terms/dingxiang#yanse\"]", "[]");
    with_section(&site, "");
    let files = built(site.path());
    let redirect = files.get("terms/dingxiang/index.html").expect("a page");
    let html = String::from_utf8_lossy(&redirect.bytes);
    assert!(html.contains("url=../a/index.html#yanse"), "{html}");
    assert!(html.contains("data-to=\"../a/index.html#yanse\""), "{html}");
}

#[test]
fn a_heading_that_an_old_address_means_must_exist() {
    let site = terms("[\"terms/dingxiang#yansee\"]", "[]");
    with_section(&site, "");
    let place = "content/terms/a.md:5".to_owned();
    assert_eq!(only_finding(&site), ("broken-anchor", place));
}

/// A term that moved into another term's page is found under its own name: in
/// lists, in texts and in search results.
#[test]
fn a_subentry_keeps_its_name() {
    let site = terms("[\"terms/dingxiang#yanse\"]", "[]");
    with_section(
        &site,
        "[[extra.subentries]]\nname = \"丁香紫\"\nother_names = [\"丁香色彩\"]\nheading = \"yanse\"\n\
         meaning = { text = \"丁香花的颜色\", locator = \"P8\" }\n\n",
    );
    let path = site.path().join("content/terms/b.md");
    let text = fs::read_to_string(&path).expect("it was written");
    let text = text.replace("词的意思", "丁香紫是一种颜色");
    fs::write(&path, text).expect("written");
    let golden = "[[golden]]\nquery = \"丁香色彩\"\nfirst = \"terms/a#yanse\"\nreason = \"名称\"\n\
                  [[golden]]\nquery = \"dingxiangzi\"\nfirst = \"terms/a\"\nreason = \"拼音\"\n";
    fs::create_dir_all(site.path().join("search-index")).expect("a folder");
    fs::write(site.path().join("search-index/golden.toml"), golden).expect("written");
    let findings = check(&site).findings;
    assert!(
        findings.diagnostics().is_empty(),
        "{}",
        findings.text(false)
    );

    let files = built(site.path());
    let page = |path: &str| {
        let file = files.get(path).unwrap_or_else(|| panic!("{path}"));
        String::from_utf8_lossy(&file.bytes).into_owned()
    };
    let list = page("a-z/index.html");
    for name in ["丁香紫", "丁香色彩"] {
        let link = format!("href=\"../terms/a/index.html#yanse\">{name}</a>");
        assert!(list.contains(&link), "{name}: {list}");
    }
    let text = page("terms/b/index.html");
    assert!(
        text.contains("href=\"../a/index.html#yanse\" class=\"term\""),
        "{text}"
    );
    assert!(text.contains("title=\"丁香花的颜色\""), "{text}");
    assert!(
        text.contains("id=\"term--terms-a-yanse\">丁香花的颜色<"),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&page("terms/a/index.json")).expect("JSON");
    assert_eq!(json["subentries"][0]["anchor"], "yanse");
    assert_eq!(json["subentries"][0]["meaning"]["text"], "丁香花的颜色");
}
