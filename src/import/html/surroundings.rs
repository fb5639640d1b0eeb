//! Separates the text of a web page from what surrounds it.
//!
//! Class names suggest what a part of a page is, but sites use them freely. So
//! a part that looks like a menu, footer or form is dropped only if it doesn't
//! contain the text. Where the sentences are decides, not the names.

use std::collections::{HashMap, HashSet};

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use scraper::node::Element;

/// Elements that never contain text of the document.
const NEVER: &[&str] = &[
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas",
    "button", "select", "input", "head", "audio", "video", "map", "rp", "rt", "noframes",
];

/// Elements that seldom contain text of the document.
const SELDOM: &[&str] = &[
    "form", "textarea", "nav", "footer", "aside", "dialog", "menu",
];

/// Words in `class` and `id` of elements that surround the text.
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

/// An element that seems to surround the text is kept if it has at least this
/// percentage of the page's sentences.
const PART_OF_TEXT_PERCENT: usize = 10;

/// A hidden element is kept if it has at least this percentage of the page's
/// sentences.
const HIDDEN_TEXT_PERCENT: usize = 50;

/// The parts of a page that are left out.
#[derive(Debug, Default)]
pub struct Dropped {
    nodes: HashSet<NodeId>,
    /// Number of the parts.
    pub count: usize,
    /// Number of characters in them.
    pub characters: usize,
}

/// Decides for every part of a page whether it is dropped.
pub fn judge(root: NodeRef<'_, Node>) -> Dropped {
    let mut dropped = Dropped::default();
    let sentences = sentences(root, &dropped);
    let of = |node: NodeRef<'_, Node>| sentences.get(&node.id()).copied().unwrap_or(0);
    let whole = of(root);
    let mut inside = None;
    for edge in root.traverse() {
        let node = match edge {
            Edge::Open(node) => node,
            Edge::Close(node) => {
                if inside == Some(node.id()) {
                    inside = None;
                }
                continue;
            }
        };
        let Some(element) = element(node).filter(|_| inside.is_none()) else {
            continue;
        };
        let share = |percent: usize| of(node) > 0 && of(node) * 100 >= whole * percent;
        let drops = match seems(element) {
            Seems::Text => is_line_of_site(node),
            Seems::Never => true,
            Seems::Hidden => !share(HIDDEN_TEXT_PERCENT),
            Seems::Surroundings => !share(PART_OF_TEXT_PERCENT) || is_line_of_site(node),
        };
        if !drops {
            continue;
        }
        inside = Some(node.id());
        dropped.nodes.insert(node.id());
        if element.name() != "head" {
            dropped.count += 1;
        }
        if !NEVER.contains(&element.name()) {
            dropped.characters += characters(node);
        }
    }
    dropped
}

/// Longest line, in characters, that says where a page stands in its site, or
/// that holds its controls.
const LONGEST_LINE: usize = 80;

/// Most nodes in such a line.
const MOST_NODES: usize = 400;

/// Words that begin a line which says where a page stands.
const PATHS: &[&str] = &[
    "当前位置",
    "您的位置",
    "您现在的位置",
    "您当前的位置",
    "你现在的位置",
    "所在位置",
    "首页>",
    "首页»",
    "首页›",
    "首页＞",
];

/// What controls of a page are called, longer names first.
const CONTROLS: &[&str] = &[
    "打印本页",
    "打印正文",
    "打印本稿",
    "打印此页",
    "打印文章",
    "关闭窗口",
    "关闭本页",
    "关闭页面",
    "返回首页",
    "返回顶部",
    "返回列表",
    "设为首页",
    "加入收藏",
    "收藏本页",
    "分享到",
    "我要纠错",
    "复制链接",
    "无障碍阅读",
    "打印",
    "关闭",
    "首页",
    "收藏",
    "分享",
    "微信",
    "微博",
    "朋友圈",
    "纠错",
    "保存",
    "字体",
    "字号",
];

/// The sizes to which a control sets the letters.
const SIZES: &[&str] = &["大", "中", "小", "默认", "较大", "A+", "A-"];

/// Whether an element is a line that only says where the page stands (当前位置：
/// 首页 > 政策) or only holds its controls (打印 关闭).
fn is_line_of_site(node: NodeRef<'_, Node>) -> bool {
    let is_line = element(node).is_some_and(|e| {
        matches!(
            e.name(),
            "div" | "p" | "td" | "span" | "ul" | "ol" | "nav" | "li" | "a"
        )
    });
    if !is_line {
        return false;
    }
    let mut text = String::new();
    for (count, inside) in node.descendants().enumerate() {
        let part = inside.value().as_text().map_or("", |text| &**text);
        text.extend(part.chars().filter(|c| !c.is_whitespace()));
        // Every ancestor of a node is looked at, so each look is bounded.
        if text.len() > LONGEST_LINE * 4 || count > MOST_NODES {
            return false;
        }
    }
    let fits = text.chars().count() <= LONGEST_LINE && !text.contains('。');
    let is_path = PATHS.iter().any(|words| text.starts_with(words));
    fits && (is_path || is_controls(&text))
}

fn is_controls(text: &str) -> bool {
    let is_between = |c: char| "|｜/·[]【】（）()：:".contains(c);
    let mut rest = text.trim_start_matches(is_between);
    let mut has_control = false;
    while !rest.is_empty() {
        let after = |words: &[&str]| words.iter().find_map(|word| rest.strip_prefix(word));
        rest = match (after(CONTROLS), after(SIZES)) {
            (Some(behind), _) => {
                has_control = true;
                behind
            }
            (None, Some(behind)) => behind,
            (None, None) => return false,
        }
        .trim_start_matches(is_between);
    }
    has_control
}

