//! Removes spaces between all characters, as OCR and PDF files leave them: 加
//! 强 示 例 工 作.

use crate::import::manuscript::Manuscript;
use crate::import::notes::{Kind, Notes};
use search::analysis::is_han;

/// How many characters in a row must be separated by spaces to count as
/// unintended: 总 则 and 张 三 are intended.
const IN_A_ROW: usize = 5;

/// The same number in a text that is spaced throughout.
const IN_A_SPREAD_TEXT: usize = 2;

/// Number of gaps from which a text counts as spaced throughout.
const SPREAD: usize = 12;

/// Removes the spaces between single characters.
pub fn close_up(manuscript: &mut Manuscript, notes: &mut Notes) {
    let (mut apart, mut together, mut wide) = (0, 0, 0);
    for (_, text) in manuscript.texts() {
        let (own, beside) = gaps(text);
        apart += own;
        together += beside;
        wide += wide_gaps(text);
    }
    if apart == 0 && wide < SPREAD {
        return;
    }
    if wide >= SPREAD && wide > together {
        super::texts::each(manuscript, |place, text| {
            let made = closed_wide(text);
            let taken = text.chars().count() - made.chars().count();
            notes.add_many(Kind::Spaces, place, taken, "");
            (taken > 0).then_some(made)
        });
    }
    let least = if apart >= SPREAD && apart > together {
        IN_A_SPREAD_TEXT
    } else {
        IN_A_ROW
    };
    super::texts::each(manuscript, |place, text| {
        let mut made = closed(text, least);
        if is_segmented(&made) {
            made = without_gaps(&made);
        }
        let taken = text.chars().count() - made.chars().count();
        notes.add_many(Kind::Spaces, place, taken, "");
        let (left, beside) = gaps(&made);
        if left >= 3 && beside >= left && made.contains('。') {
            notes.add_many(Kind::SpacesLeft, place, left, "");
        }
        (taken > 0).then_some(made)
    });
}

/// Words that prose has and lists of names don't.
const OF_PROSE: &[&str] = &[
    "的", "和", "与", "及", "在", "对", "为", "并", "或者", "应当", "不得", "可以", "必须", "按照",
    "根据", "进行", "并且", "以及", "予以", "其他",
];

/// Least number of words, and longest word in characters, of a sentence that is
/// split into words.
const SEGMENTS: usize = 6;
const LONGEST_SEGMENT: usize = 4;

/// Whether a sentence has a space between all its words, as programs that split
/// texts into words leave it: 各级 党组织 应当 加强 工作.
fn is_segmented(text: &str) -> bool {
    let han = |word: &str| word.chars().filter(|c| is_han(*c)).count();
    let words: Vec<&str> = text
        .split([' ', '\u{3000}'])
        .filter(|word| han(word) > 0)
        .collect();
    let short = words
        .iter()
        .filter(|word| han(word) <= LONGEST_SEGMENT)
        .count();
    let prose = words
        .iter()
        .any(|word| OF_PROSE.contains(&word.trim_matches(|c| !is_han(c))));
    let marks = text.matches(['，', '。', '；', '：']).count();
    words.len() >= SEGMENTS && short * 10 >= words.len() * 9 && prose && marks >= 2
}

/// The text without single spaces beside Han characters and their punctuation.
fn without_gaps(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let chinese = |c: Option<&char>| {
        c.is_some_and(|c| is_han(*c) || "，。；：、！？（）《》“”〔〕".contains(*c))
    };
    let kept = chars.iter().enumerate().filter(|(at, c)| {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        !(is_space(**c) && chinese(before) && chinese(chars.get(at + 1)))
    });
    kept.map(|(_, c)| *c).collect()
}

/// How many pairs of neighbouring Han characters are separated by one ideographic
/// space.
fn wide_gaps(text: &str) -> usize {
    let chars: Vec<char> = text.chars().collect();
    let apart = chars
        .windows(3)
        .filter(|w| is_han(w[0]) && w[1] == '\u{3000}' && is_han(w[2]));
    apart.count()
}

/// Removes single ideographic spaces; two in a row are one that is meant.
fn closed_wide(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut spaces = 0;
    for c in text.chars() {
        if c == '\u{3000}' {
            spaces += 1;
            continue;
        }
        if spaces > 1 {
            out.push('\u{3000}');
        }
        spaces = 0;
        out.push(c);
    }
    out
}

/// How many pairs of neighbouring Han characters are separated by a space, and
/// how many are not.
fn gaps(text: &str) -> (usize, usize) {
    let chars: Vec<char> = text.chars().collect();
    let apart = chars
        .windows(3)
        .filter(|w| is_han(w[0]) && is_space(w[1]) && is_han(w[2]));
    let together = chars.windows(2).filter(|w| is_han(w[0]) && is_han(w[1]));
    (apart.count(), together.count())
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{2002}'..='\u{200A}' | '\u{202F}')
}

/// Whether a word may be part of a spaced text: a single character with its
/// punctuation, or a number.
fn is_single(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    let number = chars
        .iter()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '%'));
    number
        || !chars.windows(2).any(|w| is_han(w[0]) && is_han(w[1]))
            && !word.contains(|c: char| c.is_ascii_alphabetic())
}

fn closed(text: &str, least: usize) -> String {
    let pieces: Vec<String> = text
        .split('\u{3000}')
        .map(|piece| closed_piece(piece, least))
        .collect();
    pieces.join("\u{3000}")
}

fn closed_piece(piece: &str, least: usize) -> String {
    let words: Vec<&str> = piece.split(is_space).collect();
    let mut out = String::with_capacity(piece.len());
    let mut at = 0;
    while at < words.len() {
        let run = words[at..]
            .iter()
            .take_while(|word| is_single(word))
            .count();
        let han = words[at..at + run]
            .iter()
            .filter(|word| word.chars().any(is_han))
            .count();
        let take = run.max(1);
        if at > 0 {
            out.push(' ');
        }
        let joined = &words[at..at + take];
        // Two spaces in a row separate words even here.
        let between = if han >= least { "" } else { " " };
        out.push_str(&joined.join(between));
        at += take;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_text_is_closed_up() {
        assert_eq!(
            closed("加 强 示 例 工 作 ， 制 定 本 办 法 。", 5),
            "加强示例工作，制定本办法。"
        );
        assert_eq!(
            closed("第 二 条　本 办 法 自 2021 年 5 月 1 日 起 施 行 。", 2),
            "第二条　本办法自2021年5月1日起施行。"
        );
        for text in [
            "张 三、李 四",
            "总 则",
            "Open Document 格式",
            "第一条 为了示例",
            "甲 乙 丙 丁",
        ] {
            assert_eq!(closed(text, 5), text);
        }
    }
}
