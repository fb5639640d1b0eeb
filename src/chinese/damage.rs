//! Traces of damage in Chinese text: lost bytes, leftover pinyin, wrongly
//! decoded characters, unbalanced brackets.
//!
//! Conversion leaves such traces, and a reader cannot tell what stood there.
//! Each is a warning: an editor looks at it and either repairs or confirms the
//! text.

use std::ops::Range;

use pinyin::{ToPinyin, ToPinyinMulti};

use super::unseen::code;
use crate::diag::{Diagnostic, Span};
use search::analysis::characters::{Role, role};
use search::analysis::is_han;
use search::analysis::readings::bracketed;

/// One trace of damage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Byte range in the text that was searched.
    pub range: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    LostCharacter,
    PinyinResidue,
    WrongDecoding,
    Unbalanced(char),
}

impl Damage {
    /// Shifts the range by `by` bytes.
    pub fn moved(self, by: usize) -> Self {
        Self {
            range: self.range.start + by..self.range.end + by,
            ..self
        }
    }

    /// The warning for this trace; `text` is the text that was searched.
    pub fn into_diagnostic(self, text: &str, span: Span) -> Diagnostic {
        let (message, hint) = match self.kind {
            Kind::LostCharacter => (
                "汉字之间有半角问号或叹号，可能有缺字".to_owned(),
                "对照来源补全；无法确定的字写 □；确为标点的改用全角",
            ),
            Kind::PinyinResidue => ("汉字后残留拼音".to_owned(), "删去括号及其中的拼音"),
            Kind::WrongDecoding => (
                "含有中文中不应出现的字符，可能是乱码".to_owned(),
                "对照来源改正；无法确定的字写 □",
            ),
            Kind::Unbalanced(mark) => (
                format!("符号 {mark} 不成对"),
                "补全另一半，或删去该符号；引文跨段的，每段开头用前引号，末段末尾用后引号",
            ),
        };
        let mut found = Diagnostic::warning("text-damage", span, message).hint(hint);
        if self.kind == Kind::WrongDecoding {
            // Many of these characters are invisible.
            let codes: Vec<_> = text[self.range].chars().take(4).map(code).collect();
            found = found.label(codes.join(" "));
        }
        found
    }
}

/// Finds all traces in a stretch of text. An opening quotation mark may stay
/// open at the end of a paragraph; see [`Quotes`].
pub fn find(text: &str) -> Vec<Damage> {
    let mut found = traces(text);
    let mut brackets = Brackets::default();
    found.extend(brackets.paragraph(text, 0));
    found.extend(brackets.finish());
    found.sort_by_key(|damage| damage.range.start);
    found
}

/// Finds characters that stand for one that isn't known. No text is meant to
/// contain them, however little is demanded of it.
pub fn unknown(text: &str) -> Vec<Damage> {
    let is_unknown = |damage: &Damage| {
        text[damage.range.clone()]
            .chars()
            .any(|c| role(c) == Role::Unknown)
    };
    traces(text).into_iter().filter(is_unknown).collect()
}

/// Finds all traces except unbalanced brackets.
pub fn traces(text: &str) -> Vec<Damage> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut before = '\0';
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or('\0', |(_, next)| *next);
        let end = at + c.len_utf8();
        let kind = match c {
            '?' | '!' if is_han(before) && is_han(next) => Some(Kind::LostCharacter),
            '\u{30A1}'..='\u{30FA}' | '\u{FF66}'..='\u{FF9D}' => Some(Kind::WrongDecoding),
            '\u{2474}'..='\u{249B}' if is_wordlike(before) && is_han(next) => {
                Some(Kind::WrongDecoding)
            }
            _ if role(c) == Role::Unknown => Some(Kind::WrongDecoding),
            '(' | '（' if is_han(before) => {
                if let Some(length) = residue(before, &text[end..]) {
                    found.push(Damage {
                        range: at..end + length,
                        kind: Kind::PinyinResidue,
                    });
                }
                None
            }
            _ => None,
        };
        if let Some(kind) = kind {
            // Garbled bytes come in runs; one message per run is enough.
            match found.last_mut() {
                Some(last) if last.kind == kind && last.range.end == at => last.range.end = end,
                _ => found.push(Damage {
                    range: at..end,
                    kind,
                }),
            }
        }
        before = c;
    }
    found
}

/// Returns the length of `pinyin)` if `rest` begins with a reading of `han`, or
/// with letters that carry tone marks.
fn residue(han: char, rest: &str) -> Option<usize> {
    let (letters, length) = bracketed_letters(rest)?;
    (!letters.is_ascii() || is_reading(han, letters)).then_some(length)
}

/// Returns the text before a closing bracket that looks like pinyin, and the
/// length of both. `rest` begins after the opening bracket.
pub fn bracketed_letters(rest: &str) -> Option<(&str, usize)> {
    let letters = bracketed(rest.chars())?;
    let mut ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
    let inside = ends.nth(letters - 1)?;
    Some((&rest[..inside], ends.next()?))
}

/// Whether `letters` are a reading of the character `han`, with or without its
/// tone.
pub fn is_reading(han: char, letters: &str) -> bool {
    han.to_pinyin_multi()
        .into_iter()
        .flatten()
        .chain(han.to_pinyin())
        .any(|reading| reading.plain() == letters || reading.with_tone() == letters)
}

fn is_wordlike(c: char) -> bool {
    is_han(c) || matches!(c, '\u{30A1}'..='\u{30FA}')
}

