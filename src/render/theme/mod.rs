//! A theme: templates, styles, scripts and other static files, in layers.
//!
//! A theme overrides the one that its `theme.toml` extends; the built-in root
//! theme is at the bottom. The site's own `templates/` and `static/` override
//! all of them. Each layer replaces single files. A template of a lower layer
//! stays reachable under the layer's name, so that a site can change one block
//! without copying the rest: `{% extends "default/base.html" %}`, or
//! `"theme/base.html"` for the chosen theme, whichever that is. Tables of the
//! interface's words are merged word by word.

mod assets;
mod layers;
mod script;
mod template_error;
mod templates;
pub(super) mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::config::Settings;
use crate::diag::{Checked, Diagnostic, FileId, Span};
use crate::markup::escape;
use crate::output::Place;
use crate::source::{MoreFiles, SourceSet, WithFiles};
use crate::words::{COUNT, Piece, WordFault, Words};

pub(crate) use assets::Assets;
use assets::squeeze_css;
pub use assets::squeeze_js;
use layers::{CHOSEN, Found, Layer, Manifest, SITE, layers, read_text};
use script::with_words;
use template_error::diagnostic;
use templates::Templates;
use words::{Tables, fault_at, keys_of_template};

/// How many instructions one page's template may execute: a hundred times what
/// a list of a thousand entries needs.
const FUEL: u64 = 10_000_000;

/// How deep templates may include each other: far more than needed, far less
/// than a thread's stack holds.
const RECURSION_LIMIT: usize = 120;

/// Everything that determines how a site looks.
pub struct Theme {
    environment: Environment<'static>,
    templates: Arc<Templates>,
    statics: BTreeMap<String, Static>,
    style: Joined,
    script: Joined,
    hashed: Vec<String>,
    words: Words,
}

/// A static file.
struct Static {
    /// Index of its layer; the lowest is 0.
    layer: usize,
    /// Its path in messages.
    shown: String,
    /// Whether it is built into the program.
    built_in: bool,
    bytes: Vec<u8>,
}

fn word_error(fault: WordFault) -> Error {
    Error::new(ErrorKind::InvalidOperation, fault.to_string()).with_source(fault)
}

/// A word with its values, as markup. Values that are markup already stay as
/// they are.
fn said(words: &Words, key: &str, values: &Kwargs) -> Result<Value, Error> {
    let word = words.find(key).map_err(word_error)?;
    let count = values.has(COUNT).then(|| values.get::<Value>(COUNT));
    let count = count.transpose()?.map(|count| count.to_string());
    let mut said = String::new();
    for piece in word.form(count.as_deref()) {
        match piece {
            Piece::Text(text) => said.push_str(&escape(text)),
            Piece::Value(name) if values.has(name) => {
                said.push_str(&markup(&values.get::<Value>(name)?));
            }
            Piece::Value(name) => {
                let (key, value) = (key.to_owned(), name.clone());
                return Err(word_error(WordFault::Missing { key, value }));
            }
        }
    }
    Ok(Value::from_safe_string(said))
}

fn markup(value: &Value) -> String {
    if value.is_safe() {
        value.to_string()
    } else {
        escape(&value.to_string())
    }
}

/// Encodes words for an address, as after `?q=`.
fn form_encoded(words: &str) -> String {
    let mut out = String::new();
    for byte in words.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What shows results of a search.
pub(super) const RESULTS: &str = "results";

/// Style sheets, each with the folders below `css/` whose styles it leaves out.
/// A page loads one sheet, in which all styles that it needs keep their order.
const SHEETS: [(&str, &[&str]); 5] = [
    ("site", &[RESULTS]),
    ("document", &["compare", "home", "law", "lists", RESULTS]),
    ("law", &["compare", "home", "lists", RESULTS]),
    ("home", &["compare", "document", "law", RESULTS]),
    ("search", &["compare", "document", "home", "law", "lists"]),
];

/// The one of [`SHEETS`] that pages of a kind load; those with the text of a
/// regulation have one of their own. (Comparisons, which are plain pages, have
/// the template of documents.)
pub(super) fn sheet_of(kind: &str, has_text: bool) -> &'static str {
    match kind {
        "document" if has_text => "law",
        "document" => "document",
        "home" => "home",
        "search" => "search",
        _ => "site",
    }
}

