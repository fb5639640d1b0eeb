//! The result for each input, for people and for programs.

pub mod html;

use std::fmt::Write as _;

use search::analysis::characters::is_ignored;
use serde_json::{Value, json};

use super::again::Change;
use super::manuscript::PlaceUnit;
use super::notes::{Kind, Note, Weight};
use super::page::Fill;
use super::recognise::Facts;
use crate::model::{BodyForm, Vocabulary as _};

/// The result for an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A page was written.
    Imported,
    /// Its page was updated.
    Updated,
    /// Its page was already up to date.
    Unchanged,
    /// Another page has the same text.
    Same,
    /// A different page already existed and was left.
    Exists,
    /// It could not be imported.
    Failed,
    /// Not a text, so it isn't imported.
    Skipped,
}

impl Outcome {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Imported => "imported",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Same => "same",
            Self::Exists => "exists",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// The report on one input.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The input, as it was given.
    pub input: String,
    /// The page's path, relative to the site's root.
    pub output: Option<String>,
    /// The result.
    pub outcome: Outcome,
    /// The reason why nothing was written; empty otherwise.
    pub reason: String,
    /// The facts that were recognised.
    pub facts: Option<Facts>,
    /// What was changed and what is doubtful, most serious first.
    pub notes: Vec<Note>,
    /// The fields that an editor has to fill in.
    pub fill: Vec<Fill>,
    /// Changes that were taken over into an existing page.
    pub taken: Vec<Change>,
    /// Conflicts between the input and the editors, whose version was kept.
    pub kept: Vec<Change>,
    /// The unit of places.
    pub unit: PlaceUnit,
    /// The text that the page would have; in a dry run only.
    pub text: Option<String>,
}

/// The number of inputs for each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// New pages.
    pub imported: usize,
    /// Pages that were updated.
    pub updated: usize,
    /// Pages that were already up to date.
    pub unchanged: usize,
    /// Inputs with the text of another page.
    pub same: usize,
    /// Pages that existed and were left.
    pub exists: usize,
    /// Inputs that could not be imported.
    pub failed: usize,
    /// Files that are not texts.
    pub skipped: usize,
    /// Inputs with doubtful passages.
    pub doubtful: usize,
    /// Pages with conflicts between the input and the editors.
    pub conflicting: usize,
}

impl Summary {
    /// Counts a report.
    pub fn count(&mut self, report: &FileReport) {
        let counter = match report.outcome {
            Outcome::Imported => &mut self.imported,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Same => &mut self.same,
            Outcome::Exists => &mut self.exists,
            Outcome::Failed => &mut self.failed,
            Outcome::Skipped => &mut self.skipped,
        };
        *counter += 1;
        let doubtful = |note: &Note| note.kind.weight() >= Weight::Doubtful;
        self.doubtful += usize::from(report.notes.iter().any(doubtful));
        self.conflicting += usize::from(!report.kept.is_empty());
    }

    /// Whether every input became a page.
    pub fn is_clean(&self) -> bool {
        self.exists == 0 && self.failed == 0
    }

    /// The summary in one line.
    pub fn text(&self, dry: bool) -> String {
        let mut parts = Vec::new();
        let would = if dry { "将" } else { "" };
        for (count, what) in [
            (self.imported, format!("{would}导入 {} 个", self.imported)),
            (self.updated, format!("{would}更新 {} 个", self.updated)),
            (self.unchanged, format!("无变化 {} 个", self.unchanged)),
            (self.same, format!("与已有页面相同 {} 个", self.same)),
            (self.exists, format!("已存在、未改动 {} 个", self.exists)),
            (self.failed, format!("不能导入 {} 个", self.failed)),
            (
                self.skipped,
                format!("不属于文本、略过 {} 个", self.skipped),
            ),
        ] {
            if count > 0 {
                parts.push(what);
            }
        }
        if parts.is_empty() {
            return "没有可以导入的文件\n".to_owned();
        }
        let mut text = parts.join("，");
        if self.doubtful > 0 {
            let _ = write!(text, "；其中 {} 个有需要核对之处", self.doubtful);
        }
        if self.conflicting > 0 {
            let _ = write!(
                text,
                "；{} 个页面有双方均有修改之处，保留页面的文字",
                self.conflicting
            );
        }
        text.push('\n');
        text
    }

    /// The summary as JSON.
    pub fn json(&self) -> Value {
        json!({
            "imported": self.imported,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "same": self.same,
            "exists": self.exists,
            "failed": self.failed,
            "skipped": self.skipped,
            "doubtful": self.doubtful,
            "conflicting": self.conflicting,
        })
    }
}

impl FileReport {
    /// An empty report on an input.
    pub fn of(input: String) -> Self {
        Self {
            input,
            output: None,
            outcome: Outcome::Failed,
            reason: String::new(),
            facts: None,
            notes: Vec::new(),
            fill: Vec::new(),
            taken: Vec::new(),
            kept: Vec::new(),
            unit: PlaceUnit::Line,
            text: None,
        }
    }

