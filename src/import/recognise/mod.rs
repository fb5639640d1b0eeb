//! Recognises the facts in a text: title, kind, dates, number, issuer.
//!
//! Nothing is inferred that the text doesn't say. What it doesn't say stays
//! unknown, and the report tells the editor.

mod facts;
pub mod issuer;
mod number;
mod order;
mod passage;
mod site_table;
pub mod title;

use time::Date;

pub use self::facts::{Facts, Form, Known};
use self::order::Order;
use super::link;
use super::manuscript::{Block, Content, Manuscript};
use super::notes::{Kind, Notes};
use super::structure::{self, Unit};
use crate::model::{BodyForm, RegulationKind, Status, Vocabulary};
use crate::parse::PLACEHOLDER;
use crate::structure::dates::{self, Event, Force};
use crate::structure::label::{self, LabelKind, Style};
use crate::structure::official::{self, Part};
use search::analysis::is_han;

/// Front matter fields that are read; others are noted in the report.
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

/// Longest summary, in characters; the site allows 120.
const LONGEST_SUMMARY: usize = 110;

/// Recognises the facts in a manuscript. Removes the title from the text, and
/// adds the history from the input's front matter.
pub fn recognise(
    manuscript: &mut Manuscript,
    stem: &str,
    known: &Known,
    notes: &mut Notes,
) -> Facts {
    let table = site_table::take(manuscript, notes);
    if let Some(title) = &table.title
        && manuscript.title.is_none()
    {
        manuscript.title = Some(title.clone());
    }
    let order = order::find(&manuscript.blocks);
    let title::Found { title, at } = title::take(manuscript, stem, order.as_ref(), notes);
    // Shaping may drop a table of contents, which is always below the title.
    let above = at.unwrap_or(0);
    structure::shape(manuscript, notes);
    history(manuscript, above, &title);
    let fields = &manuscript.fields;
    let told = Told::of(manuscript, above, order, table);
    let mut facts = Facts {
        kind: kind(manuscript, &told, &title),
        other_names: title::other_names(&title),
        slug: fields.first(&["slug", "id"]).map(str::to_owned),
        status: fields
            .first(&["status", "extra.status", "时效性"])
            .and_then(Status::from_label)
            .filter(|status| *status != Status::Unknown),
        body_form: form(manuscript),
        title,
        parts: told.parts(manuscript),
        ..Facts::default()
    };
    find_dates(manuscript, &told, &mut facts, notes);
    find_number(manuscript, &told, &mut facts, notes);
    let title = facts.title.clone();
    let named = issuer::Named {
        stated: {
            let fields = &manuscript.fields;
            let keys = ["issuer", "extra.issuer", "制定机关", "发布机关"];
            let stated = fields.all(&keys).iter().map(String::as_str);
            stated.chain(told.table.organ.as_deref()).collect()
        },
        notes: &told.notes(manuscript),
        title: &title,
        letterhead: &manuscript.blocks[..told.above],
        signature: &told.signature,
        order: told.order.as_ref().map_or("", |order| &order.organ),
    };
    issuer::find(&named, known, &mut facts);
    facts.description = link::without_marks(&summary(manuscript, &facts.title)).into_owned();
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

/// The parts of a text that state facts about it.
struct Told {
    /// Number of blocks above the title: 版头, 令.
    above: usize,
    order: Option<Order>,
    table: site_table::SiteTable,
    /// Which part of an official document each block is.
    by_form: Vec<Option<Part>>,
    /// The notes under the title.
    signature: Vec<(usize, String)>,
}

impl Told {
    fn of(
        manuscript: &Manuscript,
        above: usize,
        order: Option<Order>,
        table: site_table::SiteTable,
    ) -> Self {
        let above = above.min(manuscript.blocks.len());
        let lines: Vec<Option<&str>> = manuscript.blocks.iter().map(Block::line).collect();
        let by_form = official::parts(&lines);
        // The signature of the document itself, not of an annex.
        let main = by_form
            .iter()
            .position(|part| *part == Some(Part::AnnexLabel))
            .unwrap_or(by_form.len());
        let mut signed: Vec<usize> = (0..main)
            .filter(|at| by_form[*at] == Some(Part::Signature))
            .collect();
        if signed.is_empty() {
            signed = before_an_appended_text(&lines[..main], above);
        }
        let signature = signed
            .into_iter()
            .map(|at| {
                let block = &manuscript.blocks[at];
                (block.place, block.line().unwrap_or_default().to_owned())
            })
            .collect();
        Self {
            above,
            order,
            table,
            by_form,
            signature,
        }
    }

    fn head<'m>(&self, manuscript: &'m Manuscript) -> &'m [Block] {
        passage::head(&manuscript.blocks[self.above..])
    }

    /// The notes under the title.
    fn notes<'m>(&self, manuscript: &'m Manuscript) -> Vec<passage::Note<'m>> {
        passage::notes(self.head(manuscript))
    }

    /// The parts with their places, in the order of the text.
    fn parts(&self, manuscript: &Manuscript) -> Vec<(Part, Vec<usize>)> {
        let mut parts: Vec<(Part, Vec<usize>)> = Vec::new();
        for (part, block) in self.by_form.iter().zip(&manuscript.blocks) {
            let Some(part) = part else { continue };
            match parts.iter_mut().find(|(own, _)| own == part) {
                Some((_, places)) => places.push(block.place),
                None => parts.push((*part, vec![block.place])),
            }
        }
        parts
    }
}

