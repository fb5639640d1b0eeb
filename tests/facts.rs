//! The register of facts (`facts/`): the pages state what the source states, as
//! a report or as a demand, and in their own words.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use serde::Deserialize;
use walkdir::WalkDir;

/// `facts/seed.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Register {
    /// Id of the source.
    source: String,
    /// Names and fixed terms that may be copied from the source.
    names: Vec<String>,
    /// The facts, in the source's order.
    fact: Vec<Fact>,
}

/// One thing that the source states.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fact {
    /// `P8.36`: the paragraph, and the fact's number in it.
    id: String,
    /// The paragraph.
    locator: String,
    /// The page that states it, without `content/` and `.md`.
    page: String,
    /// The fact in short.
    short: String,
    /// What must occur in one sentence: names, numbers, verbs.
    words: Vec<String>,
    /// Whether the source reports or demands.
    kind: Kind,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Report,
    Demand,
}

/// A sentence, and the paragraphs that its mark names as its source.
struct Sentence {
    text: String,
    stated_by: BTreeSet<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn register() -> Register {
    let text = fs::read_to_string(root().join("facts/seed.toml")).expect("the register");
    toml::from_str(&text).unwrap_or_else(|error| panic!("facts/seed.toml: {error}"))
}

fn page(fact: &Fact) -> String {
    let path = root().join("content").join(format!("{}.md", fact.page));
    let text = fs::read_to_string(&path);
    text.unwrap_or_else(|error| panic!("{}: {}: {error}", fact.id, path.display()))
}

/// The text of a line without the addresses of its links.
fn unlinked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, link)) = rest.split_once("](") {
        out.push_str(&before.replace('[', ""));
        rest = link.split_once(')').map_or("", |(_, behind)| behind);
    }
    out.push_str(&rest.replace('[', ""));
    out
}

/// A list item's text; `None` for other lines.
fn item(line: &str) -> Option<&str> {
    if let Some(item) = line.strip_prefix("- ") {
        return Some(item);
    }
    let (number, item) = line.split_once(". ")?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    digits.then_some(item)
}

/// The sentences of a page's body. If the sentence before a list ends in a
/// colon, the items of the list complete it.
fn sentences(page: &str) -> Vec<Sentence> {
    let body = page.splitn(3, "+++\n").nth(2).expect("front matter");
    let mut sentences = Vec::new();
    let mut lead = String::new();
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let listed = item(line);
        let mut next_lead = String::new();
        let text = unlinked(listed.unwrap_or(line));
        let mut rest = text.as_str();
        while let Some((said, behind)) = rest.split_once('〔') {
            let Some((mark, behind)) = behind.split_once('〕') else {
                break;
            };
            rest = behind;
            let stated_by = if mark.starts_with('P') {
                mark.split('、').map(str::to_owned).collect()
            } else {
                BTreeSet::new()
            };
            for sentence in said.split('。').filter(|part| !part.is_empty()) {
                let text = match listed {
                    Some(_) => format!("{lead}{sentence}"),
                    None => sentence.to_owned(),
                };
                if listed.is_none() && sentence.ends_with('：') {
                    next_lead = sentence.to_owned();
                }
                sentences.push(Sentence {
                    text,
                    stated_by: stated_by.clone(),
                });
            }
        }
        if listed.is_none() {
            lead = next_lead;
        }
    }
    sentences
}

/// Words that contain 要 or 应 but demand nothing.
const NO_DEMANDS: [&str; 12] = [
    "重要", "主要", "首要", "要求", "要点", "必要", "需要", "反应", "相应", "供应", "应用", "应尽",
];

/// Whether a sentence demands something; quoted names are ignored.
fn demands(sentence: &str) -> bool {
    let mut plain = String::new();
    let mut quoted = 0_usize;
    for c in sentence.chars() {
        match c {
            '“' | '《' => quoted += 1,
            '”' | '》' => quoted = quoted.saturating_sub(1),
            _ if quoted == 0 => plain.push(c),
            _ => {}
        }
    }
    for word in NO_DEMANDS {
        plain = plain.replace(word, "");
    }
    ["要", "应", "必须", "须", "务必"]
        .iter()
        .any(|word| plain.contains(word))
}

/// What is wrong with a page's statement of a fact.
fn wrong(fact: &Fact, page: &str) -> Option<String> {
    let sentences = sentences(page);
    let mut stating = sentences.iter().filter(|sentence| {
        sentence.stated_by.contains(&fact.locator)
            && fact.words.iter().all(|word| sentence.text.contains(word))
    });
    let wanted = fact.kind == Kind::Demand;
    let Some(first) = stating.next() else {
        return Some(format!(
            "no sentence with {} and 〔{}〕",
            fact.words.join("、"),
            fact.locator
        ));
    };
    let fits = |sentence: &Sentence| demands(&sentence.text) == wanted;
    (!fits(first) && !stating.any(fits))
        .then(|| format!("{:?} as the opposite: {}", fact.kind, first.text))
}

