//! What the stages found, with the texts that it points into: ready to be
//! printed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::diag::{Diagnostic, FileId, Report, Span, render};
use crate::source::SourceSet;

/// All that the stages found.
#[derive(Debug)]
pub struct Findings {
    report: Report,
    sources: SourceSet,
}

impl Findings {
    pub(crate) fn new(report: Report, sources: SourceSet) -> Self {
        Self { report, sources }
    }

    /// Excerpts with carets, for people; empty when there is nothing to say.
    pub fn text(&self, colour: bool) -> String {
        let found: Vec<Diagnostic> = self.report.sorted().iter().map(harmless).collect();
        let spans = found
            .iter()
            .flat_map(|d| std::iter::once(&d.span).chain(d.related.iter().map(|(span, _)| span)));
        let texts = spans
            .map(|Span { file, .. }| (*file, visible(&self.sources.get(*file).text)))
            .collect();
        let sources = HarmlessSources {
            sources: &self.sources,
            texts,
        };
        render::text(&found, &sources, colour)
    }

    /// A JSON array, for programs.
    pub fn json(&self) -> String {
        render::json(&self.report.sorted(), &self.sources)
    }

    /// One line with the counts.
    pub fn summary(&self) -> String {
        self.report.summary()
    }

    /// The findings, by file and place.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.report.sorted()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.report.errors() + self.report.warnings() == 0
    }
}

/// Sources whose texts can't steer a terminal.
struct HarmlessSources<'s> {
    sources: &'s SourceSet,
    texts: BTreeMap<FileId, Cow<'s, str>>,
}

impl render::Files for HarmlessSources<'_> {
    fn file(&self, id: FileId) -> (&str, &str) {
        let file = self.sources.get(id);
        (
            &file.path,
            self.texts.get(&id).unwrap_or(&Cow::Borrowed("")),
        )
    }
}

/// A diagnostic quotes what an author wrote; its words are cleaned too.
fn harmless(found: &Diagnostic) -> Diagnostic {
    let clean = |text: &str| visible(text).into_owned();
    Diagnostic {
        message: clean(&found.message),
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

/// The text with spaces for control characters, as many as they have bytes, so
/// that every place stays where it was.
fn visible(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
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

    #[test]
    fn control_characters_become_spaces_of_the_same_length() {
        assert_eq!(visible("甲\u{1b}]0;\u{7}\n\t乙"), "甲 ]0; \n\t乙");
        assert_eq!(visible("\u{9b}31m").len(), "\u{9b}31m".len());
        assert!(matches!(visible("甲\n乙"), Cow::Borrowed(_)));
    }
}
