//! `zhize import`.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::Args;
use zhize::disk;
use zhize::explain::explain;
use zhize::import::report::{self, FileReport, Summary};
use zhize::import::{self, Options, Script};
use zhize::scaffold;

use super::command::{CLEAN, CONTENT_ERRORS, Format, HELP, SiteArgs};
use super::output;

const EXAMPLES: &str = "\
示例：
  zhize import 某某办法.docx --into content/regulations
  zhize import 文件夹/ --into content/regulations --dry-run
  zhize import 网页.html 旧文.txt --into content/cases --source wangye
  zhize import 汇编/ --into content/regulations --format json > 导入报告.json
  zhize import 汇编/ --into content/regulations --quiet --report 导入报告.html
  zhize import --undo";

const EXIT_CODES: &str = "\
退出码：
  0  全部导入
  1  有文件未导入（已逐个列出原因），其余已导入
  2  命令无法执行（参数、权限、磁盘等）";

/// 将文本、Markdown、网页和 Word、WPS 文件导入为内容文件
///
/// 文本（.txt）、Markdown、网页（.html、.mht）和 .docx 直接读取；
/// .doc、.wps、.rtf、.odt 由本机的 LibreOffice 转换，须先安装。
/// 每个文件导入为栏目中的一个页面：字段按正文载明的内容填写，未载明的写 unknown，
/// 报告列出需要填写和核对之处。编码（UTF-8、UTF-16、GBK、Big5）自动识别；
/// 汉字后的拼音、繁体字、半角标点、编码错位的字自动修复，无法确定的写 □。
/// 再次导入时只更新原文修改之处，编辑的修改予以保留；--undo 撤销上一次导入。
/// 文件夹逐层导入，下级文件夹成为下级栏目。
#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "zhize import <文件或文件夹>… --into <栏目> [选项]",
    next_help_heading = "选项",
    after_help = EXAMPLES,
    verbatim_doc_comment,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"),
)]
pub struct ImportArgs {
    /// 导入的文件或文件夹，可填写多个
    #[arg(
        value_name = "文件或文件夹",
        required_unless_present = "undo",
        help_heading = "参数"
    )]
    paths: Vec<PathBuf>,

    /// 导入的栏目，如 content/regulations；类型（制度、做法、案例）以栏目的 _index.md 为准
    #[arg(long, value_name = "栏目", required_unless_present = "undo")]
    into: Option<PathBuf>,

    #[command(flatten)]
    site: SiteArgs,

    /// 来源的登记号，见 data/sources.toml；未登记的自动登记（默认：按文件名登记）
    #[arg(long, value_name = "登记号")]
    source: Option<String>,

    /// 页面的文件名（不带 .md），只用于一个文件（默认：标题的拼音）
    #[arg(long, value_name = "文件名")]
    slug: Option<String>,

    /// 全部文件放入同一栏目，不按文件夹分设下级栏目
    #[arg(long)]
    flat: bool,

    /// 撤销上一次导入：文件恢复到导入前的内容，导入后又修改过的不改动
    #[arg(long, conflicts_with_all = ["paths", "into"])]
    undo: bool,

    /// 十分之一以上文字无法导入的文件，也予导入
    #[arg(long)]
    partial: bool,

    /// 只显示将写出的内容，不写任何文件
    #[arg(long)]
    dry_run: bool,

    /// 保留繁体字，不转为简体
    #[arg(long)]
    keep_traditional: bool,

    /// 报告的形式：text（供阅读）或 json（供程序读取）；默认 text
    ///
    /// json 为对象：files 为数组，每个文件有 input、output、outcome、
    /// recognised、notes、fill；summary 为各类结果的个数。
    #[arg(
        long,
        verbatim_doc_comment,
        value_name = "形式",
        value_enum,
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    format: Format,

    /// 另写一份报告：以 .html 结尾的供浏览器查看，以 .json 结尾的供程序读取
    #[arg(long, value_name = "文件")]
    report: Option<PathBuf>,

    /// 只列出未导入和需要核对的文件
    #[arg(short, long)]
    quiet: bool,
}

