//! What a release consists of, and the program for each target.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::targets::Target;
use crate::toolchain;

/// What every step needs to know of the release.
pub struct Release {
    /// The repository.
    pub root: PathBuf,
    /// Where everything is made, and where tools are kept.
    pub work: PathBuf,
    /// Where the finished files go.
    pub out: PathBuf,
    /// Such as `1.0.0`.
    pub version: String,
    /// The commit that is built, abbreviated.
    pub commit: String,
    /// The time of the commit, in seconds since 1970, used as the time of every
    /// file.
    pub time: u64,
    /// The files beside the program in every archive: name and bytes.
    pub papers: Vec<(String, Vec<u8>)>,
}

/// A program that was built.
pub struct Program {
    /// The target that it runs on.
    pub target: &'static Target,
    /// Its path.
    pub path: PathBuf,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Release {
    /// Looks up what a release of the repository needs, and empties the folder
    /// of the previous one.
    ///
    /// # Errors
    /// If a file is missing, or the commit's time is not available.
    pub fn prepare(root: &Path, notices: String) -> anyhow::Result<Self> {
        let work = toolchain::target_folder(root).join("dist-work");
        let out = toolchain::target_folder(root).join("dist");
        if out.exists() {
            fs::remove_dir_all(&out)?;
        }
        fs::create_dir_all(&work)?;
        fs::create_dir_all(&out)?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let read = |path: &str| -> anyhow::Result<Vec<u8>> {
            fs::read(root.join(path)).with_context(|| format!("{path} can't be read"))
        };
        let told = String::from_utf8(read("xtask/dist/说明.txt")?)?;
        // Without this mark, the Windows editor reads a text as GBK.
        let told = format!("\u{feff}{}", told.replace("{version}", &version));
        Ok(Self {
            time: commit_time(root)?,
            commit: of_commit(root, "%h")?,
            papers: vec![
                (
                    "说明.txt".to_owned(),
                    told.replace('\n', "\r\n").into_bytes(),
                ),
                ("LICENSE-MIT".to_owned(), read("LICENSE-MIT")?),
                ("LICENSE-APACHE".to_owned(), read("LICENSE-APACHE")?),
                ("THIRD-PARTY.txt".to_owned(), notices.into_bytes()),
            ],
            root: root.to_owned(),
            work,
            out,
            version,
        })
    }
}

/// The time of the commit that is built.
fn commit_time(root: &Path) -> anyhow::Result<u64> {
    if let Ok(told) = std::env::var("SOURCE_DATE_EPOCH") {
        return told
            .parse()
            .context("SOURCE_DATE_EPOCH is not a number of seconds");
    }
    of_commit(root, "%ct")?
        .parse()
        .context("git doesn't say when the commit was made; SOURCE_DATE_EPOCH can")
}

/// A property of the commit that is built, in git's notation for formats.
fn of_commit(root: &Path, format: &str) -> anyhow::Result<String> {
    let output = std::process::Command::new("git")
        .args(["log", "-1", "--abbrev=12", &format!("--format={format}")])
        .current_dir(root)
        .output()
        .context("git, which knows the commit that is built, could not be started")?;
    ensure!(
        output.status.success(),
        "a release is made from a git repository"
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
