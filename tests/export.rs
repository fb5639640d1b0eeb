//! The exported data: each format holds the whole text, fits its schema, and is
//! the same in two runs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use search::anchor::ProvisionKind;
use serde_json::Value;
use snapbox::Data;
use zhize::body::text::How;
use zhize::body::tree::Block;
use zhize::diag::FileId;
use zhize::export;
use zhize::extract;
use zhize::library::Library;
use zhize::model::{CitationTarget, ExportFormat, ResolvedLink};
use zhize::output::OutputSet;
use zhize::parse;
use zhize::source::{SourceFile, SourceSet};

use crate::laws;
use crate::support::{check, example, exported as export, rendered_page, repository};

fn library(root: &std::path::Path) -> Library {
    check(root).library.expect("the site has no errors")
}

fn text<'f>(files: &'f OutputSet, path: &str) -> &'f str {
    let file = files.get(path);
    let file = file.unwrap_or_else(|| panic!("{path} is made"));
    std::str::from_utf8(&file.bytes).expect("data are UTF-8")
}

/// A site in memory with one regulation, which may have errors.
fn site_of(form: &str, body: &str) -> Library {
    site_with(form, body, 0)
}

/// The same beside a number of other pages.
fn site_with(form: &str, body: &str, others: usize) -> Library {
    let page = format!(
        "+++\ntitle = \"虚构办法\"\ndescription = \"虚构\"\ndate = 2026-01-01\n[extra]\nkind = \"办法\"\n\
         issuer = [\"a\"]\nlevel = \"其他\"\nstatus = \"未知\"\nbody_form = \"{form}\"\npublic = true\n\
         integrity = {{ state = \"clean\" }}\n[[extra.sources]]\nid = \"a\"\nlocator = \"P1\"\n+++\n{body}"
    );
    let section = "+++\ntitle = \"制度\"\n[extra]\ntype = \"regulation\"\n+++\n";
    let files = [
        ("config.toml", "title = \"样站\"\nbase_url = \"/\"\n"),
        ("content/_index.md", "+++\ntitle = \"样站\"\n+++\n"),
        ("content/r/_index.md", section),
        ("content/r/a.md", page.as_str()),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let others = (0..others).map(|number| {
        let page = format!("+++\ntitle = \"第{number}页\"\n+++\n文字。\n");
        (format!("content/p{number}.md"), page)
    });
    let sources = SourceSet {
        files: files
            .into_iter()
            .chain(others)
            .zip(0..)
            .map(|((path, text), number)| SourceFile {
                id: FileId(number),
                path,
                text,
            })
            .collect(),
        assets: Vec::new(),
    };
    crate::support::resolved(parse::parse(&sources).value, &sources).value
}

/// The files in an archive, by their paths.
fn unzipped(files: &OutputSet, path: &str) -> BTreeMap<String, Vec<u8>> {
    let file = files.get(path);
    let file = file.unwrap_or_else(|| panic!("{path} is made"));
    let mut archive = zip::ZipArchive::new(Cursor::new(&file.bytes)).expect("an archive");
    let mut read = BTreeMap::new();
    for number in 0..archive.len() {
        let mut entry = archive.by_index(number).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("it is whole");
        let name = entry.name().expect("UTF-8").into_owned();
        read.insert(name, bytes);
    }
    read
}

/// The text of a file that is compressed with gzip.
fn gunzipped(files: &OutputSet, path: &str) -> String {
    let file = files.get(path);
    let file = file.unwrap_or_else(|| panic!("{path} is made"));
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(&file.bytes[..])
        .read_to_string(&mut text)
        .expect("it is whole");
    text
}

/// What has no file beside each page is found in the files of the whole
/// library, byte for byte.
#[test]
fn a_large_library_has_packed_files_instead_of_one_for_each_page() {
    let body = "第一条　甲。\n\n第二条　乙。\n";
    let mut library = site_with("clause", body, export::LARGE);
    let large = export(&library);
    let own: Vec<String> = library
        .pages
        .iter()
        .flat_map(|page| export::of_page(&library, page))
        .map(|file| file.file)
        .collect();
    assert!(own.len() > export::LARGE && own.iter().all(|file| file.ends_with(".html.md")));
    let offered: BTreeSet<String> = export::of_site(&library)
        .into_iter()
        .map(|file| file.file)
        .collect();
    assert!(
        offered.iter().all(|file| large.get(file).is_some()),
        "{offered:?}"
    );
    assert!(!offered.contains(export::LIBRARY_LINES) && !offered.contains(export::MARKDOWN_ZIP));

    // The same library with all files, and with none.
    let all = [
        ExportFormat::Json,
        ExportFormat::AkomaNtoso,
        ExportFormat::Markdown,
    ];
    library.config.site.export_each_page = Some(BTreeSet::from(all));
    let each = export(&library);
    library.config.site.export_each_page = Some(BTreeSet::new());
    let none = export(&library);
    let is_beside = |path: &str| !path.starts_with("data/") && path != export::LLMS_TXT;
    assert!(!none.iter().any(|(path, _)| is_beside(path)));
    let lines: String = library
        .pages
        .iter()
        .map(|page| text(&each, &format!("{}/index.json", page.key)))
        .collect();
    // Each line names the files beside its page.
    let without_files = |lines: &str| -> Vec<Value> {
        let lines = lines.lines().map(|line| {
            let mut page: Value = serde_json::from_str(line).expect("JSON");
            page["files"] = Value::Null;
            page
        });
        lines.collect()
    };
    let packed = gunzipped(&none, &format!("{}.gz", export::LIBRARY_LINES));
    assert_eq!(without_files(&packed), without_files(&lines));
    let akn = unzipped(&none, export::AKOMA_NTOSO_ZIP);
    assert_eq!(Vec::from_iter(akn.keys()), ["r/a/akn.xml"]);
    let markdown = unzipped(&none, export::MARKDOWN_ZIP);
    for (path, bytes) in akn.iter().chain(&markdown) {
        let beside = each.get(path).expect("it lies beside its page");
        assert!(beside.bytes[..] == bytes[..], "{path}");
    }
    let texts = each.iter().filter(|(path, _)| path.ends_with(".html.md"));
    assert_eq!(texts.count(), markdown.len());
    let rows = gunzipped(&none, &format!("{}.gz", export::PROVISIONS_CSV));
    assert!(
        rows.starts_with('\u{feff}') && rows.contains("art-2"),
        "{rows}"
    );
}

/// `SNAPSHOTS=overwrite` rewrites the expected files; read the diff.
#[test]
fn the_example_site_is_exported_as_it_was() {
    let files = export(&library(&example()));
    for (path, golden) in [
        ("regulations/shili-banfa/akn.xml", "banfa.akn.xml"),
        ("regulations/shili-banfa-2019/akn.xml", "banfa-2019.akn.xml"),
        ("regulations/shili-yijian/akn.xml", "yijian.akn.xml"),
        ("regulations/shili-banfa/index.html.md", "banfa.md"),
        ("practices/shili-zuofa/index.html.md", "zuofa.md"),
        ("data/documents.csv", "documents.csv"),
        ("data/citations.csv", "citations.csv"),
        ("llms.txt", "llms.txt"),
    ] {
        let expected = repository("tests/golden/export").join(golden);
        snapbox::assert_data_eq!(
            text(&files, path).to_owned(),
            Data::read_from(&expected, None).raw()
        );
    }
}

/// Page, Markdown and search render one list of facts. Before, they gave a
/// case's period in two ways.
#[test]
fn a_period_is_said_in_one_way_wherever_it_stands() {
    for (root, key, said) in [
        (example(), "cases/shili-anli", "2026"),
        (repository("."), "cases/fupin-zhuanxiang-zhili", "2018–2020"),
    ] {
        let library = library(&root);
        let label = library.words().text("fact.period");
        let files = export(&library);
        let markdown = text(&files, &format!("{key}/index.html.md"));
        assert!(
            markdown.contains(&format!("- {label}：{said}\n")),
            "{markdown}"
        );

        let corpus = extract::corpus(&library);
        let page = corpus.pages.iter().find(|page| page.card.key == key);
        let units = &page.expect("the case is searched").units;
        let facts = &units[0].heading;
        let line = format!("{label}：{said}");
        assert!(facts.lines().any(|fact| fact == line), "{facts}");

        let page = rendered_page(&root, &format!("{key}/index.html"));
        let fact = page.split_once(&format!("<dt>{label}</dt>"));
        let (_, fact) = fact.expect("the page has the fact");
        let value = fact.split("</dd>").next().expect("a value");
        assert!(value.contains(&format!(">{said}<")), "{value}");
    }
}

#[test]
fn the_same_library_gives_the_same_bytes() {
    let (a, b) = (export(&library(&example())), export(&library(&example())));
    assert_eq!(a.len(), b.len());
    for ((path, a), (other, b)) in a.iter().zip(b.iter()) {
        assert_eq!(path, other);
        assert!(a.bytes == b.bytes, "{path} differs");
    }
}

#[test]
fn nothing_is_exported_that_the_settings_leave_out() {
    let mut library = library(&example());
    library.config.site.export.clear();
    assert!(export(&library).is_empty());
    assert!(export::of_site(&library).is_empty());
    assert!(export::of_page(&library, &library.pages[0]).is_empty());
}

#[test]
fn every_file_that_pages_link_to_is_made_and_no_other() {
    for root in [example(), repository(".")] {
        let library = library(&root);
        let files = export(&library);
        let of_pages = library
            .pages
            .iter()
            .flat_map(|p| export::of_page(&library, p));
        let mut linked: BTreeSet<String> = export::of_site(&library)
            .into_iter()
            .chain(of_pages)
            .map(|file| file.file)
            .collect();
        linked.extend(
            library
                .sections
                .keys()
                .filter(|key| !key.is_empty())
                .map(|key| format!("{key}/index.html.md")),
        );
        let made: BTreeSet<String> = files.iter().map(|(path, _)| path.to_owned()).collect();
        assert_eq!(linked, made);
    }
}

#[test]
fn json_fits_its_schema() {
    for root in [example(), repository(".")] {
        let files = export(&library(&root));
        let schema: Value = serde_json::from_str(export::DOCUMENT_SCHEMA).expect("JSON");
        let lines = text(&files, export::LIBRARY_LINES);
        assert!(lines.lines().count() > 5);
        for line in lines.lines() {
            let page: Value = serde_json::from_str(line).expect("JSON");
            let at = format!("{}", page["id"]);
            fits(&schema, &schema, &page, &at).unwrap_or_else(|wrong| panic!("{wrong}"));
            let own = format!("{}/index.json", page["id"].as_str().expect("a string"));
            assert_eq!(text(&files, &own), format!("{line}\n"));
        }
        let schema: Value = serde_json::from_str(export::LIBRARY_SCHEMA).expect("JSON");
        let index: Value = serde_json::from_str(text(&files, export::LIBRARY_JSON)).expect("JSON");
        fits(&schema, &schema, &index, "library").unwrap_or_else(|wrong| panic!("{wrong}"));
    }
}

/// Whether a value fits a schema, as far as our schemas go. An unknown keyword
/// is an error, so that none is silently ignored.
fn fits(root: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{at}: {what}: {value}"));
    for (keyword, rule) in schema.as_object().expect("a schema is an object") {
        match keyword.as_str() {
            "$schema" | "title" | "description" | "$defs" | "required" => {}
            "$ref" => {
                let pointer = rule.as_str().expect("a string").trim_start_matches('#');
                let other = root.pointer(pointer).expect("the definition exists");
                fits(root, other, value, at)?;
            }
            "const" if value == rule => {}
            "enum" if rule.as_array().expect("a list").contains(value) => {}
            "const" | "enum" => return wrong("not a value of the list"),
            "minimum" if value.as_f64() >= rule.as_f64() => {}
            "maximum" if value.as_f64() <= rule.as_f64() => {}
            "minimum" | "maximum" => return wrong("out of range"),
            "pattern" => {
                // The only pattern is that of a date.
                let is_date = |text: &str| {
                    let form: String = text
                        .chars()
                        .map(|c| if c.is_ascii_digit() { '0' } else { c })
                        .collect();
                    form == "0000-00-00"
                };
                if !value.as_str().is_none_or(is_date) {
                    return wrong("no date");
                }
            }
            "type" => {
                let types = match rule {
                    Value::Array(types) => types.clone(),
                    one => vec![one.clone()],
                };
                let fitting = types.iter().any(|name| match name.as_str() {
                    Some("string") => value.is_string(),
                    Some("null") => value.is_null(),
                    Some("integer") => value.is_i64() || value.is_u64(),
                    Some("boolean") => value.is_boolean(),
                    Some("array") => value.is_array(),
                    Some("object") => value.is_object(),
                    other => panic!("unknown type {other:?}"),
                });
                if !fitting {
                    return wrong("wrong type");
                }
            }
            "oneOf" => {
                let rules = rule.as_array().expect("a list").iter();
                let fitting = rules.filter(|rule| fits(root, rule, value, at).is_ok());
                if fitting.count() != 1 {
                    return wrong("not exactly one of the forms");
                }
            }
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    fits(root, rule, item, &format!("{at}[{place}]"))?;
                }
            }
            "properties" => {
                for name in schema["required"].as_array().into_iter().flatten() {
                    let name = name.as_str().expect("a string");
                    if value.get(name).is_none() {
                        return wrong(&format!("{name} is missing"));
                    }
                }
                for (name, item) in value.as_object().into_iter().flatten() {
                    let Some(rule) = rule.get(name) else {
                        return wrong(&format!("{name} is not described"));
                    };
                    fits(root, rule, item, &format!("{at}.{name}"))?;
                }
            }
            "additionalProperties" => assert_eq!(rule, &Value::Bool(false)),
            other => panic!("the schema has a keyword that this test doesn't know: {other}"),
        }
    }
    Ok(())
}

