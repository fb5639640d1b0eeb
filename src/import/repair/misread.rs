//! Repairs whole paragraphs that were decoded with a wrong encoding: `ÖÐ¹ú`,
//! `ä¸­å›½` and `涓浗`.
//!
//! If GBK or UTF-8 was read as Western European, no byte is lost, so the repair
//! is certain when it yields only frequent characters. If UTF-8 was read as
//! GBK, a byte is lost wherever an odd number of bytes preceded something else,
//! and with it the character that it belonged to.

use encoding_rs::{GB18030, GBK, WINDOWS_1252};

use super::misdecoded::is_plausible;
use crate::import::notes::{Kind, Notes};
use search::analysis::is_han;

/// Least number of characters beyond ASCII in such a paragraph: a word like
/// café has one.
const AT_LEAST: usize = 4;

/// The repaired text; `None` when it was decoded correctly. A character that
/// can't be recovered becomes U+FFFD.
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

/// A byte that never occurs in UTF-8; it stands for a lost byte.
const GAP: u8 = 0xFF;

/// Least number of characters that must be recovered. GBK bytes of Chinese text
/// are hardly ever valid UTF-8 by chance, let alone of frequent characters, so
/// two are enough.
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
            // Each character had three bytes here, whichever of them remain.
            // Some programs write ? for lost bytes.
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
