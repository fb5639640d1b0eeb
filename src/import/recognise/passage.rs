//! 题注: the note under a title that says who passed the text, and when.
//!
//! A note has a fixed form: it is in brackets, or a line that begins with a
//! date and ends with an event. A sentence about other documents has neither
//! form, so no date is taken from prose.

use crate::import::manuscript::{Block, Content};
use crate::import::structure;
use crate::structure::dates;

/// Number of blocks below the title in which notes and numbers may stand.
pub const HEAD: usize = 15;

/// Words for events in the history of a text.
const EVENTS: &[&str] = &[
    "通过", "公布", "发布", "修订", "修正", "施行", "实施", "生效", "执行", "批准", "印发", "颁布",
    "修改", "废止",
];

/// The blocks below the title before the first division, article, numbered
/// point, addressee (各单位：) or table.
pub fn head(blocks: &[Block]) -> &[Block] {
    let begins = |line: &str| {
        structure::numbered(line).is_some()
            || line.starts_with("一、")
            || line.starts_with("为了")
            || is_addressee(line)
    };
    let end = blocks
        .iter()
        .take(HEAD)
        .position(|block| block.line().is_none_or(begins));
    &blocks[..end.unwrap_or_else(|| blocks.len().min(HEAD))]
}

/// Whether the line names addressees: 各县（市、区）人民政府，市直各单位：
pub fn is_addressee(line: &str) -> bool {
    line.ends_with(['：', ':'])
        && !line.starts_with(['（', '('])
        && !line.contains(['。', '；'])
        && !["附件", "附：", "如下", "抄送", "主题词"]
            .iter()
            .any(|word| line.contains(word))
}

/// A line of the note under a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note<'m> {
    /// Line or paragraph.
    pub place: usize,
    /// Its text.
    pub text: &'m str,
}

/// The notes in the head of a text.
pub fn notes(head: &[Block]) -> Vec<Note<'_>> {
    head.iter()
        .filter_map(|block| match &block.content {
            Content::Paragraph(text) | Content::Heading { text, .. } if is_note(text) => {
                Some(Note {
                    place: block.place,
                    text,
                })
            }
            _ => None,
        })
        .collect()
}

/// Whether a line has the form of a note.
pub fn is_note(line: &str) -> bool {
    let line = line.trim();
    let says = EVENTS.iter().any(|word| line.contains(word));
    let bracketed = line.starts_with(['（', '(']) && line.ends_with(['）', ')']);
    if !says || line.contains('。') && !bracketed {
        return false;
    }
    if bracketed {
        return !dates::find(line).is_empty();
    }
    // Whether the line consists only of dates and events:
    // 2018年12月28日示例委员会第三次会议通过.
    let found = dates::find(line);
    let Some(first) = found.first() else {
        return false;
    };
    let before = line[..first.range.start].trim();
    let begins = before.is_empty() || matches!(before, "自" | "根据" | "由");
    let ends = EVENTS.iter().any(|word| line.ends_with(word));
    begins && ends && !line.contains(['，', '：', '；', '！', '？'])
}
