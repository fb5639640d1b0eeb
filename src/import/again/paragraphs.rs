//! Three-way merge of a page's body, paragraph by paragraph.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::blocks::{Chunk, chunks};
use super::change::{Change, Merged};

/// Merges the bodies of three pages. Lines are counted from the body's first.
pub fn merge(former: &str, new: &str, own: &str) -> Merged {
    let keys = |chunks: &[Chunk<'_>]| chunks.iter().map(Chunk::key).collect::<Vec<_>>();
    let (before, mine) = chunks(own);
    let (old, now) = (chunks(former).1, chunks(new).1);
    let (old_keys, now_keys, own_keys) = (keys(&old), keys(&now), keys(&mine));
    let by_input = hunks(&old_keys, &now_keys);
    let by_editor = hunks(&old_keys, &own_keys);
    let mut taken: Vec<Taken> = Vec::new();
    // Paragraphs of the page that both sides changed.
    let mut both: Vec<(usize, Change)> = Vec::new();
    for group in grouped(&by_input, &by_editor) {
        let place = mapped(&group.former, &by_editor, &group.editors);
        let input = mapped(&group.former, &by_input, &group.inputs);
        let change = Change {
            field: None,
            line: 0,
            former: joined(&old[group.former]),
            new: joined(&now[input.clone()]),
            own: None,
        };
        if group.editors.is_empty() {
            taken.push(Taken {
                place,
                input,
                change,
            });
        } else if now_keys[input] != own_keys[place.clone()] {
            let own = Some(joined(&mine[place.clone()]));
            both.push((place.start, Change { own, ..change }));
        }
    }
    let mut text = Text::new(before, own, &mine);
    for own in taken {
        text.keep_until(own.place.start);
        text.take(own, &now);
    }
    text.keep_until(mine.len());
    text.finish(both)
}

/// A change of the input that is applied to the page.
struct Taken {
    /// The paragraphs of the page that are replaced.
    place: Range<usize>,
    /// The paragraphs of the input that replace them.
    input: Range<usize>,
    change: Change,
}

/// The merged text, while it is built.
struct Text<'t> {
    mine: &'t [Chunk<'t>],
    end_of_line: &'t str,
    /// The line ends after the last paragraph, whichever that is.
    last_gap: &'t str,
    /// Index of the page's next paragraph.
    at: usize,
    out: String,
    /// The line ends to write before the next paragraph.
    gap: String,
    /// The output line of each paragraph of the page; for a paragraph that is
    /// gone, the line of what replaced it.
    lines: Vec<usize>,
    taken: Vec<Change>,
}

impl<'t> Text<'t> {
    fn new(before: &'t str, own: &'t str, mine: &'t [Chunk<'t>]) -> Self {
        let end_of_line = if own.contains("\r\n") { "\r\n" } else { "\n" };
        let gap = if mine.is_empty() && before.is_empty() {
            end_of_line.to_owned()
        } else {
            before.to_owned()
        };
        Self {
            mine,
            end_of_line,
            last_gap: mine.last().map_or(end_of_line, |chunk| chunk.gap),
            at: 0,
            out: String::new(),
            gap,
            lines: Vec::new(),
            taken: Vec::new(),
        }
    }

    fn line(&self) -> usize {
        1 + self.out.matches('\n').count() + self.gap.matches('\n').count()
    }

    fn push(&mut self, text: &str, gap: &str) {
        let before = std::mem::take(&mut self.gap);
        self.out.push_str(&before);
        self.out.push_str(text);
        self.gap = match gap.matches('\n').count() {
            0 | 1 => self.end_of_line.repeat(2),
            _ => gap.to_owned(),
        };
    }

    /// Copies the page's own paragraphs byte by byte, up to `end`.
    fn keep_until(&mut self, end: usize) {
        let mine = self.mine;
        for chunk in &mine[self.at..end] {
            self.lines.push(self.line());
            self.push(chunk.text, chunk.gap);
        }
        self.at = end;
    }

    fn take(&mut self, taken: Taken, now: &[Chunk<'_>]) {
        let mut change = taken.change;
        let line = self.line();
        change.line = if taken.input.is_empty() { 0 } else { line };
        self.lines.extend(taken.place.clone().map(|_| line));
        for chunk in &now[taken.input] {
            let text = chunk.text.replace("\r\n", "\n");
            self.push(&text.replace('\n', self.end_of_line), "");
        }
        self.at = taken.place.end;
        self.taken.push(change);
    }

    fn finish(mut self, both: Vec<(usize, Change)>) -> Merged {
        let last = self.line();
        let gap = if self.out.is_empty() {
            &self.gap
        } else {
            self.last_gap
        };
        self.out.push_str(gap);
        let kept = both.into_iter().map(|(place, mut change)| {
            change.line = self.lines.get(place).copied().unwrap_or(last);
            change
        });
        Merged {
            kept: kept.collect(),
            text: self.out,
            taken: self.taken,
            own_fields: Vec::new(),
        }
    }
}

/// A range of the former text, and the range that replaced it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hunk {
    former: Range<usize>,
    now: Range<usize>,
}

fn hunks(former: &[String], now: &[String]) -> Vec<Hunk> {
    let mut found = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, former, now) {
        let hunk = match op {
            DiffOp::Equal { .. } => continue,
            DiffOp::Delete {
                old_index,
                old_len,
                new_index,
            } => Hunk {
                former: old_index..old_index + old_len,
                now: new_index..new_index,
            },
            DiffOp::Insert {
                old_index,
                new_index,
                new_len,
            } => Hunk {
                former: old_index..old_index,
                now: new_index..new_index + new_len,
            },
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => Hunk {
                former: old_index..old_index + old_len,
                now: new_index..new_index + new_len,
            },
        };
        // As many paragraphs as before: each replaces its counterpart.
        if hunk.former.len() == hunk.now.len() {
            found.extend(hunk.former.zip(hunk.now).map(|(a, b)| Hunk {
                former: a..a + 1,
                now: b..b + 1,
            }));
        } else {
            found.push(hunk);
        }
    }
    found
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    if a.is_empty() && b.is_empty() {
        a.start == b.start
    } else {
        a.start < b.end && b.start < a.end
    }
}

