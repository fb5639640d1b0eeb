//! Reads labels at the beginning of lines: 第一章, 第七条, （三）, 1．

use crate::chinese::han::is_space;
use search::anchor::Number;
use search::numerals::{self, Numeral, Script};

/// A label at the beginning of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The kind of part that it numbers.
    pub kind: LabelKind,
    pub number: Number,
    /// The kind of digits of its first numeral.
    pub script: Script,
    /// Whether the number is written in a form that statutes don't use.
    pub unusual: bool,
    /// Length of the label itself, in bytes: 第七条.
    pub length: usize,
    /// Length including the space after it, in bytes.
    pub with_space: usize,
}

/// Kinds of parts that a label may number, outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelKind {
    /// 编.
    Part,
    /// 分编.
    Subpart,
    /// 章.
    Chapter,
    /// 节.
    Section,
    /// 条.
    Article,
    /// An item of an enumeration.
    Item(Style),
}

/// The numbering styles of enumerations, in the order of official documents,
/// outermost first; statutes use the second and third.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// 一、
    Comma,
    /// （一）
    Bracketed,
    /// 1. 1． 1、
    Dotted,
    /// （1）
    BracketedArabic,
    /// 1)
    Closed,
    /// ①
    Circled,
}

/// Reads the label at the beginning of a text without leading space.
pub fn read(text: &str) -> Option<Label> {
    let first = text.chars().next()?;
    match first {
        '第' => numbered(text),
        '（' | '(' => bracketed(text),
        '①'..='⑳' => circled(text, first, '①'),
        '㈠'..='㈩' => Some(Label {
            unusual: true,
            ..circled_as(text, first, '㈠', Style::Bracketed)?
        }),
        '⑴'..='⒇' => Some(Label {
            unusual: true,
            ..circled_as(text, first, '⑴', Style::BracketedArabic)?
        }),
        '⒈'..='⒛' => Some(Label {
            unusual: true,
            ..circled_as(text, first, '⒈', Style::Dotted)?
        }),
        _ => pointed(text),
    }
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_space).len()
}

fn number(value: u32) -> Option<Number> {
    (value > 0).then_some(Number {
        base: value,
        insertion: None,
    })
}

/// Reads 第七条, 第 七 条, 第一百三十三条之一, 第一分编.
fn numbered(text: &str) -> Option<Label> {
    let mut at = '第'.len_utf8();
    at += spaces(&text[at..]);
    let (numeral, length) = spaced_numeral(&text[at..])?;
    at += length;
    at += spaces(&text[at..]);
    let rest = &text[at..];
    let (kind, word) = [
        (LabelKind::Subpart, "分编"),
        (LabelKind::Part, "编"),
        (LabelKind::Part, "編"),
        (LabelKind::Chapter, "章"),
        (LabelKind::Section, "节"),
        (LabelKind::Section, "節"),
        (LabelKind::Article, "条"),
        (LabelKind::Article, "條"),
    ]
    .into_iter()
    .find(|(_, word)| rest.starts_with(word))?;
    at += word.len();
    let mut number = number(numeral.value)?;
    let mut unusual = numeral.unusual;
    if let Some((inserted, length)) = insertion(&text[at..]) {
        number.insertion = Some(inserted.value);
        unusual |= inserted.unusual;
        at += length;
    }
    Some(Label {
        kind,
        number,
        script: numeral.script,
        unusual,
        length: at,
        with_space: at + spaces(&text[at..]),
    })
}

/// Reads 之一 after 条, and its length in bytes.
pub fn insertion(text: &str) -> Option<(Numeral, usize)> {
    let rest = text.strip_prefix('之')?;
    let (numeral, length) = numerals::parse_prefix(rest)?;
    // 第七条之一般规定 and 第七条之一切 don't contain 第七条之一: the number must end here.
    let after = rest[length..].chars().next();
    let plausible =
        numeral.value > 0 && numeral.value < 1000 && !matches!(after, Some('般' | '切' | '定'));
    plausible.then_some((numeral, '之'.len_utf8() + length))
}

/// Reads a numeral that may be spaced out: 第 一 百 条.
fn spaced_numeral(text: &str) -> Option<(Numeral, usize)> {
    let mut compact = String::new();
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if numerals::is_numeral(c) {
            compact.push(c);
            end = at + c.len_utf8();
        } else if !is_space(c) || c == '\n' {
            break;
        }
    }
    Some((numerals::parse(&compact)?, end))
}

/// Reads （一）, (1).
fn bracketed(text: &str) -> Option<Label> {
    let open = text.chars().next()?.len_utf8();
    let mut at = open + spaces(&text[open..]);
    let (numeral, length) = numerals::parse_prefix(&text[at..])?;
    at += length;
    at += spaces(&text[at..]);
    let close = text[at..].chars().next().filter(|c| "）)".contains(*c))?;
    at += close.len_utf8();
    // A year in brackets is not a number: （2019）.
    let number = number(numeral.value).filter(|number| number.base < 1000)?;
    let style = match numeral.script {
        Script::Arabic => Style::BracketedArabic,
        Script::Chinese | Script::Mixed => Style::Bracketed,
    };
    Some(Label {
        kind: LabelKind::Item(style),
        number,
        script: numeral.script,
        unusual: numeral.unusual,
        length: at,
        // Some write （一）、; then the comma belongs to the label.
        with_space: at + spaces(&text[at..]),
    })
}

