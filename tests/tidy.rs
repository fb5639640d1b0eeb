//! What a text search can find in the sources: documentation that no longer
//! fits, imports in the wrong direction, traces of one machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use walkdir::WalkDir;

// Only its check is used here; the task uses the rest.
#[allow(dead_code)]
#[path = "../xtask/src/module_check.rs"]
mod module_check;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below some folders whose names end like this, relative to the root.
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

/// Code without comments, and without the unit tests at the end of a file.
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
            [
                "println!",
                "eprintln!",
                "print!(",
                "eprint!(",
                "dbg!",
                "stderr()",
                "stdout()",
            ]
            .iter()
            .any(|word| code.contains(word))
        })
        .collect();
    assert_none("files that print", printing);
}

/// Every public item of the library is documented, down to its fields. Other
/// items have comments only if these say more than the name.
#[test]
fn the_face_is_documented() {
    let lib = syn::parse_file(&read("src/lib.rs")).expect("Rust");
    let mut shown = Vec::new();
    for item in &lib.items {
        if let syn::Item::Use(item) = item {
            names_of_use(&item.tree, "", &mut shown);
        }
    }
    assert!(shown.len() > 20, "{shown:?}");
    let mut silent = Vec::new();
    for (module, name) in shown {
        let mut sources = files(&["src"], ".rs");
        sources.retain(|path| {
            let below = path.trim_start_matches("src/");
            below.starts_with(&format!("{module}/")) || below == format!("{module}.rs")
        });
        let items = sources.iter().flat_map(|path| {
            let file = syn::parse_file(&read(path)).expect("Rust");
            file.items.into_iter()
        });
        let items: Vec<_> = items.filter(|item| is_named(item, &name)).collect();
        // A macro makes the types of closed lists, and it requires comments.
        if items.is_empty() && module != "model" {
            silent.push(format!("{module}::{name} was not found"));
        }
        for item in items {
            undocumented(&item, &name, &mut silent);
        }
    }
    assert_none("names of the face without documentation", silent);
}

fn names_of_use(tree: &syn::UseTree, module: &str, shown: &mut Vec<(String, String)>) {
    match tree {
        syn::UseTree::Path(path) => names_of_use(&path.tree, &path.ident.to_string(), shown),
        syn::UseTree::Group(group) => {
            let trees = group.items.iter();
            trees.for_each(|tree| names_of_use(tree, module, shown));
        }
        syn::UseTree::Name(name) => shown.push((module.to_owned(), name.ident.to_string())),
        syn::UseTree::Rename(name) => shown.push((module.to_owned(), name.ident.to_string())),
        syn::UseTree::Glob(_) => panic!("the face names what it shows"),
    }
}

/// Whether an item, or the type of a block of methods, has this name.
fn is_named(item: &syn::Item, name: &str) -> bool {
    match item {
        syn::Item::Struct(item) => item.ident == name,
        syn::Item::Enum(item) => item.ident == name,
        syn::Item::Trait(item) => item.ident == name,
        syn::Item::Fn(item) => item.sig.ident == name,
        syn::Item::Impl(item) => {
            item.trait_.is_none()
                && matches!(&*item.self_ty, syn::Type::Path(path) if path.path.is_ident(name))
        }
        _ => false,
    }
}

fn undocumented(item: &syn::Item, name: &str, silent: &mut Vec<String>) {
    let mut check = |what: String, attributes: &[syn::Attribute]| {
        if !attributes.iter().any(|a| a.path().is_ident("doc")) {
            silent.push(what);
        }
    };
    let is_public = |visibility: &syn::Visibility| matches!(visibility, syn::Visibility::Public(_));
    match item {
        syn::Item::Struct(item) => {
            check(name.to_owned(), &item.attrs);
            for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                check(format!("{name}: {:?}", field.ident), &field.attrs);
            }
        }
        syn::Item::Enum(item) => {
            check(name.to_owned(), &item.attrs);
            for variant in &item.variants {
                check(format!("{name}::{}", variant.ident), &variant.attrs);
            }
        }
        syn::Item::Trait(item) => {
            check(name.to_owned(), &item.attrs);
            for method in &item.items {
                if let syn::TraitItem::Fn(method) = method {
                    check(format!("{name}::{}", method.sig.ident), &method.attrs);
                }
            }
        }
        syn::Item::Fn(item) => check(name.to_owned(), &item.attrs),
        syn::Item::Impl(item) => {
            for method in &item.items {
                if let syn::ImplItem::Fn(method) = method
                    && is_public(&method.vis)
                {
                    check(format!("{name}::{}", method.sig.ident), &method.attrs);
                }
            }
        }
        _ => {}
    }
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

/// Markdown without code, where brackets mean something else.
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

/// The files that Git tracks, or would track.
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
    // Put together here, so that this file itself isn't found.
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
            // A folder at the root, not one of that name in an address or below
            // another folder.
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
