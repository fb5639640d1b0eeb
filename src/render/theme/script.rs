//! The interface's words in scripts.
//!
//! A script asks for words as a template does: `word('search.button')`,
//! `word('search.found', { n: total })`. The build finds the keys and wraps the
//! script in a function with a table of the words that it asks for, so that a
//! page fetches no further file and no other language. A key may consist of a
//! section and a value, `word('engine.' + kind)`: then the table has the whole
//! section.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value, json};

use super::assets::squeeze_js;
use crate::words::{Piece, Word, WordFault, Words};

/// JavaScript that turns a table into the function that scripts call.
const WORD: &str = include_str!("word.js");

/// A call of `word`.
#[derive(Debug, PartialEq)]
pub(super) struct Call<'s> {
    /// The literal: a key, or a section with its trailing dot.
    pub key: &'s str,
    /// The range of the literal, without its quotation marks.
    pub range: Range<usize>,
    /// Whether the call passes values beside the key.
    has_values: bool,
}

impl Call<'_> {
    /// The section, if the rest of the key is known only in the browser.
    pub fn section(&self) -> Option<&str> {
        self.key.strip_suffix('.')
    }

    /// What is wrong with the call.
    pub fn fault(&self, words: &Words) -> Option<WordFault> {
        if self.section().is_some() {
            return None;
        }
        let word = match words.find(self.key) {
            Ok(word) => word,
            Err(fault) => return Some(fault),
        };
        let value = word.values().into_iter().next();
        let missing = value.filter(|_| !self.has_values)?;
        Some(WordFault::Missing {
            key: self.key.to_owned(),
            value: missing.to_owned(),
        })
    }
}

/// The calls of a script whose keys are literals of the form `search.button` or
/// `engine.`. Other calls belong to some other function of the same name.
pub(super) fn calls(script: &str) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    for (at, _) in script.match_indices("word(") {
        let before = script[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || ['_', '$', '.'].contains(&c)) {
            continue;
        }
        let start = at + "word(".len();
        let Some(quote @ ('\'' | '"')) = script[start..].chars().next() else {
            continue;
        };
        let literal = &script[start + 1..];
        let Some((key, rest)) = literal.split_once(quote) else {
            continue;
        };
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        let Some((section, name)) = key.split_once('.') else {
            continue;
        };
        if !section.is_empty() && section.bytes().chain(name.bytes()).all(plain) {
            calls.push(Call {
                key,
                range: start + 1..start + 1 + key.len(),
                has_values: !rest.trim_start().starts_with(')'),
            });
        }
    }
    calls
}

/// Wraps a script with the words that it asks for. A script that asks for none
/// is left as it is.
pub(super) fn with_words(script: String, words: &Words) -> String {
    let calls = calls(&script);
    if calls.is_empty() {
        return script;
    }
    let mut table: BTreeMap<String, Value> = BTreeMap::new();
    for call in calls {
        match call.section() {
            Some(section) => table.extend(section_entries(words, section)),
            None => table.extend(
                words
                    .get(call.key)
                    .map(|word| (call.key.to_owned(), forms(word))),
            ),
        }
    }
    let entries: Vec<String> = table
        .iter()
        .map(|(key, forms)| format!("{}:{forms}", json!(key)))
        .collect();
    let word = squeeze_js(WORD);
    format!(
        "(word=>{{\n{script}}})({}({{\n{}\n}}));\n",
        word.trim_end(),
        entries.join(",\n")
    )
}

/// The words of a section by their keys.
fn section_entries(words: &Words, section: &str) -> BTreeMap<String, Value> {
    let words = words.section(section);
    words
        .map(|(name, word)| (format!("{section}.{name}"), forms(word)))
        .collect()
}

/// A word as the table has it: its text, or its texts for one thing and for
/// several. Values are written `{name}`.
fn forms(word: &Word) -> Value {
    let other = pattern(word.form(None));
    match word.one() {
        Some(one) => json!([pattern(one), other]),
        None => json!(other),
    }
}

fn pattern(pieces: &[Piece]) -> String {
    let written = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Value(name) => format!("{{{name}}}"),
    });
    written.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, read_table};

    fn words(table: &str) -> Words {
        let (entries, faults) = read_table(table);
        assert!(faults.is_empty(), "{faults:?}");
        let mut words = Words::built_in(Language::English);
        for entry in entries {
            words.insert(entry.key, entry.word);
        }
        words
    }

    fn keys(script: &str) -> Vec<&str> {
        calls(script).into_iter().map(|call| call.key).collect()
    }

    #[test]
    fn calls_are_found_by_their_literal_keys() {
        let script = "say(word('a.b')); word( 'no.space'); `${word(\"c.d-e\", { n: word('f.g_1') })}`; word('engine.' + kind);";
        assert_eq!(keys(script), ["a.b", "c.d-e", "f.g_1", "engine."]);
        for call in calls(script) {
            assert_eq!(&script[call.range], call.key);
        }
        let others = "sword('a.b'); x.word('a.b'); $word('a.b'); word(key); word('a'); words('a.b'); word('A.b'); word('a.b.c'); word('.b'); word('a.b";
        assert_eq!(keys(others), [""; 0]);
    }

    #[test]
    fn a_call_for_no_word_or_without_any_value_is_a_fault() {
        let words = words("[a]\nb = \"c\"\nn = \"{n}\"\n");
        let faults = |script| -> Vec<Option<WordFault>> {
            calls(script)
                .iter()
                .map(|call| call.fault(&words))
                .collect()
        };
        let script = "word('a.b'); word('a.n', { n }); word('a.n', values); word('a.' + name)";
        assert_eq!(faults(script), [None, None, None, None]);
        let missing = WordFault::Missing {
            key: "a.n".to_owned(),
            value: "n".to_owned(),
        };
        assert_eq!(faults("word('a.n' )"), [Some(missing)]);
        let unknown = faults("word('a.x')");
        assert!(matches!(&unknown[..], [Some(WordFault::Unknown { key, .. })] if key == "a.x"));
    }

    #[test]
    fn a_script_gets_the_words_that_it_asks_for_and_no_others() {
        let words = words(
            "[a]\nb = \"it's `so`\"\np = { one = \"one page\", other = \"{n} pages\" }\nno = \"x\"\n[s]\nx = \"{one}\"\ny = \"\"\n",
        );
        let script = "// word('a.no') is not asked for by readers.\nword('a.b');\nword('a.p', { n });\nword('s.' + name);\n";
        let written = with_words(squeeze_js(script), &words);
        let code =
            "(word=>{\nword('a.b');\nword('a.p', { n });\nword('s.' + name);\n})((\ntable =>\n";
        assert!(written.starts_with(code), "{written}");
        let table = "({\n\"a.b\":\"it's `so`\",\n\"a.p\":[\"one page\",\"{n} pages\"],\n\"s.x\":\"{one}\",\n\"s.y\":\"\"\n}));\n";
        assert!(written.ends_with(table), "{written}");
        assert_eq!(with_words("alert(1);\n".to_owned(), &words), "alert(1);\n");
    }
}
