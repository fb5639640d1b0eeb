//! Makes half-width punctuation between Han characters full-width.
//!
//! A mark belongs to Chinese text if a neighbour is a Han character or Chinese
//! punctuation. In 39.2, 8:30, addresses and English text, marks stay
//! half-width.

use crate::import::notes::{Kind, Notes};
use search::analysis::is_han;

/// The text with full-width marks; `None` when nothing changed.
pub fn widen(text: &str, place: usize, notes: &mut Notes) -> Option<String> {
    if !text.contains(['\'', '"', ',', ';', ':', '!', '?', '(', ')', '.'])
        || !text.chars().any(is_han)
    {
        return None;
    }
    let mut chars: Vec<char> = text.chars().collect();
    let verbatim = verbatim(&chars);
    let mut widened = brackets(&mut chars, &verbatim);
    for at in 0..chars.len() {
        if verbatim[at] {
            continue;
        }
        let (before, after) = (neighbour(&chars, at, false), neighbour(&chars, at, true));
        let wide = match chars[at] {
            ',' => '，',
            ';' => '；',
            ':' => '：',
            '!' => '！',
            '?' => '？',
            '.' if is_full_stop(&chars, at) => {
                chars[at] = '。';
                widened += 1;
                continue;
            }
            _ => continue,
        };
        let number = before.is_ascii_digit() && after.is_ascii_digit();
        let latin = before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric();
        if !number && !latin && (is_chinese(before) || is_chinese(after)) {
            chars[at] = wide;
            widened += 1;
        }
    }
    let widened_quotes = straight_quotes(&mut chars, &verbatim);
    notes.add_many(Kind::Punctuation, place, widened, "");
    notes.add_many(Kind::Quotes, place, widened_quotes, "");
    if widened + widened_quotes == 0 {
        return None;
    }
    // The space after a half-width comma is dropped after a full-width one.
    let mut made = String::with_capacity(text.len() + widened * 2);
    let mut original = text.chars();
    let mut after_widened = false;
    for c in chars {
        let was = original.next();
        if c == ' ' && after_widened {
            continue;
        }
        after_widened = was != Some(c) && "，；：！？。）".contains(c);
        made.push(c);
    }
    Some(made)
}

/// Marks the characters that belong to an address or a path.
fn verbatim(chars: &[char]) -> Vec<bool> {
    let mut marked = vec![false; chars.len()];
    let is_part = |c: char| c.is_ascii_graphic();
    let mut start = 0;
    while start < chars.len() {
        if !is_part(chars[start]) {
            start += 1;
            continue;
        }
        let length = chars[start..].iter().take_while(|c| is_part(**c)).count();
        let word: String = chars[start..start + length].iter().collect();
        let lower = word.to_ascii_lowercase();
        let is_address = lower.contains("://") || lower.contains("www.") || lower.contains('@');
        if is_address {
            // Punctuation at its end belongs to the sentence.
            let own = word.trim_end_matches([',', ';', ':', '!', '?', ')', '.']);
            marked[start..start + own.chars().count()].fill(true);
        }
        start += length;
    }
    marked
}

/// Widens brackets, always both of a pair, if one of them touches Chinese text
/// or they contain Chinese text.
fn brackets(chars: &mut [char], verbatim: &[bool]) -> usize {
    let mut open: Vec<usize> = Vec::new();
    let mut wide: Vec<usize> = Vec::new();
    for at in 0..chars.len() {
        match chars[at] {
            '(' | '（' if !verbatim[at] => open.push(at),
            ')' | '）' if !verbatim[at] => {
                let Some(start) = open.pop() else {
                    // 1) and 一) at the beginning of a line are numbers and
                    // stay; others are noted as unpaired.
                    continue;
                };
                // f(x) and 3(a) belong to what precedes them.
                let before = neighbour(chars, start, false);
                let after = neighbour(chars, at, true);
                let touches =
                    is_chinese(before) || (!before.is_ascii_alphanumeric() && is_chinese(after));
                let holds = chars[start + 1..at].iter().any(|c| is_chinese(*c));
                let mixed = chars[start] == '（' || chars[at] == '）';
                if touches || holds || mixed {
                    wide.extend([start, at]);
                }
            }
            _ => {}
        }
    }
    let mut count = 0;
    for at in wide {
        let mark = if matches!(chars[at], '(' | '（') {
            '（'
        } else {
            '）'
        };
        count += usize::from(chars[at] != mark);
        chars[at] = mark;
    }
    count
}

/// Converts pairs of straight quotation marks around Chinese text.
fn straight_quotes(chars: &mut [char], verbatim: &[bool]) -> usize {
    let places: Vec<usize> = (0..chars.len())
        .filter(|at| chars[*at] == '"' && !verbatim[*at])
        .collect();
    // With an odd number of marks, it is unclear which of them open.
    if places.len() % 2 == 1 || chars.iter().any(|c| matches!(c, '“' | '”')) {
        return 0;
    }
    let mut count = 0;
    for pair in places.chunks(2) {
        if chars[pair[0]..pair[1]].iter().any(|c| is_han(*c)) {
            chars[pair[0]] = '“';
            chars[pair[1]] = '”';
            count += 2;
        }
    }
    count
}

/// Whether a half-width stop is the end of a sentence: after a Han character,
/// at the end of a paragraph or before a closing quotation mark. Elsewhere it
/// may belong to a number or a name.
fn is_full_stop(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map_or('\0', |at| chars[at]);
    let rest = &chars[at + 1..];
    let ends = rest
        .iter()
        .all(|c| c.is_whitespace() || "”’」』）".contains(*c));
    let is_number = chars[..at]
        .iter()
        .all(|c| "一二三四五六七八九十（）".contains(*c));
    ends && !is_number && (is_han(before) || "”）》".contains(before))
}

/// The nearest character on one side that isn't a space.
fn neighbour(chars: &[char], at: usize, ahead: bool) -> char {
    let mut found = if ahead {
        chars[at + 1..].iter().find(|c| **c != ' ')
    } else {
        chars[..at].iter().rev().find(|c| **c != ' ')
    };
    found.take().copied().unwrap_or('\0')
}

fn is_chinese(c: char) -> bool {
    is_han(c) || "，。；：！？、“”‘’（）《》〈〉【】〔〕—…□％".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &str) {
        let mut notes = Notes::default();
        let made = widen(text, 1, &mut notes).unwrap_or_else(|| text.to_owned());
        assert_eq!(made, wanted);
    }

    #[test]
    fn marks_between_han_become_full_width() {
        check("责任,落实;好", "责任，落实；好");
        check("处理39.2万人,增长8.5%,其中", "处理39.2万人，增长8.5%，其中");
        check("党委(党组)履责", "党委（党组）履责");
        check("(2018年修订)", "（2018年修订）");
        check("责任, 落实", "责任，落实");
        check("这样做.", "这样做。");
        check("“责任.”", "“责任。”");
        check("他说\"责任\"", "他说“责任”");
    }

    #[test]
    fn numbers_addresses_and_english_keep_theirs() {
        for same in [
            "时间8:30开始",
            "总数1,234人",
            "网址https://a.example/b?c=1,2见此",
            "The act (2018), as amended; see art. 3.",
            "一.总则",
            "函数f(x)的值",
        ] {
            check(same, same);
        }
        check("见www.a.example,另见", "见www.a.example，另见");
    }
}
