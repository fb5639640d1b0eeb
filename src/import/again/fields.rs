//! Splits a page's front matter into fields, each with its own bytes.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// A field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name: `title`, `extra.kind`.
    pub name: String,
    /// Its value.
    pub value: toml::Value,
    /// Its bytes in the text; `None` when it isn't written as `key = value`,
    /// for instance `[[extra.sources]]`.
    pub written: Option<Range<usize>>,
}

/// Fields that importing sets only once, because they don't come from the
/// input: the day on which a page appears, for instance.
const SET_ONCE: &[&str] = &["date", "updated"];

/// The fields of a front matter, in the order in which they are written; `None`
/// when it isn't valid TOML.
pub fn fields(text: &str) -> Option<Vec<Field>> {
    let table = DeTable::parse(text).ok()?;
    let values: toml::Table = text.parse().ok()?;
    let mut found = Vec::new();
    collect(text, "", table.get_ref(), &values, &mut found);
    found.sort_by_key(|field| field.written.as_ref().map_or(usize::MAX, |at| at.start));
    found.retain(|field| !SET_ONCE.contains(&field.name.as_str()));
    Some(found)
}

fn collect(
    text: &str,
    above: &str,
    table: &DeTable<'_>,
    values: &toml::Table,
    found: &mut Vec<Field>,
) {
    for (key, value) in table.iter() {
        let Some(own) = values.get(key.get_ref().as_ref()) else {
            continue;
        };
        let name = match above {
            "" => key.get_ref().to_string(),
            above => format!("{above}.{}", key.get_ref()),
        };
        let behind = text[key.span().end..].trim_start();
        let written = behind.starts_with('=').then(|| value.span());
        match (value.get_ref(), own) {
            // An array of tables is a single field.
            (DeValue::Table(inner), toml::Value::Table(own))
                if written.is_none() && above.is_empty() =>
            {
                collect(text, &name, inner, own, found);
            }
            _ => found.push(Field {
                name,
                value: own.clone(),
                written,
            }),
        }
    }
}

impl Field {
    /// Its value as written in `text`, or else formatted as TOML.
    pub fn source(&self, text: &str) -> String {
        match &self.written {
            Some(range) => text[range.clone()].to_owned(),
            None => self.value.to_string(),
        }
    }

    /// The table that contains it: `extra`, or empty.
    pub fn table(&self) -> &str {
        self.name.split_once('.').map_or("", |(table, _)| table)
    }

    /// Its name in that table.
    pub fn key(&self) -> &str {
        self.name.split_once('.').map_or(&self.name, |(_, key)| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_knows_its_bytes() {
        let text = "title = \"甲\" # 注\ndate = 2026-01-01\n[extra]\nkind = '办法'\nlist = [\n  \"a\",\n]\n[extra.procedure]\nwhen = \"乙\"\n[[extra.sources]]\nid = \"s\"\n";
        let found = fields(text).expect("TOML");
        let names: Vec<_> = found.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "title",
                "extra.kind",
                "extra.list",
                "extra.procedure",
                "extra.sources"
            ]
        );
        assert_eq!(found[0].source(text), "\"甲\"");
        assert_eq!(found[2].source(text), "[\n  \"a\",\n]");
        assert!(found[4].written.is_none());
    }
}
