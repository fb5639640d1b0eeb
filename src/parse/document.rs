//! A piece of TOML and what is wrong with it, settled when all of it is read.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::Range;

use crate::diag::nearest::nearest;
use crate::diag::{Diagnostic, FileId, Span};
use crate::fields::{File, Place};

/// A piece of TOML in a file, and the problems found in it.
pub struct Document {
    file: FileId,
    base: usize,
    diagnostics: RefCell<Vec<Diagnostic>>,
    pub(super) unknown: RefCell<Vec<Unknown>>,
    pub(super) missing: RefCell<Vec<Missing>>,
    pub(super) unfilled: RefCell<Vec<Unfilled>>,
    pub(super) place: Cell<Place>,
}

/// A key that no field has. It is reported when the whole document is read,
/// since a field may stand in the wrong table.
pub(super) struct Unknown {
    pub(super) place: Place,
    /// The table that it is in.
    pub(super) table: String,
    pub(super) key: String,
    pub(super) span: Span,
    /// The fields of the table.
    pub(super) fields: BTreeSet<&'static str>,
}

/// A field whose placeholder is still there. It is reported when it is known what
/// the document is, since the message says what belongs in the field.
pub(super) struct Unfilled {
    pub(super) table: String,
    pub(super) key: String,
    pub(super) span: Span,
}

/// A mandatory field that isn't there. It may be there under a wrong name.
pub(super) struct Missing {
    pub(super) table: String,
    pub(super) key: String,
    pub(super) found: Diagnostic,
}

impl Unfilled {
    fn into_diagnostic(self, place: Place) -> Diagnostic {
        let hint = match place.find(&self.table, &self.key) {
            Some(field) => format!("`{}`：{}", self.key, field.advice()),
            None => "填写内容".to_owned(),
        };
        let message = format!("`{}` 尚未填写", self.key);
        Diagnostic::error("placeholder", self.span, message).hint(hint)
    }
}

impl Unknown {
    /// The name and the table of the field that was meant, if another table has
    /// it.
    fn moved(&self) -> Option<(&str, &'static str)> {
        let other = match self.table.as_str() {
            "" => "extra",
            "extra" => "",
            _ => return None,
        };
        let field = self.place.find(other, &self.key)?;
        Some((other, field.name))
    }

    /// The field of this table that was meant.
    fn misspelt(&self) -> Option<&'static str> {
        let lower = self.key.to_ascii_lowercase();
        let exact = self.fields.iter().find(|field| **field == lower);
        exact
            .or_else(|| {
                let near = nearest(&self.key, self.fields.iter().copied())?;
                self.fields.get(near)
            })
            .copied()
    }

    /// The table and the name of the field that was meant.
    fn meant(&self) -> Option<(&str, &'static str)> {
        self.moved()
            .or_else(|| Some((self.table.as_str(), self.misspelt()?)))
    }

    fn into_diagnostic(self) -> Diagnostic {
        let place = if self.table.is_empty() {
            "顶层".to_owned()
        } else {
            format!("`{}` 中", self.table)
        };
        let message = format!("{place}没有 `{}` 这一字段", self.key);
        let hint = match (self.moved(), self.misspelt()) {
            (Some(("extra", _)), _) => "移至 [extra] 之下".to_owned(),
            (Some(_), _) => "移至 [extra] 之前".to_owned(),
            (None, Some(near)) => format!("可能应为 `{near}`，核对后改正"),
            (None, None) => {
                let all: Vec<_> = self.fields.iter().map(|key| format!("`{key}`")).collect();
                format!("可用的字段为 {}", all.join("、"))
            }
        };
        Diagnostic::error("unknown-key", self.span, message).hint(hint)
    }
}

impl Document {
    /// The TOML that begins at byte `base` of `file`.
    pub fn new(file: FileId, base: usize) -> Self {
        Self {
            file,
            base,
            diagnostics: RefCell::default(),
            unknown: RefCell::default(),
            missing: RefCell::default(),
            unfilled: RefCell::default(),
            place: Cell::new(Place::of(File::Register)),
        }
    }

    /// Says what the document is, so that messages describe its fields.
    pub fn is_in(&self, place: Place) {
        self.place.set(place);
    }

    /// Converts a range of the TOML into a span of its file.
    pub fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start + self.base..range.end + self.base)
    }

    /// Adds a finding.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// The findings, in the order in which they were found.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut found = self.diagnostics.into_inner();
        let place = self.place.get();
        let unfilled = self.unfilled.into_inner().into_iter();
        found.extend(unfilled.map(|unfilled| unfilled.into_diagnostic(place)));
        let unknown = self.unknown.into_inner();
        // A field under a wrong name isn't missing as well.
        let missing = self.missing.into_inner().into_iter().filter(|missing| {
            let known_as = (missing.table.as_str(), missing.key.as_str());
            !unknown
                .iter()
                .any(|unknown| unknown.meant() == Some(known_as))
        });
        found.extend(missing.map(|missing| missing.found));
        found.extend(unknown.into_iter().map(Unknown::into_diagnostic));
        found
    }
}
