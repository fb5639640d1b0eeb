//! The texts of a manuscript, one after the other.

use crate::import::manuscript::Manuscript;

/// What is put where a character is lost.
pub const LOST: char = '□';

/// Replaces each text for which `change` has something else; the format's own
/// title is one of them, at place 1.
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

/// Some characters on both sides of a place in a text; the place is where a
/// character begins.
pub fn excerpt(text: &str, at: usize, reach: usize) -> String {
    let before: Vec<char> = text[..at].chars().rev().take(reach).collect();
    let after = text[at..].chars().take(reach + 1);
    before.into_iter().rev().chain(after).collect()
}
