//! The interface's words in scripts.
//!
//! A script asks for them as a template does: `word('search.button')`,
//! `word('search.found', { n: total })`. The build puts the words in the place
//! of the calls, as string and template literals, so that a page asks for no
//! further file, no key is in what readers download, and the words of other
//! languages are not either. `words('engine')` becomes an object of the words
//! of a section that are not what the search engine, which speaks simplified
//! Chinese, says itself.

use std::ops::Range;

use crate::words::{Language, Piece, Word, WordFault, Words};

/// What is wrong with a call, and where.
#[derive(Debug, PartialEq)]
pub(super) enum ScriptFault {
    /// With the word.
    Word(WordFault),
    /// With how it is written.
    Form(&'static str),
}

/// A script in the words of a language; what could not be put in stays as it
/// is written.
pub(super) fn in_words(script: &str, words: &Words) -> (String, Vec<(Range<usize>, ScriptFault)>) {
    let mut writer = Writer {
        script,
        words,
        faults: Vec::new(),
    };
    let written = writer.range(0..script.len());
    (written, writer.faults)
}

/// The keys that a script asks for, with their places.
pub(super) fn keys_of_script(script: &str) -> Vec<(Range<usize>, String)> {
    let mut keys = Vec::new();
    let mut at = 0;
    while let Some(call) = next_call(script, at..script.len()) {
        at = call.open;
        if !call.section {
            keys.push((call.key.clone(), script[call.key].to_owned()));
        }
    }
    keys
}

/// A call of `word` or `words` with a literal key.
struct Call {
    /// The name's first byte.
    start: usize,
    /// The key, without its quotation marks.
    key: Range<usize>,
    /// Behind the key's quotation mark.
    open: usize,
    /// Whether it asks for a section.
    section: bool,
}

fn next_call(script: &str, range: Range<usize>) -> Option<Call> {
    let mut at = range.start;
    while let Some(found) = script[at..range.end].find("word") {
        let start = at + found;
        at = start + 4;
        let before = script[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || ['_', '$', '.'].contains(&c)) {
            continue;
        }
        let rest = &script[at..range.end];
        let section = rest.starts_with("s(");
        let Some(rest) = rest.strip_prefix("s(").or_else(|| rest.strip_prefix('(')) else {
            continue;
        };
        let Some(quote @ ('\'' | '"')) = rest.chars().next() else {
            continue;
        };
        let from = range.end - rest.len() + 1;
        let Some(length) = script[from..range.end].find(quote) else {
            continue;
        };
        let key = from..from + length;
        // Another's function of this name speaks of other things.
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        let mut parts = script[key.clone()].split('.');
        let plain = parts
            .clone()
            .all(|part| !part.is_empty() && part.bytes().all(known));
        let count = if section { 1 } else { 2 };
        if plain && parts.by_ref().count() == count {
            return Some(Call {
                start,
                open: key.end + 1,
                key,
                section,
            });
        }
    }
    None
}

struct Writer<'s> {
    script: &'s str,
    words: &'s Words,
    faults: Vec<(Range<usize>, ScriptFault)>,
}

