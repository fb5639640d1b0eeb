//! Plans of typical queries.

use super::phrase::phrase;
use super::*;
use crate::analysis::Analyzer;
use crate::analysis::fold::Folder;
use crate::format::terms::{LexiconEntry, LexiconKind};
use crate::query::Query;

/// An index that knows some words.
pub struct Words<'a>(pub &'a [&'a str]);

impl Knowledge for Words<'_> {
    fn is_word(&self, chars: &[char]) -> bool {
        self.0.contains(&chars.iter().collect::<String>().as_str())
    }
    fn stands(&self, term: &str) -> bool {
        !term.contains(['麒', '麟'])
    }
    fn frequency(&self, term: &str) -> u32 {
        if term == "责任" { 9_000 } else { 10 }
    }
    fn units(&self) -> u32 {
        10_000
    }
    fn is_common(&self, ch: char) -> bool {
        ch == '的'
    }
    fn lexicon(&self, pair: &str) -> Vec<LexiconEntry> {
        match pair {
            "一把" => vec![LexiconEntry {
                rest: "手".into(),
                kind: LexiconKind::Synonym,
                texts: vec!["主要负责人".into()],
            }],
            "有关" => vec![LexiconEntry {
                rest: String::new(),
                kind: LexiconKind::Stop,
                texts: vec![],
            }],
            _ => vec![],
        }
    }
}

fn plan(text: &str, words: &[&str]) -> Plan {
    let folder = Folder::algorithmic();
    let mut analyzer = Analyzer::new(&folder);
    let analysed = Analysed::new(&Query::parse(text, &[], &folder), &mut analyzer);
    let consulted = analysed.consult(&Words(words));
    let settled = consulted.leave_out_common(&Words(words));
    settled.plan(&Words(words))
}

fn bits(plan: &Plan, mask: u64) -> Vec<&str> {
    let terms = plan.terms.iter().enumerate();
    terms
        .filter(|(i, _)| mask >> i & 1 == 1)
        .map(|(_, t)| t.term.as_str())
        .collect()
}

#[test]
fn a_common_character_alone_is_left_out_beside_words() {
    let found = plan("的，谈话", &["谈话"]);
    assert_eq!(bits(&found, found.variants[0].words), ["谈话"]);
    assert_eq!(found.left_out, ['的']);
    let other = plan("党，谈话", &["谈话"]);
    assert_eq!(bits(&other, other.variants[0].words), ["党", "谈话"]);
    let alone = plan("的", &[]);
    assert_eq!(bits(&alone, alone.variants[0].words), ["的"]);
    assert!(alone.left_out.is_empty());
}

#[test]
fn longer_runs_can_be_told_from_their_pieces() {
    let texts = |text| {
        let found = plan(text, &["天津", "谈话"]);
        let phrases = found.verbatim.into_iter().next().unwrap_or_default();
        phrases.into_iter().map(|p| p.text).collect::<Vec<_>>()
    };
    assert_eq!(texts("天津谈话"), ["天津谈话"]);
    assert_eq!(texts("天津谈话 谈话"), ["天津谈话"]);
    assert!(texts("天津 谈话").is_empty());
    // After punctuation a stretch goes on, after a space another begins.
    assert_eq!(texts("天津，谈话"), ["天津谈话"]);
    assert_eq!(texts("天津谈话 谈话，的，天津"), ["天津谈话", "谈话的天津"]);
    let found = plan("谈话，的，天津", &["天津", "谈话"]);
    let places = [("谈话", 0), ("的", 2), ("天津", 4)];
    let places = places.map(|(term, at)| (term.to_owned(), at));
    assert_eq!(found.verbatim[0][0].terms, places);
    let folder = Folder::algorithmic();
    let mut analyzer = Analyzer::new(&folder);
    let stretch = &found.verbatim[0][0];
    assert!(stretch.is_in("要谈话、的、天津市", &mut analyzer));
    assert!(!stretch.is_in("天津，谈话", &mut analyzer));
    assert!(!stretch.is_in("要谈话、天津市", &mut analyzer));
    // A fragment is cut within words, so that a character stands alone.
    let found = plan("护，天津谈话，任", &["天津", "谈话"]);
    let stretch = &found.verbatim[0][0];
    assert!(stretch.is_in("保护，天津谈话。任何人", &mut analyzer));
    assert!(!stretch.is_in("保障，天津谈话。任何人", &mut analyzer));
    assert!(!stretch.is_in("保护，天津谈话。责任", &mut analyzer));
}

