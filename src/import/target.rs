//! Where imported pages go: the section, names that are free, the source.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::files;
use super::recognise::{Facts, Known};
use crate::chinese::readings::slug;
use crate::disk::{Folder, WorkFolder};
use crate::explain::explain;
use crate::model::{PageType, Vocabulary as _};
use crate::parse;
use crate::scaffold;

/// Longest name of a file that is made from a title, in bytes.
const LONGEST_NAME: usize = 64;

/// Longest sound of a source in its id, in bytes: ids are typed.
const LONGEST_ID: usize = 24;

/// The section that pages are written into.
#[derive(Debug)]
pub struct Target {
    /// The site.
    pub root: PathBuf,
    /// The section's folder.
    pub folder: PathBuf,
    /// The folder as it is shown: relative to the site.
    pub shown: String,
    /// Type of its pages.
    pub page_type: PageType,
    /// The registers.
    pub known: Known,
    /// Ids of registered sources, with their labels.
    sources: BTreeMap<String, String>,
    /// The section's folder, open, and where its pages grow; from the first
    /// page on.
    desk: Option<(Folder, WorkFolder)>,
    /// Names that this run has used, with the titles of their pages.
    used: BTreeMap<String, String>,
}

impl Target {
    /// Finds the section that a folder is.
    ///
    /// # Errors
    /// When the folder lies in no site or is no section with a type.
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
        // A folder without an `_index.md` would have pages without a section.
        let Some(own) = types.get(&section) else {
            bail!(
                "content/{section} 里没有 _index.md，不成栏目；先建这个文件，写明 title 和 [extra] type = \"regulation\""
            );
        };
        let page_type = own.ok_or_else(|| {
            anyhow!(
                "content/{section}/_index.md 没有写明栏目的类型；在 [extra] 下写 type = \"regulation\"（或 practice、case）"
            )
        })?;
        let registers = parse::parse(&parts).value.registers;
        let mut known = Known {
            organs: registers
                .organs
                .into_values()
                .map(|organ| organ.value)
                .collect(),
            regions: registers
                .regions
                .into_values()
                .map(|region| region.value)
                .collect(),
        };
        known
            .organs
            .sort_by_key(|organ| std::cmp::Reverse(organ.name.len()));
        let sources = registers.sources.into_iter();
        Ok(Self {
            folder: root.join("content").join(&section),
            shown: format!("content/{section}")
                .trim_end_matches('/')
                .to_owned(),
            root,
            page_type,
            known,
            sources: sources
                .map(|(id, source)| (id, source.value.label))
                .collect(),
            desk: None,
            used: BTreeMap::new(),
        })
    }

    /// The source that pages name, and what has to be added to the register
    /// for it.
    pub fn source(
        &self,
        wanted: Option<&str>,
        label: &str,
    ) -> anyhow::Result<(String, Option<String>)> {
        if let Some(id) = wanted {
            if !scaffold::is_slug(id) {
                bail!("来源的 id“{id}”写法不对；只用小写字母、数字和连字符");
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
    pub fn register(&self, entry: &str) -> anyhow::Result<()> {
        let path = self.root.join("data/sources.toml");
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
        let written = Folder::open(&self.root).and_then(|root| {
            let data = match root.below("data") {
                Err(error) if error.kind() == io::ErrorKind::NotFound => root.new_folder("data"),
                data => data,
            };
            data?.replace("sources.toml", text.as_bytes())
        });
        written.map_err(|error| unwritten(&path, &error))
    }

    /// Writes a file of the section, a page or its picture, whole or not at all.
    /// `path` is the one that the report shows, or a name.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.place(name, bytes)
            .map_err(|error| unwritten(&self.folder.join(name), &error))
    }

    fn place(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if self.desk.is_none() {
            let section = Folder::open(&self.root)?.below(&self.shown)?;
            let work = WorkFolder::for_files(&section, "import")?;
            self.desk = Some((section, work));
        }
        let (section, work) = self.desk.as_ref().expect("it was opened just now");
        work.place(bytes, section, name)
    }

    /// The name of a page's file without `.md`: what the input says, or the
    /// pinyin of the title; numbered when another text has it already.
    pub fn name(&mut self, facts: &Facts) -> String {
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
        for count in 1.. {
            let name = if count == 1 {
                base.clone()
            } else {
                format!("{base}-{count}")
            };
            if self.used.contains_key(&name) {
                continue;
            }
            // A page that is there and has the same title is the same text.
            let there = files::title_of(&self.folder.join(format!("{name}.md")));
            if there.is_none_or(|title| title == facts.title) {
                self.used.insert(name.clone(), facts.title.clone());
                return name;
            }
        }
        unreachable!("there are more numbers than files")
    }
}

fn unwritten(path: &Path, error: &io::Error) -> anyhow::Error {
    anyhow!("无法写入 {}：{}", path.display(), explain(error))
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
         note = \"由 zhize import 登记；标题、作者、发布者、日期和网址请补上。\"\n"
    )
}
