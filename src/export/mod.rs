//! Exports the library as data for programs and other sites.
//!
//! [`export`] makes every file from the [`Library`] alone: each page as JSON
//! and Markdown, each regulation with its text as Akoma Ntoso, and for the
//! whole library an index, a file of all pages, tables and `llms.txt`. What has
//! no file beside each page is in an archive. The files are documented in
//! `docs/data.md`. Pages link to them by [`of_page`] and [`of_site`].

mod akoma_ntoso;
mod csv;
mod files;
mod json;
mod llms;
mod markdown;
mod packed;
mod record;
mod text;

use std::collections::BTreeMap;
use std::mem::take;

use rayon::prelude::*;

use crate::library::{Library, Page, Section};
use crate::model::ExportFormat;
use crate::output::{Audience, Origin, OutputPlan, OutputSet};

use files::{akoma_ntoso_file, is_large, json_file, markdown_file, packed_file};

pub use akoma_ntoso::has_akoma_ntoso;
pub use files::{
    AKOMA_NTOSO_ZIP, CITATIONS_CSV, DOCUMENT_SCHEMA_FILE, DOCUMENTS_CSV, DataFile, LARGE,
    LIBRARY_JSON, LIBRARY_LINES, LIBRARY_SCHEMA_FILE, LLMS_TXT, MARKDOWN_ZIP, PROVISIONS_CSV,
    has_each_page, of_page, of_site,
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
    if has_each_page(library, ExportFormat::Markdown) {
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

/// What one page contributes to the files of the whole library, and the files
/// beside it.
#[derive(Default)]
struct PageExport {
    /// Its line of the file of all pages, compressed if the library is large.
    line: Vec<u8>,
    /// Its rows of the table of provisions, likewise.
    provisions: Vec<u8>,
    /// It as an entry of an archive, in formats in which it has no file.
    entries: BTreeMap<ExportFormat, Vec<u8>>,
    /// The files beside it.
    files: Vec<(String, Vec<u8>)>,
}

impl PageExport {
    fn of(library: &Library, received: &record::Received<'_>, page: &Page) -> Self {
        let has = |format| library.config.export.contains(&format);
        let mut made = Self::default();
        if has(ExportFormat::Json) {
            let json = json::document(library, received, page);
            made.line = packed_part(library, &json);
            if has_each_page(library, ExportFormat::Json) {
                made.files.push((json_file(&page.key), json));
            }
        }
        if has(ExportFormat::Csv) {
            made.provisions = packed_part(library, csv::provisions_of(page).as_bytes());
        }
        if has(ExportFormat::Markdown) {
            let text = markdown::page(library, page);
            made.take(
                library,
                ExportFormat::Markdown,
                markdown_file(&page.key),
                text,
            );
        }
        if has(ExportFormat::AkomaNtoso) && has_akoma_ntoso(page) {
            let xml = akoma_ntoso::document(library, page);
            made.take(
                library,
                ExportFormat::AkomaNtoso,
                akoma_ntoso_file(&page.key),
                xml,
            );
        }
        made
    }

    /// Takes a file as one beside the page, or into the archive of its format.
    fn take(&mut self, library: &Library, format: ExportFormat, path: String, text: String) {
        if has_each_page(library, format) {
            self.files.push((path, text.into_bytes()));
        } else {
            self.entries
                .insert(format, packed::entry(&path, text.as_bytes()));
        }
    }
}

/// A part of a file of the whole library: the text itself, or compressed if the
/// library is large.
fn packed_part(library: &Library, text: &[u8]) -> Vec<u8> {
    if is_large(library) {
        packed::member(text)
    } else {
        text.to_vec()
    }
}

/// Makes all data files that the settings ask for.
///
/// The same library always gives the same bytes.
pub fn export(library: &Library) -> OutputSet {
    let received = record::Received::of(library);
    let has = |format| library.config.export.contains(&format);
    let public = library.pages.par_iter().filter(|page| page.public);
    let mut pages: Vec<PageExport> = public
        .map(|page| PageExport::of(library, &received, page))
        .collect();
    let mut files = Files::default();
    for page in &mut pages {
        for (path, bytes) in take(&mut page.files) {
            files.add(&path, bytes);
        }
    }
    if has(ExportFormat::Csv) {
        files.add(DOCUMENTS_CSV, csv::documents(library));
        let rows = pages.iter_mut().map(|page| take(&mut page.provisions));
        let head = packed_part(library, csv::provisions_head().as_bytes());
        files.add(&packed_file(library, PROVISIONS_CSV), joined(head, rows));
        let citations = packed_part(library, csv::citations(library).as_bytes());
        files.add(&packed_file(library, CITATIONS_CSV), citations);
    }
    if has(ExportFormat::Json) {
        let lines = pages.iter_mut().map(|page| take(&mut page.line));
        files.add(
            &packed_file(library, LIBRARY_LINES),
            joined(Vec::new(), lines),
        );
        files.add(LIBRARY_JSON, json::library(library));
        files.add(DOCUMENT_SCHEMA_FILE, DOCUMENT_SCHEMA);
        files.add(LIBRARY_SCHEMA_FILE, LIBRARY_SCHEMA);
    }
    for (format, path) in [
        (ExportFormat::AkomaNtoso, AKOMA_NTOSO_ZIP),
        (ExportFormat::Markdown, MARKDOWN_ZIP),
    ] {
        let of_pages = pages
            .iter_mut()
            .filter_map(|page| page.entries.remove(&format));
        let mut entries: Vec<Vec<u8>> = of_pages.collect();
        if format == ExportFormat::Markdown && has(format) {
            entries.extend(sections_as_text(library, &mut files));
        }
        if !entries.is_empty() {
            files.add(path, packed::archive(entries.into_iter()));
        }
    }
    if has(ExportFormat::Llms) {
        files.add(LLMS_TXT, llms::list(library));
    }
    files.set
}

/// Adds the sections as Markdown to the files, or returns them as entries of
/// the archive.
fn sections_as_text(library: &Library, files: &mut Files) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    for section in exported_sections(library) {
        let text = markdown::section(library, section);
        let path = markdown_file(&section.key);
        if has_each_page(library, ExportFormat::Markdown) {
            files.add(&path, text);
        } else {
            entries.push(packed::entry(&path, text.as_bytes()));
        }
    }
    entries
}

/// Joins parts into one file, and frees each once it is there: on a large
/// library they take a lot of memory.
fn joined(mut file: Vec<u8>, parts: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    parts.for_each(|part| file.extend_from_slice(&part));
    file.shrink_to_fit();
    file
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
