//! Encodes integers and strings as bytes.

use super::FormatError;

const NOT_A_CHARACTER: FormatError = FormatError::Content("not a character");

/// Characters that are stored in two bytes: a lead byte and the low byte of the
/// code point. Blocks begin at multiples of 256.
struct Block {
    from: u32,
    to: u32,
    lead: u8,
}

impl Block {
    const fn new(from: u32, to: u32, lead: u8) -> Self {
        Self { from, to, lead }
    }

    fn holds(&self, code: u32) -> bool {
        (self.from..=self.to).contains(&code)
    }
}

/// Chinese characters and the blocks that contain their punctuation.
const BLOCKS: [Block; 4] = [
    Block::new(0x4e00, 0x9fff, 0x80),
    Block::new(0x3000, 0x30ff, 0xe0),
    Block::new(0xff00, 0xffff, 0xe1),
    Block::new(0x2000, 0x20ff, 0xe2),
];

/// Lead byte of a character whose code point follows in three bytes.
const OTHER: u8 = 0xff;

/// Appends values to a buffer.
#[derive(Debug, Default)]
pub struct Writer {
    /// The bytes written so far.
    pub bytes: Vec<u8>,
}

impl Writer {
    /// Writes an unsigned integer, seven bits per byte, low bits first.
    pub fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// Writes a length and that many bytes.
    pub fn slice(&mut self, bytes: &[u8]) {
        self.varint(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes a string after its length in bytes. A Chinese character takes two
    /// bytes instead of three as in UTF-8, and deflates to a tenth less:
    /// deflate works on bytes, and the first of three carries hardly any
    /// information.
    pub fn string(&mut self, text: &str) {
        let mut bytes = Vec::with_capacity(text.len());
        for ch in text.chars() {
            let code = ch as u32;
            let low = code as u8;
            match BLOCKS.iter().find(|block| block.holds(code)) {
                Some(block) => {
                    bytes.extend([block.lead + ((code - block.from) >> 8) as u8, low]);
                }
                None if code < 0x80 => bytes.push(low),
                None => bytes.extend([OTHER, (code >> 16) as u8, (code >> 8) as u8, low]),
            }
        }
        self.slice(&bytes);
    }

    /// Writes the number of strings, then the strings.
    pub fn strings<S: AsRef<str>>(&mut self, texts: &[S]) {
        self.varint(texts.len() as u64);
        for text in texts {
            self.string(text.as_ref());
        }
    }

    /// Writes the number of characters, then each ascending character as the
    /// difference from the previous one.
    pub fn ascending_chars(&mut self, chars: impl ExactSizeIterator<Item = char>) {
        self.varint(chars.len() as u64);
        let mut previous = 0;
        for ch in chars {
            debug_assert!(previous <= ch as u32, "characters ascend");
            self.varint(u64::from(ch as u32 - previous));
            previous = ch as u32;
        }
    }

    /// Writes short strings in columns; the reader must know how many. First
    /// the lengths in characters, then the high bits of the characters, then
    /// their low bytes. For Chinese text, each column compresses better than
    /// the strings in sequence.
    pub fn columns<'s>(&mut self, texts: impl Iterator<Item = &'s str> + Clone) {
        for text in texts.clone() {
            self.varint(text.chars().count() as u64);
        }
        for ch in texts.clone().flat_map(str::chars) {
            self.varint(u64::from(ch as u32 >> 8));
        }
        self.bytes
            .extend(texts.flat_map(str::chars).map(|ch| ch as u32 as u8));
    }

    /// Writes the number of ascending strings, then the strings in columns: the
    /// differences of the first characters, then the rest of each string.
    pub fn ascending_strings(&mut self, texts: &[String]) {
        let first = |text: &String| text.chars().next().unwrap_or('\0');
        self.ascending_chars(texts.iter().map(first));
        let rest = |text: &'_ String| text.chars().next().map_or(0, char::len_utf8);
        self.columns(texts.iter().map(|text| &text[rest(text)..]));
    }

    /// Writes a 32-bit float, little-endian.
    pub fn float(&mut self, value: f32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }
}

/// Reads values from an untrusted buffer.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `bytes` from their start.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Reads one byte.
    pub fn byte(&mut self) -> Result<u8, FormatError> {
        let (&first, rest) = self.rest.split_first().ok_or(FormatError::Length)?;
        self.rest = rest;
        Ok(first)
    }

