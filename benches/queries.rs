//! What queries cost a reader of a built site:
//! `cargo bench --bench queries -- SITE [QUERIES.tsv]`.
//!
//! The native engine asks for the same files as the browser's. *Cold* is the
//! first query of a visit (boot file and shards; the module and the script
//! come on top), *further* is each query after the one before it, as a reader
//! goes on. Without a file of queries (`id<Tab>query`), strings of the pages'
//! own titles and texts are drawn.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use search::request::Request;
use zhize::lookup::{Lookup as _, StaticEngine};

/// Queries that are measured.
const MOST: usize = 500;
/// How many of the dearest are named.
const DEAREST: usize = 10;
/// As [`StaticEngine::bytes_of_kind`] orders them.
const KINDS: [&str; 7] = [
    "boot",
    "terms",
    "postings",
    "documents",
    "facets",
    "names",
    "fold",
];

fn main() -> anyhow::Result<()> {
    // Cargo itself passes `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let Some(site) = arguments.first().map(Path::new) else {
        println!("usage: cargo bench --bench queries -- SITE [QUERIES.tsv]");
        return Ok(());
    };
    let queries = match arguments.get(1) {
        Some(file) => given(Path::new(file))?,
        None => drawn(site)?,
    };
    anyhow::ensure!(!queries.is_empty(), "no queries");
    let mut cold = Figures::default();
    let mut further = Figures::default();
    let mut of_kind = [0; KINDS.len()];
    let mut dearest: Vec<(usize, &str, [usize; KINDS.len()])> = Vec::new();
    let mut visit = StaticEngine::open(site)?;
    // The visit's own first query is not a further one.
    visit.search(&request(&queries[0]))?;
    for query in &queries {
        let mut fresh = StaticEngine::open(site)?;
        fresh.search(&request(query))?;
        cold.add(fresh.bytes_read, fresh.files_read);
        for (sum, bytes) in of_kind.iter_mut().zip(fresh.bytes_of_kind) {
            *sum += bytes;
        }
        dearest.push((fresh.bytes_read, query, fresh.bytes_of_kind));
        let (bytes, files) = (visit.bytes_read, visit.files_read);
        visit.search(&request(query))?;
        further.add(visit.bytes_read - bytes, visit.files_read - files);
        // Once more, now that everything is there: evaluation alone.
        let started = Instant::now();
        visit.search(&request(query))?;
        further.times.push(started.elapsed());
    }
    println!("{} queries, five results each", queries.len());
    println!("{:<28}{:>10}{:>10}{:>10}", "", "median", "p90", "most");
    cold.print("cold");
    further.print("further");
    for (kind, sum) in KINDS.iter().zip(of_kind) {
        println!(
            "{:<28}{:>10}",
            format!("cold, mean bytes, {kind}"),
            sum / queries.len()
        );
    }
    dearest.sort_by_key(|(bytes, ..)| std::cmp::Reverse(*bytes));
    for (bytes, query, of_kind) in dearest.iter().take(DEAREST) {
        let parts = KINDS.iter().zip(of_kind).filter(|(_, bytes)| **bytes > 0);
        let parts: Vec<_> = parts
            .map(|(kind, bytes)| format!("{kind} {bytes}"))
            .collect();
        println!("cold, {bytes} bytes: {query:?} ({})", parts.join(", "));
    }
    further.times.sort();
    let time = |share| in_ms(at(&further.times, share));
    println!(
        "{:<28}{:>10}{:>10}{:>10}",
        "evaluation, native, ms",
        time(0.5),
        time(0.9),
        time(1.0)
    );
    Ok(())
}

fn request(query: &str) -> Request {
    Request {
        limit: 5,
        ..Request::new(query)
    }
}

#[derive(Default)]
struct Figures {
    bytes: Vec<usize>,
    files: Vec<usize>,
    times: Vec<Duration>,
}

impl Figures {
    fn add(&mut self, bytes: usize, files: usize) {
        self.bytes.push(bytes);
        self.files.push(files);
    }

    fn print(&mut self, name: &str) {
        for (what, values) in [("bytes", &mut self.bytes), ("files", &mut self.files)] {
            values.sort_unstable();
            println!(
                "{:<28}{:>10}{:>10}{:>10}",
                format!("{name} query, {what}"),
                at(values, 0.5),
                at(values, 0.9),
                at(values, 1.0)
            );
        }
    }
}

/// The value at a share of a sorted list.
fn at<T: Copy>(sorted: &[T], share: f64) -> T {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

fn in_ms(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}

fn given(file: &Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    let queries = text
        .lines()
        .filter(|line| !line.starts_with("query_id\t"))
        .filter_map(|line| line.split_once('\t'))
        .map(|(_, query)| query.to_owned());
    Ok(queries.take(MOST).collect())
}

/// Titles and short runs of text, as the built pages hold them: the same for
/// the same site.
fn drawn(site: &Path) -> anyhow::Result<Vec<String>> {
    let mut texts = BTreeSet::new();
    for entry in walkdir::WalkDir::new(site).sort_by_file_name() {
        let entry = entry?;
        if entry.file_name() == "index.html" {
            let html = std::fs::read_to_string(entry.path())?;
            for piece in html.split('>') {
                let text = piece.split('<').next().unwrap_or_default().trim();
                if text.chars().filter(|c| *c >= '\u{4e00}').count() >= 4 {
                    texts.insert(text.to_owned());
                }
            }
        }
    }
    let step = texts.len().div_ceil(MOST).max(1);
    let mut state = 1_u64;
    let mut random = move |below: usize| {
        // A linear congruential generator; its high bits are good enough here.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below.max(1)
    };
    let queries = texts.iter().step_by(step).map(|text| {
        let chars: Vec<char> = text.chars().collect();
        let length = 2 + random(7);
        let start = random(chars.len().saturating_sub(length));
        chars[start..].iter().take(length).collect::<String>()
    });
    Ok(queries.collect())
}
