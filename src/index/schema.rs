//! The schema of the tantivy index.

use anyhow::Context as _;
use search::anchor::Anchor;
use search::format::docs::PageCard;
use serde::{Deserialize, Serialize};
use tantivy::schema::{FAST, NumericOptions};
use tantivy::schema::{
    FacetOptions, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

use super::tokenizer::TOKENIZER;

/// Fields of a document; each document is one unit.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// Number of its page; fast and stored.
    pub page: Field,
    /// Ordinal within its page; fast and stored.
    pub ordinal: Field,
    /// Key of its page; indexed whole and stored.
    pub key: Field,
    /// Names of its page, one per line; indexed with positions.
    pub title: Field,
    /// Its heading and those above, one per line; indexed with positions,
    /// stored.
    pub heading: Field,
    /// Its text; indexed with positions, stored.
    pub body: Field,
    /// Names that others give it; indexed with frequencies.
    pub called: Field,
    /// Sentences in which others cite it; indexed with frequencies.
    pub said: Field,
    /// Last characters of runs; indexed, not scored.
    pub edge: Field,
    /// Key of its article, if it is one; indexed, not scored.
    pub article: Field,
    /// Anchor; stored.
    pub anchor: Field,
    /// Name of the place; stored.
    pub label: Field,
    /// Anchors within the unit, one line `byte anchor` each; stored.
    pub places: Field,
    /// Number of places that refer to it, if any; stored.
    pub cited: Field,
    /// The page's card as JSON; stored with the page's first unit only.
    pub card: Field,
    /// Names that readers may know the page by, one per line; stored with its
    /// first unit.
    pub names: Field,
    /// `/key/value` of each facet.
    pub facets: Field,
}

const NAMES: [&str; 17] = [
    "page", "ordinal", "key", "title", "heading", "body", "called", "said", "edge", "article",
    "anchor", "label", "places", "cited", "card", "names", "facets",
];

/// The schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let number = NumericOptions::default() | FAST | STORED;
    let text = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(TOKENIZER)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions),
    );
    let others = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(TOKENIZER)
            .set_index_option(IndexRecordOption::WithFreqs),
    );
    let unscored = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    );
    builder.add_u64_field("page", number.clone());
    builder.add_u64_field("ordinal", number);
    builder.add_text_field("key", STRING | STORED);
    builder.add_text_field("title", text.clone());
    builder.add_text_field("heading", text.clone() | STORED);
    builder.add_text_field("body", text | STORED);
    builder.add_text_field("called", others.clone());
    builder.add_text_field("said", others);
    builder.add_text_field("edge", unscored.clone());
    builder.add_text_field("article", unscored);
    builder.add_text_field("anchor", STORED);
    builder.add_text_field("label", STORED);
    builder.add_text_field("places", STORED);
    builder.add_u64_field("cited", STORED);
    builder.add_text_field("card", STORED);
    builder.add_text_field("names", STORED);
    builder.add_facet_field("facets", FacetOptions::default());
    let schema = builder.build();
    let fields = Fields::of(&schema).expect("the schema has its own fields");
    (schema, fields)
}

impl Fields {
    /// Gets the fields of a schema that [`schema`] made.
    ///
    /// # Errors
    /// When a field is missing: the index is from another version.
    pub fn of(schema: &Schema) -> anyhow::Result<Self> {
        let mut fields = [Field::from_field_id(0); NAMES.len()];
        for (field, name) in fields.iter_mut().zip(NAMES) {
            *field = schema
                .get_field(name)
                .context("索引由另一版本的 zhize 生成，请重新运行 zhize build")?;
        }
        let [
            page,
            ordinal,
            key,
            title,
            heading,
            body,
            called,
            said,
            edge,
            article,
            anchor,
            label,
            places,
            cited,
            card,
            names,
            facets,
        ] = fields;
        Ok(Self {
            page,
            ordinal,
            key,
            title,
            heading,
            body,
            called,
            said,
            edge,
            article,
            anchor,
            label,
            places,
            cited,
            card,
            names,
            facets,
        })
    }
}

/// The key that finds a unit by its article number: `#7` for 第七条, `#133-1` for
/// 第一百三十三条之一. Articles of annexes have none.
pub fn article_key(anchor: &str) -> Option<String> {
    Anchor(anchor)
        .article_number()
        .map(search::reference::article_key)
}

/// A page's card in its stored form.
#[derive(Serialize, Deserialize)]
struct StoredCard {
    key: String,
    url: String,
    names: Vec<String>,
    page_type: String,
    type_label: String,
    meta: Vec<String>,
    date: String,
    status: String,
    cited: u32,
}

pub fn card_to_json(card: &PageCard) -> String {
    let card = card.clone();
    let stored = StoredCard {
        key: card.key,
        url: card.url,
        names: card.names,
        page_type: card.page_type,
        type_label: card.type_label,
        meta: card.meta,
        date: card.date,
        status: card.status,
        cited: card.cited,
    };
    serde_json::to_string(&stored).expect("strings always serialise")
}

/// Reads a card from JSON.
///
/// # Errors
/// When the text isn't a card: the index is from another version.
pub fn card_from_json(text: &str) -> anyhow::Result<PageCard> {
    let stored: StoredCard = serde_json::from_str(text)
        .context("索引由另一版本的 zhize 生成，请重新运行 zhize build")?;
    Ok(PageCard {
        key: stored.key,
        url: stored.url,
        names: stored.names,
        page_type: stored.page_type,
        type_label: stored.type_label,
        meta: stored.meta,
        date: stored.date,
        status: stored.status,
        cited: stored.cited,
    })
}

/// Writes the places of a unit in their stored form.
pub fn places_to_text(places: &[(u32, String)]) -> String {
    let lines = places.iter().map(|(at, anchor)| format!("{at} {anchor}\n"));
    lines.collect()
}

/// Reads the places of a unit from their stored form.
///
/// # Errors
/// When the text isn't in that form: the index is from another version.
pub fn places_from_text(text: &str) -> anyhow::Result<Vec<(u32, String)>> {
    text.lines()
        .map(|line| {
            let (at, anchor) = line.split_once(' ')?;
            Some((at.parse().ok()?, anchor.to_owned()))
        })
        .collect::<Option<_>>()
        .context("索引由另一版本的 zhize 生成，请重新运行 zhize build")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_have_keys() {
        let key = |anchor| article_key(anchor);
        assert_eq!(key("art-7").as_deref(), Some("#7"));
        assert_eq!(key("art-133-1").as_deref(), Some("#133-1"));
        for other in [
            "art-",
            "art-7-b",
            "art-7-para-2",
            "annex-1-art-3",
            "art-1-2-3",
            "art-7-",
        ] {
            assert_eq!(key(other), None, "{other}");
        }
    }
}
