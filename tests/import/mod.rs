//! Importing other people's files: the content files that result pass the
//! check.

mod again;
mod cases;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;
use time::macros::date;
use zhize::body::text::How;
use zhize::import::report::{FileReport, Outcome, Summary};
use zhize::import::{self, Options, Script};
use zhize::{parse, source};
use zip::write::SimpleFileOptions;

use crate::{laws, support};

/// A site with a section of each type that can be imported into, and a folder
/// `in` beside it.
pub fn site() -> TempDir {
    let site = TempDir::new().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let path = site.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    };
    write("config.toml", "title = \"示例\"\nbase_url = \"/\"\n");
    write("content/_index.md", "+++\ntitle = \"首页\"\n+++\n");
    for name in ["regulation", "practice", "case", "term"] {
        let index = format!("+++\ntitle = \"{name}\"\n[extra]\ntype = \"{name}\"\n+++\n");
        write(&format!("content/{name}s/_index.md"), &index);
    }
    write(
        "data/organs.toml",
        "[[organ]]\nid = \"shili\"\nname = \"示例委员会\"\nregion = \"990000\"\nkind = \"地方\"\n",
    );
    write(
        "data/regions.toml",
        "[[region]]\ncode = \"990000\"\nname = \"示例省\"\nshort = \"示例\"\niso = \"CN-XX\"\n",
    );
    fs::create_dir(site.path().join("in")).expect("a folder can be made");
    site
}

pub fn options(site: &TempDir, section: &str) -> Options {
    Options {
        paths: vec![site.path().join("in")],
        into: PathBuf::from(format!("content/{section}")),
        root: site.path().to_owned(),
        source: None,
        slug: None,
        flat: false,
        partial: false,
        dry_run: false,
        script: Script::ToSimplified,
        today: date!(2026 - 11 - 22),
    }
}

pub fn run(options: &Options) -> (Vec<FileReport>, Summary) {
    let mut reports = Vec::new();
    let summary = import::run(options, |report, _| {
        reports.push(report.clone());
        Ok(())
    });
    (reports, summary.expect("the site is in order"))
}

/// Imports one file as a regulation; returns its report and its page.
fn one(name: &str, bytes: &[u8]) -> (FileReport, String) {
    let site = site();
    fs::write(site.path().join("in").join(name), bytes).expect("a file can be written");
    let (mut reports, _) = run(&options(&site, "regulations"));
    assert_eq!(reports.len(), 1);
    let report = reports.remove(0);
    let page = report.output.as_ref().map(|path| {
        let text = fs::read_to_string(site.path().join(path)).unwrap_or_default();
        // A mark of secrecy is an error until a person decides.
        match count(&report, "secrecy") {
            0 => check_without_errors(site.path()),
            _ => assert!(support::check(site.path()).text.contains("secret-mark")),
        }
        text
    });
    (report, page.unwrap_or_default())
}

/// The anchors of an imported page, as the site's parser makes them.
fn site_with(report: &FileReport, page: &str) -> Vec<String> {
    let site = site();
    let output = report.output.as_deref().expect("it was imported");
    // A text that may not be public has no anchors.
    let page = page.replace("public = false", "public = true");
    fs::write(site.path().join(output), page).expect("a file can be written");
    let sources = source::read(site.path())
        .expect("the site can be read")
        .value;
    let parsed = parse::parse(&sources).value;
    let path = output.trim_start_matches("content/");
    let page = parsed.pages.iter().find(|page| page.path == path);
    page.expect("the page is there").body.anchors.clone()
}

#[track_caller]
fn check_without_errors(root: &Path) {
    let checked = support::check(root);
    assert!(checked.library.is_some(), "{}", checked.text);
}

fn count(report: &FileReport, code: &str) -> usize {
    let mut notes = report.notes.iter();
    notes
        .find(|note| note.kind.name() == code)
        .map_or(0, |note| note.count)
}

/// The page's body.
fn body(page: &str) -> &str {
    page.splitn(3, "+++\n")
        .nth(2)
        .expect("front matter and body")
        .trim()
}

#[track_caller]
fn assert_fields(page: &str, lines: &[&str]) {
    for line in lines {
        assert!(page.lines().any(|own| own == *line), "no {line} in\n{page}");
    }
}

const REGULATION: &str = "示例省责任制办法（试行）

（2018年12月28日示例委员会第三次会议通过　2019年1月5日公布）

示办发[2018]012号

