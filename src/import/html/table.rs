//! Tables of a web page: tells tables of data from those that only lay out
//! text.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::Node;
use scraper::node::Element;

use super::surroundings::{Dropped, element, is_struck};
use super::text::{BLOCKS, push_collapsed};
use crate::import::cells::{MOST_COLUMNS, even};
use crate::import::link;
use crate::import::notes::{Kind, Notes};
use crate::import::structure::{self, Unit};

/// Most characters in a cell of a data table; a longer cell suggests that the
/// table only lays out text.
const LONG_CELL: usize = 500;

/// A table of data.
pub struct DataTable {
    /// Its cells, with the marks of their links.
    pub rows: Vec<Vec<String>>,
    /// Its caption; may be empty.
    pub caption: String,
    /// Address and description of the pictures in its cells.
    pub pictures: Vec<(String, String)>,
}

/// Reads a table of data, and adds the addresses of its links to those of the
/// page; `None` if it only lays out text.
pub fn data_table(
    table: NodeRef<'_, Node>,
    dropped: &Dropped,
    links: &mut Vec<String>,
    notes: &mut Notes,
) -> Option<DataTable> {
    let mut reading = Reading {
        first_link: links.len(),
        ..Reading::default()
    };
    dropped.walk(table, |edge| match edge {
        Edge::Open(node) => reading.open(node),
        Edge::Close(node) => reading.close(node),
    });
    let Reading {
        rows,
        merged,
        nested,
        headed,
        articles,
        struck,
        caption,
        pictures,
        links: own_links,
        left_links,
        ..
    } = reading;
    let shown = headed
        || element(table).is_some_and(|table| {
            table
                .attr("border")
                .is_some_and(|width| width.trim() != "0")
                || table.attr("rules").is_some()
                || draws_lines(table)
        });
    let long = rows
        .iter()
        .flatten()
        .any(|cell| cell.chars().count() > LONG_CELL);
    let rows = even(rows).ok()?;
    let narrow = rows[0].len() < 2;
    let lays_out = narrow
        || articles >= 2
        || (!shown && (nested || (long && (rows.len() < 2 || rows[0].len() == 2))));
    if lays_out {
        return None;
    }
    notes.add_many(Kind::MergedCells, 0, merged, "");
    notes.add_many(Kind::NestedTables, 0, usize::from(nested), "");
    for text in struck {
        let count = text.chars().filter(|c| !c.is_whitespace()).count();
        notes.add(Kind::Struck, 0, text.trim());
        notes.left_out(Kind::Struck, count);
    }
    for target in left_links {
        notes.add(Kind::Links, 0, target);
    }
    links.extend(own_links);
    Some(DataTable {
        rows,
        caption: caption.trim().to_owned(),
        pictures,
    })
}

/// Whether an element's style draws lines around cells.
fn draws_lines(element: &Element) -> bool {
    let style = element
        .attr("style")
        .unwrap_or_default()
        .to_ascii_lowercase();
    style.contains("border")
        && (style.contains("solid") || style.contains("collapse") || style.contains("double"))
}

/// State while a table is read.
#[derive(Default)]
struct Reading {
    rows: Vec<Vec<String>>,
    merged: usize,
    /// How many tables are open.
    depth: usize,
    nested: bool,
    /// Whether it has header cells or a caption.
    headed: bool,
    /// How many paragraphs begin an article. From two on, the table is the text
    /// itself.
    articles: usize,
    /// For each column, how many more rows a cell from above covers.
    covered: Vec<usize>,
    /// Whether a cell is open.
    open: bool,
    /// The caption, and whether it is open.
    caption: String,
    in_caption: bool,
    /// Address and description of the pictures in cells.
    pictures: Vec<(String, String)>,
    /// Index of the table's first link in the page, the addresses of its links,
    /// whether a kept one is open, and those that aren't kept.
    first_link: usize,
    links: Vec<String>,
    linked: bool,
    left_links: Vec<String>,
    /// How many struck-out elements are open, and their texts.
    striking: usize,
    struck: Vec<String>,
}

