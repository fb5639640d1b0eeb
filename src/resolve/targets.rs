//! Possible targets of links: pages, sections, their anchors, and files.

use std::collections::{BTreeMap, BTreeSet};

use search::anchor::{Anchor, ProvisionKind, Step};

use super::titles::Titles;
use crate::body::tree::WrittenLink;
use crate::citation::reference;
use crate::diag::nearest::nearest;
use crate::diag::{Diagnostic, Span, Spanned};
use crate::model::{
    BodyForm, Details, ExternalDocument, Known, PageId, PageType, Status, Vocabulary,
};
use crate::parse::page::{ParsedPage, ParsedSection};
use crate::source::Asset;

/// All targets of a site.
pub struct Targets {
    /// Targets by path below `content/`.
    files: BTreeMap<String, Target>,
    missing: Missing,
    pages: Vec<PageTarget>,
    /// Output paths of copied files.
    assets: BTreeSet<String>,
    /// Titles of regulations.
    pub titles: Titles,
}

/// Files that don't become pages of the site, by path below `content/`.
pub struct Missing {
    pub drafts: BTreeSet<String>,
    /// Pages that couldn't be read at all.
    pub unread: BTreeSet<String>,
}

enum Target {
    Page(PageId),
    Section {
        key: String,
        anchors: BTreeSet<String>,
    },
}

struct PageTarget {
    key: String,
    anchors: BTreeSet<String>,
    page_type: Option<PageType>,
    /// Whether its body has provisions, which means that its text is held here.
    has_provisions: bool,
    /// Whether its text may be public; otherwise it has none here.
    is_public: bool,
    repealed: Option<Repealed>,
}

/// A repealed regulation.
#[derive(Clone, Debug)]
pub struct Repealed {
    /// Its title.
    pub name: String,
    /// The day, if known.
    pub since: Option<String>,
}

/// The target of a link.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A page, and optionally an anchor on it.
    Page(PageId, Option<String>),
    Section(String),
}

/// Why a link leads nowhere.
#[derive(Debug)]
pub enum Problem {
    /// Not of the form `@/…`.
    NotInternal,
    /// There is no such file; the value is a likely alternative.
    NoFile(Option<String>),
    /// The page is a draft.
    Draft,
    /// The page couldn't be read at all; that has already been reported.
    Unread,
    /// The page is there, but its text isn't public.
    Withheld,
    /// There is no such anchor; the value is a likely alternative.
    NoAnchor(Option<String>),
    /// There is no such provision; the value is a likely alternative.
    NoProvision(Option<String>),
    /// Can't be read as a provision.
    NoReference,
    /// It is a section, but a page is required.
    IsSection,
}

impl Targets {
    /// Collects all targets; `pages` must be ordered by key.
    pub fn new(
        sections: &BTreeMap<String, ParsedSection>,
        pages: &[ParsedPage],
        missing: Missing,
        assets: &[Asset],
        externals: &BTreeMap<String, Spanned<ExternalDocument>>,
    ) -> Self {
        let mut files = BTreeMap::new();
        for (key, section) in sections {
            let target = Target::Section {
                key: key.clone(),
                anchors: section.body.anchors.iter().cloned().collect(),
            };
            files.insert(section.path.clone(), target);
        }
        let mut targets = Vec::with_capacity(pages.len());
        for (number, page) in pages.iter().enumerate() {
            let id = PageId::at(number);
            files.insert(page.path.clone(), Target::Page(id));
            targets.push(PageTarget {
                key: page.key(),
                anchors: page.body.anchors.iter().cloned().collect(),
                page_type: page.metadata.details.page_type(),
                has_provisions: matches!(
                    &page.metadata.details,
                    Details::Regulation(regulation) if regulation.body_form != BodyForm::None
                ),
                is_public: page.metadata.public,
                repealed: repealed(page),
            });
        }
        Self {
            files,
            missing,
            pages: targets,
            assets: assets.iter().map(|a| a.output_path().to_owned()).collect(),
            titles: Titles::new(pages, externals),
        }
    }

    /// The name of a regulation, if it is repealed.
    pub fn repealed(&self, id: PageId) -> Option<&Repealed> {
        self.pages[id.0 as usize].repealed.as_ref()
    }

    pub fn page_type(&self, id: PageId) -> Option<PageType> {
        self.pages[id.0 as usize].page_type
    }

    /// The key of a page.
    pub fn key(&self, id: PageId) -> &str {
        &self.pages[id.0 as usize].key
    }

    /// The anchors of a page.
    pub fn anchors(&self, id: PageId) -> &BTreeSet<String> {
        &self.pages[id.0 as usize].anchors
    }

    /// Whether a page holds a regulation's text.
    pub fn has_provisions(&self, id: PageId) -> bool {
        self.pages[id.0 as usize].has_provisions
    }

