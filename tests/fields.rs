//! The list of fields against the parser, and the manual made from it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use snapbox::Data;
use zhize::fields::{FIELDS, Field, File, Form, Place};
use zhize::model::{PageType, Vocabulary as _};

use crate::support::{check, repository, site};

/// A name that no field has and none resembles.
const NOTHING: &str = "qqqqqqqqqqqq";

/// All tables of a page, each with an unknown key only.
fn empty_tables(place: Place, table: &str) -> String {
    let fields = place.fields().filter(|field| field.table == table);
    let mut entries = vec![format!("{NOTHING} = 1")];
    for field in fields {
        let inner = || empty_tables(place, &field.path());
        match field.form {
            Form::Table => entries.push(format!("{} = {}", field.name, inner())),
            Form::Tables | Form::Tags => entries.push(format!("{} = [{}]", field.name, inner())),
            _ => {}
        }
    }
    format!("{{ {} }}", entries.join(", "))
}

/// Such a page as a file.
fn page(place: Place) -> String {
    let inline = empty_tables(place, "");
    let inner = &inline[1..inline.len() - 1];
    // At the top level, entries are lines.
    let mut lines = String::new();
    let mut depth = 0;
    for c in inner.chars() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            ',' if depth == 0 => {
                lines.push('\n');
                continue;
            }
            _ => {}
        }
        lines.push(c);
    }
    format!("+++\n{}\n+++\n", lines.trim())
}