impl Writer<'_> {
    /// A part of the script with its calls replaced.
    fn range(&mut self, range: Range<usize>) -> String {
        let script = self.script;
        let mut out = String::with_capacity(range.len());
        let mut at = range.start;
        while let Some(call) = next_call(script, at..range.end) {
            out.push_str(&script[at..call.start]);
            match self.call(&call, range.end) {
                Some((written, end)) => {
                    out.push_str(&written);
                    at = end;
                }
                None => {
                    out.push_str(&script[call.start..call.open]);
                    at = call.open;
                }
            }
        }
        out.push_str(&script[at..range.end]);
        out
    }

    /// A call as it is in this language, and where it ends.
    fn call(&mut self, call: &Call, limit: usize) -> Option<(String, usize)> {
        let key = &self.script[call.key.clone()];
        let (values, end) = match self.values(call.open, limit) {
            Ok(values) => values,
            Err(form) => {
                self.faults
                    .push((call.key.clone(), ScriptFault::Form(form)));
                return None;
            }
        };
        if call.section {
            return Some((section(self.words, key), end));
        }
        let word = match self.words.find(key) {
            Ok(word) => word,
            Err(fault) => {
                self.faults
                    .push((call.key.clone(), ScriptFault::Word(fault)));
                return None;
            }
        };
        let given = |name: &str| values.iter().find(|(known, _)| known == name);
        if let Some(missing) = word.values().into_iter().find(|name| given(name).is_none()) {
            let fault = WordFault::Missing {
                key: key.to_owned(),
                value: missing.to_owned(),
            };
            self.faults
                .push((call.key.clone(), ScriptFault::Word(fault)));
            return None;
        }
        let written: Vec<(String, String)> = values
            .into_iter()
            .map(|(name, range)| (name, self.range(range)))
            .collect();
        Some((literal(word, &written), end))
    }

    /// The values `, { n: total }` of a call and where it ends.
    #[allow(clippy::type_complexity)]
    fn values(
        &self,
        open: usize,
        limit: usize,
    ) -> Result<(Vec<(String, Range<usize>)>, usize), &'static str> {
        const FORM: &str = "写作 word('键') 或 word('键', { 名字: 值 })";
        let text = &self.script[..limit];
        let skip = |at: usize| at + text[at..].len() - text[at..].trim_start().len();
        let mut at = skip(open);
        if text[at..].starts_with(')') {
            return Ok((Vec::new(), at + 1));
        }
        at = skip(at + text[at..].strip_prefix(',').map(|_| 1).ok_or(FORM)?);
        at = skip(at + text[at..].strip_prefix('{').map(|_| 1).ok_or(FORM)?);
        let mut values = Vec::new();
        while !text[at..].starts_with('}') {
            let length = text[at..]
                .bytes()
                .take_while(|b| b.is_ascii_lowercase() || *b == b'_');
            let name = at..at + length.count();
            if name.is_empty() {
                return Err(FORM);
            }
            at = skip(name.end);
            let value = if text[at..].starts_with(':') {
                let start = skip(at + 1);
                at = expression(text, start).ok_or(FORM)?;
                start..start + text[start..at].trim_end().len()
            } else {
                name.clone()
            };
            values.push((text[name].to_owned(), value));
            if text[at..].starts_with(',') {
                at = skip(at + 1);
            } else if !text[at..].starts_with('}') {
                return Err(FORM);
            }
        }
        at = skip(at + 1);
        match text[at..].starts_with(')') {
            true => Ok((values, at + 1)),
            false => Err(FORM),
        }
    }
}

