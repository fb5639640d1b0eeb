//! Parses the query language.
//!
//! | typed | means |
//! |---|---|
//! | `词1 词2` | words in any order |
//! | `"短语"` (also “”, 「」, 『』), set apart by spaces | exactly so |
//! | `-词`, `-"短语"`, `-(甲 乙)`, `-标题:甲`, `-地区:天津`, `NOT 词` | not that |
//! | `甲 OR 乙`, `甲 \| 乙` | one of its neighbours |
//! | `甲 AND 乙` | both, as without it |
//! | `(甲 乙) OR 丙` | groups |
//! | `标题:甲` | in a name of the page |
//! | `地区:天津`, `年份:2018..2021`, `地区:天津\|山东` | a facet's value, a range of them, one of several |
//! | `中发〔2019〕5号` | a document number, exactly so, with any brackets |
//!
//! Names of facets may be in Simplified or Traditional characters, and
//! operators may be full-width. Malformed syntax is plain text: an unbalanced
//! quote or parenthesis is an ordinary character, and the reader is told.

use crate::analysis::characters::is_ignored;
use crate::analysis::fold::Folder;
use crate::analysis::is_han;

/// The maximum length of a query in characters. The rest is ignored: a pasted
/// paragraph is found by its beginning.
pub const MAX_CHARS: usize = 400;

/// Maximum nesting of parentheses; deeper ones are text.
const MAX_DEPTH: usize = 6;

/// Keys of the qualifier for names, folded.
const TITLE_KEYS: [&str; 2] = ["标题", "title"];

/// If a query has more characters than this besides a document number, it is
/// running text, and the number is just one of its words.
const MOST_BESIDE_NUMBER: usize = 12;

/// The maximum number of alternatives in an excluded group; a group with more
/// is text.
const MOST_EXCLUDED: usize = 8;

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Plain text.
    Words(String),
    /// Exactly this text.
    Phrase(String),
    /// These words in the names of a page.
    Title(String),
    /// One of these alternatives; each requires all of its parts.
    Any(Vec<Vec<Node>>),
}

/// A facet's value, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualifier {
    /// Key of the facet.
    pub key: String,
    /// Its value or a range `from..to`, where either end may be missing.
    pub value: String,
    /// Whether pages with this value are excluded.
    pub is_excluded: bool,
    /// Key and value as typed, to be searched as text if there is no such
    /// value.
    pub typed: String,
}

/// Text that must not occur.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwanted {
    /// A word or phrase.
    pub text: String,
    /// Whether to check only the names of the page.
    pub in_names: bool,
}

/// A parsed query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Parts that are all required, in order.
    pub parts: Vec<Node>,
    /// Exclusions: no result contains all of any of these lists.
    pub excluded: Vec<Vec<Unwanted>>,
    /// Values of facets.
    pub qualifiers: Vec<Qualifier>,
    /// Document numbers; they are also phrases among the parts.
    pub numbers: Vec<String>,
    /// Whether the query was longer than [`MAX_CHARS`].
    pub truncated: bool,
    /// Whether something that looks like syntax was read as text.
    pub malformed: bool,
}

/// The closing marks for an opening quotation mark.
fn closing(open: char) -> Option<&'static [char]> {
    match open {
        // With input methods, readers easily type two opening marks or two
        // straight ones.
        '"' | '＂' | '“' | '”' => Some(&['"', '＂', '”', '“']),
        '「' => Some(&['」']),
        '『' => Some(&['』']),
        _ => None,
    }
}

fn is_opening(ch: char) -> bool {
    matches!(ch, '(' | '（')
}

fn is_closing(ch: char) -> bool {
    matches!(ch, ')' | '）')
}

