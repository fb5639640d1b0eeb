//! Fields of practices, cases and terms.

use super::super::page::{Mentions, ParsedRelation};
use super::super::table::{Field, Table};
use super::common::{self, Strictness, mentioned_locators, organs, outcome, provisions, text_of};
use super::regulation;
use crate::diag::Diagnostic;
use crate::model::{
    Case, CaseKind, Component, Date, Details, Known, Located, PageType, Period, Practice,
    Procedure, RelationKind, Term, UNKNOWN,
};

/// Reads the fields of a page's type. The status of a regulation refers to the
/// day `as_of`.
pub fn read(
    page_type: PageType,
    extra: &Table<'_>,
    as_of: Option<Date>,
    mentions: &mut Mentions,
) -> Details {
    match page_type {
        PageType::Regulation => {
            mentions.version_of = regulation::version_of(extra);
            mentions.relations.extend(regulation::replaces(extra));
            Details::Regulation(regulation::read(extra, as_of, mentions))
        }
        PageType::Practice => practice(extra, mentions),
        PageType::Case => case(extra, mentions),
        PageType::Term => term(extra, mentions),
    }
}

/// Reads the fields of a practice.
fn practice(extra: &Table<'_>, mentions: &mut Mentions) -> Details {
    let organ = extra.field("organ").required();
    let organ = common::some_organs(&organ, mentions);
    let region = extra.field("region").required();
    // A missing field has been reported.
    let region = if region.is_text() {
        region.one_of(&[UNKNOWN]);
        Known::Unknown
    } else {
        common::region(&region, mentions).map_or(Known::Unknown, Known::Known)
    };
    let implements = extra.field("implements").tables();
    provisions(implements, RelationKind::Implements, mentions);
    Details::Practice(Box::new(Practice {
        organ,
        region,
        // A missing field has been reported.
        level: extra
            .field("level")
            .required_known()
            .unwrap_or(Known::Unknown),
        mechanism: extra.field("mechanism").text().map(|m| m.value),
        start_year: start_year(extra),
        outcome: outcome(extra, mentions),
        components: extra
            .field("components")
            .tables()
            .into_iter()
            .map(|table| component(table, mentions))
            .collect(),
        procedure: procedure(&extra.field("procedure"), mentions),
    }))
}

/// Reads `[extra.procedure]`.
fn procedure(field: &Field<'_, '_>, mentions: &mut Mentions) -> Procedure {
    let Some(table) = field.table() else {
        return Procedure::default();
    };
    let mut point = |key| common::statement(&table.field(key), mentions);
    let procedure = Procedure {
        when: point("when"),
        who: point("who"),
        whom: point("whom"),
        how: point("how"),
        record: point("record"),
    };
    table.finish();
    procedure
}

fn start_year(extra: &Table<'_>) -> Option<Known<i32>> {
    let field = extra.field("start_year");
    match field.known_integer()? {
        Known::Unknown => Some(Known::Unknown),
        Known::Known(year) if (1900..=2100).contains(&year) => {
            i32::try_from(year).ok().map(Known::Known)
        }
        Known::Known(year) => {
            let message = format!("`start_year` 的值 {year} 不是有效年份");
            extra.report(
                Diagnostic::error("invalid-value", field.span(), message)
                    .hint("填写四位年份；原文未载明的写 \"unknown\""),
            );
            None
        }
    }
}

fn component(table: Table<'_>, mentions: &mut Mentions) -> Component {
    let component = Component {
        name: text_of(&table.field("name").required()),
        detail: table.field("detail").note(),
        locators: mentioned_locators(&table.field("locator").required(), mentions),
    };
    table.finish();
    component
}

/// Reads the fields of a case.
fn case(extra: &Table<'_>, mentions: &mut Mentions) -> Details {
    let applied = extra.field("applied").tables();
    provisions(applied, RelationKind::Applies, mentions);
    for table in extra.field("lessons").tables() {
        let to = table.field("practice").required().text();
        let provenance = common::provenance(&table, Strictness::Full, mentions);
        table.finish();
        mentions.relations.extend(to.map(|to| ParsedRelation {
            wanted: Some(PageType::Practice),
            ..common::relation(to, RelationKind::Lesson, provenance)
        }));
    }
    Details::Case(Case {
        // A missing field has been reported.
        kind: extra
            .field("case_kind")
            .required_listed()
            .map_or(CaseKind::Accountability, |kind| kind.value),
        organ: organs(&extra.field("organ"), mentions),
        region: common::region(&extra.field("region"), mentions),
        period: period(extra),
        findings: extra
            .field("findings")
            .tables()
            .into_iter()
            .map(|table| finding(table, mentions))
            .collect(),
        outcome: outcome(extra, mentions),
    })
}

fn finding(table: Table<'_>, mentions: &mut Mentions) -> Located {
    let finding = Located {
        text: text_of(&table.field("text").required()),
        locators: mentioned_locators(&table.field("locator").required(), mentions),
    };
    table.finish();
    finding
}

/// Reads `{ from = "2018", to = "2020", precision = "year" }` or `"unknown"`.
fn period(extra: &Table<'_>) -> Option<Known<Period>> {
    let field = extra.field("period");
    if field.is_text() {
        field.one_of(&[UNKNOWN])?;
        return Some(Known::Unknown);
    }
    let table = field.table()?;
    let from = table.field("from").required().text();
    let to = table.field("to").required().text();
    let precision = table
        .field("precision")
        .required()
        .one_of(&["year", "month", "day"])
        .map(|word| word.value);
    table.finish();
    let (from, to, precision) = (from?, to?, precision?);
    let mut fits = true;
    for end in [&from, &to] {
        if !fits_precision(&end.value, precision) {
            fits = false;
            let message = format!("“{}”与 precision = \"{precision}\" 不符", end.value);
            extra.report(
                Diagnostic::error("invalid-value", end.span.clone(), message)
                    .hint("年写作 2018，月写作 2018-05，日写作 2018-05-01"),
            );
        }
    }
    if fits && to.value < from.value {
        extra.report(
            Diagnostic::error("date-order", to.span, "结束时间早于起始时间")
                .related(from.span, "起始时间")
                .hint("核对 from 和 to"),
        );
        return None;
    }
    fits.then_some(Known::Known(Period {
        from: from.value,
        to: to.value,
    }))
}

fn fits_precision(text: &str, precision: &str) -> bool {
    let shape: Vec<usize> = text.split('-').map(str::len).collect();
    let digits = text
        .split('-')
        .all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let wanted: &[usize] = match precision {
        "year" => &[4],
        "month" => &[4, 2],
        _ => &[4, 2, 2],
    };
    digits && shape == wanted
}

/// Reads the fields of a term.
fn term(extra: &Table<'_>, mentions: &mut Mentions) -> Details {
    Details::Term(Term {
        kind: text_of(&extra.field("kind").required()),
        organ: organs(&extra.field("organ"), mentions),
        meaning: common::statement(&extra.field("meaning"), mentions),
    })
}
