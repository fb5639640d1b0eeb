//! The chain of responsibility: four stages, each a door.

use crate::model::{PageType, Stage, Vocabulary};

use super::address::Here;
use super::catalogue::Axis;
use super::frame::Material;
use super::lists;
use super::views::{ChainCountView, ChainStageView, ChainView};

/// The chain; `current` is the slug of the stage whose list the page is.
pub(super) fn chain(material: &Material<'_>, here: Here<'_>, current: Option<&str>) -> ChainView {
    let stages = Stage::ALL.iter().map(|stage| {
        let file = Axis::Stage.file(stage.slug());
        let group = material.catalogue.group(Axis::Stage, stage.slug());
        let entries = group
            .map(|group| group.entries.as_slice())
            .unwrap_or_default();
        let counts = PageType::ALL.iter().map(|page_type| ChainCountView {
            label: material.type_short(*page_type),
            count: entries
                .iter()
                .filter(|entry| material.page(entry.page).page_type() == Some(*page_type))
                .count(),
            href: group.map_or_else(String::new, |group| {
                lists::type_place(material, here, Axis::Stage, group, *page_type)
            }),
        });
        ChainStageView {
            title: material.words().label("stage", *stage),
            question: material.words().label("stage-question", *stage),
            href: here.to(&file),
            count: entries.len(),
            counts: counts.filter(|count| count.count > 0).collect(),
            current: current == Some(stage.slug()),
        }
    });
    ChainView {
        stages: stages.collect(),
    }
}
