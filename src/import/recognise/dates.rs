//! Dates of a regulation: passed, promulgated, in force.

use std::ops::Range;

use time::{Date, Month};

/// A date in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its bytes.
    pub range: Range<usize>,
    /// The date.
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

/// All dates 2019年8月30日 and 二〇一九年八月三十日.
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

/// A number of one or two places (8, 08, 十二, 三十一) before `unit`.
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

/// What a note under a title says: every date with its events.
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
        // `通过的《……决定》` amends; it is not this text that was passed.
        if has(&["修正", "修改", "通过的《"]) {
            events.push(Event::Amended);
        } else {
            if has(&["修订"]) {
                events.push(Event::Revised);
            } else if has(&["通过", "批准"]) {
                events.push(Event::Passed);
            }
            if has(&["公布", "发布", "印发", "颁布"]) {
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

/// What a text says of its own entry into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// 自……起施行
    On(Date),
    /// 自公布之日起施行
    OnPromulgation,
}

/// Reads 本办法自……起施行 in a paragraph.
pub fn force(text: &str) -> Option<Force> {
    for word in ["起施行", "起实施", "起生效", "起执行"] {
        for (at, _) in text.match_indices(word) {
            let start = text[..at]
                .rfind(['。', '；', '\n'])
                .map_or(0, |i| i + '。'.len_utf8());
            let sentence = &text[start..at];
            // Other texts have their own days: 《……》自……起施行.
            if sentence.contains('《') || sentence.contains("第") && sentence.contains("款") {
                continue;
            }
            let Some(own) = sentence.find("本") else {
                continue;
            };
            let sentence = &sentence[own..];
            if let Some(last) = find(sentence).last()
                && sentence[last.range.end..].trim().is_empty()
            {
                return Some(Force::On(last.date));
            }
            if ["公布之日", "发布之日", "印发之日", "颁布之日"]
                .iter()
                .any(|d| sentence.ends_with(d))
            {
                return Some(Force::OnPromulgation);
            }
        }
    }
    None
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
    fn the_text_says_when_it_takes_force() {
        let on = Force::On(date!(2019 - 01 - 01));
        assert_eq!(
            force("第九条 本办法自2019年1月1日起施行。《旧办法》同时废止。"),
            Some(on)
        );
        assert_eq!(
            force("本规定自公布之日起施行。"),
            Some(Force::OnPromulgation)
        );
        assert_eq!(force("《甲办法》自2019年1月1日起施行。"), None);
        assert_eq!(force("自2019年1月1日起施行的本"), None);
    }
}
