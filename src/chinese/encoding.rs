//! Decodes text: UTF-8, UTF-16 with a byte order mark, GB18030, Big5.
//!
//! The bytes decide, not the file's name. Chinese text that isn't UTF-8 is
//! nearly always GB18030 (which includes GBK, GB2312 and "ANSI"), but nearly
//! every sequence of bytes decodes to *something* in it. So a decoding is
//! accepted only when its characters are those of Chinese prose. Otherwise the
//! file is refused: a refused file can be saved again, but a mangled one looks
//! as if it had been imported.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_16BE, UTF_16LE};

use search::analysis::is_han;

/// One broken byte per this many is tolerated in text that is otherwise sound.
const BROKEN_SHARE: usize = 100;

/// The percentage of characters beyond ASCII that must be frequent characters
/// or Chinese punctuation. It is above 95 in legal texts, and below 60 in GBK
/// read as Big5 or the reverse.
const FREQUENT_PERCENT: usize = 75;

/// A decoded text, and the encoding that it was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    /// The encoding's name; `None` for sound UTF-8.
    pub encoding: Option<&'static str>,
}

impl Decoded {
    fn plain(text: String) -> Self {
        let encoding = None;
        Self { text, encoding }
    }

    fn from(text: impl Into<String>, encoding: &'static str) -> Self {
        let text = text.into();
        let encoding = Some(encoding);
        Self { text, encoding }
    }
}

/// Decodes a text file.
///
/// # Errors
/// When it is no text, or its encoding can't be determined; says why.
pub fn decode(bytes: &[u8]) -> Result<Decoded, &'static str> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf8(rest).ok_or_else(|| unknown(bytes));
    }
    for (mark, encoding) in [(b"\xFF\xFE", UTF_16LE), (b"\xFE\xFF", UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let (text, broken) = encoding.decode_without_bom_handling(rest);
            let lost = text.matches('\u{FFFD}').count();
            if broken && lost * BROKEN_SHARE > text.chars().count() {
                return Err(unknown(bytes));
            }
            return Ok(Decoded::from(text, encoding.name()));
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded::plain(text.to_owned()));
    }
    let nuls = bytes.iter().filter(|byte| **byte == 0).count();
    if nuls * 10 > bytes.len() {
        return Err(unknown(bytes));
    }
    if let Some(decoded) = utf8(bytes) {
        return Ok(decoded);
    }
    let gbk = quality(bytes, GB18030);
    let big5 = quality(bytes, BIG5);
    let encoding = choose(gbk, big5).ok_or_else(|| unknown(bytes))?;
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let name = if encoding == GB18030 {
        "GBK（GB18030）"
    } else {
        "Big5"
    };
    Ok(Decoded::from(text, name))
}

/// Decodes UTF-8 with a few broken bytes: a file cut off in the middle of a
/// character, or two files joined.
fn utf8(bytes: &[u8]) -> Option<Decoded> {
    let text = String::from_utf8_lossy(bytes);
    let lost = text.matches('\u{FFFD}').count();
    let sound = text.chars().filter(|c| is_han(*c)).count();
    if lost == 0 {
        return Some(Decoded::plain(text.into_owned()));
    }
    // GBK read as UTF-8 yields hardly any Han characters.
    (lost * BROKEN_SHARE <= sound.max(BROKEN_SHARE) && sound > lost * 10)
        .then(|| Decoded::from(text, DAMAGED))
}

/// The name of UTF-8 that has broken bytes.
pub const DAMAGED: &str = "UTF-8，有损坏";

/// How much a decoding resembles Chinese prose.
#[derive(Clone, Copy, Debug, Default)]
struct Quality {
    /// Percentage of frequent characters among those beyond ASCII, not counting
    /// box-drawing characters; 0 when too much is broken.
    frequent: usize,
    /// Number of the most common characters per thousand Han characters.
    commonest: usize,
    /// How often a box-drawing character follows the same one, as in drawn lines.
    drawn: usize,
}

