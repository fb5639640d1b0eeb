//! Citations in running text: 《甲条例》第七条第二款, 本办法第十、十八条,
//! 前款第（三）项.
//!
//! The scanner tells what is written and where, not what it leads to: that
//! depends on the page and on the whole library. Text whose form rules out a
//! citation (第一条生产线, 第二项目, 提前项目) is skipped.

use std::ops::Range;

use super::numbered::{inserted, number, unit};
use crate::chinese::han::{is_space, title_end};
use search::anchor::{Number, ProvisionKind, Step};
use search::numerals;

/// Longest title in 《》 that is read, in characters; anything longer is an
/// unclosed bracket.
const LONGEST_TITLE: usize = 120;

/// How many characters before a number are searched for the name of a document.
const LONGEST_NAME: usize = 40;

/// Maximum number of provisions in one list; nobody writes more.
const LONGEST_LIST: usize = 200;

/// Words for kinds of documents, as they end a document's name.
const DOCUMENT_WORDS: &[&str] = &[
    "法",
    "办法",
    "典",
    "条例",
    "规定",
    "规则",
    "细则",
    "决定",
    "解释",
    "意见",
    "通则",
    "准则",
    "总则",
    "通知",
    "章程",
    "党章",
    "规程",
    "规范",
    "守则",
    "方案",
    "纲要",
    "批复",
    "纪要",
    "指引",
    "标准",
    "修正案",
    "公约",
    "条约",
    "协定",
    "议定书",
    "合同",
    "协议",
];

/// Kinds of documents that a library of regulations is not expected to hold.
const PRIVATE_WORDS: &[&str] = &[
    "章程",
    "公约",
    "条约",
    "协定",
    "议定书",
    "合同",
    "协议",
    "标准",
    "规范",
    "方法",
    "违法",
    "合法",
    "依法",
];

/// Words that may stand between 本 and the kind of the document: 本实施办法.
const BETWEEN: &[&str] = &["", "实施", "暂行", "若干", "补充", "试行", "管理", "基本"];

/// Something found in running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A citation.
    Mention(Mention),
    /// A short name that applies from here on: （以下简称《条例》）.
    Definition {
        /// The document that gets the short name: [`Document::Title`] or
        /// [`Document::Named`].
        document: Document,
        /// Byte range of the short name, without brackets and quotation marks.
        name: Range<usize>,
    },
}

/// A citation as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Its byte range.
    pub range: Range<usize>,
    /// What its numbers count from.
    pub origin: Origin,
    /// The path from the origin to the provision; empty if the origin itself is
    /// meant.
    pub steps: Vec<Step>,
    /// The end of a range that begins with `steps`: 第七条 in 第三条至第七条.
    pub through: Option<Number>,
}

/// What the numbers of a citation count from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Document(Document),
    /// The article that contains the citation: 本条第二款, or just 第二款.
    Article,
    /// The paragraph that contains the citation: 本款第三项, or just 第三项.
    Paragraph {
        /// Whether 本款 is written.
        written: bool,
    },
    /// The article cited before: 该条第二款.
    LastArticle,
    /// The preceding provisions of this kind: 前款, 前两条.
    Before {
        /// 条, 款 or 项.
        kind: ProvisionKind,
        /// How many, at least 1.
        count: u32,
    },
}

/// Which document is cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// 《…》: byte range of the title with its brackets.
    Title(Range<usize>),
    /// A name without brackets: byte range of the words before the number. They
    /// end with the name and may begin with other words: 依照民事诉讼法.
    Named(Range<usize>),
    /// 本条例, 本章.
    This,
    /// 该条例, 同法.
    Last,
    /// No document is named.
    Implied,
}

/// Finds the citations in a text, in order.
pub fn scan(text: &str) -> Vec<Found> {
    let mut scanner = Scanner {
        text,
        found: Vec::new(),
        behind: 0,
    };
    scanner.run();
    scanner.found
}

struct Scanner<'t> {
    text: &'t str,
    found: Vec<Found>,
    /// End of the last citation found: names don't reach back beyond it.
    behind: usize,
}

