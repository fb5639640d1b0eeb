//! The report as a web page: a single file without scripts or external
//! resources.

use std::fmt::Write as _;

use super::{FileReport, Outcome, Summary};
use crate::markup::escape;

const STYLE: &str = "body{font:17px/1.7 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1a1a1a;background:#fff}\
h1{font-size:1.5em}h2{font-size:1.15em;margin:1.6em 0 .4em}table{border-collapse:collapse;width:100%}\
td,th{border:1px solid #bbb;padding:.3em .6em;text-align:left;vertical-align:top}\
pre{white-space:pre-wrap;font:inherit;margin:.3em 0}section{border-top:1px solid #bbb;margin-top:1em}a{color:#0645ad}";

/// The heading of a group, and the test for the files in it.
type Group = (&'static str, fn(&FileReport) -> bool);

/// The groups of files; those that need work come first.
const GROUPS: [Group; 4] = [
    ("未导入", |report| {
        matches!(report.outcome, Outcome::Failed | Outcome::Exists)
    }),
    ("双方均有修改", |report| !report.kept.is_empty()),
    ("需要核对", FileReport::needs_a_look),
    ("其余文件", |_| true),
];

/// The page for a whole import.
pub fn page(reports: &[FileReport], summary: &Summary, is_dry: bool) -> String {
    let mut groups: [Vec<(usize, &FileReport)>; GROUPS.len()] = Default::default();
    for (number, report) in reports.iter().enumerate() {
        let group = GROUPS.iter().position(|(_, holds)| holds(report));
        groups[group.expect("the last group holds all")].push((number, report));
    }
    let mut out = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>导入报告</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>导入报告</h1>\n<p>{}</p>\n",
        escape(summary.text(is_dry).trim())
    );
    for ((name, _), group) in GROUPS.iter().zip(&groups) {
        if group.is_empty() {
            continue;
        }
        let _ = writeln!(
            out,
            "<h2>{name}（{}）</h2>\n<table>\n<tr><th>文件</th><th>页面</th><th>标题</th></tr>",
            group.len()
        );
        for (number, report) in group {
            let title = report.facts.as_ref().map_or("", |facts| &facts.title);
            let _ = writeln!(
                out,
                "<tr><td><a href=\"#file-{number}\">{}</a></td><td>{}</td><td>{}</td></tr>",
                escape(&report.input),
                escape(report.output.as_deref().unwrap_or("")),
                escape(title)
            );
        }
        out.push_str("</table>\n");
    }
    for (number, report) in groups.iter().flatten() {
        let text = report.text(is_dry);
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let _ = writeln!(
            out,
            "<section id=\"{}\">\n<h2>{}</h2>\n<pre>{}</pre>\n{}</section>",
            format_args!("file-{number}"),
            escape(first),
            escape(rest),
            changes(report)
        );
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// The three versions of each conflict, in full and side by side.
fn changes(report: &FileReport) -> String {
    if report.kept.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<table>\n<tr><th>双方均有修改之处</th><th>上次导入</th><th>新文件</th><th>页面（保留）</th></tr>\n",
    );
    for change in &report.kept {
        let place = super::place_in_words(change);
        let cells = [&change.former, &change.new];
        let own = change.own.as_deref().unwrap_or("");
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td><pre>{}</pre></td><td><pre>{}</pre></td><td><pre>{}</pre></td></tr>",
            escape(&place),
            escape(cells[0]),
            escape(cells[1]),
            escape(own)
        );
    }
    out.push_str("</table>\n");
    out
}
