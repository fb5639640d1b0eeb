//! Repairs GBK text that lost a byte and was misread from there on.
//!
//! After a lost byte, all bytes are paired wrongly until a second byte is lost
//! and the pairs are right again. The text between the two gaps (each shown as
//! `?`) looks like `逼饋碜ァ⒁蛔サ降`: rare characters, katakana and enclosed
//! numbers. Encoding it again and pairing the bytes correctly recovers the
//! text, except for the missing byte at each end. That byte can be determined
//! in two ways:
//!
//! - Pinyin was added after it, `?dǎo)`: the `?` then swallowed the bracket,
//!   and only one of the characters that end in the known byte has this
//!   reading.
//! - The text has the pair of characters elsewhere: of 到 and a character that
//!   begins with B5, only 到底 occurs in it.
//!
//! Otherwise the character is lost and becomes □.

use std::collections::HashMap;

use encoding_rs::GBK;
use pinyin::{ToPinyin as _, ToPinyinMulti as _};

use super::texts::{LOST, excerpt};
use crate::chinese::damage::is_reading;
use crate::chinese::encoding::{is_level_one, is_punctuation};
use crate::chinese::traditional::simplified;
use crate::import::notes::{Kind, Notes};
use search::analysis::is_han;
use search::analysis::readings::is_pinyin_letter;

/// Most characters between two gaps; a sentence is shorter.
const LONGEST_RUN: usize = 60;

/// How often a pair of characters must occur in the text to count as evidence.
const EVIDENCE: usize = 2;

/// Pairs of neighbouring characters, and how often they occur in a text.
pub struct Pairs(HashMap<(char, char), usize>);

impl Pairs {
    /// Counts the pairs of Han characters in some texts.
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut pairs = HashMap::new();
        for text in texts {
            for pair in text.chars().zip(text.chars().skip(1)) {
                if is_han(pair.0) && is_han(pair.1) {
                    *pairs.entry(pair).or_default() += 1;
                }
            }
        }
        Self(pairs)
    }

    fn count(&self, before: char, after: char) -> usize {
        self.0.get(&(before, after)).copied().unwrap_or(0)
    }
}

/// Whether a text contains a gap or a wrongly decoded character.
pub fn is_suspect(text: &str) -> bool {
    text.contains('?') && text.chars().any(is_han) || text.chars().any(is_katakana)
}

/// The text with its gaps repaired or marked; `None` when nothing changed.
pub fn mend(text: &str, pairs: &Pairs, place: usize, notes: &mut Notes) -> Option<String> {
    if !is_suspect(text) {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out: Vec<char> = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        if chars[at] == '?'
            && let Some(run) = Run::read(&chars, at)
            && let Some(mended) = run.mend(out.last().copied(), pairs)
        {
            let written: String = chars[at..run.end].iter().collect();
            let made: String = mended.chars.iter().collect();
            let example = format!("{written} → {made}");
            notes.add_many(Kind::Misdecoded, place, mended.certain, example.clone());
            notes.add_many(Kind::FilledIn, place, mended.guessed, example.clone());
            notes.add_many(Kind::LostCharacter, place, mended.lost, example);
            out.extend(mended.chars);
            at = run.end;
            continue;
        }
        let (c, next) = (chars[at], chars.get(at + 1).copied().unwrap_or('\0'));
        let before = out.last().copied().unwrap_or('\0');
        match c {
            // A question with a half-width mark is not a gap.
            '?' if is_han(before) && is_han(next) && !asks(&out) => {
                notes.add(Kind::LostCharacter, place, around(&chars, at));
                out.push(LOST);
            }
            _ if is_stray_katakana(&chars, at) => {
                notes.add(Kind::LostCharacter, place, around(&chars, at));
                out.push(LOST);
            }
            _ => {
                if is_katakana(c) || ('\u{2474}'..='\u{249B}').contains(&c) && is_han(before) {
                    notes.add(Kind::WrongDecoding, place, around(&chars, at));
                }
                out.push(c);
            }
        }
        at += 1;
    }
    (out != chars).then(|| out.into_iter().collect())
}

fn around(chars: &[char], at: usize) -> String {
    let start = at.saturating_sub(8);
    let text: String = chars[start..chars.len().min(at + 8)].iter().collect();
    let byte = chars[start..at].iter().map(|c| c.len_utf8()).sum();
    excerpt(&text, byte, 8)
}

/// A run of wrongly paired bytes, from one gap to the next.
#[derive(Debug)]
struct Run {
    /// The values that each byte may have: one, a few that fit the pinyin, or
    /// none if it is unknown.
    bytes: Vec<Vec<u8>>,
    /// Index of the character after the run.
    end: usize,
    /// Whether a character in the run shows that the pairing is wrong, or
    /// pinyin determined a byte.
    evidence: bool,
}

