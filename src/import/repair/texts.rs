//! Applies changes to each text of a manuscript.

use crate::import::manuscript::Manuscript;

/// The character written where one is lost.
pub const LOST: char = '□';

/// Replaces each text for which `change` returns a new one. The format's own
/// title is one of the texts, at place 1.
pub fn each(manuscript: &mut Manuscript, mut change: impl FnMut(usize, &str) -> Option<String>) {
    if let Some(title) = &mut manuscript.title
        && let Some(changed) = change(1, title)
    {
        *title = changed;
    }
    for (place, text) in manuscript.texts_mut() {
        if let Some(changed) = change(place, text) {
            *text = changed;
        }
    }
}

/// Some characters on both sides of a byte offset, which must be the beginning
/// of a character.
pub fn excerpt(text: &str, at: usize, reach: usize) -> String {
    let before: Vec<char> = text[..at].chars().rev().take(reach).collect();
    let after = text[at..].chars().take(reach + 1);
    before.into_iter().rev().chain(after).collect()
}
