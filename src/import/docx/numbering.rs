//! Numbers that Word generates: 第一条, 一、, （一）, (1).
//!
//! They aren't in the text of paragraphs. `numbering.xml` defines how each
//! level of a list looks; the numbers come from counting the paragraphs.

use std::collections::{HashMap, HashSet};

use super::xml::{Step, Tag, walk};

/// Number of levels in a list.
const LEVELS: usize = 9;

#[derive(Clone, Debug)]
struct Level {
    start: u32,
    format: String,
    /// The pattern, `第%1条`; `%n` is the number of level n.
    text: String,
    /// What separates the number from the text.
    suffix: Suffix,
    /// Whether all numbers are in Arabic numerals.
    is_legal: bool,
    /// The level whose number makes this one restart; 0 for none.
    restart: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suffix {
    Tab,
    Space,
    Nothing,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            start: 1,
            format: "decimal".to_owned(),
            text: String::new(),
            suffix: Suffix::Tab,
            is_legal: false,
            restart: None,
        }
    }
}

#[derive(Clone, Debug, Default)]
struct List {
    levels: HashMap<usize, Level>,
    /// The level that belongs to each style.
    styles: HashMap<String, usize>,
    /// The style whose list this list uses.
    link: Option<String>,
    own_style: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Instance {
    list: u32,
    starts: HashMap<usize, u32>,
    levels: HashMap<usize, Level>,
}

/// The lists of a document, and the current count of each.
#[derive(Debug, Default)]
pub struct Numbering {
    lists: HashMap<u32, List>,
    instances: HashMap<u32, Instance>,
    counters: HashMap<u32, [Option<u32>; LEVELS]>,
    /// Instances and levels whose start overrides have been applied.
    begun: HashSet<(u32, usize)>,
}

/// Most characters in the pattern of a level and in its label; Word's own
/// limit.
const LONGEST_LABEL: usize = 255;

/// The label before a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// A number, with its separator from the text.
    Number(String),
    Bullet,
}

impl Numbering {
    /// Reads `numbering.xml`. The flag is true when it is broken.
    pub fn read(xml: &str) -> (Self, bool) {
        let mut numbering = Self::default();
        if xml.is_empty() {
            return (numbering, false);
        }
        let mut reading = Reading::default();
        let failed = walk(xml, |step| reading.step(&mut numbering, step)).is_err();
        numbering.follow_links();
        (numbering, failed)
    }

    /// Resolves lists that use the list of a style defined elsewhere.
    fn follow_links(&mut self) {
        let by_style: HashMap<String, u32> = self
            .lists
            .iter()
            .filter_map(|(id, list)| Some((list.own_style.clone()?, *id)))
            .collect();
        for instance in self.instances.values_mut() {
            let Some(list) = self.lists.get(&instance.list) else {
                continue;
            };
            if let Some(link) = &list.link
                && let Some(target) = by_style.get(link)
            {
                instance.list = *target;
            }
        }
    }

    /// The level of a style in a list.
    pub fn level_of_style(&self, list: u32, style: &str) -> Option<usize> {
        let instance = self.instances.get(&list)?;
        self.lists.get(&instance.list)?.styles.get(style).copied()
    }

    /// Counts a paragraph and returns its label; `None` when it has none.
    pub fn next(&mut self, id: u32, level: usize) -> Option<Label> {
        let instance = self.instances.get(&id)?;
        let list = self.lists.get(&instance.list)?;
        let level = level.min(LEVELS - 1);
        let definition = |level: usize| {
            let own = instance.levels.get(&level);
            own.or_else(|| list.levels.get(&level))
                .cloned()
                .unwrap_or_default()
        };
        let own = definition(level);
        if own.format == "bullet" {
            return Some(Label::Bullet);
        }
        let counters = self.counters.entry(instance.list).or_default();
        if let Some(start) = instance.starts.get(&level)
            && self.begun.insert((id, level))
        {
            counters[level] = start.checked_sub(1);
            if *start == 0 {
                counters[level] = None;
            }
        }
        let number = match counters[level] {
            Some(number) => number.saturating_add(1),
            None => instance.starts.get(&level).copied().unwrap_or(own.start),
        };
        counters[level] = Some(number);
        for (index, counter) in counters.iter_mut().enumerate() {
            if index < level {
                // Higher levels that were never counted are at their first
                // number.
                counter.get_or_insert(definition(index).start);
            } else if index > level && definition(index).restart.unwrap_or(index) > level {
                *counter = None;
            }
        }
        if own.format == "none" && !own.text.contains('%') && own.text.trim().is_empty() {
            return None;
        }
        let counters = *counters;
        let mut text = String::new();
        let mut chars = own.text.chars();
        while let Some(c) = chars.next() {
            if text.len() > LONGEST_LABEL {
                break;
            }
            let digit = (c == '%')
                .then(|| chars.clone().next()?.to_digit(10))
                .flatten();
            match digit {
                Some(digit @ 1..=9) => {
                    chars.next();
                    let other = digit as usize - 1;
                    let format = if own.is_legal {
                        "decimal".to_owned()
                    } else {
                        definition(other).format
                    };
                    let number = counters[other].unwrap_or_else(|| definition(other).start);
                    text.push_str(&written(number, &format));
                }
                _ => text.push(c),
            }
        }
        if text.trim().is_empty() {
            return None;
        }
        let closed = text.ends_with(['、', '）', '．', '，', '：']);
        match own.suffix {
            Suffix::Nothing => {}
            _ if closed || text.ends_with([' ', '\u{3000}']) => {}
            _ => text.push(' '),
        }
        Some(Label::Number(text))
    }
}

