//! Mends what is certainly wrong: every change replaces the words that a
//! finding marks, and everything else stays as it is, byte for byte.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::anyhow;

use crate::chinese::encoding;
use crate::diag::{Diagnostic, FileId, Repair};
use crate::disk::{Folder, WorkFolder};
use crate::explain::explain;
use crate::findings::Findings;
use crate::site::{self, SiteOptions};
use crate::source::{self, SourceSet};

/// Most rounds: a change may uncover another mistake in its line.
const ROUNDS: usize = 20;

/// The changes that mend a site.
#[derive(Debug, Default)]
pub struct Repairs {
    changes: Vec<Change>,
    /// Files with mistakes that can't be changed line by line.
    left: Vec<String>,
}

/// What changes in a file.
#[derive(Debug)]
pub struct Change {
    /// Its path below the site's root.
    pub path: String,
    /// Its new path, if it gets another name.
    pub renamed: Option<String>,
    /// Its encoding becomes UTF-8.
    pub recoded: bool,
    /// The lines that change.
    pub lines: Vec<ChangedLine>,
    /// Its bytes now, to notice that somebody else changed it meanwhile.
    before: Vec<u8>,
    after: Vec<u8>,
}

/// A line that changes: its number from 1, before, after.
pub type ChangedLine = (usize, String, String);

/// Words that are replaced.
#[derive(Clone, Debug)]
struct Edit {
    file: FileId,
    /// The code of the finding that proposes it.
    code: &'static str,
    /// The number of the finding: all of its edits are made, or none.
    finding: usize,
    start: usize,
    was: String,
    text: String,
}

impl Edit {
    /// Where its words begin once all of these edits are made.
    fn start_after(&self, edits: &[Edit]) -> usize {
        let earlier = edits
            .iter()
            .filter(|other| other.file == self.file && other.start < self.start);
        earlier.fold(self.start, |start, other| {
            start + other.text.len() - other.was.len()
        })
    }

    /// Whether the same is proposed again after these edits: it mends nothing.
    fn is_vain(&self, next: &Edit, edits: &[Edit]) -> bool {
        (next.file, next.code, next.start) == (self.file, self.code, self.start_after(edits))
    }
}

/// An edit that would create a finding, or mends nothing: its file, its words and its line.
type Refused = BTreeSet<(FileId, String, String, String)>;

impl Repairs {
    /// Finds the changes that certainly mend the site at `options.root`. Nothing
    /// is written. A change is left out if something else would be wrong in its
    /// line afterwards, or the same again.
    ///
    /// ```
    /// # fn main() -> anyhow::Result<()> {
    /// use zhize::{Repairs, SiteOptions};
    ///
    /// let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::create_dir(root.join("content"))?;
    /// std::fs::write(root.join("config.toml"), "title = \"样站\"\nbase_url = \"/\"\n")?;
    /// let page = root.join("content/_index.md");
    /// std::fs::write(&page, "+++\ntitle ＝ \"样站\"\n+++\n")?;
    ///
    /// let repairs = Repairs::find(&SiteOptions::of(root))?;
    /// let change = &repairs.changes()[0];
    /// assert_eq!(change.lines[0].2, "title = \"样站\"");
    /// repairs.apply(root)?;
    /// assert_eq!(std::fs::read_to_string(&page)?, "+++\ntitle = \"样站\"\n+++\n");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the environment fails.
    pub fn find(options: &SiteOptions) -> anyhow::Result<Self> {
        let read = source::read(&options.root)?;
        let mut sources = read.value;
        let original = sources.clone();
        let own = read.diagnostics.iter().flat_map(|found| &found.repairs);
        let recoded: BTreeSet<FileId> = own
            .clone()
            .filter_map(|repair| match repair {
                Repair::Recode(file) => Some(*file),
                _ => None,
            })
            .collect();
        let names: BTreeMap<String, String> = own
            .filter_map(|repair| match repair {
                Repair::Rename { path, to } => Some((path.clone(), beside(path, to))),
                _ => None,
            })
            .collect();
        rename(&mut sources, &names);
        mend(options, &mut sources)?;
        changes(&options.root, &original, &sources, &recoded, &names)
    }