/// Where an expression ends: at the comma or bracket that is none of its own.
fn expression(text: &str, start: usize) -> Option<usize> {
    let mut depth = 0;
    let mut at = start;
    while at < text.len() {
        match text.as_bytes()[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b',' | b'}' if depth == 0 => return Some(at),
            b')' | b']' | b'}' => depth = usize::checked_sub(depth, 1)?,
            quote @ (b'\'' | b'"') => at = string_end(text, at + 1, quote)?,
            b'`' => at = template_end(text, at + 1)?,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The place of the quotation mark that ends a string.
fn string_end(text: &str, mut at: usize, quote: u8) -> Option<usize> {
    while at < text.len() {
        match text.as_bytes()[at] {
            b'\\' => at += 1,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The place of the mark that ends a template literal.
fn template_end(text: &str, mut at: usize) -> Option<usize> {
    while at < text.len() {
        match text.as_bytes()[at] {
            b'\\' => at += 1,
            b'`' => return Some(at),
            b'$' if text.as_bytes().get(at + 1) == Some(&b'{') => {
                at += 2;
                // A comma ends no expression here.
                loop {
                    at = expression(text, at)?;
                    if text.as_bytes()[at] == b'}' {
                        break;
                    }
                    at += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// A word as an expression of JavaScript.
fn literal(word: &Word, values: &[(String, String)]) -> String {
    let of = |name: &str| {
        let value = values.iter().find(|(known, _)| known == name);
        value.map_or("", |(_, expression)| expression)
    };
    let other = pieces_literal(word.form(None), &of);
    match word.one() {
        None => other,
        Some(one) => {
            let count = of(crate::words::COUNT);
            format!("(({count}) === 1 ? {} : {other})", pieces_literal(one, &of))
        }
    }
}

fn pieces_literal<'v>(pieces: &[Piece], of: &impl Fn(&str) -> &'v str) -> String {
    if let [] | [Piece::Text(_)] = pieces {
        let text = match pieces {
            [Piece::Text(text)] => text.as_str(),
            _ => "",
        };
        return quoted(text);
    }
    let mut out = String::from("`");
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                let text = text.replace('\\', "\\\\").replace('`', "\\`");
                out.push_str(&text.replace("${", "\\${").replace('\n', "\\n"));
            }
            Piece::Value(name) => {
                out.push_str("${");
                out.push_str(of(name));
                out.push('}');
            }
        }
    }
    out.push('`');
    out
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\'', "\\'");
    format!("'{}'", text.replace('\n', "\\n"))
}

/// The words of a section that are not the engine's own, as an object; values
/// are written `{name}`, for the script to fill in.
fn section(words: &Words, section: &str) -> String {
    let engine = Words::built_in(Language::SimplifiedChinese);
    let mut entries = Vec::new();
    for (name, word) in words.section(section) {
        if engine.get(&format!("{section}.{name}")) == Some(word) {
            continue;
        }
        let text: String = word
            .form(None)
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Value(name) => format!("{{{name}}}"),
            })
            .collect();
        entries.push(format!("{}: {}", quoted(name), quoted(&text)));
    }
    format!("{{{}}}", entries.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::read_table;

    fn words(table: &str) -> Words {
        let (entries, faults) = read_table(table);
        assert!(faults.is_empty(), "{faults:?}");
        let mut words = Words::built_in(Language::English);
        for entry in entries {
            words.insert(entry.key, entry.word);
        }
        words
    }

    fn written(script: &str) -> String {
        let words = words(
            "[a]\nb = \"it's `so`\"\nn = \"{n} of {all}\"\np = { one = \"one page\", other = \"{n} pages\" }\nempty = \"\"\n",
        );
        let (written, faults) = in_words(script, &words);
        assert_eq!(faults, []);
        written
    }

    #[test]
    fn calls_become_literals() {
        assert_eq!(written("say(word('a.b'));"), r"say('it\'s `so`');");
        assert_eq!(written("word('a.empty')"), "''");
        assert_eq!(
            written("word('a.n', { n: f(x, [1, 2]), all }) + 1"),
            "`${f(x, [1, 2])} of ${all}` + 1"
        );
        assert_eq!(
            written("word('a.p', { n: a ? b : c })"),
            "((a ? b : c) === 1 ? 'one page' : `${a ? b : c} pages`)"
        );
        assert_eq!(
            written("word('a.n', {\n  n: `${a, {}} }`,\n  all: word('a.b'),\n})"),
            r"`${`${a, {}} }`} of ${'it\'s `so`'}`"
        );
        assert_eq!(
            written("sword('a.b'); x.word('a.b'); word(key); word('a'); words; word('A.b')"),
            "sword('a.b'); x.word('a.b'); word(key); word('a'); words; word('A.b')"
        );
    }

    #[test]
    fn sections_hold_what_the_engine_does_not_say() {
        let mut own = words("[test]\na = \"b {n}\"\n");
        assert_eq!(in_words("words('test')", &own).0, "{'a': 'b {n}'}");
        own = Words::built_in(Language::SimplifiedChinese);
        assert_eq!(in_words("words('engine')", &own).0, "{}");
    }

    #[test]
    fn faults_are_where_they_are_written() {
        let words = words("[a]\nn = \"{n}\"\n");
        for script in [
            "word('a.m')",
            "word('a.n')",
            "word('a.n', n)",
            "word('a.n', { n: (1 })",
            "word('a.n', { n: 1 }",
            "word('a.n', { n: 'x })",
            "word('a.n', { n: `x })",
            "word('a.n', { n: `${x })",
        ] {
            let (written, faults) = in_words(script, &words);
            assert_eq!(written, script);
            assert_eq!(faults.len(), 1, "{script}");
            assert_eq!(&script[faults[0].0.clone()], &script[6..9]);
        }
    }
}
