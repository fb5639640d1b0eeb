//! Pronunciation: finds text in the corpus by pinyin, initials and homophones.
//!
//! The index provides two things. The *names* of pages are listed under their
//! pinyin and initials. And each pair of readings leads to the pairs of
//! characters in names and words that are pronounced this way. The most likely
//! characters are assembled from these pairs (Viterbi), as in an input method.

use crate::format::names::{MAX_KEY_CHARS, Name, Part};
use crate::format::terms::SOUND_MARK;

/// The maximum length of a text to decode, in syllables.
const MAX_ITEMS: usize = 32;
/// The longest run of letters that is treated as pinyin.
const MAX_LETTERS: usize = 120;
/// Penalty if two adjacent characters never occur together, in the unit of
/// weights (2 log2 of a frequency).
const BREAK: i32 = 40;
/// Penalty for changing a typed character, in the same unit.
const CHANGE: i32 = 14;

/// An index's knowledge of pronunciation.
pub trait Sounds {
    /// Readings of a character, without tones.
    fn readings(&self, ch: char) -> Vec<String>;
    /// Pairs of characters with the readings of a [`pair_key`].
    fn alike(&self, key: &str) -> Vec<(String, u8)>;
    /// Names with a key that begins with `key`, most important first, each with
    /// the part of it for which `key` stands.
    fn names(&self, key: &str) -> Vec<(Name, Part)>;
}

/// The term that holds a character's readings.
pub fn reading_key(ch: char) -> String {
    [SOUND_MARK, ch].iter().collect()
}

/// The term that holds the pairs with these readings.
pub fn pair_key(first: &str, second: &str) -> String {
    let mut key = String::new();
    for reading in [first, second] {
        key.push(SOUND_MARK);
        key.push_str(reading);
    }
    key
}

/// A part of a query, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Han characters.
    Han(Vec<char>),
    /// Latin letters, possibly typed with spaces in between.
    Letters(String),
    /// Anything else; left unchanged.
    Other(String),
}

/// Splits a query's folded runs into pieces; `None` if none of them has a
/// pronunciation.
pub fn pieces(runs: &[Vec<char>]) -> Option<Vec<Piece>> {
    let mut pieces: Vec<Piece> = Vec::new();
    for run in runs {
        for &ch in run {
            match pieces.last_mut() {
                // Spaces between syllables don't split letters: wu bi tan.
                Some(Piece::Letters(text)) if ch.is_ascii_lowercase() => text.push(ch),
                Some(Piece::Han(text)) if crate::analysis::is_han(ch) => text.push(ch),
                Some(Piece::Other(text)) if is_other(ch) => text.push(ch),
                _ => pieces.push(if ch.is_ascii_lowercase() {
                    Piece::Letters(ch.to_string())
                } else if crate::analysis::is_han(ch) {
                    Piece::Han(vec![ch])
                } else {
                    Piece::Other(ch.to_string())
                }),
            }
        }
        // A space after characters is kept.
        if let Some(Piece::Han(_) | Piece::Other(_)) = pieces.last() {
            pieces.push(Piece::Other(" ".to_owned()));
        }
    }
    if pieces.last() == Some(&Piece::Other(" ".to_owned())) {
        pieces.pop();
    }
    let sounds = pieces.iter().any(|piece| match piece {
        Piece::Letters(text) => text.len() > 1 && text.len() <= MAX_LETTERS,
        Piece::Han(text) => text.len() > 1,
        Piece::Other(_) => false,
    });
    sounds.then_some(pieces)
}

fn is_other(ch: char) -> bool {
    !ch.is_ascii_lowercase() && !crate::analysis::is_han(ch)
}

/// Initials of syllables; the first is none.
const INITIALS: &str = " b p m f d t n l g k h j q x zh ch sh r z c s y w";

const FINALS: &str = "a o e i u v ai ei ui ao ou iu ie ve ue er an en in un ang eng ing ong ia iao \
                      ian iang iong ua uo uai uan uang van io vn";

/// Whether letters look like a syllable. Some combinations don't exist, which
/// does no harm.
fn is_syllable(text: &str) -> bool {
    INITIALS.split(' ').any(|initial| {
        text.strip_prefix(initial)
            .is_some_and(|rest| FINALS.split(' ').any(|end| end == rest))
    })
}

/// A position in a text to decode: its possible readings, and the typed
/// character.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    readings: Vec<String>,
    typed: Option<char>,
}

