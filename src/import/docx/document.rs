//! Reads the text of a Word document, from `document.xml` and its notes.
//!
//! One pass over the XML with a stack of open elements. Paragraphs occur in the
//! text, in cells and in text boxes; text boxes occur in paragraphs.

use std::collections::HashMap;

use super::numbering::{Label, Numbering};
use super::package::Relation;
use super::styles::Styles;
use super::xml::{Step, Tag, walk};
use crate::import::cells;
use crate::import::layout;
use crate::import::link;
use crate::import::manuscript::{Block, Content, Manuscript, Picture, PlaceUnit, is_picture_alone};
use crate::import::notes::{Kind, Notes};

/// The XML of the parts that hold text, and what they refer to.
pub struct Parts<'p> {
    /// Targets of the relationships that `document.xml` refers to by id: part
    /// names and addresses.
    pub relations: &'p [Relation],
    /// `document.xml`
    pub text: &'p str,
    /// `footnotes.xml`
    pub footnotes: Option<&'p str>,
    /// `endnotes.xml`
    pub endnotes: Option<&'p str>,
}

/// Reads the text and what it refers to.
///
/// # Errors
/// When `document.xml` is broken.
pub fn read(
    parts: &Parts<'_>,
    styles: &Styles,
    numbering: Numbering,
    notes: &mut Notes,
) -> Result<Manuscript, String> {
    let mut machine = Machine::new(styles, numbering, notes);
    machine.relations = parts.relations;
    for (name, xml) in [
        ("footnotes.xml", parts.footnotes),
        ("endnotes.xml", parts.endnotes),
    ] {
        if xml.is_some_and(|xml| walk(xml, |step| machine.step(step)).is_err()) {
            machine.notes.add(Kind::Unreadable, 0, name);
        }
        machine.stack.truncate(1);
        machine.reset();
    }
    machine.place = 0;
    machine.stack = vec![Frame::Flow(Vec::new())];
    walk(parts.text, |step| machine.step(step))?;
    if machine.generated > MOST_GENERATED {
        return Err(format!(
            "自动编号展开后超过 {} MB，文件不正常，未读取；来源可靠的，\
             请在 Word 中将编号转换为文字，另存为新的 .docx",
            MOST_GENERATED >> 20
        ));
    }
    Ok(machine.finish())
}

/// Elements that are skipped: text before a tracked change, field codes,
/// layout.
const SKIPPED: &[&str] = &[
    "Fallback",
    "instrText",
    "rPrChange",
    "pPrChange",
    "sectPrChange",
    "tblPrChange",
    "tcPrChange",
    "trPrChange",
    "tblGridChange",
    "tblPrExChange",
    "numberingChange",
    "sectPr",
    "tblGrid",
    "rt",
    "binData",
    "fldData",
    "delInstrText",
];

/// Most bytes of list numbers that are generated. The longest codes need some
/// ten thousand.
const MOST_GENERATED: usize = 2 << 20;

#[derive(Debug)]
enum Frame {
    Flow(Vec<Block>),
    Paragraph(Paragraph),
    Table(Vec<Row>),
    Cell(Cell),
    /// A footnote or endnote.
    Note(String, Vec<Block>),
}

#[derive(Debug, Default)]
struct Paragraph {
    place: usize,
    text: String,
    style: Option<String>,
    list: Option<u32>,
    list_level: Option<usize>,
    outline: Option<u8>,
    /// Its paragraph mark was deleted, so the next paragraph is joined to it.
    runs_on: bool,
    /// Texts of boxes that are anchored in it, and its pictures.
    boxes: Vec<Block>,
    /// The number that the file itself states, as Word 2003 does.
    stated: Option<String>,
}

#[derive(Debug, Default)]
struct Row {
    /// Columns that the row leaves free at its beginning.
    skipped: usize,
    cells: Vec<Cell>,
}

#[derive(Debug)]
struct Cell {
    blocks: Vec<Block>,
    columns: usize,
    /// Merged with the cell above.
    continues: bool,
}

