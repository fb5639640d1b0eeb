//! The pronunciation of Chinese: toneless pinyin with `v` for ü.
//!
//! A character with several readings is read as the word around it demands if
//! [`WORDS`] has that word; otherwise it gets every reading in use. Dictionary
//! readings that nobody types (责 as zhai) are left out.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use pinyin::ToPinyin;

/// Characters whose reading depends on the word, the usual reading first.
const SEVERAL: &[(char, &str)] = &[
    ('行', "xing hang"),
    ('长', "chang zhang"),
    ('调', "diao tiao"),
    ('重', "zhong chong"),
    ('传', "chuan zhuan"),
    ('率', "lv shuai"),
    ('降', "jiang xiang"),
    ('还', "huan hai"),
    ('朝', "chao zhao"),
    ('单', "dan shan"),
    ('乐', "le yue"),
    ('给', "gei ji"),
    ('数', "shu shuo"),
    ('藏', "cang zang"),
    ('石', "shi dan"),
    ('角', "jiao jue"),
    ('觉', "jue jiao"),
    ('便', "bian pian"),
    ('宿', "su xiu"),
    ('折', "zhe she"),
    ('差', "cha chai"),
    ('都', "du dou"),
    ('剥', "bo bao"),
    ('薄', "bo bao"),
    ('堡', "bao bu pu"),
    ('露', "lu lou"),
    ('弹', "dan tan"),
    ('泊', "po bo"),
    ('厦', "sha xia"),
    ('畜', "chu xu"),
    ('校', "xiao jiao"),
    ('盛', "sheng cheng"),
    ('澄', "cheng deng"),
    ('曾', "ceng zeng"),
    ('血', "xue xie"),
    ('扎', "zha za"),
    ('熟', "shu shou"),
    ('粘', "zhan nian"),
    ('柏', "bai bo"),
    ('脉', "mai mo"),
    ('铅', "qian yan"),
    ('番', "fan pan"),
    ('尉', "wei yu"),
    ('恶', "e wu"),
    ('没', "mei mo"),
];

