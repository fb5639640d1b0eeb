//! The glossary (`docs/glossary.md`): nothing that readers or editors see uses
//! the words that it rules out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// The contents of `docs/glossary.md`.
struct Glossary {
    /// Words that must not be used.
    banned: BTreeSet<String>,
    /// Those of them that are still in use somewhere.
    pending: BTreeSet<String>,
}

/// Words separated by `、`.
fn words(cell: &str) -> impl Iterator<Item = String> {
    cell.split('、')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
}

/// Reads the tables' last columns, and the list under 待替换.
fn read(text: &str) -> Glossary {
    let mut glossary = Glossary {
        banned: BTreeSet::new(),
        pending: BTreeSet::new(),
    };
    let (tables, pending) = text
        .split_once("\n## 待替换\n")
        .expect("the glossary's last section");
    for line in tables.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let last = cells.last().expect("a split yields a part");
        if *last != "不用" {
            glossary.banned.extend(words(last));
        }
    }
    for line in pending.lines() {
        if let Some(listed) = line.strip_prefix("- ") {
            glossary.pending.extend(words(listed));
        }
    }
    glossary
}

/// A line that somebody reads: its place and its text.
struct Line {
    place: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<String> {
    let path = root().join(folder);
    if path.is_file() {
        return vec![folder.to_owned()];
    }
    WalkDir::new(path)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("a readable folder"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().to_owned())
        .map(|path| {
            let below = path.strip_prefix(root()).expect("below the root");
            below.to_string_lossy().replace('\\', "/")
        })
        .filter(|path| path.ends_with(ending))
        .collect()
}

/// Chinese texts that people read as they are.
const TEXTS: [(&str, &str); 19] = [
    ("themes/default/words/zh-CN.toml", ".toml"),
    ("content", ".md"),
    ("data", ".toml"),
    ("search-index", ".toml"),
    ("config.toml", ".toml"),
    ("README.zh-CN.md", ".md"),
    ("docs/authoring.md", ".md"),
    ("docs/import.md", ".md"),
    ("docs/hosting.md", ".md"),
    ("docs/diagnostics.md", ".md"),
    ("docs/data.md", ".md"),
    ("docs/reader-tasks.md", ".md"),
    ("docs/themes.md", ".md"),
    ("docs/versions.md", ".md"),
    ("src/scaffold", ".md"),
    ("src/scaffold", ".toml"),
    ("src/export/schema", ".json"),
    ("xtask/dist", ".txt"),
    ("examples", ".md"),
];

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// A line of Rust without its comment. Any Chinese in the rest is for editors.
fn without_comment(line: &str) -> &str {
    let code = line.split_once("// ").map_or(line, |(code, _)| code);
    if code.trim_start().starts_with("//") {
        return "";
    }
    code
}

/// The part of a line that people read. In a table of words this excludes the
/// key, because the search engine's keys use older names.
fn said<'l>(path: &str, line: &'l str) -> &'l str {
    match line.split_once(" = ") {
        Some((_, word)) if path.starts_with("themes/") => word,
        _ => line,
    }
}

/// All texts that the glossary governs.
fn governed() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut take = |path: &str, number: usize, text: &str| {
        if text.contains(is_han) {
            lines.push(Line {
                place: format!("{path}:{number}"),
                text: text.to_owned(),
            });
        }
    };
    for (folder, ending) in TEXTS {
        for path in files(folder, ending) {
            let text = fs::read_to_string(root().join(&path)).expect("a text");
            for (index, line) in text.lines().enumerate() {
                take(&path, index + 1, said(&path, line));
            }
        }
    }
    for path in files("src", ".rs") {
        let text = fs::read_to_string(root().join(&path)).expect("a text");
        let code = text.split("\n#[cfg(test)]\nmod tests").next();
        for (index, line) in code.unwrap_or_default().lines().enumerate() {
            take(&path, index + 1, without_comment(line));
        }
    }
    // The comments of the arguments are what `--help` prints.
    for path in files("src/cli", ".rs") {
        let text = fs::read_to_string(root().join(&path)).expect("a text");
        for (index, line) in text.lines().enumerate() {
            if let Some(help) = line.trim_start().strip_prefix("///") {
                take(&path, index + 1, help);
            }
        }
    }
    lines
}

fn glossary() -> Glossary {
    let text = fs::read_to_string(root().join("docs/glossary.md")).expect("the glossary");
    read(&text)
}

#[test]
fn words_ruled_out_are_not_used() {
    let glossary = glossary();
    let lines = governed();
    let mut found = Vec::new();
    for word in glossary.banned.difference(&glossary.pending) {
        for line in lines.iter().filter(|line| line.text.contains(word)) {
            found.push(format!("{}: “{word}” in {}", line.place, line.text.trim()));
        }
    }
    assert!(
        found.is_empty(),
        "words that docs/glossary.md rules out:\n{}",
        found.join("\n")
    );
}

/// A word must be removed from the list of words still to be replaced as soon
/// as no text uses it, so that it can't come back.
#[test]
fn the_list_of_words_to_be_replaced_only_shrinks() {
    let glossary = glossary();
    let lines = governed();
    for word in &glossary.pending {
        assert!(
            glossary.banned.contains(word),
            "“{word}” waits for replacement, but no table rules it out"
        );
        assert!(
            lines.iter().any(|line| line.text.contains(word)),
            "“{word}” stands nowhere any more: take it off the list"
        );
    }
}

#[test]
fn the_tables_are_read() {
    let text =
        "| 用词 | 不用 |\n|---|---|\n| 细化 | 写细、写全 |\n| 一把手 | |\n\n## 待替换\n\n- 写全\n";
    let glossary = read(text);
    let banned: Vec<_> = glossary.banned.iter().map(String::as_str).collect();
    assert_eq!(banned, ["写全", "写细"]);
    assert!(glossary.pending.contains("写全"));
}
