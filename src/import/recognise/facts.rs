//! The facts that importing finds in a text, and where it found them.

use time::Date;

use crate::model::{BodyForm, Organ, Region, RegulationKind, RegulationLevel, Status};
use crate::structure::official::Part;

/// The facts known about a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub title: String,
    /// 条例, 规定, …; `None` when the title doesn't say.
    pub kind: Option<RegulationKind>,
    /// Ids of issuing organs; empty when unknown.
    pub issuer: Vec<String>,
    /// 中央, 省级, …; `None` when unknown.
    pub level: Option<RegulationLevel>,
    /// Code and name of the region.
    pub region: Option<(String, String)>,
    /// The 发文字号, in its standard form.
    pub document_number: Option<String>,
    /// 通过
    pub adopted: Option<Date>,
    /// 公布
    pub promulgated: Option<Date>,
    /// 施行
    pub effective: Option<Date>,
    /// 有效, …; `None` when not stated, or stated to be unknown.
    pub status: Option<Status>,
    /// Form of the text.
    pub body_form: Option<BodyForm>,
    /// Short names of the text.
    pub other_names: Vec<String>,
    /// First sentence or title, used as the summary.
    pub description: String,
    /// The file name for the page, if the input states one.
    pub slug: Option<String>,
    /// The origin of each of these fields.
    pub origins: Vec<Origin>,
    /// The parts of an official document, with their places.
    pub parts: Vec<(Part, Vec<usize>)>,
}

impl Facts {
    /// Records where a field was found.
    pub fn found(&mut self, field: &'static str, form: Form, place: usize) {
        self.origins.push(Origin { field, form, place });
    }
}

/// The origin of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Name of the field.
    pub field: &'static str,
    /// The form of text that states it.
    pub form: Form,
    /// Line or paragraph; 0 when it isn't in the text.
    pub place: usize,
}

/// The forms in which a text states facts about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The input's own front matter.
    Fields,
    /// 题注
    Note,
    /// 令, 公告
    Order,
    /// 版头
    Letterhead,
    /// 落款
    Signature,
    /// The table of metadata on government web sites.
    SiteTable,
    Title,
    /// 本办法自……起施行
    Text,
}

impl Form {
    /// Its Chinese name, as editors know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fields => "字段区",
            Self::Note => "题注",
            Self::Order => "公布令",
            Self::Letterhead => "版头",
            Self::Signature => "落款",
            Self::SiteTable => "网站信息表",
            Self::Title => "标题",
            Self::Text => "正文",
        }
    }
}

/// The registers in which names are looked up.
#[derive(Debug, Default)]
pub struct Known {
    /// Organs, longest name first.
    pub organs: Vec<Organ>,
    pub regions: Vec<Region>,
}
