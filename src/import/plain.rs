//! Plain text: a line is a paragraph, a line 第一章 总则 is a heading.

use super::manuscript::{Block, Manuscript};

/// Reads plain text.
pub fn read(text: &str) -> Manuscript {
    let blocks = text
        .split(is_line_end)
        // A line end of two characters makes an empty line; so line numbers
        // are counted by `\n`, below.
        .scan(1_usize, |line, piece| {
            let place = *line;
            *line += 1;
            Some((place, piece))
        })
        .filter(|(_, piece)| !piece.trim().is_empty())
        .map(|(place, piece)| Block::paragraph(place, piece.trim()))
        .collect();
    Manuscript {
        blocks,
        ..Manuscript::default()
    }
}

/// Line ends, page breaks and Unicode's separators.
fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{B}' | '\u{C}'
    )
}

/// Line ends as `\n` alone.
pub fn normalise_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
