//! Explains TOML syntax errors in terms that editors understand.

use std::ops::Range;

use super::table::Document;
use crate::dates::written_day;
use crate::diag::Diagnostic;

/// Quotes a text as TOML does.
pub fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Reports what is wrong with the TOML itself. Returns whether the errors make
/// its fields unreliable; an invalid date affects only itself.
pub fn report(document: &Document, toml: &str, errors: &[toml::de::Error]) -> bool {
    let mut broken = false;
    let mut last_line = None;
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let range = range.start.min(toml.len())..range.end.min(toml.len());
        if let Some(diagnostic) = impossible_date(document, toml, &range) {
            document.report(diagnostic);
            continue;
        }
        broken = true;
        let line = line_of(toml, range.start);
        if let Some((key, day)) = written_date(&toml[line.clone()]) {
            if last_line.replace(line.clone()) != Some(line) {
                let message = format!("`{key}` 的日期写法不对");
                let found = Diagnostic::error("invalid-date", document.span(range), message);
                document.report(found.hint(format!("写作 {key} = {day}，不加引号")));
            }
            continue;
        }
        // One slip makes the parser stumble several times; only the first error
        // matters.
        if last_line.replace(line.clone()) == Some(line.clone()) {
            continue;
        }
        let message = if toml[range.clone()].trim().is_empty()
            && toml[line.clone()].trim_end().ends_with('=')
        {
            "missing value"
        } else {
            error.message()
        };
        let (message, hint) = explain(message, &toml[line]);
        let mut found = Diagnostic::error("toml-syntax", document.span(range), message);
        if let Some(hint) = hint {
            found = found.hint(hint);
        }
        document.report(found);
    }
    broken
}

fn line_of(toml: &str, at: usize) -> Range<usize> {
    let start = toml[..at].rfind('\n').map_or(0, |n| n + 1);
    let end = toml[at..].find('\n').map_or(toml.len(), |n| at + n);
    start..end
}

/// A date such as `2026-02-30`: valid TOML form, but in no calendar.
fn impossible_date(document: &Document, toml: &str, range: &Range<usize>) -> Option<Diagnostic> {
    let text = toml.get(range.clone())?;
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str, length: usize| {
        (part.len() == length)
            .then(|| part.parse::<u16>().ok())
            .flatten()
    };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let message = if (1..=12).contains(&month) {
        format!("没有 {year} 年 {month} 月 {day} 日这一天")
    } else {
        format!("没有 {month} 月")
    };
    Some(
        Diagnostic::error("invalid-date", document.span(range.clone()), message)
            .hint("日期写作 年-月-日，如 2026-01-31"),
    )
}

/// A line that gives a field a date, in whatever way it is written: the field,
/// and the date as it should be.
fn written_date(line: &str) -> Option<(&str, String)> {
    let (key, value) = line.split_once(['=', '＝'])?;
    let value = value.split('#').next().unwrap_or_default();
    let value = value.trim().trim_matches(['"', '\'', '“', '”']);
    Some((key.trim(), written_day(value)?))
}

