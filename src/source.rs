//! Read: from the file system to source text.
//!
//! Nothing is dropped quietly: a file that cannot be read, or that is not
//! UTF-8, is registered all the same, so that its diagnostic has a place.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use walkdir::{DirEntry, WalkDir};

use crate::diag::{Checked, Diagnostic, FileId, Span, render};
use crate::disk;
use crate::explain::explain;
use crate::output::Place;

/// Where editors write what they say of words, relative to the site's root.
pub const LEXICON_FILE: &str = "search-index/lexicon.toml";
/// Where editors write what searches must find, relative to the site's root.
pub const GOLDEN_FILE: &str = "search-index/golden.toml";

/// All source texts of a site, and the other files that belong to it.
#[derive(Clone, Debug, Default)]
pub struct SourceSet {
    /// `config.toml`, `content/**/*.md`, `data/*.toml`, the lexicon, the golden
    /// queries, in this order; within a folder by name. A [`FileId`] is the position.
    pub files: Vec<SourceFile>,
    /// Files that are copied as they are.
    pub assets: Vec<Asset>,
}

/// One text file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its number.
    pub id: FileId,
    /// Relative to the site's root, `/`-separated: `content/practices/x.md`.
    pub path: String,
    /// Without byte order mark, lines ending in `\n`.
    pub text: String,
}

/// A file that is copied as it is: an image beside a page, a font in `static/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Relative to the site's root, `/`-separated: `content/practices/x.png`,
    /// `static/logo.svg`.
    pub path: String,
    /// Where it is on disk.
    pub location: PathBuf,
}

impl Asset {
    /// Its path in the built site: the one without `content/` or `static/`.
    pub fn output_path(&self) -> &str {
        self.path
            .split_once('/')
            .map_or(&self.path, |(_, rest)| rest)
    }
}

impl SourceSet {
    /// The file with this number.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Adds a file, so that diagnostics can show it.
    pub fn register(&mut self, path: String, text: String) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files"));
        self.files.push(SourceFile { id, path, text });
        id
    }

    /// The line at which an output path is asked for; `None` for the program's
    /// own. A file that is no text is added without its content.
    pub fn locate(&mut self, place: &Place) -> Option<Span> {
        match place {
            Place::Program => None,
            Place::Content(span) | Place::Beside(span) | Place::Alias(span) => Some(span.clone()),
            Place::Entry(path, id) => {
                let file = self.files.iter().find(|file| file.path == *path)?;
                let quoted = format!("\"{id}\"");
                let found = file.text.find(&quoted).map(|at| at..at + quoted.len());
                Some(Span::new(file.id, found.unwrap_or(0..0)))
            }
            Place::File(path) => {
                let known = self.files.iter().find(|file| file.path == *path);
                let known = known.map(|file| file.id);
                let file = known.unwrap_or_else(|| self.register(path.clone(), String::new()));
                Some(Span::start_of(file))
            }
        }
    }
}

impl render::Files for SourceSet {
    fn file(&self, id: FileId) -> (&str, &str) {
        let file = self.get(id);
        (&file.path, &file.text)
    }
}

/// Reads a site's settings, content and registers.
///
/// # Errors
/// When `root` is not a folder that can be entered.
pub fn read(root: &Path) -> anyhow::Result<Checked<SourceSet>> {
    let root = root
        .canonicalize()
        .with_context(|| format!("找不到站点文件夹 {}", root.display()))?;
    ensure!(root.is_dir(), "{} 不是文件夹", root.display());
    let mut reader = Reader {
        root: &root,
        sources: SourceSet::default(),
        diagnostics: Vec::new(),
    };
    reader.config();
    reader.folder("content", "md", true);
    reader.folder("data", "toml", false);
    reader.optional(LEXICON_FILE);
    reader.optional(GOLDEN_FILE);
    reader.folder("static", "", false);
    Ok(Checked {
        value: reader.sources,
        diagnostics: reader.diagnostics,
    })
}