/// Characters, in both scripts, that occur in nearly every Chinese text of some
/// length.
const COMMONEST: &str = "的一是不了在有人和中大上个個国國这這以要他到说說于於为為及其与與对對应應行第条條章规規定法办辦年月日会會委员員政府责責任工作制度本党";

/// Least number of repeated box-drawing characters that shows a drawn table.
const DRAWN: usize = 4;

/// Chooses the encoding in which the bytes are prose; `None` when that holds
/// for neither, or perhaps for both.
fn choose(gbk: Quality, big5: Quality) -> Option<&'static Encoding> {
    let fits = |quality: Quality| quality.frequent >= FREQUENT_PERCENT;
    match (fits(gbk), fits(big5)) {
        (true, false) => Some(GB18030),
        (false, true) => (big5.commonest > 0).then_some(BIG5),
        (false, false) => None,
        (true, true) if gbk.commonest > big5.commonest * 2 => Some(GB18030),
        (true, true) if big5.commonest > gbk.commonest * 2 => Some(BIG5),
        // The lines of a drawn table read as repeated characters in the other.
        (true, true) if gbk.drawn >= DRAWN && big5.drawn == 0 => Some(GB18030),
        (true, true) if big5.drawn >= DRAWN && gbk.drawn == 0 => Some(BIG5),
        (true, true) => None,
    }
}

/// Measures a decoding.
fn quality(bytes: &[u8], encoding: &'static Encoding) -> Quality {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let mut all = 0_usize;
    let mut frequent = 0;
    let mut lost = 0;
    let (mut han, mut commonest, mut drawn) = (0_usize, 0, 0);
    let mut before = ' ';
    for c in text.chars().filter(|c| !c.is_ascii()) {
        // In the other encoding, lines and signs are frequent characters.
        if ('\u{2460}'..='\u{27BF}').contains(&c) {
            drawn += usize::from(('\u{2500}'..='\u{257F}').contains(&c) && c == before);
            before = c;
            continue;
        }
        before = c;
        all += 1;
        lost += usize::from(c == '\u{FFFD}');
        frequent += usize::from(is_frequent(c, encoding));
        han += usize::from(is_han(c));
        commonest += usize::from(COMMONEST.contains(c));
    }
    // One broken byte is allowed even in a very short text.
    if all == 0 || (broken && lost > 1 && lost * BROKEN_SHARE > all) {
        return Quality::default();
    }
    Quality {
        frequent: frequent * 100 / all,
        commonest: commonest * 1000 / han.max(1),
        drawn,
    }
}

