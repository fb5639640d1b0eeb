//! Numerals of provisions, read and written: 一百零一, 101, １０１, 廿一.
//!
//! Statutes write one form (一百零一, 一百一十). People write others, and all
//! of them are read; what a statute would not write is marked as unusual.

/// Longest numeral that is read, in characters. What is longer is no number
/// of a provision.
const LONGEST: usize = 16;

/// A numeral that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numeral {
    /// Its value, at most 99,999,999.
    pub value: u32,
    /// The digits in which it is written.
    pub script: Script,
    /// Whether a statute would write it otherwise: 一百〇一, 百十, 廿, 1百.
    pub unusual: bool,
}

/// The digits in which a numeral is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// 一百零一.
    Chinese,
    /// 101, １０１.
    Arabic,
    /// Both at once: 1百零一.
    Mixed,
}

/// A digit, or a unit that multiplies what stands before it.
#[derive(Clone, Copy)]
enum Part {
    Digit(u32),
    /// 廿, 卅, 卌: several tens in one character.
    Tens(u32),
    Unit(u32),
    /// 万 multiplies everything before it.
    Myriad,
}

/// How a character counts: its meaning, whether it is an Arabic digit, and
/// whether statutes use it.
fn part(c: char) -> Option<(Part, bool, bool)> {
    const PLAIN: &str = "零一二三四五六七八九";
    const FORMAL: &str = "〇壹贰叁肆伍陆柒捌玖";
    const TRADITIONAL: &str = "○壹貳參肆伍陸柒捌玖";
    let digit = |digits: &str| digits.chars().zip(0..).find(|(d, _)| *d == c);
    let found = match c {
        '0'..='9' => (Part::Digit(u32::from(c) - u32::from('0')), true, true),
        '０'..='９' => (Part::Digit(u32::from(c) - u32::from('０')), true, true),
        '十' => (Part::Unit(10), false, true),
        '百' => (Part::Unit(100), false, true),
        '千' => (Part::Unit(1000), false, true),
        '万' => (Part::Myriad, false, true),
        '拾' => (Part::Unit(10), false, false),
        '佰' => (Part::Unit(100), false, false),
        '仟' => (Part::Unit(1000), false, false),
        '萬' => (Part::Myriad, false, false),
        '廿' => (Part::Tens(20), false, false),
        '卅' => (Part::Tens(30), false, false),
        '卌' => (Part::Tens(40), false, false),
        '两' | '兩' => (Part::Digit(2), false, false),
        _ => {
            if let Some((_, value)) = digit(PLAIN) {
                (Part::Digit(value), false, true)
            } else {
                let (_, value) = digit(FORMAL).or_else(|| digit(TRADITIONAL))?;
                (Part::Digit(value), false, false)
            }
        }
    };
    Some(found)
}

/// Whether a character can stand in a numeral.
pub fn is_numeral(c: char) -> bool {
    part(c).is_some()
}

/// Reads a whole text as a numeral.
pub fn parse(text: &str) -> Option<Numeral> {
    let mut parts = Vec::new();
    let (mut arabic, mut chinese, mut usual) = (false, false, true);
    for c in text.chars() {
        if parts.len() == LONGEST {
            return None;
        }
        let (part, is_arabic, is_usual) = part(c)?;
        arabic |= is_arabic;
        chinese |= !is_arabic;
        usual &= is_usual;
        parts.push(part);
    }
    let script = match (arabic, chinese) {
        (true, false) => Script::Arabic,
        (false, true) => Script::Chinese,
        (true, true) => Script::Mixed,
        (false, false) => return None,
    };
    let value = value(&parts)?;
    let as_statutes = match script {
        // 007 is 7, but nobody numbers so.
        Script::Arabic => parts.len() == 1 || !matches!(parts[0], Part::Digit(0)),
        Script::Chinese => usual && text == to_chinese(value),
        Script::Mixed => false,
    };
    Some(Numeral {
        value,
        script,
        unusual: !as_statutes,
    })
}

/// Reads the longest numeral at the beginning of a text; its length is in
/// bytes.
pub fn parse_prefix(text: &str) -> Option<(Numeral, usize)> {
    let length: usize = text
        .chars()
        .take_while(|c| is_numeral(*c))
        .map(char::len_utf8)
        .sum();
    Some((parse(&text[..length])?, length))
}

