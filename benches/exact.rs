//! Whether strings copied from the texts are found where they stand:
//! `cargo bench --bench exact -- SITE [STRINGS] [SEED]`.
//!
//! Strings of 6 to 20 characters are drawn from the indexed texts, as a reader
//! would copy them: anywhere, punctuation included. As many of the first five
//! results as pages hold the string must hold it, whichever width or case it is
//! written in; numerals in the other script are the same (第1款 is 第一款).

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use search::analysis::Analyzer;
use search::analysis::fold::Folder;
use search::format::docs::{self, PagePart};
use search::format::{ShardId, ShardKind, frame};
use search::numerals::{self, Signs};
use search::request::Request;
use zhize::lookup::{Lookup as _, StaticEngine};

/// Results that are looked at.
const FIRST: usize = 5;

/// One unit of the index.
struct Unit {
    page: usize,
    text: String,
    /// The text, its headings and the names of its page, as they are compared.
    compared: [String; 2],
}

fn main() -> anyhow::Result<()> {
    // Cargo itself passes `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let Some(site) = arguments.first().map(Path::new) else {
        println!("usage: cargo bench --bench exact -- SITE [STRINGS] [SEED]");
        return Ok(());
    };
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse().ok());
    let strings = number(1).unwrap_or(600);
    let mut state = number(2).unwrap_or(1) as u64;
    let mut random = move |below: usize| {
        // A linear congruential generator; its high bits are good enough here.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    let engine = StaticEngine::open(site)?;
    let (pages, units) = units(site, &engine)?;
    let mut bytes: Vec<usize> = Vec::new();
    let (mut searches, mut places, mut held, mut whole) = (0, 0, 0, 0);
    while searches < strings {
        let text: Vec<char> = units[random(units.len())].text.chars().collect();
        let length = 6 + random(15);
        if text.len() < length {
            continue;
        }
        let start = random(text.len() - length + 1);
        let string: String = text[start..start + length].iter().collect();
        // Readers copy within a paragraph.
        if string.trim().chars().count() < length || string.contains('\n') {
            continue;
        }
        searches += 1;
        let wanted = compared(&string);
        let holders = units.iter().filter(|unit| {
            let mut ways = unit.compared.iter().zip(&wanted);
            ways.any(|(text, wanted)| text.contains(wanted.as_str()))
        });
        let holding: BTreeSet<usize> = holders.map(|unit| unit.page).collect();
        let mut engine = StaticEngine::open(site)?;
        let results = engine.search(&Request {
            limit: FIRST,
            ..Request::new(&string)
        })?;
        bytes.push(engine.bytes_read);
        let expected = holding.len().min(FIRST);
        let keys = results.hits.iter().map(|hit| &hit.card.key);
        let is_held: Vec<bool> = keys
            .take(expected)
            .map(|key| holding.iter().any(|page| &pages[*page] == key))
            .collect();
        let right = is_held.iter().filter(|held| **held).count();
        places += expected;
        held += right;
        whole += usize::from(right == expected);
        if right < expected {
            println!("{right} of {expected}: {string}");
            for hit in results.hits.iter().take(expected) {
                println!(
                    "    {} {} {} {}",
                    hit.group,
                    hit.level.code(),
                    hit.card.names[0],
                    hit.place.label
                );
            }
        }
    }
    println!("{searches} strings, {whole} right in every place");
    println!(
        "{held} of {places} places, {:.4}",
        held as f64 / places as f64
    );
    bytes.sort_unstable();
    let at = |share: f64| bytes[((bytes.len() - 1) as f64 * share).round() as usize];
    println!(
        "bytes, cold: median {}, p90 {}, most {}",
        at(0.5),
        at(0.9),
        at(1.0)
    );
    Ok(())
}

/// Every unit of the index that is in force on a day without versions, and the
/// keys of the pages.
fn units(site: &Path, engine: &StaticEngine) -> anyhow::Result<(Vec<String>, Vec<Unit>)> {
    let index = engine.engine();
    let (mut pages, mut units) = (Vec::<String>::new(), Vec::new());
    for number in 0..index.boot().shards(ShardKind::Documents) {
        let kind = ShardKind::Documents;
        let id = ShardId { kind, number };
        let path = index.path(id).context("the shard is one of the index")?;
        let file = std::fs::read(site.join("search").join(format!("{path}.bin")))?;
        for part in docs::decode(&frame::open(id, &file)?)? {
            let PagePart {
                card,
                units: of_part,
                ..
            } = part;
            if pages.last() != Some(&card.key) {
                pages.push(card.key);
            }
            for unit in of_part {
                let texts = [&unit.text, &unit.heading].into_iter().chain(&card.names);
                let texts: Vec<&str> = texts.map(String::as_str).collect();
                units.push(Unit {
                    page: pages.len() - 1,
                    compared: compared(&texts.join("\n")),
                    text: unit.text,
                });
            }
        }
    }
    Ok((pages, units))
}

/// A text as it is compared, in two ways: folded, and with numerals in Arabic
/// digits as well.
fn compared(text: &str) -> [String; 2] {
    let folder = Folder::algorithmic();
    let folded = folder.fold_str(text);
    let mut rewritten = String::new();
    let mut done = 0;
    for run in Analyzer::new(&folder).runs(&folded) {
        let (from, to) = (run.range.0 as usize, run.range.1 as usize);
        rewritten.push_str(&folded[done..from]);
        match numerals::rewritten(&run.chars, Signs::Arabic) {
            Some(other) => rewritten.extend(other),
            None => rewritten.push_str(&folded[from..to]),
        }
        done = to;
    }
    rewritten.push_str(&folded[done..]);
    [folded, rewritten]
}