    /// The changes, by file.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The files that have something to mend, but also bytes that belong to no
    /// character: they are left as they are.
    pub fn left(&self) -> &[String] {
        &self.left
    }

    /// How many places change.
    pub fn count(&self) -> usize {
        let changes = self.changes.iter();
        changes
            .map(|change| {
                change.lines.len()
                    + usize::from(change.recoded)
                    + usize::from(change.renamed.is_some())
            })
            .sum()
    }

    /// The changes for people: each line before and after.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |words: std::fmt::Arguments<'_>| {
            writeln!(text, "{words}").expect("a string takes everything");
        };
        for change in &self.changes {
            line(format_args!("{}", change.path));
            if change.recoded {
                line(format_args!("  转换为 UTF-8"));
            }
            if let Some(renamed) = &change.renamed {
                line(format_args!("  改名为 {renamed}"));
            }
            for (number, before, after) in &change.lines {
                line(format_args!("  第 {number} 行"));
                line(format_args!("  - {before}"));
                line(format_args!("  + {after}"));
            }
        }
        for path in &self.left {
            line(format_args!("{path}"));
            line(format_args!(
                "  不改动：文件里有无法辨认的字节，先按提示重新复制"
            ));
        }
        text
    }

    /// Writes the changes, each file whole or not at all.
    ///
    /// # Errors
    /// When the disk refuses, or a file was changed meanwhile.
    pub fn apply(&self, root: &Path) -> anyhow::Result<()> {
        for change in &self.changes {
            let failed =
                |error: std::io::Error| anyhow!("无法改动 {}：{}", change.path, explain(&error));
            let (folder, name) = change.path.rsplit_once('/').unwrap_or(("", &change.path));
            let root = Folder::open(root).map_err(failed)?;
            let folder = root.below(folder).map_err(failed)?;
            if folder.read(name, u64::MAX).map_err(failed)? != change.before {
                return Err(anyhow!("{} 在检查后又有改动，请重新运行", change.path));
            }
            let renamed = change.renamed.as_deref();
            let to = renamed.and_then(|path| path.rsplit('/').next());
            let work = WorkFolder::for_files(&folder, "fix").map_err(failed)?;
            work.place(&change.after, &folder, to.unwrap_or(name))
                .map_err(failed)?;
            if to.is_some_and(|to| to != name) {
                let is_old = |bytes: &[u8]| bytes == change.before;
                folder.remove_if(name, is_old).map_err(failed)?;
            }
        }
        Ok(())
    }
}

fn beside(path: &str, name: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}

/// Gives files other names, and changes the links that lead to them.
fn rename(sources: &mut SourceSet, names: &BTreeMap<String, String>) {
    for (old, new) in names {
        for file in sources.files.iter_mut().filter(|file| file.path == *old) {
            file.path.clone_from(new);
        }
        for asset in sources.assets.iter_mut().filter(|asset| asset.path == *old) {
            asset.path.clone_from(new);
        }
        let below = |path: &str| path.trim_start_matches("content/").to_owned();
        let (old_page, new_page) = (below(old), below(new));
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let (old_name, new_name) = (name(old), name(new));
        let folder = old.rsplit_once('/').map_or("", |(folder, _)| folder);
        for file in &mut sources.files {
            let mut text = file
                .text
                .replace(&format!("@/{old_page}"), &format!("@/{new_page}"));
            if file
                .path
                .rsplit_once('/')
                .is_some_and(|(own, _)| own == folder)
            {
                text = text.replace(&format!("(<{old_name}>)"), &format!("({new_name})"));
                text = text.replace(&format!("({old_name})"), &format!("({new_name})"));
            }
            if text != file.text {
                file.text = text;
            }
        }
    }
}