/// What an element's names suggest that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seems {
    Text,
    Surroundings,
    Hidden,
    Never,
}

fn seems(element: &Element) -> Seems {
    let name = element.name();
    if NEVER.contains(&name) {
        return Seems::Never;
    }
    let hidden = element.attr("hidden").is_some()
        || element.attr("style").is_some_and(|style| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
            style.to_ascii_lowercase().contains("display:none")
        });
    if hidden {
        return Seems::Hidden;
    }
    let named = !matches!(name, "html" | "body" | "main" | "article")
        && element
            .attr("class")
            .into_iter()
            .chain(element.attr("id"))
            .flat_map(|names| names.split(|c: char| !c.is_ascii_alphanumeric()))
            .any(|word| SURROUNDINGS.contains(&word.to_ascii_lowercase().as_str()));
    if named || SELDOM.contains(&name) {
        Seems::Surroundings
    } else {
        Seems::Text
    }
}

pub fn element(node: NodeRef<'_, Node>) -> Option<&Element> {
    node.value().as_element()
}

/// Whether the element's text is struck out or deleted: `<del>`, `<s>`.
pub fn is_struck(element: &Element) -> bool {
    matches!(element.name(), "del" | "s" | "strike")
        || element
            .attr("style")
            .is_some_and(|style| style.to_ascii_lowercase().contains("line-through"))
}

/// For each element, the number of characters in sentences: text outside links
/// that has the punctuation of sentences, and lines with the number of an
/// article.
fn sentences(root: NodeRef<'_, Node>, dropped: &Dropped) -> HashMap<NodeId, usize> {
    let mut counts = HashMap::new();
    // The count at the beginning of each open element.
    let mut open: Vec<usize> = Vec::new();
    let mut sum = 0;
    let mut links = 0_usize;
    dropped.walk(root, |edge| match edge {
        Edge::Open(node) => {
            open.push(sum);
            links += usize::from(element(node).is_some_and(|e| e.name() == "a"));
            if let Node::Text(text) = node.value()
                && links == 0
                && (text.contains(['。', '；', '，', '：', '！', '？', '、'])
                    || text.trim_start().starts_with('第'))
            {
                sum += text.chars().filter(|c| !c.is_whitespace()).count();
            }
        }
        Edge::Close(node) => {
            links -= usize::from(element(node).is_some_and(|e| e.name() == "a"));
            let before = open.pop().unwrap_or(sum);
            counts.insert(node.id(), sum - before);
        }
    });
    counts
}

/// Number of characters in a node, of any text.
fn characters(node: NodeRef<'_, Node>) -> usize {
    let texts = node.descendants().filter_map(|node| node.value().as_text());
    texts
        .map(|text| text.chars().filter(|c| !c.is_whitespace()).count())
        .sum()
}

impl Dropped {
    /// Walks a tree, skipping what is dropped.
    pub fn walk<'t>(&self, node: NodeRef<'t, Node>, mut visit: impl FnMut(Edge<'t, Node>)) {
        let mut skipping = None;
        for edge in node.traverse() {
            match &edge {
                Edge::Open(open) => {
                    if skipping.is_some() {
                        continue;
                    }
                    let never = element(*open).is_some_and(|e| NEVER.contains(&e.name()));
                    if open.id() != node.id() && (never || self.nodes.contains(&open.id())) {
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

    /// Counts what lies outside the element with the text.
    pub fn beside(&mut self, root: NodeRef<'_, Node>, main: NodeRef<'_, Node>) {
        let all = |node| {
            let mut count = 0;
            self.walk(node, |edge| {
                if let Edge::Open(node) = edge
                    && let Node::Text(text) = node.value()
                {
                    count += text.chars().filter(|c| !c.is_whitespace()).count();
                }
            });
            count
        };
        let beside = all(root).saturating_sub(all(main));
        if beside > 0 {
            self.count += 1;
            self.characters += beside;
        }
    }
}

/// Elements in which content management systems put the text, best first.
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

/// The least percentage of the page's sentences that the element with the text
/// must have.
const MAIN_PERCENT: usize = 90;

/// The element with the document: one whose name says so and that has nearly
/// all of the page's sentences, or else the whole page.
pub fn main_text<'t>(root: NodeRef<'t, Node>, dropped: &Dropped) -> NodeRef<'t, Node> {
    let sentences = sentences(root, dropped);
    let of = |node: NodeRef<'_, Node>| sentences.get(&node.id()).copied().unwrap_or(0);
    let whole = of(root);
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
        let own = of(node);
        if own > 0 && own * 100 >= whole * MAIN_PERCENT {
            best = Some((rank, node));
        }
    }
    best.map_or(root, |(_, node)| node)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_told_from_text() {
        for (text, is_it) in [
            ("打印关闭", true),
            ("【字体：大中小】【打印】【关闭窗口】", true),
            ("首页", true),
            ("分享到：微信|微博", true),
            ("大中小", false),
            ("打印机管理办法", false),
            ("关闭非法网站", false),
            ("", false),
        ] {
            assert_eq!(is_controls(text), is_it, "{text}");
        }
    }
}
