//! The frame around every file: magic, version, kind, number, lengths,
//! checksum, and a deflated payload.
//!
//! Files are compressed here because simple hosts often don't compress, and
//! with deflate because the engine can inflate it with little code. The frame
//! detects damage on the way from the server: an error page with status 200, a
//! truncated file, a file that was decoded twice.

use miniz_oxide::deflate;

use super::inflate::inflate;
use super::{FORMAT_VERSION, FormatError, ShardId, ShardKind};

const MAGIC: [u8; 4] = *b"zhz\x1a";
const HEADER: usize = 24;

/// The largest accepted payload, in bytes; a damaged length must not exhaust the
/// reader's memory. The largest shard of 2,690 laws has 49 KB. Only a paragraph of
/// millions of characters makes a larger one, since a paragraph is never divided.
pub const MAX_PAYLOAD: usize = 16 << 20;

/// Where a file holds the beginning of its group's hash.
const GROUP: std::ops::Range<usize> = 6..8;

/// CRC-32 (IEEE 802.3) of `bytes`.
pub fn crc32(bytes: &[u8]) -> u32 {
    // Half a byte at a time: a table of 16 entries is a good compromise between
    // module size and speed for files of some kilobytes.
    const TABLE: [u32; 16] = {
        let mut table = [0; 16];
        let mut i = 0;
        while i < 16 {
            let mut value = i as u32;
            let mut bit = 0;
            while bit < 4 {
                value = if value & 1 == 1 {
                    0xedb8_8320 ^ (value >> 1)
                } else {
                    value >> 1
                };
                bit += 1;
            }
            table[i] = value;
            i += 1;
        }
        table
    };
    let mut crc = !0u32;
    for &byte in bytes {
        crc = TABLE[((crc ^ u32::from(byte)) & 15) as usize] ^ (crc >> 4);
        crc = TABLE[((crc ^ (u32::from(byte) >> 4)) & 15) as usize] ^ (crc >> 4);
    }
    !crc
}

/// Wraps a payload in a frame.
pub fn seal(id: ShardId, payload: &[u8]) -> Vec<u8> {
    let packed = deflate::compress_to_vec(payload, 9);
    let mut file = Vec::with_capacity(HEADER + packed.len());
    file.extend_from_slice(&MAGIC);
    file.push(FORMAT_VERSION);
    file.push(id.kind as u8);
    file.extend_from_slice(&[0, 0]);
    for number in [
        id.number,
        payload.len() as u32,
        packed.len() as u32,
        crc32(&packed),
    ] {
        file.extend_from_slice(&number.to_le_bytes());
    }
    file.extend_from_slice(&packed);
    file
}

/// Writes into a sealed file which group it belongs to. The hash covers all files
/// of the group, so a file of another build is noticed even under this file's name.
pub fn bind(file: &mut [u8], group: &[u8; 5]) {
    file[GROUP].copy_from_slice(&group[..GROUP.len()]);
}

/// Whether a file that [`open`] accepts belongs to the group with this hash.
pub fn is_bound(file: &[u8], group: &[u8; 5]) -> bool {
    file[GROUP] == group[..GROUP.len()]
}

/// Unwraps the file of the shard `id`.
///
/// # Errors
/// When the file is not what [`seal`] made for that shard.
pub fn open(id: ShardId, file: &[u8]) -> Result<Vec<u8>, FormatError> {
    if file.len() < MAGIC.len() || file[..4] != MAGIC {
        return Err(FormatError::NotAShard);
    }
    if file.len() < HEADER {
        return Err(FormatError::Length);
    }
    if file[4] != FORMAT_VERSION {
        return Err(FormatError::Version { found: file[4] });
    }
    let number =
        |at: usize| u32::from_le_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]);
    let (shard, raw, packed, crc) = (number(8), number(12), number(16), number(20));
    let payload = &file[HEADER..];
    if payload.len() != packed as usize || raw as usize > MAX_PAYLOAD {
        return Err(FormatError::Length);
    }
    if crc32(payload) != crc {
        return Err(FormatError::Checksum);
    }
    // Checked after the checksum: a flipped bit in the header's number is
    // damage too, and should not be reported as "the wrong shard".
    if file[5] != id.kind as u8 || shard != id.number {
        return Err(FormatError::WrongShard);
    }
    let raw = raw as usize;
    inflate(payload, raw)
        .filter(|bytes| bytes.len() == raw)
        .ok_or(FormatError::Length)
}

/// The identifier in the boot file's own frame.
pub const BOOT: ShardId = ShardId {
    kind: ShardKind::Boot,
    number: 0,
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: ShardId = ShardId {
        kind: ShardKind::Terms,
        number: 7,
    };

    #[test]
    fn crc_of_the_check_string() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn damage_is_named() {
        let file = seal(ID, b"payload payload payload");
        assert_eq!(open(ID, b"<!doctype html>"), Err(FormatError::NotAShard));
        assert_eq!(open(ID, &file[..file.len() - 1]), Err(FormatError::Length));
        let other = ShardId { number: 8, ..ID };
        assert_eq!(open(other, &file), Err(FormatError::WrongShard));
        let mut flipped = file.clone();
        *flipped.last_mut().expect("not empty") ^= 1;
        assert_eq!(open(ID, &flipped), Err(FormatError::Checksum));
        let mut newer = file;
        newer[4] = 9;
        assert_eq!(open(ID, &newer), Err(FormatError::Version { found: 9 }));
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(payload: Vec<u8>) {
            prop_assert_eq!(open(ID, &seal(ID, &payload)), Ok(payload));
        }

        #[test]
        fn any_flipped_bit_is_found(payload: Vec<u8>, at: prop::sample::Index, bit in 0u8..8) {
            let mut file = seal(ID, &payload);
            let at = at.index(file.len());
            // Only the engine knows the group.
            prop_assume!(!GROUP.contains(&at));
            file[at] ^= 1 << bit;
            prop_assert!(open(ID, &file).is_err());
        }

        #[test]
        fn random_bytes_never_panic(mut bytes: Vec<u8>, with_magic: bool) {
            if with_magic && bytes.len() >= 6 {
                bytes[..4].copy_from_slice(&MAGIC);
                bytes[4] = FORMAT_VERSION;
            }
            let _ = open(ID, &bytes);
        }
    }
}
