//! Citations: what is recognised in a text, and where it leads.
//!
//! All texts here are invented; none is a regulation of any organ. The labelled
//! sample names articles of the collection of laws beside the project, and
//! contains nothing of them except the citations.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use search::present::PartKind;
use search::request::Request;
use zhize::diag::{Diagnostic, FileId};
use zhize::extract::Corpus;
use zhize::library::Library;
use zhize::lookup::Lookup;
use zhize::model::{Citation, CitationTarget, PageId};
use zhize::pack::PackOptions;
use zhize::parse;
use zhize::render::{Prepared, RenderOptions, Theme};
use zhize::source::{SourceFile, SourceSet};

use crate::laws;
use crate::oracle;
use crate::support::repository;

/// A regulation's file; without a body when `body` is empty.
fn regulation(title: &str, extra: &str, body: &str) -> String {
    let form = if body.is_empty() { "none" } else { "clause" };
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
    let resolved = crate::support::resolved(parsed.value, &sources);
    (resolved.value, resolved.diagnostics, sources)
}

fn target(library: &Library, from: PageId, target: &CitationTarget) -> String {
    let key = |page: PageId| {
        if page == from {
            "self"
        } else {
            library.page(page).key.rsplit('/').next().unwrap_or("?")
        }
    };
    match target {
        CitationTarget::Page(page) => key(*page).to_owned(),
        CitationTarget::Provision { page, anchor } => format!("{}#{anchor}", key(*page)),
        CitationTarget::External(id) => format!("external {id}"),
        CitationTarget::Unresolved => "external".to_owned(),
    }
}

/// A citation with everything that it leads to; a range as its two ends.
struct Shown {
    anchor: String,
    text: String,
    target: String,
}

/// The citations of a page, with those of one range together.
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
                target: if first == last {
                    first
                } else {
                    format!("{first}..{}", last.split('#').next_back().unwrap_or(""))
                },
            }
        })
        .collect()
}

const CODE: &str = "
第一章　总则

第一条　为了虚构，制定本办法。

第二条　有下列情形之一的：

（一）甲；

（二）乙；

（三）丙。

前款第二项不适用。

第三条　丁。

第四条　戊。

第四条之一　己。

第五条　庚。

第二章　分则

第六条　辛。

第七条　壬。

第八款不是条款。

第十条　癸。
";

/// The citations of an invented regulation whose last article has this text,
/// each as text and target; `/` between paragraphs.
fn cited(text: &str) -> String {
    let body = format!("{CODE}\n第十八条　{}\n", text.replace('/', "\n\n"));
    let files = [
        ("r/a.md".to_owned(), regulation("虚构办法", "", &body)),
        (
            "r/b.md".to_owned(),
            regulation(
                "中华人民共和国示例保护法（试行）",
                "other_names = [\"护例法\"]\n",
                CODE,
            ),
        ),
        (
            "r/c.md".to_owned(),
            regulation("实施〈虚构办法〉细则", "", ""),
        ),
    ];
    let (library, ..) = library(&files);
    let shown = shown(&library, library.pages[0].id);
    let own = shown.iter().filter(|c| c.anchor.starts_with("art-18"));
    let lines: Vec<String> = own.map(|c| format!("{}→{}", c.text, c.target)).collect();
    lines.join(" ")
}

