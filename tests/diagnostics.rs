//! Every diagnostic, triggered by a small site and rendered as editors see it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use snapbox::Data;
use time::macros::date;
use zhize::diag::Severity;
use zhize::model::{PageType, Vocabulary};
use zhize::scaffold;

use zhize::progress::Silent;
use zhize::site::SiteOptions;

use crate::support::{Checked, check, repository, site};

fn fixtures() -> BTreeSet<String> {
    let folder = repository("tests/fixtures/diagnostics");
    fs::read_dir(folder)
        .expect("the fixtures exist")
        .map(|entry| entry.expect("readable").file_name())
        .map(|name| name.into_string().expect("ASCII names"))
        .collect()
}

/// `SNAPSHOTS=overwrite` rewrites the expected texts; read the diff.
#[test]
fn each_fixture_provokes_its_code_and_no_other() {
    for code in fixtures() {
        let fixture = format!("diagnostics/{code}");
        let folder = site("diagnostics-base", &fixture);
        let checked = match code.as_str() {
            "golden-miss" | "future-date" | "unused-keep" => check_whole(folder.path()),
            "duplicate-address" | "reserved-address" | "vanished-address" => {
                check_whole(folder.path())
            }
            code if code.starts_with("image-") => check_whole(folder.path()),
            "attachment-kind" | "unused-attachment" => check_whole(folder.path()),
            _ => check(folder.path()),
        };
        for found in &checked.diagnostics {
            assert_eq!(found.code, code, "in {fixture}:\n{}", checked.text);
            assert!(!found.hints.is_empty(), "{fixture} says no remedy");
        }
        assert!(!checked.diagnostics.is_empty(), "{fixture} is clean");
        let expected = repository("tests/fixtures")
            .join(&fixture)
            .join("expected.txt");
        snapbox::assert_data_eq!(checked.text, Data::read_from(&expected, None).raw());
    }
}

/// A complete check, including golden queries and pictures.
fn check_whole(root: &Path) -> Checked {
    let options = SiteOptions {
        today: Some(date!(2026 - 11 - 30)),
        ..SiteOptions::of(root)
    };
    let outcome = zhize::site::check(&options, &Silent).expect("it can be indexed");
    let findings = outcome.findings;
    Checked {
        library: None,
        diagnostics: findings.diagnostics(),
        text: findings.text(false) + &findings.summary() + "\n",
        json: findings.json(),
    }
}

#[test]
fn the_base_is_clean() {
    let checked = check(&repository("tests/fixtures/diagnostics-base"));
    assert_eq!(checked.text, "没有错误，没有警告\n");
}

/// Codes of content errors are headings of the third level in the manual.
fn documented() -> BTreeSet<String> {
    let manual = fs::read_to_string(repository("docs/diagnostics.md")).expect("the manual exists");
    let (content, _theme) = manual
        .split_once("\n## 主题")
        .expect("the manual ends with the theme's codes");
    content
        .lines()
        .filter_map(|line| line.strip_prefix("### `"))
        .filter_map(|line| line.split('`').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_manual_and_the_fixtures_have_the_same_codes() {
    assert_eq!(documented(), fixtures());
}

/// A code is the first argument of `Diagnostic::error(…)`, and follows the path
/// in `fault(…)`.
#[test]
fn the_manual_names_every_code_of_the_source() {
    let mut texts = vec![
        repository("src/source.rs"),
        repository("src/attachments.rs"),
        repository("src/golden.rs"),
        repository("src/output.rs"),
        repository("src/published.rs"),
        repository("src/site.rs"),
    ];
    let mut folders = vec![
        repository("src/parse"),
        repository("src/pictures"),
        repository("src/structure"),
        repository("src/body"),
        repository("src/chinese"),
        repository("src/library"),
        repository("src/resolve"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the source is here") {
            let path = entry.expect("readable").path();
            let list = if path.is_dir() {
                &mut folders
            } else {
                &mut texts
            };
            list.push(path);
        }
    }
    let mut codes = BTreeSet::new();
    for path in texts {
        let text = fs::read_to_string(path).expect("source is text");
        for call in ["error(", "warning(", "note(", "fault("] {
            for (at, _) in text.match_indices(call) {
                // `default(` also ends in `fault(`.
                if text[..at].ends_with(char::is_alphabetic) {
                    continue;
                }
                let arguments = text[at + call.len()..].trim_start();
                let arguments = match (call, arguments.split_once(',')) {
                    ("fault(", Some((_, rest))) => rest.trim_start(),
                    _ => arguments,
                };
                let code = arguments
                    .strip_prefix('"')
                    .and_then(|a| a.split('"').next());
                codes.extend(code.map(str::to_owned));
            }
        }
    }
    assert_eq!(documented(), codes);
}

#[test]
fn json_says_the_same_in_characters() {
    let checked = check(site("diagnostics-base", "diagnostics/unresolved-citation").path());
    let json: serde_json::Value = serde_json::from_str(&checked.json).expect("JSON");
    let first = &json[0];
    assert_eq!(first["severity"], "warning");
    assert_eq!(first["code"], "unresolved-citation");
    assert_eq!(first["file"], "content/terms/zeren.md");
    assert_eq!(first["line"], 15);
    assert_eq!(first["column"], 3);
    assert_eq!(first["end_column"], 14);
    assert!(
        first["hints"][0]
            .as_str()
            .expect("text")
            .contains("问责条例")
    );
}

#[test]
fn the_bundled_content_has_no_errors() {
    // Golden queries are tested on a copy of the site, with the tests of the
    // search.
    let checked = check(&repository(""));
    let errors = checked
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{}", checked.text);
}

/// A new page names every field that must be filled in, and nothing else.
#[test]
fn an_unfilled_template_is_refused_field_by_field() {
    for page_type in PageType::ALL {
        let site = site("diagnostics-base", "../fixtures/diagnostics-base");
        let path = scaffold::create(site.path(), *page_type, "xin", date!(2026 - 11 - 22))
            .expect("a page can be made");
        let checked = check(site.path());
        let text = fs::read_to_string(&path).expect("the page is there");
        let blanks = text
            .lines()
            .filter(|line| !line.starts_with('#') && line.contains("【请填写"))
            .map(|line| line.matches("【请填写").count());
        assert_eq!(
            checked.diagnostics.len(),
            blanks.sum::<usize>(),
            "{}",
            checked.text
        );
        for found in &checked.diagnostics {
            assert_eq!(found.code, "placeholder", "{}", checked.text);
        }
    }
}

#[test]
fn html_that_is_passed_through_is_no_mistake() {
    let folder = site("diagnostics-base", "diagnostics/raw-html");
    let config = folder.path().join("config.toml");
    let text = fs::read_to_string(&config).expect("there");
    let allowed = text.clone() + "\n[extra]\nallow_html = true\n";
    assert!(!text.contains("[extra]"));
    fs::write(&config, allowed).expect("writable");
    assert!(check(folder.path()).diagnostics.is_empty());
}
