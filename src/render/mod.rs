//! Render: turns the library and a theme into pages.
//!
//! Each page plans itself. [`Pages`] holds all of them, so their paths are
//! known before any page is made. Then each page's view is made, and the
//! theme's template turns it into HTML. Pages don't depend on each other, so
//! they are made in parallel; the output is sorted by path.

mod addresses;
mod answers;
mod body;
mod catalogue;
mod cited;
mod frame;
mod initials;
mod lists;
mod machine_files;
mod material;
mod pages;
mod paging;
mod plan;
mod planned;
mod reliance;
mod structured;
pub mod theme;
mod tiles;
mod validity;
pub mod views;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use minijinja::value::Serde;
use minijinja::{Value, context};
use rayon::prelude::*;

use crate::address::{self, Here};
use crate::compare::Comparisons;
use crate::diag::{Checked, Diagnostic};
use crate::library::Library;
use crate::output::{Audience, Handover, Hold, Origin, OutputPlan};

pub use material::RenderOptions;
pub use pages::offline_page::FILE as OFFLINE_PAGE;
pub use plan::RESERVED;
pub use theme::{Theme, squeeze_js};

use crate::library::axis::Axis;
use crate::model::{Role, Vocabulary};

use catalogue::Catalogue;
use material::Material;
use paging::Part;
use planned::Planned;
use reliance::Reliance;
use theme::Assets;

/// A library with everything that its pages are made from.
pub struct Prepared<'a> {
    library: &'a Library,
    theme: &'a Theme,
    catalogue: Catalogue,
    comparisons: Comparisons,
    reliance: Reliance,
    assets: Assets,
    nothing_made: RenderOptions,
}

impl<'a> Prepared<'a> {
    /// Groups a library's pages and compares its texts.
    pub fn of(library: &'a Library, theme: &'a Theme) -> Self {
        Self {
            library,
            theme,
            catalogue: Catalogue::of(library),
            comparisons: Comparisons::of(library),
            reliance: Reliance::of(library),
            assets: theme.assets(),
            nothing_made: RenderOptions::default(),
        }
    }

    /// The pages that the site has.
    pub fn pages(&self) -> Pages<'_> {
        let site = Material {
            library: self.library,
            theme: self.theme,
            catalogue: &self.catalogue,
            comparisons: &self.comparisons,
            reliance: &self.reliance,
            assets: &self.assets,
            options: &self.nothing_made,
        };
        let planned = plan::pages(&site);
        Pages { site, planned }
    }
}

/// How many positions of a role stand as the title of its hit; it answers to the
/// others as well.
const SHOWN_POSITIONS: usize = 4;

/// A page that the program generates, as search finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionPage {
    /// The names that it answers to, the one that is shown first: its title, or
    /// for a role the positions, since a role's own name is a term that other
    /// pages define.
    pub names: Vec<String>,
    /// Its kind for readers: 功能, 角色.
    pub label: String,
    /// What it is for.
    pub description: String,
    /// Its file, below the site's root.
    pub file: String,
}

/// The planned pages of a site, and the files that belong to them.
pub struct Pages<'a> {
    site: Material<'a>,
    planned: Vec<Planned<'a>>,
}

