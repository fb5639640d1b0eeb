//! What servers, crawlers, feed readers and devices get besides the pages.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;
use tempfile::TempDir;
use zhize::diag::Severity;
use zhize::output::{Audience, OutputSet, Receipts};
use zhize::progress::Silent;
use zhize::site::{self, Medium, SiteOptions};
use zhize::write::{Destination, WriteOptions, Writing};

use crate::support::{copy_into, repository};

const BASE: &str = "https://example.org/kb/";

/// The example site with other settings.
fn with_settings(edit: impl Fn(&str) -> String) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    copy_into(&repository("examples/regulations"), folder.path());
    let settings = folder.path().join("config.toml");
    let text = fs::read_to_string(&settings).expect("the example has settings");
    fs::write(settings, edit(&text)).expect("settings can be written");
    folder
}

fn built(root: &Path, base_url: Option<&str>) -> OutputSet {
    let options = SiteOptions {
        base_url: base_url.map(ToOwned::to_owned),
        ..SiteOptions::of(root)
    };
    let outcome = site::build(&options, &Silent).expect("the environment is sound");
    outcome.product.expect("the example has no errors")
}

/// Files are handed over from several threads, as they are finished; what comes
/// of it doesn't depend on their order.
#[test]
fn a_site_that_is_written_file_by_file_is_the_one_in_memory() {
    let root = with_settings(str::to_owned);
    let inside = built(root.path(), None);
    let public = root.path().join("public");
    let destination = Destination::check(root.path(), &public, &[]).expect("it is free");
    let options = WriteOptions {
        keep_previous: false,
        durable: false,
    };
    let writing = Writing::to(&destination, options);
    let outcome = site::build_into(&SiteOptions::of(root.path()), &Silent, &writing)
        .expect("the environment is sound");
    let receipts = outcome.product.expect("the example has no errors");
    writing.finish(&receipts).expect("it is written");
    assert_eq!(receipts.len(), inside.len());
    let mut expected = Receipts::default();
    for (path, file) in inside.iter() {
        let written = fs::read(public.join(path)).expect("it is on the disk");
        assert!(written == file.bytes, "{path}");
        expected.add(path, &file.bytes, file.audience);
    }
    assert!(receipts.iter().eq(expected.iter()));
}

/// A site for a disk alone has every file of the search as a script, and none
/// that only pages on a network fetch.
#[test]
fn a_site_for_a_disk_has_scripts_in_place_of_binary_files() {
    let root = with_settings(str::to_owned);
    let both = built(root.path(), None);
    let options = SiteOptions {
        medium: Medium::Disk,
        ..SiteOptions::of(root.path())
    };
    let outcome = site::build(&options, &Silent).expect("the environment is sound");
    let alone = outcome.product.expect("the example has no errors");
    // Groups are named after their content, and one of the pages is missing.
    let scripts = |site: &OutputSet| -> BTreeSet<String> {
        let disk = site
            .iter()
            .filter(|(_, file)| file.audience == Audience::Disk);
        let kind = |path: &str| path.split('-').next().unwrap_or(path).to_owned();
        disk.map(|(path, _)| kind(path)).collect()
    };
    assert!(scripts(&alone).contains("search/boot.js"));
    assert_eq!(scripts(&alone), scripts(&both));
    assert!(both.get("search/boot.bin").is_some());
    for ending in [".bin", "/index.json", "/akn.xml", ".html.md"] {
        assert!(
            !alone.iter().any(|(path, _)| path.ends_with(ending)),
            "{ending}"
        );
    }
    assert!(alone.get("data/markdown.zip").is_some());
    assert!(alone.get("offline/index.html").is_none());
}

fn text<'s>(site: &'s OutputSet, path: &str) -> &'s str {
    let file = site.get(path).unwrap_or_else(|| panic!("{path} is made"));
    std::str::from_utf8(&file.bytes).expect("UTF-8")
}

