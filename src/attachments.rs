//! Selects the files beside the pages that are published.
//!
//! Authors may add files of certain kinds, which a browser shows or saves but
//! never runs. Only files that a published page refers to are published; the
//! rest (a manuscript, files of a draft) are not. Files in `static/` belong to
//! the webmaster and are not checked.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::address::is_path;
use crate::diag::{Checked, Diagnostic, Span};
use crate::disk;
use crate::parse::files::{Asked, Demand};
use crate::parse::page::ParsedSite;
use crate::pictures::format::{Sniffed, ending, sniff};
use crate::source::{Asset, MoreFiles, SourceSet, WithFiles, is_leftover};

/// Bytes read from the beginning of a file to detect its content.
const HEAD: u64 = 1024;

/// What a file contains, detected from its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Pdf,
    /// Also Office documents since 2007, LibreOffice and OFD documents.
    Zip,
    /// Office documents from before 2007, and WPS documents.
    Compound,
    RichText,
    /// Text that no browser treats as a page.
    Text,
    Mp3,
    Mp4,
    /// A picture, which [`crate::pictures`] checks.
    Picture,
}

/// Extensions of attachments, and the content that each may have.
const KINDS: [(&str, &[Content]); 28] = [
    ("pdf", &[Content::Pdf]),
    ("ofd", &[Content::Zip]),
    ("docx", &[Content::Zip]),
    ("xlsx", &[Content::Zip]),
    ("pptx", &[Content::Zip]),
    ("odt", &[Content::Zip]),
    ("ods", &[Content::Zip]),
    ("odp", &[Content::Zip]),
    ("zip", &[Content::Zip]),
    ("doc", &[Content::Compound, Content::RichText, Content::Zip]),
    ("xls", &[Content::Compound, Content::Zip]),
    ("ppt", &[Content::Compound, Content::Zip]),
    ("wps", &[Content::Compound, Content::Zip]),
    ("et", &[Content::Compound, Content::Zip]),
    ("dps", &[Content::Compound, Content::Zip]),
    ("rtf", &[Content::RichText]),
    ("txt", &[Content::Text]),
    ("csv", &[Content::Text]),
    ("mp3", &[Content::Mp3]),
    ("m4a", &[Content::Mp4]),
    ("mp4", &[Content::Mp4]),
    ("jpg", &[Content::Picture]),
    ("jpeg", &[Content::Picture]),
    ("png", &[Content::Picture]),
    ("gif", &[Content::Picture]),
    ("webp", &[Content::Picture]),
    ("avif", &[Content::Picture]),
    ("svg", &[Content::Picture]),
];

impl Content {
    fn is_in(self, head: &[u8]) -> bool {
        match self {
            Self::Pdf => head.starts_with(b"%PDF-"),
            Self::Zip => head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06"),
            Self::Compound => head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
            Self::RichText => head.starts_with(b"{\\rtf"),
            Self::Text => {
                let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
                let is_markup = text.trim_ascii_start().starts_with(b"<");
                !is_markup && !text.contains(&0)
            }
            Self::Mp3 => {
                let is_frame = matches!(head, [0xFF, second, ..] if second & 0xE0 == 0xE0);
                head.starts_with(b"ID3") || is_frame
            }
            Self::Mp4 => head.get(4..8) == Some(b"ftyp"),
            Self::Picture => true,
        }
    }
}

