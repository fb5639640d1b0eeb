//! Importing again, while editors work on the pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use walkdir::WalkDir;
use zhize::import::Options;
use zhize::import::again;
use zhize::import::report::Outcome;

use super::{REGULATION, archive, check_without_errors, options, paragraph, run, site, zhize};

/// The page of `甲.txt` after a first import.
fn imported(site: &TempDir) -> std::path::PathBuf {
    fs::write(site.path().join("in/甲.txt"), REGULATION).expect("a file can be written");
    let (reports, _) = run(&options(site, "regulations"));
    assert_eq!(reports[0].outcome, Outcome::Imported);
    site.path()
        .join(reports[0].output.as_ref().expect("a page"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("it is there")
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = read(path);
    assert!(text.contains(from), "no {from} in\n{text}");
    fs::write(path, text.replace(from, to)).expect("it can be written");
}

/// Every file of a site, with its bytes.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = WalkDir::new(root).into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(root).expect("below");
            let bytes = fs::read(entry.path()).expect("it can be read");
            (path.to_string_lossy().replace('\\', "/"), bytes)
        })
        .collect()
}

#[test]
fn what_editors_changed_stays_and_what_the_input_changed_comes() {
    let site = site();
    let page = imported(&site);
    edit(&page, "status = \"未知\"", "status = \"有效\"   # 核对过");
    edit(&page, "（一）甲；", "（一）甲（见附件）；");
    fs::write(&page, read(&page) + "\n编辑加的话。\n").expect("written");
    let edited = read(&page);
    let input = site.path().join("in/甲.txt");

    let (same, summary) = run(&options(&site, "regulations"));
    assert_eq!(same[0].outcome, Outcome::Unchanged);
    assert!(summary.is_clean());
    assert_eq!(read(&page), edited);

    edit(&input, "39.2万人", "40.1万人");
    edit(&input, "2019年2月1日", "2019年3月1日");
    let (again, _) = run(&options(&site, "regulations"));
    assert_eq!(again[0].outcome, Outcome::Updated);
    let wanted = edited
        .replace("39.2万人", "40.1万人")
        .replace("2019年2月1日", "2019年3月1日")
        .replace("effective = 2019-02-01", "effective = 2019-03-01");
    assert_eq!(read(&page), wanted);
    assert_eq!((again[0].taken.len(), again[0].kept.len()), (3, 0));
    let asked: Vec<_> = again[0].fill.iter().map(|fill| fill.field).collect();
    assert!(!asked.contains(&"status"), "{asked:?}");
    check_without_errors(site.path());
}

#[test]
fn what_both_changed_stays_the_editors_and_is_shown() {
    let site = site();
    let page = imported(&site);
    edit(&page, "（一）甲；", "（一）甲一；");
    edit(&page, "effective = 2019-02-01", "effective = 2019-02-02");
    let edited = read(&page);
    let input = site.path().join("in/甲.txt");
    edit(&input, "（一）甲；", "（一）甲二；");
    edit(&input, "2019年2月1日", "2019年3月1日");
    let (again, summary) = run(&options(&site, "regulations"));
    assert_eq!(
        read(&page),
        edited.replace("2019年2月1日", "2019年3月1日"),
        "the sentence was the input's alone"
    );
    assert_eq!((again[0].taken.len(), again[0].kept.len()), (1, 2));
    assert_eq!(summary.conflicting, 1);
    let text = again[0].text(false);
    for words in ["双方均有修改", "甲一", "甲二", "2019-02-02", "2019-03-01"] {
        assert!(text.contains(words), "{text}");
    }
    // Reported once; after that the page belongs to the editors.
    let (third, _) = run(&options(&site, "regulations"));
    assert_eq!(third[0].outcome, Outcome::Unchanged);
}

