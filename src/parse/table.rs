//! Reading TOML with a place for every complaint.
//!
//! serde stops at the first mistake. An editor wants them all in one run, so
//! the tree that `toml` parsed (it keeps spans) is walked by a small typed
//! reader: every accessor reports what is wrong and gives `None`, and
//! [`Table::finish`] reports the keys that nobody asked for.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned as Placed;
use toml::de::{DeTable, DeValue};

use super::field::Field;
use crate::diag::nearest::nearest;
use crate::diag::{Diagnostic, FileId, Span};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `value`, standing at `span`.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A piece of TOML in a file, and what was found wrong in it.
pub struct Document {
    file: FileId,
    base: usize,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

impl Document {
    /// The TOML that begins at byte `base` of `file`.
    pub fn new(file: FileId, base: usize) -> Self {
        Self {
            file,
            base,
            diagnostics: RefCell::default(),
        }
    }

    /// The place of a range of the TOML in its file.
    pub fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start + self.base..range.end + self.base)
    }

    /// Adds a finding.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// What was found, in order of discovery.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics.into_inner()
    }
}

/// A table that is being read.
pub struct Table<'t> {
    pub(super) document: &'t Document,
    pub(super) entries: &'t DeTable<'t>,
    /// Where the table begins; missing keys are reported here.
    pub(super) span: Span,
    /// `[extra]`, `extra.region`, for messages; empty for the top level.
    pub(super) name: String,
    asked: RefCell<BTreeSet<&'static str>>,
    ignored: RefCell<BTreeSet<&'static str>>,
}

impl<'t> Table<'t> {
    /// A table whose missing keys are reported at `span`.
    pub fn new(
        document: &'t Document,
        entries: &'t DeTable<'t>,
        span: Span,
        name: impl Into<String>,
    ) -> Self {
        Self {
            document,
            entries,
            span,
            name: name.into(),
            asked: RefCell::default(),
            ignored: RefCell::default(),
        }
    }

    /// The field with this key, there or not.
    pub fn field(&self, key: &'static str) -> Field<'_, 't> {
        self.asked.borrow_mut().insert(key);
        Field {
            table: self,
            key,
            value: self.lookup(key),
        }
    }

    fn lookup(&self, key: &str) -> Option<&'t Placed<DeValue<'t>>> {
        self.entries
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }

    /// Where the table begins.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Adds a finding.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.document.report(diagnostic);
    }

    /// Accepts keys of Zola's that have no effect here, and says so.
    pub fn ignore(&self, keys: &[&'static str]) {
        self.ignored.borrow_mut().extend(keys);
        for (name, _) in self.entries.iter() {
            if keys.contains(&name.get_ref().as_ref()) {
                let message = format!("`{}` 在这里不起作用", name.get_ref());
                self.report(
                    Diagnostic::warning("ignored-key", self.document.span(name.span()), message)
                        .hint("这是 Zola 的字段，知责不用它；删去这一行"),
                );
            }
        }
    }

    /// Reports keys that nobody asked for.
    pub fn finish(self) {
        let asked = self.asked.borrow();
        let ignored = self.ignored.borrow();
        for (name, _) in self.entries.iter() {
            let key = name.get_ref().as_ref();
            if asked.contains(key) || ignored.contains(key) {
                continue;
            }
            let place = if self.name.is_empty() {
                "顶层".to_owned()
            } else {
                format!("`{}` 中", self.name)
            };
            let message = format!("{place}没有 `{key}` 这个字段");
            let hint = match nearest(key, asked.iter().copied()) {
                Some(near) => format!("是不是 `{near}`？"),
                None => {
                    let all: Vec<_> = asked.iter().map(|key| format!("`{key}`")).collect();
                    format!("可用的字段：{}", all.join("、"))
                }
            };
            self.document.report(
                Diagnostic::error("unknown-key", self.document.span(name.span()), message)
                    .hint(hint),
            );
        }
    }
}
