//! The common form of all inputs: blocks of plain text with their places.

use std::collections::BTreeMap;

use super::link;

/// The unit in which places of the input are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlaceUnit {
    /// Lines of a text file.
    #[default]
    Line,
    /// Paragraphs, in formats where lines mean nothing.
    Paragraph,
}

impl PlaceUnit {
    /// The Chinese word for the unit.
    pub fn label(self) -> &'static str {
        match self {
            Self::Line => "行",
            Self::Paragraph => "段",
        }
    }
}

/// How a line is set off in its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// It is indented.
    pub indented: bool,
    /// There is a blank line above it.
    pub apart: bool,
}

/// The text of one input file, independent of its format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manuscript {
    /// The title, if the format marks one.
    pub title: Option<String>,
    /// Another name that the input gives itself, which may be longer or shorter
    /// than the title: the `<title>` of a web page.
    pub named: Option<String>,
    /// The input's own front matter.
    pub fields: Fields,
    /// The text, in order.
    pub blocks: Vec<Block>,
    /// The pictures that blocks refer to.
    pub pictures: Vec<Picture>,
    /// Addresses of the links that are marked in the text.
    pub links: Vec<String>,
    /// The unit of places.
    pub unit: PlaceUnit,
    /// How the lines of a text file are set off, by their place.
    pub looks: BTreeMap<usize, Look>,
    /// Places of the paragraphs with which a page begins, where the file breaks
    /// the page between paragraphs.
    pub page_begins: Vec<usize>,
}

/// A picture of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Its name in the input: a part's name or a path.
    pub part: String,
    /// The file; empty when it is not available.
    pub bytes: Vec<u8>,
}

impl Picture {
    /// The extension for its format, detected from its first bytes; `None` when
    /// browsers can't show it.
    pub fn ending(&self) -> Option<&'static str> {
        let bytes = self.bytes.as_slice();
        if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
            Some("png")
        } else if bytes.starts_with(b"\xFF\xD8\xFF") {
            Some("jpg")
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            Some("gif")
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some("webp")
        } else {
            None
        }
    }
}

/// A block and the place where it begins, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The line or paragraph.
    pub place: usize,
    /// Its content.
    pub content: Content,
}

/// The content of a block. Texts contain no line ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A heading, at the input's own level.
    Heading {
        /// 1 to 9; 1 is the outermost.
        level: u8,
        text: String,
    },
    Paragraph(String),
    /// An item of a list without numbers.
    Bullet(String),
    /// A table. The first row is the header; all rows have the same length.
    Table(Vec<Vec<String>>),
    /// A picture of the manuscript.
    Picture {
        index: usize,
        /// The input's description of it; may be empty.
        alt: String,
    },
}

/// Whether a text is only the mark of a picture: 〔图1〕.
pub fn is_picture_alone(text: &str) -> bool {
    let mut rest = text.trim();
    while let Some(behind) = rest.strip_prefix("〔图") {
        let Some((digits, after)) = behind.split_once('〕') else {
            return false;
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return false;
        }
        rest = after.trim_start();
    }
    rest.is_empty()
}

impl Block {
    pub fn paragraph(place: usize, text: impl Into<String>) -> Self {
        Self {
            place,
            content: Content::Paragraph(text.into()),
        }
    }

    pub fn heading(place: usize, level: u8, text: impl Into<String>) -> Self {
        Self {
            place,
            content: Content::Heading {
                level,
                text: text.into(),
            },
        }
    }

    /// The text of a paragraph or heading.
    pub fn line(&self) -> Option<&str> {
        match &self.content {
            Content::Heading { text, .. } | Content::Paragraph(text) | Content::Bullet(text) => {
                Some(text)
            }
            Content::Table(_) | Content::Picture { .. } => None,
        }
    }
}

impl Manuscript {
    /// Whether it contains any text.
    pub fn has_words(&self) -> bool {
        let words = |text: &str| text.chars().any(|c| !c.is_whitespace());
        self.texts().any(|(_, text)| words(text))
    }

    /// All texts of the blocks, to be changed in place.
    pub fn texts_mut(&mut self) -> impl Iterator<Item = (usize, &mut String)> {
        self.blocks.iter_mut().flat_map(|block| {
            let place = block.place;
            let texts: Vec<&mut String> = match &mut block.content {
                Content::Heading { text, .. }
                | Content::Paragraph(text)
                | Content::Bullet(text) => vec![text],
                Content::Table(rows) => rows.iter_mut().flatten().collect(),
                Content::Picture { .. } => Vec::new(),
            };
            texts.into_iter().map(move |text| (place, text))
        })
    }

    /// All texts of the blocks.
    pub fn texts(&self) -> impl Iterator<Item = (usize, &str)> {
        self.blocks.iter().flat_map(|block| {
            let texts: Vec<&str> = match &block.content {
                Content::Heading { text, .. }
                | Content::Paragraph(text)
                | Content::Bullet(text) => vec![text],
                Content::Table(rows) => rows.iter().flatten().map(String::as_str).collect(),
                Content::Picture { .. } => Vec::new(),
            };
            texts.into_iter().map(move |text| (block.place, text))
        })
    }

    /// Drops blocks without text and trims the others.
    pub fn tidy(&mut self) {
        for block in &mut self.blocks {
            // The line's kind depends on its first characters, so a mark
            // mustn't precede them.
            if let Content::Heading { text, .. } | Content::Paragraph(text) | Content::Bullet(text) =
                &mut block.content
                && text.starts_with(link::is_mark)
            {
                *text = link::without_leading_marks(text);
            }
        }
        for (_, text) in self.texts_mut() {
            let trimmed = text.trim();
            if trimmed.len() != text.len() {
                *text = trimmed.to_owned();
            }
        }
        self.blocks.retain(|block| match &block.content {
            Content::Table(rows) => rows.iter().flatten().any(|cell| !cell.is_empty()),
            Content::Picture { .. } => true,
            _ => block.line().is_some_and(|line| !line.is_empty()),
        });
    }
}

/// Fields of the input's own front matter: each key with its values.
///
/// Keys of nested tables are joined by a full stop; deeper nesting is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub BTreeMap<String, Vec<String>>);

impl Fields {
    /// The first value of the first of these keys that has one.
    pub fn first(&self, keys: &[&str]) -> Option<&str> {
        self.all(keys)
            .iter()
            .map(|text| text.trim())
            .find(|text| !text.is_empty())
    }

    /// All values of the first of these keys that exists.
    pub fn all(&self, keys: &[&str]) -> &[String] {
        keys.iter()
            .find_map(|key| self.0.get(*key))
            .map_or(&[], Vec::as_slice)
    }
}
