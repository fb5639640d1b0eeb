//! The page about the site's data, and links to the data of one page.

use crate::address::{Here, page_file};
use crate::export::{self, DataFile};
use crate::library::Page;
use crate::model::{ExportFormat, PageType};

use crate::render::material::Material;
use crate::render::planned::Planned;
use crate::render::views::{DataFileView, DataView, LinkView};

/// The page's file.
pub(crate) const FILE: &str = "data/index.html";

/// Whether the site has the page: only if it exports data.
pub(crate) fn is_made(material: &Material<'_>) -> bool {
    !material.library.config.export.is_empty()
}

/// Plans the page.
pub(crate) fn plan<'a>(material: &Material<'a>) -> Option<Planned<'a>> {
    if !is_made(material) || !material.theme.has("data.html") {
        return None;
    }
    let words = material.words();
    let planned = material
        .planned(
            ("data", "data.html"),
            "data",
            "开放数据页",
            "data",
            |m, here, _| data(m, here),
        )
        .titled(words.text("data.title"), words.text("data.description"));
    Some(planned)
}

fn data(material: &Material<'_>, here: Here<'_>) -> DataView {
    let library = material.library;
    let example = example(material);
    let has_akoma_ntoso = library.config.export.contains(&ExportFormat::AkomaNtoso);
    DataView {
        files: export::of_site(library)
            .into_iter()
            .map(|file| {
                let size = material.options.data_sizes.get(&file.file);
                view(material, here, file, size.copied())
            })
            .collect(),
        pages: alternates(material, here, example),
        example: example.map(|page| material.page_link(here, page)),
        akoma_ntoso: has_akoma_ntoso.then(|| {
            let pages = library.pages.iter();
            pages.filter(|page| export::has_akoma_ntoso(page)).count()
        }),
        license: library.config.license.clone(),
        sources: library
            .sources
            .values()
            .map(|source| LinkView {
                title: source.label.clone(),
                href: here.to(&page_file(&format!("sources/{}", source.id))),
            })
            .collect(),
    }
}

/// An example: the first page that has every form, else the first regulation,
/// else any page.
fn example<'a>(material: &Material<'a>) -> Option<&'a Page> {
    let library = material.library;
    let order = &material.catalogue.reading_order;
    let mut pages = order.iter().map(|id| library.page(*id));
    let first = pages.clone().next();
    let regulation = pages
        .clone()
        .find(|page| page.page_type() == Some(PageType::Regulation));
    pages
        .find(|page| export::has_akoma_ntoso(page))
        .or(regulation)
        .or(first)
}

/// A page's files of data.
pub(crate) fn alternates(
    material: &Material<'_>,
    here: Here<'_>,
    page: Option<&Page>,
) -> Vec<DataFileView> {
    let Some(page) = page else {
        return Vec::new();
    };
    export::of_page(material.library, page)
        .into_iter()
        .map(|file| view(material, here, file, None))
        .collect()
}

fn view(
    material: &Material<'_>,
    here: Here<'_>,
    file: DataFile,
    size: Option<u64>,
) -> DataFileView {
    DataFileView {
        label: file.label(material.words()),
        href: here.to(&file.file),
        media_type: file.media_type,
        description: file.description(material.words()),
        size: size.map(size_in_words),
    }
}

/// A size in decimal units, as download lists show it.
fn size_in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
