//! Pages: what they say, that no content can run script, that every link leads
//! somewhere, and that a template's mistake is shown at its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use snapbox::Data;
use zhize::diag::{Diagnostic, render as excerpts};
use zhize::output::OutputSet;
use zhize::render::{Prepared, RenderOptions, Theme};
use zhize::source::SourceSet;
use zhize::{parse, source};

use crate::support::{rendered_page, repository, site};

struct Rendered {
    files: OutputSet,
    /// Findings of the theme and of rendering.
    diagnostics: Vec<Diagnostic>,
    sources: SourceSet,
}

impl Rendered {
    fn page(&self, path: &str) -> &str {
        let file = self
            .files
            .get(path)
            .unwrap_or_else(|| panic!("{path} is made"));
        std::str::from_utf8(&file.bytes).expect("pages are UTF-8")
    }

    fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        let paths = self.files.iter().map(|(path, _)| path);
        paths
            .filter(|path| path.ends_with(".html"))
            .map(|path| (path, self.page(path)))
    }
}

/// The name of an engine that no test runs.
const ENGINE: &str = "engine.00000000";

/// Renders a site, whatever the errors in its content.
fn render(root: &Path) -> Rendered {
    let mut sources = source::read(root).expect("the folder exists").value;
    let parsed = parse::parse(&sources).value;
    let settings = parsed.settings.clone();
    let library = crate::support::resolved(parsed, &sources).value;
    let theme = Theme::load(root, &settings, &sources).expect("the theme can be read");
    sources.files.extend(theme.files);
    let options = RenderOptions {
        engine: Some(ENGINE.to_owned()),
        ..RenderOptions::default()
    };
    let prepared = Prepared::of(&library, &theme.checked.value);
    let (mut files, rendered) = crate::support::rendered(&prepared, &options);
    let diagnostics = theme.checked.diagnostics.into_iter().chain(rendered);
    files.join(crate::support::exported(&library));
    Rendered {
        files,
        diagnostics: diagnostics.collect(),
        sources,
    }
}

/// The repository's own site, which must render without findings.
fn own_site() -> Rendered {
    let rendered = render(&repository("."));
    assert_eq!(
        excerpts::text(&rendered.diagnostics, &rendered.sources, false),
        ""
    );
    rendered
}

/// Hashes in names of assets change with every change of the theme; the tests
/// of pages ignore them.
fn without_hashes(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) = rest.find("assets/") {
        let (before, name) = rest.split_at(at + "assets/".len());
        out.push_str(before);
        let stem = name.find('.').map_or(0, |dot| dot + 1);
        let (stem, after) = name.split_at(stem);
        out.push_str(stem);
        let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        rest = if digits == 8 {
            out.push_str("HASH");
            &after[digits..]
        } else {
            after
        };
    }
    out.push_str(rest);
    out
}

/// `SNAPSHOTS=overwrite` rewrites the expected pages; read the diff.
#[test]
fn each_kind_of_page_is_as_it_was() {
    let site = site("diagnostics-base", "sites/pages");
    let rendered = render(site.path());
    assert_eq!(
        excerpts::text(&rendered.diagnostics, &rendered.sources, false),
        ""
    );
    for (path, golden) in [
        ("index.html", "home.html"),
        ("practices/wubitan/index.html", "practice.html"),
        ("regulations/guiding/index.html", "regulation.html"),
        ("cases/anli/index.html", "case.html"),
        ("about/index.html", "plain.html"),
        ("terms/index.html", "glossary.html"),
        ("regions/index.html", "axis.html"),
        ("roles/dangwei-dangzu/index.html", "list.html"),
        ("matrix/index.html", "matrix.html"),
        ("figures/index.html", "figures.html"),
        ("stages/lvze/index.html", "stage.html"),
        ("a-z/index.html", "a-z.html"),
        ("new/index.html", "new.html"),
        ("sources/seed/index.html", "source.html"),
        ("practices/old-wubitan/index.html", "redirect.html"),
        ("404.html", "404.html"),
        ("feed.xml", "feed.xml"),
        ("sitemap.xml", "sitemap.xml"),
    ] {
        let expected = repository("tests/golden/render").join(golden);
        let page = without_hashes(rendered.page(path));
        snapbox::assert_data_eq!(page, Data::read_from(&expected, None).raw());
    }
}

