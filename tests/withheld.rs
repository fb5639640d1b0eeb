//! What may not be public appears nowhere but as a page without body.

use std::fs;

use zhize::progress::Silent;
use zhize::site::{SiteOptions, build};
use zhize::structure::official;

use crate::laws;
use crate::support::{self, check, site};

/// Words that occur only in the withheld text.
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
        base_url: Some("https://a.example/".to_owned()),
        ..SiteOptions::of(folder.path())
    };
    let outcome = build(&options, &Silent).expect("it can be built");
    let files = outcome.product.expect("nothing is wrong");
    let shown = files
        .get(&format!("{key}/index.html"))
        .expect("the page is there");
    let shown = String::from_utf8_lossy(&shown.bytes);
    assert!(shown.contains("中国共产党问责条例") && shown.contains("本页正文不公开。"));
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

/// A page of each type that uses every field that can repeat its text; `public`
/// comes after these fields.
const PAGES: [(&str, &str); 4] = [
    (
        "regulations",
        "kind = \"办法\"\nissuer = \"unknown\"\nlevel = \"其他\"\nstatus = \"未知\"\nbody_form = \"document\"\n",
    ),
    (
        "practices",
        "organ = [\"shili-shi\"]\nlevel = \"市级\"\nregion = { code = \"990100\", name = \"示例市\", basis = \"stated\", locator = \"P3\", note = \"SECRET\" }\n\
         outcome = \"SECRET\"\noutcome_locator = \"P3\"\nstart_year = \"unknown\"\n",
    ),
    (
        "cases",
        "case_kind = \"问责案例\"\norgan = [\"shili-shi\"]\nperiod = \"unknown\"\noutcome = \"SECRET\"\noutcome_locator = \"P3\"\n",
    ),
    (
        "terms",
        "kind = \"概念\"\nmeaning = { text = \"SECRET\", locator = \"P3\" }\n",
    ),
];

/// The fields that are tables, by section.
fn tables(section: &str) -> &'static str {
    match section {
        "practices" => {
            "[extra.procedure]\nhow = { text = \"SECRET\", locator = \"P3\" }\n\
             [[extra.components]]\nname = \"SECRET\"\ndetail = \"SECRET\"\nlocator = \"P3\"\n"
        }
        "cases" => "[[extra.findings]]\ntext = \"SECRET\"\nlocator = \"P3\"\n",
        _ => "",
    }
}

fn withheld_page(section: &str, fields: &str, public: &str) -> String {
    format!(
        "+++\ntitle = \"保留的{section}\"\ndescription = \"SECRET\"\ndate = 2026-11-22\n\n[extra]\n{fields}public = {public}\n\
         search_terms = [\"SECRET\"]\nintegrity = {{ state = \"clean\" }}\n\
         stage = [ {{ value = \"问责\", basis = \"stated\", locator = \"P3\", note = \"SECRET\" }} ]\n{}\
         [[extra.related]]\nto = \"@/regulations/shili-tiaoli.md\"\nkind = \"see-also\"\nbasis = \"stated\"\nlocator = \"P3\"\nnote = \"SECRET\"\n\
         [[extra.figures]]\nlabel = \"SECRET\"\nvalue = \"3\"\nunit = \"件\"\nperiod = \"unknown\"\nscope = \"SECRET\"\nlocator = \"P3\"\n\
         [[extra.sources]]\nid = \"example\"\nlocator = \"P3\"\n+++\n\n## SECRET\n\nSECRET，见[附件](baoliu-{section}.txt)。〔P3〕\n",
        tables(section)
    )
    .replace("SECRET", SECRET)
}

