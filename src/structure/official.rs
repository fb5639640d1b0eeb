//! 公文的格式要素: finds the parts of an official paper by the form of its lines.
//!
//! GB/T 9704 gives every paper the same parts: 版头 above the title, 主送 below it,
//! and after the text 附件说明, 署名 with 成文日期, 附注, the annexes and 版记. They are
//! recognised only by form and position.

use crate::chinese::han::compact;
use crate::chinese::han::is_space;
use crate::structure::label;
use crate::structure::lines::ends_sentence;
use search::numerals;

/// A part of an official paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// 版头: copy number, secrecy, urgency, 某某委员会文件, 发文字号.
    Letterhead,
    /// 主送: the addressees.
    Addressee,
    /// 附件说明: the list of annexes.
    AnnexList,
    /// 署名和成文日期.
    Signature,
    /// 附注: （此件公开发布）.
    Remark,
    /// The line 附件1 above an annex.
    AnnexLabel,
    /// 版记: 抄送, 印发机关和印发日期.
    Colophon,
}

impl Part {
    /// Its name for editors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Letterhead => "版头",
            Self::Addressee => "主送机关",
            Self::AnnexList => "附件说明",
            Self::Signature => "署名和成文日期",
            Self::Remark => "附注",
            Self::AnnexLabel => "附件",
            Self::Colophon => "版记",
        }
    }
}

/// Maximum length of a signature line, in characters.
const LONGEST_SIGNATURE: usize = 40;

/// Maximum number of signature lines: one for each organ that signs.
const MOST_SIGNATURES: usize = 12;

/// Maximum number of lines of the letterhead, from the beginning.
const MOST_LETTERHEAD: usize = 10;

/// Number of lines from the beginning in which addressees are searched for.
const ADDRESSEE_WITHIN: usize = 20;

/// The part that each line belongs to, if any. `None` in `lines` is a block
/// that isn't a line, such as a table.
pub fn parts(lines: &[Option<&str>]) -> Vec<Option<Part>> {
    let mut parts = vec![None; lines.len()];
    letterhead(lines, &mut parts);
    for at in 0..lines.len() {
        if let Some(end) = annex_list(lines, at) {
            parts[at..end].fill(Some(Part::AnnexList));
        }
    }
    let mut start = 0;
    loop {
        let ends = |at: &usize| {
            parts[*at].is_none()
                && lines[*at].map_or_else(|| is_appended(lines, start, *at), ends_region)
        };
        let end = (start..lines.len()).find(ends).unwrap_or(lines.len());
        region(lines, start, end, &mut parts);
        if end == lines.len() {
            return parts;
        }
        if lines[end].is_some_and(is_annex_label) {
            parts[end] = Some(Part::AnnexLabel);
        }
        start = end + 1;
    }
}

/// Whether a line begins an annex or the notes after the text.
fn ends_region(line: &str) -> bool {
    is_annex_label(line) || is_titled_annex(line) || line == "注释"
}

/// Whether the table at `at` is appended to a signed text without a line 附件:
/// sentences, an organ and a date stand before it.
fn is_appended(lines: &[Option<&str>], start: usize, at: usize) -> bool {
    let before = &lines[start..at];
    let [text @ .., Some(organ), Some(date)] = before else {
        return false;
    };
    is_date(&compact(date))
        && is_signature(organ)
        && !is_date(&compact(organ))
        && text.iter().flatten().any(|line| line.ends_with('。'))
}

fn letterhead(lines: &[Option<&str>], parts: &mut [Option<Part>]) {
    let head = lines
        .iter()
        .take(MOST_LETTERHEAD)
        .take_while(|line| line.is_some_and(is_of_letterhead));
    let length = head.count();
    parts[..length].fill(Some(Part::Letterhead));
    let addressee = lines
        .iter()
        .take(ADDRESSEE_WITHIN)
        .skip(length)
        .position(|line| line.is_some_and(is_addressee));
    if let Some(at) = addressee {
        let numbered = lines[length..length + at]
            .iter()
            .any(|line| line.is_some_and(|line| label::read(line).is_some()));
        if !numbered {
            parts[length + at] = Some(Part::Addressee);
        }
    }
}