/// Most lines between the date of a notice and the first article of the text that
/// it prints: the title, a note, a chapter.
const TITLE_OF_APPENDED: usize = 6;

/// The signature of a notice that prints another text without a line 附件 between
/// them: an organ, a date, a title, 第一条.
fn before_an_appended_text(lines: &[Option<&str>], above: usize) -> Vec<usize> {
    let line = |at: usize| lines.get(at).copied().flatten();
    let is_date = |at: usize| {
        line(at).is_some_and(|line| {
            let compact: String = line.chars().filter(|c| !c.is_whitespace()).collect();
            dates::whole(&compact).is_some()
        })
    };
    let first_article = (above..lines.len())
        .find(|at| line(*at).is_some_and(|line| structure::numbered(line).is_some()));
    let Some(first_article) = first_article else {
        return Vec::new();
    };
    let nearest = first_article
        .saturating_sub(TITLE_OF_APPENDED)
        .max(above + 1);
    let Some(date) = (nearest..first_article).rev().find(|at| is_date(*at)) else {
        return Vec::new();
    };
    let organ = |line: &str| {
        let compact: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        issuer::is_organ(&compact)
    };
    let titled = (date + 1..first_article).any(|at| line(at).is_some_and(title::ends_like_title));
    if titled && line(date - 1).is_some_and(organ) {
        vec![date - 1, date]
    } else {
        Vec::new()
    }
}

/// Adds the history from the front matter as a note under the title, unless the
/// text has it.
fn history(manuscript: &mut Manuscript, above: usize, title: &str) {
    let squeeze = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let lines: Vec<&str> = manuscript
        .fields
        .all(&["history", "沿革"])
        .iter()
        .map(|line| line.trim())
        // A title broken in two lines is no history.
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
            .take(passage::HEAD)
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
    let above = above.min(manuscript.blocks.len());
    manuscript.blocks.insert(above, Block::paragraph(1, note));
}

/// Removes an unpaired bracket at either end of a note.
fn unclosed(text: &str) -> &str {
    let count = |brackets: [char; 2]| text.matches(brackets).count();
    match count(['（', '(']).cmp(&count(['）', ')'])) {
        std::cmp::Ordering::Less => text.strip_suffix(['）', ')']).unwrap_or(text),
        std::cmp::Ordering::Greater => text.strip_prefix(['（', '(']).unwrap_or(text),
        std::cmp::Ordering::Equal => text,
    }
}

