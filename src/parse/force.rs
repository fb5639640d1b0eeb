//! Compares the dates that a regulation's text states with its fields.

use crate::diag::{Diagnostic, Span};
use crate::model::{Details, Known, Status};
use crate::source::SourceFile;
use crate::structure::dates::{self, Force};

/// How far a text is searched for a note of amendment.
const HEAD: usize = 600;

/// Reports that the text takes force on another day than the field says. An
/// amended text keeps the day of its first form, so it isn't compared.
pub fn check(
    title: &str,
    details: &Details,
    file: &SourceFile,
    start: usize,
) -> Option<Diagnostic> {
    let Details::Regulation(regulation) = details else {
        return None;
    };
    let Some(Known::Known(effective)) = regulation.effective else {
        return None;
    };
    let body = &file.text[start..];
    let head: String = body.chars().take(HEAD).collect();
    let amended = ["修正", "修订", "修改"]
        .iter()
        .any(|word| head.contains(word));
    if amended || regulation.status == Status::Amended {
        return None;
    }
    let mut at = start;
    for line in body.split('\n') {
        let here = at;
        at += line.len() + 1;
        let Some(Force::On(date)) = dates::force(line, title) else {
            continue;
        };
        if date == effective {
            return None;
        }
        let mut written = dates::find(line).into_iter();
        let written = written.find(|written| written.date == date)?;
        let span = here + written.range.start..here + written.range.end;
        let message = format!("正文载明自 {date} 起施行，字段 `effective` 为 {effective}");
        return Some(
            Diagnostic::warning("date-differs", Span::new(file.id, span), message)
                .hint("核对原文，改正 `effective` 或正文；正文为历史文本的，写明修订情况"),
        );
    }
    None
}