/// Imports, and reports on each file as soon as it is done.
pub fn run(args: &ImportArgs) -> anyhow::Result<u8> {
    let Some(into) = args.into.clone() else {
        return undo(&args.site.root);
    };
    let options = Options {
        paths: args.paths.clone(),
        into,
        root: args.site.root.clone(),
        source: args.source.clone(),
        slug: args.slug.clone(),
        flat: args.flat,
        partial: args.partial,
        dry_run: args.dry_run,
        script: if args.keep_traditional {
            Script::Keep
        } else {
            Script::ToSimplified
        },
        today: scaffold::today(),
    };
    let written = args.report.as_deref().map(Written::new).transpose()?;
    let mut first = true;
    let mut reports = Vec::new();
    let mut done = 0;
    // Reports shown on the terminal make progress messages unnecessary.
    let is_seen = args.format == Format::Text && !args.quiet && io::stdout().is_terminal();
    let summary = import::run(&options, |report, total| {
        done += 1;
        if !is_seen && done % PROGRESS == 0 {
            output::remark(&format!("已处理 {done} / {total} 个文件\n"));
        }
        if written.is_some() {
            reports.push(report.clone());
        }
        match args.format {
            Format::Json => {
                let before = if first { "{\"files\":[\n" } else { ",\n" };
                first = false;
                output::print(&format!("{before}{}", report.json()))
            }
            Format::Text if args.quiet && !report.needs_a_look() => Ok(()),
            Format::Text => output::print(&format!("{}\n", report.text(args.dry_run))),
        }
    })?;
    if let Some(written) = written {
        written.write(&reports, &summary, args.dry_run)?;
    }
    match args.format {
        Format::Json => {
            let before = if first { "{\"files\":[" } else { "\n" };
            output::print(&format!("{before}],\"summary\":{}}}\n", summary.json()))?;
        }
        Format::Text => output::print(&summary.text(args.dry_run))?,
    }
    Ok(if summary.is_clean() {
        CLEAN
    } else {
        CONTENT_ERRORS
    })
}

/// A long import reports its progress every this many files.
const PROGRESS: usize = 100;

/// The report that is written to a file.
struct Written<'a> {
    path: &'a Path,
    is_page: bool,
}

impl<'a> Written<'a> {
    /// Called before anything is imported, so that a name whose extension names
    /// no report format is refused.
    fn new(path: &'a Path) -> anyhow::Result<Self> {
        let ending = path.extension().map(|ending| ending.to_string_lossy());
        let is_page = match ending.as_deref() {
            Some("html" | "htm") => true,
            Some("json") => false,
            _ => bail!("--report 的文件名应以 .html 或 .json 结尾"),
        };
        Ok(Self { path, is_page })
    }

    fn write(&self, reports: &[FileReport], summary: &Summary, is_dry: bool) -> anyhow::Result<()> {
        let text = if self.is_page {
            report::html::page(reports, summary, is_dry)
        } else {
            let files: Vec<String> = reports
                .iter()
                .map(|report| report.json().to_string())
                .collect();
            let files = files.join(",\n");
            format!(
                "{{\"files\":[\n{files}\n],\"summary\":{}}}\n",
                summary.json()
            )
        };
        disk::write_where_told(self.path, text.as_bytes())
            .map_err(|error| anyhow!("无法写入 {}：{}", self.path.display(), explain(&error)))
    }
}

/// Undoes the last import and reports what happened to each file.
fn undo(root: &Path) -> anyhow::Result<u8> {
    let undone = import::again::undo(root)?;
    for (verb, paths) in [
        ("恢复", &undone.restored),
        ("删去", &undone.removed),
        ("导入后又有修改，未作改动", &undone.left),
    ] {
        for path in paths {
            output::print(&format!("{verb}　{path}\n"))?;
        }
    }
    output::print(&format!(
        "已撤销上一次导入：恢复 {} 个文件，删去 {} 个\n",
        undone.restored.len(),
        undone.removed.len()
    ))?;
    Ok(if undone.left.is_empty() {
        CLEAN
    } else {
        CONTENT_ERRORS
    })
}
