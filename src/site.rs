//! The pipeline, stage by stage, as shared by `build`, `check` and `serve`.
//!
//! Each stage takes the result of the one before. The problems that the stages
//! find are collected; content with errors never reaches the index or the disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context as _, anyhow, ensure};

use crate::address::page_file;
use crate::attachments;
use crate::browser_engine;
use crate::config::Circumstances;
pub use crate::config::Medium;
use crate::diag::{Checked, Diagnostic, Failed, FileId, Kept, Policy, Report, Severity};
use crate::disk::{self, UserCache};
use crate::explain::explain;
use crate::export;
use crate::extract::{self, Corpus};
use crate::findings::Findings;
use crate::golden;
use crate::index::{self, BuiltIndex};
use crate::library::Library;
use crate::lookup::{StaticEngine, TantivyEngine};
use crate::model::Date;
use crate::offline;
use crate::output::{
    Audience, Handover, Hold, Nowhere, Origin, OutputPaths, OutputPlan, OutputSet, Place, Receipts,
    Sink,
};
use crate::pack::{self, PackOptions, PackedIndex};
use crate::parse::page::ParsedSite;
use crate::parse::{self, Scope};
use crate::pictures::{self, Cache, Pictures};
use crate::progress::{Progress, Silent, step};
use crate::published;
use crate::related;
use crate::render::{Pages, Prepared, RenderOptions, Theme};
use crate::resolve;
use crate::source::{self, Asset, MoreFiles, SourceFile, SourceSet, WithFiles};
use crate::words::Words;
use crate::write::marker;

/// A step of a build or a check, as announced to [`Progress`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Settings, content and registers are read.
    Read,
    /// Files are parsed, each independently of the others.
    Parse,
    /// Templates, styles and scripts are read.
    Theme,
    /// Pictures are rotated upright and scaled down.
    Pictures,
    /// Links, ids and citations are looked up over the whole site.
    Resolve,
    /// The most similar pages of each page are found.
    Relate,
    /// JSON, tables, Markdown and Akoma Ntoso are exported.
    Export,
    /// The pages are rendered.
    Render,
    /// tantivy's index is built.
    Index,
    /// The index for browsers is exported from tantivy's.
    Pack,
    /// The golden queries are run.
    Golden,
}

impl Step {
    /// The steps of a build, in order.
    pub const ALL: [Self; 11] = [
        Self::Read,
        Self::Parse,
        Self::Theme,
        Self::Pictures,
        Self::Resolve,
        Self::Relate,
        Self::Export,
        Self::Render,
        Self::Index,
        Self::Pack,
        Self::Golden,
    ];

    /// The steps of a check. Similar pages and exports are skipped because they
    /// can't be wrong.
    pub fn of_check() -> impl Iterator<Item = Self> {
        let all = Self::ALL.into_iter();
        all.filter(|step| !matches!(step, Self::Relate | Self::Export))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Read => "读取",
            Self::Parse => "解析",
            Self::Theme => "读取主题",
            Self::Pictures => "处理图片",
            Self::Resolve => "核对引用",
            Self::Relate => "相关内容",
            Self::Export => "导出数据",
            Self::Render => "生成页面",
            Self::Index => "建立索引",
            Self::Pack => "打包检索",
            Self::Golden => "核对检索样例",
        }
    }
}

/// A site, and overrides of its settings.
#[derive(Clone, Debug)]
pub struct SiteOptions {
    /// The folder that holds `config.toml` and `content/`.
    pub root: PathBuf,
    /// Public address that overrides the one in the settings.
    pub base_url: Option<String>,
    /// Where to cache results that take long to compute ([`UserCache::place`]);
    /// `None` computes them every time.
    pub cache: Option<PathBuf>,
    /// The day on which the site is read, to notice dates that lie ahead;
    /// `None` doesn't look for them, so that a build depends on its input alone.
    pub today: Option<Date>,
    /// What the built site is read from.
    pub medium: Medium,
    /// Whether drafts are treated as if they were published, for a preview.
    pub drafts: bool,
}

