//! Tasks that need logic. `cargo xtask` lists them.
// Tasks are not part of the program, and work in the repository's own folders.
#![allow(clippy::disallowed_methods)]

mod bench;
mod commands;
mod dist;
mod fuzz;
mod gate;
mod module_check;
mod supply;
mod toolchain;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};

const TASKS: &str = "\
cargo xtask test           every check and test of the repository, as CI runs them
cargo xtask wasm           builds the browser's search module anew
cargo xtask wasm --check   whether the committed module fits its sources and old browsers
cargo xtask office         the importer's tests with LibreOffice, which must be installed
cargo xtask wasm --compare builds it and holds it against the committed one
cargo xtask supply         licences and sources of all dependencies, without the network
cargo xtask notices        what the program contains of others, with their licences
cargo xtask fuzz TARGET|--all [SECONDS]
                           mutates inputs of a target of fuzz/, or of each of them,
                           led by what they reach
cargo xtask bench FOLDER [QUERIES.tsv]
                           build time, memory, index sizes and bytes per query of a site
cargo xtask dist [TARGET…] [--verify[=TRIAL,…]]
                           the program as archives and packages for other machines;
                           trials: sites, packages, tests, twice; all if none is named
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["test"] => {
            if !gate::run(&root()) {
                bail!("not everything passed");
            }
            Ok(())
        }
        ["wasm"] => wasm::build(&root()),
        ["wasm", "--check"] => {
            module_check::check(&root()).map_err(|error| anyhow!(error))?;
            println!("{} is up to date", module_check::MODULE);
            Ok(())
        }
        ["office"] => {
            let mut command = std::process::Command::new("cargo");
            command
                .args(["test", "--lib", "import::office"])
                .env("ZHIZE_NEEDS_SOFFICE", "1")
                .current_dir(root());
            commands::shown(&mut command).map_err(|error| anyhow!(error))
        }
        ["wasm", "--compare"] => wasm::compare(&root()),
        ["supply"] => {
            supply::check(&root()).map_err(|error| anyhow!(error))?;
            println!("every dependency is a registry's, under an allowed licence");
            Ok(())
        }
        ["notices"] => {
            print!("{}", dist::notices(&root())?);
            Ok(())
        }
        ["fuzz", "--all"] => fuzz::run_all(&root(), "60"),
        ["fuzz", "--all", seconds] => fuzz::run_all(&root(), seconds),
        ["fuzz", target] => fuzz::run(&root(), target, "60"),
        ["fuzz", target, seconds] => fuzz::run(&root(), target, seconds),
        ["bench", folder] => bench::run(&root(), Path::new(folder), None),
        ["bench", folder, queries] => {
            bench::run(&root(), Path::new(folder), Some(Path::new(queries)))
        }
        ["dist", ref rest @ ..] => dist::run(&root(), &dist::Options::read(rest)?),
        [] | ["help" | "-h" | "--help"] => {
            print!("{TASKS}");
            Ok(())
        }
        _ => bail!("no such task: {}\n{TASKS}", words.join(" ")),
    }
}

/// The repository's root.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}
