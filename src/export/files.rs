//! The data files: their paths and names, and which of them the settings ask
//! for.

use serde::Serialize;

use crate::library::{Library, Page};
use crate::mime;
use crate::model::ExportFormat;
use crate::words::Words;

use super::akoma_ntoso::has_akoma_ntoso;

/// Path of the index of the library.
pub const LIBRARY_JSON: &str = "data/library.json";
/// Path of the file with all pages, one per line.
pub const LIBRARY_LINES: &str = "data/library.jsonl";
/// Path of the JSON Schema of a page.
pub const DOCUMENT_SCHEMA_FILE: &str = "data/schema/document.schema.json";
/// Path of the JSON Schema of the index.
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
    /// Its format.
    pub format: ExportFormat,
    pub media_type: &'static str,
    /// Its path, relative to the site's root.
    pub file: String,
    /// Key of its name in the texts of the interface.
    #[serde(skip)]
    name: &'static str,
}

impl DataFile {
    /// Its name for readers.
    pub fn label(&self, words: &Words) -> String {
        words.text(&format!("data-file.{}", self.name)).to_owned()
    }

    /// One sentence that says what it contains.
    pub fn description(&self, words: &Words) -> String {
        words
            .text(&format!("data-file-about.{}", self.name))
            .to_owned()
    }
}

/// Path, format and name of a data file.
type Offer = (String, ExportFormat, &'static str);

/// Keeps the files that the settings ask for.
fn wanted(library: &Library, offers: impl IntoIterator<Item = Offer>) -> Vec<DataFile> {
    let formats = &library.config.export;
    offers
        .into_iter()
        .filter(|(_, format, _)| formats.contains(format))
        .map(|(file, format, name)| DataFile {
            format,
            media_type: mime::of(&file),
            file,
            name,
        })
        .collect()
}

/// The data files of one page, in display order.
pub fn of_page(library: &Library, page: &Page) -> Vec<DataFile> {
    if !page.public {
        return Vec::new();
    }
    use ExportFormat::{AkomaNtoso, Json, Markdown};
    let key = &page.key;
    let json = (json_file(key), Json, "json");
    let xml = has_akoma_ntoso(page).then(|| (akoma_ntoso_file(key), AkomaNtoso, "akoma-ntoso"));
    let markdown = (markdown_file(key), Markdown, "markdown");
    wanted(
        library,
        [Some(json), xml, Some(markdown)].into_iter().flatten(),
    )
}

/// The data files of the whole library, in display order.
pub fn of_site(library: &Library) -> Vec<DataFile> {
    use ExportFormat::{Csv, Json, Llms};
    let all = [
        (LIBRARY_LINES, Json, "lines"),
        (LIBRARY_JSON, Json, "library"),
        (DOCUMENTS_CSV, Csv, "documents"),
        (PROVISIONS_CSV, Csv, "provisions"),
        (CITATIONS_CSV, Csv, "citations"),
        (DOCUMENT_SCHEMA_FILE, Json, "document-schema"),
        (LIBRARY_SCHEMA_FILE, Json, "library-schema"),
        (LLMS_TXT, Llms, "llms"),
    ];
    wanted(
        library,
        all.map(|(file, of, name)| (file.to_owned(), of, name)),
    )
}

/// `practices/x/index.json`.
pub fn json_file(key: &str) -> String {
    beside(key, "index.json")
}

/// `practices/x/akn.xml`.
pub fn akoma_ntoso_file(key: &str) -> String {
    beside(key, "akn.xml")
}

/// `practices/x/index.html.md`: the page's address plus `.md`, as llmstxt.org
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
