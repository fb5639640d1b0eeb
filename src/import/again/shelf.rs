//! The pages that already exist in a section; finds the page that an input
//! belongs to.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::former::{self, Former};
use super::prints::Print;
use crate::import::files;
use crate::import::manuscript::{Fields, Manuscript};
use crate::import::markdown;
use crate::import::notes::Notes;
use crate::import::recognise::{Facts, title};
use crate::model::UNKNOWN;

/// The share of paragraphs that an input must have in common with a page that
/// came from a file of the same name.
const SAME_FILE: f64 = 0.5;

/// The least number of common paragraphs when the titles differ: many short
/// texts have the same last article.
const SAME_FILE_COUNT: usize = 3;

/// The share of common paragraphs when only the titles match.
const SAME_TITLE: f64 = 0.3;

/// A page that exists in the section.
#[derive(Clone, Debug)]
struct Standing {
    /// Relative to the site's root.
    path: String,
    /// Its title now, and when it was imported.
    titles: Vec<String>,
    /// Name of the input file, without extension and draft markers; empty when
    /// it is unknown.
    stem: String,
    number: Option<String>,
    dates: [Option<String>; 2],
    /// Fingerprints of its text now, and when it was imported.
    prints: Vec<Print>,
    /// Whether the text that the last import wrote for it is there.
    has_former: bool,
    /// Whether this run made it.
    is_fresh: bool,
}

/// The pages of a section and of the sections below it.
#[derive(Debug, Default)]
pub struct Shelf {
    pages: Vec<Standing>,
    /// Indices of pages by their path.
    by_path: BTreeMap<String, usize>,
}

/// An input whose page is being looked for.
#[derive(Clone, Copy, Debug)]
pub struct Newcomer<'n> {
    /// Name of its file without the extension.
    pub stem: &'n str,
    /// The facts recognised in its text.
    pub facts: &'n Facts,
    /// The fingerprint of its text.
    pub print: &'n Print,
}

/// How an input relates to the existing pages, which are given by path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It has no page yet.
    New,
    /// A page has the same title but another text.
    Namesake(String),
    /// A page has the same text, from another file.
    Same(String),
    /// The page came from this input and may be updated.
    Again(String),
    /// The page has this text, but the text of its last import is missing.
    Unknown {
        /// The page.
        path: String,
        /// Whether it has exactly this text.
        is_same: bool,
    },
}

impl Shelf {
    /// Reads the pages of a section.
    ///
    /// # Errors
    /// When a folder can't be read.
    pub fn read(root: &Path, section: &str) -> anyhow::Result<Self> {
        let paths = files::pages_below(root, section)?;
        let pages: Vec<Standing> = paths
            .into_par_iter()
            .filter_map(|path| standing(root, path))
            .collect();
        let by_path = pages.iter().enumerate();
        let by_path = by_path.map(|(at, page)| (page.path.clone(), at)).collect();
        Ok(Self { pages, by_path })
    }

    /// Finds the page of an input. `named` is the page that a person named for
    /// it.
    pub fn claim(&self, newcomer: &Newcomer<'_>, named: Option<&str>) -> Claim {
        if let Some(path) = named {
            let page = self.by_path.get(path).map(|at| &self.pages[*at]);
            return page.map_or(Claim::New, |page| page.again(newcomer));
        }
        let stem = title::without_draft_marks(newcomer.stem);
        let near = |page: &&Standing| !page.contradicts_dates(newcomer.facts);
        let same_text = |page: &&Standing| {
            let has = page.prints.iter().any(|own| own.is_same(newcomer.print));
            let told = newcomer.print.is_telling() || page.has_title(&newcomer.facts.title);
            has && told && !page.contradicts_number(newcomer.facts)
        };
        let is_file = |page: &Standing| page.stem == stem && !page.is_fresh;
        let mut same = self.pages.iter().filter(near).filter(same_text);
        if let Some(first) = same.clone().next() {
            // Of several, take the one that came from a file of this name, or
            // whose origin is unknown.
            let own = same.find(|page| is_file(page) || !page.has_former);
            return match own {
                Some(page) => page.again(newcomer),
                None => Claim::Same(first.path.clone()),
            };
        }
        let score = |page: &Standing| {
            let shares = page.prints.iter().map(|own| own.shared(newcomer.print));
            let (count, shared) = shares
                .max_by(|(_, a), (_, b)| a.total_cmp(b))
                .unwrap_or((0, 0.0));
            let titled = page.has_title(&newcomer.facts.title);
            let (file, number) = (is_file(page), page.contradicts_number(newcomer.facts));
            let is_it = match (titled, file) {
                (true, true) => shared >= SAME_FILE || !number,
                (true, false) => shared >= SAME_TITLE && !number,
                (false, true) => shared >= SAME_FILE && count >= SAME_FILE_COUNT && !number,
                (false, false) => false,
            };
            (is_it && !page.is_fresh).then_some(shared)
        };
        let known = self.pages.iter().filter(near);
        let known = known.filter_map(|page| score(page).map(|score| (page, score)));
        if let Some((page, _)) = known.max_by(|(_, a), (_, b)| a.total_cmp(b)) {
            return page.again(newcomer);
        }
        let namesake = |page: &&Standing| page.has_title(&newcomer.facts.title);
        match self.pages.iter().find(namesake) {
            Some(page) => Claim::Namesake(page.path.clone()),
            None => Claim::New,
        }
    }

