//! Reads and writes numerals: 一百零一, 101, １０１, 廿一. Also rewrites the
//! numerals of a query in the other script: 54 for 五十四.
//!
//! Statutes use one form (一百零一, 一百一十). Other forms that people use are
//! read too; a form that no statute would use is marked as unusual.

/// Longest numeral that is read, in characters. Longer ones can't be numbers of
/// provisions.
const LONGEST: usize = 16;

/// A parsed numeral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numeral {
    /// Its value, at most 99,999,999.
    pub value: u32,
    /// The script of its digits.
    pub script: Script,
    /// Whether a statute would write it differently: 一百〇一, 百十, 廿, 1百.
    pub unusual: bool,
}

/// The script in which a numeral is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// 一百零一.
    Chinese,
    /// 101, １０１.
    Arabic,
    /// Both scripts: 1百零一.
    Mixed,
}

/// A digit, or a unit that multiplies the digits before it.
#[derive(Clone, Copy)]
enum Part {
    Digit(u32),
    /// 廿, 卅, 卌: several tens in one character.
    Tens(u32),
    /// 万 multiplies everything before it.
    Unit(u32),
}

/// Chinese digits by value: first the form that statutes use, then others.
const DIGITS: [&str; 10] = [
    "零〇○",
    "一壹",
    "二贰貳两兩",
    "三叁參",
    "四肆",
    "五伍",
    "六陆",
    "七柒",
    "八捌",
    "九玖",
];

/// Units with their values; their forms are in the same order.
const UNITS: [(&str, u32); 4] = [
    ("十拾", 10),
    ("百佰", 100),
    ("千仟", 1000),
    ("万萬", MYRIAD),
];

const MYRIAD: u32 = 10_000;

/// No provision has this number or a larger one: the next unit would be 亿.
const BEYOND: u32 = MYRIAD * MYRIAD;

/// The meaning of a character, whether it is an Arabic digit, and whether
/// statutes use it.
fn part(c: char) -> Option<(Part, bool, bool)> {
    let arabic = match c {
        '０'..='９' => u32::from(c) - u32::from('０'),
        _ => u32::from(c).wrapping_sub(u32::from('0')),
    };
    if arabic < 10 {
        return Some((Part::Digit(arabic), true, true));
    }
    let tens = "廿卅卌".chars().position(|of| of == c);
    if let Some(tens) = tens {
        return Some((Part::Tens(tens as u32 * 10 + 20), false, false));
    }
    let mut digits = (0..)
        .zip(DIGITS)
        .map(|(value, forms)| (forms, Part::Digit(value)));
    let mut units = UNITS
        .iter()
        .map(|(forms, unit)| (*forms, Part::Unit(*unit)));
    let is_it = |(forms, _): &(&str, Part)| forms.contains(c);
    let (forms, part) = digits.find(is_it).or_else(|| units.find(is_it))?;
    Some((part, false, forms.starts_with(c)))
}

/// Whether a character can be part of a numeral.
pub fn is_numeral(c: char) -> bool {
    part(c).is_some()
}

/// Parses the whole text as a numeral.
pub fn parse(text: &str) -> Option<Numeral> {
    let (mut arabic, mut chinese, mut usual) = (false, false, true);
    let chars: Vec<char> = text.chars().take(LONGEST + 1).collect();
    for c in &chars {
        let (_, is_arabic, is_usual) = part(*c)?;
        arabic |= is_arabic;
        chinese |= !is_arabic;
        usual &= is_usual;
    }
    let value = value(&chars)?;
    let script = match (arabic, chinese) {
        (true, false) => Script::Arabic,
        (true, true) => Script::Mixed,
        _ => Script::Chinese,
    };
    let as_statutes = match script {
        // 007 is 7, but no statute writes it like this.
        Script::Arabic => chars.len() == 1 || !text.starts_with(['0', '０']),
        Script::Chinese => usual && text == to_chinese(value),
        Script::Mixed => false,
    };
    Some(Numeral {
        value,
        script,
        unusual: !as_statutes,
    })
}