struct Machine<'m> {
    styles: &'m Styles,
    numbering: Numbering,
    notes: &'m mut Notes,
    stack: Vec<Frame>,
    /// Names of the open elements.
    path: Vec<String>,
    /// Depth of open elements inside a skipped one.
    skipping: usize,
    deleting: bool,
    hidden: bool,
    struck: bool,
    relations: &'m [Relation],
    /// Addresses of links; for each open link, whether it is kept.
    links: Vec<String>,
    open_links: Vec<bool>,
    /// Ids of pictures in document order, with their descriptions.
    pictures: Vec<(String, String)>,
    /// The description of the open drawing.
    described: String,
    /// State of the open check box.
    check_box: Option<bool>,
    /// Bytes of list numbers generated so far.
    generated: usize,
    place: usize,
    /// A paragraph whose mark was deleted, to be joined to the next one.
    carried: Option<Paragraph>,
    /// Whether a page break stands since the last paragraph with words, and the
    /// places of the paragraphs that follow one.
    page_breaks: bool,
    page_begins: Vec<usize>,
    title: Vec<String>,
    /// Whether a title may still come.
    before_text: bool,
    row_deleted: bool,
    /// Texts of notes, by kind and id.
    note_texts: HashMap<String, Vec<Block>>,
    /// Notes in order of their references.
    note_order: Vec<String>,
}

impl<'m> Machine<'m> {
    fn new(styles: &'m Styles, numbering: Numbering, notes: &'m mut Notes) -> Self {
        Self {
            styles,
            numbering,
            notes,
            stack: vec![Frame::Flow(Vec::new())],
            path: Vec::new(),
            skipping: 0,
            deleting: false,
            hidden: false,
            struck: false,
            relations: &[],
            links: Vec::new(),
            open_links: Vec::new(),
            pictures: Vec::new(),
            described: String::new(),
            check_box: None,
            generated: 0,
            place: 0,
            carried: None,
            page_breaks: false,
            page_begins: Vec::new(),
            title: Vec::new(),
            before_text: true,
            row_deleted: false,
            note_texts: HashMap::new(),
            note_order: Vec::new(),
        }
    }

