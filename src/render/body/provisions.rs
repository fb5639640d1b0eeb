//! Provisions as HTML in their official form, each with an anchor and a name by
//! which it is cited.
//!
//! Without scripts, labels and marks link to themselves. The theme's script
//! turns them into tools: copy the link, copy the citation, read alone.

use crate::body::text::{self, plain};
use crate::body::tree::{self, Block, Inline, Provision};
use crate::chinese::han::compact;
use crate::library::Page;
use crate::markup::{escape, push_escaped};
use crate::model::{BodyForm, Details, ResolvedLink, Vocabulary};
use crate::words::Words;
use search::anchor::{ProvisionKind, Step};

use crate::render::views::{ContentsView, JumpView, LawView};

/// Tables of contents with more entries than this are folded on small screens.
const LONG_CONTENTS: usize = 12;

/// Pages with fewer headings than this get no table of contents.
const CONTENTS_FROM: usize = 3;

/// What [`ProvisionWriter`] needs to write a text.
pub(crate) trait Text {
    /// The interface's words.
    fn words(&self) -> &Words;
    /// The title that the page shows above the text.
    fn title(&self) -> &str;
    /// Writes one block.
    fn block(&self, out: &mut String, block: &Block<ResolvedLink>);
    /// Writes running text.
    fn inlines(&self, out: &mut String, inlines: &[Inline<ResolvedLink>]);
    /// Writes what refers to the article, point or division with this anchor.
    fn cited(&self, out: &mut String, unit: &str);
    /// The note at the provision with this anchor.
    fn note(&self, anchor: &str) -> Option<&str>;
}

/// Writes a provision and everything inside it.
pub(crate) struct ProvisionWriter<'w> {
    body: &'w dyn Text,
    /// The provisions above, outermost first.
    way: Vec<Step>,
    /// Level of the next heading.
    level: u8,
    /// Whether the current article has only one paragraph.
    lone_paragraph: bool,
}

impl<'w> ProvisionWriter<'w> {
    /// A writer for provisions that stand at the top of a body.
    pub fn new(body: &'w dyn Text) -> Self {
        Self {
            body,
            way: Vec::new(),
            level: 2,
            lone_paragraph: false,
        }
    }

    /// Writes one provision.
    pub fn write(&mut self, out: &mut String, provision: &Provision<ResolvedLink>) {
        self.way.push(Step {
            kind: provision.kind,
            number: provision.number,
        });
        match provision.kind {
            ProvisionKind::Opening => self.opening(out, provision),
            ProvisionKind::Signature => self.plain(out, provision, "law-signature"),
            ProvisionKind::Contents => self.contents(out, provision),
            ProvisionKind::Article => self.article(out, provision),
            ProvisionKind::Paragraph => self.paragraph(out, provision, None),
            ProvisionKind::Item | ProvisionKind::Subitem => self.item(out, provision, "law-item"),
            ProvisionKind::Point => self.point(out, provision),
            ProvisionKind::Preamble
            | ProvisionKind::Part
            | ProvisionKind::Subpart
            | ProvisionKind::Chapter
            | ProvisionKind::Section
            | ProvisionKind::Heading
            | ProvisionKind::Annex => self.division(out, provision),
        }
        self.way.pop();
    }

    fn children(&mut self, out: &mut String, provision: &Provision<ResolvedLink>) {
        for block in &provision.children {
            match block {
                Block::Provision(below) => self.write(out, below),
                other => self.body.block(out, other),
            }
        }
    }

    /// Writes parts that are not provisions: title and note, signature.
    fn plain(&mut self, out: &mut String, provision: &Provision<ResolvedLink>, class: &str) {
        open(out, class, &provision.anchor);
        self.children(out, provision);
        out.push_str("</div>\n");
    }

    /// Writes the lines at the top, without the title, which the page shows
    /// anyway.
    fn opening(&mut self, out: &mut String, provision: &Provision<ResolvedLink>) {
        let mut rest = text::opening(provision, self.body.title()).peekable();
        if rest.peek().is_none() {
            return;
        }
        open(out, "law-opening", &provision.anchor);
        rest.for_each(|block| self.body.block(out, block));
        out.push_str("</div>\n");
    }