fn kind(manuscript: &Manuscript, told: &Told, title: &str) -> Option<RegulationKind> {
    let fields = &manuscript.fields;
    let stated = fields.first(&["kind", "extra.kind", "category", "种类"]);
    if let Some(stated) = stated.and_then(RegulationKind::from_label) {
        return Some(stated);
    }
    let by_title = title::kind(title)?;
    let notes: String = told
        .notes(manuscript)
        .iter()
        .map(|note| note.text)
        .collect();
    let of_council = notes.contains("国务院令")
        || notes.contains("国务院") && notes.contains("常务会议")
        || told
            .order
            .as_ref()
            .is_some_and(|order| matches!(order.organ.as_str(), "国务院" | "中华人民共和国国务院"));
    Some(match by_title {
        RegulationKind::Regulations
        | RegulationKind::Provisions
        | RegulationKind::Measures
        | RegulationKind::DetailedRules
            if of_council =>
        {
            RegulationKind::AdministrativeRegulation
        }
        other => other,
    })
}

fn form(manuscript: &Manuscript) -> Option<BodyForm> {
    // In a table cell, 第一百一十四条 is a reference.
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
    // A paragraph may begin with an article that it cites. But if nothing is
    // numbered as in official documents, it is an article with items.
    let points = paragraphs
        .filter_map(label::read)
        .any(|label| label.kind == LabelKind::Item(Style::Comma));
    (!manuscript.blocks.is_empty()).then_some(if articles >= 2 || (articles == 1 && !points) {
        BodyForm::Clause
    } else {
        BodyForm::Document
    })
}

/// A date, the form of text that states it, and its place.
type Dated = (Date, Form, usize);

fn find_dates(manuscript: &Manuscript, told: &Told, facts: &mut Facts, notes: &mut Notes) {
    let events: Vec<(Date, Vec<Event>, usize)> = told
        .notes(manuscript)
        .iter()
        .flat_map(|note| {
            let place = note.place;
            let events = dates::events(note.text).into_iter();
            events.map(move |(date, said)| (date, said, place))
        })
        .collect();
    let of = |wanted: &[Event]| -> Vec<Dated> {
        let said = events
            .iter()
            .filter(|(_, said, _)| said.iter().any(|e| wanted.contains(e)));
        said.map(|(date, _, place)| (*date, Form::Note, *place))
            .collect()
    };
    let order = told.order.as_ref();
    let by_order = |found: Option<(Date, usize)>| found.map(|(date, at)| (date, Form::Order, at));
    let (effective, on_promulgation) = in_force(manuscript, &facts.title);
    let effective = effective.or_else(|| {
        if on_promulgation {
            None
        } else {
            of(&[Event::Effective])
                .pop()
                .or_else(|| by_order(order?.effective))
        }
    });
    let in_time = |date: &Date| effective.is_none_or(|(effective, _, _)| *date <= effective);
    let mut passed = of(&[Event::Passed, Event::Revised]);
    if passed.is_empty() {
        passed.extend(order.and_then(|order| by_order(order.adopted)));
    }
    let adopted = passed
        .iter()
        .copied()
        .rev()
        .find(|(date, _, _)| in_time(date));
    let after = |date: Date| adopted.is_none_or(|(adopted, _, _)| date >= adopted);
    let mut promulgated = of(&[Event::Promulgated]);
    if promulgated.is_empty() {
        promulgated.extend(order.and_then(|order| by_order(order.promulgated)));
    }
    if promulgated.is_empty() {
        promulgated.extend(told.table.written.map(|date| (date, Form::SiteTable, 0)));
    }
    // The 成文日期 dates a document if no note says more.
    if promulgated.is_empty() && passed.is_empty() && order.is_none() {
        let signed = told.signature.last();
        promulgated.extend(signed.and_then(|(place, line)| {
            let compact: String = line.chars().filter(|c| !c.is_whitespace()).collect();
            Some((dates::whole(&compact)?, Form::Signature, *place))
        }));
    }
    let first = promulgated
        .iter()
        .copied()
        .find(|(date, _, _)| after(*date) && in_time(date));
    let effective = if on_promulgation {
        first.map(|(date, _, place)| (date, Form::Text, place))
    } else {
        effective
    };
    // A text is passed and promulgated before it comes into force. (A text that
    // was promulgated before it was revised has no date for that event.)
    for (name, found, dates) in [("通过", adopted, &passed), ("公布", first, &promulgated)] {
        let late = dates.iter().find(|(date, _, _)| !in_time(date));
        if let Some((date, _, _)) = late.filter(|_| found.is_none()) {
            notes.add(Kind::DateOrder, 0, format!("{name}日期 {date}"));
        }
    }
    for (field, found) in [
        ("adopted", adopted),
        ("promulgated", first),
        ("effective", effective),
    ] {
        if let Some((_, form, place)) = found {
            facts.found(field, form, place);
        }
    }
    facts.adopted = adopted.map(|(date, _, _)| date);
    facts.promulgated = first.map(|(date, _, _)| date);
    facts.effective = effective.map(|(date, _, _)| date);
    unclear_date(manuscript, &events, facts, notes);
}

