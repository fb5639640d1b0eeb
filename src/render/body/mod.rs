//! HTML from the block tree, with everything escaped.
//!
//! Two things could let a page run somebody's script: text that is not
//! escaped, and a link's scheme. The first is decided by [`push_escaped`], the
//! second by [`is_safe_link`].

pub(super) mod provenance;
pub(super) mod provisions;
pub(super) mod terms;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::body::text::plain;
use crate::body::tree::{Block, Inline, Mark};
use crate::library::{Library, Page};
use crate::markup::{escape, push_escaped};
use crate::model::{Basis, ResolvedLink};
use crate::pictures::{Picture, Pictures};
use crate::words::Words;

use crate::address::{Here, image_file, is_external, is_safe_link, page_file};
use crate::render::cited;
use provenance::Provenance;
use provisions::{ProvisionWriter, Text};
use terms::{Term, Terms};

/// Tables with more columns than this are printed in landscape.
const PORTRAIT_COLUMNS: usize = 7;

/// Display width of pictures: that of the text column, which is 44.5 rem on
/// screens wide enough for it.
const SIZES: &str = "(min-width: 48rem) 44.5rem, 100vw";

/// Turns one page's block tree into HTML.
pub struct BodyWriter<'a> {
    library: &'a Library,
    pictures: &'a Pictures,
    provenance: Provenance<'a>,
    here: Here<'a>,
    folder: &'a str,
    allow_html: bool,
    /// The page whose body it is; `None` for sections.
    page: Option<&'a Page>,
    /// HTML to append to provisions, by anchor.
    notes: Option<&'a BTreeMap<String, String>>,
    /// Terms to explain.
    terms: Option<&'a Terms>,
    /// Terms that have occurred so far, in the order of the text.
    explained: RefCell<Vec<Term>>,
    /// Whether the text is inside a heading or a link, where links are not
    /// allowed.
    quiet: Cell<bool>,
}

type Blocks = [Block<ResolvedLink>];
type Inlines = [Inline<ResolvedLink>];

impl<'a> BodyWriter<'a> {
    /// A writer for the page file `here`; `folder` is the key of the section
    /// that holds its Markdown file.
    pub fn new(
        library: &'a Library,
        pictures: &'a Pictures,
        provenance: Provenance<'a>,
        here: Here<'a>,
        folder: &'a str,
    ) -> Self {
        Self {
            library,
            pictures,
            provenance,
            here,
            folder,
            allow_html: library.config.allow_html,
            page: None,
            notes: None,
            terms: None,
            explained: RefCell::default(),
            quiet: Cell::new(false),
        }
    }

    /// Sets the page whose body is written; its title is shown above the body.
    pub fn of(self, page: &'a Page) -> Self {
        Self {
            page: Some(page),
            ..self
        }
    }

    /// Adds notes at provisions: HTML by anchor.
    pub fn noted(self, notes: &'a BTreeMap<String, String>) -> Self {
        Self {
            notes: Some(notes),
            ..self
        }
    }

    /// Links the first occurrence of each term to its explanation.
    pub fn explaining(self, terms: &'a Terms) -> Self {
        Self {
            terms: Some(terms),
            ..self
        }
    }

    /// The terms that occurred, in the order of the text.
    pub fn explained(&self) -> Vec<Term> {
        self.explained.borrow().clone()
    }

    /// HTML of a sequence of blocks.
    pub fn blocks(&self, blocks: &Blocks) -> String {
        let mut out = String::new();
        for block in blocks {
            self.block(&mut out, block);
        }
        out
    }

    fn list(&self, out: &mut String, start: Option<u64>, items: &[Vec<Block<ResolvedLink>>]) {
        let (open, close) = match start {
            None => ("<ul>".to_owned(), "</ul>\n"),
            Some(1) => ("<ol>".to_owned(), "</ol>\n"),
            Some(first) => (format!("<ol start=\"{first}\">"), "</ol>\n"),
        };
        out.push_str(&open);
        out.push('\n');
        for item in items {
            out.push_str("<li>");
            // A lone paragraph needs no element of its own.
            if let [Block::Paragraph { content, .. }] = item.as_slice() {
                self.inlines(out, content);
            } else {
                out.push_str(&self.blocks(item));
            }
            out.push_str("</li>\n");
        }
        out.push_str(close);
    }

