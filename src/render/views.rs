//! What templates receive: plain data, ready to be shown.
//!
//! A template never sees a [`Page`](crate::library::Page). Every address in a
//! view is relative to the page that is being rendered; every [`Html`] is
//! escaped already; every other text is escaped by the template engine.
//!
//! A template gets `site` ([`SiteView`]), `page` ([`PageView`]) and one value
//! named after what it shows: `home`, `section`, `document`, `list`, `axis`,
//! `matrix`, `figures`, `a_to_z`, `news`, `cited`, `compare`, `data`, `source`, `sources`,
//! `search`, `offline`, `lost`, `redirect` or `withdrawn`.

use serde::Serialize;

/// Markup that is escaped already.
pub type Html = minijinja::Value;

/// Marks a text as markup that is escaped already.
pub fn html(markup: String) -> Html {
    minijinja::Value::from_safe_string(markup)
}

/// The site as a whole.
#[derive(Debug, Serialize)]
pub struct SiteView {
    /// Language of the interface: `zh-CN`, `zh-Hant` or `en`.
    pub language: &'static str,
    /// The same as Open Graph names it: `zh_CN`.
    pub locale: &'static str,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// Who publishes it.
    pub organization: Option<String>,
    /// A few words beside its title.
    pub tagline: Option<String>,
    /// What the foot of each page says about the publisher.
    pub footer: FooterView,
    /// The latest date of any page. Never the clock: the same content gives
    /// the same bytes.
    pub date: Option<DateView>,
    /// Number of typed pages.
    pub count: usize,
    /// Name and version of this program.
    pub generator: String,
    /// Public address, with a slash at its end.
    pub base_url: Option<String>,
}

/// What the foot of each page says about the publisher, as far as the settings
/// say it.
#[derive(Debug, Serialize)]
pub struct FooterView {
    /// How to reach the publisher.
    pub contact: Option<String>,
    /// Number of the registration with the ministry.
    pub icp: Option<String>,
    /// Number of the registration with the police.
    pub police: Option<String>,
    /// Code of the site of a public body.
    pub id_code: Option<String>,
    /// The statement on accessibility: a path below the site's root, or an
    /// address.
    pub accessibility: Option<String>,
    /// Whether that is an address of another site.
    pub accessibility_elsewhere: bool,
}

/// What changed on a page.
#[derive(Debug, Serialize)]
pub struct PageChangeView {
    /// When.
    pub date: DateView,
    /// What, without a full stop at the end.
    pub text: String,
    /// The comparison with the text before, if that says it.
    pub compare: String,
}

/// What every page has: its head, its place in the site.
#[derive(Debug, Serialize)]
pub struct PageView {
    /// `home`, `section`, `document`, `list`, …: the kind of page, for styling.
    pub kind: &'static str,
    /// Title of the page alone.
    pub title: String,
    /// For the description meta tag.
    pub description: String,
    /// Path of the file in the site.
    pub file: String,
    /// The way to the site's root: empty, or `../` repeated.
    pub root: String,
    /// Its public address, when the site has one.
    pub canonical: Option<String>,
    /// Open Graph type.
    pub og_type: &'static str,
    /// JSON-LD, ready for a script element; empty when there is none.
    pub json_ld: Html,
    /// Whether search engines should keep it.
    pub indexable: bool,
    /// The way down from the home page; the page itself is the last.
    pub breadcrumbs: Vec<LinkView>,
    /// Main navigation.
    pub nav: Vec<NavView>,
    /// The lists by region, organ and so on.
    pub browse: Vec<LinkView>,
    /// The same page as data, for the head; for documents also below the text.
    pub alternates: Vec<DataFileView>,
    /// The page about the site's data, when there is one.
    pub data: Option<String>,
    /// The page about reading without a connection, when there is one.
    pub offline: Option<String>,
    /// The Atom feed of what this page lists, else of the whole site.
    pub feed: Option<FeedView>,
    /// How browsers search the site: an OpenSearch description.
    pub opensearch: Option<String>,
    /// How systems install the site: a web app manifest.
    pub manifest: Option<String>,
    /// Full address of the picture that other sites show beside a link to this
    /// one; a relative address wouldn't work there.
    pub share_image: Option<String>,
    /// Meta tags for portals of public bodies; empty unless the settings want
    /// them.
    pub government: Vec<MetaView>,
    /// Which page of a list it is and where the others are; `None` where the
    /// list has only one.
    pub pager: Option<PagerView>,
    /// Style, script and icon.
    pub assets: AssetsView,
}

