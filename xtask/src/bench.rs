//! `cargo xtask bench FOLDER`: what a site costs to build, to store and to
//! search. It prints figures and doesn't judge them.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::toolchain;

/// Builds the site in `folder` with the program as it is distributed and measures it. Queries
/// are read from a file (`id<Tab>query`), or drawn from the pages.
pub fn run(root: &Path, folder: &Path, queries: Option<&Path>) -> anyhow::Result<()> {
    let folder = folder
        .canonicalize()
        .with_context(|| format!("{}", folder.display()))?;
    let compiled = Command::new(toolchain::cargo())
        .args(["build", "--profile=dist", "--package", "zhize"])
        .current_dir(root)
        .status()?;
    ensure!(compiled.success(), "zhize did not compile");
    let output = toolchain::target_folder(root).join("bench-site");
    if output.exists() {
        fs::remove_dir_all(&output)?;
    }
    let program = toolchain::target_folder(root).join("dist/zhize");
    println!(
        "\nbuild of {} (three runs, the first without an index)",
        folder.display()
    );
    println!("{:>10}{:>12}{:>14}", "wall s", "user+sys s", "peak MiB");
    for _ in 0..3 {
        let figures = measured(
            Command::new(&program)
                .args(["build", "--quiet", "--clean", "--root"])
                .arg(&folder)
                .arg("--output")
                .arg(&output),
        )?;
        println!("{figures}");
    }
    sizes(&folder, &output)?;
    println!();
    let mut bench = Command::new(toolchain::cargo());
    bench.args(["bench", "--quiet", "--bench", "queries", "--"]);
    bench.arg(&output).current_dir(root);
    if let Some(queries) = queries {
        bench.arg(
            queries
                .canonicalize()
                .with_context(|| format!("{}", queries.display()))?,
        );
    }
    ensure!(
        bench.status()?.success(),
        "the queries could not be measured"
    );
    Ok(())
}

fn sizes(folder: &Path, output: &Path) -> anyhow::Result<()> {
    let mut text = 0;
    each_file(&folder.join("content"), &mut |path| {
        if path.extension().is_some_and(|ending| ending == "md") {
            text += fs::metadata(path)?.len();
        }
        Ok(())
    })?;
    let (mut site, mut files, mut index, mut index_files, mut twins) = (0, 0, 0, 0, 0);
    let mut first = 0;
    each_file(output, &mut |path| {
        let bytes = fs::metadata(path)?.len();
        site += bytes;
        files += 1;
        let name = path.strip_prefix(output).unwrap_or(path);
        let below = |folder: &str| name.starts_with(folder);
        let ends = |ending: &str| name.to_string_lossy().ends_with(ending);
        if below("search") && ends(".bin") {
            index += bytes;
            index_files += 1;
        } else if below("search") && ends(".js") {
            twins += bytes;
        }
        if below("assets")
            && ((name.to_string_lossy().contains("engine.") && ends(".bin")) || is_script(name))
        {
            let deflated = miniz_oxide::deflate::compress_to_vec(&fs::read(path)?, 9).len();
            println!("{:<44}{bytes:>12}, {deflated} deflated", name.display());
            first += deflated;
        }
        Ok(())
    })?;
    println!("{:<44}{first:>12}", "module and script, deflated");
    println!("{:<44}{text:>12}", "content, bytes");
    println!("{:<44}{site:>12} in {files} files", "site, bytes");
    println!(
        "{:<44}{index:>12} in {index_files} files",
        "search index, bytes"
    );
    if text > 0 {
        println!(
            "{:<44}{:>12.2}",
            "search index / content",
            index as f64 / text as f64
        );
    }
    println!("{:<44}{twins:>12}", "its twins for file://, bytes");
    Ok(())
}

/// Whether an asset is the script of every page and not the module's twin.
fn is_script(name: &Path) -> bool {
    let name = name.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("site.") && name.ends_with(".js")
}

fn each_file(
    folder: &Path,
    visit: &mut impl FnMut(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_dir() {
            each_file(&entry.path(), visit)?;
        } else {
            visit(&entry.path())?;
        }
    }
    Ok(())
}

struct Figures {
    wall: Duration,
    cpu: Option<f64>,
    peak_kib: Option<u64>,
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let cpu = self.cpu.map_or("?".to_owned(), |cpu| format!("{cpu:.2}"));
        let peak = self.peak_kib.map_or("?".to_owned(), |peak| {
            format!("{:.0}", peak as f64 / 1024.0)
        });
        write!(f, "{:>10.2}{cpu:>12}{peak:>14}", self.wall.as_secs_f64())
    }
}

/// Runs a command and asks the system which resources it used. Only Linux
/// reports them.
fn measured(command: &mut Command) -> anyhow::Result<Figures> {
    let started = Instant::now();
    let mut child = command.spawn()?;
    let (mut cpu, mut peak_kib) = (None, None);
    // The last sample is at most two milliseconds before the end; usage only
    // grows.
    let status = loop {
        cpu = cpu_seconds(&child).or(cpu);
        peak_kib = peak(&child).or(peak_kib);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(Figures {
        wall: started.elapsed(),
        cpu,
        peak_kib,
    })
}

fn peak(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn cpu_seconds(child: &Child) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    // The name in parentheses may contain anything; the fields after it may
    // not.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    // Linux counts a hundred ticks per second for every program.
    Some(ticks as f64 / 100.0)
}
