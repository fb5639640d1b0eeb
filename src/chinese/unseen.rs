//! Takes characters that nobody sees out of what is read.
//!
//! The table of them is the search's: what a query skips, no text may contain.

use std::borrow::Cow;
use std::ops::Range;

use search::analysis::characters::{Role, role};

use super::han::is_wide;
use crate::diag::{Diagnostic, Span};

/// Text without characters that nobody sees.
#[derive(Debug, PartialEq, Eq)]
pub struct Cleaned<'t> {
    /// The text.
    pub text: Cow<'t, str>,
    /// What was taken out, in order.
    pub removed: Vec<Removed>,
}

/// A character that was taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Where it was: the position in the cleaned text, in bytes.
    pub at: usize,
    /// The character.
    pub character: char,
}

/// Takes out all characters that are [ignored](Role::Ignored). Unusual ends of
/// lines become what the end of a line is: nothing beside Chinese text, else a
/// space.
pub fn cleaned(text: &str) -> Cleaned<'_> {
    let is_clean = |c: char| !matches!(role(c), Role::Ignored | Role::LineEnd);
    let mut removed = Vec::new();
    if text.chars().all(is_clean) {
        let text = Cow::Borrowed(text);
        return Cleaned { text, removed };
    }
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(character) = chars.next() {
        let at = clean.len();
        match role(character) {
            Role::Seen | Role::Unknown => clean.push(character),
            Role::Ignored => removed.push(Removed { at, character }),
            Role::LineEnd => {
                removed.push(Removed { at, character });
                let parts = |c: char| !c.is_whitespace() && !is_wide(c);
                let before = clean.chars().next_back();
                if before.is_some_and(parts) && chars.peek().is_some_and(|next| parts(*next)) {
                    clean.push(' ');
                }
            }
        }
    }
    let text = Cow::Owned(clean);
    Cleaned { text, removed }
}

impl Cleaned<'_> {
    /// The warnings about what was taken out, one for each line. `span` gives
    /// the place of a range of the cleaned text.
    pub fn warnings(&self, span: impl Fn(Range<usize>) -> Span) -> Vec<Diagnostic> {
        let mut lines: Vec<(usize, Vec<Removed>)> = Vec::new();
        for removed in &self.removed {
            let line = self.text[..removed.at].rfind('\n').map_or(0, |end| end + 1);
            match lines.last_mut() {
                Some((last, of_line)) if *last == line => of_line.push(*removed),
                _ => lines.push((line, vec![*removed])),
            }
        }
        let warning = |(_, removed): (usize, Vec<Removed>)| {
            let at = removed[0].at;
            let codes: Vec<String> = removed
                .iter()
                .take(4)
                .map(|one| code(one.character))
                .collect();
            Diagnostic::warning("text-damage", span(at..at), "此处有不可见字符，已略去")
                .label(codes.join(" "))
                .hint(
                    "此类字符一般由网页、微信、Word 粘贴带入；重新输入此处文字，\
                    或用编辑器的查找替换功能删去",
                )
        };
        lines.into_iter().map(warning).collect()
    }
}

/// A character that can't be shown, as Unicode numbers it.
pub fn code(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::FileId;

    #[test]
    fn what_nobody_sees_goes_and_is_reported_by_line() {
        let found = cleaned("责\u{200b}任\u{ad}\n甲\u{7}乙\u{e001}");
        assert_eq!(found.text, "责任\n甲乙\u{e001}");
        let warnings = found.warnings(|range| Span::new(FileId(0), range));
        let told: Vec<_> = warnings
            .iter()
            .map(|w| (w.span.range.start, w.label.as_str()))
            .collect();
        assert_eq!(told, [(3, "U+200B U+00AD"), (10, "U+0007")]);
        assert!(matches!(cleaned("责任\n").text, Cow::Borrowed(_)));
    }

    #[test]
    fn ends_of_lines_part_words_but_not_chinese() {
        assert_eq!(cleaned("the\u{2028}manual").text, "the manual");
        assert_eq!(cleaned("主体\u{85}责任").text, "主体责任");
        assert_eq!(cleaned("2019\u{c}2020").text, "2019 2020");
    }
}