    /// Writes the text's own table of contents folded, because the page's
    /// replaces it.
    fn contents(&mut self, out: &mut String, provision: &Provision<ResolvedLink>) {
        out.push_str("<details class=\"law-toc\" id=\"");
        push_escaped(out, &provision.anchor);
        out.push_str("\"><summary>");
        push_escaped(out, self.body.words().text("law.contents"));
        out.push_str("</summary>\n");
        self.children(out, provision);
        out.push_str("</details>\n");
    }

    fn division(&mut self, out: &mut String, provision: &Provision<ResolvedLink>) {
        let kind = match provision.kind {
            ProvisionKind::Part => "part",
            ProvisionKind::Subpart => "subpart",
            ProvisionKind::Chapter => "chapter",
            ProvisionKind::Section => "section",
            ProvisionKind::Annex => "annex",
            ProvisionKind::Preamble => "preamble",
            _ => "heading",
        };
        let class = format!("law-division law-{kind}");
        open(out, &class, &provision.anchor);
        let headed = self.heading(out, provision);
        self.body.cited(out, &provision.anchor);
        self.level += u8::from(headed);
        self.children(out, provision);
        self.level -= u8::from(headed);
        out.push_str("</div>\n");
    }

    /// Writes the heading of a division or point; returns whether it has one.
    fn heading(&mut self, out: &mut String, provision: &Provision<ResolvedLink>) -> bool {
        let label = compact(&provision.label);
        if label.is_empty() && provision.title.is_empty() {
            return false;
        }
        let level = self.level.min(6);
        out.push_str(&format!("<h{level} class=\"law-heading\">"));
        if !label.is_empty() {
            let label = label.trim_end_matches(['：', ':']);
            self.label(out, label, &provision.anchor);
            if !provision.title.is_empty() && !tree::closes_itself(label) {
                out.push('\u{3000}');
            }
        }
        let title = plain(&provision.title);
        let shown = tree::heading_text(&title);
        if shown == title {
            self.body.inlines(out, &provision.title);
        } else {
            // The space is only the printer's padding: 总　则 means 总则.
            for inline in &provision.title {
                if matches!(inline, Inline::FormerAnchor(_)) {
                    self.body.inlines(out, std::slice::from_ref(inline));
                }
            }
            push_escaped(out, &shown);
        }
        if label.is_empty() {
            self.mark(out, provision);
        }
        out.push_str(&format!("</h{level}>\n"));
        true
    }

    fn article(&mut self, out: &mut String, provision: &Provision<ResolvedLink>) {
        open(out, "law-article", &provision.anchor);
        self.lone_paragraph = tree::paragraphs(provision) <= 1;
        let mut children = provision.children.iter();
        let first = match provision.children.first() {
            Some(Block::Provision(first)) if first.kind == ProvisionKind::Paragraph => {
                children.next();
                self.way.push(Step {
                    kind: first.kind,
                    number: first.number,
                });
                self.paragraph(out, first, Some(provision));
                self.way.pop();
                true
            }
            _ => false,
        };
        if !first {
            out.push_str("<p>");
            self.article_label(out, provision);
            out.push_str("</p>\n");
        }
        for block in children {
            match block {
                Block::Provision(below) => self.write(out, below),
                other => self.body.block(out, other),
            }
        }
        self.note(out, provision);
        self.body.cited(out, &provision.anchor);
        out.push_str("</div>\n");
    }

    /// Writes the page's note on a provision, which is not part of the text.
    fn note(&self, out: &mut String, provision: &Provision<ResolvedLink>) {
        if let Some(note) = self.body.note(&provision.anchor) {
            out.push_str("<p class=\"law-note\">");
            out.push_str(note);
            out.push_str("</p>\n");
        }
    }

    fn article_label(&mut self, out: &mut String, article: &Provision<ResolvedLink>) {
        self.label(out, &compact(&article.label), &article.anchor);
        if !article.title.is_empty() {
            out.push_str("<span class=\"law-title\">");
            self.body.inlines(out, &article.title);
            out.push_str("</span>");
        }
    }

