//! Reads the front matter of a page.

use std::ops::RangeInclusive;

use super::super::page::{Mentions, ParsedBody, ParsedPage};
use super::super::table::Table;
use super::common::{self, Provenance, Strictness, text_of};
use super::details;
use crate::body::tree::WrittenLink;
use crate::diag::{Diagnostic, Span, Spanned};
use crate::fields::Place;
use crate::model::{
    BodyForm, Change, Date, Details, Known, Metadata, PageType, RelationKind, SourceReference,
    Subentry,
};

/// Maximum length of a typed page's summary, in characters.
const LONGEST_DESCRIPTION: usize = 120;

/// How many practices can be compared side by side; more columns are
/// unreadable.
const SIDE_BY_SIDE: RangeInclusive<usize> = 2..=4;

/// Zola's page fields that have no effect here.
const IGNORED: &[&str] = &["template", "path", "authors", "in_search_index", "render"];

/// What the path of a file says about its page.
pub struct FileName {
    /// Path below `content/`.
    pub path: String,
    /// Folder of the page's section.
    pub section: String,
    /// The file name, which is the last part of the address unless the front
    /// matter gives another.
    pub slug: Spanned<String>,
    /// The whole file.
    pub span: Span,
    /// The day of reading, if dates that lie ahead are to be noticed.
    pub today: Option<Date>,
}

/// Reads a page. How `body` reads the text depends on the front matter.
pub fn read(
    name: FileName,
    page_type: Option<PageType>,
    table: Table<'_>,
    body: impl FnOnce(&str, &Details) -> ParsedBody,
) -> ParsedPage {
    table.document.is_in(Place::page(page_type));
    let typed = page_type.is_some();
    let title = table.field("title").required();
    let title_span = title.span();
    let title = title
        .text()
        .unwrap_or_else(|| Spanned::new(String::new(), title_span));

    let mut description = table.field("description");
    let mut date = table.field("date");
    if typed {
        description = description.required();
        date = date.required();
    }
    let summary = text_of(&description);
    if typed {
        common::check_length(&summary, LONGEST_DESCRIPTION, description.span(), &table);
    }
    let date = date.date();
    let updated = table.field("updated").date();
    for (key, day) in [("date", &date), ("updated", &updated)] {
        let ahead = day.as_ref().zip(name.today);
        if let Some((day, today)) = ahead.filter(|(day, today)| day.value > *today) {
            let message = format!("`{key}` 晚于当日（{today}）");
            table.report(
                Diagnostic::warning("future-date", day.span.clone(), message)
                    .hint("日期有误的改正；届时方可发布的，暂写 draft = true"),
            );
        }
    }
    if let (Some(date), Some(updated)) = (&date, &updated)
        && updated.value < date.value
    {
        let message = format!(
            "`updated`（{}）早于 `date`（{}）",
            updated.value, date.value
        );
        table.report(
            Diagnostic::error("date-order", updated.span.clone(), message)
                .related(date.span.clone(), "发布日期")
                .hint("修改日期不得早于发布日期；核对两个日期"),
        );
    }
    let published = date.map(|date| date.value);
    let updated = updated.map(|date| date.value);
    let draft = table.field("draft").boolean().unwrap_or(false);
    let weight = table.field("weight").integer();
    let slug = table.field("slug").text();
    if let Some(slug) = &slug {
        check_slug(slug, &table);
    }
    let mut mentions = Mentions::default();
    let redirects = common::redirects(&table.field("aliases"), &mut mentions);
    let mut topics = Vec::new();
    if let Some(taxonomies) = table.field("taxonomies").table() {
        let written = taxonomies.field("topics").texts();
        topics.extend(written.into_iter().map(|topic| topic.value));
        taxonomies.finish();
    }
    table.ignore(IGNORED);
    let mut extra = table.field("extra");
    if typed {
        extra = extra.required();
    }
    let extra = extra.table().map(|table| {
        let extra = read_extra(&table, page_type, updated.or(published), &mut mentions);
        table.finish();
        extra
    });
    let extra = extra.unwrap_or_default();
    table.finish();
    ParsedPage {
        body: body(&title.value, &extra.metadata.details),
        path: name.path,
        section: name.section,
        slug: slug.unwrap_or(name.slug),
        span: name.span,
        title,
        draft,
        weight,
        decided: extra.decided,
        other_names: extra.other_names,
        sources: extra.sources,
        mentions,
        metadata: Metadata {
            description: summary,
            published,
            updated,
            redirects,
            topics,
            ..extra.metadata
        },
    }
}

/// The fields of `[extra]`.
#[derive(Default)]
struct Extra {
    decided: bool,
    other_names: Vec<Spanned<String>>,
    sources: Vec<SourceReference>,
    metadata: Metadata,
}

