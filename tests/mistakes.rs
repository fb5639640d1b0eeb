//! The mistakes that editors make most often, one by one: what is reported, at
//! which words, and that doing what the message says leaves the site clean.
//!
//! The tables are `tests/fixtures/mistakes/*.toml`; the site that the mistakes
//! are made in is `tests/fixtures/mistakes-base`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rayon::prelude::*;
use serde::Deserialize;
use tempfile::TempDir;
use zhize::Repairs;
use zhize::diag::Diagnostic;
use zhize::findings::Findings;
use zhize::progress::Silent;
use zhize::site::{self, SiteOptions};

use crate::support::{copy_into, repository};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistakes {
    mistake: Vec<Mistake>,
}

/// A mistake: how it is made, what is reported, and how it is undone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistake {
    id: String,
    /// The file that it is in.
    #[serde(default = "usual_file")]
    file: String,
    /// The file is a copy of this one.
    copy: Option<String>,
    /// The file has this text.
    write: Option<String>,
    /// Words replaced in the file, each of which it has once.
    #[serde(default)]
    edit: Vec<(String, String)>,
    /// The body is repeated so many times.
    repeat: Option<usize>,
    /// The file is written in this form.
    encoding: Option<String>,
    /// The file gets this name.
    rename_first: Option<String>,
    /// Whether a complete check is needed.
    #[serde(default)]
    whole: bool,
    /// The codes that must be reported, each with the first words it marks.
    #[serde(default)]
    finds: Vec<(String, String)>,
    /// Codes that may be reported as well: they have causes of their own.
    #[serde(default)]
    also: Vec<String>,
    /// What must be reported apart, because it is in a draft.
    #[serde(default)]
    drafts: Vec<(String, String)>,
    /// Words of the messages.
    #[serde(default)]
    says: Vec<String>,
    /// Words that no message may have.
    #[serde(default)]
    never: Vec<String>,
    /// Words replaced in the file according to the message; without any, the
    /// mistake is undone.
    #[serde(default)]
    fix: Vec<(String, String)>,
    /// The name that the file gets according to the message.
    rename: Option<String>,
    /// Whether the message asks to remove the file.
    #[serde(default)]
    remove: bool,
    /// Why nothing is reported.
    silent: Option<String>,
}

fn usual_file() -> String {
    "content/practices/shiyan.md".to_owned()
}

fn mistakes() -> Vec<Mistake> {
    let mut all = Vec::new();
    for name in ["fields", "files", "links", "body"] {
        let path = repository("tests/fixtures/mistakes").join(format!("{name}.toml"));
        let text = fs::read_to_string(path).expect("the table exists");
        let table: Mistakes = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        all.extend(table.mistake);
    }
    all
}

fn base() -> TempDir {
    let site = TempDir::new().expect("a temporary folder");
    copy_into(&repository("tests/fixtures/mistakes-base"), site.path());
    site
}

/// Replaces words, each of which the text has exactly once.
fn edited(text: &str, edits: &[(String, String)], id: &str) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{id}: “{from}” stands once");
        text.replacen(from, to, 1)
    })
}