/// Changes of both sides that touch one another.
#[derive(Debug)]
struct Group {
    former: Range<usize>,
    inputs: Vec<Hunk>,
    editors: Vec<Hunk>,
}

/// Groups each change of the input with the editors' changes that touch it.
fn grouped(by_input: &[Hunk], by_editor: &[Hunk]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for hunk in by_input {
        let mut group = Group {
            former: hunk.former.clone(),
            inputs: vec![hunk.clone()],
            editors: Vec::new(),
        };
        // A change of the editors may extend beyond this one.
        for other in by_editor
            .iter()
            .filter(|other| overlap(&other.former, &hunk.former))
        {
            group.former =
                group.former.start.min(other.former.start)..group.former.end.max(other.former.end);
            group.editors.push(other.clone());
        }
        match groups.last_mut() {
            Some(last)
                if overlap(&last.former, &group.former)
                    && !(last.editors.is_empty() && group.editors.is_empty()) =>
            {
                last.former = last.former.start.min(group.former.start)
                    ..last.former.end.max(group.former.end);
                last.inputs.append(&mut group.inputs);
                for other in group.editors {
                    if !last.editors.contains(&other) {
                        last.editors.push(other);
                    }
                }
            }
            _ => groups.push(group),
        }
    }
    groups
}

/// Where a range of the former text lies in another text; `own` are the changes
/// within the range.
fn mapped(former: &Range<usize>, all: &[Hunk], own: &[Hunk]) -> Range<usize> {
    if let (Some(first), Some(last)) = (own.first(), own.last()) {
        return first.now.start - (first.former.start - former.start)
            ..last.now.end + (former.end - last.former.end);
    }
    // Text inserted just before the range doesn't belong to it.
    let (mut gone, mut come) = (0, 0);
    for hunk in all.iter().filter(|hunk| hunk.former.end <= former.start) {
        gone += hunk.former.len();
        come += hunk.now.len();
    }
    let start = former.start + come - gone;
    start..start + former.len()
}

fn joined(chunks: &[Chunk<'_>]) -> String {
    let texts: Vec<&str> = chunks.iter().map(|chunk| chunk.text).collect();
    texts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(paragraphs: &str) -> String {
        let lines: Vec<String> = paragraphs.chars().map(|c| format!("{c}。")).collect();
        format!("\n{}\n", lines.join("\n\n"))
    }

    #[track_caller]
    fn assert_merged(former: &str, new: &str, own: &str, wanted: &str, counts: (usize, usize)) {
        let merged = merge(&text(former), &text(new), &text(own));
        assert_eq!(merged.text, text(wanted), "{former} {new} {own}");
        assert_eq!(
            (merged.taken.len(), merged.kept.len()),
            counts,
            "{merged:?}"
        );
    }

    #[test]
    fn each_side_keeps_what_it_alone_changed() {
        assert_merged("甲乙丙", "甲乙丙", "甲丁丙", "甲丁丙", (0, 0));
        assert_merged("甲乙丙", "甲乙戊", "丁乙丙", "丁乙戊", (1, 0));
        // Changes of neighbouring paragraphs don't conflict.
        assert_merged("甲乙丙", "甲戊丙", "丁乙丙", "丁戊丙", (1, 0));
        assert_merged("甲乙丙", "甲乙丙戊", "丁甲乙丙", "丁甲乙丙戊", (1, 0));
        assert_merged("甲乙丙", "甲丙", "甲乙丙丁", "甲丙丁", (1, 0));
        assert_merged("甲乙丙", "甲戊乙丙", "甲丁丙", "甲戊丁丙", (1, 0));
        assert_merged("甲乙丙", "甲丁丙", "甲丁丙", "甲丁丙", (0, 0));
    }

    #[test]
    fn what_both_changed_stays_the_editors() {
        assert_merged("甲乙丙", "甲戊丙", "甲丁丙", "甲丁丙", (0, 1));
        assert_merged("甲乙丙", "甲丙", "甲丁丙", "甲丁丙", (0, 1));
        assert_merged("甲乙丙", "甲戊丙", "甲丙", "甲丙", (0, 1));
        assert_merged("甲乙", "甲戊乙", "甲丁乙", "甲丁乙", (0, 1));
        // The change beside a conflict is still taken over.
        assert_merged("甲乙丙己", "甲戊丙庚", "甲丁丙己", "甲丁丙庚", (1, 1));
        let merged = merge(&text("甲乙丙"), &text("甲戊丙"), &text("甲丁丙"));
        assert_eq!(merged.kept[0].line, 4);
        assert_eq!(merged.kept[0].own.as_deref(), Some("丁。"));
    }

    #[test]
    fn bytes_that_nobody_changed_stay_as_they_are() {
        let own = "\r\n甲。 \r\n\r\n\r\n乙。\r\n\r\n丙。";
        let merged = merge(&text("甲乙丙"), &text("甲乙戊"), own);
        assert_eq!(merged.text, "\r\n甲。 \r\n\r\n\r\n乙。\r\n\r\n戊。");
        assert_eq!(merged.taken[0].line, 7);
        assert_eq!(merge("", &text("甲"), "").text, text("甲"));
        assert_eq!(merge(&text("甲"), "", &text("甲")).text, "\n");
    }
}