impl Scanner<'_> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while at + 3 <= bytes.len() {
            // Four out of five bytes are none of these, and none of these ever
            // occurs in the middle of a character.
            if !matches!(bytes[at], 0xE3 | 0xE5..=0xE7) {
                at += 1;
                continue;
            }
            let end = match &bytes[at..at + 3] {
                b"\xE3\x80\x8A" => self.title(at),       // 《
                b"\xE7\xAC\xAC" => self.numbered(at),    // 第
                b"\xE5\x89\x8D" => self.before(at),      // 前
                b"\xE6\x9C\xAC" => self.unnumbered(at),  // 本
                b"\xE7\xA7\xB0" => self.named_short(at), // 称
                _ => None,
            };
            match end {
                Some(end) => {
                    self.behind = end;
                    at = end;
                }
                None => at += 3,
            }
        }
    }

    fn mention(&mut self, range: Range<usize>, origin: Origin) {
        self.found.push(Found::Mention(Mention {
            range,
            origin,
            steps: Vec::new(),
            through: None,
        }));
    }

    /// Reads 《…》, a short name given to it, and the provisions after it.
    fn title(&mut self, open: usize) -> Option<usize> {
        let close = title_end(self.text, open)?;
        let document = Document::Title(open..close);
        let mut end = close;
        let mut next = close;
        if let Some(brackets) = brackets(self.text, close) {
            if let Some(name) = short_name(&self.text[brackets.clone()], brackets.start) {
                self.found.push(Found::Definition {
                    document: document.clone(),
                    name,
                });
                end = brackets.end;
            }
            next = brackets.end;
        }
        let rest = &self.text[next..];
        let of = ["的", "中", "之"].into_iter().find(|of| {
            rest.strip_prefix(of)
                .is_some_and(|rest| rest.starts_with('第'))
        });
        next += of.map_or(0, str::len);
        let chain = if self.text[next..].starts_with('第') {
            chain(self.text, next, &[])
        } else {
            None
        };
        match chain.filter(|chain| chain.first_kind != ProvisionKind::Paragraph) {
            Some(chain) => Some(self.chain(chain, open, Origin::Document(document))),
            None => {
                self.mention(open..close, Origin::Document(document));
                Some(end)
            }
        }
    }

    /// Reads 第七条 and what precedes it.
    fn numbered(&mut self, at: usize) -> Option<usize> {
        let chain = chain(self.text, at, &[])?;
        let (start, origin) = self.origin(at, &chain)?;
        if let Origin::Document(Document::Implied) = origin
            && let Some((annex, step)) = annex_before(&self.text[self.behind..at])
        {
            let chain = self::chain(self.text, at, &[step])?;
            return Some(self.chain(chain, self.behind + annex, origin));
        }
        Some(self.chain(chain, start, origin))
    }

    /// Finds what the number at `at` counts from, and where that is written.
    fn origin(&self, at: usize, chain: &Chain) -> Option<(usize, Origin)> {
        use ProvisionKind::{Article, Chapter, Item, Paragraph};
        let words = words_before(self.text, self.behind, at);
        let before = &self.text[words.clone()];
        let back = |word: &str| at - word.len();
        let kind = chain.first_kind;
        if let Some(here) = ["本条", "本款", "该条", "同条", "本項", "本项"]
            .into_iter()
            .find(|here| before.ends_with(here))
        {
            let origin = match here {
                "本条" if kind > Article => Origin::Article,
                "本款" if kind > Paragraph => Origin::Paragraph { written: true },
                "该条" | "同条" if kind > Article => Origin::LastArticle,
                _ => return None,
            };
            return Some((back(here), origin));
        }
        if let Some(here) = ["本章", "本节", "本编"]
            .into_iter()
            .find(|here| before.ends_with(here))
        {
            return Some((back(here), Origin::Document(Document::This)));
        }
        if let Some(word) = document_word(before) {
            let mut name = &before[..before.len() - word.len()];
            // 违反本条例规定第三十二条: here, 规定 is not a kind of document.
            if word == "规定"
                && let Some(kind) = document_word(name)
            {
                name = &name[..name.len() - kind.len()];
            }
            if let Some(this) = after_pointer(name, &["本"]) {
                return Some((words.start + this, Origin::Document(Document::This)))
                    .filter(|_| !PRIVATE_WORDS.contains(&word));
            }
            if let Some(that) = after_pointer(name, &["该", "同", "此", "上述", "前述"]) {
                return Some((words.start + that, Origin::Document(Document::Last)));
            }
            if kind <= Article || kind == ProvisionKind::Annex {
                return Some((words.start, Origin::Document(Document::Named(words))));
            }
            // 讨论决定第一款第五项: 决定 is a verb here.
            if PRIVATE_WORDS.contains(&word) {
                return None;
            }
        }
        let behind = self.text[chain.end..].chars().next();
        match kind {
            Article => {
                // 第三条生产线: 条 also counts things.
                let counted = behind.is_some_and(|c| "例件约线路道河沟街船龙腿生".contains(c));
                (!counted).then_some((at, Origin::Document(Document::Implied)))
            }
            Chapter => {
                let cited = behind.is_some_and(|c| "规的、和至及所中".contains(c))
                    && (before.is_empty()
                        || before.ends_with(|c| "照据反用合和及或者的按".contains(c)));
                cited.then_some((at, Origin::Document(Document::Implied)))
            }
            Paragraph | Item => {
                let cited = behind.is_none_or(|c| {
                    "规的所、和或及与至中情行以，。；：）)”列内之为要限除禁应条事".contains(c)
                });
                let origin = match kind {
                    Paragraph => Origin::Article,
                    _ => Origin::Paragraph { written: false },
                };
                cited.then_some((at, origin))
            }
            _ => None,
        }
    }

    /// Records the references of a chain; the first begins at `start`.
    fn chain(&mut self, chain: Chain, start: usize, origin: Origin) -> usize {
        let mut start = start;
        // 依照民事诉讼法第七条: only the library can tell where the name begins.
        if let Origin::Document(Document::Named(_)) = origin {
            start = chain.references[0].range.start;
        }
        for (position, reference) in chain.references.into_iter().enumerate() {
            let range = match position {
                0 => start..reference.range.end,
                _ => reference.range,
            };
            self.found.push(Found::Mention(Mention {
                range,
                origin: origin.clone(),
                steps: reference.steps,
                through: reference.through,
            }));
        }
        chain.end
    }

    /// Reads 前款, 前两条, 前款第三项.
    fn before(&mut self, at: usize) -> Option<usize> {
        let mut end = at + '前'.len_utf8();
        let mut count = 1;
        if let Some((numeral, length)) = numerals::parse_prefix(&self.text[end..]) {
            count = numeral.value;
            end += length;
        }
        let (kind, length) = unit(&self.text[end..])?;
        if !matches!(
            kind,
            ProvisionKind::Article | ProvisionKind::Paragraph | ProvisionKind::Item
        ) || count == 0
            || count > 50
        {
            return None;
        }
        end += length;
        let behind = self.text[end..].chars().next();
        if behind.is_some_and(|c| "例件约文形状码目项式款".contains(c)) {
            return None;
        }
        // 提前, 目前, 付款前: here 前 belongs to another word, unless what follows
        // shows that a provision is meant: 发生前款所列情形.
        let ahead = self.text[..at].chars().next_back();
        let cited = behind.is_some_and(|c| "规所的行情活列之、，和或及第（(”".contains(c));
        if !cited
            && ahead.is_some_and(|c| "提之目当生事年日月天婚先产庭会此空午眼超向面款".contains(c))
        {
            return None;
        }
        let start = if self.text[self.behind..at].ends_with("本条") {
            at - "本条".len()
        } else {
            at
        };
        let origin = Origin::Before { kind, count };
        if count == 1
            && self.text[end..].starts_with(['第', '（', '('])
            && let Some(chain) = chain(self.text, end, &[]).filter(|c| c.first_kind > kind)
        {
            return Some(self.chain(chain, start, origin));
        }
        self.mention(start..end, origin);
        Some(end)
    }

    /// Reads 本条例二十六条: authors sometimes forget 第.
    fn unnumbered(&mut self, at: usize) -> Option<usize> {
        let behind = at + '本'.len_utf8();
        let rest = &self.text[behind..];
        let word = ["条例", "办法", "规定", "法", "规则", "细则"]
            .into_iter()
            .find(|word| rest.starts_with(word))?;
        let number = behind + word.len();
        let first = self.text[number..].chars().next()?;
        if !numerals::is_numeral(first) {
            return None;
        }
        let chain = chain(self.text, number, &[])?;
        (chain.first_kind == ProvisionKind::Article)
            .then(|| self.chain(chain, at, Origin::Document(Document::This)))
    }

    /// Reads 刑法（以下简称…）: a short name given to a document named without 《》.
    fn named_short(&mut self, at: usize) -> Option<usize> {
        let before = &self.text[self.behind..at];
        let opening = ["（以下简", "(以下简", "（以下", "(以下", "（简", "(简"]
            .into_iter()
            .find(|opening| before.ends_with(opening))?;
        let open = at - opening.len();
        let brackets = brackets(self.text, open)?;
        let name = short_name(&self.text[brackets.clone()], brackets.start)?;
        let words = words_before(self.text, self.behind, open);
        document_word(&self.text[words.clone()])?;
        document_word(&self.text[name.clone()])?;
        self.found.push(Found::Definition {
            document: Document::Named(words),
            name,
        });
        Some(brackets.end)
    }
}

