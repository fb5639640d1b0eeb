//! A request to the engine as text: header lines, an empty line, the query as
//! typed.

/// The maximum number of hits that one request may ask for.
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

/// A request to the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The query as typed.
    pub query: String,
    /// The maximum number of pages to return.
    pub limit: usize,
    /// The number of pages to skip.
    pub offset: usize,
    /// Facet keys and values. Values of one key are alternatives; different
    /// keys must all match.
    pub filters: Vec<(String, String)>,
    /// Facet keys and values that results must not have.
    pub without: Vec<(String, String)>,
    /// Whether to count facets.
    pub facets: bool,
    /// Whether to explain the score of each hit.
    pub explain: bool,
    /// Whether to search old versions too.
    pub versions: bool,
    /// The day on which regulations must be in force, in the form 20261122.
    /// Without it, the page that represents the regulation is used.
    pub today: Option<u32>,
    /// Whether to search the query as typed, without correction.
    pub plain: bool,
    /// Whether to present each hit's further places with their texts.
    pub more: bool,
    /// Whether to list pages that have little to do with the query, too.
    pub all: bool,
    /// Whether to return names that begin with the query instead of results.
    pub suggest: bool,
    /// Order.
    pub sort: Sort,
}

impl Request {
    /// Creates a request for the ten best pages.
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

    /// Parses `key=value` lines, an empty line and the query. Ignores unknown
    /// keys and invalid values, since a newer script may send more than this
    /// engine knows.
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
