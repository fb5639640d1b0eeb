//! Word documents (.docx): paragraphs, headings, generated numbers, tables,
//! footnotes, tracked changes.
//!
//! A .docx is a zip archive of XML. Nothing in it is run, nothing outside it is
//! followed, and what is unpacked is bounded.

mod document;
mod numbering;
mod package;
mod styles;
mod xml;

use super::manuscript::Manuscript;
use super::notes::{Kind, Notes};
use numbering::Numbering;
use package::Package;
use styles::Styles;

/// Whether bytes begin like a zip archive.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Reads a document.
///
/// # Errors
/// When it can't be unpacked or is no Word document; the words say what to do.
pub fn read(bytes: &[u8], notes: &mut Notes) -> Result<Manuscript, String> {
    let mut package = Package::open(bytes)?;
    if package.has_macros() {
        notes.add(Kind::Macros, 0, "");
    }
    let main = package.main_part()?;
    let text = package
        .part(&main)?
        .ok_or("文件里没有正文；请用 Word 打开，另存为 .docx")?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    // A broken part beside the text is no reason to lose the text.
    let mut beside = |name: &str| match package.part(&format!("{folder}/{name}")) {
        Ok(part) => part,
        Err(_) => {
            notes.add(Kind::Unreadable, 0, name);
            None
        }
    };
    let styles = beside("styles.xml");
    let numbering = beside("numbering.xml");
    let footnotes = beside("footnotes.xml");
    let endnotes = beside("endnotes.xml");
    let mut broken = Vec::new();
    let mut parsed = |name: &'static str, failed: bool| {
        if failed {
            broken.push(name);
        }
    };
    let (styles, failed) = Styles::read(styles.as_deref().unwrap_or_default());
    parsed("styles.xml", failed);
    let (numbering, failed) = Numbering::read(numbering.as_deref().unwrap_or_default());
    parsed("numbering.xml", failed);
    for name in broken {
        notes.add(Kind::Unreadable, 0, name);
    }
    let parts = document::Parts {
        text: &text,
        footnotes: footnotes.as_deref(),
        endnotes: endnotes.as_deref(),
    };
    document::read(&parts, &styles, numbering, notes)
}