/// Folders below `js/` whose scripts only some pages need. Each folder is joined
/// into a file of its own. All others are joined into the file that every page
/// loads.
const BUNDLES: [&str; 4] = ["document", "law", "lists", RESULTS];

/// The scripts of [`BUNDLES`] that the pages of a template load.
pub(super) fn bundle_of(template: &str) -> Option<&'static str> {
    match template {
        "document.html" | "section.html" | "source.html" | "compare.html" | "cited.html" => {
            Some("document")
        }
        "search.html" => Some(RESULTS),
        _ => None,
    }
}

/// Files that are joined into one.
#[derive(Debug, Default)]
struct Joined {
    /// The listed files, in this order.
    listed: Vec<String>,
    /// The layer that has the list. Files of lower layers count only if listed.
    /// Unlisted files in the folder of this and higher layers follow.
    layer: usize,
}

impl Theme {
    /// Loads the theme that the settings name, with the site's own files over
    /// it. The result includes the texts of its templates, so that diagnostics
    /// can show them. Files are read anew each time.
    ///
    /// # Errors
    /// When a file of the theme cannot be read.
    pub fn load(
        root: &Path,
        settings: &Settings,
        sources: &SourceSet,
    ) -> anyhow::Result<WithFiles<Self>> {
        let mut diagnostics = Vec::new();
        let mut sources = MoreFiles::beside(sources);
        let layers = layers(root, settings, &mut sources, &mut diagnostics)?;
        let mut loader = Loader {
            theme: Self::empty(Words::built_in(settings.language)),
            templates: Templates::default(),
            extends: BTreeMap::new(),
            tables: Tables::built_in(settings.language),
            sources,
            diagnostics,
        };
        for (number, layer) in layers.into_iter().enumerate() {
            loader.add(number, layer);
        }
        Ok(loader.finish())
    }

