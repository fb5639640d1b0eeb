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
        let said = found
            .notices
            .iter()
            .any(|n| n.kind == "absent" && n.values == [absent]);
        assert!(said, "{query}: {:?}", found.notices);
    }
    // Words that are not neighbours are found apart, and a notice says how the
    // query was cut.
    let found = answer(&mut engines, "天津谈话");
    assert_eq!(found.level, Some(Level::Words));
    let cut = found.notices.iter().find(|notice| notice.kind == "cut");
    assert_eq!(cut.expect("it is said").values, ["天津", "谈话"]);
    assert!(found.total > 0);
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
