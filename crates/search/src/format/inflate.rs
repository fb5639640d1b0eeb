//! Inflates deflate data (RFC 1951), in a quarter of the code size of a library
//! with fast paths: every reader downloads this code before the first search.

/// The longest code in deflate, in bits.
const LONGEST_CODE: u8 = 15;

/// The order in which the lengths of the code length code are stored.
const ORDER: [u8; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Inflates `packed` to at most `limit` bytes; `None` if it is damaged or
/// longer.
pub fn inflate(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut bits = Bits {
        bytes: packed,
        at: 0,
        held: 0,
        count: 0,
    };
    // The limit may be damaged; data rarely inflates to more than this.
    let mut out = Vec::with_capacity(limit.min(8 * packed.len()));
    loop {
        let is_last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out, limit)?,
            1 => {
                let mut lengths = [8; 288];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                block(
                    &mut bits,
                    &Code::new(&lengths),
                    &Code::new(&[5; 30]),
                    &mut out,
                    limit,
                )?;
            }
            2 => {
                let (symbols, distances) = codes(&mut bits)?;
                block(&mut bits, &symbols, &distances, &mut out, limit)?;
            }
            _ => return None,
        }
        if is_last {
            return Some(out);
        }
    }
}

/// Reads bits from bytes, lowest first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u32,
    count: u32,
}

impl Bits<'_> {
    /// Returns the next bits without consuming them, at most 24; zeros beyond
    /// the end.
    fn peek(&mut self, count: u32) -> usize {
        while self.count < count {
            let byte = self.bytes.get(self.at).copied().unwrap_or(0);
            self.held |= u32::from(byte) << self.count;
            self.at += 1;
            self.count += 8;
        }
        (self.held & ((1 << count) - 1)) as usize
    }

    fn drop(&mut self, count: u32) -> Option<()> {
        self.held >>= count;
        self.count -= count;
        let beyond = self.at.saturating_sub(self.bytes.len());
        (beyond * 8 <= self.count as usize).then_some(())
    }

    fn take(&mut self, count: u32) -> Option<usize> {
        let value = self.peek(count);
        self.drop(count)?;
        Some(value)
    }

    fn symbol(&mut self, code: &Code) -> Option<usize> {
        let entry = code.table[self.peek(code.longest)];
        // No code has length zero: such an entry is unused.
        let length = u32::from(entry) & 15;
        self.drop(length)?;
        (length > 0).then_some(usize::from(entry >> 4))
    }

    /// Reads a length or distance, minus the smallest possible one. Small
    /// symbols are the value itself; the others give its high bits (a power of
    /// two in 2^`group` steps), and more bits follow.
    fn number(&mut self, symbol: usize, group: u32) -> Option<usize> {
        let Some(more) = (symbol >> group).checked_sub(1) else {
            return Some(symbol);
        };
        let steps = 1 << group;
        let high = (steps + (symbol & (steps - 1))) << more;
        Some(high + self.take(more as u32)?)
    }
}

/// A canonical Huffman code.
struct Code {
    /// For any next bits, the symbol times 16 plus the length of its code.
    table: Vec<u16>,
    longest: u32,
}

impl Code {
    /// Builds the code from the length of each symbol's code, 0 for unused
    /// ones.
    fn new(lengths: &[u8]) -> Self {
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let mut table = vec![0; 1 << longest];
        let mut code = 0u32;
        for length in 1..=longest {
            code <<= 1;
            for (symbol, _) in (0u16..).zip(lengths).filter(|(_, own)| **own == length) {
                // Codes are stored highest bit first in a stream that is read
                // lowest bit first.
                let first = (code.reverse_bits() >> (32 - u32::from(length))) as usize;
                for entry in table.iter_mut().skip(first).step_by(1 << length) {
                    *entry = symbol << 4 | u16::from(length);
                }
                code += 1;
            }
        }
        Self {
            table,
            longest: u32::from(longest),
        }
    }
}

/// Reads the codes at the beginning of a block: for symbols and for distances.
fn codes(bits: &mut Bits) -> Option<(Code, Code)> {
    let symbols = bits.take(5)? + 257;
    let all = symbols + bits.take(5)? + 1;
    let mut lengths = [0; 19];
    for at in ORDER.iter().take(bits.take(4)? + 4) {
        lengths[usize::from(*at)] = bits.take(3)? as u8;
    }
    let code = Code::new(&lengths);
    let mut lengths: Vec<u8> = Vec::new();
    while lengths.len() < all {
        let symbol = bits.symbol(&code)?;
        let (length, times) = match symbol {
            16 => (*lengths.last()?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (length as u8, 1),
        };
        debug_assert!(length <= LONGEST_CODE, "the other symbols are these");
        lengths.resize(lengths.len() + times, length);
    }
    let (symbols, distances) = lengths.split_at(symbols);
    Some((Code::new(symbols), Code::new(distances)))
}

fn stored(bits: &mut Bits, out: &mut Vec<u8>, limit: usize) -> Option<()> {
    bits.drop(bits.count % 8)?;
    let (length, complement) = (bits.take(16)?, bits.take(16)?);
    if length != complement ^ 0xffff || out.len() + length > limit {
        return None;
    }
    for _ in 0..length {
        out.push(bits.take(8)? as u8);
    }
    Some(())
}

fn block(
    bits: &mut Bits,
    symbols: &Code,
    distances: &Code,
    out: &mut Vec<u8>,
    limit: usize,
) -> Option<()> {
    loop {
        let symbol = bits.symbol(symbols)?;
        if symbol == 256 {
            return Some(());
        }
        if out.len() >= limit {
            return None;
        }
        if symbol < 256 {
            out.push(symbol as u8);
            continue;
        }
        let length = match symbol - 257 {
            // The last length has no extra bits.
            28 => 258,
            other => 3 + bits.number(other, 2)?,
        };
        let distance = bits.symbol(distances)?;
        let distance = 1 + bits.number(distance, 1)?;
        let from = out.len().checked_sub(distance)?;
        if out.len() + length > limit {
            return None;
        }
        // The source may overlap with what is being written.
        for at in from..from + length {
            out.push(out[at]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec;
    use proptest::prelude::*;

    #[test]
    fn all_kinds_of_blocks() {
        let text = "责任制的规定，责任制的落实。".repeat(3000);
        let noise: Vec<u8> = (0..90_000u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        for raw in [text.as_bytes(), b"a", b"", &noise, &[7; 70_000]] {
            for level in 0..=10 {
                let packed = compress_to_vec(raw, level);
                assert_eq!(inflate(&packed, raw.len()).as_deref(), Some(raw));
                let short = raw.len().saturating_sub(1);
                assert!(raw.is_empty() || inflate(&packed, short).is_none());
                for cut in [packed.len() / 2, packed.len() - 1] {
                    assert_ne!(inflate(&packed[..cut], raw.len()).as_deref(), Some(raw));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_deflated_is_inflated(pieces: Vec<Vec<u8>>, level in 0u8..=10) {
            // Repeated, so that there are matches to refer to.
            let raw = [pieces.concat(), pieces.concat(), pieces.concat()].concat();
            let packed = compress_to_vec(&raw, level);
            prop_assert_eq!(inflate(&packed, raw.len()), Some(raw));
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>, limit in 0usize..5000) {
            let out = inflate(&bytes, limit);
            prop_assert!(out.is_none_or(|out| out.len() <= limit));
        }
    }
}