/// State while `numbering.xml` is read.
#[derive(Default)]
struct Reading {
    list: Option<(u32, List)>,
    instance: Option<(u32, Instance)>,
    /// The level that is overridden.
    overridden: Option<usize>,
    level: Option<(usize, Level, Option<String>)>,
    /// Depth inside a picture or another element that isn't read.
    skipped: usize,
}

impl Reading {
    fn step(&mut self, numbering: &mut Numbering, step: Step<'_>) {
        match step {
            Step::Open(tag) => self.open(tag),
            Step::Close(name) => self.close(numbering, name),
            Step::Text(_) => {}
        }
    }

    fn open(&mut self, tag: &Tag) {
        let number = |name| tag.get(name).and_then(|n| n.parse().ok());
        let value = || tag.value().and_then(|n| n.parse::<u32>().ok());
        match tag.name.as_str() {
            "Fallback" => self.skipped += 1,
            _ if self.skipped > 0 => {}
            "abstractNum" => {
                self.list = number("abstractNumId").map(|id| (id, List::default()));
            }
            "num" => self.instance = number("numId").map(|id| (id, Instance::default())),
            "abstractNumId" => {
                if let (Some((_, instance)), Some(id)) = (&mut self.instance, value()) {
                    instance.list = id;
                }
            }
            "numStyleLink" => {
                if let Some((_, list)) = &mut self.list {
                    list.link = tag.value().map(str::to_owned);
                }
            }
            "styleLink" => {
                if let Some((_, list)) = &mut self.list {
                    list.own_style = tag.value().map(str::to_owned);
                }
            }
            "lvlOverride" => self.overridden = number("ilvl").map(|n: u32| n as usize),
            "startOverride" => {
                if let (Some((_, instance)), Some(level), Some(start)) =
                    (&mut self.instance, self.overridden, value())
                {
                    instance.starts.insert(level, start);
                }
            }
            "lvl" => {
                self.level = number("ilvl").map(|n: u32| (n as usize, Level::default(), None));
            }
            _ => self.property(tag),
        }
    }

    fn property(&mut self, tag: &Tag) {
        let Some((_, level, style)) = &mut self.level else {
            return;
        };
        let value = tag.value();
        match tag.name.as_str() {
            "start" => level.start = value.and_then(|v| v.parse().ok()).unwrap_or(1),
            "numFmt" => {
                // A custom format gives an example of its digits.
                let custom = tag.get("format").filter(|_| value == Some("custom"));
                level.format = match custom {
                    Some(format) if format.starts_with('0') => "decimalZero".to_owned(),
                    _ => value.unwrap_or("decimal").to_owned(),
                };
            }
            "lvlText" => {
                let text = value.unwrap_or_default();
                level.text = text.chars().take(LONGEST_LABEL).collect();
            }
            "isLgl" => level.is_legal = tag.is_on(),
            "lvlRestart" => level.restart = value.and_then(|v| v.parse().ok()),
            "pStyle" => *style = value.map(str::to_owned),
            "suff" => {
                level.suffix = match value {
                    Some("space") => Suffix::Space,
                    Some("nothing") => Suffix::Nothing,
                    _ => Suffix::Tab,
                };
            }
            _ => {}
        }
    }

