//! Checks that the committed search module matches its sources and runs in old
//! browsers. Shared by the task and by `tests/tidy.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use miniz_oxide::inflate::decompress_to_vec_zlib;
use sha2::{Digest as _, Sha256};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

/// Where the module is committed.
pub const MODULE: &str = "src/browser_engine/engine.wasm";

/// Where the compressed module (zlib) is committed, which sites ship.
pub const PACKED: &str = "src/browser_engine/engine.bin";

/// The custom section that holds the hash of its sources.
pub const SECTION: &str = "zhize.sources";

/// What is hashed: these files, and every `.rs` file below these folders.
const SOURCES: [&str; 4] = [
    "crates/search/Cargo.toml",
    "crates/search/src",
    "crates/search-wasm/Cargo.toml",
    "crates/search-wasm/src",
];

/// The features of Chromium 83 beyond the first version of WebAssembly.
/// Reference types and multiple results came later.
pub fn allowed_features() -> WasmFeatures {
    WasmFeatures::MVP
        | WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::BULK_MEMORY
}

/// Checks the committed module.
///
/// # Errors
/// A sentence with the remedy, if it is missing, was built from other sources,
/// or would not run in every supported browser.
pub fn check(root: &Path) -> Result<(), String> {
    let path = root.join(MODULE);
    let module = fs::read(&path).map_err(|error| {
        format!("{MODULE} can't be read ({error}); build it with `cargo xtask wasm`")
    })?;
    validate(&module).map_err(|error| format!("{MODULE}: {error}"))?;
    let packed = fs::read(root.join(PACKED)).unwrap_or_default();
    if !decompress_to_vec_zlib(&packed).is_ok_and(|unpacked| unpacked == module) {
        return Err(format!(
            "{PACKED} is not {MODULE} compressed; build both with `cargo xtask wasm`"
        ));
    }
    let built_from = sources_section(&module)?;
    let now = source_hash(root)?;
    if built_from != now {
        return Err(format!(
            "{MODULE} was built from other sources ({}…) than those that are here ({}…); \
             build it again with `cargo xtask wasm` and commit it",
            &built_from[..12.min(built_from.len())],
            &now[..12]
        ));
    }
    Ok(())
}

/// Checks that a module uses only features of the oldest supported browser, and
/// imports nothing from its host.
///
/// # Errors
/// The feature that it uses, and where.
pub fn validate(module: &[u8]) -> Result<(), String> {
    Validator::new_with_features(allowed_features())
        .validate_all(module)
        .map_err(|error| format!("not valid for Chromium 83: {error}"))?;
    for payload in Parser::new(0).parse_all(module) {
        match payload.map_err(|error| error.to_string())? {
            Payload::ImportSection(imports) if imports.count() > 0 => {
                return Err("imports something, but its host gives nothing".to_owned());
            }
            _ => {}
        }
    }
    Ok(())
}

fn sources_section(module: &[u8]) -> Result<String, String> {
    for payload in Parser::new(0).parse_all(module) {
        if let Ok(Payload::CustomSection(section)) = payload
            && section.name() == SECTION
        {
            return Ok(String::from_utf8_lossy(section.data()).into_owned());
        }
    }
    Err(format!(
        "{MODULE} does not say what it was built from; build it with `cargo xtask wasm`"
    ))
}

/// SHA-256, in hex, of the paths and texts of the sources, in order of their
/// paths. Line endings are normalised, because Git may change them.
///
/// If a source can't be read.
pub fn source_hash(root: &Path) -> Result<String, String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&root.join(source), &mut files)
            .map_err(|error| format!("{source} can't be read: {error}"))?;
    }
    let mut named: Vec<(String, PathBuf)> = files
        .into_iter()
        .map(|file| {
            let relative = file.strip_prefix(root).unwrap_or(&file);
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            (parts.join("/"), file)
        })
        .collect();
    named.sort();
    let mut hash = Sha256::new();
    for (name, file) in named {
        let text = fs::read_to_string(&file).map_err(|error| format!("{name}: {error}"))?;
        let text = text.replace("\r\n", "\n");
        // Lengths make the boundaries between texts part of the hash.
        for part in [&name, &text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    Ok(hex(&hash.finalize()))
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?.path();
            if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "rs") {
                collect(&entry, files)?;
            }
        }
        Ok(())
    } else {
        files.push(path.to_owned());
        Ok(())
    }
}
