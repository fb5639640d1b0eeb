//! What a text search can see: documentation that has drifted, imports that
//! go the wrong way, traces of one machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use walkdir::WalkDir;

// Only its check is used here; the rest belongs to the task.
#[allow(dead_code)]
#[path = "../xtask/src/module_check.rs"]
mod module_check;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below some folders whose names end so, relative to the root.
fn files(folders: &[&str], ending: &str) -> Vec<String> {
    let mut all = Vec::new();
    for folder in folders {
        for entry in WalkDir::new(root().join(folder)).sort_by_file_name() {
            let entry = entry.expect("a readable folder");
            let path = entry.path().strip_prefix(root()).expect("below the root");
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            if entry.file_type().is_file() && parts.join("/").ends_with(ending) {
                all.push(parts.join("/"));
            }
        }
    }
    all
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Code without comments and without the unit tests at a file's end.
fn code(path: &str) -> String {
    read(path)
        .lines()
        .take_while(|line| *line != "#[cfg(test)]")
        .map(|line| line.split_once("// ").map_or(line, |(code, _)| code))
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[track_caller]
fn assert_none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

const OUR_CODE: [&str; 4] = ["src", "crates", "xtask/src", "tests"];

#[test]
fn every_file_says_what_it_is_for() {
    let silent = files(&OUR_CODE, ".rs")
        .into_iter()
        .filter(|path| !read(path).starts_with("//! "))
        .collect();
    assert_none("files that do not open with `//!`", silent);
}

#[test]
fn only_the_command_line_prints() {
    let printing = files(&["src"], ".rs")
        .into_iter()
        .filter(|path| !path.starts_with("src/cli/"))
        .filter(|path| {
            let code = code(path);
            ["println!", "eprintln!", "print!(", "eprint!(", "dbg!"]
                .iter()
                .any(|word| code.contains(word))
        })
        .collect();
    assert_none("files that print", printing);
}

fn documents() -> Vec<String> {
    let mut all = files(&["docs"], ".md");
    for entry in fs::read_dir(root()).expect("a readable folder") {
        let name = entry.expect("a readable entry").file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".md") {
            all.push(name.into_owned());
        }
    }
    all
}

/// Markdown without code, in which brackets mean something else.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let mut out = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            // Every second part between backticks is code.
            out.extend(line.split('`').step_by(2));
            out.push('\n');
        }
    }
    out
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let mut dead = Vec::new();
    for document in documents() {
        let folder = Path::new(&document)
            .parent()
            .map(PathBuf::from)
            .unwrap_or_default();
        for rest in prose(&read(&document)).split("](").skip(1) {
            let target = rest.split([')', ' ', '#']).next().unwrap_or_default();
            let outside = target.contains("://") || target.starts_with("mailto:");
            if !target.is_empty() && !outside && !root().join(&folder).join(target).exists() {
                dead.push(format!("{document} -> {target}"));
            }
        }
    }
    assert_none("dead links", dead);
}

#[test]
fn the_code_map_names_what_exists() {
    let text = read("ARCHITECTURE.md");
    let map = text
        .split_once("## Code map")
        .and_then(|(_, rest)| rest.split_once("\n## "))
        .expect("a code map between two headings")
        .0;
    let named: BTreeSet<String> = map
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    let missing = named.iter().filter(|path| !root().join(path).exists());
    assert_none(
        "the code map names what does not exist",
        missing.cloned().collect(),
    );

    let mut unnamed = Vec::new();
    for folder in ["src", "crates/search/src", "xtask/src"] {
        for entry in fs::read_dir(root().join(folder)).expect("a readable folder") {
            let entry = entry.expect("a readable entry");
            let slash = if entry.path().is_dir() { "/" } else { "" };
            let path = format!("{folder}/{}{slash}", entry.file_name().to_string_lossy());
            if !named.contains(&path) {
                unnamed.push(path);
            }
        }
    }
    assert_none("modules that the code map does not name", unnamed);
}

#[test]
fn the_changelog_has_a_place_for_the_next_release() {
    assert!(read("CHANGELOG.md").contains("\n## Unreleased\n"));
}

/// What Git keeps, or would keep.
fn kept_files() -> Option<Vec<String>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let names = String::from_utf8(output.stdout).expect("our names are UTF-8");
    Some(names.split_terminator('\0').map(str::to_owned).collect())
}

#[test]
fn nothing_tells_of_one_machine() {
    let Some(kept) = kept_files() else {
        eprintln!("skipped: not a Git checkout");
        return;
    };
    // Put together here, or this file would be found.
    let folders = ["work", "root", "farm", "home"].map(|name| format!("/{name}/"));
    let hosts = [
        ["registry.", "npmjs"],
        ["static.", "crates"],
        ["index.", "crates"],
        ["pypi", ".org"],
        ["deb.", "debian"],
        ["files.", "pythonhosted"],
    ]
    .map(|parts| parts.concat());
    let mut found = Vec::new();
    for path in kept {
        let Ok(bytes) = fs::read(root().join(&path)) else {
            continue; // Deleted, but not yet committed.
        };
        let text = String::from_utf8_lossy(&bytes);
        for word in &folders {
            // A folder at the very root, not one of that name in an address or
            // below another folder.
            let at_root = |(at, _): (usize, &str)| {
                !text[..at].ends_with(|c: char| c.is_alphanumeric() || "._-/~}*".contains(c))
            };
            if text.match_indices(word.as_str()).any(at_root) {
                found.push(format!("{path}: {word}"));
            }
        }
        found.extend(
            hosts
                .iter()
                .filter(|host| text.contains(*host))
                .map(|host| format!("{path}: {host}")),
        );
    }
    assert_none("traces of one machine", found);
}

#[test]
fn shipped_scripts_take_no_markup_and_no_code_from_text() {
    let mut found = Vec::new();
    for path in files(&["themes", "src"], "js") {
        let text = read(&path);
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ] {
            if text.contains(word) {
                found.push(format!("{path}: {word}"));
            }
        }
    }
    assert_none("scripts that turn text into markup or code", found);
}

#[test]
fn the_search_module_fits_its_sources() {
    if let Err(reason) = module_check::check(root()) {
        panic!("{reason}");
    }
}
