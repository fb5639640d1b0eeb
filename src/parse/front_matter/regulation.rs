//! Fields of regulations, and the checks on them that don't need other pages.

use search::numerals::is_numeral;

use super::super::markdown::characters::meant_number;
use super::super::page::{Mentions, ParsedRelation};
use super::super::table::Table;
use super::super::toml_syntax::quoted;
use super::common::{self, Provenance};
use crate::body::tree::WrittenLink;
use crate::diag::{Diagnostic, Spanned};
use crate::model::{
    Basis, BodyForm, Date, Known, Locators, Regulation, RegulationKind, RegulationLevel,
    RelationKind, Status, Vocabulary,
};

/// Reads the fields of a regulation; its status refers to the day `as_of`, the
/// page's last change.
pub fn read(extra: &Table<'_>, as_of: Option<Date>, mentions: &mut Mentions) -> Regulation {
    let kind = extra.field("kind").required_listed();
    let issuer = extra.field("issuer").required();
    let level = extra.field("level").required_listed();
    let local = level.as_ref().is_some_and(|level| {
        use RegulationLevel::{City, County, Province};
        matches!(level.value, Province | City | County)
    });
    let mut region = extra.field("region");
    if local {
        region = region.required();
    }
    let dates = Dates {
        adopted: extra.field("adopted").known_date(),
        promulgated: extra.field("promulgated").known_date(),
        effective: extra.field("effective").known_date(),
        repealed: extra.field("repealed").known_date(),
    };
    let status = extra.field("status").required_listed();
    dates.check_order(extra);
    if let (Some(status), Some(as_of)) = (&status, as_of) {
        dates.check_status(status, as_of, extra);
    }
    if local && let Some(kind) = &kind {
        check_name(kind, extra);
    }
    Regulation {
        // A missing field has been reported.
        kind: kind.map_or(RegulationKind::Other, |kind| kind.value),
        issuer: common::some_organs(&issuer, mentions),
        level: level.map_or(RegulationLevel::Other, |level| level.value),
        region: common::region(&region, mentions),
        document_number: document_number(extra),
        adopted: plain(dates.adopted),
        promulgated: plain(dates.promulgated),
        effective: plain(dates.effective),
        repealed: plain(dates.repealed),
        status: status.map_or(Status::Unknown, |status| status.value),
        version: extra.field("version").text().map(|text| text.value),
        body_form: extra
            .field("body_form")
            .required()
            .vocabulary()
            .unwrap_or(BodyForm::None),
        public: extra
            .field("public")
            .required()
            .known_boolean()
            .unwrap_or(Known::Unknown),
        short_title: extra.field("short_title").boolean().unwrap_or(false),
    }
}

/// Reads `version_of = "@/regulations/x.md"`.
pub fn version_of(extra: &Table<'_>) -> Option<WrittenLink> {
    let written = extra.field("version_of").text()?;
    Some(WrittenLink {
        destination: written.value,
        span: written.span,
    })
}

/// Reads `replaces = ["@/regulations/y.md"]`.
pub fn replaces(extra: &Table<'_>) -> Vec<ParsedRelation> {
    let written = extra.field("replaces").texts().into_iter();
    written
        .map(|to| {
            let stated = Provenance {
                basis: Basis::Stated,
                locators: Locators(Vec::new()),
                note: String::new(),
            };
            common::relation(to, RelationKind::Replaces, stated)
        })
        .collect()
}

fn check_name(kind: &Spanned<RegulationKind>, extra: &Table<'_>) {
    if kind.value.is_central() {
        let message = format!("地方党内法规的名称不使用“{}”", kind.value.label());
        extra.report(
            Diagnostic::warning("regulation-naming", kind.span.clone(), message).hint(
                "地方党内法规的名称限用规定、办法、规则、细则；属于地方性法规的条例，写 kind = \"其他\"",
            ),
        );
    }
}

/// Reads a document number (发文字号): `某发〔2026〕1号`.
fn document_number(extra: &Table<'_>) -> Option<Known<String>> {
    match extra.field("document_number").known_text()? {
        Known::Unknown => Some(Known::Unknown),
        Known::Known(number) => {
            if let Some(problem) = number_problem(&number.value) {
                let message = format!("发文字号“{}”{problem}", number.value);
                let found = Diagnostic::warning("document-number", number.span, message);
                extra.report(match meant_number(&number.value) {
                    Some(meant) => found
                        .hint(format!("写作 {meant}"))
                        .replace(quoted(&number.value), quoted(&meant)),
                    None => found.hint(
                        "写作 某发〔2026〕1号：依次为机关代字、六角括号括起的四位年份、不补零的序号，不写“第”；令和公告写作 某某部令第41号",
                    ),
                });
            }
            Some(Known::Known(number.value))
        }
    }
}

