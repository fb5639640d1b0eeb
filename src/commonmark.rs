//! Writes plain text as Markdown so that it stays plain text.
//!
//! The importer uses it for content files, the export for Markdown files.

/// Appends `text` so that Markdown leaves it alone, wherever in a line it
/// stands.
///
/// Every ASCII mark that could mean something is escaped: a rule for each place
/// would give shorter output but be easier to get wrong. Marks that mean
/// nothing inside Chinese text stay as typed.
pub fn push_escaped(out: &mut String, text: &str) {
    for character in text.chars() {
        let means = match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '{' | '}' | '$'
            | '^' => true,
            // Zola reads {% as a template call, whatever stands before it.
            '%' => out.ends_with('{'),
            _ => false,
        };
        if means {
            out.push('\\');
        }
        out.push(match character {
            '\0' => char::REPLACEMENT_CHARACTER,
            other => other,
        });
    }
}

/// Escapes the beginnings of lines written since `at`, so that they don't
/// become headings, lists, rules or code.
pub fn guard_line_starts(out: &mut String, at: usize) {
    let written = out.split_off(at);
    for (position, line) in written.split('\n').enumerate() {
        if position > 0 {
            out.push('\n');
        }
        let line = line.trim_start_matches([' ', '\t']);
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let mark = match line.as_bytes() {
            [b'#' | b'+' | b'-' | b'=', ..] => 0,
            // 1. and 1) begin a list.
            bytes if digits > 0 && matches!(bytes.get(digits), Some(b'.' | b')')) => digits,
            _ => {
                out.push_str(line);
                continue;
            }
        };
        out.push_str(&line[..mark]);
        out.push('\\');
        out.push_str(&line[mark..]);
    }
}

/// Escapes number signs at the end of a heading written since `at`: Markdown
/// takes them for its closing sequence and doesn't show them.
pub fn guard_heading_end(out: &mut String, at: usize) {
    let words = out[at..].trim_end_matches([' ', '\t']);
    let before_signs = words.trim_end_matches('#');
    let backslashes = before_signs.len() - before_signs.trim_end_matches('\\').len();
    // The first of them may already be escaped.
    if before_signs.len() < words.len() && backslashes.is_multiple_of(2) {
        out.insert(at + before_signs.len(), '\\');
    }
}

/// Turns what was written since `at` into a table cell: a single line without
/// unescaped bars.
pub fn guard_cell(out: &mut String, at: usize) {
    let written = out.split_off(at);
    let mut backslashes = 0;
    for character in written.replace("\\\n", " ").replace('\n', " ").chars() {
        if character == '|' && backslashes % 2 == 0 {
            out.push('\\');
        }
        backslashes = if character == '\\' {
            backslashes + 1
        } else {
            0
        };
        out.push(character);
    }
}

/// Appends inline code.
pub fn push_code(out: &mut String, text: &str) {
    let fence = fence(text, 1);
    let touches = text.starts_with('`') || text.ends_with('`');
    let pad = if touches { " " } else { "" };
    out.push_str(&format!("{fence}{pad}{text}{pad}{fence}"));
}

pub fn push_code_block(out: &mut String, text: &str) {
    let fence = fence(text, 3);
    out.push_str(&format!("{fence}\n{text}\n{fence}\n"));
}

/// Returns a fence longer than any in the text.
fn fence(text: &str, least: usize) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(least))
}

/// Appends the destination of a link, so that no character in it ends it.
pub fn push_destination(out: &mut String, href: &str) {
    for character in href.chars() {
        match character {
            ' ' => out.push_str("%20"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '\n' | '\r' => {}
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        for (words, markdown) in [
            ("# 甲", "\\# 甲"),
            ("1. 姓名", "1\\. 姓名"),
            ("2026年", "2026年"),
            ("- 甲", "\\- 甲"),
            ("<b>&", "\\<b\\>\\&"),
            ("> 甲\n+ 乙", "\\> 甲\n\\+ 乙"),
            ("{% 甲", "\\{\\% 甲"),
        ] {
            let mut out = String::new();
            push_escaped(&mut out, words);
            guard_line_starts(&mut out, 0);
            assert_eq!(out, markdown);
        }
    }

    #[test]
    fn a_heading_keeps_its_last_signs() {
        for (words, markdown) in [
            ("总则 #", "总则 \\#"),
            ("##", "\\##"),
            ("C# 甲", "C# 甲"),
            ("甲\\#", "甲\\\\\\#"),
            ("甲", "甲"),
        ] {
            let mut out = String::from("## ");
            let at = out.len();
            push_escaped(&mut out, words);
            guard_heading_end(&mut out, at);
            assert_eq!(&out[at..], markdown);
        }
        let mut escaped = String::from("\\#");
        guard_heading_end(&mut escaped, 0);
        assert_eq!(escaped, "\\#");
    }

    #[test]
    fn a_bar_in_a_cell_is_escaped_once() {
        for (words, markdown) in [("甲|乙", "甲\\|乙"), ("甲\\|乙", "甲\\\\\\|乙")] {
            let mut out = String::from("| ");
            let at = out.len();
            push_escaped(&mut out, words);
            guard_cell(&mut out, at);
            assert_eq!(&out[at..], markdown);
        }
        let mut code = String::from("`甲|乙`");
        guard_cell(&mut code, 0);
        assert_eq!(code, "`甲\\|乙`");
    }

    #[test]
    fn an_address_ends_where_it_ends() {
        let mut out = String::new();
        push_destination(&mut out, "https://a/(b) c");
        assert_eq!(out, "https://a/%28b%29%20c");
    }
}
