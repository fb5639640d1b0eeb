//! Notes on what importing changed and what it doubts, collected by kind.

/// A kind of note. Its name is stable and documented in `docs/import.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Encoding,
    UndecodableBytes,
    ControlCharacters,
    PrivateUse,
    PinyinResidue,
    PinyinKept,
    Misdecoded,
    FilledIn,
    LostCharacter,
    WrongDecoding,
    Traditional,
    TraditionalLeft,
    Zhe,
    ZheLeft,
    Punctuation,
    Quotes,
    Unbalanced,
    ContentsDropped,
    TitleGuessed,
    TitleFromFileName,
    DateOrder,
    DateUnclear,
    NumberRewritten,
    FieldsUnused,
    FieldsUnreadable,
    Images,
    Links,
    Markup,
    MergedCells,
    Insertions,
    Deletions,
    HiddenText,
    Macros,
    Footnotes,
    TextBoxes,
    Equations,
    Embedded,
    Symbols,
    Numbering,
    Unreadable,
    Template,
    SiteTable,
    Forms,
    FormsLeft,
    LettersForZeros,
    Spaces,
    SpacesLeft,
    LinesJoined,
    LineEndsUnclear,
    PageNumbers,
    RunningHeads,
    Struck,
    NestedTables,
    BlankNumbers,
    HeaderText,
    Pictures,
    PicturesLeft,
    Secrecy,
    Namesake,
    Converted,
    ConvertedNumbers,
}

/// How much attention a note needs from the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Only the form of the text changed.
    Form,
    /// The text was changed, with certainty.
    Repaired,
    /// An editor should look.
    Doubtful,
    /// Characters are missing, guessed or wrong, so the page's integrity is
    /// doubtful.
    Damaged,
    /// Somebody has to decide whether the page may be public.
    Barred,
}

impl Kind {
    /// The stable name.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// How much attention it needs.
    pub fn weight(self) -> Weight {
        self.row().1
    }