    /// Reads an integer that [`Writer::varint`] wrote.
    pub fn varint(&mut self) -> Result<u64, FormatError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(FormatError::Content("integer too long"))
    }

    /// Reads an integer that must fit in 32 bits.
    pub fn u32(&mut self) -> Result<u32, FormatError> {
        u32::try_from(self.varint()?).map_err(|_| FormatError::Content("integer too large"))
    }

    /// Reads the number of items of at least one byte each. It never exceeds
    /// the number of bytes left, so that damaged data cannot cause huge
    /// allocations.
    pub fn count(&mut self) -> Result<usize, FormatError> {
        let count = self.u32()? as usize;
        if count > self.rest.len() {
            return Err(FormatError::Length);
        }
        Ok(count)
    }

    /// Reads exactly `len` bytes.
    pub fn bytes(&mut self, len: usize) -> Result<&'a [u8], FormatError> {
        if len > self.rest.len() {
            return Err(FormatError::Length);
        }
        let (bytes, rest) = self.rest.split_at(len);
        self.rest = rest;
        Ok(bytes)
    }

    /// Reads a length and that many bytes.
    pub fn slice(&mut self) -> Result<&'a [u8], FormatError> {
        let len = self.count()?;
        self.bytes(len)
    }

    /// Reads a string that [`Writer::string`] wrote.
    pub fn string(&mut self) -> Result<String, FormatError> {
        let mut bytes = Reader::new(self.slice()?);
        let mut text = String::new();
        while let Ok(lead) = bytes.byte() {
            let code = match lead {
                0..0x80 => u32::from(lead),
                OTHER => {
                    let code = bytes.bytes(3)?;
                    u32::from_be_bytes([0, code[0], code[1], code[2]])
                }
                _ => {
                    let block = BLOCKS.iter().find(|block| {
                        let pages = (block.to - block.from) >> 8;
                        (block.lead..=block.lead + pages as u8).contains(&lead)
                    });
                    let block = block.ok_or(NOT_A_CHARACTER)?;
                    block.from + (u32::from(lead - block.lead) << 8) + u32::from(bytes.byte()?)
                }
            };
            text.push(char::from_u32(code).ok_or(NOT_A_CHARACTER)?);
        }
        Ok(text)
    }

    /// Reads the strings that [`Writer::strings`] wrote.
    pub fn strings(&mut self) -> Result<Vec<String>, FormatError> {
        self.list(Self::string)
    }

    /// Reads a count, and as many things with `read`.
    pub fn list<T>(
        &mut self,
        read: impl FnMut(&mut Self) -> Result<T, FormatError>,
    ) -> Result<Vec<T>, FormatError> {
        let count = self.count()?;
        self.times(count, read)
    }

    /// Reads `count` things with `read`.
    pub fn times<T>(
        &mut self,
        count: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, FormatError>,
    ) -> Result<Vec<T>, FormatError> {
        let mut list = Vec::new();
        for _ in 0..count {
            list.push(read(self)?);
        }
        Ok(list)
    }

    /// Reads the characters that [`Writer::ascending_chars`] wrote.
    pub fn ascending_chars(&mut self) -> Result<Vec<char>, FormatError> {
        let mut previous = 0u32;
        self.list(|r| {
            let code = previous.checked_add(r.u32()?);
            previous = code.ok_or(NOT_A_CHARACTER)?;
            char::from_u32(previous).ok_or(NOT_A_CHARACTER)
        })
    }

    /// Reads `count` strings that [`Writer::columns`] wrote.
    pub fn columns(&mut self, count: usize) -> Result<Vec<String>, FormatError> {
        let mut lengths = Vec::new();
        let mut total = 0;
        for _ in 0..count {
            lengths.push(self.count()?);
            total += lengths[lengths.len() - 1];
        }
        // Two columns are still to come.
        if total > self.remaining() / 2 {
            return Err(FormatError::Length);
        }
        let high = self.times(total, Self::u32)?;
        let low = self.bytes(total)?;
        let mut chars = high.into_iter().zip(low).map(|(high, low)| {
            let code = high.checked_mul(256).map(|high| high | u32::from(*low));
            code.and_then(char::from_u32).ok_or(NOT_A_CHARACTER)
        });
        lengths
            .into_iter()
            .map(|length| chars.by_ref().take(length).collect())
            .collect()
    }

    /// Reads the strings that [`Writer::ascending_strings`] wrote.
    pub fn ascending_strings(&mut self) -> Result<Vec<String>, FormatError> {
        let firsts = self.ascending_chars()?;
        let mut texts = self.columns(firsts.len())?;
        for (text, first) in texts.iter_mut().zip(firsts) {
            if first != '\0' {
                text.insert(0, first);
            }
        }
        Ok(texts)
    }

    /// Reads a finite 32-bit float.
    pub fn float(&mut self) -> Result<f32, FormatError> {
        let bytes = self.bytes(4)?;
        let value = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        if value.is_finite() {
            Ok(value)
        } else {
            Err(FormatError::Content("not a number"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_character_round_trips() {
        let all: String = ('\0'..=char::MAX).collect();
        let mut writer = Writer::default();
        writer.string(&all);
        assert_eq!(Reader::new(&writer.bytes).string().as_deref(), Ok(&*all));
        let mut writer = Writer::default();
        writer.string("责任、“a”（1）");
        assert_eq!(writer.bytes.len(), 1 + 2 * 7 + 2);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(values: Vec<u64>, texts: Vec<String>) {
            let mut writer = Writer::default();
            values.iter().for_each(|&v| writer.varint(v));
            writer.strings(&texts);
            let mut reader = Reader::new(&writer.bytes);
            for &value in &values {
                prop_assert_eq!(reader.varint(), Ok(value));
            }
            prop_assert_eq!(reader.strings(), Ok(texts));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while reader.strings().is_ok() && !reader.is_empty() {}
        }
    }
}
