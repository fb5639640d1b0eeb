//! Parses source text into typed pages.
//!
//! A parsed file depends only on its text and on the type of its section, so
//! files are parsed in parallel, in any order. Parsing never fails: it returns
//! what could be understood and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::body::anchor::keep_former;
use crate::body::text::settle_breaks;
use crate::config::Settings;
use crate::diag::{Checked, Diagnostic, FileId, Span, Spanned};
use crate::model::{BodyForm, Date, Details, PageType};
use crate::source::{GOLDEN_FILE, SourceFile, SourceSet};
use crate::structure;

mod document;
pub mod files;
mod force;
mod front_matter;
mod golden;
mod lexicon;
mod markdown;
pub mod page;
mod registers;
mod secrecy;
mod settings;
pub mod table;
mod toml_syntax;

pub use table::PLACEHOLDER;
pub use toml_syntax::quoted;

use files::{Files, Standing};
use front_matter::{FileName, Parts};
use markdown::Demands;
use page::{ParsedBody, ParsedLexicon, ParsedPage, ParsedSection, ParsedSite, Registers};

/// What is read, and when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope {
    /// The day of reading, to notice dates that lie ahead; `None` doesn't look
    /// for them.
    pub today: Option<Date>,
    /// Whether drafts are read as if they were published.
    pub drafts: bool,
}

/// Parses a whole site, without its drafts.
pub fn parse(sources: &SourceSet) -> Checked<ParsedSite> {
    parse_in(sources, Scope::default())
}

/// Parses a whole site.
pub fn parse_in(sources: &SourceSet, scope: Scope) -> Checked<ParsedSite> {
    let mut diagnostics = Vec::new();
    let mut settings = None;
    let mut registers = Registers::default();
    let mut lexicon = ParsedLexicon::default();
    let mut golden = Vec::new();
    let mut section_files = Vec::new();
    let mut page_files = Vec::new();
    for file in &sources.files {
        if file.path == "config.toml" {
            settings = settings::read(file, &mut diagnostics);
        } else if let Some(path) = file.path.strip_prefix("content/") {
            if !path.ends_with(".md") {
                continue;
            }
            match path.rsplit('/').next() {
                Some("_index.md") => section_files.push((path, file)),
                _ => page_files.push((path, file)),
            }
        } else if file.path == crate::source::LEXICON_FILE {
            lexicon = lexicon::read(file, sources, &mut diagnostics);
        } else if file.path == GOLDEN_FILE {
            golden = golden::read(file, &mut diagnostics);
        } else if file.path.ends_with(".toml") {
            registers::read(file, sources, &mut registers, &mut diagnostics);
        }
    }

    let allow_html = settings
        .as_ref()
        .is_some_and(|settings: &Settings| settings.site.allow_html);
    let mut sections = BTreeMap::new();
    for (path, file) in section_files {
        let section = section(path, file, allow_html, &mut diagnostics);
        sections.insert(folder(path).to_owned(), section);
    }
    inherit(&mut sections);

    let mut read = Read::default();
    for section in sections.values() {
        let is_draft = section.draft && !scope.drafts;
        read.files
            .note(&section.text(), Standing::of(true, is_draft));
    }
    let parsed: Vec<_> = page_files
        .par_iter()
        .map(|(path, file)| page(path, file, &sections, allow_html, scope))
        .collect();
    diagnostics.extend(homeless(&page_files, &sections));
    for ((path, _), page) in page_files.iter().zip(parsed) {
        read.add(path, page, scope, &mut diagnostics);
    }
    let Read {
        pages,
        mut drafts,
        unread,
        files,
    } = read;
    if !scope.drafts {
        let hidden = sections.iter().filter(|(_, section)| section.draft);
        drafts.extend(hidden.map(|(_, section)| section.path.clone()));
        sections.retain(|_, section| !section.draft);
    }
    if !sections.contains_key("")
        && let Some(first) = sources.files.first()
    {
        diagnostics.push(
            Diagnostic::error(
                "missing-section",
                Span::start_of(first.id),
                "缺少 content/_index.md 或该文件为草稿，网站没有首页",
            )
            .hint("建立 content/_index.md，写明 title，不写 draft = true"),
        );
    }

    Checked {
        value: ParsedSite {
            // A site without settings has been reported and is not processed
            // further.
            settings: settings.unwrap_or_default(),
            sections,
            pages,
            drafts,
            unread,
            files,
            registers,
            lexicon,
            golden,
            assets: sources.assets.clone(),
        },
        diagnostics,
    }
}

/// The pages that were read.
#[derive(Default)]
struct Read {
    pages: Vec<ParsedPage>,
    drafts: BTreeSet<String>,
    unread: BTreeSet<String>,
    files: Files,
}

