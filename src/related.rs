//! Finds the most similar pages for each page.
//!
//! A page is represented as a vector of its most distinctive words; similarity
//! is the cosine between two vectors. Words are pairs of characters that are in
//! the dictionary or in a name, so no word segmentation is needed. The result
//! is computed once, at build time. Pages linked with each other are left out,
//! since readers can already get from one to the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use rayon::prelude::*;
use search::analysis::is_han;

use crate::extract::{Corpus, IndexPage};
use crate::index::is_word;
use crate::library::Library;
use crate::model::PageId;

/// Maximum number of related pages listed.
pub const MAX_RELATED: usize = 5;

/// Minimum similarity of related pages. Of the pairs of bundled pages above it,
/// editors have linked nine in ten.
const FLOOR: f32 = 0.2;

/// Minimum number of common words of related pages. In a page of one sentence
/// few words occur elsewhere, and chance makes them all match.
const COMMON_WORDS: u32 = 3;

/// Number of words that represent a page. More would cost time and memory, and
/// would make long pages similar through what all of them say.
const WORDS: usize = 64;

/// Weight of a pair in a name, in occurrences in the text: the name says what
/// the page is about.
const NAME_COUNT: u32 = 8;

/// Weight of a pair in a heading, in occurrences in the text.
const HEADING_COUNT: u32 = 3;

/// A word that represents more than this fraction of the pages (one in this
/// many), and more than [`ALWAYS_TELLING`] pages, is ignored: it says little,
/// and the cost of comparing its pages grows with their square.
const TELLING_SHARE: usize = 16;
const ALWAYS_TELLING: usize = 100;

/// Two adjacent characters of the Basic Multilingual Plane.
type Pair = u32;

/// A map with a cheap hash. Counting pairs is most of the work, and the
/// standard hash, which resists chosen keys, would take most of the counting
/// time.
type ByPair<T> = HashMap<Pair, T, BuildHasherDefault<PairHasher>>;

#[derive(Default)]
struct PairHasher(u64);

