//! Script copies of binary files for `file://`, where a page may load scripts
//! but not fetch files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Wraps `file` in a classic script that passes it to the page under `name`.
pub fn twin(name: &str, file: &[u8]) -> Vec<u8> {
    format!("zhizeShard(\"{name}\",\"{}\")\n", STANDARD.encode(file)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twin_is_one_call() {
        assert_eq!(twin("boot", b"zhz"), b"zhizeShard(\"boot\",\"emh6\")\n");
    }
}
