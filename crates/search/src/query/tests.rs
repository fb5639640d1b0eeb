//! Queries and what they are read as.

use super::*;
use crate::analysis::fold::{FoldTable, Folder};
use proptest::prelude::*;

fn query(text: &str) -> Query {
    Query::parse(
        text,
        &[
            ("region".into(), "地区".into()),
            ("year".into(), "年份".into()),
        ],
        &Folder::new(FoldTable::new(vec![
            ('區', "区".into()),
            ('標', "标".into()),
            ('題', "题".into()),
        ])),
    )
}

fn unwanted_text(text: &str) -> Unwanted {
    Unwanted {
        text: text.into(),
        in_names: false,
    }
}

fn words(text: &str) -> Node {
    Node::Words(text.into())
}

fn phrase(text: &str) -> Node {
    Node::Phrase(text.into())
}

#[test]
fn words_phrases_and_exclusions() {
    let query = query("容错 “四种形态” -天津 -\"巡视 整改\" 问责");
    assert_eq!(
        query.parts,
        [words("容错"), phrase("四种形态"), words("问责")]
    );
    assert_eq!(
        query.excluded,
        [[unwanted_text("天津")], [unwanted_text("巡视 整改")]]
    );
    assert!(!query.malformed);
}

#[test]
fn quotes_inside_running_text_are_punctuation() {
    for text in [
        "天津市“五必谈”制度",
        "“复利”“利滚利”合法吗？",
        "什么是“明知 他人”",
    ] {
        assert_eq!(query(text).parts, [words(text)], "{text}");
    }
    assert_eq!(
        query("天津 “五必谈” 制度").parts,
        [words("天津"), phrase("五必谈"), words("制度")]
    );
}

#[test]
fn alternatives_bind_their_neighbours() {
    assert_eq!(
        query("天津 谈话 OR 约谈 整改").parts,
        [
            words("天津"),
            Node::Any(vec![vec![words("谈话")], vec![words("约谈")]]),
            words("整改")
        ]
    );
    assert_eq!(
        query("(天津 谈话) OR “述责 述廉”|巡视").parts,
        [Node::Any(vec![
            vec![words("天津 谈话")],
            vec![phrase("述责 述廉")],
            vec![words("巡视")],
        ])]
    );
    assert_eq!(
        query("(天津 “谈话”) OR 丙").parts,
        [Node::Any(vec![
            vec![words("天津"), phrase("谈话")],
            vec![words("丙")],
        ])]
    );
    assert_eq!(query("(天津 谈话) 整改").parts, [words("天津 谈话 整改")]);
}

#[test]
fn qualifiers_have_known_keys() {
    assert_eq!(query("標題:五必谈").parts, query("标题:五必谈").parts);
    let found = query("标题:五必谈 地区：天津 年份:2018..2021 要求:整改");
    assert_eq!(
        found.parts,
        [Node::Title("五必谈".into()), words("要求:整改")]
    );
    let pairs: Vec<_> = found
        .qualifiers
        .iter()
        .map(|q| (q.key.as_str(), q.value.as_str()))
        .collect();
    assert_eq!(pairs, [("region", "天津"), ("year", "2018..2021")]);
    let mut found = query("地区:火星 谈话");
    found.reject_qualifiers(|_| false);
    assert_eq!(found.parts, [words("谈话"), words("地区:火星")]);
    assert!(found.malformed);
}

#[test]
fn names_of_facets_are_folded_and_may_stand_apart() {
    for text in [
        "地區:天津",
        "地区: 天津",
        "地区 ： 天津",
        "ＲＥＧＩＯＮ:天津",
    ] {
        let found = query(text);
        assert_eq!(found.qualifiers[0].key, "region", "{text}");
        assert_eq!(found.qualifiers[0].value, "天津", "{text}");
        assert!(found.parts.is_empty() && !found.malformed, "{text}");
    }
}

#[test]
fn values_of_one_facet_may_be_alternatives() {
    for text in [
        "年份:2018 OR 年份:2019",
        "年份:2018|2019",
        "年份:2018 | 年份：2019",
    ] {
        let found = query(text);
        let values: Vec<_> = found.qualifiers.iter().map(|q| q.value.as_str()).collect();
        assert_eq!(values, ["2018", "2019"], "{text}");
        assert!(found.parts.is_empty() && !found.malformed, "{text}");
    }
    assert!(query("年份:2018 OR 地区:天津").malformed);
    assert!(query("年份:2018 OR 谈话").malformed);
}

#[test]
fn minus_is_not_whatever_follows() {
    let excluded = |text: &str| {
        let found = query(text);
        assert!(!found.malformed, "{text}");
        let ways = found.excluded.iter();
        let ways = ways.map(|way| way.iter().map(|u| u.text.as_str()).collect::<Vec<_>>());
        ways.collect::<Vec<_>>()
            .iter()
            .map(|way| way.join("+"))
            .collect::<Vec<_>>()
    };
    assert_eq!(excluded("责任 -(监督 主体)"), ["监督+主体"]);
    assert_eq!(excluded("责任 -(监督 OR 主体)"), ["监督", "主体"]);
    assert_eq!(
        excluded("责任 -((监督 OR 主体) “一岗双责”)"),
        ["监督+一岗双责", "主体+一岗双责"]
    );
    for minus in ["-", "－", "−", "–", "—", "﹣", "‐", "NOT ", "ＮＯＴ "] {
        assert_eq!(excluded(&format!("责任 {minus}监督")), ["监督"], "{minus}");
    }
    assert!(query("责任 -标题:监督").excluded[0][0].in_names);
    let found = query("责任 -地区:天津 年份:2018");
    let excluded: Vec<_> = found.qualifiers.iter().map(|q| q.is_excluded).collect();
    assert_eq!(excluded, [true, false]);
    assert!(
        query("-(地区:天津 OR 地区:山东)")
            .qualifiers
            .iter()
            .all(|q| q.is_excluded)
    );
    assert!(query("责任 -(地区:天津 监督)").malformed);
}

