//! Numbers of provisions as statutes write them: 第十八条, 第一百三十三条之一.

use crate::chinese::numerals;

/// The number of a provision, with that of an insertion by amendment.
///
/// 第一百三十三条之一 is base 133, insertion 1. The derived order is the order
/// of the statute: 133 < 133-1 < 134.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// From 1.
    pub base: u32,
    /// From 1; of 之一, 之二.
    pub insertion: Option<u32>,
}

impl Number {
    /// A number without insertion.
    pub fn plain(base: u32) -> Self {
        Self {
            base,
            insertion: None,
        }
    }

    /// As anchors have it: `133-1`.
    pub fn anchor(self) -> String {
        match self.insertion {
            None => self.base.to_string(),
            Some(insertion) => format!("{}-{insertion}", self.base),
        }
    }

    /// As statutes write it, around the name of its kind: 第一百三十三条之一.
    pub fn label(self, name: &str) -> String {
        let base = numerals::to_chinese(self.base);
        match self.insertion {
            None => format!("第{base}{name}"),
            Some(insertion) => {
                format!("第{base}{name}之{}", numerals::to_chinese(insertion))
            }
        }
    }

    /// Whether a statute may number so right after `before`.
    pub fn follows(self, before: Self) -> bool {
        let next = before.base.saturating_add(1);
        match self.insertion {
            None => self.base == next,
            Some(insertion) => {
                self.base == before.base && insertion == before.insertion.unwrap_or(0) + 1
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(base: u32, insertion: Option<u32>) -> Number {
        Number { base, insertion }
    }

    #[test]
    fn numbers_are_ordered_as_the_statute_is() {
        let inserted = number(133, Some(1));
        assert!(number(133, None) < inserted && inserted < number(134, None));
        assert_eq!(inserted.anchor(), "133-1");
        assert_eq!(inserted.label("条"), "第一百三十三条之一");
        for (before, after, follows) in [
            ((133, None), (134, None), true),
            ((133, None), (133, Some(1)), true),
            ((133, Some(1)), (133, Some(2)), true),
            ((133, Some(2)), (134, None), true),
            ((133, None), (133, Some(2)), false),
            ((133, None), (135, None), false),
            ((133, None), (133, None), false),
        ] {
            let (before, after) = (number(before.0, before.1), number(after.0, after.1));
            assert_eq!(after.follows(before), follows, "{before:?} {after:?}");
        }
    }
}
