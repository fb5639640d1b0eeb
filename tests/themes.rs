//! The manual of themes: its reference matches what templates receive.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use snapbox::Data;
use zhize::render::{Prepared, RenderOptions, Theme};
use zhize::{parse, source};

use crate::support::{copy_into, example, repository, site};

/// A struct of `src/render/views.rs`.
struct View {
    about: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    written: String,
    about: String,
}

impl Field {
    /// The type inside `Option`, `Vec` and the like.
    fn core(&self) -> &str {
        let mut core = self.written.as_str();
        while let Some(inner) = core
            .strip_prefix("Option<")
            .or_else(|| core.strip_prefix("Vec<"))
        {
            core = inner.strip_suffix('>').expect("a bracket closes");
        }
        core
    }
}

/// The structs by name. Panics on what it can't read, so that nothing is
/// silently left out.
fn views() -> BTreeMap<String, View> {
    let text = fs::read_to_string(repository("src/render/views.rs")).expect("the source is here");
    let mut views: BTreeMap<String, View> = BTreeMap::new();
    let (mut about, mut renamed) = (String::new(), None);
    let mut open: Option<String> = None;
    for line in text.lines() {
        let line = line.trim();
        if let Some(words) = line.strip_prefix("/// ") {
            about.push_str(if about.is_empty() { "" } else { " " });
            about.push_str(words);
        } else if let Some(name) = line.strip_prefix("pub struct ") {
            let name = name.strip_suffix(" {").expect("a struct with fields");
            let about = std::mem::take(&mut about);
            let fields = Vec::new();
            views.insert(name.to_owned(), View { about, fields });
            open = Some(name.to_owned());
        } else if let Some(name) = &open {
            if line == "}" {
                open = None;
            } else if let Some(name) = line.strip_prefix("#[serde(rename = \"") {
                renamed = name.strip_suffix("\")]").map(str::to_owned);
            } else {
                let field = line.strip_prefix("pub ").and_then(|l| l.strip_suffix(','));
                let (field, written) = field
                    .and_then(|field| field.split_once(": "))
                    .unwrap_or_else(|| panic!("{name}: {line}"));
                let field = Field {
                    name: renamed.take().unwrap_or_else(|| field.to_owned()),
                    written: written.to_owned(),
                    about: std::mem::take(&mut about),
                };
                let view = views.get_mut(name).expect("it was opened");
                view.fields.push(field);
            }
        } else if !line.starts_with("#[derive") {
            about.clear();
        }
    }
    views
}

/// The name of the struct behind a value that a template gets.
fn struct_of(value: &str) -> String {
    match value {
        "cited" => "CitedPageView".to_owned(),
        _ => {
            let words = value.split('_').map(|word| {
                let (first, rest) = word.split_at(1);
                first.to_uppercase() + rest
            });
            words.collect::<String>() + "View"
        }
    }
}

/// Prints the path of every value that a template gets, with sequences as `[]`.
const PROBE: &str = r#"{% macro walk(path, value) %}
{% if value is mapping %}
{% for key in value %}
{{ path }}.{{ key }}
{{ walk(path ~ "." ~ key, value[key]) }}
{% endfor %}
{% elif value is sequence %}
{% for item in value %}
{{ walk(path ~ "[]", item) }}
{% endfor %}
{% endif %}
{% endmacro %}
"#;

fn templates() -> BTreeMap<String, String> {
    let folder = repository("themes/default/templates");
    let files = fs::read_dir(folder).expect("the theme is here");
    files
        .map(|entry| entry.expect("readable").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let text = fs::read_to_string(&path).expect("templates are text");
            (name.into_owned(), text)
        })
        .collect()
}

