//! Pinyin in brackets, which conversions add after characters: 責(zé)任.

/// The longest syllable, in letters.
const LONGEST: usize = 6;

/// Whether a letter can occur in pinyin, with or without its tone.
pub fn is_pinyin_letter(ch: char) -> bool {
    ch.is_ascii_lowercase() || "āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿê".contains(ch)
}

/// The number of letters before a closing bracket, if they look like a
/// syllable of pinyin. `rest` begins after the opening bracket.
pub fn bracketed(mut rest: impl Iterator<Item = char>) -> Option<usize> {
    for letters in 0..=LONGEST {
        match rest.next()? {
            ')' | '）' => return (letters > 0).then_some(letters),
            ch if is_pinyin_letter(ch) => {}
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_syllable_in_brackets_is_pinyin() {
        let letters = |rest: &str| bracketed(rest.chars());
        assert_eq!(letters("zé)任"), Some(2));
        assert_eq!(letters("zhuang）"), Some(6));
        for rest in ["", ")", "党组）", "ISO)", "zhuangg)", "ze", "ze 任)"] {
            assert_eq!(letters(rest), None, "{rest}");
        }
    }
}
