//! Resolves parsed pages into the library. This is the only step that needs the
//! whole corpus.
//!
//! References from one file to another are looked up here: links, titles in 《》,
//! ids of register entries, addresses. Afterwards, every reference has a
//! target.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use crate::body::tree::WrittenLink;
use crate::config::Config;
use crate::diag::{Checked, Diagnostic, Spanned};
use crate::library::cited::CitedProvisions;
use crate::library::versions::Versions;
use crate::library::{Library, Page, Section};
use crate::model::{Backlink, Citation, Organ, PageId, PageType, Relation, RelationKind, Source};
use crate::parse::page::{ParsedPage, ParsedRelation, ParsedSection, ParsedSite, Registers};
use crate::source::SourceSet;

mod citations;
mod golden;
mod lexicon;
mod links;
mod mentions;
mod registers;
mod repealed;
mod targets;
mod titles;
mod versions;

use links::{Linker, Owner};
use targets::{Missing, Targets, wrong_target};

/// Resolves a site that was parsed from `sources`; `config` holds its effective
/// settings.
pub fn resolve(parsed: ParsedSite, config: Config, sources: &SourceSet) -> Checked<Library> {
    let ParsedSite {
        settings: _,
        sections,
        mut pages,
        drafts,
        files: _,
        unread,
        registers,
        lexicon,
        golden,
        assets,
    } = parsed;
    let causes = Causes::of(&unread, sources);
    pages.sort_by_cached_key(ParsedPage::key);
    let mut diagnostics = registers::check(&registers);
    let missing = Missing { drafts, unread };
    let targets = Targets::new(&sections, &pages, missing, &assets, &registers.externals);
    diagnostics.extend(targets.titles.ambiguous(&pages));
    diagnostics.extend(titles::shared(&pages));
    let lexicon = lexicon::resolve(lexicon, &pages, &targets, &mut diagnostics);
    let versions = versions::resolve(&pages, &targets, &mut diagnostics);
    let golden = golden::resolve(golden, &pages, &targets, &mut diagnostics);

    let weights: Vec<_> = pages.iter().map(|page| page.weight).collect();
    let resolved: Vec<_> = pages
        .into_par_iter()
        .enumerate()
        .map(|(number, parsed)| {
            let id = PageId::at(number);
            page(id, parsed, sources, &targets, &registers)
        })
        .collect();
    let mut pages = Vec::with_capacity(resolved.len());
    let mut references = Vec::new();
    let mut citations = Vec::new();
    for (page, mut own, mut cited, found) in resolved {
        references.append(&mut own);
        citations.append(&mut cited);
        diagnostics.extend(found);
        pages.push(page);
    }
    let mut diagnostics = each_missing_once(diagnostics);
    let sections = sections
        .into_iter()
        .map(|(key, parsed)| {
            let members = members(&key, &pages, &weights, &versions);
            let section = section(
                &key,
                parsed,
                members,
                sources,
                &targets,
                &registers,
                &mut diagnostics,
            );
            (key, section)
        })
        .collect();
    let regions = registers.all_regions();
    diagnostics.retain(|found| !causes.explain(found, sources));
    let Registers {
        organs,
        sources: registered,
        externals,
        ..
    } = registers;
    let relations = pages
        .iter()
        .flat_map(|page| page.related.iter().map(|relation| (page.id, relation)));
    let cited = CitedProvisions::new(&citations, relations, |page| versions.is_other_text(page));
    Checked {
        value: Library {
            config,
            backlinks: backlinks(references, &versions),
            pages,
            sections,
            citations,
            cited,
            externals: values(externals),
            organs: values::<Organ>(organs),
            regions,
            sources: values::<Source>(registered),
            versions,
            lexicon,
            golden,
        },
        diagnostics,
    }
}

/// Keeps only the first of the warnings about the same missing document: a
/// library without a much-cited law would repeat it hundreds of times, although
/// a single page or register entry fixes all of them.
fn each_missing_once(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_missing = |found: &Diagnostic| found.code == "unresolved-citation";
    let mut pages: HashMap<String, usize> = HashMap::new();
    for found in diagnostics.iter().filter(|found| is_missing(found)) {
        *pages.entry(found.message.clone()).or_default() += 1;
    }
    let mut kept = Vec::with_capacity(diagnostics.len());
    for found in diagnostics {
        if !is_missing(&found) {
            kept.push(found);
            continue;
        }
        // Removed at the first warning, so later ones find nothing.
        match pages.remove(&found.message) {
            None => {}
            Some(1) => kept.push(found),
            Some(count) => kept.push(found.hint(format!("共有 {count} 页引用，此为第一处"))),
        }
    }
    kept
}

