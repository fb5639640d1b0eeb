//! Writes the content file for an input.

use std::fmt::Write as _;

use time::Date;

use super::link;
use super::manuscript::{Block, Content};
use super::notes::{Note, Weight};
use super::recognise::Facts;
use crate::commonmark::{guard_heading_end, guard_line_starts, push_escaped};
use crate::model::{
    BodyForm, IntegrityState, PageType, RegulationKind, RegulationLevel, Status, UNKNOWN,
    Vocabulary as _,
};
use crate::parse::{PLACEHOLDER, quoted};

/// A field that an editor has to fill in or check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    /// Its name.
    pub field: &'static str,
    /// What to write there, and why.
    pub why: String,
}

/// The data for a page.
pub struct Draft<'d> {
    /// The page type of its section.
    pub page_type: PageType,
    /// The facts recognised in the text.
    pub facts: &'d Facts,
    /// The text.
    pub blocks: &'d [Block],
    /// Addresses of its links.
    pub links: &'d [String],
    /// File names of its pictures; `None` for a picture that isn't kept.
    pub pictures: &'d [Option<String>],
    /// Whether it is marked as secret or not public.
    pub secret: bool,
    /// The notes on how it was changed.
    pub notes: &'d [Note],
    /// Id of its source.
    pub source: &'d str,
    /// Name of the input.
    pub input: &'d str,
    /// Day of the import, on which the page appears.
    pub today: Date,
}

/// Writes the file, and lists what editors still have to do in it.
pub fn write(draft: &Draft<'_>) -> (String, Vec<Fill>) {
    let mut fill = Vec::new();
    let mut out = front_matter(draft, &mut fill);
    out.push_str("+++\n\n");
    out.push_str(&body(draft.blocks, draft.links, draft.pictures));
    (out, fill)
}

fn front_matter(draft: &Draft<'_>, fill: &mut Vec<Fill>) -> String {
    let facts = draft.facts;
    let mut out = String::from("+++\n");
    line(
        &mut out,
        &format!("# zhize import：{}", one_line(draft.input)),
    );
    entry(&mut out, "title", &quoted(&facts.title));
    let description = if draft.secret {
        &facts.title
    } else {
        &facts.description
    };
    entry(&mut out, "description", &quoted(description));
    entry(&mut out, "date", &draft.today.to_string());
    if draft.page_type != PageType::Regulation {
        line(
            &mut out,
            "draft = true   # 填写标有【请填写】的各项后，删去本行",
        );
    }
    line(&mut out, "\n[extra]");
    match draft.page_type {
        PageType::Regulation => regulation(&mut out, draft, fill),
        PageType::Practice => practice(&mut out, facts, fill),
        PageType::Case => case(&mut out, facts, fill),
        PageType::Term => {
            placeholder(&mut out, "kind", "类别", fill);
        }
    }
    let names: Vec<String> = facts.other_names.iter().map(|name| quoted(name)).collect();
    entry(&mut out, "other_names", &format!("[{}]", names.join(", ")));
    let (state, note) = integrity(draft.notes);
    let state = state.slug();
    let note = if note.is_empty() {
        String::new()
    } else {
        format!(", note = {}", quoted(&note))
    };
    entry(
        &mut out,
        "integrity",
        &format!("{{ state = \"{state}\"{note} }}"),
    );
    line(&mut out, "\n[[extra.sources]]");
    entry(&mut out, "id", &quoted(draft.source));
    entry(&mut out, "locator", "\"全文\"");
    out
}

