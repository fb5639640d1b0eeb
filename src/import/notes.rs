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
            Self::UndecodableBytes => ("undecodable-bytes", Damaged, "无法解码的字节，写作 □", "对照原件补上"),
            Self::ControlCharacters => ("control-characters", Form, "删去控制字符和不可见字符", ""),
            Self::PrivateUse => ("private-use", Doubtful, "私用区字符，原样保留，读者可能无法看到", "换成通用的字；没有通用字的写 □"),
            Self::PinyinResidue => ("pinyin-residue", Repaired, "删去汉字后的拼音", ""),
            Self::PinyinKept => ("pinyin-kept", Doubtful, "括号里像拼音，但不是前一个字的读音，保留", "对照原件决定去留"),
            Self::Misdecoded => ("misdecoded", Repaired, "编码错位的字，按字节重新配对复原", "对照原件核对"),
            Self::FilledIn => ("filled-in", Damaged, "只剩半个编码的字，据同文用例补出", "对照原件核对"),
            Self::LostCharacter => ("lost-character", Damaged, "丢失的字，写作 □", "对照原件补上"),
            Self::WrongDecoding => ("wrong-decoding", Damaged, "疑为乱码，未改动", "对照原件改正；无法确定的字写 □"),
            Self::Traditional => ("traditional", Repaired, "繁体字转为简体", ""),
            Self::TraditionalLeft => ("traditional-left", Doubtful, "简体文本里的个别繁体字，未改动", "人名、地名、引文可以保留，其他改为简体"),
            Self::Zhe => ("zhe", Repaired, "“著”改为“着”", ""),
            Self::ZheLeft => ("zhe-left", Doubtful, "“著”不能确定是不是“着”，未改动", "对照原件决定"),
            Self::Punctuation => ("punctuation", Repaired, "半角标点改为全角", ""),
            Self::Quotes => ("quotes", Repaired, "引号改为“”‘’", ""),
            Self::Unbalanced => ("unbalanced", Doubtful, "引号或括号不成对", "对照原件补上另一半，或删去这一个"),
            Self::ContentsDropped => ("contents-dropped", Form, "目录未导入，页面自动生成", ""),
            Self::TitleGuessed => ("title-guessed", Doubtful, "标题取自开头的文字", "核对 title"),
            Self::TitleFromFileName => ("title-from-file-name", Doubtful, "未识别出标题，取文件名", "改写 title"),
            Self::DateOrder => ("date-order", Doubtful, "日期的先后互相矛盾，未采用", "对照原件填写"),
            Self::DateUnclear => ("date-unclear", Doubtful, "日期没有说明是哪一种，未采用", "对照原件填写 adopted、promulgated 或 effective"),
            Self::NumberRewritten => ("number-rewritten", Doubtful, "发文字号的括号改为六角括号（只改字段，正文不动）", "核对 document_number"),
            Self::FieldsUnused => ("fields-unused", Form, "原文字段区里没有用到的字段", ""),
            Self::FieldsUnreadable => ("fields-unreadable", Doubtful, "开头像字段区，但无法读取，当作正文", "改正字段区再导入，或删去这几行"),
            Self::Images => ("images", Doubtful, "图片未导入", "需要的图片放到页面旁边，用 ![说明](文件名) 引用"),
            Self::Links => ("links", Form, "链接只留文字", ""),
            Self::Markup => ("markup", Form, "删去注释、脚本、导航等", ""),
            Self::MergedCells => ("merged-cells", Doubtful, "合并的单元格拆开，内容放在第一格", "核对表格"),
            Self::Insertions => ("insertions", Doubtful, "修订标记：插入的文字保留", "核对修订是否已定稿"),
            Self::Deletions => ("deletions", Doubtful, "修订标记：删除的文字未导入", "核对修订是否已定稿"),
            Self::HiddenText => ("hidden-text", Doubtful, "隐藏文字未导入", "需要的请在 Word 里取消隐藏后重新导入"),
            Self::Macros => ("macros", Doubtful, "文件里有宏，未读取也没有运行", "来源不明的文件请先查毒"),
            Self::Footnotes => ("footnotes", Form, "脚注和尾注移到文末，正文里写〔注1〕", ""),
            Self::TextBoxes => ("text-boxes", Doubtful, "文本框里的文字放在所在段落之后", "核对位置"),
            Self::Equations => ("equations", Doubtful, "公式只留文字", "核对公式"),
            Self::Embedded => ("embedded", Doubtful, "嵌入的对象未导入", "需要的内容另行录入"),
            Self::Symbols => ("symbols", Doubtful, "符号字体的字符写作 □", "对照原件改正"),
            Self::Numbering => ("numbering", Form, "Word 自动生成的编号写成文字", ""),
            Self::Unreadable => ("unreadable-part", Doubtful, "文件的附属部分无法读取，已略过", "核对编号、标题和脚注"),
            Self::SiteTable => ("site-table", Form, "网站的信息表未导入，能用的已填入字段", ""),
            Self::Forms => ("compatibility-forms", Repaired, "康熙部首和兼容字换成通用的字", ""),
            Self::FormsLeft => ("compatibility-forms-left", Doubtful, "部首字符没有对应的字，未改动", "对照原件改正"),
            Self::LettersForZeros => ("letters-for-zeros", Repaired, "数字里的字母改为数字", ""),
            Self::Spaces => ("spaces-between-characters", Repaired, "删去字与字之间的空格", ""),
            Self::SpacesLeft => ("spaces-left", Doubtful, "句子里的空格未改动", "非有意保留的请删去"),
            Self::LinesJoined => ("lines-joined", Repaired, "按版面断开的行合并成段", ""),
            Self::LineEndsUnclear => ("line-ends-unclear", Doubtful, "上一行排满并以句号结束，不能确定这一行是不是新的一段，未合并", "对照原件，同一段的接上"),
            Self::PageNumbers => ("page-numbers", Repaired, "页码未导入", ""),
            Self::RunningHeads => ("running-heads", Repaired, "页眉未导入", ""),
            Self::Struck => ("struck", Doubtful, "划去（删除线）的文字未导入", "核对修改是否已定稿；没有定稿的，先在原文里恢复"),
            Self::NestedTables => ("nested-tables", Doubtful, "表格里的表格并成单元格里的文字", "核对表格"),
            Self::BlankNumbers => ("blank-numbers", Doubtful, "只有自动编号、没有文字的段落，编号照 Word 的显示保留", "补上文字，或删去这一段并核对以后的编号"),
            Self::HeaderText => ("header-text", Doubtful, "页眉、页脚里的文字未导入", "需要的补到正文里"),
            Self::Pictures => ("pictures", Doubtful, "图片放在页面旁边", "把方括号里的“图1”改成图片的文字说明；不需要的图片连同引用删去"),
            Self::PicturesLeft => ("pictures-left", Doubtful, "图片的格式网页不能显示，未导入", "需要的在 Word 里另存为 PNG，放到页面旁边，用 ![说明](文件名) 引用"),
            Self::Secrecy => ("secrecy", Barred, "正文有密级或不公开的标志，已写 public = false，生成时会报错", "由有权机关或人员确定：不能公开的移出 content；可以公开的删去标志，写 public = true"),
            Self::Namesake => ("namesake", Doubtful, "已有标题相同、文号日期或正文不同的页面，另成一页", "是同一制度不同时间的文本，写 version_of；是同一份文件，删去一页"),
            Self::Converted => ("converted", Form, "由 LibreOffice 转换后导入", "对照原件核对表格"),
            Self::ConvertedNumbers => ("converted-numbers", Doubtful, "自动编号经过转换，可能与 Word 显示的不同（如每章从第一条重排）", "对照原件核对编号"),
            Self::Template => ("template", Doubtful, "文字里有本站模板用的【请填写，check 会报错", "改写这一处"),
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
