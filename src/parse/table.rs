//! Reads TOML with a location for every mistake.
//!
//! serde stops at the first mistake, but an editor wants to see all of them in
//! one run. So a small typed reader walks the tree that `toml` parsed (it keeps
//! spans): every accessor reports what is wrong and returns `None`, and
//! [`Table::finish`] reports unknown keys.

use std::cell::RefCell;
use std::collections::BTreeSet;

use toml::Spanned as Placed;
use toml::de::{DeTable, DeValue};

use super::document::{Document, Missing, Unknown};
use super::toml_syntax::{quoted, whole_number};
use crate::body::text::joined;
use crate::chinese::unseen;
use crate::dates::written_day;
use crate::diag::nearest::{clearly_nearest, nearest_first};
use crate::diag::{Diagnostic, Span, Spanned};
use crate::fields::{self, Form};
use crate::model::{Date, Known, UNKNOWN, Vocabulary};

/// A table that is being read.
pub struct Table<'t> {
    pub(super) document: &'t Document,
    pub(super) entries: &'t DeTable<'t>,
    /// The beginning of the table, where missing keys are reported.
    span: Span,
    /// `[extra]`, `extra.region`, used in messages; empty for the top level.
    name: String,
    asked: RefCell<BTreeSet<&'static str>>,
    ignored: RefCell<BTreeSet<&'static str>>,
}

impl<'t> Table<'t> {
    /// Creates a table whose missing keys are reported at `span`.
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

    /// The field with this key, whether present or not.
    pub fn field(&self, key: &'static str) -> Field<'_, 't> {
        self.asked.borrow_mut().insert(key);
        Field {
            table: self,
            key,
            value: self.lookup(key),
            is_required: false,
        }
    }

    fn lookup(&self, key: &str) -> Option<&'t Placed<DeValue<'t>>> {
        self.entries
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }

    /// The beginning of the table.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Adds a finding.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.document.report(diagnostic);
    }

    /// Accepts keys of Zola that have no effect here, and reports that.
    pub fn ignore(&self, keys: &[&'static str]) {
        self.ignored.borrow_mut().extend(keys);
        for (name, _) in self.entries.iter() {
            if keys.contains(&name.get_ref().as_ref()) {
                let message = format!("`{}` 在此处不起作用", name.get_ref());
                self.report(
                    Diagnostic::warning("ignored-key", self.document.span(name.span()), message)
                        .hint("该字段属于 Zola，知责不使用；删去该行"),
                );
            }
        }
    }

    /// The keys that the author wrote, for tables whose keys are values.
    pub fn keys(&self) -> Vec<(String, Span)> {
        let names = self.entries.iter().map(|(name, _)| {
            let span = self.document.span(name.span());
            (name.get_ref().to_string(), span)
        });
        names.collect()
    }

    /// A field of such a table.
    pub fn any_field<'a>(&'a self, key: &'a str) -> Field<'a, 't> {
        Field {
            table: self,
            key,
            value: self.lookup(key),
            is_required: false,
        }
    }

    /// Reports unknown keys.
    pub fn finish(self) {
        let asked = self.asked.borrow();
        let ignored = self.ignored.borrow();
        for (name, _) in self.entries.iter() {
            let key = name.get_ref().as_ref();
            if asked.contains(key) || ignored.contains(key) {
                continue;
            }
            self.document.unknown.borrow_mut().push(Unknown {
                place: self.document.place.get(),
                table: self.name.clone(),
                key: key.to_owned(),
                span: self.document.span(name.span()),
                fields: asked.clone(),
            });
        }
    }
}

/// Placeholder in templates that an editor must replace; never publishable.
pub const PLACEHOLDER: &str = "【请填写";

/// A field, present or not. Each accessor reports what is wrong.
pub struct Field<'a, 't> {
    table: &'a Table<'t>,
    key: &'a str,
    value: Option<&'t Placed<DeValue<'t>>>,
    is_required: bool,
}

