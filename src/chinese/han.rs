//! Which characters are Han characters, which stand in a full square, and
//! which are spaces.

/// Whether a character is a Han character (〇 counts as one).
pub fn is_han(c: char) -> bool {
    matches!(
        c,
        '\u{4E00}'..='\u{9FFF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{3007}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{3134F}'
    )
}

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

/// Spaces of every width, as people pad with them.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}
