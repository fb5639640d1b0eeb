//! Finds characters of the wrong width or script in prose, and what belongs in
//! their place.

use std::ops::Range;

use crate::chinese::punctuation::narrow;
use crate::chinese::traditional::{is_traditional, simplified};
use crate::diag::{Diagnostic, Span};
use search::analysis::is_han;

/// Characters that should be others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Their bytes in the text.
    pub range: Range<usize>,
    /// What belongs in their place.
    pub meant: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Narrow,
    Wide,
    Traditional,
    DocumentNumber,
    Title,
}

impl Slip {
    /// Whether these are Traditional characters.
    pub fn is_traditional(&self) -> bool {
        self.kind == Kind::Traditional
    }

    /// The warning for it.
    pub fn into_diagnostic(self, span: Span, was: &str) -> Diagnostic {
        let meant = self.meant;
        // A Traditional character may be right in a name.
        let certain = self.kind != Kind::Traditional;
        let found = match self.kind {
            Kind::Narrow => Diagnostic::warning("character-width", span, "中文中使用了半角标点")
                .hint(format!("改用全角标点 {meant}")),
            Kind::Wide => Diagnostic::warning("character-width", span, "数字或字母为全角")
                .hint(format!("改用半角 {meant}")),
            Kind::Traditional => {
                Diagnostic::warning("traditional-text", span, "简体正文中有繁体字")
                    .hint(format!("改为“{meant}”；人名、地名、书名原用繁体的，可不改"))
            }
            Kind::Title => Diagnostic::warning("character-width", span, "书名号的写法不对")
                .hint(format!("写作{meant}")),
            Kind::DocumentNumber => {
                Diagnostic::warning("document-number", span, "发文字号未使用六角括号")
                    .hint(format!("写作 {meant}"))
            }
        };
        if certain {
            found.replace(was, meant)
        } else {
            found
        }
    }
}

/// All such characters of a text, in order.
pub fn slips(text: &str) -> Vec<Slip> {
    let mut found = document_numbers(text);
    found.extend(titles(text));
    let numbers: Vec<_> = found.iter().map(|slip| slip.range.clone()).collect();
    let own = pairs(text)
        .into_iter()
        .chain(wide(text))
        .chain(traditional(text));
    found.extend(own.filter(|slip| {
        let overlaps =
            |number: &Range<usize>| number.start < slip.range.end && slip.range.start < number.end;
        !numbers.iter().any(overlaps)
    }));
    found.sort_by_key(|slip| slip.range.start);
    found
}

/// Half-width marks. Quotation marks and brackets that belong together are one.
fn pairs(text: &str) -> Vec<Slip> {
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let mut slips: Vec<Slip> = Vec::new();
    let mut open: Option<usize> = None;
    for mark in narrow(text) {
        let at = bytes[mark.at];
        let slip = Slip {
            range: at..at + mark.mark.len_utf8(),
            meant: mark.wide.to_string(),
            kind: Kind::Narrow,
        };
        match mark.wide {
            '（' | '“' => open = Some(slips.len()),
            '）' | '”' => {
                if let Some(first) = open.take() {
                    let opening = slips[first].clone();
                    slips.truncate(first);
                    let inside = &text[opening.range.end..at];
                    slips.push(Slip {
                        range: opening.range.start..slip.range.end,
                        meant: format!("{}{inside}{}", opening.meant, slip.meant),
                        kind: Kind::Narrow,
                    });
                    continue;
                }
            }
            _ => {}
        }
        slips.push(slip);
    }
    slips
}

/// Full-width digits and letters, with the points and percent signs of such
/// numbers: ９５．５％.
fn wide(text: &str) -> Vec<Slip> {
    let is_digit = |c: Option<char>| c.is_some_and(|c| narrowed(c).is_ascii_digit());
    let mut slips: Vec<Slip> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_ascii()) {
        let before = text[..at].chars().next_back();
        let end = at + c.len_utf8();
        let after = text[end..].chars().next();
        let goes_on = slips.last().is_some_and(|slip| slip.range.end == at);
        let is_wide = match c {
            '．' => is_digit(before) && is_digit(after),
            '％' => is_digit(before) && goes_on,
            _ => matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ'),
        };
        match slips.last_mut() {
            _ if !is_wide => {}
            Some(last) if goes_on => {
                last.range.end = end;
                last.meant.push(narrowed(c));
            }
            _ => slips.push(Slip {
                range: at..end,
                meant: narrowed(c).to_string(),
                kind: Kind::Wide,
            }),
        }
    }
    slips
}

/// The half-width form of a full-width sign of ASCII; others stay.
pub fn narrowed(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

/// Most characters of a title in other marks.
const LONGEST_TITLE: usize = 60;

/// Titles in signs that resemble 《》: <<条例>>, «条例».
fn titles(text: &str) -> Vec<Slip> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    // How many characters of a doubled sign, or the one that is double itself.
    let length = |at: usize, single: &str, double: char| match (chars.get(at), chars.get(at + 1)) {
        (Some((_, c)), _) if *c == double => 1,
        (Some((_, a)), Some((_, b))) if single.contains(*a) && single.contains(*b) => 2,
        _ => 0,
    };
    let mut slips = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let open = length(at, "<‹＜〈", '«');
        let inside = at + open;
        at += 1;
        if open == 0 {
            continue;
        }
        let stops = |c: char| "<‹＜〈«>›＞〉»《》\n".contains(c);
        let rest = chars[inside..].iter();
        let title: String = rest.map(|(_, c)| *c).take_while(|c| !stops(*c)).collect();
        let count = title.chars().count();
        let end = inside + count;
        let close = length(end, ">›＞〉", '»');
        if close == 0 || count > LONGEST_TITLE || !title.chars().any(is_han) {
            continue;
        }
        let until = chars.get(end + close).map_or(text.len(), |(at, _)| *at);
        slips.push(Slip {
            range: chars[at - 1].0..until,
            meant: format!("《{}》", title.trim()),
            kind: Kind::Title,
        });
        at = end + close;
    }
    slips
}

