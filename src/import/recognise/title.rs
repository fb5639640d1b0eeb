//! The title: finds it, and derives the kind from it.

use crate::import::link;
use crate::import::manuscript::{Block, Content, Manuscript};
use crate::import::notes::{Kind, Notes};
use crate::import::structure;
use crate::model::{RegulationKind, Vocabulary as _};
use crate::structure::official;
use search::analysis::is_han;

use super::issuer::is_organ;
use super::order::Order;
use crate::structure::names::ENDINGS;

/// Most characters of a title; a longer text is no title.
const LONGEST: usize = 80;

/// Number of blocks from the beginning that may belong to the title.
const HEAD: usize = 12;

/// A title that was found, and its position if it was in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub title: String,
    /// Number of blocks that remain above it.
    pub at: Option<usize>,
}

/// Finds the title and removes it from the text. For a text that a 令 or 公告
/// promulgates, the order states the title.
pub fn take(
    manuscript: &mut Manuscript,
    stem: &str,
    order: Option<&Order>,
    notes: &mut Notes,
) -> Found {
    if let Some(order) = order {
        manuscript.title = None;
        manuscript.blocks.drain(order.title_blocks.clone());
        return Found {
            title: cleaned(&order.title),
            at: Some(order.title_blocks.start),
        };
    }
    let mut found = marked(manuscript)
        .or_else(|| first_lines(manuscript, notes))
        .unwrap_or_else(|| Found {
            title: from_file_name(stem, notes),
            at: None,
        });
    found.title = without_note_marks(&found.title);
    if let Some(at) = found.at
        && let Some(state) = manuscript.blocks.get(at).and_then(Block::line)
        && is_state(state)
        && !found.title.ends_with(['）', ')'])
    {
        found.title = format!("{}{}", found.title, cleaned(state));
        manuscript.blocks.remove(at);
    }
    found
}

/// A title without 〔注1〕; the note itself stays below the text.
fn without_note_marks(title: &str) -> String {
    let mut out = String::new();
    let mut rest = title;
    while let Some((before, behind)) = rest.split_once("〔注") {
        let Some((number, after)) = behind.split_once('〕') else {
            break;
        };
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        out.push_str(before);
        rest = after;
    }
    out + rest
}

/// The title that the format marks.
fn marked(manuscript: &mut Manuscript) -> Option<Found> {
    if let Some(title) = manuscript.title.take() {
        let title = cleaned(&title);
        if !title.is_empty() {
            let at = remove(manuscript, &title);
            return Some(Found { title, at });
        }
    }
    let Some(Block {
        content: Content::Heading { level: 1, text },
        ..
    }) = manuscript.blocks.first()
    else {
        return None;
    };
    let title = cleaned(text);
    manuscript.blocks.remove(0);
    Some(Found { title, at: Some(0) })
}

/// The title in the first lines of the text.
fn first_lines(manuscript: &mut Manuscript, notes: &mut Notes) -> Option<Found> {
    if let Some((range, title)) = guessed(&manuscript.blocks) {
        let place = manuscript.blocks[range.start].place;
        notes.add(Kind::TitleGuessed, place, title.clone());
        let at = Some(range.start);
        manuscript.blocks.drain(range);
        return Some(Found { title, at });
    }
    // The name of the page or file is better evidence than a first line that
    // isn't a sentence.
    if let Some(title) = manuscript.named.take() {
        let title = cleaned(&title);
        notes.add(Kind::TitleGuessed, 0, title.clone());
        let at = remove(manuscript, &title);
        return Some(Found { title, at });
    }
    let line = manuscript.blocks.first().and_then(Block::line)?;
    let fits = (2..=40).contains(&line.chars().count())
        && !line.contains(['。', '；', '，'])
        && !line.ends_with(['：', ':'])
        && structure::numbered(line).is_none()
        && !official::is_secrecy(line)
        && !official::is_withheld(line)
        && line.chars().any(is_han);
    if !fits {
        return None;
    }
    let title = cleaned(line);
    notes.add(Kind::TitleGuessed, 1, title.clone());
    manuscript.blocks.remove(0);
    Some(Found { title, at: Some(0) })
}

