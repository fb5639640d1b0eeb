//! Dates of a regulation: passed, promulgated, in force.

use std::ops::Range;

use time::{Date, Month};

use super::names::ENDINGS;

/// A date in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its bytes in the text.
    pub range: Range<usize>,
    pub date: Date,
}

/// What happened on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// 通过
    Passed,
    /// 修订: passed anew as a whole
    Revised,
    /// 修正, 修改: amended by a decision
    Amended,
    /// 公布, 发布, 印发
    Promulgated,
    /// 起施行
    Effective,
}

/// The date, if the whole text is one.
pub fn whole(text: &str) -> Option<Date> {
    let text = text.trim();
    let found = find(text);
    match found.as_slice() {
        [one] if one.range == (0..text.len()) => Some(one.date),
        _ => None,
    }
}

/// A date in the tables of web sites, with or without a time after it:
/// 2022-03-08, 2022/3/8, 2022.3.8 or 2022年3月8日.
pub fn of_table(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Some(first) = find(text).first().filter(|date| date.range.start == 0) {
        return Some(first.date);
    }
    let day = text.split_whitespace().next()?;
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let year = year
        .parse()
        .ok()
        .filter(|year| (1900..2100).contains(year))?;
    Date::from_calendar_date(year, month, day.parse().ok()?).ok()
}

/// Finds all dates such as 2019年8月30日 and 二〇一九年八月三十日.
pub fn find(text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('年') {
        let Some((start, year)) = number_before(text, at) else {
            continue;
        };
        let rest = &text[at + '年'.len_utf8()..];
        let Some((month, after)) = number_then(rest, '月') else {
            continue;
        };
        let Some((day, after)) = number_then(after, '日') else {
            continue;
        };
        let date = u8::try_from(month)
            .ok()
            .and_then(|month| Month::try_from(month).ok())
            .and_then(|month| {
                Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?)
                    .ok()
            });
        if let Some(date) = date.filter(|date| (1900..2100).contains(&date.year())) {
            found.push(Written {
                range: start..text.len() - after.len(),
                date,
            });
        }
    }
    found
}

fn is_digit(c: char) -> bool {
    digit(c).is_some() || c == '十' || c == ' '
}

fn digit(c: char) -> Option<u32> {
    if c == '○' || c == '零' {
        return Some(0);
    }
    c.to_digit(10)
        .or_else(|| {
            "〇一二三四五六七八九"
                .chars()
                .position(|d| d == c)
                .map(|d| d as u32)
        })
        .or_else(|| {
            "０１２３４５６７８９"
                .chars()
                .position(|d| d == c)
                .map(|d| d as u32)
        })
}

/// The four-digit year that ends at `end`.
fn number_before(text: &str, end: usize) -> Option<(usize, u32)> {
    let digits: Vec<(usize, u32)> = text[..end]
        .char_indices()
        .rev()
        .skip_while(|(_, c)| *c == ' ')
        .map_while(|(at, c)| Some((at, digit(c)?)))
        .take(5)
        .collect();
    if digits.len() != 4 {
        return None;
    }
    let year = digits
        .iter()
        .rev()
        .fold(0, |sum, (_, digit)| sum * 10 + digit);
    Some((digits.last()?.0, year))
}

/// A number of one or two digits (8, 08, 十二, 三十一) before `unit`.
fn number_then(text: &str, unit: char) -> Option<(u32, &str)> {
    let end = text.char_indices().take(8).find(|(_, c)| *c == unit)?.0;
    let written: Vec<char> = text[..end].chars().filter(|c| *c != ' ').collect();
    if written.is_empty() || !text[..end].chars().all(is_digit) {
        return None;
    }
    let ten = written.iter().position(|c| *c == '十');
    let value = |chars: &[char]| -> Option<u32> {
        chars
            .iter()
            .try_fold(0_u32, |sum, c| Some(sum * 10 + digit(*c)?))
    };
    let number = match ten {
        Some(at) => {
            let tens = if at == 0 { 1 } else { value(&written[..at])? };
            tens * 10 + value(&written[at + 1..])?
        }
        None => value(&written)?,
    };
    Some((number, &text[end + unit.len_utf8()..]))
}

