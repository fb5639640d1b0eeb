//! Files that crawlers, feed readers and browsers themselves ask for: the
//! sitemap, feeds, robots.txt, the search description, the manifest.
//!
//! They state only what is known: a date that no source gives is left out,
//! never guessed. Most of these files contain absolute addresses, so a site
//! without a public address doesn't get them.

use std::cmp::Reverse;

use serde_json::{Value, json};

use crate::address::{Here, page_file};
use crate::dates::iso;
use crate::digest::{hex, sha256};
use crate::library::Page;
use crate::model::{Date, Vocabulary};
use crate::output::{Audience, Origin};
use crate::xml::Xml;

use super::addresses;
use super::answers;
use super::material::Material;
use super::pages::{comparison, offline_page};
use super::planned::{Feed, Planned};

/// The file that tells browsers how to search the site.
pub(super) const OPENSEARCH: &str = "opensearch.xml";

/// The file that lets systems install the site.
pub(super) const MANIFEST: &str = "manifest.webmanifest";

/// Maximum number of pages in a feed.
const FEED_ENTRIES: usize = 30;

/// A file that is not a page.
pub(super) struct MachineFile<'p> {
    /// Its path.
    pub file: String,
    /// Who asks for it.
    pub origin: Origin,
    /// Who reads it.
    pub audience: Audience,
    make: Box<dyn Fn(&Material<'_>) -> String + 'p>,
}

impl MachineFile<'_> {
    pub fn text(&self, material: &Material<'_>) -> String {
        (self.make)(material)
    }
}

/// Plans all these files for a site with these pages.
pub(super) fn plan<'p>(material: &Material<'_>, pages: &'p [Planned<'_>]) -> Vec<MachineFile<'p>> {
    let mut files = Vec::new();
    let mut add = |file: &str, origin, make: Box<dyn Fn(&Material<'_>) -> String + 'p>| {
        files.push(MachineFile {
            file: file.to_owned(),
            origin,
            // Browsers fetch these like any file of a page.
            audience: match file {
                MANIFEST => Audience::Readers,
                _ if answers::FILES.contains(&file) => Audience::Readers,
                _ => Audience::Machines,
            },
            make,
        });
    };
    if let Some(base) = material.library.config.base_url.clone() {
        add(
            "sitemap.xml",
            Origin::program("网站地图"),
            Box::new(|m| sitemap(m, pages)),
        );
        let sitemap = format!("User-agent: *\nAllow: /\n\nSitemap: {base}sitemap.xml\n");
        add(
            "robots.txt",
            Origin::program("robots.txt"),
            Box::new(move |_| sitemap.clone()),
        );
        let search = move |m: &Material<'_>| opensearch(m, &base);
        add(OPENSEARCH, Origin::program("检索说明"), Box::new(search));
    }
    for file in answers::FILES {
        add(
            file,
            Origin::program("检索的直接回答"),
            Box::new(move |m| answers::answers(m, file)),
        );
    }
    add(
        addresses::FILE,
        Origin::program("网址表"),
        Box::new(|_| addresses::addresses(pages)),
    );
    // Without a service worker, an installed site would only be a bookmark.
    if offline_page::is_made(material) {
        add(MANIFEST, Origin::program("应用清单"), Box::new(manifest));
    }
    for page in pages {
        if let Some(feed) = &page.feed {
            let origin = page.origin.beside("的订阅源");
            add(
                &feed_file(&page.file),
                origin,
                Box::new(|m| atom(m, &page.file, feed)),
            );
        }
    }
    files
}

/// The file of a page's feed.
pub(super) fn feed_file(file: &str) -> String {
    let folder = file.strip_suffix("index.html").unwrap_or(file);
    format!("{folder}feed.xml")
}

/// Writes an element that contains only text.
fn element(xml: &mut Xml, name: &str, text: &str) {
    xml.open(name, &[]);
    xml.text(text);
    xml.close(name);
}

/// The public address of a file, on a site that has one.
fn public(material: &Material<'_>, file: &str) -> String {
    let address = material.canonical(file);
    address.expect("these files are planned for sites with a public address")
}

/// The sitemap. Only documents have dates: a list changes when any of them
/// does.
fn sitemap(material: &Material<'_>, pages: &[Planned<'_>]) -> String {
    let mut xml = Xml::new(0);
    xml.open(
        "urlset",
        &[("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")],
    );
    xml.line();
    for page in pages.iter().filter(|page| page.in_sitemap) {
        for part in page.parts() {
            xml.open("url", &[]);
            element(&mut xml, "loc", &public(material, &part.file(&page.file)));
            if let Some(date) = page.page.and_then(Page::changed) {
                element(&mut xml, "lastmod", &iso(date));
            }
            xml.close("url");
            xml.line();
        }
    }
    xml.close("urlset");
    xml.line();
    xml.finish()
}

