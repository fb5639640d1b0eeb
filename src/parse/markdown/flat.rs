//! The running text of a body, with the source position of every byte.
//!
//! Markdown cuts text into events at every special character and line end.
//! Marks, titles in 《》 and traces of damage may extend across these cuts, so
//! they are searched for in the flat text, whose map leads back to the source.

use std::ops::Range;

/// Running text and its source positions.
#[derive(Debug, Default)]
pub struct FlatText {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    flat: usize,
    source: Range<usize>,
    /// Whether bytes correspond one to one, unlike for `&amp;`.
    exact: bool,
}

impl FlatText {
    /// Adds text located at `source`.
    pub fn push(&mut self, text: &str, source: Range<usize>) {
        self.pieces.push(Piece {
            flat: self.text.len(),
            exact: text.len() == source.len(),
            source,
        });
        self.text.push_str(text);
    }

    /// The current length in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// The text from `start` to the current end.
    pub fn since(&self, start: usize) -> &str {
        &self.text[start..]
    }

    /// The source range of a range of the flat text.
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        if self.pieces.is_empty() {
            return 0..0;
        }
        let start = self.piece(range.start).at(range.start, false);
        // The end belongs to the last byte, not to what follows it.
        let last = range.end.saturating_sub(1).max(range.start);
        let end = self.piece(last).at(range.end, true);
        start..end.max(start)
    }

    fn piece(&self, at: usize) -> &Piece {
        let index = self.pieces.partition_point(|piece| piece.flat <= at);
        &self.pieces[index.saturating_sub(1)]
    }
}

impl Piece {
    fn at(&self, flat: usize, end: bool) -> usize {
        match (self.exact, end) {
            (true, _) => (self.source.start + (flat - self.flat)).min(self.source.end),
            (false, false) => self.source.start,
            (false, true) => self.source.end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_to_the_source() {
        let mut flat = FlatText::default();
        flat.push("责任", 10..16);
        flat.push("&", 16..21);
        flat.push("落实", 21..27);
        assert_eq!(flat.source(0..3), 10..13);
        assert_eq!(flat.source(3..7), 13..21);
        assert_eq!(flat.source(7..13), 21..27);
    }
}