目　录
第一章　总　则
第二章　附　则

第一章　总　则
第一条　为了示例，制定本办法。
第二条　有下列情形之一的，适用本办法：
（一）甲；
（二）39.2万人,8:30。
第二章　附　则
第三条　本办法自2019年2月1日起施行。
";

#[test]
fn a_regulation_shows_its_fields() {
    let (report, page) = one("某某.txt", REGULATION.as_bytes());
    assert_eq!(report.outcome, Outcome::Imported);
    assert_fields(
        &page,
        &[
            "title = \"示例省责任制办法（试行）\"",
            "description = \"为了示例，制定本办法。\"",
            "kind = \"办法\"",
            "issuer = [\"shili\"]",
            "level = \"省级\"",
            "region = { code = \"990000\", name = \"示例省\" }",
            "document_number = \"示办发〔2018〕12号\"",
            "adopted = 2018-12-28",
            "promulgated = 2019-01-05",
            "effective = 2019-02-01",
            "status = \"未知\"",
            "body_form = \"clause\"",
            "other_names = [\"示例省责任制办法\"]",
        ],
    );
    assert_eq!(
        body(&page),
        "（2018年12月28日示例委员会第三次会议通过　2019年1月5日公布）\n\n示办发\\[2018\\]012号\n\n\
         ## 第一章 总则\n\n第一条　为了示例，制定本办法。\n\n第二条　有下列情形之一的，适用本办法：\n\n（一）甲；\n\n\
         （二）39.2万人，8:30。\n\n## 第二章 附则\n\n第三条　本办法自2019年2月1日起施行。"
    );
    assert_eq!(count(&report, "contents-dropped"), 3);
    assert_eq!(
        report.output.as_deref(),
        Some("content/regulations/shi-li-sheng-ze-ren-zhi-ban-fa-shi-xing.md")
    );
}

#[test]
fn a_text_that_says_little_leaves_its_fields_unknown() {
    let (report, page) = one(
        "关于某事的意见.txt",
        "各单位：\n一、甲。\n二、乙。\n".as_bytes(),
    );
    assert_fields(
        &page,
        &[
            "kind = \"规范性文件\"",
            "issuer = \"unknown\"",
            "level = \"其他\"",
            "document_number = \"unknown\"",
            "effective = \"unknown\"",
            "body_form = \"document\"",
        ],
    );
    let asked: Vec<_> = report.fill.iter().map(|fill| fill.field).collect();
    for field in ["issuer", "level", "effective", "status"] {
        assert!(asked.contains(&field), "{asked:?}");
    }
}

#[test]
fn a_fresh_site_needs_no_edits() {
    let site = site();
    fs::remove_dir_all(site.path().join("data")).expect("the folder is there");
    fs::write(site.path().join("in/甲.txt"), REGULATION).expect("a file can be written");
    let (reports, _) = run(&options(&site, "regulations"));
    assert_eq!(reports[0].outcome, Outcome::Imported);
    let sources = fs::read_to_string(site.path().join("data/sources.toml")).expect("registered");
    assert!(sources.contains("id = \"import-in\""), "{sources}");
    check_without_errors(site.path());
}

#[test]
fn every_encoding_gives_the_same_page() {
    let page = |bytes: &[u8]| one("甲.txt", bytes).1;
    let wanted = page(REGULATION.as_bytes());
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(REGULATION.encode_utf16());
        units.flat_map(to_bytes).collect()
    };
    let (gbk, _, lossy) = encoding_rs::GBK.encode(REGULATION);
    assert!(!lossy);
    for bytes in [
        ["\u{FEFF}".as_bytes(), REGULATION.as_bytes()].concat(),
        REGULATION.replace('\n', "\r\n").into_bytes(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        gbk.to_vec(),
    ] {
        assert_eq!(page(&bytes), wanted);
    }
    let (report, _) = one("甲.txt", &gbk);
    assert_eq!(count(&report, "encoding"), 1);
}

#[test]
fn nul_and_control_characters_are_taken_out() {
    let text = REGULATION.replace("为了", "为\0了\u{200B}\u{8}");
    let (report, page) = one("甲.txt", text.as_bytes());
    assert!(page.contains("为了示例"), "{page}");
    assert_eq!(count(&report, "control-characters"), 3);
}

