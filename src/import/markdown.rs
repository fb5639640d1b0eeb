//! Reads Markdown with the parser of the site's own pages.

use std::borrow::Cow;

use super::cells;
use super::front;
use super::html;
use super::layout;
use super::link;
use super::manuscript::{Block, Content, Manuscript, Picture, is_picture_alone};
use super::notes::{Kind, Notes};
use crate::body::tree::{Block as Parsed, Inline, Mark, WrittenLink};
use crate::parse;

/// Reads Markdown. `find` returns the file of a picture, given the address in the
/// text.
pub fn read(text: &str, find: &dyn Fn(&str) -> Option<Vec<u8>>, notes: &mut Notes) -> Manuscript {
    let (fields, body, lines_before) = front::split(text);
    let body = &*without_struck(body, lines_before, notes);
    // Prose may begin with a rule `---`, but never with `+++`.
    if lines_before == 0 && body.trim_start().starts_with("+++\n") {
        notes.add(Kind::FieldsUnreadable, 1, "");
    }
    let mut reader = Reader {
        body,
        starts: std::iter::once(0)
            .chain(body.match_indices('\n').map(|(at, _)| at + 1))
            .collect(),
        lines_before,
        line: lines_before + 1,
        blocks: Vec::new(),
        links: Vec::new(),
        find,
        pictures: Vec::new(),
        beside: Vec::new(),
        notes,
    };
    let parsed = parse::body(body);
    reader.blocks(&parsed.blocks, None);
    Manuscript {
        title: None,
        fields,
        links: reader.links,
        pictures: reader.pictures,
        blocks: loose_tables(reader.blocks),
        ..Manuscript::default()
    }
}

struct Reader<'n> {
    body: &'n str,
    /// The offset of each line of the body.
    starts: Vec<usize>,
    lines_before: usize,
    /// The line of the last block read; not every block knows its own line.
    line: usize,
    blocks: Vec<Block>,
    links: Vec<String>,
    find: &'n dyn Fn(&str) -> Option<Vec<u8>>,
    pictures: Vec<Picture>,
    /// Pictures of the block that is being read; they go below it.
    beside: Vec<Block>,
    notes: &'n mut Notes,
}

/// The text without what is struck out: ~~三日~~. The site's own Markdown has no
/// such mark, so its parser doesn't read it.
fn without_struck<'t>(body: &'t str, lines_before: usize, notes: &mut Notes) -> Cow<'t, str> {
    if !body.contains("~~") {
        return Cow::Borrowed(body);
    }
    let mut out = String::with_capacity(body.len());
    let mut fenced = false;
    for (index, line) in body.split_inclusive('\n').enumerate() {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        fenced ^= is_fence;
        let mut rest = line;
        while let Some((before, struck, after)) = struck(rest).filter(|_| !fenced && !is_fence) {
            out.push_str(before);
            notes.add(Kind::Struck, lines_before + index + 1, struck);
            notes.left_out(Kind::Struck, struck.chars().count());
            rest = after;
        }
        out.push_str(rest);
    }
    Cow::Owned(out)
}

/// The first struck words of a line, with what stands before and after them.
fn struck(line: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = line.split_once("~~")?;
    let (inside, after) = rest.split_once("~~")?;
    let fits = !before.ends_with(['\\', '~', '`'])
        && !inside.ends_with(['\\', ' '])
        && !inside.starts_with([' ', '~'])
        && !inside.is_empty()
        && !after.starts_with(['~', '`']);
    fits.then_some((before, inside, after))
}

