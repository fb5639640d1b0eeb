//! Drawings (SVG): parses them, checks them against a list of what is allowed,
//! and writes them anew from what was parsed.
//!
//! As part of a page, a drawing can't do anything. But opened by its own
//! address, it is a document of the site whose scripts run. So the published
//! file is not the editor's but is written from what was parsed: a browser that
//! parses XML differently can't find anything else in it. Active content and
//! references to outside are errors, so that the editor knows about them. Data
//! of drawing programs (comments, metadata, file names) are dropped, as in
//! photos.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, XmlVersion};

use super::svg_names::{ATTRIBUTES, ELEMENTS};
use crate::xml::Xml;

/// Most elements in a drawing; no browser draws a larger one well.
const MOST_ELEMENTS: usize = 200_000;

/// Deepest nesting of elements; programs nest about ten.
const DEEPEST: usize = 200;

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// A drawing in its published form.
#[derive(Debug, PartialEq, Eq)]
pub struct Drawing {
    /// The file.
    pub bytes: Vec<u8>,
    /// Width and height, from its attributes or its view box.
    pub size: Option<(u32, u32)>,
}

/// Returns the published form of a drawing, or an explanation of what in it
/// isn't allowed.
pub fn clean(bytes: &[u8]) -> Result<Drawing, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| "UTF-8 以外的编码".to_owned())?;
    let mut reader = NsReader::from_str(text);
    let mut cleaner = Cleaner {
        out: Xml::new(text.len()),
        elements: 0,
        open: Vec::new(),
        left_out: 0,
        style: None,
        root: None,
    };
    loop {
        let event = reader.read_event().map_err(|_| broken())?;
        match event {
            Event::Start(element) => cleaner.start(&reader, &element, false)?,
            Event::Empty(element) => cleaner.start(&reader, &element, true)?,
            Event::End(_) => cleaner.end()?,
            Event::Text(text) => cleaner.text(&text.xml10_content())?,
            Event::CData(text) => cleaner.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => cleaner.text(&character(&reference)?)?,
            Event::Comment(_) => {}
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().transpose().map_err(|_| broken())?;
                if encoding.is_some_and(|name| !name.eq_ignore_ascii_case("utf-8")) {
                    return Err("UTF-8 以外的编码".to_owned());
                }
            }
            Event::DocType(declaration) if declaration.contains(['[', '<']) => {
                return Err("DOCTYPE 中的声明（如 ENTITY、ATTLIST）".to_owned());
            }
            Event::DocType(_) => {}
            Event::PI(instruction) => {
                let name = instruction.target();
                return Err(format!("处理指令（?{name}）"));
            }
            Event::Eof => return cleaner.finish(),
        }
    }
}

fn broken() -> String {
    "无法解析的内容（不是完整的 XML）".to_owned()
}

/// Resolves a reference in text; only XML's own names and numbers are known.
fn character(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| broken())? {
        return Ok(character.to_string());
    }
    let known = quick_xml::escape::resolve_xml_entity(reference);
    known.map(str::to_owned).ok_or_else(broken)
}

struct Cleaner {
    out: Xml,
    elements: usize,
    /// Names of the open elements.
    open: Vec<String>,
    /// Depth inside an element that is dropped.
    left_out: usize,
    /// Text of the open style sheet.
    style: Option<String>,
    /// The attributes of the root that give the drawing's size.
    root: Option<Frame>,
}

/// The attributes of the root that give the drawing's size.
#[derive(Default)]
struct Frame {
    width: Option<String>,
    height: Option<String>,
    view_box: Option<String>,
}

