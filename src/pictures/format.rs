//! Detects the format of a picture from its first bytes.

/// A format that browsers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Jpeg,
    Png,
    Webp,
    Gif,
    Avif,
    Svg,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Gif,
        Self::Avif,
        Self::Svg,
    ];

    /// Its common name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
            Self::Gif => "GIF",
            Self::Avif => "AVIF",
            Self::Svg => "SVG",
        }
    }

    /// The extensions of its files, the usual one first.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Webp => &["webp"],
            Self::Gif => &["gif"],
            Self::Avif => &["avif"],
            Self::Svg => &["svg"],
        }
    }

    /// Whether the path has an extension of this format.
    pub fn fits(self, path: &str) -> bool {
        self.endings().contains(&ending(path).as_str())
    }
}

/// The extension of a path, in lower case.
pub fn ending(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.to_ascii_lowercase()
}

/// Whether a file's extension is that of a picture, which may contain metadata.
pub fn has_picture_ending(path: &str) -> bool {
    Format::ALL.iter().any(|format| format.fits(path))
}

/// What the first bytes of a file show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniffed {
    /// A format that browsers show.
    Format(Format),
    /// A picture in a format that browsers can't show, or that isn't allowed on
    /// a page.
    Unshown(&'static str),
    /// Not a picture.
    Unknown,
}

/// Detects a file's format.
pub fn sniff(bytes: &[u8]) -> Sniffed {
    let brand = bytes.get(4..12);
    let unshown: [(&[u8], &'static str); 7] = [
        (b"BM", "BMP"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"8BPS", "Photoshop"),
        (b"\xD7\xCD\xC6\x9A", "WMF"),
        (b"\x01\0\0\0", "EMF"),
        (b"%PDF", "PDF"),
    ];
    if bytes.starts_with(b"\xFF\xD8\xFF") {
        Sniffed::Format(Format::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
        Sniffed::Format(Format::Png)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Sniffed::Format(Format::Webp)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Sniffed::Format(Format::Gif)
    } else if let Some(b"ftypavif" | b"ftypavis") = brand {
        Sniffed::Format(Format::Avif)
    } else if let Some(b"ftypheic" | b"ftypheix" | b"ftyphevc" | b"ftypmif1") = brand {
        Sniffed::Unshown("HEIC")
    } else if let Some((_, name)) = unshown.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        Sniffed::Unshown(name)
    } else if is_svg(bytes) {
        Sniffed::Format(Format::Svg)
    } else {
        Sniffed::Unknown
    }
}

/// Whether the first element is `svg`, after a declaration, comments and the
/// like.
fn is_svg(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4096)];
    let text = String::from_utf8_lossy(start);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    text.starts_with('<') && text.contains("<svg")
}

/// The size of a GIF, read from its header.
pub fn gif_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let size = bytes
        .strip_prefix(b"GIF8")
        .and_then(|rest| rest.get(2..6))?;
    let side = |at: usize| u32::from(u16::from_le_bytes([size[at], size[at + 1]]));
    Some((side(0), side(2))).filter(|(width, height)| *width > 0 && *height > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_format() {
        for (bytes, expected) in [
            (&b"\xFF\xD8\xFF\xE0"[..], Sniffed::Format(Format::Jpeg)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Sniffed::Format(Format::Webp)),
            (b"RIFF\0\0\0\0WAVE", Sniffed::Unknown),
            (b"\0\0\0\x18ftypheic", Sniffed::Unshown("HEIC")),
            (b"BM6\0", Sniffed::Unshown("BMP")),
            (
                b"<?xml version=\"1.0\"?><svg/>",
                Sniffed::Format(Format::Svg),
            ),
            (b"<!DOCTYPE html><p>", Sniffed::Unknown),
            (b"", Sniffed::Unknown),
        ] {
            assert_eq!(sniff(bytes), expected);
        }
        assert!(Format::Jpeg.fits("content/a.JPEG"));
        assert!(!Format::Jpeg.fits("content/a.png"));
    }

    #[test]
    fn a_gif_says_its_size_first() {
        assert_eq!(gif_size(b"GIF89a\x10\0\x20\x01\0"), Some((16, 288)));
        assert_eq!(gif_size(b"GIF89a\0\0"), None);
        assert_eq!(gif_size(b"GIF89a\0\0\x01\0"), None);
    }
}
