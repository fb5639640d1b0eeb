//! Addresses: no two pages may want the same, and some belong to the program.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Span};
use crate::parse::page::{ParsedPage, ParsedSection};

/// First parts of the addresses of pages that the program makes.
const RESERVED: &[&str] = &[
    "assets",
    "search",
    "regions",
    "organs",
    "responsibilities",
    "stages",
    "roles",
    "topics",
    "years",
    "sources",
    "figures",
    "matrix",
    "data",
    "a-z",
    "new",
];

/// Checks the addresses of all sections, pages and redirects.
pub fn check(sections: &BTreeMap<String, ParsedSection>, pages: &[ParsedPage]) -> Vec<Diagnostic> {
    let mut claims = Claims::default();
    for (key, section) in sections {
        let start = Span::start_of(section.span.file);
        claims.claim(key.clone(), start, "栏目");
    }
    for page in pages {
        claims.claim(page.key(), page.slug.span.clone(), "页面");
    }
    // Redirects come last: where one meets a page, the redirect is at fault.
    for redirect in pages.iter().flat_map(|page| &page.redirects) {
        claims.claim(redirect.value.clone(), redirect.span.clone(), "旧地址");
    }
    claims.diagnostics
}

#[derive(Default)]
struct Claims {
    taken: BTreeMap<String, (Span, &'static str)>,
    diagnostics: Vec<Diagnostic>,
}

impl Claims {
    fn claim(&mut self, address: String, span: Span, what: &'static str) {
        let first_part = address.split('/').next().unwrap_or_default();
        if RESERVED.contains(&first_part) {
            let message = format!("网址 {address}/ 已由程序占用");
            self.diagnostics.push(
                Diagnostic::error("reserved-address", span.clone(), message).hint(format!(
                    "换个名字；这些名字留给程序：{}",
                    RESERVED.join("、")
                )),
            );
        }
        if let Some((first, first_what)) = self.taken.get(&address) {
            let message = format!("{what}与另一个{first_what}的网址相同：{address}/");
            self.diagnostics.push(
                Diagnostic::error("duplicate-address", span, message)
                    .related(first.clone(), "先用了这个网址")
                    .hint("改文件名、slug 或 aliases，使网址各不相同"),
            );
        } else {
            self.taken.insert(address, (span, what));
        }
    }
}
