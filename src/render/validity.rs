//! When a regulation's text is in force, as pages and lists say it.

use crate::dates::iso;
use crate::library::versions::{Ending, Validity};
use crate::library::{Library, Page};
use crate::model::{Date, Details};
use crate::words::Words;

use super::views::{DateView, ValidityView};

/// The period in which a regulation's text is in force; `None` for other pages
/// and without any date.
pub(super) fn validity(library: &Library, words: &Words, page: &Page) -> Option<ValidityView> {
    let Details::Regulation(regulation) = &page.details else {
        return None;
    };
    let validity = library.versions.validity(page.id, regulation);
    let said = match validity {
        Validity {
            from: None,
            until: None,
        } => return None,
        Validity {
            from: Some(from),
            until: None,
        } => words.say("validity.from", &[("from", &words.date(from))]),
        Validity {
            from: Some(from),
            until: Some((until, ending)),
        } => words.say(
            match ending {
                Ending::Repealed => "validity.from_repealed",
                Ending::Superseded => "validity.from_superseded",
            },
            &[("from", &words.date(from)), ("until", &words.date(until))],
        ),
        Validity {
            from: None,
            until: Some((until, ending)),
        } => ending_words(words, until, ending),
    };
    let date = |date| DateView {
        iso: iso(date),
        text: words.date(date),
    };
    Some(ValidityView {
        from: validity.from.map(date),
        until: validity.until.map(|(until, _)| date(until)),
        ending: ending_slug(validity.until),
        words: said,
    })
}

/// How a text's end is put in words: 2027年1月1日起废止.
pub(super) fn ending_words(words: &Words, until: Date, ending: Ending) -> String {
    let key = match ending {
        Ending::Repealed => "validity.repealed",
        Ending::Superseded => "validity.superseded",
    };
    words.say(key, &[("until", &words.date(until))])
}

pub(super) fn ending_slug(until: Option<(Date, Ending)>) -> &'static str {
    match until {
        None => "",
        Some((_, Ending::Repealed)) => "repealed",
        Some((_, Ending::Superseded)) => "superseded",
    }
}
