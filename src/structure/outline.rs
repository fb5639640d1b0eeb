//! Determines the role of each line of a regulation, considering the lines
//! around it.

use std::collections::BTreeSet;

use crate::chinese::han::compact;
use crate::chinese::han::is_space;
use crate::structure::label::{self, Label, LabelKind, Style};
use crate::structure::lines::{Line, Piece, ends_sentence, is_bare_heading, is_contents};
use crate::structure::official::{self, Part};
use search::anchor::Number;
use search::numerals;

/// Maximum length of a heading, in characters.
const LONGEST_HEADING: usize = 60;

/// Maximum length of an article's title, in characters.
const LONGEST_TITLE: usize = 40;

/// Maximum length of a quotation, in lines. One that stays open longer was
/// never closed and hides no provision.
const LONGEST_QUOTATION: usize = 200;

/// The role of a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Title or passage note at the top.
    Opening,
    /// Part of a table of contents.
    Contents,
    /// 编, 分编, 章 or 节.
    Division(Label),
    /// A heading without a number.
    Heading,
    PreambleHeading,
    /// 条.
    Article(Label),
    /// An item of an enumeration, or a point.
    Item(Label),
    /// A numbered heading above articles: 一、管辖.
    PointHeading(Label),
    /// An annex: length of its label in bytes, and its number, if any.
    Annex(usize, Option<u32>),
    /// The title of the annex above.
    AnnexTitle,
    /// A list of annexes, which doesn't begin one.
    AnnexList,
    /// Issuer and date at the end.
    Signature,
    /// Text within a quotation that began above.
    Quoted,
    /// Anything else: a paragraph.
    Text,
}

impl Role {
    /// Whether it begins something with a number or a heading.
    fn is_structure(&self) -> bool {
        matches!(
            self,
            Self::Division(_)
                | Self::Heading
                | Self::Article(_)
                | Self::Item(_)
                | Self::PointHeading(_)
                | Self::Annex(..)
        )
    }
}

/// How the articles of a law are given titles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TitleStyle {
    /// No titles, except 【…】, which is always one.
    Plain,
    /// （…） directly after the label.
    Bracketed,
    /// The rest of the label's line.
    OwnLine,
}

/// The outline of a body.
#[derive(Debug)]
pub struct Outline {
    /// The role of each piece.
    pub roles: Vec<Role>,
    /// How articles are given titles.
    pub titles: TitleStyle,
}

/// Determines the outline of a body; `title` is the title of its page.
pub fn outline(pieces: &[Piece], title: &str) -> Outline {
    let labels: Vec<Option<Label>> = pieces
        .iter()
        .map(|piece| line(piece).and_then(Line::label))
        .collect();
    let quoted = quoted(pieces);
    let lines: Vec<Option<&str>> = pieces
        .iter()
        .map(|piece| line(piece).map(|line| line.text.as_str()))
        .collect();
    let mut judge = Judge {
        pieces,
        labels,
        quoted,
        parts: official::parts(&lines),
        roles: vec![Role::Text; pieces.len()],
    };
    judge.contents();
    judge.provisions();
    judge.opening(title);
    judge.point_headings();
    let titles = judge.title_style();
    Outline {
        roles: judge.roles,
        titles,
    }
}

fn line(piece: &Piece) -> Option<&Line> {
    match piece {
        Piece::Line(line) => Some(line),
        Piece::Block(_) => None,
    }
}

struct Judge<'p> {
    pieces: &'p [Piece],
    labels: Vec<Option<Label>>,
    quoted: Vec<bool>,
    /// The part of each line in the form of official papers.
    parts: Vec<Option<Part>>,
    roles: Vec<Role>,
}