/// Whatever the type, and whether `public` is `false` or unknown: the page's
/// title is on its page, and nothing else of it is anywhere.
#[test]
fn pages_of_every_type_are_withheld() {
    for public in ["false", "\"unknown\""] {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        support::copy_into(&support::repository("examples/regulations"), folder.path());
        for (section, fields) in PAGES {
            let below = folder.path().join("content").join(section);
            let page = withheld_page(section, fields, public);
            fs::write(below.join("baoliu.md"), page).expect("it can be written");
            let attachment = below.join(format!("baoliu-{section}.txt"));
            fs::write(attachment, SECRET).expect("it can be written");
        }
        let checked = check(folder.path());
        assert!(checked.library.is_some(), "{}", checked.text);
        let options = SiteOptions {
            base_url: Some("https://a.example/".to_owned()),
            ..SiteOptions::of(folder.path())
        };
        let outcome = build(&options, &Silent).expect("it can be built");
        let files = outcome.product.expect("nothing is wrong");
        for (path, file) in files.iter() {
            let text = String::from_utf8_lossy(&file.bytes);
            assert!(!text.contains(SECRET), "{path}");
        }
        for (section, _) in PAGES {
            let key = format!("{section}/baoliu");
            let page = files.get(&format!("{key}/index.html"));
            let html =
                String::from_utf8_lossy(&page.expect("the page is there").bytes).into_owned();
            assert!(html.contains(&format!("保留的{section}")), "{key}");
            // No file is published beside it, and it links only to what exists.
            let beside = format!("{key}/");
            let made: Vec<_> = files
                .iter()
                .map(|(path, _)| path)
                .filter(|path| path.starts_with(&beside))
                .collect();
            assert_eq!(made, [format!("{key}/index.html")], "{key}");
            for link in html.split("href=\"").skip(1) {
                let link = link.split('"').next().unwrap_or_default();
                let link = link.split(['?', '#']).next().unwrap_or_default();
                for missing in ["index.md", "index.json", "akn.xml", ".txt"] {
                    assert!(!link.ends_with(missing), "{key} leads to {link}");
                }
            }
            assert!(
                files
                    .get(&format!("{section}/baoliu-{section}.txt"))
                    .is_none()
            );
            for (path, file) in files.iter() {
                let is_feed = path.ends_with(".xml") && !path.contains("sitemap");
                let is_data = path.starts_with("data/") || path.starts_with("assets/files.");
                if is_feed || is_data || path == "llms.txt" {
                    let text = String::from_utf8_lossy(&file.bytes);
                    assert!(!text.contains(&key), "{path} names {key}");
                }
            }
        }
    }
}

/// Marks of secrecy are recognised by form and place: laws speak of secrets but
/// bear no marks.
#[test]
fn no_law_bears_a_mark_of_secrecy() {
    let Some(laws) = laws::texts() else {
        println!("skipped: no laws at {}", laws::archive().display());
        return;
    };
    for law in &laws {
        let lines: Vec<&str> = law
            .lines()
            .map(|line| line.trim().trim_start_matches(['#', ' ']))
            .filter(|line| !line.is_empty())
            .collect();
        let lines: Vec<Option<&str>> = lines.into_iter().map(Some).collect();
        let marks = official::marks(&lines);
        assert_eq!(marks, [] as [usize; 0], "{:?}", lines.first());
    }
}

/// What a link leads to is there, but not for readers: looking for the heading
/// would be in vain.
#[test]
fn a_link_into_a_withheld_text_says_why_it_leads_nowhere() {
    let folder = site("diagnostics-base", "diagnostics/secret-mark");
    let page = folder.path().join("content/regulations/wenze-tiaoli.md");
    let text = fs::read_to_string(&page).expect("the fixture is there");
    let basis = "public = false\npublic_basis = \"虚构的决定\"";
    let text = text.replace("public = true", basis) + "\n## 附则 {#fuze}\n\n某处。\n";
    fs::write(&page, text).expect("it can be written");
    let link = "+++\ntitle = \"说明\"\n+++\n\n见[附则](@/regulations/wenze-tiaoli.md#fuze)。\n";
    fs::write(folder.path().join("content/shuoming.md"), link).expect("it can be written");
    let found = check(folder.path()).text;
    assert!(found.contains("#fuze”指向的文字未公开"), "{found}");
    assert!(found.contains("public = false"), "{found}");
}
