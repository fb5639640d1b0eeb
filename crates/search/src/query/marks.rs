//! The marks of the query language: quotes, brackets, operators.

use crate::analysis::is_han;
use crate::analysis::readings::bracketed;

/// The closing marks for an opening quotation mark.
pub(super) fn closing(open: char) -> Option<&'static [char]> {
    match open {
        // With input methods, readers easily type two opening marks or two
        // straight ones.
        '"' | '＂' | '“' | '”' => Some(&['"', '＂', '”', '“']),
        '「' => Some(&['」']),
        '『' => Some(&['』']),
        _ => None,
    }
}

pub(super) fn is_opening(ch: char) -> bool {
    matches!(ch, '(' | '（')
}

pub(super) fn is_closing(ch: char) -> bool {
    matches!(ch, ')' | '）')
}

/// Whether a character excludes what follows it.
pub(super) fn is_minus(ch: char) -> bool {
    matches!(ch, '-' | '－' | '−' | '–' | '—' | '﹣' | '‐' | '‑')
}

/// An operator between parts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Not,
}

/// The operator at `at`, with its length in characters.
pub(super) fn operator(chars: &[char], at: usize) -> Option<(Operator, usize)> {
    let rest = &chars[at..];
    if matches!(rest.first(), Some('|' | '｜')) {
        return Some((Operator::Or, 1));
    }
    let starts = at == 0 || !chars[at - 1].is_alphanumeric();
    let len = rest.iter().take_while(|ch| ch.is_alphanumeric()).count();
    if !starts || len > 3 {
        return None;
    }
    // Full-width letters have the same distance from ASCII as all other
    // full-width characters.
    let narrow = |ch: &char| match u32::from(*ch) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(*ch),
        _ => *ch,
    };
    let word: String = rest[..len].iter().map(narrow).collect();
    let operator = match &*word {
        "OR" => Operator::Or,
        // Next to Chinese text, `or` isn't an English word.
        "or" if chars.iter().any(|ch| is_han(*ch)) => Operator::Or,
        "AND" => Operator::And,
        "NOT" => Operator::Not,
        _ => return None,
    };
    Some((operator, len))
}

/// Removes the pinyin that conversions add after characters: 責(zé)任 becomes
/// 責任. Brackets with any other content remain.
pub(super) fn without_readings(chars: &[char]) -> Vec<char> {
    let mut kept = Vec::with_capacity(chars.len());
    let mut i = 0;
    while i < chars.len() {
        if is_opening(chars[i])
            && i > 0
            && is_han(chars[i - 1])
            && let Some(letters) = bracketed(chars[i + 1..].iter().copied())
        {
            i += letters + 2;
            continue;
        }
        kept.push(chars[i]);
        i += 1;
    }
    kept
}
