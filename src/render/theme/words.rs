//! The interface's words in layers: the program's tables, overridden word by
//! word by those of each theme and then by the site's own `words/`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::diag::nearest::nearest;
use crate::diag::{Diagnostic, FileId, Span};
use crate::source::MoreFiles;
use crate::words::{Entry, Language, WordFault, Words, read_table};

use super::layers::{Found, read_text};

/// The tables of all languages, while layers are being merged.
///
/// All languages are read, not only the chosen one, so that a mistake shows
/// when it is made and not when somebody changes the language.
pub(super) struct Tables {
    words: BTreeMap<Language, Words>,
    /// Words that no lower layer has. They are right only if a template or
    /// script of this site asks for them.
    added: Vec<(String, Language, Span)>,
    /// Keys that templates and scripts ask for.
    asked: BTreeSet<String>,
}

impl Tables {
    /// The program's tables, for a site in the chosen language. The table of
    /// Traditional characters takes time to make. Other sites need only its
    /// keys and values, which are those of the Simplified one.
    pub fn built_in(chosen: Language) -> Self {
        use Language::{SimplifiedChinese, TraditionalChinese};
        let simplified = Words::built_in(SimplifiedChinese);
        let words = |language| match language {
            SimplifiedChinese => simplified.clone(),
            TraditionalChinese if chosen != language => simplified.standing_for(language),
            _ => Words::built_in(language),
        };
        let languages = Language::ALL.into_iter();
        Self {
            words: languages
                .map(|language| (language, words(language)))
                .collect(),
            added: Vec::new(),
            asked: BTreeSet::new(),
        }
    }

    /// The words of a language, as merged so far.
    pub fn of(&self, language: Language) -> &Words {
        &self.words[&language]
    }

    /// Merges a layer's table over what there is. `name` is the table's file
    /// name.
    pub fn lay(
        &mut self,
        name: &str,
        found: Found,
        sources: &mut MoreFiles<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let language = Language::ALL
            .into_iter()
            .find(|language| name.strip_suffix(".toml") == Some(language.tag()));
        let Some(language) = language else {
            diagnostics.push(no_language(sources, found));
            return;
        };
        // The program's own table, which lies below everything already.
        if language != Language::TraditionalChinese && found.bytes == language.built_in().as_bytes()
        {
            return;
        }
        let Some((file, text)) = read_text(found, sources, diagnostics) else {
            return;
        };
        let (entries, faults) = read_table(&text);
        for fault in faults {
            diagnostics.push(
                Diagnostic::error("words-table", Span::new(file, fault.range), fault.message).hint(
                    "每行一个用语，写在小节之下，如 [search] 下的 button = \"检索\"；\
                        值用花括号括起，如 {n}",
                ),
            );
        }
        for entry in entries {
            self.lay_word(language, file, entry, diagnostics);
        }
    }

    fn lay_word(
        &mut self,
        language: Language,
        file: FileId,
        entry: Entry,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let words = self.words.get_mut(&language).expect("all languages");
        let span = Span::new(file, entry.range);
        match words.get(&entry.key) {
            None => self.added.push((entry.key.clone(), language, span)),
            Some(below) if below.values() != entry.word.values() => {
                diagnostics.push(other_values(
                    &entry.key,
                    &below.values(),
                    &entry.word.values(),
                    span,
                ));
                return;
            }
            Some(_) => {}
        }
        words.insert(entry.key, entry.word);
    }

    /// Records the word that a template or script asks for; returns a
    /// diagnostic if it doesn't exist.
    pub fn ask(&mut self, language: Language, key: &str, span: Span) -> Option<Diagnostic> {
        self.ask_for(key);
        let fault = self.of(language).find(key).err()?;
        let elsewhere = self
            .words
            .iter()
            .find(|(_, words)| words.get(key).is_some());
        let found = fault_at(&fault, span);
        Some(match elsewhere {
            Some((other, _)) => found.hint(format!(
                "{}.toml 已有，{}.toml 缺少；补全缺少的语言",
                other.tag(),
                language.tag()
            )),
            None => found,
        })
    }

    /// Records a word that a script asks for.
    pub fn ask_for(&mut self, key: &str) {
        self.asked.insert(key.to_owned());
    }

    /// Records all words of a section, some of which a script asks for.
    pub fn ask_for_section(&mut self, section: &str) {
        let prefix = format!("{section}.");
        let keys = self.words.values().flat_map(Words::keys);
        let keys = keys.filter(|key| key.starts_with(&prefix));
        self.asked.extend(keys.map(str::to_owned));
    }

    /// Reports added words that nothing asks for: misspelt or left over.
    pub fn unused(&self) -> Vec<Diagnostic> {
        let unused = self
            .added
            .iter()
            .filter(|(key, ..)| !self.asked.contains(key));
        unused
            .map(|(key, _, span)| {
                // Every language has the same keys.
                let built_in = Words::built_in(Language::SimplifiedChinese);
                let message = format!("用语“{key}”未用于任何模板或脚本");
                let found =
                    Diagnostic::error("words-key", span.clone(), message).label("键可能有误");
                match nearest(key, built_in.keys()) {
                    Some(near) => found.hint(format!("可能应为 {near}，核对后改正")),
                    None => found,
                }
                .hint("新增的用语，须在模板中用 t(\"…\") 或在脚本中用 word('…') 引用")
            })
            .collect()
    }
}

