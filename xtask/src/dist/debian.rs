//! A package for Debian and its derivatives (UOS, Kylin).

use std::fs;

use super::archive::{Entry, tar_gz};
use super::release::{Program, Release};

/// Where its files go. dpkg makes no folder that the package doesn't have.
const FOLDERS: [&str; 6] = [
    "./",
    "./usr/",
    "./usr/bin/",
    "./usr/share/",
    "./usr/share/doc/",
    "./usr/share/doc/zhize/",
];

/// Writes the package: an `ar` of three members (`man 5 deb`).
///
/// # Errors
/// When it can't be written.
pub fn write(release: &Release, program: &Program, architecture: &str) -> anyhow::Result<()> {
    let mut data: Vec<Entry> = FOLDERS.into_iter().map(Entry::folder).collect();
    data.push(Entry::program("./usr/bin/zhize", program.bytes.clone()));
    for (name, bytes) in &release.papers {
        data.push(Entry::plain(
            format!("./usr/share/doc/zhize/{name}"),
            bytes.clone(),
        ));
    }
    let kilobytes = data.iter().map(|entry| entry.bytes.len()).sum::<usize>() / 1024;
    let control = format!(
        "Package: zhize\nVersion: {}\nArchitecture: {architecture}\n\
         Maintainer: zhize maintainers <maintainers@zhize.invalid>\n\
         Installed-Size: {kilobytes}\nSection: web\nPriority: optional\n\
         Description: static, searchable knowledge base of Chinese regulations\n \
         Turns a tree of regulations, practices and cases into a static site.\n",
        release.version
    );
    let control = tar_gz(&[Entry::plain("./control", control)], release.time)?;
    let data = tar_gz(&data, release.time)?;
    let mut package = b"!<arch>\n".to_vec();
    let members: [(&str, &[u8]); 3] = [
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", &control),
        ("data.tar.gz", &data),
    ];
    for (name, bytes) in members {
        add_member(&mut package, name, bytes, release.time);
    }
    let name = format!("zhize_{}_{architecture}.deb", release.version);
    fs::write(release.out.join(name), package)?;
    Ok(())
}

/// A member of an `ar`: 60 bytes of header, then its bytes, padded to an even
/// length.
fn add_member(archive: &mut Vec<u8>, name: &str, bytes: &[u8], time: u64) {
    let length = bytes.len();
    let header = format!(
        "{name:<16}{time:<12}{:<6}{:<6}{:<8}{length:<10}`\n",
        0, 0, 100_644
    );
    archive.extend(header.as_bytes());
    archive.extend(bytes);
    if length % 2 == 1 {
        archive.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_begin_at_even_places() {
        let mut archive = Vec::new();
        add_member(&mut archive, "debian-binary", b"odd", 1);
        assert_eq!(archive.len(), 64);
        assert_eq!(&archive[58..60], b"`\n");
    }
}
