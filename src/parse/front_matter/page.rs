//! The front matter of a page.

use std::ops::RangeInclusive;

use super::super::page::{Mentions, ParsedBody, ParsedPage, ParsedRelation};
use super::super::table::Table;
use super::common::{self, Provenance, Strictness, text_of};
use super::details;
use crate::body::tree::WrittenLink;
use crate::diag::{Diagnostic, Spanned};
use crate::model::{Details, Known, PageType, RelationKind, Subentry};

/// Longest summary of a typed page, in characters.
const LONGEST_DESCRIPTION: usize = 120;

/// How many practices stand side by side: more columns can't be read.
const SIDE_BY_SIDE: RangeInclusive<usize> = 2..=4;

/// Zola's fields of pages that mean nothing here.
const IGNORED: &[&str] = &["template", "path", "authors", "in_search_index", "render"];

/// Reads a page's front matter; `page` is the page with what its file's name
/// says.
pub fn read(mut page: ParsedPage, page_type: Option<PageType>, table: Table<'_>) -> ParsedPage {
    let typed = page_type.is_some();
    let title = table.field("title").required("标题");
    let title_span = title.span();
    page.title = title
        .text()
        .unwrap_or_else(|| Spanned::new(String::new(), title_span));

    let mut description = table.field("description");
    let mut date = table.field("date");
    if typed {
        description = description.required("摘要，不超过 120 个字");
        date = date.required("在本站发布的日期");
    }
    page.description = text_of(&description);
    if typed {
        let span = description.span();
        common::check_length(&page.description, LONGEST_DESCRIPTION, span, &table);
    }
    let date = date.date();
    let updated = table.field("updated").date();
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
                .hint("修改日期不会早于发布日期；检查两个日期"),
        );
    }
    page.published = date.map(|date| date.value);
    page.updated = updated.map(|date| date.value);
    page.draft = table.field("draft").boolean().unwrap_or(false);
    page.weight = table.field("weight").integer();
    if let Some(slug) = table.field("slug").text() {
        check_slug(&slug, &table);
        page.slug = slug;
    }
    page.redirects = common::redirects(&table.field("aliases"), &mut page.mentions);
    if let Some(taxonomies) = table.field("taxonomies").table() {
        let topics = taxonomies.field("topics").texts();
        page.topics = topics.into_iter().map(|topic| topic.value).collect();
        taxonomies.finish();
    }
    table.ignore(IGNORED);
    let mut extra = table.field("extra");
    if typed {
        extra = extra.required("本站的字段都写在 [extra] 下面");
    }
    if let Some(extra) = extra.table() {
        read_extra(&mut page, page_type, &extra);
        extra.finish();
    }
    table.finish();
    page
}

fn read_extra(page: &mut ParsedPage, page_type: Option<PageType>, extra: &Table<'_>) {
    let mut mentions = std::mem::take(&mut page.mentions);
    page.other_names = extra.field("other_names").texts();
    page.subentries = subentries(extra.field("subentries").tables(), &mut mentions);
    let words = extra.field("search_terms").texts();
    page.search_terms = words.into_iter().map(|word| word.value).collect();

    let mut integrity = extra.field("integrity");
    let mut sources = extra.field("sources");
    if page_type.is_some() {
        integrity = integrity.required("文本是否完好，如 { state = \"clean\" }");
        sources = sources.required("至少一个来源，写作 [[extra.sources]]");
    }
    page.integrity = common::integrity(&integrity);
    let source_tables = sources.tables();
    if page_type.is_some() && sources.is_empty_list() {
        let message = "没有来源：每个页面至少要有一个";
        extra.report(
            Diagnostic::error("missing-field", sources.span(), message)
                .hint("写一段 [[extra.sources]]，给出 id 与 locator"),
        );
    }
    page.sources = common::sources(source_tables, &mut mentions);
    page.responsibility = common::tags(&extra.field("responsibility"), &mut mentions);
    page.stage = common::tags(&extra.field("stage"), &mut mentions);
    page.role = common::tags(&extra.field("role"), &mut mentions);
    page.figures = common::figures(extra.field("figures").tables(), &mut mentions);
    page.relations = related(extra.field("related").tables(), &mut mentions);
    let as_of = page.updated.or(page.published);
    page.details = match page_type {
        None => {
            page.compared = compared(extra);
            Details::Plain
        }
        Some(PageType::Regulation) => {
            page.version_of = super::regulation::version_of(extra);
            page.relations.extend(super::regulation::replaces(extra));
            Details::Regulation(super::regulation::read(extra, as_of, &mut mentions))
        }
        Some(PageType::Practice) => details::practice(extra, &mut page.relations, &mut mentions),
        Some(PageType::Case) => details::case(extra, &mut page.relations, &mut mentions),
        Some(PageType::Term) => details::term(extra, &mut mentions),
    };
    page.public = match &page.details {
        Details::Regulation(regulation) => !matches!(regulation.public, Known::Known(false)),
        _ => extra.field("public").boolean().unwrap_or(true),
    };
    page.decided = extra.field("public_basis").text().is_some();
    page.relations.sort_by_key(|r| r.to.span.range.start);
    page.mentions = mentions;
}