fn from_file_name(stem: &str, notes: &mut Notes) -> String {
    notes.add(Kind::TitleFromFileName, 0, stem);
    let stem = without_draft_marks(stem);
    if stem.is_empty() {
        "未命名".to_owned()
    } else {
        cleaned(&stem)
    }
}

/// The name of a file without markers of drafts: 某某办法（定稿2）,
/// 某某办法-终稿, 某某办法 - 副本 (2), 某某办法20220308.
pub fn without_draft_marks(name: &str) -> String {
    const DRAFTS: &[&str] = &[
        "最终版",
        "最终稿",
        "定稿",
        "终稿",
        "终版",
        "修改稿",
        "修订稿",
        "送审稿",
        "审议稿",
        "印发稿",
        "清样",
        "副本",
        "复件",
        "新建",
        "最新",
        "final",
        "copy",
        "draft",
        "改",
        "版",
        "稿",
        "v",
        "V",
        "已排版",
        "排版",
        "打印",
        "正式",
        "签发",
    ];
    let is_digits = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '年' | '月' | '日'))
    };
    let is_draft = |text: &str| {
        let text = text.trim();
        is_digits(text)
            || DRAFTS.iter().any(|word| {
                let rest = text
                    .strip_prefix(word)
                    .or_else(|| text.strip_suffix(word))
                    .map(str::trim);
                rest.is_some_and(|rest| rest.is_empty() || is_digits(rest))
            })
    };
    let mut name = name.trim().to_owned();
    loop {
        let before = name.clone();
        if let Some(inner) = name.strip_suffix(['）', ')', '】', ']'])
            && let Some(open) = inner.rfind(['（', '(', '【', '['])
            && open > 0
        {
            let width = inner[open..].chars().next().map_or(1, char::len_utf8);
            if is_draft(&inner[open + width..]) {
                name.truncate(open);
            }
        }
        if let Some(at) = name.rfind(['-', '_', ' ', '—', '－'])
            && at > 0
        {
            let width = name[at..].chars().next().map_or(1, char::len_utf8);
            if is_draft(&name[at + width..]) {
                name.truncate(at);
            }
        }
        for word in DRAFTS.iter().filter(|word| word.chars().count() >= 2) {
            let digits = name.trim_end_matches(|c: char| c.is_ascii_digit());
            if let Some(rest) = digits.strip_suffix(word)
                && rest.chars().count() >= 4
            {
                name = rest.to_owned();
            }
        }
        let digits = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        // Removes a day after the name; 十三五规划2025 keeps its year.
        if name.len() - digits >= 6 && digits > 0 {
            name.truncate(digits);
        }
        let trimmed = name.trim_end_matches(['-', '_', ' ', '—', '－', '　']);
        name.truncate(trimmed.len());
        if name == before || name.is_empty() {
            return name;
        }
    }
}

/// Whether a line below a title is only （试行）.
fn is_state(line: &str) -> bool {
    let inner = line
        .trim()
        .strip_prefix(['（', '('])
        .and_then(|rest| rest.strip_suffix(['）', ')']));
    inner.is_some_and(|inner| {
        let text: String = inner.chars().filter(|c| !c.is_whitespace()).collect();
        matches!(
            text.as_str(),
            "试行"
                | "暂行"
                | "草案"
                | "修订"
                | "修订稿"
                | "修订草案"
                | "修正案"
                | "送审稿"
                | "讨论稿"
                | "审议稿"
                | "征求意见稿"
                | "公开征求意见稿"
                | "修改稿"
                | "建议稿"
        ) || text
            .strip_suffix("版")
            .or_else(|| text.strip_suffix("修订"))
            .or_else(|| text.strip_suffix("年本"))
            .is_some_and(|year| {
                let digits = year.trim_end_matches('年');
                digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())
            })
    })
}