/// Replaces what findings mark until nothing is left to replace.
fn mend(options: &SiteOptions, sources: &mut SourceSet) -> anyhow::Result<()> {
    let mut refused = Refused::new();
    let mut found = site::inspect_texts(options, sources.clone())?;
    for _ in 0..ROUNDS {
        let edits = edits(&found, sources, &refused);
        if edits.is_empty() {
            break;
        }
        let mut mended = sources.clone();
        apply(&edits, &mut mended);
        let after = site::inspect_texts(options, mended.clone())?;
        let before: BTreeSet<_> = all(&found).map(|found| key(&found)).collect();
        let created: Vec<Diagnostic> = all(&after)
            .filter(|found| !before.contains(&key(found)))
            .collect();
        let next = self::edits(&after, &mended, &refused);
        let wrong: BTreeSet<usize> = edits
            .iter()
            .filter(|edit| {
                let creates = |found| touches(found, edit, &edits, &mended);
                created.iter().any(creates) || next.iter().any(|next| edit.is_vain(next, &edits))
            })
            .map(|edit| edit.finding)
            .collect();
        if wrong.is_empty() {
            *sources = mended;
            found = after;
            continue;
        }
        for edit in edits.iter().filter(|edit| wrong.contains(&edit.finding)) {
            refused.insert(signature(edit, sources));
        }
    }
    Ok(())
}

fn all(found: &Findings) -> impl Iterator<Item = Diagnostic> {
    found.diagnostics().into_iter().chain(found.of_drafts())
}

fn key(found: &Diagnostic) -> (FileId, &'static str, String) {
    (found.span.file, found.code, found.message.clone())
}

fn signature(edit: &Edit, sources: &SourceSet) -> (FileId, String, String, String) {
    let text = &sources.get(edit.file).text;
    let line = text[line_of(text, edit.start)].to_owned();
    (edit.file, edit.was.clone(), edit.text.clone(), line)
}

fn line_of(text: &str, at: usize) -> std::ops::Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    start..end
}

/// The edits that findings propose, without those that overlap others.
fn edits(found: &Findings, sources: &SourceSet, refused: &Refused) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for (finding, found) in all(found).enumerate() {
        let first = edits.len();
        let mut is_refused = false;
        for repair in found.repairs {
            let Repair::Replace { span, was, text } = repair else {
                continue;
            };
            let whole = &sources.get(span.file).text;
            // Changes stay in their line, so that lines can be compared.
            let fits = whole.get(span.range.clone()) == Some(&*was)
                && !was.contains('\n')
                && !text.contains('\n')
                && was != text;
            let edit = Edit {
                file: span.file,
                code: found.code,
                finding,
                start: span.range.start,
                was,
                text,
            };
            if !fits {
                continue;
            }
            is_refused |= refused.contains(&signature(&edit, sources));
            edits.push(edit);
        }
        if is_refused {
            edits.truncate(first);
        }
    }
    edits.sort_by_key(|edit| (edit.file, edit.start));
    edits.dedup_by(|next, edit| {
        next.file == edit.file && next.start < edit.start + edit.was.len().max(1)
    });
    edits
}

fn apply(edits: &[Edit], sources: &mut SourceSet) {
    // From the end, so that earlier places stay where they are.
    for edit in edits.iter().rev() {
        let text = &mut sources.files[edit.file.0 as usize].text;
        text.replace_range(edit.start..edit.start + edit.was.len(), &edit.text);
    }
}

/// Whether a finding after the edits marks the line of one of them.
fn touches(found: &Diagnostic, edit: &Edit, edits: &[Edit], mended: &SourceSet) -> bool {
    if found.span.file != edit.file {
        return false;
    }
    let text = &mended.get(edit.file).text;
    let line = line_of(text, edit.start_after(edits).min(text.len()));
    found.span.range.start <= line.end && line.start <= found.span.range.end
}