impl Judge<'_> {
    fn line(&self, at: usize) -> Option<&Line> {
        self.pieces.get(at).and_then(line)
    }

    /// The text after the label of a line.
    fn rest(&self, at: usize) -> &str {
        match (self.line(at), &self.labels[at]) {
            (Some(line), Some(label)) => &line.text[label.with_space..],
            (Some(line), None) => &line.text,
            _ => "",
        }
    }

    /// Whether a line with the label of a division is its heading. This
    /// includes 第一章　总则（第一条—第五条） in a table of contents.
    fn is_heading(&self, at: usize) -> bool {
        let (Some(line), Some(label)) = (self.line(at), &self.labels[at]) else {
            return false;
        };
        let division = !matches!(label.kind, LabelKind::Article | LabelKind::Item(_));
        let rest = self.rest(at);
        let spaced = label.with_space > label.length || rest.is_empty();
        // 第五节　生活、卫生。 ends in a full stop by mistake.
        let followed = self
            .labels
            .get(at + 1)
            .and_then(Option::as_ref)
            .is_some_and(|label| label.kind == LabelKind::Article);
        let rest = match rest.strip_suffix('。') {
            Some(short) if spaced && followed && short.chars().count() <= 20 => short,
            _ => rest,
        };
        let sentence = rest.contains(['。', '；']) || rest.ends_with(['，', '：', ',', ';', ':']);
        // 第三章规定的…… is a sentence. 第三章法律责任 is a heading without its space, and
        // so is 第二章中医药服务, judging by what follows it.
        let begins = followed || self.labels.get(at + 1).is_some_and(Option::is_some);
        let cites = !spaced
            && (rest.contains('，')
                || match cites(rest) {
                    Cites::No => false,
                    Cites::Perhaps => !begins,
                    Cites::Surely => true,
                });
        division
            && (line.heading.is_some()
                || (!self.quoted[at]
                    && !sentence
                    && !cites
                    && rest.chars().count() <= LONGEST_HEADING))
    }

    fn key(&self, at: usize) -> Option<(LabelKind, Number)> {
        let label = self.labels[at].as_ref()?;
        Some((label.kind, label.number))
    }

    /// Finds a table of contents: headings before the first article that are
    /// repeated later.
    fn contents(&mut self) {
        let count = self.pieces.len();
        let first_article = (0..count)
            .find(|at| self.is_article_at_sight(*at))
            .unwrap_or(count);
        let marker = (0..first_article)
            .find(|at| self.line(*at).is_some_and(|line| is_contents(&line.text)));
        let entry = |at: &usize| {
            self.is_heading(*at)
                || (marker.is_some()
                    && matches!(
                        self.labels[*at].as_ref().map(|label| label.kind),
                        Some(LabelKind::Item(Style::Comma))
                    ))
        };
        let begin = marker.map_or(0, |at| at + 1);
        let entries: Vec<usize> = (begin..first_article).filter(entry).collect();
        // A Markdown bullet list is a single block.
        let block_list = marker.is_some()
            && matches!(self.pieces.get(begin), Some(Piece::Block(_)))
            && entries.first() != Some(&begin);
        let end = entries.split_first().and_then(|(first, rest)| {
            let again = rest
                .iter()
                .rev()
                .find(|at| self.key(**at) == self.key(*first));
            match again {
                Some(again) => {
                    let listed = rest.iter().rev().find(|at| *at < again);
                    Some(self.last_entry(listed.copied().unwrap_or(*first), *again))
                }
                None => marker.and_then(|_| self.listed_after(begin)),
            }
        });
        let start = marker.or(entries.first().copied());
        if let (Some(start), Some(end)) = (start, end) {
            self.roles[start..end].fill(Role::Contents);
        } else if let Some(marker) = marker {
            let end = marker + 1 + usize::from(block_list);
            self.roles[marker..end].fill(Role::Contents);
        }
    }

    /// The end of the headings right below 目录, if most of them are repeated
    /// later: the first article of a law may precede its first chapter. If they
    /// aren't repeated, the text has lost its headings, and those of the table
    /// are the only ones.
    fn listed_after(&self, begin: usize) -> Option<usize> {
        let count = (begin..self.pieces.len())
            .take_while(|at| self.is_heading(*at))
            .count();
        let end = begin + count;
        let below: BTreeSet<(LabelKind, Number)> = (end..self.pieces.len())
            .filter(|at| self.is_heading(*at))
            .filter_map(|at| self.key(at))
            .collect();
        let again = (begin..end).filter(|at| self.key(*at).is_some_and(|key| below.contains(&key)));
        (count > 0 && again.count() * 2 >= count).then_some(end)
    }

    /// The end of the entries that began before `at`: unnumbered ones (附则),
    /// which are also repeated later, may follow.
    fn last_entry(&self, at: usize, limit: usize) -> usize {
        let mut end = at + 1;
        let later: BTreeSet<String> = (limit..self.pieces.len())
            .filter_map(|at| self.line(at))
            .filter(|line| line.text.len() <= 60)
            .map(Line::compact)
            .collect();
        while end < limit
            && self.line(end).is_some_and(|line| {
                self.labels[end].is_none()
                    && line.text.len() <= 60
                    && later.contains(&line.compact())
            })
        {
            end += 1;
        }
        end
    }

    /// Whether a line looks like the beginning of an article, without
    /// considering its neighbours.
    fn is_article_at_sight(&self, at: usize) -> bool {
        let Some(label) = &self.labels[at] else {
            return false;
        };
        label.kind == LabelKind::Article
            && !self.quoted[at]
            && (label.with_space > label.length || cites(self.rest(at)) == Cites::No)
    }

    /// Distinguishes divisions, articles, items and annexes from text.
    fn provisions(&mut self) {
        let mut expected: Option<Number> = None;
        let mut begun = false;
        let mut at = 0;
        while at < self.pieces.len() {
            if self.roles[at] != Role::Contents
                && let Some(line) = self.line(at)
            {
                let role = self.role(at, line, expected, begun);
                match &role {
                    Role::Article(label) => expected = Some(label.number),
                    Role::Annex(..) => expected = None,
                    _ => {}
                }
                begun |= role.is_structure();
                let untitled = matches!(&role, Role::Annex(length, _)
                    if line.text[*length..].trim_matches(is_space).is_empty());
                self.roles[at] = role;
                if self.roles[at] == Role::AnnexList {
                    while self.is_listed(at + 1) {
                        at += 1;
                        self.roles[at] = Role::AnnexList;
                    }
                }
                if untitled && self.is_annex_title(at + 1) {
                    at += 1;
                    self.roles[at] = Role::AnnexTitle;
                }
            }
            at += 1;
        }
    }

    fn role(&self, at: usize, line: &Line, last: Option<Number>, begun: bool) -> Role {
        match self.parts[at] {
            Some(Part::Letterhead) if !begun => return Role::Opening,
            Some(Part::AnnexList) if !self.quoted[at] => return Role::AnnexList,
            Some(Part::Signature | Part::Remark | Part::Colophon) if !self.quoted[at] => {
                return Role::Signature;
            }
            _ => {}
        }
        let Some(label) = &self.labels[at] else {
            return self.unlabelled(at, line, begun);
        };
        match label.kind {
            LabelKind::Article => {
                let next = match last {
                    None => label.number == Number::plain(1),
                    Some(last) => label.number.follows(last),
                };
                let spaced = label.with_space > label.length || self.rest(at).is_empty();
                let article = line.heading.is_some()
                    || match cites(self.rest(at)) {
                        _ if self.quoted[at] => next && spaced,
                        Cites::No => true,
                        _ if spaced => true,
                        Cites::Perhaps => next,
                        Cites::Surely => false,
                    };
                match (article, self.quoted[at]) {
                    (true, _) => Role::Article(label.clone()),
                    (false, true) => Role::Quoted,
                    (false, false) => Role::Text,
                }
            }
            LabelKind::Item(_) if self.quoted[at] => Role::Quoted,
            LabelKind::Item(_) => Role::Item(label.clone()),
            _ if self.is_heading(at) => Role::Division(label.clone()),
            _ if self.quoted[at] => Role::Quoted,
            _ => Role::Text,
        }
    }

    fn unlabelled(&self, at: usize, line: &Line, begun: bool) -> Role {
        // An annex needs something to belong to.
        let belongs = begun
            || (self.parts[at] == Some(Part::AnnexLabel)
                && self.parts[..at].iter().any(|part| {
                    matches!(
                        part,
                        Some(Part::Addressee | Part::Signature | Part::AnnexList)
                    )
                }));
        if belongs && !self.quoted[at] {
            match annex(line) {
                Some(Role::AnnexList) => return Role::AnnexList,
                Some(annex) => return annex,
                None => {}
            }
        }
        if line.heading.is_some() {
            return Role::Heading;
        }
        if self.quoted[at] {
            return Role::Quoted;
        }
        if is_bare_heading(&line.text) {
            Role::Heading
        } else {
            Role::Text
        }
    }

    /// Whether a line continues a list of annexes: 2.……
    fn is_listed(&self, at: usize) -> bool {
        matches!(self.labels.get(at), Some(Some(label))
            if label.kind == LabelKind::Item(Style::Dotted))
    }

    fn is_annex_title(&self, at: usize) -> bool {
        self.line(at).is_some_and(|line| {
            self.labels[at].is_none()
                && !ends_sentence(&line.text)
                && line.text.chars().count() <= LONGEST_HEADING
        })
    }

    /// Finds the title and passage notes at the top, and the preamble's
    /// heading.
    fn opening(&mut self, title: &str) {
        let title = compact(title);
        let mut past_title = false;
        for at in 0..self.pieces.len() {
            let Some(line) = self.line(at) else {
                continue;
            };
            match self.roles[at] {
                Role::Contents | Role::Opening => continue,
                Role::Heading => {
                    let text = line.compact();
                    if !past_title && is_title(&text, &title) {
                        self.roles[at] = Role::Opening;
                    } else if matches!(text.as_str(), "序言" | "前言" | "引言") {
                        self.roles[at] = Role::PreambleHeading;
                    } else {
                        return;
                    }
                }
                Role::Text => {
                    let text = line.compact();
                    if is_note(&text) || (!past_title && is_title(&text, &title)) {
                        self.roles[at] = Role::Opening;
                    } else {
                        past_title = true;
                    }
                }
                _ => return,
            }
        }
    }

    /// Finds numbered lines that are headings: only an article or another
    /// heading follows them.
    fn point_headings(&mut self) {
        for at in (0..self.pieces.len()).rev() {
            let Role::Item(label) = &self.roles[at] else {
                continue;
            };
            let LabelKind::Item(style @ (Style::Comma | Style::Bracketed)) = label.kind else {
                continue;
            };
            let followed = match self.roles.get(at + 1) {
                Some(Role::Article(_) | Role::Division(_)) => true,
                Some(Role::PointHeading(next)) => next.kind > LabelKind::Item(style),
                _ => false,
            };
            let rest = self.rest(at);
            if followed
                && !ends_sentence(rest)
                && !rest.ends_with(['，', '、'])
                && rest.chars().count() <= LONGEST_HEADING
                && !self.ends_list(at, style, label.number)
            {
                self.roles[at] = Role::PointHeading(label.clone());
            }
        }
    }

    /// Whether an item follows its predecessor in an article's own list.
    fn ends_list(&self, at: usize, style: Style, number: Number) -> bool {
        let above = self.roles[..at]
            .iter()
            .rev()
            .find(|role| role.is_structure());
        matches!(above, Some(Role::Item(label))
            if label.kind == LabelKind::Item(style) && number.follows(label.number))
    }

    /// The style of article titles. Round brackets, or the rest of the label's
    /// line, count as titles if most articles have them; otherwise they are
    /// text.
    fn title_style(&self) -> TitleStyle {
        let (mut articles, mut bracketed, mut own_line) = (0, 0, 0);
        for at in 0..self.pieces.len() {
            if !matches!(self.roles[at], Role::Article(_)) {
                continue;
            }
            articles += 1;
            let rest = self.rest(at);
            if bracketed_title(rest).is_some() {
                bracketed += 1;
            }
            if is_own_line_title(rest) && matches!(self.roles.get(at + 1), Some(Role::Text)) {
                own_line += 1;
            }
        }
        let most = |count: usize| articles >= 2 && count * 10 >= articles * 6;
        if most(bracketed) {
            TitleStyle::Bracketed
        } else if most(own_line) {
            TitleStyle::OwnLine
        } else {
            TitleStyle::Plain
        }
    }
}