/// Words and how they are read.
const WORDS: &[(&str, &str)] = &[
    ("银行", "yin hang"),
    ("行业", "hang ye"),
    ("同行", "tong hang"),
    ("商行", "shang hang"),
    ("央行", "yang hang"),
    ("支行", "zhi hang"),
    ("分行", "fen hang"),
    ("行情", "hang qing"),
    ("各行各业", "ge hang ge ye"),
    ("行政", "xing zheng"),
    ("执行", "zhi xing"),
    ("进行", "jin xing"),
    ("施行", "shi xing"),
    ("实行", "shi xing"),
    ("行为", "xing wei"),
    ("行使", "xing shi"),
    ("行动", "xing dong"),
    ("发行", "fa xing"),
    ("运行", "yun xing"),
    ("试行", "shi xing"),
    ("履行", "lv xing"),
    ("行驶", "xing shi"),
    ("通行", "tong xing"),
    ("暂行", "zan xing"),
    ("现行", "xian xing"),
    ("行贿", "xing hui"),
    ("推行", "tui xing"),
    ("先行", "xian xing"),
    ("自行", "zi xing"),
    ("另行", "ling xing"),
    ("飞行", "fei xing"),
    ("出行", "chu xing"),
    ("流行", "liu xing"),
    ("言行", "yan xing"),
    ("会计", "kuai ji"),
    ("财会", "cai kuai"),
    ("会稽", "kuai ji"),
    ("重庆", "chong qing"),
    ("重复", "chong fu"),
    ("重建", "chong jian"),
    ("重新", "chong xin"),
    ("重组", "chong zu"),
    ("重申", "chong shen"),
    ("双重", "shuang chong"),
    ("多重", "duo chong"),
    ("重阳", "chong yang"),
    ("重点", "zhong dian"),
    ("重大", "zhong da"),
    ("重要", "zhong yao"),
    ("重特大", "zhong te da"),
    ("三重一大", "san zhong yi da"),
    ("严重", "yan zhong"),
    ("尊重", "zun zhong"),
    ("注重", "zhu zhong"),
    ("重视", "zhong shi"),
    ("重伤", "zhong shang"),
    ("起重", "qi zhong"),
    ("贵重", "gui zhong"),
    ("长江", "chang jiang"),
    ("长春", "chang chun"),
    ("长沙", "chang sha"),
    ("长城", "chang cheng"),
    ("长安", "chang an"),
    ("长治", "chang zhi"),
    ("长乐", "chang le"),
    ("长白", "chang bai"),
    ("长三角", "chang san jiao"),
    ("长期", "chang qi"),
    ("长效", "chang xiao"),
    ("长远", "chang yuan"),
    ("长生", "chang sheng"),
    ("特长", "te chang"),
    ("延长", "yan chang"),
    ("校长", "xiao zhang"),
    ("市长", "shi zhang"),
    ("省长", "sheng zhang"),
    ("县长", "xian zhang"),
    ("部长", "bu zhang"),
    ("局长", "ju zhang"),
    ("院长", "yuan zhang"),
    ("检察长", "jian cha zhang"),
    ("审计长", "shen ji zhang"),
    ("秘书长", "mi shu zhang"),
    ("行长", "hang zhang"),
    ("家长", "jia zhang"),
    ("河长", "he zhang"),
    ("林长", "lin zhang"),
    ("组长", "zu zhang"),
    ("村长", "cun zhang"),
    ("成长", "cheng zhang"),
    ("增长", "zeng zhang"),
    ("生长", "sheng zhang"),
    ("长官", "zhang guan"),
    ("调查", "diao cha"),
    ("调研", "diao yan"),
    ("调动", "diao dong"),
    ("调任", "diao ren"),
    ("调运", "diao yun"),
    ("抽调", "chou diao"),
    ("强调", "qiang diao"),
    ("调解", "tiao jie"),
    ("调整", "tiao zheng"),
    ("调节", "tiao jie"),
    ("调控", "tiao kong"),
    ("协调", "xie tiao"),
    ("空调", "kong tiao"),
    ("调剂", "tiao ji"),
    ("宣传", "xuan chuan"),
    ("传承", "chuan cheng"),
    ("传统", "chuan tong"),
    ("传染", "chuan ran"),
    ("传播", "chuan bo"),
    ("传导", "chuan dao"),
    ("传销", "chuan xiao"),
    ("传记", "zhuan ji"),
    ("效率", "xiao lv"),
    ("税率", "shui lv"),
    ("利率", "li lv"),
    ("汇率", "hui lv"),
    ("费率", "fei lv"),
    ("比率", "bi lv"),
    ("频率", "pin lv"),
    ("功率", "gong lv"),
    ("率先", "shuai xian"),
    ("投降", "tou xiang"),
    ("降低", "jiang di"),
    ("下降", "xia jiang"),
    ("偿还", "chang huan"),
    ("返还", "fan huan"),
    ("退还", "tui huan"),
    ("归还", "gui huan"),
    ("还款", "huan kuan"),
    ("还原", "huan yuan"),
    ("着力", "zhuo li"),
    ("着装", "zhuo zhuang"),
    ("沉着", "chen zhuo"),
    ("着火", "zhao huo"),
    ("着陆", "zhuo lu"),
    ("随着", "sui zhe"),
    ("朝鲜", "chao xian"),
    ("单位", "dan wei"),
    ("清单", "qing dan"),
    ("账单", "zhang dan"),
    ("单一", "dan yi"),
    ("单县", "shan xian"),
    ("娱乐", "yu le"),
    ("音乐", "yin yue"),
    ("给付", "ji fu"),
    ("供给", "gong ji"),
    ("给予", "ji yu"),
    ("补给", "bu ji"),
    ("自给", "zi ji"),
    ("数据", "shu ju"),
    ("数字", "shu zi"),
    ("数量", "shu liang"),
    ("人数", "ren shu"),
    ("西藏", "xi zang"),
    ("藏族", "zang zu"),
    ("藏传", "zang chuan"),
    ("宝藏", "bao zang"),
    ("收藏", "shou cang"),
    ("储藏", "chu cang"),
    ("冷藏", "leng cang"),
    ("石油", "shi you"),
    ("石化", "shi hua"),
    ("石家庄", "shi jia zhuang"),
    ("角色", "jue se"),
    ("角度", "jiao du"),
    ("自觉", "zi jue"),
    ("睡觉", "shui jiao"),
    ("便民", "bian min"),
    ("方便", "fang bian"),
    ("便利", "bian li"),
    ("便宜", "pian yi"),
    ("宿舍", "su she"),
    ("住宿", "zhu su"),
    ("折旧", "zhe jiu"),
    ("折扣", "zhe kou"),
    ("差旅", "chai lv"),
    ("出差", "chu chai"),
    ("差额", "cha e"),
    ("差异", "cha yi"),
    ("误差", "wu cha"),
    ("参差", "cen ci"),
    ("首都", "shou du"),
    ("成都", "cheng du"),
    ("都市", "du shi"),
    ("剥夺", "bo duo"),
    ("剥离", "bo li"),
    ("薄弱", "bo ruo"),
    ("厦门", "xia men"),
    ("大厦", "da sha"),
    ("畜牧", "xu mu"),
    ("畜禽", "chu qin"),
    ("牲畜", "sheng chu"),
    ("家畜", "jia chu"),
    ("学校", "xue xiao"),
    ("高校", "gao xiao"),
    ("校园", "xiao yuan"),
    ("院校", "yuan xiao"),
    ("校对", "jiao dui"),
    ("校准", "jiao zhun"),
    ("血液", "xue ye"),
    ("弹药", "dan yao"),
    ("弹性", "tan xing"),
    ("弹劾", "tan he"),
    ("暴露", "bao lu"),
    ("披露", "pi lu"),
    ("泄露", "xie lu"),
    ("恶意", "e yi"),
    ("恶劣", "e lie"),
    ("厌恶", "yan wu"),
    ("可恶", "ke wu"),
    ("积累", "ji lei"),
    ("没收", "mo shou"),
    ("没有", "mei you"),
    ("标的", "biao di"),
    ("目的", "mu di"),
    ("地方", "di fang"),
    ("地区", "di qu"),
    ("土地", "tu di"),
    ("基地", "ji di"),
    ("取得", "qu de"),
    ("所得", "suo de"),
    ("了解", "liao jie"),
    ("终了", "zhong liao"),
    ("参与", "can yu"),
    ("人参", "ren shen"),
    ("党参", "dang shen"),
    ("大夫", "dai fu"),
    ("六安", "lu an"),
    ("绿林", "lu lin"),
    ("陆续", "lu xu"),
    ("番禺", "pan yu"),
    ("蚌埠", "beng bu"),
    ("东莞", "dong guan"),
    ("亳州", "bo zhou"),
    ("涡阳", "guo yang"),
    ("铅山", "yan shan"),
    ("尉犁", "yu li"),
    ("牟平", "mu ping"),
    ("中牟", "zhong mu"),
    ("大埔", "da bu"),
    ("黄埔", "huang pu"),
    ("深圳", "shen zhen"),
    ("丽水", "li shui"),
    ("台州", "tai zhou"),
    ("乐清", "yue qing"),
    ("吐蕃", "tu bo"),
    ("可汗", "ke han"),
    ("十堰", "shi yan"),
    ("瓦窑堡", "wa yao bu"),
    ("吴堡", "wu bu"),
    ("阿坝", "a ba"),
    ("东阿", "dong e"),
    ("歙县", "she xian"),
    ("解县", "xie xian"),
    ("解州", "xie zhou"),
    ("提防", "di fang"),
    ("称职", "chen zhi"),
    ("对称", "dui chen"),
    ("相称", "xiang chen"),
    ("系统", "xi tong"),
    ("强迫", "qiang po"),
    ("倔强", "jue jiang"),
    ("勉强", "mian qiang"),
    ("模样", "mu yang"),
    ("模具", "mu ju"),
    ("殷红", "yan hong"),
    ("标识", "biao zhi"),
    ("游说", "you shui"),
    ("似的", "shi de"),
    ("巷道", "hang dao"),
    ("龟裂", "jun lie"),
    ("削减", "xue jian"),
    ("剥削", "bo xue"),
    ("削皮", "xiao pi"),
    ("卡口", "qia kou"),
    ("关卡", "guan qia"),
    ("哨卡", "shao qia"),
    ("卡车", "ka che"),
    ("朝阳", "chao yang"),
    ("否极", "pi ji"),
    ("测度", "ce duo"),
    ("揣度", "chuai duo"),
    ("忖度", "cun duo"),
    ("奇数", "ji shu"),
];

