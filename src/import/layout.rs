//! Undoes what page layout does to lines: line ends within sentences, page
//! numbers, running heads.
//!
//! Text copied from a PDF or made by a scanner has a line end wherever the page
//! had one. A line is joined to the next if its sentence continues and it is as
//! long as the text's lines usually are. A line that begins something new (a
//! number, a date, a signature) is never joined to the one above.

use std::collections::BTreeMap;

use super::manuscript::{Block, Content, Look, Manuscript, PlaceUnit};
use super::notes::{Kind, Notes};
use super::recognise::{issuer, title};
use super::structure::{self, Unit};
use crate::structure::dates;
use crate::structure::label::{self, LabelKind, Style};
use crate::structure::official;
use search::analysis::is_han;
use search::numerals;
use search::numerals::is_numeral;

/// Width in characters of the widest line that page layout makes.
const WIDEST_PAGE: usize = 100;

const NARROWEST_PAGE: usize = 14;

/// Least percentage of the width at which a line counts as broken by layout.
const BROKEN_AT_PERCENT: usize = 70;

/// In formats that have paragraphs, and in texts with a blank line between all
/// lines, layout counts as the cause only if at least this many broken sentences
/// end in the next line, and the percentage below of all lines break off. A list
/// of duties without full stops has no such line.
const MENDED_SENTENCES: usize = 2;
const BROKEN_PARAGRAPHS_PERCENT: usize = 20;

/// Percentage of lines below blank lines from which blank lines say nothing about
/// where paragraphs begin.
const APART_PERCENT: usize = 80;

/// Least distance in lines between bare numbers that are page numbers.
const PAGE_OF_LINES: usize = 8;

/// Undoes the effects of page layout on a text.
pub fn mend(manuscript: &mut Manuscript, notes: &mut Notes) {
    let by_paragraphs = manuscript.unit == PlaceUnit::Paragraph;
    if manuscript.looks.is_empty() && !by_paragraphs {
        return;
    }
    join_over_pages(manuscript, notes);
    let between_pages = drop_page_numbers(manuscript, notes);
    let Some(width) = width(&manuscript.blocks) else {
        return;
    };
    let mut looks = std::mem::take(&mut manuscript.looks);
    let apart = looks.values().filter(|look| look.apart).count();
    let all_apart = apart * 100 >= manuscript.blocks.len() * APART_PERCENT;
    if all_apart {
        for look in looks.values_mut() {
            look.apart = false;
        }
    }
    let page = Page {
        width,
        indents: indents(&manuscript.blocks, &looks),
        looks,
        between_pages,
    };
    let blocks = &manuscript.blocks;
    if by_paragraphs || all_apart {
        let broken: Vec<&Block> = blocks
            .windows(2)
            .filter(|pair| page.is_broken(&pair[0]) && page.joins(&pair[0], &pair[1], false))
            .map(|pair| &pair[1])
            .collect();
        let ends = |line: &str| line.ends_with(['。', '；', '：', '！', '？']);
        let mended = broken
            .iter()
            .filter(|below| below.line().is_some_and(ends))
            .count();
        if mended < MENDED_SENTENCES
            || broken.len() * 100 < blocks.len() * BROKEN_PARAGRAPHS_PERCENT
        {
            return;
        }
    }
    page.join(manuscript, notes);
}

struct Page {
    width: usize,
    /// Whether paragraphs of this text are indented.
    indents: bool,
    looks: BTreeMap<usize, Look>,
    /// Places of the first lines after page breaks.
    between_pages: Vec<usize>,
}

impl Page {
    /// Whether a block is as long as the text's lines usually are.
    fn is_broken(&self, block: &Block) -> bool {
        let wide = block.line().map_or(0, characters);
        wide * 100 >= self.width * BROKEN_AT_PERCENT
    }

    /// Whether a block continues in the next. `open` says that it already
    /// continues an earlier one.
    fn joins(&self, above: &Block, below: &Block, open: bool) -> bool {
        let (Content::Paragraph(a), Content::Paragraph(b)) = (&above.content, &below.content)
        else {
            return false;
        };
        let look = self.looks.get(&below.place).copied().unwrap_or_default();
        if look.apart && !self.between_pages.contains(&below.place) {
            return false;
        }
        if self.indents && look.indented {
            return false;
        }
        goes_on(a, b, open)
    }

