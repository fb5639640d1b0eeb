//! What a text shows of itself: title, kind, dates, number, issuer.
//!
//! Nothing is inferred that the text doesn't say; what isn't said stays
//! unknown, and the editor is told.

pub mod dates;
pub mod title;

use time::Date;

use self::dates::{Event, Force};
use super::manuscript::{Block, Content, Manuscript};
use super::notes::{Kind, Notes};
use super::structure::{self, Unit};
use crate::chinese::han::is_han;
use crate::model::{BodyForm, Organ, Region};
use crate::parse::PLACEHOLDER;
use crate::structure::label::{self, LabelKind, Style};

/// What is known of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Title.
    pub title: String,
    /// 条例, 规定, …; none when the title doesn't say.
    pub kind: Option<String>,
    /// Ids of issuing organs; empty when unknown.
    pub issuer: Vec<String>,
    /// 中央, 省级, …; none when unknown.
    pub level: Option<&'static str>,
    /// Code and name.
    pub region: Option<(String, String)>,
    /// 发文字号, in its proper form.
    pub document_number: Option<String>,
    /// 通过
    pub adopted: Option<Date>,
    /// 公布
    pub promulgated: Option<Date>,
    /// 施行
    pub effective: Option<Date>,
    /// 有效, …; none when not stated.
    pub status: Option<String>,
    /// Form of the text.
    pub body_form: Option<BodyForm>,
    /// Shorter names.
    pub other_names: Vec<String>,
    /// First sentence or title, for the summary.
    pub description: String,
    /// What the file is to be called, when the input says so.
    pub slug: Option<String>,
}

/// The registers that names are looked up in.
#[derive(Debug, Default)]
pub struct Known {
    /// Organs, longest name first.
    pub organs: Vec<Organ>,
    /// Regions.
    pub regions: Vec<Region>,
}

/// The kinds that a regulation may have.
const KINDS: &[&str] = &[
    "党章",
    "准则",
    "条例",
    "规定",
    "办法",
    "规则",
    "细则",
    "规范性文件",
    "法律",
    "行政法规",
    "其他",
];
const STATUSES: &[&str] = &["有效", "已修改", "已废止", "尚未生效"];

/// Fields that are read; the others are noted.
const READ: &[&str] = &[
    "title",
    "标题",
    "id",
    "slug",
    "date",
    "history",
    "kind",
    "category",
    "status",
    "文号",
    "发文字号",
    "document_number",
    "issuer",
    "制定机关",
    "发布机关",
];

/// How many blocks from the beginning may hold notes and numbers.
const HEAD: usize = 15;

/// Longest summary, in characters; the site allows 120.
const LONGEST_SUMMARY: usize = 110;

/// Reads what a manuscript shows. The title is taken out of the text, the
/// history of the input's front matter is put into it.
pub fn recognise(
    manuscript: &mut Manuscript,
    stem: &str,
    known: &Known,
    notes: &mut Notes,
) -> Facts {
    let title = title::take(manuscript, stem, notes);
    structure::shape(manuscript, notes);
    history(manuscript, &title);
    let fields = &manuscript.fields;
    let mut facts = Facts {
        kind: kind(manuscript, &title),
        other_names: title::other_names(&title),
        slug: fields.first(&["slug", "id"]).map(str::to_owned),
        status: fields
            .first(&["status", "extra.status", "时效性"])
            .filter(|status| STATUSES.contains(status))
            .map(str::to_owned),
        body_form: form(manuscript),
        title,
        ..Facts::default()
    };
    find_dates(manuscript, &mut facts, notes);
    find_number(manuscript, &mut facts, notes);
    find_issuer(manuscript, known, &mut facts);
    facts.description = summary(manuscript, &facts.title);
    let unused = manuscript
        .fields
        .0
        .keys()
        .filter(|key| !READ.contains(&key.as_str()));
    for key in unused {
        notes.add(Kind::FieldsUnused, 0, key.clone());
    }
    facts
}

/// The blocks before the first division, article or numbered point.
fn head(manuscript: &Manuscript) -> &[Block] {
    let blocks = &manuscript.blocks;
    let end = blocks.iter().take(HEAD).position(|block| {
        let begins = |line: &str| {
            structure::numbered(line).is_some()
                || line.starts_with("一、")
                || line.starts_with("为了")
        };
        block.line().is_none_or(begins)
    });
    &blocks[..end.unwrap_or_else(|| blocks.len().min(HEAD))]
}

