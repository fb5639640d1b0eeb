//! Links from a page's statements to their sources.

use crate::address::{Here, locator_anchor, page_file};
use crate::library::{Library, Page};
use crate::markup::push_escaped;
use crate::model::{Basis, Locators, Source};
use crate::words::Words;

/// Turns the locators of a page's statements into links to its sources.
///
/// A locator such as `P8` doesn't name its source. It means the first of the
/// page's sources that has such a paragraph.
#[derive(Clone)]
pub struct Provenance<'a> {
    words: &'a Words,
    sources: Vec<&'a Source>,
    /// Locator of the paragraph on which the page as a whole rests.
    usual: Option<String>,
}

impl<'a> Provenance<'a> {
    /// The provenance of one page's statements.
    pub fn of(library: &'a Library, page: &Page) -> Self {
        let sources = page.sources.iter();
        Self {
            words: library.words(),
            sources: sources
                .filter_map(|reference| library.sources.get(&reference.source))
                .collect(),
            usual: None,
        }
    }

    /// Sets the paragraph on which the page as a whole rests. Marks that name
    /// only this paragraph are told apart from the others, so that a style
    /// sheet can hide them until the reader asks.
    pub fn resting_on(self, usual: Option<String>) -> Self {
        Self { usual, ..self }
    }

    /// Locator of the paragraph on which the page as a whole rests.
    pub fn usual(&self) -> Option<&str> {
        self.usual.as_deref()
    }

    /// For sections, which name no source of their own: the site's source, if
    /// it has exactly one.
    pub fn of_site(library: &'a Library) -> Self {
        let all: Vec<&Source> = library.sources.values().collect();
        Self {
            words: library.words(),
            sources: if all.len() == 1 { all } else { Vec::new() },
            usual: None,
        }
    }

    /// The source that contains the paragraph that a locator names.
    pub fn source_of(&self, locator: &str) -> Option<&'a Source> {
        let has = |source: &&&Source| source.segments.iter().any(|s| s.locator == locator);
        self.sources.iter().find(has).copied()
    }

    /// The mark of a statement, as small linked text: `〔P8〕`, `〔推断：P8〕`.
    pub fn mark(&self, here: Here<'_>, basis: Basis, locators: &Locators) -> String {
        let mut out = String::new();
        if !locators.0.is_empty() {
            self.push_mark(&mut out, here, basis, &locators.0);
        }
        out
    }

    /// Like [`Self::mark`], but without the word 推断, for places that already
    /// say it.
    pub fn places(&self, here: Here<'_>, locators: &Locators) -> String {
        self.mark(here, Basis::Stated, locators)
    }

    pub(crate) fn push_mark(
        &self,
        out: &mut String,
        here: Here<'_>,
        basis: Basis,
        locators: &[String],
    ) {
        match basis {
            Basis::Stated => {
                let usual = matches!(locators, [only] if Some(only) == self.usual.as_ref());
                out.push_str("<sup class=\"mark");
                if usual {
                    out.push_str(" mark-usual");
                }
                out.push_str("\">");
                push_escaped(out, self.words.text("mark.open"));
            }
            Basis::Inferred => {
                out.push_str("<sup class=\"mark mark-inferred\">");
                push_escaped(out, self.words.text("mark.open"));
                out.push_str("<span class=\"mark-word\">");
                push_escaped(out, self.words.text("basis.inferred_short"));
                out.push_str("</span>");
                push_escaped(out, self.words.text("mark.colon"));
            }
        }
        for (position, locator) in locators.iter().enumerate() {
            if position > 0 {
                push_escaped(out, self.words.text("mark.comma"));
            }
            self.push_locator(out, here, locator);
        }
        push_escaped(out, self.words.text("mark.close"));
        out.push_str("</sup>");
    }

    /// Writes one locator as a link to the source's paragraph, or as text when
    /// no source of the page has it (which `resolve` has reported).
    pub fn push_locator(&self, out: &mut String, here: Here<'_>, locator: &str) {
        let Some(source) = self.source_of(locator) else {
            push_escaped(out, locator);
            return;
        };
        let file = page_file(&format!("sources/{}", source.id));
        let href = here.to_anchor(&file, Some(&locator_anchor(locator)));
        out.push_str("<a href=\"");
        push_escaped(out, &href);
        out.push_str("\" title=\"");
        let said = self.words.say(
            "mark.source",
            &[("source", &source.label), ("place", &locator)],
        );
        push_escaped(out, &said);
        out.push_str("\">");
        push_escaped(out, locator);
        out.push_str("</a>");
    }
}
