//! Every name of every page, under its initial.

use crate::address::page_file;
use crate::chinese::order as pinyin_order;
use crate::library::Library;
use crate::model::PageId;

/// Folder of the page, and of the initials' pages.
pub(super) const FOLDER: &str = "a-z";

/// With more names each initial has a page of its own.
const MOST: usize = 800;

/// The names under one initial, in order of sound.
#[derive(Debug)]
pub(super) struct Initial {
    /// `A` to `Z`, or `#`.
    pub letter: char,
    /// Each name with its page.
    pub names: Vec<(String, PageId)>,
}

impl Initial {
    /// In addresses and anchors.
    pub fn slug(&self) -> String {
        match self.letter {
            '#' => "other".to_owned(),
            letter => letter.to_ascii_lowercase().to_string(),
        }
    }

    /// The page of its own.
    pub fn file(&self) -> String {
        page_file(&format!("{FOLDER}/{}", self.slug()))
    }
}

/// Titles and other names of these pages; a name that a page has twice is
/// listed once.
pub(super) fn initials(library: &Library, pages: &[PageId]) -> Vec<Initial> {
    let mut names: Vec<(String, PageId)> = Vec::new();
    for page in pages.iter().map(|id| library.page(*id)) {
        if page.page_type().is_none() {
            continue;
        }
        let bare = |name: &str| -> String {
            let kept = |c: &char| !"“”《》「」".contains(*c);
            name.chars().filter(kept).collect()
        };
        let title = bare(&page.title);
        names.push((page.title.clone(), page.id));
        // 四种形态 beside “四种形态” says nothing new.
        let others = page.other_names.iter().filter(|name| bare(name) != title);
        names.extend(others.map(|name| (name.clone(), page.id)));
    }
    names.sort_by_cached_key(|(name, id)| (pinyin_order::sort_key(name), *id));
    names.dedup();
    let mut initials: Vec<Initial> = Vec::new();
    for (name, id) in names {
        let letter = pinyin_order::initial(&name);
        // Latin words and syllables sort alike, but signs come first.
        match initials.iter_mut().find(|initial| initial.letter == letter) {
            Some(initial) => initial.names.push((name, id)),
            None => initials.push(Initial {
                letter,
                names: vec![(name, id)],
            }),
        }
    }
    initials.sort_by_key(|initial| (initial.letter == '#', initial.letter));
    initials
}

/// Whether each initial has a page of its own.
pub(super) fn is_split(initials: &[Initial]) -> bool {
    initials
        .iter()
        .map(|initial| initial.names.len())
        .sum::<usize>()
        > MOST
}
