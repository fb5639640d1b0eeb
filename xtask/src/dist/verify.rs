//! `cargo xtask dist --verify`: tries the results as users would use them.
//!
//! The bundled site is built by every program: x86-64 directly, ARM64 under
//! qemu, Windows under Wine. All three must write the same bytes. The packages
//! are installed from their files into empty folders and run. The release is
//! made a second time, and must be the same. The tests run on ARM64 and on
//! Windows, too. `--verify=sites,tests` makes some of these trials only.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, anyhow, bail};

use super::archive::sha256;
use super::crates;
use super::release::{Program, Release};
use super::targets::Target;
use super::tools::{BUILD_LIMIT, LIBRARY, Tools};
use crate::commands;
use crate::toolchain::quietly;

/// One way to try the results.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// Each program is built again from scratch.
    Twice,
    /// Every program builds the repository's sites.
    Sites,
    /// The packages are installed from their files.
    Packages,
    /// The tests run on the machines that are imitated here.
    Tests,
}

impl Trial {
    /// In the order in which they are made.
    pub const ALL: [Self; 4] = [Self::Sites, Self::Packages, Self::Tests, Self::Twice];

    /// The trial of this name in `--verify=NAME,NAME`.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str) -> anyhow::Result<Self> {
        let named = Self::ALL.into_iter().find(|trial| trial.name() == name);
        let known = Self::ALL.map(Self::name).join(", ");
        named.with_context(|| format!("not a trial: {name}; there are {known}"))
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Twice => "twice",
            Self::Sites => "sites",
            Self::Packages => "packages",
            Self::Tests => "tests",
        }
    }
}

/// Makes the trials.
///
/// # Errors
/// If something differs, fails, or can't be tried here.
pub fn run(
    trials: &[Trial],
    release: &Release,
    tools: &Tools,
    programs: &[Program],
) -> anyhow::Result<()> {
    if trials.is_empty() {
        return Ok(());
    }
    let place = release.work.join("verify");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    fs::create_dir_all(&place)?;
    let machines = programs
        .iter()
        .map(|program| Machine::of(release, tools, program.target))
        .collect::<anyhow::Result<Vec<_>>>()?;
    for trial in Trial::ALL.iter().filter(|trial| trials.contains(trial)) {
        println!("\n=== trial: {}", trial.name());
        match trial {
            Trial::Sites => same_sites(release, programs, &machines, &place)?,
            Trial::Packages => packages_run(release, &place)?,
            Trial::Tests => machines
                .iter()
                .try_for_each(|machine| machine.tests(release, tools))?,
            Trial::Twice => same_twice(release, tools, programs)?,
        }
    }
    println!("everything held");
    Ok(())
}

/// Builds each program again in another folder, from scratch.
fn same_twice(release: &Release, tools: &Tools, programs: &[Program]) -> anyhow::Result<()> {
    let again = Release {
        work: release.work.join("again"),
        out: release.out.clone(),
        root: release.root.clone(),
        version: release.version.clone(),
        commit: release.commit.clone(),
        time: release.time,
        papers: Vec::new(),
    };
    if again.work.exists() {
        fs::remove_dir_all(&again.work)?;
    }
    fs::create_dir_all(&again.work)?;
    for program in programs {
        let second = tools.build(&again, program.target)?;
        if second.bytes != program.bytes {
            bail!("{} differs when it is built again", program.target.triple);
        }
        println!("{}: the same bytes twice", program.target.triple);
    }
    Ok(())
}

/// Builds both sites of the repository with every program.
fn same_sites(
    release: &Release,
    programs: &[Program],
    machines: &[Machine],
    place: &Path,
) -> anyhow::Result<()> {
    for site in ["", "examples/regulations"] {
        let mut first: Option<(&str, BTreeMap<PathBuf, String>)> = None;
        for (program, machine) in programs.iter().zip(machines) {
            let triple = program.target.triple;
            let root = place.join(format!("{triple}-{}", site.replace('/', "-")));
            copy_site(&release.root.join(site), &root)?;
            let mut build = machine.command(&program.path)?;
            build
                .args(["build", "--output", "public"])
                .current_dir(&root);
            commands::shown(&mut build).map_err(|error| anyhow!(error))?;
            let files = hashes(&root.join("public"))?;
            if files.is_empty() {
                bail!("{triple} wrote no file");
            }
            match &first {
                None => first = Some((triple, files)),
                Some((other, expected)) => {
                    if let Some(path) = difference(expected, &files) {
                        bail!("{} differs between {other} and {triple}", path.display());
                    }
                    println!("{triple} writes the {} files of {other}", files.len());
                }
            }
        }
    }
    Ok(())
}

