//! Finds the nearest of several words, for hints such as "did you mean".

/// Returns the candidate nearest to `word` if it is near enough.
///
/// Near enough means that one contains the other, or that at most a third of
/// the characters (and at least one) differ. The first candidate wins a tie.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word: Vec<char> = word.chars().collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().collect();
        let longer = word.len().max(other.len());
        let limit = (longer / 3).max(1);
        let distance = if holds(&word, &other) || holds(&other, &word) {
            // People remember a part, however long the whole is; but a real
            // misspelling is nearer than that.
            limit
        } else {
            distance(&word, &other)
        };
        if distance <= limit && best.is_none_or(|(b, _)| distance < b) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns the candidate nearest to `word`, unless another is just as near: of
/// 明责 and 问责, neither is what 追责 means.
pub fn clearly_nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let near = nearest(word, candidates.iter().copied())?;
    let others = candidates.iter().copied().filter(|other| *other != near);
    let letters = |text: &str| text.chars().collect::<Vec<_>>();
    let own = distance(&letters(word), &letters(near));
    let as_near = |other: &str| distance(&letters(word), &letters(other)) <= own;
    let held = holds(&letters(word), &letters(near)) || holds(&letters(near), &letters(word));
    (held || !others.into_iter().any(as_near)).then_some(near)
}

/// All `candidates`, nearest to `word` first, for lists of allowed values.
pub fn nearest_first<'c>(word: &str, candidates: &[&'c str]) -> Vec<&'c str> {
    let mut sorted = candidates.to_vec();
    if let Some(first) = nearest(word, candidates.iter().copied()) {
        sorted.sort_by_key(|c| *c != first);
    }
    sorted
}

fn holds(whole: &[char], part: &[char]) -> bool {
    part.len() >= 2 && part.len() < whole.len() && whole.windows(part.len()).any(|w| w == part)
}

/// Edit distance in characters; swapping two neighbours counts as one edit, as
/// typists see it (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substituted = row[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            next[j] = substituted.min(row[j] + 1).min(next[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                next[j] = next[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspellings_and_parts_are_found() {
        assert_eq!(nearest("tilte", ["title", "date"]), Some("title"));
        assert_eq!(
            nearest("主题责任", ["监督责任", "主体责任"]),
            Some("主体责任")
        );
        assert_eq!(
            nearest("问责条例", ["处分条例", "中国共产党问责条例"]),
            Some("中国共产党问责条例")
        );
        assert_eq!(nearest("xyz", ["title", "date"]), None);
    }

    #[test]
    fn allowed_values_keep_their_order_behind_the_nearest() {
        assert_eq!(nearest_first("c1", &["a", "b", "c"]), ["c", "a", "b"]);
    }
}
