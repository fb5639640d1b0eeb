//! Folding: maps different spellings of the same thing to one.
//!
//! Each character is folded on its own, without looking at its neighbours:
//! full-width forms and ASCII letters by rule, everything else (compatibility
//! forms of NFKC, case in other scripts, Traditional to Simplified) by a table.
//! The build derives the table (`src/index/fold_table.rs` of the `zhize`
//! package). The browser only gets the rows whose result occurs in the corpus:
//! a character that folds to one that no page contains finds nothing either
//! way.

use super::characters::is_ignored;

/// Maps a character to one or more characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoldTable {
    rows: Vec<(char, String)>,
}

impl FoldTable {
    /// Creates a table from `rows`, in any order. If several rows have the same
    /// character, the first one counts.
    pub fn new(mut rows: Vec<(char, String)>) -> Self {
        rows.sort_by_key(|(from, _)| *from);
        rows.dedup_by_key(|(from, _)| *from);
        Self { rows }
    }

    /// Creates a table from rows in ascending order; `None` if they are not.
    pub fn from_ascending(rows: Vec<(char, String)>) -> Option<Self> {
        rows.is_sorted_by(|a, b| a.0 < b.0).then_some(Self { rows })
    }

    /// The rows, ordered by character.
    pub fn rows(&self) -> &[(char, String)] {
        &self.rows
    }

    /// The table reduced to rows whose result consists of characters that
    /// `keep` accepts.
    pub fn restricted(&self, mut keep: impl FnMut(char) -> bool) -> Self {
        Self {
            rows: self
                .rows
                .iter()
                .filter(|(_, to)| to.chars().all(&mut keep))
                .cloned()
                .collect(),
        }
    }
}

/// Folds characters by rule and by table.
#[derive(Debug)]
pub struct Folder {
    table: FoldTable,
    /// For each character of the Basic Multilingual Plane, 0 or one plus the
    /// index of its row. Takes 128 KiB and saves a search: the indexer folds
    /// tens of millions of characters.
    rows_of_basic_plane: Vec<u16>,
}

impl Folder {
    /// Creates a folder that uses `table`.
    ///
    /// # Panics
    /// When the table has more than 65,534 rows, which no Unicode table has.
    pub fn new(table: FoldTable) -> Self {
        assert!(
            table.rows.len() < usize::from(u16::MAX),
            "a fold table has at most 65,534 rows"
        );
        let mut rows_of_basic_plane = vec![0; 0x1_0000];
        for (number, (from, _)) in table.rows.iter().enumerate() {
            if let Some(slot) = rows_of_basic_plane.get_mut(*from as usize) {
                *slot = number as u16 + 1;
            }
        }
        Self {
            table,
            rows_of_basic_plane,
        }
    }

    /// Creates a folder without a table: it only folds width and ASCII case.
    pub fn algorithmic() -> Self {
        Self::new(FoldTable::default())
    }

    /// The table.
    pub fn table(&self) -> &FoldTable {
        &self.table
    }

    /// Calls `push` with each character that `ch` folds to: none if it is
    /// [ignored](is_ignored).
    pub fn fold(&self, ch: char, mut push: impl FnMut(char)) {
        let code = ch as u32;
        if ch.is_ascii() {
            return push(ch.to_ascii_lowercase());
        }
        // Full-width ASCII, U+FF01 to U+FF5E.
        if (0xff01..=0xff5e).contains(&code) {
            let ascii = (code - 0xff01 + 0x21) as u8 as char;
            return push(ascii.to_ascii_lowercase());
        }
        if ch == '\u{3000}' {
            return push(' ');
        }
        if is_ignored(ch) {
            return;
        }
        let row = match self.rows_of_basic_plane.get(code as usize) {
            Some(0) => None,
            Some(&number) => Some(usize::from(number) - 1),
            None => self
                .table
                .rows
                .binary_search_by_key(&ch, |(from, _)| *from)
                .ok(),
        };
        match row {
            Some(row) => self.table.rows[row].1.chars().for_each(push),
            None => push(ch),
        }
    }

    /// Folds `text`.
    pub fn fold_str(&self, text: &str) -> String {
        let mut folded = String::with_capacity(text.len());
        text.chars()
            .for_each(|ch| self.fold(ch, |ch| folded.push(ch)));
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_by_rule_and_by_table() {
        let folder = Folder::new(FoldTable::new(vec![
            ('責', "责".into()),
            ('㈠', "(一)".into()),
            ('𠀀', "丁".into()),
        ]));
        assert_eq!(folder.fold_str("責任ＡＢＣ　㈠𠀀"), "责任abc (一)丁");
        assert_eq!(folder.fold_str("責\u{200b}\u{ad}任\u{feff}"), "责任");
    }

    #[test]
    fn a_restricted_table_keeps_what_the_corpus_has() {
        let table = FoldTable::new(vec![('責', "责".into()), ('龜', "龟".into())]);
        let kept = table.restricted(|ch| ch == '责');
        assert_eq!(kept.rows(), [('責', "责".to_string())]);
    }
}
