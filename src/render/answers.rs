//! What searches can answer outright: registered figures and stated meanings.
//!
//! The theme's script compares a query with them and shows the answer above the
//! results. Only what a page itself states is here, with its scope and its
//! place in the source.

use serde_json::{Value, json};

use crate::address::page_file;
use crate::model::{Details, Figure, Known, Locators, Statement};

use super::catalogue::FigureEntry;
use super::material::Material;

/// The file for pages that may fetch, and the same as a script for pages opened
/// from a disk.
pub(super) const FILES: [&str; 2] = ["search/answers.json", "search/answers.js"];

/// The answers as ASCII, which either file needs no encoding for.
pub(super) fn answers(material: &Material<'_>, file: &str) -> String {
    let figures = material.catalogue.figures.iter();
    let figures: Vec<Value> = figures.map(|entry| figure(material, entry)).collect();
    let answers = json!({ "figures": figures, "terms": terms(material) });
    let text = ascii(&answers.to_string());
    if file == FILES[0] {
        return text + "\n";
    }
    format!("zhizeShard(\"answers\",btoa({}))\n", json!(text))
}

fn figure(material: &Material<'_>, entry: &FigureEntry) -> Value {
    let words = material.words();
    let pages: Vec<_> = entry.pages.iter().map(|id| material.page(*id)).collect();
    let figure: &Figure = &pages[0].figures[entry.position];
    let period = match &figure.period {
        Known::Known(period) => period,
        Known::Unknown => words.text("figures.period_unknown"),
    };
    json!({
        "label": figure.label,
        "value": words.figure(figure),
        "scope": figure.scope,
        "period": period,
        "source": place(material, &figure.locators),
        "url": format!("{}#data", page_file(&pages[0].key)),
        "names": pages.iter().map(|page| page.title.as_str()).collect::<Vec<_>>(),
    })
}

/// Terms with a stated meaning, subentries included, under all their names.
fn terms(material: &Material<'_>) -> Vec<Value> {
    let mut terms = Vec::new();
    for page in &material.library.pages {
        let file = page_file(&page.key);
        if let Details::Term(term) = &page.details
            && let Some(meaning) = &term.meaning
        {
            let names = [std::slice::from_ref(&page.title), &page.other_names].concat();
            terms.push(self::term(material, &names, meaning, file.clone()));
        }
        for subentry in &page.subentries {
            if let Some(meaning) = &subentry.meaning {
                let names = [std::slice::from_ref(&subentry.name), &subentry.other_names].concat();
                let url = format!("{file}#{}", subentry.anchor);
                terms.push(self::term(material, &names, meaning, url));
            }
        }
    }
    terms
}

fn term(material: &Material<'_>, names: &[String], meaning: &Statement, url: String) -> Value {
    let stop = material.words().text("mark.stop");
    json!({
        "names": names,
        "meaning": format!("{}{stop}", meaning.text),
        "source": place(material, &meaning.locators),
        "url": url,
    })
}

/// Places in the source as marks show them: 〔P4、P6〕.
fn place(material: &Material<'_>, locators: &Locators) -> String {
    let words = material.words();
    match locators.0.as_slice() {
        [] => String::new(),
        places => format!(
            "{}{}{}",
            words.text("mark.open"),
            places.join(words.text("mark.comma")),
            words.text("mark.close")
        ),
    }
}

/// JSON with everything beyond ASCII escaped.
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_json_reads_the_same() {
        let text = json!({ "责": ["“𠮷”\n", "a\"b"] }).to_string();
        let escaped = ascii(&text);
        assert!(escaped.is_ascii());
        assert_eq!(
            serde_json::from_str::<Value>(&escaped).expect("still JSON"),
            serde_json::from_str::<Value>(&text).expect("JSON")
        );
    }
}
