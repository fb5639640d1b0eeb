//! Standard output and standard error.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};

use anyhow::anyhow;

use zhize::explain::explain;
use zhize::site::SiteOptions;

/// Whoever read our output has left: there is nobody to tell anything more.
#[derive(Debug)]
pub struct ReaderGone;

impl fmt::Display for ReaderGone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("标准输出已关闭")
    }
}

impl std::error::Error for ReaderGone {}

/// Prints to standard output, where the product of a command goes.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => ReaderGone.into(),
            _ => anyhow!("无法写到标准输出：{}", explain(&error)),
        })
}

/// Prints to standard error, where remarks about the work go.
pub fn remark(text: &str) {
    // Nobody to tell when standard error itself is closed.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints what whoever builds a site should know of its surroundings.
pub fn remarks(options: &SiteOptions) {
    for text in options.remarks() {
        remark(&format!("注意：{text}\n"));
    }
}

/// Prints why a command could not run: one line.
pub fn complain(error: &anyhow::Error) {
    remark(&format!("错误：{}\n", causes(error)));
}

/// An error with its causes, on one line; the system's own errors with what
/// they mean and what to do.
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

/// Whether colours are wanted on standard error.
pub fn coloured_remarks() -> bool {
    io::stderr().is_terminal() && colours_allowed()
}

/// Whether colours are wanted on standard output.
pub fn coloured_output() -> bool {
    io::stdout().is_terminal() && colours_allowed()
}

fn colours_allowed() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