#[test]
fn citations_are_read_in_all_their_forms() {
    for (text, wanted) in [
        // Citations of this text.
        ("依照第三条处理", "第三条→self#art-3"),
        ("依照本办法第四条之一", "本办法第四条之一→self#art-4-1"),
        ("本实施办法第 3 条", "本实施办法第 3 条→self#art-3"),
        ("违反本办法三条规定", "本办法三条→self#art-3"),
        (
            "第二条第二项、第（三）项",
            "第二条第二项→self#art-2-para-1-item-2 第（三）项→self#art-2-para-1-item-3",
        ),
        (
            "第二条第一款第（一）、（三）项",
            "第二条第一款第（一）→self#art-2-para-1-item-1 （三）项→self#art-2-para-1-item-3",
        ),
        (
            "第三、四条和第五条",
            "第三→self#art-3 四条→self#art-4 第五条→self#art-5",
        ),
        ("第三条至第五条", "第三条至第五条→self#art-3..art-5"),
        ("第三至五条", "第三至五条→self#art-3..art-5"),
        (
            "第二条第一项至第三项",
            "第二条第一项至第三项→self#art-2-para-1-item-1..art-2-para-1-item-3",
        ),
        ("依照第二章的规定", "第二章→self#chap-2"),
        ("本章第六条", "本章第六条→self#art-6"),
        (
            "依照前条、前两条",
            "前条→self#art-10 前两条→self#art-7..art-10",
        ),
        // Citations of this article.
        ("甲。/前款规定", "前款→self#art-18-para-1"),
        (
            "甲。/乙。/前两款、本条第一款",
            "前两款→self#art-18-para-1..art-18-para-2 本条第一款→self#art-18-para-1",
        ),
        (
            "甲：/（一）乙；/（二）前项规定的。/前款第一项",
            "前项→self#art-18-para-1-item-1 前款第一项→self#art-18-para-1-item-1",
        ),
        (
            "甲：/（一）乙；/（二）丙。/有第二项情形的",
            "第二项→self#art-18-para-1-item-2",
        ),
        (
            "违反第二条规定的：/（一）违反第一项规定；/（二）违反第三项规定",
            "第二条→self#art-2 第一项→self#art-2-para-1-item-1 第三项→self#art-2-para-1-item-3",
        ),
        (
            "违反第二条第一款的，处罚；违反第二款的/甲",
            "第二条第一款→self#art-2-para-1 第二款→self#art-2-para-2",
        ),
        ("甲。/发生前款所列情形", "前款→self#art-18-para-1"),
        ("违反本办法规定第三条", "本办法规定第三条→self#art-3"),
        // Citations of other texts.
        (
            "依照《示例保护法》第三条、第五条",
            "《示例保护法》第三条→b#art-3 第五条→b#art-5",
        ),
        (
            "依照《中华人民共和国示例保护法》",
            "《中华人民共和国示例保护法》→b",
        ),
        (
            "依照示例保护法第三条和本办法第五条",
            "示例保护法第三条→b#art-3 本办法第五条→self#art-5",
        ),
        (
            "违反护例法第二条第二款",
            "护例法第二条第二款→b#art-2-para-2",
        ),
        (
            "《护例法》（2018年修正）的第三条",
            "《护例法》（2018年修正）的第三条→b#art-3",
        ),
        (
            "《护例法》（以下简称《护法》）第三条，《护法》第五条，护法第六条",
            "《护例法》（以下简称《护法》）第三条→b#art-3 《护法》第五条→b#art-5 护法第六条→b#art-6",
        ),
        (
            "《护例法》第三条规定的，该法第五条、该条",
            "《护例法》第三条→b#art-3 该法第五条→b#art-5",
        ),
        (
            "《护例法》第二条规定的，该条第二款",
            "《护例法》第二条→b#art-2 该条第二款→b#art-2-para-2",
        ),
        (
            "《实施〈虚构办法〉细则》第三条",
            "《实施〈虚构办法〉细则》第三条→c",
        ),
        (
            "依照《外部条例》第三条、虚构外部条例第五条",
            "《外部条例》第三条→external wai-tiaoli 虚构外部条例第五条→external wai-tiaoli",
        ),
        ("违反无名法第三条规定", "无名法第三条→external"),
        // Citations of a law whose title only ends like that of a law in the
        // library.
        ("违反海洋示例保护法第三条", "海洋示例保护法第三条→external"),
        // No citations.
        ("第三条生产线和第一条例、第二项目、第三人", ""),
        ("提前款项，当前条件，付款前三条", ""),
        ("合同第三条，章程第五条", ""),
        ("罚款第二款式样，有第九项情形的", ""),
        ("本条规定，本法第", ""),
    ] {
        assert_eq!(cited(text), wanted, "{text}");
    }
}