/// Reads the note under a title: each date with its events.
pub fn events(text: &str) -> Vec<(Date, Vec<Event>)> {
    let dates = find(text);
    let mut all = Vec::new();
    for (index, written) in dates.iter().enumerate() {
        let end = dates
            .get(index + 1)
            .map_or(text.len(), |next| next.range.start);
        let said = &text[written.range.end..end];
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        let mut events = Vec::new();
        // `通过的《……决定》` amends this text; it was the decision that was
        // passed.
        if has(&["修正", "修改", "通过的《"]) {
            events.push(Event::Amended);
        } else {
            if has(&["修订"]) {
                events.push(Event::Revised);
            } else if has(&["通过", "批准"]) {
                events.push(Event::Passed);
            }
            // `……通过，现予公布` gives the day of passing, not of promulgation.
            let announces = ["现予", "现将", "现公布", "现发布", "予以公布", "予以发布"];
            let promulgates = ["公布", "发布", "印发", "颁布"].iter().any(|word| {
                // 2020年1月1日印发的《……》 is another document.
                said.match_indices(word)
                    .any(|(at, _)| !said[at + word.len()..].starts_with('的'))
            });
            if promulgates && !has(&announces) {
                events.push(Event::Promulgated);
            }
            if has(&["起施行", "起实施", "起生效", "起执行"]) && !has(&["之日起"]) {
                events.push(Event::Effective);
            }
        }
        if !events.is_empty() {
            all.push((written.date, events));
        }
    }
    all
}

/// What a text says about its own entry into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// 自……起施行
    On(Date),
    /// 自公布之日起施行
    OnPromulgation,
}

/// Names that a text may use for itself (本办法, 本法) besides the words with
/// which titles end.
const SELF: [&str; 7] = [
    "实施办法",
    "实施意见",
    "实施细则",
    "暂行办法",
    "暂行规定",
    "规章",
    "文件",
];

/// Reads 本办法自……起施行 in a paragraph of the text called `title`.
///
/// The statement must be about the text itself, not about 本市, an article or
/// another document, and not in a quotation.
pub fn force(text: &str, title: &str) -> Option<Force> {
    let mut found = None;
    for word in ["起施行", "起实施", "起生效", "起执行", "起试行"] {
        for (at, _) in text.match_indices(word) {
            let start = text[..at]
                .rfind(['。', '；', '\n'])
                .map_or(0, |i| i + '。'.len_utf8());
            let quotes = text[..at].matches('“').count() > text[..at].matches('”').count();
            if !quotes && let Some(force) = own_force(&text[start..at], title) {
                found = Some(force);
            }
        }
    }
    found
}

