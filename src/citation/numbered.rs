//! Parses numbered provisions as they are cited: 第七条, （三）项.

use search::anchor::{Number, ProvisionKind};
use search::numerals;

use crate::chinese::han::is_space;
use crate::structure::label;

/// Reads a number at `at`: 第七, 第（七）, 七, with or without spaces.
pub fn number(text: &str, at: usize) -> Option<(Number, usize)> {
    let mut end = at;
    if text[end..].starts_with('第') {
        end += '第'.len_utf8();
    }
    end += spaces(&text[end..]);
    let open = text[end..].starts_with(['（', '(']);
    if open {
        end += text[end..].chars().next()?.len_utf8();
    }
    let (numeral, length) = numerals::parse_prefix(&text[end..])?;
    end += length;
    if open {
        let close = text[end..].chars().next().filter(|c| "）)".contains(*c))?;
        end += close.len_utf8();
    }
    (numeral.value > 0 && numeral.value < 10_000).then_some((Number::plain(numeral.value), end))
}

/// Reads the kind of provision, and its length in bytes including the space
/// before it.
pub fn unit(text: &str) -> Option<(ProvisionKind, usize)> {
    use ProvisionKind::{Article, Chapter, Item, Paragraph, Part, Section, Subitem, Subpart};
    let space = spaces(text);
    let rest = &text[space..];
    // 分编 must come before 编.
    let kind = [
        Article, Paragraph, Item, Subitem, Chapter, Section, Subpart, Part,
    ]
    .into_iter()
    .find(|kind| rest.starts_with(kind.name()))?;
    let word = kind.name();
    let behind = rest[word.len()..].chars().next();
    // Words that only begin like a unit: 第二项目, 第三章程, 第一编号, 第五条款, 第三款项.
    let other_word = match kind {
        Item => behind == Some('目'),
        Chapter => behind == Some('程'),
        Part => behind.is_some_and(|c| "号制码辑".contains(c)),
        Article => behind == Some('款'),
        Paragraph => behind == Some('项'),
        Subitem => behind.is_some_and(|c| "标的录".contains(c)),
        _ => false,
    };
    (!other_word).then_some((kind, space + word.len()))
}

/// Reads 之一 after 条.
pub fn inserted(text: &str, number: Number, kind: ProvisionKind, end: usize) -> (Number, usize) {
    if kind != ProvisionKind::Article {
        return (number, end);
    }
    match label::insertion(&text[end..]) {
        Some((numeral, length)) => {
            let insertion = Some(numeral.value);
            (
                Number {
                    insertion,
                    ..number
                },
                end + length,
            )
        }
        None => (number, end),
    }
}

pub fn spaces(text: &str) -> usize {
    let inline = |c: char| is_space(c) && c != '\n';
    text.len() - text.trim_start_matches(inline).len()
}
