//! `zhize explain`.

use anyhow::bail;
use clap::Args;
use zhize::diag::manual;
use zhize::diag::nearest::nearest;
use zhize::fields::{self, Field, File};
use zhize::model::Vocabulary as _;

use super::command::{CLEAN, EXIT_CODES, HELP};
use super::output;

const EXAMPLES: &str = "\
示例：
  zhize explain missing-locator    说明一个代号
  zhize explain level              说明一个字段
  zhize explain 层级               字段也可以写中文名称";

/// 说明检查结果里的代号，或者一个字段
///
/// 代号是检查结果方括号里的英文词；字段写英文名或中文名称。
#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "zhize explain <代号或字段>",
    next_help_heading = "选项",
    after_help = EXAMPLES,
    verbatim_doc_comment,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"),
)]
pub struct ExplainArgs {
    /// 代号或字段
    #[arg(value_name = "代号或字段", help_heading = "参数")]
    what: String,
}

/// Prints what the manual says.
pub fn run(args: &ExplainArgs) -> anyhow::Result<u8> {
    let what = args.what.trim().trim_matches(['[', ']', '`']);
    if let Some(text) = manual::entry(what) {
        output::print(&format!("{what}\n\n{text}\n"))?;
        return Ok(CLEAN);
    }
    let fields: Vec<String> = fields::called(what).map(described).collect();
    if fields.is_empty() {
        let names = fields::FIELDS
            .iter()
            .flat_map(|field| [field.name, field.label]);
        let near = nearest(what, manual::codes().chain(names));
        let near = near.map_or_else(|| "；".to_owned(), |near| format!("；是否应为 {near}？"));
        bail!(
            "没有“{what}”这个代号或字段{near}代号见 docs/diagnostics.md，字段见 docs/authoring.md"
        );
    }
    output::print(&fields.join("\n"))?;
    Ok(CLEAN)
}

/// A field, line by line.
fn described(field: &Field) -> String {
    let place = match field.file {
        File::Page if field.types.is_empty() => "各类页面".to_owned(),
        File::Page => {
            let types = field.types.iter().map(|page_type| page_type.label());
            types.collect::<Vec<_>>().join("、")
        }
        File::Plain => "没有类型的栏目里的页面".to_owned(),
        File::Section => "栏目（_index.md）".to_owned(),
        File::Register => "登记表（data/）".to_owned(),
    };
    let mut text = format!(
        "{}（{}）\n  {}\n  用于：{place}\n",
        field.path(),
        field.label,
        field.meaning
    );
    let mut line = |name: &str, words: &str| {
        if !words.is_empty() {
            text.push_str(&format!("  {name}：{words}\n"));
        }
    };
    line("形式", field.form.label());
    line("可用的值", &field.values().join("、"));
    line("写法", &field.line());
    let must = match (field.required, field.may_be_unknown) {
        (true, true) => "必须写；原文未载明的写 \"unknown\"",
        (true, false) => "必须写",
        (false, true) => "可以不写，也可以写 \"unknown\"",
        (false, false) => "可以不写",
    };
    line("要求", must);
    line("显示在", field.shown);
    text
}