/// The length in bytes of a bracketed title at the beginning of a text.
pub fn bracketed_title(text: &str) -> Option<usize> {
    let open = text.chars().next()?;
    let close = match open {
        '（' => '）',
        '(' => ')',
        '【' => '】',
        '［' => '］',
        '[' => ']',
        '〔' => '〕',
        _ => return None,
    };
    let mut depth = 0;
    for (at, c) in text.char_indices().take(LONGEST_TITLE + 2) {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                let inside = &text[open.len_utf8()..at];
                // （一） is the number of an item.
                let numbers = inside.chars().all(numerals::is_numeral);
                return (!inside.is_empty() && !numbers).then_some(at + c.len_utf8());
            }
        }
    }
    None
}

/// Whether the rest of an article's first line may be its title.
pub fn is_own_line_title(rest: &str) -> bool {
    !rest.is_empty()
        && rest.chars().count() <= LONGEST_TITLE
        && !rest.contains(['，', '。', '；'])
        && !ends_sentence(rest)
}

/// Whether words that follow 第七条 without a space show that it is a citation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cites {
    No,
    Perhaps,
    Surely,
}

fn cites(rest: &str) -> Cites {
    const SURELY: [&str; 24] = [
        "、",
        "，",
        "。",
        "；",
        "）",
        "”",
        "》",
        "和第",
        "及第",
        "与第",
        "或第",
        "或者第",
        "至第",
        "到第",
        "的规定",
        "规定的",
        "修改为",
        "修改成",
        "改为",
        "中的“",
        "增加一",
        "增加第",
        "删去",
        "中“",
    ];
    const PERHAPS: [&str; 14] = [
        "规定", "所称", "所列", "所述", "中", "的", "修改", "作为", "删除", "增加", "和", "至",
        "第", "之",
    ];
    // 第七条第二款 is a citation.
    if rest.starts_with('第')
        && let Some((_, length)) = numerals::parse_prefix(&rest['第'.len_utf8()..])
    {
        let behind = &rest['第'.len_utf8() + length..];
        if behind.starts_with(['款', '项', '目']) {
            return Cites::Surely;
        }
    }
    if SURELY.iter().any(|word| rest.starts_with(word)) {
        Cites::Surely
    } else if PERHAPS.iter().any(|word| rest.starts_with(word)) {
        Cites::Perhaps
    } else {
        Cites::No
    }
}

