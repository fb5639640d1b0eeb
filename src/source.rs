//! Reads source texts from the file system.
//!
//! Nothing is dropped silently: a file that cannot be read or is not UTF-8 is
//! registered all the same, so that its diagnostic has a location.

use std::path::{Path, PathBuf};

use crate::address::is_impossible_on_windows;
use crate::chinese::{encoding, readings, unseen};
use crate::diag::{Checked, Diagnostic, FileId, Repair, Span, render};
use crate::disk::{self, Cause, Item, Unread};
use crate::explain::explain;
use crate::output::Place;
use anyhow::{Context, ensure};

/// The editors' lexicon, relative to the site's root.
pub const LEXICON_FILE: &str = "search-index/lexicon.toml";
/// The golden queries, relative to the site's root.
pub const GOLDEN_FILE: &str = "search-index/golden.toml";

/// The addresses that were published once, relative to the site's root.
pub const PUBLISHED_FILE: &str = "published.txt";

/// All source texts of a site, and its other files.
#[derive(Clone, Debug, Default)]
pub struct SourceSet {
    /// `config.toml`, `content/**/*.md`, `data/*.toml`, the lexicon, the golden
    /// queries, the published addresses, in this order; within a folder, ordered by name. A [`FileId`]
    /// is the index into this list.
    pub files: Vec<SourceFile>,
    /// Files that are copied unchanged.
    pub assets: Vec<Asset>,
}

/// One text file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its number.
    pub id: FileId,
    /// Path relative to the site's root, `/`-separated:
    /// `content/practices/x.md`.
    pub path: String,
    /// Text without byte order mark, with lines ending in `\n`.
    pub text: String,
}

/// A file that is copied unchanged: an image beside a page, a font in
/// `static/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Path relative to the site's root, `/`-separated:
    /// `content/practices/x.png`, `static/logo.svg`.
    pub path: String,
    /// Its location on disk.
    pub location: PathBuf,
}

impl Asset {
    /// Its path in the built site, without the leading `content/` or `static/`.
    pub fn output_path(&self) -> &str {
        output_path(&self.path)
    }
}

/// The path in the built site of a file that is copied unchanged.
pub fn output_path(path: &str) -> &str {
    path.split_once('/').map_or(path, |(_, rest)| rest)
}

impl SourceSet {
    /// The file with this number.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }
}

fn file_id(position: usize) -> FileId {
    FileId(u32::try_from(position).expect("fewer than 2^32 files"))
}

/// The files of a site together with additional files that a stage reads, so
/// that its diagnostics can show them.
#[derive(Debug)]
pub struct MoreFiles<'s> {
    /// The source texts of the site.
    pub sources: &'s SourceSet,
    more: Vec<SourceFile>,
}

/// The result of a stage together with the additional files that it read; their
/// numbers follow those of the site's files.
#[derive(Debug)]
pub struct WithFiles<T> {
    pub checked: Checked<T>,
    pub files: Vec<SourceFile>,
}

impl<'s> MoreFiles<'s> {
    /// Starts without additional files.
    pub fn beside(sources: &'s SourceSet) -> Self {
        Self {
            sources,
            more: Vec::new(),
        }
    }

    pub fn register(&mut self, path: String, text: String) -> FileId {
        let id = file_id(self.sources.files.len() + self.more.len());
        self.more.push(SourceFile { id, path, text });
        id
    }

    /// The file with this number.
    pub fn get(&self, id: FileId) -> &SourceFile {
        let position = id.0 as usize;
        let known = self.sources.files.len();
        match position.checked_sub(known) {
            Some(position) => &self.more[position],
            None => self.sources.get(id),
        }
    }

