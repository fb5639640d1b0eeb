//! Places a text in the site: finds the page it belongs to, decides what
//! happens to that page, and writes the files.

use std::collections::{BTreeMap, BTreeSet};

use super::again::{self, Claim, Former, Journal, Merged, Shelf};
use super::files;
use super::input::Ready;
use super::manuscript::Manuscript;
use super::notes::Kind;
use super::options::Options;
use super::page::{self, Draft};
use super::report::{FileReport, Outcome};
use super::target::Target;
use crate::digest::{hex, sha256};

/// The state of one run while it places its pages.
pub struct Desk<'o> {
    pub options: &'o Options,
    pub target: Target,
    shelf: Shelf,
    journal: Journal,
    /// Id of the run's source.
    source: String,
    /// The source's entry, until it is in the register: it is registered with
    /// the first page that names it.
    registration: Option<String>,
}

/// A page as importing generates it.
struct Made {
    text: String,
    /// Names and bytes of the pictures to be written.
    pictures: Vec<(String, Vec<u8>)>,
    former: Former,
}

impl<'o> Desk<'o> {
    /// Reads the section's existing pages.
    ///
    /// # Errors
    /// When they can't be read, or the id of the source is invalid.
    pub fn new(options: &'o Options, target: Target, label: &str) -> anyhow::Result<Self> {
        let (source, registration) = target.source(options.source.as_deref(), label)?;
        let shelf = Shelf::read(&target.root, &target.shown)?;
        Ok(Self {
            journal: Journal::new(&target.root),
            options,
            target,
            shelf,
            source,
            registration,
        })
    }

    /// Makes a page of a text, or updates its existing page.
    ///
    /// # Errors
    /// When the site can't be written.
    pub fn place(&mut self, ready: Ready, mut report: FileReport) -> anyhow::Result<FileReport> {
        let below = if self.options.flat {
            &[][..]
        } else {
            ready.below.as_slice()
        };
        let section = self.target.section(below);
        let named = self.options.slug.as_ref();
        let named = named.map(|slug| format!("{section}/{slug}.md"));
        let claim = self.shelf.claim(&ready.newcomer(), named.as_deref());
        report.facts = Some(ready.facts.clone());
        match claim {
            Claim::New | Claim::Namesake(_) => {
                if let Claim::Namesake(other) = claim {
                    report.add_note(Kind::Namesake, other);
                }
                let path = match named {
                    Some(path) => path,
                    None => self.target.page(&section, &ready.facts),
                };
                self.add(&ready, below, &path, report)
            }
            Claim::Same(path) => Ok(report.same(path)),
            Claim::Again(path) => self.update(&ready, &path, report),
            Claim::Unknown { path, is_same } => self.adopt(&ready, path, is_same, report),
        }
    }

    /// Makes a page of a text and writes nothing.
    pub fn draft(&self, ready: &Ready, mut report: FileReport) -> FileReport {
        let path = format!("{}/draft.md", self.target.shown);
        let made = self.make(ready, &path, &self.source, None, &mut report);
        report.outcome = Outcome::Imported;
        report.output = Some(path);
        report.text = Some(made.text);
        report
    }

    /// Adds a new page.
    fn add(
        &mut self,
        ready: &Ready,
        below: &[String],
        path: &str,
        mut report: FileReport,
    ) -> anyhow::Result<FileReport> {
        let source = self.source.clone();
        let made = self.make(ready, path, &source, None, &mut report);
        report.outcome = Outcome::Imported;
        report.output = Some(path.to_owned());
        if self.options.dry_run {
            report.text = Some(made.text);
        } else {
            if let Some(entry) = self.registration.take() {
                self.target.register(&entry, &mut self.journal)?;
            }
            self.target.open_sections(below, &mut self.journal)?;
            self.write(path, &made.text, &made, !ready.secret)?;
        }
        self.shelf.add(path, &ready.newcomer());
        Ok(report)
    }

    /// Updates a page that was imported from this input before.
    fn update(
        &mut self,
        ready: &Ready,
        path: &str,
        mut report: FileReport,
    ) -> anyhow::Result<FileReport> {
        report.output = Some(path.to_owned());
        let former = files::bytes(&self.target.root.join(again::former_path(path)));
        let former = former.and_then(|bytes| Former::read(&bytes));
        let page = files::text(&self.target.root.join(path))?;
        let Some(former) = former else {
            return self.adopt(ready, path.to_owned(), false, report);
        };
        if ready.secret {
            return Ok(
                report.left("新文件有密级或不公开的标志，未更新本页；请由有权机关或人员确定后导入")
            );
        }
        let source = self.options.source.clone();
        let source = source
            .or_else(|| again::source_of(&former.page))
            .unwrap_or_else(|| self.source.clone());
        let made = self.make(ready, path, &source, Some(&former), &mut report);
        let Some(merged) = again::merge(&former.page, &made.text, &page) else {
            return Ok(
                report.left("本页的字段区无法读取，未更新；请先运行 zhize check，按结果改正")
            );
        };
        let is_changed = merged.text != page;
        report.outcome = if is_changed {
            Outcome::Updated
        } else {
            Outcome::Unchanged
        };
        if self.options.dry_run {
            report.text = is_changed.then(|| merged.text.clone());
        } else if is_changed || made.former != former {
            self.write(path, &merged.text, &made, true)?;
        }
        report.merged(merged);
        self.shelf.add(path, &ready.newcomer());
        Ok(report)
    }