/// Whether a character is frequent in its encoding: level 1 of GB 2312 or of
/// Big5, or Chinese punctuation.
fn is_frequent(c: char, encoding: &'static Encoding) -> bool {
    if is_punctuation(c) {
        return true;
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = encoding.encode(c.encode_utf8(&mut buffer));
    if unmappable || bytes.len() != 2 {
        return false;
    }
    if encoding == BIG5 {
        (0xA4..=0xC6).contains(&bytes[0])
    } else {
        is_level_one(&bytes)
    }
}

/// Whether GBK bytes encode a character of GB 2312's first level, the 3,755
/// that make up nearly all modern text.
pub fn is_level_one(bytes: &[u8]) -> bool {
    matches!(bytes, [0xB0..=0xD7, 0xA1..=0xFE])
}

/// Whether a character is Chinese punctuation.
pub fn is_punctuation(c: char) -> bool {
    "、。·…—～“”‘’〔〕〈〉《》「」『』【】（），．：；？！％　〇○□".contains(c)
        || ('０'..='９').contains(&c)
}

fn unknown(bytes: &[u8]) -> &'static str {
    let nuls = bytes.iter().filter(|byte| **byte == 0).count();
    if nuls * 10 > bytes.len() {
        "文件内容大部分为二进制数据，不是文本；属于无标记的 UTF-16 文本的，请用记事本打开，\
         另存为 UTF-8"
    } else {
        "无法识别文字编码（不是 UTF-8、UTF-16、GBK 或 Big5），未读取；请用记事本打开，\
         确认文字无误后另存为 UTF-8"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "第一条　为了示例，制定本办法。\n第二条　本办法自公布之日起施行。\n";

    fn decoded(bytes: &[u8]) -> (Result<String, String>, Option<String>) {
        match decode(bytes) {
            Ok(Decoded { text, encoding }) => (Ok(text), encoding.map(str::to_owned)),
            Err(why) => (Err(why.to_owned()), None),
        }
    }

    #[test]
    fn every_encoding_is_told_by_its_bytes() {
        let (gbk, _, _) = GB18030.encode(PROSE);
        let (big5, _, _) =
            BIG5.encode("第一條　為了示例，制定本辦法。\n本辦法自公布之日起施行。\n");
        let utf16: Vec<u8> = std::iter::once(0xFEFF)
            .chain(PROSE.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let with_mark = [b"\xEF\xBB\xBF", PROSE.as_bytes()].concat();
        assert_eq!(decoded(PROSE.as_bytes()), (Ok(PROSE.to_owned()), None));
        assert_eq!(decoded(&with_mark), (Ok(PROSE.to_owned()), None));
        assert_eq!(
            decoded(&utf16),
            (Ok(PROSE.to_owned()), Some("UTF-16LE".to_owned()))
        );
        assert_eq!(
            decoded(&gbk),
            (Ok(PROSE.to_owned()), Some("GBK（GB18030）".to_owned()))
        );
        assert_eq!(decoded(&big5).1, Some("Big5".to_owned()));
    }

    #[test]
    fn a_drawn_table_is_read_in_the_encoding_of_its_words() {
        let table =
            "┌──┬──────┐\n│序号│责任事项    │\n├──┼──────┤\n│1   │落实主体责任│\n└──┴──────┘\n"
                .repeat(3);
        let (gbk, _, lossy) = GB18030.encode(&table);
        assert!(!lossy);
        assert_eq!(
            decoded(&gbk),
            (Ok(table.clone()), Some("GBK（GB18030）".to_owned()))
        );
        let lines = "┌──────┐\n│      │\n└──────┘\n".repeat(20);
        let (gbk, _, _) = GB18030.encode(&lines);
        assert!(decoded(&gbk).0.is_err(), "no word tells what it is");
    }

    #[test]
    fn what_is_no_chinese_text_is_refused() {
        let noise: Vec<u8> = (0..4000_u32).map(|n| (n * n / 7 % 251) as u8).collect();
        assert!(decoded(&noise).0.is_err());
        assert!(decoded(&[0; 100]).0.is_ok(), "NULs alone are UTF-8");
        let bare: Vec<u8> = PROSE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        // Either refused, or no valid sequence by chance; never garbage.
        if let Ok(text) = decoded(&bare).0 {
            assert!(text.contains("第一条"), "{text}");
        }
    }

    #[test]
    fn a_broken_byte_is_a_gap_and_no_reason_to_refuse() {
        let (gbk, _, _) = GB18030.encode(PROSE);
        let (text, name) = decoded(&[&gbk[..], b"\x81\n"].concat());
        assert_eq!(text, Ok(format!("{PROSE}\u{FFFD}\n")));
        assert_eq!(name.as_deref(), Some("GBK（GB18030）"));
    }

    #[test]
    fn a_few_broken_bytes_do_not_make_a_text_gbk() {
        let mut bytes = PROSE.repeat(10).into_bytes();
        bytes.truncate(bytes.len() - 2);
        let (text, name) = decoded(&bytes);
        assert!(text.is_ok_and(|text| text.starts_with("第一条")));
        assert_eq!(name.as_deref(), Some("UTF-8，有损坏"));
    }
}
