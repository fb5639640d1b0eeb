//! Finds which unit of the older text became which unit of the newer.
//!
//! Units with equal words are matched first, then similar ones, measured by the
//! character pairs that both have. Candidates come from an index of the rarer
//! pairs, so the cost grows little faster than the length of a law.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::likeness::shared;
use super::units::{Unit, UnitKind};

/// Units at least this similar match wherever they stand.
const ALIKE: f64 = 0.5;
/// Units at least this similar match if they stand between the same neighbours.
const ALIKE_IN_PLACE: f64 = 0.25;
/// Units at least this similar match if they also have the same number.
const ALIKE_SAME_NUMBER: f64 = 0.15;
/// Weight of containment: how similar a shorter unit counts that is contained
/// in a longer one.
const CONTAINED: f64 = 0.75;
/// Minimum number of character pairs for containment: very short units are
/// contained in anything.
const CONTAINED_FROM: usize = 20;
/// A character pair that occurs in more units than this says little about any.
const COMMON: usize = 40;
/// How many candidates are examined closely.
const CANDIDATES: usize = 6;
/// Between two matched units every unit is compared with every other, unless
/// that takes more than this many comparisons.
const MOST_IN_PLACE: usize = 4096;

/// A unit of one text and its counterpart in the other. At least one is
/// present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Index in the older text.
    pub old: Option<usize>,
    /// Index in the newer text.
    pub new: Option<usize>,
    /// Whether it changed its place among the others, beyond the shift caused
    /// by insertions and removals before it.
    pub moved: bool,
}

/// Matches the units of two texts.
pub fn align(old: &[Unit], new: &[Unit]) -> Vec<Match> {
    let mut aligner = Aligner {
        old: old.iter().map(Side::of).collect(),
        new: new.iter().map(Side::of).collect(),
        to_new: vec![None; old.len()],
        to_old: vec![None; new.len()],
    };
    aligner.equals();
    aligner.alike();
    aligner.in_place();
    aligner.matches()
}

/// A unit prepared for comparison.
struct Side<'u> {
    unit: &'u Unit,
    key: String,
    /// Its character pairs, ascending, without duplicates.
    pairs: Vec<u64>,
}

impl<'u> Side<'u> {
    fn of(unit: &'u Unit) -> Self {
        let key = unit.key();
        let second = key.chars().skip(1);
        let mut pairs: Vec<u64> = key
            .chars()
            .zip(second)
            .map(|(a, b)| u64::from(u32::from(a)) << 32 | u64::from(u32::from(b)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self { unit, key, pairs }
    }

    /// The similarity of two units, from 0 to 1.
    fn likeness(&self, other: &Self) -> f64 {
        let (a, b) = (&self.pairs, &other.pairs);
        if a.is_empty() || b.is_empty() {
            return 0.0;
        }
        let shared = shared(a, b);
        let dice = 2.0 * shared as f64 / (a.len() + b.len()) as f64;
        let shorter = a.len().min(b.len());
        if shorter >= CONTAINED_FROM {
            dice.max(CONTAINED * shared as f64 / shorter as f64)
        } else {
            dice
        }
    }
}

struct Aligner<'u> {
    old: Vec<Side<'u>>,
    new: Vec<Side<'u>>,
    to_new: Vec<Option<usize>>,
    to_old: Vec<Option<usize>>,
}

/// Units with the same words: indexes in the older text and in the newer.
type Group = (Vec<usize>, Vec<usize>);

impl Aligner<'_> {
    fn join(&mut self, old: usize, new: usize) {
        self.to_new[old] = Some(new);
        self.to_old[new] = Some(old);
    }

    fn is_free(&self, old: usize, new: usize) -> bool {
        self.to_new[old].is_none() && self.to_old[new].is_none()
    }

    /// Matches units with the same words in order, those with the same number
    /// first, since words such as 总则 occur more than once in a law.
    fn equals(&mut self) {
        let mut groups: BTreeMap<(UnitKind, &str), Group> = BTreeMap::new();
        for (at, side) in self.old.iter().enumerate() {
            let key = (side.unit.kind, side.key.as_str());
            groups.entry(key).or_default().0.push(at);
        }
        for (at, side) in self.new.iter().enumerate() {
            let key = (side.unit.kind, side.key.as_str());
            groups.entry(key).or_default().1.push(at);
        }
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (mut olds, mut news) in groups.into_values() {
            if olds.len() > 1 || news.len() > 1 {
                let places: HashMap<&str, usize> = news
                    .iter()
                    .map(|at| (self.new[*at].unit.name.as_str(), *at))
                    .collect();
                let mut taken = Vec::new();
                olds.retain(|at| match places.get(self.old[*at].unit.name.as_str()) {
                    Some(same) if !taken.contains(same) => {
                        taken.push(*same);
                        found.push((*at, *same));
                        false
                    }
                    _ => true,
                });
                news.retain(|at| !taken.contains(at));
            }
            found.extend(olds.into_iter().zip(news));
        }
        for (old, new) in found {
            self.join(old, new);
        }
    }

