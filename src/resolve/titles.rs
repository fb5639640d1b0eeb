//! Looks up titles in 《》 among the regulations.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use crate::citation::title::{normalise, shorter_forms};
use crate::diag::{Diagnostic, Spanned};
use crate::model::{ExternalDocument, PageId, PageType};
use crate::parse::page::ParsedPage;

/// Minimum similarity of two titles (Dice's coefficient of their bigrams) for
/// suggesting one in place of the other.
const ALIKE: f64 = 0.5;

/// Titles and other names of all regulations, normalised.
pub struct Titles {
    by_title: BTreeMap<String, Vec<PageId>>,
    by_other_name: BTreeMap<String, Vec<PageId>>,
    /// Shorter forms in use: without 中华人民共和国, without （试行）. `None` if two
    /// regulations may be meant.
    by_variant: HashMap<String, Option<PageId>>,
    /// Normalised title and other names of every page, of any type.
    own: Vec<Vec<String>>,
    /// Ids of documents that are not held, by normalised name.
    externals: HashMap<String, String>,
    /// Addresses of these documents, by id.
    urls: HashMap<String, String>,
    suggestions: Suggestions,
}

impl Titles {
    /// Collects the titles; `pages` must be ordered by key.
    pub fn new(
        pages: &[ParsedPage],
        externals: &BTreeMap<String, Spanned<ExternalDocument>>,
    ) -> Self {
        let mut by_title: BTreeMap<String, Vec<PageId>> = BTreeMap::new();
        let mut by_other_name: BTreeMap<String, Vec<PageId>> = BTreeMap::new();
        let mut own = Vec::with_capacity(pages.len());
        for (number, page) in pages.iter().enumerate() {
            let id = PageId::at(number);
            let title = normalise(&page.title.value);
            let names = page.other_names.iter().map(|name| normalise(&name.value));
            let names: Vec<_> = names.collect();
            // Citations mean the regulation, not one of its other texts.
            if page.metadata.details.page_type() == Some(PageType::Regulation)
                && page.mentions.version_of.is_none()
            {
                by_title.entry(title.clone()).or_default().push(id);
                for name in &names {
                    let pages = by_other_name.entry(name.clone()).or_default();
                    if !pages.contains(&id) {
                        pages.push(id);
                    }
                }
            }
            own.push(std::iter::once(title).chain(names).collect());
        }
        let mut by_variant: HashMap<String, Option<PageId>> = HashMap::new();
        for (name, pages) in by_title.iter().chain(&by_other_name) {
            for variant in shorter_forms(name) {
                let page = pages.first().copied();
                let known = by_variant.entry(variant).or_insert(page);
                if *known != page {
                    *known = None;
                }
            }
        }
        let mut external_names = HashMap::new();
        let mut urls = HashMap::new();
        for (id, document) in externals {
            let document = &document.value;
            let names = std::iter::once(&document.title).chain(&document.other_names);
            for name in names.map(|name| normalise(name)) {
                for variant in shorter_forms(&name) {
                    external_names.entry(variant).or_insert_with(|| id.clone());
                }
                external_names.insert(name, id.clone());
            }
            if let Some(url) = &document.url {
                urls.insert(id.clone(), url.clone());
            }
        }
        let all = by_title.keys().chain(by_other_name.keys()).cloned();
        Self {
            suggestions: Suggestions::new(all.collect()),
            by_title,
            by_other_name,
            by_variant,
            own,
            externals: external_names,
            urls,
        }
    }

    /// The regulation with this title; otherwise the one with this other name,
    /// or with this shorter form.
    pub fn find(&self, title: &str) -> Option<PageId> {
        let title = normalise(title);
        self.by_plain_name(&title).or_else(|| {
            let shorter = shorter_forms(&title);
            shorter.iter().find_map(|name| self.by_plain_name(name))
        })
    }

    /// Finds a regulation by a name that is already normalised, without trying
    /// shorter forms of the name.
    pub fn by_plain_name(&self, name: &str) -> Option<PageId> {
        let pages = self
            .by_title
            .get(name)
            .or_else(|| self.by_other_name.get(name));
        match pages {
            Some(pages) => pages.first().copied(),
            None => self.by_variant.get(name).copied().flatten(),
        }
    }

    /// The id of a document declared as not held.
    pub fn external(&self, title: &str) -> Option<&str> {
        if self.externals.is_empty() {
            return None;
        }
        let title = normalise(title);
        let id = self.externals.get(&title).or_else(|| {
            let shorter = shorter_forms(&title);
            shorter.iter().find_map(|name| self.externals.get(name))
        });
        id.map(String::as_str)
    }

    /// The address where a document that isn't held can be read.
    pub fn external_url(&self, id: &str) -> Option<&str> {
        self.urls.get(id).map(String::as_str)
    }

    /// The normalised title of a page.
    pub fn title(&self, page: PageId) -> &str {
        &self.own[page.0 as usize][0]
    }

    /// Whether a page itself has this title or other name.
    pub fn is_own(&self, page: PageId, title: &str) -> bool {
        self.own[page.0 as usize].contains(&normalise(title))
    }

