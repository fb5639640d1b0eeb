//! Converts Simplified characters to Traditional ones as used in Taiwan, and
//! single characters back.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use search::analysis::is_han;

/// Corrections after the character conversion: the left side is replaced by the
/// right one.
const CORRECTIONS: [(&str, &str); 13] = [
    ("“", "「"),
    ("”", "」"),
    ("干部", "幹部"),
    ("公佈", "公布"),
    ("發佈", "發布"),
    ("這臺", "這台"),
    ("打印", "列印"),
    ("鏈接", "連結"),
    ("網絡", "網路"),
    ("腳本", "程式"),
    ("編注", "編註"),
    ("設置", "設定"),
    ("信息", "資訊"),
];

/// Converts a text to Traditional characters but keeps its words: OpenCC's word
/// lists are made for software and turn 通过 (a law was adopted) into 透過 and 文件
/// (a document) into 檔案. The first call loads the tables, which takes some 20
/// ms.
pub fn traditional(text: &str) -> String {
    static CONVERTER: OnceLock<OpenCC> = OnceLock::new();
    let converter = CONVERTER.get_or_init(|| {
        OpenCC::from_config(BuiltinConfig::S2tw).expect("the tables are part of the program")
    });
    let mut text = converter.convert(text);
    for (wrong, right) in CORRECTIONS {
        text = text.replace(wrong, right);
    }
    text
}

/// The Simplified form of a character.
pub fn simplified(c: char) -> char {
    static CONVERTER: OnceLock<OpenCC> = OnceLock::new();
    let converter = CONVERTER.get_or_init(|| {
        OpenCC::from_config(BuiltinConfig::T2s).expect("the tables are part of the program")
    });
    let converted = converter.convert(c.encode_utf8(&mut [0; 4]));
    let mut chars = converted.chars();
    match (chars.next(), chars.next()) {
        (Some(simple), None) => simple,
        _ => c,
    }
}

/// Whether a character is certainly Traditional, because it has its own
/// Simplified form. Characters that Simplified texts use too, with another
/// meaning or in names, are no evidence.
pub fn is_traditional(c: char) -> bool {
    is_han(c)
        && !"乾於著瞭徵藉覆餘夥摺鍾麽麼蘋剋甯堃珮喆昇陞菸閤噁".contains(c)
        && simplified(c) != c
}
