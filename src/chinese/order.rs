//! Sorts Chinese titles by their pronunciation.

use super::readings::syllables;

/// The sort key of a title: its syllables without tones, then the title itself,
/// so that titles with the same pronunciation keep a fixed order. Quotation
/// marks and other signs are ignored.
pub fn sort_key(title: &str) -> (Vec<String>, String) {
    (syllables(title), title.to_owned())
}

/// The capital letter under which a title is listed; `#` if it has none.
pub fn initial(title: &str) -> char {
    let first = syllables(title).into_iter().next();
    first
        .and_then(|syllable| syllable.chars().next())
        .filter(char::is_ascii_alphabetic)
        .map_or('#', |letter| letter.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_ordered_by_sound() {
        let mut titles = ["“责任田”", "“两个责任”", "履责制度", "ABC 制度", "“三不腐”"];
        titles.sort_by_key(|title| sort_key(title));
        assert_eq!(
            titles,
            ["ABC 制度", "“两个责任”", "履责制度", "“三不腐”", "“责任田”"]
        );
        for (title, letter) in [
            ("“责任田”", 'Z'),
            ("重庆市问责影响期满评估", 'C'),
            ("长春长生公司问题疫苗问责", 'C'),
            ("重点领域监督", 'Z'),
            ("（）", '#'),
        ] {
            assert_eq!(initial(title), letter, "{title}");
        }
    }
}
