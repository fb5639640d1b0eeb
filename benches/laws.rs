//! Writes the law texts that lie beside the project as a site, for measuring
//! at scale: `cargo bench --bench laws -- FOLDER [LAWS] [TIMES] [--versions]`.
//!
//! Every law becomes a page of plain paragraphs, which the build parses into
//! articles with the anchors `art-…`; with TIMES, every law is written that many times with other titles
//! and addresses. With `--versions`, laws of which there are older texts come
//! first, and those texts are written too. Figures come from `cargo xtask bench FOLDER`.
// A bench makes the site that it measures.
#![allow(clippy::disallowed_methods)]

#[path = "../tests/laws.rs"]
mod laws;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use zhize::compare::{Comparisons, Unit, UnitKind};
use zhize::config::Circumstances;
use zhize::words::Words;
use zhize::{parse, resolve, source};

fn main() {
    // Cargo itself passes `--bench`.
    let mut arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let versions = arguments.iter().any(|argument| argument == "--versions");
    arguments.retain(|argument| argument != "--versions");
    let Some(folder) = arguments.first().map(PathBuf::from) else {
        println!("usage: cargo bench --bench laws -- FOLDER [LAWS] [TIMES] [--versions]");
        return;
    };
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse().ok());
    let Some(mut laws) = laws::read() else {
        println!("skipped: no laws at {}", laws::archive().display());
        return;
    };
    let mut older: BTreeMap<String, Vec<laws::Law>> = BTreeMap::new();
    if versions {
        for law in laws::read_superseded().unwrap_or_default() {
            older.entry(law.title.clone()).or_default().push(law);
        }
        laws.sort_by_key(|law| !older.contains_key(&law.title));
    }
    let count = number(1).unwrap_or(laws.len());
    // Spread over the collection, whose order by id is a random one.
    laws.truncate(count);
    write_site(&laws, number(2).unwrap_or(1), &folder).expect("the folder is writable");
    println!("{} laws in {}", laws.len(), folder.display());
    if versions {
        let count = write_versions(&laws, &older, &folder).expect("the folder is writable");
        println!("{count} older texts");
        compare(&folder);
    }
}

/// Compares the texts of each law and says what was found and how long it
/// took.
fn compare(folder: &Path) {
    let sources = source::read(folder).expect("it was just written").value;
    let parsed = parse::parse(&sources).value;
    let words = Words::built_in(parsed.settings.language);
    let config = parsed.settings.clone().meant(Circumstances::usual(words));
    let library = resolve::resolve(parsed, config, &sources).value;
    let started = Instant::now();
    let comparisons = Comparisons::of(&library);
    let took = started.elapsed();
    let mut sum = [0usize; 7];
    let mut slowest = (Duration::ZERO, String::new());
    for (old, new) in comparisons.pairs() {
        let one = comparisons.get(old, new).expect("it is a pair");
        let started = Instant::now();
        let again = zhize::compare::compare(&library.page(old).body, &library.page(new).body);
        let took = started.elapsed();
        assert_eq!(again.2, one.matches, "the same texts give the same matches");
        let mut counts = [0usize; 7];
        for matched in one.matches {
            let sides = one.sides(matched);
            let is_article = |unit: &Unit| matches!(unit.kind, UnitKind::Article | UnitKind::Point);
            if !sides.0.or(sides.1).is_some_and(is_article) {
                continue;
            }
            let place = match sides {
                (Some(old), Some(new)) if old.says_the_same(new) => 0,
                (Some(_), Some(_)) => 1,
                (None, _) => 2,
                _ => 3,
            };
            counts[place] += 1;
            if let (Some(old), Some(new)) = sides {
                counts[4] += usize::from(old.name != new.name);
                counts[5] += usize::from(matched.moved);
                counts[6] += 1;
            }
        }
        let name = format!("{} {}", library.page(old).key, library.page(old).title);
        println!(
            "{name}: {} same, {} changed, {} added, {} removed; {} renumbered, {} moved; {took:?}",
            counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]
        );
        if took > slowest.0 {
            slowest = (took, name);
        }
        for (sum, count) in sum.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    println!(
        "{} comparisons in {took:?}, the slowest {:?} ({}): {} articles matched, of them {} unchanged, \
         {} changed, {} renumbered, {} moved; {} added, {} removed",
        comparisons.pairs().count(),
        slowest.0,
        slowest.1,
        sum[6],
        sum[0],
        sum[1],
        sum[4],
        sum[5],
        sum[2],
        sum[3]
    );
}

