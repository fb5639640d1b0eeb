//! The interface's words: the same keys and values in every language, none
//! unused, none outside the tables, and none of another language on a page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use search::format::docs::PageCard;
use search::in_force::Validity;
use search::plan::Level;
use search::present::{Explanation, Hit, Notice, Part, PartKind, Place, Results};
use snapbox::Data;
use walkdir::WalkDir;
use zhize::progress::Silent;
use zhize::site::SiteOptions;
use zhize::words::{Language, Words, read_table};

use crate::support::{copy_into, repository, site};

/// The table of Traditional characters is made from the Simplified one: keys
/// stay, and terms of public administration are not replaced by terms of
/// software.
#[test]
fn traditional_words_follow_the_simplified_ones() {
    let words = Words::built_in(Language::TraditionalChinese);
    assert_eq!(words.text("written.已废止"), "已廢止");
    assert_eq!(words.text("reference.text"), "正文提及");
    assert_eq!(words.say("dated.adopted", &[("date", &"甲日")]), "甲日通過");
    let table = Language::TraditionalChinese.built_in();
    for wrong in ["“", "干部", "網絡", "透過", "檔案"] {
        assert!(!table.contains(wrong), "{wrong}");
    }
}

/// Each key, with the values that its word needs.
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

/// The comment on the first line says where the table comes from.
#[test]
fn tables_say_what_they_are() {
    for language in [Language::SimplifiedChinese, Language::English] {
        let path = format!("themes/default/words/{}.toml", language.tag());
        let text = fs::read_to_string(repository(&path)).expect("the table exists");
        assert!(text.starts_with("# "), "{path}");
    }
}

/// Files below a folder whose names end like this, with their texts.
fn texts(folder: &str, ending: &str) -> Vec<(String, String)> {
    let root = repository("");
    let mut texts = Vec::new();
    for entry in WalkDir::new(repository(folder)).sort_by_file_name() {
        let entry = entry.expect("a readable folder");
        let path = entry.path().strip_prefix(&root).expect("below the root");
        let path = path.to_string_lossy().replace('\\', "/");
        if entry.file_type().is_file() && path.ends_with(ending) {
            let text = fs::read_to_string(entry.path()).expect("UTF-8");
            texts.push((path, text));
        }
    }
    texts
}

/// Whether a text has Chinese characters or punctuation.
fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| {
        let ideograph = ('\u{3400}'..='\u{9FFF}').contains(&c) || c >= '\u{20000}';
        let mark = "、。〈〉《》「」『』【】〔〕（），：；？！".contains(c);
        ideograph || mark
    })
}

#[test]
fn templates_have_their_words_from_the_tables() {
    let mut said = Vec::new();
    for (path, text) in texts("themes", ".html") {
        let mut rest = text.as_str();
        let mut plain = String::new();
        while let Some((before, comment)) = rest.split_once("{#") {
            plain.push_str(before);
            let (comment, after) = comment.split_once("#}").expect("a comment ends");
            plain.push_str(&"\n".repeat(comment.matches('\n').count()));
            rest = after;
        }
        plain.push_str(rest);
        for (number, line) in plain.lines().enumerate() {
            if is_chinese(line) {
                said.push(format!("{path}:{}: {line}", number + 1));
            }
        }
    }
    assert!(said.is_empty(), "{said:#?}");
}

/// Sections whose keys are put together from a value in the code, or that are
/// requested as a whole.
const BY_VALUE: [&str; 22] = [
    "axis",
    "axis-name",
    "data-file",
    "data-file-about",
    "date",
    "dated",
    "dated-text",
    "engine",
    "figures",
    "integrity",
    "reference",
    "relation",
    "responsibility",
    "responsibility-pieces",
    "role",
    "role-note",
    "role-positions",
    "stage",
    "stage-question",
    "type",
    "type-short",
    "written",
];

