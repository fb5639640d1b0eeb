//! Markdown: the text of a page from its tree, with its facts and sources, and
//! without the syntax of the generator that its source was written for.

use crate::address::{Here, image_file, is_external, is_safe_link, page_file};
use crate::body::tree::{self, Block, Inline, Mark, Provision};
use crate::commonmark::{
    guard_cell, guard_heading_end, guard_line_starts, push_code, push_code_block, push_destination,
    push_escaped,
};
use crate::facts::{Facts, Subject, Value};
use crate::library::{Library, Page, Section};
use crate::model::{Basis, CitationTarget, Details, ResolvedLink, Statement};
use crate::words::Words;
use search::anchor::ProvisionKind;

use super::files::markdown_file;
use super::text::{self, Destination};

pub fn page(library: &Library, page: &Page) -> String {
    let file = markdown_file(&page.key);
    let mut writer = Writer {
        library,
        words: library.words(),
        page: Some(page),
        folder: &page.section,
        here: Here::at(&file),
        out: String::with_capacity(page.span.range.len() * 5 / 4),
    };
    writer.head(&page.title, &page.description);
    let facts = Facts::of(library, page);
    writer.facts(page, &facts);
    writer.meaning(page);
    writer.procedure(page);
    writer.listed(&facts, Subject::Components);
    writer.blocks(&page.body);
    writer.listed(&facts, Subject::Findings);
    writer.figures(page);
    writer.related(page);
    writer.sources(page);
    writer.finish()
}

/// Writes a section: its own text and its contents.
pub fn section(library: &Library, section: &Section) -> String {
    let file = markdown_file(&section.key);
    let mut writer = Writer {
        library,
        words: library.words(),
        page: None,
        folder: &section.key,
        here: Here::at(&file),
        out: String::new(),
    };
    writer.head(&section.title, &section.description);
    writer.blocks(&section.body);
    let below = library.sections.values().filter(|other| {
        let rest = other.key.strip_prefix(&section.key);
        rest.and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|name| !name.contains('/'))
    });
    for other in below {
        let href = writer.here.to(&markdown_file(&other.key));
        list_entry(&mut writer.out, &other.title, &href, &other.description);
    }
    // A regulation is listed once, by the page that represents it.
    let listed = section
        .pages
        .iter()
        .filter(|id| library.page(**id).public && !library.versions.is_other_text(**id));
    for id in listed {
        let page = library.page(*id);
        let href = writer.here.to(&markdown_file(&page.key));
        list_entry(&mut writer.out, &page.title, &href, &page.description);
    }
    writer.finish()
}

/// Appends `- [题目](address): description`, the form of llmstxt.org.
pub fn list_entry(out: &mut String, title: &str, href: &str, description: &str) {
    out.push_str("- ");
    push_link(out, title, href);
    if !description.is_empty() && description != title {
        out.push_str(": ");
        push_escaped(out, description);
    }
    out.push('\n');
}

fn push_link(out: &mut String, words: &str, href: &str) {
    out.push('[');
    push_escaped(out, words);
    out.push_str("](");
    push_destination(out, href);
    out.push(')');
}

type Blocks = [Block<ResolvedLink>];
type Inlines = [Inline<ResolvedLink>];

struct Writer<'a> {
    library: &'a Library,
    words: &'a Words,
    page: Option<&'a Page>,
    /// Folder of the Markdown file that the page was made from.
    folder: &'a str,
    here: Here<'a>,
    out: String,
}

