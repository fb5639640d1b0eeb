//! Names and the keys under which readers may look them up.
//!
//! A name has keys from its beginning and from a few later words: people type
//! 食品安全法 for 中华人民共和国食品安全法. Words that occur inside very many names (条例, 管理)
//! don't start a key: a list of all those names suggests nothing.

use std::collections::{BTreeMap, BTreeSet};

use search::analysis::fold::Folder;
use search::analysis::is_han;
use search::format::names::{HEAD_MARK, MAX_KEY_CHARS, Name, NameEntry, NameShard};
use search::in_force::Validity;

use crate::chinese::readings;
use crate::extract::Corpus;
use crate::index;

/// The number of places in a name where keys begin, including its own
/// beginning.
#[derive(Clone, Copy)]
struct Starts {
    /// For keys of characters.
    han: usize,
    /// For keys of sounds.
    sounds: usize,
}

/// With few names, many beginnings cost little. With many names, each costs a
/// hundred kilobytes, and people type the first distinctive word.
const FEW: Starts = Starts { han: 4, sounds: 3 };
/// See [`FEW`].
const MANY: Starts = Starts { han: 2, sounds: 2 };
/// Up to this number, names count as few.
const FEW_NAMES: usize = 1_000;
/// In a name longer than this, nobody begins typing in the middle.
const LONG: usize = 30;
/// Longest text whose initials anyone would type.
const MOST_INITIALS: usize = 16;
/// Maximum number of keys of one kind at one beginning if readings are
/// ambiguous.
const READINGS: usize = 4;
/// Number of names listed under a prefix whose keys do not fit into one shard.
const HEAD: usize = 8;
/// A word that occurs inside more names than this, and inside more than
/// [`COMMON_SHARE`] of them, doesn't start a key.
const COMMON: usize = 12;
/// See [`COMMON`].
const COMMON_SHARE: f64 = 0.01;

/// Words that nobody starts typing with.
const LINKS: [&str; 8] = [
    "关于",
    "以及",
    "若干",
    "有关",
    "进一步",
    "实施",
    "贯彻",
    "加强",
];

/// Rank of a name under a key; lower is better. Later beginnings come after
/// first ones, names of pages no longer in force after others, other names
/// after titles, and long names after short ones.
type Rank = (bool, bool, usize, usize, usize);

/// A name under a key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: String,
    rank: Rank,
    start: u32,
    name: usize,
}

/// A name as readers type it: letters and digits, folded.
struct Typed {
    name: Name,
    chars: Vec<char>,
    /// For each character, its position in the original text, in characters.
    places: Vec<u32>,
    /// Where words begin in `chars`, and the words; the first begins at 0.
    words: Vec<(usize, String)>,
    page: usize,
    /// Its index among the names of the page.
    place: usize,
    repealed: bool,
}

/// Payloads of name shards, each with its first key.
pub fn shards(corpus: &Corpus, folder: &Folder, shard: usize) -> Vec<(String, Vec<u8>)> {
    let names = typed_names(corpus, folder);
    let common = common_words(&names);
    let limits = if names.len() > FEW_NAMES { MANY } else { FEW };
    let mut own_names: BTreeMap<usize, Vec<&[char]>> = BTreeMap::new();
    for name in &names {
        own_names.entry(name.page).or_default().push(&name.chars);
    }
    let mut entries = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let starts = starts(name, limits.han, &common, &own_names[&name.page]);
        let length = name.chars.len();
        for (start, key) in keys(name, &starts, limits.sounds) {
            entries.push(Entry {
                key,
                rank: (start > 0, name.repealed, name.place, length, name.page),
                // The first word begins the name, even after a quotation mark.
                start: if start > 0 { name.places[start] } else { 0 },
                name: number,
            });
        }
    }
    entries.sort_unstable();
    entries.dedup_by(|a, b| a.key == b.key && a.name == b.name);
    let names: Vec<Name> = names.into_iter().map(|typed| typed.name).collect();
    let (entries, shards) = with_heads(entries, &names, shard);
    shards
        .iter()
        .map(|range| {
            let before = range
                .start
                .checked_sub(1)
                .map(|last| &entries[last].key[..]);
            let part = &entries[range.clone()];
            (bound(before, &part[0].key), payload(part, &names))
        })
        .collect()
}

