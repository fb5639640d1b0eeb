//! Word documents that are a single XML file, whatever their name: Word 2003
//! XML and "Flat OPC". Office systems generate them from templates and name
//! them `.doc`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Number of bytes from the beginning that are searched for the kind of XML.
const BEGINNING: usize = 4096;

const BROKEN: &str = "文件内部的 XML 已损坏；请用 Word 打开，另存为新的 .docx 后导入";

/// The kind of an XML file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// The parts of a .docx in one file.
    Flat,
    /// Word 2003.
    Word2003,
    /// Anything else.
    Other,
}

/// Detects the kind of XML from the beginning of a text; `None` when it isn't
/// XML, or is a web page.
pub fn flavour(text: &str) -> Option<Flavour> {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let end = text
        .char_indices()
        .map(|(at, _)| at)
        .take_while(|at| *at <= BEGINNING)
        .last()
        .unwrap_or(0);
    let start = &text[..end];
    if start.contains("<pkg:package") {
        return Some(Flavour::Flat);
    }
    if start.contains("<w:wordDocument") {
        return Some(Flavour::Word2003);
    }
    let lower = start.to_ascii_lowercase();
    (text.starts_with("<?xml") && !lower.contains("<html")).then_some(Flavour::Other)
}

/// The parts in the `pkg:part` elements, by name.
///
/// # Errors
/// When the file is broken; the message says what to do.
pub fn parts(text: &str) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut reader = Reader::from_str(text);
    let mut parts = BTreeMap::new();
    let mut name = None;
    loop {
        let event = reader.read_event().map_err(|_| BROKEN.to_owned())?;
        match event {
            Event::Start(start) => match start.local_name().as_ref() {
                "part" => {
                    let own = start
                        .attributes()
                        .with_checks(false)
                        .flatten()
                        .find_map(|own| {
                            let is_name = own.key.local_name().as_ref() == "name";
                            is_name.then(|| own.value.trim_start_matches('/').to_owned())
                        });
                    name = own;
                }
                kind @ ("xmlData" | "binaryData") => {
                    let is_binary = kind == "binaryData";
                    let content = reader
                        .read_text(start.name())
                        .map_err(|_| BROKEN.to_owned())?;
                    let bytes = if is_binary {
                        let packed: String =
                            content.chars().filter(|c| !c.is_whitespace()).collect();
                        STANDARD.decode(packed).unwrap_or_default()
                    } else {
                        content.as_bytes().to_vec()
                    };
                    if let Some(name) = name.take() {
                        parts.insert(name, bytes);
                    }
                }
                _ => {}
            },
            Event::DocType(_) => {
                return Err("文件中有自定义实体（DOCTYPE），不是由 Word 生成，未读取；\
                    来源可靠的，请用 Word 打开，另存为新的 .docx"
                    .to_owned());
            }
            Event::Eof => return Ok(parts),
            _ => {}
        }
    }
}