    /// Reports a file or folder that couldn't be read.
    pub fn unread(&mut self, unread: Unread, diagnostics: &mut Vec<Diagnostic>) {
        let (message, remedy) = match &unread.cause {
            Cause::LeadsOut(base) if base.is_empty() => (
                "符号链接指向知识库文件夹以外".to_owned(),
                "将文件复制到此处，再删去链接",
            ),
            Cause::LeadsOut(base) if *base == unread.path => {
                (format!("{base} 是符号链接"), "删去链接，改用实际的文件夹")
            }
            Cause::LeadsOut(base) => (
                format!("符号链接指向 {base} 文件夹以外"),
                "将文件复制到此处，再删去链接",
            ),
            Cause::LeadsToHidden => (
                "符号链接指向隐藏的文件".to_owned(),
                "删去链接；需要发布的文件，名称不得以点开头",
            ),
            Cause::LeadsToOtherKind => (
                "符号链接与所指文件的扩展名不同".to_owned(),
                "将链接的扩展名改为与文件相同，或将文件复制到此处",
            ),
            Cause::LeadsBack(above) => (format!("符号链接指回上级文件夹 {above}"), "删去该链接"),
            Cause::Hidden => {
                let hint = "服务器所需的 .well-known、.nojekyll、.htaccess、\
                    .user.ini 予以发布；其他文件须改名或移走";
                let id = self.register(unread.path, String::new());
                let message = "名称以点开头的文件不予发布";
                let found = Diagnostic::warning("ignored-file", Span::start_of(id), message);
                return diagnostics.push(found.hint(hint));
            }
            Cause::Failed(error) => {
                let hint = explain(error);
                let found = self.fault(unread.path, "unreadable", "无法读取", diagnostics);
                return found.hints.push(hint);
            }
        };
        let found = self.fault(unread.path, "symbolic-link", message, diagnostics);
        found.hints.push(remedy.to_owned());
    }

