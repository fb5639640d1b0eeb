//! Closed lists: the values that content may name, each with its ASCII slug.

use serde::{Serialize, Serializer};

/// A closed list of values: label as written in content, ASCII slug for
/// addresses.
pub trait Vocabulary: Copy + Ord + 'static {
    /// All values, in their order.
    const ALL: &'static [Self];
    /// As written in content and shown to readers.
    fn label(self) -> &'static str;
    /// ASCII, lower case.
    fn slug(self) -> &'static str;
    /// The value with this label.
    fn from_label(label: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|v| v.label() == label)
    }
}

macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $label:literal, $slug:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* #[doc = $label] $variant,)* }
        impl Vocabulary for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];
            fn label(self) -> &'static str { match self { $(Self::$variant => $label,)* } }
            fn slug(self) -> &'static str { match self { $(Self::$variant => $slug,)* } }
        }
        /// As written in content.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.label())
            }
        }
    };
}

/// The types of typed pages, in the order in which the site lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PageType {
    /// 法规制度.
    Regulation,
    /// 地方与单位实践.
    Practice,
    /// 案例.
    Case,
    /// 机制与术语.
    Term,
}

impl Vocabulary for PageType {
    const ALL: &'static [Self] = &[Self::Regulation, Self::Practice, Self::Case, Self::Term];
    fn label(self) -> &'static str {
        match self {
            Self::Regulation => "法规制度",
            Self::Practice => "做法",
            Self::Case => "案例与整治",
            Self::Term => "机制与术语",
        }
    }
    fn slug(self) -> &'static str {
        match self {
            Self::Regulation => "regulation",
            Self::Practice => "practice",
            Self::Case => "case",
            Self::Term => "term",
        }
    }
}

/// Keys of the facets by which results can be filtered, in the order in which
/// readers see them.
pub const FACETS: [&str; 8] = [
    "type",
    "region",
    "responsibility",
    "stage",
    "role",
    "organ",
    "topic",
    "year",
];

vocabulary! {
    /// The kinds of responsibility.
    Responsibility {
        Principal = "主体责任", "zhuti-zeren";
        Supervisory = "监督责任", "jiandu-zeren";
        FirstResponsible = "第一责任人责任", "diyi-zerenren-zeren";
        DualDuty = "一岗双责", "yigang-shuangze";
    }
}

vocabulary! {
    /// The stages of the chain of responsibility.
    Stage {
        Define = "明责", "mingze";
        Fulfil = "履责", "lvze";
        Supervise = "督责", "duze";
        Account = "问责", "wenze";
    }
}

vocabulary! {
    /// The readers for whom the site has doors.
    Role {
        PartyCommittee = "党委（党组）", "dangwei-dangzu";
        FirstResponsiblePerson = "第一责任人", "diyi-zerenren";
        LeadingGroupMember = "班子成员", "banzi-chengyuan";
        DisciplineBody = "纪委监委", "jiwei-jianwei";
        FunctionalDepartment = "职能部门", "zhineng-bumen";
        GrassrootsOrganisation = "基层党组织", "jiceng-dangzuzhi";
    }
}

vocabulary! {
    /// State of a text against its source.
    IntegrityState {
        Clean = "clean", "clean";
        Repaired = "repaired", "repaired";
        Doubtful = "doubtful", "doubtful";
    }
}

vocabulary! {
    /// Kinds of typed links between pages.
    RelationKind {
        Implements = "implements", "implements";
        Applies = "applies", "applies";
        PartOf = "part-of", "part-of";
        SeeAlso = "see-also", "see-also";
        Lesson = "lesson", "lesson";
        Replaces = "replaces", "replaces";
    }
}

vocabulary! {
    /// Form of a regulation's body.
    BodyForm {
        Clause = "clause", "clause";
        Document = "document", "document";
        None = "none", "none";
    }
}