impl Cleaner {
    fn start(
        &mut self,
        reader: &NsReader<&[u8]>,
        element: &BytesStart<'_>,
        is_empty: bool,
    ) -> Result<(), String> {
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            let most = MOST_ELEMENTS / 10_000;
            return Err(format!("过多图形（超过 {most} 万个）"));
        }
        if self.open.len() + self.left_out >= DEEPEST {
            return Err(format!("嵌套过深的图形（超过 {DEEPEST} 层）"));
        }
        if self.left_out > 0 {
            self.left_out += usize::from(!is_empty);
            return Ok(());
        }
        if self.style.is_some() || (self.open.is_empty() && self.root.is_some()) {
            return Err(broken());
        }
        let (namespace, name) = reader.resolver().resolve_element(element.name());
        let name = name.as_ref();
        let namespace = match &namespace {
            ResolveResult::Bound(namespace) => namespace.as_ref(),
            ResolveResult::Unbound => "",
            ResolveResult::Unknown(_) => return Err(broken()),
        };
        if self.root.is_none() && (namespace, name) != (SVG, "svg") {
            return Err(format!(
                "不属于 SVG 的内容（{name}；根元素应为 <svg xmlns=\"{SVG}\">）"
            ));
        }
        if !may_stand(namespace, name)? {
            self.left_out = usize::from(!is_empty);
            return Ok(());
        }
        let attributes = attributes(reader, element, name)?;
        let mut written: Vec<(&str, &str)> = Vec::with_capacity(attributes.len() + 2);
        if self.root.is_none() {
            let value = |name: &str| {
                let found = attributes.iter().find(|(own, _)| own == name);
                found.map(|(_, value)| value.trim().to_owned())
            };
            self.root = Some(Frame {
                width: value("width"),
                height: value("height"),
                view_box: value("viewBox"),
            });
            written.extend([("xmlns", SVG), ("xmlns:xlink", XLINK)]);
        }
        written.extend(attributes.iter().map(|(name, value)| (&**name, &**value)));
        if is_empty {
            self.out.empty(name, &written);
        } else {
            self.out.open(name, &written);
            self.open.push(name.to_owned());
            self.style = (name == "style").then(String::new);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        if self.left_out > 0 {
            self.left_out -= 1;
            return Ok(());
        }
        if let Some(style) = self.style.take() {
            check_style(&style)?;
            self.out.text(&style);
        }
        let name = self.open.pop().ok_or_else(broken)?;
        self.out.close(&name);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        match &mut self.style {
            _ if self.left_out > 0 => {}
            Some(style) => style.push_str(text),
            None if !self.open.is_empty() => self.out.text(text),
            None if text.trim().is_empty() => {}
            None => return Err(broken()),
        }
        Ok(())
    }

    fn finish(self) -> Result<Drawing, String> {
        let root = self.root.ok_or_else(broken)?;
        // The file was truncated.
        if !self.open.is_empty() || self.left_out > 0 {
            return Err(broken());
        }
        Ok(Drawing {
            bytes: self.out.finish().into_bytes(),
            size: root.size(),
        })
    }
}

/// Whether an element is published, or dropped with its content.
fn may_stand(namespace: &str, name: &str) -> Result<bool, String> {
    match namespace {
        SVG if name == "metadata" => Ok(false),
        SVG if ELEMENTS.binary_search(&name).is_ok() => Ok(true),
        SVG if name.eq_ignore_ascii_case("script") => Err("脚本（script）".to_owned()),
        SVG if name.eq_ignore_ascii_case("foreignObject") => Err(format!("网页内容（{name}）")),
        SVG => Err(format!("浏览器不显示的内容（{name}）")),
        "" => Err(format!("未写明命名空间的内容（{name}）")),
        XHTML => Err(format!("网页内容（{name}）")),
        // Data of drawing programs.
        _ => Ok(false),
    }
}

