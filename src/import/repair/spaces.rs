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
    let (mut apart, mut together) = (0, 0);
    for (_, text) in manuscript.texts() {
        let (own, beside) = gaps(text);
        apart += own;
        together += beside;
    }
    if apart == 0 {
        return;
    }
    let least = if apart >= SPREAD && apart > together {
        IN_A_SPREAD_TEXT
    } else {
        IN_A_ROW
    };
    super::texts::each(manuscript, |place, text| {
        let made = closed(text, least);
        let taken = text.chars().count() - made.chars().count();
        notes.add_many(Kind::Spaces, place, taken, "");
        let (left, beside) = gaps(&made);
        if left >= 3 && beside >= left && made.contains('。') {
            notes.add_many(Kind::SpacesLeft, place, left, "");
        }
        (taken > 0).then_some(made)
    });
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
