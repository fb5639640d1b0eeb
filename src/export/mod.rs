//! Export: the library as data, for programs and for other sites.
//!
//! [`export`] makes every file from the [`Library`] alone: each page as JSON
//! and Markdown, each regulation whose text is held as Akoma Ntoso, and of
//! the whole library an index, a file of all pages, tables and `llms.txt`.
//! What the files hold is documented in `docs/data.md`. The pages link to
//! them by [`of_page`] and [`of_site`].

mod akoma_ntoso;
mod csv;
mod json;
mod llms;
mod markdown;
mod record;
mod text;

use std::collections::BTreeMap;
use std::mem::take;

use rayon::prelude::*;
use serde::{Serialize, Serializer};

use crate::address::page_file;
use crate::config::ExportFormat;
use crate::library::{Library, Page, Section};
use crate::model::Vocabulary;
use crate::output::{Audience, Origin, OutputPlan, OutputSet};
use crate::words::Words;

pub use akoma_ntoso::has_akoma_ntoso;
pub use json::{DOCUMENT_SCHEMA, LIBRARY_SCHEMA};

/// Path of the index of the library.
pub const LIBRARY_JSON: &str = "data/library.json";
/// Path of the file with all pages, one a line.
pub const LIBRARY_LINES: &str = "data/library.jsonl";
/// Path of the schema of a page's JSON.
pub const DOCUMENT_SCHEMA_FILE: &str = "data/schema/document.schema.json";
/// Path of the schema of the index.
pub const LIBRARY_SCHEMA_FILE: &str = "data/schema/library.schema.json";
/// Path of the table of documents.
pub const DOCUMENTS_CSV: &str = "data/documents.csv";
/// Path of the table of provisions.
pub const PROVISIONS_CSV: &str = "data/provisions.csv";
/// Path of the table of citations.
pub const CITATIONS_CSV: &str = "data/citations.csv";
/// Path of the list for language models.
pub const LLMS_TXT: &str = "llms.txt";

/// A file of data, as pages link to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataFile {
    /// The form that it has.
    #[serde(serialize_with = "slug")]
    pub format: ExportFormat,
    /// Its media type.
    pub media_type: &'static str,
    /// Its path from the site's root.
    pub file: String,
    /// Its name among the interface's words.
    #[serde(skip)]
    name: &'static str,
}

fn slug<S: Serializer>(format: &ExportFormat, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(format.slug())
}

impl DataFile {
    /// What readers call it.
    pub fn label(&self, words: &Words) -> String {
        words.text(&format!("data-file.{}", self.name)).to_owned()
    }

    /// What is in it, in a sentence.
    pub fn description(&self, words: &Words) -> String {
        words
            .text(&format!("data-file-about.{}", self.name))
            .to_owned()
    }
}

/// Path, form, media type and name of a file of data.
type Offer = (String, ExportFormat, &'static str, &'static str);

/// Those that the settings want.
fn wanted(library: &Library, offers: impl IntoIterator<Item = Offer>) -> Vec<DataFile> {
    let formats = &library.config.export;
    offers
        .into_iter()
        .filter(|(_, format, ..)| formats.contains(format))
        .map(|(file, format, media_type, name)| DataFile {
            file,
            format,
            media_type,
            name,
        })
        .collect()
}

/// The data files of one page, in the order in which they are offered.
pub fn of_page(library: &Library, page: &Page) -> Vec<DataFile> {
    if !page.public {
        return Vec::new();
    }
    use ExportFormat::{AkomaNtoso, Json, Markdown};
    let key = &page.key;
    let json = (json_file(key), Json, "application/json", "json");
    let xml = has_akoma_ntoso(page).then(|| {
        let file = akoma_ntoso_file(key);
        (file, AkomaNtoso, "application/akn+xml", "akoma-ntoso")
    });
    let markdown = (markdown_file(key), Markdown, "text/markdown", "markdown");
    wanted(
        library,
        [Some(json), xml, Some(markdown)].into_iter().flatten(),
    )
}

/// The data files of the whole library, in the order in which they are
/// offered.
pub fn of_site(library: &Library) -> Vec<DataFile> {
    use ExportFormat::{Csv, Json, Llms};
    const SCHEMA: &str = "application/schema+json";
    let all = [
        (LIBRARY_LINES, Json, "application/jsonl", "lines"),
        (LIBRARY_JSON, Json, "application/json", "library"),
        (DOCUMENTS_CSV, Csv, "text/csv", "documents"),
        (PROVISIONS_CSV, Csv, "text/csv", "provisions"),
        (CITATIONS_CSV, Csv, "text/csv", "citations"),
        (DOCUMENT_SCHEMA_FILE, Json, SCHEMA, "document-schema"),
        (LIBRARY_SCHEMA_FILE, Json, SCHEMA, "library-schema"),
        (LLMS_TXT, Llms, "text/plain", "llms"),
    ];
    let all =
        all.map(|(file, format, media_type, name)| (file.to_owned(), format, media_type, name));
    wanted(library, all)
}

/// Asks for every file of data that the settings want.
pub fn claim(library: &Library, plan: &mut OutputPlan) {
    for file in of_site(library) {
        plan.file(file.file, Origin::program("全站的数据"));
    }
    for page in &library.pages {
        let origin = page.origin().beside("的数据");
        for file in of_page(library, page) {
            plan.file(file.file, origin.clone());
        }
    }
    if library.config.export.contains(&ExportFormat::Markdown) {
        for section in exported_sections(library) {
            plan.file(
                markdown_file(&section.key),
                section.origin().beside("的数据"),
            );
        }
    }
}

