//! Web pages: the main text found, what surrounds it dropped.
//!
//! The tree is walked without recursion, and pages that nest deeper than any
//! real one are refused before the parser sees them: its time grows with the
//! square of the depth.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::node::Element;
use scraper::{Html, Node};

use super::manuscript::{Block, Content, Manuscript, PlaceUnit};
use super::notes::{Kind, Notes};

/// Deepest nesting of elements that is read.
const DEEPEST: usize = 2000;

/// Elements whose content is no text of the document.
const DROPPED: &[&str] = &[
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas",
    "form", "button", "select", "input", "textarea", "nav", "footer", "aside", "head", "audio",
    "video", "map", "dialog", "menu", "rp", "rt",
];

/// Words in `class` and `id` of what surrounds a text on web pages.
const SURROUNDINGS: &[&str] = &[
    "nav",
    "navbar",
    "menu",
    "breadcrumb",
    "breadcrumbs",
    "crumb",
    "crumbs",
    "sidebar",
    "footer",
    "header",
    "share",
    "sharing",
    "toolbar",
    "pagination",
    "pager",
    "related",
    "recommend",
    "comment",
    "comments",
    "copyright",
    "banner",
    "qrcode",
    "print",
    "fontsize",
    "dqwz",
    "weizhi",
    "position",
    "search",
    "login",
];

/// Where content management systems put the text, best first.
const MAIN: &[&str] = &[
    "UCAP-CONTENT",
    "TRS_Editor",
    "TRS_UEDITOR",
    "pages_content",
    "article-content",
    "article_content",
    "articleContent",
    "news_content",
    "view-content",
    "zoom",
    "Zoom",
    "zoomcon",
    "ContentRegion",
    "mainText",
    "vsb_content",
    "content",
    "Content",
    "main-content",
    "text",
    "article",
    "detail",
];

/// Elements that begin a paragraph of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "caption",
    "br",
];

/// Reads a page.
///
/// # Errors
/// When it nests too deep.
pub fn read(text: &str, notes: &mut Notes) -> Result<Manuscript, String> {
    if depth(text) > DEEPEST {
        return Err(format!(
            "网页的标签嵌套超过 {DEEPEST} 层，没有读取；请在浏览器里打开，复制正文存为文本文件"
        ));
    }
    let html = Html::parse_document(text);
    let root = html.tree.root();
    let main = main_text(root);
    let mut blocks = Reader::new(notes).read(main);
    for (index, block) in blocks.iter_mut().enumerate() {
        block.place = index + 1;
    }
    Ok(Manuscript {
        title: title(root, &blocks),
        blocks,
        unit: PlaceUnit::Paragraph,
        ..Manuscript::default()
    })
}

/// Reads a piece of HTML that stands in Markdown.
pub fn fragment(text: &str, notes: &mut Notes) -> Vec<Block> {
    let only_comment = text.trim().starts_with("<!--") && text.trim().ends_with("-->");
    if only_comment {
        return Vec::new();
    }
    if depth(text) > DEEPEST {
        notes.add(Kind::Markup, 0, "");
        return Vec::new();
    }
    let html = Html::parse_fragment(text);
    Reader::new(notes).read(html.tree.root())
}

