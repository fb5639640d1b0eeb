//! Reads `search-index/lexicon.toml`, the editors' lexicon.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::front_matter::with_table;
use super::page::ParsedLexicon;
use super::table::Table;
use crate::diag::{Diagnostic, Span, Spanned};
use crate::source::{SourceFile, SourceSet};

/// The role of a word in the lexicon.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Synonym,
    Former,
    Stop,
    Important,
}

impl Role {
    fn label(self) -> &'static str {
        match self {
            Self::Synonym => "同义词",
            Self::Former => "旧称",
            Self::Stop => "停用词",
            Self::Important => "加权的词",
        }
    }

    /// Whether a word can have both roles: weight and meaning are independent.
    fn goes_with(self, other: Self) -> bool {
        let meaning = |role| matches!(role, Self::Synonym | Self::Former);
        (self == Self::Important && meaning(other)) || (other == Self::Important && meaning(self))
    }
}

/// Reads the lexicon. Reports words that occur in no file of the site and
/// therefore find nothing.
pub fn read(
    file: &SourceFile,
    sources: &SourceSet,
    diagnostics: &mut Vec<Diagnostic>,
) -> ParsedLexicon {
    let read = |table: Table<'_>| {
        let words = Words {
            roles: RefCell::default(),
            aliases: RefCell::default(),
            sources,
        };
        let mut lexicon = ParsedLexicon::default();
        for entry in table.field("synonym").tables() {
            lexicon.synonyms.extend(words.synonyms(&entry));
            end(entry);
        }
        for entry in table.field("superseded").tables() {
            lexicon.superseded.extend(words.superseded(&entry));
            end(entry);
        }
        for entry in table.field("alias").tables() {
            let page = entry.field("page").required_as(PAGE).text();
            let names = entry.field("names").required_as("别名，如 [\"问责条例\"]");
            for name in names.texts() {
                words.alias(&entry, &name);
                lexicon
                    .aliases
                    .extend(page.clone().map(|page| (name, page)));
            }
            end(entry);
        }
        for entry in table.field("stop").tables() {
            lexicon.stop.extend(words.listed(&entry, Role::Stop));
            end(entry);
        }
        for entry in table.field("important").tables() {
            let listed = words.listed(&entry, Role::Important);
            for word in &listed {
                words.must_occur(&entry, std::slice::from_ref(word));
            }
            let quarters = weight(&entry).unwrap_or(DOUBLE);
            let weighted = listed.into_iter().map(|word| (word, quarters));
            lexicon.weights.extend(weighted);
            end(entry);
        }
        report_cycles(&table, &lexicon.superseded);
        table.finish();
        lexicon
    };
    with_table(file, 0..file.text.len(), diagnostics, read).unwrap_or_default()
}

/// Default weight of an important word, in quarters.
const DOUBLE: u8 = 8;

/// The weight of an entry's words, in quarters.
fn weight(entry: &Table<'_>) -> Option<u8> {
    let field = entry.field("weight");
    let number = field.number()?;
    let quarters = number * 4.0;
    if (1.0..=16.0).contains(&quarters) && quarters.fract() == 0.0 {
        return Some(quarters as u8);
    }
    let message = format!("`weight` 的值不能为 {number}");
    let found = Diagnostic::error("invalid-value", field.span(), message);
    field.report(found.hint("填写 0.25 至 4 之间 0.25 的倍数：2 为加倍，0.5 为减半；不写则为 2"));
    None
}

const PAGE: &str = "页面的标题，或路径，如 \"@/practices/tianjin-wubitan.md\"";

/// Finishes an entry, which may give a reason.
fn end(entry: Table<'_>) {
    entry.field("note").note();
    entry.finish();
}

struct Words<'s> {
    /// The roles of each word so far, and where they are given.
    roles: RefCell<BTreeMap<String, Vec<(Role, Span)>>>,
    /// Aliases so far. They are kept apart because the name of a page may also
    /// be a word with synonyms.
    aliases: RefCell<BTreeMap<String, Span>>,
    sources: &'s SourceSet,
}