#[test]
fn sections_of_this_chapter_are_those_of_this_chapter() {
    let body = "第一章　甲\n\n第一节　乙\n\n第一条　丙。\n\n第二节　丁\n\n第二条　戊。\n\n\
         第二章　己\n\n第一节　庚\n\n第三条　辛。\n\n第二节　壬\n\n\
         第四条　适用本章第一节或者第二节的规定。\n";
    let files = [("r/a.md".to_owned(), regulation("虚构办法", "", body))];
    let (library, diagnostics, _) = library(&files);
    let shown = shown(&library, library.pages[0].id);
    let lines: Vec<String> = shown
        .iter()
        .map(|c| format!("{}→{}", c.text, c.target))
        .collect();
    assert_eq!(
        lines.join(" "),
        "本章第一节→self#chap-2-sec-1 第二节→self#chap-2-sec-2"
    );
    assert!(diagnostics.iter().all(|d| d.code != "unresolved-provision"));
}

/// The citations of a practice with this body.
fn cited_in_practice(body: &str) -> String {
    let files = [
        ("p/x.md".to_owned(), practice("虚构做法", body)),
        ("r/a.md".to_owned(), regulation("虚构办法", "", CODE)),
        ("r/b.md".to_owned(), regulation("虚构条例", "", CODE)),
    ];
    let (library, ..) = library(&files);
    let page = library.pages.iter().find(|page| page.key == "p/x");
    let shown = shown(&library, page.expect("the practice").id);
    let lines = shown.iter().map(|c| format!("{}→{}", c.text, c.target));
    lines.collect::<Vec<_>>().join(" ")
}

#[test]
fn in_a_practice_a_bare_article_is_that_of_the_only_document_named() {
    for (body, wanted) in [
        (
            "依据《虚构办法》，落实第三条。〔P1〕",
            "《虚构办法》→a 第三条→a#art-3",
        ),
        (
            "依据《虚构办法》和《虚构条例》，落实第三条。〔P1〕",
            "《虚构办法》→a 《虚构条例》→b",
        ),
        ("落实第三条、本办法第三条、第二款。〔P1〕", ""),
        (
            "依据《虚构办法》。〔P1〕\n\n落实第三条。〔P1〕",
            "《虚构办法》→a",
        ),
        (
            "依据**《虚构办法》第三条**和[第五条](@/r/a.md#art-5)。〔P1〕",
            "《虚构办法》第三条→a#art-3 第五条→a#art-5",
        ),
        (
            "依据《虚构办法》\n第三条。〔P1〕",
            "《虚构办法》第三条→a#art-3",
        ),
    ] {
        assert_eq!(cited_in_practice(body), wanted, "{body}");
    }
}

#[test]
fn a_citation_knows_where_it_is_written() {
    let body = "\n第一条　依照**前条**、第二条(第9款)、第\\(二\\)条。\n\n第二条　见\n第一条。\n";
    let files = [("r/a.md".to_owned(), regulation("虚构办法", "", body))];
    let (library, _, sources) = library(&files);
    let written: Vec<&str> = library
        .citations
        .iter()
        .map(|c| &sources.get(c.span.file).text[c.span.range.clone()])
        .collect();
    assert_eq!(written, ["第二条", "第\\(二\\)条", "第一条"]);
}

