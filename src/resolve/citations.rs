//! Resolves the citations of a page to the documents and provisions that they
//! mean.
//!
//! Uncertain citations are neither linked nor reported: in the text of a law, a
//! wrong link is worse than none.

mod relative;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::targets::Targets;
use crate::citation::scan::{Document, Found, Mention, Origin};
use crate::citation::{reference, scan as citation};
use crate::diag::{Diagnostic, FileId, Span};
use crate::model::{Citation, CitationTarget, PageId, PageType, ResolvedLink};
use search::anchor::{Anchor, Number, ProvisionKind, Step};

/// Maximum number of provisions in one range.
const WIDEST: u32 = 1000;

/// How many bytes after the beginning of its paragraph a citation is searched
/// for in the source.
const FARTHEST: usize = 1 << 18;

/// Last characters of words that may precede a name without 《》: 依照, 违反, 适用, 属于,
/// 认定为.
const BEFORE_NAMES: &str = "照据反用合于和与及或者的对是在以经由其为除即将国院所受从有因凡犯成到按依含指令系且并内当被款条项该述下上定致但则而行到述遵循由向后前施了匿入使";

/// Words that may precede a name unknown to the library; they show where it
/// begins.
const VERBS: &[&str] = &[
    "依照",
    "根据",
    "按照",
    "依据",
    "违反",
    "适用",
    "符合",
    "参照",
    "比照",
    "属于",
    "或者",
    "以及",
    "实施",
    "构成",
    "认定为",
    "触犯",
    "遵守",
    "执行",
    "不属",
    "所称",
    "除外",
];

/// Characters that don't occur in names of regulations: a text that contains
/// one is a sentence.
const NO_NAME: &[char] = &[
    '本', '该', '供', '依', '按', '照', '的', '其', '第', '被', '据',
];

/// The meaning of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meant {
    Page(PageId),
    External(String),
    /// No page has this name; holds the name as messages show it.
    Missing(String),
    /// The meaning is uncertain.
    Unclear,
}

/// An open provision.
#[derive(Debug)]
struct Open {
    kind: ProvisionKind,
    number: Option<Number>,
    anchor: String,
    /// The provision that its own text cites, if it cites exactly one.
    cites: Option<(PageId, String)>,
}

/// A part of a text that becomes a link.
#[derive(Debug)]
pub struct LinkedRange {
    /// Its byte range.
    pub range: Range<usize>,
    pub link: ResolvedLink,
}