/// Traditional characters in a text that is Simplified.
fn traditional(text: &str) -> Vec<Slip> {
    runs(text, is_traditional, Kind::Traditional, simplified)
}

/// The longest runs of characters, and what each of them should be.
fn runs(
    text: &str,
    wrong: impl Fn(char) -> bool,
    kind: Kind,
    right: impl Fn(char) -> char,
) -> Vec<Slip> {
    let mut slips: Vec<Slip> = Vec::new();
    for (at, c) in text
        .char_indices()
        .filter(|(_, c)| !c.is_ascii() && wrong(*c))
    {
        let end = at + c.len_utf8();
        match slips.last_mut() {
            Some(last) if last.range.end == at => {
                last.range.end = end;
                last.meant.push(right(c));
            }
            _ => slips.push(Slip {
                range: at..end,
                meant: right(c).to_string(),
                kind,
            }),
        }
    }
    slips
}

/// The number of a document in its right form, if it has other brackets.
pub fn meant_number(number: &str) -> Option<String> {
    let mut found = document_numbers(number).into_iter();
    let whole = |slip: &Slip| slip.range == (0..number.len());
    found.find(whole).map(|slip| slip.meant)
}

/// Numbers of documents whose year is in other brackets: 云办发[2026]7号.
fn document_numbers(text: &str) -> Vec<Slip> {
    let mut slips = Vec::new();
    for (at, open) in text.match_indices(['[', '(', '（', '【', '［']) {
        let organ: String = text[..at]
            .chars()
            .rev()
            .take_while(|c| is_han(*c))
            .collect();
        let organ: Vec<char> = organ.chars().rev().collect();
        let Some((year, rest)) = text[at + open.len()..].split_once([']', ')', '）', '】', '］'])
        else {
            continue;
        };
        let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
        let Some((serial, _)) = rest.split_once('号') else {
            continue;
        };
        let serial = serial.trim_start_matches('第');
        let is_serial =
            (1..=4).contains(&serial.len()) && serial.bytes().all(|b| b.is_ascii_digit());
        // 发, 办, 字 and 函 end the abbreviation of an organ.
        let is_organ = organ
            .last()
            .is_some_and(|c| "发办字函令通规党政".contains(*c));
        if !(is_year && is_serial && is_organ) {
            continue;
        }
        let begin = organ
            .iter()
            .rposition(|c| "照据按以《，".contains(*c))
            .map_or(0, |at| at + 1);
        let organ: String = organ[begin..].iter().collect();
        let start = at - organ.len();
        let end =
            at + open.len() + text[at + open.len()..].find('号').unwrap_or(0) + '号'.len_utf8();
        let serial = serial.trim_start_matches('0');
        slips.push(Slip {
            range: start..end,
            meant: format!("{organ}〔{year}〕{serial}号"),
            kind: Kind::DocumentNumber,
        });
    }
    slips
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(text: &str) -> Vec<(String, String)> {
        let slips = slips(text).into_iter();
        slips
            .map(|slip| (text[slip.range].to_owned(), slip.meant))
            .collect()
    }

    fn pair(a: &str, b: &str) -> (String, String) {
        (a.to_owned(), b.to_owned())
    }

    #[test]
    fn each_slip_has_its_correction() {
        assert_eq!(meant("登记,公布."), [pair(",", "，"), pair(".", "。")]);
        assert_eq!(meant("他说\"责任\"。"), [pair("\"责任\"", "“责任”")]);
        assert_eq!(meant("党委(党组)履责"), [pair("(党组)", "（党组）")]);
        assert_eq!(meant("２０个"), [pair("２０", "20")]);
        assert_eq!(meant("率９５．５％。"), [pair("９５．５％", "95.5%")]);
        assert_eq!(meant("依据<<条例>>办"), [pair("<<条例>>", "《条例》")]);
        assert_eq!(meant("依据<‹条例›>办"), [pair("<‹条例›>", "《条例》")]);
        assert_eq!(meant("依据«条例»办"), [pair("«条例»", "《条例》")]);
        assert_eq!(meant("政務大廳"), [pair("務", "务"), pair("廳", "厅")]);
        assert_eq!(
            meant("依照云办发[2026]07号办理"),
            [pair("云办发[2026]07号", "云办发〔2026〕7号")]
        );
        for sound in [
            "共39.2%，8:30开始。",
            "满意率96％",
            "a << b >> c",
            "第（一）项",
            "见 https://a.example/b,c",
            "（2019年修订）",
        ] {
            assert!(meant(sound).is_empty(), "{sound}: {:?}", meant(sound));
        }
    }
}