/// The last statement of the text about its own entry into force. The flag says
/// that it is the day of promulgation.
fn in_force(manuscript: &Manuscript, title: &str) -> (Option<Dated>, bool) {
    let mut found = (None, false);
    for (place, text) in manuscript.texts() {
        match dates::force(text, title) {
            Some(Force::On(date)) => found = (Some((date, Form::Text, place)), false),
            Some(Force::OnPromulgation) => found = (None, true),
            None => {}
        }
    }
    found
}

/// The `date` field of a law collection may be the date of promulgation, of the
/// last amendment or of the upload; it is used only if the text has it too.
fn unclear_date(
    manuscript: &Manuscript,
    events: &[(Date, Vec<Event>, usize)],
    facts: &Facts,
    notes: &mut Notes,
) {
    let Some(written) = manuscript.fields.first(&["date"]) else {
        return;
    };
    let said = events
        .iter()
        .map(|(date, _, _)| *date)
        .chain(facts.effective)
        .any(|date| date.to_string() == written);
    if !said {
        notes.add(Kind::DateUnclear, 0, format!("date: {written}"));
    }
}

/// Finds the document number: 国发〔2018〕12号 alone on a line above or under
/// the title, or in brackets there; the number of a 令; or the number in the
/// input's fields or the site's table.
fn find_number(manuscript: &Manuscript, told: &Told, facts: &mut Facts, notes: &mut Notes) {
    let fields = &manuscript.fields;
    let stated = fields.first(&[
        "document_number",
        "extra.document_number",
        "文号",
        "发文字号",
    ]);
    let written = [
        stated.map(|text| (text, Form::Fields)),
        told.table
            .number
            .as_deref()
            .map(|text| (text, Form::SiteTable)),
    ];
    for (text, form) in written.into_iter().flatten() {
        if let Some((number, _)) = number::alone(text) {
            facts.document_number = Some(number);
            facts.found("document_number", form, 0);
            return;
        }
    }
    if let Some((number, place)) = told.order.as_ref().and_then(|order| order.number.clone()) {
        facts.document_number = Some(number);
        facts.found("document_number", Form::Order, place);
        return;
    }
    let above =
        number::find(&manuscript.blocks[..told.above]).map(|found| (found, Form::Letterhead));
    let below = || number::find(told.head(manuscript)).map(|found| (found, Form::Note));
    if let Some(((number, place, rewritten), form)) = above.or_else(below) {
        if rewritten {
            notes.add(Kind::NumberRewritten, place, number.clone());
        }
        facts.document_number = Some(number);
        facts.found("document_number", form, place);
    }
}

/// The first sentence of the text, or the title when no sentence fits.
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
        // As many of its first clauses as fit.
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
