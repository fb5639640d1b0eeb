//! Finds insertions and removals within a unit.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::likeness::shared;

/// Maximum number of comparison steps for one line. Beyond it whole sentences
/// are compared, and if that takes too many steps as well, the whole line
/// counts as replaced.
const MOST_STEPS: usize = 9_000_000;
/// Lines at least this similar are the same line, changed.
const ALIKE: f64 = 0.35;
/// Beyond this many lines between two unchanged ones, lines are paired in
/// order.
const MOST_LINES: usize = 100;

/// A line with its changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(pub Vec<Piece>);

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// In both texts.
    Same(String),
    /// Only in the older text.
    Removed(String),
    /// Only in the newer text.
    Added(String),
}

/// The changes between two sequences of lines.
pub fn lines(old: &[String], new: &[String]) -> Vec<Line> {
    let mut out = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                let same = old[old_index..old_index + len].iter();
                out.extend(same.map(|line| Line(vec![Piece::Same(line.clone())])));
            }
            _ => replaced(&old[op.old_range()], &new[op.new_range()], &mut out),
        }
    }
    out
}

/// Pairs replaced lines with the ones most similar to them, in order.
fn replaced(old: &[String], new: &[String], out: &mut Vec<Line>) {
    let removed = |line: &String| Line(vec![Piece::Removed(line.clone())]);
    let added = |line: &String| Line(vec![Piece::Added(line.clone())]);
    let (mut from_old, mut from_new) = (0, 0);
    for (at, other) in paired(old, new).into_iter().chain([(old.len(), new.len())]) {
        out.extend(old[from_old..at].iter().map(removed));
        out.extend(new[from_new..other].iter().map(added));
        if at < old.len() {
            out.push(Line(within(&old[at], &new[other])));
        }
        (from_old, from_new) = (at + 1, other + 1);
    }
}

/// Pairs of similar lines, ascending in both texts, with the largest total
/// similarity.
fn paired(old: &[String], new: &[String]) -> Vec<(usize, usize)> {
    if old.len() > MOST_LINES || new.len() > MOST_LINES {
        let both = old.len().min(new.len());
        let pairs = (0..both).map(|at| (at, at));
        return pairs
            .filter(|(at, other)| likeness(&old[*at], &new[*other]) >= ALIKE)
            .collect();
    }
    let width = new.len() + 1;
    let mut best = vec![0.0f64; (old.len() + 1) * width];
    let mut alike = vec![0.0f64; old.len() * new.len()];
    for at in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            let likeness = likeness(&old[at], &new[other]);
            alike[at * new.len() + other] = likeness;
            let skip = best[(at + 1) * width + other].max(best[at * width + other + 1]);
            let take = if likeness >= ALIKE {
                likeness + best[(at + 1) * width + other + 1]
            } else {
                0.0
            };
            best[at * width + other] = skip.max(take);
        }
    }
    let (mut at, mut other) = (0, 0);
    let mut pairs = Vec::new();
    while at < old.len() && other < new.len() {
        let here = best[at * width + other];
        let likeness = alike[at * new.len() + other];
        if likeness >= ALIKE && here == likeness + best[(at + 1) * width + other + 1] {
            pairs.push((at, other));
            (at, other) = (at + 1, other + 1);
        } else if here == best[(at + 1) * width + other] {
            at += 1;
        } else {
            other += 1;
        }
    }
    pairs
}

/// The share of characters that two lines have in common. Order doesn't count:
/// this only decides which line became which.
fn likeness(old: &str, new: &str) -> f64 {
    let sorted = |text: &str| {
        let mut chars: Vec<char> = text.chars().collect();
        chars.sort_unstable();
        chars
    };
    let (a, b) = (sorted(old), sorted(new));
    match a.len() + b.len() {
        0 => 1.0,
        sum => 2.0 * shared(&a, &b) as f64 / sum as f64,
    }
}

/// The changes within a line.
fn within(old: &str, new: &str) -> Vec<Piece> {
    let whole = || vec![Piece::Removed(old.to_owned()), Piece::Added(new.to_owned())];
    let pieces = changed(&words(old), &words(new)).unwrap_or_else(|| {
        let (old, new) = (sentences(old), sentences(new));
        changed(&old, &new).map_or_else(whole, in_sentences)
    });
    let full = pieces.into_iter().filter(|piece| !piece.text().is_empty());
    full.collect()
}

/// Refines changes of whole sentences into changes within them where possible.
fn in_sentences(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut finer: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (finer.last(), &piece) {
            (Some(Piece::Removed(old)), Piece::Added(new)) => {
                match changed(&words(old), &words(new)) {
                    Some(mut within) => {
                        finer.pop();
                        finer.append(&mut within);
                    }
                    None => finer.push(piece),
                }
            }
            _ => finer.push(piece),
        }
    }
    finer
}

impl Piece {
    /// The text of this piece.
    pub fn text(&self) -> &str {
        match self {
            Self::Same(text) | Self::Removed(text) | Self::Added(text) => text,
        }
    }
}

/// Splits a text into characters, but keeps numbers and Latin words whole: 2019
/// became 2026, not 19 26.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    let mut start = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let part = c.is_ascii_alphanumeric();
        if at > 0 && !(part && in_word) {
            words.push(&text[start..at]);
            start = at;
        }
        in_word = part;
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(['。', '；', '！', '？', '：'])
        .collect()
}