/// Parses the longest numeral at the beginning of a text. Returns it with its
/// length in bytes.
pub fn parse_prefix(text: &str) -> Option<(Numeral, usize)> {
    let length: usize = text
        .chars()
        .take_while(|c| is_numeral(*c))
        .map(char::len_utf8)
        .sum();
    Some((parse(&text[..length])?, length))
}

/// The value of a numeral in any form, if it is below [`BEYOND`].
pub fn value(text: &[char]) -> Option<u32> {
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let parts = || text.iter().map(|c| Some(part(*c)?.0));
    let is_digit = |part| matches!(part, Some(Part::Digit(_)));
    if parts().all(is_digit) {
        // 一〇五, 105: digit by digit.
        let value = parts().try_fold(0_u32, |sum, part| match part? {
            Part::Digit(digit) => sum.checked_mul(10)?.checked_add(digit),
            _ => None,
        });
        return value.filter(|value| *value < BEYOND);
    }
    // The value before 万, and the value after it or without it. A lone zero
    // only says that places are empty, so it may be anywhere. A missing zero
    // (一百一 for 一百零一) is accepted.
    let mut above = None;
    let (mut sum, mut digit, mut last_unit, mut begun) = (0, None, MYRIAD, false);
    for part in parts() {
        match part? {
            Part::Digit(0) if digit.is_none() => {}
            // Only one digit may precede a unit: 12百 is not a numeral.
            Part::Digit(_) if digit.is_some() => return None,
            Part::Digit(value) => digit = Some(value),
            Part::Tens(value) => {
                if digit.is_some() || last_unit <= 10 {
                    return None;
                }
                sum += value;
                last_unit = 10;
            }
            Part::Unit(MYRIAD) => {
                // 万 needs a number before it.
                let whole = sum + digit.take().unwrap_or(0);
                if above.is_some() || whole == 0 {
                    return None;
                }
                above = Some(whole * MYRIAD);
                (sum, last_unit, begun) = (0, MYRIAD, false);
                continue;
            }
            Part::Unit(unit) => {
                // The one before 十 and 百 can be left out: 十五, 百十,
                // 一百十五.
                let one = (unit < 1000 || !begun).then_some(1);
                let count = digit.take().or(one)?;
                if unit >= last_unit {
                    return None;
                }
                sum += count * unit;
                last_unit = unit;
            }
        }
        begun = true;
    }
    let below = sum + digit.unwrap_or(0);
    // 一万零 is incomplete: digits must follow.
    let is_empty = below == 0 && begun && above.is_some();
    (!is_empty).then_some(above.unwrap_or(0) + below)
}

/// Writes a number below [`BEYOND`] as statutes do: 一百零一, 一百一十, 十五.
pub fn to_chinese(value: u32) -> String {
    debug_assert!(value < BEYOND, "numbers of provisions are smaller");
    if value == 0 {
        return "零".to_owned();
    }
    let mut out = String::new();
    let (above, below) = (value / 10_000, value % 10_000);
    if above > 0 {
        push_section(&mut out, above);
        out.push('万');
        if below > 0 && below < 1000 {
            out.push('零');
        }
    }
    if below > 0 {
        push_section(&mut out, below);
    }
    // 一十 is written 十 at the beginning of a number, and only there: 十五.
    match out.strip_prefix("一十") {
        Some(rest) => String::from("十") + rest,
        None => out,
    }
}

fn push_section(out: &mut String, value: u32) {
    let mut skipped = false;
    let mut begun = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = value / unit % 10;
        if digit == 0 {
            skipped = begun;
            continue;
        }
        if skipped {
            out.push('零');
            skipped = false;
        }
        begun = true;
        out.extend(DIGITS[digit as usize].chars().take(1));
        out.push_str(name);
    }
}

