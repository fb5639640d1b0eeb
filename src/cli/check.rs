//! `zhize check`.

use std::io::{self, IsTerminal as _};

use clap::{Args, ValueEnum};
use zhize::site::{self, SiteOptions, Step};
use zhize::{Repairs, Severity};

use super::command::{CLEAN, CONTENT_ERRORS, EXIT_CODES, HELP, SiteArgs};
use super::output;
use super::progress::Announcer;

const EXAMPLES: &str = "\
示例：
  zhize check
  zhize check --root 我的知识库
  zhize check --fix                列出可以自动改正的问题，询问后改正
  zhize check --format json > 检查结果.json";

/// 检查内容，列出全部错误和警告，不生成网站
///
/// 每条写明文件、行号、原因和改法。除不写文件外，检查与 build
/// 完全相同，通过检查的内容即可生成。
/// 有 search-index/golden.toml 时，还用两个引擎核对其中的检索样例，
/// 结果不符的列为错误（build 时列为警告）。
#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "zhize check [选项]",
    next_help_heading = "选项",
    after_help = EXAMPLES,
    verbatim_doc_comment,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"),
)]
pub struct CheckArgs {
    #[command(flatten)]
    site: SiteArgs,

    /// 结果的形式：text（供阅读）、json 或 sarif（供程序读取）；默认 text
    ///
    /// json 为数组，每条有 severity、code、message、file、line、column、
    /// end_line、end_column、hints；行和列从 1 起计，列按字符数。
    /// sarif 是 2.1.0 版，编辑器和代码平台都能读取，另有改法和按设置保留的问题。
    #[arg(
        long,
        verbatim_doc_comment,
        value_name = "形式",
        value_enum,
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    format: Report,

    /// 改正可以确定的问题：先列出各处改动，在终端询问后改正
    ///
    /// 可以改正的有：标点和数字的全角半角、引号、来源标记、标题和链接的写法、
    /// 日期、发文字号、文件编码、文件名（转为拼音，链接一并修改）。
    /// 其余内容不作改动；改动后将产生新问题的，不改。不在终端运行的，只列出改动。
    #[arg(long, verbatim_doc_comment)]
    fix: bool,

    /// 与 --fix 同用：不询问，直接改动
    #[arg(long, requires = "fix")]
    yes: bool,

    /// 有警告也算没有通过，退出码为 1；提示不算
    #[arg(long)]
    strict: bool,

    /// 不显示进度；没有错误和警告时不显示任何内容
    #[arg(short, long)]
    quiet: bool,
}

/// Who reads the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Report {
    Text,
    Json,
    Sarif,
}

/// Lists what is wrong with the content.
pub fn run(args: &CheckArgs) -> anyhow::Result<u8> {
    let options = args.site.options();
    if args.fix {
        fix(&options, args.yes)?;
    }
    let progress = Announcer::new(Step::of_check().count(), args.quiet);
    let outcome = site::check(&options, &progress)?;
    progress.finish();
    if !args.quiet {
        output::remarks(&options);
    }
    let findings = &outcome.findings;
    match args.format {
        Report::Json => output::print(&format!("{}\n", findings.json()))?,
        Report::Sarif => output::print(&format!("{}\n", findings.sarif()))?,
        Report::Text => {
            output::print(&findings.text(output::coloured_output()))?;
            output::print(&findings.by_code())?;
            if !args.quiet || !findings.is_empty() {
                output::print(&format!("{}\n", findings.summary()))?;
            }
            if !args.quiet {
                published_as_they_are(&site::published_as_they_are(&options.root));
            }
        }
    }
    let passes = outcome.product.is_ok();
    let is_doubtful = args.strict && findings.count(Severity::Warning) > 0;
    Ok(if passes && !is_doubtful {
        CLEAN
    } else {
        CONTENT_ERRORS
    })
}

/// Shows the changes that certainly mend something, and makes them if the
/// person at the terminal agrees.
fn fix(options: &SiteOptions, agreed: bool) -> anyhow::Result<()> {
    let repairs = Repairs::find(options)?;
    let count = repairs.count();
    output::remark(&repairs.text());
    if count == 0 {
        output::remark("没有可以自动改正的问题\n");
        return Ok(());
    }
    let agreed = agreed
        || (io::stdin().is_terminal()
            && output::ask_whether(&format!("是否改正以上 {count} 处？（是/否）"))?);
    if agreed {
        repairs.apply(&options.root)?;
        output::remark(&format!("已改正 {count} 处\n"));
    } else {
        output::remark(&format!(
            "文件未改动。改正以上 {count} 处，请运行 zhize check --fix --yes\n"
        ));
    }
    Ok(())
}

/// Lists the files that are published unchecked, so that whoever reviews a site
/// notices a script that was added to it.
fn published_as_they_are(paths: &[String]) {
    /// Most paths that are listed; the others are only counted, since a site
    /// may hold hundreds of fonts and pictures.
    const MOST: usize = 50;
    if paths.is_empty() {
        return;
    }
    let mut text = format!("static/ 中的 {} 个文件不作检查，原样发布：\n", paths.len());
    for path in paths.iter().take(MOST) {
        text.push_str(&format!("  {path}\n"));
    }
    if let Some(more @ 1..) = paths.len().checked_sub(MOST) {
        text.push_str(&format!("  另有 {more} 个\n"));
    }
    output::remark(&text);
}