/// The changes between two sequences of words; `None` if finding them would
/// take too many steps.
fn changed(old: &[&str], new: &[&str]) -> Option<Vec<Piece>> {
    let equal = |(a, b): &(&&str, &&str)| a == b;
    let head = old.iter().zip(new).take_while(equal).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(equal)
        .count();
    let (middle_old, middle_new) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    if middle_old.len().checked_mul(middle_new.len())? > MOST_STEPS {
        return None;
    }
    let mut spans = vec![Span::same(head)];
    for op in capture_diff_slices(Algorithm::Myers, middle_old, middle_new) {
        spans.push(match op {
            DiffOp::Equal { len, .. } => Span::same(len),
            _ => Span {
                same: 0,
                removed: op.old_range().len(),
                added: op.new_range().len(),
            },
        });
    }
    spans.push(Span::same(tail));
    Some(pieces(&readable(spans), old, new))
}

/// A run of words that stayed, or of words removed and inserted at one place.
#[derive(Clone, Copy, Debug)]
struct Span {
    same: usize,
    removed: usize,
    added: usize,
}

impl Span {
    fn same(same: usize) -> Self {
        Self {
            same,
            removed: 0,
            added: 0,
        }
    }

    fn size(self) -> usize {
        self.removed.max(self.added)
    }
}

/// A few equal characters between two longer changes make an unreadable
/// patchwork: they are merged into the changes around them.
fn readable(mut spans: Vec<Span>) -> Vec<Span> {
    loop {
        let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
        let mut at = 0;
        while at < spans.len() {
            let span = spans[at];
            let before = joined.last().copied();
            let after = spans.get(at + 1).copied();
            let (Some(before), Some(after)) = (before, after) else {
                joined.push(span);
                at += 1;
                continue;
            };
            let between = span.same > 0 && before.same == 0 && after.same == 0;
            let short = span.same <= before.size() && span.same <= after.size();
            if between && short && span.same <= 3 {
                *joined.last_mut().expect("there is one before") = Span {
                    same: 0,
                    removed: before.removed + span.same + after.removed,
                    added: before.added + span.same + after.added,
                };
                at += 2;
            } else {
                joined.push(span);
                at += 1;
            }
        }
        if joined.len() == spans.len() {
            return joined;
        }
        spans = joined;
    }
}

fn pieces(spans: &[Span], old: &[&str], new: &[&str]) -> Vec<Piece> {
    let (mut at, mut other) = (0, 0);
    let mut pieces = Vec::new();
    for span in spans {
        if span.same > 0 {
            pieces.push(Piece::Same(old[at..at + span.same].concat()));
            (at, other) = (at + span.same, other + span.same);
        }
        if span.removed > 0 {
            pieces.push(Piece::Removed(old[at..at + span.removed].concat()));
            at += span.removed;
        }
        if span.added > 0 {
            pieces.push(Piece::Added(new[other..other + span.added].concat()));
            other += span.added;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `甲[-乙-]{+丙+}`.
    fn shown(old: &[&str], new: &[&str]) -> Vec<String> {
        let texts = |lines: &[&str]| lines.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>();
        let show = |piece: &Piece| match piece {
            Piece::Same(text) => text.clone(),
            Piece::Removed(text) => format!("[-{text}-]"),
            Piece::Added(text) => format!("{{+{text}+}}"),
        };
        lines(&texts(old), &texts(new))
            .iter()
            .map(|line| line.0.iter().map(show).collect())
            .collect()
    }

    #[test]
    fn words_are_marked_where_they_changed() {
        assert_eq!(
            shown(&["保管期限为示例二年。"], &["保管期限见附件1。"]),
            ["保管期限[-为示例二年-]{+见附件1+}。"]
        );
        assert_eq!(
            shown(&["自2019年6月1日起施行。"], &["自2026年3月1日起施行。"]),
            ["自[-2019年6-]{+2026年3+}月1日起施行。"]
        );
        assert_eq!(shown(&["甲乙。"], &["甲乙。"]), ["甲乙。"]);
    }

    #[test]
    fn a_line_put_in_leaves_the_others_alone() {
        assert_eq!(
            shown(
                &["（一）时间；", "（二）其他。"],
                &["（一）时间；", "（二）地点；", "（三）其他。"]
            ),
            ["（一）时间；", "{+（二）地点；+}", "（[-二-]{+三+}）其他。"]
        );
    }

    #[test]
    fn long_lines_are_compared_too() {
        let long = "甲乙丙丁戊己庚辛。".repeat(2_000);
        let changed = long.replacen("庚辛", "辛庚", 1) + "壬癸。";
        let found = lines(&[long], &[changed]);
        let same: usize = found[0]
            .0
            .iter()
            .filter_map(|piece| match piece {
                Piece::Same(text) => Some(text.chars().count()),
                _ => None,
            })
            .sum();
        assert!(same > 17_000, "{same}");
    }

    proptest! {
        /// No text is lost or invented.
        #[test]
        fn both_texts_can_be_read_from_the_changes(
            old in proptest::collection::vec("[甲乙丙丁12，。]{0,12}", 0..6),
            new in proptest::collection::vec("[甲乙丙丁12，。]{0,12}", 0..6),
        ) {
            let found = lines(&old, &new);
            let pieces = || found.iter().flat_map(|line| &line.0);
            let side = |skip: fn(&Piece) -> bool| -> String {
                pieces().filter(|piece| !skip(piece)).map(Piece::text).collect()
            };
            prop_assert_eq!(side(|p| matches!(p, Piece::Added(_))), old.concat());
            prop_assert_eq!(side(|p| matches!(p, Piece::Removed(_))), new.concat());
        }
    }
}
