//! A theme: templates, style, script and other static files, in three layers.
//!
//! The default theme is inside the program. A site lays `themes/<name>/` over
//! it and its own `templates/` and `static/` over both; each layer replaces
//! single files. A template of a lower layer stays reachable under the layer's
//! name, so that a site changes one block without copying the rest:
//! `{% extends "default/base.html" %}`.

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};
use serde::Deserialize;
use walkdir::WalkDir;

use crate::config::Config;
use crate::diag::{Checked, Diagnostic, FileId, Span};
use crate::source::{SourceFile, SourceSet};

use super::assets::{Assets, squeeze_css, squeeze_js};
use super::html::escape;
use super::template_error::diagnostic;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");
const BUILT_IN_NAME: &str = "default";

/// Instructions that one page's template may execute: a hundred times what a
/// list of a thousand entries needs.
const FUEL: u64 = 10_000_000;

/// How deep templates may include each other: far beyond need, far below what
/// a thread's stack holds.
const RECURSION_LIMIT: usize = 120;

/// Everything that a site looks like.
pub struct Theme {
    environment: Environment<'static>,
    /// The source text of each template, by the name that the engine knows.
    files: BTreeMap<String, FileId>,
    statics: BTreeMap<String, Vec<u8>>,
    manifest: Manifest,
}

/// `theme.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Manifest {
    /// Its name, for people.
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(rename = "description")]
    _description: Option<String>,
    /// Style sheets below `static/`, joined in this order.
    style: Option<Vec<String>>,
    /// Scripts below `static/`, joined in this order.
    script: Option<Vec<String>>,
    /// Static files that get a name with a hash of their content, so that a
    /// browser may keep them for ever.
    hashed: Option<Vec<String>>,
}

/// The files of one layer, before they are merged.
#[derive(Default)]
struct Layer {
    /// Name under which its templates stay reachable.
    name: String,
    /// Path in messages.
    shown: String,
    templates: BTreeMap<String, Vec<u8>>,
    statics: BTreeMap<String, Vec<u8>>,
    manifest: Option<Vec<u8>>,
}

impl Theme {
    /// Loads the theme that the settings name, with the site's own files over
    /// it. The texts of its templates are added to `sources`, so that a
    /// diagnostic can show them. Files are read anew each time.
    ///
    /// # Errors
    /// When a file of the theme cannot be read.
    pub fn load(
        root: &Path,
        config: &Config,
        sources: &mut SourceSet,
    ) -> anyhow::Result<Checked<Self>> {
        let mut diagnostics = Vec::new();
        let mut layers = vec![Layer::built_in()];
        let folder = root.join("themes").join(&config.theme);
        if folder.is_dir() {
            let shown = format!("themes/{}", config.theme);
            layers.push(Layer::read(&folder, &config.theme, &shown)?);
        } else if config.theme != BUILT_IN_NAME {
            diagnostics.push(unknown_theme(root, config, sources));
        }
        layers.push(Layer::site(root, sources)?);
        let mut loader = Loader {
            theme: Self::empty(),
            sources,
            diagnostics,
        };
        for layer in layers {
            loader.add(layer);
        }
        loader.check_manifest();
        Ok(Checked {
            value: loader.theme,
            diagnostics: loader.diagnostics,
        })
    }

    fn empty() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // Every template makes markup, whatever its name ends in.
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        // minijinja's own escaping also turns every slash into a reference,
        // which helps nobody and triples the length of addresses.
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
        // Ranges for diagnostics come only with debug information.
        environment.set_debug(true);
        Self {
            environment,
            files: BTreeMap::new(),
            statics: BTreeMap::new(),
            manifest: Manifest::default(),
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
            .get_template(template)
            .and_then(|template| template.render(context))
            .map_err(|error| Box::new(diagnostic(&error, &self.files, template, context)))
    }

    /// Whether there is a template of this name.
    pub fn has(&self, template: &str) -> bool {
        self.files.contains_key(template)
    }

    /// The theme's files as the site publishes them: style sheets and scripts
    /// joined, the joined ones and some others under hashed names.
    pub(super) fn assets(&self) -> Assets {
        let mut rest = self.statics.clone();
        let css = self.joined(&mut rest, "css/", ".css", self.manifest.style.as_deref());
        let js = self.joined(&mut rest, "js/", ".js", self.manifest.script.as_deref());
        let mut assets = Assets::default();
        assets.add_hashed("css", "site.css", squeeze_css(&css).into_bytes());
        if !js.is_empty() {
            assets.add_hashed("js", "site.js", squeeze_js(&js).into_bytes());
        }
        for path in self.manifest.hashed.iter().flatten() {
            if let Some(bytes) = rest.remove(path) {
                let name = path.rsplit('/').next().unwrap_or(path).to_owned();
                assets.add_hashed(path, &name, bytes);
            }
        }
        for (path, bytes) in rest {
            assets.files.insert(path, bytes);
        }
        assets
    }

