//! The numbers of lists in an RTF file, as its writer showed them.
//!
//! A paragraph of a list holds its number as text (`\listtext`), for programs
//! that don't count. LibreOffice skips that text and counts itself. Where a list
//! goes on from chapter to chapter it begins again, and the RTF files that it
//! writes have lost all Chinese characters of a number's pattern. So the text
//! becomes part of its paragraph, and the paragraph leaves its list.

use std::borrow::Cow;
use std::ops::Range;

/// A piece of RTF.
enum Token<'b> {
    Open,
    Close,
    /// `\name` with its number.
    Word(&'b [u8], Option<i64>),
    /// A byte of text, or an escaped one.
    Byte(u8),
}

/// The file with the numbers of its lists as text.
pub fn with_numbers_as_text(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut reading = Reading::default();
    let mut at = 0;
    while let Some((token, end)) = token(bytes, at) {
        reading.take(&token, at..end);
        at = end;
    }
    reading.end_paragraph();
    let mut edits = reading.edits;
    if edits.is_empty() {
        return bytes.into();
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut written = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for (range, text) in edits {
        written.extend_from_slice(&bytes[from..range.start]);
        written.extend_from_slice(text);
        from = range.end;
    }
    written.extend_from_slice(&bytes[from..]);
    written.into()
}

/// The token that begins at a place, and its end.
fn token(bytes: &[u8], at: usize) -> Option<(Token<'_>, usize)> {
    let first = *bytes.get(at)?;
    match first {
        b'{' => return Some((Token::Open, at + 1)),
        b'}' => return Some((Token::Close, at + 1)),
        b'\\' => {}
        _ => return Some((Token::Byte(first), at + 1)),
    }
    let Some(second) = bytes.get(at + 1) else {
        return Some((Token::Byte(first), at + 1));
    };
    if *second == b'\'' {
        let hex = bytes.get(at + 2..at + 4);
        let value = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        return Some(match value {
            Some(value) => (Token::Byte(value), at + 4),
            None => (Token::Byte(b'\''), at + 2),
        });
    }
    if !second.is_ascii_alphabetic() {
        return Some((Token::Word(&bytes[at + 1..at + 2], None), at + 2));
    }
    let run = |from: usize, fits: fn(&u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| fits(byte)).count()
    };
    let name_end = run(at + 1, u8::is_ascii_alphabetic);
    let sign = usize::from(bytes.get(name_end) == Some(&b'-'));
    let end = run(name_end + sign, u8::is_ascii_digit);
    let digits = std::str::from_utf8(&bytes[name_end..end]).unwrap_or_default();
    let number = digits.parse::<i64>().ok();
    let end = if number.is_some() { end } else { name_end };
    let name = &bytes[at + 1..name_end];
    if name == b"bin" {
        // Bytes of a picture follow, whatever they look like.
        let length = number.and_then(|length| usize::try_from(length).ok());
        let end = end.saturating_add(1).saturating_add(length.unwrap_or(0));
        return Some((Token::Word(name, number), end.min(bytes.len())));
    }
    Some((Token::Word(name, number), end))
}

/// A number of a list while it is read.
struct Number {
    /// The group's depth.
    depth: usize,
    /// Where the group begins.
    start: usize,
    /// The words that must not stand in a paragraph.
    removed: Vec<Range<usize>>,
    /// Visible characters, or bytes of one.
    length: usize,
    has_letter: bool,
    has_digit: bool,
    /// Whether it has a Chinese character, or a circled number.
    has_han: bool,
    /// The first byte of a character of two bytes.
    lead: Option<u8>,
}

impl Number {
    /// Whether it is a number, rather than a bullet: a sign, or a letter of a
    /// font of signs.
    fn counts(&self) -> bool {
        self.has_han || self.has_digit || (self.has_letter && self.length > 1)
    }
}

#[derive(Default)]
struct Reading {
    depth: usize,
    /// The depth of a group that holds no text: fonts, styles, lists.
    skipped: Option<usize>,
    /// Whether the last token opened a group.
    opened: bool,
    number: Option<Number>,
    /// Where the paragraph names its list.
    lists: Vec<Range<usize>>,
    /// Whether its number was made text.
    has_number: bool,
    /// What is replaced, and by what.
    edits: Vec<(Range<usize>, &'static [u8])>,
}

impl Reading {
    fn take(&mut self, token: &Token<'_>, range: Range<usize>) {
        let first = std::mem::take(&mut self.opened);
        match token {
            Token::Open => {
                self.depth += 1;
                self.opened = true;
            }
            Token::Close => {
                if self
                    .number
                    .as_ref()
                    .is_some_and(|own| own.depth == self.depth)
                {
                    self.end_number();
                }
                if self.skipped == Some(self.depth) {
                    self.skipped = None;
                }
                self.depth = self.depth.saturating_sub(1);
            }
            _ if self.skipped.is_some() => {}
            Token::Word(name, number) => self.word(name, *number, range, first),
            Token::Byte(byte) => self.byte(*byte),
        }
    }

