//! Word documents (.docx): paragraphs, headings, generated numbers, tables,
//! footnotes, tracked changes.
//!
//! A .docx is a zip archive of XML. Nothing in it is executed, references to
//! outside are not followed, and the unpacked size is limited.

mod document;
mod flat;
mod numbering;
mod package;
mod styles;
mod xml;

use std::collections::HashSet;

use super::layout;
use super::manuscript::{Block, Manuscript};
use super::notes::{Kind, Notes};
use crate::structure::official::{self, Part};
pub use flat::{Flavour, flavour};
use numbering::Numbering;
use package::{Package, Relation};
use styles::Styles;

/// Whether the bytes begin like a zip archive.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Reads a document.
///
/// # Errors
/// When it can't be unpacked or is no Word document; the message says what to
/// do.
pub fn read(bytes: &[u8], notes: &mut Notes) -> Result<Manuscript, String> {
    read_package(Package::open(bytes)?, notes)
}

/// Reads a document that is a single XML file.
///
/// # Errors
/// When it is broken, or no Word document; the message says what to do.
pub fn read_xml(text: &str, flavour: Flavour, notes: &mut Notes) -> Result<Manuscript, String> {
    match flavour {
        Flavour::Flat => read_package(Package::flat(flat::parts(text)?), notes),
        Flavour::Word2003 => {
            let (styles, _) = Styles::read(text);
            let parts = document::Parts {
                relations: &[],
                text,
                footnotes: None,
                endnotes: None,
            };
            document::read(&parts, &styles, Numbering::default(), notes)
        }
        Flavour::Other => Err(
            "该文件为 XML 文件，不是 Word 文档，不能导入；请用 Word 或制作该文件的软件打开，\
             另存为 .docx"
                .to_owned(),
        ),
    }
}

/// Reads the document of a package, packed or flat.
fn read_package(mut package: Package<'_>, notes: &mut Notes) -> Result<Manuscript, String> {
    if package.has_macros() {
        notes.add(Kind::Macros, 0, "");
    }
    let main = package.main_part()?;
    let text = package
        .part(&main)?
        .ok_or("文件中没有正文；请用 Word 打开，另存为 .docx")?;
    let relations = package.relations(&main);
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    // A broken secondary part must not cost the text.
    let mut beside = |kind: &str| {
        let named = relations
            .iter()
            .find(|relation| relation.kind == kind && !relation.is_external);
        let name = named.map_or_else(
            || format!("{folder}/{kind}.xml"),
            |relation| relation.target.clone(),
        );
        package.part(&name).unwrap_or_else(|_| {
            notes.add(Kind::Unreadable, 0, name);
            None
        })
    };
    let styles = beside("styles");
    let numbering = beside("numbering");
    let footnotes = beside("footnotes");
    let endnotes = beside("endnotes");
    let (styles, styles_failed) = Styles::read(styles.as_deref().unwrap_or_default());
    let (numbering, numbering_failed) = Numbering::read(numbering.as_deref().unwrap_or_default());
    for (name, failed) in [("styles", styles_failed), ("numbering", numbering_failed)] {
        if failed {
            notes.add(Kind::Unreadable, 0, name);
        }
    }
    let parts = document::Parts {
        relations: &relations,
        text: &text,
        footnotes: footnotes.as_deref(),
        endnotes: endnotes.as_deref(),
    };
    let mut manuscript = document::read(&parts, &styles, numbering, notes)?;
    headers(&mut package, &relations, &styles, &mut manuscript, notes);
    for (index, picture) in manuscript.pictures.iter_mut().enumerate() {
        // A picture that can't be unpacked is treated as one that can't be
        // shown.
        picture.bytes = package
            .bytes(&picture.part)
            .ok()
            .flatten()
            .unwrap_or_default();
        let kind = match picture.ending() {
            Some(_) => Kind::Pictures,
            None => Kind::PicturesLeft,
        };
        let name = picture.part.rsplit('/').next().unwrap_or_default();
        notes.add(kind, 0, format!("图{}（{name}）", index + 1));
    }
    Ok(manuscript)
}

/// Reads headers and footers. A letterhead in the header is put at the
/// beginning of the text; other words are only reported.
fn headers(
    package: &mut Package<'_>,
    relations: &[Relation],
    styles: &Styles,
    manuscript: &mut Manuscript,
    notes: &mut Notes,
) {
    let squeezed = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let mut known: HashSet<String> = manuscript.texts().map(|(_, text)| squeezed(text)).collect();
    known.extend(manuscript.title.as_deref().map(squeezed));
    let mut letterhead = Vec::new();
    for relation in relations
        .iter()
        .filter(|relation| matches!(relation.kind.as_str(), "header" | "footer"))
    {
        let Ok(Some(xml)) = package.part(&relation.target) else {
            continue;
        };
        let parts = document::Parts {
            relations: &[],
            text: &xml,
            footnotes: None,
            endnotes: None,
        };
        let quiet = &mut Notes::default();
        let Ok(part) = document::read(&parts, styles, Numbering::default(), quiet) else {
            notes.add(Kind::Unreadable, 0, relation.kind.clone());
            continue;
        };
        let lines: Vec<Block> = part
            .blocks
            .into_iter()
            .filter(|block| {
                let line = block.line().map(squeezed).unwrap_or_default();
                let words = line.chars().any(search::analysis::is_han);
                words && !layout::is_page_number(&line) && known.insert(line)
            })
            .collect();
        let texts: Vec<Option<&str>> = lines.iter().map(Block::line).collect();
        let is_head = official::parts(&texts).contains(&Some(Part::Letterhead));
        if is_head && relation.kind == "header" && letterhead.is_empty() {
            letterhead = lines;
        } else {
            for line in lines.iter().filter_map(Block::line) {
                notes.add(Kind::HeaderText, 0, line);
                notes.left_out(Kind::HeaderText, line.chars().count());
            }
        }
    }
    if !letterhead.is_empty() {
        manuscript.blocks.splice(0..0, letterhead);
    }
}
