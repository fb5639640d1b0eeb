//! The folders that make up a theme: which there are, what they contain, and
//! which override which.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::config::Settings;
use crate::diag::{Diagnostic, FileId, Span, Spanned};
use crate::disk;
use crate::source::MoreFiles;

/// The theme at the bottom of all others. It has a template for every kind of
/// page, even for those that a theme's author did not know of.
pub const ROOT_THEME: &str = "default";

/// Name of the layer of the site's own files, above all themes.
pub const SITE: &str = "site";

/// Stands for the chosen theme in template names.
pub const CHOSEN: &str = "theme";

/// Themes built into the program.
static BUILT_IN: [(&str, Dir<'_>); 2] = [
    (
        ROOT_THEME,
        include_dir!("$CARGO_MANIFEST_DIR/themes/default"),
    ),
    ("plain", include_dir!("$CARGO_MANIFEST_DIR/themes/plain")),
];

/// `theme.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Manifest {
    /// Its name, for people.
    #[serde(rename = "name")]
    _name: Option<String>,
    #[serde(rename = "description")]
    _description: Option<String>,
    /// The theme below it; the root theme by default.
    extends: Option<toml::Spanned<String>>,
    /// Style sheets below `static/`, joined in this order.
    pub style: Option<Vec<String>>,
    /// Scripts below `static/`, joined in this order.
    pub script: Option<Vec<String>>,
    /// Static files that get a hash of their content in their names, so that a
    /// browser may keep them forever.
    pub hashed: Option<Vec<String>>,
}

/// One theme's files, or the site's own.
#[derive(Default)]
pub(super) struct Layer {
    /// The theme's name; [`SITE`] for the site's own files.
    pub name: String,
    /// Templates by their path below `templates/`.
    pub templates: BTreeMap<String, Found>,
    /// Static files by their path below `static/`.
    pub statics: BTreeMap<String, Found>,
    /// Tables of the interface's words, by the path below `words/`.
    pub words: BTreeMap<String, Found>,
    /// `theme.toml`, until it is read.
    manifest_source: Option<Found>,
    /// The content of `theme.toml`; empty if there is none.
    pub manifest: Manifest,
    /// The file of `theme.toml`, for messages.
    pub manifest_file: Option<FileId>,
}

/// A file of a layer.
pub(super) struct Found {
    /// Its path in messages.
    pub shown: String,
    pub bytes: Vec<u8>,
    /// Whether it comes with the program rather than from a folder of the site.
    pub built_in: bool,
}

/// Reads the layers of a site: the lowest first, the site's own last.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn layers(
    root: &Path,
    settings: &Settings,
    sources: &mut MoreFiles<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> anyhow::Result<Vec<Layer>> {
    let mut layers: Vec<Layer> = Vec::new();
    let mut named = settings.theme.clone();
    while let Some(Spanned { value: name, span }) = named {
        if layers.iter().any(|layer| layer.name == name) {
            diagnostics.push(endless(&layers, &name, span));
            break;
        }
        let Some(mut layer) = Layer::theme(root, &name, sources, diagnostics)? else {
            diagnostics.push(unknown(root, &name, span));
            break;
        };
        named = layer.read_manifest(sources, diagnostics);
        layers.push(layer);
    }
    // Needed after a mistake, too, so that the rest can still be checked.
    if layers.iter().all(|layer| layer.name != ROOT_THEME) {
        let mut lowest = Layer::theme(root, ROOT_THEME, sources, diagnostics)?
            .expect("the root theme is built in");
        lowest.read_manifest(sources, &mut Vec::new());
        layers.push(lowest);
    }
    layers.reverse();
    layers.push(Layer::site(root, sources, diagnostics)?);
    Ok(layers)
}

/// Whether a name is a single folder name, and not reserved for something else.
fn can_be_a_theme(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    let one = matches!(
        (parts.next(), parts.next()),
        (Some(Component::Normal(_)), None)
    );
    one && !name.starts_with('.') && !name.contains(['/', '\\']) && ![SITE, CHOSEN].contains(&name)
}