impl Query {
    /// Parses a query. Never fails. `facets` contains keys and folded names of
    /// the facets that can be qualifiers; `folder` folds the text they are
    /// compared with.
    pub fn parse(text: &str, facets: &[(String, String)], folder: &Folder) -> Self {
        let chars: Vec<char> = text.chars().filter(|ch| !is_ignored(*ch)).collect();
        let mut chars = without_readings(&chars);
        let truncated = chars.len() > MAX_CHARS;
        chars.truncate(MAX_CHARS);
        let mut parser = Parser {
            chars: &chars,
            at: 0,
            facets,
            folder,
            query: Self {
                truncated,
                ..Self::default()
            },
        };
        let parts = parser.conjunction(0);
        let mut query = parser.query;
        query.parts = parts;
        query.find_numbers();
        query
    }

    /// Turns the document numbers in plain words into phrases.
    fn find_numbers(&mut self) {
        for part in std::mem::take(&mut self.parts) {
            let Node::Words(text) = &part else {
                self.parts.push(part);
                continue;
            };
            let chars: Vec<char> = text.chars().collect();
            let found = document_number(&chars);
            let Some((from, to)) =
                found.filter(|(from, to)| chars.len() - (to - from) <= MOST_BESIDE_NUMBER)
            else {
                self.parts.push(part);
                continue;
            };
            let piece = |chars: &[char]| chars.iter().collect::<String>();
            let number = piece(&chars[from..to]);
            self.numbers.push(number.clone());
            for node in [
                Node::Words(piece(&chars[..from])),
                Node::Phrase(number),
                Node::Words(piece(&chars[to..])),
            ] {
                if !matches!(&node, Node::Words(text) if text.trim().is_empty()) {
                    self.parts.push(node);
                }
            }
        }
    }

    /// Turns the qualifiers that `is_known` rejects back into text.
    pub fn reject_qualifiers(&mut self, is_known: impl Fn(&Qualifier) -> bool) {
        let (known, unknown): (Vec<_>, Vec<_>) =
            self.qualifiers.drain(..).partition(|q| is_known(q));
        self.qualifiers = known;
        for qualifier in unknown {
            self.malformed = true;
            if !qualifier.is_excluded {
                self.parts.push(Node::Words(qualifier.typed));
            }
        }
    }
}

/// The range of a document number, including the letters or characters before
/// the year: 中办发〔2020〕10号. Brackets may be of any kind.
fn document_number(chars: &[char]) -> Option<(usize, usize)> {
    let is_digit = |ch: &char| ch.is_ascii_digit() || ('０'..='９').contains(ch);
    let digits = |from: usize| chars[from..].iter().take_while(|ch| is_digit(ch)).count();
    let open = (0..chars.len()).find(|&at| {
        "〔[(（【［".contains(chars[at])
            && digits(at + 1) == 4
            && chars
                .get(at + 5)
                .is_some_and(|ch| "〕])）】］".contains(*ch))
    })?;
    let mut end = open + 6;
    end += usize::from(chars.get(end) == Some(&'第'));
    let number = digits(end.min(chars.len()));
    end += number;
    let before = &chars[..open];
    let letters = before.iter().rev().take_while(|ch| ch.is_alphanumeric());
    let mut from = open - letters.count();
    for lead in ["根据", "依据", "按照", "依照", "参照", "关于"] {
        if before[from..].iter().take(2).copied().eq(lead.chars()) {
            from += 2;
        }
    }
    (number > 0 && chars.get(end) == Some(&'号') && open - from > 1).then_some((from, end + 1))
}

/// The combinations of texts that together contain all of `nodes`; `None` if
/// there are too many, or a part has no text.
fn unwanted(nodes: &[Node]) -> Option<Vec<Vec<Unwanted>>> {
    let mut ways: Vec<Vec<Unwanted>> = vec![Vec::new()];
    for node in nodes {
        let of_node = match node {
            Node::Words(text) => vec![
                text.split_whitespace()
                    .map(|word| Unwanted {
                        text: word.to_owned(),
                        in_names: false,
                    })
                    .collect(),
            ],
            Node::Phrase(text) | Node::Title(text) => vec![vec![Unwanted {
                text: text.clone(),
                in_names: matches!(node, Node::Title(_)),
            }]],
            Node::Any(alternatives) => {
                let mut all = Vec::new();
                for alternative in alternatives {
                    all.extend(unwanted(alternative)?);
                }
                all
            }
        };
        if ways.len() * of_node.len() > MOST_EXCLUDED {
            return None;
        }
        ways = ways
            .iter()
            .flat_map(|way| of_node.iter().map(|more| [&way[..], more].concat()))
            .collect();
    }
    ways.retain(|way| !way.is_empty());
    (!ways.is_empty()).then_some(ways)
}

