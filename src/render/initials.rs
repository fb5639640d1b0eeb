//! Every name of every page, under its initial.

use crate::address::page_file;
use crate::chinese::order as pinyin_order;
use crate::library::Library;
use crate::model::PageId;

/// Folder of the page of all names, and of the initials' pages.
pub(super) const FOLDER: &str = "a-z";

/// With more names than this, each initial has a page of its own.
const MOST: usize = 800;

/// The names under one initial, in order of sound.
#[derive(Debug)]
pub(super) struct Initial {
    /// `A` to `Z`, or `#`.
    pub letter: char,
    /// The names, each with its page.
    pub names: Vec<Named>,
}

/// A name, and where readers find what it means.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub name: String,
    pub page: PageId,
    /// Anchor of a heading on the page, if that explains the name.
    pub anchor: Option<String>,
}

impl Initial {
    /// The initial in addresses and anchors.
    pub fn slug(&self) -> String {
        match self.letter {
            '#' => "other".to_owned(),
            letter => letter.to_ascii_lowercase().to_string(),
        }
    }

    /// The file of the initial's own page.
    pub fn file(&self) -> String {
        page_file(&format!("{FOLDER}/{}", self.slug()))
    }
}

/// Titles and other names of these pages; a name that a page has twice is
/// listed once.
pub(super) fn initials(library: &Library, pages: &[PageId]) -> Vec<Initial> {
    let mut names: Vec<Named> = Vec::new();
    for page in pages.iter().map(|id| library.page(*id)) {
        if page.page_type().is_none() {
            continue;
        }
        let mut add = |title: &String, others: &[String], anchor: Option<&String>| {
            // “四种形态” adds nothing to 四种形态.
            let others = others.iter().filter(|name| bare(name) != bare(title));
            names.extend(std::iter::once(title).chain(others).map(|name| Named {
                name: name.clone(),
                page: page.id,
                anchor: anchor.cloned(),
            }));
        };
        add(&page.title, &page.other_names, None);
        for subentry in &page.subentries {
            add(
                &subentry.name,
                &subentry.other_names,
                Some(&subentry.anchor),
            );
        }
    }
    names.sort_by_cached_key(|named| (pinyin_order::sort_key(&named.name), named.page));
    names.dedup();
    let mut initials: Vec<Initial> = Vec::new();
    for named in names {
        let letter = pinyin_order::initial(&named.name);
        // Latin words and syllables sort alike, but signs come first.
        match initials.iter_mut().find(|initial| initial.letter == letter) {
            Some(initial) => initial.names.push(named),
            None => initials.push(Initial {
                letter,
                names: vec![named],
            }),
        }
    }
    initials.sort_by_key(|initial| (initial.letter == '#', initial.letter));
    initials
}

/// A name without quotation marks and book-title marks.
fn bare(name: &str) -> String {
    let kept = |c: &char| !"“”《》「」".contains(*c);
    name.chars().filter(kept).collect()
}

/// Whether each initial has a page of its own.
pub(super) fn is_split(initials: &[Initial]) -> bool {
    initials
        .iter()
        .map(|initial| initial.names.len())
        .sum::<usize>()
        > MOST
}
