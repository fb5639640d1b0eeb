//! What a query consists of.

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
    /// The query as typed, without invisible characters and spaces around it.
    pub typed: String,
    /// Whether the query was longer than [`MAX_CHARS`].
    pub truncated: bool,
    /// Whether something that looks like syntax was read as text.
    pub malformed: bool,
}

impl Query {
    /// Whether the query is one title in its marks, 《…》, and nothing else.
    pub fn is_title(&self) -> bool {
        let inner = self.typed.strip_prefix('《');
        let inner = inner.and_then(|inner| inner.strip_suffix('》'));
        inner.is_some_and(|inner| !inner.contains(['《', '》']))
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

/// Adds a part; consecutive words are joined.
pub(super) fn push(parts: &mut Vec<Node>, node: Node) {
    match (parts.last_mut(), node) {
        (Some(Node::Words(text)), Node::Words(more)) => {
            text.push(' ');
            text.push_str(&more);
        }
        (_, node) => parts.push(node),
    }
}

/// Adds a part; a group without OR is replaced by its parts.
pub(super) fn flatten(parts: &mut Vec<Node>, node: Node) {
    match node {
        Node::Any(mut alternatives) if alternatives.len() == 1 => {
            let inner = alternatives.remove(0).into_iter();
            inner.for_each(|node| flatten(parts, node));
        }
        node => push(parts, node),
    }
}

/// Splits joined words into those before the last, and the last.
pub(super) fn split_last_word(node: Node) -> (Option<Node>, Node) {
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
