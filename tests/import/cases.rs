//! Typical inputs from offices, and what importing must make of each.
//!
//! `tests/fixtures/import/*.toml` hold them, one file for each kind of input. A
//! new input is a new `[[case]]`:
//!
//! - `name`: what it shows.
//! - the input: `file` with `text` (`encoding = "gbk"` writes it so), or `word`,
//!   the paragraphs of a `document.xml`, with `parts`, other entries of the
//!   archive; or `lines`, the same in short (see [`paragraphs`]), with `numbers`,
//!   the levels of list 1 as `[format, text]`, and `document`, the main part's
//!   path; or `shared`, a path in the folder of failing inputs that may lie beside
//!   the project.
//! - what must come out: `fields` (`field = "as it stands in the page"`), `body`
//!   (the whole text), `has` and `lacks` (parts of the page), `notes`
//!   (`code = count`, -1 for any number), `anchors` and `no_anchors`, `reason`
//!   (a part of why it isn't imported).

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;
use zhize::import::report::Outcome;

use super::{archive, body, count, one, site_with};
use crate::support;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
    #[serde(default)]
    word: Option<String>,
    #[serde(default)]
    lines: Option<String>,
    #[serde(default)]
    numbers: Vec<(String, String)>,
    #[serde(default)]
    document: Option<String>,
    #[serde(default)]
    parts: BTreeMap<String, String>,
    #[serde(default)]
    shared: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    has: Vec<String>,
    #[serde(default)]
    lacks: Vec<String>,
    #[serde(default)]
    notes: BTreeMap<String, i64>,
    #[serde(default)]
    anchors: Vec<String>,
    #[serde(default)]
    no_anchors: Vec<String>,
    #[serde(default)]
    reason: Option<String>,
}

impl Case {
    /// Name and bytes of the input; `None` if the shared file is missing.
    fn input(&self) -> Option<(String, Vec<u8>)> {
        if let Some(path) = &self.shared {
            let path = support::repository("../shared/cases/import").join(path);
            let name = path.file_name().expect("a file").to_string_lossy();
            return Some((name.into_owned(), fs::read(&path).ok()?));
        }
        let lines = self.lines.as_deref().map(paragraphs);
        if let Some(xml) = lines.as_ref().or(self.word.as_ref()) {
            let document = format!(
                "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\" xmlns:mc=\"mc\" xmlns:v=\"v\" xmlns:a=\"a\" xmlns:r=\"r\"><w:body>{xml}</w:body></w:document>"
            );
            let path = self.document.as_deref().unwrap_or("word/document.xml");
            let mut parts = vec![(path, document.as_bytes())];
            let others = self.parts.iter();
            parts.extend(others.map(|(name, text)| (name.as_str(), text.as_bytes())));
            let numbering = numbering(&self.numbers);
            if !self.numbers.is_empty() {
                parts.push(("word/numbering.xml", numbering.as_bytes()));
            }
            let name = self.file.clone().unwrap_or_else(|| "示例.docx".to_owned());
            return Some((name, archive(&parts)));
        }
        let text = self.text.as_deref().expect("text, word or shared");
        let name = self.file.clone().unwrap_or_else(|| "示例.txt".to_owned());
        let bytes = match self.encoding.as_deref() {
            Some(label) => {
                let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("known");
                let (bytes, _, lossy) = encoding.encode(text);
                assert!(!lossy, "{}: not in {label}", self.name);
                bytes.into_owned()
            }
            None => text.as_bytes().to_vec(),
        };
        Some((name, bytes))
    }

