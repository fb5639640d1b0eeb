//! Fields that several types of pages share.

use std::ops::RangeInclusive;

use super::super::page::{Mentions, ParsedRelation, RegionMention};
use super::super::table::{Field, Table};
use crate::address::is_old_address;
use crate::body::tree::WrittenLink;
use crate::config::PER_PAGE;
use crate::diag::{Diagnostic, Span, Spanned};
use crate::model::{
    Basis, Comparator, Figure, Integrity, IntegrityState, Known, Located, Locators, PageType,
    Redirect, RegionReference, RelationKind, SourceReference, Statement, Tag, Vocabulary,
};

/// The text of a mandatory field. It is empty if the field is missing; that has
/// already been reported as an error, so the build won't use the empty text.
pub fn text_of(field: &Field<'_, '_>) -> String {
    field.text().map(|text| text.value).unwrap_or_default()
}

/// Reads `P8`, `P4、P6`.
pub fn locators(field: &Field<'_, '_>) -> Vec<Spanned<String>> {
    let Some(text) = field.text() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for part in text.value.split('、') {
        if part.trim().is_empty() {
            let message = format!("段号“{}”写法有误", text.value);
            field.report(
                Diagnostic::error("invalid-value", text.span.clone(), message)
                    .hint("写作 \"P8\"；多处并列的写作 \"P4、P6\""),
            );
        } else {
            found.push(Spanned::new(part.trim().to_owned(), text.span.clone()));
        }
    }
    found
}

/// Reads locators and records them for lookup in the page's sources.
pub fn mentioned_locators(field: &Field<'_, '_>, mentions: &mut Mentions) -> Locators {
    let found = locators(field);
    let plain = Locators(found.iter().map(|l| l.value.clone()).collect());
    mentions.locators.extend(found);
    plain
}

/// `basis`, `locator` and `note` from one table.
pub struct Provenance {
    /// Whether it is stated or inferred.
    pub basis: Basis,
    pub locators: Locators,
    /// Remark.
    pub note: String,
}

/// How strictly provenance is required.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Both `basis` and `locator` are mandatory.
    Full,
    /// `basis` defaults to `stated`; an inference needs a locator.
    Relaxed,
}

/// Reads `basis`, `locator` and `note`.
pub fn provenance(table: &Table<'_>, strict: Strictness, mentions: &mut Mentions) -> Provenance {
    let mut basis = table.field("basis");
    if strict == Strictness::Full {
        basis = basis.required();
    }
    let basis = match basis.one_of(&["stated", "inferred"]).map(|b| b.value) {
        Some("inferred") => Basis::Inferred,
        _ => Basis::Stated,
    };
    let mut locator = table.field("locator");
    if strict == Strictness::Full || basis == Basis::Inferred {
        locator = locator.required();
    }
    Provenance {
        basis,
        locators: mentioned_locators(&locator, mentions),
        note: table.field("note").note(),
    }
}

/// Reads `[ { value = "主体责任", basis = "stated", locator = "P8" } ]`.
pub fn tags<V: Vocabulary>(field: &Field<'_, '_>, mentions: &mut Mentions) -> Vec<Tag<V>> {
    let mut tags = Vec::new();
    for table in field.tables() {
        let value = table.field("value").required().vocabulary::<V>();
        let Provenance {
            basis,
            locators,
            note,
        } = provenance(&table, Strictness::Full, mentions);
        table.finish();
        tags.extend(value.map(|value| Tag {
            value,
            basis,
            locators,
            note,
        }));
    }
    tags
}

/// Reads `integrity = { state = "repaired", note = "…" }`.
pub fn integrity(field: &Field<'_, '_>) -> Option<Integrity> {
    let table = field.table()?;
    let state = table
        .field("state")
        .required()
        .vocabulary::<IntegrityState>();
    let mut note = table.field("note");
    if state.is_some_and(|state| state != IntegrityState::Clean) {
        note = note.required();
    }
    let note = note.note();
    table.finish();
    Some(Integrity {
        state: state?,
        note,
    })
}

/// Reads `[[extra.sources]]`.
pub fn sources(tables: Vec<Table<'_>>, mentions: &mut Mentions) -> Vec<SourceReference> {
    let mut sources = Vec::new();
    for table in tables {
        let id = table.field("id").required().text();
        let found = locators(&table.field("locator").required());
        table.finish();
        if let Some(id) = id {
            sources.push(SourceReference {
                source: id.value.clone(),
                locators: Locators(found.iter().map(|l| l.value.clone()).collect()),
            });
            mentions.sources.push((id, found));
        }
    }
    sources
}