    /// Writes a paragraph; an article's first one begins with the article's
    /// label.
    fn paragraph(
        &mut self,
        out: &mut String,
        provision: &Provision<ResolvedLink>,
        article: Option<&Provision<ResolvedLink>>,
    ) {
        open(out, "law-paragraph", &provision.anchor);
        if article.is_some() || !provision.content.is_empty() {
            out.push_str("<p>");
            if let Some(article) = article {
                self.article_label(out, article);
                if !provision.content.is_empty() {
                    out.push('\u{3000}');
                }
            }
            self.body.inlines(out, &provision.content);
            // The article's label stands for its only paragraph too.
            if !self.lone_paragraph && !provision.content.is_empty() {
                self.mark(out, provision);
            }
            out.push_str("</p>\n");
        }
        self.children(out, provision);
        out.push_str("</div>\n");
    }

    fn item(&mut self, out: &mut String, provision: &Provision<ResolvedLink>, class: &str) {
        open(out, class, &provision.anchor);
        out.push_str("<p><span class=\"law-number\">");
        push_escaped(out, &spaced(&provision.label));
        out.push_str("</span>");
        if !provision.title.is_empty() {
            out.push_str("<strong>");
            self.body.inlines(out, &provision.title);
            out.push_str("</strong>");
        }
        self.body.inlines(out, &provision.content);
        self.mark(out, provision);
        out.push_str("</p>\n");
        self.note(out, provision);
        if provision.kind == ProvisionKind::Point {
            self.body.cited(out, &provision.anchor);
        }
        self.children(out, provision);
        out.push_str("</div>\n");
    }

    /// Writes a point of a document: as a heading if its line is only a title,
    /// else as text.
    fn point(&mut self, out: &mut String, provision: &Provision<ResolvedLink>) {
        if provision.title.is_empty() || !provision.content.is_empty() {
            self.item(out, provision, "law-point");
            return;
        }
        open(out, "law-point law-division", &provision.anchor);
        self.heading(out, provision);
        self.note(out, provision);
        self.body.cited(out, &provision.anchor);
        self.level += 1;
        self.children(out, provision);
        self.level -= 1;
        out.push_str("</div>\n");
    }

    fn cite(&self) -> String {
        search::anchor::words(&self.way, self.lone_paragraph && self.in_article())
    }

    fn in_article(&self) -> bool {
        self.way
            .iter()
            .any(|step| step.kind == ProvisionKind::Article)
    }

    /// Writes a label that links to itself.
    fn label(&mut self, out: &mut String, label: &str, anchor: &str) {
        out.push_str("<a class=\"law-label\" href=\"#");
        push_escaped(out, anchor);
        out.push_str("\">");
        push_escaped(out, label);
        out.push_str("</a>");
    }

    /// Writes the small link at the end of a provision without a label. The
    /// style sheet draws its sign, so that the sign is not part of the text.
    fn mark(&mut self, out: &mut String, provision: &Provision<ResolvedLink>) {
        let cite = self.cite();
        let name = if cite.is_empty() {
            tree::heading_text(&plain(&provision.title))
        } else {
            cite
        };
        out.push_str(&format!(
            "<a class=\"law-link\" href=\"#{}\" aria-label=\"{}\"></a>",
            escape(&provision.anchor),
            escape(&name)
        ));
    }
}

fn open(out: &mut String, class: &str, anchor: &str) {
    out.push_str("<div class=\"");
    out.push_str(class);
    out.push_str("\" id=\"");
    push_escaped(out, anchor);
    out.push_str("\">\n");
}

/// A label, with a space after it if it needs one. Labels that end in a
/// full-width bracket or comma don't.
fn spaced(label: &str) -> String {
    let label = compact(label);
    if label.ends_with(|c: char| c.is_ascii() || ('①'..='⑳').contains(&c)) {
        format!("{label}\u{2002}")
    } else {
        label
    }
}

