//! Findings as SARIF 2.1.0, which editors and code hosts read.

use serde_json::{Value, json};

use super::render::{Files, Lookup, clamp};
use super::{Diagnostic, Repair, Severity, Span, manual};

/// A finding, and why it was not reported to people.
pub struct Reported<'a> {
    /// The finding.
    pub found: &'a Diagnostic,
    /// The reason for which it was left as it is.
    pub kept: Option<&'a str>,
    /// Whether it is in a draft.
    pub draft: bool,
}

/// The log of one run. Lines and columns count from 1, columns in characters.
pub fn sarif<'a>(all: impl Iterator<Item = Reported<'a>>, sources: &dyn Files) -> String {
    let lookup = Lookup::new(sources);
    let results: Vec<Value> = all.map(|one| result(&one, sources, &lookup)).collect();
    let rules: Vec<Value> = manual::codes().map(rule).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "zhize",
                "version": env!("CARGO_PKG_VERSION"),
                "language": "zh-CN",
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).expect("strings and numbers are always JSON")
}

fn rule(code: &'static str) -> Value {
    let text = manual::entry(code).expect("a code of the manual has its entry");
    let first = text.lines().next().unwrap_or_default();
    json!({
        "id": code,
        "shortDescription": { "text": first },
        "help": { "text": text, "markdown": text },
    })
}

fn result(one: &Reported<'_>, sources: &dyn Files, lookup: &Lookup<'_>) -> Value {
    let found = one.found;
    let level = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let hints = found.hints.iter().map(|hint| format!("\n改法：{hint}"));
    let text = found.message.clone() + &hints.collect::<String>();
    let related = found.related.iter().map(|(span, words)| {
        let mut place = location(span, sources, lookup);
        place["message"] = json!({ "text": words });
        place
    });
    let mut result = json!({
        "ruleId": found.code,
        "level": level,
        "message": { "text": text },
        "locations": [location(&found.span, sources, lookup)],
        "relatedLocations": related.collect::<Vec<_>>(),
        "properties": { "draft": one.draft },
    });
    let replacements = replacements(found, sources, lookup);
    if !replacements.is_empty() {
        result["fixes"] = json!([{
            "artifactChanges": [{
                "artifactLocation": artifact(&found.span, sources),
                "replacements": replacements,
            }],
        }]);
    }
    if let Some(reason) = one.kept {
        result["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
    }
    result
}

fn artifact(span: &Span, sources: &dyn Files) -> Value {
    json!({ "uri": sources.file(span.file).0, "uriBaseId": "%SRCROOT%" })
}

fn region(span: &Span, sources: &dyn Files, lookup: &Lookup<'_>) -> Value {
    let range = clamp(span, sources);
    let (line, column) = lookup.place(span.file, range.start);
    let (end_line, end_column) = lookup.place(span.file, range.end);
    json!({
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    })
}

fn location(span: &Span, sources: &dyn Files, lookup: &Lookup<'_>) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": artifact(span, sources),
        "region": region(span, sources, lookup),
    }})
}

/// The words that certainly belong elsewhere, in the file of the finding.
fn replacements(found: &Diagnostic, sources: &dyn Files, lookup: &Lookup<'_>) -> Vec<Value> {
    let repairs = found.repairs.iter().filter_map(|repair| match repair {
        Repair::Replace { span, text, .. } if span.file == found.span.file => Some(json!({
            "deletedRegion": region(span, sources, lookup),
            "insertedContent": { "text": text },
        })),
        _ => None,
    });
    repairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::FileId;

    struct One;

    impl Files for One {
        fn file(&self, _: FileId) -> (&str, &str) {
            ("content/a.md", "甲\n乙丙丁\n")
        }
    }

    #[test]
    fn places_repairs_and_reasons_are_told() {
        let span = Span::new(FileId(0), 7..10);
        let found = Diagnostic::warning("character-width", span, "丙")
            .hint("改作戊")
            .replace("丙", "戊");
        let one = Reported {
            found: &found,
            kept: Some("原文如此"),
            draft: false,
        };
        let log: Value = serde_json::from_str(&sarif([one].into_iter(), &One)).expect("JSON");
        let run = &log["runs"][0];
        let ids = run["tool"]["driver"]["rules"].as_array().expect("rules");
        assert!(ids.iter().any(|rule| rule["id"] == "character-width"));
        let result = &run["results"][0];
        assert_eq!(result["level"], "warning");
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(
            (&region["startLine"], &region["startColumn"]),
            (&json!(2), &json!(2))
        );
        let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(change["insertedContent"]["text"], "戊");
        assert_eq!(result["suppressions"][0]["justification"], "原文如此");
    }
}