    /// Joins the listed files, then those of the folder that no list names, in
    /// order of their names.
    fn joined(
        &self,
        rest: &mut BTreeMap<String, Vec<u8>>,
        folder: &str,
        ending: &str,
        listed: Option<&[String]>,
    ) -> String {
        let mut names: Vec<String> = listed.unwrap_or_default().to_vec();
        let in_folder = rest.keys().filter(|path| path.starts_with(folder));
        let own = in_folder.filter(|path| path.ends_with(ending) && !names.contains(path));
        let own: Vec<String> = own.cloned().collect();
        names.extend(own);
        let mut text = String::new();
        for name in names {
            if let Some(bytes) = rest.remove(&name) {
                text.push_str(&String::from_utf8_lossy(&bytes));
                if !text.ends_with('\n') {
                    text.push('\n');
                }
            }
        }
        // What else lies in the folder of scripts serves their makers: types,
        // notes.
        if folder == "js/" {
            rest.retain(|path, _| !path.starts_with(folder));
        }
        text
    }
}

impl std::fmt::Debug for Theme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Theme")
            .field("templates", &self.files.keys())
            .field("statics", &self.statics.keys())
            .finish_non_exhaustive()
    }
}

fn unknown_theme(root: &Path, config: &Config, sources: &SourceSet) -> Diagnostic {
    let span = setting_span(sources, "theme");
    let message = format!("没有名为“{}”的主题", config.theme);
    let mut names: Vec<String> = std::fs::read_dir(root.join("themes"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.push(BUILT_IN_NAME.to_owned());
    names.sort();
    names.dedup();
    Diagnostic::error("unknown-theme", span, message)
        .label("没有这个主题")
        .hint(format!("可用的主题：{}", names.join("、")))
        .hint(format!(
            "自己的主题放在 themes/{}/ 文件夹里，内有 templates 和 static",
            config.theme
        ))
}

/// Where `config.toml` sets a key; its beginning when that cannot be told.
fn setting_span(sources: &SourceSet, key: &str) -> Span {
    let Some(file) = sources.files.iter().find(|file| file.path == "config.toml") else {
        return Span::start_of(FileId(0));
    };
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let setting = line.trim_start().strip_prefix(key);
        if setting.is_some_and(|rest| rest.trim_start().starts_with('=')) {
            return Span::new(file.id, start..start + line.trim_end().len());
        }
        start += line.len();
    }
    Span::start_of(file.id)
}

impl Layer {
    fn built_in() -> Self {
        let mut layer = Self {
            name: BUILT_IN_NAME.to_owned(),
            shown: "（内置主题）themes/default".to_owned(),
            ..Self::default()
        };
        let mut folders = vec![&BUILT_IN];
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            for file in folder.files() {
                let path = file.path().to_string_lossy().replace('\\', "/");
                layer.file(&path, file.contents().to_vec());
            }
        }
        layer
    }

    fn read(folder: &Path, name: &str, shown: &str) -> anyhow::Result<Self> {
        let mut layer = Self {
            name: name.to_owned(),
            shown: shown.to_owned(),
            ..Self::default()
        };
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            let entry = entry.map_err(|error| anyhow::anyhow!("主题无法读取：{error}"))?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if entry.file_type().is_file() && !hidden {
                let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
                let parts: Vec<_> = relative
                    .components()
                    .map(|p| p.as_os_str().to_string_lossy())
                    .collect();
                layer.file(&parts.join("/"), read_file(entry.path())?);
            }
        }
        Ok(layer)
    }

    /// The site's own templates, and the static files that `source::read`
    /// found already.
    fn site(root: &Path, sources: &SourceSet) -> anyhow::Result<Self> {
        let folder = root.join("templates");
        let mut layer = Self {
            name: "site".to_owned(),
            ..Self::default()
        };
        if folder.is_dir() {
            let own = Self::read(&folder, "site", "")?;
            // Read from `templates/` itself, every file of it is a template.
            layer.templates.extend(own.templates);
        }
        for asset in &sources.assets {
            if let Some(path) = asset.path.strip_prefix("static/") {
                layer
                    .statics
                    .insert(path.to_owned(), read_file(&asset.location)?);
            }
        }
        Ok(layer)
    }

    fn file(&mut self, path: &str, bytes: Vec<u8>) {
        if let Some(name) = path.strip_prefix("templates/") {
            self.templates.insert(name.to_owned(), bytes);
        } else if let Some(name) = path.strip_prefix("static/") {
            self.statics.insert(name.to_owned(), bytes);
        } else if path == "theme.toml" {
            self.manifest = Some(bytes);
        } else if self.name == "site" {
            self.templates.insert(path.to_owned(), bytes);
        }
        // Anything else (types, notes, a licence) serves the theme's makers.
    }
}

fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| anyhow::anyhow!("无法读取 {}：{error}", path.display()))
}