/// Puts the history that stands in the front matter under the title, as the
/// note that it was, unless the text has it.
fn history(manuscript: &mut Manuscript, title: &str) {
    let squeeze = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let lines: Vec<&str> = manuscript
        .fields
        .all(&["history", "沿革"])
        .iter()
        .map(|line| line.trim())
        // The title of a text, broken in two, is no history.
        .filter(|line| !line.is_empty() && !squeeze(title).contains(&squeeze(line)))
        .collect();
    if lines.is_empty() {
        return;
    }
    let stands = |line: &&str| {
        let line = squeeze(line);
        manuscript
            .blocks
            .iter()
            .take(HEAD)
            .filter_map(Block::line)
            .any(|own| squeeze(own).contains(&line))
    };
    if lines.iter().all(stands) {
        return;
    }
    let note = match lines.as_slice() {
        [line] if line.starts_with(['（', '(']) => (*line).to_owned(),
        lines => format!("（{}）", unclosed(&lines.join("　"))),
    };
    manuscript.blocks.insert(0, Block::paragraph(1, note));
}

/// Text without the brackets around a note of which only one is left.
fn unclosed(text: &str) -> &str {
    let count = |brackets: [char; 2]| text.matches(brackets).count();
    match count(['（', '(']).cmp(&count(['）', ')'])) {
        std::cmp::Ordering::Less => text.strip_suffix(['）', ')']).unwrap_or(text),
        std::cmp::Ordering::Greater => text.strip_prefix(['（', '(']).unwrap_or(text),
        std::cmp::Ordering::Equal => text,
    }
}

/// The paragraphs under the title that say who passed the text, and when.
fn passage_notes(manuscript: &Manuscript) -> Vec<&str> {
    let mut notes = Vec::new();
    let mut open = false;
    for line in head(manuscript).iter().filter_map(Block::line) {
        let dated = !dates::find(line).is_empty();
        let says = [
            "通过", "公布", "发布", "修订", "修正", "施行", "批准", "印发", "颁布",
        ]
        .iter()
        .any(|word| line.contains(word));
        let begins = line.starts_with(['（', '(']);
        if open || (says && (dated || begins)) {
            notes.push(line);
            // A note may run over several paragraphs until its bracket closes.
            open = (begins || open) && !line.ends_with(['）', ')']);
        }
    }
    notes
}

fn kind(manuscript: &Manuscript, title: &str) -> Option<String> {
    let fields = &manuscript.fields;
    let stated = fields.first(&["kind", "extra.kind", "category", "种类"]);
    if let Some(stated) = stated.filter(|kind| KINDS.contains(kind)) {
        return Some(stated.to_owned());
    }
    let by_title = title::kind(title)?;
    let notes = passage_notes(manuscript).concat();
    let of_council =
        notes.contains("国务院令") || notes.contains("国务院") && notes.contains("常务会议");
    if of_council && matches!(by_title, "条例" | "规定" | "办法" | "细则") {
        return Some("行政法规".to_owned());
    }
    Some(by_title.to_owned())
}

fn form(manuscript: &Manuscript) -> Option<BodyForm> {
    // 第一百一十四条 in a cell of a table is a reference.
    let paragraphs = manuscript
        .blocks
        .iter()
        .filter_map(|block| match &block.content {
            Content::Paragraph(text) => Some(text.as_str()),
            _ => None,
        });
    let articles = paragraphs
        .clone()
        .filter_map(structure::numbered)
        .filter(|(unit, _)| *unit == Unit::Article)
        .count();
    // One paragraph may begin with an article that it cites; but where nothing
    // is numbered as documents are, it is an article with its items.
    let points = paragraphs
        .filter_map(label::read)
        .any(|label| label.kind == LabelKind::Item(Style::Comma));
    (!manuscript.blocks.is_empty()).then_some(if articles >= 2 || (articles == 1 && !points) {
        BodyForm::Clause
    } else {
        BodyForm::Document
    })
}

