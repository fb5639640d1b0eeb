//! Front matter of the input itself: YAML between `---`, TOML between `+++`.
//!
//! Values are read as strings, as the author wrote them: keys, keys of a nested
//! table, lists. YAML's anchors are not followed, so that no input can expand
//! without limit.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser};

use super::manuscript::Fields;

/// Most values that are read; front matter is small.
const MOST: usize = 2000;

/// Splits a text into its front matter and the rest. The number is that of the
/// lines before the rest.
pub fn split(text: &str) -> (Fields, &str, usize) {
    let start = text.trim_start_matches(['\u{FEFF}', '\n', ' ']);
    for (mark, read) in [
        ("---", yaml as fn(&str) -> Option<Fields>),
        ("+++", toml as fn(&str) -> Option<Fields>),
    ] {
        let Some(inside) = start.strip_prefix(mark).and_then(|s| s.strip_prefix('\n')) else {
            continue;
        };
        let mut at = 0;
        for line in inside.split_inclusive('\n') {
            if line.trim_end() == mark {
                // Without front matter, a rule `---` at the beginning is
                // followed by prose, which isn't a mapping.
                if let Some(fields) = read(&inside[..at]) {
                    let rest = &inside[at + line.len()..];
                    let before = text.len() - rest.len();
                    return (fields, rest, text[..before].matches('\n').count());
                }
                break;
            }
            at += line.len();
        }
    }
    (Fields::default(), text, 0)
}

fn toml(text: &str) -> Option<Fields> {
    let table: toml::Table = text.parse().ok()?;
    let mut fields = BTreeMap::new();
    for (key, value) in &table {
        match value {
            toml::Value::Table(inner) => {
                for (inner_key, value) in inner {
                    collect(&mut fields, format!("{key}.{inner_key}"), value);
                }
            }
            other => collect(&mut fields, key.clone(), other),
        }
    }
    Some(Fields(fields))
}

fn collect(fields: &mut BTreeMap<String, Vec<String>>, key: String, value: &toml::Value) {
    let text = |value: &toml::Value| match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Table(_) | toml::Value::Array(_) => None,
        other => Some(other.to_string()),
    };
    let texts = match value {
        toml::Value::Array(items) => items.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect::<Vec<_>>(),
    };
    fields.entry(key).or_default().extend(texts);
}

/// Parses YAML; `None` when it isn't a mapping.
fn yaml(text: &str) -> Option<Fields> {
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut depth = 0_usize;
    // The current key of each open mapping; `None` before its first key.
    let mut keys: Vec<Option<String>> = Vec::new();
    let mut lists = 0_usize;
    let mut is_mapping = false;
    for event in Parser::new_from_str(text).take(MOST) {
        let Ok((event, _)) = event else {
            // What was read before the error counts.
            break;
        };
        match event {
            Event::MappingStart(..) => {
                is_mapping |= depth == 0;
                depth += 1;
                keys.push(None);
            }
            Event::SequenceStart(..) => {
                depth += 1;
                lists += 1;
            }
            Event::SequenceEnd => {
                depth = depth.saturating_sub(1);
                lists = lists.saturating_sub(1);
                if lists == 0
                    && let Some(key) = keys.last_mut()
                {
                    *key = None;
                }
            }
            Event::MappingEnd => {
                depth = depth.saturating_sub(1);
                keys.pop();
                if lists == 0
                    && let Some(key) = keys.last_mut()
                {
                    *key = None;
                }
            }
            Event::Scalar(text, ..) if depth > 0 => match keys.last_mut() {
                Some(key @ None) => *key = Some(text.into_owned()),
                Some(Some(_)) => {
                    let path: Vec<&str> = keys.iter().flatten().map(String::as_str).collect();
                    if path.len() <= 2 {
                        fields
                            .entry(path.join("."))
                            .or_default()
                            .push(text.into_owned());
                    }
                    if lists == 0
                        && let Some(key) = keys.last_mut()
                    {
                        *key = None;
                    }
                }
                None => {}
            },
            Event::Alias(_) if lists == 0 => {
                if let Some(key) = keys.last_mut() {
                    *key = None;
                }
            }
            _ => {}
        }
    }
    is_mapping.then_some(Fields(fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_toml_give_the_same() {
        let yaml = "---\nid: \"00ab\"\ntitle: 某某办法\nhistory:\n  - \"甲\"\n  - 乙\nextra:\n  kind: 办法\ndate: 2018-01-25\n---\n\n正文\n";
        let toml = "+++\nid = \"00ab\"\ntitle = \"某某办法\"\nhistory = [\"甲\", \"乙\"]\ndate = 2018-01-25\n[extra]\nkind = \"办法\"\n+++\n\n正文\n";
        for (text, lines) in [(yaml, 10), (toml, 8)] {
            let (fields, rest, before) = split(text);
            assert_eq!(fields.first(&["id"]), Some("00ab"), "{text}");
            assert_eq!(fields.first(&["title"]), Some("某某办法"));
            assert_eq!(fields.first(&["extra.kind"]), Some("办法"));
            assert_eq!(fields.first(&["date"]), Some("2018-01-25"));
            assert_eq!(fields.all(&["history"]), ["甲", "乙"]);
            assert_eq!(rest.trim(), "正文");
            assert_eq!(before, lines);
        }
    }

    #[test]
    fn a_rule_is_no_front_matter() {
        for text in ["---\n正文\n---\n再来", "正文", "---\n", ""] {
            assert_eq!(split(text).1, text, "{text}");
        }
    }
}