    fn empty(words: Words) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // Every template makes markup, whatever extension its name has.
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        // minijinja's own escaping also escapes every slash, which helps nobody
        // and triples the length of addresses.
        environment.set_formatter(|out, state, value| {
            let markup = value.is_safe() || !matches!(state.auto_escape(), AutoEscape::Html);
            match value.as_str().filter(|_| !markup) {
                Some(text) => out.write_str(&escape(text)).map_err(Error::from),
                None => minijinja::escape_formatter(out, state, value),
            }
        });
        environment.set_syntax(
            minijinja::syntax::SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()
                .expect("the usual delimiters are valid"),
        );
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(RECURSION_LIMIT);
        // Only debug information has ranges for diagnostics.
        environment.set_debug(true);
        Self {
            environment,
            templates: Arc::default(),
            statics: BTreeMap::new(),
            style: Joined::default(),
            script: Joined::default(),
            hashed: Vec::new(),
            words,
        }
    }

    /// Renders a template.
    ///
    /// # Errors
    /// The template's mistake, with its place.
    pub fn render(
        &self,
        template: &str,
        context: &minijinja::Value,
    ) -> Result<String, Box<Diagnostic>> {
        self.environment
            .get_template(self.templates.resolve(template))
            .and_then(|template| template.render(context))
            .map_err(|error| Box::new(diagnostic(&error, &self.templates, template, context)))
    }

    /// The interface's words: the program's, overridden by the theme's and the
    /// site's.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Whether there is a template of this name.
    pub fn has(&self, template: &str) -> bool {
        self.templates.plain.contains_key(template)
    }

    /// The theme's files as the site publishes them: style sheets and scripts
    /// joined, the joined ones and some others under hashed names.
    pub(super) fn assets(&self) -> Assets {
        let mut rest: BTreeMap<&str, &Static> = self
            .statics
            .iter()
            .map(|(path, file)| (path.as_str(), file))
            .collect();
        let css = self.style.take("css/", ".css", &mut rest);
        let js = self.script.take("js/", ".js", &mut rest);
        let mut assets = Assets::default();
        let mut add_sheet = |name: &str, is_in: &dyn Fn(&str) -> bool| {
            let texts = css.iter().filter(|(folder, _)| is_in(folder));
            let style: String = texts.map(|(_, text)| text.as_str()).collect();
            if !style.is_empty() {
                let name = format!("{name}.css");
                assets.add_hashed(&name, &name, squeeze_css(&style).into_bytes());
            }
        };
        for (name, without) in SHEETS {
            add_sheet(name, &|folder| !without.contains(&folder));
        }
        // For the search over any other page.
        add_sheet(RESULTS, &|folder| folder == RESULTS);
        let mut bundles: BTreeMap<Option<&'static str>, String> = BTreeMap::new();
        for (folder, text) in js {
            let bundle = BUNDLES.into_iter().find(|bundle| *bundle == folder);
            bundles.entry(bundle).or_default().push_str(&text);
        }
        for (bundle, js) in bundles {
            let script = with_words(squeeze_js(&js), &self.words).into_bytes();
            match bundle {
                None => assets.add_hashed("js", "site.js", script),
                Some(bundle) => assets.add_hashed(bundle, &format!("{bundle}.js"), script),
            }
        }
        for path in &self.hashed {
            if let Some(file) = rest.remove(path.as_str()) {
                let name = path.rsplit('/').next().unwrap_or(path).to_owned();
                assets.add_hashed(path, &name, self.published(path, file));
            }
        }
        for (path, file) in rest {
            let place = if file.built_in {
                Place::Program
            } else {
                Place::File(file.shown.clone())
            };
            let file = (self.published(path, file), place);
            assets.files.insert(path.to_owned(), file);
        }
        assets
    }

    /// A file as readers get it: scripts include the words that they ask for.
    fn published(&self, path: &str, file: &Static) -> Vec<u8> {
        match std::str::from_utf8(&file.bytes) {
            Ok(text) if path.ends_with(".js") => {
                with_words(text.to_owned(), &self.words).into_bytes()
            }
            _ => file.bytes.clone(),
        }
    }
}

impl Joined {
    /// The listed files, then the folder's unlisted files in order of their
    /// names, each with the folder below `folder` that it is in. All files of the
    /// folder are removed from `rest`, even those not joined: readers don't need
    /// types and notes, nor what lower layers would have joined.
    fn take(
        &self,
        folder: &str,
        ending: &str,
        rest: &mut BTreeMap<&str, &Static>,
    ) -> Vec<(String, String)> {
        let unlisted = rest.iter().filter(|(path, file)| {
            path.starts_with(folder)
                && path.ends_with(ending)
                && file.layer >= self.layer
                && !self.listed.iter().any(|listed| listed == *path)
        });
        let unlisted: Vec<String> = unlisted.map(|(path, _)| (*path).to_owned()).collect();
        let mut texts = Vec::new();
        for path in self.listed.iter().chain(&unlisted) {
            if let Some(file) = rest.remove(path.as_str()) {
                let below = path
                    .strip_prefix(folder)
                    .and_then(|path| path.split_once('/'));
                let mut text = String::from_utf8_lossy(&file.bytes).into_owned();
                if !text.ends_with('\n') {
                    text.push('\n');
                }
                texts.push((
                    below.map_or_else(String::new, |(below, _)| below.to_owned()),
                    text,
                ));
            }
        }
        let code = |path: &str| folder == "js/" || path.ends_with(ending);
        rest.retain(|path, _| !(path.starts_with(folder) && code(path)));
        texts
    }
}

impl std::fmt::Debug for Theme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Theme")
            .field("templates", &self.templates.plain)
            .field("statics", &self.statics.keys())
            .finish_non_exhaustive()
    }
}

