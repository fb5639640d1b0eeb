//! Three-way merge of a page.

use std::collections::BTreeSet;
use std::ops::Range;

use super::change::{Change, Merged};
use super::fields::{Field, fields};
use super::paragraphs;

/// Merges the page of the last import, the page of this import, and the page as
/// it is now. `None` when one of them has no readable front matter.
pub fn merge(former: &str, new: &str, page: &str) -> Option<Merged> {
    let parts = |text| split(text);
    let (former, new, own) = (parts(former)?, parts(new)?, parts(page)?);
    let mut merged = Merged {
        text: own.before.to_owned(),
        ..Merged::default()
    };
    front_matter(&former, &new, &own, &mut merged)?;
    merged.text.push_str(own.between);
    let body = paragraphs::merge(former.body, new.body, own.body);
    let before = merged.text.matches('\n').count();
    let on_page = |mut change: Change| {
        change.line += if change.line > 0 { before } else { 0 };
        change
    };
    merged.text.push_str(&body.text);
    merged.taken.extend(body.taken.into_iter().map(on_page));
    merged.kept.extend(body.kept.into_iter().map(on_page));
    Some(merged)
}

/// The parts of a page; together they are the whole page.
#[derive(Clone, Copy, Debug)]
struct Parts<'t> {
    /// The first line `+++`, and anything before it.
    before: &'t str,
    fields: &'t str,
    /// The second line `+++`.
    between: &'t str,
    body: &'t str,
}

fn split(text: &str) -> Option<Parts<'_>> {
    let start = text.len() - text.trim_start_matches(['\u{FEFF}', '\n', '\r', ' ']).len();
    let is_mark = |line: &str| line.trim_end() == "+++";
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next().filter(|line| is_mark(line))?;
    let open = start + first.len();
    let mut close = open;
    for line in lines {
        if is_mark(line) {
            let behind = close + line.len();
            return Some(Parts {
                before: &text[..open],
                fields: &text[open..close],
                between: &text[close..behind],
                body: &text[behind..],
            });
        }
        close += line.len();
    }
    None
}

/// Replacements of byte ranges in a text; they don't overlap.
type Edits = Vec<(Range<usize>, String)>;

fn front_matter(
    former: &Parts<'_>,
    new: &Parts<'_>,
    own: &Parts<'_>,
    merged: &mut Merged,
) -> Option<()> {
    let all = |parts: &Parts<'_>| fields(parts.fields);
    let (old, now, mine) = (all(former)?, all(new)?, all(own)?);
    let find = |all: &[Field], name: &str| all.iter().find(|field| field.name == name).cloned();
    let names = now.iter().chain(&old).map(|field| field.name.clone());
    let mut seen = BTreeSet::new();
    let mut edits: Edits = Vec::new();
    for name in names.filter(|name| seen.insert(name.clone())) {
        let (was, is, has) = (find(&old, &name), find(&now, &name), find(&mine, &name));
        let value = |field: &Option<Field>| field.as_ref().map(|field| field.value.clone());
        let same = |a: &Option<Field>, b: &Option<Field>| value(a) == value(b);
        if same(&is, &has) {
            continue;
        }
        if same(&was, &is) {
            merged.own_fields.push(name);
            continue;
        }
        let source = |field: &Option<Field>, parts: &Parts<'_>| {
            let source = field.as_ref().map(|field| field.source(parts.fields));
            source.unwrap_or_default()
        };
        let line = has.as_ref().and_then(|field| field.written.clone());
        let line = line.map_or(0, |at| line_of(own.before, own.fields, at.start));
        let mut change = Change {
            line,
            former: source(&was, former),
            new: source(&is, new),
            own: None,
            field: Some(name),
        };
        let edit = same(&was, &has)
            .then(|| {
                edit(
                    own.fields,
                    &mine,
                    &now,
                    is.as_ref(),
                    has.as_ref(),
                    &change.new,
                )
            })
            .flatten();
        match edit {
            Some(edit) => {
                edits.push(edit);
                merged.taken.push(change);
            }
            None => {
                merged.own_fields.extend(change.field.clone());
                change.own = Some(source(&has, own));
                merged.kept.push(change);
            }
        }
    }
    merged.text.push_str(&edited(own.fields, edits));
    Some(())
}

