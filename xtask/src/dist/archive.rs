//! Archives with fixed times and owners, and checksums.

use std::fs::{self, File};
use std::io::{Cursor, Write as _};
use std::path::Path;

use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::release::{Program, Release};
use crate::module_check::hex;

/// A file in an archive.
pub struct Entry {
    pub path: String,
    pub bytes: Vec<u8>,
    pub executable: bool,
}

impl Entry {
    /// A file that is not executable.
    pub fn plain(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
            executable: false,
        }
    }

    /// An executable file.
    pub fn program(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            executable: true,
            ..Self::plain(path, bytes)
        }
    }

    /// A folder; its path ends with a slash.
    pub fn folder(path: impl Into<String>) -> Self {
        Self::program(path, Vec::new())
    }

    fn mode(&self) -> u32 {
        if self.executable { 0o755 } else { 0o644 }
    }
}

/// The archive for download: a zip for Windows, otherwise a tar.
///
/// # Errors
/// If it can't be written.
pub fn write(release: &Release, program: &Program) -> anyhow::Result<()> {
    let target = program.target;
    let folder = format!("zhize-{}-{}", release.version, target.name);
    let mut entries = vec![Entry::program(
        format!("{folder}/{}", target.program),
        program.bytes.clone(),
    )];
    for (name, bytes) in &release.papers {
        entries.push(Entry::plain(format!("{folder}/{name}"), bytes.clone()));
    }
    let (ending, bytes) = if target.is_windows() {
        ("zip", zip(&entries)?)
    } else {
        ("tar.gz", tar_gz(&entries, release.time)?)
    };
    fs::write(release.out.join(format!("{folder}.{ending}")), bytes)?;
    Ok(())
}

/// A compressed tar.
///
/// # Errors
/// If a path is too long for the format.
pub fn tar_gz(entries: &[Entry], time: u64) -> anyhow::Result<Vec<u8>> {
    // No name and no time in the gzip header.
    let packed = GzBuilder::new().write(Vec::new(), Compression::best());
    let mut builder = tar::Builder::new(packed);
    for entry in entries {
        let mut header = tar::Header::new_gnu();
        if entry.path.ends_with('/') {
            header.set_entry_type(tar::EntryType::Directory);
        }
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(entry.mode());
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        builder.append_data(&mut header, &entry.path, entry.bytes.as_slice())?;
    }
    Ok(builder.into_inner()?.finish()?)
}

/// A zip. All its files are dated 1 January 1980, the first day that zip can
/// store.
///
/// # Errors
/// If it would be too large for the format.
pub fn zip(entries: &[Entry]) -> anyhow::Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(entry.mode());
        writer.start_file(entry.path.as_str(), options)?;
        writer.write_all(&entry.bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// `SHA256SUMS`, as `sha256sum --check` reads it.
///
/// # Errors
/// If a file can't be read or written.
pub fn write_checksums(folder: &Path) -> anyhow::Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    let mut list = File::create(folder.join("SHA256SUMS"))?;
    for name in names {
        writeln!(list, "{}  {name}", sha256(&fs::read(folder.join(&name))?))?;
    }
    Ok(())
}

/// In hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