    /// Whether the built site has a file at this path.
    pub fn has_asset(&self, path: &str) -> bool {
        self.assets.contains(path)
    }

    /// The page or section that a link names without `@/`: by a path from the
    /// folder of the text or from `content/`, or by its file's name alone.
    pub fn named(&self, folder: &str, written: &str) -> Option<&str> {
        let path = written.replace('\\', "/");
        let path = path.split('#').next().unwrap_or_default();
        let name = path
            .rsplit('/')
            .next()
            .filter(|name| name.ends_with(".md"))?;
        let beside = format!("{folder}{path}");
        let same = |wanted: &str| self.files.keys().find(|known| *known == wanted);
        let found = same(path).or_else(|| same(&beside)).or_else(|| {
            let mut named = self
                .files
                .keys()
                .filter(|known| known.rsplit('/').next() == Some(name));
            named.next().filter(|_| named.next().is_none())
        });
        found.map(String::as_str)
    }

    /// Looks up `@/practices/x.md#anchor`.
    pub fn find(&self, destination: &str) -> Result<Found, Problem> {
        let inner = destination.strip_prefix("@/").ok_or(Problem::NotInternal)?;
        let (path, anchor) = match inner.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor).filter(|a| !a.is_empty())),
            None => (inner, None),
        };
        match self.files.get(path) {
            Some(Target::Page(id)) => {
                if let Some(anchor) = anchor {
                    self.check_anchor(*id, anchor)?;
                }
                Ok(Found::Page(*id, anchor.map(str::to_owned)))
            }
            Some(Target::Section { key, anchors }) => match anchor {
                Some(anchor) if !anchors.contains(anchor) => {
                    let near = nearest(anchor, anchors.iter().map(String::as_str));
                    Err(Problem::NoAnchor(near.map(str::to_owned)))
                }
                _ => Ok(Found::Section(key.clone())),
            },
            None if self.missing.drafts.contains(path) => Err(Problem::Draft),
            None if self.missing.unread.contains(path) => Err(Problem::Unread),
            None => Err(Problem::NoFile(self.nearest_file(path))),
        }
    }

    /// Looks up a link that must lead to a page.
    pub fn page(&self, destination: &str) -> Result<(PageId, Option<String>), Problem> {
        match self.find(destination)? {
            Found::Page(id, anchor) => Ok((id, anchor)),
            Found::Section(_) => Err(Problem::IsSection),
        }
    }

    /// Whether a page has an anchor.
    pub fn check_anchor(&self, id: PageId, anchor: &str) -> Result<(), Problem> {
        let page = &self.pages[id.0 as usize];
        if page.anchors.contains(anchor) {
            return Ok(());
        }
        Err(if !page.is_public {
            Problem::Withheld
        } else if page.has_provisions {
            Problem::NoProvision(nearest_provision(anchor, &page.anchors))
        } else {
            let near = nearest(anchor, page.anchors.iter().map(String::as_str));
            Problem::NoAnchor(near.map(str::to_owned))
        })
    }

    /// Finds a provision as written (第七条第二款) on a page; `None` if the page
    /// doesn't hold its text.
    pub fn provision(&self, id: PageId, written: &str) -> Option<Result<String, Problem>> {
        let page = &self.pages[id.0 as usize];
        if !page.has_provisions {
            return None;
        }
        let Some(steps) = reference::read(written) else {
            return Some(Err(Problem::NoReference));
        };
        Some(match reference::anchor(&steps, &page.anchors) {
            Some(anchor) => Ok(anchor),
            None => {
                // The nearest is that of the longest prefix that exists.
                let near = (1..steps.len())
                    .rev()
                    .find_map(|length| reference::anchor(&steps[..length], &page.anchors))
                    .or_else(|| {
                        let number = Some(steps[0].number?);
                        let article = Anchor("").child(ProvisionKind::Article, number);
                        nearest_provision(&article, &page.anchors)
                    });
                Err(Problem::NoProvision(near))
            }
        })
    }

    /// The file that was probably meant: one with the same name elsewhere, or
    /// with a similar path.
    fn nearest_file(&self, path: &str) -> Option<String> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let same_name = self
            .files
            .keys()
            .find(|other| other.rsplit('/').next() == Some(name) && name != "_index.md");
        // Paths in one folder resemble each other, so only their names count.
        let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
        let beside = self
            .files
            .keys()
            .filter_map(|other| other.strip_prefix(folder));
        let mut beside = beside.filter(|name| !name.contains('/')).peekable();
        match (same_name, beside.peek()) {
            (Some(other), _) => Some(other.clone()),
            (None, Some(_)) => nearest(name, beside).map(|near| format!("{folder}{near}")),
            (None, None) => {
                let near = nearest(path, self.files.keys().map(String::as_str));
                near.map(str::to_owned)
            }
        }
    }
}

