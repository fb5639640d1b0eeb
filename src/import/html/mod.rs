//! Web pages: finds the main text and drops what surrounds it.
//!
//! The tree is walked without recursion. Pages that would cost the parser too
//! much are refused before they are parsed.

mod bounds;
mod surroundings;
mod table;
mod text;

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::node::Element;
use scraper::{Html, Node};

use super::link;
use super::manuscript::{Block, Content, Manuscript, Picture, PlaceUnit};
use super::notes::{Kind, Notes};
use super::recognise::title::ends_like_title;
use surroundings::{Dropped, element};
use text::{BLOCKS, push_collapsed};

/// Reads a page. `find` returns the file of a picture, given the address in the
/// page.
///
/// # Errors
/// When parsing would cost too much, or the page has no text; the message says
/// what to do.
pub fn read(
    text: &str,
    find: &dyn Fn(&str) -> Option<Vec<u8>>,
    notes: &mut Notes,
) -> Result<Manuscript, String> {
    bounds::check(text)?;
    let html = Html::parse_document(text);
    let root = html.tree.root();
    if let Some(shown) = shown_without_scripts(text, root) {
        return read(&shown, find, notes);
    }
    let mut dropped = surroundings::judge(root);
    let main = surroundings::main_text(root, &dropped);
    dropped.beside(root, main);
    let mut reader = Reader::new(notes, &dropped, find);
    reader.read(main);
    let Reader {
        mut blocks,
        links,
        pictures,
        ..
    } = reader;
    if blocks.is_empty() || waits_for_a_script(root, &blocks) {
        return Err(without_text(root).to_owned());
    }
    for (index, block) in blocks.iter_mut().enumerate() {
        block.place = index + 1;
    }
    let (title, named) = title(root, &blocks);
    Ok(Manuscript {
        title,
        named,
        blocks,
        links,
        pictures,
        unit: PlaceUnit::Paragraph,
        ..Manuscript::default()
    })
}

/// A page whose text is in `<noscript>`, for browsers without scripts, with that
/// text in the open.
fn shown_without_scripts(text: &str, root: NodeRef<'_, Node>) -> Option<String> {
    let sentences = |text: &str| text.matches('。').count();
    let mut inside = 0;
    let mut outside = 0;
    for node in root.descendants() {
        let Some(words) = node.value().as_text() else {
            continue;
        };
        let within = |names: &[&str]| {
            node.ancestors()
                .filter_map(element)
                .any(|e| names.contains(&e.name()))
        };
        if within(&["noscript"]) {
            inside += sentences(words);
        } else if !within(&["script", "style"]) {
            outside += sentences(words);
        }
    }
    (inside >= 2 && outside == 0).then(|| {
        text.replace("<noscript", "<div")
            .replace("</noscript", "</div")
    })
}

/// Longest text, in characters, that a page shows while a script fetches the rest.
const LONGEST_WAITING: usize = 30;

/// Whether a page with a script says no more than 加载中…….
fn waits_for_a_script(root: NodeRef<'_, Node>, blocks: &[Block]) -> bool {
    let mut count = 0;
    for block in blocks {
        let Some(line) = block.line() else {
            return false;
        };
        count += characters(line);
        if count > LONGEST_WAITING || line.contains(['。', '；', '，']) {
            return false;
        }
    }
    root.descendants()
        .filter_map(element)
        .any(|element| element.name() == "script")
}

/// Whether a page sends its readers to another one.
fn leads_on(root: NodeRef<'_, Node>) -> bool {
    root.descendants().filter_map(element).any(|element| {
        element.name() == "meta"
            && element
                .attr("http-equiv")
                .is_some_and(|name| name.eq_ignore_ascii_case("refresh"))
    })
}