/// Tracks brackets and quotation marks across the paragraphs of a text.
///
/// Brackets must close within their paragraph. A quotation may run over several
/// paragraphs: then each paragraph opens it again, and only the last one closes
/// it.
#[derive(Debug, Default)]
pub struct Brackets {
    open_quotes: Vec<(usize, char)>,
}

impl Brackets {
    /// Checks one paragraph that begins at byte `base`.
    pub fn paragraph(&mut self, text: &str, base: usize) -> Vec<Damage> {
        let mut found = Vec::new();
        let mut open: Vec<(usize, char)> = Vec::new();
        let inherited = self.open_quotes.len();
        let mut first = true;
        for (at, c) in text.char_indices() {
            let place = base + at;
            match c {
                '“' | '‘' => {
                    let reopens = first && self.open_quotes.last().is_some_and(|(_, q)| *q == c);
                    if !reopens {
                        self.open_quotes.push((place, c));
                    }
                }
                '”' | '’' => {
                    let partner = if c == '”' { '“' } else { '‘' };
                    match self.open_quotes.iter().rposition(|(_, q)| *q == partner) {
                        // Whatever was opened inside and not closed is
                        // unbalanced.
                        Some(index) => {
                            for (place, quote) in self.open_quotes.drain(index..).skip(1) {
                                found.push(unbalanced(place, quote));
                            }
                        }
                        // An apostrophe looks like a closing quotation mark.
                        None if c == '’' => {}
                        None => found.push(unbalanced(place, c)),
                    }
                }
                '（' | '(' | '《' | '〈' | '〔' | '【' => open.push((place, c)),
                '）' | ')' | '》' | '〉' | '〕' | '】' => match open.last() {
                    Some((_, opening)) if pairs(*opening, c) => {
                        open.pop();
                    }
                    _ if matches!(c, '）' | ')') && is_numbering(&text[..at]) => {}
                    _ => match open.iter().rposition(|(_, opening)| pairs(*opening, c)) {
                        Some(index) => {
                            for (place, bracket) in open.drain(index..).skip(1) {
                                found.push(unbalanced(place, bracket));
                            }
                        }
                        None => found.push(unbalanced(place, c)),
                    },
                },
                _ => {}
            }
            first = first && (c.is_whitespace() || c == '\u{3000}');
        }
        found.extend(open.into_iter().map(|(at, c)| unbalanced(at, c)));
        // Two paragraphs that each open their own quotation are not one
        // continuing quotation.
        if inherited > 0 && self.open_quotes.len() > inherited {
            let stale = self.open_quotes.drain(..inherited);
            found.extend(stale.map(|(at, c)| unbalanced(at, c)));
        }
        found
    }

    /// Returns the marks that were never closed.
    pub fn finish(self) -> Vec<Damage> {
        let open = self.open_quotes.into_iter();
        open.map(|(at, c)| unbalanced(at, c)).collect()
    }
}

fn unbalanced(at: usize, c: char) -> Damage {
    Damage {
        range: at..at + c.len_utf8(),
        kind: Kind::Unbalanced(c),
    }
}

fn pairs(opening: char, closing: char) -> bool {
    matches!(
        (opening, closing),
        ('（' | '(', '）' | ')') | ('《', '》') | ('〈', '〉') | ('〔', '〕') | ('【', '】')
    )
}

/// Whether `before` ends in a number such as `1）`, `（一）` without its opening
/// bracket, or `a)` at the beginning of a sentence.
fn is_numbering(before: &str) -> bool {
    let start = before
        .rfind(['\n', '。', '；', '：', '，', '、', ' ', '\u{3000}'])
        .map_or(0, |at| {
            at + before[at..].chars().next().map_or(0, char::len_utf8)
        });
    let label = &before[start..];
    let count = label.chars().count();
    (1..=3).contains(&count)
        && label
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, Kind)> {
        let found = find(text).into_iter();
        found.map(|d| (&text[d.range.clone()], d.kind)).collect()
    }

    #[test]
    fn residue_of_pinyin_is_found_with_and_without_tones() {
        assert_eq!(kinds("主體責(zé)任"), [("(zé)", Kind::PinyinResidue)]);
        assert_eq!(kinds("监(jian)督"), [("(jian)", Kind::PinyinResidue)]);
        assert_eq!(kinds("人工智能(ai)"), []);
        assert_eq!(kinds("党委(党组)"), []);
    }

    #[test]
    fn lost_bytes_are_found() {
        assert_eq!(kinds("面?對"), [("?", Kind::LostCharacter)]);
        assert_eq!(kinds("是什么? 为什么！"), []);
        assert_eq!(kinds("逼饋碜ァ⒁蛔"), [("ァ⒁", Kind::WrongDecoding)]);
        assert_eq!(kinds("⑴加强领导"), []);
    }

    #[test]
    fn brackets_close_in_their_paragraph_and_quotes_may_run_on() {
        assert_eq!(kinds("（一）党委(党组）"), []);
        assert_eq!(kinds("1）明责；2）履责"), []);
        assert_eq!(kinds("“五必谈"), [("“", Kind::Unbalanced('“'))]);
        assert_eq!(kinds("五必谈）的"), [("）", Kind::Unbalanced('）'))]);
        let mut brackets = Brackets::default();
        let mut found = brackets.paragraph("“第一段", 0);
        found.extend(brackets.paragraph("“第二段”", 20));
        found.extend(brackets.finish());
        assert_eq!(found, []);
    }
}