#[test]
fn without_the_former_import_nothing_is_overwritten() {
    let site = site();
    let page = imported(&site);
    let untouched = read(&page);
    fs::remove_dir_all(site.path().join(".zhize")).expect("it is there");
    let input = site.path().join("in/甲.txt");
    edit(&input, "39.2万人", "40.1万人");
    let (again, summary) = run(&options(&site, "regulations"));
    assert_eq!(again[0].outcome, Outcome::Exists);
    assert!(!summary.is_clean());
    assert_eq!(read(&page), untouched);
    // A page that is still as importing makes it has a former import again.
    edit(&input, "40.1万人", "39.2万人");
    let (adopted, _) = run(&options(&site, "regulations"));
    assert_eq!(adopted[0].outcome, Outcome::Unchanged);
    edit(&input, "39.2万人", "40.1万人");
    let (updated, _) = run(&options(&site, "regulations"));
    assert_eq!(updated[0].outcome, Outcome::Updated);
}

#[test]
fn the_same_text_is_recognised_in_another_format_and_under_another_name() {
    let site = site();
    imported(&site);
    let lines: String = REGULATION.lines().map(paragraph).collect();
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{lines}</w:body></w:document>");
    let word = archive(&[("word/document.xml", document.as_bytes())]);
    fs::write(site.path().join("in/乙（定稿2）.docx"), word).expect("written");
    fs::write(site.path().join("in/甲 - 副本.txt"), REGULATION).expect("written");
    let before = files(&site.path().join("content"));
    let (reports, summary) = run(&options(&site, "regulations"));
    let outcomes: Vec<_> = reports.iter().map(|report| report.outcome).collect();
    assert_eq!(
        outcomes,
        [Outcome::Same, Outcome::Unchanged, Outcome::Same],
        "{:?}",
        reports
            .iter()
            .map(|report| &report.input)
            .collect::<Vec<_>>()
    );
    assert!(summary.is_clean());
    assert_eq!(files(&site.path().join("content")), before);
}

#[test]
fn another_text_of_the_same_title_has_a_page_of_its_own() {
    let site = site();
    let first = imported(&site);
    let text = read(&first);
    // Another version of the text.
    let later = REGULATION
        .replace("2018年12月28日", "2023年12月28日")
        .replace("2019年1月5日公布", "2024年1月5日公布")
        .replace("2019年2月1日", "2024年2月1日");
    fs::write(site.path().join("in/甲.txt"), later).expect("written");
    let (reports, _) = run(&options(&site, "regulations"));
    assert_eq!(reports[0].outcome, Outcome::Imported);
    let output = reports[0].output.as_deref().expect("a page");
    assert!(output.ends_with("-2.md"), "{output}");
    assert_eq!(super::count(&reports[0], "namesake"), 1);
    assert_eq!(read(&first), text);
}

#[test]
fn an_import_is_undone_to_the_byte() {
    let site = site();
    let untouched = files(site.path());
    fs::create_dir(site.path().join("in/下级")).expect("a folder can be made");
    fs::write(site.path().join("in/下级/甲.txt"), REGULATION).expect("written");
    let before = files(site.path());
    let (reports, _) = run(&options(&site, "regulations"));
    let page = site
        .path()
        .join(reports[0].output.as_ref().expect("a page"));
    assert!(page.starts_with(site.path().join("content/regulations/xia-ji")));
    let after = files(site.path());
    edit(&site.path().join("in/下级/甲.txt"), "39.2万人", "40.1万人");
    edit(&page, "（一）甲；", "（一）甲（见附件）；");
    let edited = files(site.path());
    run(&options(&site, "regulations"));
    assert!(read(&page).contains("40.1"));

    let undone = again::undo(site.path()).expect("there is something to undo");
    assert_eq!(undone.restored.len(), 1);
    let own = |files: BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        let undo = |path: &String| path.starts_with(".zhize/import/undo/");
        files.into_iter().filter(|(path, _)| !undo(path)).collect()
    };
    assert_eq!(own(files(site.path())), own(edited.clone()));
    assert!(again::undo(site.path()).is_err(), "one undo");

    // A page that was changed since the import stays.
    run(&options(&site, "regulations"));
    edit(&page, "（一）甲", "（一）乙");
    let changed = read(&page);
    let undone = again::undo(site.path()).expect("there is something to undo");
    assert_eq!(undone.left.len(), 1);
    assert_eq!(read(&page), changed);

    // Undoes the whole of a first import.
    let fresh = super::site();
    fs::create_dir(fresh.path().join("in/下级")).expect("a folder can be made");
    fs::write(fresh.path().join("in/下级/甲.txt"), REGULATION).expect("written");
    let wanted = files(fresh.path());
    assert_eq!(wanted, before);
    run(&options(&fresh, "regulations"));
    assert_eq!(own(files(fresh.path())).len(), own(after).len());
    let out = zhize(&["import", "--undo"], fresh.path());
    assert_eq!(out.status.code(), Some(0), "{out:?}");
    assert_eq!(files(fresh.path()), wanted);
    assert!(!fresh.path().join("content/regulations/xia-ji").exists());
    assert!(untouched.len() < wanted.len());
}

