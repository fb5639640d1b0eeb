//! The complete fold table: compatibility forms, case, Traditional characters.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use search::analysis::fold::{FoldTable, Folder};
use unicode_normalization::UnicodeNormalization;

/// Variants that the conversion table doesn't fold although pages and pasted
/// text mix them. Folding serves finding: it does no harm if 著作 and 着作 find
/// each other, but it does if 随著 doesn't find 随着.
const VARIANTS: [(char, char); 1] = [('著', '着')];

/// The last code point to check: the end of the ideographs in the supplementary
/// planes.
const LAST: u32 = 0x3_1350;

/// The table of all characters that fold to something else: NFKC of the single
/// character, lower case, Simplified, character by character.
pub fn full_fold_table() -> FoldTable {
    static TABLE: OnceLock<FoldTable> = OnceLock::new();
    TABLE.get_or_init(derive).clone()
}

fn derive() -> FoldTable {
    let converter = OpenCC::from_config(BuiltinConfig::T2s)
        .expect("the built-in conversion table is part of the program");
    let mut rows = Vec::new();
    for ch in (0x80..LAST).filter_map(char::from_u32) {
        let normal: String = std::iter::once(ch)
            .nfkc()
            .flat_map(char::to_lowercase)
            .collect();
        let mut folded = String::new();
        for ch in normal.chars() {
            match VARIANTS.iter().find(|(from, _)| *from == ch) {
                Some((_, to)) => folded.push(*to),
                None if search::analysis::is_han(ch) => {
                    let simple = converter.convert(ch.encode_utf8(&mut [0; 4]));
                    folded.push_str(&simple);
                }
                None => folded.push(ch),
            }
        }
        if !folded.chars().eq([ch]) {
            rows.push((ch, folded));
        }
    }
    // A few Traditional characters become ones that are themselves folded (薴,
    // 苧, 苎): follow the chain to its end, so that folding twice is the same as
    // folding once.
    let folder = Folder::new(FoldTable::new(rows.clone()));
    for (_, to) in &mut rows {
        *to = folder.fold_str(&folder.fold_str(to));
    }
    FoldTable::new(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_compatibility_and_case_fold() {
        let folder = Folder::new(full_fold_table());
        let cases = [
            ("監督責任", "监督责任"),
            ("嚴肅問責", "严肃问责"),
            ("隨著臺賬", "随着台账"),
            ("㈠ⅷÉ", "(一)viiié"),
            ("责任", "责任"),
        ];
        for (written, folded) in cases {
            assert_eq!(folder.fold_str(written), folded);
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        let table = full_fold_table();
        let folder = Folder::new(table.clone());
        let unstable: Vec<_> = table
            .rows()
            .iter()
            .filter(|(_, to)| folder.fold_str(to) != *to)
            .collect();
        assert!(unstable.is_empty(), "{unstable:?}");
    }
}
