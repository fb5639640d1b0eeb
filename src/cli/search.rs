//! `zhize search`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{EXIT_CODES, HELP, SiteArgs};

const EXAMPLES: &str = "\
示例：
  zhize search 五必谈
  zhize search '“第一责任人” -巡视' --limit 5
  zhize search 约谈 --filter type=practice --filter region=120000
  zhize search 问责 --engine static --json
  zhize search --batch 查询.tsv --run 结果.tsv";

const SYNTAX: &str = "\
查询的写法：
  词1 词2          词的次序不限，最相关的在前
  \"引号短语\"       原样出现
  -词              不含这个词

筛选的项目：type、region、organ、responsibility、stage、role、topic、year；
同一项目给多个值是“或”，不同项目之间是“且”。";

/// 在命令行里检索
///
/// 检索的是上一次 zhize build 建的索引。tantivy 引擎读 search-index/，
/// static 引擎读已生成网站里给浏览器用的索引，两者结果相同。
#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "zhize search <查询> [选项]\n      zhize search --batch <文件> --run <文件> [选项]",
    next_help_heading = "选项",
    after_help = EXAMPLES,
    verbatim_doc_comment,
    after_long_help = format!("{SYNTAX}\n\n{EXAMPLES}\n\n{EXIT_CODES}"),
)]
pub struct SearchArgs {
    /// 要查的词语；可以分成几个参数写
    #[arg(
        value_name = "查询",
        help_heading = "参数",
        required_unless_present = "batch",
        conflicts_with = "batch"
    )]
    query: Vec<String>,

    #[command(flatten)]
    site: SiteArgs,

    /// 最多列出几篇（默认：10）
    #[arg(
        short = 'n',
        long,
        value_name = "篇数",
        default_value_t = 10,
        hide_default_value = true,
        value_parser = clap::value_parser!(u32).range(1..=1000)
    )]
    limit: u32,

    /// 只看某一类，如 type=practice；可以给多次
    #[arg(short, long, value_name = "项目=值", value_parser = filter)]
    filter: Vec<(String, String)>,

    /// 输出 JSON，内容和网页里 zhize.search() 的结果一样
    #[arg(long)]
    json: bool,

    /// 引擎：tantivy 或 static；默认 tantivy
    #[arg(
        long,
        value_name = "引擎",
        value_enum,
        default_value = "tantivy",
        hide_default_value = true,
        hide_possible_values = true
    )]
    engine: EngineName,

    /// 已生成的网站，static 引擎用（默认：站点目录下的 public）
    #[arg(short, long, value_name = "目录")]
    output: Option<PathBuf>,

    /// 批量检索：每行“编号<Tab>查询”的文件
    #[arg(long, value_name = "文件", requires = "run")]
    batch: Option<PathBuf>,

    /// 批量检索的结果：每行“编号、页面#锚点、名次、得分”，以 Tab 分隔
    #[arg(long, value_name = "文件", requires = "batch")]
    run: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EngineName {
    Tantivy,
    Static,
}

fn filter(written: &str) -> Result<(String, String), String> {
    match written.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => {
            Ok((key.to_owned(), value.to_owned()))
        }
        _ => Err("写法是“项目=值”，如 type=practice".to_owned()),
    }
}

/// Answers one query, or a file of them.
pub fn run(args: &SearchArgs) -> anyhow::Result<u8> {
    anyhow::bail!("检索引擎尚未接入：{args:?}")
}