impl Pages<'_> {
    /// Claims the paths of all pages, of the theme's files, and of the files
    /// that crawlers and feed readers want.
    pub fn claim(&self, plan: &mut OutputPlan) {
        for key in Axis::ALL
            .map(Axis::folder)
            .into_iter()
            .chain(plan::RESERVED)
        {
            plan.hold(format!("{key}/"), Hold::AgainstPages);
        }
        plan.hold("assets/", Hold::AgainstPages);
        for page in &self.planned {
            for part in page.parts() {
                plan.file(part.file(&page.file), page.origin.clone());
            }
        }
        for file in machine_files::plan(&self.site, &self.planned) {
            plan.file(file.file, file.origin);
        }
        for (path, (_, place)) in &self.site.assets.files {
            plan.file(
                path,
                Origin::new(format!("主题的文件 {path}"), place.clone()),
            );
        }
    }

    /// The generated pages that readers look for by name: those that offer a
    /// function, except the search page, and those of the roles.
    pub fn functions(&self) -> Vec<FunctionPage> {
        let is_function = |file: &str| {
            let key = file.strip_suffix("/index.html");
            key.is_some_and(|key| key != "search" && plan::RESERVED.contains(&key))
        };
        let words = self.site.words();
        let roles = Role::ALL
            .iter()
            .map(|role| (Axis::Role.file(role.slug()), *role));
        let roles: BTreeMap<String, Role> = roles.collect();
        let pages = self.planned.iter();
        pages
            .filter_map(|page| match roles.get(&page.file) {
                Some(role) => {
                    let positions = words.label("role-positions", *role);
                    let comma = words.text("mark.comma");
                    let each: Vec<&str> = positions.split(comma).collect();
                    let shown = each[..each.len().min(SHOWN_POSITIONS)].join(comma);
                    let each = each.into_iter().map(str::to_owned);
                    let (kind, colon) = (words.text("axis-name.role"), words.text("mark.colon"));
                    Some(FunctionPage {
                        names: std::iter::once(shown).chain(each).collect(),
                        label: kind.to_owned(),
                        description: format!("{kind}{colon}{}", page.title),
                        file: page.file.clone(),
                    })
                }
                None => is_function(&page.file).then(|| FunctionPage {
                    names: vec![page.title.clone()],
                    label: words.text("search.function").to_owned(),
                    description: page.description.clone(),
                    file: page.file.clone(),
                }),
            })
            .collect()
    }

    /// Makes every page with its styles, scripts and machine-readable files,
    /// and hands them over. The diagnostics are about pages that couldn't be
    /// made.
    ///
    /// Other stages make the search index, the engine, and files beside the
    /// content's pages.
    ///
    /// # Errors
    /// When a file can't be handed over.
    pub fn render(
        &self,
        options: &RenderOptions,
        out: &Handover<'_>,
    ) -> anyhow::Result<Checked<()>> {
        let site = Material {
            options,
            ..self.site
        };
        let pages = self.planned.iter();
        let pages: Vec<_> = pages
            .flat_map(|page| page.parts().into_iter().map(move |part| (page, part)))
            .collect();
        // An endless template takes seconds to fail, so only one of its pages
        // is made.
        let endless = Mutex::new(BTreeSet::new());
        let rendered: Vec<_> = pages
            .par_iter()
            .map(|(page, part)| {
                if endless
                    .lock()
                    .expect("no page panics")
                    .contains(page.template)
                {
                    return None;
                }
                let fault = match render_page(&site, page, part) {
                    Ok(text) => {
                        let put = out.put(&part.file(&page.file), text, page.audience);
                        return put.err().map(Unmade::Refused);
                    }
                    Err(fault) => fault,
                };
                if fault.code == "template-endless" {
                    endless
                        .lock()
                        .expect("no page panics")
                        .insert(page.template);
                }
                Some(Unmade::Faulty(fault))
            })
            .collect();
        let mut output = Checked::clean(());
        for unmade in rendered.into_iter().flatten() {
            match unmade {
                Unmade::Faulty(fault) => add_template_fault(&mut output.diagnostics, *fault),
                Unmade::Refused(error) => return Err(error),
            }
        }
        for (path, (bytes, _)) in &site.assets.files {
            let bytes = match options.pictures.replacement(path) {
                Some(bytes) => bytes.clone(),
                None => bytes.clone().into(),
            };
            out.put(path, bytes, Audience::Readers)?;
        }
        for file in machine_files::plan(&site, &self.planned) {
            let text = file.text(&site);
            out.put(&file.file, text, file.audience)?;
        }
        Ok(output)
    }
}

/// Why there is no page.
enum Unmade {
    /// Its template has a mistake.
    Faulty(Box<Diagnostic>),
    /// It couldn't be handed over.
    Refused(anyhow::Error),
}

/// Makes one page of the site or, for a long list, one of its pages.
fn render_page(
    site: &Material<'_>,
    page: &Planned<'_>,
    part: &Part,
) -> Result<String, Box<Diagnostic>> {
    let file = part.file(&page.file);
    let here = Here::at(&file);
    let context = context! {
        site => Value::from(Serde(site.site_view())),
        page => Value::from(Serde(site.page_view(here, page, part))),
        ..Value::from_pairs([page.variable(site, here, part)])
    };
    site.theme.render(page.template, &context)
}

/// Adds a template's mistake unless it is there already: one mistake fails on
/// every page, but is reported once.
fn add_template_fault(found: &mut Vec<Diagnostic>, fault: Diagnostic) {
    let is_known = found
        .iter()
        .any(|d| d.span == fault.span && d.code == fault.code);
    if !is_known {
        found.push(fault);
    }
}
