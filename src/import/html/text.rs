//! The words of a web page, as a browser shows them.

/// Elements that begin a new paragraph.
pub const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "legend",
    "nav",
    "aside",
    "dialog",
    "textarea",
    "hr",
    "html",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "caption",
    "br",
];

/// Appends text as a browser shows it: white space becomes one space, or none
/// between Han characters.
pub fn push_collapsed(out: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, ' ' | '\t' | '\n' | '\r') {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            // A line end between two Han characters comes from the HTML source,
            // not from the text.
            if out.ends_with(' ') && text.contains('\n') {
                let before = out.trim_end().chars().next_back();
                if before.is_some_and(search::analysis::is_han) && search::analysis::is_han(c) {
                    out.truncate(out.trim_end().len());
                }
            }
            out.push(c);
        }
    }
}