impl<'t> Field<'_, 't> {
    /// Whether the author gave it.
    pub fn is_given(&self) -> bool {
        self.value.is_some()
    }

    /// Whether it is an empty list.
    pub fn is_empty_list(&self) -> bool {
        self.value.is_some_and(
            |value| matches!(value.get_ref(), DeValue::Array(items) if items.is_empty()),
        )
    }

    pub fn key(&self) -> &str {
        self.key
    }

    /// Adds a finding.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.table.report(diagnostic);
    }

    /// Where its value is, or its table if there is none.
    pub fn span(&self) -> Span {
        match self.value {
            Some(value) => self.table.document.span(value.span()),
            None => self.table.span(),
        }
    }

    /// Reports the field if it is missing. What to write comes from the list of
    /// fields.
    pub fn required(self) -> Self {
        let what = self.described().map(fields::Field::advice);
        self.required_as(&what.unwrap_or_default())
    }

    /// The field in the list of fields.
    fn described(&self) -> Option<&'static fields::Field> {
        let place = self.table.document.place.get();
        place.find(&self.table.name, self.key)
    }

    /// Reports the field if it is missing; `what` says what to write.
    pub fn required_as(mut self, what: &str) -> Self {
        self.is_required = true;
        if self.value.is_none() {
            let place = if self.table.name.is_empty() {
                String::new()
            } else {
                format!("`{}` ", self.table.name)
            };
            let message = format!("{place}缺少 `{}`", self.key);
            let found = Diagnostic::error("missing-field", self.table.span(), message)
                .hint(format!("`{}`：{what}", self.key));
            self.table.document.missing.borrow_mut().push(Missing {
                table: self.table.name.clone(),
                key: self.key.to_owned(),
                found,
            });
        }
        self
    }

    /// Non-empty text.
    pub fn text(&self) -> Option<Spanned<String>> {
        let text = self.any_text()?;
        if text.value.trim().is_empty() {
            let message = format!("`{}` 的内容为空", self.key);
            self.table
                .report(Diagnostic::error("empty-value", text.span, message).hint(
                    if self.is_required {
                        "填写内容"
                    } else {
                        "填写内容，或删去该行"
                    },
                ));
            return None;
        }
        Some(text)
    }

    /// Text that may be empty; empty if missing.
    pub fn note(&self) -> String {
        self.any_text().map(|text| text.value).unwrap_or_default()
    }

    fn any_text(&self) -> Option<Spanned<String>> {
        let value = self.value?;
        match value.get_ref() {
            // Another check finds all placeholders of the front matter.
            DeValue::String(text) if text.contains(PLACEHOLDER) => None,
            DeValue::String(text) => {
                // An escape can stand for a character that nobody sees.
                let found = unseen::cleaned(text);
                for warning in found.warnings(|_| self.span()) {
                    self.table.report(warning);
                }
                Some(Spanned::new(joined(found.text.trim()), self.span()))
            }
            DeValue::Datetime(date) => self.wrong("文字", &format!("{} = \"{date}\"", self.key)),
            _ => self.wrong("文字", &format!("{} = \"……\"", self.key)),
        }
    }

    /// Text, or `unknown`.
    pub fn known_text(&self) -> Option<Known<Spanned<String>>> {
        let text = self.text()?;
        Some(if text.value == UNKNOWN {
            Known::Unknown
        } else {
            Known::Known(text)
        })
    }

    /// A list of texts; empty if missing.
    pub fn texts(&self) -> Vec<Spanned<String>> {
        let mut texts = Vec::new();
        let Some(value) = self.value else {
            return texts;
        };
        let DeValue::Array(items) = value.get_ref() else {
            let item = match value.get_ref() {
                DeValue::String(text) => quoted(text),
                _ => "\"……\"".to_owned(),
            };
            let list = format!("[{item}]");
            let meant = matches!(value.get_ref(), DeValue::String(_)).then(|| list.clone());
            self.wrong_but::<()>("列表", &format!("{} = {list}", self.key), meant);
            return texts;
        };
        for item in items.iter() {
            let one = Field {
                table: self.table,
                key: self.key,
                value: Some(item),
                is_required: self.is_required,
            };
            texts.extend(one.text());
        }
        texts
    }

    /// A value of a closed list of words.
    pub fn one_of(&self, allowed: &[&'static str]) -> Option<Spanned<&'static str>> {
        let text = self.text()?;
        if let Some(value) = allowed.iter().find(|value| **value == text.value) {
            return Some(Spanned::new(value, text.span));
        }
        let message = format!("`{}` 的值不能为“{}”", self.key, text.value);
        let list = nearest_first(&text.value, allowed).join("、");
        let mut found = Diagnostic::error("invalid-value", text.span, message);
        if let Some(near) = clearly_nearest(&text.value, allowed) {
            found = found.hint(format!("可能应为“{near}”，核对后改正"));
        }
        self.table.report(found.hint(format!("可用的值为 {list}")));
        None
    }

    /// A value of a closed list, by its label.
    pub fn listed<V: Vocabulary>(&self) -> Option<Spanned<V>> {
        let label = self.one_of(&labels::<V>())?;
        Some(Spanned::new(V::from_label(label.value)?, label.span))
    }

    /// A value of a closed list, by its ASCII name.
    pub fn named<V: Vocabulary>(&self) -> Option<V> {
        let names: Vec<_> = V::ALL.iter().map(|value| value.slug()).collect();
        V::from_slug(self.one_of(&names)?.value)
    }

    /// A mandatory value of a closed list.
    pub fn required_listed<V: Vocabulary>(self) -> Option<Spanned<V>> {
        self.required().listed()
    }

    /// A mandatory value of a closed list, or `unknown`.
    pub fn required_known<V: Vocabulary>(self) -> Option<Known<V>> {
        let field = self.required();
        let mut allowed = labels::<V>();
        allowed.push(UNKNOWN);
        let label = field.one_of(&allowed)?;
        Some(V::from_label(label.value).map_or(Known::Unknown, Known::Known))
    }

    /// A value of a closed list, without its location.
    pub fn vocabulary<V: Vocabulary>(&self) -> Option<V> {
        self.listed().map(|value| value.value)
    }

    /// A valid calendar date, written without quotes.
    pub fn date(&self) -> Option<Spanned<Date>> {
        let value = self.value?;
        let DeValue::Datetime(written) = value.get_ref() else {
            if matches!(value.get_ref(), DeValue::String(text) if text.contains(PLACEHOLDER)) {
                return None;
            }
            let day = match value.get_ref() {
                DeValue::String(text) => written_day(text),
                _ => None,
            };
            let given = day.clone();
            let day = day.unwrap_or_else(|| "2026-01-31".to_owned());
            return self.wrong_but("日期", &format!("{} = {day}，不加引号", self.key), given);
        };
        let Some(date) = written.date else {
            // An invalid date was a syntax error; a time of day is not a date.
            if written.time.is_some() {
                self.wrong::<()>("日期", &format!("{} = 2026-01-31", self.key));
            }
            return None;
        };
        let month = time::Month::try_from(date.month).ok()?;
        let date = Date::from_calendar_date(i32::from(date.year), month, date.day).ok()?;
        Some(Spanned::new(date, self.span()))
    }

    /// A date, or `unknown`.
    pub fn known_date(&self) -> Option<Known<Spanned<Date>>> {
        match self.value?.get_ref() {
            DeValue::String(text) if text == UNKNOWN => Some(Known::Unknown),
            DeValue::String(text) if text.contains(PLACEHOLDER) => None,
            DeValue::String(text) => {
                let date = written_day(text);
                let date = date.as_deref().unwrap_or("2026-01-31");
                let example = format!("{} = {date}（不加引号）或 {0} = \"unknown\"", self.key);
                self.wrong("日期或 \"unknown\"", &example)
            }
            _ => self.date().map(Known::Known),
        }
    }

    /// A whole number.
    pub fn integer(&self) -> Option<i64> {
        match self.value?.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .or_else(|| self.wrong("数值较小的整数", &format!("{} = 10", self.key))),
            DeValue::String(text) if text.contains(PLACEHOLDER) => None,
            DeValue::String(text) if whole_number(text).is_some() => {
                let number = whole_number(text);
                let example = number.as_deref().unwrap_or_default();
                self.wrong_but("整数", &format!("{} = {example}", self.key), number.clone())
            }
            _ => {
                let described = self.described().map(fields::Field::line);
                let example = described.unwrap_or_else(|| format!("{} = 10", self.key));
                self.wrong("整数", &example)
            }
        }
    }

    /// A number, whole or fractional; may be `nan`.
    pub fn number(&self) -> Option<f64> {
        match self.value?.get_ref() {
            DeValue::Float(number) => number
                .as_str()
                .parse()
                .ok()
                .or_else(|| self.wrong("数", &format!("{} = 0.5", self.key))),
            DeValue::Integer(_) => self.integer().map(|number| number as f64),
            _ => self.wrong("数", &format!("{} = 0.5", self.key)),
        }
    }

    /// A whole number, or `unknown`.
    pub fn known_integer(&self) -> Option<Known<i64>> {
        self.unknown_or(Self::integer)
    }

    /// `true`, `false` or `unknown`.
    pub fn known_boolean(&self) -> Option<Known<bool>> {
        self.unknown_or(Self::boolean)
    }

    fn unknown_or<T>(&self, read: impl Fn(&Self) -> Option<T>) -> Option<Known<T>> {
        match self.value?.get_ref() {
            DeValue::String(text) if text == UNKNOWN => Some(Known::Unknown),
            _ => read(self).map(Known::Known),
        }
    }

    /// `true` or `false`.
    pub fn boolean(&self) -> Option<bool> {
        match self.value?.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong(
                "true 或 false",
                &format!("{} = true 或 {0} = false", self.key),
            ),
        }
    }

    /// Whether the value is text rather than a table.
    pub fn is_text(&self) -> bool {
        self.value
            .is_some_and(|value| matches!(value.get_ref(), DeValue::String(_)))
    }

    pub fn table(&self) -> Option<Table<'t>> {
        let value = self.value?;
        match value.get_ref() {
            DeValue::Table(entries) => Some(Table::new(
                self.table.document,
                entries,
                self.span(),
                self.path(),
            )),
            _ => {
                let described = self.described().map(fields::Field::line);
                let example = described.unwrap_or_else(|| format!("{} = {{ …… }}", self.key));
                self.wrong("花括号括起的一组字段", &example)
            }
        }
    }

    /// A list of tables; empty if missing.
    pub fn tables(&self) -> Vec<Table<'t>> {
        let Some(value) = self.value else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            let example = match self.described().map(|field| (field.form, field.line())) {
                Some((Form::Tags, line)) => line,
                _ => format!("[[{}]]", self.path()),
            };
            if matches!(value.get_ref(), DeValue::Table(_)) && example.starts_with("[[") {
                let message = format!("`{}` 应使用两层方括号", self.key);
                self.table.report(
                    Diagnostic::error("wrong-type", self.span(), message)
                        .hint(format!("写作 {example}")),
                );
            } else {
                self.wrong::<()>("可列多项的列表", &example);
            }
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| {
                Field {
                    table: self.table,
                    key: self.key,
                    value: Some(item),
                    is_required: self.is_required,
                }
                .table()
            })
            .collect()
    }

    fn path(&self) -> String {
        if self.table.name.is_empty() {
            self.key.to_owned()
        } else {
            format!("{}.{}", self.table.name, self.key)
        }
    }

    fn wrong<T>(&self, expected: &str, example: &str) -> Option<T> {
        self.wrong_but(expected, example, None)
    }

    /// Reports a wrong type; `meant` is the value that was certainly meant.
    fn wrong_but<T>(&self, expected: &str, example: &str, meant: Option<String>) -> Option<T> {
        let found = self.value.map_or("空", |value| type_name(value.get_ref()));
        let message = format!("`{}` 应为{expected}，此处为{found}", self.key);
        let found = Diagnostic::error("wrong-type", self.span(), message);
        let found = found.hint(format!("写作 {example}"));
        let text = match self.value.map(Placed::get_ref) {
            Some(DeValue::String(text)) => quoted(text),
            _ => String::new(),
        };
        self.table.report(match meant {
            Some(meant) => found.replace(text, meant),
            None => found,
        });
        None
    }
}

fn labels<V: Vocabulary>() -> Vec<&'static str> {
    V::ALL.iter().map(|value| value.label()).collect()
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "文字",
        DeValue::Integer(_) => "整数",
        DeValue::Float(_) => "小数",
        DeValue::Boolean(_) => "true 或 false",
        DeValue::Datetime(_) => "日期或时间",
        DeValue::Array(_) => "列表",
        DeValue::Table(_) => "一组字段",
    }
}
