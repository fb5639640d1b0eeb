//! AVIF: nested boxes, as in video files. Metadata are separate items. Items
//! are found by their offset in the file, so those that are removed are
//! overwritten with zeros.

use std::ops::Range;

/// The file without metadata and without anything after its last box; `None`
/// when it isn't built of boxes.
pub fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let Some(found) = header(bytes, at..bytes.len()).filter(|found| is_known(found.kind))
        else {
            // After the picture.
            out.truncate(at);
            break;
        };
        match &found.kind {
            b"meta" => {
                for place in metadata(bytes, &found.content)? {
                    out.get_mut(place)?.fill(0);
                }
            }
            b"free" | b"skip" | b"uuid" => out[found.content.clone()].fill(0),
            _ => {}
        }
        at = found.content.end;
    }
    (at > 0).then_some(out)
}

fn is_known(kind: [u8; 4]) -> bool {
    [
        b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid",
    ]
    .contains(&&kind)
}

struct Found {
    kind: [u8; 4],
    content: Range<usize>,
}

/// The box that begins at the start of `within`.
fn header(bytes: &[u8], within: Range<usize>) -> Option<Found> {
    let at = within.start;
    let short = number(bytes, at, 4)?;
    let kind = bytes.get(at + 4..at + 8)?.try_into().ok()?;
    let (start, length) = match short {
        0 => (at + 8, within.len()),
        1 => (at + 16, number(bytes, at + 8, 8)?),
        _ => (at + 8, short),
    };
    let end = at.checked_add(length)?;
    let fits = start <= end && end <= within.end;
    fits.then_some(Found {
        kind,
        content: start..end,
    })
}

fn children(bytes: &[u8], within: Range<usize>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut rest = within;
    while let Some(child) = header(bytes, rest.clone()) {
        rest.start = child.content.end;
        found.push(child);
        if rest.is_empty() {
            break;
        }
    }
    found
}

/// The ranges of metadata, from the lists of items in the box `meta`.
fn metadata(bytes: &[u8], meta: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let boxes = children(bytes, meta.start.checked_add(4)?..meta.end);
    let find = |kind: &[u8; 4]| boxes.iter().find(|found| found.kind == *kind);
    let Some(list) = find(b"iinf") else {
        return Some(Vec::new());
    };
    let start = list.content.start;
    let entries = match bytes.get(start)? {
        0 => start + 6,
        _ => start + 8,
    };
    let mut items = Vec::new();
    for entry in children(bytes, entries..list.content.end) {
        let at = entry.content.start;
        let (id, kind) = match bytes.get(at)? {
            2 => (number(bytes, at + 4, 2)?, at + 8),
            3 => (number(bytes, at + 4, 4)?, at + 10),
            _ => continue,
        };
        if let Some(b"Exif" | b"mime" | b"uri ") = bytes.get(kind..kind + 4) {
            items.push(id);
        }
    }
    if items.is_empty() {
        return Some(Vec::new());
    }
    let data = find(b"idat").map_or(0, |found| found.content.start);
    places(bytes, find(b"iloc")?.content.start, data, &items)
}

/// The ranges of these items, from the box `iloc` at `at`.
fn places(bytes: &[u8], at: usize, data: usize, items: &[usize]) -> Option<Vec<Range<usize>>> {
    let version = *bytes.get(at)?;
    let sizes = [*bytes.get(at + 4)?, *bytes.get(at + 5)?];
    let [offset, length] = [sizes[0] >> 4, sizes[0] & 15].map(usize::from);
    let [base, index] = [sizes[1] >> 4, sizes[1] & 15].map(usize::from);
    let index = if version == 0 { 0 } else { index };
    let wide = if version < 2 { 2 } else { 4 };
    let mut at = at + 6;
    let mut take = |size: usize| {
        let value = number(bytes, at, size);
        at += size;
        value
    };
    let mut found = Vec::new();
    for _ in 0..take(wide)? {
        let id = take(wide)?;
        let method = if version == 0 { 0 } else { take(2)? & 15 };
        take(2)?;
        let start = take(base)?;
        for _ in 0..take(2)? {
            take(index)?;
            let (offset, length) = (take(offset)?, take(length)?);
            if items.contains(&id) {
                let origin = if method == 1 { data } else { 0 };
                let start = origin.checked_add(start)?.checked_add(offset)?;
                let end = start.checked_add(length)?;
                found.push(start..end);
            }
        }
    }
    Some(found)
}

/// A big-endian number of `size` bytes.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(size)?)?;
    let value = bytes
        .iter()
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    usize::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).expect("short");
        [&length.to_be_bytes()[..], kind, content].concat()
    }

    /// A picture with the image as item 1 and Exif as item 2, both in `mdat`.
    fn picture() -> Vec<u8> {
        let entry = |id: u8, kind: &[u8; 4]| {
            boxed(
                b"infe",
                &[&[2, 0, 0, 0, 0, id, 0, 0], &kind[..], b"\0"].concat(),
            )
        };
        let list = [
            &[0, 0, 0, 0, 0, 2][..],
            &entry(1, b"av01"),
            &entry(2, b"Exif"),
        ]
        .concat();
        let build = |picture: u8, exif: u8| {
            let item = |id, place| [0, id, 0, 0, 0, 1, 0, 0, 0, place, 0, 0, 0, 4];
            let locations = [
                &[0, 0, 0, 0, 0x44, 0, 0, 2][..],
                &item(1, picture),
                &item(2, exif),
            ]
            .concat();
            let meta = [
                &[0; 4][..],
                &boxed(b"iinf", &list),
                &boxed(b"iloc", &locations),
            ];
            let file = [boxed(b"ftyp", b"avif"), boxed(b"meta", &meta.concat())];
            file.concat()
        };
        let data = u8::try_from(build(0, 0).len() + 8).expect("short");
        [build(data, data + 4), boxed(b"mdat", b"LOOKSHOT")].concat()
    }

    #[test]
    fn exif_becomes_zeros_and_what_follows_is_cut() {
        let whole = picture();
        let stripped = strip(&[&whole[..], b"<script>alert(1)</script>"].concat());
        let stripped = stripped.expect("it is built of boxes");
        assert_eq!(stripped.len(), whole.len());
        assert!(stripped.ends_with(b"LOOK\0\0\0\0"));
        assert_eq!(stripped[..whole.len() - 4], whole[..whole.len() - 4]);
    }

    #[test]
    fn what_is_broken_is_no_picture() {
        let whole = picture();
        for end in 0..whole.len() {
            let _ = strip(&whole[..end]);
            let mut other = whole.clone();
            other[end] ^= 0xFF;
            let _ = strip(&other);
        }
        assert_eq!(strip(b"<script>"), None);
    }
}
