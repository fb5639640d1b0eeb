//! 令 and 公告: the order that promulgates a regulation. It stands above the
//! regulation and says what it is called, who passed it and when.

use search::numerals::is_numeral;
use time::Date;

use crate::import::manuscript::Block;
use crate::import::structure;
use crate::structure::dates;

/// Number of lines from the beginning in which the order's name may stand.
const NAME_WITHIN: usize = 4;

/// Most lines of an order after its first sentence: signatures, a date, the
/// title of the text.
const LONGEST: usize = 14;

/// An order that promulgates a text, and what it says about that text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Title of the text, without 《》.
    pub title: String,
    /// The blocks that repeat the title above the text; empty when there are
    /// none.
    pub title_blocks: std::ops::Range<usize>,
    /// 某某部令第41号
    pub number: Option<(String, usize)>,
    /// The organ that issues the order: the order's name without 令 or 公告.
    pub organ: String,
    /// The day on which the text was passed, and the place that states it.
    pub adopted: Option<(Date, usize)>,
    /// The date under the order.
    pub promulgated: Option<(Date, usize)>,
    /// The day on which the text comes into force.
    pub effective: Option<(Date, usize)>,
}

fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '《' | '》'))
        .map(|c| match c {
            '(' => '（',
            ')' => '）',
            other => other,
        })
        .collect()
}

/// Finds the order above a text.
pub fn find(blocks: &[Block]) -> Option<Order> {
    let lines: Vec<&str> = blocks
        .iter()
        .take(NAME_WITHIN + LONGEST + 8)
        .map_while(Block::line)
        .collect();
    let (at, name, mut serial) =
        lines
            .iter()
            .take(NAME_WITHIN)
            .enumerate()
            .find_map(|(at, line)| {
                let (name, serial) = paper(line).or_else(|| joint(&lines[..=at]))?;
                Some((at, name, serial))
            })?;
    let mut number_at = at;
    let mut next = at + 1;
    if serial.is_none()
        && let Some(found) = lines.get(next).and_then(|line| serial_number(line))
    {
        serial = Some(found);
        number_at = next;
        next += 1;
    }
    let (said_at, said) = lines
        .iter()
        .enumerate()
        .skip(next)
        .take(3)
        .find(|(_, line)| promulgates(line))?;
    let title = quoted_title(said)?;
    let rest = &lines[said_at + 1..lines.len().min(said_at + 1 + LONGEST)];
    let title_blocks = repeated(rest, &title).map(|range| {
        let base = said_at + 1;
        base + range.start..base + range.end
    });
    let text_begins = rest
        .iter()
        .position(|line| structure::numbered(line).is_some());
    let end = match (&title_blocks, text_begins) {
        (Some(range), _) => range.start,
        (None, Some(begin)) => said_at + 1 + begin,
        // The order stands alone: it is the text.
        (None, None) => return None,
    };
    let place = |at: usize| blocks[at].place;
    let dated = (said_at + 1..end).rev().find_map(|at| {
        let date = dates::whole(lines[at])?;
        Some((date, place(at)))
    });
    let events = dates::events(said);
    let of = |wanted: dates::Event| {
        let found = events.iter().find(|(_, said)| said.contains(&wanted));
        found.map(|(date, _)| (*date, place(said_at)))
    };
    Some(Order {
        number: serial.map(|serial| (format!("{name}{serial}"), place(number_at))),
        organ: name
            .trim_end_matches("公告")
            .trim_end_matches('令')
            .to_owned(),
        adopted: of(dates::Event::Passed).or_else(|| of(dates::Event::Revised)),
        effective: of(dates::Event::Effective),
        promulgated: dated,
        title_blocks: title_blocks.unwrap_or(end..end),
        title,
    })
}

/// The name of an order, 某某部令, and its number if that is on the same line.
fn paper(line: &str) -> Option<(String, Option<String>)> {
    let text = squeezed(line);
    if text.chars().count() > 60 || text.contains(['。', '，', '；', '：']) {
        return None;
    }
    for word in ["令", "公告"] {
        let Some(at) = text.rfind(word) else { continue };
        let (name, rest) = text.split_at(at + word.len());
        if name.chars().count() < 4 || name.contains("命令") {
            continue;
        }
        if rest.is_empty() {
            return Some((name.to_owned(), None));
        }
        if let Some(serial) = serial_number(rest) {
            return Some((name.to_owned(), Some(serial)));
        }
    }
    None
}

/// The name of an order by several organs: their names, one below the other, and
/// 令 or 公告 alone on the last line, with or without the number.
fn joint(lines: &[&str]) -> Option<(String, Option<String>)> {
    let (last, organs) = lines.split_last()?;
    let last = squeezed(last);
    let word = ["令", "公告"]
        .into_iter()
        .find(|word| last.starts_with(word))?;
    let serial = Some(&last[word.len()..]).filter(|rest| !rest.is_empty());
    let serial = match serial {
        Some(rest) => Some(serial_number(rest)?),
        None => None,
    };
    let is_name = |line: &&str| super::issuer::is_organ(&squeezed(line));
    let fits = !organs.is_empty() && organs.iter().all(is_name);
    fits.then(|| {
        let names: Vec<String> = organs.iter().map(|line| squeezed(line)).collect();
        (format!("{}{word}", names.join(" ")), serial)
    })
}

/// A serial number that is alone on a line: 第 41 号, （2022年第8号）.
fn serial_number(line: &str) -> Option<String> {
    let text = squeezed(line);
    let inner = text
        .strip_prefix('（')
        .and_then(|rest| rest.strip_suffix('）'))
        .unwrap_or(&text);
    let year = inner
        .strip_suffix('号')?
        .rsplit_once('第')
        .filter(|(_, serial)| !serial.is_empty() && serial.chars().all(is_numeral))?
        .0;
    let fits = year.is_empty()
        || year
            .strip_suffix('年')
            .is_some_and(|year| year.chars().count() == 4 && year.chars().all(is_numeral))
        || (year.starts_with(['〔', '［', '[']) && year.chars().count() <= 12);
    fits.then(|| inner.to_owned())
}

/// Whether the line promulgates: 《……》已经……通过，现予公布.
fn promulgates(line: &str) -> bool {
    let says = ["公布", "发布", "施行", "印发"];
    let passed = ["通过", "批准", "修订", "修改", "现予", "现将", "现公布"];
    line.contains('《')
        && says.iter().any(|word| line.contains(word))
        && passed.iter().any(|word| line.contains(word))
}

fn quoted_title(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('《')?;
    let (title, _) = rest.split_once('》')?;
    (title.chars().count() >= 4).then(|| title.split_whitespace().collect())
}

/// The lines that together form the title.
fn repeated(lines: &[&str], title: &str) -> Option<std::ops::Range<usize>> {
    let wanted = squeezed(title);
    (0..lines.len()).find_map(|start| {
        let mut joined = String::new();
        (1..=4).find_map(|length| {
            let line = lines.get(start + length - 1)?;
            joined.push_str(&squeezed(line));
            (joined == wanted).then_some(start..start + length)
        })
    })
}
