//! Pages of like content: which ones are found, and that they are shown.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use zhize::extract;
use zhize::progress::Silent;
use zhize::related::{MAX_RELATED, related};
use zhize::site::{self, SiteOptions};

use crate::support::{check, repository, site as fixture};

/// A regulation that is obviously invented.
fn write(root: &Path, name: &str, title: &str, more: &str, body: &str) {
    let text = format!(
        "+++\ntitle = \"{title}\"\ndescription = \"编造的样本\"\ndate = 2026-11-22\n\n[extra]\n\
         kind = \"规则\"\nissuer = [\"cpc-central\"]\nlevel = \"中央\"\nbody_form = \"none\"\n\
         public = true\nintegrity = {{ state = \"clean\" }}\n{more}\n[[extra.sources]]\n\
         id = \"seed\"\nlocator = \"P9\"\n+++\n\n{body}〔P9〕\n"
    );
    fs::write(root.join(format!("content/regulations/{name}.md")), text).expect("writable");
}

/// Pages about fishing ports, three of them in force, and pages about other
/// things.
fn ports() -> TempDir {
    let site = fixture("diagnostics-base", "../fixtures/diagnostics-base");
    let in_force = "status = \"未知\"";
    let write = |name, title, more, body| write(site.path(), name, title, more, body);
    write(
        "yugang",
        "渔港规则",
        in_force,
        "渔船进港出港，应当报告港口。",
    );
    write(
        "yuchuan",
        "渔船进港规则",
        in_force,
        "渔船到了渔港以外，报告港口。",
    );
    write(
        "yuchuan-jiu",
        "渔船进港旧规则",
        "status = \"已废止\"\nrepealed = 2020-01-01",
        "渔船到了渔港以外，报告港口。",
    );
    write(
        "yugang-xize",
        "渔港细则",
        in_force,
        "见[渔港规则](@/regulations/yugang.md)。渔船进港以后，应当熄火。",
    );
    write("yangfeng", "养蜂规则", in_force, "蜂箱之间应当留出距离。");
    write("ludeng", "路灯规则", in_force, "天黑应当开灯。");
    write("youju", "邮局规则", in_force, "信件应当当天送出。");
    write("daolu", "道路规则", in_force, "行人靠右。");
    write("qiaoliang", "桥梁规则", in_force, "车辆慢行。");
    site
}

/// For each page, the names of the pages that are like it.
fn lists(root: &Path) -> BTreeMap<String, Vec<String>> {
    let checked = check(root);
    let library = checked
        .library
        .unwrap_or_else(|| panic!("{}", checked.text));
    let name = |id| {
        let key = &library.page(id).key;
        key.rsplit('/').next().unwrap_or(key).to_owned()
    };
    let related = related(&library, &extract::corpus(&library));
    let lists = related.into_iter();
    lists
        .map(|(page, list)| (name(page), list.into_iter().map(name).collect()))
        .collect()
}

#[test]
fn like_pages_are_named_unless_linked_or_repealed() {
    let site = ports();
    let lists = lists(site.path());
    let list = |name: &str| -> Vec<&str> {
        let list = lists.get(name).into_iter().flatten();
        list.map(String::as_str).collect()
    };
    // 渔港细则 already links to 渔港.
    assert_eq!(list("yugang"), ["yuchuan"]);
    assert_eq!(list("yugang-xize"), ["yuchuan"]);
    // A page that is no longer in force lists those that are.
    assert_eq!(list("yuchuan-jiu").first(), Some(&"yuchuan"));
    for (page, list) in &lists {
        assert!(!list.contains(&"yuchuan-jiu".to_owned()), "{page}");
        assert!(!list.contains(page), "{page} is like itself");
    }
    for alone in ["yangfeng", "ludeng", "youju", "daolu", "qiaoliang"] {
        assert!(list(alone).is_empty(), "{alone}: {:?}", list(alone));
    }
}

#[test]
fn the_page_shows_them_with_their_kind() {
    let folder = ports();
    let options = SiteOptions::of(folder.path());
    let outcome = site::preview(&options, &Silent).expect("the environment is well");
    let files = match outcome.product {
        Ok(files) => files,
        Err(_) => panic!("{}", outcome.findings.text(false)),
    };
    let page = |name: &str| {
        let file = files.get(&format!("regulations/{name}/index.html"));
        let bytes = &file.expect("it is a page").bytes;
        std::str::from_utf8(bytes)
            .expect("pages are UTF-8")
            .to_owned()
    };
    let shown = "<li><a href=\"../yuchuan/index.html\">渔船进港规则</a>\
        <span class=\"entry-meta\">内容相近的条目</span></li>\n";
    assert!(page("yugang").contains(shown), "{}", page("yugang"));
    assert!(!page("ludeng").contains("内容相近的条目"));
}

#[test]
fn the_bundled_site_has_some_and_the_same_every_time() {
    let first = lists(&repository(""));
    assert!((5..40).contains(&first.len()), "{first:?}");
    assert!(first.values().all(|list| list.len() <= MAX_RELATED));
    assert_eq!(first, lists(&repository("")));
}