impl Reader<'_> {
    fn at(&mut self, byte: usize) {
        self.line = self.lines_before + self.starts.partition_point(|start| *start <= byte);
    }

    /// Reads blocks. `item` is the list item that the first paragraph belongs
    /// to.
    fn blocks(&mut self, blocks: &[Parsed<WrittenLink>], mut item: Option<&Item>) {
        for block in blocks {
            match block {
                Parsed::Heading {
                    level,
                    content,
                    span,
                    ..
                } => {
                    self.at(span.range.start);
                    let text = self.flatten(content).replace('\n', "");
                    let level = if is_outermost(&self.body[span.range.clone()]) {
                        1
                    } else {
                        *level
                    };
                    self.blocks.push(Block::heading(self.line, level, text));
                    self.blocks.append(&mut self.beside);
                }
                Parsed::Paragraph { content, span } => {
                    self.at(span.range.start);
                    self.paragraph(content, item.take());
                }
                Parsed::List { start, items } => {
                    for (index, blocks) in items.iter().enumerate() {
                        let number = start.map(|start| start.saturating_add(index as u64));
                        self.blocks(blocks, Some(&Item { number }));
                    }
                }
                Parsed::Quote(inner) => self.blocks(inner, None),
                Parsed::Table { header, rows } => {
                    let rows = std::iter::once(header)
                        .chain(rows)
                        .map(|row| {
                            let cells = row.iter();
                            cells
                                .map(|cell| self.flatten(cell).replace('\n', " "))
                                .collect()
                        })
                        .collect();
                    self.blocks.push(Block {
                        place: self.line,
                        content: Content::Table(rows),
                    });
                    self.blocks.append(&mut self.beside);
                }
                // Paragraphs indented by hand look like code.
                Parsed::Code(text) => {
                    for line in text.lines().filter(|line| !line.trim().is_empty()) {
                        self.blocks.push(Block::paragraph(self.line, line.trim()));
                    }
                }
                Parsed::Html(text) => {
                    let place = self.line;
                    for mut block in html::fragment(text, self.notes) {
                        block.place = place;
                        self.blocks.push(block);
                    }
                }
                // Rules carry no text; provisions are made later.
                _ => {}
            }
        }
    }

    /// Turns a Markdown paragraph into one or several: a line that begins with
    /// the number of a provision begins a new paragraph.
    fn paragraph(&mut self, content: &[Inline<WrittenLink>], item: Option<&Item>) {
        let text = self.flatten(content);
        // A picture that stands alone needs no mark for its place.
        if !self.beside.is_empty() && is_picture_alone(&text) {
            self.blocks.append(&mut self.beside);
            return;
        }
        let mut lines: Vec<(usize, String)> = Vec::new();
        for (offset, line) in text.split('\n').enumerate() {
            let line = line.trim();
            match lines.last_mut() {
                Some((_, last)) if goes_on(last, line) => {
                    layout::append(last, line);
                    self.notes.add(Kind::LinesJoined, self.line + offset, "");
                }
                _ => lines.push((self.line + offset, line.to_owned())),
            }
        }
        let mut item = item;
        for (place, mut line) in lines {
            let content = match item.take() {
                Some(Item { number: None }) if !layout::begins_paragraph(&line) => {
                    Content::Bullet(line)
                }
                Some(Item {
                    number: Some(number),
                }) => {
                    line.insert_str(0, &format!("{number}. "));
                    Content::Paragraph(line)
                }
                _ => Content::Paragraph(line),
            };
            self.blocks.push(Block { place, content });
        }
        self.blocks.append(&mut self.beside);
    }

    /// Adds a picture that lies beside the file, and returns what marks its place
    /// in the text: 〔图1〕, or its description when it isn't there.
    fn picture(&mut self, source: &str, alt: &str) -> String {
        let picture = Picture {
            part: source.chars().take(60).collect(),
            bytes: (self.find)(source).unwrap_or_default(),
        };
        if picture.ending().is_none() {
            self.notes.add(Kind::Images, self.line, source.to_owned());
            return alt.to_owned();
        }
        let index = self.pictures.len();
        let name = format!("图{}（{}）", index + 1, picture.part);
        self.notes.add(Kind::Pictures, self.line, name);
        self.pictures.push(picture);
        self.beside.push(Block {
            place: self.line,
            content: Content::Picture {
                index,
                alt: alt.to_owned(),
            },
        });
        format!("〔图{}〕", index + 1)
    }

    fn flatten(&mut self, content: &[Inline<WrittenLink>]) -> String {
        let mut text = String::new();
        self.push(content, &mut text);
        text
    }

    fn push(&mut self, content: &[Inline<WrittenLink>], out: &mut String) {
        for inline in content {
            match inline {
                Inline::Text(text) | Inline::Code(text) => out.push_str(text),
                Inline::Strong(inner) | Inline::Emphasis(inner) => self.push(inner, out),
                Inline::Link { target, content } => {
                    if let Some(address) = link::kept(&target.destination) {
                        let (open, close) = link::marks(self.links.len());
                        self.links.push(address);
                        out.push_str(&open);
                        self.push(content, out);
                        out.push(close);
                        continue;
                    }
                    if !target.destination.starts_with('《') {
                        self.notes
                            .add(Kind::Links, self.line, target.destination.clone());
                    }
                    self.push(content, out);
                }
                Inline::Image { source, alt, .. } => {
                    out.push_str(&self.picture(source, alt));
                }
                Inline::Mark(mark) => out.push_str(&written(mark)),
                Inline::SoftBreak | Inline::HardBreak => out.push('\n'),
                Inline::FormerAnchor(_) => {}
                Inline::Html(tag) => {
                    if tag.to_ascii_lowercase().starts_with("<br") {
                        out.push('\n');
                    }
                }
            }
        }
    }
}