/// All text that a reader of the XML sees. Also checks the rules of the
/// standard that need no schema: the XML is well formed, ids are unique, and
/// references within the file lead somewhere. `xtask test` checks the schema
/// itself.
fn words_of_xml(xml: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(xml);
    let (mut words, mut open) = (String::new(), Vec::new());
    let (mut ids, mut references) = (BTreeSet::new(), BTreeSet::new());
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let (tag, empty) = match event {
            Event::Eof => break,
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Text(text) => {
                if !open.iter().any(|name| name == "meta") {
                    let text = text.into_inner();
                    words.push_str(&text);
                }
                continue;
            }
            Event::GeneralRef(name) => {
                let name = name.into_inner();
                words.push_str(match &*name {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    "#13" => "\r",
                    other => return Err(format!("unknown entity {other:?}")),
                });
                continue;
            }
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            _ => continue,
        };
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = attribute.value.clone().into_owned();
            match attribute.key.as_ref() {
                "eId" if !ids.insert(value.clone()) => return Err(format!("two eIds {value}")),
                "href" | "source" | "refersTo" | "start" | "end" => {
                    references.extend(value.strip_prefix('#').map(str::to_owned));
                }
                _ => {}
            }
        }
        if !empty {
            open.push(tag.name().as_ref().to_owned());
        }
    }
    match references.difference(&ids).next() {
        Some(dead) => Err(format!("#{dead} leads nowhere")),
        None => Ok(words),
    }
}

