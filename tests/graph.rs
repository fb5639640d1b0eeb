//! The import graph of all our code, computed from the sources and checked
//! against the order that ARCHITECTURE.md states.
//!
//! An import is any path that leads from one file to an item of another,
//! wherever it is written: in `use`, in a body, in a macro. A re-export counts
//! as an import of the file that defines the item.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The crates: name in paths, root file.
const CRATES: [(&str, &str); 5] = [
    ("search", "crates/search/src/lib.rs"),
    ("zhize", "src/lib.rs"),
    ("zhize_program", "src/main.rs"),
    ("wasm", "crates/search-wasm/src/lib.rs"),
    ("xtask", "xtask/src/main.rs"),
];

/// A module: its names, and the paths written in it.
#[derive(Default)]
struct Module {
    file: String,
    /// Names of items that are defined here.
    items: BTreeSet<String>,
    /// Names that `use` brings in: their full paths as written.
    uses: BTreeMap<String, Vec<String>>,
    /// Modules of which everything is brought in.
    globs: Vec<Vec<String>>,
    /// Paths that are written here.
    paths: BTreeSet<Vec<String>>,
}

const MOST_FILES: usize = 20;
const MOST_LINES: usize = 4_000;

#[test]
fn imports_lead_down_and_run_in_no_circle() {
    let graph = Graph::of_sources();
    let circles = graph.circles();
    let mut wrong = graph.climbing(&floors(), &circles);
    for circle in &circles {
        wrong.push(format!("a circle: {}", circle.join(", ")));
    }
    assert_none("imports against the order", wrong);
}

#[test]
fn no_folder_is_too_large() {
    let mut wrong = Vec::new();
    for (folder, (files, lines)) in Graph::of_sources().sizes() {
        if files > MOST_FILES || lines > MOST_LINES {
            wrong.push(format!("{folder}: {files} files, {lines} lines"));
        }
    }
    assert_none("folders that are too large", wrong);
}

/// Where each outside library may be used, and nowhere else.
const HOMES: [(&str, &[&str]); 37] = [
    ("axum", &["src/serve/"]),
    ("base64", &["src/disk/", "src/import/", "xtask/src/dist/"]),
    ("brotli", &["src/precompress.rs"]),
    ("cap_fs_ext", &["src/disk/"]),
    ("cap_std", &["src/disk/"]),
    ("clap", &["src/cli/"]),
    ("codespan_reporting", &["src/diag/"]),
    ("ego_tree", &["src/import/"]),
    ("encoding_rs", &["src/chinese/encoding.rs", "src/import/"]),
    (
        "ferrous_opencc",
        &["src/chinese/", "src/import/", "src/index/"],
    ),
    (
        "flate2",
        &[
            "src/disk/",
            "src/export/",
            "src/pictures/",
            "src/precompress.rs",
            "src/serve/",
            "xtask/src/dist/",
        ],
    ),
    ("getrandom", &["src/disk/"]),
    ("image", &["src/pictures/"]),
    ("include_dir", &["src/render/theme/"]),
    ("indicatif", &["src/cli/"]),
    ("jieba_rs", &["src/index/"]),
    ("libm", &["crates/search/src/score.rs", "src/related.rs"]),
    ("mailparse", &["src/import/mhtml.rs"]),
    ("minijinja", &["src/render/"]),
    ("miniz_oxide", &["crates/search/src/format/", "xtask/"]),
    ("notify", &["src/serve/"]),
    (
        "pinyin",
        &["src/chinese/", "src/import/repair/misdecoded.rs"],
    ),
    ("pulldown_cmark", &["src/parse/"]),
    (
        "quick_xml",
        &["src/import/docx/", "src/pictures/", "src/xml.rs"],
    ),
    ("rustix", &["src/disk/", "src/import/office/"]),
    ("saphyr_parser", &["src/import/"]),
    ("scraper", &["src/import/"]),
    (
        "serde_json",
        &[
            "src/diag/",
            "src/disk/",
            "src/export/",
            "src/fields/schema.rs",
            "src/import/",
            "src/index/",
            "src/offline/",
            "src/pictures/",
            "src/render/",
            "src/serve/",
            "src/write/",
            "xtask/src/dist/",
            "xtask/src/fuzz.rs",
            "xtask/src/supply.rs",
        ],
    ),
    (
        "sha2",
        &[
            "src/digest.rs",
            "src/index/",
            "src/pack/",
            "src/write/",
            "xtask/",
        ],
    ),
    ("similar", &["src/compare/", "src/import/again/"]),
    ("tantivy", &["src/index/", "src/lookup/", "src/pack/"]),
    ("tempfile", &["src/disk/"]),
    ("tokio", &["src/serve/"]),
    (
        "toml",
        &[
            "src/import/",
            "src/parse/",
            "src/render/theme/",
            "src/serve/",
            "src/words.rs",
        ],
    ),
    (
        "unicode_normalization",
        &["src/import/again/", "src/import/repair/", "src/index/"],
    ),
    (
        "zip",
        &["src/export/", "src/import/docx/", "xtask/src/dist/"],
    ),
    (
        "std::fs",
        &[
            "src/attachments.rs",
            "src/cli/",
            "src/disk/",
            "src/import/files.rs",
            "src/index/",
            "src/lookup/static_index.rs",
            "src/pictures/",
            "src/render/theme/",
            "src/repair.rs",
            "src/site.rs",
            "src/source.rs",
            "xtask/",
        ],
    ),
];

