//! `cargo xtask dist`: the program as files that people can have.
//!
//! Everything is made on one Linux machine, by stable Rust with zig as linker:
//! archives, packages for npm, PyPI and Debian, a list of what is inside, and
//! checksums. Times and owners in the files are fixed, and paths of the machine
//! are left out, so that two runs give the same bytes.

mod archive;
mod debian;
mod inventory;
mod npm;
mod targets;
mod tools;
mod verify;
mod wheel;
mod windows;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use targets::{TARGETS, Target};

use crate::toolchain;

/// What a run makes, and for whom.
pub struct Options {
    /// Triples to build for; all of them when empty.
    pub only: Vec<String>,
    /// Whether the results are tried as their users would.
    pub verify: bool,
}

impl Options {
    /// Reads the words after `dist`.
    ///
    /// # Errors
    /// When a word is no option, or a target is none that is built for.
    pub fn read(words: &[&str]) -> anyhow::Result<Self> {
        let mut options = Self {
            only: Vec::new(),
            verify: false,
        };
        for word in words {
            if *word == "--verify" {
                options.verify = true;
            } else if TARGETS.iter().any(|target| target.triple == *word) {
                options.only.push((*word).to_owned());
            } else {
                let known: Vec<&str> = TARGETS.iter().map(|target| target.triple).collect();
                bail!("not a target: {word}; there are {}", known.join(", "));
            }
        }
        Ok(options)
    }

    fn targets(&self) -> impl Iterator<Item = &'static Target> {
        TARGETS
            .iter()
            .filter(|target| self.only.is_empty() || self.only.iter().any(|t| t == target.triple))
    }
}

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
    /// The time of the commit, in seconds since 1970: the time of every file.
    pub time: u64,
    /// The files that lie beside the program in every archive: name and bytes.
    pub papers: Vec<(String, Vec<u8>)>,
}

/// A program that was built.
pub struct Program {
    pub target: &'static Target,
    /// Where it lies.
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// Makes the release.
///
/// # Errors
/// When a tool can't be had, a build fails, or a file can't be written.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let release = Release::prepare(root)?;
    let tools = tools::Tools::ensure(&release.work)?;
    let mut programs = Vec::new();
    for target in options.targets() {
        println!("\n=== {}", target.triple);
        programs.push(tools.build(&release, target)?);
    }
    println!("\n=== packages");
    for program in &programs {
        archive::write(&release, program)?;
        wheel::write(&release, program)?;
        npm::write_platform(&release, program)?;
        if let Some(architecture) = program.target.debian {
            debian::write(&release, program, architecture)?;
        }
    }
    npm::write_command(&release, &programs)?;
    fs::write(
        release.out.join("zhize.cdx.json"),
        inventory::sbom(&release)?,
    )?;
    fs::copy(root.join("xtask/dist/Containerfile"), release.out.join("Containerfile"))?;
    archive::write_checksums(&release.out)?;
    println!("made in {}", release.out.display());
    if options.verify {
        verify::run(&release, &tools, &programs)?;
    }
    Ok(())
}

impl Release {
    fn prepare(root: &Path) -> anyhow::Result<Self> {
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
        // Windows' editor takes a text without this mark for GBK.
        let told = format!("\u{feff}{}", told.replace("{version}", &version));
        Ok(Self {
            time: commit_time(root)?,
            papers: vec![
                ("说明.txt".to_owned(), told.replace('\n', "\r\n").into_bytes()),
                ("LICENSE-MIT".to_owned(), read("LICENSE-MIT")?),
                ("LICENSE-APACHE".to_owned(), read("LICENSE-APACHE")?),
                (
                    "THIRD-PARTY.txt".to_owned(),
                    inventory::notices(root)?.into_bytes(),
                ),
            ],
            root: root.to_owned(),
            work,
            out,
            version,
        })
    }
}

/// When the commit was made that is built.
fn commit_time(root: &Path) -> anyhow::Result<u64> {
    if let Ok(told) = std::env::var("SOURCE_DATE_EPOCH") {
        return told.parse().context("SOURCE_DATE_EPOCH is not a number of seconds");
    }
    let output = std::process::Command::new("git")
        .args(["log", "-1", "--format=%ct"])
        .current_dir(root)
        .output()
        .context("git could not be started; SOURCE_DATE_EPOCH can say the time instead")?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .context("git doesn't say when the commit was made; SOURCE_DATE_EPOCH can")
}
