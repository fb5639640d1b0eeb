//! Anchors of provisions, `art-7-para-2-item-3`, and the words for them,
//! 第七条第二款第三项.
//!
//! An anchor is a path of steps, outermost first. A step is the name of its
//! kind and a number: `art-7`, or `art-133-1` for 第一百三十三条之一. Nested
//! points of a page are one step with one number per level: `sec-1-2` for
//! 一、（二）. So are 目 and what is below them. If a number is repeated, a
//! letter is appended: `art-7-b`. Headings without numbers have anchors too,
//! made of arbitrary words.

use crate::numerals;

/// Kinds of provisions and of the text around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProvisionKind {
    /// Title and passage note at the top, as written.
    Opening,
    /// A table of contents (目录) in the text, which repeats the headings.
    Contents,
    /// The text before the first provision.
    Preamble,
    /// 编.
    Part,
    /// 分编.
    Subpart,
    /// 章.
    Chapter,
    /// 节.
    Section,
    /// A heading without a number: 附则, 合同编.
    Heading,
    /// 条.
    Article,
    /// 款.
    Paragraph,
    /// 项.
    Item,
    /// 目, and everything below it.
    Subitem,
    /// 一、 （一） 1. （1） in texts without articles, and such headings above
    /// articles.
    Point,
    /// Issuer and date at the end.
    Signature,
    /// 附件, 附录, 附表.
    Annex,
}

use ProvisionKind::{
    Annex, Article, Chapter, Contents, Heading, Item, Opening, Paragraph, Part, Point, Preamble,
    Section, Signature, Subitem, Subpart,
};

impl ProvisionKind {
    /// Kinds with a name in anchors. `sec` means 节 below a division, and a
    /// point elsewhere.
    const IN_ANCHORS: [Self; 13] = [
        Opening, Contents, Preamble, Part, Subpart, Chapter, Section, Article, Paragraph, Item,
        Subitem, Signature, Annex,
    ];

    /// The kind's name in anchors; empty for a heading, whose anchor is its
    /// words.
    pub fn anchor_name(self) -> &'static str {
        match self {
            Opening => "opening",
            Contents => "toc",
            Preamble => "preamble",
            Part => "part",
            Subpart => "subpart",
            Chapter => "chap",
            Section | Point => "sec",
            Heading => "",
            Article => "art",
            Paragraph => "para",
            Item => "item",
            Subitem => "sub",
            Signature => "signature",
            Annex => "annex",
        }
    }

    fn in_anchor(name: &str) -> Option<Self> {
        let mut kinds = Self::IN_ANCHORS.into_iter();
        kinds.find(|kind| kind.anchor_name() == name)
    }

    /// Whether this kind is above articles and has a heading.
    pub fn is_division(self) -> bool {
        matches!(self, Part | Subpart | Chapter | Section | Heading)
    }

    /// The kind's name in data files.
    pub fn slug(self) -> &'static str {
        match self {
            Opening => "opening",
            Contents => "contents",
            Preamble => "preamble",
            Part => "part",
            Subpart => "subpart",
            Chapter => "chapter",
            Section => "section",
            Heading => "heading",
            Article => "article",
            Paragraph => "paragraph",
            Item => "item",
            Subitem => "subitem",
            Point => "point",
            Signature => "signature",
            Annex => "annex",
        }
    }

    /// The kind's name in citations; empty if it has none.
    pub fn name(self) -> &'static str {
        match self {
            Part => "编",
            Subpart => "分编",
            Chapter => "章",
            Section => "节",
            Article => "条",
            Paragraph => "款",
            Item => "项",
            Subitem => "目",
            _ => "",
        }
    }
}

/// The number of a provision, including the number of an insertion by
/// amendment.
///
/// 第一百三十三条之一 has base 133 and insertion 1. The derived order is the
/// order in the statute: 133 < 133-1 < 134.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// Counts from 1.
    pub base: u32,
    /// Counts from 1: the number in 之一, 之二.
    pub insertion: Option<u32>,
}

impl Number {
    /// Creates a number without insertion.
    pub fn plain(base: u32) -> Self {
        Self {
            base,
            insertion: None,
        }
    }

    /// The number as written in anchors: `133-1`.
    pub fn anchor(self) -> String {
        let mut anchor = self.base.to_string();
        if let Some(insertion) = self.insertion {
            anchor.push('-');
            anchor += &insertion.to_string();
        }
        anchor
    }

    /// The number as statutes write it, with the name of its kind:
    /// 第一百三十三条之一.
    pub fn label(self, name: &str) -> String {
        let mut label = String::from("第");
        label += &numerals::to_chinese(self.base);
        label += name;
        if let Some(insertion) = self.insertion {
            label.push('之');
            label += &numerals::to_chinese(insertion);
        }
        label
    }

