//! Replaces characters that only look like Han characters: Kangxi radicals (⼈
//! for 人) and compatibility forms, as text copied from PDF files contains
//! them.

use unicode_normalization::UnicodeNormalization as _;

use crate::import::notes::{Kind, Notes};

/// Radicals of the supplement that stand for a character. Unicode doesn't map
/// them.
const SUPPLEMENT: &[(char, char)] = &[
    ('\u{2E85}', '亻'),
    ('\u{2E89}', '刂'),
    ('\u{2E97}', '心'),
    ('\u{2E98}', '扌'),
    ('\u{2E99}', '攵'),
    ('\u{2E9D}', '月'),
    ('\u{2EA0}', '民'),
    ('\u{2EA1}', '氵'),
    ('\u{2EA3}', '灬'),
    ('\u{2EA8}', '犭'),
    ('\u{2EAD}', '礻'),
    ('\u{2EAE}', '竹'),
    ('\u{2EB0}', '纟'),
    ('\u{2EB2}', '罒'),
    ('\u{2EB6}', '羊'),
    ('\u{2EBC}', '月'),
    ('\u{2EBE}', '艹'),
    ('\u{2EC1}', '虎'),
    ('\u{2EC2}', '衤'),
    ('\u{2EC3}', '西'),
    ('\u{2EC4}', '西'),
    ('\u{2EC5}', '见'),
    ('\u{2EC6}', '角'),
    ('\u{2EC8}', '讠'),
    ('\u{2EC9}', '贝'),
    ('\u{2ECA}', '足'),
    ('\u{2ECB}', '车'),
    ('\u{2ECC}', '辶'),
    ('\u{2ECF}', '阝'),
    ('\u{2ED0}', '钅'),
    ('\u{2ED1}', '長'),
    ('\u{2ED3}', '长'),
    ('\u{2ED4}', '门'),
    ('\u{2ED7}', '雨'),
    ('\u{2ED8}', '青'),
    ('\u{2ED9}', '韦'),
    ('\u{2EDA}', '页'),
    ('\u{2EDB}', '风'),
    ('\u{2EDC}', '飞'),
    ('\u{2EDD}', '食'),
    ('\u{2EE0}', '饣'),
    ('\u{2EE2}', '马'),
    ('\u{2EE3}', '骨'),
    ('\u{2EE4}', '鬼'),
    ('\u{2EE5}', '鱼'),
    ('\u{2EE6}', '鸟'),
    ('\u{2EE7}', '卤'),
    ('\u{2EE8}', '麦'),
    ('\u{2EE9}', '黄'),
    ('\u{2EEA}', '黾'),
    ('\u{2EEC}', '齐'),
    ('\u{2EEE}', '齿'),
    ('\u{2EF0}', '龙'),
];

/// The usual character for one that only looks like it.
fn usual(c: char) -> Option<String> {
    let made: String = match c {
        // Kangxi radicals, and ligatures of Latin letters.
        '\u{2F00}'..='\u{2FD5}' | '\u{FB00}'..='\u{FB06}' => c.nfkc().collect(),
        '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => c.nfc().collect(),
        '\u{2E80}'..='\u{2EFF}' => {
            let listed = SUPPLEMENT.iter().find(|(form, _)| *form == c);
            listed.map_or_else(|| c.nfkc().collect(), |(_, usual)| usual.to_string())
        }
        _ => return None,
    };
    Some(made)
}

/// The text with the usual characters; `None` when nothing changed.
pub fn unify(text: &str, place: usize, notes: &mut Notes) -> Option<String> {
    if !text.chars().any(|c| usual(c).is_some()) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match usual(c) {
            Some(made) if made.starts_with(c) => {
                notes.add(Kind::FormsLeft, place, format!("U+{:04X}", u32::from(c)));
                out.push(c);
            }
            Some(made) => {
                notes.add(Kind::Forms, place, format!("{c} → {made}"));
                out.push_str(&made);
            }
            None => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_character_becomes_it() {
        let mut notes = Notes::default();
        let made = unify("第⼆条　⼈⺠⽣活，契約、⾦額", 1, &mut notes);
        assert_eq!(made.as_deref(), Some("第二条　人民生活，契約、金額"));
        assert_eq!(unify("人民生活", 1, &mut notes), None);
        // A radical that stands for no other character.
        assert_eq!(
            unify("\u{2E80}", 1, &mut notes).as_deref(),
            Some("\u{2E80}")
        );
        assert_eq!(notes.count(Kind::FormsLeft), 1);
    }
}