    fn word(&mut self, name: &[u8], number: Option<i64>, range: Range<usize>, first: bool) {
        if let Some(own) = &mut self.number {
            match (name, number) {
                (b"pard", _) => own.removed.push(range),
                (b"u", Some(code)) => {
                    let code = if code < 0 { code + 0x1_0000 } else { code };
                    own.length += 1;
                    own.has_han |= matches!(code, 0x2460..0x2500 | 0x2E80..0xE000 | 0xFF00..);
                }
                _ => {}
            }
            return;
        }
        match name {
            b"*" | b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict" if first => {
                self.skipped = Some(self.depth);
            }
            b"listtext" if first => {
                self.number = Some(Number {
                    depth: self.depth,
                    start: range.start - 1,
                    removed: vec![range],
                    length: 0,
                    has_letter: false,
                    has_digit: false,
                    has_han: false,
                    lead: None,
                });
            }
            b"ls" => self.lists.push(range),
            b"par" | b"cell" | b"nestcell" | b"row" | b"sect" => self.end_paragraph(),
            _ => {}
        }
    }

    fn byte(&mut self, byte: u8) {
        let Some(own) = &mut self.number else { return };
        // What stands for an unknown character.
        if byte == b'?' || byte.is_ascii_whitespace() {
            return;
        }
        own.length += 1;
        own.has_digit |= byte.is_ascii_digit();
        own.has_letter |= byte.is_ascii_alphabetic();
        // In GBK, signs such as ● begin with A1.
        match own.lead.take() {
            Some(lead) => own.has_han |= lead != 0xA1,
            None => own.lead = (byte > 0x80).then_some(byte),
        }
    }

    fn end_number(&mut self) {
        let Some(own) = self.number.take().filter(Number::counts) else {
            return;
        };
        self.has_number = true;
        // The paragraph may have the list of the one before.
        self.edits.push((own.start..own.start, b"\\ls0 "));
        let removed = own.removed.into_iter();
        self.edits.extend(removed.map(|range| (range, &b""[..])));
    }

    fn end_paragraph(&mut self) {
        let lists = self.lists.drain(..);
        if std::mem::take(&mut self.has_number) {
            self.edits.extend(lists.map(|range| (range, &b"\\ls0"[..])));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rtf: &str) -> String {
        String::from_utf8(with_numbers_as_text(rtf.as_bytes()).into_owned()).expect("UTF-8")
    }

    #[test]
    fn a_number_becomes_text_and_its_paragraph_leaves_the_list() {
        let header = r"{\rtf1{\stylesheet{\s1\ls3 a;}}{\*\listoverridetable{\ls1}}";
        let rest =
            r"\pard plain\ls2\par {\listtext\pard\plain \'b7\tab}\ls2 bullet\par{\pict\bin3 {\}}}";
        let given = format!(
            r"{header}\pard{{\listtext\pard\plain  \u31532\'3f\u19968\'3f\u26465\'3f\tab}}\ilvl0\ls1 \ql text\par {rest}"
        );
        let wanted = format!(
            r"{header}\pard\ls0 {{\plain  \u31532\'3f\u19968\'3f\u26465\'3f\tab}}\ilvl0\ls0 \ql text\par {rest}"
        );
        assert_eq!(text(&given), wanted);
    }

    #[test]
    fn only_numbers_become_text() {
        for (label, is_number) in [
            ("1.", true),
            ("a)", true),
            (r"\'a3\'a8\'d2\'bb\'a3\'a9", true),
            (r"\u-3913\'3f", false),
            ("o", false),
            (r"\'d8", false),
            (r"\'a1\'f1", false),
            (r"\u9679\'3f", false),
            ("", false),
        ] {
            let given = format!(r"{{\rtf1{{\listtext {label}\tab}}\ls1 a\par}}");
            assert_eq!(text(&given) != given, is_number, "{label}");
        }
    }

    #[test]
    fn broken_files_are_survived() {
        for rtf in [
            r"{\rtf1{\listtext",
            r"}}}{\bin99999999999999 a",
            "\\",
            r"\'z",
            r"{\listtext}\ls-",
        ] {
            text(rtf);
        }
    }
}