#[test]
fn no_word_is_unused() {
    let mut code = String::new();
    for (folder, ending) in [
        ("themes", ".html"),
        ("themes/default/static", ".js"),
        ("src", ".rs"),
        ("crates/search/src", ".rs"),
    ] {
        for (_, text) in texts(folder, ending) {
            code.push_str(&text);
        }
    }
    let code = code.replace('\'', "\"");
    let literals: BTreeSet<&str> = code.split('"').collect();
    let words = Words::built_in(Language::English);
    let unused: Vec<&str> = words
        .keys()
        .filter(|key| !literals.contains(key))
        .filter(|key| {
            let (section, name) = key.split_once('.').expect("a section");
            let by_value = BY_VALUE.contains(&section);
            let asked = name.starts_with("month-")
                || ["", "part-", "state-"].into_iter().any(|kind| {
                    let name = name.strip_prefix(kind);
                    name.is_some_and(|name| literals.contains(name))
                });
            !(by_value && asked)
        })
        .collect();
    assert!(unused.is_empty(), "{unused:#?}");
}

/// Every literal key that the program uses exists: a missing word would be a
/// panic on some page.
#[test]
fn the_code_asks_for_words_that_exist() {
    let words = Words::built_in(Language::English);
    let sections: BTreeSet<&str> = words
        .keys()
        .filter_map(|key| key.split_once('.'))
        .map(|(section, _)| section)
        .collect();
    let mut missing = Vec::new();
    for (path, text) in texts("src", ".rs") {
        // Literals are every second part between quotation marks, unless one is
        // escaped; splitting by lines limits the effect of that.
        for literal in text
            .lines()
            .flat_map(|line| line.split('"').skip(1).step_by(2))
        {
            let Some((section, name)) = literal.split_once('.') else {
                continue;
            };
            let plain = |c: char| c.is_ascii_lowercase() || c == '_' || c == '-';
            let is_file = [
                "html", "toml", "js", "css", "json", "csv", "md", "xml", "txt", "wasm", "bin",
            ];
            // The list of fields names tables: source.segment.
            if sections.contains(section)
                && !path.starts_with("src/fields/")
                && !name.is_empty()
                && name.chars().all(plain)
                && !is_file.contains(&name)
                && words.get(literal).is_none()
            {
                missing.push(format!("{path}: {literal}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The whole site of the fixture, in one language.
fn site_in(language: Language) -> Vec<(String, String)> {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    copy_into(&repository("tests/fixtures/sites/english"), folder.path());
    let config = folder.path().join("config.toml");
    let text = fs::read_to_string(&config).expect("the fixture has settings");
    let set = format!("default_language = \"{}\"", language.tag());
    fs::write(&config, text.replace("default_language = \"en\"", &set)).expect("it can be written");
    let options = SiteOptions::of(folder.path());
    let outcome = zhize::site::build(&options, &Silent).expect("it can be built");
    let findings = outcome.findings.text(false);
    let files = outcome.product.unwrap_or_else(|_| panic!("{findings}"));
    let read = ["html", "md", "txt", "webmanifest"];
    let texts = files.iter().filter(|(path, _)| {
        let ending = path.rsplit('.').next().unwrap_or_default();
        read.contains(&ending) || path.ends_with("feed.xml") || path.ends_with("opensearch.xml")
    });
    texts
        .map(|(path, file)| {
            let text = String::from_utf8(file.bytes.to_vec()).expect("UTF-8");
            (path.to_owned(), text)
        })
        .collect()
}

/// Without the Chinese text of the fixture's content: numbers of articles, and
/// the kind of a regulation where exported data name it.
fn without_content(text: &str) -> String {
    let mut text = text.replace("\"legislationType\":\"规定\"", "");
    for number in ["一", "二", "三", "四"] {
        text = text.replace(&format!("第{number}条"), "");
    }
    text
}

#[test]
fn an_english_site_has_no_chinese_of_its_own() {
    let files = site_in(Language::English);
    assert!(files.len() > 60, "{}", files.len());
    let mut said = Vec::new();
    for (path, text) in &files {
        for line in without_content(text)
            .lines()
            .filter(|line| is_chinese(line))
        {
            said.push(format!("{path}: {line}"));
        }
        if path.ends_with(".html") {
            assert!(text.contains("<html lang=\"en\">"), "{path}");
        }
    }
    assert!(said.is_empty(), "{said:#?}");
}

#[test]
fn a_site_in_traditional_characters_has_no_simplified_ones() {
    let converter = OpenCC::from_config(BuiltinConfig::S2tw).expect("the data is built in");
    let mut said = BTreeSet::new();
    for (path, text) in site_in(Language::TraditionalChinese) {
        for line in without_content(&text).lines() {
            // Compared character by character: in running text, a Traditional
            // character may stand for another Simplified one.
            for c in line.chars().filter(|c| is_chinese(&c.to_string())) {
                let other = converter.convert(&c.to_string());
                let both = "台布只准干系里表注志于余划出周面了佣蔑";
                if other != c.to_string() && !both.contains(c) {
                    said.insert(format!("{path}: {c} in {line}"));
                }
            }
        }
    }
    assert!(said.is_empty(), "{said:#?}");
}

/// An answer with every code for which the engine has words.
fn everything_said(words: &Words) -> Results {
    let codes = || words.section("engine").map(|(name, _)| name);
    let text = |text: &str| text.to_owned();
    let hits = codes().filter_map(|name| name.strip_prefix("state-"));
    let hits = hits.map(|validity| Hit {
        alias: String::new(),
        card: PageCard {
            names: vec![text("关于修改《刑法》的决定")],
            validity: Some(Validity::of_code(validity).expect("a state of the engine")),
            ..PageCard::default()
        },
        group: "text",
        level: Level::Most,
        title_marks: Vec::new(),
        place: Place::default(),
        terms: Vec::new(),
        further: 0,
        more: Vec::new(),
        explain: Some(Explanation {
            parts: PartKind::ALL
                .map(|kind| Part {
                    kind,
                    term: text("谈话"),
                    points: 1.0,
                })
                .to_vec(),
        }),
    });
    let notices = Notice::KINDS.into_iter().map(|kind| Notice {
        kind,
        values: ["关于修改《刑法》的决定", "第七条", "第八条"]
            .map(text)
            .to_vec(),
    });
    Results {
        query: text("谈话"),
        level: Some(Level::Most),
        notices: notices.collect(),
        hits: hits.collect(),
        ..Results::default()
    }
}

/// The command line's JSON adds the same words as the page's script:
/// tests/browser/unit/engine.test.mjs reads the same file.
#[test]
fn what_the_engine_says_in_codes_is_said_in_the_words_of_the_table() {
    let words = Words::built_in(Language::SimplifiedChinese);
    let say = |code: &str, values: &[String]| zhize::lookup::say(&words, code, values);
    let json = everything_said(&words).to_json(Some(&say));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let pretty = serde_json::to_string_pretty(&json).expect("JSON") + "\n";
    snapbox::assert_data_eq!(
        pretty,
        Data::read_from(&repository("tests/golden/said.json"), None).raw()
    );
}

/// The site's own words replace the program's, in pages and in scripts.
#[test]
fn a_site_changes_single_words() {
    let folder = site("diagnostics-base", "sites/pages");
    let own = folder.path().join("words");
    fs::create_dir(&own).expect("a folder");
    fs::write(
        own.join("zh-CN.toml"),
        "[search]\nbutton = \"检索\"\n\n[stage]\nduze = \"督促\"\n\n[engine]\nstate-repealed = \"废了\"\n",
    )
    .expect("it can be written");
    let options = SiteOptions::of(folder.path());
    let outcome = zhize::site::build(&options, &Silent).expect("it can be built");
    let files = outcome.product.expect("nothing is wrong");
    let text = |path: &str| {
        let file = files.get(path).expect("it is made");
        String::from_utf8(file.bytes.to_vec()).expect("UTF-8")
    };
    let home = text("index.html");
    assert!(home.contains("<button type=\"submit\">检索</button>"));
    assert!(home.contains("督促") && !home.contains("督责"));
    let script = files
        .iter()
        .find(|(path, _)| path.starts_with("assets/site.") && path.ends_with(".js"));
    let script = text(script.expect("there is a script").0);
    assert!(script.contains("\n\"engine.state-repealed\":\"废了\""));
    // It holds only words that the scripts of this site use.
    assert!(!script.contains("offline.turn_on"));
}
