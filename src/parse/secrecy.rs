//! Texts that may not be public: what marks them, and what is removed from
//! them.
//!
//! A page with `public = false` has no body. Its text, and files that only it
//! shows, don't leave the parser, so that no later stage can publish them by
//! mistake. A text with a mark of secrecy is an error until an editor states in
//! `public_basis` why it may or may not be public.

use super::page::{ParsedBody, ParsedPage};
use crate::diag::{Diagnostic, Span};
use crate::source::SourceFile;
use crate::structure::official;

/// Reports marks of secrecy in the body of a page, which begins at `start`,
/// unless an editor has decided about the page.
pub fn check(
    page: &ParsedPage,
    file: &SourceFile,
    start: usize,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if page.decided {
        return;
    }
    let body = &file.text[start..];
    let mut places = Vec::new();
    let mut lines = Vec::new();
    let mut at = start;
    for line in body.split_inclusive('\n') {
        let text = line.trim();
        if !text.is_empty() {
            places.push(at..at + line.trim_end().len());
            let bare = text.trim_start_matches(['#', '>', '-', '*', '_', ' ']);
            let bare = bare.trim_end_matches(['*', '_']);
            lines.push(bare.replace('\\', ""));
        }
        at += line.len();
    }
    let lines: Vec<Option<&str>> = lines.iter().map(|line| Some(line.as_str())).collect();
    for mark in official::marks(&lines) {
        let span = Span::new(file.id, places[mark].clone());
        let message = "正文有密级或不公开的标志，尚未确定能否公开";
        let hint = "由有权机关或人员确定：不能公开的，将文件移出 content，或写 public = false；可以公开的，写 public = true。同时在 [extra] 下写 public_basis = \"依据\"，此后不再提示";
        diagnostics.push(Diagnostic::error("secret-mark", span, message).hint(hint));
    }
}

/// Removes everything from a page that repeats its text: the body and the
/// fields that summarise it. Its identity (title, kind, organs, dates, links)
/// stays.
pub fn withhold(page: &mut ParsedPage) {
    page.body = ParsedBody::default();
    page.metadata.description.clone_from(&page.title.value);
    page.metadata.search_terms.clear();
    page.metadata.figures.clear();
    page.metadata.subentries.clear();
    page.metadata.changes.clear();
    for relation in &mut page.mentions.relations {
        relation.note.clear();
    }
    let notes = (page
        .metadata
        .responsibility
        .iter_mut()
        .map(|tag| &mut tag.note))
    .chain(page.metadata.stage.iter_mut().map(|tag| &mut tag.note))
    .chain(page.metadata.role.iter_mut().map(|tag| &mut tag.note));
    notes.for_each(String::clear);
    page.metadata.details.withhold();
}
