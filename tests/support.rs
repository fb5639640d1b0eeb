//! Helpers for several subjects: sites put together for one test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use tempfile::TempDir;
use zhize::config::Circumstances;
use zhize::diag::{Diagnostic, Report, counted, render};
use zhize::library::Library;
use zhize::output::{Handover, OutputSet};
use zhize::parse::page::ParsedSite;
use zhize::source::SourceSet;
use zhize::words::Words;
use zhize::{parse, resolve, source};

/// The program under test. For another kind of machine it is started by the
/// emulator that `ZHIZE_TEST_UNDER` names; so are these tests.
pub fn program() -> Command {
    let program = env!("CARGO_BIN_EXE_zhize");
    match std::env::var_os("ZHIZE_TEST_UNDER") {
        None => Command::new(program),
        Some(emulator) => {
            let mut command = Command::new(emulator);
            command.arg(program);
            command
        }
    }
}

/// A folder or file of this repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Copies a folder's content into another; later files replace earlier ones,
/// and links stay links.
pub fn copy_into(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the fixture exists") {
        let entry = entry.expect("the fixture can be read");
        let target = to.join(entry.file_name());
        let kind = entry.file_type().expect("a kind");
        if kind.is_dir() {
            copy_into(&entry.path(), &target);
        } else if kind.is_symlink() {
            let leads_to = fs::read_link(entry.path()).expect("a link leads somewhere");
            link(&leads_to, &target);
        } else {
            fs::copy(entry.path(), &target).expect("the fixture can be copied");
        }
    }
}

#[cfg(unix)]
fn link(leads_to: &Path, at: &Path) {
    std::os::unix::fs::symlink(leads_to, at).expect("links can be made");
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) {}

/// A site of the fixtures: the base, changed by the fixture's own files.
/// `remove.txt` lists files of the base to remove.
pub fn site(base: &str, fixture: &str) -> TempDir {
    let site = TempDir::new().expect("a temporary folder");
    copy_into(&repository("tests/fixtures").join(base), site.path());
    let own = repository("tests/fixtures").join(fixture);
    copy_into(&own, site.path());
    let remove = fs::read_to_string(own.join("remove.txt")).unwrap_or_default();
    for path in remove.lines() {
        let path = site.path().join(path);
        if path.is_dir() {
            fs::remove_dir_all(path).expect("the base has this folder");
        } else {
            fs::remove_file(path).expect("the base has this file");
        }
    }
    site
}

/// The example site: invented regulations of every structure, and a practice
/// and a case that cite them. Tests must not change it.
pub fn example() -> PathBuf {
    repository("examples/regulations")
}

/// The result of reading, parsing and resolving a site.
pub struct Checked {
    /// The library, if there were no errors.
    pub library: Option<Library>,
    /// The findings, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The findings as people see them, with the summary.
    pub text: String,
    /// The findings as programs read them.
    pub json: String,
}

/// Resolves a site with the words that are built into the program.
pub fn resolved(parsed: ParsedSite, sources: &SourceSet) -> zhize::diag::Checked<Library> {
    let settings = parsed.settings.clone();
    let words = Words::built_in(settings.language);
    let config = settings.meant(Circumstances::usual(words));
    resolve::resolve(parsed, config, sources)
}

/// Reads, parses and resolves a site.
pub fn check(root: &Path) -> Checked {
    let read = source::read(root).expect("the folder exists");
    let sources = read.value.clone();
    let mut report = Report::default();
    let library = report
        .take(read)
        .and_then(|sources| report.take(parse::parse(&sources)))
        .and_then(|parsed| report.take(resolved(parsed, &sources)))
        .ok();
    let diagnostics = report.sorted();
    Checked {
        library,
        text: render::text(&diagnostics, &sources, false) + &counted(&diagnostics) + "\n",
        json: render::json(&diagnostics, &[], &sources),
        diagnostics,
    }
}

/// What a stage hands over.
pub fn handed_over<T>(stage: impl FnOnce(&Handover<'_>) -> anyhow::Result<T>) -> (OutputSet, T) {
    let set = Mutex::new(OutputSet::default());
    let value = stage(&Handover::to(&set)).expect("memory takes every file");
    (set.into_inner().expect("no thread panics"), value)
}

/// The files of a site's pages, and what is wrong with them.
pub fn rendered(
    prepared: &zhize::render::Prepared<'_>,
    options: &zhize::render::RenderOptions,
) -> (OutputSet, Vec<Diagnostic>) {
    let (files, checked) = handed_over(|out| prepared.pages().render(options, out));
    (files, checked.diagnostics)
}

/// The data files of a library.
pub fn exported(library: &Library) -> OutputSet {
    handed_over(|out| zhize::export::export(library, out)).0
}

/// The HTML of a page in a built site.
pub fn rendered_page(root: &Path, path: &str) -> String {
    let sources = source::read(root).expect("the folder exists").value;
    let parsed = parse::parse(&sources).value;
    let settings = parsed.settings.clone();
    let library = resolved(parsed, &sources).value;
    let theme =
        zhize::render::Theme::load(root, &settings, &sources).expect("the theme can be read");
    let options = zhize::render::RenderOptions::default();
    let prepared = zhize::render::Prepared::of(&library, &theme.checked.value);
    let (files, _) = rendered(&prepared, &options);
    let file = files.get(path).expect("the page is made");
    String::from_utf8(file.bytes.to_vec()).expect("pages are UTF-8")
}