/// A line break separates Latin words but not Chinese ones, in the page, in
/// Markdown, in JSON and in the searched text.
#[test]
fn a_broken_line_parts_words_everywhere_alike() {
    let site = site("diagnostics-base", "sites/pages");
    let text = "+++\ntitle = \"换行\"\n+++\n\n先看 Akoma\nNtoso 的**标准**\n**manual**\nas `it`\n[is](#a)，再看五种\n情形。\n\n## 甲 {#a}\n";
    fs::write(site.path().join("content/lines.md"), text).expect("writable");
    let rendered = render(site.path());
    let words = "先看 Akoma Ntoso 的标准manual as it is，再看五种情形。";
    let page = rendered.page("lines/index.html");
    let start = page.find("先看 Akoma").expect("the paragraph");
    let end = start + page[start..].find("</p>").expect("its end");
    assert_eq!(without_tags(&page[start..end]), words);
    let markdown = rendered.page("lines/index.html.md");
    assert!(
        markdown.contains(
            "Akoma Ntoso 的**标准****manual** as `it` [is](index.html#a)，再看五种情形。"
        ),
        "{markdown}"
    );
    assert!(rendered.page("data/library.jsonl").contains(words));
    let sources = source::read(site.path()).expect("the folder exists").value;
    let library = crate::support::resolved(parse::parse(&sources).value, &sources).value;
    let corpus = zhize::extract::corpus(&library);
    let units = corpus.pages.iter().flat_map(|page| &page.units);
    assert!(units.into_iter().any(|unit| unit.text == words));
}

fn without_tags(html: &str) -> String {
    let mut parts = html.split('<');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('>').map_or("", |(_, after)| after)
    })
}

#[test]
fn the_same_content_gives_the_same_bytes() {
    let (first, second) = (own_site(), own_site());
    let files = |rendered: &Rendered| -> BTreeMap<String, Vec<u8>> {
        let files = rendered.files.iter();
        files
            .map(|(path, file)| (path.to_owned(), file.bytes.to_vec()))
            .collect()
    };
    assert!(files(&first) == files(&second));
}

#[test]
fn file_names_are_plain() {
    for (path, _) in own_site().files.iter() {
        let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/');
        assert!(path.bytes().all(plain), "{path}");
    }
}

/// The tags of a page, as they are between `<` and `>`. Text and attributes
/// contain neither character, because they are escaped; nor does JSON-LD.
fn tags(page: &str) -> Vec<&str> {
    page.split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().expect("a tag ends"))
        .collect()
}

/// The values of one attribute in a page, decoded to addresses.
fn attribute(page: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    let values = tags(page).into_iter().filter_map(|tag| {
        let (_, value) = tag.split_once(&start)?;
        Some(
            value
                .split('"')
                .next()?
                .replace("&amp;", "&")
                .replace("&#39;", "'"),
        )
    });
    values.collect()
}

/// The file that a link from `page` leads to, and the anchor.
fn target(page: &str, link: &str) -> (String, Option<String>) {
    let (path, anchor) = match link.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (link, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    if path.is_empty() {
        return (page.to_owned(), anchor);
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => assert!(
                parts.pop().is_some(),
                "{link} in {page} leads out of the site"
            ),
            name => parts.push(name),
        }
    }
    (parts.join("/"), anchor)
}

#[test]
fn every_link_leads_to_a_file_and_a_place_in_it() {
    every_link_leads(&own_site());
}

fn every_link_leads(rendered: &Rendered) {
    let places: BTreeMap<&str, BTreeSet<String>> = rendered
        .pages()
        .map(|(path, page)| {
            let ids = attribute(page, "id");
            let unique: BTreeSet<String> = ids.iter().cloned().collect();
            assert_eq!(ids.len(), unique.len(), "{path} has an id twice");
            (path, unique)
        })
        .collect();
    for (path, page) in rendered.pages() {
        for name in ["href", "src", "action"] {
            let links = attribute(page, name).into_iter();
            for link in links.filter(|link| !link.contains("://")) {
                // The page for lost addresses stands at any depth, so it asks
                // for its script on every level above.
                let link = match path {
                    "404.html" => link.trim_start_matches("../").to_owned(),
                    _ => link,
                };
                let (file, anchor) = target(path, &link);
                // The engine's files are not made by rendering.
                let is_engine = file == format!("assets/{ENGINE}.bin");
                assert!(
                    is_engine || rendered.files.get(&file).is_some(),
                    "{path}: {link} leads nowhere"
                );
                if let Some(anchor) = anchor {
                    let known = places
                        .get(file.as_str())
                        .is_some_and(|ids| ids.contains(&anchor));
                    assert!(known, "{path}: {link} has no such place");
                }
            }
        }
    }
}

