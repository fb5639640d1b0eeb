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