/// A word and the reading of each of its characters.
type ReadWord = (Vec<char>, Vec<&'static str>);

/// Both tables in a form that is fast to look up.
struct Tables {
    several: BTreeMap<char, Vec<&'static str>>,
    /// Words by their first character, longest first.
    words: BTreeMap<char, Vec<ReadWord>>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let several = SEVERAL
            .iter()
            .map(|(ch, readings)| (*ch, readings.split(' ').collect()))
            .collect();
        let mut words: BTreeMap<char, Vec<ReadWord>> = BTreeMap::new();
        for (word, readings) in WORDS {
            let chars: Vec<char> = word.chars().collect();
            let readings: Vec<_> = readings.split(' ').collect();
            assert_eq!(
                chars.len(),
                readings.len(),
                "{word} has one reading a character"
            );
            words.entry(chars[0]).or_default().push((chars, readings));
        }
        // The longest word wins.
        for same_start in words.values_mut() {
            same_start.sort_by_key(|(chars, _)| std::cmp::Reverse(chars.len()));
        }
        Tables { several, words }
    })
}

/// The usual reading of a character according to the data.
fn usual(ch: char) -> Option<&'static str> {
    let plain = typed(ch.to_pinyin()?.plain());
    // A few readings (ê, ḿ) cannot be typed.
    plain.is_ascii().then_some(plain)
}

