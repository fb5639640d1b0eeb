//! The query language, as typed.
//!
//! | typed | means |
//! |---|---|
//! | `词1 词2` | words in any order |
//! | `"短语"` (also “”, 「」, 『』), set apart by spaces | exactly so |
//! | `-词`, `-"短语"` | not that |
//! | `甲 OR 乙`, `甲 \| 乙` | one of its neighbours |
//! | `(甲 乙) OR 丙` | groups |
//! | `标题:甲` | in a name of the page |
//! | `地区:天津`, `年份:2018..2021` | a facet's value, or a range of them |
//!
//! Whatever is malformed is plain text: an unbalanced quote or parenthesis is
//! a character like any other, and the reader is told.

/// The longest query that is read, in characters. A pasted paragraph is
/// found by its beginning.
pub const MAX_CHARS: usize = 400;

/// How deep parentheses may nest; deeper ones are text.
const MAX_DEPTH: usize = 6;

/// What a qualifier for names is called: a query is not folded before it is
/// taken apart.
const TITLE_KEYS: [&str; 3] = ["标题", "標題", "title"];

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Plain text.
    Words(String),
    /// Exactly this.
    Phrase(String),
    /// These words in the names of a page.
    Title(String),
    /// One of these; each alternative wants all of its parts.
    Any(Vec<Vec<Node>>),
}

/// A facet's value, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualifier {
    /// Key of the facet.
    pub key: String,
    /// Its value or a range `from..to`, either end of which may be missing.
    pub value: String,
    /// Both as typed: what is searched as text when there is no such value.
    pub typed: String,
}

/// What was typed, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Parts that are all wanted, in order.
    pub parts: Vec<Node>,
    /// Excluded words and phrases: what is found holds none.
    pub excluded: Vec<String>,
    /// Values of facets.
    pub qualifiers: Vec<Qualifier>,
    /// Whether the query was longer than [`MAX_CHARS`].
    pub truncated: bool,
    /// Whether something that looks like syntax was read as text.
    pub malformed: bool,
}

/// The marks that close a quotation, for one that opens it.
fn closing(open: char) -> Option<&'static [char]> {
    match open {
        // Input methods make it easy to type two opening or two straight marks.
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
    /// Takes a query apart. Never fails. `facets` are the keys and names of
    /// facets that may qualify.
    pub fn parse(text: &str, facets: &[(String, String)]) -> Self {
        let chars: Vec<char> = text
            .chars()
            .map(|ch| if ch.is_control() { ' ' } else { ch })
            .collect();
        let mut chars = without_readings(&chars);
        let truncated = chars.len() > MAX_CHARS;
        chars.truncate(MAX_CHARS);
        let mut parser = Parser {
            chars: &chars,
            at: 0,
            facets,
            query: Self {
                truncated,
                ..Self::default()
            },
        };
        let parts = parser.conjunction(0);
        let mut query = parser.query;
        query.parts = parts;
        query
    }

    /// Puts the qualifiers for which `is_known` says no back into the text.
    pub fn reject_qualifiers(&mut self, is_known: impl Fn(&Qualifier) -> bool) {
        let (known, unknown): (Vec<_>, Vec<_>) =
            self.qualifiers.drain(..).partition(|q| is_known(q));
        self.qualifiers = known;
        for qualifier in unknown {
            self.malformed = true;
            self.parts.push(Node::Words(qualifier.typed));
        }
    }
}

