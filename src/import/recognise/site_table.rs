//! The table of metadata above a document on government web sites: 索引号,
//! 发文机关, 成文日期, 发文字号.

use time::Date;

use crate::import::link;
use crate::import::manuscript::{Block, Content, Manuscript};
use crate::import::notes::{Kind, Notes};
use crate::structure::dates;

/// Number of blocks from the beginning in which the table may stand.
const WITHIN: usize = 12;

/// Least number of known labels in such a table.
const AT_LEAST: usize = 3;

const LABELS: &[&str] = &[
    "索引号",
    "主题分类",
    "发文机关",
    "成文日期",
    "标题",
    "发文字号",
    "发布日期",
    "公文种类",
    "有效性",
    "发布机构",
    "生成日期",
    "名称",
    "文号",
    "主题词",
    "信息分类",
    "公开方式",
    "发布单位",
    "制发机关",
    "制发日期",
    "信息名称",
    "文件编号",
    "公开日期",
    "废止日期",
    "组配分类",
    "体裁分类",
    "服务对象",
    "生效日期",
    "效力状态",
    "统一登记号",
    "规范性文件编号",
];

/// The metadata in the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteTable {
    /// 标题, 名称
    pub title: Option<String>,
    /// 发文字号, 文号
    pub number: Option<String>,
    /// 发文机关
    pub organ: Option<String>,
    /// 成文日期
    pub written: Option<Date>,
}

/// Reads the table and removes it from the text, since it belongs to the site,
/// not to the document.
pub fn take(manuscript: &mut Manuscript, notes: &mut Notes) -> SiteTable {
    let mut table = SiteTable::default();
    let found = manuscript
        .blocks
        .iter()
        .take(WITHIN)
        .position(|block| labels(block) >= AT_LEAST);
    if let Some(at) = found
        && let Content::Table(rows) = &manuscript.blocks[at].content
    {
        let cells: Vec<_> = rows
            .iter()
            .flatten()
            .map(|cell| link::without_marks(cell))
            .collect();
        let cells: Vec<&str> = cells.iter().map(|cell| &**cell).collect();
        let count = cells.iter().map(|cell| cell.chars().count()).sum();
        read(&cells, &mut table);
        notes.add_many(Kind::SiteTable, manuscript.blocks[at].place, 1, "");
        notes.left_out(Kind::SiteTable, count);
        manuscript.blocks.remove(at);
        return table;
    }
    // Without a table, each label begins a line: 发文字号：…….
    let lines: Vec<String> = manuscript
        .blocks
        .iter()
        .take(WITHIN)
        .filter_map(Block::line)
        .filter(|line| line.chars().count() <= 80)
        .map(str::to_owned)
        .collect();
    let labelled: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .filter(|line| split(line).is_some_and(|(_, value)| !value.is_empty()))
        .collect();
    if labelled.len() >= 2 {
        read(&labelled, &mut table);
    }
    table
}

fn labels(block: &Block) -> usize {
    let Content::Table(rows) = &block.content else {
        return 0;
    };
    let cells = rows.iter().flatten();
    cells
        .filter(|cell| split(&link::without_marks(cell)).is_some())
        .count()
}

/// The label of a cell, and the value if it is in the same cell.
fn split(cell: &str) -> Option<(&'static str, &str)> {
    let cell = cell.trim();
    let (label, value) = match cell.find(['：', ':']) {
        Some(at) => {
            let width = cell[at..].chars().next().map_or(1, char::len_utf8);
            (&cell[..at], cell[at + width..].trim())
        }
        None => (cell, ""),
    };
    let label: String = label
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '【' | '】' | '[' | ']'))
        .collect();
    let known = LABELS.iter().find(|known| **known == label)?;
    Some((known, value))
}

fn read(cells: &[&str], table: &mut SiteTable) {
    for (at, cell) in cells.iter().enumerate() {
        let Some((label, mut value)) = split(cell) else {
            continue;
        };
        if value.is_empty() {
            value = cells.get(at + 1).copied().unwrap_or_default().trim();
            if split(value).is_some() {
                continue;
            }
        }
        if value.is_empty() {
            continue;
        }
        match label {
            "标题" | "名称" | "信息名称" => {
                table.title.get_or_insert_with(|| value.to_owned());
            }
            "发文字号" | "文号" | "文件编号" => {
                table.number.get_or_insert_with(|| value.to_owned());
            }
            "发文机关" | "制发机关" => {
                table.organ.get_or_insert_with(|| value.to_owned());
            }
            "成文日期" | "制发日期" => {
                table.written = table.written.or(dates::of_table(value))
            }
            _ => {}
        }
    }
}
