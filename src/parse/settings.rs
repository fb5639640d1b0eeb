//! Reads [`Settings`] from `config.toml`, which has Zola's form.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::front_matter::{common, with_table};
use super::table::Field;
use super::table::Table;
use crate::address::is_old_address;
use crate::config::{FooterSettings, GovernmentMeta, IndexSizes, SearchSettings, Settings};
use crate::diag::nearest::{nearest, nearest_first};
use crate::diag::{Diagnostic, Kept, Policy, Severity, Span, manual};
use crate::model::{ExportFormat, Known, Vocabulary, Withdrawn};
use crate::source::SourceFile;
use crate::words::Language;

/// Zola's settings that say nothing about what is published here: they control
/// Zola's own build, and sites that use both programs need them.
const ZOLA_ONLY: &[&str] = &[
    "author",
    "build_search_index",
    "compile_sass",
    "generate_feeds",
    "link_checker",
    "markdown",
    "mode",
    "search",
    "taxonomies",
];

/// Zola's settings by which an editor wants something of the published site,
/// each with the value that asks for what happens here anyway.
const ZOLA_WISHES: &[(&str, Option<bool>)] = &[
    ("exclude_paginated_pages_in_sitemap", None),
    ("feed_filenames", None),
    ("feed_limit", None),
    ("generate_robots_txt", Some(true)),
    ("generate_sitemap", Some(true)),
    ("hard_link_static", Some(false)),
    ("ignored_content", None),
    ("ignored_static", None),
    ("languages", None),
    ("minify_html", Some(false)),
    ("output_dir", None),
    ("preserve_dotfiles_in_output", Some(true)),
    ("slugify", None),
    ("translations", None),
];

/// Reads the settings.
pub fn read(file: &SourceFile, diagnostics: &mut Vec<Diagnostic>) -> Option<Settings> {
    with_table(file, 0..file.text.len(), diagnostics, |table| {
        let mut settings = Settings {
            language: language(&table.field("default_language")),
            ..Settings::default()
        };
        let site = &mut settings.site;
        site.title = common::text_of(&table.field("title").required_as("网站名称"));
        site.description = table.field("description").note();
        settings.theme = table.field("theme").text();
        let base_url = table
            .field("base_url")
            .required_as("公开网址；只在内网或磁盘使用的写 \"/\"");
        if let Some(url) = base_url.text()
            && url.value != "/"
        {
            // It stands in files without a syntax for quoting, such as robots.txt.
            let is_bare =
                |c: char| !c.is_whitespace() && !c.is_control() && !"\"'<>\\^`{|}".contains(c);
            let names_scheme =
                url.value.starts_with("https://") || url.value.starts_with("http://");
            if names_scheme && url.value.chars().all(is_bare) {
                settings.base_url = Some(format!("{}/", url.value.trim_end_matches('/')));
            } else {
                let message = format!("`base_url`“{}”不是网址", url.value);
                table.report(Diagnostic::error("invalid-value", url.span, message).hint(
                    "填写完整网址，如 \"https://example.gov.cn/zhize/\"；没有公开网址的写 \"/\"",
                ));
            }
        }
        for key in ZOLA_ONLY {
            table.field(key);
        }
        let wishes = ZOLA_WISHES.iter().filter(|(key, happens)| {
            let field = table.field(key);
            field.is_given() && (happens.is_none() || field.boolean() != *happens)
        });
        table.ignore(&wishes.map(|(key, _)| *key).collect::<Vec<_>>());
        if let Some(extra) = table.field("extra").table() {
            site.organization = match extra.field("organization").known_text() {
                Some(Known::Known(name)) => Some(name.value),
                Some(Known::Unknown) | None => None,
            };
            site.allow_html = extra.field("allow_html").boolean().unwrap_or(false);
            settings.theme = extra.field("theme").text().or(settings.theme);
            settings.preserve = preserve(&extra.field("preserve"));
            if let Some(written) = extra.field("search").table() {
                site.search = search(&written);
                written.finish();
            }
            if let Some(written) = extra.field("check").table() {
                settings.check = policy(&written);
                written.finish();
            }
            if let Some(written) = extra.field("export").table() {
                let formats = export_formats(&written.field("formats"), ExportFormat::ALL);
                if let Some(formats) = formats {
                    site.export = formats;
                }
                site.export_each_page =
                    export_formats(&written.field("each_page"), ExportFormat::OF_PAGES);
                site.license = written.field("license").text().map(|text| text.value);
                written.finish();
            }
            if let Some(written) = extra.field("offline").table() {
                settings.offline = written.field("enabled").boolean().unwrap_or(true);
                written.finish();
            }
            if let Some(written) = extra.field("lists").table() {
                if let Some(number) = common::per_page(&written.field("per_page"), PAGES_HOLD) {
                    site.per_page = number;
                }
                written.finish();
            }
            site.tagline = extra.field("tagline").text().map(|text| text.value);
            if let Some(written) = extra.field("footer").table() {
                let text = |key| written.field(key).text().map(|text| text.value);
                site.footer = FooterSettings {
                    contact: text("contact"),
                    icp: text("icp"),
                    police: text("police"),
                    id_code: text("id_code"),
                    accessibility: text("accessibility"),
                };
                written.finish();
            }
            if let Some(written) = extra.field("government").table() {
                let text = |key| written.field(key).text().map(|text| text.value);
                let meta = GovernmentMeta {
                    domain: text("domain"),
                    id_code: text("id_code"),
                };
                let wanted = written.field("meta").boolean().unwrap_or(false);
                site.government = wanted.then_some(meta);
                written.finish();
            }
            site.withdrawn = withdrawn(&extra);
            extra.finish();
        }
        table.finish();
        settings
    })
}

