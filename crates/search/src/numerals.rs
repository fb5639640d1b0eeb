//! Numerals of queries: 7 and 七, 54 and 五十四.

/// The value of a Chinese numeral up to 9,999, such as 五十四, 一百零一, 二〇.
/// `None` when it is none, or larger.
pub fn value(text: &[char]) -> Option<u32> {
    let digit = |ch: char| "〇一二三四五六七八九".chars().position(|d| d == ch);
    let digit = |ch: char| match ch {
        '零' => Some(0),
        '两' => Some(2),
        _ => digit(ch).map(|d| d as u32),
    };
    let unit = |ch: char| match ch {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    };
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    if text.len() > 1 && text.iter().all(|&ch| digit(ch).is_some()) {
        let digits = text.iter().filter_map(|&ch| digit(ch));
        return (text.len() <= 4).then(|| digits.fold(0, |value, d| value * 10 + d));
    }
    let (mut sum, mut pending, mut last) = (0, None, u32::MAX);
    for &ch in text {
        match (digit(ch), unit(ch)) {
            (Some(0), _) => {}
            (Some(d), _) if pending.is_none() => pending = Some(d),
            // Units descend: 百十 has an unsaid one.
            (None, Some(unit)) if unit < last => {
                sum += pending.take().unwrap_or(1) * unit;
                last = unit;
            }
            _ => return None,
        }
    }
    Some(sum + pending.unwrap_or(0))
}

/// A number from 1 to 9,999 as 五十四, 一百零一.
pub fn chinese(number: u32) -> String {
    let digits: Vec<char> = "零一二三四五六七八九".chars().collect();
    let mut text = String::new();
    let mut skipped = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = (number / unit % 10) as usize;
        if digit == 0 {
            skipped |= !text.is_empty();
            continue;
        }
        if skipped {
            text.push('零');
            skipped = false;
        }
        // 十二, not 一十二.
        if !(digit == 1 && unit == 10 && text.is_empty()) {
            text.push(digits[digit]);
        }
        text.push_str(name);
    }
    text
}

fn is_numeral(ch: char) -> bool {
    "〇零一二两三四五六七八九十百千".contains(ch)
}

/// The length of the Chinese numeral at the beginning of `text`.
pub fn chinese_len(text: &[char]) -> usize {
    text.iter().take_while(|&&ch| is_numeral(ch)).count()
}

/// The length of the Arabic number at the beginning of `text`.
pub fn digits_len(text: &[char]) -> usize {
    text.iter().take_while(|ch| ch.is_ascii_digit()).count()
}

/// Folded text with its dates written the other way, 2018-06-01 for
/// 2018年6月1日; nothing where it has none.
pub fn other_dates(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut changed = false;
    let mut i = 0;
    while i < chars.len() {
        let at_start = i == 0 || !chars[i - 1].is_ascii_digit();
        match date(&chars[i..]).filter(|_| at_start) {
            Some((other, len)) => {
                changed = true;
                out.push_str(&other);
                i += len;
            }
            None => {
                out.push(chars[i]);
                i += 1;
            }
        }
    }
    changed.then_some(out)
}

/// The date at the beginning of a text, written the other way, and its length.
fn date(text: &[char]) -> Option<(String, usize)> {
    let mut at = 0;
    let mut number = |most: usize| {
        let rest = text.get(at..).unwrap_or_default();
        let len = digits_len(rest);
        let digits: String = rest[..len].iter().collect();
        at += len + 1;
        let after = text.get(at - 1).copied().unwrap_or(' ');
        let number: u32 = digits.parse().ok().filter(|_| len <= most)?;
        Some((number, after))
    };
    let (year, first) = number(4).filter(|(year, _)| *year > 999)?;
    let (month, second) = number(2).filter(|(month, _)| (1..=12).contains(month))?;
    let (day, third) = number(2).filter(|(day, _)| (1..=31).contains(day))?;
    match (first, second, third) {
        ('年', '月', '日') => Some((format!("{year}-{month:02}-{day:02}"), at)),
        ('-' | '.' | '/', ..) if first == second && !third.is_ascii_digit() => {
            Some((format!("{year}年{month}月{day}日"), at - 1))
        }
        _ => None,
    }
}

