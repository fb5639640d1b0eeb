//! Lists the packages that the program is made of, with their licences, for
//! people (notices) and for machines (CycloneDX).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::release::Release;
use super::targets::TARGETS;
use crate::toolchain::cargo;

/// A package that is linked into the program on at least one target.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    license: String,
    checksum: Option<String>,
    folder: PathBuf,
}

/// `THIRD-PARTY.txt`: every package with its licence, and each licence text
/// once, with the packages that contain it.
///
/// # Errors
/// If cargo fails, or a package states no licence.
pub fn notices(root: &Path) -> anyhow::Result<String> {
    let packages = packages(root)?;
    let mut notices = String::from(
        "zhize contains the packages below. What they are licensed under stands beside them;\nthe texts that come with them follow.\n\n",
    );
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in &packages {
        let named = format!("{} {}", package.name, package.version);
        let _ = writeln!(notices, "{named}: {}", package.license);
        for text in license_texts(&package.folder)? {
            texts.entry(text).or_default().insert(named.clone());
        }
    }
    for (text, named) in texts {
        let named: Vec<String> = named.into_iter().collect();
        let _ = write!(
            notices,
            "\n{}\n{}\n\n{text}\n",
            "=".repeat(78),
            named.join(", ")
        );
    }
    Ok(notices)
}

/// A list of the components in the form of CycloneDX 1.6.
///
/// # Errors
/// As [`notices`].
pub fn sbom(release: &Release) -> anyhow::Result<String> {
    let components: Vec<Value> = packages(&release.root)?
        .iter()
        .map(|package| {
            let Package { name, version, .. } = package;
            let mut component = json!({
                "type": "library",
                "bom-ref": format!("pkg:cargo/{name}@{version}"),
                "name": name,
                "version": version,
                "purl": format!("pkg:cargo/{name}@{version}"),
                "licenses": [{ "expression": package.license.replace('/', " OR ") }],
            });
            if let Some(checksum) = &package.checksum {
                component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
            }
            component
        })
        .collect();
    let bom = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": { "type": "application", "name": "zhize", "version": release.version,
                           "bom-ref": format!("pkg:cargo/zhize@{}", release.version) },
        },
        "components": components,
    });
    Ok(format!("{bom:#}\n"))
}

/// The packages for all targets of a release, by name, without those that are
/// only for building or testing.
fn packages(root: &Path) -> anyhow::Result<BTreeSet<Package>> {
    let checksums = checksums(root)?;
    let mut found = BTreeSet::new();
    for target in &TARGETS {
        let output = Command::new(cargo())
            .args(["metadata", "--format-version=1", "--locked"])
            .args(["--filter-platform", target.triple])
            .current_dir(root)
            .output()?;
        if !output.status.success() {
            bail!(
                "cargo metadata: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        let metadata: Value = serde_json::from_slice(&output.stdout)?;
        for id in linked(&metadata)? {
            let package = list(&metadata["packages"])
                .find(|package| package["id"] == id.as_str())
                .context("cargo's graph names a package that it doesn't list")?;
            // Our own crates have our own licence.
            if package["source"].is_null() {
                continue;
            }
            let [name, version, manifest] = ["name", "version", "manifest_path"]
                .map(|key| package[key].as_str().unwrap_or_default().to_owned());
            let Some(license) = package["license"].as_str() else {
                bail!("{name} {version} states no licence");
            };
            found.insert(Package {
                license: license.to_owned(),
                checksum: checksums.get(&(name.clone(), version.clone())).cloned(),
                folder: Path::new(&manifest).parent().unwrap_or(root).to_owned(),
                name,
                version,
            });
        }
    }
    Ok(found)
}

/// The ids of what is linked into the program: everything reached through
/// normal dependencies.
fn linked(metadata: &Value) -> anyhow::Result<BTreeSet<String>> {
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"]["nodes"])
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let program = list(&metadata["packages"])
        .find(|package| package["name"] == "zhize")
        .and_then(|package| package["id"].as_str())
        .context("cargo doesn't list zhize")?;
    let mut open = vec![program];
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !found.insert(id.to_owned()) {
            continue;
        }
        for dependency in nodes
            .get(id)
            .into_iter()
            .flat_map(|node| list(&node["deps"]))
        {
            if list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null()) {
                open.extend(dependency["pkg"].as_str());
            }
        }
    }
    Ok(found)
}

/// The checksums of Cargo.lock, by name and version.
fn checksums(root: &Path) -> anyhow::Result<BTreeMap<(String, String), String>> {
    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    let value = |block: &str, key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.trim_matches([' ', '=', '"']).to_owned())
    };
    Ok(lock
        .split("[[package]]")
        .filter_map(|block| {
            let name = (value(block, "name")?, value(block, "version")?);
            Some((name, value(block, "checksum")?))
        })
        .collect())
}

/// The texts of the licences and notices in a package's folder.
fn license_texts(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        let told = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"]
            .iter()
            .any(|word| name.starts_with(word));
        if told && entry.file_type()?.is_file() {
            let bytes = fs::read(entry.path())?;
            texts.push(
                String::from_utf8_lossy(&bytes)
                    .replace("\r\n", "\n")
                    .trim()
                    .to_owned(),
            );
        }
    }
    texts.sort_unstable();
    Ok(texts)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
