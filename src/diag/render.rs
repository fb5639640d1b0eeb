//! Prints diagnostics for people (an excerpt with carets) and for programs
//! (JSON).

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::ops::Range;
use std::rc::Rc;

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files;
use codespan_reporting::term;
use serde::Serialize;

use super::{Diagnostic, FileId, Severity, Span};

/// Access to the texts that diagnostics point to.
pub trait Files {
    /// The file's path, relative to the site's root, and its text.
    fn file(&self, id: FileId) -> (&str, &str);
}

/// Prints excerpts with carets, one after the other.
///
/// Wide characters count as two columns, so that carets stand under the Chinese
/// text they point to.
pub fn text(diagnostics: &[Diagnostic], sources: &dyn Files, colour: bool) -> String {
    let lookup = Lookup::new(sources);
    let config = term::Config::default();
    let mut out = term::termcolor::Buffer::no_color();
    if colour {
        out = term::termcolor::Buffer::ansi();
    }
    for diagnostic in diagnostics {
        let mut writer = ChineseHead::new(&mut out, diagnostic);
        let written = if lookup.is_in_a_long_line(diagnostic) {
            let window = Window::of(diagnostic, &lookup);
            let shown = window.excerpt(diagnostic, &lookup);
            term::emit_to_write_style(&mut writer, &config, &window, &shown)
        } else {
            let shown = excerpt(diagnostic, sources);
            term::emit_to_write_style(&mut writer, &config, &lookup, &shown)
        };
        written.expect("spans are clamped to their file, and a buffer takes everything");
    }
    String::from_utf8_lossy(out.as_slice()).into_owned()
}

fn excerpt(diagnostic: &Diagnostic, sources: &dyn Files) -> codespan::Diagnostic<FileId> {
    let primary = codespan::Label::primary(diagnostic.span.file, clamp(&diagnostic.span, sources))
        .with_message(&diagnostic.label);
    let secondary = diagnostic.related.iter().map(|(span, words)| {
        codespan::Label::secondary(span.file, clamp(span, sources)).with_message(words)
    });
    headed(diagnostic)
        .with_labels_iter(std::iter::once(primary).chain(secondary))
        .with_notes_iter(hints(diagnostic))
}

fn headed<Id>(diagnostic: &Diagnostic) -> codespan::Diagnostic<Id> {
    let severity = match diagnostic.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Note => codespan::Severity::Note,
    };
    codespan::Diagnostic::new(severity)
        .with_code(diagnostic.code)
        .with_message(&diagnostic.message)
}

fn hints(diagnostic: &Diagnostic) -> impl Iterator<Item = String> {
    diagnostic.hints.iter().map(|hint| format!("改法：{hint}"))
}

/// Writes the first line in Chinese (`错误[code]：message`); codespan would write
/// the severity in English. Everything below it passes through.
struct ChineseHead<'o, 'd> {
    out: &'o mut term::termcolor::Buffer,
    diagnostic: &'d Diagnostic,
    /// Whether codespan is writing its own first line, which is dropped.
    in_head: bool,
}

impl<'o, 'd> ChineseHead<'o, 'd> {
    fn new(out: &'o mut term::termcolor::Buffer, diagnostic: &'d Diagnostic) -> Self {
        Self {
            out,
            diagnostic,
            in_head: false,
        }
    }
}

impl io::Write for ChineseHead<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.in_head {
            return Ok(bytes.len());
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl term::WriteStyle for ChineseHead<'_, '_> {
    fn set_header(&mut self, severity: codespan::Severity) -> io::Result<()> {
        self.out.set_header(severity)?;
        self.in_head = true;
        let Diagnostic { severity, code, .. } = self.diagnostic;
        write!(self.out, "{}[{code}]", severity.in_chinese())
    }

    fn set_header_message(&mut self) -> io::Result<()> {
        self.out.set_header_message()?;
        write!(self.out, "：{}", self.diagnostic.message)
    }

    fn reset(&mut self) -> io::Result<()> {
        self.in_head = false;
        self.out.reset()
    }

    fn set_line_number(&mut self) -> io::Result<()> {
        self.out.set_line_number()
    }

    fn set_note_bullet(&mut self) -> io::Result<()> {
        self.out.set_note_bullet()
    }

    fn set_source_border(&mut self) -> io::Result<()> {
        self.out.set_source_border()
    }

    fn set_label(
        &mut self,
        severity: codespan::Severity,
        style: codespan::LabelStyle,
    ) -> io::Result<()> {
        self.out.set_label(severity, style)
    }
}

/// Length in bytes up to which a line is shown whole. If longer lines were
/// shown whole for every finding, a paragraph with a thousand mistakes would
/// flood the terminal.
const LONGEST_LINE: usize = 2_000;

/// Characters shown before and after the marked text in a longer line.
const AROUND: usize = 60;

/// An excerpt of a line, treated as a file of its own that knows its position.
struct Window<'s> {
    name: &'s str,
    text: String,
    /// The marked range in `text`.
    meant: Range<usize>,
    /// Line and column of the marked text, counted from 1.
    place: (usize, usize),
}