    /// Clears what a broken part left open.
    fn reset(&mut self) {
        self.path.clear();
        self.skipping = 0;
        self.deleting = false;
        self.hidden = false;
        self.struck = false;
        self.open_links.clear();
        self.carried = None;
        self.page_breaks = false;
        self.page_begins.clear();
        self.title.clear();
        self.before_text = true;
        self.row_deleted = false;
    }

    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Open(tag) => {
                if self.skipping > 0 {
                    self.skipping += 1;
                } else {
                    self.open(tag);
                }
                self.path.push(tag.name.clone());
            }
            Step::Close(name) => {
                self.path.pop();
                if self.skipping > 0 {
                    self.skipping -= 1;
                    if self.skipping == 0 {
                        self.deleting = false;
                    }
                } else {
                    self.close(name);
                }
            }
            Step::Text(text) => {
                let last = self.path.last().map(String::as_str);
                if self.deleting && matches!(last, Some("delText" | "t")) {
                    let place = self.place;
                    self.notes.add(Kind::Deletions, place, shortened(text));
                } else if self.skipping == 0 && last == Some("t") {
                    self.text(text);
                }
            }
        }
    }

    fn is_in(&self, name: &str) -> bool {
        self.path.iter().any(|open| open == name)
    }

    fn paragraph(&mut self) -> Option<&mut Paragraph> {
        self.stack.iter_mut().rev().find_map(|frame| match frame {
            Frame::Paragraph(paragraph) => Some(paragraph),
            _ => None,
        })
    }

    fn text(&mut self, text: &str) {
        if self.hidden {
            let place = self.place;
            self.notes.add(Kind::HiddenText, place, shortened(text));
            self.notes.left_out(Kind::HiddenText, text.chars().count());
            return;
        }
        if self.struck && !text.trim().is_empty() {
            let place = self.place;
            self.notes.add(Kind::Struck, place, shortened(text));
            self.notes.left_out(Kind::Struck, text.chars().count());
            return;
        }
        if let Some(paragraph) = self.paragraph() {
            paragraph.text.push_str(text);
        }
    }

    fn skip(&mut self) {
        // Counted from 1: the skipped element closes like those inside it.
        self.skipping = 1;
    }

    fn open(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        let value = tag.value();
        let place = self.place;
        match name {
            "p" if !self.is_in("graphicData") || self.is_in("txbxContent") => {
                self.place += 1;
                let mut paragraph = Paragraph {
                    place: self.place,
                    ..Paragraph::default()
                };
                if let Some(carried) = self.carried.take() {
                    paragraph = Paragraph {
                        runs_on: false,
                        ..carried
                    };
                }
                self.stack.push(Frame::Paragraph(paragraph));
            }
            "tbl" => self.stack.push(Frame::Table(Vec::new())),
            "tr" => {
                self.row_deleted = false;
                if let Some(Frame::Table(rows)) = self.stack.last_mut() {
                    rows.push(Row::default());
                }
            }
            "gridBefore" => {
                if let Some(Frame::Table(rows)) = self.stack.last_mut()
                    && let Some(row) = rows.last_mut()
                {
                    let columns: usize = value.and_then(|v| v.parse().ok()).unwrap_or(0);
                    row.skipped = columns.min(cells::MOST_COLUMNS);
                }
            }
            "tc" => self.stack.push(Frame::Cell(Cell {
                blocks: Vec::new(),
                columns: 1,
                continues: false,
            })),
            "gridSpan" => {
                if let Some(Frame::Cell(cell)) = self.stack.last_mut() {
                    let columns = value.and_then(|v| v.parse().ok()).unwrap_or(1);
                    cell.columns = usize::clamp(columns, 1, 100);
                }
            }
            "vMerge" | "hMerge" => {
                if let Some(Frame::Cell(cell)) = self.stack.last_mut() {
                    cell.continues = value != Some("restart");
                }
            }
            "txbxContent" => self.stack.push(Frame::Flow(Vec::new())),
            // Word 2003 puts notes inside the text.
            "footnote" | "endnote" if self.is_in("r") => {
                let key = format!("inline{}", self.note_order.len());
                self.note_order.push(key.clone());
                self.notes.add(Kind::Footnotes, place, "");
                let mark = format!("〔注{}〕", self.note_order.len());
                self.text(&mark);
                self.stack.push(Frame::Note(key, Vec::new()));
            }
            "footnote" | "endnote" => {
                // Notes with a type are the separator lines above the notes.
                let id = tag
                    .get("id")
                    .filter(|_| tag.get("type").is_none_or(|t| t == "normal"));
                let key = id.map_or_else(String::new, |id| format!("{name}{id}"));
                self.stack.push(Frame::Note(key, Vec::new()));
            }
            "footnoteReference" | "endnoteReference" => {
                let kind = name.trim_end_matches("Reference");
                if let Some(id) = tag.get("id") {
                    self.note_order.push(format!("{kind}{id}"));
                    let mark = format!("〔注{}〕", self.note_order.len());
                    self.notes.add(Kind::Footnotes, place, "");
                    self.text(&mark);
                }
            }
            "r" => (self.hidden, self.struck) = (false, false),
            "strike" | "dstrike"
                if self.path.last().is_some_and(|p| p == "rPr") && self.is_in("r") =>
            {
                // The style that a run names comes first, and may be overruled.
                self.struck = tag.is_on() || (self.struck && name == "dstrike");
            }
            "rStyle" if self.is_in("r") => {
                self.struck |= value.is_some_and(|id| self.styles.strikes(id));
            }
            "hyperlink" => self.open_link(tag),
            "textpath" => {
                if let Some(words) = tag.get("string").map(str::to_owned) {
                    self.notes.add(Kind::TextBoxes, place, "艺术字");
                    self.text(&words);
                }
            }
            "checkBox" if self.is_in("ffData") => self.check_box = Some(false),
            "default" if self.check_box.is_some() => self.check_box = Some(tag.is_on()),
            "checked" if self.check_box.is_some() => self.check_box = Some(tag.is_on()),
            "docPr" => self.described = tag.get("descr").unwrap_or_default().to_owned(),
            "vanish" if self.is_in("r") && self.path.last().is_some_and(|p| p == "rPr") => {
                self.hidden = tag.is_on();
            }
            "ins" | "moveTo" if !self.is_in("rPr") && !self.is_in("trPr") => {
                self.notes.add(Kind::Insertions, place, "");
            }
            "del" | "moveFrom" => self.deletion(tag),
            "sym" => self.symbol(tag),
            "tab" if self.is_in("r") => self.text("\t"),
            "br" if self.is_in("r") && matches!(tag.get("type"), Some("page" | "column")) => {
                self.text("\u{C}");
            }
            "br" | "cr" if self.is_in("r") => self.text("\n"),
            "noBreakHyphen" => self.text("-"),
            "blip" | "imagedata" => self.picture(tag),
            "OLEObject" | "altChunk" | "chart" | "relIds" | "control" => {
                self.notes.add(Kind::Embedded, place, "");
            }
            "oMath" => self.notes.add(Kind::Equations, place, ""),
            "commentReference" => self.notes.add(Kind::Markup, place, "批注"),
            _ if SKIPPED.contains(&name) => self.skip(),
            _ if self.is_in("pPr") => self.property(tag),
            _ => {}
        }
    }

    /// Begins a link; its address is kept if it leads outside.
    fn open_link(&mut self, tag: &Tag) {
        let relation = tag
            .get("id")
            .and_then(|id| self.relations.iter().find(|relation| relation.id == id))
            .filter(|relation| relation.is_external);
        let address = relation.and_then(|relation| link::kept(&relation.target));
        self.open_links.push(address.is_some());
        if let Some(address) = address {
            let marks = link::marks(self.links.len());
            self.text(&marks.0);
            self.links.push(address);
        }
    }

    /// Adds a picture of the archive. Its place in the text is marked, since
    /// numbers and words may stand beside it.
    fn picture(&mut self, tag: &Tag) {
        let place = self.place;
        let relation = ["embed", "id", "link", "pict"]
            .iter()
            .find_map(|name| tag.get(name))
            .and_then(|id| self.relations.iter().find(|relation| relation.id == id))
            .filter(|relation| !relation.is_external && relation.kind == "image");
        let Some(relation) = relation else {
            self.notes.add(Kind::Images, place, "");
            self.text("〔图〕");
            return;
        };
        let alt = std::mem::take(&mut self.described);
        self.pictures.push((relation.target.clone(), alt.clone()));
        let index = self.pictures.len() - 1;
        self.text(&format!("〔图{}〕", index + 1));
        if let Some(paragraph) = self.paragraph() {
            paragraph.boxes.push(Block {
                place,
                content: Content::Picture { index, alt },
            });
        }
    }

    /// Handles a deleted run of text, paragraph mark or row.
    fn deletion(&mut self, tag: &Tag) {
        let place = self.place;
        if self.is_in("trPr") {
            self.row_deleted = true;
            self.notes.add(Kind::Deletions, place, "表格行");
        } else if self.is_in("rPr") {
            if self.is_in("pPr")
                && let Some(paragraph) = self.paragraph()
            {
                paragraph.runs_on = true;
            }
        } else {
            self.deleting = tag.name == "del";
            self.skip();
        }
    }

    /// Reads a property of a paragraph.
    fn property(&mut self, tag: &Tag) {
        let value = tag.value();
        let Some(paragraph) = self.paragraph() else {
            return;
        };
        match tag.name.as_str() {
            "pStyle" => paragraph.style = value.map(str::to_owned),
            "numId" => paragraph.list = value.and_then(|v| v.parse().ok()),
            "ilvl" => paragraph.list_level = value.and_then(|v| v.parse().ok()),
            "t" => paragraph.stated = value.map(str::to_owned),
            "outlineLvl" => paragraph.outline = value.and_then(|v| v.parse().ok()),
            _ => {}
        }
    }

    /// Adds a character of a symbol font.
    fn symbol(&mut self, tag: &Tag) {
        let code = tag
            .get("char")
            .and_then(|c| u32::from_str_radix(c, 16).ok());
        let font = tag.get("font").unwrap_or_default().to_lowercase();
        let wingdings = font.starts_with("wingdings");
        let known = match code {
            Some(0xF06F | 0xF0A8 | 0xF0A3) if wingdings => Some('□'),
            Some(0xF052 | 0xF0FE) if wingdings => Some('☑'),
            Some(0xF0FC) if wingdings => Some('√'),
            Some(0xF06C | 0xF09F) if wingdings => Some('●'),
            Some(0xF06E) if wingdings => Some('■'),
            Some(code) if !(0xE000..=0xF8FF).contains(&code) && !wingdings => char::from_u32(code),
            _ => None,
        };
        let place = self.place;
        if known.is_none() {
            let code = code.map_or_else(String::new, |code| format!("{font} U+{code:04X}"));
            self.notes.add(Kind::Symbols, place, code);
        }
        self.text(known.unwrap_or('□').encode_utf8(&mut [0; 4]));
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" if matches!(self.stack.last(), Some(Frame::Paragraph(_))) => {
                if let Some(Frame::Paragraph(paragraph)) = self.stack.pop() {
                    if paragraph.runs_on {
                        self.carried = Some(paragraph);
                    } else {
                        self.end_paragraph(paragraph);
                    }
                }
            }
            "tc" => {
                self.end_carried();
                if let Some(Frame::Cell(cell)) = self.stack.pop()
                    && let Some(Frame::Table(rows)) = self.stack.last_mut()
                    && let Some(row) = rows.last_mut()
                {
                    row.cells.push(cell);
                }
            }
            "hyperlink" => self.end_link(),
            "checkBox" => {
                if let Some(checked) = self.check_box.take() {
                    self.text(if checked { "☑" } else { "□" });
                }
            }
            "tr" if self.row_deleted => {
                self.row_deleted = false;
                if let Some(Frame::Table(rows)) = self.stack.last_mut() {
                    rows.pop();
                }
            }
            "tbl" => {
                if let Some(Frame::Table(rows)) = self.stack.pop() {
                    self.end_table(rows);
                }
            }
            "txbxContent" => {
                self.end_carried();
                if let Some(Frame::Flow(blocks)) = self.stack.pop()
                    && !blocks.is_empty()
                {
                    let place = self.place;
                    self.notes.add(Kind::TextBoxes, place, "");
                    match self.paragraph() {
                        Some(paragraph) => paragraph.boxes.extend(blocks),
                        None => self.push(blocks),
                    }
                }
            }
            "footnote" | "endnote" => {
                self.end_carried();
                if let Some(Frame::Note(key, blocks)) = self.stack.pop()
                    && !key.is_empty()
                {
                    self.note_texts.insert(key, blocks);
                }
            }
            "r" => (self.hidden, self.struck) = (false, false),
            _ => {}
        }
    }

    /// Adds blocks to the innermost open container.
    fn push(&mut self, blocks: Vec<Block>) {
        for frame in self.stack.iter_mut().rev() {
            match frame {
                Frame::Flow(own) | Frame::Note(_, own) => return own.extend(blocks),
                Frame::Cell(cell) => return cell.blocks.extend(blocks),
                Frame::Paragraph(_) | Frame::Table(_) => {}
            }
        }
    }

    /// Marks the end of a link that is kept.
    fn end_link(&mut self) {
        if self.open_links.pop() == Some(true) {
            self.text(link::marks(0).1.encode_utf8(&mut [0; 4]));
        }
    }

    fn end_carried(&mut self) {
        if let Some(carried) = self.carried.take() {
            self.end_paragraph(carried);
        }
    }

    fn end_paragraph(&mut self, paragraph: Paragraph) {
        let Paragraph {
            place,
            text,
            style,
            list,
            list_level,
            outline,
            boxes,
            stated,
            ..
        } = paragraph;
        let own = self.styles.get(style.as_deref()).clone();
        let blank = text.chars().all(|c| c.is_whitespace() || link::is_mark(c));
        let list = list.or(own.list).filter(|id| *id != 0);
        let level = list_level
            .or(own.list_level)
            .or_else(|| self.numbering.level_of_style(list?, style.as_deref()?));
        if self.stack.len() == 1 {
            let begins = std::mem::take(&mut self.page_breaks) || text.starts_with('\u{C}');
            if begins && !blank {
                self.page_begins.push(place);
            }
            self.page_breaks = begins && blank || text.ends_with('\u{C}');
        }
        // Word counts paragraphs without words too, and shows their numbers.
        let counted = list.and_then(|id| self.numbering.next(id, level.unwrap_or(0)));
        let label = stated
            .filter(|number| !number.trim().is_empty())
            .map(Label::Number)
            .or(counted);
        let mut blocks = Vec::new();
        if own.name.starts_with("toc ") {
            if !blank {
                self.notes.add(Kind::ContentsDropped, place, "");
            }
        } else if !blank || matches!(label, Some(Label::Number(_))) {
            let outline = outline.or(own.outline).filter(|level| *level < 9);
            let in_text = self.stack.len() == 1;
            if own.name == "title" && in_text && self.before_text {
                self.title.push(joined(&link::without_marks(&text)));
            } else {
                self.before_text &= !in_text;
                blocks = self.paragraphs(place, &text, label, outline);
                if own.name == "title" && blocks.len() == 1 {
                    blocks = vec![Block::heading(place, 1, joined(&text))];
                }
            }
        }
        blocks.extend(boxes);
        self.push(blocks);
    }

    /// Turns a paragraph of Word into one or several paragraphs. Authors use
    /// line breaks to separate paragraphs, except in headings and within a
    /// sentence.
    fn paragraphs(
        &mut self,
        place: usize,
        text: &str,
        mut label: Option<Label>,
        outline: Option<u8>,
    ) -> Vec<Block> {
        // What a program writes for a character that it can't.
        if let Some(Label::Number(number)) = &mut label
            && number.contains('?')
        {
            *number = number.replace('?', "□");
            let lost = number.trim().to_owned();
            self.notes.add(Kind::LostCharacter, place, lost);
        }
        let number = match &label {
            Some(Label::Number(number)) => {
                self.generated += number.len();
                self.notes
                    .add(Kind::Numbering, place, number.trim().to_owned());
                number.as_str()
            }
            _ => "",
        };
        // Beyond the limit nothing is kept; the whole file is refused.
        if self.generated > MOST_GENERATED {
            return Vec::new();
        }
        if text.trim().is_empty() {
            let in_cell = self
                .stack
                .iter()
                .any(|frame| matches!(frame, Frame::Cell(_)));
            if !in_cell {
                self.notes
                    .add(Kind::BlankNumbers, place, number.trim().to_owned());
            }
            return vec![Block::paragraph(place, number.trim())];
        }
        // A picture that stands alone needs no mark for its place.
        if label.is_none() && outline.is_none() && is_picture_alone(text) {
            return Vec::new();
        }
        if let Some(outline) = outline {
            let text = format!("{number}{}", joined(&link::without_marks(text)));
            return vec![Block::heading(place, outline + 1, text)];
        }
        // What a line is depends on its first characters, so a link there becomes
        // plain words.
        let in_cell = self
            .stack
            .iter()
            .any(|frame| matches!(frame, Frame::Cell(_)));
        if text.trim_start().starts_with(link::is_mark) && !in_cell {
            self.notes.add(Kind::Links, place, "");
        }
        self.lines(place, text)
            .into_iter()
            .enumerate()
            .map(|(index, line)| {
                let content = match (&label, index) {
                    (Some(Label::Bullet), 0) if !layout::begins_paragraph(&line) => {
                        Content::Bullet(line)
                    }
                    (Some(Label::Number(_)), 0) => Content::Paragraph(format!("{number}{line}")),
                    _ => Content::Paragraph(line),
                };
                Block { place, content }
            })
            .collect()
    }

    /// Splits a paragraph into lines; lines that break within a sentence are
    /// joined.
    fn lines(&mut self, place: usize, text: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        // Whether the last line continues an earlier one.
        let mut open = false;
        for (at, page) in text.split('\u{C}').enumerate() {
            for (index, line) in page.split('\n').enumerate() {
                let line = line.trim();
                if line.is_empty() {
                    continue;
                }
                let over = at > 0 && index == 0;
                match lines.last_mut() {
                    Some(last)
                        if layout::goes_on(last, line, open)
                            || over && layout::goes_on_over(last, line) =>
                    {
                        layout::append(last, line);
                        self.notes.add(Kind::LinesJoined, place, "");
                        open = true;
                    }
                    _ => {
                        lines.push(line.to_owned());
                        open = false;
                    }
                }
            }
        }
        lines
    }

    /// Ends a table. A data table becomes a table; a mere frame around text is
    /// dropped, and its text kept.
    fn end_table(&mut self, rows: Vec<Row>) {
        let place = self.place;
        let nested = rows.iter().flat_map(|row| &row.cells).any(|cell| {
            cell.blocks
                .iter()
                .any(|block| matches!(block.content, Content::Table(_)))
        });
        let is_frame = rows.iter().all(|row| row.cells.len() < 2) || (nested && rows.len() < 2);
        if is_frame {
            let cells = rows.into_iter().flat_map(|row| row.cells);
            return self.push(cells.flat_map(|cell| cell.blocks).collect());
        }
        self.notes
            .add_many(Kind::NestedTables, place, usize::from(nested), "");
        let mut merged = 0;
        let mut pictures = Vec::new();
        let mut texts = Vec::with_capacity(rows.len());
        for row in rows {
            let mut cells = vec![String::new(); row.skipped];
            for cell in row.cells {
                merged += usize::from(cell.columns > 1 || cell.continues);
                cells.push(words(&cell.blocks));
                let is_picture = |block: &Block| matches!(block.content, Content::Picture { .. });
                pictures.extend(cell.blocks.into_iter().filter(is_picture));
                let room = cells::MOST_COLUMNS.saturating_sub(cells.len());
                let covered = (cell.columns - 1).min(room);
                cells.extend(std::iter::repeat_n(String::new(), covered));
            }
            texts.push(cells);
        }
        self.notes.add_many(Kind::MergedCells, place, merged, "");
        let mut blocks = match cells::even(texts) {
            Ok(rows) => vec![Block {
                place,
                content: Content::Table(rows),
            }],
            Err(cells) => cells
                .into_iter()
                .map(|cell| Block::paragraph(place, cell))
                .collect(),
        };
        blocks.extend(pictures);
        self.push(blocks);
    }

    fn finish(mut self) -> Manuscript {
        self.end_carried();
        let mut blocks = match self.stack.into_iter().next() {
            Some(Frame::Flow(blocks)) => blocks,
            _ => Vec::new(),
        };
        let last = self.place + 1;
        // Under a heading of their own, since they would otherwise belong to
        // the last article.
        if self
            .note_order
            .iter()
            .any(|key| self.note_texts.contains_key(key))
        {
            blocks.push(Block::heading(last, NOTES_LEVEL, "注释"));
        }
        for (index, key) in self.note_order.iter().enumerate() {
            let mut mark = format!("〔注{}〕", index + 1);
            for block in self.note_texts.remove(key).unwrap_or_default() {
                let text = format!("{mark}{}", block.line().unwrap_or_default().trim());
                blocks.push(Block::paragraph(last, text));
                mark.clear();
            }
        }
        Manuscript {
            title: (!self.title.is_empty()).then(|| self.title.concat()),
            blocks,
            links: self.links,
            page_begins: self.page_begins,
            pictures: self
                .pictures
                .into_iter()
                .map(|(part, _)| Picture {
                    part,
                    bytes: Vec::new(),
                })
                .collect(),
            unit: PlaceUnit::Paragraph,
            ..Manuscript::default()
        }
    }
}

/// The level of the heading above the notes: the outermost.
const NOTES_LEVEL: u8 = 1;

/// The text of a cell, including that of a nested table.
fn words(blocks: &[Block]) -> String {
    let mut words: Vec<String> = Vec::new();
    for block in blocks {
        match &block.content {
            Content::Table(rows) => {
                let rows = rows.iter().map(|row| row.join(" ").trim().to_owned());
                words.push(rows.collect::<Vec<_>>().join("；"));
            }
            _ => words.extend(block.line().map(str::to_owned)),
        }
    }
    words.join(" ")
}

/// Joins the lines of a heading.
fn joined(text: &str) -> String {
    text.split(['\n', '\u{C}']).map(str::trim).collect()
}

fn shortened(text: &str) -> String {
    text.chars().take(20).collect()
}