    /// What happened.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// What to do about it; may be empty.
    pub fn hint(self) -> &'static str {
        self.row().3
    }

    #[rustfmt::skip]
    fn row(self) -> (&'static str, Weight, &'static str, &'static str) {
        use Weight::{Barred, Damaged, Doubtful, Form, Repaired};
        match self {
            Self::Encoding => ("encoding", Form, "原文不是 UTF-8，已转换", ""),
            Self::UndecodableBytes => ("undecodable-bytes", Damaged, "无法解码的字节，写作 □", "对照原件补全"),
            Self::ControlCharacters => ("control-characters", Form, "删去控制字符和不可见字符", ""),
            Self::PrivateUse => ("private-use", Doubtful, "私用区字符，原样保留，部分设备无法显示", "改用通用字；没有通用字的写 □"),
            Self::PinyinResidue => ("pinyin-residue", Repaired, "删去汉字后的拼音", ""),
            Self::PinyinKept => ("pinyin-kept", Doubtful, "括号中疑为拼音，但与前一字读音不符，未改动", "对照原件决定去留"),
            Self::Misdecoded => ("misdecoded", Repaired, "编码错位的字，按字节重新配对后复原", "对照原件核对"),
            Self::FilledIn => ("filled-in", Damaged, "编码不完整的字，据同一文件的用例补出", "对照原件核对"),
            Self::LostCharacter => ("lost-character", Damaged, "丢失的字，写作 □", "对照原件补全"),
            Self::WrongDecoding => ("wrong-decoding", Damaged, "疑为乱码，未改动", "对照原件改正；无法确定的字写 □"),
            Self::Traditional => ("traditional", Repaired, "繁体字转为简体", ""),
            Self::TraditionalLeft => ("traditional-left", Doubtful, "简体文本中的个别繁体字，未改动", "人名、地名、引文中的可以保留，其他改为简体"),
            Self::Zhe => ("zhe", Repaired, "“著”改为“着”", ""),
            Self::ZheLeft => ("zhe-left", Doubtful, "不能确定“著”是否应为“着”，未改动", "对照原件决定"),
            Self::Punctuation => ("punctuation", Repaired, "半角标点改为全角", ""),
            Self::Quotes => ("quotes", Repaired, "引号改为“”‘’", ""),
            Self::Unbalanced => ("unbalanced", Doubtful, "引号或括号不成对", "对照原件补全另一半，或删去该符号"),
            Self::ContentsDropped => ("contents-dropped", Form, "目录未导入，由页面自动生成", ""),
            Self::TitleGuessed => ("title-guessed", Doubtful, "标题取自文件开头的文字", "核对 title"),
            Self::TitleFromFileName => ("title-from-file-name", Doubtful, "未能识别标题，取文件名", "改写 title"),
            Self::DateOrder => ("date-order", Doubtful, "日期先后矛盾，未采用", "对照原件填写"),
            Self::DateUnclear => ("date-unclear", Doubtful, "日期未写明类别，未采用", "对照原件填写 adopted、promulgated 或 effective"),
            Self::NumberRewritten => ("number-rewritten", Doubtful, "发文字号的括号改为六角括号（只改字段，不改正文）", "核对 document_number"),
            Self::FieldsUnused => ("fields-unused", Form, "原文字段区中未采用的字段", ""),
            Self::FieldsUnreadable => ("fields-unreadable", Doubtful, "文件开头疑为字段区，但无法读取，作为正文导入", "改正字段区后重新导入，或删去该部分"),
            Self::Images => ("images", Doubtful, "图片未导入", "需要的图片，放入页面所在文件夹，用 ![说明](文件名) 引用"),
            Self::Links => ("links", Form, "链接只保留文字", ""),
            Self::Markup => ("markup", Form, "删去注释、脚本、导航等", ""),
            Self::MergedCells => ("merged-cells", Doubtful, "合并的单元格已拆分，内容置于第一格", "核对表格"),
            Self::Insertions => ("insertions", Doubtful, "修订标记：插入的文字保留", "核对修订是否已定稿"),
            Self::Deletions => ("deletions", Doubtful, "修订标记：删除的文字未导入", "核对修订是否已定稿"),
            Self::HiddenText => ("hidden-text", Doubtful, "隐藏文字未导入", "需要的，在 Word 中取消隐藏后重新导入"),
            Self::Macros => ("macros", Doubtful, "文件含有宏，未读取，未运行", "来源不明的文件，先查杀病毒"),
            Self::Footnotes => ("footnotes", Form, "脚注和尾注移至文末，正文中写作〔注1〕", ""),
            Self::TextBoxes => ("text-boxes", Doubtful, "文本框中的文字置于所在段落之后", "核对位置"),
            Self::Equations => ("equations", Doubtful, "公式只保留文字", "核对公式"),
            Self::Embedded => ("embedded", Doubtful, "嵌入的对象未导入", "需要的，另行录入"),
            Self::Symbols => ("symbols", Doubtful, "符号字体的字符写作 □", "对照原件改正"),
            Self::Numbering => ("numbering", Form, "Word 自动编号转换为文字", ""),
            Self::Unreadable => ("unreadable-part", Doubtful, "文件的附属部分无法读取，已略过", "核对编号、标题和脚注"),
            Self::SiteTable => ("site-table", Form, "网页的信息表未导入，可用的内容已填入字段", ""),
            Self::Forms => ("compatibility-forms", Repaired, "康熙部首和兼容字改为通用字", ""),
            Self::FormsLeft => ("compatibility-forms-left", Doubtful, "部首字符没有对应的通用字，未改动", "对照原件改正"),
            Self::LettersForZeros => ("letters-for-zeros", Repaired, "数字中的字母改为数字", ""),
            Self::Spaces => ("spaces-between-characters", Repaired, "删去文字之间的空格", ""),
            Self::SpacesLeft => ("spaces-left", Doubtful, "句中的空格未改动", "不需要的，删去"),
            Self::LinesJoined => ("lines-joined", Repaired, "因排版断开的行合并为段", ""),
            Self::LineEndsUnclear => ("line-ends-unclear", Doubtful, "上一行满行并以句号结束，不能确定本行是否另起一段，未合并", "对照原件，属于同一段的，予以合并"),
            Self::PageNumbers => ("page-numbers", Repaired, "页码未导入", ""),
            Self::RunningHeads => ("running-heads", Repaired, "页眉未导入", ""),
            Self::Struck => ("struck", Doubtful, "加删除线的文字未导入", "核对修改是否已定稿；尚未定稿的，先在原文中恢复"),
            Self::NestedTables => ("nested-tables", Doubtful, "表格中嵌套的表格转为单元格中的文字", "核对表格"),
            Self::BlankNumbers => ("blank-numbers", Doubtful, "段落只有自动编号、没有文字，编号按 Word 的显示保留", "补全文字，或删去该段并核对其后的编号"),
            Self::HeaderText => ("header-text", Doubtful, "页眉、页脚中的文字未导入", "需要的文字，补入正文"),
            Self::Pictures => ("pictures", Doubtful, "图片存入页面所在文件夹", "将方括号中的“图1”改为图片的文字说明；不需要的图片，连同引用一并删去"),
            Self::PicturesLeft => ("pictures-left", Doubtful, "图片格式不能在页面显示，未导入", "需要的，在 Word 中另存为 PNG，放入页面所在文件夹，用 ![说明](文件名) 引用"),
            Self::Secrecy => ("secrecy", Barred, "正文有密级或不公开的标志，已写 public = false，生成时列为错误", "由有权机关或人员确定：不能公开的，移出 content；可以公开的，删去标志，写 public = true"),
            Self::Namesake => ("namesake", Doubtful, "已有标题相同而文号、日期或正文不同的页面，另建页面", "属于同一制度不同时期文本的，写 version_of；属于同一文件的，删去其中一页"),
            Self::Converted => ("converted", Form, "由 LibreOffice 转换后导入", "对照原件核对表格"),
            Self::ConvertedNumbers => ("converted-numbers", Doubtful, "自动编号经过转换，可能与 Word 显示的不同（如每章从第一条重排）", "对照原件核对编号"),
            Self::Template => ("template", Doubtful, "文字中有模板专用的【请填写，检查时列为错误", "改写该处"),
        }
    }
}

