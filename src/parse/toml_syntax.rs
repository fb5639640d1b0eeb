//! Explains TOML syntax errors in terms that editors understand.

use std::ops::Range;

use super::document::Document;
use super::markdown::characters::narrowed;
use crate::dates::written_day;
use crate::diag::Diagnostic;
use crate::fields::{self, Form};

/// Quotes a text as TOML does.
pub fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Reports what is wrong with the TOML itself. Returns whether the errors make
/// its fields unreliable; an invalid date affects only itself.
pub fn report(document: &Document, toml: &str, errors: &[toml::de::Error]) -> bool {
    let mut broken = false;
    let mut last_line: Option<Range<usize>> = None;
    // Where a text without its second quotation mark began.
    let mut open = false;
    let mut errors: Vec<_> = errors.iter().collect();
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let range = range.start.min(toml.len())..range.end.min(toml.len());
        if let Some(diagnostic) = impossible_date(document, toml, &range) {
            document.report(diagnostic);
            continue;
        }
        broken = true;
        let line = line_of(toml, range.start);
        // One slip makes the parser stumble several times; only the first error
        // matters.
        let goes_on = open && last_line.is_some() && !begins_field(&toml[line.clone()]);
        if goes_on || last_line.replace(line.clone()) == Some(line.clone()) {
            continue;
        }
        let slip = slip(&toml[line.clone()]);
        open = slip.as_ref().is_some_and(|slip| slip.open);
        let found = match slip {
            Some(slip) => {
                let at = line.start + slip.at.start..line.start + slip.at.end;
                let was = toml[at.clone()].to_owned();
                let found = Diagnostic::error(slip.code, document.span(at), slip.message);
                let found = found.hint(slip.hint);
                match slip.meant {
                    Some(meant) => found.replace(was, meant),
                    None => found,
                }
            }
            None => {
                let (message, hint) = explain(error.message(), &toml[line], &toml[range.clone()]);
                Diagnostic::error("toml-syntax", document.span(range), message).hint(hint)
            }
        };
        document.report(found);
    }
    broken
}

/// Whether a line begins a field or a table.
fn begins_field(line: &str) -> bool {
    let key = line.trim_start();
    let length = key
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || b"_-".contains(b));
    let rest = key[length.count()..].trim_start();
    key.starts_with(['[', '+']) || (rest.starts_with('=') && !key.starts_with('='))
}

/// A slip of the pen, told from the line itself.
struct Slip {
    code: &'static str,
    /// What belongs in its place, if that is certain.
    meant: Option<String>,
    /// Its place in the line.
    at: Range<usize>,
    message: String,
    hint: String,
    /// Whether the text goes on in the next lines.
    open: bool,
}