fn typed_names(corpus: &Corpus, folder: &Folder) -> Vec<Typed> {
    let mut names = Vec::new();
    // A regulation is suggested only once, however many texts it has.
    let pages = corpus.pages.iter().take(corpus.superseded_from as usize);
    for (number, page) in pages.enumerate() {
        let repealed = (corpus.repealed_from..corpus.aids_from).contains(&(number as u32));
        let mut known = BTreeSet::new();
        for (place, text) in page.names.iter().enumerate() {
            let folded = folder.fold_str(text);
            let mut chars = Vec::new();
            let mut words = Vec::new();
            for word in index::cut(&folded) {
                if word.chars().any(char::is_alphanumeric) {
                    words.push((chars.len(), word.to_owned()));
                    chars.extend(word.chars().filter(|ch| ch.is_alphanumeric()));
                }
            }
            // “四种形态” and 四种形态 are the same name.
            if chars.is_empty() || !known.insert(chars.clone()) {
                continue;
            }
            names.push(Typed {
                name: Name {
                    text: text.clone(),
                    url: page.card.url.clone(),
                    label: match page.card.validity {
                        None | Some(Validity::InForce) => page.card.type_label.clone(),
                        Some(_) => format!("{} · {}", page.card.type_label, page.status_label),
                    },
                },
                places: places(text, folder),
                chars,
                words,
                page: number,
                place,
                repealed,
            });
        }
    }
    names
}

/// The position in a text of each letter and digit of its folded form.
fn places(text: &str, folder: &Folder) -> Vec<u32> {
    let mut places = Vec::new();
    for (place, ch) in text.chars().enumerate() {
        let folded = folder.fold_str(ch.encode_utf8(&mut [0; 4]));
        let letters = folded.chars().filter(|ch| ch.is_alphanumeric());
        places.extend(letters.map(|_| place as u32));
    }
    places
}

/// Words that occur inside more than a few names.
fn common_words(names: &[Typed]) -> BTreeSet<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        let later: BTreeSet<&str> = name.words.iter().skip(1).map(|(_, w)| &w[..]).collect();
        for word in later {
            *counts.entry(word).or_default() += 1;
        }
    }
    let most = COMMON.max((names.len() as f64 * COMMON_SHARE) as usize);
    counts
        .into_iter()
        .filter(|(_, count)| *count > most)
        .map(|(word, _)| word.to_owned())
        .collect()
}

/// The positions in a name where keys begin.
fn starts(
    name: &Typed,
    most: usize,
    common: &BTreeSet<String>,
    own_names: &[&[char]],
) -> Vec<usize> {
    let later = name.words.iter().filter(|(start, word)| {
        *start > 0
            && name.chars.len() <= LONG
            && word.chars().count() > 1
            && name.chars.len() - start > 1
            && !common.contains(word)
            && !LINKS.contains(&&word[..])
            // If it is a short name of the page, only the short name is
            // suggested.
            && !own_names.contains(&&name.chars[*start..])
    });
    std::iter::once(0)
        .chain(later.map(|(start, _)| *start))
        .take(most)
        .collect()
}

