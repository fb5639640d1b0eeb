//! `cargo xtask fuzz`: builds a target of `fuzz/` with coverage counters and
//! lets libFuzzer mutate inputs.
//!
//! Stable Rust can do this: the compiler passes the options for counters on to
//! LLVM. `cargo fuzz` needs a nightly compiler only for the sanitizers, which
//! find faults of unsafe code.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::toolchain;

/// What `cargo fuzz --sanitizer none` passes to the compiler.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// An input that takes longer is a find, in seconds: most take milliseconds.
const LONGEST: &str = "20";

/// Largest input in bytes. What grows with the square of its size shows at this
/// size.
const LARGEST: &str = "65536";

/// An input that takes more memory than this is a find, in megabytes. Pictures
/// may take 768.
const MOST_MEMORY: &str = "2048";

/// Mutates inputs of a target for this many seconds, or until one is found that
/// panics or takes too much. The inputs that reach new code stay in
/// `target/fuzz`, and the next run goes on with them.
///
/// # Errors
/// When the target can't be built, or such an input was found.
pub fn run(root: &Path, target: &str, seconds: &str) -> anyhow::Result<()> {
    let folder = toolchain::target_folder(root).join("fuzz");
    let built = folder.join("build");
    let host = host()?;
    // With a named target, the compiler's plugins and build scripts don't get
    // the counters.
    let status = Command::new(toolchain::cargo())
        .args(["build", "--release", "--locked", "--manifest-path"])
        .arg(root.join("fuzz/Cargo.toml"))
        .args(["--bin", target, "--target", &host, "--target-dir"])
        .arg(&built)
        .env("RUSTFLAGS", FLAGS)
        .status()?;
    ensure!(status.success(), "{target} could not be built");
    let corpus = folder.join("corpus").join(target);
    let found = folder.join("found").join(target);
    for folder in [&corpus, &found] {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let words = folder.join("words.dict");
    fs::write(&words, dictionary(&root.join("fuzz/words.json"))?)?;
    let status = Command::new(built.join(&host).join("release").join(target))
        .arg(&corpus)
        .arg(root.join("fuzz/seeds").join(target))
        .arg(format!("-artifact_prefix={}/", found.display()))
        .arg(format!("-dict={}", words.display()))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={LONGEST}"))
        .arg(format!("-max_len={LARGEST}"))
        .arg(format!("-rss_limit_mb={MOST_MEMORY}"))
        .arg("-print_final_stats=1")
        .status()?;
    ensure!(
        status.success(),
        "{target}: an input that panics or takes too much is in {}; once mended, it moves to fuzz/seeds/{target}",
        found.display()
    );
    Ok(())
}

/// Mutates inputs of every target, one after another, for this many seconds
/// each. A find in one doesn't stop the others.
///
/// # Errors
/// When a target can't be built, or such inputs were found: for all of them.
pub fn run_all(root: &Path, seconds: &str) -> anyhow::Result<()> {
    let folder = root.join("fuzz/fuzz_targets");
    let files = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut targets = Vec::new();
    for file in files {
        let path = file?.path();
        targets.extend(
            path.file_stem()
                .map(|stem| stem.to_string_lossy().into_owned()),
        );
    }
    targets.sort();
    let mut faults = Vec::new();
    for target in &targets {
        println!("{target}:");
        faults.extend(
            run(root, target, seconds)
                .err()
                .map(|error| format!("{error:#}")),
        );
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// The kind of this machine, as the compiler calls it.
fn host() -> anyhow::Result<String> {
    let output = Command::new("rustc").arg("-vV").output()?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc doesn't say its host")?.to_owned())
}

/// The list of words in the form that libFuzzer reads: bytes in hexadecimal.
fn dictionary(words: &Path) -> anyhow::Result<String> {
    let words: Vec<String> = serde_json::from_slice(&fs::read(words)?)?;
    let mut text = String::new();
    for word in words {
        text.push('"');
        for byte in word.bytes() {
            let _ = write!(text, "\\x{byte:02x}");
        }
        text.push_str("\"\n");
    }
    Ok(text)
}
