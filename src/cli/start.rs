//! `zhize` without arguments: tells what can be done in this folder.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use super::command::CLEAN;
use super::output;

/// Prints what to do next in this folder.
pub fn run() -> anyhow::Result<u8> {
    let here = if Path::new("config.toml").is_file() {
        "当前文件夹为知识库。\n\
         \x20 zhize serve               预览网站\n\
         \x20 zhize check               检查内容\n\
         \x20 zhize build               生成网站\n\
         \x20 zhize new 做法 文件名     新建条目\n"
    } else {
        "当前文件夹不是知识库（没有 config.toml）。\n\
         \x20 zhize init                在此新建知识库\n\
         \x20 zhize serve --root 目录   预览其他文件夹中的知识库\n"
    };
    output::print(&format!("{here}查看全部命令：zhize --help\n"))?;
    if opened_by_double_click() {
        output::print(
            "本程序在命令窗口中使用：打开知识库文件夹，在地址栏输入 cmd 并按回车键，\
             再输入上述命令。\n按回车键关闭窗口。\n",
        )?;
        // Any input lets the window close.
        let _ = io::stdin().read_line(&mut String::new());
    }
    Ok(CLEAN)
}

/// Whether the window closes when the program ends. On Windows, shells tell
/// programs about their prompt; the desktop doesn't.
fn opened_by_double_click() -> bool {
    cfg!(windows)
        && io::stdin().is_terminal()
        && std::env::var_os("PROMPT").is_none()
        && std::env::var_os("TERM").is_none()
}