    /// A report on an input that can't be imported.
    pub fn failed(input: String, reason: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            ..Self::of(input)
        }
    }

    /// Adds a note about the whole file.
    pub fn add_note(&mut self, kind: Kind, example: String) {
        self.notes.push(Note {
            kind,
            count: 1,
            left_out: 0,
            places: Vec::new(),
            examples: vec![example],
        });
        self.notes
            .sort_by_key(|note| std::cmp::Reverse(note.kind.weight()));
    }

    /// Whether an editor has to check anything beyond fields.
    pub fn needs_a_look(&self) -> bool {
        matches!(self.outcome, Outcome::Exists | Outcome::Failed)
            || !self.kept.is_empty()
            || self
                .notes
                .iter()
                .any(|note| note.kind.weight() >= Weight::Doubtful)
    }

    /// The report as text.
    pub fn text(&self, dry: bool) -> String {
        let mut out = String::new();
        let verb = match (self.outcome, dry) {
            (Outcome::Imported, false) => "导入为",
            (Outcome::Imported, true) => "将导入为",
            (Outcome::Updated, false) => "已更新",
            (Outcome::Updated, true) => "将更新",
            (Outcome::Unchanged, _) => "无变化",
            (Outcome::Same, _) => "内容与已有页面相同",
            (Outcome::Exists, _) => "未导入，已经存在",
            (Outcome::Failed, _) => "未导入",
            (Outcome::Skipped, _) => "略过",
        };
        let output = self.output.as_deref().unwrap_or_default();
        let first = format!("{} {verb} {output}", self.input);
        let _ = writeln!(out, "{}", first.trim_end());
        if !self.reason.is_empty() {
            let _ = writeln!(out, "  原因　{}", self.reason);
        }
        if let Some(facts) = &self.facts {
            let _ = writeln!(out, "  标题　{}", facts.title);
            let asked: Vec<&str> = self.fill.iter().map(|fill| fill.field).collect();
            let _ = writeln!(out, "  识别　{}", self.recognised(facts, &asked));
            if !facts.parts.is_empty() {
                let parts = facts
                    .parts
                    .iter()
                    .map(|(part, places)| format!("{}（{}）", part.name(), self.places(places)));
                let parts: Vec<String> = parts.collect();
                let _ = writeln!(out, "  组成　{}", parts.join("，"));
            }
        }
        for (weight, label) in [
            (Weight::Barred, "密级"),
            (Weight::Damaged, "存疑"),
            (Weight::Doubtful, "核对"),
            (Weight::Repaired, "改动"),
            (Weight::Form, "说明"),
        ] {
            for note in self
                .notes
                .iter()
                .filter(|note| note.kind.weight() == weight)
            {
                let _ = writeln!(out, "  {label}　{}", self.note(note));
            }
        }
        for change in &self.taken {
            let _ = writeln!(out, "  更新　{}", change_in_words(change));
        }
        for change in &self.kept {
            let _ = writeln!(out, "  双方均有修改　{}", change_in_words(change));
        }
        // Fields with the same explanation share a line.
        for fill in self.fill.chunk_by(|a, b| a.why == b.why) {
            let fields: Vec<&str> = fill.iter().map(|fill| fill.field).collect();
            let _ = writeln!(out, "  请填　{}：{}", fields.join("、"), fill[0].why);
        }
        if let Some(text) = &self.text {
            out.push_str("  内容如下\n");
            for line in text.lines() {
                let _ = writeln!(out, "    {line}");
            }
        }
        steered_by_nobody(&out)
    }

    /// Places as text: 第 3、5 行
    fn places(&self, places: &[usize]) -> String {
        let shown: Vec<String> = places.iter().take(20).map(usize::to_string).collect();
        let more = if places.len() > shown.len() {
            "等"
        } else {
            ""
        };
        format!("第 {}{more} {}", shown.join("、"), self.unit.label())
    }

    /// The recognised facts and their places, in one line. Fields that the
    /// editor has to fill in are left out.
    fn recognised(&self, facts: &Facts, asked: &[&str]) -> String {
        let from = |field: &str| {
            let origin = facts.origins.iter().find(|origin| origin.field == field);
            origin.map_or_else(String::new, |origin| match origin.place {
                0 => format!("（{}）", origin.form.name()),
                place => format!("（{}，{}）", origin.form.name(), self.places(&[place])),
            })
        };
        let mut parts = Vec::new();
        parts.extend(facts.kind.map(|kind| format!("文种 {}", kind.label())));
        parts.extend(facts.body_form.map(|form| match form {
            BodyForm::Clause => "条文体".to_owned(),
            BodyForm::Document | BodyForm::None => "公文体".to_owned(),
        }));
        if !asked.contains(&"level") {
            parts.extend(
                facts
                    .level
                    .map(|level| format!("层级 {}{}", level.label(), from("level"))),
            );
        }
        if !facts.issuer.is_empty() {
            parts.push(format!(
                "制定机关 {}{}",
                facts.issuer.join("、"),
                from("issuer")
            ));
        }
        parts.extend(
            facts
                .document_number
                .as_ref()
                .map(|number| format!("发文字号 {number}{}", from("document_number"))),
        );
        for (name, field, date) in [
            ("通过", "adopted", facts.adopted),
            ("公布", "promulgated", facts.promulgated),
            ("施行", "effective", facts.effective),
        ] {
            parts.extend(date.map(|date| format!("{name} {date}{}", from(field))));
        }
        if parts.is_empty() {
            "仅有标题和正文".to_owned()
        } else {
            parts.join("，")
        }
    }

    fn note(&self, note: &Note) -> String {
        let mut text = note.kind.label().to_owned();
        if note.count > 1 {
            let _ = write!(text, "，{} 处", note.count);
        }
        if note.left_out > 0 {
            let _ = write!(text, "，{} 字", note.left_out);
        }
        if !note.places.is_empty() {
            let _ = write!(text, "（{}）", self.places(&note.places));
        }
        if !note.examples.is_empty() {
            let _ = write!(text, "：{}", note.examples.join("；"));
        }
        let hint = note.kind.hint();
        if !hint.is_empty() {
            let _ = write!(text, "。{hint}");
        }
        text
    }

    /// The report as JSON.
    pub fn json(&self) -> Value {
        let notes: Vec<Value> = self
            .notes
            .iter()
            .map(|note| {
                json!({
                    "code": note.kind.name(),
                    "weight": match note.kind.weight() {
                        Weight::Form => "form",
                        Weight::Repaired => "repaired",
                        Weight::Doubtful => "doubtful",
                        Weight::Damaged => "damaged",
                        Weight::Barred => "barred",
                    },
                    "message": note.kind.label(),
                    "hint": note.kind.hint(),
                    "count": note.count,
                    "places": note.places,
                    "left_out": note.left_out,
                    "examples": note.examples,
                })
            })
            .collect();
        let fill: Vec<Value> = self
            .fill
            .iter()
            .map(|fill| json!({"field": fill.field, "why": fill.why}))
            .collect();
        let facts = self.facts.as_ref().map(|facts| {
            let date = |date: Option<time::Date>| date.map(|date| date.to_string());
            json!({
                "title": facts.title,
                "kind": facts.kind,
                "issuer": facts.issuer,
                "level": facts.level,
                "region": facts.region.as_ref().map(|(code, _)| code),
                "document_number": facts.document_number,
                "adopted": date(facts.adopted),
                "promulgated": date(facts.promulgated),
                "effective": date(facts.effective),
                "status": facts.status,
                "body_form": facts.body_form,
                "other_names": facts.other_names,
                "origins": facts.origins.iter().map(|origin| json!({
                    "field": origin.field,
                    "form": origin.form.name(),
                    "place": origin.place,
                })).collect::<Vec<_>>(),
                "parts": facts.parts.iter().map(|(part, places)| json!({
                    "part": part.name(),
                    "places": places,
                })).collect::<Vec<_>>(),
            })
        });
        json!({
            "input": self.input,
            "output": self.output,
            "outcome": self.outcome.name(),
            "reason": self.reason,
            "place_unit": match self.unit {
                PlaceUnit::Line => "line",
                PlaceUnit::Paragraph => "paragraph",
            },
            "recognised": facts,
            "notes": notes,
            "taken": self.taken.iter().map(change_json).collect::<Vec<_>>(),
            "kept": self.kept.iter().map(change_json).collect::<Vec<_>>(),
            "fill": fill,
            "text": self.text,
        })
    }
}

