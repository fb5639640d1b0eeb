//! The archive's parts, unpacked within limits.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::{Step, walk};
use crate::import::encoding;
use crate::import::notes::Notes;

/// Most bytes that one part may unpack to. The text of the longest codes takes
/// some megabytes of XML.
const LARGEST_PART: u64 = 64 << 20;
/// Most bytes that all parts of a document may unpack to.
const LARGEST_DOCUMENT: u64 = 160 << 20;
/// Most entries of an archive.
const MOST_ENTRIES: usize = 20_000;

const SAVE_ANEW: &str = "请用 Word 或 WPS 打开，另存为新的 .docx 后导入";

/// The source of the parts.
enum Parts<'b> {
    Archive(ZipArchive<Cursor<&'b [u8]>>),
    /// A single XML file with all parts in it.
    Flat(BTreeMap<String, Vec<u8>>),
}

/// An opened archive.
pub struct Package<'b> {
    parts: Parts<'b>,
    names: Vec<String>,
    budget: u64,
}

/// A relationship from one part to another, or to an outside address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Its id within the part.
    pub id: String,
    /// The last segment of its type: `numbering`, `header`, `hyperlink`.
    pub kind: String,
    /// Name of a part, or an outside address.
    pub target: String,
    /// Whether the target is outside the archive.
    pub is_external: bool,
}

impl<'b> Package<'b> {
    /// Opens an archive.
    pub fn open(bytes: &'b [u8]) -> Result<Self, String> {
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| format!("文件已损坏，无法解压（不是完整的 .docx）；{SAVE_ANEW}"))?;
        if archive.len() > MOST_ENTRIES {
            return Err(format!("文件包含 {} 个部分，不是 Word 文档", archive.len()));
        }
        let names = archive
            .file_names()
            .filter_map(|name| name.ok().map(|name| name.into_owned()))
            .collect();
        Ok(Self {
            parts: Parts::Archive(archive),
            names,
            budget: LARGEST_DOCUMENT,
        })
    }

    /// A package of the parts that a single XML file contains.
    pub fn flat(parts: BTreeMap<String, Vec<u8>>) -> Self {
        Self {
            names: parts.keys().cloned().collect(),
            parts: Parts::Flat(parts),
            budget: LARGEST_DOCUMENT,
        }
    }

    /// The relationships of a part; empty when their list is missing or broken.
    pub fn relations(&mut self, part: &str) -> Vec<Relation> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let list = match folder {
            "" => format!("_rels/{name}.rels"),
            folder => format!("{folder}/_rels/{name}.rels"),
        };
        let mut found = Vec::new();
        let Ok(Some(xml)) = self.part(&list) else {
            return found;
        };
        let _ = walk(&xml, |step| {
            if let Step::Open(tag) = step
                && tag.name == "Relationship"
                && let (Some(id), Some(kind), Some(target)) =
                    (tag.get("Id"), tag.get("Type"), tag.get("Target"))
            {
                let is_external = tag.get("TargetMode") == Some("External");
                found.push(Relation {
                    id: id.to_owned(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: if is_external {
                        target.to_owned()
                    } else {
                        resolved(folder, target)
                    },
                    is_external,
                });
            }
        });
        found
    }

    /// Whether the package contains macros.
    pub fn has_macros(&self) -> bool {
        let ends = |name: &String| {
            let name = name.to_ascii_lowercase();
            name.ends_with("vbaproject.bin") || name.ends_with("vbadata.xml")
        };
        self.names.iter().any(ends)
    }

    /// The name of the part with the text.
    pub fn main_part(&mut self) -> Result<String, String> {
        let mut main = None;
        if let Some(relations) = self.part("_rels/.rels")? {
            // If the list of relationships is broken, the usual name is tried.
            let _ = walk(&relations, |step| {
                if let Step::Open(tag) = step
                    && tag.name == "Relationship"
                    && tag
                        .get("Type")
                        .is_some_and(|t| t.ends_with("/officeDocument"))
                {
                    main = tag
                        .get("Target")
                        .map(|t| t.trim_start_matches('/').to_owned());
                }
            });
        }
        let usual = "word/document.xml".to_owned();
        let main = main
            .filter(|name| self.names.contains(name))
            .unwrap_or(usual);
        let has = |begin: &str| self.names.iter().any(|name| name.starts_with(begin));
        if main.starts_with("xl/") || has("xl/") {
            return Err(
                "该文件为表格文件（.xlsx），不能导入；请将内容复制到 Word 中，另存为 .docx".into(),
            );
        }
        if main.starts_with("ppt/") || has("ppt/") {
            return Err(
                "该文件为演示文稿（.pptx），不能导入；请将文字复制到 Word 中，另存为 .docx".into(),
            );
        }
        if !self.names.contains(&main) {
            return Err(if self.names.iter().any(|name| name == "content.xml") {
                "该文件为 .odt 文件，不能导入；请另存为 .docx".into()
            } else if self.names.iter().any(|name| name == "OFD.xml") {
                "该文件为 .ofd 版式文件，不能导入；请将文字复制到 Word 中，另存为 .docx".into()
            } else {
                "压缩包中没有 Word 正文，不是 .docx；请先解压，再导入其中的文件".into()
            });
        }
        Ok(main)
    }

    /// A part as text; `None` when there is no part of this name.
    pub fn part(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(bytes) = self.bytes(name)? else {
            return Ok(None);
        };
        let text = encoding::decode(&bytes, &mut Notes::default());
        text.map(Some)
            .map_err(|_| format!("文件的 {name} 部分不是文字；{SAVE_ANEW}"))
    }

    /// A part's bytes; `None` when there is no part of this name.
    pub fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let archive = match &mut self.parts {
            Parts::Flat(parts) => return Ok(parts.get(name).cloned()),
            Parts::Archive(archive) => archive,
        };
        let file = match archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(_) => {
                return Err(format!(
                    "文件的 {name} 部分无法解压（已损坏，或设有密码）；{SAVE_ANEW}，\
                     设有密码的先取消密码"
                ));
            }
        };
        if file.encrypted() {
            return Err("文件设有密码，无法读取；请在 Word 中取消密码，另存为 .docx".into());
        }
        let limit = LARGEST_PART.min(self.budget);
        let mut bytes = Vec::new();
        // The sizes stated in the archive may be wrong.
        file.take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| format!("文件的 {name} 部分已损坏；{SAVE_ANEW}"))?;
        let length = bytes.len() as u64;
        if length > limit {
            return Err(format!(
                "文件解压后超过 {} MB，疑为恶意压缩文件，未读取；来源可靠的，\
                 请在 Word 中分为多个文件",
                limit >> 20
            ));
        }
        self.budget -= length;
        Ok(Some(bytes))
    }
}

/// Resolves a target relative to the folder of the part that refers to it.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
