//! Files beside the pages: what an author can publish, and what stays
//! unpublished.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use zhize::output::OutputSet;
use zhize::progress::Silent;
use zhize::site::{self, SiteOptions};

use crate::support;

fn site_with(files: &[(&str, &[u8])]) -> TempDir {
    let site = support::site("diagnostics-base", "../fixtures/diagnostics-base");
    for (path, bytes) in files {
        let path = site.path().join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("files can be written");
    }
    site
}

/// The built site if there were no errors, and the codes of the findings.
fn built(root: &Path) -> (Option<OutputSet>, Vec<(&'static str, String)>) {
    let options = SiteOptions::of(root);
    let outcome = site::build(&options, &Silent).expect("it can be built");
    let found = outcome.findings.diagnostics().into_iter();
    let found = found.map(|d| (d.code, d.message)).collect();
    (outcome.product.ok(), found)
}

fn page(title: &str, text: &str) -> Vec<u8> {
    format!("+++\ntitle = \"{title}\"\n+++\n\n{text}\n").into_bytes()
}

const PDF: &[u8] = b"%PDF-1.7 \xE5";

#[test]
fn only_what_a_published_page_asks_for_goes_out() {
    let about = page("关于", "[表](used.pdf)");
    let draft = b"+++\ntitle = \"x\"\ndraft = true\n+++\n\n[a](draft.pdf) [b](used.pdf)\n";
    let section = page("部分", "[s](of-section.pdf)");
    let site = site_with(&[
        ("content/about.md", &about),
        ("content/draft.md", draft),
        ("content/part/_index.md", &section),
        ("content/part/of-section.pdf", PDF),
        ("content/used.pdf", PDF),
        ("content/draft.pdf", PDF),
        ("content/unused.pdf", PDF),
        ("content/unused.exe", b"MZ"),
        ("static/own.html", b"<script>1</script>"),
    ]);
    let (set, found) = built(site.path());
    let set = set.expect("warnings alone");
    for (path, is_there) in [
        ("used.pdf", true),
        ("part/of-section.pdf", true),
        ("own.html", true),
        ("draft.pdf", false),
        ("unused.pdf", false),
        ("unused.exe", false),
    ] {
        assert_eq!(set.get(path).is_some(), is_there, "{path}");
    }
    // Nothing is reported about a draft's files.
    let expected = ["unused.exe", "unused.pdf"].map(|name| {
        (
            "unused-attachment",
            format!("{name} 未被任何页面引用，不予发布"),
        )
    });
    assert_eq!(found, expected);
    let listed = site::published_as_they_are(site.path());
    assert_eq!(listed, ["static/own.html"]);
}

#[test]
fn raw_html_asks_for_files_too() {
    let about = page("关于", "<p><a class=x href=\"used.pdf\">表</a></p>");
    let site = site_with(&[("content/about.md", &about), ("content/used.pdf", PDF)]);
    let config = site.path().join("config.toml");
    let text = fs::read_to_string(&config).expect("there") + "\n[extra]\nallow_html = true\n";
    fs::write(&config, text).expect("written");
    let (set, found) = built(site.path());
    assert_eq!(found, []);
    assert!(set.expect("clean").get("used.pdf").is_some());
}

/// A file that a browser would run in the site's name is no attachment,
/// whatever its name.
#[test]
fn what_browsers_run_is_refused() {
    let html: &[u8] = b"<!doctype html><script>alert(1)</script>";
    let wide: Vec<u8> = "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let late = format!(
        "<!--{}--><svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "x".repeat(5_000)
    );
    let many = format!(
        "<svg xmlns='http://www.w3.org/2000/svg'>{}<script/></svg>",
        "<g/>".repeat(200_001)
    );
    let cases: [(&str, &[u8], &str); 19] = [
        ("a.html", html, "attachment-kind"),
        ("a.htm", html, "attachment-kind"),
        ("a.xhtml", html, "attachment-kind"),
        ("a.xml", html, "attachment-kind"),
        ("a.xsl", html, "attachment-kind"),
        ("a.js", b"1", "attachment-kind"),
        ("a.php", b"<?php", "attachment-kind"),
        ("a.svgz", b"\x1F\x8B\x08", "attachment-kind"),
        ("a.pdf.html", html, "attachment-kind"),
        ("a", html, "attachment-kind"),
        ("a.pdf", html, "attachment-kind"),
        ("a.doc", html, "attachment-kind"),
        ("a.txt", html, "attachment-kind"),
        (
            "a.gif",
            b"GIF89a/*\x01\0\0\0\0*/=1;alert(1)",
            "image-damaged",
        ),
        ("a.png", html, "image-damaged"),
        ("a.svg", &wide, "image-active"),
        ("b.svg", late.as_bytes(), "image-active"),
        ("c.svg", many.as_bytes(), "image-active"),
        ("d.svg", html, "image-active"),
    ];
    for (name, bytes, code) in cases {
        let about = page("关于", &format!("[文件]({name})"));
        let path = format!("content/{name}");
        let site = site_with(&[("content/about.md", &about), (&path, bytes)]);
        let (set, found) = built(site.path());
        assert!(set.is_none(), "{name} is published");
        let codes: Vec<&str> = found.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, [code], "{name}");
    }
}

/// A page shows a picture that has the name of a page.
#[test]
fn a_picture_is_published_under_a_name_of_a_picture() {
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0abcdef\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3B";
    let about = page("关于", "![图](a.html)");
    let site = site_with(&[("content/about.md", &about), ("content/a.html", gif)]);
    let (set, found) = built(site.path());
    assert!(set.is_none());
    assert!(
        found.iter().any(|(code, _)| *code == "attachment-kind"),
        "{found:?}"
    );
}

#[test]
fn a_drawing_is_published_as_it_was_understood() {
    let drawing = "<?xml version='1.0'?><!-- 张三的电脑 --><svg xmlns='http://www.w3.org/2000/svg' \
        xmlns:i='http://www.inkscape.org/' i:file='C:/张三.svg' viewBox='0 0 30 20'>\
        <metadata><i:x>张三</i:x></metadata><path d='M0 0'/></svg>";
    let about = page("关于", "![图](tu.svg)");
    let own = b"<svg><script>1</script></svg>";
    let site = site_with(&[
        ("content/about.md", &about),
        ("content/tu.svg", drawing.as_bytes()),
        ("static/own.svg", own),
    ]);
    let (set, found) = built(site.path());
    assert_eq!(found, []);
    let set = set.expect("clean");
    let bytes = |path: &str| set.get(path).expect("published").bytes.clone();
    let published = String::from_utf8(bytes("tu.svg").to_vec()).expect("UTF-8");
    let (_, root) = published.split_once("?>\n").expect("a declaration");
    assert!(!published.contains("张三"), "{published}");
    assert!(
        root.ends_with("viewBox=\"0 0 30 20\"><path d=\"M0 0\"/></svg>"),
        "{published}"
    );
    // The webmaster's own file is unchanged.
    assert_eq!(&bytes("own.svg")[..], own);
}
