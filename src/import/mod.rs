//! Import: from what editors have (text, Markdown, web pages, Word) to content
//! files.
//!
//! Each input goes the same way: bytes, a [`Manuscript`](manuscript::Manuscript)
//! of plain blocks, repair, recognition, a page. One input is in memory at a
//! time. Nothing is invented: what a text doesn't say is written `unknown`,
//! and the report lists it.

mod docx;
mod encoding;
mod files;
mod front;
mod html;
pub mod manuscript;
mod markdown;
pub mod notes;
mod page;
mod plain;
mod recognise;
mod repair;
pub mod report;
mod structure;
mod target;

use std::path::{Path, PathBuf};

use time::Date;

use files::Input;
use manuscript::{Manuscript, PlaceUnit};
use notes::{Kind, Notes};
use page::Draft;
pub use repair::Script;
use report::{FileReport, Outcome, Summary};
use target::Target;

use crate::parse::PLACEHOLDER;

/// Largest text file that is read. The longest codes are below one megabyte;
/// beyond this, a file is no regulation.
const LARGEST_TEXT: usize = 16 << 20;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// The section's folder, as given or below `root`.
    pub into: PathBuf,
    /// The site.
    pub root: PathBuf,
    /// Id of the source that the pages name; made from the input's name
    /// otherwise.
    pub source: Option<String>,
    /// Replace pages that are there.
    pub force: bool,
    /// Write nothing.
    pub dry_run: bool,
    /// What to do with Traditional text.
    pub script: Script,
    /// The day on which the pages appear.
    pub today: Date,
}

/// Imports everything and hands each report to `tell` as soon as it is known.
///
/// # Errors
/// When the section or an input path does not exist, or the disk fails. An
/// input of which nothing can be made is no error but a report.
pub fn run(
    options: &Options,
    mut tell: impl FnMut(&FileReport) -> anyhow::Result<()>,
) -> anyhow::Result<Summary> {
    let mut target = Target::find(&options.root, &options.into)?;
    let inputs = files::inputs(&options.paths)?;
    let (source, registration) =
        target.source(options.source.as_deref(), &label(&options.paths))?;
    // The source is registered with the first page that names it: a run that
    // imports nothing leaves the register alone.
    let mut registration = registration.filter(|_| !options.dry_run);
    let mut summary = Summary::default();
    for input in &inputs {
        let report = match import(input, &mut target, &source, options) {
            Made::Page(mut report, text) => {
                if options.dry_run {
                    report.text = Some(text);
                } else {
                    if let Some(entry) = registration.take() {
                        target.register(&entry)?;
                    }
                    let output = report.output.as_deref().unwrap_or_default();
                    target.write(output, &text)?;
                }
                *report
            }
            Made::Nothing(report) => *report,
        };
        summary.count(&report);
        tell(&report)?;
    }
    Ok(summary)
}

