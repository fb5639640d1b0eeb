//! Collects the diagnostics of all stages.

use std::fmt;

use super::{Checked, Diagnostic, Policy, Severity};

/// Diagnostics of all stages so far.
#[derive(Clone, Debug, Default)]
pub struct Report {
    policy: Policy,
    diagnostics: Vec<Diagnostic>,
    drafts: Vec<Diagnostic>,
}

/// The content has errors, so the next stage must not run.
///
/// The errors themselves are in the [`Report`]. This type only says that there
/// are some, so that `?` stops the pipeline and `main` can choose exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// How many errors the report holds.
    pub errors: usize,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "内容有 {} 个错误，须先改正", self.errors)
    }
}

impl std::error::Error for Failed {}

impl Report {
    /// A report of a site with these rules.
    pub fn under(policy: Policy) -> Self {
        Self {
            policy,
            ..Self::default()
        }
    }

    /// The site's rules.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Records the diagnostics of a stage and returns its result.
    ///
    /// # Errors
    /// When the stage found an error: its result must not feed the next one.
    pub fn take<T>(&mut self, checked: Checked<T>) -> Result<T, Failed> {
        let before = self.errors();
        self.extend(checked.diagnostics);
        if self.errors() > before {
            Err(Failed {
                errors: self.errors(),
            })
        } else {
            Ok(checked.value)
        }
    }

    /// Adds diagnostics that don't come with the result of a stage.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        let weighed = diagnostics.into_iter();
        let weighed = weighed.map(|found| self.policy.weighed(found));
        self.diagnostics.extend(weighed);
    }

    /// Adds what is wrong in drafts, which is counted apart: a draft is not
    /// published, so it stops nothing.
    pub fn add_of_drafts(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        let weighed = diagnostics.into_iter();
        let weighed = weighed.map(|found| self.policy.weighed(found));
        self.drafts.extend(weighed);
    }

    /// What is wrong in drafts, by file and position, without duplicates.
    pub fn of_drafts(&self) -> Vec<Diagnostic> {
        in_order(&self.drafts)
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    fn count(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    }

    /// The diagnostics by file and position, without duplicates.
    pub fn sorted(&self) -> Vec<Diagnostic> {
        in_order(&self.diagnostics)
    }
}

/// The counts in one line: `2 个错误，1 个警告（2 个文件）`. The findings are
/// ordered by file.
pub fn counted(found: &[Diagnostic]) -> String {
    let mut files: Vec<_> = found.iter().map(|found| found.span.file).collect();
    files.dedup();
    let of = |severity| {
        found
            .iter()
            .filter(|found| found.severity == severity)
            .count()
    };
    let words = [
        (Severity::Error, "个错误"),
        (Severity::Warning, "个警告"),
        (Severity::Note, "条提示"),
    ];
    let counts = words
        .into_iter()
        .map(|(severity, words)| (of(severity), words));
    let counts: Vec<String> = counts
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    if counts.is_empty() {
        "没有错误，没有警告".to_owned()
    } else {
        format!("{}（{} 个文件）", counts.join("，"), files.len())
    }
}

fn in_order(found: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut sorted = found.to_vec();
    sorted.sort_by(|a, b| place(a).cmp(&place(b)).then(a.message.cmp(&b.message)));
    sorted.dedup();
    sorted
}

fn place(
    d: &Diagnostic,
) -> (
    super::FileId,
    usize,
    usize,
    std::cmp::Reverse<Severity>,
    &str,
) {
    let Diagnostic { span, severity, .. } = d;
    (
        span.file,
        span.range.start,
        span.range.end,
        std::cmp::Reverse(*severity),
        d.code,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{FileId, Span};

    fn at(file: u32, start: usize) -> Span {
        Span::new(FileId(file), start..start + 1)
    }

    #[test]
    fn errors_stop_and_warnings_pass() {
        let mut report = Report::default();
        let warned = Checked {
            value: 1,
            diagnostics: vec![Diagnostic::warning("a", at(1, 4), "甲")],
        };
        assert_eq!(report.take(warned), Ok(1));
        let wrong = Checked {
            value: 2,
            diagnostics: vec![Diagnostic::error("b", at(0, 9), "乙")],
        };
        assert_eq!(report.take(wrong), Err(Failed { errors: 1 }));
        assert_eq!(counted(&report.sorted()), "1 个错误，1 个警告（2 个文件）");
        let codes: Vec<_> = report.sorted().iter().map(|d| d.code).collect();
        assert_eq!(codes, ["b", "a"]);
    }
}