#[test]
fn borders_are_given_up_before_words() {
    let plan = plan("天津谈话", &["天津", "谈话"]);
    let typed = plan.variants[0];
    assert_eq!(bits(&plan, typed.words), ["天津", "谈话"]);
    assert_eq!(bits(&plan, typed.borders), ["津谈"]);
    let required = |level| plan.requirement(level).0[0].required;
    assert_eq!(required(Level::All), 0b111);
    assert_eq!(required(Level::Words), 0b101);
    assert_eq!(
        plan.levels(),
        [Level::All, Level::Words, Level::Most, Level::Any]
    );
}

#[test]
fn what_is_in_no_word_must_be_there_too() {
    let found = plan("麒麟监督责任制", &["监督", "责任"]);
    let typed = found.variants[0];
    assert_eq!(bits(&found, typed.known), ["监督", "责任"]);
    assert_eq!(bits(&found, typed.words), ["麒麟", "监督", "责任", "任制"]);
    assert_eq!(found.words, ["麒麟", "监督", "责任制"]);
    assert_eq!(found.absent, ["麒麟"]);
    // Grammatical words may be missing.
    let found = plan("监督的责任", &["监督", "责任"]);
    assert_eq!(found.variants[0].words, found.variants[0].known);
    assert!(found.absent.is_empty());
}

#[test]
fn a_single_character_belongs_where_the_corpus_has_it() {
    // 任麟 stands nowhere, and 麟监 neither: the word after it is the guess.
    let found = plan("责任麟监督", &["监督", "责任"]);
    assert_eq!(found.words, ["责任", "麟监督"]);
    assert_eq!(found.absent, ["麟监督"]);
    let found = plan("责任制监督", &["监督", "责任"]);
    assert_eq!(found.words, ["责任制", "监督"]);
    assert!(found.absent.is_empty());
}

#[test]
fn what_stands_nowhere_counts_as_rare() {
    let words = ["监督", "责任"];
    let asked = |text| {
        let plan = plan(text, &words);
        (plan.weight(&Words(&words)), plan.asked(&Words(&words)))
    };
    let (known, asked_for) = asked("监督责任");
    assert_eq!(known, asked_for);
    let (known, asked_for) = asked("麒麟监督");
    assert!(asked_for > known + 8.0, "{known} {asked_for}");
}

#[test]
fn a_question_stays_one_without_its_frame() {
    let words = ["有关", "规定"];
    let plan = plan("规定甲乙丙丁戊己庚辛壬有关", &words);
    assert_eq!(plan.stopped, 2);
    assert_eq!(plan.levels()[0], Level::All);
    let longer = self::plan("规定甲乙丙丁戊己庚辛壬癸子有关", &words);
    assert_eq!(longer.levels(), [Level::All, Level::Sentence]);
}

#[test]
fn what_was_typed_apart_is_a_word() {
    let plan = plan("一把手 述责", &["一把手"]);
    let typed = plan.variants[0];
    assert_eq!(bits(&plan, typed.words), ["一把", "把手", "述责"]);
}

#[test]
fn phrases_are_never_given_up() {
    let plan = plan("天津 \"四种形态\"", &["天津"]);
    let held = |terms| Held { terms, names: 0 };
    // The phrase's three pairs come first.
    assert!(plan.fixed.is_met(held(0b0111), &mut |_| true));
    assert!(!plan.fixed.is_met(held(0b0111), &mut |_| false));
    assert!(!plan.fixed.is_met(held(0b1011), &mut |_| true));
    assert!(plan.requirement(Level::Any).is_met(0b1000));
    assert!(!plan.requirement(Level::Any).is_met(0b0111));
}

