//! Where imported pages go: the section, free file names, the source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::again::Journal;
use super::files;
use super::front;
use super::recognise::{Facts, Known};
use crate::chinese::readings::slug;
use crate::model::{PageType, Vocabulary as _};
use crate::parse;
use crate::scaffold;

/// Most bytes of a file name that is made from a title.
const LONGEST_NAME: usize = 64;

/// Most bytes of pinyin in a source's id, since people type ids.
const LONGEST_ID: usize = 24;

/// The section for the imported pages.
#[derive(Debug)]
pub struct Target {
    /// The site's root.
    pub root: PathBuf,
    /// The folder relative to the site, for messages.
    pub shown: String,
    pub page_type: PageType,
    /// The registers.
    pub known: Known,
    /// Ids of registered sources, with their labels.
    sources: BTreeMap<String, String>,
    /// Subsections for folders of the inputs: the folders' names, and the
    /// section's path relative to the site.
    sections: BTreeMap<Vec<String>, String>,
    /// Paths of the pages that this run makes.
    used: BTreeSet<String>,
}

impl Target {
    /// Finds the section for a folder.
    ///
    /// # Errors
    /// When the folder isn't in a site, or isn't a section with a type.
    pub fn find(root: &Path, into: &Path) -> anyhow::Result<Self> {
        let below = root.join(into);
        let folder = if below.exists() {
            below
        } else {
            into.to_owned()
        };
        let (root, section) = files::locate(&folder)?;
        let parts = files::site_parts(&root, &section)?;
        let types = parse::section_types(&parts);
        // Without an `_index.md`, its pages would have no section.
        let Some(own) = types.get(&section) else {
            bail!(
                "content/{section} 中没有 _index.md，不能作为栏目；请先建立该文件，\
                 写明 title 和 [extra] type = \"regulation\""
            );
        };
        let page_type = own.ok_or_else(|| {
            anyhow!(
                "content/{section}/_index.md 未写明栏目的类型；\
                 请在 [extra] 下写 type = \"regulation\"（或 practice、case）"
            )
        })?;
        let registers = parse::parse(&parts).value.registers;
        let mut known = Known {
            regions: registers.all_regions().into_values().collect(),
            organs: registers
                .organs
                .into_values()
                .map(|organ| organ.value)
                .collect(),
        };
        known
            .organs
            .sort_by_key(|organ| std::cmp::Reverse(organ.name.len()));
        let sources = registers.sources.into_iter();
        Ok(Self {
            shown: format!("content/{section}")
                .trim_end_matches('/')
                .to_owned(),
            root,
            page_type,
            known,
            sources: sources
                .map(|(id, source)| (id, source.value.label))
                .collect(),
            sections: BTreeMap::new(),
            used: BTreeSet::new(),
        })
    }

    /// The source that pages name, and the entry that has to be added to the
    /// register for it.
    pub fn source(
        &self,
        wanted: Option<&str>,
        label: &str,
    ) -> anyhow::Result<(String, Option<String>)> {
        if let Some(id) = wanted {
            if !scaffold::is_slug(id) {
                bail!("来源的登记号“{id}”写法有误；只用小写英文字母、数字和连字符");
            }
            let new = (!self.sources.contains_key(id)).then(|| registration(id, label));
            return Ok((id.to_owned(), new));
        }
        let slug = slug(label, LONGEST_ID);
        let base = if slug.is_empty() {
            "import".to_owned()
        } else {
            format!("import-{slug}")
        };
        // The same input imported again has the same source.
        for count in 1.. {
            let id = if count == 1 {
                base.clone()
            } else {
                format!("{base}-{count}")
            };
            match self.sources.get(&id) {
                Some(own) if own == label => return Ok((id, None)),
                Some(_) => {}
                None => {
                    let new = registration(&id, label);
                    return Ok((id, Some(new)));
                }
            }
        }
        unreachable!("there are more numbers than sources")
    }