    /// Matches the most similar of the remaining units, best pairs first.
    fn alike(&mut self) {
        let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
        for (at, side) in self.new.iter().enumerate() {
            if self.to_old[at].is_none() {
                for pair in &side.pairs {
                    holders.entry(*pair).or_default().push(at);
                }
            }
        }
        holders.retain(|_, units| units.len() <= COMMON);
        let mut shared = vec![0u32; self.new.len()];
        let mut found: Vec<(f64, usize, usize)> = Vec::new();
        for (at, side) in self.old.iter().enumerate() {
            if self.to_new[at].is_some() {
                continue;
            }
            let mut touched: Vec<usize> = Vec::new();
            for other in side
                .pairs
                .iter()
                .filter_map(|pair| holders.get(pair))
                .flatten()
            {
                if shared[*other] == 0 {
                    touched.push(*other);
                }
                shared[*other] += 1;
            }
            touched.retain(|other| self.new[*other].unit.kind == side.unit.kind);
            touched.sort_by_key(|other| (Reverse(shared[*other]), *other));
            for other in touched.iter().take(CANDIDATES) {
                let likeness = side.likeness(&self.new[*other]);
                if likeness >= ALIKE {
                    // Of two equally similar units, prefer the one with the
                    // same number.
                    let same = side.unit.name == self.new[*other].unit.name;
                    found.push((likeness + if same { 0.05 } else { 0.0 }, at, *other));
                }
            }
            // Reset all of them, including units of another kind.
            for other in side
                .pairs
                .iter()
                .filter_map(|pair| holders.get(pair))
                .flatten()
            {
                shared[*other] = 0;
            }
        }
        self.take_best(found);
    }

    /// Matches units between the same neighbours, even if they changed a lot.
    fn in_place(&mut self) {
        let backbone = self.backbone();
        let ends = backbone
            .iter()
            .copied()
            .chain([(self.old.len(), self.new.len())]);
        let mut found: Vec<(f64, usize, usize)> = Vec::new();
        let (mut from_old, mut from_new) = (0, 0);
        for (old, new) in ends {
            let free_old: Vec<usize> = (from_old..old)
                .filter(|at| self.to_new[*at].is_none())
                .collect();
            let free_new: Vec<usize> = (from_new..new)
                .filter(|at| self.to_old[*at].is_none())
                .collect();
            if free_old.len() * free_new.len() <= MOST_IN_PLACE {
                for at in &free_old {
                    for other in &free_new {
                        let (a, b) = (&self.old[*at], &self.new[*other]);
                        if a.unit.kind != b.unit.kind {
                            continue;
                        }
                        let likeness = a.likeness(b);
                        let same = a.unit.name == b.unit.name;
                        let wanted = if same {
                            ALIKE_SAME_NUMBER
                        } else {
                            ALIKE_IN_PLACE
                        };
                        if likeness >= wanted {
                            found.push((likeness, *at, *other));
                        }
                    }
                }
            }
            (from_old, from_new) = (old + 1, new + 1);
        }
        self.take_best(found);
    }

    fn take_best(&mut self, mut found: Vec<(f64, usize, usize)>) {
        found.sort_by(|a, b| {
            let distance = |(_, old, new): &(f64, usize, usize)| old.abs_diff(*new);
            b.0.total_cmp(&a.0)
                .then_with(|| distance(a).cmp(&distance(b)))
                .then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
        });
        for (_, old, new) in found {
            if self.is_free(old, new) {
                self.join(old, new);
            }
        }
    }

    /// The largest set of matched units that kept their order: these stayed in
    /// place, the others moved.
    fn backbone(&self) -> Vec<(usize, usize)> {
        let pairs: Vec<(usize, usize)> = self
            .to_new
            .iter()
            .enumerate()
            .filter_map(|(old, new)| Some((old, (*new)?)))
            .collect();
        longest_rising(&pairs)
    }

