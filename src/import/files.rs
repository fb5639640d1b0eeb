//! Finds and reads inputs, and the parts of a site that importing needs.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use walkdir::WalkDir;

use crate::diag::FileId;
use crate::disk;
use crate::explain::explain;
use crate::source::{SourceFile, SourceSet};

/// Size in bytes of the largest input. The longest code is under one megabyte
/// of text.
const LARGEST: u64 = 64 << 20;

/// An input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    pub path: PathBuf,
    /// The path for messages: the given one, or one below the given folder.
    pub shown: String,
    /// Whether the file itself was given, rather than found in a folder.
    pub named: bool,
    /// Names of the folders between the given one and the file.
    pub below: Vec<String>,
    /// Size in bytes.
    pub size: u64,
}

impl Input {
    /// The file name's extension, in lower case.
    pub fn extension(&self) -> String {
        let extension = self.path.extension();
        extension.map_or_else(String::new, |e| e.to_string_lossy().to_lowercase())
    }
}

/// Size in bytes of the largest picture read from beside a web page.
const LARGEST_PICTURE: u64 = 32 << 20;

/// Reads a file that a web page refers to by a relative path, as browsers save
/// it: `页面.files/1.png`. Nothing outside the page's own folder is read.
pub fn beside(page: &Path, source: &str) -> Option<Vec<u8>> {
    let source = source.split(['?', '#']).next().unwrap_or_default();
    let decoded = percent_decoded(source)?;
    let relative = Path::new(&decoded);
    let plain = relative.components().all(|part| {
        matches!(
            part,
            std::path::Component::Normal(_) | std::path::Component::CurDir
        )
    });
    if !plain || decoded.is_empty() || decoded.contains(':') {
        return None;
    }
    let folder = page.parent()?.canonicalize().ok()?;
    let path = folder.join(relative).canonicalize().ok()?;
    let fits = path.starts_with(&folder)
        && path
            .metadata()
            .is_ok_and(|found| found.is_file() && found.len() <= LARGEST_PICTURE);
    fits.then(|| fs::read(path).ok()).flatten()
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let hex = (*first == b'%').then(|| behind.get(..2)).flatten();
        let value = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match value {
            Some(value) => {
                bytes.push(value);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// Lists all files below the given paths, ordered by name within a folder, and
/// the paths at which there is nothing.
///
/// # Errors
/// When none of the paths exists, or a folder can't be read.
pub fn inputs(paths: &[PathBuf]) -> anyhow::Result<(Vec<Input>, Vec<PathBuf>)> {
    let mut found = Vec::new();
    let (paths, missing): (Vec<&PathBuf>, Vec<&PathBuf>) =
        paths.iter().partition(|path| path.exists());
    if let (Some(first), true) = (missing.first(), paths.is_empty()) {
        bail!("未找到 {}；请检查路径", first.display());
    }
    for path in paths {
        let named = path.is_file();
        let walk = WalkDir::new(path).sort_by_file_name().into_iter();
        let visible = |entry: &walkdir::DirEntry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0
                || !(name.starts_with(['.', '~']) || name == "Thumbs.db" || name == "__MACOSX")
        };
        for entry in walk.filter_entry(visible) {
            let entry = entry.map_err(|error| match error.io_error() {
                Some(io) => anyhow!("无法读取 {}：{}", path.display(), explain(io)),
                None => anyhow!("无法读取 {}", path.display()),
            })?;
            if entry.file_type().is_file() || (named && entry.depth() == 0) {
                found.push(Input {
                    shown: entry.path().display().to_string(),
                    below: below(path, entry.path()),
                    size: entry.metadata().map_or(0, |found| found.len()),
                    path: entry.into_path(),
                    named,
                });
            }
        }
    }
    // The same file may be given twice, or lie in two of the folders.
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|input| seen.insert(input.path.clone()));
    Ok((found, missing.into_iter().cloned().collect()))
}

/// Names of the folders between a folder and a file in it.
fn below(folder: &Path, file: &Path) -> Vec<String> {
    let between = file.strip_prefix(folder).ok().and_then(Path::parent);
    let names = between.into_iter().flat_map(Path::components);
    names
        .map(|name| name.as_os_str().to_string_lossy().into_owned())
        .collect()
}

/// Reads an input.
///
/// # Errors
/// When it can't be read or is too large; the message says what to do.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let open = || -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        fs::File::open(path)?
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = open().map_err(|error| format!("无法读取：{}", explain(&error)))?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!(
            "文件超过 {} MB，未读取；请分为多个文件",
            LARGEST >> 20
        ));
    }
    Ok(bytes)
}