/// Whether a line of a paragraph continues in the next. In Markdown it always
/// does; authors of Chinese text mean it only within a sentence.
fn goes_on(above: &str, below: &str) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let both_latin = latin(above.chars().next_back()) && latin(below.chars().next());
    !layout::begins_paragraph(below) && (both_latin || layout::goes_on(above, below, false))
}

/// Makes tables of rows separated by blank lines. To Markdown these are
/// paragraphs, but to a reader they are a table.
fn loose_tables(blocks: Vec<Block>) -> Vec<Block> {
    let mut made: Vec<Block> = Vec::with_capacity(blocks.len());
    // Rows since the last other block.
    let mut rows: Vec<Block> = Vec::new();
    for block in blocks {
        if cells(&block).is_some() {
            rows.push(block);
        } else {
            close_table(&mut rows, &mut made);
            made.push(block);
        }
    }
    close_table(&mut rows, &mut made);
    made
}

/// The cells of a paragraph `| 甲 | 乙 |`.
fn cells(block: &Block) -> Option<Vec<String>> {
    let Content::Paragraph(text) = &block.content else {
        return None;
    };
    let inner = text.strip_prefix('|')?.strip_suffix('|')?;
    let cells = inner.split('|').map(|cell| cell.trim().to_owned());
    Some(cells.collect())
}

/// Makes a table of the rows if the second is a rule; otherwise keeps them as
/// paragraphs.
fn close_table(rows: &mut Vec<Block>, made: &mut Vec<Block>) {
    let is_rule = |row: &Vec<String>| {
        let rule = |cell: &String| cell.contains('-') && cell.trim_matches(['-', ':']).is_empty();
        row.iter().all(rule)
    };
    if !rows.get(1).and_then(cells).is_some_and(|row| is_rule(&row)) {
        made.append(rows);
        return;
    }
    let place = rows[0].place;
    let texts = rows.drain(..).filter_map(|row| cells(&row));
    let texts = texts.filter(|row| !is_rule(row)).collect();
    match cells::even(texts) {
        Ok(rows) => made.push(Block {
            place,
            content: Content::Table(rows),
        }),
        Err(cells) => made.extend(cells.into_iter().map(|cell| Block::paragraph(place, cell))),
    }
}

/// Whether a heading is of the first level, which the site's parser doesn't
/// distinguish from the second: `# 甲`, or underlined with `=`.
fn is_outermost(heading: &str) -> bool {
    match heading.strip_prefix('#') {
        Some(rest) => !rest.starts_with('#'),
        None => heading.trim_end().ends_with('='),
    }
}

struct Item {
    number: Option<u64>,
}

/// Inline markup, as it was written.
fn written(mark: &Mark) -> String {
    match mark {
        Mark::Stated(places) => format!("〔{}〕", places.join("、")),
        Mark::Inferred(places) => format!("〔推断：{}〕", places.join("、")),
        Mark::Editorial => "〔编注〕".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<Block> {
        read(text, &|_| None, &mut Notes::default()).blocks
    }

    #[test]
    fn comments_go_and_lines_with_numbers_stay_apart() {
        let text = "# 某某办法\n\n<!-- unit 1 -->\n第一条 甲，\n乙\n（一）丙；\n（二）丁。\n\n- 戊\n\n1. 己\n2. 庚\n";
        let paragraph = Block::paragraph;
        assert_eq!(
            blocks(text),
            [
                Block::heading(1, 1, "某某办法"),
                paragraph(4, "第一条 甲，乙"),
                paragraph(6, "（一）丙；"),
                paragraph(7, "（二）丁。"),
                Block {
                    place: 9,
                    content: Content::Bullet("戊".to_owned())
                },
                paragraph(11, "1. 己"),
                paragraph(12, "2. 庚"),
            ]
        );
    }

    #[test]
    fn rows_that_stand_apart_are_a_table() {
        let made = blocks("| 甲 | 乙 |\n\n|---|---|\n\n| 丙 | 丁 |\n\n戊\n\n|己|\n");
        let table = [["甲", "乙"], ["丙", "丁"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(made[0].content, Content::Table(table.to_vec()));
        assert_eq!(made[1].line(), Some("戊"));
        assert_eq!(made[2].line(), Some("|己|"));
    }
}