/// The keys of a name, each with the position where it begins.
fn keys(name: &Typed, starts: &[usize], sound_starts: usize) -> Vec<(usize, String)> {
    let mut keys: Vec<(usize, String)> = Vec::new();
    let readings = readings::of_text(&name.chars);
    for (number, &start) in starts.iter().enumerate() {
        let chars = &name.chars[start..];
        keys.push((start, chars.iter().take(MAX_KEY_CHARS).collect()));
        if number >= sound_starts || !chars.iter().any(|ch| is_han(*ch)) {
            continue;
        }
        let sounds: Vec<Vec<String>> = chars
            .iter()
            .zip(&readings[start..])
            .take(MAX_KEY_CHARS)
            .map(|(ch, readings)| {
                if readings.is_empty() {
                    vec![ch.to_string()]
                } else {
                    readings.iter().map(|sound| sound.to_string()).collect()
                }
            })
            .collect();
        let mut full = spelled(&sounds);
        // Keyboards write ü as v, but people often write u.
        if let Some(first) = full.first().filter(|key| key.contains('v')) {
            full.push(first.replace('v', "u"));
        }
        let initials: Vec<Vec<String>> = sounds
            .iter()
            .map(|readings| {
                let first = |sound: &String| sound.chars().take(1).collect();
                let letters: BTreeSet<String> = readings.iter().map(first).collect();
                letters.into_iter().collect()
            })
            .collect();
        let short = chars.len() <= MOST_INITIALS;
        let mut spelled: Vec<String> = full
            .into_iter()
            .chain(short.then(|| spelled(&initials)).into_iter().flatten())
            .map(|key| key.chars().take(MAX_KEY_CHARS).collect())
            .collect();
        spelled.sort_unstable();
        spelled.dedup();
        keys.extend(spelled.into_iter().map(|key| (start, key)));
    }
    keys
}

/// The first few spellings of a text whose parts have several readings: the
/// usual one, then those that differ from it in one place.
fn spelled(parts: &[Vec<String>]) -> Vec<String> {
    let usual: String = parts.iter().map(|readings| &readings[0][..]).collect();
    let mut all = vec![usual];
    for (place, readings) in parts.iter().enumerate() {
        for other in &readings[1..] {
            if all.len() == READINGS {
                return all;
            }
            let spelled = parts.iter().enumerate().map(|(at, readings)| {
                let reading = if at == place { other } else { &readings[0] };
                &reading[..]
            });
            all.push(spelled.collect());
        }
    }
    all
}

/// Entries and the ranges that become shards. If the keys with a common prefix
/// don't fit into one shard, the best names are also stored under the prefix
/// and a mark, so that a single shard answers any input.
fn with_heads(
    entries: Vec<Entry>,
    names: &[Name],
    limit: usize,
) -> (Vec<Entry>, Vec<std::ops::Range<usize>>) {
    let mut heads: BTreeSet<String> = BTreeSet::new();
    loop {
        let mut all = entries.clone();
        for prefix in &heads {
            all.extend(head(&entries, prefix));
        }
        all.sort_unstable();
        all.dedup_by(|a, b| a.key == b.key && a.name == b.name);
        let shards = cut(&all, names, limit);
        let known = heads.len();
        for pair in shards.windows(2) {
            heads.extend(common_prefixes(
                typed(&all[pair[0].end - 1].key),
                typed(&all[pair[1].start].key),
            ));
        }
        if heads.len() == known {
            return (all, shards);
        }
    }
}

/// The best names whose keys begin with `prefix`, stored under the prefix.
fn head(entries: &[Entry], prefix: &str) -> Vec<Entry> {
    let from = entries.partition_point(|entry| &entry.key[..] < prefix);
    let mut found: Vec<&Entry> = entries[from..]
        .iter()
        .take_while(|entry| entry.key.starts_with(prefix))
        .collect();
    found.sort_by_key(|entry| (entry.rank, entry.name));
    let mut seen = BTreeSet::new();
    found.retain(|entry| seen.insert(entry.name));
    let best = found.into_iter().take(HEAD);
    best.map(|entry| Entry {
        key: format!("{prefix}{HEAD_MARK}"),
        ..entry.clone()
    })
    .collect()
}

/// The text to type for a key: the key without its mark.
fn typed(key: &str) -> &str {
    key.strip_suffix(HEAD_MARK).unwrap_or(key)
}

/// All common prefixes of two keys.
fn common_prefixes(a: &str, b: &str) -> Vec<String> {
    let shared = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    (1..=shared)
        .map(|len| a.chars().take(len).collect())
        .collect()
}