fn circled(text: &str, first: char, one: char) -> Option<Label> {
    circled_as(text, first, one, Style::Circled)
}

fn circled_as(text: &str, first: char, one: char, style: Style) -> Option<Label> {
    let length = first.len_utf8();
    Some(Label {
        kind: LabelKind::Item(style),
        number: number(u32::from(first) - u32::from(one) + 1)?,
        script: match style {
            Style::Bracketed => Script::Chinese,
            _ => Script::Arabic,
        },
        unusual: false,
        length,
        with_space: length + spaces(&text[length..]),
    })
}

/// Reads 一、 1. 1． 1、 1)
fn pointed(text: &str) -> Option<Label> {
    let (numeral, mut at) = numerals::parse_prefix(text)?;
    let arabic = numeral.script == Script::Arabic;
    at += spaces(&text[at..]);
    let point = text[at..].chars().next()?;
    let after = at + point.len_utf8();
    let next = text[after..].chars().next();
    let style = match point {
        '、' if arabic => Style::Dotted,
        '、' => Style::Comma,
        // 1.5 is a number, not point 1.
        '.' if arabic && !next.is_some_and(|c| c.is_ascii_digit()) => Style::Dotted,
        '．' if arabic && !next.is_some_and(numerals::is_numeral) => Style::Dotted,
        // 一. and 一． are misspellings of 一、
        '.' | '．' if !arabic && !next.is_some_and(numerals::is_numeral) => Style::Comma,
        ')' | '）' if arabic => Style::Closed,
        _ => return None,
    };
    let number = number(numeral.value).filter(|number| number.base < 1000)?;
    // 三、四 级 and 十、二十 are lists of numbers.
    if style == Style::Comma && point == '、' && next.is_some_and(numerals::is_numeral) {
        let (_, length) = numerals::parse_prefix(&text[after..])?;
        let rest = text[after + length..].chars().next();
        if rest.is_none_or(|c| "、级类项条款章节年月日".contains(c)) {
            return None;
        }
    }
    Some(Label {
        kind: LabelKind::Item(style),
        number,
        script: numeral.script,
        unusual: numeral.unusual || (style == Style::Comma && point != '、'),
        length: after,
        with_space: after + spaces(&text[after..]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Option<(LabelKind, String, &str, &str)> {
        let label = read(text)?;
        Some((
            label.kind,
            label.number.anchor(),
            &text[..label.length],
            &text[label.with_space..],
        ))
    }

    #[test]
    fn labels_are_read_in_all_their_forms() {
        use LabelKind::{Article, Chapter, Item, Part, Section, Subpart};
        for (text, kind, number, label, rest) in [
            ("第七条 内容", Article, "7", "第七条", "内容"),
            ("第七条内容", Article, "7", "第七条", "内容"),
            ("第七条　内容", Article, "7", "第七条", "内容"),
            ("第 七 条　　内容", Article, "7", "第 七 条", "内容"),
            ("第7条内容", Article, "7", "第7条", "内容"),
            ("第１７条 内容", Article, "17", "第１７条", "内容"),
            (
                "第一百三十三条之一　内容",
                Article,
                "133-1",
                "第一百三十三条之一",
                "内容",
            ),
            ("第一百〇一条", Article, "101", "第一百〇一条", ""),
            ("第一编　总　则", Part, "1", "第一编", "总　则"),
            ("第二分编 典型合同", Subpart, "2", "第二分编", "典型合同"),
            ("第一章总则", Chapter, "1", "第一章", "总则"),
            ("第十二节 附则", Section, "12", "第十二节", "附则"),
            ("（一）内容", Item(Style::Bracketed), "1", "（一）", "内容"),
            (
                "(十二) 内容",
                Item(Style::Bracketed),
                "12",
                "(十二)",
                "内容",
            ),
            ("一、内容", Item(Style::Comma), "1", "一、", "内容"),
            ("1.内容", Item(Style::Dotted), "1", "1.", "内容"),
            ("１．内容", Item(Style::Dotted), "1", "１．", "内容"),
            ("12、内容", Item(Style::Dotted), "12", "12、", "内容"),
            ("1) 内容", Item(Style::Closed), "1", "1)", "内容"),
            (
                "（1）内容",
                Item(Style::BracketedArabic),
                "1",
                "（1）",
                "内容",
            ),
            ("③内容", Item(Style::Circled), "3", "③", "内容"),
            ("㈡内容", Item(Style::Bracketed), "2", "㈡", "内容"),
        ] {
            assert_eq!(
                shape(text),
                Some((kind, number.to_owned(), label, rest)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_numbers_nothing_is_no_label() {
        for text in [
            "第七",
            "第条",
            "第〇条",
            "条例",
            "1.5倍以下罚款",
            "１．５倍",
            "2019年1月1日",
            "（2019）12号",
            "（本条例自公布之日起施行）",
            "三、四级建筑",
            "十万元以下",
            "一",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(
            shape("第七条之一般规定").map(|shape| shape.1),
            Some("7".into())
        );
    }
}