/// Byte range of the brackets that open at `open`, including their content.
fn brackets(text: &str, open: usize) -> Option<Range<usize>> {
    let rest = &text[open..];
    if !rest.starts_with(['（', '(']) {
        return None;
    }
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices().take(LONGEST_TITLE) {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(open..open + at + c.len_utf8());
                }
            }
            _ => {}
        }
    }
    None
}

/// Byte range of a quotation that begins at `at`.
fn quoted(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text[at..].strip_prefix('“')?;
    let mut characters = rest.char_indices().take(LONGEST_NAME);
    let (length, _) = characters.find(|(_, c)| *c == '”')?;
    Some(at..at + '“'.len_utf8() + length + '”'.len_utf8())
}

/// Byte range of the short name that a bracketed text defines; `base` is where
/// `brackets` begins in the whole text.
fn short_name(brackets: &str, base: usize) -> Option<Range<usize>> {
    let (word, at) = ["以下简称", "以下称", "下称", "简称"]
        .into_iter()
        .find_map(|word| Some((word, brackets.find(word)?)))?;
    let start = at + word.len();
    let rest = &brackets[start..];
    let end = rest.find(['）', ')', '，', '；', '。', '、'])?;
    let name = &rest[..end];
    let inner = name.trim_start_matches('为');
    let inner = inner.trim_matches(|c: char| "《》“”\"‘’〈〉".contains(c) || is_space(c));
    if inner.is_empty() || inner.chars().count() > LONGEST_NAME {
        return None;
    }
    let offset = name.find(inner)?;
    let start = base + start + offset;
    Some(start..start + inner.len())
}

