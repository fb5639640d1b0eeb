//! The schema of the tantivy index.

use anyhow::Context as _;
use search::anchor::Anchor;
use search::format::docs::PageCard;
use tantivy::schema::{FAST, NumericOptions};
use tantivy::schema::{
    FacetOptions, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

use super::tokenizer::TOKENIZER;

macro_rules! fields {
    ($($(#[$meta:meta])* $name:ident;)*) => {
        /// Fields of a document; each document is one unit.
        #[derive(Clone, Copy, Debug)]
        pub struct Fields { $($(#[$meta])* pub $name: Field,)* }

        impl Fields {
            /// Gets the fields of a schema that [`schema`] made.
            ///
            /// # Errors
            /// When a field is missing: the index is from another version.
            pub fn of(schema: &Schema) -> anyhow::Result<Self> {
                let field = |name| schema.get_field(name).context(OTHER_VERSION);
                Ok(Self { $($name: field(stringify!($name))?,)* })
            }
        }
    };
}

fields! {
    /// Number of its page; fast and stored.
    page;
    /// Ordinal within its page; fast and stored.
    ordinal;
    /// Key of its page; indexed whole and stored.
    key;
    /// Names of its page, one per line; indexed with positions.
    title;
    /// Its heading and those above, one per line; indexed with positions,
    /// stored.
    heading;
    /// Its text; indexed with positions, stored.
    body;
    /// Names that others give it; indexed with frequencies.
    called;
    /// Sentences in which others cite it; indexed with frequencies.
    said;
    /// Last characters of runs; indexed, not scored.
    edge;
    /// Key of its article, if it is one; indexed, not scored.
    article;
    /// Anchor; stored.
    anchor;
    /// Name of the place; stored.
    label;
    /// Anchors within the unit, one line `byte anchor` each; stored.
    places;
    /// Number of places that refer to it, if any; stored.
    cited;
    /// The page's card, encoded; stored with the page's first unit only.
    card;
    /// Names that readers may know the page by, one per line; stored with its
    /// first unit.
    names;
    /// `/key/value` of each facet.
    facets;
}

/// What is said of an index that this version can't read.
pub const OTHER_VERSION: &str = "索引由另一版本的 zhize 生成，请重新运行 zhize build";

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
    builder.add_bytes_field("card", STORED);
    builder.add_text_field("names", STORED);
    builder.add_facet_field("facets", FacetOptions::default());
    let schema = builder.build();
    let fields = Fields::of(&schema).expect("the schema has its own fields");
    (schema, fields)
}

/// The key that finds a unit by its article number: `#7` for 第七条, `#133-1` for
/// 第一百三十三条之一. Articles of annexes have none.
pub fn article_key(anchor: &str) -> Option<String> {
    Anchor(anchor)
        .article_number()
        .map(search::reference::article_key)
}

/// Reads a card that was stored.
///
/// # Errors
/// When the bytes aren't a card: the index is from another version.
pub fn card(bytes: &[u8]) -> anyhow::Result<PageCard> {
    PageCard::from_bytes(bytes).context(OTHER_VERSION)
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
        .context(OTHER_VERSION)
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