/// Without a public address, if its content links to no other site, a page has
/// no absolute address at all.
#[test]
fn no_page_names_another_origin() {
    for (path, page) in own_site().pages() {
        for name in ["href", "src", "action"] {
            for link in attribute(page, name) {
                assert!(
                    !link.contains(':') && !link.starts_with('/'),
                    "{path}: {link}"
                );
            }
        }
    }
}

/// Things that a strict Content-Security-Policy forbids.
#[test]
fn no_page_has_inline_script_or_style() {
    for (path, page) in own_site().pages() {
        for tag in tags(page) {
            assert!(!tag.starts_with("style"), "{path}: <{tag}>");
            assert!(!tag.contains(" style="), "{path}: <{tag}>");
            let plain_script = tag.starts_with("script") && !tag.contains(" src=");
            assert!(
                !plain_script || tag == "script type=\"application/ld+json\"",
                "{path}: <{tag}>"
            );
        }
    }
}

#[test]
fn nothing_in_content_becomes_markup() {
    let site = site("diagnostics-base", "sites/hostile");
    let rendered = render(site.path());
    assert_eq!(
        excerpts::text(&rendered.diagnostics, &rendered.sources, false),
        ""
    );
    let known: BTreeSet<String> = own_site()
        .pages()
        .flat_map(|(_, page)| tags(page))
        .map(tag_name)
        .chain(["pre", "code", "h3"].map(str::to_owned))
        .collect();
    let mut seen_title = false;
    for (path, page) in rendered.pages() {
        for tag in tags(page) {
            assert!(known.contains(&tag_name(tag)), "{path}: <{tag}>");
            assert!(!has_handler(tag), "{path}: <{tag}>");
            if tag.starts_with("script") {
                let ours = tag.starts_with("script defer src=\"")
                    || tag.starts_with("script src=\"")
                    || tag == "script type=\"application/ld+json\"";
                assert!(ours, "{path}: <{tag}>");
            }
            assert!(!tag.starts_with("img"), "{path}: <{tag}>");
        }
        for link in attribute(page, "href") {
            let scheme = link.split(['/', '?', '#']).next().unwrap_or_default();
            assert!(
                !scheme.contains(':') || scheme == "https:",
                "{path}: a link to {link}"
            );
        }
        seen_title |= page.contains("alert(&#39;title&#39;)");
    }
    assert!(seen_title, "the title is shown, as text");
    let page = rendered.page("practices/markup/index.html");
    assert!(page.contains("&lt;script&gt;alert(&#39;block&#39;)&lt;/script&gt;"));
}

fn tag_name(tag: &str) -> String {
    let name = tag.trim_start_matches('/');
    name.chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect()
}

/// Whether a tag has an event handler: an attribute, outside of quotes, whose
/// name begins with `on`.
fn has_handler(tag: &str) -> bool {
    let outside: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    outside
        .split_whitespace()
        .any(|word| word.starts_with("on"))
}

/// Each folder triggers its code in a theme; `SNAPSHOTS=overwrite` rewrites the
/// expected texts.
#[test]
fn a_themes_mistakes_are_shown_where_they_are() {
    let folder = repository("tests/fixtures/theme");
    let mut codes: Vec<String> = fs::read_dir(&folder)
        .expect("the fixtures exist")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .into_string()
                .expect("ASCII")
        })
        .collect();
    codes.sort();
    assert!(codes.len() >= 7);
    for code in codes {
        let site = site("diagnostics-base", &format!("theme/{code}"));
        let rendered = render(site.path());
        assert!(!rendered.diagnostics.is_empty(), "theme/{code} is clean");
        for found in &rendered.diagnostics {
            assert_eq!(found.code, code);
            assert!(!found.hints.is_empty(), "theme/{code} says no remedy");
        }
        let text = excerpts::text(&rendered.diagnostics, &rendered.sources, false);
        let expected = folder.join(&code).join("expected.txt");
        snapbox::assert_data_eq!(text, Data::read_from(&expected, None).raw());
    }
}

/// Writes files into a site.
fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
}

fn style_of(rendered: &Rendered) -> &str {
    let (path, _) = rendered
        .files
        .iter()
        .find(|(path, _)| path.starts_with("assets/site.") && path.ends_with(".css"))
        .expect("a style sheet");
    rendered.page(path)
}