impl SiteOptions {
    /// The site in a folder, with its own settings.
    pub fn of(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            base_url: None,
            cache: None,
            today: None,
            medium: Medium::Server,
            drafts: false,
        }
    }

    /// Warnings about the environment for the person who runs a build.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        let old = self.root.join(OLD_PICTURE_CACHE);
        if old.symlink_metadata().is_ok() {
            remarks.push(format!(
                "{} 是旧版的图片缓存，已不再使用，可以删除；图片缓存现存放于用户缓存目录",
                old.display()
            ));
        }
        let place = self.cache.as_deref();
        if let Some(place) = place.filter(|place| UserCache::lies_in_site(place, &self.root)) {
            remarks.push(format!(
                "缓存目录 {} 位于知识库目录内，未使用；\
                 请用 ZHIZE_CACHE_DIR 指定知识库目录以外的位置",
                place.display()
            ));
        }
        remarks
    }
}

/// The files of the site at `root` that are published unchecked, by their paths
/// within it: anyone who can write into `static/` can publish scripts.
pub fn published_as_they_are(root: &Path) -> Vec<String> {
    let root = disk::real_path(root).unwrap_or_else(|_| root.to_owned());
    let items = disk::tree(&root, "static").into_iter().flatten();
    let files = items.filter(|item| item.is_file);
    files.map(|item| item.path).collect()
}

/// Where earlier versions cached pictures: beside the content, where anyone
/// with write access to the content could replace them.
const OLD_PICTURE_CACHE: &str = ".zhize-picture-cache";

/// Output files that are kept although no build made them: `[extra] preserve`
/// in the settings of the site at `root`. This is read before the rest of the
/// site, so that no build starts whose output can't be placed.
pub fn preserved(root: &Path) -> Vec<String> {
    let path = "config.toml";
    let root = disk::real_path(root).ok();
    let location = root.and_then(|root| disk::own_file(&root, path).ok().flatten());
    let text = location.and_then(|location| fs::read_to_string(location).ok());
    let settings = text.and_then(|text| {
        parse::settings(&SourceFile {
            id: FileId(0),
            path: path.to_owned(),
            text,
        })
    });
    settings.map_or_else(Vec::new, |settings| settings.preserve)
}

/// The product of a command, or the fact that errors prevented it; in both
/// cases with the findings.
#[derive(Debug)]
pub struct Outcome<T> {
    /// All findings of the stages.
    pub findings: Findings,
    /// The product.
    pub product: Result<T, Failed>,
}

/// Builds the site, and gives each file to `sink` as soon as it is made.
///
/// # Errors
/// When the environment fails; errors in the content are in the outcome.
pub fn build_into(
    options: &SiteOptions,
    progress: &dyn Progress,
    sink: &dyn Sink,
) -> anyhow::Result<Outcome<Receipts>> {
    let mut run = Run::read(options, progress)?;
    let made = run.site(sink);
    run.finish(made)
}

/// Builds the site: every file, in memory.
///
/// # Errors
/// When the environment fails; errors in the content are in the outcome.
pub fn build(options: &SiteOptions, progress: &dyn Progress) -> anyhow::Result<Outcome<OutputSet>> {
    Run::read(options, progress)?.in_memory()
}

/// Builds the site as `build` does, but without running the golden queries: a
/// preview is rebuilt at every save and shows no warnings.
///
/// # Errors
/// When the environment fails; errors in the content are in the outcome.
pub fn preview(
    options: &SiteOptions,
    progress: &dyn Progress,
) -> anyhow::Result<Outcome<OutputSet>> {
    let mut run = Run::read(options, progress)?;
    run.is_preview = true;
    run.in_memory()
}

