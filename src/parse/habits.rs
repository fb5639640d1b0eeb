//! Finds what editors type out of habit, in Word and chat programs, and what
//! Markdown reads otherwise: one Enter for a paragraph, `1、` for a list,
//! full-width marks for Markdown's own.

use std::ops::Range;

use crate::diag::{Diagnostic, FileId, Span};

/// The source of a paragraph.
#[derive(Clone, Copy)]
pub struct Paragraph<'s> {
    pub file: FileId,
    /// Where its text begins in the file.
    pub base: usize,
    pub text: &'s str,
}

/// A line of a paragraph.
struct Line<'s> {
    at: usize,
    text: &'s str,
}

/// Marks that people type before the items of a list.
const BULLETS: [char; 9] = ['•', '·', '●', '○', '◆', '■', '□', '▪', '➢'];

impl<'s> Paragraph<'s> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, self.base + range.start..self.base + range.end)
    }

    fn warning(&self, code: &'static str, range: Range<usize>, message: &str) -> Diagnostic {
        Diagnostic::warning(code, self.span(range), message)
    }

    fn lines(&self) -> impl Iterator<Item = Line<'s>> {
        let mut at = 0;
        self.text.split('\n').map(move |text| {
            let line = Line { at, text };
            at += text.len() + 1;
            line
        })
    }

    /// What the whole paragraph was meant to be, if it isn't a paragraph: a
    /// table, a heading, a list. Such a paragraph needs no other advice.
    pub fn mistaken(&self) -> Option<Diagnostic> {
        self.table()
            .or_else(|| self.lines().find_map(|line| self.heading(&line)))
            .or_else(|| self.list())
    }

    fn table(&self) -> Option<Diagnostic> {
        let line = self.lines().next()?;
        let trimmed = line.text.trim_end();
        let wide = trimmed.starts_with('｜');
        let narrow = trimmed.starts_with('|') && trimmed[1..].contains('|');
        if wide {
            let found = self.warning(
                "table-syntax",
                line.at..line.at + '｜'.len_utf8(),
                "表格使用了全角竖线 ｜",
            );
            return Some(found.hint("改用半角竖线 |，第二行写 |---|---|"));
        }
        narrow.then(|| {
            let columns = cells(trimmed);
            let range = line.at..line.at + trimmed.len();
            let rule = "|---".repeat(columns);
            self.warning("table-syntax", range, "以下几行未能识别为表格")
                .hint(format!("在表头之下增加一行 {rule}|，单元格数与表头相同"))
        })
    }

    fn heading(&self, line: &Line<'_>) -> Option<Diagnostic> {
        let text = line.text.trim_start();
        let indent = &line.text[..line.text.len() - text.len()];
        // Markdown overlooks three spaces, but no other white space.
        let is_indented = indent.len() > 3 || indent.chars().any(|c| c != ' ');
        let signs = text.len() - text.trim_start_matches(['#', '＃']).len();
        let count = text[..signs].chars().count();
        let rest = &text[signs..];
        let gap = &rest[..rest.len() - rest.trim_start().len()];
        if count == 0 || count > 6 || count == 1 && gap.is_empty() {
            return None;
        }
        let hint = if text[..signs].contains('＃') {
            "改用半角井号 #，其后空一格，如 ## 做法"
        } else if is_indented {
            "井号写在行首，其前不留空格，如 ## 做法"
        } else if gap.is_empty() {
            "井号之后空一格，如 ## 做法"
        } else if gap == " " {
            return None;
        } else {
            "井号之后改用半角空格，如 ## 做法"
        };
        let from = line.at + if is_indented { 0 } else { indent.len() };
        let until = line.at + indent.len() + signs;
        let (until, space) = match gap {
            " " => (until, ""),
            _ => (until + gap.len(), " "),
        };
        let found = self
            .warning("heading-syntax", from..until, "本行未能识别为标题")
            .hint(hint)
            .replace(&self.text[from..until], "#".repeat(count) + space);
        Some(found)
    }

    fn list(&self) -> Option<Diagnostic> {
        let message = "以下几行未能识别为列表，将连成一段";
        let numbered: Vec<_> = self
            .lines()
            .filter_map(|line| Some((line.at, numbered(line.text)?)))
            .collect();
        if let [(at, length), _, ..] = numbered.as_slice() {
            return Some(
                self.warning("list-syntax", *at..at + length, message)
                    .hint("编号写作 1. ，用半角圆点，其后空一格；列表之前空一行"),
            );
        }
        self.lines().find_map(|line| {
            let text = line.text.trim_start();
            let at = line.at + line.text.len() - text.len();
            let mut chars = text.chars();
            let first = chars.next()?;
            let next = chars.next().unwrap_or('\0');
            let range = at..at + first.len_utf8();
            if BULLETS.contains(&first) && next != first {
                return Some(
                    self.warning("list-syntax", range, message)
                        .hint("每项之前写 - ，用半角短横，其后空一格；列表之前空一行"),
                );
            }
            let dash = matches!(first, '-' | '－' | '*' | '+');
            (dash && search::analysis::is_han(next)).then(|| {
                self.warning("list-syntax", range, message)
                    .hint("改用半角短横 -，其后空一格；列表之前空一行")
            })
        })
    }

    /// What is wrong inside a paragraph.
    pub fn slips(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        found.extend(self.indentation());
        found.extend(self.joined_lines());
        found.extend(self.links());
        if let Some(at) = self.text.find("＊＊") {
            let range = at..at + "＊＊".len();
            let message = "此处的 ＊＊ 未能识别为加粗，将原样显示";
            let warning = self.warning("stray-emphasis", range, message);
            found.push(warning.hint("改用半角星号 **；不需要加粗的，删去星号"));
        }
        found
    }

    fn indentation(&self) -> Option<Diagnostic> {
        let indent = self.text.len() - self.text.trim_start_matches('\u{3000}').len();
        (indent > 0).then(|| {
            self.warning("indented-text", 0..indent, "段首有全角空格")
                .hint("删去段首空格；段首空两格由版式处理，无需输入")
                .replace(&self.text[..indent], "")
        })
    }

    /// Lines that end a sentence and go on in the next line: the editor meant
    /// two paragraphs.
    fn joined_lines(&self) -> Option<Diagnostic> {
        let lines: Vec<_> = self.lines().collect();
        let ends: Vec<_> = lines
            .windows(2)
            .filter(|pair| {
                let hard = pair[0].text.ends_with("  ") || pair[0].text.ends_with('\\');
                !hard
                    && pair[0]
                        .text
                        .trim_end()
                        .ends_with(['。', '！', '？', '；', '：', '〕'])
            })
            .map(|pair| {
                let text = pair[0].text.trim_end();
                let last = text.chars().next_back().map_or(0, char::len_utf8);
                pair[0].at + text.len() - last..pair[0].at + text.len()
            })
            .collect();
        let first = ends.first()?.clone();
        let message = match ends.len() {
            1 => "本行与下一行将连成一段".to_owned(),
            count => format!("以下 {} 行将连成一段", count + 1),
        };
        Some(
            self.warning("joined-lines", first, &message)
                .hint("应另起一段的，中间空一行；原属一段的，连成一行"),
        )
    }

    /// Links whose brackets are full-width or apart.
    fn links(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (at, close) in self.text.match_indices([']', '】']) {
            let end = at + close.len();
            let rest = &self.text[end..];
            let inner = rest.trim_start_matches(' ');
            let apart = rest.len() - inner.len();
            let Some(open) = inner.chars().next().filter(|c| matches!(c, '(' | '（')) else {
                continue;
            };
            if close == "]" && open == '(' && apart == 0 {
                continue;
            }
            let target = &inner[open.len_utf8()..];
            let Some(length) = target.find([')', '）']) else {
                continue;
            };
            if !is_target(&target[..length]) {
                continue;
            }
            let begins = self.text[..at].rfind(['[', '【']);
            let Some(begins) = begins else { continue };
            let stop = end + apart + open.len_utf8() + length;
            let stop = stop + self.text[stop..].chars().next().map_or(0, char::len_utf8);
            let message = "此处未能识别为链接，将原样显示";
            let found_here = self.warning("link-syntax", begins..stop, message);
            let hint = if close == "]" && open == '(' {
                "方括号和圆括号之间不留空格，写作 [文字](网址)"
            } else {
                "改用半角括号，写作 [文字](网址)"
            };
            let words = &self.text[begins..at];
            let words = words.trim_start_matches(['[', '【']);
            let meant = format!("[{words}]({})", target[..length].trim());
            let was = &self.text[begins..stop];
            found.push(found_here.hint(hint).replace(was, meant));
        }
        found
    }
}

