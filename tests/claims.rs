//! What a search says about itself is true: levels, counts, guesses,
//! exclusions. Both engines are tested.

use search::plan::Level;
use search::present::Results;
use search::request::Request;
use zhize::lookup::Lookup as _;
use zhize::pack::PackOptions;

use crate::oracle::{Engines, compare, corpus_of, engines, own_corpus};
use crate::support::repository;

fn own() -> Engines {
    engines(own_corpus(), PackOptions::default())
}

/// The answer, which must be the same from both engines.
fn answer(engines: &mut Engines, query: &str) -> Results {
    let request = Request {
        limit: 60,
        ..Request::new(query)
    };
    answer_request(engines, request)
}

/// The same, including results that have little to do with the query.
fn everything(engines: &mut Engines, query: &str) -> Results {
    let request = Request {
        limit: 60,
        all: true,
        ..Request::new(query)
    };
    answer_request(engines, request)
}

fn answer_request(engines: &mut Engines, request: Request) -> Results {
    let query = request.query.as_str();
    compare(engines, &request);
    let found = engines.statically.search(&request).expect("static");
    let other = engines.tantivy.search(&request).expect("tantivy");
    assert_eq!(found.notices, other.notices, "{query}");
    assert_eq!(found.suggestion, other.suggestion, "{query}");
    assert_eq!(
        (found.total, found.looser),
        (other.total, other.looser),
        "{query}"
    );
    found
}

fn kinds(found: &Results) -> Vec<&'static str> {
    found.notices.iter().map(|notice| notice.kind).collect()
}

/// The values of the notice of this kind.
fn said<'r>(found: &'r Results, kind: &str) -> &'r [String] {
    let notice = found.notices.iter().find(|notice| notice.kind == kind);
    notice.map_or(&[][..], |notice| &notice.values)
}

fn keys(found: &Results) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.card.key.as_str()).collect()
}

#[test]
fn nothing_is_said_to_hold_a_word_that_stands_nowhere() {
    let mut engines = own();
    for (query, absent) in [
        ("麒麟监督责任", "麒麟"),
        ("麒麟责任", "麒麟"),
        ("火星问责", "火星"),
        ("饕餮 责任", "饕餮"),
    ] {
        let found = answer(&mut engines, query);
        assert!(
            !found.level.is_some_and(Level::is_whole),
            "{query}: {:?}",
            found.level
        );
        assert_eq!(found.total, 0, "{query}");
        assert_eq!(said(&found, "absent"), [absent], "{query}");
    }
    // Words that are not neighbours are found apart, and a notice says how the
    // query was cut.
    let found = answer(&mut engines, "天津谈话");
    assert_eq!(found.level, Some(Level::Words));
    assert_eq!(said(&found, "cut"), ["天津", "谈话"]);
    assert!(found.total > 0);
}

/// Questions are asked in words that no page has. They are left out, and said
/// to be, all at once; a page that holds the others lacks nothing.
#[test]
fn frames_of_questions_are_left_out_and_said_in_one_notice() {
    let mut engines = own();
    for (query, frames, absent) in [
        ("新提拔的干部要不要谈话", &["要不要"][..], &["新提拔"][..]),
        ("一把手被谈话要请示谁", &[], &["请示"]),
        ("请问责任追究怎么办", &["请问", "怎么办"], &[]),
        ("能不能容错免责", &["能不能"], &[]),
        ("谁来监督一把手", &["谁来"], &[]),
        ("述责述廉是什么意思", &["是什么意思"], &[]),
        ("党委书记该不该述责", &["该不该"], &[]),
        ("五必谈是什么", &["是什么"], &[]),
        ("五必谈有哪些", &["有哪些"], &[]),
        ("谈话可以吗", &["可以吗"], &[]),
    ] {
        let found = answer(&mut engines, query);
        assert_eq!(said(&found, "left-out"), frames, "{query}");
        assert_eq!(said(&found, "absent"), absent, "{query}");
        let once: std::collections::BTreeSet<_> = kinds(&found).into_iter().collect();
        assert_eq!(
            once.len(),
            found.notices.len(),
            "{query}: {:?}",
            found.notices
        );
        assert!(found.notices.len() <= 3, "{query}: {:?}", found.notices);
        let is_whole = found.level.is_some_and(Level::is_whole);
        assert_eq!(is_whole, absent.is_empty(), "{query}: {:?}", found.level);
    }
    // Who types nothing else means the words.
    let found = answer(&mut engines, "怎么办");
    assert!(said(&found, "left-out").is_empty());
    // What the corpus itself says is not left out.
    let found = answer(&mut engines, "“要不要”");
    assert!(found.hits.is_empty());
}

#[test]
fn a_number_or_a_law_that_is_not_there_is_said_to_be_missing() {
    let mut engines = own();
    let found = answer(&mut engines, "中办发〔2099〕10号");
    assert_eq!(kinds(&found), ["missing-number"]);
    assert!(found.hits.is_empty());
    let found = answer(&mut engines, "蒸馏法第三百条");
    assert!(
        kinds(&found).contains(&"missing-law"),
        "{:?}",
        found.notices
    );
}

