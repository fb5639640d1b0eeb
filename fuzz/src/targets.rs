//! What reads other people's bytes, as functions that fuzzing calls: none of
//! them may panic, whatever the input. `tests/fuzz.rs` uses them too.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::sync::OnceLock;

use search::engine::{Engine, Stop};
use search::format::{ShardId, ShardKind, frame};
use search::query::Query;
use search::request::Request;
use time::macros::date;
use zhize::citation::scan::scan;
use zhize::config::Circumstances;
use zhize::diag::{FileId, Severity};
use zhize::import::{Options, Rehearsal, Script};
use zhize::output::{Handover, Nowhere};
use zhize::render::{Prepared, RenderOptions, Theme};
use zhize::source::{SourceFile, SourceSet};
use zhize::words::Words;
use zhize::{export, extract, parse, pictures, related, resolve, source};

/// The targets, in alphabetical order.
pub const TARGETS: [&str; 13] = [
    "citation", "docx", "html", "index", "markdown", "mht", "page", "picture", "query", "shard",
    "svg", "text", "zip",
];

/// Reads an input.
pub type Reader = Box<dyn Fn(&[u8])>;

/// The function of a target; `repository` is the folder of this repository.
///
/// # Panics
/// When there is no such target. The function panics on inputs that the program
/// doesn't survive.
pub fn reader(target: &str, repository: &Path) -> Reader {
    match target {
        "citation" => Box::new(|bytes| {
            scan(&String::from_utf8_lossy(bytes));
        }),
        "docx" => import("a.docx", repository, |bytes| {
            zipped(&[("word/document.xml", bytes)])
        }),
        "html" => import("a.html", repository, <[u8]>::to_vec),
        "index" => Box::new(index),
        "markdown" => import("a.md", repository, <[u8]>::to_vec),
        "mht" => import("a.mht", repository, <[u8]>::to_vec),
        "page" => page(repository),
        "picture" => Box::new(picture),
        "query" => Box::new(query),
        "shard" => Box::new(shard),
        "svg" => Box::new(svg),
        "text" => import("a.txt", repository, <[u8]>::to_vec),
        "zip" => import("a.docx", repository, <[u8]>::to_vec),
        _ => panic!("no such target: {target}"),
    }
}

fn query(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let facets = [("地区".to_owned(), "地区".to_owned())];
    Query::parse(
        &text,
        &facets,
        &search::analysis::fold::Folder::algorithmic(),
    );
}

fn shard(bytes: &[u8]) {
    for kind in ShardKind::SHARDED {
        let id = ShardId { kind, number: 0 };
        let sealed = frame::seal(id, bytes);
        assert_eq!(frame::open(id, &sealed).as_deref(), Ok(bytes));
        let _ = frame::open(id, bytes);
    }
    let boot = frame::seal(frame::BOOT, bytes);
    let _ = search::format::boot::Boot::decode(&boot);
}

/// A whole index: the boot file's payload, then the payloads of shards, each
/// with the number of its id and its length before it (four bytes each, little
/// end first). Frames and checksums are made here, so that the content is
/// reached.
fn index(bytes: &[u8]) {
    const MOST_ROUNDS: usize = 100;
    let mut rest = bytes;
    let mut take = |length: usize| {
        let (taken, behind) = rest.split_at(length.min(rest.len()));
        rest = behind;
        taken
    };
    let mut payloads: BTreeMap<u32, &[u8]> = BTreeMap::new();
    loop {
        let number = |bytes: &[u8]| bytes.try_into().ok().map(u32::from_le_bytes);
        let (Some(id), Some(length)) = (number(take(4)), number(take(4))) else {
            break;
        };
        payloads.insert(id, take(length as usize));
    }
    let boot = payloads.get(&0).copied().unwrap_or_default();
    let Ok(mut engine) = Engine::open(&frame::seal(frame::BOOT, boot)) else {
        return;
    };
    for (text, suggests) in [
        ("五必谈", false),
        ("地区:天津市 \"责任\" -甲", false),
        ("zr", true),
    ] {
        let mut request = Request::new(text);
        request.facets = true;
        request.explain = true;
        for round in 0.. {
            assert!(round < MOST_ROUNDS, "{text} goes on for ever");
            let step = if suggests {
                engine.suggest(&request).map(|_| ())
            } else {
                engine.search(&request).map(|_| ())
            };
            let Err(Stop::Need(needed)) = step else { break };
            let supplied = needed.into_iter().all(|id| {
                let payload = payloads.get(&id.to_u32());
                let group = engine.boot().group(id).copied();
                let (Some(payload), Some(group)) = (payload, group) else {
                    return false;
                };
                let mut file = frame::seal(id, payload);
                frame::bind(&mut file, &group);
                engine.supply(id, &file).is_ok()
            });
            if !supplied {
                break;
            }
        }
    }
}