/// UTF-8 that a program read as GBK: wherever an odd number of its bytes came
/// in a row, one is lost.
#[test]
fn utf8_that_was_read_as_gbk_is_read_again() {
    let text =
        "示例办法\n第一条　为了示例，制定本办法。\n第二条　下列：\n（一）甲；\n（二）乙，39人。\n";
    let (misread, _) = encoding_rs::GBK.decode_without_bom_handling(text.as_bytes());
    let (report, page) = one("甲.txt", misread.as_bytes());
    assert!(count(&report, "misdecoded") > 3);
    assert!(count(&report, "undecodable-bytes") > 0);
    let (_, wanted) = one("甲.txt", text.as_bytes());
    assert_fields(&page, &["body_form = \"clause\""]);
    let same = |(is, should): (char, char)| is == should || is == '□';
    let (is, should) = (body(&page), body(&wanted));
    assert_eq!(is.chars().count(), should.chars().count(), "{page}");
    assert!(is.chars().zip(should.chars()).all(same), "{page}");
}

/// Nothing in a foreign text may keep the site from being built.
#[test]
fn what_only_looks_like_our_syntax_is_text() {
    let text = "示例办法\n第一条　甲〔p8〕，乙〔推断〕，丙〔编注：丁〕。\n\
         第二条　{{ a() }}、{% b %}、+++、---、<b>、[c](d)。\n+++\n---\n# 戊\n";
    // Also checks the site.
    let (_, page) = one("甲.txt", text.as_bytes());
    assert!(page.contains("〔p8〕"), "{page}");
}

#[test]
fn one_article_with_items_is_a_regulation_in_articles() {
    let items = "示例规定\n第一条　下列：\n（一）甲；\n（二）乙；\n（三）丙；\n（四）丁。\n";
    let (_, page) = one("甲.txt", items.as_bytes());
    assert_fields(&page, &["body_form = \"clause\""]);
    let points =
        "示例意见\n一、依照下列规定：\n第一条的规定，予以明确。\n（一）甲。\n二、乙。\n三、丙。\n";
    let (_, page) = one("甲.txt", points.as_bytes());
    assert_fields(&page, &["body_form = \"document\""]);
}

#[test]
fn the_law_corpus_form_is_understood() {
    let text = "---\nid: \"0a1b2c3d\"\ntitle: 中华人民共和国示例法\ncategory: 法律\ndate: 2018-12-29\nstatus: current\nhistory:\n  - \"2018年12月29日 示例大会通过\"\n---\n\n# 中华人民共和国示例法\n\n## 第一章 总 则\n\n<!-- unit 1 -->\n第一条 甲。\n\n乙。\n\n<!-- unit 2 -->\n第二条 丙。\n";
    let (report, page) = one("示例法.md", text.as_bytes());
    assert_eq!(
        report.output.as_deref(),
        Some("content/regulations/0a1b2c3d.md")
    );
    assert_fields(
        &page,
        &[
            "title = \"中华人民共和国示例法\"",
            "kind = \"法律\"",
            "adopted = 2018-12-29",
            "other_names = [\"示例法\"]",
            "integrity = { state = \"clean\" }",
        ],
    );
    assert_eq!(
        body(&page),
        "（2018年12月29日 示例大会通过）\n\n## 第一章 总则\n\n第一条 甲。\n\n乙。\n\n第二条 丙。"
    );
}

#[test]
fn a_dry_run_writes_nothing() {
    let site = site();
    fs::write(site.path().join("in/甲.txt"), REGULATION).expect("a file can be written");
    let dry = Options {
        dry_run: true,
        ..options(&site, "regulations")
    };
    let (reports, _) = run(&dry);
    let output = reports[0].output.as_ref().expect("a page");
    assert!(!site.path().join(output).exists());
    assert!(!site.path().join("data/sources.toml").exists());
    assert!(
        reports[0]
            .text
            .as_ref()
            .is_some_and(|text| text.contains("第一条"))
    );
}

#[test]
fn practices_and_cases_become_drafts() {
    for (section, placeholder) in [
        ("practices", "level"),
        ("cases", "case_kind"),
        ("terms", "kind"),
    ] {
        let site = site();
        fs::write(site.path().join("in/甲.txt"), "示例做法\n甲，乙。\n").expect("written");
        let (reports, _) = run(&options(&site, section));
        let page = site
            .path()
            .join(reports[0].output.as_ref().expect("a page"));
        let page = fs::read_to_string(page).expect("a page");
        assert!(page.contains("draft = true"), "{page}");
        assert!(
            page.contains(&format!("{placeholder} = \"【请填写")),
            "{page}"
        );
        check_without_errors(site.path());
    }
}