    fn table(
        &self,
        out: &mut String,
        header: &[Vec<Inline<ResolvedLink>>],
        rows: &[Vec<Vec<Inline<ResolvedLink>>>],
    ) {
        // The box scrolls when the table is wider than the page, and a box that
        // scrolls must be reachable by keyboard. Paper doesn't scroll, so
        // tables with many columns are printed in landscape.
        let widest = rows.iter().map(Vec::len).max().unwrap_or(0);
        let class = if header.len().max(widest) > PORTRAIT_COLUMNS {
            "table-box table-many"
        } else {
            "table-box"
        };
        out.push_str("<div class=\"");
        out.push_str(class);
        out.push_str("\" tabindex=\"0\" role=\"group\" aria-label=\"");
        push_escaped(out, self.library.words().text("mark.table"));
        out.push_str("\"><table>\n");
        if !header.is_empty() {
            out.push_str("<thead><tr>");
            for cell in header {
                out.push_str("<th scope=\"col\">");
                self.inlines(out, cell);
                out.push_str("</th>");
            }
            out.push_str("</tr></thead>\n");
        }
        out.push_str("<tbody>\n");
        for row in rows {
            out.push_str("<tr>");
            for cell in row {
                out.push_str("<td>");
                self.inlines(out, cell);
                out.push_str("</td>");
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table></div>\n");
    }

    fn inline(&self, out: &mut String, inline: &Inline<ResolvedLink>) {
        match inline {
            Inline::Text(text) => self.text(out, text),
            Inline::Strong(content) => self.wrapped(out, "strong", content),
            Inline::Emphasis(content) => self.wrapped(out, "em", content),
            Inline::Code(text) => {
                out.push_str("<code>");
                push_escaped(out, text);
                out.push_str("</code>");
            }
            Inline::Link { target, content } => self.link(out, target, content),
            Inline::Image { source, alt, .. } => self.image(out, source, alt),
            Inline::Mark(mark) => self.mark(out, mark),
            // The parser has already replaced soft breaks.
            Inline::SoftBreak => {}
            Inline::FormerAnchor(former) => {
                out.push_str(&format!("<span id=\"{}\"></span>", escape(former)));
            }
            Inline::HardBreak => out.push_str("<br>\n"),
            Inline::Html(text) if self.allow_html => out.push_str(text),
            Inline::Html(text) => push_escaped(out, text),
        }
    }

    /// Writes text, linking terms that occur in it for the first time.
    fn text(&self, out: &mut String, text: &str) {
        let Some(terms) = self.terms.filter(|_| !self.quiet.get()) else {
            push_escaped(out, text);
            return;
        };
        for (piece, term) in terms.cut(text, |term| self.meet(term)) {
            let Some(term) = term else {
                push_escaped(out, piece);
                continue;
            };
            let href = term.href(self.library, self.here);
            out.push_str("<a href=\"");
            push_escaped(out, &href);
            out.push('"');
            self.push_explanation(out, term);
            out.push('>');
            push_escaped(out, piece);
            out.push_str("</a>");
        }
    }

    /// Records a term; returns whether it is its first occurrence.
    fn meet(&self, term: Term) -> bool {
        let mut explained = self.explained.borrow_mut();
        let own = self.page.is_some_and(|page| page.id == term.page);
        if own || explained.contains(&term) {
            return false;
        }
        explained.push(term);
        true
    }

    /// Writes the attributes of a link whose explanation stands below the text.
    fn push_explanation(&self, out: &mut String, term: Term) {
        out.push_str(" class=\"term\" aria-describedby=\"");
        push_escaped(out, &term.anchor(self.library));
        out.push_str("\" title=\"");
        push_escaped(out, term.summary(self.library));
        out.push('"');
    }

    fn quietly(&self, write: impl FnOnce()) {
        let before = self.quiet.replace(true);
        write();
        self.quiet.set(before);
    }

    fn wrapped(&self, out: &mut String, element: &str, content: &Inlines) {
        out.push_str(&format!("<{element}>"));
        self.inlines(out, content);
        out.push_str(&format!("</{element}>"));
    }

    /// The address that a link leads to; `None` if it is not safe.
    pub fn href(&self, target: &ResolvedLink) -> Option<String> {
        match target {
            ResolvedLink::Page { page, anchor } => {
                let file = page_file(&self.library.page(*page).key);
                Some(self.here.to_anchor(&file, anchor.as_deref()))
            }
            ResolvedLink::Section { key } => Some(self.here.to(&page_file(key))),
            ResolvedLink::Anchor(anchor) => Some(format!("#{anchor}")),
            ResolvedLink::External(destination) => {
                is_safe_link(destination).then(|| destination.clone())
            }
        }
    }

    fn link(&self, out: &mut String, target: &ResolvedLink, content: &Inlines) {
        let Some(href) = self.href(target) else {
            self.inlines(out, content);
            return;
        };
        let (opening, content, closing) = without_edges(content);
        push_escaped(out, &opening);
        out.push_str("<a href=\"");
        push_escaped(out, &href);
        out.push('"');
        if matches!(target, ResolvedLink::External(to) if is_external(to)) {
            out.push_str(" class=\"external\" rel=\"noopener noreferrer\"");
        }
        if let ResolvedLink::Page { page, anchor } = target
            && self.terms.is_some()
            && !self.quiet.get()
            && let Some(term) = Terms::at(self.library, *page, anchor.as_deref())
            && self.meet(term)
        {
            self.push_explanation(out, term);
        }
        out.push('>');
        self.quietly(|| self.inlines(out, &content));
        out.push_str("</a>");
        push_escaped(out, &closing);
    }

    fn image(&self, out: &mut String, source: &str, alt: &str) {
        // A built page loads nothing from other origins: such an image is
        // replaced by its alternative text.
        if is_external(source) || !is_safe_link(source) {
            out.push_str("<span class=\"no-image\">");
            push_escaped(out, alt);
            out.push_str("</span>");
            return;
        }
        let file = image_file(self.folder, source);
        let picture = self.pictures.get(&file);
        // Browsers without `srcset` get a version that fits the column.
        let src = match picture {
            Some(picture) => picture
                .smaller
                .last()
                .map_or(&picture.path, |(_, path)| path),
            None => &file,
        };
        out.push_str("<img src=\"");
        push_escaped(out, &self.here.to(src));
        out.push('"');
        if let Some(picture) = picture {
            self.push_sizes(out, picture);
        }
        out.push_str(" alt=\"");
        push_escaped(out, alt);
        out.push_str("\" loading=\"lazy\">");
    }

    /// Writes the picture's dimensions, so that nothing moves while it loads,
    /// and its other widths.
    fn push_sizes(&self, out: &mut String, picture: &Picture) {
        if !picture.smaller.is_empty() {
            out.push_str(" srcset=\"");
            for (width, path) in &picture.smaller {
                push_escaped(out, &self.here.to(path));
                out.push_str(&format!(" {width}w, "));
            }
            push_escaped(out, &self.here.to(&picture.path));
            out.push_str(&format!(" {}w\" sizes=\"{SIZES}\"", picture.width));
        }
        let (width, height) = (picture.width, picture.height);
        out.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
    }

    fn mark(&self, out: &mut String, mark: &Mark) {
        match mark {
            Mark::Stated(locators) => {
                self.provenance
                    .push_mark(out, self.here, Basis::Stated, locators);
            }
            Mark::Inferred(locators) => {
                self.provenance
                    .push_mark(out, self.here, Basis::Inferred, locators);
            }
            Mark::Editorial => {
                let words = self.library.words();
                out.push_str("<sup class=\"mark mark-editorial\" title=\"");
                push_escaped(out, words.text("mark.editorial_title"));
                out.push_str("\">");
                push_escaped(out, words.text("mark.open"));
                out.push_str("<span class=\"mark-word\">");
                push_escaped(out, words.text("mark.editorial"));
                out.push_str("</span>");
                push_escaped(out, words.text("mark.close"));
                out.push_str("</sup>");
            }
        }
    }
}

impl Text for BodyWriter<'_> {
    fn note(&self, anchor: &str) -> Option<&str> {
        Some(self.notes?.get(anchor)?.as_str())
    }

    fn words(&self) -> &Words {
        self.library.words()
    }

    fn title(&self) -> &str {
        self.page.map_or("", |page| &page.title)
    }

    fn cited(&self, out: &mut String, unit: &str) {
        if let Some(page) = self.page {
            cited::write(out, self.library, self.here, page, unit);
        }
    }

    fn block(&self, out: &mut String, block: &Block<ResolvedLink>) {
        match block {
            Block::Heading {
                level,
                anchor,
                content,
                ..
            } => {
                let level = (*level).clamp(2, 6);
                out.push_str(&format!("<h{level} id=\"{}\">", escape(anchor)));
                self.quietly(|| self.inlines(out, content));
                out.push_str(&format!("</h{level}>\n"));
            }
            Block::Paragraph { content, .. } => {
                out.push_str("<p>");
                self.inlines(out, content);
                out.push_str("</p>\n");
            }
            Block::List { start, items } => self.list(out, *start, items),
            Block::Quote(blocks) => {
                out.push_str("<blockquote>\n");
                out.push_str(&self.blocks(blocks));
                out.push_str("</blockquote>\n");
            }
            Block::Table { header, rows } => self.table(out, header, rows),
            Block::Code(text) => {
                out.push_str("<pre tabindex=\"0\"><code>");
                push_escaped(out, text);
                out.push_str("</code></pre>\n");
            }
            Block::Rule => out.push_str("<hr>\n"),
            Block::Html(text) if self.allow_html => out.push_str(text),
            Block::Html(text) => {
                out.push_str("<p>");
                push_escaped(out, text.trim());
                out.push_str("</p>\n");
            }
            Block::Provision(provision) => ProvisionWriter::new(self).write(out, provision),
        }
    }

    fn inlines(&self, out: &mut String, inlines: &Inlines) {
        for (position, inline) in inlines.iter().enumerate() {
            let before_mark = matches!(inlines.get(position + 1), Some(Inline::Mark(_)));
            let after_text = position > 0 && matches!(inlines[position - 1], Inline::Text(_));
            match inline {
                // A mark must not begin a line. No line breaks before closing
                // punctuation such as 。, so the punctuation and what follows go
                // into one box that does not wrap.
                Inline::Text(text) if before_mark => {
                    let (text, stop) = split_closing(text);
                    self.text(out, text);
                    if !stop.is_empty() {
                        out.push_str("<span class=\"keep\">");
                        push_escaped(out, stop);
                    }
                }
                Inline::Mark(mark) => {
                    self.mark(out, mark);
                    if after_text
                        && let Inline::Text(text) = &inlines[position - 1]
                        && !split_closing(text).1.is_empty()
                    {
                        out.push_str("</span>");
                    }
                }
                _ => self.inline(out, inline),
            }
        }
    }
}

/// Splits off the marks at both ends of a link's text. They are as wide as a
/// character and half of that is blank, which an underline would show.
fn without_edges(content: &Inlines) -> (String, Vec<Inline<ResolvedLink>>, String) {
    let (mut opening, mut closing) = (String::new(), String::new());
    let mut content = content.to_vec();
    if let Some(Inline::Text(text)) = content.first_mut() {
        let rest = text.trim_start_matches(['“', '‘', '《', '〈', '（', '【', '「']);
        if !rest.is_empty() {
            text[..text.len() - rest.len()].clone_into(&mut opening);
            *text = rest.to_owned();
        }
    }
    if let Some(Inline::Text(text)) = content.last_mut() {
        let (rest, stop) = split_closing(text);
        let (kept, stop) = stop.split_at(closing_length(rest, stop));
        if !rest.is_empty() {
            stop.clone_into(&mut closing);
            *text = format!("{rest}{kept}");
        }
    }
    // A mark that is closed inside the link, as in 《办法》第四条, stays with its
    // partner.
    let inside = plain(&content).into_owned();
    let partner = |opening: char| PAIRS.iter().find(|pair| pair.0 == opening);
    if let Some(&(left, right)) = opening.chars().last().and_then(partner)
        && inside.matches(right).count() > inside.matches(left).count()
        && let Some(Inline::Text(text)) = content.first_mut()
    {
        opening.pop();
        text.insert(0, left);
    }
    (opening, content, closing)
}

/// Marks that belong together.
const PAIRS: [(char, char); 7] = [
    ('“', '”'),
    ('‘', '’'),
    ('《', '》'),
    ('〈', '〉'),
    ('（', '）'),
    ('【', '】'),
    ('「', '」'),
];

/// How many bytes of the marks after a text close what was opened in it, as in
/// 办法（试行）.
fn closing_length(text: &str, marks: &str) -> usize {
    let is_open = |(opening, closing): (char, char)| {
        text.matches(opening).count() > text.matches(closing).count()
    };
    let closes = |mark: &char| {
        let pair = PAIRS.into_iter().find(|(_, closing)| closing == mark);
        pair.is_some_and(is_open)
    };
    marks.chars().take_while(closes).map(char::len_utf8).sum()
}

/// Splits off the closing punctuation at the end.
fn split_closing(text: &str) -> (&str, &str) {
    let body = text.trim_end_matches([
        '。', '，', '、', '；', '：', '！', '？', '”', '’', '》', '〉', '）', '】', '…',
    ]);
    text.split_at(body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_punctuation_is_split_off() {
        assert_eq!(split_closing("五种情形）。"), ("五种情形", "）。"));
        assert_eq!(split_closing("五种情形"), ("五种情形", ""));
    }

    #[test]
    fn marks_at_the_ends_of_a_link_stay_outside() {
        let text = |text: &str| Inline::<ResolvedLink>::Text(text.to_owned());
        let cut = |given: &str| {
            let (opening, content, closing) = without_edges(&[text(given)]);
            (opening, content, closing)
        };
        let of = |a: &str, b: &str, c: &str| (a.to_owned(), vec![text(b)], c.to_owned());
        assert_eq!(cut("“两个责任”"), of("“", "两个责任", "”"));
        assert_eq!(cut("《办法》第四条"), of("", "《办法》第四条", ""));
        assert_eq!(cut("《办法（试行）》"), of("《", "办法（试行）", "》"));
        assert_eq!(cut("……"), of("", "……", ""));
        assert_eq!(cut("责任清单"), of("", "责任清单", ""));
    }
}