fn regulation(out: &mut String, draft: &Draft<'_>, fill: &mut Vec<Fill>) {
    let facts = draft.facts;
    let kind = facts.kind.unwrap_or(RegulationKind::Other);
    entry(out, "kind", &quoted(kind.label()));
    if facts.kind.is_none() {
        todo(fill, "kind", "标题未写明文种，暂写“其他”");
    }
    if facts.issuer.is_empty() {
        entry(out, "issuer", "\"unknown\"");
        todo(
            fill,
            "issuer",
            "未能识别制定机关；填写其登记号，尚未登记的，先在 data/organs.toml 中登记",
        );
    } else {
        let ids: Vec<String> = facts.issuer.iter().map(|id| quoted(id)).collect();
        entry(out, "issuer", &format!("[{}]", ids.join(", ")));
    }
    let level = facts.level.unwrap_or(RegulationLevel::Other);
    entry(out, "level", &quoted(level.label()));
    if facts.level.is_none() {
        todo(fill, "level", "未能识别制定机关的层级，暂写“其他”");
    }
    if let Some((code, name)) = &facts.region {
        let region = format!("{{ code = {}, name = {} }}", quoted(code), quoted(name));
        entry(out, "region", &region);
    }
    let number = facts.document_number.as_deref().unwrap_or(UNKNOWN);
    entry(out, "document_number", &quoted(number));
    for (field, date) in [
        ("adopted", facts.adopted),
        ("promulgated", facts.promulgated),
        ("effective", facts.effective),
    ] {
        let written = date.map_or_else(|| "\"unknown\"".to_owned(), |date| date.to_string());
        entry(out, field, &written);
    }
    for (field, missing) in [
        ("document_number", facts.document_number.is_none()),
        ("adopted", facts.adopted.is_none()),
        ("promulgated", facts.promulgated.is_none()),
        ("effective", facts.effective.is_none()),
    ] {
        if missing {
            todo(fill, field, "未能识别，暂写 unknown");
        }
    }
    let status = facts.status.unwrap_or(Status::Unknown);
    entry(out, "status", &quoted(status.label()));
    if facts.status.is_none() {
        todo(fill, "status", "原文未载明时效性，暂写“未知”");
    }
    let form = facts.body_form.unwrap_or(BodyForm::None);
    entry(out, "body_form", &quoted(form.slug()));
    if draft.secret {
        entry(out, "public", "false");
        todo(
            fill,
            "public",
            "正文有密级或不公开的标志，暂写 false，由有权机关或人员确定",
        );
    } else {
        entry(out, "public", "true");
        todo(fill, "public", "暂写 true，请核对文本能否公开");
    }
}

fn practice(out: &mut String, facts: &Facts, fill: &mut Vec<Fill>) {
    organs(out, "organ", facts, fill);
    match &facts.region {
        Some((code, name)) => {
            let region = format!("{{ code = {}, name = {} }}", quoted(code), quoted(name));
            entry(out, "region", &region);
        }
        None => {
            let region =
                format!("{{ code = \"{PLACEHOLDER}代码】\", name = \"{PLACEHOLDER}名称】\" }}");
            entry(out, "region", &region);
            todo(
                fill,
                "region",
                "填写地区的代码和名称；市、县先在 data/regions.toml 中登记",
            );
        }
    }
    placeholder(out, "level", "层级", fill);
    entry(out, "start_year", "\"unknown\"");
    entry(out, "outcome", "\"unknown\"");
    todo(
        fill,
        "draft",
        "本页为草稿；填写后删去 draft = true，并在每段末尾补写来源标记",
    );
}

fn case(out: &mut String, facts: &Facts, fill: &mut Vec<Fill>) {
    placeholder(out, "case_kind", "案例种类", fill);
    let ids: Vec<String> = facts.issuer.iter().map(|id| quoted(id)).collect();
    entry(out, "organ", &format!("[{}]", ids.join(", ")));
    entry(out, "period", "\"unknown\"");
    entry(out, "outcome", "\"unknown\"");
    todo(
        fill,
        "draft",
        "本页为草稿；填写后删去 draft = true，并在每段末尾补写来源标记",
    );
}

