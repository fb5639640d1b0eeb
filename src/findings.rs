//! The findings of all stages together with the texts that they point into,
//! ready to be printed.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::diag::sarif::{Reported, sarif};
use crate::diag::{Diagnostic, FileId, Kept, Policy, Report, Severity, counted, render};
use crate::source::SourceSet;
use search::analysis::characters::is_ignored;

/// Maximum number of warnings per code shown to people; longer lists are better
/// read in the JSON output.
const MOST_OF_A_CODE: usize = 20;

/// All findings of the stages.
#[derive(Debug)]
pub struct Findings {
    own: Vec<Diagnostic>,
    drafts: Vec<Diagnostic>,
    /// What stays, each with the number of its rule.
    kept: Vec<(Diagnostic, usize)>,
    policy: Policy,
    sources: SourceSet,
}

impl Findings {
    pub(crate) fn new(report: &Report, sources: SourceSet) -> Self {
        let mut findings = Self {
            own: Vec::new(),
            drafts: Vec::new(),
            kept: Vec::new(),
            policy: report.policy().clone(),
            sources,
        };
        findings.own = findings.without_kept(report.sorted());
        findings.drafts = findings.without_kept(report.of_drafts());
        findings
    }

    fn without_kept(&mut self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut rest = Vec::with_capacity(found.len());
        for found in found {
            let file = &self.sources.get(found.span.file).path;
            match self.policy.keeping(&found, file, self.marked(&found)) {
                Some(rule) => self.kept.push((found, rule)),
                None => rest.push(found),
            }
        }
        rest
    }

    /// The rules by which nothing stays. Only after every stage has run is it
    /// known that there is nothing.
    pub(crate) fn unused_rules(&self) -> impl Iterator<Item = &Kept> {
        let is_used = |rule: usize| self.kept.iter().any(|(_, used)| *used == rule);
        let rules = self.policy.kept.iter().enumerate();
        rules
            .filter(move |(rule, _)| !is_used(*rule))
            .map(|(_, kept)| kept)
    }

    /// Adds findings about the settings, which come first.
    pub(crate) fn add(&mut self, found: Vec<Diagnostic>) {
        self.own.splice(..0, found);
    }

    /// Excerpts with carets, for people; empty if there are no findings. Shows
    /// every error, but only the first twenty warnings of each code.
    pub fn text(&self, colour: bool) -> String {
        let mut text = self.excerpts(&self.own, colour);
        if !self.drafts.is_empty() {
            text.push_str("以下问题在草稿中，不影响生成，定稿前须改正：\n\n");
            text.push_str(&self.excerpts(&self.drafts, colour));
        }
        text
    }

    fn excerpts(&self, found: &[Diagnostic], colour: bool) -> String {
        let (found, left_out) = readable(found);
        let found: Vec<Diagnostic> = found.into_iter().map(harmless).collect();
        let spans = found
            .iter()
            .flat_map(|d| std::iter::once(&d.span).chain(d.related.iter().map(|(span, _)| span)));
        // Each file once, however many findings it has.
        let files: BTreeSet<FileId> = spans.map(|span| span.file).collect();
        let shown = files
            .into_iter()
            .map(|file| {
                let source = self.sources.get(file);
                let path = match visible(&source.path) {
                    path if path.contains('\n') => Cow::Owned(path.replace('\n', " ")),
                    path => path,
                };
                (file, (path, visible(&source.text)))
            })
            .collect();
        let sources = HarmlessSources {
            sources: &self.sources,
            shown,
        };
        let mut text = render::text(&found, &sources, colour);
        for (code, count) in left_out {
            text.push_str(&format!(
                "另有 {count} 个 {code} 警告未列出；查看全部请运行 zhize check --format json\n"
            ));
        }
        text
    }

    /// The findings as a JSON array, for programs.
    pub fn json(&self) -> String {
        render::json(&self.own, &self.drafts, &self.sources)
    }

    /// The findings as SARIF 2.1.0, with those that stay and their reasons.
    pub fn sarif(&self) -> String {
        let own = self.own.iter().map(|found| (found, None, false));
        let drafts = self.drafts.iter().map(|found| (found, None, true));
        let kept = self.kept.iter().map(|(found, rule)| {
            let reason = &*self.policy.kept[*rule].reason;
            (found, Some(reason), false)
        });
        let all = own.chain(drafts).chain(kept);
        let all = all.map(|(found, kept, draft)| Reported { found, kept, draft });
        sarif(all, &self.sources)
    }

    /// The findings in drafts, which stop nothing, by file and position.
    pub fn of_drafts(&self) -> Vec<Diagnostic> {
        self.drafts.clone()
    }

    /// The text that a finding marks.
    pub fn marked(&self, found: &Diagnostic) -> &str {
        let text = &self.sources.get(found.span.file).text;
        text.get(found.span.range.clone()).unwrap_or_default()
    }

    /// The file of a finding, as a path below the site's root, and its line.
    pub fn place(&self, found: &Diagnostic) -> (&str, usize) {
        let source = self.sources.get(found.span.file);
        let before = source.text.as_bytes().iter().take(found.span.range.start);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        (&source.path, line)
    }

