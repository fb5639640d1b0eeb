//! 制定机关: finds the organs of the register that the text names as its
//! issuers.

use super::facts::{Facts, Form, Known};
use super::passage::Note;
use crate::import::manuscript::Block;
use crate::model::{OrganKind, RegulationKind, RegulationLevel};
use search::analysis::is_han;

/// The places where a text may name its issuer.
pub struct Named<'m> {
    /// The issuers that the input's own fields state.
    pub stated: Vec<&'m str>,
    /// The notes under the title.
    pub notes: &'m [Note<'m>],
    pub title: &'m str,
    /// The lines above the title: 某某委员会文件.
    pub letterhead: &'m [Block],
    /// The lines above the date at the end.
    pub signature: &'m [(usize, String)],
    /// Name of the order above the text, without 令 or 公告.
    pub order: &'m str,
}

/// Whether a name occurs in a text as a whole name: 某某市委 doesn't occur in
/// 某某市委办公室, nor 示例委员会 in 某某省示例委员会.
fn names(text: &str, name: &str) -> bool {
    const AFTER: &[&str] = &[
        "第",
        "通过",
        "公布",
        "发布",
        "印发",
        "颁布",
        "批准",
        "修订",
        "令",
        "公告",
        "文件",
        "主席团",
        "全体",
        "常务会议",
        "部务会议",
        "会议",
        "关于",
        "决定",
        "以",
    ];
    text.match_indices(name).any(|(at, _)| {
        let after = &text[at + name.len()..];
        let ends = after
            .chars()
            .next()
            .is_none_or(|c| !search::analysis::is_han(c) || "和与及、".contains(c))
            || AFTER.iter().any(|word| after.starts_with(word));
        let begins = text[..at]
            .chars()
            .next_back()
            .is_none_or(|c| !search::analysis::is_han(c) || "日经由据和与及".contains(c));
        begins && ends
    })
}

/// Whether a title begins with its issuing organ rather than with its subject:
/// 某某委员会关于……, 某某委员会印发……
fn issues(title: &str, name: &str) -> bool {
    let Some(rest) = title.strip_prefix(name) else {
        return false;
    };
    [
        "关于", "印发", "转发", "批转", "《", "　", " ", "、", "公告", "通告", "令",
    ]
    .iter()
    .any(|word| rest.starts_with(word))
}

/// Where a text names an organ as its issuer.
fn place(named: &Named<'_>, id: &str, name: &str) -> Option<(Form, usize)> {
    if named.stated.iter().any(|text| *text == id || *text == name) {
        return Some((Form::Fields, 0));
    }
    if named.order == name {
        return Some((Form::Order, 0));
    }
    if let Some(note) = named.notes.iter().find(|note| names(note.text, name)) {
        return Some((Form::Note, note.place));
    }
    if issues(named.title, name) {
        return Some((Form::Title, 0));
    }
    let head = named.letterhead.iter().find(|block| {
        let line = block.line().unwrap_or_default();
        let line = line.trim().trim_end_matches("文件");
        line.split_whitespace().collect::<String>() == name
            || line.split_whitespace().any(|part| part == name)
    });
    if let Some(block) = head {
        return Some((Form::Letterhead, block.place));
    }
    let signed = named.signature.iter().find(|(_, line)| {
        line.split(['\u{3000}', ' ']).any(|part| part == name)
            || line.split_whitespace().collect::<String>() == name
    });
    signed.map(|(place, _)| (Form::Signature, *place))
}

