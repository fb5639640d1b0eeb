//! Looks up the pages of the lexicon's aliases.

use std::collections::{BTreeMap, BTreeSet};

use super::targets::Targets;
use crate::diag::nearest::nearest;
use crate::diag::{Diagnostic, Span, Spanned};
use crate::library::lexicon::Lexicon;
use crate::model::PageId;
use crate::parse::page::{ParsedLexicon, ParsedPage};

/// Names that identify pages, each with the pages that have it.
pub(super) struct Names<'p> {
    by_name: BTreeMap<&'p str, Vec<PageId>>,
    by_title: BTreeMap<&'p str, Vec<PageId>>,
    by_key: BTreeMap<String, PageId>,
}

impl<'p> Names<'p> {
    pub(super) fn new(pages: &'p [ParsedPage]) -> Self {
        let mut names = Self {
            by_name: BTreeMap::new(),
            by_title: BTreeMap::new(),
            by_key: BTreeMap::new(),
        };
        for (number, page) in pages.iter().enumerate() {
            let id = PageId::at(number);
            let title = page.title.value.as_str();
            // A name means the regulation, not one of its other texts.
            if page.mentions.version_of.is_none() {
                names.by_title.entry(title).or_default().push(id);
                let others = page.other_names.iter().map(|name| name.value.as_str());
                let subentries = page.metadata.subentries.iter().flat_map(|subentry| {
                    let others = subentry.other_names.iter();
                    std::iter::once(&subentry.name).chain(others)
                });
                let others = others.chain(subentries.map(String::as_str));
                for name in std::iter::once(title).chain(others) {
                    names.by_name.entry(name).or_default().push(id);
                }
            }
            names.by_key.insert(page.key(), id);
        }
        names
    }

    /// The page that an editor means by a path or a title. The error is `None`
    /// if the mistake has already been reported.
    pub(super) fn page(
        &self,
        written: &Spanned<String>,
        targets: &Targets,
    ) -> Result<PageId, Option<Diagnostic>> {
        let text = written.value.as_str();
        if text.starts_with("@/") {
            return match targets.page(text) {
                Ok((page, _)) => Ok(page),
                Err(problem) => Err(problem.into_diagnostic(text, written.span.clone())),
            };
        }
        if let Some(page) = self.by_key.get(text) {
            return Ok(*page);
        }
        match self.by_title.get(text).map_or(&[][..], Vec::as_slice) {
            [page] => Ok(*page),
            [] => {
                let message = format!("没有标题或路径为“{text}”的页面");
                let titles = self.by_title.keys().copied();
                let keys = self.by_key.keys().map(String::as_str);
                let found = Diagnostic::error("unknown-page", written.span.clone(), message);
                Err(Some(match nearest(text, titles.chain(keys)) {
                    Some(near) => found.hint(format!("可能应为“{near}”，核对后改正")),
                    None => found.hint(
                        "填写该页的完整标题，或填写路径，\
                         如 \"@/practices/tianjin-wubitan.md\"",
                    ),
                }))
            }
            _ => {
                let message = format!("有多个页面的标题为“{text}”");
                Err(Some(
                    Diagnostic::error("unknown-page", written.span.clone(), message)
                        .hint("改用路径，如 \"@/practices/tianjin-wubitan.md\""),
                ))
            }
        }
    }
}

/// Resolves the lexicon, including the pages that its aliases name.
pub fn resolve(
    parsed: ParsedLexicon,
    pages: &[ParsedPage],
    targets: &Targets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Lexicon {
    let names = Names::new(pages);
    let mut aliases: BTreeMap<PageId, Vec<String>> = BTreeMap::new();
    for (name, page) in parsed.aliases {
        let page = match names.page(&page, targets) {
            Ok(page) => page,
            Err(found) => {
                diagnostics.extend(found);
                continue;
            }
        };
        let holders = names.by_name.get(name.value.as_str());
        let holders = holders.map_or(&[][..], Vec::as_slice);
        if holders.contains(&page) {
            let title = &pages[page.0 as usize].title.span;
            diagnostics.push(known(&name, title, "已经是该页的名称").hint("删去该别名"));
            continue;
        }
        if let Some(other) = holders.first() {
            let title = &pages[other.0 as usize].title.span;
            diagnostics.push(
                known(&name, title, "也是其他页面的名称")
                    .hint("检索时两页均列出；并非本意的，删去该别名"),
            );
        }
        aliases.entry(page).or_default().push(name.value);
    }
    let words = |words: Vec<Spanned<String>>| words.into_iter().map(|word| word.value);
    Lexicon {
        synonyms: parsed
            .synonyms
            .into_iter()
            .map(|group| words(group).collect())
            .collect(),
        superseded: parsed
            .superseded
            .into_iter()
            .map(|(old, new)| (old.value, new.value))
            .collect(),
        stop: words(parsed.stop).collect(),
        frames: BTreeSet::new(),
        regions: BTreeSet::new(),
        weights: parsed
            .weights
            .into_iter()
            .map(|(word, quarters)| (word.value, quarters))
            .collect(),
        aliases,
    }
}

fn known(name: &Spanned<String>, title: &Span, what: &str) -> Diagnostic {
    let message = format!("别名“{}”{what}", name.value);
    Diagnostic::warning("lexicon-conflict", name.span.clone(), message)
        .related(title.clone(), "该页")
}
