//! `llms.txt`: what the site is and where its text is found, in the form that
//! llmstxt.org proposes.

use crate::address::page_file;
use crate::library::Library;
use crate::model::{ExportFormat, PageId};

use super::files::{LLMS_TXT, has_each_page, markdown_file, of_site};
use super::markdown::list_entry;

/// A section with more pages than this is only linked, and its pages are listed
/// in a file of its own: `llms.txt` is meant to be read in one go.
const LISTED_PAGES: usize = 60;

/// Writes `llms.txt`.
pub fn list(library: &Library) -> String {
    let config = &library.config;
    let mut out = format!("# {}\n\n", one_line(&config.title));
    if !config.description.is_empty() {
        out.push_str(&format!("> {}\n\n", one_line(&config.description)));
    }
    let words = library.words();
    let as_text = has_each_page(library, ExportFormat::Markdown);
    let lead = if as_text {
        "llms.lead"
    } else {
        "llms.lead_without_text"
    };
    out.push_str(&words.say(lead, &[("n", &library.pages.len())]));
    out.push_str("\n\n");
    let file = if as_text { markdown_file } else { page_file };
    let mut plain: Vec<&PageId> = Vec::new();
    for section in library.sections.values() {
        if section.key.is_empty() {
            plain.extend(&section.pages);
            continue;
        }
        out.push_str(&format!("## {}\n\n", one_line(&section.title)));
        if !section.description.is_empty() {
            out.push_str(&format!("{}\n\n", one_line(&section.description)));
        }
        let listed: Vec<_> = section
            .pages
            .iter()
            .filter(|id| library.page(**id).public && !library.versions.is_other_text(**id))
            .collect();
        if listed.len() > LISTED_PAGES {
            let title = words.say("llms.section", &[("n", &listed.len())]);
            let address = config.address_or_path(&file(&section.key));
            list_entry(&mut out, &title, &address, "");
        } else {
            for id in listed {
                let page = library.page(*id);
                let address = config.address_or_path(&file(&page.key));
                list_entry(&mut out, &page.title, &address, &page.description);
            }
        }
        out.push('\n');
    }
    let data: Vec<_> = of_site(library)
        .into_iter()
        .filter(|data| data.file != LLMS_TXT)
        .collect();
    if !data.is_empty() {
        out.push_str(&format!("## {}\n\n", words.text("llms.data")));
        for data in data {
            let address = config.address_or_path(&data.file);
            let (label, description) = (data.label(words), data.description(words));
            list_entry(&mut out, &label, &address, &description);
        }
        out.push('\n');
    }
    // Under llmstxt.org, readers may skip what is called optional.
    if !plain.is_empty() {
        out.push_str("## Optional\n\n");
        for id in plain {
            let page = library.page(*id);
            let address = config.address_or_path(&file(&page.key));
            list_entry(&mut out, &page.title, &address, &page.description);
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
