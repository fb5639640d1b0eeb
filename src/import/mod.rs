//! Import: turns what editors have (text, Markdown, web pages, Word) into
//! content files.
//!
//! Each input goes through the same steps: bytes, a
//! [`Manuscript`](manuscript::Manuscript) of plain blocks, repair, recognition,
//! a page. Several inputs are read at the same time; together they take no more
//! memory than one large input. Nothing is invented: what a text doesn't say is
//! written as `unknown`, and the report lists it.

pub mod again;
mod cells;
mod docx;
mod encoding;
mod files;
mod front;
mod html;
mod input;
mod layout;
mod link;
pub mod manuscript;
mod markdown;
mod mhtml;
pub mod notes;
mod office;
mod options;
mod page;
mod placing;
mod plain;
mod recognise;
mod repair;
pub mod report;
mod structure;
mod target;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use again::Print;
use files::Input;
use input::{Given, Read, Ready};
use manuscript::{Content, Manuscript};
use notes::{Kind, Note, Notes};
use office::Converter;
pub use options::Options;
use placing::Desk;
use recognise::{Known, title};
pub use repair::Script;
use report::{FileReport, Outcome, Summary};
use target::Target;

use crate::parse::PLACEHOLDER;
use crate::scaffold;
use crate::structure::official;

/// Most bytes of files that are read at the same time.
const GROUP_BYTES: u64 = 32 << 20;

/// Most files that are read at the same time.
const GROUP_FILES: usize = 64;

/// Imports everything. Passes each report to `tell` as soon as it is known,
/// with the number of files.
///
/// # Errors
/// When the section or all of the input paths don't exist, or the disk fails.
/// An input that can't be imported isn't an error; its report says so.
pub fn run(
    options: &Options,
    mut tell: impl FnMut(&FileReport, usize) -> anyhow::Result<()>,
) -> anyhow::Result<Summary> {
    let target = Target::find(&options.root, &options.into)?;
    let (inputs, missing) = files::inputs(&options.paths)?;
    let total = inputs.len() + missing.len();
    if let Some(slug) = &options.slug {
        anyhow::ensure!(
            scaffold::is_slug(slug),
            "“{slug}”不能用作文件名；文件名只用小写英文字母、数字和连字符（如 xinfang-banfa），\
             以字母或数字开头和结尾"
        );
        anyhow::ensure!(
            total == 1,
            "--slug 只能用于一个文件，此次共 {total} 个；请分别导入"
        );
    }
    let mut desk = Desk::new(options, target, &label(&options.paths))?;
    let mut summary = Summary::default();
    let mut report = |report: FileReport| {
        summary.count(&report);
        tell(&report, total)
    };
    // A wrong path doesn't stop the others.
    for path in missing {
        report(FileReport::failed(
            path.display().to_string(),
            "未找到该文件；请检查路径",
        ))?;
    }
    let mut converter = Converter::default();
    for group in grouped(&inputs) {
        let known = &desk.target.known;
        let converted = converter.convert(group);
        let given = converted
            .into_par_iter()
            .map(|converted| converted.map_or(Given::File, Given::Converted));
        let read: Vec<_> = group
            .par_iter()
            .zip(given)
            .map(|(input, given)| prepare(input, given, known, options))
            .collect();
        for (ready, found) in read {
            report(match ready {
                Some(ready) => desk.place(*ready, found)?,
                None => found,
            })?;
        }
    }
    Ok(summary)
}

/// Imports files from memory into a site, and writes nothing. Unlike [`run`],
/// it doesn't catch panics.
pub struct Rehearsal<'o> {
    desk: Desk<'o>,
}

impl<'o> Rehearsal<'o> {
    /// Reads the site and its section.
    ///
    /// # Errors
    /// Those of [`run`], but the options' paths don't matter.
    pub fn new(options: &'o Options) -> anyhow::Result<Self> {
        let target = Target::find(&options.root, &options.into)?;
        let desk = Desk::new(options, target, "导入")?;
        Ok(Self { desk })
    }

    /// Imports one file with this name and these bytes, as a new page. The text
    /// of the page is in the report.
    pub fn import(&self, name: &str, bytes: Vec<u8>) -> FileReport {
        let input = Input {
            path: PathBuf::from(name),
            shown: name.to_owned(),
            named: true,
            below: Vec::new(),
            size: bytes.len() as u64,
        };
        let known = &self.desk.target.known;
        match understand(&input, Given::Bytes(bytes), known, self.desk.options) {
            (Some(ready), report) => self.desk.draft(&ready, report),
            (None, report) => report,
        }
    }
}

/// Groups inputs that are in memory together: many small ones, or one large
/// one.
fn grouped(inputs: &[Input]) -> Vec<&[Input]> {
    let mut groups = Vec::new();
    let mut rest = inputs;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take(GROUP_FILES).take_while(|input| {
            bytes += input.size;
            bytes <= GROUP_BYTES
        });
        let (group, others) = rest.split_at(fits.count().max(1));
        groups.push(group);
        rest = others;
    }
    groups
}

/// The name of the source in the register, taken from the input paths.
fn label(paths: &[PathBuf]) -> String {
    let name = |path: &Path| {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = if path.is_dir() {
            path.file_name()
        } else {
            path.file_stem()
        };
        // Readers see this name, so it must not call the source a draft.
        let name = name.map(|name| title::without_draft_marks(&name.to_string_lossy()));
        name.filter(|name| !name.is_empty())
            .unwrap_or_else(|| "导入".to_owned())
    };
    match paths {
        [] => "导入".to_owned(),
        [path] => name(path),
        [path, ..] => format!("{}等{}份", name(path), paths.len()),
    }
}