/// Fills in issuer, level and region.
pub fn find(named: &Named<'_>, known: &Known, facts: &mut Facts) {
    for organ in &known.organs {
        // A place is no organ unless a field says so, and 各级…… names no
        // single organ.
        let is_place = known.regions.iter().any(|region| region.name == organ.name);
        if organ.name.chars().count() < 3 || organ.name.starts_with("各级") {
            continue;
        }
        let Some((form, place)) = place(named, &organ.id, &organ.name) else {
            continue;
        };
        if is_place && form != Form::Fields {
            continue;
        }
        // 中共中央办公厅 is found before 中共中央, which is part of its name.
        let held = facts.issuer.iter().any(|id| {
            known
                .organs
                .iter()
                .any(|other| other.id == *id && other.name.contains(&organ.name))
        });
        if held {
            continue;
        }
        facts.issuer.push(organ.id.clone());
        facts.found("issuer", form, place);
        let region = known
            .regions
            .iter()
            .find(|region| region.code == organ.region);
        // Codes of provinces end in four zeros, those of cities in two.
        let of_place = if organ.region.ends_with("0000") {
            RegulationLevel::Province
        } else if organ.region.ends_with("00") {
            RegulationLevel::City
        } else {
            RegulationLevel::County
        };
        let level = match organ.kind {
            OrganKind::CentralParty => Some(RegulationLevel::Central),
            OrganKind::CentralDiscipline => Some(RegulationLevel::CentralDiscipline),
            OrganKind::CentralDepartment => Some(RegulationLevel::CentralDepartment),
            OrganKind::Local if region.is_some() => Some(of_place),
            _ => None,
        };
        if let Some(level) = level.filter(|_| facts.level.is_none()) {
            facts.level = Some(level);
            facts.found("level", form, place);
        }
        if level == Some(of_place) {
            facts.region = region.map(|r| (r.code.clone(), r.name.clone()));
        }
    }
    by_region(known, facts);
    // 地方性法规 called 条例 are not 条例 of the Party.
    let local = matches!(
        facts.level,
        Some(RegulationLevel::Province | RegulationLevel::City | RegulationLevel::County)
    );
    if local && facts.kind == Some(RegulationKind::Regulations) {
        facts.kind = Some(RegulationKind::Other);
    }
}

/// A title that begins with the name of a province belongs to that province.
fn by_region(known: &Known, facts: &mut Facts) {
    if facts.level.is_some() {
        return;
    }
    let region = known
        .regions
        .iter()
        .filter(|region| region.code.ends_with("0000"))
        .find(|region| {
            facts.title.strip_prefix(&region.name).is_some_and(|rest| {
                // 北京市某某区……办法 belongs to the district.
                !rest.chars().take(6).any(|c| "市区县州盟旗".contains(c))
            })
        });
    if let Some(region) = region {
        facts.level = Some(RegulationLevel::Province);
        facts.region = Some((region.code.clone(), region.name.clone()));
        facts.found("level", Form::Title, 0);
    }
}

/// Whether a text is the name of an organ: 某某市人民政府办公室.
pub fn is_organ(text: &str) -> bool {
    const ENDS: &[&str] = &[
        "委员会",
        "人民政府",
        "办公室",
        "办公厅",
        "党组",
        "党委",
        "纪委",
        "监委",
        "省委",
        "市委",
        "县委",
        "区委",
        "部",
        "局",
        "厅",
        "委",
        "法院",
        "检察院",
        "总署",
        "总局",
        "协会",
        "总工会",
        "公司",
        "中央",
        "国务院",
        "政府",
        "大学",
        "学院",
        "中心",
        "领导小组",
        "常务委员会",
        "院",
        "会",
        "署",
        "处",
        "银行",
    ];
    text.chars().count() >= 4
        && text.chars().all(|c| is_han(c) || "（）()·".contains(c))
        && ENDS.iter().any(|end| text.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_whole_name() {
        assert!(names(
            "2018年12月28日示例委员会第三次会议通过",
            "示例委员会"
        ));
        assert!(names("示例委员会 2018年1月1日公布", "示例委员会"));
        assert!(!names("某某市示例委员会办公室印发", "示例委员会"));
        assert!(!names("某某省示例委员会通过", "示例委员会"));
        assert!(issues("示例委员会关于印发某某办法的通知", "示例委员会"));
        assert!(!issues("示例委员会工作规则", "示例委员会"));
        assert!(!issues("示例委员会办公室关于某事的通知", "示例委员会"));
    }
}