/// The attributes that are published, in written form.
fn attributes(
    reader: &NsReader<&[u8]>,
    element: &BytesStart<'_>,
    of: &str,
) -> Result<Vec<(String, String)>, String> {
    let mut kept = Vec::new();
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|_| broken())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|_| broken())?;
        let (namespace, local) = reader.resolver().resolve_attribute(attribute.key);
        let local = local.as_ref();
        let name = match &namespace {
            ResolveResult::Unbound if local.to_ascii_lowercase().starts_with("on") => {
                return Err(format!("脚本（属性 {local}）"));
            }
            ResolveResult::Unbound if ATTRIBUTES.binary_search(&local).is_ok() => local.to_owned(),
            ResolveResult::Bound(namespace) if local == "href" && namespace.as_ref() == XLINK => {
                "xlink:href".to_owned()
            }
            ResolveResult::Bound(namespace)
                if ["lang", "space"].contains(&local) && namespace.as_ref() == XML =>
            {
                format!("xml:{local}")
            }
            ResolveResult::Unknown(_) => return Err(broken()),
            ResolveResult::Unbound | ResolveResult::Bound(_) => continue,
        };
        match local {
            "href" => check_href(of, &value)?,
            "attributeName" => {
                let changed = value.trim().to_ascii_lowercase();
                if changed.contains("href") || changed.starts_with("on") || changed == "style" {
                    return Err(format!("改变链接或脚本的动画（{of}）"));
                }
            }
            _ => check_style(&value)?,
        }
        kept.push((name, value.into_owned()));
    }
    Ok(kept)
}

/// Checks a reference: links may lead to pages; everything else only to a part
/// of this file or to an embedded picture.
fn check_href(of: &str, value: &str) -> Result<(), String> {
    let plain = squeezed(value);
    let leads = |starts: &[&str]| starts.iter().any(|start| plain.starts_with(start));
    if leads(&["javascript:", "vbscript:"]) {
        return Err("脚本（链接 javascript:）".to_owned());
    }
    let is_fine = match of {
        "a" => leads(&["#", "http://", "https://", "mailto:"]),
        "image" | "feImage" => leads(&["#"]) || is_picture(&plain),
        _ => leads(&["#"]),
    };
    match (is_fine, of) {
        (true, _) => Ok(()),
        (false, "a") => Err(format!("不允许的链接（{}）", shortened(value))),
        (false, _) => Err(format!("外站或其他文件的内容（{of}）")),
    }
}

fn is_picture(address: &str) -> bool {
    ["png", "jpeg", "jpg", "gif", "webp"]
        .iter()
        .any(|kind| address.starts_with(&format!("data:image/{kind};base64,")))
}

/// Checks that a style sheet, style attribute or an attribute that can contain
/// a style's value refers to nothing outside this file.
fn check_style(css: &str) -> Result<(), String> {
    // Nearly all values are numbers.
    if !css.contains(['(', '@', '\\']) && !css.contains("behavior") {
        return Ok(());
    }
    let css = unescaped(css).to_ascii_lowercase();
    for word in [
        "@import",
        "image-set(",
        "src(",
        "expression(",
        "-moz-binding",
        "behavior",
    ] {
        if css.contains(word) {
            return Err(format!("样式中的外站内容（{word}）"));
        }
    }
    for part in css.split("url(").skip(1) {
        let address = squeezed(part);
        let address = address.trim_start_matches(['"', '\'']);
        if !address.starts_with('#') && !is_picture(address) {
            return Err("样式中的外站内容（url）".to_owned());
        }
    }
    Ok(())
}

/// Replaces the escapes of a style (`\75 rl(`) with the characters they stand
/// for.
fn unescaped(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css.chars().peekable();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        let mut number = String::new();
        while number.len() < 6
            && let Some(digit) = rest.next_if(char::is_ascii_hexdigit)
        {
            number.push(digit);
        }
        if number.is_empty() {
            out.extend(rest.next().filter(|c| *c != '\n'));
            continue;
        }
        rest.next_if(char::is_ascii_whitespace);
        let code = u32::from_str_radix(&number, 16).ok();
        out.extend(code.and_then(char::from_u32));
    }
    out
}

/// The value in lower case, without spaces and control characters, which
/// browsers drop from addresses.
fn squeezed(value: &str) -> String {
    let kept = value
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control());
    kept.collect::<String>().to_ascii_lowercase()
}

fn shortened(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).take(40).collect()
}

