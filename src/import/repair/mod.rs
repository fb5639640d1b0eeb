//! Repair of what conversion did to a text.
//!
//! Only what is certain is changed. What can't be recovered becomes □, what is
//! merely odd stays; both are noted with their place. The steps run in this
//! order: pinyin first, because it separates characters that belong together;
//! wrongly paired bytes next, because what they yield may be Traditional;
//! punctuation last, because it looks at the characters around it.

mod controls;
mod misdecoded;
mod misread;
mod pinyin_residue;
mod punctuation;
mod traditional;

use super::manuscript::Manuscript;
use super::notes::{Kind, Notes};
use crate::chinese::damage::Brackets;

pub use traditional::Script;

/// What is put where a character is lost.
pub const LOST: char = '□';

/// Repairs every text of a manuscript.
pub fn repair(manuscript: &mut Manuscript, script: Script, notes: &mut Notes) {
    // Before controls go: in a wrong table they stand for half a character.
    each(manuscript, |place, text| {
        misread::reread(text, place, notes)
    });
    each(manuscript, |place, text| {
        controls::clean(text, place, notes)
    });
    each(manuscript, |place, text| {
        pinyin_residue::remove(text, place, notes)
    });
    // Evidence of what the text itself writes elsewhere costs memory, so it
    // is gathered only where something was lost.
    if manuscript
        .texts()
        .any(|(_, text)| misdecoded::is_suspect(text))
    {
        let pairs = misdecoded::Pairs::of(manuscript.texts().map(|(_, text)| text));
        each(manuscript, |place, text| {
            misdecoded::mend(text, &pairs, place, notes)
        });
    }
    if script == Script::ToSimplified {
        traditional::convert(manuscript, notes);
    }
    each(manuscript, |place, text| {
        punctuation::widen(text, place, notes)
    });
    balance(manuscript, notes);
    manuscript.tidy();
}

/// Replaces each text for which `change` has something else; the format's own
/// title is one of them, at place 1.
fn each(manuscript: &mut Manuscript, mut change: impl FnMut(usize, &str) -> Option<String>) {
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

/// Notes brackets and quotation marks without their partner.
fn balance(manuscript: &Manuscript, notes: &mut Notes) {
    let mut brackets = Brackets::default();
    let mut starts: Vec<(usize, usize, &str)> = Vec::new();
    let mut base = 0;
    let mut found = Vec::new();
    for (place, text) in manuscript.texts() {
        starts.push((base, place, text));
        found.extend(brackets.paragraph(text, base));
        base += text.len() + 1;
    }
    found.extend(brackets.finish());
    for damage in found {
        let index = starts.partition_point(|(start, _, _)| *start <= damage.range.start);
        let (start, place, text) = starts[index - 1];
        let at = damage.range.start - start;
        notes.add(Kind::Unbalanced, place, excerpt(text, at, 8));
    }
}

/// Some characters on both sides of a place in a text; the place is where a
/// character begins.
pub fn excerpt(text: &str, at: usize, reach: usize) -> String {
    let before: Vec<char> = text[..at].chars().rev().take(reach).collect();
    let after = text[at..].chars().take(reach + 1);
    before.into_iter().rev().chain(after).collect()
}
