//! `cargo xtask wasm`: builds the search module and re-encodes it for old
//! browsers.
//!
//! LLVM reserves five bytes for the table index of every indirect call, so that
//! the linker can fill it in. Chromium before 85 reads a single zero byte there
//! and refuses the module ("expected table index 0"). Rust's precompiled
//! standard library has such calls too, so compiler flags alone don't help.
//! Therefore the finished module is rewritten with the shortest encoding of
//! everything, and validated against exactly the features that are allowed.
//!
//! The standard library is compiled with the module, without its panic
//! messages: a browser can only trap on a panic, and the messages are a fifth
//! of the download of every first search. Cargo calls that unstable, so the
//! module is built with `RUSTC_BOOTSTRAP`. Nothing else is, and the module is
//! committed.

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, anyhow, bail, ensure};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{CodeSection, CustomSection, Function, Module};
use wasmparser::{CustomSectionReader, FunctionBody, Operator, Parser, Payload};

use crate::module_check::{self, MODULE, PACKED, SECTION};
use crate::toolchain;

/// Builds the module and writes it to its committed path.
pub fn build(root: &Path) -> anyhow::Result<()> {
    ensure!(
        toolchain::ensure_wasm_target(),
        "the target {0} is not installed and could not be added; `rustup target add {0}` does it where rustup can download",
        toolchain::WASM_TARGET
    );
    ensure!(
        toolchain::ensure_library_sources(),
        "the standard library's sources are not installed and could not be added; `rustup component add rust-src` does it where rustup can download"
    );
    let status = Command::new(toolchain::cargo())
        .args(["build", "--locked", "--package", "zhize-search-wasm"])
        .args(["--profile", "wasm", "--target", toolchain::WASM_TARGET])
        .args(["-Zbuild-std=std,panic_abort", "-Zpanic-immediate-abort"])
        .arg("-Zbuild-std-features=optimize_for_size")
        .args(["--config", "profile.wasm.panic=\"immediate-abort\""])
        .env("RUSTC_BOOTSTRAP", "1")
        .env(
            "RUSTFLAGS",
            format!(
                "{} -Zlocation-detail=none -Zfmt-debug=none -Zunstable-options -Cpanic=immediate-abort",
                remap_flags(root)
            ),
        )
        .current_dir(root)
        .status()
        .context("cargo could not be started")?;
    ensure!(status.success(), "the module did not compile");
    let compiled = toolchain::target_folder(root)
        .join(toolchain::WASM_TARGET)
        .join("wasm/zhize_search_wasm.wasm");
    let raw = fs::read(&compiled).with_context(|| format!("{}", compiled.display()))?;

    let sources = module_check::source_hash(root).map_err(|error| anyhow!(error))?;
    let module = encode_anew(&raw, &sources)?;
    if let Err(error) = module_check::validate(&module) {
        bail!("the module {error}");
    }
    let path = root.join(MODULE);
    fs::create_dir_all(path.parent().expect("the module's path has a folder"))?;
    fs::write(&path, &module)?;
    // Compressed once here, as strongly as possible, for every site that is
    // built.
    let packed = compress(&module).context("compressing in memory")?;
    fs::write(root.join(PACKED), &packed)?;
    println!(
        "{MODULE}: {} bytes, {} compressed (the compiler wrote {})",
        module.len(),
        packed.len(),
        raw.len()
    );
    Ok(())
}

/// The module as a zlib stream, which browsers unpack by themselves. LZMA is an
/// eighth smaller, but only a script can unpack it: on a phone that takes longer
/// than the bytes that it saves.
fn compress(module: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    zopfli::compress(
        zopfli::Options::default(),
        zopfli::Format::Zlib,
        module,
        &mut packed,
    )?;
    Ok(packed)
}

/// The same module with the shortest encoding, without the compiler's own
/// sections, and with the hash of its sources.
fn encode_anew(raw: &[u8], sources: &str) -> anyhow::Result<Vec<u8>> {
    let mut module = Module::new();
    let parameters =
        parameters(raw).map_err(|error| anyhow!("the compiled module can't be read: {error}"))?;
    let mut shortest = Shortest {
        parameters: parameters.into_iter(),
    };
    shortest
        .parse_core_module(&mut module, Parser::new(0), raw)
        .map_err(|error| anyhow!("the compiled module can't be read: {error}"))?;
    module.section(&CustomSection {
        name: SECTION.into(),
        data: sources.as_bytes().into(),
    });
    Ok(module.finish())
}