/// Cuts entries into shards; keys with the same typed text stay together.
fn cut(entries: &[Entry], names: &[Name], limit: usize) -> Vec<std::ops::Range<usize>> {
    let mut shards = Vec::new();
    let (mut start, mut size) = (0, 0);
    let mut held = BTreeSet::new();
    for (at, entry) in entries.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", |last| &entries[last].key);
        let cost = |held: &BTreeSet<usize>| {
            let shared = before.bytes().zip(entry.key.bytes());
            let shared = shared.take_while(|(a, b)| a == b).count();
            let name = &names[entry.name];
            let name = if held.contains(&entry.name) {
                0
            } else {
                name.text.len() + name.url.len() + name.label.len() + 3
            };
            entry.key.len() - shared + 5 + name
        };
        if size > 0 && size + cost(&held) > limit && typed(before) != typed(&entry.key) {
            shards.push(start..at);
            (start, size) = (at, 0);
            held.clear();
        }
        size += cost(&held);
        held.insert(entry.name);
    }
    if start < entries.len() {
        shards.push(start..entries.len());
    }
    shards
}

/// The shortest prefix of a shard's first key that is greater than the last key
/// before the shard, so that looking up this prefix leads to the shard.
fn bound(before: Option<&str>, first: &str) -> String {
    let Some(before) = before else {
        return String::new();
    };
    first
        .char_indices()
        .map(|(at, ch)| &first[..at + ch.len_utf8()])
        .find(|prefix| *prefix > before)
        .unwrap_or(first)
        .to_owned()
}