impl Frame {
    fn size(&self) -> Option<(u32, u32)> {
        let pixels = |text: &str| -> Option<f64> {
            let number = text.strip_suffix("px").unwrap_or(text).trim();
            number
                .parse()
                .ok()
                .filter(|n: &f64| n.is_finite() && *n > 0.0)
        };
        let view_box: Option<(f64, f64)> = self.view_box.as_deref().and_then(|text| {
            let numbers = text.split([' ', ',', '\n', '\t']).filter(|n| !n.is_empty());
            let numbers: Vec<f64> = numbers.map_while(pixels_or_zero).collect();
            match numbers[..] {
                [_, _, width, height] if width > 0.0 && height > 0.0 => Some((width, height)),
                _ => None,
            }
        });
        let width = self.width.as_deref().and_then(pixels);
        let height = self.height.as_deref().and_then(pixels);
        let (width, height) = match (width, height, view_box) {
            (Some(width), Some(height), _) => (width, height),
            (Some(width), None, Some((w, h))) => (width, width * h / w),
            (None, Some(height), Some((w, h))) => (height * w / h, height),
            (None, None, Some(view_box)) => view_box,
            _ => return None,
        };
        let whole = |side: f64| -> Option<u32> {
            let side = side.round();
            // Within the range of the type, so that the conversion loses
            // nothing.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            (1.0..=100_000.0).contains(&side).then_some(side as u32)
        };
        Some((whole(width)?, whole(height)?))
    }
}