/// Reads an input and recognises its facts. If the importer panics on one file,
/// only that file fails.
fn prepare(
    input: &Input,
    given: Given,
    known: &Known,
    options: &Options,
) -> (Option<Box<Ready>>, FileReport) {
    let understood = AssertUnwindSafe(|| understand(input, given, known, options));
    catch_unwind(understood).unwrap_or_else(|_| {
        let reason =
            "程序读取该文件时出错，其他文件不受影响；请用 Word 或 WPS 打开，另存为 .docx 后重试";
        (None, FileReport::failed(input.shown.clone(), reason))
    })
}

fn understand(
    input: &Input,
    given: Given,
    known: &Known,
    options: &Options,
) -> (Option<Box<Ready>>, FileReport) {
    let mut report = FileReport::of(input.shown.clone());
    let mut notes = Notes::default();
    let mut manuscript = match input::read(input, given, &mut notes) {
        Read::Text(manuscript) => *manuscript,
        Read::NoText(reason) => {
            report.outcome = Outcome::Skipped;
            report.reason = reason.to_owned();
            return (None, report);
        }
        Read::Failed(reason) => return failed(report, reason, notes),
    };
    report.unit = manuscript.unit;
    if manuscript.title.is_none() {
        let title = manuscript.fields.first(&["title", "标题"]);
        manuscript.title = title.map(str::to_owned);
    }
    manuscript.tidy();
    repair::characters(&mut manuscript, &mut notes);
    layout::mend(&mut manuscript, &mut notes);
    structure::join_note(&mut manuscript);
    repair::repair(&mut manuscript, options.script, &mut notes);
    // Checked after the repair: a text of only control characters is empty.
    if !manuscript.has_words() && manuscript.title.is_none() {
        let reason = "文件中没有文字；扫描件请先识别为文字，再导入".to_owned();
        return failed(report, reason, notes);
    }
    if let Some(reason) = too_much_left_out(&manuscript, &notes).filter(|_| !options.partial) {
        return failed(report, reason, notes);
    }
    let secret = mark_of_secrecy(&manuscript, &mut notes);
    let part = |part: Option<&std::ffi::OsStr>| {
        part.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    };
    let stem = part(input.path.file_stem());
    let facts = recognise::recognise(&mut manuscript, &stem, known, &mut notes);
    for (place, text) in manuscript.texts() {
        if text.contains(PLACEHOLDER) {
            notes.add(Kind::Template, place, "");
        }
    }
    report.notes = notes.into_sorted();
    let ready = Ready {
        print: Print::of(&manuscript),
        manuscript,
        facts,
        secret,
        stem,
        input: part(input.path.file_name()),
        below: input.below.clone(),
    };
    (Some(Box::new(ready)), report)
}

fn failed(
    mut report: FileReport,
    reason: String,
    notes: Notes,
) -> (Option<Box<Ready>>, FileReport) {
    report.reason = reason;
    report.notes = notes.into_sorted();
    (None, report)
}

/// The reason why a text is not imported, if too much of it is missing.
fn too_much_left_out(manuscript: &Manuscript, notes: &Notes) -> Option<String> {
    // What surrounds a web page's text, running heads and the site's table
    // don't belong to the text.
    let of_text = |note: &&Note| {
        matches!(
            note.kind,
            Kind::Struck | Kind::HiddenText | Kind::HeaderText
        )
    };
    let lost: Vec<&Note> = notes.iter().filter(of_text).collect();
    let left_out: usize = lost.iter().map(|note| note.left_out).sum();
    let kept: usize = manuscript
        .texts()
        .map(|(_, text)| text.chars().filter(|c| !c.is_whitespace()).count())
        .sum();
    // A few words in a header may be more than a tenth of a short notice.
    if left_out < SMALL_LOSS || left_out * 10 <= kept + left_out {
        return None;
    }
    let kinds: Vec<String> = lost
        .iter()
        .map(|note| format!("{} {} 字", note.kind.label(), note.left_out))
        .collect();
    Some(format!(
        "有 {left_out} 字未能导入，超过全文的十分之一（{}）；请在原文中处理后导入；\
         确认不需要的，加 --partial 导入",
        kinds.join("，")
    ))
}

/// Number of characters below which a loss is tolerated in any text.
const SMALL_LOSS: usize = 60;

/// Whether a text is marked as secret or not public; the marks are noted.
fn mark_of_secrecy(manuscript: &Manuscript, notes: &mut Notes) -> bool {
    // Writes rows of tables as the page will contain them, because the site's
    // parser searches them, too.
    let lines: Vec<(usize, Cow<'_, str>)> = manuscript
        .blocks
        .iter()
        .flat_map(|block| {
            let texts: Vec<Cow<'_, str>> = match &block.content {
                Content::Table(rows) => rows
                    .iter()
                    .map(|row| format!("| {} |", row.join(" | ")).into())
                    .collect(),
                _ => block.line().into_iter().map(Cow::Borrowed).collect(),
            };
            texts.into_iter().map(|text| (block.place, text))
        })
        .collect();
    let texts: Vec<Option<&str>> = lines.iter().map(|(_, text)| Some(&**text)).collect();
    let marks = official::marks(&texts);
    for at in &marks {
        let (place, text) = &lines[*at];
        notes.add(Kind::Secrecy, *place, text.clone());
    }
    !marks.is_empty()
}
