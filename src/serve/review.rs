//! The review page: shows each paragraph of a source beside the statements of
//! the site that cite it, with a checklist.
//!
//! It is made on request, from a file that the reviewer names on the command
//! line. The source is in no built site and no file of the project.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use crate::markup::escape;
use crate::output::OutputSet;

/// The address of the page.
pub(super) const PATH: &str = "/__zhize/review/";

/// Marks that end a sentence of the source.
const STOPS: [char; 5] = ['。', '！', '？', '；', ';'];

/// A source to compare with the site.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// Id of the source in the register. `None` compares with all pages, which
    /// is right for a site with only one source.
    pub id: Option<String>,
    /// The file's name, for display.
    pub name: String,
    /// Its text; each line that isn't blank is a paragraph: `P1`, `P2`, …
    pub text: String,
    /// Registers of facts (`facts/*.toml`).
    pub registers: Vec<String>,
}

/// The fields used from a page's JSON.
#[derive(Deserialize)]
struct Page {
    title: String,
    file: String,
    sources: Vec<Source>,
    body: Vec<Node>,
}

#[derive(Deserialize)]
struct Source {
    source: String,
}

#[derive(Deserialize)]
struct Node {
    #[serde(default)]
    text: String,
    #[serde(default)]
    marks: Vec<Mark>,
    #[serde(default)]
    items: Vec<Vec<Node>>,
    #[serde(default)]
    children: Vec<Node>,
}

#[derive(Deserialize)]
struct Mark {
    basis: String,
    locators: Vec<String>,
}

/// The fields used from a register of facts.
#[derive(Deserialize)]
struct Register {
    source: String,
    #[serde(default)]
    fact: Vec<Fact>,
}

#[derive(Deserialize)]
struct Fact {
    id: String,
    locator: String,
    page: String,
    short: String,
    words: Vec<String>,
}

/// A text of the site that cites a paragraph.
struct Statement<'p> {
    page: &'p Page,
    text: &'p str,
    /// The words that introduce its list; empty if it is no list item.
    lead: &'p str,
    /// Whether the paragraph states this itself, rather than the site inferring
    /// it.
    stated: bool,
}

impl Review {
    /// The review page as HTML.
    pub(super) fn page(&self, site: &OutputSet) -> String {
        let (pages, lost_pages) = self.pages(site);
        let statements = statements(&pages);
        let (facts, lost_registers) = self.facts();
        let lost = lost(lost_pages, lost_registers);
        let name = escape(&self.name);
        let mut body = String::new();
        let (mut bare, mut lacking) = (0, 0);
        for (paragraph, number) in self.paragraphs().zip(1..) {
            let locator = format!("P{number}");
            let own = statements.get(&locator).map_or(&[][..], Vec::as_slice);
            let facts = facts.iter().filter(|fact| fact.locator == locator);
            let facts: Vec<_> = facts.map(|fact| (fact, fact.is_told(own))).collect();
            bare += usize::from(own.is_empty());
            lacking += facts.iter().filter(|(_, told)| !told).count();
            row(&mut body, &locator, paragraph, own, &facts);
        }
        format!(
            "<!doctype html>\n<html lang=\"zh-CN\">\n<head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"robots\" content=\"noindex\"><title>对照核对：{name}</title>\
             <style>{STYLE}</style></head>\n<body>\n<h1>对照核对：{name}</h1>\n\
             <p>左侧为来源原文，右侧为本站以该段为依据的文句。逐句核对后勾选，勾选结果仅保存在本机浏览器中。\
             本页只在预览时提供，原文不写入网站。</p>\n\
             <p class=\"sum\"><span id=\"left\"></span>没有文句的段落：{bare} 段；\
             事实登记中未见的：{lacking} 项。</p>\n{lost}{body}\
             <script>{SCRIPT}</script>\n</body>\n</html>\n"
        )
    }

    fn paragraphs(&self) -> impl Iterator<Item = &str> {
        let text = self.text.trim_start_matches('\u{feff}');
        text.lines().map(str::trim).filter(|line| !line.is_empty())
    }

    /// The pages that cite the source, sorted by address, and the number of
    /// those that can't be read.
    fn pages(&self, site: &OutputSet) -> (Vec<Page>, usize) {
        let lines = lines(site);
        let lines = lines.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        let read: Vec<_> = lines.map(serde_json::from_slice::<Page>).collect();
        let lost = read.iter().filter(|page| page.is_err()).count();
        let pages = read.into_iter().flatten();
        let is_of = |page: &Page, id: &str| page.sources.iter().any(|own| own.source == id);
        let mut pages: Vec<Page> = pages
            .filter(|page| self.id.as_deref().is_none_or(|id| is_of(page, id)))
            .collect();
        pages.sort_by(|one, other| one.file.cmp(&other.file));
        (pages, lost)
    }