/// All ways to split letters into the fewest syllables; empty if they are not
/// pinyin.
fn segmentations(letters: &str) -> Vec<Vec<&str>> {
    const LONGEST: usize = 6;
    const MOST: usize = 4;
    if letters.len() > MAX_LETTERS || !letters.is_ascii() {
        return Vec::new();
    }
    // For each position, the splits of the text before it with the fewest
    // syllables.
    let mut cuts: Vec<Vec<Vec<&str>>> = vec![Vec::new(); letters.len() + 1];
    cuts[0].push(Vec::new());
    for end in 1..=letters.len() {
        let mut best: Vec<Vec<&str>> = Vec::new();
        for start in end.saturating_sub(LONGEST)..end {
            let syllable = &letters[start..end];
            if cuts[start].is_empty() || !is_syllable(syllable) {
                continue;
            }
            for cut in &cuts[start] {
                let fewest = best.first().map_or(usize::MAX, Vec::len);
                if cut.len() + 1 < fewest {
                    best.clear();
                }
                if cut.len() < fewest && best.len() < MOST {
                    let mut cut = cut.clone();
                    cut.push(syllable);
                    best.push(cut);
                }
            }
        }
        cuts[end] = best;
    }
    let mut whole = cuts.pop().unwrap_or_default();
    // A single syllable says too little, but xian may also be 西安.
    if is_syllable(letters) {
        let splits = (1..letters.len()).map(|at| letters.split_at(at));
        let both = splits.filter(|(a, b)| is_syllable(a) && is_syllable(b));
        whole.extend(both.map(|(a, b)| vec![a, b]));
    }
    whole.retain(|cut| cut.len() <= MAX_ITEMS);
    whole
}

/// The keys of names that the letters of a query may stand for.
pub fn name_keys(pieces: &[Piece]) -> Vec<String> {
    let letters = pieces.iter().filter_map(|piece| match piece {
        Piece::Letters(text) if text.len() > 1 => Some(name_key(text)),
        _ => None,
    });
    letters.collect()
}

fn name_key(letters: &str) -> String {
    letters.chars().take(MAX_KEY_CHARS).collect()
}

/// The characters whose readings are needed.
pub fn typed_characters(pieces: &[Piece]) -> Vec<char> {
    let han = pieces.iter().filter_map(|piece| match piece {
        Piece::Han(text) if text.len() <= MAX_ITEMS => Some(&text[..]),
        _ => None,
    });
    han.flatten().copied().collect()
}

/// The possible readings of a stretch of pieces that is decoded together.
fn readings(pieces: &[Piece], sounds: &dyn Sounds) -> Vec<Vec<Item>> {
    let mut ways: Vec<Vec<Item>> = vec![Vec::new()];
    for piece in pieces {
        let more: Vec<Vec<Item>> = match piece {
            Piece::Han(text) => vec![
                text.iter()
                    .map(|&ch| Item {
                        readings: sounds.readings(ch),
                        typed: Some(ch),
                    })
                    .collect(),
            ],
            Piece::Letters(text) => segmentations(text)
                .into_iter()
                .map(|cut| {
                    cut.into_iter()
                        .map(|syllable| Item {
                            readings: vec![syllable.to_owned()],
                            typed: None,
                        })
                        .collect()
                })
                .collect(),
            Piece::Other(_) => return Vec::new(),
        };
        ways = ways
            .iter()
            .flat_map(|way| more.iter().map(|next| [&way[..], next].concat()))
            .take(8)
            .collect();
    }
    ways.retain(|way| (2..=MAX_ITEMS).contains(&way.len()));
    ways
}

/// Splits pieces into stretches at those without a pronunciation.
fn stretches(pieces: &[Piece]) -> impl Iterator<Item = &[Piece]> {
    let stretches = pieces.split(|piece| matches!(piece, Piece::Other(_)));
    stretches.filter(|stretch| !stretch.is_empty())
}

/// The keys of sounds that decoding needs, once readings are loaded.
pub fn pair_keys(pieces: &[Piece], sounds: &dyn Sounds) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for stretch in stretches(pieces) {
        for way in readings(stretch, sounds) {
            for pair in way.windows(2) {
                for first in &pair[0].readings {
                    for second in &pair[1].readings {
                        let key = pair_key(first, second);
                        if !keys.contains(&key) {
                            keys.push(key);
                        }
                    }
                }
            }
        }
    }
    keys
}

/// A guess at what was meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guess {
    /// The text, or several equally likely names.
    pub texts: Vec<String>,
    /// Whether the query was typed in letters.
    pub is_pinyin: bool,
}