#[test]
fn outside_libraries_stay_at_home() {
    let graph = Graph::of_sources();
    let mut strays = Vec::new();
    for (library, homes) in HOMES {
        let mut used: BTreeSet<&str> = homes.iter().copied().collect();
        for file in graph.users(library) {
            match homes.iter().find(|home| file.starts_with(**home)) {
                Some(home) => {
                    used.remove(home);
                }
                None => strays.push(format!("{file} uses {library}")),
            }
        }
        let empty = used.iter().map(|home| format!("{home} has no {library}"));
        strays.extend(empty);
    }
    assert_none("libraries outside their homes", strays);
}

#[test]
fn the_search_crate_does_no_io() {
    let graph = Graph::of_sources();
    let mut wrong = Vec::new();
    for module in ["env", "fs", "io", "net", "process", "thread", "time"] {
        let library = format!("std::{module}");
        let users = graph
            .users(&library)
            .filter(|file| file.starts_with("crates/"));
        wrong.extend(users.map(|file| format!("{file} uses {library}")));
    }
    assert_none("the search crate reaches outside", wrong);
}

/// Parsing the sources finds imports that a text search would miss.
#[test]
fn every_way_to_write_an_import_is_seen() {
    let graph = Graph::of_sources();
    for (from, to) in [
        // A re-export counts as the file where the item is defined.
        ("src/words.rs", "src/model/values.rs"),
        // A path in a body, without `use`.
        ("src/library/mod.rs", "src/library/versions.rs"),
        // `super::`.
        ("src/model/registers.rs", "src/model/vocabulary.rs"),
    ] {
        assert!(graph.imports(from, to), "{from} imports {to}");
    }
    assert!(!graph.imports("src/words.rs", "src/model/mod.rs"));
}

#[track_caller]
fn assert_none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

/// Which file imports which, and by which path.
struct Graph {
    edges: BTreeMap<(String, String), String>,
    /// Lines of code without unit tests.
    lines: BTreeMap<String, usize>,
    /// What each file uses of outside libraries: `toml`, `std::fs`.
    outside: BTreeSet<(String, String)>,
}

type Modules = BTreeMap<Vec<String>, Module>;

impl Graph {
    fn of_sources() -> Self {
        Self::read(root())
    }

    /// Reads all sources below the repository's root.
    fn read(root: &Path) -> Self {
        let mut modules = Modules::new();
        let mut lines = BTreeMap::new();
        for (name, file) in CRATES {
            let folder = file.rsplit_once('/').expect("a folder").0;
            load(
                root,
                &[name.to_owned()],
                file,
                folder,
                &mut modules,
                &mut lines,
            );
        }
        let (mut edges, mut outside) = (BTreeMap::new(), BTreeSet::new());
        for (at, module) in &modules {
            let uses = module.uses.values().chain(&module.globs);
            for path in uses.chain(&module.paths) {
                match resolve(&modules, at, path, 0) {
                    Some(target) if target == module.file => {}
                    Some(target) => {
                        let edge = (module.file.clone(), target);
                        edges.entry(edge).or_insert_with(|| path.join("::"));
                    }
                    None => {
                        let names = if path[0] == "std" { 2 } else { 1 };
                        let name = path[..names.min(path.len())].join("::");
                        outside.insert((module.file.clone(), name));
                    }
                }
            }
        }
        Self {
            edges,
            lines,
            outside,
        }
    }

    /// Whether a file imports another.
    fn imports(&self, from: &str, to: &str) -> bool {
        self.edges.contains_key(&(from.to_owned(), to.to_owned()))
    }

    fn targets<'g>(&'g self, from: &'g str) -> impl Iterator<Item = &'g str> {
        let edges = self.edges.keys().filter(move |(a, _)| a == from);
        edges.map(|(_, to)| to.as_str())
    }

