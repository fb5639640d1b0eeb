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

/// Full-width digits and letters.
fn wide(text: &str) -> Vec<Slip> {
    let is_wide = |c: char| matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ');
    runs(text, is_wide, Kind::Wide, |c| {
        char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
    })
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
        assert_eq!(meant("政務大廳"), [pair("務", "务"), pair("廳", "厅")]);
        assert_eq!(
            meant("依照云办发[2026]07号办理"),
            [pair("云办发[2026]07号", "云办发〔2026〕7号")]
        );
        for sound in [
            "共39.2%，8:30开始。",
            "第（一）项",
            "见 https://a.example/b,c",
            "（2019年修订）",
        ] {
            assert!(meant(sound).is_empty(), "{sound}: {:?}", meant(sound));
        }
    }
}