/// Selects the files that are published. Reports files in `content/` that can't
/// be published and those that no page refers to.
pub fn select(sources: &SourceSet, parsed: &ParsedSite) -> WithFiles<Vec<Asset>> {
    let mut files = MoreFiles::beside(sources);
    let mut diagnostics = Vec::new();
    let assets = sources.assets.iter().cloned();
    let (published, left): (Vec<Asset>, Vec<Asset>) = assets.partition(|asset| {
        let demand = parsed.files.demand(asset.output_path());
        !is_content(asset) || matches!(demand, Demand::Published(_))
    });
    for asset in published.iter().filter(|asset| is_content(asset)) {
        if let Demand::Published(asked) = parsed.files.demand(asset.output_path()) {
            diagnostics.extend(fault(asset, asked));
        }
    }
    for asset in left {
        // A file that can't be called so has been reported.
        let is_named = is_path(asset.output_path()) || is_leftover(name_of(&asset));
        if is_named && parsed.files.demand(asset.output_path()) == Demand::Nobody {
            let name = name_of(&asset).to_owned();
            let unread = sources.files.iter().filter(|file| {
                let page = file.path.strip_prefix("content/");
                page.is_some_and(|page| parsed.unread.contains(page))
            });
            // A page that couldn't be read may use it.
            if unread.into_iter().any(|page| page.text.contains(&name)) {
                continue;
            }
            let id = files.register(asset.path.clone(), String::new());
            let (message, hint) = if is_leftover(&name) {
                (
                    format!("{name} 是备份文件或临时文件，不予发布"),
                    "删去该文件，或将其移出 content/",
                )
            } else {
                (
                    format!("{name} 未被任何页面引用，不予发布"),
                    "需要发布的，在页面中添加链接，或由网站管理员放入 static/；不需要的，\
                     移出 content/",
                )
            };
            diagnostics.push(
                Diagnostic::warning("unused-attachment", Span::start_of(id), message).hint(hint),
            );
        }
    }
    files.with(Checked {
        value: published,
        diagnostics,
    })
}

fn is_content(asset: &Asset) -> bool {
    asset.path.starts_with("content/")
}

fn name_of(asset: &Asset) -> &str {
    asset.path.rsplit('/').next().unwrap_or(&asset.path)
}

/// Why a file can't be an attachment.
fn fault(asset: &Asset, asked: &Asked) -> Option<Diagnostic> {
    let (name, ending) = (name_of(asset), ending(&asset.path));
    let head = head(&asset.location)?;
    // `pictures` reports files that are shown but aren't pictures.
    if asked.is_shown && !matches!(sniff(&head), Sniffed::Format(_)) {
        return None;
    }
    let error = |message| Diagnostic::error("attachment-kind", asked.at.clone(), message);
    let Some((_, contents)) = KINDS.iter().find(|(own, _)| *own == ending) else {
        let endings: Vec<&str> = KINDS.iter().map(|(own, _)| *own).collect();
        let found = error(format!("{name} 不属于可以发布的附件"));
        return Some(
            found
                .hint(format!("附件的扩展名限于 {}", endings.join("、")))
                .hint(
                    "网页文件、脚本在读者浏览器中以本站名义运行；确需发布的，\
                    由网站管理员放入 static/",
                ),
        );
    };
    let fits = asked.is_shown || contents.iter().any(|content| content.is_in(&head));
    (!fits).then(|| {
        error(format!("附件 {name} 的内容与扩展名不符"))
            .hint("用制作该文件的软件打开后另存，或改用与内容相符的扩展名")
    })
}

/// Reads the beginning of the file. A read error is reported later, where the
/// whole file is read.
fn head(location: &Path) -> Option<Vec<u8>> {
    disk::regular_file(location).ok()?;
    let mut head = Vec::new();
    let file = File::open(location).ok()?;
    file.take(HEAD).read_to_end(&mut head).ok()?;
    Some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_by_its_beginning() {
        let is_in = |ending: &str, head: &[u8]| {
            let (_, contents) = KINDS
                .iter()
                .find(|(own, _)| *own == ending)
                .expect("a kind");
            contents.iter().any(|content| content.is_in(head))
        };
        for (ending, head) in [
            ("pdf", &b"%PDF-1.7"[..]),
            ("docx", b"PK\x03\x04"),
            ("wps", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
            ("doc", b"{\\rtf1"),
            ("txt", "第一条".as_bytes()),
            ("txt", b""),
            ("csv", b"\xEF\xBB\xBFa,b"),
            ("mp4", b"\0\0\0\x18ftypmp42"),
            ("mp3", b"\xFF\xFB\x90"),
        ] {
            assert!(is_in(ending, head), "{ending}");
        }
        for (ending, head) in [
            ("pdf", &b"<html>%PDF-1.7"[..]),
            ("docx", b"<html>"),
            ("doc", b"<html>"),
            ("ofd", b""),
            ("txt", b" \n<script>"),
            ("txt", b"\xFF\xFE<\0s\0"),
            ("csv", b"\xEF\xBB\xBF<?xml"),
            ("mp3", b"<html>"),
        ] {
            assert!(!is_in(ending, head), "{ending}");
        }
    }
}