    fn join(&self, manuscript: &mut Manuscript, notes: &mut Notes) {
        let mut made: Vec<Block> = Vec::with_capacity(manuscript.blocks.len());
        // The last line of the paragraph that is being joined.
        let mut last: Option<Block> = None;
        let mut open = false;
        let mut joined = 0;
        let mut unclear = Vec::new();
        for block in std::mem::take(&mut manuscript.blocks) {
            let wide = last.as_ref().and_then(Block::line).map_or(0, characters);
            let broken = last.as_ref().is_some_and(|above| {
                self.is_broken(above)
                    || matches!((above.line(), block.line()), (Some(a), Some(b)) if cuts_number(a, b))
            });
            let goes_on = last
                .as_ref()
                .is_some_and(|above| self.joins(above, &block, open));
            let by_indent = self.indents
                && wide + 2 >= self.width
                && self
                    .looks
                    .get(&block.place)
                    .is_some_and(|look| !look.indented && !look.apart)
                && block.line().is_some_and(|line| {
                    let above = last.as_ref().and_then(Block::line).unwrap_or_default();
                    !starts_anew(above, line)
                });
            if (goes_on && broken || by_indent)
                && let (
                    Some(Block {
                        content: Content::Paragraph(text),
                        ..
                    }),
                    Content::Paragraph(next),
                ) = (made.last_mut(), &block.content)
            {
                append(text, next);
                notes.add(Kind::LinesJoined, block.place, "");
                joined += 1;
                open = true;
                last = Some(block);
                continue;
            }
            let full = wide + 1 >= self.width && wide <= self.width + 2;
            if full
                && !self.indents
                && block.line().is_some_and(|line| {
                    let above = last.as_ref().and_then(Block::line).unwrap_or_default();
                    !starts_anew(above, line)
                })
                && matches!(block.content, Content::Paragraph(_))
                && !self.looks.get(&block.place).is_some_and(|look| look.apart)
            {
                unclear.push(block.place);
            }
            open = false;
            last = Some(block.clone());
            made.push(block);
        }
        if joined >= 3 {
            for place in unclear {
                notes.add(Kind::LineEndsUnclear, place, "");
            }
        }
        manuscript.blocks = made;
    }
}

/// Joins paragraphs between which a new page begins in the middle of a sentence.
/// Only conversion puts a page break there.
fn join_over_pages(manuscript: &mut Manuscript, notes: &mut Notes) {
    let begins = std::mem::take(&mut manuscript.page_begins);
    if begins.is_empty() {
        return;
    }
    let mut made: Vec<Block> = Vec::with_capacity(manuscript.blocks.len());
    for block in std::mem::take(&mut manuscript.blocks) {
        if begins.contains(&block.place)
            && let Content::Paragraph(below) = &block.content
            && let Some(Block {
                content: Content::Paragraph(above),
                ..
            }) = made.last_mut()
            && goes_on_over(above, below)
        {
            append(above, below);
            notes.add(Kind::LinesJoined, block.place, "");
            continue;
        }
        made.push(block);
    }
    manuscript.blocks = made;
}

/// Whether a text continues beyond a page or column break: it is longer than a
/// name, and the next line is not a title or signature.
pub fn goes_on_over(above: &str, below: &str) -> bool {
    let sentence = |text: &str| text.contains(['，', '。', '；', '、']);
    goes_on(above, below, true) && (sentence(above) || sentence(below))
}

/// Whether a date or number is cut: 2021年12 and 月31日, 第二十 and 五条.
fn cuts_number(above: &str, below: &str) -> bool {
    let ends = above.ends_with(|c: char| c.is_ascii_digit() || numerals::is_numeral(c));
    ends && below.starts_with(['年', '月', '日', '号', '条', '款', '项', '章'])
        && !begins_own(below)
}

/// Appends a line to the text that it continues.
pub fn append(text: &mut String, next: &str) {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic() || c == ',');
    if latin(text.chars().next_back()) && latin(next.chars().next()) {
        text.push(' ');
    }
    text.push_str(next);
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