#[test]
fn regulations_follow_the_rules_of_akoma_ntoso() {
    let files = export(&library(&example()));
    let all = files.iter().filter(|(path, _)| path.ends_with("/akn.xml"));
    let mut count = 0;
    for (path, _) in all {
        words_of_xml(text(&files, path)).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
        count += 1;
    }
    assert!(count >= 5);
}

/// Cells of a table without its first row, with leading apostrophes removed.
fn cells(table: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = table.trim_start_matches('\u{FEFF}').chars().peekable();
    while let Some(character) = characters.next() {
        let row = rows.last_mut().expect("one at least");
        let cell = row.last_mut().expect("one at least");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {
                characters.next();
                rows.push(vec![String::new()]);
            }
            other => cell.push(other),
        }
    }
    assert_eq!(
        rows.pop(),
        Some(vec![String::new()]),
        "a line end at the end"
    );
    rows.remove(0);
    for cell in rows.iter_mut().flatten() {
        if let Some(plain) = cell.strip_prefix('\'') {
            *cell = plain.to_owned();
        }
    }
    rows
}

/// How often each character occurs in a text, without spaces.
fn counted(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for character in text.chars().filter(|c| !c.is_whitespace()) {
        *counts.entry(character).or_default() += 1;
    }
    counts
}