struct Reader<'r> {
    root: &'r Path,
    sources: SourceSet,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn config(&mut self) {
        let path = self.root.join("config.toml");
        if path.exists() {
            self.text("config.toml".to_owned(), &path);
        } else {
            self.fault(
                "config.toml".to_owned(),
                "missing-config",
                "缺少 config.toml",
            )
            .hints
            .push(
                "在站点文件夹里建 config.toml，至少写明 title 与 base_url；--root 指定站点文件夹"
                    .to_owned(),
            );
        }
    }

    /// A site need not have one.
    fn optional(&mut self, file: &str) {
        let path = self.root.join(file);
        if path.exists() {
            self.text(file.to_owned(), &path);
        }
    }

    /// Walks one folder: texts with this extension are read, the rest are
    /// assets.
    fn folder(&mut self, name: &str, extension: &str, mandatory: bool) {
        let folder = self.root.join(name);
        if !folder.exists() {
            if mandatory {
                self.fault(
                    name.to_owned(),
                    "missing-content",
                    format!("缺少 {name} 文件夹"),
                )
                .hints
                .push(format!("建立 {name}/_index.md 与各栏目的文件夹"));
            }
            return;
        }
        let mut walk = WalkDir::new(&folder)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = walk.next() {
            match entry {
                Err(error) => self.walk_error(&error),
                Ok(entry) if is_hidden(&entry) || self.leads_outside(&entry) => {
                    if entry.file_type().is_dir() {
                        walk.skip_current_dir();
                    }
                }
                Ok(entry) if entry.file_type().is_file() => self.file(entry, extension),
                Ok(entry) => self.check_name(&entry),
            }
        }
    }

    fn file(&mut self, entry: DirEntry, extension: &str) {
        self.check_name(&entry);
        let path = self.relative(entry.path());
        let name = entry.file_name().to_string_lossy();
        let own = name.rsplit_once('.').map_or("", |(_, own)| own);
        if !extension.is_empty() && own.eq_ignore_ascii_case(extension) {
            self.text(path, entry.path());
        } else if !path.starts_with("data/") {
            self.sources.assets.push(Asset {
                path,
                location: entry.into_path(),
            });
        }
    }

    /// Names become addresses: they must work on every server and disk.
    fn check_name(&mut self, entry: &DirEntry) {
        let path = self.relative(entry.path());
        let name = entry.file_name().to_string_lossy();
        let is_page = path.starts_with("content/") && name.ends_with(".md");
        let checked = match name.strip_suffix(".md") {
            Some("_index") => return,
            Some(stem) if is_page => stem,
            _ => &*name,
        };
        // What a webmaster puts into `static/` may need capitals (`CNAME`).
        let may_shout = path.starts_with("static/");
        let plain = checked.bytes().all(|b| match b {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => true,
            b'_' | b'.' => !is_page,
            b'A'..=b'Z' => may_shout,
            _ => false,
        });
        if !plain {
            let message = format!("文件名“{name}”含有网址里不宜用的字符");
            self.fault(path, "file-name", message)
                .hints
                .push("页面的文件名只用小写英文字母、数字和连字符，如 tianjin-wubitan.md；图片等可以另有下划线和点".to_owned());
        }
    }

    fn text(&mut self, path: String, location: &Path) {
        match disk::regular_file(location).and_then(|()| std::fs::read(location)) {
            Ok(bytes) => self.decoded(path, &bytes),
            Err(error) => self.unreadable(path, &error),
        }
    }

    fn unreadable(&mut self, path: String, error: &std::io::Error) {
        self.fault(path, "unreadable", "无法读取")
            .hints
            .push(explain(error));
    }

    fn decoded(&mut self, path: String, bytes: &[u8]) {
        let content = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        match std::str::from_utf8(content) {
            Ok(text) => {
                self.sources.register(path, text.replace("\r\n", "\n"));
            }
            Err(error) => {
                let good = &content[..error.valid_up_to()];
                let good = std::str::from_utf8(good).expect("valid up to here");
                let line = good.matches('\n').count() + 1;
                // Damaged bytes become U+FFFD; what stands before keeps its place.
                let start = good.replace("\r\n", "\n").len();
                let text = String::from_utf8_lossy(content).replace("\r\n", "\n");
                let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
                let id = self.sources.register(path, text);
                let byte = error.valid_up_to() + 1 + (bytes.len() - content.len());
                let message = format!("文件不是 UTF-8 编码（第 {line} 行，全文第 {byte} 字节）");
                self.diagnostics.push(
                    Diagnostic::error("not-utf8", Span::new(id, start..end), message)
                        .label("从这里起无法辨认")
                        .hint(encoding_hint(bytes)),
                );
            }
        }
    }

    /// An error about a file or folder of which nothing could be read.
    fn fault(
        &mut self,
        path: String,
        code: &'static str,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let id = self.sources.register(path, String::new());
        self.diagnostics
            .push(Diagnostic::error(code, Span::start_of(id), message));
        self.diagnostics.last_mut().expect("just pushed")
    }

    fn walk_error(&mut self, error: &walkdir::Error) {
        let path = error.path().unwrap_or(self.root);
        let path = self.relative(path);
        if let Some(ancestor) = error.loop_ancestor() {
            let message = format!("符号链接绕回了上层文件夹 {}", self.relative(ancestor));
            self.fault(path, "symbolic-link", message)
                .hints
                .push("删去这个链接".to_owned());
        } else if let Some(error) = error.io_error() {
            self.unreadable(path, error);
        }
    }

    /// Whether the entry is a symbolic link to a place outside the site; a
    /// site must not publish what merely lies near it.
    fn leads_outside(&mut self, entry: &DirEntry) -> bool {
        if !entry.path_is_symlink() {
            return false;
        }
        // A dangling link has been reported by the walk already.
        let inside = entry
            .path()
            .canonicalize()
            .is_ok_and(|target| target.starts_with(self.root));
        if !inside {
            let path = self.relative(entry.path());
            self.fault(path, "symbolic-link", "符号链接指向站点文件夹之外")
                .hints
                .push("把文件复制进来，再删去链接".to_owned());
        }
        !inside
    }

    fn relative(&self, path: &Path) -> String {
        let relative = path.strip_prefix(self.root).unwrap_or(path);
        let parts: Vec<_> = relative
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        parts.join("/")
    }
}

/// Files that the system or an editor leaves behind: `.DS_Store`, `~$x.docx`.
fn is_hidden(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() > 0 && (name.starts_with('.') || name.starts_with("~$") || name == "Thumbs.db")
}

fn encoding_hint(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        "文件是 UTF-16 编码；在编辑器里“另存为”，编码选 UTF-8"
    } else {
        "文件可能是 GBK（ANSI）编码；在编辑器里“另存为”，编码选 UTF-8"
    }
}