/// Replaces a field of the page with the input's new value. `None` when the
/// field is written in a form that can't be replaced on its own.
fn edit(
    text: &str,
    mine: &[Field],
    now: &[Field],
    is: Option<&Field>,
    has: Option<&Field>,
    source: &str,
) -> Option<(Range<usize>, String)> {
    match (is, has) {
        (Some(is), Some(has)) => {
            is.written.as_ref()?;
            Some((has.written.clone()?, source.to_owned()))
        }
        (Some(is), None) => {
            is.written.as_ref()?;
            let at = now.iter().position(|field| field == is)?;
            let stands = |field: &Field| {
                let own = mine.iter().find(|own| own.name == field.name)?;
                let in_table = field.table() == is.table();
                own.written.clone().filter(|_| in_table)
            };
            // Inserted after the nearest field before it that the page has too,
            // or else before the nearest one after it.
            let behind = now[..at].iter().rev().find_map(stands);
            let before = || now[at + 1..].iter().find_map(stands);
            let place = match behind {
                Some(field) => line_end(text, field.end),
                None => line_start(text, before()?.start),
            };
            Some((place..place, format!("{} = {source}\n", is.key())))
        }
        (None, Some(has)) => {
            let written = has.written.clone()?;
            let start = line_start(text, written.start);
            Some((start..line_end(text, written.end), String::new()))
        }
        (None, None) => None,
    }
}

fn line_start(text: &str, from: usize) -> usize {
    text[..from].rfind('\n').map_or(0, |at| at + 1)
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..]
        .find('\n')
        .map_or(text.len(), |at| from + at + 1)
}

fn line_of(before: &str, text: &str, at: usize) -> usize {
    1 + before.matches('\n').count() + text[..at].matches('\n').count()
}

fn edited(text: &str, mut edits: Edits) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in edits {
        out.push_str(&text[at..range.start]);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMER: &str = "+++\n# 甲\ntitle = \"甲\"\ndate = 2026-01-01\n\n[extra]\nkind = \"办法\"\nlevel = \"其他\"\n\n[[extra.sources]]\nid = \"s\"\n+++\n\n甲。\n";

    #[track_caller]
    fn merged(new: &str, own: &str) -> Merged {
        merge(FORMER, new, own).expect("three pages")
    }

    #[test]
    fn fields_are_merged_one_by_one() {
        let new = FORMER
            .replace("\"甲\"", "\"乙\"")
            .replace("2026-01-01", "2026-02-02")
            .replace("kind", "issuer = [\"a\"]\nkind");
        let own = FORMER.replace("\"其他\"", "\"省级\"   # 核对过");
        let found = merged(&new, &own);
        let wanted = own.replace("\"甲\"", "\"乙\"");
        assert_eq!(found.kept, []);
        assert_eq!(found.taken.len(), 2);
        assert!(
            found.text.contains("title = \"乙\"\ndate = 2026-01-01"),
            "{}",
            found.text
        );
        assert!(found.text.contains("\"省级\"   # 核对过"), "{}", found.text);
        assert!(found.text.contains("issuer = [\"a\"]\n"), "{}", found.text);
        assert_eq!(found.text.replace("issuer = [\"a\"]\n", ""), wanted);
    }

    #[test]
    fn a_field_that_both_changed_stays_the_editors() {
        let new = FORMER.replace("\"办法\"", "\"规定\"");
        let own = FORMER.replace("\"办法\"", "\"条例\"");
        let found = merged(&new, &own);
        assert_eq!(found.text, own);
        assert_eq!(found.kept[0].field.as_deref(), Some("extra.kind"));
        assert_eq!(found.kept[0].line, 7);
        // A field that the editors removed stays removed.
        let own = FORMER.replace("level = \"其他\"\n", "");
        assert_eq!(merged(FORMER, &own).text, own);
        // Tables don't have a byte range that could be replaced.
        let new = FORMER.replace("\"s\"", "\"t\"");
        let found = merged(&new, FORMER);
        assert_eq!((found.text.as_str(), found.kept.len()), (FORMER, 1));
    }

    #[test]
    fn what_is_no_page_is_not_merged() {
        assert!(merge("甲", FORMER, FORMER).is_none());
        assert!(merge(FORMER, FORMER, "+++\ntitle = \n+++\n").is_none());
        assert!(merge(FORMER, FORMER, "---\ntitle: a\n---\n").is_none());
    }
}