/// For each page template, the values that it gets, and the paths below them.
fn received(root: &Path, into: &mut BTreeMap<String, BTreeSet<String>>) {
    let folder = root.join("templates");
    fs::create_dir_all(&folder).expect("a folder can be made");
    for name in templates().keys() {
        let probe = format!("template: {name}\n{PROBE}{}", probe_values());
        fs::write(folder.join(name), probe).expect("a file can be written");
    }
    let sources = source::read(root).expect("the folder exists").value;
    let parsed = parse::parse(&sources).value;
    let settings = parsed.settings.clone();
    let library = crate::support::resolved(parsed, &sources).value;
    let theme = Theme::load(root, &settings, &sources).expect("it can be read");
    let options = RenderOptions {
        engine: Some("engine.00000000".to_owned()),
        ..RenderOptions::default()
    };
    let prepared = Prepared::of(&library, &theme.checked.value);
    let (files, diagnostics) = crate::support::rendered(&prepared, &options);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    for (path, file) in files.iter() {
        let text = String::from_utf8_lossy(&file.bytes);
        let Some(rest) = text.strip_prefix("template: ") else {
            assert!(
                !path.ends_with(".html"),
                "{path} has a template unknown here"
            );
            continue;
        };
        let mut lines = rest.lines().map(str::trim).filter(|line| !line.is_empty());
        let template = lines.next().expect("its name").to_owned();
        into.entry(template)
            .or_default()
            .extend(lines.map(str::to_owned));
    }
}

/// Each known value that a template has.
fn probe_values() -> String {
    let values = VALUES.iter().map(|value| {
        format!("{{% if {value} is defined %}}\n{value}\n{{{{ walk(\"{value}\", {value}) }}}}\n{{% endif %}}\n")
    });
    values.collect()
}

const VALUES: [&str; 21] = [
    "site",
    "page",
    "home",
    "section",
    "document",
    "list",
    "axis",
    "matrix",
    "figures",
    "a_to_z",
    "news",
    "cited",
    "compare",
    "data",
    "source",
    "sources",
    "search",
    "offline",
    "lost",
    "redirect",
    "withdrawn",
];

/// Follows a path of the probe through the structs; returns the missing name if
/// the reference doesn't have it.
fn unknown_in(views: &BTreeMap<String, View>, path: &str) -> Option<String> {
    let mut parts = path.split('.').map(|part| part.trim_end_matches("[]"));
    let mut view = struct_of(parts.next().expect("a value"));
    for part in parts {
        let known = views.get(&view);
        let field = known.and_then(|view| view.fields.iter().find(|field| field.name == part));
        match field {
            Some(field) => view = field.core().to_owned(),
            None => return Some(format!("{path}: {view} has no {part}")),
        }
    }
    None
}

fn shown_type(views: &BTreeMap<String, View>, field: &Field) -> String {
    let core = match field.core() {
        "String" | "&'static str" => "文字".to_owned(),
        "usize" | "u8" | "u32" | "u64" => "整数".to_owned(),
        "f32" | "f64" => "数".to_owned(),
        "bool" => "是否".to_owned(),
        "Html" => "标记".to_owned(),
        name if views.contains_key(name) => format!("[{name}](#{})", name.to_lowercase()),
        other => panic!("{}: what is {other}?", field.name),
    };
    let many = field.written.contains("Vec<");
    let core = if many {
        format!("{core}的列表")
    } else {
        core
    };
    if field.written.starts_with("Option<") {
        format!("{core}，可能没有")
    } else {
        core
    }
}

fn reference(
    views: &BTreeMap<String, View>,
    received: &BTreeMap<String, BTreeSet<String>>,
) -> String {
    let mut out =
        "\n### 模板及可用的值\n\n| 模板 | 值 | 可替换的部分 |\n|---|---|---|\n".to_owned();
    for (name, text) in templates() {
        let values = received.get(&name).into_iter().flatten();
        let values: Vec<String> = VALUES
            .iter()
            .filter(|value| values.clone().any(|path| path == *value))
            .map(|value| format!("[`{value}`](#{})", struct_of(value).to_lowercase()))
            .collect();
        let blocks: Vec<String> = text
            .split("{% block ")
            .skip(1)
            .filter_map(|rest| rest.split([' ', '%']).next())
            .map(|block| format!("`{block}`"))
            .collect();
        let values = if values.is_empty() {
            "由其他模板引用".to_owned()
        } else {
            values.join(" ")
        };
        writeln!(out, "| `{name}` | {values} | {} |", blocks.join(" ")).expect("a string");
    }
    for (name, view) in views {
        write!(out, "\n### {name}\n\n{}\n\n", view.about).expect("a string");
        out.push_str("| 名称 | 类型 | 说明 |\n|---|---|---|\n");
        for field in &view.fields {
            let shown = shown_type(views, field);
            let about = field.about.replace('|', "\\|");
            writeln!(out, "| `{}` | {shown} | {about} |", field.name).expect("a string");
        }
    }
    out
}