fn organs(out: &mut String, field: &'static str, facts: &Facts, fill: &mut Vec<Fill>) {
    if facts.issuer.is_empty() {
        entry(out, field, &format!("[\"{PLACEHOLDER}机关的登记号】\"]"));
        todo(
            fill,
            field,
            "填写机关的登记号；尚未登记的，先在 data/organs.toml 中登记",
        );
    } else {
        let ids: Vec<String> = facts.issuer.iter().map(|id| quoted(id)).collect();
        entry(out, field, &format!("[{}]", ids.join(", ")));
    }
}

fn placeholder(out: &mut String, field: &'static str, what: &str, fill: &mut Vec<Fill>) {
    entry(out, field, &format!("\"{PLACEHOLDER}{what}】\""));
    todo(fill, field, what);
}

fn todo(fill: &mut Vec<Fill>, field: &'static str, why: &str) {
    fill.push(Fill {
        field,
        why: why.to_owned(),
    });
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn entry(out: &mut String, key: &str, value: &str) {
    line(out, &format!("{key} = {value}"));
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The integrity of the text after repair, and a description of the repairs.
fn integrity(notes: &[Note]) -> (IntegrityState, String) {
    let of = |weight| {
        notes
            .iter()
            .filter(move |note| note.kind.weight() == weight)
    };
    let words = |note: &Note| format!("{}{}处", note.kind.label(), note.count);
    let damaged: Vec<String> = of(Weight::Damaged).map(words).collect();
    let repaired: Vec<String> = of(Weight::Repaired).map(words).collect();
    let state = match (damaged.is_empty(), repaired.is_empty()) {
        (false, _) => IntegrityState::Doubtful,
        (true, false) => IntegrityState::Repaired,
        (true, true) => return (IntegrityState::Clean, String::new()),
    };
    let all: Vec<String> = damaged.into_iter().chain(repaired).collect();
    (state, format!("导入时：{}。", all.join("；")))
}

/// The text as Markdown.
pub fn body(blocks: &[Block], links: &[String], pictures: &[Option<String>]) -> String {
    let mut out = String::new();
    let mut in_list = false;
    for block in blocks {
        let is_item = matches!(block.content, Content::Bullet(_));
        let continues = in_list && is_item;
        if !out.is_empty() && !continues {
            out.push('\n');
        }
        in_list = is_item;
        match &block.content {
            Content::Heading { level, text } => {
                let level = usize::from(*level).clamp(2, 6);
                let _ = writeln!(out, "{} {}", "#".repeat(level), escaped_heading(text));
            }
            Content::Paragraph(text) => line(&mut out, &linked(text, links)),
            Content::Bullet(text) => {
                let _ = writeln!(out, "- {}", linked(text, links));
            }
            Content::Table(rows) => table(&mut out, rows, links),
            Content::Picture { index, alt } => {
                let name = pictures.get(*index).and_then(Option::as_deref);
                let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
                let alt = match alt.as_str() {
                    "" => format!("图{}", index + 1),
                    alt => escaped(alt),
                };
                match name {
                    Some(name) => {
                        let _ = writeln!(out, "![{alt}]({name})");
                    }
                    None => line(&mut out, &format!("〔{alt}〕")),
                }
            }
        }
    }
    out
}

/// A text with its links. Whatever the words of a link contain can't end the
/// link early.
fn linked(text: &str, links: &[String]) -> String {
    let trimmed = text.trim_matches(is_markdown_space);
    if !trimmed.contains(link::is_mark) {
        return escaped(trimmed);
    }
    let mut out = String::new();
    for stretch in link::stretches(trimmed) {
        // Only the first stretch is at the beginning of the line.
        let words = if out.is_empty() {
            escaped(stretch.text)
        } else {
            escaped(&format!("　{}", stretch.text))
                .strip_prefix('　')
                .unwrap_or_default()
                .to_owned()
        };
        match stretch.link.and_then(|index| links.get(index)) {
            Some(address) => {
                let _ = write!(out, "[{words}]({address})");
            }
            None => out.push_str(&words),
        }
    }
    out
}

fn table(out: &mut String, rows: &[Vec<String>], links: &[String]) {
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| linked(cell, links)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
        if index == 0 {
            let _ = writeln!(out, "|{}", " --- |".repeat(row.len()));
        }
    }
}

/// Escapes a text so that Markdown shows it unchanged.
fn escaped(text: &str) -> String {
    let text = text
        .trim_matches(is_markdown_space)
        .replace(['\n', '\r'], " ");
    let mut out = String::with_capacity(text.len() + 8);
    push_escaped(&mut out, &text);
    guard_line_starts(&mut out, 0);
    out
}

/// Whether CommonMark strips the character from both ends of a line.
fn is_markdown_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{B}' | '\u{C}')
}

