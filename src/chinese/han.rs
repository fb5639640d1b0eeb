//! Tells which characters are Han characters, which are full-width, and which
//! are spaces.

use search::analysis::characters::is_ignored;
use search::analysis::is_han;

/// Whether a character fills a full square, as Chinese and Japanese text and
/// punctuation do. A line break next to such a character means nothing; in
/// other scripts it separates words.
pub fn is_wide(c: char) -> bool {
    is_han(c)
        || matches!(
            c,
            // Quotation marks, dashes and dots, which Chinese shares with other
            // scripts.
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

/// Returns the text without any spaces.
pub fn compact(text: &str) -> String {
    text.chars().filter(|c| !is_space(*c)).collect()
}

/// Longest title in 《》 that is read, in characters; anything longer is an
/// unclosed bracket.
const LONGEST_TITLE: usize = 120;

/// Returns where the title ends that opens with 《 at `open`; titles may contain
/// titles.
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

/// Whether a character is a space of any width, as used for padding.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || is_ignored(c)
}
