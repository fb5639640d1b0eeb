//! Standard output and standard error.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};

use anyhow::anyhow;

use zhize::explain::explain;
use zhize::site::SiteOptions;

/// The reader of our output has closed the pipe, so nothing more is printed.
#[derive(Debug)]
pub struct ReaderGone;

impl fmt::Display for ReaderGone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("标准输出已关闭")
    }
}

impl std::error::Error for ReaderGone {}

/// Prints a command's result to standard output.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => ReaderGone.into(),
            _ => anyhow!("无法写入标准输出：{}", explain(&error)),
        })
}

/// Prints a remark about the work to standard error.
pub fn remark(text: &str) {
    // If standard error itself is closed, the failure can't be reported.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Asks a question on the terminal; only a clear yes agrees.
pub fn ask_whether(question: &str) -> anyhow::Result<bool> {
    remark(question);
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(matches!(line.trim(), "是" | "y" | "Y" | "yes"))
}

/// Prints remarks about the environment that matter to whoever builds a site.
pub fn remarks(options: &SiteOptions) {
    for text in options.remarks() {
        remark(&format!("注意：{text}\n"));
    }
}

/// Prints why a command could not run: one line.
pub fn complain(error: &anyhow::Error) {
    remark(&format!("错误：{}\n", causes(error)));
}

/// An error with its causes, on one line. Errors of the operating system are
/// explained, with advice.
pub fn causes(error: &anyhow::Error) -> String {
    let causes: Vec<_> = error
        .chain()
        .map(|cause| match cause.downcast_ref::<io::Error>() {
            Some(system) => explain(system),
            None => cause.to_string(),
        })
        .collect();
    causes.join("：").replace('\n', " ")
}

/// Whether standard error should be coloured.
pub fn coloured_remarks() -> bool {
    io::stderr().is_terminal() && colours_allowed()
}

/// Whether standard output should be coloured.
pub fn coloured_output() -> bool {
    io::stdout().is_terminal() && colours_allowed()
}

fn colours_allowed() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// A heading with the number of lines, and the first of them; empty without
/// any.
pub fn listed(heading: &str, lines: &[String]) -> String {
    /// Most lines that are shown; the others are counted.
    const MOST: usize = 20;
    if lines.is_empty() {
        return String::new();
    }
    let shown = lines.iter().take(MOST).map(|line| format!("  {line}\n"));
    let mut text = format!(
        "{heading}（{} 个）：\n{}",
        lines.len(),
        shown.collect::<String>()
    );
    if let Some(more @ 1..) = lines.len().checked_sub(MOST) {
        text += &format!("  另有 {more} 个\n");
    }
    text
}
