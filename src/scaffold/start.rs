//! A new site: settings, sections, registers and one sample page of each type.
//! It passes `check` unchanged.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use time::Date;

use super::sample::Sample;
use crate::disk::Folder;
use crate::fields::schema;
use crate::model::{PageType, UNKNOWN, Vocabulary as _};
use crate::parse::quoted;

/// The options for a new site.
#[derive(Clone, Debug)]
pub struct NewSite {
    /// Its title.
    pub name: String,
    /// The organization that runs it; `None` when it wasn't stated.
    pub organization: Option<String>,
    /// The page types for which it gets a section and a sample.
    pub types: Vec<PageType>,
    /// The day on which the samples appear.
    pub date: Date,
}

/// Makes a site in a folder, which is created if missing. Returns the paths of
/// the site's files, relative to the folder. Existing files stay unchanged.
///
/// # Errors
/// When the folder already contains a site, or the disk refuses.
pub fn start(folder: &Path, site: &NewSite) -> anyhow::Result<Vec<PathBuf>> {
    for taken in ["config.toml", "content"] {
        if folder.join(taken).exists() {
            bail!(
                "{} 中已有 {taken}，不予覆盖；请改用空文件夹",
                folder.display()
            );
        }
    }
    let root = Folder::open_or_make(folder)
        .with_context(|| format!("无法建立文件夹 {}", folder.display()))?;
    let mut written = Vec::new();
    for (path, text) in files(site) {
        match add(&root, &path, &text) {
            Ok(()) => written.push(path.into()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("无法建立 {}", folder.join(&path).display()));
            }
        }
    }
    Ok(written)
}

fn add(root: &Folder, path: &str, text: &str) -> io::Result<()> {
    let mut folder = root.again()?;
    let mut names = path.split('/').peekable();
    while let Some(name) = names.next() {
        if names.peek().is_none() {
            return folder.create(name, text.as_bytes());
        }
        folder = folder.folder_or_new(name)?;
    }
    Ok(())
}

/// The files of a site: paths and texts.
fn files(site: &NewSite) -> Vec<(String, String)> {
    let mut files = vec![
        ("config.toml".to_owned(), settings(site)),
        ("content/_index.md".to_owned(), home(site)),
        (
            "data/organs.toml".to_owned(),
            include_str!("start/organs.toml").to_owned(),
        ),
        (
            "data/sources.toml".to_owned(),
            include_str!("start/sources.toml").to_owned(),
        ),
        (
            "data/regions.toml".to_owned(),
            include_str!("start/regions.toml").to_owned(),
        ),
        (
            "data/external.toml".to_owned(),
            include_str!("start/externals.toml").to_owned(),
        ),
        (
            ".gitattributes".to_owned(),
            include_str!("start/gitattributes").to_owned(),
        ),
        (
            ".gitignore".to_owned(),
            include_str!("start/gitignore").to_owned(),
        ),
        (
            ".vscode/settings.json".to_owned(),
            include_str!("start/vscode.json").to_owned(),
        ),
    ];
    for table in ["organ", "source", "region", "external"] {
        let path = format!(".vscode/{table}s.schema.json");
        files.push((path, schema::of_register(table)));
    }
    let cites = site.types.contains(&PageType::Regulation);
    for (weight, page_type) in (1..).zip(&site.types) {
        let Sample {
            folder, name, page, ..
        } = Sample::of(*page_type);
        files.push((
            format!("content/{folder}/_index.md"),
            section_page(*page_type, weight),
        ));
        let mut sample = page.replace("{date}", &site.date.to_string());
        if !cites {
            sample = without_link(&sample);
        }
        files.push((format!("content/{folder}/{name}.md"), sample));
    }
    files
}

fn settings(site: &NewSite) -> String {
    let organization = site.organization.as_deref().unwrap_or(UNKNOWN);
    format!(
        "# 网站设置。各项的说明见手册。\n\
         title = {}\n\
         description = \"\"\n\
         base_url = \"/\"            # 公开的网址，如 \"https://www.example.org/zhize\"；尚未确定的写 \"/\"\n\
         default_language = \"zh\"\n\
         taxonomies = [{{ name = \"topics\" }}]\n\n\
         [extra]\n\
         organization = {}   # 网站管理单位；尚未确定的写 \"unknown\"\n",
        quoted(&site.name),
        quoted(organization)
    )
}

fn home(site: &NewSite) -> String {
    let title = quoted(&site.name);
    format!("+++\ntitle = {title}\ndescription = \"\"\n+++\n")
}

fn section_page(page_type: PageType, weight: usize) -> String {
    format!(
        "+++\ntitle = \"{}\"\nweight = {weight}\n\n[extra]\ntype = \"{}\"\n+++\n",
        page_type.label(),
        page_type.slug()
    )
}

/// A sample with the link to a regulation replaced by its name, for sites
/// without that regulation.
fn without_link(sample: &str) -> String {
    sample.replace(
        "[示例公开接待办法](@/regulations/shili-jiedai-banfa.md)",
        "有关办法",
    )
}

#[cfg(test)]
mod tests {
    // Tests make the files that they need.
    #![allow(clippy::disallowed_methods)]

    use super::*;
    use time::macros::date;

    fn site(types: &[PageType]) -> NewSite {
        NewSite {
            name: "某局\"知责\"".to_owned(),
            organization: None,
            types: types.to_owned(),
            date: date!(2026 - 11 - 30),
        }
    }

    #[test]
    fn nothing_of_a_site_is_overwritten() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        start(folder.path(), &site(PageType::ALL)).expect("an empty folder is free");
        let again = start(folder.path(), &site(PageType::ALL));
        let refusal = again.expect_err("there is a site").to_string();
        assert!(refusal.contains("config.toml"), "{refusal}");
    }

    #[test]
    fn files_that_are_there_stay() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(folder.path().join(".gitignore"), "mine\n").expect("it can be written");
        let written = start(folder.path(), &site(&[PageType::Term])).expect("it is free");
        assert!(!written.contains(&PathBuf::from(".gitignore")));
        let kept = std::fs::read_to_string(folder.path().join(".gitignore"));
        assert_eq!(kept.expect("it is there"), "mine\n");
    }
}