impl Hasher for PairHasher {
    fn write_u32(&mut self, pair: u32) {
        // The map uses the low bits, and multiplication carries nothing down:
        // mix the high bits in by hand.
        let product = u64::from(pair).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product ^ (product >> 32);
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("pairs are numbers of 32 bits");
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// For each typed page, the most similar pages in force, best first. Pages
/// without related pages are left out. `corpus` must be that of `library`.
pub fn related(library: &Library, corpus: &Corpus) -> BTreeMap<PageId, Vec<PageId>> {
    let ids: HashMap<&str, PageId> = library
        .pages
        .iter()
        .map(|page| (page.key.as_str(), page.id))
        .collect();
    let known = linked(library);
    // Old versions are listed with their law, and plain pages say little.
    let pages: Vec<(PageId, &IndexPage)> = corpus.pages[..corpus.superseded_from as usize]
        .iter()
        .filter(|page| !page.card.page_type.is_empty())
        .map(|page| (ids[page.card.key.as_str()], page))
        .collect();
    let in_force = corpus.pages[..corpus.repealed_from as usize]
        .iter()
        .filter(|page| !page.card.page_type.is_empty())
        .count();

    let texts: Vec<&IndexPage> = pages.iter().map(|(_, page)| *page).collect();
    let vectors = vectors(&texts);
    let alike = Alike::new(&vectors);
    let lists: Vec<Vec<usize>> = (0..vectors.len())
        .into_par_iter()
        .map_init(
            || vec![Score::default(); vectors.len()],
            |scores, page| {
                let is_listed = |other: usize| {
                    let (this, other_id) = (pages[page].0, pages[other].0);
                    other < in_force && !known.contains(&(this, other_id))
                };
                alike.best(&vectors, page, scores, is_listed)
            },
        )
        .collect();
    lists
        .into_iter()
        .enumerate()
        .filter(|(_, list)| !list.is_empty())
        .map(|(page, list)| {
            let list = list.into_iter().map(|other| pages[other].0);
            (pages[page].0, list.collect())
        })
        .collect()
}

/// Pairs of pages that refer to each other, in both directions.
fn linked(library: &Library) -> BTreeSet<(PageId, PageId)> {
    let pairs = library.backlinks.iter().flat_map(|(to, backlinks)| {
        backlinks
            .iter()
            .flat_map(|backlink| [(backlink.from, *to), (*to, backlink.from)])
    });
    pairs.collect()
}

/// The words of a page with their weights, sorted by pair; of length 1, or
/// empty.
type Vector = Vec<(Pair, f32)>;

/// The vector of each page.
fn vectors(pages: &[&IndexPage]) -> Vec<Vector> {
    // Pages are counted twice, so that only one number for each pair of the
    // corpus is held in memory at a time.
    let held = pages
        .par_iter()
        .fold(
            || (ByPair::default(), ByPair::default()),
            |(mut held, mut counts): (ByPair<u32>, ByPair<u32>), page| {
                count(page, &mut counts);
                for pair in counts.keys() {
                    *held.entry(*pair).or_default() += 1;
                }
                (held, counts)
            },
        )
        .map(|(held, _)| held)
        .reduce(ByPair::default, |some, more| {
            let (mut all, fewer) = if some.len() >= more.len() {
                (some, more)
            } else {
                (more, some)
            };
            for (pair, count) in fewer {
                *all.entry(pair).or_default() += count;
            }
            all
        });
    let mut in_names = BTreeSet::new();
    for name in pages.iter().flat_map(|page| &page.card.names) {
        pairs(name, |pair| {
            in_names.insert(pair);
        });
    }
    // A word that occurs on a single page connects it to no other.
    let rarity: ByPair<f32> = held
        .into_par_iter()
        .filter(|(pair, held)| *held > 1 && (in_names.contains(pair) || is_word(&text(*pair))))
        .map(|(pair, held)| (pair, libm::logf(pages.len() as f32 / held as f32)))
        .collect();
    pages
        .par_iter()
        .map_init(ByPair::default, |counts, page| {
            count(page, counts);
            let weighted = counts.iter().filter_map(|(pair, count)| {
                let rarity = *rarity.get(pair)?;
                Some((*pair, (1.0 + libm::logf(*count as f32)) * rarity))
            });
            vector(weighted.filter(|(_, weight)| *weight > 0.0).collect())
        })
        .collect()
}

/// The heaviest words, sorted by pair and normalised to length 1.
fn vector(mut words: Vector) -> Vector {
    words.sort_unstable_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
    words.truncate(WORDS);
    words.sort_unstable_by_key(|(pair, _)| *pair);
    let length = words.iter().map(|(_, weight)| weight * weight).sum::<f32>();
    let length = length.sqrt();
    for (_, weight) in &mut words {
        *weight /= length;
    }
    words
}

/// Counts how often each pair occurs in a page; replaces the previous counts.
fn count(page: &IndexPage, counts: &mut ByPair<u32>) {
    counts.clear();
    let mut add = |text: &str, times: u32| {
        pairs(text, |pair| *counts.entry(pair).or_default() += times);
    };
    for name in &page.card.names {
        add(name, NAME_COUNT);
    }
    // A heading stands above many units but counts once.
    let headings: BTreeSet<&str> = page.units.iter().flat_map(|u| u.heading.lines()).collect();
    for heading in headings {
        add(heading, HEADING_COUNT);
    }
    for unit in &page.units {
        add(&unit.text, 1);
    }
}

/// Visits every two adjacent Han characters.
fn pairs(text: &str, mut visit: impl FnMut(Pair)) {
    let mut before = None;
    for ch in text.chars() {
        let this = u16::try_from(u32::from(ch)).ok().filter(|_| is_han(ch));
        if let (Some(before), Some(this)) = (before, this) {
            visit(u32::from(before) << 16 | u32::from(this));
        }
        before = this;
    }
}

/// The text of a pair.
fn text(pair: Pair) -> String {
    let chars = [pair >> 16, pair & 0xffff];
    let chars = chars.map(|ch| char::from_u32(ch).expect("pairs are made of characters"));
    chars.iter().collect()
}

/// How similar a page is to the page in question.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Score {
    cosine: f32,
    /// Number of common words.
    common: u32,
}

/// The inverted vectors: for each word, the pages that have it, and its weight.
struct Alike(ByPair<Vec<(u32, f32)>>);

impl Alike {
    fn new(vectors: &[Vector]) -> Self {
        let mut pages: ByPair<Vec<(u32, f32)>> = ByPair::default();
        for (page, vector) in (0..).zip(vectors) {
            for (pair, weight) in vector {
                pages.entry(*pair).or_default().push((page, *weight));
            }
        }
        let most = (vectors.len() / TELLING_SHARE).max(ALWAYS_TELLING);
        pages.retain(|_, pages| pages.len() <= most);
        Self(pages)
    }