    fn reached(&self, from: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = self
            .lines
            .get_key_value(from)
            .map(|(f, _)| f.as_str())
            .into_iter()
            .collect();
        while let Some(file) = open.pop() {
            for next in self.targets(file) {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
        reached
    }

    /// Groups of two or more files that import each other, in order.
    fn circles(&self) -> Vec<Vec<String>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> = self
            .lines
            .keys()
            .map(|file| (file.as_str(), self.reached(file)))
            .collect();
        let mut circles = BTreeSet::new();
        for (file, others) in &reached {
            let circle: Vec<String> = others
                .iter()
                .filter(|other| reached[*other].contains(file))
                .map(|other| (*other).to_owned())
                .collect();
            if !circle.is_empty() {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// Imports between rooms that don't lead to a lower floor. Those within a
    /// circle are reported there.
    fn climbing(&self, floors: &BTreeMap<String, usize>, circles: &[Vec<String>]) -> Vec<String> {
        let mut wrong = Vec::new();
        for room in self.lines.keys().map(|file| room(file)) {
            if !floors.contains_key(room) {
                wrong.push(format!("{room} stands on no floor"));
            }
        }
        wrong.dedup();
        for ((from, to), path) in &self.edges {
            let (below, above) = (room(to), room(from));
            let tangled = |circle: &Vec<String>| circle.contains(from) && circle.contains(to);
            if circles.iter().any(tangled) {
                continue;
            }
            if below != above && floors.get(below) >= floors.get(above) {
                wrong.push(format!("{from} imports {to} ({path})"));
            }
        }
        wrong
    }

    /// The files that use an outside library, such as `toml` or `std::fs`.
    fn users<'g>(&'g self, library: &'g str) -> impl Iterator<Item = &'g str> {
        let uses = self.outside.iter().filter(move |(_, name)| name == library);
        uses.map(|(file, _)| file.as_str())
    }

    /// For each folder, its number of files and of lines of code.
    fn sizes(&self) -> BTreeMap<&str, (usize, usize)> {
        let mut sizes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (file, lines) in &self.lines {
            let folder = file.rsplit_once('/').expect("in a folder").0;
            if folder != "src" && folder != "crates/search/src" {
                let size = sizes.entry(folder).or_default();
                size.0 += 1;
                size.1 += lines;
            }
        }
        sizes
    }
}

/// The room of a file: `src/parse/inline.rs` is in `parse`.
fn room(file: &str) -> &str {
    if let Some(rest) = file.strip_prefix("src/") {
        let first = rest.split_once('/').map_or(rest, |(first, _)| first);
        return first.strip_suffix(".rs").unwrap_or(first);
    }
    match file.split_once("/src/").expect("in a crate") {
        ("crates/search", rest) => {
            let length = rest.find('/').or(rest.strip_suffix(".rs").map(str::len));
            &file[..file.len() - rest.len() + length.expect("a file of Rust")]
        }
        (name, _) => name,
    }
}

/// The floors that ARCHITECTURE.md states, one per row of its table, lowest
/// first.
fn floors() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it is there");
    let (_, rest) = text
        .split_once("\n## Which floor is a module on?\n")
        .expect("a section of floors");
    let section = rest.split("\n## ").next().unwrap_or_default();
    let mut floors = BTreeMap::new();
    let rows = section
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'));
    for (floor, row) in rows.enumerate() {
        for name in row.split('`').skip(1).step_by(2) {
            let before = floors.insert(name.to_owned(), floor);
            assert_eq!(before, None, "{name} stands on two floors");
        }
    }
    floors
}

fn load(
    root: &Path,
    at: &[String],
    file: &str,
    folder: &str,
    modules: &mut Modules,
    lines: &mut BTreeMap<String, usize>,
) {
    let text = fs::read_to_string(root.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{file}: {e}"));
    let count = text
        .lines()
        .take_while(|line| *line != "#[cfg(test)]")
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.insert(file.to_owned(), count.count());
    let mut reader = Reader {
        file: file.to_owned(),
        at: at.to_vec(),
        modules,
        files: Vec::new(),
    };
    reader.module().file = file.to_owned();
    reader.visit_file(&parsed);
    for child in reader.files {
        let mut at = at.to_vec();
        at.push(child.clone());
        let (flat, nested) = (
            format!("{folder}/{child}.rs"),
            format!("{folder}/{child}/mod.rs"),
        );
        let path = if root.join(&flat).exists() {
            flat
        } else {
            nested
        };
        load(
            root,
            &at,
            &path,
            &format!("{folder}/{child}"),
            modules,
            lines,
        );
    }
}

struct Reader<'m> {
    file: String,
    at: Vec<String>,
    modules: &'m mut Modules,
    /// Modules that have files of their own.
    files: Vec<String>,
}

impl Reader<'_> {
    fn module(&mut self) -> &mut Module {
        self.modules.entry(self.at.clone()).or_default()
    }

    fn use_tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.use_tree(&path.tree, &with(&path.ident)),
            syn::UseTree::Name(name) if name.ident == "self" => {
                let last = before.last().expect("self of something").clone();
                self.module().uses.insert(last, before.to_vec());
            }
            syn::UseTree::Name(name) => {
                let path = with(&name.ident);
                self.module().uses.insert(name.ident.to_string(), path);
            }
            syn::UseTree::Rename(name) => {
                let path = if name.ident == "self" {
                    before.to_vec()
                } else {
                    with(&name.ident)
                };
                // `as _` brings in no name, but is an import nevertheless.
                let module = self.module();
                module.uses.insert(name.rename.to_string(), path.clone());
                module.paths.insert(path);
            }
            syn::UseTree::Glob(_) => self.module().globs.push(before.to_vec()),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, before);
                }
            }
        }
    }

    /// Paths in a macro's arguments, which are tokens and not yet syntax.
    fn tokens(&mut self, tokens: TokenStream, names: bool) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if names {
                        self.module().items.insert(ident.to_string());
                    }
                    if colons != 2 {
                        self.end_path(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.end_path(&mut path);
                    self.tokens(group.stream(), false);
                    colons = 0;
                }
                _ => {
                    self.end_path(&mut path);
                    colons = 0;
                }
            }
        }
        self.end_path(&mut path);
    }

    fn end_path(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            let path = std::mem::take(path);
            self.module().paths.insert(path);
        }
        path.clear();
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string() == "test")
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    use syn::Item;
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name(item: &syn::Item) -> Option<String> {
    use syn::Item;
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if is_test(attributes(item)) {
            return;
        }
        if let Some(name) = name(item) {
            self.module().items.insert(name);
        }
        match item {
            syn::Item::Use(item) => self.use_tree(&item.tree, &[]),
            syn::Item::Mod(item) => {
                let name = item.ident.to_string();
                let Some((_, items)) = &item.content else {
                    self.files.push(name);
                    return;
                };
                self.at.push(name);
                self.module().file = self.file.clone();
                for item in items {
                    self.visit_item(item);
                }
                self.at.pop();
            }
            // A macro may create items with any name that occurs in it.
            syn::Item::Macro(item) => self.tokens(item.mac.tokens.clone(), true),
            item => visit::visit_item(self, item),
        }
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.visit_path(&called.path);
        self.tokens(called.tokens.clone(), false);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if names.len() > 1 {
            self.module().paths.insert(names);
        }
        visit::visit_path(self, path);
    }
}

