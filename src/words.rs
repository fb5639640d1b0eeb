//! The texts of the interface: what templates, views and scripts say besides
//! the content, in the language set in the settings.
//!
//! Each language is a table, `themes/default/words/<language>.toml`: texts by
//! section and name, with `{places}` for values. The table for Traditional
//! characters is generated on demand from the Simplified one. Themes and the
//! site override tables word by word; `render::theme` does this and reports
//! mistakes. Content is never translated, and messages to editors are always
//! Chinese.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use toml::de::{DeTable, DeValue};

use crate::chinese::traditional::traditional;
use crate::diag::nearest::nearest;
use crate::model::{Comparator, Date, Figure, Vocabulary};

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// 简体中文.
    SimplifiedChinese,
    /// 繁體中文.
    TraditionalChinese,
    English,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 3] = [
        Self::SimplifiedChinese,
        Self::TraditionalChinese,
        Self::English,
    ];

    /// Its tag in pages and files, according to BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::SimplifiedChinese => "zh-CN",
            Self::TraditionalChinese => "zh-Hant",
            Self::English => "en",
        }
    }

    /// Its name in Open Graph: language and territory.
    pub fn locale(self) -> &'static str {
        match self {
            Self::SimplifiedChinese => "zh_CN",
            Self::TraditionalChinese => "zh_TW",
            Self::English => "en_US",
        }
    }

    /// Reads Zola's setting `default_language`.
    pub fn of_setting(written: &str) -> Option<Self> {
        match written.to_ascii_lowercase().replace('_', "-").as_str() {
            "zh" | "zh-cn" | "zh-hans" | "zh-hans-cn" => Some(Self::SimplifiedChinese),
            "zh-hant" | "zh-tw" | "zh-hk" | "zh-mo" => Some(Self::TraditionalChinese),
            "en" | "en-us" | "en-gb" => Some(Self::English),
            _ => None,
        }
    }

    /// The built-in table; that of Traditional characters is generated from the
    /// Simplified one.
    pub fn built_in(self) -> &'static str {
        match self {
            Self::SimplifiedChinese => include_str!("../themes/default/words/zh-CN.toml"),
            Self::TraditionalChinese => {
                static TABLE: OnceLock<String> = OnceLock::new();
                TABLE.get_or_init(|| traditional_table(Self::SimplifiedChinese.built_in()))
            }
            Self::English => include_str!("../themes/default/words/en.toml"),
        }
    }
}

/// Converts the texts of a table to Traditional characters. Keys stay
/// unchanged: some are words of the content.
fn traditional_table(simplified: &str) -> String {
    let mut table = String::with_capacity(simplified.len());
    for line in simplified.lines() {
        match line.split_once(" = ") {
            Some((key, word)) => table.push_str(&format!("{key} = {}", traditional(word))),
            None => table.push_str(line),
        }
        table.push('\n');
    }
    table
}

/// A text with placeholders for values.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Phrase(Vec<Piece>);

/// A part of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// The value with this name.
    Value(String),
}

/// A word, which may be a whole sentence. It has a separate form for one thing
/// if the language needs one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    one: Option<Phrase>,
    other: Phrase,
}

/// Name of the value that chooses between the forms of a word.
pub const COUNT: &str = "n";

impl Word {
    /// A word with a single form.
    fn plain(text: &str) -> Result<Self, String> {
        let other = Phrase::read(text)?;
        Ok(Self { one: None, other })
    }

    /// The form for a number of things, given as text.
    pub fn form(&self, count: Option<&str>) -> &[Piece] {
        match &self.one {
            Some(one) if count == Some("1") => &one.0,
            _ => &self.other.0,
        }
    }

    /// The form for one thing, if it has one.
    pub fn one(&self) -> Option<&[Piece]> {
        self.one.as_ref().map(|one| one.0.as_slice())
    }

    /// Names of the values that the word needs.
    pub fn values(&self) -> BTreeSet<&str> {
        let mut values: BTreeSet<&str> = BTreeSet::new();
        for phrase in self.one.iter().chain([&self.other]) {
            for piece in &phrase.0 {
                if let Piece::Value(name) = piece {
                    values.insert(name);
                }
            }
        }
        if self.one.is_some() {
            values.insert(COUNT);
        }
        values
    }

    /// The text of a word that needs no values.
    fn text(&self) -> Option<&str> {
        match (&self.one, self.other.0.as_slice()) {
            (None, [Piece::Text(text)]) => Some(text),
            (None, []) => Some(""),
            _ => None,
        }
    }
}

impl Phrase {
    /// Parses `共 {n} 篇`; the error says what is wrong.
    fn read(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let end = rest[at..].find('}').map(|end| at + end);
            let Some(end) = end.filter(|_| rest[at..].starts_with('{')) else {
                return Err("花括号不成对".to_owned());
            };
            let name = &rest[at + 1..end];
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
                return Err(format!("花括号中的“{name}”不是值的名称"));
            }
            if at > 0 {
                pieces.push(Piece::Text(rest[..at].to_owned()));
            }
            pieces.push(Piece::Value(name.to_owned()));
            rest = &rest[end + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self(pieces))
    }
}