/// The width of a text's lines; `None` when page layout didn't break them.
fn width(blocks: &[Block]) -> Option<usize> {
    let mut widths: Vec<usize> = blocks
        .iter()
        .filter_map(|block| match &block.content {
            Content::Paragraph(text) => Some(characters(text)),
            _ => None,
        })
        .filter(|width| *width >= 6)
        .collect();
    widths.sort_unstable();
    let index = widths.len().checked_sub(1)? * 95 / 100;
    let width = widths[index];
    (NARROWEST_PAGE..=WIDEST_PAGE)
        .contains(&width)
        .then_some(width)
}

/// Whether paragraphs are indented: most numbered lines are, and other lines
/// aren't.
fn indents(blocks: &[Block], looks: &BTreeMap<usize, Look>) -> bool {
    let indented = |block: &&Block| looks.get(&block.place).is_some_and(|look| look.indented);
    let numbered: Vec<&Block> = blocks
        .iter()
        .filter(|block| block.line().is_some_and(|line| label::read(line).is_some()))
        .collect();
    let count = numbered.iter().filter(|block| indented(block)).count();
    let others = blocks.iter().filter(|block| {
        !indented(block) && block.line().is_some_and(|line| label::read(line).is_none())
    });
    count >= 3 && count * 10 >= numbered.len() * 8 && others.count() >= 2
}

/// Whether a line continues in the next, judged by their words. `open` says
/// that it already continues an earlier one.
pub fn goes_on(above: &str, below: &str, open: bool) -> bool {
    let (above, below) = (above.trim(), below.trim());
    let (Some(last), Some(first)) = (above.chars().next_back(), below.chars().next()) else {
        return false;
    };
    if "，。；、：！？）》”’】".contains(first) {
        return !begins_own(below);
    }
    if starts_anew(above, below)
        || in_columns(above)
        || in_columns(below)
        || !(open || is_prose(above))
    {
        return false;
    }
    match last {
        '。' | '；' | '：' | '！' | '？' | '…' | '】' | ';' | ':' | '|' => false,
        '）' | '》' | '”' | '’' | ')' => "的和与及或等为是在".contains(first),
        '，' | '、' | '（' | '《' | '“' => true,
        last => {
            (is_han(last) || last.is_ascii_alphanumeric() || "—-%％〇".contains(last))
                && (is_han(first) || first.is_ascii_alphanumeric() || "（《“〔".contains(first))
        }
    }
}

/// Whether a line is part of a sentence, not a heading, name or cell.
fn is_prose(line: &str) -> bool {
    let read = label::read(line);
    let rest = read.as_ref().map_or(line, |label| &line[label.length..]);
    if rest.contains(['，', '；', '。', '、', '：']) {
        return !official::is_addressee(line) && !line.starts_with("附件");
    }
    let long = line.chars().count() >= NARROWEST_PAGE;
    match read.map(|label| label.kind) {
        Some(LabelKind::Article) => long,
        Some(LabelKind::Item(style)) => long && style > Style::Comma,
        _ => false,
    }
}

/// Whether the line has columns: words separated by more than one space.
fn in_columns(line: &str) -> bool {
    let drawn = |c: char| ('\u{2500}'..='\u{257F}').contains(&c);
    line.contains("  ") || line.contains('\t') || line.contains("　　") || line.contains(drawn)
}

/// Whether the lower of two lines begins something new. What has the form of
/// addressees ends a sentence if the line above is a part of one. A line that is a
/// whole title ends there, unless 的规定 or the like follows.
fn starts_anew(above: &str, below: &str) -> bool {
    let is_title = || {
        title::ends_like_title(above)
            && above.contains("关于")
            && !above.contains('，')
            && label::read(above).is_none()
            && !below.starts_with([
                '的', '和', '与', '及', '或', '第', '规', '中', '所', '等', '、',
            ])
    };
    begins_own(below) || official::is_addressee(below) && !above.contains('，') || is_title()
}