fn find_dates(manuscript: &Manuscript, facts: &mut Facts, notes: &mut Notes) {
    let events: Vec<(Date, Vec<Event>)> = passage_notes(manuscript)
        .iter()
        .flat_map(|note| dates::events(note))
        .collect();
    let of = |wanted: &[Event]| -> Vec<Date> {
        let said = events
            .iter()
            .filter(|(_, said)| said.iter().any(|e| wanted.contains(e)));
        said.map(|(date, _)| *date).collect()
    };
    let mut on_promulgation = false;
    for (_, text) in manuscript.texts() {
        match dates::force(text) {
            Some(Force::On(date)) => (facts.effective, on_promulgation) = (Some(date), false),
            Some(Force::OnPromulgation) => (facts.effective, on_promulgation) = (None, true),
            None => {}
        }
    }
    if facts.effective.is_none() && !on_promulgation {
        facts.effective = of(&[Event::Effective]).last().copied();
    }
    let effective = facts.effective;
    let in_time = |date: &Date| effective.is_none_or(|effective| *date <= effective);
    let passed = of(&[Event::Passed, Event::Revised]);
    facts.adopted = passed.iter().copied().rev().find(in_time);
    let promulgated = of(&[Event::Promulgated]);
    facts.promulgated = promulgated
        .iter()
        .copied()
        .find(|date| facts.adopted.is_none_or(|adopted| *date >= adopted) && in_time(date));
    if on_promulgation {
        facts.effective = facts.promulgated;
    }
    // A text is neither passed nor promulgated after it took force. (One that
    // was promulgated before it was revised has no date of its own for that.)
    for (name, found, dates) in [
        ("通过", facts.adopted, &passed),
        ("公布", facts.promulgated, &promulgated),
    ] {
        let late = dates.iter().find(|date| !in_time(date));
        if let Some(date) = late.filter(|_| found.is_none()) {
            notes.add(Kind::DateOrder, 0, format!("{name}日期 {date}"));
        }
    }
    // The date of a text file of laws may be that of its promulgation, of its
    // last amendment or of its upload; only one that the text knows is used.
    if let Some(written) = manuscript.fields.first(&["date"]) {
        let said = events.iter().any(|(date, _)| date.to_string() == written);
        if !said
            && facts
                .effective
                .is_none_or(|date| date.to_string() != written)
        {
            notes.add(Kind::DateUnclear, 0, format!("date: {written}"));
        }
    }
}

/// 国发〔2018〕12号, alone in a line under the title or in brackets there.
fn find_number(manuscript: &Manuscript, facts: &mut Facts, notes: &mut Notes) {
    let fields = &manuscript.fields;
    let stated = fields.first(&[
        "document_number",
        "extra.document_number",
        "文号",
        "发文字号",
    ]);
    let stated = stated.map(|text| (0, text));
    let lines = head(manuscript)
        .iter()
        .filter_map(|block| Some((block.place, block.line()?)));
    for (place, line) in stated.into_iter().chain(lines) {
        if line.chars().count() > 40 {
            continue;
        }
        if let Some((number, rewritten)) = document_number(line) {
            if rewritten {
                notes.add(Kind::NumberRewritten, place, format!("{line} → {number}"));
            }
            facts.document_number = Some(number);
            return;
        }
    }
}

/// A document number in its proper form, and whether it was written otherwise.
pub fn document_number(line: &str) -> Option<(String, bool)> {
    let opening = ['〔', '[', '［', '（', '(', '【'];
    let closing = ['〕', ']', '］', '）', ')', '】'];
    for (at, bracket) in line.char_indices().filter(|(_, c)| opening.contains(c)) {
        let inside = &line[at + bracket.len_utf8()..];
        let Some(year) = inside
            .get(..4)
            .filter(|y| y.bytes().all(|b| b.is_ascii_digit()))
        else {
            continue;
        };
        let Some(rest) = inside[4..].strip_prefix(closing) else {
            continue;
        };
        let rest = rest.trim_start().trim_start_matches('第');
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let serial = rest[..length].trim_start_matches('0');
        if serial.is_empty() || !rest[length..].starts_with('号') {
            continue;
        }
        let before = line[..at].trim_end();
        let organ: String = before
            .chars()
            .rev()
            .take_while(|c| is_han(*c))
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        if (1..=12).contains(&organ.chars().count())
            && (year.starts_with("19") || year.starts_with("20"))
        {
            let number = format!("{organ}〔{year}〕{serial}号");
            let rewritten = !line.contains(&number);
            return Some((number, rewritten));
        }
    }
    None
}

