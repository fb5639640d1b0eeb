//! Where the site goes, and what must never be replaced by one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail, ensure};

use super::marker::{self, Marker};
use crate::explain::explain;

/// Folders of a site that its build reads. The output is none of them, and in
/// none of them.
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
/// Made before the build starts, so that a build that could not be written is
/// not begun.
#[derive(Clone, Debug)]
pub struct Destination {
    path: PathBuf,
    shown: PathBuf,
}

impl Destination {
    /// Checks that `output` may be replaced by the site whose root is `root`.
    ///
    /// # Errors
    /// When the folder holds the site's sources, or is not empty and not of
    /// zhize's making. The message ends in a remedy.
    pub fn check(root: &Path, output: &Path) -> anyhow::Result<Self> {
        let shown = output.to_owned();
        let path = resolve(output).map_err(|error| {
            anyhow!("无法确定输出目录 {}：{}", output.display(), explain(&error))
        })?;
        let root = resolve(root)
            .map_err(|error| anyhow!("无法确定站点目录 {}：{}", root.display(), explain(&error)))?;

        ensure!(
            !root.starts_with(&path),
            "输出目录 {} 是站点目录本身或它的上级，写入会删掉源文件；请用 --output 指定另一个目录",
            shown.display()
        );
        if let Some(folder) = INPUT_FOLDERS
            .iter()
            .find(|folder| path.starts_with(root.join(folder)))
        {
            bail!(
                "输出目录 {} 在站点的 {folder}/ 里面，那里是源文件；请用 --output 指定另一个目录",
                shown.display()
            );
        }
        let destination = Self { path, shown };
        destination.previous()?;
        Ok(destination)
    }

    /// The folder, absolute, symbolic links resolved.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder as it was given.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// The marker of the site that stands there now; `None` where there is
    /// nothing, or an empty folder.
    ///
    /// # Errors
    /// When something stands there that zhize did not make.
    pub(super) fn previous(&self) -> anyhow::Result<Option<Marker>> {
        let shown = self.shown.display();
        let mut entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => bail!(
                "输出位置 {shown} 是一个文件，不是目录；请移走它，或用 --output 指定另一个目录"
            ),
            Err(error) => bail!("无法读取输出目录 {shown}：{}", explain(&error)),
        };
        if entries.next().is_none() {
            return Ok(None);
        }
        match marker::read(&self.path) {
            Some(marker) => Ok(Some(marker)),
            None => bail!(
                "输出目录 {shown} 里有不是 zhize 生成的文件（没有 {}），不会覆盖；\
                 请清空它，或用 --output 指定另一个目录",
                marker::FILE_NAME
            ),
        }
    }

    /// The sentence that opens every message about a failed write.
    pub(super) fn describe_failure(&self) -> String {
        format!("无法写入输出目录 {}，原有站点未改动", self.shown.display())
    }
}

/// Absolute path with symbolic links resolved, of something that need not
/// exist yet.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut missing = Vec::new();
    let mut existing = absolute.as_path();
    loop {
        match existing.canonicalize() {
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
