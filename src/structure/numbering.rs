//! Finds what looks wrong in the numbers of provisions.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Span};

use crate::structure::label::{Label, LabelKind, Style};
use search::anchor::Number;
use search::numerals::{self, Script};

/// Maximum number of findings of one code for each page: a text that is wrong
/// throughout would otherwise bury everything else.
const MOST: usize = 20;

/// Collects what looks wrong.
#[derive(Debug, Default)]
pub struct Findings {
    diagnostics: Vec<Diagnostic>,
    counts: BTreeMap<&'static str, usize>,
    unusual: Option<(Span, String, usize)>,
    closed: Option<(Span, usize)>,
    /// For each level, the first label in each script.
    scripts: BTreeMap<LabelKind, BTreeMap<bool, (Span, String, usize)>>,
}

/// What precedes a number among its siblings.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    /// The preceding sibling; `None` for the first.
    pub sibling: Option<Number>,
    /// The last of its kind anywhere above; the first sibling may continue its
    /// count.
    pub anywhere: Option<Number>,
}

impl Findings {
    /// Adds a finding unless there are already many with its code.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        let count = self.counts.entry(diagnostic.code).or_default();
        *count += 1;
        if *count <= MOST {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Checks how a label is written.
    pub fn label(&mut self, label: &Label, text: &str, span: &Span) {
        if label.unusual {
            let first = || (span.clone(), text.to_owned(), 0);
            self.unusual.get_or_insert_with(first).2 += 1;
        }
        if matches!(label.kind, LabelKind::Item(Style::Closed)) {
            self.closed.get_or_insert_with(|| (span.clone(), 0)).1 += 1;
        }
        // The style of an item already tells its script.
        if !matches!(label.kind, LabelKind::Item(_)) && label.script != Script::Mixed {
            let arabic = label.script == Script::Arabic;
            let scripts = self.scripts.entry(label.kind).or_default();
            let first = || (span.clone(), text.to_owned(), 0);
            scripts.entry(arabic).or_insert_with(first).2 += 1;
        }
    }

    /// Checks a number against those before it. `name` is 条, 章, 项.
    pub fn number(&mut self, number: Number, before: Before, name: &Name<'_>, span: &Span) {
        let one = Number::plain(1);
        let shown = name.of(number);
        let Some(last) = before.sibling else {
            let goes_on = before.anywhere.is_some_and(|last| number.follows(last));
            if number != one && !goes_on {
                self.start(name, &shown, span);
            }
            return;
        };
        if number.follows(last) || number == last {
            return;
        }
        let previous = name.of(last);
        if number < last {
            let message = format!("{shown}排在{previous}之后");
            self.report(
                Diagnostic::warning("numbering-order", span.clone(), message)
                    .hint("核对原文：次序颠倒的，调整次序；编号有误的，予以改正"),
            );
            return;
        }
        let missing = missing(last, number, name);
        let message = format!("{previous}之后是{shown}，缺{missing}");
        self.report(
            Diagnostic::warning("numbering-gap", span.clone(), message)
                .hint("核对原文：有漏录的，予以补录；编号有误的，予以改正；原文如此的，无需修改"),
        );
    }

    fn start(&mut self, name: &Name<'_>, shown: &str, span: &Span) {
        let first = name.of(Number::plain(1));
        let (message, hint) = match name {
            Name::Item(_) => (
                format!("本组从{shown}开始，没有{first}"),
                "核对原文：前面各项有漏录的，予以补录；不属于列举的，改写行首编号",
            ),
            Name::Kind(_) => (
                format!("从{shown}开始，没有{first}"),
                "核对原文：有漏录的，予以补录；只收录一部分的，在 integrity 中说明",
            ),
        };
        self.report(Diagnostic::warning("numbering-start", span.clone(), message).hint(hint));
    }

    /// Reports two provisions with the same number; the second gets another
    /// anchor.
    ///
    /// A repeated article makes citations ambiguous and stops the build.
    /// Repeated headings and items occur even in laws as published.
    pub fn repeat(&mut self, shown: &str, anchor: &str, grave: bool, first: Span, span: &Span) {
        let message = format!("{shown}重复出现");
        let found = if grave {
            Diagnostic::error("numbering-repeat", span.clone(), message)
        } else {
            Diagnostic::warning("numbering-repeat", span.clone(), message)
        };
        self.report(
            found
                .label(format!("此处的锚点为 {anchor}"))
                .related(first, "第一处")
                .hint(
                    "核对原文：编号有误的，予以改正；重复粘贴的，予以删去；属于附件的，\
                    在其前单独写一行“附件1”",
                ),
        );
    }

    /// All findings.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        for (code, count) in &self.counts {
            if *count > MOST
                && let Some(last) = self.diagnostics.iter_mut().rfind(|d| d.code == *code)
            {
                let more = count - MOST;
                last.hints.push(format!("本页另有 {more} 处同样的问题"));
            }
        }
        if let Some((span, text, count)) = self.unusual {
            self.diagnostics.push(
                Diagnostic::warning(
                    "numeral-unusual",
                    span,
                    format!("编号“{text}”不符合法规的写法"),
                )
                .label(places(count))
                .hint("法规写作 第一百零一条、第一百一十条、（二十一）；原文如此的，无需修改"),
            );
        }
        if let Some((span, count)) = self.closed {
            self.diagnostics.push(
                Diagnostic::warning("item-style", span, "编号“1)”不符合法规的写法")
                    .label(places(count))
                    .hint("项写作（一），目写作 1. ；原文如此的，无需修改"),
            );
        }
        for (_, scripts) in self.scripts {
            let mut by_count: Vec<_> = scripts.into_values().collect();
            by_count.sort_by_key(|(_, _, count)| *count);
            if let [(span, text, count), (first, other, _)] = by_count.as_slice() {
                let message = format!("同级编号混用汉字和阿拉伯数字：{other}、{text}");
                self.diagnostics.push(
                    Diagnostic::warning("numeral-mixed", span.clone(), message)
                        .label(places(*count))
                        .related(first.clone(), "多数采用此写法")
                        .hint("同级编号统一使用一种数字；原文如此的，无需修改"),
                );
            }
        }
        self.diagnostics
    }
}

