//! The title: where it stands, what it says of the kind.

use crate::chinese::han::is_han;
use crate::import::manuscript::{Block, Content, Manuscript};
use crate::import::notes::{Kind, Notes};
use crate::import::structure;

/// What a title may end with.
const ENDINGS: &[&str] = &[
    "条例",
    "规定",
    "办法",
    "规则",
    "细则",
    "准则",
    "章程",
    "法",
    "法典",
    "宪法",
    "意见",
    "决定",
    "决议",
    "通知",
    "通报",
    "方案",
    "纲要",
    "公告",
    "批复",
    "解释",
    "制度",
    "规范",
    "守则",
    "规程",
    "通告",
    "纪要",
    "报告",
    "规划",
    "标准",
    "清单",
    "指引",
    "指南",
    "修正案",
    "答复",
    "函",
    "要点",
    "意见书",
];

/// Longest title that is believed, in characters.
const LONGEST: usize = 80;

/// How many blocks from the beginning may belong to the title.
const HEAD: usize = 12;

/// Finds the title and takes it out of the text.
pub fn take(manuscript: &mut Manuscript, stem: &str, notes: &mut Notes) -> String {
    if let Some(title) = manuscript.title.take() {
        let title = cleaned(&title);
        if !title.is_empty() {
            remove(manuscript, &title);
            return title;
        }
    }
    let first = manuscript.blocks.first();
    if let Some(Block {
        content: Content::Heading { level: 1, text },
        ..
    }) = first
    {
        let title = cleaned(text);
        manuscript.blocks.remove(0);
        return title;
    }
    if let Some((range, title)) = guessed(&manuscript.blocks) {
        let place = manuscript.blocks[range.start].place;
        notes.add(Kind::TitleGuessed, place, title.clone());
        manuscript.blocks.drain(range);
        return title;
    }
    // A first line that is no sentence is a title too.
    if let Some(line) = first.and_then(Block::line)
        && (2..=40).contains(&line.chars().count())
        && !line.contains(['。', '；', '，'])
        && !line.ends_with(['：', ':'])
        && structure::numbered(line).is_none()
        && line.chars().any(is_han)
    {
        let title = cleaned(line);
        notes.add(Kind::TitleGuessed, 1, title.clone());
        manuscript.blocks.remove(0);
        return title;
    }
    notes.add(Kind::TitleFromFileName, 0, stem);
    let stem = without_brackets(stem).trim();
    if stem.is_empty() {
        "未命名".to_owned()
    } else {
        cleaned(stem)
    }
}

/// A title without its outer 《》 and with single spaces.
fn cleaned(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>();
    let between = |a: &str, b: &str| {
        let han = |c: Option<char>| c.is_some_and(is_han);
        !(han(a.chars().next_back()) && han(b.chars().next()))
    };
    let mut joined = String::new();
    for word in title {
        if !joined.is_empty() && between(&joined, word) {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    let inner = joined
        .strip_prefix('《')
        .and_then(|rest| rest.strip_suffix('》'));
    match inner {
        Some(inner) if !inner.contains(['《', '》']) => inner.to_owned(),
        _ => joined,
    }
}

/// Takes the blocks that only repeat the title out of the beginning.
fn remove(manuscript: &mut Manuscript, title: &str) {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '(' => '（',
                ')' => '）',
                other => other,
            })
            .collect()
    };
    let title = plain(title);
    for start in 0..manuscript.blocks.len().min(4) {
        let mut joined = String::new();
        for length in 1..=3 {
            let Some(line) = manuscript
                .blocks
                .get(start + length - 1)
                .and_then(Block::line)
            else {
                break;
            };
            joined.push_str(&plain(line));
            if joined == title {
                manuscript.blocks.drain(start..start + length);
                return;
            }
            if !title.starts_with(&joined) {
                break;
            }
        }
    }
}

/// The first lines that end like a title; a title of two lines begins with
/// 关于 or breaks off.
fn guessed(blocks: &[Block]) -> Option<(std::ops::Range<usize>, String)> {
    let lines: Vec<&str> = blocks.iter().take(HEAD).map_while(Block::line).collect();
    for (index, line) in lines.iter().enumerate() {
        if structure::numbered(line).is_some() || line.starts_with("一、") {
            return None;
        }
        let ends = ends_like_title(line);
        if ends {
            return Some((index..index + 1, cleaned(line)));
        }
        // 某某委员会关于印发 / 《某某办法》的通知
        if line.contains("关于") && is_line_of_title(line) {
            let mut joined = cleaned(line);
            for (length, next) in lines[index + 1..].iter().take(2).enumerate() {
                if !is_line_of_title(next) {
                    break;
                }
                joined.push_str(&cleaned(next));
                if ends_like_title(&joined) {
                    return Some((index..index + length + 2, joined));
                }
            }
        }
        if line.contains(['。', '；']) {
            return None;
        }
    }
    None
}