/// The name of what is imported, for the register of sources.
fn label(paths: &[PathBuf]) -> String {
    let name = |path: &Path| {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = if path.is_dir() {
            path.file_name()
        } else {
            path.file_stem()
        };
        name.map_or_else(
            || "导入".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    };
    match paths {
        [] => "导入".to_owned(),
        [path] => name(path),
        [path, ..] => format!("{}等{}份", name(path), paths.len()),
    }
}

/// What an input becomes.
enum Made {
    Page(Box<FileReport>, String),
    Nothing(Box<FileReport>),
}

fn import(input: &Input, target: &mut Target, source: &str, options: &Options) -> Made {
    let mut report = FileReport {
        input: input.shown.clone(),
        output: None,
        outcome: Outcome::Failed,
        reason: String::new(),
        facts: None,
        notes: Vec::new(),
        fill: Vec::new(),
        unit: PlaceUnit::Line,
        text: None,
    };
    let mut notes = Notes::default();
    let mut manuscript = match read(input, &mut notes) {
        Read::Text(manuscript) => *manuscript,
        Read::NoText(reason) => {
            report.outcome = Outcome::Skipped;
            report.reason = reason.to_owned();
            return Made::Nothing(Box::new(report));
        }
        Read::Failed(reason) => {
            report.reason = reason;
            report.notes = notes.into_sorted();
            return Made::Nothing(Box::new(report));
        }
    };
    report.unit = manuscript.unit;
    if manuscript.title.is_none() {
        let title = manuscript.fields.first(&["title", "标题"]);
        manuscript.title = title.map(str::to_owned);
    }
    manuscript.tidy();
    structure::join_note(&mut manuscript);
    repair::repair(&mut manuscript, options.script, &mut notes);
    // After the repair: a text of control characters alone is none.
    if manuscript.blocks.is_empty() && manuscript.title.is_none() {
        report.reason = "文件里没有文字；扫描件请先识别成文字，再导入".to_owned();
        report.notes = notes.into_sorted();
        return Made::Nothing(Box::new(report));
    }
    let stem = input
        .path
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let facts = recognise::recognise(&mut manuscript, &stem, &target.known, &mut notes);
    for (place, text) in manuscript.texts() {
        if text.contains(PLACEHOLDER) {
            notes.add(Kind::Template, place, "");
        }
    }
    let name = target.name(&facts);
    let output = format!("{}/{name}.md", target.shown);
    let there = files::exists(&target.root.join(&output));
    let sorted = notes.into_sorted();
    let (text, fill) = page::write(&Draft {
        page_type: target.page_type,
        facts: &facts,
        blocks: &manuscript.blocks,
        notes: &sorted,
        source,
        input: &input
            .path
            .file_name()
            .map_or_else(String::new, |n| n.to_string_lossy().into_owned()),
        today: options.today,
    });
    report.output = Some(output);
    report.facts = Some(facts);
    report.notes = sorted;
    report.fill = fill;
    if there && !options.force {
        report.outcome = Outcome::Exists;
        report.reason = "同名的页面已经存在，没有动它；要替换，加 --force".to_owned();
        return Made::Nothing(Box::new(report));
    }
    report.outcome = if there {
        Outcome::Replaced
    } else {
        Outcome::Imported
    };
    Made::Page(Box::new(report), text)
}

/// What reading an input gives.
enum Read {
    Text(Box<Manuscript>),
    /// No document at all: a picture, say.
    NoText(&'static str),
    Failed(String),
}

/// Reads an input by what its bytes are; the name decides among texts only.
fn read(input: &Input, notes: &mut Notes) -> Read {
    let extension = input
        .path
        .extension()
        .map_or_else(String::new, |e| e.to_string_lossy().to_lowercase());
    let text_like = matches!(
        extension.as_str(),
        "txt" | "text" | "md" | "markdown" | "html" | "htm" | "xhtml" | "shtml"
    );
    let document = matches!(
        extension.as_str(),
        "docx"
            | "docm"
            | "dotx"
            | "doc"
            | "wps"
            | "rtf"
            | "pdf"
            | "odt"
            | "ofd"
            | "mht"
            | "mhtml"
            | "xls"
            | "xlsx"
            | "ppt"
            | "pptx"
    );
    if !text_like && !document && !input.named {
        return Read::NoText("不是能导入的格式（.txt、.md、.html、.docx）");
    }
    let bytes = match files::read(&input.path) {
        Ok(bytes) => bytes,
        Err(reason) => return Read::Failed(reason),
    };
    if let Some(reason) = refused(&bytes) {
        return Read::Failed(reason.to_owned());
    }
    let made = if docx::is_zip(&bytes) {
        docx::read(&bytes, notes)
    } else if matches!(
        extension.as_str(),
        "docx" | "docm" | "dotx" | "odt" | "ofd" | "xlsx" | "pptx"
    ) {
        Err(if bytes.is_empty() {
            "文件是空的；请检查是否复制完整".to_owned()
        } else {
            "文件已损坏，不是真正的 .docx（不是压缩包）；请用 Word 或 WPS 打开，另存为 .docx"
                .to_owned()
        })
    } else if bytes.len() > LARGEST_TEXT {
        Err(format!(
            "文本超过 {} MB，没有读取；请分成几个文件",
            LARGEST_TEXT >> 20
        ))
    } else {
        encoding::decode(&bytes, notes).and_then(|text| {
            let text = plain::normalise_line_ends(&text);
            let start = text
                .trim_start()
                .get(..200)
                .unwrap_or(text.trim_start())
                .to_ascii_lowercase();
            let is_html = start.starts_with("<!doctype html") || start.starts_with("<html");
            match extension.as_str() {
                _ if is_html => html::read(&text, notes),
                "html" | "htm" | "xhtml" | "shtml" => html::read(&text, notes),
                "md" | "markdown" => Ok(markdown::read(&text, notes)),
                _ => Ok(plain::read(&text)),
            }
        })
    };
    match made {
        Ok(manuscript) => Read::Text(Box::new(manuscript)),
        Err(reason) => Read::Failed(reason),
    }
}

/// Why a file that is no text and no .docx can't be imported.
fn refused(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        // An encrypted .docx is wrapped into the old format too; its parts
        // are named in UTF-16.
        let name: Vec<u8> = "EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let encrypted = bytes.windows(name.len()).any(|window| window == name);
        return Some(if encrypted {
            "文件有密码，无法读取；请在 Word 里打开，取消密码，另存为 .docx"
        } else {
            "这是旧的二进制格式（.doc、.wps 或 .xls），不能导入；请用 Word 或 WPS 打开，另存为 .docx"
        });
    }
    let magic: [(&[u8], &str); 5] = [
        (
            b"{\\rtf",
            "这是 RTF 文件，不能导入；请用 Word 打开，另存为 .docx",
        ),
        (
            b"%PDF",
            "这是 PDF，不能导入；请用 Word 打开并另存为 .docx，或复制文字存为 .txt；扫描件请先识别成文字",
        ),
        (
            b"MIME-Version",
            "这是网页归档（.mht），不能导入；请在浏览器里打开，另存为 .html",
        ),
        (
            b"\x1F\x8B",
            "这是压缩包，不能导入；请先解开，再导入里面的文件",
        ),
        (b"Rar!", "这是压缩包，不能导入；请先解开，再导入里面的文件"),
    ];
    magic
        .into_iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, reason)| reason)
}
