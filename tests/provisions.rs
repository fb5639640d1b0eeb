//! Regulations as structure: what becomes of paragraphs as people paste them.
//!
//! All texts here are invented; none is a regulation of any organ.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::*;
use search::anchor::ProvisionKind;
use search::numerals;
use snapbox::Data;
use zhize::body::text::How;
use zhize::body::tree::{self, Block, Inline, Provision, WrittenLink};
use zhize::diag::{Diagnostic, FileId};
use zhize::extract;
use zhize::parse;
use zhize::source::{SourceFile, SourceSet};
use zhize::structure::label::LabelKind;
use zhize::structure::{self, Context, Structured, label};

use crate::laws;
use crate::support::{check, example, rendered_page, repository};

type Blocks = Vec<Block<WrittenLink>>;

/// A site in memory with one regulation.
fn sources(title: &str, form: &str, body: &str) -> SourceSet {
    let page = format!(
        "+++\ntitle = \"{title}\"\ndescription = \"虚构\"\ndate = 2026-01-01\n[extra]\nkind = \"办法\"\n\
         issuer = [\"a\"]\nlevel = \"其他\"\nstatus = \"未知\"\nbody_form = \"{form}\"\npublic = true\n\
         integrity = {{ state = \"clean\" }}\n[[extra.sources]]\nid = \"a\"\nlocator = \"P1\"\n+++\n{body}"
    );
    let files = [
        ("config.toml", "title = \"样站\"\nbase_url = \"/\"\n"),
        ("content/_index.md", "+++\ntitle = \"样站\"\n+++\n"),
        (
            "content/r/_index.md",
            "+++\ntitle = \"制度\"\n[extra]\ntype = \"regulation\"\n+++\n",
        ),
        ("content/r/a.md", page.as_str()),
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

/// The parsed body of a regulation, and the findings in it.
fn parsed(form: &str, body: &str) -> (Blocks, Vec<Diagnostic>, SourceSet) {
    let sources = sources("虚构办法", form, body);
    let mut checked = parse::parse(&sources);
    let page = checked.value.pages.pop().expect("one page");
    (page.body.blocks, checked.diagnostics, sources)
}

fn clause(body: &str) -> (Blocks, Vec<Diagnostic>, SourceSet) {
    parsed("clause", body)
}

/// The tree as lines: depth, anchor, label, title, text.
fn outline(blocks: &Blocks) -> String {
    fn words(content: &[Inline<WrittenLink>]) -> String {
        let mut text = String::new();
        text.push_str(&How::WRITTEN.inline(content));
        text
    }
    fn push(blocks: &Blocks, depth: usize, out: &mut String) {
        for block in blocks {
            let indent = "  ".repeat(depth);
            match block {
                Block::Provision(provision) => {
                    let mut line = format!("{indent}{}", provision.anchor);
                    for part in [
                        provision.label.clone(),
                        words(&provision.title),
                        words(&provision.content),
                    ] {
                        if !part.is_empty() {
                            write!(line, " | {part}").expect("a string");
                        }
                    }
                    writeln!(out, "{line}").expect("a string");
                    push(&provision.children, depth + 1, out);
                }
                Block::Paragraph { content, .. } => {
                    writeln!(out, "{indent}. {}", words(content)).expect("a string");
                }
                Block::Table { .. } => writeln!(out, "{indent}table").expect("a string"),
                other => writeln!(out, "{indent}{other:?}").expect("a string"),
            }
        }
    }
    let mut out = String::new();
    push(blocks, 0, &mut out);
    out
}

#[track_caller]
fn assert_outline(form: &str, body: &str, expected: &str) {
    let (blocks, _, _) = parsed(form, body);
    let expected: String = expected
        .lines()
        .map(|line| line.strip_prefix("        ").unwrap_or(line))
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(outline(&blocks), expected);
}

/// Codes of the findings, each with the text that it points at.
fn findings(form: &str, body: &str) -> Vec<(String, String)> {
    let (_, diagnostics, sources) = parsed(form, body);
    diagnostics
        .iter()
        .map(|found| {
            let text = &sources.get(found.span.file).text;
            let place = text[found.span.range.clone()].chars().take(4).collect();
            (found.code.to_owned(), place)
        })
        .collect()
}

#[track_caller]
fn assert_found(body: &str, expected: &[(&str, &str)]) {
    let found = findings("clause", body);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(code, place)| (code.as_str(), place.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_regulation_has_divisions_articles_paragraphs_and_items() {
    assert_outline(
        "clause",
        "虚构办法\n\n（2026年1月1日虚构机关通过）\n\n第一编　总　则\n\n第一章 一般规定\n\n第一节 目的\n\n\
         第一条　为了举例，制定本办法。\n\n第二条　本办法适用于：\n\n（一）甲；\n\n（二）乙，包括：\n\n\
         1.子；\n\n２．丑。\n\n前款规定不适用于丙。\n\n（一）丁；\n\n第三条之一 戊。\n\n第二编　分　则\n\n\
         第一分编 通则\n\n第一章 其他\n\n第四条己。\n\n附　则\n\n第五条 自公布之日起施行。\n\n虚构机关\n\n2026年1月1日",
        "
        opening
          . 虚构办法
          . （2026年1月1日虚构机关通过）
        part-1 | 第一编 | 总　则
          part-1-chap-1 | 第一章 | 一般规定
            part-1-chap-1-sec-1 | 第一节 | 目的
              art-1 | 第一条
                art-1-para-1 | 为了举例，制定本办法。
              art-2 | 第二条
                art-2-para-1 | 本办法适用于：
                  art-2-para-1-item-1 | （一） | 甲；
                  art-2-para-1-item-2 | （二） | 乙，包括：
                    art-2-para-1-item-2-sub-1 | 1. | 子；
                    art-2-para-1-item-2-sub-2 | ２． | 丑。
                art-2-para-2 | 前款规定不适用于丙。
                  art-2-para-2-item-1 | （一） | 丁；
              art-3-1 | 第三条之一
                art-3-1-para-1 | 戊。
        part-2 | 第二编 | 分　则
          part-2-subpart-1 | 第一分编 | 通则
            part-2-chap-1 | 第一章 | 其他
              art-4 | 第四条
                art-4-para-1 | 己。
        fu-ze | 附　则
          art-5 | 第五条
            art-5-para-1 | 自公布之日起施行。
        signature
          . 虚构机关
          . 2026年1月1日
        ",
    );
}

#[test]
fn a_document_has_points_within_points() {
    assert_outline(
        "document",
        "各单位：\n\n为举例，现提出以下意见。\n\n一、总体要求\n\n（一）指导思想。以举例为目的。\n\n\
         （二）基本原则\n\n1.坚持举例。\n\n（1）例一。\n\n（2）例二。\n\n2.坚持虚构。\n\n二、组织实施\n\n\
         各单位照此办理。\n\n附件：1.表一\n\n2.表二\n\n虚构机关\n\n二〇二六年一月一日\n\n附件1\n\n表一\n\n|甲|乙|\n|---|---|\n|一|二|\n",
        "
        preamble
          . 各单位：
          . 为举例，现提出以下意见。
        sec-1 | 一、 | 总体要求
          sec-1-1 | （一） | 指导思想。 | 以举例为目的。
          sec-1-2 | （二） | 基本原则
            sec-1-2-1 | 1. | 坚持举例。
              sec-1-2-1-1 | （1） | 例一。
              sec-1-2-1-2 | （2） | 例二。
            sec-1-2-2 | 2. | 坚持虚构。
        sec-2 | 二、 | 组织实施
          . 各单位照此办理。
        . 附件：1.表一
        . 2.表二
        signature
          . 虚构机关
          . 二〇二六年一月一日
        annex-1 | 附件1 | 表一
          table
        ",
    );
}

#[test]
fn a_table_of_contents_is_kept_apart() {
    assert_outline(
        "clause",
        "目　录\n\n第一章　总　则\n\n第二章　附　则\n\n第一章　总　则\n\n第一条　甲。\n\n第二章　附　则\n\n第二条　乙。",
        "
        toc
          . 目　录
          . 第一章　总　则
          . 第二章　附　则
        chap-1 | 第一章 | 总　则
          art-1 | 第一条
            art-1-para-1 | 甲。
        chap-2 | 第二章 | 附　则
          art-2 | 第二条
            art-2-para-1 | 乙。
        ",
    );
    // The first article may come before the first chapter.
    assert_outline(
        "clause",
        "目录\n\n第一章 乙\n\n第二章 丙\n\n第一条 甲。\n\n第一章 乙\n\n第二条 乙。\n\n第二章 丙\n\n第三条 丙。",
        "
        toc
          . 目录
          . 第一章 乙
          . 第二章 丙
        art-1 | 第一条
          art-1-para-1 | 甲。
        chap-1 | 第一章 | 乙
          art-2 | 第二条
            art-2-para-1 | 乙。
        chap-2 | 第二章 | 丙
          art-3 | 第三条
            art-3-para-1 | 丙。
        ",
    );
    // As lines of one paragraph, with an unnumbered entry and a preamble.
    assert_outline(
        "clause",
        "目录\n序言\n第一章 总则（第一条—第一条）\n第二章 附则\n\n序　言\n\n虚构的序言。\n\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。",
        "
        toc
          . 目录
          . 序言
          . 第一章 总则（第一条—第一条）
          . 第二章 附则
        preamble | 序　言
          . 虚构的序言。
        chap-1 | 第一章 | 总则
          art-1 | 第一条
            art-1-para-1 | 甲。
        chap-2 | 第二章 | 附则
          art-2 | 第二条
            art-2-para-1 | 乙。
        ",
    );
}

#[test]
fn pasted_text_needs_no_markdown() {
    // Indented with spaces, lists with wrong numbers, bold labels, headings.
    assert_outline(
        "clause",
        "## 第一章 总则\n\n**第一条** 甲：\n\n1. 子；\n\n3. 丑。\n\n    第二条 乙。\n\n　　第三条　丙。\n　　丙的第二款。\n\n第四条 丁。  \n第五条 戊，\n己。\n\n### 第六条 名称\n\n庚。\n",
        "
        chap-1 | 第一章 | 总则
          art-1 | 第一条
            art-1-para-1 | 甲：
              art-1-para-1-item-1 | 1. | 子；
              art-1-para-1-item-3 | 3. | 丑。
          art-2 | 第二条
            art-2-para-1 | 乙。
          art-3 | 第三条
            art-3-para-1 | 丙。
            art-3-para-2 | 丙的第二款。
          art-4 | 第四条
            art-4-para-1 | 丁。
          art-5 | 第五条
            art-5-para-1 | 戊，己。
          art-6 | 第六条 | 名称
            art-6-para-1 | 庚。
        ",
    );
}

#[test]
fn citations_and_quotations_begin_no_article() {
    assert_outline(
        "clause",
        "第一条 甲。\n\n第二条 将虚构规则第五条修改为：\n\n“第五条 子。\n\n第六条 丑。”\n\n第三条第二款规定的情形除外。\n\n第三条、第四条另行规定。\n\n第三条规定乙。\n\n第三章规定的办法适用。",
        "
        art-1 | 第一条
          art-1-para-1 | 甲。
        art-2 | 第二条
          art-2-para-1 | 将虚构规则第五条修改为：
            . “第五条 子。
            . 第六条 丑。”
          art-2-para-2 | 第三条第二款规定的情形除外。
          art-2-para-3 | 第三条、第四条另行规定。
        art-3 | 第三条
          art-3-para-1 | 规定乙。
          art-3-para-2 | 第三章规定的办法适用。
        ",
    );
}

#[test]
fn titles_of_articles_are_told_from_brackets() {
    assert_outline(
        "clause",
        "第一条（目的）为了甲。\n\n第二条 （范围）\n\n适用于乙。\n\n第三条【定义】丙。",
        "
        art-1 | 第一条 | （目的）
          art-1-para-1 | 为了甲。
        art-2 | 第二条 | （范围）
          art-2-para-1 | 适用于乙。
        art-3 | 第三条 | 【定义】
          art-3-para-1 | 丙。
        ",
    );
    assert_outline(
        "clause",
        "第一条 （删去）\n\n第二条 甲。\n\n第三条 乙。",
        "
        art-1 | 第一条
          art-1-para-1 | （删去）
        art-2 | 第二条
          art-2-para-1 | 甲。
        art-3 | 第三条
          art-3-para-1 | 乙。
        ",
    );
}

#[test]
fn annexes_have_articles_of_their_own() {
    assert_outline(
        "clause",
        "第一条 甲。\n\n附件1：虚构表\n\n|甲|\n|---|\n|一|\n\n附件二\n\n虚构规则\n\n第一条 乙。\n\n（一）子。\n\n第二条 丙。",
        "
        art-1 | 第一条
          art-1-para-1 | 甲。
        annex-1 | 附件1： | 虚构表
          table
        annex-2 | 附件二 | 虚构规则
          annex-2-art-1 | 第一条
            annex-2-art-1-para-1 | 乙。
              annex-2-art-1-para-1-item-1 | （一） | 子。
          annex-2-art-2 | 第二条
            annex-2-art-2-para-1 | 丙。
        ",
    );
}

#[test]
fn what_stands_in_an_item_stays_in_it() {
    assert_outline(
        "clause",
        "第一条 下列事项：\n\n（一）甲：\n\n|甲|\n|---|\n|一|\n\n甲的说明。\n\n（二）乙。\n\n乙以外的情形。\n\n第二条 （一）丙；\n\n（二）丁。",
        "
        art-1 | 第一条
          art-1-para-1 | 下列事项：
            art-1-para-1-item-1 | （一） | 甲：
              table
              . 甲的说明。
            art-1-para-1-item-2 | （二） | 乙。
          art-1-para-2 | 乙以外的情形。
        art-2 | 第二条
          art-2-para-1
            art-2-para-1-item-1 | （一） | 丙；
            art-2-para-1-item-2 | （二） | 丁。
        ",
    );
}

#[test]
fn numbered_headings_may_stand_above_articles() {
    assert_outline(
        "clause",
        "一、管辖\n\n第一条 下列事项：\n\n一、甲；\n\n二、乙。\n\n二、证据\n\n第二条 丙。",
        "
        sec-1 | 一、 | 管辖
          art-1 | 第一条
            art-1-para-1 | 下列事项：
              art-1-para-1-item-1 | 一、 | 甲；
              art-1-para-1-item-2 | 二、 | 乙。
        sec-2 | 二、 | 证据
          art-2 | 第二条
            art-2-para-1 | 丙。
        ",
    );
}

#[test]
fn numbers_that_look_wrong_are_reported() {
    assert_found(
        "第一条 甲。\n\n第三条 乙。",
        &[("numbering-gap", "第三条 ")],
    );
    assert_found(
        "第二条 甲。\n\n第三条 乙。",
        &[("numbering-start", "第二条 ")],
    );
    assert_found(
        "第一条 甲。\n\n第二条 乙。\n\n第二条 丙。",
        &[("numbering-repeat", "第二条 ")],
    );
    assert_found(
        "第一条 甲。\n\n第二条 乙。\n\n第四条 丙。\n\n第三条 丁。\n\n第五条 戊。",
        &[
            ("numbering-gap", "第四条 "),
            ("numbering-order", "第三条 "),
            ("numbering-gap", "第五条 "),
        ],
    );
    assert_found(
        "第一条 甲：\n\n（二）子；\n\n（四）丑。",
        &[
            ("numbering-start", "（二）子"),
            ("numbering-gap", "（四）丑"),
        ],
    );
    assert_found(
        "第一条 甲。\n\n第二条 乙。\n\n第3条 丙。",
        &[("numeral-mixed", "第3条 ")],
    );
    assert_found(
        "第一章 总则\n\n第廿一条 甲。",
        &[
            ("numbering-start", "第廿一条"),
            ("numeral-unusual", "第廿一条"),
        ],
    );
    assert_found(
        "第一条 甲：\n\n1) 子；\n\n2) 丑。",
        &[("item-style", "1) 子")],
    );
    assert_found("甲。\n\n乙。", &[("form-mismatch", "甲。")]);
    // Numbering of points continues under the next heading.
    assert_found(
        "第一章 甲\n\n第一条 子。\n\n附件1\n\n第一章 甲\n\n1.子\n\n2.丑\n\n第二章 乙\n\n3.寅\n\n4.卯",
        &[],
    );
    assert_found(
        "## 第一章 总则 {#zongze}\n\n第一条 甲。",
        &[("unused-anchor", "## 第")],
    );
    // Articles inserted by amendment leave no gaps. Chapters may be numbered
    // through all parts, or begin again in each part.
    assert_found(
        "第一编 甲\n\n第一章 甲\n\n第一条 甲。\n\n第一条之一 乙。\n\n第一条之二 丙。\n\n第二编 乙\n\n第二章 乙\n\n第二条 丁。\n\n第三编 丙\n\n第一章 丙\n\n第三条 戊。",
        &[],
    );
}

#[test]
fn a_repeated_number_has_an_anchor_of_its_own() {
    let (blocks, diagnostics, _) = clause("第一条 甲。\n\n第一条 乙。\n\n第一条 丙。");
    let mut anchors = Vec::new();
    tree::walk(&blocks, &mut |_, provision| {
        anchors.push(provision.anchor.clone());
    });
    assert_eq!(
        anchors,
        [
            "art-1",
            "art-1-para-1",
            "art-1-b",
            "art-1-b-para-1",
            "art-1-c",
            "art-1-c-para-1"
        ]
    );
    assert_eq!(diagnostics.len(), 2);
    assert_eq!(diagnostics[0].label, "此处的锚点为 art-1-b");
}

/// Words without any white space, because structuring changes only that.
fn words(blocks: &Blocks) -> String {
    let text = How::WRITTEN.text(blocks);
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Structures blocks as they are, and asserts that nothing is lost and no
/// anchor occurs twice.
#[track_caller]
fn assert_whole(blocks: Blocks, document: bool) -> Structured {
    let before = words(&blocks);
    let context = Context {
        title: "虚构办法",
        source: "",
        document,
    };
    let structured = structure::structure(blocks, context);
    assert_eq!(words(&structured.blocks), before);
    let mut anchors = BTreeSet::new();
    tree::walk(&structured.blocks, &mut |above, provision| {
        assert!(!provision.anchor.is_empty());
        assert!(
            anchors.insert(provision.anchor.clone()),
            "{} twice",
            provision.anchor
        );
        assert!(above.len() < 20);
    });
    structured
}

const PIECES: &[&str] = &[
    "第一编",
    "第一章",
    "第二章 ",
    "第一节",
    "第一分编",
    "第一条",
    "第一条 ",
    "第二条　",
    "第三条之一",
    "第七条第二款",
    "第十条、",
    "（一）",
    "（二）",
    "（1）",
    "1.",
    "2．",
    "1)",
    "①",
    "一、",
    "二、",
    "目录",
    "总　则",
    "附　则",
    "附件",
    "附件1",
    "附件：1.甲",
    "序言",
    "内容",
    "内容。",
    "内容：",
    "“",
    "”",
    "（标题）",
    "【标题】",
    "虚构办法",
    "2026年1月1日",
    "（2026年通过）",
    "\u{3000}",
    " ",
    "。",
    "；",
];

fn any_line() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..4).prop_map(|pieces| pieces.concat())
}

fn any_inlines() -> impl Strategy<Value = Vec<Inline<WrittenLink>>> {
    let inline = prop_oneof![
        6 => any_line().prop_map(Inline::Text),
        1 => any_line().prop_map(|text| Inline::Strong(vec![Inline::Text(text)])),
        1 => any_line().prop_map(Inline::Code),
        1 => Just(Inline::SoftBreak),
        1 => Just(Inline::HardBreak),
    ];
    prop::collection::vec(inline, 0..5)
}

fn any_block() -> impl Strategy<Value = Block<WrittenLink>> {
    let span = zhize::diag::Span::start_of(FileId(0));
    let heading = span.clone();
    prop_oneof![
        8 => any_inlines().prop_map(move |content| Block::Paragraph { content, span: span.clone() }),
        1 => (any_inlines(), 2..6_u8).prop_map(move |(content, level)| Block::Heading {
            level, anchor: String::new(), content, span: heading.clone(),
        }),
        1 => any_inlines().prop_map(|cell| Block::Table { header: vec![cell], rows: Vec::new() }),
        1 => any_line().prop_map(Block::Code),
    ]
}

proptest! {
    #[test]
    fn nothing_is_lost_and_no_anchor_is_double(
        blocks in prop::collection::vec(any_block(), 0..30),
        document in any::<bool>(),
    ) {
        assert_whole(blocks, document);
    }

    #[test]
    fn any_text_is_survived(lines in prop::collection::vec(any_line(), 0..40), form in "clause|document") {
        for between in ["\n\n", "\n", "  \n"] {
            let body = lines.join(between);
            let (blocks, _, _) = parsed(&form, &body);
            // Markdown takes some of these characters as markup; no words are
            // lost.
            let kept: BTreeMap<char, usize> = counted(&words(&blocks));
            let put = body.chars().filter(|c| search::analysis::is_han(*c)).collect::<String>();
            for (c, count) in counted(&put) {
                prop_assert_eq!(kept.get(&c).copied().unwrap_or(0), count, "{} in {:?}", c, body);
            }
        }
    }
}

fn counted(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_default() += 1;
    }
    counts
}

/// Far larger than any real regulation; this must finish at once, not within
/// minutes.
#[test]
fn large_bodies_take_no_long_time() {
    let mut many = String::new();
    for number in 1..=5000 {
        let label = numerals::to_chinese(number);
        write!(many, "第{label}条 内容。\n\n（一）甲；\n\n（二）乙。\n\n").expect("a string");
    }
    let (blocks, diagnostics, _) = clause(&many);
    assert_eq!(blocks.len(), 5000);
    assert!(diagnostics.is_empty());

    let long = format!("第一条 {}。", "长".repeat(50_000));
    assert_eq!(clause(&long).0.len(), 1);
    let one_paragraph = many.replace("\n\n", "\n");
    assert_eq!(clause(&one_paragraph).0.len(), 5000);
    let same = "第一条 内容。\n\n".repeat(5000);
    let (blocks, diagnostics, _) = clause(&same);
    assert_eq!(blocks.len(), 5000);
    assert_eq!(diagnostics.len(), 20, "the rest is counted");
    let quotes = "“第一条 内容。\n\n".repeat(5000);
    clause(&quotes);
    let headings = "## 第一章\n\n### 甲\n\n".repeat(2000);
    clause(&headings);
    let nested = "1. ".repeat(2000);
    clause(&nested);
    parsed(
        "document",
        &"一、甲\n\n（一）乙\n\n1.丙\n\n（1）丁\n\n①戊\n\n1)己\n\n".repeat(1000),
    );
}

/// `SNAPSHOTS=overwrite` rewrites the expected pages; read the diff.
#[test]
fn pages_of_both_forms_are_as_they_were() {
    let site = example();
    let checked = check(&site);
    assert_eq!(checked.text, "没有错误，没有警告\n");
    for name in ["banfa", "yijian"] {
        let page = rendered_page(&site, &format!("regulations/shili-{name}/index.html"));
        let (_, main) = page.split_once("<main").expect("a page has its main part");
        let (main, _) = main.split_once("</main>").expect("it ends");
        let golden = repository("tests/golden/provisions").join(format!("{name}.html"));
        snapbox::assert_data_eq!(
            format!("<main{main}</main>\n"),
            Data::read_from(&golden, None).raw()
        );
    }
}

/// A provision that a page implements is linked by its number, in any notation.
#[test]
fn relations_and_links_lead_to_provisions() {
    let site = example();
    let library = check(&site).library.expect("no errors");
    let practice = library
        .pages
        .iter()
        .find(|page| page.key == "practices/shili-zuofa")
        .expect("the practice is there");
    assert_eq!(
        practice.related[0].anchor.as_deref(),
        Some("art-4-para-1-item-3")
    );
    let page = rendered_page(&site, "practices/shili-zuofa/index.html");
    assert!(page.contains("href=\"../../regulations/shili-banfa/index.html#art-4-para-1-item-3\""));
    assert!(page.contains("href=\"../../regulations/shili-banfa/index.html#art-4-para-2\""));
}

/// What the search ranks: each article is a unit, with the places in it.
#[test]
fn articles_are_units_of_the_search() {
    let site = example();
    let library = check(&site).library.expect("no errors");
    let corpus = extract::corpus(&library);
    let units = |key: &str| {
        let page = corpus.pages.iter().find(|page| page.card.key == key);
        page.expect("the page is there").units.clone()
    };
    let law = units("regulations/shili-banfa");
    let shown: Vec<(&str, &str, &str)> = law
        .iter()
        .map(|unit| {
            (
                unit.anchor.as_str(),
                unit.label.as_str(),
                // The facts of the page accompany its beginning.
                if unit.anchor.is_empty() {
                    ""
                } else {
                    unit.heading.as_str()
                },
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("", "", ""),
            ("art-1", "第一条 目的", "总则"),
            ("art-2", "第二条 范围", "总则"),
            ("art-3", "第三条", "总则"),
            ("art-4", "第四条", "记录\n内容"),
            ("art-4-1", "第四条之一", "记录\n内容"),
            ("art-5", "第五条", "记录\n保管"),
            ("art-6", "第六条", "记录\n保管"),
            ("art-7", "第七条", "记录\n保管"),
            ("art-8", "第八条", "记录\n保管"),
            ("art-9", "第九条", "附则"),
            ("art-10", "第十条", "附则"),
            ("signature", "落款", ""),
            ("annex-1", "附件1 谈话记录保管期限表", ""),
            ("annex-2-art-1", "第一条", "示例规则"),
            ("annex-2-art-2", "第二条", "示例规则"),
        ]
    );
    let article = &law[4];
    assert_eq!(
        article.text,
        "谈话记录应当写明下列内容：\n（一）谈话的时间、地点；\n（二）谈话人和谈话对象，包括：\n1.姓名；\n2.职务；\n\
         （三）谈话内容，按下表填写：\n栏目 写法\n事由 一句话写明\n要点 分条写明\n表中没有的，另行注明。\n\
         （四）其他需要写明的内容。\n谈话对象可以要求更正记录，但是有下列情形之一的除外：\n（一）记录已经归档；\n（二）超过示例期限。"
    );
    let at = article.text.rfind("谈话对象可以").expect("it is there");
    assert_eq!(article.anchor_at(at), "art-4-para-2");
    assert_eq!(article.anchor_at(at - 1), "art-4-para-1-item-4");
    let places: Vec<&str> = article.places.iter().map(|(_, a)| a.as_str()).collect();
    assert_eq!(places.len(), 10);
    assert!(places.contains(&"art-4-para-1-item-2-sub-1"));

    let document = units("regulations/shili-yijian");
    let shown: Vec<(&str, &str, &str)> = document
        .iter()
        .map(|unit| {
            (
                unit.anchor.as_str(),
                unit.label.as_str(),
                // The facts of the page accompany its beginning.
                if unit.anchor.is_empty() {
                    ""
                } else {
                    unit.heading.as_str()
                },
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("", "", ""),
            ("preamble", "序言", ""),
            ("sec-1-1", "（一）指导思想", "总体要求"),
            ("sec-1-2-1", "1.坚持虚构", "总体要求\n基本原则"),
            ("sec-1-2-2", "2.坚持完整", "总体要求\n基本原则"),
            ("sec-2-1", "（一）建立台账", "主要任务"),
            ("sec-2-2", "（二）定期检查", "主要任务"),
            ("sec-3", "三、组织实施", ""),
            ("signature", "落款", ""),
            ("annex-1", "附件1 示例表", ""),
        ]
    );
}

/// Points without headings are not parts of the first point.
#[test]
fn points_without_headings_are_units_too() {
    let sources = sources(
        "虚构决定",
        "document",
        "一、甲。\n\n（一）子。\n\n二、乙。\n\n第一章 丙\n\n一、丁。\n\n二、戊。",
    );
    let library = crate::support::resolved(parse::parse(&sources).value, &sources).value;
    let units = &extract::corpus(&library).pages[0].units;
    let shown: Vec<(&str, &str)> = units
        .iter()
        .map(|unit| (unit.anchor.as_str(), unit.text.as_str()))
        .filter(|(anchor, _)| anchor.contains("sec"))
        .collect();
    assert_eq!(
        shown,
        [
            ("sec-1", "甲。\n（一）子。"),
            ("sec-2", "乙。"),
            ("chap-1-sec-1", "丁。"),
            ("chap-1-sec-2", "戊。")
        ]
    );
}

/// Every 27th law of those beside the project; all of them if `ZHIZE_ALL_LAWS`
/// is set. Each is written as plain paragraphs; its articles must come out with
/// their numbers and texts.
#[test]
fn real_laws_come_out_as_they_are() {
    let Some(laws) = laws::read() else {
        println!("skipped: no laws at {}", laws::archive().display());
        return;
    };
    let all = std::env::var_os("ZHIZE_ALL_LAWS").is_some();
    let step = if all { 1 } else { 27 };
    for paste in [Paste::Plain, Paste::Close, Paste::Lines, Paste::Printed] {
        let mut tally = Tally::default();
        for law in laws.iter().step_by(step) {
            tally.compare(law, paste);
        }
        let report = tally.report();
        println!("{paste:?}: {report}");
        assert!(tally.right * 1000 >= tally.articles * 998, "{report}");
    }
}

/// Every character of each law is in the parsed tree, in order: as label,
/// heading or text. Only white space may differ. Every 27th law; all of them if
/// `ZHIZE_ALL_LAWS` is set.
#[test]
fn every_character_of_real_laws_is_in_the_tree() {
    let Some(laws) = laws::read() else {
        println!("skipped: no laws at {}", laws::archive().display());
        return;
    };
    let all = std::env::var_os("ZHIZE_ALL_LAWS").is_some();
    let (mut characters, mut count) = (0, 0);
    for law in laws.iter().step_by(if all { 1 } else { 27 }) {
        for paste in [Paste::Plain, Paste::Close, Paste::Lines, Paste::Printed] {
            for form in ["clause", "document"] {
                let body = paste.body(law);
                let wanted = compact(&plain_words(&body));
                let sources = sources(&law.title.replace(['"', '\\'], ""), form, &body);
                let mut checked = parse::parse(&sources);
                let page = checked.value.pages.pop().expect("one page");
                let words = compact(&How::WRITTEN.text(&page.body.blocks));
                let at = wanted
                    .chars()
                    .zip(words.chars())
                    .take_while(|(a, b)| a == b);
                let at = at.count();
                let near = |text: &str| -> String { text.chars().skip(at).take(20).collect() };
                assert!(
                    words == wanted,
                    "{} {paste:?} as {form}: {:?} became {:?}",
                    law.title,
                    near(&wanted),
                    near(&words)
                );
                characters += wanted.chars().count();
            }
        }
        count += 1;
    }
    println!("{characters} characters in {count} laws, each in four pastes and two forms");
}

/// The words of a body that [`laws::paragraphs`] made: without the signs that
/// make headings, and without escapes.
fn plain_words(body: &str) -> String {
    let mut words = String::with_capacity(body.len());
    for line in body.lines() {
        let line = match line.trim_start_matches('#') {
            heading if heading.starts_with(' ') => heading,
            _ => line,
        };
        let mut characters = line.chars().peekable();
        while let Some(c) = characters.next() {
            let escapes = c == '\\' && characters.peek().is_some_and(char::is_ascii_punctuation);
            words.extend(if escapes { characters.next() } else { Some(c) });
        }
        words.push('\n');
    }
    words
}

/// How a law's paragraphs look when pasted from the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paste {
    /// Blank lines between paragraphs, a wide space after 第一条.
    Plain,
    /// Nothing after 第一条 and 第一章.
    Close,
    /// One line each, without blank lines.
    Lines,
    /// As printed: title, note and table of contents at the top, padded
    /// headings, paragraphs indented by wide spaces.
    Printed,
}

impl Paste {
    fn body(self, law: &laws::Law) -> String {
        let plain = laws::paragraphs(law);
        let mut lines: Vec<String> = plain.lines().map(str::to_owned).collect();
        match self {
            Self::Plain => return plain,
            Self::Close => {
                for line in lines.iter_mut().filter(|line| line.starts_with('第')) {
                    if let Some(label) = label::read(line) {
                        line.replace_range(label.length..label.with_space, "");
                    }
                }
            }
            Self::Lines => lines.retain(|line| !line.is_empty()),
            Self::Printed => {
                let is_heading = |line: &String| {
                    let label = label::read(line);
                    label.is_some_and(|label| label.kind < LabelKind::Article)
                        && line.len() < 150
                        && !line.ends_with('。')
                };
                let headings: Vec<String> =
                    lines.iter().filter(|l| is_heading(l)).cloned().collect();
                for line in &mut lines {
                    if is_heading(line) {
                        *line = line.replace("总则", "总　　则").replace("附则", "附　　则");
                    } else if !line.is_empty() && !line.starts_with('#') {
                        line.insert_str(0, "\u{3000}\u{3000}");
                    }
                }
                let mut top = vec![law.title.clone(), String::new()];
                top.push("（2020年1月1日通过）".to_owned());
                if !headings.is_empty() {
                    top.extend([String::new(), "目　　录".to_owned()]);
                    top.extend(headings.into_iter().flat_map(|line| [String::new(), line]));
                }
                top.extend(lines);
                lines = top;
            }
        }
        lines.join("\n")
    }
}

#[derive(Default)]
struct Tally {
    laws: usize,
    whole_laws: usize,
    articles: usize,
    /// Texts that are equal to the last byte.
    exact: usize,
    /// Texts that are equal except for white space after labels and at line
    /// ends.
    right: usize,
    failures: Vec<String>,
    codes: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn compare(&mut self, law: &laws::Law, paste: Paste) {
        let wanted: Vec<&laws::LawUnit> = law
            .units
            .iter()
            .filter(|unit| !unit.number.starts_with('s'))
            .collect();
        if wanted.is_empty() {
            return;
        }
        self.laws += 1;
        self.articles += wanted.len();
        let body = paste.body(law);
        let sources = sources(&law.title.replace(['"', '\\'], ""), "clause", &body);
        let mut checked = parse::parse(&sources);
        for found in &checked.diagnostics {
            *self.codes.entry(found.code).or_default() += 1;
        }
        let page = checked.value.pages.pop().expect("one page");
        let found = articles(&page.body.blocks);
        let before = self.right;
        for unit in &wanted {
            let number = unit.number.replace('.', "-");
            let Some(texts) = found.get(&number) else {
                self.fail(law, &number, "missing", "");
                continue;
            };
            self.exact += usize::from(texts.contains(&unit.text));
            if texts
                .iter()
                .any(|text| compact(text) == compact(&unit.text))
            {
                self.right += 1;
            } else {
                self.fail(
                    law,
                    &number,
                    "differs",
                    &format!("{:?}\n   {texts:?}", unit.text),
                );
            }
        }
        let extra = found.len().saturating_sub(wanted.len());
        if extra > 0 {
            self.fail(law, "", "more articles than there are", &extra.to_string());
        }
        self.whole_laws += usize::from(self.right - before == wanted.len() && extra == 0);
    }

    fn fail(&mut self, law: &laws::Law, number: &str, what: &str, detail: &str) {
        self.failures.push(format!(
            "{} {} {number}: {what} {detail}",
            law.id, law.title
        ));
    }

    fn report(&self) -> String {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let mut out = format!(
            "laws whole: {} of {} ({:.2} %); articles right: {} of {} ({:.3} %), {:.3} % to the byte\ndiagnostics: {:?}\n",
            self.whole_laws,
            self.laws,
            share(self.whole_laws, self.laws),
            self.right,
            self.articles,
            share(self.right, self.articles),
            share(self.exact, self.articles),
            self.codes
        );
        for failure in self.failures.iter().take(200) {
            writeln!(out, "{}", failure.chars().take(2000).collect::<String>()).expect("a string");
        }
        out
    }
}

fn compact(text: &str) -> String {
    let spaces = zhize::chinese::han::is_space;
    text.chars().filter(|c| !spaces(*c)).collect()
}

/// Articles of the body by number, each with the texts that the collection may
/// have for it: with its title on the same line or on a line of its own, and
/// with a following annex or signature, which the collection doesn't separate.
fn articles(blocks: &Blocks) -> BTreeMap<String, Vec<String>> {
    fn collect(blocks: &Blocks, order: &mut Vec<(String, Vec<String>)>) {
        for block in blocks {
            let behind = match block {
                Block::Provision(provision) => match provision.kind {
                    ProvisionKind::Article => {
                        let number = provision.number.expect("articles have numbers");
                        order.push((number.anchor(), article_texts(provision)));
                        continue;
                    }
                    ProvisionKind::Annex | ProvisionKind::Signature => {
                        lines(std::slice::from_ref(provision))
                    }
                    _ => {
                        collect(&provision.children, order);
                        continue;
                    }
                },
                other => How::WRITTEN.text(std::slice::from_ref(other)),
            };
            // Annexes follow each other, so each makes the longest text longer.
            if let Some((_, texts)) = order.last_mut()
                && let Some(longest) = texts.iter().max_by_key(|text| text.len())
            {
                let longer = format!("{longest}\n{}", behind.trim_end());
                texts.push(longer);
            }
        }
    }
    let mut order = Vec::new();
    collect(blocks, &mut order);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (number, texts) in order {
        found.entry(number).or_default().extend(texts);
    }
    found
}

fn article_texts(article: &Provision<WrittenLink>) -> Vec<String> {
    let mut title = String::new();
    title.push_str(&How::WRITTEN.inline(&article.title));
    let mut text = String::new();
    for block in &article.children {
        match block {
            Block::Provision(provision) => text.push_str(&lines(std::slice::from_ref(provision))),
            other => text.push_str(&How::WRITTEN.text(std::slice::from_ref(other))),
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    let text = text.trim_matches('\n').to_owned();
    if title.is_empty() {
        vec![text]
    } else {
        vec![format!("{title}\n{text}"), format!("{title}{text}")]
    }
}

/// Words of provisions, a line for each, with the labels in front as written.
fn lines(provisions: &[Provision<WrittenLink>]) -> String {
    fn push(provision: &Provision<WrittenLink>, out: &mut Vec<String>) {
        let mut line = provision.label.clone();
        line.push_str(&How::WRITTEN.inline(&provision.title));
        line.push_str(&How::WRITTEN.inline(&provision.content));
        if !line.is_empty() {
            out.push(line);
        }
        for block in &provision.children {
            match block {
                Block::Provision(provision) => push(provision, out),
                other => {
                    let text = How::WRITTEN.text(std::slice::from_ref(other));
                    out.extend(text.lines().map(str::to_owned));
                }
            }
        }
    }
    let mut out = Vec::new();
    provisions.iter().for_each(|one| push(one, &mut out));
    out.join("\n")
}