impl<'s> Window<'s> {
    fn of(diagnostic: &Diagnostic, lookup: &Lookup<'s>) -> Self {
        let span = &diagnostic.span;
        let (name, whole) = lookup.sources.file(span.file);
        let range = clamp(span, lookup.sources);
        let line = lookup.line_of(span.file, range.start);
        let meant = &whole[range.start..range.end.min(line.end)];
        let meant = meant.trim_end_matches(['\n', '\r']);
        let last = |text: &'s str, count| {
            let start = text.char_indices().rev().nth(count);
            start.map(|(at, character)| &text[at + character.len_utf8()..])
        };
        let first =
            |text: &'s str, count| text.char_indices().nth(count).map(|(at, _)| &text[..at]);
        let mut text = String::new();
        let before = &whole[line.start..range.start];
        match last(before, AROUND) {
            Some(part) => text.extend(["…", part]),
            None => text.push_str(before),
        }
        let start = text.len();
        // The marked text may be the whole line.
        match first(meant, 4 * AROUND) {
            Some(part) => text.extend([part, "…"]),
            None => text.push_str(meant),
        }
        let end = text.len();
        let behind = &whole[range.start + meant.len()..line.end];
        let behind = behind.trim_end_matches(['\n', '\r']);
        match first(behind, AROUND) {
            Some(part) => text.extend([part, "…"]),
            None => text.push_str(behind),
        }
        Self {
            name,
            text,
            meant: start..end,
            place: lookup.place(span.file, range.start),
        }
    }

    fn excerpt(&self, diagnostic: &Diagnostic, lookup: &Lookup<'_>) -> codespan::Diagnostic<()> {
        let label = codespan::Label::primary((), self.meant.clone());
        let related = diagnostic.related.iter().map(|(span, words)| {
            let (name, _) = lookup.sources.file(span.file);
            let start = clamp(span, lookup.sources).start;
            let (line, column) = lookup.place(span.file, start);
            format!("{words}：{name}:{line}:{column}")
        });
        headed(diagnostic)
            .with_label(label.with_message(&diagnostic.label))
            .with_notes_iter(related.chain(hints(diagnostic)))
    }
}

impl<'w> files::Files<'w> for Window<'_> {
    type FileId = ();
    type Name = &'w str;
    type Source = &'w str;

    fn name(&'w self, (): ()) -> Result<&'w str, files::Error> {
        Ok(self.name)
    }

    fn source(&'w self, (): ()) -> Result<&'w str, files::Error> {
        Ok(&self.text)
    }

    fn line_index(&'w self, (): (), _: usize) -> Result<usize, files::Error> {
        Ok(0)
    }

    fn line_number(&'w self, (): (), _: usize) -> Result<usize, files::Error> {
        Ok(self.place.0)
    }

    fn column_number(&'w self, (): (), _: usize, _: usize) -> Result<usize, files::Error> {
        Ok(self.place.1)
    }

    fn line_range(&'w self, (): (), _: usize) -> Result<Range<usize>, files::Error> {
        Ok(0..self.text.len())
    }
}

/// A finding as other programs read it. Lines and columns count from 1, columns
/// in characters; the end is exclusive.
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
    /// Whether it is in a draft, which is not published.
    draft: bool,
}

/// A JSON array with one object for each diagnostic; those of `drafts` come
/// last.
pub fn json(diagnostics: &[Diagnostic], drafts: &[Diagnostic], sources: &dyn Files) -> String {
    let lookup = Lookup::new(sources);
    let own = diagnostics.iter().map(|diagnostic| (diagnostic, false));
    let entries: Vec<_> = own
        .chain(drafts.iter().map(|diagnostic| (diagnostic, true)))
        .map(|(diagnostic, draft)| {
            let range = clamp(&diagnostic.span, sources);
            let (line, column) = lookup.place(diagnostic.span.file, range.start);
            let (end_line, end_column) = lookup.place(diagnostic.span.file, range.end);
            Entry {
                severity: match diagnostic.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Note => "note",
                },
                code: diagnostic.code,
                message: &diagnostic.message,
                file: sources.file(diagnostic.span.file).0,
                line,
                column,
                end_line,
                end_column,
                hints: &diagnostic.hints,
                draft,
            }
        })
        .collect();
    serde_json::to_string_pretty(&entries).expect("strings and numbers are always JSON")
}

