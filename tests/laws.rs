//! Real law texts, for tests at scale and of search, read from where they are.
//!
//! The archive is beside the project, not in it. A test that uses it must say
//! that it skips if the archive is absent.

use std::io::Read as _;
use std::path::{Path, PathBuf};

/// One law.
#[derive(Clone, Debug, Default)]
pub struct Law {
    /// Eight hexadecimal digits.
    pub id: String,
    /// Title.
    pub title: String,
    /// 行政法规, 地方性法规, …
    pub category: String,
    /// 全国, 山东, …
    pub region: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Articles and sections, in order.
    pub units: Vec<LawUnit>,
}

/// One article or section.
#[derive(Clone, Debug, Default)]
pub struct LawUnit {
    /// `54`, `120.1` or `s0`.
    pub number: String,
    /// Headings above it, outermost first.
    pub headings: Vec<String>,
    /// Its text without the label, a line for each paragraph.
    pub text: String,
}

/// Where the archive is expected: beside the project.
pub fn archive() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/laws.dev.tar.zst")
}

/// The current laws of the archive, ordered by id; `None` if it is absent.
pub fn read() -> Option<Vec<Law>> {
    read_from(&archive())
}

/// The current laws of an archive, ordered by id; `None` if it is absent.
pub fn read_from(archive: &Path) -> Option<Vec<Law>> {
    read_below(archive, "docs")
}

/// Older texts of laws, for which there is a current law of the same title;
/// ordered by id. `None` if the archive is absent.
#[allow(dead_code)]
pub fn read_superseded() -> Option<Vec<Law>> {
    read_below(&archive(), "superseded")
}

fn read_below(archive: &Path, folder: &str) -> Option<Vec<Law>> {
    let texts = texts_below(archive, folder)?;
    let mut laws: Vec<Law> = texts.iter().map(|text| law(text)).collect();
    laws.sort_by(|a, b| a.id.cmp(&b.id));
    Some(laws)
}

/// The files of the current laws as they are, in the archive's order; `None` if
/// it is absent.
#[allow(dead_code)]
pub fn texts() -> Option<Vec<String>> {
    texts_below(&archive(), "docs")
}

fn texts_below(archive: &Path, folder: &str) -> Option<Vec<String>> {
    let file = std::fs::File::open(archive).ok()?;
    let decoder = zstd::Decoder::new(file).expect("the archive is zstd");
    let mut texts = Vec::new();
    let mut archive = tar::Archive::new(decoder);
    for entry in archive.entries().expect("the archive is tar") {
        let mut entry = entry.expect("the archive is whole");
        let path = entry.path().expect("an entry has a path").into_owned();
        if path.starts_with(folder) && path.extension().is_some_and(|e| e == "md") {
            let mut text = String::new();
            entry
                .read_to_string(&mut text)
                .expect("laws are UTF-8 text");
            texts.push(text);
        }
    }
    Some(texts)
}

fn law(text: &str) -> Law {
    let mut law = Law::default();
    let (_, rest) = text.split_once("---\n").expect("front matter begins");
    let (front_matter, body) = rest.split_once("---\n").expect("front matter ends");
    for line in front_matter.lines() {
        let Some((key, value)) = line.split_once(": ") else {
            continue;
        };
        let value = value.trim_matches('"').to_owned();
        match key {
            "id" => law.id = value,
            "title" => law.title = value,
            "category" => law.category = value,
            "region" => law.region = value,
            "date" => law.date = value,
            _ => {}
        }
    }
    let mut headings: Vec<(usize, String)> = Vec::new();
    let mut paragraphs: Vec<&str> = Vec::new();
    let mut open: Option<LawUnit> = None;
    let mut close = |open: &mut Option<LawUnit>, paragraphs: &mut Vec<&str>| {
        if let Some(mut unit) = open.take() {
            unit.text = unit_text(&unit.number, paragraphs);
            law.units.push(unit);
        }
        paragraphs.clear();
    };
    for line in body.lines() {
        if let Some(number) = line.strip_prefix("<!-- unit ") {
            close(&mut open, &mut paragraphs);
            open = Some(LawUnit {
                number: number.trim_end_matches(" -->").to_owned(),
                headings: headings.iter().map(|(_, h)| h.clone()).collect(),
                text: String::new(),
            });
        } else if line.starts_with('#') && line.trim_start_matches('#').starts_with(' ') {
            close(&mut open, &mut paragraphs);
            let title = line.trim_start_matches('#');
            let level = line.len() - title.len();
            if level > 1 {
                headings.retain(|(above, _)| *above < level);
                headings.push((level, title.trim().to_owned()));
            }
        } else if !line.is_empty() {
            paragraphs.push(line);
        }
    }
    close(&mut open, &mut paragraphs);
    law
}

fn unit_text(number: &str, paragraphs: &[&str]) -> String {
    let mut text = paragraphs.join("\n");
    // An article begins with its label, which is not part of its text.
    if !number.starts_with('s')
        && let Some((label, _)) = text.split_once([' ', '\n'])
        && label.starts_with('第')
    {
        text.drain(..label.len() + 1);
    }
    text
}

/// A law as plain paragraphs, as people paste them: with blank lines between
/// them, and with Markdown only where plain text would be read as something
/// else. Headings without a number are Markdown headings, because nothing else
/// tells them from a paragraph.
pub fn paragraphs(law: &Law) -> String {
    let mut body = String::new();
    let mut above: &[String] = &[];
    for unit in &law.units {
        let headings = unit.headings.iter().zip(above);
        let known = headings.take_while(|(a, b)| a == b).count();
        for (level, heading) in unit.headings.iter().enumerate().skip(known) {
            body.push('\n');
            if !is_numbered(heading) {
                body.push_str(&"#".repeat((level + 2).min(5)));
                body.push(' ');
            }
            body.push_str(&escape(heading));
            body.push('\n');
        }
        above = &unit.headings;
        let label = if unit.number.starts_with('s') {
            String::new()
        } else {
            format!("{}　", article_label(&unit.number))
        };
        for (place, line) in unit.text.lines().enumerate() {
            body.push('\n');
            if place == 0 {
                body.push_str(&label);
            }
            body.push_str(&escape(line));
            body.push('\n');
        }
    }
    body
}

fn is_numbered(heading: &str) -> bool {
    zhize::structure::label::read(heading).is_some()
}

/// 第一百二十条之一, from `120.1`.
fn article_label(number: &str) -> String {
    let mut parts = number.split('.').map(|part| part.parse().expect("digits"));
    search::anchor::Number {
        base: parts.next().expect("a number"),
        insertion: parts.next(),
    }
    .label("条")
}

/// Text in which Markdown leaves every character alone.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for ch in text.trim().chars() {
        if ch.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(ch);
    }
    escaped
}
