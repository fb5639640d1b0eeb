//! Clap's complaints about arguments, in Chinese.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::command::{CLEAN, COULD_NOT_RUN};
use super::output;

/// Prints the help or version if it was asked for, otherwise the error.
pub fn answer(complaint: &Error) -> anyhow::Result<u8> {
    match complaint.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::print(&shown(complaint))?;
            Ok(CLEAN)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::remark(&shown(complaint));
            Ok(COULD_NOT_RUN)
        }
        _ => {
            output::remark(&format!(
                "错误：{}\n用“--help”查看说明。\n",
                in_chinese(complaint)
            ));
            Ok(COULD_NOT_RUN)
        }
    }
}

/// The help. The headings of its lists come with a colon of Latin text.
fn shown(help: &Error) -> String {
    let mut text = help.render().to_string();
    for heading in ["命令", "参数", "选项"] {
        text = text.replace(&format!("\n{heading}:\n"), &format!("\n{heading}：\n"));
    }
    text
}

fn in_chinese(complaint: &Error) -> String {
    let text = |kind| complaint.get(kind).map(words).unwrap_or_default();
    let argument = text(ContextKind::InvalidArg);
    let value = text(ContextKind::InvalidValue);
    let mut line = match complaint.kind() {
        ErrorKind::UnknownArgument => format!("没有 {argument} 这一选项"),
        ErrorKind::InvalidSubcommand => {
            format!("没有 {} 这一命令", text(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::ArgumentConflict => {
            format!("{argument} 和 {} 不能同时使用", text(ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 之后缺少值"),
        ErrorKind::InvalidValue => format!("{argument} 的值不能是“{value}”"),
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(complaint)
                .map(|reason| format!("：{reason}"))
                .unwrap_or_default();
            format!("{argument} 的值“{value}”有误{reason}")
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument} 的值的个数有误")
        }
        ErrorKind::TooManyValues => format!("{argument} 的值“{value}”多余"),
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 编码".to_owned(),
        // For kinds that clap adds later, its English text is better than
        // nothing.
        _ => complaint.to_string(),
    };
    let allowed = text(ContextKind::ValidValue);
    if !allowed.is_empty() {
        line += &format!("；可用的值为 {allowed}");
    }
    for kind in [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ] {
        let near = text(kind);
        if !near.is_empty() {
            line += &format!("；是否应为 {near}？");
        }
    }
    line
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join("、"),
        value => value.to_string(),
    }
}
