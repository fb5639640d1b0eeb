//! Citations: what is recognised in a text, and where it leads.
//!
//! All texts here are invented; none is a regulation of any organ. The labelled
//! sample names articles of the collection of laws beside the project and holds
//! nothing of them but the citations.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use zhize::diag::{Diagnostic, FileId};
use zhize::library::{Citation, CitationTarget, Library, PageId};
use zhize::source::{SourceFile, SourceSet};
use zhize::{parse, resolve};

use crate::laws;
use crate::support::repository;

/// A regulation's file; without a body when `body` is empty.
fn regulation(title: &str, extra: &str, body: &str) -> String {
    let form = match body.is_empty() {
        true => "none",
        false => "clause",
    };
    format!(
        "+++\ntitle = \"{title}\"\ndescription = \"虚构\"\ndate = 2026-01-01\n[extra]\nkind = \"其他\"\n\
         issuer = [\"a\"]\nlevel = \"其他\"\nstatus = \"未知\"\nbody_form = \"{form}\"\npublic = true\n\
         integrity = {{ state = \"clean\" }}\n{extra}[[extra.sources]]\nid = \"a\"\nlocator = \"P1\"\n+++\n{body}"
    )
}

fn practice(title: &str, body: &str) -> String {
    format!(
        "+++\ntitle = \"{title}\"\ndescription = \"虚构\"\ndate = 2026-01-01\n[extra]\norgan = [\"a\"]\n\
         region = {{ code = \"CN\", name = \"全国\" }}\nlevel = \"省级\"\nintegrity = {{ state = \"clean\" }}\n\
         [[extra.sources]]\nid = \"a\"\nlocator = \"P1\"\n+++\n{body}"
    )
}

const EXTERNAL: &str = "[[external]]\nid = \"wai-tiaoli\"\ntitle = \"虚构外部条例\"\n\
     other_names = [\"外部条例\"]\nurl = \"https://example.org/wai\"\n\
     [[external]]\nid = \"wu-zhi\"\ntitle = \"虚构无址办法\"\n";

/// A library of some files: path below `content/` and text.
fn library(files: &[(String, String)]) -> (Library, Vec<Diagnostic>, SourceSet) {
    let fixed = [
        ("config.toml", "title = \"样站\"\nbase_url = \"/\"\n"),
        ("data/external.toml", EXTERNAL),
        ("content/_index.md", "+++\ntitle = \"样站\"\n+++\n"),
        (
            "content/r/_index.md",
            "+++\ntitle = \"制度\"\n[extra]\ntype = \"regulation\"\n+++\n",
        ),
        (
            "content/p/_index.md",
            "+++\ntitle = \"做法\"\n[extra]\ntype = \"practice\"\n+++\n",
        ),
    ];
    let fixed = fixed.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let own = files
        .iter()
        .map(|(path, text)| (format!("content/{path}"), text.clone()));
    let sources = SourceSet {
        files: fixed
            .into_iter()
            .chain(own)
            .zip(0..)
            .map(|((path, text), number)| SourceFile {
                id: FileId(number),
                path,
                text,
            })
            .collect(),
        assets: Vec::new(),
    };
    let parsed = parse::parse(&sources);
    let resolved = resolve::resolve(parsed.value, &sources);
    (resolved.value, resolved.diagnostics, sources)
}

fn target(library: &Library, from: PageId, target: &CitationTarget) -> String {
    let key = |page: PageId| match page == from {
        true => "self",
        false => library.page(page).key.rsplit('/').next().unwrap_or("?"),
    };
    match target {
        CitationTarget::Page(page) => key(*page).to_owned(),
        CitationTarget::Provision { page, anchor } => format!("{}#{anchor}", key(*page)),
        CitationTarget::External(id) => format!("external {id}"),
        CitationTarget::Unresolved => "external".to_owned(),
    }
}

/// A citation with all that it leads to; a range as its two ends.
struct Shown {
    anchor: String,
    text: String,
    target: String,
}

/// The citations of a page, those of one range together.
fn shown(library: &Library, page: PageId) -> Vec<Shown> {
    let own: Vec<&Citation> = library
        .citations
        .iter()
        .filter(|c| c.page == page)
        .collect();
    own.chunk_by(|a, b| a.span == b.span && a.text == b.text && a.anchor == b.anchor)
        .map(|group| {
            let ends = |citation: &Citation| target(library, page, &citation.target);
            let (first, last) = (ends(group[0]), ends(group[group.len() - 1]));
            Shown {
                anchor: group[0].anchor.as_deref().unwrap_or_default().to_owned(),
                text: group[0].text.to_string(),
                target: match first == last {
                    true => first,
                    false => format!("{first}..{}", last.split('#').next_back().unwrap_or("")),
                },
            }
        })
        .collect()
}

/// What the labels say of one unit.
type Labels = Vec<(String, String)>;

