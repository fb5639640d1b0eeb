//! `zhize new`.

use clap::{Args, ValueEnum};
use zhize::model::PageType;
use zhize::scaffold;

use super::command::{CLEAN, EXIT_CODES, HELP, SiteArgs};
use super::output;

const EXAMPLES: &str = "\
示例：
  zhize new practice tianjin-wubitan
  zhize new case qinling-weijian --root 我的站点
  zhize new regulation wenze-tiaoli";

/// 新建一篇页面，带注释的模板，填好即可通过 check
///
/// 文件建在 content/ 的相应栏目里。文件名是永久地址的一部分，建好后不要再改；
/// 只能用小写字母、数字和连字符，一般用拼音。
#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "zhize new <类型> <文件名> [选项]",
    next_help_heading = "选项",
    after_help = EXAMPLES,
    verbatim_doc_comment,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"),
)]
pub struct NewArgs {
    /// 类型：regulation 法规制度、practice 做法、case 案例、term 术语
    #[arg(
        value_name = "类型",
        value_enum,
        hide_possible_values = true,
        help_heading = "参数"
    )]
    kind: Kind,

    /// 文件名，不带 .md，如 tianjin-wubitan
    #[arg(value_name = "文件名", help_heading = "参数")]
    slug: String,

    #[command(flatten)]
    site: SiteArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Regulation,
    Practice,
    Case,
    Term,
}

/// Creates the file and says what to do next.
pub fn run(args: &NewArgs) -> anyhow::Result<u8> {
    let page_type = match args.kind {
        Kind::Regulation => PageType::Regulation,
        Kind::Practice => PageType::Practice,
        Kind::Case => PageType::Case,
        Kind::Term => PageType::Term,
    };
    let path = scaffold::create(&args.site.root, page_type, &args.slug, scaffold::today())?;
    output::print(&format!(
        "已建立 {}\n填好写着【请填写】的各项，再运行 zhize check 检查\n",
        path.display()
    ))?;
    Ok(CLEAN)
}
