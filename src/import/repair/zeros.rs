//! Replaces letters that were typed for zeros: 二OO三年, 2O18年.

use crate::import::notes::{Kind, Notes};

const CHINESE: &str = "〇一二三四五六七八九零○";

/// Whether the character is a letter, of one of three alphabets, that looks
/// like a zero.
fn is_letter_o(c: char) -> bool {
    matches!(
        c,
        'O' | 'o' | 'Ｏ' | 'ｏ' | '\u{39F}' | '\u{3BF}' | '\u{41E}' | '\u{43E}'
    )
}

/// The text with zeros; `None` when nothing changed.
pub fn mend(text: &str, place: usize, notes: &mut Notes) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    let mut changed = false;
    let mut at = 0;
    while at < chars.len() {
        let end = end_of_run(&chars, at);
        if end > at
            && let Some(made) = numerals(&chars, at, end)
        {
            let was: String = chars[at..end].iter().collect();
            let is: String = made.iter().collect();
            if was != is {
                notes.add(Kind::LettersForZeros, place, format!("{was} → {is}"));
                chars.splice(at..end, made);
                changed = true;
            }
        }
        at = end.max(at + 1);
    }
    changed.then(|| chars.into_iter().collect())
}

fn end_of_run(chars: &[char], at: usize) -> usize {
    let part = |c: &char| {
        c.is_ascii_digit()
            || CHINESE.contains(*c)
            || is_letter_o(*c)
            || matches!(c, '０'..='９' | 'l' | 'I')
    };
    at + chars[at..].iter().take_while(|c| part(c)).count()
}

/// The numerals that a run of numerals and letters stands for, if a unit
/// follows.
fn numerals(chars: &[char], start: usize, end: usize) -> Option<Vec<char>> {
    let run = &chars[start..end];
    let word_before = start > 0 && chars[start - 1].is_ascii_alphanumeric();
    let unit = chars[end..].iter().find(|c| **c != ' ').copied()?;
    let chinese = run.iter().filter(|c| CHINESE.contains(**c)).count();
    let digits = run
        .iter()
        .filter(|c| c.is_ascii_digit() || matches!(c, '０'..='９'))
        .count();
    if word_before {
        return None;
    }
    if chinese >= 2 && run.len() == 4 && unit == '年' {
        let zero = |c: &char| match c {
            c if is_letter_o(*c) || matches!(c, '0' | '０') => '〇',
            other => *other,
        };
        return Some(run.iter().map(zero).collect());
    }
    let unit_of_digits = "年月日号条款〕］]".contains(unit);
    if chinese == 0 && digits > 0 && digits < run.len() && unit_of_digits {
        let digit = |c: &char| match c {
            c if is_letter_o(*c) => '0',
            'l' | 'I' => '1',
            other => *other,
        };
        return Some(run.iter().map(digit).collect());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_among_numerals_are_numerals() {
        let mend = |text: &str| mend(text, 1, &mut Notes::default());
        for (text, made) in [
            ("二OO三年三月", "二〇〇三年三月"),
            ("二ＯＯ三年", "二〇〇三年"),
            ("二00三年", "二〇〇三年"),
            ("2O18年1月1O日", "2018年1月10日"),
            ("〔2O18〕l2号", "〔2018〕12号"),
        ] {
            assert_eq!(mend(text).as_deref(), Some(made), "{text}");
        }
        for text in ["CO2", "OK", "VOL年", "二○○三年", "2018年", "O型血", "QQ号"] {
            assert_eq!(mend(text), None, "{text}");
        }
    }
}
