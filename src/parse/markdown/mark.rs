//! Marks of provenance in the text: `〔P8〕`, `〔推断：P4、P6〕`, `〔编注〕`.

use crate::body::tree::Mark;

/// The content between 〔 and 〕.
#[derive(Debug, PartialEq, Eq)]
pub enum Bracketed {
    Mark(Mark),
    /// Text such as 〔2017〕, part of a document number.
    Text,
    /// Meant as a mark, but malformed.
    Malformed,
}

/// Reads the content between 〔 and 〕.
pub fn read(inside: &str) -> Bracketed {
    if inside.contains('…') {
        // Authors who explain marks write 〔推断：…〕.
        return Bracketed::Text;
    }
    if inside == "编注" {
        return Bracketed::Mark(Mark::Editorial);
    }
    if let Some(rest) = inside.strip_prefix("推断") {
        return match rest.strip_prefix('：').and_then(locators) {
            Some(locators) => Bracketed::Mark(Mark::Inferred(locators)),
            None => Bracketed::Malformed,
        };
    }
    if let Some(locators) = locators(inside) {
        return Bracketed::Mark(Mark::Stated(locators));
    }
    if looks_like_a_mark(inside) {
        Bracketed::Malformed
    } else {
        Bracketed::Text
    }
}

/// The mark that was meant by text in other brackets or in another form: `P8`
/// for `p8`, `第8段` and `Ｐ８`; `None` if it doesn't look like a mark.
pub fn meant(inside: &str) -> Option<String> {
    let compact: String = inside
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
                char::from_u32(u32::from(c) - 0xFEE0).expect("full-width ASCII")
            }
            other => other,
        })
        .collect();
    if compact == "编注" {
        return Some("编注".to_owned());
    }
    let (prefix, list) = match compact.strip_prefix("推断") {
        Some(rest) => ("推断：", rest.trim_start_matches([':', '：'])),
        None => ("", compact.as_str()),
    };
    let mut locators = Vec::new();
    for part in list.split(['、', ',', '，', ';', '；', '/']) {
        let part = part.trim_start_matches('第').trim_end_matches('段');
        let digits = part.trim_start_matches(['P', 'p']);
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        // 〔2019〕 is part of a document number.
        let is_locator = is_number && (digits.len() < part.len() || list.contains('段'));
        if !is_locator {
            return None;
        }
        locators.push(format!("P{digits}"));
    }
    Some(format!("{prefix}{}", locators.join("、")))
}

fn locators(text: &str) -> Option<Vec<String>> {
    text.split('、')
        .map(|part| is_locator(part).then(|| part.to_owned()))
        .collect()
}

/// Whether a text is `P` and digits, the form of a source's paragraph numbers.
fn is_locator(text: &str) -> bool {
    text.strip_prefix('P')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text resembles a mark: `〔p8〕`, `〔Ｐ8〕`, `〔P8,P9〕`, `〔 P8 〕` or
/// `〔编 注〕`.
fn looks_like_a_mark(inside: &str) -> bool {
    let compact: String = inside.chars().filter(|c| !c.is_whitespace()).collect();
    let mut chars = compact.chars();
    let begins_like_one = matches!(chars.next(), Some('P' | 'p' | 'Ｐ' | 'ｐ'))
        && chars
            .next()
            .is_some_and(|c| c.is_ascii_digit() || ('０'..='９').contains(&c));
    let is_paragraph = compact.starts_with('第') && compact.ends_with('段');
    begins_like_one
        || (is_paragraph && meant(inside).is_some())
        || compact.starts_with("编注")
        || compact.starts_with("推断")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_what_only_looks_like_them() {
        let stated = |list: &[&str]| Mark::Stated(list.iter().map(|l| (*l).to_owned()).collect());
        assert_eq!(read("P8"), Bracketed::Mark(stated(&["P8"])));
        assert_eq!(read("P4、P6"), Bracketed::Mark(stated(&["P4", "P6"])));
        assert_eq!(
            read("推断：P8"),
            Bracketed::Mark(Mark::Inferred(vec!["P8".to_owned()]))
        );
        assert_eq!(read("编注"), Bracketed::Mark(Mark::Editorial));
        assert_eq!(read("2017"), Bracketed::Text);
        assert_eq!(read("第三次会议通过"), Bracketed::Text);
        assert_eq!(read("推断：…"), Bracketed::Text);
        for wrong in ["p8", "Ｐ８", "P8,P9", " P8", "推断", "推断:P8", "编注："] {
            assert_eq!(read(wrong), Bracketed::Malformed, "{wrong}");
        }
    }
}