/// Finds all problems that `build` would find, but only makes the list of paths
/// that it would write. Golden queries that miss are errors here.
///
/// # Errors
/// When the environment fails; errors in the content are in the outcome.
pub fn check(
    options: &SiteOptions,
    progress: &dyn Progress,
) -> anyhow::Result<Outcome<OutputPaths>> {
    let mut run = Run::read(options, progress)?;
    run.drafts()?;
    let checked = run.check();
    let mut outcome = run.finish(checked)?;
    if outcome.product.is_ok() {
        let unused = outcome.findings.unused_rules().map(unused);
        let unused = unused.collect();
        outcome.findings.add(unused);
    }
    Ok(outcome)
}

/// The warning that nothing stays by a rule any more.
fn unused(kept: &Kept) -> Diagnostic {
    let message = format!("{} 中没有要保留的 {}", kept.file, kept.code);
    Diagnostic::warning("unused-keep", kept.span.clone(), message)
        .hint("问题已经改正的，删去这一段；文件已改名的，改写 file")
}

/// Finds what is wrong with the content itself, without reading the theme,
/// rendering pages or running golden queries. A tool can call this after every
/// change.
///
/// # Errors
/// When the environment fails.
pub fn inspect(options: &SiteOptions, progress: &dyn Progress) -> anyhow::Result<Findings> {
    let run = Run::read(options, progress)?;
    run.inspect()
}

/// Does the same with texts that were already read, and perhaps changed.
///
/// # Errors
/// When the environment fails.
pub fn inspect_texts(options: &SiteOptions, sources: SourceSet) -> anyhow::Result<Findings> {
    Run::of(options, &Silent, sources).inspect()
}

/// The inputs from which pages are made.
struct Found {
    library: Library,
    theme: Theme,
    pictures: Pictures,
}

/// One run of the pipeline: the sources, and the findings so far.
struct Run<'r> {
    options: &'r SiteOptions,
    progress: &'r dyn Progress,
    sources: SourceSet,
    report: Report,
    scope: Scope,
    is_preview: bool,
}

impl<'r> Run<'r> {
    fn read(options: &'r SiteOptions, progress: &'r dyn Progress) -> anyhow::Result<Self> {
        let sources = step(progress, Step::Read.name(), || source::read(&options.root))?;
        let mut run = Self::of(options, progress, sources.value);
        run.report.extend(sources.diagnostics);
        Ok(run)
    }

    fn of(options: &'r SiteOptions, progress: &'r dyn Progress, sources: SourceSet) -> Self {
        let config = sources.files.iter().find(|file| file.path == "config.toml");
        let settings = config.and_then(parse::settings);
        let policy = settings.map_or_else(Policy::default, |settings| settings.check);
        Self {
            options,
            progress,
            sources,
            report: Report::under(policy),
            scope: Scope {
                today: options.today,
                drafts: options.drafts,
            },
            is_preview: false,
        }
    }

    /// Finds what is wrong with the content, without a theme.
    fn inspect(mut self) -> anyhow::Result<Findings> {
        self.drafts()?;
        let cache = self.cache(false);
        self.content(&cache)?;
        Ok(Findings::new(&self.report, self.sources))
    }

    /// Makes every file of the site, and keeps them in memory.
    fn in_memory(mut self) -> anyhow::Result<Outcome<OutputSet>> {
        let set = Mutex::new(OutputSet::default());
        let made = self.site(&set);
        let set = set.into_inner().expect("whoever held it has not panicked");
        self.finish(made.map(|_| set))
    }