#[test]
fn a_web_page_and_a_table() {
    let html = "<html><head><title>示例办法</title></head><body><nav>首页</nav><h1>示例办法</h1>\
                <p>第一条 甲*乙*。<br>第二条 丙|丁。</p><table><tr><th>项</th><th>数</th></tr>\
                <tr><td>甲|乙</td><td>1</td></tr></table><script>x()</script></body></html>";
    let (_, page) = one("甲.html", html.as_bytes());
    assert_eq!(
        body(&page),
        "第一条 甲\\*乙\\*。\n\n第二条 丙\\|丁。\n\n| 项 | 数 |\n| --- | --- |\n| 甲\\|乙 | 1 |"
    );
}

/// A .docx with this text in its body.
fn docx(paragraphs: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\" xmlns:mc=\"mc\"><w:body>{paragraphs}</w:body></w:document>"
    );
    let mut parts: Vec<(&str, &[u8])> = vec![("word/document.xml", document.as_bytes())];
    parts.extend(more);
    archive(&parts)
}

pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("a part");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn word_documents_keep_what_word_shows() {
    let body_xml = [
        paragraph("示例办法"),
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>甲</w:t></w:r>\
         <w:ins><w:r><w:t>插</w:t></w:r></w:ins><w:del><w:r><w:delText>删</w:delText></w:r></w:del>\
         <w:r><w:footnoteReference w:id=\"2\"/></w:r></w:p>".to_owned(),
        "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>乙</w:t><w:br/><w:t>（一）丙</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
         <mc:Fallback><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>丁 &amp; 戊</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p><w:p><w:r><w:t>后半</w:t></w:r></w:p>".to_owned(),
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p><w:r><w:t>表头</w:t></w:r></w:p></w:tc></w:tr>\
         <w:tr><w:tc><w:p><w:r><w:t>左</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>右</w:t></w:r></w:p></w:tc></w:tr></w:tbl>".to_owned(),
    ]
    .concat();
    let numbering = "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/>\
        <w:numFmt w:val=\"chineseCountingThousand\"/><w:suff w:val=\"space\"/><w:lvlText w:val=\"第%1条\"/></w:lvl></w:abstractNum>\
        <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
    let footnotes = "<w:footnotes xmlns:w=\"w\"><w:footnote w:type=\"separator\" w:id=\"0\"><w:p/></w:footnote>\
        <w:footnote w:id=\"2\"><w:p><w:r><w:t>脚注</w:t></w:r></w:p></w:footnote></w:footnotes>";
    let bytes = docx(
        &body_xml,
        &[
            ("word/numbering.xml", numbering.as_bytes()),
            ("word/footnotes.xml", footnotes.as_bytes()),
            ("word/vbaProject.bin", b"macro"),
        ],
    );
    let (report, page) = one("甲.docm", &bytes);
    assert_eq!(
        body(&page),
        "第一条 甲插〔注1〕\n\n第二条 乙\n\n（一）丙\n\n丁 \\& 戊\n\n框\n\n前半后半\n\n| 表头 |  |\n| --- | --- |\n| 左 | 右 |\n\n## 注释\n\n〔注1〕脚注"
    );
    for code in [
        "macros",
        "insertions",
        "deletions",
        "footnotes",
        "text-boxes",
        "merged-cells",
        "numbering",
    ] {
        assert!(count(&report, code) > 0, "{code} in {:?}", report.notes);
    }
}