fn pixels_or_zero(text: &str) -> Option<f64> {
    text.parse().ok().filter(|n: &f64| n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A drawing with these attributes on its root, and this content.
    fn drawing(attributes: &str, inner: &str) -> String {
        format!("<svg xmlns='{SVG}' xmlns:xlink='{XLINK}' {attributes}>{inner}</svg>")
    }

    fn written(svg: &str) -> String {
        let cleaned = clean(svg.as_bytes()).unwrap_or_else(|fault| panic!("{fault}: {svg}"));
        let text = String::from_utf8(cleaned.bytes).expect("UTF-8");
        let (_, root) = text.split_once("?>\n").expect("a declaration");
        let head = format!("<svg xmlns=\"{SVG}\" xmlns:xlink=\"{XLINK}\"");
        root.strip_prefix(&head).expect("the root").to_owned()
    }

    #[test]
    fn drawings_say_their_size() {
        for (attributes, expected) in [
            ("width='12' height='8px'", Some((12, 8))),
            ("viewBox='0 0 30,20'", Some((30, 20))),
            ("width='60' viewBox='-5 -5 30 20'", Some((60, 40))),
            (
                "width='100%' height='100%' viewBox='0 0 30 20'",
                Some((30, 20)),
            ),
            ("", None),
            ("viewBox='0 0 nan 1e99'", None),
        ] {
            let cleaned = clean(drawing(attributes, "").as_bytes());
            assert_eq!(cleaned.map(|c| c.size), Ok(expected), "{attributes}");
        }
    }

    #[test]
    fn what_acts_or_asks_elsewhere_is_refused() {
        for inner in [
            "<script>alert(1)</script>",
            "<SCRIPT/>",
            "<s:script xmlns:s='http://www.w3.org/2000/svg'/>",
            "<x xmlns='http://www.w3.org/1999/xhtml'/>",
            "<script xmlns='http://www.w3.org/1999/xhtml'/>",
            "<script xmlns=''/>",
            "<g onload='x()'/>",
            "<g ONLOAD='x()'/>",
            "<a xlink:href=' java\nscript:x()'/>",
            "<a href='java&#x73;cript:x()'/>",
            "<a href='data:text/html,x'/>",
            "<foreignObject/>",
            "<image href='https://example.org/a.png'/>",
            "<image href='//example.org/a.png'/>",
            "<image href='a.png'/>",
            "<image href='data:image/svg+xml;base64,AA'/>",
            "<use href='b.svg#a'/>",
            "<feImage href='https://example.org/a.png'/>",
            "<set attributeName='xlink:href' to='javascript:x()'/>",
            "<animate attributeName='onload' values='x()'/>",
            "<style>@import 'https://example.org/';</style>",
            "<style>@im\\70ort 'https://example.org/';</style>",
            "<style>@i<!-- -->mport 'https://example.org/';</style>",
            "<style><![CDATA[rect{fill:url( 'http://example.org/')}]]></style>",
            "<style>a{b:&#117;rl(//example.org/)}</style>",
            "<style><g/></style>",
            "<rect style='fill:\\75 rl(http://example.org/)'/>",
            "<rect fill='URL(http://example.org/#a)'/>",
            "<rect style='background:image-set(\"http://example.org/\" 1x)'/>",
            "<flowRoot/>",
            "&x;",
            "<g>",
            "<p:g/>",
            "<g a='1' a='2'/>",
            "<?xml-stylesheet href='a.css'?>",
        ] {
            let svg = drawing("", inner);
            assert!(clean(svg.as_bytes()).is_err(), "{svg}");
        }
        for svg in [
            "",
            "text",
            "<svg/>",
            "<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
            "<!DOCTYPE svg [<!ENTITY x '<script/>'>]><svg xmlns='http://www.w3.org/2000/svg'/>",
            "<!DOCTYPE svg [<!ATTLIST svg onload CDATA 'x()'>]><svg xmlns='http://www.w3.org/2000/svg'/>",
            "<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='a.xsl'?><svg xmlns='http://www.w3.org/2000/svg'/>",
            "<?xml version='1.0' encoding='utf-7'?><svg xmlns='http://www.w3.org/2000/svg'/>",
            "<svg xmlns='http://www.w3.org/2000/svg'/><svg xmlns='http://www.w3.org/2000/svg'/>",
            "<svg xmlns='http://www.w3.org/2000/svg'><path",
        ] {
            assert!(clean(svg.as_bytes()).is_err(), "{svg}");
        }
        let wide = drawing("", "x")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>();
        assert!(clean(&wide).is_err());
        let deep = drawing("", &"<g>".repeat(DEEPEST));
        assert!(clean(deep.as_bytes()).is_err());
        let many = drawing("", &"<g/>".repeat(MOST_ELEMENTS));
        assert!(clean(many.as_bytes()).is_err());
    }

    #[test]
    fn what_a_drawing_is_made_of_is_kept_and_the_rest_left_out() {
        for (inner, expected) in [
            ("<path d='M0 0'/>", "<path d=\"M0 0\"/>"),
            (
                "<a href='https://example.org/'><text>一</text></a>",
                "<a href=\"https://example.org/\"><text>一</text></a>",
            ),
            ("<use xlink:href='#a'/>", "<use xlink:href=\"#a\"/>"),
            (
                "<image href='data:image/png;base64,AA'/>",
                "<image href=\"data:image/png;base64,AA\"/>",
            ),
            ("<rect fill='url(#a)'/>", "<rect fill=\"url(#a)\"/>"),
            (
                "<style>.a{fill:url(\"#b\")}</style>",
                "<style>.a{fill:url(&quot;#b&quot;)}</style>",
            ),
            (
                "<text>&lt;script&gt;&#x26;</text>",
                "<text>&lt;script&gt;&amp;</text>",
            ),
            ("<!-- 张三的电脑 --><g/>", "<g/>"),
            (
                "<metadata><a:b xmlns:a='x'>张三</a:b></metadata><g/>",
                "<g/>",
            ),
            (
                "<i:view xmlns:i='x' onload='y'><script/></i:view><g i:file='z' xmlns:i='x'/>",
                "<g/>",
            ),
            (
                "<s:g xmlns:s='http://www.w3.org/2000/svg' unheard='of'/>",
                "<g/>",
            ),
        ] {
            let svg = drawing("", inner);
            assert_eq!(written(&svg), format!(">{expected}</svg>"), "{svg}");
            // A file that was written once stays unchanged.
            let once = clean(svg.as_bytes()).expect("it is fine");
            assert_eq!(clean(&once.bytes), Ok(once));
        }
        let typed = "<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>";
        assert_eq!(written(&(typed.to_owned() + &drawing("", ""))), "></svg>");
    }

    #[test]
    fn the_lists_are_in_order() {
        assert!(ELEMENTS.is_sorted() && ATTRIBUTES.is_sorted());
    }
}