fn is_line_of_title(line: &str) -> bool {
    line.chars().count() <= LONGEST
        && !line.contains(['。', '；', '！', '？'])
        && !line.ends_with('：')
}

fn ends_like_title(line: &str) -> bool {
    let core = without_brackets(line.trim());
    (4..=LONGEST).contains(&core.chars().count())
        && !core.contains(['。', '；', '！', '？', '：'])
        && ENDINGS.iter().any(|ending| core.ends_with(ending))
}

/// A title without the brackets at its end: （试行）, (2018-01-25).
pub fn without_brackets(title: &str) -> &str {
    let mut title = title.trim();
    while let Some(inner) = title.strip_suffix(['）', ')']) {
        let Some(open) = inner.rfind(['（', '(']) else {
            break;
        };
        if open == 0 {
            break;
        }
        title = title[..open].trim_end();
    }
    title
}

/// The kind that the title's last word names, as the register of kinds has it.
pub fn kind(title: &str) -> Option<&'static str> {
    let core = without_brackets(title);
    if core.ends_with("中国共产党章程") {
        return Some("党章");
    }
    let plain = ["条例", "规定", "办法", "规则", "细则", "准则"];
    if let Some(kind) = plain.into_iter().find(|kind| core.ends_with(kind)) {
        return Some(kind);
    }
    let papers = [
        "意见", "决定", "决议", "通知", "通报", "公告", "通告", "批复", "方案", "纲要", "纪要",
        "函", "报告", "答复", "要点", "指引", "指南", "规划",
    ];
    if papers.iter().any(|paper| core.ends_with(paper)) {
        return Some("规范性文件");
    }
    let law = core.ends_with("法典") || core.ends_with("宪法") || core.ends_with('法');
    (law && core.starts_with("中华人民共和国")).then_some("法律")
}

/// Shorter names that people use: without the state's or the Party's name in
/// front, without （试行） behind.
pub fn other_names(title: &str) -> Vec<String> {
    let mut names = Vec::new();
    let core = without_brackets(title);
    for name in [core, title] {
        for prefix in ["中华人民共和国", "中国共产党", "中共中央"] {
            let short = name.strip_prefix(prefix).unwrap_or(name);
            let fits =
                short != title && short.chars().count() >= 3 && !names.contains(&short.to_owned());
            if fits && !short.starts_with(['关', '、', '和', '与']) {
                names.push(short.to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(lines: &[&str]) -> (String, usize) {
        let blocks = lines
            .iter()
            .enumerate()
            .map(|(at, line)| Block::paragraph(at + 1, *line));
        let mut manuscript = Manuscript {
            blocks: blocks.collect(),
            ..Manuscript::default()
        };
        let title = take(&mut manuscript, "文件(2018-01-25)", &mut Notes::default());
        (title, manuscript.blocks.len())
    }

    #[test]
    fn a_title_is_found_in_the_first_lines() {
        assert_eq!(
            taken(&["某某省责任制办法（试行）", "第一条 甲。"]),
            ("某某省责任制办法（试行）".into(), 1)
        );
        assert_eq!(
            taken(&[
                "某某委员会文件",
                "某某委员会关于印发",
                "《某某办法》的通知",
                "各单位："
            ]),
            ("某某委员会关于印发《某某办法》的通知".into(), 2)
        );
        assert_eq!(taken(&["示 例 文 章", "甲，乙。"]), ("示例文章".into(), 1));
        assert_eq!(taken(&["第一条 甲。"]), ("文件".into(), 1));
        assert_eq!(taken(&[]), ("文件".into(), 0));
    }

    #[test]
    fn the_last_word_names_the_kind() {
        assert_eq!(kind("某某责任制规定（试行）"), Some("规定"));
        assert_eq!(kind("关于加强某某的意见"), Some("规范性文件"));
        assert_eq!(kind("中华人民共和国示例法"), Some("法律"));
        assert_eq!(kind("某某管理办法"), Some("办法"));
        assert_eq!(kind("示例文章"), None);
        assert_eq!(other_names("中华人民共和国示例法"), ["示例法"]);
        assert_eq!(
            other_names("中国共产党示例条例（试行）"),
            ["中国共产党示例条例", "示例条例", "示例条例（试行）"]
        );
    }
}