/// An Atom feed of the pages of a list that changed last.
///
/// Its ids must never change: they are addresses, or names made from paths if
/// the site has no address; then links are relative to the feed. Dates become
/// midnight in Beijing, because content has days and Atom needs instants.
fn atom(material: &Material<'_>, file: &str, feed: &Feed<'_>) -> String {
    let config = &material.library.config;
    let address = address_from(material, &feed_file(file), file);
    let mut pages = feed.pages.clone();
    pages.sort_by_key(|page| Reverse(page.changed()));
    pages.truncate(FEED_ENTRIES);
    let latest = pages.iter().filter_map(|page| page.changed()).max();
    let latest = latest.or(material.catalogue.date);
    let language = material.words().language().tag();
    let mut xml = Xml::new(0);
    xml.open(
        "feed",
        &[
            ("xmlns", "http://www.w3.org/2005/Atom"),
            ("xml:lang", language),
        ],
    );
    xml.line();
    for (name, text) in [
        ("title", feed.title.as_str()),
        ("subtitle", &config.description),
        ("id", &id(material, file)),
        (
            "updated",
            &latest
                .map(instant)
                .expect("a feed is planned where there is a date"),
        ),
    ] {
        element(&mut xml, name, text);
        xml.line();
    }
    xml.open("author", &[]);
    element(
        &mut xml,
        "name",
        config.organization.as_deref().unwrap_or(&config.title),
    );
    xml.close("author");
    xml.line();
    xml.empty(
        "link",
        &[
            ("rel", "alternate"),
            ("type", "text/html"),
            ("href", &address),
        ],
    );
    xml.line();
    let this = address_from(material, &feed_file(file), &feed_file(file));
    xml.empty(
        "link",
        &[
            ("rel", "self"),
            ("type", "application/atom+xml"),
            ("href", &this),
        ],
    );
    xml.line();
    for page in pages {
        if let Some(changed) = page.changed() {
            entry(&mut xml, material, &feed_file(file), page, changed);
        }
    }
    xml.close("feed");
    xml.line();
    xml.finish()
}

/// The public address of a file, or the way to it from another.
fn address_from(material: &Material<'_>, from: &str, file: &str) -> String {
    let address = material.canonical(file);
    address.unwrap_or_else(|| Here::at(from).to(file))
}

/// The permanent id of a file: its address, or a name that depends on the
/// site's title and its path only.
fn id(material: &Material<'_>, file: &str) -> String {
    material.canonical(file).unwrap_or_else(|| {
        let title = &material.library.config.title;
        let mut hash = sha256(format!("{title}\n{file}"));
        // Version 8, variant 2: a UUID of our own making.
        hash[6] = hash[6] & 0x0f | 0x80;
        hash[8] = hash[8] & 0x3f | 0x80;
        let digits = hex(&hash[..16]);
        let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
        format!("urn:uuid:{}", parts.join("-"))
    })
}

fn entry(xml: &mut Xml, material: &Material<'_>, feed: &str, page: &Page, changed: Date) {
    let file = page_file(&page.key);
    let address = address_from(material, feed, &file);
    xml.open("entry", &[]);
    xml.line();
    element(xml, "title", &page.title);
    xml.line();
    element(xml, "id", &id(material, &file));
    xml.line();
    xml.empty(
        "link",
        &[
            ("rel", "alternate"),
            ("type", "text/html"),
            ("href", &address),
        ],
    );
    xml.line();
    element(xml, "updated", &instant(changed));
    xml.line();
    if let Some(published) = page.published {
        element(xml, "published", &instant(published));
        xml.line();
    }
    if let Some(page_type) = page.page_type() {
        let label = material.words().label("type", page_type);
        xml.empty("category", &[("term", page_type.slug()), ("label", &label)]);
        xml.line();
    }
    let news = comparison::news(material, page, changed);
    element(xml, "summary", news.as_ref().unwrap_or(&page.description));
    xml.line();
    xml.close("entry");
    xml.line();
}

fn instant(date: Date) -> String {
    format!("{}T00:00:00+08:00", iso(date))
}

/// Tells browsers how to search the site from their own search box.
fn opensearch(material: &Material<'_>, base: &str) -> String {
    let config = &material.library.config;
    // Longer texts are refused: at most 16 characters for the name, 1,024 for
    // the description.
    let short: String = config.title.chars().take(16).collect();
    let long: String = config.description.chars().take(1024).collect();
    let mut xml = Xml::new(0);
    xml.open(
        "OpenSearchDescription",
        &[("xmlns", "http://a9.com/-/spec/opensearch/1.1/")],
    );
    xml.line();
    for (name, text) in [
        ("ShortName", short.as_str()),
        ("Description", &long),
        ("InputEncoding", "UTF-8"),
    ] {
        element(&mut xml, name, text);
        xml.line();
    }
    if let Some(icon) = material.assets.path("icon.svg") {
        xml.open("Image", &[("type", "image/svg+xml")]);
        xml.text(&format!("{base}{icon}"));
        xml.close("Image");
        xml.line();
    }
    let template = format!("{base}search/index.html?q={{searchTerms}}");
    xml.empty(
        "Url",
        &[
            ("type", "text/html"),
            ("method", "get"),
            ("template", &template),
        ],
    );
    xml.line();
    xml.close("OpenSearchDescription");
    xml.line();
    xml.finish()
}

/// The web app manifest: what a system needs to install the site.
fn manifest(material: &Material<'_>) -> String {
    let config = &material.library.config;
    let icons: Vec<Value> = [("icon-192.png", "192x192"), ("icon-512.png", "512x512")]
        .into_iter()
        .filter_map(|(name, sizes)| Some((material.assets.path(name)?, sizes)))
        .map(|(path, sizes)| {
            json!({ "src": path, "sizes": sizes, "type": "image/png", "purpose": "any maskable" })
        })
        .collect();
    // Paths are relative to this file, because the site may lie in any folder.
    let here = Here::at(MANIFEST);
    let manifest = json!({
        "name": config.title,
        "short_name": config.title.chars().take(12).collect::<String>(),
        "description": config.description,
        "lang": material.words().language().tag(),
        "start_url": here.to(&page_file("")),
        "scope": "./",
        "display": "minimal-ui",
        "background_color": "#faf8f3",
        "theme_color": "#8f1d14",
        "icons": icons,
    });
    format!("{manifest:#}\n")
}
