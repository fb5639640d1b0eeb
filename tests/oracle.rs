//! tantivy is the oracle: the static engine finds the same, with scores equal
//! within the stated tolerance, in the same order except for ties within it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use search::cited::Cited;
use search::format::boot::Weights;
use search::format::docs::{PageCard, UnitText};
use search::format::postings::UnitId;
use search::in_force::Validity;
use search::plan::Level;
use search::rank::{Group, ListedUnit};
use search::request::Request;
use search::score::ImpactBits;
use zhize::config::IndexSizes;
use zhize::extract::{Corpus, FacetDefinition, IndexPage, OthersWords};
use zhize::library::lexicon::Lexicon;
use zhize::lookup::{Lookup as _, StaticEngine, TantivyEngine};
use zhize::pack::{self, PackOptions};

use crate::laws;
use crate::support::example;

/// How many queries to run on each corpus; `ZHIZE_ORACLE_QUERIES` overrides it.
fn query_count(default: usize) -> usize {
    std::env::var("ZHIZE_ORACLE_QUERIES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// A small random number generator, the same everywhere (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound.max(1)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

pub(crate) struct Engines {
    pub(crate) corpus: Corpus,
    pub(crate) tantivy: TantivyEngine,
    pub(crate) statically: StaticEngine<'static>,
    bits: ImpactBits,
    _folder: tempfile::TempDir,
}

pub(crate) fn engines(corpus: Corpus, options: PackOptions) -> Engines {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let built =
        zhize::index::build(&corpus, Weights::default(), folder.path()).expect("the index builds");
    let packed = pack::pack(&built, &corpus, Weights::default(), &options).expect("it packs");
    for (path, file) in packed.files.iter() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("writable");
        fs::write(path, &file.bytes).expect("writable");
    }
    let tantivy = TantivyEngine::new(built, Weights::default()).expect("the index opens");
    Engines {
        corpus,
        tantivy,
        statically: StaticEngine::open(folder.path()).expect("the site's index opens"),
        bits: packed.boot.impact_bits,
        _folder: folder,
    }
}

/// The project's own content.
pub(crate) fn own_corpus() -> Corpus {
    corpus_of(Path::new(env!("CARGO_MANIFEST_DIR")))
}

pub(crate) fn corpus_of(root: &Path) -> Corpus {
    let sources = zhize::source::read(root).expect("the content is readable");
    let parsed = zhize::parse::parse(&sources.value);
    let library = crate::support::resolved(parsed.value, &sources.value);
    zhize::extract::corpus(&library.value)
}

/// Every `step`-th law of the archive.
fn law_corpus(step: usize) -> Option<Corpus> {
    let laws = laws::read()?;
    let mut regions = BTreeSet::new();
    let mut pages: Vec<IndexPage> = laws
        .iter()
        .step_by(step)
        .map(|law| {
            regions.insert(law.region.clone());
            IndexPage {
                card: PageCard {
                    key: format!("laws/{}", law.id),
                    url: format!("laws/{}/index.html", law.id),
                    names: vec![law.title.clone()],
                    date: law.date.clone(),
                    ..PageCard::default()
                },
                facets: BTreeSet::from([("region", law.region.clone())]),
                units: law
                    .units
                    .iter()
                    .map(|unit| UnitText {
                        anchor: format!("art-{}", unit.number.replace('.', "-")),
                        label: unit.number.clone(),
                        heading: unit.headings.join("\n"),
                        text: unit.text.clone(),
                        ..UnitText::default()
                    })
                    .collect(),
                ..IndexPage::default()
            }
        })
        .filter(|page: &IndexPage| !page.units.is_empty())
        .collect();
    let counts: Vec<u32> = (0..pages.len() as u32)
        .map(|page| page * page % 97)
        .collect();
    let texts: Vec<String> = pages
        .iter()
        .map(|page| page.units[0].text.clone())
        .collect();
    for (page, text) in pages.iter_mut().zip(texts.iter().cycle().skip(1)) {
        // As if the next law spoke of every fifth of its articles.
        let words = |from: usize, count: usize| text.chars().skip(from).take(count).collect();
        for ordinal in (0..page.units.len()).step_by(5) {
            let said = OthersWords {
                names: words(ordinal, 6),
                sentences: words(ordinal, 60),
            };
            page.said.insert(ordinal, said);
        }
    }
    Some(Corpus {
        cited: Cited::new(&counts),
        lexicon: Lexicon {
            regions: regions.clone(),
            ..Lexicon::default()
        },
        repealed_from: u32::MAX,
        aids_from: u32::MAX,
        superseded_from: u32::MAX,
        pages,
        facets: vec![FacetDefinition {
            key: "region",
            label: "地区".to_owned(),
            values: regions.into_iter().map(|r| (r.clone(), r)).collect(),
        }],
        ..Corpus::default()
    })
}

/// A piece of some text of the corpus, at most `len` characters long.
fn piece(corpus: &Corpus, random: &mut Random, len: usize) -> String {
    let page = random.pick(&corpus.pages);
    let unit = random.pick(&page.units);
    let text = match random.below(12) {
        0 => page.card.names[0].as_str(),
        1 if !unit.heading.is_empty() => unit.heading.as_str(),
        _ => unit.text.as_str(),
    };
    let chars: Vec<char> = text.chars().collect();
    let start = random.below(chars.len().saturating_sub(len) + 1);
    chars.iter().skip(start).take(len).collect()
}

/// A query as people type them, or worse.
fn query(corpus: &Corpus, random: &mut Random) -> Request {
    let mut parts = Vec::new();
    match random.below(12) {
        // A sentence.
        0 => {
            let len = 20 + random.below(30);
            parts.push(piece(corpus, random, len));
        }
        // One character.
        1 => parts.push(piece(corpus, random, 1)),
        // Characters that are next to each other nowhere.
        2 => parts.push((0..3).map(|_| piece(corpus, random, 1)).collect::<String>()),
        _ => {
            for _ in 0..1 + random.below(3) {
                let len = 2 + random.below(6);
                parts.push(piece(corpus, random, len));
            }
        }
    }
    if random.below(4) == 0 {
        let len = 2 + random.below(6);
        parts.push(format!("“{}”", piece(corpus, random, len)));
    }
    if random.below(8) == 0 {
        let mut group = || {
            let len = 2 + random.below(3);
            piece(corpus, random, len).replace(char::is_whitespace, "")
        };
        let (a, b, c) = (group(), group(), group());
        parts.push(match b.len() % 3 {
            0 => format!("{a} OR {b}"),
            1 => format!("({a} {b}) OR “{c}”"),
            _ => format!("标题:{a} {b}|{c}"),
        });
    }
    if random.below(8) == 0
        && let Some(facet) = corpus.facets.iter().find(|f| !f.label.is_empty())
    {
        parts.push(format!("{}:{}", facet.label, random.pick(&facet.values).1));
    }
    if random.below(10) == 0 {
        parts.push(format!("第{}条", 1 + random.below(40)));
    }
    if random.below(5) == 0 {
        let len = 1 + random.below(4);
        let unwanted = piece(corpus, random, len);
        let other = piece(corpus, random, 2).replace(char::is_whitespace, "");
        parts.push(match random.below(6) {
            0 => format!("-({unwanted} {other})"),
            1 => format!("-({unwanted} OR {other})"),
            2 => format!("-标题:{other}"),
            3 => format!(
                "-{}:{}",
                corpus.facets[0].label,
                random.pick(&corpus.facets[0].values).1
            ),
            _ => format!("-{unwanted}"),
        });
    }
    let mut request = Request::new(parts.join(" "));
    // Only the static engine corrects what was typed.
    request.plain = random.below(2) == 0;
    if random.below(4) == 0
        && let Some(facet) = corpus.facets.first()
    {
        let facet = if random.below(2) == 0 {
            facet
        } else {
            random.pick(&corpus.facets)
        };
        for _ in 0..1 + random.below(2) {
            let (value, _) = random.pick(&facet.values);
            request.filters.push((facet.key.to_owned(), value.clone()));
        }
    }
    request
}

pub(crate) fn compare(engines: &mut Engines, request: &Request) -> usize {
    let expected = engines.tantivy.scored_units(request).expect("tantivy");
    let found = engines.statically.scored_units(request).expect("static");
    let scores = |units: &[ListedUnit]| -> BTreeMap<UnitId, f32> {
        units.iter().map(|u| (u.unit, u.score)).collect()
    };
    let (expected_scores, found_scores) = (scores(&expected), scores(&found));
    let only = |a: &BTreeMap<UnitId, f32>, b: &BTreeMap<UnitId, f32>| -> Vec<UnitId> {
        a.keys().filter(|u| !b.contains_key(u)).copied().collect()
    };
    assert!(
        expected_scores.keys().eq(found_scores.keys()),
        "{request:?}\nonly tantivy finds {:?}\nonly the static engine finds {:?}",
        only(&expected_scores, &found_scores),
        only(&found_scores, &expected_scores),
    );
    let tolerance = engines.tantivy.tolerance(request, engines.bits);
    let tolerance = tolerance.expect("tantivy");
    for (unit, score) in &found_scores {
        let exact = expected_scores[unit];
        assert!(
            (score - exact).abs() <= tolerance,
            "{request:?} {unit:?}: {score} is not {exact} ± {tolerance}"
        );
    }
    let leading = |units: &[ListedUnit]| -> BTreeSet<(Group, u32)> {
        let leading = units.iter().filter(|u| u.group != Group::Text);
        leading.map(|u| (u.group, u.unit.page)).collect()
    };
    assert_eq!(leading(&expected), leading(&found), "{request:?}");
    let levels = |units: &[ListedUnit]| -> BTreeMap<UnitId, Level> {
        units.iter().map(|u| (u.unit, u.level)).collect()
    };
    assert_eq!(levels(&expected), levels(&found), "{request:?}");
    // In the static engine's order, no unit may come before one of the same
    // level that tantivy scores higher by more than both tolerances.
    let mut highest_after = (Level::Sentence, f32::MIN);
    for unit in found.iter().rev().filter(|u| u.group == Group::Text) {
        let exact = expected_scores[&unit.unit];
        if unit.level < highest_after.0 {
            highest_after = (unit.level, f32::MIN);
        }
        assert!(
            unit.level == highest_after.0 && highest_after.1 - exact <= 2.0 * tolerance,
            "{request:?} {:?} stands too high",
            unit.unit
        );
        highest_after.1 = highest_after.1.max(exact);
    }
    found.len()
}

fn compare_many(engines: &mut Engines, count: usize, seed: u64) {
    let mut random = Random(seed);
    let mut with_hits = 0;
    for _ in 0..count {
        let request = query(&engines.corpus, &mut random);
        if compare(engines, &request) > 0 {
            with_hits += 1;
        }
    }
    assert!(
        with_hits * 2 > count,
        "only {with_hits} of {count} queries find anything: the test tests little"
    );
}

#[test]
fn both_engines_agree_on_our_own_content() {
    let mut engines = engines(own_corpus(), PackOptions::default());
    assert_eq!(engines.bits, ImpactBits::Eight);
    compare_many(&mut engines, query_count(700), 7);
}

#[test]
fn both_engines_agree_with_coarse_impacts_and_tiny_shards() {
    let options = PackOptions {
        sizes: IndexSizes {
            names_shard: 1 << 10,
            term_shard: 48,
            posting_shard: 48,
            document_shard: 512,
        },
        force_four_bits: true,
    };
    let mut engines = engines(own_corpus(), options);
    assert_eq!(engines.bits, ImpactBits::Four);
    compare_many(&mut engines, query_count(500), 11);
}

#[test]
fn both_engines_agree_on_real_laws() {
    // All queries, only on request: the full run of docs/search.md.
    let step = match std::env::var_os("ZHIZE_ORACLE_ALL") {
        Some(_) => 1,
        None => 27,
    };
    let Some(corpus) = law_corpus(step) else {
        println!("skipped: no laws at {}", laws::archive().display());
        return;
    };
    let mut engines = engines(corpus, PackOptions::default());
    compare_many(&mut engines, query_count(250), 3);
}

#[test]
fn the_day_of_a_request_says_which_text_is_found() {
    let mut engines = engines(corpus_of(&example()), PackOptions::default());
    let (old, new) = ("regulations/shili-banfa-2019", "regulations/shili-banfa");
    for (today, versions, expected) in [
        (None, false, vec![(new, "in-force")]),
        (Some(20260228), false, vec![(old, "in-force")]),
        (Some(20260301), false, vec![(new, "in-force")]),
        (
            Some(20260228),
            true,
            vec![(old, "in-force"), (new, "future")],
        ),
        (
            Some(20260301),
            true,
            vec![(old, "amended"), (new, "in-force")],
        ),
    ] {
        for query in ["示例办法第一条", "标题:示例办法 谈话", "类型:法规制度"]
        {
            let request = Request {
                today,
                versions,
                limit: 50,
                ..Request::new(query)
            };
            let found = engines.statically.search(&request).expect("static");
            let other = engines.tantivy.search(&request).expect("tantivy");
            for results in [found, other] {
                let mut texts: Vec<_> = results
                    .hits
                    .iter()
                    .map(|hit| {
                        let validity = hit.card.validity.map_or("", Validity::code);
                        (hit.card.key.as_str(), validity)
                    })
                    .filter(|(key, _)| [old, new].contains(key))
                    .collect();
                texts.sort_by_key(|(key, _)| *key != old);
                assert_eq!(texts, expected, "{query} on {today:?}");
            }
            compare(&mut engines, &request);
        }
    }
}

#[test]
fn both_engines_present_the_same() {
    let mut engines = engines(own_corpus(), PackOptions::default());
    for query in [
        "五必谈",
        "监督责任",
        "“四种形态” -天津",
        "39.2万",
        "责",
        "容错 免责",
        "地区:天津市",
        "(谈话 约谈) OR 标题:回访",
    ] {
        let mut request = Request::new(query);
        request.facets = true;
        request.limit = 200;
        if query == "地区:天津市" {
            // The query itself may contain a filter.
            request.filters = vec![("region".into(), "120000".into())];
        }
        let mut expected = engines.tantivy.search(&request).expect("tantivy");
        let mut found = engines.statically.search(&request).expect("static");
        assert!(found.total > 0, "{query}");
        for results in [&mut expected, &mut found] {
            for hit in &mut results.hits {
                hit.place.score = 0.0;
                hit.more.iter_mut().for_each(|place| place.score = 0.0);
            }
            // Pages within each other's tolerance may change places; `compare`
            // checks their order.
            results.hits.sort_by(|a, b| a.card.key.cmp(&b.card.key));
        }
        assert_eq!(found, expected, "{query}");
    }
}

/// Any two neighbouring characters of any text find the unit that holds them.
#[test]
fn any_two_neighbours_are_found() {
    let mut engines = engines(own_corpus(), PackOptions::default());
    let pages = engines.corpus.pages.clone();
    let mut random = Random(5);
    for _ in 0..query_count(1000) {
        let page = random.below(pages.len());
        let ordinal = random.below(pages[page].units.len());
        let chars: Vec<char> = pages[page].units[ordinal].text.chars().collect();
        if chars.len() < 2 {
            continue;
        }
        let at = random.below(chars.len() - 1);
        let pair = &chars[at..at + 2];
        if !pair.iter().all(|ch| ch.is_alphanumeric()) {
            continue;
        }
        let request = Request::new(pair.iter().collect::<String>());
        let found = engines.statically.scored_units(&request).expect("static");
        let unit = UnitId {
            page: page as u32,
            ordinal: ordinal as u32,
        };
        assert!(
            found.iter().any(|hit| hit.unit == unit),
            "{request:?} does not find {unit:?}"
        );
    }
}

/// A quoted phrase finds exactly the units whose text, headings or names hold
/// it. Checked by reading all of them.
#[test]
fn a_phrase_finds_exactly_what_holds_it() {
    let mut engines = engines(own_corpus(), PackOptions::default());
    let corpus = engines.corpus.clone();
    let mut random = Random(9);
    for _ in 0..query_count(300) {
        let len = 2 + random.below(5);
        let phrase = piece(&corpus, &mut random, len);
        if phrase.chars().count() < 2 || !phrase.chars().all(|ch| ch.is_alphanumeric()) {
            continue;
        }
        let lower = phrase.to_lowercase();
        let mut expected = BTreeSet::new();
        for (page, content) in corpus.pages.iter().enumerate() {
            let in_name = content
                .card
                .names
                .iter()
                .any(|name| name.to_lowercase().contains(&lower));
            let mut in_page = false;
            for unit in &content.units {
                in_page |= [&unit.text, &unit.heading]
                    .iter()
                    .any(|text| text.to_lowercase().contains(&lower));
            }
            if in_name || in_page {
                expected.insert(page as u32);
            }
        }
        let request = Request::new(format!("“{phrase}”"));
        let found: BTreeSet<u32> = engines
            .statically
            .scored_units(&request)
            .expect("static")
            .iter()
            .map(|hit| hit.unit.page)
            .collect();
        assert_eq!(found, expected, "{phrase}");
    }
}