/// Explains why a page has no text.
fn without_text(root: NodeRef<'_, Node>) -> &'static str {
    let has = |names: &[&str]| {
        root.descendants()
            .filter_map(element)
            .any(|element| names.contains(&element.name()))
    };
    if has(&["frameset", "frame", "iframe", "object", "embed"]) {
        "该文件为框架页，正文在其他网页中；请用浏览器打开，在正文上点击右键，单独打开该框架，\
         再另存为网页或复制文字"
    } else if leads_on(root) {
        "该网页仅用于转向其他网页，正文不在文件中；请用浏览器打开，待正文显示后另存为网页或复制文字"
    } else if has(&["script"]) {
        "该网页的正文由脚本生成，不在文件中；请用浏览器打开，待正文显示后复制文字，存为文本文件"
    } else if has(&["img"]) {
        "网页中只有图片，没有文字；扫描件请先识别为文字，再导入"
    } else {
        "网页中没有文字；请用浏览器打开核对，重新另存"
    }
}

/// Reads a piece of HTML in Markdown.
pub fn fragment(text: &str, notes: &mut Notes) -> Vec<Block> {
    let only_comment = text.trim().starts_with("<!--") && text.trim().ends_with("-->");
    if only_comment {
        return Vec::new();
    }
    if bounds::check(text).is_err() {
        notes.add(Kind::Markup, 0, "");
        notes.left_out(Kind::Markup, text.chars().count());
        return Vec::new();
    }
    let html = Html::parse_fragment(text);
    let root = html.tree.root();
    let dropped = surroundings::judge(root);
    let mut reader = Reader::new(notes, &dropped, &|_| None);
    reader.read(root);
    let mut blocks = reader.blocks;
    // Link numbers of the piece are not those of its page.
    for block in &mut blocks {
        if let Content::Paragraph(text) | Content::Heading { text, .. } | Content::Bullet(text) =
            &mut block.content
        {
            *text = link::without_marks(text).into_owned();
        }
    }
    blocks
}

/// The title: from the meta tag of government sites, the only `h1`, or the
/// page's title without the site's name.
///
/// The second value is another name that the page gives itself, for texts that
/// show no title.
fn title(root: NodeRef<'_, Node>, blocks: &[Block]) -> (Option<String>, Option<String>) {
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
        return (Some(title), None);
    }
    // `标题_某网`, `标题-某网`: the part that occurs in the text, or ends like
    // a title.
    let Some(page) = page.and_then(clean) else {
        return (None, None);
    };
    let parts = || {
        page.split(['_', '|', '—'])
            .chain(page.split(" - "))
            .chain(page.split(['-', '–', '_', '|', '—']))
            .map(str::trim)
    };
    let begins: Vec<&str> = blocks.iter().take(5).filter_map(Block::line).collect();
    let stands = parts()
        .filter(|part| part.chars().count() >= 4)
        .find(|part| begins.iter().any(|line| line == part));
    let named = parts().find(|part| ends_like_title(part));
    (stands.map(str::to_owned), named.map(str::to_owned))
}

fn text_of(node: NodeRef<'_, Node>) -> String {
    node.descendants()
        .filter_map(|node| node.value().as_text().map(|text| text.to_string()))
        .collect()
}

/// Collects blocks while the tree is walked.
struct Reader<'n> {
    notes: &'n mut Notes,
    dropped: &'n Dropped,
    blocks: Vec<Block>,
    find: &'n dyn Fn(&str) -> Option<Vec<u8>>,
    pictures: Vec<Picture>,
    /// Pictures within the open paragraph.
    beside: Vec<Block>,
    /// Addresses of links.
    links: Vec<String>,
    /// Whether the open link is kept.
    linked: bool,
    /// How many struck-out elements are open.
    struck: usize,
    text: String,
    /// Level of the open heading.
    heading: Option<u8>,
    /// The open lists: the next number, or `None` for bullets.
    lists: Vec<Option<usize>>,
    /// The number or bullet that begins the next paragraph.
    item: Option<Option<usize>>,
    preformatted: usize,
}

impl<'n> Reader<'n> {
    fn new(
        notes: &'n mut Notes,
        dropped: &'n Dropped,
        find: &'n dyn Fn(&str) -> Option<Vec<u8>>,
    ) -> Self {
        Self {
            notes,
            dropped,
            find,
            pictures: Vec::new(),
            beside: Vec::new(),
            blocks: Vec::new(),
            links: Vec::new(),
            linked: false,
            struck: 0,
            text: String::new(),
            heading: None,
            lists: Vec::new(),
            item: None,
            preformatted: 0,
        }
    }