    /// The differences between the outcome and the case.
    fn faults(&self) -> Vec<String> {
        let Some((file, bytes)) = self.input() else {
            println!("skipped: {:?} is not there", self.shared);
            return Vec::new();
        };
        let mut faults = Vec::new();
        let (report, page) = one(&file, &bytes);
        if let Some(reason) = &self.reason {
            if report.outcome != Outcome::Failed || !report.reason.contains(reason) {
                faults.push(format!("{:?}: {}", report.outcome, report.reason));
            }
            return faults;
        }
        if report.outcome != Outcome::Imported {
            return vec![format!("{:?}: {}", report.outcome, report.reason)];
        }
        for (field, value) in &self.fields {
            let line = format!("{field} = {value}");
            if !page.lines().any(|own| own == line) {
                faults.push(format!("no `{line}`"));
            }
        }
        if let Some(wanted) = &self.body
            && body(&page) != wanted.trim()
        {
            faults.push("the body differs".to_owned());
        }
        faults.extend(
            self.has
                .iter()
                .filter(|has| !page.contains(*has))
                .map(|has| format!("no {has}")),
        );
        let lacks = self.lacks.iter().filter(|lacks| page.contains(*lacks));
        faults.extend(lacks.map(|lacks| format!("there is {lacks}")));
        for (code, wanted) in &self.notes {
            let found = count(&report, code);
            let right = match wanted {
                -1 => found > 0,
                number => i64::try_from(found) == Ok(*number),
            };
            if !right {
                faults.push(format!("{code}: {found} and not {wanted}"));
            }
        }
        if !(self.anchors.is_empty() && self.no_anchors.is_empty()) {
            let anchors = site_with(&report, &page);
            let missing = self.anchors.iter().filter(|own| !anchors.contains(own));
            faults.extend(missing.map(|own| format!("no anchor {own} in {anchors:?}")));
            let wrong = self.no_anchors.iter().filter(|own| anchors.contains(own));
            faults.extend(wrong.map(|own| format!("an anchor {own}")));
        }
        if !faults.is_empty() {
            faults.push(page);
        }
        faults
    }
}

/// The XML of paragraphs in short form: a line is a paragraph; one that begins with
/// `#` or `##` is numbered, at the first or second level of list 1; what stands in
/// braces are runs; a line that begins with `<` is XML already.
fn paragraphs(lines: &str) -> String {
    let one = |line: &str| {
        if line.starts_with('<') {
            return line.to_owned();
        }
        let text = line.trim_start_matches('#');
        let numbers = match line.len() - text.len() {
            0 => String::new(),
            level => format!(
                r#"<w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr></w:pPr>"#,
                level - 1
            ),
        };
        let runs = text.replace('{', "</w:t></w:r>").replace('}', "<w:r><w:t>");
        format!("<w:p>{numbers}<w:r><w:t>{runs}</w:t></w:r></w:p>")
    };
    lines.lines().map(one).collect()
}

/// A `numbering.xml` whose list 1 has these levels.
fn numbering(levels: &[(String, String)]) -> String {
    let level = |(at, (format, text)): (usize, &(String, String))| {
        format!(
            r#"<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>"#
        )
    };
    let levels: String = levels.iter().enumerate().map(level).collect();
    format!(
        r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>"#
    )
}