/// The range of lengths, in characters, in which a name is also found if the
/// query differs from it in one character.
const NEAR: std::ops::RangeInclusive<usize> = 3..=12;

/// The keys for names that differ from the query in one character: the
/// beginning of the query, and what follows its first character.
pub fn near_keys(pieces: &[Piece]) -> Vec<String> {
    let [Piece::Han(typed)] = pieces else {
        return Vec::new();
    };
    if !NEAR.contains(&typed.len()) {
        return Vec::new();
    }
    let half = typed.len() / 2;
    [&typed[..half.max(2)], &typed[half..]]
        .map(|part| part.iter().collect())
        .to_vec()
}

/// The name that differs from the query in one character, if there is exactly
/// one.
pub fn near_name(pieces: &[Piece], sounds: &dyn Sounds) -> Option<Guess> {
    let [Piece::Han(typed)] = pieces else {
        return None;
    };
    let mut near: Vec<String> = Vec::new();
    for key in near_keys(pieces) {
        for (name, _) in sounds.names(&key) {
            let chars: Vec<char> = name
                .text
                .chars()
                .filter(|ch| ch.is_alphanumeric())
                .collect();
            // A later word of a name is not a name by itself, so compare the
            // whole name.
            let others = chars.iter().zip(typed).filter(|(a, b)| a != b).count();
            let text: String = chars.iter().collect();
            if chars.len() == typed.len() && others == 1 && !near.contains(&text) {
                near.push(text);
            }
        }
    }
    (near.len() == 1).then_some(Guess {
        texts: near,
        is_pinyin: false,
    })
}

/// Guesses what was meant by a query that finds nothing as typed.
pub fn guess(pieces: &[Piece], sounds: &dyn Sounds) -> Option<Guess> {
    let is_pinyin = pieces.iter().any(|p| matches!(p, Piece::Letters(_)));
    // A query of only letters may be the name of a page.
    if let [Piece::Letters(letters)] = pieces {
        let texts = names_for(letters, sounds);
        if !texts.is_empty() {
            return Some(Guess { texts, is_pinyin });
        }
    }
    let mut text = String::new();
    let mut changed = false;
    let mut rest = pieces;
    while let Some(first) = rest.first() {
        if let Piece::Other(other) = first {
            text.push_str(other);
            rest = &rest[1..];
            continue;
        }
        let stretch = stretches(rest).next()?;
        rest = &rest[stretch.len()..];
        let typed: String = stretch.iter().map(Piece::text).collect();
        let meant = decode(stretch, sounds).or_else(|| piecewise(stretch, sounds));
        match meant {
            Some(meant) if meant != typed => {
                changed = true;
                text.push_str(&meant);
            }
            // If letters can't be decoded, there is no guess.
            None if stretch.iter().any(|p| matches!(p, Piece::Letters(_))) => return None,
            _ => text.push_str(&typed),
        }
    }
    changed.then_some(Guess {
        texts: vec![text],
        is_pinyin,
    })
}

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Han(text) => text.iter().collect(),
            Self::Letters(text) | Self::Other(text) => text.clone(),
        }
    }
}

/// The maximum number of names that letters can stand for at once.
const MOST_NAMES: usize = 5;

/// Names whose pinyin or initials are exactly these letters, or names that end
/// with such words. If there are none and the letters can't be decoded, names
/// that begin with them.
fn names_for(letters: &str, sounds: &dyn Sounds) -> Vec<String> {
    if letters.len() < 2 {
        return Vec::new();
    }
    let decoded = decode(&[Piece::Letters(letters.to_owned())], sounds);
    let named = sounds.names(&name_key(letters));
    let of = |parts: &[Part]| -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for (name, part) in &named {
            // In a query, quoted text would become a phrase.
            let text = name.text.chars().filter(|ch| !matches!(ch, '“' | '”'));
            let text: String = text.collect();
            if parts.contains(part) && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    };
    let mut exact = of(&[Part::Whole]);
    if exact.is_empty() {
        exact = of(&[Part::End]);
    }
    // Keys are truncated, so only the beginning of a long name is known to
    // match. The decoded letters tell which name is meant.
    if let Some(decoded) = &decoded
        && (letters.len() > MAX_KEY_CHARS || exact.len() > 1)
    {
        let likeness = |text: &String| {
            let has = |ch: &char| decoded.contains(*ch);
            let same = text.chars().filter(has).count() as i32;
            2 * same - text.chars().count() as i32
        };
        crate::order::sort_by(&mut exact, |a, b| likeness(b).cmp(&likeness(a)));
        exact.truncate(1);
    }
    if !exact.is_empty() {
        exact.truncate(MOST_NAMES);
        return exact;
    }
    if let Some(decoded) = decoded {
        return vec![decoded];
    }
    let mut beginning = match letters.len() {
        ..=MAX_KEY_CHARS => of(&[Part::Beginning, Part::Middle]),
        _ => Vec::new(),
    };
    beginning.truncate(MOST_NAMES);
    beginning
}

