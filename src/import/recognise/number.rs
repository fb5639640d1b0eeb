//! 发文字号: 国发〔2018〕12号.

use crate::import::manuscript::Block;
use search::analysis::is_han;
use search::reference::{CLOSING, OPENING};

/// Words that begin a reference to another document; no organ's abbreviation
/// begins with them.
const CITING: &[&str] = &[
    "根据",
    "按照",
    "依据",
    "参照",
    "依照",
    "贯彻",
    "转发",
    "落实",
    "执行",
    "见",
    "原",
    "详见",
    "的通知",
    "通知",
];

/// The number that stands alone in one of these blocks, and its place. The flag
/// says that it was not in standard form.
pub fn find(blocks: &[Block]) -> Option<(String, usize, bool)> {
    let lines = blocks
        .iter()
        .filter_map(|block| Some((block.place, block.line()?)));
    let mut found = None;
    for (place, line) in lines {
        let Some((number, rewritten)) = alone(line).or_else(|| of_note(line)) else {
            continue;
        };
        found.get_or_insert((number, place, rewritten));
    }
    found
}

/// The number, if the line contains nothing else but brackets, a label or the
/// name of a signatory.
pub fn alone(line: &str) -> Option<(String, bool)> {
    let line = line.trim();
    let bare = line
        .strip_prefix(['（', '('])
        .and_then(|rest| rest.strip_suffix(['）', ')']))
        .unwrap_or(line)
        .trim();
    let bare = ["发文字号", "文号", "字号"]
        .iter()
        .find_map(|label| {
            let rest = bare.strip_prefix(label)?.trim_start();
            rest.strip_prefix(['：', ':'])
        })
        .unwrap_or(bare)
        .trim();
    let bare = match bare.find("签发人") {
        Some(at) => bare[..at].trim(),
        None => bare,
    };
    let (number, rest, rewritten) = begin(bare)?;
    rest.trim().is_empty().then_some((number, rewritten))
}

/// （某政发〔2021〕5号公布）: the note names the document that issued the text.
fn of_note(line: &str) -> Option<(String, bool)> {
    let inner = line.trim().strip_prefix(['（', '('])?;
    let (number, rest, rewritten) = begin(inner)?;
    let rest = rest.trim_start_matches('文').trim_start();
    let issued = ["公布", "发布", "印发", "颁布"];
    issued
        .iter()
        .any(|word| rest.starts_with(word))
        .then_some((number, rewritten))
}

/// The number at the beginning of a text in standard form, the text after it,
/// and whether it was written in another form.
fn begin(text: &str) -> Option<(String, &str, bool)> {
    let (at, bracket) = text.char_indices().find(|(_, c)| OPENING.contains(c))?;
    let organ: String = text[..at].split_whitespace().collect();
    if !(1..=12).contains(&organ.chars().count())
        || !organ.chars().all(is_han)
        || CITING.iter().any(|word| organ.starts_with(word))
    {
        return None;
    }
    let inside: &str = text[at + bracket.len_utf8()..].trim_start();
    let year = inside
        .get(..4)
        .filter(|year| year.starts_with("19") || year.starts_with("20"))
        .filter(|year| year.bytes().all(|b| b.is_ascii_digit()))?;
    let rest = inside[4..].trim_start().strip_prefix(CLOSING)?;
    let rest = rest.trim_start().trim_start_matches('第').trim_start();
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let serial = rest[..length].trim_start_matches('0');
    let after = rest[length..].trim_start().strip_prefix('号')?;
    if serial.is_empty() {
        return None;
    }
    let number = format!("{organ}〔{year}〕{serial}号");
    let rewritten = !text.starts_with(&number);
    Some((number, after, rewritten))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_stand_alone_take_their_proper_form() {
        for (line, number, rewritten) in [
            ("中发〔2019〕5号", "中发〔2019〕5号", false),
            ("（国办发[2017]047号）", "国办发〔2017〕47号", true),
            (
                "某示发〔2022〕7号　　　签发人：张某某",
                "某示发〔2022〕7号",
                false,
            ),
            (
                "发文字号：某政办发〔2022〕5号",
                "某政办发〔2022〕5号",
                false,
            ),
            ("某政发 [2021] 第 9 号", "某政发〔2021〕9号", true),
        ] {
            assert_eq!(alone(line), Some((number.to_owned(), rewritten)), "{line}");
        }
        for line in [
            "第5号",
            "〔2019〕5号",
            "根据国办发〔2018〕12号文件精神，制定本细则。",
            "根据国办发〔2018〕12号",
            "关于印发某某办法的通知国信办发文〔2025〕1号",
            "《某某办法》（某政发〔2021〕9号）",
        ] {
            assert_eq!(alone(line), None, "{line}");
        }
        assert!(of_note("（某政发〔2021〕9号公布　自2021年5月1日起施行）").is_some());
        assert!(of_note("（某政发〔2021〕9号修订）").is_none());
    }
}
