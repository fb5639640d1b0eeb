//! Writes JSON in a few lines of code. A library would take a third of the
//! module that every reader downloads.

/// Appends JSON to a string and inserts commas where needed.
#[derive(Debug, Default)]
pub struct JsonWriter {
    out: String,
}

impl JsonWriter {
    /// Returns the text.
    pub fn finish(self) -> String {
        self.out
    }

    fn separate(&mut self) {
        if !matches!(self.out.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(',');
        }
    }

    /// Writes an object whose members `fill` writes.
    pub fn object(&mut self, fill: impl FnOnce(&mut Self)) {
        self.separate();
        self.out.push('{');
        fill(self);
        self.out.push('}');
    }

    /// Writes an array whose elements `fill` writes.
    pub fn array(&mut self, fill: impl FnOnce(&mut Self)) {
        self.separate();
        self.out.push('[');
        fill(self);
        self.out.push(']');
    }

    /// Writes the key of a member; its value must follow.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.string(key);
        self.out.push(':');
        self
    }

    /// Writes a string.
    pub fn string(&mut self, text: &str) {
        self.separate();
        self.out.push('"');
        for ch in text.chars() {
            match ch {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                // Also escape U+2028, U+2029 and `<`: the text may be embedded
                // in a script element.
                '\0'..='\x1f' | '\u{2028}' | '\u{2029}' | '<' => {
                    self.out.push_str("\\u");
                    let [.., high, low] = (ch as u32).to_be_bytes();
                    push_hex(&mut self.out, high);
                    push_hex(&mut self.out, low);
                }
                _ => self.out.push(ch),
            }
        }
        self.out.push('"');
    }

    /// Writes an integer.
    pub fn integer(&mut self, value: usize) {
        self.separate();
        self.out += &value.to_string();
    }

    /// Writes a score, rounded to three decimal places.
    ///
    /// Uses integers: formatting floats would add 20 KB to the module, and the
    /// standard formatter alone a kilobyte.
    pub fn score(&mut self, value: f32) {
        self.separate();
        if value < 0.0 {
            self.out.push('-');
        }
        let thousandths = (value.abs() * 1000.0 + 0.5) as u32;
        let (whole, rest) = (thousandths / 1000, thousandths % 1000);
        self.out += &whole.to_string();
        self.out.push('.');
        // Three digits, with zeros in front.
        self.out += &(1000 + rest).to_string()[1..];
    }

    /// Writes a boolean.
    pub fn boolean(&mut self, value: bool) {
        self.separate();
        self.out.push_str(if value { "true" } else { "false" });
    }

    /// Writes ranges as pairs of numbers.
    pub fn ranges(&mut self, ranges: &[(usize, usize)]) {
        self.array(|w| {
            for &(start, end) in ranges {
                w.array(|w| {
                    w.integer(start);
                    w.integer(end);
                });
            }
        });
    }
}

/// Appends a byte as two hexadecimal digits.
pub fn push_hex(out: &mut String, byte: u8) {
    let digits = [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
    out.extend(digits.into_iter().flatten());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_values() {
        let mut w = JsonWriter::default();
        w.object(|w| {
            w.key("a").string("\"<责\u{1}");
            w.key("b").array(|w| {
                w.integer(1);
                w.score(12.3456);
                w.score(-0.5);
                w.boolean(true);
            });
            w.key("c").ranges(&[(0, 2), (3, 5)]);
        });
        assert_eq!(
            w.finish(),
            r#"{"a":"\"\u003c责\u0001","b":[1,12.346,-0.500,true],"c":[[0,2],[3,5]]}"#
        );
    }
}