/// A run with its numerals written the other way; nothing where that gives
/// no other run.
///
/// Arabic numbers up to four digits become Chinese, except years. Chinese ones
/// become Arabic after 第 and where a unit (十, 百) shows that they count: 三重一大
/// is no number.
pub fn rewritten(run: &[char], two: char) -> Option<Vec<char>> {
    let mut out: Vec<char> = Vec::new();
    let mut changed = false;
    let mut i = 0;
    while i < run.len() {
        let digits = digits_len(&run[i..]);
        if digits > 0 {
            let next = run.get(i + digits);
            let number: Option<u32> = (digits <= 4)
                .then(|| run[i..i + digits].iter().collect::<String>())
                .and_then(|text| text.parse().ok());
            let beside_text = run.len() > digits
                && next.is_none_or(|ch| !ch.is_ascii())
                && (i == 0 || !run[i - 1].is_ascii());
            let is_year = digits == 4 && next == Some(&'年');
            match number {
                Some(number) if number > 0 && beside_text && !is_year => {
                    changed = true;
                    if number == 2 {
                        out.push(two);
                    } else {
                        out.extend(chinese(number).chars());
                    }
                }
                _ => out.extend(&run[i..i + digits]),
            }
            i += digits;
            continue;
        }
        let len = chinese_len(&run[i..]);
        if len > 0 {
            let numeral = &run[i..i + len];
            let counts = (i > 0 && run[i - 1] == '第')
                || (len > 1 && numeral.iter().any(|ch| "十百千".contains(*ch)));
            match value(numeral) {
                Some(number) if counts && number > 0 && run.len() > len => {
                    changed = true;
                    out.extend(number.to_string().chars());
                }
                _ => out.extend(numeral),
            }
            i += len;
            continue;
        }
        out.push(run[i]);
        i += 1;
    }
    changed.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_two_ways() {
        for (text, other) in [
            ("2018-06-01", Some("2018年6月1日")),
            ("自2018/6/1起", Some("自2018年6月1日起")),
            ("2018年6月1日", Some("2018-06-01")),
            ("2018-13-01", None),
            ("2018-06", None),
            ("12018-06-01", None),
            ("2018.6/1", None),
        ] {
            assert_eq!(other_dates(text).as_deref(), other, "{text}");
        }
    }

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn every_number_reads_as_it_is_written() {
        for number in 1..10_000 {
            assert_eq!(value(&chars(&chinese(number))), Some(number));
        }
        for (text, number) in [
            ("十", 10),
            ("一十", 10),
            ("百十", 110),
            ("二〇", 20),
            ("一百二", 102),
            ("两百", 200),
        ] {
            assert_eq!(value(&chars(text)), Some(number), "{text}");
        }
        for text in ["", "十百", "一一十", "条"] {
            assert_eq!(value(&chars(text)), None, "{text}");
        }
    }

    #[test]
    fn numerals_are_written_the_other_way() {
        let other = |text: &str| rewritten(&chars(text), '二').map(String::from_iter);
        assert_eq!(other("第54条").as_deref(), Some("第五十四条"));
        assert_eq!(other("第五十四条").as_deref(), Some("第54条"));
        assert_eq!(other("3年以下").as_deref(), Some("三年以下"));
        assert_eq!(other("3重1大").as_deref(), Some("三重一大"));
        assert_eq!(other("三重一大"), None);
        assert_eq!(other("2018年"), None);
        assert_eq!(other("54"), None);
        assert_eq!(rewritten(&chars("2个责任"), '两'), Some(chars("两个责任")));
    }
}