fn places(count: usize) -> String {
    match count {
        1 => String::new(),
        count => format!("此类问题共 {count} 处，此为第一处"),
    }
}

/// How the numbers of a level are written.
#[derive(Clone, Copy, Debug)]
pub enum Name<'n> {
    /// 第七条.
    Kind(&'n str),
    /// （七）.
    Item(Style),
}

impl Name<'_> {
    /// A number in the form of this level.
    pub fn of(&self, number: Number) -> String {
        let chinese = numerals::to_chinese(number.base);
        let arabic = number.base;
        match self {
            Self::Kind(name) => number.label(name),
            Self::Item(Style::Comma) => format!("{chinese}、"),
            Self::Item(Style::Bracketed) => format!("（{chinese}）"),
            Self::Item(Style::Dotted) => format!("{arabic}."),
            Self::Item(Style::BracketedArabic) => format!("（{arabic}）"),
            Self::Item(Style::Closed) => format!("{arabic})"),
            Self::Item(Style::Circled) => {
                let circled = char::from_u32(u32::from('①') + arabic - 1);
                circled.filter(|_| arabic <= 20).unwrap_or('○').to_string()
            }
        }
    }
}

/// The numbers between two others, as a reader would name them.
fn missing(last: Number, number: Number, name: &Name<'_>) -> String {
    if let Some(insertion) = number.insertion {
        let before = insertion - 1;
        if before >= 1 && (number.base == last.base || before > 1) {
            let inserted = Number {
                base: number.base,
                insertion: Some(before),
            };
            return name.of(inserted);
        }
    }
    let first = name.of(Number::plain(last.base + 1));
    let end = number.base - u32::from(number.insertion.is_none());
    let final_one = name.of(Number::plain(end));
    match end.saturating_sub(last.base) {
        0 | 1 => first,
        2 => format!("{first}和{final_one}"),
        _ => format!("{first}至{final_one}"),
    }
}