/// The machine that a target is for: this one, or its imitation.
struct Machine {
    target: &'static Target,
    /// The emulator.
    under: Option<&'static str>,
    /// A library that Wine lacks.
    library: Option<PathBuf>,
}

impl Machine {
    fn of(release: &Release, tools: &Tools, target: &'static Target) -> anyhow::Result<Self> {
        let triple = target.triple;
        let (emulators, from) = if target.is_windows() {
            (&["wine", "wine64", "/usr/lib/wine/wine64"][..], "wine64")
        } else if triple.starts_with(std::env::consts::ARCH) {
            return Ok(Self {
                target,
                under: None,
                library: None,
            });
        } else {
            (&["qemu-aarch64-static", "qemu-aarch64"][..], "qemu-user")
        };
        let under = emulators
            .iter()
            .find(|emulator| quietly(Command::new(emulator).arg("--version")))
            .with_context(|| {
                format!("{triple} can't be run here: Debian's package {from} is missing")
            })?;
        let library = if target.is_windows() {
            Some(tools.compile_library(release)?)
        } else {
            None
        };
        Ok(Self {
            target,
            under: Some(under),
            library,
        })
    }

    /// A command that starts a program of this target.
    fn command(&self, program: &Path) -> anyhow::Result<Command> {
        if let (Some(library), Some(folder)) = (&self.library, program.parent()) {
            // Windows looks for libraries beside the program first.
            fs::copy(library, folder.join(LIBRARY))?;
        }
        let Some(under) = self.under else {
            return Ok(Command::new(program));
        };
        let mut command = Command::new(under);
        command.arg(program).env("WINEDEBUG", "-all");
        Ok(command)
    }

    /// Runs the tests of the program and of the search. Those that need a shell
    /// or processes of Unix are compiled only there; this machine's own were run
    /// by `cargo xtask test`.
    fn tests(&self, release: &Release, tools: &Tools) -> anyhow::Result<()> {
        let Some(under) = self.under else {
            return Ok(());
        };
        let triple = self.target.triple;
        println!("\n=== tests of {triple}");
        let built = release.work.join("build");
        let runner = format!(
            "CARGO_TARGET_{}_RUNNER",
            triple.replace('-', "_").to_uppercase()
        );
        let mut test = tools.command("cargo-zigbuild", &["test", "--locked", "--no-fail-fast"]);
        test.args(["--package", "zhize", "--package", "zhize-search"])
            .args(["--lib", "--test", "main", "--target", triple])
            .arg("--target-dir")
            .arg(&built)
            .env(runner, under)
            .env("WINEDEBUG", "-all")
            .current_dir(&release.root);
        if let Some(library) = &self.library {
            let folder = built.join(triple).join("debug");
            for folder in [folder.join("deps"), folder] {
                fs::create_dir_all(&folder)?;
                fs::copy(library, folder.join(LIBRARY))?;
            }
        } else {
            // Windows programs start each other under Wine by themselves.
            test.env("ZHIZE_TEST_UNDER", under);
        }
        commands::shown_within(BUILD_LIMIT, &mut test).map_err(|error| anyhow!(error))
    }
}

/// Copies the files that make up a site.
fn copy_site(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    fs::copy(from.join("config.toml"), to.join("config.toml"))?;
    for folder in [
        "content",
        "data",
        "search-index",
        "static",
        "templates",
        "words",
    ] {
        if from.join(folder).is_dir() {
            copy_folder(&from.join(folder), &to.join(folder))?;
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            if entry.file_name() != "tantivy" {
                copy_folder(&entry.path(), &target)?;
            }
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Every file below a folder, with the hash of its bytes.
fn hashes(folder: &Path) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("{}", next.display()))? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else {
                let path = entry.path().strip_prefix(folder)?.to_owned();
                found.insert(path, sha256(&fs::read(entry.path())?));
            }
        }
    }
    Ok(found)
}

