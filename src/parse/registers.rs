//! Reads the registers in `data/`: organs, regions, sources, documents not
//! held.

use std::collections::BTreeMap;

use super::front_matter::{common, with_table};
use super::page::{RegionOfOrgan, Registers};
use super::table::Table;
use crate::diag::nearest::clearly_nearest;
use crate::diag::{Diagnostic, Span, Spanned};
use crate::model::{
    ExternalDocument, IntegrityState, Known, Organ, OrganKind, Region, Source, SourceSegment,
};
use crate::source::{SourceFile, SourceSet};

/// The files of the registers.
const NAMES: [&str; 4] = [
    "organs.toml",
    "regions.toml",
    "sources.toml",
    "external.toml",
];

/// Reads one file of `data/` into the registers. A register that is called
/// nearly as it should be is read as well, so that its entries aren't reported
/// as missing.
pub fn read(
    file: &SourceFile,
    sources: &SourceSet,
    registers: &mut Registers,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut name = file.path.trim_start_matches("data/");
    let whole = 0..file.text.len();
    let is_there = |name: &str| {
        let path = format!("data/{name}");
        sources.files.iter().any(|file| file.path == path)
    };
    if let Some(meant) = clearly_nearest(name, &NAMES)
        && !is_there(meant)
    {
        let message = format!("登记表的文件名“{name}”有误");
        let place = Span::start_of(file.id);
        let found = Diagnostic::error("file-name", place, message);
        diagnostics.push(found.hint(format!("改名为 {meant}")));
        name = meant;
    }
    let read = match name {
        "organs.toml" => with_table(file, whole, diagnostics, |table| {
            entries(&table, "organ", &mut registers.organs, |table| {
                organ(table, &mut registers.regions_of_organs)
            });
            table.finish();
        }),
        "regions.toml" => with_table(file, whole, diagnostics, |table| {
            entries(&table, "region", &mut registers.regions, region);
            table.finish();
        }),
        "sources.toml" => with_table(file, whole, diagnostics, |table| {
            entries(&table, "source", &mut registers.sources, source);
            table.finish();
        }),
        "external.toml" => with_table(file, whole, diagnostics, |table| {
            entries(&table, "external", &mut registers.externals, external);
            table.finish();
        }),
        _ => {
            let found = Diagnostic::warning(
                "ignored-file",
                Span::start_of(file.id),
                format!("{} 不是登记表，未读取", file.path),
            );
            diagnostics.push(found.hint(format!("登记表限于 {}；核对文件名", NAMES.join("、"))));
            Some(())
        }
    };
    if read.is_none() {
        registers.unread.insert(format!("data/{name}"));
    }
}