    /// Adds a source to the register.
    ///
    /// # Errors
    /// When the register can't be read or written.
    pub fn register(&self, entry: &str, journal: &mut Journal) -> anyhow::Result<()> {
        let name = "data/sources.toml";
        let path = self.root.join(name);
        let mut text = if files::exists(&path) {
            files::text(&path)?
        } else {
            "# 来源登记。原文未载明的，一律写 \"unknown\"。\n".to_owned()
        };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push('\n');
        text.push_str(entry);
        journal.write(name, text.as_bytes())
    }

    /// The path, relative to the site, of the section for a folder of the
    /// inputs: an existing one with this title, or a new one.
    pub fn section(&mut self, below: &[String]) -> String {
        let Some((name, above)) = below.split_last() else {
            return self.shown.clone();
        };
        if let Some(known) = self.sections.get(below) {
            return known.clone();
        }
        let above = self.section(above);
        let folder = self.root.join(&above);
        let is_it = |path: &str| {
            let index = files::text(&self.root.join(path).join("_index.md"));
            let (fields, ..) = front::split(index.as_deref().unwrap_or_default());
            let own = fields.first(&["extra.type"]);
            fields.first(&["title"]) == Some(name)
                && own.is_none_or(|own| PageType::from_slug(own) == Some(self.page_type))
        };
        let there = files::folders_in(&folder).into_iter();
        let mut there = there.map(|own| format!("{above}/{own}"));
        let path = there.find(|path| is_it(path)).unwrap_or_else(|| {
            let base = match slug(name, LONGEST_ID).as_str() {
                "" => "folder".to_owned(),
                sound => sound.to_owned(),
            };
            let taken = |path: &str| {
                self.sections.values().any(|own| own == path)
                    || files::exists(&self.root.join(path))
                    || files::exists(&self.root.join(format!("{path}.md")))
            };
            numbered(&format!("{above}/{base}"), |path| !taken(path))
        });
        self.sections.insert(below.to_vec(), path.clone());
        path
    }

    /// Writes the `_index.md` of the sections for these folders where it is
    /// missing.
    ///
    /// # Errors
    /// When one can't be written.
    pub fn open_sections(&self, below: &[String], journal: &mut Journal) -> anyhow::Result<()> {
        for length in 1..=below.len() {
            let names = &below[..length];
            let (Some(path), Some(name)) = (self.sections.get(names), names.last()) else {
                continue;
            };
            let index = format!("{path}/_index.md");
            if !files::exists(&self.root.join(&index)) {
                let text = format!("+++\ntitle = {}\n+++\n", toml::Value::from(name.as_str()));
                journal.write(&index, text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// A free path for a new page in a section, named as the input says, or
    /// after the title's pinyin.
    pub fn page(&mut self, section: &str, facts: &Facts) -> String {
        let given = facts
            .slug
            .as_deref()
            .filter(|slug| scaffold::is_slug(slug) && slug.len() <= 80);
        let base = match given {
            Some(slug) => slug.to_owned(),
            None => slug(&facts.title, LONGEST_NAME),
        };
        let base = match base.as_str() {
            "" | "index" => format!("{}-1", self.page_type.slug()),
            _ => base,
        };
        let free = |path: &str| {
            let page = format!("{path}.md");
            !self.used.contains(&page)
                && !files::exists(&self.root.join(&page))
                && !files::exists(&self.root.join(path))
        };
        let path = format!("{}.md", numbered(&format!("{section}/{base}"), free));
        self.used.insert(path.clone());
        path
    }
}

/// A free name: `base`, followed by a number if necessary.
fn numbered(base: &str, free: impl Fn(&str) -> bool) -> String {
    let others = (2..).map(|count| format!("{base}-{count}"));
    std::iter::once(base.to_owned())
        .chain(others)
        .find(|name| free(name))
        .expect("there are more numbers than files")
}

fn registration(id: &str, label: &str) -> String {
    let label = label
        .replace(['"', '\\'], "")
        .chars()
        .filter(|c| !c.is_control())
        .collect::<String>();
    format!(
        "[[source]]\nid = \"{id}\"\ntitle = \"unknown\"\nauthor = \"unknown\"\npublisher = \"unknown\"\n\
         date = \"unknown\"\nurl = \"unknown\"\nlabel = \"{label}\"\n\
         note = \"由 zhize import 登记；标题、作者、发布单位、日期和网址请补充。\"\n"
    )
}