/// An operator between parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Not,
}

/// Removes the pinyin that conversions add after characters: 責(zé)任 becomes
/// 責任. Brackets with any other content remain.
fn without_readings(chars: &[char]) -> Vec<char> {
    const LONGEST: usize = 6;
    let is_reading =
        |ch: &char| ch.is_ascii_lowercase() || "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ".contains(*ch);
    let mut kept = Vec::with_capacity(chars.len());
    let mut i = 0;
    while i < chars.len() {
        if is_opening(chars[i]) && i > 0 && is_han(chars[i - 1]) {
            let letters = chars[i + 1..]
                .iter()
                .take_while(|ch| is_reading(ch))
                .count();
            let closing = chars.get(i + 1 + letters);
            if (1..=LONGEST).contains(&letters) && closing.is_some_and(|ch| is_closing(*ch)) {
                i += letters + 2;
                continue;
            }
        }
        kept.push(chars[i]);
        i += 1;
    }
    kept
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    facets: &'a [(String, String)],
    folder: &'a Folder,
    query: Query,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Parses up to the parenthesis that closes this group, or to the end.
    fn conjunction(&mut self, depth: usize) -> Vec<Node> {
        let mut parts: Vec<Node> = Vec::new();
        // Whether the last part is followed by an OR and needs another
        // alternative.
        let mut open_or = false;
        while let Some(ch) = self.peek() {
            if ch.is_whitespace() {
                self.at += 1;
                continue;
            }
            if depth > 0 && is_closing(ch) {
                break;
            }
            match self.operator() {
                Some((Operator::Or, len)) if self.joins_qualifiers(len, depth) => continue,
                Some((Operator::Not, len)) if self.has_more_after(len) => {
                    self.at += len;
                    self.skip_spaces();
                    self.exclude(depth);
                    continue;
                }
                // AND changes nothing: neighbours are required together anyway.
                Some((Operator::And, len))
                    if !parts.is_empty() && !open_or && self.has_more_after(len) =>
                {
                    self.at += len;
                    continue;
                }
                Some((Operator::Or, len))
                    if !parts.is_empty() && !open_or && self.has_more_after(len) =>
                {
                    self.at += len;
                    open_or = true;
                    continue;
                }
                // An operator without an operand on one side is text.
                Some((_, len)) => {
                    self.query.malformed = true;
                    let word: String = self.chars[self.at..self.at + len].iter().collect();
                    self.at += len;
                    if len > 1 {
                        push(&mut parts, Node::Words(word));
                    }
                    continue;
                }
                None => {}
            }
            let Some(node) = self.part(depth) else {
                continue;
            };
            if open_or {
                open_or = false;
                let last = parts.pop().expect("an OR follows something");
                let mut alternatives = match last {
                    Node::Any(alternatives) => alternatives,
                    other => {
                        // If words were joined, only the last one is an
                        // alternative.
                        let (rest, last) = split_last_word(other);
                        parts.extend(rest);
                        vec![vec![last]]
                    }
                };
                match node {
                    Node::Any(more) => alternatives.extend(more),
                    node => alternatives.push(vec![node]),
                }
                parts.push(Node::Any(alternatives));
            } else {
                push(&mut parts, node);
            }
        }
        let mut flat = Vec::new();
        parts.into_iter().for_each(|node| flatten(&mut flat, node));
        flat
    }

    /// The operator at the current position, with its length in characters.
    fn operator(&self) -> Option<(Operator, usize)> {
        let rest = &self.chars[self.at..];
        if matches!(rest.first(), Some('|' | '｜')) {
            return Some((Operator::Or, 1));
        }
        let starts = self.at == 0 || !self.chars[self.at - 1].is_alphanumeric();
        let len = rest.iter().take_while(|ch| ch.is_alphanumeric()).count();
        if !starts || len > 3 {
            return None;
        }
        // Full-width letters have the same distance from ASCII as all other
        // full-width characters.
        let narrow = |ch: &char| match u32::from(*ch) {
            code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(*ch),
            _ => *ch,
        };
        let word: String = rest[..len].iter().map(narrow).collect();
        let operator = match &*word {
            "OR" => Operator::Or,
            // Next to Chinese text, `or` isn't an English word.
            "or" if self.chars.iter().any(|ch| is_han(*ch)) => Operator::Or,
            "AND" => Operator::And,
            "NOT" => Operator::Not,
            _ => return None,
        };
        Some((operator, len))
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Whether the OR at the current position is between two qualifiers. If so,
    /// consumes it and the second one: values of one facet are alternatives
    /// anyway.
    fn joins_qualifiers(&mut self, len: usize, depth: usize) -> bool {
        let (start, known) = (self.at, self.query.qualifiers.len());
        let Some(before) = self.query.qualifiers.last().cloned() else {
            return false;
        };
        let typed = before.typed.chars().rev();
        let written = self.chars[..start].iter().rev();
        if !written
            .skip_while(|ch| ch.is_whitespace())
            .copied()
            .zip(typed)
            .all(|(a, b)| a == b)
        {
            return false;
        }
        self.at += len;
        self.skip_spaces();
        let is_qualifier = self.qualifier(depth, before.is_excluded).is_some();
        if !is_qualifier || self.query.qualifiers.len() == known {
            self.at = start;
            return false;
        }
        // Qualifiers for different facets are both required, even with OR.
        self.query.malformed |= self.query.qualifiers[known].key != before.key;
        true
    }

    fn has_more_after(&self, len: usize) -> bool {
        self.chars[self.at + len..]
            .iter()
            .find(|ch| !ch.is_whitespace())
            .is_some_and(|&ch| !is_closing(ch) && !matches!(ch, '|' | '｜'))
    }

    /// Parses one part: a group, a phrase, an exclusion, a qualifier or a word.
    fn part(&mut self, depth: usize) -> Option<Node> {
        let ch = self.chars[self.at];
        if is_opening(ch) && depth < MAX_DEPTH && self.closes() {
            self.at += 1;
            let inner = self.conjunction(depth + 1);
            self.at += 1;
            // A single alternative, until an OR adds more.
            return (!inner.is_empty()).then_some(Node::Any(vec![inner]));
        }
        if is_opening(ch) || is_closing(ch) {
            self.query.malformed |= !(is_opening(ch) && self.closes());
            self.at += 1;
            return None;
        }
        if let Some(phrase) = self.quoted(self.at)
            && self.stands_apart(self.at, phrase.chars().count() + 2)
        {
            self.at += phrase.chars().count() + 2;
            return (!phrase.trim().is_empty()).then_some(Node::Phrase(phrase));
        }
        if is_minus(ch)
            && let Some(&next) = self.chars.get(self.at + 1)
            && !next.is_whitespace()
            && !is_minus(next)
        {
            self.at += 1;
            self.exclude(depth);
            return None;
        }
        if let Some(node) = self.qualifier(depth, false) {
            return node;
        }
        Some(Node::Words(self.word(depth)))
    }

    /// Excludes the next part: a group, a phrase, a qualifier or a word.
    fn exclude(&mut self, depth: usize) {
        let is_group = self.peek().is_some_and(is_opening) && depth < MAX_DEPTH && self.closes();
        let nodes = if is_group {
            self.at += 1;
            let (known, excluded) = (self.query.qualifiers.len(), self.query.excluded.len());
            let inner = self.conjunction(depth + 1);
            self.at += 1;
            self.exclude_qualifiers(known, inner.is_empty());
            self.query.malformed |= self.query.excluded.len() > excluded;
            inner
        } else if let Some(phrase) = self.quoted(self.at) {
            self.at += phrase.chars().count() + 2;
            vec![Node::Phrase(phrase)]
        } else {
            match self.qualifier(depth, true) {
                Some(node) => node.into_iter().collect(),
                None => vec![Node::Phrase(self.word(depth))],
            }
        };
        if nodes.is_empty() || matches!(&nodes[..], [Node::Phrase(text)] if text.trim().is_empty())
        {
            return;
        }
        match unwanted(&nodes) {
            Some(ways) => self.query.excluded.extend(ways),
            None => self.query.malformed = true,
        }
    }

    /// Turns the qualifiers with index `known` and higher, which were in an
    /// excluded group, into excluded ones. If the group has other parts or
    /// qualifiers of several facets, only their combination would be excluded,
    /// which is not supported.
    fn exclude_qualifiers(&mut self, known: usize, is_alone: bool) {
        let of_group = &mut self.query.qualifiers[known..];
        let is_one_facet = of_group.windows(2).all(|two| two[0].key == two[1].key);
        if is_alone && is_one_facet {
            of_group.iter_mut().for_each(|q| q.is_excluded = true);
        } else if !of_group.is_empty() {
            self.query.qualifiers.truncate(known);
            self.query.malformed = true;
        }
    }

    /// Whether the parenthesis at the current position is closed later.
    fn closes(&self) -> bool {
        let mut depth = 0;
        for &ch in &self.chars[self.at..] {
            if is_opening(ch) {
                depth += 1;
            } else if is_closing(ch) {
                depth -= 1;
                if depth == 0 {
                    return true;
                }
            }
        }
        false
    }

    /// The text of a quotation that begins at `start`.
    fn quoted(&mut self, start: usize) -> Option<String> {
        let marks = closing(*self.chars.get(start)?)?;
        let rest = &self.chars[start + 1..];
        match rest.iter().position(|ch| marks.contains(ch)) {
            Some(len) => Some(rest[..len].iter().collect()),
            None => {
                self.query.malformed = true;
                None
            }
        }
    }

    /// Whether a quotation is separated by spaces or operators. In running
    /// text, quotation marks are punctuation: 户口未迁出的“外嫁女”是否.
    fn stands_apart(&self, start: usize, len: usize) -> bool {
        let is_apart = |ch: Option<&char>, marks: &[char]| {
            ch.is_none_or(|ch| ch.is_whitespace() || marks.contains(ch))
        };
        let before = start.checked_sub(1).map(|at| &self.chars[at]);
        let after = self.chars.get(start + len);
        is_apart(before, &['(', '（', '|', '｜', ':', '：'])
            && is_apart(after, &[')', '）', '|', '｜'])
    }

    /// Reads up to a space or the beginning or end of another part.
    fn word(&mut self, depth: usize) -> String {
        let start = self.at;
        // Parentheses inside a word are part of it: 党委（党组）.
        let mut inner = 0;
        while let Some(ch) = self.peek() {
            if is_opening(ch) {
                inner += 1;
            } else if is_closing(ch) {
                if inner == 0 && depth > 0 {
                    break;
                }
                inner -= 1;
            }
            if ch.is_whitespace() || matches!(ch, '|' | '｜') {
                break;
            }
            // A quotation inside a word is part of it, including spaces.
            self.at += match self.quoted(self.at) {
                Some(quoted) => quoted.chars().count() + 2,
                None => 1,
            };
        }
        self.chars[start..self.at].iter().collect()
    }

    /// Parses `键:值` with a known key. The outer `None` means that there is
    /// none here.
    fn qualifier(&mut self, depth: usize, is_excluded: bool) -> Option<Option<Node>> {
        let rest = &self.chars[self.at..];
        let colon = rest
            .iter()
            .take(24)
            .position(|ch| matches!(ch, ':' | '：'))?;
        let key: String = rest[..colon].iter().collect();
        let key = self.folder.fold_str(key.trim_end());
        let is_title = TITLE_KEYS.contains(&&*key);
        let facet = self
            .facets
            .iter()
            .find(|(known, name)| *known == key || (!name.is_empty() && *name == key));
        if !is_title && facet.is_none() {
            return None;
        }
        let facet = facet.map(|(key, _)| key.clone());
        let start = self.at;
        self.at += colon + 1;
        self.skip_spaces();
        loop {
            let from = self.at;
            let value = match self.quoted(self.at) {
                Some(phrase) => {
                    self.at += phrase.chars().count() + 2;
                    phrase
                }
                None => self.word(depth),
            };
            if value.trim().is_empty() {
                self.query.malformed = true;
                self.at = start;
                return None;
            }
            let Some(key) = facet.clone().filter(|_| !is_title) else {
                return Some(Some(Node::Title(value)));
            };
            let typed = if self.chars[start..from].contains(&'|') {
                from
            } else {
                start
            };
            self.query.qualifiers.push(Qualifier {
                key,
                value,
                is_excluded,
                typed: self.chars[typed..self.at].iter().collect(),
            });
            // Several values: 地区:天津|山东.
            let is_last = !matches!(self.peek(), Some('|' | '｜'))
                || self
                    .chars
                    .get(self.at + 1)
                    .is_none_or(|ch| ch.is_whitespace());
            if is_last {
                return Some(None);
            }
            self.at += 1;
        }
    }
}

fn is_minus(ch: char) -> bool {
    matches!(ch, '-' | '－' | '−' | '–' | '—' | '﹣' | '‐' | '‑')
}

/// Adds a part; consecutive words are joined.
fn push(parts: &mut Vec<Node>, node: Node) {
    match (parts.last_mut(), node) {
        (Some(Node::Words(text)), Node::Words(more)) => {
            text.push(' ');
            text.push_str(&more);
        }
        (_, node) => parts.push(node),
    }
}

/// Adds a part; a group without OR is replaced by its parts.
fn flatten(parts: &mut Vec<Node>, node: Node) {
    match node {
        Node::Any(mut alternatives) if alternatives.len() == 1 => {
            let inner = alternatives.remove(0).into_iter();
            inner.for_each(|node| flatten(parts, node));
        }
        node => push(parts, node),
    }
}

/// Splits joined words into those before the last, and the last.
fn split_last_word(node: Node) -> (Option<Node>, Node) {
    match node {
        Node::Words(text) => match text.rsplit_once(' ') {
            Some((rest, last)) => (
                Some(Node::Words(rest.to_owned())),
                Node::Words(last.to_owned()),
            ),
            None => (None, Node::Words(text)),
        },
        other => (None, other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fold::FoldTable;
    use proptest::prelude::*;

    fn query(text: &str) -> Query {
        Query::parse(
            text,
            &[
                ("region".into(), "地区".into()),
                ("year".into(), "年份".into()),
            ],
            &Folder::new(FoldTable::new(vec![
                ('區', "区".into()),
                ('標', "标".into()),
                ('題', "题".into()),
            ])),
        )
    }

    fn unwanted_text(text: &str) -> Unwanted {
        Unwanted {
            text: text.into(),
            in_names: false,
        }
    }

    fn words(text: &str) -> Node {
        Node::Words(text.into())
    }

    fn phrase(text: &str) -> Node {
        Node::Phrase(text.into())
    }

    #[test]
    fn words_phrases_and_exclusions() {
        let query = query("容错 “四种形态” -天津 -\"巡视 整改\" 问责");
        assert_eq!(
            query.parts,
            [words("容错"), phrase("四种形态"), words("问责")]
        );
        assert_eq!(
            query.excluded,
            [[unwanted_text("天津")], [unwanted_text("巡视 整改")]]
        );
        assert!(!query.malformed);
    }

    #[test]
    fn quotes_inside_running_text_are_punctuation() {
        for text in [
            "天津市“五必谈”制度",
            "“复利”“利滚利”合法吗？",
            "什么是“明知 他人”",
        ] {
            assert_eq!(query(text).parts, [words(text)], "{text}");
        }
        assert_eq!(
            query("天津 “五必谈” 制度").parts,
            [words("天津"), phrase("五必谈"), words("制度")]
        );
    }

    #[test]
    fn alternatives_bind_their_neighbours() {
        assert_eq!(
            query("天津 谈话 OR 约谈 整改").parts,
            [
                words("天津"),
                Node::Any(vec![vec![words("谈话")], vec![words("约谈")]]),
                words("整改")
            ]
        );
        assert_eq!(
            query("(天津 谈话) OR “述责 述廉”|巡视").parts,
            [Node::Any(vec![
                vec![words("天津 谈话")],
                vec![phrase("述责 述廉")],
                vec![words("巡视")],
            ])]
        );
        assert_eq!(
            query("(天津 “谈话”) OR 丙").parts,
            [Node::Any(vec![
                vec![words("天津"), phrase("谈话")],
                vec![words("丙")],
            ])]
        );
        assert_eq!(query("(天津 谈话) 整改").parts, [words("天津 谈话 整改")]);
    }

    #[test]
    fn qualifiers_have_known_keys() {
        assert_eq!(query("標題:五必谈"), query("标题:五必谈"));
        let found = query("标题:五必谈 地区：天津 年份:2018..2021 要求:整改");
        assert_eq!(
            found.parts,
            [Node::Title("五必谈".into()), words("要求:整改")]
        );
        let pairs: Vec<_> = found
            .qualifiers
            .iter()
            .map(|q| (q.key.as_str(), q.value.as_str()))
            .collect();
        assert_eq!(pairs, [("region", "天津"), ("year", "2018..2021")]);
        let mut found = query("地区:火星 谈话");
        found.reject_qualifiers(|_| false);
        assert_eq!(found.parts, [words("谈话"), words("地区:火星")]);
        assert!(found.malformed);
    }

    #[test]
    fn names_of_facets_are_folded_and_may_stand_apart() {
        for text in [
            "地區:天津",
            "地区: 天津",
            "地区 ： 天津",
            "ＲＥＧＩＯＮ:天津",
        ] {
            let found = query(text);
            assert_eq!(found.qualifiers[0].key, "region", "{text}");
            assert_eq!(found.qualifiers[0].value, "天津", "{text}");
            assert!(found.parts.is_empty() && !found.malformed, "{text}");
        }
    }

    #[test]
    fn values_of_one_facet_may_be_alternatives() {
        for text in [
            "年份:2018 OR 年份:2019",
            "年份:2018|2019",
            "年份:2018 | 年份：2019",
        ] {
            let found = query(text);
            let values: Vec<_> = found.qualifiers.iter().map(|q| q.value.as_str()).collect();
            assert_eq!(values, ["2018", "2019"], "{text}");
            assert!(found.parts.is_empty() && !found.malformed, "{text}");
        }
        assert!(query("年份:2018 OR 地区:天津").malformed);
        assert!(query("年份:2018 OR 谈话").malformed);
    }

    #[test]
    fn minus_is_not_whatever_follows() {
        let excluded = |text: &str| {
            let found = query(text);
            assert!(!found.malformed, "{text}");
            let ways = found.excluded.iter();
            let ways = ways.map(|way| way.iter().map(|u| u.text.as_str()).collect::<Vec<_>>());
            ways.collect::<Vec<_>>()
                .iter()
                .map(|way| way.join("+"))
                .collect::<Vec<_>>()
        };
        assert_eq!(excluded("责任 -(监督 主体)"), ["监督+主体"]);
        assert_eq!(excluded("责任 -(监督 OR 主体)"), ["监督", "主体"]);
        assert_eq!(
            excluded("责任 -((监督 OR 主体) “一岗双责”)"),
            ["监督+一岗双责", "主体+一岗双责"]
        );
        for minus in ["-", "－", "−", "–", "—", "﹣", "‐", "NOT ", "ＮＯＴ "] {
            assert_eq!(excluded(&format!("责任 {minus}监督")), ["监督"], "{minus}");
        }
        assert!(query("责任 -标题:监督").excluded[0][0].in_names);
        let found = query("责任 -地区:天津 年份:2018");
        let excluded: Vec<_> = found.qualifiers.iter().map(|q| q.is_excluded).collect();
        assert_eq!(excluded, [true, false]);
        assert!(
            query("-(地区:天津 OR 地区:山东)")
                .qualifiers
                .iter()
                .all(|q| q.is_excluded)
        );
        assert!(query("责任 -(地区:天津 监督)").malformed);
    }

    #[test]
    fn operators_may_be_full_width() {
        let either = [Node::Any(vec![vec![words("谈话")], vec![words("约谈")]])];
        for text in [
            "谈话 OR 约谈",
            "谈话 ＯＲ 约谈",
            "谈话 or 约谈",
            "谈话｜约谈",
        ] {
            assert_eq!(query(text).parts, either, "{text}");
        }
        assert_eq!(query("talks or reports").parts, [words("talks or reports")]);
        assert_eq!(query("谈话 AND 约谈").parts, [words("谈话 约谈")]);
        assert_eq!(query("ORACLE NOTE").parts, [words("ORACLE NOTE")]);
    }

    #[test]
    fn document_numbers_are_phrases() {
        for (text, number) in [
            ("中办发〔2020〕10号", "中办发〔2020〕10号"),
            ("中办发[2020]10号 问责", "中办发[2020]10号"),
            ("根据国发（２０１３）第5号", "国发（２０１３）第5号"),
        ] {
            let found = query(text);
            assert_eq!(found.numbers, [number]);
            assert!(found.parts.contains(&phrase(number)), "{text}");
        }
        for text in ["〔2020〕10号", "中办发〔2020〕", "党委（党组）5号"] {
            assert!(query(text).numbers.is_empty(), "{text}");
        }
        let sentence = "为什么中办发〔2020〕10号要求各级党委党组书记履行第一责任人责任";
        assert_eq!(query(sentence).parts, [words(sentence)]);
    }

    #[test]
    fn malformed_input_is_plain_text() {
        for (text, parts) in [
            ("“五必谈", vec![words("“五必谈")]),
            ("(五必谈", vec![words("五必谈")]),
            ("五必谈 OR", vec![words("五必谈 OR")]),
            ("地区:", vec![words("地区:")]),
            ("五必谈 AND", vec![words("五必谈 AND")]),
            ("责任 ——", vec![words("责任 ——")]),
        ] {
            let query = query(text);
            assert_eq!(query.parts, parts, "{text}");
        }
        assert!(query("(五必谈").malformed);
        assert!(query("“五必谈").malformed);
        assert_eq!(query("\"\"").parts, []);
        assert_eq!(query("- 天津").parts, [words("- 天津")]);
        assert_eq!(query("一岗-双责").parts, [words("一岗-双责")]);
        assert_eq!(query("党委（党组）责任").parts, [words("党委（党组）责任")]);
    }

    #[test]
    fn pinyin_behind_characters_is_left_out() {
        assert_eq!(query("責(zé)任（rèn）制").parts, [words("責任制")]);
        for text in [
            "党委（党组）",
            "标准(ISO)",
            "项目(ppp项目)",
            "甲(zhuangguang)",
        ] {
            assert_eq!(query(text).parts, [words(text)]);
        }
    }

    #[test]
    fn what_nobody_sees_does_not_count() {
        for text in [
            "问责\u{200b}条例",
            "\u{feff}问\u{ad}责条例",
            "问责\u{7}条例\u{fffe}",
        ] {
            assert_eq!(query(text).parts, [words("问责条例")], "{text:?}");
        }
        assert_eq!(
            query("问责\u{2028}条例\t整改").parts,
            [words("问责 条例 整改")]
        );
        assert_eq!(query("地\u{200b}区:天津").qualifiers.len(), 1);
    }

    #[test]
    fn long_queries_are_cut() {
        let query = query(&"责".repeat(10_000));
        assert!(query.truncated);
        assert_eq!(query.parts, [words(&"责".repeat(MAX_CHARS))]);
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        query(&"(".repeat(400));
        query(&format!("{}甲 OR 乙{}", "(".repeat(190), ")".repeat(190)));
    }

    proptest! {
        #[test]
        fn anything_parses(text: String) {
            query(&text);
        }

        #[test]
        fn any_syntax_parses(text in "[甲乙 ()\"|:：OR地区-]{0,40}") {
            query(&text);
        }
    }
}
