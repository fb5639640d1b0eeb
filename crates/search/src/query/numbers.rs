//! Document numbers and dates in plain words: 中办发〔2020〕10号, 2018-06-01.

use super::nodes::{Node, Query};
use crate::reference;

/// If a query has more characters than this besides a document number, it is
/// running text, and the number is just one of its words.
const MOST_BESIDE_NUMBER: usize = 12;

impl Query {
    /// Turns the document numbers in plain words into phrases, and a date that
    /// regulations would write differently into both ways.
    pub(super) fn find_numbers(&mut self) {
        for part in std::mem::take(&mut self.parts) {
            let Node::Words(text) = &part else {
                self.parts.push(part);
                continue;
            };
            let chars: Vec<char> = text.chars().collect();
            if let Some(written) = date(&chars) {
                let ways = [text.clone(), written].map(|way| vec![Node::Phrase(way)]);
                self.parts.push(Node::Any(ways.into()));
                continue;
            }
            let found = reference::document_number(&chars);
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

/// A date such as 2018-06-01 as regulations write it: 2018年6月1日.
fn date(chars: &[char]) -> Option<String> {
    let mut written = String::new();
    let mut parts = chars.split(|ch| matches!(ch, '-' | '.' | '/'));
    for (mark, most) in [('年', 4usize), ('月', 2), ('日', 2)] {
        let part = parts.next()?;
        let part = part.strip_prefix(&['0']).unwrap_or(part);
        if most.wrapping_sub(part.len()) > 1 || !part.iter().all(char::is_ascii_digit) {
            return None;
        }
        written.extend(part);
        written.push(mark);
    }
    parts.next().is_none().then_some(written)
}
