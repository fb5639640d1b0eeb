//! Anchors of headings: ASCII, unique within their page.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Block, Inline};
use crate::chinese::readings::{former_slug, slug};
use crate::diag::{Diagnostic, Span};

/// Anchor of the table of figures on a page.
pub const FIGURES_ANCHOR: &str = "data";

/// Length limit for generated anchors: addresses are read aloud and typed.
const LONGEST: usize = 64;

/// Anchors that pages use besides those of their headings. Templates may use no
/// others on pages with a body (a test of the built site checks this).
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
    /// The anchors as they would have been when each character was read without
    /// regard to its word.
    former: BTreeSet<String>,
    /// How often each anchor was requested; lower numbers are taken.
    counts: Counts,
    former_counts: Counts,
    order: Vec<String>,
}

/// The last number given to each requested anchor.
type Counts = BTreeMap<String, usize>;

/// Returns a free anchor: the requested one, or that with a number appended.
fn free(wanted: &str, counts: &mut Counts, taken: impl Fn(&str) -> bool) -> String {
    let known = counts.get(wanted).copied();
    let mut count = known.unwrap_or(0);
    loop {
        count += 1;
        let anchor = match count {
            1 => wanted.to_owned(),
            _ => format!("{wanted}-{count}"),
        };
        if !taken(&anchor) && !TAKEN_BY_PAGES.contains(&anchor.as_str()) {
            counts.insert(wanted.to_owned(), count);
            return anchor;
        }
    }
}

impl Anchors {
    /// Takes the anchor that an author wrote: `## 标题 {#id}`.
    pub fn explicit(&mut self, id: &str, span: &Span) -> (String, Option<Diagnostic>) {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let starts_well = id.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        if !starts_well || !id.bytes().all(plain) {
            let message = format!("标题的锚点“{id}”写法有误");
            let found = Diagnostic::error("invalid-anchor", span.clone(), message).hint(
                "以小写英文字母开头，只用小写英文字母、数字和连字符，如 {#wu-zhong-qing-xing}",
            );
            return (id.to_owned(), Some(found));
        }
        if TAKEN_BY_PAGES.contains(&id) {
            let message = format!("锚点“{id}”由页面模板占用，标题不能使用");
            let found = Diagnostic::error("invalid-anchor", span.clone(), message)
                .hint(format!("改用其他名称，如 {{#{id}-1}}"));
            return (id.to_owned(), Some(found));
        }
        if let Some(first) = self.taken.get(id) {
            let message = format!("本页有两个标题使用锚点“{id}”");
            let found = Diagnostic::error("duplicate-anchor", span.clone(), message)
                .related(first.clone(), "第一处")
                .hint("其中一个改用其他名称");
            return (id.to_owned(), Some(found));
        }
        self.take(id.to_owned(), span.clone());
        self.former.insert(id.to_owned());
        (id.to_owned(), None)
    }

    /// Makes an anchor from the text of a heading: its pinyin, or `s-N` if it
    /// has none; numbered if the page has it already. Also returns the anchor
    /// that the heading had before, if that was different.
    pub fn generated(&mut self, text: &str, span: &Span) -> (String, Option<String>) {
        let (slug, former) = of_text(text);
        let number = self.order.len() + 1;
        let numbered = || format!("s-{number}");
        let base = if slug.is_empty() { numbered() } else { slug };
        let former = match former {
            None => base.clone(),
            Some(former) if former.is_empty() => numbered(),
            Some(former) => former,
        };
        let anchor = free(&base, &mut self.counts, |anchor| {
            self.taken.contains_key(anchor)
        });
        let former = free(&former, &mut self.former_counts, |former| {
            self.former.contains(former)
        });
        self.take(anchor.clone(), span.clone());
        self.former.insert(former.clone());
        let former = (former != anchor).then_some(former);
        (anchor, former)
    }

    fn take(&mut self, anchor: String, span: Span) {
        self.order.push(anchor.clone());
        self.taken.insert(anchor, span);
    }

    /// All anchors, in the order of their headings.
    pub fn into_order(self) -> Vec<String> {
        self.order
    }
}

/// Makes an anchor from the text of a heading. Also returns the anchor that
/// this text had before characters were read in the context of their words, if
/// it differs. Both are empty for a text without syllables.
pub fn of_text(text: &str) -> (String, Option<String>) {
    let anchor = slug(text, LONGEST);
    let former = former_slug(text, LONGEST, "");
    let former = (former != anchor).then_some(former);
    (anchor, former)
}

/// Keeps former anchors that don't collide with another anchor, and adds them
/// to the anchors of the page.
pub fn keep_former<L>(blocks: &mut [Block<L>], anchors: &mut Vec<String>) {
    let mut taken: BTreeSet<String> = anchors.iter().cloned().collect();
    taken.extend(TAKEN_BY_PAGES.map(str::to_owned));
    each_heading(blocks, &mut |content| {
        content.retain(|inline| match inline {
            Inline::FormerAnchor(former) => {
                let free = taken.insert(former.clone());
                if free {
                    anchors.push(former.clone());
                }
                free
            }
            _ => true,
        });
    });
}

/// Visits the content of every block that may hold a former anchor.
fn each_heading<L>(blocks: &mut [Block<L>], visit: &mut impl FnMut(&mut Vec<Inline<L>>)) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } => visit(content),
            Block::Quote(blocks) => each_heading(blocks, visit),
            Block::List { items, .. } => {
                items.iter_mut().for_each(|item| each_heading(item, visit));
            }
            Block::Provision(provision) => {
                visit(&mut provision.title);
                each_heading(&mut provision.children, visit);
            }
            Block::Paragraph { .. }
            | Block::Table { .. }
            | Block::Code(_)
            | Block::Rule
            | Block::Html(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::FileId;

    #[test]
    fn repeated_headings_are_numbered_and_written_ids_are_not() {
        let span = Span::start_of(FileId(0));
        let mut anchors = Anchors::default();
        let mut generated = |text| anchors.generated(text, &span);
        assert_eq!(generated("情形"), ("qing-xing".to_owned(), None));
        assert_eq!(generated("情形"), ("qing-xing-2".to_owned(), None));
        assert_eq!(generated("——"), ("s-3".to_owned(), None));
        for number in ["", "-2"] {
            let (now, before) = ("lv-ze", "l-ze");
            let expected = (format!("{now}{number}"), Some(format!("{before}{number}")));
            assert_eq!(generated("履责"), expected);
        }
        assert!(anchors.explicit("qing-xing", &span).1.is_some());
        assert!(anchors.explicit("Qing", &span).1.is_some());
        assert!(anchors.explicit("qing", &span).1.is_none());
    }
}
