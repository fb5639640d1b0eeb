//! What machines read in a page's head: JSON-LD and meta tags.
//!
//! It states only what is known: a date that no source gives is left out, never
//! guessed.

use serde_json::{Map, Value, json};

use crate::config::GovernmentMeta;
use crate::dates::iso;
use crate::export;
use crate::library::Page;
use crate::model::{Date, Details, Known, Regulation, RelationKind, Status, Vocabulary};

use super::address::page_file;
use super::material::Material;
use super::pages::data_page;
use super::views::{LinkView, MetaView};

/// The JSON-LD of a page, safe inside a script element.
pub(super) fn json_ld(
    material: &Material<'_>,
    file: &str,
    page: Option<&Page>,
    breadcrumbs: &[LinkView],
) -> String {
    let config = &material.library.config;
    let mut graph = Vec::new();
    if file == "index.html" {
        let mut site = object(material, "WebSite", &config.title, &config.description);
        insert(&mut site, "url", material.canonical(file));
        insert(&mut site, "publisher", publisher(material));
        graph.push(Value::Object(site));
    }
    if file == data_page::FILE {
        graph.push(Value::Object(dataset(material, file)));
    }
    if let Some(page) = page {
        graph.push(Value::Object(document(material, file, page)));
    }
    // A breadcrumb list needs absolute addresses.
    if material.canonical(file).is_some() && breadcrumbs.len() > 1 {
        graph.push(breadcrumb_list(material, file, breadcrumbs));
    }
    if graph.is_empty() {
        return String::new();
    }
    for_script(&json!({ "@context": "https://schema.org", "@graph": graph }))
}

/// JSON that cannot end the script element it stands in.
fn for_script(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

fn object(
    material: &Material<'_>,
    kind: &str,
    name: &str,
    description: &str,
) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("@type".to_owned(), json!(kind));
    object.insert("name".to_owned(), json!(name));
    if !description.is_empty() {
        object.insert("description".to_owned(), json!(description));
    }
    object.insert(
        "inLanguage".to_owned(),
        json!(material.words().language().tag()),
    );
    object
}

fn insert(object: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value.into());
    }
}

fn publisher(material: &Material<'_>) -> Option<Value> {
    let name = material.library.config.organization.as_deref()?;
    Some(json!({ "@type": "Organization", "name": name }))
}

fn document(material: &Material<'_>, file: &str, page: &Page) -> Map<String, Value> {
    let mut object = match &page.details {
        Details::Regulation(regulation) => legislation(material, page, regulation),
        details => {
            let kind = match details {
                Details::Case(_) => "Report",
                _ => "Article",
            };
            let mut article = object(material, kind, &page.title, &page.description);
            if let Details::Term(_) = details {
                // The page is about the term; the dates belong to the page.
                let mut term = json!({ "@type": "DefinedTerm", "name": page.title });
                if !page.other_names.is_empty() {
                    term["alternateName"] = json!(page.other_names);
                }
                article.insert("about".to_owned(), term);
            }
            insert(&mut article, "spatialCoverage", place(material, page));
            if !page.topics.is_empty() {
                article.insert("keywords".to_owned(), json!(page.topics));
            }
            article.insert("headline".to_owned(), json!(page.title));
            insert(&mut article, "datePublished", page.published.map(iso));
            insert(&mut article, "dateModified", page.changed().map(iso));
            insert(&mut article, "publisher", publisher(material));
            article
        }
    };
    if !page.other_names.is_empty() {
        object.insert("alternateName".to_owned(), json!(page.other_names));
    }
    insert(
        &mut object,
        "license",
        material.library.config.license.clone(),
    );
    if let Some(address) = material.canonical(file) {
        object.insert("@id".to_owned(), json!(address));
        object.insert("url".to_owned(), json!(address));
        object.insert("encoding".to_owned(), encodings(material, page));
    }
    object
}

/// The page's data files. They need absolute addresses, so a site without a
/// public address names none here; the page's head links to them anyway.
fn encodings(material: &Material<'_>, page: &Page) -> Value {
    let files = export::of_page(material.library, page);
    let encodings: Vec<Value> = files
        .iter()
        .map(|file| {
            json!({
                "@type": "MediaObject",
                "encodingFormat": file.media_type,
                "contentUrl": material.canonical(&file.file),
            })
        })
        .collect();
    json!(encodings)
}

/// The data of the whole library.
fn dataset(material: &Material<'_>, file: &str) -> Map<String, Value> {
    let config = &material.library.config;
    let mut dataset = object(material, "Dataset", &config.title, &config.description);
    insert(&mut dataset, "publisher", publisher(material));
    insert(&mut dataset, "license", config.license.clone());
    let date = material.catalogue.date;
    insert(&mut dataset, "dateModified", date.map(iso));
    if let Some(address) = material.canonical(file) {
        dataset.insert("url".to_owned(), json!(address));
        let files: Vec<Value> = export::of_site(material.library)
            .iter()
            .map(|file| {
                json!({
                    "@type": "DataDownload",
                    "name": file.label(material.words()),
                    "description": file.description(material.words()),
                    "encodingFormat": file.media_type,
                    "contentUrl": material.canonical(&file.file),
                })
            })
            .collect();
        dataset.insert("distribution".to_owned(), json!(files));
    }
    dataset
}

/// The region that a page concerns.
fn place(material: &Material<'_>, page: &Page) -> Option<Value> {
    let region = material.library.regions.get(&page.region()?.code)?;
    let kind = match region.code.as_str() {
        "CN" => "Country",
        _ => "AdministrativeArea",
    };
    Some(json!({ "@type": kind, "name": region.name }))
}