/// Decodes a stretch of characters and initials, each run of letters
/// separately.
fn piecewise(stretch: &[Piece], sounds: &dyn Sounds) -> Option<String> {
    let mut text = String::new();
    for piece in stretch {
        match piece {
            Piece::Letters(letters) => {
                let name = names_for(letters, sounds).into_iter().next()?;
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&name);
                text.push(' ');
            }
            other => text.push_str(&other.text()),
        }
    }
    Some(text.trim().to_owned())
}

/// The most likely characters for a stretch; `None` if there are none with this
/// pronunciation.
fn decode(stretch: &[Piece], sounds: &dyn Sounds) -> Option<String> {
    let ways = readings(stretch, sounds);
    let decoded = ways.iter().filter_map(|way| decode_items(way, sounds));
    // If several are equally likely, take the first.
    let mut best: Option<(i32, String)> = None;
    for (score, text) in decoded {
        if best.as_ref().is_none_or(|(least, _)| score > *least) {
            best = Some((score, text));
        }
    }
    best.map(|(_, text)| text)
}

/// A character at a position, with the best path to it.
#[derive(Clone, Copy)]
struct Step {
    ch: char,
    score: i32,
    /// Index of the previous step.
    from: usize,
}

fn decode_items(items: &[Item], sounds: &dyn Sounds) -> Option<(i32, String)> {
    let is_typed = items.iter().all(|item| item.typed.is_some());
    // For each two neighbours, the pairs with these readings.
    let pairs: Vec<Vec<(char, char, i32)>> = items
        .windows(2)
        .map(|two| pairs_of(&two[0], &two[1], sounds))
        .collect();
    let mut steps: Vec<Vec<Step>> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        // Candidates for this position: from the pairs before and after it, and
        // the typed character.
        let mut chars: Vec<char> = item.typed.into_iter().collect();
        if let Some(pairs) = at.checked_sub(1).and_then(|before| pairs.get(before)) {
            chars.extend(pairs.iter().map(|pair| pair.1));
        }
        if let Some(pairs) = pairs.get(at) {
            chars.extend(pairs.iter().map(|pair| pair.0));
        }
        crate::order::sort_by(&mut chars, char::cmp);
        chars.dedup();
        let mut here: Vec<Step> = Vec::new();
        for ch in chars {
            let cost = match item.typed {
                Some(typed) if typed != ch => CHANGE,
                _ => 0,
            };
            let Some(before) = at.checked_sub(1) else {
                here.push(Step {
                    ch,
                    score: -cost,
                    from: 0,
                });
                continue;
            };
            let mut best: Option<Step> = None;
            for (from, step) in steps[before].iter().enumerate() {
                let pair = pairs[before]
                    .iter()
                    .find(|pair| (pair.0, pair.1) == (step.ch, ch));
                let score = step.score - cost + pair.map_or(-BREAK, |pair| pair.2);
                if best.is_none_or(|best| score > best.score) {
                    best = Some(Step { ch, score, from });
                }
            }
            here.extend(best);
        }
        steps.push(here);
    }
    let mut at = steps.len().checked_sub(1)?;
    let (mut index, score) = {
        let last = &steps[at];
        let best =
            (0..last.len()).reduce(|a, b| if last[b].score > last[a].score { b } else { a })?;
        (best, last[best].score)
    };
    let mut text: Vec<char> = Vec::new();
    loop {
        let step = steps[at][index];
        text.push(step.ch);
        if at == 0 {
            break;
        }
        index = step.from;
        at -= 1;
    }
    text.reverse();
    // All letters must be explained, and as few characters as possible changed.
    let breaks = text.windows(2).zip(&pairs).filter(|(two, pairs)| {
        let is_there = |pair: &(char, char, i32)| (pair.0, pair.1) == (two[0], two[1]);
        !pairs.iter().any(is_there)
    });
    let breaks = breaks.count();
    let typed = items.iter().filter_map(|item| item.typed);
    let changed = typed.zip(&text).filter(|(a, b)| a != *b).count();
    let too_much = if is_typed {
        changed * 2 > items.len()
    } else {
        breaks * 4 > items.len()
    };
    (!too_much).then(|| (score, text.into_iter().collect()))
}

