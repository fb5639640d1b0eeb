//! Repairs what conversion did to a text.
//!
//! Only what is certain is changed. What can't be recovered becomes □; what is
//! merely odd stays; both are noted with their place. The order of the steps
//! matters: pinyin first, because it separates characters that belong together;
//! wrongly paired bytes next, because the repaired text may be Traditional;
//! punctuation last, because it depends on the surrounding characters.

mod controls;
mod forms;
mod misdecoded;
mod misread;
mod pinyin_residue;
mod punctuation;
mod spaces;
mod texts;
mod traditional;
mod zeros;

use super::manuscript::Manuscript;
use super::notes::{Kind, Notes};
use crate::chinese::damage::Brackets;

use texts::{each, excerpt};
pub use traditional::Script;

/// Repairs the characters of a manuscript, so that the structure of its lines
/// can be recognised: wrong encodings, control characters, forms that only look
/// like characters, spaces between all characters.
pub fn characters(manuscript: &mut Manuscript, notes: &mut Notes) {
    // Before control characters are removed: in a wrong encoding they are half
    // of a character.
    each(manuscript, |place, text| {
        misread::reread(text, place, notes)
    });
    each(manuscript, |place, text| {
        controls::clean(text, place, notes)
    });
    each(manuscript, |place, text| forms::unify(text, place, notes));
    spaces::close_up(manuscript, notes);
    each(manuscript, |place, text| zeros::mend(text, place, notes));
    manuscript.tidy();
}

/// Repairs the texts of a manuscript whose characters were repaired before.
pub fn repair(manuscript: &mut Manuscript, script: Script, notes: &mut Notes) {
    each(manuscript, |place, text| {
        pinyin_residue::remove(text, place, notes)
    });
    // Evidence from the rest of the text costs memory, so it is gathered only
    // when something was lost.
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

/// Notes unpaired brackets and quotation marks.
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