fn escaped_heading(text: &str) -> String {
    let mut out = escaped(&link::without_marks(text));
    guard_heading_end(&mut out, 0);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::manuscript::Manuscript;
    use crate::import::markdown;
    use crate::import::notes::Notes;
    use proptest::prelude::*;

    /// Han text mixed with characters that have a meaning in Markdown.
    fn text() -> impl Strategy<Value = String> {
        "[责任第一条（），。：《》〔〕　 a1.0()\\[\\]{}<>#*_`~|!&;:\"'$%^+=@\\\\/?-]{1,30}"
    }

    fn block() -> impl Strategy<Value = Content> {
        prop_oneof![
            5 => text().prop_map(Content::Paragraph),
            2 => (2_u8..=6, text()).prop_map(|(level, text)| Content::Heading { level, text }),
            1 => text().prop_map(|text| Content::Bullet(format!("责{text}"))),
            1 => (1_usize..4, proptest::collection::vec(text(), 12)).prop_map(|(width, cells)| {
                Content::Table(cells.chunks_exact(width).map(|row| {
                    row.iter().map(|cell| format!("任{}", cell.trim())).collect()
                }).collect())
            }),
        ]
    }

    fn round(blocks: Vec<Content>) -> (Vec<Content>, Vec<Content>, String) {
        let mut manuscript = Manuscript {
            blocks: blocks
                .into_iter()
                .map(|content| Block { place: 1, content })
                .collect(),
            ..Manuscript::default()
        };
        manuscript.tidy();
        let written = body(&manuscript.blocks, &[], &[]);
        let read = markdown::read(&written, &|_| None, &mut Notes::default()).blocks;
        let contents = |blocks: Vec<Block>| blocks.into_iter().map(|block| block.content).collect();
        (contents(manuscript.blocks), contents(read), written)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Text that is written is read back unchanged.
        #[test]
        fn written_text_is_read_as_it_was(blocks in proptest::collection::vec(block(), 1..5)) {
            let (wanted, read, written) = round(blocks);
            prop_assert_eq!(wanted, read, "written as\n{}", written);
        }
    }

    #[test]
    fn what_looks_like_markdown_stays_text() {
        for text in [
            "1. 甲",
            "- 甲",
            "+ 甲",
            "# 甲",
            "> 甲",
            "---",
            "===",
            "***",
            "```",
            "<b>甲</b>",
            "&amp;",
            "甲\\",
            "[甲](乙)",
            "![甲](乙)",
            "|甲|乙|",
            "甲 {#id}",
            "{{ 甲 }}",
            "1) 甲",
            "    甲",
            "~~甲~~",
            "+++",
            "〔P8〕",
            "甲*乙*丙",
            "#",
            "甲 #",
            "甲\\#",
            "__甲__",
            "http://a.example/?a=1&b=2",
            "2018.",
            "$甲$",
            "<!-- 甲 -->",
            "甲  ",
        ] {
            for content in [
                Content::Paragraph(text.to_owned()),
                Content::Heading {
                    level: 2,
                    text: text.to_owned(),
                },
            ] {
                let (wanted, read, written) = round(vec![content]);
                assert_eq!(wanted, read, "{written}");
            }
        }
    }
}