/// A list on several pages: which page it is, and the others.
#[derive(Debug, Serialize)]
pub struct PagerView {
    /// Its number, from 1.
    pub number: usize,
    /// How many pages there are.
    pub of: usize,
    /// How many things the whole list is of: 310 篇.
    pub counted: String,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The first, the last and those near this one.
    pub pages: Vec<PagerLinkView>,
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct PagerLinkView {
    /// Its number.
    pub number: usize,
    /// Where it is.
    pub href: String,
    /// Whether it is this page.
    pub current: bool,
    /// Whether pages before it are left out.
    pub gap: bool,
}

/// A feed.
#[derive(Debug, Serialize)]
pub struct FeedView {
    /// What it is about.
    pub title: String,
    /// Where to.
    pub href: String,
}

/// A meta tag.
#[derive(Debug, Serialize)]
pub struct MetaView {
    /// Its name.
    pub name: &'static str,
    /// Its content.
    pub content: String,
}

/// The page about reading without a connection.
#[derive(Debug, Serialize)]
pub struct OfflineView {
    /// Its script.
    pub script: Option<String>,
}

/// A file of data.
#[derive(Debug, Serialize)]
pub struct DataFileView {
    /// What readers call it.
    pub label: String,
    /// Where to.
    pub href: String,
    /// Media type.
    pub media_type: &'static str,
    /// What is in it.
    pub description: String,
    /// Its size in words, where it is known: 1.2 MB.
    pub size: Option<String>,
}

/// The page about the site's data.
#[derive(Debug, Serialize)]
pub struct DataView {
    /// Files about the whole library.
    pub files: Vec<DataFileView>,
    /// Forms that single pages have, with an example.
    pub pages: Vec<DataFileView>,
    /// Title of the page that the examples are of.
    pub example: Option<LinkView>,
    /// How many pages have Akoma Ntoso.
    pub akoma_ntoso: Option<usize>,
    /// On which terms they may be used, as the settings say.
    pub license: Option<String>,
    /// The site's sources, on which the data rest.
    pub sources: Vec<LinkView>,
}

/// Style, script and icon.
#[derive(Debug, Serialize)]
pub struct AssetsView {
    /// Style sheet for pages of this kind.
    pub css: String,
    /// Script of every page, when the theme has one.
    pub js: Option<String>,
    /// Scripts that pages of this kind need besides, to be loaded after it.
    pub scripts: Vec<String>,
    /// Script and style sheet that show results, on pages that load them only
    /// when a reader searches.
    pub results: Option<ResultsView>,
    /// Name stem of the search engine, when the site has one.
    pub engine: Option<String>,
    /// Icon, when the theme has one.
    pub icon: Option<String>,
    /// Script that runs before the page is shown, when the theme has one.
    pub early: Option<String>,
}

/// What shows results; paths below the site's root.
#[derive(Debug, Serialize)]
pub struct ResultsView {
    /// Script.
    pub js: String,
    /// Style sheet.
    pub css: String,
}

/// A link.
#[derive(Debug, Clone, Serialize)]
pub struct LinkView {
    /// Its text.
    pub title: String,
    /// Where to.
    pub href: String,
}

/// An entry of the main navigation.
#[derive(Debug, Serialize)]
pub struct NavView {
    /// Its text.
    pub title: String,
    /// Its text where there is little room.
    pub short: String,
    /// Where to.
    pub href: String,
    /// Whether the page is it, or lies under it.
    pub current: bool,
}

/// A date.
#[derive(Debug, Clone, Serialize)]
pub struct DateView {
    /// `2026-11-22`.
    pub iso: String,
    /// `2026年11月22日`.
    pub text: String,
}

/// Whether a source states something or we infer it.
#[derive(Debug, Clone, Serialize)]
pub struct BasisView {
    /// `stated` or `inferred`.
    pub slug: &'static str,
    /// 原文载明 or 本站推断.
    pub label: String,
    /// 载明 or 推断.
    pub short: String,
}

/// A type of page.
#[derive(Debug, Clone, Serialize)]
pub struct TypeView {
    /// `practice`.
    pub slug: &'static str,
    /// 做法.
    pub label: String,
}

/// A page in a list.
#[derive(Debug, Clone, Serialize)]
pub struct CardView {
    /// Its title.
    pub title: String,
    /// Where it is.
    pub href: String,
    /// Its type; `None` for plain pages.
    #[serde(rename = "type")]
    pub page_type: Option<TypeView>,
    /// Its summary.
    pub description: String,
    /// Region, organ and the like, in a few words.
    pub meta: Vec<String>,
    /// In place of the summary, for a reader of some role: what it says is to
    /// be known or done, with where the source says it.
    pub said: Option<StatementView>,
    /// Responsibilities and stages.
    pub tags: Vec<String>,
    /// When a regulation's text is in force.
    pub validity: Option<ValidityView>,
    /// Whether the site has only a digest of a regulation, not its text.
    pub digest: bool,
    /// Whether a source says that it belongs in this list; absent in lists where
    /// that can't be in doubt.
    pub basis: Option<BasisView>,
    /// What the basis refers to: 角色; empty where that is obvious.
    pub basis_of: String,
    /// Where the source says so.
    pub mark: Html,
    /// Last changed on this site.
    pub date: Option<DateView>,
}

/// Cards under a heading.
#[derive(Debug, Serialize)]
pub struct CardGroupView {
    /// The heading.
    pub title: String,
    /// Its anchor.
    pub anchor: String,
    /// The pages; of a list on several pages, those that stand on this one.
    pub cards: Vec<CardView>,
    /// How many the whole list has under this heading.
    pub count: usize,
    /// Whether the heading stood on the page before already.
    pub continued: bool,
}

/// The home page.
#[derive(Debug, Serialize)]
pub struct HomeView {
    /// Body of `content/_index.md`.
    pub body: Html,
    /// Mechanisms that have a page: what a reader may type.
    pub suggestions: Vec<LinkView>,
    /// Regulations, practices, cases, terms.
    pub doors: Vec<DoorView>,
    /// The readers' roles.
    pub roles: Vec<GroupLinkView>,
    /// The chain of responsibility, each stage with the first of its pages.
    pub chain: ChainView,
    /// Responsibility × stage.
    pub matrix: MatrixView,
    /// A few figures.
    pub figures: Vec<FigureView>,
    /// How many figures there are in all.
    pub figure_count: usize,
    /// Link to all figures.
    pub figures_href: String,
    /// Pages changed last.
    pub latest: Vec<CardView>,
    /// What readers come about.
    pub topics: AxisView,
    /// Other ways to group, each with its values.
    pub axes: Vec<AxisView>,
}

/// A way into one type of page.
#[derive(Debug, Serialize)]
pub struct DoorView {
    /// The section's title.
    pub title: String,
    /// The section's description.
    pub description: String,
    /// Its address.
    pub href: String,
    /// `practice`.
    pub slug: &'static str,
    /// How many pages.
    pub count: usize,
    /// The first of them.
    pub pages: Vec<LinkView>,
}

/// A link to a list, with what is on it.
#[derive(Debug, Serialize)]
pub struct GroupLinkView {
    /// The value.
    pub title: String,
    /// Its list.
    pub href: String,
    /// For whom or what it is; may be empty.
    pub note: String,
    /// How many pages.
    pub count: usize,
    /// How many of each type, only those that are there.
    pub counts: Vec<CountView>,
}

/// How many pages of one type.
#[derive(Debug, Serialize)]
pub struct CountView {
    /// 法规, 实践, 案例 or 术语.
    pub label: String,
    /// How many.
    pub count: usize,
}

/// One way to group, with its values.
#[derive(Debug, Serialize)]
pub struct AxisView {
    /// 地区, 单位, ….
    pub title: String,
    /// The same in a sentence.
    pub name: String,
    /// As a link to it: 按地区.
    pub by: String,
    /// Its own page.
    pub href: String,
    /// Values under their families; one family without title where there are
    /// none.
    pub families: Vec<FamilyView>,
    /// How many values in all.
    pub count: usize,
    /// How many of them are here: the home page shows the fullest.
    pub shown: usize,
    /// For the stages: the chain.
    pub chain: Option<ChainView>,
    /// For the regions, on the first page: every provincial division as a tile;
    /// empty where no page has any of them.
    pub tiles: Vec<TileView>,
}

/// A provincial division as a square.
#[derive(Debug, Serialize)]
pub struct TileView {
    /// Its short name.
    pub title: String,
    /// Its list, when there is one.
    pub href: Option<String>,
    /// How many pages.
    pub count: usize,
    /// Column, from 0 to 8.
    pub column: u8,
    /// Row, from 0 to 7.
    pub row: u8,
}

/// Values of an axis that belong together.
#[derive(Debug, Serialize)]
pub struct FamilyView {
    /// Heading; may be empty.
    pub title: String,
    /// The values.
    pub groups: Vec<GroupLinkView>,
}

/// Responsibility × stage.
#[derive(Debug, Serialize)]
pub struct MatrixView {
    /// The stages; on the matrix page last the pages without one.
    pub columns: Vec<MatrixHeadView>,
    /// The responsibilities; on the matrix page last the pages without one.
    pub rows: Vec<MatrixRowView>,
    /// How many different pages are in its cells.
    pub placed: usize,
    /// The matrix' own page.
    pub href: String,
    /// On the matrix' own page: the chain of responsibility, whose stages are its
    /// columns.
    pub chain: Option<ChainView>,
}

/// A row's or column's heading.
#[derive(Debug, Serialize)]
pub struct MatrixHeadView {
    /// The value.
    pub title: String,
    /// The value cut where a line may break: 第一, 责任人, 责任.
    pub pieces: Vec<String>,
    /// Its list; empty for pages that have no value.
    pub href: String,
    /// How many pages have it.
    pub count: usize,
    /// What it means, as the page of a term of that name says, with that page.
    pub meaning: Option<LinkView>,
    /// Where the sources use it: links to the paragraphs.
    pub places: Vec<Html>,
}

/// One responsibility.
#[derive(Debug, Serialize)]
pub struct MatrixRowView {
    /// Its heading.
    pub head: MatrixHeadView,
    /// A cell for each stage.
    pub cells: Vec<MatrixCellView>,
}

/// One cell.
#[derive(Debug, Serialize)]
pub struct MatrixCellView {
    /// 主体责任 · 明责.
    pub title: String,
    /// The stage.
    pub stage: String,
    /// Anchor on the matrix page.
    pub anchor: String,
    /// Link to it.
    pub href: String,
    /// How many pages.
    pub count: usize,
    /// For how many a source states both responsibility and stage.
    pub stated: usize,
    /// For how many at least one is our inference.
    pub inferred: usize,
    /// 0 to 4: how much there is, for the depth of its colour.
    pub level: usize,
    /// Its pages, or the first of them; on the matrix page only.
    pub cards: Vec<CardView>,
    /// The list of all, where these are only the first.
    pub more: Option<String>,
}

/// A list, or its beginning.
#[derive(Debug, Serialize)]
pub struct ExcerptView {
    /// What it lists.
    pub title: String,
    /// Its pages, or the first of them.
    pub cards: Vec<CardView>,
    /// How many in all.
    pub count: usize,
    /// The list of all, where these are only the first.
    pub more: Option<String>,
}

/// A figure.
#[derive(Debug, Clone, Serialize)]
pub struct FigureView {
    /// What it counts.
    pub label: String,
    /// `39.2`.
    pub value: String,
    /// `万人`.
    pub unit: String,
    /// 不低于, 不高于, 约, or empty when exact.
    pub comparator: String,
    /// Period; `None` when the source is silent.
    pub period: Option<String>,
    /// Whom or what it covers.
    pub scope: String,
    /// Where the source says it.
    pub mark: Html,
    /// Remark; may be empty.
    pub note: String,
    /// Pages that hold it.
    pub pages: Vec<LinkView>,
}

/// Figures that share a scale, drawn as bars.
#[derive(Debug, Serialize)]
pub struct PlotView {
    /// What the bars are of.
    pub title: String,
    /// Whom or what all of them cover, when it is the same.
    pub scope: Option<String>,
    /// The period of all of them, when it is the same.
    pub period: Option<String>,
    /// Their unit.
    pub unit: String,
    /// The remark of all of them, when it is the same; may be empty.
    pub note: String,
    /// Whether a full bar is a whole of 100 %.
    pub share: bool,
    /// The bars.
    pub rows: Vec<PlotRowView>,
}

/// One bar.
#[derive(Debug, Serialize)]
pub struct PlotRowView {
    /// What tells it from the others.
    pub label: String,
    /// Its length as an SVG length: `66.67%`.
    pub length: String,
    /// What is left to a full bar.
    pub rest: String,
    /// `exact`, `at-least`, `at-most` or `about`.
    pub kind: &'static str,
    /// The figure itself.
    pub figure: FigureView,
}

/// The pictures of one page, on the page of all figures.
#[derive(Debug, Serialize)]
pub struct PagePlotsView {
    /// The page.
    pub page: LinkView,
    /// Its pictures.
    pub plots: Vec<PlotView>,
}

/// The chain of responsibility: its stages in their order.
#[derive(Debug, Serialize)]
pub struct ChainView {
    /// The stages.
    pub stages: Vec<ChainStageView>,
}

/// One link of the chain.
#[derive(Debug, Serialize)]
pub struct ChainStageView {
    /// 明责.
    pub title: String,
    /// What it asks.
    pub question: String,
    /// Its list.
    pub href: String,
    /// How many pages have it.
    pub count: usize,
    /// How many of each type, with the place in its list.
    pub counts: Vec<ChainCountView>,
    /// On the home page: the first of them, those of which a source says so
    /// before the others.
    pub pages: Vec<LinkView>,
    /// Whether the page is its list.
    pub current: bool,
}

/// How many pages of one type a stage has.
#[derive(Debug, Serialize)]
pub struct ChainCountView {
    /// 法规, 实践, 案例 or 术语.
    pub label: String,
    /// How many.
    pub count: usize,
    /// Where they are listed.
    pub href: String,
}

/// Everything by name, in order of sound.
#[derive(Debug, Serialize)]
pub struct AToZView {
    /// All initials.
    pub initials: Vec<InitialView>,
    /// The names of this page, under their initials; empty where each initial
    /// has a page of its own.
    pub groups: Vec<NameGroupView>,
    /// How many names in all.
    pub count: usize,
}

/// An initial.
#[derive(Debug, Serialize)]
pub struct InitialView {
    /// `A`.
    pub title: String,
    /// Its names.
    pub href: String,
    /// How many.
    pub count: usize,
    /// Whether the page is its own.
    pub current: bool,
}

/// Names under one initial.
#[derive(Debug, Serialize)]
pub struct NameGroupView {
    /// `A`.
    pub title: String,
    /// Its anchor.
    pub anchor: String,
    /// The names; where the list has several pages, those on this one.
    pub names: Vec<NameView>,
}

/// A name, and the page that has it.
#[derive(Debug, Serialize)]
pub struct NameView {
    /// The name.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// The page's title, where the name is another one.
    pub title: Option<String>,
    /// The page's type.
    #[serde(rename = "type")]
    pub page_type: Option<TypeView>,
}

/// What is new, by day.
#[derive(Debug, Serialize)]
pub struct NewsView {
    /// The days, the latest first; where there are several pages, those on
    /// this one.
    pub days: Vec<NewsDayView>,
    /// How many pages have a date.
    pub count: usize,
}

/// What came or changed on one day.
#[derive(Debug, Serialize)]
pub struct NewsDayView {
    /// The day.
    pub date: DateView,
    /// New pages.
    pub added: Vec<CardView>,
    /// How many new pages the whole day has.
    pub added_count: usize,
    /// Pages that were here before.
    pub updated: Vec<CardView>,
    /// How many changed pages the whole day has.
    pub updated_count: usize,
}

/// All figures.
#[derive(Debug, Serialize)]
pub struct FiguresView {
    /// Each once, though several pages may hold it; where there are several
    /// pages, those on this one.
    pub figures: Vec<FigureView>,
    /// How many there are in all.
    pub count: usize,
    /// Those that can be drawn, by page.
    pub pictures: Vec<PagePlotsView>,
}

/// A section's page.
#[derive(Debug, Serialize)]
pub struct SectionView {
    /// Its description.
    pub description: String,
    /// Table of contents: headings of the body, when there are three or more.
    pub contents: Vec<ContentsView>,
    /// Its body.
    pub body: Html,
    /// The slug of its type; empty for plain pages.
    pub slug: &'static str,
    /// How many pages.
    pub count: usize,
    /// The pages. A glossary has one group for each initial, in order of
    /// sound; other sections have one group without title.
    pub groups: Vec<CardGroupView>,
    /// Whether the groups are initials.
    pub glossary: bool,
    /// For a glossary: all initials, each with the place of its first page.
    pub initials: Vec<LinkView>,
    /// On the page of comparisons: choosing practices freely.
    pub chooser: Option<ChooserView>,
}

/// Practices to choose from, each with what a comparison shows of it.
#[derive(Debug, Serialize)]
pub struct ChooserView {
    /// The practices; empty when there are too many for one page.
    pub practices: Vec<ComparedView>,
    /// How many there are.
    pub count: usize,
}

/// A practice as a column.
#[derive(Debug, Serialize)]
pub struct ComparedView {
    /// Names it in the page's address: `practices/tianjin-wubitan`.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Where it is.
    pub href: String,
    /// The same labels in the same order for every practice; without value
    /// where the source is silent.
    pub facts: Vec<FactView>,
}

/// Two to four practices side by side.
#[derive(Debug, Serialize)]
pub struct SideBySideView {
    /// The practices.
    pub columns: Vec<LinkView>,
    /// What is compared.
    pub rows: Vec<SideBySideRowView>,
    /// Where others can be chosen, these to begin with.
    pub choose: String,
}

/// One fact of each practice.
#[derive(Debug, Serialize)]
pub struct SideBySideRowView {
    /// 单位, 构成, ….
    pub label: String,
    /// One for each column.
    pub cells: Vec<FactView>,
    /// Whether all of them say the same.
    pub same: bool,
}

/// A list of the pages that share one value.
#[derive(Debug, Serialize)]
pub struct ListView {
    /// 地区, 单位, ….
    pub axis: LinkView,
    /// Heading of the other values: 其他地区.
    pub others: String,
    /// The value.
    pub title: String,
    /// Remark; may be empty.
    pub note: String,
    /// How many pages.
    pub count: usize,
    /// Whether its entries are stated or inferred.
    pub has_basis: bool,
    /// For how many a source states it.
    pub stated: usize,
    /// For how many it is our inference.
    pub inferred: usize,
    /// Pages by type; for a role by stage, where a page may stand twice.
    pub groups: Vec<CardGroupView>,
    /// What a responsibility means, with the page that says it.
    pub meaning: Option<LinkView>,
    /// Whether no page says what this responsibility means.
    pub undefined: bool,
    /// Whether the groups are stages.
    pub by_stage: bool,
    /// For a stage: the chain.
    pub chain: Option<ChainView>,
    /// Other values of the axis, unless there are too many for a page.
    pub siblings: Vec<GroupLinkView>,
}

/// A document.
#[derive(Debug, Serialize)]
pub struct DocumentView {
    /// Its type; `None` for a plain page.
    #[serde(rename = "type")]
    pub page_type: Option<TypeView>,
    /// Short name such as 五必谈, when the title does not hold it already.
    pub mechanism: Option<String>,
    /// Summary.
    pub description: String,
    /// Tags, by kind.
    pub tags: Vec<TagGroupView>,
    /// For a term: what it means.
    pub meaning: Option<StatementView>,
    /// For a practice of which enough is known: how it is carried out, its
    /// outcome last; points that no source makes have no values.
    pub procedure: Vec<FactView>,
    /// What a case or a regulation comes down to, to be read at a glance.
    pub strip: Vec<FactView>,
    /// For a regulation: where its source can be read, an address of another
    /// site.
    pub original: Option<LinkView>,
    /// The paragraph on which the page rests, linked; marks that name it alone
    /// have the class `mark-usual`. Empty where each mark stands for itself.
    pub usual: Html,
    /// The remaining facts of its type.
    pub facts: Vec<FactView>,
    /// From when to when it is in force, where dates say so.
    pub validity: Option<ValidityView>,
    /// For a text that is not its regulation's own: which it is.
    pub other_text: Option<OtherTextView>,
    /// The texts of its regulation, when there are several.
    pub versions: Option<VersionsView>,
    /// Numbers that only older texts have.
    pub gone: Vec<GoneView>,
    /// Whether it is a regulation whose text isn't held here.
    pub text_not_held: bool,
    /// Whether its text may not be public.
    pub withheld: bool,
    /// Its parts, unless the body names them all.
    pub components: Vec<ComponentView>,
    /// Findings of a case.
    pub findings: Vec<StatementView>,
    /// Table of contents: headings, when there are three or more.
    pub contents: Vec<ContentsView>,
    /// Body.
    pub body: Html,
    /// Paragraphs of the body that are remarks of this site's editors alone.
    pub notes: Html,
    /// For a regulation whose text is held.
    pub law: Option<LawView>,
    /// For a comparison: its practices side by side.
    pub side_by_side: Option<SideBySideView>,
    /// For a practice: where it can be compared with others.
    pub compare: Option<String>,
    /// Figures.
    pub figures: Vec<FigureView>,
    /// Those that can be drawn.
    pub plots: Vec<PlotView>,
    /// Pages that have to do with it, each once, by type.
    pub connections: Vec<ConnectionGroupView>,
    /// Documents that it cites and that the site declares not to hold.
    pub not_held: Vec<NotHeldView>,
    /// Sources.
    pub sources: Vec<SourceBoxView>,
    /// The paragraphs of sources that the page names, with what they say.
    pub endnotes: Vec<EndnoteView>,
    /// State of the text; `None` for plain pages.
    pub integrity: Option<IntegrityView>,
    /// How to cite it.
    pub cite_as: CiteAsView,
    /// First published on this site.
    pub published: Option<DateView>,
    /// Last changed on this site, when later.
    pub updated: Option<DateView>,
    /// What changed on it, latest first.
    pub changes: Vec<PageChangeView>,
    /// The page before it in its section.
    pub previous: Option<LinkView>,
    /// The page after it.
    pub next: Option<LinkView>,
}

/// How to cite a page.
#[derive(Debug, Serialize)]
pub struct CiteAsView {
    /// As official documents do: 《示例条例》.
    pub official: String,
    /// After GB/T 7714, up to the day of access, which only the reader knows.
    pub gbt7714: String,
}

/// A document that is cited and not held.
#[derive(Debug, Serialize)]
pub struct NotHeldView {
    /// Its title, without 《》.
    pub title: String,
    /// Where it can be read; an address of another site.
    pub href: Option<String>,
    /// Remark; empty when none.
    pub note: String,
}

/// Tags of one kind.
#[derive(Debug, Serialize)]
pub struct TagGroupView {
    /// 责任, 环节, 角色, 主题.
    pub title: String,
    /// `responsibility`, `stage`, `role`, `topic`.
    pub slug: &'static str,
    /// The tags.
    pub tags: Vec<TagView>,
}

/// A tag.
#[derive(Debug, Serialize)]
pub struct TagView {
    /// Its value.
    pub title: String,
    /// Its list.
    pub href: String,
    /// Stated or inferred; `None` where the question does not arise.
    pub basis: Option<BasisView>,
    /// Where.
    pub mark: Html,
    /// Remark; may be empty.
    pub note: String,
}

/// One fact: a label and its values.
#[derive(Debug, Serialize)]
pub struct FactView {
    /// 制定机关.
    pub label: String,
    /// Its values; empty when the source is silent.
    pub values: Vec<FactValueView>,
}

/// A value of a fact.
#[derive(Debug, Serialize)]
pub struct FactValueView {
    /// The value.
    pub text: String,
    /// A list of pages that share it.
    pub href: Option<String>,
    /// Given only when it is inferred: stated is the rule here.
    pub basis: Option<BasisView>,
    /// Where.
    pub mark: Html,
    /// Remark; may be empty.
    pub note: String,
}

/// One ordered part of a practice.
#[derive(Debug, Serialize)]
pub struct ComponentView {
    /// Its name.
    pub name: String,
    /// Detail; may be empty.
    pub detail: String,
    /// Where the source names it.
    pub mark: Html,
}

/// A statement and where the source makes it.
#[derive(Debug, Clone, Serialize)]
pub struct StatementView {
    /// The statement.
    pub text: String,
    /// Where.
    pub mark: Html,
}

/// A heading in the table of contents.
#[derive(Debug, Serialize)]
pub struct ContentsView {
    /// Its text.
    pub title: String,
    /// Link to it.
    pub href: String,
    /// 2 to 6.
    pub level: u8,
    /// The articles in it, 第一条—第九条; empty for other headings.
    pub range: String,
}

/// A regulation whose text is held: how it is read and jumped in.
#[derive(Debug, Serialize)]
pub struct LawView {
    /// `clause` or `document`.
    pub form: &'static str,
    /// What the jump box asks for: an article, or a numbered part.
    pub jump: Option<JumpView>,
    /// Whether the contents are long, so that they fold away where there is
    /// little room.
    pub fold_contents: bool,
}

/// From when to when a text is in force. What that means today is the
/// script's to say.
#[derive(Debug, Clone, Serialize)]
pub struct ValidityView {
    /// First day.
    pub from: Option<DateView>,
    /// First day on which it is no longer in force.
    pub until: Option<DateView>,
    /// `superseded` or `repealed`; empty without `until`.
    pub ending: &'static str,
    /// 自2019年6月1日起施行，2026年3月1日起由新文本代替.
    pub words: String,
}

/// The texts of a regulation.
#[derive(Debug, Serialize)]
pub struct VersionsView {
    /// The newest first.
    pub rows: Vec<VersionRowView>,
}

/// One text of a regulation.
#[derive(Debug, Serialize)]
pub struct VersionRowView {
    /// The day from which it takes the place of the one before.
    pub from: DateView,
    /// What day that is: 2026年3月1日施行.
    pub dated: String,
    /// What happens to it on the day of `until`: 2027年1月1日起废止; empty without.
    pub ended: String,
    /// First day on which it is no longer in force.
    pub until: Option<DateView>,
    /// `superseded` or `repealed`; empty without `until`.
    pub ending: &'static str,
    /// 2026年修订.
    pub name: String,
    /// Its page.
    pub href: String,
    /// Whether this is its page.
    pub here: bool,
    /// Whether its page stands for the regulation.
    pub identity: bool,
    /// Compared with the text before it.
    pub compare: Option<LinkView>,
    /// Compared with the text that stands for the regulation.
    pub compare_now: Option<LinkView>,
}

/// What a text that is not its regulation's own says of itself.
#[derive(Debug, Serialize)]
pub struct OtherTextView {
    /// 2019年6月1日施行的文本.
    pub name: String,
    /// Whether it is newer than the one that stands for the regulation.
    pub newer: bool,
    /// The text that stands for the regulation.
    pub identity: LinkView,
    /// The comparison of both.
    pub compare: Option<LinkView>,
}

/// A number that only an older text has.
#[derive(Debug, Serialize)]
pub struct GoneView {
    /// Its anchor.
    pub anchor: String,
    /// 第八十条.
    pub name: String,
    /// Where it can be read.
    pub text: LinkView,
    /// What it is now; `None` when it was taken out.
    pub now: Option<LinkView>,
}

/// Two texts of a regulation, article by article.
#[derive(Debug, Serialize)]
pub struct CompareView {
    /// The regulation's title.
    pub title: String,
    /// The older text.
    pub older: ComparedTextView,
    /// The newer text.
    pub newer: ComparedTextView,
    /// How much there is of each kind of change.
    pub counts: Vec<ChangeCountView>,
    /// The changes in the order of the newer text, and what is between them.
    pub entries: Vec<ChangeView>,
}

/// One of two texts.
#[derive(Debug, Serialize)]
pub struct ComparedTextView {
    /// 2026年修订.
    pub name: String,
    /// 2026年3月1日施行的文本.
    pub dated: String,
    /// Its date.
    pub from: DateView,
    /// Its page.
    pub href: String,
}

/// How many changes of one kind there are.
#[derive(Debug, Serialize)]
pub struct ChangeCountView {
    /// 新增.
    pub label: String,
    /// How many.
    pub count: usize,
    /// Links to them; none for what the page does not show.
    pub links: Vec<LinkView>,
    /// Whether the links are so many that they fold away.
    pub fold: bool,
}

/// A unit that changed, or several that did not.
#[derive(Debug, Default, Serialize)]
pub struct ChangeView {
    /// `changed`, `added`, `removed`, `moved` or `same`.
    pub kind: &'static str,
    /// Its anchor on the page.
    pub anchor: String,
    /// Its place in the older text.
    pub older: Option<LinkView>,
    /// Its place in the newer text.
    pub newer: Option<LinkView>,
    /// Whether its number is another.
    pub renumbered: bool,
    /// Whether it stands at another place.
    pub moved: bool,
    /// Whether it is the heading of a 章 or such.
    pub heading: bool,
    /// Its lines, with `ins` and `del`.
    pub lines: Vec<Html>,
    /// What is the same, of the kind `same`.
    pub unchanged: Option<UnchangedView>,
}

/// Units one after another that have the same words in both texts.
#[derive(Debug, Serialize)]
pub struct UnchangedView {
    /// How many.
    pub count: usize,
    /// Whether their numbers differ.
    pub renumbered: bool,
    /// 第四条—第九条 in the older text.
    pub older: String,
    /// The same in the newer text.
    pub newer: LinkView,
}

/// The jump box of a regulation.
#[derive(Debug, Serialize)]
pub struct JumpView {
    /// Words before the box.
    pub before: String,
    /// Words behind it.
    pub behind: String,
    /// Name of the box, with an example of what can be typed.
    pub label: String,
}

/// Pages of one type that have to do with a page.
#[derive(Debug, Serialize)]
pub struct ConnectionGroupView {
    /// The type.
    pub title: String,
    /// The pages, or the first of them.
    pub items: Vec<ConnectionView>,
    /// How many in all.
    pub count: usize,
    /// The list of all that refer to the page, where these are only the first.
    pub more: Option<String>,
}

/// A page that has to do with another, and how.
#[derive(Debug, Serialize)]
pub struct ConnectionView {
    /// Its title.
    pub title: String,
    /// Where: the provision meant or the place that refers, as near as known.
    pub href: String,
    /// What it is to the page: 落实, 参见, 正文提及, ….
    pub relation: String,
    /// The provision; `None` when not given or unknown.
    pub provision: Option<String>,
    /// Given only when the relation is inferred.
    pub basis: Option<BasisView>,
    /// Where the source says so.
    pub mark: Html,
    /// Remark; may be empty.
    pub note: String,
    /// Anchor of the explanation, for a term that the body uses; empty for
    /// others.
    pub anchor: String,
    /// What the term means; empty for others.
    pub meaning: String,
}

/// A paragraph of a source, at the end of a printed page.
#[derive(Debug, Serialize)]
pub struct EndnoteView {
    /// `P8`.
    pub locator: String,
    /// What it says, in short.
    pub summary: String,
}

/// All that refers to a page's provisions.
#[derive(Debug, Serialize)]
pub struct CitedPageView {
    /// The page.
    pub document: LinkView,
    /// Its provisions that something refers to, in the order of its text.
    pub units: Vec<CitedUnitView>,
}

/// What refers to one article, point or division.
#[derive(Debug, Serialize)]
pub struct CitedUnitView {
    /// 第七条.
    pub title: String,
    /// Its anchor, on this page as on the other.
    pub anchor: String,
    /// Where it is.
    pub href: String,
    /// How many places refer to it.
    pub count: usize,
    /// Whether its list began on the page before.
    pub continued: bool,
    /// Headings and lists.
    pub list: Html,
}

/// One source of a document.
#[derive(Debug, Serialize)]
pub struct SourceBoxView {
    /// How this site names it.
    pub label: String,
    /// Its page.
    pub href: String,
    /// Places, linked.
    pub locators: Html,
    /// Title, author and so on; those that are unknown have no value.
    pub facts: Vec<FactView>,
}

/// State of a text against its source.
#[derive(Debug, Clone, Serialize)]
pub struct IntegrityView {
    /// `clean`, `repaired` or `doubtful`.
    pub slug: &'static str,
    /// 完整, 经校补 or 存疑.
    pub label: String,
    /// What was repaired or is in doubt; may be empty.
    pub note: String,
}

/// A source's page.
#[derive(Debug, Serialize)]
pub struct SourceView {
    /// How this site names it.
    pub label: String,
    /// Title, author and so on.
    pub facts: Vec<FactView>,
    /// Remark; may be empty.
    pub note: String,
    /// Its paragraphs.
    pub segments: Vec<SegmentView>,
    /// Pages that name this source without a place in it; `None` where there
    /// are none.
    pub unplaced: Option<ExcerptView>,
}

/// A paragraph of a source.
#[derive(Debug, Serialize)]
pub struct SegmentView {
    /// `P8`.
    pub locator: String,
    /// `p8`.
    pub anchor: String,
    /// Whether it is a heading of the source.
    pub heading: bool,
    /// What it covers, in our own words.
    pub summary: String,
    /// State of its text.
    pub integrity: IntegrityView,
    /// Pages that rely on it, by type, or the first of them.
    pub groups: Vec<CardGroupView>,
    /// How many they are.
    pub count: usize,
    /// The list of all, where these are only the first.
    pub more: Option<String>,
}

/// All sources.
#[derive(Debug, Serialize)]
pub struct SourcesView {
    /// The sources; where there are several pages, those on this one.
    pub sources: Vec<SourceEntryView>,
}

/// A source in the list of sources.
#[derive(Debug, Serialize)]
pub struct SourceEntryView {
    /// How this site names it.
    pub label: String,
    /// Its page.
    pub href: String,
    /// Remark; may be empty.
    pub note: String,
    /// How many paragraphs.
    pub segments: usize,
    /// How many pages rely on it.
    pub pages: usize,
}

/// The search page: what stands there when search cannot run.
#[derive(Debug, Serialize)]
pub struct SearchView {
    /// Regulations, practices, cases, terms.
    pub doors: Vec<LinkView>,
    /// Lists by region, organ and so on.
    pub axes: Vec<LinkView>,
    /// Mechanisms that have a page: what a reader may type.
    pub suggestions: Vec<LinkView>,
    /// Whether regulations have other texts that can be searched too.
    pub other_texts: bool,
    /// Keys of the facets that results can be filtered by, in their order.
    pub facets: Vec<&'static str>,
}

/// The page for addresses that lead nowhere.
///
/// A server shows it under any address, so it cannot know the way to the root.
#[derive(Debug, Serialize)]
pub struct LostView {
    /// The style sheet.
    pub css: Option<String>,
    /// Its script, which sets the links if the address isn't known, and lists
    /// the pages with the nearest addresses.
    pub js: Option<String>,
    /// How deep pages lie: `../` for each level from the root down, without the
    /// root itself.
    pub levels: Vec<String>,
    /// The home page, when the site's public address is known.
    pub home: Option<String>,
    /// Ways on from the root, relative to it.
    pub links: Vec<LinkView>,
}

/// An old address.
#[derive(Debug, Serialize)]
pub struct RedirectView {
    /// The page's title.
    pub title: String,
    /// Where it is now.
    pub href: String,
    /// The script that takes the place in the page along.
    pub js: Option<String>,
}

/// An address whose page was withdrawn.
#[derive(Debug, Serialize)]
pub struct WithdrawnView {
    /// The day on which it was withdrawn: 2026-01-31.
    pub date: String,
    /// Why.
    pub reason: String,
    /// The home page.
    pub home: String,
}
