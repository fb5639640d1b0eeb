//! Web archives (.mht, .mhtml): a web page and its pictures in one message.

use std::collections::HashMap;

use encoding_rs::Encoding;
use mailparse::{MailHeaderMap as _, ParsedMail};

use super::encoding;
use super::html;
use super::manuscript::Manuscript;
use super::notes::{Kind, Notes};

/// Number of bytes from the beginning that are searched for the message's
/// header.
const HEADER: usize = 16 << 10;

/// Most nested parts; the parser recurses into each.
const MOST_BOUNDARIES: usize = 16;

/// Whether bytes are a message that contains a web page.
pub fn is_archive(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEADER)]).to_ascii_lowercase();
    // Its first line is a header field, as in no text that we read.
    let first = head.trim_start().lines().next().unwrap_or_default();
    let is_field = first.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    is_field
        && head.contains("mime-version:")
        && (head.contains("multipart/related") || head.contains("text/html"))
}

/// Reads an archive.
///
/// # Errors
/// When it contains no web page; the message says what to do.
pub fn read(bytes: &[u8], notes: &mut Notes) -> Result<Manuscript, String> {
    const ADVICE: &str = "请用浏览器打开，另存为 .html";
    let boundaries = bytes
        .windows(b"boundary=".len())
        .filter(|window| window.eq_ignore_ascii_case(b"boundary="));
    if boundaries.count() > MOST_BOUNDARIES {
        return Err(format!("网页归档（.mht）嵌套过深，未读取；{ADVICE}"));
    }
    let mail = mailparse::parse_mail(bytes)
        .map_err(|_| format!("网页归档（.mht）已损坏，无法读取；{ADVICE}"))?;
    let mut parts = Vec::new();
    collect(&mail, &mut parts);
    let page = parts
        .iter()
        .find(|part| part.ctype.mimetype.eq_ignore_ascii_case("text/html"))
        .ok_or_else(|| format!("网页归档（.mht）中没有网页；{ADVICE}"))?;
    let raw = page
        .get_body_raw()
        .map_err(|_| format!("网页归档（.mht）中的网页无法解码；{ADVICE}"))?;
    let text = text_of(&raw, &page.ctype.charset, notes)?;
    let base = page
        .headers
        .get_first_value("Content-Location")
        .unwrap_or_default();
    let mut pictures: HashMap<String, &ParsedMail<'_>> = HashMap::new();
    for part in &parts {
        if !part
            .ctype
            .mimetype
            .to_ascii_lowercase()
            .starts_with("image/")
        {
            continue;
        }
        if let Some(place) = part.headers.get_first_value("Content-Location") {
            pictures.insert(place, part);
        }
        if let Some(id) = part.headers.get_first_value("Content-ID") {
            pictures.insert(format!("cid:{}", id.trim_matches(['<', '>'])), part);
        }
    }
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let find = |source: &str| {
        let part = pictures
            .get(source)
            .or_else(|| pictures.get(&format!("{folder}/{source}")))?;
        part.get_body_raw().ok()
    };
    html::read(&text, &find, notes)
}

/// Collects all parts, in order.
fn collect<'p, 'm>(mail: &'p ParsedMail<'m>, parts: &mut Vec<&'p ParsedMail<'m>>) {
    parts.push(mail);
    for part in &mail.subparts {
        collect(part, parts);
    }
}

/// Decodes a part in the encoding that it states, if that fits the bytes.
fn text_of(bytes: &[u8], charset: &str, notes: &mut Notes) -> Result<String, String> {
    if let Some(stated) = Encoding::for_label(charset.as_bytes())
        && stated != encoding_rs::UTF_8
        && stated != encoding_rs::WINDOWS_1252
    {
        let (text, broken) = stated.decode_without_bom_handling(bytes);
        if !broken {
            notes.add(Kind::Encoding, 0, stated.name());
            return Ok(text.into_owned());
        }
    }
    encoding::decode(bytes, notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::manuscript::Block;

    #[test]
    fn the_page_of_a_message_is_read() {
        let archive = b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/b.html\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/html; charset=\"gb2312\"\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://a.example/b.html\r\n\r\n<html><body><p>=B5=DA=D2=BB=CC=F5=A1=A1=BC=D7=A1=A3</p></body></html>\r\n--x--\r\n";
        assert!(is_archive(archive));
        let manuscript = read(archive, &mut Notes::default()).expect("a page");
        let lines: Vec<_> = manuscript.blocks.iter().filter_map(Block::line).collect();
        assert_eq!(lines, ["第一条　甲。"]);
        assert!(!is_archive("From: 甲\n各单位：".as_bytes()));
    }

    #[test]
    fn what_nests_without_end_is_refused() {
        let deep: String = (0..10_000)
            .map(|n| format!("Content-Type: multipart/related; boundary=\"b{n}\"\n\n--b{n}\n"))
            .collect();
        let archive = format!("MIME-Version: 1.0\n{deep}");
        assert!(read(archive.as_bytes(), &mut Notes::default()).is_err());
    }
}