impl Reading {
    fn open(&mut self, node: NodeRef<'_, Node>) {
        match node.value() {
            Node::Element(element) => {
                self.striking += usize::from(is_struck(element));
                match element.name() {
                    "table" => {
                        self.depth += 1;
                        self.nested |= self.depth > 1;
                        self.separate(' ');
                    }
                    // A nested table becomes text of the cell.
                    "tr" if self.depth > 1 => self.separate('；'),
                    name if self.depth > 1 && BLOCKS.contains(&name) => self.separate(' '),
                    "tr" => self.rows.push(Vec::new()),
                    "td" | "th" => {
                        self.headed |= element.name() == "th" || draws_lines(element);
                        self.cell(element);
                    }
                    "caption" => (self.headed, self.in_caption) = (true, true),
                    "img" => {
                        let of = |name| element.attr(name).unwrap_or_default().to_owned();
                        self.pictures.push((of("src"), of("alt")));
                    }
                    "a" => self.open_link(element),
                    name if BLOCKS.contains(&name) => self.separate(' '),
                    _ => {}
                }
            }
            Node::Text(text) if self.striking > 0 => self.struck.push(text.to_string()),
            Node::Text(text) if self.in_caption => push_collapsed(&mut self.caption, text),
            Node::Text(text) if self.open => {
                let article =
                    structure::numbered(text).is_some_and(|(unit, _)| unit == Unit::Article);
                self.articles += usize::from(article);
                if let Some(cell) = current(&mut self.rows) {
                    push_collapsed(cell, text);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, node: NodeRef<'_, Node>) {
        let Some(element) = element(node) else { return };
        self.striking -= usize::from(is_struck(element));
        match element.name() {
            "table" => self.depth -= 1,
            "caption" => self.in_caption = false,
            "a" => self.close_link(),
            "td" | "th" if self.depth == 1 => {
                self.close_link();
                self.open = false;
                // Replaces the placeholder with the columns that the cell
                // spans.
                if let Some(row) = self.rows.last_mut()
                    && let Some(more) = row.last().and_then(|c| c.strip_prefix('\0'))
                {
                    let more: usize = more.parse().unwrap_or(0);
                    row.pop();
                    row.extend(std::iter::repeat_n(String::new(), more));
                }
            }
            _ => {}
        }
    }

    /// Marks the beginning of a link in a cell.
    fn open_link(&mut self, element: &Element) {
        let Some(target) = element.attr("href").filter(|href| !href.starts_with('#')) else {
            return;
        };
        let Some(cell) = current(&mut self.rows).filter(|_| self.open && !self.linked) else {
            return;
        };
        match link::kept(target) {
            Some(address) => {
                let index = self.first_link + self.links.len();
                cell.push_str(&link::marks(index).0);
                self.links.push(address);
                self.linked = true;
            }
            None => self.left_links.push(target.chars().take(60).collect()),
        }
    }

    fn close_link(&mut self) {
        if std::mem::take(&mut self.linked)
            && let Some(cell) = current(&mut self.rows)
        {
            cell.push(link::marks(0).1);
        }
    }

    /// Begins a cell of the outer table.
    fn cell(&mut self, element: &Element) {
        let Some(row) = self.rows.last_mut() else {
            return;
        };
        while row.len() < MOST_COLUMNS && self.covered.get(row.len()).is_some_and(|rows| *rows > 0)
        {
            self.covered[row.len()] -= 1;
            row.push(String::new());
        }
        let span = |name| {
            let written = element
                .attr(name)
                .and_then(|n| n.trim().parse::<usize>().ok());
            written.unwrap_or(1).clamp(1, 100)
        };
        let room = MOST_COLUMNS.saturating_sub(row.len()).max(1);
        let (columns, lines) = (span("colspan").min(room), span("rowspan"));
        self.merged += usize::from(columns > 1 || lines > 1);
        let at = row.len();
        row.extend(std::iter::repeat_n(String::new(), columns));
        self.covered.resize(self.covered.len().max(row.len()), 0);
        self.covered[at..at + columns].fill(lines - 1);
        // The text belongs in the first of these columns.
        row.truncate(at + 1);
        self.open = true;
        if columns > 1 {
            row.push(format!("\u{0}{}", columns - 1));
        }
    }

    /// Separates the cell's text from what follows.
    fn separate(&mut self, mark: char) {
        if let Some(cell) = current(&mut self.rows).filter(|cell| !cell.is_empty())
            && self.open
        {
            if mark == '；' && !cell.ends_with([' ', '；'])
                || mark == ' ' && !cell.ends_with([' ', '；'])
            {
                cell.push(mark);
            } else if mark == '；' && cell.ends_with(' ') {
                cell.truncate(cell.trim_end().len());
                cell.push('；');
            }
        }
    }
}

/// The cell that is being filled.
fn current(rows: &mut [Vec<String>]) -> Option<&mut String> {
    let row = rows.last_mut()?;
    let last = row.last().is_some_and(|cell| cell.starts_with('\0'));
    let index = row.len().checked_sub(1 + usize::from(last))?;
    row.get_mut(index)
}
