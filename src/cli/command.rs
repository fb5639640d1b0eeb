//! What all commands share: the site's folder, exit codes, the layout of help.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use zhize::disk::UserCache;
use zhize::scaffold;
use zhize::site::SiteOptions;

/// Everything is as it should be.
pub const CLEAN: u8 = 0;
/// The content has errors.
pub const CONTENT_ERRORS: u8 = 1;
/// The command could not run.
pub const COULD_NOT_RUN: u8 = 2;

/// The layout of a command's help.
// Clap's own headings are English; these templates say the same in Chinese.
pub const HELP: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// Explanation of the exit codes for help texts.
pub const EXIT_CODES: &str = "\
退出码：
  0  没有错误
  1  内容有错误（已逐条列出文件、行号和改法）
  2  命令无法执行（参数、权限、磁盘等）";

/// The arguments of every command.
#[derive(Debug, Args)]
pub struct SiteArgs {
    /// 知识库目录，其中有 config.toml 和 content/（默认：当前目录）
    #[arg(
        long,
        value_name = "目录",
        default_value = ".",
        hide_default_value = true
    )]
    pub root: PathBuf,
}

/// Who reads the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

impl SiteArgs {
    /// The options for this site, with the user's cache.
    pub fn options(&self) -> SiteOptions {
        SiteOptions {
            cache: UserCache::place(),
            today: Some(scaffold::today()),
            ..SiteOptions::of(&self.root)
        }
    }

    /// The output folder: `given`, or `public` in the site's root.
    pub fn output_folder(&self, given: Option<&Path>) -> PathBuf {
        given.map_or_else(|| self.root.join("public"), Path::to_owned)
    }
}