impl Words<'_> {
    fn synonyms(&self, entry: &Table<'_>) -> Option<Vec<Spanned<String>>> {
        let field = entry
            .field("words")
            .required_as("含义相同的词，如 [\"一把手\", \"主要负责人\"]");
        let mut group: Vec<Spanned<String>> = Vec::new();
        let mut is_sound = field.is_given();
        let written = field.texts();
        let enough = written.len() >= 2;
        for word in written {
            if let Some(same) = group.iter().find(|other| other.value == word.value) {
                let message = format!("“{}”在同一组同义词中重复", word.value);
                entry.report(
                    Diagnostic::error("lexicon-conflict", word.span, message)
                        .related(same.span.clone(), "相同的词")
                        .hint("删去重复的词；一组同义词由含义相同的各个词组成"),
                );
                is_sound = false;
            } else {
                is_sound &= is_word(entry, &word) && self.claim(entry, &word, Role::Synonym);
                group.push(word);
            }
        }
        if is_sound && !enough {
            entry.report(
                Diagnostic::error("invalid-value", field.span(), "本组同义词不足两个")
                    .hint("补写一个同义词，或删去本组"),
            );
            is_sound = false;
        }
        if is_sound {
            self.must_occur(entry, &group);
        }
        is_sound.then_some(group)
    }

    fn superseded(&self, entry: &Table<'_>) -> Option<(Spanned<String>, Spanned<String>)> {
        let old = entry.field("old").required_as("旧称").text();
        let new = entry.field("new").required_as("今称").text();
        let (old, new) = (old?, new?);
        if old.value == new.value {
            let message = format!("“{}”的今称与旧称相同", old.value);
            entry.report(
                Diagnostic::error("lexicon-conflict", new.span, message)
                    .related(old.span, "旧称")
                    .hint("在 `new` 中填写现行名称，或删去本条"),
            );
            return None;
        }
        let sound = [
            is_word(entry, &old),
            is_word(entry, &new),
            self.claim(entry, &old, Role::Former),
        ];
        if sound.contains(&false) {
            return None;
        }
        self.must_occur(entry, &[old.clone(), new.clone()]);
        Some((old, new))
    }

    fn listed(&self, entry: &Table<'_>, role: Role) -> Vec<Spanned<String>> {
        let example = match role {
            Role::Stop => "停用词，如 [\"怎么\", \"如何\"]",
            _ => "重点词，如 [\"问责\"]",
        };
        let mut listed = entry.field("words").required_as(example).texts();
        listed.retain(|word| is_word(entry, word) && self.claim(entry, word, role));
        listed
    }

    /// Whether a word may have this role in addition to its others.
    fn claim(&self, entry: &Table<'_>, word: &Spanned<String>, role: Role) -> bool {
        let mut roles = self.roles.borrow_mut();
        let known = roles.entry(word.value.clone()).or_default();
        let clash = known.iter().find(|(other, _)| !role.goes_with(*other));
        if let Some((other, span)) = clash {
            let (message, hint) = if *other == role {
                let hint = match role {
                    Role::Synonym => "含义相同的，合并为一组；含义不同的，只保留一处",
                    _ => "删去其中一处",
                };
                (
                    format!("“{}”在{}中重复列出", word.value, role.label()),
                    hint,
                )
            } else {
                let (role, other) = (role.label(), other.label());
                let message = format!("“{}”同时列为{other}和{role}", word.value);
                (message, "只保留一处")
            };
            entry.report(
                Diagnostic::error("lexicon-conflict", word.span.clone(), message)
                    .related(span.clone(), "第一处")
                    .hint(hint),
            );
            return false;
        }
        known.push((role, word.span.clone()));
        true
    }

    fn alias(&self, entry: &Table<'_>, name: &Spanned<String>) {
        let mut aliases = self.aliases.borrow_mut();
        if let Some(span) = aliases.get(&name.value) {
            let message = format!("别名“{}”重复列出", name.value);
            entry.report(
                Diagnostic::error("lexicon-conflict", name.span.clone(), message)
                    .related(span.clone(), "第一处")
                    .hint("一个别名只对应一个页面；删去其中一处"),
            );
            return;
        }
        aliases.insert(name.value.clone(), name.span.clone());
    }

    /// Warns if none of these words occurs in any file.
    fn must_occur(&self, entry: &Table<'_>, words: &[Spanned<String>]) {
        let occurs = |word: &Spanned<String>| {
            let holds = |file: &SourceFile| {
                file.path.starts_with("content/") && file.text.contains(&word.value)
            };
            self.sources.files.iter().any(holds)
        };
        let Some(first) = words.first().filter(|_| !words.iter().any(occurs)) else {
            return;
        };
        let all: Vec<_> = words.iter().map(|w| format!("“{}”", w.value)).collect();
        let message = format!("正文中没有{}，本条不起作用", all.join("、"));
        entry.report(
            Diagnostic::warning("unused-word", first.span.clone(), message)
                .hint("核对有无错字；收录含有该词的页面后再添加，或删去本条"),
        );
    }
}

/// Whether a text can be looked up as a single word.
fn is_word(entry: &Table<'_>, word: &Spanned<String>) -> bool {
    let (message, hint) = if !word.value.chars().all(char::is_alphanumeric) {
        let message = format!("“{}”含有标点或空格", word.value);
        (message, "每个词只能包含文字和数字；多个词应分别填写")
    } else if word.value.chars().count() < 2 {
        let message = format!("“{}”只有一个字", word.value);
        (message, "填写两个字以上的词；单字见于多个词，不能单独处理")
    } else {
        return true;
    };
    entry.report(Diagnostic::error("lexicon-word", word.span.clone(), message).hint(hint));
    false
}

/// Maximum number of words between a former word and today's word: each of them
/// has a row with all that follow it.
const LONGEST_CHAIN: usize = 20;

/// Reports former words whose chain leads back to themselves, and the first
/// whose chain is too long.
fn report_cycles(table: &Table<'_>, superseded: &[(Spanned<String>, Spanned<String>)]) {
    let next: BTreeMap<&str, &str> = superseded
        .iter()
        .map(|(old, new)| (old.value.as_str(), new.value.as_str()))
        .collect();
    let mut reported = BTreeSet::new();
    for (old, new) in superseded {
        let mut circle = vec![old.value.as_str()];
        let mut at = new.value.as_str();
        while circle.len() <= LONGEST_CHAIN && !circle.contains(&at) {
            circle.push(at);
            match next.get(at) {
                Some(further) => at = further,
                None => break,
            }
        }
        if circle.len() > LONGEST_CHAIN && next.contains_key(at) {
            let message = format!("“{}”的今称另有今称，连续超过 {LONGEST_CHAIN} 层", old.value);
            table.report(
                Diagnostic::error("lexicon-conflict", new.span.clone(), message)
                    .hint("今称直接填写现行名称"),
            );
            return;
        }
        let closed = circle[0] == at && circle.len() > 1;
        if closed && !circle.iter().any(|word| reported.contains(word)) {
            let chain = circle.join(" → ");
            let message = format!("旧称与今称形成循环：{chain} → {at}");
            table.report(
                Diagnostic::error("lexicon-conflict", new.span.clone(), message)
                    .hint("今称应为现行名称；删去新旧颠倒的一条"),
            );
            reported.extend(circle);
        }
    }
}
