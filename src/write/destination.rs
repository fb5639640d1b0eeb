//! Where the site is written, and which folders must never be replaced by it.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail, ensure};

use super::marker::{self, Marker};
use crate::disk::{self, Folder, Rules, Stranger};
use crate::explain::explain;

/// Folders of a site that a build reads. The output may be neither one of them
/// nor inside one.
const INPUT_FOLDERS: [&str; 7] = [
    "content",
    "data",
    "themes",
    "templates",
    "static",
    "search-index",
    ".git",
];

/// A folder that may be replaced by a built site.
///
/// Checked before the build starts, so that a build that can't be written
/// doesn't start.
#[derive(Clone, Debug)]
pub struct Destination {
    path: PathBuf,
    shown: PathBuf,
    preserve: Vec<String>,
}

/// Files that systems leave in folders that somebody opened.
const LEFT_BY_SYSTEMS: [&str; 2] = ["Thumbs.db", "desktop.ini"];

/// Whether a file of a site is kept although zhize didn't make it. `preserve`
/// lists those that the settings name.
pub(super) fn is_kept(preserve: &[String], path: &str) -> bool {
    let is_named = preserve.iter().any(|kept| {
        path.strip_prefix(kept.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    is_named
        || path
            .split('/')
            .any(|part| part.starts_with('.') || LEFT_BY_SYSTEMS.contains(&part))
}

/// Most files that a message names.
const NAMED: usize = 5;

impl Destination {
    /// Checks that `output` may be replaced by the site whose root is `root`.
    /// `preserve` lists files and folders in it that are kept although zhize
    /// didn't make them; names that begin with a dot are always kept.
    ///
    /// # Errors
    /// When the folder contains the site's sources, wasn't made by zhize, or
    /// contains something that would be lost. The message ends with a remedy.
    pub fn check(root: &Path, output: &Path, preserve: &[String]) -> anyhow::Result<Self> {
        let shown = output.to_owned();
        let path = resolve(output).map_err(|error| {
            anyhow!("无法确定输出目录 {}：{}", output.display(), explain(&error))
        })?;
        let root = resolve(root).map_err(|error| {
            anyhow!("无法确定知识库目录 {}：{}", root.display(), explain(&error))
        })?;

        ensure!(
            !root.starts_with(&path),
            "输出目录 {} 是知识库目录或其上级目录，写入将删除源文件；请用 --output 指定其他目录",
            shown.display()
        );
        if let Some(folder) = INPUT_FOLDERS
            .iter()
            .find(|folder| path.starts_with(root.join(folder)))
        {
            bail!(
                "输出目录 {} 位于存放源文件的 {folder}/ 内；请用 --output 指定其他目录",
                shown.display()
            );
        }
        let preserve = preserve.to_vec();
        let destination = Self {
            path,
            shown,
            preserve,
        };
        destination.previous()?;
        Ok(destination)
    }

    /// The folder as an absolute path, with symbolic links resolved.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder as it was given.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// What another program holds: a file of the folder, or the folder itself
    /// where none is found. As a path below the folder as it was given.
    pub(super) fn held(&self) -> PathBuf {
        let held = disk::held_in(&self.path);
        let below = held
            .as_deref()
            .and_then(|path| path.strip_prefix(&self.path).ok());
        match below {
            Some(below) if below != Path::new("") => self.shown.join(below),
            _ => self.shown.clone(),
        }
    }

    /// The parent folder of the output, and the output's name in it.
    ///
    /// # Errors
    /// When the output has no name, like `/`.
    pub(super) fn place(&self) -> anyhow::Result<(&Path, &str)> {
        let name = self.path.file_name().and_then(|name| name.to_str());
        self.path.parent().zip(name).ok_or_else(|| {
            anyhow!(
                "输出目录 {} 没有可用的名称；请用 --output 指定其他目录",
                self.shown.display()
            )
        })
    }

    /// Whether a path that zhize didn't make is kept.
    pub(super) fn keeps(&self, path: &str) -> bool {
        is_kept(&self.preserve, path)
    }

    /// The files and folders that are kept because the settings name them.
    pub(super) fn preserve(&self) -> &[String] {
        &self.preserve
    }

    /// Whether this folder may contain something that is kept by name.
    pub(super) fn keeps_below(&self, path: &str) -> bool {
        self.preserve.iter().any(|kept| {
            kept.strip_prefix(path)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// The marker of the current site; `None` when there is none, or only files
    /// that are kept.
    ///
    /// # Errors
    /// When something is there that would be lost.
    pub(super) fn previous(&self) -> anyhow::Result<Option<Marker>> {
        let shown = self.shown.display();
        let unreadable =
            |error: io::Error| anyhow!("无法读取输出目录 {shown}：{}", explain(&error));
        let folder = match self.open() {
            Ok(folder) => folder,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                bail!("输出位置 {shown} 是文件，不是目录；请移走该文件，或用 --output 指定其他目录")
            }
            Err(error) => return Err(unreadable(error)),
        };
        let marker = marker::read(&folder);
        let strangers = {
            let units = marker.as_ref().filter(|marker| marker.files.is_none());
            let rules = Rules {
                ours: Box::new(|path| units.is_some_and(|marker| marker.has_unit_of(path))),
                keeps: Box::new(|path| self.keeps(path)),
                keeps_below: Box::new(|path| self.keeps_below(path)),
            };
            disk::strangers(&folder, &rules).map_err(unreadable)?
        };
        let lost: Vec<&Stranger> = strangers.iter().filter(|found| !found.stays).collect();
        match marker {
            _ if lost.is_empty() => Ok(marker),
            None => bail!(
                "输出目录 {shown} 中有不是 zhize 生成的文件（没有 {}），不予覆盖；\
                 请用 --output 指定其他目录；确认其中的文件均不需要的，也可清空该目录",
                marker::FILE_NAME
            ),
            Some(_) => bail!("{}", self.would_be_lost(&lost)),
        }
    }

    fn open(&self) -> io::Result<Folder> {
        match self.place() {
            Ok((parent, name)) => Folder::open(parent)?.folder(name),
            Err(_) => Folder::open(&self.path),
        }
    }

    fn would_be_lost(&self, lost: &[&Stranger]) -> String {
        let shown = lost.iter().take(NAMED).map(|stranger| {
            let slash = if stranger.is_folder { "/" } else { "" };
            format!("{}{slash}", stranger.path)
        });
        let named = shown.collect::<Vec<_>>().join("、");
        let count = match lost.len() {
            all if all <= NAMED => String::new(),
            all => format!(" 等 {all} 处"),
        };
        let settings: Vec<_> = lost
            .iter()
            .take(NAMED)
            .map(|stranger| format!("\"{}\"", stranger.path))
            .collect();
        format!(
            "输出目录 {} 中有不是 zhize 生成的文件：{named}{count}，覆盖后将丢失；请移走，\
             或在 config.toml 的 [extra] 下写 preserve = [{}] 予以保留，或用 --output 指定其他目录",
            self.shown.display(),
            settings.join(", ")
        )
    }

    /// The opening sentence of every message about a failed write.
    pub(super) fn describe_failure(&self) -> String {
        format!("无法写入输出目录 {}，原有网站未改动", self.shown.display())
    }
}

/// Makes a path absolute and resolves symbolic links; its target need not
/// exist.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut missing = Vec::new();
    let mut existing = absolute.as_path();
    loop {
        match disk::real_path(existing) {
            Ok(mut resolved) => {
                resolved.extend(missing.iter().rev());
                return Ok(resolved);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let (Some(name), Some(parent)) = (existing.file_name(), existing.parent()) else {
                    return Err(error);
                };
                missing.push(name.to_owned());
                existing = parent;
            }
            Err(error) => return Err(error),
        }
    }
}
