//! `zhize build`.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::{Args, ValueEnum};
use zhize::disk::{Folder, Remains, WorkFolder};
use zhize::explain::explain;
use zhize::output::Sink;
use zhize::precompress::Compressing;
use zhize::progress::step;
use zhize::published;
use zhize::site::{self, Medium, SiteOptions, Step};
use zhize::source::PUBLISHED_FILE;
use zhize::write::{Destination, WriteOptions, Writing};
use zhize::{Changes, Receipts, Severity};

use super::command::{CLEAN, CONTENT_ERRORS, EXIT_CODES, HELP, SiteArgs};
use super::output;
use super::progress::{Announcer, in_words};

const EXAMPLES: &str = "\
示例：
  zhize build
  zhize build --root 我的知识库 --output /srv/www/zhize
  zhize build --base-url https://example.org/zhize/
  zhize build --for usb --output U盘/知责
  zhize build --publish            正式发布，记下网址";

/// 生成网站和检索索引
///
/// 读取 config.toml、content/、data/、themes/、static/，生成网站到输出目录。
/// 内容有错误的，逐条列出；因错误、故障或中止未能完成的，原有网站保持不变。
///
/// 输出目录将整体替换，自己的文件请放入 static/。输出目录中以点开头的文件和目录
/// （如 .git），以及 config.toml 的 [extra] preserve 所列文件，原样保留；
/// 另有其他文件不是 zhize 生成的，不予覆盖，逐一列出。
/// 上一版的检索分片、样式和脚本多保留一版，供读者已打开的页面继续检索。
#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "zhize build [选项]",
    next_help_heading = "选项",
    after_help = EXAMPLES,
    verbatim_doc_comment,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"),
)]
pub struct BuildArgs {
    #[command(flatten)]
    site: SiteArgs,

    /// 输出目录（默认：知识库目录下的 public）
    #[arg(short, long, value_name = "目录")]
    output: Option<PathBuf>,

    /// 网站的公开网址，写入网站地图和订阅（默认：config.toml 的 base_url）
    #[arg(long, value_name = "网址")]
    base_url: Option<String>,

    /// 不保留上一版的检索分片和资源文件
    ///
    /// 不加此选项的，输出目录中另有上一版的分片，列入 zhize.json 的 kept；
    /// 加此选项的，输出目录的内容完全由本次输入决定。
    #[arg(long, verbatim_doc_comment)]
    clean: bool,

    /// 有警告也不生成
    #[arg(long)]
    strict: bool,

    /// 正式发布：将各页面和附件的网址记入知识库目录中的 published.txt
    ///
    /// 记入的网址以后不存在的（页面改名、移动、删除），检查和生成时报错误，
    /// 直至在现在的页面写明 aliases，或在 config.toml 中写明已撤下。
    #[arg(long, verbatim_doc_comment)]
    publish: bool,

    /// 另写压缩副本 .gz 和 .br
    ///
    /// 服务器须设置使用这些副本（如 nginx 的 gzip_static），见 docs/hosting.md。
    #[arg(long, verbatim_doc_comment)]
    precompress: bool,

    /// 使用的介质：usb 为只从 U 盘、光盘或本机打开
    ///
    /// 选 usb 的，不生成只供网页服务器使用的文件，各页的数据只存于打包文件，占用
    /// 空间较小；不加此选项的，同一目录可以放到服务器，也可以复制到 U 盘。
    #[arg(
        long = "for",
        value_name = "介质",
        verbatim_doc_comment,
        hide_possible_values = true
    )]
    medium: Option<MediumArg>,

    /// 不显示进度和结果，只显示错误和警告
    #[arg(short, long)]
    quiet: bool,
}

/// What a site is made for; without it, for a web server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MediumArg {
    Usb,
}