/// The message for an error of the parser, and a remedy if there is one.
fn explain(message: &str, line: &str) -> (String, Option<&'static str>) {
    const FULL_WIDTH: &str = "引号、等号、逗号、方括号要用英文（半角）符号：\" = , [ ]";
    let outside_quotes: String = line.split('"').step_by(2).collect();
    let hint_full_width = outside_quotes
        .contains(['“', '”', '＝', '，', '【', '［', '＂', '：'])
        .then_some(FULL_WIDTH);
    let start = message.split(", expected").next().unwrap_or(message);
    let (words, hint) = match start {
        "duplicate key" => ("这个字段写了两次", Some("删去其中一处")),
        "string values must be quoted" => {
            ("文字没有加引号", Some("文字写在英文引号里：title = \"……\""))
        }
        "key with no value" | "missing value for key" | "missing value" => {
            ("等号后面没有内容", Some("写上内容，或删去这一行"))
        }
        "missing assignment between key-value pairs" => {
            ("字段名后面缺少等号", Some("写作 字段名 = 内容"))
        }
        "invalid unquoted key" => (
            "字段名写法不对",
            Some("字段名只用英文字母、数字、下划线；注释以 # 开头"),
        ),
        "missing comma between array elements" => {
            ("列表的各项之间缺少逗号", Some("各项用英文逗号隔开"))
        }
        "missing comma between key-value pairs" => {
            ("各字段之间缺少逗号", Some("花括号里的字段用英文逗号隔开"))
        }
        "unclosed array" => ("列表没有结束", Some("补上 ]")),
        "unclosed inline table" => ("花括号没有结束", Some("补上 }")),
        "unclosed table" => ("表头没有结束", Some("补上 ]")),
        "unclosed array table" => ("表头没有结束", Some("补上 ]]")),
        "missing escaped value" => (
            "引号里的反斜线 \\ 写法不对",
            Some("要写反斜线本身，写两个：\\\\；或改用单引号 '……'"),
        ),
        "unexpected content" | "unexpected key or value" => (
            "这里多出了内容",
            Some("一行只写一个字段；文字里的引号要用中文引号“”"),
        ),
        "unexpected leading zero" => ("数字不以 0 开头", Some("文字要加引号")),
        "unexpected sign" | "redundant numeric sign" => ("这里多出了正负号", None),
        _ if start.contains("quote") || start.contains("string") => (
            "引号不成对",
            Some("一行文字的首尾各要一个英文引号；文字里的引号用中文引号“”"),
        ),
        _ => return (format!("字段区写法不对（{message}）"), hint_full_width),
    };
    (words.to_owned(), hint_full_width.or(hint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::FileId;

    fn codes(toml: &str) -> Vec<(&'static str, String)> {
        let document = Document::new(FileId(0), 0);
        let (_, errors) = toml::de::DeTable::parse_recoverable(toml);
        report(&document, toml, &errors);
        let found = document.into_diagnostics().into_iter();
        found.map(|d| (d.code, d.message)).collect()
    }

    #[test]
    fn a_date_that_does_not_exist_is_named() {
        let found = codes("date = 2026-02-30\n");
        assert_eq!(
            found,
            [("invalid-date", "没有 2026 年 2 月 30 日这一天".to_owned())]
        );
        assert_eq!(codes("date = 2026-13-01\n")[0].1, "没有 13 月");
    }

    #[test]
    fn one_hint_for_every_way_to_write_a_date() {
        for written in [
            "2026-1-2",
            "2026/1/2",
            "2026.1.2",
            "2026年1月2日",
            "2026 年 1 月 2 日",
            "2026/01/02 # 公布",
        ] {
            let document = Document::new(FileId(0), 0);
            let toml = format!("date = {written}\ntitle = \"甲\"\n");
            let (_, errors) = toml::de::DeTable::parse_recoverable(&toml);
            report(&document, &toml, &errors);
            let found = document.into_diagnostics();
            assert_eq!(found.len(), 1, "{written}: {found:?}");
            assert_eq!(
                found[0].hints,
                ["写作 date = 2026-01-02，不加引号"],
                "{written}"
            );
        }
        assert_eq!(written_day("2026年3月").as_deref(), Some("2026-03-01"));
        for text in ["3.14", "1.2.3", "2026", "2026-13-01", "第3条"] {
            assert_eq!(written_day(text), None, "{text}");
        }
    }

    #[test]
    fn one_slip_is_one_finding() {
        for toml in [
            "title = “五必谈”\n",
            "title = 五必谈\n",
            "title = \"五必谈\n",
            "title \"五必谈\"\n",
            "title = \"“五必谈\"”\"\n",
            "title =\n",
            "a = [1, 2\n",
        ] {
            assert_eq!(codes(toml).len(), 1, "{toml}: {:?}", codes(toml));
        }
    }
}