/// Merges layers into a theme, from the lowest to the highest.
struct Loader<'s> {
    theme: Theme,
    templates: Templates,
    /// The range in each template that says what it extends, and the extended
    /// template; by the engine's names.
    extends: BTreeMap<String, (Range<usize>, String)>,
    tables: Tables,
    sources: MoreFiles<'s>,
    diagnostics: Vec<Diagnostic>,
}

/// The first `extends` tag with a literal name: its range and the name.
fn extends_tag(text: &str) -> Option<(Range<usize>, &str)> {
    let mut at = 0;
    while let Some(found) = text[at..].find(['{']) {
        at += found;
        let rest = &text[at..];
        if rest.starts_with("{#") {
            at += rest.find("#}")?;
        } else if let Some(tag) = rest.strip_prefix("{%") {
            let end = tag.find("%}")?;
            let words = tag[..end].trim_matches(['-', '+']).trim();
            let name = words.strip_prefix("extends").map(str::trim);
            if let Some(name) = name
                && let Some(quote @ ('"' | '\'')) = name.chars().next()
                && let Some(name) = name[1..].strip_suffix(quote)
            {
                return Some((at..at + end + 4, name));
            }
        }
        at += 1;
    }
    None
}

fn template_loop(span: Span, round: &[String], below: Option<&String>) -> Diagnostic {
    let names = round.iter().chain(round.first()).map(String::as_str);
    let names: Vec<&str> = names.collect();
    let message = match round {
        [_] => "模板继承自身".to_owned(),
        _ => format!("模板的继承形成循环：{}", names.join(" → ")),
    };
    Diagnostic::error("template-loop", span, message)
        .label("循环由此产生")
        .hint(match below {
            Some(below) => {
                format!("需要修改下层同名模板的，写明完整名称 {{% extends \"{below}\" %}}")
            }
            None => "核对各处 extends，模板不得循环继承".to_owned(),
        })
}

