//! The basis of a page: the paragraphs that its marks and fields name. A link
//! that only says where to read on is no basis, wherever it could be mistaken
//! for one.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use zhize::output::OutputSet;
use zhize::progress::Silent;
use zhize::site::{self, SiteOptions};

use crate::support::{copy_into, example};

/// The example site with a second practice to compare, and with changes to its
/// files: path below `content/`, old text, new text.
fn built(changes: &[(&str, &str, &str)]) -> OutputSet {
    let site = TempDir::new().expect("a temporary folder");
    copy_into(&example(), site.path());
    let practices = site.path().join("content/practices");
    let second = practices.join("di-er.md");
    fs::copy(practices.join("shili-zuofa.md"), &second).expect("copied");
    change(&second, "示例市的谈话台账", "第二项做法");
    change(&second, "mechanism = \"示例台账\"\n", "");
    for (path, old, new) in changes {
        change(&site.path().join("content").join(path), old, new);
    }
    let options = SiteOptions::of(site.path());
    let outcome = site::build(&options, &Silent).expect("it can be built");
    let findings = outcome.findings.text(false);
    outcome.product.unwrap_or_else(|_| panic!("{findings}"))
}

fn change(path: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(path).expect("it is there");
    assert!(text.contains(old), "{}: {old}", path.display());
    fs::write(path, text.replacen(old, new, 1)).expect("written");
}

fn text(files: &OutputSet, path: &str) -> String {
    let file = files.get(path).unwrap_or_else(|| panic!("{path}"));
    String::from_utf8_lossy(&file.bytes).into_owned()
}

fn json(files: &OutputSet, path: &str) -> Value {
    serde_json::from_str(&text(files, path)).expect("JSON")
}

const PRACTICE: &str = "practices/shili-zuofa";

/// A single link of kind `kind` to a regulation, with its own source paragraph.
fn linked(kind: &str) -> OutputSet {
    let link = format!(
        "[[extra.related]]\nto = \"@/regulations/shili-tiaoli.md\"\nkind = \"{kind}\"\n\
         locator = \"P3\"\n\n[[extra.implements]]"
    );
    built(&[("practices/shili-zuofa.md", "[[extra.implements]]", &link)])
}

/// What a comparison shows as the practice's basis.
fn basis_row(files: &OutputSet) -> String {
    let html = text(files, "compare/index.html");
    let record = format!("data-record=\"{PRACTICE}\"");
    let record = html.split(&record).nth(1).expect("the practice");
    let row = record.split(">依据<").nth(1).expect("the row 依据");
    row.split("</dd>").next().expect("a row ends").to_owned()
}

#[test]
fn see_also_is_no_basis() {
    let aside = linked("see-also");
    let page = json(&aside, &format!("{PRACTICE}/index.json"));
    assert_eq!(page["sources"][0]["locators"], serde_json::json!(["P2"]));
    let html = text(&aside, &format!("{PRACTICE}/index.html"));
    let sources = html.split("id=\"source\"").nth(1).expect("the block 出处");
    assert!(
        sources.contains("P2") && !sources.contains("P3"),
        "{sources}"
    );
    let markdown = text(&aside, &format!("{PRACTICE}/index.html.md"));
    assert!(markdown.contains("参见"), "{markdown}");
    assert!(
        !basis_row(&aside).contains("示例档案工作条例"),
        "{}",
        basis_row(&aside)
    );

    // The same link, but of a kind that does name the practice's basis.
    let applied = linked("applies");
    let page = json(&applied, &format!("{PRACTICE}/index.json"));
    assert_eq!(
        page["sources"][0]["locators"],
        serde_json::json!(["P2", "P3"])
    );
    assert!(
        basis_row(&applied).contains("示例档案工作条例"),
        "{}",
        basis_row(&applied)
    );
}

#[test]
fn akoma_ntoso_knows_no_see_also() {
    let path = "regulations/shili-yijian";
    let link = "[[extra.related]]\nto = \"@/practices/shili-zuofa.md\"\nkind = \"see-also\"\n\
                locator = \"P3\"\n\n[[extra.sources]]";
    let before = built(&[]);
    let after = built(&[("regulations/shili-yijian.md", "[[extra.sources]]", link)]);
    let akn = format!("{path}/akn.xml");
    assert_eq!(text(&before, &akn), text(&after, &akn));
}

/// A paragraph that an editor lists for a source but no mark names is not
/// shown.
#[test]
fn sources_are_those_of_the_marks() {
    let old = "[[extra.sources]]\nid = \"example\"\nlocator = \"P2\"";
    let new = "[[extra.sources]]\nid = \"example\"\nlocator = \"P1、P2\"";
    let files = built(&[("practices/shili-zuofa.md", old, new)]);
    let page = json(&files, &format!("{PRACTICE}/index.json"));
    assert_eq!(page["sources"][0]["locators"], serde_json::json!(["P2"]));
}

#[test]
fn a_practice_may_not_say_where_and_at_which_level() {
    let files = built(&[
        (
            "practices/shili-zuofa.md",
            "region = { code = \"990100\", name = \"示例市\" }",
            "region = \"unknown\"",
        ),
        (
            "practices/shili-zuofa.md",
            "level = \"市级\"",
            "level = \"unknown\"",
        ),
    ]);
    let page = json(&files, &format!("{PRACTICE}/index.json"));
    assert_eq!(page["practice"]["region"], Value::Null);
    assert_eq!(page["practice"]["level"], Value::Null);
    let unknown = page["practice"]["unknown"].as_array().expect("a list");
    for field in ["region", "level"] {
        assert!(unknown.iter().any(|word| word == field), "{unknown:?}");
    }
}