    /// The pages most similar to `page`. `scores` must have one entry for each
    /// page, all zero, and is zero again afterwards.
    fn best(
        &self,
        vectors: &[Vector],
        page: usize,
        scores: &mut [Score],
        is_listed: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let mut touched = Vec::new();
        // Goes by word order, so that the sums are always the same.
        for (pair, weight) in &vectors[page] {
            for (other, other_weight) in self.0.get(pair).into_iter().flatten() {
                let score = &mut scores[*other as usize];
                if score.common == 0 {
                    touched.push(*other as usize);
                }
                score.common += 1;
                score.cosine += weight * other_weight;
            }
        }
        let is_alike = |score: Score| score.cosine >= FLOOR && score.common >= COMMON_WORDS;
        let mut best: Vec<(f32, usize)> = touched
            .iter()
            .map(|other| (scores[*other], *other))
            .filter(|(score, other)| is_alike(*score) && *other != page && is_listed(*other))
            .map(|(score, other)| (score.cosine, other))
            .collect();
        best.sort_unstable_by(|(x, a), (y, b)| y.total_cmp(x).then(a.cmp(b)));
        best.truncate(MAX_RELATED);
        for other in touched {
            scores[other] = Score::default();
        }
        best.into_iter().map(|(_, other)| other).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use search::format::docs::{PageCard, UnitText};

    fn page(title: &str, heading: &str, text: &str) -> IndexPage {
        IndexPage {
            card: PageCard {
                names: vec![title.to_owned()],
                ..PageCard::default()
            },
            units: vec![UnitText {
                heading: heading.to_owned(),
                text: text.to_owned(),
                ..UnitText::default()
            }],
            ..IndexPage::default()
        }
    }

    fn best(pages: &[IndexPage], page: usize) -> Vec<usize> {
        let pages: Vec<&IndexPage> = pages.iter().collect();
        let vectors = vectors(&pages);
        let mut scores = vec![Score::default(); pages.len()];
        let list = Alike::new(&vectors).best(&vectors, page, &mut scores, |_| true);
        assert!(scores.iter().all(|score| *score == Score::default()));
        list
    }

    #[test]
    fn pages_of_one_subject_are_alike_and_others_are_not() {
        let pages = [
            page("渔港办法", "", "渔船进出渔港，应当报告港口。"),
            page("养蜂规则", "", "蜂箱之间应当留出距离。"),
            page("渔船检验", "", "渔船离开渔港以前应当报告。"),
            page("蜂蜜标准", "养蜂", "蜂箱里的蜂蜜，留出距离。"),
            page("路灯", "", "天黑应当开灯。"),
        ];
        assert_eq!(best(&pages, 0), [2]);
        assert_eq!(best(&pages, 2), [0]);
        assert_eq!(best(&pages, 1), [3]);
        assert_eq!(best(&pages, 4), [0; 0]);
    }

    #[test]
    fn a_name_weighs_more_than_a_mention() {
        let pages = [
            page("渔船检验", "", "港口检查机器。"),
            page("海图", "", "港口有渔船，检查机器。"),
            page("渔船修理", "", "港口检查机器。"),
            page("天气", "", "看清海图。"),
            page("邮局", "", "寄信的地方。"),
        ];
        assert_eq!(best(&pages, 0)[0], 2);
    }

    #[test]
    fn only_neighbouring_han_characters_are_pairs() {
        let mut found = Vec::new();
        pairs("渔船a港，口\u{20000}岸上", |pair| {
            found.push(text(pair))
        });
        assert_eq!(found, ["渔船", "岸上"]);
    }

    #[test]
    fn a_vector_has_the_heaviest_words_and_the_length_one() {
        let words: Vector = (0..100).map(|n| (n, n as f32)).collect();
        let vector = vector(words);
        assert_eq!(vector.len(), WORDS);
        assert_eq!(vector[0].0, 36);
        let length: f32 = vector.iter().map(|(_, weight)| weight * weight).sum();
        assert!((length - 1.0).abs() < 1e-5, "{length}");
        assert!(super::vector(Vec::new()).is_empty());
    }
}