fn unknown(root: &Path, name: &str, span: Span) -> Diagnostic {
    let mut names: Vec<String> = std::fs::read_dir(root.join("themes"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| can_be_a_theme(name))
        .collect();
    names.extend(BUILT_IN.iter().map(|(name, _)| (*name).to_owned()));
    names.sort();
    names.dedup();
    let found = Diagnostic::error("unknown-theme", span, format!("没有名为“{name}”的主题"))
        .label("没有该主题")
        .hint(format!("可用的主题为 {}", names.join("、")));
    if can_be_a_theme(name) {
        found.hint(format!(
            "自建主题放入 themes/{name}/ 文件夹，其中有 theme.toml、templates、static 和 words"
        ))
    } else {
        found.hint(format!(
            "主题名称为 themes/ 下的文件夹名，不带斜线，不得使用 {SITE} 或 {CHOSEN}"
        ))
    }
}

fn endless(layers: &[Layer], again: &str, span: Span) -> Diagnostic {
    let names = layers.iter().map(|layer| layer.name.as_str());
    let round: Vec<&str> = names
        .skip_while(|name| *name != again)
        .chain([again])
        .collect();
    Diagnostic::error(
        "theme-loop",
        span,
        format!("主题的 extends 形成循环：{}", round.join(" → ")),
    )
    .label("循环由此产生")
    .hint(format!(
        "extends 填写下层主题，最下层为 {ROOT_THEME}；不写则为 {ROOT_THEME}"
    ))
}

impl Layer {
    /// A theme: the files built into the program, overridden one by one by
    /// those of `themes/<name>/`.
    fn theme(
        root: &Path,
        name: &str,
        sources: &mut MoreFiles<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> anyhow::Result<Option<Self>> {
        if !can_be_a_theme(name) {
            return Ok(None);
        }
        let built_in = BUILT_IN.iter().find(|(own, _)| *own == name);
        let folder = root.join("themes").join(name);
        if built_in.is_none() && !folder.is_dir() {
            return Ok(None);
        }
        let mut files = BTreeMap::new();
        let mut folders: Vec<_> = built_in.iter().map(|(_, folder)| folder).collect();
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            for file in folder.files() {
                let path = file.path().to_string_lossy().replace('\\', "/");
                let shown = format!("（内置主题）themes/{name}/{path}");
                let bytes = file.contents().to_vec();
                let found = Found {
                    shown,
                    bytes,
                    built_in: true,
                };
                files.insert(path, found);
            }
        }
        if folder.is_dir() {
            let folder = format!("themes/{name}");
            read_folder(root, &folder, &mut files, sources, diagnostics)?;
        }
        let mut layer = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        for (path, found) in files {
            if let Some(name) = path.strip_prefix("templates/") {
                layer.templates.insert(name.to_owned(), found);
            } else if let Some(name) = path.strip_prefix("static/") {
                layer.statics.insert(name.to_owned(), found);
            } else if let Some(name) = path.strip_prefix("words/") {
                layer.words.insert(name.to_owned(), found);
            } else if path == "theme.toml" {
                layer.manifest_source = Some(found);
            }
            // Other files (types, notes, a licence) are for the theme's
            // authors.
        }
        Ok(Some(layer))
    }

    /// The site's own templates and words, and the static files that
    /// `source::read` has already found.
    fn site(
        root: &Path,
        sources: &mut MoreFiles<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> anyhow::Result<Self> {
        let mut layer = Self {
            name: SITE.to_owned(),
            ..Self::default()
        };
        for (folder, files) in [
            ("templates", &mut layer.templates),
            ("words", &mut layer.words),
        ] {
            read_folder(root, folder, files, sources, diagnostics)?;
        }
        for asset in &sources.sources.assets {
            if let Some(path) = asset.path.strip_prefix("static/") {
                let found = Found {
                    shown: asset.path.clone(),
                    bytes: read_file(&asset.location)?,
                    built_in: false,
                };
                layer.statics.insert(path.to_owned(), found);
            }
        }
        Ok(layer)
    }

    /// Reads `theme.toml` and returns the theme that it extends, if it names
    /// one.
    fn read_manifest(
        &mut self,
        sources: &mut MoreFiles<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Spanned<String>> {
        let (file, text) = read_text(self.manifest_source.take()?, sources, diagnostics)?;
        self.manifest_file = Some(file);
        match toml::from_str(&text) {
            Ok(manifest) => self.manifest = manifest,
            Err(error) => diagnostics.push(
                Diagnostic::error(
                    "theme-manifest",
                    Span::new(file, error.span().unwrap_or(0..0)),
                    "主题的 theme.toml 有误",
                )
                .label(error.message().to_owned())
                .hint("theme.toml 可以包含 name、description、extends、style、script、hashed"),
            ),
        }
        let extends = self.manifest.extends.take()?;
        let span = Span::new(file, extends.span());
        Some(Spanned::new(extends.into_inner(), span))
    }
}

/// A file's text, added to the sources.
pub(super) fn read_text(
    found: Found,
    sources: &mut MoreFiles<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(FileId, String)> {
    match String::from_utf8(found.bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
            let text = text.replace("\r\n", "\n");
            Some((sources.register(found.shown, text.clone()), text))
        }
        Err(error) => {
            let start = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let file = sources.register(found.shown, text);
            let span = Span::new(file, start..start + char::REPLACEMENT_CHARACTER.len_utf8());
            diagnostics.push(
                Diagnostic::error("not-utf8", span, "文件不是 UTF-8 编码")
                    .label("自此处起无法识别")
                    .hint("用编辑器打开该文件，选择“另存为”，编码选 UTF-8"),
            );
            None
        }
    }
}

/// Reads the site's folder `start`; paths in `files` are relative to it.
fn read_folder(
    root: &Path,
    start: &str,
    files: &mut BTreeMap<String, Found>,
    sources: &mut MoreFiles<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> anyhow::Result<()> {
    let root = disk::real_path(root)
        .map_err(|error| anyhow::anyhow!("无法读取 {}：{error}", root.display()))?;
    for item in disk::tree(&root, start) {
        let item = match item {
            Ok(item) => item,
            Err(unread) => {
                sources.unread(unread, diagnostics);
                continue;
            }
        };
        if let Some(path) = item.path.strip_prefix(start).filter(|_| item.is_file) {
            let found = Found {
                shown: item.path.clone(),
                bytes: read_file(&item.location)?,
                built_in: false,
            };
            files.insert(path.trim_start_matches('/').to_owned(), found);
        }
    }
    Ok(())
}

fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    disk::regular_file(path)
        .and_then(|()| std::fs::read(path))
        .map_err(|error| anyhow::anyhow!("无法读取 {}：{error}", path.display()))
}
