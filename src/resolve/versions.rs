//! Groups the texts of each regulation, and finds which regulations replaced
//! which others.

use std::collections::{BTreeMap, BTreeSet};

use super::targets::{Targets, wrong_target};
use crate::body::tree::WrittenLink;
use crate::diag::{Diagnostic, Span};
use crate::library::versions::{DatedText, VersionChain, Versions, dated};
use crate::model::{Details, PageId, PageType, Regulation, RelationKind, Status};
use crate::parse::page::ParsedPage;

/// Maximum number of pages of a cycle that a message names.
const LONGEST_WAY: usize = 6;

/// Orders the texts of each regulation by date. Contradictions are reported and
/// left out.
pub fn resolve(
    pages: &[ParsedPage],
    targets: &Targets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Versions {
    let mut finder = Finder {
        pages,
        targets,
        found: Vec::new(),
    };
    let identities = finder.identities();
    let mut texts: BTreeMap<PageId, Vec<PageId>> = BTreeMap::new();
    for (text, identity) in &identities {
        texts.entry(*identity).or_default().push(*text);
    }
    let chains = texts
        .into_iter()
        .filter_map(|(identity, others)| finder.chain(identity, others))
        .collect();
    finder.replacements(&identities);
    diagnostics.append(&mut finder.found);
    Versions::new(chains)
}

struct Finder<'a> {
    pages: &'a [ParsedPage],
    targets: &'a Targets,
    found: Vec<Diagnostic>,
}

impl Finder<'_> {
    fn page(&self, id: PageId) -> &ParsedPage {
        &self.pages[id.0 as usize]
    }

    fn regulation(&self, id: PageId) -> &Regulation {
        match &self.page(id).metadata.details {
            Details::Regulation(regulation) => regulation,
            _ => unreachable!("only regulations are in chains"),
        }
    }

    /// Maps each page with `version_of` to the page that it names.
    fn identities(&mut self) -> BTreeMap<PageId, PageId> {
        let mut written: BTreeMap<PageId, PageId> = BTreeMap::new();
        for (number, page) in self.pages.iter().enumerate() {
            let id = PageId::at(number);
            let Some(link) = &page.mentions.version_of else {
                continue;
            };
            match self.targets.page(&link.destination) {
                Err(problem) => self
                    .found
                    .extend(problem.into_diagnostic(&link.destination, link.span.clone())),
                Ok((to, _)) if to == id => self.found.push(
                    Diagnostic::error("self-reference", link.span.clone(), "version_of 填写了本页")
                        .hint("version_of 填写现行文本的页面；本页即为现行文本的，删去 version_of"),
                ),
                Ok((to, _)) if self.targets.page_type(to) != Some(PageType::Regulation) => {
                    self.found
                        .push(wrong_target(link, PageType::Regulation, "version_of"));
                }
                Ok((to, _)) => {
                    written.insert(id, to);
                }
            }
        }
        let (texts, nested): (BTreeMap<_, _>, BTreeMap<_, _>) = written
            .iter()
            .partition(|(_, to)| !written.contains_key(to));
        let mut told = BTreeSet::new();
        for (text, to) in &nested {
            // The pages of a cycle, or the path to its end.
            let way = follow(*text, &written);
            let last = way[way.len() - 1];
            // Reports a cycle once, and also where it is entered from outside.
            let circular = written.contains_key(&last);
            if circular && !told.insert(way.iter().copied().min()) {
                continue;
            }
            let link = self.version_of(*text);
            let message = if circular {
                format!("version_of 形成循环：{}", self.names(&way))
            } else {
                format!("{} 不是现行文本，另有 version_of", link.destination)
            };
            let found = Diagnostic::error("version-chain", link.span.clone(), message)
                .related(self.version_of(*to).span.clone(), "该页的 version_of");
            self.found.push(if circular {
                found
                    .hint("确定现行文本的页面，删去其 version_of，其余各页的 version_of 均填写该页")
            } else {
                found.hint(format!(
                    "各文本均直接填写现行文本的页面：version_of = \"@/{}\"",
                    self.page(last).path
                ))
            });
        }
        texts
    }

    fn version_of(&self, id: PageId) -> &WrittenLink {
        let link = self.page(id).mentions.version_of.as_ref();
        link.expect("only pages that say it are asked")
    }

    fn names(&self, way: &[PageId]) -> String {
        let name = |id: &PageId| self.page(*id).path.as_str();
        match way.len() {
            0..=LONGEST_WAY => way.iter().map(name).collect::<Vec<_>>().join(" → "),
            length => {
                let first: Vec<&str> = way[..LONGEST_WAY - 1].iter().map(name).collect();
                let last = name(&way[length - 1]);
                format!("{} → …… → {last}（共 {length} 步）", first.join(" → "))
            }
        }
    }

    /// The texts of one regulation by date; `None` if a date is wrong.
    fn chain(&mut self, identity: PageId, others: Vec<PageId>) -> Option<VersionChain> {
        let mut texts: Vec<DatedText> = Vec::new();
        for page in std::iter::once(identity).chain(others.iter().copied()) {
            match dated(self.regulation(page)) {
                Some((from, dated_by)) => texts.push(DatedText {
                    page,
                    from,
                    dated_by,
                }),
                None => self.undated(identity, page, &others),
            }
        }
        texts.sort_by_key(|text| (text.from, text.page));
        let mut sound = texts.len() == others.len() + 1;
        for pair in texts.windows(2) {
            let (first, second) = (pair[0], pair[1]);
            if first.from == second.from {
                sound = false;
                let message = format!("两个文本的日期相同：{}", first.from);
                let (first, second) = (self.place(first.page), self.place(second.page));
                self.found.push(
                    Diagnostic::error("version-date", second, message)
                        .related(first, "另一文本")
                        .hint(
                            "各文本按施行日期排列（没有的按公布、通过日期），日期不得相同；\
                            核对 effective",
                        ),
                );
            }
        }
        let in_force = |text: &&DatedText| self.regulation(text.page).status == Status::InForce;
        let in_force: Vec<_> = texts.iter().filter(in_force).collect();
        if let [first, .., last] = in_force[..] {
            let message = "同一制度有两个文本标为“有效”";
            self.found.push(
                Diagnostic::error("status-contradiction", self.place(first.page), message)
                    .related(self.place(last.page), "较新的文本")
                    .hint(
                        "历史文本写 status = \"已修改\"；新文本尚未施行的写 status = \"尚未生效\"",
                    ),
            );
        }
        sound.then_some(VersionChain { identity, texts })
    }

    fn undated(&mut self, identity: PageId, page: PageId, others: &[PageId]) {
        let message = "该文本没有日期，不能确定次序";
        let found = Diagnostic::error("version-date", self.place(page), message);
        let found = if page == identity {
            found.related(self.place(others[0]), "该制度列有此文本")
        } else {
            found
        };
        self.found.push(found.hint(
            "写明 effective（施行日期）；原文未载明的，写 promulgated（公布）或 adopted（通过）",
        ));
    }

    /// Where a text says that it is one; for the identity, the place of its
    /// title.
    fn place(&self, page: PageId) -> Span {
        let page = self.page(page);
        match &page.mentions.version_of {
            Some(link) => link.span.clone(),
            None => page.title.span.clone(),
        }
    }

    /// Checks which regulation replaced which. Links that lead nowhere are
    /// reported along with the other relations.
    fn replacements(&mut self, identities: &BTreeMap<PageId, PageId>) {
        let mut replaced: BTreeMap<PageId, Vec<(PageId, Span)>> = BTreeMap::new();
        for (number, page) in self.pages.iter().enumerate() {
            let id = PageId::at(number);
            for relation in &page.mentions.relations {
                if relation.kind != RelationKind::Replaces {
                    continue;
                }
                let link = &relation.to;
                let is_regulation = |id| self.targets.page_type(id) == Some(PageType::Regulation);
                match self.targets.page(&link.destination) {
                    Ok((to, _)) if !is_regulation(id) || !is_regulation(to) => {
                        self.found
                            .push(wrong_target(link, PageType::Regulation, "replaces"));
                    }
                    Ok((to, _))
                        if to != id && identity(identities, to) == identity(identities, id) =>
                    {
                        let message = format!("{} 是同一制度的另一文本", link.destination);
                        self.found.push(
                            Diagnostic::error("wrong-target", link.span.clone(), message).hint(
                                "replaces 填写由本制度代替的其他制度；\
                                    同一制度的历史文本用 version_of 登记，此处删去",
                            ),
                        );
                    }
                    Ok((to, _)) if to != id => {
                        replaced
                            .entry(id)
                            .or_default()
                            .push((to, link.span.clone()));
                    }
                    _ => {}
                }
            }
        }
        for circle in circles(&replaced) {
            let (from, to) = (circle[0], circle[1]);
            let span = |from: PageId, to: PageId| {
                let links = replaced[&from].iter();
                let link = links.into_iter().find(|(other, _)| *other == to);
                link.expect("it is a step of the circle").1.clone()
            };
            let message = format!("replaces 形成循环：{}", self.names(&circle));
            let last = circle[circle.len() - 2];
            self.found.push(
                Diagnostic::error("replaces-cycle", span(from, to), message)
                    .related(span(last, from), "循环由此产生")
                    .hint("应由新制度代替旧制度；删去其中有误的一条"),
            );
        }
    }
}

