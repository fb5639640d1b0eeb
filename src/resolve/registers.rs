//! What the registers say of each other, and of the provinces everyone knows.

use super::mentions::mismatch;
use crate::diag::Diagnostic;
use crate::parse::page::Registers;

/// Province-level codes of GB/T 2260. They end in four zeros; 山西 and 陕西 are
/// the classic confusion.
const PROVINCES: &[(&str, &str)] = &[
    ("110000", "北京市"),
    ("120000", "天津市"),
    ("130000", "河北省"),
    ("140000", "山西省"),
    ("150000", "内蒙古自治区"),
    ("210000", "辽宁省"),
    ("220000", "吉林省"),
    ("230000", "黑龙江省"),
    ("310000", "上海市"),
    ("320000", "江苏省"),
    ("330000", "浙江省"),
    ("340000", "安徽省"),
    ("350000", "福建省"),
    ("360000", "江西省"),
    ("370000", "山东省"),
    ("410000", "河南省"),
    ("420000", "湖北省"),
    ("430000", "湖南省"),
    ("440000", "广东省"),
    ("450000", "广西壮族自治区"),
    ("460000", "海南省"),
    ("500000", "重庆市"),
    ("510000", "四川省"),
    ("520000", "贵州省"),
    ("530000", "云南省"),
    ("540000", "西藏自治区"),
    ("610000", "陕西省"),
    ("620000", "甘肃省"),
    ("630000", "青海省"),
    ("640000", "宁夏回族自治区"),
    ("650000", "新疆维吾尔自治区"),
    ("710000", "台湾省"),
    ("810000", "香港特别行政区"),
    ("820000", "澳门特别行政区"),
];

/// Checks the registers.
pub fn check(registers: &Registers) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for region in registers.regions.values() {
        let (code, name) = (&region.value.code, &region.value.name);
        let standard = PROVINCES
            .iter()
            .find(|(known_code, known_name)| known_code == code || known_name == name);
        if let Some((known_code, known_name)) = standard
            && (known_code != code || known_name != name)
        {
            let message = format!("地区“{name}”与代码 {code} 不符");
            found.push(
                mismatch(region.span.clone(), message)
                    .hint(format!("GB/T 2260：{known_code} 是{known_name}")),
            );
        }
    }
    for organ in registers.organs.values() {
        let region = &organ.value.region;
        if !region.is_empty() && !registers.regions.contains_key(region) {
            let message = format!("机关“{}”的地区代码“{region}”没有登记", organ.value.name);
            found.push(
                Diagnostic::error("unknown-id", organ.span.clone(), message)
                    .hint("先在 data/regions.toml 里登记这个地区，或改正代码"),
            );
        }
    }
    found
}
