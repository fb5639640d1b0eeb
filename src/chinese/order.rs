//! Chinese by sound: the order of a glossary, and ASCII words for addresses.

use pinyin::ToPinyin;

/// The key by which a title is sorted: syllables without tones, then the title
/// itself, so that equal sounds keep a fixed order. Quotation marks and other
/// signs count for nothing.
pub fn sort_key(title: &str) -> (Vec<String>, String) {
    (syllables(title), title.to_owned())
}

/// The capital letter under which a title stands, `#` for what has none.
pub fn initial(title: &str) -> char {
    let first = syllables(title).into_iter().next();
    first
        .and_then(|syllable| syllable.chars().next())
        .filter(char::is_ascii_alphabetic)
        .map_or('#', |letter| letter.to_ascii_uppercase())
}

/// An ASCII word for addresses, syllable by syllable: 谈话约谈 is
/// `tan-hua-yue-tan`.
pub fn slug(text: &str) -> String {
    let slug = syllables(text).join("-");
    if slug.is_empty() {
        "x".to_owned()
    } else {
        slug
    }
}

fn syllables(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut in_word = false;
    for character in text.chars() {
        if let Some(reading) = character.to_pinyin() {
            out.push(reading.plain().replace('ü', "v"));
            in_word = false;
        } else if character.is_ascii_alphanumeric() {
            // Latin words and numbers stay whole.
            let letter = character.to_ascii_lowercase();
            match out.last_mut() {
                Some(word) if in_word => word.push(letter),
                _ => out.push(letter.to_string()),
            }
            in_word = true;
        } else {
            in_word = false;
        }
    }
    out
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
        assert_eq!(initial("“责任田”"), 'Z');
        assert_eq!(initial("（）"), '#');
    }

    #[test]
    fn slugs_are_ascii() {
        assert_eq!(slug("谈话约谈"), "tan-hua-yue-tan");
        assert_eq!(slug("十八大以来 2021"), "shi-ba-da-yi-lai-2021");
        assert_eq!(slug("……"), "x");
    }
}