    /// Whether a statute may use this number directly after `before`.
    pub fn follows(self, before: Self) -> bool {
        let next = before.base.saturating_add(1);
        match self.insertion {
            None => self.base == next,
            Some(insertion) => {
                self.base == before.base && insertion == before.insertion.unwrap_or(0) + 1
            }
        }
    }
}

/// One level of the path to a provision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its kind.
    pub kind: ProvisionKind,
    /// Its number.
    pub number: Option<Number>,
}

impl Step {
    /// Creates a step whose number has no insertion.
    pub fn plain(kind: ProvisionKind, number: u32) -> Self {
        Self {
            kind,
            number: Some(Number::plain(number)),
        }
    }

    /// The step as citations write it: 第七条. Without a number, only the
    /// kind's name.
    pub fn words(&self) -> String {
        let name = self.kind.name();
        self.number.map_or(name.into(), |number| number.label(name))
    }
}

/// A path as citations write it: 第七条第二款第三项, 附件1第三条.
///
/// Divisions above an article are left out, since the article's number is
/// unique. With `lone_paragraph`, the paragraph is the only one of its article,
/// and is left out as well.
pub fn words(way: &[Step], lone_paragraph: bool) -> String {
    let first = |kinds: &[ProvisionKind]| way.iter().position(|step| kinds.contains(&step.kind));
    let annex = first(&[Annex]);
    let below = first(&[Article, Point]).or(annex).unwrap_or(0);
    let annex = annex.filter(|_| below > 0).map(|at| &way[at]);
    let mut out = String::new();
    let mut level = 0;
    for step in annex.into_iter().chain(&way[below..]) {
        match (step.kind, step.number) {
            (Preamble, _) => out += "序言",
            (Annex, number) => {
                out += "附件";
                out += &number.map_or(String::new(), Number::anchor);
            }
            (Paragraph, _) if lone_paragraph => {}
            (Point, Some(number)) => {
                level += 1;
                // 第一部分（二）3: texts without articles have no other names
                // for points.
                match level {
                    1 => out += &Number::plain(number.base).label("部分"),
                    2 => push_bracketed(&mut out, &numerals::to_chinese(number.base)),
                    3 => out += &number.base.to_string(),
                    _ => push_bracketed(&mut out, &number.base.to_string()),
                }
            }
            (kind, _) if kind.name().is_empty() => {}
            _ => out += &step.words(),
        }
    }
    out
}

fn push_bracketed(out: &mut String, text: &str) {
    out.push('（');
    out.push_str(text);
    out.push('）');
}

/// An anchor, read as a path of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor<'a>(pub &'a str);

/// The part of an anchor that has one kind: `para-2`, `art-7-b`, `sec-1-2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnchorPart<'a> {
    /// Its kind; `None` for the words of a heading.
    pub kind: Option<ProvisionKind>,
    /// The part after the kind's name: `2`, `7-b`, `1-2`; or the heading's
    /// words.
    pub rest: &'a str,
    /// The anchor up to the end of this part.
    through: &'a str,
}