#[test]
fn a_theme_lies_over_the_one_that_it_extends() {
    let site = site("diagnostics-base", "sites/pages");
    write(
        site.path(),
        &[
            (
                "config.toml",
                "title = \"样站\"\nbase_url = \"/\"\ntheme = \"upper\"\n",
            ),
            (
                "themes/lower/theme.toml",
                "style = [\"css/tokens.css\", \"css/lower.css\"]\n",
            ),
            (
                "themes/lower/static/css/lower.css",
                ".lower { color: red }\n",
            ),
            (
                "themes/lower/templates/base.html",
                "{% extends \"default/base.html\" %}{% block breadcrumbs %}<p>下层</p>{% endblock %}",
            ),
            ("themes/upper/theme.toml", "extends = \"lower\"\n"),
            (
                "themes/upper/static/css/upper.css",
                ".upper { color: red }\n",
            ),
            (
                "templates/base.html",
                "{% extends \"theme/base.html\" %}{% block head %}<meta name=\"own\">{% endblock %}",
            ),
            // The theme has no template of its own for this page.
            (
                "templates/figures.html",
                "{% extends \"upper/figures.html\" %}",
            ),
        ],
    );
    let rendered = render(site.path());
    assert_eq!(
        excerpts::text(&rendered.diagnostics, &rendered.sources, false),
        ""
    );
    let page = rendered.page("figures/index.html");
    assert!(page.contains("<p>下层</p>") && page.contains("<meta name=\"own\">"));
    // The theme's list of styles replaces the default's and keeps one of its
    // styles; styles that the theme above adds without a list follow.
    let css = style_of(&rendered);
    assert!(css.contains("--paper") && !css.contains(".prose"), "{css}");
    assert!(css.ends_with(".lower { color: red }\n.upper { color: red }\n"));
    for path in ["css/base.css", "css/upper.css", "js/search/loader.js"] {
        assert!(
            rendered.files.get(path).is_none(),
            "{path} is in the joined file"
        );
    }
}

/// The second theme replaces the frame, the home page and most styles; pages of
/// every kind must still be there.
#[test]
fn the_plain_theme_dresses_every_page() {
    let site = site("diagnostics-base", "sites/pages");
    let plain = "title = \"样站\"\nbase_url = \"/\"\ntheme = \"plain\"\n";
    write(site.path(), &[("config.toml", plain)]);
    let rendered = render(site.path());
    assert_eq!(
        excerpts::text(&rendered.diagnostics, &rendered.sources, false),
        ""
    );
    every_link_leads(&rendered);
    for (path, page) in rendered.pages() {
        let framed = !["404.html", "practices/old-wubitan/index.html"].contains(&path);
        assert_eq!(page.contains("#ffffff"), framed, "{path} has its colours");
        assert!(!page.contains("class=\"hero"), "{path} is the default's");
    }
    let search = rendered.page("search/index.html");
    assert!(search.contains("data-search-page") && search.contains("data-engine"));
    let own = fs::read_to_string(repository("themes/plain/static/css/tokens.css"))
        .expect("the theme has its own colours");
    let css = style_of(&rendered);
    assert!(own.contains("--accent: #0b3d91;") && css.contains("--accent:#0b3d91;"));
    assert!(
        !css.contains("#8f1d14"),
        "the default's colours are replaced"
    );
    snapbox::assert_data_eq!(
        without_hashes(rendered.page("index.html")),
        Data::read_from(&repository("tests/golden/render/plain-home.html"), None).raw()
    );
}