fn words_of_json(node: &Value, out: &mut String) {
    match node {
        Value::Array(nodes) => nodes.iter().for_each(|node| words_of_json(node, out)),
        Value::Object(fields) => {
            for name in [
                "label", "heading", "text", "items", "header", "rows", "children",
            ] {
                match fields.get(name) {
                    Some(Value::String(text)) => out.push_str(text),
                    Some(other) => words_of_json(other, out),
                    None => {}
                }
            }
        }
        Value::String(text) => out.push_str(text),
        _ => {}
    }
}

/// What Markdown leaves out.
fn leave_out_repeats(blocks: &mut Vec<Block<ResolvedLink>>) {
    blocks.retain_mut(|block| match block {
        Block::Provision(p) => {
            leave_out_repeats(&mut p.children);
            !matches!(p.kind, ProvisionKind::Opening | ProvisionKind::Contents)
        }
        _ => true,
    });
}

/// Every character of the text is in each format, exactly once.
fn assert_whole(library: &Library) {
    let files = export(library);
    for page in &library.pages {
        let Some(xml) = files.get(&format!("{}/akn.xml", page.key)) else {
            continue;
        };
        let wanted = counted(&How::WRITTEN.text(&page.body));
        let xml = std::str::from_utf8(&xml.bytes).expect("UTF-8");
        let words = words_of_xml(xml).unwrap_or_else(|wrong| panic!("{}: {wrong}", page.key));
        assert_eq!(counted(&words), wanted, "Akoma Ntoso of {}", page.key);

        let json = text(&files, &format!("{}/index.json", page.key));
        let json: Value = serde_json::from_str(json).expect("JSON");
        let mut words = String::new();
        words_of_json(&json["body"], &mut words);
        assert_eq!(counted(&words), wanted, "JSON of {}", page.key);

        let mut words = String::new();
        for row in cells(text(&files, export::PROVISIONS_CSV)) {
            assert_eq!(row.len(), 10);
            if row[0] == page.key {
                words.extend([row[6].as_str(), row[8].as_str(), row[9].as_str()]);
            }
        }
        assert_eq!(counted(&words), wanted, "CSV of {}", page.key);

        // Markdown adds facts and sources, and leaves out what it already has:
        // the title and the text's own table of contents.
        let markdown = text(&files, &format!("{}/index.html.md", page.key));
        let mut words = String::new();
        for event in
            pulldown_cmark::Parser::new_ext(markdown, pulldown_cmark::Options::ENABLE_TABLES)
        {
            use pulldown_cmark::Event;
            if let Event::Text(text)
            | Event::Code(text)
            | Event::Html(text)
            | Event::InlineHtml(text) = event
            {
                words.push_str(&text);
            }
        }
        let have = counted(&words);
        let mut body = page.body.clone();
        leave_out_repeats(&mut body);
        for (character, count) in counted(&How::WRITTEN.text(&body)) {
            assert!(
                have.get(&character).copied().unwrap_or(0) >= count,
                "{character:?} is missing in the Markdown of {}:\n{markdown}",
                page.key
            );
        }
    }
}

