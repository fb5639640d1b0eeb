//! Recognises by their bytes the files that LibreOffice has to convert.

use super::rtf;
use crate::import::files::{self, Input};

/// Extensions of such files. Files with others are checked only if a person
/// named them.
const ENDINGS: &[&str] = &[
    "doc", "dot", "wps", "wpt", "rtf", "odt", "ott", "docx", "docm", "dotx",
];

/// Number of bytes from the beginning that show the format.
const HEAD: u64 = 256;

/// If the file has to be converted: the extension of its format, and its bytes.
pub fn foreign(input: &Input) -> Option<(&'static str, Vec<u8>)> {
    let extension = input.extension();
    if !input.named && !ENDINGS.contains(&extension.as_str()) {
        return None;
    }
    kind(&files::head(&input.path, HEAD)?, true, &extension)?;
    let bytes = files::read(&input.path).ok()?;
    let ending = kind(&bytes, false, &extension)?;
    let bytes = match ending {
        "rtf" => rtf::with_numbers_as_text(&bytes).into_owned(),
        _ => bytes,
    };
    Some((ending, bytes))
}

/// The extension of the format. If `is_head`, only the beginning is known, and
/// the result is only a possibility.
fn kind(bytes: &[u8], is_head: bool, extension: &str) -> Option<&'static str> {
    if bytes.starts_with(b"{\\rtf") {
        return Some("rtf");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let kind = b"mimetypeapplication/vnd.oasis.opendocument.text";
        let named = bytes.get(30..).unwrap_or_default();
        return named.starts_with(kind).then_some("odt");
    }
    if !bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return None;
    }
    // The parts of such a file are named in UTF-16.
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    if is_head || (has("WordDocument") && !has("EncryptedPackage")) {
        Some("doc")
    } else if extension == "wps" && has("CONTENTS") {
        Some("wps")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_the_format() {
        let old = |part: &str| {
            let name: Vec<u8> = part.encode_utf16().flat_map(u16::to_le_bytes).collect();
            [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &name].concat()
        };
        let odt = [
            b"PK\x03\x04".as_slice(),
            &[0; 26],
            b"mimetypeapplication/vnd.oasis.opendocument.textPK",
        ]
        .concat();
        for (bytes, extension, wanted) in [
            (old("WordDocument"), "wps", Some("doc")),
            (old("CONTENTS"), "wps", Some("wps")),
            (old("Workbook"), "doc", None),
            (old("EncryptedPackage"), "docx", None),
            (b"{\\rtf1".to_vec(), "doc", Some("rtf")),
            (odt, "odt", Some("odt")),
            (b"PK\x03\x04".to_vec(), "docx", None),
            (b"plain".to_vec(), "doc", None),
        ] {
            assert_eq!(kind(&bytes, false, extension), wanted, "{extension}");
        }
    }
}