#[test]
fn a_provision_knows_what_refers_to_it() {
    let law = format!(
        "{CODE}\n第十八条　甲，依照前条、第二条第二款、第二条第一项。\n\n前款、第十八条。\n"
    );
    let fields = "region = { code = \"CN\", name = \"全国\" }\n";
    let applies = practice("虚构做法", "依据[办法](@/r/a.md#art-2-para-2)、《虚构办法》第三条至第五条。〔P1〕\n").replace(
        fields.trim_end(),
        &format!("{}\nimplements = [{{ regulation = \"@/r/a.md\", provision = \"第三条\", basis = \"stated\", locator = \"P1\" }}]", fields.trim_end()),
    );
    let files = [
        ("p/x.md".to_owned(), applies),
        ("r/a.md".to_owned(), regulation("虚构办法", "", &law)),
        (
            "r/b.md".to_owned(),
            regulation(
                "虚构条例",
                "",
                "\n第一条　依照《虚构办法》第二条第一款、第二条第二款。\n",
            ),
        ),
    ];
    let (library, ..) = library(&files);
    let page = library
        .pages
        .iter()
        .find(|page| page.key == "r/a")
        .expect("the regulation");
    let cited: Vec<String> = library
        .cited
        .units(page.id)
        .map(|(unit, references)| {
            let places = references.iter().map(|reference| {
                let from = &library.page(reference.from).key;
                let place = reference.place.as_deref().unwrap_or("-");
                let kind = if reference.kind.is_some() { "!" } else { "" };
                format!("{from}#{place}{kind}")
            });
            format!("{unit}: {}", places.collect::<Vec<_>>().join(" "))
        })
        .collect();
    assert_eq!(
        cited,
        [
            "art-10: r/a#art-18-para-1",
            "art-2: p/x#- r/a#art-18-para-1 r/b#art-1-para-1",
            "art-3: p/x#-! p/x#-",
            "art-4: p/x#-",
            "art-4-1: p/x#-",
            "art-5: p/x#-",
        ]
    );
    let corpus = zhize::extract::corpus(&library);
    let indexed = corpus
        .pages
        .iter()
        .find(|page| page.card.key == "r/a")
        .expect("it is indexed");
    let counts = indexed.units.iter().map(|unit| (unit, unit.cited));
    let counts: Vec<_> = counts
        .filter(|(_, count)| *count > 0)
        .map(|(unit, count)| (unit.anchor.as_str(), count))
        .collect();
    assert_eq!(
        counts,
        [
            ("art-2", 3),
            ("art-3", 2),
            ("art-4", 1),
            ("art-4-1", 1),
            ("art-5", 1),
            ("art-10", 1)
        ]
    );
    // One practice and one regulation cite it; only regulations are counted.
    assert_eq!(indexed.card.cited, 1);
}

#[test]
fn a_long_list_is_cut_and_has_a_page_of_its_own() {
    let law: String = (2..60)
        .map(|number| format!("\n第{number}条　依照第一条。\n"))
        .collect();
    let body = format!("\n第一条　甲。\n{law}");
    let files = [
        ("r/a.md".to_owned(), regulation("虚构办法", "", &body)),
        (
            "r/b.md".to_owned(),
            regulation("虚构条例", "", "\n第一条　依照《虚构办法》第一条。\n"),
        ),
    ];
    let (library, _, sources) = library(&files);
    let root = tempfile::tempdir().expect("a folder");
    let settings = zhize::config::Settings::default();
    let theme = Theme::load(root.path(), &settings, &sources).expect("the theme is built in");
    let prepared = Prepared::of(&library, &theme.checked.value);
    let (pages, _) = crate::support::rendered(&prepared, &RenderOptions::default());
    let page = |path: &str| {
        let file = pages.get(path).expect("the page is made");
        String::from_utf8(file.bytes.to_vec()).expect("text")
    };
    let law = page("r/a/index.html");
    assert!(law.contains("被引用 59 处"), "{law}");
    assert!(law.contains("cited/index.html#art-1\">全部 59 处"), "{law}");
    let cited = page("r/a/cited/index.html");
    assert_eq!(cited.matches("#art-59-para-1\"").count(), 1, "{cited}");
    assert!(cited.contains("虚构条例"), "{cited}");
    assert!(pages.get("r/b/cited/index.html").is_none());
}

proptest::proptest! {
    /// No text makes recognition fail, and no two citations overlap.
    #[test]
    fn any_text_is_scanned(text in "[第前本条款项章之法例一二十百（）《》〈〉、和至以下简称甲，。\n ]{0,60}") {
        use zhize::citation::scan::{Found, scan};
        let mut behind = 0;
        for found in scan(&text) {
            if let Found::Mention(mention) = found {
                proptest::prop_assert!(text.get(mention.range.clone()).is_some());
                proptest::prop_assert!(mention.range.start >= behind);
                behind = mention.range.end;
            }
        }
    }
}

/// The labels of one unit.
type Labels = Vec<(String, String)>;

