//! Reads XML as a series of steps: an element opens, an element closes, text.
//!
//! Names come without prefix: the two standards of the format differ only in
//! namespaces. Only the five entities of XML are known; no others are expanded.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// A step of reading a document.
#[derive(Debug)]
pub enum Step<'s> {
    /// An element begins.
    Open(&'s Tag),
    /// An element ends.
    Close(&'s str),
    Text(&'s str),
}

/// The opening tag of an element.
#[derive(Debug, Default)]
pub struct Tag {
    /// Name without prefix.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute; `name` is without prefix.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The attribute `val`.
    pub fn value(&self) -> Option<&str> {
        self.get("val")
    }

    /// Whether the tag switches a property on: `<w:b/>`, `<w:b w:val="1"/>`.
    pub fn is_on(&self) -> bool {
        !matches!(self.value(), Some("0" | "false" | "off" | "none"))
    }
}

/// Deepest nesting that is read.
const DEEPEST: usize = 500;

/// Calls `visit` for each step of a document.
///
/// # Errors
/// When the document isn't well formed.
pub fn walk(xml: &str, mut visit: impl FnMut(Step<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0_usize;
    let broken = || "文件内部的 XML 已损坏；请用 Word 打开，另存为新的 .docx 后导入".to_owned();
    loop {
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(format!(
                        "文件内部的嵌套超过 {DEEPEST} 层，未读取；请在 Word 中复制正文，存为新文件"
                    ));
                }
                visit(Step::Open(&tag(&start)));
            }
            Event::Empty(start) => {
                let tag = tag(&start);
                visit(Step::Open(&tag));
                visit(Step::Close(&tag.name));
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(Step::Close(end.local_name().as_ref()));
            }
            Event::Text(text) => visit(Step::Text(&text.xml10_content())),
            Event::CData(text) => visit(Step::Text(&text.xml10_content())),
            Event::GeneralRef(name) => {
                let own = name.xml10_content();
                let named = match &*own {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => name.resolve_char_ref().ok().flatten(),
                };
                // An unknown entity: its meaning is unknown, but its place must
                // not be lost.
                let c = named.unwrap_or(char::REPLACEMENT_CHARACTER);
                visit(Step::Text(c.encode_utf8(&mut [0; 4])));
            }
            // No program that writes .docx declares entities. Ignoring them
            // would lose their text; expanding them might never end.
            Event::DocType(_) => {
                return Err(
                    "文件中有自定义实体（DOCTYPE），不是由 Word 生成，未读取；来源可靠的，\
                     请用 Word 打开，另存为新的 .docx"
                        .to_owned(),
                );
            }
            Event::Eof => {
                // The file was truncated.
                return if depth == 0 { Ok(()) } else { Err(broken()) };
            }
            _ => {}
        }
    }
}

fn tag(start: &BytesStart<'_>) -> Tag {
    Tag {
        name: start.local_name().as_ref().to_owned(),
        attributes: start
            .attributes()
            .with_checks(false)
            .flatten()
            .map(|attribute| {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                let value = value.map_or_else(|_| String::new(), |value| value.into_owned());
                (attribute.key.local_name().as_ref().to_owned(), value)
            })
            .collect(),
    }
}
