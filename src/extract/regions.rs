//! The names of regions that have their own rules.

use std::collections::BTreeSet;

use crate::library::Library;
use crate::model::PageType;
use search::analysis::is_han;

/// Endings of the names of regions in titles: 天津市物业管理条例.
const REGIONS: [&str; 5] = ["省", "市", "自治区", "自治州", "自治县"];

/// The names of regions that have their own rules: those of the register,
/// except the whole country, and those that titles begin with.
pub(super) fn names(library: &Library) -> BTreeSet<String> {
    let registered = library
        .regions
        .values()
        .filter(|region| region.code != "CN");
    let mut names: BTreeSet<String> = registered
        .flat_map(|region| [region.name.clone(), region.short.clone()])
        .collect();
    for page in &library.pages {
        names.extend(page.page_type().and_then(|kind| match kind {
            PageType::Regulation => of_title(&page.title),
            _ => None,
        }));
    }
    names.retain(|name| name.chars().count() > 1);
    names
}

/// The name of the region that a title begins with, as readers type it: 天津 for
/// 天津市, 广西 for 广西壮族自治区.
fn of_title(title: &str) -> Option<String> {
    let (at, ending) = REGIONS
        .iter()
        .filter_map(|ending| Some((title.find(ending)?, *ending)))
        .min()?;
    let (name, rest) = (&title[..at], &title[at + ending.len()..]);
    let count = name.chars().count();
    let is_name = name.chars().all(is_han) && !name.contains(['国', '城', '的', '和', '关', '市']);
    // 证券市场 is not a city.
    let is_word = ending == "市" && rest.starts_with(['场', '政', '容', '民', '级', '域']);
    let length = match ending {
        "省" | "市" => 2..=4,
        _ => 2..=10,
    };
    if !is_name || is_word || !length.contains(&count) {
        return None;
    }
    // For a region named after a people, keep only the part before that.
    let short = name.chars().take(match ending {
        "省" | "市" => count,
        _ if name.starts_with("内蒙古") => 3,
        _ => 2,
    });
    Some(short.collect())
}

#[cfg(test)]
mod tests {
    use super::of_title;

    #[test]
    fn titles_of_local_rules_begin_with_a_region() {
        for (title, region) in [
            ("天津市物业管理条例", "天津"),
            ("广西壮族自治区水利条例", "广西"),
            ("内蒙古自治区草原条例", "内蒙古"),
            ("河南省郑州市城市绿化条例", "河南"),
        ] {
            assert_eq!(of_title(title).as_deref(), Some(region), "{title}");
        }
        for title in [
            "证券市场禁入规定",
            "中华人民共和国城市维护建设税法",
            "关于设立上海市金融法院的决定",
            "城市绿化条例",
            "问责条例",
        ] {
            assert_eq!(of_title(title), None, "{title}");
        }
    }
}
