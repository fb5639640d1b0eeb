//! Collects the diagnostics of all stages.

use std::fmt;

use super::{Checked, Diagnostic, Severity};

/// Diagnostics of all stages so far.
#[derive(Clone, Debug, Default)]
pub struct Report {
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
    /// Records the diagnostics of a stage and returns its result.
    ///
    /// # Errors
    /// When the stage found an error: its result must not feed the next one.
    pub fn take<T>(&mut self, checked: Checked<T>) -> Result<T, Failed> {
        let failed = checked
            .diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error);
        self.diagnostics.extend(checked.diagnostics);
        if failed {
            Err(Failed {
                errors: self.errors(),
            })
        } else {
            Ok(checked.value)
        }
    }

    /// Adds diagnostics that don't come with the result of a stage.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(diagnostics);
    }

    /// Adds what is wrong in drafts, which is counted apart: a draft is not
    /// published, so it stops nothing.
    pub fn add_of_drafts(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.drafts.extend(diagnostics);
    }

    /// What is wrong in drafts, by file and position, without duplicates.
    pub fn of_drafts(&self) -> Vec<Diagnostic> {
        in_order(&self.drafts)
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// How many warnings there are.
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
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

    /// One line: `2 个错误，1 个警告（2 个文件）；草稿里另有 1 处`.
    pub fn summary(&self) -> String {
        match self.of_drafts().len() {
            0 => self.own_summary(),
            drafts => format!("{}；草稿中另有 {drafts} 处", self.own_summary()),
        }
    }

    fn own_summary(&self) -> String {
        let sorted = self.sorted();
        let count = |severity| sorted.iter().filter(|d| d.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let mut files: Vec<_> = sorted.iter().map(|d| d.span.file).collect();
        files.dedup();
        match (errors, warnings) {
            (0, 0) => "没有错误，没有警告".to_owned(),
            (0, _) => format!("{warnings} 个警告（{} 个文件）", files.len()),
            (_, 0) => format!("{errors} 个错误（{} 个文件）", files.len()),
            _ => format!(
                "{errors} 个错误，{warnings} 个警告（{} 个文件）",
                files.len()
            ),
        }
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
        assert_eq!(report.summary(), "1 个错误，1 个警告（2 个文件）");
        let codes: Vec<_> = report.sorted().iter().map(|d| d.code).collect();
        assert_eq!(codes, ["b", "a"]);
    }
}
