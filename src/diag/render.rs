//! Diagnostics for people (an excerpt with carets) and for programs (JSON).

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files;
use codespan_reporting::term;
use serde::Serialize;

use super::{Diagnostic, FileId, Severity, Span};

/// Where the texts stand to which diagnostics point.
pub trait Files {
    /// The file's path, relative to the site's root, and its text.
    fn file(&self, id: FileId) -> (&str, &str);
}

/// Excerpts with carets, one after the other.
///
/// Columns count wide characters as two, so that carets stand under the
/// Chinese text they mean.
pub fn text(diagnostics: &[Diagnostic], sources: &dyn Files, colour: bool) -> String {
    let lookup = Lookup::new(sources);
    let config = term::Config::default();
    let mut out = term::termcolor::Buffer::no_color();
    if colour {
        out = term::termcolor::Buffer::ansi();
    }
    for diagnostic in diagnostics {
        let shown = excerpt(diagnostic, sources);
        term::emit_to_write_style(&mut out, &config, &lookup, &shown)
            .expect("spans are clamped to their file, and a buffer takes everything");
    }
    String::from_utf8_lossy(out.as_slice()).into_owned()
}

fn excerpt(diagnostic: &Diagnostic, sources: &dyn Files) -> codespan::Diagnostic<FileId> {
    let severity = match diagnostic.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
    };
    let primary = codespan::Label::primary(diagnostic.span.file, clamp(&diagnostic.span, sources))
        .with_message(&diagnostic.label);
    let secondary = diagnostic.related.iter().map(|(span, words)| {
        codespan::Label::secondary(span.file, clamp(span, sources)).with_message(words)
    });
    codespan::Diagnostic::new(severity)
        .with_code(diagnostic.code)
        .with_message(&diagnostic.message)
        .with_labels_iter(std::iter::once(primary).chain(secondary))
        .with_notes_iter(diagnostic.hints.iter().map(|hint| format!("提示：{hint}")))
}

/// A finding as other programs read it. Lines and columns count from 1,
/// columns in characters; the end is the first place that no longer belongs.
#[derive(Serialize)]
struct Entry<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    hints: &'a [String],
}

/// A JSON array, one object for each diagnostic.
pub fn json(diagnostics: &[Diagnostic], sources: &dyn Files) -> String {
    let lookup = Lookup::new(sources);
    let entries: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            let range = clamp(&diagnostic.span, sources);
            let (line, column) = lookup.place(diagnostic.span.file, range.start);
            let (end_line, end_column) = lookup.place(diagnostic.span.file, range.end);
            Entry {
                severity: match diagnostic.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                },
                code: diagnostic.code,
                message: &diagnostic.message,
                file: sources.file(diagnostic.span.file).0,
                line,
                column,
                end_line,
                end_column,
                hints: &diagnostic.hints,
            }
        })
        .collect();
    serde_json::to_string_pretty(&entries).expect("strings and numbers are always JSON")
}

/// The span's range, inside its file and between characters: a span that is
/// a little wrong must not hide the message.
fn clamp(span: &Span, sources: &dyn Files) -> Range<usize> {
    let text = sources.file(span.file).1;
    let floor = |byte: usize| {
        (0..=byte.min(text.len()))
            .rev()
            .find(|byte| text.is_char_boundary(*byte))
            .expect("0 is a boundary")
    };
    let start = floor(span.range.start);
    start..floor(span.range.end).max(start)
}

/// Lines of the files that were asked for.
struct Lookup<'a> {
    sources: &'a dyn Files,
    line_starts: RefCell<HashMap<FileId, Rc<[usize]>>>,
}

impl<'a> Lookup<'a> {
    fn new(sources: &'a dyn Files) -> Self {
        Self {
            sources,
            line_starts: RefCell::default(),
        }
    }

    fn line_starts(&self, id: FileId) -> Rc<[usize]> {
        self.line_starts
            .borrow_mut()
            .entry(id)
            .or_insert_with(|| files::line_starts(self.sources.file(id).1).collect())
            .clone()
    }

    fn place(&self, id: FileId, byte: usize) -> (usize, usize) {
        let starts = self.line_starts(id);
        let line = starts.partition_point(|start| *start <= byte) - 1;
        let before = &self.sources.file(id).1[starts[line]..byte];
        (line + 1, before.chars().count() + 1)
    }
}

impl<'a> files::Files<'a> for Lookup<'a> {
    type FileId = FileId;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<&'a str, files::Error> {
        Ok(self.sources.file(id).0)
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, files::Error> {
        Ok(self.sources.file(id).1)
    }

    fn line_index(&'a self, id: FileId, byte: usize) -> Result<usize, files::Error> {
        Ok(self.place(id, byte).0 - 1)
    }

    fn line_range(&'a self, id: FileId, line: usize) -> Result<Range<usize>, files::Error> {
        let starts = self.line_starts(id);
        let start = *starts.get(line).ok_or(files::Error::LineTooLarge {
            given: line,
            max: starts.len() - 1,
        })?;
        let end = starts
            .get(line + 1)
            .copied()
            .unwrap_or(self.sources.file(id).1.len());
        Ok(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct One(&'static str);

    impl Files for One {
        fn file(&self, _: FileId) -> (&str, &str) {
            ("content/a.md", self.0)
        }
    }

    #[test]
    fn carets_stand_under_chinese_text() {
        let files = One("第一行\n依照本规则第十八条执行\n");
        let start = files.0.find("第十八条").unwrap();
        let span = Span::new(FileId(0), start..start + "第十八条".len());
        let found = Diagnostic::error("broken-link", span, "没有第十八条").hint("改为第十七条");
        let shown = text(&[found], &files, false);
        assert_eq!(
            shown,
            "error[broken-link]: 没有第十八条\n  ┌─ content/a.md:2:6\n  │\n2 │ 依照本规则第十八条执行\n  │           ^^^^^^^^\n  │\n  = 提示：改为第十七条\n\n"
        );
    }

    #[test]
    fn json_counts_characters_from_one() {
        let files = One("甲\n乙丙丁\n");
        let span = Span::new(FileId(0), 7..10);
        let found = Diagnostic::warning("text-damage", span, "丙");
        let parsed: serde_json::Value = serde_json::from_str(&json(&[found], &files)).unwrap();
        assert_eq!(parsed[0]["line"], 2);
        assert_eq!(parsed[0]["column"], 2);
        assert_eq!(parsed[0]["end_column"], 3);
        assert_eq!(parsed[0]["severity"], "warning");
    }

    #[test]
    fn a_span_beyond_the_file_is_shown_at_its_end() {
        let files = One("甲");
        let found = Diagnostic::error("a", Span::new(FileId(0), 2..99), "乙");
        assert!(text(&[found], &files, true).contains("content/a.md"));
    }
}
