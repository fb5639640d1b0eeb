//! Finds the block between the `+++` lines, and reads the fields of sections.

use std::ops::Range;

use toml::de::DeTable;

use super::document::{Document, Unfilled};
use super::table::PLACEHOLDER;
use super::table::Table;
use crate::chinese::damage;
use crate::diag::{Diagnostic, Span};
use crate::fields::{File, Place};
use crate::model::PageType;
use crate::parse::toml_syntax;
use crate::source::SourceFile;
use common::per_page;

pub mod common;
mod details;
mod page;
mod regulation;

pub use page::{FileName, read as read_page};

/// Where the front matter and the body are in a file.
pub struct Parts {
    /// TOML, without the `+++` lines.
    pub front_matter: Range<usize>,
    /// The rest of the file.
    pub body: Range<usize>,
}

/// Finds the front matter.
///
/// # Errors
/// When it is missing or not terminated.
pub fn split(file: &SourceFile) -> Result<Parts, Box<Diagnostic>> {
    let text = &file.text;
    let opening = text.len() - text.trim_start().len();
    let first_line = line_at(text, opening);
    let opening_line = text[first_line.clone()].trim_end();
    if opening_line != "+++" {
        let span = Span::new(file.id, first_line.clone());
        if let Some((message, hint)) = mistyped(opening_line) {
            let found = Diagnostic::error("missing-front-matter", span, message);
            return Err(Box::new(found.hint(hint)));
        }
        let mut found = Diagnostic::error(
            "missing-front-matter",
            span,
            "文件开头缺少两行 `+++` 之间的字段区",
        );
        if text[opening..].starts_with("---") {
            found = found
                .hint("此处为 YAML 写法（---）；改用 TOML 写法：将 --- 改为 +++，冒号改为等号");
        }
        let hint = "第一行写 +++，其后写 title 等字段，最后再写一行 +++；可用 `zhize new` 生成模板";
        return Err(Box::new(found.hint(hint)));
    }
    let start = (first_line.end + 1).min(text.len());
    let mut at = start;
    while at < text.len() {
        let line = line_at(text, at);
        if text[line.clone()].trim_end() == "+++" {
            return Ok(Parts {
                front_matter: start..at,
                body: (line.end + 1).min(text.len())..text.len(),
            });
        }
        at = line.end + 1;
    }
    let span = Span::new(file.id, first_line);
    Err(Box::new(
        Diagnostic::error("unclosed-front-matter", span, "字段区缺少结束行")
            .label("字段区由此开始")
            .hint("在最后一个字段之后单独写一行 +++"),
    ))
}

/// What is wrong with the first line, if it was meant to open the front matter
/// or the file is empty.
fn mistyped(line: &str) -> Option<(String, &'static str)> {
    const THREE: &str = "第一行改为三个半角加号 +++";
    if line.is_empty() {
        let message = "文件内容为空".to_owned();
        return Some((message, "填写内容；不需要的文件删去"));
    }
    let plus = line.chars().filter(|c| matches!(c, '+' | '＋')).count();
    if plus != line.chars().count() {
        return None;
    }
    let message = if line.contains('＋') {
        "文件开头使用了全角加号".to_owned()
    } else {
        format!("文件开头有 {plus} 个加号，应为三个")
    };
    Some((message, THREE))
}

fn line_at(text: &str, start: usize) -> Range<usize> {
    let end = text[start..].find('\n').map_or(text.len(), |n| start + n);
    start..end
}

/// Parses the front matter of a file and passes its top-level table to `read`.
///
/// Returns `None` if the TOML itself is broken: its fields could only be
/// guessed.
pub fn with_table<T>(
    file: &SourceFile,
    range: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
    read: impl FnOnce(Table<'_>) -> T,
) -> Option<T> {
    let read = |table: Table<'_>, toml: &str| {
        check_texts(table.document, toml, "", table.entries);
        read(table)
    };
    with_raw_table(file, range, diagnostics, read)
}