/// Finds the slip in a line that the parser stumbled over.
fn slip(line: &str) -> Option<Slip> {
    let found = |at: Range<usize>, message: &str, hint: String| {
        Some(Slip {
            code: "toml-syntax",
            meant: None,
            at,
            message: message.to_owned(),
            hint,
            open: false,
        })
    };
    let start = line.len() - line.trim_start().len();
    let sign = line.find(['=', '＝', ':', '：', '"']);
    let sign = sign.filter(|at| *at > start && !line[*at..].starts_with('"'));
    if let Some(at) = sign {
        let key = line[start..at].trim_end();
        let length = line[at..].chars().next().map_or(0, char::len_utf8);
        let written = Written::of(line, at + length);
        if key.chars().any(search::analysis::is_han) {
            let hint = match fields::called(key).next() {
                Some(field) => format!("“{key}”写作 `{}`", field.name),
                None => "字段名只用英文字母、数字、下划线；注释以 # 开头".to_owned(),
            };
            return found(start..start + key.len(), "字段名应为英文", hint);
        }
        match &line[at..at + length] {
            "=" => {}
            "＝" => {
                let hint = "改用半角等号 =".to_owned();
                return meaning(found(at..at + length, "使用了全角等号", hint), "=");
            }
            _ => {
                let hint = format!("冒号改为等号，写作 {key} = ……");
                let slip = found(at..at + length, "字段名之后误用冒号，应为等号", hint);
                return meaning(slip, " =");
            }
        }
        if let Some(slip) = written.slip(key) {
            return Some(slip);
        }
        if let Some(sign) = written.comment.filter(|at| line[*at..].starts_with('＃')) {
            let hint = "注释的井号改用半角的 #".to_owned();
            let slip = found(sign..sign + '＃'.len_utf8(), "注释的井号是全角的", hint);
            return meaning(slip, "#");
        }
    }
    if let Some((at, message, hint)) = wide_sign(line) {
        let sign = line[at..].chars().next()?;
        // The marks at both ends of a text are changed together, if it is certain
        // which they are.
        let own = Written::of(line, 0).value;
        let begins = line.len() - line.trim_start().len();
        let ends = own.match_indices(['“', '”', '＂']);
        let ends: Vec<_> = ends.map(|(at, mark)| (begins + at, mark)).collect();
        let goes_on = |end: usize| {
            let behind = own[end - begins..].trim_start();
            !behind.is_empty() && !behind.starts_with([',', '，', '、', ']', '】', '］', '}', '｝'])
        };
        if let [(first, mark), (last, end)] = ends.as_slice()
            && !line.contains('"')
            && !goes_on(last + end.len())
        {
            let text = quoted(&line[first + mark.len()..*last]);
            let slip = found(*first..last + end.len(), message, hint.to_owned());
            return meaning(slip, &text);
        }
        // Brackets, too: with only one of them changed, the parser would stumble
        // over the lines below.
        if let Some(end) = wide_pair(line, at, sign) {
            let inner = &line[at + sign.len_utf8()..end];
            let text = match sign {
                '｛' => format!("{{{inner}}}"),
                _ => format!("[{inner}]"),
            };
            let slip = found(at..end + sign.len_utf8(), message, hint.to_owned());
            return meaning(slip, &text);
        }
        let slip = found(at..at + sign.len_utf8(), message, hint.to_owned());
        let meant = match sign {
            '，' | '、' => ", ",
            '【' | '［' => "[",
            '】' | '］' => "]",
            '｛' => "{",
            '｝' => "}",
            _ => return slip,
        };
        return meaning(slip, meant);
    }
    let quotes = unescaped_quotes(line);
    if quotes.len() % 2 == 1 {
        let at = quotes[quotes.len() - 1];
        let hint = "文字首尾各用一个英文引号，写在同一行；文字中的引号用中文引号“”";
        let slip = found(at..at + 1, "引号不成对", hint.to_owned());
        return slip.map(|slip| Slip { open: true, ..slip });
    }
    None
}

fn meaning(slip: Option<Slip>, meant: &str) -> Option<Slip> {
    let meant = Some(meant.to_owned());
    slip.map(|slip| Slip { meant, ..slip })
}

/// A value as it is written in a line, and the sign of the comment behind it.
struct Written<'l> {
    line: &'l str,
    value: &'l str,
    /// Where the value begins in the line.
    at: usize,
    comment: Option<usize>,
}

/// Marks that editors put around texts.
const QUOTES: [char; 4] = ['"', '“', '”', '＂'];

impl<'l> Written<'l> {
    /// The value that begins at this byte of the line or behind the white space
    /// there.
    fn of(line: &'l str, start: usize) -> Self {
        let rest = &line[start..];
        // A sign between quotation marks is part of the text, if both are there.
        let mut quoted = false;
        let mut comment = None;
        for (at, c) in rest.char_indices() {
            if QUOTES.contains(&c) {
                quoted = !quoted && rest[at + c.len_utf8()..].contains(QUOTES);
            } else if matches!(c, '#' | '＃') && !quoted {
                comment = Some(start + at);
                break;
            }
        }
        let until = comment.unwrap_or(line.len());
        let value = line[start..until].trim();
        let at = until - line[start..until].trim_start().len();
        Self {
            line,
            value,
            at,
            comment,
        }
    }

    /// What is wrong with the value of a field, if it is certain what was
    /// meant. A full-width sign of the comment is changed along.
    fn slip(&self, key: &str) -> Option<Slip> {
        let form = fields::called(key).next().map(|field| field.form);
        let value = self.value;
        let inner = unquoted(value);
        let text = inner.unwrap_or(value).trim();
        let day = written_day(text).filter(|_| form == Some(Form::Date) || inner.is_none());
        let number = whole_number(text).filter(|_| form == Some(Form::Integer) || inner.is_none());
        let write = |meant: &str| format!("写作 {key} = {meant}");
        let (code, message, hint, meant) = if let Some(day) = day.filter(|day| day != value) {
            let hint = format!("{}，不加引号", write(&day));
            ("invalid-date", "日期写法有误", hint, day)
        } else if let Some(number) = number.filter(|number| number != value) {
            ("toml-syntax", "数的写法不对", write(&number), number)
        } else if let Some(inner) =
            inner.filter(|_| !value.starts_with('"') || !value.ends_with('"'))
        {
            let message = "文字首尾用了中文引号";
            let hint = "文字首尾的引号改用英文引号 \"".to_owned();
            ("toml-syntax", message, hint, quoted(inner))
        } else if is_bare_text(value) {
            (
                "toml-syntax",
                "文字未加引号",
                write(&quoted(value)),
                quoted(value),
            )
        } else {
            return None;
        };
        let end = self.at + value.len();
        let wide = self.comment.filter(|at| self.line[*at..].starts_with('＃'));
        let (end, meant) = match wide {
            Some(sign) => {
                let gap = &self.line[end..sign];
                (sign + '＃'.len_utf8(), format!("{meant}{gap}#"))
            }
            None => (end, meant),
        };
        Some(Slip {
            code,
            meant: Some(meant),
            at: self.at..end,
            message: message.to_owned(),
            hint,
            open: false,
        })
    }
}

