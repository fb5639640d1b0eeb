//! Every name of every page in order of its sound.

use crate::library::Library;
use crate::model::PageId;
use crate::output::Origin;

use super::address::{Here, page_file};
use super::frame::Material;
use super::paging::Part;
use super::planned::Planned;
use super::views::{AToZView, InitialView, NameGroupView, NameView};
use crate::chinese::order as pinyin_order;

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

/// Plans the page of all names.
pub(super) fn plan<'a>(material: &Material<'a>) -> Planned<'a> {
    let words = material.words();
    material
        .planned(
            ("a-z", "a-z.html"),
            FOLDER,
            "拼音索引",
            "a_to_z",
            |m, here, part| view(m, here, None, part),
        )
        .titled(words.text("a-z.title"), words.text("a-z.description"))
}

/// Plans a page for each initial, where one page would be too long.
pub(super) fn plan_initials<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
    let (material, words) = (*material, material.words());
    let initials = material.catalogue.initials.iter();
    let initials = initials.filter(move |_| is_split(&material.catalogue.initials));
    initials.map(move |initial| {
        let (title, length) = (words.text("a-z.title"), initial.names.len());
        Planned::new(
            ("a-z", "a-z.html"),
            initial.file(),
            Origin::program(format!("拼音索引 {}", initial.letter)),
            "a_to_z",
            move |m, here, part| view(m, here, Some(initial), part),
        )
        .titled(
            words.labelled(title, &initial.letter.to_string()),
            words.say("a-z.initial", &[("letter", &initial.letter)]),
        )
        .below(material.below(title, &page_file(FOLDER)))
        .listing(
            length,
            material.lines(),
            words.say("pager.things", &[("n", &length)]),
        )
    })
}

/// The page of all names, or one of those of an initial.
pub(super) fn view(
    material: &Material<'_>,
    here: Here<'_>,
    only: Option<&Initial>,
    part: &Part,
) -> AToZView {
    let all = &material.catalogue.initials;
    let split = is_split(all);
    let shown = all.iter().filter(|initial| match only {
        Some(only) => only.letter == initial.letter,
        None => !split,
    });
    AToZView {
        count: all.iter().map(|initial| initial.names.len()).sum(),
        initials: all
            .iter()
            .map(|initial| InitialView {
                title: initial.letter.to_string(),
                href: match split {
                    true => here.to(&initial.file()),
                    false => format!("#initial-{}", initial.slug()),
                },
                count: initial.names.len(),
                current: only.is_some_and(|only| only.letter == initial.letter),
            })
            .collect(),
        groups: shown
            .map(|initial| NameGroupView {
                title: initial.letter.to_string(),
                anchor: format!("initial-{}", initial.slug()),
                names: part
                    .of(&initial.names)
                    .iter()
                    .map(|(name, id)| {
                        let page = material.page(*id);
                        NameView {
                            name: name.clone(),
                            href: here.to(&page_file(&page.key)),
                            title: (page.title != *name).then(|| page.title.clone()),
                            page_type: page
                                .page_type()
                                .map(|page_type| material.type_view(page_type)),
                        }
                    })
                    .collect(),
            })
            .collect(),
    }
}