/// The span's range, clamped to its file and to character boundaries: a
/// slightly wrong span must not hide the message.
pub(super) fn clamp(span: &Span, sources: &dyn Files) -> Range<usize> {
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

/// Looks up lines of the files.
pub(super) struct Lookup<'a> {
    sources: &'a dyn Files,
    line_starts: RefCell<HashMap<FileId, Rc<[usize]>>>,
    /// The last lookup: file, beginning of the line, byte, and the number of
    /// characters between them. The next lookup is often a little further in
    /// the same line.
    last: Cell<Option<(FileId, usize, usize, usize)>>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(sources: &'a dyn Files) -> Self {
        Self {
            sources,
            line_starts: RefCell::default(),
            last: Cell::default(),
        }
    }

    /// Byte range of the line that contains `byte`, including its line ending.
    fn line_of(&self, id: FileId, byte: usize) -> Range<usize> {
        let starts = self.line_starts(id);
        let line = starts.partition_point(|start| *start <= byte) - 1;
        let whole = self.sources.file(id).1.len();
        starts[line]..starts.get(line + 1).copied().unwrap_or(whole)
    }

    fn is_in_a_long_line(&self, diagnostic: &Diagnostic) -> bool {
        let related = diagnostic.related.iter().map(|(span, _)| span);
        let mut spans = std::iter::once(&diagnostic.span).chain(related);
        spans.any(|span| {
            let start = clamp(span, self.sources).start;
            self.line_of(span.file, start).len() > LONGEST_LINE
        })
    }

    fn line_starts(&self, id: FileId) -> Rc<[usize]> {
        self.line_starts
            .borrow_mut()
            .entry(id)
            .or_insert_with(|| files::line_starts(self.sources.file(id).1).collect())
            .clone()
    }

    /// Line and column of a byte, both from 1.
    pub(super) fn place(&self, id: FileId, byte: usize) -> (usize, usize) {
        let starts = self.line_starts(id);
        let line = starts.partition_point(|start| *start <= byte) - 1;
        let start = starts[line];
        let (from, known) = match self.last.get() {
            Some((file, begin, at, count)) if (file, begin) == (id, start) && at <= byte => {
                (at, count)
            }
            _ => (start, 0),
        };
        let count = known + self.sources.file(id).1[from..byte].chars().count();
        self.last.set(Some((id, start, byte, count)));
        (line + 1, count + 1)
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
            "错误[broken-link]：没有第十八条\n  ┌─ content/a.md:2:6\n  │\n2 │ 依照本规则第十八条执行\n  │           ^^^^^^^^\n  │\n  = 改法：改为第十七条\n\n"
        );
    }

    #[test]
    fn json_counts_characters_from_one() {
        let files = One("甲\n乙丙丁\n");
        let span = Span::new(FileId(0), 7..10);
        let found = Diagnostic::warning("text-damage", span, "丙");
        let parsed: serde_json::Value = serde_json::from_str(&json(&[found], &[], &files)).unwrap();
        assert_eq!(parsed[0]["line"], 2);
        assert_eq!(parsed[0]["column"], 2);
        assert_eq!(parsed[0]["end_column"], 3);
        assert_eq!(parsed[0]["severity"], "warning");
    }

    #[test]
    fn of_a_long_line_a_piece_is_shown() {
        let line = "一二三四五六七八九十".repeat(200);
        let files = One(Box::leak(format!("第一行\n{line}\n").into_boxed_str()));
        let at = "第一行\n".len() + 300 * 3;
        let span = Span::new(FileId(0), at..at + 6);
        let found = Diagnostic::error("a", span.clone(), "乙").related(span, "这里");
        let shown = text(&[found.clone(), found], &files, false);
        let (one, two) = shown.split_at(shown.len() / 2);
        assert_eq!(one, two);
        assert!(one.contains("content/a.md:2:301\n"), "{one}");
        assert!(one.contains("\n2 │ …一二三四"), "{one}");
        assert!(one.contains("= 这里：content/a.md:2:301"), "{one}");
        assert!(one.len() < 1_500, "{}", one.len());
        // A finding that covers the whole line.
        let whole = Span::new(FileId(0), "第一行\n".len()..files.0.len());
        let shown = text(&[Diagnostic::error("a", whole, "乙")], &files, false);
        assert!(shown.len() < 3_000, "{}", shown.len());
    }

    #[test]
    fn a_span_beyond_the_file_is_shown_at_its_end() {
        let files = One("甲");
        let found = Diagnostic::error("a", Span::new(FileId(0), 2..99), "乙");
        assert!(text(&[found], &files, true).contains("content/a.md"));
    }
}