/// The pages that couldn't be read: what others say of them may be right.
struct Causes<'s> {
    unread: Vec<(&'s str, &'s str)>,
}

impl<'s> Causes<'s> {
    fn of(unread: &BTreeSet<String>, sources: &'s SourceSet) -> Self {
        let files = sources.files.iter();
        let pages = files.filter_map(|file| Some((file.path.strip_prefix("content/")?, file)));
        let unread = pages.filter(|(path, _)| unread.contains(*path));
        Self {
            unread: unread
                .map(|(path, file)| (path, file.text.as_str()))
                .collect(),
        }
    }

    /// Whether a name that a finding calls unknown is in one of them.
    fn explain(&self, found: &Diagnostic, sources: &SourceSet) -> bool {
        if found.code == "unresolved-provision" && is_glued_label(found, sources) {
            return true;
        }
        if self.unread.is_empty() || !matches!(found.code, "unknown-page" | "unresolved-citation") {
            return false;
        }
        let text = &sources.get(found.span.file).text;
        let marked = text.get(found.span.range.clone()).unwrap_or_default();
        let marked = marked.trim_matches(['"', '《', '》', '@', '/', '\'']);
        let name = marked.split(['#', '》']).next().unwrap_or(marked);
        let name = name.strip_suffix(".md").unwrap_or(name);
        let mut unread = self.unread.iter();
        !name.is_empty() && unread.any(|(path, text)| path.contains(name) || text.contains(name))
    }
}

/// Whether a finding marks the number of an article that was glued to the
/// article before, which is reported as a gap: …本条例。第二条　本条例……
fn is_glued_label(found: &Diagnostic, sources: &SourceSet) -> bool {
    let text = &sources.get(found.span.file).text;
    let before = text.get(..found.span.range.start).unwrap_or_default();
    let after = text.get(found.span.range.end..).unwrap_or_default();
    before.ends_with(['。', '；']) && after.starts_with(['\u{3000}', ' '])
}

fn values<T>(register: BTreeMap<String, Spanned<T>>) -> BTreeMap<String, T> {
    let entries = register.into_iter();
    entries.map(|(id, entry)| (id, entry.value)).collect()
}

/// A reference from a page, before references are grouped by target.
type Reference = (PageId, Backlink);

/// Groups references by the page that they lead to. Citations by older texts of
/// a regulation are left out: beside today's they would name the same
/// regulation twice.
fn backlinks(references: Vec<Reference>, versions: &Versions) -> BTreeMap<PageId, Vec<Backlink>> {
    let mut backlinks: BTreeMap<PageId, Vec<Backlink>> = BTreeMap::new();
    // References are in the order of the referring pages, and so are backlinks.
    for (to, backlink) in references {
        if versions.is_other_text(backlink.from) {
            continue;
        }
        let list = backlinks.entry(to).or_default();
        // Thousands of pages may cite a code of law, but each of them only a
        // few times.
        let of_page = list.iter().rev().take_while(|b| b.from == backlink.from);
        if !of_page.into_iter().any(|before| *before == backlink) {
            list.push(backlink);
        }
    }
    backlinks
}

/// The pages of a section in reading order: by weight, then by key, pages
/// without weight last. Other texts of a regulation are not members: the
/// regulation's page leads to them.
fn members(
    section: &str,
    pages: &[Page],
    weights: &[Option<i64>],
    versions: &Versions,
) -> Vec<PageId> {
    let mut members: Vec<_> = pages
        .iter()
        .filter(|page| page.section == section && !versions.is_other_text(page.id))
        .map(|page| page.id)
        .collect();
    // The sort is stable, and pages are ordered by key.
    members.sort_by_key(|id| {
        let weight = weights[id.0 as usize];
        (weight.is_none(), weight)
    });
    members
}

fn section(
    key: &str,
    parsed: ParsedSection,
    pages: Vec<PageId>,
    sources: &SourceSet,
    targets: &Targets,
    registers: &Registers,
    diagnostics: &mut Vec<Diagnostic>,
) -> Section {
    diagnostics.extend(mentions::check_body(&parsed.body, registers));
    let owner = Owner {
        page: None,
        title: &parsed.title,
        path: &parsed.path,
        file: sources.get(parsed.span.file),
    };
    let mut linker = Linker::new(targets, owner, &parsed.body);
    let body = linker.blocks(parsed.body.blocks);
    diagnostics.extend(linker.finish().diagnostics);
    Section {
        key: key.to_owned(),
        title: parsed.title,
        description: parsed.description,
        page_type: parsed.page_type,
        paginate_by: parsed.paginate_by,
        body,
        pages,
        span: parsed.span,
    }
}