#[test]
fn the_example_site_is_whole_in_each_format() {
    assert_whole(&library(&example()));
}

const PIECES: [&str; 32] = [
    "第一条　",
    "第二条",
    "第三条之一 ",
    "第一章　总　则",
    "第一节 内容",
    "（一）",
    "（二）",
    "1.",
    "2、",
    "一、",
    "目　录",
    "附件1",
    "附件",
    "前款所称",
    "《甲办法》",
    "示例机关",
    "2026年1月1日",
    "甲,乙",
    "\"引\"",
    "=1+1",
    "@甲",
    "'撇",
    "a<b&c>",
    "\u{1}",
    "\u{FFFE}",
    "\u{2028}",
    "]]>",
    "_*`[x](y)",
    "# ",
    "| 甲 | 乙 |",
    "- 丙",
    "。",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
    #[test]
    fn any_regulation_is_whole_in_each_format(
        lines in prop::collection::vec(
            prop::collection::vec(prop::sample::select(&PIECES[..]), 0..4).prop_map(|p| p.concat()),
            1..24,
        ),
        form in "clause|document",
    ) {
        // XML can't hold control characters; they are compared as their
        // replacements.
        let body = lines.join("\n\n").replace(['\u{1}', '\u{FFFE}'], "\u{FFFD}");
        assert_whole(&site_of(&form, &body));
    }
}

