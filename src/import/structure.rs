//! The structure of a regulation's text: headings, table of contents.
//!
//! This only decides which lines are headings. Articles, paragraphs and items
//! stay plain paragraphs, for the parser of provisions.

use super::manuscript::{Block, Content, Manuscript};
use super::notes::{Kind, Notes};
use crate::structure::dates;
use search::analysis::is_han;
use search::numerals::is_numeral;

/// A division (编, 分编, 章, 节) or an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// 编
    Part,
    /// 分编
    Subpart,
    /// 章
    Chapter,
    /// 节
    Section,
    /// 条
    Article,
}

/// Most characters of a heading; a longer line is a sentence.
const LONGEST_HEADING: usize = 60;

/// Turns lines into headings or paragraphs according to what they are, and
/// removes a table of contents.
pub fn shape(manuscript: &mut Manuscript, notes: &mut Notes) {
    for block in &mut manuscript.blocks {
        let content = match &block.content {
            Content::Heading { level, text } => heading(*level, text),
            Content::Paragraph(text) => match numbered(text) {
                Some((unit, _)) if unit < Unit::Article && is_heading(text) => {
                    heading(rank(unit), text)
                }
                _ => continue,
            },
            _ => continue,
        };
        block.content = content;
    }
    drop_contents(manuscript, notes);
    levels(manuscript);
}

/// Number of paragraphs from the beginning that may belong to the note under a
/// title.
const NOTE_WITHIN: usize = 12;

/// Joins the note under a title if its brackets extend over several lines, one
/// for each event.
pub fn join_note(manuscript: &mut Manuscript) {
    let open = |text: &str| {
        let count = |brackets: [char; 2]| text.matches(brackets).count();
        count(['（', '(']) > count(['）', ')'])
    };
    let blocks = &mut manuscript.blocks;
    let Some(start) = blocks.iter().take(NOTE_WITHIN).position(|block| {
        block.line().is_some_and(|line| {
            line.starts_with(['（', '(']) && open(line) && !dates::find(line).is_empty()
        })
    }) else {
        return;
    };
    let mut joined = String::new();
    for (index, block) in blocks[start..].iter().take(NOTE_WITHIN).enumerate() {
        let Content::Paragraph(text) = &block.content else {
            return;
        };
        if numbered(text).is_some() {
            return;
        }
        // A line that ends an event is complete; others continue in the next
        // line.
        let ends = [
            "通过", "公布", "发布", "修订", "修正", "施行", "批准", "印发", "颁布", "修改",
        ];
        let ended = ends.iter().any(|word| joined.ends_with(word));
        if index > 0 && (ended || text.starts_with(['根', '自']) || begins_with_year(text)) {
            joined.push('\u{3000}');
        }
        joined.push_str(text);
        if !open(&joined) {
            blocks[start].content = Content::Paragraph(joined);
            blocks.drain(start + 1..=start + index);
            return;
        }
    }
}

/// Whether a line begins with a date.
fn begins_with_year(text: &str) -> bool {
    dates::find(text)
        .first()
        .is_some_and(|date| date.range.start == 0)
}

fn heading(level: u8, text: &str) -> Content {
    match numbered(text) {
        Some((Unit::Article, _)) => Content::Paragraph(text.to_owned()),
        _ if !is_heading(text) => Content::Paragraph(text.to_owned()),
        Some((unit, rest)) => {
            let number = text[..text.len() - rest.len()]
                .split_whitespace()
                .collect::<String>();
            let title = unpadded(rest);
            let between = if title.is_empty() { "" } else { " " };
            Content::Heading {
                level: rank(unit),
                text: format!("{number}{between}{title}"),
            }
        }
        None => Content::Heading {
            level,
            text: unpadded(text),
        },
    }
}

fn is_heading(text: &str) -> bool {
    text.chars().count() <= LONGEST_HEADING && !text.contains(['。', '；']) && !text.ends_with('：')
}

/// The level of a division; divisions rank above all other headings.
fn rank(unit: Unit) -> u8 {
    unit as u8 + 20
}

/// The unit that a line begins with, and the text after its number.
pub fn numbered(line: &str) -> Option<(Unit, &str)> {
    let rest = line.trim_start().strip_prefix('第')?;
    let after = rest.trim_start_matches(|c: char| is_numeral(c) || c == ' ' || c == '\u{3000}');
    if !rest[..rest.len() - after.len()].chars().any(is_numeral) {
        return None;
    }
    let units = [
        ("分编", Unit::Subpart),
        ("编", Unit::Part),
        ("章", Unit::Chapter),
        ("节", Unit::Section),
        ("条", Unit::Article),
    ];
    let (word, unit) = units
        .into_iter()
        .find(|(word, _)| after.starts_with(word))?;
    let mut after = &after[word.len()..];
    // 第一百三十三条之一
    if let Some(inserted) = after.strip_prefix('之') {
        let end = inserted.trim_start_matches(is_numeral);
        if end.len() < inserted.len() {
            after = end;
        }
    }
    // 第二章规定的…… is a reference; a title is short or separated from the
    // number, which the caller checks.
    Some((unit, after))
}

