//! Closed lists of values that content may use, each with its ASCII slug.

use serde::{Serialize, Serializer};

/// A closed list of values. Content uses the label, addresses the ASCII slug.
pub trait Vocabulary: Copy + Ord + 'static {
    /// All values, in order.
    const ALL: &'static [Self];
    /// The label, as written in content and shown to readers.
    fn label(self) -> &'static str;
    /// The slug: ASCII, lower case.
    fn slug(self) -> &'static str;
    /// Finds the value with this label.
    fn from_label(label: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|v| v.label() == label)
    }
    /// Finds the value with this slug.
    fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|v| v.slug() == slug)
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
        /// Serializes the label, as written in content.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.label())
            }
        }
    };
}

vocabulary! {
    /// The types of typed pages, in the order in which the site lists them.
    PageType {
        Regulation = "法规制度", "regulation";
        Practice = "做法", "practice";
        Case = "案例与整治", "case";
        Term = "机制与术语", "term";
    }
}

vocabulary! {
    /// The kinds of regulations, by name.
    RegulationKind {
        Constitution = "党章", "constitution";
        Norms = "准则", "norms";
        Regulations = "条例", "regulations";
        Provisions = "规定", "provisions";
        Measures = "办法", "measures";
        Rules = "规则", "rules";
        DetailedRules = "细则", "detailed-rules";
        NormativeDocument = "规范性文件", "normative-document";
        Law = "法律", "law";
        AdministrativeRegulation = "行政法规", "administrative-regulation";
        Other = "其他", "other";
    }
}

impl RegulationKind {
    /// Whether only central bodies may use this name; lower levels use 规定, 办法,
    /// 规则 and 细则 (中国共产党党内法规制定条例).
    pub fn is_central(self) -> bool {
        matches!(self, Self::Constitution | Self::Norms | Self::Regulations)
    }
}

vocabulary! {
    /// The level at which a regulation was made.
    RegulationLevel {
        Central = "中央", "central";
        CentralDiscipline = "中央纪委", "central-discipline";
        CentralDepartment = "中央部门", "central-department";
        Province = "省级", "province";
        City = "市级", "city";
        County = "县级", "county";
        Other = "其他", "other";
    }
}

vocabulary! {
    /// The status of a text on the day of the page's last change.
    Status {
        InForce = "有效", "in-force";
        Amended = "已修改", "amended";
        Repealed = "已废止", "repealed";
        NotYet = "尚未生效", "not-yet";
        Unknown = "未知", "unknown";
    }
}

vocabulary! {
    /// The level at which a practice is followed.
    PracticeLevel {
        CentralUnit = "中央单位", "central-unit";
        Province = "省级", "province";
        City = "市级", "city";
        County = "县级", "county";
        Enterprise = "企业", "enterprise";
        Institution = "事业单位", "institution";
    }
}

vocabulary! {
    /// The kinds of cases and campaigns.
    CaseKind {
        Accountability = "问责案例", "accountability";
        Governance = "专项治理", "governance";
        Rectification = "专项整治", "rectification";
        Supervision = "监管整治", "supervision";
    }
}

vocabulary! {
    /// The kinds of organs, by rank.
    OrganKind {
        CentralParty = "党中央", "central-party";
        CentralDiscipline = "中央纪委国家监委", "central-discipline";
        CentralDepartment = "中央部门", "central-department";
        Local = "地方", "local";
        Enterprise = "企业", "enterprise";
        Institution = "事业单位", "institution";
        Other = "其他", "other";
    }
}

vocabulary! {
    /// How a figure relates to the written value.
    Comparator {
        Equal = "=", "equal";
        AtLeast = "≥", "at-least";
        AtMost = "≤", "at-most";
        About = "≈", "about";
    }
}

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
    /// The readers for whom the site has entry points.
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
    /// How well a text matches its source.
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
    /// The form of a regulation's body.
    BodyForm {
        Clause = "clause", "clause";
        Document = "document", "document";
        None = "none", "none";
    }
}

vocabulary! {
    /// The formats in which the library's content is exported.
    ExportFormat {
        Json = "json", "json";
        Csv = "csv", "csv";
        AkomaNtoso = "akoma-ntoso", "akoma-ntoso";
        Markdown = "markdown", "markdown";
        Llms = "llms", "llms";
    }
}

impl ExportFormat {
    /// The formats in which a page can have a file of its own.
    pub const OF_PAGES: &[Self] = &[Self::Json, Self::AkomaNtoso, Self::Markdown];
}