/// Byte range of the words before a number that may contain the name of a
/// document.
fn words_before(text: &str, from: usize, at: usize) -> Range<usize> {
    let mut start = at;
    for (count, (position, c)) in text[from..at].char_indices().rev().enumerate() {
        let ends = "，。；：、（）()“”\"‘’《》〈〉？！ \n\u{3000}".contains(c);
        if ends || count >= LONGEST_NAME {
            break;
        }
        start = from + position;
    }
    start..at
}

/// The kind of document that some words end with.
fn document_word(words: &str) -> Option<&'static str> {
    let matching = DOCUMENT_WORDS.iter().filter(|word| words.ends_with(**word));
    matching.copied().max_by_key(|word| word.len())
}

/// Whether a name belongs to a document that a library of regulations isn't
/// expected to hold, such as a contract or a treaty.
pub fn is_private(name: &str) -> bool {
    PRIVATE_WORDS.iter().any(|word| name.ends_with(word))
}

/// Whether some words are just the kind of a document: 条例.
pub fn is_bare_kind(name: &str) -> bool {
    document_word(name).is_some_and(|word| word == name)
}

/// Finds 本 or 该 where little else stands between it and the kind of the
/// document: at the end of 依照本实施, before 办法.
fn after_pointer(name: &str, pointers: &[&str]) -> Option<usize> {
    // 合同法, 基本法, 共同规定: here the character is the end of another word.
    const OTHERS: &[&str] = &[
        "合同", "共同", "协同", "相同", "基本", "日本", "应该", "因此",
    ];
    BETWEEN.iter().find_map(|between| {
        let words = name.strip_suffix(between)?;
        let pointer = pointers.iter().find(|pointer| words.ends_with(**pointer))?;
        let other = OTHERS.iter().any(|other| words.ends_with(other));
        (!other).then(|| words.len() - pointer.len())
    })
}

/// Finds 附件1 before a number; the position is in bytes from the beginning of
/// `words`.
fn annex_before(words: &str) -> Option<(usize, Step)> {
    let trimmed = words.trim_end_matches(numerals::is_numeral);
    let at = trimmed.strip_suffix("附件")?.len();
    let numeral = numerals::parse(&words[trimmed.len()..]);
    let number = numeral.map_or(1, |numeral| numeral.value);
    let step = Step {
        kind: ProvisionKind::Annex,
        number: Some(Number::plain(number)),
    };
    Some((at, step))
}

/// One or more references separated only by 、 and the like.
struct Chain {
    references: Vec<Reference>,
    first_kind: ProvisionKind,
    end: usize,
}

struct Reference {
    range: Range<usize>,
    steps: Vec<Step>,
    through: Option<Number>,
}

/// Numbers that share a unit: 第十、十八条.
struct Group {
    /// Byte range and value of each number, and whether 至 precedes it. The
    /// first begins with 第, the last ends with the unit.
    numbers: Vec<(Range<usize>, Number, bool)>,
    kind: ProvisionKind,
    end: usize,
}

