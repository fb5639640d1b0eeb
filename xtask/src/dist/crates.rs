//! Source packages for `cargo install`: the program and its search crate.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, anyhow};

use super::release::Release;
use crate::commands;
use crate::toolchain::cargo;

const NAMES: [&str; 2] = ["zhize-search", "zhize"];

/// Packs both.
///
/// # Errors
/// If cargo refuses, for example files that are not committed.
pub fn write(release: &Release) -> anyhow::Result<()> {
    let built = release.work.join("package");
    let mut package = Command::new(cargo());
    package.args(["package", "--locked", "--no-verify", "--quiet"]);
    for name in NAMES {
        package.args(["--package", name]);
    }
    package
        .arg("--target-dir")
        .arg(&built)
        .current_dir(&release.root);
    commands::shown(&mut package).map_err(|error| anyhow!(error))?;
    for name in NAMES {
        let file = file_name(release, name);
        let made = built.join("package").join(&file);
        fs::copy(&made, release.out.join(&file))
            .with_context(|| format!("{} is missing", made.display()))?;
    }
    Ok(())
}

fn file_name(release: &Release, name: &str) -> String {
    format!("{name}-{}.crate", release.version)
}

/// Installs the program from the packages into `place`, and returns the command
/// that was installed. Without optimisation, which other tries have.
///
/// # Errors
/// If it doesn't compile.
pub fn install(release: &Release, place: &Path) -> anyhow::Result<Command> {
    fs::create_dir_all(place)?;
    for name in NAMES {
        let mut unpack = Command::new("tar");
        unpack
            .arg("xf")
            .arg(release.out.join(file_name(release, name)))
            .current_dir(place);
        commands::shown(&mut unpack).map_err(|error| anyhow!(error))?;
    }
    let [search, program] = NAMES.map(|name| place.join(format!("{name}-{}", release.version)));
    // A registry would have the search crate.
    let patch = format!("patch.crates-io.zhize-search.path={search:?}");
    let mut install = Command::new(cargo());
    install
        .args(["install", "--debug", "--quiet", "--path"])
        .arg(&program)
        .arg("--root")
        .arg(place)
        .arg("--target-dir")
        .arg(release.work.join("build"))
        .args(["--config", &patch])
        .current_dir(place);
    commands::shown(&mut install).map_err(|error| anyhow!(error))?;
    Ok(Command::new(place.join("bin/zhize")))
}