/// The text between quotation marks of any kind, if both are there and it is
/// clear that they enclose the value.
fn unquoted(value: &str) -> Option<&str> {
    let inner = value.strip_prefix(QUOTES)?.strip_suffix(QUOTES)?;
    let mut depth = 0_i32;
    for c in inner.chars() {
        match c {
            '"' | '＂' => return None,
            '“' => depth += 1,
            '”' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    (depth == 0).then_some(inner)
}

/// Whether a value is text without quotation marks.
fn is_bare_text(value: &str) -> bool {
    let mut chars = value.chars();
    let first = chars.next();
    let begins = first.is_some_and(|c| search::analysis::is_han(c) || narrowed(c).is_ascii_digit());
    begins && value.chars().any(search::analysis::is_han) && !value.contains(QUOTES)
}

/// A whole number that is written in full-width digits or with 年 behind it.
pub fn whole_number(text: &str) -> Option<String> {
    let narrow: String = text.trim().chars().map(narrowed).collect();
    let digits = narrow.strip_suffix('年').unwrap_or(&narrow).trim_end();
    let is_number = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let is_octal = digits.len() > 1 && digits.starts_with('0');
    (is_number && !is_octal).then(|| digits.to_owned())
}

/// A full-width sign where TOML wants its own.
fn wide_sign(line: &str) -> Option<(usize, &'static str, &'static str)> {
    let mut quoted = false;
    let mut before = '\0';
    for (at, c) in line.char_indices() {
        if c == '"' && before != '\\' {
            quoted = !quoted;
        } else if !quoted {
            let begins = matches!(before, '\0' | '=' | '[' | '{' | ',' | '【' | '［' | '，');
            match c {
                '“' | '”' | '＂' if begins => {
                    let hint = "文字首尾的引号改用英文引号 \"";
                    return Some((at, "文字首尾用了中文引号", hint));
                }
                '，' | '、' if matches!(before, '"' | ']' | '}') => {
                    return Some((at, "列表使用了中文逗号", "各项之间用英文逗号 , 分隔"));
                }
                '【' | '［' | '】' | '］' if begins || matches!(before, '"' | ']') => {
                    return Some((at, "使用了全角方括号", "改用半角方括号 [ ]"));
                }
                '｛' | '｝' => return Some((at, "使用了全角花括号", "改用半角花括号 { }")),
                _ => {}
            }
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    None
}

/// Where the full-width bracket stands that closes the one at this place, if
/// the line has only these two of their form.
fn wide_pair(line: &str, at: usize, opening: char) -> Option<usize> {
    let closing = match opening {
        '【' => '】',
        '［' => '］',
        '｛' => '｝',
        _ => return None,
    };
    let end = line.find(closing).filter(|end| *end > at)?;
    let is_only = |mark| line.matches(mark).count() == 1;
    (is_only(opening) && is_only(closing)).then_some(end)
}

fn unescaped_quotes(line: &str) -> Vec<usize> {
    let mut quotes = Vec::new();
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if c == '"' && !escaped {
            quotes.push(at);
        }
        escaped = c == '\\' && !escaped;
    }
    quotes
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
        format!("{year} 年 {month} 月没有 {day} 日")
    } else {
        format!("没有 {month} 月")
    };
    Some(
        Diagnostic::error("invalid-date", document.span(range.clone()), message)
            .hint("日期写作 年-月-日，如 2026-01-31"),
    )
}

/// The message for an error of the parser, and its remedy.
fn explain(message: &str, line: &str, marked: &str) -> (String, String) {
    let start = message.split(", expected").next().unwrap_or(message);
    let is_empty = marked.trim().is_empty() && line.trim_end().ends_with('=');
    if start == "string values must be quoted" {
        let hint = match line.split_once('=') {
            Some((key, value)) if !value.contains('"') => {
                format!("写作 {} = \"{}\"", key.trim(), value.trim())
            }
            _ => "文字用英文引号括起，如 title = \"……\"".to_owned(),
        };
        return ("文字未加引号".to_owned(), hint);
    }
    let (words, hint) = match start {
        _ if is_empty => ("等号之后没有内容", "填写内容，或删去该行"),
        "duplicate key" => ("该字段重复", "删去其中一处"),
        "key with no value" | "missing value for key" | "missing value" => {
            ("等号之后没有内容", "填写内容，或删去该行")
        }
        "missing assignment between key-value pairs" => {
            ("字段名之后缺少等号", "写作 字段名 = 内容")
        }
        "invalid unquoted key" => (
            "字段名写法有误",
            "字段名只用英文字母、数字、下划线；注释以 # 开头",
        ),
        "missing comma between array elements" => {
            ("列表的各项之间缺少逗号", "各项之间用英文逗号分隔")
        }
        "missing comma between key-value pairs" => {
            ("各字段之间缺少逗号", "花括号中的各字段用英文逗号分隔")
        }
        "unclosed array" => ("列表缺少结尾的方括号", "补写 ]"),
        "unclosed inline table" => ("缺少结尾的花括号", "补写 }"),
        "unclosed table" => ("段名缺少结尾的方括号", "补写 ]"),
        "unclosed array table" => ("段名缺少结尾的方括号", "补写 ]]"),
        "unexpected leading zero" => ("数字不能以 0 开头", "属于文字的，加英文引号"),
        "unexpected sign" | "redundant numeric sign" => {
            ("此处多出正负号", "删去多出的符号；属于文字的，加英文引号")
        }
        _ if start.contains("escape") || start.contains("unicode") => (
            "引号中的反斜线 \\ 写法有误",
            "内容含有反斜线的，写作 \\\\，或改用单引号 '……'",
        ),
        "unexpected content" | "unexpected key or value" => (
            "此处有多余内容",
            "每行只写一个字段；文字中的引号用中文引号“”",
        ),
        _ if start.contains("quote") || start.contains("string") => (
            "引号不成对",
            "文字首尾各用一个英文引号，写在同一行；文字中的引号用中文引号“”",
        ),
        _ => (
            "本行写法有误",
            "每行写一个字段，格式为 字段名 = 内容；文字用英文引号括起，日期和数字不加引号",
        ),
    };
    (words.to_owned(), hint.to_owned())
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
            [("invalid-date", "2026 年 2 月没有 30 日".to_owned())]
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
    fn a_value_is_told_as_it_was_meant_and_its_comment_stays() {
        for (written, meant) in [
            ("level = “市级” # 层级", "level = \"市级\" # 层级"),
            ("level = “市级” ＃ 层级", "level = \"市级\" # 层级"),
            ("level = \"市级” # 层级", "level = \"市级\" # 层级"),
            ("level = “市级\" # 见“层级”", "level = \"市级\" # 见“层级”"),
            ("level = 市级 ＃ 层级", "level = \"市级\" # 层级"),
            ("weight = １０ # 次序", "weight = 10 # 次序"),
            ("weight = 10 ＃ 次序", "weight = 10 # 次序"),
            ("start_year = 2025年", "start_year = 2025"),
            ("organ = 【\"yunxi\"】", "organ = [\"yunxi\"]"),
            ("date = “2026-11-22” # 发布", "date = 2026-11-22 # 发布"),
            ("mechanism = 5个必谈", "mechanism = \"5个必谈\""),
            ("title = “五必谈”制度", ""),
        ] {
            let document = Document::new(FileId(0), 0);
            let (_, errors) = toml::de::DeTable::parse_recoverable(written);
            report(&document, written, &errors);
            let found = document.into_diagnostics();
            let mended = found[0].repairs.first().map_or(String::new(), |repair| {
                let crate::diag::Repair::Replace { span, was, text } = repair else {
                    panic!("words are replaced");
                };
                assert_eq!(&written[span.range.clone()], was);
                let (before, after) = (&written[..span.range.start], &written[span.range.end..]);
                format!("{before}{text}{after}")
            });
            assert_eq!(mended, meant, "{written}: {found:?}");
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

    /// The parser's own words are English.
    #[test]
    fn messages_are_in_one_language() {
        for toml in [
            "a = 2026.11\n.\n",
            "a = \"\\Users\"\n",
            "a = 1_\n",
            "a = 0x\n",
            "[a\n",
            "a = [1 2]\n",
            "a.b.\n",
            "a = truee\n",
            "a = 12:30\n",
        ] {
            for (_, message) in codes(toml) {
                let english = message.bytes().any(|b| b.is_ascii_alphabetic());
                assert!(!english, "{toml}: {message}");
            }
        }
    }
}