/// Builds the site and replaces the output folder.
pub fn run(args: &BuildArgs) -> anyhow::Result<u8> {
    let options = SiteOptions {
        base_url: args.base_url.clone(),
        medium: args
            .medium
            .map_or(Medium::Server, |MediumArg::Usb| Medium::Disk),
        ..args.site.options()
    };
    let output = args.site.output_folder(args.output.as_deref());
    // Checked before any work, so that a build without a usable output folder
    // doesn't start.
    let preserve = site::preserved(&options.root);
    let destination = Destination::check(&options.root, &output, &preserve)?;
    let progress = Announcer::new(Step::ALL.len() + 1, args.quiet);
    let write_options = WriteOptions {
        keep_previous: !args.clean,
        durable: true,
    };
    let writing = Writing::to(&destination, write_options);
    let compressing = args.precompress.then(|| Compressing::to(&writing));
    let sink: &dyn Sink = match &compressing {
        Some(compressing) => compressing,
        None => &writing,
    };
    let outcome = site::build_into(&options, &progress, sink)?;
    let is_doubtful = args.strict && outcome.findings.count(Severity::Warning) > 0;
    let (Ok(mut made), false) = (outcome.product, is_doubtful) else {
        progress.finish();
        output::remark(&outcome.findings.text(output::coloured_remarks()));
        output::remark(&format!(
            "未生成：{}。原有网站未改动。\n",
            outcome.findings.summary()
        ));
        return Ok(CONTENT_ERRORS);
    };
    if let Some(compressing) = compressing {
        made.join(compressing.copies());
    }
    let written = step(&progress, "写出文件", || writing.finish(&made))?;
    progress.finish();
    if args.publish {
        remember(&options.root, &made)?;
    }
    output::remark(&outcome.findings.text(output::coloured_remarks()));
    if let Some(version) = &written.written_before_by {
        output::remark(&format!(
            "说明：原有网站由 zhize {version} 生成，现已由 {} 全部重新生成；\
             升级说明见 CHANGELOG.md\n",
            env!("CARGO_PKG_VERSION")
        ));
    }
    for leftover in &written.leftovers {
        output::remark(&match leftover {
            Remains::Leftover(path) => format!(
                "注意：原有网站的部分文件留在 {}（未能删除，或不是 zhize 生成的）；请核对后处理\n",
                path.display()
            ),
            Remains::Aside(path) => format!(
                "注意：原有网站没有文件清单，其中不能确定由 zhize 生成的文件已移至 {}；请核对，\
                 不需要的可以删除\n",
                path.display()
            ),
        });
    }
    if !args.quiet {
        output::remarks(&options);
    }
    if !args.quiet {
        output::print(&format!(
            "已生成 {}：{} 个文件，{}，用时 {}；{}\n",
            destination.shown().display(),
            written.files,
            size_in_words(written.bytes),
            in_words(progress.elapsed()),
            outcome.findings.summary(),
        ))?;
        output::print(&written.changes.as_ref().map_or_else(String::new, told))?;
    }
    Ok(CLEAN)
}

/// Adds the site's addresses to those that were published once.
fn remember(root: &Path, made: &Receipts) -> anyhow::Result<()> {
    let failed = |error: io::Error| {
        anyhow!(
            "网站已生成，但无法写入 {PUBLISHED_FILE}：{}；请排除后重新运行",
            explain(&error)
        )
    };
    let folder = Folder::open(root).map_err(failed)?;
    let before = match folder.read(PUBLISHED_FILE, u64::MAX) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    let after = published::after(before.as_deref(), made);
    if before.as_deref() == Some(&*after) {
        return Ok(());
    }
    let work = WorkFolder::for_files(&folder, "publish").map_err(failed)?;
    work.place(after.as_bytes(), &folder, PUBLISHED_FILE)
        .map_err(failed)
}

/// What changed since the site that was there: pages by their titles, of other
/// files the number.
fn told(changes: &Changes) -> String {
    if changes.is_empty() {
        return "与原有网站相同\n".to_owned();
    }
    let pages = |paths: &[String]| -> Vec<String> {
        let pages = paths.iter().filter(|path| path.ends_with(".html"));
        let named = pages.map(|path| match changes.titles.get(path) {
            Some(title) => format!("{title}  {path}"),
            None => path.clone(),
        });
        named.collect()
    };
    let others = |paths: &[String]| paths.iter().filter(|path| !path.ends_with(".html")).count();
    let kinds = [
        ("新增", &changes.new),
        ("变动", &changes.changed),
        ("减少", &changes.gone),
    ];
    let lists = kinds.map(|(kind, paths)| output::listed(&format!("{kind}的页面"), &pages(paths)));
    let counts = kinds.map(|(kind, paths)| format!("{kind} {} 个", others(paths)));
    format!("{}其他文件：{}\n", lists.concat(), counts.join("，"))
}

/// A size in readable form: `85 KB`, `1.4 MB`; 1 KB is 1,000 bytes.
fn size_in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