    /// The registered facts of the source, and the number of registers that
    /// can't be read.
    fn facts(&self) -> (Vec<Fact>, usize) {
        let registers = self.registers.iter();
        let read: Vec<_> = registers
            .map(|text| toml::from_str::<Register>(text))
            .collect();
        let lost = read.iter().filter(|register| register.is_err()).count();
        let registers = read.into_iter().flatten();
        let own = |register: &Register| self.id.as_ref().is_none_or(|id| *id == register.source);
        let facts = registers.filter(own).flat_map(|register| register.fact);
        (facts.collect(), lost)
    }
}

impl Fact {
    /// Whether one of these texts, on the page that the register names,
    /// contains all words of the fact. The introduction of its list counts as
    /// part of an item.
    fn is_told(&self, statements: &[Statement<'_>]) -> bool {
        let file = format!("{}/index.html", self.page);
        let mut own = statements
            .iter()
            .filter(|one| one.stated && one.page.file == file);
        own.any(|one| {
            let has = |word: &String| one.text.contains(word) || one.lead.contains(word);
            self.words.iter().all(has)
        })
    }
}

/// A sentence on what the comparison lacks because it can't be read; empty if
/// it lacks nothing.
fn lost(pages: usize, registers: usize) -> String {
    let counted = [(pages, "页"), (registers, "个事实登记文件")];
    let counted = counted.iter().filter(|(number, _)| *number > 0);
    let counted: Vec<_> = counted
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    if counted.is_empty() {
        return String::new();
    }
    format!(
        "<p class=\"sum\">有 {}无法读取，未列入对照，以上数字不完整。</p>\n",
        counted.join("、")
    )
}

/// The file of all pages, one per line; a large library's is compressed.
fn lines(site: &OutputSet) -> Vec<u8> {
    const LINES: &str = "data/library.jsonl";
    if let Some(file) = site.get(LINES) {
        return file.bytes.to_vec();
    }
    let mut lines = Vec::new();
    if let Some(file) = site.get(&format!("{LINES}.gz")) {
        MultiGzDecoder::new(&file.bytes[..])
            .read_to_end(&mut lines)
            .expect("the build has compressed it");
    }
    lines
}

/// The statements of the pages, by the paragraphs that they cite.
fn statements(pages: &[Page]) -> BTreeMap<String, Vec<Statement<'_>>> {
    let mut all = BTreeMap::new();
    for page in pages {
        collect(page, &page.body, "", &mut all);
    }
    all
}

fn collect<'p>(
    page: &'p Page,
    nodes: &'p [Node],
    lead: &'p str,
    all: &mut BTreeMap<String, Vec<Statement<'p>>>,
) {
    let mut leading = "";
    for node in nodes {
        let mut named: BTreeMap<&str, bool> = BTreeMap::new();
        for mark in &node.marks {
            for locator in &mark.locators {
                *named.entry(locator).or_default() |= mark.basis == "stated";
            }
        }
        for (locator, stated) in named {
            all.entry(locator.to_owned()).or_default().push(Statement {
                page,
                text: &node.text,
                lead,
                stated,
            });
        }
        for item in &node.items {
            collect(page, item, leading, all);
        }
        collect(page, &node.children, "", all);
        leading = if node.text.ends_with('：') {
            &node.text
        } else {
            ""
        };
    }
}

/// A paragraph beside the statements that cite it.
fn row(
    out: &mut String,
    locator: &str,
    paragraph: &str,
    statements: &[Statement<'_>],
    facts: &[(&Fact, bool)],
) {
    let mut push = |text: std::fmt::Arguments<'_>| {
        out.write_fmt(text).expect("a string takes everything");
    };
    push(format_args!(
        "<section id=\"{locator}\"><h2>{locator}</h2><div class=\"source\">"
    ));
    for (sentence, number) in paragraph.split_inclusive(STOPS).zip(1..) {
        let sentence = escape(sentence);
        push(format_args!(
            "<label><input type=\"checkbox\" data-tick=\"{locator}.{number}\">{sentence}</label>"
        ));
    }
    push(format_args!("</div><div class=\"site\">"));
    if statements.is_empty() {
        push(format_args!(
            "<p class=\"missing\">本站没有以此段为依据的文句。</p>"
        ));
    }
    let mut before = "";
    for one in statements {
        if one.page.file != before {
            let (file, title) = (escape(&one.page.file), escape(&one.page.title));
            push(format_args!("<h3><a href=\"/{file}\">{title}</a></h3>"));
            before = &one.page.file;
        }
        let word = if one.stated {
            ""
        } else {
            "<small>推断</small>"
        };
        push(format_args!("<p>{}{word}</p>", escape(one.text)));
    }
    push(format_args!("</div>"));
    if !facts.is_empty() {
        push(format_args!("<ol class=\"facts\">"));
        for (fact, told) in facts {
            let (id, short) = (escape(&fact.id), escape(&fact.short));
            let (class, word) = if *told {
                ("told", "已载")
            } else {
                ("missing", "未见")
            };
            push(format_args!(
                "<li class=\"{class}\"><b>{word}</b> {id} {short}</li>"
            ));
        }
        push(format_args!("</ol>"));
    }
    push(format_args!("</section>\n"));
}