/// A file that only one of the two has, or that differs.
fn difference<'a>(
    one: &'a BTreeMap<PathBuf, String>,
    other: &'a BTreeMap<PathBuf, String>,
) -> Option<&'a PathBuf> {
    one.keys()
        .chain(other.keys())
        .find(|path| one.get(*path) != other.get(*path))
}

/// Installs the packages for this machine into empty folders, from their files
/// alone, and asks each program for its version.
fn packages_run(release: &Release, place: &Path) -> anyhow::Result<()> {
    let file = |name: String| release.out.join(name);
    let version = &release.version;

    let npm = place.join("npm");
    fs::create_dir_all(&npm)?;
    fs::write(npm.join("package.json"), "{}\n")?;
    let mut install = Command::new("npm");
    install
        .args(["install", "--offline", "--no-audit", "--no-fund"])
        .arg(file(format!("zhize-linux-x64-{version}.tgz")))
        .arg(file(format!("zhize-{version}.tgz")))
        .current_dir(&npm);
    commands::shown(&mut install).map_err(|error| anyhow!(error))?;
    says_its_version(
        Command::new(npm.join("node_modules/.bin/zhize")),
        "npm",
        version,
    )?;

    let python = place.join("python");
    let mut install = Command::new("python3");
    install
        .args(["-m", "pip", "install", "--quiet", "--no-index", "--prefix"])
        .arg(&python)
        .arg(file(format!(
            "zhize-{version}-py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl"
        )));
    commands::shown(&mut install).map_err(|error| anyhow!(error))?;
    let program = ["bin/zhize", "local/bin/zhize"]
        .map(|path| python.join(path))
        .into_iter()
        .find(|path| path.is_file())
        .context("pip installed no program")?;
    says_its_version(Command::new(program), "the wheel", version)?;

    // As dpkg does it on a machine that has nothing else.
    let debian = place.join("debian");
    fs::create_dir_all(debian.join("var/lib/dpkg/info"))?;
    fs::create_dir_all(debian.join("var/lib/dpkg/updates"))?;
    fs::write(debian.join("var/lib/dpkg/status"), "")?;
    let mut install = Command::new("dpkg");
    install
        .arg(format!("--root={}", debian.display()))
        .args(["--force-not-root", "--force-bad-path", "--install"])
        .arg(file(format!("zhize_{version}_amd64.deb")));
    commands::shown(&mut install).map_err(|error| anyhow!(error))?;
    says_its_version(
        Command::new(debian.join("usr/bin/zhize")),
        "the .deb",
        version,
    )?;

    let plain = place.join("archive");
    fs::create_dir_all(&plain)?;
    let mut unpack = Command::new("tar");
    unpack
        .arg("xf")
        .arg(file(format!("zhize-{version}-linux-x86_64.tar.gz")))
        .current_dir(&plain);
    commands::shown(&mut unpack).map_err(|error| anyhow!(error))?;
    let program = plain.join(format!("zhize-{version}-linux-x86_64/zhize"));
    says_its_version(Command::new(program), "the archive", version)?;

    // Below the project's root, cargo would take the packages for members of its
    // workspace.
    let elsewhere = std::env::temp_dir().join(format!("zhize-crates-{}", std::process::id()));
    let installed = crates::install(release, &elsewhere)?;
    says_its_version(installed, "cargo install", version)?;
    fs::remove_dir_all(&elsewhere)?;
    Ok(())
}

fn says_its_version(mut program: Command, from: &str, version: &str) -> anyhow::Result<()> {
    let output = program
        .arg("--version")
        .output()
        .with_context(|| format!("the program of {from} can't be started"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || !said.contains(version) {
        bail!(
            "the program of {from} says {said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    println!("{from}: {}", said.trim());
    Ok(())
}
