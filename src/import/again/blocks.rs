//! Splits a page's body into paragraphs, each with its own bytes.

/// A paragraph, heading, list or table: consecutive lines without a blank one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk<'t> {
    /// Its lines, without the line end of the last one.
    pub text: &'t str,
    /// The line ends after it.
    pub gap: &'t str,
}

/// Splits a body. The first text returned is what precedes the first paragraph.
pub fn chunks(body: &str) -> (&str, Vec<Chunk<'_>>) {
    let first = body.len() - body.trim_start_matches(is_line_space).len();
    // Spaces before the first words belong to the paragraph.
    let first = body[..first].rfind('\n').map_or(0, |at| at + 1);
    let mut found = Vec::new();
    let mut rest = &body[first..];
    while !rest.is_empty() {
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim().is_empty() {
                break;
            }
            end += line.len();
        }
        let text = rest[..end].trim_end_matches(['\n', '\r']);
        let behind = &rest[end..];
        let blank: usize = behind
            .split_inclusive('\n')
            .take_while(|line| line.trim().is_empty())
            .map(str::len)
            .sum();
        found.push(Chunk {
            text,
            gap: &rest[text.len()..end + blank],
        });
        rest = &behind[blank..];
    }
    (&body[..first], found)
}

fn is_line_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

impl Chunk<'_> {
    /// The text by which two paragraphs are compared: line ends and trailing
    /// spaces don't count.
    pub fn key(&self) -> String {
        let lines: Vec<&str> = self.text.lines().map(str::trim_end).collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_between_paragraphs() {
        for body in [
            "",
            "\n\n",
            "\n甲\n乙\n\n\n丙\n",
            "甲\r\n\r\n  乙  \r\n",
            "   甲",
            "甲\n \t\n乙",
        ] {
            let (before, found) = chunks(body);
            let again: String = found
                .iter()
                .flat_map(|chunk| [chunk.text, chunk.gap])
                .collect();
            assert_eq!(format!("{before}{again}"), body);
            assert!(
                found.iter().all(|chunk| !chunk.text.trim().is_empty()),
                "{body:?}"
            );
        }
        let (_, found) = chunks("\n甲\n乙\n\n\n丙\n");
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].text, found[0].gap), ("甲\n乙", "\n\n\n"));
    }
}
