//! Render: from the library and a theme to pages.
//!
//! [`render`] plans which pages there are, makes each page's view, and lets
//! the theme's template turn it into HTML. Pages don't depend on each other,
//! so they are made in parallel; their order in the output is that of their
//! paths.

mod a_to_z;
mod assets;
mod catalogue;
mod chain;
mod cited;
mod comparison;
mod data_page;
mod document;
mod frame;
mod html;
mod listing;
mod lists;
mod offline_page;
mod overview;
mod paging;
mod plan;
mod plots;
mod provenance_pages;
mod provisions;
mod side_by_side;
mod structured;
mod template_error;
mod terms;
pub mod theme;
mod versions;
pub mod views;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use bytes::Bytes;
use rayon::prelude::*;

use crate::address;
use crate::compare::Comparisons;
use crate::diag::{Checked, Diagnostic, FileId, Span};
use crate::library::Library;
use crate::model::{Date, PageId};
use crate::output::{DuplicateOutput, OutputSet};
use crate::pictures::Pictures;

pub use assets::squeeze_js;
pub use offline_page::FILE as OFFLINE_PAGE;
pub use theme::Theme;

use catalogue::{Catalogue, changed};
use frame::Material;
use plan::Sheet;
use provenance_pages::Reliance;

/// Pages in the feed.
const FEED_ENTRIES: usize = 30;

/// What the site's other stages tell the pages.
#[derive(Clone, Debug, Default)]
pub struct RenderOptions {
    /// Name stem of the search engine's files in `assets/`
    /// (`engine.1f3a9c22`); `None` for a site without search.
    pub engine: Option<String>,
    /// For each page the pages most like it, best first.
    pub related: BTreeMap<PageId, Vec<PageId>>,
    /// Bytes of the files about the whole library, by path; empty where they
    /// are not made yet.
    pub data_sizes: BTreeMap<String, u64>,
    /// What was made of the pictures.
    pub pictures: Pictures,
}

/// Renders every page of the site and its style, script and machine-readable
/// files.
///
/// Not the search index, the engine, or files beside the content's pages:
/// other stages make those.
pub fn render(library: &Library, theme: &Theme, options: &RenderOptions) -> Checked<OutputSet> {
    let catalogue = Catalogue::of(library);
    let assets = theme.assets();
    let reliance = Reliance::of(library);
    let comparisons = Comparisons::of(library);
    let material = Material {
        library,
        catalogue: &catalogue,
        comparisons: &comparisons,
        assets: &assets,
        options,
        has_offline_page: offline_page::is_wanted(library.config.offline, theme),
    };
    let sheets = plan::sheets(&material, &reliance, theme);
    // A template that does not end costs seconds; one page of it is enough.
    let endless = Mutex::new(BTreeSet::new());
    let rendered: Vec<_> = sheets
        .par_iter()
        .map(|sheet| {
            let template = sheet.plan.template();
            let known = endless.lock().expect("no page panics").contains(template);
            if known {
                return None;
            }
            let result = sheet.render(&material, &reliance, theme);
            if result
                .as_ref()
                .is_err_and(|fault| fault.code == "template-endless")
            {
                endless.lock().expect("no page panics").insert(template);
            }
            Some(result)
        })
        .collect();
    let mut output = Output::default();
    for (sheet, result) in sheets.iter().zip(rendered) {
        match result {
            Some(Ok(text)) => {
                output.add(sheet.file(), text.into_bytes(), sheet.plan.origin());
            }
            Some(Err(diagnostic)) => output.template_fault(*diagnostic),
            None => {}
        }
    }
    for (path, bytes) in &assets.files {
        let bytes = match options.pictures.replacement(path) {
            Some(bytes) => bytes.clone(),
            None => bytes.clone().into(),
        };
        output.add(path.clone(), bytes, format!("主题的文件 {path}"));
    }
    machine_files(&material, &sheets, &mut output);
    Checked {
        value: output.set,
        diagnostics: output.diagnostics,
    }
}

fn machine_files(material: &Material<'_>, sheets: &[Sheet<'_>], output: &mut Output) {
    let listed: Vec<(String, Option<Date>)> = sheets
        .iter()
        .filter(|sheet| sheet.plan.is_listed())
        .map(|sheet| (sheet.file(), sheet.plan.page().and_then(changed)))
        .collect();
    if let Some(sitemap) = structured::sitemap(material, &listed) {
        output.add(
            "sitemap.xml".to_owned(),
            sitemap.into_bytes(),
            "站点地图".to_owned(),
        );
    }
    if let Some(robots) = structured::robots(material) {
        output.add(
            "robots.txt".to_owned(),
            robots.into_bytes(),
            "robots.txt".to_owned(),
        );
    }
    for (path, text, origin) in [
        (
            "opensearch.xml",
            structured::opensearch(material),
            "检索说明",
        ),
        (
            structured::MANIFEST,
            structured::manifest(material),
            "应用清单",
        ),
    ] {
        if let Some(text) = text {
            output.add(path.to_owned(), text.into_bytes(), origin.to_owned());
        }
    }
    let firsts = sheets.iter().filter(|sheet| sheet.part.is_first());
    for plan in firsts.map(|sheet| &sheet.plan) {
        let Some(mut pages) = plan.feed_pages(material) else {
            continue;
        };
        pages.sort_by_key(|page| std::cmp::Reverse(changed(page)));
        pages.truncate(FEED_ENTRIES);
        let (title, file) = (plan.feed_title(material), plan.file());
        if let Some(feed) = structured::feed(material, &title, &file, &pages) {
            let origin = format!("{}的订阅源", plan.origin());
            output.add(structured::feed_file(&file), feed.into_bytes(), origin);
        }
    }
}

#[derive(Default)]
struct Output {
    set: OutputSet,
    diagnostics: Vec<Diagnostic>,
}

impl Output {
    fn add(&mut self, path: String, bytes: impl Into<Bytes>, origin: String) {
        if let Err(clash) = self.set.insert(path, bytes, origin) {
            self.diagnostics.push(duplicate(&clash));
        }
    }

    /// One mistake in a template fails on every page; it is said once.
    fn template_fault(&mut self, diagnostic: Diagnostic) {
        let known = self
            .diagnostics
            .iter()
            .any(|d| d.span == diagnostic.span && d.code == diagnostic.code);
        if !known {
            self.diagnostics.push(diagnostic);
        }
    }
}

/// Two producers want one path.
pub fn duplicate(clash: &DuplicateOutput) -> Diagnostic {
    Diagnostic::error(
        "duplicate-address",
        Span::start_of(FileId(0)),
        format!(
            "两处要写同一个网址 {}：{}；{}",
            clash.path, clash.first, clash.second
        ),
    )
    .hint("给其中一页换一个文件名或 slug")
}