#[test]
fn a_theme_names_one_that_exists() {
    for (name, said) in [
        ("paper", "themes/upper/theme.toml:2:1"),
        ("../upper", "主题名称为 themes/ 下的文件夹名"),
        ("", "主题名称为 themes/ 下的文件夹名"),
        ("site", "不得使用 site 或 theme"),
    ] {
        let site = site("diagnostics-base", "sites/pages");
        let manifest = format!("name = \"上层\"\nextends = \"{name}\"\n");
        write(
            site.path(),
            &[
                (
                    "config.toml",
                    "title = \"样站\"\nbase_url = \"/\"\ntheme = \"upper\"\n",
                ),
                ("themes/upper/theme.toml", &manifest),
            ],
        );
        let rendered = render(site.path());
        let text = excerpts::text(&rendered.diagnostics, &rendered.sources, false);
        assert_eq!(rendered.diagnostics.len(), 1, "{text}");
        assert_eq!(rendered.diagnostics[0].code, "unknown-theme");
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn a_site_changes_one_block_and_adds_its_own_style() {
    let site = site("diagnostics-base", "sites/pages");
    let write = |path: &str, text: &str| write(site.path(), &[(path, text)]);
    write(
        "templates/base.html",
        "{% extends \"default/base.html\" %}{% block breadcrumbs %}<p>自己的位置</p>{% endblock %}",
    );
    write("static/css/own.css", "/* own */ .own { color: red }\n");
    write("static/note.txt", "照抄");
    let rendered = render(site.path());
    assert_eq!(
        excerpts::text(&rendered.diagnostics, &rendered.sources, false),
        ""
    );
    let page = rendered.page("practices/wubitan/index.html");
    assert!(page.contains("<p>自己的位置</p>"));
    assert!(page.contains("<main"), "the rest is the default's");
    assert_eq!(rendered.page("note.txt"), "照抄");
    let css = style_of(&rendered);
    assert!(css.contains(".prose") && css.ends_with(".own { color: red }\n"));
}

/// The bundled site's own comparison has as many columns as practices, and no
/// empty cell.
/// Organs have a customary order that no property of theirs gives: the register
/// says it.
#[test]
fn organs_are_listed_as_they_are_registered() {
    let rendered = own_site();
    let page = rendered.page("organs/index.html");
    let mut places = Vec::new();
    for name in [
        ">国家发展改革委<",
        ">科技部<",
        ">工业和信息化部<",
        ">国家市场监管总局<",
        ">北京市<",
        ">天津市<",
        ">山西省<",
        ">重庆市<",
    ] {
        places.push(page.find(name).unwrap_or_else(|| panic!("no {name}")));
    }
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn practices_stand_side_by_side() {
    let rendered = own_site();
    let page = rendered.page("compare/wenze-zhihou/index.html");
    let table = page.split("<table class=\"side-by-side").nth(1);
    let table = table.and_then(|rest| rest.split("</table>").next());
    let table = table.expect("the page has a table");
    assert_eq!(table.matches("scope=\"col\"").count(), 3);
    let rows: Vec<&str> = table.split("scope=\"row\"").skip(1).collect();
    assert!(rows.len() >= 6, "{} rows", rows.len());
    for row in rows {
        assert_eq!(row.matches("<td ").count(), 3, "{row}");
        assert!(!row.contains("\"></td>"), "an empty cell: {row}");
    }
    // Known of only one of the practices.
    assert!(table.contains("提醒教育") && table.contains("原文未载明"));
    // A practice links to it, and to a selection that begins with that
    // practice.
    let practice = rendered.page("practices/shanxi-genzong-huifang/index.html");
    assert!(practice.contains("../../compare/wenze-zhihou/index.html"));
    assert!(practice.contains("compare/index.html?pick=practices/shanxi-genzong-huifang"));
}

/// Columns are assembled from records by position, so every record must have
/// the same labels.
#[test]
fn records_to_choose_from_have_the_same_labels() {
    let rendered = own_site();
    let page = rendered.page("compare/index.html");
    let records: Vec<Vec<&str>> = page
        .split("data-record=")
        .skip(1)
        .map(|record| {
            let record = record.split("</section>").next().expect("it ends");
            let labels = record.split("<dt>").skip(1);
            labels
                .map(|rest| rest.split('<').next().expect("text"))
                .collect()
        })
        .collect();
    assert_eq!(records.len(), 13);
    assert!(records.iter().all(|labels| *labels == records[0]));
}

/// Bars stand for values: a full bar is the whole, and values that count
/// something else are numbers only.
#[test]
fn figures_that_can_be_compared_are_drawn() {
    let site = site("diagnostics-base", "sites/pages");
    let file = site.path().join("content/practices/wubitan.md");
    let text = fs::read_to_string(&file).expect("a practice");
    let (head, body) = text.split_once("\n+++\n").expect("front matter");
    let shares = [("丙", "25", "="), ("丁", "10", "≥"), ("戊", "50", "=")];
    let shares = shares.map(|(label, value, comparator)| {
        format!(
            "[[extra.figures]]\nlabel = \"{label}\"\nvalue = \"{value}\"\nunit = \"%\"\ncomparator = \"{comparator}\"\nperiod = \"2021\"\nscope = \"全国\"\nlocator = \"P8\"\n"
        )
    });
    let text = format!("{head}\n{}+++\n{body}", shares.concat());
    fs::write(&file, text).expect("writable");
    let rendered = render(site.path());
    let page = rendered.page("practices/wubitan/index.html");
    let widths: Vec<&str> = page
        .split("class=\"plot-fill")
        .skip(1)
        .filter_map(|bar| bar.split("width=\"").nth(1)?.split('"').next())
        .collect();
    assert_eq!(widths, ["25%", "10%", "50%"]);
    // At least 10 %: the bar is open at its end.
    assert!(page.contains("<rect class=\"plot-open\" x=\"10%\" y=\"0\" width=\"90%\""));
    // 28万个 beside 39.2万人 would compare different things, and so would the
    // numbers of two bodies' duties.
    let own = own_site();
    for page in ["cases/fupin-zhuanxiang-zhili", "terms/liangge-zeren"] {
        let page = own.page(&format!("{page}/index.html"));
        assert!(page.contains("class=\"figures\"") && !page.contains("class=\"plot\""));
    }
}

/// If there are many names, each initial has a page, and the index links to all
/// of them.
#[test]
fn many_names_are_split_by_initial() {
    let site = site("diagnostics-base", "sites/pages");
    for number in 0..900 {
        let text = format!(
            "+++\ntitle = \"虚构术语{number}\"\ndescription = \"虚构示例。\"\ndate = 2026-01-01\n[extra]\nkind = \"概念\"\nintegrity = {{ state = \"clean\" }}\n[[extra.sources]]\nid = \"seed\"\nlocator = \"P8\"\n+++\n\n虚构示例。〔P8〕\n"
        );
        let path = site.path().join(format!("content/terms/x{number}.md"));
        fs::write(path, text).expect("writable");
    }
    let rendered = render(site.path());
    let index = rendered.page("a-z/index.html");
    assert!(index.contains("href=\"x/index.html\"") && !index.contains("虚构术语"));
    let pages = pages_of(&rendered, "a-z/x");
    let counts = pages
        .iter()
        .map(|file| rendered.page(file).matches(">虚构术语").count());
    assert_eq!(counts.collect::<Vec<_>>(), [400, 400, 100]);
}

/// At its first occurrence in a text, a term links to its page, and its
/// explanation is below the text. Later occurrences, headings, the term's own
/// page and texts of regulations are left alone.
#[test]
fn terms_are_explained_where_they_are_first_met() {
    let rendered = own_site();
    for (path, page) in rendered.pages() {
        let links: Vec<&str> = tags(page)
            .into_iter()
            .filter(|tag| tag.starts_with("a ") && tag.contains("class=\"term\""))
            .collect();
        let notes: BTreeSet<String> = attribute(page, "id")
            .into_iter()
            .filter(|id| id.starts_with("term--"))
            .collect();
        let described: Vec<String> = links
            .iter()
            .filter_map(|tag| tag.split("aria-describedby=\"").nth(1)?.split('"').next())
            .map(str::to_owned)
            .collect();
        assert_eq!(described.len(), links.len(), "{path}");
        let unique: BTreeSet<String> = described.iter().cloned().collect();
        assert_eq!(unique.len(), described.len(), "{path}: a term twice");
        assert_eq!(unique, notes, "{path}");
    }
    let page = rendered.page("practices/shandong-shuze-shulian/index.html");
    assert!(page.contains("id=\"term--terms-duze-jizhi\""));
    let own = rendered.page("terms/duze-jizhi/index.html");
    assert!(!own.contains("term--terms-duze-jizhi"));
}

/// A term's name and explanation are escaped like any other text.
#[test]
fn a_term_with_markup_in_it_is_text() {
    let site = site("diagnostics-base", "sites/pages");
    let page = |title: &str, kind: &str, body: &str| {
        format!(
            "+++\ntitle = '{title}'\ndescription = '\"><script>alert(1)</script>'\ndate = 2026-01-01\n[extra]\n{kind}\nintegrity = {{ state = \"clean\" }}\n[[extra.sources]]\nid = \"seed\"\nlocator = \"P8\"\n+++\n\n{body}〔P8〕\n"
        )
    };
    let terms = site.path().join("content/terms");
    fs::write(
        terms.join("jia.md"),
        page("虚构<b>甲</b>&制", "kind = \"概念\"", "虚构示例。"),
    )
    .expect("writable");
    fs::write(
        terms.join("yi.md"),
        page("虚构乙", "kind = \"概念\"", "讲的是虚构\\<b>甲\\</b>&制。"),
    )
    .expect("writable");
    let rendered = render(site.path());
    let page = rendered.page("terms/yi/index.html");
    assert!(
        page.contains(" class=\"term\" aria-describedby=\"term--terms-jia\""),
        "{page}"
    );
    assert!(page.contains("虚构&lt;b&gt;甲&lt;/b&gt;&amp;制</a>"));
    for tag in tags(page) {
        let ours = tag.starts_with("script src=\"")
            || tag.starts_with("script defer src=\"")
            || tag == "script type=\"application/ld+json\"";
        assert!(!tag.starts_with("script") || ours, "<{tag}>");
        assert_ne!(tag, "b");
    }
}

/// A site of invented terms and practices, all of them in long lists.
fn long_lists() -> (tempfile::TempDir, Rendered) {
    let site = site("diagnostics-base", "sites/pages");
    let config = site.path().join("config.toml");
    let settings = fs::read_to_string(&config).expect("the site has settings");
    let settings = format!("{settings}\n[extra.lists]\nper_page = 10\n")
        .replace("base_url = \"/\"", "base_url = \"https://example.org/kb/\"");
    fs::write(config, settings).expect("settings can be written");
    for number in 0..70 {
        // Half of them sound like A, half like Z.
        let name = if number % 2 == 0 { "安" } else { "中" };
        let page = format!(
            "+++\ntitle = \"{name}示例{number:02}\"\ndescription = \"虚构示例。\"\ndate = 2026-11-22\n\n[taxonomies]\ntopics = [\"虚构主题\"]\n\n[extra]\nkind = \"概念\"\nintegrity = {{ state = \"clean\" }}\n\n[[extra.sources]]\nid = \"seed\"\nlocator = \"P8\"\n\n[[extra.figures]]\nlabel = \"虚构数{number}\"\nvalue = \"{number}\"\nunit = \"个\"\nperiod = \"2021\"\nscope = \"虚构范围\"\nlocator = \"P8\"\n+++\n\n虚构示例。〔P8〕\n"
        );
        fs::write(
            site.path().join(format!("content/terms/z{number}.md")),
            page,
        )
        .expect("pages can be written");
    }
    let rendered = render(site.path());
    let found = excerpts::text(&rendered.diagnostics, &rendered.sources, false);
    assert_eq!(found, "");
    (site, rendered)
}

/// The addresses of cards on a page, relative to the site's root.
fn cards(rendered: &Rendered, file: &str) -> Vec<String> {
    let here = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let page = rendered.page(file);
    let titles = page.split("class=\"card-title\"><a href=\"").skip(1);
    titles
        .map(|rest| {
            let href = rest.split('"').next().expect("it ends");
            let mut parts: Vec<&str> = here.split('/').collect();
            for part in href.split('/') {
                match part {
                    ".." => drop(parts.pop()),
                    part => parts.push(part),
                }
            }
            parts.join("/")
        })
        .collect()
}

/// The pages of a list, in their order.
fn pages_of(rendered: &Rendered, list: &str) -> Vec<String> {
    let first = format!("{list}/index.html");
    let more = (2..).map(|number| format!("{list}/page/{number}/index.html"));
    let more = more.take_while(|file| rendered.files.get(file).is_some());
    [first].into_iter().chain(more).collect()
}

#[test]
fn long_lists_have_pages_and_each_entry_stands_on_one() {
    let (_site, rendered) = long_lists();
    for list in ["terms", "topics/xu-gou-zhu-ti", "new", "sources/seed/p8"] {
        let pages = pages_of(&rendered, list);
        assert!(pages.len() > 3, "{list}: {pages:?}");
        let all: Vec<String> = pages
            .iter()
            .flat_map(|file| cards(&rendered, file))
            .collect();
        let different: BTreeSet<&String> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "{list} repeats");
        assert!(all.len() >= 70, "{list} lists {}", all.len());
        for file in &pages {
            assert!(cards(&rendered, file).len() <= 11, "{file}");
        }
    }
    let figures: usize = pages_of(&rendered, "figures")
        .iter()
        .map(|file| rendered.page(file).matches("<th scope=\"row\">").count())
        .sum();
    let told = rendered.page("figures/index.html");
    assert!(told.contains(&format!("共 {figures} 项")), "{figures}");
}

#[test]
fn a_page_of_a_list_says_which_it_is_and_where_the_others_are() {
    let (_site, rendered) = long_lists();
    let second = rendered.page("terms/page/2/index.html");
    for part in [
        "<title>术语（第 2 页）_",
        "<link rel=\"canonical\" href=\"https://example.org/kb/terms/page/2/\">",
        "<link rel=\"prev\" href=\"../../index.html\">",
        "<link rel=\"next\" href=\"../3/index.html\">",
        "第 2 页，共 7 页，",
        "<a href=\"index.html\" aria-current=\"page\">",
        "href=\"../../feed.xml\"",
    ] {
        assert!(second.contains(part), "{part}");
    }
    let first = rendered.page("terms/index.html");
    assert!(first.contains("<title>术语_"));
    assert!(first.contains("第 1 页，共 7 页"));
    assert!(!first.contains("rel=\"prev\""));
    let sitemap = rendered.page("sitemap.xml");
    assert!(sitemap.contains("https://example.org/kb/terms/page/7/"));
    // A list that fits on one page has no further pages.
    assert!(
        !rendered
            .page("cases/index.html")
            .contains("class=\"pager\"")
    );
    let feeds = rendered
        .files
        .iter()
        .filter(|(path, _)| path.ends_with("feed.xml"));
    assert!(feeds.into_iter().all(|(path, _)| !path.contains("/page/")));
}

#[test]
fn initials_lead_to_the_page_on_which_they_begin() {
    let (_site, rendered) = long_lists();
    let pages = pages_of(&rendered, "terms");
    let first = rendered.page(&pages[0]);
    let start = first.find("#initial-z\"").expect("Z has a link");
    let start = first[..start].rfind("href=\"").expect("a link") + 6;
    let href = first[start..].split('"').next().expect("it ends");
    let (file, anchor) = href.split_once('#').expect("with the place");
    assert_eq!(anchor, "initial-z");
    let there = rendered.page(&format!("terms/{file}"));
    assert!(there.contains("id=\"initial-z\">Z<span"), "{file}");
    let later = rendered.page(pages.last().expect("there is one"));
    assert!(later.contains("id=\"initial-z\">Z<span class=\"continued\">（续）"));
}

#[test]
fn a_section_may_say_how_many_entries_stand_on_a_page() {
    for (said, pages) in [("paginate_by = 20", 4), ("paginate_by = 0", 1)] {
        let (site, _) = long_lists();
        let index = site.path().join("content/terms/_index.md");
        let text = fs::read_to_string(&index).expect("the section is there");
        let text = text.replacen("\n\n[extra]", &format!("\n{said}\n\n[extra]"), 1);
        assert!(text.contains(said));
        fs::write(index, text).expect("it can be written");
        assert_eq!(
            pages_of(&render(site.path()), "terms").len(),
            pages,
            "{said}"
        );
    }
}

/// Paper doesn't scroll: a table of many columns is set across the sheet, and a
/// title as long as a paragraph in smaller type. Markup in a title is treated
/// as text.
#[test]
fn long_titles_wide_tables_and_markup_hold() {
    let site = site("diagnostics-base", "sites/pages");
    let title = "虚构".repeat(150);
    let columns = |count| {
        format!(
            "| {} |\n|{}\n| {} |\n",
            ["列"; 30][..count].join(" | "),
            "---|".repeat(count),
            ["格"; 30][..count].join(" | ")
        )
    };
    let page = format!(
        "+++\ntitle = '{title}<b onclick=x>'\n+++\n\n{}\n\n{}",
        columns(7),
        columns(8)
    );
    fs::write(site.path().join("content/chang.md"), page).expect("writable");
    let rendered = render(site.path());
    let found = excerpts::text(&rendered.diagnostics, &rendered.sources, false);
    assert_eq!(found, "");
    let page = rendered.page("chang/index.html");
    assert!(page.contains(&format!(
        "<h1 class=\"long-title\">{title}&lt;b onclick=x&gt;</h1>"
    )));
    assert_eq!(page.matches("class=\"table-box\"").count(), 1);
    assert_eq!(page.matches("class=\"table-box table-many\"").count(), 1);
    assert!(!page.contains("<b onclick"));
}

/// The page for lost addresses finds all pages and old addresses in this list.
#[test]
fn every_page_and_old_address_is_in_the_list_of_addresses() {
    let list = rendered_page(&repository(""), "search/pages.json");
    let list: Vec<(String, String)> = serde_json::from_str(&list).expect("it is JSON");
    let title = |file: &str| {
        let found = list.iter().find(|(known, _)| known == file);
        found.map(|(_, title)| title.as_str())
    };
    assert_eq!(
        title("practices/tianjin-wubitan/index.html"),
        Some("天津市“五必谈”制度")
    );
    assert_eq!(
        title("terms/zhongyang-xunshi/index.html"),
        Some("以上率下、层层传导"),
        "an old address leads to the page that took its content over"
    );
    assert_eq!(title("404.html"), None);
    assert_eq!(title("offline/index.html"), None);
}

/// Where no source defines a responsibility, the matrix says so and lists the
/// places where it is used.
#[test]
fn the_rows_of_the_matrix_say_what_they_mean() {
    let page = rendered_page(&repository(""), "matrix/index.html");
    let (_, row) = page.split_once("监督<wbr>责任</a>").expect("a row");
    assert!(row.starts_with("<span class=\"row-meaning\">原文未载明定义，相关论述见<a href"));
    assert!(page.contains("表中共 40 个条目"));
}
