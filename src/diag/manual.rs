//! The manual of all codes, `docs/diagnostics.md`, as the program carries it.

const MANUAL: &str = include_str!("../../docs/diagnostics.md");

/// What the manual says about a code, without its heading; `None` if there is no
/// such code.
pub fn entry(code: &str) -> Option<&'static str> {
    let heading = format!("\n### `{code}`\n");
    if let Some(at) = MANUAL.find(&heading) {
        let text = &MANUAL[at + heading.len()..];
        let ends = ["\n### ", "\n## "].into_iter();
        let end = ends.filter_map(|next| text.find(next)).min();
        return Some(text[..end.unwrap_or(text.len())].trim());
    }
    // The codes of themes are rows of a table.
    let row = format!("\n| `{code}` | ");
    let text = &MANUAL[MANUAL.find(&row)? + row.len()..];
    text.split(" |\n").next()
}

/// All codes, in the order of the manual.
pub fn codes() -> impl Iterator<Item = &'static str> {
    let lines = MANUAL.lines();
    lines.filter_map(|line| {
        let rest = line.strip_prefix("### `").or(line.strip_prefix("| `"))?;
        let code = rest.split('`').next()?;
        let plain = |b: u8| b.is_ascii_lowercase() || b == b'-';
        (code.contains('-') && code.bytes().all(plain)).then_some(code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_entry() {
        let all: Vec<_> = codes().collect();
        assert!(all.len() > 60, "{all:?}");
        for code in all {
            let text = entry(code).expect(code);
            assert!(text.len() > 10 && !text.contains("###"), "{code}: {text}");
        }
        assert_eq!(entry("no-such-code"), None);
    }
}
