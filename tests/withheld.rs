//! What may not be public: nowhere but as a page without body.

use std::fs;

use zhize::progress::Silent;
use zhize::site::{SiteOptions, build};

use crate::support::{check, site};

/// Words that stand in the withheld text alone.
const SECRET: &str = "麒麟阁密议";

#[test]
fn nothing_of_a_withheld_text_leaves_the_parser() {
    let folder = site("diagnostics-base", "diagnostics/secret-mark");
    let page = folder.path().join("content/regulations/wenze-tiaoli.md");
    let text = fs::read_to_string(&page).expect("the fixture is there");
    let text = text
        .replace(
            "public = true",
            "public = false\npublic_basis = \"虚构的决定\"",
        )
        .replace("规定问责的情形和程序", SECRET)
        .replace("一、甲。", &format!("一、{SECRET}，见[附件](fujian.txt)。"));
    fs::write(&page, text).expect("it can be written");
    let attachment = folder.path().join("content/regulations/fujian.txt");
    fs::write(attachment, SECRET).expect("it can be written");

    let checked = check(folder.path());
    let library = checked.library.expect("a decision was stated");
    let corpus = zhize::extract::corpus(&library);
    let key = "regulations/wenze-tiaoli";
    assert!(corpus.pages.iter().all(|page| page.card.key != key));

    let options = SiteOptions {
        root: folder.path().to_owned(),
        base_url: Some("https://a.example/".to_owned()),
        cache: None,
    };
    let outcome = build(&options, &Silent).expect("it can be built");
    let files = outcome.product.expect("nothing is wrong");
    let shown = files
        .get(&format!("{key}/index.html"))
        .expect("the page is there");
    assert!(String::from_utf8_lossy(&shown.bytes).contains("中国共产党问责条例"));
    for (path, file) in files.iter() {
        let text = String::from_utf8_lossy(&file.bytes);
        assert!(!text.contains(SECRET), "{path}");
        let is_feed = path.ends_with(".xml") && !path.contains("sitemap");
        let is_list = path.starts_with("assets/files.");
        if is_feed || is_list || path.starts_with("data/") {
            assert!(!text.contains(key), "{path} names the page");
        }
    }
    for ending in ["json", "md", "akn.xml"] {
        let beside = |path: &str| path.starts_with(key) && path.ends_with(ending);
        assert!(!files.iter().any(|(path, _)| beside(path)), "{ending}");
    }
    assert!(files.get("regulations/fujian.txt").is_none());
}