    fn matches(&self) -> Vec<Match> {
        let mut stays = vec![false; self.old.len()];
        for (old, _) in self.backbone() {
            stays[old] = true;
        }
        // A removed unit follows the last remaining unit before it.
        let mut behind: Vec<Vec<usize>> = vec![Vec::new(); self.new.len() + 1];
        let mut place = 0;
        for (old, new) in self.to_new.iter().enumerate() {
            match new {
                Some(new) if stays[old] => place = new + 1,
                Some(_) => {}
                None => behind[place].push(old),
            }
        }
        let mut matches = Vec::new();
        for (place, removed) in behind.iter().enumerate() {
            if let Some(new) = place.checked_sub(1) {
                let old = self.to_old[new];
                matches.push(Match {
                    old,
                    new: Some(new),
                    moved: old.is_some_and(|old| !stays[old]),
                });
            }
            matches.extend(removed.iter().map(|old| Match {
                old: Some(*old),
                new: None,
                moved: false,
            }));
        }
        matches
    }
}

/// The longest subsequence of pairs that rises in the second number; the pairs
/// ascend in the first.
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length, the pair with the smallest end; and each pair's
    // predecessor.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (at, (_, value)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *value);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut rising = Vec::new();
    let mut at = ends.last().copied();
    while let Some(place) = at {
        rising.push(pairs[place]);
        at = before[place];
    }
    rising.reverse();
    rising
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(articles: &[&str]) -> Vec<Unit> {
        let numbered = articles.iter().enumerate();
        numbered
            .map(|(at, text)| Unit {
                kind: UnitKind::Article,
                anchor: format!("art-{}", at + 1),
                name: format!("第{}条", at + 1),
                lines: vec![(*text).to_owned()],
            })
            .collect()
    }

    /// `1-1 2-3m +2 -4`: old and new indexes from 1, `m` for moved.
    fn shown(old: &[&str], new: &[&str]) -> String {
        let matches = align(&law(old), &law(new));
        let each = matches.iter().map(|m| match (m.old, m.new) {
            (Some(old), Some(new)) => {
                format!("{}-{}{}", old + 1, new + 1, if m.moved { "m" } else { "" })
            }
            (None, Some(new)) => format!("+{}", new + 1),
            (old, _) => format!("-{}", old.expect("one is there") + 1),
        });
        each.collect::<Vec<_>>().join(" ")
    }

    const TALK: &str = "谈话记录由示例部门保管，保管期限为示例二年。";
    const READ: &str = "谈话记录的调阅，由示例部门批准，调阅人应当保守秘密。";
    const CHECK: &str = "示例单位每年汇总情况，向示例机关报送汇总表。";

    #[test]
    fn insertions_and_removals_shift_what_follows() {
        assert_eq!(shown(&[TALK, CHECK], &[TALK, READ, CHECK]), "1-1 +2 2-3");
        assert_eq!(shown(&[TALK, READ, CHECK], &[TALK, CHECK]), "1-1 -2 3-2");
        assert_eq!(shown(&[], &[TALK]), "+1");
        assert_eq!(shown(&[TALK], &[]), "-1");
        assert_eq!(shown(&[], &[]), "");
    }

    #[test]
    fn what_changed_is_matched_by_its_words() {
        let changed = "谈话记录由示例部门保管，保管期限见附件一。";
        assert_eq!(shown(&[TALK, READ], &[CHECK, changed, READ]), "+1 1-2 2-3");
    }

    #[test]
    fn one_of_few_that_changed_places_moved() {
        assert_eq!(
            shown(&[CHECK, TALK, READ], &[TALK, READ, CHECK]),
            "2-1 3-2 1-3m"
        );
    }

    #[test]
    fn the_same_number_between_the_same_neighbours_was_rewritten() {
        let before = "违反本办法的，由示例部门给予提醒。";
        let after = "有前款行为的，示例部门责令改正并通报。";
        assert_eq!(
            shown(&[TALK, before, READ], &[TALK, after, READ]),
            "1-1 2-2 3-3"
        );
        assert_eq!(
            shown(&[TALK, "甲乙丙丁。", READ], &[TALK, "子丑寅卯！", READ]),
            "1-1 -2 +2 3-3"
        );
    }

    #[test]
    fn the_width_of_punctuation_is_no_change() {
        let (old, new) = (
            law(&["下列材料:谈话记录(电子)1份"]),
            law(&["下列材料：谈话记录（电子）１份"]),
        );
        assert!(old[0].says_the_same(&new[0]));
    }

    #[test]
    fn equal_words_at_several_places_keep_their_numbers() {
        let again = "照此办理。";
        assert_eq!(
            shown(&[again, TALK, again], &[again, TALK, again]),
            "1-1 2-2 3-3"
        );
        assert_eq!(shown(&[again, again], &[again]), "1-1 -2");
    }
}
