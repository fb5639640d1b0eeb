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
use crate::output::{Audience, Handover, Origin, OutputPlan, Receipts};

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
pub fn sizes(files: &Receipts) -> BTreeMap<String, u64> {
    files
        .iter()
        .filter(|(path, _)| path.starts_with("data/") || *path == LLMS_TXT)
        .map(|(path, file)| (path.to_owned(), file.size))
        .collect()
}

/// What one page contributes to the files of the whole library.
#[derive(Default)]
struct PageExport {
    /// Its line of the file of all pages, compressed if the library is large.
    line: Vec<u8>,
    /// Its rows of the table of provisions, likewise.
    provisions: Vec<u8>,
    /// It as an entry of an archive, in formats in which it has no file.
    entries: BTreeMap<ExportFormat, Vec<u8>>,
}

impl PageExport {
    /// Makes all forms of a page, and hands over the files beside it.
    fn of(
        library: &Library,
        received: &record::Received<'_>,
        page: &Page,
        out: &Handover<'_>,
    ) -> anyhow::Result<Self> {
        let has = |format| library.config.export.contains(&format);
        let mut made = Self::default();
        if has(ExportFormat::Json) {
            let json = json::document(library, received, page);
            made.line = packed_part(library, &json);
            if has_each_page(library, ExportFormat::Json) {
                out.put(&json_file(&page.key), json, Audience::Machines)?;
            }
        }
        if has(ExportFormat::Csv) {
            made.provisions = packed_part(library, csv::provisions_of(page).as_bytes());
        }
        let mut texts = Vec::new();
        if has(ExportFormat::Markdown) {
            let text = markdown::page(library, page);
            texts.push((ExportFormat::Markdown, markdown_file(&page.key), text));
        }
        if has(ExportFormat::AkomaNtoso) && has_akoma_ntoso(page) {
            let xml = akoma_ntoso::document(library, page);
            texts.push((ExportFormat::AkomaNtoso, akoma_ntoso_file(&page.key), xml));
        }
        for (format, path, text) in texts {
            if has_each_page(library, format) {
                out.put(&path, text, Audience::Machines)?;
            } else {
                let entry = packed::entry(&path, text.as_bytes());
                made.entries.insert(format, entry);
            }
        }
        Ok(made)
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

/// Makes all data files that the settings ask for, and hands them over.
///
/// The same library always gives the same bytes.
///
/// # Errors
/// When a file can't be handed over.
pub fn export(library: &Library, out: &Handover<'_>) -> anyhow::Result<()> {
    let received = record::Received::of(library);
    let has = |format| library.config.export.contains(&format);
    let put = |path: &str, bytes: Vec<u8>| out.put(path, bytes, Audience::Machines);
    let public = library.pages.par_iter().filter(|page| page.public);
    let mut pages: Vec<PageExport> = public
        .map(|page| PageExport::of(library, &received, page, out))
        .collect::<anyhow::Result<_>>()?;
    if has(ExportFormat::Csv) {
        put(DOCUMENTS_CSV, csv::documents(library).into_bytes())?;
        let rows = pages.iter_mut().map(|page| take(&mut page.provisions));
        let head = packed_part(library, csv::provisions_head().as_bytes());
        put(&packed_file(library, PROVISIONS_CSV), joined(head, rows))?;
        let citations = packed_part(library, csv::citations(library).as_bytes());
        put(&packed_file(library, CITATIONS_CSV), citations)?;
    }
    if has(ExportFormat::Json) {
        let lines = pages.iter_mut().map(|page| take(&mut page.line));
        put(
            &packed_file(library, LIBRARY_LINES),
            joined(Vec::new(), lines),
        )?;
        put(LIBRARY_JSON, json::library(library))?;
        put(DOCUMENT_SCHEMA_FILE, DOCUMENT_SCHEMA.into())?;
        put(LIBRARY_SCHEMA_FILE, LIBRARY_SCHEMA.into())?;
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
            entries.extend(sections_as_text(library, out)?);
        }
        if !entries.is_empty() {
            put(path, packed::archive(entries.into_iter()))?;
        }
    }
    if has(ExportFormat::Llms) {
        put(LLMS_TXT, llms::list(library).into_bytes())?;
    }
    Ok(())
}

/// Hands over the sections as Markdown, or returns them as entries of the
/// archive.
fn sections_as_text(library: &Library, out: &Handover<'_>) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    for section in exported_sections(library) {
        let text = markdown::section(library, section);
        let path = markdown_file(&section.key);
        if has_each_page(library, ExportFormat::Markdown) {
            out.put(&path, text, Audience::Machines)?;
        } else {
            entries.push(packed::entry(&path, text.as_bytes()));
        }
    }
    Ok(entries)
}

/// Joins parts into one file, and frees each once it is there: on a large
/// library they take a lot of memory.
fn joined(mut file: Vec<u8>, parts: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    parts.for_each(|part| file.extend_from_slice(&part));
    file.shrink_to_fit();
    file
}
