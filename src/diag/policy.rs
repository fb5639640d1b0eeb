//! What a site's settings say about findings: which count more or less, and
//! which were looked at and stay.

use std::collections::BTreeMap;

use super::{Diagnostic, Severity, Span};

/// The rules of `[extra.check]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Severities of warnings and notes by their codes. Errors stay errors: a
    /// site can't be built with them.
    pub severities: BTreeMap<String, Severity>,
    /// Findings that stay.
    pub kept: Vec<Kept>,
}

/// Findings that an editor has looked at and leaves as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Their code.
    pub code: String,
    /// The file that they are in, as a path below the site's root.
    pub file: String,
    /// Words of their messages or of the marked text; `None` for all of the
    /// code in the file.
    pub words: Option<String>,
    /// Why they stay.
    pub reason: String,
    /// Where this is written.
    pub span: Span,
}

impl Policy {
    /// The finding with the severity that it has on this site.
    pub fn weighed(&self, mut found: Diagnostic) -> Diagnostic {
        if found.severity < Severity::Error
            && let Some(severity) = self.severities.get(found.code)
        {
            found.severity = *severity;
        }
        found
    }

    /// The rule by which a finding stays, if there is one. Errors don't stay.
    /// `file` and `marked` are the path and the words that it marks.
    pub fn keeping(&self, found: &Diagnostic, file: &str, marked: &str) -> Option<usize> {
        if found.severity == Severity::Error {
            return None;
        }
        self.kept.iter().position(|kept| {
            let words = kept.words.as_deref();
            kept.code == found.code
                && kept.file == file
                && words.is_none_or(|words| marked.contains(words) || found.message.contains(words))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::FileId;

    fn policy() -> Policy {
        Policy {
            severities: BTreeMap::from([
                ("a".to_owned(), Severity::Error),
                ("b".to_owned(), Severity::Note),
            ]),
            kept: vec![Kept {
                code: "c".to_owned(),
                file: "content/x.md".to_owned(),
                words: Some("条例".to_owned()),
                reason: "未公开".to_owned(),
                span: Span::start_of(FileId(0)),
            }],
        }
    }

    #[test]
    fn warnings_are_weighed_and_errors_stay() {
        let at = Span::start_of(FileId(0));
        let weighed = |found| policy().weighed(found).severity;
        let warning = |code| Diagnostic::warning(code, at.clone(), "甲");
        assert_eq!(weighed(warning("a")), Severity::Error);
        assert_eq!(weighed(warning("b")), Severity::Note);
        assert_eq!(weighed(warning("c")), Severity::Warning);
        let error = Diagnostic::error("b", at, "甲");
        assert_eq!(weighed(error), Severity::Error);
    }

    #[test]
    fn what_stays_is_named_by_code_file_and_words() {
        let at = Span::start_of(FileId(0));
        let found = Diagnostic::warning("c", at.clone(), "没有《某条例》");
        assert_eq!(policy().keeping(&found, "content/x.md", ""), Some(0));
        assert_eq!(policy().keeping(&found, "content/y.md", ""), None);
        let other = Diagnostic::warning("c", at.clone(), "没有《某办法》");
        assert_eq!(policy().keeping(&other, "content/x.md", ""), None);
        let marked = policy().keeping(&other, "content/x.md", "某条例");
        assert_eq!(marked, Some(0));
        let error = Diagnostic::error("c", at, "没有《某条例》");
        assert_eq!(policy().keeping(&error, "content/x.md", ""), None);
    }
}
