//! 責(zé)任: a character followed by its own pinyin in brackets.

use super::texts::excerpt;
use crate::chinese::damage::{bracketed_letters, is_reading};
use crate::import::notes::{Kind, Notes};
use search::analysis::is_han;

/// The text without pinyin; `None` when there was none.
///
/// Brackets are removed only if they contain a reading of the character right
/// before them: 党委(党组) and 人工智能(ai) stay.
pub fn remove(text: &str, place: usize, notes: &mut Notes) -> Option<String> {
    if !text.contains(['(', '（']) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut removed = 0;
    let mut before = '\0';
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if matches!(c, '(' | '（')
            && is_han(before)
            && let Some((letters, length)) = bracketed_letters(after)
        {
            if is_reading(before, letters) {
                removed += 1;
                rest = &after[length..];
                continue;
            }
            if !letters.is_ascii() {
                let at = text.len() - rest.len();
                notes.add(Kind::PinyinKept, place, excerpt(text, at, 6));
            }
        }
        out.push(c);
        before = c;
        rest = after;
    }
    notes.add_many(Kind::PinyinResidue, place, removed, "");
    (removed > 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_characters_own_readings_go() {
        let mut notes = Notes::default();
        let text = "主體責(zé)任、監(jian)督、銀行(háng)、黨委(黨組)、智能(ai)、责(rèn)任";
        assert_eq!(
            remove(text, 2, &mut notes).as_deref(),
            Some("主體責任、監督、銀行、黨委(黨組)、智能(ai)、责(rèn)任")
        );
        assert_eq!(notes.count(Kind::PinyinResidue), 3);
        assert_eq!(notes.count(Kind::PinyinKept), 1);
    }
}