/// The length in characters of the Chinese numeral at the beginning of a
/// query's text. Only counts digits and units that are used as numbers in
/// running text.
pub fn chinese_len(text: &[char]) -> usize {
    let is_plain = |ch: &&char| "〇零一二两三四五六七八九十百千".contains(**ch);
    text.iter().take_while(is_plain).count()
}

/// The length in characters of the Arabic number at the beginning of `text`.
pub fn digits_len(text: &[char]) -> usize {
    text.iter().take_while(|ch| ch.is_ascii_digit()).count()
}

/// Rewrites the dates of a folded text in the other form: 2018-06-01 for
/// 2018年6月1日. `None` if there are no dates.
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

/// The date at the beginning of a text, in the other form, and its length in
/// characters.
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
        ('年', '月', '日') => {
            // Two digits, with a zero in front.
            let [month, day] = [month, day].map(|number| (100 + number).to_string());
            let date = [&year.to_string(), "-", &month[1..], "-", &day[1..]];
            Some((date.concat(), at))
        }
        ('-' | '.' | '/', ..) if first == second && !third.is_ascii_digit() => {
            let [year, month, day] = [year, month, day].map(|number| number.to_string());
            Some(([&year, "年", &month, "月", &day, "日"].concat(), at - 1))
        }
        _ => None,
    }
}

/// The signs of which numerals are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// 0 to 9.
    Arabic,
    /// 一, 二, 十, with this character for the number 2 by itself: 二 or 两.
    Chinese(char),
}