#[test]
fn a_guess_stands_in_the_corpus_as_it_is_written() {
    let mut engines = own();
    for query in [
        "一案双查",
        "量子计算",
        "数据安全责任",
        "人工智能责任",
        "量子计算责任",
    ] {
        let found = answer(&mut engines, query);
        let Some(suggestion) = found.suggestion else {
            continue;
        };
        let pages = &engines.corpus.pages;
        let meant = suggestion.query.as_str();
        let stands = pages.iter().any(|page| {
            page.card.names.iter().any(|name| name.contains(meant))
                || page
                    .units
                    .iter()
                    .any(|unit| unit.text.contains(meant) || unit.heading.contains(meant))
        });
        assert!(stands, "{query}: {meant}");
    }
    // A query one character off a name is asked about, not replaced.
    let found = answer(&mut engines, "无必谈");
    let suggestion = found.suggestion.expect("a guess");
    assert_eq!(
        (suggestion.query.as_str(), suggestion.used),
        ("五必谈", false)
    );
    let found = answer(&mut engines, "wubitan");
    assert!(found.suggestion.expect("a guess").used);
}

#[test]
fn a_name_with_one_other_character_is_asked_about() {
    let mut engines = own();
    for (typed, meant) in [
        ("五必淡", "五必谈"),
        ("四责协洞", "四责协同"),
        ("问责条列", "问责条例"),
    ] {
        let suggestion = answer(&mut engines, typed).suggestion;
        let suggestion = suggestion.unwrap_or_else(|| panic!("{typed}: nothing is asked"));
        assert_eq!(
            (suggestion.query.as_str(), suggestion.used),
            (meant, false),
            "{typed}"
        );
    }
    for typed in ["一案双查", "三不腐", "六必谈话"] {
        let found = answer(&mut engines, typed);
        assert!(
            found.suggestion.is_none(),
            "{typed}: {:?}",
            found.suggestion
        );
    }
}

#[test]
fn what_has_little_to_do_with_a_query_is_listed_when_asked_for() {
    let mut engines = own();
    for query in [
        "责任矩阵图",
        "责任清单 问责",
        "党委书记是第一责任人，班子成员一岗双责",
    ] {
        let found = answer(&mut engines, query);
        assert!(found.rest > 0, "{query}");
        let request = Request {
            limit: 100,
            all: true,
            ..Request::new(query)
        };
        let all = engines.statically.search(&request).expect("static");
        assert_eq!(all.rest, 0, "{query}");
        assert_eq!(
            all.total + all.looser,
            found.total + found.looser + found.rest,
            "{query}"
        );
        assert_eq!(keys(&all)[..found.hits.len()], keys(&found), "{query}");
    }
}

#[test]
fn a_number_is_no_part_of_another() {
    let mut engines = own();
    let found = answer(&mut engines, "问责条例 2016 2019");
    assert_eq!(keys(&found)[0], "regulations/wenze-tiaoli");
}

#[test]
fn minus_means_not_that_before_whatever_follows() {
    let mut engines = own();
    let all = keys(&everything(&mut engines, "五必谈")).len();
    let tianjin = "practices/tianjin-wubitan";
    for query in [
        "五必谈 -地区:天津",
        "五必谈 -标题:五必谈",
        "五必谈 NOT 地区:天津",
    ] {
        let found = everything(&mut engines, query);
        assert!(!keys(&found).contains(&tianjin), "{query}");
        assert!(
            keys(&found).len() < all && !kinds(&found).contains(&"plain"),
            "{query}"
        );
    }
    let either = answer(&mut engines, "责任 -(监督 OR 主体)");
    let each = answer(&mut engines, "责任 -监督 -主体");
    assert_eq!(keys(&either), keys(&each));
    let both = answer(&mut engines, "责任 -(监督 主体)");
    assert!(keys(&both).len() >= keys(&either).len());
    let found = answer(&mut engines, "责任 -wubitan");
    assert!(
        kinds(&found).contains(&"not-excluded"),
        "{:?}",
        found.notices
    );
}

#[test]
fn fields_are_known_in_either_script_and_operators_in_either_width() {
    let mut engines = own();
    let plain = answer(&mut engines, "地区:天津");
    assert!(plain.total > 0);
    for query in ["地區:天津", "地区: 天津", "地區：天津市"] {
        let found = answer(&mut engines, query);
        assert_eq!(keys(&found), keys(&plain), "{query}");
        assert!(kinds(&found).is_empty(), "{query}: {:?}", found.notices);
    }
    let cases = answer(&mut engines, "类型:案例");
    assert!(cases.total > 0);
    assert_eq!(keys(&answer(&mut engines, "類型:案例")), keys(&cases));
    let either = answer(&mut engines, "地区:天津|山东");
    assert_eq!(
        keys(&answer(&mut engines, "地区:天津 OR 地区:山东")),
        keys(&either)
    );
    assert!(either.total > plain.total);
    let found = answer(&mut engines, "谈话 OR 约谈");
    assert_eq!(keys(&answer(&mut engines, "谈话 ＯＲ 约谈")), keys(&found));
}

