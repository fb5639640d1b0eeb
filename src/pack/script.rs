//! Script copies of binary files for `file://`, where a page may load scripts
//! but not fetch files.
//!
//! A script passes several files to the page, because each file takes at least
//! a cluster on a disk. Scripts are in UTF-16 with a byte order mark, which
//! every browser obeys, and each character of a string carries 15 bits: base64
//! would take a quarter more.

use search::format::SHARDS_PER_GROUP;

/// How many shards of a group share a script. A query reads some twenty
/// scripts; together they should have no more than 4 MB.
pub const SHARDS_PER_SCRIPT: u32 = 32;

// A group is divided evenly, and the page's script finds the first shard by
// clearing bits.
const _: () = assert!(
    SHARDS_PER_SCRIPT.is_power_of_two() && SHARDS_PER_GROUP.is_multiple_of(SHARDS_PER_SCRIPT)
);

/// The first of the characters that stand for 15 bits. None of the 32,768 is a
/// surrogate, a quotation mark or a line end.
const FIRST: u16 = 0x4000;

/// Bits in a character.
const BITS: u32 = 15;

/// A script that passes files to the page, each under its name, with its length
/// in bytes.
#[derive(Debug)]
pub struct Script {
    bytes: Vec<u8>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            bytes: vec![0xFF, 0xFE],
        }
    }
}

impl Script {
    /// A script with one file.
    pub fn of(name: &str, file: &[u8]) -> Self {
        let mut script = Self::default();
        script.add(name, file);
        script
    }

    /// Adds a file.
    pub fn add(&mut self, name: &str, file: &[u8]) {
        self.bytes.reserve(file.len() * 16 / BITS as usize + 100);
        self.text(&format!("zhizeShard(\"{name}\",\""));
        let (mut held, mut bits) = (0_u32, 0);
        for byte in file {
            held = held << 8 | u32::from(*byte);
            bits += 8;
            if bits >= BITS {
                bits -= BITS;
                self.unit(FIRST + (held >> bits) as u16);
                held &= (1 << bits) - 1;
            }
        }
        if bits > 0 {
            self.unit(FIRST + (held << (BITS - bits)) as u16);
        }
        self.text(&format!("\",{})\n", file.len()));
    }

    /// The finished file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn text(&mut self, text: &str) {
        text.encode_utf16().for_each(|unit| self.unit(unit));
    }

    fn unit(&mut self, unit: u16) {
        self.bytes.extend_from_slice(&unit.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a browser makes of a script: name, string and length of each call.
    fn calls(script: &[u8]) -> Vec<(String, Vec<u16>, usize)> {
        let units: Vec<u16> = script
            .chunks(2)
            .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
            .collect();
        let text = String::from_utf16(&units).expect("no surrogates");
        let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
        let call = |line: &str| {
            let rest = line.strip_prefix("zhizeShard(\"").expect("a call");
            let (name, rest) = rest.split_once("\",\"").expect("a string");
            let (data, length) = rest.split_once("\",").expect("a length");
            let length = length.strip_suffix(')').expect("an end");
            let length = length.parse().expect("a number");
            (name.to_owned(), data.encode_utf16().collect(), length)
        };
        text.lines().map(call).collect()
    }

    /// As `loader.js` does it.
    fn decoded(units: &[u16], length: usize) -> Vec<u8> {
        let (mut held, mut bits) = (0_u32, 0);
        let mut units = units.iter();
        let bytes = (0..length).map(|_| {
            if bits < 8 {
                let unit = units.next().expect("enough characters");
                held = held << 15 | u32::from(unit - 0x4000);
                bits += 15;
            }
            bits -= 8;
            let byte = (held >> bits) as u8;
            held &= (1 << bits) - 1;
            byte
        });
        bytes.collect()
    }

    proptest! {
        #[test]
        fn files_come_back(files: Vec<Vec<u8>>) {
            let mut script = Script::default();
            for (number, file) in files.iter().enumerate() {
                script.add(&format!("t-1f/{number:02x}"), file);
            }
            let calls = calls(&script.into_bytes());
            prop_assert_eq!(calls.len(), files.len());
            for ((name, units, length), (number, file)) in calls.iter().zip(files.iter().enumerate()) {
                prop_assert_eq!(name, &format!("t-1f/{number:02x}"));
                prop_assert_eq!(&decoded(units, *length), file);
            }
        }
    }
}