#[test]
fn operators_may_be_full_width() {
    let either = [Node::Any(vec![vec![words("谈话")], vec![words("约谈")]])];
    for text in [
        "谈话 OR 约谈",
        "谈话 ＯＲ 约谈",
        "谈话 or 约谈",
        "谈话｜约谈",
    ] {
        assert_eq!(query(text).parts, either, "{text}");
    }
    assert_eq!(query("talks or reports").parts, [words("talks or reports")]);
    assert_eq!(query("谈话 AND 约谈").parts, [words("谈话 约谈")]);
    assert_eq!(query("ORACLE NOTE").parts, [words("ORACLE NOTE")]);
}

#[test]
fn document_numbers_are_phrases() {
    for (text, number) in [
        ("中办发〔2020〕10号", "中办发〔2020〕10号"),
        ("中办发[2020]10号 问责", "中办发[2020]10号"),
        ("根据国发（２０１３）第5号", "国发（２０１３）第5号"),
    ] {
        let found = query(text);
        assert_eq!(found.numbers, [number]);
        assert!(found.parts.contains(&phrase(number)), "{text}");
    }
    for text in ["〔2020〕10号", "中办发〔2020〕", "党委（党组）5号"] {
        assert!(query(text).numbers.is_empty(), "{text}");
    }
    let sentence = "为什么中办发〔2020〕10号要求各级党委党组书记履行第一责任人责任";
    assert_eq!(query(sentence).parts, [words(sentence)]);
}

#[test]
fn dates_are_found_in_either_way_of_writing() {
    for text in ["2018-06-01", "2018/6/1", "2018.6.1", "2018-6-01"] {
        let ways = [text, "2018年6月1日"].map(|way| vec![phrase(way)]);
        assert_eq!(query(text).parts, [Node::Any(ways.into())], "{text}");
    }
    for text in [
        "2018年6月1日",
        "2018-06",
        "18-06-01",
        "2018-06-01-2",
        "2018-6-a",
        "2018--1",
    ] {
        assert_eq!(query(text).parts, [words(text)], "{text}");
    }
}

#[test]
fn malformed_input_is_plain_text() {
    for (text, parts) in [
        ("“五必谈", vec![words("“五必谈")]),
        ("(五必谈", vec![words("五必谈")]),
        ("五必谈 OR", vec![words("五必谈 OR")]),
        ("地区:", vec![words("地区:")]),
        ("五必谈 AND", vec![words("五必谈 AND")]),
        ("责任 ——", vec![words("责任 ——")]),
    ] {
        let query = query(text);
        assert_eq!(query.parts, parts, "{text}");
    }
    assert!(query("(五必谈").malformed);
    assert!(query("“五必谈").malformed);
    assert_eq!(query("\"\"").parts, []);
    assert_eq!(query("- 天津").parts, [words("- 天津")]);
    assert_eq!(query("一岗-双责").parts, [words("一岗-双责")]);
    assert_eq!(query("党委（党组）责任").parts, [words("党委（党组）责任")]);
}

#[test]
fn pinyin_behind_characters_is_left_out() {
    assert_eq!(query("責(zé)任（rèn）制").parts, [words("責任制")]);
    for text in [
        "党委（党组）",
        "标准(ISO)",
        "项目(ppp项目)",
        "甲(zhuangguang)",
    ] {
        assert_eq!(query(text).parts, [words(text)]);
    }
}

#[test]
fn what_nobody_sees_does_not_count() {
    for text in [
        "问责\u{200b}条例",
        "\u{feff}问\u{ad}责条例",
        "问责\u{7}条例\u{fffe}",
    ] {
        assert_eq!(query(text).parts, [words("问责条例")], "{text:?}");
    }
    assert_eq!(
        query("问责\u{2028}条例\t整改").parts,
        [words("问责 条例 整改")]
    );
    assert_eq!(query("地\u{200b}区:天津").qualifiers.len(), 1);
}

#[test]
fn long_queries_are_cut() {
    let query = query(&"责".repeat(10_000));
    assert!(query.truncated);
    assert_eq!(query.parts, [words(&"责".repeat(MAX_CHARS))]);
}

#[test]
fn deep_nesting_is_no_danger() {
    query(&"(".repeat(400));
    query(&format!("{}甲 OR 乙{}", "(".repeat(190), ")".repeat(190)));
}

proptest! {
    #[test]
    fn anything_parses(text: String) {
        query(&text);
    }

    #[test]
    fn any_syntax_parses(text in "[甲乙 ()\"|:：OR地区-]{0,40}") {
        query(&text);
    }
}

#[test]
fn a_title_in_its_marks_is_all_of_the_query() {
    for text in ["《玛瑙条例》", " 《玛瑙条例》 "] {
        assert!(query(text).is_title(), "{text}");
    }
    for text in [
        "玛瑙条例",
        "《玛瑙条例》第七条",
        "《玛瑙条例》和《麒麟条例》",
        "《玛瑙条例",
    ] {
        assert!(!query(text).is_title(), "{text}");
    }
}