fn page(
    id: PageId,
    parsed: ParsedPage,
    sources: &SourceSet,
    targets: &Targets,
    registers: &Registers,
) -> (Page, Vec<Reference>, Vec<Citation>, Vec<Diagnostic>) {
    let mut diagnostics = mentions::check(&parsed, registers);
    let relied_on = mentions::relied_on(&parsed, registers);
    let mut references = Vec::new();
    let key = parsed.key();
    let mut related = Vec::new();
    let mut related_spans = Vec::new();
    let owner_type = parsed.metadata.details.page_type();
    for written in parsed.mentions.relations {
        if let Some(relation) = relation(id, &written, targets, &mut diagnostics) {
            if relation.kind == RelationKind::Implements {
                related_spans.push((relation.to, written.to.span.clone()));
            }
            let backlink = Backlink {
                from: id,
                kind: Some(relation.kind),
                anchor: None,
            };
            references.push((relation.to, backlink));
            related.push(relation);
        }
    }
    let compared = compared(&parsed.mentions.compared, targets, &mut diagnostics);
    references.extend(compared.iter().map(|to| {
        let backlink = Backlink {
            from: id,
            kind: None,
            anchor: None,
        };
        (*to, backlink)
    }));
    let owner = Owner {
        page: Some(id),
        title: &parsed.title.value,
        path: &parsed.path,
        file: sources.get(parsed.span.file),
    };
    let mut linker = Linker::new(targets, owner, &parsed.body);
    let body = linker.blocks(parsed.body.blocks);
    let linked = linker.finish();
    diagnostics.extend(linked.diagnostics);
    diagnostics.extend(repealed::cited(
        &linked.citations,
        &related_spans,
        targets,
        owner_type,
    ));
    references.extend(linked.links.into_iter().map(|(to, anchor)| {
        let backlink = Backlink {
            from: id,
            kind: None,
            anchor,
        };
        (to, backlink)
    }));
    let names = parsed.other_names.into_iter().map(|name| name.value);
    let page = Page {
        id,
        key,
        section: parsed.section,
        title: parsed.title.value,
        other_names: names.collect(),
        sources: relied_on,
        compared,
        related,
        metadata: parsed.metadata,
        body,
        address: parsed.slug.span,
        span: parsed.span,
    };
    (page, references, linked.citations, diagnostics)
}

/// Looks up a typed link; reports it and returns `None` if it leads nowhere.
fn relation(
    from: PageId,
    written: &ParsedRelation,
    targets: &Targets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Relation> {
    let link = &written.to;
    let (to, anchor) = match targets.page(&link.destination) {
        Ok(found) => found,
        Err(problem) => {
            diagnostics.extend(problem.into_diagnostic(&link.destination, link.span.clone()));
            return None;
        }
    };
    if to == from {
        diagnostics.push(
            Diagnostic::error("self-reference", link.span.clone(), "页面以自身为关联条目")
                .hint("改为其他页面，或删去本条"),
        );
        return None;
    }
    let found = targets.page_type(to);
    if let Some(wanted) = written.wanted.filter(|wanted| found != Some(*wanted)) {
        diagnostics.push(wrong_target(link, wanted, "implements、applied"));
        return None;
    }
    let provision = written.provision.as_ref();
    let found = provision.and_then(|provision| targets.provision(to, &provision.value));
    let anchor = match (anchor, found) {
        (None, Some(Ok(found))) => Some(found),
        (anchor, Some(Err(problem))) => {
            if let Some(provision) = provision {
                let span = provision.span.clone();
                diagnostics.extend(problem.into_diagnostic(&provision.value, span));
            }
            anchor
        }
        (anchor, _) => anchor,
    };
    Some(Relation {
        to,
        anchor,
        kind: written.kind,
        provision: provision.map(|provision| provision.value.clone()),
        basis: written.basis,
        locators: written.locators.clone(),
        note: written.note.clone(),
    })
}

/// The practices of a comparison; other pages are reported.
fn compared(
    written: &[WrittenLink],
    targets: &Targets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<PageId> {
    let mut practices = Vec::new();
    for link in written {
        match targets.page(&link.destination) {
            Err(problem) => {
                diagnostics.extend(problem.into_diagnostic(&link.destination, link.span.clone()))
            }
            Ok((to, _)) if targets.page_type(to) != Some(PageType::Practice) => {
                diagnostics.push(wrong_target(link, PageType::Practice, "compare"));
            }
            // The same page written in two ways is one column.
            Ok((to, _)) if practices.contains(&to) => {}
            Ok((to, _)) => practices.push(to),
        }
    }
    practices
}