    /// Handles a page with this text whose last import is unknown. The page
    /// stays as it is; if it equals what importing generates now, that is
    /// recorded.
    fn adopt(
        &mut self,
        ready: &Ready,
        path: String,
        is_same: bool,
        mut report: FileReport,
    ) -> anyhow::Result<FileReport> {
        let page = files::text(&self.target.root.join(&path))?;
        let source = again::source_of(&page).unwrap_or_else(|| self.source.clone());
        let made = self.make(ready, &path, &source, None, &mut report);
        let is_it = again::merge(&page, &made.text, &page)
            .is_some_and(|merged| merged.taken.is_empty() && merged.kept.is_empty());
        if !is_it && is_same {
            return Ok(report.same(path));
        }
        let made_of = again::former_path(&path);
        report.output = Some(path);
        if !is_it {
            return Ok(report.left(
                "页面已经存在，但没有上次导入的底稿，不能确定编辑修改之处，未作改动；\
                 需要重新导入的，请先将该页移出栏目",
            ));
        }
        report.outcome = Outcome::Unchanged;
        if !self.options.dry_run && !ready.secret {
            self.journal.write(&made_of, &made.former.bytes())?;
        }
        Ok(report)
    }

    /// Writes a page. Its pictures are written first, so that a page never
    /// refers to a missing one; the text for the next merge is written last.
    fn write(&mut self, path: &str, text: &str, made: &Made, keeps: bool) -> anyhow::Result<()> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (name, bytes) in &made.pictures {
            self.journal.write(&format!("{folder}/{name}"), bytes)?;
        }
        self.journal.write(path, text.as_bytes())?;
        // No second copy is kept of a text that may be secret.
        if keeps {
            let made_of = again::former_path(path);
            self.journal.write(&made_of, &made.former.bytes())?;
        }
        Ok(())
    }

    /// Generates the page for a text.
    fn make(
        &self,
        ready: &Ready,
        path: &str,
        source: &str,
        former: Option<&Former>,
        report: &mut FileReport,
    ) -> Made {
        let pictures = self.pictures(&ready.manuscript, path, former);
        let names: Vec<Option<String>> = pictures
            .iter()
            .map(|picture| picture.as_ref().map(|picture| picture.name.clone()))
            .collect();
        let (text, fill) = page::write(&Draft {
            page_type: self.target.page_type,
            facts: &ready.facts,
            blocks: &ready.manuscript.blocks,
            links: &ready.manuscript.links,
            pictures: &names,
            secret: ready.secret,
            notes: &report.notes,
            source,
            input: &ready.input,
            today: self.options.today,
        });
        report.fill = fill;
        let mut written = BTreeMap::new();
        let mut missing = Vec::new();
        for picture in pictures.into_iter().flatten() {
            written.insert(picture.name.clone(), picture.hash);
            missing.extend(picture.bytes.map(|bytes| (picture.name, bytes)));
        }
        Made {
            former: Former {
                input: ready.input.clone(),
                page: text.clone(),
                pictures: written,
            },
            pictures: missing,
            text,
        }
    }

    /// The pictures of a page with their file names, in order; `None` for one
    /// that browsers can't show. A picture that was imported before keeps its
    /// name, and no existing file is replaced.
    fn pictures(
        &self,
        manuscript: &Manuscript,
        page: &str,
        former: Option<&Former>,
    ) -> Vec<Option<Picture>> {
        let base = page.strip_suffix(".md").unwrap_or(page);
        let (folder, stem) = base.rsplit_once('/').unwrap_or(("", base));
        let mut used = BTreeSet::new();
        let mut count = 0;
        let pictures = manuscript.pictures.iter();
        pictures
            .map(|picture| {
                let ending = picture.ending()?;
                let hash = hex(sha256(&picture.bytes));
                let known = former.into_iter().flat_map(|former| &former.pictures);
                let known = known.filter(|(_, own)| **own == hash);
                if let Some((name, _)) = known
                    .into_iter()
                    .find(|(name, _)| used.insert((*name).clone()))
                {
                    return Some(Picture {
                        name: name.clone(),
                        hash,
                        // Whoever removed it from the page did so on purpose.
                        bytes: None,
                    });
                }
                loop {
                    count += 1;
                    let name = format!("{stem}-{count}.{ending}");
                    let there = files::bytes(&self.target.root.join(folder).join(&name));
                    let is_same = there.map(|bytes| bytes == picture.bytes);
                    if is_same != Some(false) && used.insert(name.clone()) {
                        return Some(Picture {
                            name,
                            hash,
                            bytes: is_same.is_none().then(|| picture.bytes.clone()),
                        });
                    }
                }
            })
            .collect()
    }
}

/// A picture of a page.
struct Picture {
    name: String,
    /// SHA-256 in hexadecimal digits.
    hash: String,
    /// The bytes to write; `None` when the file exists.
    bytes: Option<Vec<u8>>,
}

impl FileReport {
    /// Reports the result of a merge.
    fn merged(&mut self, merged: Merged) {
        // Fields that editors have filled in are not asked for again.
        let own = |field: &str| {
            let key = |name: &String| name.rsplit('.').next() == Some(field);
            merged.own_fields.iter().any(key)
        };
        self.fill.retain(|fill| !own(fill.field));
        self.taken = merged.taken;
        self.kept = merged.kept;
    }

    /// Reports that a page has this text already.
    fn same(mut self, path: String) -> Self {
        self.outcome = Outcome::Same;
        self.reason = format!("与 {path} 内容相同，未另建页面");
        self.output = Some(path);
        self.fill.clear();
        self
    }

    /// Reports that a page was left as it is.
    fn left(mut self, reason: &str) -> Self {
        self.outcome = Outcome::Exists;
        self.reason = reason.to_owned();
        self.fill.clear();
        self
    }
}