    /// Makes every file of the site, and gives it to `sink`.
    fn site(&mut self, sink: &dyn Sink) -> anyhow::Result<Receipts> {
        // A preview, rebuilt at every save, writes to the cache as well.
        let cache = self.cache(true);
        let Found {
            mut library,
            theme,
            pictures,
        } = self.library(&cache)?;
        let out = Handover::to(sink);
        let prepared = Prepared::of(&library, &theme);
        let pages = prepared.pages();
        let paths = self.plan(&library, &pictures, &pages)?;
        sink.begin()?;
        let corpus = extract::corpus(&library).with_functions(pages.functions());
        let related = self.step(Step::Relate, || related::related(&library, &corpus));
        self.step(Step::Export, || export::export(&library, &out))?;
        let options = RenderOptions {
            engine: Some(browser_engine::stem()),
            related,
            data_sizes: export::sizes(&out.receipts()),
            pictures,
        };
        self.pages(&pages, &options, &out)?;
        self.assets(&options.pictures, &out)?;
        cache.prune();
        drop(pages);
        drop(prepared);
        drop(options);
        // Only the index is left to make, from the corpus.
        library.drop_texts();
        let (built, packed) = self.search_index(&library, &corpus, &self.options.root)?;
        if !self.is_preview {
            // A build must succeed even while an editor is still working on the
            // search.
            self.golden(&library, &corpus, built, &packed, Severity::Warning)?;
        }
        drop(corpus);
        for mut part in [packed.files, browser_engine::files()] {
            if self.options.medium == Medium::Disk {
                part.keep_only(Audience::Disk);
            }
            out.put_all(part)?;
        }
        let withheld: BTreeSet<String> = library
            .pages
            .iter()
            .filter(|page| !page.public)
            .map(|page| page_file(&page.key))
            .collect();
        let offline = offline::files(&out.receipts(), &withheld, library.config.offline);
        out.put_all(offline)?;
        let made = out.finish();
        debug_assert!(
            made.iter().all(|(path, _)| paths.allow(path)),
            "every file is planned"
        );
        Ok(made)
    }

    fn cache(&self, writes: bool) -> Cache {
        match &self.options.cache {
            Some(place) => Cache::open(place, &self.options.root, writes),
            None => Cache::default(),
        }
    }

    /// Runs every step that can find a problem. Nothing is left on the disk.
    fn check(&mut self) -> anyhow::Result<OutputPaths> {
        let cache = self.cache(false);
        let Found {
            library,
            theme,
            pictures,
        } = self.library(&cache)?;
        let library = &library;
        let prepared = Prepared::of(library, &theme);
        let pages = prepared.pages();
        let paths = self.plan(library, &pictures, &pages)?;
        // Similar pages can't be wrong.
        let options = RenderOptions {
            engine: Some(browser_engine::stem()),
            pictures,
            ..RenderOptions::default()
        };
        self.pages(&pages, &options, &Handover::to(&Nowhere))?;
        // Indexing takes longer than everything else together, and without
        // queries it finds no problems.
        if library.golden.is_empty() {
            return Ok(paths);
        }
        let corpus = extract::corpus(library).with_functions(pages.functions());
        let folder = disk::scratch().context("无法在临时文件夹中建立索引")?;
        let (built, packed) = self.search_index(library, &corpus, folder.path())?;
        self.golden(library, &corpus, built, &packed, Severity::Error)?;
        self.stop_on_errors()?;
        Ok(paths)
    }

    /// Builds both indexes; tantivy's goes into `search-index/` below `root`.
    fn search_index(
        &self,
        library: &Library,
        corpus: &Corpus,
        root: &Path,
    ) -> anyhow::Result<(BuiltIndex, PackedIndex)> {
        let settings = library.config.search;
        let built = self.step(Step::Index, || index::build(corpus, settings.weights, root))?;
        let packed = self.step(Step::Pack, || {
            let options = PackOptions {
                sizes: settings.sizes,
                ..PackOptions::default()
            };
            pack::pack(&built, corpus, settings.weights, &options)
        })?;
        Ok((built, packed))
    }

    /// Runs the golden queries on both engines.
    fn golden(
        &mut self,
        library: &Library,
        corpus: &Corpus,
        built: BuiltIndex,
        packed: &PackedIndex,
        severity: Severity,
    ) -> anyhow::Result<()> {
        if library.golden.is_empty() {
            return Ok(());
        }
        let missed = self.step(Step::Golden, || {
            let weights = library.config.search.weights;
            let mut tantivy = TantivyEngine::new(built, weights)?;
            let mut statically = StaticEngine::in_memory(&packed.files)?;
            golden::misses(library, corpus, &mut tantivy, &mut statically, severity)
        })?;
        self.report.extend(missed);
        Ok(())
    }