/// Reads the addresses whose pages were withdrawn.
fn withdrawn(extra: &Table<'_>) -> Vec<Withdrawn> {
    let mut all = Vec::new();
    for entry in extra.field("withdrawn").tables() {
        let address = entry.field("address");
        let address = address.required_as("撤下的网址，如 \"practices/x\"");
        let date = entry.field("date").required_as("撤下的日期");
        let reason = entry.field("reason").required_as("撤下的原因，一句话");
        let (written, date, reason) = (address.text(), date.date(), reason.text());
        let path = written
            .as_ref()
            .map(|written| written.value.trim_matches('/'));
        if let (Some(path), Some(written)) = (path, &written)
            && !is_old_address(path)
        {
            address.report(common::no_old_address(written));
        } else if let (Some(path), Some(written), Some(date), Some(reason)) =
            (path, &written, date, reason)
        {
            all.push(Withdrawn {
                address: path.to_owned(),
                date: date.value,
                reason: reason.value,
                span: written.span.clone(),
            });
        }
        entry.finish();
    }
    all
}

/// Allowed number of list entries per page: with fewer, readers have to turn
/// pages; with more, old machines take seconds to show one.
const PAGES_HOLD: RangeInclusive<i64> = 10..=1_000;

/// Allowed size in bytes of an index file: smaller ones have more overhead than
/// content, larger ones slow down every query.
const SIZES: RangeInclusive<i64> = 1_024..=1_048_576;

/// Maximum weight: beyond it, one part of the score outweighs all others.
const HEAVIEST: f64 = 1_000.0;

fn search(table: &Table<'_>) -> SearchSettings {
    let mut settings = SearchSettings::default();
    if let Some(written) = table.field("weights").table() {
        let weights = &mut settings.weights;
        for (key, weight) in [
            ("heading", &mut weights.heading),
            ("page", &mut weights.page),
            ("title", &mut weights.title),
            ("navigation", &mut weights.navigation),
            ("names", &mut weights.names),
            ("sentences", &mut weights.sentences),
            ("share", &mut weights.share),
            ("cited", &mut weights.cited),
            ("repealed", &mut weights.repealed),
        ] {
            let field = written.field(key);
            let Some(number) = field.number() else {
                continue;
            };
            // NaN is in no range.
            if (0.0..=HEAVIEST).contains(&number) {
                *weight = number as f32;
            } else {
                let message = format!("权重 `{key}` 的值不能为 {number}");
                field.report(
                    Diagnostic::error("invalid-value", field.span(), message)
                        .hint(format!("填写 0 至 {HEAVIEST} 之间的数；不写则用默认值")),
                );
            }
        }
        written.finish();
    }
    if let Some(written) = table.field("sizes").table() {
        settings.sizes = sizes(&written);
        written.finish();
    }
    settings
}

/// Reads what is said of findings.
fn policy(table: &Table<'_>) -> Policy {
    let mut policy = Policy::default();
    if let Some(severities) = table.field("severity").table() {
        for (key, span) in severities.keys() {
            if !is_code(&key, &span, &severities) {
                continue;
            }
            let written = severities.any_field(&key);
            match written
                .one_of(&["error", "warning", "note"])
                .map(|word| word.value)
            {
                Some("error") => policy.severities.insert(key, Severity::Error),
                Some("warning") => policy.severities.insert(key, Severity::Warning),
                Some(_) => policy.severities.insert(key, Severity::Note),
                None => None,
            };
        }
    }
    for kept in table.field("keep").tables() {
        let what = "代号，如 \"unresolved-citation\"；错误不能保留";
        let code = kept.field("code").required_as(what).text();
        let file = kept
            .field("file")
            .required_as("文件，如 \"content/practices/x.md\"")
            .text();
        let words = kept.field("words").text().map(|words| words.value);
        let reason = kept
            .field("reason")
            .required_as("保留的理由，一句话")
            .text();
        if let (Some(code), Some(file), Some(reason)) = (code, file, reason)
            && is_code(&code.value, &code.span, &kept)
        {
            policy.kept.push(Kept {
                code: code.value,
                file: file.value,
                words,
                reason: reason.value,
                span: code.span,
            });
        }
        kept.finish();
    }
    policy
}