/// The bytes of the files that changed.
fn changes(
    root: &Path,
    original: &SourceSet,
    mended: &SourceSet,
    recoded: &BTreeSet<FileId>,
    names: &BTreeMap<String, String>,
) -> anyhow::Result<Repairs> {
    let mut changes = Vec::new();
    let mut left = Vec::new();
    let read = |path: &str| {
        fs::read(root.join(path)).map_err(|error| anyhow!("无法读取 {path}：{}", explain(&error)))
    };
    let mut names = names.clone();
    for (old, new) in original.files.iter().zip(&mended.files) {
        let renamed = names.remove(&old.path);
        let recoded = recoded.contains(&old.id);
        if old.text == new.text && renamed.is_none() && !recoded {
            continue;
        }
        let before = read(&old.path)?;
        let Some((after, lines)) = rewritten(&before, &old.text, &new.text, recoded) else {
            left.push(old.path.clone());
            continue;
        };
        changes.push(Change {
            path: old.path.clone(),
            renamed,
            recoded,
            lines,
            before,
            after,
        });
    }
    for (path, renamed) in names {
        let before = read(&path)?;
        changes.push(Change {
            path,
            renamed: Some(renamed),
            recoded: false,
            lines: Vec::new(),
            after: before.clone(),
            before,
        });
    }
    Ok(Repairs { changes, left })
}

/// The bytes of a file with the changed lines, and these lines. Ends of lines
/// and a byte order mark stay; a file that is recoded loses its mark.
fn rewritten(
    bytes: &[u8],
    old: &str,
    new: &str,
    recoded: bool,
) -> Option<(Vec<u8>, Vec<ChangedLine>)> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    let (mark, raw) = if recoded {
        (&b""[..], encoding::decode(bytes).ok()?.text)
    } else {
        let mark = if bytes.starts_with(MARK) { MARK } else { b"" };
        let text = std::str::from_utf8(&bytes[mark.len()..]).ok()?;
        (mark, text.to_owned())
    };
    let raws: Vec<&str> = raw.split('\n').collect();
    let olds: Vec<&str> = old.split('\n').collect();
    let news: Vec<&str> = new.split('\n').collect();
    // A file that isn't UTF-8 throughout was read with other line ends.
    if raws.len() != olds.len() || olds.len() != news.len() {
        return None;
    }
    let mut lines = Vec::new();
    let mut after = mark.to_vec();
    for (at, raw) in raws.iter().enumerate() {
        if at > 0 {
            after.push(b'\n');
        }
        if olds[at] == news[at] {
            after.extend_from_slice(raw.as_bytes());
            continue;
        }
        lines.push((at + 1, olds[at].to_owned(), news[at].to_owned()));
        after.extend_from_slice(news[at].as_bytes());
        if raw.ends_with('\r') {
            after.push(b'\r');
        }
    }
    Some((after, lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, was: &str, text: &str) -> Edit {
        Edit {
            file: FileId(0),
            code: "a",
            finding: 0,
            start,
            was: was.to_owned(),
            text: text.to_owned(),
        }
    }

    /// A change is in vain if the same finding stands at the place to which
    /// earlier changes moved it.
    #[test]
    fn what_is_proposed_again_mends_nothing() {
        let edits = [edit(0, "甲", "甲甲"), edit(10, "乙", "丙")];
        assert!(edits[1].is_vain(&edit(13, "丙", "丁"), &edits));
        assert!(!edits[1].is_vain(&edit(10, "丙", "丁"), &edits));
        let other = Edit {
            code: "b",
            ..edit(13, "丙", "丁")
        };
        assert!(!edits[1].is_vain(&other, &edits));
        let elsewhere = Edit {
            file: FileId(1),
            ..edit(13, "丙", "丁")
        };
        assert!(!edits[1].is_vain(&elsewhere, &edits));
    }

    #[test]
    fn what_is_not_changed_stays_byte_for_byte() {
        let raw = "\u{FEFF}甲,乙\r\n丙\r\n丁\n".as_bytes();
        let (after, lines) =
            rewritten(raw, "甲,乙\n丙\n丁\n", "甲，乙\n丙\n丁\n", false).expect("lines fit");
        assert_eq!(after, "\u{FEFF}甲，乙\r\n丙\r\n丁\n".as_bytes());
        assert_eq!(lines, [(1, "甲,乙".to_owned(), "甲，乙".to_owned())]);
    }
}
