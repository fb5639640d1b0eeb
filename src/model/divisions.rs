//! The country and its 34 provincial divisions, which every site knows without
//! registering them.

use super::registers::Region;

/// GB/T 2260 code, name, short name, ISO 3166-2 code. `CN` is the whole
/// country; provincial codes end in four zeros.
const DIVISIONS: [(&str, &str, &str, &str); 35] = [
    ("CN", "全国", "全国", "CN"),
    ("110000", "北京市", "北京", "CN-BJ"),
    ("120000", "天津市", "天津", "CN-TJ"),
    ("130000", "河北省", "河北", "CN-HE"),
    ("140000", "山西省", "山西", "CN-SX"),
    ("150000", "内蒙古自治区", "内蒙古", "CN-NM"),
    ("210000", "辽宁省", "辽宁", "CN-LN"),
    ("220000", "吉林省", "吉林", "CN-JL"),
    ("230000", "黑龙江省", "黑龙江", "CN-HL"),
    ("310000", "上海市", "上海", "CN-SH"),
    ("320000", "江苏省", "江苏", "CN-JS"),
    ("330000", "浙江省", "浙江", "CN-ZJ"),
    ("340000", "安徽省", "安徽", "CN-AH"),
    ("350000", "福建省", "福建", "CN-FJ"),
    ("360000", "江西省", "江西", "CN-JX"),
    ("370000", "山东省", "山东", "CN-SD"),
    ("410000", "河南省", "河南", "CN-HA"),
    ("420000", "湖北省", "湖北", "CN-HB"),
    ("430000", "湖南省", "湖南", "CN-HN"),
    ("440000", "广东省", "广东", "CN-GD"),
    ("450000", "广西壮族自治区", "广西", "CN-GX"),
    ("460000", "海南省", "海南", "CN-HI"),
    ("500000", "重庆市", "重庆", "CN-CQ"),
    ("510000", "四川省", "四川", "CN-SC"),
    ("520000", "贵州省", "贵州", "CN-GZ"),
    ("530000", "云南省", "云南", "CN-YN"),
    ("540000", "西藏自治区", "西藏", "CN-XZ"),
    ("610000", "陕西省", "陕西", "CN-SN"),
    ("620000", "甘肃省", "甘肃", "CN-GS"),
    ("630000", "青海省", "青海", "CN-QH"),
    ("640000", "宁夏回族自治区", "宁夏", "CN-NX"),
    ("650000", "新疆维吾尔自治区", "新疆", "CN-XJ"),
    ("710000", "台湾省", "台湾", "CN-TW"),
    ("810000", "香港特别行政区", "香港", "CN-HK"),
    ("820000", "澳门特别行政区", "澳门", "CN-MO"),
];

/// The country and its provincial divisions, ordered by code.
pub fn divisions() -> impl Iterator<Item = Region> {
    DIVISIONS.iter().map(region)
}

/// The country or the provincial division with this code.
pub fn division(code: &str) -> Option<Region> {
    DIVISIONS.iter().find(|row| row.0 == code).map(region)
}

fn region((code, name, short, iso): &(&str, &str, &str, &str)) -> Region {
    Region {
        code: (*code).to_owned(),
        name: (*name).to_owned(),
        short: (*short).to_owned(),
        iso: Some((*iso).to_owned()),
    }
}
