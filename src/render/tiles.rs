//! The provincial divisions as tiles: one square each, about where they lie, so
//! that gaps can be seen. This is not a map: there are no borders, and shapes
//! and sizes mean nothing.

use super::address::Here;
use super::material::Material;
use super::views::TileView;
use crate::library::axis::Axis;

/// GB/T 2260 code, column and row (both from 0) of all 34 divisions, row by
/// row.
const TILES: [(&str, u8, u8); 34] = [
    ("230000", 8, 0),
    ("650000", 1, 1),
    ("150000", 5, 1),
    ("220000", 8, 1),
    ("620000", 2, 2),
    ("640000", 3, 2),
    ("140000", 4, 2),
    ("130000", 5, 2),
    ("110000", 6, 2),
    ("120000", 7, 2),
    ("210000", 8, 2),
    ("630000", 2, 3),
    ("610000", 3, 3),
    ("410000", 4, 3),
    ("370000", 5, 3),
    ("540000", 1, 4),
    ("510000", 2, 4),
    ("500000", 3, 4),
    ("420000", 4, 4),
    ("340000", 5, 4),
    ("320000", 6, 4),
    ("310000", 7, 4),
    ("530000", 2, 5),
    ("520000", 3, 5),
    ("430000", 4, 5),
    ("360000", 5, 5),
    ("330000", 6, 5),
    ("450000", 3, 6),
    ("440000", 4, 6),
    ("350000", 5, 6),
    ("710000", 7, 6),
    ("460000", 3, 7),
    ("820000", 4, 7),
    ("810000", 5, 7),
];

/// The tiles, with the number of pages of each division; empty if no division
/// has any page.
pub(super) fn tiles(material: &Material<'_>, here: Here<'_>) -> Vec<TileView> {
    let of_tile = |(code, column, row): (&str, u8, u8)| {
        let region = material.library.regions.get(code)?;
        let group = material.catalogue.group(Axis::Region, code);
        let count = group.map_or(0, |group| group.entries.len());
        Some(TileView {
            title: region.short.clone(),
            href: (count > 0).then(|| here.to(&Axis::Region.file(code))),
            count,
            column,
            row,
        })
    };
    let tiles: Vec<_> = TILES.into_iter().filter_map(of_tile).collect();
    if tiles.iter().all(|tile| tile.count == 0) {
        return Vec::new();
    }
    tiles
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::divisions;

    #[test]
    fn every_provincial_division_has_one_tile_of_its_own() {
        let codes: BTreeSet<&str> = TILES.iter().map(|(code, ..)| *code).collect();
        let all: Vec<_> = divisions().collect();
        let provincial: BTreeSet<&str> = all
            .iter()
            .map(|region| region.code.as_str())
            .filter(|code| *code != "CN")
            .collect();
        assert_eq!(codes, provincial);
        let places: BTreeSet<_> = TILES.iter().map(|(_, column, row)| (column, row)).collect();
        assert_eq!(places.len(), TILES.len());
    }
}
