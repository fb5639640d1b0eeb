//! The interface's words: the same keys and values in every language, none
//! unused, none outside the tables, and none of another language on a page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use snapbox::Data;
use zhize::words::{Language, Words, read_table};

use crate::support::repository;

/// What the conversion of characters leaves: after it, the left becomes the
/// right.
const CORRECTIONS: [(&str, &str); 11] = [
    ("“", "「"),
    ("”", "」"),
    ("干部", "幹部"),
    ("公佈", "公布"),
    ("發佈", "發布"),
    ("這臺", "這台"),
    ("打印", "列印"),
    ("搜索", "搜尋"),
    ("鏈接", "連結"),
    ("網絡", "網路"),
    ("腳本", "程式"),
];

/// The table of traditional characters, made of the one of simplified ones:
/// characters as Taiwan has them. Its words stay: OpenCC's, made for software,
/// turn 通过 (a law was adopted) into 透過 and 文件 (a document) into 檔案.
fn traditional() -> String {
    let converter = OpenCC::from_config(BuiltinConfig::S2tw).expect("the data is built in");
    let simplified = Language::SimplifiedChinese.built_in();
    let mut out = String::from(
        "# 介面用語，繁體中文，由 zh-CN.toml 轉換而來：SNAPSHOTS=overwrite cargo test --test main words\n",
    );
    for line in simplified.lines().skip(1) {
        let Some((key, word)) = line.split_once(" = ") else {
            out.push_str(&format!("{line}\n"));
            continue;
        };
        let mut word = converter.convert(word);
        for (wrong, right) in CORRECTIONS {
            word = word.replace(wrong, right);
        }
        out.push_str(&format!("{key} = {word}\n"));
    }
    out
}

/// `SNAPSHOTS=overwrite` writes the table anew; read the difference.
#[test]
fn the_traditional_table_follows_the_simplified_one() {
    let table = repository("themes/default/words/zh-Hant.toml");
    snapbox::assert_data_eq!(traditional(), Data::read_from(&table, None).raw());
}

/// Each key with the values that its word needs.
fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let words = Words::built_in(language);
    let values = |key: &str| -> BTreeSet<String> {
        let word = words.get(key).expect("a key of its own");
        word.values().into_iter().map(str::to_owned).collect()
    };
    words
        .keys()
        .map(|key| (key.to_owned(), values(key)))
        .collect()
}

#[test]
fn every_language_has_the_same_words_with_the_same_values() {
    let standard = keys(Language::SimplifiedChinese);
    for language in Language::ALL {
        let (entries, faults) = read_table(language.built_in());
        assert!(faults.is_empty(), "{}: {faults:?}", language.tag());
        let mut written: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        let count = written.len();
        written.sort_unstable();
        written.dedup();
        assert_eq!(written.len(), count, "{} has a key twice", language.tag());
        let own = keys(language);
        for (key, values) in &standard {
            assert_eq!(own.get(key), Some(values), "{}: {key}", language.tag());
        }
        assert_eq!(own.len(), standard.len(), "{}", language.tag());
    }
}

/// A comment of the first line says where the table comes from.
#[test]
fn tables_say_what_they_are() {
    for language in Language::ALL {
        let path = format!("themes/default/words/{}.toml", language.tag());
        let text = fs::read_to_string(repository(&path)).expect("the table exists");
        assert!(text.starts_with("# "), "{path}");
    }
}
