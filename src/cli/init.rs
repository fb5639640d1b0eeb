//! `zhize init`.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Args;
use zhize::model::{PageType, Vocabulary as _};
use zhize::scaffold::{self, NewSite};

use super::command::{CLEAN, EXIT_CODES, HELP};
use super::output;

const EXAMPLES: &str = "\
示例：
  zhize init
  zhize init 某局知识库 --name 某局制度库 --unit 某局办公室
  zhize init --kind 法规制度,做法";

/// 新建知识库，包括设置、栏目、登记表和示例条目，可以直接预览
///
/// 文件建在当前文件夹或指定的文件夹中，不覆盖已有文件。在终端运行的，逐项询问，
/// 直接按回车键即采用默认值；也可以用选项指定。
#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "zhize init [目录] [选项]",
    next_help_heading = "选项",
    after_help = EXAMPLES,
    verbatim_doc_comment,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"),
)]
pub struct InitArgs {
    /// 知识库目录，不存在的予以新建（默认：当前目录）
    #[arg(
        value_name = "目录",
        default_value = ".",
        hide_default_value = true,
        help_heading = "参数"
    )]
    folder: PathBuf,

    /// 网站名称
    #[arg(long, value_name = "名称")]
    name: Option<String>,

    /// 网站管理单位
    #[arg(long, value_name = "单位")]
    unit: Option<String>,

    /// 收录的内容，以逗号分隔：法规制度、做法、案例与整治、机制与术语（默认：全部）
    #[arg(long, value_name = "类型", value_delimiter = ',', value_parser = super::new::page_type)]
    kind: Vec<PageType>,
}

/// Makes the site and says what to do next.
pub fn run(args: &InitArgs) -> anyhow::Result<u8> {
    let asking = io::stdin().is_terminal();
    let default = default_name(&args.folder);
    let name = match &args.name {
        Some(name) => name.clone(),
        None if asking => ask(&format!("网站名称（默认为“{default}”）"))?.unwrap_or(default),
        None => default,
    };
    let unit = match &args.unit {
        Some(unit) => Some(unit.clone()),
        None if asking => ask("网站管理单位（可暂不填写）")?,
        None => None,
    };
    let types = if args.kind.is_empty() && asking {
        ask_types()?
    } else {
        args.kind.clone()
    };
    make(
        &args.folder,
        &NewSite {
            name,
            organization: unit,
            types: if types.is_empty() {
                PageType::ALL.to_vec()
            } else {
                types
            },
            date: scaffold::today(),
        },
    )?;
    Ok(CLEAN)
}

/// Offers to make a site in an empty folder. Returns whether one was made.
///
/// # Errors
/// When the site can't be made.
pub fn offer(folder: &Path) -> anyhow::Result<bool> {
    let empty = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if !empty || !io::stdin().is_terminal() {
        return Ok(false);
    }
    let said = ask("当前文件夹为空。是否在此新建知识库，并放入示例条目？（默认为“是”）")?;
    if said.is_some_and(|said| !matches!(&*said, "是" | "y" | "Y" | "yes")) {
        return Ok(false);
    }
    make(
        folder,
        &NewSite {
            name: default_name(folder),
            organization: None,
            types: PageType::ALL.to_vec(),
            date: scaffold::today(),
        },
    )?;
    Ok(true)
}

fn make(folder: &Path, site: &NewSite) -> anyhow::Result<()> {
    let written = scaffold::start(folder, site)?;
    let here = folder == Path::new(".");
    let option = if here {
        String::new()
    } else {
        let folder = folder.display().to_string();
        // As shells on all systems read it.
        let quoted = folder.contains(char::is_whitespace);
        if quoted {
            format!(" --root \"{folder}\"")
        } else {
            format!(" --root {folder}")
        }
    };
    output::print(&format!(
        "已新建知识库“{}”，共 {} 个文件。\n\
         接下来：\n  \
         zhize serve{option}              预览网站\n  \
         zhize new 做法 文件名{option}    新建条目\n  \
         zhize check{option}              检查内容\n\
         示例条目供了解写法，本单位的条目编写完成后删去。\n",
        site.name,
        written.len()
    ))
}

/// The folder's own name.
fn default_name(folder: &Path) -> String {
    folder
        .canonicalize()
        .ok()
        .as_deref()
        .or(Some(folder))
        .and_then(Path::file_name)
        .map_or_else(
            || "知识库".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
}

fn ask_types() -> anyhow::Result<Vec<PageType>> {
    loop {
        let said =
            ask("收录的内容，以逗号分隔：法规制度、做法、案例与整治、机制与术语（默认为全部）")?;
        let Some(said) = said else {
            return Ok(Vec::new());
        };
        let types: Result<Vec<PageType>, String> = said
            .split([',', '，', '、'])
            .map(|word| super::new::page_type(word.trim()))
            .collect();
        match types {
            Ok(types) => return Ok(types),
            Err(reason) => output::remark(&format!("{reason}\n")),
        }
    }
}

/// Asks on the terminal; `None` when only the return key was pressed.
fn ask(question: &str) -> anyhow::Result<Option<String>> {
    output::remark(&format!("{question}："));
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let said = line.trim();
    Ok((!said.is_empty()).then(|| said.to_owned()))
}