/// A word of a table and where it is written.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `search.button`.
    pub key: String,
    /// The word itself.
    pub word: Word,
    /// Byte range in the table's text.
    pub range: Range<usize>,
}

/// A mistake in a table, and where it is.
#[derive(Clone, Debug)]
pub struct TableFault {
    /// Description of the mistake.
    pub message: String,
    /// Byte range in the table's text.
    pub range: Range<usize>,
}

/// Reads a table, which consists of sections of words. Mistakes don't stop the
/// rest from being read.
pub fn read_table(text: &str) -> (Vec<Entry>, Vec<TableFault>) {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    let (table, errors) = DeTable::parse_recoverable(text);
    if let Some(error) = errors.first() {
        faults.push(TableFault {
            message: format!("TOML 写法有误：{}", error.message()),
            range: error.span().unwrap_or(0..0),
        });
        return (entries, faults);
    }
    for (section, words) in table.get_ref() {
        let DeValue::Table(words) = words.get_ref() else {
            faults.push(TableFault {
                message: "用语应写在小节之下，如 [search] 下的 button = \"检索\"".to_owned(),
                range: section.span(),
            });
            continue;
        };
        for (name, value) in words {
            match word(value.get_ref()) {
                Ok(word) => entries.push(Entry {
                    key: format!("{}.{}", section.get_ref(), name.get_ref()),
                    word,
                    range: name.span().start..value.span().end,
                }),
                Err(message) => faults.push(TableFault {
                    message,
                    range: name.span().start..value.span().end,
                }),
            }
        }
    }
    (entries, faults)
}

/// Reads a text, or `{ one = "{n} page", other = "{n} pages" }`.
fn word(value: &DeValue<'_>) -> Result<Word, String> {
    const FORMS: &str = "填写文字，或 { one = \"一个时\", other = \"其他\" }";
    match value {
        DeValue::String(text) => Word::plain(text),
        DeValue::Table(forms) => {
            let form = |name: &str| match forms.get(name).map(|value| value.get_ref()) {
                Some(DeValue::String(text)) => Phrase::read(text),
                _ => Err(FORMS.to_owned()),
            };
            if forms.len() != 2 {
                return Err(FORMS.to_owned());
            }
            Ok(Word {
                one: Some(form("one")?),
                other: form("other")?,
            })
        }
        _ => Err(FORMS.to_owned()),
    }
}

/// Why a template or a script can't get a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordFault {
    /// There is no such word.
    Unknown {
        key: String,
        /// The most similar key that exists.
        near: Option<String>,
    },
    /// The word needs a value that wasn't given.
    Missing {
        /// The word's key.
        key: String,
        /// The value's name.
        value: String,
    },
}

impl Display for WordFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { key, .. } => write!(f, "界面用语中没有“{key}”"),
            Self::Missing { key, value } => write!(f, "用语“{key}”缺少值 {value}"),
        }
    }
}

impl std::error::Error for WordFault {}

/// The words of one language. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Words {
    language: Language,
    words: Arc<BTreeMap<String, Word>>,
}

impl Words {
    /// The built-in words of a language.
    pub fn built_in(language: Language) -> Self {
        let (entries, faults) = read_table(language.built_in());
        assert!(
            faults.is_empty(),
            "the built-in tables are right: {faults:?}"
        );
        let words = entries.into_iter().map(|entry| (entry.key, entry.word));
        Self {
            language,
            words: Arc::new(words.collect()),
        }
    }

    /// The same words labelled as another language, to show which words a table
    /// of that language must have.
    pub fn standing_for(&self, language: Language) -> Self {
        Self {
            language,
            words: Arc::clone(&self.words),
        }
    }