/// Replaces ü with what people type on keyboards.
fn typed(plain: &'static str) -> &'static str {
    match plain {
        "lü" => "lv",
        "nü" => "nv",
        "lüe" => "lve",
        "nüe" => "nve",
        other => other,
    }
}

/// Readings of a character by itself, the usual one first; empty if it is not a
/// Chinese character.
pub fn of_char(ch: char) -> Vec<&'static str> {
    let tables = tables();
    if let Some(readings) = tables.several.get(&ch) {
        return readings.clone();
    }
    let mut readings: Vec<&str> = usual(ch).into_iter().collect();
    if readings.is_empty() {
        return readings;
    }
    // Readings that occur only in certain words.
    for (chars, sounds) in tables.words.values().flatten() {
        for (other, sound) in chars.iter().zip(sounds) {
            if *other == ch && !readings.contains(sound) {
                readings.push(sound);
            }
        }
    }
    readings
}

/// Readings of each character of a text in its context; empty for characters
/// that are not Chinese.
pub fn of_text(chars: &[char]) -> Vec<Vec<&'static str>> {
    let tables = tables();
    let mut readings: Vec<Option<&'static str>> = vec![None; chars.len()];
    for at in 0..chars.len() {
        let Some(words) = tables.words.get(&chars[at]) else {
            continue;
        };
        let word = words.iter().find(|(word, _)| chars[at..].starts_with(word));
        for (place, sound) in word.into_iter().flat_map(|(_, sounds)| sounds).enumerate() {
            // Words may overlap (执行长): the one that begins first wins.
            readings[at + place].get_or_insert(sound);
        }
    }
    chars
        .iter()
        .zip(readings)
        .map(|(ch, known)| match (known, tables.several.get(ch)) {
            (Some(sound), _) => vec![sound],
            (None, Some(several)) => several.clone(),
            (None, None) => usual(*ch).into_iter().collect(),
        })
        .collect()
}