/// Removes from both sides what importing may change in a text, all of which it
/// reports: width and form of punctuation, signs without a shape.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !('\u{200B}'..='\u{200F}').contains(c))
        .filter(|c| !matches!(c, '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '|'))
        .map(|c| match c {
            '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).expect("ASCII"),
            '。' => '.',
            '“' | '”' => '"',
            '‘' | '’' => '\'',
            other => other,
        })
        .collect()
}

/// Every character of a law is in its page, in order. Every 27th law; all of
/// them if `ZHIZE_ALL_LAWS` is set.
#[test]
fn every_character_of_real_laws_is_imported() {
    let Some(laws) = laws::texts() else {
        println!("skipped: no laws at {}", laws::archive().display());
        return;
    };
    let all = std::env::var_os("ZHIZE_ALL_LAWS").is_some();
    let site = site();
    let mut wanted = BTreeMap::new();
    for (number, law) in laws.iter().step_by(if all { 1 } else { 27 }).enumerate() {
        let name = format!("{number}.md");
        fs::write(site.path().join("in").join(&name), law).expect("a file can be written");
        let mut parts = law.splitn(3, "---\n").skip(1);
        let fields = parts.next().expect("front matter begins");
        let body = parts.next().expect("front matter ends");
        // What the fields say about the passage of the text becomes its note.
        let events = fields
            .lines()
            .filter_map(|line| line.strip_prefix("  - \""));
        let events: String = events.map(|event| event.trim_end_matches('"')).collect();
        let lines = body.lines().filter(|line| !line.starts_with("<!-- "));
        // The title becomes a field.
        let lines = lines.filter(|line| !line.starts_with("# "));
        // Import treats bars as the borders of cells.
        let lines = lines.filter(|line| !line.starts_with("|--"));
        let words: String = lines.map(|line| line.trim_start_matches('#')).collect();
        wanted.insert(name, (without_brackets(&folded(&events)), folded(&words)));
    }
    let (reports, summary) = run(&options(&site, "regulations"));
    assert_eq!(summary.imported, wanted.len());
    let sources = source::read(site.path())
        .expect("the site can be read")
        .value;
    let parsed = parse::parse(&sources).value;
    for report in reports {
        let output = report.output.expect("it was imported");
        let path = output.trim_start_matches("content/");
        let page = parsed.pages.iter().find(|page| page.path == path);
        let words = folded(&How::WRITTEN.text(&page.expect("the page is there").body.blocks));
        let name = Path::new(&report.input).file_name().expect("a name");
        let (note, body) = &wanted[name.to_str().expect("ASCII")];
        let before = words.len().checked_sub(body.len());
        let parts = before.and_then(|at| words.split_at_checked(at));
        let (before, own) = parts.unwrap_or(("", &words));
        let at = body.chars().zip(own.chars()).take_while(|(a, b)| a == b);
        let at = at.count();
        let near = |text: &str| -> String { text.chars().skip(at).take(20).collect() };
        assert!(
            own == *body,
            "{output}: {:?} became {:?}",
            near(body),
            near(own)
        );
        assert_eq!(without_brackets(before), *note, "{output}");
    }
}

/// The note under a title is in one pair of brackets, wherever the brackets of
/// its parts were.
fn without_brackets(text: &str) -> String {
    text.replace(['(', ')'], "")
}

#[test]
fn broken_and_foreign_files_say_what_to_do() {
    let whole = docx(&paragraph("示例办法"), &[]);
    let cut = &whole[..whole.len() / 2];
    let torn = archive(&[("word/document.xml", b"<w:document><w:body><w:p>")]);
    let other = archive(&[("a.txt", b"text")]);
    let mut encrypted = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    let old = [&encrypted[..], &[0; 600]].concat();
    let sheet: Vec<u8> = "Workbook"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let sheet = [&old[..], &sheet].concat();
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let entities = archive(&[(
        "word/document.xml",
        "<!DOCTYPE x [<!ENTITY a \"甲\">]><w:document><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>".as_bytes(),
    )]);
    let deep = archive(&[("word/document.xml", "<w:p>".repeat(100_000).as_bytes())]);
    let bomb = archive(&[("word/document.xml", &vec![b' '; 65 << 20])]);
    assert!(bomb.len() < 1 << 20, "it packs well");
    for (name, bytes, words) in [
        ("a.docx", cut, "已损坏"),
        ("b.docx", &torn, "已损坏"),
        ("c.docx", b"plain text", "不是有效的 .docx"),
        ("d.docx", b"", "内容为空"),
        ("e.docx", &other, "没有 Word 正文"),
        ("f.docx", &encrypted, "密码"),
        ("g.doc", &old, "另存为 .docx"),
        ("p.doc", &sheet, "不是 Word 文档"),
        ("h.docx", &bomb, "恶意压缩文件"),
        ("i.docx", &deep, "嵌套"),
        ("j.pdf", b"%PDF-1.7", "PDF"),
        ("k.txt", &[0xFF; 300], "编码"),
        ("l.txt", b"  \n", "没有文字"),
        ("n.txt", &[0; 300], "没有文字"),
        ("o.docx", &entities, "实体"),
        ("m.html", "<div>".repeat(50_000).as_bytes(), "嵌套"),
    ] {
        let (report, _) = one(name, bytes);
        assert_eq!(report.outcome, Outcome::Failed, "{name}");
        assert!(report.reason.contains(words), "{name}: {}", report.reason);
        assert!(report.reason.contains('请'), "{name}: {}", report.reason);
        assert!(report.output.is_none(), "{name}");
    }
}

#[test]
fn the_same_import_twice_gives_the_same_bytes() {
    let page = || one("甲.txt", REGULATION.as_bytes()).1;
    assert_eq!(page(), page());
}

/// The damage register beside the article: what conversion did to it.
#[test]
fn the_seed_article_becomes_clean_text() {
    let folder = support::repository("../shared/seed");
    let article = fs::read_dir(&folder).ok().and_then(|entries| {
        let paths = entries.flatten().map(|entry| entry.path());
        paths
            .into_iter()
            .find(|path| path.extension().is_some_and(|e| e == "txt"))
    });
    let Some(article) = article else {
        eprintln!("skipped: no seed article beside the project");
        return;
    };
    let (report, page) = one("来源文章.txt", &fs::read(article).expect("readable"));
    let text = body(&page);
    // D1: 525 insertions are removed, four genuine pairs of brackets stay.
    assert_eq!(count(&report, "pinyin-residue"), 525);
    let genuine = text.matches("党委（党组）").count() + text.matches("乡镇（街道）").count();
    let title = text.matches("《党委（党组）").count();
    assert_eq!((genuine, text.matches('（').count()), (4, 4));
    assert_eq!(title, 1);
    assert!(
        !text
            .chars()
            .any(|c| "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ()".contains(c))
    );
    // D2: the quoted character is lost, the rest of the passage is not.
    assert!(text.contains("坚持“□”起来抓、一抓到底，全国共查处"));
    assert_eq!(text.matches('□').count(), 1);
    assert_eq!(count(&report, "lost-character"), 1);
    assert_eq!(count(&report, "filled-in"), 1);
    // D3.
    assert!(text.contains("面对面传导压力"));
    // D4.
    assert_eq!(count(&report, "zhe"), 5);
    for words in ["带领着", "随着", "着力", "整改台账", "处理39.2万人，"] {
        assert!(text.contains(words), "{words}");
    }
    assert_eq!(
        count(&report, "punctuation"),
        155,
        "142 commas, 5 semicolons, 8 brackets"
    );
    assert!(!text.contains([',', ';', '?', '!']));
    assert_eq!(count(&report, "unbalanced"), 0);
    assert_eq!(text.matches('“').count(), text.matches('”').count());
    // The register's 3,804 include 13 line ends; the two mangled passages are
    // 11 characters longer than the text that they replace.
    let characters = text.chars().filter(|c| *c != '\n').count();
    assert_eq!(characters, 3804 - 13 - 11);
    assert!(
        page.contains("integrity = { state = \"doubtful\""),
        "{page}"
    );
}

fn zhize(arguments: &[&str], folder: &Path) -> Output {
    crate::support::program()
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the binary runs")
}

#[test]
fn the_command_reports_and_exits_by_outcome() {
    let site = site();
    fs::write(site.path().join("in/甲.txt"), REGULATION).expect("a file can be written");
    let clean = zhize(
        &["import", "in", "--into", "content/regulations"],
        site.path(),
    );
    assert_eq!(clean.status.code(), Some(0), "{clean:?}");
    let text = String::from_utf8(clean.stdout).expect("UTF-8");
    assert!(
        text.contains("标题　示例省责任制办法（试行）") && text.contains("导入 1 个"),
        "{text}"
    );

    fs::write(site.path().join("in/乙.docx"), "no archive").expect("a file can be written");
    let some = zhize(
        &[
            "import",
            "in",
            "--into",
            "content/regulations",
            "--format",
            "json",
        ],
        site.path(),
    );
    assert_eq!(some.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&some.stdout).expect("JSON");
    assert_eq!(json["summary"]["failed"], 1);
    assert_eq!(json["summary"]["unchanged"], 1);
    assert_eq!(json["files"].as_array().map(Vec::len), Some(2));

    for wrong in [
        vec!["import", "in", "--into", "content/nothing"],
        vec!["import", "in", "--into", "in"],
        vec!["import", "nothing", "--into", "content/regulations"],
        vec!["import", "in"],
        vec!["import", "in", "--into", "content"],
    ] {
        let failed = zhize(&wrong, site.path());
        assert_eq!(failed.status.code(), Some(2), "{wrong:?}");
        assert!(!failed.stderr.is_empty());
    }
}
