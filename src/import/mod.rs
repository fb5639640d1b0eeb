//! Import: from what editors have (text, Markdown, web pages, Word) to content
//! files.
//!
//! Each input goes the same way: bytes, a [`Manuscript`](manuscript::Manuscript)
//! of plain blocks, repair, recognition, a page. One input is in memory at a
//! time. Nothing is invented: what a text doesn't say is written `unknown`,
//! and the report lists it.

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
use input::Read;
use manuscript::{Block, Manuscript};
use notes::{Kind, Note, Notes};
use page::Draft;
use recognise::title;
pub use repair::Script;
use report::{FileReport, Outcome, Summary};
use target::Target;

use crate::parse::PLACEHOLDER;
use crate::structure::official;

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
    /// Import texts too of which more than a tenth is left out.
    pub partial: bool,
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
    let (inputs, missing) = files::inputs(&options.paths)?;
    let (source, registration) =
        target.source(options.source.as_deref(), &label(&options.paths))?;
    // The source is registered with the first page that names it: a run that
    // imports nothing leaves the register alone.
    let mut registration = registration.filter(|_| !options.dry_run);
    let mut summary = Summary::default();
    // One wrong path stops nothing.
    for path in missing {
        let mut report = FileReport::of(path.display().to_string());
        report.reason = "找不到这个文件；请检查路径".to_owned();
        summary.count(&report);
        tell(&report)?;
    }
    for input in &inputs {
        let report = match import(input, &mut target, &source, options) {
            Made::Page(mut report, text, pictures) => {
                if options.dry_run {
                    report.text = Some(text);
                } else {
                    if let Some(entry) = registration.take() {
                        target.register(&entry)?;
                    }
                    let output = report.output.as_deref().unwrap_or_default();
                    // Its pictures first: a page never names what isn't there.
                    for (name, bytes) in &pictures {
                        target.write(name, bytes)?;
                    }
                    target.write(output, text.as_bytes())?;
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
        // What readers see as the source is no draft.
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

/// What an input becomes.
enum Made {
    /// A page with its pictures: names of files, and what is in them.
    Page(Box<FileReport>, String, Vec<(String, Vec<u8>)>),
    Nothing(Box<FileReport>),
}

impl Made {
    fn failed(mut report: FileReport, reason: String, notes: Notes) -> Self {
        report.reason = reason;
        report.notes = notes.into_sorted();
        Self::Nothing(Box::new(report))
    }
}

fn import(input: &Input, target: &mut Target, source: &str, options: &Options) -> Made {
    let mut report = FileReport::of(input.shown.clone());
    let mut notes = Notes::default();
    let mut manuscript = match input::read(input, &mut notes) {
        Read::Text(manuscript) => *manuscript,
        Read::NoText(reason) => {
            report.outcome = Outcome::Skipped;
            report.reason = reason.to_owned();
            return Made::Nothing(Box::new(report));
        }
        Read::Failed(reason) => return Made::failed(report, reason, notes),
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
    // After the repair: a text of control characters alone is none.
    if !manuscript.has_words() && manuscript.title.is_none() {
        let reason = "文件里没有文字；扫描件请先识别成文字，再导入".to_owned();
        return Made::failed(report, reason, notes);
    }
    if let Some(reason) = too_much_left_out(&manuscript, &notes).filter(|_| !options.partial) {
        return Made::failed(report, reason, notes);
    }
    let secret = mark_of_secrecy(&manuscript, &mut notes);
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
    let pictures = named_pictures(&manuscript, &name);
    let names: Vec<Option<String>> = pictures
        .iter()
        .map(|picture| picture.as_ref().map(|(name, _)| name.clone()))
        .collect();
    let sorted = notes.into_sorted();
    let (text, fill) = page::write(&Draft {
        page_type: target.page_type,
        facts: &facts,
        blocks: &manuscript.blocks,
        links: &manuscript.links,
        pictures: &names,
        secret,
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
    let pictures = pictures.into_iter().flatten().collect();
    Made::Page(Box::new(report), text, pictures)
}

/// Why a text of which too much is missing is not imported.
fn too_much_left_out(manuscript: &Manuscript, notes: &Notes) -> Option<String> {
    // What surrounds a web page's text, running heads and the site's table are
    // none of the text.
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
    // Some words of a header are more than a tenth of a short notice.
    if left_out < SMALL_LOSS || left_out * 10 <= kept + left_out {
        return None;
    }
    let kinds: Vec<String> = lost
        .iter()
        .map(|note| format!("{} {} 字", note.kind.label(), note.left_out))
        .collect();
    Some(format!(
        "有 {left_out} 字不会导入，超过全文的十分之一（{}）；请在原文里处理好再导入，确认不需要的，加 --partial",
        kinds.join("，")
    ))
}

/// So few characters may be left out of any text.
const SMALL_LOSS: usize = 60;

/// Whether a text is marked as secret or not public; the marks are noted.
fn mark_of_secrecy(manuscript: &Manuscript, notes: &mut Notes) -> bool {
    let lines: Vec<Option<&str>> = manuscript.blocks.iter().map(Block::line).collect();
    let marks = official::marks(&lines);
    for at in &marks {
        let block = &manuscript.blocks[*at];
        notes.add(Kind::Secrecy, block.place, block.line().unwrap_or_default());
    }
    !marks.is_empty()
}

/// The pictures of a page with the names of their files, in their order; none
/// for one that browsers don't show.
fn named_pictures(manuscript: &Manuscript, name: &str) -> Vec<Option<(String, Vec<u8>)>> {
    let mut count = 0;
    manuscript
        .pictures
        .iter()
        .map(|picture| {
            let ending = picture.ending()?;
            count += 1;
            Some((format!("{name}-{count}.{ending}"), picture.bytes.clone()))
        })
        .collect()
}
