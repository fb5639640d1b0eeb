//! A wheel for PyPI that contains the program: `pipx run zhize`.

use std::fmt::Write as _;
use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::archive::{Entry, zip};
use super::release::{Program, Release};

/// Writes the wheel according to the standard of binary distributions
/// (packaging.python.org, "Binary distribution format").
///
/// # Errors
/// When it can't be written.
pub fn write(release: &Release, program: &Program) -> anyhow::Result<()> {
    let target = program.target;
    let version = &release.version;
    let about = format!("zhize-{version}.dist-info");
    let mut entries = vec![Entry::program(
        format!("zhize-{version}.data/scripts/{}", target.program),
        program.bytes.clone(),
    )];
    for (name, bytes) in &release.papers {
        entries.push(Entry::plain(
            format!("{about}/licenses/{name}"),
            bytes.clone(),
        ));
    }
    entries.push(Entry::plain(
        format!("{about}/METADATA"),
        format!(
            "Metadata-Version: 2.4\nName: zhize\nVersion: {version}\n\
             Summary: Turns a tree of regulations, practices and cases into a static, searchable Chinese knowledge base\n\
             License-Expression: MIT OR Apache-2.0\nRequires-Python: >=3.8\n"
        ),
    ));
    let mut wheel = String::from("Wheel-Version: 1.0\nGenerator: zhize\nRoot-Is-Purelib: false\n");
    for platform in target.wheel.split('.') {
        let _ = writeln!(wheel, "Tag: py3-none-{platform}");
    }
    entries.push(Entry::plain(format!("{about}/WHEEL"), wheel));
    let mut record = String::new();
    for entry in &entries {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(&entry.bytes));
        let _ = writeln!(record, "{},sha256={hash},{}", entry.path, entry.bytes.len());
    }
    let _ = writeln!(record, "{about}/RECORD,,");
    entries.push(Entry::plain(format!("{about}/RECORD"), record));
    let name = format!("zhize-{version}-py3-none-{}.whl", target.wheel);
    fs::write(release.out.join(name), zip(&entries)?)?;
    Ok(())
}