/// Two sites, so that every kind of page occurs.
fn probed() -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    let pages = site("diagnostics-base", "sites/pages");
    received(pages.path(), &mut all);
    let regulations = tempfile::TempDir::new().expect("a temporary folder");
    copy_into(&example(), regulations.path());
    // An article that is cited so often that the list has a page of its own.
    let folder = regulations.path().join("content/regulations");
    let text = fs::read_to_string(folder.join("shili-tiaoli.md")).expect("it is there");
    let (front, _) = text[3..].split_once("+++").expect("a front matter");
    let citing = (2..60).map(|number| format!("\n第{number}条　依照第一条。\n"));
    let body: String = citing.collect();
    let text = format!("+++{front}+++\n\n第一条　甲。\n{body}");
    fs::write(folder.join("often.md"), text).expect("a file can be written");
    received(regulations.path(), &mut all);
    all
}

/// `SNAPSHOTS=overwrite` rewrites the reference.
#[test]
fn the_reference_is_what_templates_receive() {
    let (views, received) = (views(), probed());
    let paths = received.values().flatten();
    let unknown: BTreeSet<String> = paths.filter_map(|path| unknown_in(&views, path)).collect();
    assert!(
        unknown.is_empty(),
        "not in src/render/views.rs: {unknown:#?}"
    );
    // The probe would print nothing for a value that it doesn't know, so the
    // values are counted.
    for (template, paths) in &received {
        let values = paths.iter().filter(|path| !path.contains('.')).count();
        assert_eq!(values, 3, "{template} gets site, page and one more");
    }
    let manual = repository("docs/themes.md");
    let text = fs::read_to_string(&manual).expect("the manual exists");
    let mark = "<!-- 以下由测试写出：SNAPSHOTS=overwrite cargo test --test main themes -->\n";
    let (written, _) = text.split_once(mark).expect("the manual has the mark");
    let expected = format!("{written}{mark}{}", reference(&views, &received));
    snapbox::assert_data_eq!(expected, Data::read_from(&manual, None).raw());
}

/// The style sheets that a theme lists.
fn listed(theme: &str) -> Vec<String> {
    let text = fs::read_to_string(repository("themes").join(theme).join("theme.toml"))
        .expect("a theme has a manifest");
    let manifest: toml::Table = toml::from_str(&text).expect("TOML");
    let style = manifest["style"].as_array().expect("a list");
    let paths = style.iter().map(|path| path.as_str().expect("text"));
    paths.map(str::to_owned).collect()
}

/// A new part of the default theme comes with a new style sheet. The second
/// theme must explicitly take or replace it.
#[test]
fn the_plain_theme_forgets_no_style() {
    const REPLACED: [&str; 5] = [
        "frame",
        "parts",
        "lists/matrix",
        "document/document",
        "home/home",
    ];
    let plain = listed("plain");
    let forgotten: Vec<String> = listed("default")
        .into_iter()
        .filter(|path| !plain.contains(path))
        .filter(|path| {
            REPLACED
                .iter()
                .all(|name| *path != format!("css/{name}.css"))
        })
        .collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}

#[test]
fn styles_use_no_colour_or_size_that_is_not_set() {
    for theme in ["default", "plain"] {
        let css: String = listed(theme)
            .iter()
            .map(|path| {
                let own = repository("themes").join(theme).join("static").join(path);
                let parent = repository("themes/default/static").join(path);
                let file = if own.exists() { own } else { parent };
                fs::read_to_string(file).expect("it is there")
            })
            .collect();
        let names = css.split("var(").skip(1).map(|rest| {
            let end = rest.find([')', ',']).expect("a bracket closes");
            &rest[..end]
        });
        let unset: BTreeSet<&str> = names
            .filter(|name| !css.contains(&format!("{name}:")))
            .collect();
        assert!(unset.is_empty(), "{theme}: {unset:?}");
    }
}
