//! Limits on a page, checked before it is parsed.
//!
//! An HTML parser corrects errors, which can be expensive. Its time grows with
//! the square of the depth; it reopens every formatting element that was left
//! open (`<b>`, `<font>`) in each paragraph; and it compares each attribute of
//! a tag with all others. So the tags are counted first.

use std::collections::HashMap;

/// Deepest nesting of elements that is read.
pub const DEEPEST: usize = 2000;

/// Most elements that the parser may create for a page. Pages with whole codes
/// have less than a tenth of this.
const MOST_ELEMENTS: usize = 600_000;

/// Most attributes of a tag.
const MOST_ATTRIBUTES: usize = 200;

/// Formatting elements, which the parser reopens when they were left open. Not
/// `<a>`, since each ends the one before it.
const FORMATTING: &[&str] = &[
    "b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements without content, and elements with an implied end tag.
const IMPLIED: &[&str] = &[
    "p", "br", "hr", "img", "meta", "link", "input", "li", "td", "th", "tr", "dt", "dd", "option",
    "col", "area", "base", "wbr", "source", "a",
];

/// Elements whose content isn't markup.
const RAW: &[&str] = &[
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed",
];

/// Counts of a page's tags.
#[derive(Debug, Default)]
struct Count {
    /// Names of the open elements.
    open: Vec<String>,
    /// How often each of them is open.
    names: HashMap<String, usize>,
    /// Open formatting elements, as name and whole tag. A table's cells have
    /// their own.
    formatting: Vec<(String, String)>,
    /// How many of them were opened since the paragraph began; they nest.
    in_paragraph: usize,
    /// For each open table, how many there were outside it.
    tables: Vec<usize>,
    elements: usize,
}

/// Checks whether a page may be parsed.
///
/// # Errors
/// The reason why not, and what to do.
pub fn check(text: &str) -> Result<(), String> {
    let refused = |why: String| {
        Err(format!(
            "网页{why}，未读取；请用浏览器打开，复制正文，存为文本文件"
        ))
    };
    let bytes = text.as_bytes();
    let mut count = Count::default();
    let mut at = 0;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found + 1;
        if text[at..].starts_with("!--") {
            at = text[at..]
                .find("-->")
                .map_or(bytes.len(), |end| at + end + 3);
            continue;
        }
        let closes = bytes.get(at) == Some(&b'/');
        let begin = at + usize::from(closes);
        let length = bytes[begin..]
            .iter()
            .take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'>' | b'/' | b'<'))
            .take(40)
            .count();
        let is_tag = bytes.get(begin).is_some_and(u8::is_ascii_alphabetic);
        if !is_tag {
            continue;
        }
        let name = String::from_utf8_lossy(&bytes[begin..begin + length]).to_ascii_lowercase();
        let (end, attributes) = tag_end(bytes, begin + length);
        at = end;
        if attributes > MOST_ATTRIBUTES {
            return refused(format!("有标签的属性超过 {MOST_ATTRIBUTES} 个"));
        }
        if closes {
            count.close(&name);
        } else {
            count.open(&name, &text[begin..end.min(text.len())]);
            if RAW.contains(&name.as_str()) {
                at = raw_end(text, at, &name);
                count.close(&name);
            }
        }
        if count.open.len() + count.in_paragraph > DEEPEST {
            return refused(format!("的标签嵌套超过 {DEEPEST} 层"));
        }
        if count.elements > MOST_ELEMENTS {
            return refused("的标签过多，或未关闭的格式标签过多".to_owned());
        }
    }
    Ok(())
}

