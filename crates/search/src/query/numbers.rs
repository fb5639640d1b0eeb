//! Document numbers in plain words: 中办发〔2020〕10号.

use super::nodes::{Node, Query};

/// If a query has more characters than this besides a document number, it is
/// running text, and the number is just one of its words.
const MOST_BESIDE_NUMBER: usize = 12;

impl Query {
    /// Turns the document numbers in plain words into phrases.
    pub(super) fn find_numbers(&mut self) {
        for part in std::mem::take(&mut self.parts) {
            let Node::Words(text) = &part else {
                self.parts.push(part);
                continue;
            };
            let chars: Vec<char> = text.chars().collect();
            let found = document_number(&chars);
            let Some((from, to)) =
                found.filter(|(from, to)| chars.len() - (to - from) <= MOST_BESIDE_NUMBER)
            else {
                self.parts.push(part);
                continue;
            };
            let piece = |chars: &[char]| chars.iter().collect::<String>();
            let number = piece(&chars[from..to]);
            self.numbers.push(number.clone());
            for node in [
                Node::Words(piece(&chars[..from])),
                Node::Phrase(number),
                Node::Words(piece(&chars[to..])),
            ] {
                if !matches!(&node, Node::Words(text) if text.trim().is_empty()) {
                    self.parts.push(node);
                }
            }
        }
    }
}

/// The range of a document number, including the letters or characters before
/// the year: 中办发〔2020〕10号. Brackets may be of any kind.
fn document_number(chars: &[char]) -> Option<(usize, usize)> {
    let is_digit = |ch: &char| ch.is_ascii_digit() || ('０'..='９').contains(ch);
    let digits = |from: usize| chars[from..].iter().take_while(|ch| is_digit(ch)).count();
    let open = (0..chars.len()).find(|&at| {
        "〔[(（【［".contains(chars[at])
            && digits(at + 1) == 4
            && chars
                .get(at + 5)
                .is_some_and(|ch| "〕])）】］".contains(*ch))
    })?;
    let mut end = open + 6;
    end += usize::from(chars.get(end) == Some(&'第'));
    let number = digits(end.min(chars.len()));
    end += number;
    let before = &chars[..open];
    let letters = before.iter().rev().take_while(|ch| ch.is_alphanumeric());
    let mut from = open - letters.count();
    for lead in ["根据", "依据", "按照", "依照", "参照", "关于"] {
        if before[from..].iter().take(2).copied().eq(lead.chars()) {
            from += 2;
        }
    }
    (number > 0 && chars.get(end) == Some(&'号') && open - from > 1).then_some((from, end + 1))
}