/// Reads `[[extra.figures]]`.
pub fn figures(tables: Vec<Table<'_>>, mentions: &mut Mentions) -> Vec<Figure> {
    tables
        .into_iter()
        .map(|table| {
            let figure = Figure {
                label: text_of(&table.field("label").required()),
                value: decimal(&table.field("value").required()),
                unit: text_of(&table.field("unit").required()),
                comparator: table
                    .field("comparator")
                    .vocabulary()
                    .unwrap_or(Comparator::Equal),
                period: known(&table.field("period").required()),
                scope: text_of(&table.field("scope").required()),
                locators: mentioned_locators(&table.field("locator").required(), mentions),
                note: table.field("note").note(),
            };
            table.finish();
            figure
        })
        .collect()
}

fn decimal(field: &Field<'_, '_>) -> String {
    let Some(text) = field.text() else {
        return String::new();
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let fits = match text.value.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(&text.value),
    };
    if !fits {
        let message = format!("数值“{}”只能包含数字和一个小数点", text.value);
        field.report(
            Diagnostic::error("invalid-value", text.span, message)
                .hint("单位写入 unit，“不低于”写作 comparator = \"≥\""),
        );
    }
    text.value
}

/// Reads text or `unknown`; a missing field has been reported and becomes
/// unknown.
pub fn known(field: &Field<'_, '_>) -> Known<String> {
    match field.known_text() {
        Some(Known::Known(text)) => Known::Known(text.value),
        _ => Known::Unknown,
    }
}

/// Reads a region and its provenance.
pub fn region(field: &Field<'_, '_>, mentions: &mut Mentions) -> Option<RegionReference> {
    let table = field.table()?;
    let code = table.field("code").required().text();
    let name = table.field("name").required().text();
    let Provenance {
        basis,
        locators,
        note,
    } = provenance(&table, Strictness::Relaxed, mentions);
    table.finish();
    let (code, name) = (code?, name?);
    let reference = RegionReference {
        code: code.value.clone(),
        basis,
        locators,
        note,
    };
    mentions.regions.push(RegionMention { code, name });
    Some(reference)
}

/// Reads organ ids.
pub fn organs(field: &Field<'_, '_>, mentions: &mut Mentions) -> Vec<String> {
    let organs = field.texts();
    let ids = organs.iter().map(|organ| organ.value.clone()).collect();
    mentions.organs.extend(organs);
    ids
}

/// Reads at least one organ id; returns none if the value is `unknown`.
pub fn some_organs(field: &Field<'_, '_>, mentions: &mut Mentions) -> Vec<String> {
    if field.is_text() && matches!(field.known_text(), Some(Known::Unknown)) {
        return Vec::new();
    }
    if field.is_empty_list() {
        let message = format!("`{}` 至少填写一个机关", field.key());
        field.report(
            Diagnostic::error("empty-value", field.span(), message)
                .hint("机关先在 data/organs.toml 中登记，此处填写登记号"),
        );
    }
    organs(field, mentions)
}

/// Reads `{ text = "…", locator = "P8" }`: a sentence, which is stated unless
/// its `basis` says otherwise.
pub fn statement(field: &Field<'_, '_>, mentions: &mut Mentions) -> Option<Statement> {
    let table = field.table()?;
    let text = table.field("text").required();
    if let Some(text) = text.text()
        && text.value.ends_with('。')
    {
        table.report(
            Diagnostic::error("invalid-value", text.span, "句末不写句号")
                .hint("删去句号；标点由程序按位置添加"),
        );
    }
    let statement = Statement {
        text: text_of(&text),
        basis: match table.field("basis").one_of(&["stated", "inferred"]) {
            Some(basis) if basis.value == "inferred" => Basis::Inferred,
            _ => Basis::Stated,
        },
        locators: mentioned_locators(&table.field("locator").required(), mentions),
    };
    table.finish();
    Some(statement)
}