/// Organs of the register that the text names as those it comes from: in the
/// note under the title, at the end, or in front of the title.
fn find_issuer(manuscript: &Manuscript, known: &Known, facts: &mut Facts) {
    let fields = &manuscript.fields;
    let stated = fields.all(&["issuer", "extra.issuer", "制定机关", "发布机关"]);
    let notes = passage_notes(manuscript).concat();
    let last: Vec<&str> = manuscript
        .blocks
        .iter()
        .rev()
        .take(4)
        .filter_map(Block::line)
        .collect();
    for organ in &known.organs {
        // A province is no organ of it, and everyone's organs are nobody's.
        let is_place = known.regions.iter().any(|region| region.name == organ.name);
        if organ.name.chars().count() < 3 || organ.name.starts_with("各级") {
            continue;
        }
        let named = stated
            .iter()
            .any(|text| *text == organ.id || *text == organ.name)
            || (!is_place
                && (notes.contains(&organ.name)
                    || facts.title.starts_with(&organ.name)
                    || last.iter().any(|line| *line == organ.name)));
        // 中共中央办公厅 is found before 中共中央, which it holds.
        let held = facts.issuer.iter().any(|id| {
            known
                .organs
                .iter()
                .any(|other| other.id == *id && other.name.contains(&organ.name))
        });
        if named && !held {
            facts.issuer.push(organ.id.clone());
            let region = known
                .regions
                .iter()
                .find(|region| region.code == organ.region);
            let level = match organ.kind.as_str() {
                "党中央" => Some("中央"),
                "中央纪委国家监委" => Some("中央纪委"),
                "中央部门" => Some("中央部门"),
                "地方" if region.is_some_and(|r| r.code != "CN") => Some("省级"),
                _ => None,
            };
            facts.level = facts.level.or(level);
            if level == Some("省级") {
                facts.region = region.map(|r| (r.code.clone(), r.name.clone()));
            }
        }
    }
    if facts.level.is_none()
        && let Some(region) = known.regions.iter().find(|region| {
            facts.title.strip_prefix(&region.name).is_some_and(|rest| {
                // 北京市某某区……办法 is the district's.
                !rest.chars().take(6).any(|c| "市区县州盟旗".contains(c))
            })
        })
    {
        facts.level = Some("省级");
        facts.region = Some((region.code.clone(), region.name.clone()));
    }
    // 地方性法规 called 条例 are none of the Party's 条例.
    if facts.level == Some("省级") && facts.kind.as_deref() == Some("条例") {
        facts.kind = Some("其他".to_owned());
    }
}

/// The first sentence of the text, or the title when there is none that fits.
fn summary(manuscript: &Manuscript, title: &str) -> String {
    for block in &manuscript.blocks {
        let (Content::Paragraph(text) | Content::Bullet(text)) = &block.content else {
            continue;
        };
        let text = match structure::numbered(text) {
            Some((_, rest)) => rest.trim(),
            None => text.trim(),
        };
        if text.starts_with(['（', '(', '〔'])
            || text.chars().count() < 10
            || text.contains(PLACEHOLDER)
        {
            continue;
        }
        let sentence = match text.find('。') {
            Some(at) => &text[..at + '。'.len_utf8()],
            None => text,
        };
        let balanced = |text: &str| crate::chinese::damage::find(text).is_empty();
        let fits = |text: &str| text.chars().count() <= LONGEST_SUMMARY && balanced(text);
        if !sentence.ends_with('。') || !sentence.chars().any(is_han) {
            continue;
        }
        if fits(sentence) {
            return sentence.to_owned();
        }
        // Its first clauses, as many as there is room for.
        let clauses = sentence.match_indices('，').map(|(at, _)| &sentence[..at]);
        if let Some(part) = clauses
            .take_while(|part| part.chars().count() < LONGEST_SUMMARY - 2)
            .filter(|part| fits(part))
            .last()
        {
            return format!("{part}……");
        }
        break;
    }
    title.chars().take(LONGEST_SUMMARY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_numbers_take_their_proper_form() {
        let proper = |line| document_number(line);
        assert_eq!(
            proper("中发〔2019〕5号"),
            Some(("中发〔2019〕5号".into(), false))
        );
        assert_eq!(
            proper("（国办发[2017]047号）"),
            Some(("国办发〔2017〕47号".into(), true))
        );
        assert_eq!(proper("第5号"), None);
        assert_eq!(proper("〔2019〕5号"), None);
    }
}
