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
/// Ending of a file that is compressed with gzip.
pub const GZIP: &str = ".gz";
/// Path of the archive of all regulations as Akoma Ntoso.
pub const AKOMA_NTOSO_ZIP: &str = "data/akoma-ntoso.zip";
/// Path of the archive of all pages as Markdown.
pub const MARKDOWN_ZIP: &str = "data/markdown.zip";
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
        let about = words.text(&format!("data-file-about.{}", self.name));
        if self.file.ends_with(GZIP) {
            words.say("data-file-about.gzip", &[("what", &about)])
        } else {
            about.to_owned()
        }
    }
}

/// A library with more pages than this is large: its tables are compressed,
/// and its pages have their text beside them but no other data. Every form of
/// every page is then in the files of the whole library.
pub const LARGE: usize = 1_000;

/// Whether a library is large.
pub fn is_large(library: &Library) -> bool {
    library.pages.len() > LARGE
}

/// Whether each page has a file of its own in a format.
pub fn has_each_page(library: &Library, format: ExportFormat) -> bool {
    let config = &library.config;
    let is_meant = match &config.export_each_page {
        Some(formats) => formats.contains(&format),
        // Text is what people and language models take along from one page.
        None => format == ExportFormat::Markdown || !is_large(library),
    };
    is_meant && config.export.contains(&format)
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
    let offers = [Some(json), xml, Some(markdown)].into_iter().flatten();
    let own = offers.filter(|(_, format, _)| has_each_page(library, *format));
    wanted(library, own)
}

/// The data files of the whole library, in display order.
pub fn of_site(library: &Library) -> Vec<DataFile> {
    use ExportFormat::{AkomaNtoso, Csv, Json, Llms, Markdown};
    let plain = |file: &str, format, name| Some((file.to_owned(), format, name));
    let packed = |file: &str, format, name| Some((packed_file(library, file), format, name));
    let archive = |file: &str, format, name| {
        let is_made = !has_each_page(library, format);
        is_made.then(|| (file.to_owned(), format, name))
    };
    let has_laws = library
        .pages
        .iter()
        .any(|page| page.public && has_akoma_ntoso(page));
    let all = [
        packed(LIBRARY_LINES, Json, "lines"),
        plain(LIBRARY_JSON, Json, "library"),
        plain(DOCUMENTS_CSV, Csv, "documents"),
        packed(PROVISIONS_CSV, Csv, "provisions"),
        packed(CITATIONS_CSV, Csv, "citations"),
        archive(AKOMA_NTOSO_ZIP, AkomaNtoso, "akoma-ntoso-archive").filter(|_| has_laws),
        archive(MARKDOWN_ZIP, Markdown, "markdown-archive"),
        plain(DOCUMENT_SCHEMA_FILE, Json, "document-schema"),
        plain(LIBRARY_SCHEMA_FILE, Json, "library-schema"),
        plain(LLMS_TXT, Llms, "llms"),
    ];
    wanted(library, all.into_iter().flatten())
}

/// The path of a file of the whole library, which is compressed if the library
/// is large.
pub fn packed_file(library: &Library, file: &str) -> String {
    let ending = if is_large(library) { GZIP } else { "" };
    format!("{file}{ending}")
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
