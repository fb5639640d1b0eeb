//! Drawings: their size, and what in them is more than a drawing.
//!
//! On a page a drawing can do nothing. Opened by its own address it is a
//! document of the site, whose scripts run.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Elements of a drawing that are looked at: a file of more is not drawn well
/// by any browser.
const MOST_ELEMENTS: usize = 1_000_000;

/// What in a drawing may act or reach for other sites, in words.
pub fn active(bytes: &[u8]) -> Option<String> {
    let unreadable = || Some("读不懂的地方（不是完整的 XML）".to_owned());
    let Ok(text) = std::str::from_utf8(bytes) else {
        return unreadable();
    };
    for step in elements(text) {
        let element = match step {
            Step::Element(element) => element,
            Step::Entities => return Some("实体声明（ENTITY）".to_owned()),
            Step::Broken => return unreadable(),
        };
        let name = local(element.name().as_ref());
        if [
            "script",
            "foreignobject",
            "iframe",
            "embed",
            "object",
            "handler",
        ]
        .contains(&name.as_str())
        {
            return Some(match name.as_str() {
                "script" => "脚本（script）".to_owned(),
                _ => format!("网页内容（{name}）"),
            });
        }
        for attribute in element.attributes().with_checks(false).flatten() {
            let key = local(attribute.key.as_ref());
            let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else {
                return unreadable();
            };
            let value: String = value
                .chars()
                .filter(|c| !c.is_whitespace() && !c.is_control())
                .collect::<String>()
                .to_ascii_lowercase();
            if key.starts_with("on") {
                return Some(format!("脚本（属性 {key}）"));
            }
            let leads = ["href", "src", "from", "to", "values"].contains(&key.as_str());
            if leads && value.contains("javascript:") {
                return Some("脚本（链接 javascript:）".to_owned());
            }
            if ["href", "src"].contains(&key.as_str())
                && name != "a"
                && ["http:", "https:", "//"]
                    .iter()
                    .any(|s| value.starts_with(s))
            {
                return Some(format!("外站的内容（{name}）"));
            }
        }
    }
    None
}

/// Width and height, as it says or by its view box.
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let root = elements(text).find_map(|step| match step {
        Step::Element(element) => Some(element),
        Step::Entities | Step::Broken => None,
    })?;
    let attribute = |name: &str| -> Option<String> {
        let value = root.try_get_attribute(name).ok()??.value;
        Some(value.trim().to_owned())
    };
    let pixels = |text: &str| -> Option<f64> {
        let number = text.strip_suffix("px").unwrap_or(text).trim();
        number
            .parse()
            .ok()
            .filter(|n: &f64| n.is_finite() && *n > 0.0)
    };
    let side = |name| attribute(name).as_deref().and_then(pixels);
    let view_box: Option<(f64, f64)> = attribute("viewBox").and_then(|text| {
        let numbers = text.split([' ', ',', '\n', '\t']).filter(|n| !n.is_empty());
        let numbers: Vec<f64> = numbers.map_while(pixels_or_zero).collect();
        match numbers[..] {
            [_, _, width, height] if width > 0.0 && height > 0.0 => Some((width, height)),
            _ => None,
        }
    });
    let (width, height) = match (side("width"), side("height"), view_box) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(view_box)) => view_box,
        _ => return None,
    };
    let whole = |side: f64| -> Option<u32> {
        let side = side.round();
        // Within the range of the type, so that nothing is cut off.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        (1.0..=100_000.0).contains(&side).then_some(side as u32)
    };
    Some((whole(width)?, whole(height)?))
}

fn pixels_or_zero(text: &str) -> Option<f64> {
    text.parse().ok().filter(|n: &f64| n.is_finite())
}

/// The name without its prefix, in small letters.
fn local(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

/// What is met in a drawing.
enum Step<'t> {
    Element(BytesStart<'t>),
    /// A declaration of entities, by which anything could be written.
    Entities,
    /// It is not XML from here on.
    Broken,
}

/// Every element that begins; what is broken ends them.
fn elements(text: &str) -> impl Iterator<Item = Step<'_>> {
    let mut reader = Reader::from_str(text);
    let (mut ended, mut depth) = (false, 0_usize);
    let next = move || {
        while !ended {
            match reader.read_event() {
                Ok(Event::Start(element)) => {
                    depth += 1;
                    return Some(Step::Element(element));
                }
                Ok(Event::Empty(element)) => return Some(Step::Element(element)),
                Ok(Event::End(_)) => depth = depth.saturating_sub(1),
                Ok(Event::DocType(declaration)) if declaration.contains("<!ENTITY") => {
                    return Some(Step::Entities);
                }
                Ok(Event::Eof) => {
                    ended = true;
                    // A file that was cut off.
                    if depth > 0 {
                        return Some(Step::Broken);
                    }
                }
                Ok(_) => {}
                Err(_) => {
                    ended = true;
                    return Some(Step::Broken);
                }
            }
        }
        None
    };
    std::iter::from_fn(next).take(MOST_ELEMENTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_say_their_size() {
        for (svg, expected) in [
            ("<svg width='12' height='8px'/>", Some((12, 8))),
            ("<svg viewBox='0 0 30,20'/>", Some((30, 20))),
            ("<svg width='60' viewBox='-5 -5 30 20'/>", Some((60, 40))),
            (
                "<svg width='100%' height='100%' viewBox='0 0 30 20'/>",
                Some((30, 20)),
            ),
            ("<svg/>", None),
            ("<svg viewBox='0 0 nan 1e99'/>", None),
        ] {
            assert_eq!(size(svg.as_bytes()), expected, "{svg}");
        }
    }

    #[test]
    fn what_acts_is_found() {
        for svg in [
            "<svg><script>alert(1)</script></svg>",
            "<svg xmlns:s='x'><s:SCRIPT/></svg>",
            "<svg onload='x()'/>",
            "<svg><a xlink:href=' java\nscript:x()'/></svg>",
            "<svg><foreignObject/></svg>",
            "<svg><image href='https://example.org/a.png'/></svg>",
            "<svg><a href='java&#x73;cript:x()'/></svg>",
            "<!DOCTYPE svg [<!ENTITY x '<script/>'>]><svg>&x;</svg>",
            "<svg><g></svg>",
            "<svg><path",
            "<svg><g>",
        ] {
            assert!(active(svg.as_bytes()).is_some(), "{svg}");
        }
        for svg in [
            "<?xml version='1.0'?><!DOCTYPE svg><svg><path d='M0 0'/></svg>",
            "<svg><a href='https://example.org/'><text>one</text></a><use href='#a'/></svg>",
            "<svg><image href='data:image/png;base64,AA'/></svg>",
        ] {
            assert_eq!(active(svg.as_bytes()), None, "{svg}");
        }
    }
}
