//! Whole paragraphs that were read with a wrong table: `ÖÐ¹ú`, `ä¸­å›½` and
//! `涓浗`.
//!
//! GBK or UTF-8 was taken for Western European: no byte is lost, so that the
//! way back is certain when it ends in frequent characters alone. Or UTF-8 was
//! taken for GBK: a byte is lost wherever an odd number of them stood before
//! something else, and the character that it belonged to with it.

use encoding_rs::{GB18030, GBK, WINDOWS_1252};

use super::misdecoded::is_plausible;
use crate::import::notes::{Kind, Notes};
use search::analysis::is_han;

/// A paragraph must have so many characters beyond ASCII: a word like café
/// has one.
const AT_LEAST: usize = 4;

/// The text as it was meant; `None` when it was read well. A character that
/// can't be recovered is U+FFFD.
pub fn reread(text: &str, place: usize, notes: &mut Notes) -> Option<String> {
    let made = read_as_western(text).or_else(|| utf8_read_as_gbk(text))?;
    let example: String = text.chars().take(8).collect();
    let meant: String = made.chars().take(8).collect();
    notes.add(Kind::Misdecoded, place, format!("{example} → {meant}"));
    Some(made)
}

fn read_as_western(text: &str) -> Option<String> {
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
    (sound && made.chars().any(is_han)).then_some(made)
}

/// No UTF-8 has this byte: it stands where one is lost.
const GAP: u8 = 0xFF;

/// Bytes of Chinese in GBK are hardly ever UTF-8 by chance, let alone that of
/// frequent characters; so two of these are enough.
const SOUND_AT_LEAST: usize = 2;

fn utf8_read_as_gbk(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut buffer = [0; 4];
    for c in text.chars() {
        match c {
            c if c.is_ascii() => bytes.push(c as u8),
            char::REPLACEMENT_CHARACTER => bytes.push(GAP),
            '€' => bytes.push(0x80),
            c => match &*GB18030.encode(c.encode_utf8(&mut buffer)).0 {
                pair @ [_, _] => bytes.extend(pair),
                _ => return None,
            },
        }
    }
    let mut made = String::with_capacity(text.len());
    let (mut sound, mut odd, mut lost, mut broken) = (0, 0, 0, 0_usize);
    for chunk in bytes.utf8_chunks() {
        let mut valid = chunk.valid();
        if !valid.is_empty() && broken > 0 {
            // Characters here have three bytes each, whichever of them are
            // left. Some programs write ? for what they lost.
            let characters = broken.div_ceil(3);
            made.extend(std::iter::repeat_n(char::REPLACEMENT_CHARACTER, characters));
            lost += characters;
            broken = 0;
            valid = valid.strip_prefix('?').unwrap_or(valid);
        }
        for c in valid.chars().filter(|c| !c.is_ascii()) {
            if is_plausible(c) {
                sound += 1
            } else {
                odd += 1
            }
        }
        made.push_str(valid);
        broken += chunk.invalid().len();
    }
    let characters = broken.div_ceil(3);
    made.extend(std::iter::repeat_n(char::REPLACEMENT_CHARACTER, characters));
    lost += characters;
    (sound >= SOUND_AT_LEAST && odd * 20 <= sound && lost <= sound).then_some(made)
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
        let (misread, _) = GBK.decode_without_bom_handling(text.as_bytes());
        let made = reread(&misread, 1, &mut Notes::default());
        assert_eq!(
            made.as_deref(),
            Some("为了示例，制定本办法□".replace('□', "\u{FFFD}").as_str())
        );
        let made = reread("2026骞?1鏈?1鏃ラ€氳繃", 1, &mut Notes::default());
        assert_eq!(made.as_deref(), Some("2026\u{FFFD}1\u{FFFD}1日通过"));
        for well in [
            text,
            "锟斤拷锟斤拷",
            "鎏金",
            "Déjà vu à la carte – élève",
            "“abcd”——",
        ] {
            assert_eq!(reread(well, 1, &mut Notes::default()), None, "{well}");
        }
    }
}