impl Mistake {
    /// Makes the mistake; returns the path of the file.
    fn make(&self, root: &Path) -> PathBuf {
        let path = root.join(&self.file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        if let Some(from) = &self.copy {
            fs::copy(root.join(from), &path).expect("it can be copied");
        }
        if let Some(text) = &self.write {
            fs::write(&path, text).expect("it can be written");
        }
        if !self.edit.is_empty() || self.repeat.is_some() || self.encoding.is_some() {
            let mut text = edited(&read(&path), &self.edit, &self.id);
            if let Some(times) = self.repeat {
                let body = text.split_once("\"P1、P2\"\n+++\n").expect("a body").1;
                let first = body
                    .trim_start()
                    .split_inclusive("\n\n")
                    .next()
                    .expect("one");
                text.push_str(&format!("\n{}", first.repeat(times)));
            }
            fs::write(&path, self.encoded(&text)).expect("it can be written");
        }
        if let Some(name) = &self.rename_first {
            fs::rename(&path, root.join(name)).expect("it can be renamed");
            return root.join(name);
        }
        path
    }

    fn encoded(&self, text: &str) -> Vec<u8> {
        match self.encoding.as_deref() {
            None => text.as_bytes().to_vec(),
            Some("gbk") => encoding_rs::GBK.encode(text).0.into_owned(),
            Some("bom-crlf") => {
                let text = text.replace('\n', "\r\n");
                [b"\xEF\xBB\xBF", text.as_bytes()].concat()
            }
            Some("utf-16") => {
                let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
                units.flat_map(u16::to_le_bytes).collect()
            }
            Some(other) => panic!("no encoding {other}"),
        }
    }

    /// Does what the message says.
    fn mend(&self, root: &Path, path: &Path) {
        if self.remove {
            fs::remove_file(path).expect("it is there");
        } else if let Some(name) = &self.rename {
            fs::rename(path, root.join(name)).expect("it can be renamed");
            let folder = path.parent().expect("a folder");
            // The folder may have been part of the mistake.
            if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none()) {
                fs::remove_dir(folder).expect("it is empty");
            }
        } else if self.fix.is_empty() {
            let own = repository("tests/fixtures/mistakes-base").join(&self.file);
            fs::remove_file(path).expect("it is there");
            fs::copy(own, root.join(&self.file)).expect("the base has it");
        } else {
            let text = edited(&read(path), &self.fix, &self.id);
            fs::write(path, text).expect("it can be written");
        }
    }

    fn found(&self, root: &Path) -> Findings {
        let options = SiteOptions {
            today: Some(time::macros::date!(2026 - 11 - 30)),
            ..SiteOptions::of(root)
        };
        if self.whole {
            fs::remove_file(root.join("search-index/golden.toml")).ok();
            return site::check(&options, &Silent)
                .expect("it can be read")
                .findings;
        }
        site::inspect(&options, &Silent).expect("it can be read")
    }

    /// Everything that is wrong with the report of this mistake.
    fn faults(&self) -> Vec<String> {
        let site = base();
        let path = self.make(site.path());
        let found = self.found(site.path());
        let mut faults = Vec::new();
        let own = found.diagnostics();
        let is_extra = |d: &&Diagnostic| {
            let wanted = self.finds.iter().any(|(code, _)| *code == d.code);
            !wanted && self.also.iter().any(|code| *code == d.code)
        };
        let own: Vec<_> = own.iter().filter(|d| !is_extra(d)).cloned().collect();
        faults.extend(compared(&self.finds, &own, &found));
        let apart = found.of_drafts();
        faults.extend(compared(&self.drafts, &apart, &found));
        let all: Vec<_> = own.iter().chain(&apart).collect();
        let words: String = all.iter().map(|d| spoken(d)).collect();
        let missing = self.says.iter().filter(|said| !words.contains(*said));
        faults.extend(missing.map(|said| format!("doesn't say “{said}”: {words}")));
        let wrong = self.never.iter().filter(|said| words.contains(*said));
        faults.extend(wrong.map(|said| format!("says “{said}”: {words}")));
        let written = texts(site.path()) + &self.file + &self.says.concat();
        let english = latin(&words).filter(|word| !written.contains(word));
        faults.extend(english.map(|word| format!("says “{word}”: {words}")));
        let silent = all.iter().find(|d| d.hints.is_empty());
        faults.extend(silent.map(|d| format!("{} says no remedy", d.code)));
        if !self.finds.is_empty() || !self.drafts.is_empty() {
            self.mend(site.path(), &path);
            let left = self.found(site.path());
            let left = left.diagnostics().into_iter().chain(left.of_drafts());
            faults.extend(left.map(|d| format!("afterwards {}: {}", d.code, d.message)));
        }
        faults
    }
}

/// Everything that the site's authors wrote, with the examples of fields.
fn texts(folder: &Path) -> String {
    let mut all: String = zhize::fields::FIELDS
        .iter()
        .map(|field| field.example)
        .collect();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            all.push_str(&texts(&path));
        } else {
            all.push_str(&fs::read_to_string(path).unwrap_or_default());
        }
    }
    all
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("it can be read")
}

/// The words of a finding.
fn spoken(found: &Diagnostic) -> String {
    let related = found.related.iter().map(|(_, words)| words.as_str());
    let words = [found.message.as_str(), found.label.as_str()].into_iter();
    let words = words
        .chain(related)
        .chain(found.hints.iter().map(String::as_str));
    words.collect::<Vec<_>>().join(" / ") + "\n"
}