/// Whether there is such a code; reports it otherwise.
fn is_code(code: &str, span: &Span, table: &Table<'_>) -> bool {
    let known = manual::codes().any(|known| known == code);
    if !known {
        let found = Diagnostic::error(
            "invalid-value",
            span.clone(),
            format!("没有“{code}”这个代号"),
        );
        let near = nearest(code, manual::codes());
        table.report(found.hint(match near {
            Some(near) => format!("是否应为“{near}”？"),
            None => "代号是检查结果方括号里的英文词".to_owned(),
        }));
    }
    known
}

/// Reads the language of the interface; the default is Simplified Chinese.
fn language(field: &Field<'_, '_>) -> Language {
    const STANDARD: Language = Language::SimplifiedChinese;
    let Some(written) = field.text() else {
        return STANDARD;
    };
    Language::of_setting(&written.value).unwrap_or_else(|| {
        let tags = Language::ALL.map(Language::tag);
        let list = nearest_first(&written.value, &tags).join("、");
        let message = format!("没有语言为“{}”的界面", written.value);
        field.report(
            Diagnostic::error("invalid-value", written.span, message).hint(format!(
                "`default_language` 可用的值为 {list}（zh 即 zh-CN）；该字段规定界面语言，内容不作翻译"
            )),
        );
        STANDARD
    })
}

/// Reads export formats, out of those allowed; an empty list means none.
fn export_formats(
    field: &Field<'_, '_>,
    allowed: &[ExportFormat],
) -> Option<BTreeSet<ExportFormat>> {
    let mut formats = field.is_given().then(BTreeSet::new)?;
    for written in field.texts() {
        let format = ExportFormat::from_label(&written.value);
        if let Some(format) = format.filter(|format| allowed.contains(format)) {
            formats.insert(format);
            continue;
        }
        let labels: Vec<_> = allowed.iter().map(|f| f.label()).collect();
        let list = nearest_first(&written.value, &labels).join("、");
        let message = format!("`{}` 不能包含“{}”", field.key(), written.value);
        let hint = format!("可用的值为 {list}；不写的按默认设置");
        field.report(Diagnostic::error("invalid-value", written.span, message).hint(hint));
    }
    Some(formats)
}

/// Reads paths below the output folder.
fn preserve(field: &Field<'_, '_>) -> Vec<String> {
    let mut paths = Vec::new();
    for written in field.texts() {
        let path = written.value.trim_end_matches('/');
        let is_plain = path.split('/').all(|part| !matches!(part, "" | "." | ".."))
            && !path.contains(['\\', ':', '*', '?']);
        if is_plain {
            paths.push(path.to_owned());
            continue;
        }
        let message = format!("`preserve` 不能包含“{}”", written.value);
        field.report(
            Diagnostic::error("invalid-value", written.span, message).hint(
                "填写输出目录中的文件或目录，以 / 分隔，不使用通配符，如 \"CNAME\"、\"uploads\"、\"files/2026\"",
            ),
        );
    }
    paths
}

fn sizes(table: &Table<'_>) -> IndexSizes {
    let mut sizes = IndexSizes::default();
    for (key, size) in [
        ("term_shard", &mut sizes.term_shard),
        ("posting_shard", &mut sizes.posting_shard),
        ("document_shard", &mut sizes.document_shard),
        ("names_shard", &mut sizes.names_shard),
    ] {
        let field = table.field(key);
        let Some(number) = field.integer() else {
            continue;
        };
        match usize::try_from(number) {
            Ok(bytes) if SIZES.contains(&number) => *size = bytes,
            _ => {
                let message = format!("`{key}` 的值不能为 {number} 字节");
                let (least, most) = (SIZES.start(), SIZES.end());
                let standard = *size;
                field.report(
                    Diagnostic::error("invalid-value", field.span(), message).hint(format!(
                        "填写 {least} 至 {most} 之间的整数；不写则为 {standard}"
                    )),
                );
            }
        }
    }
    sizes
}