impl<'a> Anchor<'a> {
    /// Its parts, outermost first.
    pub fn parts(self) -> Vec<AnchorPart<'a>> {
        let mut parts: Vec<AnchorPart<'a>> = Vec::new();
        // Where the rest of the last part begins, and where the segment begins.
        let (mut rest, mut at) = (0, 0);
        for segment in self.0.split('-') {
            let end = at + segment.len();
            let kind = Self::kind_of(segment, &parts);
            if kind.is_some() || parts.is_empty() {
                rest = kind.map_or(0, |_| end + 1);
                parts.push(AnchorPart {
                    kind,
                    rest: "",
                    through: "",
                });
            }
            if let Some(part) = parts.last_mut() {
                part.rest = self.0.get(rest..end).unwrap_or_default();
                part.through = &self.0[..end];
            }
            at = end + 1;
        }
        parts
    }

    fn kind_of(name: &str, above: &[AnchorPart<'_>]) -> Option<ProvisionKind> {
        let outermost = above.iter().all(|part| part.kind == Some(Annex));
        ProvisionKind::in_anchor(name).map(|kind| match kind {
            Section if outermost => Point,
            kind => kind,
        })
    }

    /// The steps of this path; `None` for headings and for repeated numbers.
    pub fn steps(self) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        for part in self.parts() {
            let kind = part.kind?;
            if part.rest.ends_with('-') {
                return None;
            }
            let numbers = part.rest.split('-').filter(|number| !number.is_empty());
            let numbers: Option<Vec<u32>> = numbers.map(|number| number.parse().ok()).collect();
            match (kind, numbers?.as_slice()) {
                (Opening | Contents | Preamble | Signature, []) => {
                    steps.push(Step { kind, number: None });
                }
                (Point | Subitem, numbers @ [_, ..]) => {
                    steps.extend(numbers.iter().map(|number| Step::plain(kind, *number)));
                }
                (_, &[base]) => steps.push(Step::plain(kind, base)),
                (_, &[base, insertion]) => steps.push(Step {
                    kind,
                    number: Some(Number {
                        base,
                        insertion: Some(insertion),
                    }),
                }),
                _ => return None,
            }
        }
        Some(steps)
    }

    /// The citation in [words](fn@words); `None` if there is none.
    pub fn words(self) -> Option<String> {
        let words = words(&self.steps()?, false);
        (!words.is_empty()).then_some(words)
    }

    /// The anchor directly above: `art-7` for `art-7-para-2`, `sec-1` for
    /// `sec-1-2`. For an inserted or repeated number, the anchor that it comes
    /// after.
    pub fn parent(self) -> Option<Self> {
        let (above, _) = self.0.rsplit_once('-')?;
        let (outer, last) = above.rsplit_once('-').unwrap_or(("", above));
        // A name, not a number or the letter of a repeated number.
        let is_name = last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_lowercase());
        let above = if is_name { outer } else { above };
        (!above.is_empty()).then_some(Self(above))
    }

    fn through(self, kind: ProvisionKind) -> Option<&'a str> {
        let parts = self.parts();
        let part = parts.iter().find(|part| part.kind == Some(kind))?;
        Some(part.through)
    }

    /// The article that this anchor is or is inside: `art-7` for
    /// `art-7-para-2`.
    pub fn article(self) -> Option<&'a str> {
        self.through(Article)
    }

    /// The annex that this anchor is or is inside.
    pub fn annex(self) -> Option<&'a str> {
        self.through(Annex)
    }

    /// The anchor of the unit: the article that this anchor is or is inside,
    /// otherwise the anchor itself.
    pub fn unit(self) -> &'a str {
        self.article().unwrap_or(self.0)
    }

    /// The article's number, if this is an article of the main text and not of
    /// an annex.
    pub fn article_number(self) -> Option<Number> {
        match self.steps()?.as_slice() {
            [step] if step.kind == Article => step.number,
            _ => None,
        }
    }

    /// The path from `above` to this anchor, if `above` contains it: `para-2`
    /// for `art-7-para-2` below `art-7`. `art-7-1` is not inside `art-7`, but
    /// `sec-1-2` is inside `sec-1`. An empty anchor contains everything.
    pub fn below(self, above: &str) -> Option<Self> {
        if above.is_empty() {
            return Some(self);
        }
        let rest = self.0.strip_prefix(above)?.strip_prefix('-')?;
        let first = rest.split('-').next()?;
        let is_level = || {
            let last = Anchor(above).parts().pop().and_then(|part| part.kind);
            matches!(last, Some(Point | Subitem)) && first.parse::<u32>().is_ok()
        };
        (ProvisionKind::in_anchor(first).is_some() || is_level()).then_some(Self(rest))
    }

    /// Whether this anchor is `above` or inside it.
    pub fn is_within(self, above: &str) -> bool {
        self.0 == above || self.below(above).is_some()
    }

    /// Appends `below` to this anchor.
    pub fn join(self, below: &str) -> String {
        let mut anchor = self.0.to_owned();
        if !anchor.is_empty() {
            anchor.push('-');
        }
        anchor + below
    }

    /// The anchor of a provision inside this one; inside the main text if this
    /// anchor is empty.
    pub fn child(self, kind: ProvisionKind, number: Option<Number>) -> String {
        let named = self.join(kind.anchor_name());
        match number {
            Some(number) => Anchor(&named).deeper(number),
            None => named,
        }
    }

    /// The anchor of a numbered point directly below a point, or of a level
    /// below a 目.
    pub fn deeper(self, number: Number) -> String {
        self.join(&number.anchor())
    }

    /// The anchor with its last number increased by one.
    pub fn next(self) -> Option<String> {
        let (kind, number) = self.0.rsplit_once('-')?;
        let number: u32 = number.parse().ok()?;
        Some(Anchor(kind).join(&number.checked_add(1)?.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(base: u32, insertion: Option<u32>) -> Number {
        Number { base, insertion }
    }

    #[test]
    fn numbers_are_ordered_as_the_statute_is() {
        let inserted = number(133, Some(1));
        assert!(number(133, None) < inserted && inserted < number(134, None));
        assert_eq!(inserted.anchor(), "133-1");
        assert_eq!(inserted.label("条"), "第一百三十三条之一");
        for (before, after, follows) in [
            ((133, None), (134, None), true),
            ((133, None), (133, Some(1)), true),
            ((133, Some(1)), (133, Some(2)), true),
            ((133, Some(2)), (134, None), true),
            ((133, None), (133, Some(2)), false),
            ((133, None), (135, None), false),
            ((133, None), (133, None), false),
        ] {
            let (before, after) = (number(before.0, before.1), number(after.0, after.1));
            assert_eq!(after.follows(before), follows, "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_citation_names_what_is_needed() {
        let step = Step::plain;
        let way = [
            step(Chapter, 2),
            step(Article, 7),
            step(Paragraph, 2),
            step(Item, 3),
            step(Subitem, 1),
        ];
        assert_eq!(words(&way, false), "第七条第二款第三项第一目");
        assert_eq!(words(&way, true), "第七条第三项第一目");
        assert_eq!(words(&way[..2], false), "第七条");
        assert_eq!(words(&way[..1], false), "第二章");
        let in_annex = [step(Annex, 1), step(Chapter, 2), step(Article, 3)];
        assert_eq!(words(&in_annex, false), "附件1第三条");
        let points = [1, 1, 3, 4].map(|number| step(Point, number));
        assert_eq!(words(&points, false), "第一部分（一）3（4）");
    }

    #[test]
    fn anchors_are_put_into_words() {
        for (anchor, said) in [
            ("art-7", Some("第七条")),
            ("art-133-1", Some("第一百三十三条之一")),
            ("part-2-chap-1", Some("第二编第一章")),
            ("chap-2-sec-1", Some("第二章第一节")),
            ("annex-1-art-3", Some("附件1第三条")),
            ("annex-1-sec-2-1", Some("附件1第二部分（一）")),
            ("annex-2", Some("附件2")),
            ("sec-2", Some("第二部分")),
            ("sec-2-1-3", Some("第二部分（一）3")),
            ("preamble", Some("序言")),
            ("para-2-item-3", Some("第二款第三项")),
            ("art-7-b", None),
            ("signature", None),
            ("wu-zhong-qing-xing", None),
            ("art", None),
            ("", None),
        ] {
            assert_eq!(Anchor(anchor).words().as_deref(), said, "{anchor}");
        }
    }

    #[test]
    fn anchors_know_what_is_around_them() {
        for (anchor, parent, article) in [
            ("art-7-para-2-item-3", "art-7-para-2", "art-7"),
            ("art-7-b-para-1", "art-7-b", "art-7-b"),
            ("art-133-1", "art-133", "art-133-1"),
            ("annex-1-art-3-para-1", "annex-1-art-3", "annex-1-art-3"),
            ("annex-1-preamble", "annex-1", ""),
            ("part-1-chap-2", "part-1", ""),
            ("sec-1-2", "sec-1", ""),
            ("sec-1", "", ""),
            ("art-7", "", "art-7"),
        ] {
            let anchor = Anchor(anchor);
            assert_eq!(anchor.parent().map_or("", |a| a.0), parent, "{anchor:?}");
            assert_eq!(anchor.article().unwrap_or(""), article, "{anchor:?}");
        }
        for (anchor, above, within) in [
            ("art-7", "art-7", true),
            ("art-7-para-2", "art-7", true),
            ("art-7-1", "art-7", false),
            ("art-7-b", "art-7", false),
            ("art-70-para-1", "art-7", false),
            ("sec-1-2", "sec-1", true),
            ("sec-12", "sec-1", false),
            ("annex-1-art-3", "annex-1", true),
        ] {
            assert_eq!(Anchor(anchor).is_within(above), within, "{anchor} {above}");
        }
        assert_eq!(Anchor("annex-1-chap-2").annex(), Some("annex-1"));
        assert_eq!(
            Anchor("art-133-1").article_number(),
            Some(number(133, Some(1)))
        );
        for other in [
            "art-",
            "art-7-b",
            "art-7-para-2",
            "annex-1-art-3",
            "art-1-2-3",
        ] {
            assert_eq!(Anchor(other).article_number(), None, "{other}");
        }
    }

    #[test]
    fn anchors_are_made_of_steps() {
        assert_eq!(
            Anchor("").child(Article, Some(number(133, Some(1)))),
            "art-133-1"
        );
        assert_eq!(
            Anchor("art-7").child(Paragraph, Some(Number::plain(2))),
            "art-7-para-2"
        );
        assert_eq!(Anchor("annex-1").child(Preamble, None), "annex-1-preamble");
        assert_eq!(
            Anchor("chap-1").child(Point, Some(Number::plain(2))),
            "chap-1-sec-2"
        );
        assert_eq!(Anchor("sec-1").deeper(Number::plain(2)), "sec-1-2");
        assert_eq!(
            Anchor("art-7-para-2").next().as_deref(),
            Some("art-7-para-3")
        );
    }
}