/// The syllables of a text, each character read in the context of its word, and
/// the Latin words and numbers between them in lower case. Other signs are
/// ignored.
pub fn syllables(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let readings = of_text(&chars);
    let first = |at: usize| readings[at].first().map(|reading| (*reading).to_owned());
    words_of(&chars, first)
}

/// An ASCII slug for addresses: `wu-zhong-qing-xing` for 五种情形. It takes as many
/// syllables as fit into `longest` bytes and is empty for a text without
/// syllables.
pub fn slug(text: &str, longest: usize) -> String {
    joined(&syllables(text), longest)
}

/// The slug that [`slug`] made when each character was read without regard to
/// its word, with `umlaut` for ü. Other sites still link to such anchors.
pub fn former_slug(text: &str, longest: usize, umlaut: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let first = |at: usize| {
        let plain = chars[at].to_pinyin()?.plain().replace('ü', umlaut);
        Some(plain.chars().filter(char::is_ascii).collect())
    };
    joined(&words_of(&chars, first), longest)
}

/// Readings and Latin words, in text order.
fn words_of(chars: &[char], reading: impl Fn(usize) -> Option<String>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut in_word = false;
    for (at, ch) in chars.iter().enumerate() {
        if ch.is_ascii_alphanumeric() {
            let letter = ch.to_ascii_lowercase();
            match words.last_mut() {
                Some(word) if in_word => word.push(letter),
                _ => words.push(letter.to_string()),
            }
            in_word = true;
            continue;
        }
        in_word = false;
        words.extend(reading(at).filter(|reading| !reading.is_empty()));
    }
    words
}

fn joined(words: &[String], longest: usize) -> String {
    let mut slug = String::new();
    for word in words {
        let room = longest.saturating_sub(slug.len() + usize::from(!slug.is_empty()));
        if word.len() > room && !slug.is_empty() {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word[..word.len().min(longest)]);
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_read_as_their_words_demand() {
        let slug = |text| slug(text, 64);
        assert_eq!(slug("五种情形"), "wu-zhong-qing-xing");
        assert_eq!(slug("“三重一大” 2021年"), "san-zhong-yi-da-2021-nian");
        assert_eq!(slug("重庆市履责ABC"), "chong-qing-shi-lv-ze-abc");
        assert_eq!(slug("——"), "");
        assert!(slug(&"责".repeat(100)).len() <= 64);
        assert_eq!(former_slug("重庆市履责", 64, ""), "zhong-qing-shi-l-ze");
    }

    fn read(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let readings = of_text(&chars).into_iter().map(|r| r.join("/"));
        readings.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_word_decides() {
        assert_eq!(read("银行行长执行"), "yin hang hang zhang zhi xing");
        assert_eq!(read("重庆市会计"), "chong qing shi kuai ji");
        assert_eq!(read("三重一大"), "san zhong yi da");
        assert_eq!(read("履责"), "lv ze");
        assert_eq!(read("重围"), "zhong/chong wei");
        assert_eq!(read("2021A"), "    ");
    }

    #[test]
    fn characters_have_every_living_reading() {
        assert_eq!(of_char('会'), ["hui", "kuai"]);
        assert_eq!(of_char('责'), ["ze"]);
        assert_eq!(of_char('率'), ["lv", "shuai"]);
        assert!(of_char('a').is_empty());
    }

    /// A reading that the data doesn't have is a slip in the tables.
    #[test]
    fn the_tables_agree_with_the_data() {
        use pinyin::ToPinyinMulti as _;
        let unknown = |ch: char, sound: &str| {
            let known = ch.to_pinyin_multi().expect("a Chinese character");
            !known
                .into_iter()
                .any(|reading| typed(reading.plain()) == sound)
        };
        let words = tables().words.values().flatten();
        let words = words.flat_map(|(chars, sounds)| chars.iter().zip(sounds));
        let several = tables().several.iter();
        let several = several.flat_map(|(ch, sounds)| sounds.iter().map(move |sound| (ch, sound)));
        let slips: Vec<_> = words
            .chain(several)
            .filter(|(ch, sound)| unknown(**ch, sound))
            .collect();
        assert!(slips.is_empty(), "{slips:?}");
    }
}
