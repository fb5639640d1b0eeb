//! What the pages of a library say about each other, and who cites whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use search::cited::Cited;
use search::format::docs::UnitText;

use crate::citation::scan::{Document, Found, Origin, scan};
use crate::library::{Library, Page};
use crate::model::{CitationTarget, PageId, PageType, RelationKind};
use search::analysis::is_han;

/// How many other regulations cite the regulation that a page holds: any of its
/// texts, as a whole or in part.
pub(super) fn cited_by(library: &Library, page: &Page) -> u32 {
    let texts: Vec<PageId> = match library.versions.of(page.id) {
        Some((chain, _)) => chain.texts.iter().map(|text| text.page).collect(),
        None => vec![page.id],
    };
    let backlinks = texts.iter().filter_map(|text| library.backlinks.get(text));
    let from: BTreeSet<PageId> = backlinks
        .flatten()
        // Replacing a regulation is not citing it.
        .filter(|backlink| backlink.kind != Some(RelationKind::Replaces))
        .map(|backlink| backlink.from)
        .filter(|from| library.page(*from).page_type() == Some(PageType::Regulation))
        .filter(|from| !texts.contains(from))
        .collect();
    u32::try_from(from.len()).unwrap_or(u32::MAX)
}

/// The importance of each page of an index, given how many regulations cite it.
/// A page that another replaces counts no more than that one; otherwise old
/// citations would lift it above its successor.
pub(super) fn importance(order: &[&Page], mut counts: Vec<u32>) -> Cited {
    let number: HashMap<PageId, usize> = order.iter().map(|page| page.id).zip(0..).collect();
    for (newer, page) in order.iter().enumerate() {
        for relation in &page.related {
            if relation.kind == RelationKind::Replaces
                && let Some(&older) = number.get(&relation.to)
            {
                counts[older] = counts[older].min(counts[newer]);
            }
        }
    }
    Cited::new(&counts)
}

/// Maximum number of characters kept from sentences in which others cite a
/// provision. The shortest sentences are kept first, since they say most in
/// least space.
const MOST_SAID: usize = 600;

/// Longest name recognised beside a reference, in characters.
const LONGEST_NAME: usize = 40;

/// Characters that end a sentence.
const ENDS: [char; 7] = ['。', '；', ';', '！', '？', '|', '\n'];

/// Endings of names that others give to a provision: 走私武器罪, 侵占案.
const NAMED: [char; 2] = ['罪', '案'];

/// Words after such a name in a sentence: 以走私武器罪定罪处罚.
const TREATED: [&str; 4] = ["定罪", "论处", "追究", "处罚"];

/// What other pages say about a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OthersWords {
    /// Names that they give it, one per line: 走私武器罪.
    pub names: String,
    /// Their sentences that cite it, one per line, without the citation.
    pub sentences: String,
}

/// What others say about one unit, unsorted.
#[derive(Default)]
struct Gathered {
    names: BTreeSet<String>,
    sentences: BTreeSet<String>,
}

/// Collects what other pages say about each unit in the index, keyed by the
/// unit's ordinal.
///
/// Only pages that represent a regulation are read: the text in force repeats
/// what an older one says.
pub(super) fn others_words(
    library: &Library,
    order: &[&Page],
    pages: &[&[UnitText]],
) -> Vec<BTreeMap<usize, OthersWords>> {
    let number: HashMap<PageId, usize> = order.iter().map(|page| page.id).zip(0..).collect();
    let mut reader = Reader {
        library,
        places: pages.iter().map(|units| places(units)).collect(),
        pages,
        number,
        gathered: pages.iter().map(|_| BTreeMap::new()).collect(),
    };
    for (at, page) in order.iter().enumerate() {
        if !library.versions.is_other_text(page.id) {
            reader.citations(page.id, at);
            reader.listed_names(page.id, at);
        }
    }
    let of_unit = |(ordinal, gathered): (usize, Gathered)| (ordinal, gathered.in_order());
    let of_page = |units: BTreeMap<usize, Gathered>| units.into_iter().map(of_unit).collect();
    reader.gathered.into_iter().map(of_page).collect()
}

impl Gathered {
    fn in_order(self) -> OthersWords {
        let mut sentences: Vec<String> = self.sentences.into_iter().collect();
        sentences.sort_by_key(|sentence| sentence.chars().count());
        let mut left = MOST_SAID;
        let fits = |sentence: &String| {
            let length = sentence.chars().count();
            let fits = length <= left;
            left = if fits { left - length } else { 0 };
            fits
        };
        let sentences: Vec<String> = sentences.into_iter().take_while(fits).collect();
        OthersWords {
            names: Vec::from_iter(self.names).join("\n"),
            sentences: sentences.join("\n"),
        }
    }
}

/// Maps the anchors of a page to the unit that contains each, and the byte
/// offset in its text.
fn places(units: &[UnitText]) -> HashMap<&str, (usize, usize)> {
    let mut places = HashMap::new();
    for (ordinal, unit) in units.iter().enumerate() {
        places.insert(unit.anchor.as_str(), (ordinal, 0));
        for (at, anchor) in &unit.places {
            places.insert(anchor.as_str(), (ordinal, *at as usize));
        }
    }
    places
}

struct Reader<'l> {
    library: &'l Library,
    pages: &'l [&'l [UnitText]],
    places: Vec<HashMap<&'l str, (usize, usize)>>,
    number: HashMap<PageId, usize>,
    gathered: Vec<BTreeMap<usize, Gathered>>,
}