/// A small site, in which nothing is wrong.
fn site(repository: &Path) -> (std::path::PathBuf, SourceSet) {
    let root = repository.join("tests/fixtures/diagnostics-base");
    let sources = source::read(&root).expect("a site").value;
    (root, sources)
}

/// A page of regulations: its fields, its text, its provisions, its citations.
/// If it has no errors: everything that is made of it.
fn page(repository: &Path) -> Reader {
    let (root, sources) = site(repository);
    let theme = OnceLock::new();
    Box::new(move |bytes| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let mut sources = sources.clone();
        sources.files.push(SourceFile {
            id: FileId(u32::try_from(sources.files.len()).expect("few")),
            path: "content/regulations/a.md".to_owned(),
            text,
        });
        let parsed = parse::parse(&sources);
        let mut found = parsed.diagnostics;
        let settings = parsed.value.settings.clone();
        let words = Words::built_in(settings.language);
        let config = settings.clone().meant(Circumstances::usual(words));
        let resolved = resolve::resolve(parsed.value, config, &sources);
        found.extend(resolved.diagnostics);
        if found.iter().any(|found| found.severity == Severity::Error) {
            return;
        }
        let library = resolved.value;
        let theme = theme.get_or_init(|| {
            let loaded = Theme::load(&root, &settings, &sources).expect("the built-in theme");
            loaded.checked.value
        });
        let corpus = extract::corpus(&library);
        let options = RenderOptions {
            related: related::related(&library, &corpus),
            ..RenderOptions::default()
        };
        let out = Handover::to(&Nowhere);
        export::export(&library, &out).expect("nothing is stored");
        let prepared = Prepared::of(&library, theme);
        let rendered = prepared.pages().render(&options, &out);
        rendered.expect("nothing is stored");
    })
}

/// Errors that only a person can mend: the text is so.
const OF_AUTHORS: [&str; 2] = ["secret-mark", "numbering-repeat"];

/// An imported file. The page that importing makes of it has no errors.
fn import(
    name: &'static str,
    repository: &Path,
    whole: impl Fn(&[u8]) -> Vec<u8> + 'static,
) -> Reader {
    let (root, sources) = site(repository);
    let options = Options {
        paths: Vec::new(),
        into: "content/regulations".into(),
        root,
        source: None,
        slug: None,
        flat: false,
        partial: true,
        dry_run: true,
        script: Script::ToSimplified,
        today: date!(2026 - 11 - 22),
    };
    // Lives as long as the process, like the reader.
    let options = Box::leak(Box::new(options));
    let rehearsal = Rehearsal::new(options).expect("the site is in order");
    Box::new(move |bytes| {
        let report = rehearsal.import(name, whole(bytes));
        let Some(text) = report.text else { return };
        let mut sources = sources.clone();
        sources.files.push(SourceFile {
            id: FileId(u32::try_from(sources.files.len()).expect("few")),
            path: report.output.expect("the path of the page"),
            text,
        });
        let parsed = parse::parse(&sources);
        for found in parsed.diagnostics {
            let is_expected = found.severity != Severity::Error || OF_AUTHORS.contains(&found.code);
            assert!(is_expected, "{}: {}", found.code, found.message);
        }
    })
}

/// An archive with these parts, as Word makes them.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(*name, stored).expect("a part");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

/// A photo, or another file of pixels. What is published of it is never
/// refused.
fn picture(bytes: &[u8]) {
    let path = "content/regulations/a.png";
    for file in pictures::published(path, bytes).into_iter().flatten() {
        assert!(pictures::published(path, &file).is_some());
    }
}

/// A drawing. What is published of it contains no script, and stays as it is if
/// it is published again.
fn svg(bytes: &[u8]) {
    let path = "content/regulations/a.svg";
    for file in pictures::published(path, bytes).into_iter().flatten() {
        let again = pictures::published(path, &file);
        assert_eq!(again.as_deref(), Some(&[file.clone()][..]));
        // A file under this name may also be of pixels, and contain any bytes.
        let text = String::from_utf8_lossy(&file).to_ascii_lowercase();
        let is_drawing = text.starts_with('<');
        assert!(!is_drawing || !text.contains("<script") && !text.contains("<foreignobject"));
    }
}
