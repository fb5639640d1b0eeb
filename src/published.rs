//! Addresses that were published once: `published.txt`, which lies beside the
//! settings and is versioned with them.
//!
//! Readers have saved these addresses and other sites link to them. One that
//! vanishes is an error until a page takes it over as an alias or the settings
//! say that it was withdrawn.

use std::collections::BTreeSet;

use crate::address::{is_old_address, page_file};
use crate::diag::nearest::nearest;
use crate::diag::{Diagnostic, Span};
use crate::library::axis::Axis;
use crate::output::{OutputPaths, Receipts};
use crate::render::RESERVED;
use crate::source::SourceFile;

const HEAD: &str =
    "# 曾经公布的网址，由 zhize build --publish 写入，与知识库一并保存，不作手工修改。\n";

/// Endings of the files that pages offer for reading or download.
const FILES: [&str; 21] = [
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "ofd", "wps", "et", "dps", "rtf", "odt",
    "csv", "txt", "zip", "rar", "7z", "mp3", "mp4", "epub",
];

/// The addresses in a file's text, each with the byte where it begins.
fn remembered(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (line.trim(), start)
    });
    lines.filter(|(address, _)| !address.is_empty() && !address.starts_with('#'))
}

/// Reports the addresses that the site no longer has.
pub fn vanished(file: &SourceFile, paths: &OutputPaths) -> Vec<Diagnostic> {
    let known: BTreeSet<&str> = remembered(&file.text).map(|(address, _)| address).collect();
    let pages = paths.pages().filter(|(path, _)| !known.contains(path));
    let new: Vec<(&str, &str)> = pages.collect();
    let mut found = Vec::new();
    for (address, start) in remembered(&file.text) {
        let span = Span::new(file.id, start..start + address.len());
        if !is_old_address(address) {
            let message = format!("{} 的这一行不是网址", file.path);
            let wrong = Diagnostic::error("invalid-value", span, message);
            found.push(wrong.hint("删去该行；合并版本时留下的标记一并删去，两边的网址都保留"));
        } else if !paths.has(address) && !paths.has(&page_file(address)) {
            found.push(is_gone(address, span, &new));
        }
    }
    found
}

/// The error for one address. `new` lists the pages that have never been
/// published, with their descriptions: one of them may be the page in question.
fn is_gone(address: &str, span: Span, new: &[(&str, &str)]) -> Diagnostic {
    let short = address.strip_suffix("/index.html").unwrap_or(address);
    let end = |path: &str| {
        let folder = path.strip_suffix("/index.html").unwrap_or(path);
        folder.rsplit('/').next().unwrap_or(folder).to_owned()
    };
    let moved = new.iter().find(|(path, _)| end(path) == end(address));
    let near = || {
        let near = nearest(address, new.iter().map(|(path, _)| *path))?;
        new.iter().find(|(path, _)| *path == near)
    };
    let now = match moved.or_else(near) {
        Some((path, what)) => format!("现在的页面（是否为{what}，网址 {path}？）"),
        None => "现在的页面".to_owned(),
    };
    let message = format!("曾经公布的网址 {short} 已不存在");
    Diagnostic::error("vanished-address", span, message)
        .hint(format!(
            "已改名或移动的，在{now}中写 aliases = [\"{short}\"]"
        ))
        .hint(format!(
            "已撤下的，在 config.toml 中写 [[extra.withdrawn]]，下面写 address = \"{short}\"、\
             date（撤下的日期）和 reason（撤下的原因）；误删的，恢复文件"
        ))
}

/// The text of the file after a site is published.
pub fn after(before: Option<&str>, made: &Receipts) -> String {
    let old = remembered(before.unwrap_or_default()).map(|(address, _)| address);
    let new = made.iter().map(|(path, _)| path);
    let all: BTreeSet<&str> = old.chain(new.filter(|path| is_address(path))).collect();
    let lines = all.into_iter().map(|address| format!("{address}\n"));
    HEAD.to_owned() + &lines.collect::<String>()
}

/// Whether people link to a file: pages, topics, and what pages offer. The other
/// lists that the program makes come and go with what is on them, and so do the
/// further pages of a list.
fn is_address(path: &str) -> bool {
    let lists = Axis::ALL.into_iter().filter(|axis| *axis != Axis::Topic);
    let mut folders = lists.map(Axis::folder).chain(RESERVED).chain(["assets"]);
    let first = path.split('/').next().unwrap_or(path);
    if path == "404.html" || folders.any(|folder| folder == first) {
        return false;
    }
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "html" | "htm" | "shtml" => !path.contains("/page/"),
        _ => path.contains('/') && FILES.contains(&ending.to_ascii_lowercase().as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Audience;

    #[test]
    fn addresses_are_added_and_stay() {
        let mut site = Receipts::default();
        for path in [
            "index.html",
            "404.html",
            "a/index.html",
            "a/b.pdf",
            "a/c.png",
            "a/index.json",
            "a/page/2/index.html",
            "search/index.html",
            "organs/x/index.html",
            "topics/x/index.html",
            "llms.txt",
        ] {
            site.add(path, b"", Audience::Readers);
        }
        let text = after(Some("# x\nold/index.html\na/index.html\n"), &site);
        let own: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(
            own,
            [
                "a/b.pdf",
                "a/index.html",
                "index.html",
                "old/index.html",
                "topics/x/index.html"
            ]
        );
        assert_eq!(after(Some(&text), &site), text);
    }
}
