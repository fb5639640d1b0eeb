//! Offline use: the service worker, and the list of files that a reader may
//! keep.
//!
//! The worker's text contains the release, a hash over all files that readers
//! see, so `sw.js` changes with each release and browsers notice it. The list
//! of files has a hash in its name; only readers who keep the whole site fetch
//! it.

use std::collections::BTreeSet;

use crate::digest::{hex, sha256};
use crate::output::{Audience, Hold, Origin, OutputPlan, OutputSet, Receipts};
use crate::render::{OFFLINE_PAGE, squeeze_js};

const WORKER: &str = include_str!("worker.js");
const GOODBYE: &str = include_str!("goodbye.js");

/// The path of the service worker.
///
/// It lies at the site's root because a worker controls only addresses beside
/// and below its own.
pub const WORKER_FILE: &str = "sw.js";

/// Claims the worker's path, and holds the stem of the file list's path.
pub fn claim(plan: &mut OutputPlan) {
    plan.file(WORKER_FILE, Origin::program("离线使用的脚本"));
    plan.hold(LIST_STEM, Hold::AgainstAll);
}

/// Makes the worker and the list of files that can be kept, from the receipts
/// of all other files.
///
/// Paths in `withheld` are left out of the list.
///
/// Without `enabled`, or when the theme has no offline page, the worker only
/// deletes what an earlier release kept and unregisters itself.
pub fn files(made: &Receipts, withheld: &BTreeSet<String>, enabled: bool) -> OutputSet {
    let mut set = OutputSet::default();
    if !enabled || made.get(OFFLINE_PAGE).is_none() {
        add(&mut set, WORKER_FILE, squeeze_js(GOODBYE));
        return set;
    }
    let (list, list_file) = list(made, withheld);
    let release = &list_file[LIST_STEM.len()..LIST_STEM.len() + 8];
    let paths = || made.iter().map(|(path, _)| path);
    let shell: Vec<&str> = std::iter::once(OFFLINE_PAGE)
        .chain(paths().filter(|path| is_of_theme(path)))
        .collect();
    let mut own: Vec<&str> = paths()
        .map(|path| path.split('/').next().unwrap_or(path))
        .collect();
    own.sort_unstable();
    own.dedup();
    let worker = format!(
        "'use strict';\nconst RELEASE = {};\nconst FILES = {};\nconst SHELL = {};\nconst OWN = {};\n{}",
        json(&release),
        json(&list_file),
        json(&shell),
        json(&own),
        squeeze_js(WORKER),
    );
    add(&mut set, &list_file, list);
    add(&mut set, WORKER_FILE, worker);
    set
}

/// Whether a file is a style sheet or script that pages load. The search engine
/// and the files of 404.html are left out; 404.html has no address of its own.
fn is_of_theme(path: &str) -> bool {
    let name = path.strip_prefix("assets/").unwrap_or_default();
    let apart = name.starts_with("engine.") || name.starts_with("lost.");
    !apart && (name.ends_with(".css") || name.ends_with(".js"))
}

/// Serialises a value as JavaScript source.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("strings and lists of strings are JSON")
}

const LIST_STEM: &str = "assets/files.";

/// The list of files, with the size and the first eight bytes of the SHA-256 of
/// each, and the list's path.
fn list(made: &Receipts, withheld: &BTreeSet<String>) -> (String, String) {
    let files: Vec<_> = made
        .iter()
        .filter(|(path, file)| file.audience == Audience::Readers && !withheld.contains(*path))
        .collect();
    let total: u64 = files.iter().map(|(_, file)| file.size).sum();
    let mut text = format!("{{\"bytes\":{total},\"files\":[\n");
    for (number, (path, file)) in files.iter().enumerate() {
        let comma = if number == 0 { "" } else { ",\n" };
        let hash = hex(&file.hash[..8]);
        text.push_str(&format!("{comma}[{},{},\"{hash}\"]", json(path), file.size));
    }
    text.push_str("\n]}\n");
    let name = hex(&sha256(&text)[..4]);
    (text, format!("{LIST_STEM}{name}.json"))
}

fn add(set: &mut OutputSet, path: &str, text: String) {
    // As files for machines, neither is in the list: the worker fetches both
    // itself.
    set.insert(path, text.into_bytes(), Audience::Machines);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, &str)]) -> Receipts {
        let mut set = Receipts::default();
        for (path, text) in files {
            let audience = match *path {
                "sitemap.xml" => Audience::Machines,
                path if path.ends_with(".js") => Audience::Disk,
                _ => Audience::Readers,
            };
            set.add(path, text.as_bytes(), audience);
        }
        set
    }

    fn worker(set: &OutputSet) -> String {
        String::from_utf8(set.get(WORKER_FILE).expect("a worker").bytes.to_vec()).expect("UTF-8")
    }

    #[test]
    fn each_release_has_its_worker_and_its_list() {
        let old = site(&[
            (OFFLINE_PAGE, "page"),
            ("index.html", "old"),
            ("search/a/b.js", "x"),
        ]);
        let new = site(&[
            (OFFLINE_PAGE, "page"),
            ("index.html", "new"),
            ("search/a/b.js", "y"),
        ]);
        let machine = site(&[
            (OFFLINE_PAGE, "page"),
            ("index.html", "old"),
            ("search/a/b.js", "y"),
            ("sitemap.xml", "z"),
        ]);
        let [old, new, machine] =
            [&old, &new, &machine].map(|set| files(set, &BTreeSet::new(), true));
        let list = |set: &OutputSet| {
            set.iter()
                .find(|(path, _)| path.starts_with(LIST_STEM))
                .map(|(path, file)| (path.to_owned(), file.bytes.clone()))
                .expect("a list")
        };
        assert_ne!(list(&old), list(&new));
        assert_ne!(worker(&old), worker(&new));
        assert_eq!(
            list(&old),
            list(&machine),
            "what only machines read makes no release"
        );
        let text = String::from_utf8(list(&old).1.to_vec()).expect("UTF-8");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["bytes"], 7);
        assert_eq!(value["files"][0][0], "index.html");
        assert!(worker(&old).contains(&list(&old).0));
    }

    #[test]
    fn without_the_switch_or_the_page_the_worker_leaves() {
        let with_page = site(&[(OFFLINE_PAGE, "page")]);
        let without = site(&[("index.html", "page")]);
        for set in [
            files(&with_page, &BTreeSet::new(), false),
            files(&without, &BTreeSet::new(), true),
        ] {
            assert_eq!(set.len(), 1);
            assert!(worker(&set).contains("unregister()") && !worker(&set).contains("'fetch'"));
        }
    }
}