fn folder(name: &str) {
    let path = support::repository("tests/fixtures/import").join(format!("{name}.toml"));
    let text = fs::read_to_string(&path).expect("the cases are there");
    let cases: Cases = toml::from_str(&text).expect("cases as they are described above");
    let mut wrong = Vec::new();
    for case in &cases.case {
        let faults = case.faults();
        if !faults.is_empty() {
            wrong.push(format!("## {}\n{}", case.name, faults.join("\n")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} are wrong\n{}",
        wrong.len(),
        cases.case.len(),
        wrong.join("\n")
    );
}

/// There is a test for each file, and each file has one.
macro_rules! kinds {
    ($($test:ident: $file:literal,)*) => {
        $(#[test]
        fn $test() {
            folder($file);
        })*

        #[test]
        fn every_file_of_cases_is_read() {
            let known = [$($file),*];
            for entry in fs::read_dir(support::repository("tests/fixtures/import")).expect("a folder") {
                let name = entry.expect("an entry").file_name();
                let name = name.to_string_lossy().trim_end_matches(".toml").to_owned();
                assert!(known.contains(&name.as_str()), "{name}.toml has no test");
            }
        }
    };
}

kinds! {
    nothing_is_invented: "facts",
    lines_are_the_texts_own: "lines",
    web_pages_are_whole: "pages",
    word_documents_are_whole: "word",
    papers_have_their_parts: "papers",
}

/// A web page, a Markdown file and a Word file with the same table: a link in one
/// cell, a picture in another.
fn with_table(png: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let html = "<h1>示例办法</h1><p>第一条　甲，乙。</p><table border=1><caption>表一</caption><tr><td>网址</td><td>图样</td></tr><tr><td><a href='https://a.example/'>某网</a></td><td><img src='%E5%9B%BE/a.png' alt='流程'></td></tr></table><p>第二条　乙。</p>";
    let markdown = "# 示例办法\n\n第一条 甲，乙。\n\n表一\n\n| 网址 | 图样 |\n|---|---|\n| [某网](https://a.example/) | ![流程](图/a.png) |\n\n第二条 乙。\n";
    let cell = |inner: &str| format!("<w:tc><w:p>{inner}</w:p></w:tc>");
    let words = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let word = paragraphs(&format!(
        "示例办法\n第一条　甲，乙。\n表一\n<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>\n第二条　乙。",
        cell(&words("网址")),
        cell(&words("图样")),
        cell(&format!(
            r#"<w:hyperlink r:id="l">{}</w:hyperlink>"#,
            words("某网")
        )),
        cell(r#"<w:r><w:drawing><wp:docPr descr="流程"/><a:blip r:embed="p"/></w:drawing></w:r>"#),
    ));
    let document = format!(
        r#"<w:document xmlns:w="w" xmlns:a="a" xmlns:r="r" xmlns:wp="wp"><w:body>{word}</w:body></w:document>"#
    );
    let relations = r#"<Relationships><Relationship Id="l" Type="x/hyperlink" Target="https://a.example/" TargetMode="External"/><Relationship Id="p" Type="x/image" Target="media/a.png"/></Relationships>"#;
    let docx = archive(&[
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
        ("word/media/a.png", png),
    ]);
    vec![
        ("甲.html", html.as_bytes().to_vec()),
        ("乙.md", markdown.as_bytes().to_vec()),
        ("丙.docx", docx),
    ]
}

#[test]
fn pictures_and_links_in_tables_come_along_from_every_format() {
    let png = [b"\x89PNG\r\n\x1A\n".as_slice(), &[1; 40]].concat();
    for (name, bytes) in with_table(&png) {
        let site = super::site();
        fs::create_dir(site.path().join("图")).expect("a folder");
        fs::write(site.path().join("图/a.png"), &png).expect("written");
        fs::write(site.path().join(name), bytes).expect("written");
        let mut options = super::options(&site, "regulations");
        options.paths = vec![site.path().join(name)];
        let (reports, _) = super::run(&options);
        let output = reports[0].output.as_ref().expect("a page");
        let page = site.path().join(output);
        let text = fs::read_to_string(&page).expect("it is there");
        assert!(
            text.contains("| [某网](https://a.example/) |"),
            "{name}: {text}"
        );
        assert!(
            text.contains("![流程](shi-li-ban-fa-1.png)"),
            "{name}: {text}"
        );
        assert!(text.contains("表一\n"), "{name}: {text}");
        let picture = page.with_file_name("shi-li-ban-fa-1.png");
        assert_eq!(fs::read(picture).ok().as_ref(), Some(&png), "{name}");
        assert_eq!(count(&reports[0], "pictures"), 1, "{name}");
        assert_eq!(count(&reports[0], "images"), 0, "{name}");
    }
}

#[test]
fn a_picture_that_is_not_there_is_named() {
    let page = "# 示例办法\n\n第一条 甲，见![流程](图/a.png)。\n\n第二条 乙。\n";
    let (report, page) = one("示例.md", page.as_bytes());
    assert_eq!(count(&report, "images"), 1);
    assert!(page.contains("见流程。"), "{page}");
}