fn read_extra(
    extra: &Table<'_>,
    page_type: Option<PageType>,
    as_of: Option<Date>,
    mentions: &mut Mentions,
) -> Extra {
    let other_names = extra.field("other_names").texts();
    let subentries = subentries(extra.field("subentries").tables(), mentions);
    let search_terms = extra.field("search_terms").texts();
    let changes = changes(extra.field("changes").tables(), as_of);
    let mut integrity = extra.field("integrity");
    let mut sources = extra.field("sources");
    if page_type.is_some() {
        integrity = integrity.required();
        sources = sources.required();
    }
    let integrity = common::integrity(&integrity);
    let source_tables = sources.tables();
    if page_type.is_some() && sources.is_empty_list() {
        let message = "缺少来源：每个页面至少登记一个来源";
        extra.report(
            Diagnostic::error("missing-field", sources.span(), message)
                .hint("增加一段 [[extra.sources]]，写明 id 和 locator"),
        );
    }
    let sources = common::sources(source_tables, mentions);
    let responsibility = common::tags(&extra.field("responsibility"), mentions);
    let stage = common::tags(&extra.field("stage"), mentions);
    let role = common::tags(&extra.field("role"), mentions);
    let figures = common::figures(extra.field("figures").tables(), mentions);
    related(extra.field("related").tables(), mentions);
    let details = match page_type {
        Some(page_type) => details::read(page_type, extra, as_of, mentions),
        None => {
            mentions.compared = compared(extra);
            Details::Plain
        }
    };
    // A text not known to be public is not published; if no text is held, there
    // is nothing to withhold.
    let public = match &details {
        Details::Regulation(regulation) => match regulation.public {
            Known::Known(public) => public,
            Known::Unknown => regulation.body_form == BodyForm::None,
        },
        _ => match extra.field("public").known_boolean() {
            Some(Known::Known(public)) => public,
            Some(Known::Unknown) => false,
            None => true,
        },
    };
    mentions
        .relations
        .sort_by_key(|relation| relation.to.span.range.start);
    Extra {
        decided: extra.field("public_basis").text().is_some(),
        other_names,
        sources,
        metadata: Metadata {
            public,
            subentries,
            changes,
            search_terms: search_terms.into_iter().map(|word| word.value).collect(),
            integrity,
            responsibility,
            stage,
            role,
            figures,
            details,
            ..Metadata::default()
        },
    }
}

/// Reads `compare = ["@/practices/x.md", "@/practices/y.md"]`.
fn compared(extra: &Table<'_>) -> Vec<WrittenLink> {
    let field = extra.field("compare");
    let written = field.texts();
    if field.is_given() && !SIDE_BY_SIDE.contains(&written.len()) {
        let message = format!("对照的做法为 {} 项，不在二至四项之间", written.len());
        extra.report(
            Diagnostic::error("invalid-value", field.span(), message)
                .hint("每页对照二至四项做法；超过四项的分页编写"),
        );
    }
    let mut links: Vec<WrittenLink> = Vec::new();
    for practice in written {
        if let Some(first) = links.iter().find(|l| l.destination == practice.value) {
            let message = format!("“{}”重复列出", practice.value);
            extra.report(
                Diagnostic::error("invalid-value", practice.span, message)
                    .related(first.span.clone(), "首次列出")
                    .hint("每项做法只列一次"),
            );
            continue;
        }
        links.push(WrittenLink {
            destination: practice.value,
            span: practice.span,
        });
    }
    links
}

/// Reads `[[extra.subentries]]`.
fn subentries(tables: Vec<Table<'_>>, mentions: &mut Mentions) -> Vec<Subentry> {
    let mut subentries = Vec::new();
    for table in tables {
        let name = table.field("name").required().text();
        let other_names = table.field("other_names").texts().into_iter();
        let other_names = other_names.map(|name| name.value).collect();
        let heading = table.field("heading").required().text();
        let meaning = common::statement(&table.field("meaning"), mentions);
        table.finish();
        if let (Some(name), Some(heading)) = (name, heading) {
            subentries.push(Subentry {
                name: name.value,
                other_names,
                anchor: heading.value.clone(),
                meaning,
            });
            mentions.anchors.push(heading);
        }
    }
    subentries
}

/// Reads `[[extra.changes]]`; the page's own date must not be earlier.
fn changes(tables: Vec<Table<'_>>, changed: Option<Date>) -> Vec<Change> {
    let mut changes = Vec::new();
    for table in tables {
        let date = table.field("date").required().date();
        let text = table.field("text").required().text();
        let (Some(date), Some(text)) = (date, text) else {
            table.finish();
            continue;
        };
        if changed.is_some_and(|changed| changed < date.value) {
            let message = format!("{}的改动晚于页面的修改日期", date.value);
            table.report(
                Diagnostic::error("date-order", date.span, message)
                    .hint("将 `updated` 改为最近一次改动的日期"),
            );
        }
        table.finish();
        changes.push(Change {
            date: date.value,
            text: text.value.trim_end_matches('。').to_owned(),
        });
    }
    changes.sort_by_key(|change| std::cmp::Reverse(change.date));
    changes
}

/// Reads `[[extra.related]]`.
fn related(tables: Vec<Table<'_>>, mentions: &mut Mentions) {
    for table in tables {
        let to = table.field("to").required().text();
        let kind = table.field("kind").required().vocabulary::<RelationKind>();
        let before = mentions.locators.len();
        let provenance: Provenance = common::provenance(&table, Strictness::Relaxed, mentions);
        if kind == Some(RelationKind::SeeAlso) {
            mentions.aside.extend(mentions.locators.split_off(before));
        }
        table.finish();
        if let (Some(to), Some(kind)) = (to, kind) {
            let relation = common::relation(to, kind, provenance);
            mentions.relations.push(relation);
        }
    }
}

fn check_slug(slug: &Spanned<String>, table: &Table<'_>) {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !slug.value.bytes().all(plain) {
        let message = format!("`slug`“{}”含有网址中不宜使用的字符", slug.value);
        table.report(
            Diagnostic::error("invalid-value", slug.span.clone(), message)
                .hint("只用小写英文字母、数字和连字符"),
        );
    }
}