/// Reads the words before 起施行, from the beginning of their sentence.
fn own_force(sentence: &str, title: &str) -> Option<Force> {
    let own = sentence.find('本')?;
    let before = sentence[..own].trim();
    // 第九条 本办法……; nothing else may precede it.
    let labelled =
        super::label::read(before).is_some_and(|label| before[label.length..].trim().is_empty());
    if !(before.is_empty() || labelled) {
        return None;
    }
    let said = &sentence[own + '本'.len_utf8()..];
    let name = SELF
        .iter()
        .chain(ENDINGS)
        .filter(|name| said.starts_with(**name))
        .max_by_key(|name| name.len())?;
    // A notice that forwards 《某某办法》 may say 本办法; a notice about
    // something else quotes it.
    let kinds = ["条例", "规定", "办法", "规则", "细则", "准则", "章程"];
    let short = kinds.iter().find(|kind| name.ends_with(**kind));
    let titled = kinds.iter().any(|kind| title.contains(kind));
    if short.is_some_and(|kind| titled && !title.contains(kind)) {
        return None;
    }
    let rest = said[name.len()..].trim_start();
    // 本办法由某某委员会负责解释，自……起施行。
    let clause = match rest.rfind('，') {
        Some(comma) if !rest.starts_with(['的', '第', '所', '中', '规']) => {
            &rest[comma + '，'.len_utf8()..]
        }
        Some(_) => return None,
        None => rest,
    };
    let clause = ["并", "现", "统一", "将", "正式"]
        .iter()
        .fold(clause.trim(), |clause, word| {
            clause.strip_prefix(word).unwrap_or(clause)
        });
    let day = clause
        .strip_prefix(['自', '从', '于'])
        .unwrap_or(clause)
        .trim();
    if let Some(date) = whole(day) {
        return Some(Force::On(date));
    }
    ["公布之日", "发布之日", "印发之日", "颁布之日"]
        .contains(&day)
        .then_some(Force::OnPromulgation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn dates_in_both_kinds_of_numerals() {
        let text = "2019年8月30日、２０１９年１２月１日、二〇一九年十二月三十一日、二○○三年十月二十日、2019年13月1日、19年1月1日、2019 年 1 月 2 日";
        let dates: Vec<_> = find(text).into_iter().map(|written| written.date).collect();
        assert_eq!(
            dates,
            [
                date!(2019 - 08 - 30),
                date!(2019 - 12 - 01),
                date!(2019 - 12 - 31),
                date!(2003 - 10 - 20),
                date!(2019 - 01 - 02)
            ]
        );
    }

    #[test]
    fn a_note_says_what_happened_when() {
        let note = "（2002年3月1日第一次会议通过　2002年3月5日公布　根据2010年5月6日《关于修改〈甲〉的决定》第一次修正　2018年7月8日第二次会议修订　自2019年1月1日起施行）";
        let events = events(note);
        assert_eq!(events[0], (date!(2002 - 03 - 01), vec![Event::Passed]));
        assert_eq!(events[1], (date!(2002 - 03 - 05), vec![Event::Promulgated]));
        assert_eq!(events[2], (date!(2010 - 05 - 06), vec![Event::Amended]));
        assert_eq!(events[3], (date!(2018 - 07 - 08), vec![Event::Revised]));
        assert_eq!(events[4], (date!(2019 - 01 - 01), vec![Event::Effective]));
    }

    #[test]
    fn what_is_passed_is_not_yet_promulgated() {
        let said =
            events("已经2022年3月8日第1次部务会议审议通过，现予公布，自2022年5月1日起施行。");
        assert_eq!(
            said,
            [
                (date!(2022 - 03 - 08), vec![Event::Passed]),
                (date!(2022 - 05 - 01), vec![Event::Effective])
            ]
        );
    }

    #[test]
    fn the_text_says_when_it_takes_force() {
        let on = Some(Force::On(date!(2019 - 01 - 01)));
        let title = "某某办法";
        for text in [
            "第九条 本办法自2019年1月1日起施行。《旧办法》同时废止。",
            "第九条　本办法由某某委员会负责解释，自2019年1月1日起施行。",
            "本办法自 2019 年 1 月 1 日起施行",
            "（四）本办法由甲解释。本办法自2019年1月1日起施行。",
        ] {
            assert_eq!(force(text, title), on, "{text}");
        }
        assert_eq!(
            force("本规定自公布之日起施行。", "某某规定"),
            Some(Force::OnPromulgation)
        );
        for text in [
            "《甲办法》自2019年1月1日起施行。",
            "自2019年1月1日起施行的本",
            "本市自2019年1月1日起施行示例制度。",
            "本办法第三条自2019年1月1日起施行。",
            "将第九条修改为：“本办法自2019年1月1日起施行。”",
            "本规定自2019年1月1日起施行。",
        ] {
            assert_eq!(force(text, title), None, "{text}");
        }
    }
}
