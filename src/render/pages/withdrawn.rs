//! Pages at addresses whose content was withdrawn: they say so, since when and
//! why.

use crate::address::{Here, alias_file};
use crate::model::Withdrawn;
use crate::output::{Origin, Place};

use crate::render::material::Material;
use crate::render::planned::Planned;
use crate::render::views::WithdrawnView;

/// Plans a page for each withdrawn address.
pub(crate) fn plan<'a>(material: &Material<'a>) -> impl Iterator<Item = Planned<'a>> {
    let title = material.text("withdrawn.title");
    let withdrawn = material.library.config.site.withdrawn.iter();
    withdrawn.map(move |gone| {
        Planned::new(
            ("withdrawn", "withdrawn.html"),
            alias_file(&gone.address),
            Origin::new(
                format!("撤下的网址 {}", gone.address),
                Place::Alias(gone.span.clone()),
            ),
            "withdrawn",
            move |_, here, _| view(here, gone),
        )
        .titled(&title, &gone.reason)
        .unlisted()
    })
}

fn view(here: Here<'_>, gone: &Withdrawn) -> WithdrawnView {
    WithdrawnView {
        date: gone.date.to_string(),
        reason: gone.reason.clone(),
        home: here.to("index.html"),
    }
}