impl Loader<'_> {
    fn add(&mut self, number: usize, layer: Layer) {
        for (name, found) in layer.templates {
            self.template(&layer.name, &name, found);
        }
        if layer.name != SITE {
            // What the theme shows under each name, whether its own or
            // inherited.
            let Templates {
                plain, qualified, ..
            } = &mut self.templates;
            for (name, engine) in &*plain {
                for theme in [&layer.name, CHOSEN] {
                    qualified.insert(format!("{theme}/{name}"), engine.clone());
                }
            }
        }
        for (name, found) in layer.words {
            let (sources, diagnostics) = (&mut self.sources, &mut self.diagnostics);
            self.tables.lay(&name, found, sources, diagnostics);
        }
        for (path, found) in layer.statics {
            self.add_static(number, path, found);
        }
        self.manifest(number, layer.manifest, layer.manifest_file);
    }

    fn template(&mut self, layer: &str, name: &str, found: Found) {
        let Some((file, text)) = read_text(found, &mut self.sources, &mut self.diagnostics) else {
            return;
        };
        let engine = format!("{layer}/{name}");
        let tag = extends_tag(&text).map(|(span, parent)| (span, parent.to_owned()));
        self.extends
            .extend(tag.map(|(tag, parent)| (engine.clone(), (tag, parent))));
        self.templates.files.insert(engine.clone(), file);
        if let Some(below) = self.templates.plain.insert(name.to_owned(), engine.clone()) {
            self.templates.replaced.insert(engine, below);
        }
    }

    /// Adds each template to the engine. One that extends itself, directly or
    /// through others, would run until its fuel is used up, so it stays empty.
    fn compile(&mut self) {
        let files: Vec<(String, FileId)> = self.templates.files.clone().into_iter().collect();
        let mut looping = BTreeSet::new();
        for (engine, file) in files {
            if !looping.contains(&engine)
                && let Some(round) = self.round(&engine)
            {
                let (tag, _) = &self.extends[&engine];
                let span = Span::new(file, tag.clone());
                let below = self.templates.replaced.get(&engine);
                self.diagnostics.push(template_loop(span, &round, below));
                looping.extend(round);
            }
            let text = if looping.contains(&engine) {
                String::new()
            } else {
                self.sources.get(file).text.clone()
            };
            let environment = &mut self.theme.environment;
            if let Err(error) = environment.add_template_owned(engine.clone(), text) {
                let context = minijinja::Value::UNDEFINED;
                self.diagnostics
                    .push(diagnostic(&error, &self.templates, &engine, &context));
                // Otherwise pages would say that it is missing.
                let environment = &mut self.theme.environment;
                environment
                    .add_template_owned(engine, String::new())
                    .expect("an empty template is one");
            }
        }
    }

    /// The templates from `start` back to itself, if it extends itself.
    fn round(&self, start: &str) -> Option<Vec<String>> {
        let mut round = vec![start.to_owned()];
        loop {
            let (_, parent) = self.extends.get(round.last()?)?;
            let parent = self.templates.resolve(parent);
            if parent == start {
                return Some(round);
            }
            if round.iter().any(|known| known == parent) {
                return None; // Another's round.
            }
            round.push(parent.to_owned());
        }
    }

    fn add_static(&mut self, layer: usize, path: String, found: Found) {
        // Other programs ask for some names with capitals: `CNAME`,
        // `MP_verify_….txt`.
        let plain = |b: u8| b.is_ascii_graphic();
        if !path.bytes().all(plain) {
            // Names below the site's own static/ are reported as it is read.
            if found.shown.starts_with("static/") {
                return;
            }
            let file = self.sources.register(found.shown, String::new());
            self.diagnostics.push(
                Diagnostic::error(
                    "file-name",
                    Span::start_of(file),
                    format!("文件名“{path}”含有网址中不能使用的字符"),
                )
                .hint("文件名只用英文字母、数字、连字符、下划线和点"),
            );
            return;
        }
        let Found {
            shown,
            bytes,
            built_in,
        } = found;
        let file = Static {
            layer,
            shown,
            built_in,
            bytes,
        };
        self.theme.statics.insert(path, file);
    }

    /// A list of styles or scripts replaces those of lower layers, because
    /// order matters; lists of hashed files are merged.
    fn manifest(&mut self, layer: usize, manifest: Manifest, file: Option<FileId>) {
        // Otherwise a missing style sheet would show only as an ugly page.
        let named = [&manifest.style, &manifest.script, &manifest.hashed];
        for path in named.into_iter().flatten().flatten() {
            if !self.theme.statics.contains_key(path)
                && let Some(file) = file
            {
                self.diagnostics.push(self.missing_file(file, path));
            }
        }
        let joined = |listed| Joined { listed, layer };
        if let Some(listed) = manifest.style {
            self.theme.style = joined(listed);
        }
        if let Some(listed) = manifest.script {
            self.theme.script = joined(listed);
        }
        for path in manifest.hashed.unwrap_or_default() {
            if !self.theme.hashed.contains(&path) {
                self.theme.hashed.push(path);
            }
        }
    }

    fn missing_file(&self, manifest: FileId, path: &str) -> Diagnostic {
        let text = &self.sources.get(manifest).text;
        let start = text.find(&format!("\"{path}\"")).unwrap_or(0);
        let end = (start + path.len() + 2).min(text.len());
        Diagnostic::error(
            "theme-manifest",
            Span::new(manifest, start..end),
            format!("主题没有文件 static/{path}"),
        )
        .label("已列入 theme.toml")
        .hint("补充该文件，或从 theme.toml 中删去")
    }

    /// Reports words that templates and scripts ask for and that don't exist.
    fn check_words(&mut self) {
        let language = self.theme.words.language();
        for file in self.templates.files.values().copied() {
            let text = &self.sources.get(file).text;
            for (range, key) in keys_of_template(text) {
                let span = Span::new(file, range);
                self.diagnostics
                    .extend(self.tables.ask(language, key, span));
            }
        }
        self.theme.words = self.tables.of(language).clone();
        let scripts = self.theme.statics.iter();
        for (_, script) in scripts.filter(|(path, _)| path.ends_with(".js")) {
            // A file that is not text asks for no words.
            let Ok(text) = std::str::from_utf8(&script.bytes) else {
                continue;
            };
            let mut faults = Vec::new();
            for call in script::calls(text) {
                match call.section() {
                    Some(section) => self.tables.ask_for_section(section),
                    None => self.tables.ask_for(call.key),
                }
                let fault = call.fault(&self.theme.words);
                faults.extend(fault.map(|fault| (call.range, fault)));
            }
            if !faults.is_empty() {
                let file = self.sources.register(script.shown.clone(), text.to_owned());
                let found = faults
                    .into_iter()
                    .map(|(range, fault)| fault_at(&fault, Span::new(file, range)));
                self.diagnostics.extend(found);
            }
        }
        self.diagnostics.extend(self.tables.unused());
        self.add_functions();
    }

    /// Adds the functions that templates call.
    fn add_functions(&mut self) {
        let environment = &mut self.theme.environment;
        let words = self.theme.words.clone();
        environment.add_function("t", move |key: &str, values: Kwargs| {
            said(&words, key, &values)
        });
        environment.add_function("link", |href: &str, text: &Value| {
            let link = format!("<a href=\"{}\">{}</a>", escape(href), markup(text));
            Value::from_safe_string(link)
        });
        environment.add_filter("whole", |text: &str| Value::from_safe_string(whole(text)));
        let words = self.theme.words.clone();
        environment.add_function("query", move |key: &str| {
            // As plain text, because markup has no place in an address.
            let word = words.find(key).map_err(word_error)?;
            let text = word.form(None).iter().map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Value(_) => "",
            });
            Ok::<_, Error>(form_encoded(&text.collect::<String>()))
        });
    }

    fn finish(mut self) -> WithFiles<Theme> {
        self.compile();
        self.check_words();
        self.theme.templates = Arc::new(self.templates);
        let templates = Arc::clone(&self.theme.templates);
        self.theme
            .environment
            .set_path_join_callback(move |name, _| templates.resolve(name).to_owned().into());
        self.sources.with(Checked {
            value: self.theme,
            diagnostics: self.diagnostics,
        })
    }
}

