//! Turns an input file into a manuscript. The bytes decide the format; the
//! file's name matters only among kinds of text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::again::{Newcomer, Print};
use super::files::{self, Input};
use super::manuscript::Manuscript;
use super::notes::{Kind, Notes};
use super::office::Converted;
use super::recognise::Facts;
use super::{docx, encoding, html, markdown, mhtml, plain};

/// Size in bytes of the largest text file that is read. The longest codes are
/// below one megabyte; a larger file is no regulation.
const LARGEST_TEXT: usize = 16 << 20;

/// Extensions of text files.
const TEXTS: &[&str] = &[
    "txt", "text", "md", "markdown", "html", "htm", "xhtml", "shtml", "mht", "mhtml",
];

/// Extensions of files that may be documents.
const DOCUMENTS: &[&str] = &[
    "docx", "docm", "dotx", "doc", "dot", "wps", "wpt", "rtf", "pdf", "odt", "ott", "ofd", "xml",
    "xls", "xlsx", "ppt", "pptx",
];

/// The result of reading an input.
pub enum Read {
    Text(Box<Manuscript>),
    /// Not a document: a picture, for example.
    NoText(&'static str),
    /// The reason why it can't be read, and what to do.
    Failed(String),
}

/// A text after reading, repair and recognition.
pub struct Ready {
    /// The text.
    pub manuscript: Manuscript,
    /// The facts recognised in it.
    pub facts: Facts,
    /// Whether it is marked as secret or not public.
    pub secret: bool,
    /// Its fingerprint.
    pub print: Print,
    /// Name of the input file without extension.
    pub stem: String,
    /// Name of the input file.
    pub input: String,
    /// Names of the folders between the given one and the file.
    pub below: Vec<String>,
}

impl Ready {
    /// The input in the form in which its page is looked up.
    pub fn newcomer(&self) -> Newcomer<'_> {
        Newcomer {
            stem: &self.stem,
            facts: &self.facts,
            print: &self.print,
        }
    }
}

/// Where the bytes of an input are.
pub enum Given {
    /// In its file.
    File,
    /// Here.
    Bytes(Vec<u8>),
    /// LibreOffice converted the file.
    Converted(Converted),
}

/// Reads an input.
pub fn read(input: &Input, given: Given, notes: &mut Notes) -> Read {
    if let Given::Converted(converted) = given {
        let read = converted.and_then(|bytes| {
            notes.add(Kind::Converted, 0, "");
            docx::read(&bytes, notes)
        });
        // LibreOffice restarts lists that continue from chapter to chapter.
        if notes.count(Kind::Numbering) > 0 {
            notes.add(Kind::ConvertedNumbers, 0, "");
        }
        return match read {
            Ok(manuscript) => Read::Text(Box::new(manuscript)),
            Err(reason) => Read::Failed(reason),
        };
    }
    let extension = input.extension();
    let known = TEXTS.contains(&extension.as_str()) || DOCUMENTS.contains(&extension.as_str());
    if !known && !input.named {
        return Read::NoText("格式不在可导入之列（.txt、.md、.html、.docx 等）");
    }
    let bytes = match given {
        Given::Bytes(bytes) => bytes,
        Given::File | Given::Converted(_) => match files::read(&input.path) {
            Ok(bytes) => bytes,
            Err(reason) => return Read::Failed(reason),
        },
    };
    match manuscript(input, &extension, &bytes, notes) {
        Ok(manuscript) => Read::Text(Box::new(manuscript)),
        Err(reason) => Read::Failed(reason),
    }
}

fn manuscript(
    input: &Input,
    extension: &str,
    bytes: &[u8],
    notes: &mut Notes,
) -> Result<Manuscript, String> {
    if let Some(reason) = refused(bytes) {
        return Err(reason.to_owned());
    }
    if bytes.is_empty() {
        return Err("文件内容为空；请检查是否复制完整".to_owned());
    }
    if docx::is_zip(bytes) {
        return docx::read(bytes, notes);
    }
    if matches!(
        extension,
        "docx" | "docm" | "dotx" | "odt" | "ofd" | "xlsx" | "pptx"
    ) {
        return Err(
            "文件已损坏，不是有效的 .docx（不是压缩包）；请用 Word 或 WPS 打开，另存为 .docx"
                .to_owned(),
        );
    }
    if mhtml::is_archive(bytes) {
        return mhtml::read(bytes, notes);
    }
    if bytes.len() > LARGEST_TEXT {
        return Err(format!(
            "文本超过 {} MB，未读取；请分为多个文件",
            LARGEST_TEXT >> 20
        ));
    }
    let text = encoding::decode(bytes, notes)?;
    let text = plain::normalise_line_ends(&text);
    if let Some(flavour) = docx::flavour(&text) {
        return docx::read_xml(&text, flavour, notes);
    }
    let beside = |source: &str| picture(input, source);
    match extension {
        _ if is_web_page(&text) => html::read(&text, &beside, notes),
        "html" | "htm" | "xhtml" | "shtml" | "mht" | "mhtml" => html::read(&text, &beside, notes),
        "md" | "markdown" => Ok(markdown::read(&text, &beside, notes)),
        _ => Ok(plain::read(&text)),
    }
}

/// Whether a text begins like a web page, apart from what may precede.
fn is_web_page(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{FEFF}').trim_start();
    while let Some(inside) = rest
        .strip_prefix("<!--")
        .or_else(|| rest.strip_prefix("<?"))
    {
        let Some((_, behind)) = inside.split_once('>') else {
            return false;
        };
        rest = behind.trim_start();
    }
    let start: String = rest
        .chars()
        .take(20)
        .collect::<String>()
        .to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|begin| start.starts_with(begin))
}

/// A picture that lies beside a web page, or is embedded in it.
fn picture(input: &Input, source: &str) -> Option<Vec<u8>> {
    if let Some(data) = source.strip_prefix("data:image/") {
        let (kind, packed) = data.split_once(',')?;
        let packed: String = packed.chars().filter(|c| !c.is_whitespace()).collect();
        return kind
            .ends_with(";base64")
            .then(|| STANDARD.decode(packed).ok())
            .flatten();
    }
    files::beside(&input.path, source)
}

/// The reason why a file can't be imported, whatever its name; `None` if it
/// can.
fn refused(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        // An encrypted .docx is wrapped in the old format too, which names its
        // parts in UTF-16.
        let name: Vec<u8> = "EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let encrypted = bytes.windows(name.len()).any(|window| window == name);
        return Some(if encrypted {
            "文件设有密码，无法读取；请用 Word 打开，取消密码，另存为 .docx"
        } else {
            "该文件不是 Word 文档（可能是 .xls、.ppt 或安装包），不能导入；\
             请将文字复制到 Word 中，另存为 .docx"
        });
    }
    let magic: [(&[u8], &str); 3] = [
        (
            b"%PDF",
            "该文件为 PDF，不能导入；请用 Word 打开，另存为 .docx，或复制文字，\
             存为 .txt（断行和页码由程序处理，导入后请对照原件核对分段）；扫描件请先识别为文字",
        ),
        (
            b"\x1F\x8B",
            "该文件为压缩包，不能导入；请先解压，再导入其中的文件",
        ),
        (
            b"Rar!",
            "该文件为压缩包，不能导入；请先解压，再导入其中的文件",
        ),
    ];
    magic
        .into_iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, reason)| reason)
}
