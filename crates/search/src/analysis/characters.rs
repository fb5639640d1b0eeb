//! Characters that don't count: the one table of them.
//!
//! Copying from web pages, chats and Word brings characters that nobody sees.
//! A page, an index, a citation and a query must treat them alike, or a word
//! that stands on the page is not found.

/// What a character is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is seen, or separates words.
    Seen,
    /// It ends a line and isn't the usual line feed.
    LineEnd,
    /// It has no width and no meaning: control characters, soft hyphens, marks
    /// of direction, joiners, variation selectors, non-characters.
    Ignored,
    /// It stands for a character that isn't known: private use, or lost when
    /// the text was decoded.
    Unknown,
}

/// The role of a character.
pub fn role(ch: char) -> Role {
    match ch {
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Role::LineEnd,
        '\u{e000}'..='\u{f8ff}'
        | '\u{f0000}'..='\u{ffffd}'
        | '\u{100000}'..='\u{10fffd}'
        | '\u{fffd}' => Role::Unknown,
        _ if is_ignored(ch) => Role::Ignored,
        _ => Role::Seen,
    }
}

/// Whether a character has no width and no meaning; see [`Role::Ignored`].
pub fn is_ignored(ch: char) -> bool {
    // The last two of every plane are no characters.
    u32::from(ch) & 0xfffe == 0xfffe
        || matches!(ch,
            '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}'
            | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_one_role() {
        for ch in "责 \t\n\r\u{a0}\u{3000}é\u{301}\u{fffc}㊣𠮷😀".chars() {
            assert_eq!(role(ch), Role::Seen, "{ch:?}");
        }
        for ch in "\0\u{7}\u{7f}\u{9b}\u{ad}\u{200b}\u{200d}\u{200e}\u{202e}\u{2060}\u{2069}\u{fe0f}\u{feff}\u{fffe}\u{ffff}\u{e0100}\u{1fffe}".chars() {
            assert_eq!(role(ch), Role::Ignored, "{ch:?}");
        }
        for ch in "\u{e001}\u{f8ff}\u{fffd}\u{f0001}".chars() {
            assert_eq!(role(ch), Role::Unknown, "{ch:?}");
        }
        for ch in "\u{85}\u{2028}\u{c}".chars() {
            assert_eq!(role(ch), Role::LineEnd, "{ch:?}");
        }
        // What is skipped is never a letter that somebody searches for.
        let skipped = ('\0'..=char::MAX).filter(|ch| is_ignored(*ch) && ch.is_alphanumeric());
        assert_eq!(
            skipped.collect::<String>(),
            "\u{115f}\u{1160}\u{3164}\u{ffa0}"
        );
    }
}