impl Read {
    fn add(
        &mut self,
        path: &str,
        page: Checked<Option<ParsedPage>>,
        scope: Scope,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some(mut read) = page.value else {
            self.unread.insert(path.to_owned());
            diagnostics.extend(page.diagnostics);
            return;
        };
        let is_draft = read.draft && !scope.drafts;
        self.files
            .note(&read.text(), Standing::of(read.metadata.public, is_draft));
        if is_draft {
            // What is wrong in a draft is reported apart.
            self.drafts.insert(read.path);
            return;
        }
        diagnostics.extend(page.diagnostics);
        if !read.metadata.public {
            secrecy::withhold(&mut read);
        }
        self.pages.push(read);
    }
}

/// Reads only the settings, for what must be known before the site is read.
/// Mistakes in them are reported when the site is read.
pub fn settings(file: &SourceFile) -> Option<Settings> {
    settings::read(file, &mut Vec::new())
}

/// The type of the pages in each section folder, for tools that write pages.
pub fn section_types(sources: &SourceSet) -> BTreeMap<String, Option<PageType>> {
    let mut sections = BTreeMap::new();
    for file in &sources.files {
        if let Some(path) = file.path.strip_prefix("content/")
            && path.rsplit('/').next() == Some("_index.md")
        {
            let section = section(path, file, false, &mut Vec::new());
            sections.insert(folder(path).to_owned(), section);
        }
    }
    inherit(&mut sections);
    let types = sections.into_iter();
    types
        .map(|(key, section)| (key, section.page_type))
        .collect()
}

/// Reads the body of a page, or another Markdown text, as pasted and with
/// numbers as written, for tools that write pages. Mistakes in it are not
/// reported.
pub fn body(text: &str) -> ParsedBody {
    let demands = Demands {
        provisions: true,
        ..Demands::default()
    };
    markdown::lower(FileId(0), 0, text, demands, &mut Vec::new())
}

/// Sections without a type of their own inherit that of the section above;
/// every section below a draft is a draft.
fn inherit(sections: &mut BTreeMap<String, ParsedSection>) {
    // Ordered by key, a section comes after the one above it.
    let keys: Vec<_> = sections.keys().cloned().collect();
    for key in keys {
        let Some(above) = ancestors(&key).find_map(|above| sections.get(above)) else {
            continue;
        };
        let (page_type, draft) = (above.page_type, above.draft);
        if let Some(section) = sections.get_mut(&key) {
            section.page_type = section.page_type.or(page_type);
            section.draft |= draft;
        }
    }
}

