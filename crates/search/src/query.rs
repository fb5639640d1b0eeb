//! The query language, as typed.
//!
//! Words in any order, `"quoted phrases"` (also “”, 「」, 『』), and `-excluded`
//! words or phrases. Whatever is malformed is plain text: an unbalanced quote
//! is a character like any other.

/// The longest query that is read, in characters. A pasted paragraph is
/// found by its beginning.
pub const MAX_CHARS: usize = 400;

/// What was typed, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Plain text between the rest, in order.
    pub words: Vec<String>,
    /// Quoted phrases: what is found holds each exactly.
    pub phrases: Vec<String>,
    /// Excluded words and phrases: what is found holds none.
    pub excluded: Vec<String>,
    /// Whether the query was longer than [`MAX_CHARS`].
    pub truncated: bool,
}

/// The mark that closes a quotation, for one that opens it.
fn closing(open: char) -> Option<&'static [char]> {
    match open {
        // Input methods make it easy to type two opening or two straight marks.
        '"' | '＂' | '“' | '”' => Some(&['"', '＂', '”', '“']),
        '「' => Some(&['」']),
        '『' => Some(&['』']),
        _ => None,
    }
}

impl Query {
    /// Takes a query apart. Never fails.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut chars: Vec<char> = text
            .chars()
            .map(|ch| if ch.is_control() { ' ' } else { ch })
            .collect();
        if chars.len() > MAX_CHARS {
            chars.truncate(MAX_CHARS);
            query.truncated = true;
        }
        let mut plain = String::new();
        let mut i = 0;
        while i < chars.len() {
            let at_start = i == 0 || chars[i - 1].is_whitespace();
            let excluding = at_start
                && matches!(chars[i], '-' | '－' | '−')
                && chars.get(i + 1).is_some_and(|ch| !ch.is_whitespace());
            let start = if excluding { i + 1 } else { i };
            let quoted = closing(chars[start]).and_then(|marks| {
                let len = chars[start + 1..]
                    .iter()
                    .position(|ch| marks.contains(ch))?;
                Some(chars[start + 1..start + 1 + len].iter().collect::<String>())
            });
            match (excluding, quoted) {
                (_, Some(phrase)) => {
                    flush(&mut plain, &mut query.words);
                    i = start + phrase.chars().count() + 2;
                    if phrase.trim().is_empty() {
                        continue;
                    }
                    if excluding {
                        query.excluded.push(phrase);
                    } else {
                        query.phrases.push(phrase);
                    }
                }
                (true, None) => {
                    flush(&mut plain, &mut query.words);
                    let len = chars[start..]
                        .iter()
                        .position(|ch| ch.is_whitespace())
                        .unwrap_or(chars.len() - start);
                    query
                        .excluded
                        .push(chars[start..start + len].iter().collect());
                    i = start + len;
                }
                (false, None) => {
                    plain.push(chars[i]);
                    i += 1;
                }
            }
        }
        flush(&mut plain, &mut query.words);
        query
    }
}

fn flush(plain: &mut String, words: &mut Vec<String>) {
    let text = plain.trim();
    if !text.is_empty() {
        words.push(text.to_owned());
    }
    plain.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
        let query = Query::parse(text);
        (query.words, query.phrases, query.excluded)
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|t| t.to_string()).collect()
    }

    #[test]
    fn words_phrases_and_exclusions() {
        assert_eq!(
            parse("容错 “四种形态” -天津 -\"巡视 整改\""),
            (
                strings(&["容错"]),
                strings(&["四种形态"]),
                strings(&["天津", "巡视 整改"])
            )
        );
    }

    #[test]
    fn quotes_inside_a_title_are_phrases() {
        assert_eq!(
            parse("天津市“五必谈”制度"),
            (strings(&["天津市", "制度"]), strings(&["五必谈"]), vec![])
        );
    }

    #[test]
    fn malformed_input_is_plain_text() {
        assert_eq!(parse("“五必谈"), (strings(&["“五必谈"]), vec![], vec![]));
        assert_eq!(parse("\"\""), (vec![], vec![], vec![]));
        assert_eq!(parse("- 天津"), (strings(&["- 天津"]), vec![], vec![]));
        assert_eq!(
            parse("一岗-双责"),
            (strings(&["一岗-双责"]), vec![], vec![])
        );
    }

    #[test]
    fn long_queries_are_cut() {
        let query = Query::parse(&"责".repeat(10_000));
        assert!(query.truncated);
        assert_eq!(query.words[0].chars().count(), MAX_CHARS);
    }

    proptest! {
        #[test]
        fn anything_parses(text: String) {
            Query::parse(&text);
        }
    }
}
