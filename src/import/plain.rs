//! Plain text: a line is a paragraph; a line like 第一章 总则 is a heading.

use super::manuscript::{Block, Look, Manuscript};

/// Reads plain text.
pub fn read(text: &str) -> Manuscript {
    let mut manuscript = Manuscript::default();
    let mut apart = false;
    // A line end of two characters adds an empty line here, so line numbers are
    // counted by `\n` below.
    for (index, line) in text.split(is_line_end).enumerate() {
        if line.trim().is_empty() {
            apart = true;
            continue;
        }
        let place = index + 1;
        let look = Look {
            indented: line.starts_with(['\u{3000}', ' ', '\t', '\u{A0}']),
            apart,
        };
        apart = false;
        manuscript.looks.insert(place, look);
        let block = Block::paragraph(place, line.trim());
        manuscript.blocks.push(block);
    }
    manuscript
}

/// Whether a character is a line end, page break or Unicode separator.
fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{B}' | '\u{C}'
    )
}

/// Replaces all line ends with `\n`.
pub fn normalise_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