/// Resolves the citations of one body, in order.
pub struct Citer<'a> {
    targets: &'a Targets,
    /// `None` for a section.
    page: Option<PageId>,
    file: FileId,
    /// The whole file.
    source: &'a str,
    /// Where to look for the next citation in `source`.
    at: usize,
    /// Short names defined so far.
    short_names: Vec<(String, Meant)>,
    /// Documents named so far in this paragraph.
    named: Vec<Meant>,
    /// The article cited last in this paragraph.
    last_article: Option<(PageId, String)>,
    /// The chapter or part that the current list counts from: 本章第一节、第二节.
    division: Option<String>,
    open: Vec<Open>,
    /// Anchors of the articles so far in the body or the open annex.
    articles: Vec<String>,
    /// The document whose articles are meant by 第七条, if the text amends
    /// another.
    amended: Option<Meant>,
    /// Whether the body has articles.
    has_articles: bool,
    reported: BTreeSet<String>,
    citations: Vec<Citation>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Citer<'a> {
    /// Creates a citer for the body of a page with this title.
    pub fn new(
        targets: &'a Targets,
        page: Option<PageId>,
        title: &str,
        file: FileId,
        source: &'a str,
    ) -> Self {
        let mut citer = Self {
            targets,
            page,
            file,
            source,
            at: 0,
            short_names: Vec::new(),
            named: Vec::new(),
            last_article: None,
            division: None,
            open: Vec::new(),
            articles: Vec::new(),
            amended: None,
            has_articles: page.is_some_and(|page| {
                let mut anchors = targets.anchors(page).iter();
                anchors.any(|anchor| Anchor(anchor).article_number().is_some())
            }),
            reported: BTreeSet::new(),
            citations: Vec::new(),
            diagnostics: Vec::new(),
        };
        citer.amended = citer.amended_by(title);
        citer
    }

    /// The citations, and the problems found with them.
    pub fn finish(mut self) -> (Vec<Citation>, Vec<Diagnostic>) {
        // Authors' links were visited after the rest of their paragraph.
        self.citations
            .sort_by_key(|citation| citation.span.range.start);
        (self.citations, self.diagnostics)
    }

    /// Records a link by the author; if it leads to a regulation, it is also a
    /// citation.
    pub fn linked(
        &mut self,
        to: PageId,
        anchor: Option<&str>,
        text: &str,
        span: &Span,
        heading: Option<&str>,
    ) {
        let regulation = self.targets.page_type(to) == Some(PageType::Regulation);
        let (Some(page), true) = (self.page, regulation) else {
            return;
        };
        self.citations.push(Citation {
            page,
            anchor: heading.map(Arc::from),
            span: span.clone(),
            text: text.into(),
            target: match anchor {
                None => CitationTarget::Page(to),
                Some(anchor) => CitationTarget::Provision {
                    page: to,
                    anchor: anchor.into(),
                },
            },
        });
    }

    /// Finds the document that a text with this title amends: its articles are
    /// meant.
    fn amended_by(&self, title: &str) -> Option<Meant> {
        let named = |name: &str| match self.targets.titles.find(name) {
            Some(page) => Meant::Page(page),
            None => Meant::Unclear,
        };
        if let Some((before, _)) = title.split_once("修正案") {
            return Some(named(before));
        }
        let at = ["关于修改", "关于修订", "关于废止", "关于修正"]
            .into_iter()
            .find_map(|word| Some(title.find(word)? + word.len()))?;
        let rest = &title[at..];
        let names: Vec<&str> = rest.split(['《', '〈']).skip(1).collect();
        let (&[only], false) = (names.as_slice(), rest.contains("部分")) else {
            return Some(Meant::Unclear);
        };
        Some(named(only.split(['》', '〉']).next().unwrap_or_default()))
    }

    /// Moves on to `span` in the source; the text there begins with `label`.
    pub fn goes_on(&mut self, span: &Span, label: &str) {
        self.at = self.at.max(span.range.start + label.len());
    }

    /// Begins a paragraph: forgets what the last one named.
    pub fn paragraph(&mut self) {
        self.named.clear();
        self.last_article = None;
    }

    /// Begins a provision.
    pub fn enter(&mut self, kind: ProvisionKind, number: Option<Number>, anchor: &str) {
        match kind {
            ProvisionKind::Annex => self.articles.clear(),
            ProvisionKind::Article => self.articles.push(anchor.to_owned()),
            _ => {}
        }
        self.open.push(Open {
            kind,
            number,
            anchor: anchor.to_owned(),
            cites: None,
        });
    }

    /// Ends the provision that began last.
    pub fn leave(&mut self) {
        self.open.pop();
    }

    /// Finds the citations of a text below `heading`, and returns the parts
    /// that become links, in order. `blocked` contains the author's links, in
    /// which citations are ignored.
    pub fn text(
        &mut self,
        text: &str,
        blocked: &[Range<usize>],
        heading: Option<&str>,
    ) -> Vec<LinkedRange> {
        let found = citation::scan(text);
        if found.is_empty() {
            return Vec::new();
        }
        let anchor: Option<Arc<str>> = heading.map(Arc::from);
        let before = self.citations.len();
        let mut links = Vec::new();
        for found in found {
            match found {
                Found::Definition { document, name } => self.define(text, &document, name),
                Found::Mention(mention) => {
                    let hit = |range: &Range<usize>| {
                        range.start < mention.range.end && mention.range.start < range.end
                    };
                    if !blocked.iter().any(hit) {
                        links.extend(self.mention(text, &mention, anchor.as_ref()));
                    }
                }
            }
        }
        self.remember_what_is_cited(before);
        links
    }

    /// In a list below 违反第十五条规定的, （五）违反第一项规定 refers to 第十五条.
    fn remember_what_is_cited(&mut self, before: usize) {
        let mut cited = self.citations[before..]
            .iter()
            .map(|citation| match &citation.target {
                CitationTarget::Provision { page, anchor } => Some((*page, anchor.to_string())),
                _ => None,
            });
        let one = match (cited.next(), cited.next()) {
            (Some(one), None) => one,
            _ => None,
        };
        if let Some(open) = self.open.last_mut() {
            open.cites = one;
        }
    }

    fn define(&mut self, text: &str, document: &Document, name: Range<usize>) {
        let meant = match document {
            Document::Title(range) => self.by_title(&text[range.clone()]),
            Document::Named(range) => self.by_name(&text[range.clone()]).0,
            _ => return,
        };
        self.short_names.push((text[name].to_owned(), meant));
    }

    fn short_name(&self, name: &str) -> Option<&Meant> {
        let mut names = self.short_names.iter().rev();
        names.find(|(short, _)| short == name).map(|(_, m)| m)
    }

    /// The meaning of a title in 《》.
    fn by_title(&self, title: &str) -> Meant {
        let inner = title
            .strip_prefix('《')
            .and_then(|rest| rest.strip_suffix('》'))
            .unwrap_or(title);
        if let Some(meant) = self.short_name(inner) {
            return meant.clone();
        }
        if let Some(page) = self.targets.titles.find(title) {
            return Meant::Page(page);
        }
        if let Some(page) = self.page.filter(|p| self.targets.titles.is_own(*p, title)) {
            return Meant::Page(page);
        }
        match self.targets.titles.external(title) {
            Some(id) => Meant::External(id.to_owned()),
            None => Meant::Missing(title.to_owned()),
        }
    }

    /// The meaning of the name at the end of some words, and where it begins.
    fn by_name(&self, words: &str) -> (Meant, usize) {
        let titles = &self.targets.titles;
        for (at, _) in words.char_indices() {
            let name = &words[at..];
            let begins = words[..at]
                .chars()
                .next_back()
                .is_none_or(|before| BEFORE_NAMES.contains(before));
            if !begins {
                continue;
            }
            if let Some(meant) = self.short_name(name) {
                return (meant.clone(), at);
            }
            if citation::is_bare_kind(name) {
                break;
            }
            if let Some(page) = titles.by_plain_name(name) {
                return (Meant::Page(page), at);
            }
            if let Some(id) = titles.external(name) {
                return (Meant::External(id.to_owned()), at);
            }
        }
        let verb = VERBS
            .iter()
            .filter_map(|verb| Some(words.rfind(verb)? + verb.len()))
            .max()
            .unwrap_or(0);
        let guess = words[verb..].trim_start_matches(['和', '及', '与', '的', '其', '对']);
        let at = words.len() - guess.len();
        // At the beginning of a clause anything may precede the name; only
        // names of statutes can be distinguished from sentences.
        let alone = at == 0 && guess.chars().count() <= 14 && !guess.contains(NO_NAME);
        let clean = verb > 0 && !guess.contains(NO_NAME)
            || alone && guess.ends_with('法') && !guess.ends_with("办法");
        if clean && !citation::is_private(guess) && !citation::is_bare_kind(guess) {
            (Meant::Missing(guess.to_owned()), at)
        } else {
            (Meant::Unclear, words.len())
        }
    }

    fn mention(
        &mut self,
        text: &str,
        mention: &Mention,
        anchor: Option<&Arc<str>>,
    ) -> Option<LinkedRange> {
        let mut range = mention.range.clone();
        let targets = match &mention.origin {
            Origin::Document(document) => {
                let (meant, start) = self.document(text, document, &range)?;
                range.start = start;
                if *document != Document::This && *document != Document::Implied {
                    self.named.retain(|named| *named != meant);
                    self.named.push(meant.clone());
                }
                self.in_document(text, &range, meant, document, mention)?
            }
            origin => match self.counted_from_here(origin, mention, text) {
                Some(targets) => targets,
                None => self.nowhere_here(origin, mention, text)?,
            },
        };
        if let Some(CitationTarget::Provision { page, anchor }) = targets.last()
            && let Some(article) = Anchor(anchor).article()
        {
            self.last_article = Some((*page, article.to_owned()));
        }
        let first = targets.first()?.clone();
        let span = self.span(&text[range.clone()]);
        if let Some(page) = self.page {
            for target in targets {
                self.citations.push(Citation {
                    page,
                    anchor: anchor.cloned(),
                    span: span.clone(),
                    text: text[range.clone()].into(),
                    target,
                });
            }
        }
        let link = self.link(first)?;
        Some(LinkedRange { range, link })
    }

    /// The span of a citation in the source. If markup interrupts the citation,
    /// the span is where the search began.
    fn span(&mut self, written: &str) -> Span {
        let end = (self.at + FARTHEST).min(self.source.len());
        let window = self.source.get(self.at..end);
        let rest = window.or_else(|| self.source.get(self.at..)).unwrap_or("");
        let found = rest
            .find(written)
            .map(|start| start..start + written.len())
            .or_else(|| find_in_markup(rest, written));
        match found {
            Some(found) => {
                let start = self.at + found.start;
                self.at += found.end;
                Span::new(self.file, start..self.at)
            }
            None => Span::new(self.file, self.at..self.at),
        }
    }

    fn link(&self, target: CitationTarget) -> Option<ResolvedLink> {
        match target {
            CitationTarget::Page(page) => {
                // A link to the page itself would lead nowhere new.
                (Some(page) != self.page).then_some(ResolvedLink::Page { page, anchor: None })
            }
            CitationTarget::Provision { page, anchor } => Some(if Some(page) == self.page {
                ResolvedLink::Anchor(anchor.into())
            } else {
                ResolvedLink::Page {
                    page,
                    anchor: Some(anchor.into()),
                }
            }),
            CitationTarget::External(id) => {
                let url = self.targets.titles.external_url(&id)?;
                Some(ResolvedLink::External(url.to_owned()))
            }
            CitationTarget::Unresolved => None,
        }
    }

    /// The document that is meant, and where the citation begins.
    fn document(
        &self,
        text: &str,
        document: &Document,
        range: &Range<usize>,
    ) -> Option<(Meant, usize)> {
        let page = self.page;
        let own = page.filter(|page| self.targets.has_provisions(*page));
        let meant = match document {
            Document::Title(title) => (self.by_title(&text[title.clone()]), range.start),
            Document::Named(words) => {
                let (meant, at) = self.by_name(&text[words.clone()]);
                // Only the first citation of a list begins with the name.
                let start = if words.end == range.start {
                    words.start + at
                } else {
                    range.start
                };
                (meant, start)
            }
            Document::This => {
                let written = &text[range.clone()];
                let name = written.split('第').next().unwrap_or(written);
                let meant = match (self.short_name(name), &self.amended, own) {
                    (Some(meant), ..) | (None, Some(meant), _) => meant.clone(),
                    (None, None, own) => Meant::Page(own?),
                };
                (meant, range.start)
            }
            Document::Last => (self.named.last()?.clone(), range.start),
            Document::Implied => {
                // A reply or a notice has no articles of its own.
                let own = own.filter(|_| self.has_articles);
                let meant = match (own, &self.amended, self.named.as_slice()) {
                    (_, Some(amended), _) => amended.clone(),
                    (Some(own), None, _) => Meant::Page(own),
                    // On a practice or case page, only if a single document is
                    // meant.
                    (None, None, [one]) => one.clone(),
                    _ => return None,
                };
                (meant, range.start)
            }
        };
        (meant.0 != Meant::Unclear).then_some(meant)
    }

    fn in_document(
        &mut self,
        text: &str,
        range: &Range<usize>,
        meant: Meant,
        document: &Document,
        mention: &Mention,
    ) -> Option<Vec<CitationTarget>> {
        let page = match meant {
            Meant::Page(page) => page,
            Meant::External(id) => return Some(vec![CitationTarget::External(id.into())]),
            Meant::Missing(name) => {
                if !matches!(document, Document::Implied | Document::Last) {
                    self.report_missing(&name, text, range);
                }
                return Some(vec![CitationTarget::Unresolved]);
            }
            Meant::Unclear => return None,
        };
        if mention.steps.is_empty() || !self.targets.has_provisions(page) {
            return Some(vec![CitationTarget::Page(page)]);
        }
        let own = Some(page) == self.page;
        if own && *document == Document::This {
            // 本章第一节 belongs to this chapter, and so does a following 第二节.
            let innermost = match &text[range.clone()] {
                words if words.starts_with("本编") => self.innermost(ProvisionKind::Part),
                words if words.starts_with("本章") => self.innermost(ProvisionKind::Chapter),
                words if words.starts_with('第') => None,
                _ => {
                    self.division = None;
                    None
                }
            };
            if let Some(open) = innermost {
                self.division = Some(open.anchor.clone());
            }
        }
        // An annex may itself be a regulation.
        let annex = self
            .open
            .iter()
            .find(|open| own && open.kind == ProvisionKind::Annex);
        let division = self
            .division
            .clone()
            .filter(|_| own && *document == Document::This);
        let above = division.or_else(|| annex.map(|open| open.anchor.clone()));
        let found = above
            .and_then(|above| self.provisions(page, &above, mention))
            .or_else(|| self.provisions(page, "", mention));
        match found {
            Some(found) => Some(found),
            // A text that amends another uses numbers that the other may not
            // yet have, or no longer.
            None if self.amended.is_some() && *document == Document::Implied => None,
            None => {
                self.report_provision(page, mention, text, range);
                Some(vec![CitationTarget::Unresolved])
            }
        }
    }

    /// The provisions that a mention names, counted from the anchor `above`.
    fn provisions(
        &self,
        page: PageId,
        above: &str,
        mention: &Mention,
    ) -> Option<Vec<CitationTarget>> {
        let anchors = self.targets.anchors(page);
        let steps = mention.steps.as_slice();
        let target = |anchor: String| CitationTarget::Provision {
            page,
            anchor: anchor.into(),
        };
        let mut first = reference::candidates(above, steps, anchors);
        if first.len() > 1 && steps.len() > 1 {
            // Two paragraphs have such an item: only the article is certain.
            first = reference::candidates(above, &steps[..steps.len() - 1], anchors);
        }
        let [only] = first.as_slice() else {
            return None;
        };
        let mut found = vec![target(only.clone())];
        let (Some(through), Some(last)) = (mention.through, steps.last()) else {
            return Some(found);
        };
        let from = last.number?;
        let mut steps = steps.to_vec();
        let until = through.base.min(from.base.saturating_add(WIDEST));
        for base in from.base..=until {
            let numbers = std::iter::once(None).chain((1..WIDEST).map(Some));
            for insertion in numbers {
                let number = Number { base, insertion };
                if number <= from {
                    continue;
                }
                if number > through {
                    break;
                }
                steps.pop();
                steps.push(Step {
                    kind: last.kind,
                    number: Some(number),
                });
                match reference::candidates(above, &steps, anchors).as_slice() {
                    [one] => found.push(target(one.clone())),
                    // 第七条 may be repealed while 第七条之一 exists; but if 第七条之二 is
                    // missing, no others follow.
                    _ if insertion.is_none() => {}
                    _ => break,
                }
                if last.kind != ProvisionKind::Article {
                    break;
                }
            }
        }
        Some(found)
    }

    /// Notes at the top name the decisions that amended the text, and no
    /// library has all of them.
    fn is_quiet(&self) -> bool {
        let quiet = |open: &Open| open.kind == ProvisionKind::Opening;
        self.open.iter().any(quiet)
    }

    /// Reports a name that no page has, once for each page.
    fn report_missing(&mut self, name: &str, text: &str, range: &Range<usize>) {
        if self.is_quiet() || !self.reported.insert(name.to_owned()) {
            return;
        }
        let written = text[range.clone()].split('第').next().unwrap_or_default();
        let shown = if name.starts_with('《') {
            name
        } else {
            written.trim()
        };
        let at = self.at;
        let span = self.span(shown);
        self.at = at;
        let shown = if name.starts_with('《') {
            name.to_owned()
        } else {
            format!("《{name}》")
        };
        let message = format!("本站没有{shown}的页面");
        let found = Diagnostic::warning("unresolved-citation", span, message);
        let near = self.targets.titles.nearest(name);
        self.diagnostics.push(match near {
            Some(near) => found.hint(format!(
                "可能应为《{near}》：名称有误的，予以改正；属于该制度另一名称的，\
                 加入该页的 other_names"
            )),
            None => found.hint(
                "书名不是法规制度的，可不处理；属于法规制度的，可补建页面，\
                 或在 data/external.toml 中登记为本站不收录",
            ),
        });
    }

    /// Reports a provision that the document doesn't have, once for each page.
    fn report_provision(
        &mut self,
        page: PageId,
        mention: &Mention,
        text: &str,
        range: &Range<usize>,
    ) {
        let title = self.targets.titles.title(page);
        let anchors = self.targets.anchors(page);
        let way: String = mention.steps.iter().map(Step::words).collect();
        if self.is_quiet() || !self.reported.insert(format!("{}#{way}", page.0)) {
            return;
        }
        let message = format!("《{title}》中没有{way}");
        let hint = existing(&mention.steps, anchors);
        let at = self.at;
        let span = self.span(&text[range.clone()]);
        self.at = at;
        let found = Diagnostic::warning("unresolved-provision", span, message);
        self.diagnostics.push(match hint {
            Some(hint) => found.hint(format!("{hint}；核对编号，{UNCHANGED}")),
            None => found.hint(format!("核对编号；{UNCHANGED}")),
        });
    }
}

