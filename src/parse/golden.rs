//! Reads `search-index/golden.toml`: what searches must find.

use std::collections::BTreeMap;

use super::front_matter::with_raw_table;
use super::page::ParsedGolden;
use super::table::Table;
use crate::diag::{Diagnostic, Span, Spanned};
use crate::source::SourceFile;

/// Default number of results checked for `also`.
const WITHIN: usize = 5;

/// Maximum of `within`, more results than a reader looks at; the first results
/// page has ten.
const MAX_WITHIN: i64 = 50;

/// Reads the golden queries.
pub fn read(file: &SourceFile, diagnostics: &mut Vec<Diagnostic>) -> Vec<ParsedGolden> {
    let read = |table: Table<'_>, _: &str| {
        let mut asked = Asked::default();
        let mut queries = Vec::new();
        for entry in table.field("golden").tables() {
            if let Some(query) = query(&entry)
                && asked.is_new(&entry, &query)
            {
                queries.push(query);
            }
            entry.finish();
        }
        table.finish();
        queries
    };
    with_raw_table(file, 0..file.text.len(), diagnostics, read).unwrap_or_default()
}

const PAGE: &str = "应居首位的页面，如 \"practices/tianjin-wubitan\"；多个页面均可居首的写成列表";

/// Reads one entry; `None` if it can't be run.
fn query(entry: &Table<'_>) -> Option<ParsedGolden> {
    let query = entry.field("query").required_as("读者输入的文字").text();
    let first = one_or_more(entry, "first");
    let also = entry.field("also").texts();
    let within = within(entry, &also);
    let not = one_or_more(entry, "not");
    let as_typed = entry.field("as_typed").boolean().unwrap_or(false);
    let nothing = nothing(entry, as_typed);
    let filters = filters(entry);
    let reason = entry
        .field("reason")
        .required_as("本条样例的理由，一句话，如 \"机制的简称\"")
        .text();
    Some(ParsedGolden {
        query: query?,
        first,
        also,
        within,
        nothing: nothing?,
        not,
        as_typed,
        filters,
        reason: reason?.value,
    })
}

/// Whether the query must find nothing; `None` if that contradicts the rest of
/// the entry.
fn nothing(entry: &Table<'_>, as_typed: bool) -> Option<bool> {
    let none = entry.field("none");
    let nothing = none.boolean().unwrap_or(false);
    let mut pages = ["first", "also", "not"].into_iter();
    let expects = pages.any(|key| entry.field(key).is_given());
    if nothing && expects {
        let message = "同时写有 `none = true` 和应检索到的页面";
        entry.report(Diagnostic::error("golden-conflict", none.span(), message).hint("只保留一项"));
        return None;
    }
    if !nothing && !expects && !as_typed {
        let what = format!("{PAGE}；应无检索结果的写 none = true");
        entry.field("first").required_as(&what);
        return None;
    }
    Some(nothing)
}

fn filters(entry: &Table<'_>) -> Vec<Spanned<(String, String)>> {
    let filters = entry.field("filter").texts().into_iter();
    filters
        .filter_map(|written| {
            let pair = written.value.split_once('=');
            let pair = pair.filter(|(key, value)| !key.is_empty() && !value.is_empty());
            let Some((key, value)) = pair else {
                let message = format!("`filter` 中的“{}”不是“字段=值”", written.value);
                entry.report(
                    Diagnostic::error("invalid-value", written.span, message)
                        .hint("写作 filter = [\"type=practice\"]"),
                );
                return None;
            };
            let pair = (key.to_owned(), value.to_owned());
            Some(Spanned::new(pair, written.span))
        })
        .collect()
}

/// Reads a text or a list of texts.
fn one_or_more(entry: &Table<'_>, key: &'static str) -> Vec<Spanned<String>> {
    let field = entry.field(key);
    if field.is_text() {
        return field.text().into_iter().collect();
    }
    field.texts()
}

fn within(entry: &Table<'_>, also: &[Spanned<String>]) -> usize {
    let field = entry.field("within");
    let Some(written) = field.integer() else {
        return WITHIN;
    };
    let hint = if also.is_empty() {
        "`within` 规定 `also` 的页面应在前几名；没有 `also` 的，删去 `within`"
    } else if (1..=MAX_WITHIN).contains(&written) {
        return usize::try_from(written).expect("it is between 1 and 50");
    } else {
        "填写 1 至 50 之间的整数；不写则为 5"
    };
    let message = format!("`within` 的值不能为 {written}");
    entry.report(Diagnostic::error("invalid-value", field.span(), message).hint(hint));
    WITHIN
}

/// The queries and filters so far, each with its first location.
#[derive(Default)]
struct Asked(BTreeMap<(String, Vec<(String, String)>), Span>);

impl Asked {
    /// Returns whether this query is new; reports it if it isn't.
    fn is_new(&mut self, entry: &Table<'_>, query: &ParsedGolden) -> bool {
        let mut filters: Vec<_> = query.filters.iter().map(|f| f.value.clone()).collect();
        filters.sort();
        let key = (query.query.value.clone(), filters);
        if let Some(first) = self.0.get(&key) {
            let message = format!("“{}”重复列出", query.query.value);
            entry.report(
                Diagnostic::error("golden-conflict", query.query.span.clone(), message)
                    .related(first.clone(), "第一处")
                    .hint("合并为一条，或删去其中一处"),
            );
            return false;
        }
        self.0.insert(key, query.query.span.clone());
        true
    }
}
