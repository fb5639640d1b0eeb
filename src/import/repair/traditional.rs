//! Converts Traditional text to Simplified.
//!
//! OpenCC's table converts phrases before characters, which could also change
//! 乾隆 and 瞭望 in a Simplified text. So a text is converted only if the whole
//! text is Traditional, and otherwise a paragraph if the paragraph is. Single
//! Traditional characters in a Simplified paragraph are noted and stay.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use super::texts::excerpt;
use crate::chinese::traditional::is_traditional;
use crate::import::manuscript::Manuscript;
use crate::import::notes::{Kind, Notes};
use search::analysis::is_han;

/// How to treat Traditional text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Script {
    /// Convert it.
    #[default]
    ToSimplified,
    /// Leave every character as it is.
    Keep,
}

/// The least percentage of Traditional characters in a Traditional text. In
/// Traditional prose it is 30 to 40, in Simplified 0.
const OF_A_TEXT: usize = 5;
/// The same for a paragraph of an otherwise Simplified text.
const OF_A_PARAGRAPH: usize = 12;
/// The least number of Traditional characters in both cases: a single name
/// doesn't make a text Traditional.
const AT_LEAST: usize = 4;

fn converter() -> &'static OpenCC {
    static CONVERTER: OnceLock<OpenCC> = OnceLock::new();
    CONVERTER.get_or_init(|| {
        OpenCC::from_config(BuiltinConfig::T2s)
            .expect("the built-in conversion table is part of the program")
    })
}

#[derive(Clone, Copy, Default)]
struct Share {
    han: usize,
    traditional: usize,
}

impl Share {
    fn of(text: &str) -> Self {
        let mut share = Self::default();
        for c in text.chars().filter(|c| is_han(*c)) {
            share.han += 1;
            share.traditional += usize::from(is_traditional(c));
        }
        share
    }

    fn reaches(self, percent: usize) -> bool {
        self.traditional > 0 && self.traditional * 100 >= self.han * percent
    }
}

/// Converts the Traditional parts.
pub fn convert(manuscript: &mut Manuscript, notes: &mut Notes) {
    let mut whole = Share::default();
    for (_, text) in manuscript.texts() {
        let share = Share::of(text);
        whole.han += share.han;
        whole.traditional += share.traditional;
    }
    let all = whole.traditional >= AT_LEAST && whole.reaches(OF_A_TEXT);
    super::texts::each(manuscript, |place, text| {
        let share = Share::of(text);
        let wanted = all || (share.traditional >= AT_LEAST && share.reaches(OF_A_PARAGRAPH));
        let mut made = text.to_owned();
        if wanted {
            made = corner_quotes(&converter().convert(text), place, notes);
            let changed = text.chars().zip(made.chars()).filter(|(a, b)| a != b);
            notes.add_many(Kind::Traditional, place, changed.count(), "");
        } else if share.traditional > 0 {
            for (at, _) in text.char_indices().filter(|(_, c)| is_traditional(*c)) {
                notes.add(Kind::TraditionalLeft, place, excerpt(text, at, 4));
            }
        }
        if made.contains('著') {
            made = zhe(&made, wanted, place, notes);
        }
        (made != text).then_some(made)
    });
}

/// Replaces 「」 and 『』 with “” and ‘’.
fn corner_quotes(text: &str, place: usize, notes: &mut Notes) -> String {
    let mut count = 0;
    let made = text
        .chars()
        .map(|c| {
            let plain = match c {
                '「' => '“',
                '」' => '”',
                '『' => '‘',
                '』' => '’',
                other => return other,
            };
            count += 1;
            plain
        })
        .collect();
    notes.add_many(Kind::Quotes, place, count, "");
    made
}

/// Characters before a 著 that means 着: verbs for a continuing action.
const LASTS: &str = "随隨沿带帶领領朝向对對接跟本凭憑持抱怀懷指看想说說走站坐围圍绕繞握拿靠守冒盯瞄顺順伴含背顶頂推拉牵牽引依照意味存活干忙急等望听聽笑哭写寫穿戴开開关關蕴蘊藏孕育面临臨迎循遵沉睡住躺挂掛闪閃燃烧燒扛挑撑撐压壓盼念惦记記谈談议議做变變有为爲為起肩负負承载載踏奔跑";
/// Characters after a 著 that means 着: 着力, 着手, 着眼, 着重.
const BEGINS: &str = "力手眼重想实實急陆陸落装裝火迷魔凉涼棋色床紧緊";
/// Characters before a real 著: 显著, 土著, 专著.
const NOUN_BEFORE: &str = "显顯卓昭土名专專编編原论論遗遺巨合译譯拙所撰新旧舊大";
/// Characters after a real 著: 著作, 著名, 著称.
const NOUN_AFTER: &str = "作名称稱述者录錄书書文于於";

/// Replaces each 著 that must be 着 according to its neighbours. In a
/// Traditional text, the others are noted as doubtful.
fn zhe(text: &str, traditional: bool, place: usize, notes: &mut Notes) -> String {
    let chars: Vec<char> = text.chars().collect();
    let near = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied().unwrap_or('\0');
    let mut made = String::with_capacity(text.len());
    for (at, c) in chars.iter().enumerate() {
        if *c != '著' {
            made.push(*c);
            continue;
        }
        let (before, after) = (near(at.checked_sub(1)), near(Some(at + 1)));
        let is_noun = NOUN_BEFORE.contains(before) || NOUN_AFTER.contains(after);
        let is_particle = (LASTS.contains(before) && !NOUN_AFTER.contains(after))
            || (BEGINS.contains(after) && !NOUN_BEFORE.contains(before));
        let around: String = [before, '著', after]
            .iter()
            .filter(|c| **c != '\0')
            .collect();
        if is_particle && (!is_noun || LASTS.contains(before)) {
            notes.add(Kind::Zhe, place, around);
            made.push('着');
        } else {
            if traditional && !is_noun {
                notes.add(Kind::ZheLeft, place, around);
            }
            made.push('著');
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::manuscript::Block;

    fn converted(texts: &[&str]) -> (Vec<String>, Notes) {
        let mut notes = Notes::default();
        let blocks = texts.iter().enumerate();
        let mut manuscript = Manuscript {
            blocks: blocks
                .map(|(index, text)| Block::paragraph(index + 1, *text))
                .collect(),
            ..Manuscript::default()
        };
        convert(&mut manuscript, &mut notes);
        let made = manuscript.texts().map(|(_, text)| text.to_owned());
        (made.collect(), notes)
    }

    #[test]
    fn traditional_text_is_converted_and_zhe_by_its_neighbours() {
        let (made, notes) = converted(&[
            "領導干部帶領著一級干，隨著實踐發展，著力解決問題，成效顯著，著作等身，臺賬齊全。",
            "「責任」",
        ]);
        assert_eq!(
            made,
            [
                "领导干部带领着一级干，随着实践发展，着力解决问题，成效显著，著作等身，台账齐全。",
                "“责任”"
            ]
        );
        assert_eq!(notes.count(Kind::Zhe), 3);
    }

    #[test]
    fn simplified_text_keeps_its_characters() {
        let text = "瞭望塔、乾隆、於先生、显著、藉以；嚴字当头";
        let (made, notes) = converted(&[text]);
        assert_eq!(made, [text]);
        assert_eq!(notes.count(Kind::TraditionalLeft), 1);
        assert_eq!(notes.count(Kind::Traditional), 0);
    }
}