/// Which lines begin within a quotation that an earlier line opened and a later
/// one closes.
fn quoted(pieces: &[Piece]) -> Vec<bool> {
    // For each line, the number of quotations opened minus those closed. Marks
    // repeated at the beginning of quoted paragraphs are handled below.
    let balance: Vec<i64> = pieces
        .iter()
        .map(|piece| {
            line(piece).map_or(0, |line| {
                line.text.chars().fold(0, |sum, c| match c {
                    '“' => sum + 1,
                    '”' => sum - 1,
                    _ => sum,
                })
            })
        })
        .collect();
    let mut quoted = vec![false; pieces.len()];
    let mut at = 0;
    while at < pieces.len() {
        if balance[at] <= 0 {
            at += 1;
            continue;
        }
        let mut open = balance[at];
        let end = (at + 1..pieces.len().min(at + LONGEST_QUOTATION)).find(|next| {
            let repeats = line(&pieces[*next]).is_some_and(|line| line.text.starts_with('“'));
            open += balance[*next] - i64::from(repeats && balance[*next] >= 0);
            open <= 0
        });
        match end {
            Some(end) => {
                quoted[at + 1..=end].fill(true);
                at = end + 1;
            }
            None => at += 1,
        }
    }
    quoted
}

/// Recognises the first line of an annex (附件, 附件1：…, 附：…) or of the list of
/// annexes.
fn annex(line: &Line) -> Option<Role> {
    let text = &line.text;
    let word = ["附件", "附录", "附表", "附图", "附："]
        .into_iter()
        .find(|word| text.starts_with(word))
        .or_else(|| (compact(text) == "附").then_some("附"))?;
    let mut at = word.len();
    let mut number = None;
    if word != "附：" {
        let behind = text[at..].trim_start_matches(is_space);
        let space = text.len() - at - behind.len();
        if let Some((numeral, length)) = numerals::parse_prefix(behind) {
            number = Some(numeral.value).filter(|value| *value > 0);
            at += space + length;
        }
    }
    let rest = &text[at..];
    let next = rest.chars().next();
    let separated = word == "附："
        || next.is_none_or(|c| matches!(c, '：' | ':' | '、' | '.' | '．') || is_space(c));
    if let Some(c) = next.filter(|c| matches!(c, '：' | ':' | '、' | '.' | '．')) {
        at += c.len_utf8();
    }
    // A label contains no link and no code.
    if at > line.lead() {
        return None;
    }
    let title = text[at..].trim_matches(is_space);
    if !separated && line.heading.is_none() {
        return None;
    }
    if label::read(title).is_some() {
        return Some(Role::AnnexList);
    }
    let sentence = title.ends_with(['。', '；', '，']) || title.chars().count() > LONGEST_HEADING;
    (!sentence).then_some(Role::Annex(at.min(text.len()), number))
}

/// Whether a line at the top is the title or a part of it.
fn is_title(text: &str, title: &str) -> bool {
    let bare = text.trim_matches(['《', '》']);
    let near = title.trim_matches(['《', '》']);
    !bare.is_empty()
        && bare.chars().count() >= 2
        && bare.chars().count() <= 120
        && (near.contains(bare) || bare.contains(near) && !near.is_empty())
        && !ends_sentence(bare.trim_end_matches(['）', ')']))
}

/// Whether a line at the top says when and by whom the text was adopted.
fn is_note(text: &str) -> bool {
    let has_year = text.contains('年') && text.chars().any(numerals::is_numeral);
    let says = [
        "通过", "公布", "发布", "施行", "修订", "修正", "批准", "印发", "制定", "修改",
    ]
    .iter()
    .any(|word| text.contains(word));
    let bracketed = text.starts_with(['（', '(']) && text.ends_with(['）', ')']);
    // 国办发〔2019〕5号 alone on its line.
    let number = text.chars().count() <= 30 && text.ends_with('号') && text.contains(['〔', '第']);
    (bracketed && has_year && says) || number
}