/// Finds the parts below the last sentence of the text or of an annex.
fn region(lines: &[Option<&str>], start: usize, end: usize, parts: &mut [Option<Part>]) {
    let line = |at: usize| lines[at].unwrap_or_default();
    // 版记 comes last.
    let mut last = end;
    while last > start && is_colophon(line(last - 1)) {
        last -= 1;
        parts[last] = Some(Part::Colophon);
    }
    // 附注, or a list of annexes below the date.
    while last > start && (parts[last - 1].is_some() || is_remark(line(last - 1))) {
        last -= 1;
        parts[last] = parts[last].or(Some(Part::Remark));
    }
    if last == start || !is_date(&compact(line(last - 1))) {
        // Without a signature, a remark at the end is an ordinary paragraph.
        for part in &mut parts[last..end] {
            if *part == Some(Part::Remark) {
                *part = None;
            }
        }
        return;
    }
    let mut first = last - 1;
    while first > start
        && last - first <= MOST_SIGNATURES
        && parts[first - 1].is_none()
        && is_signature(line(first - 1))
    {
        first -= 1;
    }
    parts[first..last].fill(Some(Part::Signature));
}

/// The end of the list of annexes that begins at `at`: 附件：1.某某清单 and the
/// numbered lines below it. A single name is a list if a signature or the annex
/// itself follows; otherwise it is the annex.
fn annex_list(lines: &[Option<&str>], at: usize) -> Option<usize> {
    let line = |at: usize| lines.get(at).copied().flatten();
    let name = announces(line(at)?)?;
    let is_item = |text: &str| {
        !ends_clause(text)
            && label::read(text).is_some_and(|label| {
                matches!(
                    label.kind,
                    label::LabelKind::Item(label::Style::Dotted | label::Style::Closed)
                )
            })
    };
    let mut end = at + 1;
    while line(end).is_some_and(is_item) {
        end += 1;
    }
    if end > at + 1 || label::read(name).is_some() {
        return Some(end);
    }
    let mut next = end;
    while next - end < MOST_SIGNATURES
        && line(next).is_some_and(|text| is_signature(text) && !is_date(&compact(text)))
    {
        next += 1;
    }
    let signed = line(next).is_some_and(|text| is_date(&compact(text)));
    (signed || line(end).is_some_and(is_annex_label)).then_some(end)
}

fn ends_clause(text: &str) -> bool {
    text.ends_with(['。', '；', '！', '？', '，'])
}

/// Whether an annex with a title begins in this line: 附件1：某某清单, 附录 某某表.
fn is_titled_annex(line: &str) -> bool {
    let Some(rest) = ["附件", "附录", "附表", "附图"]
        .iter()
        .find_map(|word| line.strip_prefix(word))
    else {
        return false;
    };
    let numbered = rest.trim_start_matches(|c| is_space(c) || numerals::is_numeral(c));
    let title = numbered.trim_start_matches(['：', ':', '、', '.', '．']);
    let separated = title.len() < numbered.len() || numbered.len() < rest.len();
    separated
        && !ends_clause(title)
        && title.chars().count() <= 60
        && label::read(title.trim()).is_none()
}

/// The name in 附件：某某清单.
fn announces(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("附件")?;
    let name = rest.trim_start().strip_prefix(['：', ':'])?.trim();
    (!name.is_empty() && !ends_clause(name)).then_some(name)
}

/// Whether a line consists of 附件, 附件1, 附件二： or 附 件.
pub fn is_annex_label(line: &str) -> bool {
    let text = compact(line);
    let Some(rest) = text.strip_prefix("附件") else {
        return false;
    };
    let rest = rest.trim_end_matches(['：', ':']);
    rest.chars().count() <= 3 && rest.chars().all(numerals::is_numeral)
}

/// Whether a line has the form 各县（市、区）人民政府，市直各单位：
pub fn is_addressee(line: &str) -> bool {
    line.ends_with(['：', ':'])
        && !line.starts_with(['（', '(', '“', '《'])
        && !line.contains(['。', '；', '“', '《'])
        && label::read(line).is_none()
        && ![
            "附件",
            "附：",
            "附录",
            "如下",
            "下列",
            "以下",
            "抄送",
            "主题词",
            "情形",
        ]
        .iter()
        .any(|word| line.contains(word))
}