    /// The most similar title.
    pub fn nearest(&self, title: &str) -> Option<String> {
        self.suggestions.nearest(&normalise(title))
    }

    /// Warns about titles that several regulations share: a citation can lead
    /// to only one of them.
    pub fn ambiguous(&self, pages: &[ParsedPage]) -> Vec<Diagnostic> {
        let shared = self.by_title.iter().chain(
            // A title takes precedence over another page's other name.
            self.by_other_name
                .iter()
                .filter(|(name, _)| !self.by_title.contains_key(*name)),
        );
        let mut found = Vec::new();
        for (title, sharers) in shared {
            let Some((first, others)) = sharers.split_first() else {
                continue;
            };
            let first = &pages[first.0 as usize];
            for other in others {
                let other = &pages[other.0 as usize];
                let message = format!("《{title}》同时是两项制度的名称");
                found.push(
                    Diagnostic::warning("ambiguous-title", other.title.span.clone(), message)
                        .related(first.title.span.clone(), "引用将链接到该页")
                        .hint("在标题中写明机关或年份以示区别，或从 other_names 中删去"),
                );
            }
        }
        found
    }
}

/// Warns about pages of one title, which readers can't tell apart in lists. Two
/// regulations are reported by [`Titles::ambiguous`], and the texts of one
/// regulation may share its title.
pub fn shared(pages: &[ParsedPage]) -> Vec<Diagnostic> {
    let mut first: HashMap<&str, &ParsedPage> = HashMap::new();
    let mut found = Vec::new();
    let is_regulation =
        |page: &ParsedPage| page.metadata.details.page_type() == Some(PageType::Regulation);
    for page in pages {
        if page.title.value.is_empty() || page.mentions.version_of.is_some() {
            continue;
        }
        let Some(other) = first.get(page.title.value.as_str()) else {
            first.insert(&page.title.value, page);
            continue;
        };
        if is_regulation(page) && is_regulation(other) {
            continue;
        }
        let message = format!("两个页面的标题相同：{}", page.title.value);
        found.push(
            Diagnostic::warning("ambiguous-title", page.title.span.clone(), message)
                .related(other.title.span.clone(), "另一页面")
                .hint("在标题中写明单位或年份以示区别；内容重复的，删去其中一页"),
        );
    }
    found
}

/// Finds the most similar titles by their bigrams.
struct Suggestions {
    titles: Vec<String>,
    holders: HashMap<(char, char), Vec<u32>>,
    /// Cached answers: corpora repeat the same unresolved titles thousands of
    /// times.
    known: Mutex<HashMap<String, Option<String>>>,
}

impl Suggestions {
    fn new(titles: Vec<String>) -> Self {
        let mut holders: HashMap<(char, char), Vec<u32>> = HashMap::new();
        for (number, title) in titles.iter().enumerate() {
            for bigram in bigrams(title) {
                let number = u32::try_from(number).expect("fewer than 2^32 titles");
                holders.entry(bigram).or_default().push(number);
            }
        }
        Self {
            titles,
            holders,
            known: Mutex::default(),
        }
    }

    fn nearest(&self, title: &str) -> Option<String> {
        let mut known = self
            .known
            .lock()
            .expect("no thread panics while holding it");
        if let Some(answer) = known.get(title) {
            return answer.clone();
        }
        let answer = self.search(title);
        known.insert(title.to_owned(), answer.clone());
        answer
    }

    fn search(&self, title: &str) -> Option<String> {
        let wanted = bigrams(title);
        let mut shared: HashMap<u32, usize> = HashMap::new();
        for bigram in &wanted {
            for number in self.holders.get(bigram).into_iter().flatten() {
                *shared.entry(*number).or_default() += 1;
            }
        }
        let score = |number: u32, shared: usize| {
            let own = self.titles[number as usize]
                .chars()
                .count()
                .saturating_sub(1);
            2.0 * shared as f64 / (wanted.len() + own) as f64
        };
        shared
            .into_iter()
            .map(|(number, shared)| (score(number, shared), number))
            .filter(|(score, _)| *score >= ALIKE)
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            .map(|(_, number)| self.titles[number as usize].clone())
    }
}

fn bigrams(text: &str) -> Vec<(char, char)> {
    let mut bigrams: Vec<_> = text.chars().zip(text.chars().skip(1)).collect();
    bigrams.sort_unstable();
    bigrams.dedup();
    bigrams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_compared_without_their_brackets() {
        assert_eq!(normalise("《关于〈规定〉的 意见》"), "关于《规定》的意见");
        assert_eq!(normalise("中国共产党问责条例"), "中国共产党问责条例");
    }

    #[test]
    fn a_similar_title_is_suggested() {
        let titles = ["中国共产党问责条例", "中国共产党纪律处分条例"];
        let suggestions = Suggestions::new(titles.map(str::to_owned).to_vec());
        let near = suggestions.nearest("中国共产党纪律处份条例");
        assert_eq!(near.as_deref(), Some("中国共产党纪律处分条例"));
        assert_eq!(suggestions.nearest("红楼梦"), None);
    }
}