/// All notes of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Their kind.
    pub kind: Kind,
    /// Number of places.
    pub count: usize,
    /// Number of the input's characters that are not in the page.
    pub left_out: usize,
    /// Lines or paragraphs, ascending, without repetition; empty when the note
    /// concerns the whole file.
    pub places: Vec<usize>,
    /// The first few examples: the old text, or its replacement.
    pub examples: Vec<String>,
}

/// How many examples are kept for a kind.
const EXAMPLES: usize = 6;

/// Notes so far, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(Vec<Note>);

impl Notes {
    /// Counts one place. `example` may be empty; place 0 is the whole file.
    pub fn add(&mut self, kind: Kind, place: usize, example: impl Into<String>) {
        self.add_many(kind, place, 1, example);
    }

    /// Counts several occurrences at one place.
    pub fn add_many(&mut self, kind: Kind, place: usize, count: usize, example: impl Into<String>) {
        if count == 0 {
            return;
        }
        let index = match self.0.iter().position(|note| note.kind == kind) {
            Some(index) => index,
            None => {
                self.0.push(Note {
                    kind,
                    count: 0,
                    left_out: 0,
                    places: Vec::new(),
                    examples: Vec::new(),
                });
                self.0.len() - 1
            }
        };
        let note = &mut self.0[index];
        note.count += count;
        if place > 0
            && let Err(at) = note.places.binary_search(&place)
        {
            note.places.insert(at, place);
        }
        let example = example.into();
        if !example.is_empty()
            && note.examples.len() < EXAMPLES
            && !note.examples.contains(&example)
        {
            note.examples.push(example);
        }
    }

    /// Adds to the count of omitted characters of a kind that was noted before.
    pub fn left_out(&mut self, kind: Kind, characters: usize) {
        if let Some(note) = self.0.iter_mut().find(|note| note.kind == kind) {
            note.left_out += characters;
        }
    }

    /// How often a kind was counted.
    pub fn count(&self, kind: Kind) -> usize {
        self.get(kind).map_or(0, |note| note.count)
    }

    /// The notes of a kind.
    pub fn get(&self, kind: Kind) -> Option<&Note> {
        self.0.iter().find(|note| note.kind == kind)
    }

    /// The notes, most serious first, otherwise in order of discovery.
    pub fn into_sorted(mut self) -> Vec<Note> {
        self.0
            .sort_by_key(|note| std::cmp::Reverse(note.kind.weight()));
        self.0
    }

    /// All notes, in order of discovery.
    pub fn iter(&self) -> impl Iterator<Item = &Note> {
        self.0.iter()
    }
}
