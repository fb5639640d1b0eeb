//! `zhize serve`.

use std::fs;
use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{anyhow, ensure};
use clap::Args;
use zhize::explain::explain;
use zhize::progress::Silent;
use zhize::serve::{self, Built, Notice, Review, ServeOptions, Told};
use zhize::site::{self, SiteOptions};
use zhize::{Findings, Severity};

use super::command::{CLEAN, EXIT_CODES, HELP, SiteArgs};
use super::output;
use super::progress::in_words;

const EXAMPLES: &str = "\
示例：
  zhize serve
  zhize serve --open               在浏览器中打开
  zhize serve --drafts             一并预览草稿
  zhize serve --port 8080
  zhize serve --address 0.0.0.0    供同一网络中的其他计算机访问
  zhize serve --source 原文.txt    另供核对页，逐段对照原文和本站文句";

/// 在本机预览，文件保存后自动重新生成并刷新页面
///
/// 网站存于内存，不写入输出目录。监视 config.toml、content/、data/、
/// themes/、templates/、static/ 和 search-index/ 中的
/// lexicon.toml、golden.toml。
///
/// 内容有错误的，在页面和终端同时列出，页面保持上一次成功生成的内容；
/// 改正并保存后自动恢复。有警告时，页面左下角显示处数，点开列出文件、行号和改法。
/// 按 Ctrl-C 结束。
#[derive(Debug, Args)]
#[command(
    help_template = HELP,
    override_usage = "zhize serve [选项]",
    next_help_heading = "选项",
    after_help = EXAMPLES,
    verbatim_doc_comment,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"),
)]
pub struct ServeArgs {
    #[command(flatten)]
    site: SiteArgs,

    /// 端口（默认：1111，被占用时依次顺延）
    #[arg(short, long, value_name = "端口", value_parser = port)]
    port: Option<u16>,

    /// 监听的地址（默认：127.0.0.1，仅本机可访问）
    #[arg(
        long,
        value_name = "地址",
        default_value = "127.0.0.1",
        hide_default_value = true,
        value_parser = address
    )]
    address: IpAddr,

    /// 存有原文的文件，供核对页逐段对照
    ///
    /// 文本文件（UTF-8），一行一段，依次为 P1、P2……。有多个来源的，写作“登记号=文件”。
    /// 原文只在核对页显示，不写入网站；只能在本机预览时使用，不能与 --address 同用。
    #[arg(long, value_name = "文件")]
    source: Option<String>,

    /// 把草稿当作已定稿的页面，一并预览
    #[arg(long)]
    drafts: bool,

    /// 在浏览器中打开
    #[arg(long)]
    open: bool,

    /// 只显示网址和错误
    #[arg(short, long)]
    quiet: bool,
}

fn port(written: &str) -> Result<u16, String> {
    written
        .parse()
        .map_err(|_| "应为 0 到 65535 的整数；0 表示由系统选用空闲端口".to_owned())
}

fn address(written: &str) -> Result<IpAddr, String> {
    written
        .parse()
        .map_err(|_| "应为 IP 地址，如 127.0.0.1（仅限本机）或 0.0.0.0（所有网卡）".to_owned())
}

/// Builds the review from the source in `FILE` or `ID=FILE` and the site's
/// registers of facts.
fn review(root: &Path, written: &str) -> anyhow::Result<Review> {
    let (id, file) = match written.split_once('=') {
        Some((id, file)) if !Path::new(written).exists() => (Some(id.to_owned()), file),
        _ => (None, written),
    };
    let text = fs::read_to_string(file).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => anyhow!("{file} 不是 UTF-8 文本，请另存为 UTF-8"),
        _ => anyhow!("无法读取来源文件 {file}：{}", explain(&error)),
    })?;
    let name = Path::new(file).file_name().unwrap_or_default();
    Ok(Review {
        id,
        name: name.to_string_lossy().into_owned(),
        text,
        registers: registers(root),
    })
}

/// The texts of `facts/*.toml`; empty for a site without any.
fn registers(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root.join("facts")).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let is_register = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "toml");
    let registers = paths.iter().filter(|path| is_register(path));
    registers.flat_map(fs::read_to_string).collect()
}

/// The findings for open pages: warnings before notes.
fn told(findings: &Findings) -> Vec<Told> {
    let mut found = findings.diagnostics();
    found.sort_by_key(|found| std::cmp::Reverse(found.severity));
    let told = found.into_iter().map(|found| {
        let (file, line) = findings.place(&found);
        Told {
            severity: Severity::in_chinese(found.severity),
            file: file.to_owned(),
            line,
            message: found.message,
            remedies: found.hints,
        }
    });
    told.collect()
}

/// Opens the preview in the user's browser.
fn open(address: SocketAddr) {
    let host = if address.ip().is_unspecified() {
        format!("127.0.0.1:{}", address.port())
    } else {
        address.to_string()
    };
    let url = format!("http://{host}/");
    let mut command = if cfg!(windows) {
        let mut shell = Command::new("cmd");
        shell.args(["/C", "start", "", &url]);
        shell
    } else {
        let program = if cfg!(target_os = "macos") {
            "open"
        } else {
            "xdg-open"
        };
        let mut opener = Command::new(program);
        opener.arg(&url);
        opener
    };
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if quiet.spawn().is_err() {
        output::remark("注意：无法打开浏览器，请把上面的地址输入浏览器\n");
    }
}

/// Serves until Ctrl-C.
pub fn run(args: &ServeArgs) -> anyhow::Result<u8> {
    ensure!(
        args.source.is_none() || args.address.is_loopback(),
        "--source 只能在本机预览时使用，原文不向其他计算机提供；请去掉 --address"
    );
    super::init::offer(&args.site.root)?;
    let options = ServeOptions {
        root: args.site.root.clone(),
        address: args.address,
        port: args.port,
        review: args
            .source
            .as_deref()
            .map(|source| review(&args.site.root, source))
            .transpose()?,
    };
    let site_options = SiteOptions {
        drafts: args.drafts,
        ..args.site.options()
    };
    if !args.quiet {
        output::remarks(&site_options);
    }
    let build = move || match site::preview(&site_options, &Silent) {
        Ok(outcome) => {
            let findings = &outcome.findings;
            match outcome.product {
                Ok(site) => Ok(Built {
                    site,
                    findings: told(findings),
                    summary: findings.summary(),
                }),
                Err(_) => Err(format!("{}{}", findings.text(false), findings.summary())),
            }
        }
        Err(error) => Err(output::causes(&error)),
    };
    let (quiet, opens) = (args.quiet, args.open);
    let is_reviewed = args.source.is_some();
    serve::serve(&options, build, move |notice| match notice {
        Notice::Listening(address) => {
            output::remark(&format!("预览网址：http://{address}/（按 Ctrl-C 结束）\n"));
            if opens {
                open(address);
            }
            if is_reviewed {
                output::remark(&format!("核对页：http://{address}/__zhize/review/\n"));
            }
        }
        Notice::Built(time, summary) if !quiet => {
            output::remark(&format!("已生成，用时 {}；{summary}\n", in_words(time)));
        }
        Notice::Built(..) => {}
        Notice::Failed(problem) => {
            output::remark(&format!("{problem}\n未生成，页面保持不变\n"));
        }
        Notice::Polling => {
            output::remark("注意：系统不提供文件改动通知，改为每秒比对一次\n");
        }
        Notice::Blind(reason) => {
            output::remark(&format!(
                "注意：无法监视文件改动（{reason}）；改动后请重新运行 zhize serve\n"
            ));
        }
    })?;
    output::remark("已结束预览\n");
    Ok(CLEAN)
}
