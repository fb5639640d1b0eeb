//! Checks where the dependencies come from and which licences they have. Reads
//! `Cargo.lock` and cargo's own list, in seconds and without the network.

use std::fs;
use std::iter::Peekable;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::toolchain::cargo;

/// Licences under which the program may be distributed. Changed files under
/// MPL-2.0 would have to be offered as source; none is changed.
const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Checks that every package of `Cargo.lock`, including those for other systems
/// and for tests, comes from a registry, with a checksum, and has an allowed
/// licence.
///
/// # Errors
/// What is wrong, one problem per line.
pub fn check(root: &Path) -> Result<(), String> {
    let mut wrong = Vec::new();
    let lock = fs::read_to_string(root.join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock: {error}"))?;
    unlocked(&lock, &mut wrong);
    let output = Command::new(cargo())
        .args(["metadata", "--format-version=1", "--locked"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata: {error}"))?;
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let licence = package["license"].as_str().unwrap_or("none");
        if !is_allowed(licence) {
            let name = package["name"].as_str().unwrap_or_default();
            wrong.push(format!("{name}: licence {licence}"));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// Finds packages that are neither ours nor from a registry with a checksum.
fn unlocked(lock: &str, wrong: &mut Vec<String>) {
    for package in lock.split("[[package]]").skip(1) {
        let value = |key: &str| {
            let line = package.lines().find(|line| line.starts_with(key));
            line.and_then(|line| line.split('"').nth(1))
        };
        let name = value("name = ").unwrap_or_default();
        match (value("source = "), value("checksum = ")) {
            (None, None) | (Some(_), Some(_)) => {}
            _ => wrong.push(format!("{name}: no checksum")),
        }
        if value("source = ").is_some_and(|source| !source.starts_with("registry+")) {
            wrong.push(format!("{name}: comes from no registry"));
        }
    }
}

/// Whether an expression such as `(MIT OR Apache-2.0) AND Unicode-3.0` can be
/// satisfied with allowed licences only.
fn is_allowed(expression: &str) -> bool {
    // Older packages use a slash.
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace(" WITH ", "~");
    let words: Vec<String> = spaced
        .split_whitespace()
        .map(|word| word.replace('~', " WITH "))
        .collect();
    let mut rest = words.iter().map(String::as_str).peekable();
    either(&mut rest) == Some(true) && rest.next().is_none()
}

/// `None`, here and below, for what is not an expression.
fn either<'w, I: Iterator<Item = &'w str>>(rest: &mut Peekable<I>) -> Option<bool> {
    let mut allowed = both(rest)?;
    while rest.next_if_eq(&"OR").is_some() {
        allowed |= both(rest)?;
    }
    Some(allowed)
}

fn both<'w, I: Iterator<Item = &'w str>>(rest: &mut Peekable<I>) -> Option<bool> {
    let mut allowed = one(rest)?;
    while rest.next_if_eq(&"AND").is_some() {
        allowed &= one(rest)?;
    }
    Some(allowed)
}

fn one<'w, I: Iterator<Item = &'w str>>(rest: &mut Peekable<I>) -> Option<bool> {
    match rest.next()? {
        "(" => {
            let allowed = either(rest)?;
            (rest.next() == Some(")")).then_some(allowed)
        }
        name => Some(ALLOWED.contains(&name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_must_hold_an_allowed_licence() {
        for licence in [
            "MIT",
            "MIT OR Apache-2.0",
            "GPL-3.0 OR MIT",
            "Apache-2.0 / MIT / MPL-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0",
            "zlib-acknowledgement OR MIT",
        ] {
            assert!(is_allowed(licence), "{licence}");
        }
        for licence in [
            "",
            "none",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR Apache-2.0) AND LGPL-2.1",
            "MIT OR",
            "(MIT",
            "Apache-2.0 WITH Other-exception",
        ] {
            assert!(!is_allowed(licence), "{licence}");
        }
    }

    #[test]
    fn packages_come_from_a_registry_with_a_checksum() {
        let lock = "[[package]]\nname = \"a\"\n\n[[package]]\nname = \"b\"\nsource = \"registry+x\"\nchecksum = \"1\"\n\n\
                    [[package]]\nname = \"c\"\nsource = \"git+x\"\n\n[[package]]\nname = \"d\"\nsource = \"registry+x\"\n";
        let mut wrong = Vec::new();
        unlocked(lock, &mut wrong);
        let expected = [
            "c: no checksum",
            "c: comes from no registry",
            "d: no checksum",
        ];
        assert_eq!(wrong, expected);
    }
}