    /// Records a page that this run makes or updates.
    pub fn add(&mut self, path: &str, newcomer: &Newcomer<'_>) {
        let page = Standing {
            path: path.to_owned(),
            titles: vec![newcomer.facts.title.clone()],
            stem: title::without_draft_marks(newcomer.stem),
            number: newcomer.facts.document_number.clone(),
            dates: dates(newcomer.facts),
            prints: vec![newcomer.print.clone()],
            has_former: true,
            is_fresh: true,
        };
        match self.by_path.get(path) {
            Some(at) => self.pages[*at] = page,
            None => {
                self.by_path.insert(path.to_owned(), self.pages.len());
                self.pages.push(page);
            }
        }
    }
}

fn dates(facts: &Facts) -> [Option<String>; 2] {
    [facts.adopted, facts.promulgated].map(|date| date.map(|date| date.to_string()))
}

fn standing(root: &Path, path: String) -> Option<Standing> {
    let text = files::text(&root.join(&path)).ok()?;
    let page = read(&text);
    let former = files::bytes(&root.join(former::path(&path)));
    let former = former.and_then(|bytes| Former::read(&bytes));
    let was = former.as_ref().map(|former| read(&former.page));
    let known = |fields: &Fields, key: &str| {
        let text = fields.first(&[key])?;
        (text != UNKNOWN).then(|| text.to_owned())
    };
    let both = || std::iter::once(&page).chain(&was);
    let titles = both().filter_map(|page| known(&page.fields, "title"));
    let stem = former.as_ref().map_or("", |former| &former.input);
    let stem = Path::new(stem).file_stem().unwrap_or_default();
    Some(Standing {
        titles: titles.collect(),
        stem: title::without_draft_marks(&stem.to_string_lossy()),
        number: known(&page.fields, "extra.document_number"),
        dates: ["extra.adopted", "extra.promulgated"].map(|key| known(&page.fields, key)),
        prints: both().map(Print::of).collect(),
        has_former: former.is_some(),
        is_fresh: false,
        path,
    })
}

fn read(page: &str) -> Manuscript {
    markdown::read(
        &page.replace("\r\n", "\n"),
        &|_| None,
        &mut Notes::default(),
    )
}

impl Standing {
    fn again(&self, newcomer: &Newcomer<'_>) -> Claim {
        let path = self.path.clone();
        if self.has_former {
            Claim::Again(path)
        } else {
            Claim::Unknown {
                path,
                is_same: self.prints.iter().any(|own| own.is_same(newcomer.print)),
            }
        }
    }

    fn has_title(&self, title: &str) -> bool {
        self.titles.iter().any(|own| own == title)
    }

    /// Whether the dates of adoption or promulgation differ: then it is another
    /// text of the same name.
    fn contradicts_dates(&self, facts: &Facts) -> bool {
        let pairs = self.dates.iter().zip(dates(facts));
        let mut pairs = pairs.filter_map(|(own, other)| Some((own.as_ref()?, other?)));
        pairs.any(|(own, other)| *own != other)
    }

    fn contradicts_number(&self, facts: &Facts) -> bool {
        let pair = self.number.as_ref().zip(facts.document_number.as_ref());
        pair.is_some_and(|(own, other)| own != other)
    }
}
