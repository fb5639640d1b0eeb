//! Removes metadata from a picture's file: place and time of the photo, the
//! camera's serial number, its owner's name, previews that show cropped parts,
//! and anything else between its parts or after its end. Colours and
//! orientation stay. Nothing is decoded.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::avif;
use super::format::Format;

/// Most bytes of an unpacked colour profile; profiles of printing presses have
/// two million. In a PNG, a packed profile can expand a thousandfold.
const LARGEST_PROFILE: u64 = 4 << 20;

/// A picture's file without metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stripped {
    /// The file.
    pub bytes: Vec<u8>,
    /// The orientation that Exif stated, in Exif's numbering, if it is no
    /// longer in the file.
    pub orientation: Option<u8>,
}

/// Removes metadata; `None` when the file doesn't follow its format.
pub fn strip(format: Format, bytes: &[u8]) -> Option<Stripped> {
    let upright = |bytes| Stripped {
        bytes,
        orientation: None,
    };
    match format {
        Format::Jpeg => jpeg(bytes).map(upright),
        Format::Png => png(bytes),
        Format::Webp => webp(bytes),
        Format::Gif => gif(bytes).map(upright),
        Format::Avif => avif::strip(bytes).map(upright),
        Format::Svg => None,
    }
}

/// Keeps JFIF (APP0), colour profiles (APP2) and Adobe's colour encoding
/// (APP14). Of Exif, only the orientation is kept.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..2)?.to_vec();
    let mut rest = &bytes[2..];
    let mut orientation = None;
    loop {
        let marker = *rest.get(1).filter(|_| rest[0] == 0xFF)?;
        if marker == 0xFF {
            rest = &rest[1..]; // A fill byte.
            continue;
        }
        let length = usize::from(u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]));
        let segment = rest.get(..2 + length).filter(|_| length >= 2)?;
        if marker == 0xDA {
            if let Some(value) = orientation {
                out.splice(2..2, upright_exif(value));
            }
            // Anything after the end of the picture is dropped.
            let end = end_of_image(rest)?;
            out.extend_from_slice(&rest[..end]);
            return Some(out);
        }
        let payload = &segment[4..];
        match marker {
            0xE1 => {
                let exif = payload.strip_prefix(b"Exif\0\0");
                orientation = orientation.or_else(|| exif.and_then(exif_orientation));
            }
            0xE0 => out.extend(jfif(payload)),
            0xE2 if !payload.starts_with(b"ICC_PROFILE\0") => {}
            0xE3..=0xED | 0xEF | 0xFE => {}
            _ => out.extend_from_slice(segment),
        }
        rest = &rest[2 + length..];
    }
}

/// A JFIF segment with version and density, without a preview.
fn jfif(payload: &[u8]) -> Vec<u8> {
    match payload.get(..12).filter(|head| head.starts_with(b"JFIF\0")) {
        Some(head) => [b"\xFF\xE0\0\x10", head, b"\0\0"].concat(),
        None => Vec::new(),
    }
}

/// The end of the first picture. Inside coded data, the first byte of a marker
/// is followed by 0 or by a restart marker. A progressive picture has several
/// scans with tables between them.
fn end_of_image(scan: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        // A segment with a length: the head of a scan, or tables.
        let length = usize::from(u16::from_be_bytes([*scan.get(at + 2)?, *scan.get(at + 3)?]));
        at += 2 + length;
        loop {
            let next = scan.get(at..)?.iter().position(|byte| *byte == 0xFF)? + at;
            match *scan.get(next + 1)? {
                0xD9 => return Some(next + 2),
                0 | 0xD0..=0xD7 => at = next + 2,
                0xFF => at = next + 1,
                _ => {
                    at = next;
                    break;
                }
            }
        }
    }
}

