//! Which characters are Han characters, which stand in a full square, and
//! which are spaces.

use search::analysis::is_han;

/// Whether a character stands in a full square, as Chinese and Japanese text
/// and its punctuation do: beside it a line break is nothing, while words of
/// other scripts are parted by it.
pub fn is_wide(c: char) -> bool {
    is_han(c)
        || matches!(
            c,
            // Quotation marks, dashes and dots, which Chinese shares with others.
            '“' | '”' | '‘' | '’' | '—' | '…' | '·'
                // Punctuation, kana, bopomofo.
                | '\u{3000}'..='\u{312F}'
                | '\u{31A0}'..='\u{31FF}'
                // Upright forms, full-width forms, half-width kana.
                | '\u{FE30}'..='\u{FE4F}'
                | '\u{FF00}'..='\u{FF9F}'
                | '\u{FFE0}'..='\u{FFE6}'
        )
}

/// Text without any space.
pub fn compact(text: &str) -> String {
    text.chars().filter(|c| !is_space(*c)).collect()
}

/// Longest title in 《》 that is read, in characters; what is longer is a
/// bracket left open.
const LONGEST_TITLE: usize = 120;

/// Where the title that opens with 《 at `open` ends; titles may hold titles.
pub fn title_end(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text[open..].char_indices().take(LONGEST_TITLE) {
        match c {
            '《' => depth += 1,
            '》' => {
                depth -= 1;
                if depth == 0 {
                    return Some(open + at + c.len_utf8());
                }
            }
            _ => {}
        }
    }
    None
}

/// Spaces of every width, as people pad with them.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}