/// Whether a line belongs above the title: 000012, 机密★1年, 特急, 某某委员会文件,
/// 某示发〔2022〕7号　签发人：张某某.
fn is_of_letterhead(line: &str) -> bool {
    let text = compact(line);
    let copy = (5..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let urgent = matches!(text.as_str(), "特急" | "加急" | "平急" | "特提" | "急件");
    let name = text.chars().count() <= LONGEST_SIGNATURE
        && (text.ends_with("文件") || text.starts_with("签发人"))
        && !text.contains(['，', '。', '；', '：', '《']);
    let number = text.chars().count() <= LONGEST_SIGNATURE
        && text.contains(['〔', '［', '['])
        && (text.ends_with('号') || text.contains("号签发人"))
        && !text.contains(['，', '。', '《']);
    copy || urgent || name || number || is_secrecy(&text) || is_withheld(&text)
}

/// Whether a line has the form of a secrecy mark: 机密★1年.
pub fn is_secrecy(line: &str) -> bool {
    let text = compact(line);
    let bare = text
        .strip_prefix("密级")
        .map_or(text.as_str(), |rest| rest.trim_start_matches(['：', ':']));
    let Some(mark) = ["绝密", "机密", "秘密"]
        .iter()
        .find_map(|degree| bare.strip_prefix(degree))
    else {
        return false;
    };
    let period = mark.trim_start_matches(['★', '☆', '*', '＊', '※', '⭐', '·']);
    let starred = period.len() < mark.len();
    let said = period.is_empty()
        || matches!(
            period,
            "长期" | "特急" | "加急" | "解密前" | "启用前" | "件" | "文件"
        )
        || period
            .strip_suffix(['年', '月', '天', '日'])
            .map(|count| count.trim_end_matches('个'))
            .is_some_and(|count| !count.is_empty() && count.chars().all(numerals::is_numeral));
    said || (starred && period.chars().count() <= 12)
}

/// Whether a line has the form of a statement that a paper is not public: a
/// remark in brackets, or a line that says nothing else.
pub fn is_withheld(line: &str) -> bool {
    const MARKS: &[&str] = &[
        "此件不公开",
        "此件不予公开",
        "本件不公开",
        "不予公开",
        "不公开",
        "此件依申请公开",
        "依申请公开",
        "内部资料",
        "内部文件",
        "内部材料",
        "内部使用",
        "内部参考",
        "内部传阅",
        "注意保存",
        "注意保密",
        "严禁外传",
        "不得外传",
        "请勿外传",
        "禁止外传",
        "阅后收回",
        "会后收回",
        "用后收回",
        "仅供内部",
        "仅限内部",
        "不得公开",
        "严禁复印",
        "不得复制",
        "不得翻印",
        "此件发至",
        "妥善保管",
    ];
    let text = compact(line);
    let inner = text
        .strip_prefix(['（', '(', '【', '['])
        .and_then(|rest| rest.strip_suffix(['）', ')', '】', ']']));
    let bare = inner.unwrap_or(&text).trim_end_matches(['。', '！']);
    let clauses: Vec<&str> = bare.split(['，', ',', '；', '、', '★', '·']).collect();
    let marked = clauses.iter().any(|clause| {
        MARKS.iter().any(|mark| {
            *clause == *mark
                || clause
                    .strip_prefix("公开方式")
                    .or_else(|| clause.strip_prefix("公开属性"))
                    .is_some_and(|rest| rest.trim_start_matches(['：', ':']) == *mark)
                // Two remarks that only a space separates.
                || clause
                    .strip_prefix(mark)
                    .is_some_and(|rest| MARKS.contains(&rest))
                || (inner.is_some() && clause.contains(mark) && clause.chars().count() <= 20)
        })
    });
    marked && bare.chars().count() <= 40
}

/// Whether the row of a table about a paper says that it is secret or not public:
/// `| 密级 | 秘密 |`, `| 公开方式：不公开 |`.
fn is_marked_row(line: &str) -> bool {
    let Some(row) = line.strip_prefix('|') else {
        return false;
    };
    let cells: Vec<&str> = row.split('|').collect();
    let pairs = cells.windows(2).map(|pair| pair.concat());
    cells.iter().any(|cell| is_labelled_mark(cell))
        || pairs.into_iter().any(|pair| is_labelled_mark(&pair))
}

/// Whether a text names a mark and gives it: 密级：秘密, 公开方式不公开.
fn is_labelled_mark(text: &str) -> bool {
    let text = compact(text);
    let value = |label: &str| {
        let rest = text.strip_prefix(label)?;
        Some(rest.trim_start_matches(['：', ':']))
    };
    if value("密级").is_some_and(|value| !value.is_empty() && is_secrecy(value)) {
        return true;
    }
    [
        "公开方式",
        "公开属性",
        "公开类别",
        "公开类型",
        "公开程度",
        "公开选项",
    ]
    .iter()
    .find_map(|label| value(label))
    .is_some_and(|value| {
        ["不公开", "不予公开", "依申请公开", "内部公开", "暂不公开"].contains(&value)
    })
}

/// The lines that mark a paper as secret or not public, judged by form and
/// position: degrees of secrecy above the text, remarks above and below it.
pub fn marks(lines: &[Option<&str>]) -> Vec<usize> {
    const ABOVE: usize = 12;
    const BELOW: usize = 12;
    let parts = parts(lines);
    let signed = parts
        .iter()
        .rposition(|part| *part == Some(Part::Signature))
        .map_or(lines.len(), |at| at + 1);
    let mut found: Vec<usize> = (0..lines.len())
        .filter(|at| {
            let Some(line) = lines[*at] else { return false };
            let above = *at < ABOVE;
            let below = *at + BELOW >= lines.len() || (signed..signed + 4).contains(at);
            (above && (is_secrecy(line) || is_marked_row(line)))
                || ((above || below) && is_withheld(line))
        })
        .collect();
    // A degree of secrecy is above the text, before the first article.
    let begins = lines.iter().position(|line| {
        line.is_some_and(|line| {
            label::read(line).is_some_and(|label| label.kind == label::LabelKind::Article)
        })
    });
    if let Some(begins) = begins {
        found.retain(|at| *at < begins || lines[*at].is_some_and(is_withheld));
    }
    found
}

/// Whether a line has the form （此件公开发布） or （联系人：……）.
pub fn is_remark(line: &str) -> bool {
    line.starts_with(['（', '('])
        && line.ends_with(['）', ')'])
        && line.chars().count() <= 60
        && label::read(line).is_none()
}

/// Whether a line has the form 抄送：…… or 某某办公室　2022年3月9日印发.
fn is_colophon(line: &str) -> bool {
    let text = compact(line);
    let copies = [
        "抄送",
        "抄报",
        "分送",
        "主题词",
        "校对",
        "打字",
        "联系人",
        "联系电话",
    ]
    .iter()
    .any(|word| {
        text.strip_prefix(word)
            .is_some_and(|rest| rest.starts_with(['：', ':']))
    });
    let printed = text.chars().count() <= 60
        && (text.ends_with("印发") || text.ends_with("印"))
        && text.contains('年')
        && text.contains('日')
        && !text.contains(['。', '，', '《']);
    let count = text.starts_with(['（', '共'])
        && text.chars().count() <= 14
        && text.contains('印')
        && text.contains('份');
    copies || printed || count
}

/// Whether a line may be a signature: short, neither a sentence nor a number.
fn is_signature(line: &str) -> bool {
    !line.is_empty()
        && !ends_sentence(line)
        && !line.ends_with(['，', '、', '：', ':'])
        && line.chars().count() <= LONGEST_SIGNATURE
        && !line.starts_with("附件")
        && label::read(line).is_none()
}

/// Whether a text without spaces is a date: 2019年1月1日, 二〇一九年一月一日.
pub fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(2, '年');
    let (Some(year), Some(rest)) = (parts.next(), parts.next()) else {
        return false;
    };
    let Some((month, day)) = rest.split_once('月') else {
        return false;
    };
    let Some(day) = day.strip_suffix('日') else {
        return false;
    };
    let value = |text: &str| numerals::parse(text).map(|numeral| numeral.value);
    value(year).is_some_and(|year| (1900..2200).contains(&year))
        && value(month).is_some_and(|month| (1..=12).contains(&month))
        && value(day).is_some_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(Part, String)> {
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        let optional: Vec<Option<&str>> = lines.iter().copied().map(Some).collect();
        let found = parts(&optional).into_iter().zip(lines);
        found
            .filter_map(|(part, line)| Some((part?, line.to_owned())))
            .collect()
    }

    #[test]
    fn a_notice_has_its_parts() {
        let text = "000012\n机密★1年\n特急\n某某委员会文件\n某示发〔2022〕7号　　签发人：张某某\n\
                    各单位：\n现印发给你们。\n附件：1.某某办法\n2.某某清单\n某某委员会　某某局\n\
                    2022年3月8日\n（此件公开发布）\n附件1\n某某办法\n第一条　甲。\n附件2\n某某清单\n\
                    抄送：各部门。\n某某办公室　　2022年3月9日印发\n";
        let parts: Vec<Part> = of(text).into_iter().map(|(part, _)| part).collect();
        use Part::*;
        assert_eq!(
            parts,
            [
                Letterhead, Letterhead, Letterhead, Letterhead, Letterhead, Addressee, AnnexList,
                AnnexList, Signature, Signature, Remark, AnnexLabel, AnnexLabel, Colophon,
                Colophon
            ]
        );
    }

    #[test]
    fn a_signature_above_a_table_is_one() {
        let signed = |lines: &[Option<&str>]| {
            let found = parts(lines).into_iter().enumerate();
            let signed = found.filter(|(_, part)| *part == Some(Part::Signature));
            signed.map(|(at, _)| at).collect::<Vec<_>>()
        };
        let organ = Some("某某委员会");
        let date = Some("2022年3月8日");
        let text = Some("现将有关事项通知如下。");
        assert_eq!(signed(&[text, organ, date, None]), [1, 2]);
        assert_eq!(signed(&[text, organ, date, None, None]), [1, 2]);
        assert_eq!(
            signed(&[text, Some("附件：分工表"), organ, date, None]),
            [2, 3]
        );
        // The head of a table, and a date that is a part of the text.
        assert_eq!(signed(&[organ, date, None, text]), [0; 0]);
        assert_eq!(signed(&[text, date, None]), [0; 0]);
    }

    #[test]
    fn a_single_annex_is_announced_above_the_signature() {
        let found = of(
            "各单位：\n一、甲。\n附件：某某清单\n某某委员会\n2022年3月8日\n附件\n某某清单\n一、乙。\n",
        );
        let parts: Vec<Part> = found.into_iter().map(|(part, _)| part).collect();
        use Part::*;
        assert_eq!(
            parts,
            [Addressee, AnnexList, Signature, Signature, AnnexLabel]
        );
        // This is an annex itself.
        assert_eq!(of("第一条　甲。\n附件：某某清单\n一、乙。\n"), []);
    }

    #[test]
    fn what_is_not_public_says_so_in_a_line_of_its_own() {
        for mark in [
            "（此件不公开，内部资料，注意保存）",
            "内部资料　注意保存",
            "（此件依申请公开）",
            "内部文件",
            "公开方式：不予公开",
        ] {
            assert!(mark.split('　').any(is_withheld), "{mark}");
        }
        for text in [
            "（此件公开发布）",
            "行政机关不予公开的，应当说明理由。",
            "（联系人：张某某）",
            "依法不公开的信息",
        ] {
            assert!(!is_withheld(text), "{text}");
        }
    }

    #[test]
    fn secrecy_is_told_by_its_form() {
        for mark in [
            "机密★1年",
            "绝密",
            "秘密★长期",
            "密级：机密",
            "机 密 ★ 十年",
            "秘密★6个月",
        ] {
            assert!(is_secrecy(mark), "{mark}");
        }
        for text in [
            "绝密级国家秘密是最重要的国家秘密",
            "秘密级",
            "机密文件的管理",
            "机密、秘密",
        ] {
            assert!(!is_secrecy(text), "{text}");
        }
    }
}