/// The tag 0x0112 of the first directory; `None` if the picture is upright.
fn exif_orientation(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let pair = [*tiff.get(at)?, *tiff.get(at.checked_add(1)?)?];
        Some(if little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        })
    };
    let long = |at: usize| -> Option<usize> {
        let (first, second) = (usize::from(short(at)?), usize::from(short(at + 2)?));
        Some(if little {
            second << 16 | first
        } else {
            first << 16 | second
        })
    };
    let directory = long(4)?;
    let entries = usize::from(short(directory)?);
    (0..entries).find_map(|entry| {
        let at = directory.checked_add(2 + 12 * entry)?;
        (short(at)? == 0x0112).then_some(())?;
        let value = u8::try_from(short(at + 8)?).ok()?;
        (2..=8).contains(&value).then_some(value)
    })
}

/// An Exif segment that contains only the orientation.
fn upright_exif(orientation: u8) -> Vec<u8> {
    let mut segment = vec![0xFF, 0xE1, 0, 34];
    segment.extend_from_slice(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    segment.push(orientation);
    segment.extend_from_slice(&[0; 6]);
    segment
}

/// PNG chunks that determine how the picture looks or is animated.
const PNG_CHUNKS: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"sBIT",
    b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT", b"cICP", b"mDCV",
];

/// Removes all chunks that don't determine how the picture looks.
fn png(bytes: &[u8]) -> Option<Stripped> {
    let mut out = bytes.get(..8)?.to_vec();
    let mut rest = &bytes[8..];
    let mut orientation = None;
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().expect("four bytes"));
        let chunk = rest.get(..usize::try_from(length).ok()?.checked_add(12)?)?;
        let data = &chunk[8..chunk.len() - 4];
        match &chunk[4..8] {
            b"eXIf" => orientation = orientation.or_else(|| exif_orientation(data)),
            b"iCCP" if !is_small_profile(data) => {}
            kind if PNG_CHUNKS.iter().any(|kept| kept[..] == *kind) => {
                out.extend_from_slice(chunk);
            }
            _ => {}
        }
        if &chunk[4..8] == b"IEND" {
            return Some(Stripped {
                bytes: out,
                orientation,
            });
        }
        rest = &rest[chunk.len()..];
    }
}

/// Whether a profile (name, zero byte, method, packed bytes) unpacks to at most
/// the allowed size.
fn is_small_profile(chunk: &[u8]) -> bool {
    let name = chunk.iter().position(|byte| *byte == 0);
    let packed = name.and_then(|end| chunk.get(end + 2..)).unwrap_or(&[]);
    let mut unpacked = ZlibDecoder::new(packed).take(LARGEST_PROFILE + 1);
    let length = std::io::copy(&mut unpacked, &mut std::io::sink());
    length.is_ok_and(|length| length <= LARGEST_PROFILE)
}

/// Removes Exif, XMP, their flags in the header, and unknown chunks.
fn webp(bytes: &[u8]) -> Option<Stripped> {
    let mut out = bytes.get(..12)?.to_vec();
    let size = u32::from_le_bytes(bytes[4..8].try_into().expect("four bytes"));
    let end = usize::try_from(size).ok()?.checked_add(8)?;
    // Some programs write a length that is off by one.
    let mut rest = &bytes[12..end.clamp(12, bytes.len())];
    let mut orientation = None;
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest.get(4..8)?.try_into().expect("four bytes"));
        let length = usize::try_from(length).ok()?;
        // Chunks are padded to even lengths; the last padding is often missing.
        let end = length.checked_add(8 + length % 2)?.min(rest.len());
        let chunk = rest.get(..end).filter(|_| rest.len() >= length + 8)?;
        match &chunk[..4] {
            b"EXIF" => {
                let tiff = &chunk[8..];
                let tiff = tiff.strip_prefix(b"Exif\0\0").unwrap_or(tiff);
                orientation = orientation.or_else(|| exif_orientation(tiff));
            }
            b"VP8X" => {
                let start = out.len();
                out.extend_from_slice(chunk);
                *out.get_mut(start + 8)? &= !0b0000_1100;
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP" => {
                out.extend_from_slice(chunk);
            }
            _ => {}
        }
        rest = &rest[end..];
    }
    let size = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    Some(Stripped {
        bytes: out,
        orientation,
    })
}

