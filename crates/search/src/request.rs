//! A request as it crosses into the engine: header lines, an empty line, the
//! query as typed.

/// The most hits that one request may ask for.
pub const MAX_LIMIT: usize = 1000;

/// Order of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best first.
    #[default]
    Relevance,
    /// Newest first, then best.
    Date,
}

/// What is asked of the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The query as typed.
    pub query: String,
    /// How many pages.
    pub limit: usize,
    /// How many pages to pass over.
    pub offset: usize,
    /// Facet key and value. Values of one key are alternatives, keys add up.
    pub filters: Vec<(String, String)>,
    /// Facet key and value that what is found must not have.
    pub without: Vec<(String, String)>,
    /// Whether to count facets.
    pub facets: bool,
    /// Whether to say what each hit's score is made of.
    pub explain: bool,
    /// Whether old versions are searched as well.
    pub versions: bool,
    /// The day on which texts must be in force, as 20261122; without one a
    /// regulation's own page counts.
    pub today: Option<u32>,
    /// Whether the query is taken as typed, without correction.
    pub plain: bool,
    /// Whether each hit's further places are presented, with their texts.
    pub more: bool,
    /// Whether what has little to do with the query is listed too.
    pub all: bool,
    /// Whether names that begin with the query are asked for, not results.
    pub suggest: bool,
    /// Order.
    pub sort: Sort,
}

impl Request {
    /// A request for the ten best pages.
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            limit: 10,
            offset: 0,
            filters: Vec::new(),
            without: Vec::new(),
            facets: false,
            explain: false,
            versions: false,
            today: None,
            plain: false,
            more: false,
            all: false,
            suggest: false,
            sort: Sort::Relevance,
        }
    }

    /// Reads `key=value` lines, an empty line and the query. Unknown keys and
    /// values that make no sense are passed over: a newer script may say more
    /// than this engine knows.
    pub fn decode(text: &str) -> Self {
        let (head, query) = match text.strip_prefix('\n') {
            Some(query) => ("", query),
            None => text.split_once("\n\n").unwrap_or((text, "")),
        };
        let mut request = Self::new(query);
        for line in head.lines() {
            match line.split_once('=') {
                Some(("limit", n)) => {
                    request.limit = n.parse().unwrap_or(request.limit).clamp(1, MAX_LIMIT);
                }
                Some(("offset", n)) => request.offset = n.parse().unwrap_or(0),
                Some(("facets", "1")) => request.facets = true,
                Some(("explain", "1")) => request.explain = true,
                Some(("versions", "1")) => request.versions = true,
                Some(("today", day)) => request.today = day.parse().ok(),
                Some(("plain", "1")) => request.plain = true,
                Some(("more", "1")) => request.more = true,
                Some(("all", "1")) => request.all = true,
                Some(("suggest", "1")) => request.suggest = true,
                Some(("sort", "date")) => request.sort = Sort::Date,
                Some(("filter", pair)) => {
                    if let Some((key, value)) = pair.split_once(':') {
                        request.filters.push((key.to_owned(), value.to_owned()));
                    }
                }
                _ => {}
            }
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_lines_and_query() {
        let request = Request::decode(
            "limit=5\noffset=10\nfilter=type:practice\nfilter=type:case\nfacets=1\nnew=1\n\n五必谈\n\n等",
        );
        assert_eq!(request.query, "五必谈\n\n等");
        assert_eq!((request.limit, request.offset), (5, 10));
        assert_eq!(request.filters.len(), 2);
        assert!(request.facets);
        assert_eq!(Request::decode("\n责任").query, "责任");
    }
}