fn identity(identities: &BTreeMap<PageId, PageId>, page: PageId) -> PageId {
    identities.get(&page).copied().unwrap_or(page)
}

/// The path from a page until it ends or meets itself; in the latter case, the
/// page where they meet occurs twice.
fn follow(from: PageId, next: &BTreeMap<PageId, PageId>) -> Vec<PageId> {
    let mut way = vec![from];
    let mut seen = BTreeSet::from([from]);
    while let Some(to) = next.get(&way[way.len() - 1]) {
        way.push(*to);
        if !seen.insert(*to) {
            break;
        }
    }
    way
}

/// Cycles in a graph, each from one of its pages back to it. There is one cycle
/// for each edge that closes one, so that a tangle doesn't give an endless
/// list.
fn circles(edges: &BTreeMap<PageId, Vec<(PageId, Span)>>) -> Vec<Vec<PageId>> {
    let mut circles = Vec::new();
    let mut done: BTreeSet<PageId> = BTreeSet::new();
    let none = Vec::new();
    for start in edges.keys() {
        // The path from the start, each page with the index of its next edge.
        let mut way: Vec<(PageId, usize)> = Vec::new();
        if done.insert(*start) {
            way.push((*start, 0));
        }
        while let Some((page, edge)) = way.last_mut() {
            let Some((to, _)) = edges.get(page).unwrap_or(&none).get(*edge) else {
                way.pop();
                continue;
            };
            *edge += 1;
            let to = *to;
            if let Some(at) = way.iter().position(|(page, _)| *page == to) {
                let circle = way[at..].iter().map(|(page, _)| *page);
                circles.push(circle.chain([to]).collect());
            } else if done.insert(to) {
                way.push((to, 0));
            }
        }
    }
    circles
}
