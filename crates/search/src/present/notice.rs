//! What a reader should know about how a query was taken.

use crate::format::terms::LexiconKind;
use crate::plan::{Level, Plan};

/// Something that the reader should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A stable word for scripts.
    pub kind: &'static str,
    /// A sentence for readers.
    pub text: String,
    /// What of the query or the index is in the sentence, in its order, for who
    /// says it in another language.
    pub values: Vec<String>,
}

/// What a reader should know about how a query was taken: `level` is the
/// strictest that any page fulfils, `missing` are provisions that do not exist:
/// title and label.
pub fn notices(plan: &Plan, level: Option<Level>, missing: &[(String, String)]) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut say = |kind, text: String, values: Vec<String>| {
        notices.push(Notice { kind, text, values });
    };
    if plan.truncated {
        let text = "查询很长，只用了开头的一部分。";
        say("truncated", text.to_owned(), Vec::new());
    }
    if plan.malformed {
        let text = "括号、引号、OR 不成对，或没有这个筛选值，已按普通文字查找。";
        say("plain", text.to_owned(), Vec::new());
    }
    for ch in &plan.left_out {
        let text = format!("“{ch}”太常见，没有参加查找。");
        say("too-common", text, vec![ch.to_string()]);
    }
    for (title, label) in missing {
        let text = format!("本站没有收录《{title}》{label}。");
        say(
            "missing-provision",
            text,
            vec![title.clone(), label.clone()],
        );
    }
    for said in &plan.lexicon {
        let texts = said.texts.join("、");
        let (kind, text) = match said.kind {
            LexiconKind::Synonym => (
                "also-searched",
                format!("也查找了与“{}”同义的：{texts}。", said.word),
            ),
            LexiconKind::Superseded => (
                "superseded",
                format!("“{}”现称“{texts}”，已一并查找。", said.word),
            ),
            LexiconKind::Stop | LexiconKind::Weighted(_) => continue,
        };
        say(kind, text, vec![said.word.clone(), texts]);
    }
    // Qualifiers alone are a query too: they have a level.
    if plan.is_empty() && level.is_none() {
        let text = "请输入要查找的文字。";
        say("empty-query", text.to_owned(), Vec::new());
    }
    let relaxed = match level {
        None | Some(Level::All) => return notices,
        Some(Level::Words) => {
            "没有一处含有连在一起的全部文字，已拆成词语查找，排在前面的含有每个词。"
        }
        Some(Level::Most) => "没有一处含有全部词语，排在前面的含有其中大部分。",
        Some(Level::Any) => "没有一处含有大部分词语，下列结果只含有其中一部分。",
        Some(Level::Sentence) => {
            let text = "按长句查找：结果按相关程度排列，不要求含有全部词语。";
            say("sentence", text.to_owned(), Vec::new());
            return notices;
        }
    };
    say("relaxed", relaxed.to_owned(), Vec::new());
    notices
}
