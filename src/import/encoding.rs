//! Decodes text and notes in which encoding it was.

use super::notes::{Kind, Notes};
use crate::chinese::encoding;

/// Decodes a text file.
///
/// # Errors
/// When it is no text, or its encoding can't be determined.
pub fn decode(bytes: &[u8], notes: &mut Notes) -> Result<String, String> {
    let decoded = encoding::decode(bytes)?;
    if let Some(name) = decoded.encoding {
        notes.add(Kind::Encoding, 0, name);
    }
    Ok(decoded.text)
}