impl Run {
    /// Reads the run from the gap at `start` to the next gap.
    fn read(chars: &[char], start: usize) -> Option<Self> {
        let previous = start.checked_sub(1).and_then(|at| gbk(chars[at]));
        let (first, mut at, told) = gap(chars, start, previous.map(|bytes| bytes[1]));
        let mut run = Self {
            bytes: vec![first],
            end: start,
            evidence: told,
        };
        for _ in 0..LONGEST_RUN {
            let c = *chars.get(at)?;
            if c == '?' {
                let last = run
                    .bytes
                    .last()
                    .filter(|last| last.len() == 1)
                    .map(|last| last[0]);
                let (byte, end, told) = gap(chars, at, last);
                run.bytes.push(byte);
                run.end = end;
                run.evidence |= told;
                return Some(run);
            }
            // These half-width marks were full-width before punctuation was
            // converted, so in a wrong pairing they count as two bytes.
            let wide = match c {
                '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0)?,
                other => other,
            };
            if c.is_ascii_alphanumeric() {
                return None;
            }
            let bytes = gbk(wide)?;
            run.evidence |= !is_plausible(wide);
            run.bytes.extend(bytes.map(|byte| vec![byte]));
            at += 1;
        }
        None
    }

    /// Pairs the bytes correctly; `None` when the result is no Chinese text.
    fn mend(&self, before: Option<char>, pairs: &Pairs) -> Option<Mended> {
        if !self.evidence {
            return None;
        }
        let mut mended = Mended::default();
        let decoded: Vec<Option<char>> = self
            .bytes
            .chunks(2)
            .map(|pair| {
                let [leads, trails] = pair else {
                    return Err(());
                };
                if leads.is_empty() || trails.is_empty() {
                    return Ok(None);
                }
                let mut fitting = leads
                    .iter()
                    .flat_map(|lead| trails.iter().map(|trail| [*lead, *trail]))
                    .filter_map(from_gbk)
                    .filter(|c| is_plausible(*c));
                match (fitting.next(), fitting.next()) {
                    (Some(c), None) => Ok(Some(c)),
                    _ => Err(()),
                }
            })
            .collect::<Result<_, _>>()
            .ok()?;
        for (index, c) in decoded.iter().enumerate() {
            let c = match c {
                Some(c) => {
                    mended.certain += 1;
                    *c
                }
                None => {
                    let before = mended.chars.last().copied().or(before).unwrap_or('\0');
                    let after = decoded.get(index + 1).copied().flatten().unwrap_or('\0');
                    let known = |at: usize| match self.bytes[at].as_slice() {
                        [byte] => Some(*byte),
                        _ => None,
                    };
                    let pair = [known(index * 2), known(index * 2 + 1)];
                    match half_known(pair, before, after, pairs) {
                        Some(c) => {
                            mended.guessed += 1;
                            c
                        }
                        None => {
                            mended.lost += 1;
                            LOST
                        }
                    }
                }
            };
            mended.chars.push(c);
        }
        (mended.certain > 0).then_some(mended)
    }
}

#[derive(Debug, Default)]
struct Mended {
    chars: Vec<char>,
    certain: usize,
    guessed: usize,
    lost: usize,
}

/// The possible values of the missing byte at the gap `at`, the index after the
/// gap, and whether pinyin determined the byte.
fn gap(chars: &[char], at: usize, previous: Option<u8>) -> (Vec<u8>, usize, bool) {
    let letters: String = chars[at + 1..]
        .iter()
        .take(7)
        .take_while(|c| is_pinyin_letter(**c))
        .collect();
    let closing = at + 1 + letters.chars().count();
    let is_pinyin = !letters.is_empty() && matches!(chars.get(closing), Some(')' | '）'));
    let Some(previous) = previous.filter(|_| is_pinyin) else {
        return (Vec::new(), at + 1, false);
    };
    // The pinyin follows the character whose second byte is lost.
    let fitting: Vec<u8> = (0x40..=0xFE_u8)
        .filter(|byte| {
            from_gbk([previous, *byte]).is_some_and(|c| is_plausible(c) && has_reading(c, &letters))
        })
        .collect();
    let told = !fitting.is_empty();
    (fitting, closing + 1, told)
}

fn has_reading(c: char, letters: &str) -> bool {
    let known = c.to_pinyin().is_some() || c.to_pinyin_multi().is_some();
    known && is_reading(c, letters)
}

