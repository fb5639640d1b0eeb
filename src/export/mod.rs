//! Exports the library as data for programs and other sites.
//!
//! [`export`] makes every file from the [`Library`] alone: each page as JSON
//! and Markdown, each regulation with its text as Akoma Ntoso, and for the
//! whole library an index, a file of all pages, tables and `llms.txt`. The
//! files are documented in `docs/data.md`. Pages link to them by [`of_page`]
//! and [`of_site`].

mod akoma_ntoso;
mod csv;
mod files;
mod json;
mod llms;
mod markdown;
mod record;
mod text;

use std::collections::BTreeMap;
use std::mem::take;

use rayon::prelude::*;

use crate::library::{Library, Section};
use crate::model::ExportFormat;
use crate::output::{Audience, Origin, OutputPlan, OutputSet};

use files::{akoma_ntoso_file, json_file, markdown_file};

pub use akoma_ntoso::has_akoma_ntoso;
pub use files::{
    CITATIONS_CSV, DOCUMENT_SCHEMA_FILE, DOCUMENTS_CSV, DataFile, LIBRARY_JSON, LIBRARY_LINES,
    LIBRARY_SCHEMA_FILE, LLMS_TXT, PROVISIONS_CSV, of_page, of_site,
};
pub use json::{DOCUMENT_SCHEMA, LIBRARY_SCHEMA};

/// Registers every data file that the settings ask for in the output plan.
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

/// The sections that have a data file.
fn exported_sections(library: &Library) -> impl Iterator<Item = &Section> {
    library.sections.values().filter(|s| !s.key.is_empty())
}

/// Size in bytes of each data file about the whole library, for the page that
/// offers them.
pub fn sizes(files: &OutputSet) -> BTreeMap<String, u64> {
    files
        .iter()
        .filter(|(path, _)| path.starts_with("data/") || *path == LLMS_TXT)
        .map(|(path, file)| (path.to_owned(), file.bytes.len() as u64))
        .collect()
}

/// The exported forms of one page.
#[derive(Default)]
struct PageExport {
    json: Vec<u8>,
    markdown: String,
    akoma_ntoso: Option<String>,
    provisions: String,
}

/// Makes all data files that the settings ask for.
///
/// The same library always gives the same bytes.
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

/// The file of all pages consists of the JSON of every page. Both share the
/// memory, since on a large library each takes tens of megabytes.
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