/// Compares codes and marked words with those that are wanted.
fn compared(
    wanted: &[(String, String)],
    found: &[Diagnostic],
    sources: &Findings,
) -> Option<String> {
    let shown: Vec<_> = found
        .iter()
        .map(|d| (d.code.to_owned(), sources.marked(d).to_owned()))
        .collect();
    let fits = wanted.len() == shown.len()
        && wanted
            .iter()
            .zip(&shown)
            .all(|((code, words), (shown, marked))| {
                code == shown && (words.is_empty() || marked.starts_with(words.as_str()))
            });
    let said: String = found.iter().map(spoken).collect();
    (!fits).then(|| format!("finds {shown:?} instead of {wanted:?}: {said}"))
}

/// Names that messages may use: of formats, programs and encodings.
const NAMES: &[&str] = &[
    "ANSI",
    "BMP",
    "CSV",
    "GB",
    "GBK",
    "HEIC",
    "HTML",
    "JPEG",
    "Markdown",
    "Office",
    "OFD",
    "PDF",
    "PNG",
    "RTF",
    "SVG",
    "T",
    "TOML",
    "TXT",
    "URL",
    "UTF-16",
    "UTF-8",
    "WPS",
    "WebP",
    "Windows",
    "Word",
    "YAML",
    "ZIP",
    "Zola",
    "zhize",
    "check",
    "fix",
    "build",
    "new",
    "P",
    "http",
    "https",
    "con",
    "prn",
    "aux",
    "nul",
    "com1",
    "lpt1",
    "ICO",
    "txt",
    "png",
    "pdf",
    "unknown",
    "static",
    "content",
    "data",
    "practices",
    "clean",
    "repaired",
    "doubtful",
    "stated",
    "inferred",
    "see-also",
    "true",
    "false",
    "CN",
];

/// Latin words other than those names, names of fields and files, addresses
/// and examples of them.
fn latin(text: &str) -> impl Iterator<Item = &str> {
    let fields: BTreeSet<&str> = zhize::fields::names().collect();
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    let words = words.map(|word| word.trim_matches(['-', '.', '_']));
    words.filter(move |word| {
        word.bytes().any(|b| b.is_ascii_alphabetic())
            && !NAMES.contains(word)
            && !word.split('.').all(|part| fields.contains(part))
            && !word.ends_with(".md")
            && !word.ends_with(".toml")
            && !word.starts_with("art-")
            // U+200B
            && *word != "U"
            && !(word.len() == 4 && word.bytes().all(|b| b.is_ascii_hexdigit()))
            && !(word.starts_with('P') && word[1..].bytes().all(|b| b.is_ascii_digit()))
    })
}

#[test]
fn the_site_is_clean_before_any_mistake() {
    let options = SiteOptions::of(&repository("tests/fixtures/mistakes-base"));
    let found = site::inspect(&options, &Silent).expect("it can be read");
    assert_eq!(found.summary(), "没有错误，没有警告");
}

#[test]
fn each_mistake_is_reported_at_its_place_and_its_remedy_works() {
    let mistakes = mistakes();
    let ids: BTreeSet<_> = mistakes.iter().map(|mistake| &mistake.id).collect();
    assert_eq!(ids.len(), mistakes.len(), "each has an id of its own");
    let tried = mistakes.par_iter().map(|mistake| {
        let faults = mistake.faults();
        let shown = || format!("{}: {}", mistake.id, faults.join("\n    "));
        (!faults.is_empty()).then(shown)
    });
    let wrong: Vec<_> = tried.flatten().collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        mistakes.len(),
        wrong.join("\n")
    );
}

