//! A diagnostic and its location.

use std::ops::Range;

/// Number of a file in the [`SourceSet`](crate::source::SourceSet).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Byte range in the file's text.
    pub range: Range<usize>,
}

impl Span {
    /// A span of `range` in `file`.
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        Self { file, range }
    }

    /// The beginning of a file, for mistakes without a more precise location.
    pub fn start_of(file: FileId) -> Self {
        Self { file, range: 0..0 }
    }
}

/// A value and its location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its location.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `value` located at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A change that certainly mends a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Other words in place of those at `span`.
    Replace {
        /// Where they are.
        span: Span,
        /// The words that must stand there; if others do, nothing is replaced.
        was: String,
        /// The words that belong there.
        text: String,
    },
    /// The file is written in UTF-8.
    Recode(FileId),
    /// The file gets another name.
    Rename {
        /// Its path below the site's root.
        path: String,
        /// Its new name.
        to: String,
    },
}

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing need be done; it is good to know.
    Note,
    /// The site can be built, but an editor should look.
    Warning,
    /// The site must not be published in this state; the build stops.
    Error,
}

impl Severity {
    /// The first word of a message on the terminal. Programs get English names
    /// (see [`render::json`](super::render::json)).
    pub fn in_chinese(self) -> &'static str {
        match self {
            Self::Note => "提示",
            Self::Warning => "警告",
            Self::Error => "错误",
        }
    }
}

/// One mistake of an author: what, where, and how to fix it.
///
/// `message` is Chinese, has no final stop and names the thing. `code` is a
/// stable kebab-case word documented in `docs/diagnostics.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Stable kebab-case word.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Text beside the caret; may be empty.
    pub label: String,
    /// Other locations that are part of the mistake, each with its own text.
    pub related: Vec<(Span, String)>,
    /// How to fix it, one sentence each.
    pub hints: Vec<String>,
    /// The changes that certainly fix it; empty if a person must decide.
    pub repairs: Vec<Repair>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            hints: Vec::new(),
            repairs: Vec::new(),
        }
    }

    /// A warning at `span`.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// A note at `span`.
    pub fn note(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(code, span, message)
        }
    }

    /// Sets the text beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds another location that is part of the mistake.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// Adds a change that certainly fixes it.
    #[must_use]
    pub fn repair(mut self, repair: Repair) -> Self {
        self.repairs.push(repair);
        self
    }

    /// Adds the change that replaces the marked words, which must be `was`.
    #[must_use]
    pub fn replace(self, was: impl Into<String>, text: impl Into<String>) -> Self {
        let span = self.span.clone();
        let (was, text) = (was.into(), text.into());
        self.repair(Repair::Replace { span, was, text })
    }

    /// Adds a sentence that says how to fix it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// The result of a stage together with the problems it found.
///
/// A stage with errors still finishes, so that all errors are reported.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    /// The result of the stage.
    pub value: T,
    /// The problems, in the order in which they were found.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// A result without diagnostics.
    pub fn clean(value: T) -> Self {
        Self {
            value,
            diagnostics: Vec::new(),
        }
    }
}