/// Most characters of a change that are shown in full.
const SHOWN: usize = 60;

/// A change in one line: its place, and the text there now.
fn change_in_words(change: &Change) -> String {
    let shown = |text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.chars().count() {
            0 => "（无）".to_owned(),
            count if count > SHOWN => {
                let start: String = text.chars().take(SHOWN).collect();
                format!("“{start}……”")
            }
            _ => format!("“{text}”"),
        }
    };
    let place = place_in_words(change);
    match &change.own {
        Some(own) => format!(
            "{place}：保留页面的{}；新文件为{}，上次导入为{}",
            shown(own),
            shown(&change.new),
            shown(&change.former)
        ),
        None => format!(
            "{place}：{}改为{}",
            shown(&change.former),
            shown(&change.new)
        ),
    }
}

/// The place of a change in the page.
fn place_in_words(change: &Change) -> String {
    match (&change.field, change.line) {
        (Some(field), _) => field.rsplit('.').next().unwrap_or(field).to_owned(),
        (None, 0) => "正文".to_owned(),
        (None, line) => format!("页面第 {line} 行"),
    }
}

fn change_json(change: &Change) -> Value {
    json!({
        "field": change.field,
        "line": change.line,
        "former": change.former,
        "new": change.new,
        "page": change.own,
    })
}

/// The text without control characters, which could control a terminal.
fn steered_by_nobody(text: &str) -> String {
    let steers = |c: char| (c.is_control() && c != '\n') || is_ignored(c);
    text.chars()
        .map(|c| if steers(c) { '�' } else { c })
        .collect()
}