#[test]
fn alternatives_and_names() {
    let plan = plan(
        "标题:问责 (谈话 约谈) OR 巡视",
        &["问责", "谈话", "约谈", "巡视"],
    );
    assert_eq!(plan.levels(), [Level::All]);
    let is_met = |terms, names| plan.fixed.is_met(Held { terms, names }, &mut |_| true);
    let at = |term: &str| 1u64 << plan.terms.iter().position(|t| t.term == term).unwrap();
    let (title, both) = (at("问责"), at("谈话") | at("约谈"));
    assert!(is_met(title | both, title));
    assert!(is_met(title | at("巡视"), title));
    assert!(!is_met(title | at("谈话"), title));
    assert!(!is_met(title | both, 0));
}

#[test]
fn numerals_and_synonyms_are_other_ways_of_saying() {
    let plan = plan("一把手第7条", &["主要", "负责", "负责人"]);
    assert_eq!(plan.variants.len(), 4);
    assert_eq!(plan.lexicon[0].word, "一把手");
    let all = plan.requirement(Level::All);
    let typed = plan.variants[0];
    assert!(all.is_met(typed.words | typed.borders));
    let synonym = plan.terms.iter().find(|t| t.term == "负责").unwrap();
    assert!(!synonym.is_typed && synonym.weight < 3.0);
    assert_eq!(plan.references[0].key(), "#7");
}

#[test]
fn stop_words_are_not_wanted() {
    let plan = plan("有关规定", &["规定"]);
    assert_eq!(bits(&plan, !0), ["规定"]);
    let plan = self::plan("有关", &[]);
    assert_eq!(bits(&plan, !0), ["有关"]);
}

#[test]
fn a_sentence_does_without_common_terms() {
    let plan = plan("对党员领导干部来说责任和权力职务是对等的", &[]);
    assert_eq!(bits(&plan, plan.skipped), ["责任"]);
    assert!(plan.typed() & plan.skipped != 0);
    assert_eq!(plan.levels(), [Level::All, Level::Sentence]);
    // Terms that an operator requires are looked up anyway.
    let plan = self::plan(
        "对党员领导干部来说责任和权力职务是对等的 (责任 义务) OR 担当",
        &[],
    );
    assert_eq!(plan.skipped, 0);
}

#[test]
fn a_sentence_wants_some_of_its_words() {
    let plan = plan(
        "对党员领导干部来说责任和权力职务是对等的权力有多大责任就有多大",
        &[],
    );
    assert_eq!(plan.levels(), [Level::All, Level::Sentence]);
}

#[test]
fn a_phrase_stands_in_text_exactly() {
    let folder = Folder::algorithmic();
    let mut analyzer = Analyzer::new(&folder);
    let phrase =
        |text: &str, analyzer: &mut Analyzer| phrase(text, analyzer).expect("it has letters");
    let form = phrase("四种形态", &mut analyzer);
    assert!(form.is_in("深化运用“四种形态”", &mut analyzer));
    assert!(!form.is_in("四种，种形，形态", &mut analyzer));
    assert!(!form.is_in("形态四种", &mut analyzer));
    let pause = phrase("明责、履责", &mut analyzer);
    assert!(pause.is_in("健全明责、履责、督责", &mut analyzer));
    assert!(!pause.is_in("明责与履责", &mut analyzer));
}

#[test]
fn very_long_queries_keep_within_the_limit() {
    let text: String = ('一'..'鿿').take(390).collect();
    let plan = plan(&text, &[]);
    assert!(plan.truncated);
    assert!(plan.terms.len() <= MAX_TERMS);
}

#[test]
fn punctuation_matters_where_it_is_not_only_around_a_run() {
    for (text, literal) in [
        ("监督管理", ""),
        ("《监督管理办法》", ""),
        ("“第一责任人”", ""),
        ("谁来监督？", ""),
        ("《监督管理", "《监督管理"),
        ("，从重处罚。", ",从重处罚。"),
        ("县（市、区）人民政府", "县(市、区)人民政府"),
        ("监督、管理？", "监督、管理"),
        ("监督，管理 -办法", ""),
        ("监督，管理 OR 办法", ""),
    ] {
        assert_eq!(plan(text, &[]).literal, literal, "{text}");
    }
}
