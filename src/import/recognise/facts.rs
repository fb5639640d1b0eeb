//! What importing finds out of a text, and where it stood.

use time::Date;

use crate::model::{BodyForm, Organ, Region};
use crate::structure::official::Part;

/// What is known of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub title: String,
    /// 条例, 规定, …; none when the title doesn't say.
    pub kind: Option<String>,
    /// Ids of issuing organs; empty when unknown.
    pub issuer: Vec<String>,
    /// 中央, 省级, …; none when unknown.
    pub level: Option<&'static str>,
    /// Code and name.
    pub region: Option<(String, String)>,
    /// 发文字号, in its proper form.
    pub document_number: Option<String>,
    /// 通过
    pub adopted: Option<Date>,
    /// 公布
    pub promulgated: Option<Date>,
    /// 施行
    pub effective: Option<Date>,
    /// 有效, …; none when not stated.
    pub status: Option<String>,
    /// Form of the text.
    pub body_form: Option<BodyForm>,
    /// Shorter names.
    pub other_names: Vec<String>,
    /// First sentence or title, for the summary.
    pub description: String,
    /// What the file is to be called, when the input says so.
    pub slug: Option<String>,
    /// Which form of the text each of these was taken from.
    pub origins: Vec<Origin>,
    /// The parts of an official paper, with the places where they stand.
    pub parts: Vec<(Part, Vec<usize>)>,
}

impl Facts {
    /// Notes where a field was found.
    pub fn found(&mut self, field: &'static str, form: Form, place: usize) {
        self.origins.push(Origin { field, form, place });
    }
}

/// Where a field was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its name.
    pub field: &'static str,
    /// What says so.
    pub form: Form,
    /// Line or paragraph; 0 when it is none of the text's.
    pub place: usize,
}

/// The forms in which a text says something of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Fields of the input itself.
    Fields,
    /// 题注
    Note,
    /// 令, 公告
    Order,
    /// 版头
    Letterhead,
    /// 落款
    Signature,
    /// The table about a paper on web sites of government.
    SiteTable,
    Title,
    /// 本办法自……起施行
    Text,
}

impl Form {
    /// What editors call it.
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

/// The registers that names are looked up in.
#[derive(Debug, Default)]
pub struct Known {
    /// Organs, longest name first.
    pub organs: Vec<Organ>,
    pub regions: Vec<Region>,
}