/// Merges layers into a theme, from the lowest to the highest.
struct Loader<'s> {
    theme: Theme,
    sources: &'s mut SourceSet,
    diagnostics: Vec<Diagnostic>,
}

impl Loader<'_> {
    fn add(&mut self, layer: Layer) {
        for (name, bytes) in layer.templates {
            let shown = if layer.shown.is_empty() {
                format!("templates/{name}")
            } else {
                format!("{}/templates/{name}", layer.shown)
            };
            if let Some((file, text)) = self.text(shown, bytes) {
                self.template(format!("{}/{name}", layer.name), file, text.clone());
                self.template(name, file, text);
            }
        }
        for (path, bytes) in layer.statics {
            if path
                .bytes()
                .any(|b| b.is_ascii_uppercase() || !b.is_ascii() || b == b' ')
            {
                let file = self.register(format!("{}/static/{path}", layer.shown), String::new());
                self.diagnostics.push(
                    Diagnostic::error(
                        "file-name",
                        Span::start_of(file),
                        format!("文件名“{path}”含有网址里不能用的字符"),
                    )
                    .hint("文件名只用小写英文字母、数字和连字符"),
                );
                continue;
            }
            self.theme.statics.insert(path, bytes);
        }
        if let Some(bytes) = layer.manifest
            && let Some((file, text)) = self.text(format!("{}/theme.toml", layer.shown), bytes)
        {
            self.manifest(file, &text);
        }
    }

    fn register(&mut self, path: String, text: String) -> FileId {
        let id = FileId(u32::try_from(self.sources.files.len()).expect("fewer than 2^32 files"));
        self.sources.files.push(SourceFile { id, path, text });
        id
    }

    fn text(&mut self, path: String, bytes: Vec<u8>) -> Option<(FileId, String)> {
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text = text
                    .strip_prefix('\u{FEFF}')
                    .unwrap_or(&text)
                    .replace("\r\n", "\n");
                Some((self.register(path, text.clone()), text))
            }
            Err(error) => {
                let start = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let file = self.register(path, text);
                let span = Span::new(file, start..start + char::REPLACEMENT_CHARACTER.len_utf8());
                self.diagnostics.push(
                    Diagnostic::error("not-utf8", span, "文件不是 UTF-8 编码")
                        .label("从这里起无法辨认")
                        .hint("在编辑器里“另存为”，编码选 UTF-8"),
                );
                None
            }
        }
    }

    fn template(&mut self, name: String, file: FileId, text: String) {
        self.theme.files.insert(name.clone(), file);
        if let Err(error) = self
            .theme
            .environment
            .add_template_owned(name.clone(), text)
        {
            let context = minijinja::Value::UNDEFINED;
            let found = diagnostic(&error, &self.theme.files, &name, &context);
            // The same text has two names.
            if self.diagnostics.iter().all(|d| d.span != found.span) {
                self.diagnostics.push(found);
            }
        }
    }

    fn manifest(&mut self, file: FileId, text: &str) {
        match toml::from_str::<Manifest>(text) {
            Ok(manifest) => {
                let old = std::mem::take(&mut self.theme.manifest);
                self.theme.manifest = Manifest {
                    style: manifest.style.or(old.style),
                    script: manifest.script.or(old.script),
                    hashed: manifest.hashed.or(old.hashed),
                    ..manifest
                };
            }
            Err(error) => self.diagnostics.push(
                Diagnostic::error(
                    "theme-manifest",
                    Span::new(file, error.span().unwrap_or(0..0)),
                    "主题的 theme.toml 有误",
                )
                .label(error.message().to_owned())
                .hint("theme.toml 里可写 name、description、style、script、hashed"),
            ),
        }
    }

    /// Every file that the manifest names must be there: a forgotten style
    /// sheet would otherwise show only as an ugly page.
    fn check_manifest(&mut self) {
        let manifest = &self.theme.manifest;
        let named = [&manifest.style, &manifest.script, &manifest.hashed];
        let missing: Vec<String> = named
            .into_iter()
            .flatten()
            .flatten()
            .filter(|path| !self.theme.statics.contains_key(*path))
            .cloned()
            .collect();
        let manifest_file = self
            .sources
            .files
            .iter()
            .rev()
            .find(|file| file.path.ends_with("theme.toml"));
        let Some((id, text)) = manifest_file.map(|file| (file.id, file.text.clone())) else {
            return;
        };
        for path in missing {
            let start = text.find(&format!("\"{path}\"")).unwrap_or(0);
            let span = Span::new(id, start..start + path.len() + 2);
            self.diagnostics.push(
                Diagnostic::error(
                    "theme-manifest",
                    span,
                    format!("主题没有文件 static/{path}"),
                )
                .label("theme.toml 里列了它")
                .hint("补上这个文件，或从 theme.toml 里去掉它"),
            );
        }
    }
}
