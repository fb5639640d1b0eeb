//! Writes a page, and the index of the library, as JSON.

use serde::Serialize;

use crate::library::{Library, Page};

use super::record::{Document, LibraryIndex, Received};

/// JSON Schema of a page.
pub const DOCUMENT_SCHEMA: &str = include_str!("schema/document.schema.json");
/// JSON Schema of the index.
pub const LIBRARY_SCHEMA: &str = include_str!("schema/library.schema.json");

/// Writes a page as one line of JSON.
pub fn document<'a>(library: &'a Library, received: &Received<'a>, page: &'a Page) -> Vec<u8> {
    // Anchors and field names take about as much space as the text of a law.
    let bytes = page.span.range.len() * 5 / 2 + 1_000;
    line(&Document::of(library, received, page), bytes)
}

/// Writes the index.
pub fn library(library: &Library) -> Vec<u8> {
    line(&LibraryIndex::of(library), 0)
}

/// Serializes a value on one line, so that lines of several pages form JSON
/// Lines. JSON allows U+2028 and U+2029 in strings; they are escaped because
/// old scripts, and readers that split at such characters, take them for line
/// ends.
fn line(value: &impl Serialize, expected: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(expected);
    serde_json::to_writer(&mut bytes, value).expect("records hold strings and numbers alone");
    if bytes.windows(3).any(is_separator) {
        let text = String::from_utf8(bytes).expect("JSON is UTF-8");
        bytes = text
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029")
            .into_bytes();
    }
    bytes.push(b'\n');
    bytes
}

/// Whether the bytes are U+2028 or U+2029 in UTF-8.
fn is_separator(bytes: &[u8]) -> bool {
    bytes[0] == 0xE2 && bytes[1] == 0x80 && matches!(bytes[2], 0xA8 | 0xA9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line() {
        let line = line(&"甲\u{2028}乙\u{2029}丙\n丁", 0);
        let text = String::from_utf8(line).expect("UTF-8");
        assert_eq!(text, "\"甲\\u2028乙\\u2029丙\\n丁\"\n");
    }
}
