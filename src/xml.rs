//! Writes XML with quick-xml, which does the escaping.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An XML document in memory. Line ends are only written on request, since they
/// are significant in running text.
pub struct Xml(Writer<Vec<u8>>);

/// Unescaped names and values.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Xml {
    /// Creates a document with an expected size in bytes.
    pub fn new(expected: usize) -> Self {
        let mut xml = Self(Writer::new(Vec::with_capacity(expected)));
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml.line();
        xml
    }

    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("memory takes every byte");
    }

    fn start<'n>(name: &'n str, attributes: Attributes<'_>) -> BytesStart<'n> {
        let mut start = BytesStart::new(name);
        for (name, value) in attributes {
            start.push_attribute((*name, printable(value)));
        }
        start
    }

    /// Writes `<name …>`.
    pub fn open(&mut self, name: &str, attributes: Attributes<'_>) {
        self.event(Event::Start(Self::start(name, attributes)));
    }

    /// Writes `</name>`.
    pub fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// Writes `<name …/>`.
    pub fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.event(Event::Empty(Self::start(name, attributes)));
    }

    /// Writes text between tags.
    pub fn text(&mut self, text: &str) {
        self.event(Event::Text(BytesText::new(&printable(text))));
    }

    /// Writes a line end.
    pub fn line(&mut self) {
        self.text("\n");
    }

    /// Returns the document.
    pub fn finish(self) -> String {
        let mut text = String::from_utf8(self.0.into_inner()).expect("names and text are UTF-8");
        text.shrink_to_fit();
        text
    }
}

/// Removes what XML 1.0 can't contain even as references: most control
/// characters, which content may contain by accident.
fn printable(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}');
    if text.contains(forbidden) {
        text.replace(forbidden, "\u{FFFD}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_xml_forbids_is_written() {
        let mut xml = Xml::new(0);
        xml.open("a", &[("b", "甲<&>\"\u{1}")]);
        xml.text("甲<&>\u{FFFE}\t\r");
        xml.close("a");
        let written = xml.finish();
        let (_, element) = written.split_once("?>\n").expect("a declaration");
        assert_eq!(
            element,
            "<a b=\"甲&lt;&amp;&gt;&quot;\u{FFFD}\">甲&lt;&amp;&gt;\u{FFFD}\t&#13;</a>"
        );
    }
}