/// Longer quotations may break; kept whole, they would leave a hole in the line
/// before.
const LONGEST_WHOLE: usize = 8;

/// The markup of a text in which no line breaks within a short quotation:
/// 天津市“五必谈”制度.
fn whole(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, quoted)) = rest.split_once('“') {
        let Some((inner, after)) = quoted.split_once('”') else {
            break;
        };
        out.push_str(&escape(before));
        let quoted = escape(inner);
        if inner.chars().count() <= LONGEST_WHOLE {
            out.push_str(&format!("<span class=\"whole\">“{quoted}”</span>"));
        } else {
            out.push_str(&format!("“{quoted}”"));
        }
        rest = after;
    }
    out.push_str(&escape(rest));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_quotations_stay_whole_and_everything_is_escaped() {
        assert_eq!(
            whole("天津市“五必谈”制度<b>"),
            "天津市<span class=\"whole\">“五必谈”</span>制度&lt;b&gt;"
        );
        assert_eq!(whole("“一二三四五六七八九”"), "“一二三四五六七八九”");
        assert_eq!(whole("没有后引号“的"), "没有后引号“的");
    }

    #[test]
    fn what_a_template_extends_is_found_where_it_is_said() {
        let found = |text| extends_tag(text).map(|(_, name)| name.to_owned());
        let base = Some("base.html".to_owned());
        assert_eq!(found("{% extends \"base.html\" %}"), base);
        assert_eq!(found("{# 框架 #}\n{%- extends 'base.html' -%}"), base);
        assert_eq!(
            found("{ {# {% extends \"a\" %} #}{% if x %}{% extends \"base.html\" %}"),
            base
        );
        assert_eq!(found("{% extends layout %}"), None);
        assert_eq!(found("{% extends \"base.html\""), None);
        assert_eq!(found("{# {% extends \"a\" %}"), None);
        assert_eq!(
            extends_tag("的{% extends \"a\" %}").expect("a tag").0,
            3..20
        );
    }
}