    /// Replaces the word with this key, or adds it.
    pub fn insert(&mut self, key: String, word: Word) {
        Arc::make_mut(&mut self.words).insert(key, word);
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// The word with this key.
    pub fn get(&self, key: &str) -> Option<&Word> {
        self.words.get(key)
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// The words of a section, by name.
    pub fn section<'s>(&'s self, section: &'s str) -> impl Iterator<Item = (&'s str, &'s Word)> {
        self.words.iter().filter_map(move |(key, word)| {
            let name = key.strip_prefix(section)?.strip_prefix('.')?;
            Some((name, word))
        })
    }

    /// Finds the word for a key that comes from a template or a script.
    ///
    /// # Errors
    /// When there is no such word.
    pub fn find(&self, key: &str) -> Result<&Word, WordFault> {
        self.get(key).ok_or_else(|| WordFault::Unknown {
            key: key.to_owned(),
            near: nearest(key, self.keys()).map(str::to_owned),
        })
    }

    /// The text of a word that needs no values. The key must be one of the
    /// program's own, which the built-in tables always have.
    pub fn text(&self, key: &str) -> &str {
        let word = self.get(key).and_then(Word::text);
        word.unwrap_or_else(|| panic!("the tables have {key}, which needs no value"))
    }

    /// The text of a word with its values; the key must be one of the program's
    /// own.
    pub fn say(&self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        let word = self.get(key);
        let word = word.unwrap_or_else(|| panic!("the tables have {key}"));
        let value = |wanted: &str| {
            let (_, value) = values.iter().find(|(name, _)| *name == wanted)?;
            Some(value.to_string())
        };
        let mut said = String::new();
        for piece in word.form(value(COUNT).as_deref()) {
            match piece {
                Piece::Text(text) => said.push_str(text),
                Piece::Value(name) => {
                    let value = value(name);
                    said.push_str(&value.unwrap_or_else(|| panic!("{key} is given {name}")));
                }
            }
        }
        said
    }

    /// A value of a closed list in the language of the interface.
    pub fn label<V: Vocabulary>(&self, section: &str, value: V) -> String {
        self.text(&format!("{section}.{}", value.slug())).to_owned()
    }

    /// A value of a closed list from the front matter or a register, in the
    /// language of the interface; a value in no list stays as written.
    pub fn written<'w>(&'w self, value: &'w str) -> &'w str {
        let word = self.get(&format!("written.{value}")).and_then(Word::text);
        word.unwrap_or(value)
    }

    /// The text before a figure's value: 不低于, 约; empty for an exact value.
    pub fn comparator(&self, figure: &Figure) -> &str {
        match figure.comparator {
            Comparator::AtLeast => self.text("figures.at_least"),
            Comparator::AtMost => self.text("figures.at_most"),
            Comparator::About => self.text("figures.about"),
            Comparator::Equal => "",
        }
    }

    /// A figure in the language of the interface: 不低于10%, 39.2万人.
    pub fn figure(&self, figure: &Figure) -> String {
        format!("{}{}{}", self.comparator(figure), figure.value, figure.unit)
    }

    /// Joins several things into a list: 甲、乙.
    pub fn list<S: AsRef<str>>(&self, things: impl IntoIterator<Item = S>) -> String {
        let separator = self.text("mark.comma");
        let mut list = String::new();
        for (position, thing) in things.into_iter().enumerate() {
            if position > 0 {
                list.push_str(separator);
            }
            list.push_str(thing.as_ref());
        }
        list
    }

    /// A label followed by its value: 范围：全国.
    pub fn labelled(&self, label: &str, value: &str) -> String {
        format!("{label}{}{value}", self.text("mark.colon"))
    }

    /// 2026年3月1日.
    pub fn date(&self, date: Date) -> String {
        let month = format!("date.month-{}", u8::from(date.month()));
        self.say(
            "date.day",
            &[
                ("year", &date.year()),
                ("month", &self.text(&month)),
                ("day", &date.day()),
            ],
        )
    }

    /// 2026年.
    pub fn year(&self, year: impl Display) -> String {
        self.say("date.year", &[("year", &year)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_values_and_forms() {
        let (entries, faults) =
            read_table("[a]\nb = \"共 {n} 篇\"\nc = { one = \"one\", other = \"{n} of {all}\" }\n");
        assert!(faults.is_empty(), "{faults:?}");
        let words = Words {
            language: Language::English,
            words: Arc::new(entries.into_iter().map(|e| (e.key, e.word)).collect()),
        };
        assert_eq!(words.say("a.b", &[("n", &3)]), "共 3 篇");
        assert_eq!(words.say("a.c", &[("n", &1), ("all", &2)]), "one");
        assert_eq!(words.say("a.c", &[("n", &2), ("all", &5)]), "2 of 5");
        let needed: Vec<_> = words
            .find("a.c")
            .expect("known")
            .values()
            .into_iter()
            .collect();
        assert_eq!(needed, ["all", "n"]);
        assert_eq!(
            words.find("a.d"),
            Err(WordFault::Unknown {
                key: "a.d".to_owned(),
                near: Some("a.b".to_owned())
            })
        );
    }

    #[test]
    fn faults_of_a_table_have_places() {
        for (text, at) in [
            ("a = \"b\"\n", "a"),
            ("[a]\nb = \"{\"\n", "b = \"{\""),
            ("[a]\nb = \"}\"\n", "b = \"}\""),
            ("[a]\nb = \"{N}\"\n", "b = \"{N}\""),
            ("[a]\nb = 3\n", "b = 3"),
            ("[a]\nb = { one = \"x\" }\n", "b = { one = \"x\" }"),
        ] {
            let (entries, faults) = read_table(text);
            assert!(entries.is_empty(), "{text}");
            assert_eq!(faults.len(), 1, "{text}");
            assert_eq!(&text[faults[0].range.clone()], at);
        }
        assert_eq!(read_table("[a\n").1.len(), 1);
    }

    #[test]
    fn settings_name_languages_in_several_ways() {
        assert_eq!(
            Language::of_setting("zh"),
            Some(Language::SimplifiedChinese)
        );
        assert_eq!(
            Language::of_setting("zh-TW"),
            Some(Language::TraditionalChinese)
        );
        assert_eq!(Language::of_setting("en"), Some(Language::English));
        assert_eq!(Language::of_setting("fr"), None);
    }
}
