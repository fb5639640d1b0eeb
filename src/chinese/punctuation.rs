//! Half-width punctuation in Chinese text, and the full-width marks that belong
//! there.
//!
//! A mark belongs to Chinese text if a neighbour is a Han character or Chinese
//! punctuation. In 39.2, 8:30, addresses and English text, marks stay
//! half-width.

use search::analysis::is_han;

/// A half-width mark and the mark that belongs in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Narrow {
    /// Its position, in characters.
    pub at: usize,
    pub mark: char,
    pub wide: char,
}

impl Narrow {
    /// Whether it is a quotation mark.
    pub fn is_quote(self) -> bool {
        self.mark == '"'
    }
}

/// The half-width marks of a text that should be full-width, in order. Marks
/// that belong in pairs are found in pairs.
pub fn narrow(text: &str) -> Vec<Narrow> {
    if !text.contains(['\'', '"', ',', ';', ':', '!', '?', '(', ')', '.'])
        || !text.chars().any(is_han)
    {
        return Vec::new();
    }
    let written: Vec<char> = text.chars().collect();
    let mut chars = written.clone();
    let verbatim = verbatim(&chars);
    brackets(&mut chars, &verbatim);
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
                continue;
            }
            _ => continue,
        };
        let number = before.is_ascii_digit() && after.is_ascii_digit();
        let latin = before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric();
        if !number && !latin && (is_chinese(before) || is_chinese(after)) {
            chars[at] = wide;
        }
    }
    straight_quotes(&mut chars, &verbatim);
    let pairs = written.into_iter().zip(chars).enumerate();
    pairs
        .filter(|(_, (mark, wide))| mark != wide)
        .map(|(at, (mark, wide))| Narrow { at, mark, wide })
        .collect()
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
fn brackets(chars: &mut [char], verbatim: &[bool]) {
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
    for at in wide {
        chars[at] = if matches!(chars[at], '(' | '（') {
            '（'
        } else {
            '）'
        };
    }
}

/// Converts pairs of straight quotation marks around Chinese text.
fn straight_quotes(chars: &mut [char], verbatim: &[bool]) {
    let places: Vec<usize> = (0..chars.len())
        .filter(|at| chars[*at] == '"' && !verbatim[*at])
        .collect();
    // With an odd number of marks, it is unclear which of them open.
    if places.len() % 2 == 1 || chars.iter().any(|c| matches!(c, '“' | '”')) {
        return;
    }
    for pair in places.chunks(2) {
        if chars[pair[0]..pair[1]].iter().any(|c| is_han(*c)) {
            chars[pair[0]] = '“';
            chars[pair[1]] = '”';
        }
    }
}

/// Whether a half-width stop is the end of a sentence: after a Han character,
/// at the end of a paragraph or before a closing quotation mark. Elsewhere it
/// may belong to a number or a name.
fn is_full_stop(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map_or('\0', |at| chars[at]);
    let mut rest = chars[at + 1..].iter();
    // A mark of a source follows the sentence.
    let ends = rest
        .by_ref()
        .take_while(|c| **c != '〔')
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