impl Count {
    fn open(&mut self, name: &str, tag: &str) {
        self.elements += 1;
        if FORMATTING.contains(&name) {
            // A parser reopens at most three equal ones.
            let mut equal = self.formatting.iter().enumerate();
            let mut equal = equal.by_ref().filter(|(_, (_, own))| own == tag);
            let first = equal.next().map(|(at, _)| at);
            if let (Some(first), true) = (first, equal.count() >= 2) {
                self.formatting.remove(first);
            }
            self.formatting.push((name.to_owned(), tag.to_owned()));
            self.in_paragraph += 1;
            return;
        }
        if !matches!(name, "a" | "span" | "br" | "img" | "wbr") {
            self.in_paragraph = 0;
        }
        if !matches!(name, "br" | "img" | "wbr") {
            // Each element that contains text gets all of them again.
            self.elements += self.formatting.len();
        }
        match name {
            "table" => self.tables.push(self.formatting.len()),
            "td" | "th" | "caption" => {
                let outside = self.tables.last().copied().unwrap_or(0);
                self.formatting.truncate(outside);
            }
            _ => {}
        }
        if !IMPLIED.contains(&name) {
            self.open.push(name.to_owned());
            *self.names.entry(name.to_owned()).or_default() += 1;
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(at) = self.formatting.iter().rposition(|(open, _)| open == name) {
            self.formatting.remove(at);
            self.in_paragraph = self.in_paragraph.saturating_sub(1);
            return;
        }
        if name == "table"
            && let Some(outside) = self.tables.pop()
        {
            self.formatting.truncate(outside);
        }
        // A closing tag counts only when the element is open.
        if self.names.get(name).is_none_or(|open| *open == 0) {
            return;
        }
        while let Some(last) = self.open.pop() {
            if let Some(open) = self.names.get_mut(&last) {
                *open -= 1;
            }
            if last == name {
                break;
            }
        }
    }
}

fn memchr(wanted: u8, bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == wanted)
}

/// Where a tag ends, and how many attributes it has.
fn tag_end(bytes: &[u8], mut at: usize) -> (usize, usize) {
    let mut attributes = 0;
    let mut quote = None;
    let mut before = b' ';
    while let Some(byte) = bytes.get(at).copied() {
        match quote {
            Some(mark) if byte == mark => quote = None,
            Some(_) => {}
            None if byte == b'>' => return (at + 1, attributes),
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            None => {
                let begins = !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'/');
                let parted = before.is_ascii_whitespace() || matches!(before, b'/' | b'"' | b'\'');
                attributes += usize::from(begins && parted);
            }
        }
        if !(byte.is_ascii_whitespace() && before == b'=') {
            before = byte;
        }
        at += 1;
    }
    (at, attributes)
}

/// Where the content of an element that isn't markup ends.
fn raw_end(text: &str, from: usize, name: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found;
        let rest = &bytes[at + 1..];
        let is_end = rest.first() == Some(&b'/')
            && rest
                .get(1..1 + name.len())
                .is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()));
        if is_end {
            return tag_end(bytes, at).0;
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_would_cost_too_much_are_refused() {
        let left_open: String = (0..1900).map(|n| format!("<b a={n}>")).collect();
        let attributes: String = (0..50_000).map(|n| format!(" a{n}=1")).collect();
        for (page, why) in [
            ("<div></x>".repeat(20_000), "嵌套"),
            ("<div>".repeat(3000), "嵌套"),
            (
                format!("<p>{left_open}</p>{}", "<p>甲".repeat(2500)),
                "未关闭",
            ),
            (format!("<p{attributes}>甲"), "属性"),
        ] {
            let refused = check(&page).expect_err("refused");
            assert!(refused.contains(why), "{refused}");
        }
    }

    #[test]
    fn pages_of_people_are_read() {
        let cells = "<tr><td><font color=red>甲<td><b>乙</tr>".repeat(5000);
        for page in [
            format!("<table>{cells}</table>"),
            "<p><b>甲</b><i>乙</i></p>".repeat(5000),
            "<script>if (a<b) { '<div>'.repeat(3) }</script>".repeat(3000),
            "<!-- <div> -->".repeat(3000),
            "<a href='x'>甲".repeat(5000),
            "<div title='<div><div>'>甲</div>".repeat(3000),
        ] {
            assert_eq!(check(&page), Ok(()));
        }
    }
}
