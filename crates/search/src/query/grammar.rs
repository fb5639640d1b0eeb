//! Reads the query language by recursive descent.

use super::exclusion::unwanted;
use super::marks::{
    Operator, closing, is_closing, is_minus, is_opening, operator, without_readings,
};
use super::nodes::{Node, Qualifier, Query, flatten, push, split_last_word};
use crate::analysis::characters::is_ignored;
use crate::analysis::fold::Folder;

/// The maximum length of a query in characters. The rest is ignored: a pasted
/// paragraph is found by its beginning.
pub const MAX_CHARS: usize = 400;

/// Maximum nesting of parentheses; deeper ones are text.
const MAX_DEPTH: usize = 6;

/// Keys of the qualifier for names, folded.
const TITLE_KEYS: [&str; 2] = ["标题", "title"];

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
                typed: chars.iter().collect::<String>().trim().to_owned(),
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
            match operator(self.chars, self.at) {
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