/// The only character with the known byte that the text has elsewhere beside
/// the same neighbour.
fn half_known(pair: [Option<u8>; 2], before: char, after: char, pairs: &Pairs) -> Option<char> {
    let candidates: Vec<char> = (0x40..=0xFE_u8)
        .filter_map(|byte| match pair {
            [Some(lead), None] => from_gbk([lead, byte]),
            [None, Some(trail)] => from_gbk([byte, trail]),
            _ => None,
        })
        .filter(|c| is_han(*c))
        .filter(|c| {
            (is_han(before) && pairs.count(before, *c) >= EVIDENCE)
                || (is_han(after) && pairs.count(*c, after) >= EVIDENCE)
        })
        .collect();
    match candidates.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

fn gbk(c: char) -> Option<[u8; 2]> {
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = GBK.encode(c.encode_utf8(&mut buffer));
    (!unmappable)
        .then(|| <[u8; 2]>::try_from(&*bytes).ok())
        .flatten()
}

fn from_gbk(bytes: [u8; 2]) -> Option<char> {
    let (text, broken) = GBK.decode_without_bom_handling(&bytes);
    let mut chars = text.chars();
    match (broken, chars.next(), chars.next()) {
        (false, Some(c), None) => Some(c),
        _ => None,
    }
}

/// Whether a character is frequent, in Simplified or Traditional form, or
/// Chinese punctuation.
pub fn is_plausible(c: char) -> bool {
    let simple = simplified(c);
    is_punctuation(c) || gbk(simple).is_some_and(|bytes| is_level_one(&bytes))
}

fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30A1}'..='\u{30FA}' | '\u{FF66}'..='\u{FF9D}')
}

/// Whether this is one of at most two katakana among Han characters. Japanese
/// words are longer.
fn is_stray_katakana(chars: &[char], at: usize) -> bool {
    if !is_katakana(chars[at]) {
        return false;
    }
    let kana =
        |c: &&char| is_katakana(**c) || **c == 'ー' || matches!(**c, '\u{3041}'..='\u{3096}');
    let before = chars[..at].iter().rev().take_while(kana).count();
    let after = chars[at..].iter().take_while(kana).count();
    let outer = |index: Option<usize>| index.and_then(|i| chars.get(i)).is_some_and(|c| is_han(*c));
    before + after <= 2 && (outer(at.checked_sub(before + 1)) || outer(Some(at + after)))
}

/// Whether the clause before is a question.
fn asks(text: &[char]) -> bool {
    let clause: String = text
        .iter()
        .rev()
        .take(30)
        .take_while(|c| !"。；！？!;□".contains(**c))
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    clause.ends_with(['吗', '嗎', '呢'])
        || [
            "什么",
            "什麼",
            "甚麼",
            "如何",
            "怎",
            "谁",
            "誰",
            "哪",
            "何时",
            "何地",
            "为何",
            "為何",
            "是否",
            "能否",
            "可否",
            "几",
            "多少",
            "是不是",
            "有没有",
            "有沒有",
            "难道",
        ]
        .iter()
        .any(|word| clause.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> (String, Notes) {
        let mut notes = Notes::default();
        let pairs = Pairs::of([text, "一贯到底，纵向到底"].into_iter());
        let made = mend(text, &pairs, 1, &mut notes);
        (made.unwrap_or_else(|| text.to_owned()), notes)
    }

    #[test]
    fn wrongly_paired_bytes_are_paired_anew() {
        let (text, notes) = mended("坚持“?!逼饋碜ァ⒁蛔サ降?,全国");
        assert_eq!(text, "坚持“□”起來抓、一抓到底,全国");
        assert_eq!(notes.count(Kind::Misdecoded), 8);
        assert_eq!(notes.count(Kind::FilledIn), 1);
        assert_eq!(notes.count(Kind::LostCharacter), 1);
    }

    #[test]
    fn pinyin_tells_a_lost_byte() {
        let (text, notes) = mended("面對面?zhèn)鲗?dǎo)壓力");
        assert_eq!(text, "面對面傳導壓力");
        assert_eq!(notes.count(Kind::LostCharacter), 0);
    }

    #[test]
    fn questions_stay_and_gaps_are_marked() {
        assert_eq!(mended("这是什么?我们要").0, "这是什么?我们要");
        assert_eq!(mended("面?对").0, "面□对");
        assert_eq!(mended("唱カラオケ的").0, "唱カラオケ的");
        assert_eq!(mended("责ァ任").0, "责□任");
        assert_eq!(mended("甲?乙?丙").0, "甲□乙□丙");
    }
}
