//! Whole paragraphs that were read with a wrong table: `ÖÐ¹ú` and `ä¸­å›½`.
//!
//! GBK or UTF-8 was taken for Western European. No byte is lost, so that the
//! way back is certain when it ends in frequent characters alone.

use encoding_rs::{GBK, WINDOWS_1252};

use super::misdecoded::is_plausible;
use crate::import::notes::{Kind, Notes};
use crate::parse::is_han;

/// A paragraph must have so many characters beyond ASCII: a word like café
/// has one.
const AT_LEAST: usize = 4;

/// The text as it was meant; `None` when it was read well.
pub fn reread(text: &str, place: usize, notes: &mut Notes) -> Option<String> {
    let beyond = text.chars().filter(|c| !c.is_ascii()).count();
    let western = |c: char| u32::from(c) < 0x2200 && !is_han(c);
    if beyond < AT_LEAST || !text.chars().all(western) {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    if unmappable {
        return None;
    }
    let made = match std::str::from_utf8(&bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let (text, broken) = GBK.decode_without_bom_handling(&bytes);
            (!broken).then(|| text.into_owned())?
        }
    };
    let sound = made.chars().all(|c| c.is_ascii() || is_plausible(c));
    (sound && made.chars().any(is_han)).then(|| {
        let example: String = text.chars().take(8).collect();
        let meant: String = made.chars().take(8).collect();
        notes.add(Kind::Misdecoded, place, format!("{example} → {meant}"));
        made
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_as_western_is_read_again() {
        let text = "为了示例，制定本办法。";
        let (gbk, _, _) = GBK.encode(text);
        for bytes in [text.as_bytes(), &gbk] {
            let (misread, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            let made = reread(&misread, 1, &mut Notes::default());
            assert_eq!(made.as_deref(), Some(text), "{misread}");
        }
        for well in [text, "Déjà vu à la carte – élève", "“abcd”——"] {
            assert_eq!(reread(well, 1, &mut Notes::default()), None, "{well}");
        }
    }
}
