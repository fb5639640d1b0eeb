//! A field: its name, form and meaning.

use crate::model::PageType;

/// The kind of file that a field is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// A page of one of the types.
    Page,
    /// A page in a section without type.
    Plain,
    /// `_index.md` of a section.
    Section,
    /// A register in `data/`.
    Register,
}

/// The form of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    Texts,
    Date,
    Integer,
    Boolean,
    /// Fields in braces.
    Table,
    /// Tables in double brackets, one for each entry.
    Tables,
    /// Fields in braces, several in a list.
    Tags,
}

impl Form {
    /// The word for it in the manual.
    pub fn label(self) -> &'static str {
        match self {
            Self::Text => "文字",
            Self::Texts => "列表",
            Self::Date => "日期",
            Self::Integer => "整数",
            Self::Boolean => "true 或 false",
            Self::Table => "一组字段",
            Self::Tables => "可重复的一组字段",
            Self::Tags => "标签的列表",
        }
    }
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The file that it is written in.
    pub file: File,
    /// The table that it is in, as headings write it: empty, `extra`,
    /// `extra.sources`, `organ`.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its name in Chinese.
    pub label: &'static str,
    /// Its form.
    pub form: Form,
    /// What it holds.
    pub meaning: &'static str,
    /// Its value in an example, as TOML.
    pub example: &'static str,
    /// Types of the pages that have it; empty for all of them.
    pub types: &'static [PageType],
    /// Its value in a new page, as TOML; empty if an editor must fill it in.
    pub start: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it may be `"unknown"`.
    pub may_be_unknown: bool,
    /// The allowed values, if they are a closed list.
    pub(super) values: Option<fn() -> Vec<&'static str>>,
    /// Where readers see it; empty if they don't.
    pub shown: &'static str,
}

impl Field {
    /// The allowed values; empty if it may hold anything of its form.
    pub fn values(&self) -> Vec<&'static str> {
        self.values.map_or_else(Vec::new, |values| values())
    }

    /// The line that gives it the value of its example: `date = 2026-01-31`. A
    /// repeatable table begins with its heading.
    pub fn line(&self) -> String {
        match self.form {
            Form::Tables => format!("[[{}]]", self.path()),
            _ => format!("{} = {}", self.name, self.example),
        }
    }

    /// What to write: what it means, the allowed values, an example, and
    /// whether it may be unknown.
    pub fn advice(&self) -> String {
        let values = match self.values().join("、") {
            values if values.is_empty() => String::new(),
            values => format!("，可用的值为 {values}"),
        };
        let unknown = if self.may_be_unknown {
            format!("；原文未载明的写 {} = \"unknown\"", self.name)
        } else {
            String::new()
        };
        format!("{}{values}，如 {}{unknown}", self.meaning, self.line())
    }

    /// Its name with that of its table: `extra.level`.
    pub fn path(&self) -> String {
        if self.table.is_empty() {
            self.name.to_owned()
        } else {
            format!("{}.{}", self.table, self.name)
        }
    }

    /// Whether a page of this type has it.
    pub fn is_of(&self, page_type: PageType) -> bool {
        self.types.is_empty() || self.types.contains(&page_type)
    }

    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn starts_as(mut self, start: &'static str) -> Self {
        self.start = start;
        self
    }

    pub(super) const fn or_unknown(mut self) -> Self {
        self.may_be_unknown = true;
        self
    }

    pub(super) const fn of(mut self, types: &'static [PageType]) -> Self {
        self.types = types;
        self
    }

    pub(super) const fn one_of(mut self, values: fn() -> Vec<&'static str>) -> Self {
        self.values = Some(values);
        self
    }

    pub(super) const fn shown(mut self, shown: &'static str) -> Self {
        self.shown = shown;
        self
    }

    pub(super) const fn in_file(mut self, file: File) -> Self {
        self.file = file;
        self
    }
}