/// Texts of one date can't be put in order; of those the first is written.
fn write_versions(
    laws: &[laws::Law],
    older: &BTreeMap<String, Vec<laws::Law>>,
    folder: &Path,
) -> std::io::Result<usize> {
    let mut count = 0;
    for law in laws {
        let mut dates = BTreeSet::from([law.date.clone()]);
        for text in older.get(&law.title).into_iter().flatten() {
            let dated = !law.date.is_empty() && !text.date.is_empty();
            if dated && dates.insert(text.date.clone()) {
                count += 1;
                let of = format!("version_of = \"@/laws/{}.md\"\n", law.id);
                let path = folder.join(format!("content/laws/{}-{}.md", law.id, text.date));
                fs::write(path, page(text, "", &of))?;
            }
        }
    }
    Ok(count)
}

fn write_site(laws: &[laws::Law], times: usize, folder: &Path) -> std::io::Result<()> {
    let content = folder.join("content/laws");
    fs::create_dir_all(&content)?;
    fs::create_dir_all(folder.join("data"))?;
    fs::write(
        folder.join("config.toml"),
        "base_url = \"/\"\ntitle = \"法律文本\"\ndescription = \"规模测试\"\ndefault_language = \"zh\"\n\
         [extra]\ntheme = \"default\"\n",
    )?;
    fs::write(
        folder.join("content/_index.md"),
        "+++\ntitle = \"法律文本\"\n+++\n",
    )?;
    fs::write(
        content.join("_index.md"),
        "+++\ntitle = \"法律\"\ndescription = \"法律文本\"\n[extra]\ntype = \"regulation\"\n+++\n",
    )?;
    fs::write(
        folder.join("data/organs.toml"),
        "[[organ]]\nid = \"issuer\"\nname = \"制定机关\"\nregion = \"CN\"\nkind = \"其他\"\n",
    )?;
    fs::write(
        folder.join("data/regions.toml"),
        "[[region]]\ncode = \"CN\"\nname = \"全国\"\nshort = \"全国\"\niso = \"CN\"\n",
    )?;
    fs::write(
        folder.join("data/sources.toml"),
        "[[source]]\nid = \"laws\"\ntitle = \"unknown\"\nauthor = \"unknown\"\npublisher = \"unknown\"\n\
         date = \"unknown\"\nurl = \"unknown\"\nlabel = \"法律文本\"\nnote = \"规模测试\"\n\
         [[source.segment]]\nlocator = \"P1\"\nkind = \"body\"\nsummary = \"全文\"\nintegrity = \"clean\"\n",
    )?;
    for time in 0..times {
        for law in laws {
            let slug = match time {
                0 => law.id.clone(),
                _ => format!("{}-{time}", law.id),
            };
            let suffix = match time {
                0 => String::new(),
                _ => format!("（{time}）"),
            };
            fs::write(content.join(format!("{slug}.md")), page(law, &suffix, ""))?;
        }
    }
    Ok(())
}

fn page(law: &laws::Law, suffix: &str, fields: &str) -> String {
    let title = format!("{}{suffix}", law.title).replace(['"', '\\'], "");
    let form = if law.units.iter().any(|unit| !unit.number.starts_with('s')) {
        "clause"
    } else {
        "document"
    };
    format!(
        "+++\ntitle = \"{title}\"\ndescription = \"{}\"\ndate = 2026-01-01\n[extra]\n{fields}\
         {date}kind = \"其他\"\nissuer = [\"issuer\"]\nlevel = \"其他\"\nstatus = \"未知\"\n\
         body_form = \"{form}\"\npublic = true\nintegrity = {{ state = \"clean\" }}\n\
         [[extra.sources]]\nid = \"laws\"\nlocator = \"P1\"\n+++\n{}",
        title.chars().take(100).collect::<String>(),
        laws::paragraphs(law),
        date = match law.date.as_str() {
            "" => String::new(),
            date => format!("promulgated = {date}\n"),
        },
    )
}