impl Writer<'_> {
    fn finish(mut self) -> String {
        while self.out.ends_with("\n\n") {
            self.out.pop();
        }
        self.out.shrink_to_fit();
        self.out
    }

    fn colon(&mut self) {
        self.out.push_str(self.words.text("mark.colon"));
    }

    fn head(&mut self, title: &str, description: &str) {
        self.heading(1, title);
        if !description.is_empty() {
            self.out.push_str("> ");
            self.text(description);
            self.out.push_str("\n\n");
        }
    }

    fn heading(&mut self, level: usize, words: &str) {
        self.out.push_str(&"#".repeat(level.min(6)));
        self.out.push(' ');
        let at = self.out.len();
        push_escaped(&mut self.out, &words.replace('\n', " "));
        guard_heading_end(&mut self.out, at);
        self.out.push_str("\n\n");
    }

    /// Writes text at the beginning of a line.
    fn text(&mut self, words: &str) {
        let at = self.out.len();
        push_escaped(&mut self.out, words);
        guard_line_starts(&mut self.out, at);
    }

    fn facts(&mut self, page: &Page, facts: &Facts<'_>) {
        // Parts and findings have their own headings.
        let shown = facts
            .iter()
            .filter(|fact| !matches!(fact.subject, Subject::Components | Subject::Findings));
        let mut is_empty = true;
        for fact in shown {
            is_empty = false;
            let values = fact.values.iter().map(|value| self.value(value));
            let values = if fact.values.is_empty() {
                self.words.text("fact.unknown_short").to_owned()
            } else {
                self.words.list(values)
            };
            let said = self.words.labelled(fact.subject.label(self.words), &values);
            self.out.push_str("- ");
            push_escaped(&mut self.out, &said);
            self.out.push('\n');
        }
        let canonical = self.library.config.base_url.as_ref();
        if let Some(base) = canonical {
            let address = format!("<{base}{}>", page_file(&page.key));
            let said = self.words.labelled(self.words.text("fact.url"), &address);
            self.out.push_str(&format!("- {said}\n"));
        }
        if !is_empty || canonical.is_some() {
            self.out.push('\n');
        }
    }

    /// A value, with a note if it is inferred.
    fn value(&self, value: &Value<'_>) -> String {
        let text = value.text(self.words);
        match value.basis() {
            Basis::Stated => text.into_owned(),
            Basis::Inferred => {
                let inferred = self.words.text("basis.inferred");
                let inferred = self.words.say("mark.brackets", &[("text", &inferred)]);
                format!("{text}{inferred}")
            }
        }
    }

    fn meaning(&mut self, page: &Page) {
        let Details::Term(term) = &page.details else {
            return;
        };
        let Some(meaning) = &term.meaning else {
            return;
        };
        self.out
            .push_str(&format!("**{}**", self.words.text("procedure.meaning")));
        self.colon();
        self.statement(meaning);
        self.out.push_str("\n\n");
    }

    /// Writes a sentence and its mark.
    fn statement(&mut self, statement: &Statement) {
        push_escaped(&mut self.out, &statement.text);
        self.locators(statement.basis, &statement.locators.0);
    }

    fn procedure(&mut self, page: &Page) {
        let Details::Practice(practice) = &page.details else {
            return;
        };
        let facts = Facts::procedure(practice);
        // The outcome is listed among the facts.
        let points = facts.iter().filter(|fact| fact.subject != Subject::Outcome);
        let points: Vec<_> = points.filter(|fact| !fact.values.is_empty()).collect();
        if points.is_empty() {
            return;
        }
        self.heading(2, self.words.text("procedure.title"));
        for point in points {
            self.out.push_str("- ");
            push_escaped(&mut self.out, point.subject.label(self.words));
            self.colon();
            for value in &point.values {
                self.stated(value);
            }
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    /// Writes a fact whose values are listed below a heading of their own;
    /// ordered values are numbered.
    fn listed(&mut self, facts: &Facts<'_>, subject: Subject) {
        let values = facts.values(subject);
        if values.is_empty() {
            return;
        }
        self.heading(2, subject.label(self.words));
        for (position, value) in values.iter().enumerate() {
            if subject == Subject::Components {
                self.out.push_str(&format!("{}. ", position + 1));
            } else {
                self.out.push_str("- ");
            }
            self.stated(value);
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    /// Writes a value, its note, and where the source states it.
    fn stated(&mut self, value: &Value<'_>) {
        push_escaped(&mut self.out, &value.text(self.words));
        if !value.note().is_empty() {
            self.colon();
            push_escaped(&mut self.out, value.note());
        }
        if let Some(locators) = value.locators() {
            self.locators(value.basis(), &locators.0);
        }
    }

    fn figures(&mut self, page: &Page) {
        if page.figures.is_empty() {
            return;
        }
        self.heading(2, self.words.text("figures.title"));
        let heads = ["item", "value", "period", "scope", "source"];
        let words = self.words;
        let heads = heads.map(|key| words.text(&format!("figures.{key}")));
        self.row(&heads, |writer, head| writer.out.push_str(head));
        self.out.push_str("|---|---|---|---|---|\n");
        for figure in &page.figures {
            let period = figure.period.value();
            let period = period.map_or(words.text("fact.unknown"), String::as_str);
            let (display, locators) = (words.figure(figure), words.list(&figure.locators.0));
            let cells = [&figure.label, &*display, period, &figure.scope, &locators];
            self.row(&cells, |writer, cell| push_escaped(&mut writer.out, cell));
        }
        self.out.push('\n');
    }

    fn related(&mut self, page: &Page) {
        if page.related.is_empty() {
            return;
        }
        self.heading(2, self.words.text("document.related"));
        for relation in &page.related {
            let other = self.library.page(relation.to);
            let kind = self.words.label("relation", relation.kind);
            let href = self
                .here
                .to_anchor(&page_file(&other.key), relation.anchor.as_deref());
            self.out
                .push_str(&format!("- {kind}{}", self.words.text("mark.colon")));
            push_link(&mut self.out, &other.title, &href);
            if let Some(provision) = &relation.provision {
                push_escaped(&mut self.out, provision);
            }
            self.locators(relation.basis, &relation.locators.0);
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    fn sources(&mut self, page: &Page) {
        let external = external_citations(self.library, page);
        if page.sources.is_empty() && external.is_empty() && page.integrity.is_none() {
            return;
        }
        self.heading(2, self.words.text("document.source"));
        for reference in &page.sources {
            let Some(source) = self.library.sources.get(&reference.source) else {
                continue;
            };
            let href = self.here.to(&page_file(&format!("sources/{}", source.id)));
            self.out.push_str("- ");
            push_link(&mut self.out, &source.label, &href);
            if !reference.locators.0.is_empty() {
                self.out.push_str(self.words.text("mark.clause"));
                let locators = self.words.list(&reference.locators.0);
                push_escaped(&mut self.out, &locators);
            }
            self.out.push('\n');
        }
        for title in external {
            let title = self.words.say("mark.title", &[("title", &title)]);
            let label = self.words.text("document.not_held");
            self.out.push_str("- ");
            push_escaped(&mut self.out, &self.words.labelled(label, &title));
            self.out.push('\n');
        }
        if let Some(integrity) = &page.integrity {
            let state = self.words.label("integrity", integrity.state);
            let said = self.words.say("integrity.text", &[("state", &state)]);
            self.out.push_str(&format!("- {said}"));
            if !integrity.note.is_empty() {
                self.colon();
                push_escaped(&mut self.out, &integrity.note);
            }
            self.out.push('\n');
        }
        let dates = [
            ("fact.published", page.published),
            ("fact.updated", page.updated),
        ];
        for (label, date) in dates {
            if let Some(date) = date {
                let date = self.words.date(date);
                let said = self.words.say(label, &[("date", &date)]);
                self.out.push_str(&format!("- {said}\n"));
            }
        }
    }

    fn blocks(&mut self, blocks: &Blocks) {
        blocks.iter().for_each(|block| self.block(block, 2));
    }

    fn block(&mut self, block: &Block<ResolvedLink>, level: usize) {
        match block {
            Block::Heading { level, content, .. } => {
                self.heading(usize::from(*level), &text::plain(content));
            }
            Block::Paragraph { content, .. } => self.paragraph(content),
            Block::List { start, items } => {
                for (position, item) in items.iter().enumerate() {
                    let marker = match start {
                        Some(first) => format!("{}. ", first + position as u64),
                        None => "- ".to_owned(),
                    };
                    self.indented(&marker, item);
                }
                self.out.push('\n');
            }
            Block::Quote(blocks) => {
                let inner = self.apart(blocks);
                for line in inner.lines() {
                    self.out.push_str(if line.is_empty() { ">" } else { "> " });
                    self.out.push_str(line);
                    self.out.push('\n');
                }
                self.out.push('\n');
            }
            Block::Table { header, rows } => self.table(header, rows),
            Block::Code(text) => {
                push_code_block(&mut self.out, text.trim_end());
                self.out.push('\n');
            }
            Block::Rule => self.out.push_str("---\n\n"),
            Block::Html(text) => {
                self.text(text.trim());
                self.out.push_str("\n\n");
            }
            Block::Provision(provision) => self.provision(provision, level),
        }
    }

    /// Returns the Markdown of some blocks without the blank line at the end.
    fn apart(&mut self, blocks: &Blocks) -> String {
        let before = std::mem::take(&mut self.out);
        self.blocks(blocks);
        let inner = std::mem::replace(&mut self.out, before);
        inner.trim_end_matches('\n').to_owned()
    }

    fn indented(&mut self, marker: &str, blocks: &Blocks) {
        let inner = self.apart(blocks);
        for (position, line) in inner.lines().enumerate() {
            if position == 0 {
                self.out.push_str(marker);
            } else if !line.is_empty() {
                self.out.push_str(&" ".repeat(marker.len()));
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
        if inner.is_empty() {
            self.out.push_str(marker.trim_end());
            self.out.push('\n');
        }
    }

    fn paragraph(&mut self, content: &Inlines) {
        let at = self.out.len();
        self.inlines(content);
        guard_line_starts(&mut self.out, at);
        self.out.push_str("\n\n");
    }

    fn table(
        &mut self,
        header: &[Vec<Inline<ResolvedLink>>],
        rows: &[Vec<Vec<Inline<ResolvedLink>>>],
    ) {
        let columns = rows.iter().map(Vec::len).chain([header.len()]).max();
        let columns = columns.unwrap_or(0);
        if columns == 0 {
            return;
        }
        let rows = std::iter::once(header).chain(rows.iter().map(Vec::as_slice));
        for (position, row) in rows.enumerate() {
            let cells: Vec<&Inlines> = (0..columns)
                .map(|column| row.get(column).map_or(&[][..], Vec::as_slice))
                .collect();
            self.row(&cells, |writer, cell| writer.inlines(cell));
            if position == 0 {
                self.out.push('|');
                self.out.push_str(&"---|".repeat(columns));
                self.out.push('\n');
            }
        }
        self.out.push('\n');
    }

    /// Writes a row of a table.
    fn row<C: Copy>(&mut self, cells: &[C], write: impl Fn(&mut Self, C)) {
        self.out.push('|');
        for cell in cells {
            self.out.push(' ');
            let at = self.out.len();
            write(self, *cell);
            guard_cell(&mut self.out, at);
            self.out.push_str(" |");
        }
        self.out.push('\n');
    }

    fn provision(&mut self, provision: &Provision<ResolvedLink>, level: usize) {
        match provision.kind {
            kind if kind.is_division() || kind == ProvisionKind::Annex => {
                self.division(provision, level);
            }
            ProvisionKind::Point if !provision.title.is_empty() && provision.content.is_empty() => {
                self.division(provision, level);
            }
            ProvisionKind::Signature => self.children(provision, level),
            ProvisionKind::Opening => self.opening(provision),
            // The text's own table of contents only repeats its headings.
            ProvisionKind::Contents => {}
            ProvisionKind::Article => self.article(provision, level),
            _ => {
                self.line(provision, None);
                self.children(provision, level);
            }
        }
    }

    /// Writes what stands at the top, without the title that the page shows
    /// already.
    fn opening(&mut self, provision: &Provision<ResolvedLink>) {
        let title = self.page.map_or("", |page| &page.title);
        for block in crate::body::text::opening(provision, title) {
            self.block(block, 2);
        }
    }

    fn division(&mut self, provision: &Provision<ResolvedLink>, level: usize) {
        let title = tree::heading_text(&text::plain(&provision.title));
        let label = provision.label.trim();
        let heading = tree::labelled(label, &title, "\u{3000}");
        if !heading.is_empty() {
            self.heading(level, &heading);
        }
        if !provision.content.is_empty() {
            self.paragraph(&provision.content);
        }
        self.children(provision, level + 1);
    }

    /// Writes an article; its label begins its first paragraph.
    fn article(&mut self, article: &Provision<ResolvedLink>, level: usize) {
        let mut children = article.children.iter();
        match article.children.first() {
            Some(Block::Provision(first)) if first.kind == ProvisionKind::Paragraph => {
                children.next();
                self.line(first, Some(article));
                self.children(first, level);
            }
            _ => self.line(article, Some(article)),
        }
        children.for_each(|block| self.block(block, level));
    }

    /// Writes the text of a provision as one paragraph.
    fn line(
        &mut self,
        provision: &Provision<ResolvedLink>,
        article: Option<&Provision<ResolvedLink>>,
    ) {
        let at = self.out.len();
        if let Some(article) = article {
            self.out.push_str("**");
            push_escaped(&mut self.out, article.label.trim());
            self.out.push_str("**");
            self.inlines(&article.title);
            if !provision.content.is_empty() {
                self.out.push('\u{3000}');
            }
        }
        if article.is_none_or(|article| !std::ptr::eq(article, provision)) {
            push_escaped(&mut self.out, provision.label.trim());
            // A label such as 1. needs a space before its text.
            if provision.label.ends_with(|c: char| c.is_ascii()) && !provision.label.is_empty() {
                self.out.push(' ');
            }
            self.inlines(&provision.title);
        }
        self.inlines(&provision.content);
        if self.out.len() == at {
            return;
        }
        guard_line_starts(&mut self.out, at);
        self.out.push_str("\n\n");
    }

    fn children(&mut self, provision: &Provision<ResolvedLink>, level: usize) {
        for block in &provision.children {
            self.block(block, level);
        }
    }

    fn inlines(&mut self, inlines: &Inlines) {
        for inline in inlines {
            match inline {
                Inline::Text(text) | Inline::Html(text) => push_escaped(&mut self.out, text),
                Inline::Strong(content) => self.wrapped("**", content),
                Inline::Emphasis(content) => self.wrapped("*", content),
                Inline::Code(text) => push_code(&mut self.out, text),
                Inline::Link { target, content } => self.link(target, content),
                Inline::Image { source, alt, .. } => self.image(source, alt),
                Inline::Mark(mark) => match mark {
                    Mark::Stated(locators) => self.locators(Basis::Stated, locators),
                    Mark::Inferred(locators) => self.locators(Basis::Inferred, locators),
                    Mark::Editorial => {
                        for key in ["mark.open", "mark.editorial", "mark.close"] {
                            self.out.push_str(self.words.text(key));
                        }
                    }
                },
                Inline::SoftBreak | Inline::FormerAnchor(_) => {}
                Inline::HardBreak => self.out.push_str("\\\n"),
            }
        }
    }

    fn wrapped(&mut self, sign: &str, content: &Inlines) {
        self.out.push_str(sign);
        self.inlines(content);
        self.out.push_str(sign);
    }

    fn link(&mut self, target: &ResolvedLink, content: &Inlines) {
        // Markdown has no anchors of its own, but the page has them.
        let key = self.page.map_or(self.folder, |page| &page.key);
        let href = text::destination(self.library, key, target).map(|to| match to {
            Destination::File(file, anchor) => self.here.to_anchor(&file, anchor),
            Destination::Other(address) => address.to_owned(),
        });
        let Some(href) = href else {
            self.inlines(content);
            return;
        };
        self.out.push('[');
        self.inlines(content);
        self.out.push_str("](");
        push_destination(&mut self.out, &href);
        self.out.push(')');
    }

    /// Writes where the source states it, in brackets.
    fn locators(&mut self, basis: Basis, locators: &[String]) {
        if locators.is_empty() {
            return;
        }
        self.out.push_str(self.words.text("mark.open"));
        if basis == Basis::Inferred {
            self.out.push_str(self.words.text("basis.inferred_short"));
            self.out.push_str(self.words.text("mark.colon"));
        }
        push_escaped(&mut self.out, &self.words.list(locators));
        self.out.push_str(self.words.text("mark.close"));
    }

    fn image(&mut self, source: &str, alt: &str) {
        if is_external(source) || !is_safe_link(source) {
            push_escaped(&mut self.out, alt);
            return;
        }
        self.out.push_str("![");
        push_escaped(&mut self.out, alt);
        self.out.push_str("](");
        let href = self.here.to(&image_file(self.folder, source));
        push_destination(&mut self.out, &href);
        self.out.push(')');
    }
}

/// Titles of documents that the page cites but the site doesn't hold.
fn external_citations<'l>(library: &'l Library, page: &Page) -> Vec<&'l str> {
    let mut titles = Vec::new();
    for citation in library.citations_in(page.id) {
        if let CitationTarget::External(id) = &citation.target
            && let Some(external) = library.externals.get(&**id)
            && !titles.contains(&external.title.as_str())
        {
            titles.push(external.title.as_str());
        }
    }
    titles
}
