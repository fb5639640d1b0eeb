//! Removes characters that no text should contain: NUL, control characters,
//! invisible marks.

use search::analysis::characters::{Role, role};

use super::texts::LOST;
use crate::chinese::unseen::code;
use crate::import::notes::{Kind, Notes};

/// The text without such characters; `None` when there were none.
pub fn clean(text: &str, place: usize, notes: &mut Notes) -> Option<String> {
    if !text.chars().any(|c| fate(c) != Fate::Kept) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match fate(c) {
            Fate::Kept => out.push(c),
            Fate::Space => out.push(' '),
            Fate::Invisible => {
                notes.add(Kind::ControlCharacters, place, code(c));
            }
            Fate::Lost => {
                notes.add(Kind::UndecodableBytes, place, "");
                // A run of broken bytes is one gap.
                if !out.ends_with(LOST) {
                    out.push(LOST);
                }
            }
            Fate::Private => {
                notes.add(Kind::PrivateUse, place, code(c));
                out.push(c);
            }
        }
    }
    Some(out)
}

#[derive(PartialEq, Eq)]
enum Fate {
    Kept,
    Space,
    Invisible,
    Lost,
    Private,
}

fn fate(c: char) -> Fate {
    match c {
        '\u{A0}' | '\t' | '\n' => Fate::Space,
        '\r' => Fate::Invisible,
        // Marks of links, which are still to be written.
        '\u{FDD0}'..='\u{FDEF}' => Fate::Kept,
        '\u{FFFD}' => Fate::Lost,
        _ => match role(c) {
            Role::Seen => Fate::Kept,
            Role::LineEnd => Fate::Space,
            Role::Ignored => Fate::Invisible,
            Role::Unknown => Fate::Private,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_go_and_gaps_are_marked() {
        let mut notes = Notes::default();
        let text = clean(
            "责\0任\u{200B}落\u{A0}实\u{FFFD}\u{FFFD}了\u{E001}",
            3,
            &mut notes,
        );
        assert_eq!(text.as_deref(), Some("责任落 实□了\u{E001}"));
        assert_eq!(notes.count(Kind::ControlCharacters), 2);
        assert_eq!(notes.count(Kind::UndecodableBytes), 2);
        assert_eq!(notes.count(Kind::PrivateUse), 1);
        assert_eq!(clean("责任", 1, &mut notes), None);
    }
}