fn names(text: &str) -> Vec<String> {
    let parts = text.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

/// Tables and the names of their fields.
type Names = BTreeSet<(String, String)>;

/// What the parser says that it reads and must have: tables with their fields.
fn said(place: Place) -> (Names, Names) {
    let folder = site("diagnostics-base", "../fixtures/diagnostics-base");
    let path = match (place.file, place.page_type) {
        (File::Section, _) => "content/practices/_index.md".to_owned(),
        (_, Some(PageType::Regulation)) => "content/regulations/xin.md".to_owned(),
        (_, Some(PageType::Practice)) => "content/practices/xin.md".to_owned(),
        (_, Some(PageType::Case)) => "content/cases/xin.md".to_owned(),
        (_, Some(PageType::Term)) => "content/terms/xin.md".to_owned(),
        (_, None) => "content/xin.md".to_owned(),
    };
    fs::write(folder.path().join(&path), page(place)).expect("it can be written");
    let mut read = BTreeSet::new();
    let mut required = BTreeSet::new();
    for found in check(folder.path()).diagnostics {
        let words = names(&found.message);
        match found.code {
            "unknown-key" => {
                let table = if words.len() > 1 { &words[0] } else { "" };
                for name in names(&found.hints[0]) {
                    read.insert((table.to_owned(), name));
                }
            }
            "missing-field" => {
                let (table, name) = match words.as_slice() {
                    [name] => ("", name),
                    [table, name] => (&**table, name),
                    _ => continue,
                };
                required.insert((table.to_owned(), name.clone()));
            }
            _ => {}
        }
    }
    (read, required)
}

#[test]
fn the_parser_reads_the_listed_fields_and_no_other() {
    let types = PageType::ALL
        .iter()
        .map(|page_type| Place::page(Some(*page_type)));
    let places = types.chain([Place::page(None), Place::of(File::Section)]);
    for place in places {
        let listed = |wanted: fn(&&Field) -> bool| -> Names {
            let fields = place.fields().filter(wanted);
            fields
                .map(|field| (field.table.to_owned(), field.name.to_owned()))
                .collect()
        };
        let (read, required) = said(place);
        assert_eq!(read, listed(|_| true), "{place:?}");
        // Tables that are there lack nothing at the place above them.
        let written = |field: &&Field| {
            field.required && !matches!(field.form, Form::Table | Form::Tables | Form::Tags)
        };
        if place.page_type.is_some() {
            assert_eq!(required, listed(written), "{place:?}");
        }
    }
}

#[test]
fn the_parser_reads_the_listed_fields_of_registers() {
    for (table, file) in [
        ("organ", "organs"),
        ("region", "regions"),
        ("source", "sources"),
        ("external", "external"),
    ] {
        let folder = site("diagnostics-base", "../fixtures/diagnostics-base");
        let path = folder.path().join(format!("data/{file}.toml"));
        let inner = if table == "source" {
            format!("segment = [{{ {NOTHING} = 1 }}]\n")
        } else {
            String::new()
        };
        let text = fs::read_to_string(&path).unwrap_or_default();
        let text = format!("{text}\n[[{table}]]\n{NOTHING} = 1\n{inner}");
        fs::write(&path, text).expect("it can be written");
        let mut read = BTreeSet::new();
        for found in check(folder.path()).diagnostics {
            if found.code == "unknown-key" {
                let table = names(&found.message).remove(0);
                read.extend(
                    names(&found.hints[0])
                        .into_iter()
                        .map(|name| (table.clone(), name)),
                );
            }
        }
        let fields = FIELDS.iter().filter(|field| {
            field.file == File::Register && field.table.split('.').next() == Some(table)
        });
        let listed: BTreeSet<_> = fields
            .map(|field| (field.table.to_owned(), field.name.to_owned()))
            .collect();
        assert_eq!(read, listed, "{table}");
    }
}

/// One table of the manual for each table of fields.
fn manual() -> String {
    let mut text = String::from(
        "# 字段一览\n\n本页由程序中的字段表生成。单个字段也可以用 `zhize explain 字段` 查看。\
         必填一栏的“可未知”，指原文未载明时写 `\"unknown\"`。\n",
    );
    let mut chapters: Vec<(String, File, Vec<&Field>)> = Vec::new();
    let common = FIELDS
        .iter()
        .filter(|field| field.file == File::Page && field.types.is_empty());
    chapters.push(("各类页面".to_owned(), File::Page, common.collect()));
    for page_type in PageType::ALL {
        let own = FIELDS
            .iter()
            .filter(|field| field.file == File::Page && field.types.contains(page_type));
        chapters.push((page_type.label().to_owned(), File::Page, own.collect()));
    }
    for (title, file) in [
        ("没有类型的页面", File::Plain),
        ("栏目", File::Section),
        ("登记表", File::Register),
    ] {
        let own = FIELDS.iter().filter(|field| field.file == file);
        chapters.push((title.to_owned(), file, own.collect()));
    }
    for (title, file, fields) in chapters {
        write!(text, "\n## {title}\n").expect("a string");
        let mut tables: Vec<(&str, String)> = Vec::new();
        for field in fields {
            let place = tables.iter().position(|(table, _)| *table == field.table);
            let place = place.unwrap_or_else(|| {
                tables.push((field.table, String::new()));
                tables.len() - 1
            });
            tables[place].1 += &row(field);
        }
        for (table, rows) in tables {
            let name = match (table, file) {
                ("", _) => "字段区开头".to_owned(),
                (name, File::Register) => format!("`[[{name}]]`"),
                (name, _) => format!("`{name}`"),
            };
            text += &format!(
                "\n### {name}\n\n\
                 | 字段 | 名称 | 必填 | 含义 | 可用的值 | 写法 | 显示在 |\n\
                 |---|---|---|---|---|---|---|\n{rows}"
            );
        }
    }
    text
}

fn row(field: &Field) -> String {
    let must = match (field.required, field.may_be_unknown) {
        (true, true) => "是，可未知",
        (true, false) => "是",
        (false, true) => "可未知",
        (false, false) => "",
    };
    let example = match field.form {
        Form::Table if field.example.is_empty() => format!("`[{}]`", field.path()),
        _ => format!("`{}`", field.line()),
    };
    format!(
        "| `{}` | {} | {must} | {} | {} | {example} | {} |\n",
        field.name,
        field.label,
        field.meaning,
        field.values().join("、"),
        field.shown
    )
}

/// `SNAPSHOTS=overwrite` rewrites docs/fields.md.
#[test]
fn the_manual_lists_every_field() {
    let expected = repository("docs/fields.md");
    snapbox::assert_data_eq!(manual(), Data::read_from(&expected, None).raw());
}