/// The folders above a folder, nearest first; the root is empty.
fn ancestors(key: &str) -> impl Iterator<Item = &str> {
    let mut rest = (!key.is_empty()).then_some(key);
    std::iter::from_fn(move || {
        let current = rest?;
        let above = folder(current);
        rest = (!above.is_empty()).then_some(above);
        Some(above)
    })
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn section(
    path: &str,
    file: &SourceFile,
    allow_html: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> ParsedSection {
    let span = Span::new(file.id, 0..file.text.len());
    let (fields, body) = match front_matter::split(file) {
        Ok(parts) => {
            let read = front_matter::read_section;
            let fields = front_matter::with_table(file, parts.front_matter, diagnostics, read);
            let start = parts.body.start;
            let text = &file.text[parts.body];
            let demands = demands(&Details::Plain, allow_html);
            let mut body = markdown::lower(file.id, start, text, demands, diagnostics);
            settle(&mut body);
            (fields.unwrap_or_default(), body)
        }
        Err(found) => {
            diagnostics.push(*found);
            Default::default()
        }
    };
    ParsedSection {
        path: path.to_owned(),
        title: fields.title,
        description: fields.description,
        page_type: fields.page_type,
        draft: fields.draft,
        paginate_by: fields.paginate_by,
        body,
        span,
    }
}

/// The path of a page without its ending. A Zola page with files beside it,
/// `practices/x/index.md`, is `practices/x`.
fn stem(path: &str) -> &str {
    let stem = path.strip_suffix(".md").unwrap_or(path);
    stem.strip_suffix("/index").unwrap_or(stem)
}

/// Reports the folders that hold pages but are no sections, once each.
fn homeless(
    pages: &[(&str, &SourceFile)],
    sections: &BTreeMap<String, ParsedSection>,
) -> Vec<Diagnostic> {
    let mut folders: BTreeMap<&str, (FileId, usize)> = BTreeMap::new();
    for (path, file) in pages {
        let key = folder(stem(path));
        if !sections.contains_key(key) {
            folders.entry(key).or_insert((file.id, 0)).1 += 1;
        }
    }
    let folders = folders.into_iter();
    folders
        .map(|(key, (first, count))| {
            let message =
                format!("文件夹 content/{key} 中有 {count} 个页面，但没有 _index.md，不能作为栏目");
            Diagnostic::error("missing-section", Span::start_of(first), message)
                .hint("在该文件夹中建立 _index.md，写明 title；或将页面移至已有栏目")
        })
        .collect()
}

/// Parses a page; `None` if its front matter cannot be read at all.
fn page(
    path: &str,
    file: &SourceFile,
    sections: &BTreeMap<String, ParsedSection>,
    allow_html: bool,
    scope: Scope,
) -> Checked<Option<ParsedPage>> {
    let mut diagnostics = Vec::new();
    let stem = stem(path);
    let key = folder(stem);
    let name = stem.rsplit('/').next().unwrap_or(stem);
    // Without a section, the type of the page isn't known, so that all of its
    // fields would be reported.
    let Some(section) = sections.get(key) else {
        return Checked::clean(None);
    };
    let page_type = section.page_type;

    let name = FileName {
        path: path.to_owned(),
        section: key.to_owned(),
        slug: Spanned::new(name.to_owned(), Span::start_of(file.id)),
        span: Span::new(file.id, 0..file.text.len()),
        today: scope.today,
    };
    let Parts { front_matter, body } = match front_matter::split(file) {
        Ok(parts) => parts,
        Err(found) => {
            diagnostics.push(*found);
            return Checked {
                value: None,
                diagnostics,
            };
        }
    };
    let start = body.start;
    let text = &file.text[body];
    let mut found = Vec::new();
    let read = |table: table::Table<'_>| {
        front_matter::read_page(name, page_type, table, |title, details| {
            let demands = demands(details, allow_html);
            let body = markdown::lower(file.id, start, text, demands, &mut found);
            let mut body = if demands.provisions {
                found.extend(force::check(title, details, file, start));
                provisions(body, title, details, file, &mut found)
            } else {
                body
            };
            settle(&mut body);
            body
        })
    };
    let page = front_matter::with_table(file, front_matter, &mut diagnostics, read);
    diagnostics.append(&mut found);
    let Some(mut page) = page else {
        // Its text can still be checked.
        let demands = demands(&Details::Plain, allow_html);
        markdown::lower(file.id, start, text, demands, &mut diagnostics);
        return Checked {
            value: None,
            diagnostics,
        };
    };
    secrecy::check(&page, file, start, &mut diagnostics);
    page.draft |= section.draft;
    Checked {
        value: Some(page),
        diagnostics,
    }
}

/// Resolves what depends on the whole body: its line breaks, and which of its
/// former anchors don't collide with another anchor.
fn settle(body: &mut ParsedBody) {
    settle_breaks(&mut body.blocks);
    keep_former(&mut body.blocks, &mut body.anchors);
}

/// Turns the body of a regulation into provisions.
fn provisions(
    body: ParsedBody,
    title: &str,
    details: &Details,
    file: &SourceFile,
    diagnostics: &mut Vec<Diagnostic>,
) -> ParsedBody {
    let document = matches!(
        details,
        Details::Regulation(regulation) if regulation.body_form == BodyForm::Document
    );
    let context = structure::Context {
        title,
        source: &file.text,
        document,
    };
    let structured = structure::structure(body.blocks, context);
    let found = structured.diagnostics.into_iter();
    diagnostics.extend(found.map(|found| with_hidden_label(found, &file.text)));
    ParsedBody {
        blocks: structured.blocks,
        anchors: structured.anchors,
        ..body
    }
}

/// Adds where the missing number of a gap stands, if it is in the middle of a
/// line.
fn with_hidden_label(mut found: Diagnostic, text: &str) -> Diagnostic {
    let missing = match found.message.split_once("，缺") {
        Some((_, missing)) if found.code == "numbering-gap" => missing,
        _ => return found,
    };
    let before = &text[..found.span.range.start];
    let Some(at) = before.rfind(missing) else {
        return found;
    };
    let glued = text[..at].trim_end_matches([' ', '\u{3000}']);
    if glued.ends_with(['。', '；', '！', '？']) {
        let line = text[..at].matches('\n').count() + 1;
        let hint = format!("{missing}位于第 {line} 行中间，应另起一段");
        found.hints.insert(0, hint);
    }
    found
}

/// What is required of a page's body. The text of a regulation is its own
/// source.
fn demands(details: &Details, allow_html: bool) -> Demands {
    match details {
        Details::Plain => Demands {
            html: allow_html,
            ..Demands::default()
        },
        Details::Regulation(regulation) => Demands {
            locators: regulation.body_form == BodyForm::None,
            soundness: true,
            html: allow_html,
            provisions: regulation.body_form != BodyForm::None,
        },
        _ => Demands {
            locators: true,
            soundness: true,
            html: allow_html,
            provisions: false,
        },
    }
}
