//! Calendar dates in machine-readable form; the texts of the interface format
//! them for readers.

use crate::model::Date;

/// `2026-11-22`.
pub fn iso(date: Date) -> String {
    let (year, month, day) = parts(date);
    format!("{year:04}-{month:02}-{day:02}")
}

/// 20261122, the form in which the search index stores days.
pub fn number(date: Date) -> u32 {
    let (year, month, day) = parts(date);
    // No regulation predates the common era.
    u32::try_from(year).unwrap_or(0) * 10_000 + u32::from(month) * 100 + u32::from(day)
}

fn parts(date: Date) -> (i32, u8, u8) {
    (date.year(), u8::from(date.month()), date.day())
}

/// A day in whatever way it is written, 2026/1/2 or 2026年1月2日, as TOML has it;
/// a missing day or month is the first.
pub fn written_day(text: &str) -> Option<String> {
    let mut numbers = Vec::new();
    for part in text
        .trim()
        .split(['-', '/', '.', '年', '月', '日', '－', '．'])
    {
        let part = part.trim();
        match part.parse::<u16>() {
            Ok(number) if part.len() <= 4 => numbers.push(number),
            _ if part.is_empty() && numbers.len() > 1 => {}
            _ => return None,
        }
    }
    let [year, month, ref day @ ..] = numbers[..] else {
        return None;
    };
    let day = match day {
        [] => 1,
        [day] => *day,
        _ => return None,
    };
    ((1000..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day))
        .then(|| format!("{year}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_in_two_ways() {
        let date = time::macros::date!(2026 - 03 - 01);
        assert_eq!(iso(date), "2026-03-01");
        assert_eq!(number(date), 20_260_301);
    }
}