/// Inputs that the property test above has found.
#[test]
fn signs_at_the_end_of_a_heading_are_its_words() {
    for body in ["# \u{2028}# ", "第一章　总　则第一条　# ", "# 甲 ## \\#"] {
        assert_whole(&site_of("clause", body));
    }
}

#[test]
fn characters_that_nobody_sees_are_not_exported() {
    let library = site_of("clause", "第一条　甲\u{1}乙\u{FFFE}丙\u{7F}<&\"'丁\n");
    let files = export(&library);
    let xml = text(&files, "r/a/akn.xml");
    assert!(xml.contains("甲乙丙&lt;&amp;&quot;&apos;丁"), "{xml}");
}

#[test]
fn citations_are_rows_with_their_targets() {
    let library = library(&example());
    let files = export(&library);
    let rows = cells(text(&files, export::CITATIONS_CSV));
    assert_eq!(rows.len(), library.citations.len());
    for (row, citation) in rows.iter().zip(&library.citations) {
        assert_eq!(row[0], library.page(citation.page).key);
        assert_eq!(row[3], *citation.text);
        let to = match &citation.target {
            CitationTarget::Page(page) | CitationTarget::Provision { page, .. } => {
                library.page(*page).key.as_str()
            }
            CitationTarget::External(id) => id,
            CitationTarget::Unresolved => "",
        };
        assert_eq!(row[5], to);
    }
}

#[test]
fn long_sections_have_a_list_of_their_own() {
    let mut library = library(&example());
    let section = library.sections.get_mut("regulations").expect("a section");
    let first = section.pages[0];
    section.pages = vec![first; 200];
    let files = export(&library);
    let llms = text(&files, export::LLMS_TXT);
    assert!(
        llms.contains("[全部 200 个条目的清单](regulations/index.html.md)"),
        "{llms}"
    );
    assert!(llms.lines().count() < 60, "{llms}");
    let list = text(&files, "regulations/index.html.md");
    assert_eq!(list.matches("\n- [").count(), 200);
}

/// Real laws, which no test author thought of.
#[test]
fn real_laws_are_whole_in_each_format() {
    let Some(laws) = laws::read() else {
        println!("skipped: no laws at {}", laws::archive().display());
        return;
    };
    let step = laws.len().div_ceil(24);
    for law in laws.iter().step_by(step) {
        assert_whole(&site_of("clause", &laws::paragraphs(law)));
    }
}
