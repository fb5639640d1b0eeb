//! The findings of all stages together with the texts that they point into,
//! ready to be printed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, FileId, Report, Severity, render};
use crate::source::SourceSet;
use search::analysis::characters::is_ignored;

/// Maximum number of warnings per code shown to people; longer lists are better
/// read in the JSON output.
const MOST_OF_A_CODE: usize = 20;

/// All findings of the stages.
#[derive(Debug)]
pub struct Findings {
    report: Report,
    sources: SourceSet,
}

impl Findings {
    pub(crate) fn new(report: Report, sources: SourceSet) -> Self {
        Self { report, sources }
    }

    /// Excerpts with carets, for people; empty if there are no findings. Shows
    /// every error, but only the first twenty warnings of each code.
    pub fn text(&self, colour: bool) -> String {
        let mut text = self.excerpts(self.report.sorted(), colour);
        let drafts = self.report.of_drafts();
        if !drafts.is_empty() {
            text.push_str("以下问题在草稿中，不影响生成，定稿前须改正：\n\n");
            text.push_str(&self.excerpts(drafts, colour));
        }
        text
    }

    fn excerpts(&self, found: Vec<Diagnostic>, colour: bool) -> String {
        let (found, left_out) = readable(found);
        let found: Vec<Diagnostic> = found.iter().map(harmless).collect();
        let spans = found
            .iter()
            .flat_map(|d| std::iter::once(&d.span).chain(d.related.iter().map(|(span, _)| span)));
        // Each file once, however many findings it has.
        let files: BTreeSet<FileId> = spans.map(|span| span.file).collect();
        let shown = files
            .into_iter()
            .map(|file| {
                let source = self.sources.get(file);
                let path = match visible(&source.path) {
                    path if path.contains('\n') => Cow::Owned(path.replace('\n', " ")),
                    path => path,
                };
                (file, (path, visible(&source.text)))
            })
            .collect();
        let sources = HarmlessSources {
            sources: &self.sources,
            shown,
        };
        let mut text = render::text(&found, &sources, colour);
        for (code, count) in left_out {
            text.push_str(&format!(
                "另有 {count} 个 {code} 警告未列出；查看全部请运行 zhize check --format json\n"
            ));
        }
        text
    }

    /// The findings as a JSON array, for programs.
    pub fn json(&self) -> String {
        render::json(
            &self.report.sorted(),
            &self.report.of_drafts(),
            &self.sources,
        )
    }

    /// The findings in drafts, which stop nothing, by file and position.
    pub fn of_drafts(&self) -> Vec<Diagnostic> {
        self.report.of_drafts()
    }

    /// The text that a finding marks.
    pub fn marked(&self, found: &Diagnostic) -> &str {
        let text = &self.sources.get(found.span.file).text;
        text.get(found.span.range.clone()).unwrap_or_default()
    }

    /// A summary line with the counts.
    pub fn summary(&self) -> String {
        self.report.summary()
    }

    /// The findings, by file and position.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.report.sorted()
    }

    /// Whether there are no findings.
    pub fn is_empty(&self) -> bool {
        self.report.errors() + self.report.warnings() + self.report.of_drafts().len() == 0
    }
}

/// Limits the findings to what people can read, and counts the warnings left
/// out per code.
fn readable(found: Vec<Diagnostic>) -> (Vec<Diagnostic>, BTreeMap<&'static str, usize>) {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut kept = Vec::with_capacity(found.len());
    for diagnostic in found {
        if diagnostic.severity == Severity::Warning {
            let count = counts.entry(diagnostic.code).or_default();
            *count += 1;
            if *count > MOST_OF_A_CODE {
                continue;
            }
        }
        kept.push(diagnostic);
    }
    counts.retain(|_, count| {
        *count = count.saturating_sub(MOST_OF_A_CODE);
        *count > 0
    });
    (kept, counts)
}

/// Sources with names and texts cleaned of terminal control characters.
struct HarmlessSources<'s> {
    sources: &'s SourceSet,
    /// Path and text of each file that is shown.
    shown: BTreeMap<FileId, (Cow<'s, str>, Cow<'s, str>)>,
}

impl render::Files for HarmlessSources<'_> {
    fn file(&self, id: FileId) -> (&str, &str) {
        let path = &self.sources.get(id).path;
        match self.shown.get(&id) {
            Some((path, text)) => (path, text),
            None => (path, ""),
        }
    }
}

/// Cleans a diagnostic, since it quotes text that an author wrote.
fn harmless(found: &Diagnostic) -> Diagnostic {
    let clean = |text: &str| visible(text).into_owned();
    Diagnostic {
        // Keep it on one line, whatever it quotes.
        message: clean(&found.message).replace('\n', " "),
        label: clean(&found.label),
        related: found
            .related
            .iter()
            .map(|(span, words)| (span.clone(), clean(words)))
            .collect(),
        hints: found.hints.iter().map(|hint| clean(hint)).collect(),
        ..found.clone()
    }
}

/// Replaces control characters and characters that change the text direction
/// with spaces, one for each byte, so that all positions stay valid.
fn visible(text: &str) -> Cow<'_, str> {
    let steers = |c: char| !matches!(c, '\n' | '\t') && (c.is_control() || is_ignored(c));
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            clean.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            clean.push(c);
        }
    }
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;

    #[test]
    fn of_many_warnings_the_first_are_shown() {
        let at = Span::start_of(FileId(0));
        let warning = |n: usize| Diagnostic::warning("a", at.clone(), n.to_string());
        let mut found: Vec<Diagnostic> = (0..MOST_OF_A_CODE + 3).map(warning).collect();
        found.extend((0..30).map(|n| Diagnostic::error("b", at.clone(), n.to_string())));
        let (kept, left_out) = readable(found);
        assert_eq!(kept.len(), MOST_OF_A_CODE + 30);
        assert_eq!(left_out, BTreeMap::from([("a", 3)]));
    }

    #[test]
    fn control_characters_become_spaces_of_the_same_length() {
        assert_eq!(visible("甲\u{1b}]0;\u{7}\n\t乙"), "甲 ]0; \n\t乙");
        assert_eq!(visible("a\u{202e}gnp.md"), "a   gnp.md");
        assert_eq!(visible("\u{9b}31m").len(), "\u{9b}31m".len());
        assert!(matches!(visible("甲\n乙"), Cow::Borrowed(_)));
    }
}