    /// The findings in one file, given as a path below the site's root; those
    /// of a draft too. A repair that replaces words says which, and where.
    ///
    /// ```
    /// # fn main() -> anyhow::Result<()> {
    /// use zhize::{Repair, Silent, SiteOptions, inspect};
    ///
    /// let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::create_dir(root.join("content"))?;
    /// std::fs::write(root.join("config.toml"), "title = \"样站\"\nbase_url = \"/\"\n")?;
    /// std::fs::write(root.join("content/_index.md"), "+++\ntitle ＝ \"样站\"\n+++\n")?;
    ///
    /// let findings = inspect(&SiteOptions::of(root), &Silent)?;
    /// let of_page = findings.of_file("content/_index.md");
    /// assert_eq!(findings.place(of_page[0]), ("content/_index.md", 2));
    /// let Repair::Replace { span, was, text } = &of_page[0].repairs[0] else {
    ///     panic!("words are replaced");
    /// };
    /// assert_eq!((was.as_str(), text.as_str()), ("＝", "="));
    /// assert_eq!(span.range, 10..13);
    /// assert!(findings.of_file("config.toml").is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn of_file(&self, path: &str) -> Vec<&Diagnostic> {
        let all = self.own.iter().chain(&self.drafts);
        all.filter(|found| self.place(found).0 == path).collect()
    }

    /// How many findings outside drafts have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        let own = self.own.iter();
        own.filter(|found| found.severity == severity).count()
    }

    /// A summary line with the counts: `2 个错误，1 个警告（2 个文件）；草稿中另有
    /// 1 处`.
    pub fn summary(&self) -> String {
        let mut summary = counted(&self.own);
        if !self.drafts.is_empty() {
            summary += &format!("；草稿中另有 {} 处", self.drafts.len());
        }
        if !self.kept.is_empty() {
            summary += &format!("；按设置保留 {} 处", self.kept.len());
        }
        summary
    }

    /// A line for each code, the most frequent first: how often, and where
    /// first. Empty if the findings can be seen at a glance.
    pub fn by_code(&self) -> String {
        /// Up to so many findings can.
        const AT_A_GLANCE: usize = 8;
        if self.own.len() <= AT_A_GLANCE {
            return String::new();
        }
        let mut codes: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
        for found in &self.own {
            codes.entry(found.code).or_default().push(found);
        }
        let mut codes: Vec<_> = codes.into_iter().collect();
        codes.sort_by_key(|(_, found)| (Reverse(found[0].severity), Reverse(found.len())));
        let lines = codes.into_iter().map(|(code, found)| {
            let (file, line) = self.place(found[0]);
            let severity = found[0].severity.in_chinese();
            format!(
                "  {severity} {code}：{} 处，首处 {file}:{line}\n",
                found.len()
            )
        });
        format!(
            "按代号汇总（说明：zhize explain 代号）：\n{}",
            lines.collect::<String>()
        )
    }

    /// The findings, by file and position.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.own.clone()
    }

    /// Whether there are no findings.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.drafts.is_empty()
    }
}

/// Limits the findings to what people can read, and counts the warnings left
/// out per code.
fn readable(found: &[Diagnostic]) -> (Vec<&Diagnostic>, BTreeMap<&'static str, usize>) {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut kept = Vec::with_capacity(found.len());
    for diagnostic in found {
        if diagnostic.severity < Severity::Error {
            let count = counts.entry(diagnostic.code).or_default();
            *count += 1;
            if *count > MOST_OF_A_CODE {
                continue;
            }
        }
        kept.push(diagnostic);
    }
    counts.retain(|_, count| {
        *count = count.saturating_sub(MOST_OF_A_CODE);
        *count > 0
    });
    (kept, counts)
}

/// Sources with names and texts cleaned of terminal control characters.
struct HarmlessSources<'s> {
    sources: &'s SourceSet,
    /// Path and text of each file that is shown.
    shown: BTreeMap<FileId, (Cow<'s, str>, Cow<'s, str>)>,
}

impl render::Files for HarmlessSources<'_> {
    fn file(&self, id: FileId) -> (&str, &str) {
        let path = &self.sources.get(id).path;
        match self.shown.get(&id) {
            Some((path, text)) => (path, text),
            None => (path, ""),
        }
    }
}

/// Cleans a diagnostic, since it quotes text that an author wrote.
fn harmless(found: &Diagnostic) -> Diagnostic {
    let clean = |text: &str| visible(text).into_owned();
    Diagnostic {
        // Keep it on one line, whatever it quotes.
        message: clean(&found.message).replace('\n', " "),
        label: clean(&found.label),
        related: found
            .related
            .iter()
            .map(|(span, words)| (span.clone(), clean(words)))
            .collect(),
        hints: found.hints.iter().map(|hint| clean(hint)).collect(),
        ..found.clone()
    }
}

/// Replaces control characters and characters that change the text direction
/// with spaces, one for each byte, so that all positions stay valid.
fn visible(text: &str) -> Cow<'_, str> {
    let steers = |c: char| !matches!(c, '\n' | '\t') && (c.is_control() || is_ignored(c));
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            clean.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            clean.push(c);
        }
    }
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;

    #[test]
    fn of_many_warnings_the_first_are_shown() {
        let at = Span::start_of(FileId(0));
        let warning = |n: usize| Diagnostic::warning("a", at.clone(), n.to_string());
        let mut found: Vec<Diagnostic> = (0..MOST_OF_A_CODE + 3).map(warning).collect();
        found.extend((0..30).map(|n| Diagnostic::error("b", at.clone(), n.to_string())));
        let (kept, left_out) = readable(&found);
        assert_eq!(kept.len(), MOST_OF_A_CODE + 30);
        assert_eq!(left_out, BTreeMap::from([("a", 3)]));
    }

    #[test]
    fn control_characters_become_spaces_of_the_same_length() {
        assert_eq!(visible("甲\u{1b}]0;\u{7}\n\t乙"), "甲 ]0; \n\t乙");
        assert_eq!(visible("a\u{202e}gnp.md"), "a   gnp.md");
        assert_eq!(visible("\u{9b}31m").len(), "\u{9b}31m".len());
        assert!(matches!(visible("甲\n乙"), Cow::Borrowed(_)));
    }
}