/// Whether a line begins with a provision that a sentence cites: 第三条的规定,
/// 第四条规定的程序, 第五条第二款.
fn cites(line: &str) -> bool {
    let rest = structure::numbered(line).map(|(_, rest)| rest).or_else(|| {
        let rest = line
            .strip_prefix('第')?
            .trim_start_matches(numerals::is_numeral);
        rest.strip_prefix(['款', '项'])
    });
    rest.is_some_and(|rest| {
        rest.starts_with([
            '的', '第', '、', '和', '与', '及', '至', '或', '所', '，', '之',
        ]) || rest.starts_with("规定")
            || rest.starts_with("以")
    })
}

/// Whether a line begins something new, whatever stands above it.
fn begins_own(line: &str) -> bool {
    if cites(line) {
        return false;
    }
    let compact: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    label::read(line).is_some()
        || structure::numbered(line).is_some_and(|(unit, rest)| {
            unit == Unit::Article || rest.starts_with([' ', '　']) || rest.is_empty()
        })
        || dates::whole(&compact).is_some()
        || official::is_annex_label(line)
        || ["附件：", "附：", "附件:", "抄送", "注：", "说明："]
            .iter()
            .any(|word| line.starts_with(word))
        || line.starts_with([
            '·', '•', '●', '◆', '■', '□', '☑', '★', '※', '┌', '│', '├', '└', '|',
        ])
        || issuer::is_organ(&compact)
        || (official::is_remark(line) && !dates::find(line).is_empty())
        || (2..=6).contains(&line.chars().count())
            && matches!(compact.as_str(), "目录" | "总则" | "附则" | "前言" | "序言")
}

/// Whether a line begins with a number: 第三条, 一、, （一）, 1., ①.
pub fn begins_paragraph(line: &str) -> bool {
    let line = line.trim_start_matches(['(', '（', '第', '【']);
    let digits = line.chars().take_while(|c| is_numeral(*c)).count();
    if line.starts_with(|c| matches!(c, '①'..='⑳')) {
        return true;
    }
    let mut rest = line.chars().skip(digits);
    (1..=8).contains(&digits)
        && match rest.next() {
            Some('、' | '.' | '．' | ')' | '）' | '条' | '章' | '节' | '编' | '款') => true,
            Some('分') => rest.next() == Some('编'),
            _ => false,
        }
        && line.chars().any(is_han)
}

/// Removes page numbers and running heads beside them. Returns the places of
/// the lines that follow a page number.
fn drop_page_numbers(manuscript: &mut Manuscript, notes: &mut Notes) -> Vec<usize> {
    let blocks = &manuscript.blocks;
    let mut numbers: Vec<usize> = (0..blocks.len())
        .filter(|at| blocks[*at].line().is_some_and(is_page_number))
        .collect();
    numbers.extend(bare_numbers(blocks));
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() {
        return Vec::new();
    }
    let heads = running_heads(blocks, &numbers);
    let mut taken = vec![false; blocks.len()];
    for at in &numbers {
        taken[*at] = true;
        notes.add(
            Kind::PageNumbers,
            blocks[*at].place,
            blocks[*at].line().unwrap_or_default(),
        );
    }
    for at in &heads {
        taken[*at] = true;
        let line = blocks[*at].line().unwrap_or_default();
        notes.add(Kind::RunningHeads, blocks[*at].place, line);
        notes.left_out(Kind::RunningHeads, characters(line));
    }
    let mut after = Vec::new();
    let mut kept = Vec::with_capacity(blocks.len());
    let mut follows = false;
    for (block, taken) in std::mem::take(&mut manuscript.blocks)
        .into_iter()
        .zip(taken)
    {
        if taken {
            follows = true;
            continue;
        }
        if follows {
            after.push(block.place);
        }
        follows = false;
        kept.push(block);
    }
    manuscript.blocks = kept;
    after
}

/// Whether the line is a page number: — 1 —, - 1 -, 第 1 页 共 3 页.
pub fn is_page_number(line: &str) -> bool {
    let text: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let is_dash = |c: char| "-—–－─―~～·•".contains(c);
    let bare = text.trim_matches(is_dash);
    let digits = |text: &str| {
        (1..=4).contains(&text.chars().count())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '０'..='９'))
    };
    if digits(bare) && text.starts_with(is_dash) && text.ends_with(is_dash) {
        return true;
    }
    let Some(rest) = bare.strip_prefix('第') else {
        return false;
    };
    match rest.split_once('页') {
        Some((page, "")) => digits(page),
        Some((page, of)) => {
            let of = of.trim_start_matches(['/', '，', ',', '（', '(', '共']);
            digits(page) && digits(of.trim_end_matches(['页', '）', ')']))
        }
        None => false,
    }
}