/// The first bytes of a file; `None` when it can't be read.
pub fn head(path: &Path, most: u64) -> Option<Vec<u8>> {
    disk::regular_file(path).ok()?;
    let mut bytes = Vec::new();
    let file = fs::File::open(path).ok()?;
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Reads the parts of a site that importing needs: the `_index.md` of a folder
/// and of those above it, and the registers. Pages are not read.
///
/// # Errors
/// When a file can't be read.
pub fn site_parts(root: &Path, section: &str) -> anyhow::Result<SourceSet> {
    let mut names = vec!["config.toml".to_owned(), "content/_index.md".to_owned()];
    let mut folder = String::from("content");
    for part in section.split('/').filter(|part| !part.is_empty()) {
        folder = format!("{folder}/{part}");
        names.push(format!("{folder}/_index.md"));
    }
    names.extend(["organs", "regions", "sources"].map(|name| format!("data/{name}.toml")));
    let mut sources = SourceSet::default();
    for name in names {
        let path = root.join(&name);
        if !path.exists() {
            continue;
        }
        let text = text(&path)?;
        let id = FileId(u32::try_from(sources.files.len()).expect("a few files"));
        let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
        sources.files.push(SourceFile {
            id,
            path: name,
            text,
        });
    }
    Ok(sources)
}

/// Whether anything exists at the path.
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The paths of all pages in a section and in those below it, relative to the
/// site's root.
///
/// # Errors
/// When a folder can't be read.
pub fn pages_below(root: &Path, section: &str) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(root.join(section)).sort_by_file_name() {
        let entry = entry.map_err(|error| match error.io_error() {
            Some(io) => anyhow!("无法读取 {section}：{}", explain(io)),
            None => anyhow!("无法读取 {section}"),
        })?;
        let name = entry.file_name().to_string_lossy();
        if !entry.file_type().is_file() || !name.ends_with(".md") || name == "_index.md" {
            continue;
        }
        let path = entry.path().strip_prefix(root);
        let path = path.expect("it was walked to from there").components();
        let names = path.map(|name| name.as_os_str().to_string_lossy().into_owned());
        found.push(names.collect::<Vec<_>>().join("/"));
    }
    Ok(found)
}

/// The names of a folder's subfolders.
pub fn folders_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut names: Vec<String> = folders
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    names
}

/// The bytes of one of the site's own files; `None` when it can't be read.
pub fn bytes(path: &Path) -> Option<Vec<u8>> {
    disk::regular_file(path).ok()?;
    fs::read(path).ok()
}

/// The root of the site to which a folder below `content/` belongs, and the key
/// of the section.
///
/// # Errors
/// When the folder doesn't exist, or isn't in a site.
pub fn locate(folder: &Path) -> anyhow::Result<(PathBuf, String)> {
    let folder = disk::real_path(folder).with_context(|| {
        format!(
            "未找到文件夹 {}；请先建立栏目（文件夹和其中的 _index.md）",
            folder.display()
        )
    })?;
    let mut below: Vec<String> = Vec::new();
    let mut at = folder.as_path();
    loop {
        let name = at
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let above = at.parent();
        if let (Some("content"), Some(root)) = (name.as_deref(), above)
            && root.join("config.toml").exists()
        {
            below.reverse();
            return Ok((root.to_owned(), below.join("/")));
        }
        match (name, above) {
            (Some(name), Some(above)) => {
                below.push(name);
                at = above;
            }
            _ => bail!(
                "{} 不在知识库的 content 文件夹中；--into 应指定栏目，如 content/regulations",
                folder.display()
            ),
        }
    }
}

/// Reads one of the site's own text files.
///
/// # Errors
/// When it can't be read.
pub fn text(path: &Path) -> anyhow::Result<String> {
    disk::regular_file(path)
        .and_then(|()| fs::read_to_string(path))
        .map_err(|error| anyhow!("无法读取 {}：{}", path.display(), explain(&error)))
}
