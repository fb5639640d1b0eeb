//! Random names that nobody can predict.

use std::io;

/// A name of 16 hexadecimal digits.
pub(super) fn random_name() -> io::Result<String> {
    let bits = getrandom::u64().map_err(io::Error::other)?;
    Ok(format!("{bits:016x}"))
}