/// Lines that consist of a number and count pages: 1, 2, 3, far from one
/// another.
fn bare_numbers(blocks: &[Block]) -> Vec<usize> {
    let found: Vec<(usize, u32)> = blocks
        .iter()
        .enumerate()
        .filter_map(|(at, block)| {
            let Content::Paragraph(text) = &block.content else {
                return None;
            };
            let number = text.trim().parse().ok().filter(|number| *number < 2000)?;
            Some((at, number))
        })
        .collect();
    let counts = found.len() >= 2
        && found
            .windows(2)
            .all(|pair| pair[1].1 == pair[0].1 + 1 && pair[1].0 - pair[0].0 >= PAGE_OF_LINES);
    if counts {
        found.into_iter().map(|(at, _)| at).collect()
    } else {
        Vec::new()
    }
}

/// Lines beside page numbers that recur beside other page numbers.
fn running_heads(blocks: &[Block], numbers: &[usize]) -> Vec<usize> {
    let mut beside: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for number in numbers {
        for at in [number.checked_sub(1), Some(number + 1)]
            .into_iter()
            .flatten()
        {
            let line = blocks.get(at).and_then(Block::line).unwrap_or_default();
            if (2..=40).contains(&characters(line)) && !line.ends_with('。') && at > 0 {
                let places = beside.entry(line).or_default();
                // A line between two page numbers stands beside both.
                if !places.contains(&at) {
                    places.push(at);
                }
            }
        }
    }
    beside
        .into_values()
        .filter(|places| places.len() >= 2)
        .flatten()
        .filter(|at| !numbers.contains(at))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_goes_on_and_what_begins_does_not() {
        for (above, below) in [
            (
                "第一条　为了加强示例工作，提高示例",
                "工作的质量和效率，制定本办法。",
            ),
            ("第二条　示例单位开展活动，应当遵守", "本办法。"),
            ("（2018年12月29", "日修订）甲，"),
            ("甲，", "乙。"),
            ("坚持“三个区分开来”，落实“一岗双责”", "的要求。"),
        ] {
            assert!(goes_on(above, below, true), "{above} / {below}");
        }
        for (above, below) in [
            ("制定本办法。", "法律另有规定的，从其规定。"),
            ("有下列情形之一的，应当报告：", "发生示例事件"),
            ("甲，乙，丙", "第三条　丁。"),
            ("甲，乙，丙", "（二）丁。"),
            ("现印发给你们，请认真执行", "示例市人民政府办公室"),
            ("示例市人民政府，市委", "2022年3月8日"),
            ("二、主要任务", "加强组织领导。"),
            ("国家互联网信息办公室", "中华人民共和国工业和信息化部"),
            ("1  落实责任，  各级党委", "2  落实"),
        ] {
            assert!(!goes_on(above, below, false), "{above} / {below}");
        }
    }

    #[test]
    fn numbers_that_begin_paragraphs() {
        for line in [
            "第三条 甲",
            "一、甲",
            "（一）甲",
            "1.甲",
            "(2)甲",
            "①甲",
            "第十二章 甲",
        ] {
            assert!(begins_paragraph(line), "{line}");
        }
        for line in ["甲", "2018年", "三个区分开来", "一是甲", "1.5", ""] {
            assert!(!begins_paragraph(line), "{line}");
        }
    }

    #[test]
    fn page_numbers_are_told() {
        for line in [
            "— 1 —",
            "-12-",
            "－３－",
            "第 3 页 共 12 页",
            "第3页",
            "第3页/共9页",
        ] {
            assert!(is_page_number(line), "{line}");
        }
        for line in ["1", "第一条", "2018年", "—", "第3页的内容"] {
            assert!(!is_page_number(line), "{line}");
        }
    }
}
