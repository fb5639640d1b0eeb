//! Parsing: what it must never do, and what it makes of a page.

use proptest::prelude::*;
use zhize::body::tree::{Block, Inline, Mark};
use zhize::diag::{FileId, render};
use zhize::model::{Details, ResolvedLink};
use zhize::parse;
use zhize::source::{SourceFile, SourceSet};

use crate::support::{check, site};

/// A site in memory: settings, a section of terms, and one page in it.
fn sources(page: &str) -> SourceSet {
    let files = [
        ("config.toml", "title = \"样站\"\nbase_url = \"/\"\n"),
        ("content/_index.md", "+++\ntitle = \"样站\"\n+++\n"),
        (
            "content/terms/_index.md",
            "+++\ntitle = \"术语\"\n[extra]\ntype = \"term\"\n+++\n",
        ),
        ("content/terms/a.md", page),
    ];
    SourceSet {
        files: files
            .iter()
            .zip(0..)
            .map(|((path, text), number)| SourceFile {
                id: FileId(number),
                path: (*path).to_owned(),
                text: (*text).to_owned(),
            })
            .collect(),
        assets: Vec::new(),
    }
}

/// Whatever a page contains, parsing and reporting end without a panic.
fn survives(page: &str) {
    let sources = sources(page);
    let parsed = parse::parse(&sources);
    render::text(&parsed.diagnostics, &sources, false);
    render::json(&parsed.diagnostics, &[], &sources);
}

const PIECES: &[&str] = &[
    "+++\n",
    "\n",
    "\n\n",
    "title = ",
    "[extra]",
    "[[extra.sources]]",
    "region = {",
    "}",
    "\"",
    "“",
    "”",
    "unknown",
    "2026-02-30",
    "《",
    "》",
    "〔",
    "〕",
    "P8",
    "推断：",
    "、",
    "：",
    "。",
    "# ",
    "## ",
    "{#a}",
    "- ",
    "1. ",
    "> ",
    "|",
    "|---|",
    "`",
    "**",
    "*",
    "[",
    "](",
    ")",
    "(",
    "![",
    "@/a",
    "责",
    "任(rèn)",
    "?",
    "&amp;",
    "\\",
    "<b>",
    "    ",
    "\u{3000}",
    "{{",
    "ァ",
    "é",
];

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC*") {
        survives(&text);
        survives(&format!("+++\n{text}\n+++\n{text}"));
    }

    /// Pieces of the grammar get further than random characters.
    #[test]
    fn any_order_of_marks_is_survived(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)
    ) {
        let text = pieces.concat();
        survives(&text);
        survives(&format!("+++\n{text}\n+++\n{text}"));
        survives(&format!("+++\ntitle = \"a\"\n+++\n{text}"));
    }
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    for opening in ["> ", "- ", "*", "[", "**a ", "<b>"] {
        survives(&format!("+++\n+++\n{}深", opening.repeat(20_000)));
    }
    survives(&format!("+++\na = {}\n+++\n", "[".repeat(20_000)));
}

#[test]
fn a_page_becomes_blocks_marks_and_links() {
    let site = site("diagnostics-base", "sites/links");
    let checked = check(site.path());
    assert_eq!(checked.text, "没有错误，没有警告\n");
    let library = checked.library.expect("no errors");
    let keys: Vec<_> = library.pages.iter().map(|page| page.key.as_str()).collect();
    assert_eq!(keys, ["practices/wubitan", "regulations/wenze-tiaoli"]);
    let practice = &library.pages[0];
    let regulation = &library.pages[1];

    let Block::Paragraph { content, .. } = &practice.body[1] else {
        panic!("a paragraph follows the heading: {:?}", practice.body);
    };
    let [
        Inline::Text(before),
        Inline::Link {
            target,
            content: title,
        },
        Inline::Text(after),
        Inline::Mark(mark),
    ] = content.as_slice()
    else {
        panic!("text, link, text, mark: {content:?}");
    };
    assert_eq!(before, "依据");
    assert_eq!(*title, [Inline::Text("《问责条例》".to_owned())]);
    let page = regulation.id;
    assert_eq!(*target, ResolvedLink::Page { page, anchor: None });
    assert_eq!(after, "谈话，未收录者不成链接。");
    assert_eq!(*mark, Mark::Inferred(vec!["P8".to_owned()]));

    // What refers to the regulation: the body, under its heading, and a typed
    // link.
    let backlinks = &library.backlinks[&regulation.id];
    let shown: Vec<_> = backlinks
        .iter()
        .map(|b| (b.from == practice.id, b.kind.is_some(), b.anchor.as_deref()))
        .collect();
    assert_eq!(shown, [(true, true, None), (true, false, Some("yi-ju"))]);
    assert!(matches!(practice.details, Details::Practice(_)));
    assert!(
        !library.backlinks.contains_key(&practice.id),
        "{:?}",
        library.backlinks
    );
}

#[test]
fn line_ends_and_byte_order_marks_of_windows_are_accepted() {
    let site = site("diagnostics-base", "sites/windows");
    let checked = check(site.path());
    assert_eq!(checked.text, "没有错误，没有警告\n");
    let library = checked.library.expect("no errors");
    assert_eq!(library.pages[0].title, "关于");
}