/// Removes the outer 《》 of a title, and repeated spaces. Spaces between the
/// names of organs that issue a document together are kept.
fn cleaned(title: &str) -> String {
    let title = link::without_marks(title);
    let mut joined = String::new();
    let mut space = String::new();
    for c in title.trim().chars() {
        if c.is_whitespace() {
            space.push(c);
            continue;
        }
        if !space.is_empty() && !joined.is_empty() {
            let before = joined.chars().next_back();
            if before.is_some_and(is_han) && is_han(c) {
                if is_organ(joined.split(['　', ' ']).next_back().unwrap_or_default()) {
                    joined.push('　');
                }
            } else {
                joined.push(' ');
            }
        }
        space.clear();
        joined.push(c);
    }
    // A space after a single issuing organ is only for layout.
    let inner = joined
        .strip_prefix('《')
        .and_then(|rest| rest.strip_suffix('》'));
    match inner {
        Some(inner) if !inner.contains(['《', '》']) => inner.to_owned(),
        _ => joined,
    }
}

/// Removes the blocks at the beginning that only repeat the title.
fn remove(manuscript: &mut Manuscript, title: &str) -> Option<usize> {
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
    for start in 0..manuscript.blocks.len().min(HEAD) {
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
                return Some(start);
            }
            if !title.starts_with(&joined) {
                break;
            }
        }
    }
    None
}

/// Most lines of a title.
const MOST_LINES: usize = 5;

/// Guesses the title from the first lines that end like one. A title of several
/// lines breaks within a name (关于印发某某办法的 / 通知), and its issuing
/// organs may be on their own lines above it.
fn guessed(blocks: &[Block]) -> Option<(std::ops::Range<usize>, String)> {
    let lines: Vec<&str> = blocks.iter().take(HEAD).map_while(Block::line).collect();
    for (index, line) in lines.iter().enumerate() {
        if structure::numbered(line).is_some() || line.starts_with("一、") {
            return None;
        }
        let begins = ["关于", "印发", "转发", "批转"]
            .iter()
            .any(|word| line.trim_start().starts_with(word));
        // The issuing organs precede the title, with or without a space.
        let first = if begins {
            let organs = lines[..index]
                .iter()
                .rev()
                .take_while(|line| line.split_whitespace().all(is_organ));
            index - organs.count()
        } else {
            index
        };
        let goes_on = begins || line.contains("关于") || line.contains('《');
        let mut joined = String::new();
        for (length, next) in lines[index..].iter().take(MOST_LINES).enumerate() {
            let line_of_title = is_line_of_title(next) && structure::numbered(next).is_none();
            if !line_of_title || (length > 0 && !goes_on) {
                break;
            }
            joined.push_str(&cleaned(next));
            // 裁判要点 below the name of a case is a heading.
            let is_heading = index > 0 && joined.chars().count() <= LONGEST_HEADING;
            if ends_like_title(&joined)
                && !is_heading
                && !breaks_off(&joined, lines.get(index + length + 1))
            {
                let organs: String = lines[first..index]
                    .iter()
                    .map(|line| cleaned(line))
                    .collect::<Vec<_>>()
                    .join("　");
                return Some((first..index + length + 1, format!("{organs}{joined}")));
            }
        }
        if line.contains(['。', '；']) {
            return None;
        }
    }
    None
}

/// Longest line, in characters, that is a heading and no title if it isn't the
/// first.
const LONGEST_HEADING: usize = 4;

/// Whether a title continues in the next line: 关于印发《某某办法》 / 的通知,
/// or 关于印发某某市示例办法 / 的通知.
fn breaks_off(title: &str, next: Option<&&str>) -> bool {
    let open = title.matches('《').count() > title.matches('》').count();
    open || next.is_some_and(|next| {
        let next = next.trim();
        next.chars().count() <= 12
            && next.starts_with('的')
            && ends_like_title(&format!("{title}{next}"))
    })
}

