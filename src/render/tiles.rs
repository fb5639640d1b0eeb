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
    ("230000", 7, 0),
    ("650000", 0, 1),
    ("150000", 4, 1),
    ("220000", 7, 1),
    ("620000", 1, 2),
    ("640000", 2, 2),
    ("140000", 3, 2),
    ("130000", 4, 2),
    ("110000", 5, 2),
    ("120000", 6, 2),
    ("210000", 7, 2),
    ("630000", 1, 3),
    ("610000", 2, 3),
    ("410000", 3, 3),
    ("370000", 4, 3),
    ("540000", 0, 4),
    ("510000", 1, 4),
    ("500000", 2, 4),
    ("420000", 3, 4),
    ("340000", 4, 4),
    ("320000", 5, 4),
    ("310000", 6, 4),
    ("530000", 1, 5),
    ("520000", 2, 5),
    ("430000", 3, 5),
    ("360000", 4, 5),
    ("330000", 5, 5),
    ("450000", 2, 6),
    ("440000", 3, 6),
    ("350000", 4, 6),
    ("710000", 6, 6),
    ("460000", 2, 7),
    ("820000", 3, 7),
    ("810000", 4, 7),
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