fn legislation(
    material: &Material<'_>,
    page: &Page,
    regulation: &Regulation,
) -> Map<String, Value> {
    let day = |value: &Option<Known<Date>>| Known::given(value).map(|date| iso(*date));
    let mut object = object(material, "Legislation", &page.title, &page.description);
    object.insert("legislationType".to_owned(), json!(regulation.kind.label()));
    insert(
        &mut object,
        "legislationIdentifier",
        Known::given(&regulation.document_number).cloned(),
    );
    insert(&mut object, "legislationDate", day(&regulation.adopted));
    insert(&mut object, "datePublished", day(&regulation.promulgated));
    insert(
        &mut object,
        "legislationDateVersion",
        day(&regulation.effective),
    );
    insert(
        &mut object,
        "legislationDateOfApplicability",
        day(&regulation.effective),
    );
    insert(
        &mut object,
        "legislationJurisdiction",
        place(material, page),
    );
    insert(&mut object, "version", regulation.version.clone());
    let changed: Vec<Value> = page
        .related
        .iter()
        .filter(|relation| relation.kind == RelationKind::Replaces)
        .map(|relation| legislation_link(material, material.page(relation.to)))
        .collect();
    if !changed.is_empty() {
        object.insert("legislationChanges".to_owned(), json!(changed));
    }
    if let Some((chain, _)) = material.library.versions.of(page.id) {
        let link = |id| legislation_link(material, material.page(id));
        if chain.identity == page.id {
            let others = chain.texts.iter().filter(|text| text.page != page.id);
            let others: Vec<Value> = others.map(|text| link(text.page)).collect();
            object.insert("workExample".to_owned(), json!(others));
        } else {
            object.insert("exampleOfWork".to_owned(), link(chain.identity));
        }
    }
    let force = match regulation.status {
        Status::InForce => Some("InForce"),
        Status::Repealed | Status::NotYet => Some("NotInForce"),
        Status::Amended | Status::Unknown => None,
    };
    insert(
        &mut object,
        "legislationLegalForce",
        force.map(|force| format!("https://schema.org/{force}")),
    );
    let issuers: Vec<Value> = regulation
        .issuer
        .iter()
        .filter_map(|id| material.library.organs.get(id))
        .map(|organ| json!({ "@type": "Organization", "name": organ.name }))
        .collect();
    if !issuers.is_empty() {
        object.insert("legislationPassedBy".to_owned(), json!(issuers));
    }
    object
}

/// Another regulation, by name and address.
fn legislation_link(material: &Material<'_>, page: &Page) -> Value {
    let mut link = json!({ "@type": "Legislation", "name": page.title });
    if let Some(address) = material.canonical(&page_file(&page.key)) {
        link["@id"] = json!(address);
        link["url"] = json!(address);
    }
    link
}

fn breadcrumb_list(material: &Material<'_>, file: &str, breadcrumbs: &[LinkView]) -> Value {
    let items: Vec<Value> = breadcrumbs
        .iter()
        .enumerate()
        .map(|(position, link)| {
            let target = resolve(file, &link.href);
            let mut item = json!({
                "@type": "ListItem",
                "position": position + 1,
                "name": link.title,
            });
            if let Some(address) = material.canonical(&target) {
                item["item"] = json!(address);
            }
            item
        })
        .collect();
    json!({ "@type": "BreadcrumbList", "itemListElement": items })
}

/// The file that a relative link from `file` leads to.
fn resolve(file: &str, href: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in href.split('#').next().unwrap_or_default().split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Meta tags that portals and inspections of public bodies read; only what is
/// known.
pub(super) fn government(
    material: &Material<'_>,
    meta: &GovernmentMeta,
    column: Option<&str>,
    page: Option<&Page>,
) -> Vec<MetaView> {
    let config = &material.library.config;
    let mut tags = vec![("SiteName", Some(config.title.clone()))];
    tags.push(("SiteDomain", meta.domain.clone()));
    tags.push(("SiteIDCode", meta.id_code.clone()));
    tags.push(("ColumnName", column.map(ToOwned::to_owned)));
    if let Some(page) = page.filter(|page| page.page_type().is_some()) {
        tags.push(("ArticleTitle", Some(page.title.clone())));
        tags.push(("PubDate", page.published.map(iso)));
        let mut sources: Vec<&str> = Vec::new();
        for reference in &page.sources {
            if let Some(source) = material.library.sources.get(&reference.source)
                && !sources.contains(&source.label.as_str())
            {
                sources.push(&source.label);
            }
        }
        tags.push(("ContentSource", Some(sources.join("；"))));
    }
    tags.into_iter()
        .filter_map(|(name, content)| {
            let content = content.filter(|content| !content.is_empty())?;
            Some(MetaView { name, content })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_cannot_end_its_script_element() {
        let text = for_script(&json!({ "name": "</script><!--&\u{2028}" }));
        assert_eq!(
            text,
            r#"{"name":"\u003c/script\u003e\u003c!--\u0026\u2028"}"#
        );
    }

    #[test]
    fn links_resolve_to_files() {
        assert_eq!(
            resolve("practices/x/index.html", "../../index.html"),
            "index.html"
        );
        assert_eq!(
            resolve("practices/x/index.html", "../y/index.html#a"),
            "practices/y/index.html"
        );
    }
}