/// A fault as a diagnostic of a template, a script or a table.
pub(super) fn fault_at(fault: &WordFault, span: Span) -> Diagnostic {
    let (code, label) = match fault {
        WordFault::Unknown { .. } => ("words-key", "没有该用语"),
        WordFault::Missing { .. } => ("words-value", "缺少值"),
    };
    let mut found = Diagnostic::error(code, span, fault.to_string()).label(label);
    for hint in hints(fault) {
        found = found.hint(hint);
    }
    found
}

/// Remedies for a fault.
pub(crate) fn hints(fault: &WordFault) -> Vec<String> {
    match fault {
        WordFault::Unknown { near, .. } => {
            let near = near
                .iter()
                .map(|near| format!("可能应为 {near}，核对后改正"));
            near.chain([
                "用语的键为“小节.名称”，见 docs/themes.md 和 themes/default/words/zh-CN.toml"
                    .to_owned(),
            ])
            .collect()
        }
        WordFault::Missing { key, value } => {
            vec![format!(
                "补写该值：模板中写 t(\"{key}\", {value}=…)，脚本中写 word('{key}', {{ \
                 {value}: … }})"
            )]
        }
    }
}

fn other_values(
    key: &str,
    wanted: &BTreeSet<&str>,
    given: &BTreeSet<&str>,
    span: Span,
) -> Diagnostic {
    let names = |names: &mut dyn Iterator<Item = &&str>| -> String {
        let names: Vec<String> = names.map(|name| format!("{{{name}}}")).collect();
        names.join("、")
    };
    let lost = names(&mut wanted.difference(given));
    let new = names(&mut given.difference(wanted));
    let message = match (lost.is_empty(), new.is_empty()) {
        (false, true) => format!("用语“{key}”缺少 {lost}"),
        (true, _) => format!("用语“{key}”没有值 {new}"),
        (false, false) => format!("用语“{key}”没有值 {new}，缺少 {lost}"),
    };
    let all = names(&mut wanted.iter());
    Diagnostic::error("words-value", span, message)
        .label("值有误")
        .hint(if wanted.is_empty() {
            "该用语不含花括号".to_owned()
        } else {
            format!("该用语应包含 {all}，次序和其他文字不限")
        })
}

fn no_language(sources: &mut MoreFiles<'_>, found: Found) -> Diagnostic {
    let files: Vec<String> = Language::ALL
        .iter()
        .map(|language| format!("{}.toml", language.tag()))
        .collect();
    let message = format!("{} 不是界面语言的用语", found.shown);
    let file = sources.register(found.shown, String::new());
    Diagnostic::error("words-language", Span::start_of(file), message)
        .hint(format!("可用的文件名为 {}", files.join("、")))
}

/// The keys that a template writes as literals, `t("search.button")` or
/// `query("search.example_words")`, with their places.
pub(super) fn keys_of_template(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut keys = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('{') {
        at += found;
        let rest = &text[at..];
        let close = match rest.as_bytes().get(1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                at += 1;
                continue;
            }
        };
        let end = rest.find(close).map_or(text.len(), |end| at + end);
        if close != "#}" {
            keys_of_tag(text, at..end, &mut keys);
        }
        at = end;
    }
    keys
}

fn keys_of_tag<'t>(text: &'t str, tag: Range<usize>, keys: &mut Vec<(Range<usize>, &'t str)>) {
    let mut at = tag.start;
    while let Some(found) = text[at..tag.end].find('(') {
        let open = at + found;
        at = open + 1;
        let asks = ["query", "t"]
            .into_iter()
            .find_map(|name| text[tag.start..open].strip_suffix(name));
        let Some(before) = asks.map(|before| before.chars().next_back()) else {
            continue;
        };
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
            continue;
        }
        let rest = text[at..tag.end].trim_start();
        let Some(quote @ ('"' | '\'')) = rest.chars().next() else {
            continue;
        };
        let from = tag.end - rest.len() + 1;
        if let Some(length) = text[from..tag.end].find(quote) {
            keys.push((from..from + length, &text[from..from + length]));
            at = from + length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_templates_are_found_in_tags() {
        let text = "t(\"no.a\"){# t(\"no.b\") #}{{ t(\"a.b\") }} { {% if x.t(\"no.c\") or t( 'c.d', n=t(\"e.f\")) %}{{ not(\"no.d\") }}{{ t(key) }}{{ query(\"g.h\") }}{{ t(\"g";
        let found: Vec<_> = keys_of_template(text)
            .into_iter()
            .map(|(_, key)| key)
            .collect();
        assert_eq!(found, ["a.b", "c.d", "e.f", "g.h"]);
        for (range, key) in keys_of_template(text) {
            assert_eq!(&text[range], key);
        }
    }
}