/// Rewrites the numerals of a run in one kind of signs; `None` if that changes nothing.
///
/// Arabic numbers up to four digits become Chinese, except years. Chinese
/// numbers become Arabic after 第, and where a unit (十, 百) shows that they
/// are numbers: 三重一大 contains none.
pub fn rewritten(run: &[char], signs: Signs) -> Option<Vec<char>> {
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
            match (number, signs) {
                (Some(number), Signs::Chinese(two)) if number > 0 && beside_text && !is_year => {
                    changed = true;
                    if number == 2 {
                        out.push(two);
                    } else {
                        out.extend(to_chinese(number).chars());
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
                Some(number)
                    if signs == Signs::Arabic && counts && number > 0 && run.len() > len =>
                {
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

    fn read(text: &str) -> Option<(u32, bool)> {
        parse(text).map(|numeral| (numeral.value, numeral.unusual))
    }

    #[test]
    fn every_number_is_read_as_it_is_written() {
        for value in 0..=120_000 {
            let chinese = to_chinese(value);
            let numeral = parse(&chinese).unwrap_or_else(|| panic!("{chinese} is a numeral"));
            assert_eq!(numeral.value, value, "{chinese}");
            assert_eq!(numeral.script, Script::Chinese);
            assert!(!numeral.unusual, "{chinese}");
            let arabic = value.to_string();
            assert_eq!(read(&arabic), Some((value, false)), "{arabic}");
        }
    }

    /// Every number in every form: all forms of a number yield the same value.
    #[test]
    fn every_number_is_read_in_its_unusual_forms() {
        let full_width = |text: &str| -> String {
            let wide = |c: char| char::from_u32(u32::from(c) - 0x30 + 0xFF10).expect("a digit");
            text.chars().map(wide).collect()
        };
        let positional = |text: &str| -> String {
            let digits: Vec<char> = "〇一二三四五六七八九".chars().collect();
            text.bytes()
                .map(|b| digits[usize::from(b - b'0')])
                .collect()
        };
        for value in 0..=99_999 {
            let arabic = value.to_string();
            let chinese = to_chinese(value);
            assert_eq!(read(&full_width(&arabic)), Some((value, false)));
            let places = positional(&arabic);
            // Statutes write single digits the same way, except 〇.
            let unusual = value == 0 || value > 9;
            assert_eq!(read(&places), Some((value, unusual)), "{places}");
            for (usual, other) in [("零", "〇"), ("二", "两"), ("二十", "廿"), ("三十", "卅")]
            {
                if chinese.contains(usual) {
                    let written = chinese.replace(usual, other);
                    assert_eq!(read(&written), Some((value, true)), "{written}");
                }
            }
            // Without the zero: 一百一 for 101. Also 百十 for 110.
            if value > 9 && chinese.contains('零') {
                let written = chinese.replace('零', "");
                let read = parse(&written).map(|n| n.value);
                assert_eq!(read, Some(value), "{written}");
            }
            if chinese.contains("百一十") {
                let written = chinese.replace("百一十", "百十");
                assert_eq!(read(&written), Some((value, true)), "{written}");
            }
        }
    }

    #[test]
    fn statutes_write_so() {
        for (value, text) in [
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (101, "一百零一"),
            (110, "一百一十"),
            (111, "一百一十一"),
            (1001, "一千零一"),
            (1010, "一千零一十"),
            (1173, "一千一百七十三"),
            (10_000, "一万"),
            (10_010, "一万零一十"),
            (12_345, "一万二千三百四十五"),
            (100_000, "十万"),
            (100_001, "十万零一"),
        ] {
            assert_eq!(to_chinese(value), text);
        }
    }

    #[test]
    fn unusual_forms_are_marked() {
        for (text, value) in [
            ("廿一", 21),
            ("一百廿", 120),
            ("卅", 30),
            ("百十", 110),
            ("百", 100),
            ("一十", 10),
            ("两百零一", 201),
            ("一百〇一", 101),
            ("一百○一", 101),
            ("一零五", 105),
            ("二〇一九", 2019),
            ("1百零一", 101),
            ("壹佰零壹", 101),
            ("007", 7),
        ] {
            assert_eq!(read(text), Some((value, true)), "{text}");
        }
        assert_eq!(parse("1百零一").expect("read").script, Script::Mixed);
    }

    #[test]
    fn what_is_no_numeral_is_refused() {
        for text in [
            "一〇〇〇〇〇〇〇〇",
            "100000000",
            "",
            "条",
            "二三十",
            "十百",
            "一百二百",
            "12百",
            "万",
            "一万万",
            "千零千",
            "一百零",
            "99999999999",
            "一二三四五六七八九一二三四五六七八九",
        ] {
            let read = parse(text);
            // 一百零 is 100 with a superfluous zero: read, and marked as
            // unusual.
            if text == "一百零" {
                assert_eq!(read.map(|n| (n.value, n.unusual)), Some((100, true)));
            } else {
                assert_eq!(read, None, "{text}");
            }
        }
    }

    #[test]
    fn a_prefix_ends_where_the_numeral_does() {
        let (numeral, length) = parse_prefix("一百零一条").expect("a numeral");
        assert_eq!((numeral.value, length), (101, 12));
        assert_eq!(parse_prefix("条"), None);
    }

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
    fn numerals_are_written_the_other_way() {
        let other = |text: &str| {
            let arabic = rewritten(&chars(text), Signs::Arabic);
            let other = arabic.or_else(|| rewritten(&chars(text), Signs::Chinese('二')));
            other.map(String::from_iter)
        };
        assert_eq!(other("第54条").as_deref(), Some("第五十四条"));
        assert_eq!(other("第五十四条").as_deref(), Some("第54条"));
        assert_eq!(other("3年以下").as_deref(), Some("三年以下"));
        assert_eq!(other("3重1大").as_deref(), Some("三重一大"));
        assert_eq!(other("三重一大"), None);
        assert_eq!(other("2018年"), None);
        assert_eq!(other("54"), None);
        let two = Signs::Chinese('两');
        assert_eq!(rewritten(&chars("2个责任"), two), Some(chars("两个责任")));
        // A text has one script, whichever the query mixes.
        let mixed = chars("第52条第二款");
        let chinese = rewritten(&mixed, Signs::Chinese('二'));
        assert_eq!(chinese, Some(chars("第五十二条第二款")));
        let arabic = rewritten(&mixed, Signs::Arabic);
        assert_eq!(arabic, Some(chars("第52条第2款")));
    }
}
