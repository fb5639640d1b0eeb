//! `cargo xtask dist`: packages the program for distribution.
//!
//! Everything is made on one Linux machine, by stable Rust with zig as linker:
//! archives, packages for npm, PyPI, Debian and cargo, a list of components, and
//! checksums. Times and owners in the files are fixed, and paths of the machine
//! are removed, so that two runs give the same bytes.

mod archive;
mod crates;
mod debian;
mod inventory;
mod npm;
mod release;
mod targets;
mod tools;
mod verify;
mod wheel;
mod windows;

pub use inventory::notices;

use std::fs;
use std::path::Path;

use anyhow::bail;

use release::Release;
use targets::{TARGETS, Target};
use verify::Trial;

/// What a run makes, and for which targets.
pub struct Options {
    /// Triples to build for; all of them when empty.
    pub only: Vec<String>,
    /// How the results are tried.
    pub verify: Vec<Trial>,
}

impl Options {
    /// Reads the words after `dist`.
    ///
    /// # Errors
    /// If a word is no option, or a target is not supported.
    pub fn read(words: &[&str]) -> anyhow::Result<Self> {
        let mut options = Self {
            only: Vec::new(),
            verify: Vec::new(),
        };
        for word in words {
            if *word == "--verify" {
                options.verify = Trial::ALL.to_vec();
            } else if let Some(names) = word.strip_prefix("--verify=") {
                let trials = names.split(',').map(Trial::named);
                options.verify = trials.collect::<anyhow::Result<_>>()?;
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

/// Makes the release.
///
/// # Errors
/// If a tool is not available, a build fails, or a file can't be written.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let release = Release::prepare(root, inventory::notices(root)?)?;
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
    crates::write(&release)?;
    fs::write(
        release.out.join("zhize.cdx.json"),
        inventory::sbom(&release)?,
    )?;
    fs::copy(
        root.join("xtask/dist/Containerfile"),
        release.out.join("Containerfile"),
    )?;
    archive::write_checksums(&release.out)?;
    println!("made in {}", release.out.display());
    verify::run(&options.verify, &release, &tools, &programs)
}
