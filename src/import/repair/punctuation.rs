//! Makes half-width punctuation between Han characters full-width.

use std::collections::BTreeMap;

use crate::chinese::punctuation::narrow;
use crate::import::notes::{Kind, Notes};

/// The text with full-width marks; `None` when nothing changed.
pub fn widen(text: &str, place: usize, notes: &mut Notes) -> Option<String> {
    let narrow = narrow(text);
    if narrow.is_empty() {
        return None;
    }
    let quotes = narrow.iter().filter(|mark| mark.is_quote()).count();
    notes.add_many(Kind::Punctuation, place, narrow.len() - quotes, "");
    notes.add_many(Kind::Quotes, place, quotes, "");
    let wide: BTreeMap<usize, char> = narrow.iter().map(|mark| (mark.at, mark.wide)).collect();
    // The space after a half-width comma is dropped after a full-width one.
    let mut made = String::with_capacity(text.len() + narrow.len() * 2);
    let mut after_widened = false;
    for (at, c) in text.chars().enumerate() {
        if c == ' ' && after_widened {
            continue;
        }
        let mark = wide.get(&at);
        after_widened = mark.is_some_and(|mark| "，；：！？。）".contains(*mark));
        made.push(*mark.unwrap_or(&c));
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &str) {
        let mut notes = Notes::default();
        let made = widen(text, 1, &mut notes).unwrap_or_else(|| text.to_owned());
        assert_eq!(made, wanted);
    }

    #[test]
    fn marks_between_han_become_full_width() {
        check("责任,落实;好", "责任，落实；好");
        check("处理39.2万人,增长8.5%,其中", "处理39.2万人，增长8.5%，其中");
        check("党委(党组)履责", "党委（党组）履责");
        check("(2018年修订)", "（2018年修订）");
        check("责任, 落实", "责任，落实");
        check("这样做.", "这样做。");
        check("“责任.”", "“责任。”");
        check("他说\"责任\"", "他说“责任”");
    }

    #[test]
    fn numbers_addresses_and_english_keep_theirs() {
        for same in [
            "时间8:30开始",
            "总数1,234人",
            "网址https://a.example/b?c=1,2见此",
            "The act (2018), as amended; see art. 3.",
            "一.总则",
            "函数f(x)的值",
        ] {
            check(same, same);
        }
        check("见www.a.example,另见", "见www.a.example，另见");
    }
}
