//! `zhize new`.

use clap::Args;
use zhize::model::{PageType, Vocabulary as _};
use zhize::scaffold;

use super::command::{CLEAN, EXIT_CODES, HELP, SiteArgs};
use super::output;

const EXAMPLES: &str = "\
示例：
  zhize new 做法 天津五必谈
  zhize new 案例 qinling-weijian --root 我的知识库
  zhize new 法规制度 问责条例
  zhize new 做法 窗口服务 承诺制度";

/// 新建条目，各项填写完毕即可通过检查
///
/// 文件建在 content/ 的相应栏目中。文件名是永久网址的一部分，建立后不再更改；
/// 只用小写英文字母、数字和连字符，写汉字的自动转为拼音。
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
    /// 类型：法规制度、做法、案例、术语（regulation、practice、case、term）
    #[arg(value_name = "类型", value_parser = page_type, help_heading = "参数")]
    kind: PageType,

    /// 文件名，如 tianjin-wubitan；写汉字的转为拼音，分写的词连在一起
    #[arg(value_name = "文件名", required = true, help_heading = "参数")]
    name: Vec<String>,

    #[command(flatten)]
    site: SiteArgs,
}

/// Parses a page type by its Chinese or English name.
///
/// # Errors
/// When the name is unknown; the message lists the known names.
pub fn page_type(written: &str) -> Result<PageType, String> {
    let short = [
        ("法规", PageType::Regulation),
        ("制度", PageType::Regulation),
        ("实践", PageType::Practice),
        ("经验", PageType::Practice),
        ("经验做法", PageType::Practice),
        ("案例", PageType::Case),
        ("典型案例", PageType::Case),
        ("整治", PageType::Case),
        ("机制", PageType::Term),
        ("术语", PageType::Term),
    ];
    PageType::ALL
        .iter()
        .copied()
        .find(|known| known.label() == written || known.slug() == written)
        .or_else(|| {
            short
                .iter()
                .find(|(word, _)| *word == written)
                .map(|(_, found)| *found)
        })
        .ok_or_else(|| {
            let labels: Vec<&str> = PageType::ALL.iter().map(|known| known.label()).collect();
            format!("可用的类型为 {}", labels.join("、"))
        })
}

/// Creates the file and says what to do next.
pub fn run(args: &NewArgs) -> anyhow::Result<u8> {
    let name = args.name.join(" ");
    let name = name.trim().trim_end_matches(".md");
    let slug = scaffold::slug(name);
    let path = scaffold::create(&args.site.root, args.kind, &slug, scaffold::today())?;
    let converted = if slug == name {
        String::new()
    } else {
        format!("文件名已转为拼音：{slug}\n")
    };
    output::print(&format!(
        "{converted}已建立 {}\n请填写标有【请填写】的各项，填写后运行 zhize check 检查；其他字段见 docs/fields.md，或运行 zhize explain 字段\n",
        path.display()
    ))?;
    Ok(CLEAN)
}
