//! Packages for npm: one with the command, and one per target with the program,
//! of which npm installs the one that fits.

use std::fs;

use serde_json::{Map, Value, json};

use super::archive::{Entry, tar_gz};
use super::release::{Program, Release};
use super::targets::Target;

/// Starts the program from the package for this machine.
const START: &str = r#"#!/usr/bin/env node
"use strict";
const { spawnSync } = require("child_process");
const name = `zhize-${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${name}/${process.platform === "win32" ? "zhize.exe" : "zhize"}`);
} catch {
  console.error(`本机（${process.platform} ${process.arch}）没有可用的程序：软件包 ${name} 未安装。请重新安装，不使用 --omit=optional 选项。`);
  process.exit(2);
}
const ended = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (ended.error) {
  console.error(`程序不能启动：${ended.error.message}`);
  process.exit(2);
}
process.exit(ended.status === null ? 2 : ended.status);
"#;

fn name(target: &Target) -> String {
    format!("zhize-{}-{}", target.npm.0, target.npm.1)
}

/// The package for one target.
///
/// # Errors
/// When it can't be written.
pub fn write_platform(release: &Release, program: &Program) -> anyhow::Result<()> {
    let target = program.target;
    let about = json!({
        "name": name(target),
        "version": release.version,
        "description": format!("zhize for {}", target.name),
        "license": "MIT OR Apache-2.0",
        "os": [target.npm.0],
        "cpu": [target.npm.1],
        "preferUnplugged": true,
    });
    let mut entries = vec![
        Entry::plain("package/package.json", pretty(&about)),
        Entry::program(format!("package/{}", target.program), program.bytes.clone()),
    ];
    add_papers(release, &mut entries);
    write_package(release, &name(target), &entries)
}

/// The package that people install.
///
/// # Errors
/// When it can't be written.
pub fn write_command(release: &Release, programs: &[Program]) -> anyhow::Result<()> {
    let platforms: Map<String, Value> = programs
        .iter()
        .map(|program| (name(program.target), json!(release.version)))
        .collect();
    let about = json!({
        "name": "zhize",
        "version": release.version,
        "description": "知责：由法规制度、做法、案例和术语生成可全文检索的静态网站",
        "license": "MIT OR Apache-2.0",
        "bin": { "zhize": "zhize.js" },
        "engines": { "node": ">=14" },
        "optionalDependencies": platforms,
    });
    let mut entries = vec![
        Entry::plain("package/package.json", pretty(&about)),
        Entry::program("package/zhize.js", START),
    ];
    add_papers(release, &mut entries);
    write_package(release, "zhize", &entries)
}

fn add_papers(release: &Release, entries: &mut Vec<Entry>) {
    for (name, bytes) in &release.papers {
        entries.push(Entry::plain(format!("package/{name}"), bytes.clone()));
    }
}

fn write_package(release: &Release, name: &str, entries: &[Entry]) -> anyhow::Result<()> {
    let file = format!("{name}-{}.tgz", release.version);
    fs::write(release.out.join(file), tar_gz(entries, release.time)?)?;
    Ok(())
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
