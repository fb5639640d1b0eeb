//! Document numbers in plain words: 中办发〔2020〕10号.

use super::nodes::{Node, Query};
use crate::reference;

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
