//! Styles: which are headings, titles or entries of a table of contents, and
//! which number their paragraphs.

use std::collections::{HashMap, HashSet};

use super::xml::{Step, walk};

/// The properties that a style gives to a paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Name in lower case: `heading 1`, `title`, `toc 1`.
    pub name: String,
    /// Outline level; 0 is the outermost heading.
    pub outline: Option<u8>,
    /// Id of the numbered list.
    pub list: Option<u32>,
    pub list_level: Option<usize>,
}

/// The styles of a document, with inherited properties filled in.
#[derive(Debug, Default)]
pub struct Styles {
    by_id: HashMap<String, Style>,
    default: Style,
    /// Ids of the character styles that strike their text out.
    striking: HashSet<String>,
}

impl Styles {
    /// Reads `styles.xml`. The flag is true when it is broken.
    pub fn read(xml: &str) -> (Self, bool) {
        let mut raw: HashMap<String, (Style, Option<String>)> = HashMap::new();
        let mut default = String::new();
        let mut striking = HashSet::new();
        let mut of_characters: Option<String> = None;
        let mut open: Option<(String, Style, Option<String>)> = None;
        let failed = !xml.is_empty()
            && walk(xml, |step| match step {
                Step::Open(tag) => {
                    if tag.name == "style" {
                        let is_paragraph = tag.get("type").is_none_or(|kind| kind == "paragraph");
                        of_characters = tag
                            .get("styleId")
                            .filter(|_| tag.get("type") == Some("character"))
                            .map(str::to_owned);
                        open = tag
                            .get("styleId")
                            .filter(|_| is_paragraph)
                            .map(|id| (id.to_owned(), Style::default(), None));
                        if is_paragraph
                            && matches!(tag.get("default"), Some("1" | "true"))
                            && let Some(id) = tag.get("styleId")
                        {
                            default = id.to_owned();
                        }
                        return;
                    }
                    if matches!(tag.name.as_str(), "strike" | "dstrike")
                        && tag.is_on()
                        && let Some(id) = &of_characters
                    {
                        striking.insert(id.clone());
                    }
                    let Some((_, style, above)) = &mut open else {
                        return;
                    };
                    let value = tag.value();
                    match tag.name.as_str() {
                        "name" => style.name = value.unwrap_or_default().to_lowercase(),
                        "basedOn" => *above = value.map(str::to_owned),
                        "outlineLvl" => style.outline = value.and_then(|v| v.parse().ok()),
                        "numId" => style.list = value.and_then(|v| v.parse().ok()),
                        "ilvl" => style.list_level = value.and_then(|v| v.parse().ok()),
                        _ => {}
                    }
                }
                Step::Close("style") => {
                    if let Some((id, style, above)) = open.take() {
                        raw.insert(id, (style, above));
                    }
                }
                _ => {}
            })
            .is_err();
        let by_id: HashMap<_, _> = raw
            .keys()
            .map(|id| (id.clone(), inherited(id, &raw)))
            .collect();
        let default = by_id.get(&default).cloned().unwrap_or_default();
        let styles = Self {
            by_id,
            default,
            striking,
        };
        (styles, failed)
    }

    /// Whether the character style with this id strikes text out.
    pub fn strikes(&self, id: &str) -> bool {
        self.striking.contains(id)
    }

    /// The style with this id, or the default one.
    pub fn get(&self, id: Option<&str>) -> &Style {
        id.and_then(|id| self.by_id.get(id))
            .unwrap_or(&self.default)
    }
}

/// A style with the properties that it inherits.
fn inherited(id: &str, raw: &HashMap<String, (Style, Option<String>)>) -> Style {
    let mut style = Style::default();
    let mut next = Some(id);
    // This also ends a cycle of styles.
    for step in 0..20 {
        let Some((own, above)) = next.and_then(|id| raw.get(id)) else {
            break;
        };
        if step == 0 {
            style.name = own.name.clone();
        }
        style.outline = style.outline.or(own.outline).or(heading_level(&own.name));
        style.list = style.list.or(own.list);
        style.list_level = style.list_level.or(own.list_level);
        next = above.as_deref();
    }
    style
}

/// The outline level of a heading style: `heading 2` has level 1.
fn heading_level(name: &str) -> Option<u8> {
    let number = name
        .strip_prefix("heading ")
        .or_else(|| name.strip_prefix("标题 "))?;
    let level: u8 = number.trim().parse().ok()?;
    (1..=9).contains(&level).then(|| level - 1)
}