const STYLE: &str = include_str!("review.css");
const SCRIPT: &str = include_str!("review.js");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Audience;

    fn site(body: &str) -> OutputSet {
        let json = format!(
            "{{\"title\": \"甲<乙\", \"file\": \"terms/jia/index.html\", \
             \"sources\": [{{\"source\": \"seed\"}}], \"body\": [{body}]}}"
        );
        let mut site = OutputSet::default();
        site.insert("data/library.jsonl", json.into_bytes(), Audience::Machines);
        site
    }

    const STATED: &str = "{\"text\": \"甲建立台账。\", \"marks\": [{\"basis\": \"stated\", \"locators\": [\"P1\"]}]}";

    fn review() -> Review {
        Review {
            id: Some("seed".to_owned()),
            name: "原文.txt".to_owned(),
            text: "\u{feff}甲建立了<台账>。乙检查；丙没有。\n\n第二段。\n".to_owned(),
            registers: vec![
                "source = \"seed\"\n\
                 [[fact]]\nid = \"P1.1\"\nlocator = \"P1\"\npage = \"terms/jia\"\nshort = \"台账\"\nwords = [\"建立\", \"台账\"]\n\
                 [[fact]]\nid = \"P1.2\"\nlocator = \"P1\"\npage = \"terms/jia\"\nshort = \"检查\"\nwords = [\"检查\"]\n"
                    .to_owned(),
            ],
        }
    }

    #[test]
    fn paragraphs_stand_beside_what_rests_on_them() {
        let html = review().page(&site(STATED));
        assert!(html.contains("甲建立了&lt;台账&gt;。</label>"), "{html}");
        assert!(
            html.contains("data-tick=\"P1.3\""),
            "three sentences: {html}"
        );
        assert!(html.contains(
            "<h3><a href=\"/terms/jia/index.html\">甲&lt;乙</a></h3><p>甲建立台账。</p>"
        ));
        let second = html.split("id=\"P2\"").nth(1).expect("two paragraphs");
        assert!(second.contains("本站没有以此段为依据的文句"), "{second}");
        assert!(!html.contains("id=\"P3\""), "a blank line is no paragraph");
    }

    #[test]
    fn what_is_missing_is_listed() {
        let html = review().page(&site(STATED));
        assert!(
            html.contains("<li class=\"told\"><b>已载</b> P1.1 台账</li>"),
            "{html}"
        );
        assert!(
            html.contains("<li class=\"missing\"><b>未见</b> P1.2 检查</li>"),
            "{html}"
        );
        assert!(
            html.contains("没有文句的段落：1 段；事实登记中未见的：1 项"),
            "{html}"
        );
    }

    #[test]
    fn an_item_has_the_words_that_lead_to_its_list() {
        let lead = STATED.replace("甲建立台账。", "甲建立以下各项：");
        let item = STATED.replace("甲建立台账。", "台账。");
        let list = format!("{lead}, {{\"items\": [[{item}]]}}");
        let html = review().page(&site(&list));
        assert!(html.contains("<b>已载</b> P1.1"), "{html}");
    }

    #[test]
    fn what_can_not_be_read_is_said() {
        let whole = review().page(&site(STATED));
        assert!(!whole.contains("无法读取"), "{whole}");
        let mut review = review();
        review.registers.push("source = ".to_owned());
        let html = review.page(&site("{\"text\": 1}"));
        assert!(
            html.contains("有 1 页、1 个事实登记文件无法读取，未列入对照"),
            "{html}"
        );
    }

    #[test]
    fn an_inference_states_no_fact() {
        let html = review().page(&site(&STATED.replace("stated", "inferred")));
        assert!(html.contains("甲建立台账。<small>推断</small>"), "{html}");
        assert!(html.contains("<b>未见</b> P1.1"), "{html}");
    }

    #[test]
    fn pages_on_other_sources_are_left_out() {
        let other = Review {
            id: Some("other".to_owned()),
            ..review()
        };
        assert!(!other.page(&site(STATED)).contains("<h3>"));
    }
}