/// Words that the lexicon fixes: whoever types one means it. With one character
/// wrong, a fixed word that stands in the rest of the query stays, and what is
/// offered instead stands in the corpus.
#[test]
fn no_fixed_word_is_ever_replaced() {
    let mut engines = own();
    let lexicon = engines.corpus.lexicon.clone();
    let mut fixed: Vec<String> = lexicon.synonyms.into_iter().flatten().collect();
    fixed.extend(
        lexicon
            .superseded
            .into_iter()
            .flat_map(|(old, new)| [old, new]),
    );
    fixed.extend(lexicon.weights.into_keys());
    fixed.extend(lexicon.aliases.into_values().flatten());
    assert!(fixed.len() > 40, "{fixed:?}");
    let mut texts = String::new();
    for page in &engines.corpus.pages {
        page.names
            .iter()
            .chain(&page.card.names)
            .for_each(|name| texts = format!("{texts}{name}\n"));
        for unit in &page.units {
            texts += &format!("{}\n{}\n", unit.text, unit.heading);
        }
    }
    let mut ask = |query: &str| {
        let found = engines.statically.search(&Request::new(query));
        found.expect("it answers").suggestion
    };
    for (at, word) in fixed.iter().enumerate() {
        let suggestion = ask(word);
        assert!(suggestion.is_none(), "{word}: {suggestion:?}");
        // Beside another word, too.
        let beside = format!("{word}的职责");
        let suggestion = ask(&beside).filter(|s| !s.query.contains(word));
        assert!(suggestion.is_none(), "{beside}: {suggestion:?}");
        let chars: Vec<char> = word.chars().collect();
        for wrong in 0..chars.len() {
            let mut typed = chars.clone();
            typed[wrong] = ['毯', '溪', '饮', '矿'][(at + wrong) % 4];
            let typed: String = typed.into_iter().collect();
            let Some(suggestion) = ask(&typed) else {
                continue;
            };
            assert!(texts.contains(&suggestion.query), "{typed}: {suggestion:?}");
            let kept = fixed.iter().filter(|known| typed.contains(known.as_str()));
            for known in kept {
                assert!(suggestion.query.contains(known), "{typed}: {suggestion:?}");
            }
        }
    }
}

/// What nobody sees separates nothing, neither in a text nor in a query.
#[test]
fn characters_without_width_do_not_count() {
    let mut engines = own();
    let plain = keys(&answer(&mut engines, "主体责任")).join(" ");
    for between in [
        "\u{ad}", "\u{200b}", "\u{200d}", "\u{200f}", "\u{2060}", "\u{feff}", "\u{fe0f}", "\u{7}",
        "\u{202e}",
    ] {
        let query = format!("主体{between}责{between}任");
        assert_eq!(
            keys(&answer(&mut engines, &query)).join(" "),
            plain,
            "{between:?}"
        );
    }
    let apart = keys(&answer(&mut engines, "主体 责任")).join(" ");
    for between in ["\u{85}", "\u{2028}", "\u{3000}", "\u{a0}", "\t"] {
        let query = format!("主体{between}责任");
        assert_eq!(
            keys(&answer(&mut engines, &query)).join(" "),
            apart,
            "{between:?}"
        );
    }
}

/// The reported cases, from the folder beside the project.
#[test]
fn reported_cases() {
    let cases = repository("../shared/cases/search");
    if !cases.exists() {
        println!("skipped: no {}", cases.display());
        return;
    }
    let engines_of = |name: &str| engines(corpus_of(&cases.join(name)), PackOptions::default());
    let mut site = engines_of("08-words-level-claims-too-much");
    let found = answer(&mut site, "麒麟监督责任");
    assert_eq!(found.total, 0);
    assert!(kinds(&found).contains(&"absent"));
    let mut site = engines_of("09-guess-of-nonsense");
    let found = answer(&mut site, "量子计算");
    assert!(found.suggestion.is_none(), "{:?}", found.suggestion);
    let mut site = engines_of("05-soft-break-joins");
    for query in ["manual", "2019", "2020年", "the manual"] {
        assert!(answer(&mut site, query).total > 0, "{query}");
    }
    let mut site = engines_of("06-invisible-characters");
    for query in ["责任", "责\u{200b}任", "监督", "纪检", "监\u{ad}督"] {
        assert!(answer(&mut site, query).total > 0, "{query:?}");
    }
    let mut site = engines_of("12-phrase-marks-its-parts");
    let found = answer(&mut site, "“主体责任”");
    assert!(!found.hits.is_empty());
    for hit in &found.hits {
        assert!(
            hit.terms.iter().all(|term| term.contains("主体责任")),
            "{:?}",
            hit.terms
        );
    }
}