#[test]
fn folders_become_sections_and_may_be_flat() {
    let site = site();
    let folder = site.path().join("in/干部工作/考核");
    fs::create_dir_all(&folder).expect("folders can be made");
    fs::write(folder.join("甲.txt"), REGULATION).expect("written");
    fs::create_dir(site.path().join("in/空的")).expect("a folder can be made");
    let (reports, _) = run(&options(&site, "regulations"));
    let output = reports[0].output.as_deref().expect("a page");
    assert!(
        output.starts_with("content/regulations/gan-bu-gong-zuo/kao-he/"),
        "{output}"
    );
    let index = read(
        &site
            .path()
            .join("content/regulations/gan-bu-gong-zuo/_index.md"),
    );
    assert_eq!(index, "+++\ntitle = \"干部工作\"\n+++\n");
    assert!(!site.path().join("content/regulations/kong-de").exists());
    check_without_errors(site.path());
    let (again, _) = run(&options(&site, "regulations"));
    assert_eq!(again[0].outcome, Outcome::Unchanged);

    let flat = super::site();
    fs::create_dir(flat.path().join("in/下级")).expect("a folder can be made");
    fs::write(flat.path().join("in/下级/甲.txt"), REGULATION).expect("written");
    let wanted = Options {
        flat: true,
        ..options(&flat, "regulations")
    };
    let (reports, _) = run(&wanted);
    let output = reports[0].output.as_deref().expect("a page");
    assert_eq!(output.matches('/').count(), 2, "{output}");
}

#[test]
fn a_page_may_be_named() {
    let site = site();
    fs::write(site.path().join("in/甲.txt"), REGULATION).expect("written");
    let named = |slug: &str| Options {
        slug: Some(slug.to_owned()),
        ..options(&site, "regulations")
    };
    let (reports, _) = run(&named("zerenzhi"));
    let output = reports[0].output.as_deref();
    assert_eq!(output, Some("content/regulations/zerenzhi.md"));
    // Again without the name: the page is recognised by its text.
    edit(&site.path().join("in/甲.txt"), "39.2万人", "40.1万人");
    let (again, _) = run(&options(&site, "regulations"));
    assert_eq!(again[0].outcome, Outcome::Updated);
    assert_eq!(again[0].output.as_deref(), output);
    fs::write(site.path().join("in/乙.txt"), "示例意见\n甲。\n").expect("written");
    for wrong in ["zerenzhi", "责任"] {
        let out = zhize(
            &[
                "import",
                "in",
                "--into",
                "content/regulations",
                "--slug",
                wrong,
            ],
            site.path(),
        );
        assert_eq!(out.status.code(), Some(2), "{out:?}");
    }
}