/// Reads the chain that begins with the number at `at`; `above` leads to it.
fn chain(text: &str, at: usize, above: &[Step]) -> Option<Chain> {
    let first = group(text, at)?;
    let mut chain = Chain {
        references: Vec::new(),
        first_kind: first.kind,
        end: at,
    };
    let top = first.kind;
    let mut steps = above.to_vec();
    let mut next = Some(first);
    while let Some(found) = next.take() {
        if chain.references.len() > LONGEST_LIST {
            break;
        }
        // 第二十条第一款、第二款: the levels above the new number are kept.
        steps.retain(|step| is_above(step.kind, found.kind));
        let mut start = found.numbers[0].0.start;
        let mut open = found;
        // Descends through the levels: 第七条, 第二款, 第三项.
        loop {
            push_group(&mut chain.references, &steps, &open, start);
            steps.push(Step {
                kind: open.kind,
                number: Some(open.numbers.last()?.1),
            });
            chain.end = open.end;
            match group(text, open.end) {
                Some(lower)
                    if lower.kind > open.kind
                        && text[open.end..].starts_with(['第', '（', '(']) =>
                {
                    // The last reference continues.
                    let last = chain.references.pop()?;
                    start = last.range.start;
                    open = lower;
                }
                _ => break,
            }
        }
        if let Some((through, end)) = range(text, chain.end, open.kind) {
            let last = chain.references.last_mut()?;
            last.through = Some(through);
            last.range.end = end;
            chain.end = end;
            steps.pop();
            steps.push(Step {
                kind: open.kind,
                number: Some(through),
            });
        }
        // A kind wider than the first begins a list of its own: 前款第一项、第八条.
        next = listed(text, chain.end, open.kind).filter(|group| group.kind >= top);
    }
    Some(chain)
}

fn is_above(above: ProvisionKind, below: ProvisionKind) -> bool {
    // Annexes are the last of the kinds but come first in references.
    above == ProvisionKind::Annex || above < below
}

fn push_group(references: &mut Vec<Reference>, above: &[Step], group: &Group, start: usize) {
    for (position, (range, number, through)) in group.numbers.iter().enumerate() {
        if *through && let Some(last) = references.last_mut() {
            last.through = Some(*number);
            last.range.end = range.end;
            continue;
        }
        let mut steps = above.to_vec();
        steps.push(Step {
            kind: group.kind,
            number: Some(*number),
        });
        let start = if position == 0 { start } else { range.start };
        references.push(Reference {
            range: start..range.end,
            steps,
            through: None,
        });
    }
}

/// Reads 至第七条 after a number of the same kind.
fn range(text: &str, at: usize, kind: ProvisionKind) -> Option<(Number, usize)> {
    let rest = &text[at..];
    let word = ["至", "到"].into_iter().find(|w| rest.starts_with(w))?;
    let (number, end) = number(text, at + word.len())?;
    let (found, length) = unit(&text[end..])?;
    let (number, end) = inserted(text, number, found, end + length);
    (found == kind).then_some((number, end))
}

/// Reads the group after 、 or 和.
fn listed(text: &str, at: usize, kind: ProvisionKind) -> Option<Group> {
    // 第十四条（故意伤害）、第十六条“醉酒”和第十七条: skip a remark on the article's content.
    let aside = quoted(text, at).or_else(|| brackets(text, at));
    let at = aside.map_or(at, |aside| aside.end);
    let rest = &text[at..];
    let word = [
        "、",
        "以及",
        "和",
        "及",
        "或者",
        "或",
        "与",
        "，以及",
        "，或者",
    ]
    .into_iter()
    .find(|word| rest.starts_with(word))?;
    let next = at + word.len();
    let group = group(text, next)?;
    let marked = text[next..].starts_with(['第', '（', '(']);
    // 第十条、十八条 is a list, but 、三项 counts things.
    (marked || (group.kind == kind && kind == ProvisionKind::Article)).then_some(group)
}

/// Reads numbers and their unit: 第七条, 第十、十八条, 第（五）、第（六）项.
fn group(text: &str, at: usize) -> Option<Group> {
    let mut numbers = Vec::new();
    let mut start = at;
    let mut through = false;
    loop {
        let (value, end) = number(text, start)?;
        if let Some((kind, length)) = unit(&text[end..]) {
            let (value, end) = inserted(text, value, kind, end + length);
            numbers.push((start..end, value, through));
            return Some(Group { numbers, kind, end });
        }
        numbers.push((start..end, value, through));
        if numbers.len() > LONGEST_LIST {
            return None;
        }
        let rest = &text[end..];
        let word = ["、", "至", "和", "到", "或者", "或", "及"]
            .into_iter()
            .find(|word| rest.starts_with(word))?;
        through = matches!(word, "至" | "到");
        start = end + word.len();
    }
}