/// How deep tags nest at most, roughly: elements that close by themselves are
/// not counted.
fn depth(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for (at, _) in text.match_indices('<') {
        let rest = &text.as_bytes()[at + 1..];
        let closes = rest.first() == Some(&b'/');
        let name: &[u8] = &rest[usize::from(closes)..];
        let length = name
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric())
            .count();
        let name = name[..length].to_ascii_lowercase();
        let implied = matches!(
            name.as_slice(),
            b"" | b"p"
                | b"br"
                | b"hr"
                | b"img"
                | b"meta"
                | b"link"
                | b"input"
                | b"li"
                | b"td"
                | b"th"
                | b"tr"
                | b"dt"
                | b"dd"
                | b"option"
                | b"col"
                | b"area"
                | b"base"
                | b"wbr"
                | b"source"
        );
        if implied {
            continue;
        }
        if closes {
            depth = depth.saturating_sub(1);
        } else {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

fn element(node: NodeRef<'_, Node>) -> Option<&Element> {
    node.value().as_element()
}

fn is_dropped(element: &Element) -> bool {
    let name = element.name();
    if DROPPED.contains(&name) {
        return true;
    }
    let hidden = element.attr("hidden").is_some()
        || element.attr("style").is_some_and(|style| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
            style.to_ascii_lowercase().contains("display:none")
        });
    let surrounds = !matches!(name, "html" | "body" | "main" | "article")
        && element
            .attr("class")
            .into_iter()
            .chain(element.attr("id"))
            .flat_map(|names| names.split(|c: char| !c.is_ascii_alphanumeric()))
            .any(|word| SURROUNDINGS.contains(&word.to_ascii_lowercase().as_str()));
    hidden || surrounds
}

/// How many characters of text stand in a node.
fn weight(node: NodeRef<'_, Node>) -> usize {
    let mut count = 0;
    walk(node, |edge| {
        if let Edge::Open(node) = edge
            && let Node::Text(text) = node.value()
        {
            count += text.chars().filter(|c| !c.is_whitespace()).count();
        }
    });
    count
}

/// Walks a tree without what is dropped.
fn walk<'t>(node: NodeRef<'t, Node>, mut visit: impl FnMut(Edge<'t, Node>)) {
    let mut skipping = None;
    for edge in node.traverse() {
        match &edge {
            Edge::Open(open) => {
                if skipping.is_some() {
                    continue;
                }
                if open.id() != node.id() && element(*open).is_some_and(is_dropped) {
                    skipping = Some(open.id());
                    continue;
                }
            }
            Edge::Close(close) => {
                if skipping == Some(close.id()) {
                    skipping = None;
                    continue;
                }
                if skipping.is_some() {
                    continue;
                }
            }
        }
        visit(edge);
    }
}

/// The element that holds the document: one that says so and holds most of
/// the page's text, else the whole body.
fn main_text(root: NodeRef<'_, Node>) -> NodeRef<'_, Node> {
    let whole = weight(root);
    let mut best: Option<(usize, NodeRef<'_, Node>)> = None;
    for node in root.descendants() {
        let Some(element) = element(node) else {
            continue;
        };
        let named = |name: &str| {
            element.attr("id") == Some(name)
                || element.attr("class").is_some_and(|classes| {
                    classes.split_ascii_whitespace().any(|class| class == name)
                })
        };
        let rank = match element.name() {
            "article" => Some(MAIN.len()),
            "main" => Some(MAIN.len() + 1),
            "div" | "td" | "section" => MAIN.iter().position(|name| named(name)),
            _ => None,
        };
        let Some(rank) = rank else { continue };
        if best.is_some_and(|(other, _)| other <= rank) {
            continue;
        }
        // A container that lost much of the text is the wrong one: the other
        // half of the document stands beside it.
        let own = weight(node);
        if own * 10 >= whole * 6 || (own > 400 && own * 10 >= whole * 3) {
            best = Some((rank, node));
        }
    }
    best.map_or(root, |(_, node)| node)
}

/// The title: what government sites state in a meta tag, the only `h1`, or the
/// page's title without the site's name.
fn title(root: NodeRef<'_, Node>, blocks: &[Block]) -> Option<String> {
    let mut stated = None;
    let mut page = None;
    let mut headings = Vec::new();
    for node in root.descendants() {
        let Some(element) = element(node) else {
            continue;
        };
        match element.name() {
            "meta"
                if element
                    .attr("name")
                    .is_some_and(|n| n.eq_ignore_ascii_case("ArticleTitle")) =>
            {
                stated = element.attr("content").map(str::to_owned);
            }
            "title" if page.is_none() => page = Some(text_of(node)),
            "h1" => headings.push(text_of(node)),
            _ => {}
        }
    }
    let clean = |text: String| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    };
    let only = (headings.len() == 1).then(|| headings.remove(0));
    if let Some(title) = stated.and_then(clean).or(only.and_then(clean)) {
        return Some(title);
    }
    // `标题_某网`, `标题 - 某网`: the part that stands in the text.
    let page = clean(page?)?;
    let parts = page
        .split(['_', '|', '—'])
        .chain(page.split(" - "))
        .map(str::trim);
    let begins: Vec<&str> = blocks.iter().take(5).filter_map(Block::line).collect();
    parts
        .filter(|part| part.chars().count() >= 4)
        .find(|part| begins.iter().any(|line| line == part))
        .map(str::to_owned)
}

fn text_of(node: NodeRef<'_, Node>) -> String {
    node.descendants()
        .filter_map(|node| node.value().as_text().map(|text| text.to_string()))
        .collect()
}

/// Collects blocks while the tree is walked.
struct Reader<'n> {
    notes: &'n mut Notes,
    blocks: Vec<Block>,
    text: String,
    /// Level of the heading that is open.
    heading: Option<u8>,
    /// Lists that are open: the next number, or none for bullets.
    lists: Vec<Option<usize>>,
    /// What begins the next paragraph.
    item: Option<Option<usize>>,
    preformatted: usize,
}

impl<'n> Reader<'n> {
    fn new(notes: &'n mut Notes) -> Self {
        Self {
            notes,
            blocks: Vec::new(),
            text: String::new(),
            heading: None,
            lists: Vec::new(),
            item: None,
            preformatted: 0,
        }
    }

    fn read(mut self, root: NodeRef<'_, Node>) -> Vec<Block> {
        // Data tables are read as a whole; their nodes are then passed over.
        let mut table = None;
        let mut dropped = 0;
        for node in root.descendants() {
            dropped += usize::from(element(node).is_some_and(is_dropped));
        }
        self.notes.add_many(Kind::Markup, 0, dropped, "");
        let mut edges = Vec::new();
        walk(root, |edge| edges.push(edge));
        for edge in edges {
            match edge {
                Edge::Open(node) if table.is_none() => {
                    if element(node).is_some_and(|e| e.name() == "table")
                        && let Some(rows) = self.data_table(node)
                    {
                        self.flush();
                        self.blocks.push(Block {
                            place: 0,
                            content: Content::Table(rows),
                        });
                        table = Some(node.id());
                    } else {
                        self.open(node);
                    }
                }
                Edge::Close(node) if table == Some(node.id()) => table = None,
                Edge::Close(node) if table.is_none() => self.close(node),
                _ => {}
            }
        }
        self.flush();
        self.blocks
    }

    fn open(&mut self, node: NodeRef<'_, Node>) {
        match node.value() {
            Node::Text(text) => self.push_text(text),
            Node::Comment(_) => self.notes.add(Kind::Markup, 0, ""),
            Node::Element(element) => {
                let name = element.name();
                if BLOCKS.contains(&name) {
                    self.flush();
                }
                match name {
                    "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                        self.heading = name[1..].parse().ok();
                    }
                    "ol" => {
                        let start = element.attr("start").and_then(|start| start.parse().ok());
                        self.lists.push(Some(start.unwrap_or(1)));
                    }
                    "ul" => self.lists.push(None),
                    "li" => {
                        let number = self.lists.last_mut().and_then(|list| {
                            let number = *list;
                            *list = list.map(|n| n.saturating_add(1));
                            number
                        });
                        self.item = Some(number);
                    }
                    "pre" => self.preformatted += 1,
                    "img" => {
                        let source = element.attr("src").unwrap_or_default();
                        self.notes.add(Kind::Images, 0, shortened(source));
                        self.text.push_str(element.attr("alt").unwrap_or_default());
                    }
                    "a" if element
                        .attr("href")
                        .is_some_and(|href| !href.starts_with('#')) =>
                    {
                        let target = element.attr("href").unwrap_or_default();
                        self.notes.add(Kind::Links, 0, shortened(target));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, node: NodeRef<'_, Node>) {
        let Some(element) = element(node) else { return };
        let name = element.name();
        if BLOCKS.contains(&name) {
            self.flush();
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = None,
            "ol" | "ul" => {
                self.lists.pop();
            }
            "li" => self.item = None,
            "pre" => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
    }

    fn push_text(&mut self, text: &str) {
        if self.preformatted > 0 {
            for (index, line) in text.split('\n').enumerate() {
                if index > 0 {
                    self.flush();
                }
                self.text.push_str(line);
            }
            return;
        }
        push_collapsed(&mut self.text, text);
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        let text = self.text.trim().to_owned();
        self.text.clear();
        if text.is_empty() {
            return;
        }
        let content = match (self.heading, self.item.take()) {
            (Some(level), _) => Content::Heading { level, text },
            (None, Some(None)) if !super::markdown::begins_paragraph(&text) => {
                Content::Bullet(text)
            }
            (None, Some(Some(number))) if !super::markdown::begins_paragraph(&text) => {
                Content::Paragraph(format!("{number}. {text}"))
            }
            _ => Content::Paragraph(text),
        };
        self.blocks.push(Block { place: 0, content });
    }

    /// The cells of a table of data; `None` for one that only lays out text.
    fn data_table(&mut self, table: NodeRef<'_, Node>) -> Option<Vec<Vec<String>>> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut merged = 0;
        let mut nested = false;
        // Columns that a cell of a row above still covers.
        let mut covered: Vec<usize> = Vec::new();
        let mut open = false;
        walk(table, |edge| match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(e) if e.name() == "table" => nested |= node.id() != table.id(),
                Node::Element(e) if e.name() == "tr" => rows.push(Vec::new()),
                Node::Element(e) if matches!(e.name(), "td" | "th") => {
                    let Some(row) = rows.last_mut() else { return };
                    while row.len() < MOST_COLUMNS
                        && covered.get(row.len()).is_some_and(|rows| *rows > 0)
                    {
                        covered[row.len()] -= 1;
                        row.push(String::new());
                    }
                    let span = |name| {
                        let written = e.attr(name).and_then(|n| n.trim().parse::<usize>().ok());
                        written.unwrap_or(1).clamp(1, 100)
                    };
                    let room = MOST_COLUMNS.saturating_sub(row.len()).max(1);
                    let (columns, lines) = (span("colspan").min(room), span("rowspan"));
                    merged += usize::from(columns > 1 || lines > 1);
                    let at = row.len();
                    row.extend(std::iter::repeat_n(String::new(), columns));
                    covered.resize(covered.len().max(row.len()), 0);
                    covered[at..at + columns].fill(lines - 1);
                    // The text belongs into the first of the columns.
                    row.truncate(at + 1);
                    open = true;
                    if columns > 1 {
                        row.push(format!("\u{0}{}", columns - 1));
                    }
                }
                Node::Element(e) if BLOCKS.contains(&e.name()) => {
                    if let Some(cell) = current(&mut rows).filter(|c| open && !c.is_empty()) {
                        cell.push(' ');
                    }
                }
                Node::Text(text) if open => {
                    if let Some(cell) = current(&mut rows) {
                        push_collapsed(cell, text);
                    }
                }
                _ => {}
            },
            Edge::Close(node) => {
                if element(node).is_some_and(|e| matches!(e.name(), "td" | "th")) {
                    open = false;
                    // The placeholder becomes the columns that the cell covers.
                    if let Some(row) = rows.last_mut()
                        && let Some(more) = row.last().and_then(|c| c.strip_prefix('\0'))
                    {
                        let more: usize = more.parse().unwrap_or(0);
                        row.pop();
                        row.extend(std::iter::repeat_n(String::new(), more));
                    }
                }
            }
        });
        let long = rows.iter().flatten().any(|cell| cell.chars().count() > 500);
        let rows = even(rows).ok()?;
        let lays_out =
            nested || rows[0].len() < 2 || (rows.len() < 2 && long) || (rows[0].len() == 2 && long);
        if lays_out {
            return None;
        }
        self.notes.add_many(Kind::MergedCells, 0, merged, "");
        Some(rows)
    }
}

/// The cell that is being filled.
fn current(rows: &mut [Vec<String>]) -> Option<&mut String> {
    let row = rows.last_mut()?;
    let last = row.last().is_some_and(|cell| cell.starts_with('\0'));
    let index = row.len().checked_sub(1 + usize::from(last))?;
    row.get_mut(index)
}

/// Most columns of a table; a cell that says it covers more is cut.
pub const MOST_COLUMNS: usize = 100;

/// Most cells of a table, once its rows are equally long. Beyond it, a table
/// is read as paragraphs: a short file may claim a hundred columns for each of
/// a million rows.
const MOST_CELLS: usize = 500_000;

/// Rows of equal length, without empty ones.
///
/// # Errors
/// The texts of the cells, when there are too many of them for a table.
pub fn even(mut rows: Vec<Vec<String>>) -> Result<Vec<Vec<String>>, Vec<String>> {
    rows.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    if rows.is_empty() || rows.len() * width > MOST_CELLS {
        let cells = rows.into_iter().flatten();
        return Err(cells.filter(|cell| !cell.trim().is_empty()).collect());
    }
    for row in &mut rows {
        for cell in row.iter_mut() {
            *cell = cell.trim().to_owned();
        }
        row.resize(width, String::new());
    }
    Ok(rows)
}

/// Adds text as a browser shows it: white space is one space, and none
/// between Han.
fn push_collapsed(out: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, ' ' | '\t' | '\n' | '\r') {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            // A line end between two Han is the editor's, not the text's.
            if out.ends_with(' ') && text.contains('\n') {
                let before = out.trim_end().chars().next_back();
                if before.is_some_and(crate::chinese::han::is_han) && crate::chinese::han::is_han(c)
                {
                    out.truncate(out.trim_end().len());
                }
            }
            out.push(c);
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Manuscript {
        read(text, &mut Notes::default()).expect("a page")
    }

    #[test]
    fn the_text_is_found_and_its_surroundings_are_not() {
        let body = "为了示例，制定本办法。".repeat(10);
        let html = format!(
            "<html><head><title>某某办法_某网</title><style>p{{}}</style></head><body>\
             <nav>首页</nav><div class='menu'>栏目</div><script>alert(1)</script>\
             <div id='content'><p align=center>某某办法</p><p>第一条　{body}<br>第二条 本办法</p>\
             <ul><li>甲<li>乙</ul><ol start=3><li>丙</ol></div>\
             <div class='footer'>版权</div></body></html>"
        );
        let page = page(&html);
        assert_eq!(page.title.as_deref(), Some("某某办法"));
        let lines: Vec<_> = page.blocks.iter().filter_map(Block::line).collect();
        assert_eq!(lines[0], "某某办法");
        assert!(lines[1].starts_with("第一条　为了"));
        assert_eq!(lines[2..], ["第二条 本办法", "甲", "乙", "3. 丙"]);
    }

    #[test]
    fn tables_of_data_stay_tables() {
        let page = page(
            "<table><tr><th>项目<th>数</tr><tr><td rowspan=2>甲<td>1</tr><tr><td>2</tr>\
             <tr><td colspan=2>合计</tr></table><table><tr><td><p>一段</p></td></tr></table>",
        );
        assert_eq!(
            page.blocks[0].content,
            Content::Table(
                [["项目", "数"], ["甲", "1"], ["", "2"], ["合计", ""]]
                    .map(|row| row.map(str::to_owned).to_vec())
                    .to_vec()
            )
        );
        assert_eq!(page.blocks[1].line(), Some("一段"));
    }

    #[test]
    fn a_table_that_claims_a_million_cells_is_read_as_paragraphs() {
        let page = page(&format!(
            "<table>{}</table>",
            "<tr><td colspan=100>甲<td>乙".repeat(6000)
        ));
        assert_eq!(page.blocks.len(), 12_000);
        assert_eq!(page.blocks[1].line(), Some("乙"));
    }

    #[test]
    fn a_page_without_bottom_is_refused() {
        assert!(read(&"<div>".repeat(100_000), &mut Notes::default()).is_err());
    }
}