#[test]
fn pictures_of_editors_are_not_replaced() {
    let site = site();
    let png = |pixel: u8| [b"\x89PNG\r\n\x1A\n".as_slice(), &[pixel; 40]].concat();
    let html = |pixel: u8| {
        use base64::Engine as _;
        let data = base64::engine::general_purpose::STANDARD.encode(png(pixel));
        format!(
            "<html><body><h1>示例办法</h1><p>第一条　甲乙丙丁。</p><p><img src=\"data:image/png;base64,{data}\"></p><p>第二条　戊己庚辛。</p></body></html>"
        )
    };
    fs::write(site.path().join("in/甲.html"), html(1)).expect("written");
    let (reports, _) = run(&options(&site, "regulations"));
    let page = site
        .path()
        .join(reports[0].output.as_ref().expect("a page"));
    let picture = page.with_file_name("shi-li-ban-fa-1.png");
    assert_eq!(fs::read(&picture).expect("it is there"), png(1));
    edit(&page, "![图1]", "![示意图]");
    fs::write(&picture, png(7)).expect("an editor may replace it");
    fs::write(site.path().join("in/甲.html"), html(2)).expect("written");
    let (again, _) = run(&options(&site, "regulations"));
    assert_eq!(fs::read(&picture).expect("it is there"), png(7));
    assert!(read(&page).contains("![示意图](shi-li-ban-fa-1.png)"));
    assert_eq!(again[0].kept.len(), 1, "{:?}", again[0]);
    let second = page.with_file_name("shi-li-ban-fa-2.png");
    assert_eq!(fs::read(second).expect("the new one is there"), png(2));
}

#[test]
fn the_report_may_be_a_page() {
    let site = site();
    let page = imported(&site);
    edit(&page, "（一）甲；", "（一）甲一；");
    edit(
        &site.path().join("in/甲.txt"),
        "（一）甲；",
        "（一）甲<二>；",
    );
    fs::write(site.path().join("in/坏.docx"), "no archive").expect("written");
    let words = ["import", "in", "--into", "content/regulations", "--report"];
    let out = zhize(&[&words[..], &["r.html"]].concat(), site.path());
    assert_eq!(out.status.code(), Some(1), "{out:?}");
    let html = read(&site.path().join("r.html"));
    for words in [
        "未导入（1）",
        "双方均有修改（1）",
        "甲一",
        "&lt;二",
        "in/坏.docx",
    ] {
        assert!(html.contains(words), "no {words} in {html}");
    }
    assert!(!html.contains("<script") && !html.contains("http"));
    let out = zhize(&[&words[..], &["r.json"]].concat(), site.path());
    let json: serde_json::Value =
        serde_json::from_str(&read(&site.path().join("r.json"))).expect("JSON");
    assert_eq!(json["summary"]["failed"], 1, "{out:?}");
    let out = zhize(&[&words[..], &["r.txt"]].concat(), site.path());
    assert_eq!(out.status.code(), Some(2), "{out:?}");
}

/// Text that may be secret is kept in no second place, and updates nothing.
#[test]
fn a_secret_paper_is_kept_nowhere_else() {
    let site = site();
    let secret = format!("机密★1年\n{REGULATION}");
    fs::write(site.path().join("in/甲.txt"), &secret).expect("written");
    let (reports, _) = run(&options(&site, "regulations"));
    assert_eq!(reports[0].outcome, Outcome::Imported);
    let page = read(
        &site
            .path()
            .join(reports[0].output.as_ref().expect("a page")),
    );
    assert!(page.contains("public = false"), "{page}");
    let kept = files(site.path());
    let holding = kept.iter().filter(|(path, bytes)| {
        !path.starts_with("in/") && String::from_utf8_lossy(bytes).contains("为了示例")
    });
    assert_eq!(holding.count(), 1, "{:?}", kept.keys());

    let public = super::site();
    let page = imported(&public);
    let before = read(&page);
    fs::write(public.path().join("in/甲.txt"), secret).expect("written");
    let (reports, _) = run(&options(&public, "regulations"));
    assert_eq!(reports[0].outcome, Outcome::Exists);
    assert_eq!(read(&page), before);
}