fn repealed(page: &ParsedPage) -> Option<Repealed> {
    match &page.metadata.details {
        Details::Regulation(regulation) if regulation.status == Status::Repealed => {
            let since = match regulation.repealed {
                Some(Known::Known(day)) => Some(day.to_string()),
                _ => None,
            };
            let name = page.title.value.clone();
            Some(Repealed { name, since })
        }
        _ => None,
    }
}

/// The provision nearest to a missing one: the provision that would contain it,
/// or the one of its kind with the nearest number.
fn nearest_provision(anchor: &str, anchors: &BTreeSet<String>) -> Option<String> {
    let mut above = Anchor(anchor).parent();
    while let Some(known) = above {
        if anchors.contains(known.0) {
            return Some(known.0.to_owned());
        }
        above = known.parent();
    }
    // Keep it simple: look for the same kind with another number.
    let first = |anchor: &str| Anchor(anchor).steps()?.first().copied();
    let wanted = first(anchor)?;
    let base = |step: Step| step.number.map(|number| number.base);
    let same_kind = anchors.iter().filter_map(|other| {
        let step = first(other).filter(|step| step.kind == wanted.kind)?;
        let plain = *other == Anchor("").child(step.kind, step.number);
        let distance = base(wanted)?.abs_diff(base(step)?);
        plain.then_some((distance, other))
    });
    same_kind.min().map(|(_, other)| other.clone())
}

impl Problem {
    /// The error for a link to `destination` at `span`; `None` if the mistake
    /// is elsewhere.
    pub fn into_diagnostic(self, destination: &str, span: Span) -> Option<Diagnostic> {
        let error = |code, message: String| Diagnostic::error(code, span, message);
        Some(match self {
            Self::Unread => return None,
            Self::NotInternal => error(
                "broken-link",
                format!("“{destination}”不符合站内链接的写法"),
            )
            .hint("站内页面写作 @/practices/x.md，站外网址以 https:// 开头，本页标题写作 #锚点"),
            Self::NoFile(near) => {
                let found = error("broken-link", format!("没有 {destination} 这一页面"));
                match near {
                    Some(near) => found.hint(format!("可能应为 @/{near}，核对后改正")),
                    None => found.hint("核对文件夹和文件名；路径从 content/ 起写，以 .md 结尾"),
                }
            }
            Self::Draft => error("broken-link", format!("{destination} 是草稿，不予发布"))
                .hint("先发布该页（删去 draft = true），或删去该链接"),
            Self::Withheld => error("broken-anchor", format!("“{destination}”指向的文字未公开"))
                .hint("该页写有 public = false，正文不公开；链接只写到该页，删去 # 及其后的部分"),
            Self::NoAnchor(near) => {
                let found = error("broken-anchor", format!("“{destination}”指向的标题不存在"));
                match near {
                    Some(near) => found.hint(format!("可能应为 #{near}，核对后改正")),
                    None => found.hint("锚点为该页标题之后 {#…} 中的名称"),
                }
            }
            Self::NoProvision(near) => {
                let message = format!("“{destination}”指向的条款不存在");
                let found = error("unknown-provision", message);
                match near {
                    Some(near) => {
                        let near = Anchor(&near).words().unwrap_or_else(|| format!("#{near}"));
                        found.hint(format!("编号最接近的是{near}；核对条、款、项的编号"))
                    }
                    None => found.hint("核对条、款、项的编号"),
                }
            }
            Self::NoReference => {
                let message = format!("无法识别“{destination}”所指的条款");
                error("unknown-provision", message).hint(
                    "条文体写作 第七条第二款第三项，公文体写作 一、（二）；尚未确定的写 \"unknown\"",
                )
            }
            Self::IsSection => error("broken-link", format!("{destination} 是栏目，不是页面"))
                .hint("此处应填写页面"),
        })
    }
}

/// The error for a link to a page whose type `field` doesn't accept.
pub fn wrong_target(link: &WrittenLink, wanted: PageType, field: &str) -> Diagnostic {
    let message = format!("{} 不是“{}”页面", link.destination, wanted.label());
    let found = Diagnostic::error("wrong-target", link.span.clone(), message);
    match field {
        "version_of" => found.hint("version_of 填写同一制度现行文本的页面"),
        "replaces" => found.hint("replaces 只用于新制度代替旧制度"),
        "compare" => found.hint("compare 只列做法；其他页面写入正文"),
        _ => found.hint(
            "implements、applied 填写制度，lessons 填写做法；其他关系\
             写入 [[extra.related]]，kind = \"see-also\"",
        ),
    }
}