/// Texts of the elements and attributes `name` or `element@attribute`.
fn values(xml: &str, name: &str) -> Vec<String> {
    let (element, attribute) = name
        .split_once('@')
        .map_or((name, None), |(element, attribute)| {
            (element, Some(attribute))
        });
    let mut reader = Reader::from_str(xml);
    let (mut found, mut open) = (Vec::new(), false);
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == element => {
                match attribute {
                    Some(attribute) => found.extend(
                        tag.attributes()
                            .map(|a| a.expect("well-formed"))
                            .filter(|a| a.key.as_ref() == attribute)
                            .map(|a| a.value.into_owned()),
                    ),
                    None => open = true,
                }
            }
            Event::Text(words) if open => {
                found.push(words.to_string());
                open = false;
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn with_a_public_address_every_list_has_a_feed_and_each_entry_leads_somewhere() {
    let root = with_settings(str::to_owned);
    let site = built(root.path(), Some(BASE));
    let feeds: Vec<&str> = site
        .iter()
        .map(|(path, _)| path)
        .filter(|path| path.ends_with("feed.xml"))
        .collect();
    assert!(feeds.contains(&"feed.xml") && feeds.contains(&"regulations/feed.xml"));
    assert!(
        feeds.iter().any(|path| path.starts_with("years/")),
        "{feeds:?}"
    );
    let mut ids = BTreeSet::new();
    for path in feeds {
        let xml = text(&site, path);
        assert!(
            ids.insert(values(xml, "id")[0].clone()),
            "{path} has an id of its own"
        );
        assert_eq!(values(xml, "link@href")[1], format!("{BASE}{path}"));
        assert!(
            values(xml, "updated")
                .iter()
                .all(|at| at.ends_with("T00:00:00+08:00"))
        );
        for address in values(xml, "link@href")
            .iter()
            .filter(|a| !a.ends_with(".xml"))
        {
            let file = address.strip_prefix(BASE).expect("an address of the site");
            let file = if file.is_empty() || file.ends_with('/') {
                format!("{file}index.html")
            } else {
                file.to_owned()
            };
            assert!(site.get(&file).is_some(), "{path} leads to {address}");
        }
        let folder = path.strip_suffix("feed.xml").expect("a feed");
        let page = text(&site, &format!("{folder}index.html"));
        assert!(
            page.contains("application/atom+xml") && page.contains("href=\"feed.xml\""),
            "{path} is named by its page"
        );
    }
}

/// Without a public address, feeds of the whole site and of its sections have
/// links from where they lie, and ids that don't depend on it.
#[test]
fn without_a_public_address_feeds_lead_from_where_they_lie() {
    let root = with_settings(str::to_owned);
    let site = built(root.path(), None);
    let mut ids: std::collections::BTreeMap<String, String> = Default::default();
    for (feed, folder) in [("feed.xml", ""), ("regulations/feed.xml", "regulations/")] {
        let xml = text(&site, feed);
        let entries = values(xml, "id").into_iter().skip(1);
        let links = values(xml, "link@href");
        assert_eq!(links[1], "feed.xml");
        for (id, link) in entries.zip(&links[2..]) {
            let well_formed = id.strip_prefix("urn:uuid:").is_some_and(|uuid| {
                uuid.len() == 36 && uuid[14..].starts_with('8') && "89ab".contains(&uuid[19..20])
            });
            assert!(well_formed, "{id}");
            let mut path: Vec<&str> = folder.split_terminator('/').collect();
            for part in link.split('/') {
                match part {
                    ".." => drop(path.pop()),
                    part => path.push(part),
                }
            }
            let file = path.join("/");
            assert!(site.get(&file).is_some(), "{feed} leads to {link}");
            let known = ids.insert(file.clone(), id.clone());
            assert!(known.is_none_or(|known| known == id), "{file}");
        }
        let page = text(&site, &format!("{folder}index.html"));
        assert!(page.contains("application/atom+xml") && page.contains("href=\"feed.xml\""));
    }
    let different: BTreeSet<&String> = ids.values().collect();
    assert!(ids.len() > 2 && different.len() == ids.len());
}

/// What sites of public bodies must state is at the foot of every page, and a
/// page says what changed on it; so do the news and the feed.
#[test]
fn the_publisher_and_the_changes_are_stated() {
    let root = with_settings(|text| {
        let text = text.replace("[extra]\n", "[extra]\ntagline = \"样站说明\"\n");
        format!(
            "{text}\n[extra.footer]\ncontact = \"010-0000\"\nicp = \"某ICP备0号\"\npolice = \"某公网安备0号\"\n\
             id_code = \"0000000000\"\naccessibility = \"cases/index.html\"\n"
        )
    });
    let file = root.path().join("content/practices/shili-zuofa.md");
    let page = std::fs::read_to_string(&file).expect("a practice");
    let (head, body) = page.split_once("\n+++\n").expect("front matter");
    let date = head
        .lines()
        .find_map(|line| line.strip_prefix("date = "))
        .expect("a date");
    let changed = format!(
        "{head}\n[[extra.changes]]\ndate = {date}\ntext = \"改正了台账的说法。\"\n+++\n{body}"
    );
    std::fs::write(&file, changed).expect("written");
    let site = built(root.path(), None);
    let page = text(&site, "practices/shili-zuofa/index.html");
    for part in [
        "样站说明",
        "联系方式：010-0000",
        ">某ICP备0号</a>",
        ">某公网安备0号</a>",
        "网站标识码：0000000000",
        "href=\"../../cases/index.html\">无障碍声明",
        "：改正了台账的说法。</li>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for path in ["new/index.html", "feed.xml"] {
        assert!(text(&site, path).contains("改正了台账的说法"), "{path}");
    }
}

#[test]
fn what_must_stand_alone_needs_a_public_address() {
    let root = with_settings(str::to_owned);
    let (with, without) = (built(root.path(), Some(BASE)), built(root.path(), None));
    let xml = text(&with, "opensearch.xml");
    assert_eq!(
        values(xml, "Url@template"),
        [format!("{BASE}search/index.html?q={{searchTerms}}")]
    );
    assert!(values(xml, "ShortName")[0].chars().count() <= 16);
    let home = text(&with, "index.html");
    let image = home
        .split_once("property=\"og:image\" content=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .expect("a picture")
        .0;
    let file = image.strip_prefix(BASE).expect("an address of the site");
    let png = &with.get(file).expect("the picture is there").bytes;
    // Where a PNG file has its width and height.
    assert_eq!(png[16..24], [0, 0, 4, 176, 0, 0, 2, 118], "1200 × 630");
    for path in [
        "opensearch.xml",
        "years/feed.xml",
        "sitemap.xml",
        "robots.txt",
    ] {
        let path = match path {
            "years/feed.xml" => with
                .iter()
                .map(|(path, _)| path)
                .find(|path| path.starts_with("years/") && path.ends_with("feed.xml"))
                .expect("a list has a feed"),
            path => path,
        };
        assert!(
            with.get(path).is_some() && without.get(path).is_none(),
            "{path}"
        );
    }
    let home = text(&without, "index.html");
    assert!(!home.contains("og:image") && !home.contains("opensearch"));
}

#[test]
fn meta_tags_of_public_bodies_are_there_when_wanted_and_say_what_is_known() {
    let plain = with_settings(str::to_owned);
    assert!(!text(&built(plain.path(), None), "index.html").contains("SiteName"));
    let root = with_settings(|text| {
        format!("{text}\n[extra.government]\nmeta = true\ndomain = \"www.example.org\"\n")
    });
    let site = built(root.path(), None);
    let page = site
        .iter()
        .map(|(path, _)| path)
        .find(|path| {
            path.starts_with("practices/")
                && path.matches('/').count() == 2
                && path.ends_with("index.html")
        })
        .expect("the example has a practice");
    let html = text(&site, page);
    for name in [
        "SiteName",
        "SiteDomain",
        "ColumnName",
        "ArticleTitle",
        "PubDate",
        "ContentSource",
    ] {
        assert!(
            html.contains(&format!("<meta name=\"{name}\" content=\"")),
            "{name}"
        );
    }
    assert!(
        !html.contains("SiteIDCode"),
        "what the settings don't give is left out"
    );
    assert!(!text(&site, "search/index.html").contains("ArticleTitle"));
}

#[test]
fn a_site_can_be_installed_and_kept_unless_its_settings_say_no() {
    let root = with_settings(str::to_owned);
    let site = built(root.path(), None);
    let manifest: serde_json::Value =
        serde_json::from_str(text(&site, "manifest.webmanifest")).expect("JSON");
    for icon in manifest["icons"].as_array().expect("icons") {
        assert!(site.get(icon["src"].as_str().expect("a path")).is_some());
    }
    assert!(
        site.get(manifest["start_url"].as_str().expect("a path"))
            .is_some()
    );
    let worker = text(&site, "sw.js");
    let list = worker
        .split_once("FILES = \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .expect("the list is named")
        .0;
    let list: serde_json::Value = serde_json::from_str(text(&site, list)).expect("JSON");
    let listed: BTreeSet<&str> = list["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|f| f[0].as_str().expect("a path"))
        .collect();
    for (path, _) in site
        .iter()
        .filter(|(path, _)| path.ends_with(".html") && *path != "404.html")
    {
        assert!(listed.contains(path), "{path} can be kept");
    }
    assert!(
        listed.contains("search/boot.bin") && !listed.iter().any(|path| path.ends_with("feed.xml"))
    );
    for data in ["data/library.json", "llms.txt"] {
        assert!(
            site.get(data).is_some() && !listed.contains(data),
            "{data} is for machines"
        );
    }

    let off = with_settings(|text| format!("{text}\n[extra.offline]\nenabled = false\n"));
    let site = built(off.path(), None);
    assert!(text(&site, "sw.js").contains("unregister"));
    for gone in ["offline/index.html", "manifest.webmanifest"] {
        assert!(site.get(gone).is_none(), "{gone}");
    }
    let home = text(&site, "index.html");
    assert!(
        !home.contains("data-offline") && !home.contains("manifest") && !home.contains("offline/")
    );

    let options = SiteOptions::of(root.path());
    let preview = site::preview(&options, &Silent).expect("the environment is sound");
    let preview = preview.product.expect("the example has no errors");
    assert!(
        text(&preview, "sw.js").contains("unregister"),
        "a preview is never kept"
    );
}

/// Whoever renames a page goes on looking at it, and is told what readers lose.
#[test]
fn a_preview_shows_a_site_that_has_lost_an_address() {
    let root = with_settings(str::to_owned);
    fs::write(
        root.path().join("published.txt"),
        "practices/alt/index.html\n",
    )
    .expect("written");
    let options = SiteOptions::of(root.path());
    let built = site::build(&options, &Silent).expect("the environment is sound");
    assert!(built.product.is_err(), "nobody publishes it");
    let preview = site::preview(&options, &Silent).expect("the environment is sound");
    assert!(preview.product.is_ok());
    let found = preview.findings.diagnostics().into_iter();
    let codes: Vec<_> = found.map(|found| (found.code, found.severity)).collect();
    assert_eq!(codes, [("vanished-address", Severity::Warning)]);
}