/// `compare = ["@/practices/x.md", "@/practices/y.md"]`
fn compared(extra: &Table<'_>) -> Vec<WrittenLink> {
    let field = extra.field("compare");
    let written = field.texts();
    if field.is_given() && !SIDE_BY_SIDE.contains(&written.len()) {
        let message = format!("对照的做法有 {} 项", written.len());
        extra.report(
            Diagnostic::error("invalid-value", field.span(), message)
                .hint("并排对照两到四项；更多的分成几页"),
        );
    }
    let mut links: Vec<WrittenLink> = Vec::new();
    for practice in written {
        if let Some(first) = links.iter().find(|l| l.destination == practice.value) {
            let message = format!("“{}”写了两次", practice.value);
            extra.report(
                Diagnostic::error("invalid-value", practice.span, message)
                    .related(first.span.clone(), "第一次")
                    .hint("每项做法写一次"),
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

/// `[[extra.subentries]]`
fn subentries(tables: Vec<Table<'_>>, mentions: &mut Mentions) -> Vec<Subentry> {
    let mut subentries = Vec::new();
    for table in tables {
        let name = table.field("name").required("子条目的名称").text();
        let other_names = table.field("other_names").texts().into_iter();
        let other_names = other_names.map(|name| name.value).collect();
        let heading = table
            .field("heading")
            .required("本页标题的锚点，即 {#…} 中的名称")
            .text();
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

/// `[[extra.related]]`
fn related(tables: Vec<Table<'_>>, mentions: &mut Mentions) -> Vec<ParsedRelation> {
    let mut relations = Vec::new();
    for table in tables {
        let to = table
            .field("to")
            .required("页面，如 \"@/practices/x.md\"")
            .text();
        let kind = table
            .field("kind")
            .required("implements、applies、part-of、see-also、lesson 或 replaces")
            .vocabulary::<RelationKind>();
        let before = mentions.locators.len();
        let provenance: Provenance = common::provenance(&table, Strictness::Relaxed, mentions);
        if kind == Some(RelationKind::SeeAlso) {
            mentions.aside.extend(mentions.locators.split_off(before));
        }
        table.finish();
        if let (Some(to), Some(kind)) = (to, kind) {
            relations.push(common::relation(to, kind, provenance));
        }
    }
    relations
}

fn check_slug(slug: &Spanned<String>, table: &Table<'_>) {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !slug.value.bytes().all(plain) {
        let message = format!("`slug`“{}”含有网址里不宜用的字符", slug.value);
        table.report(
            Diagnostic::error("invalid-value", slug.span.clone(), message)
                .hint("只用小写英文字母、数字和连字符"),
        );
    }
}

impl ParsedPage {
    /// A page of which only the file is known.
    pub fn empty(path: String, section: String, slug: Spanned<String>) -> Self {
        let span = slug.span.clone();
        Self {
            path,
            section,
            slug,
            title: Spanned::new(String::new(), span.clone()),
            description: String::new(),
            published: None,
            updated: None,
            draft: false,
            weight: None,
            public: true,
            decided: false,
            redirects: Vec::new(),
            other_names: Vec::new(),
            subentries: Vec::new(),
            search_terms: Vec::new(),
            integrity: None,
            responsibility: Vec::new(),
            stage: Vec::new(),
            role: Vec::new(),
            topics: Vec::new(),
            sources: Vec::new(),
            figures: Vec::new(),
            version_of: None,
            compared: Vec::new(),
            relations: Vec::new(),
            details: Details::Plain,
            mentions: Mentions::default(),
            body: ParsedBody::default(),
            span,
        }
    }
}