fn value(parts: &[Part]) -> Option<u32> {
    let positional = parts.iter().all(|part| matches!(part, Part::Digit(_)));
    if positional {
        // 一〇五, 105: place by place.
        return parts.iter().try_fold(0_u32, |sum, part| match part {
            Part::Digit(digit) => sum.checked_mul(10)?.checked_add(*digit),
            _ => None,
        });
    }
    let myriad = parts.iter().position(|part| matches!(part, Part::Myriad));
    let Some(at) = myriad else {
        return section(parts, false);
    };
    // 万 alone is no numeral: 万 needs how many.
    let above = section(&parts[..at], false).filter(|above| *above > 0)?;
    let below = match &parts[at + 1..] {
        [] => 0,
        rest => section(rest, true)?,
    };
    above.checked_mul(10_000)?.checked_add(below)
}

/// The value of what stands before or behind 万. A lone zero says that places
/// are left out, and may stand wherever it likes; a zero that is left out
/// (一百一 for 一百零一) is understood.
fn section(parts: &[Part], behind_myriad: bool) -> Option<u32> {
    let mut sum = 0_u32;
    let mut digit: Option<u32> = None;
    let mut last_unit = 10_000;
    for (index, part) in parts.iter().enumerate() {
        match *part {
            Part::Digit(0) if digit.is_none() => {}
            // Arabic digits before a unit make one number: 12百 is none.
            Part::Digit(_) if digit.is_some() => return None,
            Part::Digit(value) => digit = Some(value),
            Part::Tens(value) => {
                if digit.is_some() || last_unit <= 10 {
                    return None;
                }
                sum += value;
                last_unit = 10;
            }
            Part::Unit(unit) => {
                if unit >= last_unit {
                    return None;
                }
                let count = match digit.take() {
                    Some(count) => count,
                    // 十五, 百十, 一百十五: one of them.
                    None if unit < 1000 || index == 0 => 1,
                    None => return None,
                };
                sum += count * unit;
                last_unit = unit;
            }
            Part::Myriad => return None,
        }
    }
    let all_zero = sum == 0 && digit.is_none();
    if all_zero && (behind_myriad || parts.is_empty()) {
        return None;
    }
    Some(sum + digit.unwrap_or(0))
}

/// Writes a number as statutes do: 一百零一, 一百一十, 十五.
///
/// # Panics
/// When `value` is 100,000,000 or more, which no provision is numbered.
pub fn to_chinese(value: u32) -> String {
    assert!(value < 100_000_000, "numbers of provisions are smaller");
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
    // 一十五 is 十五 at the beginning, and nowhere else.
    match out.strip_prefix("一十") {
        Some(rest) => format!("十{rest}"),
        None => out,
    }
}

fn push_section(out: &mut String, value: u32) {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
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
        out.push(DIGITS[digit as usize]);
        out.push_str(name);
    }
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

    /// Every number in every other form: no two forms of one number differ.
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
            // One place is what statutes write too, but for 〇.
            let unusual = value == 0 || value > 9;
            assert_eq!(read(&places), Some((value, unusual)), "{places}");
            for (usual, other) in [("零", "〇"), ("二", "两"), ("二十", "廿"), ("三十", "卅")]
            {
                if chinese.contains(usual) {
                    let written = chinese.replace(usual, other);
                    assert_eq!(read(&written), Some((value, true)), "{written}");
                }
            }
            // Without the zero: 一百一 for 101; and 百十 for 110.
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
            // 一百零 is 100 with a zero too many: read, and marked.
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

    /// The search engine has a smaller reader and writer of its own: every
    /// reader of a site downloads it. What a reference in a query means must be
    /// what the parser numbered.
    #[test]
    fn queries_read_numerals_as_regulations_do() {
        for value in 1..10_000 {
            let written = to_chinese(value);
            assert_eq!(written, search::numerals::chinese(value));
            let chars: Vec<char> = written.chars().collect();
            assert_eq!(search::numerals::value(&chars), Some(value), "{written}");
        }
    }
}
