//! `zhize verify`.

use std::path::PathBuf;

use clap::Args;
use zhize::{Manifest, verify};

use super::command::{CLEAN, HELP};
use super::output;

/// Files are missing, altered or extra.
const NOT_WHOLE: u8 = 1;

const EXAMPLES: &str = "\
示例：
  zhize verify                     核对 public/
  zhize verify /srv/www/zhize      核对服务器上的文件夹
  zhize verify E:\\zhize            核对 U 盘上的副本
  zhize verify --list > 校验值.txt 列出各文件的校验值，可用 sha256sum -c 核对";

const EXIT_CODES: &str = "\
退出码：
  0  与生成时一致
  1  有缺少、改动或多出的文件（已逐一列出）
  2  命令无法执行（不是 zhize 生成的网站、权限、磁盘等）";

/// 核对网站的副本是否完整
///
/// 按文件夹中 zhize.json 所列的 SHA-256 逐一核对，列出缺少、内容不同和多出的文件。
/// 以点开头的文件和目录（如 .git）、config.toml 的 [extra] preserve 所列文件，不作为多出的文件。
#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "zhize verify [文件夹] [选项]",
    next_help_heading = "选项",
    after_help = EXAMPLES,
    verbatim_doc_comment,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"),
)]
pub struct VerifyArgs {
    /// 网站所在的文件夹（默认：public）
    #[arg(
        value_name = "文件夹",
        default_value = "public",
        hide_default_value = true,
        help_heading = "参数"
    )]
    folder: PathBuf,

    /// 只列出各文件的校验值，不核对
    #[arg(long)]
    list: bool,
}

/// Compares the folder with its manifest.
pub fn run(args: &VerifyArgs) -> anyhow::Result<u8> {
    if args.list {
        let manifest = Manifest::read(&args.folder)?;
        let lines = manifest.files();
        let lines = lines.map(|(path, hash)| format!("{hash}  {path}\n"));
        output::print(&lines.collect::<String>())?;
        return Ok(CLEAN);
    }
    let found = verify(&args.folder)?;
    let mut text = output::listed("缺少的文件", &found.missing);
    text += &output::listed("内容不同的文件", &found.altered);
    text += &output::listed("多出的文件", &found.extra);
    text += &format!("{} 个文件与生成时一致\n", found.whole);
    if !found.missing.is_empty() || !found.altered.is_empty() {
        text += "请将生成的文件夹重新复制；复制后仍不一致的，查明改动文件的程序或人员\n";
    }
    if !found.extra.is_empty() {
        text += "多出的文件请查明来源，不需要的删去；需要保留的，\
                 写入 config.toml 的 [extra] preserve 后重新生成\n";
    }
    output::print(&text)?;
    Ok(if found.is_whole() { CLEAN } else { NOT_WHOLE })
}