impl<'l> Reader<'l> {
    /// The unit that contains an anchor of a page, and the byte offset in its
    /// text.
    fn place(&self, page: usize, anchor: &str) -> Option<(usize, usize)> {
        let mut above = Some(anchor);
        while let Some(anchor) = above {
            if let Some(place) = self.places[page].get(anchor) {
                return Some(*place);
            }
            // A point without a heading belongs to the unit above it.
            above = anchor.rsplit_once('-').map(|(above, _)| above);
        }
        None
    }

    /// Collects the sentences of a page that cite provisions of others, and the
    /// names that they give them.
    fn citations(&mut self, from: PageId, at: usize) {
        // Where the search for the next citation begins, for each unit.
        let mut read: HashMap<usize, usize> = HashMap::new();
        for citation in self.library.citations_in(from) {
            let CitationTarget::Provision { page, anchor } = &citation.target else {
                continue;
            };
            let Some(&to) = self.number.get(page).filter(|_| *page != from) else {
                continue;
            };
            let place = citation.anchor.as_deref().unwrap_or_default();
            let (Some((ordinal, begin)), Some((cited, _))) =
                (self.place(at, place), self.place(to, anchor))
            else {
                continue;
            };
            let text = self.pages[at][ordinal].text.as_str();
            let begin = begin.max(read.get(&ordinal).copied().unwrap_or(0));
            let Some(found) = text[begin..].find(&*citation.text) else {
                continue;
            };
            let written = begin + found..begin + found + citation.text.len();
            // A list consists of several citations with the same text.
            read.insert(ordinal, written.start);
            let (before, after) = (&text[..written.start], &text[written.end..]);
            let before = &before[before.rfind(ENDS).map_or(0, |end| next(before, end))..];
            let after = &after[..after.find(ENDS).unwrap_or(after.len())];
            let gathered = self.gathered[to].entry(cited).or_default();
            gathered.names.extend(name_before(before));
            gathered.names.extend(name_behind(after));
            let sentence = format!("{} {}", before.trim(), after.trim());
            if !sentence.trim().is_empty() {
                gathered.sentences.insert(sentence.trim().to_owned());
            }
        }
    }

    /// Reads names from 走私武器罪（第151条）: a page without articles that cites a
    /// single regulation means the articles of that regulation.
    fn listed_names(&mut self, from: PageId, at: usize) {
        let cited = self.library.citations_in(from).iter();
        let cited: BTreeSet<PageId> = cited
            .filter_map(|citation| match citation.target {
                CitationTarget::Page(page) | CitationTarget::Provision { page, .. } => Some(page),
                _ => None,
            })
            .filter(|page| *page != from)
            .collect();
        let Some(&only) = cited.first().filter(|_| cited.len() == 1) else {
            return;
        };
        let is_article = |unit: &UnitText| unit.anchor.starts_with("art-");
        let Some(&to) = self.number.get(&only) else {
            return;
        };
        if self.pages[at].iter().any(is_article) {
            return;
        }
        for unit in self.pages[at] {
            for found in scan(&unit.text) {
                let Found::Mention(mention) = found else {
                    continue;
                };
                let number = mention.steps.first().and_then(|step| step.number);
                let (Origin::Document(Document::Implied), Some(number)) = (mention.origin, number)
                else {
                    continue;
                };
                let name = name_before(&unit.text[..mention.range.start]);
                let place = self.place(to, &format!("art-{}", number.anchor()));
                if let (Some(name), Some((ordinal, _))) = (name, place) {
                    let gathered = self.gathered[to].entry(ordinal).or_default();
                    gathered.names.insert(name);
                }
            }
        }
    }
}

fn next(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(0, char::len_utf8)
}

/// The name before a bracket that contains a reference: 走私武器罪（第….
fn name_before(before: &str) -> Option<String> {
    let open = before.rfind(['（', '('])?;
    let (name, inside) = (&before[..open], &before[next(before, open)..]);
    if !name.ends_with(NAMED) || inside.contains(['）', ')']) {
        return None;
    }
    let is_part = |c: char| is_han(c) || c == '、';
    let start = name.char_indices().rev().take_while(|(_, c)| is_part(*c));
    let name = name[start.last()?.0..].trim_start_matches('、');
    let length = name.chars().count();
    (2..=LONGEST_NAME)
        .contains(&length)
        .then(|| name.to_owned())
}

/// The name that a sentence gives after a reference: 的规定，以走私武器罪定罪处罚.
fn name_behind(after: &str) -> Option<String> {
    let end = TREATED.iter().filter_map(|word| after.find(word)).min()?;
    let name = after[..end].trim_end_matches("等罪名");
    let name = &name[name.rfind('以')? + '以'.len_utf8()..];
    let is_name = name.ends_with('罪') && name.chars().all(|c| is_han(c) || c == '、');
    let length = name.chars().count();
    (is_name && (2..=LONGEST_NAME).contains(&length)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_next_to_references() {
        let before = |text| name_before(text);
        assert_eq!(before("11．投敌叛变罪（").as_deref(), Some("投敌叛变罪"));
        assert_eq!(before("1.放火罪（第114条、").as_deref(), Some("放火罪"));
        assert_eq!(before("（二）侵占案（刑法").as_deref(), Some("侵占案"));
        assert_eq!(before("投敌叛变罪（第108条）。依照"), None);
        assert_eq!(before("本办法（"), None);
        let behind = |text| name_behind(text);
        assert_eq!(
            behind("的规定，以走私武器、弹药罪定罪处罚").as_deref(),
            Some("走私武器、弹药罪")
        );
        assert_eq!(behind("的规定定罪处罚"), None);
        assert_eq!(behind("的规定处罚，以其他方法追究责任"), None);
    }
}