fn labelled() -> BTreeMap<String, Labels> {
    let file = std::fs::read_to_string(repository("tests/queries/citations.tsv"))
        .expect("the labels are in the repository");
    let mut units: BTreeMap<String, Labels> = BTreeMap::new();
    for line in file.lines() {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or_default().to_owned();
        let (unit, text, target) = (field(), field(), field());
        let labels = units.entry(unit).or_default();
        if !text.is_empty() {
            labels.push((text, target));
        }
    }
    units
}

/// Pairs of labels and citations in the order of both: the longest possible.
fn aligned(labels: &Labels, found: &[Shown]) -> Vec<(usize, usize)> {
    let fits = |l: usize, f: usize| {
        let (label, text) = (&labels[l].0, &found[f].text);
        text.ends_with(label.as_str()) || label.ends_with(text.as_str())
    };
    let mut best = vec![vec![0; found.len() + 1]; labels.len() + 1];
    for l in (0..labels.len()).rev() {
        for f in (0..found.len()).rev() {
            let skip = best[l + 1][f].max(best[l][f + 1]);
            let take = best[l + 1][f + 1] + usize::from(fits(l, f));
            best[l][f] = skip.max(take);
        }
    }
    let (mut l, mut f) = (0, 0);
    let mut pairs = Vec::new();
    while l < labels.len() && f < found.len() {
        if fits(l, f) && best[l][f] == best[l + 1][f + 1] + 1 {
            pairs.push((l, f));
            (l, f) = (l + 1, f + 1);
        } else if best[l][f] == best[l + 1][f] {
            l += 1;
        } else {
            f += 1;
        }
    }
    pairs
}

#[test]
fn citations_of_laws_are_found_and_led_to_what_they_mean() {
    let Some(laws) = laws::read() else {
        println!("skipped: no laws at {}", laws::archive().display());
        return;
    };
    let units = labelled();
    let mut wanted: BTreeSet<&str> = units
        .keys()
        .filter_map(|u| Some(u.split_once('-')?.0))
        .collect();
    let targets = units.values().flatten().map(|(_, target)| target);
    wanted.extend(targets.filter_map(|target| target.split(['#', '.']).next()));
    // Every title counts, since names are told apart by them.
    let files: Vec<_> = laws
        .iter()
        .map(|law| {
            let body = match wanted.contains(law.id.as_str()) {
                true => laws::paragraphs(law),
                false => String::new(),
            };
            (
                format!("r/{}.md", law.id),
                regulation(&law.title, "", &body),
            )
        })
        .collect();
    let (library, _, _) = library(&files);
    let mut report = String::new();
    let (mut right, mut found_all, mut labels_all, mut led) = (0, 0, 0, 0);
    let mut led_known = 0;
    let mut known = 0;
    for (unit, labels) in &units {
        let (law, number) = unit.split_once('-').expect("law and unit");
        let page = library
            .pages
            .iter()
            .find(|page| page.key == format!("r/{law}"));
        let page = page.expect("the law is in the collection").id;
        let found: Vec<Shown> = shown(&library, page)
            .into_iter()
            .filter(|citation| match number.strip_prefix('s') {
                Some(_) => !citation.anchor.contains("art-"),
                None => {
                    let article = format!("art-{}", number.replace('.', "-"));
                    let rest = citation.anchor.strip_prefix(article.as_str());
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("-para"))
                }
            })
            .collect();
        let pairs = aligned(labels, &found);
        right += pairs.len();
        found_all += found.len();
        labels_all += labels.len();
        known += labels
            .iter()
            .filter(|(_, target)| target != "external")
            .count();
        for (l, f) in &pairs {
            if labels[*l].1 == found[*f].target {
                led += 1;
                led_known += usize::from(labels[*l].1 != "external");
            } else {
                let (text, wanted) = &labels[*l];
                writeln!(
                    report,
                    "led astray: {unit} {text}: {} instead of {wanted}",
                    found[*f].target
                )
                .expect("a string");
            }
        }
        for (l, (text, target)) in labels.iter().enumerate() {
            if !pairs.iter().any(|pair| pair.0 == l) {
                writeln!(report, "missed: {unit} {text} → {target}").expect("a string");
            }
        }
        for (f, citation) in found.iter().enumerate() {
            if !pairs.iter().any(|pair| pair.1 == f) {
                let Shown {
                    anchor,
                    text,
                    target,
                } = citation;
                writeln!(report, "no citation: {unit} {anchor} {text} → {target}")
                    .expect("a string");
            }
        }
    }
    println!("{report}");
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    let (precision, recall) = (share(right, found_all), share(right, labels_all));
    println!(
        "{} units, {labels_all} citations labelled, {found_all} found: precision {precision:.3}, recall {recall:.3}",
        units.len()
    );
    println!(
        "led where they mean: {led} of {right} found; {led_known} of the {known} that the collection holds"
    );
    assert!(precision >= 0.97, "{report}");
    assert!(recall >= 0.97, "{report}");
    assert!(share(led, right) >= 0.97, "{report}");
}
