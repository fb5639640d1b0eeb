//! Links in the text of a manuscript.
//!
//! Repair compares neighbouring characters, so texts are plain strings. Unicode
//! noncharacters, which text may not contain, mark where a link begins and
//! ends. The opening mark also says which of the manuscript's links it is.

use std::borrow::Cow;

const OPEN: char = '\u{FDD0}';
const NAMED: char = '\u{FDD1}';
const CLOSE: char = '\u{FDDC}';
const ZERO: u32 = 0xFDD2;

/// Whether a character marks a link.
pub fn is_mark(c: char) -> bool {
    (OPEN..=CLOSE).contains(&c)
}

/// The marks before and after the words of the link at `index`.
pub fn marks(index: usize) -> (String, char) {
    let digits = index.to_string();
    let digits = digits
        .bytes()
        .filter_map(|digit| char::from_u32(ZERO + u32::from(digit - b'0')));
    let open = std::iter::once(OPEN).chain(digits).chain([NAMED]).collect();
    (open, CLOSE)
}

/// The text without link marks.
pub fn without_marks(text: &str) -> Cow<'_, str> {
    if text.contains(is_mark) {
        Cow::Owned(text.chars().filter(|c| !is_mark(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The text without the marks of the links that stand at its very beginning.
pub fn without_leading_marks(text: &str) -> String {
    let mut text = text.to_owned();
    while text.starts_with(is_mark) {
        text = text.trim_start_matches(is_mark).replacen(CLOSE, "", 1);
    }
    text
}

/// The address, if a page may keep the link: a web or mail address, in a form
/// that Markdown reads back. Relative addresses of the original site would lead
/// nowhere, so they are dropped.
pub fn kept(address: &str) -> Option<String> {
    let address = address.trim();
    let lower = address.to_ascii_lowercase();
    let outside = ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme) && lower.len() > scheme.len());
    if !outside
        || address.len() > 2000
        || address.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return None;
    }
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '(' | ')' | '<' | '>' | '\\' | '"' | '\'' | '`' | '[' | ']' | '{' | '}' | '|' | '*' => {
                out.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    Some(out)
}

/// A part of a text: plain words, or the words of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<'t> {
    /// The words, without marks.
    pub text: &'t str,
    /// Index of the link; `None` for plain words.
    pub link: Option<usize>,
}

/// Splits a text into plain words and links. Marks without a counterpart are
/// dropped.
pub fn stretches(text: &str) -> Vec<Stretch<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut link = None;
    while let Some(at) = rest.find(is_mark) {
        found.push(Stretch {
            text: &rest[..at],
            link,
        });
        let mark = rest[at..].chars().next().expect("a mark stands here");
        rest = &rest[at + mark.len_utf8()..];
        link = match mark {
            OPEN => {
                let digits = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
                let index = rest[..digits]
                    .chars()
                    .try_fold(0_usize, |sum, c| {
                        let digit = (u32::from(c) - ZERO) as usize;
                        sum.checked_mul(10)?.checked_add(digit)
                    })
                    .filter(|_| digits > 0);
                rest = &rest[digits..];
                index
            }
            NAMED => link,
            _ => None,
        };
    }
    found.push(Stretch { text: rest, link });
    found.retain(|stretch| !stretch.text.is_empty());
    found
}

fn is_digit(c: char) -> bool {
    (ZERO..ZERO + 10).contains(&u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_again() {
        let (open, close) = marks(12);
        let text = format!("见{open}某网{close}。");
        assert_eq!(without_marks(&text), "见某网。");
        let stretch = |text, link| Stretch { text, link };
        assert_eq!(
            stretches(&text),
            [
                stretch("见", None),
                stretch("某网", Some(12)),
                stretch("。", None)
            ]
        );
        assert_eq!(
            stretches("甲\u{FDDC}乙"),
            [stretch("甲", None), stretch("乙", None)]
        );
    }

    #[test]
    fn only_addresses_that_lead_somewhere_are_kept() {
        assert_eq!(
            kept("https://a.example/b(1)").as_deref(),
            Some("https://a.example/b%281%29")
        );
        for address in [
            "javascript:alert(1)",
            "/a.html",
            "#a",
            "data:text/html,a",
            "http://",
            "a b",
        ] {
            assert_eq!(kept(address), None, "{address}");
        }
    }
}