    fn close(&mut self, numbering: &mut Numbering, name: &str) {
        match name {
            "Fallback" => self.skipped = self.skipped.saturating_sub(1),
            "abstractNum" => numbering.lists.extend(self.list.take()),
            "num" => numbering.instances.extend(self.instance.take()),
            "lvlOverride" => self.overridden = None,
            "lvl" => {
                if let Some((index, level, style)) = self.level.take() {
                    if let Some((_, instance)) = &mut self.instance {
                        instance.levels.insert(index, level);
                    } else if let Some((_, list)) = &mut self.list {
                        list.levels.insert(index, level);
                        list.styles.extend(style.map(|style| (style, index)));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Writes a number in one of Word's formats. Formats that neither Chinese nor
/// Western documents use are written in Arabic numerals.
fn written(number: u32, format: &str) -> String {
    let cycle = |letters: &str| {
        let letters: Vec<char> = letters.chars().collect();
        match number.checked_sub(1) {
            Some(index) => letters[index as usize % letters.len()].to_string(),
            None => number.to_string(),
        }
    };
    let from = |first: u32, most: u32| {
        (1..=most)
            .contains(&number)
            .then(|| char::from_u32(first + number - 1))
            .flatten()
            .map_or_else(|| number.to_string(), String::from)
    };
    match format {
        "none" => String::new(),
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "koreanCounting" => counting(number, "零一二三四五六七八九", "十百千万"),
        "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital" => number
            .to_string()
            .bytes()
            .filter_map(|digit| {
                "〇一二三四五六七八九"
                    .chars()
                    .nth(usize::from(digit - b'0'))
            })
            .collect(),
        "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal" => {
            counting(number, "零壹贰叁肆伍陆柒捌玖", "拾佰仟万")
        }
        "ideographTraditional" => cycle("甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac" => cycle("子丑寅卯辰巳午未申酉戌亥"),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => from(0x2460, 20),
        "decimalEnclosedParen" => from(0x2474, 20),
        "decimalEnclosedFullstop" => from(0x2488, 20),
        "decimalFullWidth" | "decimalFullWidth2" => number
            .to_string()
            .bytes()
            .filter_map(|digit| char::from_u32(0xFF10 + u32::from(digit - b'0')))
            .collect(),
        "decimalZero" => format!("{number:02}"),
        "upperLetter" | "lowerLetter" => {
            let Some(index) = number.checked_sub(1) else {
                return number.to_string();
            };
            let first = if format == "upperLetter" { b'A' } else { b'a' };
            // After Z come AA and BB.
            let letter = char::from(first + (index % 26) as u8);
            std::iter::repeat_n(letter, (index / 26 + 1).min(10) as usize).collect()
        }
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        _ => number.to_string(),
    }
}

/// A Chinese number: 105 is 一百零五, 10 is 十, 12 is 十二.
fn counting(number: u32, digits: &str, units: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    let units: Vec<char> = units.chars().collect();
    if number == 0 || number > 99_999 {
        return if number == 0 {
            digits[0].to_string()
        } else {
            number.to_string()
        };
    }
    let written: Vec<usize> = number
        .to_string()
        .bytes()
        .map(|b| usize::from(b - b'0'))
        .collect();
    let mut text = String::new();
    let mut gap = false;
    for (index, digit) in written.iter().enumerate() {
        let power = written.len() - 1 - index;
        if *digit == 0 {
            gap = true;
            continue;
        }
        if gap {
            text.push(digits[0]);
            gap = false;
        }
        // 十二, not 一十二; but 一百一十二.
        if !(number < 20 && power == 1) {
            text.push(digits[*digit]);
        }
        if power > 0 {
            text.push(units[power - 1]);
        }
    }
    text
}

fn roman(number: u32) -> String {
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, letters) in [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ] {
        while rest >= value {
            text.push_str(letters);
            rest -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_word_writes_them() {
        for (number, format, text) in [
            (10, "chineseCountingThousand", "十"),
            (12, "chineseCounting", "十二"),
            (105, "chineseCountingThousand", "一百零五"),
            (110, "japaneseCounting", "一百一十"),
            (2, "decimalEnclosedCircle", "②"),
            (27, "lowerLetter", "aa"),
            (14, "upperRoman", "XIV"),
            (3, "ideographTraditional", "丙"),
            (7, "decimal", "7"),
            (12, "chineseLegalSimplified", "拾贰"),
        ] {
            assert_eq!(written(number, format), text);
        }
    }

    #[test]
    fn lists_count_by_level() {
        let xml = r#"<w:numbering xmlns:w="x"><w:abstractNum w:abstractNumId="3">
            <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/><w:suff w:val="space"/></w:lvl>
            <w:lvl w:ilvl="1"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
            <w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl>
            </w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="3"/></w:num>
            <w:num w:numId="6"><w:abstractNumId w:val="3"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num></w:numbering>"#;
        let (mut numbering, failed) = Numbering::read(xml);
        assert!(!failed);
        let mut labels = |steps: &[(u32, usize)]| -> Vec<String> {
            steps
                .iter()
                .map(|(id, level)| match numbering.next(*id, *level) {
                    Some(Label::Number(text)) => text,
                    Some(Label::Bullet) => "•".to_owned(),
                    None => "-".to_owned(),
                })
                .collect()
        };
        assert_eq!(
            labels(&[
                (5, 0),
                (5, 1),
                (5, 1),
                (5, 2),
                (5, 0),
                (5, 1),
                (6, 0),
                (6, 0),
                (7, 0)
            ]),
            [
                "第一条 ",
                "（一）",
                "（二）",
                "•",
                "第二条 ",
                "（一）",
                "第九条 ",
                "第十条 ",
                "-"
            ]
        );
    }
}
