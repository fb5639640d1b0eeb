//! Parses the command line and runs the command.
//!
//! Handlers are thin: they turn arguments into a library call, and its result
//! into text and an exit code. All printing is done here.

mod build;
mod check;
mod command;
mod complaint;
mod explain;
mod import;
mod init;
mod new;
mod output;
mod progress;
mod search;
mod serve;
mod start;
mod verify;

use std::process::ExitCode;
use std::sync::LazyLock;

use clap::{ArgAction, Parser, Subcommand};

use command::{CLEAN, COULD_NOT_RUN};

const ABOUT: &str = "知责：由 content/ 中的法规制度、做法、案例和术语生成可全文检索的静态网站";

const AFTER_HELP: &str = "\
示例：
  zhize init 文件夹                新建知识库
  zhize build                      生成网站到 public/
  zhize serve                      在本机预览，网址 http://127.0.0.1:1111/
  zhize check                      检查内容，不生成网站
  zhize search 五必谈              在命令行检索
  zhize import 文件夹/ --into content/regulations   导入已有文件
  zhize new 做法 天津五必谈        新建条目
  zhize verify 文件夹              核对网站的副本是否完整

用“zhize <命令> --help”查看每个命令的完整说明。";

/// What `--version` prints after the name: the version, the commit of a
/// released program, and the format of its index. Two programs of the same
/// format read each other's index.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let commit = option_env!("ZHIZE_COMMIT")
        .map_or_else(|| "自行编译".to_owned(), |commit| format!("提交 {commit}"));
    format!(
        "{}（{commit}，索引格式 {}）",
        env!("CARGO_PKG_VERSION"),
        ::search::format::FORMAT_VERSION
    )
});

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "zhize",
    version = VERSION.as_str(),
    about = ABOUT,
    help_template = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}",
    override_usage = "zhize <命令> [选项]",
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    next_help_heading = "选项",
    after_help = AFTER_HELP,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,

    /// 显示帮助（-h 简要，--help 完整）
    #[arg(short = 'h', long, global = true, action = ArgAction::Help, help_heading = "选项", display_order = 90)]
    help: Option<bool>,

    /// 显示版本
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 显示帮助
    #[command(hide = true, help_template = command::HELP, override_usage = "zhize help [命令]", next_help_heading = "选项")]
    Help {
        /// 要查看的命令
        #[arg(value_name = "命令", help_heading = "参数")]
        of: Option<String>,
    },
    Init(init::InitArgs),
    Build(build::BuildArgs),
    Serve(serve::ServeArgs),
    Check(check::CheckArgs),
    Explain(explain::ExplainArgs),
    Search(search::SearchArgs),
    Import(import::ImportArgs),
    New(new::NewArgs),
    Verify(verify::VerifyArgs),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let answer = match CommandLine::try_parse() {
        Ok(said) => match said.command {
            None => start::run(),
            Some(Command::Help { of }) => help(of.as_deref()),
            Some(Command::Init(args)) => init::run(&args),
            Some(Command::Build(args)) => build::run(&args),
            Some(Command::Serve(args)) => serve::run(&args),
            Some(Command::Check(args)) => check::run(&args),
            Some(Command::Explain(args)) => explain::run(&args),
            Some(Command::Search(args)) => search::run(&args),
            Some(Command::Import(args)) => import::run(&args),
            Some(Command::New(args)) => new::run(&args),
            Some(Command::Verify(args)) => verify::run(&args),
        },
        Err(complaint) => complaint::answer(&complaint),
    };
    let code = answer.unwrap_or_else(|error| {
        if error.is::<output::ReaderGone>() {
            // A closed pipe, as in `zhize search … | head`, is no failure.
            return CLEAN;
        }
        output::complain(&error);
        COULD_NOT_RUN
    });
    ExitCode::from(code)
}

/// The help of the program or of one command, as `--help` prints it.
fn help(of: Option<&str>) -> anyhow::Result<u8> {
    let words = ["zhize"].into_iter().chain(of).chain(["--help"]);
    match CommandLine::try_parse_from(words) {
        Ok(_) => Ok(CLEAN),
        Err(complaint) => complaint::answer(&complaint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    /// Help texts contain none of the English that clap generates.
    #[test]
    fn help_is_in_one_language() {
        let mut command = CommandLine::command();
        command.build();
        for page in command.get_subcommands_mut() {
            let text = page.render_long_help().to_string();
            for english in [
                "Usage",
                "Options:",
                "Arguments:",
                "[default",
                "[possible",
                "Print",
                "[OPTIONS]",
            ] {
                assert!(!text.contains(english), "{english} in\n{text}");
            }
            if page.is_hide_set() {
                continue;
            }
            assert!(text.contains("示例："), "no example in\n{text}");
        }
    }
}