    /// The library, the theme for its pages, and the pictures that they show.
    fn library(&mut self, cache: &Cache) -> anyhow::Result<Found> {
        let parsed = self.parsed();
        let theme = self.step(Step::Theme, || {
            Theme::load(&self.options.root, &parsed.settings, &self.sources)
        })?;
        let theme = self.keep_with_files(theme);
        let (library, pictures) = self.resolved(parsed, theme.words().clone(), cache)?;
        Ok(Found {
            library,
            theme,
            pictures,
        })
    }

    /// Does the same without a theme.
    fn content(&mut self, cache: &Cache) -> anyhow::Result<()> {
        let parsed = self.parsed();
        let words = Words::built_in(parsed.settings.language);
        self.resolved(parsed, words, cache)?;
        Ok(())
    }

    fn parsed(&mut self) -> ParsedSite {
        let parsed = self.step(Step::Parse, || parse::parse_in(&self.sources, self.scope));
        let mut parsed = self.keep(parsed);
        // No later stage sees unpublished files.
        let published = attachments::select(&self.sources, &parsed);
        parsed.assets = self.keep_with_files(published);
        self.sources.assets.clone_from(&parsed.assets);
        parsed
    }

    fn resolved(
        &mut self,
        parsed: ParsedSite,
        words: Words,
        cache: &Cache,
    ) -> anyhow::Result<(Library, Pictures)> {
        let config = parsed.settings.clone().meant(Circumstances {
            words,
            base_url: self.base_url()?,
            is_preview: self.is_preview,
            medium: self.options.medium,
        });
        let pictures = self.step(Step::Pictures, || {
            pictures::prepare(&self.sources, &parsed, cache)
        })?;
        let pictures = self.keep_with_files(pictures);
        // Resolves even a site with parse errors, so that one run shows all
        // problems.
        let library = self.step(Step::Resolve, || {
            resolve::resolve(parsed, config, &self.sources)
        });
        Ok((self.keep(library), pictures))
    }

    /// Finds what is wrong in drafts, as if they were published, and records it
    /// apart.
    fn drafts(&mut self) -> anyhow::Result<()> {
        let mut files = self.sources.files.iter();
        if !files.any(|file| file.path.ends_with(".md") && file.text.contains("draft")) {
            return Ok(());
        }
        let mut run = Run {
            options: self.options,
            progress: &Silent,
            sources: self.sources.clone(),
            report: Report::default(),
            scope: Scope {
                drafts: true,
                ..self.scope
            },
            is_preview: false,
        };
        let drafts: BTreeSet<String> = parse::parse(&self.sources).value.drafts;
        run.content(&Cache::default())?;
        let known = self.sources.files.len();
        let found = run.report.sorted().into_iter().filter(|found| {
            let path = &run.sources.get(found.span.file).path;
            let related = found.related.iter().map(|(span, _)| span);
            let mut spans = related.chain([&found.span]);
            path.strip_prefix("content/")
                .is_some_and(|path| drafts.contains(path))
                && spans.all(|span| (span.file.0 as usize) < known)
        });
        self.report.add_of_drafts(found);
        Ok(())
    }