fn entries<T>(
    table: &Table<'_>,
    key: &'static str,
    register: &mut BTreeMap<String, Spanned<T>>,
    mut read: impl FnMut(&Table<'_>) -> Option<(Spanned<String>, T)>,
) {
    for entry in table.field(key).tables() {
        let Some((id, value)) = read(&entry) else {
            entry.finish();
            continue;
        };
        if let Some(first) = register.get(&id.value) {
            let message = format!("“{}”重复登记", id.value);
            table.report(
                Diagnostic::error("duplicate-id", id.span, message)
                    .related(first.span.clone(), "第一处")
                    .hint("删去其中一处，或修改其中一个登记号"),
            );
        } else {
            register.insert(id.value, Spanned::new(value, id.span));
        }
        entry.finish();
    }
}

/// Reads an id that becomes part of an address.
fn id(table: &Table<'_>) -> Option<Spanned<String>> {
    let id = table.field("id").required().text()?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !id.value.bytes().all(plain) {
        let message = format!("登记号“{}”写法有误", id.value);
        table.report(
            Diagnostic::error("invalid-value", id.span, message)
                .hint("只用小写英文字母、数字和连字符，如 \"tianjin\""),
        );
        return None;
    }
    Some(id)
}

fn organ(table: &Table<'_>, regions: &mut Vec<RegionOfOrgan>) -> Option<(Spanned<String>, Organ)> {
    let id = id(table);
    let region = table.field("region").text();
    let organ = Organ {
        id: id.as_ref().map(|id| id.value.clone()).unwrap_or_default(),
        name: common::text_of(&table.field("name").required()),
        region: region
            .as_ref()
            .map_or_else(String::new, |code| code.value.clone()),
        kind: table
            .field("kind")
            .required_listed()
            .map_or(OrganKind::Other, |kind| kind.value),
        note: table.field("note").note(),
        place: id.as_ref().map_or(0, |id| id.span.range.start),
    };
    regions.extend(region.map(|code| RegionOfOrgan {
        organ: organ.name.clone(),
        code,
    }));
    Some((id?, organ))
}

fn region(table: &Table<'_>) -> Option<(Spanned<String>, Region)> {
    let code = table.field("code").required().text();
    let region = Region {
        code: code.as_ref().map(|c| c.value.clone()).unwrap_or_default(),
        name: common::text_of(&table.field("name").required()),
        short: common::text_of(&table.field("short").required()),
        iso: table.field("iso").text().map(|iso| iso.value),
    };
    let code = code?;
    let six_digits = code.value.len() == 6 && code.value.bytes().all(|b| b.is_ascii_digit());
    if !six_digits && code.value != "CN" {
        let message = format!("行政区划代码“{}”应为六位数字", code.value);
        table.report(
            Diagnostic::error("invalid-value", code.span, message)
                .hint("代码见 GB/T 2260，如天津市 \"120000\"；全国写 \"CN\""),
        );
        return None;
    }
    Some((code, region))
}

fn source(table: &Table<'_>) -> Option<(Spanned<String>, Source)> {
    let id = id(table);
    let field = |key| common::known(&table.field(key).required());
    let source = Source {
        id: id.as_ref().map(|id| id.value.clone()).unwrap_or_default(),
        label: common::text_of(&table.field("label").required()),
        title: field("title"),
        author: field("author"),
        publisher: field("publisher"),
        date: date(table),
        url: field("url"),
        note: table.field("note").note(),
        segments: segments(table),
    };
    Some((id?, source))
}

fn external(table: &Table<'_>) -> Option<(Spanned<String>, ExternalDocument)> {
    let id = id(table);
    let bare = |name: &str| {
        let inner = name.strip_prefix('《').and_then(|n| n.strip_suffix('》'));
        inner.unwrap_or(name).to_owned()
    };
    let names = table.field("other_names").texts();
    let url = table.field("url").text();
    if let Some(url) = &url
        && !url.value.starts_with("https://")
        && !url.value.starts_with("http://")
    {
        let message = format!("“{}”不是网址", url.value);
        table.report(
            Diagnostic::error("invalid-value", url.span.clone(), message)
                .hint("网址以 https:// 或 http:// 开头；没有网址的，删去该行"),
        );
    }
    let document = ExternalDocument {
        id: id.as_ref().map(|id| id.value.clone()).unwrap_or_default(),
        title: bare(&common::text_of(&table.field("title").required())),
        other_names: names.iter().map(|name| bare(&name.value)).collect(),
        url: url.map(|url| url.value),
        note: table.field("note").note(),
    };
    Some((id?, document))
}

/// Reads the date of a source: text, a date, or `unknown`.
fn date(table: &Table<'_>) -> Known<String> {
    let field = table.field("date").required();
    if field.is_text() {
        return common::known(&field);
    }
    match field.date() {
        Some(date) => Known::Known(date.value.to_string()),
        None => Known::Unknown,
    }
}

fn segments(table: &Table<'_>) -> Vec<SourceSegment> {
    let mut segments: Vec<SourceSegment> = Vec::new();
    for entry in table.field("segment").tables() {
        let locator = entry.field("locator").required().text();
        let segment = SourceSegment {
            locator: locator
                .as_ref()
                .map(|l| l.value.clone())
                .unwrap_or_default(),
            heading: entry
                .field("kind")
                .required()
                .one_of(&["heading", "body"])
                .is_some_and(|kind| kind.value == "heading"),
            summary: common::text_of(&entry.field("summary").required()),
            integrity: entry
                .field("integrity")
                .required()
                .vocabulary()
                .unwrap_or(IntegrityState::Clean),
            note: entry.field("note").note(),
        };
        entry.finish();
        let repeated = segments.iter().any(|s| s.locator == segment.locator);
        if let Some(locator) = locator.filter(|_| repeated) {
            let message = format!("段号“{}”重复登记", locator.value);
            table.report(
                Diagnostic::error("duplicate-id", locator.span, message)
                    .hint("每段使用一个段号；核对编号"),
            );
        }
        segments.push(segment);
    }
    segments
}