/// The number of parameters of each function that has a body.
fn parameters(raw: &[u8]) -> wasmparser::Result<Vec<u32>> {
    let mut types: Vec<u32> = Vec::new();
    let mut parameters = Vec::new();
    for payload in Parser::new(0).parse_all(raw) {
        match payload? {
            Payload::TypeSection(section) => {
                for function in section.into_iter_err_on_gc_types() {
                    types.push(function?.params().len() as u32);
                }
            }
            Payload::FunctionSection(section) => {
                for function in section {
                    parameters.push(types[function? as usize]);
                }
            }
            _ => {}
        }
    }
    Ok(parameters)
}

/// Re-encodes everything as it is, except custom sections: a browser has no use
/// for `name`, `producers` and `target_features`. Local variables are numbered
/// by how often they are used, so that functions resemble each other, which
/// makes the compressed module one per cent smaller.
struct Shortest {
    /// The number of parameters of each function whose body is still to come.
    parameters: std::vec::IntoIter<u32>,
}

/// The local variable that an instruction uses.
fn local_of<'o>(operator: &'o mut Operator) -> Option<&'o mut u32> {
    match operator {
        Operator::LocalGet { local_index }
        | Operator::LocalSet { local_index }
        | Operator::LocalTee { local_index } => Some(local_index),
        _ => None,
    }
}

impl Reencode for Shortest {
    type Error = Infallible;

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        let parameters = self.parameters.next().expect("a body has a type");
        let mut types: Vec<wasmparser::ValType> = Vec::new();
        for group in body.get_locals_reader()? {
            let (count, kind) = group?;
            types.extend(std::iter::repeat_n(kind, count as usize));
        }
        let mut uses = vec![0u32; types.len()];
        for operator in body.get_operators_reader()? {
            if let Some(local) = local_of(&mut operator?)
                && *local >= parameters
            {
                uses[(*local - parameters) as usize] += 1;
            }
        }
        let mut order: Vec<usize> = (0..types.len()).filter(|&at| uses[at] > 0).collect();
        // Variables of one type are declared together.
        let first_of_type = |at: usize| types.iter().position(|kind| *kind == types[at]);
        order.sort_by_key(|&at| (first_of_type(at), std::cmp::Reverse(uses[at])));
        let mut numbers = vec![0; types.len()];
        let mut declared = Vec::new();
        for (number, &at) in (parameters..).zip(&order) {
            numbers[at] = number;
            declared.push(self.val_type(types[at])?);
        }
        let mut function = Function::new_with_locals_types(declared);
        for operator in body.get_operators_reader()? {
            let mut operator = operator?;
            if let Some(local) = local_of(&mut operator)
                && *local >= parameters
            {
                *local = numbers[(*local - parameters) as usize];
            }
            function.instruction(&self.instruction(operator)?);
        }
        code.function(&function);
        Ok(())
    }

    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: CustomSectionReader<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        Ok(())
    }
}

/// Shortens the paths in panic messages: they must not reveal the machine on
/// which the module was compiled, and every byte is downloaded.
fn remap_flags(root: &Path) -> String {
    let mut prefixes = vec![root.to_owned()];
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    // One folder for each registry, named after its host.
    if let Some(home) = home
        && let Ok(registries) = fs::read_dir(home.join("registry/src"))
    {
        prefixes.extend(registries.flatten().map(|registry| registry.path()));
    }
    let flags = prefixes
        .iter()
        .map(|prefix| format!("--remap-path-prefix={}/=", prefix.display()));
    flags.collect::<Vec<_>>().join(" ")
}
/// Builds the module and compares it with the committed one, which is not
/// changed.
///
/// # Errors
/// If it can't be built, or differs: because of other sources, or because of a
/// compiler that generates other code.
pub fn compare(root: &Path) -> anyhow::Result<()> {
    let paths = [MODULE, PACKED].map(|path| root.join(path));
    let committed = paths.each_ref().map(fs::read);
    build(root)?;
    for (path, committed) in paths.iter().zip(committed) {
        let committed = committed.with_context(|| format!("{}", path.display()))?;
        let built = fs::read(path)?;
        fs::write(path, &committed)?;
        ensure!(
            built == committed,
            "{} is not what its sources give with this compiler",
            path.display()
        );
    }
    println!("the committed module is what its sources give");
    Ok(())
}
