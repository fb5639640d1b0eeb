//! Converts Simplified characters to Traditional ones as used in Taiwan.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// Corrections after the character conversion: the left side is replaced by the
/// right one.
const CORRECTIONS: [(&str, &str); 10] = [
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
