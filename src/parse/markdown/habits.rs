//! Finds what editors type out of habit, in Word and chat programs, and what
//! Markdown reads otherwise: one Enter for a paragraph, `1、` for a list,
//! full-width marks for Markdown's own.

use std::ops::Range;

use super::characters::narrowed;
use super::lint::closes;
use crate::diag::{Diagnostic, FileId, Repair, Span};

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
        // An anchor in full-width signs is mended along: alone it would be found
        // only in a heading.
        let Some((anchor, meant)) = wide_anchor(line.text) else {
            return Some(found);
        };
        let anchor = line.at + anchor.start..line.at + anchor.end;
        let found = found.hint(format!("锚点写作 {}", meant.trim()));
        let found = found.repair(Repair::Replace {
            was: self.text[anchor.clone()].to_owned(),
            span: self.span(anchor),
            text: meant,
        });
        Some(found)
    }

    fn list(&self) -> Option<Diagnostic> {
        let items = self.items();
        let first = items.first()?;
        let hint = match first.kind {
            Kind::Number(_) => "编号写作 1. ，用半角圆点，其后空一格；列表之前空一行",
            Kind::Bullet(_) => "每项之前写 - ，用半角短横，其后空一格；列表之前空一行",
            Kind::Dash => "改用半角短横 -，其后空一格；列表之前空一行",
        };
        let marked = first.sign.clone();
        let found = self.warning("list-syntax", marked, "以下几行未能识别为列表，将连成一段");
        let found = found.hint(hint);
        if !is_certain(&items) {
            return Some(found);
        }
        Some(items.iter().fold(found, |found, item| {
            let rest = &self.text[item.sign.end..];
            let gap = rest.len() - rest.trim_start_matches([' ', '\t', '\u{3000}']).len();
            let range = item.sign.start..item.sign.end + gap;
            found.repair(Repair::Replace {
                was: self.text[range.clone()].to_owned(),
                span: self.span(range),
                text: match item.kind {
                    Kind::Number(number) => format!("{number}. "),
                    _ => "- ".to_owned(),
                },
            })
        }))
    }

    /// The lines that were meant as items of a list: all of the same kind as the
    /// first of them.
    fn items(&self) -> Vec<Item> {
        let mut items: Vec<Item> = self.lines().filter_map(|line| item(&line)).collect();
        let Some(first) = items.first().map(|item| item.kind) else {
            return items;
        };
        items.retain(|item| match (first, item.kind) {
            (Kind::Bullet(first), Kind::Bullet(own)) => first == own,
            (first, own) => std::mem::discriminant(&first) == std::mem::discriminant(&own),
        });
        // One line with a number is a sentence.
        if matches!(first, Kind::Number(_)) && items.len() < 2 {
            items.clear();
        }
        items
    }

    /// The last characters of the items that have no mark of their source.
    pub fn unmarked_items(&self) -> Vec<Range<usize>> {
        let items = self.items();
        let starts = items.iter().map(|item| item.sign.start);
        let ends = starts.clone().skip(1).chain([self.text.len()]);
        let texts = starts
            .zip(ends)
            .map(|(start, end)| (start, self.text[start..end].trim_end()));
        let is_unmarked = |text: &str| {
            !text.trim_end_matches(closes).ends_with('〕') && !text.ends_with(['：', ':'])
        };
        let texts = texts.filter(|(_, text)| is_unmarked(text));
        let last = texts.map(|(start, text)| {
            let length = text.chars().next_back().map_or(0, char::len_utf8);
            start + text.len() - length..start + text.len()
        });
        last.collect()
    }

    /// A line that Markdown adds to the item of a list above it, since it isn't
    /// indented: the editor began a new paragraph with a single Enter.
    pub fn continued_item(&self) -> Option<Diagnostic> {
        let line = self
            .lines()
            .skip(1)
            .find(|line| !line.text.starts_with([' ', '\t', '>']))?;
        let range = line.at..line.at + line.text.trim_end().len();
        let found = self.warning("joined-lines", range, "这一行会接在上面的列表项后面");
        Some(found.hint("另起一段的，前面空一行；属于这一项的，接在上一行末尾"))
    }

    /// What is wrong inside a paragraph.
    pub fn slips(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        found.extend(self.indentation());
        found.extend(self.joined_lines());
        found.extend(self.slips_within_lines());
        found
    }

    /// Slips that don't depend on where lines begin and end.
    pub fn slips_within_lines(&self) -> Vec<Diagnostic> {
        let mut found = self.links();
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
        for (at, close) in self.text.match_indices([']', '］', '】']) {
            let end = at + close.len();
            let Some(begins) = self.text[..at].rfind(['[', '［', '【']) else {
                continue;
            };
            let rest = &self.text[end..];
            let inner = rest.trim_start_matches(' ');
            let apart = rest.len() - inner.len();
            let Some(open) = inner.chars().next().filter(|c| matches!(c, '(' | '（')) else {
                continue;
            };
            let is_narrow = close == "]" && open == '(';
            if is_narrow && apart == 0 && self.text[begins..].starts_with('[') {
                continue;
            }
            let target = &inner[open.len_utf8()..];
            let Some(length) = target.find([')', '）']) else {
                continue;
            };
            if !is_target(&target[..length]) {
                continue;
            }
            let target = target[..length].trim();
            let stop = end + apart + open.len_utf8() + length;
            let stop = stop.max(end + apart + open.len_utf8());
            let stop = stop + self.text[stop..].chars().next().map_or(0, char::len_utf8);
            let words = self.text[begins..at].trim_start_matches(['[', '［', '【']);
            // The exclamation mark of a picture.
            let shout = self.text[..begins].ends_with('！') && is_picture(target);
            let begins = if shout {
                begins - '！'.len_utf8()
            } else {
                begins
            };
            let message = "此处未能识别为链接，将原样显示";
            let found_here = self.warning("link-syntax", begins..stop, message);
            let hint = if shout {
                "叹号和括号改用半角的：![图片的文字说明](文件名)"
            } else if is_narrow && apart > 0 {
                "方括号和圆括号之间不留空格，写作 [文字](网址)"
            } else {
                "改用半角括号，写作 [文字](网址)"
            };
            let mark = if shout { "!" } else { "" };
            let meant = format!("{mark}[{words}]({target})");
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
    let ends = [".md", ".pdf", ".docx", ".doc", ".xlsx"];
    begins.iter().any(|begin| text.starts_with(begin))
        || ends.iter().any(|end| text.ends_with(end))
        || is_picture(text)
}

fn is_picture(target: &str) -> bool {
    let ends = [".png", ".jpg", ".jpeg", ".webp"];
    ends.iter().any(|end| target.ends_with(end))
}

/// A line that was meant as an item of a list.
struct Item {
    /// Its sign: `1、`, •.
    sign: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number(u32),
    Bullet(char),
    Dash,
}

/// The item that a line was meant to be.
fn item(line: &Line<'_>) -> Option<Item> {
    let text = line.text.trim_start();
    let at = line.at + line.text.len() - text.len();
    if let Some((length, number)) = numbered(text) {
        let sign = at..at + length;
        let kind = Kind::Number(number);
        return Some(Item { sign, kind });
    }
    let mut chars = text.chars();
    let first = chars.next()?;
    let next = chars.next().unwrap_or('\0');
    let sign = at..at + first.len_utf8();
    if BULLETS.contains(&first) && next != first {
        let kind = Kind::Bullet(first);
        return Some(Item { sign, kind });
    }
    let dash = matches!(first, '-' | '－' | '*' | '+');
    let kind = Kind::Dash;
    (dash && search::analysis::is_han(next)).then_some(Item { sign, kind })
}

/// Whether it is certain that items are a list: their numbers count on from one,
/// or their sign is used for nothing else.
fn is_certain(items: &[Item]) -> bool {
    let mut numbers = 1..;
    items.iter().all(|item| match item.kind {
        Kind::Number(number) => numbers.next() == Some(number),
        // Boxes stand in forms, and a dot divides the parts of names.
        Kind::Bullet(sign) => !matches!(sign, '□' | '■' | '·') || items.len() > 1,
        Kind::Dash => true,
    })
}

/// The length and the value of a number such as `1、` or `１．` at the beginning
/// of a text.
fn numbered(text: &str) -> Option<(usize, u32)> {
    let rest = text.trim_start_matches(|c: char| narrowed(c).is_ascii_digit());
    let digits: String = text[..text.len() - rest.len()]
        .chars()
        .map(narrowed)
        .collect();
    let mark = rest.chars().next()?;
    let is_number = (1..=2).contains(&digits.len()) && matches!(mark, '、' | '．' | '）');
    let length = text.len() - rest.len() + mark.len_utf8();
    is_number.then_some((length, digits.parse().ok()?))
}

/// The anchor behind a heading whose signs are full-width: where it is, and how
/// it is written.
pub fn wide_anchor(heading: &str) -> Option<(Range<usize>, String)> {
    let heading = heading.trim_end();
    let at = heading.rfind(['｛', '{'])?;
    let open = heading[at..].chars().next().map_or(0, char::len_utf8);
    let inside = heading[at + open..].strip_suffix(['｝', '}'])?;
    let name = inside.trim().strip_prefix(['#', '＃'])?.trim();
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_name = !name.is_empty() && name.bytes().all(is_plain);
    let meant = format!("{{#{name}}}");
    let before = heading[..at].chars().next_back();
    // A full-width space parts them as little as none.
    let space = if before == Some(' ') { "" } else { " " };
    (is_name && heading[at..] != meant).then(|| (at..heading.len(), space.to_owned() + &meant))
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
            ("１．甲\n２．乙", "list-syntax", "１．"),
            ("见［甲］（@/a.md）。", "link-syntax", "［甲］（@/a.md）"),
            ("！［甲］（a.png）", "link-syntax", "！［甲］（a.png）"),
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
    fn anchors_in_full_width_signs_are_seen() {
        for heading in [
            "## 做法 ｛#zuofa｝",
            "## 做法 {＃zuofa}",
            "## 做法 ｛ ＃zuofa }",
        ] {
            let (range, meant) = wide_anchor(heading).expect(heading);
            assert_eq!(&heading[..range.start], "## 做法 ");
            assert_eq!(meant, "{#zuofa}");
        }
        assert_eq!(wide_anchor("## 做法｛#a｝").expect("one").1, " {#a}");
        for heading in ["## 做法 {#zuofa}", "## 做法（{1}）", "## 做法 ｛一｝"] {
            assert_eq!(wide_anchor(heading), None, "{heading}");
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
