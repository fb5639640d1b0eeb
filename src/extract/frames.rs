//! Words with which readers frame a question: 要不要, 怎么办.

use std::collections::BTreeSet;

/// Words that ask and say nothing about the matter, in the words of readers.
const FRAMES: [&str; 54] = [
    "要不要",
    "能不能",
    "可不可以",
    "可以不可以",
    "可以吗",
    "是不是",
    "会不会",
    "该不该",
    "应不应该",
    "应该不应该",
    "有没有",
    "需不需要",
    "需要不需要",
    "用不用",
    "算不算",
    "行不行",
    "怎么办",
    "怎么样",
    "怎么",
    "怎样",
    "如何",
    "咋办",
    "是什么",
    "什么是",
    "是什么意思",
    "什么意思",
    "什么情况下",
    "什么时候",
    "什么",
    "做什么",
    "要做什么",
    "该做什么",
    "干什么",
    "我是",
    "为什么",
    "为何",
    "有哪些",
    "哪些",
    "哪个",
    "哪里",
    "哪种",
    "谁来",
    "由谁",
    "请问",
    "请教",
    "想问",
    "我想问",
    "想知道",
    "我想知道",
    "多久",
    "多长时间",
    "多少",
    "何时",
    "是否",
];

/// A word in more than this share of the units, one in a hundred, is a word of
/// the corpus: 是否 in laws.
const OWN_SHARE: usize = 100;

/// The frames that the corpus doesn't use itself: none of its names, and only
/// few of its texts, contain them. Readers who type one don't look for it, and
/// a page without it lacks nothing.
pub(super) fn unused(names: &[&str], texts: &[&str]) -> BTreeSet<String> {
    let most = texts.len() / OWN_SHARE;
    let is_own = |frame: &str| {
        let holding = texts.iter().filter(|text| text.contains(frame));
        names.iter().any(|name| name.contains(frame)) || holding.take(most + 1).count() > most
    };
    let unused = FRAMES.into_iter().filter(|frame| !is_own(frame));
    unused.map(str::to_owned).collect()
}