/// Parses TOML whose texts are not meant for publication. They may be damaged,
/// like text that readers paste. `read` gets the text to which ranges refer.
pub fn with_raw_table<T>(
    file: &SourceFile,
    range: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
    read: impl FnOnce(Table<'_>, &str) -> T,
) -> Option<T> {
    let toml = &file.text[range.clone()];
    let document = Document::new(file.id, range.start);
    let (table, errors) = DeTable::parse_recoverable(toml);
    let broken = toml_syntax::report(&document, toml, &errors);
    let result = (!broken).then(|| {
        // Missing fields are reported at the opening line.
        let opening = match range.start {
            0 => Span::new(file.id, 0..0),
            start => Span::new(file.id, start.saturating_sub(4)..start - 1),
        };
        read(Table::new(&document, table.get_ref(), opening, ""), toml)
    });
    diagnostics.extend(document.into_diagnostics());
    result
}

/// Checks every text of the front matter for things that must not be published,
/// in any field. `path` is the table's name.
fn check_texts(document: &Document, toml: &str, path: &str, table: &DeTable<'_>) {
    for (key, value) in table.iter() {
        check_value(document, toml, (path, key.get_ref()), value);
    }
}

fn check_value(
    document: &Document,
    toml: &str,
    field: (&str, &str),
    value: &toml::Spanned<toml::de::DeValue<'_>>,
) {
    use toml::de::DeValue;
    let (path, key) = field;
    match value.get_ref() {
        DeValue::String(text) if text.contains(PLACEHOLDER) => {
            document.unfilled.borrow_mut().push(Unfilled {
                table: path.to_owned(),
                key: key.to_owned(),
                span: document.span(value.span()),
            });
        }
        DeValue::String(_) => {
            let range = value.span();
            let text = &toml[range.clone()];
            for damage in damage::find(text) {
                let at = range.start + damage.range.start..range.start + damage.range.end;
                document.report(damage.into_diagnostic(text, document.span(at)));
            }
        }
        DeValue::Array(items) => {
            for item in items.iter() {
                check_value(document, toml, field, item);
            }
        }
        DeValue::Table(table) if path.is_empty() => check_texts(document, toml, key, table),
        DeValue::Table(table) => {
            check_texts(document, toml, &format!("{path}.{key}"), table);
        }
        _ => {}
    }
}

/// The front matter of a section.
#[derive(Debug, Default)]
pub struct SectionFields {
    pub title: String,
    /// Description; empty if not given.
    pub description: String,
    /// The type of its pages.
    pub page_type: Option<PageType>,
    /// Whether it and everything below it is not to be published yet.
    pub draft: bool,
    /// Number of entries on one page of its list, if given; 0 for all of them.
    pub paginate_by: Option<usize>,
}

/// Zola's section fields that have no effect here.
const IGNORED_IN_SECTIONS: &[&str] = &[
    "aliases",
    "template",
    "page_template",
    "paginate_path",
    "paginate_reversed",
    "insert_anchor_links",
    "in_search_index",
    "render",
    "redirect_to",
    "transparent",
    "generate_feeds",
    "generate_feed",
];

/// Reads the front matter of an `_index.md` file.
pub fn read_section(table: Table<'_>) -> SectionFields {
    table.document.is_in(Place::of(File::Section));
    let mut fields = SectionFields {
        title: common::text_of(&table.field("title").required()),
        description: table.field("description").note(),
        draft: table.field("draft").boolean().unwrap_or(false),
        page_type: None,
        paginate_by: per_page(&table.field("paginate_by"), 0..=1_000),
    };
    // Pages are always ordered by weight and key, whatever this says; only Zola
    // needs to be told.
    table.field("sort_by").one_of(&["weight", "none", "slug"]);
    table.field("weight").integer();
    table.ignore(IGNORED_IN_SECTIONS);
    if let Some(extra) = table.field("extra").table() {
        fields.page_type = extra.field("type").named();
        extra.finish();
    }
    table.finish();
    fields
}