fn labelled(sample: &str) -> BTreeMap<String, Labels> {
    let file = std::fs::read_to_string(repository("tests/queries").join(sample))
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

/// Pairs of labels and citations in the order of both; as many as possible.
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

/// Drawn at random from all articles that can hold a citation.
#[test]
fn citations_of_laws_are_found_and_led_to_what_they_mean() {
    measure("citations.tsv", 0.97);
}

/// Drawn from articles with rare forms: ranges, shared units, names without 《》,
/// short names, items of another article.
#[test]
fn rare_forms_of_citations_are_found_and_led_to_what_they_mean() {
    measure("citations-rare.tsv", 0.95);
}

fn measure(sample: &str, wanted: f64) {
    let Some(laws) = laws::read() else {
        println!("skipped: no laws at {}", laws::archive().display());
        return;
    };
    let units = labelled(sample);
    let mut bodies: BTreeSet<&str> = units
        .keys()
        .filter_map(|u| Some(u.split_once('-')?.0))
        .collect();
    let targets = units.values().flatten().map(|(_, target)| target);
    bodies.extend(targets.filter_map(|target| target.split(['#', '.']).next()));
    // Every title counts, because titles are used to tell laws apart.
    let files: Vec<_> = laws
        .iter()
        .map(|law| {
            let body = if bodies.contains(law.id.as_str()) {
                laws::paragraphs(law)
            } else {
                String::new()
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
    assert!(precision >= wanted, "{report}");
    assert!(recall >= wanted, "{report}");
    assert!(share(led, right) >= wanted, "{report}");
}

/// Two rules with the same words; others cite one of them.
fn one_of_two_is_cited() -> Library {
    let same = "\n第一条　单位应当及时公开食堂账目。\n";
    let cites = "\n第一条　账簿依照《虚构旧事规定》第一条保存。\n";
    let mut files = vec![
        ("r/a.md".to_owned(), regulation("样市某事细则", "", same)),
        ("r/b.md".to_owned(), regulation("虚构旧事规定", "", same)),
    ];
    for name in ["c", "d", "e"] {
        let title = format!("虚构{name}办法");
        files.push((format!("r/{name}.md"), regulation(&title, "", cites)));
    }
    library(&files).0
}

/// Address and score parts of the first hit, from both engines.
fn first_hit(engines: &mut oracle::Engines, request: &Request) -> (String, Vec<PartKind>) {
    let ask = |engine: &mut dyn Lookup| {
        let results = engine.search(request).expect("an answer");
        let hit = results.hits.into_iter().next().expect("a hit");
        let parts = hit.explain.expect("it was asked for").parts;
        if let Some(cited) = parts.iter().find(|part| part.kind == PartKind::Cited) {
            assert_eq!(cited.term, "3", "how many cite it");
        }
        let sum: f32 = parts.iter().map(|part| part.points).sum();
        assert!((sum - hit.place.score).abs() < 0.01, "{parts:?}");
        (hit.card.key, parts.iter().map(|part| part.kind).collect())
    };
    let expected = ask(&mut engines.tantivy);
    let found = ask(&mut engines.statically);
    assert_eq!(found, expected, "{}", request.query);
    found
}

#[test]
fn what_others_cite_comes_first_unless_a_region_or_a_document_is_named() {
    let corpus = zhize::extract::corpus(&one_of_two_is_cited());
    let mut engines = oracle::engines(corpus, PackOptions::default());
    let request = |query: &str| Request {
        explain: true,
        ..Request::new(query)
    };
    let (first, parts) = first_hit(&mut engines, &request("公开食堂账目"));
    assert_eq!(first, "r/b");
    assert!(parts.contains(&PartKind::Cited), "{parts:?}");
    for query in [
        "样市 公开食堂账目",
        "标题:虚构旧事 公开食堂",
        "虚构旧事规定第一条",
    ] {
        let (_, parts) = first_hit(&mut engines, &request(query));
        assert!(!parts.contains(&PartKind::Cited), "{query}: {parts:?}");
    }
    let filtered = Request {
        filters: vec![("region".to_owned(), "CN".to_owned())],
        ..request("公开食堂账目")
    };
    for hit in engines
        .statically
        .search(&filtered)
        .expect("an answer")
        .hits
    {
        let parts = hit.explain.expect("it was asked for").parts;
        assert!(parts.iter().all(|part| part.kind != PartKind::Cited));
    }
}

#[test]
fn what_was_replaced_counts_no_more_than_its_successor() {
    let text = "\n第一条　单位应当及时公开食堂账目。\n";
    let cites = "\n第一条　账簿依照《虚构旧规定》第一条保存。\n";
    let mut files = vec![
        ("r/a.md".to_owned(), regulation("虚构旧规定", "", text)),
        (
            "r/b.md".to_owned(),
            regulation("虚构新规定", "replaces = [\"@/r/a.md\"]\n", text),
        ),
    ];
    for name in ["c", "d", "e"] {
        let title = format!("虚构{name}办法");
        files.push((format!("r/{name}.md"), regulation(&title, "", cites)));
    }
    let corpus = zhize::extract::corpus(&library(&files).0);
    let page = |key: &str| {
        let at = corpus.pages.iter().position(|page| page.card.key == key);
        at.expect("it is indexed") as u32
    };
    let old = page("r/a");
    assert_eq!(corpus.pages[old as usize].card.cited, 3);
    assert_eq!(corpus.cited.of(old), corpus.cited.of(page("r/b")));
}

#[test]
fn what_others_call_a_provision_finds_it() {
    let law = "\n第一条　故意藏起单位凭证的，给予警告。\n\n第二条　丢失凭证的，责令补办。\n";
    let by_name = "\n第一条　藏起凭证又拒不交出的，依照《虚构凭证法》第一条的规定，以隐匿会计凭证罪定罪处罚。\n";
    let list =
        "\n执行《虚构凭证法》用下列名称。\n\n隐匿会计凭证罪（第一条）、疏于保管罪（第二条）。\n";
    let files = [
        ("r/a.md".to_owned(), regulation("虚构凭证法", "", law)),
        ("r/b.md".to_owned(), regulation("虚构解释", "", by_name)),
        ("p/c.md".to_owned(), practice("虚构名称表", list)),
    ];
    let corpus = zhize::extract::corpus(&library(&files).0);
    let page = |corpus: &Corpus| {
        let mut pages = corpus.pages.iter();
        pages.find(|page| page.card.key == "r/a").cloned()
    };
    let said = page(&corpus).expect("it is indexed").said;
    let names: Vec<&str> = said.values().map(|said| said.names.as_str()).collect();
    assert_eq!(names, ["隐匿会计凭证罪", "疏于保管罪"]);
    let sentences: Vec<&str> = said.values().map(|said| said.sentences.as_str()).collect();
    assert_eq!(
        sentences,
        [
            "藏起凭证又拒不交出的，依照 的规定，以隐匿会计凭证罪定罪处罚",
            ""
        ]
    );
    let mut engines = oracle::engines(corpus, PackOptions::default());
    let engines: [&mut dyn Lookup; 2] = [&mut engines.tantivy, &mut engines.statically];
    for engine in engines {
        let mut ask = |query: &str| {
            let request = Request {
                explain: true,
                ..Request::new(query)
            };
            let results = engine.search(&request).expect("an answer");
            let mut hits = results.hits.into_iter();
            hits.find(|hit| hit.card.key == "r/a")
        };
        let hit = ask("疏于保管罪").expect("found by the name that others give it");
        assert_eq!(hit.place.anchor, "art-2");
        assert!(hit.level.is_whole());
        let parts = hit.explain.expect("it was asked for").parts;
        assert!(parts.iter().all(|part| part.kind != PartKind::Body));
        assert!(parts.iter().any(|part| part.kind == PartKind::Others));
        // The provision itself holds neither its name nor what others say about
        // it.
        assert!(ask("“疏于保管罪”").is_none());
        let hit = ask("拒不交出凭证").expect("found by its own words");
        assert!(
            !hit.level.is_whole(),
            "a sentence of another is not its own"
        );
    }
}