/// Whether text in brackets was meant as the target of a link.
fn is_target(text: &str) -> bool {
    let text = text.trim();
    let begins = ["@/", "http://", "https://", "www.", "../", "./", "#", "/"];
    let ends = [".md", ".pdf", ".docx", ".doc", ".xlsx", ".png", ".jpg"];
    begins.iter().any(|begin| text.starts_with(begin)) || ends.iter().any(|end| text.ends_with(end))
}

/// The length of a number such as `1、` or `（1）` at the beginning of a line.
fn numbered(line: &str) -> Option<usize> {
    let text = line.trim_start();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = text[digits..].chars().next()?;
    ((1..=2).contains(&digits) && matches!(mark, '、' | '．' | '）'))
        .then(|| digits + mark.len_utf8())
}

/// How many cells a row of a table has, as it is written.
pub fn cells(row: &str) -> usize {
    let row = row.trim();
    let inner = row.strip_prefix('|').unwrap_or(row);
    let mut count = 1;
    let mut escaped = false;
    let mut ends_in_bar = false;
    for c in inner.chars() {
        let bar = c == '|' && !escaped;
        count += usize::from(bar);
        ends_in_bar = bar;
        escaped = c == '\\' && !escaped;
    }
    count - usize::from(ends_in_bar)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<(&'static str, String)> {
        let paragraph = Paragraph {
            file: FileId(0),
            base: 0,
            text,
        };
        let found = match paragraph.mistaken() {
            Some(found) => vec![found],
            None => paragraph.slips(),
        };
        let marked = found.into_iter();
        marked
            .map(|d| (d.code, text[d.span.range].to_owned()))
            .collect()
    }

    #[test]
    fn habits_are_seen_and_prose_is_not() {
        for (text, code, marked) in [
            ("##做法", "heading-syntax", "##"),
            ("##\u{3000}做法", "heading-syntax", "##\u{3000}"),
            ("##\u{a0}做法", "heading-syntax", "##\u{a0}"),
            (
                "\u{3000}\u{3000}## 做法",
                "heading-syntax",
                "\u{3000}\u{3000}##",
            ),
            (
                " \u{3000}##\u{3000}做法",
                "heading-syntax",
                " \u{3000}##\u{3000}",
            ),
            ("\u{3000}# 做法", "heading-syntax", "\u{3000}#"),
            ("1、甲\n2、乙", "list-syntax", "1、"),
            ("•甲", "list-syntax", "•"),
            ("-甲\n-乙", "list-syntax", "-"),
            ("| 甲 | 乙 |\n| 丙 | 丁 |", "table-syntax", "| 甲 | 乙 |"),
            ("甲。\n乙。", "joined-lines", "。"),
            ("见[甲] (@/a.md)。", "link-syntax", "[甲] (@/a.md)"),
            ("见【甲】（@/a.md）。", "link-syntax", "【甲】（@/a.md）"),
        ] {
            assert_eq!(codes(text), [(code, marked.to_owned())], "{text}");
        }
        for text in [
            "1、甲。",
            "甲，\n乙。",
            "甲。  \n乙。",
            "#话题",
            "-5 度",
            "见[甲](@/a.md)（乙）。",
            "【甲】（乙）",
            "·甲·",
        ] {
            let found = codes(text);
            assert!(found.is_empty() || text == "·甲·", "{text}: {found:?}");
        }
    }

    #[test]
    fn cells_are_counted_as_written() {
        assert_eq!(cells("| 甲 | 乙 |"), 2);
        assert_eq!(cells("甲 | 乙"), 2);
        assert_eq!(cells("| 甲 \\| 乙 | 丙 |"), 2);
        assert_eq!(cells("| 甲 | | 丙 |"), 3);
    }
}