    fn read(&mut self, root: NodeRef<'_, Node>) {
        // Data tables are read as a whole, and their nodes then skipped.
        let mut table = None;
        self.notes.add_many(Kind::Markup, 0, self.dropped.count, "");
        self.notes.left_out(Kind::Markup, self.dropped.characters);
        let mut edges = Vec::new();
        self.dropped.walk(root, |edge| edges.push(edge));
        for edge in edges {
            match edge {
                Edge::Open(node) if table.is_none() => {
                    if element(node).is_some_and(|e| e.name() == "table")
                        && let Some(found) =
                            table::data_table(node, self.dropped, &mut self.links, self.notes)
                    {
                        self.flush();
                        self.table(found);
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
                self.struck += usize::from(surroundings::is_struck(element));
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
                    "img" => self.picture(element),
                    "a" if element
                        .attr("href")
                        .is_some_and(|href| !href.starts_with('#')) =>
                    {
                        let target = element.attr("href").unwrap_or_default();
                        match link::kept(target) {
                            Some(address) => {
                                self.text.push_str(&link::marks(self.links.len()).0);
                                self.links.push(address);
                                self.linked = true;
                            }
                            None => self.notes.add(Kind::Links, 0, shortened(target)),
                        }
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
        self.struck -= usize::from(surroundings::is_struck(element));
        if BLOCKS.contains(&name) {
            self.flush();
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = None,
            "ol" | "ul" => {
                self.lists.pop();
            }
            "li" => self.item = None,
            "a" if std::mem::take(&mut self.linked) => self.text.push(link::marks(0).1),
            "pre" => self.preformatted = self.preformatted.saturating_sub(1),
            _ => {}
        }
    }

    /// Adds a table: its caption above it, its pictures below.
    fn table(&mut self, found: table::DataTable) {
        let table::DataTable {
            rows,
            caption,
            pictures,
        } = found;
        if !caption.is_empty() {
            self.blocks.push(Block::paragraph(0, caption));
        }
        self.blocks.push(Block {
            place: 0,
            content: Content::Table(rows),
        });
        for (source, alt) in pictures {
            self.add_picture(&source, &alt);
        }
        self.blocks.append(&mut self.beside);
        // A picture that isn't kept left its description as text.
        self.flush();
    }

    /// Adds a picture that lies beside the page; it goes below its paragraph.
    fn picture(&mut self, element: &Element) {
        let source = element.attr("src").unwrap_or_default();
        let alt = element.attr("alt").unwrap_or_default();
        self.add_picture(source, alt);
    }

    fn add_picture(&mut self, source: &str, alt: &str) {
        let picture = Picture {
            part: shortened(source),
            bytes: (self.find)(source).unwrap_or_default(),
        };
        if picture.ending().is_none() {
            self.notes.add(Kind::Images, 0, shortened(source));
            self.text.push_str(alt);
            return;
        }
        let index = self.pictures.len();
        self.notes.add(
            Kind::Pictures,
            0,
            format!("图{}（{}）", index + 1, picture.part),
        );
        self.pictures.push(picture);
        if !self.text.trim().is_empty() {
            self.text.push_str(&format!("〔图{}〕", index + 1));
        }
        self.beside.push(Block {
            place: 0,
            content: Content::Picture {
                index,
                alt: alt.to_owned(),
            },
        });
    }

    fn push_text(&mut self, text: &str) {
        if self.struck > 0 {
            let place = self.blocks.len() + 1;
            self.notes.add(Kind::Struck, place, shortened(text.trim()));
            self.notes.left_out(Kind::Struck, characters(text));
            return;
        }
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
        if std::mem::take(&mut self.linked) {
            // A link across several paragraphs is kept in none of them.
            self.notes.add(Kind::Links, 0, "");
        }
        let text = if text.chars().all(link::is_mark) {
            String::new()
        } else {
            text
        };
        if text.is_empty() {
            self.blocks.append(&mut self.beside);
            return;
        }
        // What a line is depends on its first characters, so a link there becomes
        // plain words.
        if text.starts_with(link::is_mark) {
            self.notes.add(Kind::Links, 0, "");
        }
        let content = match (self.heading, self.item.take()) {
            (Some(level), _) => Content::Heading { level, text },
            (None, Some(None)) if !super::layout::begins_paragraph(&text) => Content::Bullet(text),
            (None, Some(Some(number))) if !super::layout::begins_paragraph(&text) => {
                Content::Paragraph(format!("{number}. {text}"))
            }
            _ => Content::Paragraph(text),
        };
        self.blocks.push(Block { place: 0, content });
        self.blocks.append(&mut self.beside);
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

fn characters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Manuscript {
        read(text, &|_| None, &mut Notes::default()).expect("a page")
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
        assert!(read(&"<div>".repeat(100_000), &|_| None, &mut Notes::default()).is_err());
    }
}
