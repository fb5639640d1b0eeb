//! Anchors of headings: ASCII, unique in their page.

use std::collections::BTreeMap;

use pinyin::ToPinyin;

use crate::diag::{Diagnostic, Span};

/// Anchor of the card of facts on a page.
pub const FACTS_ANCHOR: &str = "record-title";

/// Anchor of the table of figures on a page.
pub const FIGURES_ANCHOR: &str = "data";

/// Longest generated anchor; addresses are read aloud and typed.
const LONGEST: usize = 64;

/// Anchors that pages have beside their headings. Templates may use no others
/// on pages with a body (a test of the built site checks it).
pub const TAKEN_BY_PAGES: [&str; 13] = [
    "main",
    "findings",
    "data",
    "related",
    "alike",
    "cited-by",
    "not-held",
    "source",
    "components-title",
    "record-title",
    "contents-title",
    "header-q",
    "siblings",
];

/// The anchors of a page so far.
#[derive(Debug, Default)]
pub struct Anchors {
    taken: BTreeMap<String, Span>,
    order: Vec<String>,
}

impl Anchors {
    /// Takes the anchor that an author wrote, `## 标题 {#id}`.
    pub fn explicit(&mut self, id: &str, span: &Span) -> (String, Option<Diagnostic>) {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let starts_well = id.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        if !starts_well || !id.bytes().all(plain) {
            let message = format!("标题的锚点“{id}”写法不对");
            let found = Diagnostic::error("invalid-anchor", span.clone(), message).hint(
                "以小写英文字母开头，只用小写英文字母、数字和连字符，如 {#wu-zhong-qing-xing}",
            );
            return (id.to_owned(), Some(found));
        }
        if TAKEN_BY_PAGES.contains(&id) {
            let message = format!("锚点“{id}”是页面自带的，标题不能用");
            let found = Diagnostic::error("invalid-anchor", span.clone(), message)
                .hint(format!("换个名字，如 {{#{id}-1}}"));
            return (id.to_owned(), Some(found));
        }
        if let Some(first) = self.taken.get(id) {
            let message = format!("本页有两个标题用了锚点“{id}”");
            let found = Diagnostic::error("duplicate-anchor", span.clone(), message)
                .related(first.clone(), "第一处")
                .hint("给其中一个换个名字");
            return (id.to_owned(), Some(found));
        }
        self.take(id.to_owned(), span.clone());
        (id.to_owned(), None)
    }

    /// Makes an anchor from a heading's text: its pinyin, or `s-N` where that
    /// gives nothing; numbered when the page has it already.
    pub fn generated(&mut self, text: &str, span: &Span) -> String {
        let slug = slug(text);
        let base = if slug.is_empty() {
            format!("s-{}", self.order.len() + 1)
        } else {
            slug
        };
        let mut anchor = base.clone();
        let mut count = 1;
        while self.taken.contains_key(&anchor) || TAKEN_BY_PAGES.contains(&anchor.as_str()) {
            count += 1;
            anchor = format!("{base}-{count}");
        }
        self.take(anchor.clone(), span.clone());
        anchor
    }

    fn take(&mut self, anchor: String, span: Span) {
        self.order.push(anchor.clone());
        self.taken.insert(anchor, span);
    }

    /// All anchors, in order of their headings.
    pub fn into_order(self) -> Vec<String> {
        self.order
    }
}

/// `五种情形` becomes `wu-zhong-qing-xing`; letters and digits stay.
pub fn slug(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if let Some(reading) = c.to_pinyin() {
            // A few readings (ê, ḿ) are not ASCII; their letters are left out.
            let plain: String = reading.plain().chars().filter(char::is_ascii).collect();
            if !plain.is_empty() {
                words.push(plain);
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    let mut slug = String::new();
    for word in words {
        let room = LONGEST.saturating_sub(slug.len() + usize::from(!slug.is_empty()));
        if word.len() > room && !slug.is_empty() {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word[..word.len().min(LONGEST)]);
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::FileId;

    #[test]
    fn headings_become_pinyin() {
        assert_eq!(slug("五种情形"), "wu-zhong-qing-xing");
        assert_eq!(slug("“三重一大” 2021年"), "san-zhong-yi-da-2021-nian");
        assert_eq!(slug("——"), "");
        assert!(slug(&"责".repeat(100)).len() <= LONGEST);
    }

    #[test]
    fn repeated_headings_are_numbered_and_written_ids_are_not() {
        let span = Span::start_of(FileId(0));
        let mut anchors = Anchors::default();
        assert_eq!(anchors.generated("情形", &span), "qing-xing");
        assert_eq!(anchors.generated("情形", &span), "qing-xing-2");
        assert_eq!(anchors.generated("——", &span), "s-3");
        assert!(anchors.explicit("qing-xing", &span).1.is_some());
        assert!(anchors.explicit("Qing", &span).1.is_some());
        assert!(anchors.explicit("qing", &span).1.is_none());
    }
}