fn number_problem(number: &str) -> Option<&'static str> {
    if is_number_of_order(number) {
        return None;
    }
    let Some((organ, rest)) = number.split_once('〔') else {
        return Some("的年份未用六角括号〔〕括起");
    };
    if organ.is_empty()
        || organ.chars().count() > 12
        || !organ.chars().all(search::analysis::is_han)
    {
        return Some("的机关代字应为 1 至 12 个汉字");
    }
    let Some((year, serial)) = rest.split_once('〕') else {
        return Some("的六角括号不成对");
    };
    let year_fits = year.len() == 4 && (year.starts_with("19") || year.starts_with("20"));
    if !year_fits || !year.bytes().all(|b| b.is_ascii_digit()) {
        return Some("的年份不是四位数字");
    }
    let Some(serial) = serial.strip_suffix('号') else {
        return Some("不以“号”结尾");
    };
    if serial.starts_with('第') {
        return Some("的序号前不写“第”");
    }
    if serial.starts_with('0') {
        return Some("的序号不补零");
    }
    let digits = !serial.is_empty() && serial.bytes().all(|b| b.is_ascii_digit());
    (!digits).then_some("的序号不是数字")
}

/// Whether a number has the form 某某部令第41号, 某某部令2022年第8号 or 某某大会公告第12号.
fn is_number_of_order(number: &str) -> bool {
    let Some((name, serial)) = number
        .strip_suffix('号')
        .and_then(|number| number.rsplit_once('第'))
    else {
        return false;
    };
    let name = name
        .strip_suffix('年')
        .map_or(name, |name| name.trim_end_matches(is_numeral));
    let name = name.strip_suffix('〕').map_or(name, |name| {
        name.rsplit_once('〔').map_or(name, |(name, _)| name)
    });
    (name.ends_with('令') || name.ends_with("公告"))
        && !serial.is_empty()
        && serial.chars().all(is_numeral)
}

struct Dates {
    adopted: Option<Known<Spanned<Date>>>,
    promulgated: Option<Known<Spanned<Date>>>,
    effective: Option<Known<Spanned<Date>>>,
    repealed: Option<Known<Spanned<Date>>>,
}

impl Dates {
    fn check_order(&self, extra: &Table<'_>) {
        let given: Vec<_> = [
            ("通过", given(&self.adopted)),
            ("公布", given(&self.promulgated)),
            ("施行", given(&self.effective)),
            ("废止", given(&self.repealed)),
        ]
        .into_iter()
        .filter_map(|(name, date)| Some((name, date?)))
        .collect();
        for pair in given.windows(2) {
            let ((earlier_name, earlier), (later_name, later)) = (pair[0], pair[1]);
            // A text may take effect on the day of its promulgation, but may
            // not be repealed on the day it takes effect.
            let wrong = later.value < earlier.value
                || (later_name == "废止" && later.value == earlier.value);
            if wrong {
                let how = if later.value == earlier.value {
                    "不晚于"
                } else {
                    "早于"
                };
                let message = format!(
                    "{later_name}日期（{}）{how}{earlier_name}日期（{}）",
                    later.value, earlier.value
                );
                extra.report(
                    Diagnostic::error("date-order", later.span.clone(), message)
                        .related(earlier.span.clone(), format!("{earlier_name}日期"))
                        .hint("日期的先后应为 通过 ≤ 公布 ≤ 施行 < 废止；核对两个日期"),
                );
            }
        }
    }

    /// The status refers to the day of the page's last change. Later changes of
    /// status are derived from the dates in the reader's browser.
    fn check_status(&self, status: &Spanned<Status>, as_of: Date, extra: &Table<'_>) {
        let effective = given(&self.effective);
        let repealed = given(&self.repealed);
        let contradiction = match status.value {
            Status::InForce | Status::Amended => effective
                .filter(|date| date.value > as_of)
                .map(|date| (date, "当时尚未施行"))
                .or_else(|| {
                    repealed
                        .filter(|date| date.value <= as_of)
                        .map(|date| (date, "当时已经废止"))
                }),
            Status::Repealed => repealed
                .filter(|date| date.value > as_of)
                .map(|date| (date, "当时尚未废止")),
            Status::NotYet => effective
                .filter(|date| date.value <= as_of)
                .map(|date| (date, "当时已经施行")),
            Status::Unknown => None,
        };
        if let Some((date, why)) = contradiction {
            let message = format!("时效性“{}”与日期 {} 矛盾", status.value.label(), date.value);
            extra.report(
                Diagnostic::error("status-contradiction", status.span.clone(), message)
                    .label(format!("页面日期为 {as_of}，{why}"))
                    .related(date.span.clone(), "该日期")
                    .hint("修改 status，或改正日期"),
            );
        }
    }
}

fn given(date: &Option<Known<Spanned<Date>>>) -> Option<&Spanned<Date>> {
    match date {
        Some(Known::Known(date)) => Some(date),
        _ => None,
    }
}

fn plain(date: Option<Known<Spanned<Date>>>) -> Option<Known<Date>> {
    Some(match date? {
        Known::Known(date) => Known::Known(date.value),
        Known::Unknown => Known::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::number_problem;

    #[test]
    fn document_numbers_have_one_form() {
        assert_eq!(number_problem("中发〔2019〕5号"), None);
        assert_eq!(number_problem("国办发〔2017〕47号"), None);
        assert_eq!(number_problem("某某部令第41号"), None);
        assert_eq!(number_problem("某某部令2022年第8号"), None);
        assert_eq!(number_problem("某某常务委员会公告第十二号"), None);
        for wrong in [
            "中发[2019]5号",
            "中发〔19〕5号",
            "中发〔2019〕05号",
            "中发〔2019〕第5号",
            "中发〔2019〕5",
            "〔2019〕5号",
            "第41号",
        ] {
            assert!(number_problem(wrong).is_some(), "{wrong}");
        }
    }
}