    /// Adds an error about a file or folder that couldn't be read at all.
    fn fault<'d>(
        &mut self,
        path: String,
        code: &'static str,
        message: impl Into<String>,
        diagnostics: &'d mut Vec<Diagnostic>,
    ) -> &'d mut Diagnostic {
        let id = self.register(path, String::new());
        diagnostics.push(Diagnostic::error(code, Span::start_of(id), message));
        diagnostics.last_mut().expect("just pushed")
    }

    /// Combines the result of a stage with these files.
    pub fn with<T>(self, checked: Checked<T>) -> WithFiles<T> {
        let files = self.more;
        WithFiles { checked, files }
    }

    /// The line that requests an output path; `None` for the program's own
    /// files. Files that aren't text are added without their content.
    pub fn locate(&mut self, place: &Place) -> Option<Span> {
        let named = |path: &str| {
            let mut files = self.sources.files.iter().chain(&self.more);
            files.find(|file| file.path == path)
        };
        match place {
            Place::Program => None,
            Place::Content(span) | Place::Beside(span) | Place::Alias(span) => Some(span.clone()),
            Place::Entry(path, id) => {
                let file = named(path)?;
                let quoted = format!("\"{id}\"");
                let found = file.text.find(&quoted).map(|at| at..at + quoted.len());
                Some(Span::new(file.id, found.unwrap_or(0..0)))
            }
            Place::File(path) => {
                let known = named(path).map(|file| file.id);
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
    let root =
        disk::real_path(root).with_context(|| format!("未找到知识库文件夹 {}", root.display()))?;
    ensure!(root.is_dir(), "{} 不是文件夹", root.display());
    let nothing = SourceSet::default();
    let mut reader = Reader {
        root: &root,
        files: MoreFiles::beside(&nothing),
        assets: Vec::new(),
        diagnostics: Vec::new(),
    };
    reader.config();
    reader.folder("content", "md", true);
    reader.folder("data", "toml", false);
    reader.optional(LEXICON_FILE);
    reader.optional(GOLDEN_FILE);
    reader.optional(PUBLISHED_FILE);
    reader.folder("static", "", false);
    Ok(Checked {
        value: SourceSet {
            files: reader.files.more,
            assets: reader.assets,
        },
        diagnostics: reader.diagnostics,
    })
}

struct Reader<'r> {
    root: &'r Path,
    files: MoreFiles<'r>,
    assets: Vec<Asset>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn config(&mut self) {
        if !self.optional("config.toml") {
            self.files
                .fault(
                    "config.toml".to_owned(),
                    "missing-config",
                    "缺少 config.toml",
                    &mut self.diagnostics,
                )
                .hints
                .push(
                    "在知识库文件夹中建立 config.toml，至少写明 title 和 base_url；\
                     知识库不在当前文件夹的，用 --root 指定"
                        .to_owned(),
                );
        }
    }

    /// Reads an optional file of a site; returns whether it exists.
    fn optional(&mut self, file: &str) -> bool {
        match disk::own_file(self.root, file) {
            Ok(None) => return false,
            Ok(Some(location)) => self.text(file.to_owned(), &location),
            Err(unread) => self.files.unread(unread, &mut self.diagnostics),
        }
        true
    }

    /// Walks a folder: files with this extension are read as text, the others
    /// are assets.
    fn folder(&mut self, name: &str, extension: &str, mandatory: bool) {
        let found = disk::tree(self.root, name);
        if found.is_empty() && mandatory {
            self.files
                .fault(
                    name.to_owned(),
                    "missing-content",
                    format!("缺少 {name} 文件夹"),
                    &mut self.diagnostics,
                )
                .hints
                .push(format!("建立 {name}/_index.md 和各栏目的文件夹"));
        }
        for item in found {
            match item {
                Ok(item) => self.item(item, extension),
                Err(unread) => self.files.unread(unread, &mut self.diagnostics),
            }
        }
    }

    fn item(&mut self, item: Item, extension: &str) {
        let name = item.name().to_owned();
        let in_content = item.path.starts_with("content/");
        let own = name.rsplit_once('.').map_or("", |(_, own)| own);
        let is_text = !extension.is_empty() && own.eq_ignore_ascii_case(extension);
        if item.is_file && in_content && name.ends_with(".md.txt") {
            return self.misnamed_page(&item);
        }
        if item.is_file && in_content && !is_text && is_leftover(&name) {
            // It isn't published, which is said where files are chosen.
            return self.asset(item);
        }
        let first = self.files.more.len();
        if item.is_file && is_text {
            self.text(item.path.clone(), &item.location);
        }
        let id = self.files.more.get(first).map(|file| file.id);
        self.check_name(&item, id);
        if item.is_file && !is_text && !item.path.starts_with("data/") {
            self.asset(item);
        }
    }

    fn asset(&mut self, item: Item) {
        self.assets.push(Asset {
            path: item.path,
            location: item.location,
        });
    }

    /// A page that an editor saved as text, with endings hidden: it is no page
    /// and nothing else.
    fn misnamed_page(&mut self, item: &Item) {
        let name = item.name();
        let meant = name.trim_end_matches(".txt");
        let message = format!("文件名“{name}”末尾多出 .txt，未作为页面处理");
        let path = item.path.clone();
        let found = self
            .files
            .fault(path, "file-name", message, &mut self.diagnostics);
        found.hints.push(format!(
            "改名为 {meant}；未显示扩展名的，先在资源管理器中选择“显示文件扩展名”"
        ));
    }

    /// Checks a name. Names become addresses, so they must work on every server
    /// and disk. `id` is the file, if it was read.
    fn check_name(&mut self, item: &Item, id: Option<FileId>) {
        let (path, name) = (&item.path, item.name());
        // Messages must not contain line breaks.
        let shown = name.replace(char::is_control, " ");
        let is_page = path.starts_with("content/") && id.is_some();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let checked = match stem {
            "_index" if name == "_index.md" => return,
            _ if is_page => stem,
            _ => name,
        };
        // Files in `static/` may need capitals (`CNAME`).
        let may_shout = path.starts_with("static/");
        let plain = checked.bytes().all(|b| match b {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => true,
            b'_' | b'.' => !is_page,
            b'A'..=b'Z' => may_shout,
            _ => false,
        });
        let kind = if item.is_file {
            "文件名"
        } else {
            "文件夹名"
        };
        let mut misnamed = |message: String, hint: String, better: Option<String>| {
            let id = id.unwrap_or_else(|| self.files.register(path.clone(), String::new()));
            let found = Diagnostic::error("file-name", Span::start_of(id), message).hint(hint);
            // A folder may hold pages that others link to.
            let better = better.filter(|_| item.is_file && path.starts_with("content/"));
            let path = path.clone();
            self.diagnostics.push(match better {
                Some(to) => found.repair(Repair::Rename { path, to }),
                None => found,
            });
        };
        if is_impossible_on_windows(name) {
            misnamed(
                format!("{kind}“{shown}”在 Windows 上不能使用"),
                "改用其他名称：con、prn、aux、nul、com1、lpt1 等为设备名，名称末尾的点将丢失"
                    .to_owned(),
                None,
            );
        } else if !plain {
            let allowed = if is_page {
                "页面的文件名只用小写英文字母、数字和连字符"
            } else if item.is_file {
                "文件名只用小写英文字母、数字、连字符、下划线和点"
            } else {
                "文件夹名只用小写英文字母、数字和连字符"
            };
            let better = better_name(item);
            let hint = match &better {
                Some(better) => format!("改名为 {better}；{allowed}"),
                None => format!("改用其他名称；{allowed}"),
            };
            let message = format!("{kind}“{shown}”含有网址中不宜使用的字符");
            misnamed(message, hint, better);
        } else if is_page && !name.ends_with(".md") {
            let hint = format!("改名为 {stem}.md");
            let message = format!("文件名“{shown}”的扩展名应为小写");
            misnamed(message, hint, Some(format!("{stem}.md")));
        }
    }

    fn text(&mut self, path: String, location: &Path) {
        match disk::regular_file(location).and_then(|()| std::fs::read(location)) {
            Ok(bytes) => self.decoded(path, &bytes),
            Err(error) => {
                let cause = Cause::Failed(error);
                let unread = Unread { path, cause };
                self.files.unread(unread, &mut self.diagnostics);
            }
        }
    }

    /// Registers a text without the characters that nobody sees.
    fn cleaned(&mut self, path: String, text: &str) -> FileId {
        let text = text.replace("\r\n", "\n");
        let found = unseen::cleaned(&text);
        let id = self.files.register(path, found.text.clone().into_owned());
        let warnings = found.warnings(|range| Span::new(id, range));
        self.diagnostics.extend(warnings);
        id
    }

    fn decoded(&mut self, path: String, bytes: &[u8]) {
        let content = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let error = match std::str::from_utf8(content) {
            Ok(text) => {
                self.cleaned(path, text);
                return;
            }
            Err(error) => error,
        };
        if let Ok(decoded) = encoding::decode(bytes)
            && let Some(name) = decoded.encoding.filter(|name| *name != encoding::DAMAGED)
        {
            // Read as it was meant, so that nothing else is reported for the
            // same reason.
            let id = self.cleaned(path, &decoded.text);
            let name = match name {
                "GBK（GB18030）" => "GBK",
                "UTF-16LE" | "UTF-16BE" => "UTF-16",
                other => other,
            };
            let message = format!("文件为 {name} 编码，应为 UTF-8");
            self.diagnostics.push(
                Diagnostic::error("not-utf8", Span::start_of(id), message)
                    .hint(
                        "运行 zhize check --fix 转换为 UTF-8，或用编辑器打开该文件，选择“另存为”，编码选 UTF-8",
                    )
                    .repair(Repair::Recode(id)),
            );
            return;
        }
        let good = &content[..error.valid_up_to()];
        let good = std::str::from_utf8(good).expect("valid up to here");
        let line = good.matches('\n').count() + 1;
        // Damaged bytes become U+FFFD; the text before them keeps its position.
        let start = good.replace("\r\n", "\n").len();
        let text = String::from_utf8_lossy(content).replace("\r\n", "\n");
        let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
        let id = self.files.register(path, text);
        let byte = error.valid_up_to() + 1 + (bytes.len() - content.len());
        let message = format!("文件中有无法识别的字节（第 {line} 行，全文第 {byte} 字节）");
        self.diagnostics.push(
            Diagnostic::error("not-utf8", Span::new(id, start..end), message)
                .label("自此处起无法识别")
                .hint(
                    "用制作该文件的软件打开，确认文字无误后选择“另存为”，编码选 UTF-8；\
                    或从原处重新复制",
                ),
        );
    }
}

/// Whether a file is what an editor or an office program left behind: a backup
/// or a temporary file.
pub fn is_leftover(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    lower.ends_with('~')
        || lower.starts_with('~')
        || matches!(
            ending,
            "bak" | "tmp" | "temp" | "orig" | "old" | "swp" | "wbk" | "asd"
        )
}

/// Most characters of a name that is proposed.
const LONGEST_NAME: usize = 60;

/// The name in pinyin, without what addresses can't have, if it is free.
fn better_name(item: &Item) -> Option<String> {
    let name = item.name();
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if item.is_file => (stem, format!(".{}", ending.to_ascii_lowercase())),
        _ => (name, String::new()),
    };
    let slug = readings::slug(stem, LONGEST_NAME);
    let is_free = |name: &String| {
        let beside = item.location.with_file_name(name);
        // Where names differ only in case, the file itself is found.
        beside == item.location || !beside.exists()
    };
    let numbered = (2..10).map(|number| format!("{slug}-{number}{ending}"));
    let names = std::iter::once(format!("{slug}{ending}")).chain(numbered);
    (!slug.is_empty()).then_some(names)?.find(is_free)
}