/// Reads `outcome`, with `outcome_locator` if it is a text.
pub fn outcome(extra: &Table<'_>, mentions: &mut Mentions) -> Option<Known<Located>> {
    let outcome = extra.field("outcome").known_text();
    let mut locator = extra.field("outcome_locator");
    if matches!(outcome, Some(Known::Known(_))) {
        locator = locator.required();
    }
    let locators = mentioned_locators(&locator, mentions);
    Some(match outcome? {
        Known::Unknown => Known::Unknown,
        Known::Known(text) => Known::Known(Located {
            text: text.value,
            locators,
        }),
    })
}

/// Reads `[[extra.implements]]` or `[[extra.applied]]`: a regulation, and
/// optionally a provision of it.
pub fn provisions(tables: Vec<Table<'_>>, kind: RelationKind, mentions: &mut Mentions) {
    for table in tables {
        let to = table.field("regulation").required().text();
        let provision = match table.field("provision").known_text() {
            Some(Known::Known(text)) => Some(text),
            _ => None,
        };
        let provenance = provenance(&table, Strictness::Full, mentions);
        table.finish();
        mentions.relations.extend(to.map(|to| ParsedRelation {
            wanted: Some(PageType::Regulation),
            provision,
            ..relation(to, kind, provenance)
        }));
    }
}

/// Builds a typed link from its parts.
pub fn relation(to: Spanned<String>, kind: RelationKind, provenance: Provenance) -> ParsedRelation {
    ParsedRelation {
        to: WrittenLink {
            destination: to.value,
            span: to.span,
        },
        kind,
        wanted: None,
        provision: None,
        basis: provenance.basis,
        locators: provenance.locators,
        note: provenance.note,
    }
}

/// Reads `aliases`, without leading or trailing slashes: `terms/old`, or
/// `terms/old#heading` for an address that leads to a heading of the page.
pub fn redirects(field: &Field<'_, '_>, mentions: &mut Mentions) -> Vec<Redirect> {
    let mut redirects = Vec::new();
    for alias in field.texts() {
        let (path, anchor) = match alias.value.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (alias.value.as_str(), None),
        };
        let path = path.trim_matches('/');
        if is_old_address(path) {
            let anchor = anchor.map(str::to_owned);
            let spanned = |text: &String| Spanned::new(text.clone(), alias.span.clone());
            mentions.anchors.extend(anchor.as_ref().map(spanned));
            redirects.push(Redirect {
                from: path.to_owned(),
                anchor,
                span: alias.span,
            });
        } else {
            field.report(no_old_address(&alias));
        }
    }
    redirects
}

/// Why a text can't be an old address, and what to write instead.
pub fn no_old_address(alias: &Spanned<String>) -> Diagnostic {
    let written = &alias.value;
    let error = |message: String| Diagnostic::error("invalid-value", alias.span.clone(), message);
    if written.contains('?') {
        let message = format!("旧网址“{written}”含有问号，静态网站不能对此类网址作转向");
        return error(message).hint("删去该项；需要保留该网址的，由网站管理员在服务器上设置转向");
    }
    let (_, host) = written.split_once("://").unwrap_or_default();
    let own = host.split_once('/').map(|(_, path)| path.trim_matches('/'));
    if let Some(path) = own.filter(|path| is_old_address(path)) {
        let message = format!("旧网址“{written}”不应包含域名");
        return error(message).hint(format!("只写域名之后的部分，写作 \"{path}\""));
    }
    error(format!("旧网址“{written}”含有网址中不宜使用的字符")).hint(
        "只用英文字母、数字、连字符、下划线、点和斜线，各段不以点结尾，如 \"practices/old-name\"",
    )
}

/// Checks the length of a summary.
pub fn check_length(text: &str, limit: usize, span: Span, table: &Table<'_>) {
    let length = text.chars().count();
    if length > limit {
        let message = format!("摘要共 {length} 字，超过 {limit} 字的上限");
        table.report(
            Diagnostic::error("too-long", span, message).hint("摘要限一两句话，详细内容写入正文"),
        );
    }
}

/// Reads the number of entries per page; `None` if it is missing or not
/// allowed.
pub fn per_page(field: &Field<'_, '_>, allowed: RangeInclusive<i64>) -> Option<usize> {
    let number = field.integer()?;
    if allowed.contains(&number) {
        return usize::try_from(number).ok();
    }
    let message = format!("`{}` 的值不能为 {number}", field.key());
    field.report(
        Diagnostic::error("invalid-value", field.span(), message).hint(format!(
            "填写 {} 至 {} 之间的整数；不写则为 {PER_PAGE}",
            allowed.start(),
            allowed.end()
        )),
    );
    None
}