fn payload(entries: &[Entry], names: &[Name]) -> Vec<u8> {
    // In the order of their first keys, which keeps names with similar
    // beginnings together.
    let mut numbers: BTreeMap<usize, u32> = BTreeMap::new();
    let mut shard = NameShard::default();
    for entry in entries {
        let name = *numbers.entry(entry.name).or_insert_with(|| {
            shard.names.push(names[entry.name].clone());
            shard.names.len() as u32 - 1
        });
        shard.entries.push(NameEntry {
            key: entry.key.clone(),
            start: entry.start,
            name,
        });
    }
    shard.encode()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::IndexPage;
    use crate::index::full_fold_table;
    use search::format::docs::PageCard;

    fn page(names: &[&str]) -> IndexPage {
        IndexPage {
            card: PageCard {
                url: format!("{}/index.html", names[0]),
                type_label: "法规制度".into(),
                ..PageCard::default()
            },
            names: names.iter().map(|name| name.to_string()).collect(),
            ..IndexPage::default()
        }
    }

    fn corpus(pages: Vec<IndexPage>) -> Corpus {
        Corpus {
            repealed_from: pages.len() as u32,
            aids_from: pages.len() as u32,
            superseded_from: pages.len() as u32,
            pages,
            ..Corpus::default()
        }
    }

    fn packed(corpus: &Corpus, names_shard: usize) -> Vec<(String, NameShard)> {
        shards(corpus, &Folder::new(full_fold_table()), names_shard)
            .into_iter()
            .map(|(bound, payload)| (bound, NameShard::decode(&payload).expect("a shard")))
            .collect()
    }

    /// Names whose keys begin with the typed text, as found in one shard.
    fn suggested(shards: &[(String, NameShard)], typed: &str) -> Vec<String> {
        let after = shards.partition_point(|(bound, _)| &bound[..] <= typed);
        let shard = &shards[after - 1].1;
        let mut names = Vec::new();
        for entry in &shard.entries {
            let name = &shard.names[entry.name as usize].text;
            if entry.key.starts_with(typed) && !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    #[test]
    fn names_are_found_by_characters_sounds_and_initials() {
        let corpus = corpus(vec![
            page(&["天津市“五必谈”制度", "五必谈"]),
            page(&["中国共产党问责条例", "问责条例"]),
            page(&["重庆市会计管理条例"]),
            page(&["履责制度"]),
        ]);
        let shards = packed(&corpus, 8 << 10);
        for (typed, name) in [
            ("五必", "五必谈"),
            ("wubitan", "五必谈"),
            ("wbt", "五必谈"),
            ("tianjin", "天津市“五必谈”制度"),
            ("问责条", "问责条例"),
            ("wenze", "问责条例"),
            ("zggcd", "中国共产党问责条例"),
            ("chongqing", "重庆市会计管理条例"),
            ("kuaiji", "重庆市会计管理条例"),
            ("lvze", "履责制度"),
            ("luze", "履责制度"),
        ] {
            assert_eq!(suggested(&shards, typed)[0], name, "{typed}");
        }
        // The short name stands in for the long one, which ends with it.
        assert_eq!(suggested(&shards, "wenze"), ["问责条例"]);
        assert!(suggested(&shards, "zhongqing").is_empty());
    }

    #[test]
    fn what_is_in_force_comes_first() {
        let mut corpus = corpus(vec![page(&["问责规定乙"]), page(&["问责规定甲"])]);
        corpus.repealed_from = 1;
        corpus.pages[1].card.validity = Some(Validity::Repealed);
        corpus.pages[1].status_label = "已废止".into();
        let shards = packed(&corpus, 8 << 10);
        assert_eq!(suggested(&shards, "wzgd"), ["问责规定甲", "问责规定乙"]);
        let all = &shards[0].1;
        let label = |text| {
            &all.names
                .iter()
                .find(|name| name.text == text)
                .unwrap()
                .label
        };
        assert_eq!(label("问责规定甲"), "法规制度 · 已废止");
    }

    /// However small the shards are, the shard that a prefix leads to contains
    /// names for it if any shard does.
    #[test]
    fn one_shard_answers_for_every_prefix() {
        let towns = [
            "北京",
            "天津",
            "上海",
            "重庆",
            "石家庄",
            "太原",
            "长春",
            "南京",
        ];
        let matters = ["食品安全", "道路交通", "档案", "统计", "土地", "水污染防治"];
        let pages = towns.iter().flat_map(|town| {
            let name = move |matter| format!("{town}市{matter}管理条例");
            matters.iter().map(move |matter| page(&[&name(matter)]))
        });
        let corpus = corpus(pages.collect());
        let shards = packed(&corpus, 1 << 10);
        assert!(shards.len() > 10, "{} shards", shards.len());
        assert!(shards.is_sorted_by(|a, b| a.0 < b.0));
        let mut prefixes = BTreeSet::new();
        for (_, shard) in &shards {
            for entry in &shard.entries {
                let key = typed(&entry.key);
                prefixes.extend(common_prefixes(key, key));
            }
        }
        for prefix in prefixes {
            let everywhere: BTreeSet<&str> = shards
                .iter()
                .flat_map(|(_, shard)| {
                    let holds = |entry: &&NameEntry| entry.key.starts_with(&prefix);
                    let found = shard.entries.iter().filter(holds);
                    found.map(|entry| &shard.names[entry.name as usize].text[..])
                })
                .collect();
            let found = suggested(&shards, &prefix);
            assert!(
                found.len() >= everywhere.len().min(HEAD),
                "{prefix}: {} of {}",
                found.len(),
                everywhere.len()
            );
        }
    }

    #[test]
    fn keys_say_where_in_the_name_they_begin() {
        let corpus = corpus(vec![page(&["“责任田”与“牛鼻子”"])]);
        let shards = packed(&corpus, 8 << 10);
        let start = |key: &str| {
            let entries = &shards[0].1.entries;
            entries
                .iter()
                .find(|entry| entry.key == key)
                .map(|e| e.start)
        };
        assert_eq!(start("责任田与牛鼻子"), Some(0));
        assert_eq!(start("牛鼻子"), Some(7));
        assert_eq!(start("niubizi"), Some(7));
    }

    #[test]
    fn punctuation_is_no_name() {
        assert!(packed(&corpus(vec![page(&["……"])]), 8 << 10).is_empty());
    }
}