/// Removes comments and application data, except for the number of times that
/// an animation repeats.
fn gif(bytes: &[u8]) -> Option<Vec<u8>> {
    let colours = |flags: u8| match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    };
    let head = 13 + colours(*bytes.get(10)?);
    let mut out = bytes.get(..head)?.to_vec();
    let mut rest = &bytes[head..];
    loop {
        let (before, is_kept) = match rest.first() {
            // The end marker is often missing.
            Some(0x3B) | None => {
                out.push(0x3B);
                return Some(out);
            }
            Some(0x2C) => (11 + colours(*rest.get(9)?), true),
            Some(0x21) => {
                let is_loop = |name: &[u8]| rest.get(3..14) == Some(name);
                let is_kept = match rest.get(1)? {
                    0x01 | 0xF9 => true,
                    0xFF => is_loop(b"NETSCAPE2.0") || is_loop(b"ANIMEXTS1.0"),
                    _ => false,
                };
                (2, is_kept)
            }
            Some(_) => return None,
        };
        let mut end = before;
        while let length @ 1.. = usize::from(*rest.get(end)?) {
            end += 1 + length;
        }
        let block = rest.get(..=end)?;
        if is_kept {
            out.extend_from_slice(block);
        }
        rest = &rest[end + 1..];
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
        let mut segment = vec![0xFF, marker];
        let length = u16::try_from(payload.len() + 2).expect("short");
        segment.extend_from_slice(&length.to_be_bytes());
        segment.extend_from_slice(payload);
        segment
    }

    fn jpeg_of(segments: &[Vec<u8>]) -> Vec<u8> {
        let mut file = vec![0xFF, 0xD8];
        file.extend(segments.concat());
        file.extend(segment(0xDA, &[1, 2, 3]));
        file.extend([5, 0xFF, 0, 6, 0xFF, 0xD0, 7, 0xFF, 0xD9]);
        file
    }

    #[test]
    fn a_jpeg_keeps_its_colours_and_its_way_up() {
        let jfif = segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0");
        let preview_in_head = segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x09\x09/*script");
        let foreign = segment(0xE0, b"*/=1;alert(1)");
        let profile = segment(0xE2, b"ICC_PROFILE\0abc");
        let exif = segment(
            0xE1,
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0GPS: 39.9",
        );
        let xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>");
        let preview = segment(0xE2, b"MPF\0preview");
        let tables = segment(0xDB, b"tables");
        let comment = segment(0xFE, b"by somebody");
        let given = [
            preview_in_head,
            foreign,
            exif,
            xmp,
            profile.clone(),
            preview,
            comment,
            tables.clone(),
        ];
        let mut file = jpeg_of(&given);
        file.extend_from_slice(b"a second picture");
        let stripped = strip(Format::Jpeg, &file).expect("it is a JPEG").bytes;
        let kept = jpeg_of(&[upright_exif(6), jfif, profile, tables]);
        assert_eq!(stripped, kept);
        // A clean file stays unchanged.
        let again = strip(Format::Jpeg, &kept).map(|stripped| stripped.bytes);
        assert_eq!(again, Some(kept.clone()));
        assert!(!stripped.windows(3).any(|w| w == b"GPS"));
    }

    #[test]
    fn the_way_up_is_read_as_it_was_written() {
        for value in 2..=8 {
            let exif = upright_exif(value);
            assert_eq!(exif.len(), 36);
            assert_eq!(exif_orientation(&exif[10..]), Some(value));
        }
        assert_eq!(exif_orientation(b"II*\0\xFF\xFF\xFF\xFF"), None);
    }

    #[test]
    fn a_png_loses_texts() {
        let chunk = |name: &[u8; 4], data: &[u8]| {
            let mut chunk = u32::try_from(data.len())
                .expect("short")
                .to_be_bytes()
                .to_vec();
            chunk.extend_from_slice(name);
            chunk.extend_from_slice(data);
            chunk.extend_from_slice(b"crc.");
            chunk
        };
        let head = b"\x89PNG\r\n\x1A\n".to_vec();
        let (ihdr, idat, iend) = (
            chunk(b"IHDR", b"x"),
            chunk(b"IDAT", b"y"),
            chunk(b"IEND", b""),
        );
        let text = chunk(b"tEXt", b"Author");
        let private = chunk(b"prVt", b"<script>");
        let exif = chunk(b"eXIf", &upright_exif(6)[10..]);
        let profile = |length: usize| {
            let mut packed = ZlibEncoder::new(b"name\0\0".to_vec(), Compression::best());
            packed.write_all(&vec![0; length]).expect("memory");
            chunk(b"iCCP", &packed.finish().expect("memory"))
        };
        let (small, bomb) = (profile(9_000), profile(5 << 20));
        let given = [
            &head, &ihdr, &text, &private, &exif, &bomb, &small, &idat, &iend,
        ];
        let file = [&given.map(Vec::as_slice).concat()[..], b"<script>"].concat();
        let clean = Stripped {
            bytes: [head, ihdr, small, idat, iend].concat(),
            orientation: Some(6),
        };
        assert_eq!(strip(Format::Png, &file), Some(clean));
    }

    #[test]
    fn a_webp_loses_exif() {
        let chunk = |name: &[u8; 4], data: &[u8]| {
            let mut chunk = name.to_vec();
            chunk.extend(u32::try_from(data.len()).expect("short").to_le_bytes());
            chunk.extend_from_slice(data);
            chunk.extend(vec![0; data.len() % 2]);
            chunk
        };
        let file = |chunks: &[Vec<u8>]| {
            let chunks = chunks.concat();
            let mut file = b"RIFF".to_vec();
            file.extend(
                u32::try_from(chunks.len() + 4)
                    .expect("short")
                    .to_le_bytes(),
            );
            file.extend_from_slice(b"WEBP");
            file.extend(chunks);
            file
        };
        let given = file(&[
            chunk(b"VP8X", b"\x18\0\0\0abcdef"),
            chunk(b"VP8 ", b"xyz"),
            chunk(b"EXIF", &upright_exif(3)[10..]),
            chunk(b"what", b"<script>"),
        ]);
        let given = [&given[..], b"behind"].concat();
        let clean = file(&[chunk(b"VP8X", b"\x10\0\0\0abcdef"), chunk(b"VP8 ", b"xyz")]);
        let clean = Stripped {
            bytes: clean,
            orientation: Some(3),
        };
        assert_eq!(strip(Format::Webp, &given), Some(clean));
    }

    #[test]
    fn a_gif_loses_comments_and_what_follows() {
        let head = b"GIF89a\x01\0\x01\0\x80\0\0abcdef";
        let times = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0";
        let image = b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
        let file = [
            &head[..],
            times,
            b"\x21\xFF\x0BXMP DataXMP\x01x\0",
            b"\x21\xFE\x05hello\0",
            image,
            b"\x3B<script>",
        ];
        let clean = [&head[..], times, image, b"\x3B"].concat();
        let stripped = strip(Format::Gif, &file.concat()).map(|stripped| stripped.bytes);
        assert_eq!(stripped, Some(clean.clone()));
        for end in 14..clean.len() - 1 {
            let cut = strip(Format::Gif, &clean[..end]);
            assert!(cut.is_none_or(|cut| cut.bytes.ends_with(b"\x3B")));
        }
        assert_eq!(
            strip(Format::Gif, b"GIF89a/*\x01\0\0\0\0*/=1;alert(1)"),
            None
        );
    }

    #[test]
    fn broken_files_are_left_alone() {
        for format in [
            Format::Jpeg,
            Format::Png,
            Format::Webp,
            Format::Gif,
            Format::Avif,
        ] {
            for length in 0..40 {
                let _ = strip(format, &vec![0xFF; length]);
                let _ = strip(format, &vec![0; length]);
            }
        }
        let file = jpeg_of(&[segment(0xE1, b"Exif\0\0II*\0\xFE\xFF\xFF\xFF")]);
        for end in 0..file.len() {
            assert_eq!(strip(Format::Jpeg, &file[..end]), None);
        }
    }
}