/// Pairs of characters for two adjacent positions, with their weights.
fn pairs_of(first: &Item, second: &Item, sounds: &dyn Sounds) -> Vec<(char, char, i32)> {
    let mut pairs: Vec<(char, char, i32)> = Vec::new();
    for a in &first.readings {
        for b in &second.readings {
            for (text, weight) in sounds.alike(&pair_key(a, b)) {
                let mut chars = text.chars();
                if let (Some(a), Some(b)) = (chars.next(), chars.next())
                    && !pairs.iter().any(|pair| (pair.0, pair.1) == (a, b))
                {
                    pairs.push((a, b, i32::from(weight) + 1));
                }
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Few;

    impl Sounds for Few {
        fn readings(&self, ch: char) -> Vec<String> {
            let readings: &[&str] = match ch {
                '五' | '无' => &["wu"],
                '必' | '比' => &["bi"],
                '谈' => &["tan"],
                '天' => &["tian"],
                '津' | '金' => &["jin"],
                _ => &[],
            };
            readings.iter().map(|r| r.to_string()).collect()
        }

        fn alike(&self, key: &str) -> Vec<(String, u8)> {
            let pairs: &[(&str, u8)] = match key {
                "'wu'bi" => &[("五必", 8), ("无比", 4)],
                "'bi'tan" => &[("必谈", 8)],
                "'tian'jin" => &[("天津", 10)],
                "'xi'an" => &[("西安", 6)],
                "'fang'an" => &[("方案", 9)],
                "'fan'gan" => &[("反感", 2)],
                _ => &[],
            };
            pairs.iter().map(|(t, w)| (t.to_string(), *w)).collect()
        }

        fn names(&self, key: &str) -> Vec<(Name, Part)> {
            let name = |text: &str| Name {
                text: text.into(),
                ..Name::default()
            };
            match key {
                "wbt" => vec![(name("五必谈"), Part::Whole)],
                "sz" => vec![(name("四责协同"), Part::Beginning)],
                "sjbf" => vec![
                    (name("审计办法"), Part::Whole),
                    (name("天津市审计办法"), Part::End),
                ],
                _ => vec![],
            }
        }
    }

    fn meant(query: &str) -> Option<String> {
        let runs: Vec<Vec<char>> = query.split(' ').map(|run| run.chars().collect()).collect();
        guess(&pieces(&runs)?, &Few).map(|guess| guess.texts.join("|"))
    }

    #[test]
    fn pinyin_and_initials_become_characters() {
        for query in [
            "wubitan",
            "wu bi tan",
            "wu bitan",
            "wbt",
            "五bi谈",
            "五必tan",
        ] {
            assert_eq!(meant(query).as_deref(), Some("五必谈"), "{query}");
        }
        assert_eq!(meant("tianjinwubitan").as_deref(), Some("天津五必谈"));
        assert_eq!(meant("天津wbt").as_deref(), Some("天津 五必谈"));
        assert_eq!(meant("天津 wubitan").as_deref(), Some("天津 五必谈"));
        assert_eq!(meant("fangan").as_deref(), Some("方案"));
        assert_eq!(meant("xian").as_deref(), Some("西安"));
        assert_eq!(meant("sz").as_deref(), Some("四责协同"));
        // A whole name is meant, not the end of a longer one.
        assert_eq!(meant("sjbf").as_deref(), Some("审计办法"));
        assert_eq!(meant("qwx"), None);
        assert_eq!(meant("2021"), None);
    }

    #[test]
    fn homophones_are_put_right() {
        assert_eq!(meant("无必谈").as_deref(), Some("五必谈"));
        assert_eq!(meant("天金").as_deref(), Some("天津"));
        assert_eq!(meant("天津 无必谈").as_deref(), Some("天津 五必谈"));
        assert_eq!(meant("五必谈"), None);
        assert_eq!(meant("天五"), None);
    }

    #[test]
    fn letters_are_cut_into_the_fewest_syllables() {
        assert_eq!(
            segmentations("fangan"),
            [vec!["fan", "gan"], vec!["fang", "an"]]
        );
        assert_eq!(segmentations("zhuangguang"), [vec!["zhuang", "guang"]]);
        assert!(segmentations("wbt").is_empty());
        assert!(segmentations(&"zhuang".repeat(60)).is_empty());
    }
}
