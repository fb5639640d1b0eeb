//! Every name of every page, in order of sound.

use crate::output::Origin;

use crate::address::{Here, page_file};
use crate::render::initials::{FOLDER, Initial, is_split};
use crate::render::material::Material;
use crate::render::paging::Part;
use crate::render::planned::Planned;
use crate::render::views::{AToZView, InitialView, NameGroupView, NameView};

/// Plans the page of all names.
pub(crate) fn plan<'a>(material: &Material<'a>) -> Planned<'a> {
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
pub(crate) fn plan_initials<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
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

/// The view of the page of all names, or of one initial's page.
pub(crate) fn view(
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
                href: if split {
                    here.to(&initial.file())
                } else {
                    format!("#initial-{}", initial.slug())
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
                    .map(|named| {
                        let page = material.page(named.page);
                        let file = page_file(&page.key);
                        NameView {
                            name: named.name.clone(),
                            href: here.to_anchor(&file, named.anchor.as_deref()),
                            title: (page.title != named.name).then(|| page.title.clone()),
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
