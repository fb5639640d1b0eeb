//! A theme's styles, scripts and other files under the names that the site
//! publishes.

use std::collections::BTreeMap;

use crate::digest::{hex, sha256};

use crate::output::Place;

/// A theme's static files as the site publishes them.
#[derive(Debug, Default)]
pub(crate) struct Assets {
    /// Every file by its path in the site, with the place that asks for it.
    pub files: BTreeMap<String, (Vec<u8>, Place)>,
    /// Paths of files with hashed names, by `site.css`, `js`, or the path in the
    /// theme (`icon.svg`).
    hashed: BTreeMap<String, String>,
}

impl Assets {
    /// Adds a file with a hash of its content in its name, so that no browser
    /// shows an old version: `site.css` becomes `assets/site.1f3a9c22.css`.
    pub fn add_hashed(&mut self, what: &str, name: &str, bytes: Vec<u8>) {
        let (stem, ending) = name.split_once('.').unwrap_or((name, "bin"));
        let path = format!("assets/{stem}.{}.{ending}", short_hash(&bytes));
        self.hashed.insert(what.to_owned(), path.clone());
        self.files.insert(path, (bytes, Place::Program));
    }

    /// The published path of a hashed file.
    pub fn path(&self, what: &str) -> Option<&str> {
        self.hashed.get(what).map(String::as_str)
    }
}

/// The first eight hexadecimal digits of a content's hash.
fn short_hash(bytes: &[u8]) -> String {
    hex(&sha256(bytes)[..4])
}

/// Removes comments, and the white space between declarations: each rule becomes
/// a line. It is not a minifier: the source stays recognisable, and gzip does
/// the rest.
pub fn squeeze_css(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    let mut quote: Option<char> = None;
    while let Some(character) = rest.chars().next() {
        if quote.is_none() && rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
            continue;
        }
        match character {
            '\\' => {
                // An escaped quotation mark doesn't end the string.
                let width = rest.chars().nth(1).map_or(1, |next| 1 + next.len_utf8());
                out.push_str(&rest[..width]);
                rest = &rest[width..];
                continue;
            }
            '"' | '\'' if quote == Some(character) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(character),
            _ => {}
        }
        out.push(character);
        rest = &rest[character.len_utf8()..];
    }
    let mut squeezed = String::with_capacity(out.len());
    for line in out.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line == "}" && squeezed.ends_with(';') {
            squeezed.pop();
        }
        let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        match line.split_once(": ") {
            Some((name, value)) if is_name(name) => squeezed.extend([name, ":", value]),
            _ => match line.strip_suffix(" {") {
                Some(selector) => squeezed.extend([selector, "{"]),
                None => squeezed.push_str(line),
            },
        }
        if !line.ends_with(['{', ';', ',']) {
            squeezed.push('\n');
        }
    }
    squeezed
}

/// Removes indentation, comments that fill whole lines, and type comments
/// inside a line. Comments that begin with `/*!` stay, because licences ask for
/// it. All it has to understand is where template literals begin and end, and
/// which strings continue on the next line.
pub fn squeeze_js(js: &str) -> String {
    let mut out = String::with_capacity(js.len());
    let (mut in_comment, mut in_template) = (false, false);
    for mut line in js.lines() {
        let start = line.trim_start();
        if !in_template && start.starts_with("/*") && !start.starts_with("/*!") {
            let ends_here = start
                .find("*/")
                .map(|end| start[end + 2..].trim().is_empty());
            // A line with code after its leading comment stays.
            in_comment |= ends_here.is_none();
            if ends_here == Some(true) {
                continue;
            }
        }
        if in_comment {
            let Some(end) = line.find("*/") else { continue };
            in_comment = false;
            line = &line[end + 2..];
        }
        if !in_template && (line.trim().is_empty() || line.trim_start().starts_with("//")) {
            continue;
        }
        let goes_on = in_template || out.ends_with("\\\n");
        let mut rest = if goes_on { line } else { line.trim_start() };
        if !goes_on {
            while let Some((before, after)) = rest.split_once("/** @type {")
                && let Some((_, after)) = after.split_once("} */ ")
            {
                out.push_str(before);
                rest = after;
            }
        }
        out.push_str(rest);
        out.push('\n');
        in_template ^= line.matches('`').count() % 2 == 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_line_comments_go_and_code_stays() {
        let js = "/** One. */\n/**\n * `Two`\n */\nlet a = '//'; // kept\n  // gone\n\n  /* x */ b();\n/* y\n*/ c();\nd = `\n// text\n\n  /* text */`;\ne = 'f\\\n  g';\n/*! licence */\nf = /** @type {A<{ b: C }>} */ (/** @type {D} */ (g));\n";
        assert_eq!(
            squeeze_js(js),
            "let a = '//'; // kept\n/* x */ b();\nc();\nd = `\n// text\n\n  /* text */`;\ne = 'f\\\n  g';\n/*! licence */\nf = ((g));\n"
        );
    }

    #[test]
    fn comments_go_and_strings_stay() {
        let css = "/* a \"quote */\na {\n  content: \"/* no */\";\n\n  b: '\\'/* x';\n} /* end";
        assert_eq!(squeeze_css(css), "a{content:\"/* no */\";b:'\\'/* x'}\n");
    }

    #[test]
    fn names_tell_the_content() {
        let mut assets = Assets::default();
        assets.add_hashed("site.css", "site.css", b"a".to_vec());
        assert_eq!(assets.path("site.css"), Some("assets/site.ca978112.css"));
        assert_eq!(assets.path("js"), None);
    }
}