/// The sections that have a file of data.
fn exported_sections(library: &Library) -> impl Iterator<Item = &Section> {
    library.sections.values().filter(|s| !s.key.is_empty())
}

/// Bytes of each of the files about the whole library, for the page that
/// offers them.
pub fn sizes(files: &OutputSet) -> BTreeMap<String, u64> {
    files
        .iter()
        .filter(|(path, _)| path.starts_with("data/") || *path == LLMS_TXT)
        .map(|(path, file)| (path.to_owned(), file.bytes.len() as u64))
        .collect()
}

/// What one page becomes.
#[derive(Default)]
struct PageExport {
    json: Vec<u8>,
    markdown: String,
    akoma_ntoso: Option<String>,
    provisions: String,
}

/// Makes all files of data that the settings ask for.
///
/// The same library gives the same bytes.
pub fn export(library: &Library) -> OutputSet {
    let received = record::Received::of(library);
    let has = |format| library.config.export.contains(&format);
    let mut pages: Vec<PageExport> = library
        .pages
        .par_iter()
        .filter(|page| page.public)
        .map(|page| PageExport {
            json: if has(ExportFormat::Json) {
                json::document(library, &received, page)
            } else {
                Vec::new()
            },
            markdown: if has(ExportFormat::Markdown) {
                markdown::page(library, page)
            } else {
                String::new()
            },
            akoma_ntoso: (has(ExportFormat::AkomaNtoso) && has_akoma_ntoso(page))
                .then(|| akoma_ntoso::document(library, page)),
            provisions: if has(ExportFormat::Csv) {
                csv::provisions_of(page)
            } else {
                String::new()
            },
        })
        .collect();
    let mut files = Files::default();
    if has(ExportFormat::Csv) {
        let tables = [
            (DOCUMENTS_CSV, csv::documents(library)),
            (
                PROVISIONS_CSV,
                csv::provisions(pages.iter_mut().map(|page| take(&mut page.provisions))),
            ),
            (CITATIONS_CSV, csv::citations(library)),
        ];
        for (path, table) in tables {
            files.add(path, table);
        }
    }
    if has(ExportFormat::Json) {
        json_files(library, &mut pages, &mut files);
    }
    for (page, made) in library.pages.iter().filter(|page| page.public).zip(pages) {
        if has(ExportFormat::Markdown) {
            files.add(&markdown_file(&page.key), made.markdown);
        }
        if let Some(xml) = made.akoma_ntoso {
            files.add(&akoma_ntoso_file(&page.key), xml);
        }
    }
    if has(ExportFormat::Markdown) {
        for section in exported_sections(library) {
            let text = markdown::section(library, section);
            files.add(&markdown_file(&section.key), text);
        }
    }
    if has(ExportFormat::Llms) {
        files.add(LLMS_TXT, llms::list(library));
    }
    files.set
}

/// Every page's JSON is a part of the file of all of them: the memory is
/// shared, since on a large library both are tens of megabytes.
fn json_files(library: &Library, pages: &mut [PageExport], files: &mut Files) {
    let length = pages.iter().map(|page| page.json.len()).sum();
    let mut lines = Vec::with_capacity(length);
    let mut ends = Vec::with_capacity(pages.len());
    for page in pages {
        lines.extend_from_slice(&take(&mut page.json));
        ends.push(lines.len());
    }
    let lines = bytes::Bytes::from(lines);
    let mut at = 0;
    for (page, end) in library.pages.iter().filter(|page| page.public).zip(ends) {
        files.add(&json_file(&page.key), lines.slice(at..end));
        at = end;
    }
    files.add(LIBRARY_LINES, lines);
    files.add(LIBRARY_JSON, json::library(library));
    files.add(DOCUMENT_SCHEMA_FILE, DOCUMENT_SCHEMA);
    files.add(LIBRARY_SCHEMA_FILE, LIBRARY_SCHEMA);
}

#[derive(Default)]
struct Files {
    set: OutputSet,
}

impl Files {
    fn add(&mut self, path: &str, bytes: impl Into<bytes::Bytes>) {
        self.set.insert(path, bytes, Audience::Machines);
    }
}

/// `practices/x/index.json`.
pub fn json_file(key: &str) -> String {
    beside(key, "index.json")
}

/// `practices/x/akn.xml`.
pub fn akoma_ntoso_file(key: &str) -> String {
    beside(key, "akn.xml")
}

/// `practices/x/index.html.md`: the page's address and `.md`, as llmstxt.org
/// proposes.
pub fn markdown_file(key: &str) -> String {
    beside(key, "index.html.md")
}

fn beside(key: &str, name: &str) -> String {
    if key.is_empty() {
        name.to_owned()
    } else {
        format!("{key}/{name}")
    }
}

/// The public address of a file, or its path from the site's root where the
/// site has no public address.
fn public(library: &Library, file: &str) -> String {
    match &library.config.base_url {
        Some(base) => format!("{base}{file}"),
        None => file.to_owned(),
    }
}

/// The page itself, from the site's root.
fn html_file(page: &Page) -> String {
    page_file(&page.key)
}