/// The file that defines the item of a path; `None` if the path leads to no
/// code of ours.
fn resolve(modules: &Modules, at: &[String], path: &[String], depth: usize) -> Option<String> {
    if depth > 8 {
        return None;
    }
    let (first, rest) = path.split_first()?;
    let mut here: Vec<String>;
    let mut rest = rest;
    match first.as_str() {
        "crate" => here = at[..1].to_vec(),
        "self" => here = at.to_vec(),
        "super" => {
            here = at[..at.len() - 1].to_vec();
            while rest.first().is_some_and(|name| name == "super") {
                here.pop();
                rest = &rest[1..];
            }
        }
        name => {
            let child = [at, &[name.to_owned()]].concat();
            if modules.contains_key(&child) {
                here = child;
            } else if let Some(used) = modules[at].uses.get(name)
                && used.as_slice() != path
            {
                let full = [used.as_slice(), rest].concat();
                return resolve(modules, at, &full, depth + 1);
            } else if modules.contains_key(&vec![name.to_owned()]) {
                here = vec![name.to_owned()];
            } else {
                return None;
            }
        }
    }
    while let Some((next, after)) = rest.split_first() {
        let module = modules.get(&here)?;
        let child = [here.as_slice(), std::slice::from_ref(next)].concat();
        if modules.contains_key(&child) {
            here = child;
            rest = after;
        } else if module.items.contains(next) {
            return Some(module.file.clone());
        } else if let Some(used) = module.uses.get(next) {
            let full = [used.as_slice(), after].concat();
            return resolve(modules, &here, &full, depth + 1);
        } else {
            let from_glob = module.globs.iter().find_map(|glob| {
                let full = [glob.as_slice(), rest].concat();
                let target = resolve(modules, &here, &full, depth + 1)?;
                let holder = modules.values().filter(|m| m.file == target);
                let mut holder = holder.filter(|m| m.items.contains(next));
                holder.next().is_some().then_some(target)
            });
            return Some(from_glob.unwrap_or_else(|| module.file.clone()));
        }
    }
    modules.get(&here).map(|module| module.file.clone())
}