/// A title without the spaces that only spread it: 总 则.
fn unpadded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let single = |word: &&str| word.chars().count() == 1 && word.chars().all(is_han);
    let between = if words.iter().all(single) { "" } else { " " };
    words.join(between)
}

/// Removes a table of contents: the lines after 目录 that recur in the text.
fn drop_contents(manuscript: &mut Manuscript, notes: &mut Notes) {
    let blocks = &manuscript.blocks;
    let Some(start) = blocks
        .iter()
        .take(40)
        .position(|block| block.line().is_some_and(|line| squeezed(line) == "目录"))
    else {
        return;
    };
    let later: Vec<String> = blocks.iter().filter_map(Block::line).map(entry).collect();
    let repeats = |block: &Block| {
        let Some(line) = block.line() else {
            return false;
        };
        let own = entry(line);
        line.chars().count() <= LONGEST_HEADING
            && later.iter().filter(|other| **other == own).count() > 1
    };
    let length = blocks[start + 1..]
        .iter()
        .take_while(|block| repeats(block))
        .count();
    // The last entries may instead be the first headings of the text itself.
    let first = blocks.get(start + 1).and_then(Block::line).map(entry);
    let again = blocks[start + 1..start + 1 + length]
        .iter()
        .skip(1)
        .position(|block| block.line().map(entry) == first);
    let length = again.map_or(length, |at| at + 1);
    if length == 0 {
        return;
    }
    for block in &blocks[start..=start + length] {
        notes.add(Kind::ContentsDropped, block.place, "");
    }
    manuscript.blocks.drain(start..=start + length);
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// An entry of a table of contents without its dots and page number.
fn entry(line: &str) -> String {
    let line = squeezed(line);
    let cut = line.trim_end_matches(|c: char| c.is_ascii_digit() || "-—－".contains(c));
    let cut = cut.trim_end_matches(['.', '…', '·', '．']);
    if cut.is_empty() { line } else { cut.to_owned() }
}

/// Assigns levels from 2 on, without gaps: to divisions by their kind, to
/// others by the input's levels. If there are divisions, all others are on
/// level 2.
fn levels(manuscript: &mut Manuscript) {
    let mut used: Vec<u8> = manuscript
        .blocks
        .iter()
        .filter_map(|block| match block.content {
            Content::Heading { level, .. } => Some(level),
            _ => None,
        })
        .collect();
    used.sort_unstable();
    used.dedup();
    let divisions: Vec<u8> = used.iter().copied().filter(|level| *level >= 20).collect();
    for block in &mut manuscript.blocks {
        if let Content::Heading { level, .. } = &mut block.content {
            let known = if divisions.is_empty() {
                &used
            } else {
                &divisions
            };
            let index = known.iter().position(|other| other == level).unwrap_or(0);
            *level = u8::try_from(index + 2).unwrap_or(6).min(6);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_headings_and_the_contents_go() {
        let lines = [
            "目　录",
            "第一章　总　则……1",
            "第二章 附则 2",
            "第一章　总　则",
            "第一条　甲。",
            "第 二 章 附则",
            "第二章规定的事项，照此办理。",
        ];
        let mut manuscript = Manuscript {
            blocks: lines
                .iter()
                .enumerate()
                .map(|(at, line)| Block::paragraph(at + 1, *line))
                .collect(),
            ..Manuscript::default()
        };
        let mut notes = Notes::default();
        shape(&mut manuscript, &mut notes);
        assert_eq!(
            manuscript.blocks,
            [
                Block::heading(4, 2, "第一章 总则"),
                Block::paragraph(5, "第一条　甲。"),
                Block::heading(6, 2, "第二章 附则"),
                Block::paragraph(7, "第二章规定的事项，照此办理。"),
            ]
        );
        assert_eq!(notes.count(Kind::ContentsDropped), 3);
    }

    #[test]
    fn a_note_of_several_lines_is_one_paragraph() {
        let made = |lines: &[&str]| {
            let blocks = lines.iter().map(|line| Block::paragraph(1, *line));
            let mut manuscript = Manuscript {
                blocks: blocks.collect(),
                ..Manuscript::default()
            };
            join_note(&mut manuscript);
            let texts = manuscript.texts().map(|(_, text)| text.to_owned());
            texts.collect::<Vec<_>>()
        };
        let (first, last) = ("（2002年12月28日甲通过", "2013年6月29日乙修正）");
        assert_eq!(
            made(&["办法", first, last, "第一条 丙"]),
            [
                "办法",
                "（2002年12月28日甲通过　2013年6月29日乙修正）",
                "第一条 丙"
            ]
        );
        let open = ["办法", first, "第一条 丙）"];
        assert_eq!(made(&open), open);
    }

    #[test]
    fn numbers_of_provisions() {
        assert_eq!(
            numbered("第一百三十三条之一 甲"),
            Some((Unit::Article, " 甲"))
        );
        assert_eq!(numbered("第7条甲"), Some((Unit::Article, "甲")));
        assert_eq!(numbered("第一分编 通则"), Some((Unit::Subpart, " 通则")));
        for line in ["第三次会议", "第章", "一、甲", ""] {
            assert_eq!(numbered(line), None, "{line}");
        }
    }
}