/// Entries for divisions, annexes and points, with the range of articles in
/// each.
fn of_provisions(blocks: &[Block<ResolvedLink>]) -> Vec<ContentsView> {
    let mut entries = Vec::new();
    // Levels follow from the depth: a law may begin with 编 or with 章.
    tree::walk(blocks, &mut |above, provision| {
        let title = tree::heading_text(&plain(&provision.title));
        let label = compact(&provision.label);
        let wanted = match provision.kind {
            ProvisionKind::Part
            | ProvisionKind::Subpart
            | ProvisionKind::Chapter
            | ProvisionKind::Section
            | ProvisionKind::Heading
            | ProvisionKind::Annex => true,
            ProvisionKind::Preamble => !title.is_empty(),
            // 1. and below are text, even where they begin with a title.
            ProvisionKind::Point => {
                let points = above.iter().filter(|p| p.kind == ProvisionKind::Point);
                !title.is_empty() && points.count() < 2
            }
            _ => false,
        };
        let title = title.trim_end_matches('。');
        let listed = above.iter().filter(|p| {
            p.kind.is_division() || matches!(p.kind, ProvisionKind::Annex | ProvisionKind::Point)
        });
        let depth = listed.count();
        if !wanted || depth > 3 {
            return;
        }
        let label = label.trim_end_matches(['：', ':']);
        entries.push(ContentsView {
            title: tree::labelled(label, title, "\u{3000}"),
            href: format!("#{}", provision.anchor),
            level: u8::try_from(depth + 2).unwrap_or(6),
            range: range(provision),
        });
    });
    entries
}

/// The range of a division's articles: 第一条—第九条.
fn range(division: &Provision<ResolvedLink>) -> String {
    let mut first = None;
    let mut last = None;
    tree::walk(&division.children, &mut |_, provision| {
        if provision.kind == ProvisionKind::Article {
            let label = compact(&provision.label);
            first.get_or_insert_with(|| label.clone());
            last = Some(label);
        }
    });
    match (first, last) {
        (Some(first), Some(last)) if first != last => format!("{first}—{last}"),
        (Some(first), _) => first,
        _ => String::new(),
    }
}

/// The table of contents; empty if there are too few headings.
pub(crate) fn contents(blocks: &[Block<ResolvedLink>]) -> Vec<ContentsView> {
    if tree::has_provisions(blocks) {
        let entries = of_provisions(blocks);
        return match entries.len() {
            0 | 1 => Vec::new(),
            _ => entries,
        };
    }
    let headings = blocks.iter().filter_map(|block| match block {
        Block::Heading {
            level,
            anchor,
            content,
            ..
        } => Some(ContentsView {
            title: plain(content).into_owned(),
            href: format!("#{anchor}"),
            level: *level,
            range: String::new(),
        }),
        _ => None,
    });
    let headings: Vec<_> = headings.collect();
    if headings.len() < CONTENTS_FROM {
        return Vec::new();
    }
    headings
}

/// The form of a regulation's text, if the site has the text.
pub fn form_of(page: &Page) -> Option<BodyForm> {
    let Details::Regulation(regulation) = &page.details else {
        return None;
    };
    let form = regulation.body_form;
    (form != BodyForm::None && tree::has_provisions(&page.body)).then_some(form)
}

/// The view of a regulation whose text is on the site; `None` for other pages.
pub fn law_view(words: &Words, page: &Page) -> Option<LawView> {
    let body_form = form_of(page)?;
    let mut articles = Vec::new();
    let mut points = 0;
    tree::walk(&page.body, &mut |above, provision| match provision.kind {
        ProvisionKind::Article if above.iter().all(|p| p.kind != ProvisionKind::Annex) => {
            articles.push(compact(&provision.label));
        }
        ProvisionKind::Point if above.is_empty() => points += 1,
        _ => {}
    });
    let jump = match (articles.len(), points) {
        (3.., _) => Some(JumpView {
            before: words.text("law.jump_before").to_owned(),
            behind: words.text("law.jump_behind").to_owned(),
            label: words.say(
                "law.jump_article",
                &[("example", &articles[articles.len() / 2])],
            ),
        }),
        (_, 3..) => Some(JumpView {
            before: words.text("law.jump_point_before").to_owned(),
            behind: String::new(),
            label: words.text("law.jump_point").to_owned(),
        }),
        _ => None,
    };
    Some(LawView {
        form: body_form.slug(),
        jump,
        fold_contents: of_provisions(&page.body).len() > LONG_CONTENTS,
    })
}