/// The text without the pinyin that conversions leave behind characters:
/// 責(zé)任 as 責任. Brackets that hold anything else stay.
fn without_readings(chars: &[char]) -> Vec<char> {
    const LONGEST: usize = 6;
    let is_reading =
        |ch: &char| ch.is_ascii_lowercase() || "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ".contains(*ch);
    let mut kept = Vec::with_capacity(chars.len());
    let mut i = 0;
    while i < chars.len() {
        if is_opening(chars[i]) && i > 0 && crate::analysis::is_han(chars[i - 1]) {
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
    query: Query,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Everything up to the parenthesis that closes this one, or the end.
    fn conjunction(&mut self, depth: usize) -> Vec<Node> {
        let mut parts: Vec<Node> = Vec::new();
        // Whether the last part waits for an alternative.
        let mut open_or = false;
        while let Some(ch) = self.peek() {
            if ch.is_whitespace() {
                self.at += 1;
                continue;
            }
            if depth > 0 && is_closing(ch) {
                break;
            }
            if let Some(len) = self.or_len() {
                // An OR that has nothing on one side is text.
                if parts.is_empty() || open_or || !self.has_more_after(len) {
                    self.query.malformed = true;
                    let word: String = self.chars[self.at..self.at + len].iter().collect();
                    self.at += len;
                    if word == "OR" {
                        push(&mut parts, Node::Words(word));
                    }
                } else {
                    self.at += len;
                    open_or = true;
                }
                continue;
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
                        // Of joined words only the last is an alternative.
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

    /// The length of an OR here, in characters.
    fn or_len(&self) -> Option<usize> {
        let alone = |len: usize| {
            let before = self.at == 0 || !self.chars[self.at - 1].is_alphanumeric();
            let after = self.chars.get(self.at + len);
            before && after.is_none_or(|ch| !ch.is_alphanumeric())
        };
        match self.chars[self.at..] {
            ['|' | '｜', ..] => Some(1),
            ['O', 'R', ..] if alone(2) => Some(2),
            _ => None,
        }
    }

    fn has_more_after(&self, len: usize) -> bool {
        self.chars[self.at + len..]
            .iter()
            .find(|ch| !ch.is_whitespace())
            .is_some_and(|&ch| !is_closing(ch) && !matches!(ch, '|' | '｜'))
    }

    /// One part: a group, a phrase, an exclusion, a qualifier or a word.
    fn part(&mut self, depth: usize) -> Option<Node> {
        let ch = self.chars[self.at];
        if is_opening(ch) && depth < MAX_DEPTH && self.closes() {
            self.at += 1;
            let inner = self.conjunction(depth + 1);
            self.at += 1;
            // One alternative, until an OR adds others.
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
        let next = self.chars.get(self.at + 1);
        if matches!(ch, '-' | '－' | '−') && next.is_some_and(|ch| !ch.is_whitespace()) {
            self.at += 1;
            let excluded = match self.quoted(self.at) {
                Some(phrase) => {
                    self.at += phrase.chars().count() + 2;
                    phrase
                }
                None => self.word(depth),
            };
            if !excluded.trim().is_empty() {
                self.query.excluded.push(excluded);
            }
            return None;
        }
        if let Some(node) = self.qualifier(depth) {
            return node;
        }
        Some(Node::Words(self.word(depth)))
    }

    /// Whether the parenthesis here has its other half.
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

    /// Whether a quotation is set apart by spaces or operators. In running
    /// text, 户口未迁出的“外嫁女”是否, marks of quotation are punctuation.
    fn stands_apart(&self, start: usize, len: usize) -> bool {
        let is_apart = |ch: Option<&char>, marks: &[char]| {
            ch.is_none_or(|ch| ch.is_whitespace() || marks.contains(ch))
        };
        let before = start.checked_sub(1).map(|at| &self.chars[at]);
        let after = self.chars.get(start + len);
        is_apart(before, &['(', '（', '|', '｜', ':', '：'])
            && is_apart(after, &[')', '）', '|', '｜'])
    }

    /// Reads up to a space, or to what begins or ends something else.
    fn word(&mut self, depth: usize) -> String {
        let start = self.at;
        // Parentheses inside a word belong to it: 党委（党组）.
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
            // What is quoted inside a word belongs to it, with its spaces.
            self.at += match self.quoted(self.at) {
                Some(quoted) => quoted.chars().count() + 2,
                None => 1,
            };
        }
        self.chars[start..self.at].iter().collect()
    }

    /// `键:值` with a known key. `None`: there is none here.
    fn qualifier(&mut self, depth: usize) -> Option<Option<Node>> {
        let rest = &self.chars[self.at..];
        let colon = rest
            .iter()
            .take(24)
            .position(|ch| matches!(ch, ':' | '：'))?;
        let key: String = rest[..colon].iter().collect();
        let key = key.to_ascii_lowercase();
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
        let value = match self.quoted(self.at) {
            Some(phrase) => {
                self.at += phrase.chars().count() + 2;
                phrase
            }
            None => self.word(depth),
        };
        if value.trim().is_empty() {
            self.at = start;
            return None;
        }
        Some(match facet {
            _ if is_title => Some(Node::Title(value)),
            Some(key) => {
                self.query.qualifiers.push(Qualifier {
                    key,
                    value,
                    typed: self.chars[start..self.at].iter().collect(),
                });
                None
            }
            None => None,
        })
    }
}

/// Adds a part; words join words.
fn push(parts: &mut Vec<Node>, node: Node) {
    match (parts.last_mut(), node) {
        (Some(Node::Words(text)), Node::Words(more)) => {
            text.push(' ');
            text.push_str(&more);
        }
        (_, node) => parts.push(node),
    }
}

/// Adds a part; a group to which no OR belongs is only its parts.
fn flatten(parts: &mut Vec<Node>, node: Node) {
    match node {
        Node::Any(mut alternatives) if alternatives.len() == 1 => {
            let inner = alternatives.remove(0).into_iter();
            inner.for_each(|node| flatten(parts, node));
        }
        node => push(parts, node),
    }
}

/// Joined words as those before the last, and the last.
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
    use proptest::prelude::*;

    fn query(text: &str) -> Query {
        Query::parse(
            text,
            &[
                ("region".into(), "地区".into()),
                ("year".into(), "年份".into()),
            ],
        )
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
        assert_eq!(query.excluded, ["天津", "巡视 整改"]);
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
    fn malformed_input_is_plain_text() {
        for (text, parts) in [
            ("“五必谈", vec![words("“五必谈")]),
            ("(五必谈", vec![words("五必谈")]),
            ("五必谈 OR", vec![words("五必谈 OR")]),
            ("地区: 天津", vec![words("地区: 天津")]),
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