fn is_line_of_title(line: &str) -> bool {
    line.chars().count() <= LONGEST
        && !line.contains(['。', '；', '！', '？'])
        && !line.ends_with('：')
}

/// Whether a line ends like a title.
pub fn ends_like_title(line: &str) -> bool {
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

/// The kind in the register of kinds that the title's last word names.
pub fn kind(title: &str) -> Option<RegulationKind> {
    let core = without_brackets(title);
    if core.ends_with("中国共产党章程") {
        return Some(RegulationKind::Constitution);
    }
    let plain = [
        RegulationKind::Regulations,
        RegulationKind::Provisions,
        RegulationKind::Measures,
        RegulationKind::Rules,
        RegulationKind::DetailedRules,
        RegulationKind::Norms,
    ];
    if let Some(kind) = plain.into_iter().find(|kind| core.ends_with(kind.label())) {
        return Some(kind);
    }
    let papers = [
        "意见", "决定", "决议", "通知", "通报", "公告", "通告", "批复", "方案", "纲要", "纪要",
        "函", "报告", "答复", "要点", "指引", "指南", "规划",
    ];
    if papers.iter().any(|paper| core.ends_with(paper)) {
        return Some(RegulationKind::NormativeDocument);
    }
    let law = core.ends_with("法典") || core.ends_with("宪法") || core.ends_with('法');
    (law && core.starts_with("中华人民共和国")).then_some(RegulationKind::Law)
}

/// Shorter names in common use: without the name of the state or Party at the
/// beginning, without （试行） at the end.
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
        let notes = &mut Notes::default();
        let found = take(&mut manuscript, "文件(2018-01-25)", None, notes);
        (found.title, manuscript.blocks.len())
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
    fn a_title_has_all_its_lines() {
        for (lines, title) in [
            (
                vec![
                    "某某市人民政府办公室",
                    "关于印发某某市示例办法（试行）的",
                    "通知",
                    "各单位：",
                ],
                "某某市人民政府办公室关于印发某某市示例办法（试行）的通知",
            ),
            (
                vec![
                    "中共某某市委办公室　某某市人民政府办公室",
                    "印发《关于某事的意见》的通知",
                    "各县委：",
                ],
                "中共某某市委办公室　某某市人民政府办公室印发《关于某事的意见》的通知",
            ),
            (
                vec![
                    "某某市示例委员会",
                    "某某市样本局",
                    "关于某事的通报",
                    "各单位：",
                ],
                "某某市示例委员会　某某市样本局关于某事的通报",
            ),
            (
                vec![
                    "某某市示例委员会",
                    "关于印发《某某办法》",
                    "的通知",
                    "各单位：",
                ],
                "某某市示例委员会关于印发《某某办法》的通知",
            ),
            (
                vec!["某某市示例办法", "（试行）", "第一条 甲。"],
                "某某市示例办法（试行）",
            ),
            (
                vec!["某某市示例办法", "（2019年1月1日公布）"],
                "某某市示例办法",
            ),
        ] {
            assert_eq!(taken(&lines).0, title);
        }
    }

    #[test]
    fn names_of_files_lose_their_drafts() {
        for (name, bare) in [
            ("云溪市信访事项督办办法（定稿2）", "云溪市信访事项督办办法"),
            ("某某办法-最终版", "某某办法"),
            ("某某办法 - 副本 (2)", "某某办法"),
            ("某某办法20220308", "某某办法"),
            ("某某办法（试行）", "某某办法（试行）"),
            ("某某办法V2", "某某办法V2"),
            ("某某规划2025", "某某规划2025"),
            ("文件(2018-01-25)", "文件"),
            ("关于修改某某办法的决定", "关于修改某某办法的决定"),
            ("某某责任制改", "某某责任制改"),
        ] {
            assert_eq!(without_draft_marks(name), bare);
        }
    }

    #[test]
    fn the_last_word_names_the_kind() {
        let kind = |title| kind(title).map(RegulationKind::label);
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