/// The changes that are made without asking leave nothing to change, and no
/// finding that wasn't there, unless the file couldn't be read before.
#[test]
fn repairs_of_each_mistake_make_nothing_worse() {
    let mistakes = mistakes();
    let tried = mistakes.par_iter().filter_map(|mistake| {
        let site = base();
        mistake.make(site.path());
        let options = SiteOptions::of(site.path());
        let codes = || -> BTreeSet<_> {
            let found = mistake.found(site.path());
            let all = found.diagnostics().into_iter().chain(found.of_drafts());
            all.map(|found| (found.code, found.message)).collect()
        };
        let repairs = Repairs::find(&options).expect("it can be read");
        if repairs.count() == 0 {
            return None;
        }
        let before = codes();
        repairs.apply(site.path()).expect("it can be written");
        let after = codes();
        let created: Vec<_> = after.difference(&before).collect();
        let again = Repairs::find(&options).expect("it can be read").text();
        let worse = !created.is_empty() || !again.is_empty();
        worse.then(|| format!("{}: {created:?} {again}", mistake.id))
    });
    let wrong: Vec<_> = tried.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ways to damage a page, of which each can be undone with certainty.
const DAMAGES: &[(&str, &str)] = &[
    ("办理时限。〔P1〕", "办理时限。[P1]"),
    ("办理时限。〔P1〕", "办理时限。〔 p1 〕"),
    ("办理时限。〔P1〕", "办理时限。［P1］"),
    ("## 做法 {#zuofa}", "## 做法 ｛#zuofa｝"),
    (
        "- 公开时限〔P1〕\n- 说明原因〔P2〕",
        "●公开时限〔P1〕\n●说明原因〔P2〕",
    ),
    (
        "- 公开时限〔P1〕\n- 说明原因〔P2〕",
        "－公开时限〔P1〕\n－说明原因〔P2〕",
    ),
    ("《云溪市农贸市场管理条例》", "<<云溪市农贸市场管理条例>>"),
    ("start_year = 2020", "start_year = ２０２０年"),
    ("## 做法", "##做法"),
    ("## 做法", "＃＃ 做法"),
    ("## 做法", "\u{3000}\u{3000}## 做法"),
    ("## 做法", "\u{3000}##\u{3000}做法"),
    ("，窗口每周", ",窗口每周"),
    ("核对一次台账。", "核对一次台账."),
    (
        "[公开接待制度](@/practices/gongkai-jiedai.md)",
        "【公开接待制度】（@/practices/gongkai-jiedai.md）",
    ),
    ("date = 2026-11-22", "date = 2026年11月22日"),
    ("date = 2026-11-22", "date = \"2026-11-22\""),
    ("weight = 10", "weight ＝ 10"),
    ("weight = 10", "weight = \"10\""),
    ("organ = [\"yunxi\"]", "organ = \"yunxi\""),
    ("organ = [\"yunxi\"]", "organ = 【\"yunxi\"】"),
    ("title = \"窗口服务承诺制度\"", "title = “窗口服务承诺制度”"),
    ("title = \"窗口服务承诺制度\"", "title = 窗口服务承诺制度"),
    ("title = \"窗口", "title: \"窗口"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Damaged copies become the original again, byte for byte, comments, ends
    /// of lines and all.
    #[test]
    fn a_damaged_page_is_mended_to_what_it_was(
        chosen in prop::collection::vec(prop::sample::select(DAMAGES), 1..6),
        windows in any::<bool>(),
        gbk in any::<bool>(),
    ) {
        let site = base();
        let path = site.path().join(usual_file());
        let original = read(&path).replace("weight = 10", "# 编辑的备注\nweight = 10");
        let original = if windows { original.replace('\n', "\r\n") } else { original };
        let mut damaged = original.clone();
        for (from, to) in chosen {
            damaged = damaged.replacen(from, to, 1);
        }
        let bytes = if gbk {
            encoding_rs::GBK.encode(&damaged).0.into_owned()
        } else {
            damaged.into_bytes()
        };
        fs::write(&path, bytes).expect("it can be written");
        let options = SiteOptions::of(site.path());
        let repairs = Repairs::find(&options).expect("it can be read");
        repairs.apply(site.path()).expect("it can be written");
        prop_assert_eq!(read(&path), original);
        prop_assert_eq!(Repairs::find(&options).expect("it can be read").count(), 0);
    }
}

/// What is not reported is not reported on purpose.
#[test]
fn silence_has_a_reason() {
    for mistake in mistakes() {
        if let Some(reason) = mistake.silent {
            assert!(!reason.is_empty(), "{}", mistake.id);
            assert!(mistake.finds.is_empty(), "{} is reported", mistake.id);
        }
    }
}