    /// Plans every path that the build will write, before any file is made.
    /// Fails if the site has errors.
    fn plan(
        &mut self,
        library: &Library,
        pictures: &Pictures,
        pages: &Pages<'_>,
    ) -> Result<OutputPaths, Failed> {
        let mut plan = OutputPlan::default();
        pages.claim(&mut plan);
        export::claim(library, &mut plan);
        browser_engine::claim(&mut plan);
        offline::claim(&mut plan);
        plan.hold(pack::FOLDER, Hold::AgainstAll);
        plan.file(marker::FILE_NAME, Origin::program("zhize 的标记文件"));
        for asset in self.content_assets() {
            let origin = Origin::new(
                format!("文件 {}", asset.path),
                Place::File(asset.path.clone()),
            );
            plan.file(asset.output_path(), origin);
        }
        for (path, _) in pictures.versions() {
            plan.file(path, Origin::program("图片"));
        }
        let mut files = MoreFiles::beside(&self.sources);
        let paths = plan.settle(|place| files.locate(place));
        let paths = files.with(paths);
        let paths = self.keep_with_files(paths);
        let mut files = self.sources.files.iter();
        let published = files.find(|file| file.path == source::PUBLISHED_FILE);
        let mut gone = published.map_or_else(Vec::new, |file| published::vanished(file, &paths));
        // Whoever renames a page wants to go on looking at it; nobody else
        // reads a preview.
        if self.is_preview {
            gone.iter_mut()
                .for_each(|gone| gone.severity = Severity::Warning);
        }
        self.report.extend(gone);
        self.stop_on_errors()?;
        Ok(paths)
    }

    /// Renders the pages, the last stage that can find an author's mistake.
    fn pages(
        &mut self,
        pages: &Pages<'_>,
        options: &RenderOptions,
        out: &Handover<'_>,
    ) -> anyhow::Result<()> {
        let rendered = self.step(Step::Render, || pages.render(options, out))?;
        Ok(self.report.take(rendered)?)
    }

    /// Images and other files beside the pages. (The site's own `static/` is
    /// the top layer of the theme.)
    fn assets(&self, pictures: &Pictures, out: &Handover<'_>) -> anyhow::Result<()> {
        for asset in self.content_assets() {
            let bytes = match pictures.replacement(asset.output_path()) {
                Some(bytes) => bytes.clone(),
                None => fs::read(&asset.location)
                    .map_err(|error| anyhow!("无法读取 {}：{}", asset.path, explain(&error)))?
                    .into(),
            };
            out.put(asset.output_path(), bytes, Audience::Readers)?;
        }
        for (path, bytes) in pictures.versions() {
            out.put(path, bytes.clone(), Audience::Readers)?;
        }
        Ok(())
    }

    fn content_assets(&self) -> impl Iterator<Item = &Asset> {
        let assets = self.sources.assets.iter();
        assets.filter(|asset| asset.path.starts_with("content/"))
    }

    /// The public address given on the command line.
    fn base_url(&self) -> anyhow::Result<Option<String>> {
        let Some(given) = &self.options.base_url else {
            return Ok(None);
        };
        let address = given
            .strip_prefix("https://")
            .or_else(|| given.strip_prefix("http://"))
            .unwrap_or_default();
        ensure!(
            !address.is_empty() && !address.contains(['?', '#', ' ', '"', '<']),
            "--base-url 的“{given}”不是网址；应以 https:// 或 http:// 开头，如 https://example.org/zhize/"
        );
        Ok(Some(format!("{}/", given.trim_end_matches('/'))))
    }

    /// Records the findings, including errors, and returns the product.
    fn keep<T>(&mut self, checked: Checked<T>) -> T {
        self.report.extend(checked.diagnostics);
        checked.value
    }

    /// Does the same for a stage that read more files.
    fn keep_with_files<T>(&mut self, made: WithFiles<T>) -> T {
        self.sources.files.extend(made.files);
        self.keep(made.checked)
    }

    fn step<T>(&self, of: Step, work: impl FnOnce() -> T) -> T {
        step(self.progress, of.name(), work)
    }

    fn stop_on_errors(&self) -> Result<(), Failed> {
        match self.report.errors() {
            0 => Ok(()),
            errors => Err(Failed { errors }),
        }
    }

    /// Separates errors in the content from failures of the environment.
    fn finish<T>(self, product: anyhow::Result<T>) -> anyhow::Result<Outcome<T>> {
        let product = match product {
            Ok(product) => Ok(product),
            Err(error) => Err(error.downcast::<Failed>()?),
        };
        Ok(Outcome {
            findings: Findings::new(&self.report, self.sources),
            product,
        })
    }
}