/// Finds a text in source that may escape or emphasise parts of it, or break
/// its line.
fn find_in_markup(source: &str, written: &str) -> Option<Range<usize>> {
    let markup = |c: char| matches!(c, '\\' | '*' | '_' | '\n');
    // A line break between two words was read as a space.
    let is = |source: char, c: char| source == c || (c == ' ' && source == '\n');
    let first = written.chars().next()?;
    // The attempts are bounded: only nearby text is found.
    for (start, _) in source.match_indices(first).take(64) {
        let mut rest = source[start..].char_indices();
        let all = written.chars().all(|c| {
            let next = rest
                .by_ref()
                .find(|(_, other)| !markup(*other) || is(*other, c));
            next.is_some_and(|(_, other)| is(other, c))
        });
        if all {
            let end = rest.next().map_or(source.len(), |(at, _)| start + at);
            return Some(start..end);
        }
    }
    None
}

const UNCHANGED: &str = "原文如此或引用历史文本的，无需修改";

/// Describes what exists instead of the missing provision: 第七条共 2 款.
fn existing(steps: &[Step], anchors: &BTreeSet<String>) -> Option<String> {
    let known = (0..steps.len()).rev().find(|length| match length {
        0 => true,
        length => !reference::candidates("", &steps[..*length], anchors).is_empty(),
    })?;
    let missing = &steps[known];
    let name = missing.kind.name();
    let above = match known {
        0 => String::new(),
        _ => reference::candidates("", &steps[..known], anchors).pop()?,
    };
    let count = |above: &str| {
        let mut count = 0;
        while !reference::candidates(
            above,
            &[Step {
                kind: missing.kind,
                number: Some(Number::plain(count + 1)),
            }],
            anchors,
        )
        .is_empty()
        {
            count += 1;
        }
        count
    };
    let place: String = steps[..known].iter().map(Step::words).collect();
    if missing.kind == ProvisionKind::Article {
        // The numbers may have gaps.
        let numbers = anchors.iter().filter_map(|a| Anchor(a).article_number());
        let last = Number::plain(numbers.max()?.base);
        return Some(format!("条的编号至{}为止", last.label(name)));
    }
    match count(&above) {
        0 => Some(format!("{place}不分{name}")),
        count => Some(format!("{place}共 {count} {name}")),
    }
}
