//! The tools that build for other targets: zig from PyPI, cargo-zigbuild from
//! crates.io. If they aren't installed, they are put under `target/`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};

use super::release::{Program, Release};
use super::targets::Target;
use super::windows;
use crate::commands;
use crate::toolchain::{cargo, quietly};

const ZIG: &str = "ziglang==0.17.1";

/// The library of Windows that Wine 8 lacks.
pub const LIBRARY: &str = "bcryptprimitives.dll";

/// How long the program or the tests may take to compile for a machine, or the
/// tests to run on its imitation.
pub const BUILD_LIMIT: Duration = Duration::from_secs(3 * 60 * 60);

/// Where the tools are.
pub struct Tools {
    path: OsString,
    python_path: PathBuf,
}

impl Tools {
    /// Finds the tools, or installs them.
    ///
    /// # Errors
    /// If one can't be installed.
    pub fn ensure(work: &Path) -> anyhow::Result<Self> {
        let folder = work.join("tools");
        let before = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(folder.join("bin")).chain(env::split_paths(&before));
        let tools = Self {
            path: env::join_paths(folders)?,
            python_path: folder.join("python"),
        };
        if !quietly(&mut tools.command("python3", &["-m", "ziglang", "version"])) {
            let target = tools.python_path.as_os_str();
            commands::downloading("zig comes from PyPI", || {
                let mut pip = Command::new("python3");
                pip.args(["-m", "pip", "install", "--quiet", "--target"]);
                pip.arg(target).arg(ZIG);
                pip
            })
            .map_err(|error| anyhow!(error))?;
        }
        if !quietly(&mut tools.command("cargo-zigbuild", &["--version"])) {
            commands::downloading("cargo-zigbuild comes from crates.io", || {
                let mut install = Command::new(cargo());
                install.args(["install", "--locked", "cargo-zigbuild", "--root"]);
                install.arg(&folder);
                install
            })
            .map_err(|error| anyhow!(error))?;
        }
        Ok(tools)
    }

    /// A command whose path includes the tools.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments);
        command.env("PATH", &self.path);
        command.env("PYTHONPATH", &self.python_path);
        command
    }

    /// Builds the program for a target.
    ///
    /// # Errors
    /// If rustup doesn't have the target, or the build fails.
    pub fn build(&self, release: &Release, target: &'static Target) -> anyhow::Result<Program> {
        let triple = target.triple;
        if !quietly(&mut self.command("rustup", &["target", "add", triple])) {
            bail!("`rustup target add {triple}` failed");
        }
        let mut flags = vec![
            format!("--remap-path-prefix={}=/zhize", release.root.display()),
            format!("--remap-path-prefix={}=/cargo", cargo_home()?.display()),
        ];
        if target.is_windows() {
            let resource = self.compile_resource(release)?;
            flags.push(format!("-Clink-arg={}", resource.display()));
        }
        let built = release.work.join("build");
        let mut build = self.command(
            "cargo-zigbuild",
            &["zigbuild", "--profile=dist", "--locked"],
        );
        build
            .args(["--package", "zhize", "--bin", "zhize", "--target", triple])
            .arg("--target-dir")
            .arg(&built)
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
            .env("SOURCE_DATE_EPOCH", release.time.to_string())
            .env("ZHIZE_COMMIT", &release.commit)
            .current_dir(&release.root);
        commands::shown_within(BUILD_LIMIT, &mut build).map_err(|error| anyhow!(error))?;
        let path = built.join(triple).join("dist").join(target.program);
        let bytes = fs::read(&path).with_context(|| format!("{} is missing", path.display()))?;
        Ok(Program {
            target,
            path,
            bytes,
        })
    }

    /// Compiles the resources that Windows shows of the program, and returns
    /// their path.
    fn compile_resource(&self, release: &Release) -> anyhow::Result<PathBuf> {
        let script = windows::write_resource(release)?;
        let compiled = script.with_extension("res");
        let mut compile = self.command("python3", &["-m", "ziglang", "rc"]);
        compile.args(["/:auto-includes", "gnu", "/fo"]);
        compile.arg(&compiled).arg("--").arg(&script);
        commands::shown(&mut compile).map_err(|error| anyhow!(error))?;
        Ok(compiled)
    }

    /// Compiles the library that Wine lacks, and returns its path.
    ///
    /// # Errors
    /// If zig fails.
    pub fn compile_library(&self, release: &Release) -> anyhow::Result<PathBuf> {
        let compiled = release.work.join(LIBRARY);
        let mut compile = self.command("python3", &["-m", "ziglang", "cc"]);
        compile
            .args(["-target", "x86_64-windows-gnu", "-shared", "-O1", "-o"])
            .arg(&compiled)
            .arg(release.root.join("xtask/dist/bcryptprimitives.c"))
            .arg("-ladvapi32");
        commands::shown(&mut compile).map_err(|error| anyhow!(error))?;
        Ok(compiled)
    }
}

fn cargo_home() -> anyhow::Result<PathBuf> {
    if let Some(home) = env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = env::home_dir().context("there is no home folder, and CARGO_HOME is not set")?;
    Ok(home.join(".cargo"))
}