#[test]
fn every_fact_stands_on_its_page() {
    let mut found = Vec::new();
    for fact in register().fact {
        if let Some(wrong) = wrong(&fact, &page(&fact)) {
            found.push(format!(
                "{} ({}), {}: {wrong}",
                fact.id, fact.short, fact.page
            ));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_register_is_numbered_without_gaps() {
    let register = register();
    assert_eq!(register.source, "seed");
    let facts = register.fact;
    let mut paragraphs = Vec::new();
    for fact in &facts {
        let (paragraph, number) = fact.id.split_once('.').expect("P8.36");
        assert_eq!(paragraph, fact.locator, "{}", fact.id);
        assert!(!fact.short.is_empty(), "{}", fact.id);
        assert!((1..=4).contains(&fact.words.len()), "{}", fact.id);
        if paragraphs.last().map(|(last, _)| *last) != Some(paragraph) {
            paragraphs.push((paragraph, 0));
        }
        let (_, count) = paragraphs.last_mut().expect("one was pushed");
        *count += 1;
        assert_eq!(
            number.parse::<usize>().expect("a number"),
            *count,
            "{}",
            fact.id
        );
    }
    let names: Vec<_> = paragraphs
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let all: Vec<_> = (1..=14).map(|n| format!("P{n}")).collect();
    assert_eq!(names, all);
    assert_eq!(facts.len(), 258);
}

/// Ten ways of losing or distorting a fact; each must be detected.
#[test]
fn ten_mutations_are_found() {
    let register = register();
    let fact = |id: &str| {
        let found = register.fact.iter().find(|fact| fact.id == id);
        found.unwrap_or_else(|| panic!("no fact {id}"))
    };
    let mutations = [
        // The sentence is gone.
        (
            "P4.24",
            "北京市印发责任清单，对市委、市政府班子成员的责任内容予以明确。",
            "",
        ),
        (
            "P10.31",
            "- 立案查处全区该领域有关单位一把手227人。〔P10〕\n",
            "",
        ),
        // A report became a demand.
        ("P8.38", "深化运用“四种形态”", "要深化运用“四种形态”"),
        ("P14.14", "各级纪检监察机关健全", "各级纪检监察机关应当健全"),
        ("P4.9", "加强政治监督，", "必须加强政治监督，"),
        // A demand became a report.
        ("P1.4", "必须受到严肃问责", "已受到严肃问责"),
        // The figure changed.
        ("P6.20", "39.2万人", "39.4万人"),
        // It names another paragraph, or became an inference.
        ("P8.36", "进行抽查。〔P8〕", "进行抽查。〔P10〕"),
        (
            "P14.26",
            "不影响使用的结论。〔P14〕",
            "不影响使用的结论。〔推断：P14〕",
        ),
        // The actor is missing.
        ("P10.11", "吉林省党委、纪委建立", "吉林省建立"),
    ];
    for (id, old, new) in mutations {
        let fact = fact(id);
        let page = page(fact);
        assert!(wrong(fact, &page).is_none(), "{id} is wrong before");
        assert!(page.contains(old), "{id}: the page has no “{old}”");
        let mutated = page.replace(old, new);
        assert!(wrong(fact, &mutated).is_some(), "{id}: not found");
    }
}

/// Only Han characters, letters and digits, without names and fixed terms.
fn plain(text: &str, names: &[String]) -> String {
    let keep = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric() || *c == '%');
        kept.collect()
    };
    let mut plain = keep(text);
    for name in names {
        plain = plain.replace(&keep(name), "|");
    }
    plain
}

/// The source in simplified characters, without the pinyin in brackets that a
/// conversion left.
fn source(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("the source");
    let mut clean = String::new();
    let mut rest = text.as_str();
    while let Some((before, behind)) = rest.split_once('(') {
        clean.push_str(before);
        let (inside, after) = behind.split_once(')').unwrap_or((behind, ""));
        if inside
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
        {
            clean.push_str(inside);
        }
        rest = after;
    }
    clean.push_str(rest);
    let converter = OpenCC::from_config(BuiltinConfig::T2s).expect("the data is built in");
    converter.convert(&clean).replace('著', "着")
}

/// A longer run of shared characters is a copied sentence.
const LONGEST_RUN: usize = 15;

#[test]
fn no_sentence_is_copied() {
    let seed = root().join("../shared/seed/000_6ea4988cee6c4551.txt");
    if !seed.exists() {
        println!("skipped: no source at {}", seed.display());
        return;
    }
    let mut names = register().names;
    names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
    let original: Vec<char> = plain(&source(&seed), &names).chars().collect();
    let runs: BTreeSet<&[char]> = original
        .windows(LONGEST_RUN + 1)
        .filter(|run| !run.contains(&'|'))
        .collect();
    assert!(runs.len() > 2000, "the source was read: {}", runs.len());
    let mut found = Vec::new();
    for folder in ["content", "data", "facts", "search-index/lexicon.toml"] {
        let files = WalkDir::new(root().join(folder)).into_iter();
        let files = files.map(|entry| entry.expect("a readable folder"));
        let files: Vec<PathBuf> = files
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().to_owned())
            .filter(|path| path.extension().is_some_and(|e| e == "md" || e == "toml"))
            .collect();
        for path in files {
            let text = fs::read_to_string(&path).expect("a text");
            for (index, line) in text.lines().enumerate() {
                let line: Vec<char> = plain(&unmarked(&unlinked(line)), &names).chars().collect();
                let copied = line.windows(LONGEST_RUN + 1).find(|run| runs.contains(run));
                if let Some(run) = copied {
                    let run: String = run.iter().collect();
                    found.push(format!("{}:{}: {run}", path.display(), index + 1));
                }
            }
        }
    }
    assert!(
        found.is_empty(),
        "copied from the source:\n{}",
        found.join("\n")
    );
}

/// A line without its marks, which would hide a run across two sentences.
fn unmarked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, mark)) = rest.split_once('〔') {
        out.push_str(before);
        rest = mark.split_once('〕').map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}
